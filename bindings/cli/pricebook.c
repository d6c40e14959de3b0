/* Opening price books. */
#include "pricebook.h"

#include "jeton/book.h"

#include <string.h>

int
pricebook_open(const char *given, const struct jtn_book_options *options, enum pricebook_kind kind,
               struct pricebook *ret, struct problem *problem)
{
	struct jtn_error error = {0};
	*ret = (struct pricebook){.facts = {.size = sizeof(ret->facts)}};
	int code = source_open(JTN_CATALOG_BOOK, given, &ret->source, problem);
	if (code != CLI_OK)
		return code;
	jtn_status status = jtn_book_parse(ret->source.text, ret->source.length, options, NULL, &ret->book, &error);
	if (status == JTN_OK)
		status = jtn_book_read_facts(ret->book, &ret->facts);
	if (status != JTN_OK) {
		error.status = status;
		return source_problem(&ret->source, CLI_USAGE, &error, problem);
	}
	bool overlay = kind == PRICES_OVERLAY;
	if (kind != PRICES_ANY && overlay != (ret->facts.format == JTN_BOOK_OVERLAY))
		return problem_set(problem, CLI_USAGE, JTN_E_ARGUMENT, "%s: is %s; %s is wanted here", given,
		                   overlay ? "a list book" : "an overlay", overlay ? "an overlay" : "a list book");
	return CLI_OK;
}

void
pricebook_tell_skipped(const struct pricebook *book)
{
	for (uint64_t i = 0; i < book->facts.notes; i++) {
		struct jtn_error note;
		struct problem problem = {0};
		if (jtn_book_read_note(book->book, i, &note) != JTN_OK || note.index < 0)
			continue;
		source_problem(&book->source, CLI_ROWS, &note, &problem);
		cli_error("%s (left out)", text_string(&problem.text));
		problem_free(&problem);
	}
}

void
pricebook_close(struct pricebook *book)
{
	jtn_book_free(book->book);
	book->book = NULL;
	source_close(&book->source);
}
