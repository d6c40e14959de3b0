/*
 * Settling: period charges as f(prior + now) - f(prior), so that any way of cutting a period into settlings comes to the
 * same. What falls due at the end only (volume prices, fees, minimums) is zero in f until the final settling.
 * Source: docs/rating.md, "Period charges".
 */
#include "rate.h"

#include "base/abi.h"
#include "base/error.h"

#include <string.h>

#define FRACTION INT64_C(1000000000)

/* One call. */
struct settling {
	const struct jtn_tariff *tariff;
	struct jtn_period period;
	struct jtn__lines lines;
	jtn__int128 total; /* of the lines so far */
	struct jtn_error *error;
};

static jtn_status
too_much(const struct settling *settling, const struct jtn__settle *settle)
{
	return jtn__fail(settling->error, JTN_E_OVERFLOW, settle->id, "what %s comes to is beyond what money holds, 10^20",
	                 settle->id);
}

static bool
is_due(const struct settling *settling, const struct jtn__settle *settle)
{
	return settling->period.time_ns >= settle->from_ns &&
	       (settling->period.time_ns < settle->until_ns || settle->until_ns == JTN__ALWAYS_UNTIL);
}

/* The sum of an entry's meters. */
static jtn_status
add_up(const struct settling *settling, const struct jtn__settle *settle, const struct jtn_count *counts,
       uint64_t count, int64_t *ret)
{
	int64_t sum = 0;
	for (uint64_t i = 0; i < count; i++)
		if (jtn__meters_have(&settle->meters, counts[i].meter) && __builtin_add_overflow(sum, counts[i].quantity, &sum))
			return too_much(settling, settle);
	*ret = sum;
	return JTN_OK;
}

/* Two amounts may come to more than 2^127. */
static bool
add_amount(jtn__int128 *sum, jtn__int128 amount)
{
	return !__builtin_add_overflow(*sum, amount, sum) && jtn__amount_fits(*sum);
}

/* A line; amount 0 of nothing is none. */
static jtn_status
put(struct settling *settling, const struct jtn__settle *settle, struct jtn_line *line, jtn__int128 amount)
{
	line->rule = settling->tariff->rule_count + (uint32_t)(settle - settling->tariff->settles);
	line->flags |= JTN_CHARGE_SETTLED | (line->residue ? JTN_CHARGE_ROUNDED : 0);
	line->priced_as = line->meter;
	line->amount = jtn__money(amount);
	if (!add_amount(&settling->total, amount))
		return too_much(settling, settle);
	jtn__lines_put(&settling->lines, line);
	return JTN_OK;
}

/* A sum of money as a line: one of something at that price. */
static jtn_status
put_money(struct settling *settling, const struct jtn__settle *settle, uint32_t step, jtn__int128 amount)
{
	struct jtn_line line = {.price = jtn__money(amount), .quantity = 1, .per = 1, .step = step};
	return amount ? put(settling, settle, &line, amount) : JTN_OK;
}

static uint32_t
first_meter(const struct jtn__settle *settle)
{
	for (uint32_t meter = 1; meter < JTN__METERS; meter++)
		if (jtn__meters_have(&settle->meters, meter))
			return meter;
	return 0;
}

/* What a quantity comes to when `before` of it was settled already: rounded together, so that settlings add up. */
static jtn_status
put_quantity(struct settling *settling, const struct jtn__settle *settle, const struct jtn__price *price, uint32_t step,
             int64_t before, int64_t after)
{
	jtn__int128 was, is;
	int64_t ignored, residue;
	struct jtn_line line = {.price = price->amount,
	                        .quantity = after - before,
	                        .per = price->per,
	                        .meter = first_meter(settle),
	                        .step = step};
	if (after == before)
		return JTN_OK;
	if (!jtn__price_of_quantity(price, before, &was, &ignored) || !jtn__price_of_quantity(price, after, &is, &residue))
		return too_much(settling, settle);
	line.residue = residue - ignored;
	return put(settling, settle, &line, is - was);
}

static int64_t
within(int64_t quantity, int64_t low, int64_t high)
{
	return quantity < low ? low : quantity > high ? high : quantity;
}

/* Each quantum at its step's price; a step's flat fee once something of it is used. */
static jtn_status
settle_graduated(struct settling *settling, const struct jtn__settle *settle, int64_t prior, int64_t all)
{
	int64_t low = 0;
	for (uint32_t i = 0; i < settle->step_count; low = settle->steps[i++].up_to) {
		const struct jtn__step *step = &settle->steps[i];
		JTN__TRY(put_quantity(settling, settle, &step->price, i + 1, within(prior, low, step->up_to) - low,
		                      within(all, low, step->up_to) - low));
		if (prior <= low && all > low)
			JTN__TRY(put_money(settling, settle, i + 1, jtn__amount(step->flat)));
	}
	return JTN_OK;
}

/* Every quantum at the price of the step that the whole period reaches: known at its end only. */
static jtn_status
settle_volume(struct settling *settling, const struct jtn__settle *settle, int64_t all)
{
	uint32_t i = 0;
	if (!settling->period.final)
		return JTN_OK;
	while (i + 1 < settle->step_count && all > settle->steps[i].up_to)
		i++;
	JTN__TRY(put_quantity(settling, settle, &settle->steps[i].price, i + 1, 0, all));
	return put_money(settling, settle, i + 1, jtn__amount(settle->steps[i].flat));
}

static int64_t
packages(const struct jtn__settle *settle, int64_t quantity)
{
	int64_t paid = quantity > settle->free ? quantity - settle->free : 0;
	return paid / settle->quantity + (paid % settle->quantity != 0);
}

static jtn_status
settle_package(struct settling *settling, const struct jtn__settle *settle, int64_t prior, int64_t all)
{
	return put_quantity(settling, settle, &settle->price, 0, packages(settle, prior), packages(settle, all));
}

/* The fee falls due once, with the final settling. */
static jtn_status
settle_subscription(struct settling *settling, const struct jtn__settle *settle, int64_t prior, int64_t all)
{
	if (settling->period.final)
		JTN__TRY(put_money(settling, settle, 0, jtn__amount(settle->amount)));
	return put_quantity(settling, settle, &settle->price, 0, within(prior - settle->quantity, 0, INT64_MAX),
	                    within(all - settle->quantity, 0, INT64_MAX));
}

/* Never less than what was committed to, which the final settling makes up for. */
static jtn_status
settle_provisioned(struct settling *settling, const struct jtn__settle *settle, int64_t prior, int64_t all)
{
	int64_t least = settling->period.final ? settle->quantity : 0;
	return put_quantity(settling, settle, &settle->price, 0, prior, within(all, least, INT64_MAX));
}

/* The credit for what an overlay gives away: the price of the first `quantity`, taken back. See settle_excess(). */
static jtn_status
settle_allowance(struct settling *settling, const struct jtn__settle *settle, int64_t prior, int64_t all)
{
	return put_quantity(settling, settle, &settle->price, 0, -within(prior, 0, settle->quantity),
	                    -within(all, 0, settle->quantity));
}

static jtn_status
settle_usage(struct settling *settling, const struct jtn__settle *settle)
{
	const struct jtn_period *period = &settling->period;
	int64_t prior, all, now;
	JTN__TRY(add_up(settling, settle, period->prior, period->prior_count, &prior));
	JTN__TRY(add_up(settling, settle, period->now, period->now_count, &now));
	if (__builtin_add_overflow(prior, now, &all))
		return too_much(settling, settle);
	switch (settle->model) {
	case JTN_SETTLE_GRADUATED:
		return settle_graduated(settling, settle, prior, all);
	case JTN_SETTLE_VOLUME:
		return settle_volume(settling, settle, all);
	case JTN_SETTLE_PACKAGE:
		return settle_package(settling, settle, prior, all);
	case JTN_SETTLE_SUBSCRIPTION:
		return settle_subscription(settling, settle, prior, all);
	case JTN_SETTLE_PROVISIONED:
		return settle_provisioned(settling, settle, prior, all);
	case JTN_SETTLE_ALLOWANCE:
		return settle_allowance(settling, settle, prior, all);
	default:
		return JTN_OK;
	}
}

/* What allowances credit for the first `quantity` of each, beyond what all events came to: they never give back more. */
static jtn_status
excess(const struct settling *settling, bool all, jtn__int128 *ret)
{
	const struct jtn_period *period = &settling->period;
	jtn__int128 credits = 0, credit, events = jtn__amount(period->prior_events);
	int64_t ignored;
	for (uint32_t i = 0; i < settling->tariff->settle_count; i++) {
		const struct jtn__settle *settle = &settling->tariff->settles[i];
		int64_t quantity, now = 0;
		if (settle->model != JTN_SETTLE_ALLOWANCE || !is_due(settling, settle))
			continue;
		JTN__TRY(add_up(settling, settle, period->prior, period->prior_count, &quantity));
		if (all)
			JTN__TRY(add_up(settling, settle, period->now, period->now_count, &now));
		if (__builtin_add_overflow(quantity, now, &quantity) ||
		    !jtn__price_of_quantity(&settle->price, within(quantity, 0, settle->quantity), &credit, &ignored) ||
		    !add_amount(&credits, credit))
			return too_much(settling, settle);
	}
	if (all && !add_amount(&events, jtn__amount(period->now_spend)))
		return jtn__fail(settling->error, JTN_E_OVERFLOW, "period", "a spend beyond what money holds, 10^20");
	if (events < 0)
		events = 0;
	*ret = credits > events ? credits - events : 0;
	return JTN_OK;
}

/* What is credited too much, as a line of the first allowance; less of it later, when more events have come. */
static jtn_status
settle_excess(struct settling *settling)
{
	const struct jtn__settle *first = settling->tariff->settles, *end = first + settling->tariff->settle_count;
	jtn__int128 before, after;
	while (first < end && (first->model != JTN_SETTLE_ALLOWANCE || !is_due(settling, first)))
		first++;
	if (first == end)
		return JTN_OK;
	JTN__TRY(excess(settling, false, &before));
	JTN__TRY(excess(settling, true, &after));
	return put_money(settling, first, 0, after - before);
}

static jtn_status
settle_usages(struct settling *settling)
{
	for (uint32_t i = 0; i < settling->tariff->settle_count; i++)
		if (is_due(settling, &settling->tariff->settles[i]))
			JTN__TRY(settle_usage(settling, &settling->tariff->settles[i]));
	return settle_excess(settling);
}

/* What this settling's charges come to so far: events and lines. */
static bool
spend_now(const struct settling *settling, jtn__int128 *ret)
{
	*ret = jtn__amount(settling->period.now_spend);
	return add_amount(ret, settling->total);
}

/* What percentages were of at the settlings before this one: their events, and usage settled by what was used. */
static jtn_status
spend_before(const struct settling *settling, jtn__int128 *ret)
{
	struct settling before = {.tariff = settling->tariff, .error = settling->error};
	before.period.time_ns = settling->period.time_ns;
	before.period.now = settling->period.prior;
	before.period.now_count = settling->period.prior_count;
	before.period.now_spend = settling->period.prior_events;
	JTN__TRY(settle_usages(&before));
	return spend_now(&before, ret)
	           ? JTN_OK
	           : jtn__fail(settling->error, JTN_E_OVERFLOW, "period", "a spend beyond what money holds, 10^20");
}

/* Of two percentages the larger applies first, of equal ones that whose id sorts first: the book's order changes nothing. */
static bool
applies_before(const struct jtn__settle *a, const struct jtn__settle *b)
{
	int order = jtn_money_compare(b->amount, a->amount);
	if (!order)
		order = strcmp(a->id, b->id);
	return order ? order < 0 : a < b;
}

/* The percentage that applies after `last`, the first of all after NULL; NULL for none. */
static const struct jtn__settle *
next_percentage(const struct settling *settling, const struct jtn__settle *last)
{
	const struct jtn__settle *next = NULL;
	for (uint32_t i = 0; i < settling->tariff->settle_count; i++) {
		const struct jtn__settle *settle = &settling->tariff->settles[i];
		if (settle->model == JTN_SETTLE_PERCENTAGE && is_due(settling, settle) &&
		    (!last || applies_before(last, settle)) && (!next || applies_before(settle, next)))
			next = settle;
	}
	return next;
}

/* A fraction off what the period has come to, less what it took off before; both sums are left without it. */
static jtn_status
settle_percentage(struct settling *settling, const struct jtn__settle *settle, jtn__int128 *before, jtn__int128 *all)
{
	jtn__int128 was, is, base;
	int64_t residue;
	struct jtn_line line = {.quantity = -(int64_t)(jtn__amount(settle->amount) / (JTN__MONEY_UNIT / FRACTION)),
	                        .per = FRACTION};
	if (__builtin_sub_overflow(*all, *before, &base) || !jtn__amount_fits(base) ||
	    !jtn__part_of_amount(*before, line.quantity, FRACTION, &was, &residue) ||
	    !jtn__part_of_amount(*all, line.quantity, FRACTION, &is, &line.residue))
		return too_much(settling, settle);
	line.price = jtn__money(base);
	line.residue -= residue;
	*before += was;
	*all += is;
	return is != was ? put(settling, settle, &line, is - was) : JTN_OK;
}

static jtn_status
settle_percentages(struct settling *settling)
{
	jtn__int128 before, all;
	const struct jtn__settle *settle = next_percentage(settling, NULL);
	if (!settle)
		return JTN_OK;
	JTN__TRY(spend_before(settling, &before));
	if (!spend_now(settling, &all) || !add_amount(&all, before))
		return too_much(settling, settle);
	for (; settle; settle = next_percentage(settling, settle))
		JTN__TRY(settle_percentage(settling, settle, &before, &all));
	return JTN_OK;
}

/* Spend held to bounds: a maximum caps at any time; what a commitment or minimum lacks falls due at the end. */
static jtn_status
settle_bound(struct settling *settling, const struct jtn__settle *settle)
{
	jtn__int128 lack = jtn__amount(settle->amount), spend;
	if (!spend_now(settling, &spend) || !add_amount(&spend, jtn__amount(settling->period.prior_spend)) ||
	    !add_amount(&lack, -spend))
		return too_much(settling, settle);
	bool due = settle->model == JTN_SETTLE_MAXIMUM ? lack < 0 : lack > 0 && settling->period.final;
	return due ? put_money(settling, settle, 0, lack) : JTN_OK;
}

/* The order in which entries apply, whatever their order in the book. */
static jtn_status
settle_all(struct settling *settling)
{
	static const uint8_t bounds[] = {JTN_SETTLE_COMMITMENT, JTN_SETTLE_MAXIMUM, JTN_SETTLE_MINIMUM};
	const struct jtn_tariff *tariff = settling->tariff;
	JTN__TRY(settle_usages(settling));
	JTN__TRY(settle_percentages(settling));
	for (size_t turn = 0; turn < sizeof(bounds); turn++)
		for (uint32_t i = 0; i < tariff->settle_count; i++)
			if (tariff->settles[i].model == bounds[turn] && is_due(settling, &tariff->settles[i]))
				JTN__TRY(settle_bound(settling, &tariff->settles[i]));
	return JTN_OK;
}

static jtn_status
check_counts(const struct jtn_count *counts, uint64_t count, struct jtn_error *reterr)
{
	if (count && !counts)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "period", "counts are NULL");
	for (uint64_t i = 0; i < count; i++) {
		if (counts[i].meter == 0 || counts[i].meter >= JTN__METERS)
			return jtn__fail(reterr, JTN_E_ARGUMENT, "meter", "meter %d is not one of enum jtn_meter",
			                 (int64_t)counts[i].meter);
		if (counts[i].quantity < 0)
			return jtn__fail(reterr, JTN_E_RANGE, "quantity", "a negative quantity of %s",
			                 jtn_meter_name(counts[i].meter));
		if (counts[i].reserved)
			return jtn__fail(reterr, JTN_E_ABI, "reserved", "count.reserved must be zero");
	}
	return JTN_OK;
}

static jtn_status
check_period(const struct jtn_period *period, struct jtn_error *reterr)
{
	JTN__TRY(check_counts(period->prior, period->prior_count, reterr));
	JTN__TRY(check_counts(period->now, period->now_count, reterr));
	if (period->final != 0 && period->final != 1)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "final", "final is %d; expected 1 at a period's last settling, else 0",
		                 (int64_t)period->final);
	if (!jtn__amount_fits(jtn__amount(period->prior_spend)) || !jtn__amount_fits(jtn__amount(period->now_spend)) ||
	    !jtn__amount_fits(jtn__amount(period->prior_events)))
		return jtn__fail(reterr, JTN_E_OVERFLOW, "period", "a spend beyond what money holds, 10^20");
	return JTN_OK;
}

jtn_status
jtn_settle(const struct jtn_tariff *tariff, const struct jtn_period *period, struct jtn_line *ret, size_t line_size,
           size_t capacity, size_t *retcount, struct jtn_money *rettotal, struct jtn_error *reterr)
{
	struct settling settling = {.tariff = tariff, .error = reterr};
	if (!tariff || !retcount || !rettotal || (capacity && !ret))
		return jtn__fail(reterr, JTN_E_ARGUMENT, "", "tariff, retcount, rettotal or ret is NULL");
	JTN__TRY(jtn__check_rows(line_size, sizeof(*ret), "jtn_line", reterr));
	JTN__TRY(jtn__read_options(period, sizeof(*period), &settling.period, sizeof(*period), "period", reterr));
	JTN__TRY(check_period(&settling.period, reterr));
	/* Once to know that all goes well, and how much there is. */
	JTN__TRY(settle_all(&settling));
	*retcount = settling.lines.count;
	if (settling.lines.count > capacity)
		return jtn__fail(reterr, JTN_E_SPACE, "capacity", "%d lines, and room for %d", (int64_t)settling.lines.count,
		                 (int64_t)capacity);
	settling.total = 0;
	settling.lines = (struct jtn__lines){(unsigned char *)ret, line_size, capacity, 0};
	JTN__TRY(settle_all(&settling));
	*rettotal = jtn__money(settling.total);
	return JTN_OK;
}
