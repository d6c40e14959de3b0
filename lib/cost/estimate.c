/* Estimate: rows of workloads in, rows of operating points out. Source: docs/cost-model.md, "Steady state". */
#include "jeton/estimate.h"

#include "base/abi.h"
#include "steady.h"
#include "workload.h"

#include <math.h>
#include <string.h>

static const char *const limit_names[] = {
	[JTN_LIMIT_BANDWIDTH] = "bandwidth",     [JTN_LIMIT_COMPUTE] = "compute",
	[JTN_LIMIT_NETWORK] = "network",         [JTN_LIMIT_OVERHEAD] = "overhead",
	[JTN_LIMIT_KV_CAPACITY] = "kv_capacity", [JTN_LIMIT_MAX_NUM_SEQS] = "max_num_seqs",
	[JTN_LIMIT_DEMAND] = "demand",
};

const char *
jtn_limit_name(int32_t limit)
{
	return limit < JTN_LIMIT_BANDWIDTH || limit > JTN_LIMIT_DEMAND ? NULL : limit_names[limit];
}

static void
steady_of(const struct jtn_server *server, const struct jtn_workload *w, const struct jtn__request *request,
          struct jtn__steady *ret)
{
	bool pools = server->resolved.disaggregated;
	double replicas = server->resolved.replicas;
	if ((w->flags & JTN_WORKLOAD_OFFLINE) != 0)
		(pools ? jtn__pools_offline : jtn__steady_offline)(server, request, ret);
	else if (w->concurrency > 0)
		(pools ? jtn__pools_closed : jtn__steady_closed)(server, request, w->concurrency / replicas, ret);
	else
		(pools ? jtn__pools_open : jtn__steady_open)(server, request, w->request_rate / replicas, ret);
}

/* The roofline of the decode step at the batch that a sequence sees, per token it gains. */
static double
ideal_tpot_s(const struct jtn_server *server, const struct jtn__request *request, double seen)
{
	if (request->steps <= 0)
		return 0;
	const struct jtn__load load = {
		.sequences = seen,
		.tokens = seen * (1 + server->resolved.speculative_tokens),
		.context = request->context,
	};
	return jtn__pass_roofline(&server->worker.ideal, &load) / request->gain;
}

/* Idle draw, and above it the share of time that memory or matrix units are at work. */
static double
power_kw(const struct jtn_server *server, const struct jtn__steady *steady)
{
	double at_work = jtn__least(jtn__most((steady->work.bandwidth + steady->work.compute) / steady->work.total, 0), 1);
	double each =
		server->power_idle_kw + (1 - steady->idle) * at_work * (server->power_peak_kw - server->power_idle_kw);
	return each * server->facts.accelerators;
}

/* In the unit of the capacity, tokens that every layer keeps: a sliding window holds fewer than the context. */
static double
kv_used_tokens(const struct jtn_server *server, const struct jtn__request *request, double in_service)
{
	const struct jtn__worker *worker = &server->worker;
	if (worker->token_bytes <= 0)
		return 0;
	double each = jtn__worker_sequence_bytes(worker, request->context) / worker->token_bytes;
	return jtn__least(in_service * each, server->facts.kv_capacity_tokens);
}

static void
fill_shares(const struct jtn__steady *steady, struct jtn_estimate *ret)
{
	double all = steady->input_s + steady->cached_s + steady->output_s;
	ret->time_cached_input = steady->cached_s / all;
	ret->time_input = steady->input_s / all; /* exactly 0 where no token is uncached: cost.c relies on it */
	ret->time_output = jtn__most(1 - ret->time_cached_input - ret->time_input, 0);
}

static void
fill(const struct jtn_server *server, const struct jtn_workload *w, const struct jtn__request *request,
     const struct jtn__steady *steady, struct jtn_estimate *ret)
{
	double replicas = server->resolved.replicas, ranks = server->worker.ranks * replicas;
	bool offline = (w->flags & JTN_WORKLOAD_OFFLINE) != 0;
	double tpot_s = steady->tpot_s;
	ret->limited_by = steady->limited_by;
	ret->flags = server->estimate_flags | (steady->unbounded ? JTN_ESTIMATE_UNBOUNDED : 0) |
	             (offline ? JTN_ESTIMATE_NO_LATENCY : 0) | (request->steps <= 0 ? JTN_ESTIMATE_NO_DECODE : 0);
	if (server->context_tokens > 0 && request->input + request->output > server->context_tokens)
		ret->flags |= JTN_ESTIMATE_BEYOND_CONTEXT;
	ret->accelerators = server->facts.accelerators;
	ret->ttft_ms = offline || steady->unbounded ? 0 : steady->ttft_s * 1e3;
	ret->e2e_ms = offline || steady->unbounded ? 0 : steady->e2e_s * 1e3;
	ret->tpot_ms = tpot_s * 1e3;
	ret->requests_per_s = steady->rate * replicas;
	ret->output_tps = ret->requests_per_s * request->output;
	ret->input_tps = ret->requests_per_s * request->input;
	ret->output_tps_per_accelerator = ret->output_tps / ret->accelerators;
	ret->output_tps_per_user = tpot_s > 0 ? 1 / tpot_s : 0;
	ret->concurrency = steady->in_system * replicas;
	ret->batch = jtn__least(ret->requests_per_s * (request->output - 1) * tpot_s / ranks, request->slots);
	ret->kv_capacity_tokens = server->facts.kv_capacity_tokens;
	ret->kv_used_tokens = kv_used_tokens(server, request, steady->in_service * replicas);
	ret->utilization = jtn__least(steady->rate / steady->max_rate, 1);
	ret->idle_share = steady->idle > 0 ? pow(steady->idle, replicas) : 0;
	ret->power_kw = power_kw(server, steady);
	ret->joules_per_output_token = ret->power_kw * 1e3 / ret->output_tps;
	ret->output_tps_per_mw = ret->power_kw > 0 ? ret->output_tps / (ret->power_kw * 1e-3) : 0;
	ret->ideal_tpot_ms = ideal_tpot_s(server, request, steady->seen) * 1e3;
	ret->error_tpot = server->band_tpot;
	ret->error_ttft = server->band_ttft;
	ret->error_throughput = server->band_throughput;
	ret->error_cost = server->band_cost;
	fill_shares(steady, ret);
}

static jtn_status
estimate_row(const struct jtn_server *server, const struct jtn_workload *workload, struct jtn_estimate *ret,
             struct jtn_error *reterr)
{
	struct jtn__request request;
	struct jtn__steady steady;
	JTN__TRY(jtn__workload_check(workload, reterr));
	JTN__TRY(jtn__request_of(server, workload, &request, reterr));
	steady_of(server, workload, &request, &steady);
	fill(server, workload, &request, &steady, ret);
	return JTN_OK;
}

static jtn_status
check_call(const struct jtn_server *server, const void *workloads, size_t workload_size, const void *ret,
           size_t estimate_size, size_t count, struct jtn_error *reterr)
{
	if (server == NULL || (count > 0 && (workloads == NULL || ret == NULL)))
		return jtn__fail(reterr, JTN_E_ARGUMENT,
		                 server == NULL      ? "server"
		                 : workloads == NULL ? "workloads"
		                                     : "ret",
		                 "NULL");
	JTN__TRY(jtn__check_record(workload_size, sizeof(struct jtn_workload), "jtn_workload", reterr));
	return jtn__check_record(estimate_size, sizeof(struct jtn_estimate), "jtn_estimate", reterr);
}

jtn_status
jtn_estimate_batch(const struct jtn_server *server, const struct jtn_workload *workloads, size_t workload_size,
                   struct jtn_estimate *ret, size_t estimate_size, size_t count, struct jtn_error *reterr)
{
	JTN__TRY(check_call(server, workloads, workload_size, ret, estimate_size, count, reterr));
	struct jtn_error first;
	jtn_status status = JTN_OK;
	for (size_t i = 0; i < count; i++) {
		const unsigned char *in = (const unsigned char *)workloads + i * workload_size;
		unsigned char *out = (unsigned char *)ret + i * estimate_size;
		struct jtn_estimate estimate = {0};
		struct jtn_workload workload;
		struct jtn_error *error = status == JTN_OK ? &first : NULL;
		estimate.status = jtn__workload_read(in, workload_size, &workload, error);
		if (estimate.status == JTN_OK)
			estimate.status = estimate_row(server, &workload, &estimate, error);
		if (estimate.status != JTN_OK && status == JTN_OK) {
			status = JTN_E_ROWS;
			first.index = (int64_t)i;
		}
		memset(out, 0, estimate_size);
		memcpy(out, &estimate, sizeof(estimate));
	}
	if (status != JTN_OK && reterr != NULL) {
		*reterr = first;
		reterr->status = status;
	}
	return status;
}
