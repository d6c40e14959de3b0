/*
 * Prices of a genai-prices book: by unit, some of them tiered, dated or daily. There a price covers all units below it that
 * have none of their own, which here are fallbacks; where an entry of a list prices other units than its neighbours, its
 * rules name the meters that they cover, for entries inherit nothing.
 */
#include "book_genai_card.h"

#include <string.h>

#define TIERS_MOST 32
#define ID_SIZE 160
#define DAY_S 86400

jtn_status
jtn__genai_out_of_memory(struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a book");
}

/* --- constraints ---------------------------------------------------------------------------------------------------- */

static bool
two_digits(const char **at, uint32_t below, uint32_t *ret)
{
	const char *text = *at;
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return false;
	*ret = (uint32_t)(text[0] - '0') * 10 + (uint32_t)(text[1] - '0');
	*at += 2;
	return *ret < below;
}

/* "16:30", "16:30:00", "16:30:00Z", "18:30:00+02:00", as seconds of the UTC day. Without an offset it is UTC. */
static bool
parse_time(const char *at, uint32_t *ret)
{
	uint32_t hours, minutes, seconds = 0, east_h, east_min;
	if (!two_digits(&at, 24, &hours) || *at++ != ':' || !two_digits(&at, 60, &minutes))
		return false;
	if (*at == ':' && (at++, !two_digits(&at, 60, &seconds)))
		return false;
	*ret = hours * 3600 + minutes * 60 + seconds;
	if (*at == 'Z')
		at++;
	else if (*at == '+' || *at == '-') {
		bool east = *at++ == '+';
		if (!two_digits(&at, 24, &east_h) || *at++ != ':' || !two_digits(&at, 60, &east_min))
			return false;
		uint32_t offset = east_h * 3600 + east_min * 60;
		*ret = (*ret + (east ? DAY_S - offset : offset)) % DAY_S;
	}
	return *at == '\0';
}

static jtn_status
read_time(const struct jtn__value *constraint, const char *key, uint32_t *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	const char *text;
	JTN__TRY(jtn__json_require(constraint, key, &value, reterr));
	JTN__TRY(jtn__json_string(&value, &text, reterr));
	if (!parse_time(text, ret))
		return jtn__json_fail(&value, reterr, JTN_E_SYNTAX,
		                      "%s must be a time of day in whole seconds, as \"16:30:00Z\"", key);
	return JTN_OK;
}

jtn_status
jtn__genai_constraint(const struct jtn__value *entry, struct card *card, struct jtn_error *reterr)
{
	static const char *const keys[] = {"type", "start_date", "start_time", "end_time"};
	struct jtn__value constraint, date, time;
	struct jtn_error why;
	if (!jtn__json_member(entry, "constraint", &constraint))
		return JTN_OK;
	if (!jtn__json_is_object(&constraint))
		return jtn__json_fail(&constraint, reterr, JTN_E_TYPE, "a constraint must be an object");
	JTN__TRY(jtn__json_only(&constraint, keys, sizeof(keys) / sizeof(keys[0]), reterr));
	if (!jtn__json_member(&constraint, "start_date", &date)) {
		card->daily = true;
		JTN__TRY(read_time(&constraint, "start_time", &card->start_s, reterr));
		return read_time(&constraint, "end_time", &card->end_s, reterr);
	}
	JTN__TRY(jtn__json_string(&date, &card->date, reterr));
	if (jtn__json_member(&constraint, "start_time", &time) || jtn__json_member(&constraint, "end_time", &time))
		return jtn__json_fail(&date, reterr, JTN_E_CONTRADICTION,
		                      "a constraint has a start_date or a start_time and end_time, not both");
	if (strlen(card->date) != 10 || jtn_time_parse(card->date, 10, &card->from_ns, &why) != JTN_OK)
		return jtn__json_fail(&date, reterr, JTN_E_SYNTAX, "start_date must be a date, as \"2026-09-01\"");
	return JTN_OK;
}

static bool
is_active(const struct card *card, int64_t from_ns, uint32_t second)
{
	if (!card->daily)
		return !card->date || card->from_ns <= from_ns;
	if (card->end_s < card->start_s)
		return second >= card->start_s || second < card->end_s;
	return second >= card->start_s && second < card->end_s;
}

static jtn_status
read_cards(struct jtn__genai_prices *genai, const struct jtn__value *prices, struct jtn_error *reterr)
{
	static const char *const keys[] = {"constraint", "prices"};
	struct model *model = genai->model;
	bool list = jtn__json_is_array(prices);
	size_t count = list ? jtn__json_count(prices) : 1;
	if (count == 0 || count > CARDS_MOST)
		return jtn__json_fail(prices, reterr, JTN_E_LIMIT, "%d entries of prices; there must be 1 to %d",
		                      (int64_t)count, (int64_t)CARDS_MOST);
	model->card_count = (uint32_t)count;
	memset(model->cards, 0, count * sizeof(*model->cards));
	for (size_t i = 0; i < count; i++) {
		struct card *card = &model->cards[i];
		card->prices = *prices;
		if (list) {
			jtn__json_element(prices, i, &card->entry);
			if (!jtn__json_is_object(&card->entry))
				return jtn__json_fail(&card->entry, reterr, JTN_E_TYPE, "must be {\"constraint\": …, \"prices\": {…}}");
			JTN__TRY(jtn__json_only(&card->entry, keys, sizeof(keys) / sizeof(keys[0]), reterr));
			JTN__TRY(jtn__genai_constraint(&card->entry, card, reterr));
			JTN__TRY(jtn__json_require(&card->entry, "prices", &card->prices, reterr));
		}
		JTN__TRY(jtn__genai_keys(genai, card, reterr));
	}
	return JTN_OK;
}

/* --- which meters a key covers -------------------------------------------------------------------------------------- */

static bool
all_alike(const struct model *model, uint32_t meter, uint32_t other)
{
	for (uint32_t i = 0; i < model->card_count; i++)
		if (model->cards[i].key_of[meter] != model->cards[i].key_of[other])
			return false;
	return true;
}

/* Whether some card has a price for just this meter. */
static bool
is_named(const struct model *model, uint32_t meter)
{
	for (uint32_t i = 0; i < model->card_count; i++) {
		const struct card *card = &model->cards[i];
		if (card->own[meter] || card->any[meter])
			return true;
	}
	return false;
}

/* The coarser meter that has the same price at all times: another modality before another kind. 0: none has. */
static uint32_t
coarser(const struct jtn__genai_prices *genai, uint32_t meter)
{
	uint32_t modality = genai->modality[meter], kind = modality ? meter - modality + 1 : meter;
	if (kind != meter && all_alike(genai->model, meter, kind))
		return kind;
	uint32_t wide = jtn__genai_wider[kind];
	if (wide && modality)
		wide = jtn__meter_with(wide, (int32_t)modality);
	return wide && all_alike(genai->model, meter, wide) ? wide : 0;
}

static void
cover(const struct jtn__genai_prices *genai)
{
	struct model *model = genai->model;
	for (uint32_t meter = 1; meter < JTN__METERS; meter++) {
		uint32_t fallback = is_named(model, meter) ? 0 : coarser(genai, meter);
		genai->book->draft.fallback[meter] = (uint8_t)fallback;
		for (uint32_t i = 0; !fallback && i < model->card_count; i++)
			jtn__meters_add(&model->cards[i].covers[model->cards[i].key_of[meter]], meter);
	}
}

/* --- rules ---------------------------------------------------------------------------------------------------------- */

jtn_status
jtn__genai_add_rule(struct jtn__genai_prices *genai, const struct span *span, const struct jtn__value *price,
                    uint8_t key, int64_t above, struct jtn_error *reterr)
{
	const struct card *card = span->card;
	int64_t per = jtn__genai_per(card, key);
	struct jtn__value named;
	char id[ID_SIZE];
	jtn__json_entry(&card->prices, key - 1u, &named);
	size_t length = jtn__format(id, sizeof(id), "%s", named.key);
	if (above >= 0)
		length += jtn__format(id + length, sizeof(id) - length, ">%d", above);
	if (card->date)
		length += jtn__format(id + length, sizeof(id) - length, "@%s", card->date);
	if (card->daily)
		length += jtn__format(id + length, sizeof(id) - length, "@%d%d:%d%d-%d%d:%d%d", (int64_t)card->start_s / 36000,
		                      (int64_t)card->start_s / 3600 % 10, (int64_t)card->start_s / 600 % 6,
		                      (int64_t)card->start_s / 60 % 10, (int64_t)card->end_s / 36000,
		                      (int64_t)card->end_s / 3600 % 10, (int64_t)card->end_s / 600 % 6,
		                      (int64_t)card->end_s / 60 % 10);
	if (span->tiers)
		length +=
			jtn__format(id + length, sizeof(id) - length, "#%s", jtn_tier_name((uint32_t)__builtin_ctz(span->tiers)));
	const char *kept = jtn__arena_copy(genai->book->scratch, id, length);
	if (!kept)
		return jtn__genai_out_of_memory(reterr);
	struct jtn__rule rule = jtn__rule_plain(kept);
	JTN__TRY(jtn__book_price(genai->book, price, per, per, &rule.price, reterr));
	rule.meters = card->covers[key];
	rule.from_ns = span->from_ns;
	rule.until_ns = span->until_ns;
	rule.windows = span->windows;
	rule.window_count = span->window_count;
	rule.tiers = span->tiers;
	if (above >= 0) {
		rule.threshold = JTN_THRESHOLD_ALL_INPUT;
		rule.above = above;
	}
	return jtn__draft_add(&genai->book->draft, &rule, reterr);
}

static jtn_status
add_tier(struct jtn__genai_prices *genai, const struct span *span, const struct jtn__value *tier, uint8_t key,
         int64_t *above, struct jtn_error *reterr)
{
	static const char *const keys[] = {"start", "price"};
	struct jtn__value start, price;
	if (!jtn__json_is_object(tier))
		return jtn__json_fail(tier, reterr, JTN_E_TYPE, "a tier must be {\"start\": 200000, \"price\": 6}");
	JTN__TRY(jtn__json_only(tier, keys, 2, reterr));
	JTN__TRY(jtn__json_require(tier, "start", &start, reterr));
	JTN__TRY(jtn__json_integer(&start, 0, INT64_MAX, above, reterr));
	JTN__TRY(jtn__json_require(tier, "price", &price, reterr));
	return jtn__genai_add_rule(genai, span, &price, key, *above, reterr);
}

static jtn_status
add_tiered(struct jtn__genai_prices *genai, const struct span *span, const struct jtn__value *value, uint8_t key,
           struct jtn_error *reterr)
{
	static const char *const keys[] = {"base", "tiers"};
	struct jtn__value base, tiers, tier;
	int64_t starts[TIERS_MOST];
	JTN__TRY(jtn__json_only(value, keys, 2, reterr));
	JTN__TRY(jtn__json_require(value, "base", &base, reterr));
	JTN__TRY(jtn__json_require(value, "tiers", &tiers, reterr));
	size_t count = jtn__json_count(&tiers);
	if (!jtn__json_is_array(&tiers) || count > TIERS_MOST)
		return jtn__json_fail(&tiers, reterr, JTN_E_TYPE, "tiers must be an array of at most %d tiers",
		                      (int64_t)TIERS_MOST);
	JTN__TRY(jtn__genai_add_rule(genai, span, &base, key, -1, reterr));
	for (size_t i = 0; i < count; i++) {
		jtn__json_element(&tiers, i, &tier);
		JTN__TRY(add_tier(genai, span, &tier, key, &starts[i], reterr));
		for (size_t j = 0; j < i; j++)
			if (starts[j] == starts[i])
				return jtn__json_fail(&tier, reterr, JTN_E_CONTRADICTION,
				                      "two tiers start at %d; each needs a start of its own", starts[i]);
	}
	return JTN_OK;
}

jtn_status
jtn__genai_add_key(struct jtn__genai_prices *genai, const struct span *span, uint8_t key, struct jtn_error *reterr)
{
	const struct jtn__meters *covers = &span->card->covers[key];
	struct jtn__value value;
	jtn__json_entry(&span->card->prices, key - 1u, &value);
	if (!(covers->bits[0] | covers->bits[1]))
		return JTN_OK;
	return jtn__json_is_object(&value) ? add_tiered(genai, span, &value, key, reterr)
	                                   : jtn__genai_add_rule(genai, span, &value, key, -1, reterr);
}

static jtn_status
add_span(struct jtn__genai_prices *genai, const struct span *span, struct jtn_error *reterr)
{
	size_t count = jtn__json_count(&span->card->prices);
	for (uint8_t key = 1; key <= count; key++)
		JTN__TRY(jtn__genai_add_key(genai, span, key, reterr));
	return JTN_OK;
}

/* The card that counts in each slot of a day from that instant on: the last that is active, or 0; counted from 1. */
static void
find_winners(const struct model *model, int64_t from_ns, uint8_t winners[SLOTS_MOST])
{
	for (uint32_t slot = 0; slot < model->slot_count; slot++) {
		winners[slot] = (uint8_t)model->card_count;
		while (winners[slot] && !is_active(&model->cards[winners[slot] - 1], from_ns, model->points[slot]))
			winners[slot]--;
	}
}

/* The seconds of a week in which a card counts; none where it counts all day. */
static jtn_status
fill_windows(struct jtn__genai_prices *genai, const uint8_t *winners, uint8_t winner, struct span *span,
             struct jtn_error *reterr)
{
	const struct model *model = genai->model;
	uint32_t slots = model->slot_count, won = 0;
	for (uint32_t slot = 0; slot < slots; slot++)
		won += winners[slot] == winner;
	if (won == slots)
		return JTN_OK;
	struct jtn__interval *windows = jtn__arena_take(genai->book->scratch, 7 * (size_t)won, sizeof(*windows));
	if (!windows)
		return jtn__genai_out_of_memory(reterr);
	uint32_t count = 0;
	for (uint32_t day = 0; day < 7; day++)
		for (uint32_t slot = 0; slot < slots; slot++) {
			uint32_t from = day * DAY_S + model->points[slot], until = day * DAY_S + model->points[slot + 1];
			if (winners[slot] != winner)
				continue;
			if (count && windows[count - 1].until_s == from)
				windows[count - 1].until_s = until;
			else
				windows[count++] = (struct jtn__interval){from, until};
		}
	span->windows = windows;
	span->window_count = count;
	return JTN_OK;
}

static jtn_status
add_segment(struct jtn__genai_prices *genai, const uint8_t *winners, int64_t from_ns, int64_t until_ns,
            struct jtn_error *reterr)
{
	const struct model *model = genai->model;
	for (uint32_t i = 0; i < model->card_count; i++) {
		struct span span = {&model->cards[i], from_ns, until_ns, NULL, 0, 0};
		if (!memchr(winners, (int)i + 1, model->slot_count))
			continue;
		JTN__TRY(fill_windows(genai, winners, (uint8_t)(i + 1), &span, reterr));
		JTN__TRY(add_span(genai, &span, reterr));
	}
	return JTN_OK;
}

static void
add_point(struct model *model, uint32_t second)
{
	uint32_t at = model->slot_count + 1;
	for (uint32_t i = 0; i <= model->slot_count; i++)
		if (model->points[i] == second)
			return;
	for (; model->points[at - 1] > second; at--)
		model->points[at] = model->points[at - 1];
	model->points[at] = second;
	model->slot_count++;
}

/* The next instant after `from_ns` at which a card starts. */
static int64_t
next_start(const struct model *model, int64_t from_ns)
{
	int64_t next = JTN__ALWAYS_UNTIL;
	for (uint32_t i = 0; i < model->card_count; i++)
		if (model->cards[i].date && model->cards[i].from_ns > from_ns && model->cards[i].from_ns < next)
			next = model->cards[i].from_ns;
	return next;
}

/* Cut time where the card that counts changes: at dates, and at times of the day. */
static jtn_status
add_rules(struct jtn__genai_prices *genai, struct jtn_error *reterr)
{
	struct model *model = genai->model;
	uint8_t winners[SLOTS_MOST], later[SLOTS_MOST];
	model->slot_count = 1;
	model->points[0] = 0;
	model->points[1] = DAY_S;
	for (uint32_t i = 0; i < model->card_count; i++)
		if (model->cards[i].daily) {
			add_point(model, model->cards[i].start_s);
			add_point(model, model->cards[i].end_s);
		}
	int64_t from_ns = JTN__ALWAYS_FROM;
	find_winners(model, from_ns, winners);
	for (;;) {
		int64_t until_ns = next_start(model, from_ns);
		while (until_ns != JTN__ALWAYS_UNTIL) {
			find_winners(model, until_ns, later);
			if (memcmp(winners, later, model->slot_count) != 0)
				break;
			until_ns = next_start(model, until_ns);
		}
		JTN__TRY(add_segment(genai, winners, from_ns, until_ns, reterr));
		if (until_ns == JTN__ALWAYS_UNTIL)
			return JTN_OK;
		from_ns = until_ns;
		memcpy(winners, later, sizeof(winners));
	}
}

jtn_status
jtn__genai_prices_new(struct jtn_book *book, struct jtn__genai_prices **ret, struct jtn_error *reterr)
{
	struct jtn__genai_prices *made = jtn__arena_take(book->scratch, 1, sizeof(*made));
	struct model *model = jtn__arena_take(book->scratch, 1, sizeof(*model));
	struct variant *variants = jtn__arena_take(book->scratch, CARDS_MOST, sizeof(*variants));
	if (!made || !model || !variants)
		return jtn__genai_out_of_memory(reterr);
	*made = (struct jtn__genai_prices){.book = book, .model = model, .variants = variants};
	for (uint32_t meter = 1; meter < JTN__METERS; meter++) {
		struct jtn_meter_facts facts;
		if (jtn_meter_read_facts(meter, &facts, sizeof(facts)) == JTN_OK)
			made->modality[meter] = (uint8_t)facts.modality;
	}
	*ret = made;
	return JTN_OK;
}

jtn_status
jtn__genai_prices_read(struct jtn__genai_prices *genai, const struct jtn__value *prices,
                       const struct jtn__value *variants, struct jtn_error *reterr)
{
	JTN__TRY(read_cards(genai, prices, reterr));
	cover(genai);
	JTN__TRY(add_rules(genai, reterr));
	return variants->node ? jtn__genai_variants(genai, variants, reterr) : JTN_OK;
}
