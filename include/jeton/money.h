/**
 * @file
 * Money: an exact, signed 128-bit count of 10^-18 currency units. The layout is Arrow's decimal128(38, 18).
 * Nothing here rounds unless the caller names the mode, and what rounding took away is returned.
 */
#ifndef JETON_MONEY_H
#define JETON_MONEY_H

#include "error.h"

/** Record, 16 bytes: a two's-complement 128-bit integer; |value| <= 10^38 - 1. */
struct jtn_money {
	uint64_t lo;
	int64_t hi;
};

/** How a quotient or a coarser unit is reached. */
enum jtn_rounding {
	JTN_ROUND_HALF_EVEN = 1, /**< to the nearest, ties to even: the default of accounting */
	JTN_ROUND_HALF_UP = 2,   /**< to the nearest, ties away from zero: commercial rounding */
	JTN_ROUND_DOWN = 3,      /**< toward zero */
	JTN_ROUND_UP = 4,        /**< away from zero */
	JTN_ROUND_FLOOR = 5,     /**< toward minus infinity */
	JTN_ROUND_CEILING = 6    /**< toward plus infinity */
};

/** Longest text jtn_money_format() writes, terminating NUL included [bytes]. */
#define JTN_MONEY_TEXT_SIZE 48

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read an exact amount: optional sign, digits, optional fraction, optional exponent ("2.5", "-0.017", "7.5e-08").
 * Locale-free. More than 18 decimals that are not zeros is JTN_E_INEXACT, beyond 10^38 - 1 is JTN_E_OVERFLOW.
 *
 * @param text   [length] characters, no terminator needed; borrowed
 * @param length [bytes]
 * @param ret    the amount
 * @param reterr filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_SYNTAX, JTN_E_INEXACT, JTN_E_OVERFLOW
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_money_parse(const char *text, size_t length, struct jtn_money *ret, struct jtn_error *reterr) JTN_CHECK;

/**
 * Write an amount exactly: no exponent, no trailing zeros, "-" for negatives, "0" for zero.
 *
 * @param amount    the amount
 * @param buffer    [capacity] characters; the caller's. Left untouched when too small
 * @param capacity  [bytes]; JTN_MONEY_TEXT_SIZE always suffices
 * @param retlength characters needed, terminating NUL not counted; may be NULL; set on JTN_E_SPACE too
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_SPACE, JTN_E_OVERFLOW for a record beyond 10^38 - 1
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_money_format(struct jtn_money amount, char *buffer, size_t capacity, size_t *retlength) JTN_CHECK;

/**
 * a + b, exactly.
 *
 * @param a,b    amounts of one currency
 * @param ret    the sum
 * @param reterr filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_OVERFLOW
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_money_add(struct jtn_money a, struct jtn_money b, struct jtn_money *ret, struct jtn_error *reterr) JTN_CHECK;

/** a - b, exactly. As jtn_money_add(). @since 0.1 */
JTN_API jtn_status
jtn_money_subtract(struct jtn_money a, struct jtn_money b, struct jtn_money *ret, struct jtn_error *reterr) JTN_CHECK;

/**
 * amount * count, exactly.
 *
 * @param amount an amount
 * @param count  any 64-bit count
 * @param ret    the product
 * @param reterr filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_OVERFLOW
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_money_multiply(struct jtn_money amount, int64_t count, struct jtn_money *ret, struct jtn_error *reterr) JTN_CHECK;

/**
 * amount / count to 10^-18, rounded as named. amount == ret * count + remainder holds exactly.
 *
 * @param amount       an amount
 * @param count        not zero
 * @param rounding     enum jtn_rounding
 * @param ret          the quotient
 * @param retremainder what the quotient leaves out, same currency; may be NULL
 * @param reterr       filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT (a NULL, a zero count, an unknown rounding), JTN_E_OVERFLOW
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_money_divide(struct jtn_money amount, int64_t count, int32_t rounding, struct jtn_money *ret,
                 struct jtn_money *retremainder, struct jtn_error *reterr) JTN_CHECK;

/**
 * Round to a number of decimals by a named mode. amount == ret + residue holds exactly.
 *
 * @param amount     an amount
 * @param decimals   0 to 18: 2 for cents, 0 for yen
 * @param rounding   enum jtn_rounding
 * @param ret        the rounded amount
 * @param retresidue what rounding took away; may be NULL
 * @param reterr     filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_OVERFLOW
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_money_round(struct jtn_money amount, int32_t decimals, int32_t rounding, struct jtn_money *ret,
                struct jtn_money *retresidue, struct jtn_error *reterr) JTN_CHECK;

/**
 * Order two amounts of one currency.
 *
 * @return -1 when a < b, 0 when equal, 1 when a > b
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API int
jtn_money_compare(struct jtn_money a, struct jtn_money b);

#ifdef __cplusplus
}
#endif
#endif
