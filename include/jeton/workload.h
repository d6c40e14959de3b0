/**
 * @file
 * Workload: what is asked of a server. Record.
 */
#ifndef JETON_WORKLOAD_H
#define JETON_WORKLOAD_H

#include "error.h"

/** Bits of jtn_workload.flags. */
enum jtn_workload_flag {
	JTN_WORKLOAD_OFFLINE = 1 /**< a queue that is never empty; concurrency and request_rate are 0 */
};

/** Record, 48 bytes. For the whole deployment; split evenly over replicas. Means, so fractions are fine. */
struct jtn_workload {
	double input_tokens;        /**< the whole prompt, cached tokens included; from 0.001 to 10^9 [tokens] */
	double output_tokens;       /**< generated per request; from 1 to 10^9 [tokens] */
	double cached_input_tokens; /**< of input_tokens, those found in the prefix cache; <= input_tokens [tokens] */
	double
		concurrency; /**< closed loop: mean requests in the system, from 10^-12 to 10^12; 0 unless this is what is given */
	double request_rate; /**< open loop: Poisson arrivals, from 10^-12 to 10^12 [1/s]; 0 unless this is what is given */
	uint32_t flags;      /**< enum jtn_workload_flag */
	uint32_t reserved;   /**< zero */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Check one workload by itself: finite, in range, exactly one of concurrency, request_rate and offline.
 * jtn_estimate_batch() does the same for every row.
 *
 * @param workload borrowed
 * @param size     sizeof(struct jtn_workload) as the caller knows it [bytes]
 * @param reterr   filled on failure only, with the field; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_RANGE, JTN_E_CONTRADICTION
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_workload_check(const struct jtn_workload *workload, size_t size, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
