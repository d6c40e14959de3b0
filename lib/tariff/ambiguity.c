/*
 * Two rules are in conflict where they price a meter with as many conditions, can match at once, and no rule with more
 * conditions covers all that they share. Thresholds on the same quantity nest: the higher is the more specific.
 */
#include "ambiguity.h"

#include "base/error.h"

#define STEPS_MOST 4000000 /* comparisons; a book of thousands of models takes some thousands */
#define INTERVALS_PER_STEP 16
#define ALL_TIERS UINT32_MAX

struct search {
	const struct jtn__rule *rules;
	uint32_t count;
	uint32_t meter;
	uint32_t steps;
};

/* What two rules share. */
struct region {
	const struct jtn__rule *a, *b;
	int64_t from_ns, until_ns;
	uint32_t tiers;
};

static uint32_t
tiers_of(const struct jtn__rule *rule)
{
	return rule->tiers ? rule->tiers : ALL_TIERS;
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

/* Every interval of `inner` lies in one of `outer`. */
static bool
windows_hold(const struct jtn__rule *outer, const struct jtn__rule *inner)
{
	if (!outer->window_count)
		return true;
	for (uint32_t i = 0, j = 0; i < inner->window_count; i++) {
		while (j < outer->window_count && outer->windows[j].until_s < inner->windows[i].until_s)
			j++;
		if (j == outer->window_count || outer->windows[j].from_s > inner->windows[i].from_s)
			return false;
	}
	return inner->window_count > 0;
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

static bool
shares(const struct jtn__rule *a, const struct jtn__rule *b, struct region *ret)
{
	*ret = (struct region){a, b, a->from_ns > b->from_ns ? a->from_ns : b->from_ns,
	                       a->until_ns < b->until_ns ? a->until_ns : b->until_ns, tiers_of(a) & tiers_of(b)};
	return ret->from_ns < ret->until_ns && ret->tiers && windows_meet(a, b);
}

/* As many conditions of the same kinds, but for nested thresholds. */
static bool
nests(const struct jtn__rule *a, const struct jtn__rule *b)
{
	return a->threshold && a->threshold == b->threshold && !same_threshold(a, b) &&
	       (a->tiers != 0) == (b->tiers != 0) && (a->window_count != 0) == (b->window_count != 0);
}

static bool
competes(const struct jtn__rule *a, const struct jtn__rule *b)
{
	return a->layer == b->layer && a->conditions == b->conditions &&
	       (a->effect == JTN_EFFECT_PRICE) == (b->effect == JTN_EFFECT_PRICE);
}

static bool
outranks(const struct jtn__rule *rule, const struct region *region)
{
	return rule->layer == region->a->layer && rule->conditions > region->a->conditions &&
	       (rule->effect == JTN_EFFECT_PRICE) == (region->a->effect == JTN_EFFECT_PRICE) &&
	       (threshold_holds(rule, region->a) || threshold_holds(rule, region->b)) &&
	       (windows_hold(rule, region->a) || windows_hold(rule, region->b));
}

/* What comparing two rules costs, in steps: one, and one more for each so many intervals. */
static uint32_t
work_of(const struct jtn__rule *a, const struct jtn__rule *b)
{
	return 1 + (a->window_count + b->window_count) / INTERVALS_PER_STEP;
}

/* Whether rules from `next` on leave nothing of the region: each takes away its tiers and its validity. */
static bool
is_covered(struct search *search, const struct region *region, uint32_t next)
{
	if (region->from_ns >= region->until_ns || !region->tiers)
		return true;
	for (uint32_t i = next; i < search->count && search->steps < STEPS_MOST; i++) {
		const struct jtn__rule *rule = &search->rules[i];
		search->steps += work_of(rule, region->a) + work_of(rule, region->b);
		if (!jtn__meters_have(&rule->meters, search->meter) || !outranks(rule, region) ||
		    !(tiers_of(rule) & region->tiers) || rule->from_ns >= region->until_ns || rule->until_ns <= region->from_ns)
			continue;
		struct region before = *region, after = *region, other = *region;
		other.tiers &= ~tiers_of(rule);
		before.tiers = after.tiers = region->tiers & tiers_of(rule);
		before.until_ns = rule->from_ns;
		after.from_ns = rule->until_ns;
		return is_covered(search, &before, i + 1) && is_covered(search, &after, i + 1) &&
		       is_covered(search, &other, i + 1);
	}
	return false;
}

static uint32_t
first_shared_meter(const struct jtn__rule *a, const struct jtn__rule *b)
{
	uint64_t low = a->meters.bits[0] & b->meters.bits[0], high = a->meters.bits[1] & b->meters.bits[1];
	if (low)
		return (uint32_t)__builtin_ctzll(low);
	return high ? 64 + (uint32_t)__builtin_ctzll(high) : 0;
}

static jtn_status
in_conflict(const struct search *search, const struct region *region, struct jtn_error *reterr)
{
	if (search->steps >= STEPS_MOST)
		return jtn__fail(reterr, JTN_E_LIMIT, "rules", "too many rules with conditions to be compared with each other");
	return jtn__fail(reterr, JTN_E_AMBIGUOUS, "rules",
	                 "rules \"%s\" and \"%s\" are equally specific and can both price %s; make them exclude each "
	                 "other, or add a rule with more conditions",
	                 region->a->id, region->b->id, jtn_meter_name(search->meter));
}

/* For each meter that both price: a third rule may decide for some of them only. */
static jtn_status
check_pair(struct search *search, const struct jtn__rule *a, const struct jtn__rule *b, struct jtn_error *reterr)
{
	struct region region;
	uint32_t meter = first_shared_meter(a, b);
	search->steps += work_of(a, b);
	if (!meter || !competes(a, b) || nests(a, b) || !shares(a, b, &region))
		return JTN_OK;
	for (; meter < JTN__METERS; meter++) {
		search->meter = meter;
		if (jtn__meters_have(&a->meters, meter) && jtn__meters_have(&b->meters, meter) &&
		    !is_covered(search, &region, 0))
			return in_conflict(search, &region, reterr);
	}
	return JTN_OK;
}

jtn_status
jtn__ambiguity_check(const struct jtn__rule *rules, uint32_t count, struct jtn_error *reterr)
{
	struct search search = {.rules = rules, .count = count};
	for (uint32_t i = 1; i < count; i++) {
		for (uint32_t j = 0; j < i; j++)
			JTN__TRY(check_pair(&search, &rules[j], &rules[i], reterr));
		if (search.steps >= STEPS_MOST)
			return jtn__fail(reterr, JTN_E_LIMIT, "rules", "too many rules to be compared with each other");
	}
	return JTN_OK;
}
