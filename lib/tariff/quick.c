/* Rules reduced for the short way: once a tariff, so that a row compares numbers only. */
#include "quick.h"

#include <string.h>

#define ALL_TIERS ((UINT32_C(1) << JTN__TIERS) - 1)
#define UNITS (1 + JTN__QUICK_BITS * (JTN__QUICK_PLACES + 1))

struct reduction {
	const struct jtn_tariff *tariff;
	struct jtn__quick *quick;
	int64_t *units;
	uint32_t unit_count;
};

/* The number of a test, which may be there already; JTN__QUICK_TESTS where there is no room. */
static uint32_t
add_test(struct jtn__quick *quick, enum jtn__quick_value value, int64_t low, int64_t high)
{
	uint32_t i = 0;
	while (i < quick->test_count &&
	       (quick->tests[i].value != value || quick->tests[i].low != low || quick->tests[i].high != high))
		i++;
	if (i == quick->test_count && i < JTN__QUICK_TESTS) {
		quick->tests[quick->test_count++] = (struct jtn__test){low, high, value, 0};
		quick->values |= 1u << value;
	}
	return i;
}

/* A meter's rules on their way to a shape and prices. */
struct places {
	struct jtn__shape shape;
	int64_t units[JTN__QUICK_PLACES + 1];
	uint32_t count;
};

static bool
need(struct jtn__quick *quick, struct places *places, enum jtn__quick_value value, int64_t low, int64_t high)
{
	uint32_t test = add_test(quick, value, low, high);
	if (test == JTN__QUICK_TESTS)
		return false;
	places->shape.needs[test] |= (uint16_t)(1u << places->count);
	return true;
}

/* false where a condition is none that a row could be tested for once. */
static bool
reduce_conditions(struct jtn__quick *quick, const struct jtn__rule *rule, struct places *places)
{
	bool always = rule->from_ns == JTN__ALWAYS_FROM && rule->until_ns == JTN__ALWAYS_UNTIL;
	int64_t last = rule->until_ns == JTN__ALWAYS_UNTIL ? INT64_MAX : rule->until_ns - 1;
	if (!always && !need(quick, places, JTN__QUICK_TIME, rule->from_ns, last))
		return false;
	if (!rule->threshold)
		return true;
	return rule->threshold != JTN_THRESHOLD_METER && rule->above < INT64_MAX &&
	       need(quick, places, rule->threshold == JTN_THRESHOLD_ALL_INPUT ? JTN__QUICK_ALL_INPUT : JTN__QUICK_TOTAL,
	            rule->above + !rule->inclusive, INT64_MAX);
}

/* A rule takes a place, or one for each interval of its window. */
static bool
reduce_rule(struct jtn__quick *quick, const struct jtn__rule *rule, struct places *places)
{
	uint32_t i = 0;
	do {
		uint16_t place = (uint16_t)(1u << places->count);
		if (places->count == JTN__QUICK_PLACES || !reduce_conditions(quick, rule, places))
			return false;
		if (rule->window_count &&
		    !need(quick, places, JTN__QUICK_WEEK, rule->windows[i].from_s, (int64_t)rule->windows[i].until_s - 1))
			return false;
		for (uint32_t tier = 0; tier < JTN__TIERS; tier++)
			if ((rule->tiers ? rule->tiers : ALL_TIERS) >> tier & 1)
				places->shape.tiers[tier] |= place;
		places->shape.any_tier |= rule->tiers ? 0 : place;
		places->shape.overlaid |= rule->layer ? place : 0;
		places->units[places->count++] = rule->price.unit;
	} while (++i < rule->window_count);
	return true;
}

static uint32_t
add_shape(struct jtn__quick *quick, const struct jtn__shape *shape)
{
	uint32_t i = 0;
	while (i < quick->shape_count && memcmp(&quick->shapes[i], shape, sizeof(*shape)) != 0)
		i++;
	if (i == quick->shape_count && i < JTN__QUICK_SHAPES)
		quick->shapes[quick->shape_count++] = *shape;
	return i;
}

static void
reduce_meter(struct reduction *reduction, uint32_t meter)
{
	const struct jtn_tariff *tariff = reduction->tariff;
	const struct jtn__slot *slot = &tariff->slots[tariff->slot_of[meter]];
	struct jtn__quick *quick = reduction->quick;
	struct places places = {.count = 0};
	for (uint32_t i = 0; i < slot->count; i++)
		if (!reduce_rule(quick, &tariff->rules[tariff->candidates[slot->first + i]], &places))
			return;
	places.shape.end = (uint16_t)(1u << places.count);
	places.units[places.count] = -1;
	uint32_t shape = add_shape(quick, &places.shape);
	if (shape == JTN__QUICK_SHAPES || quick->bit_count == JTN__QUICK_BITS)
		return;
	quick->meters[meter] =
		(struct jtn__quick_meter){(uint16_t)reduction->unit_count, (uint8_t)shape, (uint8_t)quick->bit_count++};
	memcpy(&reduction->units[reduction->unit_count], places.units, (places.count + 1) * sizeof(places.units[0]));
	reduction->unit_count += places.count + 1;
}

/* A meter without rules of its own takes those of the first in its chain of fallbacks that has some. */
static void
take_fallback(struct reduction *reduction, uint32_t meter)
{
	const struct jtn_tariff *tariff = reduction->tariff;
	struct jtn__quick *quick = reduction->quick;
	uint32_t at = meter;
	while (at && !tariff->slot_of[at])
		at = tariff->fallback[at];
	if (!at || tariff->adjustment_of[at] || !quick->meters[at].first || quick->bit_count == JTN__QUICK_BITS)
		return;
	quick->fallbacks |= UINT64_C(1) << quick->bit_count;
	quick->meters[meter] = quick->meters[at];
	quick->meters[meter].bit = (uint8_t)quick->bit_count++;
}

static bool
is_plain(const struct reduction *reduction)
{
	const struct jtn__quick *quick = reduction->quick;
	const struct jtn__shape *only = quick->shapes;
	for (uint32_t meter = 1; meter < JTN__METERS; meter++)
		if (quick->meters[meter].first && reduction->units[quick->meters[meter].first] < 0)
			return false; /* no price of one quantum */
	return quick->shape_count == 1 && quick->test_count == 0 && only->end == 1u << 1 &&
	       only->tiers[JTN_TIER_STANDARD] && !only->overlaid && !quick->implied;
}

static void
reduce(struct reduction *reduction)
{
	const struct jtn_tariff *tariff = reduction->tariff;
	struct jtn__quick *quick = reduction->quick;
	reduction->units[reduction->unit_count++] = -1;
	for (uint32_t meter = 1; meter < JTN__METERS; meter++)
		if (tariff->slot_of[meter] && !tariff->adjustment_of[meter])
			reduce_meter(reduction, meter);
	for (uint32_t meter = 1; meter < JTN__METERS; meter++)
		if (!tariff->slot_of[meter] && !tariff->adjustment_of[meter])
			take_fallback(reduction, meter);
	if (tariff->slot_of[JTN_METER_REQUESTS]) {
		const struct jtn__quick_meter *requests = &quick->meters[JTN_METER_REQUESTS];
		quick->implied = UINT64_C(1) << (requests->first ? requests->bit : JTN__QUICK_BITS);
	}
	quick->plain = is_plain(reduction);
}

static const struct jtn__quick *
share(const struct jtn__quick *quick, struct jtn__arena *arena, struct jtn__quicks *last)
{
	for (uint32_t i = 0; i < JTN__QUICKS; i++)
		if (last->each[i] && memcmp(last->each[i], quick, sizeof(*quick)) == 0)
			return last->each[i];
	struct jtn__quick *packed = jtn__arena_room(arena, 1, sizeof(*packed));
	return packed ? last->each[last->next++ % JTN__QUICKS] = memcpy(packed, quick, sizeof(*quick)) : NULL;
}

bool
jtn__quick_make(struct jtn_tariff *tariff, struct jtn__arena *arena, struct jtn__quicks *last)
{
	int64_t units[UNITS];
	struct jtn__quick quick;
	memset(&quick, 0, sizeof(quick));
	for (uint32_t meter = 0; meter < JTN__QUICK_METERS; meter++)
		quick.meters[meter] = (struct jtn__quick_meter){0, JTN__QUICK_SHAPES, JTN__QUICK_NO_BIT};
	struct reduction reduction = {.tariff = tariff, .quick = &quick, .units = units};
	reduce(&reduction);
	int64_t *packed = jtn__arena_room(arena, reduction.unit_count, sizeof(*packed));
	tariff->quick = share(&quick, arena, last);
	tariff->units = packed ? memcpy(packed, units, reduction.unit_count * sizeof(*packed)) : NULL;
	return tariff->quick && tariff->units;
}
