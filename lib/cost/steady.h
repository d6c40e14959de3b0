/*
 * The steady state of continuous batching: a request, and what one replica does with a stream of them.
 * Equations: docs/cost-model.md, "Steady state". All times in seconds, all rates per second, all per replica.
 */
#ifndef JTN_COST_STEADY_H
#define JTN_COST_STEADY_H

#include "jeton/estimate.h"
#include "server.h"

/* One request of a workload, as a server sees it. */
struct jtn__request {
	double input;  /* prompt tokens */
	double fresh;  /* of them, those to compute: at least 1 */
	double cached; /* of them, those found in the prefix cache */
	double output;
	double gain;        /* mean tokens gained per decode step; 1 without speculation, at most output - 1 */
	double steps;       /* decode steps after the first token: (output - 1) / gain */
	double cycle;       /* output / gain: over how many steps one prefill of each other request falls */
	double context;     /* mean tokens attended to while decoding: input + output / 2 */
	double prefill_s;   /* attention of its own prefill [s] */
	double slots;       /* sequences of this shape that one rank can serve at once */
	int32_t slot_limit; /* what sets slots: JTN_LIMIT_KV_CAPACITY or JTN_LIMIT_MAX_NUM_SEQS */
};

struct jtn__steady {
	double rate;     /* completed */
	double max_rate; /* with a queue that is never empty */
	double ttft_s;
	double tpot_s;
	double e2e_s;
	double in_system;      /* requests */
	double in_service;     /* requests that hold a slot */
	double idle;           /* share of time with no request present */
	double seen;           /* batch that a decoding sequence sees on its rank, itself included */
	double cached_s;       /* accelerator time that cached prompt tokens cost, per request; likewise */
	double input_s;        /* uncached ones */
	double output_s;       /* output tokens; in any unit that the three share */
	struct jtn__time work; /* where the accelerators' time goes, per request */
	int32_t limited_by;
	bool unbounded; /* more is asked than the maximum */
	bool queued;    /* requests wait for a slot */
};

/* JTN_E_DOES_NOT_FIT when one rank cannot hold a single request of this shape; JTN_E_CONTRADICTION. */
jtn_status
jtn__request_of(const struct jtn_server *server, const struct jtn_workload *workload, struct jtn__request *ret,
                struct jtn_error *reterr);

/* Aggregated serving: prefill and decode share every step. `concurrency` and `rate` are one replica's. */
void
jtn__steady_closed(const struct jtn_server *server, const struct jtn__request *request, double concurrency,
                   struct jtn__steady *ret);
void
jtn__steady_open(const struct jtn_server *server, const struct jtn__request *request, double rate,
                 struct jtn__steady *ret);
void
jtn__steady_offline(const struct jtn_server *server, const struct jtn__request *request, struct jtn__steady *ret);

/* Disaggregated serving: pools of their own for prefill and decode (pools.c). */
void
jtn__pools_closed(const struct jtn_server *server, const struct jtn__request *request, double concurrency,
                  struct jtn__steady *ret);
void
jtn__pools_open(const struct jtn_server *server, const struct jtn__request *request, double rate,
                struct jtn__steady *ret);
void
jtn__pools_offline(const struct jtn_server *server, const struct jtn__request *request, struct jtn__steady *ret);

/* The decode step of one rank with `sequences` decoding, draft steps included; returns the seconds of those. */
double
jtn__decode_step(const struct jtn_server *server, const struct jtn__request *request, double sequences,
                 struct jtn__time *ret);

/* What takes most of the time. */
int32_t
jtn__largest_part(const struct jtn__time *time);

/* Prompts cached whole: what is left to compute of them is charged to their cached tokens. */
void
jtn__charge_cached(const struct jtn__request *request, struct jtn__steady *ret);

/* to += times * time */
void
jtn__time_add(struct jtn__time *to, const struct jtn__time *time, double times);

/*
 * A zero of a function that falls from f(low) > 0 to f(high) < 0: regula falsi in the Anderson-Björck variant, at most
 * 12 evaluations, always bracketed. Returns the best point found.
 */
double
jtn__falling_zero(double (*function)(const void *context, double x), const void *context, double low, double f_low,
                  double high, double f_high);

#endif
