/*
 * Reads stack profiles: a serving software's defaults, calibrated constants and error bands.
 * Format: docs/formats.md, "Stack". What each constant does to an estimate: docs/cost-model.md, "Constants".
 */
#include "stack.h"

#include "base/json.h"
#include "figure.h"
#include "jeton/catalog.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_FAMILIES 64
#define MAX_FITTED 256
#define LEAST_EFFICIENCY 1e-6 /* below this a figure is a slip of the pen, and times would leave the physical */

/* The one place that knows the constants by name: a new one is a member of struct jtn__constants and a line here. */
#define CONSTANT(name) #name, offsetof(struct jtn__constants, name)
static const struct constant {
	const char *name;
	size_t offset;
	const char *unit;
	double low;
	double high;
} constants[] = {
	{CONSTANT(memory_efficiency), "1", LEAST_EFFICIENCY, 1},
	{CONSTANT(compute_efficiency), "1", LEAST_EFFICIENCY, 1},
	{CONSTANT(narrow_efficiency), "1", LEAST_EFFICIENCY, 1},
	{CONSTANT(widening_flops), "1", 0, 1e6},
	{CONSTANT(moe_memory_efficiency), "1", LEAST_EFFICIENCY, 1},
	{CONSTANT(moe_compute_efficiency), "1", LEAST_EFFICIENCY, 1},
	{CONSTANT(expert_imbalance), "1", 0, 100},
	{CONSTANT(traffic_bytes), "bytes", 0, 1e6},
	{CONSTANT(kv_efficiency), "1", LEAST_EFFICIENCY, 1},
	{CONSTANT(narrow_kv_efficiency), "1", LEAST_EFFICIENCY, 1},
	{CONSTANT(attention_efficiency), "1", LEAST_EFFICIENCY, 1},
	{CONSTANT(link_efficiency), "1", LEAST_EFFICIENCY, 1},
	{CONSTANT(collective_us), "us", 0, 1e6},
	{CONSTANT(kernel_us), "us", 0, 1e6},
	{CONSTANT(prompt_kernel_us), "us", 0, 1e6},
	{CONSTANT(moe_layer_us), "us", 0, 1e6},
	{CONSTANT(sequence_us), "us", 0, 1e6},
	{CONSTANT(host_us), "us", 0, 1e6},
	{CONSTANT(request_ms), "ms", 0, 1e6},
	{CONSTANT(first_token_steps), "steps", 0, 1e6},
	{CONSTANT(prefill_queue), "1", 0, 1},
	{CONSTANT(reserved_output), "1", 0.5, 1},
	{CONSTANT(runtime_bytes), "bytes", 0, 1e12},
	{CONSTANT(activation_bytes), "bytes", 0, 1e6},
};

_Static_assert(sizeof(struct jtn__constants) == COUNT(constants) * sizeof(double),
               "a constant has no line in the table");

/* With `all`, each constant must be there; without, the absent ones stay as `ret` has them. */
static jtn_status
read_constants(const struct jtn__value *object, bool all, const struct jtn__value *sources, struct jtn__constants *ret,
               struct jtn_error *reterr)
{
	const char *keys[COUNT(constants)];
	struct jtn__value figure;
	size_t i;

	for (i = 0; i < COUNT(constants); i++)
		keys[i] = constants[i].name;
	if (!jtn__json_is_object(object))
		return jtn__json_fail(object, reterr, JTN_E_TYPE, "constants must be an object of figures");
	JTN__TRY(jtn__json_only(object, keys, COUNT(keys), reterr));
	for (i = 0; i < COUNT(constants); i++) {
		const struct constant *constant = &constants[i];
		struct jtn__figure rule = {
			constant->name, {{constant->unit, 1}, {NULL, 0}}, constant->low, constant->high, false};
		double *value = (double *)(void *)((char *)ret + constant->offset);

		if (all)
			JTN__TRY(jtn__json_require(object, keys[i], &figure, reterr));
		JTN__TRY(jtn__figure_read(object, &rule, sources, value, reterr));
	}
	return JTN_OK;
}

static jtn_status
copy_text(struct jtn__arena *arena, const char *text, const char **ret, struct jtn_error *reterr)
{
	*ret = jtn__arena_copy(arena, text, strlen(text));
	if (*ret == NULL)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a stack profile");
	return JTN_OK;
}

/* A required object whose keys are all known. */
static jtn_status
require_object(const struct jtn__value *object, const char *key, const char *const *keys, size_t count,
               struct jtn__value *ret, struct jtn_error *reterr)
{
	JTN__TRY(jtn__json_require(object, key, ret, reterr));
	if (!jtn__json_is_object(ret))
		return jtn__json_fail(ret, reterr, JTN_E_TYPE, "%s must be an object", key);
	return jtn__json_only(ret, keys, count, reterr);
}

/* A required share or factor in (0, high]. */
static jtn_status
read_positive(const struct jtn__value *object, const char *key, double high, double *ret, struct jtn_error *reterr)
{
	struct jtn__value value;

	JTN__TRY(jtn__json_require(object, key, &value, reterr));
	JTN__TRY(jtn__json_number(&value, 0, high, ret, reterr));
	if (!(*ret > 0))
		return jtn__json_fail(&value, reterr, JTN_E_RANGE, "%s is 0; it must be greater, and at most %g", key, high);
	return JTN_OK;
}

static jtn_status
read_count(const struct jtn__value *value, int64_t low, int32_t *ret, struct jtn_error *reterr)
{
	int64_t count;

	JTN__TRY(jtn__json_integer(value, low, INT32_MAX, &count, reterr));
	*ret = (int32_t)count;
	return JTN_OK;
}

static jtn_status
read_switch(const struct jtn__value *value, int32_t *ret, struct jtn_error *reterr)
{
	bool on;

	JTN__TRY(jtn__json_boolean(value, &on, reterr));
	*ret = on ? JTN_SWITCH_ON : JTN_SWITCH_OFF;
	return JTN_OK;
}

/* With `all`, each default must be there; without, the absent ones stay as `ret` has them. */
static jtn_status
read_defaults(const struct jtn__value *object, bool all, struct jtn__stack_defaults *ret, struct jtn_error *reterr)
{
	static const char *const keys[] = {"max_num_seqs",       "max_batched_tokens", "block_tokens",
	                                   "memory_utilization", "chunked_prefill",    "prefix_caching"};
	struct jtn__value value;
	size_t i;

	if (!jtn__json_is_object(object))
		return jtn__json_fail(object, reterr, JTN_E_TYPE, "defaults must be an object");
	JTN__TRY(jtn__json_only(object, keys, COUNT(keys), reterr));
	for (i = 0; all && i < COUNT(keys); i++)
		JTN__TRY(jtn__json_require(object, keys[i], &value, reterr));
	if (jtn__json_member(object, "max_num_seqs", &value))
		JTN__TRY(read_count(&value, 1, &ret->max_num_seqs, reterr));
	if (jtn__json_member(object, "max_batched_tokens", &value))
		JTN__TRY(read_count(&value, 1, &ret->max_batched_tokens, reterr));
	if (jtn__json_member(object, "block_tokens", &value))
		JTN__TRY(read_count(&value, 1, &ret->block_tokens, reterr));
	if (jtn__json_member(object, "memory_utilization", &value))
		JTN__TRY(read_positive(object, "memory_utilization", 1, &ret->memory_utilization, reterr));
	if (jtn__json_member(object, "chunked_prefill", &value))
		JTN__TRY(read_switch(&value, &ret->chunked_prefill, reterr));
	if (jtn__json_member(object, "prefix_caching", &value))
		JTN__TRY(read_switch(&value, &ret->prefix_caching, reterr));
	return JTN_OK;
}

static jtn_status
read_bands(const struct jtn__value *root, struct jtn_stack *stack, struct jtn_error *reterr)
{
	static const char *const keys[] = {"tpot", "ttft", "throughput", "cost", "outside"};
	struct jtn__value bands;
	struct jtn__value outside;

	JTN__TRY(require_object(root, "bands", keys, COUNT(keys), &bands, reterr));
	JTN__TRY(read_positive(&bands, "tpot", 100, &stack->band_tpot, reterr));
	JTN__TRY(read_positive(&bands, "ttft", 100, &stack->band_ttft, reterr));
	JTN__TRY(read_positive(&bands, "throughput", 100, &stack->band_throughput, reterr));
	JTN__TRY(read_positive(&bands, "cost", 100, &stack->band_cost, reterr));
	JTN__TRY(jtn__json_require(&bands, "outside", &outside, reterr));
	return jtn__json_number(&outside, 1, 100, &stack->band_outside, reterr); /* never surer where it was not fitted */
}

/* An optional array of catalogue ids. */
static jtn_status
read_ids(const struct jtn__value *fit, const char *key, struct jtn_stack *stack, struct jtn__stack_fit *ret,
         struct jtn_error *reterr)
{
	struct jtn__value array;
	struct jtn__value element;
	const char *text;
	size_t i;

	if (!jtn__json_member(fit, key, &array))
		return JTN_OK;
	if (!jtn__json_is_array(&array))
		return jtn__json_fail(&array, reterr, JTN_E_TYPE, "%s must be an array of ids", key);
	ret->count = jtn__json_count(&array);
	if (ret->count > MAX_FITTED)
		return jtn__json_fail(&array, reterr, JTN_E_LIMIT, "%d ids; at most %d are read", (int64_t)ret->count,
		                      (int64_t)MAX_FITTED);
	if (ret->count == 0)
		return JTN_OK;
	ret->ids = jtn__arena_take(stack->arena, ret->count, sizeof(*ret->ids));
	if (ret->ids == NULL)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a stack profile");
	for (i = 0; i < ret->count; i++) {
		jtn__json_element(&array, i, &element);
		JTN__TRY(jtn__json_string(&element, &text, reterr));
		JTN__TRY(copy_text(stack->arena, text, &ret->ids[i], reterr));
	}
	return JTN_OK;
}

/* Where the constants were fitted; `on` and `date` are read for their presence, so that no profile comes without. */
static jtn_status
read_fit(const struct jtn__value *root, struct jtn_stack *stack, struct jtn_error *reterr)
{
	static const char *const keys[] = {"on", "rows", "date", "hardware", "models"};
	struct jtn__value fit;
	struct jtn__value value;
	const char *on;
	int32_t rows;

	JTN__TRY(require_object(root, "fit", keys, COUNT(keys), &fit, reterr));
	JTN__TRY(jtn__figure_read_text(&fit, "on", &on, reterr));
	JTN__TRY(jtn__json_require(&fit, "rows", &value, reterr));
	JTN__TRY(read_count(&value, 0, &rows, reterr));
	JTN__TRY(read_ids(&fit, "hardware", stack, &stack->fitted_hardware, reterr));
	JTN__TRY(read_ids(&fit, "models", stack, &stack->fitted_models, reterr));
	return jtn__figure_check_date(&fit, reterr);
}

/* One family: the stack's defaults and constants, with those it states in their place. */
static jtn_status
read_family(const struct jtn__value *entry, const struct jtn__value *sources, struct jtn_stack *stack,
            struct jtn__stack_part *families, size_t index, struct jtn_error *reterr)
{
	static const char *const keys[] = {"family", "defaults", "constants"};
	struct jtn__value member;
	char shown[JTN__QUOTE_SIZE];
	const char *name;
	size_t i;

	if (!jtn__json_is_object(entry))
		return jtn__json_fail(entry, reterr, JTN_E_TYPE,
		                      "a family must be {\"family\": \"hopper\", \"constants\": {…}}");
	JTN__TRY(jtn__json_only(entry, keys, COUNT(keys), reterr));
	JTN__TRY(jtn__figure_read_text(entry, "family", &name, reterr));
	for (i = 0; i < index; i++) {
		if (strcmp(families[i].family, name) == 0) {
			jtn__quote(shown, name, strlen(name));
			return jtn__json_fail(entry, reterr, JTN_E_DUPLICATE_KEY, "family %s is here twice; merge the two", shown);
		}
	}
	families[index] = stack->otherwise;
	JTN__TRY(copy_text(stack->arena, name, &families[index].family, reterr));
	if (jtn__json_member(entry, "defaults", &member))
		JTN__TRY(read_defaults(&member, false, &families[index].defaults, reterr));
	JTN__TRY(jtn__json_require(entry, "constants", &member, reterr));
	return read_constants(&member, false, sources, &families[index].constants, reterr);
}

static jtn_status
read_families(const struct jtn__value *root, const struct jtn__value *sources, struct jtn_stack *stack,
              struct jtn_error *reterr)
{
	struct jtn__value array;
	struct jtn__value entry;
	struct jtn__stack_part *families;
	size_t count;
	size_t i;

	if (!jtn__json_member(root, "families", &array))
		return JTN_OK;
	if (!jtn__json_is_array(&array))
		return jtn__json_fail(&array, reterr, JTN_E_TYPE,
		                      "families must be an array of {\"family\": …, \"constants\": {…}}");
	count = jtn__json_count(&array);
	if (count > MAX_FAMILIES)
		return jtn__json_fail(&array, reterr, JTN_E_LIMIT, "%d families; at most %d are read", (int64_t)count,
		                      (int64_t)MAX_FAMILIES);
	if (count == 0)
		return JTN_OK;
	families = jtn__arena_take(stack->arena, count, sizeof(*families));
	if (families == NULL)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a stack profile");
	for (i = 0; i < count; i++) {
		jtn__json_element(&array, i, &entry);
		JTN__TRY(read_family(&entry, sources, stack, families, i, reterr));
	}
	stack->families = families;
	stack->family_count = count;
	return JTN_OK;
}

static jtn_status
read_stack(const struct jtn__value *root, struct jtn_stack *stack, struct jtn_error *reterr)
{
	static const char *const keys[] = {"id",    "name", "sources",  "defaults", "constants",
	                                   "bands", "fit",  "families", "notes"};
	struct jtn__value sources;
	struct jtn__value member;
	const char *text;

	JTN__TRY(jtn__json_only(root, keys, COUNT(keys), reterr));
	JTN__TRY(jtn__figure_read_text(root, "id", &text, reterr));
	JTN__TRY(copy_text(stack->arena, text, &stack->id, reterr));
	JTN__TRY(jtn__figure_read_text(root, "name", &text, reterr));
	JTN__TRY(jtn__json_optional_string(root, "notes", &text, reterr));
	JTN__TRY(jtn__json_require(root, "sources", &sources, reterr));
	JTN__TRY(jtn__figure_check_sources(&sources, false, reterr));
	JTN__TRY(jtn__json_require(root, "defaults", &member, reterr));
	JTN__TRY(read_defaults(&member, true, &stack->otherwise.defaults, reterr));
	JTN__TRY(jtn__json_require(root, "constants", &member, reterr));
	JTN__TRY(read_constants(&member, true, &sources, &stack->otherwise.constants, reterr));
	JTN__TRY(read_families(root, &sources, stack, reterr));
	JTN__TRY(read_bands(root, stack, reterr));
	return read_fit(root, stack, reterr);
}

static jtn_status
new_stack(const struct jtn_allocator *allocator, struct jtn_stack **ret, struct jtn_error *reterr)
{
	struct jtn__arena *arena;
	struct jtn_stack *stack;

	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	stack = jtn__arena_take(arena, 1, sizeof(*stack));
	if (stack == NULL) {
		jtn__arena_free(arena);
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a stack profile");
	}
	stack->arena = arena;
	*ret = stack;
	return JTN_OK;
}

jtn_status
jtn_stack_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_stack **ret,
                struct jtn_error *reterr)
{
	struct jtn__json *json;
	struct jtn__value root;
	struct jtn_stack *stack;
	jtn_status status;

	if (text == NULL || ret == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, text == NULL ? "text" : "ret", "must not be NULL");
	JTN__TRY(jtn__json_parse(text, length, allocator, &json, reterr));
	status = new_stack(allocator, &stack, reterr);
	if (status == JTN_OK) {
		jtn__json_root(json, &root);
		status = read_stack(&root, stack, reterr);
		if (status == JTN_OK)
			*ret = stack;
		else
			jtn_stack_free(stack);
	}
	jtn__json_free(json);
	return status;
}

jtn_status
jtn_stack_find(const char *id, const struct jtn_allocator *allocator, struct jtn_stack **ret, struct jtn_error *reterr)
{
	const char *text;
	size_t length;

	JTN__TRY(jtn_catalog_text(JTN_CATALOG_STACK, id, &text, &length, reterr));
	return jtn_stack_parse(text, length, allocator, ret, reterr);
}

void
jtn_stack_free(struct jtn_stack *stack)
{
	if (stack != NULL)
		jtn__arena_free(stack->arena);
}

const char *
jtn_stack_id(const struct jtn_stack *stack)
{
	return stack->id;
}

const struct jtn__stack_part *
jtn__stack_part_of(const struct jtn_stack *stack, const char *family)
{
	size_t i;

	for (i = 0; family != NULL && i < stack->family_count; i++)
		if (strcmp(stack->families[i].family, family) == 0)
			return &stack->families[i];
	return &stack->otherwise;
}

static bool
names(const struct jtn__stack_fit *fit, const char *id)
{
	size_t i;

	for (i = 0; i < fit->count; i++)
		if (strcmp(fit->ids[i], id) == 0)
			return true;
	return false;
}

bool
jtn__stack_is_fitted(const struct jtn_stack *stack, const char *hardware, const char *model)
{
	return names(&stack->fitted_hardware, hardware) && names(&stack->fitted_models, model);
}
