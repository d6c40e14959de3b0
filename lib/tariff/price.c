/*
 * Prices from text. An amount finer than money holds is kept by pricing a larger quantity, so that nothing is rounded
 * before it is multiplied. Source: docs/rating.md, "Prices".
 */
#include "price.h"

#include "base/amount.h"
#include "base/decimal.h"

#define DECIMALS 18
#define DIGITS_MOST 38
#define WRITTEN_DIGITS 12 /* more than these are the trace of binary fractions */

struct jtn__price
jtn__price_of(struct jtn_money amount, int64_t per)
{
	jtn__int128 whole = jtn__amount(amount);
	bool exact = whole % per == 0 && whole / per >= 0 && whole / per <= INT64_MAX;
	return (struct jtn__price){amount, per, exact ? (int64_t)(whole / per) : -1};
}

static jtn_status
out_of_range(const char *text, size_t length, jtn_status status, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE];
	jtn__quote(shown, text, length);
	if (status == JTN_E_OVERFLOW)
		return jtn__fail(reterr, status, "", "the price %s is beyond what money holds, 10^20", shown);
	if (status == JTN_E_RANGE)
		return jtn__fail(reterr, status, "", "the price %s is negative; prices are zero or more", shown);
	return jtn__fail(reterr, JTN_E_INEXACT, "", "the price %s has more digits than can be kept exactly", shown);
}

/* digits * 10^place for `per`, as an amount of 10^-18 for a per that is large enough. */
static jtn_status
scale(jtn__uint128 digits, int64_t place, int64_t per, int64_t least_per, struct jtn__price *ret)
{
	for (place += DECIMALS; place < 0 || per < least_per; place++) {
		if (__builtin_mul_overflow(per, 10, &per))
			return JTN_E_INEXACT;
	}
	if (place > DIGITS_MOST)
		return JTN_E_OVERFLOW;
	for (; place; place--) {
		if (digits > (jtn__uint128)JTN__MONEY_MOST / 10)
			return JTN_E_OVERFLOW;
		digits *= 10;
	}
	if (digits > (jtn__uint128)JTN__MONEY_MOST)
		return JTN_E_OVERFLOW;
	*ret = jtn__price_of(jtn__money((jtn__int128)digits), per);
	return JTN_OK;
}

/* Half-even to 12 digits. */
static jtn__uint128
shorten(jtn__uint128 digits, size_t count, int64_t *place)
{
	if (count <= WRITTEN_DIGITS)
		return digits;
	jtn__uint128 unit = jtn__power_of_ten((unsigned)(count - WRITTEN_DIGITS));
	jtn__uint128 kept = digits / unit, rest = digits % unit;
	*place += (int64_t)(count - WRITTEN_DIGITS);
	return kept + (rest > unit - rest || (rest == unit - rest && (kept & 1)));
}

static jtn_status
parse(const char *text, size_t length, int64_t per, int64_t least_per, bool repair, struct jtn__price *ret,
      struct jtn_error *reterr)
{
	struct jtn__decimal_text shape;
	JTN__TRY(jtn__decimal_scan(text, length, &shape, reterr));
	if (shape.negative)
		return out_of_range(text, length, JTN_E_RANGE, reterr);
	if (!shape.first) {
		*ret = jtn__price_of((struct jtn_money){0, 0}, per > least_per ? per : least_per);
		return JTN_OK;
	}
	if (shape.count > DIGITS_MOST || shape.place > DIGITS_MOST || shape.place < -3 * DIGITS_MOST)
		return out_of_range(text, length, shape.place > DIGITS_MOST ? JTN_E_OVERFLOW : JTN_E_INEXACT, reterr);
	jtn__uint128 digits = jtn__decimal_digits(&shape);
	if (repair)
		digits = shorten(digits, shape.count, &shape.place);
	jtn_status status = scale(digits, shape.place, per, least_per, ret);
	return status == JTN_OK ? status : out_of_range(text, length, status, reterr);
}

jtn_status
jtn__price_parse(const char *text, size_t length, int64_t per, int64_t least_per, struct jtn__price *ret,
                 struct jtn_error *reterr)
{
	return parse(text, length, per, least_per, false, ret, reterr);
}

jtn_status
jtn__price_parse_repaired(const char *text, size_t length, int64_t per, int64_t least_per, struct jtn__price *ret,
                          struct jtn_error *reterr)
{
	return parse(text, length, per, least_per, true, ret, reterr);
}

bool
jtn__price_is_noisy(const char *text, size_t length)
{
	struct jtn__decimal_text shape;
	return jtn__decimal_scan(text, length, &shape, NULL) == JTN_OK && shape.count > WRITTEN_DIGITS;
}
