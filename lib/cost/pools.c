/*
 * Steady state of disaggregated serving: prompts are computed in one pool, their KV cache moves over the link, tokens
 * are decoded in the other. Source: docs/cost-model.md, "Disaggregation"; waiting for a prefill rank is M/D/1.
 */
#include "steady.h"

#include <math.h>

static const double busiest =
	0.999; /* an M/D/1 queue grows without bound at 1; beyond this all waiting is the closed loop's */

struct pools {
	const struct jtn_server *server;
	const struct jtn__request *request;
	double alone_s;          /* one prompt, from first chunk to last */
	struct jtn__time work;   /* what one prompt takes of a rank whose passes are full */
	double max_prefill_rate; /* of the pool */
	double max_rate;         /* of both */
	double fullest;          /* sequences that decode on one rank at that rate */
	double target;           /* what a search looks for: a rate, or requests in the system */
	bool open;               /* a sequence finds the mean number of others, rather than being one of them */
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

/* What happens with `sequences` decoding per rank; where nothing is decoded, `rate` is the point's coordinate. */
static struct point
point_at(const struct pools *pools, double sequences, double rate)
{
	const struct jtn_server *server = pools->server;
	const struct jtn__request *request = pools->request;
	const struct jtn__constants *k = &server->constants;
	struct point point;
	point.seen = jtn__least(pools->open ? 1 + sequences : jtn__most(sequences, 1), request->slots);
	jtn__decode_step(server, request, point.seen, &point.step);
	point.rate = request->steps > 0 ? sequences * server->worker.ranks / (request->steps * point.step.total) : rate;
	double busy = jtn__least(point.rate / pools->max_prefill_rate, busiest);
	double wait = busy / (2 * (1 - busy)) * pools->work.total;
	point.ttft_s = k->request_ms * 1e-3 + pools->alone_s + wait + request->input * server->kv_link_s +
	               k->first_token_steps * point.step.total;
	point.tpot_s = request->steps > 0 ? point.step.total / request->gain : 0;
	return point;
}

/* What the rate at x sequences still lacks of the target. */
static double
lack_of_rate(const void *context, double x)
{
	const struct pools *pools = context;
	return pools->target - point_at(pools, x, 0).rate;
}

/* What the requests in the system at point x still lack of the target, with the pole of the prefill queue multiplied away. */
static double
lack_of_requests(const void *context, double x)
{
	const struct pools *pools = context;
	bool decodes = pools->request->steps > 0;
	struct point point = point_at(pools, decodes ? x : 0, x);
	double lack = pools->target - point.rate * point.ttft_s - (decodes ? x * pools->server->worker.ranks : 0);
	return lack * (1 - jtn__least(point.rate / pools->max_prefill_rate, busiest));
}

/* Sequences that decode on one rank at a rate both pools can do. */
static double
sequences_at(const struct pools *pools, double rate)
{
	struct pools search = *pools;
	search.target = rate;
	double high = pools->request->slots, f_high = lack_of_rate(&search, high);
	return f_high >= 0 ? high : jtn__falling_zero(lack_of_rate, &search, 0, rate, high, f_high);
}

static struct pools
pools_of(const struct jtn_server *server, const struct jtn__request *request)
{
	struct pools pools = {.server = server, .request = request};
	double room = server->resolved.max_batched_tokens;
	double chunk = server->resolved.chunked_prefill ? jtn__least(request->fresh, room) : request->fresh;
	double full = jtn__most(chunk, room);
	struct jtn__time pass;
	prefill_pass(&pools, chunk, &pass);
	pools.alone_s = pass.total * request->fresh / chunk;
	prefill_pass(&pools, full, &pass);
	jtn__time_add(&pools.work, &pass, request->fresh / full);
	pools.max_prefill_rate = pools.max_rate = server->prefill.ranks / pools.work.total;
	if (request->steps > 0) {
		pools.max_rate = jtn__least(pools.max_prefill_rate, point_at(&pools, request->slots, 0).rate);
		pools.fullest = sequences_at(&pools, pools.max_rate);
	}
	return pools;
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
	ret->work = (struct jtn__time){0};
	jtn__time_add(&ret->work, &point->step, request->steps / point->seen * pools->server->worker.accelerators);
	jtn__time_add(&ret->work, &pools->work, pools->server->prefill.accelerators);
}

static void
settle(const struct pools *pools, const struct point *point, struct jtn__steady *ret)
{
	const struct jtn__request *request = pools->request;
	double ranks = pools->server->worker.ranks;
	ret->max_rate = pools->max_rate;
	ret->tpot_s = point->tpot_s;
	ret->seen = point->seen;
	ret->in_service = jtn__least(ret->rate * (request->output - 1) * point->tpot_s, request->slots * ranks);
	share_out(pools, point, ret);
	ret->limited_by = ret->queued && pools->max_rate == pools->max_prefill_rate ? jtn__largest_part(&pools->work)
	                                                                            : jtn__largest_part(&ret->work);
	if (ret->queued && pools->max_rate < pools->max_prefill_rate)
		ret->limited_by = request->slot_limit;
	if (ret->unbounded)
		ret->limited_by = JTN_LIMIT_DEMAND;
}

void
jtn__pools_offline(const struct jtn_server *server, const struct jtn__request *request, struct jtn__steady *ret)
{
	struct pools pools = pools_of(server, request);
	struct point point = point_at(&pools, pools.fullest, pools.max_rate);
	*ret = (struct jtn__steady){.rate = pools.max_rate, .queued = true};
	ret->in_system = jtn__most(pools.fullest * server->worker.ranks, pools.max_rate * pools.alone_s);
	settle(&pools, &point, ret);
}

void
jtn__pools_closed(const struct jtn_server *server, const struct jtn__request *request, double concurrency,
                  struct jtn__steady *ret)
{
	struct pools pools = pools_of(server, request);
	pools.target = concurrency;
	double high = request->steps > 0 ? pools.fullest : pools.max_rate, f_high = lack_of_requests(&pools, high),
		   x = high;
	if (f_high < 0)
		x = jtn__falling_zero(lack_of_requests, &pools, 0, lack_of_requests(&pools, 0), high, f_high);
	struct point point = point_at(&pools, request->steps > 0 ? x : 0, x);
	*ret = (struct jtn__steady){.in_system = concurrency, .queued = f_high >= 0};
	ret->rate = jtn__least(concurrency / (point.ttft_s + (request->output - 1) * point.tpot_s), pools.max_rate);
	ret->e2e_s = concurrency / ret->rate;
	ret->ttft_s = ret->e2e_s - (request->output - 1) * point.tpot_s;
	ret->idle = jtn__most(1 - concurrency, 0);
	settle(&pools, &point, ret);
}

void
jtn__pools_open(const struct jtn_server *server, const struct jtn__request *request, double rate,
                struct jtn__steady *ret)
{
	struct pools pools = pools_of(server, request);
	if (rate >= pools.max_rate) {
		jtn__pools_offline(server, request, ret);
		ret->unbounded = true;
		ret->limited_by = JTN_LIMIT_DEMAND;
		return;
	}
	pools.open = true;
	struct point point = point_at(&pools, request->steps > 0 ? sequences_at(&pools, rate) : 0, rate);
	*ret = (struct jtn__steady){.rate = rate};
	ret->ttft_s = point.ttft_s;
	ret->e2e_s = point.ttft_s + (request->output - 1) * point.tpot_s;
	ret->in_system = rate * ret->e2e_s;
	ret->idle = jtn__least(exp(-ret->in_system), 1 - rate / pools.max_rate);
	settle(&pools, &point, ret);
}
