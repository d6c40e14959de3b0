/*
 * Tariffs put together and looked into. A draft's rules are packed into one arena, and each meter gets the list of rules
 * that may price it, most specific first, so that rating takes the first that matches. Source: docs/rating.md, "Rules".
 */
#include "tariff.h"

#include "ambiguity.h"
#include "base/abi.h"
#include "base/error.h"
#include "base/sort.h"
#include "quick.h"

#include <string.h>

static jtn_status
out_of_memory(struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a tariff");
}

void
jtn__draft_clear(struct jtn__draft *draft)
{
	draft->rule_count = 0;
	draft->settle_count = 0;
	memset(draft->fallback, 0, sizeof(draft->fallback));
}

struct jtn__rule
jtn__rule_plain(const char *id)
{
	return (struct jtn__rule){
		.id = id, .from_ns = JTN__ALWAYS_FROM, .until_ns = JTN__ALWAYS_UNTIL, .effect = JTN_EFFECT_PRICE};
}

void
jtn__windows_add(int64_t from, int64_t until, struct jtn__interval *windows, uint32_t *count)
{
	const int64_t week = JTN__WEEK_S / 60;
	for (int64_t shift = -week; shift <= week; shift += week) {
		int64_t low = from + shift < 0 ? 0 : from + shift, high = until + shift > week ? week : until + shift;
		if (low < high)
			windows[(*count)++] = (struct jtn__interval){(uint32_t)low * 60, (uint32_t)high * 60};
	}
}

uint32_t
jtn__windows_merge(struct jtn__interval *windows, uint32_t count)
{
	uint32_t kept = 0;
	for (uint32_t gap = count / 2; gap; gap /= 2) {
		for (uint32_t i = gap; i < count; i++) {
			struct jtn__interval moved = windows[i];
			uint32_t at = i;
			for (; at >= gap && windows[at - gap].from_s > moved.from_s; at -= gap)
				windows[at] = windows[at - gap];
			windows[at] = moved;
		}
	}
	for (uint32_t i = 0; i < count; i++) {
		struct jtn__interval *last = &windows[kept ? kept - 1 : 0];
		if (!kept || windows[i].from_s > last->until_s)
			windows[kept++] = windows[i];
		else if (windows[i].until_s > last->until_s)
			last->until_s = windows[i].until_s;
	}
	return kept;
}

jtn_status
jtn__draft_add(struct jtn__draft *draft, const struct jtn__rule *rule, struct jtn_error *reterr)
{
	if (draft->rule_count >= JTN__RULES_MOST)
		return jtn__fail(reterr, JTN_E_LIMIT, "rules", "a tariff of more than %d rules; split it by region or model",
		                 (int64_t)JTN__RULES_MOST);
	if (rule->from_ns >= rule->until_ns)
		return jtn__fail(reterr, JTN_E_RANGE, "until", "rule \"%s\" ends before it begins; until must be after from",
		                 rule->id);
	if (rule->graduated && rule->effect != JTN_EFFECT_PRICE)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "when.mode",
		                 "rule \"%s\": a markup or discount is of the whole amount; graduated is for prices", rule->id);
	if (rule->graduated && rule->threshold != JTN_THRESHOLD_METER)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "when.mode",
		                 "rule \"%s\": graduated needs the quantity \"meter\"; a sum says not which token is above",
		                 rule->id);
	void *rules =
		jtn__arena_more(draft->arena, draft->rules, draft->rule_count, &draft->rule_room, sizeof(*draft->rules));
	if (!rules)
		return out_of_memory(reterr);
	draft->rules = rules;
	struct jtn__rule *added = &draft->rules[draft->rule_count++];
	*added = *rule;
	added->inclusive = rule->inclusive && !rule->graduated; /* at the threshold itself nothing is above it */
	added->conditions = (uint8_t)((rule->tiers != 0) + (rule->threshold != 0) + (rule->window_count != 0));
	return JTN_OK;
}

jtn_status
jtn__draft_settle(struct jtn__draft *draft, const struct jtn__settle *settle, struct jtn_error *reterr)
{
	if (draft->settle_count >= JTN__RULES_MOST)
		return jtn__fail(reterr, JTN_E_LIMIT, "settle", "more than %d period charges in a tariff",
		                 (int64_t)JTN__RULES_MOST);
	void *settles = jtn__arena_more(draft->arena, draft->settles, draft->settle_count, &draft->settle_room,
	                                sizeof(*draft->settles));
	if (!settles)
		return out_of_memory(reterr);
	draft->settles = settles;
	draft->settles[draft->settle_count++] = *settle;
	return JTN_OK;
}

static const char *
id_of(const struct jtn__draft *draft, uint16_t number)
{
	return number < draft->rule_count ? draft->rules[number].id : draft->settles[number - draft->rule_count].id;
}

static bool
id_precedes(const void *draft, uint16_t a, uint16_t b)
{
	return strcmp(id_of(draft, a), id_of(draft, b)) < 0;
}

jtn_status
jtn__draft_check_ids(const struct jtn__draft *draft, struct jtn_error *reterr)
{
	uint32_t count = draft->rule_count + draft->settle_count;
	uint16_t *order = jtn__arena_take(draft->arena, count, 2 * sizeof(*order));
	if (!order)
		return out_of_memory(reterr);
	jtn__sort(order, order + count, count, id_precedes, draft);
	for (uint32_t i = 1; i < count; i++)
		if (strcmp(id_of(draft, order[i - 1]), id_of(draft, order[i])) == 0)
			return jtn__fail(reterr, JTN_E_CONTRADICTION, "id",
			                 "two are called \"%s\"; a charge names its rule by the id, so each needs its own",
			                 id_of(draft, order[i]));
	return JTN_OK;
}

static jtn_status
check_fallbacks(const struct jtn__draft *draft, struct jtn_error *reterr)
{
	for (uint32_t meter = 1; meter < JTN__METERS; meter++) {
		uint32_t at = meter, steps = 0;
		while (draft->fallback[at] && steps++ < JTN__METERS)
			at = draft->fallback[at];
		if (draft->fallback[at])
			return jtn__fail(reterr, JTN_E_CONTRADICTION, "fallback", "the fallbacks of %s go in a circle",
			                 jtn_meter_name(meter));
	}
	return JTN_OK;
}

static bool
adjusts(const struct jtn__rule *rule)
{
	return rule->effect != JTN_EFFECT_PRICE;
}

/* Whether a comes before b among the candidates of a meter. */
static bool
precedes(const void *rules, uint16_t first, uint16_t second)
{
	const struct jtn__rule *a = (const struct jtn__rule *)rules + first, *b = (const struct jtn__rule *)rules + second;
	if (a->layer != b->layer)
		return a->layer > b->layer;
	if (a->conditions != b->conditions)
		return a->conditions > b->conditions;
	if (a->above != b->above)
		return a->above > b->above;
	return a->inclusive < b->inclusive;
}

/* Packing in progress. */
struct packing {
	const struct jtn__rule *rules;
	const uint16_t *order; /* [rule_count] most specific first, equals as in the file */
	uint32_t rule_count;
	struct jtn__slot *slots;
	uint16_t *candidates;
	uint32_t slot_count, candidate_count;
};

static void
collect(struct packing *packing, uint32_t meter, bool adjustments)
{
	uint32_t first = packing->candidate_count;
	for (uint32_t i = 0; i < packing->rule_count; i++) {
		const struct jtn__rule *rule = &packing->rules[packing->order[i]];
		if (adjusts(rule) == adjustments && jtn__meters_have(&rule->meters, meter))
			packing->candidates[packing->candidate_count++] = packing->order[i];
	}
	packing->slots[packing->slot_count] = (struct jtn__slot){first, packing->candidate_count - first};
}

static uint8_t
add_slot(struct packing *packing, uint32_t meter, bool adjustments)
{
	struct jtn__slot *slot = &packing->slots[++packing->slot_count];
	collect(packing, meter, adjustments);
	if (slot->count == 0) {
		packing->slot_count--;
		return 0;
	}
	return (uint8_t)packing->slot_count;
}

static const void *
copy(struct jtn__arena *arena, const void *array, size_t count, size_t size, bool *failed)
{
	if (!count)
		return NULL;
	void *packed = jtn__arena_room(arena, count, size);
	*failed |= !packed;
	return packed ? memcpy(packed, array, count * size) : NULL;
}

static const char *
copy_text(struct jtn__arena *arena, const char *text, bool *failed)
{
	const char *packed = text ? jtn__arena_copy(arena, text, strlen(text)) : NULL;
	*failed |= text && !packed;
	return packed;
}

/* The draft's own arrays, with all that they point to, in the arena. */
static bool
pack_arrays(const struct jtn__draft *draft, struct jtn__arena *arena, struct jtn_tariff *ret)
{
	bool failed = false;
	struct jtn__rule *rules = jtn__arena_room(arena, draft->rule_count, sizeof(*rules));
	struct jtn__settle *settles = jtn__arena_room(arena, draft->settle_count, sizeof(*settles));
	if (!rules || !settles)
		return false;
	for (uint32_t i = 0; i < draft->rule_count; i++) {
		rules[i] = draft->rules[i];
		rules[i].id = copy_text(arena, rules[i].id, &failed);
		rules[i].windows = copy(arena, rules[i].windows, rules[i].window_count, sizeof(*rules[i].windows), &failed);
	}
	for (uint32_t i = 0; i < draft->settle_count; i++) {
		settles[i] = draft->settles[i];
		settles[i].id = copy_text(arena, settles[i].id, &failed);
		settles[i].steps = copy(arena, settles[i].steps, settles[i].step_count, sizeof(*settles[i].steps), &failed);
	}
	ret->rules = rules;
	ret->rule_count = draft->rule_count;
	ret->settles = settles;
	ret->settle_count = draft->settle_count;
	ret->fallback = copy(arena, draft->fallback, JTN__METERS, 1, &failed);
	return !failed;
}

static uint32_t
count_meters(const struct jtn__draft *draft)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < draft->rule_count; i++)
		for (int half = 0; half < 2; half++)
			for (uint64_t bits = draft->rules[i].meters.bits[half]; bits; bits &= bits - 1)
				count++;
	return count;
}

/* Candidates of every meter: one slot at most for each rule and meter, and the empty one. */
static bool
pack_candidates(struct jtn__draft *draft, struct jtn__arena *arena, struct jtn_tariff *ret)
{
	uint32_t pairs = count_meters(draft);
	uint32_t slots = pairs < 2 * JTN__METERS ? pairs : 2 * JTN__METERS;
	uint16_t *order = jtn__arena_take(draft->arena, draft->rule_count, 2 * sizeof(*order));
	struct packing packing = {.rules = ret->rules, .rule_count = ret->rule_count, .order = order};
	packing.slots = jtn__arena_take(arena, slots + 2, sizeof(*packing.slots));
	packing.candidates = jtn__arena_take(arena, pairs, sizeof(*packing.candidates));
	if (!order || !packing.slots || !packing.candidates)
		return false;
	jtn__sort(order, order + ret->rule_count, ret->rule_count, precedes, ret->rules);
	struct jtn__meters priced = {{0, 0}};
	for (uint32_t i = 0; i < ret->rule_count; i++) {
		const struct jtn__rule *rule = &ret->rules[i];
		priced.bits[0] |= rule->meters.bits[0];
		priced.bits[1] |= rule->meters.bits[1];
		ret->thresholds |= (uint8_t)(1 << rule->threshold);
	}
	for (uint32_t meter = 1; meter < JTN__METERS; meter++) {
		if (!jtn__meters_have(&priced, meter))
			continue;
		ret->slot_of[meter] = add_slot(&packing, meter, false);
		ret->adjustment_of[meter] = add_slot(&packing, meter, true);
	}
	ret->slots = packing.slots;
	ret->candidates = packing.candidates;
	return jtn__quick_make(ret, arena, &draft->quicks);
}

/* What is asked of something else's amount has no instant of its own: a markup, a discount, an allowance. */
static int64_t
first_instant(const struct jtn__draft *draft)
{
	int64_t first = JTN__ALWAYS_UNTIL;
	for (uint32_t i = 0; i < draft->rule_count; i++)
		if (!adjusts(&draft->rules[i]) && draft->rules[i].from_ns < first)
			first = draft->rules[i].from_ns;
	for (uint32_t i = 0; i < draft->settle_count; i++)
		if (draft->settles[i].model != JTN_SETTLE_ALLOWANCE && draft->settles[i].from_ns < first)
			first = draft->settles[i].from_ns;
	return first;
}

jtn_status
jtn__draft_finish(struct jtn__draft *draft, struct jtn__arena *arena, struct jtn_tariff *ret, struct jtn_error *reterr)
{
	struct jtn_tariff packed = *ret;
	memset(packed.slot_of, 0, sizeof(packed.slot_of));
	memset(packed.adjustment_of, 0, sizeof(packed.adjustment_of));
	packed.thresholds = 0;
	packed.first_ns = first_instant(draft);
	JTN__TRY(check_fallbacks(draft, reterr));
	JTN__TRY(jtn__ambiguity_check(draft, reterr));
	if (!pack_arrays(draft, arena, &packed) || !pack_candidates(draft, arena, &packed))
		return out_of_memory(reterr);
	*ret = packed;
	return JTN_OK;
}

void
jtn_tariff_free(struct jtn_tariff *tariff)
{
	if (tariff && tariff->arena)
		jtn__arena_free(tariff->arena);
}

jtn_status
jtn_tariff_read_facts(const struct jtn_tariff *tariff, struct jtn_tariff_facts *ret)
{
	if (!tariff || !ret)
		return JTN_E_ARGUMENT;
	struct jtn_tariff_facts facts = {
		.rules = tariff->rule_count + tariff->settle_count,
		.provider = tariff->provider,
		.model = tariff->model,
		.region = tariff->region,
		.customer = tariff->customer,
		.source = tariff->source,
		.revision = tariff->revision,
		.first_ns = tariff->first_ns,
	};
	memcpy(facts.currency, tariff->currency, sizeof(facts.currency));
	return jtn__hand_out(&facts, sizeof(facts), ret, "jtn_tariff_facts");
}

static void
settle_facts(const struct jtn__settle *settle, struct jtn_rule_facts *ret)
{
	*ret = (struct jtn_rule_facts){
		.effect = JTN_EFFECT_SETTLE,
		.id = settle->id,
		.price = settle->price.per ? settle->price.amount : settle->amount,
		.per = settle->price.per ? settle->price.per : 1,
		.from_ns = settle->from_ns,
		.until_ns = settle->until_ns,
		.meters = {settle->meters.bits[0], settle->meters.bits[1]},
	};
}

jtn_status
jtn_tariff_read_rule(const struct jtn_tariff *tariff, uint32_t rule, struct jtn_rule_facts *ret)
{
	struct jtn_rule_facts facts;
	if (!tariff || !ret)
		return JTN_E_ARGUMENT;
	if (rule >= tariff->rule_count + tariff->settle_count)
		return JTN_E_NOT_FOUND;
	if (rule >= tariff->rule_count) {
		settle_facts(&tariff->settles[rule - tariff->rule_count], &facts);
	} else {
		const struct jtn__rule *from = &tariff->rules[rule];
		facts = (struct jtn_rule_facts){
			.effect = from->effect,
			.id = from->id,
			.price = from->price.amount,
			.per = from->price.per,
			.from_ns = from->from_ns,
			.until_ns = from->until_ns,
			.above = from->above,
			.meters = {from->meters.bits[0], from->meters.bits[1]},
			.tiers = from->tiers,
			.threshold = from->threshold,
			.inclusive = from->inclusive,
			.graduated = from->graduated,
			.windows = from->window_count,
		};
	}
	return jtn__hand_out(&facts, sizeof(facts), ret, "jtn_rule_facts");
}

jtn_status
jtn_tariff_read_window(const struct jtn_tariff *tariff, uint32_t rule, uint32_t window, uint32_t *retfrom_s,
                       uint32_t *retuntil_s)
{
	if (!tariff || !retfrom_s || !retuntil_s)
		return JTN_E_ARGUMENT;
	if (rule >= tariff->rule_count || window >= tariff->rules[rule].window_count)
		return JTN_E_NOT_FOUND;
	*retfrom_s = tariff->rules[rule].windows[window].from_s;
	*retuntil_s = tariff->rules[rule].windows[window].until_s;
	return JTN_OK;
}

static const struct jtn__settle *
settle_of(const struct jtn_tariff *tariff, uint32_t rule)
{
	return rule >= tariff->rule_count && rule - tariff->rule_count < tariff->settle_count
	           ? &tariff->settles[rule - tariff->rule_count]
	           : NULL;
}

jtn_status
jtn_tariff_read_settle(const struct jtn_tariff *tariff, uint32_t rule, struct jtn_settle_facts *ret)
{
	if (!tariff || !ret)
		return JTN_E_ARGUMENT;
	const struct jtn__settle *from = settle_of(tariff, rule);
	if (!from)
		return JTN_E_NOT_FOUND;
	struct jtn_settle_facts facts = {
		.model = (int32_t)from->model,
		.amount = from->amount,
		.price = from->price.amount,
		.per = from->price.per,
		.quantity = from->quantity,
		.free = from->free,
		.steps = from->step_count,
	};
	return jtn__hand_out(&facts, sizeof(facts), ret, "jtn_settle_facts");
}

jtn_status
jtn_tariff_read_step(const struct jtn_tariff *tariff, uint32_t rule, uint32_t step, struct jtn_step *ret, size_t size)
{
	if (!tariff || !ret)
		return JTN_E_ARGUMENT;
	JTN__TRY(jtn__check_record(size, sizeof(*ret), "jtn_step", NULL));
	const struct jtn__settle *settle = settle_of(tariff, rule);
	if (!settle || step >= settle->step_count)
		return JTN_E_NOT_FOUND;
	const struct jtn__step *from = &settle->steps[step];
	memset(ret, 0, size);
	*ret = (struct jtn_step){from->price.amount, from->flat, from->price.per, from->up_to};
	return JTN_OK;
}

uint32_t
jtn_tariff_fallback(const struct jtn_tariff *tariff, uint32_t meter)
{
	return tariff && meter < JTN__METERS ? tariff->fallback[meter] : 0;
}
