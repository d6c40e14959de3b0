/* Quantities and spend of a period, added up exactly. */
#include "period.h"

#include <stdlib.h>
#include <string.h>

static struct period *
at(struct periods *periods, uint32_t tariff)
{
	if (tariff >= periods->room) {
		size_t room = ((size_t)tariff + 1) * 2;
		periods->each = cli_grow(periods->each, room * sizeof(*periods->each));
		memset(periods->each + periods->room, 0, (room - periods->room) * sizeof(*periods->each));
		periods->room = room;
	}
	return &periods->each[tariff];
}

static void
add_quantity(struct period *period, uint32_t meter, int64_t quantity)
{
	int64_t *sum = &period->quantities[meter < METERS_MOST ? meter : 0];
	if (quantity > INT64_MAX - *sum)
		period->overflown = true;
	else
		*sum += quantity;
}

static void
add_spend(struct period *period, struct jtn_money amount, int64_t time_ns)
{
	if (jtn_money_add(period->spend, amount, &period->spend, NULL) != JTN_OK)
		period->overflown = true;
	period->last_ns = period->any && period->last_ns > time_ns ? period->last_ns : time_ns;
	period->any = true;
}

void
periods_add(struct periods *periods, uint32_t tariff, const struct jtn_count *counts, size_t count,
            struct jtn_money amount, int64_t time_ns)
{
	struct period *period = at(periods, tariff);
	for (size_t i = 0; i < count; i++)
		add_quantity(period, counts[i].meter, counts[i].quantity);
	add_spend(period, amount, time_ns);
}

void
periods_merge(struct periods *periods, struct tariffs *tariffs, const struct periods *other,
              const struct tariffs *other_tariffs)
{
	for (size_t i = 0; i < other_tariffs->count && i < other->room; i++) {
		const struct period *from = &other->each[i];
		uint32_t tariff = 0;
		if (!from->any)
			continue;
		struct jtn_error error;
		if (tariffs_own(tariffs, other_tariffs->words[i].list, &tariff, &error) != JTN_OK)
			continue; /* it was made once already */
		struct period *to = at(periods, tariff);
		for (uint32_t meter = 0; meter < METERS_MOST; meter++)
			add_quantity(to, meter, from->quantities[meter]);
		add_spend(to, from->spend, from->last_ns);
		to->overflown |= from->overflown;
	}
}

bool
period_charges(const struct jtn_tariff *tariff)
{
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	struct jtn_rule_facts rule = {.size = sizeof(rule)};
	if (jtn_tariff_read_facts(tariff, &facts) != JTN_OK)
		return false;
	for (uint32_t i = facts.rules; i-- > 0;)
		if (jtn_tariff_read_rule(tariff, i, &rule) == JTN_OK && rule.effect == JTN_EFFECT_SETTLE)
			return true;
	return false;
}

void
periods_free(struct periods *periods)
{
	free(periods->each);
}
