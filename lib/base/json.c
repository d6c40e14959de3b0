/*
 * JSON behind limits: yyjson parses a copy in the arena, numbers stay text, and what yyjson lets pass (duplicate keys,
 * NULs, depth, length) is refused in json_check.c. A position is found only when an error asks for it, by counting tokens in the
 * caller's text: yyjson lays values out in the order of their first bytes, so the n-th value is the n-th token.
 */
#include "json.h"

#include "decimal.h"
#include "json_node.h"
#include "json_text.h"
#include "json_tree.h"

#include <string.h>
#include <yyjson.h>

#define SHORT_TEXT \
	8192u /* [bytes] up to here memory for the most values a text can have costs less than counting them */

const char jtn__json_too_deep[] = "nested too deep; at most 64 levels are read";

size_t
jtn__json_offset_of(const struct jtn__json *json, const yyjson_val *node)
{
	const yyjson_val *near = node;
	size_t offset = 0;
	while (near > json->root && !yyjson_is_str((yyjson_val *)near) && !yyjson_is_raw((yyjson_val *)near))
		near--;
	if (near > json->root)
		offset = (size_t)(unsafe_yyjson_get_str((yyjson_val *)near) - json->copy) - yyjson_is_str((yyjson_val *)near);
	return offset + jtn__json_token(json->text + offset, json->length - offset, (size_t)(node - near));
}

static void *
supply_allocate(void *context, size_t size)
{
	struct jtn__supply *supply = context;
	if (supply->memory && size <= supply->block)
		return supply->memory;
	if (size > supply->block)
		supply->block = size;
	supply->memory = jtn__arena_room(supply->arena, supply->block, 1);
	return supply->memory;
}

static void *
supply_grow(void *context, void *block, size_t old_size, size_t size)
{
	struct jtn__supply *supply = context;
	if (size <= supply->block)
		return block;
	void *larger = jtn__arena_room(supply->arena, size, 1);
	if (!larger)
		return NULL;
	*supply = (struct jtn__supply){supply->arena, larger, size};
	return memcpy(larger, block, old_size);
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

static size_t
depth_of(const struct jtn__value *value)
{
	size_t depth = 0;
	for (const struct jtn__value *up = value->parent; up && depth < JTN__JSON_DEPTH; up = up->parent)
		depth++;
	return depth;
}

static struct jtn__cursor *
cursor_of(const struct jtn__value *value)
{
	struct jtn__cursors *cursors = value->document->cursors;
	cursors->used = true;
	return &cursors->levels[depth_of(value)];
}

static void
locate(const struct jtn__value *value, const yyjson_val *node, int32_t *retline, int32_t *retcolumn)
{
	const struct jtn__json *json = value->document;
	const struct jtn__cursor *levels = json->cursors->levels;
	struct jtn__place *place = &cursor_of(value)->place, start = {0, 0, 0};
	size_t offset = jtn__json_offset_of(json, node);
	int32_t line, column;
	for (size_t i = 0; i <= JTN__JSON_DEPTH; i++)
		if (levels[i].place.offset <= offset && levels[i].place.offset > start.offset)
			start = levels[i].place;
	jtn__json_locate(json->text + start.offset, offset - start.offset, &line, &column);
	*place = (struct jtn__place){offset, start.line + line - 1, (line == 1 ? start.column : 0) + column - 1};
	*retline = place->line + 1;
	*retcolumn = place->column + 1;
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
		locate(value, node, &line, &column);
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

jtn_status
jtn__json_fail_at(const char *text, size_t offset, struct jtn_error *reterr, jtn_status status, const char *message)
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
		return jtn__json_fail_at(text, length, reterr, JTN_E_SYNTAX, "the text is empty; expected a JSON object");
	if (error->code == YYJSON_READ_ERROR_UNEXPECTED_END)
		return jtn__json_fail_at(text, length, reterr, JTN_E_SYNTAX,
		                         "invalid JSON: the text ends too early; a closing quote, bracket or brace is missing");
	/* Where a digit is missing, yyjson points behind what stands there instead. */
	if (error->code == YYJSON_READ_ERROR_INVALID_NUMBER && at > 0 && !is_number_part(text[at - 1]) &&
	    (at == length || !is_number_part(text[at])))
		at--;
	jtn__format(message, sizeof(message), "invalid JSON: %s%s", error->msg, syntax_hint(text, length, at));
	return jtn__json_fail_at(text, at, reterr, JTN_E_SYNTAX, message);
}

static jtn_status
parse_into(struct jtn__json *json, const char *text, size_t length, bool array, struct jtn_error *reterr)
{
	yyjson_alc allocator = {supply_allocate, supply_grow, supply_free, &json->supply};
	yyjson_read_err error;
	json->text = text;
	json->length = length;
	memcpy(json->copy, text, length);
	/* One space more, so that yyjson does not take a wrong last byte for a text that ends too early. */
	json->copy[length] = ' ';
	memset(json->copy + length + 1, 0, YYJSON_PADDING_SIZE);
	yyjson_doc *doc =
		yyjson_read_opts(json->copy, length + 1, YYJSON_READ_INSITU | YYJSON_READ_NUMBER_AS_RAW, &allocator, &error);
	if (!doc)
		return syntax_error(text, length, &error, reterr);
	json->root = yyjson_doc_get_root(doc);
	if (!yyjson_is_obj(json->root) && !(array && yyjson_is_arr(json->root))) {
		struct jtn__value root;
		jtn__json_root(json, &root);
		return jtn__json_fail(&root, reterr, JTN_E_TYPE, "expected a JSON object, {…}, found %s",
		                      yyjson_is_raw(json->root) ? "a number" : yyjson_get_type_desc(json->root));
	}
	return jtn__json_check(json, yyjson_doc_get_val_count(doc), reterr);
}

static jtn_status
check_length(const char *text, size_t length, const void *ret, struct jtn_error *reterr)
{
	if (!text || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, text ? "ret" : "text", "%s is NULL", text ? "ret" : "text");
	if (length == 0)
		return jtn__fail_at(reterr, JTN_E_SYNTAX, 1, 1, "", "the text is empty; expected a JSON object");
	if (length > JTN__JSON_BYTES)
		return jtn__fail(reterr, JTN_E_LIMIT, "", "a document of %d bytes; at most %d are read", (int64_t)length,
		                 (int64_t)JTN__JSON_BYTES);
	return JTN_OK;
}

static jtn_status
survey(const char *text, size_t length, size_t *retvalues, struct jtn_error *reterr)
{
	size_t deep = jtn__json_survey(text, length, retvalues);
	return deep < length ? jtn__json_fail_at(text, deep, reterr, JTN_E_LIMIT, jtn__json_too_deep) : JTN_OK;
}

/* yyjson grows by half when full: with half as much again as there are values, always in place. */
static size_t
block_for(size_t values)
{
	return (values + values / 2 + 16) * sizeof(yyjson_val);
}

/* An empty document with memory for a text of `room` bytes and for so many values. */
static jtn_status
make_room(size_t room, size_t values, const struct jtn_allocator *allocator, struct jtn__json **ret,
          struct jtn_error *reterr)
{
	struct jtn__arena *arena;
	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	struct jtn__json *json = jtn__arena_take(arena, 1, sizeof(*json));
	char *copy = jtn__arena_room(arena, room + 1 + YYJSON_PADDING_SIZE, 1);
	struct jtn__cursors *cursors = jtn__arena_take(arena, 1, sizeof(*cursors));
	if (!json || !copy || !cursors) {
		jtn__arena_free(arena);
		return out_of_memory(room, reterr);
	}
	*json = (struct jtn__json){
		.arena = arena, .room = room, .copy = copy, .supply = {arena, NULL, block_for(values)}, .cursors = cursors};
	*ret = json;
	return JTN_OK;
}

static jtn_status
parse(const char *text, size_t length, bool array, const struct jtn_allocator *allocator, struct jtn__json **ret,
      struct jtn_error *reterr)
{
	struct jtn__json *json;
	size_t values = 0;
	JTN__TRY(check_length(text, length, ret, reterr));
	JTN__TRY(survey(text, length, &values, reterr));
	JTN__TRY(make_room(length, values, allocator, &json, reterr));
	json->any = array;
	jtn_status status = parse_into(json, text, length, array, reterr);
	if (status == JTN_OK)
		*ret = json;
	else
		jtn__json_free(json);
	return status;
}

jtn_status
jtn__json_again(struct jtn__json **kept, const char *text, size_t length, bool any,
                const struct jtn_allocator *allocator, struct jtn_error *reterr)
{
	struct jtn__json *json = *kept;
	size_t values = length / 2 + 1; /* the most there can be: [1,1,1] */
	if (json)
		json->root = NULL;
	JTN__TRY(check_length(text, length, kept, reterr));
	if (length > SHORT_TEXT)
		JTN__TRY(survey(text, length, &values, reterr));
	if (json && json->room >= length && json->supply.block >= block_for(values)) {
		if (json->cursors->used)
			memset(json->cursors, 0, sizeof(*json->cursors));
		return parse_into(json, text, length, any, reterr);
	}
	/* Twice what is asked for, so that a rising length comes to few allocations. */
	*kept = NULL;
	jtn__json_free(json);
	JTN__TRY(make_room(2 * length, 2 * values, allocator, kept, reterr));
	return parse_into(*kept, text, length, any, reterr);
}

jtn_status
jtn__json_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn__json **ret,
                struct jtn_error *reterr)
{
	return parse(text, length, false, allocator, ret, reterr);
}

jtn_status
jtn__json_parse_any(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn__json **ret,
                    struct jtn_error *reterr)
{
	return parse(text, length, true, allocator, ret, reterr);
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

enum jtn__repeat
jtn__json_repeat(const struct jtn__value *value)
{
	const struct jtn__json *json = value->document;
	enum jtn__repeat worst = JTN__REPEAT_NONE;
	for (size_t i = 0; i < json->repeat_count; i++)
		if (json->repeats[i].value == value->node && json->repeats[i].repeat > worst)
			worst = json->repeats[i].repeat;
	return worst;
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

const char *
jtn__json_bytes(const struct jtn__value *value, size_t *retlength)
{
	*retlength = yyjson_get_len(value->node);
	return jtn__json_literal(value);
}

bool
jtn__json_member(const struct jtn__value *object, const char *key, struct jtn__value *ret)
{
	size_t length = strlen(key), left = yyjson_obj_size(object->node);
	yyjson_val *at = left ? unsafe_yyjson_get_first(object->node) : NULL;
	*ret = (struct jtn__value){.document = object->document, .parent = object, .key = key};
	while (left && (unsafe_yyjson_get_len(at) != length || *unsafe_yyjson_get_str(at) != *key ||
	                memcmp(unsafe_yyjson_get_str(at), key, length) != 0))
		if (--left)
			at = unsafe_yyjson_get_next(at + 1);
	ret->node = left && !yyjson_is_null(at + 1) ? at + 1 : NULL;
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
	if (index >= jtn__json_count(value))
		return NULL;
	struct jtn__cursor *cursor = cursor_of(value);
	if (cursor->container != value->node || index < cursor->index) {
		cursor->container = value->node;
		cursor->child = (yyjson_val *)value->node + 1;
		cursor->index = 0;
	}
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

void
jtn__json_walk(const struct jtn__value *container, struct jtn__walk *ret)
{
	jtn__node_walk(container, ret);
}

bool
jtn__json_next(struct jtn__walk *walk, struct jtn__value *ret, size_t *retlength)
{
	return jtn__node_next(walk, ret, retlength);
}

static bool
is_key(const char *text, const char *key)
{
	return *text == *key && strcmp(text, key) == 0;
}

static jtn_status
refuse_key(const struct jtn__value *member, const char *const *keys, size_t count, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE], list[96];
	const yyjson_val *key = (const yyjson_val *)member->node - 1;
	const char *meant = jtn__nearest(member->key, keys, count);
	jtn__quote(shown, member->key, strlen(member->key));
	if (meant)
		return fail_at_key(member, key, reterr, JTN_E_UNKNOWN_FIELD, "unknown field %s; did you mean \"%s\"?", shown,
		                   meant);
	jtn__join(list, sizeof(list), keys, count);
	return fail_at_key(member, key, reterr, JTN_E_UNKNOWN_FIELD, "unknown field %s; known here: %s", shown, list);
}

jtn_status
jtn__json_only(const struct jtn__value *object, const char *const *keys, size_t count, struct jtn_error *reterr)
{
	uint64_t found;
	return jtn__json_found(object, keys, count, &found, reterr);
}

jtn_status
jtn__json_found(const struct jtn__value *object, const char *const *keys, size_t count, uint64_t *retfound,
                struct jtn_error *reterr)
{
	*retfound = 0;
	struct jtn__walk walk;
	struct jtn__value member;
	size_t length, guess = 0;
	jtn__node_walk(object, &walk);
	while (jtn__json_is_object(object) && jtn__node_next(&walk, &member, &length)) {
		size_t tried = 0;
		for (; tried < count && !is_key(member.key, keys[guess]); tried++)
			guess = guess + 1 < count ? guess + 1 : 0; /* most write them in the order of the list */
		if (tried == count)
			return refuse_key(&member, keys, count, reterr);
		*retfound |= UINT64_C(1) << (guess & 63);
		guess = guess + 1 < count ? guess + 1 : 0;
	}
	return JTN_OK;
}

const char *
jtn__json_text(const struct jtn__value *value, struct jtn__arena *arena)
{
	size_t length;
	const char *source = value->node ? jtn__json_source(value, &length) : NULL;
	return source ? jtn__arena_copy(arena, source, length) : jtn__arena_copy(arena, "null", 4);
}

const char *
jtn__json_source(const struct jtn__value *value, size_t *retlength)
{
	const struct jtn__json *json = value->document;
	const char *literal = jtn__json_literal(value);
	size_t quotes = jtn__json_is_string(value), length = literal ? yyjson_get_len(value->node) : 0;
	size_t start = literal ? (size_t)(literal - json->copy) - quotes : jtn__json_offset_of(json, value->node);
	/* As long in the text, but where there is an escape, and the first of them lies within as many bytes. */
	if (literal && !(quotes && memchr(json->text + start, '\\', length + 1)))
		*retlength = length + 2 * quotes;
	else
		*retlength = jtn__json_value_end(json->text, json->length, start) - start;
	return json->text + start;
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
