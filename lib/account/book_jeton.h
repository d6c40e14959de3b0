/* What the files of jeton's own reader share: fields that rules and period charges have alike. Errors carry positions. */
#ifndef JTN_ACCOUNT_BOOK_JETON_H
#define JTN_ACCOUNT_BOOK_JETON_H

#include "book.h"

jtn_status
jtn__jeton_out_of_memory(struct jtn_error *reterr);

/* An array of at most some thousands; absent, where it may be, it has no node and counts 0. */
jtn_status
jtn__jeton_list(const struct jtn__value *object, const char *key, bool required, struct jtn__value *ret,
                struct jtn_error *reterr);

/*
 * JTN_E_CONTRADICTION for a field that another kind of entry has: bit i of `allowed` lets names[i] stand. `what` is the kind,
 * "effect \"markup\"".
 */
jtn_status
jtn__jeton_fields(const struct jtn__value *object, const char *const *names, size_t count, uint32_t allowed,
                  const char *what, const char *kind, struct jtn_error *reterr);

jtn_status
jtn__jeton_id(const struct jtn__value *object, const char **ret, struct jtn_error *reterr);

/* The meters, and how many quanta their unit has: the same for all of them. */
jtn_status
jtn__jeton_meters(const struct jtn__value *object, bool required, struct jtn__meters *ret, int64_t *retquanta,
                  struct jtn_error *reterr);

jtn_status
jtn__jeton_validity(const struct jtn__value *object, int64_t *from_ns, int64_t *until_ns, struct jtn_error *reterr);

/* "price" for "per", 1 where absent, of units that have so many quanta. */
jtn_status
jtn__jeton_price(struct jtn_book *book, const struct jtn__value *object, int64_t quanta, struct jtn__price *ret,
                 struct jtn_error *reterr);

jtn_status
jtn__jeton_money(struct jtn_book *book, const struct jtn__value *object, const char *key, bool required,
                 struct jtn_money *ret, struct jtn_error *reterr);

/* A fraction with at most nine decimals, in [0, most]. */
jtn_status
jtn__jeton_fraction(struct jtn_book *book, const struct jtn__value *object, int64_t most, struct jtn_money *ret,
                    struct jtn_error *reterr);

/* A quantity in a meter's unit, as quanta: decimals where the meter has them. */
jtn_status
jtn__jeton_quantity(struct jtn_book *book, const struct jtn__value *object, const char *key, bool required,
                    int64_t quanta, int64_t *ret, struct jtn_error *reterr);

/* A rule's "window", one or several. */
jtn_status
jtn__jeton_windows(struct jtn_book *book, const struct jtn__value *object, struct jtn__rule *ret,
                   struct jtn_error *reterr);

/* One entry of "settle", into the draft. */
jtn_status
jtn__jeton_settle(struct jtn_book *book, const struct jtn__value *object, struct jtn_error *reterr);

#endif
