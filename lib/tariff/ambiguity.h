/* Whether two rules of a tariff fit equally well somewhere: an error when a book is read, never a choice at rating. */
#ifndef JTN_TARIFF_AMBIGUITY_H
#define JTN_TARIFF_AMBIGUITY_H

#include "tariff.h"

/* JTN_E_AMBIGUOUS names two rules and the meter; JTN_E_LIMIT where there are too many to compare; JTN_E_MEMORY. */
jtn_status
jtn__ambiguity_check(const struct jtn__draft *draft, struct jtn_error *reterr);

#endif
