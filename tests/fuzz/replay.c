/*
 * Runs a corpus, files or their folder, through a fuzzer's entry point, so that it is a test with any compiler. Each
 * file is one TAP point: run whole and cut short at sixteen places, from memory of exactly its length so that a
 * sanitizer sees a read past the end.
 */
#define _POSIX_C_SOURCE 200809L /* opendir */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The whole file in a block of exactly its size, so that a read beyond it is seen. NULL where it cannot be read. */
static uint8_t *
read_whole(const char *path, size_t *retsize)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long size;

	if (!file)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0) {
		data = malloc(size ? (size_t)size : 1);
		if (data && fread(data, 1, (size_t)size, file) != (size_t)size) {
			free(data);
			data = NULL;
		}
		*retsize = (size_t)size;
	}
	fclose(file);
	return data;
}

/* A broken promise aborts, so there is no result to look at. */
static void
run_cut(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int tests, failures;

static void
run_file(const char *path)
{
	size_t size = 0;
	uint8_t *data = read_whole(path, &size);

	printf("# %s\n", path);
	fflush(stdout); /* a crash is this input's */
	for (size_t part = 0; data && part <= 16; part++)
		run_cut(data, size * part / 16);
	failures += !data;
	printf("%sok %d - %s\n", data ? "" : "not ", ++tests, path);
	free(data);
}

static void
run_folder(DIR *folder, const char *path)
{
	const struct dirent *entry;
	char file[4096];

	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.' && snprintf(file, sizeof(file), "%s/%s", path, entry->d_name) < (int)sizeof(file))
			run_file(file);
	closedir(folder);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);

		if (folder)
			run_folder(folder, argv[i]);
		else
			run_file(argv[i]);
	}
	if (tests == 0)
		printf("not ok %d - nothing to run; expected a corpus, files or their folder\n", ++tests);
	printf("1..%d\n", tests);
	return failures > 0 || tests == 0 || argc < 2;
}
