/* jeton book: its parts. */
#ifndef JETON_CLI_BOOK_H
#define JETON_CLI_BOOK_H

#include "options.h"

int
book_lint(const struct options *options);
int
book_diff(const struct options *options);

#endif
