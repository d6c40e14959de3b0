/*
 * Two rules are in conflict where they price a meter with as many conditions, can match at once, and rules with more
 * conditions leave something of what they share: a tier, an instant, a second of the week. Thresholds on the same quantity
 * nest: the higher is the more specific. All that two rules share is looked at interval by interval, without recursion.
 */
#include "ambiguity.h"

#include "base/error.h"
#include "base/sort.h"
#include "quick.h"

/*
 * Steps of some nanoseconds each. Every two of the most rules there may be take half of them; the rest is for windows, and
 * for what rules with more conditions cover.
 */
#define STEPS_MOST (2 * JTN__RULES_MOST / 2 * JTN__RULES_MOST)
#define INTERVALS_PER_STEP 16
#define STEPS_PER_COVER 4
#define ALL_TIERS ((UINT32_C(1) << JTN__TIERS) - 1)

struct search {
	const struct jtn__rule *rules;
	uint16_t *order;  /* [count] by the beginning of validity */
	uint16_t *active; /* [count] those before that are still valid */
	uint16_t *covers; /* [count] those that decide between the two being looked at */
	uint32_t count, steps;
};

/* What two rules share. */
struct region {
	const struct jtn__rule *a, *b;
	int64_t from_ns, until_ns;
	uint32_t tiers;
	struct jtn__meters meters;
};

static uint32_t
tiers_of(const struct jtn__rule *rule)
{
	return rule->tiers ? rule->tiers : ALL_TIERS;
}

static uint32_t
first_of(const struct jtn__meters *meters)
{
	if (meters->bits[0])
		return (uint32_t)__builtin_ctzll(meters->bits[0]);
	return meters->bits[1] ? 64 + (uint32_t)__builtin_ctzll(meters->bits[1]) : 0;
}

/* Intervals ascend and do not touch, see jtn__windows_merge(): of two that do not meet the earlier is done with. */
static bool
windows_meet(const struct jtn__rule *a, const struct jtn__rule *b)
{
	if (!a->window_count || !b->window_count)
		return true;
	for (uint32_t i = 0, j = 0; i < a->window_count && j < b->window_count;) {
		if (a->windows[i].until_s <= b->windows[j].from_s)
			i++;
		else if (b->windows[j].until_s <= a->windows[i].from_s)
			j++;
		else
			return true;
	}
	return false;
}

/* Whether whatever passes inner's threshold passes outer's. */
static bool
threshold_holds(const struct jtn__rule *outer, const struct jtn__rule *inner)
{
	if (!outer->threshold)
		return true;
	if (inner->threshold != outer->threshold)
		return false;
	return inner->above > outer->above || (inner->above == outer->above && inner->inclusive <= outer->inclusive);
}

static bool
same_threshold(const struct jtn__rule *a, const struct jtn__rule *b)
{
	return a->threshold == b->threshold && a->above == b->above && a->inclusive == b->inclusive;
}

/* As many conditions of the same kinds, but for nested thresholds. */
static bool
nests(const struct jtn__rule *a, const struct jtn__rule *b)
{
	return a->threshold && a->threshold == b->threshold && !same_threshold(a, b) &&
	       (a->tiers != 0) == (b->tiers != 0) && (a->window_count != 0) == (b->window_count != 0);
}

static bool
is_of_kind(const struct jtn__rule *a, const struct jtn__rule *b)
{
	return a->layer == b->layer && (a->effect == JTN_EFFECT_PRICE) == (b->effect == JTN_EFFECT_PRICE);
}

/* But for windows. */
static bool
shares(const struct jtn__rule *a, const struct jtn__rule *b, struct region *ret)
{
	*ret = (struct region){a,
	                       b,
	                       a->from_ns > b->from_ns ? a->from_ns : b->from_ns,
	                       a->until_ns < b->until_ns ? a->until_ns : b->until_ns,
	                       tiers_of(a) & tiers_of(b),
	                       {{a->meters.bits[0] & b->meters.bits[0], a->meters.bits[1] & b->meters.bits[1]}}};
	return ret->from_ns < ret->until_ns && ret->tiers && first_of(&ret->meters);
}

static bool
outranks(const struct jtn__rule *rule, const struct region *region)
{
	return rule->conditions > region->a->conditions && is_of_kind(rule, region->a) &&
	       (threshold_holds(rule, region->a) || threshold_holds(rule, region->b)) && rule->until_ns > region->from_ns &&
	       tiers_of(rule) & region->tiers &&
	       ((rule->meters.bits[0] & region->meters.bits[0]) | (rule->meters.bits[1] & region->meters.bits[1]));
}

/* Whether a rule's windows hold at a second of the week; *edge comes down to the next one at which that may change. */
static bool
holds_at(const struct jtn__rule *rule, uint32_t second, uint32_t *edge)
{
	uint32_t low = 0, high = rule->window_count;
	while (low < high) { /* the first interval that is not over */
		uint32_t middle = low + (high - low) / 2;
		if (rule->windows[middle].until_s <= second)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == rule->window_count)
		return !low;
	const struct jtn__interval *window = &rule->windows[low];
	bool holds = window->from_s <= second;
	uint32_t change = holds ? window->until_s : window->from_s;
	if (change < *edge)
		*edge = change;
	return holds;
}

/* The first meter that the first `count` covers leave at some tier at that second; 0 for none. */
static uint32_t
left_at(const struct search *search, const struct region *region, uint32_t count, uint32_t second, uint32_t *edge)
{
	struct jtn__meters left[JTN__TIERS] = {0};
	uint32_t meter = 0;
	for (uint32_t tier = 0; tier < JTN__TIERS; tier++)
		if (region->tiers >> tier & 1)
			left[tier] = region->meters;
	for (uint32_t i = 0; i < count; i++) {
		const struct jtn__rule *rule = &search->rules[search->covers[i]];
		uint32_t tiers = holds_at(rule, second, edge) ? tiers_of(rule) : 0;
		for (uint32_t tier = 0; tier < JTN__TIERS; tier++) {
			left[tier].bits[0] &= tiers >> tier & 1 ? ~rule->meters.bits[0] : UINT64_MAX;
			left[tier].bits[1] &= tiers >> tier & 1 ? ~rule->meters.bits[1] : UINT64_MAX;
		}
	}
	for (uint32_t tier = 0; tier < JTN__TIERS && !meter; tier++)
		meter = first_of(&left[tier]);
	return meter;
}

/* Likewise in a whole week, which is one of those in which the first `count` covers and no others are valid. */
static uint32_t
left_in_week(struct search *search, const struct region *region, uint32_t count)
{
	uint32_t meter = 0;
	for (uint32_t second = 0, edge; second < JTN__WEEK_S && !meter && search->steps < STEPS_MOST; second = edge) {
		edge = JTN__WEEK_S;
		bool a = holds_at(region->a, second, &edge), b = holds_at(region->b, second, &edge);
		search->steps += 1 + (a && b) * STEPS_PER_COVER * count;
		if (a && b)
			meter = left_at(search, region, count, second, &edge);
	}
	return meter;
}

/* Keep the first `count` covers that are valid at an instant; *end comes down to the first that is not any longer. */
static uint32_t
keep_valid(struct search *search, uint32_t count, int64_t at_ns, int64_t *end)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct jtn__rule *rule = &search->rules[search->covers[i]];
		if (rule->until_ns <= at_ns)
			continue;
		search->covers[kept++] = search->covers[i];
		if (rule->until_ns < *end)
			*end = rule->until_ns;
	}
	return kept;
}

/* The first meter that rules with more conditions leave of a region, 0 for none: from one change of validity to the next. */
static uint32_t
left_of(struct search *search, const struct region *region)
{
	uint32_t found = 0, next = 0, valid = 0, meter = 0;
	for (uint32_t i = 0; i < search->count && search->rules[search->order[i]].from_ns < region->until_ns; i++) {
		search->steps++;
		if (outranks(&search->rules[search->order[i]], region))
			search->covers[found++] = search->order[i];
	}
	for (int64_t at = region->from_ns, end; at < region->until_ns && !meter && search->steps < STEPS_MOST; at = end) {
		end = region->until_ns;
		while (next < found && search->rules[search->covers[next]].from_ns <= at)
			search->covers[valid++] = search->covers[next++];
		if (next < found && search->rules[search->covers[next]].from_ns < end)
			end = search->rules[search->covers[next]].from_ns;
		valid = keep_valid(search, valid, at, &end);
		meter = left_in_week(search, region, valid);
	}
	return meter;
}

static jtn_status
check_pair(struct search *search, const struct jtn__rule *a, const struct jtn__rule *b, struct jtn_error *reterr)
{
	struct region region;
	search->steps++;
	if (a->conditions != b->conditions || !is_of_kind(a, b) || !shares(a, b, &region) || nests(a, b))
		return JTN_OK;
	search->steps += (a->window_count + b->window_count) / INTERVALS_PER_STEP;
	uint32_t meter = windows_meet(a, b) ? left_of(search, &region) : 0;
	if (search->steps >= STEPS_MOST)
		return jtn__fail(
			reterr, JTN_E_LIMIT, "rules",
			"too many rules with conditions to be compared with each other; split the tariff, or give rules "
			"fewer windows");
	if (meter)
		return jtn__fail(reterr, JTN_E_AMBIGUOUS, "rules",
		                 "rules \"%s\" and \"%s\" are equally specific and can both price %s; make them exclude each "
		                 "other, or add a rule with more conditions",
		                 a < b ? a->id : b->id, a < b ? b->id : a->id, jtn_meter_name(meter));
	return JTN_OK;
}

static bool
begins_before(const void *rules, uint16_t a, uint16_t b)
{
	return ((const struct jtn__rule *)rules)[a].from_ns < ((const struct jtn__rule *)rules)[b].from_ns;
}

/* Rules are compared where their validities meet: each with those that began before it and are still valid. */
static jtn_status
check_all(struct search *search, struct jtn_error *reterr)
{
	uint32_t active = 0;
	for (uint32_t i = 0; i < search->count; i++) {
		const struct jtn__rule *rule = &search->rules[search->order[i]];
		uint32_t kept = 0;
		for (uint32_t j = 0; j < active; j++) {
			const struct jtn__rule *other = &search->rules[search->active[j]];
			if (other->until_ns <= rule->from_ns)
				continue;
			search->active[kept++] = search->active[j];
			JTN__TRY(check_pair(search, other, rule, reterr));
		}
		search->active[kept++] = search->order[i];
		active = kept;
	}
	return JTN_OK;
}

jtn_status
jtn__ambiguity_check(const struct jtn__draft *draft, struct jtn_error *reterr)
{
	uint32_t count = draft->rule_count;
	struct search search = {.rules = draft->rules, .count = count};
	search.order = jtn__arena_take(draft->arena, count, 3 * sizeof(*search.order));
	if (!search.order)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a tariff");
	search.active = search.order + count;
	search.covers = search.active + count;
	jtn__sort(search.order, search.active, count, begins_before, draft->rules);
	return check_all(&search, reterr);
}
