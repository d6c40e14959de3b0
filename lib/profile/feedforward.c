/*
 * Feed-forward: dense, or routed and shared experts. Reads the sizes under the many names that families give them,
 * then counts one layer's parameters.
 */
#include "architecture.h"

/* LFM2 gives a width that its code cuts to two thirds and rounds up. */
static jtn_status
adjust_width(const struct jtn__config *config, double *width, struct jtn_error *reterr)
{
	struct jtn__value value;
	double multiplier = 1;
	double multiple;
	bool adjust;

	JTN__TRY(jtn__config_flag(config, JTN__NAMES("block_auto_adjust_ff_dim"), false, &adjust, reterr));
	if (!adjust)
		return JTN_OK;
	if (jtn__config_find(config, JTN__NAMES("block_ffn_dim_multiplier"), &value))
		JTN__TRY(jtn__json_number(&value, 0.001, 1000, &multiplier, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("block_multiple_of"), 1, JTN__SIZE_MAX, 256, &multiple, reterr));
	*width = (double)(int64_t)(2 * *width / 3);
	*width = (double)(int64_t)(multiplier * *width);
	*width = multiple * (double)(int64_t)((*width + multiple - 1) / multiple);
	return JTN_OK;
}

/* Where experts have a width of their own, intermediate_size is the dense layers'; else it is the experts'. */
static jtn_status
read_dense(struct jtn__config *config, struct jtn_error *reterr)
{
	const char *const *names = JTN__NAMES("intermediate_size", "intermediate_size_mlp", "dense_intermediate_size",
	                                      "block_ff_dim", "ffn_hidden_size", "ffn_dim", "n_inner");
	const char *const *own = JTN__NAMES("intermediate_size_mlp", "dense_intermediate_size");
	struct jtn__value value;
	double fallback = jtn__config_has(config, JTN__TRAIT_PLAIN) ? 4 * config->hidden : JTN__REQUIRED;
	bool wide;
	size_t i;

	for (i = 0; i < config->layers; i++) {
		if (config->feed[i] == JTN__FEED_DENSE ||
		    (config->feed[i] == JTN__FEED_EXPERTS && jtn__config_has(config, JTN__TRAIT_DENSE_BRANCH)))
			break;
	}
	if (i == config->layers)
		return JTN_OK; /* no dense layer: its width would be nowhere */
	if (jtn__config_find(config, own, &value))
		names = own;
	JTN__TRY(jtn__config_number(config, names, 1, JTN__SIZE_MAX, fallback, &config->feedforward.dense_width, reterr));
	JTN__TRY(adjust_width(config, &config->feedforward.dense_width, reterr));
	JTN__TRY(jtn__config_flag(config, JTN__NAMES("use_double_wide_mlp"), false, &wide, reterr));
	config->feedforward.wide_width = config->feedforward.dense_width * (wide ? 2 : 1);
	return JTN_OK;
}

static jtn_status
read_experts(struct jtn__config *config, struct jtn_error *reterr)
{
	const char *const *active_names = JTN__NAMES("num_experts_per_tok", "num_experts_per_token", "experts_per_token",
	                                             "moe_topk", "moe_top_k", "moe_k", "top_k_experts");
	struct jtn__feedforward *ret = &config->feedforward;
	struct jtn__value value;
	bool enabled;

	JTN__TRY(jtn__config_flag(config, JTN__NAMES("enable_moe_block"), true, &enabled, reterr));
	JTN__TRY(jtn__config_number(config,
	                            JTN__NAMES("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts"),
	                            0, JTN__EXPERTS_MAX, 0, &ret->experts, reterr));
	if (!enabled || ret->experts <= 1) {
		ret->experts = 0;
		return JTN_OK;
	}
	if (jtn__config_find(config, JTN__NAMES("moe_latent_size"), &value))
		return jtn__json_fail(&value, reterr, JTN_E_UNSUPPORTED, "experts in a latent space have no counterpart here");
	JTN__TRY(jtn__config_number(config, active_names, 1, JTN__EXPERTS_MAX, JTN__REQUIRED, &ret->active, reterr));
	if (ret->active > ret->experts) {
		jtn__config_find(config, active_names, &value);
		return jtn__json_fail(&value, reterr, JTN_E_CONTRADICTION, "%d experts a token, and only %d there are",
		                      (int64_t)ret->active, (int64_t)ret->experts);
	}
	return jtn__config_number(config,
	                          JTN__NAMES("moe_intermediate_size", "expert_ffn_hidden_size", "moe_ffn_hidden_size",
	                                     "intermediate_size", "ffn_hidden_size"),
	                          1, JTN__SIZE_MAX, JTN__REQUIRED, &ret->expert_width, reterr);
}

/* Shared experts are given as a number of experts, as a width, or as both: a number of that width. */
static jtn_status
read_shared(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__feedforward *ret = &config->feedforward;
	double number;
	double width;

	if (ret->experts == 0)
		return JTN_OK;
	JTN__TRY(jtn__config_number(
		config, JTN__NAMES("n_shared_experts", "num_shared_experts", "moe_num_shared_experts", "num_shared_expert"), 0,
		JTN__EXPERTS_MAX, -1, &number, reterr));
	JTN__TRY(jtn__config_number(config,
	                            JTN__NAMES("shared_expert_intermediate_size", "moe_shared_expert_intermediate_size",
	                                       "share_expert_dim", "shared_intermediate_size"),
	                            0, JTN__SIZE_MAX, -1, &width, reterr));
	if (number < 0)
		number = width > 0 ? 1 : 0;
	ret->shared_width = number * (width > 0 ? width : ret->expert_width);
	return JTN_OK;
}

static jtn_status
read_bias(struct jtn__config *config, struct jtn_error *reterr)
{
	bool *bias = &config->feedforward.bias;

	*bias = jtn__config_has(config, JTN__TRAIT_FFN_BIAS);
	if (jtn__config_has(config, JTN__TRAIT_FIXED_BIAS))
		return JTN_OK;
	return jtn__config_flag(config, JTN__NAMES("mlp_bias", "use_bias", "bias", "enable_bias", "add_bias_linear"), *bias,
	                        bias, reterr);
}

jtn_status
jtn__feedforward_read(struct jtn__config *config, struct jtn_error *reterr)
{
	JTN__TRY(read_experts(config, reterr));
	JTN__TRY(jtn__pattern_feeds(config, reterr));
	JTN__TRY(read_dense(config, reterr));
	JTN__TRY(read_shared(config, reterr));
	return read_bias(config, reterr);
}

static double
mlp_params(const struct jtn__config *config, double width, bool bias)
{
	double inner = jtn__config_has(config, JTN__TRAIT_PLAIN) ? 1 : 2;
	double params = (inner + 1) * config->hidden * width;

	return bias ? params + inner * width + config->hidden : params;
}

/*
 * Kernels of one layer's feed-forward. Dense: norm, up, activation, down. Experts: norm, router, choice, sorting, up,
 * activation, down, sum; a dense branch or shared experts beside them add up, activation and down.
 */
enum { dense_kernels = 4, expert_kernels = 8, branch_kernels = 3 };

void
jtn__feedforward_layer(const struct jtn__config *config, size_t layer, struct jtn__layer *ret)
{
	const struct jtn__feedforward *f = &config->feedforward;
	double dense = (double)layer < config->attention.own_kv_layers ? f->dense_width : f->wide_width;
	bool branch = jtn__config_has(config, JTN__TRAIT_DENSE_BRANCH);

	if (config->feed[layer] == JTN__FEED_NONE)
		return;
	ret->kernels += config->feed[layer] == JTN__FEED_DENSE ? dense_kernels : expert_kernels;
	if (config->feed[layer] == JTN__FEED_DENSE || branch)
		ret->dense_params = mlp_params(config, dense, f->bias);
	if (config->feed[layer] == JTN__FEED_DENSE)
		return;
	ret->experts = f->experts;
	ret->experts_active = f->active;
	ret->expert_params = mlp_params(config, f->expert_width, jtn__config_has(config, JTN__TRAIT_EXPERT_BIAS));
	ret->router_params = config->hidden * f->experts;
	if (jtn__config_has(config, JTN__TRAIT_ROUTER_BIAS))
		ret->router_params += f->experts;
	if (branch) /* Gemma 4: three more norms and a scale for the router's input, one scale an expert */
		ret->router_params += 4 * config->hidden + f->experts;
	if (branch || f->shared_width > 0)
		ret->kernels += branch_kernels;
	if (f->shared_width > 0) {
		ret->shared_params = mlp_params(config, f->shared_width, false);
		if (jtn__config_has(config, JTN__TRAIT_SHARED_GATE))
			ret->shared_params += config->hidden;
	}
}
