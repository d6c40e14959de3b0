/*
 * Cases of rating, settling, reading and allocating, as text: tests/vectors/{rate,settle,usage,allocate}.vec. Each case
 * sets up a tariff and what was used, line by line, and says what it comes to. The words are explained in rate.vec.
 */
#include "vector.h"

/* Each word of a vector: what to set up, do, or expect. */
static void
do_case(struct bench *bench, char *rest)
{
	settle_accounts(bench);
	snprintf(bench->name, sizeof(bench->name), "%s", rest);
	bench->count = bench->prior_count = 0;
	bench->time_ns = 0;
	bench->tier = JTN_TIER_STANDARD;
	bench->is_final = 1;
	bench->prior_spend = bench->now_spend = (struct jtn_money){0, 0};
	bench->line_count = bench->lines_seen = 0;
	bench->cases++;
}

static void
forget_overlay(struct bench *bench)
{
	jtn_tariff_free(bench->overlaid);
	jtn_book_free(bench->overlay);
	bench->overlaid = NULL;
	bench->overlay = NULL;
}

static void
do_book(struct bench *bench, char *rest)
{
	forget_overlay(bench);
	jtn_book_free(bench->book);
	bench->book = NULL;
	bench->tariff = NULL;
	bench->status = jtn_book_parse(rest, strlen(rest), NULL, NULL, &bench->book, &bench->error);
	if (bench->status == JTN_OK)
		bench->tariff = jtn_book_tariff(bench->book, 0);
}

/* The members of one tariff, in a book of our own format. */
static void
do_tariff(struct bench *bench, char *rest)
{
	static char text[TEXT_MOST + 256];

	snprintf(text, sizeof(text),
	         "{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [{\"provider\": \"p\", \"model\": \"m\", %s}]}",
	         rest);
	do_book(bench, text);
}

/* overlay JSON: the tariff as this customer sees it, until the next tariff. */
static void
do_overlay(struct bench *bench, char *rest)
{
	settle_accounts(bench);
	forget_overlay(bench);
	bench->tariff = jtn_book_tariff(bench->book, 0);
	bench->status = jtn_book_parse(rest, strlen(rest), NULL, NULL, &bench->overlay, &bench->error);
	if (bench->status == JTN_OK)
		bench->status = jtn_tariff_overlay(bench->tariff, bench->overlay, NULL, &bench->overlaid, &bench->error);
	if (bench->status == JTN_OK)
		bench->tariff = bench->overlaid;
}

static void
do_counts(struct bench *bench, char *rest)
{
	bench->count = read_counts(bench, rest, bench->counts);
}

static void
do_prior(struct bench *bench, char *rest)
{
	bench->prior_count = read_counts(bench, rest, bench->prior);
}

static void
take_event(struct bench *bench, const struct jtn_event *event)
{
	size_t length = 0;

	bench->count = 0;
	bench->unknown[0] = '\0';
	if (bench->status != JTN_OK)
		return;
	ck_assert_uint_le(event->count, COUNTS_MOST);
	memcpy(bench->counts, event->counts, event->count * sizeof(*event->counts));
	bench->count = event->count;
	bench->tier = event->tier;
	for (uint32_t i = 0; i < event->unknown_count; i++)
		length += (size_t)snprintf(bench->unknown + length, sizeof(bench->unknown) - length, "%.*s ",
		                           (int)event->unknown[i].length, event->unknown[i].text);
}

static void
do_usage(struct bench *bench, char *rest)
{
	struct jtn_event event = {.size = sizeof(event)};
	char *body = strpbrk(rest, " \t");
	int32_t format;

	assert_here(bench, body != NULL, "a usage is a format and an object");
	MUST(bench, jtn_format_find(rest, (size_t)(body - rest), &format, &bench->error));
	bench->status = jtn_reader_usage(bench->reader, format, body, strlen(body), &event, &bench->error);
	take_event(bench, &event);
}

static void
do_row(struct bench *bench, char *rest)
{
	struct jtn_event event = {.size = sizeof(event)};

	bench->status = jtn_reader_row(bench->reader, rest, strlen(rest), &event, &bench->error);
	take_event(bench, &event);
	if (bench->status == JTN_OK && event.has_time)
		bench->time_ns = event.time_ns;
}

static void
do_at(struct bench *bench, char *rest)
{
	MUST(bench, jtn_time_parse(rest, strlen(rest), &bench->time_ns, &bench->error));
}

static void
do_tier(struct bench *bench, char *rest)
{
	MUST(bench, jtn_tier_find(rest, strlen(rest), &bench->tier, &bench->error));
}

static void
rate(struct bench *bench)
{
	struct jtn_usage usage = {.time_ns = bench->time_ns, .tier = bench->tier, .count = bench->count};
	struct jtn_charge charge = {.status = JTN_OK}, explained;

	settle_accounts(bench);
	assert_here(bench, bench->tariff != NULL, "no tariff yet");
	bench->status = jtn_rate_batch(&bench->tariff, 1, &usage, sizeof(usage), bench->counts, bench->count,
	                               sizeof(*bench->counts), &charge, sizeof(charge), 1, &bench->error);
	if (bench->status == JTN_E_ROWS)
		bench->status = charge.status;
	bench->total = charge.total;
	bench->flags = charge.flags;
	bench->lines_seen = 0;
	if (bench->status != JTN_OK)
		return;
	MUST(bench, jtn_charge_lines(bench->tariff, &usage, sizeof(usage), bench->counts, bench->count,
	                             sizeof(*bench->counts), bench->lines, sizeof(*bench->lines), LINES_MOST,
	                             &bench->line_count, &explained, &bench->error));
	assert_here(bench, jtn_money_compare(explained.total, charge.total) == 0, "lines and batch differ");
}

static void
do_total(struct bench *bench, char *rest)
{
	rate(bench);
	settle_accounts(bench);
	assert_amount(bench, bench->total, rest, "the total");
	bench->checks++;
}

/* reversed AMOUNT: the charge taken back. */
static void
do_reversed(struct bench *bench, char *rest)
{
	struct jtn_charge charge = {.total = bench->total, .flags = bench->flags};

	MUST(bench, jtn_charge_reverse(&charge, sizeof(charge), 1, &bench->error));
	assert_amount(bench, charge.total, rest, "the reversal");
	assert_here(bench, charge.flags == (bench->flags | JTN_CHARGE_REVERSED), "the flags are %x", charge.flags);
	bench->status = jtn_charge_reverse(&charge, sizeof(charge), 1, &bench->error);
	assert_here(bench, bench->status == JTN_E_ROWS && charge.status == JTN_E_CONTRADICTION, "it was reversed twice");
	bench->status = JTN_OK;
	bench->checks++;
}

static const char *
rule_id(struct bench *bench, uint32_t rule)
{
	struct jtn_rule_facts facts = {.size = sizeof(facts)};

	MUST(bench, jtn_tariff_read_rule(bench->tariff, rule, &facts));
	return facts.id;
}

/* line METER QUANTITY AMOUNT RULE: the lines of a charge, one after another; METER is - where a line is about money. */
static void
do_line(struct bench *bench, char *rest)
{
	char *words[WORDS_MOST];
	const struct jtn_line *line = &bench->lines[bench->lines_seen];
	size_t count = split(rest, words);

	assert_here(bench, count == 4, "a line is METER QUANTITY AMOUNT RULE");
	assert_here(bench, bench->lines_seen < bench->line_count, "there are only %zu lines", bench->line_count);
	if (strcmp(words[0], "-") != 0) {
		const char *meter = line->meter ? jtn_meter_name(line->meter) : "-";
		assert_here(bench, strcmp(meter, words[0]) == 0, "the line is of %s", meter);
		assert_here(bench, line->quantity == quanta_of(bench, line->meter, words[1]), "the quantity is %lld",
		            (long long)line->quantity);
	}
	assert_amount(bench, line->amount, words[2], "the line");
	assert_here(bench, strcmp(rule_id(bench, line->rule), words[3]) == 0, "the rule is %s", rule_id(bench, line->rule));
	bench->lines_seen++;
	bench->checks++;
}

static const char *const flag_names[] = {"rounded", "fallback", "tier_fallback", "implied",
                                         "overlay", "settled",  "reversed"};

static void
do_flags(struct bench *bench, char *rest)
{
	char *words[WORDS_MOST];
	size_t count = split(rest, words);
	uint32_t expected = 0;

	for (size_t i = 0; i < count; i++)
		for (uint32_t flag = 0; flag < COUNT(flag_names); flag++)
			if (strcmp(words[i], flag_names[flag]) == 0)
				expected |= 1u << flag;
	assert_here(bench, bench->flags == expected, "the flags are %x, expected %x", bench->flags, expected);
	bench->checks++;
}

/* fails STATUS: what was done last, else rating what is there. */
static void
do_fails(struct bench *bench, char *rest)
{
	if (bench->status == JTN_OK && bench->tariff)
		rate(bench);
	assert_here(bench, strcmp(jtn_status_name(bench->status), rest) == 0, "%s, expected %s",
	            jtn_status_name(bench->status), rest);
	assert_here(bench, bench->error.message[0] != '\0', "it fails without a word");
	bench->status = JTN_OK;
	bench->checks++;
}

static int64_t
quantity_read(const struct bench *bench, uint32_t meter)
{
	for (uint32_t i = 0; i < bench->count; i++)
		if (bench->counts[i].meter == meter)
			return bench->counts[i].quantity;
	return 0;
}

/* reads METER QUANTITY …: all leaves that the reader found, and no others. */
static void
do_reads(struct bench *bench, char *rest)
{
	struct jtn_count expected[COUNTS_MOST];
	uint32_t count;

	settle_accounts(bench);
	count = read_counts(bench, rest, expected);
	for (uint32_t i = 0; i < count; i++)
		assert_here(bench, quantity_read(bench, expected[i].meter) == expected[i].quantity, "%s is %lld",
		            jtn_meter_name(expected[i].meter), (long long)quantity_read(bench, expected[i].meter));
	assert_here(bench, count == bench->count, "%u leaves, expected %u", bench->count, count);
	bench->checks++;
}

static void
do_unknown(struct bench *bench, char *rest)
{
	size_t length = strlen(rest);

	assert_here(bench,
	            strncmp(bench->unknown, rest, length) == 0 && strcmp(bench->unknown + length, length ? " " : "") == 0,
	            "nobody knows \"%.400s\"", bench->unknown);
	bench->checks++;
}

/* finds PROVIDER MODEL REGION FOUND: the model that a look-up gives, or !status. "-" is none given. */
static void
do_finds(struct bench *bench, char *rest)
{
	char *words[WORDS_MOST];
	size_t count = split(rest, words);
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	const char *text[3];

	assert_here(bench, count == 4, "a look-up is PROVIDER MODEL REGION FOUND");
	settle_accounts(bench);
	for (size_t i = 0; i < 3; i++)
		text[i] = strcmp(words[i], "-") != 0 ? words[i] : NULL;
	bench->status = jtn_book_lookup(bench->book, text[0], text[0] ? strlen(text[0]) : 0, text[1], strlen(words[1]),
	                                text[2], text[2] ? strlen(text[2]) : 0, &bench->tariff, &bench->error);
	bench->checks++;
	if (words[3][0] == '!') {
		assert_here(bench, strcmp(jtn_status_name(bench->status), words[3] + 1) == 0, "%s",
		            jtn_status_name(bench->status));
		bench->status = JTN_OK;
		return;
	}
	settle_accounts(bench);
	MUST(bench, jtn_tariff_read_facts(bench->tariff, &facts));
	assert_here(bench, strcmp(facts.model, words[3]) == 0, "found %s", facts.model);
}

static void
do_currency(struct bench *bench, char *rest)
{
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};

	settle_accounts(bench);
	MUST(bench, jtn_tariff_read_facts(bench->tariff, &facts));
	assert_here(bench, strcmp(facts.currency, rest) == 0, "the currency is %s", facts.currency);
	bench->checks++;
}

/* spend PRIOR NOW: charged in the period before, and events that belong to this settling. */
static void
do_spend(struct bench *bench, char *rest)
{
	char *words[WORDS_MOST];

	assert_here(bench, split(rest, words) == 2, "a spend is PRIOR NOW");
	bench->prior_spend = money_of(bench, words[0]);
	bench->now_spend = money_of(bench, words[1]);
}

static void
do_interim(struct bench *bench, char *rest)
{
	(void)rest;
	bench->is_final = 0;
}

static void
do_settles(struct bench *bench, char *rest)
{
	struct jtn_period period = {.size = sizeof(period),
	                            .final = bench->is_final,
	                            .time_ns = bench->time_ns,
	                            .prior = bench->prior,
	                            .now = bench->counts,
	                            .prior_count = bench->prior_count,
	                            .now_count = bench->count,
	                            .prior_spend = bench->prior_spend,
	                            .now_spend = bench->now_spend};

	settle_accounts(bench);
	bench->lines_seen = 0;
	bench->status = jtn_settle(bench->tariff, &period, bench->lines, sizeof(*bench->lines), LINES_MOST,
	                           &bench->line_count, &bench->total, &bench->error);
	bench->checks++;
	if (rest[0] == '!') {
		assert_here(bench, strcmp(jtn_status_name(bench->status), rest + 1) == 0, "%s", jtn_status_name(bench->status));
		bench->status = JTN_OK;
		return;
	}
	settle_accounts(bench);
	assert_amount(bench, bench->total, rest, "the settling");
}

static void
do_bill(struct bench *bench, char *rest)
{
	char *words[WORDS_MOST];

	assert_here(bench, split(rest, words) == 2, "a bill is AMOUNT DECIMALS");
	bench->bill = money_of(bench, words[0]);
	bench->decimals = atoi(words[1]);
}

static void
do_weights(struct bench *bench, char *rest)
{
	char *words[WORDS_MOST];

	bench->weight_count = (uint32_t)split(rest, words);
	for (uint32_t i = 0; i < bench->weight_count; i++)
		bench->weights[i] = money_of(bench, words[i]);
}

/* parts A B C …, or !status: the bill split over the weights. */
static void
do_parts(struct bench *bench, char *rest)
{
	char *words[WORDS_MOST];
	size_t count = split(rest, words);

	bench->status =
		jtn_allocate(bench->bill, bench->decimals, bench->weights, bench->parts, bench->weight_count, &bench->error);
	bench->checks++;
	if (words[0][0] == '!') {
		assert_here(bench, strcmp(jtn_status_name(bench->status), words[0] + 1) == 0, "%s",
		            jtn_status_name(bench->status));
		bench->status = JTN_OK;
		return;
	}
	settle_accounts(bench);
	assert_here(bench, count == bench->weight_count, "%zu parts for %u weights", count, bench->weight_count);
	for (size_t i = 0; i < count; i++)
		assert_amount(bench, bench->parts[i], words[i], "a part");
}

static const char *const mode_names[] = {"", "half_even", "half_up", "down", "up", "floor", "ceiling"};

/* rounds AMOUNT DECIMALS MODE RESULT */
static void
do_rounds(struct bench *bench, char *rest)
{
	char *words[WORDS_MOST];
	struct jtn_money rounded;
	int32_t mode = 1;

	assert_here(bench, split(rest, words) == 4, "rounding is AMOUNT DECIMALS MODE RESULT");
	while (mode < (int32_t)COUNT(mode_names) - 1 && strcmp(mode_names[mode], words[2]) != 0)
		mode++;
	MUST(bench, jtn_money_round(money_of(bench, words[0]), atoi(words[1]), mode, &rounded, NULL, &bench->error));
	assert_amount(bench, rounded, words[3], "the rounded amount");
	bench->checks++;
}

static const struct {
	const char *word;
	void (*act)(struct bench *bench, char *rest);
} words_known[] = {
	{"case", do_case},         {"book", do_book},         {"tariff", do_tariff},   {"counts", do_counts},
	{"prior", do_prior},       {"usage", do_usage},       {"row", do_row},         {"at", do_at},
	{"tier", do_tier},         {"total", do_total},       {"line", do_line},       {"flags", do_flags},
	{"fails", do_fails},       {"reads", do_reads},       {"unknown", do_unknown}, {"finds", do_finds},
	{"currency", do_currency}, {"spend", do_spend},       {"interim", do_interim}, {"settles", do_settles},
	{"bill", do_bill},         {"weights", do_weights},   {"parts", do_parts},     {"rounds", do_rounds},
	{"overlay", do_overlay},   {"reversed", do_reversed},
};

static void
act(struct bench *bench, char *text)
{
	char *rest = text + strcspn(text, " \t");
	size_t length = (size_t)(rest - text);

	rest += strspn(rest, " \t");
	for (size_t i = 0; i < COUNT(words_known); i++)
		if (strlen(words_known[i].word) == length && strncmp(words_known[i].word, text, length) == 0) {
			words_known[i].act(bench, rest);
			return;
		}
	assert_here(bench, 0, "nobody knows the word \"%.*s\"", (int)length, text);
}

/* A line that begins with a tab goes on with the one before. */
static void
run_file(struct bench *bench, FILE *file)
{
	static char text[TEXT_MOST], line[4096];
	int number = 0;

	text[0] = '\0';
	while (fgets(line, sizeof(line), file)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '\t') {
			ck_assert_uint_lt(strlen(text) + strlen(line), sizeof(text) - 1);
			strcat(text, line);
			continue;
		}
		if (text[0])
			act(bench, text);
		text[0] = '\0';
		if (line[0] != '#' && line[0] != '\0')
			strcpy(text, line);
		bench->number = number;
	}
	if (text[0])
		act(bench, text);
	settle_accounts(bench);
}

static void
run_vectors(const char *name, int least)
{
	static struct bench bench;
	FILE *file = open_vectors(name);

	memset(&bench, 0, sizeof(bench));
	bench.file = name;
	assert_ok(jtn_reader_new(JTN_UNKNOWN_REPORT, NULL, &bench.reader, &bench.error), bench.error);
	run_file(&bench, file);
	fclose(file);
	jtn_reader_free(bench.reader);
	forget_overlay(&bench);
	jtn_book_free(bench.book);
	ck_assert_int_ge(bench.cases, least);
	ck_assert_int_ge(bench.checks, bench.cases);
}

START_TEST(every_case_of_rating_comes_to_what_is_written)
{
	run_vectors("rate.vec", 40);
}
END_TEST

START_TEST(every_case_of_settling_comes_to_what_is_written)
{
	run_vectors("settle.vec", 20);
}
END_TEST

START_TEST(every_usage_is_read_as_it_is_written)
{
	run_vectors("usage.vec", 40);
}
END_TEST

START_TEST(every_bill_is_split_as_it_is_written)
{
	run_vectors("allocate.vec", 8);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("vectors");
	TCase *tests = tcase_create("vectors");

	tcase_add_test(tests, every_case_of_rating_comes_to_what_is_written);
	tcase_add_test(tests, every_case_of_settling_comes_to_what_is_written);
	tcase_add_test(tests, every_usage_is_read_as_it_is_written);
	tcase_add_test(tests, every_bill_is_split_as_it_is_written);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
