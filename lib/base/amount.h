/* struct jtn_money as one signed 128-bit integer, inside the library only. */
#ifndef JTN_BASE_AMOUNT_H
#define JTN_BASE_AMOUNT_H

#include "jeton/money.h"

#include "decimal.h"

#include <string.h>

__extension__ typedef __int128 jtn__int128;

#define JTN__MONEY_UNIT INT64_C(1000000000000000000) /* one currency unit */
#define JTN__MONEY_MOST ((jtn__int128)JTN__MONEY_UNIT * JTN__MONEY_UNIT * 100 - 1)

static inline jtn__int128
jtn__amount(struct jtn_money money)
{
	return (jtn__int128)((jtn__uint128)(uint64_t)money.hi << 64 | money.lo);
}

static inline struct jtn_money
jtn__money(jtn__int128 amount)
{
	struct jtn_money money = {.lo = (uint64_t)amount};
	uint64_t high = (uint64_t)((jtn__uint128)amount >> 64);
	memcpy(&money.hi, &high, sizeof(high));
	return money;
}

static inline bool
jtn__amount_fits(jtn__int128 amount)
{
	return amount <= JTN__MONEY_MOST && amount >= -JTN__MONEY_MOST;
}

#endif
