/* What the files of LiteLLM's reader share: a price, and what its key says. */
#ifndef JTN_ACCOUNT_BOOK_LITELLM_H
#define JTN_ACCOUNT_BOOK_LITELLM_H

#include "book.h"

#define JTN__NO_THRESHOLD (-1)
#define JTN__TIER(name) (UINT32_C(1) << JTN_TIER_##name)
#define JTN__PRIORITY_TIERS (JTN__TIER(PRIORITY) | JTN__TIER(FAST)) /* what "_priority" stands for at most */
#define JTN__LITELLM_KEYS 39

/* One price as an entry states it, or as it follows from others. */
struct jtn__stated {
	const char *id; /* the key */
	struct jtn__price price;
	int64_t above;  /* input tokens, JTN__NO_THRESHOLD for none */
	uint32_t tiers; /* bit t: tier t; 0: any */
	uint8_t meter, also;
	uint8_t rank; /* of two prices for the same, the lower is taken */
	bool ranged;  /* from tiered_pricing */
	bool hourly;  /* from off_peak_pricing: at its hours only */
};

/*
 * What a key prices: meter, also, tiers and above of ret, and its place among the keys is added to the rank. `priority` is
 * the tiers that "_priority" stands for. Returns how many units the price is for, 0 where this is no price that is known.
 */
uint32_t
jtn__litellm_key(const char *text, const char *mode, uint32_t priority, struct jtn__stated *ret);

/* The hours of an off_peak_pricing, as the windows of a rule. */
jtn_status
jtn__litellm_hours(struct jtn_book *book, const struct jtn__value *block, struct jtn__rule *ret,
                   struct jtn_error *reterr);

#endif
