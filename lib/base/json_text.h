/* JSON as text: limits that come before parsing, and positions that errors ask for after it. Offsets are in bytes. */
#ifndef JTN_BASE_JSON_TEXT_H
#define JTN_BASE_JSON_TEXT_H

#include "json.h"

/*
 * One pass over what may be no JSON at all: at most how many values there are, and where nesting gets too deep.
 * Returns the offset of the opening bracket that is one too many, or `length`.
 */
size_t
jtn__json_survey(const char *text, size_t length, size_t *retvalues);

/* Where token `index` of valid JSON starts: keys and values count, in the order of their first bytes. */
size_t
jtn__json_token(const char *text, size_t length, size_t index);

/* The offset after the whole value that starts at `at`, in valid JSON. */
size_t
jtn__json_value_end(const char *text, size_t length, size_t at);

/* An offset as line and column, both from 1. */
void
jtn__json_locate(const char *text, size_t offset, int32_t *retline, int32_t *retcolumn);

#endif
