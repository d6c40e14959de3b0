/*
 * A book from the inside: tariffs, the names they are found by, notes. One reader per format fills it, entry by entry,
 * through the functions here; book.c knows which reader a file wants.
 */
#ifndef JTN_ACCOUNT_BOOK_H
#define JTN_ACCOUNT_BOOK_H

#include "jeton/book.h"

#include "base/json.h"
#include "tariff/tariff.h"

struct jtn__match; /* match.h: genai-prices' own match rules */

struct jtn__name {
	const char *provider; /* NULL: any */
	const char *model;    /* NULL: a free place. The same name may stand for one tariff per region */
	uint64_t hash;
	uint32_t tariff;    /* index into the book's */
	uint32_t ambiguous; /* 1: names several tariffs of different providers; a look-up says so */
};

struct jtn_book {
	struct jtn__arena *arena;
	struct jtn__arena *scratch; /* only while reading */
	struct jtn_book_options options;
	struct jtn_book_facts facts;
	struct jtn_tariff **tariffs;
	uint32_t tariff_count, tariff_room;
	struct jtn__name *names; /* open addressing, a power of two */
	uint32_t name_count, name_room;
	struct jtn_error *notes;
	uint32_t note_count, note_room;
	bool note_lost;                 /* for want of memory: the book fails, whoever heard of it */
	struct jtn__draft draft;        /* reused from entry to entry */
	const struct jtn__match *match; /* genai-prices books; else NULL */
};

/* Begin an entry: clears the draft. */
void
jtn__book_begin(struct jtn_book *book);

/*
 * End it: finish the draft into a new tariff with these texts (copied; NULL allowed but for model and currency), and
 * name it (provider, model). Returns the tariff's index. Errors lie at `at`.
 */
jtn_status
jtn__book_end(struct jtn_book *book, const struct jtn__value *at, const char *provider, const char *model,
              const char *region, const char *source, const char *currency, uint32_t *retindex,
              struct jtn_error *reterr);

/*
 * Another name for a tariff; provider NULL names it for look-ups without one. A name that another tariff of the same
 * region has already: `declared` is JTN_E_CONTRADICTION, otherwise the first keeps it, and without a provider the name
 * becomes ambiguous when the tariffs differ in provider.
 */
jtn_status
jtn__book_alias(struct jtn_book *book, const char *provider, const char *model, uint32_t tariff, bool declared,
                struct jtn_error *reterr);

/* Whether a declared name is still free, so that an entry fails before any of it is in the book: JTN_E_CONTRADICTION. */
jtn_status
jtn__book_check_name(const struct jtn_book *book, const char *provider, const char *model, const char *region,
                     struct jtn_error *reterr);

/* What an entry's failure means: with skip_bad_entries it becomes a note and JTN_OK, else it is passed on. */
jtn_status
jtn__book_entry_failed(struct jtn_book *book, const struct jtn_error *error, struct jtn_error *reterr);

/* Note something at a value: its position, path, message. Silent beyond 10000 notes. */
jtn_status
jtn__book_note(struct jtn_book *book, const struct jtn__value *at, jtn_status status, const char *format, ...);

/* The five characters of a time of day, "08:30" up to "24:00", in minutes; false where they are none. */
bool
jtn__book_clock(const char *text, int64_t *ret);

/*
 * A price at a JSON number or string, as jtn__price_parse(); with repair_float_noise noisy ones are repaired and noted.
 * Errors carry the value's position and path.
 */
jtn_status
jtn__book_price(struct jtn_book *book, const struct jtn__value *value, int64_t per, int64_t least_per,
                struct jtn__price *ret, struct jtn_error *reterr);

/* The readers. The root is an object (genai-prices' array is wrapped by book.c, see jtn__json_parse_any()). */
jtn_status
jtn__book_read_jeton(struct jtn_book *book, const struct jtn__value *root, struct jtn_error *reterr);
jtn_status
jtn__book_read_litellm(struct jtn_book *book, const struct jtn__value *root, struct jtn_error *reterr);
jtn_status
jtn__book_read_genai(struct jtn_book *book, const struct jtn__value *root, struct jtn_error *reterr);

/* genai-prices: the tariff its match rules give, or -1. The provider is an id of the book or matched by its rule. */
int64_t
jtn__match_find(const struct jtn_book *book, const char *provider, size_t provider_length, const char *model,
                size_t model_length);

#endif
