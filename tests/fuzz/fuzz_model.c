/* Any bytes as a model: refused with a message, or read into numbers that make sense. */
#include "jeton/model.h"
#include "profile/model.h"

#include <math.h>
#include <stdlib.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
check_layer(const struct jtn__layer *layer)
{
	require(layer->count >= 1);
	require(isfinite(layer->attention_params) && layer->attention_params >= 0);
	require(layer->kv_shards >= 1 && layer->kv_elements >= 0 && layer->window >= 0);
	require(isfinite(layer->state_bytes) && isfinite(layer->token_flops));
	require(layer->experts_active <= layer->experts);
	require(layer->dense_params >= 0 && layer->shared_params >= 0 && layer->expert_params >= 0);
}

static void
check_model(const struct jtn_model *model)
{
	struct jtn_model_facts facts;
	double layers = 0;
	size_t i;

	require(jtn_model_read_facts(model, &facts, sizeof(facts)) == JTN_OK);
	require(isfinite(facts.parameters) && facts.parameters > 0);
	require(facts.active_parameters > 0 && facts.active_parameters <= facts.parameters);
	require(isfinite(facts.kv_bytes_per_token) && facts.kv_bytes_per_token >= 0);
	require(model->layer_kinds >= 1 && model->layer_kinds <= JTN__LAYER_KINDS);
	for (i = 0; i < model->layer_kinds; i++) {
		check_layer(&model->layers[i]);
		layers += model->layers[i].count;
	}
	require(layers == facts.layers);
	for (i = 0; i < JTN__WEIGHTS; i++)
		require(model->native[i] > JTN_PRECISION_DEFAULT && jtn_precision_name(model->native[i]) != NULL);
	require(jtn_model_id(model) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jtn_model *model = NULL;
	struct jtn_error err = {0};
	jtn_status status = jtn_model_parse((const char *)data, size, NULL, &model, &err);

	if (status == JTN_OK) {
		check_model(model);
		jtn_model_free(model);
		return 0;
	}
	require(model == NULL && err.status == status && err.message[0] != '\0');
	return 0;
}
