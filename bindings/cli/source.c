/* Profiles from the catalogue or a file, under one roof. */
#include "source.h"

#include "input.h"

#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

const char *
kind_name(int32_t kind)
{
	static const char *const names[] = {"", "hardware", "stack", "model", "hour", "book"};
	return names[kind];
}

static bool
looks_like_path(const char *given)
{
	size_t length = strlen(given);
	return strchr(given, '/') || strcmp(given, "-") == 0 || (length > 5 && strcmp(given + length - 5, ".json") == 0);
}

int
source_open(int32_t kind, const char *given, struct source *ret, struct problem *problem)
{
	*ret = (struct source){.kind = kind, .given = given};
	struct jtn_error error = {0};
	if (jtn_catalog_text(kind, given, &ret->text, &ret->length, &error) == JTN_OK)
		return CLI_OK;
	int code = input_read(given, strcmp(given, "-") != 0, &ret->owned, problem);
	if (code != CLI_OK) {
		text_free(&ret->owned);
		if (problem->status == JTN_E_NOT_FOUND && !looks_like_path(given)) {
			error.field[0] = '\0'; /* it would only say the kind again */
			problem_take(problem, code, NULL, false, &error);
			bool question = problem->text.length > 0 && problem->text.bytes[problem->text.length - 1] == '?';
			text_addf(&problem->text, "%s `jeton catalog %s` lists all, and a file's path will do too",
			          question ? "" : ";", kind_name(kind));
		}
		return code;
	}
	ret->is_file = true;
	ret->text = text_string(&ret->owned);
	ret->length = ret->owned.length;
	return CLI_OK;
}

void
source_close(struct source *source)
{
	text_free(&source->owned);
	source->text = NULL;
}

int
source_problem(const struct source *source, int code, const struct jtn_error *error, struct problem *problem)
{
	const char *name = strcmp(source->given, "-") == 0 ? "standard input" : source->given;
	return problem_take(problem, code, name, source->is_file, error);
}

void
source_member(const struct source *source, const char *key, struct text *ret)
{
	yyjson_doc *document = yyjson_read(source->text, source->length, YYJSON_READ_NUMBER_AS_RAW);
	const char *value = yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(document), key));
	if (value) {
		text_clear(ret);
		text_add(ret, value);
	}
	yyjson_doc_free(document);
}

void
source_json(const struct source *source, struct text *ret)
{
	if (!source->is_file) {
		text_json_string(ret, source->given);
		return;
	}
	yyjson_doc *document = yyjson_read(source->text, source->length, YYJSON_READ_NUMBER_AS_RAW);
	char *json = yyjson_write(document, 0, NULL);
	text_add(ret, json ? json : "null");
	free(json);
	yyjson_doc_free(document);
}

void
path_stem(const char *path, struct text *ret)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = strlen(name);
	if (length > 5 && strcmp(name + length - 5, ".json") == 0)
		length -= 5;
	text_clear(ret);
	text_add_bytes(ret, name, length);
}
