/* Deployment: what contradicts itself or the model, and the smallest one that fits. */
#include "fixture.h"

START_TEST(a_new_deployment_is_its_size_and_zeros)
{
	struct jtn_deployment deployment;
	struct jtn_deployment zeros = {.size = sizeof(zeros)};

	memset(&deployment, 0xff, sizeof(deployment));
	jtn_deployment_init(&deployment);
	ck_assert_mem_eq(&deployment, &zeros, sizeof(zeros));
	jtn_deployment_init(NULL);
}
END_TEST

START_TEST(the_fitted_deployment_fits_and_half_of_it_does_not)
{
	static const char *const models[] = {"llama-3.1-70b", "mixtral-8x7b", "deepseek-v3"};
	struct parts parts = find_parts(H100, STACK, models[_i]);
	struct jtn_deployment deployment = tensor_parallel(77); /* ignored, as the header says */
	struct jtn_server_facts facts;
	struct jtn_error err;

	deployment.pp = 55;
	assert_ok(jtn_deployment_fit(parts.hardware, parts.stack, parts.model, 1000, &deployment, &err), err);
	facts = facts_of(H100, models[_i], &deployment);
	ck_assert_int_eq(facts.tp, deployment.tp);
	ck_assert_int_eq(facts.accelerators, deployment.tp * deployment.pp);
	ck_assert_double_ge(facts.kv_capacity_tokens, 1000);
	if (deployment.pp > 1)
		deployment.pp--;
	else
		deployment.tp /= 2;
	if (deployment.tp > 0) {
		struct jtn_error no;

		/* It may hold the weights, but then not the sequence of 1000 tokens. */
		if (try_server(H100, models[_i], &deployment, &no) == JTN_OK)
			ck_assert_double_lt(facts_of(H100, models[_i], &deployment).kv_capacity_tokens, 1000);
	}
	free_parts(parts);
}
END_TEST

START_TEST(fitting_keeps_every_other_field_and_leaves_pools_alone)
{
	struct parts parts = find_parts(H100, STACK, "llama-3.1-70b");
	struct jtn_deployment deployment = tensor_parallel(0);
	struct jtn_deployment kept;
	struct jtn_error err;

	deployment.precision = JTN_PRECISION_FP8;
	deployment.replicas = 3;
	deployment.max_num_seqs = 64;
	kept = deployment;
	assert_ok(jtn_deployment_fit(parts.hardware, parts.stack, parts.model, 0, &deployment, &err), err);
	kept.tp = deployment.tp;
	kept.pp = deployment.pp;
	ck_assert_mem_eq(&kept, &deployment, sizeof(kept));
	deployment.prefill.workers = deployment.decode.workers = 1;
	kept = deployment;
	ck_assert_int_ne(jtn_deployment_fit(parts.hardware, parts.stack, parts.model, 0, &deployment, &err), JTN_OK);
	ck_assert_mem_eq(&kept, &deployment, sizeof(kept));
	free_parts(parts);
}
END_TEST

START_TEST(fitting_refuses_what_nothing_can_hold)
{
	struct parts parts = find_parts("nvidia-t4", STACK, "llama-3.1-8b");
	struct jtn_deployment deployment = tensor_parallel(0);
	struct jtn_deployment kept = deployment;
	struct jtn_error err;

	assert_status(jtn_deployment_fit(parts.hardware, parts.stack, parts.model, 1e12, &deployment, &err),
	              JTN_E_DOES_NOT_FIT);
	ck_assert_mem_eq(&kept, &deployment, sizeof(kept));
	ck_assert_int_ne(jtn_deployment_fit(parts.hardware, parts.stack, parts.model, NAN, &deployment, &err), JTN_OK);
	ck_assert_int_ne(jtn_deployment_fit(parts.hardware, parts.stack, parts.model, INFINITY, &deployment, &err), JTN_OK);
	ck_assert_int_ne(jtn_deployment_fit(parts.hardware, parts.stack, parts.model, -1, &deployment, &err), JTN_OK);
	ck_assert_int_ne(jtn_deployment_fit(NULL, parts.stack, parts.model, 0, &deployment, &err), JTN_OK);
	ck_assert_int_ne(jtn_deployment_fit(parts.hardware, parts.stack, parts.model, 0, NULL, &err), JTN_OK);
	free_parts(parts);
}
END_TEST

/* One field of a deployment set to something impossible. */
struct slip {
	const char *model;
	const char *field; /* that the error must name, at its start */
	jtn_status status;
	struct jtn_deployment deployment;
};

#define SIZE .size = sizeof(struct jtn_deployment)
static const struct slip slips[] = {
	{"mixtral-8x7b", "ep", JTN_E_CONTRADICTION, {SIZE, .tp = 4, .ep = 3}},
	{"mixtral-8x7b", "ep", JTN_E_CONTRADICTION, {SIZE, .tp = 4, .dp = 2, .ep = 16}},
	{"llama-3.1-8b", "tp", JTN_E_CONTRADICTION, {SIZE, .tp = 3}},
	{"llama-3.1-8b", "tp", JTN_E_CONTRADICTION, {SIZE, .tp = 5}},
	{"llama-3.1-8b", "tp", JTN_E_CONTRADICTION, {SIZE, .tp = 64}},
	{"llama-3.1-8b", "pp", JTN_E_CONTRADICTION, {SIZE, .pp = 33}},
	{"llama-3.1-8b", "tp", JTN_E_CONTRADICTION, {SIZE, .tp = 1, .prefill = {1, 1, 1, 1}, .decode = {1, 1, 1, 1}}},
	{"llama-3.1-8b", "pp", JTN_E_CONTRADICTION, {SIZE, .pp = 2, .prefill = {1, 1, 1, 1}, .decode = {1, 1, 1, 1}}},
	{"llama-3.1-8b", "ep", JTN_E_CONTRADICTION, {SIZE, .ep = 2, .prefill = {1, 1, 1, 1}, .decode = {1, 1, 1, 1}}},
	{"llama-3.1-8b", "dp", JTN_E_CONTRADICTION, {SIZE, .dp = 2, .prefill = {1, 1, 1, 1}, .decode = {1, 1, 1, 1}}},
	{"llama-3.1-8b", "decode", JTN_E_CONTRADICTION, {SIZE, .prefill = {1, 1, 1, 1}}},
	{"llama-3.1-8b", "prefill", JTN_E_CONTRADICTION, {SIZE, .decode = {1, 1, 1, 1}}},
	{"llama-3.1-8b", "prefill", JTN_E_CONTRADICTION, {SIZE, .prefill = {3, 1, 1, 1}, .decode = {1, 1, 1, 1}}},
	{"mixtral-8x7b", "decode", JTN_E_CONTRADICTION, {SIZE, .prefill = {2, 1, 1, 1}, .decode = {4, 1, 3, 1}}},
	{"llama-3.1-8b", "tp", JTN_E_RANGE, {SIZE, .tp = -1}},
	{"llama-3.1-8b", "tp", JTN_E_RANGE, {SIZE, .tp = INT32_MIN}},
	{"llama-3.1-8b", "pp", JTN_E_RANGE, {SIZE, .pp = -1}},
	{"llama-3.1-8b", "ep", JTN_E_RANGE, {SIZE, .ep = -1}},
	{"llama-3.1-8b", "dp", JTN_E_RANGE, {SIZE, .dp = -1}},
	{"llama-3.1-8b", "replicas", JTN_E_RANGE, {SIZE, .replicas = -2}},
	{"llama-3.1-8b", "max_num_seqs", JTN_E_RANGE, {SIZE, .max_num_seqs = -1}},
	{"llama-3.1-8b", "max_batched_tokens", JTN_E_RANGE, {SIZE, .max_batched_tokens = -1}},
	{"llama-3.1-8b", "memory_utilization", JTN_E_RANGE, {SIZE, .memory_utilization = 1.01}},
	{"llama-3.1-8b", "memory_utilization", JTN_E_RANGE, {SIZE, .memory_utilization = -0.5}},
	{"llama-3.1-8b", "memory_utilization", JTN_E_RANGE, {SIZE, .memory_utilization = NAN}},
	{"llama-3.1-8b", "memory_utilization", JTN_E_RANGE, {SIZE, .memory_utilization = INFINITY}},
	{"llama-3.1-8b", "prefill", JTN_E_RANGE, {SIZE, .prefill = {1, 1, 1, -1}, .decode = {1, 1, 1, 1}}},
	{"llama-3.1-8b", "decode", JTN_E_RANGE, {SIZE, .prefill = {1, 1, 1, 1}, .decode = {-1, 1, 1, 1}}},
	{"llama-3.1-8b", "speculative", JTN_E_RANGE, {SIZE, .speculative_tokens = -1}},
	{"llama-3.1-8b", "speculative", JTN_E_RANGE, {SIZE, .speculative_tokens = 3, .speculative_acceptance = 1.5}},
	{"llama-3.1-8b", "speculative", JTN_E_RANGE, {SIZE, .speculative_tokens = 3, .speculative_acceptance = NAN}},
	{"llama-3.1-8b",
     "speculative",
     JTN_E_RANGE,
     {SIZE, .speculative_tokens = 3, .speculative_acceptance = 0.5, .speculative_decay = 2}},
	{"llama-3.1-8b",
     "speculative",
     JTN_E_RANGE,
     {SIZE, .speculative_tokens = 3, .speculative_acceptance = 0.5, .speculative_decay = INFINITY}},
};

/* Whether a name is a whole word of a path: "ep" in "deployment.ep", not in "deployment.replicas". */
static int
names(const char *path, const char *word)
{
	const char *at = path;

	while ((at = strstr(at, word)) != NULL) {
		if (at == path || at[-1] == '.')
			return 1;
		at++;
	}
	return 0;
}

START_TEST(an_impossible_deployment_is_refused_by_the_field_at_fault)
{
	const struct slip *slip = &slips[_i];
	struct jtn_error err;
	jtn_status status = try_server(H100, slip->model, &slip->deployment, &err);

	ck_assert_msg(status == slip->status, "slip %d (%s): %s [%s] %s; expected %s", _i, slip->field,
	              jtn_status_name(status), err.field, err.message, jtn_status_name(slip->status));
	ck_assert_msg(names(err.field, slip->field), "slip %d: field \"%s\" (%s), expected %s", _i, err.field, err.message,
	              slip->field);
	ck_assert_int_eq(err.status, status);
	ck_assert_int_eq((int)err.index, -1);
}
END_TEST

START_TEST(unknown_enum_values_are_refused)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_error err;

	deployment.precision = 99;
	ck_assert_int_ne(try_server(H100, "llama-3.1-8b", &deployment, &err), JTN_OK);
	deployment.precision = -1;
	ck_assert_int_ne(try_server(H100, "llama-3.1-8b", &deployment, &err), JTN_OK);
	deployment.precision = 0;
	deployment.kv_precision = JTN_PRECISION_W4A16;
	ck_assert_int_ne(try_server(H100, "llama-3.1-8b", &deployment, &err), JTN_OK);
	deployment.kv_precision = 99;
	ck_assert_int_ne(try_server(H100, "llama-3.1-8b", &deployment, &err), JTN_OK);
	deployment.kv_precision = 0;
	deployment.chunked_prefill = 3;
	ck_assert_int_ne(try_server(H100, "llama-3.1-8b", &deployment, &err), JTN_OK);
	deployment.chunked_prefill = 0;
	deployment.prefix_caching = -1;
	ck_assert_int_ne(try_server(H100, "llama-3.1-8b", &deployment, &err), JTN_OK);
}
END_TEST

START_TEST(speculation_without_an_acceptance_is_refused)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_error err;

	deployment.speculative_tokens = 3;
	ck_assert_int_ne(try_server(H100, "llama-3.1-8b", &deployment, &err), JTN_OK);
	ck_assert_str_eq(err.field, "deployment.speculative.acceptance");
}
END_TEST

START_TEST(products_that_overflow_are_refused)
{
	struct jtn_deployment deployment = tensor_parallel(8);
	struct jtn_error err;

	deployment.dp = INT32_MAX;
	deployment.replicas = INT32_MAX;
	ck_assert_int_ne(try_server(H100, "llama-3.1-8b", &deployment, &err), JTN_OK);
	deployment = tensor_parallel(0);
	deployment.replicas = INT32_MAX;
	deployment.prefill = (struct jtn_pool){8, INT32_MAX, 1, INT32_MAX};
	deployment.decode = (struct jtn_pool){8, INT32_MAX, 1, INT32_MAX};
	ck_assert_int_ne(try_server(H100, "llama-3.1-8b", &deployment, &err), JTN_OK);
}
END_TEST

START_TEST(a_newer_deployment_is_fine_while_its_tail_is_zero)
{
	struct parts parts = find_parts(H100, STACK, "llama-3.1-8b");
	struct {
		struct jtn_deployment known;
		double unknown[2];
	} newer = {0};
	struct jtn_server *server = NULL;
	struct jtn_error err;

	newer.known.size = sizeof(newer);
	assert_ok(jtn_server_new(parts.hardware, parts.stack, parts.model, &newer.known, NULL, &server, &err), err);
	jtn_server_free(server);
	server = NULL;
	newer.unknown[1] = 1;
	assert_status(jtn_server_new(parts.hardware, parts.stack, parts.model, &newer.known, NULL, &server, &err),
	              JTN_E_ABI);
	ck_assert_ptr_null(server);
	free_parts(parts);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("deployment");
	TCase *tests = tcase_create("deployment");

	tcase_add_test(tests, a_new_deployment_is_its_size_and_zeros);
	tcase_add_loop_test(tests, the_fitted_deployment_fits_and_half_of_it_does_not, 0, 3);
	tcase_add_test(tests, fitting_keeps_every_other_field_and_leaves_pools_alone);
	tcase_add_test(tests, fitting_refuses_what_nothing_can_hold);
	tcase_add_loop_test(tests, an_impossible_deployment_is_refused_by_the_field_at_fault, 0, (int)COUNT(slips));
	tcase_add_test(tests, unknown_enum_values_are_refused);
	tcase_add_test(tests, speculation_without_an_acceptance_is_refused);
	tcase_add_test(tests, products_that_overflow_are_refused);
	tcase_add_test(tests, a_newer_deployment_is_fine_while_its_tail_is_zero);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
