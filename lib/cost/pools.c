/*
 * Steady state of disaggregated serving: prompts are computed in one pool, their KV cache moves over the link, tokens
 * are decoded in the other. Source: docs/cost-model.md, "Disaggregation"; waiting for a prefill rank is M/D/1.
 */
#include "steady.h"

#include <math.h>

static const double busiest = 0.999; /* the queue's wait grows without bound at 1; beyond this the closed loop is the queue */

struct pools {
	const struct jtn_server *server;
	const struct jtn__request *request;
	double alone_s;          /* one prompt, from first chunk to last */
	struct jtn__time work;   /* what one prompt takes of a rank whose passes are full */
	double max_prefill_rate; /* of the pool */
	double target;           /* closed: requests in the system; open: rate */
	bool open;
};

/* One point of operation, by the sequences that decode on one rank. */
struct point {
	struct jtn__time step;
	double seen;
	double rate;
	double ttft_s;
	double tpot_s;
};

static void
prefill_pass(const struct pools *pools, double prompt_tokens, struct jtn__time *ret)
{
	const struct jtn__request *request = pools->request;
	const struct jtn__load load = {
		.prefill = prompt_tokens,
		.prefill_ends = prompt_tokens / request->fresh,
		.prefill_s = request->prefill_s * prompt_tokens / request->fresh,
	};
	jtn__pass(&pools->server->prefill.plan, &load, ret);
}

static struct pools
pools_of(const struct jtn_server *server, const struct jtn__request *request)
{
	struct pools pools = { .server = server, .request = request };
	double room = server->resolved.max_batched_tokens;
	double chunk = server->resolved.chunked_prefill ? fmin(request->fresh, room) : request->fresh;
	double full = fmax(chunk, room);
	struct jtn__time pass;
	prefill_pass(&pools, chunk, &pass);
	pools.alone_s = pass.total * request->fresh / chunk;
	prefill_pass(&pools, full, &pass);
	jtn__time_add(&pools.work, &pass, request->fresh / full);
	pools.max_prefill_rate = server->prefill.ranks / pools.work.total;
	return pools;
}

/* What happens with `sequences` decoding per rank; where nothing is decoded, `rate` is the point's coordinate. */
static struct point
point_at(const struct pools *pools, double sequences, double rate)
{
	const struct jtn_server *server = pools->server;
	const struct jtn__request *request = pools->request;
	const struct jtn__constants *k = &server->constants;
	struct point point;
	point.seen = fmin(pools->open ? 1 + sequences : fmax(sequences, 1), request->slots);
	jtn__decode_step(server, request, point.seen, &point.step);
	if (request->steps > 0)
		rate = sequences * server->worker.ranks / (request->steps * point.step.total);
	point.rate = fmin(rate, pools->max_prefill_rate);
	double busy = fmin(point.rate / pools->max_prefill_rate, busiest);
	double wait = busy / (2 * (1 - busy)) * pools->work.total;
	point.ttft_s = k->request_ms * 1e-3 + pools->alone_s + wait + request->input * server->kv_link_s + k->first_token_steps * point.step.total;
	point.tpot_s = request->steps > 0 ? point.step.total / server->step_tokens : 0;
	return point;
}

/* Falls as the point moves up: what the target still lacks. */
static double
lack(const void *context, double x)
{
	const struct pools *pools = context;
	bool decodes = pools->request->steps > 0;
	struct point point = point_at(pools, decodes ? x : 0, x);
	if (pools->open)
		return pools->target - point.rate;
	return pools->target - point.rate * point.ttft_s - (decodes ? x * pools->server->worker.ranks : 0);
}

static double
highest(const struct pools *pools)
{
	return pools->request->steps > 0 ? pools->request->slots : pools->max_prefill_rate * busiest;
}

/* Shares of the bill: a prompt pays its pool, and in the decode pool the KV it makes steps read. */
static void
share_out(const struct pools *pools, const struct point *point, struct jtn__steady *ret)
{
	const struct jtn__request *request = pools->request;
	double prefill = pools->server->prefill.accelerators, decode = pools->server->worker.accelerators;
	double first = prefill / (request->fresh + 1);
	double kv = decode * point->step.context / point->step.total / request->context;
	if (request->steps <= 0) {
		prefill += decode; /* an idle decode pool is still on the bill */
		decode = kv = 0;
	}
	ret->cached_s = kv * request->cached;
	ret->input_s = prefill - first + kv * (request->input - request->cached);
	jtn__charge_cached(request, ret);
	ret->output_s = decode - kv * request->input + first;
	ret->work = (struct jtn__time){ 0 };
	jtn__time_add(&ret->work, &point->step, request->steps / point->seen * pools->server->worker.accelerators);
	jtn__time_add(&ret->work, &pools->work, pools->server->prefill.accelerators);
}

static void
settle(const struct pools *pools, const struct point *point, struct jtn__steady *ret)
{
	double ranks = pools->server->worker.ranks;
	ret->tpot_s = point->tpot_s;
	ret->seen = point->seen;
	ret->in_service = fmin(ret->in_system, pools->request->slots * ranks);
	share_out(pools, point, ret);
	ret->limited_by = jtn__largest_part(&ret->work);
	if (ret->queued && point->rate < pools->max_prefill_rate)
		ret->limited_by = pools->request->slot_limit;
	if (ret->unbounded)
		ret->limited_by = JTN_LIMIT_DEMAND;
}

static double
max_rate(const struct pools *pools)
{
	struct pools closed = *pools;
	closed.open = false;
	return point_at(&closed, pools->request->steps > 0 ? pools->request->slots : 0, pools->max_prefill_rate).rate;
}

void
jtn__pools_offline(const struct jtn_server *server, const struct jtn__request *request, struct jtn__steady *ret)
{
	struct pools pools = pools_of(server, request);
	bool decodes = request->steps > 0;
	struct point point = point_at(&pools, decodes ? request->slots : 0, pools.max_prefill_rate);
	*ret = (struct jtn__steady){ .rate = point.rate, .max_rate = point.rate, .in_system = request->slots * server->worker.ranks, .queued = true };
	settle(&pools, &point, ret);
}

void
jtn__pools_closed(const struct jtn_server *server, const struct jtn__request *request, double concurrency, struct jtn__steady *ret)
{
	struct pools pools = pools_of(server, request);
	pools.target = concurrency;
	double high = highest(&pools), f_high = lack(&pools, high), x = high;
	if (f_high < 0)
		x = jtn__falling_zero(lack, &pools, 0, lack(&pools, 0), high, f_high);
	struct point point = point_at(&pools, request->steps > 0 ? x : 0, x);
	*ret = (struct jtn__steady){ .in_system = concurrency, .max_rate = max_rate(&pools), .queued = f_high >= 0 };
	ret->rate = fmin(point.rate, ret->max_rate);
	ret->e2e_s = concurrency / ret->rate;
	ret->ttft_s = ret->e2e_s - (request->output - 1) * point.tpot_s;
	settle(&pools, &point, ret);
}

void
jtn__pools_open(const struct jtn_server *server, const struct jtn__request *request, double rate, struct jtn__steady *ret)
{
	struct pools pools = pools_of(server, request);
	double most = max_rate(&pools);
	if (rate >= most) {
		jtn__pools_offline(server, request, ret);
		ret->unbounded = true;
		ret->limited_by = JTN_LIMIT_DEMAND;
		return;
	}
	pools.target = rate;
	pools.open = true;
	double high = highest(&pools), f_high = lack(&pools, high), x = high;
	if (f_high < 0)
		x = jtn__falling_zero(lack, &pools, 0, rate, high, f_high);
	struct point point = point_at(&pools, request->steps > 0 ? x : 0, x);
	*ret = (struct jtn__steady){ .rate = rate, .max_rate = most };
	ret->ttft_s = point.ttft_s;
	ret->e2e_s = point.ttft_s + (request->output - 1) * point.tpot_s;
	ret->in_system = rate * ret->e2e_s;
	settle(&pools, &point, ret);
}
