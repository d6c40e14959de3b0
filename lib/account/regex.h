/*
 * Regexes of genai-prices' match rules: literals, escapes, classes, groups, |, repetitions, . ^ and $, and ^(?!…) at the
 * beginning; without regard to ASCII case.
 */
#ifndef JTN_ACCOUNT_REGEX_H
#define JTN_ACCOUNT_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JTN__REGEX_WORDS 256 /* one regex, compiled */

struct jtn__regex {
	const char *text, *at;
	const char *problem; /* NULL so far */
	uint32_t code[JTN__REGEX_WORDS];
	uint32_t count;
	unsigned depth;
};

/* A small letter for an ASCII capital; any other byte as it is. */
static inline unsigned char
jtn__lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 32) : (unsigned char)c;
}

/* Compile a text; on failure `problem` says why, and `at` where. code[0..count) may be kept elsewhere. */
bool
jtn__regex_compile(struct jtn__regex *regex, const char *text);

/* Whether it matches anywhere in a text. */
bool
jtn__regex_search(const uint32_t *code, const char *text, size_t length);

#endif
