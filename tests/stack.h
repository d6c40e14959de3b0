/* A stack profile of round figures, for suites that must not depend on the catalogue's. */
#ifndef JTN_TESTS_STACK_H
#define JTN_TESTS_STACK_H

#include "fixture.h"

/* One constant that differs from the round figure. */
struct constant {
	const char *name;
	double value;
};

static const struct {
	const char *name;
	const char *unit;
	double value;
} round_constants[] = {
	{"memory_efficiency", "1", 0.8},
	{"compute_efficiency", "1", 0.6},
	{"narrow_efficiency", "1", 0.8},
	{"widening_flops", "1", 10},
	{"moe_memory_efficiency", "1", 0.6},
	{"moe_compute_efficiency", "1", 0.3},
	{"expert_imbalance", "1", 0.2},
	{"traffic_bytes", "bytes", 16},
	{"kv_efficiency", "1", 0.6},
	{"narrow_kv_efficiency", "1", 0.8},
	{"attention_efficiency", "1", 0.5},
	{"link_efficiency", "1", 0.6},
	{"collective_us", "us", 6},
	{"kernel_us", "us", 5},
	{"prompt_kernel_us", "us", 2},
	{"moe_layer_us", "us", 5},
	{"sequence_us", "us", 10},
	{"host_us", "us", 500},
	{"request_ms", "ms", 50},
	{"first_token_steps", "steps", 1.5},
	{"prefill_queue", "1", 0.1},
	{"reserved_output", "1", 0.75},
	{"runtime_bytes", "bytes", 2500000000},
	{"activation_bytes", "bytes", 30},
};

/* Fitted on an H100 and Llama 3.1 8B; families have what `families` says, a JSON array. */
static inline struct jtn_stack *
new_stack(const struct constant *changes, size_t count, const char *families)
{
	char text[8192];
	size_t used;
	size_t changed = 0;
	size_t i;
	size_t j;
	struct jtn_stack *stack = NULL;
	struct jtn_error err;

	used = (size_t)snprintf(text, sizeof(text),
	                        "{\"id\": \"round\", \"name\": \"Round figures\", \"sources\": {\"us\": {\"cite\": \"c\", "
	                        "\"date\": \"2026\"}}, "
	                        "\"defaults\": {\"max_num_seqs\": 256, \"max_batched_tokens\": 8192, \"block_tokens\": 16, "
	                        "\"memory_utilization\": 0.9, \"chunked_prefill\": true, \"prefix_caching\": true}, "
	                        "\"families\": %s, \"bands\": {\"tpot\": 0.1, \"ttft\": 0.2, \"throughput\": 0.3, "
	                        "\"cost\": 0.4, \"outside\": 2}, "
	                        "\"fit\": {\"on\": \"o\", \"rows\": 0, \"date\": \"2026\", \"hardware\": [\"" H100
	                        "\"], \"models\": [\"llama-3.1-8b\"]}, \"constants\": {",
	                        families);
	for (i = 0; i < COUNT(round_constants); i++) {
		double value = round_constants[i].value;

		for (j = 0; j < count; j++) {
			if (strcmp(changes[j].name, round_constants[i].name) == 0) {
				value = changes[j].value;
				changed++;
			}
		}
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		                         "%s\"%s\": {\"value\": %.17g, \"unit\": \"%s\", \"source\": \"us\"}",
		                         i > 0 ? ", " : "", round_constants[i].name, value, round_constants[i].unit);
	}
	used += (size_t)snprintf(text + used, sizeof(text) - used, "}}");
	ck_assert_uint_lt(used, sizeof(text));
	ck_assert_uint_eq(changed, count);
	assert_ok(jtn_stack_parse(text, used, NULL, &stack, &err), err);
	return stack;
}

static inline struct jtn_server *
new_server_under(struct jtn_stack *stack, const char *hardware, const char *model,
                 const struct jtn_deployment *deployment)
{
	struct parts parts = find_parts(hardware, STACK, model);
	struct jtn_server *server = NULL;
	struct jtn_error err;

	assert_ok(jtn_server_new(parts.hardware, stack, parts.model, deployment, NULL, &server, &err), err);
	free_parts(parts);
	return server;
}

/* A server under round figures of which one differs. */
static inline struct jtn_server *
server_where(const char *constant, double value, const char *hardware, const char *model,
             const struct jtn_deployment *deployment)
{
	const struct constant change = {constant, value};
	struct jtn_stack *stack = new_stack(&change, 1, "[]");
	struct jtn_server *server = new_server_under(stack, hardware, model, deployment);

	jtn_stack_free(stack);
	return server;
}

#endif
