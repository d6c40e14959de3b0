/* Reading: read(2) and not stdio, so that a line is answered as soon as it is there, and nothing grows unbounded. */
#define _XOPEN_SOURCE 700
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)256 * 1024)

int
input_open(const char *path, bool only_regular, struct problem *problem)
{
	if (strcmp(path, "-") == 0 && !only_regular)
		return STDIN_FILENO;
	if (!*path) {
		problem_set(problem, CLI_USAGE, JTN_E_NOT_FOUND, "\"\": is no file's name; the path of a file is wanted%s",
		            only_regular ? "" : ", or - for standard input");
		return -1;
	}
	int file = open(path, O_RDONLY | (only_regular ? O_NONBLOCK : 0));
	struct stat facts;
	if (file < 0 || fstat(file, &facts) != 0) {
		problem_set(problem, CLI_USAGE, JTN_E_NOT_FOUND, "%s: cannot open: %s", path, strerror(errno));
	} else if (S_ISDIR(facts.st_mode)) {
		problem_set(problem, CLI_USAGE, JTN_E_ARGUMENT, "%s: is a directory; a file is wanted", path);
	} else if (only_regular && !S_ISREG(facts.st_mode)) {
		problem_set(problem, CLI_USAGE, JTN_E_ARGUMENT, "%s: is not a regular file; one is wanted here", path);
	} else {
		return file;
	}
	if (file >= 0)
		close(file);
	return -1;
}

ssize_t
input_some(int file, char *to, size_t bytes)
{
	ssize_t got;
	do
		got = read(file, to, bytes);
	while (got < 0 && errno == EINTR);
	return got;
}

int
input_read(const char *path, bool only_regular, struct text *ret, struct problem *problem)
{
	int file = input_open(path, only_regular, problem);
	if (file < 0)
		return CLI_USAGE;
	char *chunk = cli_grow(NULL, CHUNK);
	int code = CLI_OK;
	text_clear(ret);
	for (;;) {
		ssize_t got = input_some(file, chunk, CHUNK);
		if (got < 0)
			code = problem_set(problem, CLI_USAGE, JTN_E_ARGUMENT, "%s: cannot read: %s", path, strerror(errno));
		else if ((size_t)got > CLI_DOCUMENT_BYTES - ret->length)
			code = problem_set(problem, CLI_USAGE, JTN_E_LIMIT,
			                   "%s: longer than 64 MiB, the limit of one document; is it the right file?", path);
		if (got <= 0 || code != CLI_OK)
			break;
		text_add_bytes(ret, chunk, (size_t)got);
	}
	free(chunk);
	if (file != STDIN_FILENO)
		close(file);
	if (code == CLI_OK)
		text_add_bytes(ret, "", 0); /* an empty file is empty text, not NULL */
	return code;
}

int
line_reader_open(struct line_reader *reader, const char *path, struct problem *problem)
{
	*reader = (struct line_reader){0};
	reader->file = input_open(path, false, problem);
	if (reader->file < 0)
		return CLI_USAGE;
	reader->chunk = cli_grow(NULL, CHUNK);
	return CLI_OK;
}

static bool
refill(struct line_reader *reader)
{
	if (reader->ended)
		return false;
	if (reader->waiting)
		reader->waiting(reader->context);
	ssize_t got = input_some(reader->file, reader->chunk, CHUNK);
	if (got <= 0) {
		reader->ended = true;
		reader->error = got < 0 ? errno : 0;
		return false;
	}
	reader->at = 0;
	reader->end = (size_t)got;
	reader->read += (unsigned long)got;
	return true;
}

enum line_found
line_reader_next(struct line_reader *reader)
{
	bool any = false, whole = false;
	text_clear(&reader->line);
	reader->length = 0;
	while (!whole && (reader->at < reader->end || refill(reader))) {
		const char *from = reader->chunk + reader->at;
		const char *newline = memchr(from, '\n', reader->end - reader->at);
		size_t length = newline ? (size_t)(newline - from) : reader->end - reader->at;
		any = true;
		whole = newline != NULL;
		reader->at += length + (whole ? 1 : 0);
		reader->length += length;
		if (reader->length <= CLI_DOCUMENT_BYTES)
			text_add_bytes(&reader->line, from, length);
		else if (reader->line.capacity > CHUNK)
			text_free(&reader->line); /* hopeless: read on to its end with nothing kept */
	}
	if (reader->error)
		return LINE_FAILED;
	if (!any)
		return LINE_NONE;
	reader->number++;
	return reader->length <= CLI_DOCUMENT_BYTES ? LINE_READY : LINE_TOO_LONG;
}

void
line_reader_close(struct line_reader *reader)
{
	if (reader->file > STDIN_FILENO)
		close(reader->file);
	free(reader->chunk);
	text_free(&reader->line);
}
