/*
 * Price keys of a LiteLLM file: what one prices, above which threshold and at which tier is in its name alone,
 * "cache_read_input_token_cost_above_200k_tokens_priority".
 */
#include "book_litellm.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* In place of a meter: which one depends on the entry's mode. */
enum { BY_QUERY = 200, BY_SECOND = 201 };

/*
 * What a price key begins with. Of two keys for one meter the upper wins, hence the order. `also` has the same price;
 * `per` is how many units the price is for, 0 meaning 1.
 */
static const struct key {
	char name[38];
	uint8_t meter, also;
	uint16_t per;
} keys[JTN__LITELLM_KEYS] = {
	{"input_cost_per_token", JTN_METER_INPUT, 0, 0},
	{"output_cost_per_token", JTN_METER_OUTPUT, 0, 0},
	{"cache_read_input_token_cost", JTN_METER_CACHE_READ, 0, 0},
	{"cache_creation_input_token_cost", JTN_METER_CACHE_WRITE, JTN_METER_CACHE_WRITE_5M, 0},
	{"input_cost_per_token_cache_hit", JTN_METER_CACHE_READ, 0, 0},
	{"output_cost_per_reasoning_token", JTN_METER_REASONING, 0, 0},
	{"input_cost_per_audio_token", JTN_METER_INPUT_AUDIO, 0, 0},
	{"input_cost_per_image_token", JTN_METER_INPUT_IMAGE, 0, 0},
	{"input_cost_per_video_token", JTN_METER_INPUT_VIDEO, 0, 0},
	{"output_cost_per_audio_token", JTN_METER_OUTPUT_AUDIO, 0, 0},
	{"output_cost_per_image_token", JTN_METER_OUTPUT_IMAGE, 0, 0},
	{"output_cost_per_video_token", JTN_METER_OUTPUT_VIDEO, 0, 0},
	{"cache_read_input_audio_token_cost", JTN_METER_CACHE_READ_AUDIO, 0, 0},
	{"cache_read_input_image_token_cost", JTN_METER_CACHE_READ_IMAGE, 0, 0},
	{"cache_creation_input_audio_token_cost", JTN_METER_CACHE_WRITE_AUDIO, JTN_METER_CACHE_WRITE_5M_AUDIO, 0},
	{"cache_creation_input_image_token_cost", JTN_METER_CACHE_WRITE_IMAGE, JTN_METER_CACHE_WRITE_5M_IMAGE, 0},
	{"citation_cost_per_token", JTN_METER_CITATION, 0, 0},
	{"input_cost_per_image", JTN_METER_INPUT_IMAGES, 0, 0},
	{"output_cost_per_image", JTN_METER_OUTPUT_IMAGES, 0, 0},
	{"input_cost_per_pixel", JTN_METER_INPUT_PIXELS, 0, 0},
	{"output_cost_per_pixel", JTN_METER_OUTPUT_PIXELS, 0, 0},
	{"input_cost_per_character", JTN_METER_INPUT_CHARACTERS, 0, 0},
	{"output_cost_per_character", JTN_METER_OUTPUT_CHARACTERS, 0, 0},
	{"input_cost_per_query", BY_QUERY, 0, 0},
	{"input_cost_per_request", JTN_METER_REQUESTS, 0, 0},
	{"input_cost_per_audio_per_second", JTN_METER_INPUT_AUDIO_SECONDS, 0, 0},
	{"input_cost_per_video_per_second", JTN_METER_INPUT_VIDEO_SECONDS, 0, 0},
	{"output_cost_per_video_per_second", JTN_METER_OUTPUT_VIDEO_SECONDS, 0, 0},
	{"input_cost_per_second", BY_SECOND, 0, 0},
	{"output_cost_per_second", BY_SECOND, 0, 0},
	{"ocr_cost_per_page", JTN_METER_INPUT_PAGES, 0, 0},
	{"annotation_cost_per_page", JTN_METER_ANNOTATED_PAGES, 0, 0},
	{"code_interpreter_cost_per_session", JTN_METER_CODE_SESSION, 0, 0},
	{"file_search_cost_per_1k_calls", JTN_METER_FILE_SEARCH, 0, 1000},
	{"vector_store_cost_per_gb_per_day", JTN_METER_GB_DAYS, 0, 0},
	{"file_search_cost_per_gb_per_day", JTN_METER_GB_DAYS, 0, 0},
	/* Of "search_context_cost_per_query", an object. */
	{"search_context_size_low", JTN_METER_WEB_SEARCH_LOW, 0, 0},
	{"search_context_size_medium", JTN_METER_WEB_SEARCH_MEDIUM, 0, 0},
	{"search_context_size_high", JTN_METER_WEB_SEARCH_HIGH, 0, 0},
};

/*
 * What it may end in, after the threshold or before it. LiteLLM has no price keys for a "fast" tier of their own and
 * bills it by the priority ones, unless the entry states a factor for it.
 */
static const struct ending {
	char name[16];
	uint32_t tiers;
} endings[] = {
	{"_priority", JTN__PRIORITY_TIERS},
	{"_flex", JTN__TIER(FLEX)},
	{"_batches", JTN__TIER(BATCH)},
	{"_batch_requests", JTN__TIER(BATCH)},
};

static uint8_t
meter_by_mode(uint8_t meter, const char *mode)
{
	static const struct {
		char mode[20];
		uint8_t by, meter;
	} modes[] = {
		{"rerank", BY_QUERY, JTN_METER_SEARCH_UNITS},
		{"audio_transcription", BY_SECOND, JTN_METER_INPUT_AUDIO_SECONDS},
		{"audio_speech", BY_SECOND, JTN_METER_OUTPUT_AUDIO_SECONDS},
		{"video_generation", BY_SECOND, JTN_METER_OUTPUT_VIDEO_SECONDS},
	};
	if (meter < BY_QUERY)
		return meter;
	for (size_t i = 0; i < COUNT(modes); i++)
		if (modes[i].by == meter && strcmp(modes[i].mode, mode) == 0)
			return modes[i].meter;
	/* A search interface or a vector store is asked once a call; a model rented by time runs. */
	return meter == BY_QUERY ? JTN_METER_REQUESTS : JTN_METER_SECONDS;
}

/* "_above_200k_tokens", or the life of what is written to a cache; what follows it, or NULL where it is neither. */
static const char *
read_above(const char *text, struct jtn__stated *ret)
{
	static const struct {
		char name[12];
		uint8_t meter;
	} lives[] = {{"_above_1hr", JTN_METER_CACHE_WRITE_1H}, {"_above_12hr", JTN_METER_CACHE_WRITE_12H}};
	int64_t tokens = 0;
	for (size_t i = 0; i < COUNT(lives); i++) {
		size_t length = strlen(lives[i].name);
		if (strncmp(text, lives[i].name, length) != 0)
			continue;
		if (ret->meter < JTN_METER_CACHE_WRITE || ret->meter > JTN_METER_CACHE_WRITE_DOCUMENT)
			return NULL;
		ret->meter += lives[i].meter - JTN_METER_CACHE_WRITE;
		ret->also = 0;
		return text + length;
	}
	if (strncmp(text, "_above_", 7) != 0 || text[7] < '0' || text[7] > '9' || ret->above != JTN__NO_THRESHOLD)
		return NULL;
	for (text += 7; *text >= '0' && *text <= '9' && tokens < INT32_MAX; text++)
		tokens = tokens * 10 + (*text - '0');
	if (*text == 'k') {
		tokens *= 1000;
		text++;
	}
	ret->above = tokens;
	return strncmp(text, "_tokens", 7) == 0 ? text + 7 : NULL;
}

/* "_priority" and its like, once; what follows it, or NULL. */
static const char *
read_tier(uint32_t priority, const char *text, struct jtn__stated *ret)
{
	for (size_t i = 0; i < COUNT(endings) && ret->tiers == 0; i++) {
		size_t length = strlen(endings[i].name);
		if (strncmp(text, endings[i].name, length) == 0) {
			ret->tiers = i == 0 ? priority : endings[i].tiers;
			return text + length;
		}
	}
	return NULL;
}

uint32_t
jtn__litellm_key(const char *text, const char *mode, uint32_t priority, struct jtn__stated *ret)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		size_t length = strlen(keys[i].name);
		if (text[0] != keys[i].name[0] || strncmp(text, keys[i].name, length) != 0)
			continue;
		struct jtn__stated found = *ret;
		const char *rest = text + length;
		found.meter = meter_by_mode(keys[i].meter, mode);
		found.also = keys[i].also;
		found.rank += (uint8_t)i;
		while (rest && *rest) {
			const char *after = read_tier(priority, rest, &found);
			rest = after ? after : read_above(rest, &found);
		}
		if (rest) {
			*ret = found;
			return keys[i].per ? keys[i].per : 1;
		}
	}
	return 0;
}
