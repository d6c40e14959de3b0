/* jeton catalog: what is built in, and what a file of yours is read as. */
#include "entry.h"
#include "help.h"
#include "options.h"
#include "shelf.h"

#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

static const char *const kinds[] = {"hardware", "stack", "model", "hour", "book"};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

/* enum jtn_catalog_kind, or 0 after a message. */
static int32_t
find_kind(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(name, kinds[i]) == 0)
			return (int32_t)i + 1;
	const char *near = nearest(name, kinds, KINDS);
	near = near ? near : nearest(name, (const char *const[]){"meters"}, 1);
	for (size_t i = 0; i < KINDS && !near; i++) {
		const char *text;
		if (jtn_catalog_text((int32_t)i + 1, name, &text, NULL, NULL) == JTN_OK) {
			cli_error("catalog %s: its kind comes first: `jeton catalog %s %s`", name, kinds[i], name);
			return 0;
		}
	}
	cli_error("catalog %s: no such kind; %s%s%sthe kinds are hardware, stack, model, hour, book and meters", name,
	          near ? "did you mean " : "", near ? near : "", near ? "? " : "");
	return 0;
}

static void
show_overview(struct text *text)
{
	static const char *const what[] = {"accelerators as bought", "serving software with its calibration",
	                                   "language models", "what an accelerator-hour costs", "list prices of tokens"};
	for (size_t i = 0; i < KINDS; i++) {
		text_addf(text, "%4zu  ", jtn_catalog_count((int32_t)i + 1));
		text_column(text, what[i], 40);
		text_addf(text, "jeton catalog %s\n", kinds[i]);
	}
	text_addf(text, "%4u  ", (unsigned)jtn_meter_count());
	text_column(text, "kinds of thing counted", 40);
	text_add(text, "jeton catalog meters\n");
}

/* One entry into the answer; `first` begins the JSON array. */
static int
add_entry(struct text *text, int32_t kind, const char *given, bool json, bool list, bool shelf, const struct look *look)
{
	struct entry entry;
	struct problem problem = {0};
	if (kind == JTN_CATALOG_BOOK) {
		text_add(text, json ? (text->length == 0 ? "[" : ",\n ") : list || text->length == 0 ? "" : "\n");
		return shelf_add(text, given, json, list, shelf, look);
	}
	int code = entry_open(kind, given, &entry, &problem);
	if (code != CLI_OK) {
		problem_print(&problem, code);
	} else if (json) {
		text_add(text, text->length == 0 ? "[" : ",\n ");
		entry_json(text, &entry, shelf);
	} else if (list) {
		entry_row(text, &entry);
	} else {
		text_add(text, text->length == 0 ? "" : "\n");
		entry_show(text, &entry, look);
	}
	entry_close(&entry);
	return code;
}

static int
list_kind(struct text *text, int32_t kind, bool json, bool shelf, const struct look *look)
{
	int code = CLI_OK;
	if (!json && kind == JTN_CATALOG_BOOK)
		shelf_heads(text);
	else if (!json)
		entry_heads(text, kind);
	for (size_t i = 0; i < jtn_catalog_count(kind) && code == CLI_OK; i++)
		code = add_entry(text, kind, jtn_catalog_id(kind, i), json, true, shelf, look);
	return code;
}

/* An entry word for word, laid out to be edited. */
static int
add_text(struct text *text, const struct options *options)
{
	int32_t kind = options->positional_count > 0 ? find_kind(options->positional[0]) : 0;
	if (kind == 0 || options->positional_count != 2 || options->value[OPT_JSON])
		return cli_error("--text shows one entry and goes without --json: `jeton catalog KIND ID --text`");
	struct source source;
	struct problem problem = {0};
	int code = source_open(kind, options->positional[1], &source, &problem);
	if (code != CLI_OK) {
		problem_print(&problem, code);
		return code;
	}
	yyjson_doc *document = yyjson_read(source.text, source.length, YYJSON_READ_NUMBER_AS_RAW);
	char *pretty = document ? yyjson_write(document, YYJSON_WRITE_PRETTY_TWO_SPACES, NULL) : NULL;
	text_addf(text, "%s\n", pretty ? pretty : source.text);
	free(pretty);
	yyjson_doc_free(document);
	source_close(&source);
	return CLI_OK;
}

static int
answer(const struct options *options, struct text *text)
{
	bool json = options->value[OPT_JSON];
	struct look look = output_look(options->value[OPT_OUTPUT]);
	int code = CLI_OK;
	if (options->value[OPT_TEXT])
		return add_text(text, options);
	if (options->positional_count == 0) {
		if (!json)
			show_overview(text);
		for (int32_t kind = 1; json && kind <= (int32_t)KINDS && code == CLI_OK; kind++)
			code = list_kind(text, kind, json, true, &look);
	} else if (strcmp(options->positional[0], "meters") == 0) {
		code = meters_show(text, options->positional + 1, options->positional_count - 1, json);
	} else {
		int32_t kind = find_kind(options->positional[0]);
		if (kind == 0)
			return CLI_USAGE;
		if (options->positional_count == 1)
			code = list_kind(text, kind, json, false, &look);
		for (size_t i = 1; i < options->positional_count && code == CLI_OK; i++)
			code = add_entry(text, kind, options->positional[i], json, false, false, &look);
	}
	if (json)
		text_add(text, text->length == 0 ? "[]\n" : "]\n");
	return code;
}

int
cli_catalog(int argc, char **argv)
{
	struct options options;
	struct text text = {0};
	if (options_want_help(argc, argv))
		return help_print("catalog");
	int code = options_parse(argc, argv, COMMAND_CATALOG, &options);
	if (code == CLI_OK)
		code = answer(&options, &text);
	if (code == CLI_OK)
		code = output_all(options.value[OPT_OUTPUT], &text, code);
	text_free(&text);
	options_free(&options);
	return code;
}
