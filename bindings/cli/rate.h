/* What rate and margin have in common: books, usage, workers. */
#ifndef JETON_CLI_RATE_H
#define JETON_CLI_RATE_H

#include "options.h"
#include "output.h"
#include "pricebook.h"
#include "rating.h"
#include "rerate.h"

#define JOBS_MOST 256

struct rate_job {
	struct rating rating;
	struct rating_run run;
	struct pricebook book;
	struct pricebook overlay;
	struct rerate rerate;
	struct output output;
	struct worker *workers[JOBS_MOST];
	size_t worker_count;
	int32_t jobs;
	bool json;
	void (*finish)(struct rate_job *job); /* after all rows: what comes last; may add to run.failed */
};

/* The options of both commands; opens book and overlay. CLI_OK, or CLI_USAGE after a message. */
int
rate_read_options(const struct options *options, const char *command, struct rate_job *job);

/* Reads the usage and answers it. */
int
rate_run(const struct options *options, struct rate_job *job);

void
rate_close(struct rate_job *job);

#endif
