/*
 * Exact decimals from text, by (ptr, length). First the shape of any length is read, then a limit is applied, so that
 * "1e400", "0e400" and a number with a hundred trailing zeros are each understood for what they are.
 */
#include "decimal.h"

#include <string.h>

#define PLACE_BOUND INT64_C(1000000000000) /* beyond any text's length, far from overflow */
#define DIGITS_MAX 38
#define PLACE_MAX 400

static bool
is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static jtn_status
not_a_decimal(const char *text, size_t length, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE];
	if (length == 0)
		return jtn__fail(reterr, JTN_E_SYNTAX, "", "empty text where a decimal number such as 2.5 was expected");
	jtn__quote(shown, text, length);
	return jtn__fail(reterr, JTN_E_SYNTAX, "",
	                 "%s is not a decimal number; expected digits with an optional sign, fraction and exponent, "
	                 "such as -2.5 or 7.5e-08",
	                 shown);
}

/* [+-]digits after the "e", held within PLACE_BOUND; advances *at; false when there is no digit. */
static bool
scan_exponent(const char **at, const char *end, int64_t *ret)
{
	int64_t exponent = 0;
	bool negative = *at < end && **at == '-';
	if (*at < end && (**at == '-' || **at == '+'))
		++*at;
	if (*at == end || !is_digit(**at))
		return false;
	for (; *at < end && is_digit(**at); ++*at)
		exponent = exponent < PLACE_BOUND ? exponent * 10 + (**at - '0') : PLACE_BOUND;
	*ret = negative ? -exponent : exponent;
	return true;
}

/* Count the significant digits between the first and the last one that is not zero, and the places after that one. */
static void
measure(const char *digits, const char *end, int64_t exponent, struct jtn__decimal_text *ret)
{
	size_t pending = 0; /* zeros that count only if another digit follows */
	bool fraction = false;
	for (const char *at = digits; at < end; at++) {
		if (*at == '.') {
			fraction = true;
			continue;
		}
		exponent -= fraction;
		if (*at == '0') {
			pending += ret->first != NULL;
			continue;
		}
		if (!ret->first)
			ret->first = at;
		ret->count += pending + 1;
		pending = 0;
	}
	ret->place = exponent + (int64_t)pending;
	if (ret->place > PLACE_BOUND)
		ret->place = PLACE_BOUND;
	if (ret->place < -PLACE_BOUND)
		ret->place = -PLACE_BOUND;
}

jtn_status
jtn__decimal_scan(const char *text, size_t length, struct jtn__decimal_text *ret, struct jtn_error *reterr)
{
	struct jtn__decimal_text shape = {0};
	const char *at = text, *end = text + length;
	int64_t exponent = 0;
	if (at < end && (*at == '+' || *at == '-'))
		shape.negative = *at++ == '-';
	const char *digits = at;
	while (at < end && is_digit(*at))
		at++;
	bool right = at > digits;
	if (right && at < end && *at == '.') {
		const char *fraction = ++at;
		while (at < end && is_digit(*at))
			at++;
		right = at > fraction;
	}
	const char *last = at;
	if (right && at < end && (*at == 'e' || *at == 'E')) {
		at++;
		right = scan_exponent(&at, end, &exponent);
	}
	if (!right || at < end)
		return not_a_decimal(text, length, reterr);
	measure(digits, last, exponent, &shape);
	if (!shape.first) {
		shape.negative = false;
		shape.place = 0;
	}
	*ret = shape;
	return JTN_OK;
}

jtn__uint128
jtn__decimal_digits(const struct jtn__decimal_text *text)
{
	jtn__uint128 value = 0;
	size_t left = text->count;
	for (const char *at = text->first; left; at++) {
		if (*at == '.')
			continue;
		value = value * 10 + (unsigned)(*at - '0');
		left--;
	}
	return value;
}

jtn__uint128
jtn__power_of_ten(unsigned exponent)
{
	jtn__uint128 power = 1;
	while (exponent--)
		power *= 10;
	return power;
}

jtn_status
jtn__decimal_parse(const char *text, size_t length, struct jtn__decimal *ret, struct jtn_error *reterr)
{
	struct jtn__decimal_text shape;
	JTN__TRY(jtn__decimal_scan(text, length, &shape, reterr));
	char shown[JTN__QUOTE_SIZE];
	jtn__quote(shown, text, length);
	if (shape.count > DIGITS_MAX)
		return jtn__fail(reterr, JTN_E_LIMIT, "", "%s has %d significant digits; at most %d are kept", shown,
		                 (int64_t)shape.count, (int64_t)DIGITS_MAX);
	if (shape.place > PLACE_MAX || shape.place < -PLACE_MAX)
		return jtn__fail(reterr, JTN_E_LIMIT, "", "%s is outside what is read, 10^-%d to 10^%d", shown,
		                 (int64_t)PLACE_MAX, (int64_t)PLACE_MAX);
	ret->digits = jtn__decimal_digits(&shape);
	ret->scale = (int32_t)-shape.place;
	ret->negative = shape.negative;
	return JTN_OK;
}
