/* Meter: the table is the enum's, each token is in one leaf, and a name that is not there brings the nearest one. */
#include "fixture.h"

#include "jeton/meter.h"
#include "tariff/tariff.h"

static struct jtn_meter_facts
facts_of_meter(uint32_t meter)
{
	struct jtn_meter_facts facts;

	assert_status(jtn_meter_read_facts(meter, &facts, sizeof(facts)), JTN_OK);
	return facts;
}

START_TEST(every_meter_is_found_by_its_name)
{
	uint32_t count = jtn_meter_count();

	ck_assert_uint_eq(count, JTN_METER_PROVISIONED_UNIT_HOURS);
	for (uint32_t meter = 1; meter <= count; meter++) {
		const char *name = jtn_meter_name(meter);
		uint32_t found = 0;
		struct jtn_error err;

		ck_assert_ptr_nonnull(name);
		assert_ok(jtn_meter_find(name, strlen(name), &found, &err), err);
		ck_assert_uint_eq(found, meter);
		ck_assert_str_ne(jtn_meter_unit(meter), "");
		ck_assert_str_ne(jtn_meter_describe(meter), "");
	}
}
END_TEST

/* The last phrase is the last meter's: a phrase too many or too few would shift all behind it. */
START_TEST(each_phrase_is_that_of_its_meter)
{
	ck_assert_str_eq(jtn_meter_describe(JTN_METER_INPUT), "text prompt tokens read anew");
	ck_assert_str_eq(jtn_meter_describe(JTN_METER_CACHE_WRITE_24H_DOCUMENT),
	                 "document prompt tokens written to a cache that lives 24h");
	ck_assert_str_eq(jtn_meter_describe(JTN_METER_OUTPUT), "text tokens written");
	ck_assert_str_eq(jtn_meter_describe(JTN_METER_PROVISIONED_UNIT_HOURS), "provisioned throughput");
}
END_TEST

START_TEST(ids_that_nobody_knows_have_no_name)
{
	static const uint32_t unknown[] = {0, 83, 84, 128, 255, 256, 1u << 31, UINT32_MAX};
	struct jtn_meter_facts facts;
	struct jtn_meter_facts untouched;

	memset(&facts, 0x5a, sizeof(facts));
	untouched = facts;
	for (size_t i = 0; i < COUNT(unknown); i++) {
		ck_assert_ptr_null(jtn_meter_name(unknown[i]));
		ck_assert_ptr_null(jtn_meter_unit(unknown[i]));
		ck_assert_ptr_null(jtn_meter_describe(unknown[i]));
		assert_status(jtn_meter_read_facts(unknown[i], &facts, sizeof(facts)), JTN_E_NOT_FOUND);
	}
	ck_assert_mem_eq(&facts, &untouched, sizeof(facts));
}
END_TEST

/* Direction, modality, cache and life in a name are those of the facts. */
START_TEST(the_name_of_a_token_meter_says_what_its_facts_say)
{
	static const char *const suffixes[] = {"", "", "_audio", "_image", "_video", "_document"};
	static const struct {
		const char *life;
		int32_t minutes;
	} lives[] = {{"cache_write_5m", 5},    {"cache_write_30m", 30},   {"cache_write_1h", 60},
	             {"cache_write_12h", 720}, {"cache_write_24h", 1440}, {"cache_write", 0}};

	for (uint32_t meter = 1; meter <= JTN_METER_REJECTED_PREDICTION; meter++) {
		struct jtn_meter_facts facts = facts_of_meter(meter);
		const char *name = jtn_meter_name(meter);
		const char *suffix;
		bool writes = strncmp(name, "cache_write", 11) == 0;
		int32_t minutes = 0;

		ck_assert_uint_eq(facts.meter, meter);
		ck_assert_uint_eq(facts.tokens, 1);
		ck_assert_int_eq(facts.decimals, 0);
		ck_assert_uint_eq(facts.reserved, 0);
		ck_assert_str_eq(jtn_meter_unit(meter), "Tokens");
		ck_assert_int_ge(facts.modality, JTN_MODALITY_TEXT);
		ck_assert_int_le(facts.modality, JTN_MODALITY_DOCUMENT);
		suffix = suffixes[facts.modality];
		ck_assert_str_eq(name + strlen(name) - strlen(suffix), suffix);
		ck_assert_int_eq(facts.direction, meter < JTN_METER_OUTPUT ? JTN_DIRECTION_INPUT : JTN_DIRECTION_OUTPUT);
		ck_assert_int_eq(facts.cache, writes                                 ? JTN_CACHE_WRITE
		                              : strncmp(name, "cache_read", 10) == 0 ? JTN_CACHE_READ
		                                                                     : JTN_CACHE_NONE);
		for (size_t i = 0; i < COUNT(lives) && writes && !minutes; i++)
			if (strncmp(name, lives[i].life, strlen(lives[i].life)) == 0)
				minutes = lives[i].minutes;
		ck_assert_int_eq(facts.ttl_minutes, minutes);
	}
}
END_TEST

START_TEST(no_two_token_meters_are_the_same_leaf)
{
	for (uint32_t a = 1; a < JTN_METER_CITATION; a++)
		for (uint32_t b = 1; b < a; b++) {
			struct jtn_meter_facts one = facts_of_meter(a);
			struct jtn_meter_facts other = facts_of_meter(b);
			bool reasoning = (a >= JTN_METER_REASONING) != (b >= JTN_METER_REASONING);

			one.meter = other.meter = 0;
			if (one.cache == JTN_CACHE_WRITE && one.ttl_minutes == 0 && other.ttl_minutes == 0)
				one.ttl_minutes = -1 * (other.cache != JTN_CACHE_WRITE);
			ck_assert_msg(reasoning || memcmp(&one, &other, sizeof(one)) != 0, "%s and %s", jtn_meter_name(a),
			              jtn_meter_name(b));
		}
}
END_TEST

START_TEST(counters_are_no_tokens_and_time_is_counted_in_millionths)
{
	for (uint32_t meter = JTN_METER_REQUESTS; meter <= jtn_meter_count(); meter++) {
		struct jtn_meter_facts facts = facts_of_meter(meter);

		ck_assert_uint_eq(facts.tokens, 0);
		ck_assert_int_eq(facts.cache, JTN_CACHE_NONE);
		ck_assert_int_eq(facts.modality, 0);
		ck_assert_int_eq(facts.ttl_minutes, 0);
		ck_assert_int_eq(facts.decimals, meter >= JTN_METER_SECONDS ? 6 : 0);
	}
	ck_assert_str_eq(jtn_meter_unit(JTN_METER_INPUT_AUDIO_SECONDS), "Seconds");
	ck_assert_str_eq(jtn_meter_unit(JTN_METER_REQUESTS), "Requests");
	ck_assert_str_eq(jtn_meter_unit(JTN_METER_PROVISIONED_UNIT_HOURS), "Unit-Hours");
}
END_TEST

START_TEST(a_misspelt_meter_brings_the_nearest)
{
	static const struct {
		const char *given, *near;
	} slips[] = {{"inptu", "input"}, {"cache_red", "cache_read"}, {"reasonning", "reasoning"}, {"Output", "output"}};

	for (size_t i = 0; i < COUNT(slips); i++) {
		uint32_t meter = 7;
		struct jtn_error err;

		assert_status(jtn_meter_find(slips[i].given, strlen(slips[i].given), &meter, &err), JTN_E_NOT_FOUND);
		ck_assert_ptr_nonnull(strstr(err.message, slips[i].near));
		ck_assert_uint_eq(meter, 7);
	}
}
END_TEST

START_TEST(a_name_is_as_long_as_it_is_said_to_be)
{
	uint32_t meter = 0;
	struct jtn_error err;
	char hostile[4096];

	assert_ok(jtn_meter_find("input_audio", 5, &meter, &err), err);
	ck_assert_uint_eq(meter, JTN_METER_INPUT);
	assert_status(jtn_meter_find("input", 4, &meter, &err), JTN_E_NOT_FOUND);
	assert_status(jtn_meter_find("input\0", 6, &meter, &err), JTN_E_NOT_FOUND);
	assert_status(jtn_meter_find("", 0, &meter, &err), JTN_E_NOT_FOUND);
	memset(hostile, 0xff, sizeof(hostile));
	assert_status(jtn_meter_find(hostile, sizeof(hostile), &meter, &err), JTN_E_NOT_FOUND);
	assert_status(jtn_meter_find(hostile, sizeof(hostile), &meter, NULL), JTN_E_NOT_FOUND);
	ck_assert_uint_eq(meter, JTN_METER_INPUT);
}
END_TEST

START_TEST(null_and_wrong_sizes_are_refused)
{
	struct {
		struct jtn_meter_facts facts;
		uint64_t more;
	} larger = {.more = 5};
	uint32_t meter;
	struct jtn_error err;

	assert_fails(jtn_meter_find(NULL, 0, &meter, &err), JTN_E_ARGUMENT, err, "name");
	assert_fails(jtn_meter_find("input", 5, NULL, &err), JTN_E_ARGUMENT, err, "ret");
	assert_status(jtn_meter_read_facts(1, NULL, sizeof(larger.facts)), JTN_E_ARGUMENT);
	assert_status(jtn_meter_read_facts(1, &larger.facts, sizeof(larger.facts) - 1), JTN_E_ABI);
	assert_status(jtn_meter_read_facts(1, &larger.facts, 1 << 20), JTN_E_ABI);
	assert_status(jtn_meter_read_facts(1, &larger.facts, sizeof(larger)), JTN_OK);
	ck_assert_uint_eq(larger.facts.meter, 1);
	ck_assert_uint_eq(larger.more, 0);
}
END_TEST

START_TEST(a_kind_has_a_meter_in_each_modality_or_none)
{
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_CACHE_READ, JTN_MODALITY_AUDIO), JTN_METER_CACHE_READ_AUDIO);
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_INPUT, JTN_MODALITY_TEXT), JTN_METER_INPUT);
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_CACHE_WRITE_1H, JTN_MODALITY_DOCUMENT),
	                  JTN_METER_CACHE_WRITE_1H_DOCUMENT);
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_REASONING, JTN_MODALITY_VIDEO), JTN_METER_REASONING_VIDEO);
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_OUTPUT, JTN_MODALITY_DOCUMENT), 0);
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_CITATION, JTN_MODALITY_AUDIO), 0);
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_INPUT_AUDIO, JTN_MODALITY_IMAGE), 0);
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_REQUESTS, JTN_MODALITY_TEXT), 0);
	ck_assert_uint_eq(jtn__meter_with(0, JTN_MODALITY_TEXT), 0);
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_INPUT, 0), 0);
	ck_assert_uint_eq(jtn__meter_with(JTN_METER_INPUT, INT32_MAX), 0);
	ck_assert_uint_eq(jtn__meter_with(UINT32_MAX, 2), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("meter");
	TCase *tests = tcase_create("meter");

	tcase_add_test(tests, every_meter_is_found_by_its_name);
	tcase_add_test(tests, each_phrase_is_that_of_its_meter);
	tcase_add_test(tests, ids_that_nobody_knows_have_no_name);
	tcase_add_test(tests, the_name_of_a_token_meter_says_what_its_facts_say);
	tcase_add_test(tests, no_two_token_meters_are_the_same_leaf);
	tcase_add_test(tests, counters_are_no_tokens_and_time_is_counted_in_millionths);
	tcase_add_test(tests, a_misspelt_meter_brings_the_nearest);
	tcase_add_test(tests, a_name_is_as_long_as_it_is_said_to_be);
	tcase_add_test(tests, null_and_wrong_sizes_are_refused);
	tcase_add_test(tests, a_kind_has_a_meter_in_each_modality_or_none);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
