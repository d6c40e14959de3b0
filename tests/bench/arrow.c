/*
 * How fast tables are: nanoseconds a row of jtn_rate_batch() and jtn_rate_arrow() over a million rows of 64 models and four
 * meters, plain and with context tiers, cache and batch tier; beside the bandwidth of a copy, read plus write, in the same
 * run. Tells, and never fails on time, but where the two do not agree to the bit.
 */
#define _POSIX_C_SOURCE 200809L

#include "timing.h"

#include <string.h>

#define ROWS 1000000
#define MODELS 64
#define METERS 4
#define TIMES 15
#define COPY_BYTES ((size_t)128 << 20)

static const char *const meter_names[METERS] = {"input", "cache_read", "cache_write", "output"};
static const uint32_t meters[METERS] = {JTN_METER_INPUT, JTN_METER_CACHE_READ, JTN_METER_CACHE_WRITE, JTN_METER_OUTPUT};

static struct jtn_usage usages[ROWS];
static struct jtn_count counts[ROWS * METERS];
static struct jtn_charge charges[ROWS];
static int64_t quantities[METERS][ROWS];
static int8_t models[ROWS], tiers[ROWS];

/* The table as a producer would hand it out: dictionaries of models and tiers, int64 quantities. */
static struct ArrowSchema schemas[METERS + 2], dictionaries[2], *schema_children[METERS + 2], top_schema;
static struct ArrowArray arrays[METERS + 2], dictionary_arrays[2], *array_children[METERS + 2], top;
static const void *buffers[METERS + 2][2], *dictionary_buffers[2][3], *top_buffers[1];

static void
keep_schema(struct ArrowSchema *schema)
{
	schema->release = NULL;
}

static void
keep_array(struct ArrowArray *array)
{
	array->release = NULL;
}

static void
add_column(int64_t index, const char *name, const char *format, const void *values)
{
	buffers[index][1] = values;
	schemas[index] = (struct ArrowSchema){.format = format, .name = name, .release = keep_schema};
	arrays[index] =
		(struct ArrowArray){.length = ROWS, .n_buffers = 2, .buffers = buffers[index], .release = keep_array};
	schema_children[index] = &schemas[index];
	array_children[index] = &arrays[index];
}

static void
add_dictionary(int64_t index, int which, int64_t words, const int32_t *offsets, const char *text)
{
	dictionary_buffers[which][1] = offsets;
	dictionary_buffers[which][2] = text;
	dictionaries[which] = (struct ArrowSchema){.format = "u", .release = keep_schema};
	dictionary_arrays[which] = (struct ArrowArray){
		.length = words, .n_buffers = 3, .buffers = dictionary_buffers[which], .release = keep_array};
	schemas[index].dictionary = &dictionaries[which];
	arrays[index].dictionary = &dictionary_arrays[which];
}

static void
make_table(void)
{
	static int32_t offsets[MODELS + 1], tier_offsets[] = {0, 8, 13};
	static char text[MODELS * 8 + 1];
	for (int i = 0; i < MODELS; i++)
		offsets[i + 1] = offsets[i] + sprintf(text + offsets[i], "model-%02d", i);
	for (int i = 0; i < METERS; i++)
		add_column(i, meter_names[i], "l", quantities[i]);
	add_column(METERS, "model", "c", models);
	add_dictionary(METERS, 0, MODELS, offsets, text);
	add_column(METERS + 1, "service_tier", "c", tiers);
	add_dictionary(METERS + 1, 1, 2, tier_offsets, "standardbatch");
	top_schema = (struct ArrowSchema){
		.format = "+s", .n_children = METERS + 2, .children = schema_children, .release = keep_schema};
	top = (struct ArrowArray){.length = ROWS,
	                          .n_buffers = 1,
	                          .n_children = METERS + 2,
	                          .buffers = top_buffers,
	                          .children = array_children,
	                          .release = keep_array};
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

static double
median_of(double *ns)
{
	qsort(ns, TIMES, sizeof(*ns), compare_doubles);
	return ns[TIMES / 2];
}

/* Bytes a nanosecond of a copy: read plus write. */
static double
copy_bandwidth(void)
{
	char *from = malloc(COPY_BYTES), *to = malloc(COPY_BYTES);
	double ns[TIMES];
	if (!from || !to)
		exit(1);
	memset(from, 1, COPY_BYTES);
	memset(to, 2, COPY_BYTES);
	for (int i = 0; i < TIMES; i++) {
		double start = now_ns();
		memcpy(to, from, COPY_BYTES);
		__asm__ volatile("" : : "r"(to) : "memory");
		ns[i] = now_ns() - start;
	}
	free(from);
	free(to);
	return 2.0 * COPY_BYTES / median_of(ns);
}

static double
time_batch(const struct jtn_book *book)
{
	const struct jtn_tariff *tariffs[MODELS];
	struct jtn_error error;
	double ns[TIMES];
	for (uint64_t i = 0; i < MODELS; i++)
		tariffs[i] = jtn_book_tariff(book, i);
	for (int i = 0; i < TIMES; i++) {
		double start = now_ns();
		must(jtn_rate_batch(tariffs, MODELS, usages, sizeof(*usages), counts, ROWS * METERS, sizeof(*counts), charges,
		                    sizeof(*charges), ROWS, &error),
		     "batch", &error);
		ns[i] = now_ns() - start;
	}
	return median_of(ns) / ROWS;
}

static double
time_arrow(const struct jtn_book *book)
{
	struct jtn_rate_arrow_options options;
	struct jtn_error error;
	double ns[TIMES];
	jtn_rate_arrow_options_init(&options);
	options.book = book;
	for (int i = 0; i < TIMES; i++) {
		struct ArrowSchema schema;
		struct ArrowArray result;
		double start = now_ns();
		must(jtn_rate_arrow(&options, &top_schema, &top, NULL, &schema, &result, &error), "table", &error);
		ns[i] = now_ns() - start;
		const struct jtn_money *totals = result.children[0]->buffers[1];
		for (size_t row = 0; row < ROWS; row++)
			if (memcmp(&totals[row], &charges[row].total, sizeof(*totals)) != 0) {
				fprintf(stderr, "row %zu: a table and a batch do not agree\n", row);
				exit(1);
			}
		result.release(&result);
		schema.release(&schema);
	}
	return median_of(ns) / ROWS;
}

static void
tell(const char *path, double ns, double bytes, double bandwidth)
{
	printf("%-28s %7.2f ns a row, %6.1f M rows/s, %3.0f bytes a row: %5.2f GB/s, %3.0f %% of a copy\n", path, ns,
	       1e3 / ns, bytes, bytes / ns, 100 * bytes / ns / bandwidth);
}

int
main(void)
{
	double bandwidth = copy_bandwidth();
	printf("%-28s %7.2f GB/s, read plus write\n", "copy", bandwidth);
	make_table();
	for (int conditional = 0; conditional < 2; conditional++) {
		struct jtn_book *book = make_book(conditional);
		draw_rows(conditional);
		tell(conditional ? "batch, tiers and context" : "batch, plain", time_batch(book),
		     sizeof(*usages) + METERS * sizeof(*counts) + sizeof(*charges), bandwidth);
		/* Read: a quantity a meter, two codes; written: total, currency, status, flags. */
		tell(conditional ? "table, tiers and context" : "table, plain", time_arrow(book),
		     METERS * 8 + 2 + 16 + 1 + 4 + 4, bandwidth);
		jtn_book_free(book);
	}
	return 0;
}
