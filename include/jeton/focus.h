/**
 * @file
 * FOCUS: charges as rows of the FinOps Open Cost and Usage Specification 1.2, as CSV. What FOCUS has no column for stands
 * in x_ columns. Source: docs/focus.md.
 */
#ifndef JETON_FOCUS_H
#define JETON_FOCUS_H

#include "tariff.h"

/** Options: what a FOCUS row says beyond the line itself. Text is borrowed during the call; NULL leaves a column empty. */
struct jtn_focus {
	uint32_t size;                   /**< sizeof(struct jtn_focus) */
	uint32_t reserved;               /**< zero */
	const struct jtn_tariff *tariff; /**< the price that was charged: the overlaid one where there is an overlay */
	const struct jtn_tariff *list;   /**< the list price; NULL: the same */
	int64_t time_ns;                 /**< when the charge arose [ns] */
	int64_t period_from_ns;          /**< billing period, inclusive [ns] */
	int64_t period_until_ns;         /**< billing period, exclusive [ns] */
	struct jtn_money list_amount;    /**< what the line comes to at list price */
	const char *account;             /**< SubAccountId: the tenant */
	const char *resource;            /**< ResourceId: the event */
	const char *tags;                /**< Tags: a JSON object as text */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The header row, with its line end.
 *
 * @return static text, borrowed
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API const char *
jtn_focus_header(void);

/**
 * One line of a charge as a CSV row (RFC 4180, LF), with its line end.
 *
 * @param line      borrowed
 * @param focus     borrowed
 * @param buffer    [capacity] characters; the caller's. Left untouched when too small; may be NULL when capacity is 0
 * @param capacity  [bytes]
 * @param retlength characters needed, terminating NUL not counted; set on JTN_E_SPACE too
 * @param reterr    filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_SPACE
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_focus_write(const struct jtn_line *line, const struct jtn_focus *focus, char *buffer, size_t capacity,
                size_t *retlength, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
