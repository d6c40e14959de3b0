/* Scenario: every field, every slip, and errors that point into the whole text. */
#include "fixture.h"

#include <locale.h>

static const char whole[] =
	"{\"id\": \"any\", \"hardware\": \"nvidia-h100-sxm\", \"stack\": \"vllm\", \"model\": \"llama-3.1-70b\",\n"
	" \"deployment\": {\"precision\": \"fp8\", \"kv_precision\": \"fp8\", \"tp\": 4, \"pp\": 1, \"ep\": 1, \"dp\": 1, "
	"\"replicas\": 3,\n"
	"  \"max_num_seqs\": 256, \"max_batched_tokens\": 8192, \"memory_utilization\": 0.9, \"chunked_prefill\": true, "
	"\"prefix_caching\": false,\n"
	"  \"speculative\": {\"tokens\": 3, \"acceptance\": 0.8, \"decay\": 0.9}},\n"
	" \"workload\": {\"input_tokens\": 1000, \"output_tokens\": 500, \"cached_input_tokens\": 0, \"concurrency\": "
    "64},\n"
	" \"hour\": {\"currency\": \"EUR\", \"rent\": \"2.5\"}}";

static const char small[] = "{\"hardware\": \"nvidia-h100-sxm\", \"model\": \"llama-3.1-8b\", \"workload\": "
							"{\"input_tokens\": 1, \"output_tokens\": 1, \"offline\": true}}";

static struct jtn_scenario *
parsed(const char *text, struct jtn_scenario_parts *retparts)
{
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;

	assert_ok(jtn_scenario_parse(text, strlen(text), NULL, &scenario, &err), err);
	memset(retparts, 0, sizeof(*retparts));
	retparts->size = sizeof(*retparts);
	assert_status(jtn_scenario_read(scenario, retparts), JTN_OK);
	return scenario;
}

static jtn_status
parse(const char *text, struct jtn_error *err)
{
	struct jtn_scenario *scenario = NULL;
	jtn_status status;

	memset(err, 0, sizeof(*err));
	status = jtn_scenario_parse(text, strlen(text), NULL, &scenario, err);
	ck_assert_msg((status == JTN_OK) == (scenario != NULL), "outputs are untouched on failure");
	jtn_scenario_free(scenario);
	return status;
}

START_TEST(every_field_of_the_format_is_read)
{
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(whole, &parts);
	const struct jtn_deployment *d = parts.deployment;

	ck_assert_str_eq(parts.id, "\"any\"");
	ck_assert_str_eq(jtn_hardware_id(parts.hardware), "nvidia-h100-sxm");
	ck_assert_str_eq(jtn_stack_id(parts.stack), "vllm");
	ck_assert_str_eq(jtn_model_id(parts.model), "llama-3.1-70b");
	ck_assert_ptr_null(parts.model_path);
	ck_assert_uint_eq(d->size, sizeof(*d));
	ck_assert_int_eq(d->precision, JTN_PRECISION_FP8);
	ck_assert_int_eq(d->kv_precision, JTN_PRECISION_FP8);
	ck_assert(d->tp == 4 && d->pp == 1 && d->ep == 1 && d->dp == 1 && d->replicas == 3);
	ck_assert(d->max_num_seqs == 256 && d->max_batched_tokens == 8192 && d->memory_utilization == 0.9);
	ck_assert(d->chunked_prefill == JTN_SWITCH_ON && d->prefix_caching == JTN_SWITCH_OFF);
	ck_assert(d->speculative_tokens == 3 && d->speculative_acceptance == 0.8 && d->speculative_decay == 0.9);
	ck_assert(d->prefill.workers == 0 && d->decode.workers == 0);
	ck_assert(parts.workload->input_tokens == 1000 && parts.workload->output_tokens == 500);
	ck_assert(parts.workload->concurrency == 64 && parts.workload->request_rate == 0 && parts.workload->flags == 0);
	ck_assert(parts.hour->rent_per_hour == 2.5 && strcmp(parts.hour->currency, "EUR") == 0);
	jtn_scenario_free(scenario);
}
END_TEST

START_TEST(what_is_absent_has_its_default)
{
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(small, &parts);
	struct jtn_deployment defaults;

	jtn_deployment_init(&defaults);
	ck_assert_ptr_null(parts.id);
	ck_assert_ptr_null(parts.hour);
	ck_assert_str_eq(jtn_stack_id(parts.stack), "generic");
	ck_assert_mem_eq(parts.deployment, &defaults, sizeof(defaults));
	ck_assert_uint_eq(parts.workload->flags, JTN_WORKLOAD_OFFLINE);
	ck_assert(parts.workload->cached_input_tokens == 0 && parts.workload->concurrency == 0);
	jtn_scenario_free(scenario);
}
END_TEST

START_TEST(pools_are_read_and_absent_ranks_are_one)
{
	char *text =
		with(small, "\"workload\"",
	         "\"deployment\": {\"disaggregated\": {\"prefill\": {\"tp\": 4, \"dp\": 2, \"ep\": 8, \"workers\": 2}, "
	         "\"decode\": {}}}, \"workload\"");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);
	const struct jtn_deployment *d = parts.deployment;

	ck_assert(d->prefill.tp == 4 && d->prefill.dp == 2 && d->prefill.ep == 8 && d->prefill.workers == 2);
	ck_assert(d->decode.tp <= 1 && d->decode.dp <= 1 && d->decode.ep <= 1 && d->decode.workers == 1);
	ck_assert(d->tp == 0 && d->pp == 0 && d->ep == 0 && d->dp == 0);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(an_id_is_any_scalar_kept_as_written)
{
	static const char *const ids[][2] = {
		{"\"a\"", "\"a\""},     {"17", "17"},     {"1.50e+3", "1.50e+3"},
		{"true", "true"},       {"\"\"", "\"\""}, {"12345678901234567890123", "12345678901234567890123"},
		{"\"q\\\"\\n\"", NULL},
	};
	char member[64];
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario;
	char *text;

	snprintf(member, sizeof(member), "{\"id\": %s, ", ids[_i][0]);
	text = with(small, "{", member);
	scenario = parsed(text, &parts);
	ck_assert_ptr_nonnull(parts.id);
	if (ids[_i][1] != NULL)
		ck_assert_str_eq(parts.id, ids[_i][1]);
	else
		ck_assert_str_eq(parts.id, ids[_i][0]);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(int4_is_an_alias)
{
	char *text = with(whole, "\"precision\": \"fp8\"", "\"precision\": \"int4\"");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);

	ck_assert_int_eq(parts.deployment->precision, JTN_PRECISION_W4A16);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(offline_false_is_as_absent)
{
	char *text = with(whole, "\"concurrency\": 64", "\"concurrency\": 64, \"offline\": false");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);

	ck_assert_uint_eq(parts.workload->flags, 0);
	ck_assert(parts.workload->concurrency == 64);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(a_rate_is_an_open_loop)
{
	char *text = with(whole, "\"concurrency\": 64", "\"request_rate\": 0.125");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);

	ck_assert(parts.workload->request_rate == 0.125 && parts.workload->concurrency == 0);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(a_models_path_is_handed_back_unopened)
{
	char *text = with(small, "\"llama-3.1-8b\"", "{\"config\": \"no/such/config.json\"}");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);

	ck_assert_ptr_null(parts.model);
	ck_assert_str_eq(parts.model_path, "no/such/config.json");
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

/* A catalogue entry's text in place of its id gives the same handle's facts. */
START_TEST(parts_may_be_inline_objects)
{
	static const struct {
		int32_t kind;
		const char *id;
	} inlines[] = {
		{JTN_CATALOG_HARDWARE, "nvidia-h100-sxm"},
		{JTN_CATALOG_STACK, "vllm"},
		{JTN_CATALOG_MODEL, "llama-3.1-70b"},
	};
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario;
	struct jtn_error err;
	const char *entry;
	char quoted[64];
	char *text;

	assert_ok(jtn_catalog_text(inlines[_i].kind, inlines[_i].id, &entry, NULL, &err), err);
	snprintf(quoted, sizeof(quoted), "\"%s\"", inlines[_i].id);
	text = with(whole, quoted, entry);
	scenario = parsed(text, &parts);
	ck_assert_str_eq(jtn_hardware_id(parts.hardware), "nvidia-h100-sxm");
	ck_assert_str_eq(jtn_stack_id(parts.stack), "vllm");
	ck_assert_str_eq(jtn_model_id(parts.model), "llama-3.1-70b");
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

static const char config[] =
	"{\"model_type\": \"llama\", \"architectures\": [\"LlamaForCausalLM\"], \"hidden_size\": 4096, "
    "\"intermediate_size\": "
	"14336, \"num_hidden_layers\": 32, \"num_attention_heads\": 32, \"num_key_value_heads\": 8, \"vocab_size\": "
    "128256, "
	"\"max_position_embeddings\": 131072, \"tie_word_embeddings\": false, \"torch_dtype\": \"bfloat16\"}";

START_TEST(a_config_json_may_stand_for_the_model)
{
	char *text = with(small, "\"llama-3.1-8b\"", config);
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);
	struct jtn_model_facts facts;

	ck_assert_ptr_null(parts.model_path);
	assert_status(jtn_model_read_facts(parts.model, &facts, sizeof(facts)), JTN_OK);
	assert_close(facts.parameters, 8.03e9, 1e-3);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

static const struct slip {
	const char *from;
	const char *to;
	jtn_status status;
	const char *field;
	const char *said; /* what the message must hold; or NULL */
} slips[] = {
	{"\"hardware\":", "\"hardwear\":", JTN_E_UNKNOWN_FIELD, "hardwear", "hardware"},
	{"\"workload\":", "\"work_load\":", JTN_E_UNKNOWN_FIELD, "work_load", "workload"},
	{"\"hardware\": \"nvidia-h100-sxm\", ", "", JTN_E_MISSING_FIELD, "hardware", NULL},
	{"\"model\": \"llama-3.1-70b\",", "", JTN_E_MISSING_FIELD, "model", NULL},
	{"\"nvidia-h100-sxm\"", "\"nvidia-h100-smx\"", JTN_E_NOT_FOUND, "hardware", "nvidia-h100-sxm"},
	{"\"vllm\"", "\"vlm\"", JTN_E_NOT_FOUND, "stack", "vllm"},
	{"\"llama-3.1-70b\"", "\"llama-3.1-07b\"", JTN_E_NOT_FOUND, "model", "llama-3.1-70b"},
	{"\"nvidia-h100-sxm\"", "17", JTN_E_TYPE, "hardware", "object"},
	{"\"vllm\"", "[]", JTN_E_TYPE, "stack", "object"},
	{"\"llama-3.1-70b\"", "true", JTN_E_TYPE, "model", "object"},
	{"\"llama-3.1-70b\"", "{\"config\": \"\"}", JTN_E_RANGE, "model.config", NULL},
	{"\"llama-3.1-70b\"", "{\"config\": \"a\", \"id\": \"b\"}", JTN_E_UNKNOWN_FIELD, "model.id", NULL},
	{"\"any\"", "[1]", JTN_E_TYPE, "id", "string"},
	{"\"any\"", "{}", JTN_E_TYPE, "id", "string"},
	{"\"precision\": \"fp8\"", "\"precision\": \"fp9\"", JTN_E_RANGE, "deployment.precision", "fp8"},
	{"\"precision\": \"fp8\"", "\"precision\": 8", JTN_E_TYPE, "deployment.precision", NULL},
	{"\"kv_precision\": \"fp8\"", "\"kv_precision\": \"w4a16\"", JTN_E_RANGE, "deployment.kv_precision", "int8"},
	{"\"tp\": 4", "\"tp\": 0", JTN_E_RANGE, "deployment.tp", "1"},
	{"\"tp\": 4", "\"tp\": -4", JTN_E_RANGE, "deployment.tp", "1"},
	{"\"tp\": 4", "\"tp\": 4.5", JTN_E_TYPE, "deployment.tp", NULL},
	{"\"tp\": 4", "\"tp\": \"4\"", JTN_E_TYPE, "deployment.tp", NULL},
	{"\"tp\": 4", "\"tp\": 9999999999999999999999", JTN_E_RANGE, "deployment.tp", NULL},
	{"\"tp\": 4", "\"tp\": 4, \"tp\": 4", JTN_E_DUPLICATE_KEY, "deployment.tp", NULL},
	{"\"pp\": 1", "\"pp\": 0", JTN_E_RANGE, "deployment.pp", NULL},
	{"\"ep\": 1", "\"ep\": 0", JTN_E_RANGE, "deployment.ep", NULL},
	{"\"dp\": 1", "\"dp\": 0", JTN_E_RANGE, "deployment.dp", NULL},
	{"\"replicas\": 3", "\"replica\": 3", JTN_E_UNKNOWN_FIELD, "deployment.replica", "replicas"},
	{"\"replicas\": 3", "\"replicas\": 0", JTN_E_RANGE, "deployment.replicas", NULL},
	{"\"max_num_seqs\": 256", "\"max_num_seqs\": 0", JTN_E_RANGE, "deployment.max_num_seqs", NULL},
	{"\"max_batched_tokens\": 8192", "\"max_batched_tokens\": 0", JTN_E_RANGE, "deployment.max_batched_tokens", NULL},
	{"\"memory_utilization\": 0.9", "\"memory_utilization\": 90", JTN_E_RANGE, "deployment.memory_utilization", "1"},
	{"\"memory_utilization\": 0.9", "\"memory_utilization\": 0", JTN_E_RANGE, "deployment.memory_utilization", NULL},
	{"\"chunked_prefill\": true", "\"chunked_prefill\": 1", JTN_E_TYPE, "deployment.chunked_prefill", "true"},
	{"\"prefix_caching\": false", "\"prefix_caching\": \"off\"", JTN_E_TYPE, "deployment.prefix_caching", NULL},
	{"\"tokens\": 3", "\"tokens\": 0", JTN_E_RANGE, "deployment.speculative.tokens", NULL},
	{"\"tokens\": 3, ", "", JTN_E_MISSING_FIELD, "deployment.speculative.tokens", NULL},
	{"\"acceptance\": 0.8, ", "", JTN_E_MISSING_FIELD, "deployment.speculative.acceptance", NULL},
	{"\"acceptance\": 0.8", "\"acceptance\": 0", JTN_E_RANGE, "deployment.speculative.acceptance", NULL},
	{"\"acceptance\": 0.8", "\"acceptance\": 1.1", JTN_E_RANGE, "deployment.speculative.acceptance", NULL},
	{"\"decay\": 0.9", "\"decay\": 0", JTN_E_RANGE, "deployment.speculative.decay", NULL},
	{"\"decay\": 0.9", "\"decayed\": 0.9", JTN_E_UNKNOWN_FIELD, "deployment.speculative.decayed", "decay"},
	{"\"speculative\": {\"tokens\": 3, \"acceptance\": 0.8, \"decay\": 0.9}", "\"speculative\": 3", JTN_E_TYPE,
     "deployment.speculative", "object"},
	{"\"speculative\"", "\"disaggregated\": {\"prefill\": {}}, \"speculative\"", JTN_E_MISSING_FIELD,
     "deployment.disaggregated.decode", NULL},
	{"\"speculative\"", "\"disaggregated\": {\"prefill\": {}, \"decode\": {\"pp\": 2}}, \"speculative\"",
     JTN_E_UNKNOWN_FIELD, "deployment.disaggregated.decode.pp", NULL},
	{"\"speculative\"", "\"disaggregated\": {\"prefill\": {\"workers\": 0}, \"decode\": {}}, \"speculative\"",
     JTN_E_RANGE, "deployment.disaggregated.prefill.workers", NULL},
	{"\"speculative\"", "\"disaggregated\": {\"prefill\": 2, \"decode\": {}}, \"speculative\"", JTN_E_TYPE,
     "deployment.disaggregated.prefill", NULL},
	{"\"input_tokens\": 1000, ", "", JTN_E_MISSING_FIELD, "workload.input_tokens", NULL},
	{"\"output_tokens\": 500, ", "", JTN_E_MISSING_FIELD, "workload.output_tokens", NULL},
	{"\"input_tokens\": 1000", "\"input_tokens\": -1", JTN_E_RANGE, "workload.input_tokens", NULL},
	{"\"input_tokens\": 1000", "\"input_tokens\": 0", JTN_E_RANGE, "workload.input_tokens", NULL},
	{"\"input_tokens\": 1000", "\"input_tokens\": 1e999", JTN_E_RANGE, "workload.input_tokens", NULL},
	{"\"input_tokens\": 1000", "\"input_tokens\": \"1000\"", JTN_E_TYPE, "workload.input_tokens", NULL},
	{"\"output_tokens\": 500", "\"output_tokens\": 0.5", JTN_E_RANGE, "workload.output_tokens", "1"},
	{"\"cached_input_tokens\": 0", "\"cached_input_tokens\": -1", JTN_E_RANGE, "workload.cached_input_tokens", NULL},
	{"\"concurrency\": 64", "\"concurrency\": -64", JTN_E_RANGE, "workload.concurrency", NULL},
	{"\"concurrency\": 64", "\"concurrency\": 0", JTN_E_RANGE, "workload.concurrency", NULL},
	{"\"concurrency\": 64", "\"request_rate\": 0", JTN_E_RANGE, "workload.request_rate", NULL},
	{"\"concurrency\": 64", "\"offline\": 1", JTN_E_TYPE, "workload.offline", "true"},
	{"\"concurrency\": 64", "\"concurency\": 64", JTN_E_UNKNOWN_FIELD, "workload.concurency", "concurrency"},
	{"\"rent\": \"2.5\"", "\"rant\": \"2.5\"", JTN_E_UNKNOWN_FIELD, "hour.rant", "rent"},
	{"\"rent\": \"2.5\"", "\"rent\": \"-2.5\"", JTN_E_RANGE, "hour.rent", NULL},
	{"{\"currency\": \"EUR\", \"rent\": \"2.5\"}", "2.5", JTN_E_TYPE, "hour", "object"},
};

START_TEST(a_slip_is_refused_by_the_field_at_fault)
{
	const struct slip *slip = &slips[_i];
	char *text = with(whole, slip->from, slip->to);
	struct jtn_error err;

	assert_fails(parse(text, &err), slip->status, err, slip->field);
	ck_assert_msg(err.line > 0 && err.column > 0, "no position: %s", err.message);
	if (slip->said != NULL)
		ck_assert_msg(strstr(err.message, slip->said) != NULL, "\"%s\" does not name \"%s\"", err.message, slip->said);
	free(text);
}
END_TEST

START_TEST(two_loads_or_none_contradict)
{
	static const char *const loads[] = {
		"\"concurrency\": 64, \"request_rate\": 1", "\"concurrency\": 64, \"offline\": true",
		"\"request_rate\": 1, \"offline\": true", "\"concurrency\": 64, \"request_rate\": 1, \"offline\": true",
		"\"offline\": false"};
	char *text = with(whole, "\"concurrency\": 64", loads[_i]);
	struct jtn_error err;

	ck_assert_int_eq(parse(text, &err), JTN_E_CONTRADICTION);
	ck_assert_msg(strncmp(err.field, "workload", 8) == 0, "field \"%s\"", err.field);
	ck_assert_int_eq(err.line, 5);
	ck_assert_ptr_nonnull(strstr(err.message, "offline"));
	free(text);
}
END_TEST

START_TEST(more_cached_than_there_is_is_refused)
{
	char *text = with(whole, "\"cached_input_tokens\": 0", "\"cached_input_tokens\": 1001");
	struct jtn_error err;

	ck_assert_int_ne(parse(text, &err), JTN_OK);
	ck_assert_str_eq(err.field, "workload.cached_input_tokens");
	ck_assert_int_eq(err.line, 5);
	free(text);
}
END_TEST

START_TEST(an_error_inside_an_inline_object_points_into_the_whole_text)
{
	char *broken = with(config, "\"hidden_size\": 4096", "\n\n\"hidden_size\": \"wide\"");
	char *text = with(small, "\"llama-3.1-8b\"", broken);
	struct jtn_error err;

	ck_assert_int_ne(parse(text, &err), JTN_OK);
	ck_assert_str_eq(err.field, "model.hidden_size");
	ck_assert_int_eq(err.line, 3);
	ck_assert_int_gt(err.column, 10);
	free(text);
	free(broken);
}
END_TEST

START_TEST(a_missing_field_of_an_inline_object_points_at_the_object)
{
	char *text = with(small, "\"llama-3.1-8b\"", "\n   {\"model_type\": \"llama\"}");
	struct jtn_error err;

	ck_assert_int_eq(parse(text, &err), JTN_E_MISSING_FIELD);
	ck_assert_msg(strncmp(err.field, "model.", 6) == 0, "field \"%s\"", err.field);
	ck_assert_int_eq(err.line, 2);
	ck_assert_int_eq(err.column, 4);
	free(text);
}
END_TEST

START_TEST(a_figure_deep_in_an_inline_stack_is_found)
{
	struct jtn_error err;
	const char *entry;
	char *broken;
	char *text;

	assert_ok(jtn_catalog_text(JTN_CATALOG_STACK, "vllm", &entry, NULL, &err), err);
	broken = with(entry, "\"unit\": \"us\"", "\"unit\": \"ms\"");
	text = with(whole, "\"vllm\"", broken);
	ck_assert_int_eq(parse(text, &err), JTN_E_RANGE);
	ck_assert_msg(strncmp(err.field, "stack.constants.", 16) == 0, "field \"%s\"", err.field);
	ck_assert_int_gt(err.line, 1);
	free(text);
	free(broken);
}
END_TEST

START_TEST(an_inline_object_may_not_carry_a_key_twice)
{
	char *text = with(small, "\"llama-3.1-8b\"", "{\"model_type\": \"llama\", \"a\": {\"b\": 1, \"b\": 2}}");
	struct jtn_error err;

	ck_assert_int_eq(parse(text, &err), JTN_E_DUPLICATE_KEY);
	ck_assert_str_eq(err.field, "model.a.b");
	free(text);
}
END_TEST

START_TEST(a_text_cut_short_anywhere_is_refused)
{
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;
	size_t i;

	for (i = 0; i < strlen(whole); i++) {
		char *cut = malloc(i + 1);

		memcpy(cut, whole, i);
		ck_assert_int_ne(jtn_scenario_parse(cut, i, NULL, &scenario, &err), JTN_OK);
		ck_assert_ptr_null(scenario);
		free(cut);
	}
}
END_TEST

START_TEST(texts_that_are_no_scenario_are_refused)
{
	static const char *const texts[] = {"",
	                                    " ",
	                                    "null",
	                                    "[]",
	                                    "\"a\"",
	                                    "1",
	                                    "{}",
	                                    "{",
	                                    "{\"\":",
	                                    "{]}",
	                                    "{\"a\":1}x",
	                                    "\xff\xfe",
	                                    "{\"id\":\"\xc3\x28\"}",
	                                    "{\"id\": NaN}"};
	struct jtn_error err;
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		ck_assert_msg(parse(texts[i], &err) != JTN_OK, "%s", texts[i]);
}
END_TEST

START_TEST(nesting_without_end_is_a_limit)
{
	enum { DEPTH = 100000 };
	char *text = malloc(DEPTH + 16);
	struct jtn_error err;

	strcpy(text, "{\"id\": ");
	memset(text + 7, '[', DEPTH);
	text[7 + DEPTH] = '\0';
	ck_assert_int_eq(parse(text, &err), JTN_E_LIMIT);
	free(text);
}
END_TEST

START_TEST(a_german_locale_changes_nothing)
{
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario;

	if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "de_DE.utf8") == NULL) {
		puts("# a_german_locale_changes_nothing: skipped, there is no de_DE locale here");
		return;
	}
	ck_assert_str_eq(localeconv()->decimal_point, ",");
	scenario = parsed(whole, &parts);
	ck_assert(parts.hour->rent_per_hour == 2.5);
	ck_assert(parts.deployment->memory_utilization == 0.9);
	jtn_scenario_free(scenario);
	setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(parts_come_in_the_callers_size)
{
	struct {
		struct jtn_scenario_parts known;
		void *unknown[2];
	} newer;
	struct jtn_scenario_parts parts;
	struct jtn_scenario_parts before;
	struct jtn_scenario *scenario = parsed(small, &parts);

	memset(&newer, 0xff, sizeof(newer));
	newer.known.size = sizeof(newer);
	assert_status(jtn_scenario_read(scenario, &newer.known), JTN_OK);
	ck_assert_ptr_eq(newer.known.model, parts.model);
	ck_assert_ptr_null(newer.unknown[0]);
	ck_assert_ptr_null(newer.unknown[1]);
	ck_assert_uint_eq(newer.known.reserved, 0);
	parts.size = 8;
	before = parts;
	assert_status(jtn_scenario_read(scenario, &parts), JTN_E_ABI);
	ck_assert_mem_eq(&parts, &before, sizeof(parts));
	parts.size = 0;
	assert_status(jtn_scenario_read(scenario, &parts), JTN_E_ABI);
	assert_status(jtn_scenario_read(scenario, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_scenario_read(NULL, &parts), JTN_E_ARGUMENT);
	jtn_scenario_free(scenario);
}
END_TEST

START_TEST(null_is_an_argument_error)
{
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;

	assert_status(jtn_scenario_parse(NULL, 1, NULL, &scenario, &err), JTN_E_ARGUMENT);
	assert_status(jtn_scenario_parse(small, strlen(small), NULL, NULL, &err), JTN_E_ARGUMENT);
	ck_assert_int_ne(jtn_scenario_parse("{}", 2, NULL, &scenario, NULL), JTN_OK);
	ck_assert_ptr_null(scenario);
	jtn_scenario_free(NULL);
}
END_TEST

static void
fail_each_allocation(const char *text)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;
	jtn_status status = JTN_E_MEMORY;

	while (status == JTN_E_MEMORY) {
		counter.made = 0;
		counter.fail++;
		status = jtn_scenario_parse(text, strlen(text), &allocator, &scenario, &err);
		if (status == JTN_E_MEMORY) {
			ck_assert_ptr_null(scenario);
			ck_assert_uint_eq(counter.live, 0);
			ck_assert_int_eq(err.status, JTN_E_MEMORY);
		}
		ck_assert_uint_lt(counter.fail, 2000);
	}
	ck_assert_msg(status == JTN_OK, "%s: [%s] %s", jtn_status_name(status), err.field, err.message);
	ck_assert_uint_gt(counter.fail, 4);
	jtn_scenario_free(scenario);
	ck_assert_uint_eq(counter.live, 0);
}

START_TEST(every_allocation_may_fail_and_nothing_leaks)
{
	char *text = with(small, "\"llama-3.1-8b\"", config);

	fail_each_allocation(whole);
	fail_each_allocation(text);
	free(text);
}
END_TEST

START_TEST(a_scenario_refused_late_leaves_nothing_behind)
{
	char *text = with(whole, "\"rent\": \"2.5\"", "\"rent\": \"no-such-rent\"");
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;

	ck_assert_int_eq(jtn_scenario_parse(text, strlen(text), &allocator, &scenario, &err), JTN_E_NOT_FOUND);
	ck_assert_str_eq(err.field, "hour.rent");
	ck_assert_uint_eq(counter.live, 0);
	ck_assert_ptr_null(scenario);
	free(text);
}
END_TEST

START_TEST(the_parts_make_a_server)
{
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(whole, &parts);
	struct jtn_server *server = NULL;
	struct jtn_estimate estimate;
	struct jtn_error err;

	assert_ok(jtn_server_new(parts.hardware, parts.stack, parts.model, parts.deployment, NULL, &server, &err), err);
	assert_ok(jtn_estimate_batch(server, parts.workload, sizeof(*parts.workload), &estimate, sizeof(estimate), 1, &err),
	          err);
	ck_assert_int_eq(estimate.accelerators, 12);
	jtn_server_free(server);
	jtn_scenario_free(scenario);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("scenario");
	TCase *tests = tcase_create("scenario");

	tcase_set_timeout(tests, 30);
	tcase_add_test(tests, every_field_of_the_format_is_read);
	tcase_add_test(tests, what_is_absent_has_its_default);
	tcase_add_test(tests, pools_are_read_and_absent_ranks_are_one);
	tcase_add_loop_test(tests, an_id_is_any_scalar_kept_as_written, 0, 7);
	tcase_add_test(tests, int4_is_an_alias);
	tcase_add_test(tests, offline_false_is_as_absent);
	tcase_add_test(tests, a_rate_is_an_open_loop);
	tcase_add_test(tests, a_models_path_is_handed_back_unopened);
	tcase_add_loop_test(tests, parts_may_be_inline_objects, 0, 3);
	tcase_add_test(tests, a_config_json_may_stand_for_the_model);
	tcase_add_loop_test(tests, a_slip_is_refused_by_the_field_at_fault, 0, (int)COUNT(slips));
	tcase_add_loop_test(tests, two_loads_or_none_contradict, 0, 5);
	tcase_add_test(tests, more_cached_than_there_is_is_refused);
	tcase_add_test(tests, an_error_inside_an_inline_object_points_into_the_whole_text);
	tcase_add_test(tests, a_missing_field_of_an_inline_object_points_at_the_object);
	tcase_add_test(tests, a_figure_deep_in_an_inline_stack_is_found);
	tcase_add_test(tests, an_inline_object_may_not_carry_a_key_twice);
	tcase_add_test(tests, a_text_cut_short_anywhere_is_refused);
	tcase_add_test(tests, texts_that_are_no_scenario_are_refused);
	tcase_add_test(tests, nesting_without_end_is_a_limit);
	tcase_add_test(tests, a_german_locale_changes_nothing);
	tcase_add_test(tests, parts_come_in_the_callers_size);
	tcase_add_test(tests, null_is_an_argument_error);
	tcase_add_test(tests, every_allocation_may_fail_and_nothing_leaks);
	tcase_add_test(tests, a_scenario_refused_late_leaves_nothing_behind);
	tcase_add_test(tests, the_parts_make_a_server);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
