/* Names hashed and compared inline, in a few words of eight bytes. Nothing is read beyond their ends. */
#ifndef JTN_BASE_KEY_H
#define JTN_BASE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
jtn__key_word(const char *text)
{
	uint64_t word;
	memcpy(&word, text, sizeof(word));
	return word;
}

/*
 * Its beginning, middle and end; names that differ elsewhere only share a hash, so equal hashes need comparing. The high
 * bits are the good ones.
 */
static inline uint64_t
jtn__key_hash(const char *text, size_t length)
{
	uint64_t first = 0, last = length;
	if (length >= 8) {
		first = jtn__key_word(text) ^ (jtn__key_word(text + length / 2 - 4) << 1);
		last += jtn__key_word(text + length - 8);
	} else {
		for (size_t i = 0; i < length; i++)
			first = first << 8 | (unsigned char)text[i];
	}
	return (first * UINT64_C(0x9E3779B97F4A7C15)) ^ (last * UINT64_C(0xD6E8FEB86659FD93));
}

/* Fewer than eight bytes: two halves that overlap, or one by one. */
static inline bool
jtn__key_same_short(const char *a, const char *b, size_t length)
{
	uint32_t left[2], right[2];
	if (length < 4)
		return length == 0 || (a[0] == b[0] && a[length - 1] == b[length - 1] && a[length / 2] == b[length / 2]);
	memcpy(&left[0], a, 4);
	memcpy(&right[0], b, 4);
	memcpy(&left[1], a + length - 4, 4);
	memcpy(&right[1], b + length - 4, 4);
	return left[0] == right[0] && left[1] == right[1];
}

/* Words overlap where the length is no multiple of theirs, so that there is no loop to leave. */
static inline bool
jtn__key_same(const char *a, const char *b, size_t length)
{
	if (length > 32)
		return memcmp(a, b, length) == 0;
	if (length < 8)
		return jtn__key_same_short(a, b, length);
	uint64_t differ =
		(jtn__key_word(a) ^ jtn__key_word(b)) | (jtn__key_word(a + length - 8) ^ jtn__key_word(b + length - 8));
	if (length > 16)
		differ |= (jtn__key_word(a + 8) ^ jtn__key_word(b + 8)) |
		          (jtn__key_word(a + length - 16) ^ jtn__key_word(b + length - 16));
	return differ == 0;
}

#endif
