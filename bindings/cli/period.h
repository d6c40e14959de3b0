/* What each tariff was used for over the whole file, for its period charges. */
#ifndef JETON_CLI_PERIOD_H
#define JETON_CLI_PERIOD_H

#include "tariffs.h"

#define METERS_MOST 128

struct period {
	int64_t quantities[METERS_MOST];
	struct jtn_money spend;
	int64_t last_ns; /* the latest row */
	bool any;
	bool overflown; /* a quantity or the spend left its range */
};

struct periods {
	struct period *each; /* by tariff */
	size_t room;
};

void
periods_add(struct periods *periods, uint32_t tariff, const struct jtn_count *counts, size_t count,
            struct jtn_money amount, int64_t time_ns);

/* What another worker gathered: by the book's tariffs, which come into `tariffs` too. */
void
periods_merge(struct periods *periods, struct tariffs *tariffs, const struct periods *other,
              const struct tariffs *other_tariffs);

/* Whether the tariff has period charges. */
bool
period_charges(const struct jtn_tariff *tariff);

void
periods_free(struct periods *periods);

#endif
