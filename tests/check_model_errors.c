/*
 * The model reader: which formats a checkpoint's weights are in, and what is refused with which words.
 */
#include "model.h"

/* Number formats */

#define B JTN_PRECISION_BF16
#define H JTN_PRECISION_FP16
#define F8 JTN_PRECISION_FP8
#define F4 JTN_PRECISION_FP4
#define M4 JTN_PRECISION_MXFP4
#define W4 JTN_PRECISION_W4A16
#define I8 JTN_PRECISION_INT8

static const struct {
	const char *fields;
	int32_t native[JTN__WEIGHTS]; /* attention, dense, expert, head */
} formats[] = {
	{"'torch_dtype': 'float16'", {H, H, H, H}},
	{"'dtype': 'bfloat16'", {B, B, B, B}},
	{"'dtype': 'torch.float32'", {B, B, B, B}},
	{"'torch_dtype': null, 'quantization_config': null", {B, B, B, B}},
	{"'quantization_config': {'quant_method': 'fp8', 'weight_block_size': [128, 128]}", {F8, F8, F8, B}},
	{"'quantization_config': {'quant_method': 'fp8', 'modules_to_not_convert': ['lm_head', 're:.*self_attn.*', "
     "'visual']}",
     {B, F8, F8, B}},
	{"'quantization_config': {'quant_method': 'fp8', 'ignored_layers': ['model.layers.0.self_attn.o_proj']}",
     {F8, F8, F8, B}},
	{"'quantization_config': {'quant_method': 'fp8', 'ignored_layers': ['model.layers.0.self_attn.o_proj', "
     "'model.layers.1.self_attn.o_proj', 'model.layers.2.self_attn.o_proj', 'model.layers.1.mlp.gate']}",
     {B, F8, F8, B}},
	{"'torch_dtype': 'float16', 'quantization_config': {'quant_method': 'gptq', 'bits': 4}", {W4, W4, W4, H}},
	{"'quantization_config': {'quant_method': 'gptq', 'bits': 8, 'lm_head': true}", {I8, I8, I8, I8}},
	{"'quantization_config': {'quant_method': 'awq', 'w_bit': 4}", {W4, W4, W4, B}},
	{"'quantization_config': {'quant_method': 'bitsandbytes', 'load_in_8bit': true}", {I8, I8, I8, B}},
	{"'quantization_config': {'quant_method': 'mxfp4', 'modules_to_not_convert': ['model.layers.*.self_attn']}",
     {B, B, M4, B}},
	{"'quantization_config': {'quant_method': 'modelopt', 'quant_algo': 'NVFP4', 'exclude_modules': ['lm_head', "
     "'model.layers.*.self_attn*']}",
     {B, F4, F4, B}},
	{"'quantization_config': {'quantization': {'quant_algo': 'FP8', 'kv_cache_quant_algo': 'FP8'}}", {F8, F8, F8, B}},
	{"'quantization_config': {'quant_method': 'modelopt', 'quant_algo': 'MIXED_PRECISION', 'quantized_layers': "
     "{'model.layers.0.mlp.experts': {'quant_algo': 'NVFP4'}, 'model.layers.0.self_attn.o_proj': {'quant_algo': "
     "'FP8'}}}",
     {F8, B, F4, B}},
	{"'quantization_config': {'quant_method': 'compressed-tensors', 'config_groups': {'group_0': {'targets': "
     "['Linear'], "
     "'weights': {'num_bits': 4, 'type': 'int', 'group_size': 32}}}, 'ignore': ['lm_head', 're:.*self_attn.*', "
     "'re:.*shared_experts.*', 're:.*mlp.(gate|up|gate_up|down)_proj.*']}",
     {B, B, W4, B}},
	{"'quantization_config': {'quant_method': 'compressed-tensors', 'config_groups': {'a': {'targets': "
     "['re:.*experts.*'], "
     "'weights': {'num_bits': 4, 'type': 'float', 'group_size': 16}}, 'b': {'targets': ['re:.*self_attn.*'], "
     "'weights': {'num_bits': 8, 'type': 'float'}}}}",
     {F8, B, F4, B}},
	{"'quantization_config': {'quant_method': 'compressed-tensors', 'config_groups': {'a': {'targets': ['Linear'], "
     "'weights': {'num_bits': 8, 'type': 'int'}, 'input_activations': {'num_bits': 8}}}}",
     {I8, I8, I8, B}},
	{"'quantization_config': {'quant_method': 'quark', 'global_quant_config': {'weight': {'dtype': 'fp4'}}, "
     "'exclude': ['lm_head', 're:.*self_attn.*']}",
     {B, M4, M4, B}},
};

START_TEST(each_class_of_weight_has_the_format_the_checkpoint_gives_it)
{
	char text[4096];
	struct jtn_model *model;
	int weight;

	snprintf(text, sizeof(text),
	         "{'model_type': 'qwen3_moe', 'hidden_size': 256, 'intermediate_size': 512, 'num_hidden_layers': 4, "
	         "'num_attention_heads': 4, 'vocab_size': 1000, 'num_experts': 8, 'num_experts_per_tok': 2, "
	         "'moe_intermediate_size': 64, %s}",
	         formats[_i].fields);
	model = read_quoted(text);
	for (weight = 0; weight < JTN__WEIGHTS; weight++)
		ck_assert_msg(model->native[weight] == formats[_i].native[weight], "%s: weight %d is %s, expected %s",
		              formats[_i].fields, weight, jtn_precision_name(model->native[weight]),
		              jtn_precision_name(formats[_i].native[weight]));
	ck_assert_int_eq(model->facts.precision, formats[_i].native[JTN__WEIGHT_EXPERT]);
	jtn_model_free(model);
}
END_TEST

/* What is refused */

static const struct {
	const char *from;
	const char *to;
	jtn_status status;
	const char *field;
	const char *said; /* part of the message */
} refusals[] = {
	{"'num_hidden_layers': 32", "'num_hidden_layers': 1000000000", JTN_E_RANGE, "num_hidden_layers", "1 to 10000"},
	{"'num_hidden_layers': 32", "'num_hidden_layers': 0", JTN_E_RANGE, "num_hidden_layers", "1 to 10000"},
	{"'num_hidden_layers': 32", "'num_hidden_layers': -32", JTN_E_RANGE, "num_hidden_layers", "1 to 10000"},
	{"'num_hidden_layers': 32", "'num_hidden_layers': 1e999", JTN_E_RANGE, "num_hidden_layers", "1 to 10000"},
	{"'hidden_size': 4096, ", "", JTN_E_MISSING_FIELD, "hidden_size", "n_embd, d_model"},
	{"'hidden_size': 4096", "'hidden_size': null", JTN_E_MISSING_FIELD, "hidden_size", "n_embd, d_model"},
	{"'hidden_size': 4096", "'hidden_size': '4096'", JTN_E_TYPE, "hidden_size", "whole number"},
	{"'hidden_size': 4096", "'hidden_size': 4096.5", JTN_E_TYPE, "hidden_size", "whole number"},
	{"'hidden_size': 4096", "'hidden_size': 1048577", JTN_E_RANGE, "hidden_size", "1048576"},
	{"'hidden_size': 4096", "'hidden_size': [4096, 2048]", JTN_E_UNSUPPORTED, "hidden_size[1]", "one repeated number"},
	{"'hidden_size': 4096", "'hidden_size': 4096, 'hidden_size': 1", JTN_E_DUPLICATE_KEY, "hidden_size", "hidden_size"},
	{"'vocab_size': 128256", "'vocab_size': 16777217", JTN_E_RANGE, "vocab_size", "16777216"},
	{"'num_attention_heads': 32, 'num_key_value_heads': 8", "'num_attention_heads': 33", JTN_E_CONTRADICTION,
     "head_dim", "33"},
	{"'num_key_value_heads': 8", "'num_key_value_heads': 7", JTN_E_CONTRADICTION, "num_key_value_heads",
     "equal groups"},
	{"'num_key_value_heads': 8", "'head_dim': 0", JTN_E_RANGE, "head_dim", "1 to"},
	{"false", "'no'", JTN_E_TYPE, "tie_word_embeddings", "true or false"},
	{"'bfloat16'", "'int3'", JTN_E_RANGE, "torch_dtype", "bfloat16"},
	{"'llama'", "'lama'", JTN_E_UNSUPPORTED, "model_type", "did you mean \"llama\""},
	{"'llama'", "'frobnicator'", JTN_E_UNSUPPORTED, "model_type", "qwen3_moe"},
	{"'llama'", "7", JTN_E_TYPE, "model_type", "string"},
	{"'model_type': 'llama', ", "", JTN_E_MISSING_FIELD, "model_type", "architecture"},
	{"'model_type': 'llama'", "'architectures': ['FooForCausalLM']", JTN_E_UNSUPPORTED, "architectures",
     "FooForCausalLM"},
	{"'llama'", "'mamba'", JTN_E_UNSUPPORTED, "model_type", "state-space"},
	{"'llama'", "'t5'", JTN_E_UNSUPPORTED, "model_type", "encoder-decoder"},
	{"'llama'", "'deepseek_v4'", JTN_E_UNSUPPORTED, "model_type", "cannot be modelled"},
	{"'llama'", "'deepseek_v3'", JTN_E_MISSING_FIELD, "kv_lora_rank", "kv_lora_rank"},
	{"'llama'", "'llama', 'layer_types': ['full_attention']", JTN_E_CONTRADICTION, "layer_types",
     "num_hidden_layers is 32"},
	{"'num_hidden_layers': 32", "'num_hidden_layers': 1, 'layer_types': ['quantum']", JTN_E_UNSUPPORTED,
     "layer_types[0]", "full_attention"},
	{"'num_hidden_layers': 32", "'num_hidden_layers': 1, 'layer_types': ['linear_attention']", JTN_E_UNSUPPORTED,
     "layer_types[0]", "llama"},
	{"'num_hidden_layers': 32", "'num_hidden_layers': 1, 'layer_types': ['sliding_attention']", JTN_E_MISSING_FIELD,
     "sliding_window", "must be given"},
	{"'llama'", "'llama', 'layer_types': 'full_attention'", JTN_E_TYPE, "layer_types", "32 layers"},
	{"'llama'", "'mistral', 'sliding_window': -1", JTN_E_RANGE, "sliding_window", "0 to"},
	{"'llama'", "'mixtral', 'num_local_experts': 8, 'num_experts_per_tok': 9", JTN_E_CONTRADICTION,
     "num_experts_per_tok", "only 8"},
	{"'llama'", "'mixtral', 'num_local_experts': 8", JTN_E_MISSING_FIELD, "num_experts_per_tok", "experts_per_token"},
	{"'llama'", "'mixtral', 'num_local_experts': 65537, 'num_experts_per_tok': 2", JTN_E_RANGE, "num_local_experts",
     "65536"},
	{"'llama'", "'mixtral', 'num_experts': 8, 'moe_latent_size': 64", JTN_E_UNSUPPORTED, "moe_latent_size", "latent"},
	{"'llama'", "'llama', 'quantization_config': {'quant_method': 'foo'}", JTN_E_UNSUPPORTED,
     "quantization_config.quant_method", "fp8"},
	{"'llama'", "'llama', 'quantization_config': {'quant_method': 'gptq', 'bits': 3}", JTN_E_UNSUPPORTED,
     "quantization_config.bits", "4 and 8"},
	{"'llama'", "'llama', 'quantization_config': 'fp8'", JTN_E_TYPE, "quantization_config", "object"},
	{"'llama'", "'llama', 'quantization_config': {}", JTN_E_MISSING_FIELD, "quantization_config.quant_method", ""},
};

START_TEST(what_is_wrong_is_named_with_its_place_and_what_would_be_right)
{
	char *text = with(LLAMA, refusals[_i].from, refusals[_i].to);
	struct jtn_model *model = NULL;
	struct jtn_error err;

	assert_fails(parse_quoted(text, NULL, &model, &err), refusals[_i].status, err, refusals[_i].field);
	ck_assert_msg(strstr(err.message, refusals[_i].said) != NULL, "\"%s\" does not say \"%s\"", err.message,
	              refusals[_i].said);
	ck_assert_int_eq(err.line, 1);
	ck_assert_ptr_null(model);
	free(text);
}
END_TEST

START_TEST(more_kinds_of_layer_than_fit_are_a_limit)
{
	char text[4096];
	char heads[1024] = "8";
	struct jtn_model *model = NULL;
	struct jtn_error err;
	int i;

	for (i = 2; i <= 17; i++)
		snprintf(heads + strlen(heads), sizeof(heads) - strlen(heads), ", %d", 8 * i);
	snprintf(text, sizeof(text),
	         "{'model_type': 'laguna', 'hidden_size': 1024, 'intermediate_size': 512, 'num_hidden_layers': 17, "
	         "'num_attention_heads': 8, "
	         "'head_dim': 64, 'vocab_size': 1000, 'num_attention_heads_per_layer': [%s]}",
	         heads);
	assert_status(parse_quoted(text, NULL, &model, &err), JTN_E_LIMIT);
}
END_TEST

START_TEST(no_prefix_of_a_config_is_read_or_crashes)
{
	struct jtn_model *model = NULL;
	struct jtn_error err;
	char text[] = LLAMA;
	size_t length = strlen(text);
	size_t i;

	for (i = 0; i < length; i++)
		text[i] = text[i] == '\'' ? '"' : text[i];
	for (i = 0; i < length; i++)
		ck_assert_int_ne(jtn_model_parse(text, i, NULL, &model, &err), JTN_OK);
	ck_assert_ptr_null(model);
}
END_TEST

#define ENVELOPE                                                                                         \
	"{'id': 'mine', 'name': 'Mine', 'config_source': 'card', 'sources': {'card': {'cite': 'its card', "  \
	"'date': '2026-09', 'confidence': 'vendor'}}, 'stated_parameters': {'value': 8.03, 'unit': '10^9', " \
	"'source': 'card'}, 'config': " LLAMA "}"

START_TEST(the_envelope_gives_the_id_and_is_checked_to_the_last_field)
{
	static const struct {
		const char *from, *to, *field;
		jtn_status status;
	} cases[] = {
		{"'name'", "'nome'", "nome", JTN_E_UNKNOWN_FIELD},
		{"'id': 'mine', ", "", "id", JTN_E_MISSING_FIELD},
		{"'config_source': 'card'", "'config_source': 'elsewhere'", "config_source", JTN_E_RANGE},
		{"'10^9'", "'10^6'", "stated_parameters.unit", JTN_E_RANGE},
		{"'hidden_size': 4096", "'hidden_size': 0", "config.hidden_size", JTN_E_RANGE},
	};
	struct jtn_model *model = read_quoted(ENVELOPE);
	struct jtn_error err;
	char *text;
	size_t i;

	ck_assert_str_eq(jtn_model_id(model), "mine");
	ck_assert_double_eq(model->facts.parameters, LLAMA_PARAMETERS);
	jtn_model_free(model);
	for (i = 0; i < COUNT(cases); i++) {
		text = with(ENVELOPE, cases[i].from, cases[i].to);
		assert_fails(parse_quoted(text, NULL, &model, &err), cases[i].status, err, cases[i].field);
		free(text);
	}
}
END_TEST

START_TEST(every_failed_allocation_is_reported_and_leaks_nothing)
{
	struct counter counter = {0, 0, 0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_model *model = NULL;
	struct jtn_error err;
	size_t fail;

	for (fail = 1;; fail++) {
		counter.made = 0;
		counter.fail = fail;
		if (parse_quoted(ENVELOPE, &allocator, &model, &err) == JTN_OK)
			break;
		ck_assert_int_eq(err.status, JTN_E_MEMORY);
		ck_assert_uint_eq(counter.live, 0);
		ck_assert_ptr_null(model);
		ck_assert_uint_lt(fail, 1000);
	}
	ck_assert_uint_gt(fail, 1);
	jtn_model_free(model);
	ck_assert_uint_eq(counter.live, 0);
}
END_TEST

START_TEST(arguments_no_caller_should_pass_are_refused)
{
	struct jtn_model *model = read_quoted(LLAMA);
	struct jtn_model_facts facts[2];
	struct jtn_error err;

	assert_status(jtn_model_parse(NULL, 1, NULL, &model, &err), JTN_E_ARGUMENT);
	assert_status(jtn_model_parse("{}", 2, NULL, NULL, &err), JTN_E_ARGUMENT);
	assert_status(jtn_model_find(NULL, NULL, &model, &err), JTN_E_ARGUMENT);
	assert_status(jtn_model_find("llama-3.1-8b", NULL, NULL, &err), JTN_E_ARGUMENT);
	assert_status(jtn_model_find("lama-3.1-8b", NULL, &model, &err), JTN_E_NOT_FOUND);
	assert_status(jtn_model_read_facts(NULL, facts, sizeof(facts[0])), JTN_E_ARGUMENT);
	assert_status(jtn_model_read_facts(model, NULL, sizeof(facts[0])), JTN_E_ARGUMENT);
	assert_status(jtn_model_read_facts(model, facts, 8), JTN_E_ABI);
	memset(facts, 0xff, sizeof(facts));
	assert_status(jtn_model_read_facts(model, facts, sizeof(facts)), JTN_OK); /* a newer caller's longer record */
	ck_assert_double_eq(facts[1].parameters, 0);
	jtn_model_free(model);
	jtn_model_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("model_errors");
	TCase *tests = tcase_create("check");

	tcase_add_loop_test(tests, each_class_of_weight_has_the_format_the_checkpoint_gives_it, 0, (int)COUNT(formats));
	tcase_add_loop_test(tests, what_is_wrong_is_named_with_its_place_and_what_would_be_right, 0, (int)COUNT(refusals));
	tcase_add_test(tests, more_kinds_of_layer_than_fit_are_a_limit);
	tcase_add_test(tests, no_prefix_of_a_config_is_read_or_crashes);
	tcase_add_test(tests, the_envelope_gives_the_id_and_is_checked_to_the_last_field);
	tcase_add_test(tests, every_failed_allocation_is_reported_and_leaks_nothing);
	tcase_add_test(tests, arguments_no_caller_should_pass_are_refused);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
