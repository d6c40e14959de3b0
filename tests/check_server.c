/* Server: what fits, in how many bytes, on how many accelerators. */
#include "stack.h"

#include <ctype.h>

START_TEST(no_deployment_is_the_default_deployment)
{
	struct jtn_deployment defaults = tensor_parallel(0);
	struct jtn_server_facts a = facts_of(H100, "llama-3.1-8b", NULL);
	struct jtn_server_facts b = facts_of(H100, "llama-3.1-8b", &defaults);

	ck_assert_mem_eq(&a, &b, sizeof(a));
	ck_assert_int_eq(a.accelerators, 1);
	ck_assert_int_eq(a.tp, 1);
	ck_assert_int_eq(a.pp, 1);
	ck_assert_int_eq(a.ep, 1);
	ck_assert_int_eq(a.dp, 1);
	ck_assert_int_eq(a.replicas, 1);
	ck_assert_int_gt(a.max_num_seqs, 0);
	ck_assert_int_gt(a.max_batched_tokens, 0);
	ck_assert_int_eq(a.precision, JTN_PRECISION_BF16);
	ck_assert_int_eq(a.kv_precision, JTN_PRECISION_BF16);
}
END_TEST

START_TEST(kv_capacity_of_llama_8b_on_an_h100_is_about_400k_tokens)
{
	struct jtn_server_facts facts = facts_of(H100, "llama-3.1-8b", NULL);

	assert_close(facts.kv_bytes_per_token, 131072, 1e-9);
	ck_assert_msg(facts.kv_capacity_tokens > 320e3 && facts.kv_capacity_tokens < 480e3, "%g tokens",
	              facts.kv_capacity_tokens);
	ck_assert_msg(facts.weight_bytes_per_accelerator > 15.9e9 && facts.weight_bytes_per_accelerator < 16.5e9,
	              "%g bytes", facts.weight_bytes_per_accelerator);
}
END_TEST

START_TEST(the_parts_of_memory_add_up_to_no_more_than_there_is)
{
	struct jtn_server_facts facts = facts_of(H100, "llama-3.1-8b", NULL);
	double used = facts.weight_bytes_per_accelerator + facts.runtime_bytes_per_accelerator +
	              facts.kv_capacity_tokens * facts.kv_bytes_per_token;

	ck_assert_msg(used <= 86e9, "%g bytes", used);
	ck_assert_msg(used >= 0.8 * 80e9, "%g bytes: memory lies idle", used);
}
END_TEST

START_TEST(fp8_weights_take_half_of_bf16_and_its_kv_twice_the_tokens)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server_facts wide;
	struct jtn_server_facts narrow;
	double ratio;

	deployment.precision = JTN_PRECISION_BF16;
	wide = facts_of(H100, "llama-3.1-8b", &deployment);
	deployment.precision = JTN_PRECISION_FP8;
	narrow = facts_of(H100, "llama-3.1-8b", &deployment);
	ratio = narrow.weight_bytes_per_accelerator / wide.weight_bytes_per_accelerator;
	ck_assert_msg(ratio >= 0.499 && ratio <= 0.58, "%g", ratio); /* embeddings and head may stay wide */
	assert_close(narrow.kv_bytes_per_token * 2, wide.kv_bytes_per_token, 1e-9);
	ck_assert_double_gt(narrow.kv_capacity_tokens, 2 * wide.kv_capacity_tokens);
	ck_assert_int_eq(narrow.precision, JTN_PRECISION_FP8);
	ck_assert_int_eq(narrow.kv_precision, JTN_PRECISION_FP8);
}
END_TEST

START_TEST(narrower_weights_never_take_more)
{
	const int32_t narrowing[] = {JTN_PRECISION_BF16, JTN_PRECISION_FP8, JTN_PRECISION_FP4};
	struct jtn_deployment deployment = tensor_parallel(4);
	double previous = INFINITY;
	size_t i;

	for (i = 0; i < COUNT(narrowing); i++) {
		struct jtn_server_facts facts;

		deployment.precision = narrowing[i];
		facts = facts_of(H100, "llama-3.1-70b", &deployment);
		ck_assert_double_lt(facts.weight_bytes_per_accelerator, previous);
		previous = facts.weight_bytes_per_accelerator;
	}
}
END_TEST

START_TEST(a_kv_precision_of_ones_own_beats_the_implied_one)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server_facts facts;

	deployment.precision = JTN_PRECISION_FP8;
	deployment.kv_precision = JTN_PRECISION_BF16;
	facts = facts_of(H100, "llama-3.1-8b", &deployment);
	assert_close(facts.kv_bytes_per_token, 131072, 1e-9);
	ck_assert_int_eq(facts.kv_precision, JTN_PRECISION_BF16);
}
END_TEST

/* The number behind the first `name`, as in "tp 4", "tp=4", "tp: 4" or "\"tp\": 4"; 0 where there is none. */
static int
number_after(const char *message, const char *name)
{
	const char *at = message;

	while ((at = strstr(at, name)) != NULL) {
		at += strlen(name);
		while (*at != '\0' && strchr("\"= :", *at) != NULL)
			at++;
		if (isdigit((unsigned char)*at))
			return atoi(at);
	}
	return 0;
}

START_TEST(a_model_too_large_says_by_how_much_and_what_would_fit)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_error err;
	int tp;

	deployment.precision = JTN_PRECISION_BF16;
	assert_status(try_server(H100, "llama-3.1-70b", &deployment, &err), JTN_E_DOES_NOT_FIT);
	ck_assert_int_eq(err.status, JTN_E_DOES_NOT_FIT);
	ck_assert_msg(strstr(err.message, "bytes") != NULL || strstr(err.message, "GB") != NULL, "%s", err.message);
	tp = number_after(err.message, "tp");
	ck_assert_msg(tp > 1 && tp <= 8, "tp %d from: %s", tp, err.message);
	deployment.tp = tp;
	deployment.pp = number_after(err.message, "pp");
	assert_ok(try_server(H100, "llama-3.1-70b", &deployment, &err), err);
}
END_TEST

START_TEST(accelerators_are_tp_pp_dp_and_replicas_multiplied)
{
	struct jtn_deployment deployment = tensor_parallel(2);
	struct jtn_server_facts facts;

	deployment.pp = 2;
	deployment.dp = 4;
	deployment.ep = 8;
	deployment.replicas = 3;
	facts = facts_of("nvidia-h200-sxm", "qwen3-30b-a3b", &deployment);
	ck_assert_int_eq(facts.accelerators, 2 * 2 * 4 * 3);
	ck_assert_int_eq(facts.tp, 2);
	ck_assert_int_eq(facts.pp, 2);
	ck_assert_int_eq(facts.dp, 4);
	ck_assert_int_eq(facts.ep, 8);
	ck_assert_int_eq(facts.replicas, 3);
}
END_TEST

START_TEST(accelerators_of_pools_are_the_sum_of_both_times_replicas)
{
	struct jtn_deployment deployment = tensor_parallel(0);
	struct jtn_server_facts facts;

	deployment.replicas = 2;
	deployment.prefill = (struct jtn_pool){4, 1, 1, 2};
	deployment.decode = (struct jtn_pool){8, 1, 1, 1};
	facts = facts_of(H100, "llama-3.1-70b", &deployment);
	ck_assert_int_eq(facts.accelerators, 2 * (4 * 1 * 2 + 8 * 1 * 1));
	ck_assert_int_eq(facts.tp, 8);
}
END_TEST

START_TEST(zero_in_a_pool_means_one)
{
	struct jtn_deployment deployment = tensor_parallel(0);

	deployment.prefill.workers = 3;
	deployment.decode.workers = 2;
	ck_assert_int_eq(facts_of(H100, "llama-3.1-8b", &deployment).accelerators, 5);
}
END_TEST

START_TEST(kv_capacity_grows_with_replicas_and_data_parallel_ranks)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	double one = facts_of(H100, "llama-3.1-8b", &deployment).kv_capacity_tokens;

	deployment.replicas = 3;
	assert_close(facts_of(H100, "llama-3.1-8b", &deployment).kv_capacity_tokens, 3 * one, 1e-12);
}
END_TEST

/* vLLM's defaults grow with the memory of the accelerator. */
START_TEST(vllm_takes_1024_sequences_on_hopper_and_256_on_ampere)
{
	static const struct {
		const char *hardware;
		int32_t sequences;
		int32_t tokens;
	} defaults[] = {{H100, 1024, 8192},         {"nvidia-h200-sxm", 1024, 8192}, {"nvidia-b200-sxm", 1024, 8192},
	                {"amd-mi300x", 1024, 8192}, {"amd-mi355x", 1024, 8192},      {"nvidia-a100-80-sxm", 256, 2048},
	                {"nvidia-l4", 256, 2048}};
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server_facts facts;

	facts = facts_of(defaults[_i].hardware, "llama-3.2-3b", &deployment);
	ck_assert_int_eq(facts.max_num_seqs, defaults[_i].sequences);
	ck_assert_int_eq(facts.max_batched_tokens, defaults[_i].tokens);
	deployment.max_num_seqs = 77; /* what is asked for goes before either */
	deployment.max_batched_tokens = 777;
	facts = facts_of(defaults[_i].hardware, "llama-3.2-3b", &deployment);
	ck_assert_int_eq(facts.max_num_seqs, 77);
	ck_assert_int_eq(facts.max_batched_tokens, 777);
}
END_TEST

START_TEST(a_familys_defaults_and_constants_reach_the_server)
{
	struct jtn_stack *stack = new_stack(
		NULL, 0,
		"[{\"family\": \"hopper\", \"defaults\": {\"max_num_seqs\": 9, \"memory_utilization\": 0.5}, \"constants\": "
		"{\"runtime_bytes\": {\"value\": 1e9, \"unit\": \"bytes\", \"source\": \"us\"}, "
		"\"activation_bytes\": {\"value\": 0, \"unit\": \"bytes\", \"source\": \"us\"}}}]");
	struct jtn_server *listed = new_server_under(stack, H100, "llama-3.1-8b", NULL);
	struct jtn_server *other = new_server_under(stack, "nvidia-a100-80-sxm", "llama-3.1-8b", NULL);
	struct jtn_server_facts hopper;
	struct jtn_server_facts ampere;

	assert_status(jtn_server_read_facts(listed, &hopper, sizeof(hopper)), JTN_OK);
	assert_status(jtn_server_read_facts(other, &ampere, sizeof(ampere)), JTN_OK);
	ck_assert_int_eq(hopper.max_num_seqs, 9);
	ck_assert_int_eq(hopper.max_batched_tokens, 8192);
	assert_close(hopper.runtime_bytes_per_accelerator, 1e9, 1e-12);
	ck_assert_int_eq(ampere.max_num_seqs, 256);
	assert_close(ampere.runtime_bytes_per_accelerator, 2.5e9 + 30 * 8192.0 * 4096, 1e-12);
	ck_assert_double_lt(hopper.kv_capacity_tokens, ampere.kv_capacity_tokens / 1.5);
	jtn_server_free(listed);
	jtn_server_free(other);
	jtn_stack_free(stack);
}
END_TEST

START_TEST(mla_is_cached_whole_on_every_tensor_parallel_rank)
{
	struct jtn_deployment deployment = tensor_parallel(8);
	struct jtn_server_facts narrow;
	struct jtn_server_facts wide;

	narrow = facts_of("nvidia-b300-sxm", "deepseek-v3", &deployment);
	deployment.tp = 1;
	deployment.dp = 8;
	deployment.ep = 8;
	wide = facts_of("nvidia-b300-sxm", "deepseek-v3", &deployment);
	/* Eight dp ranks hold eight caches, eight tp ranks hold one eight times over (their attention weights differ too). */
	ck_assert_double_gt(wide.kv_capacity_tokens, 6 * narrow.kv_capacity_tokens);
	ck_assert_double_lt(wide.kv_capacity_tokens, 8 * narrow.kv_capacity_tokens);
}
END_TEST

START_TEST(on_chip_memory_spans_as_many_accelerators_as_the_model_needs)
{
	static const char *const hardware[] = {"groq-lpu-v1", "cerebras-wse3"};
	struct jtn_deployment fewer = tensor_parallel(0);
	struct jtn_hardware *handle;
	struct jtn_hardware_facts chip;
	struct jtn_server_facts facts;
	struct jtn_error err;

	assert_ok(jtn_hardware_find(hardware[_i], NULL, &handle, &err), err);
	assert_status(jtn_hardware_read_facts(handle, &chip, sizeof(chip)), JTN_OK);
	jtn_hardware_free(handle);
	ck_assert_uint_ne(chip.flags & JTN_HARDWARE_ON_CHIP_MEMORY, 0);
	facts = facts_of(hardware[_i], "llama-3.1-70b", NULL);
	ck_assert_msg(facts.accelerators * chip.memory_bytes >= 141e9, "%d accelerators cannot hold it",
	              facts.accelerators);
	ck_assert_msg(facts.accelerators * chip.memory_bytes <= 2 * 141e9, "%d accelerators", facts.accelerators);
	fewer.tp = facts.tp;
	fewer.pp = facts.pp - 1;
	/* One stage fewer does not hold the weights, or no prompt worth serving beside them. */
	if (try_server(hardware[_i], "llama-3.1-70b", &fewer, &err) == JTN_OK)
		ck_assert_double_lt(facts_of(hardware[_i], "llama-3.1-70b", &fewer).kv_capacity_tokens, 8192);
	ck_assert_int_eq(facts.accelerators, facts.tp * facts.pp);
	ck_assert_double_gt(facts.kv_capacity_tokens, 0);
}
END_TEST

START_TEST(hardware_without_published_figures_is_refused_by_the_figure)
{
	struct jtn_error err;

	assert_status(try_server("etched-sohu", "llama-3.1-8b", NULL, &err), JTN_E_MISSING_FIELD);
	ck_assert_msg(strstr(err.field, "memory_bandwidth") != NULL || strstr(err.message, "memory_bandwidth") != NULL ||
	                  strstr(err.field, "peak") != NULL || strstr(err.message, "peak") != NULL,
	              "[%s] %s", err.field, err.message);
}
END_TEST

START_TEST(null_and_alien_sizes_are_refused)
{
	struct parts parts = find_parts(H100, STACK, "llama-3.1-8b");
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server *server = NULL;
	struct jtn_error err;

	assert_status(jtn_server_new(NULL, parts.stack, parts.model, NULL, NULL, &server, &err), JTN_E_ARGUMENT);
	assert_status(jtn_server_new(parts.hardware, NULL, parts.model, NULL, NULL, &server, &err), JTN_E_ARGUMENT);
	assert_status(jtn_server_new(parts.hardware, parts.stack, NULL, NULL, NULL, &server, &err), JTN_E_ARGUMENT);
	assert_status(jtn_server_new(parts.hardware, parts.stack, parts.model, NULL, NULL, NULL, &err), JTN_E_ARGUMENT);
	assert_status(jtn_server_new(NULL, NULL, NULL, NULL, NULL, NULL, NULL), JTN_E_ARGUMENT);
	deployment.size = 4;
	assert_status(jtn_server_new(parts.hardware, parts.stack, parts.model, &deployment, NULL, &server, &err),
	              JTN_E_ABI);
	deployment.size = 0;
	assert_status(jtn_server_new(parts.hardware, parts.stack, parts.model, &deployment, NULL, &server, &err),
	              JTN_E_ABI);
	ck_assert_ptr_null(server);
	jtn_server_free(NULL);
	free_parts(parts);
}
END_TEST

START_TEST(facts_come_in_the_callers_size)
{
	struct jtn_server *server = new_server(H100, STACK, "llama-3.1-8b", NULL);
	struct {
		struct jtn_server_facts known;
		double unknown;
	} newer;
	struct jtn_server_facts facts;
	struct jtn_server_facts before;

	memset(&newer, 0xff, sizeof(newer));
	assert_status(jtn_server_read_facts(server, &newer.known, sizeof(newer)), JTN_OK);
	assert_status(jtn_server_read_facts(server, &facts, sizeof(facts)), JTN_OK);
	ck_assert_mem_eq(&newer.known, &facts, sizeof(facts));
	ck_assert(newer.unknown == 0);
	memset(&facts, 0xa5, sizeof(facts));
	before = facts;
	assert_status(jtn_server_read_facts(server, &facts, sizeof(facts) - 8), JTN_E_ABI);
	assert_status(jtn_server_read_facts(server, &facts, 0), JTN_E_ABI);
	assert_status(jtn_server_read_facts(NULL, &facts, sizeof(facts)), JTN_E_ARGUMENT);
	assert_status(jtn_server_read_facts(server, NULL, sizeof(facts)), JTN_E_ARGUMENT);
	ck_assert_mem_eq(&facts, &before, sizeof(facts));
	jtn_server_free(server);
}
END_TEST

START_TEST(a_server_outlives_what_it_was_made_from)
{
	struct jtn_server *server = new_server(H100, STACK, "llama-3.1-8b", NULL); /* whose parts are freed by now */
	struct jtn_estimate estimate = estimate_one(server, closed_loop(1000, 1000, 16));

	ck_assert_double_gt(estimate.tpot_ms, 0);
	jtn_server_free(server);
}
END_TEST

START_TEST(every_allocation_may_fail_and_nothing_leaks)
{
	struct parts parts = find_parts(H100, STACK, "mixtral-8x7b");
	struct jtn_deployment deployment = tensor_parallel(4);
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_server *server = NULL;
	struct jtn_error err;
	jtn_status status = JTN_E_MEMORY;

	while (status == JTN_E_MEMORY) {
		counter.made = 0;
		counter.fail++;
		status = jtn_server_new(parts.hardware, parts.stack, parts.model, &deployment, &allocator, &server, &err);
		if (status == JTN_E_MEMORY) {
			ck_assert_ptr_null(server);
			ck_assert_uint_eq(counter.live, 0);
		}
		ck_assert_uint_lt(counter.fail, 1000);
	}
	assert_status(status, JTN_OK);
	ck_assert_uint_gt(counter.fail, 1);
	jtn_server_free(server);
	ck_assert_uint_eq(counter.live, 0);
	free_parts(parts);
}
END_TEST

START_TEST(a_broken_allocator_is_refused)
{
	struct parts parts = find_parts(H100, STACK, "llama-3.1-8b");
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_server *server = NULL;
	struct jtn_error err;

	allocator.allocate = NULL;
	ck_assert_int_ne(jtn_server_new(parts.hardware, parts.stack, parts.model, NULL, &allocator, &server, &err), JTN_OK);
	allocator = counting_allocator(&counter);
	allocator.size = 8;
	ck_assert_int_ne(jtn_server_new(parts.hardware, parts.stack, parts.model, NULL, &allocator, &server, &err), JTN_OK);
	free_parts(parts);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("server");
	TCase *tests = tcase_create("server");

	tcase_add_test(tests, no_deployment_is_the_default_deployment);
	tcase_add_test(tests, kv_capacity_of_llama_8b_on_an_h100_is_about_400k_tokens);
	tcase_add_test(tests, the_parts_of_memory_add_up_to_no_more_than_there_is);
	tcase_add_test(tests, fp8_weights_take_half_of_bf16_and_its_kv_twice_the_tokens);
	tcase_add_test(tests, narrower_weights_never_take_more);
	tcase_add_test(tests, a_kv_precision_of_ones_own_beats_the_implied_one);
	tcase_add_test(tests, a_model_too_large_says_by_how_much_and_what_would_fit);
	tcase_add_test(tests, accelerators_are_tp_pp_dp_and_replicas_multiplied);
	tcase_add_test(tests, accelerators_of_pools_are_the_sum_of_both_times_replicas);
	tcase_add_test(tests, zero_in_a_pool_means_one);
	tcase_add_test(tests, kv_capacity_grows_with_replicas_and_data_parallel_ranks);
	tcase_add_loop_test(tests, vllm_takes_1024_sequences_on_hopper_and_256_on_ampere, 0, 7);
	tcase_add_test(tests, a_familys_defaults_and_constants_reach_the_server);
	tcase_add_test(tests, mla_is_cached_whole_on_every_tensor_parallel_rank);
	tcase_add_loop_test(tests, on_chip_memory_spans_as_many_accelerators_as_the_model_needs, 0, 2);
	tcase_add_test(tests, hardware_without_published_figures_is_refused_by_the_figure);
	tcase_add_test(tests, null_and_alien_sizes_are_refused);
	tcase_add_test(tests, facts_come_in_the_callers_size);
	tcase_add_test(tests, a_server_outlives_what_it_was_made_from);
	tcase_add_test(tests, every_allocation_may_fail_and_nothing_leaks);
	tcase_add_test(tests, a_broken_allocator_is_refused);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
