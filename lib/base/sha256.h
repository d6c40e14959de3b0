/* SHA-256 (FIPS 180-4), for the revision of a book: what `sha256sum` says of its file. */
#ifndef JTN_BASE_SHA256_H
#define JTN_BASE_SHA256_H

#include <stddef.h>

#define JTN__SHA256_TEXT 65 /* 64 hexadecimal digits and a NUL */

void
jtn__sha256(const void *bytes, size_t length, char ret[JTN__SHA256_TEXT]);

#endif
