/*
 * What the suites of the accounts share: books and tariffs in one line, amounts as text, and one usage rated.
 */
#ifndef JTN_TESTS_TARIFF_H
#define JTN_TESTS_TARIFF_H

#include "jeton/book.h"
#include "jeton/rate.h"

#include "fixture.h"

#define DAY_NS INT64_C(86400000000000)
#define MONEY_MOST "99999999999999999999.999999999999999999" /* 10^38 - 1 */

static inline struct jtn_money
money(const char *text)
{
	struct jtn_money amount = {0, 0};
	struct jtn_error err;

	assert_ok(jtn_money_parse(text, strlen(text), &amount, &err), err);
	return amount;
}

#define assert_money(amount, expected)                                                                               \
	do {                                                                                                             \
		char fixture_text[JTN_MONEY_TEXT_SIZE];                                                                      \
		assert_status(jtn_money_format(amount, fixture_text, sizeof(fixture_text), NULL), JTN_OK);                   \
		ck_assert_msg(strcmp(fixture_text, expected) == 0, "%s = %s, expected %s", #amount, fixture_text, expected); \
	} while (0)

static inline int64_t
instant(const char *text)
{
	int64_t ns = 0;
	struct jtn_error err;

	assert_ok(jtn_time_parse(text, strlen(text), &ns, &err), err);
	return ns;
}

/* A whole book, or why there is none. */
static inline jtn_status
try_book(const char *text, const struct jtn_book_options *options, struct jtn_book **ret, struct jtn_error *err)
{
	jtn_status status;

	*ret = NULL;
	memset(err, 0, sizeof(*err));
	status = jtn_book_parse(text, strlen(text), options, NULL, ret, err);
	ck_assert_msg((status == JTN_OK) == (*ret != NULL), "outputs are untouched on failure");
	return status;
}

static inline struct jtn_book *
book_of(const char *text)
{
	struct jtn_book *book;
	struct jtn_error err;

	assert_ok(try_book(text, NULL, &book, &err), err);
	return book;
}

#define TARIFF_HEAD "{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [{\"provider\": \"p\", \"model\": \"m\", "

/* The text of a book of one tariff, by its members; free it. */
static inline char *
tariff_text(const char *members)
{
	char *text = malloc(strlen(TARIFF_HEAD) + strlen(members) + 4);

	ck_assert_ptr_nonnull(text);
	sprintf(text, TARIFF_HEAD "%s}]}", members);
	return text;
}

static inline jtn_status
try_tariff(const char *members, struct jtn_book **ret, struct jtn_error *err)
{
	char *text = tariff_text(members);
	jtn_status status = try_book(text, NULL, ret, err);

	free(text);
	return status;
}

static inline struct jtn_book *
tariff_book(const char *members)
{
	struct jtn_book *book;
	struct jtn_error err;

	assert_ok(try_tariff(members, &book, &err), err);
	return book;
}

/* One usage of one tariff: the charge, whatever its status. */
static inline struct jtn_charge
rate_at(const struct jtn_tariff *tariff, int64_t time_ns, uint32_t tier, const struct jtn_count *counts, uint32_t count)
{
	struct jtn_usage usage = {.time_ns = time_ns, .tier = tier, .count = count};
	struct jtn_charge charge;
	jtn_status status = jtn_rate_batch(&tariff, 1, &usage, sizeof(usage), counts, count, sizeof(*counts), &charge,
	                                   sizeof(charge), 1, NULL);

	assert_status(status, charge.status == JTN_OK ? JTN_OK : JTN_E_ROWS);
	return charge;
}

static inline struct jtn_charge
rate_count(const struct jtn_tariff *tariff, uint32_t meter, int64_t quantity)
{
	struct jtn_count count = {.quantity = quantity, .meter = meter};

	return rate_at(tariff, 0, JTN_TIER_STANDARD, &count, 1);
}

#endif
