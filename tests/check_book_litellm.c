/*
 * LiteLLM's price file as a book: every family of keys by what a usage then costs, what is only noted, what falls back
 * to what, the names a model is found by, and how hostile files are refused. The real files, where they are, must load.
 */
#include "fixture.h"
#include "tariff.h"

#include "jeton/book.h"
#include "jeton/rate.h"

#define K 1000
#define ENTRY(mode, prices) "{\"m\": {\"litellm_provider\": \"p\", \"mode\": \"" mode "\", " prices "}}"
#define CHAT(prices) ENTRY("chat", prices)
#define METER(name) JTN_METER_##name

static jtn_status
parse(const char *text, struct jtn_book **ret, struct jtn_error *err)
{
	memset(err, 0, sizeof(*err));
	*ret = NULL;
	return jtn_book_parse(text, strlen(text), NULL, NULL, ret, err);
}

static struct jtn_book *
parsed(const char *text)
{
	struct jtn_book *book;
	struct jtn_error err;

	assert_ok(parse(text, &book, &err), err);
	return book;
}

static struct jtn_book_facts
book_facts(const struct jtn_book *book)
{
	struct jtn_book_facts facts = {.size = sizeof(facts)};

	assert_status(jtn_book_read_facts(book, &facts), JTN_OK);
	return facts;
}

/* The total as text, or the status's name. */
static const char *
rated(const struct jtn_tariff *tariff, uint32_t tier, const struct jtn_count *counts, uint32_t count, uint32_t *flags)
{
	static char text[JTN_MONEY_TEXT_SIZE];
	struct jtn_usage usage = {.tier = tier, .count = count};
	struct jtn_charge charge;
	struct jtn_error err;

	memset(&err, 0, sizeof(err));
	(void)!jtn_rate_batch(&tariff, 1, &usage, sizeof(usage), counts, count, sizeof(*counts), &charge, sizeof(charge), 1,
	                      &err);
	if (charge.status != JTN_OK)
		return jtn_status_name(charge.status);
	assert_status(jtn_money_format(charge.total, text, sizeof(text), NULL), JTN_OK);
	if (flags)
		*flags = charge.flags;
	return text;
}

struct rating {
	const char *book;
	uint32_t tier;
	struct jtn_count counts[3];
	const char *total; /* or a status's name */
};

static void
assert_rates(const struct rating *rating)
{
	struct jtn_book *book = parsed(rating->book);
	uint32_t count = 0;

	while (count < 3 && rating->counts[count].meter)
		count++;
	ck_assert_uint_eq(book_facts(book).tariffs, 1);
	const char *total = rated(jtn_book_tariff(book, 0), rating->tier, rating->counts, count, NULL);
	ck_assert_msg(strcmp(total, rating->total) == 0, "%s, %s, %lld of %s: %s, expected %s", rating->book,
	              jtn_tier_name(rating->tier), (long long)rating->counts[0].quantity,
	              jtn_meter_name(rating->counts[0].meter), total, rating->total);
	jtn_book_free(book);
}

static void
assert_all_rate(const struct rating *ratings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_rates(&ratings[i]);
}

START_TEST(every_key_prices_its_meter)
{
	static const struct {
		const char *key, *mode;
		uint32_t meter;
		int64_t unit; /* quanta that the price 0.5 is for */
	} rows[] = {
		{"input_cost_per_token", "chat", METER(INPUT), 1},
		{"output_cost_per_token", "chat", METER(OUTPUT), 1},
		{"cache_read_input_token_cost", "chat", METER(CACHE_READ), 1},
		{"input_cost_per_token_cache_hit", "chat", METER(CACHE_READ), 1},
		{"cache_creation_input_token_cost", "chat", METER(CACHE_WRITE), 1},
		{"cache_creation_input_token_cost", "chat", METER(CACHE_WRITE_5M), 1},
		{"cache_creation_input_token_cost_above_1hr", "chat", METER(CACHE_WRITE_1H), 1},
		{"cache_creation_input_token_cost_above_12hr", "chat", METER(CACHE_WRITE_12H), 1},
		{"cache_creation_input_audio_token_cost_above_12hr", "chat", METER(CACHE_WRITE_12H_AUDIO), 1},
		{"output_cost_per_reasoning_token", "chat", METER(REASONING), 1},
		{"input_cost_per_audio_token", "chat", METER(INPUT_AUDIO), 1},
		{"output_cost_per_audio_token", "chat", METER(OUTPUT_AUDIO), 1},
		{"cache_read_input_audio_token_cost", "chat", METER(CACHE_READ_AUDIO), 1},
		{"cache_creation_input_audio_token_cost", "chat", METER(CACHE_WRITE_AUDIO), 1},
		{"cache_creation_input_audio_token_cost", "chat", METER(CACHE_WRITE_5M_AUDIO), 1},
		{"input_cost_per_image_token", "chat", METER(INPUT_IMAGE), 1},
		{"output_cost_per_image_token", "chat", METER(OUTPUT_IMAGE), 1},
		{"cache_read_input_image_token_cost", "chat", METER(CACHE_READ_IMAGE), 1},
		{"input_cost_per_video_token", "chat", METER(INPUT_VIDEO), 1},
		{"output_cost_per_video_token", "chat", METER(OUTPUT_VIDEO), 1},
		{"citation_cost_per_token", "chat", METER(CITATION), 1},
		{"input_cost_per_image", "chat", METER(INPUT_IMAGES), 1},
		{"output_cost_per_image", "image_generation", METER(OUTPUT_IMAGES), 1},
		{"input_cost_per_pixel", "image_generation", METER(INPUT_PIXELS), 1},
		{"output_cost_per_pixel", "image_generation", METER(OUTPUT_PIXELS), 1},
		{"input_cost_per_character", "audio_speech", METER(INPUT_CHARACTERS), 1},
		{"output_cost_per_character", "chat", METER(OUTPUT_CHARACTERS), 1},
		{"input_cost_per_query", "rerank", METER(SEARCH_UNITS), 1},
		{"input_cost_per_query", "search", METER(REQUESTS), 1},
		{"input_cost_per_query", "vector_store", METER(REQUESTS), 1},
		{"input_cost_per_request", "chat", METER(REQUESTS), 1},
		{"input_cost_per_second", "audio_transcription", METER(INPUT_AUDIO_SECONDS), 1000000},
		{"output_cost_per_second", "audio_transcription", METER(INPUT_AUDIO_SECONDS), 1000000},
		{"output_cost_per_second", "audio_speech", METER(OUTPUT_AUDIO_SECONDS), 1000000},
		{"output_cost_per_second", "video_generation", METER(OUTPUT_VIDEO_SECONDS), 1000000},
		{"input_cost_per_second", "chat", METER(SECONDS), 1000000},
		{"input_cost_per_audio_per_second", "embedding", METER(INPUT_AUDIO_SECONDS), 1000000},
		{"input_cost_per_video_per_second", "embedding", METER(INPUT_VIDEO_SECONDS), 1000000},
		{"output_cost_per_video_per_second", "video_generation", METER(OUTPUT_VIDEO_SECONDS), 1000000},
		{"ocr_cost_per_page", "ocr", METER(INPUT_PAGES), 1},
		{"annotation_cost_per_page", "ocr", METER(ANNOTATED_PAGES), 1},
		{"code_interpreter_cost_per_session", "chat", METER(CODE_SESSION), 1},
		{"file_search_cost_per_1k_calls", "chat", METER(FILE_SEARCH), 1000},
		{"file_search_cost_per_gb_per_day", "chat", METER(GB_DAYS), 1000000},
		{"vector_store_cost_per_gb_per_day", "chat", METER(GB_DAYS), 1000000},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		static const char *const values[] = {"0.5", "\"0.5\"", "5e-1", "\"5E-01\""};
		char text[200];

		snprintf(text, sizeof(text), "{\"m\": {\"litellm_provider\": \"p\", \"mode\": \"%s\", \"%s\": %s}}",
		         rows[i].mode, rows[i].key, values[i % 4]);
		assert_rates(&(struct rating){text, 0, {{3 * rows[i].unit, rows[i].meter, 0}}, "1.5"});
		/* Half a unit too, but for what only comes whole. */
		if (rows[i].unit > 1)
			assert_rates(&(struct rating){text, 0, {{rows[i].unit / 2, rows[i].meter, 0}}, "0.25"});
	}
}
END_TEST

START_TEST(token_prices_are_shown_per_million_and_others_per_unit)
{
	struct jtn_book *book = parsed(CHAT("\"input_cost_per_token\": 2.5e-06, \"input_cost_per_pixel\": 1.9e-08, "
	                                    "\"input_cost_per_second\": 0.011, \"input_cost_per_character\": 1.5e-05"));
	static const struct {
		const char *id, *price;
		int64_t per;
	} rows[] = {{"input_cost_per_token", "2.5", 1000000},
	            {"input_cost_per_pixel", "0.000000019", 1},
	            {"input_cost_per_second", "0.011", 1000000},
	            {"input_cost_per_character", "15", 1000000}};

	for (uint32_t i = 0; i < COUNT(rows); i++) {
		struct jtn_rule_facts rule = {.size = sizeof(rule)};
		char text[JTN_MONEY_TEXT_SIZE];

		assert_status(jtn_tariff_read_rule(jtn_book_tariff(book, 0), i, &rule), JTN_OK);
		assert_status(jtn_money_format(rule.price, text, sizeof(text), NULL), JTN_OK);
		ck_assert_str_eq(rule.id, rows[i].id);
		ck_assert_str_eq(text, rows[i].price);
		ck_assert_int_eq(rule.per, rows[i].per);
	}
	jtn_book_free(book);
}
END_TEST

START_TEST(float_noise_is_kept_as_it_is_written)
{
	assert_rates(&(struct rating){CHAT("\"input_cost_per_token\": 7.499999999999999e-08"),
	                              0,
	                              {{1000000, METER(INPUT), 0}},
	                              "0.07499999999999999"});
}
END_TEST

START_TEST(a_zero_price_is_a_price_and_a_missing_one_is_not)
{
	static const struct rating rows[] = {
		{CHAT("\"input_cost_per_token\": 0.0"), 0, {{5, METER(INPUT), 0}}, "0"},
		{CHAT("\"input_cost_per_token\": 0"), 0, {{5, METER(OUTPUT), 0}}, "unpriced_meter"},
		{CHAT("\"input_cost_per_token\": null"), 0, {{5, METER(INPUT), 0}}, "unpriced_meter"},
		{CHAT("\"max_tokens\": 5"), 0, {{5, METER(INPUT), 0}}, "unpriced_meter"},
		{CHAT("\"max_tokens\": 5"), 0, {{0, METER(INPUT), 0}}, "0"},
	};
	assert_all_rate(rows, COUNT(rows));
}
END_TEST

#define LONG                                                                                                       \
	"\"input_cost_per_token\": 1, \"input_cost_per_token_above_200k_tokens\": 2, \"output_cost_per_token\": 10, "  \
	"\"output_cost_per_token_above_200k_tokens\": 20, \"cache_read_input_token_cost\": 3, "                        \
	"\"cache_read_input_token_cost_above_200k_tokens\": 4, \"cache_creation_input_token_cost\": 5, "               \
	"\"cache_creation_input_token_cost_above_200k_tokens\": 6, \"cache_creation_input_token_cost_above_1hr\": 7, " \
	"\"cache_creation_input_token_cost_above_1hr_above_200k_tokens\": 8"

START_TEST(a_threshold_is_a_cliff_strictly_above_all_input)
{
	static const struct rating rows[] = {
		{CHAT(LONG), 0, {{200 * K, METER(INPUT), 0}, {1, METER(OUTPUT), 0}}, "200010"},
		{CHAT(LONG), 0, {{200 * K + 1, METER(INPUT), 0}, {1, METER(OUTPUT), 0}}, "400022"},
		{CHAT(LONG), 0, {{200 * K, METER(CACHE_READ), 0}, {1, METER(INPUT), 0}}, "800002"},
		{CHAT(LONG), 0, {{200 * K, METER(CACHE_WRITE), 0}, {1, METER(INPUT), 0}}, "1200002"},
		{CHAT(LONG), 0, {{200 * K, METER(CACHE_WRITE_5M), 0}}, "1000000"},
		{CHAT(LONG), 0, {{200 * K, METER(CACHE_WRITE_1H), 0}}, "1400000"},
		{CHAT(LONG), 0, {{200 * K + 1, METER(CACHE_WRITE_1H), 0}}, "1600008"},
		{CHAT(LONG), 0, {{300 * K, METER(OUTPUT), 0}, {1, METER(INPUT), 0}}, "3000001"},
	};
	assert_all_rate(rows, COUNT(rows));
}
END_TEST

START_TEST(the_highest_of_several_thresholds_counts)
{
	static const char *const book =
		CHAT("\"input_cost_per_token\": 1, \"input_cost_per_token_above_128k_tokens\": 2, "
	         "\"input_cost_per_token_above_256k_tokens\": 3, \"input_cost_per_token_above_500_tokens\": 1.5");

	assert_rates(&(struct rating){book, 0, {{500, METER(INPUT), 0}}, "500"});
	assert_rates(&(struct rating){book, 0, {{1000, METER(INPUT), 0}}, "1500"});
	assert_rates(&(struct rating){book, 0, {{128 * K + 1, METER(INPUT), 0}}, "256002"});
	assert_rates(&(struct rating){book, 0, {{256 * K + 1, METER(INPUT), 0}}, "768003"});
}
END_TEST

START_TEST(xai_bills_the_higher_price_at_the_threshold_already)
{
	char *text = with(CHAT(LONG), "\"p\"", "\"xai\"");

	assert_rates(&(struct rating){text, 0, {{200 * K, METER(INPUT), 0}, {1, METER(OUTPUT), 0}}, "400020"});
	assert_rates(&(struct rating){text, 0, {{200 * K - 1, METER(INPUT), 0}, {1, METER(OUTPUT), 0}}, "200009"});
	free(text);
}
END_TEST

#define TIERS                                                                                               \
	"\"input_cost_per_token\": 1, \"input_cost_per_token_priority\": 2, \"input_cost_per_token_flex\": 3, " \
	"\"input_cost_per_token_batches\": 4, \"input_cost_per_token_above_200k_tokens\": 5"

START_TEST(a_tier_has_its_own_price)
{
	static const struct rating rows[] = {
		{CHAT(TIERS), JTN_TIER_STANDARD, {{100, METER(INPUT), 0}}, "100"},
		{CHAT(TIERS), JTN_TIER_PRIORITY, {{100, METER(INPUT), 0}}, "200"},
		{CHAT(TIERS), JTN_TIER_FAST, {{100, METER(INPUT), 0}}, "200"},
		{CHAT(TIERS), JTN_TIER_FLEX, {{100, METER(INPUT), 0}}, "300"},
		{CHAT(TIERS), JTN_TIER_BATCH, {{100, METER(INPUT), 0}}, "400"},
		{CHAT(TIERS), JTN_TIER_SCALE, {{100, METER(INPUT), 0}}, "100"},
		{CHAT("\"input_cost_per_token\": 1, \"input_cost_per_token_batch_requests\": 4"),
	     JTN_TIER_BATCH,
	     {{100, METER(INPUT), 0}},
	     "400"},
	};
	assert_all_rate(rows, COUNT(rows));
}
END_TEST

START_TEST(above_a_threshold_a_tier_without_a_price_of_its_own_takes_the_thresholds_but_batches_do_not)
{
	static const struct rating rows[] = {
		{CHAT(TIERS), JTN_TIER_STANDARD, {{300 * K, METER(INPUT), 0}}, "1500000"},
		{CHAT(TIERS), JTN_TIER_PRIORITY, {{300 * K, METER(INPUT), 0}}, "1500000"},
		{CHAT(TIERS), JTN_TIER_FLEX, {{300 * K, METER(INPUT), 0}}, "1500000"},
		{CHAT(TIERS), JTN_TIER_BATCH, {{300 * K, METER(INPUT), 0}}, "1200000"},
		{CHAT(TIERS ", \"input_cost_per_token_above_200k_tokens_priority\": 6"),
	     JTN_TIER_PRIORITY,
	     {{300 * K, METER(INPUT), 0}},
	     "1800000"},
		{CHAT(TIERS ", \"input_cost_per_token_priority_above_200k_tokens\": 6"),
	     JTN_TIER_PRIORITY,
	     {{300 * K, METER(INPUT), 0}},
	     "1800000"},
		{CHAT(TIERS ", \"input_cost_per_token_above_200k_tokens_priority\": 6"),
	     JTN_TIER_FLEX,
	     {{300 * K, METER(INPUT), 0}},
	     "1500000"},
		{CHAT(TIERS ", \"input_cost_per_token_above_200k_tokens_priority\": 6, "
	                "\"input_cost_per_token_above_272k_tokens\": 7"),
	     JTN_TIER_PRIORITY,
	     {{300 * K, METER(INPUT), 0}},
	     "2100000"},
	};
	struct jtn_book *book = parsed(CHAT(TIERS));
	struct jtn_error note;

	assert_all_rate(rows, COUNT(rows));
	ck_assert_uint_eq(book_facts(book).notes, 3);
	assert_status(jtn_book_read_note(book, 0, &note), JTN_OK);
	ck_assert_int_eq(note.status, JTN_E_MISSING_FIELD);
	ck_assert_str_eq(note.field, "m");
	ck_assert_msg(strstr(note.message, "priority") && strstr(note.message, "input_cost_per_token_above_200k_tokens"),
	              "%s", note.message);
	jtn_book_free(book);
}
END_TEST

#define THINKING                                                                        \
	"\"output_cost_per_token\": 1, \"output_cost_per_token_priority\": 2, "             \
	"\"output_cost_per_reasoning_token\": 10, \"cache_read_input_token_cost\": 7, "     \
	"\"output_cost_per_token_flex\": 3, \"output_cost_per_reasoning_token_flex\": 30, " \
	"\"input_cost_per_token\": 4, \"input_cost_per_token_priority\": 5"

START_TEST(reasoning_takes_the_tiers_output_price_before_the_standard_reasoning_price)
{
	static const struct rating rows[] = {
		{CHAT(THINKING), JTN_TIER_STANDARD, {{100, METER(REASONING), 0}}, "1000"},
		{CHAT(THINKING), JTN_TIER_PRIORITY, {{100, METER(REASONING), 0}}, "200"},
		{CHAT(THINKING), JTN_TIER_FLEX, {{100, METER(REASONING), 0}}, "3000"},
		{CHAT(THINKING), JTN_TIER_BATCH, {{100, METER(REASONING), 0}}, "1000"},
	};
	assert_all_rate(rows, COUNT(rows));
}
END_TEST

START_TEST(cached_tokens_keep_the_price_for_any_tier_and_say_so)
{
	struct jtn_book *book = parsed(CHAT(THINKING));
	const struct jtn_count counts[] = {{100, METER(CACHE_READ), 0}};
	uint32_t flags = 0;

	ck_assert_str_eq(rated(jtn_book_tariff(book, 0), JTN_TIER_PRIORITY, counts, 1, &flags), "700");
	ck_assert_uint_eq(flags, JTN_CHARGE_TIER_FALLBACK);
	jtn_book_free(book);
}
END_TEST

START_TEST(what_falls_back_and_what_stays_unpriced)
{
#define TEXT                                                      \
	"\"input_cost_per_token\": 1, \"output_cost_per_token\": 2, " \
	"\"cache_read_input_token_cost\": 3, \"cache_creation_input_token_cost\": 4"
	static const struct rating rows[] = {
		{CHAT(TEXT), 0, {{1, METER(REASONING), 0}}, "2"},
		{CHAT(TEXT), 0, {{1, METER(REJECTED_PREDICTION), 0}}, "2"},
		{CHAT(TEXT), 0, {{1, METER(CACHE_WRITE_5M), 0}}, "4"},
		{CHAT(TEXT), 0, {{1, METER(CACHE_WRITE_30M), 0}}, "4"},
		{CHAT(TEXT), 0, {{1, METER(CACHE_WRITE_30M_IMAGE), 0}}, "4"},
		{CHAT(TEXT), 0, {{1, METER(INPUT_IMAGE), 0}}, "1"},
		{CHAT(TEXT), 0, {{1, METER(INPUT_VIDEO), 0}}, "1"},
		{CHAT(TEXT), 0, {{1, METER(INPUT_DOCUMENT), 0}}, "1"},
		{CHAT(TEXT), 0, {{1, METER(CACHE_READ_DOCUMENT), 0}}, "3"},
		{CHAT(TEXT), 0, {{1, METER(INPUT_AUDIO), 0}}, "unpriced_meter"},
		{CHAT(TEXT), 0, {{1, METER(CACHE_READ_AUDIO), 0}}, "unpriced_meter"},
		{CHAT(TEXT), 0, {{1, METER(OUTPUT_AUDIO), 0}}, "unpriced_meter"},
		{CHAT(TEXT), 0, {{1, METER(OUTPUT_IMAGE), 0}}, "unpriced_meter"},
		{CHAT(TEXT), 0, {{1, METER(CACHE_WRITE_1H), 0}}, "unpriced_meter"},
		{CHAT(TEXT), 0, {{1, METER(CACHE_WRITE_12H), 0}}, "unpriced_meter"},
		{CHAT(TEXT), 0, {{1, METER(WEB_SEARCH), 0}}, "unpriced_meter"},
		{CHAT("\"input_cost_per_token\": 1"), 0, {{1, METER(CACHE_READ), 0}}, "unpriced_meter"},
		{CHAT("\"input_cost_per_token\": 1"), 0, {{1, METER(CACHE_WRITE), 0}}, "unpriced_meter"},
		{CHAT("\"output_cost_per_image_token\": 6"), 0, {{1, METER(OUTPUT), 0}}, "6"},
		{CHAT("\"output_cost_per_token\": 0, \"output_cost_per_image_token\": 6"), 0, {{1, METER(OUTPUT), 0}}, "0"},
	};
	assert_all_rate(rows, COUNT(rows));
}
END_TEST

START_TEST(searches_cost_by_their_context_and_without_one_where_all_are_equal)
{
#define SEARCH(low, medium, high)                                                \
	CHAT("\"search_context_cost_per_query\": {\"search_context_size_low\": " low \
	     ", \"search_context_size_medium\": " medium ", \"search_context_size_high\": " high "}")
	static const struct rating rows[] = {
		{SEARCH("0.01", "0.02", "0.03"), 0, {{1, METER(WEB_SEARCH_LOW), 0}}, "0.01"},
		{SEARCH("0.01", "0.02", "0.03"), 0, {{1, METER(WEB_SEARCH_MEDIUM), 0}}, "0.02"},
		{SEARCH("0.01", "0.02", "0.03"), 0, {{1, METER(WEB_SEARCH_HIGH), 0}}, "0.03"},
		{SEARCH("0.01", "0.02", "0.03"), 0, {{1, METER(WEB_SEARCH), 0}}, "unpriced_meter"},
		{SEARCH("0.01", "0.01", "0.02"), 0, {{1, METER(WEB_SEARCH), 0}}, "unpriced_meter"},
		{SEARCH("0.01", "1e-2", "\"0.010\""), 0, {{1, METER(WEB_SEARCH), 0}}, "0.01"},
		{CHAT("\"search_context_cost_per_query\": {\"search_context_size_low\": 1}"),
	     0,
	     {{1, METER(WEB_SEARCH), 0}},
	     "unpriced_meter"},
	};
	assert_all_rate(rows, COUNT(rows));
}
END_TEST

#define RANGES                                                                                                   \
	"\"tiered_pricing\": [{\"input_cost_per_token\": 1, \"output_cost_per_token\": 10, "                         \
	"\"output_cost_per_reasoning_token\": 100, \"cache_read_input_token_cost\": 0.5, \"range\": [0, 32000.0]}, " \
	"{\"input_cost_per_token\": 2, \"output_cost_per_token\": 20, \"range\": [32000.0, 128e3]}, "                \
	"{\"input_cost_per_token\": 3, \"output_cost_per_token\": 30, \"output_cost_per_reasoning_token\": 300, "    \
	"\"range\": [128000, 256000]}]"

START_TEST(tiered_pricing_bills_the_whole_request_at_the_range_its_input_is_in)
{
	static const struct rating rows[] = {
		{CHAT(RANGES), 0, {{32 * K, METER(INPUT), 0}, {1, METER(OUTPUT), 0}}, "32010"},
		{CHAT(RANGES), 0, {{32 * K + 1, METER(INPUT), 0}, {1, METER(OUTPUT), 0}}, "64022"},
		{CHAT(RANGES), 0, {{128 * K, METER(INPUT), 0}, {1, METER(OUTPUT), 0}}, "256020"},
		{CHAT(RANGES), 0, {{128 * K + 1, METER(INPUT), 0}, {1, METER(OUTPUT), 0}}, "384033"},
		{CHAT(RANGES), 0, {{900 * K, METER(INPUT), 0}}, "2700000"},
		{CHAT(RANGES), 0, {{1, METER(INPUT), 0}, {1, METER(REASONING), 0}}, "101"},
		{CHAT(RANGES), 0, {{32 * K + 1, METER(INPUT), 0}, {1, METER(REASONING), 0}}, "64022"},
		{CHAT(RANGES), 0, {{128 * K + 1, METER(INPUT), 0}, {1, METER(REASONING), 0}}, "384303"},
		{CHAT(RANGES), 0, {{32 * K + 2, METER(CACHE_READ), 0}}, "64004"},
		{CHAT(RANGES ", \"input_cost_per_token\": 9"), 0, {{10, METER(INPUT), 0}}, "10"},
	};
	struct jtn_book *book = parsed(CHAT(RANGES));

	assert_all_rate(rows, COUNT(rows));
	ck_assert_uint_eq(book_facts(book).notes, 3); /* reasoning once, cached tokens twice */
	jtn_book_free(book);
}
END_TEST

START_TEST(ranges_of_results_are_noted_and_stay_unpriced)
{
	static const char *const text =
		ENTRY("search", "\"tiered_pricing\": [{\"input_cost_per_query\": 0.005, \"max_results_range\": [0, 25]}]");
	struct jtn_book *book = parsed(text);
	struct jtn_error note;

	ck_assert_uint_eq(book_facts(book).notes, 1);
	assert_status(jtn_book_read_note(book, 0, &note), JTN_OK);
	ck_assert_int_eq(note.status, JTN_E_UNSUPPORTED);
	ck_assert_str_eq(note.field, "m.tiered_pricing");
	jtn_book_free(book);
	assert_rates(&(struct rating){text, 0, {{1, METER(REQUESTS), 0}}, "unpriced_meter"});
}
END_TEST

START_TEST(a_fast_tier_costs_the_factor_that_the_entry_states)
{
#define FAST(factor)                                                                                       \
	CHAT(LONG ", \"output_cost_per_reasoning_token\": 11, \"provider_specific_entry\": {\"fast\": " factor \
	          ", \"us\": 1.1}")
	static const struct rating rows[] = {
		{FAST("6.0"), JTN_TIER_STANDARD, {{100, METER(INPUT), 0}}, "100"},
		{FAST("6.0"), JTN_TIER_FAST, {{100, METER(INPUT), 0}}, "600"},
		{FAST("2.5"), JTN_TIER_FAST, {{300 * K, METER(INPUT), 0}, {1, METER(OUTPUT), 0}}, "1500050"},
		{FAST("\"0.25\""), JTN_TIER_FAST, {{1, METER(REASONING), 0}}, "2.75"},
		{FAST("2e1"), JTN_TIER_FAST, {{1, METER(CACHE_WRITE_1H), 0}}, "140"},
		{FAST("null"), JTN_TIER_FAST, {{100, METER(INPUT), 0}}, "100"},
	};
	struct jtn_book *book = parsed(FAST("6"));
	struct jtn_error note;

	assert_all_rate(rows, COUNT(rows));
	ck_assert_uint_eq(book_facts(book).notes, 1);
	assert_status(jtn_book_read_note(book, 0, &note), JTN_OK);
	ck_assert_int_eq(note.status, JTN_E_UNSUPPORTED);
	ck_assert_str_eq(note.field, "m.provider_specific_entry.us");
	jtn_book_free(book);
}
END_TEST

START_TEST(two_keys_for_one_meter_agree_or_are_noted)
{
	static const struct {
		struct rating rating;
		uint64_t notes;
	} rows[] = {
		{{ENTRY("audio_transcription", "\"output_cost_per_second\": 0.0, \"input_cost_per_second\": 0.1"),
	      0,
	      {{1000000, METER(INPUT_AUDIO_SECONDS), 0}},
	      "0.1"},
	     0},
		{{ENTRY("audio_transcription", "\"input_cost_per_second\": 0, \"output_cost_per_second\": 0.1"),
	      0,
	      {{1000000, METER(INPUT_AUDIO_SECONDS), 0}},
	      "0.1"},
	     0},
		{{CHAT("\"output_cost_per_second\": 0.2, \"input_cost_per_second\": 2e-1"),
	      0,
	      {{1000000, METER(SECONDS), 0}},
	      "0.2"},
	     0},
		{{CHAT("\"output_cost_per_second\": 0.2, \"input_cost_per_second\": 0.3"),
	      0,
	      {{1000000, METER(SECONDS), 0}},
	      "0.3"},
	     1},
		{{CHAT("\"input_cost_per_token_cache_hit\": 2, \"cache_read_input_token_cost\": 1"),
	      0,
	      {{1, METER(CACHE_READ), 0}},
	      "1"},
	     1},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct jtn_book *book = parsed(rows[i].rating.book);

		assert_rates(&rows[i].rating);
		ck_assert_uint_eq(book_facts(book).notes, rows[i].notes);
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(a_price_that_is_not_read_is_noted_by_its_key)
{
	static const char *const unread[] = {
		"input_cost_per_video_per_second_above_15s_interval",
		"output_cost_per_image_above_1024_and_1024_pixels",
		"output_cost_per_second_1080p",
		"ocr_cost_per_credit",
		"computer_use_input_cost_per_1k_tokens",
		"input_cost_per_token_above_1hr",
		"input_cost_per_token_above_12hr",
		"input_cost_per_token_above_200k_tokens_above_300k_tokens",
		"input_cost_per_token_priority_flex",
		"input_cost_per_token_ultrafast",
		"input_cost_per_token_above_k_tokens",
		"input_cost_per_token_above_200k_token",
		"xinput_cost_per_token",
		"regional_processing_uplift_multiplier_eu",
		"cost",
	};
	for (size_t i = 0; i < COUNT(unread); i++) {
		char text[200], field[56];
		struct jtn_book *book;
		struct jtn_error note;

		snprintf(text, sizeof(text), "{\"m\": {\"litellm_provider\": \"p\", \"%s\": 1}}", unread[i]);
		snprintf(field, sizeof(field), "m.%s", unread[i]);
		book = parsed(text);
		ck_assert_msg(book_facts(book).notes == 1, "%s", unread[i]);
		assert_status(jtn_book_read_note(book, 0, &note), JTN_OK);
		ck_assert_int_eq(note.status, JTN_E_UNKNOWN_FIELD);
		/* A long path loses its head. */
		ck_assert_msg(strcmp(note.field, field) == 0 || strncmp(note.field, "…", 3) == 0, "%s", note.field);
		ck_assert_ptr_nonnull(strstr(note.message, "unpriced"));
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(what_is_no_price_is_not_even_noted)
{
	struct jtn_book *book = parsed(
		"{\"sample_spec\": {\"input_cost_per_token\": \"a lot\"}, \"fallback_generalizations\": {\"rules\": []}, "
		"\"m\": {\"input_dbu_cost_per_token\": \"many\", \"output_dbu_cost_per_token\": 1, \"max_tokens\": true, "
		"\"litellm_provider\": \"p\", \"supports_vision\": null, \"metadata\": {\"notes\": []}, "
		"\"ocr_cost_per_credit\": null, \"source\": 5}}");

	ck_assert_uint_eq(book_facts(book).tariffs, 1);
	ck_assert_uint_eq(book_facts(book).notes, 0);
	jtn_book_free(book);
}
END_TEST

static void
assert_found(const struct jtn_book *book, const char *provider, const char *model, const char *expected)
{
	const struct jtn_tariff *tariff;
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	struct jtn_error err;
	jtn_status status =
		jtn_book_lookup(book, provider, provider ? strlen(provider) : 0, model, strlen(model), NULL, 0, &tariff, &err);

	if (!expected) {
		ck_assert_msg(status == JTN_E_UNKNOWN_MODEL, "%s of %s: %s", model, provider, jtn_status_name(status));
		return;
	}
	ck_assert_msg(status == JTN_OK, "%s of %s: %s", model, provider ? provider : "anybody", jtn_status_name(status));
	assert_status(jtn_tariff_read_facts(tariff, &facts), JTN_OK);
	ck_assert_str_eq(facts.model, expected);
}

START_TEST(a_model_is_found_by_its_key_and_by_what_providers_call_it)
{
	struct jtn_book *book = parsed("{\"gemini/flash\": {\"litellm_provider\": \"gemini\"}, "
	                               "\"vertex_ai/claude\": {\"litellm_provider\": \"vertex_ai-anthropic_models\"}, "
	                               "\"flash\": {\"litellm_provider\": \"vertex_ai-language-models\"}, "
	                               "\"us.nova\": {\"litellm_provider\": \"bedrock_converse\"}, "
	                               "\"bedrock/us-east-1/nova\": {\"litellm_provider\": \"bedrock\"}, "
	                               "\"x\": {\"litellm_provider\": \"cohere_chat_more\"}, "
	                               "\"anyone\": {}, \"p/\": {\"litellm_provider\": \"p\"}, "
	                               "\"q/q/y\": {\"litellm_provider\": \"q\"}, \"q/y\": {\"litellm_provider\": \"q\"}}");
	static const char *const rows[][3] = {
		{"gemini", "gemini/flash", "gemini/flash"},
		{"gemini", "flash", "gemini/flash"},
		{NULL, "gemini/flash", "gemini/flash"},
		{NULL, "flash", "flash"},
		{"vertex_ai-anthropic_models", "claude", "vertex_ai/claude"},
		{"vertex_ai", "claude", "vertex_ai/claude"},
		{"vertex_ai", "vertex_ai/claude", "vertex_ai/claude"},
		{"vertex_ai", "flash", "flash"},
		{"vertex_ai-language-models", "flash", "flash"},
		{"bedrock", "us.nova", "us.nova"},
		{"bedrock_converse", "us.nova", "us.nova"},
		{"bedrock", "us-east-1/nova", "bedrock/us-east-1/nova"},
		{NULL, "anyone", "anyone"},
		{"cohere_chat_more", "x", "x"},
		{"p", "p/", "p/"},
		/* An entry's own name is nobody else's. */
		{"q", "q/y", "q/y"},
		{"q", "q/q/y", "q/q/y"},
		{"q", "y", "q/y"},
		{"cohere", "x", NULL},
		{"openai", "flash", NULL},
		{"gemini", "flas", NULL},
		{"p", "", NULL},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_found(book, rows[i][0], rows[i][1], rows[i][2]);
	jtn_book_free(book);
}
END_TEST

START_TEST(an_entry_carries_its_source_provider_and_currency)
{
	struct jtn_book *book =
		parsed("{\"a/m\": {\"litellm_provider\": \"a\", \"source\": \"https://a.example/prices\"}}");
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};

	ck_assert_int_eq(book_facts(book).format, JTN_BOOK_LITELLM);
	assert_status(jtn_tariff_read_facts(jtn_book_tariff(book, 0), &facts), JTN_OK);
	ck_assert_str_eq(facts.provider, "a");
	ck_assert_str_eq(facts.model, "a/m");
	ck_assert_str_eq(facts.source, "https://a.example/prices");
	ck_assert_str_eq(facts.currency, "USD");
	ck_assert_ptr_null(facts.region);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_bad_entry_is_named_with_its_key_and_can_be_skipped)
{
	static const struct {
		const char *entry;
		jtn_status status;
		const char *field;
	} rows[] = {
		{"5", JTN_E_TYPE, "bad"},
		{"[]", JTN_E_TYPE, "bad"},
		{"null", JTN_E_TYPE, "bad"},
		{"{\"litellm_provider\": 5}", JTN_E_TYPE, "bad.litellm_provider"},
		{"{\"mode\": []}", JTN_E_TYPE, "bad.mode"},
		{"{\"input_cost_per_token\": true}", JTN_E_TYPE, "bad.input_cost_per_token"},
		{"{\"input_cost_per_token\": {}}", JTN_E_TYPE, "bad.input_cost_per_token"},
		{"{\"input_cost_per_token\": \"free\"}", JTN_E_SYNTAX, "bad.input_cost_per_token"},
		{"{\"input_cost_per_token\": \"\"}", JTN_E_SYNTAX, "bad.input_cost_per_token"},
		{"{\"input_cost_per_token\": -1e-6}", JTN_E_RANGE, "bad.input_cost_per_token"},
		{"{\"input_cost_per_token\": 1e300}", JTN_E_OVERFLOW, "bad.input_cost_per_token"},
		{"{\"search_context_cost_per_query\": 0.01}", JTN_E_TYPE, "bad.search_context_cost_per_query"},
		{"{\"search_context_cost_per_query\": {\"search_context_size_low\": -1}}", JTN_E_RANGE,
	     "…earch_context_cost_per_query.search_context_size_low"},
		{"{\"tiered_pricing\": {}}", JTN_E_TYPE, "bad.tiered_pricing"},
		{"{\"tiered_pricing\": [5]}", JTN_E_TYPE, "bad.tiered_pricing[0]"},
		{"{\"tiered_pricing\": [{}]}", JTN_E_MISSING_FIELD, "bad.tiered_pricing[0].range"},
		{"{\"tiered_pricing\": [{\"range\": 5}]}", JTN_E_TYPE, "bad.tiered_pricing[0].range"},
		{"{\"tiered_pricing\": [{\"range\": [0]}]}", JTN_E_TYPE, "bad.tiered_pricing[0].range"},
		{"{\"tiered_pricing\": [{\"range\": [0, 1.5]}]}", JTN_E_TYPE, "bad.tiered_pricing[0].range[1]"},
		{"{\"tiered_pricing\": [{\"range\": [-1, 5]}]}", JTN_E_RANGE, "bad.tiered_pricing[0].range[0]"},
		{"{\"tiered_pricing\": [{\"range\": [5, 9]}]}", JTN_E_CONTRADICTION, "bad.tiered_pricing[0].range"},
		{"{\"tiered_pricing\": [{\"range\": [0, 0]}]}", JTN_E_CONTRADICTION, "bad.tiered_pricing[0].range"},
		{"{\"tiered_pricing\": [{\"range\": [0, 9]}, {\"range\": [8, 19]}]}", JTN_E_CONTRADICTION,
	     "bad.tiered_pricing[1].range"},
		{"{\"tiered_pricing\": [{\"range\": [0, 9], \"input_cost_per_token\": -1}]}", JTN_E_RANGE,
	     "bad.tiered_pricing[0].input_cost_per_token"},
		{"{\"input_cost_per_token\": 1, \"provider_specific_entry\": {\"fast\": -2}}", JTN_E_RANGE,
	     "bad.provider_specific_entry.fast"},
		{"{\"input_cost_per_token\": 1, \"provider_specific_entry\": {\"fast\": 1e9}}", JTN_E_RANGE,
	     "bad.provider_specific_entry.fast"},
		{"{\"input_cost_per_token\": 1, \"provider_specific_entry\": {\"fast\": 1e-9}}", JTN_E_RANGE,
	     "bad.provider_specific_entry.fast"},
		{"{\"input_cost_per_token\": 1, \"provider_specific_entry\": [2]}", JTN_E_TYPE, "bad.provider_specific_entry"},
		{"{\"input_cost_per_token\": 1, \"provider_specific_entry\": {\"fast\": \"x\"}}", JTN_E_SYNTAX,
	     "bad.provider_specific_entry.fast"},
		{"{\"input_cost_per_token\": 1, \"provider_specific_entry\": {\"fast\": true}}", JTN_E_TYPE,
	     "bad.provider_specific_entry.fast"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct jtn_book_options options;
		struct jtn_book *book = NULL;
		struct jtn_error err;
		char text[400];

		snprintf(text, sizeof(text),
		         "{\"good\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": 1},\n\"bad\": %s,\n"
		         "\"last\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": 2}}",
		         rows[i].entry);
		jtn_status status = parse(text, &book, &err);
		ck_assert_msg(status == rows[i].status && strncmp(err.field, rows[i].field, strlen(rows[i].field)) == 0,
		              "%s: %s [%s] %s", rows[i].entry, jtn_status_name(status), err.field, err.message);
		ck_assert_int_eq(err.line, 2);
		ck_assert_ptr_null(book);
		jtn_book_options_init(&options);
		options.skip_bad_entries = 1;
		assert_ok(jtn_book_parse(text, strlen(text), &options, NULL, &book, &err), err);
		ck_assert_uint_eq(book_facts(book).tariffs, 2);
		ck_assert_uint_eq(book_facts(book).notes, 1);
		assert_found(book, "p", "last", "last");
		jtn_book_free(book);
	}
}
END_TEST

#define ONCE "\"m\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": 1e-6, \"supports\": [true, null, {}]}"

START_TEST(an_entry_that_is_there_twice_with_the_same_prices_is_noted)
{
	struct jtn_book *book = parsed("{" ONCE ",\n" ONCE "}");
	struct jtn_error note;

	ck_assert_uint_eq(book_facts(book).tariffs, 1);
	ck_assert_uint_eq(book_facts(book).notes, 1);
	assert_status(jtn_book_read_note(book, 0, &note), JTN_OK);
	ck_assert_int_eq(note.status, JTN_E_DUPLICATE_KEY);
	ck_assert_str_eq(note.field, "m");
	ck_assert_int_eq(note.line, 2);
	jtn_book_free(book);
}
END_TEST

START_TEST(an_entry_that_is_there_twice_and_differs_is_refused)
{
	static const char *const others[][2] = {{"1e-6", "2e-6"},  {"1e-6", "1e-06"}, {"[true", "[false"},
	                                        {"null", "0"},     {"{}", "[]"},      {"\"p\"", "\"q\""},
	                                        {"supports", "s"}, {"null, {}", "{}"}};
	for (size_t i = 0; i < COUNT(others); i++) {
		char *other = with(ONCE, others[i][0], others[i][1]);
		char text[400];
		struct jtn_book *book;
		struct jtn_error err;

		snprintf(text, sizeof(text), "{%s, %s}", ONCE, other);
		assert_fails(parse(text, &book, &err), JTN_E_DUPLICATE_KEY, err, "m");
		free(other);
	}
}
END_TEST

/* Nobody can say which of the two holds, so neither is a price; the rest of the file is. */
START_TEST(entries_that_differ_under_one_name_are_both_left_out_where_bad_entries_are)
{
	static const char text[] = "{\"a\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": 1e-6},\n" ONCE ",\n"
							   "\"m\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": 2e-6},\n" ONCE ",\n"
							   "\"z\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": 3e-6}}";
	struct jtn_book_options options;
	struct jtn_book *book;
	struct jtn_error err;

	jtn_book_options_init(&options);
	options.skip_bad_entries = 1;
	assert_ok(jtn_book_parse(text, strlen(text), &options, NULL, &book, &err), err);
	ck_assert_uint_eq(book_facts(book).tariffs, 2);
	ck_assert_uint_eq(book_facts(book).notes, 3);
	assert_found(book, "p", "a", "a");
	assert_found(book, "p", "z", "z");
	for (uint64_t i = 0; i < 3; i++) {
		assert_status(jtn_book_read_note(book, i, &err), JTN_OK);
		ck_assert_int_eq(err.status, JTN_E_DUPLICATE_KEY);
		ck_assert_str_eq(err.field, "m");
		ck_assert_int_eq(err.line, 2 + (int32_t)i);
	}
	jtn_book_free(book);
}
END_TEST

START_TEST(notes_know_their_lines_though_an_entrys_own_come_after_its_keys)
{
	enum { ENTRIES = 300 };
	char *text = malloc(ENTRIES * 400);
	struct jtn_book *book;
	size_t used = (size_t)sprintf(text, "{");

	for (int i = 0; i < ENTRIES; i++)
		used += (size_t)sprintf(text + used,
		                        "%s\"m%d\": {\"litellm_provider\": \"p\", " TIERS ",\n  \"ocr_cost_per_credit\": 1}",
		                        i ? ",\n" : "", i);
	strcpy(text + used, "}");
	book = parsed(text);
	ck_assert_uint_eq(book_facts(book).notes, 4 * ENTRIES);
	for (int i = 0; i < 4 * ENTRIES; i++) {
		struct jtn_error note;

		assert_status(jtn_book_read_note(book, (uint64_t)i, &note), JTN_OK);
		ck_assert_int_eq(note.line, 2 * (i / 4) + (i % 4 == 0 ? 2 : 1));
		if (i % 4 == 0)
			ck_assert_int_eq(note.column, (int)strlen("  \"ocr_cost_per_credit\": ") + 1);
	}
	jtn_book_free(book);
	free(text);
}
END_TEST

/* An entry with `count` thresholds of its own. */
static char *
many_prices(size_t count)
{
	char *text = malloc(60 * count + 100);
	size_t used = (size_t)sprintf(text, "{\"m\": {\"litellm_provider\": \"p\"");

	for (size_t i = 0; i < count; i++)
		used += (size_t)sprintf(text + used, ", \"input_cost_per_token_above_%zu_tokens\": %zu", i, i + 1);
	strcpy(text + used, "}}");
	return text;
}

START_TEST(an_entry_has_at_most_128_prices)
{
	char *text = many_prices(129);
	struct jtn_book *book;
	struct jtn_error err;

	assert_fails(parse(text, &book, &err), JTN_E_LIMIT, err, "m");
	free(text);
	text = many_prices(128);
	assert_ok(parse(text, &book, &err), err);
	jtn_book_free(book);
	free(text);
}
END_TEST

START_TEST(thresholds_beyond_any_count_do_not_wrap)
{
	assert_rates(&(struct rating){CHAT("\"input_cost_per_token\": 1, "
	                                   "\"input_cost_per_token_above_99999999999999999999999k_tokens\": 2"),
	                              0,
	                              {{1000000000, METER(INPUT), 0}},
	                              "1000000000"});
}
END_TEST

START_TEST(any_failing_allocation_is_reported_and_nothing_leaks)
{
	static const char *const text = CHAT(LONG ", " RANGES ", \"provider_specific_entry\": {\"fast\": 2}");
	jtn_status status = JTN_E_MEMORY;

	for (size_t fail = 1; status != JTN_OK; fail++) {
		struct counter counter = {.fail = fail};
		struct jtn_allocator allocator = counting_allocator(&counter);
		struct jtn_book *book = NULL;
		struct jtn_error err;

		status = jtn_book_parse(text, strlen(text), NULL, &allocator, &book, &err);
		ck_assert_msg(status == JTN_OK || status == JTN_E_MEMORY, "%s", err.message);
		ck_assert_int_eq(status == JTN_OK, book != NULL);
		jtn_book_free(book);
		ck_assert_uint_eq(counter.live, 0);
		ck_assert_uint_lt(fail, 1000);
	}
}
END_TEST

/* A real file's text; NULL where the data is not at hand. */
static char *
rating_file(const char *name)
{
	const char *folder = getenv("JETON_RATING"), *shared = getenv("JETON_SHARED");
	char path[4096];
	FILE *file;
	char *text;

	snprintf(path, sizeof(path), "%s%s/%s", folder ? folder : shared ? shared : "", folder ? "" : "/rating", name);
	file = folder || shared ? fopen(path, "rb") : NULL;
	if (!file) {
		printf("# skipped: %s is not at hand; JETON_RATING names its folder\n", name);
		return NULL;
	}
	text = calloc(1, 1 << 23);
	ck_assert_uint_gt(fread(text, 1, (1 << 23) - 1, file), 1000);
	fclose(file);
	return text;
}

START_TEST(the_real_files_load_with_every_price_read_or_noted)
{
	static const struct {
		const char *name;
		uint64_t tariffs;
	} files[] = {{"litellm_model_prices_2026-08-01.json", 2984}, {"litellm_model_prices_v1.81.9.json", 2491}};

	for (size_t i = 0; i < COUNT(files); i++) {
		char *text = rating_file(files[i].name);
		struct jtn_book *book;
		struct jtn_error note;
		uint64_t unknown = 0;

		if (!text)
			continue;
		book = parsed(text);
		ck_assert_uint_eq(book_facts(book).tariffs, files[i].tariffs);
		for (uint64_t j = 0; j < book_facts(book).notes; j++) {
			assert_status(jtn_book_read_note(book, j, &note), JTN_OK);
			ck_assert_int_ne(note.status, JTN_E_CONTRADICTION);
			unknown += note.status == JTN_E_UNKNOWN_FIELD;
		}
		ck_assert_uint_lt(unknown, 50);
		jtn_book_free(book);
		free(text);
	}
}
END_TEST

#define PEAK "\"input_cost_per_token\": 4, \"output_cost_per_token\": 8, \"cache_read_input_token_cost\": 2"
#define OFF_PEAK(hours) CHAT(PEAK ", \"off_peak_pricing\": {\"input_cost_per_token\": 1, " hours "}")
/* As DeepSeek's entries have it. */
#define WORKDAYS                                                                                        \
	"\"windows\": [{\"hours_utc\": [\"00:00-01:00\", \"04:00-06:00\", \"10:00-00:00\"], \"weekdays\": " \
	"[1, 2, 3, 4, 5]}, {\"hours_utc\": \"00:00-00:00\", \"weekdays\": [6, \"Sunday\"]}]"
#define EVENING "\"hours_utc\": \"16:30-00:30\""
#define WEEKEND "\"windows\": [{\"hours_utc\": \"00:00-00:00\", \"weekdays\": [\"sat\", \"Sun\"]}]"
#define FRIDAY "\"windows\": [{\"hours_utc\": \"22:00-02:00\", \"weekdays\": [5]}]"
#define SHANGHAI ", \"weekday_timezone\": \"Asia/Shanghai\""

/* 2026-11-25 is a Wednesday. */
START_TEST(off_peak_prices_hold_at_their_hours)
{
	static const struct {
		const char *book, *at, *total;
	} rows[] = {
		{OFF_PEAK(WORKDAYS), "2026-11-25T00:59:59Z", "1"},
		{OFF_PEAK(WORKDAYS), "2026-11-25T01:00:00Z", "4"},
		{OFF_PEAK(WORKDAYS), "2026-11-25T04:00:00Z", "1"},
		{OFF_PEAK(WORKDAYS), "2026-11-25T09:59:59Z", "4"},
		{OFF_PEAK(WORKDAYS), "2026-11-25T23:59:59Z", "1"},
		{OFF_PEAK(WORKDAYS), "2026-11-28T02:00:00Z", "1"},
		{OFF_PEAK(WORKDAYS), "2026-11-29T02:00:00Z", "1"},
		{OFF_PEAK(WORKDAYS), "2026-11-30T02:00:00Z", "4"},
		{OFF_PEAK(EVENING), "2026-11-25T16:29:59Z", "4"},
		{OFF_PEAK(EVENING), "2026-11-25T16:30:00Z", "1"},
		{OFF_PEAK(EVENING), "2026-11-26T00:29:59Z", "1"},
		{OFF_PEAK(EVENING), "2026-11-26T00:30:00Z", "4"},
		/* A named day is all its own minutes: its early hours, and its late ones, not the next morning's. */
		{OFF_PEAK(FRIDAY), "2026-11-27T01:59:59Z", "1"},
		{OFF_PEAK(FRIDAY), "2026-11-27T02:00:00Z", "4"},
		{OFF_PEAK(FRIDAY), "2026-11-27T22:00:00Z", "1"},
		{OFF_PEAK(FRIDAY), "2026-11-28T00:00:00Z", "4"},
		/* Which day it is, is asked in Shanghai. */
		{OFF_PEAK(WEEKEND), "2026-11-27T23:59:59Z", "4"},
		{OFF_PEAK(WEEKEND), "2026-11-29T23:59:59Z", "1"},
		{OFF_PEAK(WEEKEND SHANGHAI), "2026-11-27T15:59:59Z", "4"},
		{OFF_PEAK(WEEKEND SHANGHAI), "2026-11-27T16:00:00Z", "1"},
		{OFF_PEAK(WEEKEND SHANGHAI), "2026-11-29T15:59:59Z", "1"},
		{OFF_PEAK(WEEKEND SHANGHAI), "2026-11-29T16:00:00Z", "4"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct jtn_book *book = parsed(rows[i].book);
		const struct jtn_count count = {1, JTN_METER_INPUT, 0};
		struct jtn_charge charge = rate_at(jtn_book_tariff(book, 0), instant(rows[i].at), 0, &count, 1);

		ck_assert_msg(charge.status == JTN_OK &&
		                  charge.total.lo == strtoull(rows[i].total, NULL, 10) * UINT64_C(1000000000000000000),
		              "%s at %s, expected %s", rows[i].book, rows[i].at, rows[i].total);
		jtn_book_free(book);
	}
}
END_TEST

/* As apply_off_peak_pricing() does: flat, and what the block does not name stays as it is. */
START_TEST(off_peak_prices_take_the_place_of_thresholds_and_tiers)
{
	struct jtn_book *book = parsed(
		CHAT(LONG ", \"input_cost_per_token_batches\": 0.5, \"output_cost_per_reasoning_token\": 30, "
	              "\"off_peak_pricing\": {\"input_cost_per_token\": 0.25, \"output_cost_per_token\": 5, " EVENING "}"));
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
	static const struct {
		uint32_t tier;
		struct jtn_count count;
		const char *peak, *off;
	} rows[] = {
		{0, {4, METER(INPUT), 0}, "4", "1"},
		{0, {400 * K, METER(INPUT), 0}, "800000", "100000"},
		{JTN_TIER_BATCH, {4, METER(INPUT), 0}, "2", "1"},
		{0, {1, METER(CACHE_READ), 0}, "3", "3"},
		{0, {1, METER(OUTPUT), 0}, "10", "5"},
		{0, {1, METER(REASONING), 0}, "30", "30"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int off = 0; off < 2; off++) {
			int64_t at = instant(off ? "2026-11-25T20:00:00Z" : "2026-11-25T12:00:00Z");
			struct jtn_charge charge = rate_at(tariff, at, rows[i].tier, &rows[i].count, 1);
			char text[JTN_MONEY_TEXT_SIZE];

			assert_status(charge.status, JTN_OK);
			assert_status(jtn_money_format(charge.total, text, sizeof(text), NULL), JTN_OK);
			ck_assert_str_eq(text, off ? rows[i].off : rows[i].peak);
		}
	jtn_book_free(book);
}
END_TEST

START_TEST(hours_that_make_no_sense_are_refused_where_they_stand)
{
	static const struct {
		const char *book;
		jtn_status status;
		const char *field;
	} rows[] = {
		{OFF_PEAK("\"hours_utc\": \"16:30\""), JTN_E_RANGE, "m.off_peak_pricing.hours_utc"},
		{OFF_PEAK("\"hours_utc\": \"16:30-24:00\""), JTN_E_RANGE, "m.off_peak_pricing.hours_utc"},
		{OFF_PEAK("\"hours_utc\": \"16:30-00:60\""), JTN_E_RANGE, "m.off_peak_pricing.hours_utc"},
		{OFF_PEAK("\"hours_utc\": [\"1:30-02:00\"]"), JTN_E_RANGE, "m.off_peak_pricing.hours_utc[0]"},
		{OFF_PEAK("\"hours_utc\": 5"), JTN_E_TYPE, "m.off_peak_pricing.hours_utc"},
		{OFF_PEAK("\"windows\": {}"), JTN_E_TYPE, "m.off_peak_pricing.windows"},
		{OFF_PEAK("\"windows\": [1]"), JTN_E_TYPE, "m.off_peak_pricing.windows[0]"},
		{OFF_PEAK("\"windows\": []"), JTN_E_MISSING_FIELD, "m.off_peak_pricing"},
		{OFF_PEAK("\"windows\": [{\"hours_utc\": \"00:00-01:00\", \"weekdays\": [8]}]"), JTN_E_RANGE,
	     "m.off_peak_pricing.windows[0].weekdays[0]"},
		{OFF_PEAK("\"windows\": [{\"hours_utc\": \"00:00-01:00\", \"weekdays\": [\"mo\"]}]"), JTN_E_RANGE,
	     "m.off_peak_pricing.windows[0].weekdays[0]"},
		{OFF_PEAK("\"windows\": [{\"hours_utc\": \"00:00-01:00\", \"weekdays\": 1}]"), JTN_E_TYPE,
	     "m.off_peak_pricing.windows[0].weekdays"},
		{OFF_PEAK(EVENING ", \"weekday_timezone\": \"Europe/Berlin\""), JTN_E_UNSUPPORTED,
	     "m.off_peak_pricing.weekday_timezone"},
		{CHAT(PEAK ", \"off_peak_pricing\": 1"), JTN_E_TYPE, "m.off_peak_pricing"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct jtn_book *book;
		struct jtn_error err;

		assert_fails(parse(rows[i].book, &book, &err), rows[i].status, err, rows[i].field);
	}
}
END_TEST

START_TEST(so_many_hours_are_refused_and_not_written_beyond_their_room)
{
	static char text[16384];
	struct jtn_book *book;
	struct jtn_error err;
	int at = sprintf(text, "{\"m\": {\"litellm_provider\": \"p\", \"mode\": \"chat\", " PEAK ", \"off_peak_pricing\": {\"hours_utc\": [");
	for (int i = 0; i < 300; i++)
		at += sprintf(text + at, "%s\"%02d:%02d-%02d:%02d\"", i ? ", " : "", i / 60, i % 60, i / 60 + 10, i % 60);
	sprintf(text + at, "]}}}");
	assert_fails(parse(text, &book, &err), JTN_E_LIMIT, err, "m.off_peak_pricing.hours_utc[64]");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("book_litellm");
	TCase *tcase = tcase_create("book_litellm");

	tcase_add_test(tcase, every_key_prices_its_meter);
	tcase_add_test(tcase, token_prices_are_shown_per_million_and_others_per_unit);
	tcase_add_test(tcase, float_noise_is_kept_as_it_is_written);
	tcase_add_test(tcase, a_zero_price_is_a_price_and_a_missing_one_is_not);
	tcase_add_test(tcase, a_threshold_is_a_cliff_strictly_above_all_input);
	tcase_add_test(tcase, the_highest_of_several_thresholds_counts);
	tcase_add_test(tcase, xai_bills_the_higher_price_at_the_threshold_already);
	tcase_add_test(tcase, a_tier_has_its_own_price);
	tcase_add_test(tcase, above_a_threshold_a_tier_without_a_price_of_its_own_takes_the_thresholds_but_batches_do_not);
	tcase_add_test(tcase, reasoning_takes_the_tiers_output_price_before_the_standard_reasoning_price);
	tcase_add_test(tcase, cached_tokens_keep_the_price_for_any_tier_and_say_so);
	tcase_add_test(tcase, what_falls_back_and_what_stays_unpriced);
	tcase_add_test(tcase, searches_cost_by_their_context_and_without_one_where_all_are_equal);
	tcase_add_test(tcase, tiered_pricing_bills_the_whole_request_at_the_range_its_input_is_in);
	tcase_add_test(tcase, ranges_of_results_are_noted_and_stay_unpriced);
	tcase_add_test(tcase, a_fast_tier_costs_the_factor_that_the_entry_states);
	tcase_add_test(tcase, two_keys_for_one_meter_agree_or_are_noted);
	tcase_add_test(tcase, a_price_that_is_not_read_is_noted_by_its_key);
	tcase_add_test(tcase, what_is_no_price_is_not_even_noted);
	tcase_add_test(tcase, a_model_is_found_by_its_key_and_by_what_providers_call_it);
	tcase_add_test(tcase, an_entry_carries_its_source_provider_and_currency);
	tcase_add_test(tcase, a_bad_entry_is_named_with_its_key_and_can_be_skipped);
	tcase_add_test(tcase, an_entry_that_is_there_twice_with_the_same_prices_is_noted);
	tcase_add_test(tcase, an_entry_that_is_there_twice_and_differs_is_refused);
	tcase_add_test(tcase, entries_that_differ_under_one_name_are_both_left_out_where_bad_entries_are);
	tcase_add_test(tcase, notes_know_their_lines_though_an_entrys_own_come_after_its_keys);
	tcase_add_test(tcase, an_entry_has_at_most_128_prices);
	tcase_add_test(tcase, off_peak_prices_hold_at_their_hours);
	tcase_add_test(tcase, off_peak_prices_take_the_place_of_thresholds_and_tiers);
	tcase_add_test(tcase, hours_that_make_no_sense_are_refused_where_they_stand);
	tcase_add_test(tcase, so_many_hours_are_refused_and_not_written_beyond_their_room);
	tcase_add_test(tcase, thresholds_beyond_any_count_do_not_wrap);
	tcase_add_test(tcase, any_failing_allocation_is_reported_and_nothing_leaks);
	tcase_add_test(tcase, the_real_files_load_with_every_price_read_or_noted);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
