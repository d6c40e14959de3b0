/*
 * A struct array being made for the caller. Each column owns its memory by itself, since the interface lets a consumer
 * move children out and release them alone.
 */
#ifndef JTN_ARROW_OUTPUT_H
#define JTN_ARROW_OUTPUT_H

#include "jeton/arrow.h"

#include "base/arena.h"

#include <stdbool.h>

enum jtn__output_type {
	JTN__OUTPUT_INT32,
	JTN__OUTPUT_UINT32,
	JTN__OUTPUT_FLOAT64,
	JTN__OUTPUT_MONEY, /* decimal128(38, 18) */
	JTN__OUTPUT_WORD   /* a dictionary of text by int8 */
};

struct jtn__output_column {
	const char *name; /* static */
	enum jtn__output_type type;
	void *values;             /* [rows], to be written; of a word its int8 index */
	unsigned char *valid;     /* a bit a row, or NULL: all are; jtn__output_null() makes it */
	const char *const *words; /* of a word: [word_count], to be set before the end; copied */
	uint32_t word_count;
	int64_t null_count;
	struct jtn__arena *arena;
};

struct jtn__output {
	const struct jtn_allocator *allocator;
	struct jtn__output_column *columns;
	uint32_t count;
	int64_t rows;
};

/* Make room for the values of every column, whose name and type are set. */
jtn_status
jtn__output_start(struct jtn__output *output, struct jtn_error *reterr);

/* A row without a value. false without memory. */
bool
jtn__output_null(struct jtn__output *output, struct jtn__output_column *column, int64_t row);

/* Hand over; afterwards only the results are to be released. */
jtn_status
jtn__output_finish(struct jtn__output *output, struct ArrowSchema *retschema, struct ArrowArray *retarray,
                   struct jtn_error *reterr);

/* Give everything back after a failure. */
void
jtn__output_drop(struct jtn__output *output);

#endif
