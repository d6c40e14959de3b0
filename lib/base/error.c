/*
 * Error records: filled from parts without stdio or locale, cut at a character, safe to show whatever came in.
 * A double is shown by its shortest digits, which know no locale.
 */
#include "error.h"

#include "decimal.h"

#include <float.h>
#include <stdbool.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SHOWN_BYTES 40 /* of hostile text in a message */
#define NAME_BYTES 64  /* longer names are not looked up as typos */

static const char *const status_names[] = {
	[JTN_OK] = "ok",
	[JTN_E_ARGUMENT] = "argument",
	[JTN_E_ABI] = "abi",
	[JTN_E_MEMORY] = "memory",
	[JTN_E_SYNTAX] = "syntax",
	[JTN_E_LIMIT] = "limit",
	[JTN_E_UNKNOWN_FIELD] = "unknown_field",
	[JTN_E_MISSING_FIELD] = "missing_field",
	[JTN_E_DUPLICATE_KEY] = "duplicate_key",
	[JTN_E_TYPE] = "type",
	[JTN_E_RANGE] = "range",
	[JTN_E_CONTRADICTION] = "contradiction",
	[JTN_E_UNSUPPORTED] = "unsupported",
	[JTN_E_NOT_FOUND] = "not_found",
	[JTN_E_DOES_NOT_FIT] = "does_not_fit",
	[JTN_E_OVERFLOW] = "overflow",
	[JTN_E_INEXACT] = "inexact",
	[JTN_E_CURRENCY] = "currency",
	[JTN_E_ROWS] = "rows",
	[JTN_E_SPACE] = "space",
	[JTN_E_UNPRICED] = "unpriced_meter",
	[JTN_E_NO_PRICE] = "no_price_at_time",
	[JTN_E_UNKNOWN_MODEL] = "unknown_model",
	[JTN_E_AMBIGUOUS] = "ambiguous",
};

_Static_assert(sizeof(struct jtn_error) == 256, "struct jtn_error is 256 bytes for ever");
_Static_assert(offsetof(struct jtn_error, index) == 16 && offsetof(struct jtn_error, field) == 24 &&
                   offsetof(struct jtn_error, message) == 80,
               "the layout of struct jtn_error is frozen");

const char *
jtn_status_name(jtn_status status)
{
	if (status < 0 || (size_t)status >= COUNT(status_names))
		return "unknown_status";
	return status_names[status];
}

/* A buffer being filled: once something does not fit, nothing more goes in. */
struct sink {
	char *buffer;
	size_t room; /* left, terminator not counted */
	size_t used;
};

static struct sink
sink_over(char *buffer, size_t capacity)
{
	return (struct sink){buffer, capacity ? capacity - 1 : 0, 0};
}

static void
put(struct sink *sink, const char *bytes, size_t count)
{
	if (count > sink->room) {
		sink->room = 0;
		return;
	}
	memcpy(sink->buffer + sink->used, bytes, count);
	sink->used += count;
	sink->room -= count;
}

static size_t
finish(const struct sink *sink, size_t capacity)
{
	if (capacity)
		sink->buffer[sink->used] = '\0';
	return sink->used;
}

/* Bytes of the UTF-8 character at `at`, 0 when it is none (RFC 3629: no overlong forms, no surrogates). */
static size_t
character(const unsigned char *at, size_t left)
{
	unsigned char lead = at[0], low = 0x80, high = 0xBF;
	size_t count = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
	if (count == 0 || count > left)
		return 0;
	if (lead == 0xE0)
		low = 0xA0;
	else if (lead == 0xED)
		high = 0x9F;
	else if (lead == 0xF0)
		low = 0x90;
	else if (lead == 0xF4)
		high = 0x8F;
	for (size_t i = 1; i < count; i++) {
		if (at[i] < low || at[i] > high)
			return 0;
		low = 0x80;
		high = 0xBF;
	}
	return count;
}

bool
jtn__is_utf8(const char *text, size_t length)
{
	size_t at = 0, bytes = 1;
	for (; at < length && bytes; at += bytes)
		bytes = character((const unsigned char *)text + at, length - at);
	return bytes != 0;
}

/* Text as a terminal may safely see it. */
static void
put_text(struct sink *sink, const char *text, size_t length)
{
	for (size_t i = 0; i < length && sink->room;) {
		size_t bytes = character((const unsigned char *)text + i, length - i);
		bool control = bytes == 1 && ((unsigned char)text[i] < 0x20 || text[i] == 0x7F);
		if (bytes == 0 || control)
			put(sink, "?", 1);
		else
			put(sink, text + i, bytes);
		i += bytes ? bytes : 1;
	}
}

static void
put_integer(struct sink *sink, int64_t value)
{
	char digits[20];
	size_t first = sizeof(digits);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do
		digits[--first] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		digits[--first] = '-';
	put(sink, digits + first, sizeof(digits) - first);
}

static void
put_double(struct sink *sink, double value)
{
	char text[32];
	put(sink, text, jtn__format_double(text, sizeof(text), value, 6));
}

size_t
jtn__format_list(char *buffer, size_t capacity, const char *format, va_list arguments)
{
	struct sink sink = sink_over(buffer, capacity);
	while (*format) {
		const char *percent = strchr(format, '%');
		size_t plain = percent ? (size_t)(percent - format) : strlen(format);
		put_text(&sink, format, plain);
		format += plain;
		if (!percent)
			break;
		char kind = format[1];
		if (kind == 's') {
			const char *text = va_arg(arguments, const char *);
			put_text(&sink, text ? text : "?", text ? strlen(text) : 1);
		} else if (kind == 'd') {
			put_integer(&sink, va_arg(arguments, int64_t));
		} else if (kind == 'g') {
			put_double(&sink, va_arg(arguments, double));
		} else {
			put(&sink, "%", 1);
		}
		format += kind ? 2 : 1;
	}
	return finish(&sink, capacity);
}

size_t
jtn__format(char *buffer, size_t capacity, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	size_t length = jtn__format_list(buffer, capacity, format, arguments);
	va_end(arguments);
	return length;
}

size_t
jtn__quote(char buffer[JTN__QUOTE_SIZE], const char *text, size_t length)
{
	size_t shown = length;
	if (length > SHOWN_BYTES) {
		shown = SHOWN_BYTES;
		while (shown > SHOWN_BYTES - 4 && ((unsigned char)text[shown] & 0xC0) == 0x80)
			shown--;
	}
	struct sink sink = sink_over(buffer, JTN__QUOTE_SIZE);
	put(&sink, "\"", 1);
	put_text(&sink, text, shown);
	put(&sink, shown < length ? "…\"" : "\"", shown < length ? strlen("…\"") : 1);
	return finish(&sink, JTN__QUOTE_SIZE);
}

static jtn_status
fill(struct jtn_error *reterr, jtn_status status, int32_t line, int32_t column, const char *field, const char *format,
     va_list arguments)
{
	/* Made whole before it is stored: field and the arguments may point into *reterr. */
	struct jtn_error error = {.status = status, .line = line, .column = line ? column : 0, .index = -1};
	if (!reterr)
		return status;
	jtn__format(error.field, sizeof(error.field), "%s", field ? field : "");
	jtn__format_list(error.message, sizeof(error.message), format, arguments);
	*reterr = error;
	return status;
}

jtn_status
jtn__fail(struct jtn_error *reterr, jtn_status status, const char *field, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fill(reterr, status, 0, 0, field, format, arguments);
	va_end(arguments);
	return status;
}

jtn_status
jtn__fail_at(struct jtn_error *reterr, jtn_status status, int32_t line, int32_t column, const char *field,
             const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fill(reterr, status, line, column, field, format, arguments);
	va_end(arguments);
	return status;
}

/* Round digits to `keep` of them, half up; returns how many remain without trailing zeros. */
static size_t
round_digits(char *digits, size_t count, size_t keep, int *place)
{
	if (count <= keep)
		return count;
	bool up = digits[keep] >= '5';
	*place += (int)(count - keep);
	count = keep;
	while (count && (up ? digits[count - 1] == '9' : digits[count - 1] == '0')) {
		count--;
		++*place;
	}
	if (up && count == 0) {
		digits[count++] = '1';
	} else if (up) {
		digits[count - 1]++;
	}
	return count;
}

static void
put_zeros(struct sink *sink, int count)
{
	for (; count > 0; count--)
		put(sink, "0", 1);
}

static void
put_decimal(struct sink *sink, const char *digits, size_t count, int place)
{
	int top = place + (int)count; /* the value is 0.digits * 10^top */
	if (top < -6 || top > 15) {
		put(sink, digits, 1);
		if (count > 1)
			put(sink, ".", 1);
		put(sink, digits + 1, count - 1);
		put(sink, "e", 1);
		put_integer(sink, top - 1);
	} else if (top <= 0) {
		put(sink, "0.", 2);
		put_zeros(sink, -top);
		put(sink, digits, count);
	} else if (place >= 0) {
		put(sink, digits, count);
		put_zeros(sink, place);
	} else {
		put(sink, digits, (size_t)top);
		put(sink, ".", 1);
		put(sink, digits + top, count - (size_t)top);
	}
}

size_t
jtn__format_double(char *buffer, size_t capacity, double value, int digits)
{
	/* Written apart first: a number that does not fit is left out whole, never cut into another number. */
	char text[32], shortest[JTN__SHORTEST_DIGITS];
	int place = 0;
	struct sink number = sink_over(text, sizeof(text)), sink = sink_over(buffer, capacity);
	size_t keep = digits < 1 ? 1 : digits > 17 ? 17 : (size_t)digits;
	if (value < 0)
		put(&number, "-", 1);
	if (value != value)
		put(&number, "nan", 3);
	else if (value > DBL_MAX || value < -DBL_MAX)
		put(&number, "inf", 3);
	else if (value == 0)
		put(&number, "0", 1);
	else {
		size_t count = jtn__shortest_digits(value < 0 ? -value : value, shortest, &place);
		if (count == 0)
			put(&number, "?", 1); /* not known to happen */
		else
			count = round_digits(shortest, count, keep, &place);
		if (count)
			put_decimal(&number, shortest, count, place);
	}
	put(&sink, text, number.used);
	return finish(&sink, capacity);
}

size_t
jtn__join(char *buffer, size_t capacity, const char *const *names, size_t count)
{
	struct sink sink = sink_over(buffer, capacity);
	for (size_t i = 0; i < count; i++) {
		size_t reserve = i + 1 < count ? strlen(", …") : 0;
		if (strlen(names[i]) + reserve > sink.room) {
			put(&sink, "…", strlen("…"));
			break;
		}
		put_text(&sink, names[i], strlen(names[i]));
		put(&sink, ", ", i + 1 < count ? 2 : 0);
	}
	return finish(&sink, capacity);
}

/* Names are compared as people mistype them: case and the two dashes do not matter. */
static unsigned char
folded(char character)
{
	if (character >= 'A' && character <= 'Z')
		return (unsigned char)(character - 'A' + 'a');
	return (unsigned char)(character == '_' ? '-' : character);
}

/* Optimal string alignment: insert, delete, replace, or swap two neighbours. */
static size_t
edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned char rows[3][NAME_BYTES + 1];
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned char)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned char *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		row[0] = (unsigned char)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned char x = folded(a[i - 1]), y = folded(b[j - 1]);
			unsigned best = above[j - 1] + (x != y);
			if (above[j] + 1u < best)
				best = above[j] + 1u;
			if (row[j - 1] + 1u < best)
				best = row[j - 1] + 1u;
			bool swapped = i > 1 && j > 1 && x == folded(b[j - 2]) && y == folded(a[i - 2]);
			if (swapped && before[j - 2] + 1u < best)
				best = before[j - 2] + 1u;
			row[j] = (unsigned char)best;
		}
	}
	return rows[a_length % 3][b_length];
}

/* The shortest candidate that goes on where `name` ends: half an id is a likelier slip than two letters wrong. */
static const char *
shortest_continuation(const char *name, size_t length, const char *const *candidates, size_t count)
{
	const char *shortest = NULL;
	for (size_t i = 0; length > 2 && i < count; i++)
		if (candidates[i] && strncmp(candidates[i], name, length) == 0 &&
		    (!shortest || strlen(candidates[i]) < strlen(shortest)))
			shortest = candidates[i];
	return shortest;
}

const char *
jtn__nearest(const char *name, const char *const *candidates, size_t count)
{
	size_t least = NAME_BYTES, length = name ? strlen(name) : 0;
	if (length > NAME_BYTES)
		return NULL;
	const char *nearest = shortest_continuation(name, length, candidates, count);
	if (nearest)
		return nearest;
	for (size_t i = 0; i < count; i++) {
		size_t other = candidates[i] ? strlen(candidates[i]) : 0;
		if (other == 0 || length == 0 || other > NAME_BYTES)
			continue;
		/* A third of the letters wrong is a typo; more is another word. */
		size_t distance = edit_distance(name, length, candidates[i], other);
		if (distance < least && distance * 3 <= (length > other ? length : other)) {
			least = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}
