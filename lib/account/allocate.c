/*
 * A bill split exactly: Hamilton's method of largest remainders over 127-bit numbers. Products have up to 254 bits, so
 * multiplying and dividing beyond 128 is done here. The remainders wait in the caller's output: nothing is allocated.
 */
#include "jeton/allocate.h"

#include "base/amount.h"

#define HALF_MASK UINT64_MAX /* the lower half of 128 bits */

/* A split in the smallest units: bill * weight / sum of all weights. Both are below 2^127. */
struct split {
	jtn__uint128 bill, sum;
};

struct product {
	jtn__uint128 high, low;
};

static struct product
multiply(jtn__uint128 a, jtn__uint128 b)
{
	jtn__uint128 a0 = (uint64_t)a, a1 = a >> 64, b0 = (uint64_t)b, b1 = b >> 64;
	jtn__uint128 low = a0 * b0;
	jtn__uint128 middle = a1 * b0 + (low >> 64); /* a1 < 2^63: no carry out of 128 bits */
	jtn__uint128 other = a0 * b1 + (middle & HALF_MASK);
	return (struct product){a1 * b1 + (middle >> 64) + (other >> 64), other << 64 | (low & HALF_MASK)};
}

/* The whole units of one weight. weight <= sum, so the quotient is at most the bill and high is below the divisor. */
static jtn__uint128
share(const struct split *split, jtn__uint128 weight, jtn__uint128 *retrest)
{
	struct product product = multiply(split->bill, weight);
	jtn__uint128 rest = product.high, quotient = 0;
	if (rest == 0) {
		*retrest = product.low % split->sum;
		return product.low / split->sum;
	}
	/* Long division, bit by bit: rest < sum < 2^127, so doubling it stays within 128 bits. */
	for (int bit = 127; bit >= 0; bit--) {
		rest = rest << 1 | (product.low >> bit & 1);
		quotient <<= 1;
		if (rest >= split->sum) {
			rest -= split->sum;
			quotient |= 1;
		}
	}
	*retrest = rest;
	return quotient;
}

static jtn_status
fail_at_weight(struct jtn_error *reterr, jtn_status status, size_t index, const char *message)
{
	jtn__fail(reterr, status, "weights", message, (int64_t)index);
	if (reterr)
		reterr->index = (int64_t)index;
	return status;
}

static jtn_status
add_weights(const struct jtn_money *weights, size_t count, jtn__uint128 *ret, struct jtn_error *reterr)
{
	jtn__int128 sum = 0;
	for (size_t i = 0; i < count; i++) {
		jtn__int128 weight = jtn__amount(weights[i]);
		if (weight < 0)
			return fail_at_weight(reterr, JTN_E_RANGE, i, "weight %d is negative; expected 0 or more");
		/* Within what money holds, and so below 2^127, which share() relies on. */
		if (!jtn__amount_fits(weight) || weight > JTN__MONEY_MOST - sum)
			return fail_at_weight(reterr, JTN_E_OVERFLOW, i, "with weight %d the weights are beyond 10^20 in sum");
		sum += weight;
	}
	if (sum == 0)
		return jtn__fail(reterr, JTN_E_RANGE, "weights", "all weights are zero; expected at least one above");
	*ret = (jtn__uint128)sum;
	return JTN_OK;
}

static jtn_status
read_bill(struct jtn_money bill, int32_t decimals, jtn__uint128 unit, jtn__uint128 *ret, struct jtn_error *reterr)
{
	jtn__int128 amount = jtn__amount(bill);
	if (!jtn__amount_fits(amount))
		return jtn__fail(reterr, JTN_E_OVERFLOW, "bill", "the bill is beyond what money can hold, 10^20 either way");
	jtn__uint128 size = (jtn__uint128)(amount < 0 ? -amount : amount);
	if (size % unit)
		return jtn__fail(reterr, JTN_E_INEXACT, "bill",
		                 "the bill has more than %d decimals; round it first, or ask for more decimals",
		                 (int64_t)decimals);
	*ret = size / unit;
	return JTN_OK;
}

/* How many remainders, waiting in ret, are above `least`. */
static size_t
above(const struct jtn_money *ret, size_t count, jtn__uint128 least)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		found += (jtn__uint128)jtn__amount(ret[i]) > least;
	return found;
}

/* The smallest value that at most `extra` remainders are above: those get one unit more, the first equal to it the rest. */
static jtn__uint128
find_cut(const struct jtn_money *ret, size_t count, size_t extra, jtn__uint128 sum)
{
	jtn__uint128 low = 0, high = sum;
	while (low < high) {
		jtn__uint128 middle = low + (high - low) / 2;
		if (above(ret, count, middle) <= extra)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static jtn_status
check(const struct jtn_money *weights, const struct jtn_money *ret, size_t count, int32_t decimals,
      struct jtn_error *reterr)
{
	size_t bytes;
	uintptr_t from = (uintptr_t)weights, to = (uintptr_t)ret;
	if (!weights || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, weights ? "ret" : "weights", "must not be NULL");
	if (count == 0 || __builtin_mul_overflow(count, sizeof(*ret), &bytes))
		return jtn__fail(reterr, JTN_E_ARGUMENT, "count",
		                 "expected at least one weight, and no more than memory holds");
	if (from < to ? to - from < bytes : from - to < bytes)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "ret", "ret overlaps weights; expected memory of its own");
	if (decimals < 0 || decimals > 18)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "decimals", "decimals is %d; expected 0 to 18", (int64_t)decimals);
	return JTN_OK;
}

jtn_status
jtn_allocate(struct jtn_money bill, int32_t decimals, const struct jtn_money *weights, struct jtn_money *ret,
             size_t count, struct jtn_error *reterr)
{
	struct split split = {0, 1};
	JTN__TRY(check(weights, ret, count, decimals, reterr));
	jtn__uint128 unit = jtn__power_of_ten((unsigned)(18 - decimals)), rest;
	JTN__TRY(read_bill(bill, decimals, unit, &split.bill, reterr));
	JTN__TRY(add_weights(weights, count, &split.sum, reterr));

	/* Nothing fails from here on. */
	jtn__uint128 left = split.bill;
	for (size_t i = 0; i < count; i++) {
		left -= share(&split, (jtn__uint128)jtn__amount(weights[i]), &rest);
		ret[i] = jtn__money((jtn__int128)rest);
	}
	size_t extra = (size_t)left; /* below the number of remainders that are not zero */
	jtn__uint128 cut = find_cut(ret, count, extra, split.sum);
	size_t ties = extra - above(ret, count, cut);
	for (size_t i = 0; i < count; i++) {
		jtn__int128 part = (jtn__int128)share(&split, (jtn__uint128)jtn__amount(weights[i]), &rest);
		if (rest > cut) {
			part++;
		} else if (rest == cut && ties) {
			part++;
			ties--;
		}
		part *= (jtn__int128)unit;
		ret[i] = jtn__money(bill.hi < 0 ? -part : part);
	}
	return JTN_OK;
}
