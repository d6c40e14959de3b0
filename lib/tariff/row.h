/* One usage and its charge, by the long way. */
#ifndef JTN_TARIFF_ROW_H
#define JTN_TARIFF_ROW_H

#include "jeton/rate.h"

#include "rate.h"

/* The counts of a row, wherever the caller keeps them. */
struct jtn__counts {
	const unsigned char *first;
	size_t size, count;
};

/* ret's status and tariff are left to the caller; lines may be NULL. usage itself is checked already. */
jtn_status
jtn__rate_row(const struct jtn_tariff *tariff, const struct jtn_usage *usage, const struct jtn__counts *counts,
              struct jtn__lines *lines, struct jtn_charge *ret, struct jtn_error *error);

/* Whether a row sets anything beyond the size that is known here; what to say then. */
bool
jtn__has_tail(const void *row, size_t known, size_t given);
jtn_status
jtn__newer_caller(const char *what, struct jtn_error *error);

#endif
