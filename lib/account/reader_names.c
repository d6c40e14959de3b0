/*
 * What a key of a usage says, whatever the order of the keys: fields of every format, members of a row, our own meters.
 * Filled once for a reader; what is read never comes in.
 */
#include "reader.h"

#define TOP_BITS 10
_Static_assert(sizeof(((struct jtn_reader *)0)->at) == 1u << TOP_BITS, "an index for each hash");

static unsigned
start_of(uint32_t tag, const char *text, size_t length)
{
	return (unsigned)(jtn__key_hash(text, length) >> (64 - TOP_BITS)) ^ (tag & 31) * 31;
}

void
jtn__reader_name(struct jtn_reader *reader, unsigned scope, const char *text, unsigned formats)
{
	size_t length = strlen(text);
	uint32_t tag = jtn__reader_tag(scope, length);
	unsigned at = start_of(tag, text, length) % sizeof(reader->at);
	while (reader->at[at])
		at = (at + 1) % sizeof(reader->at);
	reader->at[at] = (uint8_t)++reader->name_count;
	reader->names[reader->name_count] = (struct jtn__reader_name){text, tag, formats};
}

unsigned
jtn__reader_search(struct jtn_reader *reader, unsigned scope, const char *key, size_t length, unsigned *last)
{
	uint32_t tag = jtn__reader_tag(scope, length);
	unsigned index, at = start_of(tag, key, length);
	do
		index = reader->at[at++ % sizeof(reader->at)];
	while (index && !jtn__reader_is(reader, index, tag, key, length));
	if (index) {
		reader->next[*last] = (uint8_t)index;
		*last = index;
	}
	return index;
}
