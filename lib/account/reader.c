/*
 * Reader: the handle, and the way from a text to an event. What a usage means is told by the formats' tables
 * (reader_formats.c) and split in one place (reader_leaves.c). Sources: docs/reader.md.
 */
#include "reader.h"

#include "base/abi.h"
#include "base/json_node.h"

#include <string.h>

#define UNKNOWN_ROOM 16 /* at first */

_Static_assert(sizeof(struct jtn_event) == 128 && offsetof(struct jtn_event, counts) == 88, "fields go at the end");

/* Making */

static jtn_status
more_unknown(struct jtn_reader *reader, struct jtn_error *reterr)
{
	uint32_t room = reader->unknown_room ? 2 * reader->unknown_room : UNKNOWN_ROOM;
	struct jtn_text *texts = jtn__arena_take(reader->arena, room, sizeof(*texts));
	char(*paths)[JTN__PATH_SIZE] = jtn__arena_take(reader->arena, room, sizeof(*paths));
	if (!texts || !paths)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for the names of %d fields",
		                 (int64_t)room);
	if (reader->unknown_count) {
		memcpy(texts, reader->unknown_texts, reader->unknown_count * sizeof(*texts));
		memcpy(paths, reader->unknown_paths, reader->unknown_count * sizeof(*paths));
	}
	reader->unknown_texts = texts;
	reader->unknown_paths = paths;
	reader->unknown_room = room;
	return JTN_OK;
}

static jtn_status
make(struct jtn__arena *arena, int32_t unknown, const struct jtn_allocator *allocator, struct jtn_reader **ret,
     struct jtn_error *reterr)
{
	struct jtn_reader *reader = jtn__arena_take(arena, 1, sizeof(*reader));
	if (!reader)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a reader");
	reader->arena = arena;
	reader->unknown = unknown;
	if (allocator) {
		JTN__TRY(jtn__read_options(allocator, sizeof(*allocator), &reader->allocator, sizeof(reader->allocator),
		                           "allocator", reterr));
		reader->from = &reader->allocator;
	}
	jtn__reader_index(reader);
	jtn__reader_index_row(reader);
	jtn__reader_index_meters(reader);
	JTN__TRY(more_unknown(reader, reterr));
	*ret = reader;
	return JTN_OK;
}

jtn_status
jtn_reader_new(int32_t unknown, const struct jtn_allocator *allocator, struct jtn_reader **ret,
               struct jtn_error *reterr)
{
	struct jtn__arena *arena;
	if (!ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "ret", "ret is NULL");
	if (unknown != JTN_UNKNOWN_REPORT && unknown != JTN_UNKNOWN_ERROR)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "unknown", "unknown is %d; expected an enum jtn_unknown",
		                 (int64_t)unknown);
	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	jtn_status status = make(arena, unknown, allocator, ret, reterr);
	if (status != JTN_OK)
		jtn__arena_free(arena);
	return status;
}

void
jtn_reader_free(struct jtn_reader *reader)
{
	if (!reader)
		return;
	jtn__json_free(reader->json);
	jtn__arena_free(reader->arena);
}

/* What the parts of reading leave here */

jtn_status
jtn__reader_tier(struct jtn_reader *reader, const struct jtn__value *value, struct jtn_error *reterr)
{
	static const char unspecified[] = "UNSPECIFIED";
	struct jtn_error inner;
	uint32_t tier;
	size_t length = 0, end = sizeof(unspecified) - 1;
	const char *text = jtn__node_text(value, YYJSON_TYPE_STR, &length);
	if (!text)
		return jtn__json_string(value, &text, reterr);
	if (length == 0 || (length >= end && strcmp(text + length - end, unspecified) == 0))
		return JTN_OK;
	if (jtn_tier_find(text, length, &tier, &inner) != JTN_OK)
		return jtn__json_fail(value, reterr, JTN_E_NOT_FOUND, "%s", inner.message);
	if (reader->tier != JTN_TIER_STANDARD && tier != JTN_TIER_STANDARD && tier != reader->tier)
		return jtn__json_fail(value, reterr, JTN_E_CONTRADICTION, "tier %s here, and %s before; a request has one",
		                      jtn_tier_name(tier), jtn_tier_name(reader->tier));
	if (!reader->tier_text.text || reader->tier == JTN_TIER_STANDARD) {
		reader->tier_text = (struct jtn_text){text, length};
		reader->tier = tier;
	}
	return JTN_OK;
}

jtn_status
jtn__reader_report(struct jtn_reader *reader, const char *path, struct jtn_error *reterr)
{
	size_t length = strlen(path), most = JTN__PATH_SIZE - 1;
	if (reader->unknown_count == reader->unknown_room)
		JTN__TRY(more_unknown(reader, reterr));
	length = length < most ? length : most;
	memcpy(reader->unknown_paths[reader->unknown_count], path, length);
	reader->unknown_texts[reader->unknown_count++].length = length;
	return JTN_OK;
}

/* From usage to counts */

/* The lowest of a set, taken out of it; 0 when it is empty. */
static inline uint32_t
take_lowest(struct jtn__meters *set)
{
	uint32_t meter = 0;
	if (set->bits[0]) {
		meter = (uint32_t)__builtin_ctzll(set->bits[0]);
		set->bits[0] &= set->bits[0] - 1;
	} else if (set->bits[1]) {
		meter = 64 + (uint32_t)__builtin_ctzll(set->bits[1]);
		set->bits[1] &= set->bits[1] - 1;
	}
	return meter;
}

/* Whatever is not stated is 0. */
static void
forget(struct jtn__stated *stated)
{
	struct jtn__meters left = stated->has;
	for (uint32_t slot; (slot = take_lowest(&left));)
		stated->value[slot] = 0;
	stated->has = left;
	stated->some = 0;
}

/* Cumulative statements of one stream: per field the largest, never the sum. */
static void
merge(struct jtn__stated *into, const struct jtn__stated *from)
{
	for (unsigned slot = 1; slot < JTN__METERS; slot++) {
		if (!jtn__states(from, slot) || (jtn__states(into, slot) && from->value[slot] <= into->value[slot]))
			continue;
		jtn__state(into, slot, from->value[slot], from->node[slot], from->field[slot]);
	}
}

static jtn_status
read_one(struct jtn_reader *reader, const struct jtn__value *usage, struct jtn__stated *stated,
         struct jtn_error *reterr)
{
	forget(stated);
	if (reader->format == JTN_FORMAT_JETON)
		return jtn__reader_meters(reader, usage, stated, reterr);
	return jtn__reader_slots(reader, usage, stated, reterr);
}

static jtn_status
read_all(struct jtn_reader *reader, const struct jtn__value *usage, struct jtn_error *reterr)
{
	struct jtn__walk walk;
	struct jtn__value element;
	size_t length;
	if (!jtn__json_is_array(usage))
		return read_one(reader, usage, &reader->stated, reterr);
	forget(&reader->stated);
	jtn__json_walk(usage, &walk);
	while (jtn__json_next(&walk, &element, &length)) {
		JTN__TRY(read_one(reader, &element, &reader->part, reterr));
		merge(&reader->stated, &reader->part);
	}
	return JTN_OK;
}

static jtn_status
check_some(const struct jtn_reader *reader, const struct jtn__value *usage, struct jtn_error *reterr)
{
	struct jtn__meters some = reader->stated.has;
	bool jeton = reader->format == JTN_FORMAT_JETON;
	if (!jeton)
		some.bits[0] &= ~(UINT64_C(1) << JTN__S_TOTAL);
	if (some.bits[0] | some.bits[1])
		return JTN_OK;
	return jtn__json_fail(usage, reterr, JTN_E_MISSING_FIELD,
	                      "nothing that %s counts is there; expected %s, %s and the like", reader->about->name,
	                      jeton ? "input" : jtn__reader_scope_field(reader, reader->about->root, 0),
	                      jeton ? "output" : jtn__reader_scope_field(reader, reader->about->root, 1));
}

/* Slots that are meters, as they are. */
static void
add_meters(struct jtn_reader *reader, uint32_t from)
{
	struct jtn__meters left = reader->stated.has;
	left.bits[0] &= UINT64_MAX << from;
	for (uint32_t meter; (meter = take_lowest(&left));)
		jtn__reader_add(reader, meter, reader->stated.value[meter]);
}

static void
list_leaves(struct jtn_reader *reader)
{
	struct jtn__meters left = reader->leaves;
	struct jtn_count *next = reader->counts;
	for (uint32_t meter; (meter = take_lowest(&left));)
		*next++ = (struct jtn_count){reader->leaf[meter], meter, 0};
	reader->count = (uint32_t)(next - reader->counts);
}

jtn_status
jtn__reader_read(struct jtn_reader *reader, int32_t format, const struct jtn__value *usage, struct jtn_error *reterr)
{
	reader->format = format;
	reader->about = jtn__format_of(format);
	reader->usage = usage->node;
	JTN__TRY(read_all(reader, usage, reterr));
	JTN__TRY(check_some(reader, usage, reterr));
	if (format != JTN_FORMAT_JETON)
		JTN__TRY(jtn__reader_split(reader, reterr));
	add_meters(reader, format == JTN_FORMAT_JETON ? 1 : JTN_METER_REQUESTS);
	list_leaves(reader);
	for (uint32_t i = 0; i < reader->unknown_count; i++)
		reader->unknown_texts[i].text = reader->unknown_paths[i];
	return JTN_OK;
}

/* The calls */

/* The text parsed, everything of the last one forgotten. */
static jtn_status
begin(struct jtn_reader *reader, const char *text, size_t length, bool row, struct jtn_error *reterr)
{
	reader->row = row;
	reader->overflow = false;
	reader->tier = JTN_TIER_STANDARD;
	reader->tier_text = (struct jtn_text){NULL, 0};
	reader->said = (struct jtn__said){.has_time = 0};
	reader->leaves = (struct jtn__meters){{0, 0}};
	reader->count = reader->unknown_count = 0;
	return jtn__json_again(&reader->json, text, length, !row, reader->from, reterr);
}

static jtn_status
check_call(const struct jtn_reader *reader, const char *text, const struct jtn_event *ret, struct jtn_error *reterr)
{
	const char *missing = !reader ? "reader" : !text ? "text" : "ret";
	if (!reader || !text || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, missing, "%s is NULL", missing);
	return jtn__check_record(ret->size, sizeof(*ret), "jtn_event", reterr);
}

/* The caller's struct may be longer than ours; its size stays as it was set. */
static void
give(const struct jtn_reader *reader, struct jtn_event *ret)
{
	const struct jtn__said *said = &reader->said;
	uint32_t size = ret->size;
	memset(ret, 0, size);
	ret->size = size;
	ret->format = reader->format;
	ret->id = said->id;
	ret->provider = said->provider;
	ret->model = said->model;
	ret->region = said->region;
	ret->time_ns = said->time_ns;
	ret->has_time = said->has_time;
	ret->served_tier = reader->tier_text;
	ret->tier = reader->tier;
	ret->counts = reader->counts;
	ret->count = reader->count;
	ret->unknown = reader->unknown_texts;
	ret->unknown_count = reader->unknown_count;
}

struct jtn_text
jtn__reader_source(const struct jtn__value *value)
{
	size_t length;
	const char *text = jtn__json_source(value, &length);
	return (struct jtn_text){text, length};
}

/* The id alone, from a row that is wrong already as a text. */
static void
find_id(struct jtn_reader *reader)
{
	struct jtn__value root, id;
	if (!reader->json)
		return;
	jtn__json_root(reader->json, &root);
	if (jtn__json_member(&root, "id", &id))
		reader->said.id = jtn__reader_source(&id);
}

jtn_status
jtn_reader_row(struct jtn_reader *reader, const char *text, size_t length, struct jtn_event *ret,
               struct jtn_error *reterr)
{
	struct jtn__value root;
	JTN__TRY(check_call(reader, text, ret, reterr));
	jtn_status status = begin(reader, text, length, true, reterr);
	if (status == JTN_OK) {
		jtn__json_root(reader->json, &root);
		status = jtn__reader_row(reader, &root, reterr);
	} else {
		find_id(reader);
	}
	if (status == JTN_OK)
		give(reader, ret);
	else
		ret->id = reader->said.id;
	return status;
}

jtn_status
jtn_reader_usage(struct jtn_reader *reader, int32_t format, const char *text, size_t length, struct jtn_event *ret,
                 struct jtn_error *reterr)
{
	struct jtn__value root;
	JTN__TRY(check_call(reader, text, ret, reterr));
	if (!jtn__format_of(format))
		return jtn__fail(reterr, JTN_E_ARGUMENT, "format", "format is %d; expected an enum jtn_usage_format",
		                 (int64_t)format);
	JTN__TRY(begin(reader, text, length, false, reterr));
	jtn__json_root(reader->json, &root);
	JTN__TRY(jtn__reader_read(reader, format, &root, reterr));
	give(reader, ret);
	return JTN_OK;
}

jtn_status
jtn_reader_member(struct jtn_reader *reader, const char *name, struct jtn_text *ret)
{
	struct jtn__value root, value;
	size_t length = 0;
	if (!reader || !name || !ret)
		return JTN_E_ARGUMENT;
	*ret = (struct jtn_text){NULL, 0};
	if (!reader->row || !reader->json)
		return JTN_OK;
	jtn__json_root(reader->json, &root);
	if (!jtn__json_member(&root, name, &value))
		return JTN_OK;
	if (jtn__json_is_boolean(&value))
		ret->text = jtn__json_source(&value, &length);
	else if (jtn__json_literal(&value))
		ret->text = jtn__json_bytes(&value, &length);
	ret->length = length;
	return JTN_OK;
}
