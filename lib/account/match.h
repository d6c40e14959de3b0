/*
 * genai-prices' own match rules: which provider a name means, and which of its models. A book of that format carries
 * them, and they decide every look-up in it. Names compare without regard to ASCII case, as genai-prices has it.
 */
#ifndef JTN_ACCOUNT_MATCH_H
#define JTN_ACCOUNT_MATCH_H

#include "book.h"

enum jtn__clause_kind {
	JTN__CLAUSE_EQUALS,
	JTN__CLAUSE_STARTS_WITH,
	JTN__CLAUSE_ENDS_WITH,
	JTN__CLAUSE_CONTAINS,
	JTN__CLAUSE_REGEX,
	JTN__CLAUSE_OR,
	JTN__CLAUSE_AND
};

/* One of a tree's nodes, parents before children. */
struct jtn__clause {
	const char *text;     /* equals to contains: as it is written */
	const uint32_t *code; /* regex */
	uint32_t length;      /* of text [bytes] or code [words] */
	uint32_t end;         /* index behind its last child */
	int32_t kind;
};

struct jtn__match_model {
	uint32_t clause; /* root of its tree */
	uint32_t tariff;
};

struct jtn__match_provider {
	const char *id;
	size_t id_length;
	const char *const *fallbacks; /* ids of providers whose models it sells too */
	uint32_t fallback_count;
	uint32_t by_name, by_model; /* clause + 1, or 0: provider_match, model_match */
	uint32_t first, count;      /* its models */
};

struct jtn__match {
	struct jtn__arena *arena;
	struct jtn__clause *clauses;
	struct jtn__match_model *models;
	struct jtn__match_provider *providers;
	uint32_t clause_count, clause_room, model_count, model_room, provider_count, provider_room;
};

/* Room for as many providers and models; clauses come as they are read. JTN_E_MEMORY. */
jtn_status
jtn__match_new(struct jtn__arena *arena, uint32_t providers, uint32_t models, struct jtn__match **ret,
               struct jtn_error *reterr);

/*
 * Read {"or": [{"equals": "gpt-4o"}, …]}. ret is the root's index; on failure nothing is added. A regex is checked here:
 * the error says at which character it is wrong or not supported.
 */
jtn_status
jtn__match_read(struct jtn__match *match, const struct jtn__value *value, uint32_t *ret, struct jtn_error *reterr);

/*
 * Make the book's names mean what its rules say: names are the providers' model ids and every text of an equals clause.
 * An id that no rule claims keeps its tariff. JTN_E_LIMIT where rules and names are too many to be tried on each other.
 */
jtn_status
jtn__match_name(struct jtn_book *book, const struct jtn__match *match, struct jtn_error *reterr);

#endif
