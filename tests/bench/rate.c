/*
 * How fast accounts are: nanoseconds for one rating call and for a row of a batch, plain and with conditions; for a look-up
 * in a book of 3,000 models; for reading a usage row; milliseconds to load the books in $JETON_RATING. Medians of repeats,
 * beside a memcpy of the same charges. Tells, and never fails on time.
 */
#define _POSIX_C_SOURCE 200809L

#include "timing.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MODELS 3000
#define ROWS 4096
#define METERS 4

static struct jtn_usage usages[ROWS];
static struct jtn_count counts[ROWS * METERS];
static struct jtn_charge charges[ROWS], copies[ROWS];
static const struct jtn_tariff *tariffs[MODELS];

static const struct jtn_allocator counting = {sizeof(counting), 0, NULL, counting_allocate, counting_release};

/* The median time of `work`, which does `rows` things. */
static double
median(void (*work)(void), double rows)
{
	double ns[REPEATS];
	work();
	for (size_t i = 0; i < REPEATS; i++) {
		double start = now_ns();
		work();
		ns[i] = (now_ns() - start) / rows;
	}
	qsort(ns, REPEATS, sizeof(*ns), compare_doubles);
	return ns[REPEATS / 2];
}

static char *
write_book(size_t *retlength)
{
	static const char plain[] =
		"{\"id\":\"in\",\"meters\":[\"input\"],\"price\":\"2.5\",\"per\":1000000},"
		"{\"id\":\"read\",\"meters\":[\"cache_read\"],\"price\":\"1.25\",\"per\":1000000},"
		"{\"id\":\"write\",\"meters\":[\"cache_write\",\"cache_write_5m\"],\"price\":\"3.125\",\"per\":1000000},"
		"{\"id\":\"out\",\"meters\":[\"output\"],\"price\":\"10\",\"per\":1000000}";
	static const char conditional[] =
		",{\"id\":\"in-long\",\"meters\":[\"input\",\"cache_read\",\"cache_write\"],\"price\":\"5\",\"per\":1000000,"
		"\"when\":{\"quantity\":\"all_input\",\"above\":200000}},"
		"{\"id\":\"in-batch\",\"meters\":[\"input\",\"cache_read\",\"cache_write\"],\"price\":\"1.25\",\"per\":1000000,"
		"\"tier\":[\"batch\"]},"
		"{\"id\":\"in-batch-long\",\"meters\":[\"input\",\"cache_read\",\"cache_write\"],\"price\":\"2.5\","
		"\"per\":1000000,\"tier\":[\"batch\"],\"when\":{\"quantity\":\"all_input\",\"above\":200000}},"
		"{\"id\":\"out-batch\",\"meters\":[\"output\"],\"price\":\"5\",\"per\":1000000,\"tier\":[\"batch\"]}";
	char *text = malloc(MODELS * 1400 + 200);
	size_t at = (size_t)sprintf(text, "{\"jeton_book\":1,\"currency\":\"USD\",\"source\":\"bench\",\"tariffs\":[");
	for (int i = 0; i < MODELS; i++)
		at += (size_t)sprintf(
			text + at, "%s{\"provider\":\"provider-%d\",\"model\":\"some-model-%d-2026-01-31\",\"rules\":[%s%s]}",
			i ? "," : "", i % 40, i, plain, i % 2 ? conditional : "");
	at += (size_t)sprintf(text + at, "]}");
	*retlength = at;
	return text;
}

/* Rows of 64 models: the even ones are plain. */
static void
draw_rows(int odd)
{
	uint64_t state = 1;
	for (uint32_t i = 0; i < ROWS; i++) {
		usages[i] = (struct jtn_usage){
			INT64_C(1767225600000000000) + i, (uint32_t)(i * 7 % 64 * 2 + odd), 0, i * METERS, METERS, 0, 0};
		if (odd && i % 4 == 0)
			usages[i].tier = JTN_TIER_BATCH;
		for (uint32_t j = 0; j < METERS; j++) {
			static const uint32_t meters[] = {JTN_METER_INPUT, JTN_METER_CACHE_READ, JTN_METER_CACHE_WRITE,
			                                  JTN_METER_OUTPUT};
			state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
			counts[i * METERS + j] = (struct jtn_count){(int64_t)(state >> 48) * (odd ? 4 : 1), meters[j], 0};
		}
	}
}

static void
rate_batch(void)
{
	struct jtn_error error;
	must(jtn_rate_batch(tariffs, MODELS, usages, sizeof(*usages), counts, ROWS * METERS, sizeof(*counts), charges,
	                    sizeof(*charges), ROWS, &error),
	     "rate", &error);
}

static void
rate_one_by_one(void)
{
	struct jtn_error error;
	for (size_t i = 0; i < ROWS; i++)
		must(jtn_rate_batch(tariffs, MODELS, &usages[i], sizeof(*usages), counts, ROWS * METERS, sizeof(*counts),
		                    &charges[i], sizeof(*charges), 1, &error),
		     "rate", &error);
}

static void
copy(void)
{
	memcpy(copies, charges, sizeof(copies));
	__asm__ volatile("" : : "g"(copies) : "memory");
}

static struct jtn_book *book;
static char names[ROWS][2][40];

static void
look_up(void)
{
	struct jtn_error error;
	for (size_t i = 0; i < ROWS; i++)
		must(jtn_book_lookup(book, names[i][0], strlen(names[i][0]), names[i][1], strlen(names[i][1]), NULL, 0,
		                     &tariffs[0], &error),
		     "look-up", &error);
}

static struct jtn_reader *reader;
static const char row[] =
	"{\"id\":\"evt-000001\",\"time\":\"2026-01-01T00:00:00Z\",\"provider\":\"openai\",\"model\":\"gpt-4o\","
	"\"format\":\"openai.chat\",\"service_tier\":\"default\",\"tenant\":\"acme\",\"usage\":{\"prompt_tokens\":1000,"
	"\"completion_tokens\":200,\"total_tokens\":1200,\"prompt_tokens_details\":{\"cached_tokens\":800},"
	"\"completion_tokens_details\":{\"reasoning_tokens\":64}}}";

static void
read_rows(void)
{
	struct jtn_error error;
	struct jtn_event event = {.size = sizeof(event)};
	for (size_t i = 0; i < ROWS; i++)
		must(jtn_reader_row(reader, row, sizeof(row) - 1, &event, &error), "row", &error);
}

/* What the providers' own libraries hand over: usage objects as OpenAI, Anthropic and Google write them. */
static const struct {
	int32_t format;
	const char *text;
} objects[] = {
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\":1000,\"completion_tokens\":200,\"total_tokens\":1200,"
                             "\"prompt_tokens_details\":{\"cached_tokens\":800},"
                             "\"completion_tokens_details\":{\"reasoning_tokens\":64}}"},
	{JTN_FORMAT_ANTHROPIC_MESSAGES, "{\"input_tokens\":120,\"cache_creation_input_tokens\":0,"
                                    "\"cache_read_input_tokens\":4096,\"output_tokens\":310}"},
	{JTN_FORMAT_GOOGLE_GENERATE, "{\"promptTokenCount\":900,\"candidatesTokenCount\":150,\"totalTokenCount\":1050}"},
};

static void
read_objects(void)
{
	struct jtn_error error;
	struct jtn_event event = {.size = sizeof(event)};
	for (size_t i = 0; i < ROWS; i++) {
		const char *text = objects[i % COUNT(objects)].text;
		must(jtn_reader_usage(reader, objects[i % COUNT(objects)].format, text, strlen(text), &event, &error), "usage",
		     &error);
	}
}

static const char *book_text;
static size_t book_length;

static void
load(void)
{
	struct jtn_error error;
	struct jtn_book *loaded;
	must(jtn_book_parse(book_text, book_length, NULL, &counting, &loaded, &error), "book", &error);
	jtn_book_free(loaded);
}

static void
load_file(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "rb");
	if (!file)
		return;
	fseek(file, 0, SEEK_END);
	book_length = (size_t)ftell(file);
	rewind(file);
	char *text = malloc(book_length);
	if (text && fread(text, 1, book_length, file) == book_length) {
		book_text = text;
		printf("load %-45s %8.2f ms, %zu bytes\n", name, median(load, 1e6), book_length);
	}
	free(text);
	fclose(file);
}

int
main(void)
{
	struct jtn_error error;
	char *text = write_book(&book_length);
	const char *folder = getenv("JETON_RATING");
	book_text = text;
	printf("load a book of %d models, two thirds of its rules conditional %.2f ms, %zu bytes\n", MODELS,
	       median(load, 1e6), book_length);
	must(jtn_book_parse(text, book_length, NULL, &counting, &book, &error), "book", &error);
	for (size_t i = 0; i < ROWS; i++) {
		sprintf(names[i][0], "provider-%d", (int)(i * 7 % MODELS) % 40);
		sprintf(names[i][1], "some-model-%d-2026-01-31", (int)(i * 7 % MODELS));
	}
	printf("look-up                         %7.1f ns\n", median(look_up, ROWS));
	for (size_t i = 0; i < MODELS; i++)
		tariffs[i] = jtn_book_tariff(book, i);
	for (int odd = 0; odd < 2; odd++) {
		size_t before = allocations;
		draw_rows(odd);
		printf("rate, %-11s one call     %7.1f ns\n", odd ? "conditions," : "plain,", median(rate_one_by_one, ROWS));
		printf("rate, %-11s in a batch   %7.1f ns, %zu allocations\n", odd ? "conditions," : "plain,",
		       median(rate_batch, ROWS), allocations - before);
	}
	printf("copy of the charges             %7.1f ns\n", median(copy, ROWS));
	must(jtn_reader_new(JTN_UNKNOWN_REPORT, &counting, &reader, &error), "reader", &error);
	printf("read a row of %zu bytes         %7.1f ns\n", sizeof(row) - 1, median(read_rows, ROWS));
	printf("read a bare usage object        %7.1f ns\n", median(read_objects, ROWS));
	if (folder) {
		load_file(folder, "litellm_model_prices_2026-08-01.json");
		load_file(folder, "genai_prices_v2_data_47df840.json");
	}
	jtn_reader_free(reader);
	jtn_book_free(book);
	free(text);
	return 0;
}
