/* Reading a .jsonl in blocks of whole lines: what a pipe holds, or a chunk of a file, is answered at once. */
#ifndef JETON_CLI_BLOCK_H
#define JETON_CLI_BLOCK_H

#include "input.h"

struct block {
	char *bytes;
	size_t length;
	size_t capacity;
	unsigned long first; /* number of its first line, from 1 */
	unsigned long lines;
	bool too_long; /* instead of lines: one that is longer than CLI_DOCUMENT_BYTES, and not kept */
};

struct block_reader {
	int file;
	struct text rest; /* the beginning of a line whose end is not there yet */
	bool ended;
	int error;            /* errno of a failed read; 0 while all is well */
	unsigned long number; /* lines so far */
	unsigned long read;   /* bytes so far */
};

int
block_reader_open(struct block_reader *reader, const char *path, struct problem *problem);

/* The next lines, one at least, each with its newline but for a last one. LINE_NONE at the end, LINE_FAILED with error. */
enum line_found
block_reader_next(struct block_reader *reader, struct block *block);

void
block_reader_close(struct block_reader *reader);

/* The next line of a block, without its newline, from *at on; NULL at the end. */
const char *
block_line(const struct block *block, size_t *at, size_t *retlength);

void
block_free(struct block *block);

#endif
