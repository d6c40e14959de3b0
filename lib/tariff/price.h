/* A price: an amount for a quantity, so that nothing is rounded before it is multiplied. */
#ifndef JTN_TARIFF_PRICE_H
#define JTN_TARIFF_PRICE_H

#include "jeton/money.h"

#include "base/error.h"

#include <stdbool.h>

struct jtn__price {
	struct jtn_money amount;
	int64_t per;  /* > 0 [quanta] */
	int64_t unit; /* amount of one quantum [10^-18] where that is exact and fits; else -1 */
};

/*
 * Read `text` as the price of `per` quanta (> 0). What is finer than 10^-18 is kept by a larger per:
 * "7.499999999999999e-08" for 1 becomes 0.07499999999999999 for 1000000. `least_per` asks for at least that per, so that
 * per-token prices are shown per million. JTN_E_SYNTAX, JTN_E_RANGE (negative), JTN_E_INEXACT, JTN_E_OVERFLOW.
 */
jtn_status
jtn__price_parse(const char *text, size_t length, int64_t per, int64_t least_per, struct jtn__price *ret,
                 struct jtn_error *reterr);

/* Whether text has more significant digits than anybody writes: more than 12. */
bool
jtn__price_is_noisy(const char *text, size_t length);

/* As jtn__price_parse, after rounding half-even to 12 significant digits. */
jtn_status
jtn__price_parse_repaired(const char *text, size_t length, int64_t per, int64_t least_per, struct jtn__price *ret,
                          struct jtn_error *reterr);

/* An amount per quantity that is already exact. */
struct jtn__price
jtn__price_of(struct jtn_money amount, int64_t per);

#endif
