/* jeton compare: the same model and the same demand on several accelerators, cheapest first, the impossible last. */
#include "grid.h"
#include "help.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRANTS 64

struct entrant {
	char *hardware;
	struct subject subject;
	struct cell cell;
	struct problem problem; /* why there is no answer, where there is none */
	bool answered;
};

/* Comma-separated words, copied; CLI_USAGE after a message. */
static int
split(const char *text, const char *name, char **ret, size_t *retcount)
{
	*retcount = 0;
	for (const char *at = text;; at++) {
		size_t length = strcspn(at, ",");
		if (length == 0)
			return cli_error("%s %s: an empty item; items are separated by single commas", name, text);
		if (*retcount == ENTRANTS)
			return cli_error("%s: more than %d items", name, ENTRANTS);
		char *copy = cli_grow(NULL, length + 1);
		memcpy(copy, at, length);
		copy[length] = '\0';
		ret[(*retcount)++] = copy;
		at += length;
		if (!*at)
			return CLI_OK;
	}
}

static void
free_words(char **words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(words[i]);
}

static bool
saturated(const struct entrant *entrant)
{
	return (entrant->cell.estimate.flags & JTN_ESTIMATE_UNBOUNDED) != 0;
}

static int
order(const void *a, const void *b)
{
	const struct entrant *one = *(const struct entrant *const *)a, *other = *(const struct entrant *const *)b;
	int rank = !one->answered ? 2 : saturated(one), other_rank = !other->answered ? 2 : saturated(other);
	if (rank != other_rank)
		return rank < other_rank ? -1 : 1;
	double cost = one->cell.cost.per_mtok_total, other_cost = other->cell.cost.per_mtok_total;
	if (rank < 2 && cost != other_cost)
		return cost < other_cost ? -1 : 1;
	return one < other ? -1 : one > other; /* as asked */
}

/* CLI_OK also where there is no answer: that is the entrant's own affair. CLI_USAGE where the question is wrong. */
static int
enter(const struct wanted *wanted, const struct asked_model *model, const struct demand *demand, struct entrant *ret)
{
	struct problem *problem = &ret->problem;
	ret->cell.workload = demand_workload(demand, demand->contexts.values[0], demand->loads.values[0]);
	int code = subject_open(wanted, model, &ret->subject, problem);
	if (code != CLI_OK)
		return code == CLI_ROWS ? CLI_OK : problem_print(problem, code);
	cell_answer(&ret->cell, ret->subject.server, &ret->subject.rent.hour);
	ret->answered = ret->cell.status == JTN_OK;
	if (!ret->answered)
		problem_take(problem, CLI_ROWS, NULL, false, &ret->cell.why);
	problem->status = ret->cell.status;
	return CLI_OK;
}

/* Prices in two currencies have no order, and no exchange rate is assumed. */
static void
check_currencies(struct entrant *const *entrants, size_t count)
{
	const char *first = NULL;
	for (size_t i = 0; i < count; i++) {
		struct entrant *entrant = entrants[i];
		const char *currency = entrant->subject.rent.hour.currency;
		if (!entrant->answered)
			continue;
		if (first && strcmp(currency, first) != 0) {
			problem_set(&entrant->problem, CLI_ROWS, JTN_E_CURRENCY,
			            "its rent is in %s and not in %s, and no exchange rate is assumed; give --rent in one currency",
			            currency, first);
			entrant->answered = false;
		}
		first = first ? first : currency;
	}
}

/* Whether a row has room for the last column; where it has not, the notes say what limits. */
static bool
has_room(int name_width, const struct look *look)
{
	return look->width >= name_width + 73;
}

static void
add_right(struct text *text, double value, int width, bool known)
{
	char number[NUMBER_SIZE];
	text_add(text, " "); /* a number wider than its column still stands apart */
	text_column(text, known ? number_read(value, 3, number) : "—", 1 - width);
}

static void
add_layout(struct text *text, const struct jtn_server_facts *facts, int width)
{
	struct text layout = {0};
	text_addf(&layout, "%3d  tp%d", (int)(facts->accelerators), (int)facts->tp);
	if (facts->pp > 1)
		text_addf(&layout, " pp%d", (int)facts->pp);
	if (facts->dp > 1)
		text_addf(&layout, " dp%d", (int)facts->dp);
	text_column(text, text_string(&layout), width);
	text_free(&layout);
}

static void
add_row(struct text *text, const struct entrant *entrant, double at, int name_width, const struct look *look)
{
	const struct jtn_cost *cost = &entrant->cell.cost;
	const struct jtn_estimate *estimate = &entrant->cell.estimate;
	text_column(text, entrant->hardware, name_width);
	add_layout(text, &entrant->subject.facts, 13);
	if (look->colour)
		shade_codes(text, at);
	add_right(text, cost->per_mtok_total, 7, true);
	text_add(text, look->colour ? " \033[0m" : " ");
	add_right(text, cost->per_mtok_input, 7, true);
	add_right(text, cost->per_mtok_output, 8, true);
	add_right(text, estimate->tpot_ms, 7, !(estimate->flags & JTN_ESTIMATE_NO_DECODE));
	add_right(text, estimate->ttft_ms, 9, !(estimate->flags & (JTN_ESTIMATE_UNBOUNDED | JTN_ESTIMATE_NO_LATENCY)));
	add_right(text, estimate->output_tps_per_accelerator, 7, true);
	if (has_room(name_width, look))
		text_addf(text, "  %s", jtn_limit_name(estimate->limited_by));
	text_add(text, "\n");
}

static void
add_question(struct text *text, const struct asked_model *model, const struct jtn_workload *workload,
             const struct look *look)
{
	char number[NUMBER_SIZE];
	text_add(text, look->colour ? "\033[1m" : "");
	text_add_clean(text, text_string(&model->name));
	text_add(text, look->colour ? "\033[0m" : "");
	if (workload->flags & JTN_WORKLOAD_OFFLINE)
		text_add(text, ", a queue that is never empty");
	else if (workload->request_rate > 0)
		text_addf(text, ", %s requests/s", number_plain(workload->request_rate, 6, number));
	else
		text_addf(text, ", %s requests in the system", number_plain(workload->concurrency, 6, number));
	text_addf(text, ", %s tokens in", number_plain(workload->input_tokens, 15, number));
	if (workload->cached_input_tokens > 0)
		text_addf(text, " (%s cached)", number_plain(workload->cached_input_tokens, 15, number));
	text_addf(text, " and %s out\n\n", number_plain(workload->output_tokens, 15, number));
}

static void
add_heads(struct text *text, const char *currency, int name_width, const struct look *look)
{
	text_add(text, look->colour ? "\033[2m" : "");
	text_fill(text, " ", name_width + 15);
	text_column(text, "per million tokens", 22);
	text_add(text, "latency, ms    out/s\n");
	text_column(text, "accelerator", name_width);
	text_column(text, "  n  layout", 13);
	text_column(text, currency, -7);
	text_add(text, "   input  output   TPOT     TTFT   each");
	text_add(text, has_room(name_width, look) ? "  limited by" : "");
	text_add(text, look->colour ? "\033[0m\n" : "\n");
}

/* More is asked than one such deployment does: how many would do. */
static void
add_saturated(struct text *text, const struct entrant *entrant, int name_width, int width)
{
	double most = entrant->cell.estimate.requests_per_s;
	double replicas = entrant->subject.facts.replicas;
	struct text line = {0};
	char number[NUMBER_SIZE];
	text_addf(&line, "does at most %s requests/s, here priced at that;", number_read(most, 3, number));
	double needed = floor(entrant->cell.workload.request_rate / (most / replicas)) + 1;
	double possible = fmin(COUNT_MOST, floor(INT32_MAX / (entrant->subject.facts.accelerators / replicas)));
	text_addf(&line, needed <= possible ? " --replicas %.0f would do" : " not even --replicas %.0f, the most, would do",
	          fmin(needed, possible));
	text_column(text, entrant->hardware, name_width);
	text_wrap(text, text_string(&line), name_width, width);
	text_add(text, "\n");
	text_free(&line);
}

static void
add_notes(struct text *text, struct entrant *const *entrants, size_t count, int name_width, const struct look *look)
{
	double band = 0;
	struct text line = {0};
	text_add(text, "\n");
	for (size_t i = 0; i < count; i++) {
		if (!entrants[i]->answered)
			continue;
		double error = entrants[i]->cell.estimate.error_cost;
		band = error > band ? error : band;
		text_clear(&line);
		if (!has_room(name_width, look))
			text_addf(&line, "%s; ", jtn_limit_name(entrants[i]->cell.estimate.limited_by));
		text_add_clean(&line, text_string(&entrants[i]->subject.stack_name));
		text_add(&line, " at ");
		text_add_clean(&line, text_string(&entrants[i]->subject.rent.label));
		if (entrants[i]->cell.estimate.flags & JTN_ESTIMATE_BEYOND_CONTEXT)
			text_add(&line, "; longer than the model was configured for");
		text_column(text, entrants[i]->hardware, name_width);
		text_wrap(text, text_string(&line), name_width, look->width);
		text_add(text, "\n");
		if (saturated(entrants[i]))
			add_saturated(text, entrants[i], name_width, look->width);
	}
	if (band > 0)
		text_addf(text, "\n± %.0f %% on cost: 8 times in 10 the truth lies within a factor of %.2f\n", band * 100,
		          1 + band);
	text_addf(text, "%s: input and output together; out/s each: output tokens per second per accelerator\n",
	          entrants[0]->subject.rent.hour.currency);
	text_free(&line);
}

static void
draw(struct text *text, struct entrant *const *entrants, size_t count, const struct asked_model *model,
     const struct look *look)
{
	int name_width = 13;
	size_t answered = 0;
	double dearest = 0;
	struct text line = {0};
	for (size_t i = 0; i < count; i++) {
		double cost = entrants[i]->answered ? entrants[i]->cell.cost.per_mtok_total : 0;
		dearest = cost > dearest ? cost : dearest;
		int width = text_width(entrants[i]->hardware) + 2;
		name_width = width > name_width ? width : name_width;
		answered += entrants[i]->answered;
	}
	add_question(text, model, &entrants[0]->cell.workload, look);
	if (answered > 0)
		add_heads(text, entrants[0]->subject.rent.hour.currency, name_width, look);
	for (size_t i = 0; i < answered; i++) {
		double cost = entrants[i]->cell.cost.per_mtok_total;
		add_row(text, entrants[i], shade_position(cost, entrants[0]->cell.cost.per_mtok_total, dearest), name_width,
		        look);
	}
	for (size_t i = answered; i < count; i++) {
		text_column(text, entrants[i]->hardware, name_width);
		text_add(text, "— ");
		text_clear(&line);
		text_add_clean(&line, text_string(&entrants[i]->problem.text));
		text_wrap(text, text_string(&line), name_width + 2, look->width);
		text_add(text, "\n");
	}
	if (answered > 0)
		add_notes(text, entrants, count, name_width, look);
	text_free(&line);
}

static void
print_json(struct text *text, struct entrant *const *entrants, size_t count)
{
	struct text scenario = {0};
	for (size_t i = 0; i < count; i++) {
		const struct entrant *entrant = entrants[i];
		text_clear(&scenario);
		subject_scenario(&entrant->subject, &entrant->cell.workload, &scenario);
		text_add(text, i == 0 ? "[" : ",\n ");
		if (entrant->answered)
			json_cell(text, NULL, &entrant->cell, entrant->subject.rent.hour.currency, text_string(&scenario));
		else
			json_error(text, NULL, entrant->problem.status, text_string(&entrant->problem.text), entrant->problem.field,
			           0, 0, text_string(&scenario));
	}
	text_add(text, "]\n");
	text_free(&scenario);
}

static int
print(const struct options *options, const struct asked_model *model, struct entrant *entrants, size_t count)
{
	struct entrant *sorted[ENTRANTS];
	struct text text = {0};
	int code = CLI_OK;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &entrants[i];
	check_currencies(sorted, count);
	qsort(sorted, count, sizeof(*sorted), order);
	for (size_t i = 0; i < count; i++)
		code = sorted[i]->answered ? code : CLI_ROWS;
	if (options->value[OPT_JSON]) {
		print_json(&text, sorted, count);
	} else {
		struct look look = output_look(options->value[OPT_OUTPUT]);
		draw(&text, sorted, count, model, &look);
	}
	code = output_all(options->value[OPT_OUTPUT], &text, code);
	text_free(&text);
	return code;
}

/* --rent and --own may name one for all accelerators, or one for each. */
static int
read_rents(const struct options *options, size_t entrants, char **ret, size_t *retcount)
{
	const char *rent = options->value[OPT_RENT], *own = options->value[OPT_OWN];
	const char *name = rent ? "--rent" : "--own";
	if (rent && own)
		return cli_error("--rent and --own: an accelerator is rented or owned; give one of them");
	if (!rent && !own)
		return CLI_OK;
	int code = split(rent ? rent : own, name, ret, retcount);
	if (code == CLI_OK && *retcount != 1 && *retcount != entrants)
		code = cli_error("%s: %zu items for %zu accelerators; give one for all, or one for each in their order", name,
		                 *retcount, entrants);
	return code;
}

static int
run(const struct options *options, const struct demand *demand, const struct jtn_deployment *deployment,
    struct entrant *entrants, char **names, size_t count)
{
	char *rents[ENTRANTS];
	size_t rent_count = 0;
	struct asked_model model = {0};
	struct problem problem = {0};
	int code = read_rents(options, count, rents, &rent_count);
	if (code == CLI_OK) {
		code = asked_model_open(options->value[OPT_MODEL], &model, &problem);
		if (code != CLI_OK)
			problem_print(&problem, code);
	}
	for (size_t i = 0; i < count && code == CLI_OK; i++) {
		const char *rent = rent_count == 0 ? NULL : rents[rent_count == 1 ? 0 : i];
		bool own = options->value[OPT_OWN];
		struct wanted wanted = {names[i],          options->value[OPT_STACK],    own ? NULL : rent,
		                        own ? rent : NULL, options->value[OPT_CURRENCY], deployment,
		                        &demand->contexts};
		entrants[i].hardware = names[i];
		code = enter(&wanted, &model, demand, &entrants[i]);
	}
	if (code == CLI_OK)
		code = print(options, &model, entrants, count);
	for (size_t i = 0; i < count; i++) {
		subject_close(&entrants[i].subject);
		problem_free(&entrants[i].problem);
	}
	asked_model_close(&model);
	free_words(rents, rent_count);
	return code;
}

static int
check(const struct options *options, struct demand *demand, struct jtn_deployment *deployment)
{
	if (options->positional_count > 0)
		return cli_error("compare: \"%s\": takes options only; see `jeton help compare`", options->positional[0]);
	if (!options->value[OPT_HARDWARE] || !options->value[OPT_MODEL])
		return cli_error("compare: %s is missing; it wants --model ID|config.json and --hardware A,B,C",
		                 options->value[OPT_HARDWARE] ? "--model" : "--hardware");
	int code = deployment_read(options, deployment);
	if (code == CLI_OK)
		code = demand_read(options, demand);
	if (code == CLI_OK && (demand->contexts.count != 1 || demand->loads.count != 1))
		code = cli_error(
			"compare: one --context and one --batch or --rate, so that all are asked the same; `jeton cost` takes "
			"lists");
	return code;
}

int
cli_compare(int argc, char **argv)
{
	struct options options;
	struct demand demand = {.contexts = {{4096}, 1}, .loads = {{64}, 1}, .input_share = 0.75};
	struct jtn_deployment deployment;
	char *names[ENTRANTS];
	size_t count = 0;
	if (options_want_help(argc, argv))
		return help_print("compare");
	int code = options_parse(argc, argv, COMMAND_COMPARE, &options);
	if (code == CLI_OK)
		code = check(&options, &demand, &deployment);
	if (code == CLI_OK)
		code = split(options.value[OPT_HARDWARE], "--hardware", names, &count);
	if (code == CLI_OK) {
		struct entrant *entrants = cli_grow(NULL, count * sizeof(*entrants));
		memset(entrants, 0, count * sizeof(*entrants));
		code = run(&options, &demand, &deployment, entrants, names, count);
		free(entrants);
	}
	free_words(names, count);
	options_free(&options);
	return code;
}
