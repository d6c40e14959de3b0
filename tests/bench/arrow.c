/*
 * How fast tables are: nanoseconds a row of jtn_rate_batch() and jtn_rate_arrow() over a million rows of 64 models and four
 * meters, plain and with context tiers, cache and batch tier; beside the bandwidth of a copy, read plus write, in the same
 * run. Tells, and never fails on time, but where the two do not agree to the bit.
 */
#define _POSIX_C_SOURCE 200809L

#define ROWS 1000000
#include "rows.h"

#include <string.h>

#define TIMES 15
#define COPY_BYTES ((size_t)128 << 20)

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
		must(jtn_rate_arrow(&options, &table.schema, &table.array, NULL, &schema, &result, &error), "table", &error);
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
