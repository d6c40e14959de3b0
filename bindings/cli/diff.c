/* jeton book diff: tariffs that came, went or changed, rule by rule. */
#include "book.h"
#include "digits.h"
#include "output.h"
#include "prices.h"
#include "rule.h"

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
				bool fits = pass == 0   ? rule_same(a, i, b, j)
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

/* A rule of a tariff; without prices none. */
struct side {
	const struct prices *prices;
	uint32_t rule;
};

static void
add_rule_words(struct text *text, const struct side *side)
{
	const struct jtn_rule_facts *rule = &side->prices->rules[side->rule];
	uint32_t meter = rule_meter(rule);
	struct jtn_meter_facts facts = {0};
	struct text conditions = {0};
	if (rule->effect == JTN_EFFECT_SETTLE) {
		rule_add_settle(text, side->prices, side->rule);
	} else if (rule->effect != JTN_EFFECT_PRICE) { /* a fraction, whatever the meter */
		text_add(text, rule->effect == JTN_EFFECT_MARKUP ? "markup " : "discount ");
		text_money(text, rule->price);
	} else {
		rule_add_quoted(text, rule, meter);
		if (meter && jtn_meter_read_facts(meter, &facts, sizeof(facts)) == JTN_OK && facts.tokens)
			text_add(text, " per million");
	}
	rule_add_conditions(&conditions, side->prices, side->rule);
	if (conditions.length > 0)
		text_addf(text, " (%s)", text_string(&conditions));
	text_free(&conditions);
}

static void
tell_rule_json(struct diff *diff, size_t told, const struct side *before, const struct side *after, enum change change)
{
	struct text *out = &diff->out;
	const struct side *known = after->prices ? after : before;
	const char *id = known->prices->rules[known->rule].id;
	text_add(out, told > 0 ? ", {\"rule\": " : "{\"rule\": ");
	text_json_string(out, id ? id : "");
	text_addf(out, ", \"change\": \"%s\"", changes[change]);
	if (before->prices) {
		text_add(out, ", \"before\": ");
		rule_json(out, before->prices, before->rule);
	}
	if (after->prices) {
		text_add(out, ", \"after\": ");
		rule_json(out, after->prices, after->rule);
	}
	text_add(out, "}");
}

static void
tell_rule(struct diff *diff, size_t *told, struct side before, struct side after)
{
	struct text *out = &diff->out;
	const struct side *known = after.prices ? &after : &before;
	const struct jtn_rule_facts *rule = &known->prices->rules[known->rule];
	enum change change = !before.prices ? CAME : !after.prices ? WENT : CHANGED;
	if (diff->json) {
		tell_rule_json(diff, (*told)++, &before, &after, change);
		return;
	}
	text_addf(out, "    %c ", "+-~"[change]);
	text_add_clean(out, rule->id ? rule->id : jtn_meter_name(rule_meter(rule)));
	text_add(out, ": ");
	if (before.prices)
		add_rule_words(out, &before);
	if (before.prices && after.prices)
		text_add(out, " → ");
	if (after.prices)
		add_rule_words(out, &after);
	text_add(out, "\n");
	++*told;
}

/* Meters that take, or took, the price of another one. */
static void
tell_fallbacks(struct diff *diff, const struct prices *before, const struct prices *after)
{
	struct text *out = &diff->out;
	size_t told = 0;
	for (uint32_t meter = 1; meter <= jtn_meter_count(); meter++) {
		uint32_t was = jtn_tariff_fallback(before->tariff, meter), is = jtn_tariff_fallback(after->tariff, meter);
		if (was == is)
			continue;
		if (diff->json)
			text_addf(out, "%s{\"meter\": \"%s\", \"before\": ", told++ ? ", " : ", \"fallback\": [",
			          jtn_meter_name(meter));
		else
			text_addf(out, "    ~ fallback of %s: ", jtn_meter_name(meter));
		const char *mark = diff->json ? "\"" : "", *none = diff->json ? "null" : "none";
		text_addf(out, "%s%s%s", was ? mark : "", was ? jtn_meter_name(was) : none, was ? mark : "");
		text_add(out, diff->json ? ", \"after\": " : " → ");
		text_addf(out, "%s%s%s%s", is ? mark : "", is ? jtn_meter_name(is) : none, is ? mark : "",
		          diff->json ? "}" : "\n");
	}
	text_add(out, told ? "]" : "");
}

static bool
same_fallbacks(const struct prices *a, const struct prices *b)
{
	for (uint32_t meter = 1; meter <= jtn_meter_count(); meter++)
		if (jtn_tariff_fallback(a->tariff, meter) != jtn_tariff_fallback(b->tariff, meter))
			return false;
	return true;
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
tell_whole(struct diff *diff, const struct prices *prices, enum change change)
{
	const struct side none = {0};
	size_t told = 0;
	begin_tariff(diff, prices, change);
	for (uint32_t i = 0; i < prices->facts.rules; i++) {
		const struct side side = {prices, i};
		tell_rule(diff, &told, change == WENT ? side : none, change == WENT ? none : side);
	}
	text_add(&diff->out, diff->json ? "]}" : "");
}

static void
tell_changes(struct diff *diff, const struct prices *before, const struct prices *after, const size_t *partner,
             const bool *taken)
{
	const struct side none = {0};
	size_t told = 0;
	begin_tariff(diff, after, CHANGED);
	if (strcmp(before->facts.currency, after->facts.currency) != 0 && !diff->json)
		text_addf(&diff->out, "    ~ currency: %s → %s\n", before->facts.currency, after->facts.currency);
	for (uint32_t i = 0; i < before->facts.rules; i++) {
		const struct side was = {before, i}, is = {after, (uint32_t)partner[i]};
		if (partner[i] == SIZE_MAX)
			tell_rule(diff, &told, was, none);
		else if (!rule_same(before, i, after, (uint32_t)partner[i]))
			tell_rule(diff, &told, was, is);
	}
	for (uint32_t j = 0; j < after->facts.rules; j++)
		if (!taken[j])
			tell_rule(diff, &told, none, (struct side){after, j});
	text_add(&diff->out, diff->json ? "]" : "");
	tell_fallbacks(diff, before, after);
	text_add(&diff->out, diff->json ? "}" : "");
}

static void
compare(struct diff *diff, const struct prices *before, const struct prices *after)
{
	size_t *partner = cli_grow(NULL, (before->facts.rules + (size_t)1) * sizeof(*partner));
	bool *taken = cli_grow(NULL, (after->facts.rules + (size_t)1) * sizeof(*taken));
	pair(before, after, partner, taken);
	bool changed = strcmp(before->facts.currency, after->facts.currency) != 0 || !same_fallbacks(before, after);
	for (uint32_t i = 0; i < before->facts.rules; i++)
		changed |= partner[i] == SIZE_MAX || !rule_same(before, i, after, (uint32_t)partner[i]);
	for (uint32_t j = 0; j < after->facts.rules; j++)
		changed |= !taken[j];
	if (changed)
		tell_changes(diff, before, after, partner, taken);
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
