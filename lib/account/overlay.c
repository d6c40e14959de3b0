/* A list tariff as one customer sees it: the overlay's rules a layer above the list's, packed as a tariff of its own. */
#include "book.h"

#include "base/amount.h"
#include "base/error.h"

#include <string.h>

#define ANY "*"

/* Whether the list calls a tariff that: its model, or an alias of it. */
static bool
is_called(const struct jtn_tariff *tariff, const char *model)
{
	const struct jtn_tariff *found;
	const char *provider = tariff->provider;
	if (strcmp(model, tariff->model) == 0)
		return true;
	return tariff->book && provider &&
	       jtn_book_lookup(tariff->book, provider, strlen(provider), model, strlen(model), NULL, 0, &found, NULL) ==
	           JTN_OK &&
	       strcmp(found->model, tariff->model) == 0;
}

/*
 * How well an entry fits under one of its names, its aliases among them; 0 for not at all. The model counts more than the
 * region, and that more than the provider.
 */
static unsigned
fit(const struct jtn__name *name, const struct jtn_tariff *entry, const struct jtn_tariff *tariff)
{
	bool provider = strcmp(name->provider, ANY) != 0, model = strcmp(name->model, ANY) != 0;
	if (provider && (!tariff->provider || strcmp(name->provider, tariff->provider) != 0))
		return 0;
	if (model && !is_called(tariff, name->model))
		return 0;
	if (entry->region && (!tariff->region || strcmp(entry->region, tariff->region) != 0))
		return 0;
	return 1 + model * 4u + (entry->region != NULL) * 2u + provider;
}

static const struct jtn_tariff *
best_entry(const struct jtn_book *overlay, const struct jtn_tariff *tariff)
{
	const struct jtn_tariff *best = NULL;
	unsigned most = 0;
	for (uint32_t i = 0; i < overlay->name_room; i++) {
		const struct jtn__name *name = &overlay->names[i];
		if (!name->model || !name->provider)
			continue;
		unsigned fits = fit(name, overlay->tariffs[name->tariff], tariff);
		if (fits > most) {
			most = fits;
			best = overlay->tariffs[name->tariff];
		}
	}
	return best;
}

/* Whether a quantum costs less at one price than at another: amounts by quotient and rest, which cannot overflow. */
static bool
is_cheaper(const struct jtn__price *a, const struct jtn__price *b)
{
	jtn__int128 x = jtn__amount(a->amount), y = jtn__amount(b->amount);
	return x / a->per != y / b->per ? x / a->per < y / b->per : x % a->per * b->per < y % b->per * a->per;
}

/* A rule by whose conditions some of what is credited may have cost less; NULL for none. */
static const struct jtn__rule *
find_cheaper(const struct jtn_tariff *in, const struct jtn__settle *credit, uint32_t meter)
{
	for (uint32_t i = 0; i < in->rule_count; i++) {
		const struct jtn__rule *rule = &in->rules[i];
		if (rule->conditions && rule->effect == JTN_EFFECT_PRICE && jtn__meters_have(&rule->meters, meter) &&
		    rule->from_ns < credit->until_ns && rule->until_ns > credit->from_ns &&
		    is_cheaper(&rule->price, &credit->price))
			return rule;
	}
	return NULL;
}

/* What an allowance meets. */
struct meeting {
	struct jtn__draft *draft;
	const struct jtn_tariff *tariff, *entry;
	const struct jtn__settle *allowance;
	struct jtn_error *error;
};

static jtn_status
add_credit(const struct meeting *meeting, const struct jtn_tariff *from, struct jtn__settle *credit, uint32_t meter)
{
	const struct jtn__rule *cheaper = NULL;
	credit->meters = (struct jtn__meters){{0, 0}};
	jtn__meters_add(&credit->meters, meter);
	if (credit->from_ns >= credit->until_ns)
		return JTN_OK;
	/* Where the price is the overlay's own, no rule of the list applies while it is valid. */
	if (!meeting->allowance->price.per)
		cheaper = find_cheaper(meeting->entry, credit, meter);
	if (!meeting->allowance->price.per && !cheaper && from != meeting->entry)
		cheaper = find_cheaper(from, credit, meter);
	if (cheaper)
		return jtn__fail(
			meeting->error, JTN_E_CONTRADICTION, credit->id,
			"allowance \"%s\" of %s, some of which may have cost less by rule \"%s\"; give it a price to credit",
			credit->id, jtn_meter_name(meter), cheaper->id);
	return jtn__draft_settle(meeting->draft, credit, meeting->error);
}

/* The credits of one meter: what the unconditional rules of `from` ask for it, for as long as both are valid. */
static jtn_status
add_credits(const struct meeting *meeting, const struct jtn_tariff *from, uint32_t meter, bool *any)
{
	for (uint32_t i = 0; i < from->rule_count; i++) {
		const struct jtn__rule *rule = &from->rules[i];
		struct jtn__settle credit = *meeting->allowance;
		if (rule->conditions || rule->effect != JTN_EFFECT_PRICE || !jtn__meters_have(&rule->meters, meter))
			continue;
		credit.price = rule->price;
		credit.from_ns = rule->from_ns > credit.from_ns ? rule->from_ns : credit.from_ns;
		credit.until_ns = rule->until_ns < credit.until_ns ? rule->until_ns : credit.until_ns;
		JTN__TRY(add_credit(meeting, from, &credit, meter));
		*any = true;
	}
	return JTN_OK;
}

static bool
adjusts(const struct jtn_tariff *entry, uint32_t meter)
{
	for (uint32_t i = 0; i < entry->rule_count; i++)
		if (entry->rules[i].effect != JTN_EFFECT_PRICE && jtn__meters_have(&entry->rules[i].meters, meter))
			return true;
	return false;
}

/* An allowance takes back what each of its meters costs: its own price, else the overlay's, else the list's. */
static jtn_status
add_allowance(const struct meeting *meeting)
{
	const struct jtn__settle *allowance = meeting->allowance;
	bool any = false;
	for (uint32_t meter = 1; meter < JTN__METERS; meter++) {
		struct jtn__settle credit = *allowance;
		bool own = false;
		if (!jtn__meters_have(&allowance->meters, meter))
			continue;
		if (allowance->price.per) {
			JTN__TRY(add_credit(meeting, meeting->tariff, &credit, meter));
			any = true;
			continue;
		}
		if (adjusts(meeting->entry, meter))
			return jtn__fail(
				meeting->error, JTN_E_CONTRADICTION, allowance->id,
				"allowance \"%s\" of %s, which the overlay marks up or down too; give it a price to credit",
				allowance->id, jtn_meter_name(meter));
		JTN__TRY(add_credits(meeting, meeting->entry, meter, &own));
		if (!own)
			JTN__TRY(add_credits(meeting, meeting->tariff, meter, &any));
		any |= own;
	}
	return any ? JTN_OK
	           : jtn__fail(meeting->error, JTN_E_CONTRADICTION, allowance->id,
	                       "allowance \"%s\": %s has no unconditional price for its meters that it could take back",
	                       allowance->id, meeting->tariff->model);
}

static jtn_status
collect(struct jtn__draft *draft, const struct jtn_tariff *tariff, const struct jtn_tariff *entry,
        struct jtn_error *reterr)
{
	memcpy(draft->fallback, tariff->fallback, sizeof(draft->fallback));
	for (uint32_t i = 0; i < tariff->rule_count; i++)
		JTN__TRY(jtn__draft_add(draft, &tariff->rules[i], reterr));
	for (uint32_t i = 0; i < tariff->settle_count; i++)
		JTN__TRY(jtn__draft_settle(draft, &tariff->settles[i], reterr));
	for (uint32_t i = 0; entry && i < entry->rule_count; i++)
		JTN__TRY(jtn__draft_add(draft, &entry->rules[i], reterr));
	for (uint32_t i = 0; entry && i < entry->settle_count; i++) {
		struct meeting meeting = {draft, tariff, entry, &entry->settles[i], reterr};
		JTN__TRY(meeting.allowance->model == JTN_SETTLE_ALLOWANCE
		             ? add_allowance(&meeting)
		             : jtn__draft_settle(draft, meeting.allowance, reterr));
	}
	return JTN_OK;
}

static bool
has_prices(const struct jtn_tariff *entry)
{
	for (uint32_t i = 0; i < entry->rule_count; i++)
		if (entry->rules[i].effect == JTN_EFFECT_PRICE)
			return true;
	return entry->settle_count > 0;
}

/* "sha256:…+sha256:…", or more of them: what the price came from. An estimate has none: its source stands there. */
static const char *
both_revisions(struct jtn__arena *arena, const struct jtn_tariff *tariff, const struct jtn_book *overlay)
{
	const char *list = tariff->revision ? tariff->revision : tariff->source ? tariff->source : "list";
	size_t room = strlen(list) + strlen(overlay->facts.revision) + sizeof("+");
	char *text = jtn__arena_take(arena, room, 1);
	if (text)
		jtn__format(text, room, "%s+%s", list, overlay->facts.revision);
	return text;
}

static jtn_status
build(const struct jtn_tariff *tariff, const struct jtn_book *overlay, const struct jtn_tariff *entry,
      struct jtn__arena *arena, struct jtn_tariff **ret, struct jtn_error *reterr)
{
	struct jtn__draft *draft = jtn__arena_take(arena, 1, sizeof(*draft));
	struct jtn_tariff *made = jtn__arena_take(arena, 1, sizeof(*made));
	if (!draft || !made)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a tariff");
	draft->arena = arena;
	JTN__TRY(collect(draft, tariff, entry, reterr));
	*made = *tariff;
	made->arena = arena;
	if (entry) {
		made->customer = overlay->facts.customer;
		made->revision = both_revisions(arena, tariff, overlay);
		if (!made->revision)
			return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a tariff");
	}
	JTN__TRY(jtn__draft_finish(draft, arena, made, reterr));
	*ret = made;
	return JTN_OK;
}

jtn_status
jtn_tariff_overlay(const struct jtn_tariff *tariff, const struct jtn_book *overlay,
                   const struct jtn_allocator *allocator, struct jtn_tariff **ret, struct jtn_error *reterr)
{
	struct jtn__arena *arena;
	if (!tariff || !overlay || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "", "tariff, overlay or ret is NULL");
	if (overlay->facts.format != JTN_BOOK_OVERLAY)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "overlay",
		                 "the overlay is a price book; expected \"jeton_overlay\": 1");
	const struct jtn_tariff *entry = best_entry(overlay, tariff);
	if (entry && has_prices(entry) && strcmp(entry->currency, tariff->currency) != 0)
		return jtn__fail(reterr, JTN_E_CURRENCY, "currency", "the overlay prices %s in %s, its list price is in %s",
		                 tariff->model, entry->currency, tariff->currency);
	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	jtn_status status = build(tariff, overlay, entry, arena, ret, reterr);
	if (status != JTN_OK)
		jtn__arena_free(arena);
	return status;
}
