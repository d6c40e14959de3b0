/* Rules as people and programs read them, and whether two of them charge the same. */
#include "rule.h"

#include "digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MILLION INT64_C(1000000)
#define DAY_S 86400u

static bool
same_money(struct jtn_money a, struct jtn_money b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

/* 2.5 per 1000000 is 0.0025 per 1000. */
static bool
same_rate(struct jtn_money price, int64_t per, struct jtn_money other, int64_t other_per)
{
	struct jtn_money left, right;
	if (same_money(price, other) && per == other_per)
		return true;
	return per > 0 && other_per > 0 && jtn_money_multiply(price, other_per, &left, NULL) == JTN_OK &&
	       jtn_money_multiply(other, per, &right, NULL) == JTN_OK && same_money(left, right);
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

/* "Mon 16:30", and the seconds where there are some. */
static void
add_week_time(struct text *text, uint32_t second)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Sun"};
	uint32_t day = second / DAY_S, of_day = second % DAY_S;
	bool end = second == 7 * DAY_S;
	text_addf(text, "%s %02u:%02u", days[day], end ? 24u : (unsigned)(of_day / 3600), (unsigned)(of_day / 60 % 60));
	if (of_day % 60)
		text_addf(text, ":%02u", (unsigned)(of_day % 60));
}

#define WINDOWS_TOLD 7 /* a time of day on each day of a week */

static void
add_windows(struct text *text, const struct prices *prices, uint32_t rule)
{
	uint32_t from, until, count = prices->rules[rule].windows;
	for (uint32_t i = 0; i < count && i < WINDOWS_TOLD; i++) {
		if (jtn_tariff_read_window(prices->tariff, rule, i, &from, &until) != JTN_OK)
			continue;
		text_add(text, i > 0 ? ", " : "");
		add_week_time(text, from);
		text_add(text, " to ");
		add_week_time(text, until);
	}
	if (count > WINDOWS_TOLD)
		text_addf(text, " and %u more", (unsigned)(count - WINDOWS_TOLD));
	text_add(text, count ? " UTC" : "");
}

void
rule_add_conditions(struct text *text, const struct prices *prices, uint32_t at)
{
	const struct jtn_rule_facts *rule = &prices->rules[at];
	size_t before = text->length;
	for (uint32_t tier = 0; tier < 32; tier++)
		if (rule->tiers >> tier & 1 && jtn_tier_name(tier))
			add_condition(text, before, jtn_tier_name(tier));
	if (rule->threshold != JTN_THRESHOLD_NONE) {
		add_condition(text, before, rule->inclusive ? "from " : "above ");
		text_count(text, rule->above, 0);
		text_addf(text, " %s%s", threshold_name(rule->threshold), rule->graduated ? " (what is above)" : "");
	}
	if (rule->windows > 0) {
		add_condition(text, before, "");
		add_windows(text, prices, at);
	}
	if (rule->from_ns != INT64_MIN) {
		add_condition(text, before, "since ");
		instant_add(text, rule->from_ns);
	}
	if (rule->until_ns != INT64_MAX) {
		add_condition(text, before, "until ");
		instant_add(text, rule->until_ns);
	}
}

/* What a period charge is made of, its steps at the end; false for other rules. */
struct settle {
	struct jtn_settle_facts facts;
	struct jtn_step *steps;
};

static bool
settle_open(struct settle *settle, const struct prices *prices, uint32_t rule)
{
	*settle = (struct settle){.facts = {.size = sizeof(settle->facts)}};
	if (jtn_tariff_read_settle(prices->tariff, rule, &settle->facts) != JTN_OK)
		return false;
	settle->steps = cli_grow(NULL, (settle->facts.steps + (size_t)1) * sizeof(*settle->steps));
	for (uint32_t i = 0; i < settle->facts.steps; i++)
		(void)!jtn_tariff_read_step(prices->tariff, rule, i, &settle->steps[i], sizeof(*settle->steps));
	return true;
}

static const char *
settle_name(int32_t model)
{
	static const char *const names[] = {"",         "graduated",  "volume",     "package",      "minimum",
	                                    "maximum",  "percentage", "commitment", "subscription", "provisioned",
	                                    "allowance"};
	return model > 0 && model <= JTN_SETTLE_ALLOWANCE ? names[model] : "";
}

static int32_t
decimals_of(const struct jtn_rule_facts *rule)
{
	struct jtn_meter_facts facts = {0};
	uint32_t meter = rule_meter(rule);
	return meter && jtn_meter_read_facts(meter, &facts, sizeof(facts)) == JTN_OK ? facts.decimals : 0;
}

static void
add_per(struct text *text, struct jtn_money price, int64_t per, int32_t decimals)
{
	text_money(text, price);
	text_add(text, " per ");
	text_count(text, per, decimals);
}

void
rule_add_settle(struct text *text, const struct prices *prices, uint32_t rule)
{
	struct settle settle;
	const struct jtn_settle_facts *facts = &settle.facts;
	const struct jtn_money zero = {0};
	int32_t decimals = decimals_of(&prices->rules[rule]);
	if (!settle_open(&settle, prices, rule))
		return;
	text_add(text, settle_name(facts->model));
	if (!same_money(facts->amount, zero)) {
		text_add(text, " ");
		text_money(text, facts->amount);
	}
	if (facts->per > 0) {
		text_add(text, ", ");
		add_per(text, facts->price, facts->per, decimals);
	}
	if (facts->quantity) {
		text_add(text, ", quantity ");
		text_count(text, facts->quantity, decimals);
	}
	if (facts->free) {
		text_add(text, ", free ");
		text_count(text, facts->free, decimals);
	}
	for (uint32_t i = 0; i < facts->steps; i++) {
		const struct jtn_step *step = &settle.steps[i];
		text_add(text, ", ");
		add_per(text, step->price, step->per, decimals);
		if (!same_money(step->flat, zero)) {
			text_add(text, " and ");
			text_money(text, step->flat);
		}
		if (step->up_to != INT64_MAX) {
			text_add(text, " up to ");
			text_count(text, step->up_to, decimals);
		}
	}
	free(settle.steps);
}

static bool
same_settle(const struct prices *a, uint32_t rule, const struct prices *b, uint32_t other)
{
	struct settle left, right;
	if (!settle_open(&left, a, rule))
		return true; /* no period charges: their effects were compared */
	if (!settle_open(&right, b, other)) {
		free(left.steps);
		return false;
	}
	const struct jtn_settle_facts *one = &left.facts, *two = &right.facts;
	bool same = one->model == two->model && same_money(one->amount, two->amount) &&
	            same_rate(one->price, one->per, two->price, two->per) && one->quantity == two->quantity &&
	            one->free == two->free && one->steps == two->steps;
	for (uint32_t i = 0; same && i < one->steps; i++)
		same = left.steps[i].up_to == right.steps[i].up_to && same_money(left.steps[i].flat, right.steps[i].flat) &&
		       same_rate(left.steps[i].price, left.steps[i].per, right.steps[i].price, right.steps[i].per);
	free(left.steps);
	free(right.steps);
	return same;
}

static bool
same_windows(const struct prices *a, uint32_t rule, const struct prices *b, uint32_t other)
{
	uint32_t from[2], until[2];
	if (a->rules[rule].windows != b->rules[other].windows)
		return false;
	for (uint32_t i = 0; i < a->rules[rule].windows; i++)
		if (jtn_tariff_read_window(a->tariff, rule, i, &from[0], &until[0]) != JTN_OK ||
		    jtn_tariff_read_window(b->tariff, other, i, &from[1], &until[1]) != JTN_OK || from[0] != from[1] ||
		    until[0] != until[1])
			return false;
	return true;
}

bool
rule_same(const struct prices *a, uint32_t rule, const struct prices *b, uint32_t other)
{
	const struct jtn_rule_facts *one = &a->rules[rule], *two = &b->rules[other];
	return same_rate(one->price, one->per, two->price, two->per) && one->effect == two->effect &&
	       one->from_ns == two->from_ns && one->until_ns == two->until_ns && one->above == two->above &&
	       one->meters[0] == two->meters[0] && one->meters[1] == two->meters[1] && one->tiers == two->tiers &&
	       one->threshold == two->threshold && one->inclusive == two->inclusive && one->graduated == two->graduated &&
	       same_windows(a, rule, b, other) && same_settle(a, rule, b, other);
}

static void
settle_json(struct text *text, const struct prices *prices, uint32_t rule)
{
	struct settle settle;
	int32_t decimals = decimals_of(&prices->rules[rule]);
	if (!settle_open(&settle, prices, rule))
		return;
	text_addf(text, ", \"model\": \"%s\", \"amount\": \"", settle_name(settle.facts.model));
	text_money(text, settle.facts.amount);
	text_add(text, "\", \"quantity\": \"");
	text_count(text, settle.facts.quantity, decimals);
	text_add(text, "\", \"free\": \"");
	text_count(text, settle.facts.free, decimals);
	text_add(text, "\", \"tiers\": [");
	for (uint32_t i = 0; i < settle.facts.steps; i++) {
		const struct jtn_step *step = &settle.steps[i];
		text_add(text, i > 0 ? ", {\"price\": \"" : "{\"price\": \"");
		text_money(text, step->price);
		text_add(text, "\", \"per\": \"");
		text_count(text, step->per, decimals);
		text_add(text, "\", \"flat\": \"");
		text_money(text, step->flat);
		if (step->up_to != INT64_MAX) {
			text_add(text, "\", \"up_to\": \"");
			text_count(text, step->up_to, decimals);
		}
		text_add(text, "\"}");
	}
	text_add(text, "]");
	free(settle.steps);
}

/* In seconds since Monday 00:00 UTC. */
static void
windows_json(struct text *text, const struct prices *prices, uint32_t rule)
{
	uint32_t from, until, count = prices->rules[rule].windows;
	for (uint32_t i = 0; i < count; i++)
		if (jtn_tariff_read_window(prices->tariff, rule, i, &from, &until) == JTN_OK)
			text_addf(text, "%s{\"from_s\": %u, \"until_s\": %u}", i == 0 ? ", \"windows\": [" : ", ", (unsigned)from,
			          (unsigned)until);
	text_add(text, count ? "]" : "");
}

static void
add_bound(struct text *text, const char *key, int64_t time_ns)
{
	char instant[JTN_TIME_TEXT_SIZE];
	if (time_ns != INT64_MIN && time_ns != INT64_MAX && jtn_time_format(time_ns, instant, sizeof(instant)) == JTN_OK)
		text_addf(text, ", \"%s\": \"%s\"", key, instant);
}

void
rule_json(struct text *text, const struct prices *prices, uint32_t at)
{
	const struct jtn_rule_facts *rule = &prices->rules[at];
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
	windows_json(text, prices, at);
	settle_json(text, prices, at);
	add_bound(text, "from", rule->from_ns);
	add_bound(text, "until", rule->until_ns);
	text_add(text, "}");
}
