/* Pieces of work done by several threads, and written in the order in which they were read. */
#ifndef JETON_CLI_CREW_H
#define JETON_CLI_CREW_H

#include "block.h"

struct earlier; /* rerate.h: what the same rows came to before */

/* Some lines and their answers. */
struct piece {
	struct block block;
	struct text out;         /* for the output */
	struct text complaints;  /* for standard error: whole lines */
	unsigned long failed;    /* rows without an answer */
	struct earlier *earlier; /* [block.lines]; NULL where nothing is re-rated */
	size_t earlier_room;
	struct text earlier_words;
};

struct crew {
	void *context;
	bool (*read)(void *context, struct piece *piece);  /* false at the end, and where reading failed */
	void (*work)(void *worker, struct piece *piece);   /* in any thread, each worker in one at a time */
	bool (*write)(void *context, struct piece *piece); /* false: it cannot be written, stop */
};

/* Without threads where there is one worker. Returns when everything is written. */
void
crew_run(const struct crew *crew, void **workers, size_t count);

#endif
