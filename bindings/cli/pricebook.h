/* A price book or an overlay, from a file or the catalogue. */
#ifndef JETON_CLI_PRICEBOOK_H
#define JETON_CLI_PRICEBOOK_H

#include "source.h"

struct pricebook {
	struct source source;
	struct jtn_book *book;
	struct jtn_book_facts facts;
};

enum pricebook_kind { PRICES_LIST, PRICES_OVERLAY, PRICES_ANY };

/* CLI_OK, or CLI_USAGE with the problem: an overlay where a list is wanted is one, and the reverse. */
int
pricebook_open(const char *given, const struct jtn_book_options *options, enum pricebook_kind kind,
               struct pricebook *ret, struct problem *problem);
/* The entries that were left out, on standard error. */
void
pricebook_tell_skipped(const struct pricebook *book);

void
pricebook_close(struct pricebook *book);

#endif
