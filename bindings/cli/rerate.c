/* Reading charge rows back: each becomes the row that reverses it. */
#include "rerate.h"

#include "digits.h"

#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

int
rerate_open(struct rerate *rerate, const char *path, struct problem *problem)
{
	*rerate = (struct rerate){.path = path};
	return line_reader_open(&rerate->reader, path, problem);
}

void
rerate_close(struct rerate *rerate)
{
	line_reader_close(&rerate->reader);
}

static struct earlier
bad(struct earlier *earlier, struct text *words, const char *why)
{
	earlier->state = EARLIER_BAD;
	earlier->reversal = words->length;
	text_add(words, why);
	earlier->reversal_length = words->length - earlier->reversal;
	return *earlier;
}

static bool
negate(const char *total, struct jtn_money *ret)
{
	struct jtn_money amount, nothing = {0};
	return total && jtn_money_parse(total, strlen(total), &amount, NULL) == JTN_OK &&
	       jtn_money_subtract(nothing, amount, ret, NULL) == JTN_OK;
}

static void
add_reversal(struct earlier *earlier, struct text *words, yyjson_val *root, const char *id, struct jtn_money total)
{
	const char *book = yyjson_get_str(yyjson_obj_get(root, "book"));
	earlier->reversal = words->length;
	text_add(words, "{\"id\": ");
	text_add(words, id);
	text_add(words, ", \"status\": \"reversal\", \"currency\": ");
	text_json_string(words, yyjson_get_str(yyjson_obj_get(root, "currency")));
	text_add(words, ", \"total\": \"");
	text_money(words, total);
	text_add(words, "\", \"book\": ");
	if (book)
		text_json_string(words, book);
	else
		text_add(words, "null");
	text_add(words, ", \"flags\": [\"reversed\"]}\n");
	earlier->reversal_length = words->length - earlier->reversal;
}

/* What an error row says of the charge that it leaves standing, so that a later run can take that back. */
static void
add_stands(struct earlier *earlier, struct text *words, yyjson_val *charge)
{
	const char *book = yyjson_get_str(yyjson_obj_get(charge, "book"));
	earlier->stands = words->length;
	text_add(words, "{\"currency\": ");
	text_json_string(words, yyjson_get_str(yyjson_obj_get(charge, "currency")));
	text_add(words, ", \"total\": ");
	text_json_string(words, yyjson_get_str(yyjson_obj_get(charge, "total")));
	text_add(words, ", \"book\": ");
	if (book)
		text_json_string(words, book);
	else
		text_add(words, "null");
	text_add(words, "}");
	earlier->stands_length = words->length - earlier->stands;
}

/* False where the row is a reversal, which is passed over. */
static bool
take(struct rerate *rerate, struct text *words, struct earlier *ret)
{
	const struct text *line = &rerate->reader.line;
	*ret = (struct earlier){.line = rerate->reader.number, .id = words->length};
	yyjson_doc *document = yyjson_read(text_string(line), line->length, YYJSON_READ_NUMBER_AS_RAW);
	yyjson_val *root = yyjson_doc_get_root(document), *id = yyjson_obj_get(root, "id");
	const char *status = yyjson_get_str(yyjson_obj_get(root, "status"));
	bool wanted = !status || strcmp(status, "reversal") != 0;
	char *json = id ? yyjson_val_write(id, 0, NULL) : NULL;
	struct jtn_money total;
	if (wanted) {
		text_add(words, json ? json : "null");
		ret->id_length = words->length - ret->id;
		bool failed = status && strcmp(status, "error") == 0;
		yyjson_val *charge = failed ? yyjson_obj_get(root, "stands") : root;
		if (status && strcmp(status, "settled") == 0)
			bad(ret, words, "is a period charge; rate events and period charges in files of their own to re-rate them");
		else if (failed && !charge)
			ret->state = EARLIER_FAILED;
		else if (!status || (!failed && strcmp(status, "ok") != 0) ||
		         !yyjson_is_str(yyjson_obj_get(charge, "currency")) ||
		         !negate(yyjson_get_str(yyjson_obj_get(charge, "total")), &total))
			bad(ret, words, "is no charge row: id, status, currency and total are wanted");
		else {
			ret->state = EARLIER_CHARGE;
			add_reversal(ret, words, charge, json ? json : "null", total);
			add_stands(ret, words, charge);
		}
	}
	free(json);
	yyjson_doc_free(document);
	return wanted;
}

struct earlier
rerate_next(struct rerate *rerate, struct text *words)
{
	struct earlier earlier = {0};
	for (;;) {
		enum line_found found = line_reader_next(&rerate->reader);
		if (found == LINE_NONE)
			return (struct earlier){0};
		if (found == LINE_FAILED) {
			rerate->failed = true;
			return bad(&earlier, words, "cannot be read further");
		}
		earlier.line = rerate->reader.number;
		if (found == LINE_TOO_LONG)
			return bad(&earlier, words, "is longer than 64 MiB, the limit of one line");
		if (take(rerate, words, &earlier))
			return earlier;
	}
}

void
rerate_fill(struct rerate *rerate, struct piece *piece)
{
	text_clear(&piece->earlier_words);
	if (piece->earlier_room < piece->block.lines) {
		piece->earlier_room = piece->block.lines;
		piece->earlier = cli_grow(piece->earlier, piece->earlier_room * sizeof(*piece->earlier));
	}
	for (unsigned long i = 0; i < piece->block.lines; i++)
		piece->earlier[i] = rerate_next(rerate, &piece->earlier_words);
}

bool
rerate_matches(const struct earlier *earlier, const struct text *words, const char *id, size_t length)
{
	const char *old = text_string(words) + earlier->id;
	if (earlier->id_length == length && memcmp(old, id, length) == 0)
		return true;
	yyjson_doc *document = yyjson_read(id, length, YYJSON_READ_NUMBER_AS_RAW); /* "\u00e4" is the same as "ä" */
	char *json = document ? yyjson_write(document, 0, NULL) : NULL;
	bool same = json && strlen(json) == earlier->id_length && memcmp(old, json, earlier->id_length) == 0;
	free(json);
	yyjson_doc_free(document);
	return same;
}
