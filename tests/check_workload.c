/* Workload: what jtn_workload_check accepts, and how it says no. */
#include "fixture.h"

_Static_assert(sizeof(struct jtn_workload) == 48, "a record's layout is frozen");
_Static_assert(sizeof(struct jtn_error) == 256, "256 bytes for ever");

static jtn_status
check(struct jtn_workload workload, struct jtn_error *err)
{
	memset(err, 0, sizeof(*err));
	return jtn_workload_check(&workload, sizeof(workload), err);
}

START_TEST(each_of_the_three_loads_is_accepted)
{
	struct jtn_error err;

	assert_ok(check(closed_loop(1000, 100, 64), &err), err);
	assert_ok(check(open_loop(1000, 100, 0.25), &err), err);
	assert_ok(check(offline_queue(1000, 100), &err), err);
}
END_TEST

START_TEST(means_may_be_fractions)
{
	struct jtn_workload workload = closed_loop(0.5, 1.5, 0.01);
	struct jtn_error err;

	workload.cached_input_tokens = 0.25;
	assert_ok(check(workload, &err), err);
}
END_TEST

START_TEST(the_whole_prompt_may_be_cached)
{
	struct jtn_workload workload = closed_loop(1000, 1, 1);
	struct jtn_error err;

	workload.cached_input_tokens = 1000;
	assert_ok(check(workload, &err), err);
}
END_TEST

START_TEST(the_error_is_untouched_on_success)
{
	struct jtn_workload workload = closed_loop(1000, 100, 64);
	struct jtn_error err;
	struct jtn_error before;

	memset(&err, 0xa5, sizeof(err));
	before = err;
	assert_status(jtn_workload_check(&workload, sizeof(workload), &err), JTN_OK);
	ck_assert_mem_eq(&err, &before, sizeof(err));
}
END_TEST

static const struct {
	const char *name;
	size_t offset;
	int is_rate;
} fields[] = {
	{"workload.input_tokens", offsetof(struct jtn_workload, input_tokens), 0},
	{"workload.output_tokens", offsetof(struct jtn_workload, output_tokens), 0},
	{"workload.cached_input_tokens", offsetof(struct jtn_workload, cached_input_tokens), 0},
	{"workload.concurrency", offsetof(struct jtn_workload, concurrency), 0},
	{"workload.request_rate", offsetof(struct jtn_workload, request_rate), 1},
};

START_TEST(nan_infinity_and_negative_numbers_are_refused_by_name)
{
	const double bad[] = {NAN, -NAN, INFINITY, -INFINITY, -1, -1e-300};
	struct jtn_workload workload = fields[_i].is_rate ? open_loop(1000, 100, 1) : closed_loop(1000, 100, 1);
	struct jtn_error err;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		memcpy((char *)&workload + fields[_i].offset, &bad[i], sizeof(double));
		assert_fails(check(workload, &err), JTN_E_RANGE, err, fields[_i].name);
	}
}
END_TEST

START_TEST(a_prompt_of_nothing_is_out_of_range)
{
	struct jtn_error err;

	assert_fails(check(closed_loop(0, 100, 1), &err), JTN_E_RANGE, err, "workload.input_tokens");
}
END_TEST

START_TEST(less_than_one_output_token_is_out_of_range)
{
	struct jtn_error err;

	assert_fails(check(closed_loop(100, 0, 1), &err), JTN_E_RANGE, err, "workload.output_tokens");
	assert_fails(check(closed_loop(100, 0.999, 1), &err), JTN_E_RANGE, err, "workload.output_tokens");
	assert_ok(check(closed_loop(100, 1, 1), &err), err);
}
END_TEST

START_TEST(more_cached_than_there_is_is_refused)
{
	struct jtn_workload workload = closed_loop(100, 100, 1);
	struct jtn_error err;
	jtn_status status;

	workload.cached_input_tokens = 100.5;
	status = check(workload, &err);
	ck_assert_msg(status == JTN_E_RANGE || status == JTN_E_CONTRADICTION, "%s", jtn_status_name(status));
	ck_assert_str_eq(err.field, "workload.cached_input_tokens");
}
END_TEST

START_TEST(two_loads_contradict_each_other)
{
	struct jtn_workload workload = closed_loop(100, 100, 1);
	struct jtn_error err;

	workload.request_rate = 1;
	assert_status(check(workload, &err), JTN_E_CONTRADICTION);
	workload.concurrency = 0;
	workload.flags = JTN_WORKLOAD_OFFLINE;
	assert_status(check(workload, &err), JTN_E_CONTRADICTION);
	workload.request_rate = 0;
	workload.concurrency = 1;
	assert_status(check(workload, &err), JTN_E_CONTRADICTION);
	workload.request_rate = 1;
	assert_status(check(workload, &err), JTN_E_CONTRADICTION);
}
END_TEST

START_TEST(no_load_at_all_is_refused_and_the_three_are_named)
{
	struct jtn_error err;

	assert_status(check(closed_loop(100, 100, 0), &err), JTN_E_RANGE); /* a concurrency of 0 as well */
	ck_assert_ptr_nonnull(strstr(err.message, "concurrency"));
	ck_assert_ptr_nonnull(strstr(err.message, "request_rate"));
	ck_assert_ptr_nonnull(strstr(err.message, "offline"));
}
END_TEST

START_TEST(unknown_flags_and_a_used_reserve_are_refused)
{
	struct jtn_workload workload = closed_loop(100, 100, 1);
	struct jtn_error err;

	workload.flags = 0x80000000u;
	ck_assert_int_ne(check(workload, &err), JTN_OK);
	workload.flags = 0;
	workload.reserved = 1;
	ck_assert_int_ne(check(workload, &err), JTN_OK);
}
END_TEST

START_TEST(sizes_no_caller_could_have_are_refused)
{
	struct jtn_workload rows[128] = {{0}};
	const size_t bad[] = {0, 1, 8, 47, SIZE_MAX, SIZE_MAX / 2, 1u << 30};
	struct jtn_error err;
	size_t i;

	rows[0] = closed_loop(100, 100, 1);
	for (i = 0; i < COUNT(bad); i++)
		assert_status(jtn_workload_check(rows, bad[i], &err), JTN_E_ABI);
}
END_TEST

START_TEST(a_newer_callers_longer_record_is_fine_while_its_tail_is_zero)
{
	struct jtn_workload rows[2] = {{0}};
	struct jtn_error err;

	rows[0] = closed_loop(100, 100, 1);
	assert_ok(jtn_workload_check(rows, 56, &err), err);
	assert_ok(jtn_workload_check(rows, 96, &err), err);
	rows[1].reserved = 7;
	assert_status(jtn_workload_check(rows, 96, &err), JTN_E_ABI);
}
END_TEST

START_TEST(null_is_an_argument_error_and_reterr_is_optional)
{
	struct jtn_workload bad = closed_loop(0, 100, 1);
	struct jtn_error err;

	assert_status(jtn_workload_check(NULL, sizeof(bad), &err), JTN_E_ARGUMENT);
	assert_status(jtn_workload_check(NULL, sizeof(bad), NULL), JTN_E_ARGUMENT);
	assert_status(jtn_workload_check(&bad, sizeof(bad), NULL), JTN_E_RANGE);
	assert_status(jtn_workload_check(&bad, 3, NULL), JTN_E_ABI);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("workload");
	TCase *tests = tcase_create("check");

	tcase_add_test(tests, each_of_the_three_loads_is_accepted);
	tcase_add_test(tests, means_may_be_fractions);
	tcase_add_test(tests, the_whole_prompt_may_be_cached);
	tcase_add_test(tests, the_error_is_untouched_on_success);
	tcase_add_loop_test(tests, nan_infinity_and_negative_numbers_are_refused_by_name, 0, (int)COUNT(fields));
	tcase_add_test(tests, a_prompt_of_nothing_is_out_of_range);
	tcase_add_test(tests, less_than_one_output_token_is_out_of_range);
	tcase_add_test(tests, more_cached_than_there_is_is_refused);
	tcase_add_test(tests, two_loads_contradict_each_other);
	tcase_add_test(tests, no_load_at_all_is_refused_and_the_three_are_named);
	tcase_add_test(tests, unknown_flags_and_a_used_reserve_are_refused);
	tcase_add_test(tests, sizes_no_caller_could_have_are_refused);
	tcase_add_test(tests, a_newer_callers_longer_record_is_fine_while_its_tail_is_zero);
	tcase_add_test(tests, null_is_an_argument_error_and_reterr_is_optional);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
