/* Columns of the Arrow C Data Interface: types by their format strings, offsets and nulls of structs. */
#include "column.h"

#include "base/error.h"

#include <string.h>

#define COLUMNS_MOST 4096

static jtn_status
malformed(const char *name, const char *what, struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_ARGUMENT, name, "not an array of the Arrow C Data Interface: %s", what);
}

/* What holds for every array: released or not, lengths, nulls; `rows` are read from `first` on. */
static jtn_status
check_array(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t rows, struct jtn_error *reterr)
{
	int64_t end;
	if (!schema || !array || !schema->release || !array->release || !schema->format)
		return malformed("", "NULL, released, or without a format", reterr);
	const char *name = schema->name ? schema->name : "";
	if (array->length < 0 || array->offset < 0 || __builtin_add_overflow(array->offset, array->length, &end) ||
	    array->null_count < -1 || array->n_buffers < 0 || (array->n_buffers && !array->buffers))
		return malformed(name, "a negative length, offset or number of buffers", reterr);
	if (array->length < rows)
		return malformed(name, "shorter than the struct that it is in", reterr);
	if (array->n_children < 0 || array->n_children != schema->n_children ||
	    (array->n_children && (!array->children || !schema->children)))
		return malformed(name, "children of the array are not those of the schema", reterr);
	return JTN_OK;
}

static jtn_status
add_nulls(struct jtn__column *column, const struct ArrowArray *array, int64_t first, struct jtn_error *reterr)
{
	if (array->null_count == 0 || array->n_buffers == 0)
		return JTN_OK;
	const unsigned char *bits = array->buffers[0];
	if (!bits && array->null_count > 0)
		return malformed(column->name, "nulls are counted and there is no bitmap", reterr);
	if (bits)
		column->nulls[column->null_count++] = (struct jtn__nulls){bits, first};
	return JTN_OK;
}

static bool
is_struct(const struct ArrowSchema *schema)
{
	return strcmp(schema->format, "+s") == 0;
}

/* Walk in progress: columns are counted first, and then written. */
struct walk {
	struct jtn__column *columns;
	uint64_t count;
	struct jtn_error *error;
};

/* A struct's columns; `above` has the nulls so far and the index of row 0. */
static jtn_status
walk_struct(struct walk *walk, const struct ArrowSchema *schema, const struct ArrowArray *array,
            const struct jtn__column *above, int64_t rows, uint32_t depth)
{
	struct jtn__column inside = *above;
	int64_t needed;
	JTN__TRY(check_array(schema, array, rows, walk->error));
	if (depth == JTN__STRUCTS_MOST)
		return jtn__fail(walk->error, JTN_E_LIMIT, schema->name ? schema->name : "",
		                 "structs inside each other: more than %d", (int64_t)JTN__STRUCTS_MOST);
	if (__builtin_add_overflow(above->first, array->offset, &inside.first) ||
	    __builtin_add_overflow(inside.first, rows, &needed))
		return malformed("", "offsets beyond 2^63", walk->error);
	JTN__TRY(add_nulls(&inside, array, inside.first, walk->error));
	for (int64_t i = 0; i < array->n_children; i++) {
		const struct ArrowSchema *child = schema->children[i];
		JTN__TRY(check_array(child, array->children[i], needed, walk->error));
		if (is_struct(child)) {
			JTN__TRY(walk_struct(walk, child, array->children[i], &inside, rows, depth + 1));
			continue;
		}
		if (walk->count == COLUMNS_MOST)
			return jtn__fail(walk->error, JTN_E_LIMIT, "", "more than %d columns", (int64_t)COLUMNS_MOST);
		struct jtn__column *column = walk->columns ? &walk->columns[walk->count] : NULL;
		walk->count++;
		if (!column)
			continue;
		*column = inside;
		column->name = child->name ? child->name : "";
		column->schema = child;
		column->array = array->children[i];
		column->first = inside.first + column->array->offset;
		JTN__TRY(add_nulls(column, column->array, column->first, walk->error));
	}
	return JTN_OK;
}

jtn_status
jtn__table_read(const struct ArrowSchema *schema, const struct ArrowArray *array, struct jtn__arena *arena,
                struct jtn__table *ret, struct jtn_error *reterr)
{
	static const struct jtn__column top = {.name = ""};
	struct walk walk = {.error = reterr};
	JTN__TRY(check_array(schema, array, 0, reterr));
	if (!is_struct(schema))
		return jtn__fail(reterr, JTN_E_TYPE, "schema",
		                 "format \"%s\"; expected a struct, \"+s\", as a record batch is one", schema->format);
	JTN__TRY(walk_struct(&walk, schema, array, &top, array->length, 0));
	walk.columns = jtn__arena_take(arena, walk.count, sizeof(*walk.columns));
	if (!walk.columns)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a table");
	walk.count = 0;
	JTN__TRY(walk_struct(&walk, schema, array, &top, array->length, 0));
	*ret = (struct jtn__table){walk.columns, walk.count, array->length};
	return JTN_OK;
}

const char *
jtn__column_role(const struct jtn__column *column, const struct jtn_arrow_column *mapped, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		if (strcmp(mapped[i].name, column->name) == 0)
			return *mapped[i].as ? mapped[i].as : NULL;
	return column->name;
}

jtn_status
jtn__table_check_mapping(const struct jtn__table *table, const struct jtn_arrow_column *mapped, uint64_t count,
                         struct jtn_error *reterr)
{
	if (count && !mapped)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "columns", "columns is NULL, and column_count is not 0");
	for (uint64_t i = 0; i < count; i++) {
		bool found = false;
		if (!mapped[i].name || !mapped[i].as)
			return jtn__fail(reterr, JTN_E_ARGUMENT, "columns", "a column without a name");
		for (uint64_t j = 0; j < table->column_count && !found; j++)
			found = strcmp(mapped[i].name, table->columns[j].name) == 0;
		if (!found)
			return jtn__fail(reterr, JTN_E_NOT_FOUND, mapped[i].name, "no column of that name in the table");
	}
	return JTN_OK;
}

/* Digits up to `end`, which is stepped over; -1 where there is something else. */
static int32_t
read_small(const char **at, char end)
{
	int32_t value = 0, sign = **at == '-' ? -1 : 1;
	*at += sign < 0;
	const char *from = *at;
	while (**at >= '0' && **at <= '9' && *at - from < 4)
		value = value * 10 + (*(*at)++ - '0');
	if (*at == from || (**at != end && **at != '\0'))
		return INT32_MIN;
	*at += **at == end && end;
	return value * sign;
}

static bool
read_decimal(struct jtn__column *column, const char *format)
{
	const char *at = format + 2; /* "d:38,18", or with ",128" behind */
	int32_t digits = read_small(&at, ','), scale = read_small(&at, ',');
	column->scale = scale;
	column->width = 16;
	return digits > 0 && digits <= 38 && scale >= -38 && scale <= 38 && (*at == '\0' || strcmp(at, "128") == 0);
}

/* What a format string says. */
static void
read_format(struct jtn__column *column, const char *format)
{
	static const char integers[] = "cCsSiIlL", units[] = "smun";
	const char *found = strchr(integers, format[0]);
	column->kind = JTN__COLUMN_OTHER;
	if (found && *found && !format[1]) {
		column->kind = JTN__COLUMN_INTEGER;
		column->width = 1u << (found - integers) / 2;
		column->is_signed = (found - integers) % 2 == 0;
	} else if (strcmp(format, "n") == 0) {
		column->kind = JTN__COLUMN_NONE;
	} else if (strcmp(format, "b") == 0) {
		column->kind = JTN__COLUMN_BOOLEAN;
	} else if (strcmp(format, "f") == 0 || strcmp(format, "g") == 0) {
		column->kind = JTN__COLUMN_FLOAT;
		column->width = *format == 'f' ? 4 : 8;
	} else if (strncmp(format, "d:", 2) == 0) {
		column->kind = read_decimal(column, format) ? JTN__COLUMN_DECIMAL : JTN__COLUMN_OTHER;
	} else if (strcmp(format, "u") == 0 || strcmp(format, "U") == 0 || strcmp(format, "vu") == 0) {
		column->kind = JTN__COLUMN_TEXT;
		column->width = *format == 'u' ? 4 : *format == 'U' ? 8 : JTN__TEXT_VIEW;
	} else if (strncmp(format, "ts", 2) == 0 && format[2] && strchr(units, format[2]) && format[3] == ':') {
		column->kind = JTN__COLUMN_TIME;
		column->width = 8;
		column->ns = 1000000000;
		for (const char *unit = units; *unit != format[2]; unit++)
			column->ns /= 1000;
	}
}

jtn_status
jtn__column_other(const struct jtn__column *column, int32_t others, const char *known, struct jtn_error *reterr)
{
	struct jtn__column read = {.kind = 0};
	read_format(&read, column->schema->format);
	if (others == JTN_ARROW_IGNORE || column->schema->dictionary ||
	    (read.kind != JTN__COLUMN_INTEGER && read.kind != JTN__COLUMN_FLOAT && read.kind != JTN__COLUMN_DECIMAL))
		return JTN_OK;
	return jtn__fail(
		reterr, JTN_E_UNKNOWN_FIELD, column->name,
		"a column of numbers that is neither %s; map it to one, or to \"\" to leave it out, or let others be "
		"ignored",
		known);
}

/* Buffers of a column whose kind is known; one row at least is read. */
static jtn_status
check_buffers(struct jtn__column *column, struct jtn_error *reterr)
{
	const struct ArrowArray *array = column->array;
	bool text = column->kind == JTN__COLUMN_TEXT;
	int64_t least = column->kind == JTN__COLUMN_NONE ? 0 : text ? 3 : 2;
	if (array->n_buffers < least || (least && text && column->width != JTN__TEXT_VIEW && array->n_buffers != 3))
		return malformed(column->name, "too few or too many buffers for its type", reterr);
	column->values = least ? array->buffers[1] : NULL;
	if (least && array->length && !column->values)
		return malformed(column->name, "a buffer is missing", reterr);
	return JTN_OK;
}

static jtn_status
open_dictionary(struct jtn__column *column, struct jtn__arena *arena, struct jtn_error *reterr)
{
	struct jtn__column *values = jtn__arena_take(arena, 1, sizeof(*values));
	if (!values)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a table");
	*values = (struct jtn__column){.name = column->name};
	values->schema = column->schema->dictionary;
	values->array = column->array->dictionary;
	JTN__TRY(check_array(values->schema, values->array, 0, reterr));
	values->first = values->array->offset;
	JTN__TRY(add_nulls(values, values->array, values->first, reterr));
	read_format(values, values->schema->format);
	if (values->kind != JTN__COLUMN_TEXT || values->schema->dictionary || column->kind != JTN__COLUMN_INTEGER)
		return jtn__fail(reterr, JTN_E_TYPE, column->name, "a dictionary of \"%s\"; dictionaries are of text here",
		                 values->schema->format);
	column->dictionary = values;
	return check_buffers(values, reterr);
}

jtn_status
jtn__column_open(struct jtn__column *column, uint32_t kinds, const char *expected, struct jtn__arena *arena,
                 struct jtn_error *reterr)
{
	bool text = kinds >> JTN__COLUMN_TEXT & 1;
	read_format(column, column->schema->format);
	if (column->schema->dictionary && text) {
		JTN__TRY(open_dictionary(column, arena, reterr));
	} else if (column->schema->dictionary || !(kinds >> column->kind & 1)) {
		return jtn__fail(reterr, JTN_E_TYPE, column->name, "%s format \"%s\"; expected %s; cast the column",
		                 column->schema->dictionary ? "a dictionary of" : "of", column->schema->format, expected);
	}
	return check_buffers(column, reterr);
}
