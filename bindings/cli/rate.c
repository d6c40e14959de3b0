/* jeton rate: usage rows in, charges out, in order, bad rows included. */
#include "rate.h"

#include "charge_out.h"
#include "help.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The one currency of all tariffs, or none. */
static void
find_currency(const struct pricebook *book, char ret[8])
{
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	strcpy(ret, NO_CURRENCY);
	for (uint64_t i = 0; i < book->facts.tariffs; i++) {
		if (jtn_tariff_read_facts(jtn_book_tariff(book->book, i), &facts) != JTN_OK)
			continue;
		if (i > 0 && strcmp(ret, facts.currency) != 0) {
			strcpy(ret, NO_CURRENCY);
			return;
		}
		memcpy(ret, facts.currency, sizeof(facts.currency));
	}
}

static int
open_books(const struct options *options, const char *command, struct rate_job *job)
{
	struct jtn_book_options how;
	struct problem problem = {0};
	jtn_book_options_init(&how);
	how.skip_bad_entries = options->value[OPT_SKIP_BAD_ENTRIES] != NULL;
	how.repair_float_noise = options->value[OPT_REPAIR_FLOAT_NOISE] != NULL;
	if (!options->value[OPT_BOOK])
		return cli_error("%s: which prices? --book FILE, or a book of `jeton catalog book`", command);
	int code = pricebook_open(options->value[OPT_BOOK], &how, PRICES_LIST, &job->book, &problem);
	if (code == CLI_OK && options->value[OPT_OVERLAY])
		code = pricebook_open(options->value[OPT_OVERLAY], &how, PRICES_OVERLAY, &job->overlay, &problem);
	if (code != CLI_OK)
		return problem_print(&problem, code);
	pricebook_tell_skipped(&job->book);
	if (job->overlay.book)
		pricebook_tell_skipped(&job->overlay);
	job->rating.book = job->book.book;
	job->rating.overlay = job->overlay.book;
	find_currency(&job->book, job->rating.currency);
	return CLI_OK;
}

static int
one_of(const struct options *options, enum option option, const char *const *names, size_t count, int *ret)
{
	const char *given = options->value[option];
	char name[40];
	struct text list = {0};
	if (!given)
		return CLI_OK;
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], given) == 0) {
			*ret = (int)i;
			return CLI_OK;
		}
	for (size_t i = 0; i < count; i++)
		text_addf(&list, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", names[i]);
	cli_error("%s %s: must be %s", option_name(option, name), given, text_string(&list));
	text_free(&list);
	return CLI_USAGE;
}

static int
read_time(const struct options *options, struct rating *rating)
{
	const char *given = options->value[OPT_DEFAULT_TIME];
	struct jtn_error error = {0};
	if (!given)
		return CLI_OK;
	if (jtn_time_parse(given, strlen(given), &rating->default_time_ns, &error) != JTN_OK)
		return cli_error("--default-time %s: %s", given, error.message);
	rating->has_default_time = true;
	return CLI_OK;
}

/* Options that would be passed over in silence are an error. */
static int
check(const struct options *options, const char *command, const struct rating *rating)
{
	static const enum option of_rows[] = {OPT_LINES, OPT_RERATE, OPT_FORMAT};
	char name[40];
	for (size_t i = 0; i < sizeof(of_rows) / sizeof(*of_rows); i++)
		if (rating->summary && options->value[of_rows[i]])
			return cli_error("%s: is about rows, and a summary has none; leave one of them out",
			                 option_name(of_rows[i], name));
	if (rating->lines && rating->format != ROWS_JSONL)
		return cli_error("--lines: has no bearing on --format %s; leave one of them out", options->value[OPT_FORMAT]);
	if (options->value[OPT_RERATE] && rating->format != ROWS_JSONL)
		return cli_error("--rerate: writes reversals as JSON; leave out --format %s", options->value[OPT_FORMAT]);
	if (options->positional_count != 1)
		return cli_error("%s: %s; it wants one USAGE.jsonl, or - for standard input", command,
		                 options->positional_count == 0 ? "no file is given" : "more than one file is given");
	return CLI_OK;
}

static bool
same_file(const char *one, const char *other)
{
	struct stat a, b;
	return stat(one, &a) == 0 && stat(other, &b) == 0 && S_ISREG(a.st_mode) && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* Standard input can be read once, and no input may be the output. */
static int
check_inputs(const struct options *options, const char *command)
{
	static const enum option files[] = {OPT_BOOK, OPT_OVERLAY, OPT_PRODUCTION, OPT_RERATE};
	size_t count = strcmp(options->positional[0], "-") == 0;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		count += options->value[files[i]] && strcmp(options->value[files[i]], "-") == 0;
	if (count > 1)
		return cli_error("%s: standard input is asked for twice; one file can be -", command);
	const char *output = options->value[OPT_OUTPUT];
	bool clash = output && same_file(output, options->positional[0]);
	for (size_t i = 0; output && i < sizeof(files) / sizeof(*files); i++)
		clash |= options->value[files[i]] && same_file(output, options->value[files[i]]);
	return clash ? cli_error("--output %s: is one of the inputs, which it would replace", output) : CLI_OK;
}

int
rate_read_options(const struct options *options, const char *command, struct rate_job *job)
{
	static const char *const formats[] = {"jsonl", "csv", "focus"};
	static const char *const unknowns[] = {"report", "error"};
	int format = ROWS_JSONL, unknown = JTN_UNKNOWN_REPORT;
	struct rating *rating = &job->rating;
	rating->lines = options->value[OPT_LINES] != NULL;
	rating->summary = options->value[OPT_SUMMARY] || options->value[OPT_GROUP_BY];
	rating->settle = options->value[OPT_SETTLE] != NULL;
	rating->rerate = options->value[OPT_RERATE] != NULL;
	job->json = options->value[OPT_JSON] != NULL;
	job->jobs = 1;
	int code = one_of(options, OPT_FORMAT, formats, 3, &format);
	if (code == CLI_OK)
		code = one_of(options, OPT_UNKNOWN, unknowns, 2, &unknown);
	rating->format = (enum row_format)format;
	rating->unknown = unknown;
	if (code == CLI_OK)
		code = option_count(options, OPT_JOBS, JOBS_MOST, &job->jobs);
	if (code == CLI_OK)
		code = read_time(options, rating);
	if (code == CLI_OK)
		code = group_keys_parse(options->value[OPT_GROUP_BY], &rating->keys);
	if (code == CLI_OK)
		code = check(options, command, rating);
	if (code == CLI_OK)
		code = check_inputs(options, command);
	if (code == CLI_OK) {
		rating->path = options->positional[0];
		code = open_books(options, command, job);
	}
	return code;
}

static int
open_workers(struct rate_job *job)
{
	for (int32_t i = 0; i < job->jobs; i++) {
		job->workers[i] = cli_grow(NULL, sizeof(*job->workers[i]));
		job->worker_count++;
		int code = worker_open(job->workers[i], &job->rating);
		if (code != CLI_OK)
			return code;
	}
	return CLI_OK;
}

static void
write_header(struct rate_job *job)
{
	struct text text = {0};
	if (job->rating.summary)
		return;
	if (job->rating.format == ROWS_CSV)
		text_add(&text, CHARGE_CSV_HEADER);
	if (job->rating.format == ROWS_FOCUS)
		text_add(&text, jtn_focus_header());
	output_write(&job->output, &text);
	text_free(&text);
}

int
rate_run(const struct options *options, struct rate_job *job)
{
	struct problem problem = {0};
	struct rating_run *run = &job->run;
	run->rating = &job->rating;
	run->output = &job->output;
	int code = block_reader_open(&run->reader, job->rating.path, &problem);
	if (code == CLI_OK && options->value[OPT_RERATE]) {
		code = rerate_open(&job->rerate, options->value[OPT_RERATE], &problem);
		run->rerate = &job->rerate;
	}
	if (code != CLI_OK)
		return problem_print(&problem, code);
	code = open_workers(job);
	if (code == CLI_OK)
		code = output_open(&job->output, options->value[OPT_OUTPUT]);
	if (code != CLI_OK)
		return code;
	write_header(job);
	code = rating_run(run, job->workers, job->worker_count);
	if (code != CLI_USAGE) {
		job->finish(job);
		code = run->failed > 0 ? CLI_ROWS : CLI_OK;
	}
	if (code == CLI_USAGE) {
		output_flush(&job->output);
		output_abandon(&job->output);
	} else if (output_finish(&job->output) != CLI_OK) {
		code = CLI_USAGE;
	}
	return code;
}

void
rate_close(struct rate_job *job)
{
	for (size_t i = 0; i < job->worker_count; i++) {
		worker_close(job->workers[i]);
		free(job->workers[i]);
	}
	if (job->run.rating)
		block_reader_close(&job->run.reader);
	if (job->run.rerate)
		rerate_close(&job->rerate);
	group_keys_free(&job->rating.keys);
	pricebook_close(&job->overlay);
	pricebook_close(&job->book);
}

/* Period charges, tariff by tariff in the order in which rows first asked for them: the whole file is one period. */
static jtn_status
settle_one(struct worker *worker, uint32_t tariff, const struct period *period, size_t *retcount,
           struct jtn_money *rettotal, struct jtn_error *reterr)
{
	struct jtn_count counts[METERS_MOST];
	struct jtn_period asked = {
		.size = sizeof(asked), .final = 1, .time_ns = period->last_ns, .now = counts, .now_spend = period->spend};
	for (uint32_t meter = 0; meter < METERS_MOST; meter++)
		if (period->quantities[meter] > 0)
			counts[asked.now_count++] = (struct jtn_count){.quantity = period->quantities[meter], .meter = meter};
	if (period->overflown) {
		*reterr = (struct jtn_error){.index = -1, .message = "the period's quantities or spend leave their range"};
		return JTN_E_OVERFLOW;
	}
	for (;;) {
		jtn_status status = jtn_settle(worker->tariffs.used[tariff], &asked, worker->lines, sizeof(*worker->lines),
		                               worker->line_room, retcount, rettotal, reterr);
		if (status != JTN_E_SPACE)
			return status;
		worker->line_room = *retcount;
		worker->lines = cli_grow(worker->lines, worker->line_room * sizeof(*worker->lines));
	}
}

static void
sum_settled(struct worker *worker, uint32_t tariff, const struct jtn_line *lines, size_t count, struct jtn_money total)
{
	const struct group_keys *keys = &worker->rating->keys;
	const struct jtn_tariff_facts *facts = &worker->tariffs.words[tariff].facts;
	const char *values[JTN_STATEMENT_KEYS] = {NULL};
	struct jtn_charge charge = {.total = total, .flags = JTN_CHARGE_SETTLED};
	for (size_t i = 0; i < keys->count; i++)
		values[i] = keys->sources[i] == KEY_PROVIDER ? facts->provider
		            : keys->sources[i] == KEY_MODEL  ? facts->model
		            : keys->sources[i] == KEY_REGION ? facts->region
		                                             : NULL;
	for (size_t i = 0; i < (keys->by_meter ? count : 1); i++) {
		struct jtn_error error = {0};
		for (size_t key = 0; key < keys->count && keys->by_meter; key++)
			if (keys->sources[key] == KEY_METER)
				values[key] = lines[i].meter ? jtn_meter_name(lines[i].meter) : NULL;
		if (keys->by_meter)
			charge.total = lines[i].amount;
		if (groups_add(&worker->groups, facts->currency, values, &charge, NULL, 0, &error) != JTN_OK)
			cli_error("--settle: %s", error.message);
	}
}

static void
settle(struct rate_job *job, struct text *text)
{
	struct worker *worker = job->workers[0];
	struct text complaints = {0};
	for (size_t i = 1; i < job->worker_count; i++)
		periods_merge(&worker->periods, &worker->tariffs, &job->workers[i]->periods, &job->workers[i]->tariffs);
	uint32_t *order = tariffs_order(&worker->tariffs);
	for (size_t i = 0; i < worker->tariffs.count; i++) {
		uint32_t tariff = order[i];
		const struct period *period = tariff < worker->periods.room ? &worker->periods.each[tariff] : NULL;
		struct jtn_error error = {0};
		struct jtn_money total;
		size_t count = 0;
		if (!period || !period->any || !period_charges(worker->tariffs.used[tariff]))
			continue;
		error.status = settle_one(worker, tariff, period, &count, &total, &error);
		job->run.failed += error.status != JTN_OK;
		if (error.status != JTN_OK)
			charge_unsettled(worker, tariff, &error, text, &complaints);
		else if (job->rating.summary)
			sum_settled(worker, tariff, worker->lines, count, total);
		else
			charge_settled(worker, tariff, worker->lines, count, total, period->last_ns, text);
	}
	free(order);
	fputs(text_string(&complaints), stderr);
	text_free(&complaints);
}

/* Charges of events that are not there any more would stay in the ledger unseen. */
static void
tell_left_over(struct rate_job *job, struct text *text)
{
	struct text words = {0};
	for (;;) {
		text_clear(&words);
		struct earlier earlier = rerate_next(&job->rerate, &words);
		if (earlier.state == EARLIER_NONE || job->rerate.failed)
			break;
		struct text id = {0};
		text_add_bytes(&id, text_string(&words) + earlier.id, earlier.id_length);
		text_addf(
			text,
			"{\"id\": %s, \"status\": \"error\", \"error\": {\"code\": \"contradiction\", \"message\": \"line %lu of "
			"the earlier charges has no row of usage any more; its charge stands\"}}\n",
			id.length ? text_string(&id) : "null", earlier.line);
		text_free(&id);
		job->run.failed++;
		output_write(&job->output, text);
		text_clear(text);
	}
	text_free(&words);
}

/* A key that no row has is most likely misspelt. */
static void
tell_missing_keys(const struct rate_job *job)
{
	const struct group_keys *keys = &job->rating.keys;
	unsigned met = 0;
	for (size_t i = 0; i < job->worker_count; i++)
		met |= job->workers[i]->met;
	for (size_t i = 0; i < keys->count; i++)
		if (keys->sources[i] == KEY_MEMBER && !(met >> i & 1))
			cli_error("--group-by: no row has a \"%s\"", keys->names[i]);
}

/* What falls due in a period is no part of the charges of its events. */
static void
tell_unsettled(const struct rate_job *job)
{
	for (size_t i = 0; i < job->worker_count; i++) {
		const struct tariffs *tariffs = &job->workers[i]->tariffs;
		for (size_t t = 0; t < tariffs->count; t++) {
			if (!period_charges(tariffs->used[t]))
				continue;
			const struct jtn_tariff_facts *facts = &tariffs->words[t].facts;
			cli_error("%s %s has period charges or allowances, which --settle bills and these charges leave out",
			          facts->provider ? facts->provider : "", facts->model);
			return;
		}
	}
}

static void
finish(struct rate_job *job)
{
	struct text text = {0};
	struct worker *worker = job->workers[0];
	if (job->rating.rerate)
		tell_left_over(job, &text);
	if (job->rating.settle)
		settle(job, &text);
	else
		tell_unsettled(job);
	tell_missing_keys(job);
	if (job->rating.summary) {
		struct jtn_error error = {0};
		for (size_t i = 1; i < job->worker_count; i++)
			if (groups_merge(&worker->groups, &job->workers[i]->groups, &error) != JTN_OK) {
				cli_error("--summary: %s", error.message);
				job->run.failed++;
			}
		if (job->json)
			groups_json(&worker->groups, &text);
		else
			groups_table(&worker->groups, &text);
	}
	output_write(&job->output, &text);
	text_free(&text);
}

int
cli_rate(int argc, char **argv)
{
	struct options options;
	struct rate_job *job = cli_grow(NULL, sizeof(*job));
	*job = (struct rate_job){.finish = finish};
	if (options_want_help(argc, argv)) {
		free(job);
		return help_print("rate");
	}
	int code = options_parse(argc, argv, COMMAND_RATE, &options);
	if (code == CLI_OK)
		code = rate_read_options(&options, "rate", job);
	if (code == CLI_OK)
		code = rate_run(&options, job);
	rate_close(job);
	free(job);
	options_free(&options);
	return code;
}
