/* What rating and settling share: which rule applies, and what a quantity comes to at its price. */
#ifndef JTN_TARIFF_RATE_H
#define JTN_TARIFF_RATE_H

#include "base/amount.h"
#include "tariff.h"

/* Lines being written: those beyond capacity are only counted. */
struct jtn__lines {
	unsigned char *at; /* the next one; NULL when nobody wants them */
	size_t line_size, capacity, count;
};

void
jtn__lines_put(struct jtn__lines *lines, const struct jtn_line *line);

/*
 * quantity * price / per, rounded half-even to 10^-18; *retresidue is what that took away, times per. false beyond what
 * money holds. quantity >= 0.
 */
bool
jtn__price_of_quantity(const struct jtn__price *price, int64_t quantity, jtn__int128 *ret, int64_t *retresidue);

/* amount * part / whole likewise, for any sign of amount and part; whole > 0. */
bool
jtn__part_of_amount(jtn__int128 amount, int64_t part, int64_t whole, jtn__int128 *ret, int64_t *retresidue);

#endif
