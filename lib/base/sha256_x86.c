/*
 * SHA-256 blocks by the instructions that x86 processors have for them (Intel, "Intel SHA Extensions", 2013), four rounds
 * at a time: seven times faster, and a book's revision is a third of the time that reading it takes. Whether the processor
 * has them is asked each time, which is cheap beside a book, so that there is no state to keep.
 */
#include "sha256.h"

#if defined(__x86_64__) && defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define HAVE_INSTRUCTIONS 1
#endif
#endif

#ifndef HAVE_INSTRUCTIONS

bool
jtn__sha256_x86(uint32_t state[8], const unsigned char *blocks, size_t count)
{
	(void)state;
	(void)blocks;
	(void)count;
	return false;
}

#else

#include <string.h>

#define NEEDS __attribute__((target("sha,sse4.1,ssse3")))
#define LEAF_FEATURES 1
#define LEAF_MORE 7
#define ECX_SSSE3 (1u << 9)
#define ECX_SSE41 (1u << 19)
#define EBX_SHA (1u << 29)

typedef uint32_t words __attribute__((vector_size(16))); /* whose sums wrap */
typedef int integers __attribute__((vector_size(16)));   /* as compilers declare the instructions */
typedef char bytes __attribute__((vector_size(16)));

static void
ask(uint32_t leaf, uint32_t *ebx, uint32_t *ecx, uint32_t *eax)
{
	uint32_t edx;
	*eax = leaf;
	*ecx = 0;
	__asm__ volatile("cpuid" : "+a"(*eax), "=b"(*ebx), "+c"(*ecx), "=d"(edx));
}

static bool
have_instructions(void)
{
	uint32_t last, ebx, ecx, eax;
	ask(0, &ebx, &ecx, &last);
	if (last < LEAF_MORE)
		return false;
	ask(LEAF_FEATURES, &ebx, &ecx, &eax);
	if ((ecx & (ECX_SSSE3 | ECX_SSE41)) != (ECX_SSSE3 | ECX_SSE41))
		return false;
	ask(LEAF_MORE, &ebx, &ecx, &eax);
	return ebx & EBX_SHA;
}

NEEDS static words
big_endian(const unsigned char *at)
{
	bytes raw;
	memcpy(&raw, at, sizeof(raw));
	return (words)__builtin_shufflevector(raw, raw, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/* Words 4 i to 4 i + 3 of the schedule, from the sixteen before them; i counts in fours. */
NEEDS static words
schedule(words w[4], unsigned i)
{
	words one = w[(i + 3) & 3];
	words next = (words)__builtin_ia32_sha256msg1((integers)w[i & 3], (integers)w[(i + 1) & 3]);
	next += __builtin_shufflevector(w[(i + 2) & 3], one, 1, 2, 3, 4);
	return w[i & 3] = (words)__builtin_ia32_sha256msg2((integers)next, (integers)one);
}

/* Two rounds, by the lower half of words to which the constants were added. */
NEEDS static words
two_rounds(words a, words b, words word)
{
	return (words)__builtin_ia32_sha256rnds2((integers)a, (integers)b, (integers)word);
}

NEEDS static void
digest_blocks(uint32_t state[8], const unsigned char *at, size_t count)
{
	words abef = {state[5], state[4], state[1], state[0]};
	words cdgh = {state[7], state[6], state[3], state[2]};
	for (; count > 0; count--, at += 64) {
		const words abef_before = abef, cdgh_before = cdgh;
		words w[4], k;
		for (unsigned i = 0; i < 16; i++) {
			words word = i < 4 ? (w[i] = big_endian(at + 16 * i)) : schedule(w, i);
			memcpy(&k, jtn__sha256_constants + 4 * i, sizeof(k));
			word += k;
			cdgh = two_rounds(cdgh, abef, word);
			abef = two_rounds(abef, cdgh, __builtin_shufflevector(word, word, 2, 3, 2, 3));
		}
		abef += abef_before;
		cdgh += cdgh_before;
	}
	const uint32_t after[8] = {abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
	memcpy(state, after, sizeof(after));
}

bool
jtn__sha256_x86(uint32_t state[8], const unsigned char *blocks, size_t count)
{
	if (!have_instructions())
		return false;
	digest_blocks(state, blocks, count);
	return true;
}

#endif
