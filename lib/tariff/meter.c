/*
 * Meters as one table: names in place, so that nothing needs relocating, and the coordinates of the lattice beside them.
 * Order is the order of enum jtn_meter; rows are appended, never moved.
 */
#include "jeton/meter.h"

#include "base/abi.h"
#include "base/error.h"
#include "tariff.h"

#include <string.h>

#define NAME_SIZE 25 /* "cache_write_30m_document" and its NUL */

enum unit {
	UNIT_TOKENS,
	UNIT_REQUESTS,
	UNIT_SEARCHES,
	UNIT_CALLS,
	UNIT_SESSIONS,
	UNIT_CLASSIFICATIONS,
	UNIT_MESSAGES,
	UNIT_IMAGES,
	UNIT_PIXELS,
	UNIT_CHARACTERS,
	UNIT_PAGES,
	UNIT_SECONDS,
	UNIT_GB_DAYS,
	UNIT_TOKEN_HOURS,
	UNIT_UNIT_HOURS
};

static const char unit_names[][16] = {
	[UNIT_TOKENS] = "Tokens",         [UNIT_REQUESTS] = "Requests",
	[UNIT_SEARCHES] = "Searches",     [UNIT_CALLS] = "Calls",
	[UNIT_SESSIONS] = "Sessions",     [UNIT_CLASSIFICATIONS] = "Classifications",
	[UNIT_MESSAGES] = "Messages",     [UNIT_IMAGES] = "Images",
	[UNIT_PIXELS] = "Pixels",         [UNIT_CHARACTERS] = "Characters",
	[UNIT_PAGES] = "Pages",           [UNIT_SECONDS] = "Seconds",
	[UNIT_GB_DAYS] = "GB-Days",       [UNIT_TOKEN_HOURS] = "Token-Hours",
	[UNIT_UNIT_HOURS] = "Unit-Hours",
};

static const struct row {
	char name[NAME_SIZE];
	uint8_t length;
	uint8_t unit;
	uint8_t direction;
	uint8_t modality;
	uint8_t cache;
	uint16_t ttl_minutes;
} rows[JTN__METERS] = {
	{"", 0, 0, 0, 0, 0, 0},
	{"input", 5, UNIT_TOKENS, 1, 1, 0, 0},
	{"input_audio", 11, UNIT_TOKENS, 1, 2, 0, 0},
	{"input_image", 11, UNIT_TOKENS, 1, 3, 0, 0},
	{"input_video", 11, UNIT_TOKENS, 1, 4, 0, 0},
	{"input_document", 14, UNIT_TOKENS, 1, 5, 0, 0},
	{"cache_read", 10, UNIT_TOKENS, 1, 1, 1, 0},
	{"cache_read_audio", 16, UNIT_TOKENS, 1, 2, 1, 0},
	{"cache_read_image", 16, UNIT_TOKENS, 1, 3, 1, 0},
	{"cache_read_video", 16, UNIT_TOKENS, 1, 4, 1, 0},
	{"cache_read_document", 19, UNIT_TOKENS, 1, 5, 1, 0},
	{"cache_write", 11, UNIT_TOKENS, 1, 1, 2, 0},
	{"cache_write_audio", 17, UNIT_TOKENS, 1, 2, 2, 0},
	{"cache_write_image", 17, UNIT_TOKENS, 1, 3, 2, 0},
	{"cache_write_video", 17, UNIT_TOKENS, 1, 4, 2, 0},
	{"cache_write_document", 20, UNIT_TOKENS, 1, 5, 2, 0},
	{"cache_write_5m", 14, UNIT_TOKENS, 1, 1, 2, 5},
	{"cache_write_5m_audio", 20, UNIT_TOKENS, 1, 2, 2, 5},
	{"cache_write_5m_image", 20, UNIT_TOKENS, 1, 3, 2, 5},
	{"cache_write_5m_video", 20, UNIT_TOKENS, 1, 4, 2, 5},
	{"cache_write_5m_document", 23, UNIT_TOKENS, 1, 5, 2, 5},
	{"cache_write_30m", 15, UNIT_TOKENS, 1, 1, 2, 30},
	{"cache_write_30m_audio", 21, UNIT_TOKENS, 1, 2, 2, 30},
	{"cache_write_30m_image", 21, UNIT_TOKENS, 1, 3, 2, 30},
	{"cache_write_30m_video", 21, UNIT_TOKENS, 1, 4, 2, 30},
	{"cache_write_30m_document", 24, UNIT_TOKENS, 1, 5, 2, 30},
	{"cache_write_1h", 14, UNIT_TOKENS, 1, 1, 2, 60},
	{"cache_write_1h_audio", 20, UNIT_TOKENS, 1, 2, 2, 60},
	{"cache_write_1h_image", 20, UNIT_TOKENS, 1, 3, 2, 60},
	{"cache_write_1h_video", 20, UNIT_TOKENS, 1, 4, 2, 60},
	{"cache_write_1h_document", 23, UNIT_TOKENS, 1, 5, 2, 60},
	{"cache_write_12h", 15, UNIT_TOKENS, 1, 1, 2, 720},
	{"cache_write_12h_audio", 21, UNIT_TOKENS, 1, 2, 2, 720},
	{"cache_write_12h_image", 21, UNIT_TOKENS, 1, 3, 2, 720},
	{"cache_write_12h_video", 21, UNIT_TOKENS, 1, 4, 2, 720},
	{"cache_write_12h_document", 24, UNIT_TOKENS, 1, 5, 2, 720},
	{"cache_write_24h", 15, UNIT_TOKENS, 1, 1, 2, 1440},
	{"cache_write_24h_audio", 21, UNIT_TOKENS, 1, 2, 2, 1440},
	{"cache_write_24h_image", 21, UNIT_TOKENS, 1, 3, 2, 1440},
	{"cache_write_24h_video", 21, UNIT_TOKENS, 1, 4, 2, 1440},
	{"cache_write_24h_document", 24, UNIT_TOKENS, 1, 5, 2, 1440},
	{"output", 6, UNIT_TOKENS, 2, 1, 0, 0},
	{"output_audio", 12, UNIT_TOKENS, 2, 2, 0, 0},
	{"output_image", 12, UNIT_TOKENS, 2, 3, 0, 0},
	{"output_video", 12, UNIT_TOKENS, 2, 4, 0, 0},
	{"reasoning", 9, UNIT_TOKENS, 2, 1, 0, 0},
	{"reasoning_audio", 15, UNIT_TOKENS, 2, 2, 0, 0},
	{"reasoning_image", 15, UNIT_TOKENS, 2, 3, 0, 0},
	{"reasoning_video", 15, UNIT_TOKENS, 2, 4, 0, 0},
	{"citation", 8, UNIT_TOKENS, 2, 1, 0, 0},
	{"rejected_prediction", 19, UNIT_TOKENS, 2, 1, 0, 0},
	{"requests", 8, UNIT_REQUESTS, 0, 0, 0, 0},
	{"web_search", 10, UNIT_SEARCHES, 0, 0, 0, 0},
	{"web_search_low", 14, UNIT_SEARCHES, 0, 0, 0, 0},
	{"web_search_medium", 17, UNIT_SEARCHES, 0, 0, 0, 0},
	{"web_search_high", 15, UNIT_SEARCHES, 0, 0, 0, 0},
	{"web_fetch", 9, UNIT_CALLS, 0, 0, 0, 0},
	{"file_search", 11, UNIT_CALLS, 0, 0, 0, 0},
	{"storage_search", 14, UNIT_CALLS, 0, 0, 0, 0},
	{"social_search", 13, UNIT_CALLS, 0, 0, 0, 0},
	{"map_search", 10, UNIT_CALLS, 0, 0, 0, 0},
	{"code_execution", 14, UNIT_CALLS, 0, 0, 0, 0},
	{"code_session", 12, UNIT_SESSIONS, 0, 0, 0, 0},
	{"search_units", 12, UNIT_SEARCHES, 0, 0, 0, 0},
	{"classifications", 15, UNIT_CLASSIFICATIONS, 0, 0, 0, 0},
	{"input_messages", 14, UNIT_MESSAGES, 1, 0, 0, 0},
	{"input_images", 12, UNIT_IMAGES, 1, 0, 0, 0},
	{"output_images", 13, UNIT_IMAGES, 2, 0, 0, 0},
	{"input_pixels", 12, UNIT_PIXELS, 1, 0, 0, 0},
	{"output_pixels", 13, UNIT_PIXELS, 2, 0, 0, 0},
	{"input_characters", 16, UNIT_CHARACTERS, 1, 0, 0, 0},
	{"output_characters", 17, UNIT_CHARACTERS, 2, 0, 0, 0},
	{"input_pages", 11, UNIT_PAGES, 1, 0, 0, 0},
	{"annotated_pages", 15, UNIT_PAGES, 1, 0, 0, 0},
	{"seconds", 7, UNIT_SECONDS, 0, 0, 0, 0},
	{"audio_seconds", 13, UNIT_SECONDS, 0, 0, 0, 0},
	{"input_audio_seconds", 19, UNIT_SECONDS, 1, 0, 0, 0},
	{"output_audio_seconds", 20, UNIT_SECONDS, 2, 0, 0, 0},
	{"input_video_seconds", 19, UNIT_SECONDS, 1, 0, 0, 0},
	{"output_video_seconds", 20, UNIT_SECONDS, 2, 0, 0, 0},
	{"gb_days", 7, UNIT_GB_DAYS, 0, 0, 0, 0},
	{"cache_token_hours", 17, UNIT_TOKEN_HOURS, 0, 0, 0, 0},
	{"provisioned_unit_hours", 22, UNIT_UNIT_HOURS, 0, 0, 0, 0},
};

/* In the same order, ended by NULs. */
static const char phrases[] = "text prompt tokens read anew\0"
							  "audio prompt tokens read anew\0"
							  "image prompt tokens read anew\0"
							  "video prompt tokens read anew\0"
							  "document prompt tokens read anew\0"
							  "text prompt tokens read from a cache\0"
							  "audio prompt tokens read from a cache\0"
							  "image prompt tokens read from a cache\0"
							  "video prompt tokens read from a cache\0"
							  "document prompt tokens read from a cache\0"
							  "text prompt tokens written to a cache whose life is not stated\0"
							  "audio prompt tokens written to a cache whose life is not stated\0"
							  "image prompt tokens written to a cache whose life is not stated\0"
							  "video prompt tokens written to a cache whose life is not stated\0"
							  "document prompt tokens written to a cache whose life is not stated\0"
							  "text prompt tokens written to a cache that lives 5m\0"
							  "audio prompt tokens written to a cache that lives 5m\0"
							  "image prompt tokens written to a cache that lives 5m\0"
							  "video prompt tokens written to a cache that lives 5m\0"
							  "document prompt tokens written to a cache that lives 5m\0"
							  "text prompt tokens written to a cache that lives 30m\0"
							  "audio prompt tokens written to a cache that lives 30m\0"
							  "image prompt tokens written to a cache that lives 30m\0"
							  "video prompt tokens written to a cache that lives 30m\0"
							  "document prompt tokens written to a cache that lives 30m\0"
							  "text prompt tokens written to a cache that lives 1h\0"
							  "audio prompt tokens written to a cache that lives 1h\0"
							  "image prompt tokens written to a cache that lives 1h\0"
							  "video prompt tokens written to a cache that lives 1h\0"
							  "document prompt tokens written to a cache that lives 1h\0"
							  "text prompt tokens written to a cache that lives 12h\0"
							  "audio prompt tokens written to a cache that lives 12h\0"
							  "image prompt tokens written to a cache that lives 12h\0"
							  "video prompt tokens written to a cache that lives 12h\0"
							  "document prompt tokens written to a cache that lives 12h\0"
							  "text prompt tokens written to a cache that lives 24h\0"
							  "audio prompt tokens written to a cache that lives 24h\0"
							  "image prompt tokens written to a cache that lives 24h\0"
							  "video prompt tokens written to a cache that lives 24h\0"
							  "document prompt tokens written to a cache that lives 24h\0"
							  "text tokens written\0"
							  "audio tokens written\0"
							  "image tokens written\0"
							  "video tokens written\0"
							  "text tokens written as reasoning\0"
							  "audio tokens written as reasoning\0"
							  "image tokens written as reasoning\0"
							  "video tokens written as reasoning\0"
							  "citation tokens written\0"
							  "predicted output that was not used\0"
							  "calls; counted once where a usage says nothing\0"
							  "web searches\0"
							  "web searches with little context\0"
							  "web searches with the usual context\0"
							  "web searches with much context\0"
							  "pages fetched by the provider\0"
							  "file or vector store searches\0"
							  "searches of collections stored with the provider\0"
							  "searches of a social network\0"
							  "requests grounded in maps\0"
							  "code executions\0"
							  "code interpreter sessions or containers\0"
							  "rerank searches\0"
							  "inputs classified\0"
							  "messages read\0"
							  "images read\0"
							  "images made\0"
							  "pixels read\0"
							  "pixels made\0"
							  "characters read\0"
							  "characters written or spoken\0"
							  "document pages read\0"
							  "document pages annotated\0"
							  "seconds of run time\0"
							  "seconds of audio, in or out\0"
							  "seconds of audio heard\0"
							  "seconds of audio spoken\0"
							  "seconds of video seen\0"
							  "seconds of video made\0"
							  "gigabytes stored for a day\0"
							  "cached tokens kept for an hour\0"
							  "provisioned throughput\0";

_Static_assert(JTN_METER_PROVISIONED_UNIT_HOURS == JTN__METERS - 1, "a meter without a row");

static bool
is_known(uint32_t meter)
{
	return meter > 0 && meter < JTN__METERS;
}

static bool
is_time(uint8_t unit)
{
	return unit == UNIT_SECONDS || unit >= UNIT_GB_DAYS;
}

uint32_t
jtn_meter_count(void)
{
	return JTN__METERS - 1;
}

const char *
jtn_meter_name(uint32_t meter)
{
	return is_known(meter) ? rows[meter].name : NULL;
}

const char *
jtn_meter_unit(uint32_t meter)
{
	return is_known(meter) ? unit_names[rows[meter].unit] : NULL;
}

const char *
jtn_meter_describe(uint32_t meter)
{
	const char *phrase = phrases;
	if (!is_known(meter))
		return NULL;
	while (--meter)
		phrase += strlen(phrase) + 1;
	return phrase;
}

/* "no meter …", with the nearest one. */
static jtn_status
not_a_meter(const char *name, size_t length, struct jtn_error *reterr)
{
	const char *names[JTN__METERS - 1];
	char shown[JTN__QUOTE_SIZE], given[NAME_SIZE + 8];
	size_t kept = length < sizeof(given) - 1 ? length : sizeof(given) - 1;
	for (uint32_t i = 1; i < JTN__METERS; i++)
		names[i - 1] = rows[i].name;
	memcpy(given, name, kept);
	given[kept] = '\0';
	jtn__quote(shown, name, length);
	const char *near = jtn__nearest(given, names, JTN__METERS - 1);
	if (near)
		return jtn__fail(reterr, JTN_E_NOT_FOUND, "", "no meter is called %s; did you mean \"%s\"?", shown, near);
	return jtn__fail(reterr, JTN_E_NOT_FOUND, "", "no meter is called %s; meters are input, cache_read, output, … (%d)",
	                 shown, (int64_t)JTN__METERS - 1);
}

jtn_status
jtn_meter_find(const char *name, size_t length, uint32_t *ret, struct jtn_error *reterr)
{
	if (!name || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, name ? "ret" : "name", "%s is NULL", name ? "ret" : "name");
	for (uint32_t i = 1; i < JTN__METERS; i++) {
		if (rows[i].length == length && memcmp(rows[i].name, name, length) == 0) {
			*ret = i;
			return JTN_OK;
		}
	}
	return not_a_meter(name, length, reterr);
}

jtn_status
jtn_meter_read_facts(uint32_t meter, struct jtn_meter_facts *ret, size_t facts_size)
{
	if (!ret)
		return JTN_E_ARGUMENT;
	JTN__TRY(jtn__check_record(facts_size, sizeof(*ret), "jtn_meter_facts", NULL));
	if (!is_known(meter))
		return JTN_E_NOT_FOUND;
	const struct row *row = &rows[meter];
	memset(ret, 0, facts_size);
	*ret = (struct jtn_meter_facts){meter,      is_time(row->unit) ? 6 : 0, row->direction,           row->modality,
	                                row->cache, row->ttl_minutes,           row->unit == UNIT_TOKENS, 0};
	return JTN_OK;
}

uint32_t
jtn__meter_with(uint32_t text_meter, int32_t modality)
{
	const struct row *row = &rows[is_known(text_meter) ? text_meter : 0];
	uint32_t meter = text_meter + (uint32_t)modality - JTN_MODALITY_TEXT;
	if (row->modality != JTN_MODALITY_TEXT || modality < JTN_MODALITY_TEXT || !is_known(meter) ||
	    rows[meter].modality != modality)
		return 0;
	return meter;
}
