/* The table of options, and the reading of arguments against it. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODELLED (COMMAND_COST | COMMAND_COMPARE)
#define RATED (COMMAND_RATE | COMMAND_MARGIN)
#define ALL (MODELLED | COMMAND_ESTIMATE | COMMAND_CATALOG | RATED | COMMAND_ALLOCATE | COMMAND_BOOK)

struct row {
	const char *name;
	const char *argument; /* NULL for a switch */
	unsigned commands;
	const char *heading; /* begins a group in help; NULL goes on with the last */
	const char *help;
};

static const struct row rows[OPT_COUNT] = {
	[OPT_HARDWARE] = {"hardware", "ID|FILE", MODELLED, "What is asked about",
                      "accelerator: a catalogue id or a JSON file; compare takes a list, A,B,C"},
	[OPT_MODEL] = {"model", "ID|FILE", MODELLED, NULL, "model: a catalogue id or a config.json"},
	[OPT_STACK] = {"stack", "ID|FILE", MODELLED, NULL, "serving software; default vllm on GPUs, generic elsewhere"},
	[OPT_MEASURED] = {"measured", "tps=X[,itps=Y]", COMMAND_COST, "Instead: a throughput somebody measured",
                      "output (and input) tokens/s per accelerator, priced as they are"},
	[OPT_KW] = {"kw", "Z", COMMAND_COST, NULL, "its all-in power, kW per accelerator"},
	[OPT_PRECISION] = {"precision", "F", MODELLED, "How the model is deployed",
                       "bf16, fp16, fp8, int8, fp4, mxfp4, w4a16; default as the checkpoint"},
	[OPT_KV_PRECISION] = {"kv-precision", "F", MODELLED, NULL, "KV cache: bf16, fp16, fp8 or int8"},
	[OPT_TP] = {"tp", "N", MODELLED, NULL, "tensor-parallel ranks; without --tp and --pp the fewest that fit"},
	[OPT_PP] = {"pp", "N", MODELLED, NULL, "pipeline stages"},
	[OPT_EP] = {"ep", "N", MODELLED, NULL, "expert-parallel ranks, a divisor of tp × dp"},
	[OPT_DP] = {"dp", "N", MODELLED, NULL, "attention data-parallel ranks inside one server"},
	[OPT_REPLICAS] = {"replicas", "N", MODELLED, NULL, "independent copies that share the work"},
	[OPT_MAX_NUM_SEQS] = {"max-num-seqs", "N", MODELLED, NULL, "sequences in one batch; default the stack's"},
	[OPT_MAX_BATCHED_TOKENS] = {"max-batched-tokens", "N", MODELLED, NULL, "tokens in one step; default the stack's"},
	[OPT_MEMORY_UTILIZATION] = {"memory-utilization", "SHARE", MODELLED, NULL,
                                "share of memory the server may use; default the stack's"},
	[OPT_CHUNKED_PREFILL] = {"chunked-prefill", "on|off", MODELLED, NULL, "default the stack's"},
	[OPT_PREFIX_CACHING] = {"prefix-caching", "on|off", MODELLED, NULL, "default the stack's"},
	[OPT_SPECULATIVE] = {"speculative", "tokens=N,acceptance=A[,decay=D]", MODELLED, NULL,
                         "draft tokens a step, and the chance that they are accepted"},
	[OPT_BATCH] = {"batch", "LIST", MODELLED, "What is asked of it",
                   "requests in the system at once; default 1,4,16,64,256 (compare: 64)"},
	[OPT_RATE] = {"rate", "LIST", MODELLED, NULL, "or requests arriving per second (open loop)"},
	[OPT_OFFLINE] = {"offline", NULL, MODELLED, NULL, "or a queue that is never empty"},
	[OPT_CONTEXT] = {"context", "LIST", MODELLED, NULL,
                     "input + output tokens of a request, 1k = 1024; default 1k,4k,16k,64k (compare: 4k)"},
	[OPT_INPUT_SHARE] = {"input-share", "SHARE", MODELLED, NULL, "of the context; default 0.75"},
	[OPT_CACHED] = {"cached", "SHARE", MODELLED, NULL, "of the input, found in the prefix cache; default 0"},
	[OPT_RENT] = {"rent", "X|ID", MODELLED, "What an accelerator-hour costs",
                  "per accelerator, or a catalogue hour's id; default the catalogue's typical rent (compare: a list)"},
	[OPT_OWN] = {"own", "FILE", MODELLED, NULL, "what owning it takes: {\"capex\": …, \"years\": …}"},
	[OPT_CURRENCY] = {"currency", "CODE", MODELLED, NULL, "of --rent or --own; default USD"},
	[OPT_BOOK] = {"book", "ID|FILE", RATED, "Prices",
                  "price book: a file of jeton's, LiteLLM's or genai-prices' format, or a catalogue id"},
	[OPT_OVERLAY] = {"overlay", "FILE", RATED, NULL,
                     "a customer's own prices, markups, discounts and allowances over it"},
	[OPT_SKIP_BAD_ENTRIES] = {"skip-bad-entries", NULL, RATED, NULL,
                              "leave out entries of the book that cannot be read, rather than refuse it"},
	[OPT_REPAIR_FLOAT_NOISE] = {"repair-float-noise", NULL, RATED, NULL,
                                "round prices of more than 12 significant digits to 12"},
	[OPT_PRODUCTION] = {"production", "SCENARIO.json", COMMAND_MARGIN, "What it costs to make",
                        "a scenario as `jeton estimate` reads them, with an hour"},
	[OPT_FX] = {"fx", "A/B=RATE,…", COMMAND_MARGIN, NULL,
                "1 A is RATE B: amounts in A are told in B; no other conversion is ever made"},
	[OPT_UNKNOWN] = {"unknown", "report|error", RATED, "Reading usage",
                     "fields nobody reads: listed in the row (the default), or an error"},
	[OPT_DEFAULT_TIME] = {"default-time", "INSTANT", RATED, NULL,
                          "for rows without a time, as in 2026-01-01T00:00:00Z; without it they fail"},
	[OPT_JOBS] = {"jobs", "N", RATED, NULL, "threads; the answers are the same bytes; default 1"},
	[OPT_BILL] = {"bill", "AMOUNT[CUR]", COMMAND_ALLOCATE, "What is split", "the amount, as in 1234.56 or 1234.56EUR"},
	[OPT_WEIGHTS] = {"weights", "FILE", COMMAND_ALLOCATE, NULL,
                     "a line each: {\"id\": …, \"weight\": …}; - is standard input"},
	[OPT_DECIMALS] = {"decimals", "N", COMMAND_ALLOCATE, NULL,
                      "of the smallest unit, 0 to 18; default the currency's, 2 where none is given"},
	[OPT_STRICT] = {"strict", NULL, COMMAND_BOOK, "Judgement", "lint: exit 1 for any finding, not for errors only"},
	[OPT_LINES] = {"lines", NULL, COMMAND_RATE, "Output", "with the lines that add up to each total"},
	[OPT_SUMMARY] = {"summary", NULL, RATED, "Output", "sums instead of rows: a table, or JSON with --json"},
	[OPT_GROUP_BY] =
		{"group-by", "KEYS", COMMAND_RATE, NULL,
         "a summary by up to 4 members of the rows, as in tenant,model; also day, month (UTC), tier, meter"},
	[OPT_SETTLE] = {"settle", NULL, COMMAND_RATE, NULL,
                    "at the end period charges, the whole file being one period: a row for each tariff that rows used "
                    "and that has some"},
	[OPT_RERATE] = {"rerate", "OLD.jsonl", COMMAND_RATE, NULL,
                    "charges of an earlier run over the same rows: a reversal goes before each new charge"},
	[OPT_FORMAT] = {"format", "jsonl|csv|focus", COMMAND_RATE, NULL,
                    "of rows: JSON (the default), CSV, or FOCUS 1.2 with a row per line of a charge"},
	[OPT_JSON] = {"json", NULL, ALL, "Output",
                  "for machines: JSON (where rows go out, they are a line of JSON each anyway)"},
	[OPT_TEXT] = {"text", NULL, COMMAND_CATALOG, NULL, "one entry as a file of your own would hold it, to begin with"},
	[OPT_OUTPUT] = {"output", "FILE", ALL, NULL, "write there, beside it first and then renamed"},
	[OPT_HELP] = {"help", NULL, ALL, NULL, "this text"},
};

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edit distance, transpositions of neighbours counted once; names longer than the table are not near anything. */
static size_t
distance(const char *a, const char *b)
{
	enum { MOST = 48 };
	size_t table[3][MOST + 1];
	size_t n = strlen(a), m = strlen(b);
	if (n > MOST || m > MOST)
		return MOST;
	for (size_t j = 0; j <= m; j++)
		table[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = table[i % 3], *above = table[(i - 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], table[(i - 2) % 3][j - 2] + 1);
		}
	}
	return table[n % 3][m];
}

const char *
nearest(const char *name, const char *const *candidates, size_t count)
{
	const char *best = NULL;
	size_t closest = strlen(name) / 3 + 2;
	for (size_t i = 0; i < count; i++) {
		size_t away = distance(name, candidates[i]);
		if (away < closest && away < strlen(candidates[i])) {
			closest = away;
			best = candidates[i];
		}
	}
	return best;
}

const char *
option_name(enum option option, char buffer[40])
{
	snprintf(buffer, 40, "--%s", rows[option].name);
	return buffer;
}

bool
options_want_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int
unknown(const char *argument, size_t length, enum command command, const char *command_name)
{
	const char *names[OPT_COUNT];
	size_t count = 0;
	for (size_t i = 0; i < OPT_COUNT; i++)
		if (rows[i].commands & command)
			names[count++] = rows[i].name;
	char name[64];
	snprintf(name, sizeof(name), "%.*s", (int)(length < 60 ? length : 60), argument);
	const char *near = nearest(name + strspn(name, "-"), names, count);
	if (near)
		return cli_error("%s: unknown option %s; did you mean --%s?", command_name, name, near);
	return cli_error("%s: unknown option %s; `jeton help %s` lists them", command_name, name, command_name);
}

/* One --name, --name=value or --name value at argv[*at]; moves *at over a separate value. */
static int
take_option(int argc, char **argv, int *at, enum command command, struct options *ret)
{
	const char *argument = argv[*at];
	size_t length = strcspn(argument, "=");
	size_t found = 0;
	while (found < OPT_COUNT &&
	       !(rows[found].commands & command && strncmp(argument, "--", 2) == 0 &&
	         strlen(rows[found].name) == length - 2 && strncmp(rows[found].name, argument + 2, length - 2) == 0))
		found++;
	if (found == OPT_COUNT)
		return unknown(argument, length, command, argv[0]);
	const struct row *row = &rows[found];
	const char *value = argument[length] == '=' ? argument + length + 1 : NULL;
	if (ret->value[found])
		return cli_error("--%s is given twice; once is enough", row->name);
	if (!row->argument && value)
		return cli_error("--%s takes no value; leave out \"=%s\"", row->name, value);
	if (row->argument && !value) {
		if (*at + 1 >= argc || strncmp(argv[*at + 1], "--", 2) == 0)
			return cli_error("--%s wants a value: --%s %s", row->name, row->name, row->argument);
		value = argv[++*at];
	}
	if (row->argument && !*value)
		return cli_error("--%s is given an empty value; it wants %s", row->name, row->argument);
	ret->value[found] = row->argument ? value : "";
	return CLI_OK;
}

int
options_parse(int argc, char **argv, enum command command, struct options *ret)
{
	*ret = (struct options){0};
	ret->positional = cli_grow(NULL, ((size_t)argc + 1) * sizeof(*ret->positional));
	bool only_files = false;
	for (int at = 1; at < argc; at++) {
		const char *argument = argv[at];
		if (only_files || argument[0] != '-' || argument[1] == '\0') {
			ret->positional[ret->positional_count++] = argument;
		} else if (strcmp(argument, "--") == 0) {
			only_files = true;
		} else {
			int code = take_option(argc, argv, &at, command, ret);
			if (code != CLI_OK)
				return code;
		}
	}
	return CLI_OK;
}

void
options_free(struct options *options)
{
	free(options->positional);
	options->positional = NULL;
}

void
options_describe(enum command command, struct text *ret)
{
	const char *heading = NULL, *shown = "";
	for (size_t i = 0; i < OPT_COUNT; i++) {
		heading = rows[i].heading ? rows[i].heading : heading;
		if (!(rows[i].commands & command))
			continue;
		if (strcmp(heading, shown) != 0)
			text_addf(ret, "\n%s:\n", heading);
		shown = heading;
		char name[80];
		snprintf(name, sizeof(name), "  --%s %s", rows[i].name, rows[i].argument ? rows[i].argument : "");
		text_column(ret, name, 28);
		if (text_width(name) >= 28)
			text_add(ret, "\n                            ");
		text_wrap(ret, rows[i].help, 28, 80);
		text_add(ret, "\n");
	}
}
