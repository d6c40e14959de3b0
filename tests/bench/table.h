/* A table in the Arrow C Data Interface as a producer would hand it out: values stay the caller's, nothing is released. */
#ifndef JTN_BENCH_TABLE_H
#define JTN_BENCH_TABLE_H

#include "jeton.h"

#define TABLE_COLUMNS 8

struct table {
	struct ArrowSchema schema, schemas[TABLE_COLUMNS], dictionaries[TABLE_COLUMNS], *schema_children[TABLE_COLUMNS];
	struct ArrowArray array, arrays[TABLE_COLUMNS], words[TABLE_COLUMNS], *array_children[TABLE_COLUMNS];
	const void *buffers[TABLE_COLUMNS][2], *word_buffers[TABLE_COLUMNS][3], *no_buffers[1];
};

static inline void
keep_schema(struct ArrowSchema *schema)
{
	schema->release = NULL;
}

static inline void
keep_array(struct ArrowArray *array)
{
	array->release = NULL;
}

static inline void
table_init(struct table *table, int64_t rows)
{
	*table = (struct table){.schema = {.format = "+s", .release = keep_schema},
	                        .array = {.length = rows, .n_buffers = 1, .release = keep_array}};
	table->schema.children = table->schema_children;
	table->array.children = table->array_children;
	table->array.buffers = table->no_buffers;
}

static inline void
table_add(struct table *table, const char *name, const char *format, const void *values)
{
	int64_t at = table->schema.n_children++;
	table->array.n_children++;
	table->buffers[at][1] = values;
	table->schemas[at] = (struct ArrowSchema){.format = format, .name = name, .release = keep_schema};
	table->arrays[at] = (struct ArrowArray){
		.length = table->array.length, .n_buffers = 2, .buffers = table->buffers[at], .release = keep_array};
	table->schema_children[at] = &table->schemas[at];
	table->array_children[at] = &table->arrays[at];
}

/* The values of the column added last are codes of these words. */
static inline void
table_add_words(struct table *table, int64_t words, const int32_t *offsets, const char *text)
{
	int64_t at = table->schema.n_children - 1;
	table->word_buffers[at][1] = offsets;
	table->word_buffers[at][2] = text;
	table->dictionaries[at] = (struct ArrowSchema){.format = "u", .release = keep_schema};
	table->words[at] =
		(struct ArrowArray){.length = words, .n_buffers = 3, .buffers = table->word_buffers[at], .release = keep_array};
	table->schemas[at].dictionary = &table->dictionaries[at];
	table->arrays[at].dictionary = &table->words[at];
}

#endif
