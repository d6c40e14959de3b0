/*
 * The model reader: what configurations come to, which formats their weights are in, and what is refused.
 * tests/vectors/model.vec holds the layouts; published configurations are read from JETON_SHARED where it is set.
 */
#include "fixture.h"

#include "base/json.h"
#include "profile/model.h"

#include <dirent.h>

#define TEXT_MAX 65536

/* A Llama of 32 layers, in single quotes; cases change one thing in it. */
#define LLAMA                                                                                                   \
	"{'model_type': 'llama', 'hidden_size': 4096, 'intermediate_size': 14336, 'num_hidden_layers': 32, "        \
	"'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 128256, 'tie_word_embeddings': false, " \
	"'torch_dtype': 'bfloat16', 'max_position_embeddings': 8192}"
#define LLAMA_PARAMETERS 8030261248.0

/* JSON written with single quotes. */
static jtn_status
parse_quoted(const char *text, const struct jtn_allocator *allocator, struct jtn_model **ret, struct jtn_error *reterr)
{
	static char buffer[TEXT_MAX];
	size_t length = strlen(text);
	size_t i;

	ck_assert(length < sizeof(buffer));
	for (i = 0; i <= length; i++)
		buffer[i] = text[i] == '\'' ? '"' : text[i];
	return jtn_model_parse(buffer, length, allocator, ret, reterr);
}

static struct jtn_model *
read_quoted(const char *text)
{
	struct jtn_model *model = NULL;
	struct jtn_error err;

	assert_ok(parse_quoted(text, NULL, &model, &err), err);
	return model;
}

/* The Llama with `from` replaced by `to`. */
static struct jtn_model *
llama_with(const char *from, const char *to)
{
	char *text = with(LLAMA, from, to);
	struct jtn_model *model = read_quoted(text);

	free(text);
	return model;
}

static struct jtn_model_facts
facts_of(const struct jtn_model *model)
{
	struct jtn_model_facts facts;

	assert_status(jtn_model_read_facts(model, &facts, sizeof(facts)), JTN_OK);
	return facts;
}

static char *
read_file(const char *folder, const char *name)
{
	char path[4096];
	char *text;
	FILE *file;
	size_t length;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	ck_assert_msg(file != NULL, "cannot open %s", path);
	text = calloc(1 << 20, 1);
	ck_assert_ptr_nonnull(text);
	length = fread(text, 1, (1 << 20) - 1, file);
	ck_assert(length > 0);
	fclose(file);
	return text;
}

/* Sizes and layouts */

START_TEST(every_layout_has_the_parameters_its_published_code_builds)
{
	const char *root = getenv("JETON_SOURCE_ROOT");
	char *text = read_file(root ? root : ".", "tests/vectors/model.vec");
	struct jtn_model *model = NULL;
	struct jtn_model_facts facts;
	struct jtn_error err;
	double expected[4];
	char *line;
	int used;
	int rows = 0;

	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (line[0] == '#')
			continue;
		ck_assert_int_eq(
			sscanf(line, "%lf %lf %lf %lf %n", &expected[0], &expected[1], &expected[2], &expected[3], &used), 4);
		ck_assert_msg(jtn_model_parse(line + used, strlen(line + used), NULL, &model, &err) == JTN_OK, "%s: [%s] %s",
		              line + used, err.field, err.message);
		facts = facts_of(model);
		ck_assert_msg(facts.parameters == expected[0], "%s: %.0f parameters", line, facts.parameters);
		ck_assert_msg(facts.active_parameters == expected[1], "%s: %.0f active", line, facts.active_parameters);
		ck_assert_msg(facts.kv_bytes_per_token == expected[2], "%s: %.0f KV bytes", line, facts.kv_bytes_per_token);
		ck_assert_msg(facts.state_bytes_per_sequence == expected[3], "%s: %.0f state bytes", line,
		              facts.state_bytes_per_sequence);
		jtn_model_free(model);
		rows++;
	}
	ck_assert_int_gt(rows, 50);
	free(text);
}
END_TEST

START_TEST(a_dense_model_is_one_kind_of_layer_and_exact)
{
	struct jtn_model *model = read_quoted(LLAMA);
	struct jtn_model_facts facts = facts_of(model);

	ck_assert_double_eq(facts.parameters, LLAMA_PARAMETERS);
	ck_assert_double_eq(facts.active_parameters, LLAMA_PARAMETERS);
	ck_assert_double_eq(facts.kv_bytes_per_token, 131072);
	ck_assert_int_eq(facts.layers, 32);
	ck_assert_int_eq(facts.hidden_size, 4096);
	ck_assert_int_eq(facts.attention_heads, 32);
	ck_assert_int_eq(facts.kv_heads, 8);
	ck_assert_int_eq(facts.context_tokens, 8192);
	ck_assert_int_eq(facts.precision, JTN_PRECISION_BF16);
	ck_assert_uint_eq(facts.flags, 0);
	ck_assert_uint_eq(model->layer_kinds, 1);
	ck_assert_double_eq(model->layers[0].count, 32);
	ck_assert_double_eq(model->layers[0].kv_shards, 8);
	ck_assert_double_eq(model->layers[0].decode_pair_flops, 2 * 32 * 256);
	ck_assert_double_eq(model->head_params, 128256.0 * 4096);
	ck_assert_str_eq(jtn_model_id(model), "llama");
	jtn_model_free(model);
}
END_TEST

START_TEST(a_tied_head_is_stored_once_and_still_read)
{
	struct jtn_model *model = llama_with("false", "true");

	ck_assert(model->tied_head);
	ck_assert_double_eq(model->head_params, 128256.0 * 4096);
	ck_assert_double_eq(model->facts.parameters, LLAMA_PARAMETERS - 128256.0 * 4096);
	jtn_model_free(model);
	model =
		read_quoted("{'model_type': 'gemma', 'hidden_size': 2048, 'intermediate_size': 16384, 'num_hidden_layers': 18, "
	                "'num_attention_heads': 8, 'num_key_value_heads': 1, 'vocab_size': 256000}");
	ck_assert(model->tied_head);
	ck_assert_double_eq(model->facts.parameters, 2506172416.0);
	jtn_model_free(model);
}
END_TEST

START_TEST(sliding_layers_keep_a_window_and_full_ones_do_not)
{
	struct jtn_model *model = read_quoted(
		"{'model_type': 'gpt_oss', 'hidden_size': 2880, 'intermediate_size': 2880, 'num_hidden_layers': 36, "
		"'num_attention_heads': 64, 'num_key_value_heads': 8, 'head_dim': 64, 'vocab_size': 201088, "
		"'num_local_experts': 128, 'experts_per_token': 4, 'sliding_window': 128, "
		"'max_position_embeddings': 131072, 'rope_scaling': {'factor': 64, 'original_max_position_embeddings': 4096}}");

	ck_assert_double_eq(model->facts.parameters, 116829156672.0);
	ck_assert_uint_eq(model->facts.flags, JTN_MODEL_MOE | JTN_MODEL_SLIDING);
	ck_assert_uint_eq(model->layer_kinds, 2);
	ck_assert_double_eq(model->layers[0].window, 128);
	ck_assert_double_eq(model->layers[0].count, 18);
	ck_assert_double_eq(model->layers[1].window, 0);
	ck_assert_int_eq(model->facts.experts, 128);
	ck_assert_int_eq(model->facts.experts_active, 4);
	ck_assert_int_eq(model->facts.context_tokens, 262144);
	jtn_model_free(model);
}
END_TEST

/* Layers that slide, of 12, by what else the configuration says. */
static const struct {
	const char *type;
	const char *fields;
	int sliding;
} patterns[] = {
	{"mistral", "'sliding_window': 128", 12},
	{"mistral", "'sliding_window': null", 0},
	{"mistral", "'sliding_window': 8192", 0},
	{"qwen2", "'sliding_window': 128, 'use_sliding_window': false, 'max_window_layers': 4", 0},
	{"qwen2", "'sliding_window': 128, 'max_window_layers': 4", 0},
	{"qwen2", "'sliding_window': 128, 'use_sliding_window': true, 'max_window_layers': 4", 8},
	{"gemma2", "'sliding_window': 128", 6},
	{"gemma3_text", "'sliding_window': 128", 10},
	{"gemma3_text", "'sliding_window': 128, 'sliding_window_pattern': 3", 8},
	{"exaone4", "'sliding_window': 128, 'sliding_window_pattern': 'LLLG'", 9},
	{"exaone4", "'sliding_window': null, 'sliding_window_pattern': 'LLLG'", 0},
	{"cohere2",
     "'sliding_window': 128, 'layer_types': ['full_attention', 'sliding_attention', 'sliding_attention', "
     "'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', 'full_attention', "
     "'full_attention', 'full_attention', 'full_attention']",
     2},
	{"llama4", "'attention_chunk_size': 1024", 9},
	{"llama4", "'attention_chunk_size': 1024, 'no_rope_layers': [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", 11},
	{"gpt_neo", "'window_size': 128, 'attention_types': [[['global', 'local'], 6]]", 6},
	{"mimo_v2_flash", "'sliding_window': 128, 'hybrid_layer_pattern': [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]", 10},
};

START_TEST(every_way_to_say_which_layers_slide_is_understood)
{
	char text[4096];
	struct jtn_model *model;
	double sliding = 0;
	size_t i;

	snprintf(text, sizeof(text),
	         "{'model_type': '%s', 'hidden_size': 256, 'intermediate_size': 512, 'num_hidden_layers': 12, "
	         "'num_attention_heads': 4, "
	         "'vocab_size': 1000, 'max_position_embeddings': 4096, %s}",
	         patterns[_i].type, patterns[_i].fields);
	model = read_quoted(text);
	for (i = 0; i < model->layer_kinds; i++)
		sliding += model->layers[i].window > 0 ? model->layers[i].count : 0;
	ck_assert_msg(sliding == patterns[_i].sliding, "%s: %g layers slide", text, sliding);
	ck_assert_int_eq((model->facts.flags & JTN_MODEL_SLIDING) != 0, sliding > 0);
	jtn_model_free(model);
}
END_TEST

#define MIXTURE                                                                                    \
	"{'model_type': '%s', 'hidden_size': 256, 'intermediate_size': 512, 'num_hidden_layers': 12, " \
	"'num_attention_heads': 4, 'vocab_size': 1000, 'kv_lora_rank': %s, 'qk_nope_head_dim': 32, "   \
	"'qk_rope_head_dim': 16, 'v_head_dim': 32, 'num_experts_per_tok': 2, 'moe_intermediate_size': 64, %s}"

/* Layers with experts, of 12. */
static const struct {
	const char *type;
	const char *fields;
	int experts;
} mixtures[] = {
	{"mixtral", "'num_local_experts': 8", 12},
	{"mixtral", "'num_local_experts': 1", 0},
	{"qwen3_moe", "'num_experts': 8, 'decoder_sparse_step': 2, 'mlp_only_layers': [1, 2]", 5},
	{"qwen3_moe", "'num_experts': null", 0},
	{"deepseek_v3", "'n_routed_experts': 8, 'first_k_dense_replace': 3, 'moe_layer_freq': 1", 9},
	{"deepseek_v3", "'n_routed_experts': 8, 'first_k_dense_replace': 3, 'moe_layer_freq': 2", 4},
	{"deepseek_v3", "'n_routed_experts': 8, 'moe_layer_freq': [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]", 8},
	{"llama4", "'num_local_experts': 8, 'interleave_moe_layer_step': 3", 4},
	{"llama4", "'num_local_experts': 8, 'moe_layers': [11]", 1},
	{"ernie4_5_moe", "'moe_num_experts': 8, 'moe_layer_start_index': 2, 'moe_layer_end_index': 5", 4},
	{"step3p5", "'moe_num_experts': 8, 'moe_layers_enum': '2,3,11'", 3},
	{"hunyuan", "'num_experts': 8, 'moe_topk': [2, 2, 2], 'num_shared_expert': [1, 1]", 12},
};

START_TEST(every_way_to_say_which_layers_have_experts_is_understood)
{
	char text[4096];
	struct jtn_model *model;
	double experts = 0;
	size_t i;

	snprintf(text, sizeof(text), MIXTURE, mixtures[_i].type, strstr(mixtures[_i].type, "deepseek") ? "64" : "null",
	         mixtures[_i].fields);
	model = read_quoted(text);
	for (i = 0; i < model->layer_kinds; i++)
		experts += model->layers[i].experts > 0 ? model->layers[i].count : 0;
	ck_assert_msg(experts == mixtures[_i].experts, "%s: %g layers have experts", text, experts);
	jtn_model_free(model);
}
END_TEST

START_TEST(latent_attention_caches_its_latent_once_for_all_ranks)
{
	char text[4096];
	struct jtn_model *model;

	snprintf(text, sizeof(text), MIXTURE, "deepseek_v32", "64",
	         "'n_routed_experts': 8, 'q_lora_rank': 96, 'index_topk': 128, 'index_n_heads': 4, 'index_head_dim': 128, "
	         "'num_nextn_predict_layers': 1");
	model = read_quoted(text);
	ck_assert_uint_eq(model->facts.flags, JTN_MODEL_MLA | JTN_MODEL_MOE | JTN_MODEL_APPROXIMATE);
	ck_assert_int_eq(model->facts.kv_heads, 1);
	ck_assert_double_eq(model->mtp_layers, 1);
	ck_assert_double_eq(model->layers[0].kv_shards, 1);
	ck_assert_double_eq(model->layers[0].kv_elements, 64 + 16);
	ck_assert_double_eq(model->layers[0].prefill_pair_flops, 2 * 4 * (32 + 16 + 32));
	ck_assert_double_eq(model->layers[0].decode_pair_flops, 2 * 4 * (2 * 64 + 16));
	ck_assert_double_eq(model->layers[0].sparse_topk, 128);
	ck_assert_double_eq(model->layers[0].index_bytes, 128 + 4);
	ck_assert_double_eq(model->layers[0].index_flops, 2 * 4 * 128);
	jtn_model_free(model);
}
END_TEST

START_TEST(linear_attention_keeps_a_state_and_no_cache)
{
	struct jtn_model *model =
		read_quoted("{'model_type': 'qwen3_5', 'text_config': {'model_type': 'qwen3_5_text', 'hidden_size': 256, "
	                "'intermediate_size': 512, "
	                "'num_hidden_layers': 8, 'num_attention_heads': 4, 'num_key_value_heads': 2, 'head_dim': 64, "
	                "'vocab_size': 1000, "
	                "'linear_num_key_heads': 2, 'linear_num_value_heads': 4, 'linear_key_head_dim': 16, "
	                "'linear_value_head_dim': 32, "
	                "'mtp_num_hidden_layers': 1}, 'vision_config': {'hidden_size': 99}, 'tie_word_embeddings': true}");

	ck_assert(model->tied_head);
	ck_assert_uint_eq(model->facts.flags, JTN_MODEL_APPROXIMATE);
	ck_assert_double_eq(model->layers[0].count, 6);
	ck_assert_double_eq(model->layers[0].kv_elements, 0);
	ck_assert_double_eq(model->layers[0].state_bytes, 4 * 4 * 16 * 32 + 2 * (2 * 32 + 128) * 3);
	ck_assert_double_eq(model->facts.kv_bytes_per_token, 2 * 2 * 2 * (64 + 64));
	ck_assert_double_eq(model->facts.state_bytes_per_sequence, 6 * model->layers[0].state_bytes);
	ck_assert_double_eq(model->mtp_layers, 1);
	jtn_model_free(model);
}
END_TEST

START_TEST(fields_go_by_the_names_each_family_gives_them)
{
	struct jtn_model *model =
		read_quoted("{'model_type': 'gpt2', 'n_embd': 768, 'n_layer': 12, 'n_head': 12, 'n_inner': null, "
	                "'n_positions': 1024, 'vocab_size': 50257}");

	ck_assert_double_eq(model->facts.parameters, 124439808.0);
	jtn_model_free(model);
	model = read_quoted("{'model_type': 'dbrx', 'd_model': 6144, 'n_layers': 40, 'n_heads': 48, 'max_seq_len': 32768, "
	                    "'vocab_size': 100352, 'tie_word_embeddings': false, 'attn_config': {'kv_n_heads': 8}, "
	                    "'ffn_config': {'ffn_hidden_size': 10752, 'moe_num_experts': 16, 'moe_top_k': 4}}");
	assert_close(model->facts.parameters, 131.597e9, 1e-4);
	ck_assert_int_eq(model->facts.kv_heads, 8);
	jtn_model_free(model);
	model = read_quoted("{'architectures': ['Qwen3MoeForCausalLM'], 'hidden_size': 2048, 'num_hidden_layers': 48, "
	                    "'num_attention_heads': 32, 'num_key_value_heads': 4, 'head_dim': 128, 'vocab_size': 151936, "
	                    "'num_experts': 128, 'num_experts_per_tok': 8, 'moe_intermediate_size': 768}");
	ck_assert_double_eq(model->facts.parameters, 30532122624.0);
	ck_assert_str_eq(jtn_model_id(model), "qwen3_moe");
	jtn_model_free(model);
	model = read_quoted("{'model_type': 'gemma3', 'text_config': {'model_type': 'gemma3_text', 'hidden_size': 2560, "
	                    "'intermediate_size': 10240, 'num_hidden_layers': 34, 'sliding_window': 1024}}");
	ck_assert_double_eq(model->facts.parameters, 3880263168.0); /* the rest are the class's defaults */
	jtn_model_free(model);
}
END_TEST

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
	{"'num_hidden_layers': 32", "'num_hidden_layers': 1e999", JTN_E_TYPE, "num_hidden_layers", "whole number"},
	{"'hidden_size': 4096, ", "", JTN_E_MISSING_FIELD, "hidden_size", "n_embd, d_model"},
	{"'hidden_size': 4096", "'hidden_size': null", JTN_E_MISSING_FIELD, "hidden_size", "n_embd, d_model"},
	{"'hidden_size': 4096", "'hidden_size': '4096'", JTN_E_TYPE, "hidden_size", "whole number"},
	{"'hidden_size': 4096", "'hidden_size': 4096.5", JTN_E_TYPE, "hidden_size", "whole number"},
	{"'hidden_size': 4096", "'hidden_size': 1048577", JTN_E_RANGE, "hidden_size", "1048576"},
	{"'hidden_size': 4096", "'hidden_size': [4096, 2048]", JTN_E_UNSUPPORTED, "hidden_size[1]", "one repeated number"},
	{"'hidden_size': 4096", "'hidden_size': 4096, 'hidden_size': 1", JTN_E_DUPLICATE_KEY, "hidden_size", ""},
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

/* The catalogue and published configurations */

struct row {
	double total; /* computed [10^9] */
	double active;
	double stated;   /* [10^9]; 0 where nobody said */
	double kv;       /* at 16 bits [bytes] */
	int approximate; /* computed with linear attention or odd heads left out: the stated total is nearer */
};

/* Field `column` of a line of CSV, unquoted, into `ret`. */
static void
csv_field(const char *line, int column, char *ret, size_t capacity)
{
	size_t length = 0;
	int quoted = 0;

	for (; *line && *line != '\n' && *line != '\r' && column >= 0; line++) {
		if (*line == '"')
			quoted = !quoted;
		else if (*line == ',' && !quoted)
			column--;
		else if (column == 0 && length + 1 < capacity)
			ret[length++] = *line;
	}
	ret[length] = '\0';
}

static double
csv_number(const char *header, const char *line, const char *name)
{
	char text[512];
	int column;

	for (column = 0; column < 100; column++) {
		csv_field(header, column, text, sizeof(text));
		if (strcmp(text, name) == 0)
			break;
	}
	ck_assert_msg(column < 100, "no column %s", name);
	csv_field(line, column, text, sizeof(text));
	return strtod(text, NULL);
}

/* The row of models.csv, or 0. */
static int
find_row(const char *csv, const char *id, struct row *ret)
{
	const char *line = csv;
	char text[512];

	for (line = strchr(line, '\n'); line; line = strchr(line + 1, '\n')) {
		csv_field(line + 1, 0, text, sizeof(text));
		if (strcmp(text, id) != 0)
			continue;
		ret->total = csv_number(csv, line + 1, "computed_total_b");
		ret->active = csv_number(csv, line + 1, "computed_active_b");
		ret->stated = csv_number(csv, line + 1, "total_params_b");
		ret->kv = csv_number(csv, line + 1, "kv_bytes_per_token_16bit_max");
		csv_field(line + 1, 35, text, sizeof(text));
		ret->approximate = strstr(text, "approx") != NULL;
		return 1;
	}
	return 0;
}

static void
assert_row(const char *name, const struct jtn_model *model, const struct row *row)
{
	const struct jtn_model_facts *facts = &model->facts;
	double total = row->approximate ? row->stated : row->total;

	ck_assert_msg(close_to(facts->parameters, total * 1e9, row->approximate ? 0.03 : 0.01),
	              "%s: %.4g parameters, expected %g * 10^9", name, facts->parameters, total);
	if (row->approximate) {
		ck_assert_msg(facts->kv_bytes_per_token <= row->kv, "%s: %g KV bytes", name, facts->kv_bytes_per_token);
		return;
	}
	ck_assert_msg(close_to(facts->active_parameters, row->active * 1e9, 0.03),
	              "%s: %.4g active parameters, expected %g * 10^9", name, facts->active_parameters, row->active);
	ck_assert_msg(facts->kv_bytes_per_token == row->kv, "%s: %g KV bytes, expected %g", name, facts->kv_bytes_per_token,
	              row->kv);
}

/* NULL, with a word to the reader, where the shared data is not there. */
static char *
shared_models(void)
{
	const char *shared = getenv("JETON_SHARED");

	if (shared)
		return read_file(shared, "facts/models.csv");
	printf("# JETON_SHARED is not set: skipped\n");
	return NULL;
}

START_TEST(every_published_config_comes_to_what_the_facts_say)
{
	static const char *const names[][2] = {{"llama-2-7b-hf", "llama-2-7b"},
	                                       {"mistral-nemo-instruct-2407", "mistral-nemo-12b"}};
	char *csv = shared_models();
	char folder[4096];
	struct jtn_model *model = NULL;
	struct jtn_error err;
	struct dirent *entry;
	struct row row;
	DIR *configs;
	int known = 0;
	size_t i;

	if (!csv)
		return;
	snprintf(folder, sizeof(folder), "%s/configs", getenv("JETON_SHARED"));
	configs = opendir(folder);
	ck_assert_ptr_nonnull(configs);
	while ((entry = readdir(configs))) {
		char id[256];
		char *text;

		if (!strstr(entry->d_name, ".json"))
			continue;
		text = read_file(folder, entry->d_name);
		ck_assert_msg(jtn_model_parse(text, strlen(text), NULL, &model, &err) == JTN_OK, "%s: [%s] %s", entry->d_name,
		              err.field, err.message);
		snprintf(id, sizeof(id), "%.*s", (int)(strlen(entry->d_name) - strlen(".json")), entry->d_name);
		for (i = 0; i < COUNT(names); i++) {
			if (strcmp(id, names[i][0]) == 0)
				strcpy(id, names[i][1]);
		}
		if (find_row(csv, id, &row)) {
			assert_row(id, model, &row);
			known++;
		}
		jtn_model_free(model);
		free(text);
	}
	closedir(configs);
	ck_assert_int_ge(known, 15);
	free(csv);
}
END_TEST

START_TEST(every_catalogue_model_comes_to_what_the_facts_say)
{
	char *csv = shared_models();
	struct jtn_model *model = NULL;
	struct jtn_error err;
	struct row row;
	size_t i;

	for (i = 0; csv && i < jtn_catalog_count(JTN_CATALOG_MODEL); i++) {
		const char *id = jtn_catalog_id(JTN_CATALOG_MODEL, i);

		assert_ok(jtn_model_find(id, NULL, &model, &err), err);
		if (find_row(csv, id, &row))
			assert_row(id, model, &row);
		jtn_model_free(model);
	}
	free(csv);
}
END_TEST

/* What the entry says its model has; 0 where it does not say. */
static double
stated_parameters(const char *id)
{
	struct jtn__json *json = NULL;
	struct jtn__value root;
	struct jtn__value stated;
	struct jtn_error err;
	const char *text;
	size_t length;
	double value = 0;

	assert_ok(jtn_catalog_text(JTN_CATALOG_MODEL, id, &text, &length, &err), err);
	assert_ok(jtn__json_parse(text, length, NULL, &json, &err), err);
	jtn__json_root(json, &root);
	if (jtn__json_member(&root, "stated_parameters", &stated))
		assert_ok(jtn__json_optional_number(&stated, "value", 0, 1e9, &value, &err), err);
	jtn__json_free(json);
	return value * 1e9;
}

START_TEST(every_catalogue_model_is_near_the_parameters_its_maker_states)
{
	struct jtn_model *model = NULL;
	struct jtn_error err;
	int checked = 0;
	size_t i;

	for (i = 0; i < jtn_catalog_count(JTN_CATALOG_MODEL); i++) {
		const char *id = jtn_catalog_id(JTN_CATALOG_MODEL, i);
		double stated = stated_parameters(id);

		ck_assert_msg(jtn_model_find(id, NULL, &model, &err) == JTN_OK, "%s: [%s] %s", id, err.field, err.message);
		ck_assert_str_eq(jtn_model_id(model), id);
		ck_assert_msg(stated == 0 || close_to(model->facts.parameters, stated, 0.03),
		              "%s: %.5g parameters, stated %.5g", id, model->facts.parameters, stated);
		checked += stated > 0;
		jtn_model_free(model);
	}
	ck_assert_int_gt(checked, 60);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("model");
	TCase *tests = tcase_create("check");

	tcase_add_test(tests, every_layout_has_the_parameters_its_published_code_builds);
	tcase_add_test(tests, a_dense_model_is_one_kind_of_layer_and_exact);
	tcase_add_test(tests, a_tied_head_is_stored_once_and_still_read);
	tcase_add_test(tests, sliding_layers_keep_a_window_and_full_ones_do_not);
	tcase_add_loop_test(tests, every_way_to_say_which_layers_slide_is_understood, 0, (int)COUNT(patterns));
	tcase_add_loop_test(tests, every_way_to_say_which_layers_have_experts_is_understood, 0, (int)COUNT(mixtures));
	tcase_add_test(tests, latent_attention_caches_its_latent_once_for_all_ranks);
	tcase_add_test(tests, linear_attention_keeps_a_state_and_no_cache);
	tcase_add_test(tests, fields_go_by_the_names_each_family_gives_them);
	tcase_add_loop_test(tests, each_class_of_weight_has_the_format_the_checkpoint_gives_it, 0, (int)COUNT(formats));
	tcase_add_loop_test(tests, what_is_wrong_is_named_with_its_place_and_what_would_be_right, 0, (int)COUNT(refusals));
	tcase_add_test(tests, more_kinds_of_layer_than_fit_are_a_limit);
	tcase_add_test(tests, no_prefix_of_a_config_is_read_or_crashes);
	tcase_add_test(tests, the_envelope_gives_the_id_and_is_checked_to_the_last_field);
	tcase_add_test(tests, every_failed_allocation_is_reported_and_leaks_nothing);
	tcase_add_test(tests, arguments_no_caller_should_pass_are_refused);
	tcase_add_test(tests, every_published_config_comes_to_what_the_facts_say);
	tcase_add_test(tests, every_catalogue_model_comes_to_what_the_facts_say);
	tcase_add_test(tests, every_catalogue_model_is_near_the_parameters_its_maker_states);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
