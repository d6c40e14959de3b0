/* Deployment: how the model lies on the hardware, with the stack's defaults filled in and contradictions refused. */
#include "deployment.h"

#include "base/abi.h"

#include <math.h>
#include <stddef.h>

void
jtn_deployment_init(struct jtn_deployment *ret)
{
	if (ret != NULL)
		*ret = (struct jtn_deployment){.size = sizeof(*ret)};
}

enum { DEGREE_LIMIT = 65536, TOKENS_LIMIT = 1 << 24, DRAFT_LIMIT = 64 };

/* 0 is the default, anything else must lie in [1, limit]. */
static jtn_status
take_count(int32_t given, int32_t otherwise, int32_t limit, const char *field, double *ret, struct jtn_error *reterr)
{
	if (given < 0 || given > limit)
		return jtn__fail(reterr, JTN_E_RANGE, field, "%d is not a count from 1 to %d (0 means the default)",
		                 (int64_t)given, (int64_t)limit);
	*ret = given == 0 ? otherwise : given;
	return JTN_OK;
}

static jtn_status
take_switch(int32_t given, int32_t otherwise, const char *field, bool *ret, struct jtn_error *reterr)
{
	if (given < JTN_SWITCH_DEFAULT || given > JTN_SWITCH_OFF)
		return jtn__fail(reterr, JTN_E_ARGUMENT, field, "%d is not a switch: 0 default, 1 on, 2 off", (int64_t)given);
	*ret = (given == JTN_SWITCH_DEFAULT ? otherwise : given) == JTN_SWITCH_ON;
	return JTN_OK;
}

/* A share in (0, 1]; 0 is the default where there is one. NaN fails every comparison, hence the negations. */
static jtn_status
take_share(double given, double otherwise, const char *field, double *ret, struct jtn_error *reterr)
{
	double value = given == 0 ? otherwise : given;
	if (!(value > 0 && value <= 1))
		return jtn__fail(reterr, JTN_E_RANGE, field, "%g is not in (0, 1]", given);
	*ret = value;
	return JTN_OK;
}

static jtn_status
resolve_formats(const struct jtn_model *model, const struct jtn_deployment *deployment, struct jtn__resolved *ret,
                struct jtn_error *reterr)
{
	if (jtn_precision_name(deployment->precision) == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "deployment.precision", "%d is not an enum jtn_precision",
		                 (int64_t)deployment->precision);
	ret->precision = deployment->precision != JTN_PRECISION_DEFAULT ? deployment->precision : model->facts.precision;
	for (int32_t i = 0; i < JTN__WEIGHTS; i++)
		ret->formats.weight[i] = jtn__precision_weight(deployment->precision, i, model->native[i]);
	ret->kv_precision = deployment->kv_precision != JTN_PRECISION_DEFAULT ? deployment->kv_precision
	                                                                      : jtn__precision_kv_default(ret->precision);
	ret->formats.kv_bytes = jtn__precision_kv_bytes(ret->kv_precision);
	if (ret->formats.kv_bytes <= 0)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "deployment.kv_precision",
		                 "a KV cache is kept in bf16, fp16, fp8 or int8, not in %s",
		                 jtn_precision_name(ret->kv_precision));
	return JTN_OK;
}

bool
jtn__tp_divides(const struct jtn_hardware *hardware, const struct jtn_model *model, int32_t tp)
{
	int32_t heads = model->facts.attention_heads;
	bool on_chip = (hardware->facts.flags & JTN_HARDWARE_ON_CHIP_MEMORY) != 0;
	return heads <= 0 || heads % tp == 0 || (on_chip && tp % heads == 0);
}

/* The largest divisor of `whole` up to `most`: what to use instead of a degree that does not divide it. */
static int64_t
divisor_up_to(int64_t whole, int64_t most)
{
	int64_t divisor = most < whole ? most : whole;
	while (divisor > 1 && whole % divisor != 0)
		divisor--;
	return divisor;
}

static jtn_status
check_shape(const struct jtn_hardware *hardware, const struct jtn_model *model, const struct jtn__shape *shape,
            const char *tp_field, const char *pp_field, const char *ep_field, struct jtn_error *reterr)
{
	int64_t heads = model->facts.attention_heads, layers = model->facts.layers, experts = model->facts.experts;
	int64_t group = (int64_t)shape->tp * shape->dp;
	if (!jtn__tp_divides(hardware, model, shape->tp))
		return jtn__fail(reterr, JTN_E_CONTRADICTION, tp_field,
		                 "%d does not divide the model's %d attention heads; %d does", (int64_t)shape->tp, heads,
		                 divisor_up_to(heads, shape->tp));
	if (shape->pp > layers)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, pp_field,
		                 "%d stages are more than the model's %d layers; each needs one at least", (int64_t)shape->pp,
		                 layers);
	if (shape->ep > 1 && experts == 0)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, ep_field,
		                 "%d expert-parallel ranks, but the model has no routed experts; use ep 1", (int64_t)shape->ep);
	if (group % shape->ep != 0)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, ep_field, "%d does not divide tp * dp = %d; %d does",
		                 (int64_t)shape->ep, group, divisor_up_to(group, shape->ep));
	if (experts > 0 && shape->ep > experts)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, ep_field,
		                 "%d ranks are more than the model's %d experts; use a divisor of tp * dp up to that",
		                 (int64_t)shape->ep, experts);
	return JTN_OK;
}

static jtn_status
resolve_whole(const struct jtn_hardware *hardware, const struct jtn_model *model, const struct jtn_deployment *d,
              struct jtn__resolved *ret, struct jtn_error *reterr)
{
	double tp, pp, dp, ep;
	JTN__TRY(take_count(d->tp, 1, DEGREE_LIMIT, "deployment.tp", &tp, reterr));
	JTN__TRY(take_count(d->pp, 1, DEGREE_LIMIT, "deployment.pp", &pp, reterr));
	JTN__TRY(take_count(d->dp, 1, DEGREE_LIMIT, "deployment.dp", &dp, reterr));
	JTN__TRY(take_count(d->ep, 1, DEGREE_LIMIT, "deployment.ep", &ep, reterr));
	ret->spans = (hardware->facts.flags & JTN_HARDWARE_ON_CHIP_MEMORY) != 0 && d->tp == 0 && d->pp == 0;
	ret->workers = 1;
	ret->shape = (struct jtn__shape){.tp = (int32_t)tp, .pp = (int32_t)pp, .dp = (int32_t)dp, .ep = (int32_t)ep};
	return check_shape(hardware, model, &ret->shape, "deployment.tp", "deployment.pp", "deployment.ep", reterr);
}

static jtn_status
resolve_pool(const struct jtn_hardware *hardware, const struct jtn_model *model, const struct jtn_pool *pool,
             const char *const fields[4], struct jtn__shape *ret, double *retworkers, struct jtn_error *reterr)
{
	double tp, dp, ep;
	JTN__TRY(take_count(pool->tp, 1, DEGREE_LIMIT, fields[0], &tp, reterr));
	JTN__TRY(take_count(pool->dp, 1, DEGREE_LIMIT, fields[1], &dp, reterr));
	JTN__TRY(take_count(pool->ep, 1, DEGREE_LIMIT, fields[2], &ep, reterr));
	JTN__TRY(take_count(pool->workers, 1, DEGREE_LIMIT, fields[3], retworkers, reterr));
	*ret = (struct jtn__shape){.tp = (int32_t)tp, .pp = 1, .dp = (int32_t)dp, .ep = (int32_t)ep};
	return check_shape(hardware, model, ret, fields[0], fields[0], fields[2], reterr);
}

static jtn_status
resolve_pools(const struct jtn_hardware *hardware, const struct jtn_model *model, const struct jtn_deployment *d,
              struct jtn__resolved *ret, struct jtn_error *reterr)
{
	static const char *const prefill[4] = {"deployment.disaggregated.prefill.tp", "deployment.disaggregated.prefill.dp",
	                                       "deployment.disaggregated.prefill.ep",
	                                       "deployment.disaggregated.prefill.workers"};
	static const char *const decode[4] = {"deployment.disaggregated.decode.tp", "deployment.disaggregated.decode.dp",
	                                      "deployment.disaggregated.decode.ep",
	                                      "deployment.disaggregated.decode.workers"};
	const struct {
		int32_t value;
		const char *field;
	} whole[] = {
		{d->tp, "deployment.tp"},
		{d->pp, "deployment.pp"},
		{d->dp, "deployment.dp"},
		{d->ep, "deployment.ep"},
	};
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (whole[i].value != 0)
			return jtn__fail(reterr, JTN_E_CONTRADICTION, whole[i].field,
			                 "given beside disaggregated pools, which have tp, dp and ep of their own; leave it out");
	if (d->prefill.workers == 0 || d->decode.workers == 0)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, d->prefill.workers == 0 ? prefill[3] : decode[3],
		                 "a disaggregated deployment needs workers in both pools, prefill and decode");
	ret->disaggregated = true;
	JTN__TRY(resolve_pool(hardware, model, &d->prefill, prefill, &ret->prefill_shape, &ret->prefill_workers, reterr));
	return resolve_pool(hardware, model, &d->decode, decode, &ret->shape, &ret->workers, reterr);
}

static jtn_status
resolve_speculation(const struct jtn_deployment *d, struct jtn__resolved *ret, struct jtn_error *reterr)
{
	if (d->speculative_tokens < 0 || d->speculative_tokens > DRAFT_LIMIT)
		return jtn__fail(reterr, JTN_E_RANGE, "deployment.speculative.tokens", "%d is not from 0 to %d",
		                 (int64_t)d->speculative_tokens, (int64_t)DRAFT_LIMIT);
	ret->speculative_tokens = d->speculative_tokens;
	if (d->speculative_tokens == 0 && (d->speculative_acceptance != 0 || d->speculative_decay != 0))
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "deployment.speculative.tokens",
		                 "an acceptance or decay without draft tokens; give tokens from 1 to %d", (int64_t)DRAFT_LIMIT);
	if (d->speculative_tokens == 0)
		return JTN_OK;
	if (d->speculative_acceptance == 0)
		return jtn__fail(reterr, JTN_E_MISSING_FIELD, "deployment.speculative.acceptance",
		                 "required with draft tokens: the chance in (0, 1] that the first one is accepted");
	JTN__TRY(take_share(d->speculative_acceptance, 1, "deployment.speculative.acceptance", &ret->speculative_acceptance,
	                    reterr));
	return take_share(d->speculative_decay, 1, "deployment.speculative.decay", &ret->speculative_decay, reterr);
}

static bool
has_pools(const struct jtn_deployment *d)
{
	const struct jtn_pool *p = &d->prefill, *q = &d->decode;
	return (p->tp | p->dp | p->ep | p->workers | q->tp | q->dp | q->ep | q->workers) != 0;
}

jtn_status
jtn__deployment_resolve(const struct jtn_hardware *hardware, const struct jtn__stack_defaults *defaults,
                        const struct jtn_model *model, const struct jtn_deployment *deployment,
                        struct jtn__resolved *ret, struct jtn_error *reterr)
{
	struct jtn_deployment d;
	jtn_deployment_init(&d);
	if (deployment != NULL)
		JTN__TRY(jtn__read_options(deployment, offsetof(struct jtn_deployment, decode) + sizeof(struct jtn_pool), &d,
		                           sizeof(d), "jtn_deployment", reterr));
	if (d.reserved != 0)
		return jtn__fail(reterr, JTN_E_ABI, "deployment.reserved", "must be zero");

	*ret = (struct jtn__resolved){0};
	JTN__TRY(resolve_formats(model, &d, ret, reterr));
	JTN__TRY(has_pools(&d) ? resolve_pools(hardware, model, &d, ret, reterr)
	                       : resolve_whole(hardware, model, &d, ret, reterr));
	JTN__TRY(resolve_speculation(&d, ret, reterr));
	JTN__TRY(take_count(d.replicas, 1, TOKENS_LIMIT, "deployment.replicas", &ret->replicas, reterr));
	JTN__TRY(take_count(d.max_num_seqs, defaults->max_num_seqs, TOKENS_LIMIT, "deployment.max_num_seqs",
	                    &ret->max_num_seqs, reterr));
	JTN__TRY(take_count(d.max_batched_tokens, defaults->max_batched_tokens, TOKENS_LIMIT,
	                    "deployment.max_batched_tokens", &ret->max_batched_tokens, reterr));
	JTN__TRY(take_switch(d.chunked_prefill, defaults->chunked_prefill, "deployment.chunked_prefill",
	                     &ret->chunked_prefill, reterr));
	JTN__TRY(take_switch(d.prefix_caching, defaults->prefix_caching, "deployment.prefix_caching", &ret->prefix_caching,
	                     reterr));
	return take_share(d.memory_utilization, defaults->memory_utilization, "deployment.memory_utilization",
	                  &ret->memory_utilization, reterr);
}
