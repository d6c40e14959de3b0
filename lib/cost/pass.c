/*
 * One forward pass. Sources: roofline with a smooth maximum, docs/cost-model.md "One forward pass"; expected share of
 * experts that `tokens` independent choices of k among E touch, 1 - (1 - k/E)^tokens; ring all-reduce volume
 * 2 (G-1)/G per accelerator (Thakur, Rabenseifner, Gropp 2005).
 */
#include "pass.h"

#include <math.h>
#include <string.h>

static const struct jtn__constants ideal_constants = {
	.memory_efficiency = 1,
	.compute_efficiency = 1,
	.narrow_efficiency = 1,
	.moe_memory_efficiency = 1,
	.moe_compute_efficiency = 1,
	.kv_efficiency = 1,
	.narrow_kv_efficiency = 1,
	.attention_efficiency = 1,
	.link_efficiency = 1,
};

/* How fast a class of weights computes, efficiency of dense matrices aside, and what widening one weight takes. */
struct rate {
	double flops;    /* [FLOP/s] */
	double widening; /* [s] */
};

/* Vector rate where none is published: tensor units of today are some 16 times as fast. */
static double
vector_flops(const struct jtn_hardware *hardware)
{
	double flops = hardware->peak_flops[JTN__FORMAT_FP32];
	return flops > 0 ? flops : hardware->peak_flops[JTN__FORMAT_16BIT] / 16;
}

/*
 * Weights compute in their own format; where the hardware lacks it, or has a faster wider one, they are widened to
 * that, as weight-only kernels do. A narrower format reaches less of its peak.
 */
static struct rate
rate_of(const struct jtn_hardware *hardware, const struct jtn__constants *k, const struct jtn__weight_format *weight)
{
	static const struct {
		double bytes;
		int halvings;
	} formats[JTN__FORMATS] = {[JTN__FORMAT_FP4] = {0.5, 2},
	                           [JTN__FORMAT_FP8] = {1, 1},
	                           [JTN__FORMAT_INT8] = {1, 1},
	                           [JTN__FORMAT_16BIT] = {2, 0},
	                           [JTN__FORMAT_FP32] = {4, 0}};
	/* Kernels that widen 4 bits to 8 are rare, but possible: the ideal has them. */
	const int32_t candidates[] = {weight->format, JTN__FORMAT_16BIT, JTN__FORMAT_FP32, JTN__FORMAT_FP8};
	size_t count = k == &ideal_constants ? 4 : 3;
	struct rate rate = {0, 0};
	for (size_t i = 0; i < count; i++) {
		int32_t format = candidates[i];
		double flops = hardware->peak_flops[format];
		for (int halving = 0; halving < formats[format].halvings; halving++)
			flops *= k->narrow_efficiency;
		if (format < weight->format || flops <= rate.flops)
			continue;
		rate.flops = flops;
		rate.widening = weight->bytes < 0.9 * formats[format].bytes ? k->widening_flops / vector_flops(hardware) : 0;
	}
	return rate;
}

/* sm(memory, compute * tokens) with p = 2, shared out by the squares. */
static void
add_smooth(struct jtn__time *to, double memory, double compute)
{
	double square = memory * memory + compute * compute;
	if (square <= 0)
		return;
	double each = 1 / sqrt(square);
	to->bandwidth += memory * memory * each;
	to->compute += compute * compute * each;
}

/* What preparing a plan looks up once. */
struct rates {
	const struct jtn__constants *constants;
	const struct jtn__formats *formats;
	double memory;                  /* [bytes/s] */
	struct rate rate[JTN__WEIGHTS]; /* of each class of weight */
	double attention_peak;          /* [FLOP/s] */
	double collective_s;
};

/* Tokens that one tile of a matrix multiplication covers: widened weights are widened again for each tile. */
static const double tile_tokens = 128;

/* `params` weights, of which a token computes with `active`; widening overlaps with reading. */
static void
add_weights(struct jtn__matrices *to, const struct rates *rates, int32_t weight, double params, double active,
            double bytes_per_s, double compute_efficiency)
{
	const struct rate *rate = &rates->rate[weight];
	double reading = rates->formats->weight[weight].bytes / bytes_per_s;
	to->memory_s += params * sqrt(reading * reading + rate->widening * rate->widening);
	to->compute_s += active * (2 / (rate->flops * compute_efficiency) + rate->widening / tile_tokens);
}

static void
add_matrices(struct jtn__matrices *to, const struct rates *rates, int32_t weight, double params, double sharers)
{
	const struct jtn__constants *k = rates->constants;
	add_weights(to, rates, weight, params / sharers, params / sharers, rates->memory * k->memory_efficiency,
	            k->compute_efficiency);
}

/* Routers stay in 16 bits and whole on every accelerator; their logits are needed before experts are chosen. */
static void
add_router(struct jtn__matrices *to, const struct rates *rates, double params)
{
	const struct jtn__constants *k = rates->constants;
	to->memory_s += params * 2 / (rates->memory * k->memory_efficiency);
	to->compute_s += 2 * params / (rates->attention_peak * k->compute_efficiency);
}

/* Tokens of one expert fill tiles of 32 rows or more; half of the last one is empty on average. */
static const double padded_tokens = 16;

static void
add_experts(struct jtn__plan *plan, const struct rates *rates, const struct jtn__layer *layer,
            const struct jtn__shape *shape)
{
	const struct jtn__constants *k = rates->constants;
	/* Whole experts are spread unevenly: the fullest rank sets the pace. */
	double sharers = (double)shape->tp * shape->dp / (1 + k->expert_imbalance * (1 - 1.0 / shape->ep));
	double log_miss =
		layer->experts_active < layer->experts ? log1p(-layer->experts_active / layer->experts) : -HUGE_VAL;
	struct jtn__experts *kind = plan->experts;
	while (kind < plan->experts + plan->expert_kinds && kind->log_miss != log_miss)
		kind++;
	if (kind == plan->experts + plan->expert_kinds)
		plan->expert_kinds++;
	double params = layer->count * layer->expert_params;
	kind->log_miss = log_miss;
	add_weights(&kind->all, rates, JTN__WEIGHT_EXPERT, params * layer->experts / sharers,
	            params * layer->experts_active / sharers, rates->memory * k->moe_memory_efficiency,
	            k->moe_compute_efficiency);
	kind->padding_s = padded_tokens * kind->all.compute_s * layer->experts / layer->experts_active;
}

static void
add_attention(struct jtn__plan *plan, const struct rates *rates, const struct jtn__layer *layer, double tp)
{
	const struct jtn__constants *k = rates->constants;
	double reach = HUGE_VAL;
	if (layer->window > 0)
		reach = layer->window;
	if (layer->sparse_topk > 0)
		reach = jtn__least(reach, layer->sparse_topk);
	struct jtn__attention *kind = plan->attentions;
	while (kind < plan->attentions + plan->attention_kinds && kind->reach != reach)
		kind++;
	if (kind == plan->attentions + plan->attention_kinds)
		plan->attention_kinds++;
	double flops = rates->attention_peak * k->attention_efficiency;
	double memory = rates->memory * k->kv_efficiency;
	double narrow = rates->formats->kv_bytes < 2 ? k->narrow_kv_efficiency : 1;
	kind->reach = reach;
	kind->memory_s += layer->count * layer->kv_elements * rates->formats->kv_bytes /
	                  jtn__least(tp, jtn__most(layer->kv_shards, 1)) / (memory * narrow);
	kind->compute_s += layer->count * layer->decode_pair_flops / tp / flops;
	kind->prefill_s += layer->count * layer->prefill_pair_flops / tp / flops;
	kind->scan_s += layer->count * layer->index_bytes / memory;
	kind->scan_pair_s += layer->count * layer->index_flops / flops;
	plan->state_s += layer->count * 2 * layer->state_bytes / tp / memory;
	plan->scan_token_s += layer->count * layer->token_flops / tp / flops;
}

/* Accelerators that the scale-up fabric joins, or the node where there is none. */
static double
domain_of(const struct jtn_hardware *hardware)
{
	return jtn__most(hardware->facts.scale_up_domain, hardware->facts.accelerators_per_node);
}

/* The link that `sharers` accelerators talk over: the scale-up fabric while they fit in it, else the network. */
static double
link_of(const struct jtn_hardware *hardware, double sharers)
{
	const struct jtn_hardware_facts *f = &hardware->facts;
	return sharers <= domain_of(hardware) || f->scale_out_bytes_per_s <= 0 ? f->scale_up_bytes_per_s
	                                                                       : f->scale_out_bytes_per_s;
}

/* Others among `ranks` that at least one of `chosen` random choices falls on. */
static double
others_hit(double ranks, double chosen)
{
	return (ranks - 1) * (1 - pow(1 - 1 / ranks, chosen));
}

/* Up to so many ranks, a node as most are built, engines let every rank gather the tokens of all. */
static const double gathering_ranks = 8;

/*
 * Sending one token to experts on other ranks and their answers back, at `bytes` together. Beyond what gathers, a token
 * goes where its experts are, and once to each other domain that has any; forwarding inside a domain hides behind that.
 */
static double
dispatch_s(const struct jtn_hardware *hardware, const struct jtn__layer *layer, const struct jtn__shape *shape,
           double bytes)
{
	double group = (double)shape->tp * shape->dp, domains = ceil(group / jtn__most(domain_of(hardware), 1));
	double copies = shape->dp - 1, beyond = 0;
	if (group > gathering_ranks)
		copies = others_hit(shape->dp, layer->experts_active);
	if (domains > 1 && hardware->facts.scale_out_bytes_per_s > 0)
		beyond = others_hit(domains, layer->experts_active) * bytes / hardware->facts.scale_out_bytes_per_s;
	return jtn__most(copies * bytes / hardware->facts.scale_up_bytes_per_s, beyond);
}

/* Activations cross links in 16 bits; experts get theirs in 8 and answer in 16. */
static void
add_network(struct jtn__plan *plan, const struct rates *rates, const struct jtn_hardware *hardware,
            const struct jtn_model *model, const struct jtn__shape *shape)
{
	double tp = shape->tp, group = (double)shape->tp * shape->dp;
	double sent_s = model->hidden * 2 / (link_of(hardware, tp) * rates->constants->link_efficiency);
	double hop_s = model->hidden * 2 / (link_of(hardware, group * shape->pp) * rates->constants->link_efficiency);
	double dispatched = model->hidden * 3 / rates->constants->link_efficiency;
	for (size_t i = 0; i < model->layer_kinds; i++) {
		const struct jtn__layer *layer = &model->layers[i];
		double reduces = tp > 1 ? 2 : 0;
		if (layer->experts > 0 && shape->dp > 1) { /* dispatch and combine take the place of the second reduce */
			reduces = tp > 1 ? 1 : 0;
			plan->network_s += layer->count * 2 * rates->collective_s;
			*(group > gathering_ranks ? &plan->wide_token_s : &plan->network_token_s) +=
				layer->count * dispatch_s(hardware, layer, shape, dispatched);
		}
		plan->network_s += layer->count * (tp > 1 ? reduces + layer->reduces : 0) * rates->collective_s;
		plan->reduce_wait_s += layer->count * reduces * 3 * rates->collective_s;
		plan->reduce_one_s += layer->count * reduces * (tp - 1) * sent_s;
		plan->reduce_two_s += layer->count * reduces * 2 * (tp - 1) / tp * sent_s;
	}
	if (shape->pp > 1) {
		plan->network_s += (shape->pp - 1) * rates->collective_s;
		plan->network_token_s += (shape->pp - 1) * hop_s / tp;
	}
}

static jtn_status
look_up_rates(const struct jtn_hardware *hardware, const struct jtn__formats *formats, struct rates *ret,
              struct jtn_error *reterr)
{
	static const struct jtn__weight_format wide = {2, JTN__FORMAT_16BIT};
	ret->memory = hardware->facts.memory_bytes_per_s;
	if (ret->memory <= 0)
		return jtn__fail(reterr, JTN_E_MISSING_FIELD, "hardware.memory_bandwidth",
		                 "nobody published the memory bandwidth of %s; give a profile of your own that has it",
		                 hardware->id);
	for (int32_t i = 0; i < JTN__WEIGHTS; i++)
		ret->rate[i] = rate_of(hardware, ret->constants, &formats->weight[i]);
	ret->attention_peak = rate_of(hardware, ret->constants, &wide).flops;
	for (int32_t i = 0; i < JTN__WEIGHTS; i++)
		if (ret->rate[i].flops <= 0 || ret->attention_peak <= 0)
			return jtn__fail(reterr, JTN_E_MISSING_FIELD, "hardware.peak",
			                 "nobody published a 16-bit peak of %s; give a profile of your own that has it",
			                 hardware->id);
	return JTN_OK;
}

jtn_status
jtn__plan_prepare(const struct jtn_hardware *hardware, const struct jtn__constants *constants,
                  const struct jtn_model *model, const struct jtn__formats *formats, const struct jtn__shape *shape,
                  struct jtn__plan *ret, struct jtn_error *reterr)
{
	const struct jtn__constants *k = constants != NULL ? constants : &ideal_constants;
	struct rates rates = {.constants = k, .formats = formats, .collective_s = k->collective_us * 1e-6};
	JTN__TRY(look_up_rates(hardware, formats, &rates, reterr));

	memset(ret, 0, sizeof(*ret));
	double layers = 0, kernels = 0, moe_layers = 0;
	for (size_t i = 0; i < model->layer_kinds; i++) {
		const struct jtn__layer *layer = &model->layers[i];
		add_matrices(&ret->attention, &rates, JTN__WEIGHT_ATTENTION, layer->count * layer->attention_params, shape->tp);
		add_matrices(&ret->dense, &rates, JTN__WEIGHT_DENSE,
		             layer->count * (layer->dense_params + layer->shared_params), shape->tp);
		add_router(&ret->dense, &rates, layer->count * layer->router_params);
		if (layer->experts > 0)
			add_experts(ret, &rates, layer, shape);
		add_attention(ret, &rates, layer, shape->tp);
		ret->traffic_token_s += layer->count * (1 + layer->experts_active * shape->dp / shape->ep) * model->hidden *
		                        k->traffic_bytes / (rates.memory * k->memory_efficiency);
		layers += layer->count;
		kernels += layer->count * layer->kernels;
		moe_layers += layer->experts > 0 ? layer->count : 0;
	}
	add_matrices(&ret->head, &rates, JTN__WEIGHT_HEAD, model->head_params, shape->tp);
	for (size_t i = 0; i < ret->attention_kinds; i++) {
		struct jtn__time one = {0};
		add_smooth(&one, ret->attentions[i].memory_s, ret->attentions[i].compute_s);
		ret->attentions[i].decode_memory_s = one.bandwidth;
		ret->attentions[i].decode_compute_s = one.compute;
	}
	add_network(ret, &rates, hardware, model, shape);
	ret->overhead_s = (kernels * k->kernel_us + moe_layers * k->moe_layer_us) * 1e-6;
	ret->prompt_s = kernels * k->prompt_kernel_us * 1e-6;
	ret->host_s = k->host_us * 1e-6;
	ret->sequence_s = k->sequence_us * 1e-6;
	ret->layer_share = 1 / layers;
	ret->stages = shape->pp;
	ret->expert_ranks = shape->dp;
	return JTN_OK;
}

/* Cut by the pipeline: each of its micro-batches carries an equal part, and at least one sequence if there is any. */
static double
per_stage(double amount, double stages)
{
	return jtn__most(amount / stages, jtn__least(amount, 1));
}

/* The share of experts that at least one of `tokens` tokens chose; one token has chosen k of E. */
static double
touched(const struct jtn__experts *experts, double tokens)
{
	return -expm1(jtn__most(tokens, 1) * experts->log_miss);
}

static void
add_decode_attention(const struct jtn__plan *plan, double sequences, double queries, double context,
                     struct jtn__time *ret)
{
	for (size_t i = 0; i < plan->attention_kinds; i++) {
		const struct jtn__attention *kind = &plan->attentions[i];
		double pairs = sequences * (context < kind->reach ? context : kind->reach);
		double before = ret->bandwidth + ret->compute;
		if (queries == 1) {
			ret->bandwidth += pairs * kind->decode_memory_s;
			ret->compute += pairs * kind->decode_compute_s;
		} else { /* every verified token scores, the cache is read once */
			add_smooth(ret, pairs * kind->memory_s, pairs * queries * kind->compute_s);
		}
		ret->bandwidth += sequences * context * kind->scan_s;
		ret->context += ret->bandwidth + ret->compute - before;
	}
	ret->bandwidth += sequences * plan->state_s;
}

void
jtn__pass(const struct jtn__plan *plan, const struct jtn__load *load, struct jtn__time *ret)
{
	double sequences = per_stage(load->sequences, plan->stages);
	double share = load->sequences > 0 ? sequences / load->sequences : 1 / plan->stages;
	double decode = load->tokens * share;
	double prefill = load->prefill / plan->stages;
	double tokens = decode + prefill;

	memset(ret, 0, sizeof(*ret));
	add_smooth(ret, plan->attention.memory_s, tokens * plan->attention.compute_s);
	add_smooth(ret, plan->dense.memory_s, tokens * plan->dense.compute_s);
	/* The head and the scheduler are on one stage, which every micro-batch has to pass: the others wait for it. */
	bool all = load->sequences <= 0 || load->prefill > 0;
	double turns = all ? plan->stages : jtn__most(1, load->sequences / sequences);
	add_smooth(ret, turns * plan->head.memory_s,
	           turns * (decode + load->prefill_ends / plan->stages) * plan->head.compute_s);
	double routed = tokens * plan->expert_ranks;
	for (size_t i = 0; i < plan->expert_kinds; i++) {
		double read = touched(&plan->experts[i], routed);
		add_smooth(ret, read * plan->experts[i].all.memory_s,
		           routed * plan->experts[i].all.compute_s + read * plan->experts[i].padding_s);
	}
	if (sequences > 0)
		add_decode_attention(plan, sequences, load->tokens / load->sequences, load->context, ret);
	ret->compute += load->prefill_s / plan->stages + tokens * plan->scan_token_s;
	ret->network = plan->network_s + tokens * plan->network_token_s +
	               jtn__least(tokens * plan->reduce_one_s, plan->reduce_wait_s + tokens * plan->reduce_two_s);
	ret->bandwidth += tokens * plan->traffic_token_s;
	if (plan->wide_token_s >
	    0) { /* two half batches take turns, as DeepSeek's do: what shows is a smooth maximum's rest */
		double computing = ret->bandwidth + ret->compute, wide = tokens * plan->wide_token_s;
		ret->network += sqrt(computing * computing + wide * wide) - computing;
	}
	ret->overhead = plan->overhead_s + (load->prefill > 0 ? plan->prompt_s : 0) +
	                turns * (plan->host_s + sequences * plan->sequence_s);
	ret->total = ret->bandwidth + ret->compute + ret->network + ret->overhead;
}

double
jtn__pass_roofline(const struct jtn__plan *ideal, const struct jtn__load *load)
{
	double sequences = per_stage(load->sequences, ideal->stages);
	double share = load->sequences > 0 ? sequences / load->sequences : 1 / ideal->stages;
	double tokens = load->tokens * share + load->prefill / ideal->stages;
	double memory =
		ideal->attention.memory_s + ideal->dense.memory_s + ideal->head.memory_s + sequences * ideal->state_s;
	double compute = tokens * (ideal->attention.compute_s + ideal->dense.compute_s + ideal->scan_token_s) +
	                 load->tokens * share * ideal->head.compute_s + load->prefill_s / ideal->stages;
	double routed = tokens * ideal->expert_ranks;
	for (size_t i = 0; i < ideal->expert_kinds; i++) {
		memory += touched(&ideal->experts[i], routed) * ideal->experts[i].all.memory_s;
		compute += routed * ideal->experts[i].all.compute_s;
	}
	for (size_t i = 0; i < ideal->attention_kinds; i++) {
		const struct jtn__attention *kind = &ideal->attentions[i];
		memory += sequences * (jtn__least(load->context, kind->reach) * kind->memory_s + load->context * kind->scan_s);
		compute += load->tokens * share * jtn__least(load->context, kind->reach) * kind->compute_s;
	}
	return jtn__most(memory, compute);
}

/* Pairs of query and context token when positions 0 to length - 1 each see at most `reach` tokens behind them. */
static double
causal_pairs(double length, double reach)
{
	return length <= reach ? length * length / 2 : reach * reach / 2 + (length - reach) * reach;
}

double
jtn__pass_prefill_attention(const struct jtn__plan *plan, double fresh, double cached)
{
	double all = causal_pairs(cached + fresh, HUGE_VAL) - causal_pairs(cached, HUGE_VAL);
	double seconds = 0;
	for (size_t i = 0; i < plan->attention_kinds; i++) {
		const struct jtn__attention *kind = &plan->attentions[i];
		double pairs = causal_pairs(cached + fresh, kind->reach) - causal_pairs(cached, kind->reach);
		seconds += pairs * kind->prefill_s + all * kind->scan_pair_s;
	}
	return seconds;
}

double
jtn__pass_head(const struct jtn__plan *plan, double rows)
{
	double compute = rows * plan->head.compute_s;
	return sqrt(plan->head.memory_s * plan->head.memory_s + compute * compute);
}
