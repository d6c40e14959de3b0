/* Opening what is asked about, and choosing what was left open: the stack, and how many accelerators. */
#include "subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int
asked_model_open(const char *given, struct asked_model *ret, struct problem *problem)
{
	struct jtn_error error = {0};
	*ret = (struct asked_model){0};
	int code = source_open(JTN_CATALOG_MODEL, given, &ret->source, problem);
	if (code != CLI_OK)
		return code;
	if (jtn_model_parse(ret->source.text, ret->source.length, NULL, &ret->model, &error) != JTN_OK ||
	    (error.status = jtn_model_read_facts(ret->model, &ret->facts, sizeof(ret->facts))) != JTN_OK)
		return source_problem(&ret->source, CLI_USAGE, &error, problem);
	path_stem(given, &ret->name);
	source_member(&ret->source, "name", &ret->name);
	return CLI_OK;
}

void
asked_model_close(struct asked_model *model)
{
	jtn_model_free(model->model);
	source_close(&model->source);
	text_free(&model->name);
}

static int
precision_read(const struct options *options, enum option option, int32_t *ret)
{
	const char *text = options->value[option];
	struct jtn_error error = {0};
	char name[40];
	if (text && jtn_precision_parse(text, ret, &error) != JTN_OK)
		return cli_error("%s %s: %s", option_name(option, name), text, error.message);
	return CLI_OK;
}

static int
speculative_read(const struct options *options, struct jtn_deployment *ret)
{
	static const char *const names[] = {"tokens", "acceptance", "decay"};
	double values[3];
	if (!options->value[OPT_SPECULATIVE])
		return CLI_OK;
	int code = option_pairs(options, OPT_SPECULATIVE, names, 3, 2, values);
	if (code != CLI_OK)
		return code;
	const char *given = options->value[OPT_SPECULATIVE];
	if (!(values[0] >= 1 && values[0] <= DRAFTS_MOST && floor(values[0]) == values[0]))
		return cli_error("--speculative %s: tokens must be a whole number from 1 to %d", given, DRAFTS_MOST);
	if (!(values[1] > 0 && values[1] <= 1) || values[2] <= 0 || values[2] > 1)
		return cli_error("--speculative %s: acceptance and decay must be above 0, at most 1", given);
	ret->speculative_tokens = (int32_t)values[0];
	ret->speculative_acceptance = values[1];
	ret->speculative_decay = isnan(values[2]) ? 0 : values[2];
	return CLI_OK;
}

int
deployment_read(const struct options *options, struct jtn_deployment *ret)
{
	jtn_deployment_init(ret);
	const struct {
		enum option option;
		int32_t most;
		int32_t *to;
	} counts[] = {{OPT_TP, DEGREE_MOST, &ret->tp},
	              {OPT_PP, DEGREE_MOST, &ret->pp},
	              {OPT_EP, DEGREE_MOST, &ret->ep},
	              {OPT_DP, DEGREE_MOST, &ret->dp},
	              {OPT_REPLICAS, COUNT_MOST, &ret->replicas},
	              {OPT_MAX_NUM_SEQS, COUNT_MOST, &ret->max_num_seqs},
	              {OPT_MAX_BATCHED_TOKENS, COUNT_MOST, &ret->max_batched_tokens}};
	int code = CLI_OK;
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts) && code == CLI_OK; i++)
		code = option_count(options, counts[i].option, counts[i].most, counts[i].to);
	if (code == CLI_OK)
		code = precision_read(options, OPT_PRECISION, &ret->precision);
	if (code == CLI_OK)
		code = precision_read(options, OPT_KV_PRECISION, &ret->kv_precision);
	if (code == CLI_OK)
		code = option_real(options, OPT_MEMORY_UTILIZATION, 0, 1, &ret->memory_utilization);
	if (code == CLI_OK)
		code = option_switch(options, OPT_CHUNKED_PREFILL, &ret->chunked_prefill);
	if (code == CLI_OK)
		code = option_switch(options, OPT_PREFIX_CACHING, &ret->prefix_caching);
	return code == CLI_OK ? speculative_read(options, ret) : code;
}

static int
open_hardware(const char *given, struct subject *ret, struct problem *problem)
{
	struct jtn_error error = {0};
	int code = source_open(JTN_CATALOG_HARDWARE, given, &ret->hardware_source, problem);
	if (code != CLI_OK)
		return code;
	const struct source *source = &ret->hardware_source;
	if (jtn_hardware_parse(source->text, source->length, NULL, &ret->hardware, &error) != JTN_OK ||
	    (error.status = jtn_hardware_read_facts(ret->hardware, &ret->hardware_facts, sizeof(ret->hardware_facts))) !=
	        JTN_OK)
		return source_problem(source, CLI_USAGE, &error, problem);
	return CLI_OK;
}

/* vLLM serves GPUs; nothing fitted on them says much about anything else. */
static const char *
default_stack(const struct source *hardware)
{
	struct text vendor = {0};
	const char *text;
	source_member(hardware, "vendor", &vendor);
	bool gpu = strcmp(text_string(&vendor), "NVIDIA") == 0 || strcmp(text_string(&vendor), "AMD") == 0;
	text_free(&vendor);
	return gpu && jtn_catalog_text(JTN_CATALOG_STACK, "vllm", &text, NULL, NULL) == JTN_OK ? "vllm" : "generic";
}

static int
open_stack(const char *given, struct subject *ret, struct problem *problem)
{
	struct jtn_error error = {0};
	if (!given)
		given = default_stack(&ret->hardware_source);
	int code = source_open(JTN_CATALOG_STACK, given, &ret->stack_source, problem);
	if (code != CLI_OK)
		return code;
	if (jtn_stack_parse(ret->stack_source.text, ret->stack_source.length, NULL, &ret->stack, &error) != JTN_OK)
		return source_problem(&ret->stack_source, CLI_USAGE, &error, problem);
	text_add(&ret->stack_name, jtn_stack_id(ret->stack));
	source_member(&ret->stack_source, "name", &ret->stack_name);
	return CLI_OK;
}

/* The fewest accelerators that hold the longest context; where nothing does, the next shorter one, last any at all. */
static jtn_status
fit(struct subject *subject, const struct list *contexts, struct jtn_error *reterr)
{
	double above = HUGE_VAL;
	for (;;) {
		double longest = 0;
		for (size_t i = 0; i < contexts->count; i++)
			if (contexts->values[i] < above && contexts->values[i] > longest)
				longest = contexts->values[i];
		jtn_status status = jtn_deployment_fit(subject->hardware, subject->stack, subject->model->model, longest,
		                                       &subject->deployment, reterr);
		subject->fitted = status == JTN_OK;
		subject->fitted_tokens = longest;
		if (status != JTN_E_DOES_NOT_FIT || longest == 0)
			return status;
		above = longest;
	}
}

static int
open_server(const struct wanted *wanted, struct subject *ret, struct problem *problem)
{
	struct jtn_error error = {0};
	ret->deployment = *wanted->deployment;
	bool choose = ret->deployment.tp == 0 && ret->deployment.pp == 0;
	jtn_status status = choose ? fit(ret, wanted->contexts, &error) : JTN_OK;
	if (status == JTN_OK)
		status =
			jtn_server_new(ret->hardware, ret->stack, ret->model->model, &ret->deployment, NULL, &ret->server, &error);
	if (status == JTN_OK)
		status = error.status = jtn_server_read_facts(ret->server, &ret->facts, sizeof(ret->facts));
	if (status == JTN_OK)
		return CLI_OK;
	bool cannot = status == JTN_E_DOES_NOT_FIT || status == JTN_E_UNSUPPORTED || status == JTN_E_MISSING_FIELD;
	return problem_take(problem, cannot ? CLI_ROWS : CLI_USAGE, NULL, false, &error);
}

int
subject_open(const struct wanted *wanted, const struct asked_model *model, struct subject *ret, struct problem *problem)
{
	*ret = (struct subject){.model = model};
	int code = open_hardware(wanted->hardware, ret, problem);
	if (code == CLI_OK)
		code = open_stack(wanted->stack, ret, problem);
	if (code == CLI_OK)
		code = rent_choose(jtn_hardware_id(ret->hardware), wanted->rent, wanted->own, wanted->currency, &ret->rent,
		                   problem);
	return code == CLI_OK ? open_server(wanted, ret, problem) : code;
}

void
subject_close(struct subject *subject)
{
	jtn_server_free(subject->server);
	jtn_stack_free(subject->stack);
	jtn_hardware_free(subject->hardware);
	rent_free(&subject->rent);
	text_free(&subject->stack_name);
	source_close(&subject->stack_source);
	source_close(&subject->hardware_source);
}

static void
add_count(struct text *text, const char *key, int32_t value)
{
	if (value > 0)
		text_addf(text, ", \"%s\": %d", key, (int)value);
}

static void
add_switch(struct text *text, const char *key, int32_t value)
{
	if (value != JTN_SWITCH_DEFAULT)
		text_addf(text, ", \"%s\": %s", key, value == JTN_SWITCH_ON ? "true" : "false");
}

static void
add_deployment(const struct subject *subject, struct text *ret)
{
	const struct jtn_deployment *given = &subject->deployment;
	text_addf(ret, "{\"tp\": %d, \"pp\": %d, \"ep\": %d, \"dp\": %d, \"replicas\": %d", (int)subject->facts.tp,
	          (int)subject->facts.pp, (int)subject->facts.ep, (int)subject->facts.dp, (int)subject->facts.replicas);
	if (given->precision != JTN_PRECISION_DEFAULT)
		text_addf(ret, ", \"precision\": \"%s\"", jtn_precision_name(given->precision));
	if (given->kv_precision != JTN_PRECISION_DEFAULT)
		text_addf(ret, ", \"kv_precision\": \"%s\"", jtn_precision_name(given->kv_precision));
	add_count(ret, "max_num_seqs", given->max_num_seqs);
	add_count(ret, "max_batched_tokens", given->max_batched_tokens);
	if (given->memory_utilization > 0) {
		text_add(ret, ", \"memory_utilization\": ");
		text_json_number(ret, given->memory_utilization);
	}
	add_switch(ret, "chunked_prefill", given->chunked_prefill);
	add_switch(ret, "prefix_caching", given->prefix_caching);
	if (given->speculative_tokens > 0) {
		text_addf(ret, ", \"speculative\": {\"tokens\": %d, \"acceptance\": ", (int)given->speculative_tokens);
		text_json_number(ret, given->speculative_acceptance);
		if (given->speculative_decay > 0) {
			text_add(ret, ", \"decay\": ");
			text_json_number(ret, given->speculative_decay);
		}
		text_add(ret, "}");
	}
	text_add(ret, "}");
}

void
subject_scenario(const struct subject *subject, const struct jtn_workload *workload, struct text *ret)
{
	const struct source *model = &subject->model->source;
	text_add(ret, "{\"hardware\": ");
	source_json(&subject->hardware_source, ret);
	text_add(ret, ", \"stack\": ");
	source_json(&subject->stack_source, ret);
	text_add(ret, ", \"model\": ");
	if (model->is_file && strcmp(model->given, "-") != 0) {
		text_add(ret, "{\"config\": ");
		text_json_string(ret, model->given);
		text_add(ret, "}");
	} else {
		source_json(model, ret);
	}
	if (subject->server) {
		text_add(ret, ", \"deployment\": ");
		add_deployment(subject, ret);
	}
	text_add(ret, ", \"workload\": ");
	json_workload(ret, workload);
	if (subject->rent.json.length > 0)
		text_addf(ret, ", \"hour\": %s", text_string(&subject->rent.json));
	text_add(ret, "}");
}

int
demand_read(const struct options *options, struct demand *ret)
{
	bool batch = options->value[OPT_BATCH], rate = options->value[OPT_RATE];
	ret->offline = options->value[OPT_OFFLINE];
	ret->open_loop = rate;
	if (batch + rate + ret->offline > 1)
		return cli_error("--batch, --rate and --offline: each says how much is asked; give one of them");
	int code = option_list(options, OPT_CONTEXT, true, &ret->contexts);
	if (code == CLI_OK)
		code = option_list(options, rate ? OPT_RATE : OPT_BATCH, false, &ret->loads);
	if (ret->offline)
		ret->loads.count = 1;
	if (code == CLI_OK)
		code = option_real(options, OPT_INPUT_SHARE, 0, 1, &ret->input_share);
	if (code == CLI_OK)
		code = option_real_from(options, OPT_CACHED, 0, 1, &ret->cached_share);
	const char *caching = options->value[OPT_PREFIX_CACHING];
	if (code == CLI_OK && ret->cached_share > 0 && caching && strcmp(caching, "off") == 0)
		code = cli_error("--cached %s: --prefix-caching off leaves no cache to find it in; leave one of them out",
		                 options->value[OPT_CACHED]);
	for (size_t i = 0; i < ret->contexts.count && code == CLI_OK; i++)
		if (ret->contexts.values[i] < 2)
			code = cli_error("--context: must be at least 2 tokens, one of input and one of output");
	return code;
}

struct jtn_workload
demand_workload(const struct demand *demand, double context, double load)
{
	double input = floor(context * demand->input_share + 0.5);
	input = input < 1 ? 1 : input > context - 1 ? context - 1 : input;
	struct jtn_workload workload = {.input_tokens = input,
	                                .output_tokens = context - input,
	                                .cached_input_tokens = floor(input * demand->cached_share + 0.5)};
	if (demand->offline)
		workload.flags = JTN_WORKLOAD_OFFLINE;
	else if (demand->open_loop)
		workload.request_rate = load;
	else
		workload.concurrency = load;
	return workload;
}
