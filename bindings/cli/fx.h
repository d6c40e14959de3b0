/* Exchange rates, as given: nothing is known that was not said. */
#ifndef JETON_CLI_FX_H
#define JETON_CLI_FX_H

#include "cli.h"

#define FX_MOST 16

struct fx {
	struct {
		char from[4];
		char to[4];
		int64_t mantissa; /* 1 from = mantissa / 10^decimals to */
		int32_t decimals;
	} rates[FX_MOST];
	size_t count;
};

/* "CNY/USD=0.14,EUR/USD=1.08": 1 CNY is 0.14 USD. CLI_OK, or CLI_USAGE after a message. NULL: no rates. */
int
fx_parse(const char *text, struct fx *ret);

/* The currency that amounts in this one are told in. */
const char *
fx_target(const struct fx *fx, const char *currency);

/* In fx_target(): multiplied exactly, rounded half-even to 18 decimals. JTN_E_OVERFLOW. */
jtn_status
fx_convert(const struct fx *fx, const char *currency, struct jtn_money amount, struct jtn_money *ret);

#endif
