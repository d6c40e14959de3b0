/* Estimating a table: blocks of rows become workloads, and what comes of them columns. docs/arrow.md. */
#include "jeton/arrow.h"

#include "column.h"
#include "output.h"

#include "jeton/cost.h"
#include "jeton/estimate.h"

#include "base/abi.h"
#include "base/error.h"

#include <string.h>

#define ROWS 128 /* at a time */
#define NUMBERS (1u << JTN__COLUMN_INTEGER | 1u << JTN__COLUMN_FLOAT | 1u << JTN__COLUMN_NONE)

enum result { STATUS, LIMITED_BY, FLAGS, ACCELERATORS, FIXED };

/* A number of a record, by the name of its field. */
struct field {
	char name[28];
	uint32_t offset;
};

#define FIELD(record, field)                   \
	{                                          \
#field, offsetof(struct record, field) \
	}

static const struct field inputs[] = {
	FIELD(jtn_workload, input_tokens), FIELD(jtn_workload, output_tokens), FIELD(jtn_workload, cached_input_tokens),
	FIELD(jtn_workload, concurrency),  FIELD(jtn_workload, request_rate),  {"offline", 0},
};

static const struct field estimates[] = {
	FIELD(jtn_estimate, ttft_ms),
	FIELD(jtn_estimate, e2e_ms),
	FIELD(jtn_estimate, tpot_ms),
	FIELD(jtn_estimate, requests_per_s),
	FIELD(jtn_estimate, output_tps),
	FIELD(jtn_estimate, input_tps),
	FIELD(jtn_estimate, output_tps_per_accelerator),
	FIELD(jtn_estimate, output_tps_per_user),
	FIELD(jtn_estimate, concurrency),
	FIELD(jtn_estimate, batch),
	FIELD(jtn_estimate, kv_capacity_tokens),
	FIELD(jtn_estimate, kv_used_tokens),
	FIELD(jtn_estimate, utilization),
	FIELD(jtn_estimate, power_kw),
	FIELD(jtn_estimate, joules_per_output_token),
	FIELD(jtn_estimate, output_tps_per_mw),
	FIELD(jtn_estimate, ideal_tpot_ms),
	FIELD(jtn_estimate, error_tpot),
	FIELD(jtn_estimate, error_ttft),
	FIELD(jtn_estimate, error_throughput),
	FIELD(jtn_estimate, error_cost),
	FIELD(jtn_estimate, time_input),
	FIELD(jtn_estimate, time_cached_input),
	FIELD(jtn_estimate, time_output),
	FIELD(jtn_estimate, idle_share),
};

static const struct field costs[] = {
	FIELD(jtn_cost, per_hour),        FIELD(jtn_cost, per_mtok_total),
	FIELD(jtn_cost, per_mtok_input),  FIELD(jtn_cost, per_mtok_cached_input),
	FIELD(jtn_cost, per_mtok_output), FIELD(jtn_cost, per_mtok_output_all_in),
	FIELD(jtn_cost, per_request),     FIELD(jtn_cost, per_mwh),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define INPUTS COUNT(inputs)
#define OFFLINE (INPUTS - 1)
#define LATENCIES 2 /* the first of estimates, which may have no value */
#define RESULTS (FIXED + COUNT(estimates) + COUNT(costs))
#define LIMITS JTN_LIMIT_DEMAND

struct job {
	const struct jtn_server *server;
	struct jtn_estimate_arrow_options options;
	struct jtn__table table;
	struct jtn__arena *scratch;
	struct jtn__column *columns[INPUTS];
	struct jtn__output output;
	struct jtn__output_column results[RESULTS];
	const char *limits[LIMITS];
	struct jtn_error *error;
	bool failed;
	struct jtn_workload workloads[ROWS];
	struct jtn_estimate estimates[ROWS];
	struct jtn_cost costs[ROWS];
};

void
jtn_estimate_arrow_options_init(struct jtn_estimate_arrow_options *ret)
{
	if (ret)
		*ret = (struct jtn_estimate_arrow_options){.size = sizeof(*ret)};
}

static jtn_status
out_of_memory(const struct job *job)
{
	return jtn__fail(job->error, JTN_E_MEMORY, "", "the allocator gave no memory for estimating a table");
}

static jtn_status
assign(struct job *job)
{
	const struct jtn_estimate_arrow_options *options = &job->options;
	JTN__TRY(jtn__table_check_mapping(&job->table, options->columns, options->column_count, job->error));
	for (uint64_t i = 0; i < job->table.column_count; i++) {
		struct jtn__column *column = &job->table.columns[i];
		const char *role = jtn__column_role(column, options->columns, options->column_count);
		size_t input = 0;
		if (!role)
			continue;
		while (input < INPUTS && strcmp(inputs[input].name, role) != 0)
			input++;
		if (input == INPUTS && role != column->name)
			return jtn__fail(job->error, JTN_E_ARGUMENT, column->name, "mapped to \"%s\", which is no column here",
			                 role);
		if (input == INPUTS) {
			JTN__TRY(jtn__column_other(column, options->others, "part of a workload", job->error));
			continue;
		}
		if (job->columns[input])
			return jtn__fail(job->error, JTN_E_DUPLICATE_KEY, column->name, "a second column of %s", role);
		JTN__TRY(input == OFFLINE
		             ? jtn__column_open(column, 1u << JTN__COLUMN_BOOLEAN | 1u << JTN__COLUMN_NONE, "a boolean",
		                                job->scratch, job->error)
		             : jtn__column_open(column, NUMBERS, "an integer, float32 or float64", job->scratch, job->error));
		job->columns[input] = column;
	}
	for (size_t i = 0; i < 2; i++)
		if (!job->columns[i])
			return jtn__fail(job->error, JTN_E_MISSING_FIELD, inputs[i].name, "no such column in the table");
	return JTN_OK;
}

static void
read_block(struct job *job, int64_t row, uint32_t count)
{
	memset(job->workloads, 0, sizeof(job->workloads));
	for (size_t input = 0; input < INPUTS; input++)
		for (uint32_t i = 0; job->columns[input] && i < count; i++) {
			double number = jtn__column_number(job->columns[input], row + i);
			if (input == OFFLINE)
				job->workloads[i].flags = number != 0 ? JTN_WORKLOAD_OFFLINE : 0;
			else
				memcpy((char *)&job->workloads[i] + inputs[input].offset, &number, sizeof(number));
		}
}

/* A column of the results from a column of records. */
static jtn_status
write_field(struct job *job, uint32_t result, const void *records, size_t size, const struct field *field, int64_t row,
            uint32_t count, uint32_t absent)
{
	struct jtn__output_column *column = &job->results[result];
	for (uint32_t i = 0; i < count; i++) {
		const struct jtn_estimate *estimate = &job->estimates[i];
		memcpy((double *)column->values + row + i, (const char *)records + i * size + field->offset, sizeof(double));
		if ((estimate->status != JTN_OK || estimate->flags & absent) &&
		    !jtn__output_null(&job->output, column, row + i))
			return out_of_memory(job);
	}
	return JTN_OK;
}

static jtn_status
write_block(struct job *job, int64_t row, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct jtn_estimate *estimate = &job->estimates[i];
		((int32_t *)job->results[STATUS].values)[row + i] = estimate->status;
		((int8_t *)job->results[LIMITED_BY].values)[row + i] = (int8_t)(estimate->limited_by - 1);
		((uint32_t *)job->results[FLAGS].values)[row + i] = estimate->flags;
		((int32_t *)job->results[ACCELERATORS].values)[row + i] = estimate->accelerators;
		if (estimate->status != JTN_OK && (!jtn__output_null(&job->output, &job->results[LIMITED_BY], row + i) ||
		                                   !jtn__output_null(&job->output, &job->results[ACCELERATORS], row + i)))
			return out_of_memory(job);
	}
	for (uint32_t f = 0; f < COUNT(estimates); f++)
		JTN__TRY(write_field(job, FIXED + f, job->estimates, sizeof(job->estimates[0]), &estimates[f], row, count,
		                     f < LATENCIES ? JTN_ESTIMATE_UNBOUNDED | JTN_ESTIMATE_NO_LATENCY : 0));
	for (uint32_t f = 0; job->options.hour && f < COUNT(costs); f++)
		JTN__TRY(write_field(job, FIXED + COUNT(estimates) + f, job->costs, sizeof(job->costs[0]), &costs[f], row,
		                     count, 0));
	return JTN_OK;
}

/* The error is about the first row that failed. */
static jtn_status
estimate_block(struct job *job, int64_t row, uint32_t count)
{
	struct jtn_error *error = job->failed ? NULL : job->error;
	read_block(job, row, count);
	jtn_status status = jtn_estimate_batch(job->server, job->workloads, sizeof(job->workloads[0]), job->estimates,
	                                       sizeof(job->estimates[0]), count, error);
	if (status != JTN_OK && status != JTN_E_ROWS)
		return status;
	if (status == JTN_E_ROWS && error)
		error->index += row;
	job->failed |= status == JTN_E_ROWS;
	if (job->options.hour) {
		struct jtn_error apart;
		status = jtn_cost_batch(job->workloads, sizeof(job->workloads[0]), job->estimates, sizeof(job->estimates[0]),
		                        job->options.hour, job->costs, sizeof(job->costs[0]), count, &apart);
		if (status != JTN_OK && status != JTN_E_ROWS) {
			if (job->error)
				*job->error = apart;
			return status;
		}
	}
	return write_block(job, row, count);
}

static jtn_status
estimate_table(struct job *job)
{
	for (int32_t i = 0; i < LIMITS; i++)
		job->limits[i] = jtn_limit_name(i + 1);
	for (int64_t row = 0; row < job->table.rows; row += ROWS) {
		int64_t left = job->table.rows - row;
		JTN__TRY(estimate_block(job, row, left < ROWS ? (uint32_t)left : ROWS));
	}
	job->results[LIMITED_BY].words = job->limits;
	job->results[LIMITED_BY].word_count = LIMITS;
	return JTN_OK;
}

static jtn_status
prepare(struct job *job, const struct ArrowSchema *schema, const struct ArrowArray *array)
{
	static const struct jtn__output_column fixed[FIXED] = {
		[STATUS] = {.name = "status", .type = JTN__OUTPUT_INT32},
		[LIMITED_BY] = {.name = "limited_by", .type = JTN__OUTPUT_WORD},
		[FLAGS] = {.name = "flags", .type = JTN__OUTPUT_UINT32},
		[ACCELERATORS] = {.name = "accelerators", .type = JTN__OUTPUT_INT32},
	};
	uint32_t count = FIXED;
	JTN__TRY(jtn__table_read(schema, array, job->scratch, &job->table, job->error));
	JTN__TRY(assign(job));
	memcpy(job->results, fixed, sizeof(fixed));
	for (size_t i = 0; i < COUNT(estimates); i++)
		job->results[count++] = (struct jtn__output_column){.name = estimates[i].name, .type = JTN__OUTPUT_FLOAT64};
	for (size_t i = 0; job->options.hour && i < COUNT(costs); i++)
		job->results[count++] = (struct jtn__output_column){.name = costs[i].name, .type = JTN__OUTPUT_FLOAT64};
	job->output.columns = job->results;
	job->output.count = count;
	job->output.rows = job->table.rows;
	return jtn__output_start(&job->output, job->error);
}

static jtn_status
run(struct job *job, const struct ArrowSchema *schema, const struct ArrowArray *array, struct ArrowSchema *retschema,
    struct ArrowArray *retarray)
{
	JTN__TRY(prepare(job, schema, array));
	JTN__TRY(estimate_table(job));
	return jtn__output_finish(&job->output, retschema, retarray, job->error);
}

jtn_status
jtn_estimate_arrow(const struct jtn_server *server, const struct jtn_estimate_arrow_options *options,
                   const struct ArrowSchema *schema, const struct ArrowArray *array,
                   const struct jtn_allocator *allocator, struct ArrowSchema *retschema, struct ArrowArray *retarray,
                   struct jtn_error *reterr)
{
	struct jtn_estimate_arrow_options own = {.size = sizeof(own)};
	struct jtn__arena *scratch;
	if (!server || !schema || !array || !retschema || !retarray)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "", "server, schema, array, retschema or retarray is NULL");
	if (options)
		JTN__TRY(jtn__read_options(options, sizeof(own), &own, sizeof(own), "options", reterr));
	if (own.others != JTN_ARROW_REFUSE && own.others != JTN_ARROW_IGNORE)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "others", "%d is not one of enum jtn_arrow_others",
		                 (int64_t)own.others);
	JTN__TRY(jtn__arena_new(allocator, &scratch, reterr));
	struct job *job = jtn__arena_take(scratch, 1, sizeof(*job));
	jtn_status status = JTN_E_MEMORY;
	bool failed = false;
	if (job) {
		*job = (struct job){
			.server = server, .options = own, .scratch = scratch, .error = reterr, .output.allocator = allocator};
		status = run(job, schema, array, retschema, retarray);
		failed = job->failed;
		if (status != JTN_OK)
			jtn__output_drop(&job->output);
	} else {
		status = jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for estimating a table");
	}
	jtn__arena_free(scratch);
	return status == JTN_OK && failed ? JTN_E_ROWS : status;
}
