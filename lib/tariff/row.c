/*
 * One usage priced, any way that rules allow: for each count the most specific rule that matches, else the declared fallback's, else an error; amount =
 * quantity * price / per, rounded half-even to 10^-18 line by line. Source: docs/rating.md.
 */
#include "row.h"

#include "quick.h"
#include "rate.h"

#include "base/abi.h"
#include "base/error.h"

#include <string.h>

#define FRACTION INT64_C(1000000000) /* a markup or discount has nine decimals */

/* One usage being priced. */
struct row {
	const struct jtn_tariff *tariff;
	const struct jtn_usage *usage;
	struct jtn__lines *lines;
	struct jtn_error *error;
	jtn__int128 total;
	int64_t all_input, all_tokens; /* what thresholds look at; only where the tariff has any */
	uint32_t flags, line_count;
	uint64_t seen[2]; /* meters so far */
};

void
jtn__lines_put(struct jtn__lines *lines, const struct jtn_line *line)
{
	if (lines->count++ >= lines->capacity)
		return;
	memset(lines->at, 0, lines->line_size);
	memcpy(lines->at, line, sizeof(*line));
	lines->at += lines->line_size;
}

/* Truncated quotient and rest to half-even; rest and whole are positive. */
static void
round_half_even(jtn__uint128 *quotient, jtn__uint128 *rest, uint64_t whole, bool *over)
{
	jtn__uint128 other = whole - *rest;
	*over = *rest > other || (*rest == other && (*quotient & 1));
	if (*over) {
		++*quotient;
		*rest = other;
	}
}

bool
jtn__part_of_amount(jtn__int128 amount, int64_t part, int64_t whole, jtn__int128 *ret, int64_t *retresidue)
{
	bool negative = (amount < 0) != (part < 0), over;
	jtn__uint128 size = amount < 0 ? -(jtn__uint128)amount : (jtn__uint128)amount;
	uint64_t times = part < 0 ? 0 - (uint64_t)part : (uint64_t)part;
	/* size * times / whole with size = high * whole + low, so that only high * times can be too large. */
	jtn__uint128 high = size / (uint64_t)whole, low = size % (uint64_t)whole * times, quotient;
	if (__builtin_mul_overflow(high, times, &quotient) ||
	    __builtin_add_overflow(quotient, low / (uint64_t)whole, &quotient) || quotient > (jtn__uint128)JTN__MONEY_MOST)
		return false;
	jtn__uint128 rest = low % (uint64_t)whole;
	round_half_even(&quotient, &rest, (uint64_t)whole, &over);
	if (quotient > (jtn__uint128)JTN__MONEY_MOST)
		return false;
	*ret = negative ? -(jtn__int128)quotient : (jtn__int128)quotient;
	*retresidue = over != negative ? -(int64_t)rest : (int64_t)rest;
	return true;
}

bool
jtn__price_of_quantity(const struct jtn__price *price, int64_t quantity, jtn__int128 *ret, int64_t *retresidue)
{
	if (price->unit >= 0) { /* below 2^126 */
		*ret = (jtn__int128)price->unit * quantity;
		*retresidue = 0;
		return jtn__amount_fits(*ret);
	}
	return jtn__part_of_amount(jtn__amount(price->amount), quantity, price->per, ret, retresidue);
}

static bool
in_window(const struct jtn__rule *rule, int64_t time_ns)
{
	int64_t week_s = jtn__week_second(time_ns);
	for (uint32_t i = 0; i < rule->window_count; i++)
		if (week_s >= rule->windows[i].from_s && week_s < rule->windows[i].until_s)
			return true;
	return false;
}

static bool
passes(const struct jtn__rule *rule, const struct row *row, int64_t quantity)
{
	int64_t q = rule->threshold == JTN_THRESHOLD_METER       ? quantity
	            : rule->threshold == JTN_THRESHOLD_ALL_INPUT ? row->all_input
	                                                         : row->all_tokens;
	return q > rule->above || (q == rule->above && rule->inclusive);
}

/* But for validity. */
static bool
meets_conditions(const struct jtn__rule *rule, const struct row *row, int64_t quantity)
{
	return (!rule->tiers || rule->tiers >> row->usage->tier & 1) && (!rule->threshold || passes(rule, row, quantity)) &&
	       (!rule->window_count || in_window(rule, row->usage->time_ns));
}

static bool
is_valid(const struct jtn__rule *rule, int64_t time_ns)
{
	return time_ns >= rule->from_ns && (time_ns < rule->until_ns || rule->until_ns == JTN__ALWAYS_UNTIL);
}

static const struct jtn__rule *
find_in_slot(const struct row *row, uint8_t slot, int64_t quantity)
{
	const struct jtn__slot *of = &row->tariff->slots[slot];
	for (uint32_t i = 0; i < of->count; i++) {
		const struct jtn__rule *rule = &row->tariff->rules[row->tariff->candidates[of->first + i]];
		if (is_valid(rule, row->usage->time_ns) && meets_conditions(rule, row, quantity))
			return rule;
	}
	return NULL;
}

/* The rule for a meter, its own or by the declared fallbacks; *meter becomes the one whose rule it is. */
static const struct jtn__rule *
find_rule(const struct row *row, uint32_t *meter, int64_t quantity)
{
	for (; *meter; *meter = row->tariff->fallback[*meter]) {
		const struct jtn__rule *rule = find_in_slot(row, row->tariff->slot_of[*meter], quantity);
		if (rule)
			return rule;
	}
	return NULL;
}

/* Why no rule was found: none at this instant, or none at all. */
static jtn_status
no_price(const struct row *row, uint32_t meter, int64_t quantity)
{
	char when[JTN_TIME_TEXT_SIZE];
	const struct jtn_tariff *tariff = row->tariff;
	const char *tier = jtn_tier_name(row->usage->tier), *name = jtn_meter_name(meter);
	bool ever = false;
	for (uint32_t at = meter; at && !ever; at = tariff->fallback[at]) {
		const struct jtn__slot *slot = &tariff->slots[tariff->slot_of[at]];
		for (uint32_t i = 0; i < slot->count && !ever; i++)
			ever = meets_conditions(&tariff->rules[tariff->candidates[slot->first + i]], row, quantity);
	}
	if (!ever)
		return jtn__fail(row->error, JTN_E_UNPRICED, name,
		                 "%d of %s, and %s %s has neither a price for it at tier %s nor a declared fallback", quantity,
		                 name, tariff->provider, tariff->model, tier);
	JTN__TRY(jtn_time_format(row->usage->time_ns, when, sizeof(when)));
	return jtn__fail(row->error, JTN_E_NO_PRICE, name, "%s %s has a price for %s, but none that is valid at %s",
	                 tariff->provider, tariff->model, name, when);
}

static jtn_status
too_much(const struct row *row, const char *what)
{
	return jtn__fail(row->error, JTN_E_OVERFLOW, what,
	                 "%s is beyond what can be held: 2^63 - 1 of a meter, 10^20 of a currency", what);
}

static bool
add_to_total(struct row *row, jtn__int128 amount)
{
	return !__builtin_add_overflow(row->total, amount, &row->total) && jtn__amount_fits(row->total);
}

static void
put_line(struct row *row, struct jtn_line *line, jtn__int128 amount)
{
	if (line->residue)
		line->flags |= JTN_CHARGE_ROUNDED;
	row->flags |= line->flags;
	row->line_count++;
	if (!row->lines)
		return;
	line->amount = jtn__money(amount);
	line->tier = row->usage->tier;
	jtn__lines_put(row->lines, line);
}

/* A quantity at one rule's price. */
static jtn_status
price_part(struct row *row, const struct jtn__rule *rule, uint32_t meter, uint32_t priced_as, int64_t quantity,
           uint32_t flags, jtn__int128 *retamount)
{
	struct jtn_line line = {.price = rule->price.amount,
	                        .quantity = quantity,
	                        .per = rule->price.per,
	                        .meter = meter,
	                        .priced_as = priced_as,
	                        .rule = (uint32_t)(rule - row->tariff->rules),
	                        .flags = flags};
	if (!jtn__price_of_quantity(&rule->price, quantity, retamount, &line.residue))
		return too_much(row, "amount");
	if (priced_as != meter)
		line.flags |= JTN_CHARGE_FALLBACK;
	if (row->usage->tier != JTN_TIER_STANDARD && !rule->tiers)
		line.flags |= JTN_CHARGE_TIER_FALLBACK;
	if (rule->layer)
		line.flags |= JTN_CHARGE_OVERLAY;
	put_line(row, &line, *retamount);
	return add_to_total(row, *retamount) ? JTN_OK : too_much(row, "total");
}

/* The customer's markup or discount on what a meter came to: its own, or that of the meter whose price it took. */
static jtn_status
adjust(struct row *row, uint32_t meter, uint32_t priced_as, int64_t quantity, jtn__int128 amount)
{
	jtn__int128 change;
	const uint8_t *slots = row->tariff->adjustment_of;
	const struct jtn__rule *rule = find_in_slot(row, slots[meter], quantity);
	if (!rule && priced_as != meter)
		rule = find_in_slot(row, slots[priced_as], quantity);
	if (!rule)
		return JTN_OK;
	struct jtn_line line = {.price = jtn__money(amount),
	                        .quantity = (int64_t)(jtn__amount(rule->price.amount) / (JTN__MONEY_UNIT / FRACTION)),
	                        .per = FRACTION,
	                        .priced_as = meter,
	                        .rule = (uint32_t)(rule - row->tariff->rules),
	                        .flags = JTN_CHARGE_OVERLAY};
	if (rule->effect == JTN_EFFECT_DISCOUNT)
		line.quantity = -line.quantity;
	if (!jtn__part_of_amount(amount, line.quantity, FRACTION, &change, &line.residue))
		return too_much(row, "amount");
	put_line(row, &line, change);
	return add_to_total(row, change) ? JTN_OK : too_much(row, "total");
}

/*
 * One meter's quantity. A graduated rule prices what lies above its threshold; the rest is then priced as if it were all
 * there is. Once a meter's own rules are done with they stay so: what its fallback priced comes last, and is adjusted apart.
 */
static jtn_status
price_meter(struct row *row, uint32_t meter, int64_t quantity, uint32_t flags)
{
	uint32_t priced_as = meter, before = meter;
	jtn__int128 all = 0, amount;
	bool own = find_in_slot(row, row->tariff->adjustment_of[meter], quantity) != NULL;
	for (int64_t left = quantity, part; left; left -= part) {
		priced_as = meter;
		const struct jtn__rule *rule = find_rule(row, &priced_as, left);
		if (!rule && flags & JTN_CHARGE_IMPLIED)
			return JTN_OK;
		if (!rule)
			return no_price(row, meter, left);
		if (!own && priced_as != before && all) {
			JTN__TRY(adjust(row, meter, before, quantity, all));
			all = 0;
		}
		before = priced_as;
		part = rule->graduated ? left - rule->above : left;
		JTN__TRY(price_part(row, rule, meter, priced_as, part, flags, &amount));
		all += amount; /* each below 2^127, their sum checked in the total */
	}
	return adjust(row, meter, priced_as, quantity, all);
}

static bool
see(struct row *row, uint32_t meter)
{
	uint64_t bit = UINT64_C(1) << (meter & 63), *seen = &row->seen[meter >> 6];
	bool before = *seen & bit;
	*seen |= bit;
	return before;
}

static jtn_status
check_count(const struct row *row, const struct jtn_count *count)
{
	if (count->meter == 0 || count->meter >= JTN__METERS)
		return jtn__fail(row->error, JTN_E_ARGUMENT, "meter", "meter %d is not one of enum jtn_meter, 1 to %d",
		                 (int64_t)count->meter, (int64_t)JTN__METERS - 1);
	if (count->quantity < 0)
		return jtn__fail(row->error, JTN_E_RANGE, jtn_meter_name(count->meter),
		                 "%d of %s; quantities are zero or more, and a correction is a reversal", count->quantity,
		                 jtn_meter_name(count->meter));
	return count->reserved ? jtn__fail(row->error, JTN_E_ABI, "reserved", "count.reserved must be zero") : JTN_OK;
}

/* Input and output tokens of the row: the meters up to the last token meter are in that order. */
static bool
add_up(struct row *row, uint32_t meter, int64_t quantity)
{
	if (meter > JTN_METER_REJECTED_PREDICTION)
		return true;
	return !__builtin_add_overflow(row->all_tokens, quantity, &row->all_tokens) &&
	       (meter >= JTN_METER_OUTPUT || !__builtin_add_overflow(row->all_input, quantity, &row->all_input));
}

bool
jtn__has_tail(const void *row, size_t known, size_t given)
{
	const unsigned char *bytes = row;
	while (given > known)
		if (bytes[--given])
			return true;
	return false;
}

jtn_status
jtn__newer_caller(const char *what, struct jtn_error *error)
{
	return jtn__fail(error, JTN_E_ABI, what, "a row of %s sets a field this library (%s) does not know", what,
	                 jtn_version());
}

static const struct jtn_count *
count_at(const struct jtn__counts *counts, size_t index)
{
	return (const struct jtn_count *)(const void *)(counts->first + index * counts->size);
}

/* Checks every count, adds up what thresholds look at; *rettwice is whether a meter is there more than once. */
static jtn_status
survey(struct row *row, const struct jtn__counts *counts, bool *rettwice)
{
	bool sums = row->tariff->thresholds & (1 << JTN_THRESHOLD_ALL_INPUT | 1 << JTN_THRESHOLD_TOTAL);
	*rettwice = false;
	for (size_t i = 0; i < counts->count; i++) {
		const struct jtn_count *count = count_at(counts, i);
		JTN__TRY(check_count(row, count));
		if (jtn__has_tail(count, sizeof(*count), counts->size))
			return jtn__newer_caller("counts", row->error);
		*rettwice |= see(row, count->meter);
		if (sums && !add_up(row, count->meter, count->quantity))
			return too_much(row, "tokens");
	}
	return JTN_OK;
}

/* A meter that is there more than once counts as one, so that thresholds see all of it. */
static jtn_status
price_sums(struct row *row, const struct jtn__counts *counts)
{
	int64_t sums[JTN__METERS] = {0};
	for (size_t i = 0; i < counts->count; i++) {
		const struct jtn_count *count = count_at(counts, i);
		if (__builtin_add_overflow(sums[count->meter], count->quantity, &sums[count->meter]))
			return too_much(row, jtn_meter_name(count->meter));
	}
	for (uint32_t meter = 1; meter < JTN__METERS; meter++)
		if (sums[meter])
			JTN__TRY(price_meter(row, meter, sums[meter], 0));
	return JTN_OK;
}

static jtn_status
price_counts(struct row *row, const struct jtn__counts *counts)
{
	bool twice;
	JTN__TRY(survey(row, counts, &twice));
	if (twice)
		JTN__TRY(price_sums(row, counts));
	for (size_t i = 0; i < counts->count && !twice; i++) {
		const struct jtn_count *count = count_at(counts, i);
		if (count->quantity)
			JTN__TRY(price_meter(row, count->meter, count->quantity, 0));
	}
	if (row->tariff->slot_of[JTN_METER_REQUESTS] && !see(row, JTN_METER_REQUESTS))
		return price_meter(row, JTN_METER_REQUESTS, 1, JTN_CHARGE_IMPLIED);
	return JTN_OK;
}

jtn_status
jtn__rate_row(const struct jtn_tariff *tariff, const struct jtn_usage *usage, const struct jtn__counts *counts,
              struct jtn__lines *lines, struct jtn_charge *ret, struct jtn_error *error)
{
	struct row row = {.tariff = tariff, .usage = usage, .lines = lines, .error = error};
	JTN__TRY(price_counts(&row, counts));
	ret->total = jtn__money(row.total);
	ret->flags = row.flags;
	ret->lines = row.line_count;
	return JTN_OK;
}
