/* Answers as JSON. Money is a string of 6 significant digits; other numbers are at full precision. */
#include "json_out.h"

#include <string.h>

void
cell_answer(struct cell *cell, const struct jtn_server *server, const struct jtn_hour *hour)
{
	jtn_status status = jtn_estimate_batch(server, &cell->workload, sizeof(cell->workload), &cell->estimate,
	                                       sizeof(cell->estimate), 1, &cell->why);
	cell->priced = false;
	cell->status = status == JTN_E_ROWS ? cell->estimate.status : status;
	if (status != JTN_OK || !hour)
		return;
	status = jtn_cost_batch(&cell->workload, sizeof(cell->workload), &cell->estimate, sizeof(cell->estimate), hour,
	                        &cell->cost, sizeof(cell->cost), 1, &cell->why);
	cell->status = status == JTN_E_ROWS ? cell->cost.status : status;
	cell->priced = status == JTN_OK;
}

static void
add_number(struct text *text, const char *key, double value)
{
	text_addf(text, ", \"%s\": ", key);
	text_json_number(text, value);
}

/* A figure that may have no value here. */
static void
add_known(struct text *text, const char *key, double value, bool known)
{
	if (known)
		add_number(text, key, value);
	else
		text_addf(text, ", \"%s\": null", key);
}

static void
add_money(struct text *text, const char *key, double value, bool known)
{
	char buffer[NUMBER_SIZE];
	if (known)
		text_addf(text, ", \"%s\": \"%s\"", key, number_plain(value, 6, buffer));
	else
		text_addf(text, ", \"%s\": null", key);
}

static void
add_scenario(struct text *text, const char *scenario)
{
	if (scenario)
		text_addf(text, ", \"scenario\": %s", scenario);
	text_add(text, "}");
}

static void
add_rates(struct text *text, const struct jtn_estimate *estimate)
{
	bool latency = !(estimate->flags & (JTN_ESTIMATE_UNBOUNDED | JTN_ESTIMATE_NO_LATENCY));
	bool decodes = !(estimate->flags & JTN_ESTIMATE_NO_DECODE);
	add_known(text, "ttft_ms", estimate->ttft_ms, latency);
	add_known(text, "tpot_ms", estimate->tpot_ms, decodes);
	add_known(text, "e2e_ms", estimate->e2e_ms, latency);
	add_number(text, "requests_per_s", estimate->requests_per_s);
	add_number(text, "output_tps", estimate->output_tps);
	add_number(text, "input_tps", estimate->input_tps);
	add_number(text, "output_tps_per_accelerator", estimate->output_tps_per_accelerator);
	add_known(text, "output_tps_per_user", estimate->output_tps_per_user, decodes);
	add_number(text, "concurrency", estimate->concurrency);
	add_number(text, "batch", estimate->batch);
	text_addf(text, ", \"accelerators\": %d", (int)estimate->accelerators);
}

static void
add_limits(struct text *text, const struct jtn_estimate *estimate)
{
	const char *limit = jtn_limit_name(estimate->limited_by);
	bool powered = estimate->power_kw > 0;
	bool decodes = !(estimate->flags & JTN_ESTIMATE_NO_DECODE);
	add_number(text, "kv_capacity_tokens", estimate->kv_capacity_tokens);
	add_number(text, "kv_used_tokens", estimate->kv_used_tokens);
	add_number(text, "utilization", estimate->utilization);
	text_add(text, ", \"limited_by\": ");
	if (limit)
		text_json_string(text, limit);
	else
		text_add(text, "null");
	text_addf(text, ", \"approximate\": %s", estimate->flags & JTN_ESTIMATE_APPROXIMATE ? "true" : "false");
	if (estimate->flags & JTN_ESTIMATE_BEYOND_CONTEXT)
		text_add(text, ", \"beyond_context\": true");
	add_known(text, "power_kw", estimate->power_kw, powered);
	add_known(text, "joules_per_output_token", estimate->joules_per_output_token, powered);
	add_known(text, "output_tps_per_mw", estimate->output_tps_per_mw, powered);
	text_add(text, ", \"ideal\": {\"tpot_ms\": ");
	if (decodes)
		text_json_number(text, estimate->ideal_tpot_ms);
	else
		text_add(text, "null");
	text_add(text, "}, \"error_band\": {\"tpot\": ");
	text_json_number(text, estimate->error_tpot);
	add_number(text, "ttft", estimate->error_ttft);
	add_number(text, "throughput", estimate->error_throughput);
	add_number(text, "cost", estimate->error_cost);
	text_add(text, "}");
}

static void
add_cost(struct text *text, const struct jtn_cost *cost, const char *currency, bool split, bool powered)
{
	text_add(text, ", \"cost\": {\"currency\": ");
	text_json_string(text, currency);
	add_money(text, "per_hour", cost->per_hour, true);
	add_money(text, "per_mtok_total", cost->per_mtok_total, true);
	add_money(text, "per_mtok_input", cost->per_mtok_input, split);
	add_money(text, "per_mtok_cached_input", cost->per_mtok_cached_input, split);
	add_money(text, "per_mtok_output", cost->per_mtok_output, split);
	add_money(text, "per_mtok_output_all_in", cost->per_mtok_output_all_in, true);
	add_money(text, "per_request", cost->per_request, split);
	add_money(text, "per_mwh", cost->per_mwh, powered);
	add_known(text, "idle_share", cost->idle_share, split);
	text_add(text, "}");
}

void
json_cell(struct text *text, const char *id, const struct cell *cell, const char *currency, const char *scenario)
{
	if (cell->status != JTN_OK) {
		json_error(text, id, cell->status, cell->why.message, cell->why.field, 0, 0, scenario);
		return;
	}
	text_addf(text, "{\"id\": %s, \"status\": \"ok\"", id ? id : "null");
	add_rates(text, &cell->estimate);
	add_limits(text, &cell->estimate);
	if (cell->priced)
		add_cost(text, &cell->cost, currency, true, cell->estimate.power_kw > 0);
	add_scenario(text, scenario);
}

void
json_error(struct text *text, const char *id, jtn_status status, const char *message, const char *field,
           unsigned long line, long column, const char *scenario)
{
	text_addf(text, "{\"id\": %s, \"status\": \"error\", \"error\": {\"code\": ", id ? id : "null");
	text_json_string(text, jtn_status_name(status));
	text_add(text, ", \"message\": ");
	text_json_string(text, message);
	if (field && *field) {
		text_add(text, ", \"field\": ");
		text_json_string(text, field);
	}
	if (line > 0)
		text_addf(text, ", \"line\": %lu", line);
	if (column > 0)
		text_addf(text, ", \"column\": %ld", column);
	text_add(text, "}");
	add_scenario(text, scenario);
}

void
json_measured(struct text *text, const struct jtn_measured *measured, const struct jtn_cost *cost,
              const struct jtn_hour *hour, const char *hour_json)
{
	bool powered = measured->kw > 0;
	text_add(text, "{\"id\": null, \"status\": \"ok\"");
	add_number(text, "output_tps", measured->output_tps);
	add_known(text, "input_tps", measured->input_tps, measured->input_tps > 0);
	add_number(text, "output_tps_per_accelerator", measured->output_tps);
	text_add(text, ", \"accelerators\": 1");
	add_known(text, "power_kw", measured->kw, powered);
	add_known(text, "joules_per_output_token", powered ? measured->kw * 1000 / measured->output_tps : 0, powered);
	add_known(text, "output_tps_per_mw", powered ? measured->output_tps / measured->kw * 1000 : 0, powered);
	add_cost(text, cost, hour->currency, false, powered);
	text_add(text, ", \"scenario\": {\"measured\": {\"tps\": ");
	text_json_number(text, measured->output_tps);
	add_known(text, "itps", measured->input_tps, measured->input_tps > 0);
	add_known(text, "kw", measured->kw, powered);
	text_addf(text, "}, \"hour\": %s}}", hour_json);
}

void
json_workload(struct text *text, const struct jtn_workload *workload)
{
	text_add(text, "{\"input_tokens\": ");
	text_json_number(text, workload->input_tokens);
	add_number(text, "output_tokens", workload->output_tokens);
	add_number(text, "cached_input_tokens", workload->cached_input_tokens);
	if (workload->flags & JTN_WORKLOAD_OFFLINE)
		text_add(text, ", \"offline\": true");
	else if (workload->request_rate > 0)
		add_number(text, "request_rate", workload->request_rate);
	else
		add_number(text, "concurrency", workload->concurrency);
	text_add(text, "}");
}
