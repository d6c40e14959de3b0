/* The picture of `jeton cost`: cost over load and context, shaded, each cell with what limits it. */
#ifndef JETON_CLI_GRID_H
#define JETON_CLI_GRID_H

#include "output.h"
#include "subject.h"

/* What a limit is called in a cell of so many columns; the long words are those of the formats. */
const char *
limit_word(int32_t limit, bool brief);

/* Where a cost lies between the cheapest (0) and the dearest (1), on a logarithmic scale. */
double
shade_position(double cost, double low, double high);

/* Escape codes for a place between the cheapest (0) and the dearest (1), with a text colour that reads on it. */
void
shade_codes(struct text *text, double at);

/* "70.6 B parameters, bf16 weights, …": what is being priced, several lines. */
void
headline(struct text *text, const struct subject *subject, const struct look *look);

/* cells is [loads.count][contexts.count]. */
void
grid_draw(struct text *text, const struct subject *subject, const struct demand *demand, const struct cell *cells,
          const struct look *look);

#endif
