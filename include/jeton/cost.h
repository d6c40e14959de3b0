/**
 * @file
 * Cost: an estimate and an hour come to money per token. Record. Source: docs/cost-model.md, "Money".
 */
#ifndef JETON_COST_H
#define JETON_COST_H

#include "arena.h"
#include "estimate.h"
#include "hour.h"
#include "tariff.h"

/**
 * Record, in the hour's currency. Each of input, cached input and output price times its tokens adds up to the bill:
 * per_mtok_input * (input - cached) + per_mtok_cached_input * cached + per_mtok_output * output == per_request * 10^6.
 */
struct jtn_cost {
	int32_t status;                /**< this row's jtn_status; the rest is 0 when not JTN_OK */
	uint32_t reserved;             /**< zero */
	double per_hour;               /**< whole deployment [currency/h] */
	double per_mtok_total;         /**< bill / all tokens, cached ones included [currency per 10^6 tokens] */
	double per_mtok_input;         /**< uncached input [currency per 10^6 tokens]; 0 where there is none */
	double per_mtok_cached_input;  /**< [currency per 10^6 tokens]; 0 where there is none */
	double per_mtok_output;        /**< [currency per 10^6 tokens] */
	double per_mtok_output_all_in; /**< the whole bill / output tokens: NVIDIA's and InferenceX's figure */
	double per_request;            /**< [currency] */
	double per_mwh;                /**< bill per hour / MW drawn [currency/MWh] */
	double idle_share;             /**< of the bill, already inside the prices pro rata */
};

/** Record: a throughput somebody measured, per accelerator. */
struct jtn_measured {
	double output_tps; /**< > 0 [tokens/s per accelerator] */
	double input_tps;  /**< 0 where it was not stated [tokens/s per accelerator] */
	double kw;         /**< all-in power; 0 where it was not stated [kW per accelerator] */
	double reserved;   /**< zero */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Price @p count estimates of the workloads they came from.
 * A row whose estimate failed carries that status on.
 *
 * @param workloads     [count] rows; borrowed
 * @param workload_size sizeof(struct jtn_workload) as the caller knows it [bytes]
 * @param estimates     [count] rows; borrowed
 * @param estimate_size sizeof(struct jtn_estimate) likewise [bytes]
 * @param hour          borrowed
 * @param ret           [count] rows in the caller's memory
 * @param cost_size     sizeof(struct jtn_cost) likewise [bytes]
 * @param count         rows; 0 is fine
 * @param reterr        filled on failure only; may be NULL
 * @return JTN_OK; JTN_E_ROWS when rows failed; else JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_RANGE, JTN_E_CONTRADICTION
 * Threads: pure. Allocates: nothing. Source: facts "nv-formula", NVIDIA 2026-04-15; docs/cost-model.md, "Money". @since 0.1
 */
JTN_API jtn_status
jtn_cost_batch(const struct jtn_workload *workloads, size_t workload_size, const struct jtn_estimate *estimates,
               size_t estimate_size, const struct jtn_hour *hour, struct jtn_cost *ret, size_t cost_size, size_t count,
               struct jtn_error *reterr) JTN_CHECK;

/**
 * Price a measured throughput: cost per million tokens = hour / (tokens per second * 3600) * 10^6.
 * There is no model behind it, so the input/output split and per_request stay 0; per_hour is per accelerator.
 *
 * @param measured      borrowed
 * @param measured_size sizeof(struct jtn_measured) as the caller knows it [bytes]
 * @param hour          borrowed
 * @param ret           the caller's
 * @param cost_size     sizeof(struct jtn_cost) likewise [bytes]
 * @param reterr        filled on failure only, with the field; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_RANGE, JTN_E_CONTRADICTION
 * Threads: pure. Allocates: nothing. Source: NVIDIA 2026-04-15; docs/nvidia-equation.md. @since 0.1
 */
JTN_API jtn_status
jtn_cost_measured(const struct jtn_measured *measured, size_t measured_size, const struct jtn_hour *hour,
                  struct jtn_cost *ret, size_t cost_size, struct jtn_error *reterr) JTN_CHECK;

/**
 * Turn a cost into a production tariff, so that the same usage can be rated at price and at cost. Prices per million of
 * input, cache_read and output; idle time is inside them. It declares cache_write… and, where the workload had no cached
 * tokens, cache_read to fall back to input, and reasoning, rejected_prediction and citation to output. Here floating point
 * ends: each price is the double's exact value, rounded once, as named. Rating the traffic of a steady hour gives that
 * hour's bill, but for this rounding.
 *
 * @param cost      of one workload with a status of JTN_OK; borrowed
 * @param cost_size sizeof(struct jtn_cost) as the caller knows it [bytes]
 * @param currency  the hour's, NUL-terminated ISO 4217; copied
 * @param decimals  of a price per million tokens, 0 to 15; 12 loses nothing that matters
 * @param rounding  enum jtn_rounding
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned; free with jtn_tariff_free()
 * @param reterr    filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_MEMORY, JTN_E_RANGE (a price that is negative, infinite or NaN, or a
 *         cost without a split by input and output), JTN_E_OVERFLOW
 * Threads: pure. Allocates: one arena. Source: docs/cost.md. @since 0.1
 */
JTN_API jtn_status
jtn_cost_tariff(const struct jtn_cost *cost, size_t cost_size, const char *currency, int32_t decimals, int32_t rounding,
                const struct jtn_allocator *allocator, struct jtn_tariff **ret, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
