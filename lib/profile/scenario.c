/*
 * Reads scenarios: one question as text. The parts are read by the readers of their kinds; what is done here is to
 * find them, to turn their errors into errors of the whole text, and to read deployment and workload.
 * Format: docs/formats.md and docs/formats/scenario.schema.json.
 */
#include "jeton/scenario.h"

#include "base/abi.h"
#include "base/arena.h"
#include "base/json.h"
#include "hardware.h"
#include "hour.h"
#include "precision.h"

#include <float.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PATH_DEPTH 16 /* a reader's field path is followed so far down */
/* The limits of jtn_server_new(), refused here because here there is a line to point at. */
#define MOST_RANKS 65536
#define MOST_TOKENS (1 << 24)
#define MOST_DRAFT_TOKENS 64

struct jtn_scenario {
	struct jtn__arena *arena;
	const char *id;
	const char *model_path;
	struct jtn_hardware *hardware;
	struct jtn_stack *stack;
	struct jtn_model *model;
	struct jtn_deployment deployment;
	struct jtn_workload workload;
	struct jtn_hour hour;
	bool has_hour;
};

/* What reading takes: a scratch arena holds the text of inline objects until they are read. */
struct reading {
	const struct jtn_allocator *allocator;
	struct jtn__arena *scratch;
	struct jtn_scenario *scenario;
};

/* The length of the first step of a field path: "config", then "[2]", then ".cite" without its dot. */
static size_t
step_length(const char *path)
{
	size_t length = *path == '[' ? 1 : 0;

	while (path[length] != '\0' && path[length] != '.' && path[length] != '[')
		length++;
	return length;
}

static bool
step_into(const struct jtn__value *from, const char *path, size_t length, struct jtn__value *ret)
{
	char key[sizeof(((struct jtn_error *)0)->field)];
	size_t index = 0;
	size_t i;

	if (*path == '[') {
		for (i = 1; i < length && path[i] >= '0' && path[i] <= '9' && index < 1000000; i++)
			index = index * 10 + (size_t)(path[i] - '0');
		if (!jtn__json_is_array(from) || index >= jtn__json_count(from))
			return false;
		jtn__json_element(from, index, ret);
		return true;
	}
	if (!jtn__json_is_object(from) || length >= sizeof(key))
		return false;
	memcpy(key, path, length);
	key[length] = '\0';
	for (i = 0; i < jtn__json_count(from); i++) {
		jtn__json_entry(from, i, ret);
		if (strcmp(ret->key, key) == 0)
			return true;
	}
	return false;
}

/* The position in the whole text of `path` below `value`, or of the last step of it that is there. */
static void
find_position(const struct jtn__value *value, const char *path, int32_t *retline, int32_t *retcolumn)
{
	struct jtn__value steps[PATH_DEPTH];
	const struct jtn__value *at = value;
	struct jtn_error where;
	size_t depth;

	for (depth = 0; depth < PATH_DEPTH && *path != '\0'; depth++) {
		size_t length = step_length(path);

		if (!step_into(at, path, length, &steps[depth]))
			break;
		at = &steps[depth];
		path += length;
		if (*path == '.')
			path++;
	}
	jtn__json_fail(at, &where, JTN_E_SYNTAX, "");
	*retline = where.line;
	*retcolumn = where.column;
}

/* A reader that knows its kind by name says "workload.concurrency" by itself: the path below that name. */
static const char *
below(const char *path, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(path, name, length) != 0 || (path[length] != '.' && path[length] != '\0'))
		return path;
	return path + length + (path[length] == '.');
}

/* A part's reader saw the part alone: its error gets the position and the path in the whole text. */
static jtn_status
fail_in(const struct jtn__value *value, const struct jtn_error *inner, struct jtn_error *reterr)
{
	const char *path = below(inner->field, value->key);
	char outer[sizeof(inner->field)];
	char field[sizeof(inner->field)];
	int32_t line;
	int32_t column;

	jtn__json_path(value, outer, sizeof(outer));
	jtn__format(field, sizeof(field), *path == '\0' || *path == '[' ? "%s%s" : "%s.%s", outer, path);
	find_position(value, path, &line, &column);
	return jtn__fail_at(reterr, inner->status, line, column, field, "%s", inner->message);
}

/* A catalogue id's own text, or an inline object's. */
static jtn_status
part_text(const struct reading *reading, const struct jtn__value *value, bool *retinline, const char **ret,
          struct jtn_error *reterr)
{
	*retinline = jtn__json_is_object(value);
	if (!*retinline) {
		if (!jtn__json_is_string(value))
			return jtn__json_fail(value, reterr, JTN_E_TYPE, "%s must be a catalogue id or an object", value->key);
		return jtn__json_string(value, ret, reterr);
	}
	*ret = jtn__json_text(value, reading->scratch);
	if (*ret == NULL)
		return jtn__fail(reterr, JTN_E_MEMORY, value->key, "out of memory for a scenario");
	return JTN_OK;
}

static jtn_status
read_hardware(const struct reading *reading, const struct jtn__value *root, struct jtn_error *reterr)
{
	struct jtn_hardware **ret = &reading->scenario->hardware;
	struct jtn__value value;
	struct jtn_error inner;
	const char *text;
	bool is_inline;
	jtn_status status;

	JTN__TRY(jtn__json_require(root, "hardware", &value, reterr));
	JTN__TRY(part_text(reading, &value, &is_inline, &text, reterr));
	if (is_inline)
		status = jtn_hardware_parse(text, strlen(text), reading->allocator, ret, &inner);
	else
		status = jtn_hardware_find(text, reading->allocator, ret, &inner);
	return status == JTN_OK ? JTN_OK : fail_in(&value, &inner, reterr);
}

static jtn_status
read_stack(const struct reading *reading, const struct jtn__value *root, struct jtn_error *reterr)
{
	struct jtn_stack **ret = &reading->scenario->stack;
	struct jtn__value value;
	struct jtn_error inner;
	const char *text;
	bool is_inline;
	jtn_status status;

	if (!jtn__json_member(root, "stack", &value))
		return jtn_stack_find("generic", reading->allocator, ret, reterr);
	JTN__TRY(part_text(reading, &value, &is_inline, &text, reterr));
	if (is_inline)
		status = jtn_stack_parse(text, strlen(text), reading->allocator, ret, &inner);
	else
		status = jtn_stack_find(text, reading->allocator, ret, &inner);
	return status == JTN_OK ? JTN_OK : fail_in(&value, &inner, reterr);
}

/* {"config": "path"}: the caller opens it. A `config` that is an object is the catalogue's envelope instead. */
static jtn_status
read_model_path(const struct reading *reading, const struct jtn__value *value, const struct jtn__value *path,
                struct jtn_error *reterr)
{
	static const char *const keys[] = {"config"};
	const char *text;

	JTN__TRY(jtn__json_only(value, keys, COUNT(keys), reterr));
	JTN__TRY(jtn__json_string(path, &text, reterr));
	if (text[0] == '\0')
		return jtn__json_fail(path, reterr, JTN_E_RANGE, "config is empty; it must be the path of a config.json");
	reading->scenario->model_path = jtn__arena_copy(reading->scenario->arena, text, strlen(text));
	if (reading->scenario->model_path == NULL)
		return jtn__fail(reterr, JTN_E_MEMORY, "model", "out of memory for a scenario");
	return JTN_OK;
}

static jtn_status
read_model(const struct reading *reading, const struct jtn__value *root, struct jtn_error *reterr)
{
	struct jtn_model **ret = &reading->scenario->model;
	struct jtn__value value;
	struct jtn__value path;
	struct jtn_error inner;
	const char *text;
	bool is_inline;
	jtn_status status;

	JTN__TRY(jtn__json_require(root, "model", &value, reterr));
	if (jtn__json_is_object(&value) && jtn__json_member(&value, "config", &path) && jtn__json_is_string(&path))
		return read_model_path(reading, &value, &path, reterr);
	JTN__TRY(part_text(reading, &value, &is_inline, &text, reterr));
	if (is_inline)
		status = jtn_model_parse(text, strlen(text), reading->allocator, ret, &inner);
	else
		status = jtn_model_find(text, reading->allocator, ret, &inner);
	return status == JTN_OK ? JTN_OK : fail_in(&value, &inner, reterr);
}

static jtn_status
read_id(const struct reading *reading, const struct jtn__value *root, struct jtn_error *reterr)
{
	struct jtn__value value;

	if (!jtn__json_member(root, "id", &value))
		return JTN_OK;
	if (jtn__json_is_object(&value) || jtn__json_is_array(&value))
		return jtn__json_fail(&value, reterr, JTN_E_TYPE, "id must be a string, a number or a boolean");
	reading->scenario->id = jtn__json_text(&value, reading->scenario->arena);
	if (reading->scenario->id == NULL)
		return jtn__fail(reterr, JTN_E_MEMORY, "id", "out of memory for a scenario");
	return JTN_OK;
}

/* An optional whole number of at least 1: zero means "default" in the struct, and so must not come from the text. */
static jtn_status
optional_count(const struct jtn__value *object, const char *key, int64_t high, int32_t *ret, struct jtn_error *reterr)
{
	int64_t count = *ret;

	JTN__TRY(jtn__json_optional_integer(object, key, 1, high, &count, reterr));
	*ret = (int32_t)count;
	return JTN_OK;
}

static jtn_status
optional_switch(const struct jtn__value *object, const char *key, int32_t *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	bool on;

	if (!jtn__json_member(object, key, &value))
		return JTN_OK;
	JTN__TRY(jtn__json_boolean(&value, &on, reterr));
	*ret = on ? JTN_SWITCH_ON : JTN_SWITCH_OFF;
	return JTN_OK;
}

/* A present share in (0, 1]. */
static jtn_status
read_share(const struct jtn__value *value, double *ret, struct jtn_error *reterr)
{
	JTN__TRY(jtn__json_number(value, 0, 1, ret, reterr));
	if (!(*ret > 0))
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "%s is 0; it must be above 0 and at most 1", value->key);
	return JTN_OK;
}

static jtn_status
optional_share(const struct jtn__value *object, const char *key, double *ret, struct jtn_error *reterr)
{
	struct jtn__value value;

	return jtn__json_member(object, key, &value) ? read_share(&value, ret, reterr) : JTN_OK;
}

static jtn_status
optional_precision(const struct jtn__value *object, const char *key, bool for_kv, int32_t *ret,
                   struct jtn_error *reterr)
{
	struct jtn__value value;
	struct jtn_error inner;
	const char *name;
	jtn_status status;

	if (!jtn__json_member(object, key, &value))
		return JTN_OK;
	JTN__TRY(jtn__json_string(&value, &name, reterr));
	status = jtn_precision_parse(name, ret, &inner);
	if (status != JTN_OK)
		return jtn__json_fail(&value, reterr, status, "%s", inner.message);
	if (for_kv && jtn__precision_kv_bytes(*ret) == 0)
		return jtn__json_fail(&value, reterr, JTN_E_RANGE, "no KV cache is kept in \"%s\"; use bf16, fp16, fp8 or int8",
		                      name);
	return JTN_OK;
}

/* An optional object with none but these keys; *retpresent says whether it is there. */
static jtn_status
optional_object(const struct jtn__value *object, const char *key, const char *const *keys, size_t count,
                bool *retpresent, struct jtn__value *ret, struct jtn_error *reterr)
{
	*retpresent = jtn__json_member(object, key, ret);
	if (!*retpresent)
		return JTN_OK;
	if (!jtn__json_is_object(ret))
		return jtn__json_fail(ret, reterr, JTN_E_TYPE, "%s must be an object", key);
	return jtn__json_only(ret, keys, count, reterr);
}

static jtn_status
read_speculative(const struct jtn__value *object, struct jtn_deployment *ret, struct jtn_error *reterr)
{
	static const char *const keys[] = {"tokens", "acceptance", "decay"};
	struct jtn__value speculative;
	struct jtn__value value;
	int64_t tokens;
	bool present;

	JTN__TRY(optional_object(object, "speculative", keys, COUNT(keys), &present, &speculative, reterr));
	if (!present)
		return JTN_OK;
	JTN__TRY(jtn__json_require(&speculative, "tokens", &value, reterr));
	JTN__TRY(jtn__json_integer(&value, 1, MOST_DRAFT_TOKENS, &tokens, reterr));
	ret->speculative_tokens = (int32_t)tokens;
	JTN__TRY(jtn__json_require(&speculative, "acceptance", &value, reterr));
	JTN__TRY(read_share(&value, &ret->speculative_acceptance, reterr));
	return optional_share(&speculative, "decay", &ret->speculative_decay, reterr);
}

static jtn_status
read_pool(const struct jtn__value *pools, const char *key, struct jtn_pool *ret, struct jtn_error *reterr)
{
	static const char *const keys[] = {"tp", "dp", "ep", "workers"};
	struct jtn__value pool;

	JTN__TRY(jtn__json_require(pools, key, &pool, reterr));
	if (!jtn__json_is_object(&pool))
		return jtn__json_fail(&pool, reterr, JTN_E_TYPE,
		                      "a pool must be {\"tp\": …, \"dp\": …, \"ep\": …, \"workers\": …}");
	JTN__TRY(jtn__json_only(&pool, keys, COUNT(keys), reterr));
	JTN__TRY(optional_count(&pool, "tp", MOST_RANKS, &ret->tp, reterr));
	JTN__TRY(optional_count(&pool, "dp", MOST_RANKS, &ret->dp, reterr));
	JTN__TRY(optional_count(&pool, "ep", MOST_RANKS, &ret->ep, reterr));
	ret->workers = 1; /* a pool that is written down is there, and 0 would say that it is not */
	return optional_count(&pool, "workers", MOST_RANKS, &ret->workers, reterr);
}

static jtn_status
read_pools(const struct jtn__value *object, struct jtn_deployment *ret, struct jtn_error *reterr)
{
	static const char *const keys[] = {"prefill", "decode"};
	struct jtn__value pools;
	bool present;

	JTN__TRY(optional_object(object, "disaggregated", keys, COUNT(keys), &present, &pools, reterr));
	if (!present)
		return JTN_OK;
	JTN__TRY(read_pool(&pools, "prefill", &ret->prefill, reterr));
	return read_pool(&pools, "decode", &ret->decode, reterr);
}

static jtn_status
read_deployment(const struct jtn__value *root, struct jtn_deployment *ret, struct jtn_error *reterr)
{
	static const char *const keys[] = {"precision",
	                                   "kv_precision",
	                                   "tp",
	                                   "pp",
	                                   "ep",
	                                   "dp",
	                                   "replicas",
	                                   "max_num_seqs",
	                                   "max_batched_tokens",
	                                   "memory_utilization",
	                                   "chunked_prefill",
	                                   "prefix_caching",
	                                   "speculative",
	                                   "disaggregated"};
	struct jtn__value object;
	bool present;

	jtn_deployment_init(ret);
	JTN__TRY(optional_object(root, "deployment", keys, COUNT(keys), &present, &object, reterr));
	if (!present)
		return JTN_OK;
	JTN__TRY(optional_precision(&object, "precision", false, &ret->precision, reterr));
	JTN__TRY(optional_precision(&object, "kv_precision", true, &ret->kv_precision, reterr));
	JTN__TRY(optional_count(&object, "tp", MOST_RANKS, &ret->tp, reterr));
	JTN__TRY(optional_count(&object, "pp", MOST_RANKS, &ret->pp, reterr));
	JTN__TRY(optional_count(&object, "ep", MOST_RANKS, &ret->ep, reterr));
	JTN__TRY(optional_count(&object, "dp", MOST_RANKS, &ret->dp, reterr));
	JTN__TRY(optional_count(&object, "replicas", MOST_TOKENS, &ret->replicas, reterr));
	JTN__TRY(optional_count(&object, "max_num_seqs", MOST_TOKENS, &ret->max_num_seqs, reterr));
	JTN__TRY(optional_count(&object, "max_batched_tokens", MOST_TOKENS, &ret->max_batched_tokens, reterr));
	JTN__TRY(optional_share(&object, "memory_utilization", &ret->memory_utilization, reterr));
	JTN__TRY(optional_switch(&object, "chunked_prefill", &ret->chunked_prefill, reterr));
	JTN__TRY(optional_switch(&object, "prefix_caching", &ret->prefix_caching, reterr));
	JTN__TRY(read_speculative(&object, ret, reterr));
	return read_pools(&object, ret, reterr);
}

/* Ranges are jtn_workload_check's; but a zero load, which the record takes for "not this one", is said to be wrong here. */
static jtn_status
optional_load(const struct jtn__value *object, const char *key, double *ret, struct jtn_error *reterr)
{
	struct jtn__value value;

	if (!jtn__json_member(object, key, &value))
		return JTN_OK;
	JTN__TRY(jtn__json_number(&value, -DBL_MAX, DBL_MAX, ret, reterr));
	if (*ret == 0)
		return jtn__json_fail(&value, reterr, JTN_E_RANGE,
		                      "%s is 0; it must be above 0, or left out where another of concurrency, request_rate and "
		                      "offline is given",
		                      key);
	return JTN_OK;
}

static jtn_status
require_tokens(const struct jtn__value *object, const char *key, double *ret, struct jtn_error *reterr)
{
	struct jtn__value value;

	JTN__TRY(jtn__json_require(object, key, &value, reterr));
	return jtn__json_number(&value, -DBL_MAX, DBL_MAX, ret, reterr);
}

static jtn_status
read_workload(const struct jtn__value *root, struct jtn_workload *ret, struct jtn_error *reterr)
{
	static const char *const keys[] = {"input_tokens", "output_tokens", "cached_input_tokens",
	                                   "concurrency",  "request_rate",  "offline"};
	struct jtn__value object;
	struct jtn_error inner;
	bool offline = false;

	JTN__TRY(jtn__json_require(root, "workload", &object, reterr));
	if (!jtn__json_is_object(&object))
		return jtn__json_fail(&object, reterr, JTN_E_TYPE, "workload must be an object");
	JTN__TRY(jtn__json_only(&object, keys, COUNT(keys), reterr));
	JTN__TRY(require_tokens(&object, "input_tokens", &ret->input_tokens, reterr));
	JTN__TRY(require_tokens(&object, "output_tokens", &ret->output_tokens, reterr));
	JTN__TRY(jtn__json_optional_number(&object, "cached_input_tokens", -DBL_MAX, DBL_MAX, &ret->cached_input_tokens,
	                                   reterr));
	JTN__TRY(optional_load(&object, "concurrency", &ret->concurrency, reterr));
	JTN__TRY(optional_load(&object, "request_rate", &ret->request_rate, reterr));
	JTN__TRY(jtn__json_optional_boolean(&object, "offline", &offline, reterr));
	ret->flags = offline ? JTN_WORKLOAD_OFFLINE : 0;
	if (ret->concurrency == 0 && ret->request_rate == 0 && !offline)
		return jtn__json_fail(&object, reterr, JTN_E_MISSING_FIELD,
		                      "workload has no load; give one of concurrency, request_rate and \"offline\": true");
	if (jtn_workload_check(ret, sizeof(*ret), &inner) != JTN_OK)
		return fail_in(&object, &inner, reterr);
	return JTN_OK;
}

static jtn_status
read_hour(const struct jtn__value *root, struct jtn_scenario *scenario, struct jtn_error *reterr)
{
	struct jtn__value value, hardware;

	scenario->has_hour = jtn__json_member(root, "hour", &value);
	if (!scenario->has_hour)
		return JTN_OK;
	if (!jtn__json_is_object(&value))
		return jtn__json_fail(&value, reterr, JTN_E_TYPE,
		                      "hour must be an object: {\"rent\": \"2.5\"} or {\"own\": {…}}");
	jtn_hour_init(&scenario->hour);
	JTN__TRY(jtn__hour_read(&value, &scenario->hour, reterr));
	jtn__json_member(root, "hardware", &hardware);
	if (!jtn__json_is_string(&hardware)) /* a machine of the caller's own may go at any price */
		return JTN_OK;
	return jtn__hour_check_hardware(&value, scenario->hardware->id, reterr);
}

static jtn_status
read_scenario(const struct reading *reading, const struct jtn__value *root, struct jtn_error *reterr)
{
	static const char *const keys[] = {"id", "hardware", "stack", "model", "deployment", "workload", "hour"};

	JTN__TRY(jtn__json_only(root, keys, COUNT(keys), reterr));
	JTN__TRY(read_id(reading, root, reterr));
	JTN__TRY(read_hardware(reading, root, reterr));
	JTN__TRY(read_stack(reading, root, reterr));
	JTN__TRY(read_model(reading, root, reterr));
	JTN__TRY(read_deployment(root, &reading->scenario->deployment, reterr));
	JTN__TRY(read_workload(root, &reading->scenario->workload, reterr));
	return read_hour(root, reading->scenario, reterr);
}

static jtn_status
new_scenario(const struct jtn_allocator *allocator, struct jtn_scenario **ret, struct jtn_error *reterr)
{
	struct jtn__arena *arena;
	struct jtn_scenario *scenario;

	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	scenario = jtn__arena_take(arena, 1, sizeof(*scenario));
	if (scenario == NULL) {
		jtn__arena_free(arena);
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a scenario");
	}
	scenario->arena = arena;
	*ret = scenario;
	return JTN_OK;
}

/* From a parsed text to a handle; the scratch arena lives as long as this call. */
static jtn_status
build_scenario(const struct jtn__json *json, const struct jtn_allocator *allocator, struct jtn_scenario **ret,
               struct jtn_error *reterr)
{
	struct reading reading = {allocator, NULL, NULL};
	struct jtn__value root;
	jtn_status status;

	JTN__TRY(new_scenario(allocator, &reading.scenario, reterr));
	status = jtn__arena_new(allocator, &reading.scratch, reterr);
	if (status == JTN_OK) {
		jtn__json_root(json, &root);
		status = read_scenario(&reading, &root, reterr);
		jtn__arena_free(reading.scratch);
	}
	if (status == JTN_OK)
		*ret = reading.scenario;
	else
		jtn_scenario_free(reading.scenario);
	return status;
}

jtn_status
jtn_scenario_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_scenario **ret,
                   struct jtn_error *reterr)
{
	struct jtn__json *json;
	jtn_status status;

	if (text == NULL || ret == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, text == NULL ? "text" : "ret", "must not be NULL");
	JTN__TRY(jtn__json_parse(text, length, allocator, &json, reterr));
	status = build_scenario(json, allocator, ret, reterr);
	jtn__json_free(json);
	return status;
}

void
jtn_scenario_free(struct jtn_scenario *scenario)
{
	if (scenario == NULL)
		return;
	jtn_hardware_free(scenario->hardware);
	jtn_stack_free(scenario->stack);
	jtn_model_free(scenario->model);
	jtn__arena_free(scenario->arena);
}

jtn_status
jtn_scenario_read(const struct jtn_scenario *scenario, struct jtn_scenario_parts *ret)
{
	struct jtn_scenario_parts parts = {0};
	uint32_t size;

	if (scenario == NULL || ret == NULL)
		return JTN_E_ARGUMENT;
	size = ret->size;
	JTN__TRY(jtn__check_record(size, sizeof(parts), "struct jtn_scenario_parts", NULL));
	parts.size = size;
	parts.id = scenario->id;
	parts.hardware = scenario->hardware;
	parts.stack = scenario->stack;
	parts.model = scenario->model;
	parts.model_path = scenario->model_path;
	parts.deployment = &scenario->deployment;
	parts.workload = &scenario->workload;
	parts.hour = scenario->has_hour ? &scenario->hour : NULL;
	memset((char *)ret + sizeof(parts), 0, size - sizeof(parts));
	memcpy(ret, &parts, sizeof(parts));
	return JTN_OK;
}
