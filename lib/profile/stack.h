/* The inside of a stack profile, for lib/cost. What each constant does: docs/cost-model.md. */
#ifndef JTN_PROFILE_STACK_H
#define JTN_PROFILE_STACK_H

#include "base/arena.h"
#include "jeton/stack.h"

/* Constants of one stack on one hardware family. Efficiencies are (0, 1], overheads are in their named units. */
struct jtn__constants {
	double memory_efficiency;      /* of peak bandwidth, reading dense weights */
	double compute_efficiency;     /* of peak, dense GEMM */
	double moe_memory_efficiency;  /* of peak bandwidth, reading experts */
	double moe_compute_efficiency; /* of peak, expert GEMM */
	double kv_efficiency;          /* of peak bandwidth, reading the KV cache */
	double attention_efficiency;   /* of the attention format's peak, QK and PV */
	double link_efficiency;        /* of the link rate, collectives */
	double collective_us;          /* per collective */
	double layer_us;               /* per layer and step */
	double moe_layer_us;           /* per MoE layer and step, on top */
	double sequence_us;            /* per sequence and step: sampling, detokenising, block tables */
	double host_us;                /* per step: scheduling, launch */
	double request_ms;             /* per request before the first token: API, tokenising */
	double first_token_steps;      /* decode steps a new request waits for, on average */
	double prefill_queue;          /* share of each other request's prefill that a new one waits for */
	double runtime_bytes;          /* per accelerator beside weights and KV */
	double activation_bytes;       /* per batched token and hidden unit */
};

struct jtn__stack_family {
	const char *family; /* as in hardware profiles */
	struct jtn__constants constants;
};

struct jtn_stack {
	struct jtn__arena *arena;
	const char *id;
	int32_t max_num_seqs;
	int32_t max_batched_tokens;
	int32_t block_tokens;
	int32_t chunked_prefill; /* enum jtn_switch, never default */
	int32_t prefix_caching;  /* likewise */
	double memory_utilization;
	struct jtn__constants constants; /* where no family matches */
	size_t family_count;
	const struct jtn__stack_family *families;
	double band_tpot; /* 80 % bands; see struct jtn_estimate */
	double band_ttft;
	double band_throughput;
	double band_cost;
	double band_outside; /* factor on them for a hardware family it was not fitted on */
};

/* The constants for a hardware family, and whether they were fitted there. */
const struct jtn__constants *
jtn__stack_constants(const struct jtn_stack *stack, const char *family, int *retfitted);

#endif
