/*
 * Steady state of aggregated serving. Sources: Little's law; arrivals see time averages (Wolff 1982), so that under
 * Poisson arrivals a request finds the mean number of others; docs/cost-model.md, "Steady state".
 */
#include "steady.h"

#include <math.h>

jtn_status
jtn__request_of(const struct jtn_server *server, const struct jtn_workload *w, struct jtn__request *ret,
                struct jtn_error *reterr)
{
	const struct jtn__worker *worker = &server->worker;
	const struct jtn__resolved *r = &server->resolved;
	if (w->cached_input_tokens > 0 && !r->prefix_caching)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "workload.cached_input_tokens",
		                 "%g cached tokens with prefix caching off; switch it on or cache none",
		                 w->cached_input_tokens);
	double longest = jtn__worker_sequence_bytes(worker, w->input_tokens + w->output_tokens);
	if (longest > worker->cache_bytes)
		return jtn__fail(
			reterr, JTN_E_DOES_NOT_FIT, "workload.input_tokens",
			"a request of %g tokens needs %d bytes of KV cache per accelerator, %d are free; shorten it or raise tp",
			w->input_tokens + w->output_tokens, (int64_t)jtn__least(longest, 9e18), (int64_t)worker->cache_bytes);
	if (r->disaggregated && jtn__worker_sequence_bytes(&server->prefill, w->input_tokens) > server->prefill.cache_bytes)
		return jtn__fail(
			reterr, JTN_E_DOES_NOT_FIT, "workload.input_tokens",
			"a prompt of %g tokens is more than an accelerator of the prefill pool holds; shorten it or raise "
			"that pool's tp",
			w->input_tokens);
	ret->input = w->input_tokens;
	ret->cached = w->cached_input_tokens;
	ret->fresh = jtn__most(w->input_tokens - w->cached_input_tokens, 1);
	ret->output = w->output_tokens;
	ret->gain = jtn__most(jtn__least(server->step_tokens, w->output_tokens - 1),
	                      1); /* a step gains no more than is left to say */
	ret->steps = (w->output_tokens - 1) / ret->gain;
	ret->cycle = w->output_tokens / ret->gain;
	ret->context = w->input_tokens + w->output_tokens / 2;
	ret->prefill_s =
		jtn__pass_prefill_attention(r->disaggregated ? &server->prefill.plan : &worker->plan, ret->fresh, ret->cached);
	double held =
		jtn__worker_sequence_bytes(worker, w->input_tokens + server->constants.reserved_output * w->output_tokens);
	double capacity = held > 0 ? jtn__most(worker->cache_bytes / held, 1) : HUGE_VAL;
	ret->slots = jtn__least(capacity, r->max_num_seqs);
	ret->slots = jtn__most(jtn__least(ret->slots, r->max_batched_tokens / (1 + r->speculative_tokens)), 1);
	ret->slot_limit = capacity < r->max_num_seqs ? JTN_LIMIT_KV_CAPACITY : JTN_LIMIT_MAX_NUM_SEQS;
	return JTN_OK;
}

void
jtn__time_add(struct jtn__time *to, const struct jtn__time *time, double times)
{
	to->total += time->total * times;
	to->bandwidth += time->bandwidth * times;
	to->compute += time->compute * times;
	to->network += time->network * times;
	to->overhead += time->overhead * times;
	to->context += time->context * times;
}

int32_t
jtn__largest_part(const struct jtn__time *time)
{
	const double parts[] = {time->bandwidth, time->compute, time->network, time->overhead};
	static const int32_t limits[] = {JTN_LIMIT_BANDWIDTH, JTN_LIMIT_COMPUTE, JTN_LIMIT_NETWORK, JTN_LIMIT_OVERHEAD};
	size_t largest = 0;
	for (size_t i = 1; i < 4; i++)
		if (parts[i] > parts[largest])
			largest = i;
	return limits[largest];
}

double
jtn__decode_step(const struct jtn_server *server, const struct jtn__request *request, double sequences,
                 struct jtn__time *ret)
{
	double drafts = server->resolved.speculative_tokens;
	const struct jtn__load load = {
		.sequences = sequences, .tokens = sequences * (1 + drafts), .context = request->context};
	jtn__pass(&server->worker.plan, &load, ret);
	if (drafts == 0)
		return 0;
	/* A draft model of one layer and the head, as in MTP and EAGLE; memory-bound like all small passes. */
	double draft =
		drafts * (ret->total * server->worker.plan.layer_share + jtn__pass_head(&server->worker.plan, sequences));
	ret->total += draft;
	ret->bandwidth += draft;
	return draft;
}

/* What one rank does while `sequences` requests are in service on it. */
struct service {
	struct jtn__time step;    /* a decode step without any prefill */
	struct jtn__time prefill; /* what one request's prefill adds to the steps it rides in */
	double first_s;           /* from getting a slot to the first token */
	double tpot_s;
	double slot_s; /* from getting a slot to the last token */
};

/* Of `sequences` in service, those in a decode step that one of them sees: itself, and others while they decode. */
static double
decoding_of(const struct jtn__request *request, double sequences)
{
	return request->steps > 0 ? 1 + (sequences - 1) * (request->output - 1) / request->output : 0;
}

/*
 * Prompt tokens that one pass has room for beside the tokens it decodes. Where decoding alone would fill it, the two
 * share it as they share a request's tokens: that is where slots held by waiting prompts bring it.
 */
static double
room_of(const struct jtn_server *server, const struct jtn__request *request, double decoding)
{
	const struct jtn__resolved *r = &server->resolved;
	double budget = r->max_batched_tokens, verified = 1 + r->speculative_tokens;
	if (!r->chunked_prefill)
		return jtn__most(request->fresh, budget);
	return jtn__most(budget - decoding * verified,
	                 budget * request->fresh / (request->fresh + request->steps * verified));
}

static void
mixed_step(const struct jtn_server *server, const struct jtn__request *request, double decoding, double prompt_tokens,
           struct jtn__time *ret)
{
	double drafts = server->resolved.speculative_tokens;
	const struct jtn__load load = {
		.sequences = decoding,
		.tokens = decoding * (1 + drafts),
		.context = request->context,
		.prefill = prompt_tokens,
		.prefill_ends = prompt_tokens / request->fresh,
		.prefill_s = request->prefill_s * prompt_tokens / request->fresh,
	};
	jtn__pass(&server->worker.plan, &load, ret);
}

/*
 * Prefills ride in the decode steps of others, as many tokens at a time as one prompt has or as every step must carry,
 * and never more than a pass has room for. Steps they share with decoding are paid already; alone, or where chunked
 * prefill is off, a prefill has its passes to itself.
 */
static void
serve(const struct jtn_server *server, const struct jtn__request *request, double sequences, struct service *ret)
{
	const struct jtn__constants *k = &server->constants;
	double others = jtn__most(sequences - 1, 0), decoding = decoding_of(request, sequences);
	double draft = jtn__decode_step(server, request, decoding, &ret->step);

	bool chunked = server->resolved.chunked_prefill;
	double room = room_of(server, request, decoding);
	double riding = chunked ? jtn__least(decoding, (server->resolved.max_batched_tokens - room) /
	                                                   (1 + server->resolved.speculative_tokens))
	                        : 0;
	riding = jtn__most(riding, 0);
	double chunk = jtn__least(request->fresh, room);
	double carried = jtn__least(jtn__most(chunk, sequences / request->cycle * request->fresh), room);
	double passes = request->fresh / carried;
	double met = chunked ? jtn__least(others * (request->output - 1) / request->output, 1) : 0;
	double shared = jtn__least(met * passes, chunked ? request->steps / sequences : 0);
	struct jtn__time mixed, own;
	mixed_step(server, request, riding, carried, &mixed);
	ret->prefill = (struct jtn__time){0};
	jtn__time_add(&ret->prefill, &mixed, passes);
	jtn__time_add(&ret->prefill, &ret->step, -shared);
	ret->prefill.total += shared * draft; /* drafts are no part of the passes that are shared */
	ret->prefill.bandwidth += shared * draft;
	if (ret->prefill.total < 0) /* by rounding */
		ret->prefill = (struct jtn__time){0};

	own = mixed;
	if (carried > chunk || server->worker.plan.stages > 1)
		mixed_step(server, request, riding, chunk * server->worker.plan.stages, &own);
	/* Each request sees the prefills of the others once, before its first token or after. */
	double queue = request->steps > 0 ? jtn__most(k->prefill_queue, 1 / request->output) : 1;
	ret->first_s = own.total * request->fresh / chunk + k->first_token_steps * ret->step.total +
	               queue * others * ret->prefill.total;
	ret->tpot_s = request->steps > 0
	                  ? (ret->step.total + (1 - queue) * others / request->steps * ret->prefill.total) / request->gain
	                  : 0;
	ret->slot_s = ret->first_s + (request->output - 1) * ret->tpot_s;
}

/* What a request spends outside any slot: in the API server, tokenising. */
static double
outside_s(const struct jtn_server *server)
{
	return server->constants.request_ms * 1e-3;
}

/* A prompt cached whole still computes its last token; with no uncached token to bear that, the cached ones do. */
void
jtn__charge_cached(const struct jtn__request *request, struct jtn__steady *ret)
{
	if (request->cached < request->input)
		return;
	ret->cached_s += ret->input_s;
	ret->input_s = 0;
}

/* Shares of the bill, docs/cost-model.md "Money": every token pays the KV it makes decode steps read. */
static void
share_out(const struct jtn__request *request, const struct service *service, double sequences, struct jtn__steady *ret)
{
	double step = request->steps / sequences;
	double kv = step * service->step.context / request->context;
	double first = service->prefill.total / (request->fresh + 1); /* the first output token comes out of the prefill */
	ret->cached_s = kv * request->cached;
	ret->input_s = service->prefill.total - first + kv * (request->input - request->cached);
	jtn__charge_cached(request, ret);
	ret->output_s = step * service->step.total - kv * request->input + first;
	ret->work = (struct jtn__time){0};
	jtn__time_add(&ret->work, &service->step, step);
	jtn__time_add(&ret->work, &service->prefill, 1);
}

static void
settle(const struct jtn_server *server, const struct jtn__request *request, const struct service *service,
       double sequences, struct jtn__steady *ret)
{
	ret->tpot_s = service->tpot_s;
	ret->seen = jtn__most(decoding_of(request, sequences), 1);
	ret->in_service = jtn__least(ret->rate * service->slot_s, request->slots * server->worker.ranks);
	share_out(request, service, sequences, ret);
	ret->limited_by = jtn__largest_part(&ret->work);
	if (ret->queued)
		ret->limited_by = request->slot_limit;
	if (ret->unbounded)
		ret->limited_by = JTN_LIMIT_DEMAND;
}

void
jtn__steady_offline(const struct jtn_server *server, const struct jtn__request *request, struct jtn__steady *ret)
{
	struct service full;
	serve(server, request, request->slots, &full);
	*ret = (struct jtn__steady){.in_system = request->slots * server->worker.ranks};
	ret->rate = ret->max_rate = request->slots / full.slot_s * server->worker.ranks;
	settle(server, request, &full, request->slots, ret);
	/* More slots would help only where a larger batch is read or launched at the same price. */
	if (ret->limited_by == JTN_LIMIT_BANDWIDTH || ret->limited_by == JTN_LIMIT_OVERHEAD)
		ret->limited_by = request->slot_limit;
}

/*
 * Of `present` requests on one rank, those in service: Little's law shares the others out to the time outside slots,
 * n = present * slot_s(n) / (slot_s(n) + outside). Secants; one step is nearly exact, for slot_s is nearly straight.
 */
static double
in_service_of(const struct jtn_server *server, const struct jtn__request *request, double present, struct service *ret)
{
	double outside = outside_s(server), n = jtn__least(jtn__most(present, 1), request->slots), last_n = 0, last_off = 0;
	for (int i = 0; i < 6; i++) {
		serve(server, request, n, ret);
		double right = jtn__least(jtn__most(present * ret->slot_s / (ret->slot_s + outside), 1), request->slots);
		double off = right - n;
		if (fabs(off) <= 1e-3 * n)
			break;
		double next = i > 0 && off != last_off ? n - off * (n - last_n) / (off - last_off) : right;
		last_n = n;
		last_off = off;
		n = jtn__least(jtn__most(next, 1), request->slots);
	}
	return n;
}

void
jtn__steady_closed(const struct jtn_server *server, const struct jtn__request *request, double concurrency,
                   struct jtn__steady *ret)
{
	double ranks = server->worker.ranks, outside = outside_s(server);
	struct service full, service;
	double sequences = in_service_of(server, request, concurrency / ranks, &service);
	if (sequences < request->slots)
		serve(server, request, request->slots, &full);
	else
		full = service;
	*ret = (struct jtn__steady){.in_system = concurrency, .max_rate = request->slots / full.slot_s * ranks};
	ret->rate = jtn__least(concurrency / (service.slot_s + outside), ret->max_rate);
	ret->e2e_s = concurrency / ret->rate;
	ret->ttft_s = ret->e2e_s - (request->output - 1) * service.tpot_s;
	ret->queued = sequences >= request->slots && ret->e2e_s > (service.slot_s + outside) * (1 + 1e-9);
	ret->idle = jtn__most(1 - concurrency, 0);
	settle(server, request, &service, sequences, ret);
}

struct open {
	const struct jtn_server *server;
	const struct jtn__request *request;
	double rate; /* per rank */
};

/* Little's law as a zero: rate * slot_s(others) - others, where a request finds the mean number of others in service. */
static double
excess(const void *context, double others)
{
	const struct open *open = context;
	struct service service;
	serve(open->server, open->request, 1 + others, &service);
	return open->rate * service.slot_s - others;
}

double
jtn__falling_zero(double (*function)(const void *context, double x), const void *context, double low, double f_low,
                  double high, double f_high)
{
	double x = low;
	int last = 0; /* the side that moved last: -1 low, 1 high */
	for (int i = 0; i < 12 && high - low > 1e-10 * high; i++) {
		x = (low * f_high - high * f_low) / (f_high - f_low);
		if (!(x > low && x < high))
			x = low + (high - low) / 2;
		double f = function(context, x);
		if (fabs(f) <= 1e-10 * x)
			return x;
		int side = f > 0 ? -1 : 1;
		double *f_end = side < 0 ? &f_low : &f_high, *f_other = side < 0 ? &f_high : &f_low;
		if (side == last) { /* Anderson and Björck 1973: weigh the end that stays put by how f fell */
			double shrink = 1 - f / *f_end;
			*f_other *= shrink > 0 ? shrink : 0.5;
		}
		*(side < 0 ? &low : &high) = x;
		*f_end = f;
		last = side;
	}
	return x;
}

/*
 * Waiting for one of `slots` slots when a share `busy` of what they can do is asked: M/D/k, Sakasegawa's approximation
 * (1977) of M/M/k halved for service times that hardly vary.
 */
static double
slot_wait_s(double slots, double busy, double slot_s)
{
	return slot_s / slots * pow(busy, sqrt(2 * (slots + 1)) - 1) / (2 * (1 - busy));
}

void
jtn__steady_open(const struct jtn_server *server, const struct jtn__request *request, double rate,
                 struct jtn__steady *ret)
{
	double ranks = server->worker.ranks;
	struct service full, service;
	serve(server, request, request->slots, &full);
	double max_rate = request->slots / full.slot_s * ranks;
	if (rate >= max_rate) {
		jtn__steady_offline(server, request, ret);
		ret->unbounded = true;
		ret->limited_by = JTN_LIMIT_DEMAND;
		return;
	}
	struct open open = {.server = server, .request = request, .rate = rate / ranks};
	double most = request->slots - 1, others = most, lacking = open.rate * full.slot_s - most;
	service = full;
	if (lacking < 0) {
		others = jtn__falling_zero(excess, &open, 0, excess(&open, 0), most, lacking);
		serve(server, request, 1 + others, &service);
	}
	double wait = slot_wait_s(request->slots, rate / max_rate, full.slot_s);
	*ret = (struct jtn__steady){.rate = rate, .max_rate = max_rate};
	ret->ttft_s = outside_s(server) + wait + service.first_s;
	ret->e2e_s = ret->ttft_s + (request->output - 1) * service.tpot_s;
	ret->in_system = rate * ret->e2e_s;
	ret->queued = wait > service.first_s;
	ret->idle = jtn__least(exp(-ret->in_system), 1 - rate / max_rate);
	settle(server, request, &service, 1 + others, ret);
}
