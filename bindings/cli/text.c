/* Growing text and number formats. */
#include "text.h"

#include "cli.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
reserve(struct text *text, size_t more)
{
	if (more >= SIZE_MAX / 2 - text->length) {
		cli_error("a text of more than half the address space");
		exit(CLI_USAGE);
	}
	size_t needed = text->length + more + 1;
	if (needed <= text->capacity)
		return;
	size_t capacity = text->capacity < 64 ? 64 : text->capacity;
	while (capacity < needed)
		capacity *= 2;
	text->bytes = cli_grow(text->bytes, capacity);
	text->capacity = capacity;
}

void
text_add_bytes(struct text *text, const char *more, size_t length)
{
	reserve(text, length);
	if (length > 0)
		memcpy(text->bytes + text->length, more, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

char *
text_room(struct text *text, size_t most)
{
	reserve(text, most);
	return text->bytes + text->length;
}

void
text_used(struct text *text, const char *end)
{
	text->length = (size_t)(end - text->bytes);
	text->bytes[text->length] = '\0';
}

void
text_add(struct text *text, const char *more)
{
	text_add_bytes(text, more, strlen(more));
}

void
text_addf(struct text *text, const char *format, ...)
{
	va_list arguments, again;
	if (!format) /* never; but gcc wants to see it under the sanitizers */
		return;
	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length > 0) {
		reserve(text, (size_t)length);
		vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
		text->length += (size_t)length;
	}
	va_end(again);
}

void
text_add_clean(struct text *text, const char *more)
{
	const unsigned char *at = (const unsigned char *)more;
	for (; *at; at++) {
		if (*at < 0x20 || *at == 0x7f) {
			text_add(text, "?");
		} else if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f) { /* the C1 controls, ESC [ among them */
			text_add(text, "?");
			at++;
		} else {
			text_add_bytes(text, (const char *)at, 1);
		}
	}
}

void
text_fill(struct text *text, const char *unit, int times)
{
	for (int i = 0; i < times; i++)
		text_add(text, unit);
}

void
text_column(struct text *text, const char *more, int width)
{
	int gap = (width < 0 ? -width : width) - text_width(more);
	if (width < 0)
		text_fill(text, " ", gap);
	text_add(text, more);
	if (width > 0)
		text_fill(text, " ", gap);
}

void
text_wrap(struct text *text, const char *more, int indent, int width)
{
	int column = indent;
	while (*more) {
		size_t length = strcspn(more, " ");
		int columns = 0;
		for (size_t i = 0; i < length; i++)
			columns += ((unsigned char)more[i] & 0xc0) != 0x80;
		if (column > indent && column + 1 + columns > width) {
			text_add(text, "\n");
			text_fill(text, " ", indent);
			column = indent;
		} else if (column > indent) {
			text_add(text, " ");
			column++;
		}
		text_add_bytes(text, more, length);
		column += columns;
		more += length;
		while (*more == ' ')
			more++;
	}
}

void
text_end_line(struct text *text)
{
	while (text->length > 0 && text->bytes[text->length - 1] == ' ')
		text->length--;
	text_add(text, "\n");
}

void
text_clear(struct text *text)
{
	text->length = 0;
	if (text->bytes)
		text->bytes[0] = '\0';
}

void
text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){0};
}

const char *
text_string(const struct text *text)
{
	return text->bytes ? text->bytes : "";
}

size_t
text_whole(const char *bytes, size_t most)
{
	size_t length = strlen(bytes);
	if (length <= most)
		return length;
	while (most > 0 && ((unsigned char)bytes[most] & 0xc0) == 0x80)
		most--;
	return most;
}

int
text_width(const char *bytes)
{
	int width = 0;
	for (; *bytes; bytes++)
		width += ((unsigned char)*bytes & 0xc0) != 0x80;
	return width;
}

void
text_json_bytes(struct text *text, const char *value, size_t length)
{
	text_add_bytes(text, "\"", 1);
	for (size_t at = 0; at < length;) {
		size_t plain = at;
		while (plain < length && (unsigned char)value[plain] >= 0x20 && value[plain] != '"' && value[plain] != '\\')
			plain++;
		text_add_bytes(text, value + at, plain - at);
		if (plain < length && (unsigned char)value[plain] >= 0x20)
			text_addf(text, "\\%c", value[plain]);
		else if (plain < length)
			text_addf(text, "\\u%04x", (unsigned)(unsigned char)value[plain]);
		at = plain + 1;
	}
	text_add_bytes(text, "\"", 1);
}

void
text_json_string(struct text *text, const char *value)
{
	text_json_bytes(text, value, strlen(value));
}

void
text_json_number(struct text *text, double value)
{
	if (!isfinite(value)) {
		text_add(text, "null");
		return;
	}
	char buffer[32];
	for (int digits = 15; digits <= 17; digits++) { /* the shortest that reads back as the same double */
		snprintf(buffer, sizeof(buffer), "%.*g", digits, value);
		if (strtod(buffer, NULL) == value)
			break;
	}
	text_add(text, buffer);
}

/* The significant digits of |value| and the power of ten of the first. */
static int
digits_of(double value, int digits, char *ret)
{
	char buffer[40];
	snprintf(buffer, sizeof(buffer), "%.*e", digits - 1, fabs(value));
	size_t used = 0;
	char *at = buffer;
	for (; *at && *at != 'e'; at++)
		if (*at != '.')
			ret[used++] = *at;
	ret[used] = '\0';
	return *at ? atoi(at + 1) : 0;
}

/* Lays digits out around the point; `group` puts a comma between thousands. */
static char *
lay_out(bool negative, const char *digits, int exponent, bool group, char *buffer)
{
	char *to = buffer;
	int count = (int)strlen(digits);
	if (negative)
		*to++ = '-';
	if (exponent < 0)
		*to++ = '0';
	for (int i = 0; i <= exponent; i++) {
		*to++ = i < count ? digits[i] : '0';
		if (group && i < exponent && (exponent - i) % 3 == 0)
			*to++ = ',';
	}
	if (exponent + 1 < count) {
		*to++ = '.';
		for (int i = -1; i > exponent; i--)
			*to++ = '0';
		for (int i = exponent + 1 > 0 ? exponent + 1 : 0; i < count; i++)
			*to++ = digits[i];
	}
	*to = '\0';
	return buffer;
}

char *
number_plain(double value, int digits, char buffer[NUMBER_SIZE])
{
	if (value == 0 || !isfinite(value))
		return strcpy(buffer, value == 0 ? "0" : "?");
	char figures[40];
	int exponent = digits_of(value, digits, figures);
	for (size_t last = strlen(figures); last > 1 && figures[last - 1] == '0'; last--)
		figures[last - 1] = '\0';
	return lay_out(value < 0, figures, exponent, false, buffer);
}

char *
number_exact(double value, char buffer[NUMBER_SIZE])
{
	for (int digits = 15; digits <= 17; digits++)
		if (strtod(number_plain(value, digits, buffer), NULL) == value)
			break;
	return buffer;
}

char *
number_read(double value, int digits, char buffer[NUMBER_SIZE])
{
	if (value == 0 || !isfinite(value))
		return strcpy(buffer, value == 0 ? "0" : "?");
	char figures[40];
	int exponent = digits_of(value, digits, figures);
	if (exponent + 1 > digits && exponent < 15) /* a whole number that wide is given in full: 1,234 and not 1,230 */
		exponent = digits_of(value, exponent + 1, figures);
	return lay_out(value < 0, figures, exponent, true, buffer);
}

char *
number_short(double value, char buffer[NUMBER_SIZE])
{
	static const char *const names[] = {"", " K", " M", " B", " T"};
	size_t step = 0;
	while (step < 4 && fabs(value) >= 999.5) {
		value /= 1000;
		step++;
	}
	number_read(value, 3, buffer);
	return strcat(buffer, names[step]);
}

char *
number_context(double tokens, char buffer[NUMBER_SIZE])
{
	if (tokens >= 1024 && tokens < 1e15 && fmod(tokens, 1024) == 0) {
		number_plain(tokens / 1024, 15, buffer);
		return strcat(buffer, "k");
	}
	return number_plain(tokens, 15, buffer);
}
