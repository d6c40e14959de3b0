/* Price keys of genai-prices: which meters they are about, and which of several prices a meter. */
#include "book_genai_card.h"

#include <string.h>

#define MICRO INT64_C(1000000)

/* "%" stands for a modality, with an underscore before it, or for nothing. */
static const struct unit {
	char before[22];
	char after[16]; /* behind the modality; empty: the key is `before` alone */
	uint32_t meter; /* of text, for tokens */
	int64_t per;    /* [quanta] */
} units[] = {
	{"input", "_mtok", JTN_METER_INPUT, 1000000},
	{"output", "_mtok", JTN_METER_OUTPUT, 1000000},
	{"cache", "_read_mtok", JTN_METER_CACHE_READ, 1000000},
	{"cache", "_write_mtok", JTN_METER_CACHE_WRITE, 1000000},
	{"cache", "_write_5m_mtok", JTN_METER_CACHE_WRITE_5M, 1000000},
	{"cache", "_write_1h_mtok", JTN_METER_CACHE_WRITE_1H, 1000000},
	{"output", "_reasoning_mtok", JTN_METER_REASONING, 1000000},
	{"output", "_citation_mtok", JTN_METER_CITATION, 1000000},
	{"input_mchars", "", JTN_METER_INPUT_CHARACTERS, 1000000},
	{"input_text_messages_", "kcount", JTN_METER_INPUT_MESSAGES, 1000},
	{"audio_hours", "", JTN_METER_AUDIO_SECONDS, 3600 * MICRO},
	{"input_audio_hours", "", JTN_METER_INPUT_AUDIO_SECONDS, 3600 * MICRO},
	{"output_audio_hours", "", JTN_METER_OUTPUT_AUDIO_SECONDS, 3600 * MICRO},
	{"input_gpixels", "", JTN_METER_INPUT_PIXELS, 1000000000},
	{"input_document_kpages", "", JTN_METER_INPUT_PAGES, 1000},
	{"input_annotated_", "document_kpages", JTN_METER_ANNOTATED_PAGES, 1000},
	{"rerank_searches_", "kcount", JTN_METER_SEARCH_UNITS, 1000},
	{"web_searches_kcount", "", JTN_METER_WEB_SEARCH, 1000},
	{"social_searches_", "kcount", JTN_METER_SOCIAL_SEARCH, 1000},
	{"storage_searches_", "kcount", JTN_METER_STORAGE_SEARCH, 1000},
	{"code_executions_", "kcount", JTN_METER_CODE_EXECUTION, 1000},
	{"requests_kcount", "", JTN_METER_REQUESTS, 1000},
};
#define UNITS (sizeof(units) / sizeof(units[0]))

static const char modalities[][7] = {"text", "audio", "image", "video"};

/* The wider meter of the same modality, by the text meter; counters are their own. */
const uint8_t jtn__genai_wider[JTN__METERS] = {
	[JTN_METER_CACHE_READ] = JTN_METER_INPUT,
	[JTN_METER_CACHE_WRITE] = JTN_METER_INPUT,
	[JTN_METER_CACHE_WRITE_5M] = JTN_METER_CACHE_WRITE,
	[JTN_METER_CACHE_WRITE_30M] = JTN_METER_CACHE_WRITE,
	[JTN_METER_CACHE_WRITE_1H] = JTN_METER_CACHE_WRITE,
	[JTN_METER_CACHE_WRITE_12H] = JTN_METER_CACHE_WRITE,
	[JTN_METER_CACHE_WRITE_24H] = JTN_METER_CACHE_WRITE,
	[JTN_METER_REASONING] = JTN_METER_OUTPUT,
	[JTN_METER_CITATION] = JTN_METER_OUTPUT,
	[JTN_METER_REJECTED_PREDICTION] = JTN_METER_OUTPUT,
	[JTN_METER_WEB_SEARCH_LOW] = JTN_METER_WEB_SEARCH,
	[JTN_METER_WEB_SEARCH_MEDIUM] = JTN_METER_WEB_SEARCH,
	[JTN_METER_WEB_SEARCH_HIGH] = JTN_METER_WEB_SEARCH,
	[JTN_METER_ANNOTATED_PAGES] = JTN_METER_INPUT_PAGES,
	[JTN_METER_INPUT_AUDIO_SECONDS] = JTN_METER_AUDIO_SECONDS,
	[JTN_METER_OUTPUT_AUDIO_SECONDS] = JTN_METER_AUDIO_SECONDS,
};

/* Whether key is before[_modality]after; the modality is then 0 or enum jtn_modality. */
static bool
fits_unit(const struct unit *unit, const char *key, int32_t *modality)
{
	size_t length = strlen(unit->before);
	*modality = 0;
	if (strncmp(key, unit->before, length) != 0)
		return false;
	if (strcmp(key + length, unit->after) == 0)
		return true;
	for (size_t i = 0; *unit->after == '_' && key[length] == '_' && i < sizeof(modalities) / sizeof(*modalities); i++) {
		size_t named = strlen(modalities[i]);
		*modality = (int32_t)i + 1;
		if (strncmp(key + length + 1, modalities[i], named) == 0 && strcmp(key + length + 1 + named, unit->after) == 0)
			return true;
	}
	return false;
}

static jtn_status
place_key(struct jtn__genai_prices *genai, struct card *card, const struct jtn__value *value, uint8_t key)
{
	for (size_t i = 0; i < UNITS; i++) {
		int32_t modality;
		if (!fits_unit(&units[i], value->key, &modality))
			continue;
		uint32_t meter = modality ? jtn__meter_with(units[i].meter, modality) : units[i].meter;
		if (!meter)
			break;
		*(modality ? &card->own[meter] : &card->any[meter]) = key;
		card->unit_of[key] = (uint8_t)(i + 1);
		return JTN_OK;
	}
	char shown[JTN__QUOTE_SIZE];
	jtn__quote(shown, value->key, strlen(value->key));
	return jtn__book_note(
		genai->book, value, JTN_E_UNKNOWN_FIELD,
		"%s prices nothing that has a meter here; it is left out, and what it counts is priced as the "
		"wider unit, if at all",
		shown);
}

/*
 * The key of the narrowest unit that holds the meter. A narrower kind and a modality that are both priced, without a
 * price for the two together, leave it without one: genai-prices refuses such a card.
 */
static uint8_t
resolve(const struct jtn__genai_prices *genai, const struct card *card, uint32_t meter)
{
	uint32_t modality = genai->modality[meter], kind = modality ? meter - modality + 1 : meter;
	uint8_t any = 0, own = 0;
	uint32_t any_at = 0, own_at = 0;
	for (uint32_t at = 0; kind; kind = jtn__genai_wider[kind], at++) {
		uint32_t leaf = modality ? jtn__meter_with(kind, (int32_t)modality) : 0;
		if (!any && card->any[kind]) {
			any = card->any[kind];
			any_at = at;
		}
		if (!own && leaf && card->own[leaf]) {
			own = card->own[leaf];
			own_at = at;
		}
	}
	if (own && any)
		return own_at <= any_at ? own : 0;
	return own ? own : any;
}

jtn_status
jtn__genai_keys(struct jtn__genai_prices *genai, struct card *card, struct jtn_error *reterr)
{
	size_t count = jtn__json_count(&card->prices);
	if (!jtn__json_is_object(&card->prices))
		return jtn__json_fail(&card->prices, reterr, JTN_E_TYPE, "prices must be an object of prices by unit");
	if (count > KEYS_MOST)
		return jtn__json_fail(&card->prices, reterr, JTN_E_LIMIT, "%d prices in one entry; at most %d are read",
		                      (int64_t)count, (int64_t)KEYS_MOST);
	for (size_t i = 0; i < count; i++) {
		struct jtn__value value;
		jtn__json_entry(&card->prices, i, &value);
		if (!jtn__json_is_null(&value))
			JTN__TRY(place_key(genai, card, &value, (uint8_t)(i + 1)));
	}
	for (uint32_t meter = 1; meter < JTN__METERS; meter++)
		card->key_of[meter] = resolve(genai, card, meter);
	return JTN_OK;
}

int64_t
jtn__genai_per(const struct card *card, uint8_t key)
{
	return units[card->unit_of[key] - 1].per;
}
