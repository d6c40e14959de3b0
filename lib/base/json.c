/*
 * JSON behind limits: yyjson parses a copy in the arena, numbers stay text, and what yyjson lets pass (duplicate keys,
 * NULs, depth, length) is refused here. A position is found only when an error asks for it, by counting tokens in the
 * caller's text: yyjson lays values out in the order of their first bytes, so the n-th value is the n-th token.
 */
#include "json.h"

#include "decimal.h"
#include "json_text.h"

#include <string.h>
#include <yyjson.h>

#define FEW_KEYS 32 /* up to here comparing each with each beats sorting */

/* What yyjson allocates from: nothing is freed singly, so one block is made large enough to grow in. */
struct supply {
	struct jtn__arena *arena;
	size_t block; /* [bytes] */
};

/* Where the last jtn__json_element() or _entry() of a container stood: reading on from there is one step. */
struct cursor {
	yyjson_val *container, *child;
	size_t index;
};

struct key {
	uint64_t hash;
	yyjson_val *node;
};

struct jtn__json {
	struct jtn__arena *arena;
	const char *text; /* borrowed */
	size_t length;
	yyjson_val *root;
	struct supply supply;
	struct cursor *cursors; /* one per level of nesting */
	struct key *keys;       /* scratch for the largest object so far, twice */
	size_t key_room;
};

/* Where a value of a parsed document stands in its text. */
static size_t
offset_of(const struct jtn__json *json, const yyjson_val *node)
{
	return jtn__json_token(json->text, json->length, (size_t)(node - json->root));
}

static void *
supply_allocate(void *context, size_t size)
{
	struct supply *supply = context;
	return jtn__arena_take(supply->arena, size > supply->block ? size : supply->block, 1);
}

static void *
supply_grow(void *context, void *block, size_t old_size, size_t size)
{
	struct supply *supply = context;
	if (size <= supply->block)
		return block;
	void *larger = jtn__arena_take(supply->arena, size, 1);
	return larger ? memcpy(larger, block, old_size) : NULL;
}

static void
supply_free(void *context, void *block)
{
	(void)context;
	(void)block;
}

/* What stands for a value in the text: itself, the null it was read from, or the nearest container that is there. */
static const yyjson_val *
anchor(const struct jtn__value *value)
{
	if (value->node || !value->parent)
		return value->node;
	if (value->key && yyjson_is_obj(value->parent->node)) {
		const yyjson_val *null = yyjson_obj_get(value->parent->node, value->key);
		if (null)
			return null;
	}
	return anchor(value->parent);
}

static jtn_status
fail_at_node(const struct jtn__value *value, const yyjson_val *node, struct jtn_error *reterr, jtn_status status,
             const char *format, va_list arguments)
{
	char field[sizeof(reterr->field)], message[sizeof(reterr->message)];
	int32_t line = 0, column = 0;
	if (!reterr)
		return status;
	if (node)
		jtn__json_locate(value->document->text, offset_of(value->document, node), &line, &column);
	jtn__json_path(value, field, sizeof(field));
	jtn__format_list(message, sizeof(message), format, arguments);
	return jtn__fail_at(reterr, status, line, column, field, "%s", message);
}

jtn_status
jtn__json_fail(const struct jtn__value *value, struct jtn_error *reterr, jtn_status status, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fail_at_node(value, anchor(value), reterr, status, format, arguments);
	va_end(arguments);
	return status;
}

/* The same, at a key rather than at its value. */
static jtn_status
fail_at_key(const struct jtn__value *value, const yyjson_val *key, struct jtn_error *reterr, jtn_status status,
            const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fail_at_node(value, key, reterr, status, format, arguments);
	va_end(arguments);
	return status;
}

/* While parsing, before there are values with paths. */
static jtn_status
fail_at_offset(const char *text, size_t offset, struct jtn_error *reterr, jtn_status status, const char *message)
{
	int32_t line, column;
	jtn__json_locate(text, offset, &line, &column);
	return jtn__fail_at(reterr, status, line, column, "", "%s", message);
}

/* What people who write this by hand usually meant, after yyjson's own words. */
static const char *
syntax_hint(const char *text, size_t length, size_t at)
{
	char byte = at < length ? text[at] : '\0';
	if (byte == '\'')
		return "; strings and keys take double quotes";
	if (byte == 'N' || byte == 'I' || (byte == 'n' && at + 1 < length && text[at + 1] == 'a'))
		return "; NaN and Infinity are no JSON, a number must be finite";
	if (byte == '/' || byte == '#')
		return "; JSON has no comments";
	if (byte == 'T' || byte == 'F')
		return "; true and false are written small";
	return "";
}

static bool
is_number_part(char byte)
{
	return (byte >= '0' && byte <= '9') || byte == '.' || byte == 'e' || byte == 'E' || byte == '+' || byte == '-';
}

static jtn_status
out_of_memory(size_t length, struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a JSON document of %d bytes",
	                 (int64_t)length);
}

static jtn_status
syntax_error(const char *text, size_t length, const yyjson_read_err *error, struct jtn_error *reterr)
{
	char message[sizeof(reterr->message)];
	size_t at = error->pos < length ? error->pos : length;
	if (error->code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
		return out_of_memory(length, reterr);
	if (error->code == YYJSON_READ_ERROR_EMPTY_CONTENT)
		return fail_at_offset(text, length, reterr, JTN_E_SYNTAX, "the text is empty; expected a JSON object");
	if (error->code == YYJSON_READ_ERROR_UNEXPECTED_END)
		return fail_at_offset(text, length, reterr, JTN_E_SYNTAX,
		                      "invalid JSON: the text ends too early; a closing quote, bracket or brace is missing");
	/* Where a digit is missing, yyjson points behind what stands there instead. */
	if (error->code == YYJSON_READ_ERROR_INVALID_NUMBER && at > 0 && !is_number_part(text[at - 1]) &&
	    (at == length || !is_number_part(text[at])))
		at--;
	jtn__format(message, sizeof(message), "invalid JSON: %s%s", error->msg, syntax_hint(text, length, at));
	return fail_at_offset(text, at, reterr, JTN_E_SYNTAX, message);
}

/* By hash first, since most keys differ in it; then by what they are, so that no choice of keys makes it slow. */
static int
compare_keys(const struct key *a, const struct key *b)
{
	size_t a_length = yyjson_get_len(a->node), b_length = yyjson_get_len(b->node);
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return memcmp(yyjson_get_str(a->node), yyjson_get_str(b->node), a_length);
}

/* Stable bottom-up merge sort of keys[0..count) with keys[count..2 count) beside it; returns the sorted half. */
static struct key *
sort_keys(struct key *keys, size_t count)
{
	struct key *from = keys, *to = keys + count;
	for (size_t width = 1; width < count; width *= 2) {
		for (size_t low = 0; low < count; low += 2 * width) {
			size_t middle = low + width < count ? low + width : count;
			size_t high = middle + width < count ? middle + width : count;
			size_t i = low, j = middle;
			for (size_t k = low; k < high; k++)
				to[k] = i < middle && (j >= high || compare_keys(&from[i], &from[j]) <= 0) ? from[i++] : from[j++];
		}
		struct key *sorted = to;
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

static bool
same_key(yyjson_val *a, yyjson_val *b)
{
	size_t length = yyjson_get_len(a);
	return length == yyjson_get_len(b) && memcmp(yyjson_get_str(a), yyjson_get_str(b), length) == 0;
}

static yyjson_val *
duplicate_of_few(yyjson_val *const *keys, size_t count)
{
	for (size_t later = 1; later < count; later++)
		for (size_t earlier = 0; earlier < later; earlier++)
			if (same_key(keys[earlier], keys[later]))
				return keys[later];
	return NULL;
}

static yyjson_val *
duplicate_of_many(struct key *keys, size_t count)
{
	yyjson_val *first = NULL;
	const struct key *sorted = sort_keys(keys, count);
	for (size_t i = 1; i < count; i++)
		if (compare_keys(&sorted[i - 1], &sorted[i]) == 0 && (!first || sorted[i].node < first))
			first = sorted[i].node;
	return first;
}

/* The first key of an object that was there before, or NULL; false when out of memory. */
static bool
find_duplicate(struct jtn__json *json, yyjson_val *object, yyjson_val **ret)
{
	size_t count = yyjson_obj_size(object), i = 0;
	yyjson_val *few[FEW_KEYS], *key;
	yyjson_obj_iter iterator;
	yyjson_obj_iter_init(object, &iterator);
	if (count <= FEW_KEYS) {
		while ((key = yyjson_obj_iter_next(&iterator)))
			few[i++] = key;
		*ret = duplicate_of_few(few, count);
		return true;
	}
	if (count > json->key_room) {
		json->keys = jtn__arena_take(json->arena, count, 2 * sizeof(*json->keys));
		json->key_room = json->keys ? count : 0;
		if (!json->keys)
			return false;
	}
	while ((key = yyjson_obj_iter_next(&iterator)))
		json->keys[i++] = (struct key){hash_key(key), key};
	*ret = duplicate_of_many(json->keys, count);
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
static jtn_status
refuse_node(const struct jtn__json *json, yyjson_val *node, struct jtn_error *reterr, jtn_status status,
            const char *message)
{
	struct jtn__value way[JTN__JSON_DEPTH + 1];
	size_t depth = 0;
	char path[sizeof(reterr->field)];
	int32_t line, column;
	jtn__json_root(json, &way[0]);
	while (depth < JTN__JSON_DEPTH && (yyjson_val *)way[depth].node < node && yyjson_is_ctn(way[depth].node) &&
	       step_towards(&way[depth], node, &way[depth + 1]))
		depth++;
	jtn__json_path(&way[depth], path, sizeof(path));
	jtn__json_locate(json->text, offset_of(json, node), &line, &column);
	return jtn__fail_at(reterr, status, line, column, path, "%s", message);
}

static jtn_status
check_object(struct jtn__json *json, yyjson_val *object, struct jtn_error *reterr)
{
	yyjson_val *duplicate;
	char shown[JTN__QUOTE_SIZE], message[sizeof(reterr->message)];
	if (!find_duplicate(json, object, &duplicate))
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory to check the keys of an object");
	if (!duplicate)
		return JTN_OK;
	jtn__quote(shown, yyjson_get_str(duplicate), yyjson_get_len(duplicate));
	jtn__format(message, sizeof(message), "the key %s is in this object already; each key may be there once", shown);
	return refuse_node(json, duplicate, reterr, JTN_E_DUPLICATE_KEY, message);
}

static jtn_status
check_text(const struct jtn__json *json, yyjson_val *node, struct jtn_error *reterr)
{
	const char *what = yyjson_is_raw(node) ? "number" : "string", *text = yyjson_get_str(node);
	char message[sizeof(reterr->message)];
	if (yyjson_get_len(node) > JTN__JSON_STRING) {
		jtn__format(message, sizeof(message), "a %s of %d bytes; at most %d are read", what,
		            (int64_t)yyjson_get_len(node), (int64_t)JTN__JSON_STRING);
		return refuse_node(json, node, reterr, JTN_E_LIMIT, message);
	}
	if (text && memchr(text, '\0', yyjson_get_len(node)))
		return refuse_node(json, node, reterr, JTN_E_SYNTAX,
		                   "a string with a NUL (\\u0000) in it; any other character is fine");
	return JTN_OK;
}

/* What yyjson lets pass, value by value in the order of the text. */
static jtn_status
check_values(struct jtn__json *json, size_t count, struct jtn_error *reterr)
{
	for (size_t i = 0; i < count; i++) {
		yyjson_val *node = json->root + i;
		if (yyjson_is_obj(node))
			JTN__TRY(check_object(json, node, reterr));
		else if (yyjson_is_str(node) || yyjson_is_raw(node))
			JTN__TRY(check_text(json, node, reterr));
	}
	return JTN_OK;
}

static jtn_status
parse_into(struct jtn__json *json, size_t values, struct jtn_error *reterr)
{
	yyjson_alc allocator = {supply_allocate, supply_grow, supply_free, &json->supply};
	yyjson_read_err error;
	/* One space more, so that yyjson does not take a wrong last byte for a text that ends too early. */
	size_t length = json->length + 1;
	char *copy = jtn__arena_take(json->arena, length + YYJSON_PADDING_SIZE, 1);
	json->cursors = jtn__arena_take(json->arena, JTN__JSON_DEPTH + 1, sizeof(*json->cursors));
	if (!copy || !json->cursors)
		return out_of_memory(json->length, reterr);
	memcpy(copy, json->text, json->length);
	copy[json->length] = ' ';
	/* yyjson grows by half when full: with half as much again as there are values, always in place */
	json->supply = (struct supply){json->arena, (values + values / 2 + 16) * sizeof(yyjson_val)};
	yyjson_doc *doc =
		yyjson_read_opts(copy, length, YYJSON_READ_INSITU | YYJSON_READ_NUMBER_AS_RAW, &allocator, &error);
	if (!doc)
		return syntax_error(json->text, json->length, &error, reterr);
	json->root = yyjson_doc_get_root(doc);
	if (!yyjson_is_obj(json->root)) {
		struct jtn__value root;
		jtn__json_root(json, &root);
		return jtn__json_fail(&root, reterr, JTN_E_TYPE, "expected a JSON object, {…}, found %s",
		                      yyjson_is_raw(json->root) ? "a number" : yyjson_get_type_desc(json->root));
	}
	return check_values(json, yyjson_doc_get_val_count(doc), reterr);
}

jtn_status
jtn__json_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn__json **ret,
                struct jtn_error *reterr)
{
	struct jtn__arena *arena;
	size_t values = 0;
	if (!text || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, text ? "ret" : "text", "%s is NULL", text ? "ret" : "text");
	if (length == 0)
		return jtn__fail_at(reterr, JTN_E_SYNTAX, 1, 1, "", "the text is empty; expected a JSON object");
	if (length > JTN__JSON_BYTES)
		return jtn__fail(reterr, JTN_E_LIMIT, "", "a document of %d bytes; at most %d are read", (int64_t)length,
		                 (int64_t)JTN__JSON_BYTES);
	size_t deep = jtn__json_survey(text, length, &values);
	if (deep < length)
		return fail_at_offset(text, deep, reterr, JTN_E_LIMIT, "nested too deep; at most 64 levels are read");
	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	struct jtn__json *json = jtn__arena_take(arena, 1, sizeof(*json));
	jtn_status status;
	if (json) {
		*json = (struct jtn__json){.arena = arena, .text = text, .length = length};
		status = parse_into(json, values, reterr);
	} else {
		status = out_of_memory(length, reterr);
	}
	if (status == JTN_OK)
		*ret = json;
	else
		jtn__arena_free(arena);
	return status;
}

void
jtn__json_free(struct jtn__json *json)
{
	if (json)
		jtn__arena_free(json->arena);
}

void
jtn__json_root(const struct jtn__json *json, struct jtn__value *ret)
{
	*ret = (struct jtn__value){.document = json, .node = json->root};
}

bool
jtn__json_is_object(const struct jtn__value *value)
{
	return yyjson_is_obj(value->node);
}

bool
jtn__json_is_array(const struct jtn__value *value)
{
	return yyjson_is_arr(value->node);
}

bool
jtn__json_is_string(const struct jtn__value *value)
{
	return yyjson_is_str(value->node);
}

bool
jtn__json_is_number(const struct jtn__value *value)
{
	return yyjson_is_raw(value->node);
}

bool
jtn__json_is_null(const struct jtn__value *value)
{
	return !value->node || yyjson_is_null(value->node);
}

bool
jtn__json_is_boolean(const struct jtn__value *value)
{
	return yyjson_is_bool(value->node);
}

bool
jtn__json_is_true(const struct jtn__value *value)
{
	return yyjson_is_true(value->node);
}

const char *
jtn__json_literal(const struct jtn__value *value)
{
	return yyjson_is_raw(value->node) ? yyjson_get_raw(value->node) : yyjson_get_str(value->node);
}

bool
jtn__json_member(const struct jtn__value *object, const char *key, struct jtn__value *ret)
{
	yyjson_val *node = yyjson_obj_get(object->node, key);
	*ret = (struct jtn__value){.document = object->document, .parent = object, .key = key};
	ret->node = yyjson_is_null(node) ? NULL : node;
	return ret->node != NULL;
}

size_t
jtn__json_count(const struct jtn__value *value)
{
	return yyjson_is_obj(value->node) ? yyjson_obj_size(value->node) : yyjson_arr_size(value->node);
}

/* Child `index` of a container, the key where it is an object; NULL beyond its end. */
static yyjson_val *
child_at(const struct jtn__value *value, size_t index)
{
	size_t depth = 0;
	if (index >= jtn__json_count(value))
		return NULL;
	for (const struct jtn__value *up = value->parent; up && depth < JTN__JSON_DEPTH; up = up->parent)
		depth++;
	struct cursor *cursor = &value->document->cursors[depth];
	if (cursor->container != value->node || index < cursor->index)
		*cursor = (struct cursor){value->node, (yyjson_val *)value->node + 1, 0};
	for (; cursor->index < index; cursor->index++)
		cursor->child = unsafe_yyjson_get_next(yyjson_is_obj(value->node) ? cursor->child + 1 : cursor->child);
	return cursor->child;
}

void
jtn__json_element(const struct jtn__value *array, size_t index, struct jtn__value *ret)
{
	*ret = (struct jtn__value){.document = array->document, .parent = array, .index = index};
	ret->node = yyjson_is_arr(array->node) ? child_at(array, index) : NULL;
}

void
jtn__json_entry(const struct jtn__value *object, size_t index, struct jtn__value *ret)
{
	yyjson_val *key = yyjson_is_obj(object->node) ? child_at(object, index) : NULL;
	*ret = (struct jtn__value){.document = object->document, .parent = object, .key = key ? yyjson_get_str(key) : ""};
	ret->node = key ? key + 1 : NULL;
}

jtn_status
jtn__json_only(const struct jtn__value *object, const char *const *keys, size_t count, struct jtn_error *reterr)
{
	size_t members = yyjson_obj_size(object->node);
	for (size_t i = 0; i < members; i++) {
		struct jtn__value member;
		char shown[JTN__QUOTE_SIZE], list[96];
		size_t known = 0;
		jtn__json_entry(object, i, &member);
		while (known < count && strcmp(member.key, keys[known]) != 0)
			known++;
		if (known < count)
			continue;
		const yyjson_val *key = (const yyjson_val *)member.node - 1;
		const char *meant = jtn__nearest(member.key, keys, count);
		jtn__quote(shown, member.key, strlen(member.key));
		if (meant)
			return fail_at_key(&member, key, reterr, JTN_E_UNKNOWN_FIELD, "unknown field %s; did you mean \"%s\"?",
			                   shown, meant);
		jtn__join(list, sizeof(list), keys, count);
		return fail_at_key(&member, key, reterr, JTN_E_UNKNOWN_FIELD, "unknown field %s; known here: %s", shown, list);
	}
	return JTN_OK;
}

const char *
jtn__json_text(const struct jtn__value *value, struct jtn__arena *arena)
{
	const struct jtn__json *json = value->document;
	if (!value->node)
		return jtn__arena_copy(arena, "null", 4);
	size_t start = offset_of(json, value->node);
	return jtn__arena_copy(arena, json->text + start, jtn__json_value_end(json->text, json->length, start) - start);
}

bool
jtn__json_to_double(const char *text, double *ret)
{
	yyjson_val number;
	if (!yyjson_read_number(text, &number, YYJSON_READ_NOFLAG, NULL, NULL))
		return false;
	*ret = yyjson_get_num(&number) + 0.0; /* no negative zero */
	return true;
}

size_t
jtn__shortest_digits(double value, char digits[JTN__SHORTEST_DIGITS], int *retplace)
{
	char pool[1024], text[40];
	yyjson_alc allocator;
	yyjson_val number = {0};
	size_t length = 0, count = 0;
	struct jtn__decimal_text decimal;
	yyjson_alc_pool_init(&allocator, pool, sizeof(pool));
	yyjson_set_real(&number, value);
	const char *written = yyjson_val_write_opts(&number, YYJSON_WRITE_NOFLAG, &allocator, &length, NULL);
	if (!written || length >= sizeof(text))
		return 0;
	memcpy(text, written, length);
	if (jtn__decimal_scan(text, length, &decimal, NULL) != JTN_OK || decimal.count > JTN__SHORTEST_DIGITS)
		return 0;
	for (const char *at = decimal.first; count < decimal.count; at++)
		if (*at != '.')
			digits[count++] = *at;
	*retplace = (int)decimal.place;
	return count;
}
