/* What the benchmarks share: a clock, medians, an allocator that counts, and an end where something fails. */
#ifndef JTN_BENCH_TIMING_H
#define JTN_BENCH_TIMING_H

#include "jeton.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define REPEATS 41

static size_t allocations;

static inline void *
counting_allocate(void *user, size_t bytes)
{
	(void)user;
	allocations++;
	return malloc(bytes);
}

static inline void
counting_release(void *user, void *block)
{
	(void)user;
	free(block);
}

static inline void
must(jtn_status status, const char *what, const struct jtn_error *error)
{
	if (status == JTN_OK)
		return;
	fprintf(stderr, "bench: %s: %s: %s: %s\n", what, jtn_status_name(status), error->field, error->message);
	exit(1);
}

static inline double
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static inline int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

#endif
