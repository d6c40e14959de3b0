/*
 * The number format of each class of weight in a checkpoint: dtype, then quantization_config in the vocabularies of
 * fp8, ModelOpt, compressed-tensors, Quark, MXFP4, GPTQ, AWQ and bitsandbytes, with the modules each leaves alone.
 */
#include "architecture.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CONTAINS(text, part) (strstr((text), (part)) != NULL)
#define PATTERNS_MAX 100000 /* modules one list may name */

/* Classes of weight as a set of bits. */
#define CLASS(weight) (1u << (weight))
#define BODY (CLASS(JTN__WEIGHT_ATTENTION) | CLASS(JTN__WEIGHT_DENSE) | CLASS(JTN__WEIGHT_EXPERT))

/*
 * Checkpoints in float32 are served in bf16, which is what every stack casts them to by default. A dtype of 8 bits or
 * fewer is of the weights that quantization_config speaks of; what it leaves alone is 16-bit.
 */
static jtn_status
read_dtype(const struct jtn__config *config, int32_t *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	const char *name;

	*ret = JTN_PRECISION_BF16;
	if (!jtn__config_find_outer(config, "torch_dtype", &value) && !jtn__config_find_outer(config, "dtype", &value))
		return JTN_OK;
	JTN__TRY(jtn__json_string(&value, &name, reterr));
	if (strncmp(name, "torch.", 6) == 0)
		name += 6;
	if (strcmp(name, "float16") == 0 || strcmp(name, "half") == 0 || strcmp(name, "fp16") == 0)
		*ret = JTN_PRECISION_FP16;
	else if (strcmp(name, "bfloat16") != 0 && strcmp(name, "bf16") != 0 && strcmp(name, "float32") != 0 &&
	         strcmp(name, "float") != 0 && strcmp(name, "fp32") != 0 && strcmp(name, "auto") != 0 &&
	         strncmp(name, "float8", 6) != 0)
		return jtn__json_fail(&value, reterr, JTN_E_RANGE,
		                      "not a number format of weights; expected bfloat16, float16 or float32");
	return JTN_OK;
}

/* The number after "layers." in a module's name, or -1. */
static int
layer_of(const char *name)
{
	const char *at = strstr(name, "layers.");
	int layer = 0;

	if (!at)
		return -1;
	at += strlen("layers.");
	if (*at < '0' || *at > '9')
		return -1;
	for (; *at >= '0' && *at <= '9' && layer < JTN__LAYERS; at++)
		layer = layer * 10 + (*at - '0');
	return layer < JTN__LAYERS ? layer : -1;
}

/* A router, as in "mlp.gate", not a gate_proj. */
static bool
names_router(const char *name)
{
	return CONTAINS(name, "router") ||
	       (CONTAINS(name, "gate") && !CONTAINS(name, "_proj") && !CONTAINS(name, "gate_up"));
}

/*
 * The classes of weight that a module's name, or a pattern of names, stands for; 0 for towers, routers and parts too
 * small to decide a class. Of attention's projections the output one, which all kinds have, speaks for the rest.
 */
static uint32_t
classes_of(const char *name)
{
	if (CONTAINS(name, "visual") || CONTAINS(name, "vision") || CONTAINS(name, "projector") || CONTAINS(name, "audio"))
		return 0;
	if (CONTAINS(name, "lm_head"))
		return CLASS(JTN__WEIGHT_HEAD);
	if (CONTAINS(name, "shared_expert") || CONTAINS(name, "share_expert"))
		return CONTAINS(name, "expert_gate") ? 0 : CLASS(JTN__WEIGHT_DENSE);
	if (names_router(name))
		return 0;
	if (CONTAINS(name, "expert"))
		return CLASS(JTN__WEIGHT_EXPERT);
	if (CONTAINS(name, "attn") || CONTAINS(name, "attention")) {
		if (CONTAINS(name, "conv1d") || CONTAINS(name, "norm") || CONTAINS(name, "indexer"))
			return 0;
		if (CONTAINS(name, "_proj") && !CONTAINS(name, "o_proj") && !CONTAINS(name, "out_proj"))
			return 0;
		return CLASS(JTN__WEIGHT_ATTENTION);
	}
	if (CONTAINS(name, "mlp") || CONTAINS(name, "ffn") || CONTAINS(name, "feed_forward"))
		return CLASS(JTN__WEIGHT_DENSE);
	return 0;
}

/* What a list of names adds up to: a class named without a layer, or in more than half of all layers. */
struct tally {
	uint32_t whole;                              /* classes named at large */
	uint32_t layers[JTN__WEIGHTS];               /* distinct layers that name a class */
	uint8_t seen[JTN__WEIGHTS][JTN__LAYERS / 8]; /* which, a bit each */
};

static void
tally_name(struct tally *tally, const char *name)
{
	uint32_t classes = classes_of(name);
	int layer = layer_of(name);
	int weight;
	uint8_t bit;

	if (layer < 0) {
		tally->whole |= classes;
		return;
	}
	bit = (uint8_t)(1u << (layer % 8));
	for (weight = 0; weight < JTN__WEIGHTS; weight++) {
		if (!(classes & CLASS(weight)) || (tally->seen[weight][layer / 8] & bit))
			continue;
		tally->seen[weight][layer / 8] |= bit;
		tally->layers[weight]++;
	}
}

static uint32_t
tally_classes(const struct jtn__config *config, const struct tally *tally)
{
	uint32_t classes = tally->whole;
	int weight;

	for (weight = 0; weight < JTN__WEIGHTS; weight++) {
		if (2.0 * tally->layers[weight] > (double)config->layers)
			classes |= CLASS(weight);
	}
	return classes;
}

static jtn_status
read_names(const struct jtn__config *config, const struct jtn__value *list, uint32_t *ret, struct jtn_error *reterr)
{
	struct jtn__value element;
	struct tally tally;
	const char *name;
	size_t i;

	if (!jtn__json_is_array(list))
		return jtn__json_fail(list, reterr, JTN_E_TYPE, "expected a list of module names");
	if (jtn__json_count(list) > PATTERNS_MAX)
		return jtn__json_fail(list, reterr, JTN_E_LIMIT, "names more than %d modules", (int64_t)PATTERNS_MAX);
	memset(&tally, 0, sizeof tally);
	for (i = 0; i < jtn__json_count(list); i++) {
		jtn__json_element(list, i, &element);
		JTN__TRY(jtn__json_string(&element, &name, reterr));
		tally_name(&tally, name);
	}
	*ret = tally_classes(config, &tally);
	return JTN_OK;
}

/* The classes left alone, under whichever name the method gives the list. */
static jtn_status
read_ignored(const struct jtn__config *config, const struct jtn__value *quant, uint32_t *ret, struct jtn_error *reterr)
{
	static const char *const names[] = {"modules_to_not_convert", "ignored_layers", "ignore",
	                                    "exclude_modules",        "exclude",        "llm_int8_skip_modules"};
	struct jtn__value list;
	uint32_t classes;
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		if (!jtn__json_member(quant, names[i], &list))
			continue;
		JTN__TRY(read_names(config, &list, &classes, reterr));
		*ret |= classes;
	}
	return JTN_OK;
}

static void
set_classes(int32_t *native, uint32_t classes, int32_t precision)
{
	int weight;

	for (weight = 0; weight < JTN__WEIGHTS; weight++) {
		if (classes & CLASS(weight))
			native[weight] = precision;
	}
}

static jtn_status
from_bits(const struct jtn__value *at, int64_t bits, bool is_float, int32_t *ret, struct jtn_error *reterr)
{
	if (bits == 8)
		*ret = is_float ? JTN_PRECISION_FP8 : JTN_PRECISION_INT8;
	else if (bits == 4)
		*ret = is_float ? JTN_PRECISION_FP4 : JTN_PRECISION_W4A16;
	else
		return jtn__json_fail(at, reterr, JTN_E_UNSUPPORTED, "weights of %d bits cannot be modelled; 4 and 8 can",
		                      bits);
	return JTN_OK;
}

/* One algorithm of ModelOpt, as in "NVFP4" or "FP8_PB_WO". */
static jtn_status
from_algorithm(const struct jtn__value *value, int32_t *ret, struct jtn_error *reterr)
{
	const char *name;

	JTN__TRY(jtn__json_string(value, &name, reterr));
	if (CONTAINS(name, "MXFP4"))
		*ret = JTN_PRECISION_MXFP4;
	else if (CONTAINS(name, "FP4"))
		*ret = JTN_PRECISION_FP4;
	else if (CONTAINS(name, "W4A"))
		*ret = JTN_PRECISION_W4A16;
	else if (CONTAINS(name, "FP8"))
		*ret = JTN_PRECISION_FP8;
	else if (CONTAINS(name, "W8A8") || CONTAINS(name, "INT8") || CONTAINS(name, "W8A16"))
		*ret = JTN_PRECISION_INT8;
	else
		return jtn__json_fail(value, reterr, JTN_E_UNSUPPORTED,
		                      "not an algorithm known here; expected FP8, NVFP4, MXFP4, W4A16_AWQ, W8A8_SQ_PER_CHANNEL "
		                      "or MIXED_PRECISION");
	return JTN_OK;
}

/* MIXED_PRECISION: quantized_layers gives each module its algorithm; the last one of a class stands for it. */
static jtn_status
read_mixed(const struct jtn__value *quant, int32_t *native, struct jtn_error *reterr)
{
	struct jtn__value modules;
	struct jtn__value module;
	struct jtn__value algorithm;
	int32_t precision = JTN_PRECISION_DEFAULT;
	size_t count;
	size_t i;

	JTN__TRY(jtn__json_require(quant, "quantized_layers", &modules, reterr));
	if (!jtn__json_is_object(&modules))
		return jtn__json_fail(&modules, reterr, JTN_E_TYPE, "expected an object of modules");
	count = jtn__json_count(&modules);
	if (count > PATTERNS_MAX)
		return jtn__json_fail(&modules, reterr, JTN_E_LIMIT, "names more than %d modules", (int64_t)PATTERNS_MAX);
	for (i = 0; i < count; i++) {
		jtn__json_entry(&modules, i, &module);
		if (!jtn__json_is_object(&module))
			return jtn__json_fail(&module, reterr, JTN_E_TYPE, "expected an object with quant_algo");
		JTN__TRY(jtn__json_require(&module, "quant_algo", &algorithm, reterr));
		JTN__TRY(from_algorithm(&algorithm, &precision, reterr));
		set_classes(native, classes_of(module.key ? module.key : ""), precision);
	}
	return JTN_OK;
}

/* The weights of one group of compressed-tensors or of ModelOpt in its vocabulary. */
static jtn_status
from_weights(const struct jtn__value *weights, int32_t *ret, struct jtn_error *reterr)
{
	struct jtn__value bits;
	struct jtn__value group;
	const char *type = "int";
	int64_t size = 0;
	int64_t count;

	JTN__TRY(jtn__json_require(weights, "num_bits", &bits, reterr));
	JTN__TRY(jtn__json_integer(&bits, 1, 64, &count, reterr));
	JTN__TRY(jtn__json_optional_string(weights, "type", &type, reterr));
	if (jtn__json_member(weights, "group_size", &group) && jtn__json_is_number(&group))
		JTN__TRY(jtn__json_integer(&group, -1, (int64_t)JTN__SIZE_MAX, &size, reterr));
	JTN__TRY(from_bits(&bits, count, strcmp(type, "float") == 0, ret, reterr));
	if (*ret == JTN_PRECISION_FP4 && size == 32)
		*ret = JTN_PRECISION_MXFP4; /* OCP's groups are of 32 elements, NVIDIA's of 16 */
	return JTN_OK;
}

/* A group's targets: module types such as "Linear" mean all, names and patterns their classes. */
static jtn_status
read_targets(const struct jtn__config *config, const struct jtn__value *group, uint32_t *ret, struct jtn_error *reterr)
{
	struct jtn__value list;
	struct jtn__value element;
	const char *name;
	size_t i;

	*ret = BODY;
	if (!jtn__json_member(group, "targets", &list))
		return JTN_OK;
	if (!jtn__json_is_array(&list))
		return jtn__json_fail(&list, reterr, JTN_E_TYPE, "expected a list of module names");
	for (i = 0; i < jtn__json_count(&list); i++) {
		jtn__json_element(&list, i, &element);
		JTN__TRY(jtn__json_string(&element, &name, reterr));
		if (strcmp(name, "Linear") == 0)
			return JTN_OK;
		if (CONTAINS(name, "MoE"))
			*ret = CLASS(JTN__WEIGHT_EXPERT);
		else if (strchr(name, '.') || strncmp(name, "re:", 3) == 0)
			return read_names(config, &list, ret, reterr);
	}
	return JTN_OK;
}

static jtn_status
read_groups(const struct jtn__config *config, const struct jtn__value *groups, int32_t *native,
            struct jtn_error *reterr)
{
	struct jtn__value group;
	struct jtn__value weights;
	int32_t precision = JTN_PRECISION_DEFAULT;
	uint32_t targets;
	size_t i;

	if (!jtn__json_is_object(groups))
		return jtn__json_fail(groups, reterr, JTN_E_TYPE, "expected an object of groups");
	for (i = 0; i < jtn__json_count(groups); i++) {
		jtn__json_entry(groups, i, &group);
		if (!jtn__json_is_object(&group))
			return jtn__json_fail(&group, reterr, JTN_E_TYPE, "expected an object with weights and targets");
		if (!jtn__json_member(&group, "weights", &weights))
			continue; /* a group of activations alone */
		JTN__TRY(from_weights(&weights, &precision, reterr));
		JTN__TRY(read_targets(config, &group, &targets, reterr));
		set_classes(native, targets, precision);
	}
	return JTN_OK;
}

/* Quark: global_quant_config.weight.dtype, as in "fp4" (OCP's MXFP4), "fp8_e4m3", "int4", "int8". */
static jtn_status
read_quark(const struct jtn__value *quant, int32_t *native, struct jtn_error *reterr)
{
	struct jtn__value global;
	struct jtn__value weight;
	struct jtn__value dtype;
	const char *name;

	JTN__TRY(jtn__json_require(quant, "global_quant_config", &global, reterr));
	JTN__TRY(jtn__json_require(&global, "weight", &weight, reterr));
	if (jtn__json_is_array(&weight) && jtn__json_count(&weight) > 0) {
		struct jtn__value first;

		jtn__json_element(&weight, 0, &first);
		weight = first;
		weight.parent = &global;
		weight.key = "weight";
	}
	JTN__TRY(jtn__json_require(&weight, "dtype", &dtype, reterr));
	JTN__TRY(jtn__json_string(&dtype, &name, reterr));
	if (strncmp(name, "fp8", 3) == 0)
		set_classes(native, BODY, JTN_PRECISION_FP8);
	else if (strncmp(name, "fp4", 3) == 0 || strncmp(name, "mx", 2) == 0)
		set_classes(native, BODY, JTN_PRECISION_MXFP4);
	else if (strncmp(name, "int8", 4) == 0)
		set_classes(native, BODY, JTN_PRECISION_INT8);
	else if (strncmp(name, "int4", 4) == 0 || strncmp(name, "uint4", 5) == 0)
		set_classes(native, BODY, JTN_PRECISION_W4A16);
	else
		return jtn__json_fail(&dtype, reterr, JTN_E_UNSUPPORTED,
		                      "not a format known here; expected fp8_e4m3, fp4, int8 or int4");
	return JTN_OK;
}

static jtn_status
read_modelopt(const struct jtn__config *config, const struct jtn__value *quant, int32_t *native,
              struct jtn_error *reterr)
{
	struct jtn__value algorithm;
	struct jtn__value groups;
	const char *name;
	int32_t precision = JTN_PRECISION_DEFAULT;

	if (!jtn__json_member(quant, "quant_algo", &algorithm)) {
		if (jtn__json_member(quant, "config_groups", &groups))
			return read_groups(config, &groups, native, reterr);
		return jtn__json_require(quant, "quant_algo", &algorithm, reterr);
	}
	JTN__TRY(jtn__json_string(&algorithm, &name, reterr));
	if (strcmp(name, "MIXED_PRECISION") == 0)
		return read_mixed(quant, native, reterr);
	JTN__TRY(from_algorithm(&algorithm, &precision, reterr));
	set_classes(native, BODY, precision);
	return JTN_OK;
}

/* GPTQ, AWQ and their kin: integers of so many bits, scaled by group. */
static jtn_status
read_integers(const struct jtn__value *quant, int32_t *native, struct jtn_error *reterr)
{
	static const char *const names[] = {"bits", "w_bit", "wbits", "num_bits", "nbits"};
	struct jtn__value value = *quant;
	int64_t bits = 4;
	int32_t precision = JTN_PRECISION_DEFAULT;
	bool head = false;
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		if (jtn__json_member(quant, names[i], &value)) {
			JTN__TRY(jtn__json_integer(&value, 1, 64, &bits, reterr));
			break;
		}
	}
	JTN__TRY(from_bits(value.node ? &value : quant, bits, false, &precision, reterr));
	JTN__TRY(jtn__json_optional_boolean(quant, "lm_head", &head, reterr));
	set_classes(native, head ? BODY | CLASS(JTN__WEIGHT_HEAD) : BODY, precision);
	return JTN_OK;
}

static jtn_status
read_bitsandbytes(const struct jtn__value *quant, int32_t *native, struct jtn_error *reterr)
{
	bool four = false;
	bool eight = false;

	JTN__TRY(jtn__json_optional_boolean(quant, "load_in_4bit", &four, reterr));
	JTN__TRY(jtn__json_optional_boolean(quant, "load_in_8bit", &eight, reterr));
	set_classes(native, BODY, eight && !four ? JTN_PRECISION_INT8 : JTN_PRECISION_W4A16);
	return JTN_OK;
}

enum method { FP8, MXFP4, MODELOPT, GROUPS, QUARK, INTEGERS, BITS_AND_BYTES, EXPERTS_INT8 };

static const struct {
	const char *name;
	enum method method;
} methods[] = {
	{"fp8", FP8},
	{"fbgemm_fp8", FP8},
	{"mxfp4", MXFP4},
	{"modelopt", MODELOPT},
	{"modelopt_fp4", MODELOPT},
	{"nvfp4", MODELOPT},
	{"compressed-tensors", GROUPS},
	{"quark", QUARK},
	{"gptq", INTEGERS},
	{"awq", INTEGERS},
	{"auto-round", INTEGERS},
	{"hqq", INTEGERS},
	{"bitsandbytes", BITS_AND_BYTES},
	{"experts_int8", EXPERTS_INT8},
};

static jtn_status
fail_method(const struct jtn__value *value, const char *name, struct jtn_error *reterr)
{
	char quoted[JTN__QUOTE_SIZE];

	jtn__quote(quoted, name, strlen(name));
	return jtn__json_fail(
		value, reterr, JTN_E_UNSUPPORTED,
		"%s cannot be modelled; fp8, mxfp4, modelopt, compressed-tensors, quark, gptq, awq, bitsandbytes and some "
		"others can",
		quoted);
}

static jtn_status
apply_method(const struct jtn__config *config, enum method method, const struct jtn__value *quant, int32_t *native,
             struct jtn_error *reterr)
{
	struct jtn__value groups;

	switch (method) {
	case FP8:
		set_classes(native, BODY, JTN_PRECISION_FP8);
		return JTN_OK;
	case MXFP4:
		set_classes(native, CLASS(JTN__WEIGHT_EXPERT), JTN_PRECISION_MXFP4);
		return JTN_OK;
	case MODELOPT:
		return read_modelopt(config, quant, native, reterr);
	case GROUPS:
		JTN__TRY(jtn__json_require(quant, "config_groups", &groups, reterr));
		return read_groups(config, &groups, native, reterr);
	case QUARK:
		return read_quark(quant, native, reterr);
	case INTEGERS:
		return read_integers(quant, native, reterr);
	case BITS_AND_BYTES:
		return read_bitsandbytes(quant, native, reterr);
	default:
		set_classes(native, CLASS(JTN__WEIGHT_EXPERT), JTN_PRECISION_INT8);
		return JTN_OK;
	}
}

static jtn_status
apply(const struct jtn__config *config, const struct jtn__value *quant, int32_t *native, struct jtn_error *reterr)
{
	struct jtn__value value;
	const char *name = "modelopt";
	int32_t plain = native[JTN__WEIGHT_HEAD];
	uint32_t ignored = 0;
	size_t i;

	if (jtn__json_member(quant, "quant_method", &value))
		JTN__TRY(jtn__json_string(&value, &name, reterr));
	else if (!jtn__json_member(quant, "quant_algo", &value))
		return jtn__json_require(quant, "quant_method", &value, reterr);
	for (i = 0; i < COUNT(methods) && strcmp(methods[i].name, name) != 0; i++)
		;
	if (i == COUNT(methods))
		return fail_method(&value, name, reterr);
	JTN__TRY(apply_method(config, methods[i].method, quant, native, reterr));
	JTN__TRY(read_ignored(config, quant, &ignored, reterr));
	set_classes(native, ignored, plain);
	return JTN_OK;
}

jtn_status
jtn__quantization_read(const struct jtn__config *config, int32_t *native, struct jtn_error *reterr)
{
	struct jtn__value quant;
	struct jtn__value inner;
	int32_t plain;

	JTN__TRY(read_dtype(config, &plain, reterr));
	set_classes(native, BODY | CLASS(JTN__WEIGHT_HEAD), plain);
	if (!jtn__config_find_outer(config, "quantization_config", &quant) &&
	    !jtn__config_find_outer(config, "compression_config", &quant))
		return JTN_OK;
	if (!jtn__json_is_object(&quant))
		return jtn__json_fail(&quant, reterr, JTN_E_TYPE, "expected an object with quant_method");
	if (jtn__json_member(&quant, "quantization", &inner) && jtn__json_is_object(&inner))
		return apply(config, &inner, native, reterr); /* ModelOpt's own file, put in whole */
	return apply(config, &quant, native, reterr);
}
