/* The catalogue's books and the meters: what `jeton catalog` shows of the accounts. */
#ifndef JETON_CLI_SHELF_H
#define JETON_CLI_SHELF_H

#include "output.h"

/* A book: a row of the list, which begins with its heads, or all of it. CLI_OK, or CLI_USAGE after a message. */
int
shelf_add(struct text *text, const char *given, bool json, bool list, bool shelf, const struct look *look);
void
shelf_heads(struct text *text);

/* The meters of these names, or all. */
int
meters_show(struct text *text, const char *const *names, size_t count, bool json);

#endif
