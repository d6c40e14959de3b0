/* Errors: messages without stdio, numbers without a locale, likely typos, structs of another size; and the version. */
#include "fixture.h"

#include "base/abi.h"

#include <float.h>
#include <locale.h>

static const char *
formatted(double value, int digits)
{
	static char text[64];

	ck_assert_uint_eq(jtn__format_double(text, sizeof(text), value, digits), strlen(text));
	return text;
}

START_TEST(every_status_has_its_name_in_the_formats)
{
	ck_assert_str_eq(jtn_status_name(JTN_OK), "ok");
	ck_assert_str_eq(jtn_status_name(JTN_E_DOES_NOT_FIT), "does_not_fit");
	for (jtn_status status = JTN_OK; status <= JTN_E_SPACE; status++) {
		ck_assert_str_ne(jtn_status_name(status), "unknown_status");
		for (jtn_status other = JTN_OK; other < status; other++)
			ck_assert_str_ne(jtn_status_name(status), jtn_status_name(other));
	}
	ck_assert_str_eq(jtn_status_name(JTN_E_AMBIGUOUS + 1), "unknown_status");
	ck_assert_str_eq(jtn_status_name(-1), "unknown_status");
	ck_assert_str_eq(jtn_status_name(INT32_MIN), "unknown_status");
}
END_TEST

START_TEST(a_message_is_built_from_its_parts)
{
	struct jtn_error err;

	memset(&err, 0xff, sizeof(err));
	assert_status(
		jtn__fail(&err, JTN_E_RANGE, "tp", "%s is %d or %g, %d%% of %s", "tp", INT64_MIN, 0.25, INT64_C(50), NULL),
		JTN_E_RANGE);
	ck_assert_str_eq(err.message, "tp is -9223372036854775808 or 0.25, 50% of ?");
	ck_assert_str_eq(err.field, "tp");
	ck_assert_int_eq(err.status, JTN_E_RANGE);
	ck_assert_int_eq(err.line, 0);
	ck_assert_int_eq(err.column, 0);
	ck_assert_int_eq(err.reserved, 0);
	ck_assert_int_eq(err.index, -1);
	jtn__fail_at(&err, JTN_E_SYNTAX, 3, 14, NULL, "100%");
	ck_assert_int_eq(err.line, 3);
	ck_assert_int_eq(err.column, 14);
	ck_assert_str_eq(err.field, "");
	ck_assert_str_eq(err.message, "100%");
	jtn__fail_at(&err, JTN_E_SYNTAX, 0, 14, NULL, "nowhere");
	ck_assert_int_eq(err.column, 0);
}
END_TEST

START_TEST(an_error_may_be_filled_from_its_own_text)
{
	struct jtn_error err;

	jtn__fail(&err, JTN_E_RANGE, "a.b", "wrong");
	jtn__fail(&err, JTN_E_TYPE, err.field, "outer: %s", err.message);
	ck_assert_str_eq(err.field, "a.b");
	ck_assert_str_eq(err.message, "outer: wrong");
}
END_TEST

START_TEST(nobody_needs_to_pass_an_error)
{
	assert_status(jtn__fail(NULL, JTN_E_MEMORY, "x", "%s", "y"), JTN_E_MEMORY);
	assert_status(jtn__fail_at(NULL, JTN_E_SYNTAX, 1, 1, "x", "%s", "y"), JTN_E_SYNTAX);
}
END_TEST

START_TEST(long_text_is_cut_at_a_character)
{
	char text[10], expected[176];
	struct jtn_error err;

	ck_assert_uint_eq(jtn__format(text, sizeof(text), "%s", "aééééé"), 9);
	ck_assert_str_eq(text, "aéééé");
	ck_assert_uint_eq(jtn__format(text, sizeof(text), "%s", "ééééé"), 8);
	ck_assert_str_eq(text, "éééé");
	ck_assert_uint_eq(jtn__format(text, sizeof(text), "12345678€9"), 8);
	ck_assert_str_eq(text, "12345678");
	ck_assert_uint_eq(jtn__format(text, sizeof(text), "1234%d", INT64_C(123456)), 4);
	ck_assert_str_eq(text, "1234");
	ck_assert_uint_eq(jtn__format(text, 1, "x"), 0);
	ck_assert_uint_eq(jtn__format(NULL, 0, "x"), 0);
	memset(expected, 'x', sizeof(expected));
	expected[175] = '\0';
	jtn__fail(&err, JTN_E_RANGE, expected, "%s%s", expected, expected);
	ck_assert_str_eq(err.message, expected);
	expected[55] = '\0';
	ck_assert_str_eq(err.field, expected);
}
END_TEST

START_TEST(hostile_text_becomes_harmless)
{
	char text[64], quoted[JTN__QUOTE_SIZE];

	jtn__format(text, sizeof(text), "%s", "a\x1b[31m\n\t\x7f b");
	ck_assert_str_eq(text, "a?[31m??? b");
	/* overlong, a surrogate, beyond U+10FFFF, a lone continuation, cut short */
	jtn__format(text, sizeof(text), "%s", "\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\x80|\xe2\x82");
	ck_assert_str_eq(text, "??|???|????|?|??");
	jtn__format(text, sizeof(text), "%s", "é€😀");
	ck_assert_str_eq(text, "é€😀");
	jtn__quote(quoted, "", 0);
	ck_assert_str_eq(quoted, "\"\"");
	jtn__quote(quoted, "0123456789012345678901234567890123456789", 40);
	ck_assert_str_eq(quoted, "\"0123456789012345678901234567890123456789\"");
	jtn__quote(quoted, "01234567890123456789012345678901234567890", 41);
	ck_assert_str_eq(quoted, "\"0123456789012345678901234567890123456789…\"");
	jtn__quote(quoted, "012345678901234567890123456789012345678€", 42);
	ck_assert_str_eq(quoted, "\"012345678901234567890123456789012345678…\"");
}
END_TEST

START_TEST(a_list_ends_where_it_no_longer_fits)
{
	const char *const names[] = {"bf16", "fp8", "fp4"};
	char text[16];

	jtn__join(text, sizeof(text), names, 3);
	ck_assert_str_eq(text, "bf16, fp8, fp4");
	jtn__join(text, 14, names, 3);
	ck_assert_str_eq(text, "bf16, …");
	jtn__join(text, sizeof(text), names, 0);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(doubles_have_their_shortest_digits)
{
	ck_assert_str_eq(formatted(0, 6), "0");
	ck_assert_str_eq(formatted(-0.0, 6), "0");
	ck_assert_str_eq(formatted(1, 6), "1");
	ck_assert_str_eq(formatted(-2.5, 6), "-2.5");
	ck_assert_str_eq(formatted(0.1, 17), "0.1");
	ck_assert_str_eq(formatted(1.0 / 3, 17), "0.3333333333333333");
	ck_assert_str_eq(formatted(1.0 / 3, 6), "0.333333");
	ck_assert_str_eq(formatted(2.0 / 3, 6), "0.666667");
	ck_assert_str_eq(formatted(1048576, 6), "1048580");
	ck_assert_str_eq(formatted(1048576, 17), "1048576");
	ck_assert_str_eq(formatted(999999.5, 6), "1000000");
	ck_assert_str_eq(formatted(0.99999999, 3), "1");
	ck_assert_str_eq(formatted(9.96, 2), "10");
	ck_assert_str_eq(formatted(1050, 2), "1100");
	ck_assert_str_eq(formatted(1.0e-7, 6), "0.0000001");
	ck_assert_str_eq(formatted(1.5e-8, 6), "1.5e-8");
	ck_assert_str_eq(formatted(999999999999999, 17), "999999999999999");
	ck_assert_str_eq(formatted(1e15, 6), "1e15");
	ck_assert_str_eq(formatted(-1.25e300, 6), "-1.25e300");
	ck_assert_str_eq(formatted(DBL_MAX, 17), "1.7976931348623157e308");
	ck_assert_str_eq(formatted(5e-324, 17), "5e-324");
	ck_assert_str_eq(formatted(HUGE_VAL, 6), "inf");
	ck_assert_str_eq(formatted(-HUGE_VAL, 6), "-inf");
	ck_assert_str_eq(formatted(NAN, 6), "nan");
	ck_assert_str_eq(formatted(1.25, 0), "1");
}
END_TEST

START_TEST(seventeen_digits_read_back_as_the_same_double)
{
	double value = 1.1;

	for (int i = 0; i < 3000; i++, value *= i % 2 ? -1.37 : 1.21)
		ck_assert_msg(strtod(formatted(value, 17), NULL) == value, "%s", formatted(value, 17));
	for (value = 1; value > 0; value /= 2.7)
		ck_assert_msg(strtod(formatted(value, 17), NULL) == value, "%s", formatted(value, 17));
}
END_TEST

START_TEST(a_number_that_does_not_fit_is_left_out_not_cut)
{
	char text[4];

	ck_assert_uint_eq(jtn__format_double(text, sizeof(text), 1234, 6), 0);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(jtn__format_double(text, sizeof(text), 123, 6), 3);
	ck_assert_uint_eq(jtn__format_double(NULL, 0, 123, 6), 0);
}
END_TEST

START_TEST(no_locale_changes_a_number)
{
	static const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "C.UTF-8"};

	for (size_t i = 0; i < COUNT(locales); i++)
		if (setlocale(LC_ALL, locales[i]))
			ck_assert_str_eq(formatted(1234.5, 6), "1234.5");
	setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(a_likely_typo_finds_what_was_meant)
{
	const char *const names[] = {"tp", "pp", "max_num_seqs", "memory_utilization", "chunked_prefill"};

	ck_assert_str_eq(jtn__nearest("max_num_seq", names, 5), "max_num_seqs");
	ck_assert_str_eq(jtn__nearest("max-num-seqs", names, 5), "max_num_seqs");
	ck_assert_str_eq(jtn__nearest("memory_utilisation", names, 5), "memory_utilization");
	ck_assert_str_eq(jtn__nearest("chunked_perfill", names, 5), "chunked_prefill");
	ck_assert_str_eq(jtn__nearest("TP", names, 5), "tp");
	ck_assert_ptr_null(jtn__nearest("zp", names, 5));
	ck_assert_ptr_null(jtn__nearest("temperature", names, 5));
	ck_assert_ptr_null(jtn__nearest("", names, 5));
	ck_assert_ptr_null(jtn__nearest(NULL, names, 5));
	ck_assert_ptr_null(jtn__nearest("tp", NULL, 0));
}
END_TEST

START_TEST(names_of_any_length_are_compared_safely)
{
	char name[200];
	const char *names[] = {name, NULL, ""};

	for (size_t length = 0; length < sizeof(name); length++) {
		memset(name, 'a', length);
		name[length] = '\0';
		ck_assert_msg((jtn__nearest(name, names, 3) == name) == (length > 0 && length <= 64), "%d", (int)length);
	}
}
END_TEST

/* Options as version 0.1 knew them, as this library does, and as a later one will. */
struct old_options {
	uint32_t size, a;
};
struct known_options {
	uint32_t size, a, b;
};
struct new_options {
	uint32_t size, a, b, c;
};

START_TEST(a_shorter_struct_gains_zeros)
{
	struct old_options options = {sizeof(options), 7};
	struct known_options read = {9, 9, 9};
	struct jtn_error err;

	assert_ok(jtn__read_options(&options, sizeof(options), &read, sizeof(read), "plan", &err), err);
	ck_assert_uint_eq(read.size, sizeof(read));
	ck_assert_uint_eq(read.a, 7);
	ck_assert_uint_eq(read.b, 0);
}
END_TEST

START_TEST(a_longer_struct_is_fine_while_its_tail_is_zero)
{
	struct new_options options = {sizeof(options), 7, 8, 0};
	struct known_options read = {9, 9, 9}, before;
	struct jtn_error err;

	assert_ok(jtn__read_options(&options, sizeof(struct old_options), &read, sizeof(read), "plan", &err), err);
	ck_assert_uint_eq(read.b, 8);
	before = read;
	options.c = 1;
	assert_fails(jtn__read_options(&options, sizeof(struct old_options), &read, sizeof(read), "plan", &err), JTN_E_ABI,
	             err, "plan");
	ck_assert_mem_eq(&read, &before, sizeof(read));
}
END_TEST

START_TEST(a_struct_of_no_sensible_size_is_refused_unread)
{
	struct old_options options = {0, 7};
	struct known_options read;
	struct jtn_error err;

	assert_fails(jtn__read_options(NULL, 8, &read, sizeof(read), "plan", &err), JTN_E_ARGUMENT, err, "plan");
	for (options.size = 0; options.size < sizeof(options); options.size++)
		assert_fails(jtn__read_options(&options, 8, &read, sizeof(read), "plan", &err), JTN_E_ABI, err, "plan");
	options.size = 4097; /* the tail must not be looked at */
	assert_fails(jtn__read_options(&options, 8, &read, sizeof(read), "plan", &err), JTN_E_ABI, err, "plan");
	options.size = UINT32_MAX;
	assert_fails(jtn__read_options(&options, 8, &read, sizeof(read), "plan", &err), JTN_E_ABI, err, "plan");
}
END_TEST

START_TEST(a_record_size_is_checked_at_both_ends)
{
	struct jtn_error err;

	assert_ok(jtn__check_record(32, 32, "usage", &err), err);
	assert_ok(jtn__check_record(4096, 32, "usage", &err), err);
	assert_fails(jtn__check_record(31, 32, "usage", &err), JTN_E_ABI, err, "usage");
	assert_fails(jtn__check_record(4097, 32, "usage", &err), JTN_E_ABI, err, "usage");
	assert_fails(jtn__check_record(SIZE_MAX, 32, "usage", &err), JTN_E_ABI, err, "usage");
}
END_TEST

START_TEST(the_version_is_the_headers)
{
	char expected[32];

	snprintf(expected, sizeof(expected), "%d.%d.%d", JTN_VERSION_MAJOR, JTN_VERSION_MINOR, JTN_VERSION_PATCH);
	ck_assert_str_eq(jtn_version(), expected);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("error");
	TCase *tests = tcase_create("error");

	tcase_add_test(tests, every_status_has_its_name_in_the_formats);
	tcase_add_test(tests, a_message_is_built_from_its_parts);
	tcase_add_test(tests, an_error_may_be_filled_from_its_own_text);
	tcase_add_test(tests, nobody_needs_to_pass_an_error);
	tcase_add_test(tests, long_text_is_cut_at_a_character);
	tcase_add_test(tests, hostile_text_becomes_harmless);
	tcase_add_test(tests, a_list_ends_where_it_no_longer_fits);
	tcase_add_test(tests, doubles_have_their_shortest_digits);
	tcase_add_test(tests, seventeen_digits_read_back_as_the_same_double);
	tcase_add_test(tests, a_number_that_does_not_fit_is_left_out_not_cut);
	tcase_add_test(tests, no_locale_changes_a_number);
	tcase_add_test(tests, a_likely_typo_finds_what_was_meant);
	tcase_add_test(tests, names_of_any_length_are_compared_safely);
	tcase_add_test(tests, a_shorter_struct_gains_zeros);
	tcase_add_test(tests, a_longer_struct_is_fine_while_its_tail_is_zero);
	tcase_add_test(tests, a_struct_of_no_sensible_size_is_refused_unread);
	tcase_add_test(tests, a_record_size_is_checked_at_both_ends);
	tcase_add_test(tests, the_version_is_the_headers);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
