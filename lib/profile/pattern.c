/*
 * Which layer of a model is what: full, sliding, sparse or linear attention; dense or mixture of experts. Published
 * configurations say it in a dozen ways, from a list of names to "every fourth"; all of them end here.
 */
#include "architecture.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct word {
	const char *name;
	uint8_t mixer;
	uint8_t feed;
};

/* Names of layers in layer_types, attention_layers and layers_block_type. */
static const struct word words[] = {
	{"full_attention", JTN__MIXER_FULL, JTN__FEED_NONE},
	{"attention", JTN__MIXER_FULL, JTN__FEED_NONE},
	{"global", JTN__MIXER_FULL, JTN__FEED_NONE},
	{"sliding_attention", JTN__MIXER_SLIDING, JTN__FEED_NONE},
	{"chunked_attention", JTN__MIXER_SLIDING, JTN__FEED_NONE},
	{"local", JTN__MIXER_SLIDING, JTN__FEED_NONE},
	{"linear_attention", JTN__MIXER_LINEAR, JTN__FEED_NONE},
	{"mamba", JTN__MIXER_LINEAR, JTN__FEED_NONE},
	{"conv", JTN__MIXER_LINEAR, JTN__FEED_NONE},
	{"indexed_attention", JTN__MIXER_SPARSE, JTN__FEED_NONE},
	{"minimax_m3_sparse", JTN__MIXER_SPARSE, JTN__FEED_NONE},
	{"mlp", JTN__MIXER_NONE, JTN__FEED_DENSE},
	{"moe", JTN__MIXER_NONE, JTN__FEED_EXPERTS},
};

/* Letters of hybrid_override_pattern. */
static const struct word letters[] = {
	{"M", JTN__MIXER_LINEAR, JTN__FEED_NONE},
	{"*", JTN__MIXER_FULL, JTN__FEED_NONE},
	{"-", JTN__MIXER_NONE, JTN__FEED_DENSE},
	{"E", JTN__MIXER_NONE, JTN__FEED_EXPERTS},
};

static const struct word *
find_word(const struct word *table, size_t count, const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0)
			return &table[i];
	}
	return NULL;
}

static jtn_status
set_layer(struct jtn__config *config, size_t layer, const struct word *word, const struct jtn__value *value,
          struct jtn_error *reterr)
{
	if (word->mixer == JTN__MIXER_LINEAR && config->family->linear == JTN__LINEAR_NONE)
		return jtn__json_fail(value, reterr, JTN_E_UNSUPPORTED,
		                      "a %s model has no such layers; what they compute is not known", config->family->type);
	if (word->feed != JTN__FEED_NONE && !jtn__config_has(config, JTN__TRAIT_ONE_BLOCK))
		return jtn__json_fail(value, reterr, JTN_E_UNSUPPORTED,
		                      "a %s layer has attention; a layer of feed-forward alone is not known there",
		                      config->family->type);
	config->mixer[layer] = word->mixer;
	if (jtn__config_has(config, JTN__TRAIT_ONE_BLOCK))
		config->feed[layer] = word->feed;
	return JTN_OK;
}

/* A list has one element a layer; layers that predict further tokens may follow. */
static jtn_status
check_length(const struct jtn__config *config, const struct jtn__value *list, struct jtn_error *reterr)
{
	size_t count = jtn__json_count(list);

	if (!jtn__json_is_array(list))
		return jtn__json_fail(list, reterr, JTN_E_TYPE, "expected a list with one element for each of the %d layers",
		                      (int64_t)config->layers);
	if (count < config->layers || (double)count > (double)config->layers + config->mtp_layers)
		return jtn__json_fail(list, reterr, JTN_E_CONTRADICTION, "a list of %d elements; num_hidden_layers is %d",
		                      (int64_t)count, (int64_t)config->layers);
	return JTN_OK;
}

static jtn_status
from_words(struct jtn__config *config, const struct jtn__value *list, struct jtn_error *reterr)
{
	struct jtn__value element;
	const struct word *word;
	char quoted[JTN__QUOTE_SIZE];
	const char *name;
	size_t i;

	JTN__TRY(check_length(config, list, reterr));
	for (i = 0; i < config->layers; i++) {
		jtn__json_element(list, i, &element);
		JTN__TRY(jtn__json_string(&element, &name, reterr));
		word = find_word(words, COUNT(words), name, strlen(name));
		jtn__quote(quoted, name, strlen(name));
		if (!word)
			return jtn__json_fail(&element, reterr, JTN_E_UNSUPPORTED,
			                      "%s is not a known kind of layer; known are full_attention, sliding_attention, "
			                      "chunked_attention, linear_attention, mamba, conv",
			                      quoted);
		JTN__TRY(set_layer(config, i, word, &element, reterr));
	}
	return JTN_OK;
}

static jtn_status
from_letters(struct jtn__config *config, const struct jtn__value *value, struct jtn_error *reterr)
{
	const struct word *word;
	const char *text;
	size_t i;

	JTN__TRY(jtn__json_string(value, &text, reterr));
	if (strlen(text) != config->layers)
		return jtn__json_fail(value, reterr, JTN_E_CONTRADICTION, "a pattern of %d letters; num_hidden_layers is %d",
		                      (int64_t)strlen(text), (int64_t)config->layers);
	for (i = 0; i < config->layers; i++) {
		word = find_word(letters, COUNT(letters), text + i, 1);
		if (!word)
			return jtn__json_fail(value, reterr, JTN_E_UNSUPPORTED,
			                      "letter %d is not one of M (Mamba-2), * (attention), - (dense), E (experts)",
			                      (int64_t)i + 1);
		JTN__TRY(set_layer(config, i, word, value, reterr));
	}
	return JTN_OK;
}

/* A list of 0 and 1, or of false and true: what each stands for is the caller's. */
static jtn_status
from_bits(struct jtn__config *config, const struct jtn__value *list, uint8_t zero, uint8_t one, uint8_t *ret,
          struct jtn_error *reterr)
{
	struct jtn__value element;
	int64_t bit;
	size_t i;

	JTN__TRY(check_length(config, list, reterr));
	for (i = 0; i < config->layers; i++) {
		jtn__json_element(list, i, &element);
		JTN__TRY(jtn__json_integer(&element, 0, 1, &bit, reterr));
		ret[i] = bit ? one : zero;
	}
	return JTN_OK;
}

/* A list of layers, counted from `base`, that are `as`; the others stay as they are. */
static jtn_status
from_members(struct jtn__config *config, const struct jtn__value *list, int64_t base, uint8_t as, uint8_t *ret,
             struct jtn_error *reterr)
{
	struct jtn__value element;
	size_t count = jtn__json_count(list);
	int64_t layer;
	size_t i;

	if (!jtn__json_is_array(list))
		return jtn__json_fail(list, reterr, JTN_E_TYPE, "expected a list of layers");
	if (count > JTN__LAYERS)
		return jtn__json_fail(list, reterr, JTN_E_LIMIT, "a list of %d elements; at most %d", (int64_t)count,
		                      (int64_t)JTN__LAYERS);
	for (i = 0; i < count; i++) {
		jtn__json_element(list, i, &element);
		JTN__TRY(jtn__json_integer(&element, base, (int64_t)config->layers - 1 + base, &layer, reterr));
		ret[layer - base] = as;
	}
	return JTN_OK;
}

/* The other way round: attention_types is [[["global", "local"], 12]], pairs of words and how often. */
static jtn_status
from_pairs(struct jtn__config *config, const struct jtn__value *list, struct jtn_error *reterr)
{
	struct jtn__value pair;
	struct jtn__value kinds;
	struct jtn__value part;
	const struct word *word;
	const char *name;
	size_t i;

	memset(&pair, 0, sizeof pair);
	if (jtn__json_count(list) == 1)
		jtn__json_element(list, 0, &pair);
	if (!pair.node || !jtn__json_is_array(&pair) || jtn__json_count(&pair) != 2)
		return jtn__json_fail(
			list, reterr, JTN_E_UNSUPPORTED,
			"expected one pair of a list of kinds and a number, as in [[[\"global\", \"local\"], 12]]");
	jtn__json_element(&pair, 0, &kinds);
	if (!jtn__json_is_array(&kinds) || jtn__json_count(&kinds) == 0)
		return jtn__json_fail(&kinds, reterr, JTN_E_TYPE, "expected a list of \"global\" and \"local\"");
	for (i = 0; i < config->layers; i++) {
		jtn__json_element(&kinds, i % jtn__json_count(&kinds), &part);
		JTN__TRY(jtn__json_string(&part, &name, reterr));
		word = find_word(words, COUNT(words), name, strlen(name));
		if (!word)
			return jtn__json_fail(&part, reterr, JTN_E_UNSUPPORTED, "expected \"global\" or \"local\"");
		JTN__TRY(set_layer(config, i, word, &part, reterr));
	}
	return JTN_OK;
}

/* Every n-th layer is full, the others slide; n may come as a string such as "LLLG". */
static jtn_status
from_period(struct jtn__config *config, struct jtn_error *reterr)
{
	const char *const *names =
		JTN__NAMES("sliding_window_pattern", "_sliding_window_pattern", "global_attn_every_n_layers");
	struct jtn__value value;
	const char *text = NULL;
	double period = 0;
	size_t length;
	size_t i;

	if (jtn__config_find(config, names, &value) && jtn__json_is_string(&value))
		JTN__TRY(jtn__json_string(&value, &text, reterr));
	else
		JTN__TRY(jtn__config_number(config, names, 1, JTN__LAYERS, 0, &period, reterr));
	length = text ? strlen(text) : 0;
	if (text && (length == 0 || strspn(text, "LG") != length))
		return jtn__json_fail(&value, reterr, JTN_E_RANGE,
		                      "expected a number, or letters L (local) and G (global) as in \"LLLG\"");
	for (i = 0; i < config->layers; i++) {
		if (text ? text[i % length] == 'L' : period == 0 || (i + 1) % (size_t)period != 0)
			config->mixer[i] = JTN__MIXER_SLIDING;
	}
	return JTN_OK;
}

/* Qwen's windows begin at a layer, and only where they are switched on. */
static jtn_status
from_window(struct jtn__config *config, struct jtn_error *reterr)
{
	bool used;
	double first;
	size_t i;

	JTN__TRY(jtn__config_flag(config, JTN__NAMES("use_sliding_window"),
	                          !jtn__config_has(config, JTN__TRAIT_WINDOW_OPT_IN), &used, reterr));
	if (!used || config->attention.window == 0)
		return JTN_OK;
	JTN__TRY(from_period(config, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("max_window_layers"), 0, JTN__LAYERS, 0, &first, reterr));
	for (i = 0; i < config->layers && jtn__config_has(config, JTN__TRAIT_WINDOW_OPT_IN); i++) {
		if ((double)i < first)
			config->mixer[i] = JTN__MIXER_FULL;
	}
	return JTN_OK;
}

/* Every interval-th layer stays full, those between are of this kind; with no interval, all are. */
static void
mix_between(struct jtn__config *config, double interval, unsigned char mixer)
{
	for (size_t i = 0; i < config->layers; i++)
		if (interval == 0 || (i + 1) % (size_t)interval != 0)
			config->mixer[i] = mixer;
}

/* Llama 4: chunked attention where positions are rotated, full where they are not. */
static jtn_status
from_chunks(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value list;
	double interval;

	if (jtn__config_find(config, JTN__NAMES("no_rope_layers"), &list) &&
	    (!jtn__json_is_array(&list) || jtn__json_count(&list) > 0))
		return from_bits(config, &list, JTN__MIXER_FULL, JTN__MIXER_SLIDING, config->mixer, reterr);
	JTN__TRY(jtn__config_number(config, JTN__NAMES("no_rope_layer_interval"), 1, JTN__LAYERS, 0, &interval, reterr));
	mix_between(config, interval, JTN__MIXER_SLIDING);
	return JTN_OK;
}

/* linear_attn_config of Kimi Linear: full_attn_layers counts layers from one. */
static jtn_status
from_kimi(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value object;
	struct jtn__value list;

	if (!jtn__config_find(config, JTN__NAMES("linear_attn_config"), &object) || !jtn__json_is_object(&object))
		return jtn__json_fail(&object, reterr, JTN_E_MISSING_FIELD,
		                      "linear_attn_config is missing; a %s config must give it, with full_attn_layers",
		                      config->family->type);
	JTN__TRY(jtn__json_require(&object, "full_attn_layers", &list, reterr));
	memset(config->mixer, JTN__MIXER_LINEAR, config->layers);
	return from_members(config, &list, 1, JTN__MIXER_FULL, config->mixer, reterr);
}

/* Full attention every n-th layer, linear between. */
static jtn_status
from_interval(struct jtn__config *config, struct jtn_error *reterr)
{
	double interval;

	JTN__TRY(jtn__config_number(config, JTN__NAMES("full_attention_interval"), 1, JTN__LAYERS, JTN__REQUIRED, &interval,
	                            reterr));
	mix_between(config, interval, JTN__MIXER_LINEAR);
	return JTN_OK;
}

/* Layers that read what a sparse indexer picks: every one, or those a list names; some share another's pick. */
static jtn_status
mark_sparse(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value object;
	struct jtn__value list;
	double every;
	double offset;
	size_t i;

	if (config->attention.index_topk == 0)
		return JTN_OK;
	if (jtn__config_find(config, JTN__NAMES("sparse_attention_config"), &object) &&
	    jtn__json_member(&object, "sparse_attention_freq", &list))
		return from_bits(config, &list, JTN__MIXER_FULL, JTN__MIXER_SPARSE, config->mixer, reterr);
	if (!jtn__config_has(config, JTN__TRAIT_INDEX))
		return JTN_OK;
	JTN__TRY(jtn__config_number(config, JTN__NAMES("index_topk_freq"), 1, JTN__LAYERS, 1, &every, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("index_skip_topk_offset"), 0, JTN__LAYERS, 2, &offset, reterr));
	for (i = 0; i < config->layers; i++) {
		if ((double)i + 1 <= offset || (i + 1 - (size_t)offset) % (size_t)every == 0)
			config->mixer[i] = JTN__MIXER_SPARSE;
		else
			config->mixer[i] = JTN__MIXER_SPARSE_SHARED;
	}
	return JTN_OK;
}

static jtn_status
choose_mixers(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value value;

	if (jtn__config_has(config, JTN__TRAIT_ONE_BLOCK) &&
	    jtn__config_find(config, JTN__NAMES("hybrid_override_pattern"), &value))
		return from_letters(config, &value, reterr);
	if (jtn__config_find(config, JTN__NAMES("layer_types", "attention_layers", "layers_block_type"), &value))
		return from_words(config, &value, reterr);
	if (jtn__config_find(config, JTN__NAMES("attention_types"), &value) && jtn__json_is_array(&value))
		return from_pairs(config, &value, reterr);
	if (config->family->linear == JTN__LINEAR_LIGHTNING) {
		if (!jtn__config_find(config, JTN__NAMES("attn_type_list"), &value))
			return jtn__json_fail(
				&value, reterr, JTN_E_MISSING_FIELD,
				"attn_type_list is missing; a %s config must give it or layer_types, one element a layer",
				config->family->type);
		return from_bits(config, &value, JTN__MIXER_LINEAR, JTN__MIXER_FULL, config->mixer, reterr);
	}
	if (config->family->linear == JTN__LINEAR_KIMI)
		return from_kimi(config, reterr);
	if (config->family->linear == JTN__LINEAR_DELTA)
		return from_interval(config, reterr);
	if (config->family->linear != JTN__LINEAR_NONE)
		return jtn__json_fail(&value, reterr, JTN_E_MISSING_FIELD,
		                      "layer_types is missing; a %s config must name its layers", config->family->type);
	if (jtn__config_find(config, JTN__NAMES("hybrid_layer_pattern"), &value))
		return from_bits(config, &value, JTN__MIXER_FULL, JTN__MIXER_SLIDING, config->mixer, reterr);
	if (jtn__family_preset(config->family, "attention_chunk_size", 0) > 0)
		return config->attention.window > 0 ? from_chunks(config, reterr) : JTN_OK;
	return from_window(config, reterr);
}

jtn_status
jtn__pattern_mixers(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value value;
	size_t i;

	memset(config->mixer, JTN__MIXER_FULL, config->layers);
	JTN__TRY(choose_mixers(config, reterr));
	JTN__TRY(mark_sparse(config, reterr));
	if (jtn__config_has(config, JTN__TRAIT_LAST_FULL))
		config->mixer[config->layers - 1] = JTN__MIXER_FULL;
	for (i = 0; i < config->layers; i++) {
		if (config->mixer[i] == JTN__MIXER_SLIDING && config->attention.window == 0) {
			jtn__config_find(config, JTN__NAMES("sliding_window"), &value);
			return jtn__json_fail(&value, reterr, JTN_E_MISSING_FIELD,
			                      "sliding_window is missing or null; layer %d slides, so its window must be given",
			                      (int64_t)i);
		}
		if ((config->mixer[i] == JTN__MIXER_SPARSE || config->mixer[i] == JTN__MIXER_SPARSE_SHARED) &&
		    config->attention.index_topk == 0)
			config->mixer[i] = JTN__MIXER_FULL;
	}
	return JTN_OK;
}

/* mlp_layer_types: "dense" or "sparse" for each layer. */
static jtn_status
feeds_from_words(struct jtn__config *config, const struct jtn__value *list, struct jtn_error *reterr)
{
	struct jtn__value element;
	const char *name;
	size_t i;

	JTN__TRY(check_length(config, list, reterr));
	for (i = 0; i < config->layers; i++) {
		jtn__json_element(list, i, &element);
		JTN__TRY(jtn__json_string(&element, &name, reterr));
		if (strcmp(name, "dense") != 0 && strcmp(name, "sparse") != 0)
			return jtn__json_fail(&element, reterr, JTN_E_UNSUPPORTED, "expected \"dense\" or \"sparse\"");
		config->feed[i] = name[0] == 'd' ? JTN__FEED_DENSE : JTN__FEED_EXPERTS;
	}
	return JTN_OK;
}

/* moe_layers_enum: "4,5,6", layers counted from zero. */
static jtn_status
feeds_from_text(struct jtn__config *config, const struct jtn__value *value, struct jtn_error *reterr)
{
	const char *text;
	size_t layer = 0;
	size_t digits = 0;

	JTN__TRY(jtn__json_string(value, &text, reterr));
	memset(config->feed, JTN__FEED_DENSE, config->layers);
	for (;; text++) {
		if (*text >= '0' && *text <= '9' && digits < 5) {
			layer = layer * 10 + (size_t)(*text - '0');
			digits++;
			continue;
		}
		if ((*text != ',' && *text != '\0') || digits == 0 || layer >= config->layers)
			return jtn__json_fail(value, reterr, JTN_E_RANGE, "expected layers 0 to %d with commas between",
			                      (int64_t)config->layers - 1);
		config->feed[layer] = JTN__FEED_EXPERTS;
		if (*text == '\0')
			return JTN_OK;
		layer = 0;
		digits = 0;
	}
}

struct rhythm {
	double first;  /* dense layers before any experts */
	double last;   /* the last layer with experts; -1: of the model */
	double period; /* experts where layer % period == offset */
	double offset;
};

/* One family counts its period from the first layer, another so that the last of each period has the experts. */
static jtn_status
read_rhythm(const struct jtn__config *config, struct rhythm *ret, struct jtn_error *reterr)
{
	double step;

	JTN__TRY(jtn__config_number(config,
	                            JTN__NAMES("first_k_dense_replace", "moe_layer_start_index", "num_dense_layers"), 0,
	                            JTN__LAYERS, 0, &ret->first, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("moe_layer_end_index"), -1, JTN__LAYERS, -1, &ret->last, reterr));
	JTN__TRY(jtn__config_number(config, JTN__NAMES("moe_layer_freq"), 1, JTN__LAYERS, 1, &ret->period, reterr));
	JTN__TRY(jtn__config_number(config,
	                            JTN__NAMES("decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_interval"), 1,
	                            JTN__LAYERS, 1, &step, reterr));
	ret->offset = 0;
	if (step > 1) {
		ret->period = step;
		ret->offset = step - 1;
	}
	return JTN_OK;
}

static jtn_status
feeds_from_rhythm(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value list;
	struct rhythm rhythm;
	size_t i;

	JTN__TRY(read_rhythm(config, &rhythm, reterr));
	for (i = 0; i < config->layers; i++) {
		if ((double)i >= rhythm.first && (rhythm.last < 0 || (double)i <= rhythm.last) &&
		    i % (size_t)rhythm.period == (size_t)rhythm.offset)
			config->feed[i] = JTN__FEED_EXPERTS;
		else
			config->feed[i] = JTN__FEED_DENSE;
	}
	if (jtn__config_find(config, JTN__NAMES("mlp_only_layers"), &list))
		return from_members(config, &list, 0, JTN__FEED_DENSE, config->feed, reterr);
	return JTN_OK;
}

static jtn_status
check_blocks(const struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value value;
	size_t i;

	for (i = 0; i < config->layers; i++) {
		if (config->feed[i] != JTN__FEED_EXPERTS || config->feedforward.experts > 0)
			continue;
		jtn__config_find(config, JTN__NAMES("n_routed_experts"), &value);
		return jtn__json_fail(&value, reterr, JTN_E_CONTRADICTION,
		                      "n_routed_experts is less than 2, yet layer %d has experts", (int64_t)i);
	}
	return JTN_OK;
}

jtn_status
jtn__pattern_feeds(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value value;

	if (jtn__config_has(config, JTN__TRAIT_ONE_BLOCK))
		return check_blocks(config, reterr);
	memset(config->feed, JTN__FEED_DENSE, config->layers);
	if (config->feedforward.experts == 0)
		return JTN_OK;
	if (jtn__config_find(config, JTN__NAMES("mlp_layer_types"), &value))
		return feeds_from_words(config, &value, reterr);
	if (jtn__config_find(config, JTN__NAMES("moe_layer_freq"), &value) && jtn__json_is_array(&value))
		return from_bits(config, &value, JTN__FEED_DENSE, JTN__FEED_EXPERTS, config->feed, reterr);
	if (jtn__config_find(config, JTN__NAMES("moe_layers"), &value))
		return from_members(config, &value, 0, JTN__FEED_EXPERTS, config->feed, reterr);
	if (jtn__config_find(config, JTN__NAMES("moe_layers_enum"), &value))
		return feeds_from_text(config, &value, reterr);
	return feeds_from_rhythm(config, reterr);
}
