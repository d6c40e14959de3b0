/**
 * @file
 * Time: instants as nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted, and as RFC 3339 text.
 */
#ifndef JETON_TIME_H
#define JETON_TIME_H

#include "error.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An instant from RFC 3339 text: "2026-01-01T00:00:00Z", "2025-06-09T21:00:00.5-05:00"; a bare date is midnight UTC.
 * Two texts of the same instant give the same number.
 *
 * @param text   [length] characters; borrowed
 * @param length [bytes]
 * @param ret    [ns since 1970-01-01T00:00:00Z]; years 1678 to 2261
 * @param reterr filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_SYNTAX, JTN_E_RANGE
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_time_parse(const char *text, size_t length, int64_t *ret, struct jtn_error *reterr) JTN_CHECK;

/** Longest text jtn_time_format() writes, terminating NUL included [bytes]. */
#define JTN_TIME_TEXT_SIZE 40

/**
 * An instant as RFC 3339 text in UTC, with as many decimals as it takes: "2026-01-01T00:00:00Z".
 *
 * @param time_ns  [ns since 1970-01-01T00:00:00Z]
 * @param buffer   [capacity] characters; the caller's. Left untouched when too small
 * @param capacity [bytes]; JTN_TIME_TEXT_SIZE always suffices
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_SPACE
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_time_format(int64_t time_ns, char *buffer, size_t capacity) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
