/*
 * Rating in rows: the short way where a tariff's rules reduce to it, else the long one of row.c, which gives the same.
 * Source: docs/rating.md.
 */
#include "jeton/rate.h"

#include "quick.h"
#include "row.h"

#include "base/abi.h"
#include "base/error.h"

#include <string.h>

_Static_assert(sizeof(struct jtn_charge) == 32 && offsetof(struct jtn_charge, flags) == 20, "frozen layout");
_Static_assert(sizeof(struct jtn_line) == 80 && offsetof(struct jtn_line, quantity) == 32 &&
                   offsetof(struct jtn_line, meter) == 56,
               "frozen layout");

static jtn_status
check_usage(const struct jtn_usage *usage, size_t counts_len, struct jtn_error *error)
{
	if (!jtn_tier_name(usage->tier))
		return jtn__fail(error, JTN_E_ARGUMENT, "tier", "tier %d is not one of enum jtn_tier", (int64_t)usage->tier);
	if ((uint64_t)usage->first + usage->count > counts_len)
		return jtn__fail(error, JTN_E_ARGUMENT, "first", "counts %d to %d of %d", (int64_t)usage->first,
		                 (int64_t)usage->first + usage->count, (int64_t)counts_len);
	if (usage->flags || usage->reserved)
		return jtn__fail(error, JTN_E_ABI, "flags", "usage.flags and usage.reserved must be zero");
	return JTN_OK;
}

/* The arguments of a call: where rows are, and how far apart. */
struct batch {
	const struct jtn_tariff *const *tariffs;
	size_t tariff_count;
	const unsigned char *usage, *counts;
	size_t usage_size, counts_len, count_size;
};

static jtn_status
rate_at(const struct batch *batch, size_t index, struct jtn_charge *ret, struct jtn_error *error)
{
	struct jtn_usage usage;
	const unsigned char *in = batch->usage + index * batch->usage_size;
	memcpy(&usage, in, sizeof(usage));
	ret->tariff = usage.tariff;
	JTN__TRY(check_usage(&usage, batch->counts_len, error));
	if (jtn__has_tail(in, sizeof(usage), batch->usage_size))
		return jtn__newer_caller("usage", error);
	if (usage.tariff >= batch->tariff_count || !batch->tariffs[usage.tariff])
		return jtn__fail(error, JTN_E_ARGUMENT, "tariff", "no tariff %d among the %d given", (int64_t)usage.tariff,
		                 (int64_t)batch->tariff_count);
	struct jtn__counts counts = {batch->counts + usage.first * batch->count_size, batch->count_size, usage.count};
	return jtn__rate_row(batch->tariffs[usage.tariff], &usage, &counts, NULL, ret, error);
}

#define COUNTS_MOST 0xffff /* of a row on the short way: with 47 bits of a quantity, no sum of them leaves 63 */
#define QUANTITY_BITS 47

/* What the short way gathers over the counts of a row; faults are looked at once, since branches cost most. */
struct sum {
	jtn__uint128 total;
	uint64_t quantities, meters; /* all of them, or'ed */
	uint64_t units;              /* likewise, where some may be below zero */
	uint64_t seen, times;        /* the bits of the meters, or'ed and added: not the same where one is there twice */
	uint32_t lines;
};

static inline void
add_quickly(struct sum *sum, const struct jtn_count *count, uint32_t bit, int64_t unit)
{
	uint64_t quantity = (uint64_t)count->quantity, own = UINT64_C(1) << bit;
	sum->total += (jtn__uint128)(uint64_t)unit * quantity;
	sum->quantities |= quantity;
	sum->meters |= count->meter | (uint64_t)count->reserved << 32;
	sum->seen |= own;
	sum->times += own;
	sum->lines += quantity != 0;
}

/* Whether that is the charge: each meter there once, known, with a price, and nothing so large that it might overflow. */
static inline bool
finish_quickly(const struct jtn__quick *quick, const struct jtn_usage *usage, const struct sum *sum, uint32_t flags,
               struct jtn_charge *ret)
{
	if (sum->quantities >> QUANTITY_BITS | sum->units >> 63 | sum->meters / JTN__QUICK_METERS |
	    (sum->seen ^ sum->times) | sum->seen >> JTN__QUICK_NO_BIT | (quick->implied & ~sum->seen))
		return false;
	*ret = (struct jtn_charge){
		{(uint64_t)sum->total, (int64_t)(sum->total >> 64)}, JTN_OK, flags, usage->tariff, sum->lines};
	return true;
}

/* One price a meter, none of them below zero, whatever the row is like. */
static inline bool
rate_plain(const struct jtn_tariff *tariff, const struct jtn_usage *usage, const struct jtn_count *counts,
           struct jtn_charge *ret)
{
	const struct jtn__quick *quick = tariff->quick;
	const int64_t *units = tariff->units;
	struct sum sum = {0};
	for (uint32_t i = usage->count; i; i--, counts++) {
		const struct jtn__quick_meter *meter = &quick->meters[counts->meter % JTN__QUICK_METERS];
		add_quickly(&sum, counts, meter->bit, units[meter->first]);
	}
	return !(sum.seen & quick->fallbacks) && finish_quickly(quick, usage, &sum, 0, ret);
}

/* What the tests of a row look at. */
static uint32_t
make_tests(const struct jtn__quick *quick, const struct jtn_usage *usage, const struct jtn_count *counts)
{
	int64_t values[JTN__QUICK_VALUES] = {usage->time_ns, 0, 0, 0};
	uint64_t input = 0, total = 0;
	if (quick->values & 1u << JTN__QUICK_WEEK)
		values[JTN__QUICK_WEEK] = jtn__week_second(usage->time_ns);
	if (quick->values & (1u << JTN__QUICK_ALL_INPUT | 1u << JTN__QUICK_TOTAL)) {
		for (uint32_t i = 0; i < usage->count; i++) {
			uint64_t quantity = (uint64_t)counts[i].quantity;
			input += counts[i].meter < JTN_METER_OUTPUT ? quantity : 0;
			total += counts[i].meter <= JTN_METER_REJECTED_PREDICTION ? quantity : 0;
		}
		values[JTN__QUICK_ALL_INPUT] = (int64_t)input;
		values[JTN__QUICK_TOTAL] = (int64_t)total;
	}
	return jtn__quick_passed(quick, values);
}

static uint32_t
has_fallbacks(const struct jtn__quick *quick, const struct jtn_usage *usage, const struct jtn_count *counts)
{
	for (uint32_t i = 0; i < usage->count; i++)
		if (counts[i].quantity && quick->fallbacks >> quick->meters[counts[i].meter % JTN__QUICK_METERS].bit & 1)
			return JTN_CHARGE_FALLBACK;
	return 0;
}

__attribute__((noinline)) static bool
rate_tested(const struct jtn_tariff *tariff, const struct jtn_usage *usage, const struct jtn_count *counts,
            struct jtn_charge *ret)
{
	const struct jtn__quick *quick = tariff->quick;
	const int64_t *units = tariff->units;
	struct sum sum = {0};
	struct jtn__places places;
	uint32_t flags = 0;
	jtn__quick_places(quick, quick->test_count ? make_tests(quick, usage, counts) : 0, usage->tier, &places);
	for (uint32_t i = 0; i < usage->count; i++) {
		const struct jtn__quick_meter *meter = &quick->meters[counts[i].meter % JTN__QUICK_METERS];
		flags |= counts[i].quantity ? places.flags[meter->shape] : 0;
		int64_t unit = units[meter->first + places.at[meter->shape]];
		add_quickly(&sum, &counts[i], meter->bit, unit);
		sum.units |= (uint64_t)unit;
	}
	if (sum.seen & quick->fallbacks)
		flags |= has_fallbacks(quick, usage, counts);
	return finish_quickly(quick, usage, &sum, flags, ret);
}

static bool
is_quick(const struct batch *batch, const struct jtn_usage *usage)
{
	return usage->tier < JTN__TIERS && !(usage->flags | usage->reserved) && usage->count <= COUNTS_MOST &&
	       (uint64_t)usage->first + usage->count <= batch->counts_len && usage->tariff < batch->tariff_count &&
	       batch->tariffs[usage->tariff];
}

/*
 * Rate row after row by the short way, which gives what the long one does; stops at the first row that is not for it, and
 * at every wrong one. Returns how many there were.
 */
__attribute__((noinline)) static size_t
rate_quickly(const struct batch *batch, const struct jtn_usage *usage, size_t count, unsigned char *ret,
             size_t charge_size)
{
	const struct jtn_count *counts = (const struct jtn_count *)(const void *)batch->counts;
	for (size_t i = 0; i < count; i++, usage++, ret += charge_size) {
		struct jtn_charge *charge = (struct jtn_charge *)(void *)ret;
		if (!is_quick(batch, usage))
			return i;
		const struct jtn_tariff *tariff = batch->tariffs[usage->tariff];
		if (!(tariff->quick->plain && usage->tier == JTN_TIER_STANDARD &&
		      rate_plain(tariff, usage, counts + usage->first, charge)) &&
		    !rate_tested(tariff, usage, counts + usage->first, charge))
			return i;
	}
	return count;
}

static jtn_status
check_array(const void *array, size_t count, size_t size, size_t known, const char *name, struct jtn_error *reterr)
{
	if (count && !array)
		return jtn__fail(reterr, JTN_E_ARGUMENT, name, "%s is NULL", name);
	return jtn__check_rows(size, known, name, reterr);
}

jtn_status
jtn_rate_batch(const struct jtn_tariff *const *tariffs, size_t tariff_count, const struct jtn_usage *usage,
               size_t usage_size, const struct jtn_count *counts, size_t counts_len, size_t count_size,
               struct jtn_charge *ret, size_t charge_size, size_t count, struct jtn_error *reterr)
{
	struct batch batch = {
		tariffs,    tariff_count, (const unsigned char *)usage, (const unsigned char *)counts, usage_size,
		counts_len, count_size};
	struct jtn_error first;
	jtn_status status = JTN_OK;
	JTN__TRY(check_array(tariffs, tariff_count, sizeof(*tariffs), sizeof(*tariffs), "tariffs", reterr));
	JTN__TRY(check_array(usage, count, usage_size, sizeof(*usage), "usage", reterr));
	JTN__TRY(check_array(counts, counts_len, count_size, sizeof(*counts), "counts", reterr));
	JTN__TRY(check_array(ret, count, charge_size, sizeof(*ret), "ret", reterr));
	bool quick = usage_size == sizeof(*usage) && count_size == sizeof(*counts);
	if (charge_size > sizeof(*ret)) /* a later library's fields */
		memset(ret, 0, count * charge_size);
	for (size_t i = 0; i < count; i++) {
		if (quick)
			i += rate_quickly(&batch, usage + i, count - i, (unsigned char *)ret + i * charge_size, charge_size);
		if (i == count)
			break;
		struct jtn_charge charge = {.status = JTN_OK};
		charge.status = rate_at(&batch, i, &charge, status == JTN_OK ? &first : NULL);
		if (charge.status != JTN_OK && status == JTN_OK) {
			status = JTN_E_ROWS;
			first.index = (int64_t)i;
		}
		memcpy((unsigned char *)ret + i * charge_size, &charge, sizeof(charge));
	}
	if (status != JTN_OK && reterr) {
		*reterr = first;
		reterr->status = status;
	}
	return status;
}

jtn_status
jtn_charge_lines(const struct jtn_tariff *tariff, const struct jtn_usage *usage, size_t usage_size,
                 const struct jtn_count *counts, size_t counts_len, size_t count_size, struct jtn_line *ret,
                 size_t line_size, size_t capacity, size_t *retcount, struct jtn_charge *retcharge,
                 struct jtn_error *reterr)
{
	struct jtn_usage own;
	struct jtn_charge charge = {.status = JTN_OK};
	struct jtn__lines lines = {(unsigned char *)ret, line_size, capacity, 0};
	if (!tariff || !retcount)
		return jtn__fail(reterr, JTN_E_ARGUMENT, tariff ? "retcount" : "tariff", "NULL");
	JTN__TRY(check_array(usage, 1, usage_size, sizeof(*usage), "usage", reterr));
	JTN__TRY(check_array(counts, counts_len, count_size, sizeof(*counts), "counts", reterr));
	JTN__TRY(check_array(ret, capacity, line_size, sizeof(*ret), "ret", reterr));
	memcpy(&own, usage, sizeof(own));
	JTN__TRY(check_usage(&own, counts_len, reterr));
	if (jtn__has_tail(usage, sizeof(own), usage_size))
		return jtn__newer_caller("usage", reterr);
	struct jtn__counts some = {(const unsigned char *)counts + own.first * count_size, count_size, own.count};
	/* Once to know that all goes well: a failure leaves the caller's lines as they are. */
	JTN__TRY(jtn__rate_row(tariff, &own, &some, NULL, &charge, reterr));
	*retcount = charge.lines;
	if (charge.lines > capacity)
		return jtn__fail(reterr, JTN_E_SPACE, "capacity", "%d lines, and room for %d", (int64_t)charge.lines,
		                 capacity > INT64_MAX ? INT64_MAX : (int64_t)capacity);
	JTN__TRY(jtn__rate_row(tariff, &own, &some, &lines, &charge, reterr));
	charge.tariff = own.tariff;
	if (retcharge)
		*retcharge = charge;
	return JTN_OK;
}
