/* One function decides whether a caller-sized struct is too small, too old or too new. */
#ifndef JTN_BASE_ABI_H
#define JTN_BASE_ABI_H

#include "error.h"

/*
 * Copy an options struct of `given` bytes (its own size field) into `known` bytes of this library's idea of it.
 * Missing tail becomes zero; a longer one must be zero, else JTN_E_ABI. `least` is the size of version 0.1's struct.
 */
jtn_status
jtn__read_options(const void *options, size_t least, void *ret, size_t known, const char *name,
                  struct jtn_error *reterr);

/*
 * Check the size of a record array. `least` is the first released size; larger than `known` is fine for what the
 * library writes only if it zeroes the tail, and for what it reads only if the tail is zero; both are the caller's
 * of this function to do per row. A size below `least` or above 4096 is JTN_E_ABI.
 */
jtn_status
jtn__check_record(size_t given, size_t least, const char *name, struct jtn_error *reterr);

/* As jtn__check_record(), of rows that lie side by side: a size that is no multiple of 8 is JTN_E_ABI too. */
jtn_status
jtn__check_rows(size_t given, size_t least, const char *name, struct jtn_error *reterr);

/* Fill a struct of text and figures that begins with the size its owner gave it. */
jtn_status
jtn__hand_out(const void *facts, size_t known, void *ret, const char *name);

#endif
