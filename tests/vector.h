/*
 * A bench: what a case of tests/vectors has set up so far, how the words of its lines are read, and how it fails:
 * with the file, the line and the case.
 */
#ifndef JTN_TESTS_VECTOR_H
#define JTN_TESTS_VECTOR_H

#include "fixture.h"

#include "jeton/allocate.h"
#include "jeton/book.h"
#include "jeton/rate.h"
#include "jeton/reader.h"

#define TEXT_MOST 16384
#define COUNTS_MOST 64
#define LINES_MOST 64
#define WORDS_MOST 24

/* Where a case stands. Text read by the reader is borrowed, so counts are copied out of it. */
struct bench {
	const char *file;
	int number;
	char name[200];
	struct jtn_book *book, *overlay;
	const struct jtn_tariff *tariff;
	struct jtn_tariff *overlaid; /* the tariff, where it is a customer's */
	struct jtn_reader *reader;
	struct jtn_count counts[COUNTS_MOST], prior[COUNTS_MOST];
	uint32_t count, prior_count;
	char unknown[1024]; /* paths that the reader did not know, each with a blank behind */
	int64_t time_ns;
	uint32_t tier;
	int32_t is_final;
	struct jtn_money prior_spend, now_spend, bill;
	int32_t decimals;
	struct jtn_money weights[COUNTS_MOST], parts[COUNTS_MOST];
	uint32_t weight_count;
	jtn_status status; /* of what was done last, and why */
	struct jtn_error error;
	struct jtn_line lines[LINES_MOST];
	size_t line_count, lines_seen;
	struct jtn_money total;
	uint32_t flags;
	int cases, checks;
};

#define assert_here(bench, condition, ...)                                                                    \
	do {                                                                                                      \
		char bench_text[1536];                                                                                \
		snprintf(bench_text, sizeof(bench_text), __VA_ARGS__);                                                \
		ck_assert_msg(condition, "%s:%d: %s: %s", (bench)->file, (bench)->number, (bench)->name, bench_text); \
	} while (0)

#define MUST(bench, call)                                                                            \
	do {                                                                                             \
		jtn_status must_status = (call);                                                             \
		assert_here(bench, must_status == JTN_OK, "%s: %s: %s", #call, jtn_status_name(must_status), \
		            (bench)->error.message);                                                         \
	} while (0)

/* What was done has to have succeeded before anything else is asked of it. */
static inline void
settle_accounts(const struct bench *bench)
{
	assert_here(bench, bench->status == JTN_OK, "%s: [%s] %s", jtn_status_name(bench->status), bench->error.field,
	            bench->error.message);
}

static inline struct jtn_money
money_of(struct bench *bench, const char *text)
{
	struct jtn_money amount = {0, 0};

	MUST(bench, jtn_money_parse(text, strlen(text), &amount, &bench->error));
	return amount;
}

static inline void
assert_amount(struct bench *bench, struct jtn_money amount, const char *expected, const char *what)
{
	char text[JTN_MONEY_TEXT_SIZE];

	MUST(bench, jtn_money_format(amount, text, sizeof(text), NULL));
	assert_here(bench, strcmp(text, expected) == 0, "%s is %s, expected %s", what, text, expected);
}

static inline uint32_t
meter_of(struct bench *bench, const char *name)
{
	uint32_t meter = 0;

	MUST(bench, jtn_meter_find(name, strlen(name), &meter, &bench->error));
	return meter;
}

/* "2.5" of a meter of microseconds is 2500000 quanta. */
static inline int64_t
quanta_of(struct bench *bench, uint32_t meter, const char *text)
{
	struct jtn_meter_facts facts;
	struct jtn_money amount = money_of(bench, text), quanta, rest;
	int64_t unit = 1000000000000000000;

	MUST(bench, jtn_meter_read_facts(meter, &facts, sizeof(facts)));
	for (int32_t i = 0; i < facts.decimals; i++)
		unit /= 10;
	MUST(bench, jtn_money_divide(amount, unit, JTN_ROUND_DOWN, &quanta, &rest, &bench->error));
	/* An amount of n units divided by the units of one quantum: n quanta, as 10^-18 each. */
	assert_here(bench, rest.lo == 0 && quanta.hi == 0, "%s is no whole number of quanta", text);
	return (int64_t)quanta.lo;
}

static inline size_t
split(char *text, char *words[WORDS_MOST])
{
	size_t count = 0;

	for (char *word = strtok(text, " \t"); word && count < WORDS_MOST; word = strtok(NULL, " \t"))
		words[count++] = word;
	return count;
}

static inline uint32_t
read_counts(struct bench *bench, char *rest, struct jtn_count *counts)
{
	char *words[WORDS_MOST];
	size_t count = split(rest, words);

	assert_here(bench, count % 2 == 0, "counts are pairs of meter and quantity");
	for (size_t i = 0; i < count; i += 2) {
		counts[i / 2] = (struct jtn_count){.meter = meter_of(bench, words[i])};
		counts[i / 2].quantity = quanta_of(bench, counts[i / 2].meter, words[i + 1]);
	}
	return (uint32_t)(count / 2);
}

static inline FILE *
open_vectors(const char *name)
{
	char path[4096];
	const char *root = getenv("JETON_SOURCE_ROOT"), *slash = strrchr(__FILE__, '/');
	FILE *file;

	if (root)
		snprintf(path, sizeof(path), "%s/tests/vectors/%s", root, name);
	else
		snprintf(path, sizeof(path), "%.*svectors/%s", slash ? (int)(slash + 1 - __FILE__) : 0, __FILE__, name);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s cannot be read; set JETON_SOURCE_ROOT to where tests/ is", path);
	return file;
}

#endif
