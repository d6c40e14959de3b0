/* What the suites on genai-prices' format share: small books in a line, who a look-up finds, what a request costs. */
#ifndef JTN_TESTS_GENAI_H
#define JTN_TESTS_GENAI_H

#include "fixture.h"

#include "jeton/book.h"
#include "jeton/rate.h"

#include <stdbool.h>

static inline struct jtn_book *
parse_book(const char *text)
{
	struct jtn_book *book = NULL;
	struct jtn_error err;

	assert_ok(jtn_book_parse(text, strlen(text), NULL, NULL, &book, &err), err);
	return book;
}

/* "provider/model" of the tariff, or "" where there is none. */
static inline const char *
who(const struct jtn_book *book, const char *provider, const char *model)
{
	static char found[200];
	const struct jtn_tariff *tariff;
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	struct jtn_error err;

	if (jtn_book_lookup(book, provider, provider ? strlen(provider) : 0, model, strlen(model), NULL, 0, &tariff,
	                    &err) != JTN_OK)
		return "";
	assert_status(jtn_tariff_read_facts(tariff, &facts), JTN_OK);
	snprintf(found, sizeof(found), "%s/%s", facts.provider, facts.model);
	return found;
}

/* A book of one model, p m, with these prices. */
static inline struct jtn_book *
book_of(const char *prices)
{
	char text[4000];

	snprintf(text, sizeof(text),
	         "[{\"id\": \"p\", \"models\": [{\"id\": \"m\", \"match\": {\"equals\": \"m\"}, \"prices\": %s}]}]",
	         prices);
	return parse_book(text);
}

/* A request's total in 10^-6 currency units, or minus its status. Counts are pairs of meter and quantity, ended by 0. */
static inline int64_t
micros(const struct jtn_book *book, const char *time, const int64_t *pairs)
{
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
	struct jtn_count counts[16] = {{0}};
	struct jtn_usage usage = {0};
	struct jtn_charge charge;
	struct jtn_error err;
	jtn_status status;

	for (; pairs[0]; pairs += 2, usage.count++)
		counts[usage.count] = (struct jtn_count){.meter = (uint32_t)pairs[0], .quantity = pairs[1]};
	assert_ok(jtn_time_parse(time, strlen(time), &usage.time_ns, &err), err);
	status = jtn_rate_batch(&tariff, 1, &usage, sizeof(usage), counts, usage.count, sizeof(counts[0]), &charge,
	                        sizeof(charge), 1, &err);
	if (status != JTN_OK)
		return -charge.status;
	ck_assert_int_eq(charge.total.hi, 0);
	ck_assert_uint_eq(charge.total.lo % 1000000000000, 0);
	return (int64_t)(charge.total.lo / 1000000000000);
}

#define COST(book, time, ...) micros(book, time, (const int64_t[]){__VA_ARGS__, 0})

/* The same, of so many million tokens of one meter: its price in cents is cost / 10000. */
#define CENTS(book, time, meter) (COST(book, time, meter, 1000000) / 10000)

static inline void
assert_no_book(const char *text, jtn_status status, const char *field, const char *message)
{
	struct jtn_book *book = NULL;
	struct jtn_error err;

	memset(&err, 0, sizeof(err));
	assert_fails(jtn_book_parse(text, strlen(text), NULL, NULL, &book, &err), status, err, field);
	ck_assert_ptr_null(book);
	ck_assert_msg(strstr(err.message, message) != NULL, "\"%s\" is not in \"%s\"", message, err.message);
	ck_assert_int_gt(err.line, 0);
}

#endif
