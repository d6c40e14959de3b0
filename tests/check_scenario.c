/* Scenario: every field, its defaults, its parts, and the memory they take. Slips: check_scenario_errors.c. */
#include "fixture.h"
#include "scenario.h"

#include <locale.h>

static struct jtn_scenario *
parsed(const char *text, struct jtn_scenario_parts *retparts)
{
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;

	assert_ok(jtn_scenario_parse(text, strlen(text), NULL, &scenario, &err), err);
	memset(retparts, 0, sizeof(*retparts));
	retparts->size = sizeof(*retparts);
	assert_status(jtn_scenario_read(scenario, retparts), JTN_OK);
	return scenario;
}

START_TEST(every_field_of_the_format_is_read)
{
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(whole, &parts);
	const struct jtn_deployment *d = parts.deployment;

	ck_assert_str_eq(parts.id, "\"any\"");
	ck_assert_str_eq(jtn_hardware_id(parts.hardware), "nvidia-h100-sxm");
	ck_assert_str_eq(jtn_stack_id(parts.stack), "vllm");
	ck_assert_str_eq(jtn_model_id(parts.model), "llama-3.1-70b");
	ck_assert_ptr_null(parts.model_path);
	ck_assert_uint_eq(d->size, sizeof(*d));
	ck_assert_int_eq(d->precision, JTN_PRECISION_FP8);
	ck_assert_int_eq(d->kv_precision, JTN_PRECISION_FP8);
	ck_assert(d->tp == 4 && d->pp == 1 && d->ep == 1 && d->dp == 1 && d->replicas == 3);
	ck_assert(d->max_num_seqs == 256 && d->max_batched_tokens == 8192 && d->memory_utilization == 0.9);
	ck_assert(d->chunked_prefill == JTN_SWITCH_ON && d->prefix_caching == JTN_SWITCH_OFF);
	ck_assert(d->speculative_tokens == 3 && d->speculative_acceptance == 0.8 && d->speculative_decay == 0.9);
	ck_assert(d->prefill.workers == 0 && d->decode.workers == 0);
	ck_assert(parts.workload->input_tokens == 1000 && parts.workload->output_tokens == 500);
	ck_assert(parts.workload->concurrency == 64 && parts.workload->request_rate == 0 && parts.workload->flags == 0);
	ck_assert(parts.hour->rent_per_hour == 2.5 && strcmp(parts.hour->currency, "EUR") == 0);
	jtn_scenario_free(scenario);
}
END_TEST

START_TEST(what_is_absent_has_its_default)
{
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(small, &parts);
	struct jtn_deployment defaults;

	jtn_deployment_init(&defaults);
	ck_assert_ptr_null(parts.id);
	ck_assert_ptr_null(parts.hour);
	ck_assert_str_eq(jtn_stack_id(parts.stack), "generic");
	ck_assert_mem_eq(parts.deployment, &defaults, sizeof(defaults));
	ck_assert_uint_eq(parts.workload->flags, JTN_WORKLOAD_OFFLINE);
	ck_assert(parts.workload->cached_input_tokens == 0 && parts.workload->concurrency == 0);
	jtn_scenario_free(scenario);
}
END_TEST

START_TEST(pools_are_read_and_absent_ranks_are_one)
{
	char *text =
		with(small, "\"workload\"",
	         "\"deployment\": {\"disaggregated\": {\"prefill\": {\"tp\": 4, \"dp\": 2, \"ep\": 8, \"workers\": 2}, "
	         "\"decode\": {}}}, \"workload\"");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);
	const struct jtn_deployment *d = parts.deployment;

	ck_assert(d->prefill.tp == 4 && d->prefill.dp == 2 && d->prefill.ep == 8 && d->prefill.workers == 2);
	ck_assert(d->decode.tp <= 1 && d->decode.dp <= 1 && d->decode.ep <= 1 && d->decode.workers == 1);
	ck_assert(d->tp == 0 && d->pp == 0 && d->ep == 0 && d->dp == 0);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(an_id_is_any_scalar_kept_as_written)
{
	static const char *const ids[][2] = {
		{"\"a\"", "\"a\""},     {"17", "17"},     {"1.50e+3", "1.50e+3"},
		{"true", "true"},       {"\"\"", "\"\""}, {"12345678901234567890123", "12345678901234567890123"},
		{"\"q\\\"\\n\"", NULL},
	};
	char member[64];
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario;
	char *text;

	snprintf(member, sizeof(member), "{\"id\": %s, ", ids[_i][0]);
	text = with(small, "{", member);
	scenario = parsed(text, &parts);
	ck_assert_ptr_nonnull(parts.id);
	if (ids[_i][1] != NULL)
		ck_assert_str_eq(parts.id, ids[_i][1]);
	else
		ck_assert_str_eq(parts.id, ids[_i][0]);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(int4_is_an_alias)
{
	char *text = with(whole, "\"precision\": \"fp8\"", "\"precision\": \"int4\"");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);

	ck_assert_int_eq(parts.deployment->precision, JTN_PRECISION_W4A16);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(offline_false_is_as_absent)
{
	char *text = with(whole, "\"concurrency\": 64", "\"concurrency\": 64, \"offline\": false");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);

	ck_assert_uint_eq(parts.workload->flags, 0);
	ck_assert(parts.workload->concurrency == 64);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(a_rate_is_an_open_loop)
{
	char *text = with(whole, "\"concurrency\": 64", "\"request_rate\": 0.125");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);

	ck_assert(parts.workload->request_rate == 0.125 && parts.workload->concurrency == 0);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(a_models_path_is_handed_back_unopened)
{
	char *text = with(small, "\"llama-3.1-8b\"", "{\"config\": \"no/such/config.json\"}");
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);

	ck_assert_ptr_null(parts.model);
	ck_assert_str_eq(parts.model_path, "no/such/config.json");
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

/* A catalogue entry's text in place of its id gives the same handle's facts. */
START_TEST(parts_may_be_inline_objects)
{
	static const struct {
		int32_t kind;
		const char *id;
	} inlines[] = {
		{JTN_CATALOG_HARDWARE, "nvidia-h100-sxm"},
		{JTN_CATALOG_STACK, "vllm"},
		{JTN_CATALOG_MODEL, "llama-3.1-70b"},
	};
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario;
	struct jtn_error err;
	const char *entry;
	char quoted[64];
	char *text;

	assert_ok(jtn_catalog_text(inlines[_i].kind, inlines[_i].id, &entry, NULL, &err), err);
	snprintf(quoted, sizeof(quoted), "\"%s\"", inlines[_i].id);
	text = with(whole, quoted, entry);
	scenario = parsed(text, &parts);
	ck_assert_str_eq(jtn_hardware_id(parts.hardware), "nvidia-h100-sxm");
	ck_assert_str_eq(jtn_stack_id(parts.stack), "vllm");
	ck_assert_str_eq(jtn_model_id(parts.model), "llama-3.1-70b");
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(a_config_json_may_stand_for_the_model)
{
	char *text = with(small, "\"llama-3.1-8b\"", config);
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(text, &parts);
	struct jtn_model_facts facts;

	ck_assert_ptr_null(parts.model_path);
	assert_status(jtn_model_read_facts(parts.model, &facts, sizeof(facts)), JTN_OK);
	assert_close(facts.parameters, 8.03e9, 1e-3);
	jtn_scenario_free(scenario);
	free(text);
}
END_TEST

START_TEST(a_german_locale_changes_nothing)
{
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario;

	if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "de_DE.utf8") == NULL) {
		puts("# a_german_locale_changes_nothing: skipped, there is no de_DE locale here");
		return;
	}
	ck_assert_str_eq(localeconv()->decimal_point, ",");
	scenario = parsed(whole, &parts);
	ck_assert(parts.hour->rent_per_hour == 2.5);
	ck_assert(parts.deployment->memory_utilization == 0.9);
	jtn_scenario_free(scenario);
	setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(parts_come_in_the_callers_size)
{
	struct {
		struct jtn_scenario_parts known;
		void *unknown[2];
	} newer;
	struct jtn_scenario_parts parts;
	struct jtn_scenario_parts before;
	struct jtn_scenario *scenario = parsed(small, &parts);

	memset(&newer, 0xff, sizeof(newer));
	newer.known.size = sizeof(newer);
	assert_status(jtn_scenario_read(scenario, &newer.known), JTN_OK);
	ck_assert_ptr_eq(newer.known.model, parts.model);
	ck_assert_ptr_null(newer.unknown[0]);
	ck_assert_ptr_null(newer.unknown[1]);
	ck_assert_uint_eq(newer.known.reserved, 0);
	parts.size = 8;
	before = parts;
	assert_status(jtn_scenario_read(scenario, &parts), JTN_E_ABI);
	ck_assert_mem_eq(&parts, &before, sizeof(parts));
	parts.size = 0;
	assert_status(jtn_scenario_read(scenario, &parts), JTN_E_ABI);
	assert_status(jtn_scenario_read(scenario, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_scenario_read(NULL, &parts), JTN_E_ARGUMENT);
	jtn_scenario_free(scenario);
}
END_TEST

START_TEST(null_is_an_argument_error)
{
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;

	assert_status(jtn_scenario_parse(NULL, 1, NULL, &scenario, &err), JTN_E_ARGUMENT);
	assert_status(jtn_scenario_parse(small, strlen(small), NULL, NULL, &err), JTN_E_ARGUMENT);
	ck_assert_int_ne(jtn_scenario_parse("{}", 2, NULL, &scenario, NULL), JTN_OK);
	ck_assert_ptr_null(scenario);
	jtn_scenario_free(NULL);
}
END_TEST

static void
fail_each_allocation(const char *text)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;
	jtn_status status = JTN_E_MEMORY;

	while (status == JTN_E_MEMORY) {
		counter.made = 0;
		counter.fail++;
		status = jtn_scenario_parse(text, strlen(text), &allocator, &scenario, &err);
		if (status == JTN_E_MEMORY) {
			ck_assert_ptr_null(scenario);
			ck_assert_uint_eq(counter.live, 0);
			ck_assert_int_eq(err.status, JTN_E_MEMORY);
		}
		ck_assert_uint_lt(counter.fail, 2000);
	}
	ck_assert_msg(status == JTN_OK, "%s: [%s] %s", jtn_status_name(status), err.field, err.message);
	ck_assert_uint_gt(counter.fail, 4);
	jtn_scenario_free(scenario);
	ck_assert_uint_eq(counter.live, 0);
}

START_TEST(every_allocation_may_fail_and_nothing_leaks)
{
	char *text = with(small, "\"llama-3.1-8b\"", config);

	fail_each_allocation(whole);
	fail_each_allocation(text);
	free(text);
}
END_TEST

START_TEST(a_scenario_refused_late_leaves_nothing_behind)
{
	char *text = with(whole, "\"rent\": \"2.5\"", "\"rent\": \"no-such-rent\"");
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;

	ck_assert_int_eq(jtn_scenario_parse(text, strlen(text), &allocator, &scenario, &err), JTN_E_NOT_FOUND);
	ck_assert_str_eq(err.field, "hour.rent");
	ck_assert_uint_eq(counter.live, 0);
	ck_assert_ptr_null(scenario);
	free(text);
}
END_TEST

START_TEST(the_parts_make_a_server)
{
	struct jtn_scenario_parts parts;
	struct jtn_scenario *scenario = parsed(whole, &parts);
	struct jtn_server *server = NULL;
	struct jtn_estimate estimate;
	struct jtn_error err;

	assert_ok(jtn_server_new(parts.hardware, parts.stack, parts.model, parts.deployment, NULL, &server, &err), err);
	assert_ok(jtn_estimate_batch(server, parts.workload, sizeof(*parts.workload), &estimate, sizeof(estimate), 1, &err),
	          err);
	ck_assert_int_eq(estimate.accelerators, 12);
	jtn_server_free(server);
	jtn_scenario_free(scenario);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("scenario");
	TCase *tests = tcase_create("scenario");

	tcase_set_timeout(tests, 30);
	tcase_add_test(tests, every_field_of_the_format_is_read);
	tcase_add_test(tests, what_is_absent_has_its_default);
	tcase_add_test(tests, pools_are_read_and_absent_ranks_are_one);
	tcase_add_loop_test(tests, an_id_is_any_scalar_kept_as_written, 0, 7);
	tcase_add_test(tests, int4_is_an_alias);
	tcase_add_test(tests, offline_false_is_as_absent);
	tcase_add_test(tests, a_rate_is_an_open_loop);
	tcase_add_test(tests, a_models_path_is_handed_back_unopened);
	tcase_add_loop_test(tests, parts_may_be_inline_objects, 0, 3);
	tcase_add_test(tests, a_config_json_may_stand_for_the_model);
	tcase_add_test(tests, a_german_locale_changes_nothing);
	tcase_add_test(tests, parts_come_in_the_callers_size);
	tcase_add_test(tests, null_is_an_argument_error);
	tcase_add_test(tests, every_allocation_may_fail_and_nothing_leaks);
	tcase_add_test(tests, a_scenario_refused_late_leaves_nothing_behind);
	tcase_add_test(tests, the_parts_make_a_server);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
