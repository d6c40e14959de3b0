/* Exact decimal text: digits * 10^-scale. Locale-free, by (ptr, length); never strtod. */
#ifndef JTN_BASE_DECIMAL_H
#define JTN_BASE_DECIMAL_H

#include "error.h"

#include <stdbool.h>

__extension__ typedef unsigned __int128 jtn__uint128;

/* The shape of a decimal, read before any limit applies: its significant digits times 10^place. */
struct jtn__decimal_text {
	const char *first; /* the first significant digit, borrowed; the point may lie among them. NULL for zero */
	size_t count;      /* significant digits, no zero at either end */
	int64_t place;     /* of the last one; held within 10^12 either way */
	bool negative;     /* never set for zero */
};

/* [+-]digits[.digits][(e|E)[+-]digits], whole text; of any length. JTN_E_SYNTAX. */
jtn_status
jtn__decimal_scan(const char *text, size_t length, struct jtn__decimal_text *ret, struct jtn_error *reterr);

/* The significant digits as a number; at most 38 of them. */
jtn__uint128
jtn__decimal_digits(const struct jtn__decimal_text *text);

/* 10^exponent, 0 to 38. */
jtn__uint128
jtn__power_of_ten(unsigned exponent);

struct jtn__decimal {
	jtn__uint128 digits; /* no trailing zeros unless scale <= 0 */
	int32_t scale;       /* value = digits * 10^-scale; may be negative */
	bool negative;       /* never set for zero */
};

/* The same text within limits: JTN_E_LIMIT beyond 38 significant digits or a last place beyond 10^+-400. */
jtn_status
jtn__decimal_parse(const char *text, size_t length, struct jtn__decimal *ret, struct jtn_error *reterr);

/*
 * A positive finite double as the fewest digits that read back as the same one, times 10^place. Returns their number.
 * In json.c, where yyjson is.
 */
#define JTN__SHORTEST_DIGITS 17
size_t
jtn__shortest_digits(double value, char digits[JTN__SHORTEST_DIGITS], int *retplace);

#endif
