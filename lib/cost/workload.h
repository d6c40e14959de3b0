/* A workload checked, and a request of it in the terms of the steady state. */
#ifndef JTN_COST_WORKLOAD_H
#define JTN_COST_WORKLOAD_H

#include "base/error.h"
#include "jeton/workload.h"

/* Every condition of jtn_workload_check(), without the size. */
jtn_status
jtn__workload_check(const struct jtn_workload *workload, struct jtn_error *reterr);

#endif
