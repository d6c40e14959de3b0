/* Rows of usage, read and priced a batch at a time: what rate and margin share. */
#ifndef JETON_CLI_RATING_H
#define JETON_CLI_RATING_H

#include "crew.h"
#include "fx.h"
#include "group.h"
#include "period.h"
#include "tariffs.h"

#define BATCH 1024 /* rows priced in one call */

enum row_format { ROWS_JSONL, ROWS_CSV, ROWS_FOCUS };

/* What is to be done: the same for all workers. */
struct rating {
	const char *path; /* of the usage */
	const struct jtn_book *book;
	const struct jtn_book *overlay;
	const struct jtn_tariff *production; /* of margin; NULL for rate */
	const struct fx *fx;
	enum row_format format;
	bool lines;
	bool summary;
	bool settle;
	bool rerate;
	int32_t unknown; /* enum jtn_unknown */
	bool has_default_time;
	int64_t default_time_ns;
	struct group_keys keys;
	char currency[8]; /* of the whole book, NO_CURRENCY where it has several: rows count there that find no tariff */
};

/* A piece of text in a worker's words; length SIZE_MAX: none. */
struct span {
	size_t at;
	size_t length;
};

/* One line, read. */
struct row {
	const struct jtn_error *error; /* NULL while all is well */
	unsigned long line;
	uint32_t tariff;
	uint32_t usage;           /* index into the batch's */
	struct span id;           /* JSON */
	struct span unrecognized; /* a JSON array */
	struct span tenant;       /* of FOCUS */
	struct span resource;
	size_t stands, stands_length; /* in the piece's earlier words: the charge that a failed row leaves standing */
	struct span keys[JTN_STATEMENT_KEYS];
};

struct worker {
	const struct rating *rating;
	struct jtn_reader *reader;
	struct tariffs tariffs;
	uint32_t production; /* its index in tariffs */
	struct row rows[BATCH];
	size_t row_count;
	struct jtn_usage usage[BATCH];
	struct jtn_usage made[BATCH]; /* the same under the production tariff */
	struct jtn_charge charges[BATCH];
	struct jtn_charge costs[BATCH];
	size_t usage_count;
	struct jtn_count *counts;
	size_t count_count, count_room;
	struct text words;
	struct jtn_error **errors; /* of rows; kept for the next batch */
	size_t error_count, error_room;
	struct jtn_line *lines;
	size_t line_room;
	struct groups groups;
	unsigned met;           /* bit i: some row had key i */
	struct periods periods; /* [tariffs.count] */
	struct text field;      /* being quoted */
	struct margin_totals {
		char currency[8];
		struct jtn_money revenue, cost;
		uint64_t rows;
		bool overflown;
	} totals[FX_MOST + 1];
	size_t total_count;
};

/* CLI_OK, or CLI_USAGE after a message. */
int
worker_open(struct worker *worker, const struct rating *rating);
void
worker_close(struct worker *worker);

/* For crew_run(): answers a piece as the rating says. */
void
worker_answer(void *worker, struct piece *piece);

/* The text of a span; NULL for none. NUL-terminated. */
const char *
worker_text(const struct worker *worker, const struct span *span);

/* The lines of one row's charge, in worker->lines. */
jtn_status
worker_lines(struct worker *worker, const struct jtn_tariff *tariff, const struct jtn_usage *usage, size_t *retcount,
             struct jtn_error *reterr);

/* A new error for a row. */
struct jtn_error *
worker_error(struct worker *worker);

/* An error of this kind, with words of our own. */
CLI_PRINTF(4, 5)
struct jtn_error *
worker_fail(struct worker *worker, jtn_status status, const char *field, const char *format, ...);

/* Read the usage file through `crew_write` with these workers; CLI_OK, CLI_ROWS, CLI_USAGE after a message. */
struct rating_run {
	const struct rating *rating;
	struct output *output;
	struct block_reader reader;
	struct rerate *rerate; /* NULL: nothing */
	unsigned long failed;
	bool progress;
	long shown;
};

int
rating_run(struct rating_run *run, struct worker **workers, size_t count);

#endif
