/* The catalogue as bytes: tables that lib/catalog/embed.py writes at build, ids in byte order. */
#ifndef JTN_BASE_CATALOG_H
#define JTN_BASE_CATALOG_H

#include "jeton/catalog.h"

struct jtn__catalog_entry {
	const char *id;
	const char *text; /* NUL-terminated JSON */
	size_t length;    /* without the terminator [bytes] */
};

struct jtn__catalog_shelf {
	const struct jtn__catalog_entry *entries;
	size_t count;
};

/* Indexed by enum jtn_catalog_kind; shelf 0 is empty. */
extern const struct jtn__catalog_shelf jtn__catalog[JTN_CATALOG_BOOK + 1];

#endif
