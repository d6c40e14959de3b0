/*
 * The short way through a tariff: its rules reduced to prices of one quantum, and conditions to tests that a row makes
 * once. Meters whose rules ask for the same in the same order have one shape, and a row finds its place in each shape once.
 * What does not reduce is left to row.c, which decides in any case: a price below zero says so.
 */
#ifndef JTN_TARIFF_QUICK_H
#define JTN_TARIFF_QUICK_H

#include "base/amount.h"
#include "tariff.h"

#define JTN__TIERS 7
#define JTN__QUICK_TESTS 16
#define JTN__QUICK_SHAPES 8
#define JTN__QUICK_PLACES 15  /* rules of one meter */
#define JTN__QUICK_BITS 47    /* meters */
#define JTN__QUICK_NO_BIT 63  /* of one without prices */
#define JTN__QUICK_METERS 128 /* as many as seven bits name; those that are none have no price */

/* What a row is tested for. */
enum jtn__quick_value {
	JTN__QUICK_TIME,      /* [ns] */
	JTN__QUICK_WEEK,      /* [s] since Monday 00:00 UTC */
	JTN__QUICK_ALL_INPUT, /* tokens */
	JTN__QUICK_TOTAL,
	JTN__QUICK_VALUES
};

/* Passed where low <= value <= high. */
struct jtn__test {
	int64_t low, high;
	uint32_t value; /* enum jtn__quick_value */
	uint32_t reserved;
};

/* What the rules of some meters ask for, most specific first: bit i is about the rule at place i. */
struct jtn__shape {
	uint16_t tiers[JTN__TIERS];       /* it holds at tier t */
	uint16_t needs[JTN__QUICK_TESTS]; /* it needs test t */
	uint16_t any_tier, overlaid;      /* it asks for no tier; it is an overlay's */
	uint16_t end;                     /* the bit after the last */
};

/*
 * A meter's prices: the tariff's units[first + place], one for each place of its shape and one below zero for none. One without prices
 * has the shape JTN__QUICK_SHAPES, in which every row is at place 0.
 */
struct jtn__quick_meter {
	uint16_t first;
	uint8_t shape;
	uint8_t bit; /* its own among the tariff's, or JTN__QUICK_NO_BIT */
};

/* Without the prices, which are the tariff's: many tariffs of a book have the same. */
struct jtn__quick {
	uint32_t test_count, shape_count, bit_count;
	uint32_t values; /* bit enum jtn__quick_value: some test looks at it */
	uint32_t plain;  /* 1: every meter has one price or none, whatever the row is like, at the standard tier */
	uint32_t reserved;
	uint64_t fallbacks; /* the bits of meters whose prices are those of a coarser one */
	uint64_t implied;   /* the bit of requests, where the tariff prices them: a usage that is silent counts one */
	struct jtn__test tests[JTN__QUICK_TESTS];
	struct jtn__shape shapes[JTN__QUICK_SHAPES];
	struct jtn__quick_meter meters[JTN__QUICK_METERS];
};

/* Where a row stands: its place in each shape, and what a charge says of a line there. */
struct jtn__places {
	uint32_t at[JTN__QUICK_SHAPES + 1];
	uint32_t flags[JTN__QUICK_SHAPES + 1];
};

/* Reduce the rules of a packed tariff: its quick and its units. Of those made last one is shared. false without memory. */
bool
jtn__quick_make(struct jtn_tariff *tariff, struct jtn__arena *arena, struct jtn__quicks *last);

/* Seconds since Monday 00:00 UTC. */
static inline int64_t
jtn__week_second(int64_t time_ns)
{
	int64_t seconds = time_ns / 1000000000 - (time_ns % 1000000000 < 0);
	int64_t since = (seconds + 3 * 86400) % JTN__WEEK_S; /* 1970-01-01 was a Thursday */
	return since < 0 ? since + JTN__WEEK_S : since;
}

/* Bit i: test i is passed. Here and below without branches, since rows differ. */
static inline uint32_t
jtn__quick_passed(const struct jtn__quick *quick, const int64_t values[JTN__QUICK_VALUES])
{
	uint32_t passed = 0;
	for (uint32_t i = 0; i < quick->test_count; i++) {
		const struct jtn__test *test = &quick->tests[i];
		int64_t value = values[test->value];
		passed |= (uint32_t)((value >= test->low) & (value <= test->high)) << i;
	}
	return passed;
}

static inline void
jtn__quick_places(const struct jtn__quick *quick, uint32_t passed, uint32_t tier, struct jtn__places *ret)
{
	ret->at[JTN__QUICK_SHAPES] = ret->flags[JTN__QUICK_SHAPES] = 0;
	for (uint32_t i = 0; i < quick->shape_count; i++) {
		const struct jtn__shape *shape = &quick->shapes[i];
		uint32_t fits = shape->tiers[tier];
		for (uint32_t test = 0; test < quick->test_count; test++)
			fits &= ~(shape->needs[test] & ((passed >> test & 1) - 1));
		fits |= shape->end;
		uint32_t place = (uint32_t)__builtin_ctz(fits);
		ret->at[i] = place;
		ret->flags[i] = (tier ? (uint32_t)shape->any_tier >> place & 1 : 0) * JTN_CHARGE_TIER_FALLBACK |
		                ((uint32_t)shape->overlaid >> place & 1) * JTN_CHARGE_OVERLAY;
	}
}

#endif
