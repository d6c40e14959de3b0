/* Rows written by hand into one buffer, from words that each tariff has ready. */
#include "charge_out.h"

#include "digits.h"
#include "json_out.h"

#include <string.h>
#include <yyjson.h>

#define LITERAL(text, words) text_add_bytes(text, words, sizeof(words) - 1)

void
charge_flags(struct text *text, uint32_t flags)
{
	static const char *const names[] = {"rounded", "fallback", "tier_fallback", "implied",
	                                    "overlay", "settled",  "reversed"};
	const char *before = ", \"flags\": [\"";
	if (flags == 0)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!(flags >> i & 1))
			continue;
		text_add(text, before);
		text_add(text, names[i]);
		before = "\", \"";
	}
	if (before[0] == '"')
		LITERAL(text, "\"]");
}

static void
add_span(const struct worker *worker, const struct span *span, const char *none, struct text *text)
{
	if (span->length == SIZE_MAX)
		text_add(text, none);
	else
		text_add_bytes(text, worker->words.bytes + span->at, span->length);
}

/* A member whose value needs no escapes. */
static void
add_name(struct text *text, const char *key, const char *name)
{
	if (!name)
		return;
	text_add(text, key);
	text_add(text, name);
	LITERAL(text, "\"");
}

static char *
put(char *to, const char *words, size_t length)
{
	memcpy(to, words, length);
	return to + length;
}

#define PUT(to, words) put(to, words, sizeof(words) - 1)
#define CHARGE_MOST (DIGITS_MOST + 32) /* a charge but for its id, its tariff's words and what follows them [bytes] */
#define LINE_MOST 256                  /* a line but for the words of its rule and what follows them [bytes] */

static void
add_line(struct worker *worker, uint32_t tariff, const struct jtn_line *line, struct text *text)
{
	int32_t decimals = meter_decimals(line->meter);
	const struct rule_words *words = tariffs_rule(&worker->tariffs, tariff, line, decimals);
	const char *meter = line->meter ? jtn_meter_name(line->meter) : NULL;
	char *to = text_room(text, LINE_MOST + words->price_length + words->rule_length);
	to = meter ? PUT(put(PUT(to, "{\"meter\": \""), meter, strlen(meter)), "\"") : PUT(to, "{\"meter\": null");
	to = digits_count(PUT(to, ", \"quantity\": \""), line->quantity, decimals);
	to = put(to, words->price, words->price_length);
	to = digits_money(to, line->amount);
	text_used(text, put(to, words->rule, words->rule_length));
	if (line->priced_as != line->meter && line->priced_as)
		add_name(text, ", \"priced_as\": \"", jtn_meter_name(line->priced_as));
	if (line->tier != JTN_TIER_STANDARD)
		add_name(text, ", \"tier\": \"", jtn_tier_name(line->tier));
	if (line->step > 0)
		text_addf(text, ", \"step\": %u", (unsigned)line->step);
	charge_flags(text, line->flags);
	if (line->residue != 0) {
		LITERAL(text, ", \"residue\": \"");
		text_count(text, line->residue, 18 + decimals);
		LITERAL(text, "\"");
	}
	LITERAL(text, "}");
}

static void
add_lines(struct worker *worker, uint32_t tariff, const struct jtn_line *lines, size_t count, struct text *text)
{
	LITERAL(text, ", \"lines\": [");
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			LITERAL(text, ", ");
		add_line(worker, tariff, &lines[i], text);
	}
	LITERAL(text, "]");
}

void
charge_json(struct worker *worker, const struct row *row, size_t lines, struct text *text)
{
	const struct tariff_words *words = &worker->tariffs.words[row->tariff];
	const struct jtn_charge *charge = &worker->charges[row->usage];
	const char *id = worker_text(worker, &row->id);
	size_t id_length = id ? row->id.length : 0;
	char *to = text_room(text, CHARGE_MOST + id_length + words->head_length + words->tail_length);
	to = PUT(to, "{\"id\": ");
	to = put(id ? put(to, id, id_length) : PUT(to, "null"), words->head, words->head_length);
	to = put(digits_money(to, charge->total), words->tail, words->tail_length);
	text_used(text, to);
	charge_flags(text, charge->flags);
	if (row->unrecognized.length != SIZE_MAX) {
		LITERAL(text, ", \"unrecognized\": ");
		add_span(worker, &row->unrecognized, "", text);
	}
	if (worker->rating->lines)
		add_lines(worker, row->tariff, worker->lines, lines, text);
	LITERAL(text, "}\n");
}

/* RFC 4180: quoted where it has to be. */
static void
add_csv(struct text *text, const char *value)
{
	if (!value[strcspn(value, ",\"\r\n")]) {
		text_add(text, value);
		return;
	}
	text_add(text, "\"");
	for (; *value; value++)
		text_add_bytes(text, *value == '"' ? "\"\"" : value, *value == '"' ? 2 : 1);
	text_add(text, "\"");
}

/* An id as a person would write it: a string without its quotes. */
static void
add_csv_id(struct worker *worker, const struct row *row, struct text *text)
{
	const char *id = worker_text(worker, &row->id);
	if (!id)
		return;
	yyjson_doc *document = *id == '"' ? yyjson_read(id, row->id.length, 0) : NULL;
	const char *string = yyjson_get_str(yyjson_doc_get_root(document));
	add_csv(text, string ? string : id);
	yyjson_doc_free(document);
}

static void
add_csv_charge(const struct tariff_words *words, const char *status, struct jtn_money total, struct text *text)
{
	text_addf(text, ",%s,%s,", status, words->facts.currency);
	text_money(text, total);
	text_add(text, ",");
	add_csv(text, words->facts.revision ? words->facts.revision : "");
	text_add(text, ",\n");
}

void
charge_csv(struct worker *worker, const struct row *row, struct text *text)
{
	add_csv_id(worker, row, text);
	add_csv_charge(&worker->tariffs.words[row->tariff], "ok", worker->charges[row->usage].total, text);
}

/* Days since 1970-01-01 of the first of a month; months are counted from year 0. */
static int64_t
month_day(int64_t months)
{
	int64_t year = months / 12, month = months % 12 + 1;
	year -= month <= 2;
	int64_t era = year / 400, of_era = year - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The calendar month in UTC that holds an instant. */
static void
month_of(int64_t time_ns, int64_t *from_ns, int64_t *until_ns)
{
	const int64_t day_ns = INT64_C(86400000000000);
	int64_t day = time_ns / day_ns - (time_ns % day_ns < 0);
	int64_t months = 1677 * 12; /* the first that an instant can lie in is near; 584 years are few steps by halving */
	for (int64_t step = 4096 * 2; step > 0; step /= 2)
		if (month_day(months + step) <= day)
			months += step;
	int64_t from = month_day(months), until = month_day(months + 1);
	*from_ns = from < INT64_MIN / day_ns ? INT64_MIN : from * day_ns;
	*until_ns = until > INT64_MAX / day_ns ? INT64_MAX : until * day_ns;
}

static jtn_status
add_focus(const struct jtn_line *line, const struct jtn_focus *focus, struct text *text, struct jtn_error *reterr)
{
	size_t length = 0;
	char *room = text_room(text, 4096);
	jtn_status status = jtn_focus_write(line, focus, room, 4096, &length, reterr);
	if (status == JTN_E_SPACE) {
		room = text_room(text, length + 1);
		status = jtn_focus_write(line, focus, room, length + 1, &length, reterr);
	}
	if (status == JTN_OK)
		text_used(text, room + length);
	return status;
}

/* What a meter's lines come to at list price: told with the first of its lines. */
static struct jtn_money
list_amount(const struct jtn_line *list, size_t list_count, const struct jtn_line *lines, size_t at)
{
	struct jtn_money sum = {0};
	for (size_t i = 0; i < at; i++)
		if (lines[i].meter == lines[at].meter)
			return sum;
	for (size_t i = 0; i < list_count && lines[at].meter; i++)
		if (list[i].meter == lines[at].meter)
			(void)!jtn_money_add(sum, list[i].amount, &sum, NULL);
	return sum;
}

#define LIST_LINES 256

jtn_status
charge_focus(struct worker *worker, const struct row *row, size_t lines, struct text *text, struct jtn_error *reterr)
{
	const struct tariff_words *words = &worker->tariffs.words[row->tariff];
	const struct jtn_usage *usage = &worker->usage[row->usage];
	struct jtn_line list[LIST_LINES];
	size_t list_count = 0, before = text->length;
	struct jtn_focus focus = {.size = sizeof(focus),
	                          .tariff = worker->tariffs.used[row->tariff],
	                          .time_ns = usage->time_ns,
	                          .account = worker_text(worker, &row->tenant),
	                          .resource = worker_text(worker, &row->resource)};
	month_of(usage->time_ns, &focus.period_from_ns, &focus.period_until_ns);
	if (words->own) {
		focus.list = words->list;
		jtn_status status =
			jtn_charge_lines(words->list, usage, sizeof(*usage), worker->counts, worker->count_count,
		                     sizeof(*worker->counts), list, sizeof(*list), LIST_LINES, &list_count, NULL, reterr);
		if (status != JTN_OK)
			list_count = 0; /* the list has no price for it: the customer's stands alone */
	}
	for (size_t i = 0; i < lines; i++) {
		focus.list_amount = !words->own      ? worker->lines[i].amount
		                    : list_count > 0 ? list_amount(list, list_count, worker->lines, i)
		                                     : worker->lines[i].amount;
		jtn_status status = add_focus(&worker->lines[i], &focus, text, reterr);
		if (status != JTN_OK) {
			text_used(text, text->bytes + before); /* all of a row or nothing */
			return status;
		}
	}
	return JTN_OK;
}

void
charge_complain(const struct worker *worker, const struct row *row, struct text *complaints)
{
	const struct jtn_error *error = row->error;
	const char *path = worker->rating->path;
	text_addf(complaints, "jeton: %s:%lu: ", strcmp(path, "-") == 0 ? "standard input" : path, row->line);
	text_add_clean(complaints, error->field);
	text_add(complaints, error->field[0] ? ": " : "");
	text_add_clean(complaints, error->message[0] ? error->message : jtn_status_name(error->status));
	text_add(complaints, "\n");
}

void
charge_error(struct worker *worker, const struct row *row, struct piece *piece)
{
	const struct jtn_error *error = row->error;
	const char *message = error->message[0] ? error->message : jtn_status_name(error->status);
	struct text *text = &piece->out, words = {0};
	if (worker->rating->format == ROWS_FOCUS) {
		charge_complain(worker, row, &piece->complaints);
	} else if (worker->rating->format == ROWS_CSV) {
		text_addf(&words, "%s%s%s", error->field, error->field[0] ? ": " : "", message);
		add_csv_id(worker, row, text);
		text_add(text, ",error,,,,");
		add_csv(text, text_string(&words));
		text_add(text, "\n");
	} else {
		json_error(text, worker_text(worker, &row->id), error->status, message, error->field, row->line, error->column,
		           NULL);
		if (row->stands_length) { /* inside the object that was just closed */
			text->length--;
			LITERAL(text, ", \"stands\": ");
			text_add_bytes(text, text_string(&piece->earlier_words) + row->stands, row->stands_length);
			LITERAL(text, "}");
		}
		LITERAL(text, "\n");
	}
	text_free(&words);
}

/* "settle:provider/model" and what else tells the tariff apart. */
static void
add_settled_id(const struct tariff_words *words, struct text *text)
{
	text_addf(text, "settle:%s%s%s", words->facts.provider ? words->facts.provider : "",
	          words->facts.provider ? "/" : "", words->facts.model ? words->facts.model : "");
	if (words->facts.region)
		text_addf(text, "@%s", words->facts.region);
}

void
charge_settled(struct worker *worker, uint32_t tariff, const struct jtn_line *lines, size_t count,
               struct jtn_money total, int64_t time_ns, struct text *text)
{
	const struct tariff_words *words = &worker->tariffs.words[tariff];
	struct text id = {0};
	add_settled_id(words, &id);
	if (worker->rating->format == ROWS_FOCUS) {
		struct jtn_focus focus = {.size = sizeof(focus),
		                          .tariff = worker->tariffs.used[tariff],
		                          .time_ns = time_ns,
		                          .resource = text_string(&id)};
		month_of(time_ns, &focus.period_from_ns, &focus.period_until_ns);
		for (size_t i = 0; i < count; i++) {
			focus.list_amount = lines[i].amount;
			(void)!add_focus(&lines[i], &focus, text, NULL);
		}
	} else if (worker->rating->format == ROWS_CSV) {
		add_csv(text, text_string(&id));
		add_csv_charge(words, "settled", total, text);
	} else {
		text_add(text, "{\"id\": ");
		text_json_string(text, text_string(&id));
		text_addf(text, ", \"status\": \"settled\", \"currency\": \"%s\", \"total\": \"", words->facts.currency);
		text_money(text, total);
		text_add_bytes(text, words->tail, words->tail_length);
		charge_flags(text, JTN_CHARGE_SETTLED);
		add_lines(worker, tariff, lines, count, text);
		text_add(text, "}\n");
	}
	text_free(&id);
}

void
charge_unsettled(struct worker *worker, uint32_t tariff, const struct jtn_error *error, struct text *text,
                 struct text *complaints)
{
	struct text id = {0}, json = {0};
	add_settled_id(&worker->tariffs.words[tariff], &id);
	text_json_string(&json, text_string(&id));
	const char *message = error->message[0] ? error->message : jtn_status_name(error->status);
	if (worker->rating->format == ROWS_JSONL && !worker->rating->summary) {
		json_error(text, text_string(&json), error->status, message, error->field, 0, 0, NULL);
		text_add(text, "\n");
	} else if (worker->rating->format == ROWS_CSV && !worker->rating->summary) {
		add_csv(text, text_string(&id));
		text_add(text, ",error,,,,");
		add_csv(text, message);
		text_add(text, "\n");
	} else {
		text_add(complaints, "jeton: ");
		text_add_clean(complaints, text_string(&id));
		text_add(complaints, ": ");
		text_add_clean(complaints, message);
		text_add(complaints, "\n");
	}
	text_free(&id);
	text_free(&json);
}
