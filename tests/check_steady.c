/* The steady state of continuous batching: what a physicist expects when load, context or machine change. */
#include "stack.h"

static struct jtn_server *
llama_8b(void)
{
	return new_server(H100, STACK, "llama-3.1-8b", NULL);
}

START_TEST(throughput_rises_with_concurrency_and_stays_below_the_maximum)
{
	const double shapes[][2] = {{1000, 1000}, {8000, 200}, {100, 4000}, {30000, 1}};
	struct jtn_server *server = llama_8b();
	struct jtn_estimate maximum = estimate_one(server, offline_queue(shapes[_i][0], shapes[_i][1]));
	double previous = 0;
	double concurrency;

	assert_close(maximum.utilization, 1, 1e-9);
	ck_assert_uint_ne(maximum.flags & JTN_ESTIMATE_NO_LATENCY, 0);
	for (concurrency = 0.25; concurrency < 20000; concurrency *= 1.5) {
		struct jtn_estimate e = estimate_one(server, closed_loop(shapes[_i][0], shapes[_i][1], concurrency));

		ck_assert_msg(e.requests_per_s >= previous * (1 - 1e-9), "%g requests/s at %g, %g at less", e.requests_per_s,
		              concurrency, previous);
		ck_assert_msg(e.requests_per_s <= maximum.requests_per_s * (1 + 1e-9), "%g requests/s at %g, offline %g",
		              e.requests_per_s, concurrency, maximum.requests_per_s);
		assert_close(e.utilization, e.requests_per_s / maximum.requests_per_s, 1e-9);
		assert_close(e.concurrency, concurrency, 1e-9);
		previous = e.requests_per_s;
	}
	ck_assert_msg(previous >= 0.9 * maximum.requests_per_s, "20000 at once reach %g of %g", previous,
	              maximum.requests_per_s);
	jtn_server_free(server);
}
END_TEST

START_TEST(a_single_request_has_the_server_for_itself)
{
	struct jtn_server *server = llama_8b();
	struct jtn_estimate e = estimate_one(server, closed_loop(1000, 1000, 1));

	ck_assert_double_le(e.batch, 1 + 1e-9);
	ck_assert_double_gt(e.batch, 0.5);
	ck_assert_msg(e.tpot_ms > 4.8 && e.tpot_ms < 12, "%g ms", e.tpot_ms); /* 16 GB over 3.35 TB/s is 4.8 ms */
	ck_assert_msg(e.ttft_ms > 10 && e.ttft_ms < 500, "%g ms", e.ttft_ms);
	ck_assert_int_ne(e.limited_by, JTN_LIMIT_KV_CAPACITY);
	ck_assert_int_ne(e.limited_by, JTN_LIMIT_MAX_NUM_SEQS);
	ck_assert_int_ne(e.limited_by, JTN_LIMIT_DEMAND);
	jtn_server_free(server);
}
END_TEST

START_TEST(below_saturation_the_asked_rate_is_delivered)
{
	const double shares[] = {1e-6, 0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95};
	struct jtn_server *server = llama_8b();
	double maximum = estimate_one(server, offline_queue(1000, 300)).requests_per_s;
	double e2e = 0;
	double idle = 1;
	size_t i;

	for (i = 0; i < COUNT(shares); i++) {
		struct jtn_estimate e = estimate_one(server, open_loop(1000, 300, shares[i] * maximum));

		assert_close(e.requests_per_s, shares[i] * maximum, 1e-9);
		assert_close(e.concurrency, e.requests_per_s * e.e2e_ms / 1000, 1e-6);
		assert_close(e.utilization, shares[i], 1e-9);
		ck_assert_uint_eq(e.flags & JTN_ESTIMATE_UNBOUNDED, 0);
		ck_assert_int_ne(e.limited_by, JTN_LIMIT_DEMAND);
		ck_assert_msg(e.e2e_ms >= e2e * (1 - 1e-9), "e2e falls from %g to %g ms at load %g", e2e, e.e2e_ms, shares[i]);
		ck_assert_double_le(e.idle_share, idle);
		e2e = e.e2e_ms;
		idle = e.idle_share;
	}
	ck_assert_double_lt(idle, 0.01);
	assert_close(estimate_one(server, open_loop(1000, 300, 1e-6 * maximum)).idle_share, 1, 1e-2);
	jtn_server_free(server);
}
END_TEST

START_TEST(above_saturation_demand_is_the_limit_and_the_maximum_the_rate)
{
	const double excess[] = {1.001, 1.5, 10, 1e6};
	struct jtn_server *server = llama_8b();
	struct jtn_estimate maximum = estimate_one(server, offline_queue(1000, 300));
	size_t i;

	for (i = 0; i < COUNT(excess); i++) {
		struct jtn_estimate e = estimate_one(server, open_loop(1000, 300, excess[i] * maximum.requests_per_s));

		assert_close(e.requests_per_s, maximum.requests_per_s, 1e-9);
		assert_close(e.tpot_ms, maximum.tpot_ms, 1e-9);
		assert_close(e.utilization, 1, 1e-9);
		ck_assert_int_eq(e.limited_by, JTN_LIMIT_DEMAND);
		ck_assert_uint_ne(e.flags & JTN_ESTIMATE_UNBOUNDED, 0);
		ck_assert(e.ttft_ms == 0 && e.e2e_ms == 0);
		ck_assert_double_le(e.idle_share, 1e-9);
	}
	jtn_server_free(server);
}
END_TEST

START_TEST(open_and_closed_loop_agree_where_they_meet)
{
	struct jtn_server *server = llama_8b();
	struct jtn_estimate closed = estimate_one(server, closed_loop(1000, 300, 40));
	struct jtn_estimate opened = estimate_one(server, open_loop(1000, 300, closed.requests_per_s));

	/* Poisson arrivals queue a little more than a fixed population; they are the same machine all the same. */
	ck_assert_msg(opened.e2e_ms > 0.7 * closed.e2e_ms && opened.e2e_ms < 1.5 * closed.e2e_ms,
	              "closed %g ms, open %g ms", closed.e2e_ms, opened.e2e_ms);
	jtn_server_free(server);
}
END_TEST

START_TEST(longer_contexts_decode_slower)
{
	static const char *const models[] = {"llama-3.1-8b", "mixtral-8x7b", "gpt-oss-120b"};
	struct jtn_deployment deployment = tensor_parallel(4);
	struct jtn_server *server = new_server(H100, STACK, models[_i], &deployment);
	double previous = 0;
	double input;

	for (input = 128; input <= 32768; input *= 2) {
		struct jtn_estimate e = estimate_one(server, closed_loop(input, 500, 8));

		ck_assert_msg(e.tpot_ms > previous, "%g ms at %g, %g ms at half of it", e.tpot_ms, input, previous);
		previous = e.tpot_ms;
	}
	jtn_server_free(server);
}
END_TEST

START_TEST(larger_batches_decode_slower_per_user)
{
	struct jtn_server *server = llama_8b();
	double previous = 0;
	double concurrency;

	for (concurrency = 1; concurrency <= 256; concurrency *= 2) {
		struct jtn_estimate e = estimate_one(server, closed_loop(500, 500, concurrency));

		ck_assert_msg(e.tpot_ms > previous, "%g ms at %g", e.tpot_ms, concurrency);
		previous = e.tpot_ms;
	}
	jtn_server_free(server);
}
END_TEST

START_TEST(more_requests_than_slots_queue_for_them)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server *server;
	struct jtn_estimate few;
	struct jtn_estimate many;

	deployment.max_num_seqs = 8;
	server = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	few = estimate_one(server, closed_loop(500, 500, 4));
	many = estimate_one(server, closed_loop(500, 500, 80));
	ck_assert_double_le(many.batch, 8 + 1e-9);
	ck_assert_int_eq(many.limited_by, JTN_LIMIT_MAX_NUM_SEQS);
	ck_assert_int_ne(few.limited_by, JTN_LIMIT_MAX_NUM_SEQS);
	/* 72 of 80 wait: each waits about nine generations before it starts. */
	ck_assert_double_gt(many.ttft_ms, 5 * 499 * many.tpot_ms);
	jtn_server_free(server);
}
END_TEST

START_TEST(more_context_than_memory_queues_for_it)
{
	struct jtn_server *server = llama_8b();
	struct jtn_estimate e = estimate_one(server, closed_loop(60000, 2000, 64));

	ck_assert_int_eq(e.limited_by, JTN_LIMIT_KV_CAPACITY);
	ck_assert_msg(e.batch * 60000 <= e.kv_capacity_tokens, "%g sequences in %g tokens", e.batch, e.kv_capacity_tokens);
	ck_assert_double_gt(e.kv_used_tokens, 0.5 * e.kv_capacity_tokens);
	jtn_server_free(server);
}
END_TEST

/* Requests are let in while prompts and a share of the outputs to come have room. */
START_TEST(the_less_output_is_reserved_the_more_requests_are_let_in)
{
	const double shares[] = {1, 0.75, 0.5};
	double capacity = 0;
	double previous = 0;
	size_t i;

	for (i = 0; i < COUNT(shares); i++) {
		struct jtn_server *server = server_where("reserved_output", shares[i], H100, "llama-3.1-8b", NULL);
		struct jtn_estimate e = estimate_one(server, offline_queue(2000, 6000));

		ck_assert_int_eq(e.limited_by, JTN_LIMIT_KV_CAPACITY);
		ck_assert_msg(capacity == 0 || e.kv_capacity_tokens == capacity, "%g tokens", e.kv_capacity_tokens);
		capacity = e.kv_capacity_tokens;
		/* Little's law of what is served, prompts being computed included. */
		assert_close(e.concurrency, capacity / (2000 + shares[i] * 6000), 0.01);
		ck_assert_double_gt(e.requests_per_s, previous);
		previous = e.requests_per_s;
		jtn_server_free(server);
	}
}
END_TEST

START_TEST(what_is_reserved_does_not_matter_while_memory_is_no_limit)
{
	struct jtn_server *none = server_where("reserved_output", 0.5, H100, "llama-3.1-8b", NULL);
	struct jtn_server *all = server_where("reserved_output", 1, H100, "llama-3.1-8b", NULL);
	struct jtn_estimate a = estimate_one(none, closed_loop(500, 500, 64));
	struct jtn_estimate b = estimate_one(all, closed_loop(500, 500, 64));

	ck_assert_mem_eq(&a, &b, sizeof(a));
	jtn_server_free(none);
	jtn_server_free(all);
}
END_TEST

/* Whichever side of the first token they fall on, a request sees the prefills of the others once. */
START_TEST(the_share_of_prefills_queued_for_moves_time_from_tpot_to_ttft)
{
	const double shares[] = {0.01, 0.1, 0.5, 1};
	struct jtn_estimate previous = {0};
	size_t i;

	for (i = 0; i < COUNT(shares); i++) {
		struct jtn_server *server = server_where("prefill_queue", shares[i], H100, "llama-3.1-8b", NULL);
		struct jtn_estimate e = estimate_one(server, closed_loop(4000, 200, 32));

		if (i > 0) {
			ck_assert_double_gt(e.ttft_ms, previous.ttft_ms);
			ck_assert_double_lt(e.tpot_ms, previous.tpot_ms);
			assert_close(e.e2e_ms, previous.e2e_ms, 1e-3);
			assert_close(e.requests_per_s, previous.requests_per_s, 1e-3);
		}
		previous = e;
		jtn_server_free(server);
	}
	/* Queued for in whole, prefills leave decode steps alone: those of the batch that one sees. */
	ck_assert_double_gt(previous.tpot_ms, previous.ideal_tpot_ms);
}
END_TEST

START_TEST(prompts_wait_for_kernels_that_no_graph_covers_and_decoding_alone_does_not)
{
	struct jtn_server *without = server_where("prompt_kernel_us", 0, H100, "llama-3.1-8b", NULL);
	struct jtn_server *with_them = server_where("prompt_kernel_us", 20, H100, "llama-3.1-8b", NULL);
	struct jtn_estimate a = estimate_one(without, closed_loop(1000, 200, 1));
	struct jtn_estimate b = estimate_one(with_them, closed_loop(1000, 200, 1));

	assert_close(b.tpot_ms, a.tpot_ms, 1e-12);
	assert_close(b.ttft_ms, a.ttft_ms + 32 * 9 * 20e-3, 1e-9);
	ck_assert_double_gt(estimate_one(with_them, closed_loop(1000, 200, 32)).tpot_ms,
	                    estimate_one(without, closed_loop(1000, 200, 32)).tpot_ms);
	jtn_server_free(without);
	jtn_server_free(with_them);
}
END_TEST

START_TEST(one_sequence_too_long_does_not_fit_and_says_so)
{
	struct jtn_server *server = llama_8b();
	struct jtn_workload workload = closed_loop(1e6, 100, 1);
	struct jtn_estimate estimate;
	struct jtn_error err;

	assert_status(jtn_estimate_batch(server, &workload, sizeof(workload), &estimate, sizeof(estimate), 1, &err),
	              JTN_E_ROWS);
	ck_assert_int_eq(estimate.status, JTN_E_DOES_NOT_FIT);
	ck_assert_int_eq((int)err.index, 0);
	ck_assert_msg(strlen(err.message) > 10, "%s", err.message);
	jtn_server_free(server);
}
END_TEST

START_TEST(faster_memory_decodes_faster)
{
	static const char *const rising[] = {"nvidia-a100-80-sxm", "nvidia-h100-sxm", "nvidia-h200-sxm", "nvidia-b200-sxm"};
	double previous = INFINITY;
	size_t i;

	for (i = 0; i < COUNT(rising); i++) {
		struct jtn_server *server = new_server(rising[i], STACK, "llama-3.1-8b", NULL);
		struct jtn_estimate e = estimate_one(server, closed_loop(1000, 500, 32));

		ck_assert_msg(e.tpot_ms < previous, "%s: %g ms, slower than the one before", rising[i], e.tpot_ms);
		previous = e.tpot_ms;
		jtn_server_free(server);
	}
}
END_TEST

START_TEST(fp8_decodes_faster_than_bf16_and_a_large_model_slower_than_a_small_one)
{
	struct jtn_deployment deployment = tensor_parallel(8);
	struct jtn_server *small = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	struct jtn_server *wide = new_server(H100, STACK, "llama-3.1-70b", &deployment);
	struct jtn_server *narrow;
	double tpot = estimate_one(wide, closed_loop(1000, 500, 8)).tpot_ms;

	deployment.precision = JTN_PRECISION_FP8;
	narrow = new_server(H100, STACK, "llama-3.1-70b", &deployment);
	ck_assert_double_lt(estimate_one(narrow, closed_loop(1000, 500, 8)).tpot_ms, tpot);
	ck_assert_double_lt(estimate_one(small, closed_loop(1000, 500, 8)).tpot_ms, tpot);
	jtn_server_free(small);
	jtn_server_free(wide);
	jtn_server_free(narrow);
}
END_TEST

START_TEST(tensor_parallelism_shortens_decoding_but_not_in_full)
{
	struct jtn_deployment deployment = tensor_parallel(4);
	struct jtn_server *four = new_server(H100, STACK, "llama-3.1-70b", &deployment);
	struct jtn_server *eight;
	double slow = estimate_one(four, closed_loop(1000, 500, 4)).tpot_ms;
	double fast;

	deployment.tp = 8;
	eight = new_server(H100, STACK, "llama-3.1-70b", &deployment);
	fast = estimate_one(eight, closed_loop(1000, 500, 4)).tpot_ms;
	ck_assert_msg(fast < slow && fast > slow / 2, "%g ms on four, %g ms on eight", slow, fast);
	jtn_server_free(four);
	jtn_server_free(eight);
}
END_TEST

START_TEST(cached_tokens_shorten_the_wait_and_raise_the_throughput)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server *server;
	struct jtn_estimate previous = {0};
	double cached;

	deployment.prefix_caching = JTN_SWITCH_ON;
	server = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	for (cached = 0; cached <= 8000; cached += 1000) {
		struct jtn_workload workload = closed_loop(8000, 200, 24);
		struct jtn_estimate e;

		workload.cached_input_tokens = cached;
		e = estimate_one(server, workload);
		if (cached > 0) {
			ck_assert_msg(e.requests_per_s >= previous.requests_per_s * (1 - 1e-9), "%g/s at %g cached",
			              e.requests_per_s, cached);
			ck_assert_msg(e.ttft_ms <= previous.ttft_ms * (1 + 1e-9), "ttft %g ms at %g cached", e.ttft_ms, cached);
			ck_assert_double_lt(e.time_input, previous.time_input);
			ck_assert_double_gt(e.time_cached_input, 0);
		} else {
			ck_assert(e.time_cached_input == 0);
		}
		previous = e;
	}
	ck_assert_msg(previous.time_input < 1e-9, "nothing is left to prefill, and it still costs %g", previous.time_input);
	jtn_server_free(server);
}
END_TEST

START_TEST(cached_tokens_without_a_prefix_cache_contradict)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_workload workload = closed_loop(1000, 100, 1);
	struct jtn_estimate estimate;
	struct jtn_server *server;
	struct jtn_error err;

	deployment.prefix_caching = JTN_SWITCH_OFF;
	workload.cached_input_tokens = 10;
	server = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	assert_status(jtn_estimate_batch(server, &workload, sizeof(workload), &estimate, sizeof(estimate), 1, &err),
	              JTN_E_ROWS);
	ck_assert_int_eq(estimate.status, JTN_E_CONTRADICTION);
	ck_assert_msg(strstr(err.field, "cached_input_tokens") != NULL, "field \"%s\": %s", err.field, err.message);
	jtn_server_free(server);
}
END_TEST

START_TEST(two_replicas_under_twice_the_load_are_twice_one)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server *one = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	struct jtn_server *two;
	struct jtn_estimate a = estimate_one(one, closed_loop(1000, 300, 48));
	struct jtn_estimate b;

	deployment.replicas = 2;
	two = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	b = estimate_one(two, closed_loop(1000, 300, 96));
	ck_assert_int_eq(b.accelerators, 2 * a.accelerators);
	assert_close(b.ttft_ms, a.ttft_ms, 1e-12);
	assert_close(b.tpot_ms, a.tpot_ms, 1e-12);
	assert_close(b.e2e_ms, a.e2e_ms, 1e-12);
	assert_close(b.batch, a.batch, 1e-12);
	assert_close(b.requests_per_s, 2 * a.requests_per_s, 1e-12);
	assert_close(b.output_tps, 2 * a.output_tps, 1e-12);
	assert_close(b.concurrency, 2 * a.concurrency, 1e-12);
	assert_close(b.kv_capacity_tokens, 2 * a.kv_capacity_tokens, 1e-12);
	assert_close(b.kv_used_tokens, 2 * a.kv_used_tokens, 1e-12);
	assert_close(b.power_kw, 2 * a.power_kw, 1e-12);
	assert_close(b.utilization, a.utilization, 1e-12);
	assert_close(b.output_tps_per_accelerator, a.output_tps_per_accelerator, 1e-12);
	jtn_server_free(one);
	jtn_server_free(two);
}
END_TEST

static double
speculating(int32_t tokens, double acceptance, double decay)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server *server;
	double tpot;

	deployment.speculative_tokens = tokens;
	deployment.speculative_acceptance = acceptance;
	deployment.speculative_decay = decay;
	server = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	tpot = estimate_one(server, closed_loop(16, 2000, 1)).tpot_ms;
	jtn_server_free(server);
	return tpot;
}

/* 1 + sum over j of the product of a * d^(i-1), i up to j. */
static double
tokens_per_step(int32_t tokens, double acceptance, double decay)
{
	double mean = 1;
	double all = 1;
	int32_t i;

	for (i = 0; i < tokens; i++) {
		all *= acceptance * pow(decay, i);
		mean += all;
	}
	return mean;
}

START_TEST(speculation_pays_at_batch_one_as_its_formula_says)
{
	const double shapes[][2] = {{0.9, 1}, {0.8, 0.9}, {0.6, 0.8}, {0.3, 0.5}};
	double plain = speculating(0, 0, 0);
	double full = speculating(3, 1, 1); /* all accepted: 4 tokens a step */
	size_t i;

	ck_assert_msg(full < plain / 2, "plain %g ms, four tokens a step %g ms", plain, full);
	ck_assert_msg(full >= plain / 4, "a step of four tokens took less (%g ms) than one of one (%g ms)", 4 * full,
	              plain);
	for (i = 0; i < COUNT(shapes); i++) {
		double tpot = speculating(3, shapes[i][0], shapes[i][1]);

		assert_close(tpot * tokens_per_step(3, shapes[i][0], shapes[i][1]), full * 4, 0.02);
	}
	assert_close(speculating(3, 0.8, 0), speculating(3, 0.8, 1), 1e-12); /* decay's default is 1 */
}
END_TEST

START_TEST(a_prompt_that_the_prefill_pool_cannot_hold_is_refused)
{
	struct jtn_deployment deployment = tensor_parallel(0);
	struct jtn_workload w = closed_loop(100000, 100, 1);
	struct jtn_server *server;
	struct jtn_estimate estimate;
	struct jtn_error err;

	deployment.precision = JTN_PRECISION_BF16;
	deployment.prefill = (struct jtn_pool){2, 1, 1, 1};
	deployment.decode = (struct jtn_pool){8, 1, 1, 1};
	server = new_server(H100, "vllm", "llama-3.1-70b", &deployment);
	assert_status(jtn_estimate_batch(server, &w, sizeof(w), &estimate, sizeof(estimate), 1, &err), JTN_E_ROWS);
	ck_assert_int_eq(estimate.status, JTN_E_DOES_NOT_FIT);
	jtn_server_free(server);
}
END_TEST

/* DeepSeek-V3 over more ranks than one NVLink domain of 72 has: the network is slower, not faster. */
START_TEST(experts_that_leave_the_scale_up_domain_cost_more)
{
	double per_accelerator[2];
	const int32_t ranks[] = {72, 80};
	size_t i;

	for (i = 0; i < COUNT(ranks); i++) {
		struct jtn_deployment deployment = tensor_parallel(1);
		struct jtn_server *server;

		deployment.dp = deployment.ep = ranks[i];
		server = new_server("nvidia-gb200-nvl72", "sglang", "deepseek-v3", &deployment);
		per_accelerator[i] = estimate_one(server, offline_queue(4096, 1)).input_tps / ranks[i];
		jtn_server_free(server);
	}
	ck_assert_double_lt(per_accelerator[1], per_accelerator[0]);
}
END_TEST

START_TEST(a_decode_pool_is_not_held_up_by_prefill)
{
	struct jtn_deployment deployment = tensor_parallel(0);
	struct jtn_server *apart;
	struct jtn_server *together;
	struct jtn_estimate a;
	double concurrency;

	deployment.prefill = (struct jtn_pool){1, 1, 1, 6};
	deployment.decode = (struct jtn_pool){1, 1, 1, 1};
	apart = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	together = llama_8b();
	a = estimate_one(apart, closed_loop(8000, 200, 32));
	ck_assert_int_eq(a.accelerators, 7);
	for (concurrency = 1; concurrency <= 64; concurrency++) {
		struct jtn_estimate b = estimate_one(together, closed_loop(8000, 200, concurrency));

		if (b.batch >= a.batch) {
			ck_assert_msg(b.tpot_ms > 1.05 * a.tpot_ms, "apart %g ms at batch %g, together %g ms at %g", a.tpot_ms,
			              a.batch, b.tpot_ms, b.batch);
			break;
		}
	}
	jtn_server_free(apart);
	jtn_server_free(together);
}
END_TEST

START_TEST(the_slower_pool_sets_the_pace)
{
	struct jtn_deployment deployment = tensor_parallel(0);
	struct jtn_server *few;
	struct jtn_server *many;
	double slow;
	double fast;

	deployment.prefill = (struct jtn_pool){1, 1, 1, 1};
	deployment.decode = (struct jtn_pool){1, 1, 1, 1};
	few = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	deployment.prefill.workers = 2;
	many = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	slow = estimate_one(few, offline_queue(16000, 16)).requests_per_s;
	fast = estimate_one(many, offline_queue(16000, 16)).requests_per_s;
	assert_close(fast, 2 * slow, 0.05); /* 16000 in, 16 out: prefill is all */
	slow = estimate_one(few, offline_queue(16, 4000)).requests_per_s;
	fast = estimate_one(many, offline_queue(16, 4000)).requests_per_s;
	assert_close(fast, slow, 0.05); /* and here it is nothing */
	jtn_server_free(few);
	jtn_server_free(many);
}
END_TEST

/* Near the end of the prefill pool waiting grows without bound; no search may lose its way there. */
START_TEST(pools_deliver_no_less_when_more_is_asked)
{
	static const struct {
		const char *hardware;
		struct jtn_pool prefill;
		struct jtn_pool decode;
		double input;
		double output;
	} pools[] = {
		{H100, {1, 1, 1, 1}, {1, 1, 1, 1}, 8000, 2},
		{H100, {2, 1, 1, 2}, {4, 1, 1, 3}, 100000, 50},
		{H100, {1, 1, 1, 1}, {8, 1, 1, 4}, 3000, 3},
		{"intel-gaudi2", {2, 2, 1, 4}, {4, 4, 1, 2}, 87, 2},
		{"amd-epyc-9965", {1, 4, 1, 2}, {4, 1, 1, 3}, 1200, 2},
	};
	struct jtn_deployment deployment = tensor_parallel(0);
	struct jtn_server *server;
	double maximum;
	double previous = 0;
	double e2e = 0;
	double load;

	deployment.prefill = pools[_i].prefill;
	deployment.decode = pools[_i].decode;
	server = new_server(pools[_i].hardware, STACK, "llama-3.1-8b", &deployment);
	maximum = estimate_one(server, offline_queue(pools[_i].input, pools[_i].output)).requests_per_s;
	for (load = 1; load < 50000; load *= 1.3) {
		struct jtn_estimate e = estimate_one(server, closed_loop(pools[_i].input, pools[_i].output, load));

		/* Half a percent: the queue's wait is cut off at a prefill pool 99.9 % busy. */
		ck_assert_msg(e.requests_per_s >= previous * 0.995, "%g/s at %g, %g/s at less", e.requests_per_s, load,
		              previous);
		previous = e.requests_per_s;
	}
	ck_assert_msg(previous >= 0.9 * maximum, "50000 at once reach %g of %g", previous, maximum);
	for (load = 0.01; load < 0.95; load += 0.02) {
		struct jtn_estimate e = estimate_one(server, open_loop(pools[_i].input, pools[_i].output, load * maximum));

		ck_assert_msg(e.e2e_ms >= e2e * 0.995, "e2e falls from %g to %g ms at load %g", e2e, e.e2e_ms, load);
		e2e = e.e2e_ms;
	}
	jtn_server_free(server);
}
END_TEST

/* Steps full of decoding leave prompts no room; that slows everybody down, and cannot stop the server. */
START_TEST(a_small_token_budget_does_not_starve_prompts)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server *server;
	double previous = 0;
	double concurrency;

	deployment.max_batched_tokens = _i == 0 ? 1149 : 256;
	deployment.speculative_tokens = _i == 0 ? 4 : 0;
	deployment.speculative_acceptance = _i == 0 ? 0.3 : 0;
	server = new_server(H100, STACK, "llama-3.1-8b", &deployment);
	for (concurrency = 1; concurrency < 3000; concurrency *= 1.2) {
		struct jtn_estimate e = estimate_one(server, closed_loop(1500, 400, concurrency));

		ck_assert_msg(e.requests_per_s >= previous * 0.98, "%g/s at %g, %g/s at less", e.requests_per_s, concurrency,
		              previous);
		previous = e.requests_per_s;
	}
	jtn_server_free(server);
}
END_TEST

/* Hopper computes 4-bit weights in 16 bits: dearer the more a weight takes to widen, and worth it all the same. */
START_TEST(widening_weights_takes_time_at_every_batch)
{
	struct jtn_deployment deployment = tensor_parallel(1);
	struct jtn_server *free_of_charge;
	struct jtn_server *widened;
	struct jtn_server *wide;
	double concurrency;

	wide = server_where("widening_flops", 10, H100, "llama-3.1-8b", &deployment);
	deployment.precision = JTN_PRECISION_W4A16;
	free_of_charge = server_where("widening_flops", 0, H100, "llama-3.1-8b", &deployment);
	widened = server_where("widening_flops", 10, H100, "llama-3.1-8b", &deployment);
	for (concurrency = 1; concurrency <= 256; concurrency *= 4)
		ck_assert_double_gt(estimate_one(widened, closed_loop(1000, 500, concurrency)).tpot_ms,
		                    estimate_one(free_of_charge, closed_loop(1000, 500, concurrency)).tpot_ms);
	ck_assert_double_lt(estimate_one(widened, closed_loop(1000, 500, 1)).tpot_ms,
	                    estimate_one(wide, closed_loop(1000, 500, 1)).tpot_ms);
	jtn_server_free(free_of_charge);
	jtn_server_free(widened);
	jtn_server_free(wide);
}
END_TEST

START_TEST(bands_are_wider_on_hardware_or_a_model_that_was_not_fitted)
{
	struct jtn_stack *stack = new_stack(NULL, 0, "[{\"family\": \"ampere\", \"constants\": {}}]");
	static const struct {
		const char *hardware;
		const char *model;
		int outside;
	} cases[] = {{H100, "llama-3.1-8b", 0},
	             {"nvidia-h200-sxm", "llama-3.1-8b", 1},
	             {H100, "qwen3-8b", 1},
	             {"nvidia-a100-80-sxm", "llama-3.1-8b", 1}};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct jtn_server *server = new_server_under(stack, cases[i].hardware, cases[i].model, NULL);
		struct jtn_estimate e = estimate_one(server, closed_loop(1000, 300, 8));

		assert_close(e.error_tpot, cases[i].outside ? 0.2 : 0.1, 1e-12);
		assert_close(e.error_cost, cases[i].outside ? 0.8 : 0.4, 1e-12);
		ck_assert_int_eq((e.flags & JTN_ESTIMATE_APPROXIMATE) != 0, cases[i].outside);
		jtn_server_free(server);
	}
	jtn_stack_free(stack);
}
END_TEST

START_TEST(a_generic_stack_knows_less)
{
	struct jtn_server *known = llama_8b();
	struct jtn_server *generic = new_server(H100, "generic", "llama-3.1-8b", NULL);
	struct jtn_estimate a = estimate_one(known, closed_loop(1000, 300, 32));
	struct jtn_estimate b = estimate_one(generic, closed_loop(1000, 300, 32));

	ck_assert_double_ge(b.error_tpot, a.error_tpot);
	ck_assert_double_ge(b.error_throughput, a.error_throughput);
	ck_assert_double_ge(b.error_cost, a.error_cost);
	jtn_server_free(known);
	jtn_server_free(generic);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("steady");
	TCase *tests = tcase_create("steady");

	tcase_add_loop_test(tests, throughput_rises_with_concurrency_and_stays_below_the_maximum, 0, 4);
	tcase_add_test(tests, a_single_request_has_the_server_for_itself);
	tcase_add_test(tests, below_saturation_the_asked_rate_is_delivered);
	tcase_add_test(tests, above_saturation_demand_is_the_limit_and_the_maximum_the_rate);
	tcase_add_test(tests, open_and_closed_loop_agree_where_they_meet);
	tcase_add_loop_test(tests, longer_contexts_decode_slower, 0, 3);
	tcase_add_test(tests, larger_batches_decode_slower_per_user);
	tcase_add_test(tests, more_requests_than_slots_queue_for_them);
	tcase_add_test(tests, more_context_than_memory_queues_for_it);
	tcase_add_test(tests, the_less_output_is_reserved_the_more_requests_are_let_in);
	tcase_add_test(tests, what_is_reserved_does_not_matter_while_memory_is_no_limit);
	tcase_add_test(tests, the_share_of_prefills_queued_for_moves_time_from_tpot_to_ttft);
	tcase_add_test(tests, prompts_wait_for_kernels_that_no_graph_covers_and_decoding_alone_does_not);
	tcase_add_test(tests, one_sequence_too_long_does_not_fit_and_says_so);
	tcase_add_test(tests, faster_memory_decodes_faster);
	tcase_add_test(tests, fp8_decodes_faster_than_bf16_and_a_large_model_slower_than_a_small_one);
	tcase_add_test(tests, tensor_parallelism_shortens_decoding_but_not_in_full);
	tcase_add_test(tests, cached_tokens_shorten_the_wait_and_raise_the_throughput);
	tcase_add_test(tests, cached_tokens_without_a_prefix_cache_contradict);
	tcase_add_test(tests, two_replicas_under_twice_the_load_are_twice_one);
	tcase_add_test(tests, speculation_pays_at_batch_one_as_its_formula_says);
	tcase_add_test(tests, a_prompt_that_the_prefill_pool_cannot_hold_is_refused);
	tcase_add_test(tests, experts_that_leave_the_scale_up_domain_cost_more);
	tcase_add_test(tests, a_decode_pool_is_not_held_up_by_prefill);
	tcase_add_test(tests, the_slower_pool_sets_the_pace);
	tcase_add_loop_test(tests, pools_deliver_no_less_when_more_is_asked, 0, 5);
	tcase_add_loop_test(tests, a_small_token_budget_does_not_starve_prompts, 0, 2);
	tcase_add_test(tests, widening_weights_takes_time_at_every_batch);
	tcase_add_test(tests, bands_are_wider_on_hardware_or_a_model_that_was_not_fitted);
	tcase_add_test(tests, a_generic_stack_knows_less);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
