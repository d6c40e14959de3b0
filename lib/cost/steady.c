/*
 * Steady state of aggregated serving. Sources: Little's law; arrivals see time averages (Wolff 1982), so that under
 * Poisson arrivals a request finds the mean number of others; docs/cost-model.md, "Steady state".
 */
#include "steady.h"

#include <math.h>

jtn_status
jtn__request_of(const struct jtn_server *server, const struct jtn_workload *w, struct jtn__request *ret, struct jtn_error *reterr)
{
	const struct jtn__worker *worker = &server->worker;
	const struct jtn__resolved *r = &server->resolved;
	if (w->cached_input_tokens > 0 && !r->prefix_caching)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "workload.cached_input_tokens",
		                 "%g cached tokens with prefix caching off; switch it on or cache none", w->cached_input_tokens);
	double longest = jtn__worker_sequence_bytes(worker, w->input_tokens + w->output_tokens);
	if (longest > worker->cache_bytes)
		return jtn__fail(reterr, JTN_E_DOES_NOT_FIT, "workload.input_tokens",
		                 "a request of %g tokens needs %d bytes of KV cache per accelerator, %d are free; shorten it or raise tp",
		                 w->input_tokens + w->output_tokens, (int64_t)fmin(longest, 9e18), (int64_t)worker->cache_bytes);
	ret->input = w->input_tokens;
	ret->cached = w->cached_input_tokens;
	ret->fresh = fmax(w->input_tokens - w->cached_input_tokens, 1);
	ret->output = w->output_tokens;
	ret->steps = (w->output_tokens - 1) / server->step_tokens;
	ret->cycle = w->output_tokens / server->step_tokens;
	ret->context = w->input_tokens + w->output_tokens / 2;
	ret->prefill_s = jtn__pass_prefill_attention(r->disaggregated ? &server->prefill.plan : &worker->plan, ret->fresh, ret->cached);
	double held = jtn__worker_sequence_bytes(worker, ret->context);
	double capacity = held > 0 ? fmax(worker->cache_bytes / held, 1) : HUGE_VAL;
	ret->slots = fmin(capacity, r->max_num_seqs);
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
	const double parts[] = { time->bandwidth, time->compute, time->network, time->overhead };
	static const int32_t limits[] = { JTN_LIMIT_BANDWIDTH, JTN_LIMIT_COMPUTE, JTN_LIMIT_NETWORK, JTN_LIMIT_OVERHEAD };
	size_t largest = 0;
	for (size_t i = 1; i < 4; i++)
		if (parts[i] > parts[largest])
			largest = i;
	return limits[largest];
}

void
jtn__decode_step(const struct jtn_server *server, const struct jtn__request *request, double sequences, struct jtn__time *ret)
{
	double drafts = server->resolved.speculative_tokens;
	const struct jtn__load load = { .sequences = sequences, .tokens = sequences * (1 + drafts), .context = request->context };
	jtn__pass(&server->worker.plan, &load, ret);
	if (drafts > 0) { /* a draft model of one layer and the head, as in MTP and EAGLE; memory-bound like all small passes */
		double draft = drafts * (ret->total * server->worker.plan.layer_share + jtn__pass_head(&server->worker.plan, sequences));
		ret->total += draft;
		ret->bandwidth += draft;
	}
}

/* What one rank does while `sequences` requests are in service on it. */
struct service {
	struct jtn__time step;    /* a decode step without any prefill */
	struct jtn__time prefill; /* what one request's prefill adds to the steps it rides in */
	double ttft_s;
	double tpot_s;
	double e2e_s;
	double max_rate;          /* of one rank, were these sequences always in service */
};

/* Prompt tokens that ride in one pass: a chunk of one prompt, or more where every step has to carry some. */
static double
chunk_of(const struct jtn_server *server, const struct jtn__request *request, double decoding)
{
	const struct jtn__resolved *r = &server->resolved;
	if (!r->chunked_prefill)
		return request->fresh;
	double room = fmax(r->max_batched_tokens - decoding * (1 + r->speculative_tokens), server->worker.block_tokens);
	return fmin(request->fresh, room);
}

static void
mixed_step(const struct jtn_server *server, const struct jtn__request *request, double decoding, double prompt_tokens, struct jtn__time *ret)
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

/* Of `sequences` in service, those in a decode step that one of them sees: itself, and others while they decode. */
static double
decoding_of(const struct jtn__request *request, double sequences)
{
	return request->steps > 0 ? 1 + (sequences - 1) * (request->output - 1) / request->output : 0;
}

static void
serve(const struct jtn_server *server, const struct jtn__request *request, double sequences, struct service *ret)
{
	const struct jtn__constants *k = &server->constants;
	bool chunked = server->resolved.chunked_prefill;
	double others = fmax(sequences - 1, 0);
	double decoding = decoding_of(request, sequences);
	jtn__decode_step(server, request, decoding, &ret->step);

	/* Prefills ride in the decode steps of others; alone, a prefill has its passes to itself. */
	double riding = chunked ? decoding : 0;
	double chunk = chunk_of(server, request, decoding);
	double carried = fmax(chunk, sequences / request->cycle * request->fresh);
	double shared = chunked ? fmin(others * (request->output - 1) / request->output, 1) : 0;
	struct jtn__time mixed, own;
	mixed_step(server, request, riding, carried, &mixed);
	ret->prefill = (struct jtn__time){ 0 };
	jtn__time_add(&ret->prefill, &mixed, request->fresh / carried);
	jtn__time_add(&ret->prefill, &ret->step, -shared * request->fresh / carried);
	if (ret->prefill.total < 0) /* only rounding can bring it here */
		ret->prefill = (struct jtn__time){ 0 };

	own = mixed;
	if (carried > chunk || server->worker.plan.stages > 1)
		mixed_step(server, request, riding, chunk * server->worker.plan.stages, &own);
	double queue = fmax(k->prefill_queue, 1 / request->output);
	ret->ttft_s = k->request_ms * 1e-3 + own.total * fmax(request->fresh / chunk, 1) + k->first_token_steps * ret->step.total +
	              queue * others * ret->prefill.total;
	ret->tpot_s = request->steps > 0 ? (ret->step.total + others / request->cycle * ret->prefill.total) / server->step_tokens : 0;
	ret->e2e_s = ret->ttft_s + (request->output - 1) * ret->tpot_s;
	ret->max_rate = sequences / (request->steps * ret->step.total + sequences * ret->prefill.total);
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
	ret->work = (struct jtn__time){ 0 };
	jtn__time_add(&ret->work, &service->step, step);
	jtn__time_add(&ret->work, &service->prefill, 1);
}

static void
settle(const struct jtn_server *server, const struct jtn__request *request, const struct service *service, double sequences,
       struct jtn__steady *ret)
{
	double ranks = server->worker.ranks;
	ret->tpot_s = service->tpot_s;
	ret->seen = decoding_of(request, sequences);
	ret->in_service = fmin(ret->in_system, request->slots * ranks);
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
	*ret = (struct jtn__steady){ .in_system = request->slots * server->worker.ranks };
	ret->rate = ret->max_rate = full.max_rate * server->worker.ranks;
	settle(server, request, &full, request->slots, ret);
	/* More slots would help only where a larger batch is read or launched at the same price. */
	if (ret->limited_by == JTN_LIMIT_BANDWIDTH || ret->limited_by == JTN_LIMIT_OVERHEAD)
		ret->limited_by = request->slot_limit;
}

void
jtn__steady_closed(const struct jtn_server *server, const struct jtn__request *request, double concurrency, struct jtn__steady *ret)
{
	double ranks = server->worker.ranks;
	double sequences = fmin(fmax(concurrency / ranks, 1), request->slots);
	struct service full, service;
	serve(server, request, request->slots, &full);
	if (sequences < request->slots)
		serve(server, request, sequences, &service);
	else
		service = full;
	*ret = (struct jtn__steady){ .in_system = concurrency, .max_rate = full.max_rate * ranks };
	ret->queued = concurrency / ranks > request->slots;
	ret->rate = fmin(concurrency / service.e2e_s, ret->max_rate);
	ret->e2e_s = concurrency / ret->rate;
	ret->ttft_s = ret->e2e_s - (request->output - 1) * service.tpot_s;
	settle(server, request, &service, sequences, ret);
}

struct open {
	const struct jtn_server *server;
	const struct jtn__request *request;
	double rate; /* per rank */
};

/* Little's law as a zero: rate * e2e(others) - others, where a request finds the mean number of others. */
static double
excess(const void *context, double others)
{
	const struct open *open = context;
	struct service service;
	serve(open->server, open->request, 1 + others, &service);
	return open->rate * service.e2e_s - others;
}

double
jtn__falling_zero(double (*function)(const void *context, double x), const void *context, double low, double f_low, double high,
                  double f_high)
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

void
jtn__steady_open(const struct jtn_server *server, const struct jtn__request *request, double rate, struct jtn__steady *ret)
{
	double ranks = server->worker.ranks;
	struct service full, service;
	serve(server, request, request->slots, &full);
	*ret = (struct jtn__steady){ .max_rate = full.max_rate * ranks };
	if (rate >= ret->max_rate) {
		jtn__steady_offline(server, request, ret);
		ret->unbounded = true;
		ret->limited_by = JTN_LIMIT_DEMAND;
		return;
	}
	struct open open = { .server = server, .request = request, .rate = rate / ranks };
	double most = request->slots - 1, others = most;
	if (open.rate * full.e2e_s <= most) {
		double at_none = excess(&open, 0);
		others = jtn__falling_zero(excess, &open, 0, at_none, most, open.rate * full.e2e_s - most);
	}
	if (others < most)
		serve(server, request, 1 + others, &service);
	else
		service = full;
	ret->rate = rate;
	ret->ttft_s = service.ttft_s;
	ret->e2e_s = service.e2e_s;
	ret->in_system = rate * service.e2e_s;
	ret->queued = ret->in_system > request->slots * ranks;
	settle(server, request, &service, fmin(1 + others, request->slots), ret);
}
