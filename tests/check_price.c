/* Price: nothing is rounded before it is multiplied, and noise is repaired only where that was asked for. */
#include "tariff.h"

#include "tariff/price.h"

static const struct {
	const char *text;
	int64_t per, least_per;
	const char *amount;
	int64_t ret_per;
	int64_t unit; /* [10^-18], or -1 */
} good[] = {
	{"2.5", 1000000, 1, "2.5", 1000000, INT64_C(2500000000000)},
	{"0", 1, 1, "0", 1, 0},
	{"0.000", 1, 1000000, "0", 1000000, 0},
	{"-0", 1, 1, "0", 1, 0},
	{"1", 3, 1, "1", 3, -1}, /* a third is not exact */
	{"3e-06", 1, 1000000, "3", 1000000, INT64_C(3000000000000)},
	{"7.499999999999999e-08", 1, 1000000, "0.07499999999999999", 1000000, -1},
	{"0.000000000000000001", 1, 1, "0.000000000000000001", 1, 1},
	{"1e-19", 1, 1, "0.000000000000000001", 10, -1},
	{"0.017", 60000000, 1, "0.017", 60000000, -1},
	{"5", 60, 1000000, "500000", 6000000, -1},
	{"10", 1, 1, "10", 1, -1}, /* beyond 2^63 of 10^-18 */
	{"9.223372036854775807", 1, 1, "9.223372036854775807", 1, INT64_MAX},
	{"9.223372036854775808", 1, 1, "9.223372036854775808", 1, -1},
	{MONEY_MOST, 1, 1, MONEY_MOST, 1, -1},
	{"1E+2", 1, 1, "100", 1, -1},
};

START_TEST(a_price_is_kept_as_it_is_written)
{
	struct jtn__price price;
	struct jtn_error err;

	assert_ok(jtn__price_parse(good[_i].text, strlen(good[_i].text), good[_i].per, good[_i].least_per, &price, &err),
	          err);
	if (good[_i].unit >= 0 || good[_i].per != good[_i].least_per)
		ck_assert_int_ge(price.per, good[_i].least_per);
	ck_assert_int_eq(price.per, good[_i].ret_per);
	assert_money(price.amount, good[_i].amount);
	ck_assert_int_eq(price.unit, good[_i].unit);
}
END_TEST

static const struct {
	const char *text;
	int64_t per, least_per;
	jtn_status status;
} bad[] = {
	{"", 1, 1, JTN_E_SYNTAX},
	{"1,5", 1, 1, JTN_E_SYNTAX},
	{"$1", 1, 1, JTN_E_SYNTAX},
	{"NaN", 1, 1, JTN_E_SYNTAX},
	{"Infinity", 1, 1, JTN_E_SYNTAX},
	{"-1", 1, 1, JTN_E_RANGE},
	{"-1e-30", 1, 1, JTN_E_RANGE},
	{"1e20", 1, 1, JTN_E_OVERFLOW},
	{"100000000000000000000", 1, 1, JTN_E_OVERFLOW},
	{"1e39", 1, 1, JTN_E_OVERFLOW},
	{"1e999999999", 1, 1, JTN_E_OVERFLOW},
	{"1e19", 1, 1000000, JTN_E_OVERFLOW}, /* for a million it is beyond */
	{"1e-999999999", 1, 1, JTN_E_INEXACT},
	{"1e-38", 1, 1, JTN_E_INEXACT}, /* would need a per of 10^20 */
	{"0.123456789012345678901234567890123456789", 1, 1, JTN_E_INEXACT},
	{"1", INT64_MAX, INT64_MAX, JTN_OK},
	{"1e-19", INT64_MAX, 1, JTN_E_INEXACT},
};

START_TEST(what_cannot_be_kept_exactly_is_refused)
{
	struct jtn__price price = {.per = 77};
	struct jtn_error err;
	jtn_status status =
		jtn__price_parse(bad[_i].text, strlen(bad[_i].text), bad[_i].per, bad[_i].least_per, &price, &err);

	assert_status(status, bad[_i].status);
	if (status != JTN_OK) {
		ck_assert_int_eq(price.per, 77);
		ck_assert_str_ne(err.message, "");
	}
	assert_status(jtn__price_parse(bad[_i].text, strlen(bad[_i].text), bad[_i].per, bad[_i].least_per, &price, NULL),
	              bad[_i].status);
}
END_TEST

static const struct {
	const char *text;
	int noisy;
	const char *repaired; /* for a million */
} noise[] = {
	{"0.18000000000000002", 1, "0.18"},        {"7.499999999999999e-02", 1, "0.075"},
	{"0.123456789012", 0, "0.123456789012"},   {"0.1234567890125", 1, "0.123456789012"}, /* ties go to even */
	{"0.1234567890135", 1, "0.123456789014"},  {"0.12345678901251", 1, "0.123456789013"},
	{"999999999999.9", 1, "1000000000000"},    {"1.000000000000", 0, "1"},
	{"100000000000000", 0, "100000000000000"}, {"2.5", 0, "2.5"},
};

START_TEST(noise_is_what_has_more_than_twelve_digits)
{
	struct jtn__price price;
	struct jtn_error err;
	const char *text = noise[_i].text;

	ck_assert_int_eq(jtn__price_is_noisy(text, strlen(text)), noise[_i].noisy);
	assert_ok(jtn__price_parse_repaired(text, strlen(text), 1000000, 1000000, &price, &err), err);
	assert_money(price.amount, noise[_i].repaired);
	ck_assert_int_eq(price.per, 1000000);
}
END_TEST

START_TEST(what_is_no_number_is_not_noisy_either)
{
	ck_assert(!jtn__price_is_noisy("", 0));
	ck_assert(!jtn__price_is_noisy("1.2.3456789012345", 17));
	ck_assert(!jtn__price_is_noisy("cheap", 5));
}
END_TEST

START_TEST(an_exact_price_has_a_unit)
{
	ck_assert_int_eq(jtn__price_of(money("3"), 1000000).unit, INT64_C(3000000000000));
	ck_assert_int_eq(jtn__price_of(money("1"), 3).unit, -1);
	ck_assert_int_eq(jtn__price_of(money("0"), 3).unit, 0);
	ck_assert_int_eq(jtn__price_of(money("0.1"), 1).unit, INT64_C(100000000000000000));
	ck_assert_int_eq(jtn__price_of(money("-1"), 1).unit, -1);
	ck_assert_int_eq(jtn__price_of(money(MONEY_MOST), 1).unit, -1);
	ck_assert_int_eq(jtn__price_of(money("1"), INT64_MAX).unit, -1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("price");
	TCase *tests = tcase_create("price");

	tcase_add_loop_test(tests, a_price_is_kept_as_it_is_written, 0, (int)COUNT(good));
	tcase_add_loop_test(tests, what_cannot_be_kept_exactly_is_refused, 0, (int)COUNT(bad));
	tcase_add_loop_test(tests, noise_is_what_has_more_than_twelve_digits, 0, (int)COUNT(noise));
	tcase_add_test(tests, what_is_no_number_is_not_noisy_either);
	tcase_add_test(tests, an_exact_price_has_a_unit);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
