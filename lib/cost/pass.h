/*
 * One forward pass of one worker, as a sum of a few closed terms. A plan holds all that no workload changes; a pass
 * costs three square roots and one exponential. Equations: docs/cost-model.md, "One forward pass".
 */
#ifndef JTN_COST_PASS_H
#define JTN_COST_PASS_H

#include "profile/hardware.h"
#include "profile/model.h"
#include "profile/stack.h"

/* fmin and fmax of numbers that are none of them NaN, without the calls. */
static inline double
jtn__least(double a, double b)
{
	return a < b ? a : b;
}

static inline double
jtn__most(double a, double b)
{
	return a > b ? a : b;
}

/* How one worker is cut: a pipeline of pp stages, each of dp attention ranks of tp accelerators. */
struct jtn__shape {
	int32_t tp;
	int32_t pp;
	int32_t dp;
	int32_t ep;
};

/* The number formats of a deployment, resolved. */
struct jtn__formats {
	struct jtn__weight_format weight[JTN__WEIGHTS];
	double kv_bytes; /* per KV element */
};

/*
 * All matrices of one number format. Their time is homogeneous in their size, so that
 * sum sm(memory_i, compute_i * tokens) = sm(sum memory_i, sum compute_i * tokens) holds exactly.
 */
struct jtn__matrices {
	double memory_s;  /* reading them once [s] */
	double compute_s; /* per token [s] */
};

/* All routed experts of one (experts, active) kind; a pass reads those that at least one token chose. */
struct jtn__experts {
	struct jtn__matrices all; /* memory: every expert once; compute: the active ones */
	double padding_s;         /* every expert once: arithmetic on rows that only fill up tiles */
	double log_miss;          /* ln(1 - active / experts): that one token leaves an expert alone */
};

/* All attention layers of one reach. Seconds per sequence and token of context. */
struct jtn__attention {
	double reach;            /* tokens a query reads at most; HUGE_VAL: all */
	double memory_s;         /* decode: reading K and V */
	double compute_s;        /* decode: scores and values */
	double decode_memory_s;  /* the smooth maximum of both, shared out between them: */
	double decode_compute_s; /* one query per sequence, as without speculation */
	double prefill_s;        /* per (query, context token) pair */
	double scan_s;           /* sparse attention's indexer: per token of context, whatever the reach */
	double scan_pair_s;
};

struct jtn__plan {
	struct jtn__matrices attention;
	struct jtn__matrices dense;
	struct jtn__matrices head;
	size_t expert_kinds;
	struct jtn__experts experts[JTN__LAYER_KINDS];
	size_t attention_kinds;
	struct jtn__attention attentions[JTN__LAYER_KINDS];
	double state_s;         /* linear attention: per sequence, reading and writing its state */
	double scan_token_s;    /* linear attention: per token */
	double traffic_token_s; /* per token: activations in and out of memory between the matrices */
	double network_s;       /* per pass: latency of every collective */
	double network_token_s; /* per token: bytes over the link, all-reduces aside */
	double wide_token_s;    /* per token: dispatch to experts over many ranks, which hides behind computing */
	double reduce_one_s;    /* per token: all-reduces in one shot */
	double reduce_two_s;    /* per token: in two, which also take */
	double reduce_wait_s;   /* per pass */
	double overhead_s;      /* per pass: layers */
	double prompt_s;        /* per pass that carries prompt tokens, on top */
	double host_s;          /* per pass: scheduling */
	double sequence_s;      /* per sequence: sampling, block tables */
	double layer_share;     /* one layer of a draft model as a share of this pass */
	double stages;          /* pp: micro-batches that are under way at once */
	double expert_ranks;    /* dp: attention ranks whose tokens meet at the experts */
};

/* What one pass is given, per attention rank. */
struct jtn__load {
	double sequences;    /* decoding */
	double tokens;       /* decoded and verified: sequences * (1 + draft tokens) */
	double context;      /* mean tokens a decoding sequence attends to */
	double prefill;      /* prompt tokens in this pass */
	double prefill_ends; /* prompts that end in it: they need a row of the head */
	double prefill_s;    /* their attention, from jtn__pass_prefill_attention */
};

/* Where the time goes. The first four add up to total; context is the part of it that reads KV caches. */
struct jtn__time {
	double total;
	double bandwidth;
	double compute;
	double network;
	double overhead;
	double context;
};

/*
 * Fold hardware, constants, model, formats and shape into a plan. JTN_E_MISSING_FIELD when the hardware lacks a figure
 * that this needs. `constants` NULL makes the ideal plan: every efficiency 1, every overhead 0.
 */
jtn_status
jtn__plan_prepare(const struct jtn_hardware *hardware, const struct jtn__constants *constants,
                  const struct jtn_model *model, const struct jtn__formats *formats, const struct jtn__shape *shape,
                  struct jtn__plan *ret, struct jtn_error *reterr);

/* The time of one pass. */
void
jtn__pass(const struct jtn__plan *plan, const struct jtn__load *load, struct jtn__time *ret);

/* The roofline of the same pass on an ideal plan: all memory traffic or all arithmetic, whichever is longer [s]. */
double
jtn__pass_roofline(const struct jtn__plan *ideal, const struct jtn__load *load);

/* Attention of one prompt's prefill: `fresh` queries behind `cached` tokens, causal [s]. */
double
jtn__pass_prefill_attention(const struct jtn__plan *plan, double fresh, double cached);

/* The head alone, for `rows` rows [s]: what a draft step adds to its one layer. */
double
jtn__pass_head(const struct jtn__plan *plan, double rows);

#endif
