/* Precision: the names, and the table of number formats behind them. */
#include "fixture.h"

#include "profile/precision.h"

static const struct {
	const char *name;
	int32_t precision;
} named[] = {
	{"bf16", JTN_PRECISION_BF16},   {"fp16", JTN_PRECISION_FP16}, {"fp8", JTN_PRECISION_FP8},
	{"int8", JTN_PRECISION_INT8},   {"fp4", JTN_PRECISION_FP4},   {"mxfp4", JTN_PRECISION_MXFP4},
	{"w4a16", JTN_PRECISION_W4A16},
};

START_TEST(each_name_is_read_and_given_back)
{
	int32_t precision = -1;
	struct jtn_error err;

	assert_ok(jtn_precision_parse(named[_i].name, &precision, &err), err);
	ck_assert_int_eq(precision, named[_i].precision);
	ck_assert_str_eq(jtn_precision_name(precision), named[_i].name);
}
END_TEST

START_TEST(int4_is_an_alias_of_w4a16)
{
	int32_t precision = -1;
	struct jtn_error err;

	assert_ok(jtn_precision_parse("int4", &precision, &err), err);
	ck_assert_int_eq(precision, JTN_PRECISION_W4A16);
}
END_TEST

START_TEST(an_unknown_name_is_refused_with_the_choices)
{
	static const char *const names[] = {"", "FP8", "fp8 ", "default", "nvfp4", "fp32"};
	int32_t precision = 77;
	struct jtn_error err;
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		assert_fails(jtn_precision_parse(names[i], &precision, &err), JTN_E_RANGE, err, "precision");
		ck_assert_ptr_nonnull(strstr(err.message, "bf16, fp16, fp8, int8, fp4, mxfp4, w4a16 or int4"));
		assert_status(jtn_precision_parse(names[i], &precision, NULL), JTN_E_RANGE);
	}
	ck_assert_int_eq(precision, 77);
}
END_TEST

START_TEST(null_is_an_argument_error)
{
	int32_t precision;
	struct jtn_error err;

	assert_fails(jtn_precision_parse(NULL, &precision, &err), JTN_E_ARGUMENT, err, "name");
	assert_fails(jtn_precision_parse("fp8", NULL, &err), JTN_E_ARGUMENT, err, "ret");
}
END_TEST

START_TEST(an_unknown_value_has_no_name)
{
	ck_assert_str_eq(jtn_precision_name(JTN_PRECISION_DEFAULT), "default");
	ck_assert_ptr_null(jtn_precision_name(-1));
	ck_assert_ptr_null(jtn_precision_name(JTN_PRECISION_W4A16 + 1));
	ck_assert_ptr_null(jtn_precision_name(INT32_MIN));
	ck_assert_ptr_null(jtn_precision_name(INT32_MAX));
}
END_TEST

/* Bits a weight takes by class, over a checkpoint in bf16, and the format each computes in. */
static const struct {
	int32_t precision;
	double bits[JTN__WEIGHTS]; /* attention, dense, expert, head */
	int32_t formats[JTN__WEIGHTS];
} over_bf16[] = {
	{JTN_PRECISION_DEFAULT,
     {16, 16, 16, 16},
     {JTN__FORMAT_16BIT, JTN__FORMAT_16BIT, JTN__FORMAT_16BIT, JTN__FORMAT_16BIT}},
	{JTN_PRECISION_BF16,
     {16, 16, 16, 16},
     {JTN__FORMAT_16BIT, JTN__FORMAT_16BIT, JTN__FORMAT_16BIT, JTN__FORMAT_16BIT}},
	{JTN_PRECISION_FP16,
     {16, 16, 16, 16},
     {JTN__FORMAT_16BIT, JTN__FORMAT_16BIT, JTN__FORMAT_16BIT, JTN__FORMAT_16BIT}},
	{JTN_PRECISION_FP8, {8, 8, 8, 16}, {JTN__FORMAT_FP8, JTN__FORMAT_FP8, JTN__FORMAT_FP8, JTN__FORMAT_16BIT}},
	{JTN_PRECISION_INT8, {8, 8, 8, 16}, {JTN__FORMAT_INT8, JTN__FORMAT_INT8, JTN__FORMAT_INT8, JTN__FORMAT_16BIT}},
	{JTN_PRECISION_FP4, {16, 4.5, 4.5, 16}, {JTN__FORMAT_16BIT, JTN__FORMAT_FP4, JTN__FORMAT_FP4, JTN__FORMAT_16BIT}},
	{JTN_PRECISION_MXFP4,
     {16, 16, 4.25, 16},
     {JTN__FORMAT_16BIT, JTN__FORMAT_16BIT, JTN__FORMAT_FP4, JTN__FORMAT_16BIT}},
	{JTN_PRECISION_W4A16,
     {4.15625, 4.15625, 4.15625, 16},
     {JTN__FORMAT_16BIT, JTN__FORMAT_16BIT, JTN__FORMAT_16BIT, JTN__FORMAT_16BIT}},
};

START_TEST(each_precision_quantises_the_classes_it_says)
{
	int32_t weight;

	for (weight = 0; weight < JTN__WEIGHTS; weight++) {
		struct jtn__weight_format format = jtn__precision_weight(over_bf16[_i].precision, weight, JTN_PRECISION_BF16);

		/* A block's scale is a four-thousandth of the weights it scales. */
		assert_close(format.bytes * 8, over_bf16[_i].bits[weight], 5e-4);
		ck_assert_int_eq(format.format, over_bf16[_i].formats[weight]);
	}
}
END_TEST

START_TEST(what_is_left_as_the_checkpoint_has_it_follows_the_checkpoint)
{
	struct jtn__weight_format format;

	format = jtn__precision_weight(JTN_PRECISION_FP4, JTN__WEIGHT_ATTENTION, JTN_PRECISION_FP8);
	assert_close(format.bytes, 1, 5e-4);
	ck_assert_int_eq(format.format, JTN__FORMAT_FP8);
	format = jtn__precision_weight(JTN_PRECISION_DEFAULT, JTN__WEIGHT_EXPERT, JTN_PRECISION_MXFP4);
	ck_assert_double_eq(format.bytes, 4.25 / 8);
	ck_assert_int_eq(format.format, JTN__FORMAT_FP4);
	format = jtn__precision_weight(JTN_PRECISION_MXFP4, JTN__WEIGHT_DENSE, JTN_PRECISION_W4A16);
	ck_assert_double_eq(format.bytes, 4.15625 / 8);
	ck_assert_int_eq(format.format, JTN__FORMAT_16BIT);
}
END_TEST

START_TEST(a_checkpoint_that_does_not_say_is_taken_for_16_bit)
{
	struct jtn__weight_format format =
		jtn__precision_weight(JTN_PRECISION_DEFAULT, JTN__WEIGHT_DENSE, JTN_PRECISION_DEFAULT);

	ck_assert_double_eq(format.bytes, 2);
	ck_assert_int_eq(format.format, JTN__FORMAT_16BIT);
}
END_TEST

START_TEST(narrow_weights_weigh_less_than_wide_ones)
{
	static const int32_t widest_first[] = {JTN_PRECISION_BF16, JTN_PRECISION_FP8, JTN_PRECISION_FP4,
	                                       JTN_PRECISION_MXFP4, JTN_PRECISION_W4A16};
	double last = 3;
	size_t i;

	for (i = 0; i < COUNT(widest_first); i++) {
		double bytes = jtn__precision_weight(widest_first[i], JTN__WEIGHT_EXPERT, JTN_PRECISION_BF16).bytes;

		ck_assert_double_lt(bytes, last);
		last = bytes;
	}
}
END_TEST

START_TEST(kv_is_kept_in_16_or_8_bits_and_nothing_else)
{
	ck_assert_double_eq(jtn__precision_kv_bytes(JTN_PRECISION_BF16), 2);
	ck_assert_double_eq(jtn__precision_kv_bytes(JTN_PRECISION_FP16), 2);
	ck_assert_double_eq(jtn__precision_kv_bytes(JTN_PRECISION_FP8), 1);
	ck_assert_double_eq(jtn__precision_kv_bytes(JTN_PRECISION_INT8), 1);
	ck_assert_double_eq(jtn__precision_kv_bytes(JTN_PRECISION_FP4), 0);
	ck_assert_double_eq(jtn__precision_kv_bytes(JTN_PRECISION_MXFP4), 0);
	ck_assert_double_eq(jtn__precision_kv_bytes(JTN_PRECISION_W4A16), 0);
	ck_assert_double_eq(jtn__precision_kv_bytes(JTN_PRECISION_DEFAULT), 0);
	ck_assert_double_eq(jtn__precision_kv_bytes(-1), 0);
	ck_assert_double_eq(jtn__precision_kv_bytes(INT32_MAX), 0);
}
END_TEST

START_TEST(weights_imply_a_kv_precision)
{
	ck_assert_int_eq(jtn__precision_kv_default(JTN_PRECISION_DEFAULT), JTN_PRECISION_BF16);
	ck_assert_int_eq(jtn__precision_kv_default(JTN_PRECISION_BF16), JTN_PRECISION_BF16);
	ck_assert_int_eq(jtn__precision_kv_default(JTN_PRECISION_FP16), JTN_PRECISION_FP16);
	ck_assert_int_eq(jtn__precision_kv_default(JTN_PRECISION_FP8), JTN_PRECISION_FP8);
	ck_assert_int_eq(jtn__precision_kv_default(JTN_PRECISION_INT8), JTN_PRECISION_BF16);
	ck_assert_int_eq(jtn__precision_kv_default(JTN_PRECISION_FP4), JTN_PRECISION_FP8);
	ck_assert_int_eq(jtn__precision_kv_default(JTN_PRECISION_MXFP4), JTN_PRECISION_BF16);
	ck_assert_int_eq(jtn__precision_kv_default(JTN_PRECISION_W4A16), JTN_PRECISION_BF16);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("precision");
	TCase *tests = tcase_create("table");

	tcase_add_loop_test(tests, each_name_is_read_and_given_back, 0, (int)COUNT(named));
	tcase_add_test(tests, int4_is_an_alias_of_w4a16);
	tcase_add_test(tests, an_unknown_name_is_refused_with_the_choices);
	tcase_add_test(tests, null_is_an_argument_error);
	tcase_add_test(tests, an_unknown_value_has_no_name);
	tcase_add_loop_test(tests, each_precision_quantises_the_classes_it_says, 0, (int)COUNT(over_bf16));
	tcase_add_test(tests, what_is_left_as_the_checkpoint_has_it_follows_the_checkpoint);
	tcase_add_test(tests, a_checkpoint_that_does_not_say_is_taken_for_16_bit);
	tcase_add_test(tests, narrow_weights_weigh_less_than_wide_ones);
	tcase_add_test(tests, kv_is_kept_in_16_or_8_bits_and_nothing_else);
	tcase_add_test(tests, weights_imply_a_kv_precision);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
