/* The inside of a server: workers with their plans and memory, and all of the stack that estimates need. */
#ifndef JTN_COST_SERVER_H
#define JTN_COST_SERVER_H

#include "base/arena.h"
#include "deployment.h"
#include "jeton/server.h"
#include "pass.h"

/* KV cache of all attention layers of one window. */
struct jtn__cache {
	double window;          /* tokens kept at most; HUGE_VAL: all */
	double bytes_per_token; /* on one accelerator, over its stage's layers [bytes] */
};

/* Identical workers of one pool: what one does in a pass, and what it can hold. */
struct jtn__worker {
	struct jtn__plan plan;
	struct jtn__plan ideal;
	double ranks;         /* attention ranks of all workers of one replica: workers * dp */
	double accelerators;  /* of all workers of one replica */
	double weight_bytes;  /* on the fullest accelerator */
	double runtime_bytes; /* likewise */
	double cache_bytes;   /* left for KV and state on one accelerator; may be negative */
	double state_bytes;   /* per sequence, on one accelerator */
	double token_bytes;   /* KV of one token at full attention, on one accelerator */
	double block_tokens;
	size_t cache_kinds;
	struct jtn__cache caches[JTN__LAYER_KINDS];
};

struct jtn_server {
	struct jtn__arena *arena;
	struct jtn__resolved resolved;
	struct jtn__worker worker;  /* decodes, and prefills too unless disaggregated */
	struct jtn__worker prefill; /* zero unless disaggregated */
	struct jtn__constants constants;
	double step_tokens;    /* mean tokens a sequence gains per decode step; 1 without speculation */
	double kv_link_s;      /* disaggregated: moving one token's KV to the decode pool [s] */
	double context_tokens; /* the model's own limit; 0 when it names none */
	double power_peak_kw;  /* per accelerator; 0 when unknown */
	double power_idle_kw;
	double band_tpot;
	double band_ttft;
	double band_throughput;
	double band_cost;
	uint32_t estimate_flags; /* what every estimate of this server carries */
	struct jtn_server_facts facts;
};

/* Bytes that a sequence of `tokens` holds on one accelerator: whole blocks, windows at their width, state. */
double
jtn__worker_sequence_bytes(const struct jtn__worker *worker, double tokens);

#endif
