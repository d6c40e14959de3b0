/* An open-addressed table of texts that stay where they are. */
#include "words.h"

#include <string.h>

#define FIRST_ROOM 64u

/* Eight bytes a step; it need not withstand attack, since a table only grows with what the caller already holds. */
static uint64_t
hash_of(const char *text, size_t length)
{
	uint64_t hash = length, part;
	for (; length >= sizeof(part); text += sizeof(part), length -= sizeof(part)) {
		memcpy(&part, text, sizeof(part));
		hash = (hash ^ part) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	part = 0;
	memcpy(&part, text, length);
	hash = (hash ^ part) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

/* Twice the room; both arrays anew. */
static int
grow(struct jtn__words *words)
{
	uint32_t room = words->room ? words->room * 2 : FIRST_ROOM;
	if (room > UINT32_C(1) << 31)
		return 0;
	uint32_t *slots = jtn__arena_take(words->arena, room, sizeof(*slots));
	struct jtn__word *texts = jtn__arena_room(words->arena, room / 2, sizeof(*texts));
	if (!slots || !texts)
		return 0;
	if (words->count)
		memcpy(texts, words->words, words->count * sizeof(*texts));
	for (uint32_t i = 0; i < words->count; i++) {
		uint32_t at = (uint32_t)texts[i].hash & (room - 1);
		while (slots[at])
			at = (at + 1) & (room - 1);
		slots[at] = i + 1;
	}
	words->slots = slots;
	words->words = texts;
	words->room = room;
	return 1;
}

uint32_t
jtn__words_number(struct jtn__words *words, const char *text, size_t length)
{
	if (words->count >= words->room / 2 && !grow(words))
		return 0;
	uint64_t hash = hash_of(text, length);
	uint32_t at = (uint32_t)hash & (words->room - 1);
	for (; words->slots[at]; at = (at + 1) & (words->room - 1)) {
		const struct jtn__word *word = &words->words[words->slots[at] - 1];
		if (word->hash == hash && word->length == length && memcmp(word->text, text, length) == 0)
			return words->slots[at];
	}
	words->words[words->count] = (struct jtn__word){text, length, hash};
	words->slots[at] = ++words->count;
	return words->count;
}
