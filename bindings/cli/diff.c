/* jeton book diff: tariffs that came, went or changed, rule by rule. */
#include "book.h"
#include "output.h"
#include "prices.h"

#include <stdlib.h>
#include <string.h>

enum change { CAME, WENT, CHANGED };

static const char *const changes[] = {"added", "removed", "changed"};

struct diff {
	struct text out;
	bool json;
	size_t told; /* tariffs */
};

static bool
same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Everything but where in a list it stands. Windows are told by their number alone. */
static bool
same_rule(const struct jtn_rule_facts *a, const struct jtn_rule_facts *b)
{
	struct jtn_money left, right;
	bool price = a->price.lo == b->price.lo && a->price.hi == b->price.hi && a->per == b->per;
	if (!price && a->per > 0 && b->per > 0 && jtn_money_multiply(a->price, b->per, &left, NULL) == JTN_OK &&
	    jtn_money_multiply(b->price, a->per, &right, NULL) == JTN_OK)
		price = left.lo == right.lo && left.hi == right.hi; /* 2.5 per 1000000 is 0.0025 per 1000 */
	return price && a->effect == b->effect && a->from_ns == b->from_ns && a->until_ns == b->until_ns &&
	       a->above == b->above && a->meters[0] == b->meters[0] && a->meters[1] == b->meters[1] &&
	       a->tiers == b->tiers && a->threshold == b->threshold && a->inclusive == b->inclusive &&
	       a->graduated == b->graduated && a->windows == b->windows;
}

/*
 * The partner of each rule of `a` in `b`, SIZE_MAX for none: the same rule first whatever its id, then the same id, then
 * the same meters, tiers and threshold.
 */
static void
pair(const struct prices *a, const struct prices *b, size_t *partner, bool *taken)
{
	for (uint32_t i = 0; i < a->facts.rules; i++)
		partner[i] = SIZE_MAX;
	for (uint32_t j = 0; j < b->facts.rules; j++)
		taken[j] = false;
	for (int pass = 0; pass < 3; pass++)
		for (uint32_t i = 0; i < a->facts.rules; i++)
			for (uint32_t j = 0; j < b->facts.rules && partner[i] == SIZE_MAX; j++) {
				const struct jtn_rule_facts *one = &a->rules[i], *other = &b->rules[j];
				bool fits = pass == 0   ? same_rule(one, other)
				            : pass == 1 ? one->id && same_text(one->id, other->id)
				                        : one->effect == other->effect && one->meters[0] == other->meters[0] &&
				                              one->meters[1] == other->meters[1] && one->tiers == other->tiers &&
				                              one->threshold == other->threshold && one->from_ns == other->from_ns;
				if (fits && !taken[j]) {
					partner[i] = j;
					taken[j] = true;
				}
			}
}

static void
add_rule_words(struct text *text, const struct jtn_rule_facts *rule)
{
	uint32_t meter = rule_meter(rule);
	struct jtn_meter_facts facts = {0};
	struct text conditions = {0};
	rule_add_quoted(text, rule, meter);
	if (meter && jtn_meter_read_facts(meter, &facts, sizeof(facts)) == JTN_OK && facts.tokens)
		text_add(text, " per million");
	rule_add_conditions(&conditions, rule);
	if (conditions.length > 0)
		text_addf(text, " (%s)", text_string(&conditions));
	text_free(&conditions);
}

/* NULL for before or after: it came, or went. */
static void
tell_rule(struct diff *diff, size_t *told, const struct jtn_rule_facts *before, const struct jtn_rule_facts *after)
{
	struct text *out = &diff->out;
	const struct jtn_rule_facts *rule = after ? after : before;
	enum change change = !before ? CAME : !after ? WENT : CHANGED;
	if (diff->json) {
		text_add(out, *told > 0 ? ", {\"rule\": " : "{\"rule\": ");
		text_json_string(out, rule->id ? rule->id : "");
		text_addf(out, ", \"change\": \"%s\"", changes[change]);
		if (before) {
			text_add(out, ", \"before\": ");
			rule_json(out, before);
		}
		if (after) {
			text_add(out, ", \"after\": ");
			rule_json(out, after);
		}
		text_add(out, "}");
	} else {
		text_addf(out, "    %c ", "+-~"[change]);
		text_add_clean(out, rule->id ? rule->id : jtn_meter_name(rule_meter(rule)));
		text_add(out, ": ");
		if (before)
			add_rule_words(out, before);
		if (before && after)
			text_add(out, " → ");
		if (after)
			add_rule_words(out, after);
		text_add(out, "\n");
	}
	++*told;
}

static void
begin_tariff(struct diff *diff, const struct prices *prices, enum change change)
{
	struct text *out = &diff->out;
	if (diff->json) {
		text_add(out, diff->told > 0 ? ",\n {\"id\": " : "{\"id\": ");
		text_json_string(out, prices->name);
		text_addf(out, ", \"change\": \"%s\", \"currency\": \"%s\", \"rules\": [", changes[change],
		          prices->facts.currency);
	} else {
		text_addf(out, "%c ", "+-~"[change]);
		text_add_clean(out, prices->name);
		text_addf(out, " (%s)\n", prices->facts.currency);
	}
	diff->told++;
}

static void
end_tariff(struct diff *diff)
{
	if (diff->json)
		text_add(&diff->out, "]}");
}

static void
tell_whole(struct diff *diff, const struct prices *prices, enum change change)
{
	size_t told = 0;
	begin_tariff(diff, prices, change);
	for (uint32_t i = 0; i < prices->facts.rules; i++)
		tell_rule(diff, &told, change == WENT ? &prices->rules[i] : NULL, change == WENT ? NULL : &prices->rules[i]);
	end_tariff(diff);
}

static void
compare(struct diff *diff, const struct prices *before, const struct prices *after)
{
	size_t *partner = cli_grow(NULL, (before->facts.rules + (size_t)1) * sizeof(*partner)), told = 0;
	bool *taken = cli_grow(NULL, (after->facts.rules + (size_t)1) * sizeof(*taken));
	pair(before, after, partner, taken);
	bool changed = strcmp(before->facts.currency, after->facts.currency) != 0;
	for (uint32_t i = 0; i < before->facts.rules; i++)
		changed |= partner[i] == SIZE_MAX || !same_rule(&before->rules[i], &after->rules[partner[i]]);
	for (uint32_t j = 0; j < after->facts.rules; j++)
		changed |= !taken[j];
	if (changed) {
		begin_tariff(diff, after, CHANGED);
		if (strcmp(before->facts.currency, after->facts.currency) != 0 && !diff->json)
			text_addf(&diff->out, "    ~ currency: %s → %s\n", before->facts.currency, after->facts.currency);
		for (uint32_t i = 0; i < before->facts.rules; i++) {
			const struct jtn_rule_facts *with = partner[i] == SIZE_MAX ? NULL : &after->rules[partner[i]];
			if (!with || !same_rule(&before->rules[i], with))
				tell_rule(diff, &told, &before->rules[i], with);
		}
		for (uint32_t j = 0; j < after->facts.rules; j++)
			if (!taken[j])
				tell_rule(diff, &told, NULL, &after->rules[j]);
		end_tariff(diff);
	}
	free(partner);
	free(taken);
}

static void
walk(struct diff *diff, const struct pricebook *a, const struct pricebook *b)
{
	size_t before_count, after_count, i = 0, j = 0;
	struct prices *before = prices_open(a, &before_count), *after = prices_open(b, &after_count);
	prices_sort(before, before_count);
	prices_sort(after, after_count);
	while (i < before_count || j < after_count) {
		int way = i == before_count ? 1 : j == after_count ? -1 : strcmp(before[i].name, after[j].name);
		if (way < 0)
			tell_whole(diff, &before[i++], WENT);
		else if (way > 0)
			tell_whole(diff, &after[j++], CAME);
		else
			compare(diff, &before[i++], &after[j++]);
	}
	prices_close(before, before_count);
	prices_close(after, after_count);
}

int
book_diff(const struct options *options)
{
	struct pricebook books[2] = {0};
	struct jtn_book_options how;
	struct problem problem = {0};
	struct diff diff = {.json = options->value[OPT_JSON] != NULL};
	int code = CLI_OK;
	if (options->value[OPT_STRICT])
		return cli_error("--strict: is about lint; leave it out");
	if (options->positional_count != 3)
		return cli_error("book diff: two books are wanted, the older first: `jeton book diff A B`");
	jtn_book_options_init(&how);
	how.skip_bad_entries = 1;
	for (size_t i = 0; i < 2 && code == CLI_OK; i++) {
		code = pricebook_open(options->positional[1 + i], &how, PRICES_ANY, &books[i], &problem);
		if (code != CLI_OK)
			problem_print(&problem, code);
	}
	if (code == CLI_OK) {
		if (diff.json)
			text_add(&diff.out, "[");
		walk(&diff, &books[0], &books[1]);
		if (diff.json)
			text_add(&diff.out, "]\n");
		code = output_all(options->value[OPT_OUTPUT], &diff.out, code);
	}
	pricebook_close(&books[0]);
	pricebook_close(&books[1]);
	text_free(&diff.out);
	return code;
}
