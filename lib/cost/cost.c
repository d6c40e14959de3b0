/* Cost: an operating point and an hour come to money per token. Source: NVIDIA's equation; docs/cost-model.md, "Money". */
#include "jeton/cost.h"

#include "base/abi.h"
#include "base/amount.h"
#include "tariff/tariff.h"
#include "workload.h"

#include <math.h>
#include <string.h>

static const double seconds_per_hour = 3600;
static const double mtok = 1e6;

/* The part of the bill that `share` is, per million of the tokens it is for. */
static double
per_mtok(double per_request, double share, double tokens)
{
	return tokens > 0 ? per_request * share / tokens * mtok : 0;
}

/* Prices of rates near the ends of double's range leave it. */
static jtn_status
check_finite(const struct jtn_cost *cost, struct jtn_error *reterr)
{
	const double all[] = {
		cost->per_hour,        cost->per_mtok_total,         cost->per_mtok_input, cost->per_mtok_cached_input,
		cost->per_mtok_output, cost->per_mtok_output_all_in, cost->per_request,    cost->per_mwh};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!(fabs(all[i]) < HUGE_VAL))
			return jtn__fail(reterr, JTN_E_RANGE, "",
			                 "a price beyond the range of double; give rates and money of a sensible size");
	return JTN_OK;
}

static void
price_row(const struct jtn_workload *w, const struct jtn_estimate *e, double accelerator_hour, struct jtn_cost *ret)
{
	double fresh = w->input_tokens - w->cached_input_tokens;
	ret->per_hour = accelerator_hour * e->accelerators;
	ret->per_request = ret->per_hour / (e->requests_per_s * seconds_per_hour);
	ret->per_mtok_total = per_mtok(ret->per_request, 1, w->input_tokens + w->output_tokens);
	ret->per_mtok_output_all_in = per_mtok(ret->per_request, 1, w->output_tokens);
	ret->per_mtok_input = per_mtok(ret->per_request, e->time_input, fresh);
	ret->per_mtok_cached_input = per_mtok(ret->per_request, e->time_cached_input, w->cached_input_tokens);
	ret->per_mtok_output = per_mtok(ret->per_request, e->time_output, w->output_tokens);
	ret->per_mwh = e->power_kw > 0 ? ret->per_hour / (e->power_kw * 1e-3) : 0;
	ret->idle_share = e->idle_share;
}

static jtn_status
check_batch(const void *workloads, size_t workload_size, const void *estimates, size_t estimate_size,
            const struct jtn_hour *hour, const void *ret, size_t cost_size, size_t count, struct jtn_error *reterr)
{
	if (hour == NULL || (count > 0 && (workloads == NULL || estimates == NULL || ret == NULL)))
		return jtn__fail(reterr, JTN_E_ARGUMENT, hour == NULL ? "hour" : "", "NULL where rows or an hour are needed");
	JTN__TRY(jtn__check_record(workload_size, sizeof(struct jtn_workload), "jtn_workload", reterr));
	JTN__TRY(jtn__check_record(estimate_size, sizeof(struct jtn_estimate), "jtn_estimate", reterr));
	return jtn__check_record(cost_size, sizeof(struct jtn_cost), "jtn_cost", reterr);
}

/* An estimate that no jtn_estimate_batch made, or of another workload, must not become a price. */
static jtn_status
check_row(const struct jtn_workload *w, const struct jtn_estimate *e, struct jtn_error *reterr)
{
	if (e->status < JTN_OK || e->status > JTN_E_SPACE)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "estimate.status",
		                 "%d is not a status; give rows of jtn_estimate_batch()", (int64_t)e->status);
	if (e->status != JTN_OK)
		return jtn__fail(reterr, e->status, "estimate.status", "this row's estimate failed: %s",
		                 jtn_status_name(e->status));
	JTN__TRY(jtn__workload_check(w, reterr));
	if (!(e->requests_per_s > 0 && e->requests_per_s < HUGE_VAL && e->accelerators > 0))
		return jtn__fail(reterr, JTN_E_RANGE, "estimate.requests_per_s",
		                 "%g requests/s on %d accelerators; both must be above 0", e->requests_per_s,
		                 (int64_t)e->accelerators);
	const double shares[] = {e->time_input, e->time_cached_input, e->time_output, e->idle_share};
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		if (!(shares[i] >= 0 && shares[i] <= 1))
			return jtn__fail(reterr, JTN_E_RANGE, "estimate.time_input",
			                 "a share of %g, not from 0 to 1; give rows of jtn_estimate_batch()", shares[i]);
	if (!(fabs(e->time_input + e->time_cached_input + e->time_output - 1) < 1e-6 && e->power_kw >= 0 &&
	      e->power_kw < HUGE_VAL))
		return jtn__fail(reterr, JTN_E_RANGE, "estimate.time_output",
		                 "shares that do not add up to 1, or no finite power; give rows of "
		                 "jtn_estimate_batch()");
	if ((w->cached_input_tokens == 0 && e->time_cached_input > 0) ||
	    (w->cached_input_tokens >= w->input_tokens && e->time_input > 0))
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "workload.cached_input_tokens",
		                 "the estimate is of another workload: a share for tokens this one has none of");
	return JTN_OK;
}

jtn_status
jtn_cost_batch(const struct jtn_workload *workloads, size_t workload_size, const struct jtn_estimate *estimates,
               size_t estimate_size, const struct jtn_hour *hour, struct jtn_cost *ret, size_t cost_size, size_t count,
               struct jtn_error *reterr)
{
	JTN__TRY(check_batch(workloads, workload_size, estimates, estimate_size, hour, ret, cost_size, count, reterr));
	struct jtn_hour_price price;
	JTN__TRY(jtn_hour_read_price(hour, &price, sizeof(price), reterr));
	struct jtn_error first;
	jtn_status status = JTN_OK;
	for (size_t i = 0; i < count; i++) {
		struct jtn_workload workload;
		struct jtn_estimate estimate;
		struct jtn_cost cost = {0};
		const unsigned char *row = (const unsigned char *)workloads + i * workload_size;
		memcpy(&estimate, (const unsigned char *)estimates + i * estimate_size, sizeof(estimate));
		cost.status = jtn__workload_read(row, workload_size, &workload, status == JTN_OK ? &first : NULL);
		if (cost.status == JTN_OK)
			cost.status = check_row(&workload, &estimate, status == JTN_OK ? &first : NULL);
		if (cost.status == JTN_OK) {
			price_row(&workload, &estimate, price.total, &cost);
			cost.status = check_finite(&cost, status == JTN_OK ? &first : NULL);
		}
		if (cost.status != JTN_OK)
			cost = (struct jtn_cost){.status = cost.status};
		if (cost.status != JTN_OK && status == JTN_OK) {
			status = JTN_E_ROWS;
			first.index = (int64_t)i;
		}
		unsigned char *out = (unsigned char *)ret + i * cost_size;
		memset(out, 0, cost_size);
		memcpy(out, &cost, sizeof(cost));
	}
	if (status != JTN_OK && reterr != NULL) {
		*reterr = first;
		reterr->status = status;
	}
	return status;
}

static jtn_status
check_measured(const struct jtn_measured *m, struct jtn_error *reterr)
{
	if (!(m->output_tps > 0 && m->output_tps < HUGE_VAL))
		return jtn__fail(reterr, JTN_E_RANGE, "measured.output_tps", "%g is not a finite rate above 0 tokens/s",
		                 m->output_tps);
	if (!(m->input_tps >= 0 && m->input_tps < HUGE_VAL))
		return jtn__fail(reterr, JTN_E_RANGE, "measured.input_tps", "%g is not a finite rate of 0 or more tokens/s",
		                 m->input_tps);
	if (!(m->kw >= 0 && m->kw < HUGE_VAL))
		return jtn__fail(reterr, JTN_E_RANGE, "measured.kw", "%g is not a finite power of 0 or more kW", m->kw);
	if (m->reserved != 0)
		return jtn__fail(reterr, JTN_E_ABI, "measured.reserved", "must be zero");
	return JTN_OK;
}

jtn_status
jtn_cost_measured(const struct jtn_measured *measured, size_t measured_size, const struct jtn_hour *hour,
                  struct jtn_cost *ret, size_t cost_size, struct jtn_error *reterr)
{
	if (measured == NULL || hour == NULL || ret == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, measured == NULL ? "measured" : hour == NULL ? "hour" : "ret", "NULL");
	JTN__TRY(jtn__check_record(measured_size, sizeof(*measured), "jtn_measured", reterr));
	JTN__TRY(jtn__check_record(cost_size, sizeof(*ret), "jtn_cost", reterr));
	JTN__TRY(check_measured(measured, reterr));
	struct jtn_hour_price price;
	JTN__TRY(jtn_hour_read_price(hour, &price, sizeof(price), reterr));

	double per_second = price.total / seconds_per_hour;
	const struct jtn_cost cost = {
		.per_hour = price.total,
		.per_mtok_output_all_in = per_second / measured->output_tps * mtok,
		.per_mtok_total = per_second / (measured->output_tps + measured->input_tps) * mtok,
		.per_mwh = measured->kw > 0 ? price.total / (measured->kw * 1e-3) : 0,
	};
	JTN__TRY(check_finite(&cost, reterr));
	memset(ret, 0, cost_size);
	memcpy(ret, &cost, sizeof(cost));
	return JTN_OK;
}

#define PRICE_DECIMALS_MOST 15
#define MANTISSA 53

/*
 * A double of at least 0 and below 10^20 as an amount: its exact value cut at 10^-18, where a rest is kept by one unit in
 * the last place wherever rounding to fewer decimals could take it for a tie.
 */
static jtn__int128
amount_of(double value)
{
	int exponent;
	uint64_t mantissa = (uint64_t)ldexp(frexp(value, &exponent), MANTISSA);
	jtn__uint128 scaled = (jtn__uint128)mantissa * (uint64_t)JTN__MONEY_UNIT; /* below 2^113 */
	exponent -= MANTISSA;
	if (exponent >= 0)
		return (jtn__int128)(scaled << exponent);
	jtn__uint128 whole = exponent > -128 ? scaled >> -exponent : 0;
	bool rest = exponent > -128 ? whole << -exponent != scaled : scaled != 0;
	return (jtn__int128)(whole + (rest && whole % 5 == 0));
}

/* A price per million tokens for these meters. */
static jtn_status
add_price(struct jtn__draft *draft, const char *id, double per_million, const uint32_t *meters, int32_t decimals,
          int32_t rounding, struct jtn_error *reterr)
{
	struct jtn__rule rule = jtn__rule_plain(id);
	struct jtn_money amount;
	if (!(per_million >= 0 && per_million < HUGE_VAL))
		return jtn__fail(reterr, JTN_E_RANGE, id, "a price of %g per million tokens; expected 0 or more", per_million);
	if (per_million >= 1e20)
		return jtn__fail(reterr, JTN_E_OVERFLOW, id, "a price of %g per million tokens is beyond what money holds, 10^20",
		                 per_million);
	JTN__TRY(jtn_money_round(jtn__money(amount_of(per_million)), decimals, rounding, &amount, NULL, reterr));
	rule.price = jtn__price_of(amount, 1000000);
	for (; *meters; meters++)
		jtn__meters_add(&rule.meters, *meters);
	return jtn__draft_add(draft, &rule, reterr);
}

static void
declare_fallbacks(uint8_t fallback[JTN__METERS], bool cached)
{
	for (uint32_t meter = JTN_METER_CACHE_WRITE; meter < JTN_METER_OUTPUT; meter += JTN_METER_CACHE_WRITE_5M - JTN_METER_CACHE_WRITE)
		fallback[meter] = JTN_METER_INPUT;
	if (!cached)
		fallback[JTN_METER_CACHE_READ] = JTN_METER_INPUT;
	fallback[JTN_METER_REASONING] = JTN_METER_OUTPUT;
	fallback[JTN_METER_REJECTED_PREDICTION] = JTN_METER_OUTPUT;
	fallback[JTN_METER_CITATION] = JTN_METER_OUTPUT;
}

static jtn_status
build_tariff(const struct jtn_cost *cost, const char *currency, int32_t decimals, int32_t rounding,
             struct jtn__arena *arena, struct jtn_tariff **ret, struct jtn_error *reterr)
{
	static const uint32_t input[] = {JTN_METER_INPUT, 0}, cached[] = {JTN_METER_CACHE_READ, 0},
	                      output[] = {JTN_METER_OUTPUT, 0};
	bool has_cached = cost->per_mtok_cached_input != 0;
	struct jtn__draft *draft = jtn__arena_take(arena, 1, sizeof(*draft));
	struct jtn_tariff *tariff = jtn__arena_take(arena, 1, sizeof(*tariff));
	if (!draft || !tariff)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a tariff");
	draft->arena = arena;
	/* A workload without prompts to compute has no price for one; without output there is none either. */
	if (cost->per_mtok_input != 0)
		JTN__TRY(add_price(draft, "input", cost->per_mtok_input, input, decimals, rounding, reterr));
	if (has_cached)
		JTN__TRY(add_price(draft, "cached_input", cost->per_mtok_cached_input, cached, decimals, rounding, reterr));
	JTN__TRY(add_price(draft, "output", cost->per_mtok_output, output, decimals, rounding, reterr));
	declare_fallbacks(draft->fallback, has_cached);
	*tariff = (struct jtn_tariff){.arena = arena, .provider = "production", .model = "estimate", .source = "estimate"};
	memcpy(tariff->currency, currency, strlen(currency) + 1);
	JTN__TRY(jtn__draft_finish(draft, arena, tariff, reterr));
	*ret = tariff;
	return JTN_OK;
}

jtn_status
jtn_cost_tariff(const struct jtn_cost *cost, size_t cost_size, const char *currency, int32_t decimals, int32_t rounding,
                const struct jtn_allocator *allocator, struct jtn_tariff **ret, struct jtn_error *reterr)
{
	struct jtn__arena *arena;
	if (!cost || !currency || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, !cost ? "cost" : !currency ? "currency" : "ret", "NULL");
	JTN__TRY(jtn__check_record(cost_size, sizeof(*cost), "jtn_cost", reterr));
	if (strlen(currency) != 3)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "currency", "expected an ISO 4217 currency, such as \"USD\"");
	if (decimals < 0 || decimals > PRICE_DECIMALS_MOST)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "decimals", "decimals is %d; expected 0 to %d", (int64_t)decimals,
		                 (int64_t)PRICE_DECIMALS_MOST);
	if (cost->status != JTN_OK || !(cost->per_mtok_output > 0))
		return jtn__fail(reterr, JTN_E_RANGE, "cost", "a cost that failed or has no price of output; rate a workload's");
	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	jtn_status status = build_tariff(cost, currency, decimals, rounding, arena, ret, reterr);
	if (status != JTN_OK)
		jtn__arena_free(arena);
	return status;
}
