/* Reading a book's tariffs out again. */
#include "prices.h"

#include "rule.h"

#include <stdlib.h>
#include <string.h>

static char *
name_of(const struct jtn_tariff_facts *facts)
{
	struct text text = {0};
	text_addf(&text, "%s%s%s", facts->provider ? facts->provider : "", facts->provider ? "/" : "",
	          facts->model ? facts->model : "");
	if (facts->region)
		text_addf(&text, "@%s", facts->region);
	return text.bytes;
}

struct prices *
prices_open(const struct pricebook *book, size_t *retcount)
{
	size_t count = (size_t)book->facts.tariffs;
	struct prices *prices = cli_grow(NULL, (count + 1) * sizeof(*prices));
	for (size_t i = 0; i < count; i++) {
		struct prices *one = &prices[i];
		*one = (struct prices){.tariff = jtn_book_tariff(book->book, i), .facts = {.size = sizeof(one->facts)}};
		if (jtn_tariff_read_facts(one->tariff, &one->facts) != JTN_OK)
			one->facts.rules = 0;
		one->rules = cli_grow(NULL, (one->facts.rules + (size_t)1) * sizeof(*one->rules));
		for (uint32_t rule = 0; rule < one->facts.rules; rule++) {
			one->rules[rule] = (struct jtn_rule_facts){.size = sizeof(*one->rules)};
			(void)!jtn_tariff_read_rule(one->tariff, rule, &one->rules[rule]);
		}
		one->name = name_of(&one->facts);
	}
	*retcount = count;
	return prices;
}

void
prices_close(struct prices *prices, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(prices[i].rules);
		free(prices[i].name);
	}
	free(prices);
}

/* Tariffs of one name keep their order by their place in the book, which their address tells. */
static int
by_name(const void *a, const void *b)
{
	const struct prices *one = a, *other = b;
	int way = strcmp(one->name, other->name);
	return way ? way : (one->tariff > other->tariff) - (one->tariff < other->tariff);
}

void
prices_sort(struct prices *prices, size_t count)
{
	qsort(prices, count, sizeof(*prices), by_name);
}

const struct jtn_rule_facts *
prices_plain(const struct prices *prices, uint32_t meter)
{
	const struct jtn_rule_facts *best = NULL;
	for (uint32_t i = 0; i < prices->facts.rules; i++) {
		const struct jtn_rule_facts *rule = &prices->rules[i];
		if (rule->effect == JTN_EFFECT_PRICE && rule_has(rule, meter) && rule->threshold == JTN_THRESHOLD_NONE &&
		    rule->windows == 0 && (rule->tiers == 0 || rule->tiers & 1u << JTN_TIER_STANDARD) &&
		    (!best || rule->from_ns > best->from_ns))
			best = rule;
	}
	return best;
}
