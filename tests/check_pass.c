/*
 * One forward pass, on constants made for the purpose: what each of them costs, and what it must leave alone. The
 * catalogue's constants have no part in it.
 */
#include "fixture.h"

#include "cost/pass.h"

/* Nothing lost and nothing added but what a test sets. */
static const struct jtn__constants perfect = {
	.memory_efficiency = 1,
	.compute_efficiency = 1,
	.narrow_efficiency = 1,
	.moe_memory_efficiency = 1,
	.moe_compute_efficiency = 1,
	.kv_efficiency = 1,
	.narrow_kv_efficiency = 1,
	.attention_efficiency = 1,
	.link_efficiency = 1,
};

static const struct jtn__weight_format bf16 = {2, JTN__FORMAT_16BIT};
static const struct jtn__weight_format fp8 = {1, JTN__FORMAT_FP8};
static const struct jtn__weight_format eight_bits_stored = {1, JTN__FORMAT_16BIT};
static const struct jtn__weight_format fp4 = {0.5, JTN__FORMAT_FP4};
static const struct jtn__weight_format four_bits_stored = {0.5, JTN__FORMAT_16BIT};

static struct jtn__plan
plan_of(const char *hardware, const char *model, const struct jtn__constants *constants,
        struct jtn__weight_format weight, double kv_bytes, struct jtn__shape shape)
{
	struct parts parts = find_parts(hardware, STACK, model);
	struct jtn__formats formats = {.kv_bytes = kv_bytes};
	struct jtn__plan plan;
	struct jtn_error err;
	size_t i;

	for (i = 0; i < JTN__WEIGHTS; i++)
		formats.weight[i] = weight;
	assert_ok(jtn__plan_prepare(parts.hardware, constants, parts.model, &formats, &shape, &plan, &err), err);
	free_parts(parts);
	return plan;
}

static struct jtn__plan
llama(const struct jtn__constants *constants, struct jtn__shape shape)
{
	return plan_of(H100, "llama-3.1-8b", constants, bf16, 2, shape);
}

static const struct jtn__shape alone = {1, 1, 1, 1};

static struct jtn__load
decode_of(double sequences)
{
	return (struct jtn__load){.sequences = sequences, .tokens = sequences, .context = 1000};
}

static struct jtn__load
prompt_of(const struct jtn__plan *plan, double tokens)
{
	return (struct jtn__load){
		.prefill = tokens, .prefill_ends = 1, .prefill_s = jtn__pass_prefill_attention(plan, tokens, 0)};
}

static struct jtn__time
time_of(const struct jtn__plan *plan, struct jtn__load load)
{
	struct jtn__time time;

	jtn__pass(plan, &load, &time);
	assert_close(time.total, time.bandwidth + time.compute + time.network + time.overhead, 1e-12);
	ck_assert(time.bandwidth >= 0 && time.compute >= 0 && time.network >= 0 && time.overhead >= 0);
	ck_assert(time.context >= 0 && time.context <= time.total);
	return time;
}

/* Weights stored narrow and widened to compute are read as fast, and take vector units besides. */
START_TEST(weights_only_stored_narrow_are_slower_than_those_that_compute_so)
{
	static const struct {
		const char *hardware;
		const struct jtn__weight_format *native;
		const struct jtn__weight_format *widened;
	} pairs[] = {{H100, &fp8, &eight_bits_stored},
	             {"nvidia-b200-sxm", &fp8, &eight_bits_stored},
	             {"nvidia-b200-sxm", &fp4, &four_bits_stored}};
	const double tokens[] = {1, 16, 256, 4096};
	struct jtn__constants constants = perfect;
	struct jtn__plan native;
	struct jtn__plan widened;
	size_t i;

	constants.widening_flops = 12;
	native = plan_of(pairs[_i].hardware, "llama-3.1-8b", &constants, *pairs[_i].native, 2, alone);
	widened = plan_of(pairs[_i].hardware, "llama-3.1-8b", &constants, *pairs[_i].widened, 2, alone);
	ck_assert_double_gt(widened.dense.memory_s, native.dense.memory_s);
	ck_assert_double_gt(widened.dense.compute_s, native.dense.compute_s);
	for (i = 0; i < COUNT(tokens); i++)
		ck_assert_double_gt(time_of(&widened, decode_of(tokens[i])).total,
		                    time_of(&native, decode_of(tokens[i])).total);
}
END_TEST

START_TEST(widening_costs_nothing_where_weights_compute_as_they_are_stored)
{
	const struct jtn__weight_format *formats[] = {&bf16, &fp8};
	struct jtn__constants constants = perfect;
	struct jtn__plan without = plan_of(H100, "llama-3.1-8b", &constants, *formats[_i], 2, alone);
	struct jtn__plan with_it;

	constants.widening_flops = 1000;
	with_it = plan_of(H100, "llama-3.1-8b", &constants, *formats[_i], 2, alone);
	ck_assert_mem_eq(&with_it, &without, sizeof(without));
}
END_TEST

/* Hopper has no fp4, Ampere no fp8: there such weights are widened, and still read faster than wide ones. */
START_TEST(a_format_that_the_hardware_lacks_is_widened)
{
	static const char *const hardware[] = {H100, "nvidia-a100-80-sxm"};
	const struct jtn__weight_format *missing[] = {&fp4, &fp8};
	const struct jtn__weight_format *stored[] = {&four_bits_stored, &eight_bits_stored};
	struct jtn__constants constants = perfect;
	struct jtn__plan lacking;
	struct jtn__plan asked;
	struct jtn__plan wide;

	constants.widening_flops = 12;
	lacking = plan_of(hardware[_i], "llama-3.1-8b", &constants, *missing[_i], 2, alone);
	asked = plan_of(hardware[_i], "llama-3.1-8b", &constants, *stored[_i], 2, alone);
	wide = plan_of(hardware[_i], "llama-3.1-8b", &constants, bf16, 2, alone);
	ck_assert_mem_eq(&lacking, &asked, sizeof(asked));
	ck_assert_double_lt(time_of(&lacking, decode_of(1)).total, time_of(&wide, decode_of(1)).total);
	ck_assert_double_gt(time_of(&lacking, decode_of(8192)).compute, time_of(&wide, decode_of(8192)).compute);
}
END_TEST

START_TEST(a_narrower_format_reaches_less_of_its_peak)
{
	struct jtn__constants constants = perfect;
	struct jtn__plan full = plan_of("nvidia-b200-sxm", "llama-3.1-8b", &constants, fp4, 2, alone);
	struct jtn__plan eight = plan_of("nvidia-b200-sxm", "llama-3.1-8b", &constants, fp8, 2, alone);
	struct jtn__plan wide = plan_of("nvidia-b200-sxm", "llama-3.1-8b", &constants, bf16, 2, alone);

	constants.narrow_efficiency = 0.8;
	assert_close(plan_of("nvidia-b200-sxm", "llama-3.1-8b", &constants, fp4, 2, alone).head.compute_s * 0.64,
	             full.head.compute_s, 1e-12);
	assert_close(plan_of("nvidia-b200-sxm", "llama-3.1-8b", &constants, fp8, 2, alone).head.compute_s * 0.8,
	             eight.head.compute_s, 1e-12);
	assert_close(plan_of("nvidia-b200-sxm", "llama-3.1-8b", &constants, bf16, 2, alone).head.compute_s,
	             wide.head.compute_s, 1e-12);
}
END_TEST

START_TEST(a_cache_of_8_bits_reads_less_fast_than_its_half_but_faster_than_16)
{
	struct jtn__constants constants = perfect;
	struct jtn__plan wide = plan_of(H100, "llama-3.1-8b", &constants, bf16, 2, alone);
	struct jtn__plan half = plan_of(H100, "llama-3.1-8b", &constants, bf16, 1, alone);
	struct jtn__plan narrow;

	constants.narrow_kv_efficiency = 0.8;
	narrow = plan_of(H100, "llama-3.1-8b", &constants, bf16, 1, alone);
	assert_close(narrow.attentions[0].memory_s * 0.8, half.attentions[0].memory_s, 1e-12);
	ck_assert_double_lt(narrow.attentions[0].memory_s, wide.attentions[0].memory_s);
	constants = perfect;
	constants.narrow_kv_efficiency = 0.1;
	assert_close(plan_of(H100, "llama-3.1-8b", &constants, bf16, 2, alone).attentions[0].memory_s,
	             wide.attentions[0].memory_s, 1e-12);
}
END_TEST

/* One stage has the head and the scheduler, and each micro-batch has to pass it. */
START_TEST(a_pipeline_pays_the_head_and_the_host_once_for_each_micro_batch)
{
	struct jtn__constants constants = perfect;
	struct jtn__plan one;
	struct jtn__plan four;
	double head;

	constants.host_us = 100;
	one = llama(&constants, alone);
	four = llama(&constants, (struct jtn__shape){1, 4, 1, 1});
	head = one.head.memory_s;
	assert_close(four.head.memory_s, head, 1e-12);
	assert_close(time_of(&one, decode_of(64)).overhead, 100e-6, 1e-12);
	assert_close(time_of(&four, decode_of(64)).overhead, 400e-6, 1e-12);
	assert_close(time_of(&four, decode_of(4)).overhead, 400e-6, 1e-12);
	/* A sequence on its own makes no micro-batches. */
	assert_close(time_of(&four, decode_of(1)).overhead, 100e-6, 1e-12);
	assert_close(time_of(&four, decode_of(2)).overhead, 200e-6, 1e-12);

	/* With next to no head, the same pass is shorter by it: four times on four stages. */
	constants.host_us = 0;
	one = llama(&constants, alone);
	four = llama(&constants, (struct jtn__shape){1, 4, 1, 1});
	head = time_of(&four, decode_of(4)).total;
	four.head = (struct jtn__matrices){0, 0};
	assert_close(head - time_of(&four, decode_of(4)).total, 4 * jtn__pass_head(&one, 1), 1e-9);
}
END_TEST

START_TEST(a_pipeline_of_prompts_pays_the_head_and_the_host_for_each_micro_batch_too)
{
	struct jtn__constants constants = perfect;
	struct jtn__plan four;

	constants.host_us = 100;
	four = llama(&constants, (struct jtn__shape){1, 4, 1, 1});
	assert_close(time_of(&four, prompt_of(&four, 4096)).overhead, 400e-6, 1e-12);
}
END_TEST

START_TEST(every_kernel_of_every_layer_takes_its_time_once_a_pass)
{
	struct jtn__constants constants = perfect;
	struct jtn__plan plan;

	constants.kernel_us = 3;
	plan = llama(&constants, alone);
	assert_close(time_of(&plan, decode_of(1)).overhead, 32 * 9 * 3e-6, 1e-12);
	assert_close(time_of(&plan, decode_of(200)).overhead, 32 * 9 * 3e-6, 1e-12);
	plan = llama(&constants, (struct jtn__shape){1, 4, 1, 1}); /* a micro-batch goes through all stages */
	assert_close(time_of(&plan, decode_of(200)).overhead, 32 * 9 * 3e-6, 1e-12);
	constants.kernel_us = 0;
	constants.moe_layer_us = 5;
	plan = plan_of(H100, "deepseek-v3", &constants, fp8, 2, alone);
	assert_close(time_of(&plan, decode_of(1)).overhead, 58 * 5e-6, 1e-12);
	assert_close(time_of(&plan, decode_of(1)).overhead, time_of(&plan, prompt_of(&plan, 100)).overhead, 1e-12);
}
END_TEST

START_TEST(only_passes_with_prompt_tokens_pay_for_kernels_no_graph_covers)
{
	struct jtn__constants constants = perfect;
	struct jtn__load mixed = decode_of(16);
	struct jtn__plan plan;

	constants.prompt_kernel_us = 2;
	plan = llama(&constants, alone);
	ck_assert(time_of(&plan, decode_of(16)).overhead == 0);
	assert_close(time_of(&plan, prompt_of(&plan, 500)).overhead, 32 * 9 * 2e-6, 1e-12);
	mixed.prefill = 1;
	assert_close(time_of(&plan, mixed).overhead, 32 * 9 * 2e-6, 1e-12);
}
END_TEST

START_TEST(an_all_reduce_takes_one_shot_while_it_is_small_and_two_when_it_is_large)
{
	struct jtn__constants constants = perfect;
	struct jtn__plan plan;
	double bytes_s = 4096 * 2 / 450e9;

	constants.collective_us = 6;
	plan = llama(&constants, (struct jtn__shape){8, 1, 1, 1});
	/* One: everybody sends its all to everybody. Two: a share to each and back, and three more waits. */
	assert_close(time_of(&plan, decode_of(1)).network, 64 * (6e-6 + 7 * bytes_s), 1e-9);
	assert_close(time_of(&plan, decode_of(4096)).network, 64 * (4 * 6e-6 + 4096 * 2 * 7 / 8.0 * bytes_s), 1e-9);
	plan = llama(&constants, alone);
	ck_assert(time_of(&plan, decode_of(4096)).network == 0);
}
END_TEST

START_TEST(network_time_never_falls_as_tokens_grow)
{
	static const struct jtn__shape shapes[] = {{8, 1, 1, 1}, {2, 2, 1, 1}, {1, 1, 8, 8}, {2, 1, 16, 32}, {8, 4, 1, 8}};
	struct jtn__constants constants = perfect;
	double previous = 0;
	double tokens;

	constants.collective_us = 6;
	struct jtn__plan plan = plan_of(H100, "deepseek-v3", &constants, fp8, 2, shapes[_i]);
	for (tokens = 1; tokens < 1e5; tokens *= 1.5) {
		double now = time_of(&plan, decode_of(tokens)).network;

		ck_assert_msg(now >= previous && now > 0, "%g s for %g tokens, %g s for fewer", now, tokens, previous);
		previous = now;
	}
}
END_TEST

START_TEST(uneven_experts_cost_only_where_whole_experts_are_spread)
{
	struct jtn__constants constants = perfect;
	const struct jtn__shape spread = {1, 1, 8, 8};
	const struct jtn__shape whole = {8, 1, 1, 1};
	struct jtn__plan even = plan_of(H100, "deepseek-v3", &constants, fp8, 2, spread);
	struct jtn__plan cut = plan_of(H100, "deepseek-v3", &constants, fp8, 2, whole);
	struct jtn__plan uneven;

	constants.expert_imbalance = 0.4;
	uneven = plan_of(H100, "deepseek-v3", &constants, fp8, 2, spread);
	assert_close(uneven.experts[0].all.memory_s, even.experts[0].all.memory_s * (1 + 0.4 * 7 / 8), 1e-12);
	assert_close(uneven.experts[0].all.compute_s, even.experts[0].all.compute_s * (1 + 0.4 * 7 / 8), 1e-12);
	uneven = plan_of(H100, "deepseek-v3", &constants, fp8, 2, whole);
	ck_assert_mem_eq(&uneven, &cut, sizeof(cut));
}
END_TEST

START_TEST(activations_move_through_memory_by_token_and_by_expert_chosen)
{
	struct jtn__constants constants = perfect;
	struct jtn__plan plan;

	constants.traffic_bytes = 16;
	plan = llama(&constants, alone);
	assert_close(plan.traffic_token_s, 32 * 4096 * 16 / 3350e9, 1e-12);
	plan = plan_of(H100, "mixtral-8x7b", &constants, bf16, 2, alone);
	assert_close(plan.traffic_token_s, 32 * (1 + 2) * 4096 * 16 / 3350e9, 1e-12);
	plan = llama(&perfect, alone);
	ck_assert(plan.traffic_token_s == 0);
}
END_TEST

START_TEST(a_pass_never_gets_shorter_when_it_is_given_more)
{
	static const struct {
		const char *model;
		struct jtn__shape shape;
	} workers[] = {{"llama-3.1-8b", {1, 1, 1, 1}}, {"llama-3.1-8b", {2, 4, 1, 1}},  {"deepseek-v3", {1, 1, 16, 16}},
	               {"deepseek-v3", {8, 1, 1, 1}},  {"qwen3-30b-a3b", {2, 2, 2, 4}}, {"gpt-oss-120b", {4, 1, 1, 1}}};
	const struct jtn__constants constants = {
		.memory_efficiency = 0.8,
		.compute_efficiency = 0.6,
		.narrow_efficiency = 0.8,
		.widening_flops = 12,
		.moe_memory_efficiency = 0.6,
		.moe_compute_efficiency = 0.3,
		.expert_imbalance = 0.2,
		.traffic_bytes = 16,
		.kv_efficiency = 0.6,
		.narrow_kv_efficiency = 0.8,
		.attention_efficiency = 0.5,
		.link_efficiency = 0.6,
		.collective_us = 6,
		.kernel_us = 5,
		.prompt_kernel_us = 2,
		.moe_layer_us = 5,
		.sequence_us = 10,
		.host_us = 500,
	};
	struct jtn__plan plan = plan_of(H100, workers[_i].model, &constants, fp8, 1, workers[_i].shape);
	double previous = 0;
	double amount;

	for (amount = 1; amount < 1e4; amount *= 1.3) { /* sequences */
		double now = time_of(&plan, decode_of(amount)).total;

		ck_assert_msg(now >= previous, "%g s for %g sequences, %g s for fewer", now, amount, previous);
		previous = now;
	}
	for (previous = 0, amount = 1; amount < 1e6; amount *= 1.3) { /* context */
		struct jtn__load load = decode_of(64);
		double now;

		load.context = amount;
		now = time_of(&plan, load).total;
		ck_assert_msg(now >= previous, "%g s for a context of %g, %g s for less", now, amount, previous);
		previous = now;
	}
	for (previous = time_of(&plan, decode_of(64)).total, amount = 1; amount < 1e5; amount *= 1.3) { /* prompt tokens */
		struct jtn__load load = prompt_of(&plan, amount);
		double now;

		load.sequences = load.tokens = 64;
		load.context = 1000;
		now = time_of(&plan, load).total;
		ck_assert_msg(now >= previous, "%g s with %g prompt tokens, %g s with fewer", now, amount, previous);
		previous = now;
	}
	for (previous = time_of(&plan, prompt_of(&plan, 2048)).total, amount = 1; amount < 1e4; amount *= 1.3) {
		struct jtn__load load = prompt_of(&plan, 2048);
		double now;

		load.sequences = load.tokens = amount;
		load.context = 1000;
		now = time_of(&plan, load).total;
		ck_assert_msg(now >= previous, "2048 prompt tokens: %g s beside %g sequences, %g s beside fewer", now, amount,
		              previous);
		previous = now;
	}
}
END_TEST

START_TEST(no_pass_beats_its_roofline)
{
	static const char *const models[] = {"llama-3.1-8b", "deepseek-v3", "qwen3-next-80b-a3b", "gpt-oss-120b",
	                                     "minimax-m2.5", "gemma-3-27b", "deepseek-v3.2",      "llama-4-maverick"};
	static const struct jtn__shape shapes[] = {{1, 1, 1, 1}, {8, 1, 1, 1}, {4, 4, 1, 1}, {1, 1, 8, 8}, {2, 2, 4, 8}};
	const struct jtn__weight_format formats[] = {bf16, fp8, fp4, eight_bits_stored, four_bits_stored};
	const double contexts[] = {1, 500, 100000};
	size_t i;

	for (i = 0; i < COUNT(shapes) * COUNT(formats) * 2 * COUNT(contexts); i++) {
		struct jtn__shape shape = shapes[i % COUNT(shapes)];
		struct jtn__weight_format format = formats[i / COUNT(shapes) % COUNT(formats)];
		double kv_bytes = i / COUNT(shapes) / COUNT(formats) % 2 == 0 ? 2 : 1;
		double context = contexts[i / COUNT(shapes) / COUNT(formats) / 2];
		struct jtn__plan plan = plan_of("nvidia-b200-sxm", models[_i], &perfect, format, kv_bytes, shape);
		struct jtn__plan ideal = plan_of("nvidia-b200-sxm", models[_i], NULL, format, kv_bytes, shape);
		double sequences;

		for (sequences = 0.5; sequences < 5000; sequences *= 3) {
			struct jtn__load load = {.sequences = sequences, .tokens = sequences, .context = context};
			double roofline = jtn__pass_roofline(&ideal, &load);
			double total;

			for (; load.tokens <= 4 * sequences; load.tokens += sequences) {
				total = time_of(&plan, load).total;
				roofline = jtn__pass_roofline(&ideal, &load);
				ck_assert_msg(total >= roofline * (1 - 1e-12),
				              "%s, case %d: %g sequences, %g tokens: %g s, roofline %g s", models[_i], (int)i,
				              sequences, load.tokens, total, roofline);
			}
		}
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pass");
	TCase *tests = tcase_create("pass");

	tcase_add_loop_test(tests, weights_only_stored_narrow_are_slower_than_those_that_compute_so, 0, 3);
	tcase_add_loop_test(tests, widening_costs_nothing_where_weights_compute_as_they_are_stored, 0, 2);
	tcase_add_loop_test(tests, a_format_that_the_hardware_lacks_is_widened, 0, 2);
	tcase_add_test(tests, a_narrower_format_reaches_less_of_its_peak);
	tcase_add_test(tests, a_cache_of_8_bits_reads_less_fast_than_its_half_but_faster_than_16);
	tcase_add_test(tests, a_pipeline_pays_the_head_and_the_host_once_for_each_micro_batch);
	tcase_add_test(tests, a_pipeline_of_prompts_pays_the_head_and_the_host_for_each_micro_batch_too);
	tcase_add_test(tests, every_kernel_of_every_layer_takes_its_time_once_a_pass);
	tcase_add_test(tests, only_passes_with_prompt_tokens_pay_for_kernels_no_graph_covers);
	tcase_add_test(tests, an_all_reduce_takes_one_shot_while_it_is_small_and_two_when_it_is_large);
	tcase_add_loop_test(tests, network_time_never_falls_as_tokens_grow, 0, 5);
	tcase_add_test(tests, uneven_experts_cost_only_where_whole_experts_are_spread);
	tcase_add_test(tests, activations_move_through_memory_by_token_and_by_expert_chosen);
	tcase_add_loop_test(tests, a_pass_never_gets_shorter_when_it_is_given_more, 0, 6);
	tcase_add_loop_test(tests, no_pass_beats_its_roofline, 0, 8);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
