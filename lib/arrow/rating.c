/*
 * Rating a table: what differs by text, tier and tests is worked out once for each distinct combination, so that a row is
 * a look-up, one multiplication a meter and a sum. Rows for which that does not do are rated one by one as
 * jtn_rate_batch() rates them. docs/arrow.md.
 */
#include "output.h"
#include "selection.h"
#include "views.h"

#include "base/abi.h"
#include "base/error.h"

#include <string.h>

_Static_assert(sizeof(void *) != 8 || offsetof(struct jtn_rate_arrow_options, time_ns) == 72, "frozen layout");

enum result { TOTAL, CURRENCY, STATUS, FLAGS, RESULTS };

/* A column that is a meter. */
struct meter {
	struct jtn__column *column;
	uint32_t meter;
	int32_t decimals;
};

struct job {
	struct jtn_rate_arrow_options options;
	struct jtn__table table;
	struct jtn__arena *scratch;
	struct jtn__selections selections;
	struct jtn__views views;
	struct jtn__column *time;
	struct meter *meters; /* [meter_count] */
	uint32_t *meter_ids;  /* [meter_count] */
	uint32_t meter_count;
	struct jtn__output output;
	struct jtn__output_column results[RESULTS];
	struct jtn_error *error;
	bool failed; /* some row did */
};

/* A block of rows, worked on pass by pass. */
struct block {
	int64_t row;
	uint32_t count;
	uint32_t selections[JTN__BLOCK];
	uint32_t views[JTN__BLOCK]; /* 0: the slow way */
	uint32_t slow[JTN__BLOCK];
	uint32_t faults[JTN__BLOCK]; /* not 0: the slow way after all */
	int64_t values[JTN__QUICK_VALUES][JTN__BLOCK];
	uint8_t no_time[JTN__BLOCK]; /* 1: none, or one beyond what can be said */
	const int64_t **quantities;  /* [JTN__WHOLE_STEPS(meter_count)][count]; those beyond are zero */
	int64_t *buffers;            /* [meter_count + 1][JTN__BLOCK]; the last is of zeros */
};

void
jtn_rate_arrow_options_init(struct jtn_rate_arrow_options *ret)
{
	if (ret)
		*ret = (struct jtn_rate_arrow_options){.size = sizeof(*ret)};
}

static jtn_status
out_of_memory(const struct job *job)
{
	return jtn__fail(job->error, JTN_E_MEMORY, "", "the allocator gave no memory for rating a table");
}

static jtn_status
check_options(const struct jtn_rate_arrow_options *options, struct jtn_error *reterr)
{
	if (options->others != JTN_ARROW_REFUSE && options->others != JTN_ARROW_IGNORE)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "others", "%d is not one of enum jtn_arrow_others",
		                 (int64_t)options->others);
	if ((options->has_time & ~1) || !jtn_tier_name((uint32_t)options->tier))
		return jtn__fail(reterr, JTN_E_ARGUMENT, options->has_time & ~1 ? "has_time" : "tier", "a value that is none");
	if (!options->book == !options->tariffs)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "book", "expected a book or tariffs, and not both");
	if (options->overlay && !options->book)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "overlay", "an overlay is over a book; lay it over tariffs yourself");
	return JTN_OK;
}

static jtn_status
add_meter(struct job *job, struct jtn__column *column, uint32_t meter)
{
	struct jtn_meter_facts facts;
	JTN__TRY(jtn_meter_read_facts(meter, &facts, sizeof(facts)));
	for (uint32_t i = 0; i < job->meter_count; i++)
		if (job->meters[i].meter == meter)
			return jtn__fail(job->error, JTN_E_DUPLICATE_KEY, column->name, "a second column of %s",
			                 jtn_meter_name(meter));
	JTN__TRY(jtn__column_open(column, 1u << JTN__COLUMN_INTEGER | 1u << JTN__COLUMN_DECIMAL | 1u << JTN__COLUMN_NONE,
	                          "int8 to uint64 or decimal128", job->scratch, job->error));
	job->meter_ids[job->meter_count] = meter;
	job->meters[job->meter_count++] = (struct meter){column, meter, facts.decimals};
	return JTN_OK;
}

/* Give each column its part. */
static jtn_status
assign(struct job *job)
{
	const struct jtn_rate_arrow_options *options = &job->options;
	struct jtn_error unknown;
	uint32_t meter;
	JTN__TRY(jtn__table_check_mapping(&job->table, options->columns, options->column_count, job->error));
	for (uint64_t i = 0; i < job->table.column_count; i++) {
		struct jtn__column *column = &job->table.columns[i];
		const char *role = jtn__column_role(column, options->columns, options->column_count);
		if (!role)
			continue;
		int selection = jtn__selection_find(role, options->tariffs != NULL);
		if (selection >= 0)
			JTN__TRY(jtn__selections_add(&job->selections, selection, column, job->error));
		else if (strcmp(role, "time") == 0 && !job->time)
			JTN__TRY(jtn__column_open(job->time = column, 1u << JTN__COLUMN_TIME | 1u << JTN__COLUMN_NONE,
			                          "a timestamp", job->scratch, job->error));
		else if (strcmp(role, "time") == 0)
			return jtn__fail(job->error, JTN_E_DUPLICATE_KEY, column->name, "a second column of the time");
		else if (jtn_meter_find(role, strlen(role), &meter, &unknown) == JTN_OK)
			JTN__TRY(add_meter(job, column, meter));
		else if (role != column->name)
			return jtn__fail(job->error, JTN_E_ARGUMENT, column->name, "mapped to \"%s\", which is no column here",
			                 role);
		else
			JTN__TRY(jtn__column_other(column, options->others, "a meter nor part of a usage row", job->error));
	}
	return JTN_OK;
}

/* The instant of a row: its own, or that of all without one. */
static jtn_status
read_time(const struct job *job, int64_t row, int64_t *ret)
{
	*ret = job->options.time_ns;
	if (job->time && !jtn__column_is_null(job->time, row))
		return jtn__column_time(job->time, row, ret);
	return job->options.has_time ? JTN_OK : JTN_E_MISSING_FIELD;
}

static jtn_status
fail_row(struct job *job, int64_t row, jtn_status status)
{
	if (!job->failed && job->error) {
		job->error->index = row;
		job->error->status = JTN_E_ROWS;
	}
	job->failed = true;
	((int32_t *)job->results[STATUS].values)[row] = status;
	if (!jtn__output_null(&job->output, &job->results[TOTAL], row) ||
	    !jtn__output_null(&job->output, &job->results[CURRENCY], row))
		return out_of_memory(job);
	((uint32_t *)job->results[FLAGS].values)[row] = 0;
	return JTN_OK;
}

static jtn_status
bad_quantity(const struct meter *meter, jtn_status status, struct jtn_error *error)
{
	return jtn__fail(error, status, meter->column->name,
	                 status == JTN_E_INEXACT ? "finer than %s is counted in" : "more %s than 2^63 - 1",
	                 jtn_meter_name(meter->meter));
}

/* One row by the one-row path, which says what is wrong with it. */
static jtn_status
rate_alone(struct job *job, int64_t row, const struct jtn__selection *selection, struct jtn_charge *ret,
           struct jtn_error *error)
{
	struct jtn_count counts[JTN__METERS];
	struct jtn_usage usage = {.tier = selection->tier};
	if (selection->status != JTN_OK)
		return jtn__selections_explain(&job->selections, selection, error);
	jtn_status status = read_time(job, row, &usage.time_ns);
	if (status == JTN_E_RANGE)
		return jtn__fail(error, status, job->time->name,
		                 "a time beyond the years 1677 to 2262, which 64 bits of ns can say");
	if (status != JTN_OK && selection->timed)
		return jtn__fail(
			error, status, "time",
			"without a time there is no telling which price was valid; give a column, or one time for all");
	for (uint32_t i = 0; i < job->meter_count; i++) {
		const struct meter *meter = &job->meters[i];
		struct jtn_count *count = &counts[usage.count];
		if (jtn__column_is_null(meter->column, row))
			continue;
		*count = (struct jtn_count){.meter = meter->meter};
		status = jtn__column_integer(meter->column, row, meter->decimals, &count->quantity);
		if (status != JTN_OK)
			return bad_quantity(meter, status, error);
		usage.count++;
	}
	status = jtn_rate_batch(&selection->tariff, 1, &usage, sizeof(usage), counts, usage.count, sizeof(*counts), ret,
	                        sizeof(*ret), 1, error);
	return status == JTN_E_ROWS ? ret->status : status;
}

static jtn_status
rate_slowly(struct job *job, int64_t row, uint32_t number)
{
	const struct jtn__selection *selection = &job->selections.selections[number];
	struct jtn_charge charge;
	jtn_status status = rate_alone(job, row, selection, &charge, job->failed ? NULL : job->error);
	if (status != JTN_OK)
		return fail_row(job, row, status);
	memcpy((jtn__int128 *)job->results[TOTAL].values + row, &(jtn__int128){jtn__amount(charge.total)},
	       sizeof(jtn__int128));
	((int8_t *)job->results[CURRENCY].values)[row] = (int8_t)selection->currency;
	((uint32_t *)job->results[FLAGS].values)[row] = charge.flags;
	return JTN_OK;
}

static void
read_times(const struct job *job, struct block *block)
{
	const struct jtn__column *time = job->time;
	if (!time && block->row)
		return; /* all blocks have the same */
	for (uint32_t i = 0; i < block->count; i++)
		block->no_time[i] = read_time(job, block->row + i, &block->values[JTN__QUICK_TIME][i]) != JTN_OK;
}

/* What tests of tariffs look at, row by row. */
static void
read_values(const struct job *job, struct block *block)
{
	int64_t *week = block->values[JTN__QUICK_WEEK], *input = block->values[JTN__QUICK_ALL_INPUT],
			*total = block->values[JTN__QUICK_TOTAL];
	uint32_t values = job->selections.values;
	for (uint32_t i = 0; values >> JTN__QUICK_WEEK & 1 && i < block->count; i++)
		week[i] = jtn__week_second(block->values[JTN__QUICK_TIME][i]);
	if (!(values & (1u << JTN__QUICK_ALL_INPUT | 1u << JTN__QUICK_TOTAL)))
		return;
	memset(input, 0, block->count * sizeof(*input));
	memset(total, 0, block->count * sizeof(*total));
	for (uint32_t c = 0; c < job->meter_count; c++) {
		const int64_t *quantities = block->quantities[c];
		uint32_t meter = job->meters[c].meter;
		/* Too large a quantity makes a sum that makes no sense, and a row that goes the slow way. */
		for (uint32_t i = 0; meter < JTN_METER_OUTPUT && i < block->count; i++)
			input[i] = (int64_t)((uint64_t)input[i] + (uint64_t)quantities[i]);
		for (uint32_t i = 0; meter <= JTN_METER_REJECTED_PREDICTION && i < block->count; i++)
			total[i] = (int64_t)((uint64_t)total[i] + (uint64_t)quantities[i]);
	}
}

/* The view of a row whose selection has none for all of its rows; 0 for the slow way. false without memory. */
static bool
find_view(struct job *job, const struct block *block, uint32_t i, uint32_t *ret)
{
	struct jtn__selection *selection = &job->selections.selections[block->selections[i]];
	int64_t values[JTN__QUICK_VALUES];
	*ret = 0;
	if (!selection->quick || (block->no_time[i] && selection->timed))
		return true;
	for (int value = 0; value < JTN__QUICK_VALUES; value++)
		values[value] = block->values[value][i];
	uint32_t passed = jtn__quick_passed(selection->quick, values);
	if (selection->by_tests && selection->by_tests[passed]) {
		*ret = selection->by_tests[passed];
		return true;
	}
	*ret = jtn__views_find(&job->views, block->selections[i], selection, passed);
	if (selection->by_tests)
		selection->by_tests[passed] = *ret;
	if (!selection->quick->test_count && !selection->timed)
		selection->view = *ret;
	return *ret != 0;
}

static bool
find_views(struct job *job, struct block *block)
{
	const struct jtn__selection *selections = job->selections.selections;
	for (uint32_t i = 0; i < block->count; i++) {
		block->views[i] = selections[block->selections[i]].view;
		if (!block->views[i] && !find_view(job, block, i, &block->views[i]))
			return false;
	}
	return true;
}

/* A sum of prices times quantities, and what all quantities have in common. */
struct sum {
	jtn__uint128 total;
	uint64_t any;
};

static inline void
add(struct sum *sum, int64_t unit, int64_t quantity)
{
	sum->total += (jtn__uint128)(uint64_t)unit * (uint64_t)quantity;
	sum->any |= (uint64_t)quantity;
}

static inline struct sum
sum_of(const int64_t *const *quantities, const int64_t *units, uint32_t steps, uint32_t i)
{
	struct sum sum = {0, 0};
	for (; steps; steps--, quantities += JTN__STEP, units += JTN__STEP) {
		add(&sum, units[0], quantities[0][i]);
		add(&sum, units[1], quantities[1][i]);
		add(&sum, units[2], quantities[2][i]);
		add(&sum, units[3], quantities[3][i]);
	}
	return sum;
}

static uint32_t
flags_of(const int64_t *const *quantities, const uint32_t *flags, uint32_t meters, uint32_t i)
{
	uint32_t all = 0;
	for (uint32_t c = 0; c < meters; c++)
		all |= quantities[c][i] ? flags[c] : 0;
	return all;
}

/*
 * Totals of a block by views, in so many steps of meters. What faults there are is added up and looked at once: a row
 * without a view, with a count that has no price, or that is negative or so large that the sum might overflow.
 */
static inline __attribute__((always_inline)) uint32_t
rate_rows(const struct job *job, struct block *block, const uint32_t steps)
{
	const struct jtn__view *views = job->views.views;
	const int64_t *const *quantities = block->quantities;
	jtn__uint128 *restrict totals = (jtn__uint128 *)job->results[TOTAL].values + block->row;
	int8_t *restrict currencies = (int8_t *)job->results[CURRENCY].values + block->row;
	uint32_t *restrict charge_flags = (uint32_t *)job->results[FLAGS].values + block->row;
	uint32_t *restrict faults = block->faults, all = 0;
	for (uint32_t i = 0, count = block->count; i < count; i++) {
		const struct jtn__view *view = &views[block->views[i]];
		struct sum sum = sum_of(quantities, view->units, steps, i);
		uint32_t flags = view->flagged ? flags_of(quantities, view->flags, job->meter_count, i) : 0;
		totals[i] = sum.total;
		currencies[i] = view->currency;
		charge_flags[i] = flags;
		faults[i] = (uint32_t)(sum.any >> JTN__VIEW_BITS) | view->fault | flags >> 31;
		all |= faults[i];
	}
	return all;
}

/* Returns how many rows are listed for the slow way. */
static uint32_t
rate_viewed(const struct job *job, struct block *block)
{
	uint32_t steps = JTN__WHOLE_STEPS(job->meter_count) / JTN__STEP, slow = 0;
	uint32_t faults = steps == 1 ? rate_rows(job, block, 1) : rate_rows(job, block, steps);
	for (uint32_t i = 0; faults && i < block->count; i++) {
		block->slow[slow] = i;
		slow += block->faults[i] != 0;
	}
	return slow;
}

static jtn_status
rate_block(struct job *job, struct block *block)
{
	uint32_t slow;
	if (!jtn__selections_read(&job->selections, block->row, block->count, block->selections))
		return out_of_memory(job);
	for (uint32_t c = 0; c < job->meter_count; c++)
		block->quantities[c] = jtn__column_integers(job->meters[c].column, block->row, block->count,
		                                            job->meters[c].decimals, block->buffers + (size_t)c * JTN__BLOCK);
	read_times(job, block);
	read_values(job, block);
	if (!find_views(job, block))
		return out_of_memory(job);
	memset((int32_t *)job->results[STATUS].values + block->row, 0, block->count * sizeof(int32_t));
	slow = rate_viewed(job, block);
	for (uint32_t i = 0; i < slow; i++)
		JTN__TRY(rate_slowly(job, block->row + block->slow[i], block->selections[block->slow[i]]));
	return JTN_OK;
}

static jtn_status
rate_table(struct job *job)
{
	struct block *block = jtn__arena_take(job->scratch, 1, sizeof(*block));
	if (!block)
		return out_of_memory(job);
	uint32_t columns = JTN__WHOLE_STEPS(job->meter_count);
	block->quantities = jtn__arena_take(job->scratch, columns, sizeof(*block->quantities));
	block->buffers =
		jtn__arena_take(job->scratch, ((size_t)job->meter_count + 1) * JTN__BLOCK, sizeof(*block->buffers));
	if (!block->quantities || !block->buffers)
		return out_of_memory(job);
	for (uint32_t c = job->meter_count; c < columns; c++)
		block->quantities[c] = block->buffers + (size_t)job->meter_count * JTN__BLOCK;
	for (block->row = 0; block->row < job->table.rows; block->row += block->count) {
		int64_t left = job->table.rows - block->row;
		block->count = left < JTN__BLOCK ? (uint32_t)left : JTN__BLOCK;
		JTN__TRY(rate_block(job, block));
	}
	job->results[CURRENCY].words = job->selections.currencies;
	job->results[CURRENCY].word_count = job->selections.currency_count;
	return JTN_OK;
}

/* Read the table, give columns their parts, make room. */
static jtn_status
prepare(struct job *job, const struct ArrowSchema *schema, const struct ArrowArray *array)
{
	static const struct jtn__output_column results[RESULTS] = {
		[TOTAL] = {.name = "total", .type = JTN__OUTPUT_MONEY},
		[CURRENCY] = {.name = "currency", .type = JTN__OUTPUT_WORD},
		[STATUS] = {.name = "status", .type = JTN__OUTPUT_INT32},
		[FLAGS] = {.name = "flags", .type = JTN__OUTPUT_UINT32},
	};
	JTN__TRY(jtn__table_read(schema, array, job->scratch, &job->table, job->error));
	job->meters = jtn__arena_take(job->scratch, JTN__METERS, sizeof(*job->meters));
	job->meter_ids = jtn__arena_take(job->scratch, JTN__METERS, sizeof(*job->meter_ids));
	if (!job->meters || !job->meter_ids)
		return out_of_memory(job);
	job->selections.options = &job->options;
	job->selections.arena = job->views.arena = job->views.combinations.arena = job->scratch;
	JTN__TRY(assign(job));
	JTN__TRY(jtn__selections_start(&job->selections, job->error));
	job->views.meters = job->meter_ids;
	job->views.meter_count = job->meter_count;
	if (!jtn__views_start(&job->views))
		return out_of_memory(job);
	memcpy(job->results, results, sizeof(results));
	job->output = (struct jtn__output){job->selections.allocator, job->results, RESULTS, job->table.rows};
	return jtn__output_start(&job->output, job->error);
}

jtn_status
jtn_rate_arrow(const struct jtn_rate_arrow_options *options, const struct ArrowSchema *schema,
               const struct ArrowArray *array, const struct jtn_allocator *allocator, struct ArrowSchema *retschema,
               struct ArrowArray *retarray, struct jtn_error *reterr)
{
	struct job job;
	memset(&job, 0, sizeof(job));
	job.error = reterr;
	job.selections.allocator = allocator;
	JTN__TRY(jtn__read_options(options, sizeof(job.options), &job.options, sizeof(job.options), "options", reterr));
	JTN__TRY(check_options(&job.options, reterr));
	if (!schema || !array || !retschema || !retarray)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "", "schema, array, retschema or retarray is NULL");
	JTN__TRY(jtn__arena_new(allocator, &job.scratch, reterr));
	jtn_status status = prepare(&job, schema, array);
	if (status == JTN_OK)
		status = rate_table(&job);
	if (status == JTN_OK)
		status = jtn__output_finish(&job.output, retschema, retarray, reterr);
	if (status != JTN_OK)
		jtn__output_drop(&job.output);
	jtn__selections_free(&job.selections);
	jtn__arena_free(job.scratch);
	return status == JTN_OK && job.failed ? JTN_E_ROWS : status;
}
