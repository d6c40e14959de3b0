/* Things put in order by their numbers, stably and in n log n whatever they are. */
#ifndef JTN_BASE_SORT_H
#define JTN_BASE_SORT_H

#include <stdbool.h>
#include <stdint.h>

/* Whether thing number a of `things` goes before thing number b. */
typedef bool
jtn__before(const void *things, uint16_t a, uint16_t b);

/* order[count] becomes 0 … count - 1 in order, equals by number; spare[count] is overwritten. count <= 65536. */
void
jtn__sort(uint16_t *order, uint16_t *spare, uint32_t count, jtn__before *before, const void *things);

#endif
