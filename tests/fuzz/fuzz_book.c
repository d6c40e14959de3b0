/* Any bytes as a book: an error, or a handle in which every tariff can be found by its name, and every rule read. */
#include "jeton/book.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void
check_tariff(const struct jtn_book *book, const struct jtn_tariff *tariff)
{
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	struct jtn_rule_facts rule = {.size = sizeof(rule)};
	const struct jtn_tariff *found = NULL;
	struct jtn_error err;

	if (jtn_tariff_read_facts(tariff, &facts) != JTN_OK)
		__builtin_trap();
	for (uint32_t i = 0; i < facts.rules; i++)
		if (jtn_tariff_read_rule(tariff, i, &rule) != JTN_OK || !rule.id || rule.per <= 0 ||
		    rule.from_ns >= rule.until_ns)
			__builtin_trap();
	if (!facts.model)
		return; /* an overlay's, for all models */
	if (jtn_book_lookup(book, facts.provider, facts.provider ? strlen(facts.provider) : 0, facts.model,
	                    strlen(facts.model), facts.region, facts.region ? strlen(facts.region) : 0, &found,
	                    &err) == JTN_OK &&
	    !found)
		__builtin_trap();
	if (jtn_book_lookup(book, NULL, 0, "gpt-4o-2024-08-06", 17, NULL, 0, &found, &err) != JTN_OK && !err.message[0])
		__builtin_trap();
}

static void
check_book(const struct jtn_book *book)
{
	struct jtn_book_facts facts = {.size = sizeof(facts)};
	struct jtn_error note;

	if (jtn_book_read_facts(book, &facts) != JTN_OK)
		__builtin_trap();
	for (uint64_t i = 0; i < facts.notes; i++)
		if (jtn_book_read_note(book, i, &note) != JTN_OK || note.status == JTN_OK || !note.message[0])
			__builtin_trap();
	for (uint64_t i = 0; i < facts.tariffs; i++)
		check_tariff(book, jtn_book_tariff(book, i));
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct jtn_book_options options;

	jtn_book_options_init(&options);
	for (int lenient = 0; lenient < 2; lenient++) {
		struct jtn_book *book = NULL;
		struct jtn_error err;

		options.skip_bad_entries = options.repair_float_noise = lenient;
		if (jtn_book_parse((const char *)data, size, &options, NULL, &book, &err) == JTN_OK)
			check_book(book);
		else if (book || err.status == JTN_OK || !err.message[0])
			__builtin_trap();
		jtn_book_free(book);
	}
	return 0;
}
