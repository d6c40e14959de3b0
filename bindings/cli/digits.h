/* Exact numbers as text, by hand: a million rows a second have no time for printf. */
#ifndef JETON_CLI_DIGITS_H
#define JETON_CLI_DIGITS_H

#include "cli.h"

#define DIGITS_MOST 48 /* what either writes at most [bytes] */

/* Where the text ends; nothing is terminated. An amount beyond what money holds is "?". */
char *
digits_money(char *to, struct jtn_money amount);

/* value * 10^-decimals without trailing zeros; decimals at most 24. */
char *
digits_count(char *to, int64_t value, int32_t decimals);

/* An amount, added to a text. */
void
text_money(struct text *text, struct jtn_money amount);
void
text_count(struct text *text, int64_t value, int32_t decimals);

#endif
