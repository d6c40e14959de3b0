/*
 * Exact money: sign and magnitude over 128 bits, overflow checked against 10^38 - 1 before it can happen.
 * Division and rounding share one step, nudge(), where every mode is decided.
 */
#include "jeton/money.h"

#include "decimal.h"
#include "error.h"

#include <stdbool.h>
#include <string.h>

#define DECIMALS 18
#define UNIT UINT64_C(1000000000000000000) /* one currency unit */
#define TOP_PLACE 19                       /* amounts are below 10^20 */

_Static_assert(sizeof(struct jtn_money) == 16 && offsetof(struct jtn_money, hi) == 8, "Arrow's decimal128 layout");

struct signed_amount {
	jtn__uint128 size;
	bool negative;
};

static jtn__uint128
largest(void)
{
	return (jtn__uint128)UNIT * UNIT * 100 - 1;
}

static struct signed_amount
split(struct jtn_money money)
{
	jtn__uint128 bits = (jtn__uint128)(uint64_t)money.hi << 64 | money.lo;
	bool negative = money.hi < 0;
	return (struct signed_amount){negative ? 0 - bits : bits, negative};
}

static struct jtn_money
join(struct signed_amount amount)
{
	jtn__uint128 bits = amount.negative ? 0 - amount.size : amount.size;
	struct jtn_money money = {.lo = (uint64_t)bits};
	uint64_t high = (uint64_t)(bits >> 64);
	memcpy(&money.hi, &high, sizeof(high));
	return money;
}

static jtn_status
overflow(struct jtn_error *reterr, const char *what)
{
	return jtn__fail(reterr, JTN_E_OVERFLOW, "", "%s is beyond what money can hold, 10^20 currency units either way",
	                 what);
}

static jtn_status
missing(struct jtn_error *reterr, const char *what)
{
	return jtn__fail(reterr, JTN_E_ARGUMENT, what, "%s is NULL", what);
}

/* A record from outside, refused beyond 10^38 - 1. */
static jtn_status
accept(struct jtn_money money, struct signed_amount *ret, struct jtn_error *reterr)
{
	*ret = split(money);
	return ret->size > largest() ? overflow(reterr, "an amount passed in") : JTN_OK;
}

jtn_status
jtn_money_parse(const char *text, size_t length, struct jtn_money *ret, struct jtn_error *reterr)
{
	struct jtn__decimal_text decimal;
	char shown[JTN__QUOTE_SIZE];
	if (!text || !ret)
		return missing(reterr, text ? "ret" : "text");
	JTN__TRY(jtn__decimal_scan(text, length, &decimal, reterr));
	if (!decimal.first) {
		*ret = (struct jtn_money){0, 0};
		return JTN_OK;
	}
	jtn__quote(shown, text, length);
	if (decimal.place + (int64_t)decimal.count - 1 > TOP_PLACE)
		return overflow(reterr, shown);
	if (decimal.place < -DECIMALS)
		return jtn__fail(reterr, JTN_E_INEXACT, "", "%s is finer than 10^-%d; money keeps %d decimals", shown,
		                 (int64_t)DECIMALS, (int64_t)DECIMALS);
	/* Between the two places there are at most 38 digits. */
	jtn__uint128 scale = jtn__power_of_ten((unsigned)(decimal.place + DECIMALS));
	*ret = join((struct signed_amount){jtn__decimal_digits(&decimal) * scale, decimal.negative});
	return JTN_OK;
}

/* Decimal digits of value written so that they end before `end`; returns where they begin. */
static char *
digits_before(char *end, jtn__uint128 value)
{
	do
		*--end = (char)('0' + (unsigned)(value % 10));
	while (value /= 10);
	return end;
}

jtn_status
jtn_money_format(struct jtn_money amount, char *buffer, size_t capacity, size_t *retlength)
{
	char text[JTN_MONEY_TEXT_SIZE];
	char *end = text + sizeof(text), *first = end;
	struct signed_amount value;
	if (!buffer && capacity)
		return JTN_E_ARGUMENT;
	JTN__TRY(accept(amount, &value, NULL));
	uint64_t fraction = (uint64_t)(value.size % UNIT);
	if (fraction) {
		/* The unit in front keeps the leading zeros; its 1 then becomes the point. */
		first = digits_before(end, (jtn__uint128)UNIT + fraction);
		*first = '.';
		while (end[-1] == '0')
			end--;
	}
	first = digits_before(first, value.size / UNIT);
	if (value.negative)
		*--first = '-';
	size_t length = (size_t)(end - first);
	if (retlength)
		*retlength = length;
	if (capacity <= length)
		return JTN_E_SPACE;
	memcpy(buffer, first, length);
	buffer[length] = '\0';
	return JTN_OK;
}

static jtn_status
sum(struct signed_amount a, struct signed_amount b, struct jtn_money *ret, struct jtn_error *reterr)
{
	struct signed_amount total = a;
	if (a.negative == b.negative) {
		total.size = a.size + b.size; /* both below 2^127 */
	} else if (a.size >= b.size) {
		total.size = a.size - b.size;
	} else {
		total.size = b.size - a.size;
		total.negative = b.negative;
	}
	if (total.size > largest())
		return overflow(reterr, "the sum");
	*ret = join(total);
	return JTN_OK;
}

jtn_status
jtn_money_add(struct jtn_money a, struct jtn_money b, struct jtn_money *ret, struct jtn_error *reterr)
{
	struct signed_amount x, y;
	if (!ret)
		return missing(reterr, "ret");
	JTN__TRY(accept(a, &x, reterr));
	JTN__TRY(accept(b, &y, reterr));
	return sum(x, y, ret, reterr);
}

jtn_status
jtn_money_subtract(struct jtn_money a, struct jtn_money b, struct jtn_money *ret, struct jtn_error *reterr)
{
	struct signed_amount x, y;
	if (!ret)
		return missing(reterr, "ret");
	JTN__TRY(accept(a, &x, reterr));
	JTN__TRY(accept(b, &y, reterr));
	y.negative = !y.negative;
	return sum(x, y, ret, reterr);
}

static uint64_t
size_of_count(int64_t count)
{
	return count < 0 ? 0 - (uint64_t)count : (uint64_t)count;
}

jtn_status
jtn_money_multiply(struct jtn_money amount, int64_t count, struct jtn_money *ret, struct jtn_error *reterr)
{
	struct signed_amount value;
	uint64_t times = size_of_count(count);
	if (!ret)
		return missing(reterr, "ret");
	JTN__TRY(accept(amount, &value, reterr));
	if (times && value.size > largest() / times)
		return overflow(reterr, "the product");
	*ret = join((struct signed_amount){value.size * times, value.negative != (count < 0)});
	return JTN_OK;
}

/* Whether a truncated quotient, `rest`/`divisor` short of exact, goes one further from zero. */
static bool
nudge(jtn__uint128 quotient, uint64_t rest, uint64_t divisor, bool negative, int32_t rounding)
{
	/* rest < divisor <= 2^63, so neither side of a comparison with the half wraps */
	uint64_t other = divisor - rest;
	if (rest == 0)
		return false;
	switch (rounding) {
	case JTN_ROUND_HALF_EVEN:
		return rest > other || (rest == other && (quotient & 1));
	case JTN_ROUND_HALF_UP:
		return rest >= other;
	case JTN_ROUND_UP:
		return true;
	case JTN_ROUND_FLOOR:
		return negative;
	case JTN_ROUND_CEILING:
		return !negative;
	default: /* JTN_ROUND_DOWN */
		return false;
	}
}

static jtn_status
check_rounding(int32_t rounding, struct jtn_error *reterr)
{
	if (rounding >= JTN_ROUND_HALF_EVEN && rounding <= JTN_ROUND_CEILING)
		return JTN_OK;
	return jtn__fail(reterr, JTN_E_ARGUMENT, "rounding", "rounding %d is not one of enum jtn_rounding, %d to %d",
	                 (int64_t)rounding, (int64_t)JTN_ROUND_HALF_EVEN, (int64_t)JTN_ROUND_CEILING);
}

/* What a quotient leaves out, with the sign of the amount unless the quotient overshot. */
static struct jtn_money
left_over(struct signed_amount amount, uint64_t rest, uint64_t divisor, bool nudged)
{
	struct signed_amount over = {rest, amount.negative};
	if (nudged)
		over = (struct signed_amount){divisor - rest, !amount.negative};
	return join(over);
}

jtn_status
jtn_money_divide(struct jtn_money amount, int64_t count, int32_t rounding, struct jtn_money *ret,
                 struct jtn_money *retremainder, struct jtn_error *reterr)
{
	struct signed_amount value;
	uint64_t divisor = size_of_count(count);
	if (!ret)
		return missing(reterr, "ret");
	if (count == 0)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "count",
		                 "count is zero; an amount can be divided by any other number");
	JTN__TRY(check_rounding(rounding, reterr));
	JTN__TRY(accept(amount, &value, reterr));
	struct signed_amount quotient = {value.size / divisor, value.negative != (count < 0)};
	uint64_t rest = (uint64_t)(value.size % divisor);
	bool nudged = nudge(quotient.size, rest, divisor, quotient.negative, rounding);
	quotient.size += nudged; /* a rest means divisor >= 2: no overflow */
	*ret = join(quotient);
	if (retremainder)
		*retremainder = left_over(value, rest, divisor, nudged);
	return JTN_OK;
}

jtn_status
jtn_money_round(struct jtn_money amount, int32_t decimals, int32_t rounding, struct jtn_money *ret,
                struct jtn_money *retresidue, struct jtn_error *reterr)
{
	struct signed_amount value;
	if (!ret)
		return missing(reterr, "ret");
	if (decimals < 0 || decimals > DECIMALS)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "decimals", "decimals is %d; expected 0 to %d", (int64_t)decimals,
		                 (int64_t)DECIMALS);
	JTN__TRY(check_rounding(rounding, reterr));
	JTN__TRY(accept(amount, &value, reterr));
	uint64_t unit = (uint64_t)jtn__power_of_ten((unsigned)(DECIMALS - decimals));
	jtn__uint128 quotient = value.size / unit;
	uint64_t rest = (uint64_t)(value.size % unit);
	bool nudged = nudge(quotient, rest, unit, value.negative, rounding);
	struct signed_amount rounded = {(quotient + nudged) * unit, value.negative};
	if (rounded.size > largest())
		return overflow(reterr, "the rounded amount");
	*ret = join(rounded);
	if (retresidue)
		*retresidue = left_over(value, rest, unit, nudged);
	return JTN_OK;
}

int
jtn_money_compare(struct jtn_money a, struct jtn_money b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return a.lo == b.lo ? 0 : a.lo < b.lo ? -1 : 1;
}
