/*
 * The model handle: a config.json as it is, or the catalogue's envelope around one.
 * Formats: docs/formats.md, "Model".
 */
#include "model.h"

#include "architecture.h"
#include "base/abi.h"
#include "figure.h"
#include "jeton/catalog.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct jtn__figure stated = {"stated_parameters", {{"10^9", 1}, {NULL, 0}}, 1e-6, 1e9, false};

/* Whether the object is the envelope, told by its config; the envelope is then checked to the last field. */
static jtn_status
open_envelope(const struct jtn__value *root, struct jtn__value *retconfig, const char **retid, struct jtn_error *reterr)
{
	static const char *const keys[] = {"id",    "name",   "licence", "config_source", "config", "stated_parameters",
	                                   "notes", "sources"};
	struct jtn__value sources;
	struct jtn__value unused;
	const char *text;
	double parameters;

	if (!jtn__json_member(root, "config", retconfig) || !jtn__json_is_object(retconfig)) {
		*retconfig = *root;
		return JTN_OK;
	}
	JTN__TRY(jtn__json_only(root, keys, COUNT(keys), reterr));
	JTN__TRY(jtn__figure_read_text(root, "id", retid, reterr));
	JTN__TRY(jtn__figure_read_text(root, "name", &text, reterr));
	JTN__TRY(jtn__json_require(root, "sources", &sources, reterr));
	JTN__TRY(jtn__figure_check_sources(&sources, false, reterr));
	JTN__TRY(jtn__json_optional_string(root, "licence", &text, reterr));
	JTN__TRY(jtn__json_optional_string(root, "notes", &text, reterr));
	JTN__TRY(jtn__figure_read_text(root, "config_source", &text, reterr));
	if (!jtn__json_member(&sources, text, &unused)) {
		JTN__TRY(jtn__json_require(root, "config_source", &unused, reterr));
		return jtn__json_fail(&unused, reterr, JTN_E_RANGE, "config_source must be a key of this entry's sources");
	}
	return jtn__figure_read(root, &stated, &sources, &parameters, reterr);
}

/* A bare config.json goes by its model_type, or by its family where it gives only a class. */
static jtn_status
set_id(const struct jtn__value *config, const char *id, struct jtn_model *model, struct jtn_error *reterr)
{
	struct jtn__value value;

	if (!id && jtn__json_member(config, "model_type", &value))
		JTN__TRY(jtn__json_string(&value, &id, reterr));
	if (!id)
		id = model->id;
	model->id = jtn__arena_copy(model->arena, id, strlen(id));
	if (!model->id)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a model's id");
	return JTN_OK;
}

static jtn_status
read_model(const struct jtn__value *root, struct jtn_model *model, struct jtn_error *reterr)
{
	struct jtn__value config;
	const char *id = NULL;

	JTN__TRY(open_envelope(root, &config, &id, reterr));
	JTN__TRY(jtn__architecture_read(&config, model, reterr));
	return set_id(&config, id, model, reterr);
}

static jtn_status
new_model(struct jtn__arena *arena, const struct jtn__json *json, struct jtn_model **ret, struct jtn_error *reterr)
{
	struct jtn_model *model = jtn__arena_take(arena, 1, sizeof *model);
	struct jtn__value root;

	if (!model)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a model");
	model->arena = arena;
	jtn__json_root(json, &root);
	JTN__TRY(read_model(&root, model, reterr));
	*ret = model;
	return JTN_OK;
}

jtn_status
jtn_model_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_model **ret,
                struct jtn_error *reterr)
{
	struct jtn__json *json;
	struct jtn__arena *arena;
	jtn_status status;

	if (!text || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, text ? "ret" : "text", "must not be NULL");
	JTN__TRY(jtn__json_parse(text, length, allocator, &json, reterr));
	status = jtn__arena_new(allocator, &arena, reterr);
	if (status == JTN_OK) {
		status = new_model(arena, json, ret, reterr);
		if (status != JTN_OK)
			jtn__arena_free(arena);
	}
	jtn__json_free(json);
	return status;
}

jtn_status
jtn_model_find(const char *id, const struct jtn_allocator *allocator, struct jtn_model **ret, struct jtn_error *reterr)
{
	const char *text;
	size_t length;

	if (!ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "ret", "must not be NULL");
	JTN__TRY(jtn_catalog_text(JTN_CATALOG_MODEL, id, &text, &length, reterr));
	return jtn_model_parse(text, length, allocator, ret, reterr);
}

void
jtn_model_free(struct jtn_model *model)
{
	if (model)
		jtn__arena_free(model->arena);
}

const char *
jtn_model_id(const struct jtn_model *model)
{
	return model->id;
}

jtn_status
jtn_model_read_facts(const struct jtn_model *model, struct jtn_model_facts *ret, size_t ret_size)
{
	if (!model || !ret)
		return JTN_E_ARGUMENT;
	JTN__TRY(jtn__check_record(ret_size, sizeof *ret, "jtn_model_facts", NULL));
	memset(ret, 0, ret_size);
	memcpy(ret, &model->facts, sizeof *ret);
	return JTN_OK;
}
