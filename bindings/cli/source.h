/* Where a profile comes from: a catalogue id, or a file of the same format. */
#ifndef JETON_CLI_SOURCE_H
#define JETON_CLI_SOURCE_H

#include "cli.h"

struct source {
	int32_t kind; /* enum jtn_catalog_kind */
	bool is_file;
	const char *given; /* as the caller wrote it; borrowed */
	const char *text;  /* NUL-terminated JSON */
	size_t length;
	struct text owned; /* holds text where it is a file's */
};

/* "hardware", "stack", "model", "hour" or "book". */
const char *
kind_name(int32_t kind);

/* A catalogue id first, a file else; CLI_OK, or CLI_USAGE with a problem that names the nearest id. */
int
source_open(int32_t kind, const char *given, struct source *ret, struct problem *problem);

void
source_close(struct source *source);

/* A library error in this source's text. */
int
source_problem(const struct source *source, int code, const struct jtn_error *error, struct problem *problem);

/* A string member of the root object, copied into ret; untouched where there is none. */
void
source_member(const struct source *source, const char *key, struct text *ret);

/* Its JSON for a scenario: the id as a string, a file's object without white space. */
void
source_json(const struct source *source, struct text *ret);

/* The last part of a path without ".json": how a bare config.json is called. */
void
path_stem(const char *path, struct text *ret);

#endif
