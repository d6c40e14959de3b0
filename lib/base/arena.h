/* Bump allocation behind every handle: made with it, released with it. */
#ifndef JTN_BASE_ARENA_H
#define JTN_BASE_ARENA_H

#include "error.h"
#include "jeton/arena.h"

struct jtn__arena;

/* NULL allocator means malloc and free. JTN_E_ABI, JTN_E_ARGUMENT (a missing function), JTN_E_MEMORY. */
jtn_status
jtn__arena_new(const struct jtn_allocator *allocator, struct jtn__arena **ret, struct jtn_error *reterr);

/* Releases every block, the arena itself last. NULL is fine. */
void
jtn__arena_free(struct jtn__arena *arena);

/* Zeroed, aligned for any type; NULL when out of memory or count * size overflows. */
void *
jtn__arena_take(struct jtn__arena *arena, size_t count, size_t size);

/* The same as whatever was there: for large arrays that are written at once. */
void *
jtn__arena_room(struct jtn__arena *arena, size_t count, size_t size);

/*
 * Room for one more element of an array of `count` in the arena, which only ever grows: the array itself, or one twice as
 * large with its elements, *room being how many it holds. NULL when out of memory.
 */
void *
jtn__arena_more(struct jtn__arena *arena, void *array, uint32_t count, uint32_t *room, size_t size);

/* A NUL-terminated copy; NULL when out of memory. */
char *
jtn__arena_copy(struct jtn__arena *arena, const char *text, size_t length);

#endif
