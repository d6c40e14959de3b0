/* Any bytes as JSON: refused with a reason and a place, or readable in every way there is. */
#include "base/json.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
promise(bool kept)
{
	if (!kept)
		abort();
}

static void
check_error(const struct jtn_error *error, jtn_status status, const char *text, size_t size)
{
	promise(error->status == status && status != JTN_OK);
	promise(memchr(error->field, '\0', sizeof(error->field)) && memchr(error->message, '\0', sizeof(error->message)));
	promise(error->line >= 0 && (error->line > 0) == (error->column > 0));
	if (error->line) {
		const char *at = text, *end = text + size;
		for (int32_t line = 1; line < error->line; line++) {
			const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
			promise(newline != NULL);
			at = newline + 1;
		}
		promise(error->column - 1 <= end - at);
	}
}

static void
read_typed(const struct jtn__value *value, const char *text, size_t size)
{
	static const char *const names[] = {"a", "bf16", "fp8"};
	struct jtn_error error;
	const char *string;
	double number;
	int64_t integer;
	size_t choice;
	bool flag;
	jtn_status status = jtn__json_number(value, -DBL_MAX, DBL_MAX, &number, &error);

	if (status == JTN_OK)
		promise(number >= -DBL_MAX && number <= DBL_MAX);
	else
		check_error(&error, status, text, size);
	status = jtn__json_amount(value, 0, 1000, &number, &error);
	promise(status != JTN_OK || (number >= 0 && number <= 1000));
	status = jtn__json_integer(value, INT64_MIN, INT64_MAX, &integer, &error);
	if (status != JTN_OK)
		check_error(&error, status, text, size);
	else if (integer > -1000000 && integer < 1000000)
		promise(jtn__json_number(value, -1e6, 1e6, &number, NULL) == JTN_OK && number == (double)integer);
	status = jtn__json_string(value, &string, &error);
	if (status == JTN_OK)
		promise(strlen(string) <= JTN__JSON_STRING);
	else
		check_error(&error, status, text, size);
	if ((status = jtn__json_choice(value, names, 3, &choice, &error)) != JTN_OK)
		check_error(&error, status, text, size);
	if ((status = jtn__json_boolean(value, &flag, &error)) != JTN_OK)
		check_error(&error, status, text, size);
}

/* What positions and paths cost is linear in the text, so only so many values are asked for theirs. */
static void
walk(const struct jtn__value *value, const char *text, size_t size, int *left)
{
	static const char *const keys[] = {"a", "source"};
	struct jtn_error error;
	struct jtn__value child;
	jtn_status status;

	if (--*left < 0)
		return;
	read_typed(value, text, size);
	status = jtn__json_only(value, keys, 2, &error);
	if (status != JTN_OK)
		check_error(&error, status, text, size);
	for (size_t i = 0; i < jtn__json_count(value); i++) {
		if (jtn__json_is_object(value)) {
			struct jtn__value member;
			jtn__json_entry(value, i, &child);
			promise(*left < 0 || jtn__json_member(value, child.key, &member) == !jtn__json_is_null(&child));
		} else {
			jtn__json_element(value, i, &child);
		}
		promise(child.node != NULL);
		walk(&child, text, size, left);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	struct jtn__json *json = NULL, *again = NULL;
	struct jtn__arena *arena = NULL;
	struct jtn__value root;
	struct jtn_error error;
	int left = 200;
	jtn_status status = jtn__json_parse(text, size, NULL, &json, &error);

	if (status != JTN_OK) {
		promise(json == NULL);
		check_error(&error, status, text, size);
		return 0;
	}
	jtn__json_root(json, &root);
	walk(&root, text, size, &left);
	/* an object's own text is JSON again */
	promise(jtn__arena_new(NULL, &arena, NULL) == JTN_OK);
	const char *own = jtn__json_text(&root, arena);
	promise(own && jtn__json_parse(own, strlen(own), NULL, &again, NULL) == JTN_OK);
	jtn__json_free(again);
	jtn__arena_free(arena);
	jtn__json_free(json);
	return 0;
}
