/*
 * The model reader: what configurations come to. tests/vectors/model.vec holds the layouts; published configurations
 * are read from JETON_SHARED where it is set. What is refused: check_model_errors.c.
 */
#include "model.h"

#include "base/json.h"

#include <dirent.h>

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
		facts = model_facts(model);
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
	struct jtn_model_facts facts = model_facts(model);

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

/* Kernels of a layer and how many such layers, zero after the last kind. */
static const struct launches {
	const char *model;
	struct {
		double count;
		double kernels;
	} layers[3];
	double reduces;
} launches[] = {
	{"llama-3.1-8b", {{32, 5 + 4}}, 0},
	{"qwen2.5-7b", {{28, 5 + 4}}, 0}, /* biases of q, k and v are no kernels */
	{"qwen3-8b", {{36, 6 + 4}}, 0},   /* norms of q and k are */
	{"gemma-3-27b", {{52, 6 + 4}, {10, 6 + 4}}, 0},
	{"mixtral-8x7b", {{32, 5 + 8}}, 0},
	{"qwen3-30b-a3b", {{48, 6 + 8}}, 0},
	{"gpt-oss-120b", {{18, 5 + 8}, {18, 5 + 8}}, 0},
	{"deepseek-v3", {{3, 10 + 4}, {58, 10 + 8 + 3}}, 0},           /* latent attention, shared experts */
	{"deepseek-v3.2", {{3, 14 + 4}, {58, 14 + 8 + 3}}, 0},         /* and an indexer */
	{"qwen3-next-80b-a3b", {{36, 6 + 8 + 3}, {12, 6 + 8 + 3}}, 0}, /* linear and softmax */
};

START_TEST(a_layer_launches_the_kernels_that_engines_fuse_it_into)
{
	const struct launches *expected = &launches[_i];
	struct jtn_model *model = NULL;
	struct jtn_error err;
	size_t i;

	assert_ok(jtn_model_find(expected->model, NULL, &model, &err), err);
	for (i = 0; i < model->layer_kinds; i++) {
		ck_assert_uint_lt(i, 3);
		ck_assert_msg(model->layers[i].count == expected->layers[i].count &&
		                  model->layers[i].kernels == expected->layers[i].kernels,
		              "%s: %g layers of %g kernels, expected %g of %g", expected->model, model->layers[i].count,
		              model->layers[i].kernels, expected->layers[i].count, expected->layers[i].kernels);
		ck_assert_msg(model->layers[i].reduces == expected->reduces, "%s", expected->model);
	}
	ck_assert(i == 3 || expected->layers[i].count == 0);
	jtn_model_free(model);
}
END_TEST

START_TEST(a_norm_over_the_heads_of_all_ranks_is_one_more_reduction)
{
	struct jtn_model *model = NULL;
	struct jtn_error err;
	size_t i;

	assert_ok(jtn_model_find("minimax-m2.5", NULL, &model, &err), err);
	for (i = 0; i < model->layer_kinds; i++)
		ck_assert(model->layers[i].reduces == 1);
	jtn_model_free(model);
}
END_TEST

START_TEST(every_layer_of_the_catalogue_launches_kernels)
{
	size_t i;
	size_t k;

	for (i = 0; i < jtn_catalog_count(JTN_CATALOG_MODEL); i++) {
		const char *id = jtn_catalog_id(JTN_CATALOG_MODEL, i);
		struct jtn_model *model = NULL;
		struct jtn_error err;

		assert_ok(jtn_model_find(id, NULL, &model, &err), err);
		for (k = 0; k < model->layer_kinds; k++)
			ck_assert_msg(model->layers[k].kernels >= 4 && model->layers[k].kernels <= 30, "%s: %g kernels", id,
			              model->layers[k].kernels);
		jtn_model_free(model);
	}
}
END_TEST

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
	tcase_add_test(tests, every_published_config_comes_to_what_the_facts_say);
	tcase_add_test(tests, every_catalogue_model_comes_to_what_the_facts_say);
	tcase_add_loop_test(tests, a_layer_launches_the_kernels_that_engines_fuse_it_into, 0, (int)COUNT(launches));
	tcase_add_test(tests, a_norm_over_the_heads_of_all_ranks_is_one_more_reduction);
	tcase_add_test(tests, every_layer_of_the_catalogue_launches_kernels);
	tcase_add_test(tests, every_catalogue_model_is_near_the_parameters_its_maker_states);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
