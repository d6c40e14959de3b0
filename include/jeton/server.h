/**
 * @file
 * Server: hardware, stack, model and deployment, checked against each other and prepared. Handle.
 * Deployment: how the model lies on the hardware. Options.
 */
#ifndef JETON_SERVER_H
#define JETON_SERVER_H

#include "hardware.h"
#include "model.h"
#include "precision.h"
#include "stack.h"

/** One pool of a disaggregated deployment. Part of struct jtn_deployment; its layout is frozen. */
struct jtn_pool {
	int32_t tp;      /**< tensor-parallel ranks; 0 means 1 */
	int32_t dp;      /**< attention data-parallel ranks inside one worker; 0 means 1 */
	int32_t ep;      /**< expert-parallel ranks, a divisor of tp * dp; 0 means 1 */
	int32_t workers; /**< identical workers in the pool; 0 means the deployment is not disaggregated */
};

/**
 * Options: how a model lies on the hardware. Zero means the default in every field.
 * accelerators = tp * pp * dp * replicas, or replicas * (sum over both pools of tp * dp * workers).
 */
struct jtn_deployment {
	uint32_t size;        /**< sizeof(struct jtn_deployment) */
	int32_t precision;    /**< enum jtn_precision; default: as the checkpoint */
	int32_t kv_precision; /**< bf16, fp16, fp8 or int8; default: as precision implies */
	int32_t
		tp; /**< tensor-parallel ranks; default 1, or on on-chip-memory hardware with pp absent too: as many as it needs */
	int32_t pp;                 /**< pipeline stages; default as tp */
	int32_t ep;                 /**< expert-parallel ranks, a divisor of tp * dp; default 1 */
	int32_t dp;                 /**< attention data-parallel ranks inside one server; default 1 */
	int32_t replicas;           /**< independent copies that share the workload evenly; default 1 */
	int32_t max_num_seqs;       /**< sequences in one batch, per dp rank; default the stack's */
	int32_t max_batched_tokens; /**< tokens in one step, per dp rank; default the stack's */
	int32_t chunked_prefill;    /**< enum jtn_switch */
	int32_t prefix_caching;     /**< enum jtn_switch */
	double memory_utilization;  /**< share of memory the server may use, (0, 1]; default the stack's */
	int32_t speculative_tokens; /**< draft tokens per step; 0 means no speculative decoding */
	int32_t reserved;           /**< zero */
	double
		speculative_acceptance; /**< chance that the first draft token is accepted, (0, 1]; required with speculative_tokens */
	double speculative_decay; /**< factor on it per further position, (0, 1]; default 1 */
	struct jtn_pool prefill;  /**< both pools or none; with pools, tp, pp, ep, dp must be 0 */
	struct jtn_pool decode;
};

struct jtn_server;

/** Record: what preparing a server found. */
struct jtn_server_facts {
	double weight_bytes_per_accelerator;  /**< on the fullest (decode) accelerator [bytes] */
	double runtime_bytes_per_accelerator; /**< activations, graphs, communication buffers [bytes] */
	double kv_capacity_tokens;            /**< whole deployment, at full attention [tokens] */
	double kv_bytes_per_token;            /**< per sequence token over all layers, as stored [bytes] */
	int32_t accelerators;
	int32_t tp; /**< as resolved (decode pool) */
	int32_t pp;
	int32_t ep;
	int32_t dp;
	int32_t replicas;
	int32_t precision;          /**< as resolved, enum jtn_precision */
	int32_t kv_precision;       /**< as resolved */
	int32_t max_num_seqs;       /**< as resolved */
	int32_t max_batched_tokens; /**< as resolved */
};

#ifdef __cplusplus
extern "C" {
#endif

/** Write size and defaults. @param ret the caller's; NULL is ignored. Threads: pure. @since 0.1 */
JTN_API void
jtn_deployment_init(struct jtn_deployment *ret);

/**
 * Check a deployment against hardware, stack and model, and fold everything that no workload changes.
 *
 * @param hardware   borrowed for this call: what is needed is copied, here and below
 * @param stack      borrowed
 * @param model      borrowed
 * @param deployment borrowed; NULL for all defaults
 * @param allocator  copied; NULL for malloc and free
 * @param ret        owned; free with jtn_server_free()
 * @param reterr     filled on failure only. JTN_E_DOES_NOT_FIT names the missing bytes per accelerator and a deployment
 *                   that would fit; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_MEMORY, JTN_E_RANGE, JTN_E_CONTRADICTION, JTN_E_UNSUPPORTED,
 *         JTN_E_MISSING_FIELD (a figure nobody published), JTN_E_DOES_NOT_FIT
 * Threads: pure. Allocates: one arena. Source: docs/cost-model.md, "What fits". @since 0.1
 */
JTN_API jtn_status
jtn_server_new(const struct jtn_hardware *hardware, const struct jtn_stack *stack, const struct jtn_model *model,
               const struct jtn_deployment *deployment, const struct jtn_allocator *allocator, struct jtn_server **ret,
               struct jtn_error *reterr) JTN_CHECK;

/** Free a server; NULL is fine. Threads: exclusive. @since 0.1 */
JTN_API void
jtn_server_free(struct jtn_server *server);

/**
 * What preparing it found.
 *
 * @param server   borrowed
 * @param ret      the caller's
 * @param ret_size sizeof(struct jtn_server_facts) as the caller knows it [bytes]
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_server_read_facts(const struct jtn_server *server, struct jtn_server_facts *ret, size_t ret_size) JTN_CHECK;

/**
 * The smallest deployment that holds the model and at least one sequence: sets tp and pp, leaves the rest.
 * tp grows through the divisors of the attention heads up to the scale-up domain (a node where there is none), then pp.
 *
 * @param hardware   borrowed
 * @param stack      borrowed
 * @param model      borrowed
 * @param tokens     length of the sequence that must fit [tokens]; 0 for none
 * @param deployment in: everything but tp and pp, which are ignored; out: with tp and pp set. Not for pools
 * @param reterr     filled on failure only; may be NULL
 * @return JTN_OK, or as jtn_server_new(); JTN_E_DOES_NOT_FIT when nothing up to one layer per stage holds it
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_deployment_fit(const struct jtn_hardware *hardware, const struct jtn_stack *stack, const struct jtn_model *model,
                   double tokens, struct jtn_deployment *deployment, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
