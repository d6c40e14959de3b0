/* What the two halves of genai-prices' reader share: providers and models on one side, a model's prices on the other. */
#ifndef JTN_ACCOUNT_BOOK_GENAI_H
#define JTN_ACCOUNT_BOOK_GENAI_H

#include "book.h"

struct jtn__genai_prices;

/* Scratch for the prices of one model after another, in the book's scratch arena. */
jtn_status
jtn__genai_prices_new(struct jtn_book *book, struct jtn__genai_prices **ret, struct jtn_error *reterr);

/* A model's "prices", and "price_variants" where it has some, as rules and fallbacks of the book's draft. */
jtn_status
jtn__genai_prices_read(struct jtn__genai_prices *genai, const struct jtn__value *prices,
                       const struct jtn__value *variants, struct jtn_error *reterr);

#endif
