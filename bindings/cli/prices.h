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

bool
rule_has(const struct jtn_rule_facts *rule, uint32_t meter);

/* The price that a plain request pays: standard tier, no threshold, no window, the one valid last. NULL for none. */
const struct jtn_rule_facts *
prices_plain(const struct prices *prices, uint32_t meter);

/* Of one quantum; and of what is commonly quoted: a million tokens, or one of the unit. */
double
rule_unit(const struct jtn_rule_facts *rule);
double
rule_quoted(const struct jtn_rule_facts *rule, uint32_t meter);

/* The quoted price exactly; "amount per quantity" where it is no decimal of 18 places. */
void
rule_add_quoted(struct text *text, const struct jtn_rule_facts *rule, uint32_t meter);

/* The first meter of a rule; 0 for none. */
uint32_t
rule_meter(const struct jtn_rule_facts *rule);

/* "2024-08-06", or with the time of day where it is not midnight; "" for ever. */
void
instant_add(struct text *text, int64_t time_ns);

/* What limits a rule, for people: "batch, above 200000 all_input, from 2025-01-01"; "" for nothing. */
void
rule_add_conditions(struct text *text, const struct jtn_rule_facts *rule);

/* A rule as a JSON object. */
void
rule_json(struct text *text, const struct jtn_rule_facts *rule);

#endif
