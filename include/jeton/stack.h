/**
 * @file
 * Stack: a serving software with its calibrated efficiencies, overheads and defaults. Handle.
 * Format: docs/formats.md, "Stack". What each constant does: docs/cost-model.md.
 */
#ifndef JETON_STACK_H
#define JETON_STACK_H

#include "arena.h"
#include "error.h"

struct jtn_stack;

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read a stack profile.
 *
 * @param text      [length] one JSON object; borrowed
 * @param length    [bytes]
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned; free with jtn_stack_free()
 * @param reterr    filled on failure only: line, column, field, what would be right; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY, JTN_E_SYNTAX, JTN_E_LIMIT, JTN_E_UNKNOWN_FIELD,
 *         JTN_E_MISSING_FIELD, JTN_E_DUPLICATE_KEY, JTN_E_TYPE, JTN_E_RANGE
 * Threads: pure. Allocates: one arena. @since 0.1
 */
JTN_API jtn_status
jtn_stack_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_stack **ret,
                struct jtn_error *reterr) JTN_CHECK;

/**
 * A stack profile of the catalogue. As jtn_stack_parse(), and JTN_E_NOT_FOUND.
 *
 * @param id NUL-terminated catalogue id; borrowed
 * @since 0.1
 */
JTN_API jtn_status
jtn_stack_find(const char *id, const struct jtn_allocator *allocator, struct jtn_stack **ret, struct jtn_error *reterr)
	JTN_CHECK;

/** Free a profile; NULL is fine. Threads: exclusive. @since 0.1 */
JTN_API void
jtn_stack_free(struct jtn_stack *stack);

/** Its id. @return borrowed from the handle; never NULL. Threads: shared-read. @since 0.1 */
JTN_API const char *
jtn_stack_id(const struct jtn_stack *stack);

#ifdef __cplusplus
}
#endif
#endif
