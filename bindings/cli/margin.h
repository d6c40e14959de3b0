/* What is left of a row's revenue. */
#ifndef JETON_CLI_MARGIN_H
#define JETON_CLI_MARGIN_H

#include "rating.h"

/* A priced row into text (NULL: only into the totals). The failure, or NULL. */
struct jtn_error *
margin_row(struct worker *worker, const struct row *row, struct text *text);

/* The same error, said to be about the cost of the row and not its price. */
struct jtn_error *
margin_cost_failed(struct jtn_error *error);

#endif
