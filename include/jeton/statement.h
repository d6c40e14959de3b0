/**
 * @file
 * Statement: exact sums of charges and of quantities per meter, by up to four keys. Handle. Merging is associative and
 * commutative, bit for bit, so any partition of the rows gives the same statement.
 */
#ifndef JETON_STATEMENT_H
#define JETON_STATEMENT_H

#include "arena.h"
#include "charge.h"

struct jtn_statement;

/** The most keys a statement groups by. */
#define JTN_STATEMENT_KEYS 4

/** Options, written by the library: one group. Text is borrowed from the statement until it next changes. */
struct jtn_group {
	uint32_t size;                  /**< sizeof(struct jtn_group), set by the caller */
	uint32_t count;                 /**< meters summed */
	const char *keys[4];            /**< NUL-terminated; NULL: the rows had none, and beyond the statement's keys */
	struct jtn_money total;
	const struct jtn_count *counts; /**< [count] sums per meter, by meter, none zero */
	uint64_t rows;                  /**< charges summed */
	uint64_t failed;                /**< rows that could not be rated */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Make an empty statement.
 *
 * @param currency  ISO 4217, NUL-terminated; one statement has one currency
 * @param names     [key_count] names of the keys, NUL-terminated, none twice; copied
 * @param key_count 0 to JTN_STATEMENT_KEYS
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned; free with jtn_statement_free()
 * @param reterr    filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY
 * Threads: pure. Allocates: one arena, which grows with the groups. @since 0.1
 */
JTN_API jtn_status
jtn_statement_new(const char *currency, const char *const *names, size_t key_count,
                  const struct jtn_allocator *allocator, struct jtn_statement **ret, struct jtn_error *reterr)
	JTN_CHECK;

/** Free a statement; NULL is fine. Threads: exclusive. @since 0.1 */
JTN_API void
jtn_statement_free(struct jtn_statement *statement);

/**
 * Add one charge to its group. Nothing is added on failure.
 *
 * @param statement exclusive
 * @param currency  of the charge; another than the statement's is JTN_E_CURRENCY
 * @param keys      [key_count] values, NUL-terminated or NULL; copied
 * @param charge    its total; a status other than JTN_OK counts as a failed row of no amount
 * @param counts    [count] quantities; borrowed; those of a failed row are not summed
 * @param count     how many
 * @param reterr    filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY, JTN_E_CURRENCY, JTN_E_OVERFLOW, JTN_E_RANGE
 * Threads: exclusive. Allocates: for a group not seen before. @since 0.1
 */
JTN_API jtn_status
jtn_statement_add(struct jtn_statement *statement, const char *currency, const char *const *keys,
                  const struct jtn_charge *charge, const struct jtn_count *counts, size_t count,
                  struct jtn_error *reterr) JTN_CHECK;

/**
 * Add all of another statement's groups. Nothing is added on failure.
 *
 * @param statement exclusive
 * @param other     of the same currency and key names; borrowed
 * @param reterr    filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY, JTN_E_CURRENCY, JTN_E_CONTRADICTION (other keys), JTN_E_OVERFLOW
 * Threads: exclusive (other: shared-read). Allocates: for new groups. @since 0.1
 */
JTN_API jtn_status
jtn_statement_merge(struct jtn_statement *statement, const struct jtn_statement *other, struct jtn_error *reterr)
	JTN_CHECK;

/** How many groups. Threads: shared-read. @since 0.1 */
JTN_API size_t
jtn_statement_count(const struct jtn_statement *statement);

/**
 * One group, in the byte order of their keys, those without a key first.
 *
 * @param statement exclusive: groups are put in order when first asked for
 * @param index     0 to jtn_statement_count() - 1
 * @param ret       the caller's, with its size set
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_NOT_FOUND
 * Threads: exclusive. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_statement_read_group(struct jtn_statement *statement, size_t index, struct jtn_group *ret) JTN_CHECK;

/**
 * The statement as JSON, the same bytes for the same sums: docs/formats.md, "Statement".
 *
 * @param statement exclusive
 * @param buffer    [capacity] characters; the caller's. Left untouched when too small; may be NULL when capacity is 0
 * @param capacity  [bytes]
 * @param retlength characters needed, terminating NUL not counted; set on JTN_E_SPACE too
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_SPACE
 * Threads: exclusive. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_statement_write(struct jtn_statement *statement, char *buffer, size_t capacity, size_t *retlength) JTN_CHECK;

/**
 * Read what jtn_statement_write() wrote.
 *
 * @param text      [length] JSON; borrowed during the call
 * @param length    [bytes]
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned; free with jtn_statement_free()
 * @param reterr    filled on failure only: line, column, field, what would be right; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY, JTN_E_SYNTAX, JTN_E_LIMIT, JTN_E_UNKNOWN_FIELD, JTN_E_MISSING_FIELD,
 *         JTN_E_DUPLICATE_KEY, JTN_E_TYPE, JTN_E_RANGE, JTN_E_NOT_FOUND, JTN_E_OVERFLOW, JTN_E_CONTRADICTION
 * Threads: pure. Allocates: one arena, and one while parsing. @since 0.1
 */
JTN_API jtn_status
jtn_statement_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_statement **ret,
                    struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
