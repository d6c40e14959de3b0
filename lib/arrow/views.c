/* Views by a hash of selection and tests. */
#include "views.h"

#include <string.h>

#define FIRST_ROOM 64u

static bool
make(struct jtn__views *views, const struct jtn__selection *selection, uint32_t passed, struct jtn__view *ret)
{
	const struct jtn__quick *quick = selection->quick;
	struct jtn__places places;
	int64_t *units = jtn__arena_take(views->arena, JTN__WHOLE_STEPS(views->meter_count), sizeof(*units));
	uint32_t *flags = jtn__arena_take(views->arena, views->meter_count, sizeof(*flags));
	if (!units || !flags)
		return false;
	*ret = (struct jtn__view){.units = units, .flags = flags, .currency = (int8_t)selection->currency};
	jtn__quick_places(quick, passed, selection->tier, &places);
	for (uint32_t i = 0; i < views->meter_count; i++) {
		const struct jtn__quick_meter *meter = &quick->meters[views->meters[i]];
		int64_t unit = selection->tariff->units[meter->first + places.at[meter->shape]];
		units[i] = unit < 0 ? 0 : unit;
		flags[i] = unit < 0 ? JTN__VIEW_UNPRICED
		                    : places.flags[meter->shape] | (quick->fallbacks >> meter->bit & 1) * JTN_CHARGE_FALLBACK;
		ret->flagged |= flags[i] != 0;
	}
	return true;
}

bool
jtn__views_start(struct jtn__views *views)
{
	int64_t *units = jtn__arena_take(views->arena, JTN__WHOLE_STEPS(views->meter_count), sizeof(*units));
	views->views = jtn__arena_take(views->arena, FIRST_ROOM, sizeof(*views->views));
	if (!units || !views->views)
		return false;
	views->views[0] = (struct jtn__view){.units = units, .fault = 1};
	views->count = 1;
	views->room = FIRST_ROOM;
	return true;
}

uint32_t
jtn__views_find(struct jtn__views *views, uint32_t number, const struct jtn__selection *selection, uint32_t passed)
{
	uint32_t combination[2] = {number, passed}, before = views->combinations.count;
	uint32_t found = jtn__words_number(&views->combinations, (const char *)combination, sizeof(combination));
	if (!found || views->combinations.count == before)
		return found;
	char *stays = jtn__arena_room(views->arena, 1, sizeof(combination));
	struct jtn__view *room =
		jtn__arena_more(views->arena, views->views, views->count, &views->room, sizeof(*views->views));
	if (!stays || !room || !make(views, selection, passed, &room[views->count]))
		return 0;
	views->views = room;
	views->combinations.words[found - 1].text = memcpy(stays, combination, sizeof(combination));
	views->count++;
	return found;
}
