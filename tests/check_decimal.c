/* Decimals: what their text says, digit by digit, before and after limits. */
#include "fixture.h"

#include "base/decimal.h"

static struct jtn__decimal_text
scan(const char *text)
{
	struct jtn__decimal_text shape;
	struct jtn_error err;

	assert_ok(jtn__decimal_scan(text, strlen(text), &shape, &err), err);
	return shape;
}

START_TEST(a_decimal_is_its_significant_digits_and_their_place)
{
	static const struct {
		const char *text, *digits; /* digits as far as the count goes */
		size_t count;
		int64_t place;
		bool negative;
	} cases[] = {
		{"1", "1", 1, 0, false},
		{"-2.5", "2.5", 2, -1, true},
		{"+100", "1", 1, 2, false},
		{"0.0170", "17", 2, -3, false},
		{"00120.3400", "120.34", 5, -2, false},
		{"7.5e-08", "7.5", 2, -9, false},
		{"1.000000000000000000000000000000000000000000000000000", "1", 1, 0, false},
		{"1e400", "1", 1, 400, false},
		{"1E+05", "1", 1, 5, false},
		{"10e-1", "1", 1, 0, false},
		{"1e99999999999999999999999", "1", 1, INT64_C(1000000000000), false},
		{"1e-99999999999999999999999", "1", 1, -INT64_C(1000000000000), false},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jtn__decimal_text shape = scan(cases[i].text);

		ck_assert_msg(shape.count == cases[i].count && shape.place == cases[i].place &&
		                  shape.negative == cases[i].negative,
		              "%s: %zu digits, place %lld", cases[i].text, shape.count, (long long)shape.place);
		ck_assert_msg(strncmp(shape.first, cases[i].digits, strlen(cases[i].digits)) == 0, "%s", cases[i].text);
	}
}
END_TEST

START_TEST(zero_has_no_sign_no_digits_and_no_place)
{
	static const char *const zeros[] = {"0", "-0", "+0.000", "000", "0e5", "-0e999999999999999", "0.0e-400"};

	for (size_t i = 0; i < COUNT(zeros); i++) {
		struct jtn__decimal_text shape = scan(zeros[i]);

		ck_assert_msg(!shape.first && shape.count == 0 && shape.place == 0 && !shape.negative, "%s", zeros[i]);
	}
}
END_TEST

START_TEST(what_is_no_decimal_is_refused)
{
	static const char *const wrong[] = {"",      "+",     "-",   ".",   ".5",    "5.",    "-.5", "e5",   "1e",   "1e+",
	                                    "1.e5",  "--1",   "+-1", "0x1", "0x1p3", " 1",    "1 ",  "1\n",  "1,5",  "1_0",
	                                    "1.2.3", "1e5e5", "nan", "inf", "１",    "1e1.5", "1f",  "\377", "1\xff"};
	struct jtn__decimal_text shape;
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		ck_assert_msg(jtn__decimal_scan(wrong[i], strlen(wrong[i]), &shape, &err) == JTN_E_SYNTAX, "%s", wrong[i]);
		ck_assert_str_ne(err.message, "");
	}
}
END_TEST

START_TEST(no_text_is_read_beyond_its_length)
{
	static const char *const texts[] = {"12.5e-10", "-0.000", "1e+5", "99999999999999999999"};

	/* exact copies, so that sanitizers and valgrind see a byte too far */
	for (size_t i = 0; i < COUNT(texts); i++)
		for (size_t length = 0; length <= strlen(texts[i]); length++) {
			struct jtn__decimal_text shape;
			char *copy = malloc(length ? length : 1);

			ck_assert_ptr_nonnull(copy);
			memcpy(copy, texts[i], length);
			if (jtn__decimal_scan(copy, length, &shape, NULL) == JTN_OK && shape.first)
				ck_assert(jtn__decimal_digits(&shape) > 0);
			free(copy);
		}
}
END_TEST

START_TEST(digits_become_a_number)
{
	struct jtn__decimal_text shape = scan("1234567890123456789.0123456789012345678");

	ck_assert(jtn__decimal_digits(&shape) ==
	          UINT64_C(1234567890123456789) * jtn__power_of_ten(19) + UINT64_C(123456789012345678));
	shape = scan("99999999999999999999999999999999999999");
	ck_assert(jtn__decimal_digits(&shape) == jtn__power_of_ten(38) - 1);
	shape = scan("1.05");
	ck_assert(jtn__decimal_digits(&shape) == 105);
	ck_assert(jtn__power_of_ten(0) == 1);
}
END_TEST

START_TEST(a_parsed_decimal_has_its_scale)
{
	struct jtn__decimal decimal;
	struct jtn_error err;

	assert_ok(jtn__decimal_parse("-12.50", 6, &decimal, &err), err);
	ck_assert(decimal.digits == 125);
	ck_assert_int_eq(decimal.scale, 1);
	ck_assert(decimal.negative);
	assert_ok(jtn__decimal_parse("5e3", 3, &decimal, &err), err);
	ck_assert(decimal.digits == 5);
	ck_assert_int_eq(decimal.scale, -3);
	assert_ok(jtn__decimal_parse("-0", 2, &decimal, &err), err);
	ck_assert(decimal.digits == 0 && decimal.scale == 0 && !decimal.negative);
}
END_TEST

START_TEST(limits_are_named)
{
	static const char *const beyond[] = {"1.23456789012345678901234567890123456789", "1e401", "1e-401",
	                                     "1e999999999999"};
	struct jtn__decimal decimal = {.scale = 7};
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(beyond); i++) {
		assert_fails(jtn__decimal_parse(beyond[i], strlen(beyond[i]), &decimal, &err), JTN_E_LIMIT, err, "");
		ck_assert_msg(strstr(err.message, i ? "400" : "at most 38"), "%s", err.message);
	}
	ck_assert_int_eq(decimal.scale, 7);
	assert_ok(jtn__decimal_parse("1e400", 5, &decimal, &err), err);
	ck_assert_int_eq(decimal.scale, -400);
	assert_ok(jtn__decimal_parse("1e-400", 6, &decimal, &err), err);
	ck_assert_int_eq(decimal.scale, 400);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("decimal");
	TCase *tests = tcase_create("decimal");

	tcase_add_test(tests, a_decimal_is_its_significant_digits_and_their_place);
	tcase_add_test(tests, zero_has_no_sign_no_digits_and_no_place);
	tcase_add_test(tests, what_is_no_decimal_is_refused);
	tcase_add_test(tests, no_text_is_read_beyond_its_length);
	tcase_add_test(tests, digits_become_a_number);
	tcase_add_test(tests, a_parsed_decimal_has_its_scale);
	tcase_add_test(tests, limits_are_named);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
