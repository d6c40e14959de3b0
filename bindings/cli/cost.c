/* jeton cost: the grid of cost per million tokens over load and context; or the price of a measured throughput. */
#include "grid.h"
#include "help.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
print_measured(const struct jtn_measured *measured, const struct jtn_cost *cost, const struct rent *rent,
               struct text *text)
{
	char number[NUMBER_SIZE];
	text_addf(text, "%s %s per million output tokens", number_read(cost->per_mtok_output_all_in, 4, number),
	          rent->hour.currency);
	text_addf(text, ": %s output tokens/s per accelerator", number_plain(measured->output_tps, 6, number));
	text_addf(text, " at %s\n", text_string(&rent->label));
	if (measured->input_tps > 0)
		text_addf(text, "%s %s per million tokens, input and output together\n",
		          number_read(cost->per_mtok_total, 4, number), rent->hour.currency);
	if (measured->kw > 0) {
		text_addf(text, "%s K tokens/s/MW", number_read(measured->output_tps / measured->kw, 3, number));
		text_addf(text, ", %s J per output token", number_plain(measured->kw * 1000 / measured->output_tps, 4, number));
		text_addf(text, ": %s kW per accelerator\n", number_plain(measured->kw, 6, number));
	}
}

/* Options that say nothing about a measurement would be ignored in silence: they are an error. */
static int
measured_check(const struct options *options)
{
	static const enum option fine[] = {OPT_MEASURED, OPT_KW,   OPT_RENT,   OPT_OWN,
	                                   OPT_CURRENCY, OPT_JSON, OPT_OUTPUT, OPT_HARDWARE};
	char name[40];
	for (int i = 0; i < OPT_COUNT; i++) {
		bool known = false;
		for (size_t j = 0; j < sizeof(fine) / sizeof(*fine); j++)
			known |= fine[j] == (enum option)i;
		if (options->value[i] && !known)
			return cli_error(
				"%s: has no bearing on --measured, which prices a throughput as it is; leave one of them out",
				option_name((enum option)i, name));
	}
	if (!options->value[OPT_RENT] && !options->value[OPT_OWN] && !options->value[OPT_HARDWARE])
		return cli_error(
			"--measured: what does the accelerator cost? Give --rent X per hour, --own FILE, or --hardware ID "
			"for its dated rent");
	return CLI_OK;
}

static int
measured_read(const struct options *options, struct jtn_measured *ret)
{
	static const char *const names[] = {"tps", "itps"};
	double values[2];
	int code = option_pairs(options, OPT_MEASURED, names, 2, 1, values);
	for (int i = 0; i < 2 && code == CLI_OK; i++)
		if (!isnan(values[i]) && !(values[i] >= 1e-6 && values[i] <= 1e12))
			code = cli_error("--measured %s: %s must be above 0, from 1e-6 to 1e12 tokens/s",
			                 options->value[OPT_MEASURED], names[i]);
	if (code == CLI_OK) {
		ret->output_tps = values[0];
		ret->input_tps = isnan(values[1]) ? 0 : values[1];
		code = option_real_from(options, OPT_KW, 0.0001, 100000, &ret->kw);
	}
	return code;
}

/* The id that the catalogue's rents know the accelerator by; empty where none is given. */
static int
measured_hardware(const char *given, struct text *ret, struct problem *problem)
{
	struct source source = {0};
	struct jtn_hardware *hardware = NULL;
	struct jtn_error error = {0};
	if (!given)
		return CLI_OK;
	int code = source_open(JTN_CATALOG_HARDWARE, given, &source, problem);
	if (code == CLI_OK && jtn_hardware_parse(source.text, source.length, NULL, &hardware, &error) != JTN_OK)
		code = source_problem(&source, CLI_USAGE, &error, problem);
	if (code == CLI_OK)
		text_add(ret, jtn_hardware_id(hardware));
	jtn_hardware_free(hardware);
	source_close(&source);
	return code;
}

static int
cost_measured(const struct options *options)
{
	struct jtn_measured measured = {0};
	struct jtn_cost cost;
	struct jtn_error error = {0};
	struct problem problem = {0};
	struct rent rent = {0};
	struct text text = {0}, hardware = {0};
	int code = measured_check(options);
	if (code == CLI_OK)
		code = measured_read(options, &measured);
	if (code != CLI_OK)
		return code;
	code = measured_hardware(options->value[OPT_HARDWARE], &hardware, &problem);
	if (code == CLI_OK)
		code = rent_choose(hardware.length > 0 ? text_string(&hardware) : NULL, options->value[OPT_RENT],
		                   options->value[OPT_OWN], options->value[OPT_CURRENCY], &rent, &problem);
	if (code == CLI_OK &&
	    jtn_cost_measured(&measured, sizeof(measured), &rent.hour, &cost, sizeof(cost), &error) != JTN_OK)
		code = problem_take(&problem, CLI_USAGE, "--measured", false, &error);
	if (code != CLI_OK) {
		code = problem_print(&problem, CLI_USAGE);
	} else if (options->value[OPT_JSON]) {
		text_add(&text, "[");
		json_measured(&text, &measured, &cost, &rent.hour, text_string(&rent.json));
		text_add(&text, "]\n");
	} else {
		print_measured(&measured, &cost, &rent, &text);
	}
	if (code == CLI_OK)
		code = output_all(options->value[OPT_OUTPUT], &text, code);
	text_free(&text);
	text_free(&hardware);
	rent_free(&rent);
	return code;
}

static int
answer(const struct subject *subject, const struct demand *demand, struct cell *cells)
{
	int code = CLI_OK;
	for (size_t row = 0; row < demand->loads.count; row++) {
		for (size_t column = 0; column < demand->contexts.count; column++) {
			struct cell *cell = &cells[row * demand->contexts.count + column];
			cell->workload = demand_workload(demand, demand->contexts.values[column], demand->loads.values[row]);
			cell_answer(cell, subject->server, &subject->rent.hour);
			code = cell->status == JTN_OK ? code : CLI_ROWS;
		}
	}
	return code;
}

static void
print_json(const struct subject *subject, const struct cell *cells, size_t count, struct text *text)
{
	struct text scenario = {0};
	for (size_t i = 0; i < count; i++) {
		text_clear(&scenario);
		subject_scenario(subject, &cells[i].workload, &scenario);
		text_add(text, i == 0 ? "[" : ",\n ");
		json_cell(text, NULL, &cells[i], subject->rent.hour.currency, text_string(&scenario));
	}
	text_add(text, "]\n");
	text_free(&scenario);
}

static int
cost_grid(const struct options *options, const struct demand *demand, const struct subject *subject)
{
	size_t count = demand->loads.count * demand->contexts.count;
	struct cell *cells = cli_grow(NULL, count * sizeof(*cells));
	struct text text = {0};
	memset(cells, 0, count * sizeof(*cells));
	int code = answer(subject, demand, cells);
	if (options->value[OPT_JSON]) {
		print_json(subject, cells, count, &text);
	} else {
		struct look look = output_look(options->value[OPT_OUTPUT]);
		headline(&text, subject, &look);
		grid_draw(&text, subject, demand, cells, &look);
	}
	code = output_all(options->value[OPT_OUTPUT], &text, code);
	text_free(&text);
	free(cells);
	return code;
}

static int
cost_modelled(const struct options *options)
{
	struct demand demand = {
		.contexts = {{1024, 4096, 16384, 65536}, 4}, .loads = {{1, 4, 16, 64, 256}, 5}, .input_share = 0.75};
	struct jtn_deployment deployment;
	struct problem problem = {0};
	struct asked_model model = {0};
	struct subject subject = {0};
	if (options->value[OPT_KW])
		return cli_error("--kw: is the power of a --measured throughput; elsewhere the hardware's profile says it");
	if (!options->value[OPT_HARDWARE] || !options->value[OPT_MODEL])
		return cli_error("cost: %s is missing; it wants --hardware ID and --model ID|config.json, or --measured tps=X",
		                 options->value[OPT_HARDWARE] ? "--model" : "--hardware");
	int code = deployment_read(options, &deployment);
	if (code == CLI_OK)
		code = demand_read(options, &demand);
	if (code != CLI_OK)
		return code;
	struct wanted wanted = {options->value[OPT_HARDWARE],
	                        options->value[OPT_STACK],
	                        options->value[OPT_RENT],
	                        options->value[OPT_OWN],
	                        options->value[OPT_CURRENCY],
	                        &deployment,
	                        &demand.contexts};
	code = asked_model_open(options->value[OPT_MODEL], &model, &problem);
	if (code == CLI_OK)
		code = subject_open(&wanted, &model, &subject, &problem);
	if (code == CLI_OK)
		code = cost_grid(options, &demand, &subject);
	else
		code = problem_print(&problem, problem.status == JTN_E_NOT_FOUND ? CLI_USAGE : code);
	subject_close(&subject);
	asked_model_close(&model);
	return code;
}

int
cli_cost(int argc, char **argv)
{
	struct options options;
	if (options_want_help(argc, argv))
		return help_print("cost");
	int code = options_parse(argc, argv, COMMAND_COST, &options);
	if (code == CLI_OK && options.positional_count > 0)
		code = cli_error("cost: \"%s\": takes options only; see `jeton help cost`", options.positional[0]);
	if (code == CLI_OK)
		code = options.value[OPT_MEASURED] ? cost_measured(&options) : cost_modelled(&options);
	options_free(&options);
	return code;
}
