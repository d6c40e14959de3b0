/* Text written twice by the same code: first only measured, then, where it fits, into the caller's buffer. */
#ifndef JTN_ACCOUNT_SINK_H
#define JTN_ACCOUNT_SINK_H

#include "jeton/money.h"

#include <string.h>

struct jtn__sink {
	char *buffer; /* NULL: measure only */
	size_t used;
};

/* All in statement_text.c. */
void
jtn__put(struct jtn__sink *sink, const char *bytes, size_t count);
void
jtn__put_text(struct jtn__sink *sink, const char *text);
void
jtn__put_money(struct jtn__sink *sink, struct jtn_money amount);
/* quantity * 10^-decimals, 0 to 18, exactly. */
void
jtn__put_quantity(struct jtn__sink *sink, int64_t quantity, int32_t decimals);

/* What write() puts, NUL-terminated, if `capacity` holds it: JTN_E_SPACE leaves the buffer as it is. */
jtn_status
jtn__write_twice(void (*write)(struct jtn__sink *sink, const void *what), const void *what, char *buffer,
                 size_t capacity, size_t *retlength);

#endif
