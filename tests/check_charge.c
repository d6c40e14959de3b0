/* Charge: reversals, each once, row by row. */
#include "tariff.h"

static struct jtn_charge
charge_of(const char *amount)
{
	struct jtn_charge charge = {.total = money(amount), .flags = JTN_CHARGE_ROUNDED, .tariff = 3, .lines = 2};

	return charge;
}

START_TEST(a_reversal_is_the_negative_and_says_so)
{
	static const char *const amounts[][2] = {
		{"0.0035", "-0.0035"}, {"-2", "2"}, {"0", "0"}, {MONEY_MOST, "-" MONEY_MOST}, {"-" MONEY_MOST, MONEY_MOST}};
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(amounts); i++) {
		struct jtn_charge charge = charge_of(amounts[i][0]);

		assert_ok(jtn_charge_reverse(&charge, sizeof(charge), 1, &err), err);
		assert_money(charge.total, amounts[i][1]);
		ck_assert_uint_eq(charge.flags, JTN_CHARGE_ROUNDED | JTN_CHARGE_REVERSED);
		ck_assert_uint_eq(charge.tariff, 3);
		ck_assert_uint_eq(charge.lines, 2);
		ck_assert_int_eq(charge.status, JTN_OK);
	}
}
END_TEST

START_TEST(a_charge_is_reversed_once_and_its_neighbours_still_are)
{
	struct jtn_charge charges[3] = {charge_of("1"), charge_of("2"), charge_of("3")};
	struct jtn_error err;

	charges[1].flags |= JTN_CHARGE_REVERSED;
	assert_status(jtn_charge_reverse(charges, sizeof(*charges), 3, &err), JTN_E_ROWS);
	ck_assert_int_eq(err.status, JTN_E_ROWS);
	ck_assert_int_eq(err.index, 1);
	assert_money(charges[0].total, "-1");
	assert_money(charges[1].total, "2");
	ck_assert_int_eq(charges[1].status, JTN_E_CONTRADICTION);
	assert_money(charges[2].total, "-3");
	ck_assert_int_eq(charges[2].status, JTN_OK);
}
END_TEST

START_TEST(a_charge_that_failed_stays_as_it_failed)
{
	struct jtn_charge charges[2] = {{.status = JTN_E_UNPRICED}, charge_of("2")};
	struct jtn_error err;

	assert_status(jtn_charge_reverse(charges, sizeof(*charges), 2, &err), JTN_E_ROWS);
	ck_assert_int_eq(err.index, 0);
	ck_assert_int_eq(charges[0].status, JTN_E_UNPRICED);
	ck_assert_uint_eq(charges[0].flags, 0);
	assert_money(charges[1].total, "-2");
	assert_status(jtn_charge_reverse(charges, sizeof(*charges), 2, NULL), JTN_E_ROWS);
}
END_TEST

START_TEST(a_total_that_is_no_money_is_an_overflow)
{
	struct jtn_charge charge = {.total = {0, INT64_MIN}};
	struct jtn_error err;

	assert_status(jtn_charge_reverse(&charge, sizeof(charge), 1, &err), JTN_E_ROWS);
	ck_assert_int_eq(charge.status, JTN_E_OVERFLOW);
	ck_assert_uint_eq(charge.flags, 0);
	ck_assert_int_eq(charge.total.hi, INT64_MIN);
}
END_TEST

START_TEST(rows_come_in_the_callers_size)
{
	struct {
		struct jtn_charge charge;
		uint64_t own;
	} rows[2] = {{charge_of("1"), 11}, {charge_of("2"), 22}};
	struct jtn_error err;

	assert_ok(jtn_charge_reverse(&rows[0].charge, sizeof(rows[0]), 2, &err), err);
	assert_money(rows[1].charge.total, "-2");
	assert_ok(jtn_charge_reverse(NULL, sizeof(rows[0]), 0, &err), err);
	assert_fails(jtn_charge_reverse(NULL, sizeof(rows[0]), 1, &err), JTN_E_ARGUMENT, err, "charges");
	assert_status(jtn_charge_reverse(&rows[0].charge, sizeof(struct jtn_charge) - 1, 1, &err), JTN_E_ABI);
	assert_status(jtn_charge_reverse(&rows[0].charge, 1 << 20, 1, &err), JTN_E_ABI);
	assert_money(rows[0].charge.total, "-1");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("charge");
	TCase *tests = tcase_create("charge");

	tcase_add_test(tests, a_reversal_is_the_negative_and_says_so);
	tcase_add_test(tests, a_charge_is_reversed_once_and_its_neighbours_still_are);
	tcase_add_test(tests, a_charge_that_failed_stays_as_it_failed);
	tcase_add_test(tests, a_total_that_is_no_money_is_an_overflow);
	tcase_add_test(tests, rows_come_in_the_callers_size);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
