/* jeton allocate: an actual bill split over weights, to the last unit. */
#define _XOPEN_SOURCE 700
#include "digits.h"
#include "help.h"
#include "input.h"
#include "options.h"
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yyjson.h>

/* The file is read twice, once for the weights and once for the ids, so that two amounts a row are all that is kept. */
struct split {
	struct jtn_money bill;
	char currency[4];
	int32_t decimals;
	struct jtn_money *weights;
	struct jtn_money *parts;
	size_t count, room;
	const char *path; /* as given */
	const char *name; /* in messages */
	off_t start;      /* where it begins: standard input may have been read from already */
	FILE *spool;      /* what came through a pipe, to be read again */
	struct output output;
};

static int32_t
usual_decimals(const char *currency)
{
	static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
	static const char three[] = "BHD IQD JOD KWD LYD OMR TND";
	if (*currency && strstr(none, currency))
		return 0;
	return *currency && strstr(three, currency) ? 3 : 2;
}

static int
read_bill(const struct options *options, struct split *split)
{
	const char *text = options->value[OPT_BILL], *decimals = options->value[OPT_DECIMALS];
	struct jtn_error error = {0};
	if (!text)
		return cli_error("allocate: how much is to be split? --bill AMOUNT, as in --bill 1234.56EUR");
	size_t length = strlen(text), amount = length;
	while (amount > 0 && text[amount - 1] >= 'A' && text[amount - 1] <= 'Z')
		amount--;
	if (length - amount != 3 && length - amount != 0)
		return cli_error("--bill %s: \"%s\" must be an ISO 4217 currency of three letters, or nothing", text,
		                 text + amount);
	memcpy(split->currency, text + amount, length - amount);
	while (amount > 0 && text[amount - 1] == ' ')
		amount--;
	if (jtn_money_parse(text, amount, &split->bill, &error) != JTN_OK)
		return cli_error("--bill %s: %s", text, error.message);
	split->decimals = usual_decimals(split->currency);
	if (decimals && (strspn(decimals, "0123456789") != strlen(decimals) || strlen(decimals) > 2 || atoi(decimals) > 18))
		return cli_error("--decimals %s: must be a whole number from 0 to 18", decimals);
	split->decimals = decimals ? atoi(decimals) : split->decimals;
	return CLI_OK;
}

/* Into a file without a name, where the input cannot be read again. */
static int
make_seekable(struct split *split, struct line_reader *reader)
{
	split->start = lseek(reader->file, 0, SEEK_CUR);
	if (split->start >= 0)
		return CLI_OK;
	split->start = 0;
	char *chunk = cli_grow(NULL, 65536);
	ssize_t got = 0;
	split->spool = tmpfile();
	while (split->spool && (got = input_some(reader->file, chunk, 65536)) > 0)
		if (fwrite(chunk, 1, (size_t)got, split->spool) != (size_t)got)
			got = -1;
	free(chunk);
	if (!split->spool || got < 0 || fflush(split->spool) != 0 || lseek(fileno(split->spool), 0, SEEK_SET) < 0)
		return cli_error("%s: cannot be kept to be read again: %s", split->name, strerror(errno));
	if (reader->file != STDIN_FILENO)
		close(reader->file);
	reader->file = fileno(split->spool);
	return CLI_OK;
}

static int
line_error(const struct split *split, const struct line_reader *reader, const char *what)
{
	return cli_error("%s:%lu: %s", split->name, reader->number, what);
}

/* Its line as an object; NULL after a message. */
static yyjson_doc *
parse_line(const struct split *split, const struct line_reader *reader)
{
	yyjson_read_err why;
	yyjson_doc *document = yyjson_read_opts((char *)(uintptr_t)text_string(&reader->line), reader->line.length,
	                                        YYJSON_READ_NUMBER_AS_RAW, NULL, &why);
	if (!document)
		cli_error("%s:%lu: column %zu: not JSON: %s; {\"id\": …, \"weight\": …} is wanted", split->name, reader->number,
		          why.pos + 1, why.msg);
	else if (!yyjson_is_obj(yyjson_doc_get_root(document)))
		line_error(split, reader, "not a JSON object; {\"id\": …, \"weight\": …} is wanted");
	else
		return document;
	yyjson_doc_free(document);
	return NULL;
}

static int
take_weight(struct split *split, const struct line_reader *reader, yyjson_val *root)
{
	struct jtn_error error = {0};
	yyjson_val *key, *weight = NULL;
	yyjson_obj_iter members = yyjson_obj_iter_with(root);
	while ((key = yyjson_obj_iter_next(&members)))
		if (yyjson_equals_str(key, "weight")) {
			if (weight)
				return line_error(split, reader, "weight is there twice; once is enough");
			weight = yyjson_obj_iter_get_val(key);
		}
	const char *text = yyjson_is_raw(weight) ? yyjson_get_raw(weight) : yyjson_get_str(weight);
	if (!text)
		return line_error(split, reader,
		                  weight ? "weight: must be a number or a string that holds one"
		                         : "weight: is missing; {\"id\": …, \"weight\": …} is wanted");
	if (split->count == split->room) {
		split->room = split->room ? 2 * split->room : 1024;
		split->weights = cli_grow(split->weights, split->room * sizeof(*split->weights));
	}
	if (jtn_money_parse(text, yyjson_get_len(weight), &split->weights[split->count++], &error) != JTN_OK)
		return cli_error("%s:%lu: weight: %s", split->name, reader->number, error.message);
	if (split->weights[split->count - 1].hi < 0)
		return line_error(split, reader, "weight: is below 0; a share cannot be");
	return CLI_OK;
}

/* Calls take for each line, which may be blank only at the end. */
static int
each_line(struct split *split, struct line_reader *reader,
          int (*take)(struct split *split, const struct line_reader *reader, yyjson_val *root))
{
	enum line_found found;
	int code = CLI_OK;
	while (code == CLI_OK && (found = line_reader_next(reader)) != LINE_NONE) {
		if (found == LINE_FAILED)
			return cli_error("%s: cannot read: %s", split->name, strerror(reader->error));
		if (found == LINE_TOO_LONG)
			return line_error(split, reader, "longer than 64 MiB, the limit of one line");
		yyjson_doc *document = parse_line(split, reader);
		code = document ? take(split, reader, yyjson_doc_get_root(document)) : CLI_USAGE;
		yyjson_doc_free(document);
	}
	return code;
}

static int
write_part(struct split *split, const struct line_reader *reader, yyjson_val *root)
{
	struct text text = {0};
	yyjson_val *id = yyjson_obj_get(root, "id");
	char *json = id ? yyjson_val_write(id, 0, NULL) : NULL;
	if (reader->number > split->count)
		return cli_error("%s: has grown while it was read; nothing is split", split->name);
	text_addf(&text, "{\"id\": %s, \"amount\": \"", json ? json : "null");
	text_money(&text, split->parts[reader->number - 1]);
	text_addf(&text, *split->currency ? "\", \"currency\": \"%s\"}\n" : "\"}\n", split->currency);
	output_write(&split->output, &text);
	free(json);
	text_free(&text);
	return CLI_OK;
}

static int
divide(struct split *split)
{
	struct jtn_error error = {0};
	if (split->count == 0)
		return cli_error("%s: holds no weights; at least one is wanted", split->name);
	split->parts = cli_grow(NULL, split->count * sizeof(*split->parts));
	jtn_status status = jtn_allocate(split->bill, split->decimals, split->weights, split->parts, split->count, &error);
	if (status == JTN_E_INEXACT)
		return cli_error("--bill: has more than %d decimals; give them with --decimals, or round it",
		                 (int)split->decimals);
	if (status != JTN_OK && error.index >= 0)
		return cli_error("%s:%lld: %s", split->name, (long long)error.index + 1, error.message);
	if (status != JTN_OK)
		return cli_error("%s: %s", split->name, error.message[0] ? error.message : jtn_status_name(status));
	free(split->weights);
	split->weights = NULL;
	return CLI_OK;
}

static int
write_parts(struct split *split, struct line_reader *reader, const char *path)
{
	int file = reader->file;
	if (lseek(file, split->start, SEEK_SET) < 0)
		return cli_error("%s: cannot be read again: %s", split->name, strerror(errno));
	int code = output_open(&split->output, path);
	if (code != CLI_OK)
		return code;
	reader->ended = false;
	reader->at = reader->end = 0;
	reader->number = 0;
	code = each_line(split, reader, write_part);
	if (code == CLI_OK && reader->number != split->count)
		code = cli_error("%s: has shrunk while it was read", split->name);
	if (code != CLI_OK)
		output_abandon(&split->output);
	else
		code = output_finish(&split->output);
	return code;
}

static int
answer(const struct options *options)
{
	struct split split = {.path = options->value[OPT_WEIGHTS]};
	struct line_reader reader = {0};
	struct problem problem = {0};
	int code = read_bill(options, &split);
	if (code == CLI_OK && !split.path)
		code = cli_error("allocate: over what? --weights FILE, a line each: {\"id\": …, \"weight\": …}");
	if (code == CLI_OK && options->positional_count > 0)
		code = cli_error("allocate: stray argument %s", options->positional[0]);
	if (code != CLI_OK)
		return code;
	split.name = strcmp(split.path, "-") == 0 ? "standard input" : split.path;
	code = line_reader_open(&reader, split.path, &problem);
	if (code != CLI_OK)
		return problem_print(&problem, code);
	code = make_seekable(&split, &reader);
	if (code == CLI_OK)
		code = each_line(&split, &reader, take_weight);
	if (code == CLI_OK)
		code = divide(&split);
	if (code == CLI_OK)
		code = write_parts(&split, &reader, options->value[OPT_OUTPUT]);
	if (split.spool) {
		fclose(split.spool);
		reader.file = -1;
	}
	line_reader_close(&reader);
	free(split.weights);
	free(split.parts);
	return code;
}

int
cli_allocate(int argc, char **argv)
{
	struct options options;
	if (options_want_help(argc, argv))
		return help_print("allocate");
	int code = options_parse(argc, argv, COMMAND_ALLOCATE, &options);
	if (code == CLI_OK)
		code = answer(&options);
	options_free(&options);
	return code;
}
