/*
 * Runs a fuzzer's corpus as a test: replay FOLDER. Each file is one TAP point, run whole and cut short at sixteen places,
 * from memory of exactly its length so that a sanitizer sees a read past the end.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 4096

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static int
is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void *
must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static void
run(const unsigned char *data, size_t size)
{
	unsigned char *copy = must(malloc(size > 0 ? size : 1));

	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

/* The file's bytes, owned, or NULL. */
static unsigned char *
load(const char *path, size_t *retsize)
{
	FILE *file = fopen(path, "rb");
	unsigned char *data = NULL;
	size_t size = 0, capacity = 0, got;

	if (!file)
		return NULL;
	do {
		if (size == capacity)
			data = must(realloc(data, capacity = capacity * 2 + 65536));
		got = fread(data + size, 1, capacity - size, file);
		size += got;
	} while (got > 0);
	fclose(file);
	*retsize = size;
	return data;
}

static int
replay(const char *folder, const char *name)
{
	char path[PATH_BYTES];
	unsigned char *data;
	size_t size;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) || !(data = load(path, &size)))
		return 0;
	for (size_t cut = 0; cut < 16; cut++)
		run(data, size * cut / 16);
	run(data, size);
	free(data);
	return 1;
}

int
main(int argc, char **argv)
{
	struct dirent **entries;
	int failed = 0, count = argc == 2 ? scandir(argv[1], &entries, is_input, alphasort) : -1;

	if (count <= 0) {
		printf("Bail out! usage: replay FOLDER, with at least one file in it\n");
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		printf("# %s\n", entries[i]->d_name);
		fflush(stdout); /* a crash is the next input's */
		int fine = replay(argv[1], entries[i]->d_name);

		printf("%s %d - %s\n", fine ? "ok" : "not ok", i + 1, entries[i]->d_name);
		failed += !fine;
		free(entries[i]);
	}
	free(entries);
	return failed > 0;
}
