/* Reading JSON values: numbers exactly or not at all, refusals that say what would be right, containers in any order. */
#include "fixture.h"

#include "base/json.h"

#include <float.h>
#include <locale.h>

static struct jtn__json *
parse(const char *text)
{
	struct jtn__json *json = NULL;
	struct jtn_error err;

	assert_ok(jtn__json_parse(text, strlen(text), NULL, &json, &err), err);
	return json;
}

static void
assert_place(const struct jtn_error *err, int32_t line, int32_t column)
{
	ck_assert_msg(err->line == line && err->column == column, "%d:%d, expected %d:%d: %s", (int)err->line,
	              (int)err->column, (int)line, (int)column, err->message);
}

#define assert_says(err, words) ck_assert_msg(strstr((err).message, words), "\"%s\" lacks \"%s\"", (err).message, words)

/* {"v": …} with one value, for typed reads. */
struct one {
	struct jtn__json *json;
	struct jtn__value root, value;
	char *text;
};

static void
open_one(struct one *one, const char *value)
{
	one->text = malloc(strlen(value) + 8);
	ck_assert_ptr_nonnull(one->text);
	sprintf(one->text, "{\"v\": %s}", value);
	one->json = parse(one->text);
	jtn__json_root(one->json, &one->root);
	jtn__json_member(&one->root, "v", &one->value);
}

static void
close_one(struct one *one)
{
	jtn__json_free(one->json);
	free(one->text);
}

static void
assert_number(const char *text, double expected)
{
	struct one one;
	double number = 0.123;
	struct jtn_error err;

	open_one(&one, text);
	assert_ok(jtn__json_number(&one.value, -DBL_MAX, DBL_MAX, &number, &err), err);
	ck_assert_msg(number == expected && !(number == 0 && signbit(number)), "%s: %.17g", text, number);
	assert_ok(jtn__json_amount(&one.value, -DBL_MAX, DBL_MAX, &number, &err), err);
	ck_assert_msg(number == expected, "%s: %.17g", text, number);
	close_one(&one);
}

START_TEST(numbers_are_correctly_rounded)
{
	assert_number("0", 0);
	assert_number("-0", 0);
	assert_number("-0.0", 0);
	assert_number("0.1", 0.1);
	assert_number("-2.5e-3", -0.0025);
	assert_number("1e22", 1e22);
	assert_number("9007199254740993", 9007199254740992.0);
	assert_number("9007199254740993.00000000000000000000000000000000000000000001", 9007199254740994.0);
	assert_number("18446744073709551616", 18446744073709551616.0);
	assert_number("1.7976931348623157e308", DBL_MAX);
	assert_number("5e-324", 5e-324);
	assert_number("2e-324", 0);
	assert_number("1e-999", 0);
	assert_number("123456789012345678901234567890123456789012345678901234567890", 1.2345678901234568e59);
}
END_TEST

static void
assert_number_refused(const char *text, double low, double high, jtn_status status, const char *words)
{
	struct one one;
	double number = 7;
	struct jtn_error err;

	open_one(&one, text);
	assert_fails(jtn__json_number(&one.value, low, high, &number, &err), status, err, "v");
	assert_place(&err, 1, 7);
	assert_says(err, words);
	ck_assert(number == 7);
	close_one(&one);
}

START_TEST(numbers_out_of_range_say_what_the_range_is)
{
	assert_number_refused("1e999", -DBL_MAX, DBL_MAX, JTN_E_RANGE, "1e999");
	assert_number_refused("-1e999", -HUGE_VAL, HUGE_VAL, JTN_E_RANGE, "-1e999");
	assert_number_refused("1.5", 0, 1, JTN_E_RANGE, "1.5 is out of range; expected 0 to 1");
	assert_number_refused("-1", 0, DBL_MAX, JTN_E_RANGE, "expected at least 0");
	assert_number_refused("1", -DBL_MAX, 0.5, JTN_E_RANGE, "expected at most 0.5");
	assert_number_refused("0", DBL_MIN, DBL_MAX, JTN_E_RANGE, "expected more than 0");
	assert_number_refused("0", DBL_MIN, 1048576, JTN_E_RANGE, "more than 0, at most 1048576");
	assert_number_refused("\"1\"", 0, 1, JTN_E_TYPE, "expected a number, found the string \"1\"");
	assert_number_refused("{}", 0, 1, JTN_E_TYPE, "found an object");
	assert_number_refused("[1]", 0, 1, JTN_E_TYPE, "found an array");
	assert_number_refused("true", 0, 1, JTN_E_TYPE, "found true");
	assert_number_refused("false", 0, 1, JTN_E_TYPE, "found false");
	assert_number_refused("null", 0, 1, JTN_E_MISSING_FIELD, "\"v\" is missing or null");
}
END_TEST

START_TEST(integers_are_exact)
{
	static const struct {
		const char *text;
		jtn_status status;
		int64_t value;
	} cases[] = {
		{"0", JTN_OK, 0},
		{"-0", JTN_OK, 0},
		{"0.0", JTN_OK, 0},
		{"1e3", JTN_OK, 1000},
		{"131072.0", JTN_OK, 131072},
		{"1500e-2", JTN_OK, 15},
		{"9007199254740993", JTN_OK, INT64_C(9007199254740993)},
		{"9007199254740993.0", JTN_OK, INT64_C(9007199254740993)},
		{"9223372036854775807", JTN_OK, INT64_MAX},
		{"-9223372036854775808", JTN_OK, INT64_MIN},
		{"9223372036854775808", JTN_E_RANGE, 0},
		{"-9223372036854775809", JTN_E_RANGE, 0},
		{"9999999999999999999", JTN_E_RANGE, 0},
		{"1e19", JTN_E_RANGE, 0},
		{"1e999999999999999999999", JTN_E_RANGE, 0},
		{"1.5", JTN_E_TYPE, 0},
		{"1e-1", JTN_E_TYPE, 0},
		{"1e-99999999999999999999999", JTN_E_TYPE, 0},
		{"9007199254740992.5", JTN_E_TYPE, 0},
		{"\"1\"", JTN_E_TYPE, 0},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct one one;
		int64_t number = 7;
		struct jtn_error err;
		jtn_status status;

		open_one(&one, cases[i].text);
		status = jtn__json_integer(&one.value, INT64_MIN, INT64_MAX, &number, &err);
		ck_assert_msg(status == cases[i].status, "%s: %s", cases[i].text, jtn_status_name(status));
		ck_assert_msg(number == (status == JTN_OK ? cases[i].value : 7), "%s: %lld", cases[i].text, (long long)number);
		close_one(&one);
	}
}
END_TEST

START_TEST(integers_out_of_range_say_what_the_range_is)
{
	struct one one;
	int64_t number = 7;
	struct jtn_error err;

	open_one(&one, "65537");
	assert_fails(jtn__json_integer(&one.value, 1, 65536, &number, &err), JTN_E_RANGE, err, "v");
	assert_says(err, "65537 is out of range; expected 1 to 65536");
	assert_fails(jtn__json_integer(&one.value, 70000, INT64_MAX, &number, &err), JTN_E_RANGE, err, "v");
	assert_says(err, "from 70000");
	ck_assert_int_eq(number, 7);
	close_one(&one);
}
END_TEST

START_TEST(an_amount_may_be_a_string_of_a_decimal)
{
	static const struct {
		const char *text;
		jtn_status status;
		double value;
	} cases[] = {
		{"\"2.5\"", JTN_OK, 2.5},       {"\"+2.5\"", JTN_OK, 2.5},       {"\"-007.25\"", JTN_OK, -7.25},
		{"\"00.5\"", JTN_OK, 0.5},      {"\"1E+3\"", JTN_OK, 1000},      {"\"-0\"", JTN_OK, 0},
		{"2.5", JTN_OK, 2.5},           {"\"0.1\"", JTN_OK, 0.1},        {"\"\"", JTN_E_TYPE, 0},
		{"\"2,5\"", JTN_E_TYPE, 0},     {"\"$2\"", JTN_E_TYPE, 0},       {"\" 2\"", JTN_E_TYPE, 0},
		{"\"nan\"", JTN_E_TYPE, 0},     {"\"Infinity\"", JTN_E_TYPE, 0}, {"\"0x1\"", JTN_E_TYPE, 0},
		{"\"1e999\"", JTN_E_RANGE, 0},  {"1e999", JTN_E_RANGE, 0},       {"true", JTN_E_TYPE, 0},
		{"\"-1e999\"", JTN_E_RANGE, 0}, {"[2]", JTN_E_TYPE, 0},          {"null", JTN_E_MISSING_FIELD, 0},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct one one;
		double number = 7;
		struct jtn_error err;
		jtn_status status;

		open_one(&one, cases[i].text);
		status = jtn__json_amount(&one.value, -DBL_MAX, DBL_MAX, &number, &err);
		ck_assert_msg(status == cases[i].status, "%s: %s", cases[i].text, jtn_status_name(status));
		ck_assert_msg(number == (status == JTN_OK ? cases[i].value : 7), "%s: %g", cases[i].text, number);
		close_one(&one);
	}
}
END_TEST

START_TEST(no_locale_changes_what_is_read)
{
	static const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE"};

	for (size_t i = 0; i < COUNT(locales); i++)
		if (setlocale(LC_ALL, locales[i]))
			assert_number("1234.5", 1234.5);
	setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(strings_booleans_and_choices_are_typed)
{
	static const char *const names[] = {"bf16", "fp8", "fp4"};
	struct jtn__json *json =
		parse("{\"s\": \"tab\\t\\u00e9\", \"b\": true, \"c\": \"fp8\", \"d\": \"fp18\", \"e\": \"x\", \"n\": null}");
	struct jtn__value root, value;
	const char *text = NULL;
	bool flag = false;
	size_t index = 7;
	struct jtn_error err;

	jtn__json_root(json, &root);
	jtn__json_member(&root, "s", &value);
	assert_ok(jtn__json_string(&value, &text, &err), err);
	ck_assert_str_eq(text, "tab\té");
	assert_fails(jtn__json_boolean(&value, &flag, &err), JTN_E_TYPE, err, "s");
	assert_says(err, "expected true or false");
	jtn__json_member(&root, "b", &value);
	assert_ok(jtn__json_boolean(&value, &flag, &err), err);
	ck_assert(flag);
	assert_fails(jtn__json_string(&value, &text, &err), JTN_E_TYPE, err, "b");
	assert_fails(jtn__json_choice(&value, names, 3, &index, &err), JTN_E_TYPE, err, "b");
	assert_says(err, "expected one of bf16, fp8, fp4, found true");
	jtn__json_member(&root, "d", &value);
	assert_fails(jtn__json_choice(&value, names, 3, &index, &err), JTN_E_RANGE, err, "d");
	assert_says(err, "did you mean \"fp8\"");
	jtn__json_member(&root, "e", &value);
	assert_fails(jtn__json_choice(&value, names, 3, &index, &err), JTN_E_RANGE, err, "e");
	assert_says(err, "one of bf16, fp8, fp4");
	ck_assert_uint_eq(index, 7);
	jtn__json_member(&root, "c", &value);
	assert_ok(jtn__json_choice(&value, names, 3, &index, &err), err);
	ck_assert_uint_eq(index, 1);
	assert_fails(jtn__json_require(&root, "n", &value, &err), JTN_E_MISSING_FIELD, err, "n");
	assert_fails(jtn__json_require(&root, "zz", &value, &err), JTN_E_MISSING_FIELD, err, "zz");
	jtn__json_free(json);
}
END_TEST

START_TEST(optional_members_leave_the_default_alone)
{
	struct jtn__json *json = parse("{\"x\": \"wrong\", \"null\": null, \"i\": 3, \"d\": 2.5, \"t\": true}");
	struct jtn__value root;
	double number = 1;
	int64_t integer = 2;
	bool flag = true;
	const char *text = "default";
	struct jtn_error err;

	jtn__json_root(json, &root);
	for (size_t i = 0; i < 2; i++) {
		const char *key = i ? "null" : "absent";

		assert_ok(jtn__json_optional_number(&root, key, 0, 1, &number, &err), err);
		assert_ok(jtn__json_optional_integer(&root, key, 0, 1, &integer, &err), err);
		assert_ok(jtn__json_optional_boolean(&root, key, &flag, &err), err);
		assert_ok(jtn__json_optional_string(&root, key, &text, &err), err);
	}
	ck_assert(number == 1 && integer == 2 && flag);
	ck_assert_str_eq(text, "default");
	assert_fails(jtn__json_optional_number(&root, "x", 0, 1, &number, &err), JTN_E_TYPE, err, "x");
	assert_fails(jtn__json_optional_integer(&root, "x", 0, 1, &integer, &err), JTN_E_TYPE, err, "x");
	assert_fails(jtn__json_optional_boolean(&root, "x", &flag, &err), JTN_E_TYPE, err, "x");
	assert_fails(jtn__json_optional_string(&root, "i", &text, &err), JTN_E_TYPE, err, "i");
	assert_ok(jtn__json_optional_number(&root, "d", 0, 9, &number, &err), err);
	assert_ok(jtn__json_optional_integer(&root, "i", 0, 9, &integer, &err), err);
	assert_ok(jtn__json_optional_string(&root, "x", &text, &err), err);
	ck_assert(number == 2.5 && integer == 3);
	ck_assert_str_eq(text, "wrong");
	jtn__json_free(json);
}
END_TEST

START_TEST(containers_are_walked_in_any_order)
{
	struct jtn__json *json = parse("{\"rows\": [[1, 2], {\"k\": [3]}, 4], \"b\": {}, \"n\": null}");
	struct jtn__value root, rows, row, value;
	double number;

	jtn__json_root(json, &root);
	ck_assert_uint_eq(jtn__json_count(&root), 3);
	jtn__json_entry(&root, 2, &value);
	ck_assert_str_eq(value.key, "n");
	ck_assert(jtn__json_is_null(&value) && value.node);
	jtn__json_entry(&root, 1, &value);
	ck_assert_str_eq(value.key, "b");
	ck_assert(jtn__json_is_object(&value) && jtn__json_count(&value) == 0);
	jtn__json_entry(&root, 0, &rows);
	ck_assert(jtn__json_is_array(&rows) && jtn__json_count(&rows) == 3);
	for (int round = 0; round < 2; round++) {
		jtn__json_element(&rows, 2, &row);
		assert_status(jtn__json_number(&row, 4, 4, &number, NULL), JTN_OK);
		jtn__json_element(&rows, 0, &row);
		jtn__json_element(&row, 1, &value);
		assert_status(jtn__json_number(&value, 2, 2, &number, NULL), JTN_OK);
		jtn__json_element(&rows, 1, &row);
		jtn__json_entry(&row, 0, &value);
		ck_assert_str_eq(value.key, "k");
		ck_assert_uint_eq(jtn__json_count(&value), 1);
	}
	jtn__json_element(&rows, 3, &row);
	ck_assert_ptr_null(row.node);
	jtn__json_entry(&rows, 0, &row); /* not an object */
	ck_assert_ptr_null(row.node);
	ck_assert(!jtn__json_member(&rows, "k", &row));
	ck_assert(!jtn__json_member(&row, "k", &value));
	ck_assert_uint_eq(jtn__json_count(&value), 0);
	jtn__json_free(json);
}
END_TEST

START_TEST(a_value_gives_its_own_text_back)
{
	static const char *const values[] = {"{ \"x\" : [1, \"]}\\\\\\\"\", {}] }",
	                                     "[]",
	                                     "{}",
	                                     "1.50",
	                                     "-0e1",
	                                     "\"a\\\"b\\\\\"",
	                                     "true",
	                                     "[[[]],\n{\"a\":[{}]}]"};

	for (size_t i = 0; i < COUNT(values); i++) {
		struct jtn__arena *arena = NULL;
		struct one one;

		assert_status(jtn__arena_new(NULL, &arena, NULL), JTN_OK);
		open_one(&one, values[i]);
		ck_assert_str_eq(jtn__json_text(&one.value, arena), values[i]);
		ck_assert_str_eq(jtn__json_text(&one.root, arena), one.text);
		jtn__json_member(&one.root, "absent", &one.value);
		ck_assert_str_eq(jtn__json_text(&one.value, arena), "null");
		close_one(&one);
		jtn__arena_free(arena);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json_read");
	TCase *tests = tcase_create("json_read");

	tcase_add_test(tests, numbers_are_correctly_rounded);
	tcase_add_test(tests, numbers_out_of_range_say_what_the_range_is);
	tcase_add_test(tests, integers_are_exact);
	tcase_add_test(tests, integers_out_of_range_say_what_the_range_is);
	tcase_add_test(tests, an_amount_may_be_a_string_of_a_decimal);
	tcase_add_test(tests, no_locale_changes_what_is_read);
	tcase_add_test(tests, strings_booleans_and_choices_are_typed);
	tcase_add_test(tests, optional_members_leave_the_default_alone);
	tcase_add_test(tests, containers_are_walked_in_any_order);
	tcase_add_test(tests, a_value_gives_its_own_text_back);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
