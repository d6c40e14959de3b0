/* Any bytes as a stack profile: an error or a handle whose constants are finite. */
#include "finite.h"

#include "profile/stack.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void
check_constants(const struct jtn__constants *constants)
{
	const double *first = (const double *)(const void *)constants;

	check_finite(first, first + sizeof(*constants) / sizeof(double) - 1);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct jtn_stack *stack = NULL;
	struct jtn_error err;
	int fitted;
	size_t i;

	if (jtn_stack_parse((const char *)data, size, NULL, &stack, &err) != JTN_OK) {
		if (stack != NULL || err.status == JTN_OK || err.message[0] == '\0')
			__builtin_trap();
		return 0;
	}
	check_constants(jtn__stack_constants(stack, "hopper", &fitted));
	for (i = 0; i < stack->family_count; i++)
		check_constants(&stack->families[i].constants);
	check_finite(&stack->band_tpot, &stack->band_outside);
	if (jtn_stack_id(stack)[0] == '\0' || stack->max_num_seqs < 1 || stack->chunked_prefill == JTN_SWITCH_DEFAULT)
		__builtin_trap();
	jtn_stack_free(stack);
	return 0;
}
