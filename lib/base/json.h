/*
 * Reading JSON with hostile input in mind: yyjson behind limits, duplicate keys refused, and every error with line,
 * column, field path and what would be right. Values borrow from the document; the document is one arena's.
 */
#ifndef JTN_BASE_JSON_H
#define JTN_BASE_JSON_H

#include "arena.h"
#include "error.h"

#include <stdbool.h>

#define JTN__JSON_DEPTH 64                  /* nesting [levels] */
#define JTN__JSON_BYTES (64u * 1024 * 1024) /* one document [bytes] */
#define JTN__JSON_STRING 65536              /* one string or key [bytes] */

struct jtn__json;

/* A value and the way to it, for error paths. Lives on the reader's stack; a parent must outlive its children. */
struct jtn__value {
	const struct jtn__json *document;
	const struct jtn__value *parent; /* NULL at the root */
	const char *key;                 /* NULL for the root and array elements */
	size_t index;                    /* of an array element */
	void *node;                      /* yyjson's; NULL when an optional value is absent */
};

/*
 * Parse the whole of text: trailing garbage, depth, size, long strings, invalid UTF-8, NUL inside a key or string,
 * and duplicate keys are errors with a position. The root must be an object. The text is borrowed until
 * jtn__json_free(): positions are counted in it. Numbers are kept as text, so that prices can stay exact.
 */
jtn_status
jtn__json_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn__json **ret,
                struct jtn_error *reterr);

/*
 * The same where the root may be an array too, for what others publish: of an object, a few members that are objects may
 * be there twice; jtn__json_repeat() tells which, jtn__json_once() refuses them after all.
 */
jtn_status
jtn__json_parse_any(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn__json **ret,
                    struct jtn_error *reterr);

/*
 * As jtn__json_parse, or as jtn__json_parse_any, in the memory of a document nobody needs any more: *kept is NULL at first, then what the last call
 * left there, failed or not; free it in the end. Allocates only for a text larger than any before. Where it fails the
 * root has no node, unless what failed is among what yyjson lets pass: depth, length, duplicate keys.
 */
jtn_status
jtn__json_again(struct jtn__json **kept, const char *text, size_t length, bool any,
                const struct jtn_allocator *allocator, struct jtn_error *reterr);

void
jtn__json_free(struct jtn__json *json);

void
jtn__json_root(const struct jtn__json *json, struct jtn__value *ret);

/* An error at a value: its position, its path, the message. */
jtn_status
jtn__json_fail(const struct jtn__value *value, struct jtn_error *reterr, jtn_status status, const char *format, ...);

/* The same at a node whose value is gone: it is found again from the root. */
jtn_status
jtn__json_refuse(const struct jtn__json *json, void *node, struct jtn_error *reterr, jtn_status status,
                 const char *message);

/* The field path of a value, as in "deployment.tp" or "sources[2].cite". */
void
jtn__json_path(const struct jtn__value *value, char *buffer, size_t capacity);

/* Every key of an object must be among these; JTN_E_UNKNOWN_FIELD names the key and the nearest one. */
jtn_status
jtn__json_only(const struct jtn__value *object, const char *const *keys, size_t count, struct jtn_error *reterr);

/* The same of at most 64 keys; bit i of *retfound: keys[i] is there, if only as null. */
jtn_status
jtn__json_found(const struct jtn__value *object, const char *const *keys, size_t count, uint64_t *retfound,
                struct jtn_error *reterr);

/* How a member of the root is there more than once. */
enum jtn__repeat {
	JTN__REPEAT_NONE,
	JTN__REPEAT_SAME,   /* the later of two that say the same */
	JTN__REPEAT_DIFFERS /* either of two that do not */
};

enum jtn__repeat
jtn__json_repeat(const struct jtn__value *value);
jtn_status
jtn__json_once(const struct jtn__json *json, struct jtn_error *reterr);

bool
jtn__json_is_object(const struct jtn__value *value);
bool
jtn__json_is_array(const struct jtn__value *value);
bool
jtn__json_is_string(const struct jtn__value *value);
bool
jtn__json_is_number(const struct jtn__value *value);
bool
jtn__json_is_boolean(const struct jtn__value *value);
bool
jtn__json_is_null(const struct jtn__value *value); /* absent counts as null */

/*
 * A member of an object. Absent, or JSON null: ret->node is NULL, still with its path, and the call is fine.
 * Returns whether it is present.
 */
bool
jtn__json_member(const struct jtn__value *object, const char *key, struct jtn__value *ret);

/* As jtn__json_member, but absent is JTN_E_MISSING_FIELD. */
jtn_status
jtn__json_require(const struct jtn__value *object, const char *key, struct jtn__value *ret, struct jtn_error *reterr);

/* Arrays and objects: how many; element i of an array; member i of an object with its key (borrowed from the document). */
size_t
jtn__json_count(const struct jtn__value *value);
void
jtn__json_element(const struct jtn__value *array, size_t index, struct jtn__value *ret);
void
jtn__json_entry(const struct jtn__value *object, size_t index, struct jtn__value *ret);

/* The children of a container in one pass, nulls too; of anything else, none. Give a key's length along [bytes]. */
struct jtn__walk {
	const struct jtn__value *container;
	void *next;
	size_t left, index;
};
void
jtn__json_walk(const struct jtn__value *container, struct jtn__walk *ret);
bool
jtn__json_next(struct jtn__walk *walk, struct jtn__value *ret, size_t *retlength);

/* Typed reads of a present value: JTN_E_TYPE, or JTN_E_RANGE outside [low, high], say what was there and what would be right. */
jtn_status
jtn__json_number(const struct jtn__value *value, double low, double high, double *ret, struct jtn_error *reterr);
jtn_status
jtn__json_integer(const struct jtn__value *value, int64_t low, int64_t high, int64_t *ret, struct jtn_error *reterr);
jtn_status
jtn__json_boolean(const struct jtn__value *value, bool *ret, struct jtn_error *reterr);
jtn_status
jtn__json_string(const struct jtn__value *value, const char **ret, struct jtn_error *reterr);
/* A number, or a string that holds a decimal ("2.5"); for money as doubles. */
jtn_status
jtn__json_amount(const struct jtn__value *value, double low, double high, double *ret, struct jtn_error *reterr);
/* One of names[0..count), as its index. */
jtn_status
jtn__json_choice(const struct jtn__value *value, const char *const *names, size_t count, size_t *ret,
                 struct jtn_error *reterr);

/* The typed read of an optional member: absent leaves *ret as it is. */
jtn_status
jtn__json_optional_number(const struct jtn__value *object, const char *key, double low, double high, double *ret,
                          struct jtn_error *reterr);
jtn_status
jtn__json_optional_integer(const struct jtn__value *object, const char *key, int64_t low, int64_t high, int64_t *ret,
                           struct jtn_error *reterr);
jtn_status
jtn__json_optional_boolean(const struct jtn__value *object, const char *key, bool *ret, struct jtn_error *reterr);
jtn_status
jtn__json_optional_string(const struct jtn__value *object, const char *key, const char **ret, struct jtn_error *reterr);

/* A value's JSON text, NUL-terminated, in the arena; NULL when out of memory. */
const char *
jtn__json_text(const struct jtn__value *value, struct jtn__arena *arena);

/* What json.c, where yyjson is, does for the typed reads in json_read.c. */
bool
jtn__json_is_true(const struct jtn__value *value);
/* A number's text as it was written, or a string; NULL for anything else. Borrowed from the document. */
const char *
jtn__json_literal(const struct jtn__value *value);
/* The same with its length [bytes]. */
const char *
jtn__json_bytes(const struct jtn__value *value, size_t *retlength);
/* A present value as it was written, in the caller's text. */
const char *
jtn__json_source(const struct jtn__value *value, size_t *retlength);
/* A JSON number, NUL-terminated, as the nearest double; false beyond the range of doubles. */
bool
jtn__json_to_double(const char *text, double *ret);

#endif
