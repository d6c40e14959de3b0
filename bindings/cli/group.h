/* Sums of charges by keys of the rows: a statement for each currency. */
#ifndef JETON_CLI_GROUP_H
#define JETON_CLI_GROUP_H

#include "cli.h"

enum key_source { KEY_MEMBER, KEY_PROVIDER, KEY_MODEL, KEY_REGION, KEY_TIER, KEY_DAY, KEY_MONTH, KEY_METER };

struct group_keys {
	char *text; /* the names, cut apart */
	const char *names[JTN_STATEMENT_KEYS];
	enum key_source sources[JTN_STATEMENT_KEYS];
	size_t count;
	bool by_meter;
};

/* "tenant,model,day": CLI_OK, or CLI_USAGE after a message. NULL: no keys. */
int
group_keys_parse(const char *text, struct group_keys *ret);
void
group_keys_free(struct group_keys *keys);

#define CURRENCIES_MOST 64
#define NO_CURRENCY "XXX" /* ISO 4217: none */

struct groups {
	const struct group_keys *keys;
	struct jtn_statement *statements[CURRENCIES_MOST];
	char currencies[CURRENCIES_MOST][8];
	size_t count;
};

/* Add a charge to the group of these keys. */
jtn_status
groups_add(struct groups *groups, const char *currency, const char *const *keys, const struct jtn_charge *charge,
           const struct jtn_count *counts, size_t count, struct jtn_error *reterr);

jtn_status
groups_merge(struct groups *groups, const struct groups *other, struct jtn_error *reterr);

/* All of it as a JSON array of statements, or as a table for people. */
void
groups_json(struct groups *groups, struct text *text);
void
groups_table(struct groups *groups, struct text *text);

void
groups_free(struct groups *groups);

#endif
