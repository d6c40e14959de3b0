/* A workload read from a row, and checked by itself. */
#ifndef JTN_COST_WORKLOAD_H
#define JTN_COST_WORKLOAD_H

#include "base/error.h"
#include "jeton/workload.h"

/* Every condition of jtn_workload_check(), without the size. */
jtn_status
jtn__workload_check(const struct jtn_workload *workload, struct jtn_error *reterr);

/* A row in the caller's size: what this library knows, and a tail that must be zero. */
jtn_status
jtn__workload_read(const unsigned char *row, size_t size, struct jtn_workload *ret, struct jtn_error *reterr);

#endif
