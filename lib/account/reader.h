/*
 * A reader from the inside. A provider's fields are first read into slots, which mean the same in every format
 * (reader_formats.c); slots then become disjoint leaves (reader_leaves.c). Our own leaves skip the slots
 * (reader_jeton.c).
 */
#ifndef JTN_ACCOUNT_READER_H
#define JTN_ACCOUNT_READER_H

#include "jeton/reader.h"

#include "base/json.h"
#include "tariff/tariff.h"

#define JTN__MODALITIES 5 /* text, audio, image, video, document: as meters follow each other */
#define JTN__TTLS 5       /* 5m, 30m, 1h, 12h, 24h: likewise */
#define JTN__PATH_SIZE 120

/* What a usage can state. From JTN_METER_REQUESTS on a slot is a meter: counters need no splitting. */
enum jtn__usage_slot {
	JTN__S_INPUT = 1,
	JTN__S_TOOL_INPUT,   /* prompt tokens that tools made, outside INPUT */
	JTN__S_ACTUAL_INPUT, /* counts where INPUT, the billed ones, is absent */
	JTN__S_READ,         /* from a cache */
	JTN__S_MISS,         /* READ + MISS = INPUT */
	JTN__S_WRITE,        /* to a cache, of any life */
	JTN__S_WRITE_TTL,    /* of which, by life */
	JTN__S_OUTPUT = JTN__S_WRITE_TTL + JTN__TTLS,
	JTN__S_ACTUAL_OUTPUT,
	JTN__S_REASONING,
	JTN__S_REJECTED, /* predictions, inside OUTPUT */
	JTN__S_TOTAL,
	JTN__S_INPUT_BY, /* of INPUT, by modality; what no modality claims is text */
	JTN__S_TOOL_BY = JTN__S_INPUT_BY + JTN__MODALITIES,
	JTN__S_READ_BY = JTN__S_TOOL_BY + JTN__MODALITIES,
	JTN__S_OUTPUT_BY = JTN__S_READ_BY + JTN__MODALITIES,
	JTN__S_END = JTN__S_OUTPUT_BY + JTN__MODALITIES
};
_Static_assert((int)JTN__S_END <= (int)JTN_METER_REQUESTS, "slots and counters share one array");

/* How a format differs from "cached and reasoning tokens are inside, and total_tokens is whatever it is". */
enum jtn__trait {
	JTN__CACHED_OUTSIDE = 1,
	JTN__REASONING_OUTSIDE = 2, /* unless the total shows it inside */
	JTN__MAYBE_OUTSIDE = 4,     /* cached where there are more than input, reasoning where the total shows it */
	JTN__TOTAL_ADDS_UP = 8,
	JTN__TOTAL_AT_LEAST = 16 /* what the total has beyond the parts is reported */
};

/* All of them: what an error's message has room for. */
#define JTN__FORMATS                                                                          \
	"one of jeton, openai.chat, .responses, .embeddings, anthropic.messages, google.generate, " \
	"bedrock.converse, {deepseek,mistral,vllm,groq,xai,cohere}.chat, otel.genai"

struct jtn__format {
	char name[20];
	uint8_t root; /* scope of its fields */
	uint8_t traits;
};

/* Slots of one usage object, or the meters of one of our own. */
struct jtn__stated {
	struct jtn__meters has;
	int64_t value[JTN__METERS]; /* 0 where not stated */
	void *node[JTN__METERS];    /* where it is stated, for errors */
	uint8_t field[JTN__METERS]; /* index of the field that states it */
};

#define JTN__SCOPES 24

struct jtn_reader {
	struct jtn__arena *arena;
	struct jtn_allocator allocator;   /* the caller's, for what grows */
	const struct jtn_allocator *from; /* &allocator or NULL */
	struct jtn__json *json;
	int32_t unknown;                /* enum jtn_unknown */
	bool row;                       /* whether the last text was a row */
	uint8_t first[JTN__SCOPES + 1]; /* of each scope's fields */

	/* The usage being read. */
	int32_t format;
	const struct jtn__format *about;
	void *usage; /* its node */
	struct jtn__stated stated, part;
	bool overflow;
	unsigned word; /* of an element of a list: which of five; 5 for none of them */
	int64_t amount;
	struct jtn_text tier_text;
	uint32_t tier;

	/* What it came to. */
	struct jtn__meters leaves;
	int64_t leaf[JTN__METERS];
	struct jtn_count counts[JTN__METERS];
	uint32_t count, unknown_count, unknown_room;
	struct jtn_text *unknown_texts;
	char (*unknown_paths)[JTN__PATH_SIZE];
};

static inline bool
jtn__states(const struct jtn__stated *stated, unsigned slot)
{
	return jtn__meters_have(&stated->has, slot);
}

/* reader_formats.c */

/* NULL for a format this library does not know. */
const struct jtn__format *
jtn__format_of(int32_t format);

/* Where each scope's fields begin. */
void
jtn__reader_index(uint8_t first[JTN__SCOPES + 1]);

/* The name of the field that states a slot. */
const char *
jtn__reader_field(const struct jtn__stated *stated, unsigned slot);

/* The name of field `index` of a scope. */
const char *
jtn__reader_scope_field(const struct jtn_reader *reader, unsigned scope, unsigned index);

/* One usage object of a provider's format into slots. */
jtn_status
jtn__reader_slots(struct jtn_reader *reader, const struct jtn__value *usage, struct jtn__stated *stated,
                  struct jtn_error *reterr);

/* reader_leaves.c */

/* Slots below JTN_METER_REQUESTS into leaves. */
jtn_status
jtn__reader_split(struct jtn_reader *reader, struct jtn_error *reterr);

/* reader_jeton.c */

/* One usage object of our own leaves into meters. */
jtn_status
jtn__reader_meters(struct jtn_reader *reader, const struct jtn__value *usage, struct jtn__stated *stated,
                   struct jtn_error *reterr);

/*
 * A count as so many quanta of 10^-decimals. JTN_E_TYPE: not a number, or not a whole one; JTN_E_INEXACT: finer than
 * the quantum; JTN_E_RANGE: negative; JTN_E_OVERFLOW: beyond 63 bits.
 */
jtn_status
jtn__reader_quantity(const struct jtn__value *value, int32_t decimals, int64_t *ret, struct jtn_error *reterr);

/* reader.c */

/* A usage, one object or an array of cumulative ones, into the reader's counts. */
jtn_status
jtn__reader_read(struct jtn_reader *reader, int32_t format, const struct jtn__value *usage, struct jtn_error *reterr);

/* Add to a leaf; the sum is known to fit. */
void
jtn__reader_add(struct jtn_reader *reader, uint32_t meter, int64_t quantity);

/* A tier at a string; of two the one that is not standard counts. */
jtn_status
jtn__reader_tier(struct jtn_reader *reader, const struct jtn__value *value, struct jtn_error *reterr);

/* Report a path. JTN_E_MEMORY. */
jtn_status
jtn__reader_report(struct jtn_reader *reader, const char *path, struct jtn_error *reterr);

/* reader_row.c */

/* A row's members into the event, its usage into the reader's counts. */
jtn_status
jtn__reader_row(struct jtn_reader *reader, const struct jtn__value *row, struct jtn_event *ret,
                struct jtn_error *reterr);

#endif
