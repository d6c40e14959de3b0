/* Keys by a table where all their parts are dictionaries, which is one load a row; else by a hash of their parts. */
#include "selection.h"

#include "base/error.h"

#include <string.h>

#define DIRECT_MOST 65536u
#define FIRST_ROOM 64u
#define BY_TESTS_MOST 5

static const char *const names[JTN__SELECTION_PARTS] = {"provider", "model", "region", "service_tier"};

int
jtn__selection_find(const char *role, bool by_tariff)
{
	for (int part = 0; part < JTN__SELECTION_PARTS; part++)
		if (strcmp(role, by_tariff && part == JTN__SELECTION_MODEL ? "tariff" : names[part]) == 0)
			return by_tariff && part != JTN__SELECTION_MODEL && part != JTN__SELECTION_TIER ? -1 : part;
	return -1;
}

jtn_status
jtn__selections_add(struct jtn__selections *selections, int part, struct jtn__column *column, struct jtn_error *reterr)
{
	bool index = part == JTN__SELECTION_MODEL && selections->options->tariffs;
	if (selections->columns[part])
		return jtn__fail(reterr, JTN_E_DUPLICATE_KEY, column->name, "a second column of the %s", names[part]);
	JTN__TRY(jtn__column_open(column, 1u << (index ? JTN__COLUMN_INTEGER : JTN__COLUMN_TEXT) | 1u << JTN__COLUMN_NONE,
	                          index ? "an integer that indexes the tariffs" : "utf8, or a dictionary of it",
	                          selections->arena, reterr));
	selections->columns[part] = column;
	uint64_t things = index                ? selections->options->tariff_count
	                  : column->dictionary ? (uint64_t)column->dictionary->array->length
	                                       : 0;
	if (things >= UINT32_MAX - 1)
		return jtn__fail(reterr, JTN_E_LIMIT, column->name, "more than 2^32 values to choose from");
	selections->things[part] = (uint32_t)things;
	return JTN_OK;
}

/* How many ids a part has; 0 where nobody knows before. */
static uint64_t
ids_of(const struct jtn__selections *selections, int part)
{
	const struct jtn__column *column = selections->columns[part];
	if (!column || column->kind == JTN__COLUMN_NONE)
		return 1;
	return column->kind == JTN__COLUMN_INTEGER ? (uint64_t)selections->things[part] + 2 : 0;
}

jtn_status
jtn__selections_start(struct jtn__selections *selections, struct jtn_error *reterr)
{
	const struct jtn_rate_arrow_options *options = selections->options;
	uint64_t room = 1;
	if (!selections->columns[JTN__SELECTION_MODEL] && !(options->tariffs && options->tariff_count == 1))
		return jtn__fail(reterr, JTN_E_MISSING_FIELD, options->tariffs ? "tariff" : "model",
		                 options->tariffs ? "no such column, and not one tariff alone" : "no such column in the table");
	for (int part = 0; part < JTN__SELECTION_PARTS && room <= DIRECT_MOST; part++) {
		selections->strides[part] = (uint32_t)room;
		room = ids_of(selections, part) ? room * ids_of(selections, part) : DIRECT_MOST + 1;
	}
	selections->direct_room = room <= DIRECT_MOST ? (uint32_t)room : 0;
	for (int part = 0; part < JTN__SELECTION_PARTS; part++)
		selections->words[part].arena = selections->arena;
	selections->combinations.arena = selections->arena;
	selections->ids =
		jtn__arena_take(selections->arena, (size_t)JTN__SELECTION_PARTS * JTN__BLOCK, sizeof(*selections->ids));
	selections->direct = jtn__arena_take(selections->arena, selections->direct_room, sizeof(*selections->direct));
	selections->selections = jtn__arena_take(selections->arena, FIRST_ROOM, sizeof(*selections->selections));
	selections->room = FIRST_ROOM;
	selections->count = 1;
	if (!selections->ids || !selections->direct || !selections->selections)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for rating a table");
	return JTN_OK;
}

static bool
read_words(struct jtn__selections *selections, int part, int64_t row, uint32_t count, uint32_t *ids)
{
	const struct jtn__column *column = selections->columns[part];
	for (uint32_t i = 0; i < count; i++) {
		const char *text;
		size_t length;
		ids[i] = 0;
		if (!jtn__column_text(column, row + i, &text, &length))
			continue;
		ids[i] = jtn__words_number(&selections->words[part], text, length);
		if (!ids[i])
			return false;
	}
	return true;
}

/* The text of a part; false where it has none. */
static bool
text_of(const struct jtn__selections *selections, int part, uint32_t id, const char **ret, size_t *retlength)
{
	const struct jtn__column *column = selections->columns[part];
	if (!id)
		return false;
	if (column->dictionary)
		return id <= selections->things[part] && jtn__column_text(column->dictionary, id - 1, ret, retlength);
	*ret = selections->words[part].words[id - 1].text;
	*retlength = selections->words[part].words[id - 1].length;
	return true;
}

static jtn_status
check_range(const struct jtn__selections *selections, const uint32_t ids[JTN__SELECTION_PARTS],
            struct jtn_error *reterr)
{
	for (int part = 0; part < JTN__SELECTION_PARTS; part++)
		if (selections->columns[part] && selections->columns[part]->kind == JTN__COLUMN_INTEGER &&
		    ids[part] > selections->things[part])
			return jtn__fail(
				reterr, selections->options->tariffs && part == JTN__SELECTION_MODEL ? JTN_E_ARGUMENT : JTN_E_RANGE,
				selections->columns[part]->name, "an index outside of the %d there are",
				(int64_t)selections->things[part]);
	return JTN_OK;
}

static jtn_status
find_tier(const struct jtn__selections *selections, uint32_t id, uint32_t *ret, struct jtn_error *reterr)
{
	const char *text;
	size_t length;
	*ret = (uint32_t)selections->options->tier;
	if (!text_of(selections, JTN__SELECTION_TIER, id, &text, &length))
		return JTN_OK;
	return jtn_tier_find(text, length, ret, reterr);
}

static jtn_status
find_in_book(const struct jtn__selections *selections, const uint32_t ids[JTN__SELECTION_PARTS],
             const struct jtn_tariff **ret, struct jtn_error *reterr)
{
	const struct jtn_rate_arrow_options *options = selections->options;
	const char *texts[3] = {options->provider, NULL, options->region};
	size_t lengths[3] = {options->provider ? strlen(options->provider) : 0, 0,
	                     options->region ? strlen(options->region) : 0};
	for (int part = JTN__SELECTION_PROVIDER; part <= JTN__SELECTION_REGION; part++)
		text_of(selections, part, ids[part], &texts[part], &lengths[part]);
	if (!texts[JTN__SELECTION_MODEL])
		return jtn__fail(reterr, JTN_E_MISSING_FIELD, selections->columns[JTN__SELECTION_MODEL]->name,
		                 "a row without a model");
	return jtn_book_lookup(options->book, texts[0], lengths[0], texts[1], lengths[1], texts[2], lengths[2], ret,
	                       reterr);
}

static jtn_status
find_given(const struct jtn__selections *selections, uint32_t id, const struct jtn_tariff **ret,
           struct jtn_error *reterr)
{
	const struct jtn__column *column = selections->columns[JTN__SELECTION_MODEL];
	if (column && !id)
		return jtn__fail(reterr, JTN_E_MISSING_FIELD, column->name, "a row without a tariff");
	*ret = selections->options->tariffs[id ? id - 1 : 0];
	return *ret ? JTN_OK
	            : jtn__fail(reterr, JTN_E_ARGUMENT, "tariffs", "tariff %d is NULL", (int64_t)(id ? id - 1 : 0));
}

static jtn_status
lay_over(struct jtn__selections *selections, const struct jtn_tariff **tariff, struct jtn_error *reterr)
{
	struct jtn_tariff *laid;
	struct jtn_tariff **room = jtn__arena_more(selections->arena, selections->laid, selections->laid_count,
	                                           &selections->laid_room, sizeof(*room));
	if (!room)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for rating a table");
	selections->laid = room;
	JTN__TRY(jtn_tariff_overlay(*tariff, selections->options->overlay, selections->allocator, &laid, reterr));
	selections->laid[selections->laid_count++] = laid;
	*tariff = laid;
	return JTN_OK;
}

static jtn_status
find_tariff(struct jtn__selections *selections, const uint32_t ids[JTN__SELECTION_PARTS], struct jtn__selection *ret,
            struct jtn_error *reterr)
{
	JTN__TRY(check_range(selections, ids, reterr));
	JTN__TRY(find_tier(selections, ids[JTN__SELECTION_TIER], &ret->tier, reterr));
	if (selections->options->tariffs)
		return find_given(selections, ids[JTN__SELECTION_MODEL], &ret->tariff, reterr);
	JTN__TRY(find_in_book(selections, ids, &ret->tariff, reterr));
	return selections->options->overlay ? lay_over(selections, &ret->tariff, reterr) : JTN_OK;
}

static jtn_status
find_currency(struct jtn__selections *selections, struct jtn__selection *selection, struct jtn_error *reterr)
{
	uint32_t i = 0;
	while (i < selections->currency_count && strcmp(selections->currencies[i], selection->tariff->currency) != 0)
		i++;
	if (i == JTN__CURRENCIES_MOST)
		return jtn__fail(reterr, JTN_E_LIMIT, "currency", "more than %d currencies in one table", (int64_t)i);
	selections->currencies[i] = selection->tariff->currency;
	selections->currency_count += i == selections->currency_count;
	selection->currency = (uint8_t)i;
	return JTN_OK;
}

static bool
changes_with_time(const struct jtn_tariff *tariff)
{
	for (uint32_t i = 0; i < tariff->rule_count; i++)
		if (tariff->rules[i].from_ns != JTN__ALWAYS_FROM || tariff->rules[i].until_ns != JTN__ALWAYS_UNTIL ||
		    tariff->rules[i].window_count)
			return true;
	return false;
}

/* A new selection; its number, or 0 without memory. */
static uint32_t
add_selection(struct jtn__selections *selections, const uint32_t ids[JTN__SELECTION_PARTS])
{
	struct jtn__selection selection = {.tariff = NULL};
	memcpy(selection.ids, ids, sizeof(selection.ids));
	selection.status = find_tariff(selections, ids, &selection, NULL);
	if (selection.status == JTN_OK)
		selection.status = find_currency(selections, &selection, NULL);
	struct jtn__selection *room =
		jtn__arena_more(selections->arena, selections->selections, selections->count, &selections->room, sizeof(*room));
	if (selection.status == JTN_E_MEMORY || !room)
		return 0;
	selections->selections = room;
	if (selection.status == JTN_OK) {
		selection.timed = changes_with_time(selection.tariff);
		selection.quick = selection.tariff->quick->implied ? NULL : selection.tariff->quick;
		selections->values |= selection.tariff->quick->values;
		if (selection.tariff->quick->test_count <= BY_TESTS_MOST) {
			selection.by_tests =
				jtn__arena_take(selections->arena, (size_t)1 << selection.tariff->quick->test_count, sizeof(uint32_t));
			if (!selection.by_tests)
				return 0;
		}
	}
	selections->selections[selections->count] = selection;
	return selections->count++;
}

jtn_status
jtn__selections_explain(struct jtn__selections *selections, const struct jtn__selection *selection,
                        struct jtn_error *reterr)
{
	struct jtn__selection again = *selection;
	jtn_status status = find_tariff(selections, selection->ids, &again, reterr);
	return status == JTN_OK ? find_currency(selections, &again, reterr) : status;
}

/* The selection of a combination that has no place in the direct table. */
static uint32_t
find_combination(struct jtn__selections *selections, const uint32_t ids[JTN__SELECTION_PARTS])
{
	struct jtn__words *combinations = &selections->combinations;
	uint32_t before = combinations->count,
			 number = jtn__words_number(combinations, (const char *)ids, sizeof(selections->selections->ids));
	if (!number || combinations->count == before)
		return number;
	char *stays = jtn__arena_room(selections->arena, 1, sizeof(selections->selections->ids));
	if (!stays)
		return 0;
	combinations->words[number - 1].text = memcpy(stays, ids, sizeof(selections->selections->ids));
	return add_selection(selections, ids);
}

/* A selection that is in the direct table for the first time. */
static uint32_t
add_direct(struct jtn__selections *selections, uint32_t place)
{
	uint32_t ids[JTN__SELECTION_PARTS];
	for (int part = 0; part < JTN__SELECTION_PARTS; part++)
		ids[part] = place / selections->strides[part] % (uint32_t)ids_of(selections, part);
	return selections->direct[place] = add_selection(selections, ids);
}

static bool
read_direct(struct jtn__selections *selections, int64_t row, uint32_t count, uint32_t *ret)
{
	const uint32_t *direct = selections->direct;
	memset(ret, 0, count * sizeof(*ret));
	for (int part = 0; part < JTN__SELECTION_PARTS; part++)
		if (ids_of(selections, part) > 1)
			jtn__column_indices(selections->columns[part], row, count, selections->things[part],
			                    selections->strides[part], ret);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t found = direct[ret[i]];
		if (!found && !(found = add_direct(selections, ret[i])))
			return false;
		ret[i] = found;
	}
	return true;
}

static bool
read_hashed(struct jtn__selections *selections, int64_t row, uint32_t count, uint32_t *ret)
{
	for (int part = 0; part < JTN__SELECTION_PARTS; part++) {
		uint32_t *ids = &selections->ids[part * JTN__BLOCK];
		const struct jtn__column *column = selections->columns[part];
		memset(ids, 0, count * sizeof(*ids));
		if (ids_of(selections, part) > 1)
			jtn__column_indices(column, row, count, selections->things[part], 1, ids);
		else if (!ids_of(selections, part) && !read_words(selections, part, row, count, ids))
			return false;
	}
	for (uint32_t i = 0; i < count; i++) {
		uint32_t ids[JTN__SELECTION_PARTS];
		for (int part = 0; part < JTN__SELECTION_PARTS; part++)
			ids[part] = selections->ids[part * JTN__BLOCK + i];
		ret[i] = find_combination(selections, ids);
		if (!ret[i])
			return false;
	}
	return true;
}

bool
jtn__selections_read(struct jtn__selections *selections, int64_t row, uint32_t count, uint32_t *ret)
{
	return selections->direct_room ? read_direct(selections, row, count, ret)
	                               : read_hashed(selections, row, count, ret);
}

void
jtn__selections_free(struct jtn__selections *selections)
{
	for (uint32_t i = 0; i < selections->laid_count; i++)
		jtn_tariff_free(selections->laid[i]);
}
