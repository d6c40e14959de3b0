/* What an accelerator-hour costs here: stated, owned, or the catalogue's dated rent. */
#ifndef JETON_CLI_RENT_H
#define JETON_CLI_RENT_H

#include "options.h"

struct rent {
	struct jtn_hour hour;
	double per_hour;   /* what it comes to [currency/h] */
	struct text label; /* "2.10 USD/h, CoreWeave on demand, 2026-05 (catalogue: coreweave-h100)" */
	struct text json;  /* the "hour" of a scenario */
};

/*
 * hardware_id is the accelerator's; stated is --rent's value, own --own's file, currency --currency's; NULL each where
 * not given.
 * CLI_ROWS with the problem where neither is given and the catalogue has no rent; CLI_USAGE with it for what is wrong.
 */
int
rent_choose(const char *hardware_id, const char *stated, const char *own, const char *currency, struct rent *ret,
            struct problem *problem);

void
rent_free(struct rent *rent);

#endif
