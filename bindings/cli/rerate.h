/* The charges of an earlier run over the same rows, to be reversed. */
#ifndef JETON_CLI_RERATE_H
#define JETON_CLI_RERATE_H

#include "crew.h"

enum earlier_state { EARLIER_NONE, EARLIER_CHARGE, EARLIER_FAILED, EARLIER_BAD };

/* One of them. Texts are in the piece's earlier_words, by position. */
struct earlier {
	enum earlier_state state;
	unsigned long line;
	size_t id, id_length;             /* JSON, in yyjson's way of writing */
	size_t reversal, reversal_length; /* the row that takes it back; what is wrong with it, of a bad one */
	size_t stands, stands_length;     /* the charge itself as an object, for a row that cannot be rated again */
};

struct rerate {
	const char *path;
	struct line_reader reader;
	bool failed; /* it could not be read to its end */
};

int
rerate_open(struct rerate *rerate, const char *path, struct problem *problem);
void
rerate_close(struct rerate *rerate);

/* As many earlier charges as the piece has lines. */
void
rerate_fill(struct rerate *rerate, struct piece *piece);

/* One more, into words; EARLIER_NONE at the end. */
struct earlier
rerate_next(struct rerate *rerate, struct text *words);

/* Whether a row's id, as JSON, is the earlier one's. */
bool
rerate_matches(const struct earlier *earlier, const struct text *words, const char *id, size_t length);

#endif
