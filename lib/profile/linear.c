/*
 * Layers whose memory does not grow with the context: gated DeltaNet (arXiv 2412.06464), Kimi Delta Attention
 * (arXiv 2510.26692), Lightning Attention (arXiv 2501.08313), Mamba-2 (arXiv 2405.21060) and LFM2's short convolution.
 * Parameters are counted as the published code has them; work and state are those of the recurrent form.
 */
#include "architecture.h"

#define STATE_BYTES 4.0 /* per element: kernels keep recurrent state in float32 */
#define CONV_BYTES 2.0  /* convolution windows are kept in 16 bits */
#define KERNEL_MAX 1024.0
#define STATE_MAX 65536.0

/* A matrix state of rows by columns in each head: decay, one rank-one update, one or two products with a vector. */
static void
set_matrix_state(struct jtn__attention *ret, double heads, double rows, double columns, double operations)
{
	ret->linear_heads = heads;
	ret->linear_state_bytes += STATE_BYTES * heads * rows * columns;
	ret->linear_token_flops += operations * heads * rows * columns;
}

static void
add_convolution(struct jtn__attention *ret, double channels, double kernel)
{
	ret->linear_params += channels * kernel;
	ret->linear_state_bytes += CONV_BYTES * channels * (kernel - 1);
	ret->linear_token_flops += 2 * channels * kernel;
}

static jtn_status
read_delta(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	double key_heads;
	double value_heads;
	double key_dim;
	double value_dim;
	double kernel;
	double keys;
	double values;

	JTN__TRY(jtn__config_number(config, JTN__NAMES("linear_num_key_heads"), 1, JTN__HEADS_MAX, JTN__REQUIRED,
	                            &key_heads, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("linear_num_value_heads"), 1, JTN__HEADS_MAX, JTN__REQUIRED,
	                            &value_heads, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("linear_key_head_dim"), 1, JTN__HEADS_MAX, JTN__REQUIRED, &key_dim,
	                            reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("linear_value_head_dim"), 1, JTN__HEADS_MAX, JTN__REQUIRED,
	                            &value_dim, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("linear_conv_kernel_dim"), 1, KERNEL_MAX, JTN__REQUIRED, &kernel,
	                            reterr));
	keys = key_heads * key_dim;
	values = value_heads * value_dim;
	/* q, k, v and the output gate; two numbers a head for decay and step; out; decay's offsets and the output norm */
	ret->linear_params = config->hidden * (2 * keys + 2 * values + 2 * value_heads) + values * config->hidden +
	                     2 * value_heads + value_dim;
	add_convolution(ret, 2 * keys + values, kernel);
	set_matrix_state(ret, value_heads, key_dim, value_dim, 7);
	return JTN_OK;
}

/* Sizes are in linear_attn_config, or beside the others as in later versions. */
static jtn_status
read_kimi_sizes(const struct jtn__config *config, double *heads, double *dim, double *kernel, struct jtn_error *reterr)
{
	struct jtn__value object;
	int64_t sizes[3] = {0, 0, 4};

	if (!jtn__config_find(config, JTN__NAMES("linear_attn_config"), &object)) {
		JTN__TRY(jtn__config_number(config, JTN__NAMES("linear_num_heads"), 1, JTN__HEADS_MAX, JTN__REQUIRED, heads,
		                            reterr));
		JTN__TRY(
			jtn__config_number(config, JTN__NAMES("linear_head_dim"), 1, JTN__HEADS_MAX, JTN__REQUIRED, dim, reterr));
		return jtn__config_number(config, JTN__NAMES("linear_conv_kernel_dim"), 1, KERNEL_MAX, 4, kernel, reterr);
	}
	if (!jtn__json_is_object(&object))
		return jtn__json_fail(&object, reterr, JTN_E_TYPE, "expected an object with num_heads and head_dim");
	JTN__TRY(jtn__json_optional_integer(&object, "num_heads", 1, (int64_t)JTN__HEADS_MAX, &sizes[0], reterr));
	JTN__TRY(jtn__json_optional_integer(&object, "head_dim", 1, (int64_t)JTN__HEADS_MAX, &sizes[1], reterr));
	JTN__TRY(jtn__json_optional_integer(&object, "short_conv_kernel_size", 1, (int64_t)KERNEL_MAX, &sizes[2], reterr));
	if (sizes[0] == 0 || sizes[1] == 0)
		return jtn__json_fail(&object, reterr, JTN_E_MISSING_FIELD,
		                      "linear_attn_config must give num_heads and head_dim");
	*heads = (double)sizes[0];
	*dim = (double)sizes[1];
	*kernel = (double)sizes[2];
	return JTN_OK;
}

static jtn_status
read_kimi(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	double heads = 0;
	double dim = 0;
	double kernel = 0;
	double width;

	JTN__TRY(read_kimi_sizes(config, &heads, &dim, &kernel, reterr));
	width = heads * dim;
	/* q, k, v, out; decay and output gate through a bottleneck of one head; the step a head; offsets and the norm */
	ret->linear_params = config->hidden * (4 * width + 2 * dim + heads) + 2 * dim * width + width + heads + dim;
	add_convolution(ret, 3 * width, kernel);
	set_matrix_state(ret, heads, dim, dim, 7);
	return JTN_OK;
}

static void
set_lightning(const struct jtn__config *config, struct jtn__attention *ret)
{
	const struct jtn__heads *heads = &ret->full;
	double width = heads->query_heads * heads->key_dim;

	/* q, k, v, output gate, out; the output norm */
	ret->linear_params = 5 * config->hidden * width + width;
	set_matrix_state(ret, heads->query_heads, heads->key_dim, heads->key_dim, 5);
}

static jtn_status
read_mamba(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	double heads;
	double dim;
	double state;
	double groups;
	double kernel;
	double width;
	double channels;

	JTN__TRY(jtn__config_number(config, JTN__NAMES("mamba_num_heads", "mamba_n_heads"), 1, JTN__HEADS_MAX,
	                            JTN__REQUIRED, &heads, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("mamba_head_dim", "mamba_d_head"), 1, JTN__HEADS_MAX, JTN__REQUIRED,
	                            &dim, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("ssm_state_size", "mamba_d_state"), 1, STATE_MAX, JTN__REQUIRED,
	                            &state, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("n_groups", "mamba_n_groups"), 1, JTN__HEADS_MAX, JTN__REQUIRED,
	                            &groups, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("conv_kernel", "mamba_d_conv"), 1, KERNEL_MAX, JTN__REQUIRED,
	                            &kernel, reterr));
	width = heads * dim;
	channels = width + 2 * groups * state;
	/* in: gate, channels and a step a head; out; the convolution's bias; three numbers a head; the output norm */
	ret->linear_params =
		config->hidden * (width + channels + heads) + width * config->hidden + channels + 3 * heads + width;
	add_convolution(ret, channels, kernel);
	set_matrix_state(ret, heads, dim, state, 6);
	return JTN_OK;
}

static jtn_status
read_conv(const struct jtn__config *config, struct jtn__attention *ret, struct jtn_error *reterr)
{
	double kernel;

	JTN__TRY(jtn__config_number(config, JTN__NAMES("conv_L_cache"), 1, KERNEL_MAX, JTN__REQUIRED, &kernel, reterr));
	ret->linear_params = 4 * config->hidden * config->hidden;
	ret->linear_heads = ret->full.query_heads;
	add_convolution(ret, config->hidden, kernel);
	return JTN_OK;
}

jtn_status
jtn__linear_read(struct jtn__config *config, struct jtn_error *reterr)
{
	size_t i;

	for (i = 0; i < config->layers && config->mixer[i] != JTN__MIXER_LINEAR; i++)
		;
	if (i == config->layers)
		return JTN_OK;
	switch (config->family->linear) {
	case JTN__LINEAR_DELTA:
		return read_delta(config, &config->attention, reterr);
	case JTN__LINEAR_KIMI:
		return read_kimi(config, &config->attention, reterr);
	case JTN__LINEAR_MAMBA:
		return read_mamba(config, &config->attention, reterr);
	case JTN__LINEAR_CONV:
		return read_conv(config, &config->attention, reterr);
	default:
		set_lightning(config, &config->attention);
		return JTN_OK;
	}
}
