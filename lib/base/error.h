/* Filling struct jtn_error without stdio or locale, and passing failures on in one line. */
#ifndef JTN_BASE_ERROR_H
#define JTN_BASE_ERROR_H

#include "jeton/error.h"

#include <stdarg.h>
#include <stdbool.h>

/*
 * A message is built from parts by jtn__fail: text goes in as it is, "%s" takes a const char * (NULL prints as "?"),
 * "%d" an int64_t, "%g" a double in at most 6 significant digits, "%%" a percent sign. Anything longer than the
 * field is cut at a character; control characters and invalid UTF-8 become "?". Fields line and column become 0,
 * index -1.
 */
jtn_status
jtn__fail(struct jtn_error *reterr, jtn_status status, const char *field, const char *format, ...);

/* The same with a position; line 0 means none. */
jtn_status
jtn__fail_at(struct jtn_error *reterr, jtn_status status, int32_t line, int32_t column, const char *field,
             const char *format, ...);

/* The %-language of jtn__fail into any buffer; always terminates; returns the length written. */
size_t
jtn__format(char *buffer, size_t capacity, const char *format, ...);
size_t
jtn__format_list(char *buffer, size_t capacity, const char *format, va_list arguments);

/* Hostile text as a message may show it: in double quotes, cut after 40 bytes with an ellipsis. Returns its length. */
#define JTN__QUOTE_SIZE 48
size_t
jtn__quote(char buffer[JTN__QUOTE_SIZE], const char *text, size_t length);

/* Whether text is UTF-8 throughout. */
bool
jtn__is_utf8(const char *text, size_t length);

/* A double in at most `digits` (1..17) significant digits, shortest, no exponent between 1e-7 and 1e15, no locale. */
size_t
jtn__format_double(char *buffer, size_t capacity, double value, int digits);

/* "a, b, c", ending in "…" where not all fit. Returns the length written. */
size_t
jtn__join(char *buffer, size_t capacity, const char *const *names, size_t count);

/*
 * The shortest candidate that begins with `name`, else the nearest by edit distance; NULL when none is near enough to be
 * a likely typo.
 */
const char *
jtn__nearest(const char *name, const char *const *candidates, size_t count);

#define JTN__TRY(expression)                   \
	do {                                       \
		jtn_status jtn__status = (expression); \
		if (jtn__status != JTN_OK)             \
			return jtn__status;                \
	} while (0)

#endif
