/* Typed reads of JSON values: what is there, what would be right, and conversions that never lose a digit unsaid. */
#include "decimal.h"
#include "json.h"

#include <float.h>
#include <string.h>

#define SHOWN_NUMBER 40 /* bytes of a number in a message */
#define SHOWN_SIZE 64

/* A number or string in a message's words. */
static void
show_literal(const struct jtn__value *value, char shown[SHOWN_SIZE])
{
	const char *text = jtn__json_literal(value);
	size_t length = strlen(text);
	char quoted[JTN__QUOTE_SIZE], cut[SHOWN_NUMBER + 1] = "";
	if (jtn__json_is_string(value)) {
		jtn__quote(quoted, text, length);
		jtn__format(shown, SHOWN_SIZE, "the string %s", quoted);
		return;
	}
	memcpy(cut, text, length < SHOWN_NUMBER ? length : SHOWN_NUMBER);
	jtn__format(shown, SHOWN_SIZE, length > SHOWN_NUMBER ? "%s…" : "%s", cut);
}

static void
show(const struct jtn__value *value, char shown[SHOWN_SIZE])
{
	if (jtn__json_is_string(value) || jtn__json_is_number(value)) {
		show_literal(value, shown);
		return;
	}
	const char *what = jtn__json_is_object(value)     ? "an object"
	                   : jtn__json_is_array(value)    ? "an array"
	                   : !jtn__json_is_boolean(value) ? "null"
	                   : jtn__json_is_true(value)     ? "true"
	                                                  : "false";
	jtn__format(shown, SHOWN_SIZE, "%s", what);
}

static jtn_status
absent(const struct jtn__value *value, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE];
	const char *key = value->key ? value->key : "element";
	jtn__quote(shown, key, strlen(key));
	return jtn__json_fail(value, reterr, JTN_E_MISSING_FIELD, "the field %s is missing or null, and required here",
	                      shown);
}

static jtn_status
wrong_type(const struct jtn__value *value, const char *expected, struct jtn_error *reterr)
{
	char shown[SHOWN_SIZE];
	if (!value->node)
		return absent(value, reterr);
	show(value, shown);
	return jtn__json_fail(value, reterr, JTN_E_TYPE, "expected %s, found %s", expected, shown);
}

jtn_status
jtn__json_require(const struct jtn__value *object, const char *key, struct jtn__value *ret, struct jtn_error *reterr)
{
	return jtn__json_member(object, key, ret) ? JTN_OK : absent(ret, reterr);
}

/* A bound to the last digit: 1048576 must not be shown as 1048580. */
static void
show_bound(char bound[32], double value)
{
	jtn__format_double(bound, 32, value, 17);
}

static jtn_status
out_of_range(const struct jtn__value *value, double low, double high, struct jtn_error *reterr)
{
	char shown[SHOWN_SIZE], least[32], most[32];
	bool positive = low > 0 && low < 1e-300; /* how a reader says "more than 0" */
	show(value, shown);
	show_bound(least, low);
	show_bound(most, high);
	if (low <= -DBL_MAX && high >= DBL_MAX)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is out of range; expected a number a double can hold",
		                      shown);
	if (low <= -DBL_MAX)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is out of range; expected at most %s", shown, most);
	if (positive && high >= DBL_MAX)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is out of range; expected more than 0", shown);
	if (positive)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is out of range; expected more than 0, at most %s", shown,
		                      most);
	if (high >= DBL_MAX)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is out of range; expected at least %s", shown, least);
	return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is out of range; expected %s to %s", shown, least, most);
}

static jtn_status
accept_double(const struct jtn__value *value, bool finite, double number, double low, double high, double *ret,
              struct jtn_error *reterr)
{
	if (!finite || !(number >= low && number <= high))
		return out_of_range(value, low, high, reterr);
	*ret = number;
	return JTN_OK;
}

jtn_status
jtn__json_number(const struct jtn__value *value, double low, double high, double *ret, struct jtn_error *reterr)
{
	double number = 0;
	if (!jtn__json_is_number(value))
		return wrong_type(value, "a number", reterr);
	bool finite = jtn__json_to_double(jtn__json_literal(value), &number);
	return accept_double(value, finite, number, low, high, ret, reterr);
}

/* A decimal may have a plus sign and leading zeros, which a JSON number must not. */
static bool
decimal_to_double(const char *text, double *ret)
{
	double size;
	bool negative = *text == '-';
	text += *text == '-' || *text == '+';
	while (*text == '0' && text[1] >= '0' && text[1] <= '9')
		text++;
	if (!jtn__json_to_double(text, &size))
		return false;
	*ret = negative ? 0 - size : size;
	return true;
}

jtn_status
jtn__json_amount(const struct jtn__value *value, double low, double high, double *ret, struct jtn_error *reterr)
{
	struct jtn__decimal_text decimal;
	double number = 0;
	if (!jtn__json_is_string(value) && !jtn__json_is_number(value))
		return wrong_type(value, "an amount such as 2.5 or \"2.5\"", reterr);
	const char *text = jtn__json_literal(value);
	if (jtn__decimal_scan(text, strlen(text), &decimal, NULL) != JTN_OK)
		return wrong_type(value, "an amount such as 2.5 or \"2.5\"", reterr);
	bool finite = decimal_to_double(text, &number);
	return accept_double(value, finite, number, low, high, ret, reterr);
}

/* Whether a whole decimal lies within 64 bits, and if so its value. */
static bool
to_integer(const struct jtn__decimal_text *decimal, int64_t *ret)
{
	if (!decimal->first) {
		*ret = 0;
		return true;
	}
	if (decimal->place + (int64_t)decimal->count > 19)
		return false;
	jtn__uint128 size = jtn__decimal_digits(decimal) * jtn__power_of_ten((unsigned)decimal->place);
	if (size > (jtn__uint128)INT64_MAX + decimal->negative)
		return false;
	*ret = decimal->negative ? -(int64_t)(size - 1) - 1 : (int64_t)size;
	return true;
}

/* Digits alone, and few enough for 64 bits, as nearly all are. */
static bool
read_plain(const char *text, int64_t *ret)
{
	const char *at = text;
	for (*ret = 0; *at >= '0' && *at <= '9' && at - text < 18; at++)
		*ret = *ret * 10 + (*at - '0');
	return at > text && *at == '\0';
}

jtn_status
jtn__json_integer(const struct jtn__value *value, int64_t low, int64_t high, int64_t *ret, struct jtn_error *reterr)
{
	struct jtn__decimal_text decimal;
	int64_t number;
	char shown[SHOWN_SIZE];
	if (!jtn__json_is_number(value))
		return wrong_type(value, "a whole number", reterr);
	const char *text = jtn__json_literal(value);
	bool plain = read_plain(text, &number);
	if (!plain) {
		JTN__TRY(jtn__decimal_scan(text, strlen(text), &decimal, reterr));
		if (decimal.first && decimal.place < 0)
			return wrong_type(value, "a whole number", reterr);
		plain = to_integer(&decimal, &number);
	}
	if (plain && number >= low && number <= high) {
		*ret = number;
		return JTN_OK;
	}
	show(value, shown);
	if (high == INT64_MAX)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is out of range; expected a whole number from %d", shown,
		                      low);
	return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is out of range; expected %d to %d", shown, low, high);
}

jtn_status
jtn__json_boolean(const struct jtn__value *value, bool *ret, struct jtn_error *reterr)
{
	if (!jtn__json_is_boolean(value))
		return wrong_type(value, "true or false", reterr);
	*ret = jtn__json_is_true(value);
	return JTN_OK;
}

jtn_status
jtn__json_string(const struct jtn__value *value, const char **ret, struct jtn_error *reterr)
{
	if (!jtn__json_is_string(value))
		return wrong_type(value, "a string", reterr);
	*ret = jtn__json_literal(value);
	return JTN_OK;
}

jtn_status
jtn__json_choice(const struct jtn__value *value, const char *const *names, size_t count, size_t *ret,
                 struct jtn_error *reterr)
{
	const char *text = jtn__json_is_string(value) ? jtn__json_literal(value) : NULL;
	for (size_t i = 0; text && i < count; i++)
		if (strcmp(text, names[i]) == 0) {
			*ret = i;
			return JTN_OK;
		}
	char list[112], expected[sizeof(list) + 8], shown[JTN__QUOTE_SIZE];
	jtn__join(list, sizeof(list), names, count);
	jtn__format(expected, sizeof(expected), count > 1 ? "one of %s" : "%s", list);
	if (!text)
		return wrong_type(value, expected, reterr);
	const char *meant = jtn__nearest(text, names, count);
	jtn__quote(shown, text, strlen(text));
	if (meant)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is not known here; did you mean \"%s\"?", shown, meant);
	return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is not known here; expected %s", shown, expected);
}

jtn_status
jtn__json_optional_number(const struct jtn__value *object, const char *key, double low, double high, double *ret,
                          struct jtn_error *reterr)
{
	struct jtn__value value;
	return jtn__json_member(object, key, &value) ? jtn__json_number(&value, low, high, ret, reterr) : JTN_OK;
}

jtn_status
jtn__json_optional_integer(const struct jtn__value *object, const char *key, int64_t low, int64_t high, int64_t *ret,
                           struct jtn_error *reterr)
{
	struct jtn__value value;
	return jtn__json_member(object, key, &value) ? jtn__json_integer(&value, low, high, ret, reterr) : JTN_OK;
}

jtn_status
jtn__json_optional_boolean(const struct jtn__value *object, const char *key, bool *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	return jtn__json_member(object, key, &value) ? jtn__json_boolean(&value, ret, reterr) : JTN_OK;
}

jtn_status
jtn__json_optional_string(const struct jtn__value *object, const char *key, const char **ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	return jtn__json_member(object, key, &value) ? jtn__json_string(&value, ret, reterr) : JTN_OK;
}
