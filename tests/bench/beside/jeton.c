/*
 * jeton's side of tests/bench/peers, timed from C; measure.py asks for one repetition at a time, so that those of the peers
 * lie between them.
 *
 * usage: bench_peers rate BOOK ROWS CHARGES | bench_peers estimate
 * ROWS has a line a row: provider, model, and how many tokens of input, cache_read, cache_write and output, by tabs. CHARGES
 * becomes a line a row: the total, or the status that it has in place of one. Then each line of stdin gets one of stdout:
 *     call FIRST COUNT     ns a row of jtn_rate_batch() of one row, tariffs in hand
 *     named FIRST COUNT    the same, and jtn_book_lookup() for every row
 *     batch, table         ns a row over MANY rows of jtn_rate_batch(), jtn_rate_arrow()
 *     copy                 bytes a ns of a copy, read plus write
 *     points FILE          input and output tokens and concurrency, a line a point; gets the bytes of one, with its estimate
 *     point, points-batch  ns a point of jtn_estimate_batch(), of one and of all of them
 *     tpot                 TPOT of every point [ms]; 0 where it failed
 */
#define _POSIX_C_SOURCE 200809L

#include "../server.h"
#include "../table.h"

#include <string.h>

#define METERS 4
#define MANY 1000000
#define PASSES 5
#define SHORT_PASSES 101 /* of some 2,000 rows, which take longer only just after a rest */
#define COPY_BYTES ((size_t)128 << 20)
#define TEXT 128

#define WORDS 8192
#define POINTS 4096

static const char *const names[METERS] = {"input", "cache_read", "cache_write", "output"};
static const uint32_t meters[METERS] = {JTN_METER_INPUT, JTN_METER_CACHE_READ, JTN_METER_CACHE_WRITE, JTN_METER_OUTPUT};
static const int64_t noon = INT64_C(1790856000000000000); /* 2026-10-01T12:00:00Z, as in peers.py */

/* Distinct words as a dictionary has them. */
struct words {
	int32_t count;
	int32_t offsets[WORDS + 1];
	char text[WORDS * TEXT];
};

/* What is sold: a provider and a model by their codes. */
struct kind {
	int16_t provider;
	int16_t model;
	jtn_status status; /* of looking it up */
};

static struct jtn_book *book;
static struct words providers, models;
static struct kind kinds[WORDS];
static const struct jtn_tariff *tariffs[WORDS];
static size_t kind_count;

/* [row_count] as they were read. */
static size_t row_count;
static uint32_t *row_kinds;
static int64_t (*row_quantities)[METERS];

/* [MANY] the rows again and again, as records and as columns. */
static struct jtn_usage *usages;
static struct jtn_count *counts;
static struct jtn_charge *charges;
static int64_t *quantities[METERS];
static int16_t *provider_codes, *model_codes;
static struct table table;

static void
stop(const char *what, const char *which)
{
	fprintf(stderr, "bench: %s %s\n", what, which);
	exit(1);
}

static void *
allocate(size_t count, size_t size)
{
	void *ret = calloc(count ? count : 1, size);
	if (!ret)
		stop("no memory", "");
	return ret;
}

static FILE *
open_file(const char *path, const char *mode)
{
	FILE *ret = fopen(path, mode);
	if (!ret)
		stop("cannot open", path);
	return ret;
}

static void
read_book(const char *path)
{
	struct jtn_book_options options;
	struct jtn_error error;
	FILE *file = open_file(path, "rb");
	fseek(file, 0, SEEK_END);
	size_t length = (size_t)ftell(file);
	rewind(file);
	char *text = allocate(length, 1);
	jtn_book_options_init(&options);
	options.skip_bad_entries = options.repair_float_noise = 1;
	if (fread(text, 1, length, file) != length)
		stop("cannot read", path);
	must(jtn_book_parse(text, length, &options, NULL, &book, &error), path, &error);
	fclose(file);
	free(text);
}

static int16_t
code_of(struct words *words, const char *word)
{
	int32_t length = (int32_t)strlen(word), *offsets = words->offsets;
	for (int32_t i = 0; i < words->count; i++)
		if (offsets[i + 1] - offsets[i] == length && memcmp(words->text + offsets[i], word, (size_t)length) == 0)
			return (int16_t)i;
	if (words->count == WORDS)
		stop("too many words at", word);
	memcpy(words->text + offsets[words->count], word, (size_t)length);
	offsets[words->count + 1] = offsets[words->count] + length;
	return (int16_t)words->count++;
}

static jtn_status
look_up(const struct kind *kind, const struct jtn_tariff **ret)
{
	const int32_t *p = providers.offsets + kind->provider, *m = models.offsets + kind->model;
	return jtn_book_lookup(book, providers.text + p[0], (size_t)(p[1] - p[0]), models.text + m[0],
	                       (size_t)(m[1] - m[0]), NULL, 0, ret, NULL);
}

static uint32_t
kind_of(const char *provider, const char *model)
{
	struct kind kind = {code_of(&providers, provider), code_of(&models, model), JTN_OK};
	for (size_t i = 0; i < kind_count; i++)
		if (kinds[i].provider == kind.provider && kinds[i].model == kind.model)
			return (uint32_t)i;
	if (kind_count == WORDS)
		stop("too many models at", model);
	kind.status = look_up(&kind, &tariffs[kind_count]);
	kinds[kind_count] = kind;
	return (uint32_t)kind_count++;
}

static void
read_rows(const char *path)
{
	char line[4 * TEXT], provider[TEXT], model[TEXT];
	FILE *file = open_file(path, "r");
	row_kinds = allocate(MANY, sizeof(*row_kinds));
	row_quantities = allocate(MANY, sizeof(*row_quantities));
	while (fgets(line, sizeof(line), file)) {
		long long q[METERS];
		if (row_count == MANY || sscanf(line, "%127[^\t]\t%127[^\t]\t%lld\t%lld\t%lld\t%lld", provider, model, &q[0],
		                                &q[1], &q[2], &q[3]) != 2 + METERS)
			stop("cannot read the row", line);
		row_kinds[row_count] = kind_of(provider, model);
		for (int i = 0; i < METERS; i++)
			row_quantities[row_count][i] = q[i];
		row_count++;
	}
	fclose(file);
}

static void
fill_row(size_t at, size_t row)
{
	struct kind kind = kinds[row_kinds[row]];
	usages[at] = (struct jtn_usage){noon, row_kinds[row], 0, (uint32_t)(at * METERS), 0, 0, 0};
	for (size_t i = 0; i < METERS; i++) {
		quantities[i][at] = row_quantities[row][i];
		if (row_quantities[row][i])
			counts[at * METERS + usages[at].count++] = (struct jtn_count){row_quantities[row][i], meters[i], 0};
	}
	provider_codes[at] = kind.provider;
	model_codes[at] = kind.model;
}

static void
fill(void)
{
	usages = allocate(MANY, sizeof(*usages));
	counts = allocate(MANY * METERS, sizeof(*counts));
	charges = allocate(MANY, sizeof(*charges));
	provider_codes = allocate(MANY, sizeof(*provider_codes));
	model_codes = allocate(MANY, sizeof(*model_codes));
	table_init(&table, MANY);
	for (size_t i = 0; i < METERS; i++) {
		quantities[i] = allocate(MANY, sizeof(**quantities));
		table_add(&table, names[i], "l", quantities[i]);
	}
	for (size_t i = 0; i < MANY && row_count; i++)
		fill_row(i, i % row_count);
	table_add(&table, "provider", "s", provider_codes);
	table_add_words(&table, providers.count, providers.offsets, providers.text);
	table_add(&table, "model", "s", model_codes);
	table_add_words(&table, models.count, models.offsets, models.text);
}

static void
rate(size_t first, size_t count)
{
	struct jtn_error error;
	jtn_status status = jtn_rate_batch(tariffs, kind_count, &usages[first], sizeof(*usages), counts, MANY * METERS,
	                                   sizeof(*counts), &charges[first], sizeof(*charges), count, &error);
	if (status != JTN_E_ROWS)
		must(status, "rate", &error);
}

static void
write_charges(const char *path)
{
	FILE *file = open_file(path, "w");
	for (size_t i = 0; i < row_count; i++) {
		char text[JTN_MONEY_TEXT_SIZE];
		size_t length;
		jtn_status status = kinds[row_kinds[i]].status;
		if (status == JTN_OK) {
			rate(i, 1);
			status = charges[i].status;
		}
		if (status == JTN_OK && jtn_money_format(charges[i].total, text, sizeof(text), &length) == JTN_OK)
			fprintf(file, "%s\n", text);
		else
			fprintf(file, "%s\n", jtn_status_name(status));
	}
	fclose(file);
}

static double
median_of(double *ns, size_t passes)
{
	qsort(ns, passes, sizeof(*ns), compare_doubles);
	return ns[passes / 2];
}

static double
median(void (*work)(size_t first, size_t count), size_t first, size_t count)
{
	size_t passes = count < MANY ? SHORT_PASSES : PASSES;
	double ns[SHORT_PASSES];
	for (size_t i = 0; i < passes; i++) {
		double start = now_ns();
		work(first, count);
		ns[i] = (now_ns() - start) / (double)count;
	}
	return median_of(ns, passes);
}

static void
call(size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		rate(i, 1);
}

static void
call_by_name(size_t first, size_t count)
{
	struct jtn_error error;
	for (size_t i = first; i < first + count; i++) {
		const struct jtn_tariff *tariff;
		must(look_up(&kinds[usages[i].tariff], &tariff), "look-up", &error);
		struct jtn_usage usage = usages[i];
		usage.tariff = 0;
		must(jtn_rate_batch(&tariff, 1, &usage, sizeof(usage), counts, MANY * METERS, sizeof(*counts), &charges[i],
		                    sizeof(*charges), 1, &error),
		     "rate", &error);
	}
}

static double
rate_table(void)
{
	struct jtn_rate_arrow_options options;
	struct jtn_error error;
	double ns[PASSES];
	jtn_rate_arrow_options_init(&options);
	options.book = book;
	options.time_ns = noon;
	options.has_time = 1;
	for (int i = 0; i < PASSES; i++) {
		struct ArrowSchema schema;
		struct ArrowArray result;
		double start = now_ns();
		must(jtn_rate_arrow(&options, &table.schema, &table.array, NULL, &schema, &result, &error), "table", &error);
		ns[i] = (now_ns() - start) / MANY;
		result.release(&result);
		schema.release(&schema);
	}
	return median_of(ns, PASSES);
}

static double
copy(void)
{
	char *from = allocate(COPY_BYTES, 1), *to = allocate(COPY_BYTES, 1);
	double ns[PASSES];
	memset(from, 1, COPY_BYTES);
	memset(to, 2, COPY_BYTES);
	for (int i = 0; i < PASSES; i++) {
		double start = now_ns();
		memcpy(to, from, COPY_BYTES);
		__asm__ volatile("" : : "r"(to) : "memory");
		ns[i] = now_ns() - start;
	}
	free(from);
	free(to);
	return 2.0 * COPY_BYTES / median_of(ns, PASSES);
}

static struct jtn_server *server;
static struct jtn_workload workloads[POINTS];
static struct jtn_estimate estimates[POINTS];
static size_t point_count;

/* What estimates.py asks AIConfigurator about: Llama 3.1 70B in FP8 on four H100 under vLLM. */
static const struct subject subject = {"llama-3.1-70b", "nvidia-h100-sxm", "vllm", 4, 0, JTN_PRECISION_FP8};

static void
read_points(const char *path)
{
	FILE *file = open_file(path, "r");
	struct jtn_workload row = {0};
	for (point_count = 0; point_count < POINTS &&
	                      fscanf(file, "%lf %lf %lf", &row.input_tokens, &row.output_tokens, &row.concurrency) == 3;)
		workloads[point_count++] = row;
	fclose(file);
}

static void
estimate(size_t first, size_t count)
{
	struct jtn_error error;
	jtn_status status = jtn_estimate_batch(server, &workloads[first], sizeof(*workloads), &estimates[first],
	                                       sizeof(*estimates), count, &error);
	if (status != JTN_E_ROWS)
		must(status, "estimate", &error);
}

static void
estimate_one_by_one(size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		estimate(i, 1);
}

static void
tell_tpot(void)
{
	for (size_t i = 0; i < point_count; i++)
		printf("%s%.9g", i ? " " : "", estimates[i].tpot_ms);
	printf("\n");
}

static void
obey(const char *command, size_t first, size_t count, const char *path)
{
	if (strcmp(command, "call") == 0 && first + count <= MANY)
		printf("%.6g\n", median(call, first, count));
	else if (strcmp(command, "named") == 0 && first + count <= MANY)
		printf("%.6g\n", median(call_by_name, first, count));
	else if (strcmp(command, "batch") == 0)
		printf("%.6g\n", median(rate, 0, MANY));
	else if (strcmp(command, "table") == 0)
		printf("%.6g\n", rate_table());
	else if (strcmp(command, "copy") == 0)
		printf("%.6g\n", copy());
	else if (strcmp(command, "point") == 0)
		printf("%.6g\n", median(estimate_one_by_one, 0, point_count));
	else if (strcmp(command, "points-batch") == 0)
		printf("%.6g\n", median(estimate, 0, point_count));
	else if (strcmp(command, "tpot") == 0)
		tell_tpot();
	else if (strcmp(command, "points") == 0) {
		read_points(path);
		printf("%zu\n", sizeof(*workloads) + sizeof(*estimates));
	} else
		stop("cannot do", command);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	char line[4096], command[16], path[4000];
	if (argc == 5 && strcmp(argv[1], "rate") == 0) {
		read_book(argv[2]);
		read_rows(argv[3]);
		fill();
		write_charges(argv[4]);
	} else if (argc == 2 && strcmp(argv[1], "estimate") == 0) {
		server = make_server(&subject, NULL);
	} else {
		stop("rate BOOK ROWS CHARGES, or", "estimate");
	}
	while (fgets(line, sizeof(line), stdin)) {
		size_t first = 0, count = 0;
		path[0] = '\0';
		if (sscanf(line, "%15s %3999s", command, path) < 1)
			continue;
		sscanf(line, "%*s %zu %zu", &first, &count);
		obey(command, first, count, path);
	}
	return 0;
}
