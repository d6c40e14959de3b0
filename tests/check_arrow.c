/*
 * Arrow: tables built by hand, without an Arrow library. Charges are compared with jtn_rate_batch() row by row, estimates
 * with jtn_estimate_batch(); what is malformed is refused; results own themselves.
 */
#include "tariff.h"

#include "jeton.h"

#include <stdbool.h>

#define ROWS 3000
#define COLUMNS 12

static void
release_schema(struct ArrowSchema *schema)
{
	schema->release = NULL;
}

static void
release_array(struct ArrowArray *array)
{
	array->release = NULL;
}

/* A column of a table, with room for a dictionary of text. */
struct column {
	struct ArrowSchema schema, words_schema;
	struct ArrowArray array, words;
	const void *buffers[4], *word_buffers[3];
};

struct table {
	struct ArrowSchema schema, *schemas[COLUMNS];
	struct ArrowArray array, *arrays[COLUMNS];
	const void *buffers[1];
	struct column columns[COLUMNS];
};

static void
start(struct table *table, int64_t rows)
{
	memset(table, 0, sizeof(*table));
	table->schema = (struct ArrowSchema){.format = "+s", .children = table->schemas, .release = release_schema};
	table->array = (struct ArrowArray){
		.length = rows, .n_buffers = 1, .buffers = table->buffers, .children = table->arrays, .release = release_array};
}

static struct column *
add(struct table *table, const char *name, const char *format, const void *values)
{
	int64_t index = table->schema.n_children++;
	struct column *column = &table->columns[index];

	table->array.n_children++;
	column->schema = (struct ArrowSchema){.format = format, .name = name, .flags = 2, .release = release_schema};
	column->array = (struct ArrowArray){.length = table->array.length + table->array.offset,
	                                    .n_buffers = 2,
	                                    .buffers = column->buffers,
	                                    .release = release_array};
	column->buffers[1] = values;
	table->schemas[index] = &column->schema;
	table->arrays[index] = &column->array;
	return column;
}

static void
add_words(struct column *column, const int32_t *offsets, const char *text, int64_t count)
{
	column->words_schema = (struct ArrowSchema){.format = "u", .name = "", .release = release_schema};
	column->words =
		(struct ArrowArray){.length = count, .n_buffers = 3, .buffers = column->word_buffers, .release = release_array};
	column->word_buffers[1] = offsets;
	column->word_buffers[2] = text;
	column->schema.dictionary = &column->words_schema;
	column->array.dictionary = &column->words;
}

static struct column *
add_text(struct table *table, const char *name, const int32_t *offsets, const char *text)
{
	struct column *column = add(table, name, "u", offsets);

	column->array.n_buffers = 3;
	column->buffers[2] = text;
	return column;
}

#define TWO                                                                                              \
	"{\"jeton_book\": 1, \"tariffs\": ["                                                                 \
	"{\"provider\": \"p\", \"model\": \"small\", \"currency\": \"USD\", \"rules\": ["                    \
	"{\"id\": \"in\", \"meters\": [\"input\"], \"price\": \"2.5\", \"per\": 1000000, \"from\": "         \
	"\"2025-01-01T00:00:00Z\"}, "                                                                        \
	"{\"id\": \"long\", \"meters\": [\"input\"], \"price\": \"5\", \"per\": 1000000, \"from\": "         \
	"\"2025-01-01T00:00:00Z\", "                                                                         \
	"\"when\": {\"quantity\": \"all_input\", \"above\": 2000}}, "                                        \
	"{\"id\": \"batch\", \"meters\": [\"input\"], \"price\": \"1\", \"per\": 3, \"tier\": [\"batch\"], " \
	"\"when\": {\"quantity\": \"all_input\", \"above\": 2000}}, "                                        \
	"{\"id\": \"out\", \"meters\": [\"output\"], \"price\": \"10\", \"per\": 1000000}], "                \
	"\"fallback\": {\"cache_read\": \"input\", \"reasoning\": \"output\"}}, "                            \
	"{\"provider\": \"q\", \"model\": \"large\", \"currency\": \"EUR\", \"rules\": ["                    \
	"{\"id\": \"in\", \"meters\": [\"input\"], \"price\": \"7\", \"per\": 1000000}, "                    \
	"{\"id\": \"ask\", \"meters\": [\"requests\"], \"price\": \"0.01\"}, "                               \
	"{\"id\": \"heard\", \"meters\": [\"input_audio_seconds\"], \"price\": \"0.006\", \"per\": 60}]}]}"

static const int32_t offsets[] = {0, 5, 10, 15};
static const char words[] = "smalllargenone!";
static const int32_t tier_offsets[] = {0, 8, 13};
static const char tier_words[] = "standardbatch";

static int64_t input[ROWS + 8], times[ROWS + 8];
static int16_t output[ROWS + 8];
static uint32_t cached[ROWS + 8];
static uint64_t reasoning[ROWS + 8];
static int8_t models[ROWS + 8], tiers[ROWS + 8];
static unsigned char valid[ROWS / 8 + 2];
static uint64_t state = 1;

static uint64_t
draw(uint64_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 33) % below;
}

static void
draw_rows(void)
{
	for (int i = 0; i < ROWS + 8; i++) {
		input[i] = draw(50) ? (int64_t)draw(4000) : draw(2) ? -1 : INT64_MAX;
		output[i] = (int16_t)(draw(3) ? draw(500) : 0);
		cached[i] = (uint32_t)(draw(3) ? 0 : draw(1000));
		reasoning[i] = draw(200) ? draw(3) * 7 : UINT64_MAX;
		models[i] = (int8_t)(draw(100) ? draw(20) == 0 : 2);
		tiers[i] = (int8_t)(draw(4) == 0);
		times[i] = INT64_C(1735689600) + (int64_t)draw(2) * 1000 - (draw(100) ? 0 : 2000); /* the first instant, in s */
	}
	for (size_t i = 0; i < sizeof(valid); i++)
		valid[i] = (unsigned char)draw(256) | 0x5a;
}

/* All rows from `offset` on, as a producer would slice them. */
static void
usage_table(struct table *table, int64_t offset, int64_t rows)
{
	start(table, rows);
	table->array.offset = offset;
	add(table, "input", "l", input);
	add(table, "output", "s", output);
	add(table, "cache_read", "I", cached)->buffers[0] = valid;
	table->columns[2].array.null_count = -1;
	add(table, "reasoning", "L", reasoning);
	add_words(add(table, "model", "c", models), offsets, words, 3);
	add_words(add(table, "service_tier", "c", tiers), tier_offsets, tier_words, 2);
	add(table, "time", "tss:Europe/Paris", times);
}

static bool
is_valid(int64_t row)
{
	return valid[row / 8] >> (row % 8) & 1;
}

/* What the same row comes to by itself. */
static struct jtn_charge
rate_alone(const struct jtn_book *book, int64_t row)
{
	struct jtn_count counts[4] = {{input[row], JTN_METER_INPUT, 0}, {output[row], JTN_METER_OUTPUT, 0}};
	struct jtn_usage usage = {.time_ns = times[row] * 1000000000, .tier = (uint32_t)tiers[row], .count = 2};
	const struct jtn_tariff *tariff = jtn_book_tariff(book, (uint64_t)models[row]);
	struct jtn_charge charge = {.status = JTN_E_UNKNOWN_MODEL};
	struct jtn_error err;

	if (!tariff)
		return charge;
	if (reasoning[row] > INT64_MAX) {
		charge.status = JTN_E_OVERFLOW;
		return charge;
	}
	if (is_valid(row))
		counts[usage.count++] = (struct jtn_count){cached[row], JTN_METER_CACHE_READ, 0};
	counts[usage.count++] = (struct jtn_count){(int64_t)reasoning[row], JTN_METER_REASONING, 0};
	if (jtn_rate_batch(&tariff, 1, &usage, sizeof(usage), counts, usage.count, sizeof(*counts), &charge, sizeof(charge),
	                   1, &err) != JTN_OK)
		ck_assert_int_ne(charge.status, JTN_OK);
	return charge;
}

static bool
has_value(const struct ArrowArray *array, int64_t row)
{
	const unsigned char *bits = array->buffers[0];

	return !bits || (bits[row / 8] >> (row % 8) & 1);
}

static void
compare(const struct jtn_book *book, const struct ArrowArray *result, int64_t offset, int64_t rows)
{
	const struct jtn_money *totals = result->children[0]->buffers[1];
	const int8_t *currencies = result->children[1]->buffers[1];
	const int32_t *codes = result->children[1]->dictionary->buffers[1], *statuses = result->children[2]->buffers[1];
	const char *texts = result->children[1]->dictionary->buffers[2];
	const uint32_t *flags = result->children[3]->buffers[1];
	int64_t nulls = 0;

	ck_assert_int_eq(result->length, rows);
	for (int64_t i = 0; i < rows; i++) {
		struct jtn_charge charge = rate_alone(book, offset + i);
		ck_assert_msg(charge.status == statuses[i], "row %d: status %d, not %d", (int)i, statuses[i], charge.status);
		ck_assert_int_eq(has_value(result->children[0], i), charge.status == JTN_OK);
		nulls += charge.status != JTN_OK;
		if (charge.status != JTN_OK)
			continue;
		ck_assert_msg(memcmp(&totals[i], &charge.total, sizeof(charge.total)) == 0, "row %d", (int)i);
		ck_assert_uint_eq(flags[i], charge.flags);
		ck_assert(memcmp(texts + codes[currencies[i]], models[offset + i] ? "EUR" : "USD", 3) == 0);
	}
	ck_assert_int_eq(result->children[0]->null_count, nulls);
	ck_assert_int_eq(result->children[1]->null_count, nulls);
}

static jtn_status
rate(const struct jtn_book *book, struct table *table, const struct jtn_allocator *allocator,
     struct ArrowSchema *schema, struct ArrowArray *array, struct jtn_error *err)
{
	struct jtn_rate_arrow_options options;

	jtn_rate_arrow_options_init(&options);
	options.book = book;
	memset(err, 0, sizeof(*err));
	return jtn_rate_arrow(&options, &table->schema, &table->array, allocator, schema, array, err);
}

static void
release(struct ArrowSchema *schema, struct ArrowArray *array)
{
	array->release(array);
	schema->release(schema);
	ck_assert(!array->release && !schema->release);
}

START_TEST(a_table_comes_to_what_its_rows_come_to_alone)
{
	struct jtn_book *book = book_of(TWO);
	struct table table;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct jtn_error err;

	draw_rows();
	usage_table(&table, 0, ROWS);
	assert_status(rate(book, &table, NULL, &schema, &array, &err), JTN_E_ROWS);
	ck_assert_str_eq(schema.format, "+s");
	ck_assert_str_eq(schema.children[0]->name, "total");
	ck_assert_str_eq(schema.children[0]->format, "d:38,18");
	ck_assert_str_eq(schema.children[1]->dictionary->format, "u");
	compare(book, &array, 0, ROWS);
	for (int64_t i = 0; i < err.index; i++)
		assert_status(rate_alone(book, i).status, JTN_OK);
	ck_assert_int_ne(rate_alone(book, err.index).status, JTN_OK);
	release(&schema, &array);
	jtn_book_free(book);
}
END_TEST

START_TEST(every_slice_comes_to_the_same)
{
	static const int64_t cuts[] = {0, 1, 7, 8, 13, 1023, 1024, 1025, 2048, 2999, ROWS};
	struct jtn_book *book = book_of(TWO);
	struct table table;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct jtn_error err;

	draw_rows();
	for (size_t i = 1; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		usage_table(&table, cuts[i - 1], cuts[i] - cuts[i - 1]);
		jtn_status status = rate(book, &table, NULL, &schema, &array, &err);
		ck_assert(status == JTN_OK || status == JTN_E_ROWS);
		compare(book, &array, cuts[i - 1], cuts[i] - cuts[i - 1]);
		release(&schema, &array);
	}
	jtn_book_free(book);
}
END_TEST

/* The same models as plain text: long offsets, short ones, views. */
START_TEST(text_of_every_kind_finds_the_same_tariff)
{
	static const int32_t short_ends[] = {0, 5, 10};
	static const int64_t long_ends[] = {0, 5, 10};
	static const char text[] = "smalllarge";
	static const struct {
		int32_t length;
		char inside[12];
	} views[] = {{5, "small"}, {5, "large"}};
	static const struct {
		const char *format;
		const void *values;
	} kinds[] = {{"u", short_ends}, {"U", long_ends}, {"vu", views}};
	struct jtn_book *book = book_of(TWO);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		static const int64_t sizes[1], tokens[] = {1000, 1000};
		struct table table;
		struct ArrowSchema schema;
		struct ArrowArray array;
		struct jtn_error err;
		struct jtn_rate_arrow_options options;

		start(&table, 2);
		add(&table, "input", "l", tokens);
		struct column *model = add_text(&table, "model", kinds[i].values, text);
		model->schema.format = kinds[i].format;
		if (i == 2) {
			model->buffers[2] = sizes;
		}
		jtn_rate_arrow_options_init(&options);
		options.book = book;
		options.has_time = 1;
		options.time_ns = instant("2026-01-01T00:00:00Z");
		assert_ok(jtn_rate_arrow(&options, &table.schema, &table.array, NULL, &schema, &array, &err), err);
		const struct jtn_money *totals = array.children[0]->buffers[1];
		assert_money(totals[0], "0.0025");
		assert_money(totals[1], "0.017");
		release(&schema, &array);
	}
	jtn_book_free(book);
}
END_TEST

START_TEST(seconds_are_exact_as_decimals_and_too_fine_a_one_fails)
{
	/* decimal128(9, 7): 90.5 s, and one tenth of a microsecond */
	static const int64_t seconds[] = {905000000, 0, 1, 0};
	struct jtn_book *book = book_of(TWO);
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 1);
	struct jtn_rate_arrow_options options;
	struct table table;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct jtn_error err;

	start(&table, 2);
	add(&table, "input_audio_seconds", "d:9,7", seconds);
	jtn_rate_arrow_options_init(&options);
	options.tariffs = &tariff;
	options.tariff_count = 1;
	assert_status(jtn_rate_arrow(&options, &table.schema, &table.array, NULL, &schema, &array, &err), JTN_E_ROWS);
	ck_assert_int_eq(err.index, 1);
	ck_assert_str_eq(err.field, "input_audio_seconds");
	const struct jtn_money *totals = array.children[0]->buffers[1];
	const int32_t *statuses = array.children[2]->buffers[1];
	assert_money(totals[0], "0.01905"); /* 90.5 * 0.006 / 60, and a request */
	assert_status(statuses[1], JTN_E_INEXACT);
	release(&schema, &array);
	jtn_book_free(book);
}
END_TEST

/* Each changes one thing about a good table. */
static void
no_such_type(struct table *table)
{
	table->columns[0].schema.format = "g";
}
static void
a_list(struct table *table)
{
	table->columns[0].schema.format = "+l";
}
static void
an_unknown_number(struct table *table)
{
	table->columns[0].schema.name = "prompt";
}
static void
the_same_twice(struct table *table)
{
	table->columns[0].schema.name = "output";
}
static void
no_model(struct table *table)
{
	table->columns[4].schema.name = "remark";
}
static void
released(struct table *table)
{
	table->array.release = NULL;
}
static void
too_short(struct table *table)
{
	table->columns[1].array.length = 3;
}
static void
negative(struct table *table)
{
	table->columns[1].array.offset = -1;
}
static void
other_children(struct table *table)
{
	table->array.n_children--;
}
static void
no_values(struct table *table)
{
	table->columns[0].buffers[1] = NULL;
}
static void
nulls_without_bits(struct table *table)
{
	table->columns[0].array.null_count = 2;
}
static void
no_struct(struct table *table)
{
	table->schema.format = "l";
}
static void
a_dictionary_of_numbers(struct table *table)
{
	table->columns[4].words_schema.format = "l";
}

static const struct {
	void (*spoil)(struct table *table);
	jtn_status status;
	const char *field;
} spoils[] = {
	{no_such_type, JTN_E_TYPE, "input"},
	{a_list, JTN_E_TYPE, "input"},
	{an_unknown_number, JTN_E_UNKNOWN_FIELD, "prompt"},
	{the_same_twice, JTN_E_DUPLICATE_KEY, "output"},
	{no_model, JTN_E_MISSING_FIELD, "model"},
	{released, JTN_E_ARGUMENT, ""},
	{too_short, JTN_E_ARGUMENT, "output"},
	{negative, JTN_E_ARGUMENT, "output"},
	{other_children, JTN_E_ARGUMENT, ""},
	{no_values, JTN_E_ARGUMENT, "input"},
	{nulls_without_bits, JTN_E_ARGUMENT, "input"},
	{no_struct, JTN_E_TYPE, "schema"},
	{a_dictionary_of_numbers, JTN_E_TYPE, "model"},
};

START_TEST(what_is_no_table_of_usage_is_refused_by_name)
{
	struct jtn_book *book = book_of(TWO);
	struct table table;
	struct ArrowSchema schema = {.name = "untouched"};
	struct ArrowArray array = {.length = 17};
	struct jtn_error err;

	usage_table(&table, 0, 100);
	spoils[_i].spoil(&table);
	assert_status(rate(book, &table, NULL, &schema, &array, &err), spoils[_i].status);
	ck_assert_str_eq(err.field, spoils[_i].field);
	ck_assert_str_eq(schema.name, "untouched");
	ck_assert_int_eq(array.length, 17);
	jtn_book_free(book);
}
END_TEST

START_TEST(columns_may_be_called_otherwise_or_left_out)
{
	static const struct jtn_arrow_column columns[] = {{"prompt", "input"}, {"user_id", ""}};
	static const int64_t tokens[] = {1000}, users[] = {5};
	struct jtn_book *book = book_of(TWO);
	struct jtn_rate_arrow_options options;
	struct table table;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct jtn_error err;

	start(&table, 1);
	add(&table, "prompt", "l", tokens);
	add(&table, "user_id", "l", users);
	add_words(add(&table, "model", "c", "\1"), offsets, words, 3);
	jtn_rate_arrow_options_init(&options);
	options.book = book;
	options.columns = columns;
	options.column_count = 2;
	options.provider = "q";
	assert_ok(jtn_rate_arrow(&options, &table.schema, &table.array, NULL, &schema, &array, &err), err);
	assert_money(*(const struct jtn_money *)array.children[0]->buffers[1], "0.017");
	release(&schema, &array);
	table.columns[0].schema.name = "other";
	assert_status(jtn_rate_arrow(&options, &table.schema, &table.array, NULL, &schema, &array, &err), JTN_E_NOT_FOUND);
	ck_assert_str_eq(err.field, "prompt");
	jtn_book_free(book);
}
END_TEST

START_TEST(an_index_outside_its_dictionary_fails_its_row_only)
{
	static const int64_t tokens[] = {1000, 1000, 1000};
	static const int8_t codes[] = {1, 77, -1};
	struct jtn_book *book = book_of(TWO);
	struct table table;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct jtn_error err;

	start(&table, 3);
	add(&table, "input", "l", tokens);
	add_words(add(&table, "model", "c", codes), offsets, words, 3);
	assert_status(rate(book, &table, NULL, &schema, &array, &err), JTN_E_ROWS);
	ck_assert_int_eq(err.index, 1);
	const int32_t *statuses = array.children[2]->buffers[1];
	assert_status(statuses[0], JTN_OK);
	assert_status(statuses[1], JTN_E_RANGE);
	assert_status(statuses[2], JTN_E_RANGE);
	release(&schema, &array);
	jtn_book_free(book);
}
END_TEST

/* As the interface allows: a consumer takes what it needs, and releases it when it likes. */
START_TEST(children_may_be_moved_out_and_released_alone)
{
	struct jtn_book *book = book_of(TWO);
	struct table table;
	struct ArrowSchema schema, moved_schema;
	struct ArrowArray array, moved;
	struct jtn_error err;

	draw_rows();
	usage_table(&table, 0, 64);
	rate(book, &table, NULL, &schema, &array, &err);
	moved = *array.children[1];
	array.children[1]->release = NULL;
	moved_schema = *schema.children[1];
	schema.children[1]->release = NULL;
	release(&schema, &array);
	ck_assert_int_eq(moved.length, 64);
	ck_assert_str_eq(moved_schema.dictionary->format, "u");
	ck_assert(memcmp(moved.dictionary->buffers[2], "USD", 3) == 0 ||
	          memcmp(moved.dictionary->buffers[2], "EUR", 3) == 0);
	release(&moved_schema, &moved);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_table_of_no_rows_has_a_result_of_none)
{
	struct jtn_book *book = book_of(TWO);
	struct table table;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct jtn_error err;

	usage_table(&table, 0, 0);
	assert_ok(rate(book, &table, NULL, &schema, &array, &err), err);
	ck_assert_int_eq(array.length, 0);
	ck_assert_int_eq(array.n_children, 4);
	release(&schema, &array);
	jtn_book_free(book);
}
END_TEST

/* Many models, each at two tiers and two sizes, so that memory runs out at every stage. */
START_TEST(every_allocation_of_rating_may_fail_and_nothing_leaks)
{
	enum { MODELS = 400 };
	static char book_text[MODELS * 400], names[MODELS * 4];
	static int32_t ends[MODELS + 1];
	static int64_t tokens[2000];
	static int16_t codes[2000];
	struct table table;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct jtn_error err;
	int at = sprintf(book_text, "{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [");
	jtn_status status = JTN_E_MEMORY;

	for (int i = 0; i < MODELS; i++) {
		ends[i + 1] = ends[i] + snprintf(names + ends[i], 5, "%03d", i);
		at +=
			sprintf(book_text + at,
		            "%s{\"provider\": \"p\", \"model\": \"%03d\", \"rules\": [{\"id\": \"a\", \"meters\": [\"input\"], "
		            "\"price\": 1}, {\"id\": \"b\", \"meters\": [\"input\"], \"price\": 2, \"when\": {\"quantity\": "
		            "\"all_input\", \"above\": 9}}]}",
		            i ? ", " : "", i);
	}
	sprintf(book_text + at, "]}");
	struct jtn_book *book = book_of(book_text);
	for (int i = 0; i < 2000; i++) {
		codes[i] = (int16_t)(i % MODELS);
		tokens[i] = i % 7 ? 5 : 50;
		tiers[i] = (int8_t)(i % 2);
	}
	start(&table, 2000);
	add(&table, "input", "l", tokens);
	add_words(add(&table, "model", "s", codes), ends, names, MODELS);
	add_words(add(&table, "service_tier", "c", tiers), tier_offsets, tier_words, 2);
	for (size_t n = 1; status == JTN_E_MEMORY; n++) {
		struct counter memory = {.fail = n};
		struct jtn_allocator allocator = counting_allocator(&memory);
		status = rate(book, &table, &allocator, &schema, &array, &err);
		ck_assert_msg((status == JTN_E_MEMORY) == (memory.made >= n), "allocation %zu of %zu: %d", n, memory.made,
		              status);
		if (status == JTN_OK) {
			const struct jtn_money *totals = array.children[0]->buffers[1];
			for (int i = 0; i < 2000; i++)
				assert_money(totals[i], i % 7 ? "5" : "100");
			release(&schema, &array);
			ck_assert_uint_gt(n, 20);
		}
		ck_assert_uint_eq(memory.live, 0);
	}
	assert_status(status, JTN_OK);
	jtn_book_free(book);
}
END_TEST

static struct jtn_server *
llama_8b(void)
{
	struct jtn_hardware *hardware;
	struct jtn_stack *stack;
	struct jtn_model *model;
	struct jtn_server *server;
	struct jtn_error err;

	assert_ok(jtn_hardware_find("nvidia-h100-sxm", NULL, &hardware, &err), err);
	assert_ok(jtn_stack_find("vllm", NULL, &stack, &err), err);
	assert_ok(jtn_model_find("llama-3.1-8b", NULL, &model, &err), err);
	assert_ok(jtn_server_new(hardware, stack, model, NULL, NULL, &server, &err), err);
	jtn_hardware_free(hardware);
	jtn_stack_free(stack);
	jtn_model_free(model);
	return server;
}

START_TEST(a_table_of_workloads_comes_to_what_each_comes_to_alone)
{
	static const int32_t inputs[] = {1000, 1000, 1000, 0, 1000};
	static const float outputs[] = {100, 200.5f, 100, 100, 100};
	static const double concurrencies[] = {8, 0, 0, 8, 0}, rates[] = {0, 1e9, 0, 0, 2.5};
	static const unsigned char offline[] = {4};
	struct jtn_server *server = llama_8b();
	struct jtn_estimate_arrow_options options;
	struct jtn_hour hour;
	struct table table;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct jtn_error err, apart;

	jtn_hour_init(&hour);
	memcpy(hour.currency, "USD", 4);
	hour.rent_per_hour = 2.5;
	jtn_estimate_arrow_options_init(&options);
	options.hour = &hour;
	start(&table, 5);
	add(&table, "input_tokens", "i", inputs);
	add(&table, "output_tokens", "f", outputs);
	add(&table, "concurrency", "g", concurrencies);
	add(&table, "request_rate", "g", rates);
	add(&table, "offline", "b", offline);
	assert_status(jtn_estimate_arrow(server, &options, &table.schema, &table.array, NULL, &schema, &array, &err),
	              JTN_E_ROWS);
	ck_assert_int_eq(err.index, 3);
	for (int i = 0; i < 5; i++) {
		struct jtn_workload workload = {
			inputs[i], (double)outputs[i], 0, concurrencies[i], rates[i], i == 2 ? JTN_WORKLOAD_OFFLINE : 0, 0};
		struct jtn_estimate estimate;
		struct jtn_cost cost;
		jtn_status status =
			jtn_estimate_batch(server, &workload, sizeof(workload), &estimate, sizeof(estimate), 1, &apart);
		ck_assert_int_eq(((const int32_t *)array.children[0]->buffers[1])[i], estimate.status);
		ck_assert_int_eq(status != JTN_OK, !has_value(array.children[1], i));
		if (status != JTN_OK)
			continue;
		assert_ok(jtn_cost_batch(&workload, sizeof(workload), &estimate, sizeof(estimate), &hour, &cost, sizeof(cost),
		                         1, &apart),
		          apart);
		for (int64_t c = 0; c < array.n_children; c++) {
			const double *values = array.children[c]->buffers[1];
			const char *name = schema.children[c]->name;
			if (strcmp(name, "ttft_ms") == 0)
				ck_assert_int_eq(has_value(array.children[c], i), i != 1 && i != 2);
			if (strcmp(name, "tpot_ms") == 0)
				ck_assert(memcmp(&values[i], &estimate.tpot_ms, sizeof(double)) == 0);
			if (strcmp(name, "idle_share") == 0)
				ck_assert(memcmp(&values[i], &estimate.idle_share, sizeof(double)) == 0);
			if (strcmp(name, "per_mtok_output") == 0)
				ck_assert(memcmp(&values[i], &cost.per_mtok_output, sizeof(double)) == 0);
		}
	}
	release(&schema, &array);
	jtn_server_free(server);
}
END_TEST

START_TEST(every_allocation_of_estimating_may_fail_and_nothing_leaks)
{
	static const int32_t inputs[] = {1000, 2000};
	static const double outputs[] = {100, 0}, concurrencies[] = {8, 8};
	struct jtn_server *server = llama_8b();
	struct table table;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct jtn_error err;
	jtn_status status = JTN_E_MEMORY;

	start(&table, 2);
	add(&table, "input_tokens", "i", inputs);
	add(&table, "output_tokens", "g", outputs);
	add(&table, "concurrency", "g", concurrencies);
	for (size_t n = 1; status == JTN_E_MEMORY; n++) {
		struct counter memory = {.fail = n};
		struct jtn_allocator allocator = counting_allocator(&memory);
		status = jtn_estimate_arrow(server, NULL, &table.schema, &table.array, &allocator, &schema, &array, &err);
		ck_assert_int_eq(status == JTN_E_MEMORY, memory.made >= n);
		if (status == JTN_E_ROWS)
			release(&schema, &array);
		ck_assert_uint_eq(memory.live, 0);
	}
	assert_status(status, JTN_E_ROWS);
	jtn_server_free(server);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("arrow");
	TCase *tests = tcase_create("arrow");

	tcase_add_test(tests, a_table_comes_to_what_its_rows_come_to_alone);
	tcase_add_test(tests, every_slice_comes_to_the_same);
	tcase_add_test(tests, text_of_every_kind_finds_the_same_tariff);
	tcase_add_test(tests, seconds_are_exact_as_decimals_and_too_fine_a_one_fails);
	tcase_add_loop_test(tests, what_is_no_table_of_usage_is_refused_by_name, 0,
	                    (int)(sizeof(spoils) / sizeof(spoils[0])));
	tcase_add_test(tests, columns_may_be_called_otherwise_or_left_out);
	tcase_add_test(tests, an_index_outside_its_dictionary_fails_its_row_only);
	tcase_add_test(tests, children_may_be_moved_out_and_released_alone);
	tcase_add_test(tests, a_table_of_no_rows_has_a_result_of_none);
	tcase_add_test(tests, every_allocation_of_rating_may_fail_and_nothing_leaks);
	tcase_add_test(tests, a_table_of_workloads_comes_to_what_each_comes_to_alone);
	tcase_add_test(tests, every_allocation_of_estimating_may_fail_and_nothing_leaks);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
