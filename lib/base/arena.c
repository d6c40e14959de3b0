/*
 * Bump allocation: blocks that double, each from the handle's allocator, released together. The arena lives in its
 * own first block, so a small handle is one allocation. The only file of the library that calls malloc or free.
 */
#include "arena.h"

#include "abi.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK 4096u
#define FIRST_ROOM 16u
#define LARGEST_BLOCK 65536u /* a larger request gets a block of its own */

struct block {
	alignas(max_align_t) struct block *older;
};

struct jtn__arena {
	alignas(max_align_t) struct jtn_allocator allocator;
	struct block *newest; /* chain ends at the block that holds the arena */
	char *next;
	size_t left;
	size_t grow; /* size of the next ordinary block [bytes] */
};

static void *
standard_allocate(void *user, size_t bytes)
{
	(void)user;
	return malloc(bytes);
}

static void
standard_release(void *user, void *block)
{
	(void)user;
	free(block);
}

static jtn_status
read_allocator(const struct jtn_allocator *given, struct jtn_allocator *ret, struct jtn_error *reterr)
{
	if (!given) {
		*ret = (struct jtn_allocator){sizeof(*ret), 0, NULL, standard_allocate, standard_release};
		return JTN_OK;
	}
	JTN__TRY(jtn__read_options(given, sizeof(*ret), ret, sizeof(*ret), "allocator", reterr));
	if (ret->reserved)
		return jtn__fail(reterr, JTN_E_ABI, "allocator.reserved", "allocator.reserved must be zero");
	if (!ret->allocate || !ret->release)
		return jtn__fail(reterr, JTN_E_ARGUMENT, ret->allocate ? "allocator.release" : "allocator.allocate",
		                 "an allocator needs both allocate and release; pass NULL instead of one for malloc and free");
	return JTN_OK;
}

jtn_status
jtn__arena_new(const struct jtn_allocator *allocator, struct jtn__arena **ret, struct jtn_error *reterr)
{
	struct jtn_allocator from;
	JTN__TRY(read_allocator(allocator, &from, reterr));
	struct block *block = from.allocate(from.user, FIRST_BLOCK);
	if (!block)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for %d bytes", (int64_t)FIRST_BLOCK);
	block->older = NULL;
	struct jtn__arena *arena = (struct jtn__arena *)(block + 1);
	arena->allocator = from;
	arena->newest = block;
	arena->next = (char *)(arena + 1);
	arena->left = FIRST_BLOCK - sizeof(*block) - sizeof(*arena);
	arena->grow = 2 * FIRST_BLOCK;
	*ret = arena;
	return JTN_OK;
}

void
jtn__arena_free(struct jtn__arena *arena)
{
	if (!arena)
		return;
	struct jtn_allocator from = arena->allocator;
	struct block *block = arena->newest;
	while (block) {
		struct block *older = block->older;
		from.release(from.user, block);
		block = older;
	}
}

/* A block that holds `bytes`; what an ordinary one leaves over serves the next requests. */
static void *
take_block(struct jtn__arena *arena, size_t bytes)
{
	size_t whole;
	if (__builtin_add_overflow(bytes, sizeof(struct block), &whole))
		return NULL;
	bool own = whole > arena->grow / 4;
	struct block *block = arena->allocator.allocate(arena->allocator.user, own ? whole : arena->grow);
	if (!block)
		return NULL;
	block->older = arena->newest;
	arena->newest = block;
	if (own)
		return block + 1;
	arena->next = (char *)(block + 1) + bytes;
	arena->left = arena->grow - whole;
	if (arena->grow < LARGEST_BLOCK)
		arena->grow *= 2;
	return block + 1;
}

void *
jtn__arena_room(struct jtn__arena *arena, size_t count, size_t size)
{
	const size_t unit = alignof(max_align_t);
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes) || __builtin_add_overflow(bytes, unit - 1, &bytes))
		return NULL;
	bytes = bytes / unit * unit;
	if (bytes == 0)
		bytes = unit; /* an empty array still has an address of its own */
	void *taken = arena->next;
	if (bytes > arena->left)
		return take_block(arena, bytes);
	arena->next += bytes;
	arena->left -= bytes;
	return taken;
}

void *
jtn__arena_take(struct jtn__arena *arena, size_t count, size_t size)
{
	void *taken = jtn__arena_room(arena, count, size);
	return taken ? memset(taken, 0, count * size) : NULL;
}

void *
jtn__arena_more(struct jtn__arena *arena, void *array, uint32_t count, uint32_t *room, size_t size)
{
	if (count < *room)
		return array;
	if (*room > UINT32_MAX / 2)
		return NULL;
	uint32_t larger = *room ? *room * 2 : FIRST_ROOM;
	void *grown = jtn__arena_take(arena, larger, size);
	if (!grown)
		return NULL;
	if (count)
		memcpy(grown, array, count * size);
	*room = larger;
	return grown;
}

char *
jtn__arena_copy(struct jtn__arena *arena, const char *text, size_t length)
{
	if (length == SIZE_MAX)
		return NULL;
	char *copy = jtn__arena_room(arena, length + 1, 1);
	if (!copy)
		return NULL;
	if (length)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}
