/* Arrays of the Arrow C Data Interface that own what they point to, and schemas of static text. */
#include "output.h"

#include "base/amount.h"
#include "base/error.h"

#include <string.h>

static const struct {
	char format[8];
	uint32_t width;
} types[] = {{"i", 4}, {"I", 4}, {"g", 8}, {"d:38,18", 16}, {"c", 1}};

static const char text_format[] = "u", struct_format[] = "+s", nameless[] = "";

static jtn_status
out_of_memory(struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for an Arrow array");
}

/* What an array needs beside itself. */
struct array_parts {
	const void *buffers[3];
	struct ArrowArray dictionary;
};

static void
release_array(struct ArrowArray *array)
{
	struct jtn__arena *arena = array->private_data;
	for (int64_t i = 0; i < array->n_children; i++)
		if (array->children[i]->release)
			array->children[i]->release(array->children[i]);
	if (array->dictionary && array->dictionary->release)
		array->dictionary->release(array->dictionary);
	array->release = NULL;
	jtn__arena_free(arena);
}

static void
release_schema(struct ArrowSchema *schema)
{
	struct jtn__arena *arena = schema->private_data;
	for (int64_t i = 0; i < schema->n_children; i++)
		if (schema->children[i]->release)
			schema->children[i]->release(schema->children[i]);
	if (schema->dictionary && schema->dictionary->release)
		schema->dictionary->release(schema->dictionary);
	schema->release = NULL;
	jtn__arena_free(arena);
}

jtn_status
jtn__output_start(struct jtn__output *output, struct jtn_error *reterr)
{
	for (uint32_t i = 0; i < output->count; i++) {
		struct jtn__output_column *column = &output->columns[i];
		JTN__TRY(jtn__arena_new(output->allocator, &column->arena, reterr));
		column->values = jtn__arena_room(column->arena, (size_t)output->rows, types[column->type].width);
		if (!column->values)
			return out_of_memory(reterr);
	}
	return JTN_OK;
}

void
jtn__output_drop(struct jtn__output *output)
{
	for (uint32_t i = 0; i < output->count; i++)
		jtn__arena_free(output->columns[i].arena);
}

bool
jtn__output_null(struct jtn__output *output, struct jtn__output_column *column, int64_t row)
{
	size_t bytes = (size_t)output->rows / 8 + 1;
	if (!column->valid) {
		column->valid = jtn__arena_room(column->arena, bytes, 1);
		if (!column->valid)
			return false;
		memset(column->valid, 0xff, bytes);
	}
	column->null_count += column->valid[row / 8] >> (row % 8) & 1;
	column->valid[row / 8] &= (unsigned char)~(1u << (row % 8));
	memset((char *)column->values + (size_t)row * types[column->type].width, 0, types[column->type].width);
	return true;
}

/* The texts of a dictionary, one behind the other, in the memory of the column whose they are. */
static bool
make_words(const struct jtn__output_column *column, struct array_parts *parts)
{
	size_t length = 0;
	for (uint32_t i = 0; i < column->word_count; i++)
		length += strlen(column->words[i]);
	const void **buffers = jtn__arena_take(column->arena, 3, sizeof(*buffers));
	int32_t *offsets = jtn__arena_take(column->arena, column->word_count + 1, sizeof(*offsets));
	char *text = jtn__arena_take(column->arena, length + 1, 1);
	if (!buffers || !offsets || !text)
		return false;
	buffers[1] = offsets;
	buffers[2] = text;
	for (uint32_t i = 0; i < column->word_count; i++) {
		size_t size = strlen(column->words[i]);
		memcpy(text + offsets[i], column->words[i], size);
		offsets[i + 1] = offsets[i] + (int32_t)size;
	}
	parts->dictionary =
		(struct ArrowArray){.length = column->word_count, .n_buffers = 3, .buffers = buffers, .release = release_array};
	return true;
}

static jtn_status
make_array(const struct jtn__output_column *column, int64_t rows, struct ArrowArray *ret, struct jtn_error *reterr)
{
	struct array_parts *parts = jtn__arena_take(column->arena, 1, sizeof(*parts));
	if (!parts || (column->type == JTN__OUTPUT_WORD && !make_words(column, parts)))
		return out_of_memory(reterr);
	parts->buffers[0] = column->valid;
	parts->buffers[1] = column->values;
	*ret = (struct ArrowArray){.length = rows,
	                           .null_count = column->null_count,
	                           .n_buffers = 2,
	                           .buffers = parts->buffers,
	                           .dictionary = column->type == JTN__OUTPUT_WORD ? &parts->dictionary : NULL,
	                           .release = release_array,
	                           .private_data = column->arena};
	return JTN_OK;
}

/* A schema has no memory of its own but the dictionary's. */
static jtn_status
make_schema(const struct jtn__output *output, const struct jtn__output_column *column, struct ArrowSchema *ret,
            struct jtn_error *reterr)
{
	struct jtn__arena *arena = NULL;
	struct ArrowSchema *dictionary = NULL;
	if (column->type == JTN__OUTPUT_WORD) {
		JTN__TRY(jtn__arena_new(output->allocator, &arena, reterr));
		dictionary = jtn__arena_take(arena, 1, sizeof(*dictionary)); /* fits in what an arena begins with */
		*dictionary = (struct ArrowSchema){.format = text_format, .name = nameless, .release = release_schema};
	}
	*ret = (struct ArrowSchema){.format = types[column->type].format,
	                            .name = column->name,
	                            .flags = ARROW_FLAG_NULLABLE,
	                            .dictionary = dictionary,
	                            .release = release_schema,
	                            .private_data = arena};
	return JTN_OK;
}

/* The structs above the columns, with as many children, which are zero so far. */
static jtn_status
make_tops(const struct jtn__output *output, struct ArrowSchema *schema, struct ArrowArray *array,
          struct jtn_error *reterr)
{
	struct jtn__arena *arena, *schema_arena;
	JTN__TRY(jtn__arena_new(output->allocator, &arena, reterr));
	jtn_status status = jtn__arena_new(output->allocator, &schema_arena, reterr);
	if (status != JTN_OK) {
		jtn__arena_free(arena);
		return status;
	}
	struct ArrowArray *arrays = jtn__arena_take(arena, output->count, sizeof(*arrays));
	struct ArrowSchema *schemas = jtn__arena_take(schema_arena, output->count, sizeof(*schemas));
	*array = (struct ArrowArray){.length = output->rows,
	                             .n_buffers = 1,
	                             .buffers = jtn__arena_take(arena, 1, sizeof(void *)),
	                             .children = jtn__arena_take(arena, output->count, sizeof(void *)),
	                             .release = release_array,
	                             .private_data = arena};
	*schema = (struct ArrowSchema){.format = struct_format,
	                               .name = nameless,
	                               .children = jtn__arena_take(schema_arena, output->count, sizeof(void *)),
	                               .release = release_schema,
	                               .private_data = schema_arena};
	if (!arrays || !schemas || !array->buffers || !array->children || !schema->children) {
		release_array(array);
		release_schema(schema);
		return out_of_memory(reterr);
	}
	for (uint32_t i = 0; i < output->count; i++) {
		array->children[i] = &arrays[i];
		schema->children[i] = &schemas[i];
	}
	array->n_children = schema->n_children = output->count;
	return JTN_OK;
}

jtn_status
jtn__output_finish(struct jtn__output *output, struct ArrowSchema *retschema, struct ArrowArray *retarray,
                   struct jtn_error *reterr)
{
	struct ArrowSchema schema;
	struct ArrowArray array;
	jtn_status status = make_tops(output, &schema, &array, reterr);
	if (status != JTN_OK)
		return status;
	for (uint32_t i = 0; i < output->count && status == JTN_OK; i++)
		status = make_schema(output, &output->columns[i], schema.children[i], reterr);
	for (uint32_t i = 0; i < output->count && status == JTN_OK; i++)
		status = make_array(&output->columns[i], output->rows, array.children[i], reterr);
	if (status != JTN_OK) {
		for (uint32_t i = 0; i < output->count; i++)
			array.children[i]->release = NULL; /* their memory is still the columns' */
		release_array(&array);
		release_schema(&schema);
		return status;
	}
	*retschema = schema;
	*retarray = array;
	return JTN_OK;
}
