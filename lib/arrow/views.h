/*
 * The prices of a selection's rows once their tests are made: one of a quantum of each meter column, so that a row is a
 * multiplication each. Each distinct combination of selection and tests is worked out once.
 */
#ifndef JTN_ARROW_VIEWS_H
#define JTN_ARROW_VIEWS_H

#include "selection.h"

#define JTN__VIEW_BITS 47                      /* of a quantity: no sum or total leaves its range */
#define JTN__VIEW_UNPRICED (UINT32_C(1) << 31) /* besides enum jtn_charge_flag */

/* Meters are multiplied four at a time: few tables have more, and the steps between cost as much as the product. */
#define JTN__STEP 4u
#define JTN__WHOLE_STEPS(count) (((count) + JTN__STEP - 1) / JTN__STEP * JTN__STEP)

struct jtn__view {
	const int64_t *units;  /* [JTN__WHOLE_STEPS(meter_count)] 10^-18 of the currency; 0 where there is no price */
	const uint32_t *flags; /* [meter_count] what a count that is not zero sets */
	uint32_t flagged;      /* 1: some flags are not zero */
	uint32_t fault;        /* not 0: of rows without a view */
	int8_t currency;
};

struct jtn__views {
	struct jtn__arena *arena;
	const uint32_t *meters; /* [meter_count] enum jtn_meter */
	uint32_t meter_count;
	struct jtn__words combinations; /* of selection and tests: number n is views[n] */
	struct jtn__view *views;        /* views[0] is none */
	uint32_t count, room;
};

/* Once the meters are known. false without memory. */
bool
jtn__views_start(struct jtn__views *views);

/* The number of a view; 0 without memory, after which nothing more is to be found. */
uint32_t
jtn__views_find(struct jtn__views *views, uint32_t number, const struct jtn__selection *selection, uint32_t passed);

#endif
