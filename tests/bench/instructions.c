/*
 * One hot path, once, for tests/bench/instructions to count its instructions.
 * usage: bench_instructions PATH; without one, prints "PATH FUNCTION ROWS" for each.
 */
#define _POSIX_C_SOURCE 200809L

#define ROWS 32768
#include "rows.h"
#include "server.h"

#include <string.h>

#define TEXTS 6000
#define WORKLOADS 512

static const struct jtn_tariff *tariffs[MODELS];

static struct jtn_book *
prepare(int conditional)
{
	struct jtn_book *book = make_book(conditional);
	for (uint64_t i = 0; i < MODELS; i++)
		tariffs[i] = jtn_book_tariff(book, i);
	make_table();
	draw_rows(conditional);
	return book;
}

static void
rate_calls(int conditional)
{
	struct jtn_book *book = prepare(conditional);
	struct jtn_error error;
	for (size_t i = 0; i < ROWS; i++)
		must(jtn_rate_batch(tariffs, MODELS, &usages[i], sizeof(*usages), counts, ROWS * METERS, sizeof(*counts),
		                    &charges[i], sizeof(*charges), 1, &error),
		     "call", &error);
	jtn_book_free(book);
}

static void
rate_batch(int conditional)
{
	struct jtn_book *book = prepare(conditional);
	struct jtn_error error;
	must(jtn_rate_batch(tariffs, MODELS, usages, sizeof(*usages), counts, ROWS * METERS, sizeof(*counts), charges,
	                    sizeof(*charges), ROWS, &error),
	     "batch", &error);
	jtn_book_free(book);
}

static void
rate_table(int conditional)
{
	struct jtn_book *book = prepare(conditional);
	struct jtn_rate_arrow_options options;
	struct ArrowSchema schema;
	struct ArrowArray result;
	struct jtn_error error;
	jtn_rate_arrow_options_init(&options);
	options.book = book;
	must(jtn_rate_arrow(&options, &table.schema, &table.array, NULL, &schema, &result, &error), "table", &error);
	result.release(&result);
	schema.release(&schema);
	jtn_book_free(book);
}

static void
look_up(int unused)
{
	struct jtn_book *book = make_book(0);
	struct jtn_error error;
	(void)unused;
	for (int i = 0; i < ROWS; i++) {
		char name[16];
		int length = sprintf(name, "model-%02d", i % MODELS);
		must(jtn_book_lookup(book, "p", 1, name, (size_t)length, NULL, 0, &tariffs[0], &error), "look-up", &error);
	}
	jtn_book_free(book);
}

static const char *const rows[] = {
	"{\"id\":\"evt-1\",\"time\":\"2026-01-01T00:00:00Z\",\"provider\":\"openai\",\"model\":\"gpt-4o\",\"format\":"
	"\"openai.chat\",\"service_tier\":\"default\",\"tenant\":\"acme\",\"usage\":{\"prompt_tokens\":1000,"
	"\"completion_tokens\":200,\"total_tokens\":1200,\"prompt_tokens_details\":{\"cached_tokens\":800},"
	"\"completion_tokens_details\":{\"reasoning_tokens\":64}}}",
	"{\"id\":\"evt-2\",\"time\":\"2026-01-01T00:00:00Z\",\"provider\":\"anthropic\",\"model\":\"claude-sonnet\","
	"\"format\":"
	"\"anthropic.messages\",\"usage\":{\"input_tokens\":2095,\"cache_creation_input_tokens\":2051,"
	"\"cache_read_input_tokens\":2051,\"cache_creation\":{\"ephemeral_5m_input_tokens\":2051,"
	"\"ephemeral_1h_input_tokens\":0},\"output_tokens\":503}}",
	"{\"id\":\"evt-3\",\"provider\":\"p\",\"model\":\"m\",\"format\":\"jeton\",\"usage\":{\"input\":12,\"cache_read\":"
	"7,"
	"\"output\":3}}",
};

static void
read_rows(int unused)
{
	struct jtn_event event = {.size = sizeof(event)};
	struct jtn_reader *reader;
	struct jtn_error error;
	(void)unused;
	must(jtn_reader_new(JTN_UNKNOWN_REPORT, NULL, &reader, &error), "reader", &error);
	for (int i = 0; i < TEXTS; i++)
		must(jtn_reader_row(reader, rows[i % 3], strlen(rows[i % 3]), &event, &error), "row", &error);
	jtn_reader_free(reader);
}

/* Prompts of 128 to 16k tokens, answers of 16 to 2k; in a closed loop of 1 to 128, else at 1/64 to 2 requests a second. */
static void
estimate(int open)
{
	static struct jtn_workload workloads[WORKLOADS];
	static struct jtn_estimate estimates[WORKLOADS];
	struct jtn_server *server =
		make_server(&(struct subject){"llama-3.1-70b", "nvidia-h100-sxm", "vllm", 4, 0, 0}, NULL);
	struct jtn_error error;
	for (int i = 0; i < WORKLOADS; i++) {
		workloads[i].input_tokens = 128 << i % 8;
		workloads[i].output_tokens = 16 << i / 8 % 8;
		workloads[i].cached_input_tokens = i % 3 == 0 ? workloads[i].input_tokens / 2 : 0;
		workloads[i].concurrency = open ? 0 : 1 << i / 64;
		workloads[i].request_rate = open ? (1 << i / 64) / 64.0 : 0;
	}
	must(jtn_estimate_batch(server, workloads, sizeof(*workloads), estimates, sizeof(*estimates), WORKLOADS, &error),
	     "estimates", &error);
	jtn_server_free(server);
}

static const struct {
	const char *name;
	const char *function;
	void (*run)(int variant);
	int variant;
	int rows;
} paths[] = {
	{"call-plain", "jtn_rate_batch", rate_calls, 0, ROWS},
	{"call-conditions", "jtn_rate_batch", rate_calls, 1, ROWS},
	{"batch-plain", "jtn_rate_batch", rate_batch, 0, ROWS},
	{"batch-conditions", "jtn_rate_batch", rate_batch, 1, ROWS},
	{"table-plain", "jtn_rate_arrow", rate_table, 0, ROWS},
	{"table-conditions", "jtn_rate_arrow", rate_table, 1, ROWS},
	{"look-up", "jtn_book_lookup", look_up, 0, ROWS},
	{"reader", "jtn_reader_row", read_rows, 0, TEXTS},
	{"estimate-closed", "jtn_estimate_batch", estimate, 0, WORKLOADS},
	{"estimate-open", "jtn_estimate_batch", estimate, 1, WORKLOADS},
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (argc < 2) {
			printf("%s %s %d\n", paths[i].name, paths[i].function, paths[i].rows);
		} else if (strcmp(argv[1], paths[i].name) == 0) {
			paths[i].run(paths[i].variant);
			return 0;
		}
	}
	return argc < 2 ? 0 : 2;
}
