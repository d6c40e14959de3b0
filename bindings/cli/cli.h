/* What every file of the command shares: exit codes, how it complains, memory that is never NULL. */
#ifndef JETON_CLI_H
#define JETON_CLI_H

#include "jeton.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

enum cli_exit {
	CLI_OK = 0,
	CLI_ROWS = 1, /* the question was understood; some rows have no answer */
	CLI_USAGE = 2 /* it was not, or something could not be read or written */
};

/* One document, and one line of a .jsonl, may be this long [bytes]. */
#define CLI_DOCUMENT_BYTES ((size_t)64 * 1024 * 1024)

#if defined(__GNUC__) || defined(__clang__)
#define CLI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define CLI_PRINTF(text, first)
#endif

/* Why something cannot be done, kept until it is known whether that ends the run or only fails a row. */
struct problem {
	jtn_status status;
	char field[56];
	struct text text;
};

/* "jeton: …" and a newline on standard error, control characters made visible. Always CLI_USAGE. */
int
cli_error(const char *format, ...) CLI_PRINTF(1, 2);

/* Note a problem; returns code, so that a failure is noted and passed on in one line. */
int
problem_set(struct problem *problem, int code, jtn_status status, const char *format, ...) CLI_PRINTF(4, 5);

/* Note a library error that arose in `source`: "FILE:LINE: field: message" for a file, "what: field: message" else. */
int
problem_take(struct problem *problem, int code, const char *source, bool is_file, const struct jtn_error *error);

/* Print a problem as cli_error does, and free it. Returns code. */
int
problem_print(struct problem *problem, int code);

void
problem_free(struct problem *problem);

/* realloc that ends the program with a message where there is no memory. */
void *
cli_grow(void *block, size_t bytes);

int
cli_cost(int argc, char **argv);
int
cli_compare(int argc, char **argv);
int
cli_estimate(int argc, char **argv);
int
cli_rate(int argc, char **argv);
int
cli_margin(int argc, char **argv);
int
cli_allocate(int argc, char **argv);
int
cli_book(int argc, char **argv);
int
cli_catalog(int argc, char **argv);

#endif
