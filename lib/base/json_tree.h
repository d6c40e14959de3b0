/* A parsed document from the inside: for json.c, which makes it, and json_check.c, which looks for what is wrong with it. */
#ifndef JTN_BASE_JSON_TREE_H
#define JTN_BASE_JSON_TREE_H

#include "json.h"

#define JTN__REPEATS_MOST 64 /* marks on members of the root that are there twice, see jtn__json_parse_any() */

struct yyjson_val;

/* What yyjson allocates from: it asks for one block at a time, so one is made large enough to grow in, and kept. */
struct jtn__supply {
	struct jtn__arena *arena;
	void *memory;
	size_t block; /* [bytes] */
};

/* A place in the text; zero is the start. */
struct jtn__place {
	size_t offset;
	int32_t line, column; /* from 0 */
};

/*
 * Where the last jtn__json_element() or _entry() of a container stood: reading on from there is one step. And the last
 * position asked for at this depth: thousands of notes in the order of the text take one pass, not thousands.
 */
struct jtn__cursor {
	struct yyjson_val *container, *child;
	size_t index;
	struct jtn__place place;
};

struct jtn__cursors {
	bool used;
	struct jtn__cursor levels[JTN__JSON_DEPTH + 1]; /* of nesting */
};

struct jtn__key {
	uint64_t hash;
	struct yyjson_val *node;
};

struct jtn__json {
	struct jtn__arena *arena;
	const char *text; /* borrowed */
	size_t length;
	char *copy; /* what yyjson unescapes in place: strings and numbers lie in it where they lie in the text */
	size_t room;
	struct yyjson_val *root;
	struct jtn__supply supply;
	struct jtn__cursors *cursors; /* its own block, since reading moves them */
	struct jtn__key *keys;        /* scratch for the largest object so far, twice */
	size_t key_room;
	struct {
		const struct yyjson_val *value;
		enum jtn__repeat repeat;
	} repeats[JTN__REPEATS_MOST];
	size_t repeat_count;
	bool any; /* jtn__json_parse_any() */
};

extern const char jtn__json_too_deep[];

/* Where a value of a parsed document stands in its text: counted from the nearest that knows, often its key. */
size_t
jtn__json_offset_of(const struct jtn__json *json, const struct yyjson_val *node);

/* While parsing, before there are values with paths. */
jtn_status
jtn__json_fail_at(const char *text, size_t offset, struct jtn_error *reterr, jtn_status status, const char *message);

/* What yyjson lets pass, value by value in the order of the text. */
jtn_status
jtn__json_check(struct jtn__json *json, size_t count, struct jtn_error *reterr);

#endif
