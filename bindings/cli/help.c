/* Help texts. Options are listed from the table that parses them, so that neither can forget the other. */
#include "help.h"

#include "options.h"
#include "output.h"

#include <string.h>

struct page {
	const char *name;
	enum command command;
	const char *summary;
	const char *usage;
	const char *text;
};

static const struct page pages[] = {
	{"cost", COMMAND_COST, "cost per million tokens, over how much is asked at once and how long it is",
     "jeton cost --hardware ID|FILE --model ID|config.json [OPTION…]\n"
     "       jeton cost --measured tps=X[,itps=Y] [--kw Z] --rent X",
     "A grid: a cell has what a million tokens cost (input and output together), the time per output token, and what\n"
     "limits the server there. Without --rent the catalogue's dated rent is used, and named.\n\n"
     "  jeton cost --hardware nvidia-h100-sxm --model llama-3.1-70b --precision fp8\n"
     "  jeton cost --hardware nvidia-h200-sxm --model ./config.json --tp 4 --rent 2.50 --rate 0.5,1,2,4\n"
     "  jeton cost --measured tps=93.3 --rent 1.41 --kw 1.73\n\n"
     "With --json an array of estimates, each with the scenario that `jeton estimate` answers the same way. Exit 1 "
     "where\n"
     "some cells have no answer.\n"},
	{"compare", COMMAND_COMPARE, "the same demand on several accelerators, cheapest first",
     "jeton compare --model ID|config.json --hardware A,B,C [OPTION…]",
     "Each takes the fewest accelerators that fit, unless --tp or --pp says how many, and its own dated rent, unless "
     "--rent\n"
     "has one for all or one for each, in their order. What cannot do it is listed last, with why.\n\n"
     "  jeton compare --model llama-3.1-70b --hardware nvidia-h100-sxm,nvidia-h200-sxm,amd-mi300x\n"
     "  jeton compare --model llama-3.1-70b --hardware nvidia-h100-sxm,amd-mi300x --rent 2.10,1.80 --rate 2\n"},
	{"estimate", COMMAND_ESTIMATE, "a scenario per line in, an estimate per line out",
     "jeton estimate FILE.jsonl|- [OPTION…]",
     "Answers come in the order of the lines, bad ones included: those say what is wrong and what would be right, and "
     "the\n"
     "exit status is 1. A line is one JSON object:\n\n"
     "  {\"id\": 1, \"hardware\": \"nvidia-h100-sxm\", \"stack\": \"vllm\", \"model\": \"llama-3.1-70b\",\n"
     "   \"deployment\": {\"precision\": \"fp8\", \"tp\": 4}, \"hour\": {\"rent\": \"2.5\"},\n"
     "   \"workload\": {\"input_tokens\": 1000, \"output_tokens\": 1000, \"concurrency\": 64}}\n\n"
     "hardware, stack and model may be objects of the catalogue's formats; model also {\"config\": \"path\"}. workload "
     "has\n"
     "one of concurrency, request_rate and \"offline\": true. Without a stack the generic one answers, with wider "
     "error bands.\n"
     "Lines of more than 64 MiB are refused and the rest go "
     "on.\n"},
	{"rate", COMMAND_RATE, "usage rows in, exact charges out, by a price book",
     "jeton rate --book ID|FILE [--overlay FILE] USAGE.jsonl|- [OPTION…]",
     "A usage row is one JSON object with what the provider reported, as it is:\n\n"
     "  {\"id\": \"evt-1\", \"time\": \"2026-01-01T00:00:00Z\", \"provider\": \"openai\", \"model\": \"gpt-4o\",\n"
     "   \"format\": \"openai.chat\", \"usage\": {\"prompt_tokens\": 1000, \"completion_tokens\": 200,\n"
     "   \"prompt_tokens_details\": {\"cached_tokens\": 800}}, \"tenant\": \"acme\"}\n\n"
     "Charges come in the order of the rows, bad ones included: those say what is wrong and what would be right, and "
     "the\n"
     "exit status is 1. Rows of any number are rated in the same memory; a summary's grows with its groups.\n\n"
     "  jeton rate --book list usage.jsonl > charges.jsonl\n"
     "  jeton rate --book list usage.jsonl --group-by tenant,model --json\n"
     "  jeton rate --book prices.json --overlay acme.json usage.jsonl --format focus --output focus.csv\n"
     "  jeton rate --book newer.json usage.jsonl --rerate charges.jsonl > corrections.jsonl\n\n"
     "With --rerate a row that cannot be rated any more keeps its earlier charge. With --format focus rows that failed "
     "are\n"
     "on standard error.\n"},
	{"margin", COMMAND_MARGIN, "revenue, cost and margin of each usage row, and in total",
     "jeton margin --book ID|FILE --production SCENARIO.json USAGE.jsonl|- [OPTION…]",
     "Each row is rated twice: by the price book, which is revenue, and by what the scenario says a token costs to "
     "make.\n"
     "Totals are on standard error, or with --summary on standard output in place of the rows.\n\n"
     "  jeton margin --book prices.json --production own-h100.json usage.jsonl > margins.jsonl\n"
     "  jeton margin --book prices.json --production own-h20.json --fx CNY/USD=0.14 usage.jsonl --summary --json\n"},
	{"allocate", COMMAND_ALLOCATE, "a bill split over weights, to the last cent",
     "jeton allocate --bill AMOUNT[CUR] --weights FILE|- [OPTION…]",
     "Each line of the weights is {\"id\": …, \"weight\": …}, each answer {\"id\": …, \"amount\": …}, in the same "
     "order. The\n"
     "amounts sum to the bill exactly: what rounding leaves goes to the largest remainders. All weights are needed "
     "before\n"
     "the first answer, so memory grows with the file, by two amounts (32 bytes) a row; a weight that cannot be read\n"
     "changes all the others' shares, and ends the run.\n\n"
     "  jeton allocate --bill 184031.27USD --weights tenants.jsonl\n"},
	{"book", COMMAND_BOOK, "what is doubtful in a price book; what changed between two",
     "jeton book lint ID|FILE [OTHER] [--strict]\n"
     "       jeton book diff OLDER NEWER",
     "lint tells entries that cannot be read (error), and doubts: prices with more digits than anybody writes, gaps "
     "between\n"
     "validities, prices that fall above a threshold, cache reads dearer than input, prices a thousandfold from their\n"
     "siblings' or beyond anything sold, names that differ in spelling only and in price, fields that were not read; "
     "with\n"
     "a second book, where the two disagree. Exit 1 for errors, with --strict for any finding.\n\n"
     "diff tells tariffs added (+), removed (-) and changed (~), rule by rule. Entries that cannot be read are left "
     "out.\n\n"
     "  jeton book lint model_prices_and_context_window.json\n"
     "  jeton book diff old.json new.json --json\n"},
	{"catalog", COMMAND_CATALOG, "what is built in, with sources and dates; what a file of yours is read as",
     "jeton catalog [hardware|stack|model|hour|book|meters [ID|FILE…]]",
     "Lists a kind, or shows entries: a catalogue id, or a file in the catalogue's format. A model's file may be a "
     "Hugging\n"
     "Face config.json as it is.\n\n"
     "  jeton catalog hardware\n"
     "  jeton catalog hour aws-p5-on-demand\n"
     "  jeton catalog book list\n"
     "  jeton catalog meters\n"
     "  jeton catalog model ./config.json --json\n"},
};

#define PAGES (sizeof(pages) / sizeof(*pages))

const char *
help_nearest(const char *name)
{
	const char *names[PAGES + 1];
	for (size_t i = 0; i < PAGES; i++)
		names[i] = pages[i].name;
	names[PAGES] = "help";
	return nearest(name, names, PAGES + 1);
}

static void
add_all(struct text *text)
{
	text_add(
		text,
		"What LLM tokens cost to make, what they are billed, and what is left.\n\nusage: jeton COMMAND [OPTION…]\n\n");
	for (size_t i = 0; i < PAGES; i++) {
		text_add(text, "  ");
		text_column(text, pages[i].name, 10);
		text_addf(text, "%s\n", pages[i].summary);
	}
	text_add(text, "  help      help on a command: jeton help COMMAND\n"
	               "\n  --version the version of the program and of the library\n"
	               "\nA file named - is standard input. Exit status: 0, or 1 where some rows have no answer, or 2 "
	               "where the question\n"
	               "is wrong or something cannot be read or written. Numbers have a point, whatever the locale.\n");
}

int
help_print(const char *command)
{
	struct text text = {0};
	const struct page *page = NULL;
	for (size_t i = 0; i < PAGES; i++)
		page = command && strcmp(command, pages[i].name) == 0 ? &pages[i] : page;
	if (command && !page) {
		const char *near = help_nearest(command);
		return near ? cli_error("help: no command %s; did you mean %s?", command, near)
		            : cli_error("help: no command %s; `jeton help` lists them", command);
	}
	if (page) {
		text_addf(&text, "jeton %s: %s\n\nusage: %s\n\n%s", page->name, page->summary, page->usage, page->text);
		options_describe(page->command, &text);
	} else {
		add_all(&text);
	}
	int code = output_all(NULL, &text, CLI_OK);
	text_free(&text);
	return code;
}
