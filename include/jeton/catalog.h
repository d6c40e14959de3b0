/**
 * @file
 * The built-in catalogue: reviewed text, embedded at build, by kind and id. Every entry is read by the same parser
 * as a file of yours (jtn_<kind>_parse); jtn_<kind>_find() is both steps in one.
 */
#ifndef JETON_CATALOG_H
#define JETON_CATALOG_H

#include "error.h"

/** Kinds of catalogue entry. Append-only. */
enum jtn_catalog_kind {
	JTN_CATALOG_HARDWARE = 1,
	JTN_CATALOG_STACK = 2,
	JTN_CATALOG_MODEL = 3,
	JTN_CATALOG_HOUR = 4,
	JTN_CATALOG_BOOK = 5
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * How many entries a kind has.
 *
 * @param kind enum jtn_catalog_kind
 * @return the number; 0 for a kind this library does not know
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API size_t
jtn_catalog_count(int32_t kind);

/**
 * The id of one entry. Ids are in byte order.
 *
 * @param kind  enum jtn_catalog_kind
 * @param index 0 to jtn_catalog_count(kind) - 1
 * @return static text, borrowed for ever; NULL outside that range
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API const char *
jtn_catalog_id(int32_t kind, size_t index);

/**
 * An entry's text: one JSON object with its figures, units, sources and dates.
 *
 * @param kind      enum jtn_catalog_kind
 * @param id        NUL-terminated; borrowed
 * @param rettext   static text, borrowed for ever, NUL-terminated
 * @param retlength its length without the terminator [bytes]; may be NULL
 * @param reterr    filled on failure only, naming the nearest id; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_NOT_FOUND
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_catalog_text(int32_t kind, const char *id, const char **rettext, size_t *retlength, struct jtn_error *reterr)
	JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
