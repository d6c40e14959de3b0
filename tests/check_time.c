/* Time: RFC 3339 text and nanoseconds, the calendar against a count of days, and both ends of 63 bits. */
#include "tariff.h"

static const struct {
	const char *text;
	int64_t ns;
} good[] = {
	{"1970-01-01", 0},
	{"1970-01-01T00:00:00Z", 0},
	{"1970-01-01t00:00:00z", 0},
	{"1970-01-01 00:00:00Z", 0},
	{"1970-01-01T05:30:00+05:30", 0},
	{"1969-12-31T19:00:00-05:00", 0},
	{"1969-12-31T23:59:59.999999999Z", -1},
	{"1970-01-01T00:00:00.000000001Z", 1},
	{"1970-01-01T00:00:00.0000000019Z", 1}, /* finer than a nanosecond is cut */
	{"2000-02-29T00:00:00Z", INT64_C(951782400000000000)},
	{"2026-01-01T00:00:00Z", INT64_C(1767225600000000000)},
	{"2025-06-09T21:00:00.5-05:00", INT64_C(1749520800500000000)},
	{"2016-12-31T23:59:60Z", INT64_C(1483228800000000000)}, /* a leap second is the second behind it */
	{"1678-01-01T00:00:00Z", INT64_C(-9214560000000000000)},
	{"2261-12-31T23:59:59.999999999Z", INT64_C(9214646399999999999)},
};

START_TEST(an_instant_is_one_number_however_it_is_written)
{
	int64_t ns = 1;
	struct jtn_error err;

	assert_ok(jtn_time_parse(good[_i].text, strlen(good[_i].text), &ns, &err), err);
	ck_assert_int_eq(ns, good[_i].ns);
}
END_TEST

static const struct {
	const char *text;
	jtn_status status;
} bad[] = {
	{"", JTN_E_SYNTAX},
	{"2026", JTN_E_SYNTAX},
	{"2026-13-01", JTN_E_SYNTAX},
	{"2026-00-01", JTN_E_SYNTAX},
	{"2026-02-29", JTN_E_SYNTAX},
	{"1900-02-29", JTN_E_SYNTAX},
	{"2026-04-31", JTN_E_SYNTAX},
	{"2026-01-00", JTN_E_SYNTAX},
	{"2026-1-01", JTN_E_SYNTAX},
	{"26-01-01", JTN_E_SYNTAX},
	{"2026-01-01T00:00:00", JTN_E_SYNTAX}, /* which offset? */
	{"2026-01-01T00:00Z", JTN_E_SYNTAX},
	{"2026-01-01T24:00:00Z", JTN_E_SYNTAX},
	{"2026-01-01T23:60:00Z", JTN_E_SYNTAX},
	{"2026-01-01T23:59:61Z", JTN_E_SYNTAX},
	{"2026-01-01T00:00:00.Z", JTN_E_SYNTAX},
	{"2026-01-01T00:00:00+24:00", JTN_E_SYNTAX},
	{"2026-01-01T00:00:00+01:60", JTN_E_SYNTAX},
	{"2026-01-01T00:00:00+1:00", JTN_E_SYNTAX},
	{"2026-01-01T00:00:00ZZ", JTN_E_SYNTAX},
	{"2026-01-01Z", JTN_E_SYNTAX},
	{" 2026-01-01", JTN_E_SYNTAX},
	{"2026-01-01 ", JTN_E_SYNTAX},
	{"+2026-01-01", JTN_E_SYNTAX},
	{"2026\xe2\x80\x90"
     "01-01",
     JTN_E_SYNTAX},
	{"1677-12-31T23:59:59Z", JTN_E_RANGE},
	{"2262-01-01T00:00:00Z", JTN_E_RANGE},
	{"0000-01-01", JTN_E_RANGE},
	{"9999-12-31T23:59:59Z", JTN_E_RANGE},
};

START_TEST(what_is_no_instant_is_refused)
{
	int64_t ns = 42;
	struct jtn_error err;

	assert_fails(jtn_time_parse(bad[_i].text, strlen(bad[_i].text), &ns, &err), bad[_i].status, err, "");
	assert_status(jtn_time_parse(bad[_i].text, strlen(bad[_i].text), &ns, NULL), bad[_i].status);
	ck_assert_int_eq(ns, 42);
}
END_TEST

START_TEST(a_text_cut_short_anywhere_is_refused_or_a_date)
{
	const char *text = "2026-01-31T23:59:59.25+05:30";
	int64_t ns;

	for (size_t i = 0; i < strlen(text); i++) {
		char *cut = malloc(i + 1);

		memcpy(cut, text, i);
		assert_status(jtn_time_parse(cut, i, &ns, NULL), i == 10 ? JTN_OK : JTN_E_SYNTAX);
		free(cut);
	}
}
END_TEST

START_TEST(every_day_until_2105_goes_there_and_back)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t day = 0;

	for (int year = 1970; year < 2105; year++)
		for (int month = 1; month <= 12; month++)
			for (int i = 1; i <= lengths[month - 1] + (month == 2 && year % 4 == 0 && year != 2100); i++, day++) {
				char text[JTN_TIME_TEXT_SIZE], expected[64];

				snprintf(expected, sizeof(expected), "%04d-%02d-%02dT00:00:00Z", year, month, i);
				ck_assert_int_eq(instant(expected), day * DAY_NS);
				assert_status(jtn_time_format(day * DAY_NS, text, sizeof(text)), JTN_OK);
				ck_assert_str_eq(text, expected);
			}
}
END_TEST

static const struct {
	int64_t ns;
	const char *text;
} written[] = {
	{0, "1970-01-01T00:00:00Z"},
	{-1, "1969-12-31T23:59:59.999999999Z"},
	{500000000, "1970-01-01T00:00:00.5Z"},
	{1, "1970-01-01T00:00:00.000000001Z"},
	{INT64_C(951782400000000000), "2000-02-29T00:00:00Z"},
	{INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
	{INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
};

START_TEST(any_number_of_63_bits_can_be_written)
{
	char text[JTN_TIME_TEXT_SIZE];

	assert_status(jtn_time_format(written[_i].ns, text, sizeof(text)), JTN_OK);
	ck_assert_str_eq(text, written[_i].text);
}
END_TEST

START_TEST(a_buffer_that_is_too_small_is_left_alone)
{
	char text[JTN_TIME_TEXT_SIZE] = "untouched";

	for (size_t capacity = 0; capacity <= strlen("1970-01-01T00:00:00Z"); capacity++)
		assert_status(jtn_time_format(0, text, capacity), JTN_E_SPACE);
	ck_assert_str_eq(text, "untouched");
	assert_status(jtn_time_format(0, text, strlen("1970-01-01T00:00:00Z") + 1), JTN_OK);
	assert_status(jtn_time_format(0, NULL, 40), JTN_E_ARGUMENT);
}
END_TEST

START_TEST(null_is_an_argument_error)
{
	int64_t ns;
	struct jtn_error err;

	assert_fails(jtn_time_parse(NULL, 0, &ns, &err), JTN_E_ARGUMENT, err, "text");
	assert_fails(jtn_time_parse("1970-01-01", 10, NULL, &err), JTN_E_ARGUMENT, err, "ret");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("time");
	TCase *tests = tcase_create("time");

	tcase_add_loop_test(tests, an_instant_is_one_number_however_it_is_written, 0, (int)COUNT(good));
	tcase_add_loop_test(tests, what_is_no_instant_is_refused, 0, (int)COUNT(bad));
	tcase_add_test(tests, a_text_cut_short_anywhere_is_refused_or_a_date);
	tcase_add_test(tests, every_day_until_2105_goes_there_and_back);
	tcase_add_loop_test(tests, any_number_of_63_bits_can_be_written, 0, (int)COUNT(written));
	tcase_add_test(tests, a_buffer_that_is_too_small_is_left_alone);
	tcase_add_test(tests, null_is_an_argument_error);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
