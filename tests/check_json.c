/* JSON: what is refused and exactly where, and that hostile text costs little. Typed reads: check_json_read.c. */
#include "fixture.h"

#include "base/json.h"

#include <time.h>

static struct jtn__json *
parse(const char *text)
{
	struct jtn__json *json = NULL;
	struct jtn_error err;

	assert_ok(jtn__json_parse(text, strlen(text), NULL, &json, &err), err);
	return json;
}

static void
assert_refused_text(const char *text, size_t length, jtn_status status, int32_t line, int32_t column, const char *words)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn__json *json = NULL;
	struct jtn_error err = {0};
	jtn_status actual = jtn__json_parse(text, length, &allocator, &json, &err);

	ck_assert_msg(actual == status && err.status == status, "%.60s: %s, %s", text, jtn_status_name(actual),
	              err.message);
	ck_assert_msg(err.line == line && err.column == column, "%.60s: %d:%d, expected %d:%d (%s)", text, (int)err.line,
	              (int)err.column, (int)line, (int)column, err.message);
	ck_assert_msg(strstr(err.message, words), "%.60s: \"%s\" lacks \"%s\"", text, err.message, words);
	ck_assert_ptr_null(json);
	ck_assert_uint_eq(counter.live, 0);
}

static void
assert_refused(const char *text, jtn_status status, int32_t line, int32_t column, const char *words)
{
	assert_refused_text(text, strlen(text), status, line, column, words);
}

static void
assert_place(const struct jtn_error *err, int32_t line, int32_t column)
{
	ck_assert_msg(err->line == line && err->column == column, "%d:%d, expected %d:%d: %s", (int)err->line,
	              (int)err->column, (int)line, (int)column, err->message);
}

#define assert_says(err, words) ck_assert_msg(strstr((err).message, words), "\"%s\" lacks \"%s\"", (err).message, words)

START_TEST(syntax_errors_say_where_and_what_was_expected)
{
	static const struct {
		const char *text;
		int32_t line, column;
		const char *words;
	} cases[] = {
		{" \n\t ", 2, 3, "expected a JSON object"},
		{"{", 1, 2, "closing"},
		{"{\"a\": 1", 1, 8, "closing"},
		{"{\"a\": \"b", 1, 9, "closing"},
		{"{\"a\": 1}\nx", 2, 1, "unexpected content after document"},
		{"{\"a\": 1}{}", 1, 9, "unexpected content after document"},
		{"{\n  \"a\": 1,\n}", 2, 9, "trailing comma"},
		{"{\"a\": [1, 2,]}", 1, 12, "trailing comma"},
		{"{\"a\" 1}", 1, 6, "expected a colon"},
		{"{\"a\": 1 \"b\": 2}", 1, 9, "comma or a closing brace"},
		{"{a: 1}", 1, 2, "expected a string for object key"},
		{"{'a': 1}", 1, 2, "double quotes"},
		{"{\"a\": 'b'}", 1, 7, "double quotes"},
		{"{\"a\": NaN}", 1, 7, "NaN and Infinity are no JSON"},
		{"{\"a\": nan}", 1, 7, "NaN and Infinity are no JSON"},
		{"{\"a\": Infinity}", 1, 7, "NaN and Infinity are no JSON"},
		{"{\"a\": -Infinity}", 1, 8, "NaN and Infinity are no JSON"},
		{"{\"a\": True}", 1, 7, "written small"},
		{"{\"a\": tru}", 1, 7, "true"},
		{"{\"a\": 1} // no", 1, 10, "no comments"},
		{"{\"a\": /* no */ 1}", 1, 7, "no comments"},
		{"{\"a\": 01}", 1, 7, "leading zero"},
		{"{\"a\": 1.}", 1, 9, "digit after decimal point"},
		{"{\"a\": +1}", 1, 7, "expected a valid JSON value"},
		{"{\"a\": .5}", 1, 7, "expected a valid JSON value"},
		{"{\"a\": 0x10}", 1, 8, "comma or a closing brace"},
		{"{\"a\": \"\\x\"}", 1, 9, "escape"},
		{"{\"a\": \"\\ud800\"}", 1, 14, "surrogate"},
		{"{\"a\": \"\xff\"}", 1, 8, "UTF-8"},
		{"{\"a\": \"\xc0\xaf\"}", 1, 8, "UTF-8"},
		{"{\"a\": \"\xed\xa0\x80\"}", 1, 8, "UTF-8"},
		{"{\"a\": \"x\ny\"}", 1, 9, "control character"},
		{"\xef\xbb\xbf{}", 1, 1, "byte order mark"},
		{"{\"é\": x}", 1, 8, "expected a valid JSON value"}, /* columns count bytes */
		{"]", 1, 1, "expected a valid"},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_refused(cases[i].text, JTN_E_SYNTAX, cases[i].line, cases[i].column, cases[i].words);
	assert_refused_text("", 0, JTN_E_SYNTAX, 1, 1, "expected a JSON object");
	assert_refused_text("{\"a\":\0001}", 9, JTN_E_SYNTAX, 1, 6, "expected a valid JSON value");
	assert_refused_text("{}\0", 3, JTN_E_SYNTAX, 1, 3, "content after");
}
END_TEST

START_TEST(the_root_must_be_an_object)
{
	assert_refused("\n [1]", JTN_E_TYPE, 2, 2, "found array");
	assert_refused("12", JTN_E_TYPE, 1, 1, "found a number");
	assert_refused("\"x\"", JTN_E_TYPE, 1, 1, "found string");
	assert_refused("null", JTN_E_TYPE, 1, 1, "found null");
}
END_TEST

START_TEST(a_nul_in_a_string_or_key_is_refused)
{
	assert_refused("{\"a\":\n \"x\\u0000y\"}", JTN_E_SYNTAX, 2, 2, "\\u0000");
	assert_refused("{\"a\": 1, \"\\u0000\": 2}", JTN_E_SYNTAX, 1, 10, "\\u0000");
}
END_TEST

/* An object nested `levels` deep, by arrays or by objects. */
static char *
nested(size_t levels, bool arrays)
{
	char *text = malloc(levels * 8 + 8), *at = text;

	ck_assert_ptr_nonnull(text);
	at += sprintf(at, "{\"a\":");
	for (size_t i = 1; i < levels; i++)
		at += sprintf(at, arrays ? "[" : "{\"a\":");
	at += sprintf(at, "1");
	for (size_t i = 1; i < levels; i++)
		*at++ = arrays ? ']' : '}';
	strcpy(at, "}");
	return text;
}

START_TEST(nesting_is_read_to_64_levels_and_no_deeper)
{
	for (int arrays = 0; arrays < 2; arrays++) {
		char *text = nested(64, arrays);

		jtn__json_free(parse(text));
		free(text);
		text = nested(65, arrays);
		assert_refused(text, JTN_E_LIMIT, 1, arrays ? 69 : 321, "at most 64 levels");
		free(text);
		text = nested(200, arrays);
		assert_refused(text, JTN_E_LIMIT, 1, arrays ? 69 : 321, "at most 64 levels");
		free(text);
	}
	char *unclosed = malloc(1000001);
	ck_assert_ptr_nonnull(unclosed);
	memset(unclosed, '[', 1000000);
	unclosed[1000000] = '\0';
	assert_refused(unclosed, JTN_E_LIMIT, 1, 65, "at most 64 levels");
	free(unclosed);
}
END_TEST

START_TEST(brackets_inside_strings_do_not_nest)
{
	char text[400] = "{\"a\": \"";

	memset(text + 7, '[', 300);
	strcpy(text + 307, "\\\"{{\", \"b\": 1}");
	jtn__json_free(parse(text));
}
END_TEST

/* {"k": "xxx…"} or {"xxx…": 1} or {"k": 111…} with `length` bytes in it. */
static char *
long_text(const char *before, char fill, size_t length, const char *after)
{
	char *text = malloc(strlen(before) + length + strlen(after) + 1);

	ck_assert_ptr_nonnull(text);
	strcpy(text, before);
	memset(text + strlen(before), fill, length);
	strcpy(text + strlen(before) + length, after);
	return text;
}

START_TEST(strings_keys_and_numbers_have_a_limit)
{
	static const struct {
		const char *before, *after;
		char fill;
		int32_t column;
	} cases[] = {{"{\"k\": \"", "\"}", 'x', 7}, {"{\"", "\": 1}", 'x', 2}, {"{\"k\": ", "}", '1', 7}};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = long_text(cases[i].before, cases[i].fill, JTN__JSON_STRING, cases[i].after);

		jtn__json_free(parse(text));
		free(text);
		text = long_text(cases[i].before, cases[i].fill, JTN__JSON_STRING + 1, cases[i].after);
		assert_refused(text, JTN_E_LIMIT, 1, cases[i].column, "at most 65536");
		free(text);
	}
}
END_TEST

START_TEST(a_document_has_a_limit_that_is_checked_before_it_is_read)
{
	struct jtn__json *json = NULL;
	struct jtn_error err;

	assert_fails(jtn__json_parse("{}", JTN__JSON_BYTES + 1, NULL, &json, &err), JTN_E_LIMIT, err, "");
	assert_fails(jtn__json_parse("{}", SIZE_MAX, NULL, &json, &err), JTN_E_LIMIT, err, "");
	assert_fails(jtn__json_parse(NULL, 2, NULL, &json, &err), JTN_E_ARGUMENT, err, "text");
	assert_fails(jtn__json_parse("{}", 2, NULL, NULL, &err), JTN_E_ARGUMENT, err, "ret");
	ck_assert_ptr_null(json);
	jtn__json_free(NULL);
}
END_TEST

START_TEST(the_same_key_twice_is_refused_at_the_second)
{
	assert_refused("{\"a\": 1,\n \"b\": 2, \"a\": 3}", JTN_E_DUPLICATE_KEY, 2, 10, "\"a\"");
	assert_refused("{\"a\": 1, \"\\u0061\": 3}", JTN_E_DUPLICATE_KEY, 1, 10, "\"a\"");
	assert_refused("{\"\": 1, \"\": 3}", JTN_E_DUPLICATE_KEY, 1, 9, "\"\"");
	assert_refused("{\"x\": [1, {\"y\": {}, \"y\": 0}]}", JTN_E_DUPLICATE_KEY, 1, 21, "\"y\"");
	jtn__json_free(parse("{\"a\": {\"a\": [{\"a\": 1}, {\"a\": 2}]}, \"A\": 1, \"a \": 1}"));
}
END_TEST

/* An object of `count` keys, one a line, the last of which repeats key `same` when that is below count. */
static char *
wide(size_t count, size_t same, const char *prefix)
{
	char *text = malloc(count * 64 + 8), *at = text;

	ck_assert_ptr_nonnull(text);
	*at++ = '{';
	for (size_t i = 0; i < count; i++) {
		at += sprintf(at, "%s\"%s%zu\":%zu", i ? ",\n" : "", prefix, i + 1 == count ? same : i, i);
	}
	strcpy(at, "}");
	return text;
}

START_TEST(a_duplicate_is_found_whatever_the_number_of_keys)
{
	for (size_t count = 2; count < 140; count++) {
		for (size_t same = 0; same + 1 < count; same += 1 + count / 7) {
			char *text = wide(count, same, "k");

			assert_refused(text, JTN_E_DUPLICATE_KEY, (int32_t)count, 1, "in this object already");
			free(text);
		}
		char *text = wide(count, count, "k");
		jtn__json_free(parse(text));
		free(text);
	}
}
END_TEST

START_TEST(the_first_of_several_duplicates_is_named)
{
	char *text = wide(200, 5, "k"), *more = long_text(text, ' ', 0, "");
	char *first = strstr(more, "\"k100\"");

	memcpy(first, "\"k001\"", 6);
	first = strstr(more, "\"k150\"");
	memcpy(first, "\"k001\"", 6);
	assert_refused(more, JTN_E_DUPLICATE_KEY, 151, 1, "\"k001\"");
	free(text);
	free(more);
}
END_TEST

START_TEST(hundreds_of_thousands_of_keys_are_read_in_no_time)
{
	char *text = wide(300000, 300000, "a key with something in it ");
	clock_t start = clock();
	struct jtn__json *json = parse(text);
	struct jtn__value root, member;
	size_t sum = 0;

	jtn__json_root(json, &root);
	for (size_t i = 0; i < jtn__json_count(&root); i++) {
		jtn__json_entry(&root, i, &member);
		sum += strlen(member.key);
	}
	jtn__json_free(json);
	free(text);
	ck_assert_uint_gt(sum, 300000 * 27);
	/* a quadratic one would take minutes; the rest is for sanitizers and valgrind */
	ck_assert_msg(clock() - start < 20 * CLOCKS_PER_SEC, "%g s", (double)(clock() - start) / CLOCKS_PER_SEC);
}
END_TEST

START_TEST(an_error_points_at_the_value_it_is_about)
{
	const char *text = "{\"a\": {\"b\": true,\n"
					   "        \"list\": [1, {\"cite\": null},\n"
					   "                 {\"cite\": [\"]}\\\"\", {}]}],\n"
					   "  \"é\": \"x\", \"n\": -1.5e3 }\n"
					   "}";
	struct jtn__json *json = parse(text);
	struct jtn__value root, a, value, list, item, cite;
	struct jtn_error err;

	jtn__json_root(json, &root);
	jtn__json_fail(&root, &err, JTN_E_TYPE, "%d", INT64_C(7));
	assert_place(&err, 1, 1);
	ck_assert_str_eq(err.field, "");
	ck_assert_str_eq(err.message, "7");
	jtn__json_member(&root, "a", &a);
	jtn__json_fail(&a, &err, JTN_E_TYPE, "");
	assert_place(&err, 1, 7);
	ck_assert_str_eq(err.field, "a");
	jtn__json_member(&a, "b", &value);
	jtn__json_fail(&value, &err, JTN_E_TYPE, "");
	assert_place(&err, 1, 13);
	jtn__json_member(&a, "list", &list);
	jtn__json_element(&list, 1, &item);
	jtn__json_fail(&item, &err, JTN_E_TYPE, "");
	assert_place(&err, 2, 21);
	ck_assert_str_eq(err.field, "a.list[1]");
	ck_assert(!jtn__json_member(&item, "cite", &cite));
	jtn__json_fail(&cite, &err, JTN_E_TYPE, ""); /* null: where it stands */
	assert_place(&err, 2, 30);
	ck_assert_str_eq(err.field, "a.list[1].cite");
	ck_assert(!jtn__json_member(&item, "date", &cite));
	jtn__json_fail(&cite, &err, JTN_E_TYPE, ""); /* absent: where it should be */
	assert_place(&err, 2, 21);
	ck_assert_str_eq(err.field, "a.list[1].date");
	jtn__json_element(&list, 2, &item);
	jtn__json_member(&item, "cite", &cite);
	jtn__json_element(&cite, 1, &value);
	jtn__json_fail(&value, &err, JTN_E_TYPE, "");
	assert_place(&err, 3, 36);
	ck_assert_str_eq(err.field, "a.list[2].cite[1]");
	jtn__json_member(&a, "n", &value);
	jtn__json_fail(&value, &err, JTN_E_TYPE, "");
	assert_place(&err, 4, 19);
	assert_status(jtn__json_fail(&value, NULL, JTN_E_RANGE, ""), JTN_E_RANGE);
	jtn__json_free(json);
}
END_TEST

START_TEST(a_path_too_long_keeps_its_end)
{
	struct jtn__json *json =
		parse("{\"a long key at the beginning\": {\"another long key in the middle\": {\"éééééé\": 1}}}");
	struct jtn__value root, first, second, third;
	char path[56];

	jtn__json_root(json, &root);
	jtn__json_member(&root, "a long key at the beginning", &first);
	jtn__json_member(&first, "another long key in the middle", &second);
	jtn__json_member(&second, "éééééé", &third);
	jtn__json_path(&third, path, sizeof(path));
	ck_assert_str_eq(path, "…eginning.another long key in the middle.éééééé");
	jtn__json_path(&third, path, 10);
	ck_assert_str_eq(path, "…ééé");
	jtn__json_path(&third, path, 11);
	ck_assert_str_eq(path, "…ééé");
	for (size_t capacity = 0; capacity <= sizeof(path); capacity++) {
		memset(path, 'x', sizeof(path));
		jtn__json_path(&third, path, capacity);
		ck_assert(capacity == 0 ? path[0] == 'x' : strlen(path) < capacity);
	}
	jtn__json_free(json);
}
END_TEST

START_TEST(a_very_long_key_does_not_overflow_a_path)
{
	char *text = long_text("{\"", 'k', 60000, "\": 1}"), path[56];
	struct jtn__json *json = parse(text);
	struct jtn__value root, value;

	jtn__json_root(json, &root);
	jtn__json_entry(&root, 0, &value);
	jtn__json_path(&value, path, sizeof(path));
	ck_assert_uint_eq(strlen(path), 55);
	jtn__json_free(json);
	free(text);
}
END_TEST

START_TEST(unknown_fields_are_named_with_what_was_meant)
{
	static const char *const keys[] = {"tp", "memory_utilization", "max_num_seqs"};
	struct jtn__json *json = parse(
		"{\"deployment\": {\"tp\": 1,\n \"memory_utilisation\": 0.9}, \"x\": {\"zzz\": 1}, \"y\": {}, \"z\": [1]}");
	struct jtn__value root, deployment, x, y;
	struct jtn_error err;

	jtn__json_root(json, &root);
	jtn__json_member(&root, "deployment", &deployment);
	assert_fails(jtn__json_only(&deployment, keys, COUNT(keys), &err), JTN_E_UNKNOWN_FIELD, err,
	             "deployment.memory_utilisation");
	assert_place(&err, 2, 2);
	assert_says(err, "did you mean \"memory_utilization\"");
	jtn__json_member(&root, "x", &x);
	assert_fails(jtn__json_only(&x, keys, COUNT(keys), &err), JTN_E_UNKNOWN_FIELD, err, "x.zzz");
	assert_says(err, "known here: tp, memory_utilization, max_num_seqs");
	jtn__json_member(&root, "y", &y);
	assert_status(jtn__json_only(&y, keys, COUNT(keys), &err), JTN_OK);
	jtn__json_member(&root, "z", &y); /* no object: it has no keys */
	assert_status(jtn__json_only(&y, keys, COUNT(keys), &err), JTN_OK);
	jtn__json_free(json);
}
END_TEST

START_TEST(the_text_is_neither_changed_nor_read_beyond_its_length)
{
	const char *text = "{\"a\": \"x\\ty\", \"b\": [1.5, 2]}";
	char *copy = malloc(strlen(text));
	struct jtn__json *json = NULL;
	struct jtn_error err;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, strlen(text));
	assert_ok(jtn__json_parse(copy, strlen(text), NULL, &json, &err), err);
	jtn__json_free(json);
	ck_assert_mem_eq(copy, text, strlen(text));
	for (size_t length = 0; length < strlen(text); length++) {
		char *part = malloc(length ? length : 1);

		ck_assert_ptr_nonnull(part);
		memcpy(part, text, length);
		ck_assert_int_eq(jtn__json_parse(part, length, NULL, &json, &err), JTN_E_SYNTAX);
		free(part);
	}
	free(copy);
}
END_TEST

START_TEST(every_allocation_may_fail_and_nothing_leaks)
{
	char *text = wide(500, 500, "key ");
	size_t fail = 0;
	jtn_status status;

	do {
		struct counter counter = {.fail = ++fail};
		struct jtn_allocator allocator = counting_allocator(&counter);
		struct jtn__json *json = NULL;
		struct jtn_error err = {0};

		status = jtn__json_parse(text, strlen(text), &allocator, &json, &err);
		ck_assert_msg(status == JTN_OK || (status == JTN_E_MEMORY && err.status == JTN_E_MEMORY), "%s", err.message);
		jtn__json_free(json);
		ck_assert_uint_eq(counter.live, 0);
	} while (status != JTN_OK);
	ck_assert_uint_gt(fail, 3);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json");
	TCase *tests = tcase_create("json");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, syntax_errors_say_where_and_what_was_expected);
	tcase_add_test(tests, the_root_must_be_an_object);
	tcase_add_test(tests, a_nul_in_a_string_or_key_is_refused);
	tcase_add_test(tests, nesting_is_read_to_64_levels_and_no_deeper);
	tcase_add_test(tests, brackets_inside_strings_do_not_nest);
	tcase_add_test(tests, strings_keys_and_numbers_have_a_limit);
	tcase_add_test(tests, a_document_has_a_limit_that_is_checked_before_it_is_read);
	tcase_add_test(tests, the_same_key_twice_is_refused_at_the_second);
	tcase_add_test(tests, a_duplicate_is_found_whatever_the_number_of_keys);
	tcase_add_test(tests, the_first_of_several_duplicates_is_named);
	tcase_add_test(tests, hundreds_of_thousands_of_keys_are_read_in_no_time);
	tcase_add_test(tests, an_error_points_at_the_value_it_is_about);
	tcase_add_test(tests, a_path_too_long_keeps_its_end);
	tcase_add_test(tests, a_very_long_key_does_not_overflow_a_path);
	tcase_add_test(tests, unknown_fields_are_named_with_what_was_meant);
	tcase_add_test(tests, the_text_is_neither_changed_nor_read_beyond_its_length);
	tcase_add_test(tests, every_allocation_may_fail_and_nothing_leaks);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
