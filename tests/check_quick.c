/*
 * The short way through a tariff gives what the long way gives, to the bit: random usages of every tariff of the
 * catalogue's book, and of tariffs made to be awkward, rated by both. Records larger than their own take the long way.
 */
#include "tariff.h"

#include "tariff/quick.h"

#define ROWS 512
#define MOST 6 /* counts of a row */

struct wide_count {
	struct jtn_count count;
	uint64_t behind;
};

static struct jtn_usage usages[ROWS];
static struct jtn_count counts[ROWS * MOST];
static struct wide_count wide[ROWS * MOST];
static struct jtn_charge quick[ROWS], slow[ROWS];
static uint64_t state;

static uint64_t
draw(uint64_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 33) % below;
}

/* Often a small number, at times one at an edge. */
static int64_t
draw_quantity(void)
{
	static const int64_t edges[] = {0,       1,         199999,           200000,           200001, 128000,   272000,
	                                1 << 20, INT64_MAX, INT64_C(1) << 46, INT64_C(1) << 47, -1,     INT64_MIN};
	return draw(4) ? (int64_t)draw(400000) : edges[draw(sizeof(edges) / sizeof(edges[0]))];
}

static void
draw_rows(const struct jtn_tariff *tariff)
{
	uint32_t priced[JTN__METERS], some = 0;
	for (uint32_t meter = 1; meter < JTN__METERS; meter++)
		if (tariff->slot_of[meter] || tariff->fallback[meter])
			priced[some++] = meter;
	for (uint32_t i = 0; i < ROWS; i++) {
		usages[i] = (struct jtn_usage){INT64_C(1700000000000000000) + (int64_t)draw(1u << 30) * 100000000,
		                               0,
		                               (uint32_t)(draw(2) ? draw(JTN__TIERS + (draw(20) == 0)) : 0),
		                               i * MOST,
		                               (uint32_t)draw(MOST + 1),
		                               draw(200) == 0,
		                               0};
		for (uint32_t j = 0; j < MOST; j++)
			counts[i * MOST + j] = (struct jtn_count){
				draw_quantity(), some && draw(30) ? priced[draw(some)] : (uint32_t)draw(JTN__METERS + 50),
				draw(300) == 0};
	}
	for (uint32_t i = 0; i < ROWS * MOST; i++)
		wide[i] = (struct wide_count){counts[i], 0};
}

static jtn_status
rate_both(const struct jtn_tariff *tariff, struct jtn_error *err)
{
	struct jtn_error other;
	jtn_status status = jtn_rate_batch(&tariff, 1, usages, sizeof(*usages), counts, ROWS * MOST, sizeof(*counts), quick,
	                                   sizeof(*quick), ROWS, err);
	assert_status(jtn_rate_batch(&tariff, 1, usages, sizeof(*usages), &wide[0].count, ROWS * MOST, sizeof(*wide), slow,
	                             sizeof(*slow), ROWS, &other),
	              status);
	if (status != JTN_OK) {
		ck_assert_int_eq(err->index, other.index);
		ck_assert_str_eq(err->message, other.message);
	}
	return status;
}

static size_t
compare(const struct jtn_tariff *tariff)
{
	struct jtn_error err;
	size_t good = 0;
	rate_both(tariff, &err);
	for (size_t i = 0; i < ROWS; i++) {
		ck_assert_msg(memcmp(&quick[i], &slow[i], sizeof(*quick)) == 0,
		              "row %zu of %s: status %d, %d; flags %u, %u; lines %u, %u", i, tariff->model, quick[i].status,
		              slow[i].status, quick[i].flags, slow[i].flags, quick[i].lines, slow[i].lines);
		good += quick[i].status == JTN_OK && quick[i].lines > 0;
	}
	return good;
}

START_TEST(the_catalogues_tariffs_come_to_the_same_by_both_ways)
{
	struct jtn_book *book;
	struct jtn_error err;
	const struct jtn_tariff *tariff;
	size_t good = 0;

	state = 1;
	assert_ok(jtn_book_find("list", NULL, &book, &err), err);
	for (uint64_t i = 0; (tariff = jtn_book_tariff(book, i)); i++) {
		draw_rows(tariff);
		good += compare(tariff);
	}
	ck_assert_msg(good > 1000, "%zu rows have a charge", good);
	jtn_book_free(book);
}
END_TEST

#define RULE(id, meters, price, rest) \
	"{\"id\":\"" id "\",\"meters\":[" meters "],\"price\":\"" price "\",\"per\":1000000" rest "}"
#define ALL_INPUT(above, more) ",\"when\":{\"quantity\":\"all_input\",\"above\":" above more "}"

/* Thresholds of all kinds, windows, validities, an inexact price, fallbacks over two steps, requests implied. */
static const char
	*const awkward[] =
		{
			"\"fallback\":{\"reasoning\":\"output\",\"cache_read\":\"input\",\"input_audio\":\"cache_read\"},\"rules\":"
            "[" RULE("in", "\"input\"", "3", "") "," RULE("in-long", "\"input\"", "6", ALL_INPUT("200000", "")) "," RULE("in-longer", "\"input\"", "7", ALL_INPUT("272000", ",\"inclusive\":true")) "," RULE("in-batch", "\"input\"", "1.5", ",\"tier\":[\"batch\",\"flex\"]") "," RULE(
				"in-batch-long", "\"input\"", "2",
				",\"tier\":[\"batch\",\"flex\"]" ALL_INPUT(
					"200000", "")) "," RULE("out", "\"output\"", "15",
                                            ",\"until\":\"2024-06-01T00:00:00Z\"") "," RULE("out-2", "\"output\"", "12",
                                                                                            ",\"from\":\"2024-07-01T00:"
                                                                                            "00:00Z\"") "," RULE("nigh"
                                                                                                                 "t",
                                                                                                                 "\"out"
                                                                                                                 "put"
                                                                                                                 "\"",
                                                                                                                 "6",
                                                                                                                 ",\"wi"
                                                                                                                 "ndow"
                                                                                                                 "\":{"
                                                                                                                 "\"utc"
                                                                                                                 "_offs"
                                                                                                                 "et\":"
                                                                                                                 "\"+"
                                                                                                                 "08:"
                                                                                                                 "00\","
                                                                                                                 "\"wee"
                                                                                                                 "kdays"
                                                                                                                 "\":["
                                                                                                                 "1,2,"
                                                                                                                 "3,4,"
                                                                                                                 "5],"
                                                                                                                 "\"fro"
                                                                                                                 "m\":"
                                                                                                                 "\"00:"
                                                                                                                 "30\","
                                                                                                                 "\"unt"
                                                                                                                 "il\":"
                                                                                                                 "\"08:"
                                                                                                                 "30\""
                                                                                                                 "}") "," RULE("fixed",
                                                                                                                               "\"requests\"",
                                                                                                                               "5000",
                                                                                                                               "") "]",
			"\"fallback\":{\"reasoning\":\"output\"},\"rules\":[" RULE(
				"in",
				"\"input\",\"cache_read\"", "3", "") "," RULE("steps", "\"input\"", "2",
                                                              ",\"when\":{\"quantity\":\"meter\",\"above\":1000,"
                                                              "\"mode\":\"graduated\"}") "," RULE("whole",
                                                                                                  "\"cache_read\"", "1",
                                                                                                  ",\"when\":{"
                                                                                                  "\"quantity\":"
                                                                                                  "\"total\",\"above\":"
                                                                                                  "300000}") ","
																											 "{\"id\":"
                                                                                                             "\"third\""
                                                                                                             ",\"meters"
                                                                                                             "\":["
                                                                                                             "\"output"
                                                                                                             "\"],"
                                                                                                             "\"price\""
                                                                                                             ":\"1\","
                                                                                                             "\"per\":"
                                                                                                             "3}," RULE(
																												 "thoug"
                                                                                                                 "ht",
																												 "\"rea"
                                                                                                                 "sonin"
                                                                                                                 "g\"",
																												 "9",
																												 ",\"fr"
                                                                                                                 "om\":"
                                                                                                                 "\"202"
                                                                                                                 "5-01-"
                                                                                                                 "01T00"
                                                                                                                 ":00:"
                                                                                                                 "00Z"
                                                                                                                 "\"") "]",
			"\"rules\":[" RULE("large", "\"input\",\"output\"", "9000000000000", "") "]",
};

START_TEST(awkward_tariffs_come_to_the_same_by_both_ways)
{
	for (size_t i = 0; i < sizeof(awkward) / sizeof(awkward[0]); i++) {
		struct jtn_book *book = tariff_book(awkward[i]);
		size_t good = 0;
		state = i + 1;
		for (int round = 0; round < 40; round++) {
			draw_rows(jtn_book_tariff(book, 0));
			good += compare(jtn_book_tariff(book, 0));
		}
		ck_assert_msg(good > 1000, "%zu rows have a charge", good);
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(overlays_come_to_the_same_by_both_ways)
{
	struct jtn_book *list = tariff_book(awkward[0]), *overlay;
	struct jtn_tariff *own;
	struct jtn_error err;

	overlay =
		book_of("{\"jeton_overlay\":1,\"currency\":\"USD\",\"customer\":\"acme\",\"source\":\"contract\",\"tariffs\":["
	            "{\"provider\":\"*\",\"model\":\"*\",\"rules\":[" RULE(
					"ours", "\"input\"", "2.9",
					"") ","
	                    "{\"id\":\"less\",\"effect\":\"discount\",\"meters\":[\"output\"],\"fraction\":\"0.1\"}]}]}");
	assert_ok(jtn_tariff_overlay(jtn_book_tariff(list, 0), overlay, NULL, &own, &err), err);
	state = 7;
	for (int round = 0; round < 40; round++) {
		draw_rows(own);
		ck_assert(compare(own) > 0);
	}
	jtn_tariff_free(own);
	jtn_book_free(overlay);
	jtn_book_free(list);
}
END_TEST

START_TEST(every_split_of_the_rows_gives_the_same_charges)
{
	struct jtn_book *book = tariff_book(awkward[0]);
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
	struct jtn_error err;

	state = 3;
	draw_rows(tariff);
	rate_both(tariff, &err);
	for (size_t step = 1; step < 40; step += 6) {
		memset(slow, 0x5a, sizeof(slow));
		for (size_t i = 0; i < ROWS; i += step) {
			size_t rows = ROWS - i < step ? ROWS - i : step;
			jtn_status status = jtn_rate_batch(&tariff, 1, usages + i, sizeof(*usages), counts, ROWS * MOST,
			                                   sizeof(*counts), slow + i, sizeof(*slow), rows, &err);
			ck_assert(status == JTN_OK || status == JTN_E_ROWS);
		}
		ck_assert(memcmp(quick, slow, sizeof(quick)) == 0);
	}
	jtn_book_free(book);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("quick");
	TCase *tests = tcase_create("quick");

	tcase_add_test(tests, the_catalogues_tariffs_come_to_the_same_by_both_ways);
	tcase_add_test(tests, awkward_tariffs_come_to_the_same_by_both_ways);
	tcase_add_test(tests, overlays_come_to_the_same_by_both_ways);
	tcase_add_test(tests, every_split_of_the_rows_gives_the_same_charges);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
