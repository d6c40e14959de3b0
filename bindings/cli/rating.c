/* The batch: read rows until it is full, price them in one call, write them in order. */
#define _XOPEN_SOURCE 700
#include "rating.h"

#include "charge_out.h"
#include "margin.h"
#include "output.h"
#include "rerate.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct span no_span = {0, SIZE_MAX};

int
worker_open(struct worker *worker, const struct rating *rating)
{
	struct jtn_error error = {0};
	memset(worker, 0, sizeof(*worker));
	worker->rating = rating;
	worker->tariffs.book = rating->book;
	worker->tariffs.overlay = rating->overlay;
	worker->groups.keys = &rating->keys;
	jtn_status status = jtn_reader_new(rating->unknown, NULL, &worker->reader, &error);
	if (status == JTN_OK && rating->production)
		status = tariffs_add(&worker->tariffs, rating->production, &worker->production, &error);
	if (status != JTN_OK)
		return cli_error("%s", error.message[0] ? error.message : jtn_status_name(status));
	worker->line_room = 64;
	worker->lines = cli_grow(NULL, worker->line_room * sizeof(*worker->lines));
	return CLI_OK;
}

void
worker_close(struct worker *worker)
{
	jtn_reader_free(worker->reader);
	tariffs_free(&worker->tariffs);
	groups_free(&worker->groups);
	periods_free(&worker->periods);
	for (size_t i = 0; i < worker->error_room; i++)
		free(worker->errors[i]);
	free(worker->errors);
	free(worker->counts);
	free(worker->lines);
	text_free(&worker->words);
	text_free(&worker->field);
}

const char *
worker_text(const struct worker *worker, const struct span *span)
{
	return span->length == SIZE_MAX ? NULL : worker->words.bytes + span->at;
}

static struct span
keep(struct worker *worker, const char *text, size_t length)
{
	struct span span = {worker->words.length, length};
	if (!text)
		return no_span;
	char *room = text_room(&worker->words, length + 1);
	memcpy(room, text, length);
	room[length] = '\0';
	text_used(&worker->words, room + length + 1);
	return span;
}

/* A key goes to the library NUL-terminated: a NUL inside shows as its symbol. */
static struct span
keep_key(struct worker *worker, const char *text, size_t length)
{
	if (!text || !memchr(text, '\0', length))
		return keep(worker, text, length);
	size_t at = worker->words.length;
	for (size_t i = 0; i < length; i++)
		text_add_bytes(&worker->words, text[i] ? text + i : "\u2400", text[i] ? 1 : 3);
	text_add_bytes(&worker->words, "", 1);
	return (struct span){at, worker->words.length - at - 1};
}

struct jtn_error *
worker_error(struct worker *worker)
{
	if (worker->error_count == worker->error_room) {
		worker->error_room += BATCH;
		worker->errors = cli_grow(worker->errors, worker->error_room * sizeof(*worker->errors));
		for (size_t i = worker->error_count; i < worker->error_room; i++)
			worker->errors[i] = cli_grow(NULL, sizeof(**worker->errors));
	}
	struct jtn_error *error = worker->errors[worker->error_count++];
	*error = (struct jtn_error){.index = -1};
	return error;
}

struct jtn_error *
worker_fail(struct worker *worker, jtn_status status, const char *field, const char *format, ...)
{
	struct jtn_error *error = worker_error(worker);
	char message[2 * sizeof(error->message)] = "";
	va_list arguments;
	error->status = status;
	strncpy(error->field, field, sizeof(error->field) - 1);
	va_start(arguments, format);
	if (format) /* always; but gcc wants to see it under the sanitizers */
		vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	memcpy(error->message, message, text_whole(message, sizeof(error->message) - 1));
	return error;
}

static void
keep_unrecognized(struct worker *worker, struct row *row, const struct jtn_event *event)
{
	size_t at = worker->words.length;
	for (uint32_t i = 0; i < event->unknown_count; i++) {
		text_add(&worker->words, i == 0 ? "[" : ", ");
		text_json_bytes(&worker->words, event->unknown[i].text, event->unknown[i].length);
	}
	text_add(&worker->words, "]");
	row->unrecognized = (struct span){at, worker->words.length - at};
	text_add_bytes(&worker->words, "", 1);
}

static struct span
member(struct worker *worker, const char *name)
{
	struct jtn_text text = {0};
	if (jtn_reader_member(worker->reader, name, &text) != JTN_OK)
		return no_span;
	return keep_key(worker, text.text, text.length);
}

static void
keep_keys(struct worker *worker, struct row *row, const struct jtn_event *event)
{
	const struct group_keys *keys = &worker->rating->keys;
	for (size_t i = 0; i < keys->count; i++) {
		const struct jtn_text *text = keys->sources[i] == KEY_PROVIDER ? &event->provider
		                              : keys->sources[i] == KEY_MODEL  ? &event->model
		                              : keys->sources[i] == KEY_REGION ? &event->region
		                                                               : NULL;
		const char *tier = keys->sources[i] == KEY_TIER ? jtn_tier_name(event->tier) : NULL;
		if (keys->sources[i] == KEY_MEMBER)
			row->keys[i] = member(worker, keys->names[i]);
		else if (text)
			row->keys[i] = keep_key(worker, text->text, text->length);
		else
			row->keys[i] = keep(worker, tier, tier ? strlen(tier) : 0);
		worker->met |= (unsigned)(row->keys[i].length != SIZE_MAX) << i;
	}
	if (worker->rating->format == ROWS_FOCUS) {
		row->tenant = member(worker, "tenant");
		row->resource = member(worker, "id");
	}
}

/* Of a row that could not be read: the members it has all the same, so that its failure is told in its group. */
static void
keep_failed_keys(struct worker *worker, struct row *row)
{
	const struct group_keys *keys = &worker->rating->keys;
	for (size_t i = 0; i < keys->count; i++)
		if (keys->sources[i] <= KEY_REGION)
			row->keys[i] = member(worker, keys->names[i]);
}

/* Keys that the instant or the tariff decide. */
static void
keep_later_keys(struct worker *worker, struct row *row, int64_t time_ns)
{
	const struct group_keys *keys = &worker->rating->keys;
	const struct jtn_tariff_facts *facts = &worker->tariffs.words[row->tariff].facts;
	char instant[JTN_TIME_TEXT_SIZE];
	for (size_t i = 0; i < keys->count; i++) {
		bool day = keys->sources[i] == KEY_DAY;
		if ((day || keys->sources[i] == KEY_MONTH) && jtn_time_format(time_ns, instant, sizeof(instant)) == JTN_OK)
			row->keys[i] = keep(worker, instant, day ? 10 : 7);
		if (keys->sources[i] == KEY_PROVIDER && row->keys[i].length == SIZE_MAX && facts->provider)
			row->keys[i] = keep(worker, facts->provider, strlen(facts->provider));
	}
}

static void
add_usage(struct worker *worker, struct row *row, const struct jtn_event *event, int64_t time_ns)
{
	if (worker->count_count + event->count > worker->count_room) {
		worker->count_room = 2 * (worker->count_count + event->count) + 4 * BATCH;
		worker->counts = cli_grow(worker->counts, worker->count_room * sizeof(*worker->counts));
	}
	if (event->count > 0)
		memcpy(worker->counts + worker->count_count, event->counts, event->count * sizeof(*event->counts));
	row->usage = (uint32_t)worker->usage_count;
	worker->usage[worker->usage_count++] = (struct jtn_usage){.time_ns = time_ns,
	                                                          .tariff = row->tariff,
	                                                          .tier = event->tier,
	                                                          .first = (uint32_t)worker->count_count,
	                                                          .count = event->count};
	worker->count_count += event->count;
}

static bool
is_blank(const char *line, size_t length)
{
	while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t' || line[length - 1] == '\r'))
		length--;
	return length == 0;
}

static struct row *
add_row(struct worker *worker, unsigned long number)
{
	struct row *row = &worker->rows[worker->row_count++];
	row->error = NULL;
	row->line = number;
	row->tariff = UINT32_MAX;
	row->id = row->unrecognized = row->tenant = row->resource = no_span;
	for (size_t i = 0; i < JTN_STATEMENT_KEYS; i++)
		row->keys[i] = no_span;
	return row;
}

static void
read_row(struct worker *worker, const char *line, size_t length, unsigned long number)
{
	struct row *row = add_row(worker, number);
	struct jtn_event event = {.size = sizeof(event)};
	struct jtn_error error;
	if (is_blank(line, length)) {
		row->error =
			worker_fail(worker, JTN_E_SYNTAX, "", "an empty line; each line must be one usage row, a JSON object");
		return;
	}
	error.message[0] = error.field[0] = '\0';
	error.column = 0;
	jtn_status status = jtn_reader_row(worker->reader, line, length, &event, &error);
	if (event.id.text && (*event.id.text == '{' || *event.id.text == '[')) {
		row->error = worker_fail(worker, JTN_E_TYPE, "id", "an id is a string or a number, that a charge is known by");
		return;
	}
	row->id = keep(worker, event.id.text, event.id.length);
	if (status == JTN_OK) {
		if (event.unknown_count > 0)
			keep_unrecognized(worker, row, &event);
		keep_keys(worker, row, &event);
		status = tariffs_find(&worker->tariffs, &event, &row->tariff, &error);
	} else {
		keep_failed_keys(worker, row);
	}
	if (status != JTN_OK) {
		struct jtn_error *kept = worker_error(worker);
		*kept = error;
		kept->status = status;
		row->error = kept;
		return;
	}
	if (!event.has_time && !worker->rating->has_default_time) {
		row->error = worker_fail(worker, JTN_E_MISSING_FIELD, "time",
		                         "without a time there is no telling which price was valid; RFC 3339 is wanted, as in "
		                         "\"2026-01-01T00:00:00Z\", or --default-time for all such rows");
		return;
	}
	int64_t time_ns = event.has_time ? event.time_ns : worker->rating->default_time_ns;
	keep_later_keys(worker, row, time_ns);
	add_usage(worker, row, &event, time_ns);
}

/* The failure of one row of a batch, in words. */
static struct jtn_error *
explain(struct worker *worker, const struct jtn_usage *usage, jtn_status status)
{
	struct jtn_error *error = worker_error(worker);
	size_t count;
	jtn_status again = jtn_charge_lines(worker->tariffs.used[usage->tariff], usage, sizeof(*usage), worker->counts,
	                                    worker->count_count, sizeof(*worker->counts), NULL, sizeof(struct jtn_line), 0,
	                                    &count, NULL, error);
	if (again == JTN_E_SPACE) /* it prices after all: cannot be */
		*error = (struct jtn_error){.index = -1};
	error->status = status;
	return error;
}

static void
price_one(struct worker *worker, const struct jtn_usage *usage, struct jtn_charge *charges)
{
	struct jtn_error error = {0};
	jtn_status status = jtn_rate_batch(worker->tariffs.used, worker->tariffs.count, usage, sizeof(*usage),
	                                   worker->counts, worker->count_count, sizeof(*worker->counts), charges,
	                                   sizeof(*charges), worker->usage_count, &error);
	if (status == JTN_OK || status == JTN_E_ROWS)
		return;
	for (size_t i = 0; i < worker->usage_count; i++)
		charges[i] = (struct jtn_charge){.status = status};
}

static void
price(struct worker *worker)
{
	const struct rating *rating = worker->rating;
	price_one(worker, worker->usage, worker->charges);
	for (size_t i = 0; i < worker->usage_count && rating->production; i++) {
		worker->made[i] = worker->usage[i];
		worker->made[i].tariff = worker->production;
	}
	if (rating->production)
		price_one(worker, worker->made, worker->costs);
	for (size_t i = 0; i < worker->row_count; i++) {
		struct row *row = &worker->rows[i];
		if (row->error)
			continue;
		bool sold = worker->charges[row->usage].status == JTN_OK;
		bool made = !rating->production || worker->costs[row->usage].status == JTN_OK;
		if (!sold)
			row->error = explain(worker, &worker->usage[row->usage], worker->charges[row->usage].status);
		else if (!made)
			row->error =
				margin_cost_failed(explain(worker, &worker->made[row->usage], worker->costs[row->usage].status));
	}
}

jtn_status
worker_lines(struct worker *worker, const struct jtn_tariff *tariff, const struct jtn_usage *usage, size_t *retcount,
             struct jtn_error *reterr)
{
	for (;;) {
		jtn_status status = jtn_charge_lines(tariff, usage, sizeof(*usage), worker->counts, worker->count_count,
		                                     sizeof(*worker->counts), worker->lines, sizeof(*worker->lines),
		                                     worker->line_room, retcount, NULL, reterr);
		if (status != JTN_E_SPACE)
			return status;
		worker->line_room = *retcount;
		worker->lines = cli_grow(worker->lines, worker->line_room * sizeof(*worker->lines));
	}
}

/* What a row adds to the summary; a row for each line, where a key is the meter. */
static jtn_status
sum_up(struct worker *worker, const struct row *row, size_t lines, struct jtn_error *reterr)
{
	const struct group_keys *keys = &worker->rating->keys;
	const char *values[JTN_STATEMENT_KEYS];
	struct jtn_charge charge = {.status = row->error ? row->error->status : JTN_OK};
	const char *currency =
		row->tariff == UINT32_MAX ? worker->rating->currency : worker->tariffs.words[row->tariff].facts.currency;
	for (size_t i = 0; i < keys->count; i++)
		values[i] = worker_text(worker, &row->keys[i]);
	if (row->error)
		return groups_add(&worker->groups, currency, values, &charge, NULL, 0, reterr);
	const struct jtn_usage *usage = &worker->usage[row->usage];
	if (!keys->by_meter)
		return groups_add(&worker->groups, currency, values, &worker->charges[row->usage],
		                  worker->counts + usage->first, usage->count, reterr);
	jtn_status status = JTN_OK;
	for (size_t i = 0; i < lines && status == JTN_OK; i++) {
		const struct jtn_line *line = &worker->lines[i];
		struct jtn_count count = {.quantity = line->quantity, .meter = line->meter};
		for (size_t key = 0; key < keys->count; key++)
			if (keys->sources[key] == KEY_METER)
				values[key] = line->meter ? jtn_meter_name(line->meter) : NULL;
		charge.total = line->amount;
		status = groups_add(&worker->groups, currency, values, &charge, &count, line->meter ? 1 : 0, reterr);
	}
	return status;
}

/* An earlier charge of another event, or none, is this row's failure. */
static struct jtn_error *
check_earlier(struct worker *worker, const struct row *row, const struct piece *piece, const struct earlier *earlier)
{
	const char *words = text_string(&piece->earlier_words);
	const char *id = worker_text(worker, &row->id);
	if (earlier->state == EARLIER_NONE)
		return worker_fail(
			worker, JTN_E_CONTRADICTION, "",
			"the earlier charges end before this row; they must be of the same events in the same order");
	if (earlier->state == EARLIER_BAD)
		return worker_fail(worker, JTN_E_SYNTAX, "", "line %lu of the earlier charges %.*s", earlier->line,
		                   (int)earlier->reversal_length, words + earlier->reversal);
	size_t shown = text_whole(words + earlier->id, earlier->id_length < 60 ? earlier->id_length : 60);
	if (!rerate_matches(earlier, &piece->earlier_words, id ? id : "null", id ? row->id.length : 4))
		return worker_fail(
			worker, JTN_E_CONTRADICTION, "id",
			"line %lu of the earlier charges has id %.*s; they must be of the same events in the same order",
			earlier->line, (int)shown, words + earlier->id);
	return NULL;
}

static void
write_good(struct worker *worker, struct row *row, size_t lines, struct piece *piece)
{
	const struct rating *rating = worker->rating;
	struct jtn_error *error = NULL;
	if (rating->production) {
		error = margin_row(worker, row, rating->summary ? NULL : &piece->out);
	} else if (rating->format == ROWS_FOCUS && !rating->summary) {
		error = worker_error(worker);
		if (charge_focus(worker, row, lines, &piece->out, error) == JTN_OK)
			error = NULL;
	} else if (rating->format == ROWS_CSV && !rating->summary) {
		charge_csv(worker, row, &piece->out);
	} else if (!rating->summary) {
		charge_json(worker, row, lines, &piece->out);
	}
	row->error = error;
	if (!error && rating->settle) {
		const struct jtn_usage *usage = &worker->usage[row->usage];
		periods_add(&worker->periods, row->tariff, worker->counts + usage->first, usage->count,
		            worker->charges[row->usage].total, usage->time_ns);
	}
}

static void
write_row(struct worker *worker, struct row *row, struct piece *piece)
{
	const struct rating *rating = worker->rating;
	const struct earlier *earlier = rating->rerate ? &piece->earlier[row->line - piece->block.first] : NULL;
	struct jtn_error error = {0};
	size_t lines = 0;
	if (earlier && !row->error)
		row->error = check_earlier(worker, row, piece, earlier);
	row->stands = row->stands_length = 0;
	const char *id = worker_text(worker, &row->id);
	if (earlier && earlier->state == EARLIER_CHARGE &&
	    rerate_matches(earlier, &piece->earlier_words, id ? id : "null", id ? row->id.length : 4)) {
		row->stands = earlier->stands;
		row->stands_length = earlier->stands_length;
	}
	if (!row->error && (rating->lines || rating->format == ROWS_FOCUS || rating->keys.by_meter)) {
		jtn_status status =
			worker_lines(worker, worker->tariffs.used[row->tariff], &worker->usage[row->usage], &lines, &error);
		if (status != JTN_OK) {
			struct jtn_error *kept = worker_error(worker);
			*kept = error;
			row->error = kept;
		}
	}
	if (!row->error && earlier && earlier->state == EARLIER_CHARGE)
		text_add_bytes(&piece->out, text_string(&piece->earlier_words) + earlier->reversal, earlier->reversal_length);
	if (!row->error)
		write_good(worker, row, lines, piece);
	if (rating->summary && !rating->production && sum_up(worker, row, lines, &error) != JTN_OK) {
		struct jtn_error *kept = worker_error(worker);
		*kept = error;
		row->error = kept; /* it is in no sum, and said to be */
	}
	if (row->error) {
		piece->failed++;
		if (!rating->summary)
			charge_error(worker, row, piece);
		else
			charge_complain(worker, row, &piece->complaints);
	}
}

static void
finish_batch(struct worker *worker, struct piece *piece)
{
	price(worker);
	for (size_t i = 0; i < worker->row_count; i++)
		write_row(worker, &worker->rows[i], piece);
	worker->row_count = worker->usage_count = worker->count_count = worker->error_count = 0;
	text_clear(&worker->words);
}

void
worker_answer(void *context, struct piece *piece)
{
	struct worker *worker = context;
	unsigned long number = piece->block.first;
	const char *line;
	size_t at = 0, length;
	text_clear(&piece->out);
	text_clear(&piece->complaints);
	piece->failed = 0;
	if (piece->block.too_long)
		add_row(worker, number)->error = worker_fail(
			worker, JTN_E_LIMIT, "", "longer than 64 MiB, the limit of one line; each line must be one usage row");
	while (!piece->block.too_long && (line = block_line(&piece->block, &at, &length))) {
		read_row(worker, line, length, number++);
		if (worker->row_count == BATCH)
			finish_batch(worker, piece);
	}
	finish_batch(worker, piece);
}

static bool
read_piece(void *context, struct piece *piece)
{
	struct rating_run *run = context;
	if (block_reader_next(&run->reader, &piece->block) != LINE_READY)
		return false;
	if (run->rerate)
		rerate_fill(run->rerate, piece);
	return true;
}

static void
show_progress(struct rating_run *run, const struct piece *piece)
{
	long now = (long)time(NULL);
	if (!run->progress || now == run->shown)
		return;
	run->shown = now;
	fprintf(stderr, "\rjeton: %lu lines, %lu failed \033[K", piece->block.first + piece->block.lines - 1, run->failed);
}

/* Answers go out piece by piece, so that a program at the other end of both pipes need not wait. */
static bool
write_piece(void *context, struct piece *piece)
{
	struct rating_run *run = context;
	run->failed += piece->failed;
	if (piece->complaints.length > 0) {
		fputs(run->progress ? "\r\033[K" : "", stderr);
		fwrite(piece->complaints.bytes, 1, piece->complaints.length, stderr);
	}
	output_write(run->output, &piece->out);
	bool going = output_flush(run->output);
	show_progress(run, piece);
	return going;
}

int
rating_run(struct rating_run *run, struct worker **workers, size_t count)
{
	const struct crew crew = {run, read_piece, worker_answer, write_piece};
	run->progress = isatty(STDERR_FILENO) && !(isatty(STDOUT_FILENO) && !run->output->path);
	run->shown = (long)time(NULL); /* nothing is shown in the first second */
	crew_run(&crew, (void **)workers, count);
	if (run->progress)
		fputs("\r\033[K", stderr);
	if (run->reader.error)
		return cli_error("%s: cannot read: %s", run->rating->path, strerror(run->reader.error));
	return run->failed > 0 ? CLI_ROWS : CLI_OK;
}
