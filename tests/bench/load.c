/*
 * How long loading the library takes: dlopen() with every symbol bound, each time in a process that has never had it.
 * usage: bench_load LIBRARY
 */
#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMES 101

static double
now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

/* In a child: what its parent loads, it would have too. */
static double
load(const char *path)
{
	int ends[2];
	double us = -1;
	if (pipe(ends) != 0)
		return -1;
	pid_t child = fork();
	if (child == 0) {
		double start = now_us();
		void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		us = library ? now_us() - start : -1;
		if (!library)
			fprintf(stderr, "%s\n", dlerror());
		_exit(write(ends[1], &us, sizeof(us)) != (ssize_t)sizeof(us));
	}
	close(ends[1]);
	if (child < 0 || read(ends[0], &us, sizeof(us)) != (ssize_t)sizeof(us))
		us = -1;
	close(ends[0]);
	if (child > 0)
		waitpid(child, NULL, 0);
	return us;
}

static int
compare(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;
	return (one > other) - (one < other);
}

int
main(int argc, char **argv)
{
	double us[TIMES];
	for (int i = 0; i < TIMES; i++)
		if (argc != 2 || (us[i] = load(argv[1])) < 0)
			return 1;
	qsort(us, TIMES, sizeof(*us), compare);
	printf("dlopen: %.0f us, the median of %d; %.0f at best\n", us[TIMES / 2], TIMES, us[0]);
	return 0;
}
