/*
 * A config.json as a whole: its sizes, its layers merged into kinds, its parameters added up.
 * How parameters are counted: docs/cost-model.md, "Counting parameters".
 */
#include "architecture.h"

#include <string.h>

#define KV_BYTES 2.0 /* of a cached element at 16 bits */

/* A context stretched by a scaled rotary embedding may be longer than max_position_embeddings says. */
static jtn_status
read_context(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value scaling;
	double factor = 1;
	double original = 0;

	JTN__TRY(jtn__config_number(config,
	                            JTN__NAMES("max_position_embeddings", "n_positions", "n_ctx", "seq_length",
	                                       "max_seq_len", "max_sequence_length", "model_max_length"),
	                            1, JTN__TOKENS_MAX, 0, &config->context, reterr));
	if (!jtn__config_find(config, JTN__NAMES("rope_scaling", "rope_parameters"), &scaling) ||
	    !jtn__json_is_object(&scaling))
		return JTN_OK;
	JTN__TRY(jtn__json_optional_number(&scaling, "factor", 0, 1e9, &factor, reterr));
	JTN__TRY(
		jtn__json_optional_number(&scaling, "original_max_position_embeddings", 0, JTN__TOKENS_MAX, &original, reterr));
	if (factor * original > config->context && factor * original <= JTN__TOKENS_MAX)
		config->context = (double)(int64_t)(factor * original);
	return JTN_OK;
}

/* Where layers are listed one by one, their number may be left out. */
static double
listed_layers(const struct jtn__config *config)
{
	struct jtn__value list;
	const char *letters;

	if (!jtn__config_has(config, JTN__TRAIT_ONE_BLOCK))
		return JTN__REQUIRED;
	if (jtn__config_find(config, JTN__NAMES("layers_block_type"), &list) && jtn__json_is_array(&list) &&
	    jtn__json_count(&list) > 0 && jtn__json_count(&list) <= JTN__LAYERS)
		return (double)jtn__json_count(&list);
	if (jtn__config_find(config, JTN__NAMES("hybrid_override_pattern"), &list) &&
	    jtn__json_string(&list, &letters, NULL) == JTN_OK && letters[0] && strlen(letters) <= JTN__LAYERS)
		return (double)strlen(letters);
	return JTN__REQUIRED;
}

static jtn_status
read_sizes(struct jtn__config *config, struct jtn_error *reterr)
{
	double layers;

	JTN__TRY(jtn__config_number(config, JTN__NAMES("hidden_size", "n_embd", "d_model", "n_embed", "hidden_dim"), 1,
	                            JTN__SIZE_MAX, JTN__REQUIRED, &config->hidden, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("num_hidden_layers", "n_layer", "n_layers", "num_layers"), 1,
	                            JTN__LAYERS, listed_layers(config), &layers, reterr));
	config->layers = (size_t)layers;
	JTN__TRY(jtn__config_number(config,
	                            JTN__NAMES("num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules",
	                                       "num_mtp_layers", "mtp_num_layers"),
	                            0, JTN__LAYERS, 0, &config->mtp_layers, reterr));
	return read_context(config, reterr);
}

/* Per-layer embeddings (Gemma 4): a table for every layer, a projection into each, a gate and a norm in each. */
static jtn_status
add_layer_inputs(struct jtn__config *config, struct jtn_model *ret, struct jtn_error *reterr)
{
	double width;
	double vocab;
	double layers = (double)config->layers;

	JTN__TRY(
		jtn__config_number(config, JTN__NAMES("hidden_size_per_layer_input"), 0, JTN__SIZE_MAX, 0, &width, reterr));
	if (width == 0)
		return JTN_OK;
	JTN__TRY(jtn__config_number(config, JTN__NAMES("vocab_size_per_layer_input"), 1, JTN__VOCAB_MAX, ret->vocab, &vocab,
	                            reterr));
	ret->embedding_params += vocab * layers * width + config->hidden * layers * width + width;
	ret->embedding_params += layers * (2 * config->hidden * width + config->hidden);
	ret->facts.flags |= JTN_MODEL_APPROXIMATE;
	return JTN_OK;
}

static jtn_status
read_embeddings(struct jtn__config *config, struct jtn_model *ret, struct jtn_error *reterr)
{
	double offset = jtn__family_preset(config->family, "position_offset", 0);
	double width;
	bool head_bias;

	JTN__TRY(jtn__config_number(config, JTN__NAMES("vocab_size", "padded_vocab_size"), 1, JTN__VOCAB_MAX, JTN__REQUIRED,
	                            &ret->vocab, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("word_embed_proj_dim"), 1, JTN__SIZE_MAX, config->hidden, &width,
	                            reterr));
	ret->embedding_params = ret->vocab * width;
	ret->head_params = ret->vocab * width;
	if (width != config->hidden)
		ret->embedding_params += 2 * width * config->hidden; /* OPT-350M projects in and out */
	if (jtn__config_has(config, JTN__TRAIT_POSITIONS))
		ret->embedding_params += (config->context + offset) * config->hidden;
	if (jtn__config_has(config, JTN__TRAIT_EMBEDDING_NORM))
		ret->embedding_params += 2 * config->hidden;
	JTN__TRY(jtn__config_flag(config, JTN__NAMES("lm_head_bias"), jtn__config_has(config, JTN__TRAIT_HEAD_BIAS),
	                          &head_bias, reterr));
	if (head_bias)
		ret->head_params += ret->vocab;
	return add_layer_inputs(config, ret, reterr);
}

/* The wrapper of a multimodal model has the last word. */
static jtn_status
read_tied(const struct jtn__config *config, bool *ret, struct jtn_error *reterr)
{
	struct jtn__value value;

	*ret = jtn__config_has(config, JTN__TRAIT_TIED);
	if (jtn__json_member(config->root, "tie_word_embeddings", &value))
		return jtn__json_boolean(&value, ret, reterr);
	return jtn__config_flag(config, JTN__NAMES("tie_word_embeddings"), *ret, ret, reterr);
}

static bool
same_kind(const struct jtn__layer *a, const struct jtn__layer *b)
{
	struct jtn__layer left = *a;
	struct jtn__layer right = *b;

	left.count = 0;
	right.count = 0;
	return memcmp(&left, &right, sizeof left) == 0; /* nothing but doubles, none of them a negative zero */
}

static jtn_status
add_layer(const struct jtn__config *config, size_t index, const struct jtn__layer *layer, struct jtn_model *ret,
          struct jtn_error *reterr)
{
	size_t i;

	for (i = 0; i < ret->layer_kinds; i++) {
		if (same_kind(&ret->layers[i], layer)) {
			ret->layers[i].count++;
			return JTN_OK;
		}
	}
	if (ret->layer_kinds == JTN__LAYER_KINDS)
		return jtn__json_fail(&config->text, reterr, JTN_E_LIMIT,
		                      "layer %d differs from all %d kinds before it; more kinds in one model cannot be held",
		                      (int64_t)index, (int64_t)JTN__LAYER_KINDS);
	ret->layers[ret->layer_kinds] = *layer;
	ret->layers[ret->layer_kinds].count = 1;
	ret->layer_kinds++;
	return JTN_OK;
}

static jtn_status
merge_layers(const struct jtn__config *config, struct jtn_model *ret, struct jtn_error *reterr)
{
	struct jtn__layer layer;
	size_t i;

	for (i = 0; i < config->layers; i++) {
		memset(&layer, 0, sizeof layer);
		jtn__attention_layer(config, i, &layer);
		jtn__feedforward_layer(config, i, &layer);
		JTN__TRY(add_layer(config, i, &layer, ret, reterr));
	}
	return JTN_OK;
}

static void
add_up(const struct jtn__layer *layer, struct jtn_model_facts *ret)
{
	double shared = layer->attention_params + layer->dense_params + layer->shared_params + layer->router_params;

	ret->parameters += layer->count * (shared + layer->experts * layer->expert_params);
	ret->active_parameters += layer->count * (shared + layer->experts_active * layer->expert_params);
	ret->kv_bytes_per_token += layer->count * KV_BYTES * layer->kv_elements;
	ret->state_bytes_per_sequence += layer->count * layer->state_bytes;
	if (layer->kv_elements > 0 && layer->heads >= ret->attention_heads) {
		ret->attention_heads = (int32_t)layer->heads;
		if (layer->kv_shards > ret->kv_heads)
			ret->kv_heads = (int32_t)layer->kv_shards;
	}
	if (layer->experts > ret->experts) {
		ret->experts = (int32_t)layer->experts;
		ret->experts_active = (int32_t)layer->experts_active;
	}
	if (layer->experts > 0)
		ret->flags |= JTN_MODEL_MOE;
	if (layer->window > 0)
		ret->flags |= JTN_MODEL_SLIDING;
	if (layer->state_bytes > 0 || layer->sparse_topk > 0)
		ret->flags |= JTN_MODEL_APPROXIMATE;
}

/* The class that holds most weights speaks for the checkpoint. */
static int32_t
main_precision(const struct jtn_model *model)
{
	bool experts = (model->facts.flags & JTN_MODEL_MOE) != 0;

	return model->native[experts ? JTN__WEIGHT_EXPERT : JTN__WEIGHT_DENSE];
}

static void
total(const struct jtn__config *config, struct jtn_model *ret)
{
	double norms = config->family->norms > 0 ? config->hidden : 0; /* the one before the head */
	double ends = ret->embedding_params + (ret->tied_head ? 0 : ret->head_params);
	size_t i;

	if (jtn__config_has(config, JTN__TRAIT_NORM_BIAS))
		norms *= 2;
	ret->facts.parameters = ends + norms;
	ret->facts.active_parameters = ends + norms;
	for (i = 0; i < ret->layer_kinds; i++)
		add_up(&ret->layers[i], &ret->facts);
	if (config->attention.latent > 0)
		ret->facts.flags |= JTN_MODEL_MLA;
	if (config->attention.own_kv_layers < (double)config->layers)
		ret->facts.flags |= JTN_MODEL_APPROXIMATE;
	ret->facts.layers = (int32_t)config->layers;
	ret->facts.hidden_size = (int32_t)config->hidden;
	ret->facts.context_tokens = (int32_t)config->context;
	ret->facts.precision = main_precision(ret);
}

jtn_status
jtn__architecture_read(const struct jtn__value *root, struct jtn_model *ret, struct jtn_error *reterr)
{
	struct jtn__config config;

	JTN__TRY(jtn__config_open(root, &config, reterr));
	JTN__TRY(read_sizes(&config, reterr));
	JTN__TRY(read_embeddings(&config, ret, reterr));
	JTN__TRY(read_tied(&config, &ret->tied_head, reterr));
	JTN__TRY(jtn__attention_read(&config, reterr));
	JTN__TRY(jtn__pattern_mixers(&config, reterr));
	JTN__TRY(jtn__linear_read(&config, reterr));
	JTN__TRY(jtn__feedforward_read(&config, reterr));
	JTN__TRY(jtn__quantization_read(&config, ret->native, reterr));
	JTN__TRY(merge_layers(&config, ret, reterr));
	ret->id = config.family->type;
	ret->hidden = config.hidden;
	ret->mtp_layers = config.mtp_layers;
	total(&config, ret);
	return JTN_OK;
}
