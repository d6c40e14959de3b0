/* jeton margin: revenue by a price book, cost by a production tariff, and what is left, row by row and in total. */
#include "margin.h"

#include "digits.h"
#include "help.h"
#include "input.h"
#include "json_out.h"
#include "options.h"
#include "output.h"
#include "pricebook.h"
#include "rate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct jtn_error *
margin_cost_failed(struct jtn_error *error)
{
	static const char prefix[] = "cost of production: ";
	const size_t before = sizeof(prefix) - 1;
	const char *why = error->message[0] ? error->message : jtn_status_name(error->status);
	size_t length = text_whole(why, sizeof(error->message) - 1 - before);
	memmove(error->message + before, why, length);
	memcpy(error->message, prefix, before);
	error->message[before + length] = '\0';
	return error;
}

/* Of a negative amount both halves would nearly cancel out. */
static double
real(struct jtn_money amount)
{
	const struct jtn_money zero = {0};
	bool negative = amount.hi < 0 && jtn_money_subtract(zero, amount, &amount, NULL) == JTN_OK;
	double size = (double)amount.hi * 18446744073709551616.0 + (double)amount.lo;
	return negative ? -size : size;
}

/* The share of revenue that is left, to 9 decimals; false where there is no revenue to share. */
static bool
share(struct jtn_money revenue, struct jtn_money margin, double *ret)
{
	double whole = real(revenue);
	*ret = whole > 0 ? real(margin) / whole : 0;
	if (fabs(*ret) < 1e6)
		*ret = nearbyint(*ret * 1e9) / 1e9;
	return whole > 0 && isfinite(*ret);
}

static struct margin_totals *
totals_of(struct worker *worker, const char *currency)
{
	for (size_t i = 0; i < worker->total_count; i++)
		if (strcmp(worker->totals[i].currency, currency) == 0)
			return &worker->totals[i];
	if (worker->total_count == sizeof(worker->totals) / sizeof(*worker->totals))
		return NULL;
	struct margin_totals *totals = &worker->totals[worker->total_count++];
	*totals = (struct margin_totals){0};
	strncpy(totals->currency, currency, sizeof(totals->currency) - 1);
	return totals;
}

static void
add_totals(struct margin_totals *totals, struct jtn_money revenue, struct jtn_money cost, uint64_t rows)
{
	totals->rows += rows;
	totals->overflown |= jtn_money_add(totals->revenue, revenue, &totals->revenue, NULL) != JTN_OK ||
	                     jtn_money_add(totals->cost, cost, &totals->cost, NULL) != JTN_OK;
}

static void
add_figures(struct text *text, const char *currency, struct jtn_money revenue, struct jtn_money cost,
            struct jtn_money margin)
{
	double left;
	text_add(text, "\"currency\": \"");
	text_add(text, currency);
	text_add(text, "\", \"revenue\": \"");
	text_money(text, revenue);
	text_add(text, "\", \"cost\": \"");
	text_money(text, cost);
	text_add(text, "\", \"margin\": \"");
	text_money(text, margin);
	text_add(text, "\"");
	if (share(revenue, margin, &left)) {
		text_add(text, ", \"margin_share\": ");
		text_json_number(text, left);
	}
}

struct jtn_error *
margin_row(struct worker *worker, const struct row *row, struct text *text)
{
	const struct fx *fx = worker->rating->fx;
	const char *sold = worker->tariffs.words[row->tariff].facts.currency;
	const char *made = worker->tariffs.words[worker->production].facts.currency;
	const char *currency = fx_target(fx, sold);
	struct jtn_money revenue, cost, margin;
	if (strcmp(currency, fx_target(fx, made)) != 0)
		return worker_fail(worker, JTN_E_CURRENCY, "",
		                   "revenue is in %s and cost in %s; --fx %s/%s=RATE says what one is in the other", currency,
		                   fx_target(fx, made), currency, fx_target(fx, made));
	if (fx_convert(fx, sold, worker->charges[row->usage].total, &revenue) != JTN_OK ||
	    fx_convert(fx, made, worker->costs[row->usage].total, &cost) != JTN_OK ||
	    jtn_money_subtract(revenue, cost, &margin, NULL) != JTN_OK)
		return worker_fail(worker, JTN_E_OVERFLOW, "", "converting leaves the range of money, 10^20 at 18 decimals");
	struct margin_totals *totals = totals_of(worker, currency);
	if (!totals)
		return worker_fail(worker, JTN_E_LIMIT, "", "too many currencies; --fx brings them to one");
	add_totals(totals, revenue, cost, 1);
	if (!text)
		return NULL;
	const char *id = worker_text(worker, &row->id);
	text_add(text, "{\"id\": ");
	text_add(text, id ? id : "null");
	text_add(text, ", \"status\": \"ok\", ");
	add_figures(text, currency, revenue, cost, margin);
	text_add(text, "}\n");
	return NULL;
}

struct production {
	struct text text;
	struct text config;
	struct jtn_scenario *scenario;
	struct jtn_model *model;
	struct jtn_server *server;
	struct jtn_tariff *tariff;
};

static void
production_close(struct production *production)
{
	jtn_tariff_free(production->tariff);
	jtn_server_free(production->server);
	jtn_model_free(production->model);
	jtn_scenario_free(production->scenario);
	text_free(&production->text);
	text_free(&production->config);
}

static int
read_model(struct production *production, const char *path, struct problem *problem)
{
	struct jtn_error error = {0};
	int code = input_read(path, true, &production->config, problem);
	if (code == CLI_OK && jtn_model_parse(text_string(&production->config), production->config.length, NULL,
	                                      &production->model, &error) != JTN_OK)
		code = problem_take(problem, CLI_USAGE, path, true, &error);
	return code;
}

/* Decimals of the production tariff's prices, per million tokens. */
#define PRODUCTION_DECIMALS 12

static jtn_status
make_tariff(struct production *production, const struct jtn_scenario_parts *parts, struct jtn_error *reterr)
{
	struct cell cell = {.workload = *parts->workload};
	jtn_status status = jtn_server_new(parts->hardware, parts->stack, parts->model ? parts->model : production->model,
	                                   parts->deployment, NULL, &production->server, reterr);
	if (status != JTN_OK)
		return status;
	cell_answer(&cell, production->server, parts->hour);
	if (cell.status != JTN_OK) {
		*reterr = cell.why;
		return reterr->status = cell.status;
	}
	return jtn_cost_tariff(&cell.cost, sizeof(cell.cost), parts->hour->currency, PRODUCTION_DECIMALS,
	                       JTN_ROUND_HALF_EVEN, NULL, &production->tariff, reterr);
}

/* One scenario, as `jeton estimate` reads them, with what an hour costs. */
static int
production_open(const char *path, struct production *ret, struct problem *problem)
{
	struct jtn_error error = {0};
	struct jtn_scenario_parts parts = {.size = sizeof(parts)};
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	int code = input_read(path, strcmp(path, "-") != 0, &ret->text, problem);
	if (code != CLI_OK)
		return code;
	if (jtn_scenario_parse(text_string(&ret->text), ret->text.length, NULL, &ret->scenario, &error) != JTN_OK)
		return problem_take(problem, CLI_USAGE, name, true, &error);
	if ((error.status = jtn_scenario_read(ret->scenario, &parts)) != JTN_OK)
		return problem_take(problem, CLI_USAGE, name, true, &error);
	if (!parts.hour)
		return problem_set(
			problem, CLI_USAGE, JTN_E_MISSING_FIELD,
			"%s: hour: without it production has no cost; {\"rent\": \"2.5\"} per accelerator-hour will do", name);
	if (!parts.model)
		code = read_model(ret, parts.model_path, problem);
	if (code == CLI_OK && make_tariff(ret, &parts, &error) != JTN_OK)
		code = problem_take(problem, CLI_USAGE, name, true, &error);
	return code;
}

static void
add_total_lines(struct text *text, const struct worker *worker, unsigned long failed)
{
	char number[NUMBER_SIZE];
	for (size_t i = 0; i < worker->total_count; i++) {
		const struct margin_totals *totals = &worker->totals[i];
		struct jtn_money margin;
		double left;
		if (totals->overflown || jtn_money_subtract(totals->revenue, totals->cost, &margin, NULL) != JTN_OK) {
			text_addf(text, "the totals in %s leave the range of money\n", totals->currency);
			continue;
		}
		text_addf(text, "%llu row%s: revenue ", (unsigned long long)totals->rows, totals->rows == 1 ? "" : "s");
		text_money(text, totals->revenue);
		text_addf(text, " %s, cost ", totals->currency);
		text_money(text, totals->cost);
		text_addf(text, " %s, margin ", totals->currency);
		text_money(text, margin);
		text_addf(text, " %s", totals->currency);
		if (share(totals->revenue, margin, &left))
			text_addf(text, " (%s %%)", number_plain(100 * left, 3, number));
		text_add(text, "\n");
	}
	if (failed > 0)
		text_addf(text, "%lu row%s failed\n", failed, failed == 1 ? "" : "s");
	if (failed == 0 && worker->total_count == 0)
		text_add(text, "no rows\n");
}

static void
add_total_json(struct text *text, const struct worker *worker, unsigned long failed)
{
	uint64_t rows = 0;
	for (size_t i = 0; i < worker->total_count; i++)
		rows += worker->totals[i].rows;
	text_addf(text, "{\"rows\": %llu, \"failed\": %lu, \"totals\": [", (unsigned long long)rows, failed);
	for (size_t i = 0; i < worker->total_count; i++) {
		const struct margin_totals *totals = &worker->totals[i];
		struct jtn_money margin = {0};
		bool beyond = totals->overflown || jtn_money_subtract(totals->revenue, totals->cost, &margin, NULL) != JTN_OK;
		text_add(text, i > 0 ? ", {" : "{");
		if (beyond)
			text_addf(text, "\"currency\": \"%s\", \"error\": \"overflow\"", totals->currency);
		else
			add_figures(text, totals->currency, totals->revenue, totals->cost, margin);
		text_add(text, "}");
	}
	text_add(text, "]}\n");
}

static int
by_currency(const void *a, const void *b)
{
	return strcmp(((const struct margin_totals *)a)->currency, ((const struct margin_totals *)b)->currency);
}

static void
merge(struct worker *worker, const struct worker *other)
{
	for (size_t i = 0; i < other->total_count; i++) {
		const struct margin_totals *from = &other->totals[i];
		struct margin_totals *to = totals_of(worker, from->currency);
		if (!to)
			continue;
		add_totals(to, from->revenue, from->cost, from->rows);
		to->overflown |= from->overflown;
	}
}

/* Totals to standard error, or with --summary in place of the rows. */
static void
finish(struct rate_job *job)
{
	struct worker *worker = job->workers[0];
	struct text text = {0};
	for (size_t i = 1; i < job->worker_count; i++)
		merge(worker, job->workers[i]);
	qsort(worker->totals, worker->total_count, sizeof(*worker->totals), by_currency);
	if (job->rating.summary && job->json)
		add_total_json(&text, worker, job->run.failed);
	else
		add_total_lines(&text, worker, job->run.failed);
	if (job->rating.summary)
		output_write(job->run.output, &text);
	else
		fputs(text_string(&text), stderr);
	text_free(&text);
}

static int
answer(const struct options *options)
{
	struct rate_job job = {.finish = finish};
	struct fx fx;
	struct production production = {0};
	struct problem problem = {0};
	const char *path = options->value[OPT_PRODUCTION];
	int code = rate_read_options(options, "margin", &job);
	if (code == CLI_OK && !path)
		code =
			cli_error("margin: what does production cost? --production SCENARIO.json, as `jeton estimate` reads them");
	if (code == CLI_OK)
		code = fx_parse(options->value[OPT_FX], &fx);
	if (code == CLI_OK && (code = production_open(path, &production, &problem)) != CLI_OK)
		problem_print(&problem, code);
	if (code == CLI_OK) {
		job.rating.production = production.tariff;
		job.rating.fx = &fx;
		code = rate_run(options, &job);
	}
	production_close(&production);
	rate_close(&job);
	return code;
}

int
cli_margin(int argc, char **argv)
{
	struct options options;
	if (options_want_help(argc, argv))
		return help_print("margin");
	int code = options_parse(argc, argv, COMMAND_MARGIN, &options);
	if (code == CLI_OK)
		code = answer(&options);
	options_free(&options);
	return code;
}
