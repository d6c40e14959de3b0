/* Runs every file named on the command line through a fuzzer's entry point, so that a corpus is a test with any compiler. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

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

int
main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		size_t size = 0;
		uint8_t *data = read_whole(argv[i], &size);

		if (data)
			LLVMFuzzerTestOneInput(data, size); /* a broken promise aborts */
		failed += !data;
		printf("%sok %d - %s\n", data ? "" : "not ", i, argv[i]);
		free(data);
	}
	if (argc < 2)
		printf("not ok 1 - no file to run; expected the files of a corpus\n");
	printf("1..%d\n", argc < 2 ? 1 : argc - 1);
	return failed || argc < 2;
}
