/**
 * @file
 * Allocate: an actual bill, split over weights so that the parts sum to it exactly.
 */
#ifndef JETON_ALLOCATE_H
#define JETON_ALLOCATE_H

#include "money.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Split @p bill in proportion to @p weights, to a whole number of smallest units, by largest remainder; ties go to the
 * lower index. Weights usually are usages rated against the production tariff: activity-based costing.
 *
 * @param bill     any sign; must be a whole number of 10^-decimals
 * @param decimals of the smallest unit, 0 to 18: 2 for cents, 18 for everything money holds
 * @param weights  [count] each >= 0, at least one > 0; borrowed; must not overlap ret
 * @param ret      [count] parts in the caller's memory, untouched on failure
 * @param count    > 0
 * @param reterr   filled on failure only, with the index; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_RANGE (a negative weight, all weights zero), JTN_E_INEXACT, JTN_E_OVERFLOW
 * Threads: pure. Allocates: nothing. Source: largest remainder (Hamilton's method). @since 0.1
 */
JTN_API jtn_status
jtn_allocate(struct jtn_money bill, int32_t decimals, const struct jtn_money *weights, struct jtn_money *ret,
             size_t count, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
