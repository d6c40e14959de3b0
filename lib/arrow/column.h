/*
 * A table as it came in: the columns of a struct array, of structs inside it too, and their values as numbers and text.
 * Everything is borrowed, and nothing is believed that can be checked; what lies in a buffer cannot be.
 */
#ifndef JTN_ARROW_COLUMN_H
#define JTN_ARROW_COLUMN_H

#include "jeton/arrow.h"

#include "base/arena.h"

#include <stdbool.h>

#define JTN__STRUCTS_MOST 8 /* inside each other */
#define JTN__BLOCK 1024     /* rows at a time */
#define JTN__TEXT_VIEW 16   /* bytes of a text view */

enum jtn__column_kind {
	JTN__COLUMN_OTHER, /* of no use here */
	JTN__COLUMN_NONE,  /* null in every row */
	JTN__COLUMN_INTEGER,
	JTN__COLUMN_FLOAT,
	JTN__COLUMN_DECIMAL,
	JTN__COLUMN_BOOLEAN,
	JTN__COLUMN_TIME,
	JTN__COLUMN_TEXT
};

struct jtn__nulls {
	const unsigned char *bits;
	int64_t first; /* the bit of row 0 */
};

struct jtn__column {
	const char *name;
	const struct ArrowSchema *schema;
	const struct ArrowArray *array;
	const struct jtn__column *dictionary; /* of text; its values are indices into it */
	const void *values;
	int64_t first;  /* the value of row 0 */
	int64_t ns;     /* of a time: nanoseconds in its unit */
	int32_t kind;   /* enum jtn__column_kind */
	int32_t scale;  /* of a decimal */
	uint32_t width; /* [bytes] of a number, or of an offset of text; 16 for a view */
	uint32_t is_signed;
	uint32_t null_count; /* its own nulls, and those of the structs it is in */
	struct jtn__nulls nulls[JTN__STRUCTS_MOST + 1];
};

struct jtn__table {
	struct jtn__column *columns;
	uint64_t column_count;
	int64_t rows;
};

/* Columns in the order of the schema. What is wrong with one of no use is not looked for. */
jtn_status
jtn__table_read(const struct ArrowSchema *schema, const struct ArrowArray *array, struct jtn__arena *arena,
                struct jtn__table *ret, struct jtn_error *reterr);

/* A column's own name, or what it is mapped to: NULL where it is left out. */
const char *
jtn__column_role(const struct jtn__column *column, const struct jtn_arrow_column *mapped, uint64_t count);

/* JTN_E_NOT_FOUND for a mapping of a column that is not there. */
jtn_status
jtn__table_check_mapping(const struct jtn__table *table, const struct jtn_arrow_column *mapped, uint64_t count,
                         struct jtn_error *reterr);

/* Check the buffers of a column that is going to be read; JTN_E_TYPE, naming what was expected, where it is none of kinds. */
jtn_status
jtn__column_open(struct jtn__column *column, uint32_t kinds, const char *expected, struct jtn__arena *arena,
                 struct jtn_error *reterr);

/* A column whose name means nothing: JTN_E_UNKNOWN_FIELD where it holds numbers that are not to be ignored. */
jtn_status
jtn__column_other(const struct jtn__column *column, int32_t others, const char *known, struct jtn_error *reterr);

bool
jtn__column_is_null(const struct jtn__column *column, int64_t row);

/* An integer or decimal, times 10^decimals: JTN_E_OVERFLOW, JTN_E_INEXACT. Null is 0. */
jtn_status
jtn__column_integer(const struct jtn__column *column, int64_t row, int32_t decimals, int64_t *ret);

/* The same for a block of rows, in place where they are so already; what fails is -1. */
const int64_t *
jtn__column_integers(const struct jtn__column *column, int64_t row, uint32_t count, int32_t decimals, int64_t *buffer);

/*
 * Of integers that index so many things: add stride times each and 1, or the number of things and 1 where out of range;
 * nothing where null.
 */
void
jtn__column_indices(const struct jtn__column *column, int64_t row, uint32_t count, uint32_t things, uint32_t stride,
                    uint32_t *ret);

/* A time in ns. JTN_E_RANGE beyond what that can say. */
jtn_status
jtn__column_time(const struct jtn__column *column, int64_t row, int64_t *ret);

/* A number of any kind; null is 0. */
double
jtn__column_number(const struct jtn__column *column, int64_t row);

/* Text of a column without a dictionary; false where it is null, or where offsets make no sense. */
bool
jtn__column_text(const struct jtn__column *column, int64_t row, const char **ret, size_t *retlength);

#endif
