/* jeton: what LLM tokens cost. Finds the command; the work is one file per command, through the public headers alone. */
#include "help.h"
#include "output.h"

#include <string.h>

static int
print_version(void)
{
	struct text text = {0};
	text_addf(&text, "jeton %d.%d.%d", JTN_VERSION_MAJOR, JTN_VERSION_MINOR, JTN_VERSION_PATCH);
	text_addf(&text, " (libjeton %s)\n", jtn_version());
	int code = output_all(NULL, &text, CLI_OK);
	text_free(&text);
	return code;
}

static int
help(int argc, char **argv)
{
	if (argc > 3)
		return cli_error("help: one command at a time");
	return help_print(argc == 3 && argv[2][0] != '-' ? argv[2] : NULL);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} commands[] = {{"cost", cli_cost}, {"compare", cli_compare}, {"estimate", cli_estimate},
	                {"rate", cli_rate}, {"margin", cli_margin},   {"allocate", cli_allocate},
	                {"book", cli_book}, {"catalog", cli_catalog}};
	if (argc < 2)
		return cli_error("which command? cost, compare, estimate, rate, margin, allocate, book or catalog; `jeton "
		                 "help` says what each does");
	const char *name = argv[1];
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return help(argc, argv);
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
		return print_version();
	const char *near = help_nearest(name);
	if (near)
		return cli_error("no command %s; did you mean %s?", name, near);
	return cli_error("no command %s; `jeton help` lists them", name);
}
