/* Money: exact to the last unit, rounded only by name, against vectors made by another implementation. */
#include "fixture.h"

#include "jeton/money.h"

#define FIELDS 6

static const char *const mode_names[] = {"",
                                         [JTN_ROUND_HALF_EVEN] = "half_even",
                                         [JTN_ROUND_HALF_UP] = "half_up",
                                         [JTN_ROUND_DOWN] = "down",
                                         [JTN_ROUND_UP] = "up",
                                         [JTN_ROUND_FLOOR] = "floor",
                                         [JTN_ROUND_CEILING] = "ceiling"};

static const struct jtn_money most = {0x098a223fffffffff, 0x4b3b4ca85a86c47a};
static const struct jtn_money beyond = {0x098a224000000000, 0x4b3b4ca85a86c47a};
static const struct jtn_money lowest = {0, INT64_MIN};
static const struct jtn_money unset = {0xdead, 0xbeef};

static struct jtn_money
money(const char *text)
{
	struct jtn_money amount;
	struct jtn_error err;

	assert_ok(jtn_money_parse(text, strlen(text), &amount, &err), err);
	return amount;
}

static int
same(struct jtn_money a, struct jtn_money b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

static void
assert_money(struct jtn_money amount, const char *expected, const char *about)
{
	char text[JTN_MONEY_TEXT_SIZE];
	size_t length;

	assert_status(jtn_money_format(amount, text, sizeof(text), &length), JTN_OK);
	ck_assert_msg(strcmp(text, expected) == 0, "%s: %s, expected %s", about, text, expected);
	ck_assert_uint_eq(length, strlen(expected));
}

/* The expected result of a vector, an amount or "!failure". */
static void
assert_result(jtn_status status, struct jtn_money amount, const char *expected, const char *about)
{
	if (expected[0] == '!') {
		ck_assert_msg(strcmp(jtn_status_name(status), expected + 1) == 0, "%s: %s", about, jtn_status_name(status));
		ck_assert_msg(same(amount, unset), "%s: the output is touched by a failure", about);
	} else {
		ck_assert_msg(status == JTN_OK, "%s: %s", about, jtn_status_name(status));
		assert_money(amount, expected, about);
	}
}

static int32_t
mode_of(const char *name)
{
	for (int32_t mode = 1; mode < (int32_t)COUNT(mode_names); mode++)
		if (strcmp(mode_names[mode], name) == 0)
			return mode;
	ck_abort_msg("no rounding mode \"%s\"", name);
	return 0;
}

static void
run_parse(char *text, const char *expected, const char *about)
{
	struct jtn_money amount = unset;
	size_t length = strlen(text) - 2; /* the quotes */
	jtn_status status;

	if (strncmp(text + 1, "\\t", 2) == 0) {
		text++;
		length--;
		text[1] = '\t';
	}
	status = jtn_money_parse(text + 1, length, &amount, NULL);
	assert_result(status, amount, expected, about);
}

static void
run_vector(char *const field[FIELDS], const char *about)
{
	struct jtn_money amount = unset, rest = unset;
	jtn_status status = JTN_OK;

	if (strcmp(field[0], "parse") == 0) {
		run_parse(field[1], field[2], about);
	} else if (strcmp(field[0], "add") == 0) {
		status = jtn_money_add(money(field[1]), money(field[2]), &amount, NULL);
		assert_result(status, amount, field[3], about);
	} else if (strcmp(field[0], "subtract") == 0) {
		status = jtn_money_subtract(money(field[1]), money(field[2]), &amount, NULL);
		assert_result(status, amount, field[3], about);
	} else if (strcmp(field[0], "multiply") == 0) {
		status = jtn_money_multiply(money(field[1]), strtoll(field[2], NULL, 10), &amount, NULL);
		assert_result(status, amount, field[3], about);
	} else if (strcmp(field[0], "compare") == 0) {
		ck_assert_msg(jtn_money_compare(money(field[1]), money(field[2])) == atoi(field[3]), "%s", about);
	} else {
		int32_t mode = mode_of(field[3]);
		if (strcmp(field[0], "divide") == 0)
			status = jtn_money_divide(money(field[1]), strtoll(field[2], NULL, 10), mode, &amount, &rest, NULL);
		else
			status = jtn_money_round(money(field[1]), atoi(field[2]), mode, &amount, &rest, NULL);
		assert_result(status, amount, field[4], about);
		if (status == JTN_OK)
			assert_money(rest, field[5], about);
	}
}

static FILE *
open_vectors(void)
{
	char path[4096];
	const char *root = getenv("JETON_SOURCE_ROOT"), *slash = strrchr(__FILE__, '/');
	FILE *file;

	if (root)
		snprintf(path, sizeof(path), "%s/tests/vectors/money.vec", root);
	else
		snprintf(path, sizeof(path), "%.*svectors/money.vec", slash ? (int)(slash + 1 - __FILE__) : 0, __FILE__);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s cannot be read; set JETON_SOURCE_ROOT to where tests/ is", path);
	return file;
}

START_TEST(every_vector_comes_to_what_decimal_arithmetic_says)
{
	char line[512], about[600];
	FILE *file = open_vectors();
	int number = 0, run = 0;

	while (fgets(line, sizeof(line), file)) {
		char *field[FIELDS] = {line};
		size_t count = 1;

		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		snprintf(about, sizeof(about), "money.vec:%d: %s", number, line);
		for (char *tab = line; count < FIELDS && (tab = strchr(tab, '\t')); count++) {
			*tab++ = '\0';
			field[count] = tab;
		}
		run_vector(field, about);
		run++;
	}
	fclose(file);
	ck_assert_int_gt(run, 3000);
}
END_TEST

START_TEST(an_amount_is_a_128_bit_count_of_tiny_units)
{
	struct jtn_money amount = money("1");

	ck_assert_uint_eq(amount.lo, UINT64_C(1000000000000000000));
	ck_assert_int_eq(amount.hi, 0);
	amount = money("-0.000000000000000001");
	ck_assert_uint_eq(amount.lo, UINT64_MAX);
	ck_assert_int_eq(amount.hi, -1);
	ck_assert(same(money("99999999999999999999.999999999999999999"), most));
}
END_TEST

START_TEST(a_text_is_read_by_its_length_alone)
{
	struct jtn_money amount;

	assert_status(jtn_money_parse("2.5x", 3, &amount, NULL), JTN_OK);
	assert_money(amount, "2.5", "2.5 of 2.5x");
	assert_status(jtn_money_parse("2\0005", 3, &amount, NULL), JTN_E_SYNTAX);
}
END_TEST

START_TEST(a_refusal_says_what_is_wrong_and_what_would_be_right)
{
	struct jtn_money amount;
	struct jtn_error err;

	assert_fails(jtn_money_parse("0x1", 3, &amount, &err), JTN_E_SYNTAX, err, "");
	ck_assert_ptr_nonnull(strstr(err.message, "\"0x1\""));
	ck_assert_ptr_nonnull(strstr(err.message, "such as -2.5"));
	assert_fails(jtn_money_parse("1e-19", 5, &amount, &err), JTN_E_INEXACT, err, "");
	ck_assert_ptr_nonnull(strstr(err.message, "18 decimals"));
	assert_fails(jtn_money_parse("1e20", 4, &amount, &err), JTN_E_OVERFLOW, err, "");
	ck_assert_ptr_nonnull(strstr(err.message, "10^20"));
	assert_fails(jtn_money_divide(most, 0, JTN_ROUND_DOWN, &amount, NULL, &err), JTN_E_ARGUMENT, err, "count");
	assert_fails(jtn_money_divide(most, 3, 0, &amount, NULL, &err), JTN_E_ARGUMENT, err, "rounding");
	assert_fails(jtn_money_divide(most, 3, 7, &amount, NULL, &err), JTN_E_ARGUMENT, err, "rounding");
	assert_fails(jtn_money_round(most, -1, JTN_ROUND_DOWN, &amount, NULL, &err), JTN_E_ARGUMENT, err, "decimals");
	assert_fails(jtn_money_round(most, 19, JTN_ROUND_DOWN, &amount, NULL, &err), JTN_E_ARGUMENT, err, "decimals");
	assert_fails(jtn_money_round(most, 2, -1, &amount, NULL, &err), JTN_E_ARGUMENT, err, "rounding");
}
END_TEST

START_TEST(null_is_an_argument_error)
{
	struct jtn_money amount;

	assert_status(jtn_money_parse(NULL, 0, &amount, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_money_parse("1", 1, NULL, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_money_add(most, most, NULL, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_money_subtract(most, most, NULL, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_money_multiply(most, 1, NULL, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_money_divide(most, 1, JTN_ROUND_DOWN, NULL, NULL, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_money_round(most, 1, JTN_ROUND_DOWN, NULL, NULL, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_money_format(most, NULL, 1, NULL), JTN_E_ARGUMENT);
}
END_TEST

START_TEST(a_record_beyond_the_range_is_refused_by_every_operation)
{
	const struct jtn_money one = {1, 0}, outside[] = {beyond, lowest, {UINT64_MAX, INT64_MAX}};
	char text[JTN_MONEY_TEXT_SIZE] = "untouched";
	struct jtn_money amount = unset, rest = unset;

	for (size_t i = 0; i < COUNT(outside); i++) {
		assert_status(jtn_money_add(outside[i], one, &amount, NULL), JTN_E_OVERFLOW);
		assert_status(jtn_money_add(one, outside[i], &amount, NULL), JTN_E_OVERFLOW);
		assert_status(jtn_money_subtract(one, outside[i], &amount, NULL), JTN_E_OVERFLOW);
		assert_status(jtn_money_multiply(outside[i], 0, &amount, NULL), JTN_E_OVERFLOW);
		assert_status(jtn_money_divide(outside[i], 2, JTN_ROUND_DOWN, &amount, &rest, NULL), JTN_E_OVERFLOW);
		assert_status(jtn_money_round(outside[i], 2, JTN_ROUND_DOWN, &amount, &rest, NULL), JTN_E_OVERFLOW);
		assert_status(jtn_money_format(outside[i], text, sizeof(text), NULL), JTN_E_OVERFLOW);
	}
	ck_assert(same(amount, unset) && same(rest, unset));
	ck_assert_str_eq(text, "untouched");
	ck_assert_int_eq(jtn_money_compare(beyond, most), 1);
	ck_assert_int_eq(jtn_money_compare(lowest, most), -1);
}
END_TEST

START_TEST(a_buffer_too_small_is_left_alone_and_told_the_size)
{
	const char *full = "-99999999999999999999.999999999999999999";
	char text[JTN_MONEY_TEXT_SIZE] = "untouched";
	struct jtn_money amount = money(full);
	size_t length = 0;

	for (size_t capacity = 0; capacity <= strlen(full); capacity++) {
		assert_status(jtn_money_format(amount, text, capacity, &length), JTN_E_SPACE);
		ck_assert_uint_eq(length, strlen(full));
		ck_assert_str_eq(text, "untouched");
	}
	assert_status(jtn_money_format(amount, NULL, 0, &length), JTN_E_SPACE);
	assert_status(jtn_money_format(amount, text, strlen(full) + 1, NULL), JTN_OK);
	ck_assert_str_eq(text, full);
}
END_TEST

START_TEST(an_output_may_be_one_of_the_operands)
{
	struct jtn_money amount = money("10");

	assert_status(jtn_money_add(amount, amount, &amount, NULL), JTN_OK);
	assert_status(jtn_money_divide(amount, 3, JTN_ROUND_HALF_EVEN, &amount, NULL, NULL), JTN_OK);
	assert_money(amount, "6.666666666666666667", "20 / 3");
}
END_TEST

/* splitmix64: the same operands on every run. */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

START_TEST(a_quotient_times_its_divisor_plus_the_remainder_is_the_amount)
{
	uint64_t state = 1;

	for (int i = 0; i < 20000; i++) {
		struct jtn_money amount = {next_random(&state), (int64_t)next_random(&state) >> (2 + i % 62)};
		struct jtn_money quotient, rest, back, residue;
		int64_t count = (int64_t)next_random(&state) >> i % 63;
		int32_t mode = 1 + i % 6;

		if (count == 0)
			continue;
		assert_status(jtn_money_divide(amount, count, mode, &quotient, &rest, NULL), JTN_OK);
		assert_status(jtn_money_multiply(quotient, count, &back, NULL), JTN_OK);
		assert_status(jtn_money_add(back, rest, &back, NULL), JTN_OK);
		ck_assert(same(back, amount));
		assert_status(jtn_money_round(amount, i % 19, mode, &quotient, &residue, NULL), JTN_OK);
		assert_status(jtn_money_add(quotient, residue, &back, NULL), JTN_OK);
		ck_assert(same(back, amount));
	}
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
	uint64_t state = 2;

	for (int i = 0; i < 20000; i++) {
		struct jtn_money amount = {next_random(&state), (int64_t)next_random(&state) >> (1 + i % 63)}, back;
		char text[JTN_MONEY_TEXT_SIZE];
		size_t length;

		if (jtn_money_format(amount, text, sizeof(text), &length) == JTN_E_OVERFLOW)
			continue;
		assert_status(jtn_money_parse(text, length, &back, NULL), JTN_OK);
		ck_assert_msg(same(amount, back), "%s", text);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("money");
	TCase *tests = tcase_create("money");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, every_vector_comes_to_what_decimal_arithmetic_says);
	tcase_add_test(tests, an_amount_is_a_128_bit_count_of_tiny_units);
	tcase_add_test(tests, a_text_is_read_by_its_length_alone);
	tcase_add_test(tests, a_refusal_says_what_is_wrong_and_what_would_be_right);
	tcase_add_test(tests, null_is_an_argument_error);
	tcase_add_test(tests, a_record_beyond_the_range_is_refused_by_every_operation);
	tcase_add_test(tests, a_buffer_too_small_is_left_alone_and_told_the_size);
	tcase_add_test(tests, an_output_may_be_one_of_the_operands);
	tcase_add_test(tests, a_quotient_times_its_divisor_plus_the_remainder_is_the_amount);
	tcase_add_test(tests, what_is_written_is_read_back);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
