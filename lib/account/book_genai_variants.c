/*
 * price_variants of a genai-prices model: what its keys cost in another tier, key by key, in place of its own prices. The
 * first of several that holds at an instant counts (get_prices() of that project). A key that a variant leaves out costs
 * what it costs in any tier.
 */
#include "book_genai_card.h"

#include <string.h>

#define STARTS_MOST 64 /* thresholds of one key over all cards */

/* The tier that a variant is for; false where what it asks of a request is no tier. */
static bool
tier_of(const struct jtn__value *when, uint32_t *ret)
{
	struct jtn__value asked;
	struct jtn_error ignored;
	if (!jtn__json_is_object(when) || jtn__json_count(when) != 1)
		return false;
	jtn__json_entry(when, 0, &asked);
	const char *text = jtn__json_is_string(&asked) ? jtn__json_literal(&asked) : NULL;
	bool known = text && (strcmp(asked.key, "service_tier") == 0 ||
	                      (strcmp(asked.key, "processing") == 0 && strcmp(text, "batch") == 0) ||
	                      (strcmp(asked.key, "speed") == 0 && strcmp(text, "fast") == 0));
	return known && jtn_tier_find(text, strlen(text), ret, &ignored) == JTN_OK;
}

static jtn_status
read_variant(struct jtn__genai_prices *genai, const struct jtn__value *value, uint32_t *count, struct jtn_error *reterr)
{
	static const char *const keys[] = {"when", "prices", "constraint"};
	struct variant *variant = &genai->variants[*count];
	struct jtn__value when;
	if (!jtn__json_is_object(value))
		return jtn__json_fail(value, reterr, JTN_E_TYPE, "must be {\"when\": {…}, \"prices\": {…}}");
	JTN__TRY(jtn__json_only(value, keys, sizeof(keys) / sizeof(keys[0]), reterr));
	JTN__TRY(jtn__json_require(value, "when", &when, reterr));
	memset(variant, 0, sizeof(*variant));
	variant->card.entry = *value;
	if (!tier_of(&when, &variant->tier))
		return jtn__book_note(genai->book, &when, JTN_E_UNSUPPORTED,
		                      "asks for what is no tier here; prices of this variant are left out");
	JTN__TRY(jtn__json_require(&variant->card.entry, "prices", &variant->card.prices, reterr));
	JTN__TRY(jtn__genai_constraint(&variant->card.entry, &variant->card, reterr));
	if (variant->card.daily)
		return jtn__book_note(genai->book, value, JTN_E_UNSUPPORTED,
		                      "holds at hours of the day; prices of this variant are left out");
	JTN__TRY(jtn__genai_keys(genai, &variant->card, reterr));
	++*count;
	return JTN_OK;
}

static int64_t
from_of(const struct variant *variant)
{
	return variant->card.date ? variant->card.from_ns : JTN__ALWAYS_FROM;
}

/* Until when a variant's key counts: an earlier one of its tier goes first as soon as it holds. */
static int64_t
until_of(const struct jtn__genai_prices *genai, uint32_t index, const char *key)
{
	int64_t until = JTN__ALWAYS_UNTIL;
	struct jtn__value ignored;
	for (uint32_t i = 0; i < index; i++) {
		const struct variant *other = &genai->variants[i];
		if (other->tier == genai->variants[index].tier && from_of(other) < until &&
		    jtn__json_member(&other->card.prices, key, &ignored))
			until = from_of(other);
	}
	return until;
}

/* The place of a key in a card's prices, counted from 1; 0: it is not there. */
static uint8_t
place_of(const struct card *card, const char *key)
{
	struct jtn__value value;
	for (size_t i = 0; i < jtn__json_count(&card->prices); i++) {
		jtn__json_entry(&card->prices, i, &value);
		if (!jtn__json_is_null(&value) && strcmp(value.key, key) == 0)
			return (uint8_t)(i + 1);
	}
	return 0;
}

/* The meters that the model's own key of that name covers, in the last card that has it; else those that it names. */
static struct jtn__meters
meters_of(const struct model *model, const struct card *card, uint8_t place, const char *key)
{
	struct jtn__meters meters = {{0, 0}};
	for (uint32_t i = model->card_count; i-- > 0;) {
		uint8_t own = place_of(&model->cards[i], key);
		if (own)
			return model->cards[i].covers[own];
	}
	for (uint32_t meter = 1; meter < JTN__METERS; meter++)
		if (card->any[meter] == place || card->own[meter] == place)
			jtn__meters_add(&meters, meter);
	return meters;
}

/* The thresholds of a price; -1 after the last. */
static int64_t
start_of(const struct jtn__value *price, size_t index, struct jtn__value *rettier)
{
	struct jtn__value tiers, start;
	int64_t ret;
	if (!jtn__json_is_object(price) || !jtn__json_member(price, "tiers", &tiers) || index >= jtn__json_count(&tiers))
		return -1;
	jtn__json_element(&tiers, index, rettier);
	bool right = jtn__json_member(rettier, "start", &start) && jtn__json_is_number(&start) &&
	             jtn__json_integer(&start, 0, INT64_MAX, &ret, NULL) == JTN_OK;
	return right ? ret : -1; /* what is wrong was refused where it was read */
}

/* What a variant's key costs from so many tokens on: it has no threshold just there. */
static jtn_status
add_at(struct jtn__genai_prices *genai, const struct span *span, const struct jtn__value *price, uint8_t place,
       int64_t above, struct jtn_error *reterr)
{
	struct jtn__value best = *price, tier, found;
	int64_t best_start = -1, start;
	if (jtn__json_is_object(price))
		JTN__TRY(jtn__json_require(price, "base", &best, reterr));
	for (size_t i = 0; (start = start_of(price, i, &tier)) >= 0; i++) {
		if (start == above)
			return JTN_OK;
		if (start < above && start > best_start && jtn__json_member(&tier, "price", &found)) {
			best_start = start;
			best = found;
		}
	}
	return jtn__genai_add_rule(genai, span, &best, place, above, reterr);
}

/* The thresholds of the model's own prices, at which a tier's price and theirs would fit equally well. */
static jtn_status
add_thresholds(struct jtn__genai_prices *genai, const struct span *span, const struct jtn__value *price, uint8_t place,
               struct jtn_error *reterr)
{
	int64_t starts[STARTS_MOST], start;
	size_t count = 0;
	for (uint32_t i = 0; i < genai->model->card_count; i++) {
		struct jtn__value own, tier;
		if (!jtn__json_member(&genai->model->cards[i].prices, price->key, &own))
			continue;
		for (size_t at = 0; (start = start_of(&own, at, &tier)) >= 0; at++) {
			size_t known = 0;
			while (known < count && starts[known] != start)
				known++;
			if (known < count)
				continue;
			if (count == STARTS_MOST)
				return jtn__json_fail(&own, reterr, JTN_E_LIMIT, "more than %d thresholds", (int64_t)STARTS_MOST);
			starts[count++] = start;
			JTN__TRY(add_at(genai, span, price, place, start, reterr));
		}
	}
	return JTN_OK;
}

static jtn_status
add_variant(struct jtn__genai_prices *genai, uint32_t index, struct jtn_error *reterr)
{
	struct variant *variant = &genai->variants[index];
	struct jtn__value price;
	for (uint8_t place = 1; place <= jtn__json_count(&variant->card.prices); place++) {
		jtn__json_entry(&variant->card.prices, place - 1u, &price);
		struct span span = {.card = &variant->card, .from_ns = from_of(variant), .tiers = 1u << variant->tier};
		if (jtn__json_is_null(&price) || !variant->card.unit_of[place])
			continue;
		span.until_ns = until_of(genai, index, price.key);
		if (span.until_ns <= span.from_ns)
			continue;
		variant->card.covers[place] = meters_of(genai->model, &variant->card, place, price.key);
		JTN__TRY(jtn__genai_add_key(genai, &span, place, reterr));
		JTN__TRY(add_thresholds(genai, &span, &price, place, reterr));
	}
	return JTN_OK;
}

jtn_status
jtn__genai_variants(struct jtn__genai_prices *genai, const struct jtn__value *variants, struct jtn_error *reterr)
{
	struct jtn__value value;
	uint32_t count = 0;
	size_t all = jtn__json_count(variants);
	if (!jtn__json_is_array(variants) || all > CARDS_MOST)
		return jtn__json_fail(variants, reterr, JTN_E_LIMIT, "must be an array of at most %d variants",
		                      (int64_t)CARDS_MOST);
	for (uint32_t i = 0; i < genai->model->card_count; i++)
		if (genai->model->cards[i].daily)
			return jtn__book_note(genai->book, variants, JTN_E_UNSUPPORTED,
			                      "variants of prices by the hour are not read; every tier costs the same");
	for (size_t i = 0; i < all; i++) {
		jtn__json_element(variants, i, &value);
		JTN__TRY(read_variant(genai, &value, &count, reterr));
	}
	for (uint32_t i = 0; i < count; i++)
		JTN__TRY(add_variant(genai, i, reterr));
	return JTN_OK;
}
