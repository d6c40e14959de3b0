/* Scenario: every slip, and errors that point into the whole text. */
#include "fixture.h"
#include "scenario.h"

static jtn_status
parse(const char *text, struct jtn_error *err)
{
	struct jtn_scenario *scenario = NULL;
	jtn_status status;

	memset(err, 0, sizeof(*err));
	status = jtn_scenario_parse(text, strlen(text), NULL, &scenario, err);
	ck_assert_msg((status == JTN_OK) == (scenario != NULL), "outputs are untouched on failure");
	jtn_scenario_free(scenario);
	return status;
}

static const struct slip {
	const char *from;
	const char *to;
	jtn_status status;
	const char *field;
	const char *said; /* what the message must hold; or NULL */
} slips[] = {
	{"\"hardware\":", "\"hardwear\":", JTN_E_UNKNOWN_FIELD, "hardwear", "hardware"},
	{"\"workload\":", "\"work_load\":", JTN_E_UNKNOWN_FIELD, "work_load", "workload"},
	{"\"hardware\": \"nvidia-h100-sxm\", ", "", JTN_E_MISSING_FIELD, "hardware", NULL},
	{"\"model\": \"llama-3.1-70b\",", "", JTN_E_MISSING_FIELD, "model", NULL},
	{"\"nvidia-h100-sxm\"", "\"nvidia-h100-smx\"", JTN_E_NOT_FOUND, "hardware", "nvidia-h100-sxm"},
	{"\"vllm\"", "\"vlm\"", JTN_E_NOT_FOUND, "stack", "vllm"},
	{"\"llama-3.1-70b\"", "\"llama-3.1-07b\"", JTN_E_NOT_FOUND, "model", "llama-3.1-70b"},
	{"\"nvidia-h100-sxm\"", "17", JTN_E_TYPE, "hardware", "object"},
	{"\"vllm\"", "[]", JTN_E_TYPE, "stack", "object"},
	{"\"llama-3.1-70b\"", "true", JTN_E_TYPE, "model", "object"},
	{"\"llama-3.1-70b\"", "{\"config\": \"\"}", JTN_E_RANGE, "model.config", NULL},
	{"\"llama-3.1-70b\"", "{\"config\": \"a\", \"id\": \"b\"}", JTN_E_UNKNOWN_FIELD, "model.id", NULL},
	{"\"any\"", "[1]", JTN_E_TYPE, "id", "string"},
	{"\"any\"", "{}", JTN_E_TYPE, "id", "string"},
	{"\"precision\": \"fp8\"", "\"precision\": \"fp9\"", JTN_E_RANGE, "deployment.precision", "fp8"},
	{"\"precision\": \"fp8\"", "\"precision\": 8", JTN_E_TYPE, "deployment.precision", NULL},
	{"\"kv_precision\": \"fp8\"", "\"kv_precision\": \"w4a16\"", JTN_E_RANGE, "deployment.kv_precision", "int8"},
	{"\"tp\": 4", "\"tp\": 0", JTN_E_RANGE, "deployment.tp", "1"},
	{"\"tp\": 4", "\"tp\": -4", JTN_E_RANGE, "deployment.tp", "1"},
	{"\"tp\": 4", "\"tp\": 4.5", JTN_E_TYPE, "deployment.tp", NULL},
	{"\"tp\": 4", "\"tp\": \"4\"", JTN_E_TYPE, "deployment.tp", NULL},
	{"\"tp\": 4", "\"tp\": 9999999999999999999999", JTN_E_RANGE, "deployment.tp", NULL},
	{"\"tp\": 4", "\"tp\": 4, \"tp\": 4", JTN_E_DUPLICATE_KEY, "deployment.tp", NULL},
	{"\"pp\": 1", "\"pp\": 0", JTN_E_RANGE, "deployment.pp", NULL},
	{"\"ep\": 1", "\"ep\": 0", JTN_E_RANGE, "deployment.ep", NULL},
	{"\"dp\": 1", "\"dp\": 0", JTN_E_RANGE, "deployment.dp", NULL},
	{"\"replicas\": 3", "\"replica\": 3", JTN_E_UNKNOWN_FIELD, "deployment.replica", "replicas"},
	{"\"replicas\": 3", "\"replicas\": 0", JTN_E_RANGE, "deployment.replicas", NULL},
	{"\"max_num_seqs\": 256", "\"max_num_seqs\": 0", JTN_E_RANGE, "deployment.max_num_seqs", NULL},
	{"\"max_batched_tokens\": 8192", "\"max_batched_tokens\": 0", JTN_E_RANGE, "deployment.max_batched_tokens", NULL},
	{"\"memory_utilization\": 0.9", "\"memory_utilization\": 90", JTN_E_RANGE, "deployment.memory_utilization", "1"},
	{"\"memory_utilization\": 0.9", "\"memory_utilization\": 0", JTN_E_RANGE, "deployment.memory_utilization", NULL},
	{"\"chunked_prefill\": true", "\"chunked_prefill\": 1", JTN_E_TYPE, "deployment.chunked_prefill", "true"},
	{"\"prefix_caching\": false", "\"prefix_caching\": \"off\"", JTN_E_TYPE, "deployment.prefix_caching", NULL},
	{"\"tokens\": 3", "\"tokens\": 0", JTN_E_RANGE, "deployment.speculative.tokens", NULL},
	{"\"tokens\": 3, ", "", JTN_E_MISSING_FIELD, "deployment.speculative.tokens", NULL},
	{"\"acceptance\": 0.8, ", "", JTN_E_MISSING_FIELD, "deployment.speculative.acceptance", NULL},
	{"\"acceptance\": 0.8", "\"acceptance\": 0", JTN_E_RANGE, "deployment.speculative.acceptance", NULL},
	{"\"acceptance\": 0.8", "\"acceptance\": 1.1", JTN_E_RANGE, "deployment.speculative.acceptance", NULL},
	{"\"decay\": 0.9", "\"decay\": 0", JTN_E_RANGE, "deployment.speculative.decay", NULL},
	{"\"decay\": 0.9", "\"decayed\": 0.9", JTN_E_UNKNOWN_FIELD, "deployment.speculative.decayed", "decay"},
	{"\"speculative\": {\"tokens\": 3, \"acceptance\": 0.8, \"decay\": 0.9}", "\"speculative\": 3", JTN_E_TYPE,
     "deployment.speculative", "object"},
	{"\"speculative\"", "\"disaggregated\": {\"prefill\": {}}, \"speculative\"", JTN_E_MISSING_FIELD,
     "deployment.disaggregated.decode", NULL},
	{"\"speculative\"", "\"disaggregated\": {\"prefill\": {}, \"decode\": {\"pp\": 2}}, \"speculative\"",
     JTN_E_UNKNOWN_FIELD, "deployment.disaggregated.decode.pp", NULL},
	{"\"speculative\"", "\"disaggregated\": {\"prefill\": {\"workers\": 0}, \"decode\": {}}, \"speculative\"",
     JTN_E_RANGE, "deployment.disaggregated.prefill.workers", NULL},
	{"\"speculative\"", "\"disaggregated\": {\"prefill\": 2, \"decode\": {}}, \"speculative\"", JTN_E_TYPE,
     "deployment.disaggregated.prefill", NULL},
	{"\"input_tokens\": 1000, ", "", JTN_E_MISSING_FIELD, "workload.input_tokens", NULL},
	{"\"output_tokens\": 500, ", "", JTN_E_MISSING_FIELD, "workload.output_tokens", NULL},
	{"\"input_tokens\": 1000", "\"input_tokens\": -1", JTN_E_RANGE, "workload.input_tokens", NULL},
	{"\"input_tokens\": 1000", "\"input_tokens\": 0", JTN_E_RANGE, "workload.input_tokens", NULL},
	{"\"input_tokens\": 1000", "\"input_tokens\": 1e999", JTN_E_RANGE, "workload.input_tokens", NULL},
	{"\"input_tokens\": 1000", "\"input_tokens\": \"1000\"", JTN_E_TYPE, "workload.input_tokens", NULL},
	{"\"output_tokens\": 500", "\"output_tokens\": 0.5", JTN_E_RANGE, "workload.output_tokens", "1"},
	{"\"cached_input_tokens\": 0", "\"cached_input_tokens\": -1", JTN_E_RANGE, "workload.cached_input_tokens", NULL},
	{"\"concurrency\": 64", "\"concurrency\": -64", JTN_E_RANGE, "workload.concurrency", NULL},
	{"\"concurrency\": 64", "\"concurrency\": 0", JTN_E_RANGE, "workload.concurrency", NULL},
	{"\"concurrency\": 64", "\"request_rate\": 0", JTN_E_RANGE, "workload.request_rate", NULL},
	{"\"concurrency\": 64", "\"offline\": 1", JTN_E_TYPE, "workload.offline", "true"},
	{"\"concurrency\": 64", "\"concurency\": 64", JTN_E_UNKNOWN_FIELD, "workload.concurency", "concurrency"},
	{"\"rent\": \"2.5\"", "\"rant\": \"2.5\"", JTN_E_UNKNOWN_FIELD, "hour.rant", "rent"},
	{"\"rent\": \"2.5\"", "\"rent\": \"-2.5\"", JTN_E_RANGE, "hour.rent", NULL},
	{"{\"currency\": \"EUR\", \"rent\": \"2.5\"}", "{\"rent\": \"vultr-mi300x-on-demand\"}", JTN_E_CONTRADICTION,
     "hour.rent", "price of amd-mi300x"},
	{"{\"currency\": \"EUR\", \"rent\": \"2.5\"}", "2.5", JTN_E_TYPE, "hour", "object"},
};

START_TEST(a_slip_is_refused_by_the_field_at_fault)
{
	const struct slip *slip = &slips[_i];
	char *text = with(whole, slip->from, slip->to);
	struct jtn_error err;

	assert_fails(parse(text, &err), slip->status, err, slip->field);
	ck_assert_msg(err.line > 0 && err.column > 0, "no position: %s", err.message);
	if (slip->said != NULL)
		ck_assert_msg(strstr(err.message, slip->said) != NULL, "\"%s\" does not name \"%s\"", err.message, slip->said);
	free(text);
}
END_TEST

START_TEST(two_loads_contradict)
{
	static const char *const loads[] = {
		"\"concurrency\": 64, \"request_rate\": 1", "\"concurrency\": 64, \"offline\": true",
		"\"request_rate\": 1, \"offline\": true", "\"concurrency\": 64, \"request_rate\": 1, \"offline\": true"};
	char *text = with(whole, "\"concurrency\": 64", loads[_i]);
	struct jtn_error err;

	ck_assert_int_eq(parse(text, &err), JTN_E_CONTRADICTION);
	ck_assert_msg(strncmp(err.field, "workload", 8) == 0, "field \"%s\"", err.field);
	ck_assert_int_eq(err.line, 5);
	ck_assert_ptr_nonnull(strstr(err.message, "offline"));
	free(text);
}
END_TEST

START_TEST(no_load_at_all_is_missing_and_the_three_are_named)
{
	char *text = with(whole, "\"concurrency\": 64", "\"offline\": false");
	struct jtn_error err;

	assert_fails(parse(text, &err), JTN_E_MISSING_FIELD, err, "workload");
	ck_assert_int_eq(err.line, 5);
	ck_assert_ptr_nonnull(strstr(err.message, "concurrency"));
	ck_assert_ptr_nonnull(strstr(err.message, "request_rate"));
	ck_assert_ptr_nonnull(strstr(err.message, "offline"));
	free(text);
}
END_TEST

START_TEST(more_cached_than_there_is_is_refused)
{
	char *text = with(whole, "\"cached_input_tokens\": 0", "\"cached_input_tokens\": 1001");
	struct jtn_error err;

	ck_assert_int_ne(parse(text, &err), JTN_OK);
	ck_assert_str_eq(err.field, "workload.cached_input_tokens");
	ck_assert_int_eq(err.line, 5);
	free(text);
}
END_TEST

START_TEST(an_error_inside_an_inline_object_points_into_the_whole_text)
{
	char *broken = with(config, "\"hidden_size\": 4096", "\n\n\"hidden_size\": \"wide\"");
	char *text = with(small, "\"llama-3.1-8b\"", broken);
	struct jtn_error err;

	ck_assert_int_ne(parse(text, &err), JTN_OK);
	ck_assert_str_eq(err.field, "model.hidden_size");
	ck_assert_int_eq(err.line, 3);
	ck_assert_int_gt(err.column, 10);
	free(text);
	free(broken);
}
END_TEST

START_TEST(a_missing_field_of_an_inline_object_points_at_the_object)
{
	char *text = with(small, "\"llama-3.1-8b\"", "\n   {\"model_type\": \"llama\"}");
	struct jtn_error err;

	ck_assert_int_eq(parse(text, &err), JTN_E_MISSING_FIELD);
	ck_assert_msg(strncmp(err.field, "model.", 6) == 0, "field \"%s\"", err.field);
	ck_assert_int_eq(err.line, 2);
	ck_assert_int_eq(err.column, 4);
	free(text);
}
END_TEST

/* The line and column of `what` in `text`. */
static void
position_of(const char *text, const char *what, int32_t *retline, int32_t *retcolumn)
{
	const char *at = strstr(text, what);

	ck_assert_ptr_nonnull(at);
	*retline = *retcolumn = 1;
	for (; text < at; text++) {
		*retcolumn = *text == '\n' ? 1 : *retcolumn + 1;
		*retline += *text == '\n';
	}
}

START_TEST(a_figure_deep_in_an_inline_stack_is_found)
{
	struct jtn_error err;
	const char *entry;
	char *broken;
	char *text;
	int32_t line;
	int32_t column;

	assert_ok(jtn_catalog_text(JTN_CATALOG_STACK, "vllm", &entry, NULL, &err), err);
	broken = with(entry, "\"us\"", "\n  \"furlong\"");
	text = with(whole, "\"vllm\"", broken);
	ck_assert_int_eq(parse(text, &err), JTN_E_RANGE);
	ck_assert_msg(strncmp(err.field, "stack.constants.", 16) == 0, "field \"%s\"", err.field);
	position_of(text, "\"furlong\"", &line, &column);
	ck_assert_int_eq(err.line, line);
	ck_assert_int_eq(err.column, column);
	free(text);
	free(broken);
}
END_TEST

START_TEST(an_inline_object_may_not_carry_a_key_twice)
{
	char *text = with(small, "\"llama-3.1-8b\"", "{\"model_type\": \"llama\", \"a\": {\"b\": 1, \"b\": 2}}");
	struct jtn_error err;

	ck_assert_int_eq(parse(text, &err), JTN_E_DUPLICATE_KEY);
	ck_assert_str_eq(err.field, "model.a.b");
	free(text);
}
END_TEST

START_TEST(a_text_cut_short_anywhere_is_refused)
{
	struct jtn_scenario *scenario = NULL;
	struct jtn_error err;
	size_t i;

	for (i = 0; i < strlen(whole); i++) {
		char *cut = malloc(i + 1);

		memcpy(cut, whole, i);
		ck_assert_int_ne(jtn_scenario_parse(cut, i, NULL, &scenario, &err), JTN_OK);
		ck_assert_ptr_null(scenario);
		free(cut);
	}
}
END_TEST

START_TEST(texts_that_are_no_scenario_are_refused)
{
	static const char *const texts[] = {"",
	                                    " ",
	                                    "null",
	                                    "[]",
	                                    "\"a\"",
	                                    "1",
	                                    "{}",
	                                    "{",
	                                    "{\"\":",
	                                    "{]}",
	                                    "{\"a\":1}x",
	                                    "\xff\xfe",
	                                    "{\"id\":\"\xc3\x28\"}",
	                                    "{\"id\": NaN}"};
	struct jtn_error err;
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		ck_assert_msg(parse(texts[i], &err) != JTN_OK, "%s", texts[i]);
}
END_TEST

START_TEST(nesting_without_end_is_a_limit)
{
	enum { DEPTH = 100000 };
	char *text = malloc(DEPTH + 16);
	struct jtn_error err;

	strcpy(text, "{\"id\": ");
	memset(text + 7, '[', DEPTH);
	text[7 + DEPTH] = '\0';
	ck_assert_int_eq(parse(text, &err), JTN_E_LIMIT);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("scenario_errors");
	TCase *tests = tcase_create("scenario_errors");

	tcase_set_timeout(tests, 30);
	tcase_add_loop_test(tests, a_slip_is_refused_by_the_field_at_fault, 0, (int)COUNT(slips));
	tcase_add_loop_test(tests, two_loads_contradict, 0, 4);
	tcase_add_test(tests, no_load_at_all_is_missing_and_the_three_are_named);
	tcase_add_test(tests, more_cached_than_there_is_is_refused);
	tcase_add_test(tests, an_error_inside_an_inline_object_points_into_the_whole_text);
	tcase_add_test(tests, a_missing_field_of_an_inline_object_points_at_the_object);
	tcase_add_test(tests, a_figure_deep_in_an_inline_stack_is_found);
	tcase_add_test(tests, an_inline_object_may_not_carry_a_key_twice);
	tcase_add_test(tests, a_text_cut_short_anywhere_is_refused);
	tcase_add_test(tests, texts_that_are_no_scenario_are_refused);
	tcase_add_test(tests, nesting_without_end_is_a_limit);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
