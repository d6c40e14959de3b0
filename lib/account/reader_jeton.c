/* Our own leaves, which are disjoint already; and counts as text, for every format. */
#include "reader.h"

#include "base/decimal.h"

#include <string.h>

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

static jtn_status
scan_quantity(const struct jtn__value *value, int32_t decimals, int64_t *ret, struct jtn_error *reterr)
{
	struct jtn__decimal_text decimal;
	size_t length;
	const char *text = jtn__json_bytes(value, &length);
	if (jtn__decimal_scan(text, length, &decimal, NULL) != JTN_OK)
		return not_a_count(value, JTN_E_TYPE, decimals ? "a number" : "a whole number", reterr);
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
jtn__reader_quantity(const struct jtn__value *value, int32_t decimals, int64_t *ret, struct jtn_error *reterr)
{
	if (!jtn__json_is_number(value))
		return not_a_count(value, JTN_E_TYPE, decimals ? "a number" : "a whole number", reterr);
	if (decimals == 0 && jtn__reader_plain(value, ret))
		return JTN_OK;
	return scan_quantity(value, decimals, ret, reterr);
}

void
jtn__reader_index_meters(struct jtn_reader *reader)
{
	reader->first_meter = (uint8_t)(reader->name_count + 1);
	for (uint32_t meter = 1; meter < JTN__METERS; meter++)
		jtn__reader_name(reader, JTN__SCOPE_METERS, jtn_meter_name(meter), JTN__ANY_FORMAT);
}

static jtn_status
refuse_meter(const struct jtn__value *value, size_t length, struct jtn_error *reterr)
{
	struct jtn_error inner;
	uint32_t meter;
	return jtn_meter_find(value->key, length, &meter, &inner) == JTN_OK
	           ? JTN_OK
	           : jtn__json_fail(value, reterr, JTN_E_UNKNOWN_FIELD, "%s", inner.message);
}

/* A quantity that is no plain number of its unit; text too, as statements and charges write it. */
static jtn_status
read_quantity(const struct jtn__value *value, uint32_t meter, int64_t *ret, struct jtn_error *reterr)
{
	struct jtn_meter_facts facts;
	JTN__TRY(jtn_meter_read_facts(meter, &facts, sizeof(facts)));
	return jtn__json_is_string(value) ? scan_quantity(value, facts.decimals, ret, reterr)
	                                  : jtn__reader_quantity(value, facts.decimals, ret, reterr);
}

jtn_status
jtn__reader_meters(struct jtn_reader *reader, const struct jtn__value *usage, struct jtn__stated *stated,
                   struct jtn_error *reterr)
{
	struct jtn__walk walk;
	struct jtn__value value;
	size_t length;
	unsigned last = JTN__NAMES + JTN__SCOPE_METERS;
	if (!jtn__json_is_object(usage))
		return jtn__json_fail(usage, reterr, JTN_E_TYPE, "expected an object, {\"input\": 200, \"output\": 10}");
	jtn__node_walk(usage, &walk);
	while (jtn__node_next(&walk, &value, &length)) {
		unsigned name = jtn__reader_find(reader, JTN__SCOPE_METERS, value.key, length, &last);
		uint32_t meter = name - reader->first_meter + 1;
		if (!name)
			return refuse_meter(&value, length, reterr);
		if (jtn__node_is_null(&value))
			continue;
		if (meter >= JTN_METER_SECONDS || !jtn__reader_plain(&value, &stated->value[meter]))
			JTN__TRY(read_quantity(&value, meter, &stated->value[meter], reterr));
		jtn__meters_add(&stated->has, meter);
		stated->node[meter] = value.node;
	}
	return JTN_OK;
}
