/* Tariffs of a book as people compare them: by name, rule by rule, per million tokens. */
#ifndef JETON_CLI_PRICES_H
#define JETON_CLI_PRICES_H

#include "pricebook.h"

struct prices {
	const struct jtn_tariff *tariff;
	struct jtn_tariff_facts facts;
	struct jtn_rule_facts *rules; /* [facts.rules] */
	char *name;                   /* "provider/model", "@region" where it has one */
};

/* All tariffs of a book, in its order. */
struct prices *
prices_open(const struct pricebook *book, size_t *retcount);
void
prices_close(struct prices *prices, size_t count);

/* In the order of their names, equal ones in the book's. */
void
prices_sort(struct prices *prices, size_t count);

/* The price that a plain request pays: standard tier, no threshold, no window, the one valid last. NULL for none. */
const struct jtn_rule_facts *
prices_plain(const struct prices *prices, uint32_t meter);

#endif
