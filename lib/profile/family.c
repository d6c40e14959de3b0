/*
 * The table of model families: what a model's published code does that its config.json does not say.
 * Source: the modelling code of each family in Hugging Face transformers 5.24, or beside the checkpoint.
 */
#include "architecture.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NAME_MAX 48 /* longer than any model_type */

#define NB JTN__TRAIT_NORM_BIAS
#define TIED JTN__TRAIT_TIED
#define PLAIN JTN__TRAIT_PLAIN
#define QKVB JTN__TRAIT_QKV_BIAS
#define OUTB JTN__TRAIT_OUT_BIAS
#define FFNB JTN__TRAIT_FFN_BIAS
#define BIASED (QKVB | OUTB | FFNB)
#define FIXED JTN__TRAIT_FIXED_BIAS
#define QKV_ONLY JTN__TRAIT_NO_OUT_BIAS
#define QKN JTN__TRAIT_QK_NORM
#define QKW JTN__TRAIT_QK_NORM_WIDE
#define OPT_IN JTN__TRAIT_WINDOW_OPT_IN
#define MLA JTN__TRAIT_MLA
#define RB JTN__TRAIT_ROUTER_BIAS
#define SG JTN__TRAIT_SHARED_GATE
#define GATED JTN__TRAIT_GATED
#define HGATE JTN__TRAIT_HEAD_GATE

static const struct jtn__family families[] = {
	{"llama", 2, 0, 0},
	{"mistral", 2, 0, 0},
	{"ministral", 2, 0, 0},
	{"ministral3", 2, 0, 0},
	{"mistral4", 2, 0, MLA},
	{"mixtral", 2, 0, 0},
	{"Yi", 2, 0, 0},
	{"aquila", 2, 0, 0},
	{"baichuan", 2, 0, 0},
	{"xverse", 2, 0, 0},
	{"skywork", 2, 0, 0},
	{"orion", 2, 0, NB},
	{"cwm", 2, 0, 0},
	{"helium", 2, 0, 0},
	{"internlm", 2, 0, 0},
	{"internlm2", 2, 0, 0},
	{"internlm3", 2, 0, 0},
	{"minicpm", 2, 0, TIED},
	{"minicpm3", 2, 0, MLA | TIED},
	{"hyperclovax", 2, 0, 0},
	{"iquestcoder", 2, 0, 0},
	{"smollm3", 2, 0, TIED},
	{"arcee", 2, 0, PLAIN},
	{"apertus", 2, 0, PLAIN | QKN},
	{"qwen2", 2, 0, QKVB | FIXED | OPT_IN},
	{"qwen2_moe", 2, 0, QKVB | FIXED | OPT_IN | SG},
	{"qwen2_vl", 2, 0, QKVB | FIXED | OPT_IN},
	{"qwen2_5_vl", 2, 0, QKVB | FIXED | OPT_IN},
	{"qwen2_5_omni", 2, 0, QKVB | FIXED | OPT_IN},
	{"qwen2_audio", 2, 0, QKVB | FIXED | OPT_IN},
	{"qwen3", 2, 0, QKN | OPT_IN},
	{"qwen3_moe", 2, 0, QKN | OPT_IN},
	{"qwen3_vl", 2, 0, QKN},
	{"qwen3_vl_moe", 2, 0, QKN},
	{"qwen3_omni_moe", 2, 0, QKN | OPT_IN},
	{"qwen3_next", 2, JTN__LINEAR_DELTA, QKN | GATED | SG},
	{"qwen3_5", 2, JTN__LINEAR_DELTA, QKN | GATED},
	{"qwen3_5_moe", 2, JTN__LINEAR_DELTA, QKN | GATED | SG},
	{"mimo", 2, 0, QKVB | FIXED | OPT_IN},
	{"mimo_v2_flash", 2, 0, JTN__TRAIT_SINKS | RB | QKV_ONLY},
	{"deepseek", 2, 0, 0},
	{"deepseek_v2", 2, 0, MLA},
	{"deepseek_v3", 2, 0, MLA | RB},
	{"deepseek_v32", 2, 0, MLA | RB | JTN__TRAIT_INDEX},
	{"kimi_k2", 2, 0, MLA | RB},
	{"kimi_k25", 2, 0, MLA | RB},
	{"kimi_linear", 2, JTN__LINEAR_KIMI, MLA | RB},
	{"youtu", 2, 0, MLA | TIED},
	{"sarvam_mla", 2, 0, MLA | RB},
	{"sarvam_moe", 2, 0, QKN | RB},
	{"chatglm", 2, 0, 0},
	{"glm", 2, 0, QKVB | QKV_ONLY},
	{"glm4", 4, 0, QKVB | QKV_ONLY},
	{"glm4v", 4, 0, QKVB | QKV_ONLY},
	{"glm4_moe", 2, 0, QKV_ONLY | RB},
	{"glm4v_moe", 2, 0, QKVB | QKV_ONLY | RB},
	{"glm4_moe_lite", 2, 0, MLA | RB},
	{"glm_moe_dsa", 2, 0, MLA | RB | JTN__TRAIT_INDEX},
	{"gpt_oss", 2, 0, QKVB | OUTB | JTN__TRAIT_SINKS | RB | JTN__TRAIT_EXPERT_BIAS},
	{"gemma", 2, 0, TIED},
	{"gemma2", 4, 0, TIED},
	{"gemma3", 4, 0, TIED | QKN},
	{"gemma4", 4, 0, TIED | QKN | JTN__TRAIT_DENSE_BRANCH | JTN__TRAIT_LAST_FULL},
	{"vaultgemma", 2, 0, TIED},
	{"phi", 1, 0, NB | PLAIN | BIASED | JTN__TRAIT_HEAD_BIAS},
	{"phi3", 2, 0, 0},
	{"phi3_v", 2, 0, 0},
	{"phi4mm", 2, 0, 0},
	{"phi4_multimodal", 2, 0, 0},
	{"phimoe", 2, 0, NB},
	{"llama4", 2, 0, JTN__TRAIT_QK_NORM_BARE},
	{"minimax", 2, JTN__LINEAR_LIGHTNING, 0},
	{"minimax_text_01", 2, JTN__LINEAR_LIGHTNING, 0},
	{"minimax_m1", 2, JTN__LINEAR_LIGHTNING, 0},
	{"minimax_m2", 2, 0, QKW | RB},
	{"minimax_m3", 2, 0, QKN | RB},
	{"minimax_m3_vl", 2, 0, QKN | RB},
	{"gpt2", 2, 0, NB | TIED | PLAIN | BIASED | FIXED | JTN__TRAIT_POSITIONS},
	{"gpt_bigcode", 2, 0, NB | TIED | PLAIN | BIASED | FIXED | JTN__TRAIT_POSITIONS | JTN__TRAIT_MULTI_QUERY},
	{"gptj", 1, 0, NB | PLAIN | FFNB | FIXED | JTN__TRAIT_HEAD_BIAS},
	{"codegen", 1, 0, NB | PLAIN | FFNB | FIXED | JTN__TRAIT_HEAD_BIAS},
	{"gpt_neo", 2, 0, NB | TIED | PLAIN | OUTB | FFNB | FIXED | JTN__TRAIT_POSITIONS},
	{"gpt_neox", 2, 0, NB | PLAIN | BIASED},
	{"opt", 2, 0, NB | TIED | PLAIN | BIASED | JTN__TRAIT_POSITIONS},
	{"bloom", 2, 0, NB | TIED | PLAIN | BIASED | FIXED | JTN__TRAIT_EMBEDDING_NORM},
	{"falcon", 1, 0, NB | TIED | PLAIN | JTN__TRAIT_MULTI_QUERY},
	{"mpt", 2, 0, TIED | PLAIN},
	{"dbrx", 2, 0, 0},
	{"starcoder2", 2, 0, NB | TIED | PLAIN | BIASED},
	{"stablelm", 2, 0, NB},
	{"persimmon", 2, 0, NB | PLAIN | BIASED | FIXED},
	{"nemotron", 2, 0, NB | PLAIN},
	{"nemotron_h", 1, JTN__LINEAR_MAMBA, PLAIN | RB | JTN__TRAIT_ONE_BLOCK},
	{"cohere", 1, 0, TIED},
	{"cohere2", 1, 0, TIED},
	{"granite", 2, 0, 0},
	{"granitemoe", 2, 0, 0},
	{"granitemoeshared", 2, 0, 0},
	{"granitemoehybrid", 2, JTN__LINEAR_MAMBA, 0},
	{"olmo", 0, 0, 0},
	{"olmo2", 2, 0, QKW},
	{"olmo3", 2, 0, QKW},
	{"olmoe", 2, 0, QKW},
	{"flex_olmo", 2, 0, QKW},
	{"exaone", 2, 0, TIED},
	{"exaone4", 2, 0, QKN},
	{"exaone_moe", 2, 0, QKN | RB},
	{"ernie4_5", 2, 0, TIED},
	{"ernie4_5_moe", 2, 0, TIED | RB},
	{"hunyuan", 2, 0, QKN},
	{"hunyuan_v1_dense", 2, 0, QKN},
	{"hunyuan_v1_moe", 2, 0, QKN},
	{"hy_v3", 2, 0, QKN | RB},
	{"bailing_moe", 2, 0, 0},
	{"bailing_moe_v2", 2, 0, QKN | RB},
	{"dots1", 2, 0, QKN | RB},
	{"solar_open", 2, 0, RB},
	{"seed_oss", 2, 0, QKVB | QKV_ONLY},
	{"afmoe", 4, 0, QKN | GATED | RB},
	{"step3p5", 2, 0, QKN | HGATE | RB},
	{"step3p7", 2, 0, QKN | HGATE | RB},
	{"laguna", 2, 0, QKN | HGATE | RB},
	{"lfm2", 2, JTN__LINEAR_CONV, TIED | QKN},
	{"lfm2_moe", 2, JTN__LINEAR_CONV, TIED | QKN | RB},
};

/* Defaults of the families' configuration classes that published config.json files lean on. */
static const struct preset {
	char type[20];
	char field[28];
	int32_t value;
} presets[] = {
	{"qwen3", "head_dim", 128},
	{"qwen3_vl", "head_dim", 128},
	{"qwen3_next", "head_dim", 256},
	{"qwen3_next", "full_attention_interval", 4},
	{"qwen3_next", "linear_conv_kernel_dim", 4},
	{"qwen3_5", "head_dim", 256},
	{"qwen3_5", "full_attention_interval", 4},
	{"qwen3_5", "linear_conv_kernel_dim", 4},
	{"qwen3_5_moe", "head_dim", 256},
	{"qwen3_5_moe", "full_attention_interval", 4},
	{"qwen3_5_moe", "linear_conv_kernel_dim", 4},
	{"deepseek_v32", "index_n_heads", 64},
	{"deepseek_v32", "index_head_dim", 128},
	{"deepseek_v32", "index_topk", 2048},
	{"glm_moe_dsa", "index_n_heads", 32},
	{"glm_moe_dsa", "index_head_dim", 128},
	{"glm_moe_dsa", "index_topk", 2048},
	{"glm4_moe_lite", "first_k_dense_replace", 1},
	{"glm", "head_dim", 128},
	{"glm4", "head_dim", 128},
	{"gpt_oss", "head_dim", 64},
	{"gpt_oss", "sliding_window", 128},
	{"gpt_oss", "sliding_window_pattern", 2},
	{"gemma", "head_dim", 256},
	{"gemma2", "head_dim", 256},
	{"gemma2", "sliding_window", 4096},
	{"gemma2", "sliding_window_pattern", 2},
	{"vaultgemma", "head_dim", 256},
	{"vaultgemma", "sliding_window", 4096},
	{"vaultgemma", "sliding_window_pattern", 2},
	{"gemma3", "vocab_size", 262208},
	{"gemma3", "num_attention_heads", 8},
	{"gemma3", "num_key_value_heads", 4},
	{"gemma3", "head_dim", 256},
	{"gemma3", "sliding_window", 4096},
	{"gemma3", "sliding_window_pattern", 6},
	{"gemma3", "max_position_embeddings", 131072},
	{"gemma4", "vocab_size", 262144},
	{"gemma4", "head_dim", 256},
	{"gemma4", "global_head_dim", 512},
	{"gemma4", "sliding_window", 512},
	{"gemma4", "sliding_window_pattern", 6},
	{"gemma4", "max_position_embeddings", 131072},
	{"llama4", "head_dim", 128},
	{"llama4", "n_shared_experts", 1},
	{"llama4", "attention_chunk_size", 8192},
	{"llama4", "no_rope_layer_interval", 4},
	{"gpt2", "vocab_size", 50257},
	{"gpt2", "max_position_embeddings", 1024},
	{"gpt_bigcode", "max_position_embeddings", 1024},
	{"gpt_neo", "max_position_embeddings", 2048},
	{"gpt_neo", "sliding_window", 256},
	{"opt", "position_offset", 2},
	{"opt", "max_position_embeddings", 2048},
	{"falcon", "max_position_embeddings", 2048},
	{"cohere2", "head_dim", 128},
	{"cohere2", "sliding_window", 4096},
	{"cohere2", "sliding_window_pattern", 4},
	{"olmo3", "sliding_window", 4096},
	{"olmo3", "sliding_window_pattern", 4},
	{"exaone4", "sliding_window_pattern", 4},
	{"exaone_moe", "sliding_window_pattern", 4},
	{"afmoe", "sliding_window_pattern", 4},
	{"afmoe", "num_dense_layers", 1},
	{"minimax_m3", "head_dim", 128},
	{"minimax_m3_vl", "head_dim", 128},
	{"seed_oss", "head_dim", 128},
	{"hunyuan", "n_shared_experts", 1},
	{"hunyuan_v1_moe", "n_shared_experts", 1},
	{"nemotron_h", "head_dim", 128},
	{"nemotron_h", "conv_kernel", 4},
	{"granitemoehybrid", "conv_kernel", 4},
	{"lfm2", "conv_L_cache", 3},
	{"lfm2_moe", "conv_L_cache", 3},
	{"lfm2_moe", "num_dense_layers", 2},
};

enum reason {
	RECURRENT,
	ENCODER_DECODER,
	ENCODER,
	PARALLEL,
	FIRST_MAMBA,
	CROSS_ATTENTION,
	ALTERNATING,
	COMPRESSED,
	ZERO_EXPERTS,
	DIFFERENT_LAYERS,
	BLOCK_SPARSE
};

static const char reasons[][80] = {
	[RECURRENT] = "it is a recurrent or state-space model without attention",
	[ENCODER_DECODER] = "it is an encoder-decoder model",
	[ENCODER] = "it is an encoder: it generates no tokens",
	[PARALLEL] = "it runs attention and a state space side by side in one layer, or shares layers",
	[FIRST_MAMBA] = "its state-space layers are of the first Mamba kind",
	[CROSS_ATTENTION] = "its cross-attention layers read an image encoder",
	[ALTERNATING] = "its alternating updates and per-layer embeddings have no counterpart here",
	[COMPRESSED] = "its compressed attention and hyper-connections have no counterpart here",
	[ZERO_EXPERTS] = "its zero-computation experts make the work per token vary",
	[DIFFERENT_LAYERS] = "its layers are all of different shapes",
	[BLOCK_SPARSE] = "its block-sparse attention has no counterpart here",
};

static const struct refusal {
	char type[24];
	uint8_t reason; /* enum reason */
} refusals[] = {
	{"mamba", RECURRENT},
	{"mamba2", RECURRENT},
	{"falcon_mamba", RECURRENT},
	{"rwkv", RECURRENT},
	{"xlstm", RECURRENT},
	{"recurrent_gemma", RECURRENT},
	{"jamba", FIRST_MAMBA},
	{"zamba", PARALLEL},
	{"zamba2", PARALLEL},
	{"falcon_h1", PARALLEL},
	{"t5", ENCODER_DECODER},
	{"mt5", ENCODER_DECODER},
	{"umt5", ENCODER_DECODER},
	{"longt5", ENCODER_DECODER},
	{"t5gemma", ENCODER_DECODER},
	{"switch_transformers", ENCODER_DECODER},
	{"bart", ENCODER_DECODER},
	{"mbart", ENCODER_DECODER},
	{"pegasus", ENCODER_DECODER},
	{"marian", ENCODER_DECODER},
	{"m2m_100", ENCODER_DECODER},
	{"whisper", ENCODER_DECODER},
	{"mllama", CROSS_ATTENTION},
	{"mllama_text_model", CROSS_ATTENTION},
	{"bert", ENCODER},
	{"roberta", ENCODER},
	{"xlm-roberta", ENCODER},
	{"distilbert", ENCODER},
	{"electra", ENCODER},
	{"albert", ENCODER},
	{"deberta-v2", ENCODER},
	{"modernbert", ENCODER},
	{"gemma3n", ALTERNATING},
	{"deepseek_v4", COMPRESSED},
	{"longcat_flash", ZERO_EXPERTS},
	{"nemotron-nas", DIFFERENT_LAYERS},
	{"openelm", DIFFERENT_LAYERS},
	{"phi3small", BLOCK_SPARSE},
};

static size_t
trimmed(const char *type, size_t length)
{
	static const char suffix[] = "_text";

	if (length > sizeof suffix - 1 && memcmp(type + length - (sizeof suffix - 1), suffix, sizeof suffix - 1) == 0)
		return length - (sizeof suffix - 1);
	return length;
}

const struct jtn__family *
jtn__family_find(const char *type, size_t length)
{
	size_t i;

	length = trimmed(type, length);
	for (i = 0; i < COUNT(families); i++) {
		if (strlen(families[i].type) == length && memcmp(families[i].type, type, length) == 0)
			return &families[i];
	}
	return NULL;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Equal but for case and underscores; name has no other end than its length. */
static bool
alike(const char *type, const char *name, size_t length)
{
	size_t i = 0;

	for (; *type; type++) {
		if (*type == '_')
			continue;
		if (i == length || lower(*type) != lower(name[i]))
			return false;
		i++;
	}
	return i == length;
}

const struct jtn__family *
jtn__family_spelled(const char *type, size_t length)
{
	size_t i;

	for (i = 0; i < COUNT(families); i++) {
		if (alike(families[i].type, type, length))
			return &families[i];
	}
	return NULL;
}

const char *
jtn__family_refused(const char *type)
{
	size_t i;

	for (i = 0; i < COUNT(refusals); i++) {
		if (strcmp(refusals[i].type, type) == 0)
			return reasons[refusals[i].reason];
	}
	return NULL;
}

const char *
jtn__family_nearest(const char *type)
{
	const char *names[COUNT(families)];
	size_t i;

	if (strlen(type) > NAME_MAX)
		return NULL;
	for (i = 0; i < COUNT(families); i++)
		names[i] = families[i].type;
	return jtn__nearest(type, names, COUNT(families));
}

double
jtn__family_preset(const struct jtn__family *family, const char *field, double fallback)
{
	size_t i;

	for (i = 0; i < COUNT(presets); i++) {
		if (strcmp(presets[i].type, family->type) == 0 && strcmp(presets[i].field, field) == 0)
			return presets[i].value;
	}
	return fallback;
}
