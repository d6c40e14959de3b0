/* jeton estimate: a scenario per line in, an answer per line out, in order, bad lines included. */
#define _XOPEN_SOURCE 700
#include "help.h"
#include "input.h"
#include "json_out.h"
#include "options.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <yyjson.h>

/* The id of a line that failed is looked for only in lines that are not absurd: a tree takes many times the text. */
#define ID_SEARCH_BYTES ((size_t)4 * 1024 * 1024)

struct run {
	struct output output;
	struct line_reader reader;
	struct text row;    /* one answer */
	struct text config; /* the last model file read */
	unsigned long failed;
	bool progress;
	time_t shown; /* when progress was last shown */
};

/* The id of a failed line as JSON, or NULL; freed by the caller. */
static char *
find_id(const struct text *line)
{
	if (line->length > ID_SEARCH_BYTES)
		return NULL;
	yyjson_doc *document = yyjson_read(text_string(line), line->length, YYJSON_READ_NUMBER_AS_RAW);
	yyjson_val *id = yyjson_obj_get(yyjson_doc_get_root(document), "id");
	char *json = id ? yyjson_val_write(id, 0, NULL) : NULL;
	yyjson_doc_free(document);
	return json;
}

static void
fail_row(struct run *run, jtn_status status, const char *message, const char *field, long column)
{
	char *id = find_id(&run->reader.line);
	text_clear(&run->row);
	json_error(&run->row, id, status, message, field, run->reader.number, column, NULL);
	run->failed++;
	free(id);
}

static void
fail_error(struct run *run, const struct jtn_error *error)
{
	fail_row(run, error->status, error->message[0] ? error->message : jtn_status_name(error->status), error->field,
	         error->column);
}

/* The model a scenario names by path. NULL after the row has failed. */
static struct jtn_model *
read_model(struct run *run, const char *path)
{
	struct problem problem = {0};
	struct jtn_error error = {0};
	struct jtn_model *model = NULL;
	if (input_read(path, true, &run->config, &problem) != CLI_OK) {
		fail_row(run, problem.status, text_string(&problem.text), "model.config", 0);
	} else if (jtn_model_parse(text_string(&run->config), run->config.length, NULL, &model, &error) != JTN_OK) {
		problem_take(&problem, CLI_ROWS, path, true, &error);
		fail_row(run, error.status, text_string(&problem.text), "model.config", 0);
	}
	problem_free(&problem);
	return model;
}

static void
answer_parts(struct run *run, const struct jtn_scenario_parts *parts)
{
	struct jtn_error error = {0};
	struct jtn_server *server = NULL;
	struct jtn_model *own = parts->model ? NULL : read_model(run, parts->model_path);
	const struct jtn_model *model = parts->model ? parts->model : own;
	if (!model)
		return;
	if (jtn_server_new(parts->hardware, parts->stack, model, parts->deployment, NULL, &server, &error) != JTN_OK) {
		fail_error(run, &error);
	} else {
		struct cell cell = {.workload = *parts->workload};
		cell_answer(&cell, server, parts->hour);
		if (cell.status == JTN_OK) {
			json_cell(&run->row, parts->id, &cell, parts->hour ? parts->hour->currency : NULL, NULL);
		} else {
			cell.why.status = cell.status;
			fail_error(run, &cell.why);
		}
	}
	jtn_server_free(server);
	jtn_model_free(own);
}

static void
answer_line(struct run *run)
{
	const struct text *line = &run->reader.line;
	struct jtn_error error = {0};
	struct jtn_scenario *scenario = NULL;
	struct jtn_scenario_parts parts = {.size = sizeof(parts)};
	const char *text = text_string(line);
	if (strspn(text, " \t\r") == line->length) {
		fail_row(run, JTN_E_SYNTAX, "an empty line; each line must be one scenario, a JSON object", "", 0);
	} else if (jtn_scenario_parse(text, line->length, NULL, &scenario, &error) != JTN_OK) {
		fail_error(run, &error);
	} else if ((error.status = jtn_scenario_read(scenario, &parts)) != JTN_OK) {
		fail_error(run, &error);
	} else {
		answer_parts(run, &parts);
	}
	jtn_scenario_free(scenario);
}

/* Answers so far go out before the reader waits for more, so that a program at the other end of both pipes can wait too. */
static void
flush(void *context)
{
	struct run *run = context;
	output_flush(&run->output);
}

static void
show_progress(struct run *run)
{
	time_t now = time(NULL);
	if (!run->progress || now == run->shown)
		return;
	run->shown = now;
	fprintf(stderr, "\rjeton: %lu lines, %lu failed, %.1f MB \033[K", run->reader.number, run->failed,
	        (double)run->reader.read / 1e6);
}

static int
answer_all(struct run *run, const char *path)
{
	enum line_found found;
	run->progress = isatty(STDERR_FILENO) && !(isatty(STDOUT_FILENO) && !run->output.path);
	run->shown = time(NULL); /* nothing is shown in the first second */
	run->reader.waiting = flush;
	run->reader.context = run;
	while ((found = line_reader_next(&run->reader)) == LINE_READY || found == LINE_TOO_LONG) {
		text_clear(&run->row);
		if (found == LINE_READY)
			answer_line(run);
		else
			fail_row(run, JTN_E_LIMIT, "longer than 64 MiB, the limit of one line; each line must be one scenario", "",
			         0);
		text_add(&run->row, "\n");
		output_write(&run->output, &run->row);
		if (ferror(run->output.stream))
			return CLI_OK; /* output_finish says why */
		show_progress(run);
	}
	if (run->progress)
		fputs("\r\033[K", stderr);
	if (found == LINE_FAILED)
		return cli_error("%s: cannot read: %s", path, strerror(run->reader.error));
	return run->failed > 0 ? CLI_ROWS : CLI_OK;
}

static int
estimate_file(const char *path, const char *output)
{
	struct run run = {0};
	struct problem problem = {0};
	int code = line_reader_open(&run.reader, path, &problem);
	if (code != CLI_OK)
		return problem_print(&problem, code);
	code = output_open(&run.output, output);
	if (code == CLI_OK) {
		code = answer_all(&run, path);
		if (code == CLI_USAGE) {
			output_flush(&run.output);
			output_abandon(&run.output);
		} else if (output_finish(&run.output) != CLI_OK) {
			code = CLI_USAGE;
		}
	}
	line_reader_close(&run.reader);
	text_free(&run.row);
	text_free(&run.config);
	return code;
}

int
cli_estimate(int argc, char **argv)
{
	struct options options;
	if (options_want_help(argc, argv))
		return help_print("estimate");
	int code = options_parse(argc, argv, COMMAND_ESTIMATE, &options);
	if (code == CLI_OK && options.positional_count != 1)
		code = cli_error("estimate: %s; it wants one FILE.jsonl, or - for standard input",
		                 options.positional_count == 0 ? "no file is given" : "more than one file is given");
	if (code == CLI_OK)
		code = estimate_file(options.positional[0], options.value[OPT_OUTPUT]);
	options_free(&options);
	return code;
}
