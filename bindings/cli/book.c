/* jeton book: what is doubtful in a price book, and what changed between two. */
#include "book.h"

#include "help.h"

#include <string.h>

static int
answer(const struct options *options)
{
	static const char *const parts[] = {"lint", "diff"};
	const char *part = options->positional_count > 0 ? options->positional[0] : NULL;
	if (part && strcmp(part, "lint") == 0)
		return book_lint(options);
	if (part && strcmp(part, "diff") == 0)
		return book_diff(options);
	const char *near = part ? nearest(part, parts, 2) : NULL;
	if (near)
		return cli_error("book %s: no such thing; did you mean %s?", part, near);
	return cli_error(
		"book: what with it? `jeton book lint FILE` says what is doubtful, `jeton book diff A B` what changed");
}

int
cli_book(int argc, char **argv)
{
	struct options options;
	if (options_want_help(argc, argv))
		return help_print("book");
	int code = options_parse(argc, argv, COMMAND_BOOK, &options);
	if (code == CLI_OK)
		code = answer(&options);
	options_free(&options);
	return code;
}
