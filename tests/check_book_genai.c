/* genai-prices' data.json as a book: units, tiers, dates and times of day, what falls back to what, bad entries. */
#include "genai.h"

#define NOW "2026-01-01T00:00:00Z"
#define IN JTN_METER_INPUT
#define OUT JTN_METER_OUTPUT

START_TEST(each_unit_is_priced_for_what_it_counts)
{
	struct jtn_book *book =
		book_of("{\"input_mtok\": 2, \"output_mtok\": \"8\", \"cache_read_mtok\": 0.5, \"requests_kcount\": 12,"
	            " \"web_searches_kcount\": 10, \"audio_hours\": 3.6, \"input_gpixels\": 7,"
	            " \"input_mchars\": 4, \"input_document_kpages\": 3}");

	ck_assert_int_eq(COST(book, NOW, JTN_METER_REQUESTS, 1), 12000);
	ck_assert_int_eq(COST(book, NOW, JTN_METER_REQUESTS, 1, IN, 1000000, OUT, 1000000), 10012000);
	ck_assert_int_eq(COST(book, NOW, JTN_METER_REQUESTS, 1, JTN_METER_CACHE_READ, 1000), 12500);
	ck_assert_int_eq(COST(book, NOW, JTN_METER_REQUESTS, 1, JTN_METER_WEB_SEARCH, 3), 42000);
	ck_assert_int_eq(COST(book, NOW, JTN_METER_REQUESTS, 1, JTN_METER_WEB_SEARCH_HIGH, 3), 42000);
	ck_assert_int_eq(COST(book, NOW, JTN_METER_REQUESTS, 1, JTN_METER_AUDIO_SECONDS, 5000000), 17000);
	ck_assert_int_eq(COST(book, NOW, JTN_METER_REQUESTS, 1, JTN_METER_INPUT_PIXELS, 1000000), 19000);
	ck_assert_int_eq(COST(book, NOW, JTN_METER_REQUESTS, 1, JTN_METER_INPUT_CHARACTERS, 1000), 16000);
	ck_assert_int_eq(COST(book, NOW, JTN_METER_REQUESTS, 1, JTN_METER_INPUT_PAGES, 2), 18000);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_wider_unit_prices_what_has_no_price_of_its_own)
{
	static const uint32_t as_input[] = {
		JTN_METER_INPUT_AUDIO, JTN_METER_INPUT_DOCUMENT,  JTN_METER_CACHE_READ,          JTN_METER_CACHE_READ_VIDEO,
		JTN_METER_CACHE_WRITE, JTN_METER_CACHE_WRITE_24H, JTN_METER_CACHE_WRITE_1H_AUDIO};
	static const uint32_t as_output[] = {JTN_METER_OUTPUT_AUDIO, JTN_METER_REASONING, JTN_METER_REASONING_IMAGE,
	                                     JTN_METER_CITATION, JTN_METER_REJECTED_PREDICTION};
	struct jtn_book *book = book_of("{\"input_mtok\": 1, \"output_mtok\": 4}");
	struct jtn_book *write = book_of("{\"input_mtok\": 1, \"cache_write_mtok\": 2, \"cache_write_1h_mtok\": 3}");

	for (size_t i = 0; i < COUNT(as_input); i++)
		ck_assert_int_eq(CENTS(book, NOW, as_input[i]), 100);
	for (size_t i = 0; i < COUNT(as_output); i++)
		ck_assert_int_eq(CENTS(book, NOW, as_output[i]), 400);
	ck_assert_int_eq(COST(book, NOW, JTN_METER_WEB_SEARCH, 1), -JTN_E_UNPRICED);
	ck_assert_int_eq(CENTS(write, NOW, JTN_METER_CACHE_WRITE_5M), 200);
	ck_assert_int_eq(CENTS(write, NOW, JTN_METER_CACHE_WRITE_1H), 300);
	ck_assert_int_eq(CENTS(write, NOW, JTN_METER_CACHE_WRITE_1H_VIDEO), 300);
	ck_assert_int_eq(COST(write, NOW, OUT, 1), -JTN_E_UNPRICED);
	jtn_book_free(write);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_missing_price_for_two_things_together_is_no_price)
{
	const uint32_t both = JTN_METER_CACHE_READ_AUDIO;
	struct jtn_book *book = book_of("{\"input_mtok\": 1, \"cache_read_mtok\": 2, \"input_audio_mtok\": 3}");

	ck_assert_int_eq(COST(book, NOW, both, 1), -JTN_E_UNPRICED);
	ck_assert_int_eq(CENTS(book, NOW, JTN_METER_CACHE_READ_IMAGE), 200);
	ck_assert_int_eq(CENTS(book, NOW, JTN_METER_CACHE_WRITE_1H_AUDIO), 300);
	jtn_book_free(book);
	book = book_of("{\"input_mtok\": 1, \"cache_read_mtok\": 2}");
	ck_assert_int_eq(CENTS(book, NOW, both), 200);
	jtn_book_free(book);
	book = book_of("{\"input_mtok\": 1, \"input_audio_mtok\": 3}");
	ck_assert_int_eq(CENTS(book, NOW, both), 300);
	jtn_book_free(book);
	book =
		book_of("{\"input_mtok\": 1, \"cache_read_mtok\": 2, \"input_audio_mtok\": 3, \"cache_audio_read_mtok\": 4}");
	ck_assert_int_eq(CENTS(book, NOW, both), 400);
	jtn_book_free(book);
	book = book_of("{\"input_mtok\": 1, \"cache_write_mtok\": 2, \"input_audio_mtok\": 3}");
	ck_assert_int_eq(COST(book, NOW, JTN_METER_CACHE_WRITE_5M_AUDIO, 1), -JTN_E_UNPRICED);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_text_price_is_for_text_alone)
{
	struct jtn_book *book = book_of("{\"input_mtok\": 1, \"input_text_mtok\": 2, \"output_mtok\": 3}");

	ck_assert_int_eq(CENTS(book, NOW, IN), 200);
	ck_assert_int_eq(CENTS(book, NOW, JTN_METER_INPUT_AUDIO), 100);
	ck_assert_int_eq(CENTS(book, NOW, JTN_METER_CACHE_READ), 200);
	ck_assert_int_eq(CENTS(book, NOW, JTN_METER_CACHE_READ_IMAGE), 100);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_tier_prices_the_whole_request_above_its_start_only)
{
	struct jtn_book *book =
		book_of("{\"input_mtok\": {\"base\": 1, \"tiers\": [{\"start\": 500, \"price\": 3}, {\"start\": 200,"
	            " \"price\": 2}]}, \"cache_read_mtok\": 0, \"output_mtok\": {\"base\": 10, \"tiers\":"
	            " [{\"start\": 200, \"price\": 20}]}}");

	ck_assert_int_eq(COST(book, NOW, IN, 200), 200);
	ck_assert_int_eq(COST(book, NOW, IN, 201), 402);
	ck_assert_int_eq(COST(book, NOW, IN, 500), 1000);
	ck_assert_int_eq(COST(book, NOW, IN, 501), 1503);
	ck_assert_int_eq(COST(book, NOW, IN, 100, JTN_METER_CACHE_READ, 101), 200);
	ck_assert_int_eq(COST(book, NOW, IN, 100, JTN_METER_CACHE_READ, 100), 100);
	ck_assert_int_eq(COST(book, NOW, OUT, 1000), 10000);
	ck_assert_int_eq(COST(book, NOW, OUT, 1000, JTN_METER_CACHE_READ, 201), 20000);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_dated_entry_replaces_the_one_before_from_midnight_utc)
{
	struct jtn_book *book =
		book_of("[{\"prices\": {\"input_mtok\": 1, \"cache_read_mtok\": 0.5, \"output_mtok\": 9}}, {\"constraint\":"
	            " {\"start_date\": \"2026-09-01\"}, \"prices\": {\"input_mtok\": 2, \"input_audio_mtok\": 7}}]");

	ck_assert_int_eq(CENTS(book, "2026-08-31T23:59:59.999999999Z", IN), 100);
	ck_assert_int_eq(CENTS(book, "2026-09-01T00:00:00Z", IN), 200);
	ck_assert_int_eq(CENTS(book, "2026-09-01T01:59:59+02:00", IN), 100);
	ck_assert_int_eq(CENTS(book, "2026-08-31T23:00:00Z", JTN_METER_CACHE_READ), 50);
	ck_assert_int_eq(CENTS(book, "2026-09-01T00:00:00Z", JTN_METER_CACHE_READ), 200);
	ck_assert_int_eq(CENTS(book, "2026-08-31T23:00:00Z", JTN_METER_INPUT_AUDIO), 100);
	ck_assert_int_eq(CENTS(book, "2026-09-01T00:00:00Z", JTN_METER_INPUT_AUDIO), 700);
	ck_assert_int_eq(CENTS(book, "2026-08-31T23:00:00Z", JTN_METER_CACHE_READ_AUDIO), 50);
	ck_assert_int_eq(CENTS(book, "2026-09-01T00:00:00Z", JTN_METER_CACHE_READ_AUDIO), 700);
	ck_assert_int_lt(COST(book, "2026-09-01T00:00:00Z", OUT, 1), 0);
	jtn_book_free(book);
}
END_TEST

START_TEST(the_last_entry_in_the_list_that_is_active_wins_whatever_its_date)
{
	struct jtn_book *book =
		book_of("[{\"prices\": {\"input_mtok\": 1}}, {\"constraint\": {\"start_date\": \"2026-03-01\"}, \"prices\":"
	            " {\"input_mtok\": 2}}, {\"constraint\": {\"type\": \"start_date\", \"start_date\": \"2026-02-01\"},"
	            " \"prices\": {\"input_mtok\": 3}}]");

	ck_assert_int_eq(CENTS(book, "2026-01-31T23:59:59Z", IN), 100);
	ck_assert_int_eq(CENTS(book, "2026-02-01T00:00:00Z", IN), 300);
	ck_assert_int_eq(CENTS(book, "2026-03-01T00:00:00Z", IN), 300);
	jtn_book_free(book);
	book = book_of("[{\"constraint\": {\"start_date\": \"2026-02-01\"}, \"prices\": {\"input_mtok\": 3}}, {\"prices\":"
	               " {\"input_mtok\": 1}}]");
	ck_assert_int_eq(CENTS(book, "2026-03-01T00:00:00Z", IN), 100);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_time_of_day_is_half_open_on_every_day)
{
	struct jtn_book *book =
		book_of("[{\"prices\": {\"input_mtok\": {\"base\": 1, \"tiers\": [{\"start\": 2000000, \"price\": 4}]}}},"
	            " {\"constraint\": {\"start_time\": \"00:30:00Z\", \"end_time\": \"16:30:00Z\"}, \"prices\":"
	            " {\"input_mtok\": 2}}]");
	char time[40];

	for (int day = 1; day <= 8; day++) {
		snprintf(time, sizeof(time), "2025-06-0%dT00:29:59.999Z", day);
		ck_assert_int_eq(CENTS(book, time, IN), 100);
		snprintf(time, sizeof(time), "2025-06-0%dT00:30:00Z", day);
		ck_assert_int_eq(CENTS(book, time, IN), 200);
		snprintf(time, sizeof(time), "2025-06-0%dT16:29:59Z", day);
		ck_assert_int_eq(CENTS(book, time, IN), 200);
		snprintf(time, sizeof(time), "2025-06-0%dT16:30:00Z", day);
		ck_assert_int_eq(CENTS(book, time, IN), 100);
	}
	ck_assert_int_eq(COST(book, "2025-06-01T16:30:00Z", IN, 3000000), 12000000);
	ck_assert_int_eq(COST(book, "2025-06-01T16:29:00Z", IN, 3000000), 6000000);
	jtn_book_free(book);
}
END_TEST

START_TEST(times_wrap_past_midnight_overlap_and_meet_dates)
{
	struct jtn_book *book = book_of(
		"[{\"prices\": {\"input_mtok\": 1}}, {\"constraint\": {\"start_time\": \"22:00:00Z\", \"end_time\": "
		"\"02:00:00Z\"},"
		" \"prices\": {\"input_mtok\": 2}}, {\"constraint\": {\"start_date\": \"2026-01-05\"}, \"prices\": "
		"{\"input_mtok\": 3}},"
		" {\"constraint\": {\"start_time\": \"02:00:00+02:00\", \"end_time\": \"01:00:00Z\"}, \"prices\": "
		"{\"input_mtok\": 4}},"
		" {\"constraint\": {\"start_time\": \"05:00Z\", \"end_time\": \"05:00Z\"}, \"prices\": {\"input_mtok\": 5}}]");

	ck_assert_int_eq(CENTS(book, "2026-01-03T21:59:59Z", IN), 100);
	ck_assert_int_eq(CENTS(book, "2026-01-03T22:00:00Z", IN), 200);
	ck_assert_int_eq(CENTS(book, "2026-01-04T00:00:00Z", IN), 400);
	ck_assert_int_eq(CENTS(book, "2026-01-04T01:00:00Z", IN), 200);
	ck_assert_int_eq(CENTS(book, "2026-01-04T02:00:00Z", IN), 100);
	ck_assert_int_eq(CENTS(book, "2026-01-04T05:00:00Z", IN), 100);
	ck_assert_int_eq(CENTS(book, "2026-01-04T23:59:59Z", IN), 200);
	ck_assert_int_eq(CENTS(book, "2026-01-05T00:00:00Z", IN), 400);
	ck_assert_int_eq(CENTS(book, "2026-01-05T01:00:00Z", IN), 300);
	ck_assert_int_eq(CENTS(book, "2026-01-05T23:00:00Z", IN), 300);
	jtn_book_free(book);
}
END_TEST

START_TEST(before_the_first_date_there_is_no_price)
{
	struct jtn_book *book =
		book_of("[{\"constraint\": {\"start_date\": \"2026-02-01\"}, \"prices\": {\"input_mtok\": 3}}]");

	ck_assert_int_eq(COST(book, "2026-01-31T23:59:59Z", IN, 1), -JTN_E_NO_PRICE);
	ck_assert_int_eq(CENTS(book, "2026-02-01T00:00:00Z", IN), 300);
	jtn_book_free(book);
}
END_TEST

START_TEST(rules_are_named_after_the_book_s_own_words)
{
	static const char *const names[] = {"input_mtok", "input_mtok>200", "input_mtok@2026-09-01",
	                                    "input_mtok@00:30-16:30"};
	struct jtn_book *book =
		book_of("[{\"prices\": {\"input_mtok\": {\"base\": 1, \"tiers\": [{\"start\": 200, \"price\": 2}]}}},"
	            " {\"constraint\": {\"start_date\": \"2026-09-01\"}, \"prices\": {\"input_mtok\": 1}},"
	            " {\"constraint\": {\"start_time\": \"00:30:00Z\", \"end_time\": \"16:30:00Z\"}, \"prices\":"
	            " {\"input_mtok\": 1}}]");
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
	struct jtn_rule_facts facts = {.size = sizeof(facts)};

	for (size_t i = 0; i < COUNT(names); i++) {
		bool found = false;
		for (uint32_t rule = 0; jtn_tariff_read_rule(tariff, rule, &facts) == JTN_OK; rule++)
			found = found || strcmp(facts.id, names[i]) == 0;
		ck_assert_msg(found, "no rule %s", names[i]);
	}
	jtn_book_free(book);
}
END_TEST

/* What a million tokens of one meter cost in a tier, or so many: in 10^-6 currency units, or minus the status. */
static int64_t
in_tier(const struct jtn_book *book, const char *time, uint32_t tier, uint32_t meter, int64_t quantity)
{
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
	const struct jtn_count count = {quantity, meter, 0};
	struct jtn_usage usage = {.tier = tier, .count = 1};
	struct jtn_charge charge;
	struct jtn_error err;

	assert_ok(jtn_time_parse(time, strlen(time), &usage.time_ns, &err), err);
	jtn_status status =
		jtn_rate_batch(&tariff, 1, &usage, sizeof(usage), &count, 1, sizeof(count), &charge, sizeof(charge), 1, &err);
	return status == JTN_OK ? (int64_t)(charge.total.lo / 1000000000000) : -charge.status;
}

START_TEST(a_variant_is_the_price_of_a_tier_from_its_date_on)
{
	struct jtn_book *book =
		book_of("{\"input_mtok\": 8, \"cache_read_mtok\": 2, \"output_mtok\": 16}, \"price_variants\": ["
	            "{\"when\": {\"service_tier\": \"default\"}, \"prices\": {}},"
	            "{\"when\": {\"processing\": \"batch\"}, \"prices\": {\"input_mtok\": 4, \"output_mtok\": null},"
	            " \"constraint\": {\"start_date\": \"2026-10-14\"}},"
	            "{\"when\": {\"service_tier\": \"flex\"}, \"prices\": {\"input_mtok\": 5, \"cache_write_mtok\": 6}},"
	            "{\"when\": {\"service_tier\": \"priority\"}, \"prices\": {\"input_mtok\": 20},"
	            " \"constraint\": {\"start_date\": \"2026-06-01\"}},"
	            "{\"when\": {\"service_tier\": \"priority\"}, \"prices\": {\"input_mtok\": 18, \"output_mtok\": 40}},"
	            "{\"when\": {\"speed\": \"fast\"}, \"prices\": {\"output_mtok\": 96}}]");
	static const struct {
		const char *time;
		uint32_t tier, meter;
		int64_t price;
	} rows[] = {
		{"2026-10-13T23:59:59Z", JTN_TIER_BATCH, IN, 8},
		{"2026-10-14T00:00:00Z", JTN_TIER_BATCH, IN, 4},
		{"2026-10-14T00:00:00Z", JTN_TIER_BATCH, OUT, 16},
		{"2026-10-14T00:00:00Z", JTN_TIER_STANDARD, IN, 8},
		{"2026-10-14T00:00:00Z", JTN_TIER_BATCH, JTN_METER_CACHE_READ, 2},
		{NOW, JTN_TIER_FLEX, IN, 5},
		{NOW, JTN_TIER_FLEX, JTN_METER_CACHE_WRITE, 6},
		{NOW, JTN_TIER_STANDARD, JTN_METER_CACHE_WRITE, 8}, /* as input, which it is */
		{NOW, JTN_TIER_PRIORITY, IN, 18},
		{"2026-06-01T00:00:00Z", JTN_TIER_PRIORITY, IN, 20},
		{"2026-06-01T00:00:00Z", JTN_TIER_PRIORITY, OUT, 40},
		{NOW, JTN_TIER_FAST, IN, 8},
		{NOW, JTN_TIER_FAST, OUT, 96},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ck_assert_msg(in_tier(book, rows[i].time, rows[i].tier, rows[i].meter, 1) == rows[i].price, "row %zu: %lld", i,
		              (long long)in_tier(book, rows[i].time, rows[i].tier, rows[i].meter, 1));
	jtn_book_free(book);
}
END_TEST

/* A variant's price takes the place of the whole price, thresholds and all. */
START_TEST(a_variant_is_flat_where_the_model_has_thresholds)
{
	struct jtn_book *book = book_of(
		"{\"input_mtok\": {\"base\": 8, \"tiers\": [{\"start\": 200, \"price\": 16}, {\"start\": 500, \"price\": 32}]},"
		" \"output_mtok\": 10}, \"price_variants\": ["
		"{\"when\": {\"processing\": \"batch\"}, \"prices\": {\"input_mtok\": 4}},"
		"{\"when\": {\"service_tier\": \"flex\"}, \"prices\": {\"input_mtok\":"
		" {\"base\": 5, \"tiers\": [{\"start\": 300, \"price\": 6}, {\"start\": 500, \"price\": 7}]}}}]");
	static const struct {
		uint32_t tier;
		int64_t tokens, price;
	} rows[] = {
		{0, 200, 8},
		{0, 201, 16},
		{0, 501, 32},
		{JTN_TIER_BATCH, 200, 4},
		{JTN_TIER_BATCH, 201, 4},
		{JTN_TIER_BATCH, 501, 4},
		{JTN_TIER_FLEX, 300, 5},
		{JTN_TIER_FLEX, 301, 6},
		{JTN_TIER_FLEX, 501, 7},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ck_assert_int_eq(in_tier(book, NOW, rows[i].tier, IN, rows[i].tokens), rows[i].tokens * rows[i].price);
	jtn_book_free(book);
}
END_TEST

START_TEST(variants_for_what_is_no_tier_are_noted_and_bad_ones_refused)
{
	static const char *const noted[] = {
		"{\"when\": {\"route\": \"mistral/eu\"}, \"prices\": {\"input_mtok\": 1}}",
		"{\"when\": {\"service_tier\": \"hyper\"}, \"prices\": {\"input_mtok\": 1}}",
		"{\"when\": {\"speed\": 1}, \"prices\": {\"input_mtok\": 1}}",
		"{\"when\": {}, \"prices\": {\"input_mtok\": 1}}",
		"{\"when\": {\"speed\": \"fast\", \"processing\": \"batch\"}, \"prices\": {\"input_mtok\": 1}}",
		"{\"when\": {\"speed\": \"fast\"}, \"prices\": {\"input_mtok\": 1}, \"constraint\":"
		" {\"start_time\": \"00:00:00Z\", \"end_time\": \"01:00:00Z\"}}",
	};
	static const struct {
		const char *variant;
		jtn_status status;
		const char *field, *message;
	} bad[] = {
		{"1", JTN_E_TYPE, "[0].models[0].price_variants[0]", "when"},
		{"{\"prices\": {}}", JTN_E_MISSING_FIELD, "[0].models[0].price_variants[0].when", "missing"},
		{"{\"when\": {\"speed\": \"fast\"}}", JTN_E_MISSING_FIELD, "[0].models[0].price_variants[0].prices", "missing"},
		{"{\"when\": {\"speed\": \"fast\"}, \"price\": {}}", JTN_E_UNKNOWN_FIELD,
	     "[0].models[0].price_variants[0].price", "prices"},
		{"{\"when\": {\"speed\": \"fast\"}, \"prices\": {\"input_mtok\": -1}}", JTN_E_RANGE,
	     "[0].models[0].price_variants[0].prices.input_mtok", ""},
		{"{\"when\": {\"speed\": \"fast\"}, \"prices\": {\"input_mtok\": {\"base\": 1, \"tiers\": 1}}}", JTN_E_TYPE,
	     "[0].models[0].price_variants[0].prices.input_mtok.tiers", ""},
	};
	char text[2000];

	for (size_t i = 0; i < COUNT(noted); i++) {
		snprintf(text, sizeof(text), "{\"input_mtok\": 2}, \"price_variants\": [%s]", noted[i]);
		struct jtn_book *book = book_of(text);
		struct jtn_book_facts facts = {.size = sizeof(facts)};

		assert_status(jtn_book_read_facts(book, &facts), JTN_OK);
		ck_assert_msg(facts.notes == 1, "%s", noted[i]);
		ck_assert_int_eq(in_tier(book, NOW, JTN_TIER_FAST, IN, 1), 2);
		jtn_book_free(book);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof(text),
		         "[{\"id\": \"p\", \"models\": [{\"id\": \"m\", \"match\": {\"equals\": \"m\"}, \"prices\":"
		         " {\"input_mtok\": 2}, \"price_variants\": [%s]}]}]",
		         bad[i].variant);
		assert_no_book(text, bad[i].status, bad[i].field, bad[i].message);
	}
}
END_TEST

START_TEST(a_price_nobody_knows_is_noted_and_nothing_becomes_free)
{
	struct jtn_book *book =
		book_of("{\"input_mtok\": 1, \"input_tool_mtok\": 0, \"output_audio_citation_mtok\": 3, \"hovercraft\": 1}");
	struct jtn_book_facts facts = {.size = sizeof(facts)};
	struct jtn_error note;

	assert_status(jtn_book_read_facts(book, &facts), JTN_OK);
	ck_assert_uint_eq(facts.notes, 3);
	assert_status(jtn_book_read_note(book, 0, &note), JTN_OK);
	ck_assert_int_eq(note.status, JTN_E_UNKNOWN_FIELD);
	ck_assert_str_eq(note.field, "[0].models[0].prices.input_tool_mtok");
	ck_assert_int_eq(CENTS(book, NOW, IN), 100);
	ck_assert_int_eq(COST(book, NOW, OUT, 1), -JTN_E_UNPRICED);
	jtn_book_free(book);
	book = book_of("{}");
	ck_assert_int_eq(COST(book, NOW, IN, 1), -JTN_E_UNPRICED);
	jtn_book_free(book);
}
END_TEST

static const char whole[] = "[{\"id\": \"p\", \"models\": [{\"id\": \"good\", \"match\": {\"equals\": \"good\"}, "
							"\"prices\": {\"input_mtok\": 1}},\n"
							" {\"id\": \"bad\", \"match\": {\"equals\": \"bad\"}, \"prices\": [{\"prices\": "
							"{\"input_mtok\": 1}}, {\"constraint\":"
							" {\"start_date\": \"2026-09-01\"}, \"prices\": {\"input_mtok\": {\"base\": 1, \"tiers\": "
							"[{\"start\": 2, \"price\": 3}]}}}]}]}]";

static void
assert_bad(const char *from, const char *to, jtn_status status, const char *field)
{
	char *text = with(whole, from, to);
	struct jtn_book_options options;
	struct jtn_book *book = NULL;
	struct jtn_error err;

	assert_no_book(text, status, field, "\"p\" \"bad\": ");
	jtn_book_options_init(&options);
	options.skip_bad_entries = 1;
	assert_ok(jtn_book_parse(text, strlen(text), &options, NULL, &book, &err), err);
	ck_assert_str_eq(who(book, "p", "good"), "p/good");
	ck_assert_str_eq(who(book, "p", "bad"), "");
	assert_status(jtn_book_read_note(book, 0, &err), JTN_OK);
	ck_assert_int_eq(err.status, status);
	jtn_book_free(book);
	free(text);
}

START_TEST(a_bad_entry_is_named_and_can_be_left_out)
{
	jtn_book_free(parse_book(whole));
	assert_bad("\"start\": 2", "\"start\": -2", JTN_E_RANGE, "…models[1].prices[1].prices.input_mtok.tiers[0].start");
	assert_bad("\"price\": 3", "\"price\": true", JTN_E_TYPE, "…models[1].prices[1].prices.input_mtok.tiers[0].price");
	assert_bad("\"base\": 1", "\"base\": -1", JTN_E_RANGE, "[0].models[1].prices[1].prices.input_mtok.base");
	assert_bad("\"base\": 1, ", "", JTN_E_MISSING_FIELD, "[0].models[1].prices[1].prices.input_mtok.base");
	assert_bad("2026-09-01", "2026-13-01", JTN_E_SYNTAX, "[0].models[1].prices[1].constraint.start_date");
	assert_bad("start_date", "end_date", JTN_E_UNKNOWN_FIELD, "[0].models[1].prices[1].constraint.end_date");
	assert_bad("\"start_date\": \"2026-09-01\"", "\"start_time\": \"24:00:00Z\", \"end_time\": \"01:00:00Z\"",
	           JTN_E_SYNTAX, "[0].models[1].prices[1].constraint.start_time");
	assert_bad("\"start_date\": \"2026-09-01\"", "\"start_time\": \"20:00:00Z\"", JTN_E_MISSING_FIELD,
	           "[0].models[1].prices[1].constraint.end_time");
	assert_bad("{\"equals\": \"bad\"}", "{\"regex\": \"(\"}", JTN_E_UNSUPPORTED, "[0].models[1].match.regex");
	assert_bad("[{\"start\": 2, \"price\": 3}]", "[{\"start\": 2, \"price\": 3}, {\"start\": 2, \"price\": 4}]",
	           JTN_E_CONTRADICTION, "[0].models[1].prices[1].prices.input_mtok.tiers[1]");
}
END_TEST

START_TEST(a_model_that_is_there_twice_is_refused_at_the_second)
{
	char *text = with(whole, "\"id\": \"bad\"", "\"id\": \"good\"");
	assert_no_book(text, JTN_E_CONTRADICTION, "[0].models[1]", "\"p\" \"good\": ");
	free(text);
}
END_TEST

START_TEST(books_that_are_none_are_refused)
{
	struct jtn_book *book = NULL;
	struct jtn_error err;
	static const char *const texts[] = {
		"[1]",
		"[{}]",
		"[{\"id\": \"p\"}]",
		"[{\"id\": \"p\", \"models\": {}}]",
		"[{\"id\": \"\", \"models\": []}]",
		"[{\"id\": \"p\", \"models\": [1]}]",
		"[{\"id\": \"p\", \"models\": [{\"id\": \"m\", \"match\": {\"equals\": \"m\"}, \"prices\": []}]}]",
		"[{\"id\": \"p\", \"models\": []}, {\"id\": \"p\", \"models\": []}]",
		"[{\"id\": \"p\", \"models\": [], \"provider_match\": {\"contains\": 1}}]"};

	for (size_t i = 0; i < COUNT(texts); i++) {
		memset(&err, 0, sizeof(err));
		ck_assert_msg(jtn_book_parse(texts[i], strlen(texts[i]), NULL, NULL, &book, &err) != JTN_OK, "%s", texts[i]);
		ck_assert_msg(err.status != JTN_OK && err.message[0] != '\0' && err.line > 0 && book == NULL, "%s", texts[i]);
	}
}
END_TEST

START_TEST(the_published_file_is_read_whole_and_without_notes)
{
	const char *folder = getenv("JETON_RATING"), *shared = getenv("JETON_SHARED");
	char path[4096];
	struct jtn_book_facts facts = {.size = sizeof(facts)};
	struct jtn_book *book = NULL;
	struct jtn_error err;
	char *text = malloc(1 << 20);
	size_t length;
	FILE *file;

	if (folder)
		snprintf(path, sizeof(path), "%s/genai_prices_v2_data_47df840.json", folder);
	else
		snprintf(path, sizeof(path), "%s/rating/genai_prices_v2_data_47df840.json", shared ? shared : "");
	file = fopen(path, "rb");
	if (!file) {
		printf("# skipped: no genai-prices file; JETON_RATING names its folder\n");
		free(text);
		return;
	}
	length = fread(text, 1, 1 << 20, file);
	fclose(file);
	assert_ok(jtn_book_parse(text, length, NULL, NULL, &book, &err), err);
	assert_status(jtn_book_read_facts(book, &facts), JTN_OK);
	ck_assert_uint_eq(facts.tariffs, 1466);
	ck_assert_uint_eq(facts.notes, 0);
	ck_assert_str_eq(who(book, "openai", "gpt-5.6-luna-2026-07-30"), "openai/gpt-5.6-luna");
	ck_assert_str_eq(who(book, "azure-openai-eastus", "gpt-4o"), "openai/gpt-4o");
	ck_assert_str_eq(who(book, NULL, "claude-sonnet-4-5-20250929"), "anthropic/claude-sonnet-4-5");
	jtn_book_free(book);
	free(text);
}
END_TEST

START_TEST(an_allocator_that_fails_at_any_point_leaks_nothing)
{
	for (size_t fail = 1;; fail++) {
		struct counter counter = {0, 0, fail};
		struct jtn_allocator allocator = counting_allocator(&counter);
		struct jtn_book *book = NULL;
		struct jtn_error err;
		jtn_status status = jtn_book_parse(whole, strlen(whole), NULL, &allocator, &book, &err);

		if (status == JTN_OK)
			jtn_book_free(book);
		else
			ck_assert_int_eq(status, JTN_E_MEMORY);
		ck_assert_uint_eq(counter.live, 0);
		if (status == JTN_OK)
			break;
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("book_genai");
	TCase *cases = tcase_create("book_genai");

	tcase_add_test(cases, each_unit_is_priced_for_what_it_counts);
	tcase_add_test(cases, a_wider_unit_prices_what_has_no_price_of_its_own);
	tcase_add_test(cases, a_missing_price_for_two_things_together_is_no_price);
	tcase_add_test(cases, a_text_price_is_for_text_alone);
	tcase_add_test(cases, a_tier_prices_the_whole_request_above_its_start_only);
	tcase_add_test(cases, a_dated_entry_replaces_the_one_before_from_midnight_utc);
	tcase_add_test(cases, the_last_entry_in_the_list_that_is_active_wins_whatever_its_date);
	tcase_add_test(cases, a_time_of_day_is_half_open_on_every_day);
	tcase_add_test(cases, times_wrap_past_midnight_overlap_and_meet_dates);
	tcase_add_test(cases, before_the_first_date_there_is_no_price);
	tcase_add_test(cases, rules_are_named_after_the_book_s_own_words);
	tcase_add_test(cases, a_variant_is_the_price_of_a_tier_from_its_date_on);
	tcase_add_test(cases, a_variant_is_flat_where_the_model_has_thresholds);
	tcase_add_test(cases, variants_for_what_is_no_tier_are_noted_and_bad_ones_refused);
	tcase_add_test(cases, a_price_nobody_knows_is_noted_and_nothing_becomes_free);
	tcase_add_test(cases, a_bad_entry_is_named_and_can_be_left_out);
	tcase_add_test(cases, a_model_that_is_there_twice_is_refused_at_the_second);
	tcase_add_test(cases, books_that_are_none_are_refused);
	tcase_add_test(cases, the_published_file_is_read_whole_and_without_notes);
	tcase_add_test(cases, an_allocator_that_fails_at_any_point_leaks_nothing);
	suite_add_tcase(suite, cases);
	return run_suite(suite);
}
