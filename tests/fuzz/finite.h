/* What no input may bring out: a NaN, an infinity or, where it counts something, less than nothing. */
#ifndef JTN_TESTS_FUZZ_FINITE_H
#define JTN_TESTS_FUZZ_FINITE_H

#include <math.h>
#include <stddef.h>

static inline void
check_finite(const double *first, const double *last)
{
	for (; first <= last; first++)
		if (!isfinite(*first) || *first < 0)
			__builtin_trap();
}

#endif
