/* SHA-256 (FIPS 180-4), for the revision of a book: what `sha256sum` says of its file. */
#ifndef JTN_BASE_SHA256_H
#define JTN_BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JTN__SHA256_TEXT 65 /* 64 hexadecimal digits and a NUL */

void
jtn__sha256(const void *bytes, size_t length, char ret[JTN__SHA256_TEXT]);

/* Its parts. Whole blocks of 64 bytes into a state: in C; and by instructions for it, false where there are none. */
extern const uint32_t jtn__sha256_constants[64];
void
jtn__sha256_plain(uint32_t state[8], const unsigned char *blocks, size_t count);
bool
jtn__sha256_x86(uint32_t state[8], const unsigned char *blocks, size_t count);

#endif
