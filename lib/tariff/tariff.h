/*
 * A tariff from the inside: rules in one array, and for each meter the candidates among them, most specific first.
 * Readers of books fill a draft; finishing it checks that no two rules fit equally well and packs it into an arena.
 */
#ifndef JTN_TARIFF_TARIFF_H
#define JTN_TARIFF_TARIFF_H

#include "jeton/tariff.h"

#include "base/arena.h"
#include "price.h"

#include <stdbool.h>

#define JTN__METERS 83         /* ids are below */
#define JTN__RULES_MOST 4096   /* of one tariff */
#define JTN__CONDITIONS_MOST 3 /* tier, threshold, window */
#define JTN__WEEK_S 604800     /* [s] */
#define JTN__ALWAYS_FROM INT64_MIN
#define JTN__ALWAYS_UNTIL INT64_MAX

/* A set of meters: bit m of the 128. */
struct jtn__meters {
	uint64_t bits[2];
};

static inline bool
jtn__meters_have(const struct jtn__meters *set, uint32_t meter)
{
	return set->bits[meter >> 6] >> (meter & 63) & 1;
}

static inline void
jtn__meters_add(struct jtn__meters *set, uint32_t meter)
{
	set->bits[meter >> 6] |= UINT64_C(1) << (meter & 63);
}

/* Half-open, in seconds since Monday 00:00 UTC; until may be JTN__WEEK_S, and is above from. */
struct jtn__interval {
	uint32_t from_s, until_s;
};

struct jtn__rule {
	const char *id;
	struct jtn__price price; /* of a markup or discount: the fraction, per 1 */
	struct jtn__meters meters;
	int64_t from_ns, until_ns;           /* half-open */
	int64_t above;                       /* threshold [quanta] */
	const struct jtn__interval *windows; /* as jtn__windows_merge() leaves them */
	uint32_t window_count;               /* 0: always */
	uint32_t tiers;                      /* bit t: tier t; 0: any */
	uint8_t threshold;                   /* enum jtn_threshold */
	uint8_t inclusive, graduated;
	uint8_t effect;     /* enum jtn_effect */
	uint8_t layer;      /* 0 list, 1 overlay: a higher layer wins whatever the conditions */
	uint8_t conditions; /* how many of tier, threshold, window; set by jtn__draft_add() */
	uint8_t reserved[2];
};

/* One tier of a graduated or volume price. */
struct jtn__step {
	int64_t up_to; /* inclusive [quanta]; INT64_MAX: no end */
	struct jtn__price price;
	struct jtn_money flat; /* once the tier is entered */
};

struct jtn__settle {
	const char *id;
	struct jtn__meters meters; /* whose quantities are added up; all of the same decimals */
	int64_t from_ns, until_ns;
	const struct jtn__step *steps; /* graduated, volume; ascending */
	uint32_t step_count;
	uint32_t model;          /* enum jtn_settle_model */
	struct jtn_money amount; /* minimum, maximum, commitment; fee of a subscription; fraction of a percentage */
	struct jtn__price price; /* package: of one; overage; unit-hour */
	int64_t quantity;        /* package size; allowance of a subscription; committed unit-hours [quanta] */
	int64_t free;            /* package: quanta that cost nothing */
};

/* The rules of one meter: candidates[first..first + count), most specific first. */
struct jtn__slot {
	uint32_t first, count;
};

struct jtn_book;

struct jtn_tariff {
	struct jtn__arena *arena;    /* its own; NULL inside a book */
	const struct jtn_book *book; /* that it stands in; borrowed; NULL for none */
	const char *provider, *model, *region, *customer, *source, *revision;
	char currency[8];
	const struct jtn__rule *rules;
	const struct jtn__settle *settles;
	const struct jtn__slot *slots; /* [1 + …]; slot 0 is empty */
	const uint16_t *candidates;
	const struct jtn__quick *quick; /* the same rules for the short way, */
	const int64_t *units;           /* and their prices of one quantum [10^-18]; units[0]: none */
	const uint8_t *fallback;        /* [JTN__METERS] the coarser meter, 0: none */
	int64_t first_ns;
	uint32_t rule_count, settle_count;
	uint8_t thresholds; /* bit enum jtn_threshold: some rule looks at it */
	uint8_t reserved[7];
	uint8_t slot_of[JTN__METERS];       /* into slots: rules with JTN_EFFECT_PRICE */
	uint8_t adjustment_of[JTN__METERS]; /* into slots: markups and discounts */
};

#define JTN__QUICKS 8

/* Those that were made last, for the tariffs that follow. */
struct jtn__quicks {
	const struct jtn__quick *each[JTN__QUICKS];
	uint32_t next;
};

/* Tariffs being put together, one after the other, in one arena. Zero it, set arena; jtn__draft_clear() between them. */
struct jtn__draft {
	struct jtn__arena *arena; /* where the arrays below grow; may be a scratch one */
	struct jtn__rule *rules;
	struct jtn__settle *settles;
	uint32_t rule_count, rule_room, settle_count, settle_room;
	uint8_t fallback[JTN__METERS];
	struct jtn__quicks quicks;
};

/* Forget rules, settles and fallbacks; keep the memory. */
void
jtn__draft_clear(struct jtn__draft *draft);

/* A rule with nothing but an id: any tier, always valid, effect price, layer 0. Price and meters are to be set. */
struct jtn__rule
jtn__rule_plain(const char *id);

/*
 * Add minutes since Monday 00:00 UTC, which may lie up to a week before or after the week: wrapped into it, as up to two
 * intervals.
 */
void
jtn__windows_add(int64_t from, int64_t until, struct jtn__interval *windows, uint32_t *count);

/* Sort intervals and join those that overlap or touch, in place; returns how many are left. */
uint32_t
jtn__windows_merge(struct jtn__interval *windows, uint32_t count);

/* Copy a rule in; what it points to is borrowed until the draft is finished. JTN_E_LIMIT, JTN_E_MEMORY. */
jtn_status
jtn__draft_add(struct jtn__draft *draft, const struct jtn__rule *rule, struct jtn_error *reterr);
jtn_status
jtn__draft_settle(struct jtn__draft *draft, const struct jtn__settle *settle, struct jtn_error *reterr);

/* Whether ids are all different, rules' and settles': else JTN_E_CONTRADICTION. For formats in which people choose them. */
jtn_status
jtn__draft_check_ids(const struct jtn__draft *draft, struct jtn_error *reterr);

/*
 * Check and pack: every array and text a rule points to is copied into `arena`; ret's own texts (provider, …, revision),
 * currency and arena are the caller's to set before or after. JTN_E_AMBIGUOUS names the two rules; JTN_E_CONTRADICTION a
 * circle of fallbacks.
 */
jtn_status
jtn__draft_finish(struct jtn__draft *draft, struct jtn__arena *arena, struct jtn_tariff *ret, struct jtn_error *reterr);

/* The meter of a kind in another modality: jtn__meter_with(JTN_METER_CACHE_READ, JTN_MODALITY_AUDIO). 0 for none. */
uint32_t
jtn__meter_with(uint32_t text_meter, int32_t modality);

#endif
