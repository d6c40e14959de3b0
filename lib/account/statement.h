/*
 * A statement from the inside: groups in one arena, found by a hash of their keys and put in order when first asked for.
 * What is added is summed up aside first and stored only when nothing can fail any more.
 */
#ifndef JTN_ACCOUNT_STATEMENT_H
#define JTN_ACCOUNT_STATEMENT_H

#include "jeton/statement.h"

#include "base/amount.h"
#include "base/arena.h"
#include "tariff/tariff.h"

#define JTN__STATEMENT_KEY_BYTES 4096 /* of one key: even with every character escaped, JSON reads it back */

/* The values of a group's keys, with their hash. */
struct jtn__keys {
	const char *values[JTN_STATEMENT_KEYS]; /* NULL: none, which is not "" */
	size_t lengths[JTN_STATEMENT_KEYS];
	uint64_t hash;
};

struct jtn__group {
	struct jtn__keys keys;
	jtn__int128 total;
	int64_t rows, failed;
	struct jtn_count *counts; /* by meter, none zero */
	uint32_t count, room;
};

struct jtn_statement {
	struct jtn__arena *arena;
	char currency[8];
	const char *names[JTN_STATEMENT_KEYS];
	size_t key_count;
	struct jtn__group **groups; /* [room] */
	struct jtn__group **spare;  /* [room] for sorting, and for groups not yet linked */
	struct jtn__group **slots;  /* [2 * room], at most half of them taken */
	size_t count, room;
	bool sorted;
};

/* What comes on top of a group. */
struct jtn__addend {
	jtn__int128 total;
	int64_t rows, failed;
	const struct jtn_count *counts; /* a meter may be there more than once */
	size_t count;
	bool negative; /* the counts are to be subtracted */
};

/* Measure and hash the statement's number of values. JTN_E_RANGE where one is too long. */
jtn_status
jtn__keys_read(const struct jtn_statement *statement, const char *const *values, struct jtn__keys *ret,
               struct jtn_error *reterr);

struct jtn__group *
jtn__statement_find(const struct jtn_statement *statement, const struct jtn__keys *keys);

/* Nothing is added on failure. */
jtn_status
jtn__statement_add(struct jtn_statement *statement, const struct jtn__keys *keys, const struct jtn__addend *addend,
                   struct jtn_error *reterr);

/* Put the groups in the order of their keys. */
void
jtn__statement_sort(struct jtn_statement *statement);

#endif
