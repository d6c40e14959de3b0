/*
 * A reader from the inside. A provider's fields are first read into slots, which mean the same in every format
 * (reader_formats.c); slots then become disjoint leaves (reader_leaves.c). Our own leaves skip the slots
 * (reader_jeton.c).
 */
#ifndef JTN_ACCOUNT_READER_H
#define JTN_ACCOUNT_READER_H

#include "jeton/reader.h"

#include "base/json_node.h"
#include "base/key.h"
#include "tariff/tariff.h"

#define JTN__MODALITIES 5 /* text, audio, image, video, document: as meters follow each other */
#define JTN__TTLS 5       /* 5m, 30m, 1h, 12h, 24h: likewise */
#define JTN__PATH_SIZE 120
#define JTN__PLAIN_DIGITS 18 /* so many always fit */

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
_Static_assert(JTN__S_END <= 64, "a bit for each slot");
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
#define JTN__FORMATS                                                                            \
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
	uint64_t some;              /* slots below 64 that are not 0 */
	int64_t value[JTN__METERS]; /* 0 where not stated */
	void *node[JTN__METERS];    /* where it is stated, for errors */
	uint8_t field[JTN__METERS]; /* index of the field that states it */
};

#define JTN__SCOPES 24    /* of formats' fields; beyond them: */
#define JTN__SCOPE_ROW 24 /* members of a row */
#define JTN__SCOPE_METERS 25
#define JTN__SCOPES_ALL 26
#define JTN__NAMES 256
#define JTN__ANY_FORMAT 0xFFFF

/* A key that is known, in its scope and to these formats: bit f, format f. */
struct jtn__reader_name {
	const char *text;
	uint32_t tag; /* scope and length */
	uint32_t formats;
};

struct jtn_reader {
	struct jtn__arena *arena;
	struct jtn_allocator allocator;   /* the caller's, for what grows */
	const struct jtn_allocator *from; /* &allocator or NULL */
	struct jtn__json *json;
	int32_t unknown;                /* enum jtn_unknown */
	bool row;                       /* whether the last text was a row */
	uint8_t first[JTN__SCOPES + 1]; /* of each scope's fields */
	uint8_t first_member, first_meter;
	uint32_t name_count;
	struct jtn__reader_name names[JTN__NAMES];  /* from 1: fields, members, meters */
	uint8_t at[4 * JTN__NAMES];                 /* where a hash has its name */
	uint8_t next[JTN__NAMES + JTN__SCOPES_ALL]; /* what followed a name last time, or was first in a scope */

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

	/* What a row says beside its usage; a bare usage says nothing. */
	struct jtn__said {
		struct jtn_text id, provider, model, region;
		int64_t time_ns;
		uint32_t has_time;
	} said;

	/* What it came to. */
	struct jtn__meters leaves;
	int64_t leaf[JTN__METERS];
	struct jtn_count counts[JTN__METERS];
	uint32_t count, unknown_count, unknown_room;
	struct jtn_text *unknown_texts;
	char (*unknown_paths)[JTN__PATH_SIZE];
};

/* reader_names.c */

/* The next name. Text is static. */
void
jtn__reader_name(struct jtn_reader *reader, unsigned scope, const char *text, unsigned formats);

/* As jtn__reader_find(), by hash. */
unsigned
jtn__reader_search(struct jtn_reader *reader, unsigned scope, const char *key, size_t length, unsigned *last);

static inline uint32_t
jtn__reader_tag(unsigned scope, size_t length)
{
	return (uint32_t)length << 5 | scope; /* a key is at most JTN__JSON_STRING long */
}

static inline bool
jtn__reader_is(const struct jtn_reader *reader, unsigned index, uint32_t tag, const char *key, size_t length)
{
	const struct jtn__reader_name *name = &reader->names[index];
	return name->tag == tag && name->formats >> reader->format & 1 && jtn__key_same(name->text, key, length);
}

/*
 * Which name a key is, in a scope and the reader's format; 0 where it is none. Keys mostly follow each other as they did
 * last time, so that is tried first: *last is the name found before, JTN__NAMES + scope at first.
 */
static inline unsigned
jtn__reader_find(struct jtn_reader *reader, unsigned scope, const char *key, size_t length, unsigned *last)
{
	unsigned index = reader->next[*last];
	if (!jtn__reader_is(reader, index, jtn__reader_tag(scope, length), key, length))
		return jtn__reader_search(reader, scope, key, length, last);
	*last = index;
	return index;
}

/* A slot, for good or until it is stated again. */
static inline void
jtn__state(struct jtn__stated *stated, unsigned slot, int64_t number, void *node, unsigned field)
{
	jtn__meters_add(&stated->has, slot);
	stated->some |= (uint64_t)(number != 0) << (slot & 63);
	stated->value[slot] = number;
	stated->node[slot] = node;
	stated->field[slot] = (uint8_t)field;
}

static inline bool
jtn__states(const struct jtn__stated *stated, unsigned slot)
{
	return jtn__meters_have(&stated->has, slot);
}

/* Add to a leaf; the sum is known to fit. */
static inline void
jtn__reader_add(struct jtn_reader *reader, uint32_t meter, int64_t quantity)
{
	if (quantity == 0)
		return;
	if (!jtn__meters_have(&reader->leaves, meter))
		reader->leaf[meter] = 0;
	jtn__meters_add(&reader->leaves, meter);
	reader->leaf[meter] += quantity;
}

/* reader_formats.c */

/* NULL for a format this library does not know. */
const struct jtn__format *
jtn__format_of(int32_t format);

/* The names of all fields, from 1 on, and where each scope's fields begin. */
void
jtn__reader_index(struct jtn_reader *reader);

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

/* The names of all meters. */
void
jtn__reader_index_meters(struct jtn_reader *reader);

/* One usage object of our own leaves into meters. */
jtn_status
jtn__reader_meters(struct jtn_reader *reader, const struct jtn__value *usage, struct jtn__stated *stated,
                   struct jtn_error *reterr);

/* A count as nearly all are: a few digits. */
static inline bool
jtn__reader_plain(const struct jtn__value *value, int64_t *ret)
{
	int64_t number = 0;
	size_t length;
	const char *text = jtn__node_text(value, YYJSON_TYPE_RAW, &length);
	if (!text || length > JTN__PLAIN_DIGITS)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned digit = (unsigned)text[i] - '0';
		if (digit > 9)
			return false;
		number = number * 10 + digit;
	}
	*ret = number;
	return true;
}

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

/* A value as it is written. */
struct jtn_text
jtn__reader_source(const struct jtn__value *value);

/* A tier at a string; of two the one that is not standard counts. */
jtn_status
jtn__reader_tier(struct jtn_reader *reader, const struct jtn__value *value, struct jtn_error *reterr);

/* Report a path. JTN_E_MEMORY. */
jtn_status
jtn__reader_report(struct jtn_reader *reader, const char *path, struct jtn_error *reterr);

/* reader_row.c */

/* The names of a row's members. */
void
jtn__reader_index_row(struct jtn_reader *reader);

/* A row's members into what it said, the id whatever else is wrong; its usage into the reader's counts. */
jtn_status
jtn__reader_row(struct jtn_reader *reader, const struct jtn__value *row, struct jtn_error *reterr);

#endif
