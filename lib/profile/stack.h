/* The inside of a stack profile, for lib/cost. What each constant does: docs/cost-model.md. */
#ifndef JTN_PROFILE_STACK_H
#define JTN_PROFILE_STACK_H

#include "base/arena.h"
#include "jeton/stack.h"

#include <stdbool.h>

/* Constants of one stack on one hardware family. Efficiencies are (0, 1], overheads are in their named units. */
struct jtn__constants {
	double memory_efficiency;      /* of peak bandwidth, reading dense weights */
	double compute_efficiency;     /* of the 16-bit peak, dense GEMM */
	double narrow_efficiency;      /* what is left of that at each halving of the format: fp8, then fp4 */
	double widening_flops;         /* vector work per weight that is widened to the format that computes */
	double moe_memory_efficiency;  /* of peak bandwidth, reading experts */
	double moe_compute_efficiency; /* of peak, expert GEMM */
	double expert_imbalance;       /* how much more than the mean the fullest of many expert ranks has to do */
	double traffic_bytes;          /* bytes moved per token and hidden unit, in a layer and for each expert chosen */
	double kv_efficiency;          /* of peak bandwidth, reading the KV cache */
	double narrow_kv_efficiency;   /* what is left of that where the cache is kept in 8 bits */
	double attention_efficiency;   /* of the attention format's peak, QK and PV */
	double link_efficiency;        /* of the link rate, collectives */
	double collective_us;          /* per collective */
	double kernel_us;              /* per kernel and step */
	double prompt_kernel_us;       /* on top in steps that carry prompt tokens, which no graph covers */
	double moe_layer_us;           /* per expert layer and step, on top of its kernels */
	double sequence_us;            /* per sequence and step: sampling, detokenising, block tables */
	double host_us;                /* per step: scheduling, launch */
	double request_ms;             /* per request before the first token: API, tokenising */
	double first_token_steps;      /* decode steps a new request waits for, on average */
	double prefill_queue;    /* share of the others' prefills that requests spend before their first token, not after */
	double reserved_output;  /* share of its output that a request must have room for when it is let in */
	double runtime_bytes;    /* per accelerator beside weights and KV */
	double activation_bytes; /* per batched token and hidden unit */
};

/* What the software does unless it is told otherwise. */
struct jtn__stack_defaults {
	int32_t max_num_seqs;
	int32_t max_batched_tokens;
	int32_t block_tokens;
	int32_t chunked_prefill; /* enum jtn_switch, never default */
	int32_t prefix_caching;  /* likewise */
	double memory_utilization;
};

/* What holds on one hardware family, or, in struct jtn_stack, where no family matches. */
struct jtn__stack_part {
	const char *family; /* as in hardware profiles; NULL: any */
	struct jtn__stack_defaults defaults;
	struct jtn__constants constants;
};

/* Ids of the hardware or the models that a profile was fitted on; none: not fitted. */
struct jtn__stack_fit {
	size_t count;
	const char **ids;
};

struct jtn_stack {
	struct jtn__arena *arena;
	const char *id;
	struct jtn__stack_part otherwise;
	size_t family_count;
	const struct jtn__stack_part *families;
	double band_tpot; /* 80 % bands; see struct jtn_estimate */
	double band_ttft;
	double band_throughput;
	double band_cost;
	double band_outside; /* factor on them for hardware or a model that it was not fitted on */
	struct jtn__stack_fit fitted_hardware;
	struct jtn__stack_fit fitted_models;
};

/* What holds on a hardware family. */
const struct jtn__stack_part *
jtn__stack_part_of(const struct jtn_stack *stack, const char *family);

/* Was the profile fitted on this hardware and this model? */
bool
jtn__stack_is_fitted(const struct jtn_stack *stack, const char *hardware, const char *model);

#endif
