/*
 * One entry of a genai-prices model's prices, a card: what the files that read keys, dates and hours, and variants share.
 */
#ifndef JTN_ACCOUNT_BOOK_GENAI_CARD_H
#define JTN_ACCOUNT_BOOK_GENAI_CARD_H

#include "book_genai.h"

#define CARDS_MOST 32 /* entries of one list of prices */
#define KEYS_MOST 64  /* of one entry */
#define SLOTS_MOST (2 * CARDS_MOST + 1)

/* One entry of a model's prices. Keys are counted from 1: their place in the JSON object. */
struct card {
	struct jtn__value entry, prices;
	const char *date; /* NULL: from ever */
	int64_t from_ns;
	bool daily;
	uint32_t start_s, end_s;        /* daily; start after end: past midnight */
	uint8_t any[JTN__METERS];       /* by text meter or counter: the key that prices it in any modality */
	uint8_t own[JTN__METERS];       /* by meter: the key that prices this modality */
	uint8_t key_of[JTN__METERS];    /* the key that prices a meter after all, or 0 */
	uint8_t unit_of[KEYS_MOST + 1]; /* of a key: into units, + 1; 0: not known */
	struct jtn__meters covers[KEYS_MOST + 1];
};

struct model {
	struct jtn_book *book;
	uint32_t card_count;
	uint32_t points[SLOTS_MOST + 1]; /* of the day: slot i is from points[i] to points[i + 1] */
	uint32_t slot_count;
	struct card cards[CARDS_MOST];
};

/* What a model costs in a tier. */
struct variant {
	struct card card;
	uint32_t tier;
};

struct jtn__genai_prices {
	struct jtn_book *book;
	struct model *model;
	struct variant *variants;      /* [CARDS_MOST] */
	uint8_t modality[JTN__METERS]; /* 0 for counters */
};

/* When a card is the one that counts. */
struct span {
	const struct card *card;
	int64_t from_ns, until_ns;
	const struct jtn__interval *windows;
	uint32_t window_count;
	uint32_t tiers; /* bit t: tier t; 0: any */
};

/* The wider meter of the same modality, by the text meter; counters are their own. */
extern const uint8_t jtn__genai_wider[JTN__METERS];

/* The keys of a card, and which of them prices each meter. */
jtn_status
jtn__genai_keys(struct jtn__genai_prices *genai, struct card *card, struct jtn_error *reterr);

/* Quanta that a key of a card prices. */
int64_t
jtn__genai_per(const struct card *card, uint8_t key);

/* When a card holds. */
jtn_status
jtn__genai_constraint(const struct jtn__value *entry, struct card *card, struct jtn_error *reterr);

/* The rules of one key, at its thresholds too. */
jtn_status
jtn__genai_add_key(struct jtn__genai_prices *genai, const struct span *span, uint8_t key, struct jtn_error *reterr);

/* One rule of a key; above -1: without a threshold. */
jtn_status
jtn__genai_add_rule(struct jtn__genai_prices *genai, const struct span *span, const struct jtn__value *price,
                    uint8_t key, int64_t above, struct jtn_error *reterr);

/* What a model costs in other tiers, once its own prices are read. */
jtn_status
jtn__genai_variants(struct jtn__genai_prices *genai, const struct jtn__value *variants, struct jtn_error *reterr);

jtn_status
jtn__genai_out_of_memory(struct jtn_error *reterr);

#endif
