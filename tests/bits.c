/*
 * The charges of a great many rows, as one number: what tests/check_bits.py compares between compilers and optimisations.
 * On the way it compares, row for row, one call with a batch of any length and with a table; exits 1 where they differ.
 */
#include "bench/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 40000
#define METERS 5
#define OWN 6
#define TARIFFS_MOST 1024
#define LINES 256

static const uint32_t meters[METERS] = {JTN_METER_INPUT, JTN_METER_CACHE_READ, JTN_METER_CACHE_WRITE_5M,
                                        JTN_METER_OUTPUT, JTN_METER_REASONING};
static const char *const meter_names[METERS] = {"input", "cache_read", "cache_write_5m", "output", "reasoning"};

#define RULE(id, meters, rest) "{\"id\":\"" id "\",\"meters\":[" meters "]," rest "}"
#define TARIFF(model, rest) "{\"provider\":\"p\",\"model\":\"" model "\"," rest "}"
#define ALL "\"input\",\"cache_read\",\"cache_write_5m\""

/* Prices that are exact and that are not, conditions of every kind, period charges, fallbacks. */
static const char
	book_text[] =
		"{\"jeton_book\":1,\"currency\":\"USD\",\"tariffs\":[" TARIFF(
			"plain", "\"rules\":[" RULE(
						 "a", ALL ",\"output\",\"reasoning\"",
						 "\"price\":\"2.5\",\"per\":1000000") "]") "," TARIFF("thirds",
                                                                              "\"fallback\":{\"reasoning\":"
                                                                              "\"output\"},\"rules\":[" RULE("a", ALL, "\"price\":\"1\",\"per\":3") "," RULE(
																				  "b", "\"output\"",
																				  "\"price\":\"0.017\",\"per\":60") "]") "," TARIFF("long", "\"rules\":[" RULE("a", ALL, "\"price\":\"3\",\"per\":1000000") "," RULE("b", "\"output\",\"reasoning\"", "\"price\":\"15\",\"per\":1000000") "," RULE("c", ALL, "\"price\":\"6\",\"per\":1000000,\"when\":{\"quantity\":\"all_input\",\"above\":200000}") "," RULE("d",
                                                                                                                                                                                                                                                                                                                                                                                                                ALL,
                                                                                                                                                                                                                                                                                                                                                                                                                "\"price\":\"1.5\",\"per\":1000000,\"tier\":[\"batch\",\"flex\"]") "," RULE("e",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            ALL,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            "\"price\":\"3\",\"per\":1000000,\"tier\":[\"batch\",\"flex\"],\"when\":{\"quantity\":\"all_input\","
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            "\"above\":200000}") "]") "," TARIFF("steps",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                 "\"rules\":[" RULE(
																																																																																																																																	 "a",
																																																																																																																																	 ALL ",\"reasoning\"", "\"price\":\"7\",\"per\":1000000") "," RULE("b", "\"output\"", "\"price\":\"9\",\"per\":1000000") "," RULE("c",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "\"output\"",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "\"price\":\"4\",\"per\":1000000,\"when\":{\"quantity\":\"meter\",\"above\":1000,"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "\"mode\":\"graduated\"}") "],"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                 "\"settle\":[{\"id\":\"s\",\"meters\":[\"input\"],\"model\":\"graduated\",\"tiers\":[{\"up_to\":1000,\"price\":\"1\","
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                 "\"per\":7},{\"price\":\"2\",\"per\":9}]},{\"id\":\"t\",\"model\":\"percentage\",\"fraction\":\"0.037\"}]") "," TARIFF("hours", "\"rules\":[" RULE("a",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    ALL ",\"output\",\"reasoning\"", "\"price\":\"2\",\"per\":1000000") "," RULE("b",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                 "\"output\"",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                 "\"price\":\"1\",\"per\":1000000,\"window\":{\"utc_offset\":\"+08:00\",\"weekdays\":[1,2,3],"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                 "\"from\":\"22:30\",\"until\":\"08:30\"}") "]") "," TARIFF("dated",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            "\"rules\":[" RULE(
																																																																																																																																																																																																																																																"a",
																																																																																																																																																																																																																																																ALL
																																																																																																																																																																																																																																																",\"output\"",
																																																																																																																																																																																																																																																"\"price\":\"2\",\"per\":1000000,\"until\":\"2026-01-03\"") "," RULE("b",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                     ALL
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                     ",\"output\"",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                     "\"price\":\"1\",\"per\":1000000,\"from\":\"2026-01-03\",\"until\":\"2026-01-06\"") "]") "]}";
static const char overlay_text[] =
	"{\"jeton_overlay\":1,\"customer\":\"c\",\"currency\":\"USD\",\"tariffs\":[{\"provider\":\"p\",\"rules\":["
	"{\"id\":\"less\",\"effect\":\"discount\",\"meters\":[" ALL "],\"fraction\":\"0.071\"},"
	"{\"id\":\"more\",\"effect\":\"markup\",\"meters\":[\"output\"],\"fraction\":\"0.333\"}]}]}";

static struct jtn_usage usages[ROWS];
static struct jtn_count counts[ROWS * METERS];
static struct jtn_charge charges[ROWS], again[ROWS];
static struct jtn_line lines[LINES];
static int64_t columns[METERS][ROWS], times[ROWS];
static int32_t numbers[ROWS];
static int8_t tiers[ROWS];
static const struct jtn_tariff *tariffs[TARIFFS_MOST];
static uint64_t digest = UINT64_C(0xcbf29ce484222325), state = 1;

static void
add(const void *bytes, size_t length)
{
	for (const unsigned char *at = bytes; length > 0; at++, length--)
		digest = (digest ^ *at) * UINT64_C(0x100000001b3); /* FNV-1a */
}

static uint64_t
draw(uint64_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 33) % below;
}

static void
must(jtn_status status, const char *what, const struct jtn_error *error)
{
	if (status == JTN_OK || status == JTN_E_ROWS)
		return;
	fprintf(stderr, "%s: %s %s\n", what, error->field, error->message);
	exit(1);
}

static void
same(const void *a, const void *b, size_t size, const char *what, size_t row)
{
	if (memcmp(a, b, size) == 0)
		return;
	fprintf(stderr, "row %zu: %s\n", row, what);
	exit(1);
}

static struct jtn_book *
parse(const char *text)
{
	struct jtn_book *book;
	struct jtn_error error;
	must(jtn_book_parse(text, strlen(text), NULL, NULL, &book, &error), "book", &error);
	return book;
}

/* Quantities of all sizes, some of them none or too large, at instants of a week. */
static void
draw_rows(uint32_t tariff_count)
{
	for (uint32_t i = 0; i < ROWS; i++) {
		numbers[i] = (int32_t)draw(tariff_count);
		tiers[i] = (int8_t)draw(4);
		times[i] = INT64_C(1767225600000000000) + (int64_t)draw(7 * 86400) * 1000000000;
		usages[i] = (struct jtn_usage){times[i], (uint32_t)numbers[i], (uint32_t)tiers[i], i * METERS, METERS, 0, 0};
		for (uint32_t j = 0; j < METERS; j++) {
			int64_t quantity = (int64_t)draw(UINT64_C(1) << draw(20));
			columns[j][i] = draw(3000) == 0 ? INT64_MAX - quantity : draw(3) ? quantity : 0;
			counts[i * METERS + j] = (struct jtn_count){columns[j][i], meters[j], 0};
		}
	}
}

static void
rate(uint32_t tariff_count, struct jtn_charge *ret, size_t first, size_t count)
{
	struct jtn_error error;
	must(jtn_rate_batch(tariffs, tariff_count, usages + first, sizeof(*usages), counts, ROWS * METERS, sizeof(*counts),
	                    ret + first, sizeof(*ret), count, &error),
	     "batch", &error);
}

static void
compare_batches(uint32_t tariff_count)
{
	static const size_t lengths[] = {1, 7, 64, 0};
	rate(tariff_count, charges, 0, ROWS);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		memset(again, 0xff, sizeof(again));
		for (size_t at = 0; at < ROWS;) {
			size_t length = lengths[i] ? lengths[i] : 1 + (size_t)draw(3000);
			length = length < ROWS - at ? length : ROWS - at;
			rate(tariff_count, again, at, length);
			at += length;
		}
		for (size_t row = 0; row < ROWS; row++)
			same(&charges[row], &again[row], sizeof(*charges), "a batch by its length", row);
	}
	add(charges, sizeof(charges));
}

static void
compare_lines(void)
{
	for (size_t i = 0; i < ROWS; i += 13) {
		struct jtn_charge charge;
		struct jtn_error error;
		size_t count = 0;
		jtn_status status =
			jtn_charge_lines(tariffs[usages[i].tariff], &usages[i], sizeof(*usages), counts, ROWS * METERS,
		                     sizeof(*counts), lines, sizeof(*lines), LINES, &count, &charge, &error);
		same(&status, &charges[i].status, sizeof(status), "lines have a status of their own", i);
		if (status != JTN_OK)
			continue;
		charge.tariff = charges[i].tariff; /* which one line by line does not know */
		same(&charge, &charges[i], sizeof(charge), "lines come to something else", i);
		add(lines, count * sizeof(*lines));
	}
}

static void
compare_tables(uint32_t tariff_count)
{
	static const char words[] = "standardbatchflexpriority";
	static const int32_t offsets[] = {0, 8, 13, 17, 25};
	static struct table table;
	struct jtn_rate_arrow_options options;
	struct ArrowSchema schema;
	struct ArrowArray result;
	struct jtn_error error;
	table_init(&table, ROWS);
	for (int i = 0; i < METERS; i++)
		table_add(&table, meter_names[i], "l", columns[i]);
	table_add(&table, "time", "tsn:", times);
	table_add(&table, "tariff", "i", numbers);
	table_add(&table, "service_tier", "c", tiers);
	table_add_words(&table, 4, offsets, words);
	jtn_rate_arrow_options_init(&options);
	options.tariffs = tariffs;
	options.tariff_count = tariff_count;
	must(jtn_rate_arrow(&options, &table.schema, &table.array, NULL, &schema, &result, &error), "table", &error);
	const struct jtn_money *totals = result.children[0]->buffers[1];
	const int32_t *statuses = result.children[2]->buffers[1];
	const uint32_t *flags = result.children[3]->buffers[1];
	for (size_t i = 0; i < ROWS; i++) {
		same(&statuses[i], &charges[i].status, sizeof(*statuses), "a table's status", i);
		same(&totals[i], &charges[i].total, sizeof(*totals), "a table's total", i);
		same(&flags[i], &charges[i].flags, sizeof(*flags), "a table's flags", i);
	}
	result.release(&result);
	schema.release(&schema);
}

static void
settle(const struct jtn_tariff *tariff)
{
	const struct jtn_count quantities[] = {{12345, JTN_METER_INPUT, 0}, {777, JTN_METER_OUTPUT, 0}};
	struct jtn_period period = {.size = sizeof(period), .final = 1, .now = quantities, .now_count = 2};
	struct jtn_money total;
	struct jtn_error error;
	size_t count = 0;
	period.now_spend.lo = UINT64_C(123456789012345678);
	must(jtn_settle(tariff, &period, lines, sizeof(*lines), LINES, &count, &total, &error), "settle", &error);
	add(lines, count * sizeof(*lines));
	add(&total, sizeof(total));
}

int
main(void)
{
	struct jtn_book *own = parse(book_text), *overlay = parse(overlay_text);
	const struct jtn_book *catalogue;
	struct jtn_book *list;
	struct jtn_tariff *laid[OWN];
	struct jtn_error error;
	uint32_t count = 0;
	must(jtn_book_find("list", NULL, &list, &error), "catalogue", &error);
	catalogue = list;
	for (uint32_t i = 0; i < OWN; i++)
		tariffs[count++] = jtn_book_tariff(own, i);
	for (uint32_t i = 0; i < OWN; i++) {
		must(jtn_tariff_overlay(tariffs[i], overlay, NULL, &laid[i], &error), "overlay", &error);
		tariffs[count++] = laid[i];
	}
	for (uint64_t i = 0; count < TARIFFS_MOST && jtn_book_tariff(catalogue, i); i++)
		tariffs[count++] = jtn_book_tariff(catalogue, i);
	for (uint32_t of = 2 * OWN; of; of = of < count ? count : 0) { /* our own by themselves, then all */
		draw_rows(of);
		compare_batches(of);
		compare_lines();
		compare_tables(of);
	}
	settle(tariffs[3]);
	settle(tariffs[OWN + 3]);
	for (uint32_t i = 0; i < OWN; i++)
		jtn_tariff_free(laid[i]);
	jtn_book_free(list);
	jtn_book_free(overlay);
	jtn_book_free(own);
	printf("%016llx\n", (unsigned long long)digest);
	return 0;
}
