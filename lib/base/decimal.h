/* Exact decimal text: digits * 10^-scale. Locale-free, by (ptr, length); never strtod. */
#ifndef JTN_BASE_DECIMAL_H
#define JTN_BASE_DECIMAL_H

#include "error.h"

#include <stdbool.h>

struct jtn__decimal {
	unsigned __int128 digits; /* no trailing zeros unless scale <= 0 */
	int32_t scale;            /* value = digits * 10^-scale; may be negative */
	bool negative;            /* never set for zero */
};

/* [+-]digits[.digits][(e|E)[+-]digits], whole text; at most 38 significant digits, |exponent| <= 400. */
jtn_status
jtn__decimal_parse(const char *text, size_t length, struct jtn__decimal *ret, struct jtn_error *reterr);

/* The nearest double; correctly rounded where digits < 2^53 and |scale| <= 22, else within 2 units in the last place. */
double
jtn__decimal_to_double(const struct jtn__decimal *decimal);

#endif
