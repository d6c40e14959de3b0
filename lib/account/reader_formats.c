/*
 * The fields of every format, and the one walk that reads them into slots. Which field includes which, with sources:
 * docs/reader.md.
 */
#include "reader.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NAME_SIZE 30
#define NOT_A_WORD 5

/* What may stand where: the root of a format, or an object inside it. */
enum scope {
	CHAT,
	EMBEDDINGS,
	RESPONSES,
	ANTHROPIC,
	GOOGLE,
	BEDROCK,
	COHERE,
	OTEL,
	SPAN,
	IN,          /* prompt_tokens_details, input_tokens_details */
	OUT,         /* completion_tokens_details, output_tokens_details */
	CACHED,      /* cached_tokens_details */
	WRITTEN,     /* cache_write_tokens_details */
	CREATION,    /* Anthropic's cache_creation */
	THINKING,    /* Anthropic's output_tokens_details */
	SERVER_TOOL, /* server_tool_use */
	MODALITY,    /* elements of Google's details */
	TTL,         /* elements of Bedrock's cacheDetails */
	TIERS,       /* Bedrock's serviceTier */
	BILLED,      /* Cohere's billed_units */
	ACTUAL,      /* Cohere's tokens */
	SCOPES
};
_Static_assert(SCOPES <= JTN__SCOPES, "room for every scope's first field");

enum kind {
	COUNTED, /* what: slot */
	SECONDS, /* what: slot, in microseconds */
	OBJECT,  /* what: scope */
	LIST,    /* what: first of five slots */
	WORD,    /* what: row of words */
	AMOUNT,  /* of an element */
	TIER,
	STEPS,  /* Anthropic's iterations */
	SKIPPED /* known, and no count: informative, or inside another field */
};

struct field {
	char name[NAME_SIZE];
	uint8_t scope;
	uint8_t kind;
	uint8_t what;
	uint16_t formats; /* bit f: format f */
};

#define FORMAT(name) (1 << JTN_FORMAT_##name)
#define ANY JTN__ANY_FORMAT
#define FIELD(scope, name, kind, what, formats) \
	{                                           \
		name, scope, kind, what, formats        \
	}
#define SLOT(scope, name, slot) FIELD(scope, name, COUNTED, JTN__S_##slot, ANY)
#define METER(scope, name, meter) FIELD(scope, name, COUNTED, JTN_METER_##meter, ANY)
#define SKIP(scope, name) FIELD(scope, name, SKIPPED, 0, ANY)
#define MODAL(scope, name, slot, modality) \
	FIELD(scope, name, COUNTED, JTN__S_##slot + JTN_MODALITY_##modality - JTN_MODALITY_TEXT, ANY)

/* By scope, in the order of enum scope; the first two of a root are named where neither is there. */
static const struct field fields[] = {
	SLOT(CHAT, "prompt_tokens", INPUT),
	SLOT(CHAT, "completion_tokens", OUTPUT),
	SLOT(CHAT, "total_tokens", TOTAL),
	FIELD(CHAT, "prompt_tokens_details", OBJECT, IN, ANY),
	FIELD(CHAT, "completion_tokens_details", OBJECT, OUT, ANY),
	FIELD(CHAT, "service_tier", TIER, 0, ANY),
	FIELD(CHAT, "prompt_cache_hit_tokens", COUNTED, JTN__S_READ, FORMAT(DEEPSEEK_CHAT)),
	FIELD(CHAT, "prompt_cache_miss_tokens", COUNTED, JTN__S_MISS, FORMAT(DEEPSEEK_CHAT)),
	FIELD(CHAT, "num_cached_tokens", COUNTED, JTN__S_READ, FORMAT(MISTRAL_CHAT)),
	FIELD(CHAT, "prompt_audio_seconds", SECONDS, JTN_METER_INPUT_AUDIO_SECONDS, FORMAT(MISTRAL_CHAT)),
	SLOT(CHAT, "cached_tokens", READ),
	SLOT(CHAT, "reasoning_tokens", REASONING),
	FIELD(CHAT, "server_tool_use", OBJECT, SERVER_TOOL, FORMAT(OPENAI_CHAT)),
	SKIP(CHAT, "queue_time"),
	SKIP(CHAT, "prompt_time"),
	SKIP(CHAT, "completion_time"),
	SKIP(CHAT, "total_time"),
	SKIP(CHAT, "cost"),
	SKIP(CHAT, "cost_details"),
	SKIP(CHAT, "is_byok"),
	FIELD(CHAT, "cost_in_usd_ticks", SKIPPED, 0, FORMAT(XAI_CHAT)),

	SLOT(EMBEDDINGS, "prompt_tokens", INPUT),
	SLOT(EMBEDDINGS, "total_tokens", TOTAL),
	FIELD(EMBEDDINGS, "service_tier", TIER, 0, ANY),
	SKIP(EMBEDDINGS, "cost"),
	SKIP(EMBEDDINGS, "cost_details"),
	SKIP(EMBEDDINGS, "is_byok"),

	SLOT(RESPONSES, "input_tokens", INPUT),
	SLOT(RESPONSES, "output_tokens", OUTPUT),
	FIELD(RESPONSES, "input_tokens_details", OBJECT, IN, ANY),
	FIELD(RESPONSES, "output_tokens_details", OBJECT, OUT, ANY),
	SLOT(RESPONSES, "total_tokens", TOTAL),
	FIELD(RESPONSES, "input_token_details", OBJECT, IN, ANY),
	FIELD(RESPONSES, "output_token_details", OBJECT, OUT, ANY),
	FIELD(RESPONSES, "service_tier", TIER, 0, ANY),
	SKIP(RESPONSES, "type"),
	SKIP(RESPONSES, "cost"),
	SKIP(RESPONSES, "cost_details"),
	SKIP(RESPONSES, "is_byok"),

	SLOT(ANTHROPIC, "input_tokens", INPUT),
	SLOT(ANTHROPIC, "output_tokens", OUTPUT),
	SLOT(ANTHROPIC, "cache_read_input_tokens", READ),
	SLOT(ANTHROPIC, "cache_creation_input_tokens", WRITE),
	FIELD(ANTHROPIC, "cache_creation", OBJECT, CREATION, ANY),
	FIELD(ANTHROPIC, "output_tokens_details", OBJECT, THINKING, ANY),
	FIELD(ANTHROPIC, "server_tool_use", OBJECT, SERVER_TOOL, ANY),
	FIELD(ANTHROPIC, "service_tier", TIER, 0, ANY),
	FIELD(ANTHROPIC, "speed", TIER, 0, ANY),
	SKIP(ANTHROPIC, "inference_geo"),
	FIELD(ANTHROPIC, "iterations", STEPS, 0, ANY),

	SLOT(GOOGLE, "promptTokenCount", INPUT),
	SLOT(GOOGLE, "candidatesTokenCount", OUTPUT),
	SLOT(GOOGLE, "totalTokenCount", TOTAL),
	SLOT(GOOGLE, "cachedContentTokenCount", READ),
	SLOT(GOOGLE, "thoughtsTokenCount", REASONING),
	SLOT(GOOGLE, "toolUsePromptTokenCount", TOOL_INPUT),
	SLOT(GOOGLE, "responseTokenCount", OUTPUT),
	FIELD(GOOGLE, "promptTokensDetails", LIST, JTN__S_INPUT_BY, ANY),
	FIELD(GOOGLE, "candidatesTokensDetails", LIST, JTN__S_OUTPUT_BY, ANY),
	FIELD(GOOGLE, "cacheTokensDetails", LIST, JTN__S_READ_BY, ANY),
	FIELD(GOOGLE, "toolUsePromptTokensDetails", LIST, JTN__S_TOOL_BY, ANY),
	FIELD(GOOGLE, "responseTokensDetails", LIST, JTN__S_OUTPUT_BY, ANY),
	FIELD(GOOGLE, "serviceTier", TIER, 0, ANY),
	FIELD(GOOGLE, "trafficType", TIER, 0, ANY),

	SLOT(BEDROCK, "inputTokens", INPUT),
	SLOT(BEDROCK, "outputTokens", OUTPUT),
	SLOT(BEDROCK, "totalTokens", TOTAL),
	SLOT(BEDROCK, "cacheReadInputTokens", READ),
	SLOT(BEDROCK, "cacheWriteInputTokens", WRITE),
	SLOT(BEDROCK, "cacheReadInputTokenCount", READ),
	SLOT(BEDROCK, "cacheWriteInputTokenCount", WRITE),
	FIELD(BEDROCK, "cacheDetails", LIST, JTN__S_WRITE_TTL, ANY),
	FIELD(BEDROCK, "serviceTier", OBJECT, TIERS, ANY),

	FIELD(COHERE, "billed_units", OBJECT, BILLED, ANY),
	FIELD(COHERE, "tokens", OBJECT, ACTUAL, ANY),
	SLOT(COHERE, "cached_tokens", READ),

	/* After "gen_ai.usage." */
	SLOT(OTEL, "input_tokens", INPUT),
	SLOT(OTEL, "output_tokens", OUTPUT),
	SLOT(OTEL, "cache_read.input_tokens", READ),
	SLOT(OTEL, "cache_creation.input_tokens", WRITE),
	SLOT(OTEL, "reasoning.output_tokens", REASONING),
	SLOT(OTEL, "prompt_tokens", INPUT),
	SLOT(OTEL, "completion_tokens", OUTPUT),
	SLOT(OTEL, "total_tokens", TOTAL),
	SKIP(OTEL, "cost"),

	FIELD(SPAN, "openai.response.service_tier", TIER, 0, ANY),

	SLOT(IN, "cached_tokens", READ),
	SLOT(IN, "cache_write_tokens", WRITE),
	MODAL(IN, "audio_tokens", INPUT_BY, AUDIO),
	MODAL(IN, "text_tokens", INPUT_BY, TEXT),
	MODAL(IN, "image_tokens", INPUT_BY, IMAGE),
	MODAL(IN, "video_tokens", INPUT_BY, VIDEO),
	FIELD(IN, "cached_tokens_details", OBJECT, CACHED, ANY),
	FIELD(IN, "cache_write_tokens_details", OBJECT, WRITTEN, ANY),

	SLOT(OUT, "reasoning_tokens", REASONING),
	MODAL(OUT, "audio_tokens", OUTPUT_BY, AUDIO),
	MODAL(OUT, "text_tokens", OUTPUT_BY, TEXT),
	MODAL(OUT, "image_tokens", OUTPUT_BY, IMAGE),
	MODAL(OUT, "video_tokens", OUTPUT_BY, VIDEO),
	SLOT(OUT, "rejected_prediction_tokens", REJECTED),
	SKIP(OUT, "accepted_prediction_tokens"),

	MODAL(CACHED, "text_tokens", READ_BY, TEXT),
	MODAL(CACHED, "audio_tokens", READ_BY, AUDIO),
	MODAL(CACHED, "image_tokens", READ_BY, IMAGE),
	MODAL(CACHED, "video_tokens", READ_BY, VIDEO),

	FIELD(WRITTEN, "ttl_30m_tokens", COUNTED, JTN__S_WRITE_TTL + 1, ANY),
	FIELD(WRITTEN, "ttl_12h_tokens", COUNTED, JTN__S_WRITE_TTL + 3, ANY),

	FIELD(CREATION, "ephemeral_5m_input_tokens", COUNTED, JTN__S_WRITE_TTL, ANY),
	FIELD(CREATION, "ephemeral_1h_input_tokens", COUNTED, JTN__S_WRITE_TTL + 2, ANY),

	SLOT(THINKING, "thinking_tokens", REASONING),

	METER(SERVER_TOOL, "web_search_requests", WEB_SEARCH),
	METER(SERVER_TOOL, "web_fetch_requests", WEB_FETCH),
	METER(SERVER_TOOL, "code_execution_requests", CODE_EXECUTION),

	FIELD(MODALITY, "modality", WORD, 0, ANY),
	FIELD(MODALITY, "tokenCount", AMOUNT, 0, ANY),

	FIELD(TTL, "ttl", WORD, 1, ANY),
	FIELD(TTL, "inputTokens", AMOUNT, 0, ANY),

	FIELD(TIERS, "type", TIER, 0, ANY),

	SLOT(BILLED, "input_tokens", INPUT),
	SLOT(BILLED, "output_tokens", OUTPUT),
	METER(BILLED, "search_units", SEARCH_UNITS),
	METER(BILLED, "classifications", CLASSIFICATIONS),
	METER(BILLED, "images", INPUT_IMAGES),

	SLOT(ACTUAL, "input_tokens", ACTUAL_INPUT),
	SLOT(ACTUAL, "output_tokens", ACTUAL_OUTPUT),
};
_Static_assert(COUNT(fields) < 256, "an index is a byte");

static const char words[2][JTN__MODALITIES][12] = {
	{"TEXT", "AUDIO", "IMAGE", "VIDEO", "DOCUMENT"},
	{"5m", "30m", "1h", "12h", "24h"},
};
_Static_assert(JTN__MODALITIES == JTN__TTLS && JTN_MODALITY_DOCUMENT == JTN__MODALITIES, "both lists have five words");

static const struct jtn__format formats[] = {
	{"jeton", 0, 0},
	{"openai.chat", CHAT, JTN__TOTAL_AT_LEAST},
	{"openai.responses", RESPONSES, JTN__TOTAL_ADDS_UP},
	{"anthropic.messages", ANTHROPIC, JTN__CACHED_OUTSIDE},
	{"google.generate", GOOGLE, JTN__REASONING_OUTSIDE | JTN__TOTAL_AT_LEAST},
	{"bedrock.converse", BEDROCK, JTN__CACHED_OUTSIDE | JTN__TOTAL_ADDS_UP},
	{"deepseek.chat", CHAT, JTN__TOTAL_ADDS_UP},
	{"mistral.chat", CHAT, JTN__TOTAL_AT_LEAST},
	{"vllm.chat", CHAT, JTN__TOTAL_ADDS_UP},
	{"groq.chat", CHAT, JTN__TOTAL_ADDS_UP},
	{"xai.chat", CHAT, JTN__MAYBE_OUTSIDE | JTN__TOTAL_ADDS_UP},
	{"cohere.chat", COHERE, 0},
	{"otel.genai", OTEL, 0},
	{"openai.embeddings", EMBEDDINGS, JTN__TOTAL_AT_LEAST},
};

const struct jtn__format *
jtn__format_of(int32_t format)
{
	return format >= 1 && (size_t)format <= COUNT(formats) ? &formats[format - 1] : NULL;
}

const char *
jtn_format_name(int32_t format)
{
	const struct jtn__format *about = jtn__format_of(format);
	return about ? about->name : NULL;
}

jtn_status
jtn_format_find(const char *name, size_t length, int32_t *ret, struct jtn_error *reterr)
{
	const char *names[COUNT(formats)];
	char shown[JTN__QUOTE_SIZE], given[sizeof(formats[0].name)] = "";
	if (!name || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, name ? "ret" : "name", "%s is NULL", name ? "ret" : "name");
	for (size_t i = 0; i < COUNT(formats); i++) {
		names[i] = formats[i].name;
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
			*ret = (int32_t)i + 1;
			return JTN_OK;
		}
	}
	memcpy(given, name, length < sizeof(given) ? length : sizeof(given) - 1);
	const char *meant = jtn__nearest(given, names, COUNT(names));
	jtn__quote(shown, name, length);
	if (meant)
		return jtn__fail(reterr, JTN_E_NOT_FOUND, "", "no usage format is called %s; did you mean \"%s\"?", shown,
		                 meant);
	return jtn__fail(reterr, JTN_E_NOT_FOUND, "", "unknown; " JTN__FORMATS);
}

void
jtn__reader_index(struct jtn_reader *reader)
{
	size_t at = 0;
	for (unsigned scope = 0; scope <= JTN__SCOPES; scope++) {
		reader->first[scope] = (uint8_t)at;
		for (; at < COUNT(fields) && fields[at].scope == scope; at++)
			jtn__reader_name(reader, scope, fields[at].name, fields[at].formats);
	}
}

const char *
jtn__reader_field(const struct jtn__stated *stated, unsigned slot)
{
	return fields[stated->field[slot]].name;
}

const char *
jtn__reader_scope_field(const struct jtn_reader *reader, unsigned scope, unsigned index)
{
	return fields[reader->first[scope] + index].name;
}

/* Nothing by any reading: null, false, "", zero, or a container of such. */
static bool
is_nothing(const struct jtn__value *value)
{
	size_t length;
	if (jtn__json_is_null(value) || (jtn__json_is_boolean(value) && !jtn__json_is_true(value)))
		return true;
	const char *text = jtn__json_literal(value);
	if (text && jtn__json_is_string(value))
		return *text == '\0';
	if (text) {
		length = strcspn(text, "123456789eE");
		return text[length] == '\0' || text[length] == 'e' || text[length] == 'E';
	}
	return (jtn__json_is_object(value) || jtn__json_is_array(value)) && jtn__json_count(value) == 0;
}

static jtn_status
refuse_unknown(const struct jtn_reader *reader, const struct jtn__value *value, unsigned scope,
               struct jtn_error *reterr)
{
	const char *names[32];
	char shown[JTN__QUOTE_SIZE];
	size_t count = 0;
	for (unsigned at = reader->first[scope]; at < reader->first[scope + 1] && count < COUNT(names); at++)
		if (fields[at].formats >> reader->format & 1)
			names[count++] = fields[at].name;
	const char *key = value->key ? value->key : "?", *meant = jtn__nearest(key, names, count);
	jtn__quote(shown, key, strlen(key));
	if (meant)
		return jtn__json_fail(value, reterr, JTN_E_UNKNOWN_FIELD,
		                      "unknown field %s in usage of %s; did you mean \"%s\"?", shown, reader->about->name,
		                      meant);
	return jtn__json_fail(value, reterr, JTN_E_UNKNOWN_FIELD,
	                      "unknown field %s in usage of %s; nobody knows whether it costs anything", shown,
	                      reader->about->name);
}

/* Named by its path from the usage on; an object by each thing in it. */
static jtn_status
meet_unknown(struct jtn_reader *reader, const struct jtn__value *value, unsigned scope, struct jtn_error *reterr)
{
	struct jtn__walk walk;
	struct jtn__value member;
	char path[JTN__PATH_SIZE];
	size_t length, skip;
	if (is_nothing(value))
		return JTN_OK;
	if (jtn__json_is_object(value)) {
		jtn__node_walk(value, &walk);
		while (jtn__node_next(&walk, &member, &length))
			JTN__TRY(meet_unknown(reader, &member, scope, reterr));
		return JTN_OK;
	}
	if (reader->unknown == JTN_UNKNOWN_ERROR)
		return refuse_unknown(reader, value, scope, reterr);
	jtn__json_path(value, path, sizeof(path));
	skip = reader->row && strncmp(path, "usage", strlen("usage")) == 0 ? strlen("usage") : 0;
	return jtn__reader_report(reader, path + skip + (skip && path[skip] == '.'), reterr);
}

/* A slot has one value however many fields state it; a zero says nothing against another. */
static jtn_status
state_again(struct jtn__stated *stated, unsigned slot, int64_t number, unsigned field, const struct jtn__value *value,
            struct jtn_error *reterr)
{
	if (number == 0)
		return JTN_OK;
	if (stated->value[slot])
		return jtn__json_fail(value, reterr, JTN_E_CONTRADICTION, "%d, but %s is %d; both count the same", number,
		                      jtn__reader_field(stated, slot), stated->value[slot]);
	jtn__state(stated, slot, number, value->node, field);
	return JTN_OK;
}

static inline jtn_status
state(struct jtn__stated *stated, unsigned slot, int64_t number, unsigned field, const struct jtn__value *value,
      struct jtn_error *reterr)
{
	if (jtn__states(stated, slot) && number != stated->value[slot])
		return state_again(stated, slot, number, field, value, reterr);
	jtn__state(stated, slot, number, value->node, field);
	return JTN_OK;
}

static jtn_status
read_word(struct jtn_reader *reader, const struct jtn__value *value, const struct field *field, unsigned scope,
          struct jtn_error *reterr)
{
	const char *text;
	JTN__TRY(jtn__json_string(value, &text, reterr));
	for (unsigned i = 0; i < JTN__MODALITIES; i++)
		if (strcmp(words[field->what][i], text) == 0) {
			reader->word = i;
			return JTN_OK;
		}
	return strcmp(text, "MODALITY_UNSPECIFIED") == 0 ? JTN_OK : meet_unknown(reader, value, scope, reterr);
}

static jtn_status
read_object(struct jtn_reader *reader, const struct jtn__value *object, unsigned scope, struct jtn__stated *stated,
            struct jtn_error *reterr);

/* [{"modality": "TEXT", "tokenCount": 5}, …]: what has no word that we know stays in the whole. */
static jtn_status
read_list(struct jtn_reader *reader, const struct jtn__value *list, const struct field *field,
          struct jtn__stated *stated, struct jtn_error *reterr)
{
	int64_t sums[JTN__MODALITIES] = {0};
	unsigned scope = field->what == JTN__S_WRITE_TTL ? TTL : MODALITY, there = 0;
	struct jtn__walk walk;
	struct jtn__value element;
	size_t length;
	if (!jtn__json_is_array(list))
		return jtn__json_fail(list, reterr, JTN_E_TYPE, "expected an array, [{\"%s\": …}]",
		                      jtn__reader_scope_field(reader, scope, 0));
	jtn__node_walk(list, &walk);
	while (jtn__node_next(&walk, &element, &length)) {
		reader->word = NOT_A_WORD;
		reader->amount = 0;
		JTN__TRY(read_object(reader, &element, scope, stated, reterr));
		if (reader->word == NOT_A_WORD)
			continue;
		there |= 1u << reader->word;
		if (__builtin_add_overflow(sums[reader->word], reader->amount, &sums[reader->word]))
			return jtn__json_fail(list, reterr, JTN_E_OVERFLOW, "adds up to more than 9223372036854775807");
	}
	for (unsigned i = 0; i < JTN__MODALITIES; i++)
		if (there >> i & 1)
			JTN__TRY(state(stated, field->what + i, sums[i], (unsigned)(field - fields), list, reterr));
	return JTN_OK;
}

/* Whether an iteration counts anything that the sums of its usage leave out: they are those of the messages. */
static bool
is_left_out(const struct jtn__value *step, const char **rettype)
{
	struct jtn__walk walk;
	struct jtn__value type, member;
	size_t length;
	bool counts = false;
	if (!jtn__json_is_object(step) || !jtn__json_member(step, "type", &type) || !jtn__json_is_string(&type))
		return false;
	*rettype = jtn__json_literal(&type);
	jtn__node_walk(step, &walk);
	while (jtn__node_next(&walk, &member, &length))
		counts |= !jtn__json_is_string(&member) && !is_nothing(&member);
	return counts && strcmp(*rettype, "message") != 0;
}

static jtn_status
read_steps(struct jtn_reader *reader, const struct jtn__value *list, struct jtn_error *reterr)
{
	struct jtn__walk walk;
	struct jtn__value step;
	const char *type;
	char path[JTN__PATH_SIZE];
	size_t length;
	if (!jtn__json_is_array(list))
		return meet_unknown(reader, list, ANTHROPIC, reterr);
	jtn__node_walk(list, &walk);
	while (jtn__node_next(&walk, &step, &length)) {
		if (!is_left_out(&step, &type))
			continue;
		if (reader->unknown == JTN_UNKNOWN_ERROR)
			return jtn__json_fail(
				&step, reterr, JTN_E_UNKNOWN_FIELD,
				"an iteration of type \"%s\" is not in the sums of this usage; give it a row of its own", type);
		jtn__format(path, sizeof(path), "iterations.%s", type);
		JTN__TRY(jtn__reader_report(reader, path, reterr));
	}
	return JTN_OK;
}

static jtn_status
read_field(struct jtn_reader *reader, const struct jtn__value *value, const struct field *field,
           struct jtn__stated *stated, struct jtn_error *reterr)
{
	int64_t number;
	switch (field->kind) {
	case COUNTED:
	case SECONDS:
		JTN__TRY(jtn__reader_quantity(value, field->kind == SECONDS ? 6 : 0, &number, reterr));
		return state(stated, field->what, number, (unsigned)(field - fields), value, reterr);
	case OBJECT:
		return read_object(reader, value, field->what, stated, reterr);
	case LIST:
		return read_list(reader, value, field, stated, reterr);
	case WORD:
		return read_word(reader, value, field, field->scope, reterr);
	case AMOUNT:
		if (jtn__reader_plain(value, &reader->amount))
			return JTN_OK;
		return jtn__reader_quantity(value, 0, &reader->amount, reterr);
	case TIER:
		return jtn__reader_tier(reader, value, reterr);
	case STEPS:
		return read_steps(reader, value, reterr);
	default:
		return JTN_OK;
	}
}

/* In a span the fields of gen_ai.usage are ours, and few others; the rest is not usage. Returns the scope to look in. */
static unsigned
span_scope(const char **key, size_t *length)
{
	static const char prefix[] = "gen_ai.usage.";
	if (*length < sizeof(prefix) || memcmp(*key, prefix, sizeof(prefix) - 1) != 0)
		return SPAN;
	*key += sizeof(prefix) - 1;
	*length -= sizeof(prefix) - 1;
	return OTEL;
}

static jtn_status
read_object(struct jtn_reader *reader, const struct jtn__value *object, unsigned scope, struct jtn__stated *stated,
            struct jtn_error *reterr)
{
	struct jtn__walk walk;
	struct jtn__value value;
	size_t length;
	unsigned in = scope, last = JTN__NAMES + scope;
	int64_t number;
	if (!jtn__json_is_object(object))
		return jtn__json_fail(object, reterr, JTN_E_TYPE, "expected an object, {\"%s\": …}",
		                      jtn__reader_scope_field(reader, scope, 0));
	jtn__node_walk(object, &walk);
	while (jtn__node_next(&walk, &value, &length)) {
		const char *key = value.key;
		if (jtn__node_is_null(&value))
			continue;
		if (scope == OTEL)
			in = span_scope(&key, &length);
		unsigned name = jtn__reader_find(reader, in, key, length, &last);
		if (name && fields[name - 1].kind == COUNTED && jtn__reader_plain(&value, &number))
			JTN__TRY(state(stated, fields[name - 1].what, number, name - 1, &value, reterr));
		else if (name)
			JTN__TRY(read_field(reader, &value, &fields[name - 1], stated, reterr));
		else if (in != SPAN)
			JTN__TRY(meet_unknown(reader, &value, in, reterr));
	}
	return JTN_OK;
}

jtn_status
jtn__reader_slots(struct jtn_reader *reader, const struct jtn__value *usage, struct jtn__stated *stated,
                  struct jtn_error *reterr)
{
	return read_object(reader, usage, reader->about->root, stated, reterr);
}
