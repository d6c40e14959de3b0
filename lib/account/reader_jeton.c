/* Our own leaves, which are disjoint already; and counts as text, for every format. */
#include "reader.h"

#include "base/decimal.h"

#include <string.h>

#define PLAIN_DIGITS 18 /* so many always fit */

/* A count as nearly all are: a few digits. */
static bool
read_plain(const char *text, size_t length, int64_t *ret)
{
	int64_t number = 0;
	if (length == 0 || length > PLAIN_DIGITS)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (text[i] - '0');
	}
	*ret = number;
	return true;
}

static jtn_status
not_a_count(const struct jtn__value *value, jtn_status status, const char *what, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE];
	size_t length = 0;
	const char *text = jtn__json_literal(value);
	if (text)
		length = strlen(text);
	jtn__quote(shown, text ? text : "?", text ? length : 1);
	if (!text)
		return jtn__json_fail(value, reterr, status, "expected %s", what);
	if (jtn__json_is_string(value))
		return jtn__json_fail(value, reterr, status, "expected %s, found the string %s", what, shown);
	shown[strlen(shown) - 1] = '\0'; /* a number needs no quotes */
	return jtn__json_fail(value, reterr, status, "expected %s, found %s", what, shown + 1);
}

jtn_status
jtn__reader_quantity(const struct jtn__value *value, int32_t decimals, int64_t *ret, struct jtn_error *reterr)
{
	struct jtn__decimal_text decimal;
	size_t length;
	if (!jtn__json_is_number(value))
		return not_a_count(value, JTN_E_TYPE, decimals ? "a number" : "a whole number", reterr);
	const char *text = jtn__json_bytes(value, &length);
	if (decimals == 0 && read_plain(text, length, ret))
		return JTN_OK;
	JTN__TRY(jtn__decimal_scan(text, length, &decimal, reterr));
	if (decimal.negative)
		return not_a_count(value, JTN_E_RANGE, "a count, 0 or more", reterr);
	if (decimal.first && decimal.place < -decimals)
		return decimals ? not_a_count(value, JTN_E_INEXACT, "at most 6 decimals", reterr)
		                : not_a_count(value, JTN_E_TYPE, "a whole number", reterr);
	if (decimal.first && decimal.place + decimals + (int64_t)decimal.count > 19)
		return not_a_count(value, JTN_E_OVERFLOW, "a count of at most 9223372036854775807", reterr);
	jtn__uint128 quantity =
		decimal.first ? jtn__decimal_digits(&decimal) * jtn__power_of_ten((unsigned)(decimal.place + decimals)) : 0;
	if (quantity > INT64_MAX)
		return not_a_count(value, JTN_E_OVERFLOW, "a count of at most 9223372036854775807", reterr);
	*ret = (int64_t)quantity;
	return JTN_OK;
}

jtn_status
jtn__reader_meters(struct jtn_reader *reader, const struct jtn__value *usage, struct jtn__stated *stated,
                   struct jtn_error *reterr)
{
	struct jtn__walk walk;
	struct jtn__value value;
	struct jtn_meter_facts facts;
	struct jtn_error inner;
	size_t length;
	uint32_t meter;
	(void)reader;
	if (!jtn__json_is_object(usage))
		return jtn__json_fail(usage, reterr, JTN_E_TYPE, "expected an object, {\"input\": 200, \"output\": 10}");
	jtn__json_walk(usage, &walk);
	while (jtn__json_next(&walk, &value, &length)) {
		if (jtn_meter_find(value.key, length, &meter, &inner) != JTN_OK)
			return jtn__json_fail(&value, reterr, JTN_E_UNKNOWN_FIELD, "%s", inner.message);
		if (jtn__json_is_null(&value))
			continue;
		JTN__TRY(jtn_meter_read_facts(meter, &facts, sizeof(facts)));
		JTN__TRY(jtn__reader_quantity(&value, facts.decimals, &stated->value[meter], reterr));
		jtn__meters_add(&stated->has, meter);
		stated->node[meter] = value.node;
	}
	return JTN_OK;
}
