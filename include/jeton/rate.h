/**
 * @file
 * Rate: tariff and usage come to a charge. Pure integer arithmetic; line items sum to the total by construction.
 * Source: docs/rating.md.
 */
#ifndef JETON_RATE_H
#define JETON_RATE_H

#include "tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Price @p count rows of usage.
 * A bad row does not stop the batch: its charge carries the status and a zero amount.
 *
 * @param tariffs      [tariff_count] handles that usage.tariff indexes; borrowed
 * @param tariff_count how many
 * @param usage        [count] rows; borrowed
 * @param usage_size   sizeof(struct jtn_usage) as the caller knows it [bytes]
 * @param counts       [counts_len] quantities that usage.first and .count index; borrowed
 * @param counts_len   how many
 * @param count_size   sizeof(struct jtn_count) likewise [bytes]
 * @param ret          [count] rows in the caller's memory; must not overlap usage
 * @param charge_size  sizeof(struct jtn_charge) likewise [bytes]
 * @param count        rows; 0 is fine
 * @param reterr       filled on failure only; may be NULL
 * @return JTN_OK; JTN_E_ROWS when rows failed, each with its own status (reterr->index is the first, the rest is about
 *         it): JTN_E_UNPRICED, JTN_E_NO_PRICE, JTN_E_RANGE, JTN_E_OVERFLOW, JTN_E_ARGUMENT, JTN_E_ABI (a field this
 *         library does not know is not zero); else the call's own failure: JTN_E_ARGUMENT, JTN_E_ABI
 * Threads: shared-read. Allocates: nothing. Source: docs/rating.md. @since 0.1
 */
JTN_API jtn_status
jtn_rate_batch(const struct jtn_tariff *const *tariffs, size_t tariff_count, const struct jtn_usage *usage,
               size_t usage_size, const struct jtn_count *counts, size_t counts_len, size_t count_size,
               struct jtn_charge *ret, size_t charge_size, size_t count, struct jtn_error *reterr) JTN_CHECK;

/**
 * The lines of one row's charge. Their amounts sum to the total that jtn_rate_batch() gives for it.
 *
 * @param tariff     borrowed
 * @param usage      borrowed; its tariff index is not looked at
 * @param usage_size sizeof(struct jtn_usage) as the caller knows it [bytes]
 * @param counts     [counts_len] quantities that usage->first and ->count index; borrowed
 * @param counts_len how many
 * @param count_size sizeof(struct jtn_count) likewise [bytes]
 * @param ret        [capacity] lines in the caller's memory; may be NULL when capacity is 0
 * @param line_size  sizeof(struct jtn_line) likewise [bytes]
 * @param capacity   lines that fit
 * @param retcount   lines needed; set on JTN_E_SPACE too
 * @param retcharge  the charge itself; may be NULL
 * @param reterr     filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_SPACE, JTN_E_ARGUMENT, JTN_E_ABI, or the row's own status
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_charge_lines(const struct jtn_tariff *tariff, const struct jtn_usage *usage, size_t usage_size,
                 const struct jtn_count *counts, size_t counts_len, size_t count_size, struct jtn_line *ret,
                 size_t line_size, size_t capacity, size_t *retcount, struct jtn_charge *retcharge,
                 struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
