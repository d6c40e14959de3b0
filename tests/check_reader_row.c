/*
 * Rows: the members of a usage row, what is missing or wrong in them, and the memory of a reader that reads many.
 * What usages come to: check_reader.c.
 */
#include "fixture.h"

#include "jeton/reader.h"

#include "base/json.h"

#define PLAIN                                                                                                   \
	"{\"id\": \"evt-1\", \"time\": \"2026-01-01T00:00:00Z\", \"provider\": \"openai\", \"model\": \"gpt-4o\", " \
	"\"format\": \"openai.chat\", \"service_tier\": \"priority\", \"region\": null, \"usage\": "                \
	"{\"prompt_tokens\": 1000, \"completion_tokens\": 200, \"prompt_tokens_details\": "                         \
	"{\"cached_tokens\": 800}}, \"tenant\": \"acme\"}"

static struct jtn_reader *
new_reader(int32_t unknown, const struct jtn_allocator *allocator)
{
	struct jtn_reader *reader = NULL;
	struct jtn_error err;

	assert_ok(jtn_reader_new(unknown, allocator, &reader, &err), err);
	return reader;
}

static jtn_status
read_row(struct jtn_reader *reader, const char *text, struct jtn_event *ret, struct jtn_error *err)
{
	memset(ret, 0, sizeof(*ret));
	memset(err, 0, sizeof(*err));
	ret->size = sizeof(*ret);
	return jtn_reader_row(reader, text, strlen(text), ret, err);
}

static void
assert_text(struct jtn_text text, const char *expected)
{
	if (!expected) {
		ck_assert_ptr_null(text.text);
		ck_assert_uint_eq(text.length, 0);
		return;
	}
	ck_assert_ptr_nonnull(text.text);
	ck_assert_msg(text.length == strlen(expected) && memcmp(text.text, expected, strlen(expected)) == 0,
	              "%.*s, expected %s", (int)text.length, text.text, expected);
}

/* A row whose first `from` became `to` fails so, and gives its id all the same. */
static void
assert_refused(const char *from, const char *to, jtn_status status, const char *field, const char *words)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_REPORT, NULL);
	char *text = with(PLAIN, from, to);
	struct jtn_event event;
	struct jtn_error err;

	assert_fails(read_row(reader, text, &event, &err), status, err, field);
	ck_assert_msg(strstr(err.message, words) != NULL, "\"%s\" does not say \"%s\"", err.message, words);
	ck_assert_int_gt(err.line, 0);
	assert_text(event.id, "\"evt-1\"");
	assert_text(event.provider, NULL);
	ck_assert_ptr_null(event.counts);
	free(text);
	jtn_reader_free(reader);
}

START_TEST(a_row_is_read_whole)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_ERROR, NULL);
	struct jtn_event event;
	struct jtn_error err;

	assert_ok(read_row(reader, PLAIN, &event, &err), err);
	ck_assert_uint_eq(event.size, sizeof(event));
	ck_assert_int_eq(event.format, JTN_FORMAT_OPENAI_CHAT);
	assert_text(event.id, "\"evt-1\"");
	assert_text(event.provider, "openai");
	assert_text(event.model, "gpt-4o");
	assert_text(event.region, NULL);
	assert_text(event.served_tier, "priority");
	ck_assert_uint_eq(event.tier, JTN_TIER_PRIORITY);
	ck_assert_uint_eq(event.has_time, 1);
	ck_assert_int_eq(event.time_ns, INT64_C(1767225600000000000));
	ck_assert_uint_eq(event.count, 3);
	ck_assert_uint_eq(event.counts[0].meter, JTN_METER_INPUT);
	ck_assert_int_eq(event.counts[0].quantity, 200);
	ck_assert_uint_eq(event.counts[1].meter, JTN_METER_CACHE_READ);
	ck_assert_int_eq(event.counts[1].quantity, 800);
	ck_assert_uint_eq(event.counts[2].meter, JTN_METER_OUTPUT);
	ck_assert_int_eq(event.counts[2].quantity, 200);
	ck_assert_uint_eq(event.unknown_count, 0);
	jtn_reader_free(reader);
}
END_TEST

START_TEST(a_row_needs_no_more_than_format_and_usage)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_ERROR, NULL);
	struct jtn_event event;
	struct jtn_error err;

	assert_ok(read_row(reader, "{\"usage\": {\"input\": 1}, \"format\": \"jeton\", \"id\": null}", &event, &err), err);
	assert_text(event.id, NULL);
	assert_text(event.provider, NULL);
	assert_text(event.model, NULL);
	assert_text(event.served_tier, NULL);
	ck_assert_uint_eq(event.has_time, 0);
	ck_assert_uint_eq(event.tier, JTN_TIER_STANDARD);
	ck_assert_uint_eq(event.count, 1);
	jtn_reader_free(reader);
}
END_TEST

START_TEST(an_id_is_given_as_it_is_written)
{
	static const char *const ids[] = {"17", "1.50e1", "\"a\\u00e9 \\\"b\\\"\"", "true", "[1, {\"a\": 2}]"};
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_ERROR, NULL);
	struct jtn_event event;
	struct jtn_error err;
	char text[200];

	snprintf(text, sizeof(text),
	         "{\"x\": [\"\\u00e9\", {}], \"usage\": {\"input\": 1}, \"format\": \"jeton\", \"id\" : %s }", ids[_i]);
	assert_ok(read_row(reader, text, &event, &err), err);
	assert_text(event.id, ids[_i]);
	jtn_reader_free(reader);
}
END_TEST

START_TEST(the_served_tier_outranks_the_requested_one)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_ERROR, NULL);
	char *text = with(PLAIN, "\"prompt_tokens\": 1000,", "\"prompt_tokens\": 1000, \"service_tier\": \"default\",");
	struct jtn_event event;
	struct jtn_error err;

	assert_ok(read_row(reader, text, &event, &err), err); /* bug-014 */
	ck_assert_uint_eq(event.tier, JTN_TIER_STANDARD);
	assert_text(event.served_tier, "default");
	free(text);
	jtn_reader_free(reader);
}
END_TEST

START_TEST(a_slip_in_a_row_is_refused_by_the_field_at_fault)
{
	assert_refused("\"format\": \"openai.chat\", ", "", JTN_E_MISSING_FIELD, "format", "anthropic.messages");
	assert_refused("\"openai.chat\"", "null", JTN_E_MISSING_FIELD, "format", "otel.genai");
	assert_refused("\"openai.chat\"", "\"openai.chta\"", JTN_E_NOT_FOUND, "format", "\"openai.chat\"");
	assert_refused("\"openai.chat\"", "2", JTN_E_TYPE, "format", "a string");
	assert_refused("\"gpt-4o\"", "4", JTN_E_TYPE, "model", "a string");
	assert_refused("\"openai\"", "[]", JTN_E_TYPE, "provider", "a string");
	assert_refused("\"region\": null", "\"region\": {}", JTN_E_TYPE, "region", "a string");
	assert_refused("\"2026-01-01T00:00:00Z\"", "\"yesterday\"", JTN_E_SYNTAX, "time", "yesterday");
	assert_refused("\"2026-01-01T00:00:00Z\"", "1767225600", JTN_E_TYPE, "time", "a string");
	assert_refused("\"priority\"", "\"gold\"", JTN_E_NOT_FOUND, "service_tier", "flex");
	assert_refused("\"usage\"", "\"usages\"", JTN_E_MISSING_FIELD, "usage", "usage");
	assert_refused("800}", "1001}", JTN_E_CONTRADICTION, "usage.prompt_tokens_details.cached_tokens", "1001");
	assert_refused("1000,", "-1000,", JTN_E_RANGE, "usage.prompt_tokens", "-1000");
	assert_refused("1000,", "9223372036854775807, \"total_tokens\": 1,", JTN_E_OVERFLOW, "usage",
	               "9223372036854775807");
	assert_refused("\"tenant\"", "\"model\"", JTN_E_DUPLICATE_KEY, "model", "once");
}
END_TEST

START_TEST(a_row_that_is_no_json_has_no_id)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_REPORT, NULL);
	struct jtn_event event;
	struct jtn_error err;

	assert_ok(read_row(reader, PLAIN, &event, &err), err);
	event.id = (struct jtn_text){"stale", 5};
	assert_status(jtn_reader_row(reader, "{\"id\": 1", 8, &event, &err), JTN_E_SYNTAX);
	assert_text(event.id, NULL);
	assert_status(read_row(reader, "[1]", &event, &err), JTN_E_TYPE);
	assert_status(read_row(reader, "", &event, &err), JTN_E_SYNTAX);
	jtn_reader_free(reader);
}
END_TEST

START_TEST(unknown_fields_are_named_from_the_usage_on)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_REPORT, NULL);
	char *text = with(PLAIN, "\"cached_tokens\"", "\"new_tokens\": 4, \"cached_tokens\"");
	struct jtn_event event;
	struct jtn_error err;

	assert_ok(read_row(reader, text, &event, &err), err);
	ck_assert_uint_eq(event.unknown_count, 1);
	assert_text(event.unknown[0], "prompt_tokens_details.new_tokens");
	jtn_reader_free(reader);
	reader = new_reader(JTN_UNKNOWN_ERROR, NULL);
	assert_fails(read_row(reader, text, &event, &err), JTN_E_UNKNOWN_FIELD, err,
	             "usage.prompt_tokens_details.new_tokens");
	free(text);
	jtn_reader_free(reader);
}
END_TEST

START_TEST(any_member_of_the_row_is_found)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_ERROR, NULL);
	struct jtn_event event;
	struct jtn_error err;
	struct jtn_text text = {"x", 1};

	assert_status(jtn_reader_member(reader, "tenant", &text), JTN_OK);
	assert_text(text, NULL);
	assert_ok(read_row(reader,
	                   "{\"tenant\": \"a\\u00e9\", \"seat\": 1.50, \"trial\": false, \"none\": null, \"list\": [], "
	                   "\"format\": \"jeton\", \"usage\": {\"input\": 1}}",
	                   &event, &err),
	          err);
	assert_status(jtn_reader_member(reader, "tenant", &text), JTN_OK);
	assert_text(text, "aé");
	assert_status(jtn_reader_member(reader, "seat", &text), JTN_OK);
	assert_text(text, "1.50");
	assert_status(jtn_reader_member(reader, "trial", &text), JTN_OK);
	assert_text(text, "false");
	assert_status(jtn_reader_member(reader, "none", &text), JTN_OK);
	assert_text(text, NULL);
	assert_status(jtn_reader_member(reader, "list", &text), JTN_OK);
	assert_text(text, NULL);
	assert_status(jtn_reader_member(reader, "usage", &text), JTN_OK);
	assert_text(text, NULL);
	assert_status(jtn_reader_member(reader, "nobody", &text), JTN_OK);
	assert_text(text, NULL);
	assert_status(jtn_reader_member(NULL, "x", &text), JTN_E_ARGUMENT);
	assert_status(jtn_reader_member(reader, NULL, &text), JTN_E_ARGUMENT);
	assert_status(jtn_reader_member(reader, "x", NULL), JTN_E_ARGUMENT);
	jtn_reader_free(reader);
}
END_TEST

START_TEST(arguments_are_checked)
{
	struct jtn_reader *reader = NULL;
	struct jtn_event event = {.size = sizeof(event)};
	struct jtn_error err;

	assert_status(jtn_reader_new(2, NULL, &reader, &err), JTN_E_ARGUMENT);
	assert_status(jtn_reader_new(0, NULL, NULL, &err), JTN_E_ARGUMENT);
	ck_assert_ptr_null(reader);
	reader = new_reader(0, NULL);
	assert_status(jtn_reader_row(NULL, PLAIN, strlen(PLAIN), &event, &err), JTN_E_ARGUMENT);
	assert_status(jtn_reader_row(reader, NULL, 0, &event, &err), JTN_E_ARGUMENT);
	assert_status(jtn_reader_row(reader, PLAIN, strlen(PLAIN), NULL, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_reader_usage(reader, 0, "{}", 2, &event, &err), JTN_E_ARGUMENT);
	assert_status(jtn_reader_usage(reader, 99, "{}", 2, &event, NULL), JTN_E_ARGUMENT);
	event.size = 4;
	assert_status(jtn_reader_row(reader, PLAIN, strlen(PLAIN), &event, &err), JTN_E_ABI);
	jtn_reader_free(reader);
	jtn_reader_free(NULL);
}
END_TEST

START_TEST(a_newer_callers_longer_event_is_zeroed_beyond_what_is_known)
{
	struct {
		struct jtn_event event;
		uint64_t later;
	} longer = {.later = 7};
	struct jtn_reader *reader = new_reader(0, NULL);
	struct jtn_error err;

	longer.event.size = sizeof(longer);
	assert_ok(jtn_reader_row(reader, PLAIN, strlen(PLAIN), &longer.event, &err), err);
	ck_assert_uint_eq(longer.event.size, sizeof(longer));
	ck_assert_uint_eq(longer.later, 0);
	jtn_reader_free(reader);
}
END_TEST

/* Memory */

/* A row of at least so many bytes. */
static char *
long_row(size_t bytes)
{
	char *padding = malloc(bytes + 1), *text, *between = malloc(bytes + 100);

	memset(padding, 'x', bytes);
	padding[bytes] = '\0';
	snprintf(between, bytes + 100, "\"tenant\": [\"%s\"]", padding);
	text = with(PLAIN, "\"tenant\": \"acme\"", between);
	free(padding);
	free(between);
	return text;
}

START_TEST(only_a_text_larger_than_any_before_allocates)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_REPORT, &allocator);
	char *larger = long_row(20000);
	struct jtn_event event;
	struct jtn_error err;

	assert_ok(read_row(reader, PLAIN, &event, &err), err);
	size_t made = counter.made;
	for (int i = 0; i < 100; i++) {
		assert_ok(read_row(reader, PLAIN, &event, &err), err);
		assert_status(read_row(reader, "{\"id\": 1, \"id\": 2}", &event, &err), JTN_E_DUPLICATE_KEY);
		assert_status(read_row(reader, "{\"id\": ", &event, &err), JTN_E_SYNTAX);
	}
	ck_assert_uint_eq(counter.made, made);
	assert_ok(read_row(reader, larger, &event, &err), err);
	ck_assert_uint_gt(counter.made, made);
	made = counter.made;
	for (int i = 0; i < 10; i++) {
		assert_ok(read_row(reader, larger, &event, &err), err);
		assert_ok(read_row(reader, PLAIN, &event, &err), err);
	}
	ck_assert_uint_eq(counter.made, made);
	jtn_reader_free(reader);
	ck_assert_uint_eq(counter.live, 0);
	free(larger);
}
END_TEST

START_TEST(every_allocation_may_fail_and_nothing_leaks)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	char *larger = long_row(5000), unknown[3000] = "{\"prompt_tokens\": 1";
	jtn_status status = JTN_E_MEMORY;
	struct jtn_event event;
	struct jtn_error err;

	for (int i = 0; i < 100; i++)
		snprintf(unknown + strlen(unknown), sizeof(unknown) - strlen(unknown), ", \"n%d\": 1", i);
	strcat(unknown, "}");
	while (status == JTN_E_MEMORY) {
		struct jtn_reader *reader = NULL;

		counter.made = 0;
		counter.fail++;
		event = (struct jtn_event){.size = sizeof(event)};
		status = jtn_reader_new(JTN_UNKNOWN_REPORT, &allocator, &reader, &err);
		ck_assert_msg((status == JTN_OK) == (reader != NULL), "outputs are untouched on failure");
		if (status == JTN_OK)
			status = read_row(reader, PLAIN, &event, &err);
		if (status == JTN_OK)
			status = read_row(reader, larger, &event, &err);
		if (status == JTN_OK)
			status = jtn_reader_usage(reader, JTN_FORMAT_OPENAI_CHAT, unknown, strlen(unknown), &event, &err);
		if (status == JTN_E_MEMORY && reader) {
			/* It goes on where memory is there again. */
			assert_ok(read_row(reader, PLAIN, &event, &err), err);
		}
		jtn_reader_free(reader);
		ck_assert_uint_eq(counter.live, 0);
		ck_assert_uint_lt(counter.fail, 100);
	}
	assert_status(status, JTN_OK);
	ck_assert_uint_gt(counter.fail, 4);
	free(larger);
}
END_TEST

START_TEST(a_row_cut_short_anywhere_is_refused)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_REPORT, NULL);
	struct jtn_event event = {.size = sizeof(event)};
	struct jtn_error err;

	for (size_t i = 0; i < strlen(PLAIN); i++) {
		char *cut = malloc(i + 1); /* of its own size, for a sanitizer to see what is read beyond */

		memcpy(cut, PLAIN, i);
		ck_assert_int_ne(jtn_reader_row(reader, cut, i, &event, &err), JTN_OK);
		assert_text(event.id, NULL);
		free(cut);
	}
	jtn_reader_free(reader);
}
END_TEST

/* A document read again in the same memory */

START_TEST(nesting_is_limited_alike_in_short_and_long_texts)
{
	struct jtn__json *json = NULL;
	struct jtn_error err;
	char text[9000];

	for (int levels = 63; levels <= 66; levels++)
		for (size_t padding = 0; padding <= 8500; padding += 8500) {
			size_t used = (size_t)sprintf(text, "{\"a\": ");
			memset(text + used, ' ', padding);
			used += padding;
			memset(text + used, '[', (size_t)levels - 1);
			memset(text + used + levels - 1, ']', (size_t)levels - 1);
			strcpy(text + used + 2 * (levels - 1), "}");
			jtn_status status = jtn__json_again(&json, text, strlen(text), false, NULL, &err);

			ck_assert_int_eq(status, levels <= 64 ? JTN_OK : JTN_E_LIMIT);
			if (status != JTN_OK)
				ck_assert_int_eq(err.column, (int32_t)(used + 64));
		}
	jtn__json_free(json);
}
END_TEST

START_TEST(many_shallow_brackets_are_not_deep)
{
	struct jtn__json *json = NULL;
	struct jtn_error err;
	char text[2000] = "{\"a\": [";

	for (int i = 0; i < 200; i++)
		strcat(text, "[[]],");
	strcat(text, "{}]}");
	assert_ok(jtn__json_again(&json, text, strlen(text), false, NULL, &err), err);
	jtn__json_free(json);
}
END_TEST

START_TEST(a_walk_meets_every_child_once)
{
	struct jtn__json *json = NULL;
	struct jtn__value root, value;
	struct jtn__walk walk;
	struct jtn_error err;
	size_t length, children = 0;
	const char *text = "{\"a\": null, \"bcd\": [1, [2, 3], {}], \"\": 4}";

	for (int i = 0; i < 2; i++) {
		assert_ok(jtn__json_again(&json, text, strlen(text), false, NULL, &err), err);
		jtn__json_root(json, &root);
		for (jtn__json_walk(&root, &walk); jtn__json_next(&walk, &value, &length); children++)
			ck_assert_uint_eq(length, strlen(value.key));
		ck_assert(jtn__json_member(&root, "bcd", &value));
		struct jtn__value array = value;
		for (jtn__json_walk(&array, &walk); jtn__json_next(&walk, &value, &length); children++)
			ck_assert_ptr_null(value.key);
		jtn__json_element(&array, 2, &value);
		ck_assert(jtn__json_is_object(&value));
		jtn__json_walk(&value, &walk);
		ck_assert(!jtn__json_next(&walk, &value, &length));
		text = "{\"b\": null, \"bcd\": [1, 5, {}], \"\": 4}";
	}
	ck_assert_uint_eq(children, 12);
	jtn__json_free(json);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reader_row");
	TCase *tests = tcase_create("reader_row");

	tcase_add_test(tests, a_row_is_read_whole);
	tcase_add_test(tests, a_row_needs_no_more_than_format_and_usage);
	tcase_add_loop_test(tests, an_id_is_given_as_it_is_written, 0, 5);
	tcase_add_test(tests, the_served_tier_outranks_the_requested_one);
	tcase_add_test(tests, a_slip_in_a_row_is_refused_by_the_field_at_fault);
	tcase_add_test(tests, a_row_that_is_no_json_has_no_id);
	tcase_add_test(tests, unknown_fields_are_named_from_the_usage_on);
	tcase_add_test(tests, any_member_of_the_row_is_found);
	tcase_add_test(tests, arguments_are_checked);
	tcase_add_test(tests, a_newer_callers_longer_event_is_zeroed_beyond_what_is_known);
	tcase_add_test(tests, only_a_text_larger_than_any_before_allocates);
	tcase_add_test(tests, every_allocation_may_fail_and_nothing_leaks);
	tcase_add_test(tests, a_row_cut_short_anywhere_is_refused);
	tcase_add_test(tests, nesting_is_limited_alike_in_short_and_long_texts);
	tcase_add_test(tests, many_shallow_brackets_are_not_deep);
	tcase_add_test(tests, a_walk_meets_every_child_once);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
