/* Reading files and standard input, whole or line by line, never more than a limit at once. */
#ifndef JETON_CLI_INPUT_H
#define JETON_CLI_INPUT_H

#include "cli.h"

#include <sys/types.h>

/* A descriptor to read from, standard input for "-" (not with only_regular); -1 with the problem. */
int
input_open(const char *path, bool only_regular, struct problem *problem);

/* Bytes read, 0 at the end, -1 with errno. */
ssize_t
input_some(int file, char *to, size_t bytes);

/*
 * Read a whole file, or standard input for "-", into ret; at most CLI_DOCUMENT_BYTES. `only_regular` refuses devices
 * and pipes, for paths that come out of a file. CLI_OK, or CLI_USAGE with the problem.
 */
int
input_read(const char *path, bool only_regular, struct text *ret, struct problem *problem);

struct line_reader {
	int file;
	char *chunk;
	size_t at;
	size_t end;
	bool ended;
	int error; /* errno of a failed read; 0 while all is well */
	struct text line;
	size_t length;                  /* of the line, also where it was too long to keep [bytes] */
	unsigned long number;           /* 1-based */
	unsigned long read;             /* bytes so far */
	void (*waiting)(void *context); /* called before every read: the moment to flush; may be NULL */
	void *context;
};

enum line_found { LINE_NONE, LINE_READY, LINE_TOO_LONG, LINE_FAILED };

int
line_reader_open(struct line_reader *reader, const char *path, struct problem *problem);

/* The next line, without its newline, in reader->line. One beyond CLI_DOCUMENT_BYTES is skipped and said to be. */
enum line_found
line_reader_next(struct line_reader *reader);

void
line_reader_close(struct line_reader *reader);

#endif
