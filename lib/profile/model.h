/*
 * The inside of a model: runs of identical layers, each with the few numbers the cost model needs.
 * Parameters are counts, not bytes; bytes follow from the deployment's number formats.
 */
#ifndef JTN_PROFILE_MODEL_H
#define JTN_PROFILE_MODEL_H

#include "base/arena.h"
#include "jeton/model.h"
#include "precision.h"

#include <stdbool.h>

#define JTN__LAYER_KINDS 16 /* distinct kinds of layer in one model, at most */

/* A set of identical layers; where they stand in the stack does not matter to cost. */
struct jtn__layer {
	double count;   /* layers of this kind */
	double kernels; /* that one layer launches, as engines fuse them; docs/cost-model.md, "Overhead" */
	double reduces; /* small all-reduces beside the two of tensor parallelism */
	/* attention */
	double attention_params; /* q, k, v, o projections (MLA: all of its), biases and norms; linear attention likewise */
	double heads;            /* query heads */
	double kv_shards;        /* tp ranks the KV cache can be split over: kv heads; 1 for MLA (replicated) */
	double kv_elements;      /* cached per token: K and V, or MLA's latent and rotary key; 0 for linear attention */
	double window;           /* tokens a query sees and the cache keeps at most; 0: all */
	double sparse_topk;      /* tokens read per query at most, though all are kept; 0: all */
	double index_bytes;      /* bytes per token of a sparse indexer's keys, all read per query; else 0 */
	double index_flops;      /* per (query, context token) pair of that indexer; else 0 */
	double prefill_pair_flops; /* per (query, context token) pair in prefill: 2 * heads * (qk_dim + v_dim) */
	double decode_pair_flops;  /* the same in decode; MLA absorbed: 2 * heads * (2 * latent + rope) */
	double state_bytes;        /* linear attention: state per sequence, read and written each step; else 0 */
	double token_flops;        /* linear attention: per token beyond its projections; else 0 */
	/* feed-forward */
	double dense_params;   /* dense FFN; 0 in MoE layers without a dense branch */
	double shared_params;  /* shared experts and their gate, read by every token; else 0 */
	double router_params;  /* kept in 16 bits; else 0 */
	double expert_params;  /* one routed expert; else 0 */
	double experts;        /* routed experts; else 0 */
	double experts_active; /* routed experts per token; else 0 */
};

struct jtn_model {
	struct jtn__arena *arena;
	const char *id;
	double embedding_params; /* token and learned position embeddings */
	double head_params;      /* lm_head: vocab * hidden, also when tied (it is read, though not counted twice) */
	double hidden;
	bool tied_head; /* head and embedding are one matrix: read twice, stored once */
	double vocab;
	double mtp_layers;            /* multi-token-prediction layers the checkpoint has beside the model proper */
	int32_t native[JTN__WEIGHTS]; /* enum jtn_precision of each class of weight in the checkpoint */
	size_t layer_kinds;
	struct jtn__layer layers[JTN__LAYER_KINDS];
	struct jtn_model_facts facts;
};

#endif
