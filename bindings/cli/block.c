/* Blocks of whole lines. A block holds what one read(2) gave, so that nothing waits in a pipe for a block to fill. */
#define _XOPEN_SOURCE 700
#include "block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)256 * 1024)

int
block_reader_open(struct block_reader *reader, const char *path, struct problem *problem)
{
	*reader = (struct block_reader){0};
	reader->file = input_open(path, false, problem);
	return reader->file < 0 ? CLI_USAGE : CLI_OK;
}

/* Room for a chunk more; what a huge line once took is given back. */
static void
make_room(struct block *block)
{
	if (block->length == 0 && block->capacity > 8 * CHUNK)
		block_free(block);
	if (block->capacity - block->length >= CHUNK)
		return;
	size_t capacity = block->capacity < CHUNK ? CHUNK : block->capacity;
	while (capacity - block->length < CHUNK)
		capacity += capacity / 2;
	block->bytes = cli_grow(block->bytes, capacity);
	block->capacity = capacity;
}

static ssize_t
read_more(struct block_reader *reader, struct block *block)
{
	make_room(block);
	ssize_t got = reader->ended ? 0 : input_some(reader->file, block->bytes + block->length, CHUNK);
	if (got <= 0) {
		reader->ended = true;
		reader->error = got < 0 ? errno : 0;
	} else {
		reader->read += (unsigned long)got;
	}
	return got;
}

/* What lies behind the last newline waits for the next block. */
static void
cut(struct block_reader *reader, struct block *block, size_t from)
{
	text_clear(&reader->rest);
	text_add_bytes(&reader->rest, block->bytes + from, block->length - from);
	block->length = from;
}

static void
count_lines(struct block_reader *reader, struct block *block)
{
	const char *at = block->bytes, *end = at + block->length;
	block->first = reader->number + 1;
	block->lines = 0;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		at = newline ? newline + 1 : end;
		block->lines++;
	}
	reader->number += block->lines;
}

/* Reads to the end of a line that is not kept. */
static enum line_found
skip_line(struct block_reader *reader, struct block *block)
{
	for (;;) {
		block->length = 0;
		ssize_t got = read_more(reader, block);
		if (got < 0)
			return LINE_FAILED;
		block->length = (size_t)got;
		const char *newline = got > 0 ? memchr(block->bytes, '\n', (size_t)got) : NULL;
		if (newline || got == 0) {
			cut(reader, block, newline ? (size_t)(newline + 1 - block->bytes) : 0);
			block->length = 0;
			block->first = ++reader->number;
			block->lines = 1;
			block->too_long = true;
			return LINE_READY;
		}
	}
}

/* The length up to and with the last newline; 0 where there is none. */
static size_t
last_line_end(const char *bytes, size_t from, size_t length)
{
	while (length > from && bytes[length - 1] != '\n')
		length--;
	return length > from ? length : 0;
}

enum line_found
block_reader_next(struct block_reader *reader, struct block *block)
{
	block->length = 0;
	block->too_long = false;
	make_room(block);
	size_t searched = 0;
	while (block->capacity < reader->rest.length) {
		block->bytes = cli_grow(block->bytes, reader->rest.length);
		block->capacity = reader->rest.length;
	}
	if (reader->rest.length > 0)
		memcpy(block->bytes, reader->rest.bytes, reader->rest.length);
	block->length = reader->rest.length;
	text_clear(&reader->rest);
	size_t end = last_line_end(block->bytes, 0, block->length); /* after a line that was skipped */
	while (end == 0) {
		if (block->length > CLI_DOCUMENT_BYTES)
			return skip_line(reader, block);
		searched = block->length;
		ssize_t got = read_more(reader, block);
		if (got < 0)
			return LINE_FAILED;
		if (got == 0 && block->length == 0)
			return LINE_NONE;
		block->length += (size_t)got;
		end = got == 0 ? block->length : last_line_end(block->bytes, searched, block->length);
	}
	cut(reader, block, end);
	count_lines(reader, block);
	return LINE_READY;
}

const char *
block_line(const struct block *block, size_t *at, size_t *retlength)
{
	if (*at >= block->length)
		return NULL;
	const char *line = block->bytes + *at;
	const char *newline = memchr(line, '\n', block->length - *at);
	*retlength = newline ? (size_t)(newline - line) : block->length - *at;
	*at += *retlength + 1;
	return line;
}

void
block_free(struct block *block)
{
	free(block->bytes);
	block->bytes = NULL;
	block->length = block->capacity = 0;
}

void
block_reader_close(struct block_reader *reader)
{
	if (reader->file > STDIN_FILENO)
		close(reader->file);
	text_free(&reader->rest);
}
