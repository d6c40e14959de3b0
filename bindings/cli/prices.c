/* Reading a book's tariffs out again, and their rules in words. */
#include "prices.h"

#include "digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MILLION INT64_C(1000000)

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

bool
rule_has(const struct jtn_rule_facts *rule, uint32_t meter)
{
	return meter < 128 && rule->meters[meter >> 6] >> (meter & 63) & 1;
}

uint32_t
rule_meter(const struct jtn_rule_facts *rule)
{
	for (uint32_t meter = 1; meter <= jtn_meter_count(); meter++)
		if (rule_has(rule, meter))
			return meter;
	return 0;
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

double
rule_unit(const struct jtn_rule_facts *rule)
{
	double amount = ((double)rule->price.hi * 18446744073709551616.0 + (double)rule->price.lo) * 1e-18;
	return rule->per > 0 ? amount / (double)rule->per : 0;
}

/* Quanta in what is commonly quoted. */
static int64_t
quoted_quanta(uint32_t meter)
{
	struct jtn_meter_facts facts = {0};
	if (jtn_meter_read_facts(meter, &facts, sizeof(facts)) != JTN_OK)
		return 1;
	int64_t quanta = facts.tokens ? MILLION : 1;
	for (int32_t i = 0; i < facts.decimals; i++)
		quanta *= 10;
	return quanta;
}

double
rule_quoted(const struct jtn_rule_facts *rule, uint32_t meter)
{
	return rule_unit(rule) * (double)quoted_quanta(meter);
}

void
rule_add_quoted(struct text *text, const struct jtn_rule_facts *rule, uint32_t meter)
{
	struct jtn_money product, quoted, rest;
	struct jtn_meter_facts facts = {0};
	if (jtn_money_multiply(rule->price, quoted_quanta(meter), &product, NULL) == JTN_OK && rule->per > 0 &&
	    jtn_money_divide(product, rule->per, JTN_ROUND_DOWN, &quoted, &rest, NULL) == JTN_OK && rest.lo == 0 &&
	    rest.hi == 0) {
		text_money(text, quoted);
		return;
	}
	text_money(text, rule->price);
	text_add(text, " per ");
	text_count(text, rule->per, jtn_meter_read_facts(meter, &facts, sizeof(facts)) == JTN_OK ? facts.decimals : 0);
}

void
instant_add(struct text *text, int64_t time_ns)
{
	char instant[JTN_TIME_TEXT_SIZE];
	if (time_ns == INT64_MIN || time_ns == INT64_MAX || jtn_time_format(time_ns, instant, sizeof(instant)) != JTN_OK)
		return;
	size_t length = strlen(instant);
	bool midnight = length == 20 && strcmp(instant + 10, "T00:00:00Z") == 0;
	text_add_bytes(text, instant, midnight ? 10 : length);
}

static const char *
threshold_name(int32_t threshold)
{
	static const char *const names[] = {"", "meter", "all_input", "total"};
	return threshold >= 0 && threshold < 4 ? names[threshold] : "";
}

static void
add_condition(struct text *text, size_t before, const char *words)
{
	text_addf(text, "%s%s", text->length > before ? ", " : "", words);
}

void
rule_add_conditions(struct text *text, const struct jtn_rule_facts *rule)
{
	size_t before = text->length;
	for (uint32_t tier = 0; tier < 32; tier++)
		if (rule->tiers >> tier & 1 && jtn_tier_name(tier))
			add_condition(text, before, jtn_tier_name(tier));
	if (rule->threshold != JTN_THRESHOLD_NONE) {
		add_condition(text, before, rule->inclusive ? "from " : "above ");
		text_count(text, rule->above, 0);
		text_addf(text, " %s%s", threshold_name(rule->threshold), rule->graduated ? " (what is above)" : "");
	}
	if (rule->windows > 0)
		add_condition(text, before, "at certain hours");
	if (rule->from_ns != INT64_MIN) {
		add_condition(text, before, "since ");
		instant_add(text, rule->from_ns);
	}
	if (rule->until_ns != INT64_MAX) {
		add_condition(text, before, "until ");
		instant_add(text, rule->until_ns);
	}
}

static void
add_bound(struct text *text, const char *key, int64_t time_ns)
{
	char instant[JTN_TIME_TEXT_SIZE];
	if (time_ns != INT64_MIN && time_ns != INT64_MAX && jtn_time_format(time_ns, instant, sizeof(instant)) == JTN_OK)
		text_addf(text, ", \"%s\": \"%s\"", key, instant);
}

void
rule_json(struct text *text, const struct jtn_rule_facts *rule)
{
	static const char *const effects[] = {"", "price", "markup", "discount", "settle"};
	struct jtn_meter_facts facts = {0};
	uint32_t first = rule_meter(rule);
	bool any = false;
	text_add(text, "{\"rule\": ");
	text_json_string(text, rule->id ? rule->id : "");
	if (rule->effect != JTN_EFFECT_PRICE && rule->effect > 0 && rule->effect < 5)
		text_addf(text, ", \"effect\": \"%s\"", effects[rule->effect]);
	text_add(text, ", \"meters\": [");
	for (uint32_t meter = 1; meter <= jtn_meter_count(); meter++)
		if (rule_has(rule, meter)) {
			text_addf(text, "%s\"%s\"", any ? ", " : "", jtn_meter_name(meter));
			any = true;
		}
	text_add(text, "], \"price\": \"");
	text_money(text, rule->price);
	text_add(text, "\", \"per\": \"");
	text_count(text, rule->per,
	           first && jtn_meter_read_facts(first, &facts, sizeof(facts)) == JTN_OK ? facts.decimals : 0);
	text_add(text, "\"");
	for (uint32_t tier = 0, tiers = 0; tier < 32; tier++)
		if (rule->tiers >> tier & 1 && jtn_tier_name(tier))
			text_addf(text, "%s\"%s\"", tiers++ == 0 ? ", \"tier\": [" : ", ", jtn_tier_name(tier));
	text_add(text, rule->tiers ? "]" : "");
	if (rule->threshold != JTN_THRESHOLD_NONE)
		text_addf(text, ", \"when\": {\"quantity\": \"%s\", \"above\": %lld, \"inclusive\": %s, \"mode\": \"%s\"}",
		          threshold_name(rule->threshold), (long long)rule->above, rule->inclusive ? "true" : "false",
		          rule->graduated ? "graduated" : "cliff");
	if (rule->windows > 0)
		text_addf(text, ", \"windows\": %u", (unsigned)rule->windows);
	add_bound(text, "from", rule->from_ns);
	add_bound(text, "until", rule->until_ns);
	text_add(text, "}");
}
