/* The tariffs that rows have asked for: each look-up done once, and each tariff's words written once. One per worker. */
#ifndef JETON_CLI_TARIFFS_H
#define JETON_CLI_TARIFFS_H

#include "cli.h"

/* What every row or line of a tariff repeats. */
struct rule_words {
	char *rule;  /* ", \"rule\": \"…\"" with the end of the amount before it; NULL until asked for */
	char *price; /* "\", \"price\": \"2.5\", \"per\": \"1000000\", \"amount\": \"", for the three below */
	size_t rule_length;
	size_t price_length;
	struct jtn_money amount;
	int64_t per;
	int32_t decimals; /* of the meter */
};

struct tariff_words {
	const struct jtn_tariff *list; /* the book's */
	struct jtn_tariff *own;        /* under an overlay; NULL without */
	struct jtn_tariff_facts facts;
	char *head; /* ", \"status\": \"ok\", \"currency\": \"USD\", \"total\": \"" */
	char *tail; /* "\", \"book\": \"sha256:…\"" */
	size_t head_length;
	size_t tail_length;
	struct rule_words *rules; /* [facts.rules], made when a line first asks */
};

struct tariffs {
	const struct jtn_book *book;
	const struct jtn_book *overlay; /* NULL: none */
	const struct jtn_tariff **used; /* [count] what is charged; for jtn_rate_batch() */
	struct tariff_words *words;     /* [count] */
	size_t count;
	size_t room;
	struct found *table; /* look-ups done, failed ones too; open addressing */
	size_t table_count;
	struct text names; /* the keys of the table */
};

/* The index of the tariff of a row. The failure is the library's. */
jtn_status
tariffs_find(struct tariffs *tariffs, const struct jtn_event *event, uint32_t *ret, struct jtn_error *reterr);

/* A tariff of the book, under the overlay where there is one. */
jtn_status
tariffs_own(struct tariffs *tariffs, const struct jtn_tariff *list, uint32_t *ret, struct jtn_error *reterr);

/* A tariff that does not come from the book, such as one of production: borrowed. */
jtn_status
tariffs_add(struct tariffs *tariffs, const struct jtn_tariff *tariff, uint32_t *ret, struct jtn_error *reterr);

/* Their indices by provider, model and region; to be freed. */
uint32_t *
tariffs_order(const struct tariffs *tariffs);

/* The words of a line's rule and price. */
const struct rule_words *
tariffs_rule(struct tariffs *tariffs, uint32_t tariff, const struct jtn_line *line, int32_t decimals);

/* 10^-decimals of the unit is what a meter's quantity counts; 0 for a line about money. */
int32_t
meter_decimals(uint32_t meter);

void
tariffs_free(struct tariffs *tariffs);

#endif
