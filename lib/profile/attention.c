/*
 * Softmax attention: grouped heads, sliding windows, multi-head latent attention (DeepSeek-V2, arXiv 2405.04434) and
 * its sparse indexer (DeepSeek-V3.2). Reads the sizes, then counts one layer's parameters, cache and work.
 */
#include "architecture.h"

/* The heads of one kind, where other fields may override those that all layers share. */
static jtn_status
read_heads(const struct jtn__config *config, struct jtn__heads *ret, struct jtn_error *reterr)
{
	const char *const *kv_names =
		JTN__NAMES("num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num", "kv_n_heads",
	               "num_query_groups", "num_attention_groups");
	double fallback;
	bool multi_query = false;
	bool grouped = false;

	JTN__TRY(jtn__config_number(config, JTN__NAMES("num_attention_heads", "n_head", "n_heads", "num_heads"), 1,
	                            JTN__HEADS_MAX, JTN__REQUIRED, &ret->query_heads, reterr));
	if (jtn__config_has(config, JTN__TRAIT_MULTI_QUERY)) {
		JTN__TRY(jtn__config_flag(config, JTN__NAMES("multi_query"), true, &multi_query, reterr));
		JTN__TRY(jtn__config_flag(config, JTN__NAMES("new_decoder_architecture"), false, &grouped, reterr));
	}
	fallback = ret->query_heads;
	JTN__TRY(jtn__config_number(config, kv_names, 1, JTN__HEADS_MAX, fallback, &ret->kv_heads, reterr));
	if (multi_query && !grouped)
		ret->kv_heads = 1; /* Falcon's num_kv_heads is ignored there */
	JTN__TRY(jtn__config_number(config, JTN__NAMES("head_dim", "kv_channels", "attention_head_dim"), 1, JTN__HEADS_MAX,
	                            0, &ret->key_dim, reterr));
	ret->value_dim = ret->key_dim;
	return JTN_OK;
}

static bool
divides(double divisor, double value)
{
	return value == divisor * (double)(int64_t)(value / divisor);
}

static jtn_status
check_heads(const struct jtn__config *config, const struct jtn__heads *heads, const char *const *names,
            struct jtn_error *reterr)
{
	struct jtn__value value;

	if (divides(heads->kv_heads, heads->query_heads))
		return JTN_OK;
	jtn__config_find(config, names, &value);
	return jtn__json_fail(&value, reterr, JTN_E_CONTRADICTION,
	                      "%d key-value heads do not divide the %d attention heads into equal groups",
	                      (int64_t)heads->kv_heads, (int64_t)heads->query_heads);
}

/* hidden_size / heads, where no head_dim is given. */
static jtn_status
fill_head_dim(const struct jtn__config *config, struct jtn__heads *heads, struct jtn_error *reterr)
{
	struct jtn__value value;

	if (heads->key_dim > 0)
		return JTN_OK;
	if (!divides(heads->query_heads, config->hidden)) {
		jtn__config_find(config, JTN__NAMES("head_dim"), &value);
		return jtn__json_fail(&value, reterr, JTN_E_CONTRADICTION,
		                      "head_dim is missing, and %d attention heads do not divide hidden_size %d",
		                      (int64_t)heads->query_heads, (int64_t)config->hidden);
	}
	heads->key_dim = config->hidden / heads->query_heads;
	heads->value_dim = heads->key_dim;
	return JTN_OK;
}

/* Gemma 4 widens the heads of full layers, MiMo those of sliding ones. */
static jtn_status
read_variants(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	bool one_projection;

	JTN__TRY(jtn__config_number(config, JTN__NAMES("v_head_dim"), 1, JTN__HEADS_MAX, ret->full.value_dim,
	                            &ret->full.value_dim, reterr));
	ret->sliding = ret->full;
	JTN__TRY(jtn__config_flag(config, JTN__NAMES("attention_k_eq_v"), false, &one_projection, reterr));
	ret->full.one_projection = one_projection;
	JTN__TRY(jtn__config_number(config, JTN__NAMES("global_head_dim"), 1, JTN__HEADS_MAX, ret->full.key_dim,
	                            &ret->full.key_dim, reterr));
	if (ret->full.key_dim != ret->sliding.key_dim)
		ret->full.value_dim = ret->full.key_dim;
	if (one_projection)
		JTN__TRY(jtn__config_number(config, JTN__NAMES("num_global_key_value_heads"), 1, JTN__HEADS_MAX,
		                            ret->full.kv_heads, &ret->full.kv_heads, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("swa_num_attention_heads"), 1, JTN__HEADS_MAX,
	                            ret->sliding.query_heads, &ret->sliding.query_heads, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("swa_num_key_value_heads"), 1, JTN__HEADS_MAX, ret->sliding.kv_heads,
	                            &ret->sliding.kv_heads, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("swa_head_dim"), 1, JTN__HEADS_MAX, ret->sliding.key_dim,
	                            &ret->sliding.key_dim, reterr));
	return jtn__config_number(config, JTN__NAMES("swa_v_head_dim"), 1, JTN__HEADS_MAX, ret->sliding.value_dim,
	                          &ret->sliding.value_dim, reterr);
}

static jtn_status
read_mla(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	struct jtn__value value;

	if (!jtn__config_has(config, JTN__TRAIT_MLA) && !jtn__config_find(config, JTN__NAMES("kv_lora_rank"), &value))
		return JTN_OK;
	JTN__TRY(
		jtn__config_number(config, JTN__NAMES("kv_lora_rank"), 1, JTN__SIZE_MAX, JTN__REQUIRED, &ret->latent, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("q_lora_rank"), 0, JTN__SIZE_MAX, 0, &ret->query_rank, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("qk_nope_head_dim"), 0, JTN__HEADS_MAX, JTN__REQUIRED,
	                            &ret->nope_dim, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("qk_rope_head_dim"), 0, JTN__HEADS_MAX, JTN__REQUIRED,
	                            &ret->rope_dim, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("v_head_dim"), 1, JTN__HEADS_MAX, JTN__REQUIRED,
	                            &ret->full.value_dim, reterr));
	ret->full.key_dim = ret->nope_dim + ret->rope_dim;
	if (ret->full.key_dim > 0)
		return JTN_OK;
	jtn__config_find(config, JTN__NAMES("qk_nope_head_dim"), &value);
	return jtn__json_fail(&value, reterr, JTN_E_CONTRADICTION,
	                      "qk_nope_head_dim and qk_rope_head_dim are both 0; queries must have a size");
}

/*
 * An indexer keeps keys of its own. DeepSeek's are 8-bit numbers with a 4-byte scale for each 128
 * (vLLM and SGLang alike); MiniMax-M3's, which pick blocks of tokens, are taken as 16-bit.
 */
static jtn_status
read_index(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	struct jtn__value object;
	int64_t blocks = 0;
	int64_t block = 0;
	int64_t heads = 0;
	int64_t dim = 0;

	if (jtn__config_find(config, JTN__NAMES("sparse_attention_config"), &object) && jtn__json_is_object(&object)) {
		JTN__TRY(jtn__json_optional_integer(&object, "sparse_topk_blocks", 1, (int64_t)JTN__SIZE_MAX, &blocks, reterr));
		JTN__TRY(jtn__json_optional_integer(&object, "sparse_block_size", 1, (int64_t)JTN__SIZE_MAX, &block, reterr));
		JTN__TRY(
			jtn__json_optional_integer(&object, "sparse_num_index_heads", 1, (int64_t)JTN__HEADS_MAX, &heads, reterr));
		JTN__TRY(jtn__json_optional_integer(&object, "sparse_index_dim", 1, (int64_t)JTN__HEADS_MAX, &dim, reterr));
		ret->index_topk = (double)blocks * (double)block;
		ret->index_heads = (double)heads;
		ret->index_dim = (double)dim;
		ret->index_key_bytes = 2 * ret->index_dim;
		return JTN_OK;
	}
	JTN__TRY(jtn__config_number(config, JTN__NAMES("index_topk"), 0, JTN__TOKENS_MAX, 0, &ret->index_topk, reterr));
	if (ret->index_topk == 0 || !jtn__config_has(config, JTN__TRAIT_INDEX)) {
		ret->index_topk = 0;
		return JTN_OK;
	}
	JTN__TRY(jtn__config_number(config, JTN__NAMES("index_n_heads"), 1, JTN__HEADS_MAX, JTN__REQUIRED,
	                            &ret->index_heads, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("index_head_dim"), 1, JTN__HEADS_MAX, JTN__REQUIRED, &ret->index_dim,
	                            reterr));
	ret->index_key_bytes = ret->index_dim + 4 * ret->index_dim / 128;
	return JTN_OK;
}

static jtn_status
read_biases(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	bool all;

	ret->qkv_bias = jtn__config_has(config, JTN__TRAIT_QKV_BIAS);
	ret->out_bias = jtn__config_has(config, JTN__TRAIT_OUT_BIAS);
	if (jtn__config_has(config, JTN__TRAIT_FIXED_BIAS))
		return JTN_OK;
	JTN__TRY(jtn__config_flag(config,
	                          JTN__NAMES("attention_bias", "use_bias", "bias", "enable_bias", "add_bias_linear"),
	                          ret->qkv_bias, &all, reterr));
	if (!jtn__config_has(config, JTN__TRAIT_NO_OUT_BIAS))
		ret->out_bias = all;
	JTN__TRY(
		jtn__config_flag(config, JTN__NAMES("qkv_bias", "use_qkv_bias", "add_qkv_bias"), all, &ret->qkv_bias, reterr));
	return jtn__config_flag(config, JTN__NAMES("attention_out_bias"), ret->out_bias, &ret->out_bias, reterr);
}

/* Falcon's blocks have one norm or two, HyperCLOVA's two or four. */
static jtn_status
read_norms(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	bool parallel;
	bool grouped;
	bool post;

	ret->norms = config->family->norms;
	JTN__TRY(jtn__config_flag(config, JTN__NAMES("parallel_attn"), true, &parallel, reterr));
	JTN__TRY(jtn__config_flag(config, JTN__NAMES("new_decoder_architecture"), false, &grouped, reterr));
	JTN__TRY(jtn__config_flag(config, JTN__NAMES("use_post_norm"), false, &post, reterr));
	if (jtn__config_has(config, JTN__TRAIT_MULTI_QUERY) && ret->norms == 1 && (grouped || !parallel))
		ret->norms = 2;
	if (post)
		ret->norms += 2;
	return JTN_OK;
}

static jtn_status
read_norms_and_gates(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	bool normed;

	JTN__TRY(read_norms(config, ret, reterr));
	normed = jtn__config_has(config, JTN__TRAIT_QK_NORM | JTN__TRAIT_QK_NORM_WIDE);
	JTN__TRY(jtn__config_flag(config, JTN__NAMES("use_qk_norm", "qk_layernorm", "use_qk_layernorm"), normed, &normed,
	                          reterr));
	if (jtn__config_has(config, JTN__TRAIT_QK_NORM_BARE))
		normed = false;
	ret->qk_norm_wide = normed && jtn__config_has(config, JTN__TRAIT_QK_NORM_WIDE);
	ret->qk_norm = normed && !ret->qk_norm_wide;
	ret->head_gated = jtn__config_has(config, JTN__TRAIT_HEAD_GATE);
	JTN__TRY(
		jtn__config_flag(config, JTN__NAMES("use_head_wise_attn_gate"), ret->head_gated, &ret->head_gated, reterr));
	if (jtn__config_find(config, JTN__NAMES("attn_output_gate", "attention_output_gate"), &value))
		return jtn__json_boolean(&value, &ret->gated, reterr);
	ret->gated = jtn__config_has(config, JTN__TRAIT_GATED);
	return JTN_OK;
}

/* Query heads by layer (Laguna): checked here, so that a layer may read its own without failing. */
static jtn_status
read_heads_by_layer(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	struct jtn__value *list = &ret->heads_of_layer;
	struct jtn__value element;
	int64_t heads;
	size_t i;

	if (!jtn__config_find(config, JTN__NAMES("num_attention_heads_per_layer"), list))
		return JTN_OK;
	if (!jtn__json_is_array(list) || jtn__json_count(list) != config->layers)
		return jtn__json_fail(list, reterr, JTN_E_CONTRADICTION, "expected a list of %d numbers, one a layer",
		                      (int64_t)config->layers);
	for (i = 0; i < config->layers; i++) {
		jtn__json_element(list, i, &element);
		JTN__TRY(jtn__json_integer(&element, 1, (int64_t)JTN__HEADS_MAX, &heads, reterr));
		if (!divides(ret->full.kv_heads, (double)heads))
			return jtn__json_fail(&element, reterr, JTN_E_CONTRADICTION,
			                      "%d heads are not a multiple of the %d key-value heads", heads,
			                      (int64_t)ret->full.kv_heads);
	}
	return JTN_OK;
}

static jtn_status
read_window(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	double shared;

	if (jtn__family_preset(config->family, "attention_chunk_size", 0) > 0)
		JTN__TRY(jtn__config_number(config, JTN__NAMES("attention_chunk_size"), 1, JTN__TOKENS_MAX, 0, &ret->window,
		                            reterr));
	else
		JTN__TRY(jtn__config_number(config, JTN__NAMES("sliding_window", "window_size", "sliding_window_size"), 0,
		                            JTN__TOKENS_MAX, 0, &ret->window, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("num_kv_shared_layers"), 0, (double)config->layers - 1, 0, &shared,
	                            reterr));
	ret->own_kv_layers = (double)config->layers - shared;
	return JTN_OK;
}

jtn_status
jtn__attention_read(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__attention *ret = &config->attention;

	JTN__TRY(read_window(config, ret, reterr));
	JTN__TRY(read_heads(config, &ret->full, reterr));
	JTN__TRY(read_mla(config, ret, reterr));
	if (ret->latent == 0) {
		JTN__TRY(
			check_heads(config, &ret->full, JTN__NAMES("num_key_value_heads", "num_kv_heads", "n_head_kv"), reterr));
		JTN__TRY(fill_head_dim(config, &ret->full, reterr));
		JTN__TRY(read_variants(config, ret, reterr));
		JTN__TRY(check_heads(config, &ret->full, JTN__NAMES("num_global_key_value_heads"), reterr));
		JTN__TRY(check_heads(config, &ret->sliding, JTN__NAMES("swa_num_key_value_heads"), reterr));
		JTN__TRY(read_heads_by_layer(config, ret, reterr));
	} else {
		ret->sliding = ret->full;
	}
	JTN__TRY(read_index(config, ret, reterr));
	JTN__TRY(read_biases(config, ret, reterr));
	return read_norms_and_gates(config, ret, reterr);
}

/* Projections, biases and inner norms of grouped-head attention; cached: the layer has keys and values of its own. */
static double
heads_params(const struct jtn__config *config, const struct jtn__heads *heads, bool cached)
{
	const struct jtn__attention *a = &config->attention;
	double query = heads->query_heads * heads->key_dim;
	double gate = a->gated ? heads->query_heads * heads->value_dim : 0;
	double key = cached ? heads->kv_heads * heads->key_dim : 0;
	double value = cached && !heads->one_projection ? heads->kv_heads * heads->value_dim : 0;
	double params = config->hidden * (query + gate + key + value + heads->query_heads * heads->value_dim);

	if (a->head_gated)
		params += config->hidden * heads->query_heads;
	if (a->qkv_bias)
		params += query + gate + key + value;
	if (a->out_bias)
		params += config->hidden;
	if (a->qk_norm)
		params += heads->key_dim * (cached ? 2 : 1);
	if (a->qk_norm_wide)
		params += query + key;
	if (jtn__config_has(config, JTN__TRAIT_SINKS))
		params += heads->query_heads;
	return params;
}

static double
mla_params(const struct jtn__config *config)
{
	const struct jtn__attention *a = &config->attention;
	double queries = a->full.query_heads * a->full.key_dim;
	double cached = a->latent + a->rope_dim;
	double values = a->full.query_heads * a->full.value_dim;
	double params = config->hidden * (cached + values) + a->latent; /* kv_a, o, and the latent's norm */

	params += a->latent * a->full.query_heads * (a->nope_dim + a->full.value_dim); /* kv_b */
	if (a->query_rank > 0)
		params += config->hidden * a->query_rank + a->query_rank + a->query_rank * queries;
	else
		params += config->hidden * queries;
	if (a->qkv_bias)
		params += a->query_rank + cached;
	if (a->out_bias)
		params += config->hidden;
	return params;
}

/* The indexer's queries come from MLA's compressed ones, where there are such; MiniMax's has norms on both sides. */
static double
index_params(const struct jtn__config *config)
{
	const struct jtn__attention *a = &config->attention;
	double source = a->query_rank > 0 ? a->query_rank : config->hidden;
	double params = source * a->index_heads * a->index_dim + config->hidden * a->index_dim + 2 * a->index_dim;

	return a->latent > 0 ? params + config->hidden * a->index_heads : params;
}

static void
set_sparse(const struct jtn__config *config, bool own, struct jtn__layer *ret)
{
	const struct jtn__attention *a = &config->attention;

	ret->sparse_topk = a->index_topk;
	if (!own)
		return;
	ret->attention_params += index_params(config);
	ret->index_bytes = a->index_key_bytes;
	ret->index_flops = 2 * a->index_heads * a->index_dim;
}

/*
 * Kernels of one layer's mixer. Softmax: norm, qkv, rotary and cache write, attention, output; norms of q and k are one
 * more. Latent: norm, down-projections, their norms, up-projection, absorption, rotary, cache write, attention, value
 * up-projection, output. Linear: norm, input projection, convolution, recurrence, gated norm, output.
 */
enum { softmax_kernels = 5, mla_kernels = 10, linear_kernels = 6, index_kernels = 4 };

static void
set_softmax(const struct jtn__config *config, size_t layer, struct jtn__layer *ret)
{
	const struct jtn__attention *a = &config->attention;
	struct jtn__heads heads = config->mixer[layer] == JTN__MIXER_SLIDING ? a->sliding : a->full;
	bool cached = (double)layer < a->own_kv_layers;
	struct jtn__value element;
	int64_t own = (int64_t)heads.query_heads;

	if (a->heads_of_layer.node) {
		jtn__json_element(&a->heads_of_layer, layer, &element);
		if (jtn__json_integer(&element, 1, (int64_t)JTN__HEADS_MAX, &own, NULL) == JTN_OK)
			heads.query_heads = (double)own;
	}
	ret->heads = heads.query_heads;
	ret->kernels += a->latent > 0 ? mla_kernels : softmax_kernels + (a->qk_norm || a->qk_norm_wide ? 1 : 0);
	ret->reduces = a->qk_norm_wide ? 1 : 0; /* a norm over the heads of all ranks */
	ret->prefill_pair_flops = 2 * heads.query_heads * (heads.key_dim + heads.value_dim);
	if (a->latent > 0) {
		ret->attention_params = mla_params(config);
		ret->kv_shards = 1;
		ret->kv_elements = a->latent + a->rope_dim;
		ret->decode_pair_flops = 2 * heads.query_heads * (2 * a->latent + a->rope_dim);
	} else {
		ret->attention_params = heads_params(config, &heads, cached);
		ret->kv_shards = heads.kv_heads;
		ret->kv_elements = cached ? heads.kv_heads * (heads.key_dim + heads.value_dim) : 0;
		ret->decode_pair_flops = ret->prefill_pair_flops;
	}
	if (config->mixer[layer] == JTN__MIXER_SLIDING && (config->context == 0 || a->window < config->context))
		ret->window = a->window;
	if (config->mixer[layer] == JTN__MIXER_SPARSE)
		ret->kernels += index_kernels;
	if (config->mixer[layer] == JTN__MIXER_SPARSE || config->mixer[layer] == JTN__MIXER_SPARSE_SHARED)
		set_sparse(config, config->mixer[layer] == JTN__MIXER_SPARSE, ret);
}

void
jtn__attention_layer(const struct jtn__config *config, size_t layer, struct jtn__layer *ret)
{
	double norms = config->attention.norms * config->hidden;

	ret->kv_shards = 1;
	if (config->mixer[layer] == JTN__MIXER_LINEAR) {
		ret->kernels += linear_kernels;
		ret->attention_params = config->attention.linear_params;
		ret->heads = config->attention.linear_heads;
		ret->kv_shards = config->attention.linear_heads;
		ret->state_bytes = config->attention.linear_state_bytes;
		ret->token_flops = config->attention.linear_token_flops;
	} else if (config->mixer[layer] != JTN__MIXER_NONE) {
		set_softmax(config, layer, ret);
	}
	ret->attention_params += jtn__config_has(config, JTN__TRAIT_NORM_BIAS) ? 2 * norms : norms;
}
