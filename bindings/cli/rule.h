/* Rules of a tariff in words, in JSON, and side by side. */
#ifndef JETON_CLI_RULE_H
#define JETON_CLI_RULE_H

#include "prices.h"

bool
rule_has(const struct jtn_rule_facts *rule, uint32_t meter);

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

/* Whether two rules charge the same whatever the usage; their ids aside. */
bool
rule_same(const struct prices *a, uint32_t rule, const struct prices *b, uint32_t other);

/* What limits a rule, for people: "batch, above 200000 all_input, from 2025-01-01"; "" for nothing. */
void
rule_add_conditions(struct text *text, const struct prices *prices, uint32_t rule);

/* How a period charge is computed, for people: "volume: 2 per 10 up to 100, then 1". */
void
rule_add_settle(struct text *text, const struct prices *prices, uint32_t rule);

/* A rule as a JSON object. */
void
rule_json(struct text *text, const struct prices *prices, uint32_t rule);

#endif
