/* Allocate: parts that sum to the bill, each within a unit of its exact share, against an oracle that counts one by one. */
#include "fixture.h"

#include "jeton/allocate.h"

#define MOST 9

__extension__ typedef __int128 wide;

static const struct jtn_money unset = {0xdead, 0xbeef};

static struct jtn_money
money(const char *text)
{
	struct jtn_money amount;
	struct jtn_error err;

	assert_ok(jtn_money_parse(text, strlen(text), &amount, &err), err);
	return amount;
}

static wide
number(struct jtn_money amount)
{
	return (wide)((unsigned __int128)(uint64_t)amount.hi << 64 | amount.lo);
}

static struct jtn_money
amount_of(wide value)
{
	struct jtn_money amount = {(uint64_t)value, (int64_t)(value >> 64)};

	return amount;
}

/* Split "bill" over the weights, a list with blanks between; expect the parts, likewise. */
static void
assert_split(const char *bill, int32_t decimals, const char *weights, const char *expected)
{
	struct jtn_money given[MOST], parts[MOST];
	struct jtn_error err;
	char text[JTN_MONEY_TEXT_SIZE], all[MOST * JTN_MONEY_TEXT_SIZE] = "";
	size_t count = 0, length;

	while (*weights) {
		length = strcspn(weights, " ");
		assert_ok(jtn_money_parse(weights, length, &given[count++], &err), err);
		weights += length + (weights[length] == ' ');
	}
	assert_ok(jtn_allocate(money(bill), decimals, given, parts, count, &err), err);
	for (size_t i = 0; i < count; i++) {
		assert_status(jtn_money_format(parts[i], text, sizeof(text), NULL), JTN_OK);
		strcat(all, i ? " " : "");
		strcat(all, text);
	}
	ck_assert_str_eq(all, expected);
}

static uint64_t state = 88172645463325252u;

static uint64_t
random_below(uint64_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % limit;
}

START_TEST(the_parts_are_in_proportion)
{
	assert_split("10", 2, "1 1 2", "2.5 2.5 5");
	assert_split("0.03", 2, "1 1 1", "0.01 0.01 0.01");
	assert_split("1000", 0, "0.25 0.75", "250 750");
}
END_TEST

START_TEST(a_single_weight_takes_the_whole_bill)
{
	assert_split("99999999999999999999.999999999999999999", 18, "0.000000000000000001",
	             "99999999999999999999.999999999999999999");
	assert_split("-12.34", 2, "99999999999999999999.999999999999999999", "-12.34");
}
END_TEST

START_TEST(the_largest_remainder_gets_the_unit_left_over)
{
	assert_split("1", 2, "1 2 4", "0.14 0.29 0.57");
	assert_split("100", 0, "43.7 31.2 25.1", "44 31 25");
}
END_TEST

START_TEST(ties_go_to_the_lower_index)
{
	assert_split("0.02", 2, "1 1 1", "0.01 0.01 0");
	assert_split("10", 2, "1 1 1", "3.34 3.33 3.33");
	assert_split("11", 0, "1 1 1 1 1 1 1", "2 2 2 2 1 1 1");
}
END_TEST

START_TEST(a_weight_of_zero_gets_nothing)
{
	assert_split("1", 2, "0 1 0 1 0 1 0", "0 0.34 0 0.33 0 0.33 0");
	assert_split("0.000000000000000002", 18, "0 0 3 0 4", "0 0 0.000000000000000001 0 0.000000000000000001");
}
END_TEST

START_TEST(a_bill_of_zero_is_zeros)
{
	assert_split("0", 2, "1 0 7", "0 0 0");
}
END_TEST

START_TEST(a_negative_bill_is_the_negative_of_the_positive_split)
{
	assert_split("-1", 2, "1 2 4", "-0.14 -0.29 -0.57");
	assert_split("-0.02", 2, "1 1 1", "-0.01 -0.01 0");
}
END_TEST

START_TEST(numbers_near_the_limit_are_split_exactly)
{
	/* The last by Python's fractions; all need products of more than 128 bits. */
	assert_split("99999999999999999999.999999999999999999", 18,
	             "33333333333333333333 33333333333333333333 33333333333333333333",
	             "33333333333333333333.333333333333333333 33333333333333333333.333333333333333333 "
	             "33333333333333333333.333333333333333333");
	assert_split("99999999999999999999.999999999999999999", 18,
	             "49999999999999999999.999999999999999999 50000000000000000000",
	             "49999999999999999999.999999999999999999 50000000000000000000");
	assert_split("99999999999999999999.999999999999999998", 18,
	             "0.000000000000000001 99999999999999999999.999999999999999998",
	             "0.000000000000000001 99999999999999999999.999999999999999997");
	assert_split(
		"12345678901234567890.123456789012345678", 18, "98765432109876543.21 1234567890.987654321 55555555555.5",
		"12345671802473283554.403947397335670416 154320896232.691494098618688466 6944440388103.028015293057986796");
}
END_TEST

/* Floors first, then one unit at a time to whoever is furthest behind: slow, and plainly right. */
static void
oracle(uint64_t bill, const uint64_t *weights, size_t count, uint64_t *ret)
{
	uint64_t sum = 0, left = bill, rest[MOST];

	for (size_t i = 0; i < count; i++)
		sum += weights[i];
	for (size_t i = 0; i < count; i++) {
		ret[i] = bill * weights[i] / sum;
		rest[i] = bill * weights[i] % sum;
		left -= ret[i];
	}
	for (; left; left--) {
		size_t best = 0;

		for (size_t i = 1; i < count; i++)
			if (rest[i] > rest[best])
				best = i;
		ret[best]++;
		rest[best] = 0;
	}
}

START_TEST(small_numbers_agree_with_counting_one_by_one)
{
	for (int round = 0; round < 20000; round++) {
		uint64_t weights[MOST], expected[MOST], bill = random_below(1000), any = 0;
		struct jtn_money given[MOST], parts[MOST];
		size_t count = 1 + random_below(MOST);
		int32_t decimals = (int32_t)random_below(19);
		wide unit = 1;
		struct jtn_error err;

		for (int32_t i = decimals; i < 18; i++)
			unit *= 10;
		for (size_t i = 0; i < count; i++) {
			weights[i] = random_below(1 + random_below(60));
			any |= weights[i];
			given[i] = amount_of((wide)weights[i]);
		}
		if (!any)
			continue;
		oracle(bill, weights, count, expected);
		assert_ok(jtn_allocate(amount_of((wide)bill * unit), decimals, given, parts, count, &err), err);
		for (size_t i = 0; i < count; i++)
			ck_assert_msg(number(parts[i]) == (wide)expected[i] * unit, "round %d, part %d", round, (int)i);
	}
}
END_TEST

/* A number of a random length of bits, at most 10^38 - 1. */
static wide
random_amount(void)
{
	wide most = number(money("99999999999999999999.999999999999999999"));
	wide value =
		(wide)((unsigned __int128)random_below(UINT64_MAX) << 63 ^ random_below(UINT64_MAX)) >> random_below(126);

	return value > most ? most : value;
}

START_TEST(the_parts_sum_to_the_bill_and_keep_the_order_of_their_weights)
{
	for (int round = 0; round < 3000; round++) {
		struct jtn_money weights[MOST], parts[MOST];
		size_t count = 1 + random_below(MOST);
		wide bill = random_amount(), sum = 0, part;
		struct jtn_error err;

		if (round & 1)
			bill = -bill;
		for (size_t i = 0; i < count; i++)
			weights[i] = amount_of(random_amount() / (wide)count);
		weights[count / 2] = amount_of(1);
		assert_ok(jtn_allocate(amount_of(bill), 18, weights, parts, count, &err), err);
		for (size_t i = 0; i < count; i++) {
			part = number(parts[i]);
			sum += part;
			ck_assert(bill < 0 ? part <= 0 && part >= bill : part >= 0 && part <= bill);
			for (size_t j = 0; j < count; j++)
				if (number(weights[j]) <= number(weights[i]))
					ck_assert((bill < 0 ? number(parts[i]) - number(parts[j]) : number(parts[j]) - number(parts[i])) <=
					          1);
		}
		ck_assert_msg(sum == bill, "round %d: the parts do not sum to the bill", round);
	}
}
END_TEST

START_TEST(a_split_twice_as_fine_differs_by_less_than_a_coarse_unit)
{
	struct jtn_money weights[] = {money("1.5"), money("2.25"), money("0.000001"), money("17"), money("0")};
	struct jtn_money coarse[5], fine[5];
	struct jtn_error err;
	wide cent = number(money("0.01"));

	assert_ok(jtn_allocate(money("123.45"), 2, weights, coarse, 5, &err), err);
	assert_ok(jtn_allocate(money("123.45"), 18, weights, fine, 5, &err), err);
	for (size_t i = 0; i < 5; i++) {
		wide apart = number(coarse[i]) - number(fine[i]);

		ck_assert(apart < cent && apart > -cent);
	}
}
END_TEST

START_TEST(what_cannot_be_split_says_why_and_leaves_the_parts_alone)
{
	static const struct jtn_money beyond = {0x098a224000000000, 0x4b3b4ca85a86c47a};
	struct jtn_money weights[] = {money("1"), money("-0.5"), money("2")}, zeros[2] = {{0, 0}, {0, 0}};
	struct jtn_money huge[] = {money("60000000000000000000"), money("60000000000000000000")},
					 parts[3] = {unset, unset, unset};
	struct jtn_error err;

	assert_fails(jtn_allocate(money("1"), 2, weights, parts, 3, &err), JTN_E_RANGE, err, "weights");
	ck_assert_int_eq(err.index, 1);
	assert_fails(jtn_allocate(money("1"), 2, zeros, parts, 2, &err), JTN_E_RANGE, err, "weights");
	assert_fails(jtn_allocate(money("1"), 2, huge, parts, 2, &err), JTN_E_OVERFLOW, err, "weights");
	ck_assert_int_eq(err.index, 1);
	assert_fails(jtn_allocate(money("0.001"), 2, weights, parts, 1, &err), JTN_E_INEXACT, err, "bill");
	assert_fails(jtn_allocate(beyond, 18, weights, parts, 1, &err), JTN_E_OVERFLOW, err, "bill");
	weights[0] = beyond;
	assert_fails(jtn_allocate(money("1"), 18, weights, parts, 1, &err), JTN_E_OVERFLOW, err, "weights");
	ck_assert_int_eq(err.index, 0);
	for (size_t i = 0; i < 3; i++)
		ck_assert(number(parts[i]) == number(unset));
	assert_status(jtn_allocate(money("1"), 2, zeros, parts, 2, NULL), JTN_E_RANGE);
}
END_TEST

START_TEST(arguments_no_caller_should_pass_are_refused)
{
	struct jtn_money weights[] = {money("1"), money("1"), money("1")}, parts[2];
	struct jtn_error err;

	assert_fails(jtn_allocate(money("1"), 2, NULL, parts, 1, &err), JTN_E_ARGUMENT, err, "weights");
	assert_fails(jtn_allocate(money("1"), 2, weights, NULL, 1, &err), JTN_E_ARGUMENT, err, "ret");
	assert_fails(jtn_allocate(money("1"), 2, weights, parts, 0, &err), JTN_E_ARGUMENT, err, "count");
	assert_fails(jtn_allocate(money("1"), 2, weights, parts, SIZE_MAX / 2, &err), JTN_E_ARGUMENT, err, "count");
	assert_fails(jtn_allocate(money("1"), 19, weights, parts, 2, &err), JTN_E_ARGUMENT, err, "decimals");
	assert_fails(jtn_allocate(money("1"), -1, weights, parts, 2, &err), JTN_E_ARGUMENT, err, "decimals");
	assert_fails(jtn_allocate(money("1"), 2, weights, weights, 2, &err), JTN_E_ARGUMENT, err, "ret");
	assert_fails(jtn_allocate(money("1"), 2, weights, weights + 1, 2, &err), JTN_E_ARGUMENT, err, "ret");
	assert_ok(jtn_allocate(money("1"), 2, weights, weights + 2, 1, &err), err);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("allocate");
	TCase *tcase = tcase_create("allocate");

	tcase_add_test(tcase, the_parts_are_in_proportion);
	tcase_add_test(tcase, a_single_weight_takes_the_whole_bill);
	tcase_add_test(tcase, the_largest_remainder_gets_the_unit_left_over);
	tcase_add_test(tcase, ties_go_to_the_lower_index);
	tcase_add_test(tcase, a_weight_of_zero_gets_nothing);
	tcase_add_test(tcase, a_bill_of_zero_is_zeros);
	tcase_add_test(tcase, a_negative_bill_is_the_negative_of_the_positive_split);
	tcase_add_test(tcase, numbers_near_the_limit_are_split_exactly);
	tcase_add_test(tcase, small_numbers_agree_with_counting_one_by_one);
	tcase_add_test(tcase, the_parts_sum_to_the_bill_and_keep_the_order_of_their_weights);
	tcase_add_test(tcase, a_split_twice_as_fine_differs_by_less_than_a_coarse_unit);
	tcase_add_test(tcase, what_cannot_be_split_says_why_and_leaves_the_parts_alone);
	tcase_add_test(tcase, arguments_no_caller_should_pass_are_refused);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
