/*
 * How fast estimates are: nanoseconds a row, the median of repeated batches of varied workloads, beside a memcpy of the
 * same rows; what a batch allocates; how large the library is. Tells, and never fails on time.
 * usage: bench [libjeton.so]
 */
#define _POSIX_C_SOURCE 200809L

#include "server.h"

#include <elf.h>
#include <math.h>
#include <string.h>

#define ROWS 1024

static const struct subject subjects[] = {
	{"llama-3.1-70b", "nvidia-h100-sxm", "vllm", 4, 1, 0},
	{"deepseek-v3", "nvidia-h200-sxm", "vllm", 8, 8, 0},
};

static struct jtn_workload workloads[ROWS];
static struct jtn_estimate estimates[ROWS];
static struct jtn_estimate copies[ROWS];

/* The same numbers on every run and machine (SplitMix64), in [0, 1). */
static double
draw(void)
{
	static uint64_t state;
	uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double
draw_between(double low, double high)
{
	return floor(low * pow(high / low, draw()));
}

static jtn_status
estimate(const struct jtn_server *server)
{
	struct jtn_error error;
	jtn_status status =
		jtn_estimate_batch(server, workloads, sizeof(*workloads), estimates, sizeof(*estimates), ROWS, &error);

	if (status != JTN_E_ROWS)
		must(status, "estimate", &error);
	return status;
}

/* Median over repeats; one batch first, so that every page is there. */
static double
measure(const struct jtn_server *server)
{
	double ns[REPEATS];

	estimate(server);
	for (size_t i = 0; i < REPEATS; i++) {
		double start = now_ns();

		estimate(server);
		ns[i] = (now_ns() - start) / ROWS;
	}
	qsort(ns, REPEATS, sizeof(*ns), compare_doubles);
	return ns[REPEATS / 2];
}

static double
measure_copy(void)
{
	double ns[REPEATS];

	for (size_t i = 0; i < REPEATS; i++) {
		double start = now_ns();

		for (int j = 0; j < 64; j++) {
			memcpy(copies, estimates, sizeof(copies));
			__asm__ volatile("" : : "g"(copies) : "memory");
		}
		ns[i] = (now_ns() - start) / (64.0 * ROWS);
	}
	qsort(ns, REPEATS, sizeof(*ns), compare_doubles);
	return ns[REPEATS / 2];
}

/* Prompts of 128 to 16k tokens, a third of them partly cached, answers of 16 to 2k tokens. */
static void
draw_shapes(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		struct jtn_workload *row = &workloads[i];

		*row = (struct jtn_workload){.input_tokens = draw_between(128, 16384), .output_tokens = draw_between(16, 2048)};
		row->cached_input_tokens = i % 3 == 0 ? floor(0.8 * draw() * row->input_tokens) : 0;
	}
}

static void
draw_closed(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		workloads[i].flags = 0;
		workloads[i].concurrency = draw_between(1, 512);
		workloads[i].request_rate = 0;
	}
}

static void
set_offline(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		workloads[i].flags = JTN_WORKLOAD_OFFLINE;
		workloads[i].concurrency = workloads[i].request_rate = 0;
	}
}

/* From idle to beyond saturation: 1 % to 120 % of each row's offline maximum, which estimates hold. */
static void
draw_open(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		double maximum = estimates[i].requests_per_s > 0 ? estimates[i].requests_per_s : 1;

		workloads[i].flags = 0;
		workloads[i].request_rate = maximum * (0.01 + 1.19 * draw());
	}
}

static size_t
failed_rows(void)
{
	size_t failed = 0;

	for (size_t i = 0; i < ROWS; i++)
		failed += estimates[i].status != JTN_OK;
	return failed;
}

static void
report(const struct subject *subject, const char *loop, const struct jtn_server *server)
{
	size_t before = allocations;
	double ns = measure(server), copy = measure_copy();

	printf("%-14s %-16s %-8s %10.0f %12.0f %10.1f %8zu %8zu\n", subject->model, subject->hardware, loop, ns, 1e9 / ns,
	       ns / copy, failed_rows(), allocations - before);
}

static void
bench(const struct subject *subject)
{
	const struct jtn_allocator allocator = {
		.size = sizeof(allocator), .allocate = counting_allocate, .release = counting_release};
	struct jtn_server *server = make_server(subject, &allocator);

	draw_shapes();
	draw_closed();
	report(subject, "closed", server);
	set_offline();
	report(subject, "offline", server);
	draw_open();
	report(subject, "open", server);

	jtn_server_free(server);
}

/* What the library's code takes once loaded: its executable segments. 0 when the file is not such a library. */
static uint64_t
code_bytes(const char *path)
{
	uint64_t bytes = 0;
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	FILE *file = fopen(path, "rb");

	if (!file)
		return 0;
	if (fread(&header, sizeof(header), 1, file) == 1 && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
	    fseek(file, (long)header.e_phoff, SEEK_SET) == 0)
		for (int i = 0; i < header.e_phnum && fread(&segment, sizeof(segment), 1, file) == 1; i++)
			if (segment.p_type == PT_LOAD && segment.p_flags & PF_X)
				bytes += segment.p_filesz;
	fclose(file);
	return bytes;
}

int
main(int argc, char **argv)
{
	printf("jeton %s, median of %d batches of %d rows\n\n", jtn_version(), REPEATS, ROWS);
	printf("%-14s %-16s %-8s %10s %12s %10s %8s %8s\n", "model", "hardware", "loop", "ns/row", "rows/s", "x memcpy",
	       "failed", "mallocs");
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		bench(&subjects[i]);
	if (argc > 1)
		printf("\ncode: %llu bytes\n", (unsigned long long)code_bytes(argv[1]));
	return 0;
}
