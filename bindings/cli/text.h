/* A growing piece of text, and the number formats of the command. The C locale is never left, so '.' is the point. */
#ifndef JETON_CLI_TEXT_H
#define JETON_CLI_TEXT_H

#include <stddef.h>

struct text {
	char *bytes; /* NUL-terminated once anything was added; NULL before */
	size_t length;
	size_t capacity;
};

void
text_add(struct text *text, const char *more);
void
text_add_bytes(struct text *text, const char *more, size_t length);
/* Where at least `most` bytes may be written; text_used() then says where they ended. For rows written by hand. */
char *
text_room(struct text *text, size_t most);
void
text_used(struct text *text, const char *end);
#if defined(__GNUC__) || defined(__clang__)
__attribute__((format(printf, 2, 3)))
#endif
void
text_addf(struct text *text, const char *format, ...);
/* Text from elsewhere, for a terminal: control characters become '?'. */
void
text_add_clean(struct text *text, const char *more);
void
text_fill(struct text *text, const char *unit, int times);
/* `more` in a column of `width` characters; negative width puts it to the right. Never cuts. */
void
text_column(struct text *text, const char *more, int width);
/* Words of `more` broken at `width`, further lines indented by `indent`; the first is taken to begin there too. */
void
text_wrap(struct text *text, const char *more, int indent, int width);
/* A newline, with the spaces before it taken away. */
void
text_end_line(struct text *text);
/* Forget the content, keep the memory. */
void
text_clear(struct text *text);
void
text_free(struct text *text);
const char *
text_string(const struct text *text);

/* How much of the first `most` bytes are whole characters. */
size_t
text_whole(const char *bytes, size_t most);

/* Characters of UTF-8 text: columns, as long as nothing wide or combining is in it. */
int
text_width(const char *bytes);

/* A JSON string; a double at full precision (null where it is not finite). */
void
text_json_string(struct text *text, const char *value);
void
text_json_bytes(struct text *text, const char *value, size_t length);
void
text_json_number(struct text *text, double value);

#define NUMBER_SIZE 400 /* the largest double without an exponent, with commas */

/* `digits` significant digits, no exponent, no trailing zeros: how money is written in JSON. Returns buffer. */
char *
number_plain(double value, int digits, char buffer[NUMBER_SIZE]);
/* The same with as many digits as it takes to read back as the same double. */
char *
number_exact(double value, char buffer[NUMBER_SIZE]);
/* `digits` significant digits with trailing zeros kept and thousands apart: how people read it. Returns buffer. */
char *
number_read(double value, int digits, char buffer[NUMBER_SIZE]);
/* A count in short: 70.6 B, 8.03 B, 131 K. Returns buffer. */
char *
number_short(double value, char buffer[NUMBER_SIZE]);
/* A number of tokens as contexts are spoken of: 4k for 4096, else in full. Returns buffer. */
char *
number_context(double tokens, char buffer[NUMBER_SIZE]);

#endif
