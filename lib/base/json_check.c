/*
 * What yyjson lets pass and jeton does not: a key twice in one object, a string with a NUL, what is too long or too deep.
 * Also how an error names a node of the flat list, which knows no parents.
 */
#include "json_text.h"
#include "json_tree.h"
#include "key.h"

#include <string.h>
#include <yyjson.h>

#define FEW_KEYS 32 /* up to here comparing each with each beats sorting */

/* By hash first, since most keys differ in it; then by what they are, so that no choice of keys makes it slow. */
static int
compare_keys(const struct jtn__key *a, const struct jtn__key *b)
{
	size_t a_length = yyjson_get_len(a->node), b_length = yyjson_get_len(b->node);
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return memcmp(yyjson_get_str(a->node), yyjson_get_str(b->node), a_length);
}

/* Stable bottom-up merge sort of keys[0..count) with keys[count..2 count) beside it; returns the sorted half. */
static struct jtn__key *
sort_keys(struct jtn__key *keys, size_t count)
{
	struct jtn__key *from = keys, *to = keys + count;
	for (size_t width = 1; width < count; width *= 2) {
		for (size_t low = 0; low < count; low += 2 * width) {
			size_t middle = low + width < count ? low + width : count;
			size_t high = middle + width < count ? middle + width : count;
			size_t i = low, j = middle;
			for (size_t k = low; k < high; k++)
				to[k] = i < middle && (j >= high || compare_keys(&from[i], &from[j]) <= 0) ? from[i++] : from[j++];
		}
		struct jtn__key *sorted = to;
		to = from;
		from = sorted;
	}
	return from;
}

static uint64_t
hash_key(yyjson_val *key)
{
	const char *text = yyjson_get_str(key);
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	for (size_t left = yyjson_get_len(key); left; left--)
		hash = (hash ^ (unsigned char)*text++) * UINT64_C(0x100000001b3);
	return hash;
}

static inline bool
same_key(const yyjson_val *a, const yyjson_val *b, size_t length)
{
	return a->tag >> YYJSON_TAG_BIT == length && jtn__key_same(a->uni.str, b->uni.str, length);
}

/* Two values lie flat, one node after the other: the same where node by node is. */
static bool
same_value(yyjson_val *a, yyjson_val *b)
{
	yyjson_val *end = unsafe_yyjson_get_next(a);
	if (end - a != unsafe_yyjson_get_next(b) - b)
		return false;
	for (; a < end; a++, b++)
		if (a->tag != b->tag ||
		    ((yyjson_is_str(a) || yyjson_is_raw(a)) &&
		     memcmp(unsafe_yyjson_get_str(a), unsafe_yyjson_get_str(b), unsafe_yyjson_get_len(a)) != 0))
			return false;
	return true;
}

static void
mark(struct jtn__json *json, const yyjson_val *value, enum jtn__repeat repeat)
{
	json->repeats[json->repeat_count].value = value;
	json->repeats[json->repeat_count++].repeat = repeat;
}

/* Whether a key that was there before is let pass, for the reader of the document to judge. */
static bool
is_repeat(struct jtn__json *json, const yyjson_val *object, yyjson_val *earlier, yyjson_val *later)
{
	if (!json->any || object != json->root || json->repeat_count + 2 > JTN__REPEATS_MOST ||
	    !yyjson_is_obj(earlier + 1) || !yyjson_is_obj(later + 1))
		return false;
	enum jtn__repeat repeat = same_value(earlier + 1, later + 1) ? JTN__REPEAT_SAME : JTN__REPEAT_DIFFERS;
	if (repeat == JTN__REPEAT_DIFFERS)
		mark(json, earlier + 1, repeat);
	mark(json, later + 1, repeat);
	return true;
}

/* Keys of one object mostly differ in length: only those that share one of 64 need comparing. */
static yyjson_val *
duplicate_of_few(struct jtn__json *json, yyjson_val *object, size_t count)
{
	yyjson_val *earlier[FEW_KEYS], *key = unsafe_yyjson_get_first(object);
	uint64_t lengths = 0;
	for (size_t i = 0; i < count; i++, key = unsafe_yyjson_get_next(key + 1)) {
		const size_t length = unsafe_yyjson_get_len(key);
		const uint64_t bit = UINT64_C(1) << (length & 63);
		for (size_t j = 0; lengths & bit && j < i; j++)
			if (same_key(earlier[j], key, length) && !is_repeat(json, object, earlier[j], key))
				return key;
		lengths |= bit;
		earlier[i] = key;
	}
	return NULL;
}

static yyjson_val *
duplicate_of_many(struct jtn__json *json, const yyjson_val *object, size_t count)
{
	yyjson_val *first = NULL;
	const struct jtn__key *sorted = sort_keys(json->keys, count);
	for (size_t i = 1; i < count; i++)
		if (compare_keys(&sorted[i - 1], &sorted[i]) == 0 && (!first || sorted[i].node < first) &&
		    !is_repeat(json, object, sorted[i - 1].node, sorted[i].node))
			first = sorted[i].node;
	return first;
}

/* The first key of an object that was there before, or NULL; false when out of memory. */
static bool
find_duplicate(struct jtn__json *json, yyjson_val *object, yyjson_val **ret)
{
	size_t count = unsafe_yyjson_get_len(object), i = 0;
	yyjson_val *key;
	yyjson_obj_iter iterator;
	*ret = NULL;
	if (count < 2)
		return true;
	if (count <= FEW_KEYS) {
		*ret = duplicate_of_few(json, object, count);
		return true;
	}
	if (count > json->key_room) {
		json->keys = jtn__arena_take(json->arena, count, 2 * sizeof(*json->keys));
		json->key_room = json->keys ? count : 0;
		if (!json->keys)
			return false;
	}
	yyjson_obj_iter_init(object, &iterator);
	while ((key = yyjson_obj_iter_next(&iterator)))
		json->keys[i++] = (struct jtn__key){hash_key(key), key};
	*ret = duplicate_of_many(json, object, count);
	return true;
}

/* The child of a container that is, or holds, `target`, as one step on the way to it. */
static bool
step_towards(const struct jtn__value *from, yyjson_val *target, struct jtn__value *ret)
{
	yyjson_val *container = from->node, *key = NULL;
	size_t count = unsafe_yyjson_get_len(container);
	bool object = yyjson_is_obj(container);
	yyjson_val *child = unsafe_yyjson_get_first(container);
	for (size_t i = 0; i < count; i++) {
		if (object)
			key = child++;
		yyjson_val *next = unsafe_yyjson_get_next(child);
		if (target < next) {
			*ret = (struct jtn__value){from->document, from, key ? yyjson_get_str(key) : NULL, i, child};
			return true;
		}
		child = next;
	}
	return false;
}

/* An error at a key or value of the flat list, which knows no parents: named by the way down to it. */
jtn_status
jtn__json_refuse(const struct jtn__json *json, void *at, struct jtn_error *reterr, jtn_status status,
                 const char *message)
{
	yyjson_val *node = at;
	struct jtn__value way[JTN__JSON_DEPTH + 1];
	size_t depth = 0;
	char path[sizeof(reterr->field)];
	int32_t line, column;
	jtn__json_root(json, &way[0]);
	while (depth < JTN__JSON_DEPTH && (yyjson_val *)way[depth].node < node && yyjson_is_ctn(way[depth].node) &&
	       step_towards(&way[depth], node, &way[depth + 1]))
		depth++;
	jtn__json_path(&way[depth], path, sizeof(path));
	jtn__json_locate(json->text, jtn__json_offset_of(json, node), &line, &column);
	return jtn__fail_at(reterr, status, line, column, path, "%s", message);
}

static jtn_status
refuse_duplicate(const struct jtn__json *json, yyjson_val *duplicate, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE], message[sizeof(reterr->message)];
	jtn__quote(shown, yyjson_get_str(duplicate), yyjson_get_len(duplicate));
	jtn__format(message, sizeof(message), "the key %s is in this object already; each key may be there once", shown);
	return jtn__json_refuse(json, duplicate, reterr, JTN_E_DUPLICATE_KEY, message);
}

jtn_status
jtn__json_once(const struct jtn__json *json, struct jtn_error *reterr)
{
	if (!json->repeat_count)
		return JTN_OK;
	yyjson_val *later = (yyjson_val *)json->repeats[json->repeat_count - 1].value;
	return refuse_duplicate(json, later - 1, reterr);
}

static jtn_status
check_object(struct jtn__json *json, yyjson_val *object, struct jtn_error *reterr)
{
	yyjson_val *duplicate;
	if (!find_duplicate(json, object, &duplicate))
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory to check the keys of an object");
	return duplicate ? refuse_duplicate(json, duplicate, reterr) : JTN_OK;
}

static jtn_status
check_text(const struct jtn__json *json, yyjson_val *node, struct jtn_error *reterr)
{
	const char *what = yyjson_is_raw(node) ? "number" : "string", *text = yyjson_get_str(node);
	char message[sizeof(reterr->message)];
	if (!text && !yyjson_is_raw(node))
		return JTN_OK;
	if (yyjson_get_len(node) > JTN__JSON_STRING) {
		jtn__format(message, sizeof(message), "a %s of %d bytes; at most %d are read", what,
		            (int64_t)yyjson_get_len(node), (int64_t)JTN__JSON_STRING);
		return jtn__json_refuse(json, node, reterr, JTN_E_LIMIT, message);
	}
	if (text && memchr(text, '\0', yyjson_get_len(node)))
		return jtn__json_refuse(json, node, reterr, JTN_E_SYNTAX,
		                        "a string with a NUL (\\u0000) in it; any other character is fine");
	return JTN_OK;
}

/* Brackets around a value still open, as where they end. */
struct nesting {
	yyjson_val *ends[JTN__JSON_DEPTH];
	size_t depth;
};

static jtn_status
check_depth(const struct jtn__json *json, struct nesting *open, yyjson_val *container, struct jtn_error *reterr)
{
	while (open->depth && open->ends[open->depth - 1] <= container)
		open->depth--;
	if (open->depth == JTN__JSON_DEPTH)
		return jtn__json_fail_at(json->text, jtn__json_offset_of(json, container), reterr, JTN_E_LIMIT,
		                         jtn__json_too_deep);
	open->ends[open->depth++] = unsafe_yyjson_get_next(container);
	return JTN_OK;
}

jtn_status
jtn__json_check(struct jtn__json *json, size_t count, struct jtn_error *reterr)
{
	/* In a short text no string is long, and only an escape makes a NUL. */
	bool plain = json->length <= JTN__JSON_STRING && !memchr(json->text, '\\', json->length);
	struct nesting open;
	open.depth = 0;
	for (yyjson_val *node = json->root, *end = node + count; node < end; node++) {
		if (unsafe_yyjson_is_ctn(node)) {
			JTN__TRY(check_depth(json, &open, node, reterr));
			if (unsafe_yyjson_is_obj(node))
				JTN__TRY(check_object(json, node, reterr));
		} else if (!plain) {
			JTN__TRY(check_text(json, node, reterr));
		}
	}
	return JTN_OK;
}
