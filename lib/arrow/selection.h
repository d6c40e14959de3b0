/*
 * What decides over a row's prices but for numbers and time: provider, model, region and tier, or the tariff itself. Each
 * distinct combination is a selection, looked up once.
 */
#ifndef JTN_ARROW_SELECTION_H
#define JTN_ARROW_SELECTION_H

#include "column.h"
#include "tariff/quick.h"
#include "words.h"

#define JTN__CURRENCIES_MOST 127

enum jtn__selection_part {
	JTN__SELECTION_PROVIDER,
	JTN__SELECTION_MODEL,
	JTN__SELECTION_REGION,
	JTN__SELECTION_TIER,
	JTN__SELECTION_PARTS
};

struct jtn__selection {
	uint32_t ids[JTN__SELECTION_PARTS];
	const struct jtn_tariff *tariff;
	const struct jtn__quick *quick; /* NULL: every row goes the slow way */
	jtn_status status;              /* why there is no tariff */
	uint32_t tier;
	uint32_t view;      /* of all its rows, once it is known that they have one */
	uint32_t *by_tests; /* views by the tests that are passed, where there are few; else NULL */
	uint8_t currency;   /* into currencies */
	uint8_t timed;      /* its tariff changes with time */
};

struct jtn__selections {
	const struct jtn_rate_arrow_options *options;
	const struct jtn_allocator *allocator;
	struct jtn__arena *arena;
	struct jtn__column *columns[JTN__SELECTION_PARTS];
	struct jtn__words words[JTN__SELECTION_PARTS]; /* of plain text */
	uint32_t
		things[JTN__SELECTION_PARTS]; /* that a part indexes: ids are 0, null, to this and one more, out of range */
	uint32_t strides[JTN__SELECTION_PARTS]; /* of an id in direct */
	uint32_t *ids;                          /* [JTN__SELECTION_PARTS][JTN__BLOCK] */
	uint32_t *direct;                       /* [direct_room] selection by all ids, where there are few; else NULL */
	uint32_t direct_room;
	struct jtn__words combinations;    /* of ids, where there are many: number n is selections[n] */
	struct jtn__selection *selections; /* [count]; selections[0] is none */
	uint32_t count, room;
	struct jtn_tariff **laid; /* [laid_count] overlays over tariffs; owned */
	uint32_t laid_count, laid_room;
	uint32_t values; /* bit enum jtn__quick_value: some selection's tests look at it */
	const char *currencies[JTN__CURRENCIES_MOST];
	uint32_t currency_count;
};

/* The part that a column of that name is; -1 for none. */
int
jtn__selection_find(const char *role, bool by_tariff);

jtn_status
jtn__selections_add(struct jtn__selections *selections, int part, struct jtn__column *column, struct jtn_error *reterr);

/* Once all columns are there. */
jtn_status
jtn__selections_start(struct jtn__selections *selections, struct jtn_error *reterr);

/* The selection of each row of a block. false without memory. */
bool
jtn__selections_read(struct jtn__selections *selections, int64_t row, uint32_t count, uint32_t *ret);

/* Why a selection has no tariff: its status again, and words for it. */
jtn_status
jtn__selections_explain(struct jtn__selections *selections, const struct jtn__selection *selection,
                        struct jtn_error *reterr);

void
jtn__selections_free(struct jtn__selections *selections);

#endif
