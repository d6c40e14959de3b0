/* Cost: an estimate and an hour as money per token; NVIDIA's equation for what was measured. */
#include "tariff.h"

static struct jtn_hour
rent(double per_hour)
{
	struct jtn_hour hour;

	jtn_hour_init(&hour);
	hour.rent_per_hour = per_hour;
	return hour;
}

static struct jtn_server *
caching_server(void)
{
	struct jtn_deployment deployment;

	jtn_deployment_init(&deployment);
	deployment.prefix_caching = JTN_SWITCH_ON;
	return new_server(H100, "vllm", "llama-3.1-8b", &deployment);
}

static struct jtn_cost
price(struct jtn_workload workload, struct jtn_estimate estimate, struct jtn_hour hour)
{
	struct jtn_cost cost;
	struct jtn_error err;

	assert_ok(
		jtn_cost_batch(&workload, sizeof(workload), &estimate, sizeof(estimate), &hour, &cost, sizeof(cost), 1, &err),
		err);
	ck_assert_int_eq(cost.status, JTN_OK);
	ck_assert_uint_eq(cost.reserved, 0);
	return cost;
}

static const struct jtn_workload shapes[] = {
	{.input_tokens = 1000, .output_tokens = 1000, .concurrency = 64},
	{.input_tokens = 1000, .output_tokens = 1, .concurrency = 64},
	{.input_tokens = 1, .output_tokens = 4000, .concurrency = 1},
	{.input_tokens = 8000, .output_tokens = 200, .cached_input_tokens = 6000, .concurrency = 32},
	{.input_tokens = 8000, .output_tokens = 200, .cached_input_tokens = 8000, .concurrency = 32},
	{.input_tokens = 2048.5, .output_tokens = 111.25, .cached_input_tokens = 0.125, .request_rate = 0.37},
	{.input_tokens = 2000, .output_tokens = 100, .request_rate = 1e-6},
	{.input_tokens = 2000, .output_tokens = 100, .request_rate = 1e6},
	{.input_tokens = 500, .output_tokens = 500, .cached_input_tokens = 250, .flags = JTN_WORKLOAD_OFFLINE},
};

START_TEST(the_split_adds_up_to_the_bill)
{
	struct jtn_workload w = shapes[_i];
	struct jtn_server *server = caching_server();
	struct jtn_estimate e = estimate_one(server, w);
	struct jtn_cost c = price(w, e, rent(2.5));
	double fresh = w.input_tokens - w.cached_input_tokens;

	assert_close(c.per_hour, 2.5 * e.accelerators, 1e-12);
	assert_close(c.per_request, c.per_hour / (e.requests_per_s * 3600), 1e-9);
	assert_close(c.per_mtok_input * fresh + c.per_mtok_cached_input * w.cached_input_tokens +
	                 c.per_mtok_output * w.output_tokens,
	             c.per_request * 1e6, 1e-9);
	assert_close(c.per_mtok_total * (w.input_tokens + w.output_tokens), c.per_request * 1e6, 1e-9);
	assert_close(c.per_mtok_output_all_in * w.output_tokens, c.per_request * 1e6, 1e-9);
	assert_close(c.per_mwh * e.power_kw / 1000, c.per_hour, 1e-9);
	ck_assert(c.idle_share == e.idle_share);
	if (fresh == 0)
		ck_assert(c.per_mtok_input == 0);
	if (w.cached_input_tokens == 0)
		ck_assert(c.per_mtok_cached_input == 0);
	jtn_server_free(server);
}
END_TEST

START_TEST(each_share_of_the_time_is_its_share_of_the_bill)
{
	struct jtn_workload w = shapes[3];
	struct jtn_server *server = caching_server();
	struct jtn_estimate e = estimate_one(server, w);
	struct jtn_cost c = price(w, e, rent(2.5));

	assert_close(c.per_mtok_input * (w.input_tokens - w.cached_input_tokens), e.time_input * c.per_request * 1e6, 1e-9);
	assert_close(c.per_mtok_cached_input * w.cached_input_tokens, e.time_cached_input * c.per_request * 1e6, 1e-9);
	assert_close(c.per_mtok_output * w.output_tokens, e.time_output * c.per_request * 1e6, 1e-9);
	jtn_server_free(server);
}
END_TEST

START_TEST(a_cached_token_costs_less_than_a_fresh_one_and_an_output_token_more)
{
	struct jtn_server *server = caching_server();
	struct jtn_workload w = shapes[3];
	struct jtn_cost c = price(w, estimate_one(server, w), rent(2.5));

	ck_assert_msg(c.per_mtok_cached_input < c.per_mtok_input, "cached %g, fresh %g", c.per_mtok_cached_input,
	              c.per_mtok_input);
	ck_assert_msg(c.per_mtok_input < c.per_mtok_output, "input %g, output %g", c.per_mtok_input, c.per_mtok_output);
	ck_assert_double_gt(c.per_mtok_cached_input, 0);
	jtn_server_free(server);
}
END_TEST

START_TEST(caching_more_never_makes_a_request_dearer)
{
	struct jtn_server *server = caching_server();
	struct jtn_workload w = closed_loop(8000, 200, _i == 0 ? 2 : 32);
	double previous = INFINITY;

	for (; w.cached_input_tokens <= w.input_tokens; w.cached_input_tokens += 500) {
		double now = price(w, estimate_one(server, w), rent(2.5)).per_request;

		ck_assert_msg(now <= previous * (1 + 1e-9), "%g with %g cached, %g with less", now, w.cached_input_tokens,
		              previous);
		previous = now;
	}
	jtn_server_free(server);
}
END_TEST

START_TEST(prices_are_proportional_to_the_hour)
{
	struct jtn_server *server = caching_server();
	struct jtn_estimate e = estimate_one(server, shapes[3]);
	struct jtn_cost one = price(shapes[3], e, rent(1));
	struct jtn_cost seven = price(shapes[3], e, rent(7));
	struct jtn_cost nothing = price(shapes[3], e, rent(0));
	const double *a = &one.per_hour;
	const double *b = &seven.per_hour;
	const double *c = &nothing.per_hour;
	int i;

	for (i = 0; i < 8; i++) { /* per_hour to per_mwh */
		assert_close(b[i], 7 * a[i], 1e-12);
		ck_assert(c[i] == 0);
	}
	jtn_server_free(server);
}
END_TEST

START_TEST(owning_costs_what_the_hour_comes_to)
{
	struct jtn_server *server = caching_server();
	struct jtn_estimate e = estimate_one(server, shapes[0]);
	struct jtn_hour hour = rent(0);
	struct jtn_hour_price parts;
	struct jtn_error err;

	hour.basis = JTN_HOUR_OWN;
	hour.own_capex = 35000;
	hour.own_cost_of_capital = 0.1;
	hour.own_kw = 1.7;
	hour.own_pue = 1.2;
	hour.own_electricity_per_kwh = 0.08;
	hour.own_hosting_per_kw_month = 130;
	hour.own_availability = 0.98;
	assert_ok(jtn_hour_read_price(&hour, &parts, sizeof(parts), &err), err);
	ck_assert_double_gt(parts.total, 1);
	assert_close(price(shapes[0], e, hour).per_hour, parts.total * e.accelerators, 1e-12);
	jtn_server_free(server);
}
END_TEST

START_TEST(idle_hours_are_in_the_price)
{
	struct jtn_server *server = caching_server();
	double maximum = estimate_one(server, offline_queue(1000, 300)).requests_per_s;
	double previous = 0;
	double share;

	for (share = 0.9; share > 1e-5; share /= 4) {
		struct jtn_workload w = open_loop(1000, 300, share * maximum);
		struct jtn_cost c = price(w, estimate_one(server, w), rent(2.5));

		assert_close(c.per_request, 2.5 / (share * maximum * 3600), 1e-9);
		ck_assert_double_gt(c.per_mtok_output, previous);
		previous = c.per_mtok_output;
	}
	jtn_server_free(server);
}
END_TEST

START_TEST(a_larger_batch_is_cheaper)
{
	struct jtn_server *server = caching_server();
	double previous = INFINITY;
	double concurrency;

	for (concurrency = 1; concurrency <= 256; concurrency *= 4) {
		struct jtn_workload w = closed_loop(1000, 1000, concurrency);
		double now = price(w, estimate_one(server, w), rent(2.5)).per_mtok_output_all_in;

		ck_assert_msg(now < previous, "%g at %g", now, concurrency);
		previous = now;
	}
	jtn_server_free(server);
}
END_TEST

/* Rounding must not leave a crumb of the bill with tokens that are not there. */
START_TEST(a_prompt_cached_whole_has_a_price_at_every_load)
{
	struct jtn_server *server = caching_server();
	double concurrency;

	for (concurrency = 0.5; concurrency < 2000; concurrency *= 1.05) {
		struct jtn_workload w = closed_loop(1000, 200, concurrency);
		struct jtn_cost cost;

		w.cached_input_tokens = 1000;
		cost = price(w, estimate_one(server, w), rent(2));
		ck_assert_double_eq(cost.per_mtok_input, 0);
		ck_assert_double_gt(cost.per_mtok_cached_input, 0);
	}
	jtn_server_free(server);
}
END_TEST

START_TEST(a_failed_estimate_carries_its_status_on)
{
	struct jtn_server *server = caching_server();
	struct jtn_workload w[3] = {shapes[0], closed_loop(-1, 10, 10), shapes[3]};
	const struct jtn_cost zero = {0};
	struct jtn_hour hour = rent(2.5);
	struct jtn_estimate e[3];
	struct jtn_cost c[3];
	struct jtn_cost alone;
	struct jtn_error err;

	assert_status(jtn_estimate_batch(server, w, sizeof(w[0]), e, sizeof(e[0]), 3, &err), JTN_E_ROWS);
	memset(c, 0xa5, sizeof(c));
	assert_status(jtn_cost_batch(w, sizeof(w[0]), e, sizeof(e[0]), &hour, c, sizeof(c[0]), 3, &err), JTN_E_ROWS);
	ck_assert_int_eq(err.status, JTN_E_ROWS);
	ck_assert_int_eq((int)err.index, 1);
	ck_assert_int_eq(c[1].status, JTN_E_RANGE);
	c[1].status = 0;
	ck_assert_mem_eq(&c[1], &zero, sizeof(zero));
	alone = price(w[2], e[2], hour);
	ck_assert_mem_eq(&c[2], &alone, sizeof(alone));
	jtn_server_free(server);
}
END_TEST

START_TEST(a_bad_hour_is_refused_by_name)
{
	struct jtn_server *server = caching_server();
	struct jtn_workload w = shapes[0];
	struct jtn_estimate e = estimate_one(server, w);
	const double bad[] = {-1, NAN, INFINITY, -INFINITY};
	struct jtn_cost c;
	struct jtn_cost before;
	struct jtn_error err;
	size_t i;

	memset(&c, 0xa5, sizeof(c));
	before = c;
	for (i = 0; i < COUNT(bad); i++) {
		struct jtn_hour hour = rent(bad[i]);

		assert_fails(jtn_cost_batch(&w, sizeof(w), &e, sizeof(e), &hour, &c, sizeof(c), 1, &err), JTN_E_RANGE, err,
		             "rent_per_hour");
	}
	ck_assert_mem_eq(&c, &before, sizeof(c));
	jtn_server_free(server);
}
END_TEST

START_TEST(a_call_that_fails_touches_nothing)
{
	struct jtn_server *server = caching_server();
	struct jtn_workload w = shapes[0];
	struct jtn_estimate e = estimate_one(server, w);
	struct jtn_hour hour = rent(2.5);
	struct jtn_hour small = hour;
	struct jtn_cost c;
	struct jtn_cost before;
	struct jtn_error err;

	small.size = 8;
	memset(&c, 0xa5, sizeof(c));
	before = c;
	assert_status(jtn_cost_batch(NULL, sizeof(w), &e, sizeof(e), &hour, &c, sizeof(c), 1, &err), JTN_E_ARGUMENT);
	assert_status(jtn_cost_batch(&w, sizeof(w), NULL, sizeof(e), &hour, &c, sizeof(c), 1, &err), JTN_E_ARGUMENT);
	assert_status(jtn_cost_batch(&w, sizeof(w), &e, sizeof(e), NULL, &c, sizeof(c), 1, &err), JTN_E_ARGUMENT);
	assert_status(jtn_cost_batch(&w, sizeof(w), &e, sizeof(e), &hour, NULL, sizeof(c), 1, &err), JTN_E_ARGUMENT);
	assert_status(jtn_cost_batch(&w, sizeof(w) - 1, &e, sizeof(e), &hour, &c, sizeof(c), 1, &err), JTN_E_ABI);
	assert_status(jtn_cost_batch(&w, sizeof(w), &e, sizeof(e) - 1, &hour, &c, sizeof(c), 1, &err), JTN_E_ABI);
	assert_status(jtn_cost_batch(&w, sizeof(w), &e, sizeof(e), &hour, &c, sizeof(c) - 1, 1, &err), JTN_E_ABI);
	assert_status(jtn_cost_batch(&w, sizeof(w), &e, sizeof(e), &small, &c, sizeof(c), 1, &err), JTN_E_ABI);
	ck_assert_mem_eq(&c, &before, sizeof(c));
	assert_ok(jtn_cost_batch(&w, sizeof(w), &e, sizeof(e), &hour, &c, sizeof(c), 0, &err), err);
	ck_assert_mem_eq(&c, &before, sizeof(c));
	jtn_server_free(server);
}
END_TEST

START_TEST(records_come_in_the_callers_sizes)
{
	struct jtn_server *server = caching_server();
	struct {
		struct jtn_workload known;
		double unknown;
	} w[2] = {{shapes[0], 0}, {shapes[3], 0}};
	struct {
		struct jtn_estimate known;
		double unknown;
	} e[2] = {{estimate_one(server, shapes[0]), 0}, {estimate_one(server, shapes[3]), 0}};
	struct {
		struct jtn_cost known;
		double unknown[3];
	} c[2];
	struct jtn_hour hour = rent(2.5);
	struct jtn_cost expected = price(shapes[3], e[1].known, hour);
	struct jtn_error err;

	memset(c, 0xa5, sizeof(c));
	assert_ok(
		jtn_cost_batch(&w[0].known, sizeof(w[0]), &e[0].known, sizeof(e[0]), &hour, &c[0].known, sizeof(c[0]), 2, &err),
		err);
	ck_assert_mem_eq(&c[1].known, &expected, sizeof(expected));
	ck_assert(c[0].unknown[0] == 0 && c[1].unknown[2] == 0);
	jtn_server_free(server);
}
END_TEST

START_TEST(nvidias_equation_gives_its_own_published_number)
{
	struct jtn_measured measured = {.output_tps = 93.3, .kw = 1.73};
	struct jtn_hour hour = rent(1.41);
	struct jtn_cost c;
	struct jtn_error err;

	assert_ok(jtn_cost_measured(&measured, sizeof(measured), &hour, &c, sizeof(c), &err), err);
	ck_assert_int_eq(c.status, JTN_OK);
	ck_assert_msg(fabs(c.per_mtok_output_all_in - 4.198) < 1e-3, "%.17g", c.per_mtok_output_all_in);
	assert_close(c.per_hour, 1.41, 1e-12);
	assert_close(c.per_mwh, 1.41 / 1.73e-3, 1e-12);
	/* 53.9 thousand tokens a second per MW: the same point, from money per MWh over money per token. */
	ck_assert_msg(fabs(c.per_mwh / c.per_mtok_output_all_in * 1e6 / 3600 - 53.9e3) < 50, "%g",
	              c.per_mwh / c.per_mtok_output_all_in * 1e6 / 3600);
	ck_assert(c.per_mtok_input == 0 && c.per_mtok_cached_input == 0 && c.per_request == 0);
}
END_TEST

START_TEST(measured_input_counts_into_the_total)
{
	struct jtn_measured measured = {.output_tps = 100, .input_tps = 300};
	struct jtn_hour hour = rent(3.6);
	struct jtn_cost c;
	struct jtn_error err;

	assert_ok(jtn_cost_measured(&measured, sizeof(measured), &hour, &c, sizeof(c), &err), err);
	assert_close(c.per_mtok_output_all_in, 10, 1e-12);
	assert_close(c.per_mtok_total, 2.5, 1e-12);
	ck_assert(c.per_mwh == 0);
}
END_TEST

static const struct {
	const char *field;
	size_t offset;
	double value;
} bad_measures[] = {
	{"measured.output_tps", offsetof(struct jtn_measured, output_tps), 0},
	{"measured.output_tps", offsetof(struct jtn_measured, output_tps), -1},
	{"measured.output_tps", offsetof(struct jtn_measured, output_tps), NAN},
	{"measured.output_tps", offsetof(struct jtn_measured, output_tps), INFINITY},
	{"measured.input_tps", offsetof(struct jtn_measured, input_tps), -1},
	{"measured.input_tps", offsetof(struct jtn_measured, input_tps), NAN},
	{"measured.input_tps", offsetof(struct jtn_measured, input_tps), INFINITY},
	{"measured.kw", offsetof(struct jtn_measured, kw), -1},
	{"measured.kw", offsetof(struct jtn_measured, kw), NAN},
	{"measured.kw", offsetof(struct jtn_measured, kw), INFINITY},
};

START_TEST(a_bad_measure_is_refused_by_name)
{
	struct jtn_measured measured = {.output_tps = 100, .input_tps = 300, .kw = 1};
	struct jtn_hour hour = rent(3.6);
	struct jtn_cost c;
	struct jtn_cost before;
	struct jtn_error err;

	memset(&c, 0xa5, sizeof(c));
	before = c;
	memcpy((char *)&measured + bad_measures[_i].offset, &bad_measures[_i].value, sizeof(double));
	assert_fails(jtn_cost_measured(&measured, sizeof(measured), &hour, &c, sizeof(c), &err), JTN_E_RANGE, err,
	             bad_measures[_i].field);
	ck_assert_mem_eq(&c, &before, sizeof(c));
}
END_TEST

START_TEST(measures_that_overflow_a_double_come_back_finite_or_refused)
{
	const double extremes[] = {5e-324, 1e-300, 1e300, 1.7e308};
	struct jtn_error err;
	size_t i;

	for (i = 0; i < COUNT(extremes) * COUNT(extremes); i++) {
		struct jtn_measured measured = {
			.output_tps = extremes[i % 4], .input_tps = extremes[i % 4], .kw = extremes[i % 4]};
		struct jtn_hour hour = rent(extremes[i / 4]);
		struct jtn_cost c = {0};
		const double *value;

		if (jtn_cost_measured(&measured, sizeof(measured), &hour, &c, sizeof(c), &err) != JTN_OK)
			continue;
		for (value = &c.per_hour; value <= &c.idle_share; value++)
			ck_assert_msg(isfinite(*value), "pair %d, double %d: %g", (int)i, (int)(value - &c.per_hour), *value);
	}
}
END_TEST

START_TEST(measuring_checks_its_arguments)
{
	struct jtn_measured measured = {.output_tps = 100};
	struct jtn_hour hour = rent(3.6);
	struct jtn_cost c;
	struct jtn_error err;

	assert_status(jtn_cost_measured(NULL, sizeof(measured), &hour, &c, sizeof(c), &err), JTN_E_ARGUMENT);
	assert_status(jtn_cost_measured(&measured, sizeof(measured), NULL, &c, sizeof(c), &err), JTN_E_ARGUMENT);
	assert_status(jtn_cost_measured(&measured, sizeof(measured), &hour, NULL, sizeof(c), &err), JTN_E_ARGUMENT);
	assert_status(jtn_cost_measured(&measured, 8, &hour, &c, sizeof(c), &err), JTN_E_ABI);
	assert_status(jtn_cost_measured(&measured, sizeof(measured), &hour, &c, 8, NULL), JTN_E_ABI);
	measured.reserved = 1;
	ck_assert_int_ne(jtn_cost_measured(&measured, sizeof(measured), &hour, &c, sizeof(c), &err), JTN_OK);
}
END_TEST

/* A cost of prices that nobody estimated, for what is exact about them. */
static struct jtn_cost
cost_of(double input, double cached, double output)
{
	struct jtn_cost cost = {
		.per_mtok_input = input, .per_mtok_cached_input = cached, .per_mtok_output = output, .per_hour = 1};

	return cost;
}

static jtn_status
try_cost_tariff(const struct jtn_cost *cost, int32_t decimals, int32_t rounding, struct jtn_tariff **ret,
                struct jtn_error *err)
{
	*ret = NULL;
	memset(err, 0, sizeof(*err));
	return jtn_cost_tariff(cost, sizeof(*cost), "USD", decimals, rounding, NULL, ret, err);
}

static struct jtn_tariff *
tariff_of(const struct jtn_cost *cost, int32_t decimals, int32_t rounding)
{
	struct jtn_tariff *tariff;
	struct jtn_error err;

	assert_ok(try_cost_tariff(cost, decimals, rounding, &tariff, &err), err);
	return tariff;
}

static const struct {
	double price;
	int32_t decimals, rounding;
	const char *expected;
} roundings[] = {
	{0.5, 0, JTN_ROUND_HALF_EVEN, "0"},
	{1.5, 0, JTN_ROUND_HALF_EVEN, "2"},
	{0.5, 0, JTN_ROUND_HALF_UP, "1"},
	{0.1, 15, JTN_ROUND_DOWN, "0.1"},
	{0.1, 15, JTN_ROUND_UP, "0.100000000000001"},   /* the double is above a tenth */
	{0.3, 15, JTN_ROUND_DOWN, "0.299999999999999"}, /* and this below three of them */
	{0.3, 15, JTN_ROUND_HALF_EVEN, "0.3"},
	{2.675, 2, JTN_ROUND_HALF_UP, "2.67"}, /* the double is 2.67499999999999982… */
	{1.005, 2, JTN_ROUND_HALF_UP, "1"},
	{1e-30, 15, JTN_ROUND_UP, "0.000000000000001"}, /* what is there at all is rounded up */
	{1e-300, 15, JTN_ROUND_CEILING, "0.000000000000001"},
	{5e-324, 0, JTN_ROUND_UP, "1"},
	{5e-324, 0, JTN_ROUND_HALF_UP, "0"},
	{1e-30, 15, JTN_ROUND_HALF_EVEN, "0"},
	{0.49999999999999994, 0, JTN_ROUND_HALF_UP, "0"}, /* the double below a half */
	{0.50000000000000011, 0, JTN_ROUND_HALF_EVEN, "1"},
	{3.14159265358979, 12, JTN_ROUND_FLOOR, "3.141592653589"},
	{3.14159265358979, 12, JTN_ROUND_CEILING, "3.14159265359"},
	{1e15, 0, JTN_ROUND_HALF_EVEN, "1000000000000000"},
	{9007199254740993.0, 15, JTN_ROUND_HALF_EVEN, "9007199254740992"},
	{99999999999999991611392.0 / 1024, 15, JTN_ROUND_HALF_EVEN, "97656249999999991808"},
};

START_TEST(a_price_of_a_tariff_is_the_doubles_exact_value_rounded_once)
{
	struct jtn_cost cost = cost_of(0, 0, roundings[_i].price);
	struct jtn_tariff *tariff = tariff_of(&cost, roundings[_i].decimals, roundings[_i].rounding);
	struct jtn_rule_facts rule = {.size = sizeof(rule)};

	assert_status(jtn_tariff_read_rule(tariff, 0, &rule), JTN_OK);
	ck_assert_str_eq(rule.id, "output");
	assert_money(rule.price, roundings[_i].expected);
	ck_assert_int_eq(rule.per, 1000000);
	ck_assert_int_eq(rule.from_ns, INT64_MIN);
	ck_assert_int_eq(rule.until_ns, INT64_MAX);
	jtn_tariff_free(tariff);
}
END_TEST

START_TEST(a_production_tariff_prices_input_cached_input_and_output)
{
	static const uint32_t as_input[] = {JTN_METER_CACHE_WRITE,    JTN_METER_CACHE_WRITE_5M,  JTN_METER_CACHE_WRITE_30M,
	                                    JTN_METER_CACHE_WRITE_1H, JTN_METER_CACHE_WRITE_12H, JTN_METER_CACHE_WRITE_24H};
	static const uint32_t as_output[] = {JTN_METER_REASONING, JTN_METER_REJECTED_PREDICTION, JTN_METER_CITATION};
	struct jtn_cost cost = cost_of(2, 0.25, 8), fresh = cost_of(2, 0, 8);
	struct jtn_tariff *tariff = tariff_of(&cost, 12, JTN_ROUND_HALF_EVEN);
	struct jtn_tariff *uncached = tariff_of(&fresh, 12, JTN_ROUND_HALF_EVEN);
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};

	assert_status(jtn_tariff_read_facts(tariff, &facts), JTN_OK);
	ck_assert_str_eq(facts.currency, "USD");
	ck_assert_uint_eq(facts.rules, 3);
	ck_assert_ptr_null(facts.revision);
	assert_money(rate_count(tariff, JTN_METER_INPUT, 1000000).total, "2");
	assert_money(rate_count(tariff, JTN_METER_CACHE_READ, 1000000).total, "0.25");
	assert_money(rate_count(uncached, JTN_METER_CACHE_READ, 1000000).total, "2");
	ck_assert_uint_eq(rate_count(uncached, JTN_METER_CACHE_READ, 1).flags, JTN_CHARGE_FALLBACK);
	assert_money(rate_count(tariff, JTN_METER_OUTPUT, 1000000).total, "8");
	for (size_t i = 0; i < COUNT(as_input); i++) {
		assert_money(rate_count(tariff, as_input[i], 1000000).total, "2");
		ck_assert_uint_eq(rate_count(tariff, as_input[i], 1).flags, JTN_CHARGE_FALLBACK);
	}
	for (size_t i = 0; i < COUNT(as_output); i++)
		assert_money(rate_count(tariff, as_output[i], 1000000).total, "8");
	ck_assert_int_eq(rate_count(tariff, JTN_METER_INPUT_AUDIO, 1).status, JTN_E_UNPRICED);
	ck_assert_int_eq(rate_count(tariff, JTN_METER_WEB_SEARCH, 1).status, JTN_E_UNPRICED);
	jtn_tariff_free(uncached);
	jtn_tariff_free(tariff);
}
END_TEST

START_TEST(a_cost_that_is_no_price_makes_no_tariff)
{
	const double bad[] = {-1, -1e-300, (double)NAN, (double)INFINITY, -(double)INFINITY};
	struct jtn_cost cost = cost_of(1, 0, 1);
	struct jtn_tariff *tariff;
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(bad); i++) {
		cost = cost_of(bad[i], 0, 1);
		assert_fails(try_cost_tariff(&cost, 12, JTN_ROUND_HALF_EVEN, &tariff, &err), JTN_E_RANGE, err, "input");
		cost = cost_of(1, bad[i], 1);
		assert_fails(try_cost_tariff(&cost, 12, JTN_ROUND_HALF_EVEN, &tariff, &err), JTN_E_RANGE, err, "cached_input");
		cost = cost_of(1, 0, bad[i]);
		assert_status(try_cost_tariff(&cost, 12, JTN_ROUND_HALF_EVEN, &tariff, &err), JTN_E_RANGE);
		ck_assert_ptr_null(tariff);
	}
	cost = cost_of(0, 0, 0); /* what was measured has no split */
	assert_fails(try_cost_tariff(&cost, 12, JTN_ROUND_HALF_EVEN, &tariff, &err), JTN_E_RANGE, err, "cost");
	cost = cost_of(1, 0, 1);
	cost.status = JTN_E_DOES_NOT_FIT;
	assert_fails(try_cost_tariff(&cost, 12, JTN_ROUND_HALF_EVEN, &tariff, &err), JTN_E_RANGE, err, "cost");
	cost = cost_of(1, 0, 1e20);
	assert_fails(try_cost_tariff(&cost, 12, JTN_ROUND_HALF_EVEN, &tariff, &err), JTN_E_OVERFLOW, err, "output");
	cost = cost_of(1, 0, 1.7e308);
	assert_fails(try_cost_tariff(&cost, 12, JTN_ROUND_HALF_EVEN, &tariff, &err), JTN_E_OVERFLOW, err, "output");
	ck_assert_ptr_null(tariff);
}
END_TEST

START_TEST(making_a_tariff_checks_its_arguments)
{
	struct {
		struct jtn_cost cost;
		double more;
	} larger = {.cost = cost_of(1, 0, 1)};
	struct jtn_cost cost = cost_of(1, 0, 1);
	struct jtn_tariff *tariff = NULL;
	struct jtn_error err;
	static const char *const currencies[] = {"", "US", "USDT"};

	assert_fails(jtn_cost_tariff(NULL, sizeof(cost), "USD", 12, 1, NULL, &tariff, &err), JTN_E_ARGUMENT, err, "cost");
	assert_fails(jtn_cost_tariff(&cost, sizeof(cost), NULL, 12, 1, NULL, &tariff, &err), JTN_E_ARGUMENT, err,
	             "currency");
	assert_fails(jtn_cost_tariff(&cost, sizeof(cost), "USD", 12, 1, NULL, NULL, &err), JTN_E_ARGUMENT, err, "ret");
	assert_status(jtn_cost_tariff(&cost, sizeof(cost) - 8, "USD", 12, 1, NULL, &tariff, &err), JTN_E_ABI);
	for (size_t i = 0; i < COUNT(currencies); i++)
		assert_fails(jtn_cost_tariff(&cost, sizeof(cost), currencies[i], 12, 1, NULL, &tariff, &err), JTN_E_ARGUMENT,
		             err, "currency");
	assert_fails(try_cost_tariff(&cost, -1, 1, &tariff, &err), JTN_E_ARGUMENT, err, "decimals");
	assert_fails(try_cost_tariff(&cost, 16, 1, &tariff, &err), JTN_E_ARGUMENT, err, "decimals");
	assert_status(try_cost_tariff(&cost, 12, 0, &tariff, &err), JTN_E_ARGUMENT);
	assert_status(try_cost_tariff(&cost, 12, 7, &tariff, &err), JTN_E_ARGUMENT);
	ck_assert_ptr_null(tariff);
	assert_ok(jtn_cost_tariff(&larger.cost, sizeof(larger), "USD", 0, 1, NULL, &tariff, &err), err);
	jtn_tariff_free(tariff);
}
END_TEST

START_TEST(each_allocation_of_a_tariff_may_fail_and_nothing_leaks)
{
	struct jtn_cost cost = cost_of(1, 0.5, 1);
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_tariff *tariff = NULL;
	struct jtn_error err;
	jtn_status status = JTN_E_MEMORY;

	while (status == JTN_E_MEMORY) {
		counter.made = 0;
		counter.fail++;
		status = jtn_cost_tariff(&cost, sizeof(cost), "USD", 12, 1, &allocator, &tariff, &err);
		if (status == JTN_E_MEMORY) {
			ck_assert_ptr_null(tariff);
			ck_assert_uint_eq(counter.live, 0);
		}
		ck_assert_uint_lt(counter.fail, 1000);
	}
	assert_status(status, JTN_OK);
	ck_assert_uint_gt(counter.fail, 1);
	jtn_tariff_free(tariff);
	ck_assert_uint_eq(counter.live, 0);
}
END_TEST

/* An overlay over it, so that a margin on cost is one rule. An estimate has no revision: its source stands there. */
START_TEST(a_margin_may_be_laid_over_cost)
{
	struct jtn_cost cost = cost_of(2, 0, 8);
	struct jtn_tariff *tariff = tariff_of(&cost, 12, JTN_ROUND_HALF_EVEN), *sold = NULL;
	struct jtn_book *overlay =
		book_of("{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": "
	            "[{\"rules\": [{\"id\": \"margin\", \"effect\": \"markup\", \"fraction\": 0.5}]}]}");
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	struct jtn_book_facts whole = {.size = sizeof(whole)};
	char both[96];
	struct jtn_error err;

	assert_ok(jtn_tariff_overlay(tariff, overlay, NULL, &sold, &err), err);
	assert_money(rate_count(sold, JTN_METER_OUTPUT, 1000000).total, "12");
	assert_status(jtn_tariff_read_facts(sold, &facts), JTN_OK);
	assert_status(jtn_book_read_facts(overlay, &whole), JTN_OK);
	snprintf(both, sizeof(both), "estimate+%s", whole.revision);
	ck_assert_str_eq(facts.revision, both);
	jtn_tariff_free(sold);
	jtn_book_free(overlay);
	jtn_tariff_free(tariff);
}
END_TEST

/* Conservation: the traffic of a steady hour, as counts, rated at the tariff, is that hour's bill. */
static const struct {
	const char *hardware, *model;
	struct jtn_workload workload;
	double rent;
} steady[] = {
	{H100, "llama-3.1-8b", {.input_tokens = 1000, .output_tokens = 1000, .concurrency = 64}, 2.5},
	{H100, "llama-3.1-8b", {.input_tokens = 8000, .output_tokens = 200, .concurrency = 1}, 2.5},
	{H100,
     "llama-3.1-8b",
     {.input_tokens = 8000, .output_tokens = 200, .cached_input_tokens = 6000, .concurrency = 32},
     1.99},
	{H100,
     "llama-3.1-8b",
     {.input_tokens = 8000, .output_tokens = 200, .cached_input_tokens = 8000, .concurrency = 32},
     3.3333},
	{H100, "llama-3.1-8b", {.input_tokens = 2000, .output_tokens = 300, .request_rate = 3.7}, 2.5},
	{H100,
     "llama-3.1-8b",
     {.input_tokens = 2000, .output_tokens = 300, .cached_input_tokens = 1500, .request_rate = 8},
     12.49},
	{H100,
     "llama-3.1-8b",
     {.input_tokens = 2000, .output_tokens = 300, .cached_input_tokens = 10, .request_rate = 0.01},
     2.5},
	{H100, "llama-3.1-8b", {.input_tokens = 2000, .output_tokens = 300, .request_rate = 1e5}, 2.5},
	{H100, "llama-3.1-8b", {.input_tokens = 512, .output_tokens = 512, .flags = JTN_WORKLOAD_OFFLINE}, 0.89},
	{"nvidia-h200-nvl",
     "llama-3.1-8b",
     {.input_tokens = 3000, .output_tokens = 900, .cached_input_tokens = 2900, .concurrency = 200},
     4},
	{"nvidia-b200-sxm", "llama-3.1-8b", {.input_tokens = 100000, .output_tokens = 50, .concurrency = 4}, 6},
	{"nvidia-l4", "llama-3.1-8b", {.input_tokens = 300, .output_tokens = 1, .request_rate = 0.5}, 0.7},
};

/* As many hours as it takes for whole counts to be exact to far below the tolerance. */
#define HOURS 1e9

START_TEST(a_steady_hours_traffic_at_cost_is_its_bill)
{
	struct jtn_workload w = steady[_i].workload;
	struct jtn_deployment deployment;
	struct jtn_server *server;
	struct jtn_estimate e;
	struct jtn_cost c;
	struct jtn_tariff *tariff;
	struct jtn_charge charge;
	struct jtn_count counts[3];
	char text[JTN_MONEY_TEXT_SIZE];
	double requests;

	jtn_deployment_init(&deployment);
	deployment.prefix_caching = JTN_SWITCH_ON;
	server = new_server(steady[_i].hardware, STACK, steady[_i].model, &deployment);
	e = estimate_one(server, w);
	c = price(w, e, rent(steady[_i].rent));
	tariff = tariff_of(&c, 12, JTN_ROUND_HALF_EVEN);
	requests = e.requests_per_s * 3600 * HOURS;
	counts[0] = (struct jtn_count){llround(requests * (w.input_tokens - w.cached_input_tokens)), JTN_METER_INPUT, 0};
	counts[1] = (struct jtn_count){llround(requests * w.cached_input_tokens), JTN_METER_CACHE_READ, 0};
	counts[2] = (struct jtn_count){llround(requests * w.output_tokens), JTN_METER_OUTPUT, 0};
	charge = rate_at(tariff, 0, JTN_TIER_STANDARD, counts, 3);
	ck_assert_int_eq(charge.status, JTN_OK);
	assert_status(jtn_money_format(charge.total, text, sizeof(text), NULL), JTN_OK);
	assert_close(strtod(text, NULL) / HOURS, c.per_hour, 1e-9);
	jtn_tariff_free(tariff);
	jtn_server_free(server);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cost");
	TCase *tests = tcase_create("cost");

	tcase_add_loop_test(tests, the_split_adds_up_to_the_bill, 0, (int)COUNT(shapes));
	tcase_add_test(tests, each_share_of_the_time_is_its_share_of_the_bill);
	tcase_add_test(tests, a_cached_token_costs_less_than_a_fresh_one_and_an_output_token_more);
	tcase_add_loop_test(tests, caching_more_never_makes_a_request_dearer, 0, 2);
	tcase_add_test(tests, prices_are_proportional_to_the_hour);
	tcase_add_test(tests, owning_costs_what_the_hour_comes_to);
	tcase_add_test(tests, idle_hours_are_in_the_price);
	tcase_add_test(tests, a_larger_batch_is_cheaper);
	tcase_add_test(tests, a_prompt_cached_whole_has_a_price_at_every_load);
	tcase_add_test(tests, a_failed_estimate_carries_its_status_on);
	tcase_add_test(tests, a_bad_hour_is_refused_by_name);
	tcase_add_test(tests, a_call_that_fails_touches_nothing);
	tcase_add_test(tests, records_come_in_the_callers_sizes);
	tcase_add_test(tests, nvidias_equation_gives_its_own_published_number);
	tcase_add_test(tests, measured_input_counts_into_the_total);
	tcase_add_loop_test(tests, a_bad_measure_is_refused_by_name, 0, (int)COUNT(bad_measures));
	tcase_add_test(tests, measures_that_overflow_a_double_come_back_finite_or_refused);
	tcase_add_test(tests, measuring_checks_its_arguments);
	tcase_add_loop_test(tests, a_price_of_a_tariff_is_the_doubles_exact_value_rounded_once, 0, (int)COUNT(roundings));
	tcase_add_test(tests, a_production_tariff_prices_input_cached_input_and_output);
	tcase_add_test(tests, a_cost_that_is_no_price_makes_no_tariff);
	tcase_add_test(tests, making_a_tariff_checks_its_arguments);
	tcase_add_test(tests, each_allocation_of_a_tariff_may_fail_and_nothing_leaks);
	tcase_add_test(tests, a_margin_may_be_laid_over_cost);
	tcase_add_loop_test(tests, a_steady_hours_traffic_at_cost_is_its_bill, 0, (int)COUNT(steady));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
