/* A deployment made definite: defaults filled in from stack, model and hardware, and checked against them. */
#ifndef JTN_COST_DEPLOYMENT_H
#define JTN_COST_DEPLOYMENT_H

#include "jeton/server.h"
#include "pass.h"

#include <stdbool.h>

struct jtn__resolved {
	struct jtn__formats formats;
	struct jtn__shape shape;         /* of the workers that decode */
	struct jtn__shape prefill_shape; /* disaggregated: of those that prefill */
	double workers;                  /* decode workers per replica; 1 unless disaggregated */
	double prefill_workers;          /* 0 unless disaggregated */
	double replicas;
	double max_num_seqs;
	double max_batched_tokens;
	double memory_utilization;
	bool chunked_prefill;
	bool prefix_caching;
	bool disaggregated;
	bool spans; /* tp and pp were left to us: memory on chip */
	int32_t precision;
	int32_t kv_precision;
	double speculative_tokens;
	double speculative_acceptance;
	double speculative_decay;
};

/* Fill in and check all that needs no memory arithmetic. Field paths are those of the scenario format. */
jtn_status
jtn__deployment_resolve(const struct jtn_hardware *hardware, const struct jtn__stack_defaults *defaults,
                        const struct jtn_model *model, const struct jtn_deployment *deployment,
                        struct jtn__resolved *ret, struct jtn_error *reterr);

/* May attention be cut over tp accelerators? By whole heads; with memory on chip, where matrices are spread anyway, finer. */
bool
jtn__tp_divides(const struct jtn_hardware *hardware, const struct jtn_model *model, int32_t tp);

#endif
