/*
 * Where the fields of a config.json lie: at the root, in the language model's own object, in attn_config and the like;
 * and typed reads of them under any of the names that families give them.
 */
#include "architecture.h"

#include <string.h>

bool
jtn__config_has(const struct jtn__config *config, uint32_t trait)
{
	return (config->family->traits & trait) != 0;
}

bool
jtn__config_find(const struct jtn__config *config, const char *const *names, struct jtn__value *ret)
{
	size_t i;
	size_t part;

	for (i = 0; names[i]; i++) {
		if (jtn__json_member(&config->text, names[i], ret))
			return true;
		for (part = 0; part < config->parts; part++) {
			if (jtn__json_member(&config->part[part], names[i], ret))
				return true;
		}
	}
	jtn__json_member(&config->text, names[0], ret);
	return false;
}

bool
jtn__config_find_outer(const struct jtn__config *config, const char *name, struct jtn__value *ret)
{
	return jtn__json_member(&config->text, name, ret) || jtn__json_member(config->root, name, ret);
}

static jtn_status
read_whole(const struct jtn__value *value, double low, double high, double *ret, struct jtn_error *reterr)
{
	int64_t whole;

	JTN__TRY(jtn__json_integer(value, (int64_t)low, (int64_t)high, &whole, reterr));
	*ret = (double)whole;
	return JTN_OK;
}

/* Some families write a number once a layer; one that is the same throughout is that number. */
static jtn_status
read_list(const struct jtn__value *list, double low, double high, double *ret, struct jtn_error *reterr)
{
	struct jtn__value element;
	size_t count = jtn__json_count(list);
	double first;
	double next;
	size_t i;

	if (count == 0 || count > JTN__LAYERS)
		return jtn__json_fail(list, reterr, JTN_E_RANGE, "a list of %d numbers; one number is expected, or one a layer",
		                      (int64_t)count);
	jtn__json_element(list, 0, &element);
	JTN__TRY(read_whole(&element, low, high, &first, reterr));
	for (i = 1; i < count; i++) {
		jtn__json_element(list, i, &element);
		JTN__TRY(read_whole(&element, low, high, &next, reterr));
		if (next != first)
			return jtn__json_fail(&element, reterr, JTN_E_UNSUPPORTED,
			                      "%g follows %g; only a list of one repeated number can be modelled", next, first);
	}
	*ret = first;
	return JTN_OK;
}

static jtn_status
fail_missing(const struct jtn__config *config, const struct jtn__value *value, const char *const *names,
             struct jtn_error *reterr)
{
	char also[120] = "";
	size_t length = 0;
	size_t i;

	for (i = 1; names[i] && length + 32 < sizeof also; i++)
		length += jtn__format(also + length, sizeof also - length, "%s%s", i > 1 ? ", " : "", names[i]);
	if (length == 0)
		return jtn__json_fail(value, reterr, JTN_E_MISSING_FIELD, "%s is missing or null; a %s config must give it",
		                      names[0], config->family->type);
	return jtn__json_fail(value, reterr, JTN_E_MISSING_FIELD, "%s is missing or null; a %s config must give it (or %s)",
	                      names[0], config->family->type, also);
}

jtn_status
jtn__config_number(const struct jtn__config *config, const char *const *names, double low, double high, double fallback,
                   double *ret, struct jtn_error *reterr)
{
	struct jtn__value value;

	if (jtn__config_find(config, names, &value)) {
		if (jtn__json_is_array(&value))
			return read_list(&value, low, high, ret, reterr);
		return read_whole(&value, low, high, ret, reterr);
	}
	*ret = jtn__family_preset(config->family, names[0], fallback);
	if (*ret == JTN__REQUIRED)
		return fail_missing(config, &value, names, reterr);
	return JTN_OK;
}

jtn_status
jtn__config_flag(const struct jtn__config *config, const char *const *names, bool fallback, bool *ret,
                 struct jtn_error *reterr)
{
	struct jtn__value value;

	*ret = fallback;
	if (!jtn__config_find(config, names, &value))
		return JTN_OK;
	return jtn__json_boolean(&value, ret, reterr);
}

/* A model with eyes or ears keeps its language model in an object of its own. */
static void
find_text(struct jtn__config *config)
{
	static const char *const names[] = {"text_config", "llm_config", "language_config"};
	const struct jtn__value *holder = config->root;
	size_t i;

	if (jtn__json_member(config->root, "thinker_config", &config->around) && jtn__json_is_object(&config->around))
		holder = &config->around;
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (jtn__json_member(holder, names[i], &config->text) && jtn__json_is_object(&config->text))
			return;
	}
	config->text = *holder;
}

static void
find_parts(struct jtn__config *config)
{
	static const char *const names[] = {"attn_config", "ffn_config"};
	struct jtn__value *part;
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		part = &config->part[config->parts];
		if (jtn__json_member(&config->text, names[i], part) && jtn__json_is_object(part))
			config->parts++;
	}
}

static jtn_status
fail_type(const struct jtn__config *config, const char *type, struct jtn_error *reterr)
{
	const char *reason = jtn__family_refused(type);
	const char *near = jtn__family_nearest(type);
	char quoted[JTN__QUOTE_SIZE];

	jtn__quote(quoted, type, strlen(type));
	if (reason)
		return jtn__json_fail(&config->type, reterr, JTN_E_UNSUPPORTED, "%s cannot be modelled: %s", quoted, reason);
	if (near)
		return jtn__json_fail(&config->type, reterr, JTN_E_UNSUPPORTED,
		                      "%s is not a known architecture; did you mean \"%s\"?", quoted, near);
	return jtn__json_fail(&config->type, reterr, JTN_E_UNSUPPORTED,
	                      "%s is not a known architecture; one of the same layers is, such as llama, qwen3_moe, "
	                      "deepseek_v3, gemma3 or gpt2",
	                      quoted);
}

/* "Qwen3MoeForCausalLM" says as much as model_type "qwen3_moe". */
static jtn_status
pick_by_class(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value list;
	struct jtn__value element;
	const char *name;
	const char *end;

	if (!jtn__config_find_outer(config, "architectures", &list) || !jtn__json_is_array(&list) ||
	    jtn__json_count(&list) == 0) {
		jtn__json_member(&config->text, "model_type", &config->type);
		return jtn__json_fail(
			&config->type, reterr, JTN_E_MISSING_FIELD,
			"model_type is missing or null; a config.json names its architecture there, as in \"llama\"");
	}
	config->type = list;
	jtn__json_element(&list, 0, &element);
	JTN__TRY(jtn__json_string(&element, &name, reterr));
	end = strstr(name, "For");
	if (!end)
		end = strstr(name, "LMHeadModel");
	config->family = jtn__family_spelled(name, end ? (size_t)(end - name) : strlen(name));
	return config->family ? JTN_OK : fail_type(config, name, reterr);
}

/* The text model's own type decides, its wrapper's where it has none or an unknown one. */
static jtn_status
pick_family(struct jtn__config *config, struct jtn_error *reterr)
{
	struct jtn__value outer;
	const char *type;
	const char *outer_type;

	if (!jtn__json_member(&config->text, "model_type", &config->type) &&
	    !jtn__json_member(config->root, "model_type", &config->type))
		return pick_by_class(config, reterr);
	JTN__TRY(jtn__json_string(&config->type, &type, reterr));
	config->family = jtn__family_find(type, strlen(type));
	if (config->family)
		return JTN_OK;
	if (!jtn__family_refused(type) && jtn__json_member(config->root, "model_type", &outer)) {
		JTN__TRY(jtn__json_string(&outer, &outer_type, reterr));
		config->family = jtn__family_find(outer_type, strlen(outer_type));
	}
	return config->family ? JTN_OK : fail_type(config, type, reterr);
}

jtn_status
jtn__config_open(const struct jtn__value *root, struct jtn__config *ret, struct jtn_error *reterr)
{
	memset(ret, 0, sizeof *ret);
	ret->root = root;
	find_text(ret);
	find_parts(ret);
	return pick_family(ret, reterr);
}
