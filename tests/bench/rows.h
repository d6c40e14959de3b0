/*
 * What the benchmarks of rating price: ROWS rows of 64 models and four meters, as records and as a table, plain or with
 * context tiers, cache and batch tier. Who includes it says first how many ROWS.
 */
#ifndef JTN_BENCH_ROWS_H
#define JTN_BENCH_ROWS_H

#include "table.h"
#include "timing.h"

#define MODELS 64
#define METERS 4

static const char *const meter_names[METERS] = {"input", "cache_read", "cache_write", "output"};
static const uint32_t meters[METERS] = {JTN_METER_INPUT, JTN_METER_CACHE_READ, JTN_METER_CACHE_WRITE, JTN_METER_OUTPUT};

static struct jtn_usage usages[ROWS];
static struct jtn_count counts[ROWS * METERS];
static struct jtn_charge charges[ROWS];
static int64_t quantities[METERS][ROWS];
static int8_t models[ROWS], tiers[ROWS];

/* Dictionaries of models and tiers, int64 quantities. */
static struct table table;

static void
make_table(void)
{
	static int32_t offsets[MODELS + 1], tier_offsets[] = {0, 8, 13};
	static char text[MODELS * 8 + 1];
	for (int i = 0; i < MODELS; i++)
		offsets[i + 1] = offsets[i] + sprintf(text + offsets[i], "model-%02d", i);
	table_init(&table, ROWS);
	for (int i = 0; i < METERS; i++)
		table_add(&table, meter_names[i], "l", quantities[i]);
	table_add(&table, "model", "c", models);
	table_add_words(&table, MODELS, offsets, text);
	table_add(&table, "service_tier", "c", tiers);
	table_add_words(&table, 2, tier_offsets, "standardbatch");
}

static struct jtn_book *
make_book(int conditional)
{
	static const char plain[] = "{\"id\":\"in\",\"meters\":[\"input\"],\"price\":\"2.5\",\"per\":1000000},"
								"{\"id\":\"read\",\"meters\":[\"cache_read\"],\"price\":\"1.25\",\"per\":1000000},"
								"{\"id\":\"write\",\"meters\":[\"cache_write\"],\"price\":\"3.125\",\"per\":1000000},"
								"{\"id\":\"out\",\"meters\":[\"output\"],\"price\":\"10\",\"per\":1000000}";
	static const char conditions[] =
		",{\"id\":\"long\",\"meters\":[\"input\",\"cache_read\",\"cache_write\"],\"price\":\"5\",\"per\":1000000,"
		"\"when\":{\"quantity\":\"all_input\",\"above\":200000}},"
		"{\"id\":\"batch\",\"meters\":[\"input\",\"cache_read\",\"cache_write\"],\"price\":\"1.25\",\"per\":1000000,"
		"\"tier\":[\"batch\"]},"
		"{\"id\":\"batch-long\",\"meters\":[\"input\",\"cache_read\",\"cache_write\"],\"price\":\"2.5\",\"per\":"
		"1000000,"
		"\"tier\":[\"batch\"],\"when\":{\"quantity\":\"all_input\",\"above\":200000}},"
		"{\"id\":\"out-batch\",\"meters\":[\"output\"],\"price\":\"5\",\"per\":1000000,\"tier\":[\"batch\"]}";
	static char text[MODELS * 1500];
	struct jtn_book *book;
	struct jtn_error error;
	int at = sprintf(text, "{\"jeton_book\":1,\"currency\":\"USD\",\"source\":\"bench\",\"tariffs\":[");
	for (int i = 0; i < MODELS; i++)
		at += sprintf(text + at, "%s{\"provider\":\"p\",\"model\":\"model-%02d\",\"rules\":[%s%s]}", i ? "," : "", i,
		              plain, conditional ? conditions : "");
	at += sprintf(text + at, "]}");
	must(jtn_book_parse(text, (size_t)at, NULL, NULL, &book, &error), "book", &error);
	return book;
}

static uint64_t state = 1;

static uint64_t
draw(uint64_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 33) % below;
}

static void
draw_rows(int conditional)
{
	for (uint32_t i = 0; i < ROWS; i++) {
		models[i] = (int8_t)draw(MODELS);
		tiers[i] = (int8_t)(conditional && draw(4) == 0);
		usages[i] = (struct jtn_usage){0, (uint32_t)models[i], (uint32_t)tiers[i], i * METERS, METERS, 0, 0};
		for (uint32_t j = 0; j < METERS; j++) {
			quantities[j][i] = (int64_t)draw(conditional ? 260000 : 65536);
			counts[i * METERS + j] = (struct jtn_count){quantities[j][i], meters[j], 0};
		}
	}
}

#endif
