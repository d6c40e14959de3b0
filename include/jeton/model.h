/**
 * @file
 * Model: an LLM's architecture, read from a Hugging Face config.json as it is, or from the catalogue. Handle.
 * Formats: docs/formats.md, "Model". How parameters are counted: docs/cost-model.md, "Counting parameters".
 */
#ifndef JETON_MODEL_H
#define JETON_MODEL_H

#include "arena.h"
#include "error.h"

struct jtn_model;

/** Bits of jtn_model_facts.flags. */
enum jtn_model_flag {
	JTN_MODEL_APPROXIMATE = 1, /**< some layers (linear attention, state space, sparse attention) are approximated */
	JTN_MODEL_MOE = 2,         /**< has routed experts */
	JTN_MODEL_MLA = 4,         /**< multi-head latent attention */
	JTN_MODEL_SLIDING = 8      /**< some layers see a window only */
};

/** Record: what an architecture comes to. */
struct jtn_model_facts {
	double parameters;               /**< text model, embeddings included, draft (MTP) layers excluded */
	double active_parameters;        /**< read by one token: embeddings and head included */
	double kv_bytes_per_token;       /**< at 16 bits per element, every layer counted at full length [bytes] */
	double state_bytes_per_sequence; /**< of linear-attention layers, constant in length [bytes] */
	int32_t layers;
	int32_t hidden_size;
	int32_t attention_heads; /**< of the widest layer */
	int32_t kv_heads;        /**< of the widest layer; 1 for MLA */
	int32_t experts;         /**< routed, per MoE layer; 0 for dense models */
	int32_t experts_active;  /**< routed, per token */
	int32_t context_tokens;  /**< longest sequence it was configured for */
	int32_t precision;       /**< enum jtn_precision of the checkpoint's weights */
	uint32_t flags;          /**< enum jtn_model_flag */
	uint32_t reserved;       /**< zero */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read a model: a Hugging Face config.json, or an object of the catalogue's own format.
 * Fields a config.json may carry and this reader has no use for are ignored; an architecture it does not know is
 * JTN_E_UNSUPPORTED and names the field that says so.
 *
 * @param text      [length] one JSON object; borrowed
 * @param length    [bytes]
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned; free with jtn_model_free()
 * @param reterr    filled on failure only: line, column, field, what would be right; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY, JTN_E_SYNTAX, JTN_E_LIMIT, JTN_E_MISSING_FIELD,
 *         JTN_E_DUPLICATE_KEY, JTN_E_TYPE, JTN_E_RANGE, JTN_E_CONTRADICTION, JTN_E_UNSUPPORTED
 * Threads: pure. Allocates: one arena. @since 0.1
 */
JTN_API jtn_status
jtn_model_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_model **ret,
                struct jtn_error *reterr) JTN_CHECK;

/**
 * A model of the catalogue. As jtn_model_parse(), and JTN_E_NOT_FOUND.
 *
 * @param id NUL-terminated catalogue id; borrowed
 * @since 0.1
 */
JTN_API jtn_status
jtn_model_find(const char *id, const struct jtn_allocator *allocator, struct jtn_model **ret, struct jtn_error *reterr)
	JTN_CHECK;

/** Free a model; NULL is fine. Threads: exclusive. @since 0.1 */
JTN_API void
jtn_model_free(struct jtn_model *model);

/** Its id; for a bare config.json its model_type. @return borrowed from the handle; never NULL. Threads: shared-read. @since 0.1 */
JTN_API const char *
jtn_model_id(const struct jtn_model *model);

/**
 * What it comes to.
 *
 * @param model     borrowed
 * @param ret       the caller's
 * @param ret_size  sizeof(struct jtn_model_facts) as the caller knows it [bytes]
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_model_read_facts(const struct jtn_model *model, struct jtn_model_facts *ret, size_t ret_size) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
