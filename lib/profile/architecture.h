/*
 * From a Hugging Face config.json to layers: what the files of this reader share. A configuration is read once into
 * struct jtn__config; every size in it is checked there, so that counting parameters afterwards cannot fail.
 */
#ifndef JTN_PROFILE_ARCHITECTURE_H
#define JTN_PROFILE_ARCHITECTURE_H

#include "base/json.h"
#include "model.h"

#define JTN__LAYERS 10000       /* hidden layers in one model, at most */
#define JTN__REQUIRED (-1e9)    /* as a fallback: absent is an error */
#define JTN__SIZE_MAX 1048576.0 /* widest vector, 2^20 */
#define JTN__VOCAB_MAX 16777216.0
#define JTN__HEADS_MAX 65536.0
#define JTN__EXPERTS_MAX 65536.0
#define JTN__TOKENS_MAX 2147483647.0

/* The names a field goes by, the first one being the one in messages and in the table of presets. */
#define JTN__NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* What no field of a config.json says, because the model's code does. */
enum jtn__trait {
	JTN__TRAIT_NORM_BIAS = 1 << 0, /* layer norms with a bias, not root-mean-square ones */
	JTN__TRAIT_TIED = 1 << 1,      /* head and embedding are one where tie_word_embeddings is absent */
	JTN__TRAIT_PLAIN = 1 << 2,     /* two matrices in a feed-forward: no gate */
	JTN__TRAIT_QKV_BIAS = 1 << 3,  /* biases where no field says so */
	JTN__TRAIT_OUT_BIAS = 1 << 4,
	JTN__TRAIT_FFN_BIAS = 1 << 5,
	JTN__TRAIT_FIXED_BIAS = 1 << 6,     /* and no field changes them */
	JTN__TRAIT_NO_OUT_BIAS = 1 << 7,    /* attention_bias means q, k and v alone */
	JTN__TRAIT_QK_NORM = 1 << 8,        /* norms of the head size on q and k */
	JTN__TRAIT_QK_NORM_WIDE = 1 << 9,   /* norms over all heads of q and k at once */
	JTN__TRAIT_QK_NORM_BARE = 1 << 10,  /* such norms have no weights */
	JTN__TRAIT_GATED = 1 << 11,         /* attention's output is gated by a second query projection */
	JTN__TRAIT_HEAD_GATE = 1 << 12,     /* or by one number a head */
	JTN__TRAIT_SINKS = 1 << 13,         /* a learned sink a head */
	JTN__TRAIT_WINDOW_OPT_IN = 1 << 14, /* sliding_window counts only with use_sliding_window */
	JTN__TRAIT_LAST_FULL = 1 << 15,     /* the last layer sees all, whatever the pattern says */
	JTN__TRAIT_MLA = 1 << 16,           /* multi-head latent attention */
	JTN__TRAIT_INDEX = 1 << 17,         /* every layer reads what a sparse indexer picks */
	JTN__TRAIT_SHARED_GATE = 1 << 18,   /* the shared expert has a gate */
	JTN__TRAIT_ROUTER_BIAS = 1 << 19,   /* one number an expert beside the router */
	JTN__TRAIT_EXPERT_BIAS = 1 << 20,   /* biases in the routed experts */
	JTN__TRAIT_DENSE_BRANCH = 1 << 21,  /* a dense feed-forward beside the experts of one layer */
	JTN__TRAIT_POSITIONS = 1 << 22,     /* learned position embeddings */
	JTN__TRAIT_HEAD_BIAS = 1 << 23,
	JTN__TRAIT_EMBEDDING_NORM = 1 << 24,
	JTN__TRAIT_MULTI_QUERY = 1 << 25, /* one key-value head unless multi_query is false */
	JTN__TRAIT_ONE_BLOCK = 1 << 26    /* a layer is attention or feed-forward, not both */
};

/* What a family's linear_attention, mamba or conv layers are. */
enum jtn__linear {
	JTN__LINEAR_NONE,
	JTN__LINEAR_DELTA,     /* gated DeltaNet: Qwen3-Next */
	JTN__LINEAR_KIMI,      /* Kimi Delta Attention */
	JTN__LINEAR_LIGHTNING, /* MiniMax-Text-01 */
	JTN__LINEAR_MAMBA,     /* Mamba-2 */
	JTN__LINEAR_CONV       /* LFM2's gated short convolution */
};

struct jtn__family {
	char type[24]; /* model_type, without a trailing "_text" */
	uint8_t norms;    /* norms of the hidden size in a layer */
	uint8_t linear;   /* enum jtn__linear */
	uint32_t traits;  /* enum jtn__trait */
};

/* What one layer mixes tokens with, and what it feeds them through. */
enum jtn__mixer {
	JTN__MIXER_NONE,
	JTN__MIXER_FULL,
	JTN__MIXER_SLIDING,
	JTN__MIXER_SPARSE,        /* reads what its indexer picks */
	JTN__MIXER_SPARSE_SHARED, /* reads what an earlier layer's indexer picked */
	JTN__MIXER_LINEAR
};
enum jtn__feed { JTN__FEED_NONE, JTN__FEED_DENSE, JTN__FEED_EXPERTS };

/* Head counts and sizes of one kind of softmax attention. */
struct jtn__heads {
	double query_heads;
	double kv_heads;
	double key_dim;
	double value_dim;
	bool one_projection; /* values are the keys' projection */
};

struct jtn__attention {
	struct jtn__heads full;
	struct jtn__heads sliding;
	struct jtn__value heads_of_layer; /* list of query heads by layer; node NULL where all are alike */
	double query_rank;                /* MLA; 0: q is projected at once */
	double latent;                    /* MLA's cached latent; 0: no MLA */
	double nope_dim;
	double rope_dim;
	double window;
	double own_kv_layers; /* layers after these read another layer's keys and values */
	double index_heads;
	double index_dim;
	double index_topk;
	double index_key_bytes;
	double norms;         /* of the hidden size, in a layer */
	double linear_params; /* of one linear layer, and what it costs and keeps */
	double linear_heads;
	double linear_state_bytes;
	double linear_token_flops;
	bool qkv_bias;
	bool out_bias;
	bool gated;
	bool head_gated;
	bool qk_norm;
	bool qk_norm_wide;
};

struct jtn__feedforward {
	double dense_width;
	double wide_width; /* of layers that read another layer's keys and values */
	double experts;    /* 0: no mixture */
	double active;
	double expert_width;
	double shared_width;
	bool bias;
};

struct jtn__config {
	const struct jtn__value *root;
	struct jtn__value around;  /* of text, where that lies two deep */
	struct jtn__value text;    /* the language model's own object: root, or text_config and the like */
	struct jtn__value part[2]; /* attn_config and ffn_config, where there are such */
	size_t parts;
	struct jtn__value type; /* the value that named the family */
	const struct jtn__family *family;
	size_t layers;
	double hidden;
	double context; /* 0: not stated */
	double mtp_layers;
	struct jtn__attention attention;
	struct jtn__feedforward feedforward;
	uint8_t mixer[JTN__LAYERS]; /* enum jtn__mixer */
	uint8_t feed[JTN__LAYERS];  /* enum jtn__feed */
};

/* family.c: the table. A name is taken without "_text", and only its first `length` bytes. */
const struct jtn__family *
jtn__family_find(const char *type, size_t length);
/* The family whose name is `type` but for case and underscores, as in "Qwen3Moe". */
const struct jtn__family *
jtn__family_spelled(const char *type, size_t length);
/* Why a known type cannot be modelled; NULL for others. */
const char *
jtn__family_refused(const char *type);
const char *
jtn__family_nearest(const char *type);
/* What the family's code takes where its config.json leaves a field out. */
double
jtn__family_preset(const struct jtn__family *family, const char *field, double fallback);

/* config.c: where the fields lie, and typed reads of them under any of their names. */
jtn_status
jtn__config_open(const struct jtn__value *root, struct jtn__config *ret, struct jtn_error *reterr);
bool
jtn__config_find(const struct jtn__config *config, const char *const *names, struct jtn__value *ret);
/* A member of the text model's object, or else of the root. */
bool
jtn__config_find_outer(const struct jtn__config *config, const char *name, struct jtn__value *ret);
/* A whole number, or a list of one repeated; absent is the family's preset, else the fallback. */
jtn_status
jtn__config_number(const struct jtn__config *config, const char *const *names, double low, double high, double fallback,
                   double *ret, struct jtn_error *reterr);
jtn_status
jtn__config_flag(const struct jtn__config *config, const char *const *names, bool fallback, bool *ret,
                 struct jtn_error *reterr);
bool
jtn__config_has(const struct jtn__config *config, uint32_t trait);

/* pattern.c: which layer is what. */
jtn_status
jtn__pattern_mixers(struct jtn__config *config, struct jtn_error *reterr);
jtn_status
jtn__pattern_feeds(struct jtn__config *config, struct jtn_error *reterr);

/* attention.c, linear.c, feedforward.c: sizes, then one layer's share. */
jtn_status
jtn__attention_read(struct jtn__config *config, struct jtn_error *reterr);
void
jtn__attention_layer(const struct jtn__config *config, size_t layer, struct jtn__layer *ret);
jtn_status
jtn__linear_read(struct jtn__config *config, struct jtn_error *reterr);
jtn_status
jtn__feedforward_read(struct jtn__config *config, struct jtn_error *reterr);
void
jtn__feedforward_layer(const struct jtn__config *config, size_t layer, struct jtn__layer *ret);

/* quantization.c: the number format of each class of weight, into native[JTN__WEIGHTS]. */
jtn_status
jtn__quantization_read(const struct jtn__config *config, int32_t *native, struct jtn_error *reterr);

/* architecture.c: all of it; everything of a model but its arena and id. */
jtn_status
jtn__architecture_read(const struct jtn__value *root, struct jtn_model *ret, struct jtn_error *reterr);

#endif
