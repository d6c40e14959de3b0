/* The command line: which options a command takes, and their values as numbers that make sense. */
#ifndef JETON_CLI_OPTIONS_H
#define JETON_CLI_OPTIONS_H

#include "cli.h"

#include <stdint.h>

/* Commands that take options, as bits of a row's `commands`. */
enum command {
	COMMAND_COST = 1,
	COMMAND_COMPARE = 2,
	COMMAND_ESTIMATE = 4,
	COMMAND_CATALOG = 8,
	COMMAND_RATE = 16,
	COMMAND_MARGIN = 32,
	COMMAND_ALLOCATE = 64,
	COMMAND_BOOK = 128
};

/* In the order help lists them. */
enum option {
	OPT_HARDWARE,
	OPT_MODEL,
	OPT_STACK,
	OPT_MEASURED,
	OPT_KW,
	OPT_PRECISION,
	OPT_KV_PRECISION,
	OPT_TP,
	OPT_PP,
	OPT_EP,
	OPT_DP,
	OPT_REPLICAS,
	OPT_MAX_NUM_SEQS,
	OPT_MAX_BATCHED_TOKENS,
	OPT_MEMORY_UTILIZATION,
	OPT_CHUNKED_PREFILL,
	OPT_PREFIX_CACHING,
	OPT_SPECULATIVE,
	OPT_BATCH,
	OPT_RATE,
	OPT_OFFLINE,
	OPT_CONTEXT,
	OPT_INPUT_SHARE,
	OPT_CACHED,
	OPT_RENT,
	OPT_OWN,
	OPT_CURRENCY,
	OPT_BOOK,
	OPT_OVERLAY,
	OPT_SKIP_BAD_ENTRIES,
	OPT_REPAIR_FLOAT_NOISE,
	OPT_PRODUCTION,
	OPT_FX,
	OPT_UNKNOWN,
	OPT_DEFAULT_TIME,
	OPT_JOBS,
	OPT_BILL,
	OPT_WEIGHTS,
	OPT_DECIMALS,
	OPT_STRICT,
	OPT_LINES,
	OPT_SUMMARY,
	OPT_GROUP_BY,
	OPT_SETTLE,
	OPT_RERATE,
	OPT_FORMAT,
	OPT_JSON,
	OPT_TEXT,
	OPT_OUTPUT,
	OPT_HELP,
	OPT_COUNT
};

struct options {
	const char *value[OPT_COUNT]; /* as given; NULL where it was not, "" for a switch */
	const char **positional;
	size_t positional_count;
};

/* CLI_OK, or CLI_USAGE after a message that names the nearest option. */
int
options_parse(int argc, char **argv, enum command command, struct options *ret);

void
options_free(struct options *options);

/* Whether --help or -h stands among the arguments: it wins over whatever is wrong with the rest. */
bool
options_want_help(int argc, char **argv);

/* The options of a command, as help shows them. */
void
options_describe(enum command command, struct text *ret);

/* The name with its dashes. */
const char *
option_name(enum option option, char buffer[40]);

/* The candidate nearest to name, or NULL when none is near enough to be a slip. */
const char *
nearest(const char *name, const char *const *candidates, size_t count);

/* What the library takes at most: degrees of parallelism; replicas, sequences and tokens; drafts of a step. */
#define DEGREE_MOST 65536
#define COUNT_MOST 16777216
#define DRAFTS_MOST 64

/*
 * Values. Each leaves *ret as it is where the option was not given; CLI_USAGE comes after a message that says what
 * would be right.
 */
bool
parse_real(const char *text, size_t length, double *ret);
int
option_count(const struct options *options, enum option option, int32_t most, int32_t *ret); /* from 1 */
int
option_real(const struct options *options, enum option option, double above, double most, double *ret);
/* As option_real, but `least` itself is fine. */
int
option_real_from(const struct options *options, enum option option, double least, double most, double *ret);
/* on or off, as enum jtn_switch. */
int
option_switch(const struct options *options, enum option option, int32_t *ret);

#define LIST_MOST 64

struct list {
	double values[LIST_MOST];
	size_t count;
};

/* Comma-separated numbers from 1e-12 to 1e12; with `tokens` whole numbers, k for 1024 and m for 1024 * 1024. */
int
option_list(const struct options *options, enum option option, bool tokens, struct list *ret);

/* key=number, …: each of names at most once, the first `required` ones always. NaN where one was not given. */
int
option_pairs(const struct options *options, enum option option, const char *const *names, size_t count, size_t required,
             double *ret);

#endif
