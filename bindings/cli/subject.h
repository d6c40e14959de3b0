/* What a cost is asked about: a model on accelerators under a stack, deployed, at a rent. */
#ifndef JETON_CLI_SUBJECT_H
#define JETON_CLI_SUBJECT_H

#include "json_out.h"
#include "options.h"
#include "rent.h"
#include "source.h"

struct asked_model {
	struct source source;
	struct jtn_model *model;
	struct jtn_model_facts facts;
	struct text name;
};

struct subject {
	const struct asked_model *model; /* borrowed */
	struct source hardware_source;
	struct source stack_source;
	struct jtn_hardware *hardware;
	struct jtn_hardware_facts hardware_facts;
	struct jtn_stack *stack;
	struct text stack_name;
	struct jtn_deployment deployment;
	bool fitted;          /* tp and pp were chosen here */
	double fitted_tokens; /* for a sequence that long */
	struct jtn_server *server;
	struct jtn_server_facts facts;
	struct rent rent;
};

int
asked_model_open(const char *given, struct asked_model *ret, struct problem *problem);
void
asked_model_close(struct asked_model *model);

/* The deployment options; CLI_USAGE after a message. */
int
deployment_read(const struct options *options, struct jtn_deployment *ret);

/* What to open: everything as given on the command line, NULL where it was not. */
struct wanted {
	const char *hardware;
	const char *stack;
	const char *rent;
	const char *own;
	const char *currency;
	const struct jtn_deployment *deployment;
	const struct list *contexts; /* lengths that should fit, where tp and pp are to be chosen */
};

/* CLI_OK; CLI_ROWS with the problem where the model cannot be served so; CLI_USAGE with it for anything else. */
int
subject_open(const struct wanted *wanted, const struct asked_model *model, struct subject *ret,
             struct problem *problem);
void
subject_close(struct subject *subject);

/* The scenario that asks one cell's question, as one JSON object; `jeton estimate` reads it. */
void
subject_scenario(const struct subject *subject, const struct jtn_workload *workload, struct text *ret);

/* What is asked of a subject: lengths, and how much at once. */
struct demand {
	struct list contexts;
	struct list loads; /* concurrency or request rate; one ignored value when offline */
	bool open_loop;
	bool offline;
	double input_share;
	double cached_share;
};

/* The demand options, over the defaults already in ret; CLI_USAGE after a message. */
int
demand_read(const struct options *options, struct demand *ret);

/* One workload of a demand. */
struct jtn_workload
demand_workload(const struct demand *demand, double context, double load);

#endif
