/*
 * Rate: rows and their statuses, records in the callers' sizes, and arithmetic up to the ends of its types. What rules
 * come to, case by case, is in vectors/rate.vec.
 */
#include "tariff.h"

#include "base/amount.h"
#include "tariff/rate.h"

#define IN JTN_METER_INPUT
#define OUT JTN_METER_OUTPUT
#define RULE(id, meters, rest) "{\"id\": \"" id "\", \"meters\": [" meters "], " rest "}"

#define SIMPLE                                                                                \
	"\"rules\": [" RULE("in", "\"input\"", "\"price\": \"2.5\", \"per\": 1000000") ", " RULE( \
		"out", "\"output\"", "\"price\": \"10\", \"per\": 1000000") "]"

/* A batch of up to eight rows of a tariff, each with counts of its own. */
struct batch {
	struct jtn_book *book;
	const struct jtn_tariff *tariffs[2];
	struct jtn_usage usage[8];
	struct jtn_count counts[16];
	struct jtn_charge charges[8];
	struct jtn_error err;
	size_t rows;
	uint32_t used;
};

static struct batch
batch_of(const char *members)
{
	struct batch batch;

	memset(&batch, 0, sizeof(batch));
	batch.book = tariff_book(members);
	batch.tariffs[0] = batch.tariffs[1] = jtn_book_tariff(batch.book, 0);
	return batch;
}

static void
add_row(struct batch *batch, uint32_t meter, int64_t quantity)
{
	batch->usage[batch->rows++] = (struct jtn_usage){.first = batch->used, .count = 1};
	batch->counts[batch->used++] = (struct jtn_count){.quantity = quantity, .meter = meter};
}

static jtn_status
rate_batch(struct batch *batch)
{
	memset(&batch->err, 0, sizeof(batch->err));
	memset(batch->charges, 0x5a, sizeof(batch->charges));
	return jtn_rate_batch(batch->tariffs, 2, batch->usage, sizeof(*batch->usage), batch->counts, batch->used,
	                      sizeof(*batch->counts), batch->charges, sizeof(*batch->charges), batch->rows, &batch->err);
}

/* Each way a row can fail: the middle one of three does. */
static const struct {
	const char *about;
	struct jtn_usage usage;
	struct jtn_count count;
	jtn_status status;
	const char *field;
} bad_rows[] = {
	{"no price", {.count = 1}, {.quantity = 1, .meter = JTN_METER_CACHE_READ}, JTN_E_UNPRICED, "cache_read"},
	{"no price at that time",
     {.count = 1, .time_ns = INT64_MIN},
     {.quantity = 1, .meter = JTN_METER_WEB_SEARCH},
     JTN_E_NO_PRICE,
     "web_search"},
	{"negative", {.count = 1}, {.quantity = -1, .meter = IN}, JTN_E_RANGE, "input"},
	{"most negative", {.count = 1}, {.quantity = INT64_MIN, .meter = IN}, JTN_E_RANGE, "input"},
	{"meter 0", {.count = 1}, {.quantity = 1}, JTN_E_ARGUMENT, "meter"},
	{"meter 0 of nothing", {.count = 1}, {.quantity = 0}, JTN_E_ARGUMENT, "meter"},
	{"meter 83", {.count = 1}, {.quantity = 1, .meter = 83}, JTN_E_ARGUMENT, "meter"},
	{"the last meter", {.count = 1}, {.quantity = 1, .meter = UINT32_MAX}, JTN_E_ARGUMENT, "meter"},
	{"a reserved count", {.count = 1}, {.quantity = 1, .meter = IN, .reserved = 1}, JTN_E_ABI, "reserved"},
	{"tier 7", {.count = 1, .tier = 7}, {.quantity = 1, .meter = IN}, JTN_E_ARGUMENT, "tier"},
	{"tier 256", {.count = 1, .tier = 256}, {.quantity = 1, .meter = IN}, JTN_E_ARGUMENT, "tier"},
	{"the last tier", {.count = 1, .tier = UINT32_MAX}, {.quantity = 1, .meter = IN}, JTN_E_ARGUMENT, "tier"},
	{"tariff 2", {.count = 1, .tariff = 2}, {.quantity = 1, .meter = IN}, JTN_E_ARGUMENT, "tariff"},
	{"the last tariff", {.count = 1, .tariff = UINT32_MAX}, {.quantity = 1, .meter = IN}, JTN_E_ARGUMENT, "tariff"},
	{"counts behind the end", {.count = 99}, {.quantity = 1, .meter = IN}, JTN_E_ARGUMENT, "first"},
	{"counts that wrap",
     {.count = UINT32_MAX, .first = UINT32_MAX},
     {.quantity = 1, .meter = IN},
     JTN_E_ARGUMENT,
     "first"},
	{"flags", {.count = 1, .flags = 1}, {.quantity = 1, .meter = IN}, JTN_E_ABI, "flags"},
	{"reserved", {.count = 1, .reserved = 1}, {.quantity = 1, .meter = IN}, JTN_E_ABI, "flags"},
	{"an amount", {.count = 1}, {.quantity = INT64_MAX, .meter = JTN_METER_CODE_SESSION}, JTN_E_OVERFLOW, "amount"},
};

START_TEST(a_bad_row_is_named_and_the_rest_still_rated)
{
	struct batch batch =
		batch_of("\"rules\": [" RULE("in", "\"input\"", "\"price\": \"2.5\", \"per\": 1000000") ", " RULE(
			"late", "\"web_search\"",
			"\"price\": \"1\", \"from\": \"2026-01-01\"") ", " RULE("dear", "\"code_session\"",
	                                                                "\"price\": \"1e19\"") "]");
	uint32_t first;

	add_row(&batch, IN, 1000);
	add_row(&batch, IN, 0);
	add_row(&batch, IN, 3000);
	first = bad_rows[_i].usage.first ? bad_rows[_i].usage.first : 1;
	batch.usage[1] = bad_rows[_i].usage;
	batch.usage[1].first = first;
	batch.counts[1] = bad_rows[_i].count;
	assert_fails(rate_batch(&batch), JTN_E_ROWS, batch.err, bad_rows[_i].field);
	ck_assert_int_eq(batch.err.index, 1);
	ck_assert_int_eq(batch.charges[1].status, bad_rows[_i].status);
	assert_money(batch.charges[1].total, "0");
	ck_assert_uint_eq(batch.charges[1].flags, 0);
	ck_assert_uint_eq(batch.charges[1].lines, 0);
	ck_assert_uint_eq(batch.charges[1].tariff, bad_rows[_i].usage.tariff);
	assert_money(batch.charges[0].total, "0.0025");
	assert_money(batch.charges[2].total, "0.0075");
	ck_assert_int_eq(batch.charges[2].status, JTN_OK);
	assert_status(jtn_rate_batch(batch.tariffs, 2, batch.usage, sizeof(*batch.usage), batch.counts, batch.used,
	                             sizeof(*batch.counts), batch.charges, sizeof(*batch.charges), batch.rows, NULL),
	              JTN_E_ROWS);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(lines_fail_as_their_row_does)
{
	struct batch batch =
		batch_of("\"rules\": [" RULE("in", "\"input\"", "\"price\": \"2.5\", \"per\": 1000000") ", " RULE(
			"late", "\"web_search\"",
			"\"price\": \"1\", \"from\": \"2026-01-01\"") ", " RULE("dear", "\"code_session\"",
	                                                                "\"price\": \"1e19\"") "]");
	struct jtn_line line, untouched;
	struct jtn_charge charge = {.lines = 77};
	size_t count = 77;

	if (bad_rows[_i].usage.tariff == 0) { /* lines look at no tariff but theirs */
		memset(&line, 0x5a, sizeof(line));
		untouched = line;
		assert_fails(jtn_charge_lines(batch.tariffs[0], &bad_rows[_i].usage, sizeof(struct jtn_usage),
		                              &bad_rows[_i].count, 1, sizeof(struct jtn_count), &line, sizeof(line), 1, &count,
		                              &charge, &batch.err),
		             bad_rows[_i].status, batch.err, bad_rows[_i].field);
		ck_assert_mem_eq(&line, &untouched, sizeof(line));
		ck_assert_uint_eq(charge.lines, 77);
		ck_assert_uint_eq(count, 77);
	}
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(the_first_bad_row_is_the_one_that_the_error_is_about)
{
	struct batch batch = batch_of(SIMPLE);

	add_row(&batch, IN, 1);
	add_row(&batch, JTN_METER_WEB_FETCH, 1);
	add_row(&batch, IN, -1);
	assert_fails(rate_batch(&batch), JTN_E_ROWS, batch.err, "web_fetch");
	ck_assert_int_eq(batch.err.index, 1);
	ck_assert_ptr_nonnull(strstr(batch.err.message, "web_fetch"));
	ck_assert_ptr_nonnull(strstr(batch.err.message, "standard"));
	ck_assert_int_eq(batch.charges[2].status, JTN_E_RANGE);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(a_tariff_that_is_null_fails_its_rows_only)
{
	struct batch batch = batch_of(SIMPLE);

	add_row(&batch, IN, 1000);
	add_row(&batch, IN, 1000);
	batch.tariffs[1] = NULL;
	batch.usage[1].tariff = 1;
	assert_fails(rate_batch(&batch), JTN_E_ROWS, batch.err, "tariff");
	assert_money(batch.charges[0].total, "0.0025");
	ck_assert_int_eq(batch.charges[1].status, JTN_E_ARGUMENT);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(a_call_that_fails_touches_nothing)
{
	struct batch batch = batch_of(SIMPLE);
	struct jtn_charge untouched;
	const size_t u = sizeof(struct jtn_usage), c = sizeof(struct jtn_count), r = sizeof(struct jtn_charge);
	const struct {
		const void *usage, *counts;
		void *ret;
		size_t u, c, r;
		jtn_status status;
		const char *field;
	} calls[] = {
		{NULL, batch.counts, batch.charges, u, c, r, JTN_E_ARGUMENT, "usage"},
		{batch.usage, NULL, batch.charges, u, c, r, JTN_E_ARGUMENT, "counts"},
		{batch.usage, batch.counts, NULL, u, c, r, JTN_E_ARGUMENT, "ret"},
		{batch.usage, batch.counts, batch.charges, u - 8, c, r, JTN_E_ABI, "usage"},
		{batch.usage, batch.counts, batch.charges, u, c - 8, r, JTN_E_ABI, "counts"},
		{batch.usage, batch.counts, batch.charges, u, c, r - 8, JTN_E_ABI, "ret"},
		{batch.usage, batch.counts, batch.charges, u + 4, c, r, JTN_E_ABI, "usage"},
		{batch.usage, batch.counts, batch.charges, u, c + 1, r, JTN_E_ABI, "counts"},
		{batch.usage, batch.counts, batch.charges, 1 << 20, c, r, JTN_E_ABI, "usage"},
		{batch.usage, batch.counts, batch.charges, SIZE_MAX - 7, c, r, JTN_E_ABI, "usage"},
		{batch.usage, batch.counts, batch.charges, 0, c, r, JTN_E_ABI, "usage"},
	};

	add_row(&batch, IN, 1);
	memset(batch.charges, 0x5a, sizeof(batch.charges));
	untouched = batch.charges[0];
	for (size_t i = 0; i < COUNT(calls); i++) {
		assert_fails(jtn_rate_batch(batch.tariffs, 1, calls[i].usage, calls[i].u, calls[i].counts, 1, calls[i].c,
		                            calls[i].ret, calls[i].r, 1, &batch.err),
		             calls[i].status, batch.err, calls[i].field);
		ck_assert_mem_eq(&batch.charges[0], &untouched, sizeof(untouched));
	}
	assert_fails(jtn_rate_batch(NULL, 1, batch.usage, u, batch.counts, 1, c, batch.charges, r, 1, &batch.err),
	             JTN_E_ARGUMENT, batch.err, "tariffs");
	assert_ok(jtn_rate_batch(NULL, 0, NULL, u, NULL, 0, c, NULL, r, 0, &batch.err), batch.err);
	jtn_book_free(batch.book);
}
END_TEST

/* Records of a newer caller: 8 bytes more each, which must be zero as long as nobody here knows them. */
struct long_usage {
	struct jtn_usage usage;
	uint64_t more;
};
struct long_count {
	struct jtn_count count;
	uint64_t more;
};
struct long_charge {
	struct jtn_charge charge;
	uint64_t more;
};
struct long_line {
	struct jtn_line line;
	uint64_t more;
};

START_TEST(larger_records_with_zeros_behind_are_rated_as_their_own_size)
{
	struct batch batch = batch_of(SIMPLE);
	struct long_usage usage[2] = {{{.first = 0, .count = 2}, 0}, {{.first = 2, .count = 1}, 0}};
	struct long_count counts[3] = {{{1000, IN, 0}, 0}, {{100, OUT, 0}, 0}, {{4, IN, 0}, 0}};
	struct long_charge charges[2] = {{.more = 5}, {.more = 5}};
	struct long_line lines[2] = {{.more = 5}, {.more = 5}};
	size_t count = 0;

	assert_ok(jtn_rate_batch(batch.tariffs, 1, &usage[0].usage, sizeof(*usage), &counts[0].count, 3, sizeof(*counts),
	                         &charges[0].charge, sizeof(*charges), 2, &batch.err),
	          batch.err);
	assert_money(charges[0].charge.total, "0.0035");
	assert_money(charges[1].charge.total, "0.00001");
	ck_assert_uint_eq(charges[0].more, 0);
	ck_assert_uint_eq(charges[1].more, 0);
	assert_ok(jtn_charge_lines(batch.tariffs[0], &usage[0].usage, sizeof(*usage), &counts[0].count, 3, sizeof(*counts),
	                           &lines[0].line, sizeof(*lines), 2, &count, NULL, &batch.err),
	          batch.err);
	ck_assert_uint_eq(count, 2);
	assert_money(lines[1].line.amount, "0.001");
	ck_assert_uint_eq(lines[1].line.meter, OUT);
	ck_assert_uint_eq(lines[0].more, 0);
	ck_assert_uint_eq(lines[1].more, 0);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(larger_records_with_something_behind_are_not_rated_in_silence)
{
	struct batch batch = batch_of(SIMPLE);
	struct long_usage usage[2] = {{{.first = 0, .count = 1}, 1}, {{.first = 1, .count = 1}, 0}};
	struct long_count counts[2] = {{{1000, IN, 0}, 0}, {{1000, IN, 0}, 0}};
	struct jtn_charge charges[2];
	struct jtn_line line;
	size_t count;

	for (int part = 0; part < 2; part++) {
		usage[0].more = part == 0;
		counts[0].more = part == 1 ? UINT64_C(1) << 63 : 0;
		assert_status(jtn_rate_batch(batch.tariffs, 1, &usage[0].usage, sizeof(*usage), &counts[0].count, 2,
		                             sizeof(*counts), charges, sizeof(*charges), 2, &batch.err),
		              JTN_E_ROWS);
		ck_assert_int_eq(batch.err.index, 0);
		ck_assert_int_eq(charges[0].status, JTN_E_ABI);
		assert_money(charges[1].total, "0.0025");
		assert_status(jtn_charge_lines(batch.tariffs[0], &usage[0].usage, sizeof(*usage), &counts[0].count, 2,
		                               sizeof(*counts), &line, sizeof(line), 1, &count, NULL, &batch.err),
		              JTN_E_ABI);
	}
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(rows_of_a_batch_share_counts_and_may_have_none)
{
	struct batch batch = batch_of(SIMPLE);

	add_row(&batch, IN, 1000);
	add_row(&batch, OUT, 1000);
	batch.usage[2] = (struct jtn_usage){.first = 0, .count = 2};
	batch.usage[3] = (struct jtn_usage){.first = 2, .count = 0};
	batch.rows = 4;
	assert_ok(rate_batch(&batch), batch.err);
	assert_money(batch.charges[2].total, "0.0125");
	ck_assert_uint_eq(batch.charges[2].lines, 2);
	assert_money(batch.charges[3].total, "0");
	ck_assert_uint_eq(batch.charges[3].lines, 0);
	jtn_book_free(batch.book);
}
END_TEST

#define GRADUATED                                                                            \
	"\"rules\": [" RULE("low", "\"input\"", "\"price\": \"3\", \"per\": 1000000") ", " RULE( \
		"high", "\"input\"",                                                                 \
		"\"price\": \"6\", \"per\": 1000000, "                                               \
		"\"when\": {\"quantity\": \"meter\", \"above\": 100, \"mode\": \"graduated\"}") "]"

START_TEST(a_meter_that_is_there_twice_is_one_meter)
{
	struct batch batch = batch_of(GRADUATED);
	struct jtn_count counts[4] = {{60, IN, 0}, {0, OUT, 0}, {0, IN, 0}, {90, IN, 0}};
	struct jtn_charge charge = rate_at(batch.tariffs[0], 0, 0, counts, 4);

	assert_money(charge.total, "0.0006"); /* 100 at 3 and 50 at 6 */
	ck_assert_uint_eq(charge.lines, 2);
	counts[0].quantity = INT64_MAX;
	charge = rate_at(batch.tariffs[0], 0, 0, counts, 4);
	ck_assert_int_eq(charge.status, JTN_E_OVERFLOW);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(a_count_of_nothing_needs_no_price)
{
	struct batch batch = batch_of(SIMPLE);
	struct jtn_count counts[2] = {{0, JTN_METER_WEB_FETCH, 0}, {0, JTN_METER_WEB_FETCH, 0}};

	ck_assert_int_eq(rate_at(batch.tariffs[0], 0, 0, counts, 1).status, JTN_OK);
	ck_assert_int_eq(rate_at(batch.tariffs[0], 0, 0, counts, 2).status, JTN_OK);
	ck_assert_uint_eq(rate_at(batch.tariffs[0], 0, 0, counts, 2).lines, 0);
	jtn_book_free(batch.book);
}
END_TEST

#define REQUESTS(rest)                                                                                             \
	"\"rules\": [" RULE("in", "\"input\"", "\"price\": \"1\", \"per\": 1000000") ", " RULE("call", "\"requests\"", \
	                                                                                       rest) "]"

START_TEST(one_request_is_implied_where_nothing_is_said_of_requests)
{
	struct batch batch = batch_of(REQUESTS("\"price\": \"0.01\""));
	const struct jtn_count silent[] = {{5, IN, 0}}, none[] = {{5, IN, 0}, {0, JTN_METER_REQUESTS, 0}},
						   three[] = {{3, JTN_METER_REQUESTS, 0}},
						   twice[] = {{1, JTN_METER_REQUESTS, 0}, {1, JTN_METER_REQUESTS, 0}};
	struct jtn_charge charge = rate_at(batch.tariffs[0], 0, 0, silent, 1);

	assert_money(charge.total, "0.010005");
	ck_assert_uint_eq(charge.flags, JTN_CHARGE_IMPLIED);
	ck_assert_uint_eq(charge.lines, 2);
	charge = rate_at(batch.tariffs[0], 0, 0, NULL, 0);
	assert_money(charge.total, "0.01");
	charge = rate_at(batch.tariffs[0], 0, 0, none, 2);
	assert_money(charge.total, "0.000005");
	ck_assert_uint_eq(charge.flags, 0);
	charge = rate_at(batch.tariffs[0], 0, 0, three, 1);
	assert_money(charge.total, "0.03");
	ck_assert_uint_eq(charge.flags, 0);
	assert_money(rate_at(batch.tariffs[0], 0, 0, twice, 2).total, "0.02");
	charge = rate_at(batch.tariffs[0], 0, JTN_TIER_BATCH, silent, 1);
	ck_assert_uint_eq(charge.flags, JTN_CHARGE_IMPLIED | JTN_CHARGE_TIER_FALLBACK);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(an_implied_request_without_a_price_then_is_no_error)
{
	struct batch batch = batch_of(REQUESTS("\"price\": \"0.01\", \"tier\": [\"batch\"], \"from\": \"2026-01-01\""));
	const struct jtn_count silent[] = {{5, IN, 0}}, said[] = {{1, JTN_METER_REQUESTS, 0}};

	assert_money(rate_at(batch.tariffs[0], 0, JTN_TIER_BATCH, silent, 1).total, "0.000005");
	assert_money(rate_at(batch.tariffs[0], instant("2026-01-01"), JTN_TIER_STANDARD, silent, 1).total, "0.000005");
	assert_money(rate_at(batch.tariffs[0], instant("2026-01-01"), JTN_TIER_BATCH, silent, 1).total, "0.010005");
	ck_assert_int_eq(rate_at(batch.tariffs[0], 0, JTN_TIER_BATCH, said, 1).status, JTN_E_NO_PRICE);
	ck_assert_int_eq(rate_at(batch.tariffs[0], 0, JTN_TIER_STANDARD, said, 1).status, JTN_E_UNPRICED);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(a_tier_without_a_price_of_its_own_says_so)
{
	struct batch batch =
		batch_of("\"rules\": [" RULE("any", "\"input\", \"output\"", "\"price\": \"2\", \"per\": 1000000") ", " RULE(
			"batch", "\"input\"", "\"price\": \"1\", \"per\": 1000000, \"tier\": [\"batch\", \"standard\"]") "]");
	const struct jtn_count in[] = {{1000000, IN, 0}}, both[] = {{1000000, IN, 0}, {1000000, OUT, 0}};

	for (uint32_t tier = 0; tier <= JTN_TIER_FAST; tier++) {
		struct jtn_charge charge = rate_at(batch.tariffs[0], 0, tier, in, 1);
		int own = tier <= JTN_TIER_BATCH;

		assert_money(charge.total, own ? "1" : "2");
		ck_assert_uint_eq(charge.flags, own ? 0 : JTN_CHARGE_TIER_FALLBACK);
	}
	ck_assert_uint_eq(rate_at(batch.tariffs[0], 0, JTN_TIER_BATCH, both, 2).flags, JTN_CHARGE_TIER_FALLBACK);
	ck_assert_uint_eq(rate_at(batch.tariffs[0], 0, JTN_TIER_STANDARD, both, 2).flags, 0);
	jtn_book_free(batch.book);
}
END_TEST

/* A threshold of 100 at each kind: what 99, 100, 101 and 250 come to, in millionths. */
static const struct {
	const char *when;
	int64_t expected[4];
} thresholds[] = {
	{"\"quantity\": \"meter\", \"above\": 100", {297, 300, 606, 1500}},
	{"\"quantity\": \"meter\", \"above\": 100, \"inclusive\": true", {297, 600, 606, 1500}},
	{"\"quantity\": \"meter\", \"above\": 100, \"mode\": \"graduated\"", {297, 300, 306, 1200}},
	{"\"quantity\": \"meter\", \"above\": 100, \"mode\": \"graduated\", \"inclusive\": true", {297, 300, 306, 1200}},
	{"\"quantity\": \"all_input\", \"above\": 100", {297, 300, 606, 1500}},
	{"\"quantity\": \"total\", \"above\": 100, \"inclusive\": true, \"mode\": \"cliff\"", {297, 600, 606, 1500}},
	{"\"quantity\": \"meter\", \"above\": 0", {594, 600, 606, 1500}},
};

START_TEST(a_threshold_is_passed_where_it_says)
{
	static const int64_t quantities[] = {99, 100, 101, 250};
	char members[512];
	struct batch batch;

	snprintf(
		members, sizeof(members),
		"\"rules\": [" RULE("low", "\"input\"", "\"price\": \"3\"") ", {\"id\": \"high\", \"meters\": [\"input\"], "
																	"\"price\": \"6\", \"when\": {%s}}]",
		thresholds[_i].when);
	batch = batch_of(members);
	for (size_t i = 0; i < COUNT(quantities); i++) {
		char text[24];

		snprintf(text, sizeof(text), "%lld", (long long)thresholds[_i].expected[i]);
		assert_money(rate_count(batch.tariffs[0], IN, quantities[i]).total, text);
	}
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(graduated_steps_are_a_line_each)
{
	struct batch batch =
		batch_of("\"rules\": [" RULE(
			"a", "\"input\"",
			"\"price\": \"1\"") ", " RULE("b", "\"input\"",
	                                      "\"price\": \"2\", \"when\": {\"quantity\": \"meter\", \"above\": 10, "
	                                      "\"mode\": \"graduated\"}") ", " RULE("c", "\"input\"",
	                                                                            "\"price\": \"3\", \"when\": "
	                                                                            "{\"quantity\": \"meter\", \"above\": "
	                                                                            "20, \"mode\": \"graduated\"}") "]");
	struct jtn_usage usage = {.count = 1};
	struct jtn_count count = {25, IN, 0};
	struct jtn_line lines[4];
	struct jtn_charge charge;
	size_t lines_count;

	assert_ok(jtn_charge_lines(batch.tariffs[0], &usage, sizeof(usage), &count, 1, sizeof(count), lines, sizeof(*lines),
	                           4, &lines_count, &charge, &batch.err),
	          batch.err);
	ck_assert_uint_eq(lines_count, 3);
	ck_assert_int_eq(lines[0].quantity, 5);
	ck_assert_uint_eq(lines[0].rule, 2);
	ck_assert_int_eq(lines[1].quantity, 10);
	ck_assert_uint_eq(lines[1].rule, 1);
	ck_assert_int_eq(lines[2].quantity, 10);
	ck_assert_uint_eq(lines[2].rule, 0);
	assert_money(charge.total, "45");
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(a_graduated_price_without_one_below_is_unpriced)
{
	struct batch batch = batch_of("\"rules\": [" RULE(
		"b", "\"input\"",
		"\"price\": \"2\", \"when\": {\"quantity\": \"meter\", \"above\": 10, \"mode\": \"graduated\"}") "]");

	ck_assert_int_eq(rate_count(batch.tariffs[0], IN, 25).status, JTN_E_UNPRICED);
	ck_assert_int_eq(rate_count(batch.tariffs[0], IN, 10).status, JTN_E_UNPRICED);
	jtn_book_free(batch.book);
}
END_TEST

/* A threshold on all input counts what was cached, and not what counters count. */
START_TEST(thresholds_on_sums_count_the_tokens_they_name)
{
	struct batch batch =
		batch_of("\"fallback\": {\"cache_read\": \"input\", \"cache_write_1h_video\": \"input\"}, \"rules\": ["
	             "{\"id\": \"tokens\", \"meters\": [\"input\", \"output\"], \"price\": \"0\"}, "
	             "{\"id\": \"calls\", \"meters\": [\"requests\"], \"price\": \"0\"}, "
	             "{\"id\": \"images\", \"meters\": [\"input_images\"], \"price\": \"0\"}, "
	             "{\"id\": \"b\", \"meters\": [\"requests\"], \"price\": \"1\", "
	             "\"when\": {\"quantity\": \"all_input\", \"above\": 9}}, "
	             "{\"id\": \"c\", \"meters\": [\"input_images\"], \"price\": \"1\", "
	             "\"when\": {\"quantity\": \"total\", \"above\": 9}}]");
	const struct jtn_count input[] = {{3, IN, 0}, {3, JTN_METER_CACHE_READ, 0}, {4, JTN_METER_CACHE_WRITE_1H_VIDEO, 0}};
	const struct jtn_count fewer[] = {{3, IN, 0}, {6, JTN_METER_CACHE_READ, 0}, {900, OUT, 0}};
	const struct jtn_count images[] = {{9, IN, 0}, {50, JTN_METER_INPUT_IMAGES, 0}};
	const struct jtn_count total[] = {{5, IN, 0}, {5, OUT, 0}, {50, JTN_METER_INPUT_IMAGES, 0}};

	assert_money(rate_at(batch.tariffs[0], 0, 0, input, 3).total, "1");
	assert_money(rate_at(batch.tariffs[0], 0, 0, fewer, 3).total, "0");
	assert_money(rate_at(batch.tariffs[0], 0, 0, images, 2).total, "0");
	assert_money(rate_at(batch.tariffs[0], 0, 0, total, 3).total, "50");
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(sums_of_tokens_beyond_63_bits_are_an_overflow_where_a_threshold_needs_them)
{
	struct batch sums = batch_of("\"rules\": [" RULE("a", "\"input\", \"output\"", "\"price\": \"0\"") ", " RULE(
		"b", "\"input\"", "\"price\": \"0\", \"when\": {\"quantity\": \"total\", \"above\": 9}") "]");
	struct batch plain = batch_of("\"rules\": [" RULE("a", "\"input\", \"output\"", "\"price\": \"0\"") "]");
	const struct jtn_count counts[] = {{INT64_MAX, IN, 0}, {1, OUT, 0}};

	ck_assert_int_eq(rate_at(sums.tariffs[0], 0, 0, counts, 2).status, JTN_E_OVERFLOW);
	ck_assert_int_eq(rate_at(plain.tariffs[0], 0, 0, counts, 2).status, JTN_OK);
	jtn_book_free(sums.book);
	jtn_book_free(plain.book);
}
END_TEST

/* Saturday 22:00 to Monday 02:00 in Kathmandu, and Sunday's last hour and Monday's first in UTC. */
static const struct {
	const char *window;
	const char *at;
	int inside;
} moments[] = {
	{"\"weekdays\": [7], \"from\": \"23:00\", \"until\": \"01:00\"", "2026-11-22T22:59:59.999999999Z", 0},
	{"\"weekdays\": [7], \"from\": \"23:00\", \"until\": \"01:00\"", "2026-11-22T23:00:00Z", 1},
	{"\"weekdays\": [7], \"from\": \"23:00\", \"until\": \"01:00\"", "2026-11-22T23:59:59.999999999Z", 1},
	{"\"weekdays\": [7], \"from\": \"23:00\", \"until\": \"01:00\"", "2026-11-23T00:00:00Z", 1},
	{"\"weekdays\": [7], \"from\": \"23:00\", \"until\": \"01:00\"", "2026-11-23T00:59:59.999999999Z", 1},
	{"\"weekdays\": [7], \"from\": \"23:00\", \"until\": \"01:00\"", "2026-11-23T01:00:00Z", 0},
	{"\"weekdays\": [7], \"from\": \"23:00\", \"until\": \"01:00\"", "2026-11-24T00:30:00Z", 0},
	{"\"weekdays\": [1], \"from\": \"00:00\", \"until\": \"24:00\"", "1969-12-28T23:59:59.999999999Z", 0},
	{"\"weekdays\": [1], \"from\": \"00:00\", \"until\": \"24:00\"", "1969-12-29T00:00:00Z", 1},
	{"\"weekdays\": [1], \"from\": \"00:00\", \"until\": \"24:00\"", "1969-12-29T23:59:59.999999999Z", 1},
	{"\"weekdays\": [1], \"from\": \"00:00\", \"until\": \"24:00\"", "1969-12-30T00:00:00Z", 0},
	{"\"weekdays\": [3], \"from\": \"23:59\", \"until\": \"24:00\"", "1969-12-31T23:59:59.999999999Z", 1},
	{"\"weekdays\": [4], \"from\": \"00:00\", \"until\": \"00:01\"", "1970-01-01T00:00:00Z", 1},
	{"\"weekdays\": [4], \"from\": \"00:00\", \"until\": \"00:01\"", "1969-12-31T23:59:59.999999999Z", 0},
	{"\"weekdays\": [1], \"from\": \"00:00\", \"until\": \"24:00\"", "1677-12-31T00:00:00Z", -1},
	{"\"weekdays\": [6], \"from\": \"00:00\", \"until\": \"24:00\"", "1678-01-01T12:00:00Z", 1},
	{"\"utc_offset\": \"+05:45\", \"weekdays\": [1], \"from\": \"00:00\", \"until\": \"02:00\"", "2026-11-22T18:15:00Z",
     1},
	{"\"utc_offset\": \"+05:45\", \"weekdays\": [1], \"from\": \"00:00\", \"until\": \"02:00\"", "2026-11-22T18:14:59Z",
     0},
	{"\"utc_offset\": \"+05:45\", \"weekdays\": [1], \"from\": \"00:00\", \"until\": \"02:00\"", "2026-11-22T20:15:00Z",
     0},
	{"\"utc_offset\": \"-08:00\", \"weekdays\": [7], \"from\": \"20:00\", \"until\": \"08:00\"", "2026-11-23T03:59:59Z",
     0},
	{"\"utc_offset\": \"-08:00\", \"weekdays\": [7], \"from\": \"20:00\", \"until\": \"08:00\"", "2026-11-23T04:00:00Z",
     1},
	{"\"utc_offset\": \"-08:00\", \"weekdays\": [7], \"from\": \"20:00\", \"until\": \"08:00\"", "2026-11-23T15:59:59Z",
     1},
	{"\"utc_offset\": \"-08:00\", \"weekdays\": [7], \"from\": \"20:00\", \"until\": \"08:00\"", "2026-11-23T16:00:00Z",
     0},
	{"\"utc_offset\": \"+14:00\", \"weekdays\": [1], \"from\": \"00:00\", \"until\": \"24:00\"", "2026-11-22T10:00:00Z",
     1},
	{"\"utc_offset\": \"+14:00\", \"weekdays\": [1], \"from\": \"00:00\", \"until\": \"24:00\"", "2026-11-23T10:00:00Z",
     0},
	{"\"from\": \"00:00\", \"until\": \"24:00\"", "2026-11-23T10:00:00Z", 1},
};

START_TEST(a_weekly_window_holds_at_its_moments)
{
	char members[512];
	struct batch batch;
	struct jtn_count count = {1, IN, 0};
	struct jtn_charge charge;

	if (moments[_i].inside < 0) /* before what 63 bits can tell */
		return;
	snprintf(members, sizeof(members),
	         "\"rules\": [" RULE("a", "\"input\"", "\"price\": \"1\"") ", {\"id\": \"b\", \"meters\": [\"input\"], "
	                                                                   "\"price\": \"2\", \"window\": {%s}}]",
	         moments[_i].window);
	batch = batch_of(members);
	charge = rate_at(batch.tariffs[0], instant(moments[_i].at), 0, &count, 1);
	assert_money(charge.total, moments[_i].inside ? "2" : "1");
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(a_window_holds_at_the_ends_of_time)
{
	struct batch batch = batch_of("\"rules\": [" RULE(
		"b", "\"input\"", "\"price\": \"2\", \"window\": {\"from\": \"00:00\", \"until\": \"24:00\"}") "]");
	struct jtn_count count = {1, IN, 0};

	assert_money(rate_at(batch.tariffs[0], INT64_MIN, 0, &count, 1).total, "2");
	assert_money(rate_at(batch.tariffs[0], INT64_MAX, 0, &count, 1).total, "2");
	jtn_book_free(batch.book);
}
END_TEST

/* For ever ends one nanosecond before the last instant: until is exclusive, also where nobody wrote it. */
START_TEST(a_price_that_is_always_valid_is_valid_at_the_first_instant)
{
	struct batch batch = batch_of(SIMPLE);
	struct jtn_count count = {1000000, IN, 0};

	assert_money(rate_at(batch.tariffs[0], INT64_MIN, 0, &count, 1).total, "2.5");
	assert_money(rate_at(batch.tariffs[0], INT64_MAX, 0, &count, 1).total, "2.5");
	assert_money(rate_at(batch.tariffs[0], INT64_MAX - 1, JTN_TIER_BATCH, &count, 1).total, "2.5");
	assert_money(rate_at(batch.tariffs[0], INT64_MAX, JTN_TIER_BATCH, &count, 1).total, "2.5");
	jtn_book_free(batch.book);
}
END_TEST

/* amount * per + residue == quantity * price, to the last unit; the residue is at most half of per. */
static void
assert_line_is_exact(const struct jtn_line *line)
{
	jtn__int128 left = jtn__amount(line->amount) * line->per + line->residue;
	jtn__int128 right = jtn__amount(line->price) * line->quantity;

	ck_assert_int_gt(line->per, 0);
	ck_assert(left == right);
	ck_assert(line->residue <= line->per / 2 && line->residue >= -(line->per / 2));
	ck_assert_int_eq(line->residue != 0, (line->flags & JTN_CHARGE_ROUNDED) != 0);
}

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

START_TEST(lines_sum_to_the_total_and_their_residues_are_exact)
{
	struct batch
		batch =
			batch_of(
				"\"fallback\": {\"reasoning\": \"output\"}, \"rules\": [" RULE("a", "\"input\"", "\"price\": \"7.499999999999999e-08\"") ", " RULE(
					"b", "\"input\"",
					"\"price\": \"0.017\", \"per\": 60, \"when\": {\"quantity\": \"meter\", \"above\": 500, \"mode\": "
	                "\"graduated\"}") ", " RULE("c", "\"output\"",
	                                            "\"price\": \"1e-19\"") ", " RULE("d", "\"cache_read\"",
	                                                                              "\"price\": \"2.5\", \"per\": "
	                                                                              "999999999999") ", " RULE("e",
	                                                                                                        "\"seconds"
	                                                                                                        "\"",
	                                                                                                        "\"price\":"
	                                                                                                        " \"0.01\","
	                                                                                                        " \"per\": "
	                                                                                                        "7") ","
	                                                                                                             " " RULE("f",
	                                                                                                                      "\"requests\"",
	                                                                                                                      "\"price\": \"0.01\"") "]");
	uint64_t state = 88172645463325252u;

	for (int i = 0; i < 2000; i++) {
		struct jtn_count counts[5] = {{0, IN, 0},
		                              {0, JTN_METER_REASONING, 0},
		                              {0, OUT, 0},
		                              {0, JTN_METER_CACHE_READ, 0},
		                              {0, JTN_METER_SECONDS, 0}};
		struct jtn_usage usage = {.count = 5, .tier = (uint32_t)(next_random(&state) % 3)};
		struct jtn_line lines[8];
		struct jtn_charge charge;
		struct jtn_charge batch_charge;
		jtn__int128 sum = 0;
		uint32_t flags = 0;
		size_t count;

		for (int j = 0; j < 5; j++)
			counts[j].quantity = (int64_t)(next_random(&state) % (UINT64_C(1) << (next_random(&state) % 41)));
		batch_charge = rate_at(batch.tariffs[0], 0, usage.tier, counts, 5);
		assert_ok(jtn_charge_lines(batch.tariffs[0], &usage, sizeof(usage), counts, 5, sizeof(*counts), lines,
		                           sizeof(*lines), 8, &count, &charge, &batch.err),
		          batch.err);
		for (size_t j = 0; j < count; j++) {
			assert_line_is_exact(&lines[j]);
			ck_assert_uint_eq(lines[j].tier, usage.tier);
			ck_assert_uint_eq(lines[j].step, 0);
			flags |= lines[j].flags;
			sum += jtn__amount(lines[j].amount);
		}
		ck_assert(sum == jtn__amount(charge.total));
		ck_assert_mem_eq(&charge, &batch_charge, sizeof(charge));
		ck_assert_uint_eq(charge.flags, flags);
		ck_assert_uint_eq(charge.lines, count);
	}
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(halves_are_rounded_to_even)
{
	struct batch batch = batch_of("\"rules\": [" RULE("a", "\"input\"", "\"price\": \"0.5e-18\"") "]");

	assert_money(rate_count(batch.tariffs[0], IN, 1).total, "0");
	assert_money(rate_count(batch.tariffs[0], IN, 2).total, "0.000000000000000001");
	assert_money(rate_count(batch.tariffs[0], IN, 3).total, "0.000000000000000002");
	assert_money(rate_count(batch.tariffs[0], IN, 5).total, "0.000000000000000002");
	ck_assert_uint_eq(rate_count(batch.tariffs[0], IN, 1).flags, JTN_CHARGE_ROUNDED);
	ck_assert_uint_eq(rate_count(batch.tariffs[0], IN, 2).flags, 0);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(lines_that_do_not_fit_are_counted_and_the_callers_left_alone)
{
	struct batch batch = batch_of(SIMPLE);
	struct jtn_usage usage = {.count = 2};
	const struct jtn_count counts[] = {{1, IN, 0}, {1, OUT, 0}};
	struct jtn_line lines[3], untouched[3];
	struct jtn_charge charge = {.lines = 77};
	size_t count = 77;

	memset(lines, 0x5a, sizeof(lines));
	memcpy(untouched, lines, sizeof(lines));
	assert_fails(jtn_charge_lines(batch.tariffs[0], &usage, sizeof(usage), counts, 2, sizeof(*counts), NULL,
	                              sizeof(*lines), 0, &count, &charge, &batch.err),
	             JTN_E_SPACE, batch.err, "capacity");
	ck_assert_uint_eq(count, 2);
	count = 77;
	assert_status(jtn_charge_lines(batch.tariffs[0], &usage, sizeof(usage), counts, 2, sizeof(*counts), lines,
	                               sizeof(*lines), 1, &count, &charge, NULL),
	              JTN_E_SPACE);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(charge.lines, 77);
	ck_assert_mem_eq(lines, untouched, sizeof(lines));
	assert_ok(jtn_charge_lines(batch.tariffs[0], &usage, sizeof(usage), counts, 2, sizeof(*counts), lines,
	                           sizeof(*lines), 2, &count, &charge, &batch.err),
	          batch.err);
	ck_assert_mem_eq(&lines[2], &untouched[2], sizeof(lines[2]));
	ck_assert_uint_eq(charge.lines, 2);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(lines_check_their_arguments)
{
	struct batch batch = batch_of(SIMPLE);
	struct jtn_usage usage = {.count = 1, .tariff = 12345};
	const struct jtn_count counts[] = {{1, IN, 0}};
	struct jtn_line line;
	struct jtn_charge charge;
	size_t count;
	const size_t u = sizeof(usage), c = sizeof(*counts), l = sizeof(line);
	const struct jtn_tariff *t = batch.tariffs[0];

	assert_fails(jtn_charge_lines(NULL, &usage, u, counts, 1, c, &line, l, 1, &count, NULL, &batch.err), JTN_E_ARGUMENT,
	             batch.err, "tariff");
	assert_fails(jtn_charge_lines(t, NULL, u, counts, 1, c, &line, l, 1, &count, NULL, &batch.err), JTN_E_ARGUMENT,
	             batch.err, "usage");
	assert_fails(jtn_charge_lines(t, &usage, u, NULL, 1, c, &line, l, 1, &count, NULL, &batch.err), JTN_E_ARGUMENT,
	             batch.err, "counts");
	assert_fails(jtn_charge_lines(t, &usage, u, counts, 1, c, NULL, l, 1, &count, NULL, &batch.err), JTN_E_ARGUMENT,
	             batch.err, "ret");
	assert_fails(jtn_charge_lines(t, &usage, u, counts, 1, c, &line, l, 1, NULL, NULL, &batch.err), JTN_E_ARGUMENT,
	             batch.err, "retcount");
	assert_fails(jtn_charge_lines(t, &usage, u, counts, 1, c, &line, l - 8, 1, &count, NULL, &batch.err), JTN_E_ABI,
	             batch.err, "ret");
	assert_fails(jtn_charge_lines(t, &usage, u - 8, counts, 1, c, &line, l, 1, &count, NULL, &batch.err), JTN_E_ABI,
	             batch.err, "usage");
	assert_fails(jtn_charge_lines(t, &usage, u, counts, 1, c + 4, &line, l, 1, &count, NULL, &batch.err), JTN_E_ABI,
	             batch.err, "counts");
	assert_ok(jtn_charge_lines(t, &usage, u, counts, 1, c, &line, l, 1, &count, &charge, &batch.err), batch.err);
	ck_assert_uint_eq(charge.tariff, 12345);
	jtn_book_free(batch.book);
}
END_TEST

START_TEST(an_amount_is_exact_up_to_the_last_unit_and_no_further)
{
	/* 2^63 - 1 of it is the most that money holds, cut; one unit more in the price is too much. */
	struct batch most = batch_of("\"rules\": [" RULE("a", "\"input\"", "\"price\": \"10.842021724855044341\"") "]");
	struct batch more = batch_of("\"rules\": [" RULE("a", "\"input\"", "\"price\": \"10.842021724855044342\"") "]");
	struct batch whole = batch_of("\"rules\": [" RULE("a", "\"input\"", "\"price\": \"" MONEY_MOST "\"") "]");
	struct batch split =
		batch_of("\"rules\": [" RULE("a", "\"input\"", "\"price\": \"" MONEY_MOST "\", \"per\": 1000000000000") "]");

	ck_assert_int_eq(rate_count(most.tariffs[0], IN, INT64_MAX).status, JTN_OK);
	assert_money(rate_count(most.tariffs[0], IN, INT64_MAX).total, "99999999999999999997.693950760599058187");
	ck_assert_int_eq(rate_count(more.tariffs[0], IN, INT64_MAX).status, JTN_E_OVERFLOW);
	assert_money(rate_count(whole.tariffs[0], IN, 1).total, MONEY_MOST);
	ck_assert_int_eq(rate_count(whole.tariffs[0], IN, 2).status, JTN_E_OVERFLOW);
	ck_assert_int_eq(rate_count(whole.tariffs[0], IN, INT64_MAX).status, JTN_E_OVERFLOW);
	assert_money(rate_count(split.tariffs[0], IN, INT64_C(1000000000000)).total, MONEY_MOST);
	ck_assert_int_eq(rate_count(split.tariffs[0], IN, INT64_C(1000000000001)).status, JTN_E_OVERFLOW);
	ck_assert_int_eq(rate_count(split.tariffs[0], IN, INT64_MAX).status, JTN_E_OVERFLOW);
	assert_money(rate_count(split.tariffs[0], IN, 1).total, "100000000");
	jtn_book_free(most.book);
	jtn_book_free(more.book);
	jtn_book_free(whole.book);
	jtn_book_free(split.book);
}
END_TEST

START_TEST(a_total_beyond_what_money_holds_is_an_overflow)
{
	struct batch batch = batch_of("\"rules\": [" RULE("a", "\"input\"", "\"price\": \"" MONEY_MOST "\"") ", " RULE(
		"b", "\"output\"", "\"price\": \"0.000000000000000001\"") ", " RULE("c", "\"cache_read\"",
	                                                                        "\"price\": \"" MONEY_MOST "\"") "]");
	const struct jtn_count exact[] = {{1, IN, 0}, {0, OUT, 0}}, one_more[] = {{1, IN, 0}, {1, OUT, 0}},
						   twice[] = {{1, IN, 0}, {1, JTN_METER_CACHE_READ, 0}};

	for (uint32_t tier = 0; tier < 2; tier++) { /* the short way and the long one */
		assert_money(rate_at(batch.tariffs[0], 0, tier, exact, 2).total, MONEY_MOST);
		ck_assert_int_eq(rate_at(batch.tariffs[0], 0, tier, one_more, 2).status, JTN_E_OVERFLOW);
		ck_assert_int_eq(rate_at(batch.tariffs[0], 0, tier, twice, 2).status, JTN_E_OVERFLOW);
	}
	jtn_book_free(batch.book);
}
END_TEST

/* jtn__part_of_amount() at every sign, against the definition. */
START_TEST(a_part_of_an_amount_is_rounded_half_even_at_every_sign)
{
	static const int64_t amounts[] = {0, 1, 2, 3, 5, 7, 999, 1000000007, INT64_MAX};
	static const int64_t parts[] = {0, 1, 3, 499, 500, 501, 1000, INT64_MAX};
	static const int64_t wholes[] = {1, 2, 3, 1000, 1000000000, INT64_MAX};

	for (size_t a = 0; a < COUNT(amounts); a++)
		for (size_t p = 0; p < COUNT(parts); p++)
			for (size_t w = 0; w < COUNT(wholes); w++)
				for (int sign = 0; sign < 4; sign++) {
					jtn__int128 amount = sign & 1 ? -(jtn__int128)amounts[a] : amounts[a], got;
					int64_t part = sign & 2 ? -parts[p] : parts[p], residue;

					ck_assert(jtn__part_of_amount(amount, part, wholes[w], &got, &residue));
					ck_assert(got * wholes[w] + residue == amount * part);
					ck_assert((jtn__int128)residue * 2 <= wholes[w] &&
					          (jtn__int128)residue * 2 >= -(jtn__int128)wholes[w]);
					if ((jtn__int128)residue * 2 == wholes[w] || (jtn__int128)residue * 2 == -(jtn__int128)wholes[w])
						ck_assert(got % 2 == 0);
				}
}
END_TEST

/* The library's allocator is not asked: a book that may allocate nothing more still rates. */
START_TEST(a_batch_allocates_nothing)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	char *text = tariff_text(GRADUATED);
	struct jtn_book *book = NULL;
	struct jtn_error err;
	size_t made;

	assert_ok(jtn_book_parse(text, strlen(text), NULL, &allocator, &book, &err), err);
	made = counter.made;
	counter.fail = made + 1;
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(rate_count(jtn_book_tariff(book, 0), IN, 50 + i).status, JTN_OK);
	ck_assert_uint_eq(counter.made, made);
	jtn_book_free(book);
	ck_assert_uint_eq(counter.live, 0);
	free(text);
}
END_TEST

/* Each meter's price alone, so that none is taken for another's. */
START_TEST(every_meter_has_its_own_price)
{
	char members[12000];
	size_t used = (size_t)sprintf(members, "\"rules\": [");
	struct batch batch;

	for (uint32_t meter = 1; meter <= jtn_meter_count(); meter++)
		used += (size_t)sprintf(members + used, "%s{\"id\": \"r%u\", \"meters\": [\"%s\"], \"price\": %u}",
		                        meter > 1 ? ", " : "", meter, jtn_meter_name(meter), meter);
	sprintf(members + used, "]");
	batch = batch_of(members);
	for (uint32_t meter = 1; meter <= jtn_meter_count(); meter++) {
		struct jtn_count counts[2] = {{meter >= JTN_METER_SECONDS ? 1000000 : 1, meter, 0}, {0, JTN_METER_REQUESTS, 0}};
		char text[8];

		snprintf(text, sizeof(text), "%u", meter);
		assert_money(rate_at(batch.tariffs[0], 0, 0, counts, meter == JTN_METER_REQUESTS ? 1 : 2).total, text);
	}
	jtn_book_free(batch.book);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rate");
	TCase *tests = tcase_create("rate");

	tcase_add_loop_test(tests, a_bad_row_is_named_and_the_rest_still_rated, 0, (int)COUNT(bad_rows));
	tcase_add_loop_test(tests, lines_fail_as_their_row_does, 0, (int)COUNT(bad_rows));
	tcase_add_test(tests, the_first_bad_row_is_the_one_that_the_error_is_about);
	tcase_add_test(tests, a_tariff_that_is_null_fails_its_rows_only);
	tcase_add_test(tests, a_call_that_fails_touches_nothing);
	tcase_add_test(tests, larger_records_with_zeros_behind_are_rated_as_their_own_size);
	tcase_add_test(tests, larger_records_with_something_behind_are_not_rated_in_silence);
	tcase_add_test(tests, rows_of_a_batch_share_counts_and_may_have_none);
	tcase_add_test(tests, a_meter_that_is_there_twice_is_one_meter);
	tcase_add_test(tests, a_count_of_nothing_needs_no_price);
	tcase_add_test(tests, one_request_is_implied_where_nothing_is_said_of_requests);
	tcase_add_test(tests, an_implied_request_without_a_price_then_is_no_error);
	tcase_add_test(tests, a_tier_without_a_price_of_its_own_says_so);
	tcase_add_loop_test(tests, a_threshold_is_passed_where_it_says, 0, (int)COUNT(thresholds));
	tcase_add_test(tests, graduated_steps_are_a_line_each);
	tcase_add_test(tests, a_graduated_price_without_one_below_is_unpriced);
	tcase_add_test(tests, thresholds_on_sums_count_the_tokens_they_name);
	tcase_add_test(tests, sums_of_tokens_beyond_63_bits_are_an_overflow_where_a_threshold_needs_them);
	tcase_add_loop_test(tests, a_weekly_window_holds_at_its_moments, 0, (int)COUNT(moments));
	tcase_add_test(tests, a_window_holds_at_the_ends_of_time);
	tcase_add_test(tests, a_price_that_is_always_valid_is_valid_at_the_first_instant);
	tcase_add_test(tests, lines_sum_to_the_total_and_their_residues_are_exact);
	tcase_add_test(tests, halves_are_rounded_to_even);
	tcase_add_test(tests, lines_that_do_not_fit_are_counted_and_the_callers_left_alone);
	tcase_add_test(tests, lines_check_their_arguments);
	tcase_add_test(tests, an_amount_is_exact_up_to_the_last_unit_and_no_further);
	tcase_add_test(tests, a_total_beyond_what_money_holds_is_an_overflow);
	tcase_add_test(tests, a_part_of_an_amount_is_rounded_half_even_at_every_sign);
	tcase_add_test(tests, a_batch_allocates_nothing);
	tcase_add_test(tests, every_meter_has_its_own_price);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
