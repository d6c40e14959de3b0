/* Where results go: standard output, or a file that appears whole or not at all. And what a terminal can show. */
#ifndef JETON_CLI_OUTPUT_H
#define JETON_CLI_OUTPUT_H

#include "cli.h"

#include <stdio.h>

struct output {
	FILE *stream;
	const char *path; /* as given; NULL for standard output */
	char *target;     /* the file to replace at the end; NULL when written directly */
	int error;        /* the errno of the first write that failed; 0: none did */
};

/* NULL or "-" is standard output. CLI_OK, or CLI_USAGE after a message. */
int
output_open(struct output *output, const char *path);

void
output_write(struct output *output, const struct text *text);

/* What is written so far goes out; false where that failed, now or before. */
bool
output_flush(struct output *output);

/* Everything is written: put it in place. CLI_OK, or CLI_USAGE after a message, with nothing left behind. */
int
output_finish(struct output *output);

/* Something failed: leave things as they were. */
void
output_abandon(struct output *output);

/* output_open, one text, output_finish. Returns code, or CLI_USAGE where writing failed. */
int
output_all(const char *path, const struct text *text, int code);

struct look {
	bool colour;
	int width; /* columns, at least 80 */
};

/* How to draw for `path` (NULL or "-": standard output). NO_COLOR, TERM=dumb and anything but a terminal: no colour. */
struct look
output_look(const char *path);

#endif
