/* Merging from the bottom up: runs of one, of two, of four … */
#include "sort.h"

#include <string.h>

static void
merge(const uint16_t *from, uint16_t *to, uint32_t middle, uint32_t end, jtn__before *before, const void *things)
{
	for (uint32_t left = 0, right = middle, at = 0; at < end; at++) {
		bool take_right = left == middle || (right < end && before(things, from[right], from[left]));
		to[at] = from[take_right ? right++ : left++];
	}
}

void
jtn__sort(uint16_t *order, uint16_t *spare, uint32_t count, jtn__before *before, const void *things)
{
	for (uint32_t i = 0; i < count; i++)
		order[i] = (uint16_t)i;
	for (uint32_t run = 1; run < count; run *= 2) {
		for (uint32_t at = 0; at < count; at += 2 * run) {
			uint32_t left = count - at;
			merge(order + at, spare + at, left < run ? left : run, left < 2 * run ? left : 2 * run, before, things);
		}
		memcpy(order, spare, count * sizeof(*order));
	}
}
