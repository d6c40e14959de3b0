/* Any bytes as a stack profile: an error or a handle whose constants are finite and whose defaults are usable. */
#include "finite.h"

#include "profile/stack.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void
check_part(const struct jtn__stack_part *part)
{
	const double *first = (const double *)(const void *)&part->constants;
	const struct jtn__stack_defaults *defaults = &part->defaults;

	check_finite(first, first + sizeof(part->constants) / sizeof(double) - 1);
	if (defaults->max_num_seqs < 1 || defaults->max_batched_tokens < 1 || defaults->block_tokens < 1 ||
	    defaults->chunked_prefill == JTN_SWITCH_DEFAULT || defaults->prefix_caching == JTN_SWITCH_DEFAULT ||
	    !(defaults->memory_utilization > 0 && defaults->memory_utilization <= 1))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct jtn_stack *stack = NULL;
	struct jtn_error err;
	bool fitted = false;
	size_t i;

	if (jtn_stack_parse((const char *)data, size, NULL, &stack, &err) != JTN_OK) {
		if (stack != NULL || err.status == JTN_OK || err.message[0] == '\0')
			__builtin_trap();
		return 0;
	}
	check_part(&stack->otherwise);
	for (i = 0; i < stack->family_count; i++) {
		check_part(&stack->families[i]);
		if (jtn__stack_part_of(stack, stack->families[i].family) != &stack->families[i])
			__builtin_trap();
	}
	for (i = 0; i < stack->fitted_hardware.count; i++)
		fitted = fitted || jtn__stack_is_fitted(stack, stack->fitted_hardware.ids[i], "m");
	if (fitted && stack->fitted_models.count == 0)
		__builtin_trap();
	check_finite(&stack->band_tpot, &stack->band_outside);
	if (jtn_stack_id(stack)[0] == '\0')
		__builtin_trap();
	jtn_stack_free(stack);
	return 0;
}
