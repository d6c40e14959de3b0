/* Distinct texts of a column, numbered from 1 as they come: what follows from one is then worked out once. */
#ifndef JTN_ARROW_WORDS_H
#define JTN_ARROW_WORDS_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

struct jtn__word {
	const char *text; /* where it was met first; borrowed */
	size_t length;
	uint64_t hash;
};

/* Zero it, set arena. */
struct jtn__words {
	struct jtn__arena *arena;
	struct jtn__word *words; /* [count]; words[0] is number 1 */
	uint32_t *slots;         /* [room], a power of two; at most half of them taken; 0: none */
	uint32_t count, room;
};

/* The number of a text; 0 when out of memory, or beyond 2^31 of them. */
uint32_t
jtn__words_number(struct jtn__words *words, const char *text, size_t length);

#endif
