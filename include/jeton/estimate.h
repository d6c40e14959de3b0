/**
 * @file
 * Estimate: what happens when a workload meets a server. Record. Equations: docs/cost-model.md.
 */
#ifndef JETON_ESTIMATE_H
#define JETON_ESTIMATE_H

#include "server.h"
#include "workload.h"

/** What bounds an operating point. Append-only; jtn_limit_name() gives the names of the formats. */
enum jtn_limit {
	JTN_LIMIT_BANDWIDTH = 1,    /**< reading weights and KV cache */
	JTN_LIMIT_COMPUTE = 2,      /**< arithmetic */
	JTN_LIMIT_NETWORK = 3,      /**< collectives between accelerators */
	JTN_LIMIT_OVERHEAD = 4,     /**< launches, scheduling, sampling: the software's own time */
	JTN_LIMIT_KV_CAPACITY = 5,  /**< requests queue for KV-cache memory */
	JTN_LIMIT_MAX_NUM_SEQS = 6, /**< requests queue for a slot in the batch */
	JTN_LIMIT_DEMAND = 7        /**< open loop above saturation: more is asked than the maximum */
};

/** Bits of jtn_estimate.flags. */
enum jtn_estimate_flag {
	JTN_ESTIMATE_UNBOUNDED = 1,   /**< above saturation: ttft_ms and e2e_ms have no steady value and are 0 */
	JTN_ESTIMATE_NO_LATENCY = 2,  /**< offline: ttft_ms and e2e_ms have no meaning and are 0 */
	JTN_ESTIMATE_APPROXIMATE = 4, /**< the model has approximated layers, or the profile lies outside what was fitted */
	JTN_ESTIMATE_NO_DECODE = 8,   /**< one output token: no decode step, tpot_ms is 0 */
	JTN_ESTIMATE_BEYOND_CONTEXT = 16 /**< input and output exceed the length the model was configured for */
};

/** Record. Means over requests; rates of the whole deployment unless the name says otherwise. */
struct jtn_estimate {
	int32_t status;     /**< this row's jtn_status; every other field is 0 when not JTN_OK */
	int32_t limited_by; /**< enum jtn_limit */
	uint32_t flags;     /**< enum jtn_estimate_flag */
	int32_t accelerators;
	double ttft_ms;                    /**< arrival to first token, queueing included [ms] */
	double tpot_ms;                    /**< (e2e - ttft) / (output_tokens - 1) [ms] */
	double e2e_ms;                     /**< arrival to last token [ms] */
	double requests_per_s;             /**< completed [1/s] */
	double output_tps;                 /**< [tokens/s] */
	double input_tps;                  /**< cached tokens included [tokens/s] */
	double output_tps_per_accelerator; /**< [tokens/s] */
	double output_tps_per_user;        /**< 1000 / tpot_ms [tokens/s] */
	double concurrency;                /**< requests in the system; above saturation and offline, those in service */
	double batch;                      /**< decoding sequences per dp rank */
	double kv_capacity_tokens;         /**< [tokens] */
	double kv_used_tokens;             /**< [tokens] */
	double utilization; /**< requests_per_s / the offline maximum at this shape; an output, never an input */
	double power_kw;    /**< all-in [kW] */
	double joules_per_output_token; /**< [J] */
	double output_tps_per_mw;       /**< [tokens/s per MW] */
	double ideal_tpot_ms;           /**< roofline at the same batch: no estimate beats it [ms] */
	double error_tpot;              /**< 80 % band b: the truth lies in [x / (1 + b), x * (1 + b)] */
	double error_ttft;
	double error_throughput;
	double error_cost;
	double time_input;        /**< share of the bill that uncached input tokens cause; the three add up to 1 */
	double time_cached_input; /**< share of cached input tokens: the KV they occupy and make others read */
	double time_output;       /**< share of output tokens */
	double idle_share;        /**< share of wall time with no request present */
	double reserved[4];       /**< zero */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Estimate @p count workloads on one server.
 * A bad row does not stop the batch: its estimate carries the status and zeros.
 *
 * @param server        borrowed, shared-read
 * @param workloads     [count] rows; borrowed
 * @param workload_size sizeof(struct jtn_workload) as the caller knows it [bytes]
 * @param ret           [count] rows in the caller's memory; must not overlap workloads
 * @param estimate_size sizeof(struct jtn_estimate) likewise [bytes]
 * @param count         rows; 0 is fine
 * @param reterr        filled on failure only; may be NULL
 * @return JTN_OK; JTN_E_ROWS when rows failed, each with its own status (reterr tells of the first); else the call's
 *         own failure: JTN_E_ARGUMENT, JTN_E_ABI. Row statuses: JTN_E_RANGE, JTN_E_CONTRADICTION, JTN_E_DOES_NOT_FIT
 * Threads: shared-read. Allocates: nothing. Source: docs/cost-model.md, "Steady state". @since 0.1
 */
JTN_API jtn_status
jtn_estimate_batch(const struct jtn_server *server, const struct jtn_workload *workloads, size_t workload_size,
                   struct jtn_estimate *ret, size_t estimate_size, size_t count, struct jtn_error *reterr) JTN_CHECK;

/**
 * The name of a limit: "bandwidth", "kv_capacity", …
 *
 * @param limit enum jtn_limit
 * @return static text, borrowed; NULL for an unknown value
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API const char *
jtn_limit_name(int32_t limit);

#ifdef __cplusplus
}
#endif
#endif
