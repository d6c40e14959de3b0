/* What the suites of the model reader share: configurations in single quotes, and one Llama to change. */
#ifndef JTN_TESTS_MODEL_H
#define JTN_TESTS_MODEL_H

#include "fixture.h"

#include "profile/model.h"

#define TEXT_MAX 65536

/* A Llama of 32 layers, in single quotes; cases change one thing in it. */
#define LLAMA                                                                                                   \
	"{'model_type': 'llama', 'hidden_size': 4096, 'intermediate_size': 14336, 'num_hidden_layers': 32, "        \
	"'num_attention_heads': 32, 'num_key_value_heads': 8, 'vocab_size': 128256, 'tie_word_embeddings': false, " \
	"'torch_dtype': 'bfloat16', 'max_position_embeddings': 8192}"
#define LLAMA_PARAMETERS 8030261248.0

/* JSON written with single quotes. */
static inline jtn_status
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

static inline struct jtn_model *
read_quoted(const char *text)
{
	struct jtn_model *model = NULL;
	struct jtn_error err;

	assert_ok(parse_quoted(text, NULL, &model, &err), err);
	return model;
}

/* The Llama with `from` replaced by `to`. */
static inline struct jtn_model *
llama_with(const char *from, const char *to)
{
	char *text = with(LLAMA, from, to);
	struct jtn_model *model = read_quoted(text);

	free(text);
	return model;
}

static inline struct jtn_model_facts
model_facts(const struct jtn_model *model)
{
	struct jtn_model_facts facts;

	assert_status(jtn_model_read_facts(model, &facts, sizeof(facts)), JTN_OK);
	return facts;
}

#endif
