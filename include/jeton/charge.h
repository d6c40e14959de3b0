/**
 * @file
 * Charge: what a usage comes to, and the lines that add up to it. Records.
 */
#ifndef JETON_CHARGE_H
#define JETON_CHARGE_H

#include "money.h"
#include "usage.h"

/** What was worth noting on the way to a charge or a line; a charge has the flags of all its lines. */
enum jtn_charge_flag {
	JTN_CHARGE_ROUNDED = 1,       /**< a line was not exact at 10^-18 and was rounded half-even */
	JTN_CHARGE_FALLBACK = 2,      /**< a meter without a price of its own took the declared coarser one */
	JTN_CHARGE_TIER_FALLBACK = 4, /**< the tier has no price of its own; a rule for any tier applied */
	JTN_CHARGE_IMPLIED = 8,       /**< one request counted because the tariff prices requests and the usage is silent */
	JTN_CHARGE_OVERLAY = 16,      /**< a customer's overlay changed the price */
	JTN_CHARGE_SETTLED = 32,      /**< a line of jtn_settle() */
	JTN_CHARGE_REVERSED = 64      /**< the negative of an earlier charge or line */
};

/** Record, 32 bytes: one usage, priced. */
struct jtn_charge {
	struct jtn_money total; /**< exactly the sum of its lines; zero when status is not JTN_OK */
	jtn_status status;      /**< this row's own */
	uint32_t flags;         /**< enum jtn_charge_flag, or'ed */
	uint32_t tariff;        /**< the usage's: names the currency, the book's revision, the rules */
	uint32_t lines;         /**< how many jtn_charge_lines() gives */
};

/**
 * Record, 80 bytes: one line of a charge. amount * per + residue == quantity * price holds exactly, in units of 10^-18.
 * A markup or discount is a line of its own: price is the amount it applies to, quantity / per the signed fraction, meter
 * 0 and priced_as the meter that it is about.
 */
struct jtn_line {
	struct jtn_money amount; /**< rounded half-even to 10^-18 */
	struct jtn_money price;  /**< for `per` of the quantity */
	int64_t quantity;        /**< [quanta of the meter] */
	int64_t per;             /**< > 0 [quanta of the meter] */
	int64_t residue;         /**< what rounding took away, times per [10^-18]; 0 where exact */
	uint32_t meter;          /**< enum jtn_meter, as counted; 0 where a line is about money only */
	uint32_t priced_as;      /**< the meter whose price it took: the same, or a coarser one by a declared fallback */
	uint32_t rule;           /**< index for jtn_tariff_read_rule() */
	uint32_t tier;           /**< enum jtn_tier of the usage */
	uint32_t flags;          /**< enum jtn_charge_flag, or'ed */
	uint32_t step;           /**< of a settled tier, from 1; else 0 */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Turn charges into their reversals: the totals negated, JTN_CHARGE_REVERSED set. Re-rating is a reversal and a new
 * charge, so that a ledger only ever grows. Reversing twice puts JTN_E_CONTRADICTION into that row's status.
 *
 * @param charges     [count] rows, changed in place
 * @param charge_size sizeof(struct jtn_charge) as the caller knows it [bytes]
 * @param count       rows; 0 is fine
 * @param reterr      filled on failure only; may be NULL
 * @return JTN_OK; JTN_E_ROWS when rows failed (reterr->index is the first); JTN_E_ARGUMENT, JTN_E_ABI
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_charge_reverse(struct jtn_charge *charges, size_t charge_size, size_t count, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
