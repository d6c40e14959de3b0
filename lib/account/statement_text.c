/*
 * Statements as text. Written by hand, in one order and one spelling, so that the same sums are the same bytes; read with
 * every sum checked anew. Also the few things that both writers of this wing put.
 */
#include "base/json.h"
#include "sink.h"
#include "statement.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DECIMALS 18 /* of money, which quantities are written and read as */

void
jtn__put(struct jtn__sink *sink, const char *bytes, size_t count)
{
	if (sink->buffer)
		memcpy(sink->buffer + sink->used, bytes, count);
	sink->used += count;
}

void
jtn__put_text(struct jtn__sink *sink, const char *text)
{
	jtn__put(sink, text, strlen(text));
}

void
jtn__put_money(struct jtn__sink *sink, struct jtn_money amount)
{
	char text[JTN_MONEY_TEXT_SIZE];
	size_t length = 0;
	if (jtn_money_format(amount, text, sizeof(text), &length) == JTN_OK)
		jtn__put(sink, text, length);
}

void
jtn__put_quantity(struct jtn__sink *sink, int64_t quantity, int32_t decimals)
{
	/* below 2^63 * 10^18, which money holds */
	jtn__put_money(sink, jtn__money(quantity * (jtn__int128)jtn__power_of_ten((unsigned)(DECIMALS - decimals))));
}

jtn_status
jtn__write_twice(void (*write)(struct jtn__sink *sink, const void *what), const void *what, char *buffer,
                 size_t capacity, size_t *retlength)
{
	struct jtn__sink measure = {NULL, 0}, sink = {buffer, 0};
	write(&measure, what);
	*retlength = measure.used;
	if (capacity <= measure.used)
		return JTN_E_SPACE;
	write(&sink, what);
	buffer[sink.used] = '\0';
	return JTN_OK;
}

/* A JSON string, or null. */
static void
put_string(struct jtn__sink *sink, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	if (!text) {
		jtn__put_text(sink, "null");
		return;
	}
	jtn__put(sink, "\"", 1);
	while (*text) {
		size_t plain = 0;
		while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\')
			plain++;
		jtn__put(sink, text, plain);
		text += plain;
		if (!*text)
			break;
		char escaped[] = {'\\', *text, '0', '0', digits[*text >> 4 & 1], digits[*text & 15]};
		bool control = (unsigned char)*text++ < 0x20;
		if (control)
			escaped[1] = 'u';
		jtn__put(sink, escaped, control ? sizeof(escaped) : 2);
	}
	jtn__put(sink, "\"", 1);
}

static void
put_strings(struct jtn__sink *sink, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			jtn__put(sink, ",", 1);
		put_string(sink, texts[i]);
	}
}

static int32_t
decimals_of(uint32_t meter)
{
	struct jtn_meter_facts facts = {.decimals = 0};
	return jtn_meter_read_facts(meter, &facts, sizeof(facts)) == JTN_OK ? facts.decimals : 0;
}

static void
put_group(struct jtn__sink *sink, const struct jtn__group *group, size_t key_count)
{
	jtn__put_text(sink, "{\"keys\":[");
	put_strings(sink, group->keys.values, key_count);
	jtn__put_text(sink, "],\"total\":\"");
	jtn__put_money(sink, jtn__money(group->total));
	jtn__put_text(sink, "\",\"rows\":");
	jtn__put_quantity(sink, group->rows, 0);
	jtn__put_text(sink, ",\"failed\":");
	jtn__put_quantity(sink, group->failed, 0);
	jtn__put_text(sink, ",\"quantities\":{");
	for (uint32_t i = 0; i < group->count; i++) {
		jtn__put_text(sink, i ? ",\"" : "\"");
		jtn__put_text(sink, jtn_meter_name(group->counts[i].meter));
		jtn__put_text(sink, "\":\"");
		jtn__put_quantity(sink, group->counts[i].quantity, decimals_of(group->counts[i].meter));
		jtn__put(sink, "\"", 1);
	}
	jtn__put(sink, "}}", 2);
}

static void
put_statement(struct jtn__sink *sink, const void *what)
{
	const struct jtn_statement *statement = what;
	jtn__put_text(sink, "{\"jeton_statement\":1,\"currency\":\"");
	jtn__put_text(sink, statement->currency);
	jtn__put_text(sink, "\",\"keys\":[");
	put_strings(sink, statement->names, statement->key_count);
	jtn__put_text(sink, "],\"groups\":[");
	for (size_t i = 0; i < statement->count; i++) {
		if (i)
			jtn__put(sink, ",", 1);
		put_group(sink, statement->groups[i], statement->key_count);
	}
	jtn__put(sink, "]}", 2);
}

jtn_status
jtn_statement_write(struct jtn_statement *statement, char *buffer, size_t capacity, size_t *retlength)
{
	if (!statement || !retlength || (!buffer && capacity))
		return JTN_E_ARGUMENT;
	jtn__statement_sort(statement);
	return jtn__write_twice(put_statement, statement, buffer, capacity, retlength);
}

/* What a call without positions said, at the value it was about. */
static jtn_status
fail_as(const struct jtn__value *value, const struct jtn_error *inner, struct jtn_error *reterr)
{
	jtn_status status = inner->status;
	if (status == JTN_E_ARGUMENT || status == JTN_E_INEXACT)
		status = JTN_E_RANGE; /* an argument that came from the text */
	if (status == JTN_E_MEMORY)
		return jtn__fail(reterr, status, "", "%s", inner->message);
	return jtn__json_fail(value, reterr, status, "%s", inner->message);
}

/* A decimal, as a number or a string, in units of 10^-decimals. */
static jtn_status
read_decimal(const struct jtn__value *value, int32_t decimals, jtn__int128 *ret, struct jtn_error *reterr)
{
	struct jtn_money amount;
	struct jtn_error inner;
	const char *text = jtn__json_literal(value);
	if (!text)
		return jtn__json_fail(value, reterr, JTN_E_TYPE, "expected a decimal as a string, such as \"1.25\"");
	if (jtn_money_parse(text, strlen(text), &amount, &inner) != JTN_OK)
		return fail_as(value, &inner, reterr);
	jtn__int128 unit = (jtn__int128)jtn__power_of_ten((unsigned)(DECIMALS - decimals));
	if (jtn__amount(amount) % unit)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "expected at most %d decimals here", (int64_t)decimals);
	*ret = jtn__amount(amount) / unit;
	return JTN_OK;
}

static jtn_status
read_quantity(const struct jtn__value *value, struct jtn_count *ret, struct jtn_error *reterr)
{
	struct jtn_error inner;
	jtn__int128 quantity;
	if (jtn_meter_find(value->key, strlen(value->key), &ret->meter, &inner) != JTN_OK)
		return fail_as(value, &inner, reterr);
	JTN__TRY(read_decimal(value, decimals_of(ret->meter), &quantity, reterr));
	if (quantity > INT64_MAX || quantity < -INT64_MAX)
		return jtn__json_fail(value, reterr, JTN_E_OVERFLOW, "the quantity is beyond 2^63 - 1 either way");
	ret->quantity = (int64_t)quantity;
	ret->reserved = 0;
	return JTN_OK;
}

static jtn_status
read_quantities(const struct jtn__value *group, struct jtn_count *ret, struct jtn__addend *addend,
                struct jtn_error *reterr)
{
	struct jtn__value object, entry;
	JTN__TRY(jtn__json_require(group, "quantities", &object, reterr));
	if (!jtn__json_is_object(&object))
		return jtn__json_fail(&object, reterr, JTN_E_TYPE, "expected quantities by meter, such as {\"input\": \"12\"}");
	addend->counts = ret;
	addend->count = jtn__json_count(&object);
	if (addend->count >= JTN__METERS)
		return jtn__json_fail(&object, reterr, JTN_E_LIMIT, "%d quantities; there are not that many meters",
		                      (int64_t)addend->count);
	for (size_t i = 0; i < addend->count; i++) {
		jtn__json_entry(&object, i, &entry);
		JTN__TRY(read_quantity(&entry, &ret[i], reterr));
	}
	return JTN_OK;
}

/* An array of at most four texts; null among them only for values. */
static jtn_status
read_texts(const struct jtn__value *array, bool nullable, const char **ret, struct jtn_error *reterr)
{
	struct jtn__value entry;
	for (size_t i = 0; i < jtn__json_count(array); i++) {
		jtn__json_element(array, i, &entry);
		ret[i] = NULL;
		if (!nullable || !jtn__json_is_null(&entry))
			JTN__TRY(jtn__json_string(&entry, &ret[i], reterr));
	}
	return JTN_OK;
}

static jtn_status
read_group_keys(const struct jtn_statement *statement, const struct jtn__value *group, struct jtn__keys *ret,
                struct jtn_error *reterr)
{
	const char *values[JTN_STATEMENT_KEYS] = {NULL};
	struct jtn__value array;
	struct jtn_error inner;
	JTN__TRY(jtn__json_require(group, "keys", &array, reterr));
	if (!jtn__json_is_array(&array))
		return jtn__json_fail(&array, reterr, JTN_E_TYPE, "expected the values of the keys, texts or null");
	if (jtn__json_count(&array) != statement->key_count)
		return jtn__json_fail(&array, reterr, JTN_E_CONTRADICTION, "%d values for %d keys; expected one for each",
		                      (int64_t)jtn__json_count(&array), (int64_t)statement->key_count);
	JTN__TRY(read_texts(&array, true, values, reterr));
	if (jtn__keys_read(statement, values, ret, &inner) != JTN_OK)
		return fail_as(&array, &inner, reterr);
	if (jtn__statement_find(statement, ret))
		return jtn__json_fail(&array, reterr, JTN_E_CONTRADICTION, "a group with these keys is there already");
	return JTN_OK;
}

static jtn_status
read_group(struct jtn_statement *statement, const struct jtn__value *group, struct jtn_error *reterr)
{
	static const char *const fields[] = {"keys", "total", "rows", "failed", "quantities"};
	struct jtn_count counts[JTN__METERS];
	struct jtn__addend addend = {.total = 0};
	struct jtn__keys keys;
	struct jtn__value value;
	struct jtn_error inner;
	if (!jtn__json_is_object(group))
		return jtn__json_fail(group, reterr, JTN_E_TYPE, "expected a group: {\"keys\": […], \"total\": …}");
	JTN__TRY(jtn__json_only(group, fields, COUNT(fields), reterr));
	JTN__TRY(read_group_keys(statement, group, &keys, reterr));
	JTN__TRY(jtn__json_require(group, "total", &value, reterr));
	JTN__TRY(read_decimal(&value, DECIMALS, &addend.total, reterr));
	JTN__TRY(jtn__json_require(group, "rows", &value, reterr));
	JTN__TRY(jtn__json_integer(&value, 0, INT64_MAX, &addend.rows, reterr));
	JTN__TRY(jtn__json_require(group, "failed", &value, reterr));
	JTN__TRY(jtn__json_integer(&value, 0, INT64_MAX, &addend.failed, reterr));
	JTN__TRY(read_quantities(group, counts, &addend, reterr));
	if (addend.rows == 0 && (addend.total || addend.count))
		return jtn__json_fail(group, reterr, JTN_E_CONTRADICTION, "a total or quantities of no rows");
	if (jtn__statement_add(statement, &keys, &addend, &inner) != JTN_OK)
		return fail_as(group, &inner, reterr);
	return JTN_OK;
}

/* An empty statement of the currency and keys that the text names. */
static jtn_status
read_head(const struct jtn__value *root, const struct jtn_allocator *allocator, struct jtn_statement **ret,
          struct jtn_error *reterr)
{
	static const char *const fields[] = {"jeton_statement", "currency", "keys", "groups"};
	const char *names[JTN_STATEMENT_KEYS], *currency;
	struct jtn__value value;
	struct jtn_error inner;
	int64_t version;
	JTN__TRY(jtn__json_only(root, fields, COUNT(fields), reterr));
	JTN__TRY(jtn__json_require(root, "jeton_statement", &value, reterr));
	JTN__TRY(jtn__json_integer(&value, 1, 1, &version, reterr));
	JTN__TRY(jtn__json_require(root, "currency", &value, reterr));
	JTN__TRY(jtn__json_string(&value, &currency, reterr));
	JTN__TRY(jtn__json_require(root, "keys", &value, reterr));
	if (!jtn__json_is_array(&value))
		return jtn__json_fail(&value, reterr, JTN_E_TYPE, "expected the names of the keys, such as [\"tenant\"]");
	if (jtn__json_count(&value) > JTN_STATEMENT_KEYS)
		return jtn__json_fail(&value, reterr, JTN_E_LIMIT, "%d keys; a statement has at most %d",
		                      (int64_t)jtn__json_count(&value), (int64_t)JTN_STATEMENT_KEYS);
	JTN__TRY(read_texts(&value, false, names, reterr));
	if (jtn_statement_new(currency, names, jtn__json_count(&value), allocator, ret, &inner) != JTN_OK) {
		if (strcmp(inner.field, "currency") == 0)
			jtn__json_member(root, "currency", &value);
		return fail_as(&value, &inner, reterr);
	}
	return JTN_OK;
}

static jtn_status
read_groups(struct jtn_statement *statement, const struct jtn__value *root, struct jtn_error *reterr)
{
	struct jtn__value array, entry;
	JTN__TRY(jtn__json_require(root, "groups", &array, reterr));
	if (!jtn__json_is_array(&array))
		return jtn__json_fail(&array, reterr, JTN_E_TYPE, "expected an array of groups");
	for (size_t i = 0; i < jtn__json_count(&array); i++) {
		jtn__json_element(&array, i, &entry);
		JTN__TRY(read_group(statement, &entry, reterr));
	}
	return JTN_OK;
}

jtn_status
jtn_statement_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_statement **ret,
                    struct jtn_error *reterr)
{
	struct jtn_statement *statement = NULL;
	struct jtn__json *json;
	struct jtn__value root;
	if (!text || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, text ? "ret" : "text", "must not be NULL");
	JTN__TRY(jtn__json_parse(text, length, allocator, &json, reterr));
	jtn__json_root(json, &root);
	jtn_status status = read_head(&root, allocator, &statement, reterr);
	if (status == JTN_OK)
		status = read_groups(statement, &root, reterr);
	if (status == JTN_OK)
		*ret = statement;
	else
		jtn_statement_free(statement);
	jtn__json_free(json);
	return status;
}
