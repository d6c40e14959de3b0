/*
 * Settling: however a period is cut, its parts add up to the same; entries apply in their order whatever the book's; and
 * sums of money at the ends of their type. What each model comes to, case by case, is in vectors/settle.vec.
 */
#include "tariff.h"

#include "base/amount.h"

#define REQ JTN_METER_REQUESTS
#define LINES_MOST 16

struct settled {
	jtn_status status;
	struct jtn_line lines[LINES_MOST];
	size_t count;
	struct jtn_money total;
	struct jtn_error err;
};

static struct jtn_period
period_of(const struct jtn_count *prior, const struct jtn_count *now, int32_t final)
{
	struct jtn_period period = {.size = sizeof(period), .final = final};

	period.prior = prior;
	period.prior_count = prior != NULL;
	period.now = now;
	period.now_count = now != NULL;
	return period;
}

static struct settled
settle(const struct jtn_book *book, struct jtn_period period)
{
	struct settled ret;

	memset(&ret, 0, sizeof(ret));
	ret.status = jtn_settle(jtn_book_tariff(book, 0), &period, ret.lines, sizeof(*ret.lines), LINES_MOST, &ret.count,
	                        &ret.total, &ret.err);
	if (ret.status == JTN_OK) {
		jtn__int128 sum = 0;

		for (size_t i = 0; i < ret.count; i++) {
			const struct jtn_line *line = &ret.lines[i];

			ck_assert(line->flags & JTN_CHARGE_SETTLED);
			/* modulo 2^128, beyond which money at its ends goes */
			ck_assert((jtn__uint128)jtn__amount(line->amount) * (uint64_t)line->per + (jtn__uint128)line->residue ==
			          (jtn__uint128)jtn__amount(line->price) * (jtn__uint128)line->quantity);
			sum += jtn__amount(line->amount);
		}
		ck_assert(sum == jtn__amount(ret.total));
	}
	return ret;
}

/* One meter's quantities, nothing else. */
static struct settled
settle_requests(const struct jtn_book *book, int64_t before, int64_t now, int32_t final)
{
	struct jtn_count prior = {.quantity = before, .meter = REQ}, more = {.quantity = now, .meter = REQ};

	return settle(book, period_of(before ? &prior : NULL, &more, final));
}

#define OK(settled) assert_ok((settled).status, (settled).err)

/* The models that price as they go: their parts add up, cut anywhere. */
static const char *const running[] = {
	"{\"id\": \"s\", \"model\": \"graduated\", \"meters\": [\"requests\"], \"tiers\": [{\"up_to\": 7, \"price\": "
	"\"0.1\", "
	"\"per\": 3, \"flat\": \"1\"}, {\"up_to\": 8, \"flat\": \"2\"}, {\"up_to\": 20, \"price\": \"1e-19\"}, {\"price\": "
	"\"0.07\", \"flat\": \"5\"}]}",
	"{\"id\": \"s\", \"model\": \"package\", \"meters\": [\"requests\"], \"quantity\": 4, \"free\": 3, \"price\": "
	"\"0.5\"}",
	"{\"id\": \"s\", \"model\": \"package\", \"meters\": [\"requests\"], \"quantity\": 1, \"price\": \"1\", \"per\": "
	"7}",
	"{\"id\": \"s\", \"model\": \"subscription\", \"meters\": [\"requests\"], \"fee\": 9, \"allowance\": 6, \"price\": "
	"\"1\", "
	"\"per\": 7}",
	"{\"id\": \"s\", \"model\": \"provisioned\", \"meters\": [\"requests\"], \"quantity\": 25, \"price\": \"1\", "
	"\"per\": 3}",
	"{\"id\": \"s\", \"model\": \"volume\", \"meters\": [\"requests\"], \"tiers\": [{\"up_to\": 10, \"price\": \"3\"}, "
	"{\"price\": \"2\", \"flat\": \"1\"}]}",
	"{\"id\": \"s\", \"model\": \"minimum\", \"amount\": 40}, {\"id\": \"t\", \"model\": \"graduated\", \"meters\": "
	"[\"requests\"], \"tiers\": [{\"price\": 1}]}",
	"{\"id\": \"s\", \"model\": \"maximum\", \"amount\": 20}, {\"id\": \"t\", \"model\": \"graduated\", \"meters\": "
	"[\"requests\"], \"tiers\": [{\"price\": 1}]}",
	"{\"id\": \"s\", \"model\": \"commitment\", \"amount\": 31}, {\"id\": \"t\", \"model\": \"graduated\", \"meters\": "
	"[\"requests\"], \"tiers\": [{\"price\": 1}]}, {\"id\": \"u\", \"model\": \"percentage\", \"fraction\": \"0.25\"}",
};

static struct jtn_book *
settle_book(const char *entries)
{
	char members[4096];

	snprintf(members, sizeof(members), "\"settle\": [%s]", entries);
	return tariff_book(members);
}

/* Cut after `cut` and after `second`: three settlings come to what one does. */
static void
assert_telescopes(const struct jtn_book *book, int64_t all, int64_t cut, int64_t second)
{
	struct settled once = settle_requests(book, 0, all, 1);
	const int64_t ends[] = {0, cut, second, all};
	jtn__int128 spent = 0;

	OK(once);
	for (int i = 0; i < 3; i++) {
		struct jtn_count prior = {.quantity = ends[i], .meter = REQ}, now = {ends[i + 1] - ends[i], REQ, 0};
		struct jtn_period period = period_of(i ? &prior : NULL, &now, i == 2);
		struct settled part;

		period.prior_spend = jtn__money(spent);
		part = settle(book, period);
		OK(part);
		spent += jtn__amount(part.total);
	}
	ck_assert_msg(spent == jtn__amount(once.total), "%lld, cut at %lld and %lld", (long long)all, (long long)cut,
	              (long long)second);
}

START_TEST(the_parts_of_a_period_add_up_to_the_whole)
{
	struct jtn_book *book = settle_book(running[_i]);

	for (int64_t all = 0; all <= 30; all++)
		for (int64_t cut = 0; cut <= all; cut++)
			for (int64_t second = cut; second <= all; second += 3)
				assert_telescopes(book, all, cut, second);
	jtn_book_free(book);
}
END_TEST

START_TEST(what_falls_due_at_the_end_does_so_then_only)
{
	static const struct {
		const char *entry;
		const char *interim, *final;
	} cases[] = {
		{"{\"id\": \"s\", \"model\": \"minimum\", \"amount\": 40}", "0", "40"},
		{"{\"id\": \"s\", \"model\": \"commitment\", \"amount\": 40}", "0", "40"},
		{"{\"id\": \"s\", \"model\": \"maximum\", \"amount\": 40}", "0", "0"},
		{"{\"id\": \"s\", \"model\": \"volume\", \"meters\": [\"requests\"], \"tiers\": [{\"price\": 2}]}", "0", "20"},
		{"{\"id\": \"s\", \"model\": \"provisioned\", \"meters\": [\"requests\"], \"quantity\": 12, \"price\": 2}",
	     "20", "24"},
		{"{\"id\": \"s\", \"model\": \"graduated\", \"meters\": [\"requests\"], \"tiers\": [{\"price\": 2}]}", "20",
	     "20"},
		{"{\"id\": \"s\", \"model\": \"package\", \"meters\": [\"requests\"], \"quantity\": 3, \"price\": 2}", "8",
	     "8"},
		{"{\"id\": \"s\", \"model\": \"subscription\", \"meters\": [\"requests\"], \"fee\": 3, \"allowance\": 4, "
	     "\"price\": 2}",
	     "12", "15"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jtn_book *book = settle_book(cases[i].entry);

		assert_money(settle_requests(book, 0, 10, 0).total, cases[i].interim);
		assert_money(settle_requests(book, 0, 10, 1).total, cases[i].final);
		jtn_book_free(book);
	}
}
END_TEST

#define GRADUATED "{\"id\": \"g\", \"model\": \"graduated\", \"meters\": [\"requests\"], \"tiers\": [{\"price\": 10}]}"
#define PERCENT "{\"id\": \"p\", \"model\": \"percentage\", \"fraction\": \"0.2\"}"
#define COMMITTED "{\"id\": \"c\", \"model\": \"commitment\", \"amount\": 50}"
#define MOST "{\"id\": \"m\", \"model\": \"maximum\", \"amount\": 45}"
#define LEAST "{\"id\": \"l\", \"model\": \"minimum\", \"amount\": 47}"

/* 50 of usage, a fifth off: 40; committed to 50: 10 more; capped at 45: 5 back; at least 47: 2 more. */
START_TEST(entries_apply_in_their_order_whatever_the_books)
{
	static const char *const entries[] = {GRADUATED, PERCENT, COMMITTED, MOST, LEAST};
	static const char *const amounts[] = {"50", "-10", "10", "-5", "2"};
	static const char ids[] = "gpcml";
	int places[5];

	for (places[0] = 0; places[0] < 5; places[0]++)
		for (places[1] = 0; places[1] < 5; places[1]++)
			for (places[2] = 0; places[2] < 5; places[2]++)
				for (places[3] = 0; places[3] < 5; places[3]++) {
					char text[2048] = "";
					int used = 0, seen = 0;
					struct jtn_book *book;
					struct settled settled;

					for (int i = 0; i < 4; i++)
						seen |= 1 << places[i];
					if (__builtin_popcount((unsigned)seen) != 4)
						continue;
					places[4] = __builtin_ctz(~(unsigned)seen);
					for (int i = 0; i < 5; i++)
						used += snprintf(text + used, sizeof(text) - (size_t)used, "%s%s", i ? ", " : "",
						                 entries[places[i]]);
					book = settle_book(text);
					settled = settle_requests(book, 0, 5, 1);
					OK(settled);
					ck_assert_uint_eq(settled.count, 5);
					for (uint32_t i = 0; i < 5; i++) {
						struct jtn_rule_facts facts = {.size = sizeof(facts)};

						assert_money(settled.lines[i].amount, amounts[i]);
						assert_status(jtn_tariff_read_rule(jtn_book_tariff(book, 0), settled.lines[i].rule, &facts),
						              JTN_OK);
						ck_assert_int_eq(facts.id[0], ids[i]);
					}
					assert_money(settled.total, "47");
					jtn_book_free(book);
				}
}
END_TEST

START_TEST(the_rules_of_settled_lines_come_behind_those_of_events)
{
	struct jtn_book *book =
		tariff_book("\"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": 1}], \"settle\": "
	                "[" LEAST ", " GRADUATED "]");
	struct settled settled = settle_requests(book, 0, 1, 1);

	OK(settled);
	ck_assert_uint_eq(settled.count, 2);
	ck_assert_uint_eq(settled.lines[0].rule, 2);
	ck_assert_uint_eq(settled.lines[0].meter, REQ);
	ck_assert_uint_eq(settled.lines[0].step, 1);
	ck_assert_uint_eq(settled.lines[1].rule, 1);
	ck_assert_uint_eq(settled.lines[1].meter, 0);
	ck_assert_uint_eq(settled.lines[1].step, 0);
	jtn_book_free(book);
}
END_TEST

START_TEST(steps_are_numbered_and_their_flat_fees_fall_due_once)
{
	struct jtn_book *book =
		settle_book("{\"id\": \"g\", \"model\": \"graduated\", \"meters\": [\"requests\"], \"tiers\": ["
	                "{\"up_to\": 10, \"price\": 1, \"flat\": 100}, {\"price\": 2, \"flat\": 200}]}");
	struct settled first = settle_requests(book, 0, 10, 0), next = settle_requests(book, 10, 1, 0),
				   last = settle_requests(book, 11, 1, 1), both = settle_requests(book, 9, 2, 1);

	assert_money(first.total, "110");
	ck_assert_uint_eq(first.lines[0].step, 1);
	ck_assert_uint_eq(first.lines[1].step, 1);
	assert_money(next.total, "202");
	ck_assert_uint_eq(next.lines[1].step, 2);
	assert_money(last.total, "2");
	assert_money(both.total, "203");
	assert_money(settle_requests(book, 0, 0, 1).total, "0");
	jtn_book_free(book);
}
END_TEST

START_TEST(several_meters_are_added_up)
{
	struct jtn_book *book = settle_book("{\"id\": \"p\", \"model\": \"package\", \"meters\": [\"input\", \"output\"], "
	                                    "\"quantity\": 10, \"price\": 1}");
	struct jtn_count prior[] = {{3, JTN_METER_INPUT, 0}, {99, JTN_METER_CACHE_READ, 0}};
	struct jtn_count now[] = {{5, JTN_METER_OUTPUT, 0}, {2, JTN_METER_INPUT, 0}, {1, JTN_METER_INPUT, 0}};
	struct jtn_period period = {.size = sizeof(period), .prior = prior, .prior_count = 2, .now = now, .now_count = 3};

	assert_money(settle(book, period).total, "1"); /* 11 begin the second */
	period.now_count = 2;
	assert_money(settle(book, period).total, "0");
	jtn_book_free(book);
}
END_TEST

START_TEST(an_entry_holds_while_it_is_valid)
{
	struct jtn_book *book =
		settle_book("{\"id\": \"l\", \"model\": \"minimum\", \"amount\": 5, \"from\": \"2026-01-01\", "
	                "\"until\": \"2026-02-01\"}");
	struct jtn_period period = {.size = sizeof(period), .final = 1};
	static const char *const inside[] = {"2026-01-01", "2026-01-31T23:59:59.999999999Z"};
	static const char *const outside[] = {"2025-12-31T23:59:59.999999999Z", "2026-02-01"};

	for (int i = 0; i < 2; i++) {
		period.time_ns = instant(inside[i]);
		assert_money(settle(book, period).total, "5");
		period.time_ns = instant(outside[i]);
		assert_money(settle(book, period).total, "0");
	}
	jtn_book_free(book);
	book = settle_book(LEAST);
	period.time_ns = INT64_MAX;
	assert_money(settle(book, period).total, "47");
	period.time_ns = INT64_MIN;
	assert_money(settle(book, period).total, "47");
	jtn_book_free(book);
}
END_TEST

START_TEST(a_fee_is_due_once_with_the_last_settling)
{
	struct jtn_book *book = settle_book("{\"id\": \"s\", \"model\": \"subscription\", \"meters\": [\"requests\"], "
	                                    "\"fee\": 3, \"price\": 0}");
	struct jtn_period period = {.size = sizeof(period)};

	assert_money(settle(book, period).total, "0");
	period.final = 1;
	assert_money(settle(book, period).total, "3"); /* with no usage at all, too */
	period.prior_spend = money("3");
	assert_money(settle(book, period).total, "3");
	jtn_book_free(book);
}
END_TEST

START_TEST(a_percentage_is_of_what_is_charged_now)
{
	struct jtn_book *book = settle_book(PERCENT);
	struct jtn_period period = {.size = sizeof(period), .prior_spend = money("1000"), .now_spend = money("50")};
	struct settled settled = settle(book, period);

	assert_money(settled.total, "-10");
	assert_money(settled.lines[0].price, "50");
	ck_assert_int_eq(settled.lines[0].quantity, -200000000);
	ck_assert_int_eq(settled.lines[0].per, 1000000000);
	period.now_spend = money("0.000000000000000001");
	settled = settle(book, period);
	ck_assert_uint_eq(settled.count, 0); /* a fifth of one unit rounds to nothing */
	jtn_book_free(book);
}
END_TEST

START_TEST(quantities_that_cannot_be_are_refused)
{
	struct jtn_book *book = settle_book(GRADUATED);
	static const struct {
		struct jtn_count count;
		jtn_status status;
	} bad[] = {
		{{-1, REQ, 0}, JTN_E_RANGE},  {{INT64_MIN, REQ, 0}, JTN_E_RANGE},   {{1, 0, 0}, JTN_E_ARGUMENT},
		{{1, 83, 0}, JTN_E_ARGUMENT}, {{1, UINT32_MAX, 0}, JTN_E_ARGUMENT}, {{-1, JTN_METER_INPUT, 0}, JTN_E_RANGE},
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct settled prior = settle(book, period_of(&bad[i].count, NULL, 1));
		struct settled now = settle(book, period_of(NULL, &bad[i].count, 1));

		assert_status(prior.status, bad[i].status);
		assert_status(now.status, bad[i].status);
		ck_assert_str_ne(now.err.message, "");
		assert_money(now.total, "0");
	}
	assert_status(settle_requests(book, INT64_MAX, 1, 0).status, JTN_E_OVERFLOW);
	assert_status(settle_requests(book, 1, INT64_MAX, 0).status, JTN_E_OVERFLOW);
	assert_money(settle_requests(book, 0, INT64_MAX, 0).total, "92233720368547758070");
	jtn_book_free(book);
	book = settle_book(
		"{\"id\": \"g\", \"model\": \"graduated\", \"meters\": [\"requests\"], \"tiers\": [{\"price\": 11}]}");
	assert_fails(settle_requests(book, 0, INT64_MAX, 0).status, JTN_E_OVERFLOW,
	             settle_requests(book, 0, INT64_MAX, 0).err, "g");
	assert_status(settle_requests(book, INT64_MAX, 0, 0).status, JTN_OK); /* nothing is added */
	assert_status(settle_requests(book, INT64_MAX - 1, 1, 0).status, JTN_E_OVERFLOW);
	jtn_book_free(book);
}
END_TEST

#define ENDS "{\"id\": \"m\", \"model\": \"maximum\", \"amount\": \"" MONEY_MOST "\"}"

/* Each sum of two or three amounts at the ends of money: an amount, or an overflow, never a wrap. */
START_TEST(money_at_its_ends_is_added_or_refused)
{
	static const char *const entries[] = {
		ENDS,
		PERCENT,
		LEAST,
		COMMITTED,
		"{\"id\": \"l\", \"model\": \"minimum\", \"amount\": \"" MONEY_MOST "\"}",
		"{\"id\": \"g\", \"model\": \"graduated\", \"meters\": [\"requests\"], \"tiers\": "
		"[{\"flat\": \"" MONEY_MOST "\"}]}, " PERCENT ", " ENDS};
	static const char *const spends[] = {"0", "1", "-1", MONEY_MOST, "-" MONEY_MOST};

	for (size_t e = 0; e < COUNT(entries); e++) {
		struct jtn_book *book = settle_book(entries[e]);

		for (size_t p = 0; p < COUNT(spends); p++)
			for (size_t n = 0; n < COUNT(spends); n++) {
				struct jtn_count one = {1, REQ, 0};
				struct jtn_period period = period_of(NULL, &one, 1);
				struct settled settled;

				period.prior_spend = money(spends[p]);
				period.now_spend = money(spends[n]);
				settled = settle(book, period);
				ck_assert(settled.status == JTN_OK || settled.status == JTN_E_OVERFLOW);
				if (settled.status == JTN_OK)
					ck_assert(jtn__amount_fits(jtn__amount(settled.total)));
			}
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(a_spend_that_is_no_money_is_refused)
{
	struct jtn_book *book = settle_book(LEAST);
	struct jtn_period period = {.size = sizeof(period), .now_spend = {0, INT64_MIN}};

	assert_fails(settle(book, period).status, JTN_E_OVERFLOW, settle(book, period).err, "period");
	period.now_spend = money("0");
	period.prior_spend = (struct jtn_money){UINT64_MAX, INT64_MAX};
	assert_status(settle(book, period).status, JTN_E_OVERFLOW);
	jtn_book_free(book);
}
END_TEST

START_TEST(lines_that_do_not_fit_are_counted_and_nothing_is_touched)
{
	struct jtn_book *book = settle_book(GRADUATED ", " PERCENT ", " LEAST);
	struct jtn_count now = {1, REQ, 0};
	struct jtn_period period = period_of(NULL, &now, 1);
	struct jtn_line lines[3], untouched[3];
	struct jtn_money total = money("77");
	struct jtn_error err;
	size_t count;

	memset(lines, 0x5a, sizeof(lines));
	memcpy(untouched, lines, sizeof(lines));
	for (size_t capacity = 0; capacity < 3; capacity++) {
		count = 77;
		assert_fails(jtn_settle(jtn_book_tariff(book, 0), &period, capacity ? lines : NULL, sizeof(*lines), capacity,
		                        &count, &total, &err),
		             JTN_E_SPACE, err, "capacity");
		ck_assert_uint_eq(count, 3);
		assert_money(total, "77");
	}
	ck_assert_mem_eq(lines, untouched, sizeof(lines));
	assert_ok(jtn_settle(jtn_book_tariff(book, 0), &period, lines, sizeof(*lines), 3, &count, &total, &err), err);
	assert_money(total, "47");
	jtn_book_free(book);
}
END_TEST

START_TEST(lines_come_in_the_callers_size)
{
	struct {
		struct jtn_line line;
		uint64_t more;
	} lines[2] = {{.more = 5}, {.more = 5}};
	struct jtn_book *book = settle_book(GRADUATED ", " LEAST);
	struct jtn_count now = {1, REQ, 0};
	struct jtn_period period = period_of(NULL, &now, 1);
	struct jtn_money total;
	struct jtn_error err;
	size_t count;

	assert_ok(jtn_settle(jtn_book_tariff(book, 0), &period, &lines[0].line, sizeof(*lines), 2, &count, &total, &err),
	          err);
	assert_money(lines[1].line.amount, "37");
	ck_assert_uint_eq(lines[0].more, 0);
	ck_assert_uint_eq(lines[1].more, 0);
	jtn_book_free(book);
}
END_TEST

/* A third of a percent of what is not a multiple of it, in as many settlings as there are events, and in one. */
START_TEST(percentages_come_to_the_same_in_parts_and_in_any_order)
{
	static const char *const orders[] = {
		"{\"id\": \"a\", \"model\": \"percentage\", \"fraction\": \"0.003333333\"}, "
		"{\"id\": \"b\", \"model\": \"percentage\", \"fraction\": \"0.1\"}",
		"{\"id\": \"b\", \"model\": \"percentage\", \"fraction\": \"0.1\"}, "
		"{\"id\": \"a\", \"model\": \"percentage\", \"fraction\": \"0.003333333\"}",
	};
	static const char *const events[] = {"0.000000000000000017", "1.000000000000000001", "0.7", "0.000000000000000333"};
	struct jtn_money whole[2], parts[2];

	for (int i = 0; i < 2; i++) {
		struct jtn_book *book = settle_book(orders[i]);
		const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
		struct jtn_period period = {.size = sizeof(period)}, all = period;
		struct jtn_line lines[4];
		struct jtn_error err;
		size_t count;
		parts[i] = all.now_spend;
		for (size_t e = 0; e < sizeof(events) / sizeof(events[0]); e++) {
			struct jtn_money total;
			period.now_spend = money(events[e]);
			assert_ok(jtn_settle(tariff, &period, lines, sizeof(*lines), 4, &count, &total, &err), err);
			assert_status(jtn_money_add(parts[i], total, &parts[i], NULL), JTN_OK);
			assert_status(jtn_money_add(period.prior_spend, total, &period.prior_spend, NULL), JTN_OK);
			assert_status(jtn_money_add(period.prior_spend, period.now_spend, &period.prior_spend, NULL), JTN_OK);
			assert_status(jtn_money_add(period.prior_events, period.now_spend, &period.prior_events, NULL), JTN_OK);
			assert_status(jtn_money_add(all.now_spend, period.now_spend, &all.now_spend, NULL), JTN_OK);
		}
		assert_ok(jtn_settle(tariff, &all, lines, sizeof(*lines), 4, &count, &whole[i], &err), err);
		ck_assert_int_eq(jtn_money_compare(whole[i], parts[i]), 0);
		jtn_book_free(book);
	}
	ck_assert_int_eq(jtn_money_compare(whole[0], whole[1]), 0);
}
END_TEST

START_TEST(settling_checks_its_arguments)
{
	struct jtn_book *book = settle_book(LEAST);
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
	struct {
		struct jtn_period period;
		uint64_t more;
	} larger = {.period.size = sizeof(larger)};
	struct jtn_period period = {.size = sizeof(period)};
	struct jtn_line line;
	struct jtn_money total;
	struct jtn_error err;
	size_t count;

	assert_status(jtn_settle(NULL, &period, &line, sizeof(line), 1, &count, &total, &err), JTN_E_ARGUMENT);
	assert_status(jtn_settle(tariff, NULL, &line, sizeof(line), 1, &count, &total, &err), JTN_E_ARGUMENT);
	assert_status(jtn_settle(tariff, &period, NULL, sizeof(line), 1, &count, &total, &err), JTN_E_ARGUMENT);
	assert_status(jtn_settle(tariff, &period, &line, sizeof(line), 1, NULL, &total, &err), JTN_E_ARGUMENT);
	assert_status(jtn_settle(tariff, &period, &line, sizeof(line), 1, &count, NULL, &err), JTN_E_ARGUMENT);
	assert_status(jtn_settle(tariff, &period, &line, sizeof(line) - 1, 1, &count, &total, &err), JTN_E_ABI);
	assert_status(jtn_settle(tariff, &period, &line, sizeof(line) + 1, 1, &count, &total, &err), JTN_E_ABI);
	period.final = 7;
	assert_fails(jtn_settle(tariff, &period, &line, sizeof(line), 1, &count, &total, &err), JTN_E_ARGUMENT, err,
	             "final");
	period.final = 0;
	period.now = &(struct jtn_count){1, JTN_METER_INPUT, 1};
	period.now_count = 1;
	assert_fails(jtn_settle(tariff, &period, &line, sizeof(line), 1, &count, &total, &err), JTN_E_ABI, err, "reserved");
	period.now_count = 0;
	period.size = 64;
	assert_status(jtn_settle(tariff, &period, &line, sizeof(line), 1, &count, &total, &err), JTN_E_ABI);
	period.size = 0;
	assert_status(jtn_settle(tariff, &period, &line, sizeof(line), 1, &count, &total, NULL), JTN_E_ABI);
	period.size = sizeof(period);
	period.prior_count = 1;
	assert_fails(jtn_settle(tariff, &period, &line, sizeof(line), 1, &count, &total, &err), JTN_E_ARGUMENT, err,
	             "period");
	assert_ok(jtn_settle(tariff, &larger.period, &line, sizeof(line), 1, &count, &total, &err), err);
	larger.more = 1;
	assert_status(jtn_settle(tariff, &larger.period, &line, sizeof(line), 1, &count, &total, &err), JTN_E_ABI);
	jtn_book_free(book);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("settle");
	TCase *tests = tcase_create("settle");

	tcase_add_loop_test(tests, the_parts_of_a_period_add_up_to_the_whole, 0, (int)COUNT(running));
	tcase_add_test(tests, what_falls_due_at_the_end_does_so_then_only);
	tcase_add_test(tests, entries_apply_in_their_order_whatever_the_books);
	tcase_add_test(tests, the_rules_of_settled_lines_come_behind_those_of_events);
	tcase_add_test(tests, steps_are_numbered_and_their_flat_fees_fall_due_once);
	tcase_add_test(tests, several_meters_are_added_up);
	tcase_add_test(tests, an_entry_holds_while_it_is_valid);
	tcase_add_test(tests, a_fee_is_due_once_with_the_last_settling);
	tcase_add_test(tests, a_percentage_is_of_what_is_charged_now);
	tcase_add_test(tests, quantities_that_cannot_be_are_refused);
	tcase_add_test(tests, money_at_its_ends_is_added_or_refused);
	tcase_add_test(tests, a_spend_that_is_no_money_is_refused);
	tcase_add_test(tests, lines_that_do_not_fit_are_counted_and_nothing_is_touched);
	tcase_add_test(tests, lines_come_in_the_callers_size);
	tcase_add_test(tests, percentages_come_to_the_same_in_parts_and_in_any_order);
	tcase_add_test(tests, settling_checks_its_arguments);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
