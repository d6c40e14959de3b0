/* Server: what fits, and everything folded that no workload changes. Source: docs/cost-model.md, "What fits". */
#include "server.h"

#include "base/abi.h"
#include "jeton/estimate.h"

#include <math.h>
#include <string.h>

static const double embedding_bytes = 2;    /* embeddings stay in 16 bits in every deployment */
static const double on_chip_runtime = 0.05; /* assumption: share of on-chip memory for code and activations */
static const double span_tokens = 8192;     /* a sequence that a server is sized for where none is named */

/* What one accelerator must hold, and what it has. */
struct layout {
	double weight_bytes;
	double runtime_bytes;
	double usable_bytes;
};

static double
stage_share(const struct jtn_model *model, int32_t pp)
{
	double layers = model->facts.layers;
	return ceil(layers / pp) / layers;
}

static double
weight_bytes(const struct jtn_model *model, const struct jtn__formats *formats, const struct jtn__shape *shape)
{
	double layers = 0, tp = shape->tp, group = (double)shape->tp * shape->dp;
	for (size_t i = 0; i < model->layer_kinds; i++) {
		const struct jtn__layer *l = &model->layers[i];
		double dense = l->dense_params + l->shared_params;
		layers +=
			l->count * (l->attention_params * formats->weight[JTN__WEIGHT_ATTENTION].bytes / tp +
		                dense * formats->weight[JTN__WEIGHT_DENSE].bytes / tp + l->router_params * embedding_bytes +
		                l->experts * l->expert_params * formats->weight[JTN__WEIGHT_EXPERT].bytes / group);
	}
	double embedding = model->embedding_params * embedding_bytes / tp;
	double head = model->head_params * formats->weight[JTN__WEIGHT_HEAD].bytes / tp;
	if (model->tied_head && shape->pp == 1)
		head = 0;
	return layers * stage_share(model, shape->pp) + (shape->pp == 1 ? embedding + head : jtn__most(embedding, head));
}

static void
lay_out(const struct jtn_hardware *hardware, const struct jtn__constants *constants, const struct jtn_model *model,
        const struct jtn__resolved *resolved, const struct jtn__shape *shape, struct layout *ret)
{
	double memory = hardware->facts.memory_bytes;
	ret->weight_bytes = weight_bytes(model, &resolved->formats, shape);
	ret->runtime_bytes =
		(hardware->facts.flags & JTN_HARDWARE_ON_CHIP_MEMORY) != 0
			? memory * on_chip_runtime
			: constants->runtime_bytes + constants->activation_bytes * resolved->max_batched_tokens * model->hidden;
	ret->usable_bytes = memory * resolved->memory_utilization;
}

static void
lay_out_cache(const struct jtn_model *model, const struct jtn__resolved *resolved, const struct jtn__shape *shape,
              struct jtn__worker *ret)
{
	double share = stage_share(model, shape->pp);
	for (size_t i = 0; i < model->layer_kinds; i++) {
		const struct jtn__layer *l = &model->layers[i];
		double bytes =
			l->count * share *
			(l->kv_elements * resolved->formats.kv_bytes / jtn__least(shape->tp, jtn__most(l->kv_shards, 1)) +
		     l->index_bytes);
		double window = l->window > 0 ? l->window : HUGE_VAL;
		ret->state_bytes += l->count * share * l->state_bytes / shape->tp;
		ret->token_bytes += bytes;
		struct jtn__cache *kind = ret->caches;
		while (kind < ret->caches + ret->cache_kinds && kind->window != window)
			kind++;
		if (kind == ret->caches + ret->cache_kinds)
			ret->cache_kinds++;
		kind->window = window;
		kind->bytes_per_token += bytes;
	}
}

double
jtn__worker_sequence_bytes(const struct jtn__worker *worker, double tokens)
{
	double bytes = worker->state_bytes;
	for (size_t i = 0; i < worker->cache_kinds; i++) {
		double kept = jtn__least(tokens, worker->caches[i].window);
		bytes += ceil(kept / worker->block_tokens) * worker->block_tokens * worker->caches[i].bytes_per_token;
	}
	return bytes;
}

/* Memory, then the plans of one worker. cache_bytes comes out negative where the weights alone do not fit. */
static jtn_status
prepare_worker(const struct jtn_hardware *hardware, const struct jtn__stack_part *part, const struct jtn_model *model,
               const struct jtn__resolved *resolved, const struct jtn__shape *shape, double workers,
               struct jtn__worker *ret, struct jtn_error *reterr)
{
	struct layout layout;
	memset(ret, 0, sizeof(*ret));
	lay_out(hardware, &part->constants, model, resolved, shape, &layout);
	ret->ranks = workers * shape->dp;
	ret->accelerators = workers * shape->tp * shape->pp * shape->dp;
	ret->weight_bytes = layout.weight_bytes;
	ret->runtime_bytes = layout.runtime_bytes;
	ret->cache_bytes = layout.usable_bytes - layout.weight_bytes - layout.runtime_bytes;
	ret->block_tokens = part->defaults.block_tokens;
	lay_out_cache(model, resolved, shape, ret);
	JTN__TRY(jtn__plan_prepare(hardware, &part->constants, model, &resolved->formats, shape, &ret->plan, reterr));
	return jtn__plan_prepare(hardware, NULL, model, &resolved->formats, shape, &ret->ideal, reterr);
}

/* What a search for a shape holds fixed. */
struct search {
	const struct jtn_hardware *hardware;
	const struct jtn__stack_part *part;
	const struct jtn_model *model;
	const struct jtn__resolved *resolved;
	int32_t most_stages;
	double tokens;
};

/* Does a worker of this shape hold the weights and one sequence of the length searched for? */
static bool
shape_fits(const struct search *search, const struct jtn__shape *shape)
{
	struct layout layout;
	struct jtn__worker worker = {.block_tokens = search->part->defaults.block_tokens};
	lay_out(search->hardware, &search->part->constants, search->model, search->resolved, shape, &layout);
	lay_out_cache(search->model, search->resolved, shape, &worker);
	return layout.weight_bytes + layout.runtime_bytes +
	           jtn__worker_sequence_bytes(&worker, jtn__most(search->tokens, 1)) <=
	       layout.usable_bytes;
}

static bool
shape_allowed(const struct jtn_hardware *hardware, const struct jtn_model *model, const struct jtn__shape *shape)
{
	return jtn__tp_divides(hardware, model, shape->tp) && (int64_t)shape->tp * shape->dp % shape->ep == 0;
}

/* The smallest tp up to `most_tp`, then the smallest pp, beside the dp and ep of `shape`: tp 0 when none holds the model. */
static struct jtn__shape
smallest_shape_within(const struct search *search, struct jtn__shape shape, int32_t most_tp)
{
	struct jtn__shape widest = {.tp = 0};
	shape.pp = 1;
	for (shape.tp = 1; shape.tp <= most_tp; shape.tp++) {
		if (!shape_allowed(search->hardware, search->model, &shape))
			continue;
		if (shape_fits(search, &shape))
			return shape;
		widest = shape;
	}
	if (widest.tp == 0)
		return widest;
	for (shape = widest, shape.pp = 2; shape.pp <= search->most_stages; shape.pp++)
		if (shape_fits(search, &shape))
			return shape;
	return (struct jtn__shape){.tp = 0};
}

/* By whole heads inside the scale-up domain (the node where there is none); finer only where memory is on chip and nothing else holds. */
static struct jtn__shape
smallest_shape(const struct search *search, struct jtn__shape shape)
{
	const struct jtn_hardware_facts *f = &search->hardware->facts;
	int32_t domain = f->scale_up_domain > 1 ? f->scale_up_domain : f->accelerators_per_node;
	int32_t most = domain > 1 ? domain : 1,
			heads = search->model->facts.attention_heads > 0 ? search->model->facts.attention_heads : 1;
	struct jtn__shape fits = smallest_shape_within(search, shape, most < heads ? most : heads);
	if (fits.tp == 0 && (f->flags & JTN_HARDWARE_ON_CHIP_MEMORY) != 0)
		fits = smallest_shape_within(search, shape, most);
	return fits;
}

/* The length of sequence that a server is sized for where none is named. */
static double
usual_tokens(const struct jtn_model *model)
{
	return model->facts.context_tokens > 0 ? jtn__least(model->facts.context_tokens, span_tokens) : span_tokens;
}

static double
gigabytes(double bytes)
{
	return floor(bytes / 1e8 + 0.5) / 10;
}

/* Suggests what holds a sequence of some length, or at least one token. */
static jtn_status
fail_to_fit(const struct jtn_hardware *hardware, const struct jtn__stack_part *part, const struct jtn_model *model,
            const struct jtn__resolved *resolved, const struct jtn__worker *worker, const struct jtn__shape *shape,
            const char *field, struct jtn_error *reterr)
{
	int64_t missing = (int64_t)jtn__least(ceil(jtn__worker_sequence_bytes(worker, 1) - worker->cache_bytes), 9e18);
	struct search search = {
		hardware, part, model, resolved, resolved->disaggregated ? 1 : model->facts.layers, usual_tokens(model)};
	struct jtn__shape fits = smallest_shape(&search, *shape);
	search.tokens = 1;
	if (fits.tp == 0)
		fits = smallest_shape(&search, *shape);
	char where[64];
	double weights = gigabytes(worker->weight_bytes), runtime = gigabytes(worker->runtime_bytes);
	double usable = gigabytes(hardware->facts.memory_bytes * resolved->memory_utilization);
	if (fits.tp == 0)
		jtn__format(where, sizeof(where), "no tp%s would fit, try a smaller precision or batch",
		            resolved->disaggregated ? "" : " and pp");
	else if (resolved->disaggregated)
		jtn__format(where, sizeof(where), "tp %d would fit", (int64_t)fits.tp);
	else
		jtn__format(where, sizeof(where), "tp %d, pp %d would fit", (int64_t)fits.tp, (int64_t)fits.pp);
	return jtn__fail(reterr, JTN_E_DOES_NOT_FIT, field,
	                 "misses %d bytes per accelerator (weights %g GB, runtime %g GB, usable %g GB); %s", missing,
	                 weights, runtime, usable, where);
}

static jtn_status
check_parts(const struct jtn_hardware *hardware, const struct jtn_stack *stack, const struct jtn_model *model,
            struct jtn_error *reterr)
{
	if (hardware == NULL || stack == NULL || model == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT,
		                 hardware == NULL ? "hardware"
		                 : stack == NULL  ? "stack"
		                                  : "model",
		                 "NULL; give a handle made by its _parse or _find");
	return JTN_OK;
}

jtn_status
jtn_deployment_fit(const struct jtn_hardware *hardware, const struct jtn_stack *stack, const struct jtn_model *model,
                   double tokens, struct jtn_deployment *deployment, struct jtn_error *reterr)
{
	JTN__TRY(check_parts(hardware, stack, model, reterr));
	if (deployment == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "deployment", "NULL; give one made by jtn_deployment_init()");
	if (!(tokens >= 0 && tokens < HUGE_VAL))
		return jtn__fail(reterr, JTN_E_RANGE, "tokens", "%g is not a finite length of 0 or more tokens", tokens);
	struct jtn_deployment whole;
	jtn_deployment_init(&whole);
	JTN__TRY(jtn__read_options(deployment, sizeof(whole), &whole, sizeof(whole), "jtn_deployment", reterr));
	whole.tp = whole.pp = 0;
	int32_t ep = whole.ep;
	whole.ep = 0; /* whether it divides tp * dp depends on the tp that is looked for */
	struct jtn__resolved resolved;
	const struct jtn__stack_part *part = jtn__stack_part_of(stack, hardware->family);
	JTN__TRY(jtn__deployment_resolve(hardware, &part->defaults, model, &whole, &resolved, reterr));
	if (resolved.disaggregated)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "deployment.disaggregated",
		                 "pools have shapes of their own; give them by hand");
	if (ep < 0 || (ep > 1 && ep > model->facts.experts))
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "deployment.ep",
		                 "%d ranks for a model of %d routed experts; use ep 1", (int64_t)ep,
		                 (int64_t)model->facts.experts);
	resolved.shape.ep = ep > 0 ? ep : 1;
	const struct search search = {hardware, part, model, &resolved, model->facts.layers, tokens};
	struct jtn__shape shape = smallest_shape(&search, resolved.shape);
	if (shape.tp == 0)
		return jtn__fail(
			reterr, JTN_E_DOES_NOT_FIT, "deployment.tp",
			"no tp and pp on %s hold %s and a sequence of %g tokens; try a smaller precision or a shorter sequence",
			hardware->id, model->id, tokens);
	deployment->tp = shape.tp;
	deployment->pp = shape.pp;
	return JTN_OK;
}

/* Bands are as wide as the profile says, wider where it was not fitted or the model is approximated. */
static void
set_bands(struct jtn_server *server, const struct jtn_hardware *hardware, const struct jtn_stack *stack,
          const struct jtn_model *model)
{
	bool outside =
		!jtn__stack_is_fitted(stack, hardware->id, model->id) || (model->facts.flags & JTN_MODEL_APPROXIMATE) != 0;
	double factor = outside ? stack->band_outside : 1;
	server->band_tpot = stack->band_tpot * factor;
	server->band_ttft = stack->band_ttft * factor;
	server->band_throughput = stack->band_throughput * factor;
	server->band_cost = stack->band_cost * factor;
	server->estimate_flags = outside ? JTN_ESTIMATE_APPROXIMATE : 0;
}

/* Expected tokens per verified step, 1 + sum over i of p_1 … p_i with p_i = acceptance * decay^(i-1). */
static double
tokens_per_step(const struct jtn__resolved *resolved)
{
	double tokens = 1, chance = resolved->speculative_acceptance, product = 1;
	for (double i = 0; i < resolved->speculative_tokens; i++) {
		product *= chance;
		tokens += product;
		chance *= resolved->speculative_decay;
	}
	return tokens;
}

static void
set_facts(struct jtn_server *server)
{
	const struct jtn__resolved *r = &server->resolved;
	const struct jtn__worker *w = &server->worker;
	struct jtn_server_facts *f = &server->facts;
	*f = (struct jtn_server_facts){
		.weight_bytes_per_accelerator = w->weight_bytes,
		.runtime_bytes_per_accelerator = w->runtime_bytes,
		.kv_capacity_tokens = w->token_bytes > 0 ? floor(w->cache_bytes / w->token_bytes) * w->ranks * r->replicas : 0,
		.kv_bytes_per_token = w->token_bytes,
		.accelerators = (int32_t)(r->replicas * (w->accelerators + server->prefill.accelerators)),
		.tp = r->shape.tp,
		.pp = r->shape.pp,
		.ep = r->shape.ep,
		.dp = r->shape.dp,
		.replicas = (int32_t)r->replicas,
		.precision = r->precision,
		.kv_precision = r->kv_precision,
		.max_num_seqs = (int32_t)r->max_num_seqs,
		.max_batched_tokens = (int32_t)r->max_batched_tokens,
	};
}

/* Hardware with memory on chip, and no shape given: as many accelerators as the model needs. */
static jtn_status
span(const struct jtn_hardware *hardware, const struct jtn__stack_part *part, const struct jtn_model *model,
     struct jtn__resolved *resolved, struct jtn_error *reterr)
{
	const struct search search = {hardware, part, model, resolved, model->facts.layers, usual_tokens(model)};
	struct jtn__shape shape = smallest_shape(&search, resolved->shape);
	if (shape.tp == 0)
		return jtn__fail(reterr, JTN_E_DOES_NOT_FIT, "deployment.tp",
		                 "no number of %s holds %s; try a smaller precision", hardware->id, model->id);
	resolved->shape = shape;
	return JTN_OK;
}

static jtn_status
build(struct jtn_server *server, const struct jtn_hardware *hardware, const struct jtn_stack *stack,
      const struct jtn_model *model, const struct jtn_deployment *deployment, struct jtn_error *reterr)
{
	struct jtn__resolved *r = &server->resolved;
	const struct jtn__stack_part *part = jtn__stack_part_of(stack, hardware->family);
	server->constants = part->constants;
	JTN__TRY(jtn__deployment_resolve(hardware, &part->defaults, model, deployment, r, reterr));
	if (r->spans)
		JTN__TRY(span(hardware, part, model, r, reterr));
	const char *field = r->disaggregated ? "deployment.disaggregated.decode.tp" : "deployment.tp";
	JTN__TRY(prepare_worker(hardware, part, model, r, &r->shape, r->workers, &server->worker, reterr));
	if (server->worker.cache_bytes < jtn__worker_sequence_bytes(&server->worker, 1))
		return fail_to_fit(hardware, part, model, r, &server->worker, &r->shape, field, reterr);
	if (r->disaggregated) {
		JTN__TRY(
			prepare_worker(hardware, part, model, r, &r->prefill_shape, r->prefill_workers, &server->prefill, reterr));
		if (server->prefill.cache_bytes < jtn__worker_sequence_bytes(&server->prefill, 1))
			return fail_to_fit(hardware, part, model, r, &server->prefill, &r->prefill_shape,
			                   "deployment.disaggregated.prefill.tp", reterr);
		double link = hardware->facts.scale_out_bytes_per_s > 0 ? hardware->facts.scale_out_bytes_per_s
		                                                        : hardware->facts.scale_up_bytes_per_s;
		server->kv_link_s = server->worker.token_bytes / (link * server->constants.link_efficiency);
	}
	if (r->replicas * (server->worker.accelerators + server->prefill.accelerators) > INT32_MAX)
		return jtn__fail(reterr, JTN_E_RANGE, "deployment.replicas", "more than %d accelerators", (int64_t)INT32_MAX);
	server->step_tokens = tokens_per_step(r);
	server->context_tokens = model->facts.context_tokens;
	server->power_peak_kw = hardware->facts.power_peak_kw;
	server->power_idle_kw = hardware->facts.power_idle_kw;
	set_bands(server, hardware, stack, model);
	set_facts(server);
	return JTN_OK;
}

jtn_status
jtn_server_new(const struct jtn_hardware *hardware, const struct jtn_stack *stack, const struct jtn_model *model,
               const struct jtn_deployment *deployment, const struct jtn_allocator *allocator, struct jtn_server **ret,
               struct jtn_error *reterr)
{
	JTN__TRY(check_parts(hardware, stack, model, reterr));
	if (ret == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "ret", "NULL; give the place for the handle");
	struct jtn__arena *arena;
	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	struct jtn_server *server = jtn__arena_take(arena, 1, sizeof(*server));
	jtn_status status = JTN_OK;
	if (server == NULL)
		status =
			jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a server of %d bytes", (int64_t)sizeof(*server));
	else
		status = build(server, hardware, stack, model, deployment, reterr);
	if (status != JTN_OK) {
		jtn__arena_free(arena);
		return status;
	}
	server->arena = arena;
	*ret = server;
	return JTN_OK;
}

void
jtn_server_free(struct jtn_server *server)
{
	if (server != NULL)
		jtn__arena_free(server->arena);
}

jtn_status
jtn_server_read_facts(const struct jtn_server *server, struct jtn_server_facts *ret, size_t ret_size)
{
	if (server == NULL || ret == NULL)
		return JTN_E_ARGUMENT;
	JTN__TRY(jtn__check_record(ret_size, sizeof(*ret), "jtn_server_facts", NULL));
	memset(ret, 0, ret_size);
	memcpy(ret, &server->facts, sizeof(*ret));
	return JTN_OK;
}
