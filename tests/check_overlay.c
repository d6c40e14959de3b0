/* Overlay: which entry of a customer's applies, what its rules do to the list's, and what it cannot be laid over. */
#include "tariff.h"

#define LIST                                                                                                         \
	"{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": ["                                                      \
	"{\"provider\": \"p\", \"model\": \"m\", \"rules\": [{\"id\": \"in\", \"meters\": [\"input\"], \"price\": 10}, " \
	"{\"id\": \"batch\", \"meters\": [\"input\"], \"price\": 5, \"tier\": [\"batch\"]}, "                            \
	"{\"id\": \"out\", \"meters\": [\"output\"], \"price\": 40}], \"fallback\": {\"reasoning\": \"output\"}, "       \
	"\"settle\": [{\"id\": \"least\", \"model\": \"minimum\", \"amount\": 3}]}, "                                    \
	"{\"provider\": \"p\", \"model\": \"m\", \"region\": \"eu\", \"rules\": [{\"id\": \"in\", \"meters\": "          \
	"[\"input\"], "                                                                                                  \
	"\"price\": 11}]}, "                                                                                             \
	"{\"provider\": \"q\", \"model\": \"n\", \"rules\": [{\"id\": \"in\", \"meters\": [\"input\"], \"price\": 20}]}]}"

struct laid {
	struct jtn_book *list, *overlay;
	struct jtn_tariff *tariff;
	struct jtn_error err;
};

/* The entries of an overlay in USD over tariff number `index` of the list. */
static jtn_status
lay(uint64_t index, const char *entries, struct laid *ret)
{
	char text[4096];

	memset(ret, 0, sizeof(*ret));
	snprintf(text, sizeof(text),
	         "{\"jeton_overlay\": 1, \"customer\": \"acme\", \"currency\": \"USD\", \"tariffs\": [%s]}", entries);
	ret->list = book_of(LIST);
	ret->overlay = book_of(text);
	return jtn_tariff_overlay(jtn_book_tariff(ret->list, index), ret->overlay, NULL, &ret->tariff, &ret->err);
}

static void
lift(struct laid *laid)
{
	jtn_tariff_free(laid->tariff);
	jtn_book_free(laid->overlay);
	jtn_book_free(laid->list);
}

#define PRICE(amount) "\"rules\": [{\"id\": \"r" #amount "\", \"meters\": [\"input\"], \"price\": " #amount "}]"
#define EVERY "{\"provider\": null, \"model\": null, " PRICE(1) "}"
#define PROVIDER "{\"provider\": \"p\", \"model\": null, " PRICE(2) "}"
#define REGION "{\"provider\": null, \"model\": null, \"region\": \"eu\", " PRICE(3) "}"
#define PROVIDER_REGION "{\"provider\": \"p\", \"model\": null, \"region\": \"eu\", " PRICE(4) "}"
#define MODEL "{\"provider\": null, \"model\": \"m\", " PRICE(5) "}"
#define PROVIDER_MODEL "{\"provider\": \"p\", \"model\": \"m\", " PRICE(6) "}"
#define MODEL_REGION "{\"provider\": null, \"model\": \"m\", \"region\": \"eu\", " PRICE(7) "}"
#define ALL_THREE "{\"provider\": \"p\", \"model\": \"m\", \"region\": \"eu\", " PRICE(8) "}"

/* Each entry is more specific than those before it: the last that there is applies, wherever it stands. */
START_TEST(the_most_specific_entry_applies_alone)
{
	static const char *const entries[] = {EVERY, PROVIDER,       REGION,       PROVIDER_REGION,
	                                      MODEL, PROVIDER_MODEL, MODEL_REGION, ALL_THREE};

	for (unsigned set = 1; set < 256; set++) {
		char text[4096] = "", expected[8];
		struct laid laid;
		int used = 0;

		for (int i = 0; i < 8; i++) { /* forwards and backwards */
			int which = set % 2 ? i : 7 - i;

			if (set >> which & 1)
				used += snprintf(text + used, sizeof(text) - (size_t)used, "%s%s", used ? ", " : "", entries[which]);
		}
		assert_ok(lay(1, text, &laid), laid.err);
		snprintf(expected, sizeof(expected), "%d", 32 - __builtin_clz(set));
		assert_money(rate_count(laid.tariff, JTN_METER_INPUT, 1).total, expected);
		lift(&laid);
	}
}
END_TEST

START_TEST(an_entry_for_something_else_does_not_apply)
{
	static const char *const others[] = {
		"{\"provider\": \"x\", \"model\": null, " PRICE(1) "}",
		"{\"provider\": null, \"model\": \"x\", " PRICE(1) "}",
		"{\"provider\": null, \"model\": null, \"region\": \"us\", " PRICE(1) "}",
		"{\"provider\": \"p\", \"model\": \"M\", " PRICE(1) "}",
		"{\"provider\": \"p\", \"model\": \"mm\", " PRICE(1) "}",
	};

	for (size_t i = 0; i < COUNT(others); i++)
		for (uint64_t index = 0; index < 2; index++) {
			struct jtn_tariff_facts facts = {.size = sizeof(facts)};
			struct laid laid;

			assert_ok(lay(index, others[i], &laid), laid.err);
			assert_money(rate_count(laid.tariff, JTN_METER_INPUT, 1).total, index ? "11" : "10");
			ck_assert_uint_eq(rate_count(laid.tariff, JTN_METER_INPUT, 1).flags, 0);
			assert_status(jtn_tariff_read_facts(laid.tariff, &facts), JTN_OK);
			ck_assert_ptr_null(facts.customer);
			ck_assert_uint_eq(strlen(facts.revision), 71);
			lift(&laid);
		}
}
END_TEST

START_TEST(the_facts_name_customer_and_both_revisions)
{
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	struct jtn_book_facts list = {.size = sizeof(list)}, overlay = {.size = sizeof(overlay)};
	char both[160];
	struct laid laid;

	assert_ok(lay(0, PROVIDER_MODEL, &laid), laid.err);
	assert_status(jtn_tariff_read_facts(laid.tariff, &facts), JTN_OK);
	assert_status(jtn_book_read_facts(laid.list, &list), JTN_OK);
	assert_status(jtn_book_read_facts(laid.overlay, &overlay), JTN_OK);
	snprintf(both, sizeof(both), "%s+%s", list.revision, overlay.revision);
	ck_assert_str_eq(facts.revision, both);
	ck_assert_str_eq(facts.customer, "acme");
	ck_assert_str_eq(overlay.customer, "acme");
	ck_assert_int_eq(overlay.format, JTN_BOOK_OVERLAY);
	ck_assert_str_eq(facts.provider, "p");
	ck_assert_str_eq(facts.model, "m");
	ck_assert_uint_eq(facts.rules, 5);
	lift(&laid);
}
END_TEST

START_TEST(the_layer_above_wins_whatever_the_conditions_where_it_matches)
{
	struct jtn_count count = {1, JTN_METER_INPUT, 0};
	struct laid laid;

	assert_ok(lay(0, PROVIDER_MODEL, &laid), laid.err);
	assert_money(rate_at(laid.tariff, 0, JTN_TIER_BATCH, &count, 1).total, "6");
	ck_assert_uint_eq(rate_at(laid.tariff, 0, JTN_TIER_STANDARD, &count, 1).flags, JTN_CHARGE_OVERLAY);
	assert_money(rate_count(laid.tariff, JTN_METER_OUTPUT, 1).total, "40");
	ck_assert_uint_eq(rate_count(laid.tariff, JTN_METER_OUTPUT, 1).flags, 0);
	assert_money(rate_count(laid.tariff, JTN_METER_REASONING, 1).total, "40");
	lift(&laid);
	assert_ok(
		lay(0,
	        "{\"provider\": \"p\", \"model\": \"m\", \"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": "
	        "7, \"from\": \"2026-01-01\"}]}",
	        &laid),
		laid.err);
	assert_money(rate_at(laid.tariff, 0, JTN_TIER_BATCH, &count, 1).total, "5");
	assert_money(rate_at(laid.tariff, instant("2026-01-01"), JTN_TIER_BATCH, &count, 1).total, "7");
	lift(&laid);
}
END_TEST

#define ADJUST(effect, meters, fraction) \
	"{\"id\": \"" effect "\", \"effect\": \"" effect "\", " meters "\"fraction\": \"" fraction "\"}"
#define ENTRY(rules) "{\"provider\": null, \"model\": null, \"rules\": [" rules "]}"

static const struct {
	const char *entry;
	uint32_t meter;
	const char *total;
	uint32_t lines;
} adjustments[] = {
	{ENTRY(ADJUST("markup", "", "0.1")), JTN_METER_INPUT, "11", 2},
	{ENTRY(ADJUST("markup", "", "0.1")), JTN_METER_REASONING, "44", 2},
	{ENTRY(ADJUST("markup", "", "1000")), JTN_METER_INPUT, "10010", 2},
	{ENTRY(ADJUST("discount", "", "0.25")), JTN_METER_INPUT, "7.5", 2},
	{ENTRY(ADJUST("discount", "", "1")), JTN_METER_INPUT, "0", 2},
	{ENTRY(ADJUST("discount", "", "0.000000001")), JTN_METER_INPUT, "9.99999999", 2},
	{ENTRY(ADJUST("discount", "\"meters\": [\"output\"], ", "0.5")), JTN_METER_INPUT, "10", 1},
	{ENTRY(ADJUST("discount", "\"meters\": [\"output\"], ", "0.5")), JTN_METER_REASONING, "20", 2},
	{ENTRY(ADJUST("discount", "\"meters\": [\"reasoning\"], ", "0.5")), JTN_METER_OUTPUT, "40", 1},
	{ENTRY(ADJUST("discount", "\"meters\": [\"output\"], ", "0.5") ", " ADJUST("markup",
                                                                               "\"meters\": [\"reasoning\"], ", "0.5")),
     JTN_METER_REASONING, "60", 2},
	{ENTRY(ADJUST("discount", "", "0.5") ", {\"id\": \"own\", \"meters\": [\"input\"], \"price\": 6}"), JTN_METER_INPUT,
     "3", 2},
};

START_TEST(a_markup_or_discount_is_a_line_of_its_own)
{
	struct jtn_count count = {1, adjustments[_i].meter, 0};
	struct jtn_usage usage = {.count = 1};
	struct jtn_line lines[4];
	struct jtn_charge charge;
	struct jtn_rule_facts facts = {.size = sizeof(facts)};
	struct laid laid;
	size_t lines_count;

	assert_ok(lay(0, adjustments[_i].entry, &laid), laid.err);
	assert_money(rate_count(laid.tariff, adjustments[_i].meter, 1).total, adjustments[_i].total);
	assert_ok(jtn_charge_lines(laid.tariff, &usage, sizeof(usage), &count, 1, sizeof(count), lines, sizeof(*lines), 4,
	                           &lines_count, &charge, &laid.err),
	          laid.err);
	ck_assert_uint_eq(lines_count, adjustments[_i].lines);
	assert_money(charge.total, adjustments[_i].total);
	if (lines_count == 2) {
		assert_status(jtn_tariff_read_rule(laid.tariff, lines[1].rule, &facts), JTN_OK);
		ck_assert(facts.effect == JTN_EFFECT_MARKUP || facts.effect == JTN_EFFECT_DISCOUNT);
		ck_assert_int_eq(lines[1].quantity < 0, facts.effect == JTN_EFFECT_DISCOUNT);
		ck_assert_int_eq(lines[1].per, 1000000000);
		ck_assert(jtn_money_compare(lines[1].price, lines[0].amount) == 0);
		ck_assert(lines[1].flags & JTN_CHARGE_OVERLAY);
	}
	lift(&laid);
}
END_TEST

START_TEST(an_adjusted_charge_is_reversed_whole)
{
	struct jtn_charge charge;
	struct laid laid;

	assert_ok(lay(0, ENTRY(ADJUST("discount", "", "0.25")), &laid), laid.err);
	charge = rate_count(laid.tariff, JTN_METER_INPUT, 3);
	assert_ok(jtn_charge_reverse(&charge, sizeof(charge), 1, &laid.err), laid.err);
	assert_money(charge.total, "-22.5");
	ck_assert_uint_eq(charge.flags, JTN_CHARGE_OVERLAY | JTN_CHARGE_REVERSED);
	lift(&laid);
}
END_TEST

START_TEST(a_markup_beyond_what_money_holds_is_an_overflow)
{
	struct laid laid;

	assert_ok(lay(0, ENTRY(ADJUST("markup", "", "1000")), &laid), laid.err);
	ck_assert_int_eq(rate_count(laid.tariff, JTN_METER_INPUT, INT64_MAX / 2).status, JTN_E_OVERFLOW);
	ck_assert_int_eq(rate_count(laid.tariff, JTN_METER_INPUT, INT64_MAX).status, JTN_E_OVERFLOW);
	lift(&laid);
}
END_TEST

static struct jtn_money
settle_counts(const struct jtn_tariff *tariff, const struct jtn_count *counts, uint64_t count, int64_t time_ns)
{
	struct jtn_period period = {.size = sizeof(period), .now = counts, .now_count = count, .time_ns = time_ns};
	struct jtn_line lines[8];
	struct jtn_money total;
	struct jtn_error err;
	size_t lines_count;

	period.now_spend = money("1000000");

	assert_ok(jtn_settle(tariff, &period, lines, sizeof(*lines), 8, &lines_count, &total, &err), err);
	return total;
}

START_TEST(an_allowance_takes_back_the_list_price_of_each_meter)
{
	struct jtn_count counts[] = {{150, JTN_METER_INPUT, 0}, {50, JTN_METER_OUTPUT, 0}};
	struct laid laid;

	assert_ok(lay(0,
	              ENTRY("{\"id\": \"free\", \"effect\": \"allowance\", \"meters\": [\"input\"], \"price\": 10, "
	                    "\"quantity\": 100, \"until\": \"2026-01-01\"}, "
	                    "{\"id\": \"free-out\", \"effect\": \"allowance\", \"meters\": [\"output\"], "
	                    "\"quantity\": 100, \"until\": \"2026-01-01\"}"),
	              &laid),
	          laid.err);
	assert_money(settle_counts(laid.tariff, counts, 2, 0), "-3000"); /* 100 at 10 and 50 at 40 */
	assert_money(settle_counts(laid.tariff, counts, 2, instant("2026-01-01")), "0");
	assert_money(settle_counts(laid.tariff, counts, 1, 0), "-1000");
	lift(&laid);
	/* Some of the input may have been charged at the batch price of 5. */
	assert_fails(
		lay(0, ENTRY("{\"id\": \"free\", \"effect\": \"allowance\", \"meters\": [\"input\"], \"quantity\": 1}"), &laid),
		JTN_E_CONTRADICTION, laid.err, "free");
	ck_assert_ptr_nonnull(strstr(laid.err.message, "batch"));
	lift(&laid);
	assert_fails(
		lay(0, ENTRY("{\"id\": \"free\", \"effect\": \"allowance\", \"meters\": [\"cache_read\"], \"quantity\": 1}"),
	        &laid),
		JTN_E_CONTRADICTION, laid.err, "free");
	ck_assert_ptr_null(laid.tariff);
	lift(&laid);
}
END_TEST

START_TEST(period_charges_are_added_to_those_of_the_list)
{
	struct jtn_period period = {.size = sizeof(period), .final = 1};
	struct jtn_line lines[4];
	struct jtn_money total;
	struct laid laid;
	size_t count;

	assert_ok(lay(0,
	              "{\"provider\": null, \"model\": null, \"settle\": [{\"id\": \"more\", \"model\": \"commitment\", "
	              "\"amount\": 2}]}",
	              &laid),
	          laid.err);
	assert_ok(jtn_settle(laid.tariff, &period, lines, sizeof(*lines), 4, &count, &total, &laid.err), laid.err);
	ck_assert_uint_eq(count, 2);
	assert_money(total, "3");
	lift(&laid);
}
END_TEST

START_TEST(prices_in_another_currency_are_refused)
{
	struct laid laid;
	char *text = with(PROVIDER_MODEL, "\"rules\"", "\"currency\": \"EUR\", \"rules\"");

	assert_fails(lay(0, text, &laid), JTN_E_CURRENCY, laid.err, "currency");
	ck_assert_ptr_nonnull(strstr(laid.err.message, "EUR"));
	ck_assert_ptr_nonnull(strstr(laid.err.message, "USD"));
	ck_assert_ptr_null(laid.tariff);
	lift(&laid);
	assert_ok(lay(2, text, &laid), laid.err); /* for another model it does not matter */
	lift(&laid);
	free(text);
	text = with(ENTRY(ADJUST("markup", "", "0.1")), "\"rules\"", "\"currency\": \"EUR\", \"rules\"");
	assert_ok(lay(0, text, &laid), laid.err); /* a fraction has no currency */
	lift(&laid);
	free(text);
}
END_TEST

START_TEST(an_overlay_over_an_overlay_is_refused_where_both_price_and_says_whose_it_is)
{
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	struct jtn_tariff *again = NULL, *third = NULL;
	struct laid laid, other;

	assert_ok(lay(0, PROVIDER_MODEL, &laid), laid.err);
	assert_ok(lay(0, ENTRY(ADJUST("markup", "", "0.5")), &other), other.err);
	assert_status(jtn_tariff_overlay(laid.tariff, laid.overlay, NULL, &again, &laid.err), JTN_E_AMBIGUOUS);
	ck_assert_ptr_null(again);
	assert_ok(jtn_tariff_overlay(laid.tariff, other.overlay, NULL, &again, &laid.err), laid.err);
	assert_money(rate_count(again, JTN_METER_INPUT, 1).total, "9");
	assert_status(jtn_tariff_read_facts(again, &facts), JTN_OK);
	ck_assert_uint_eq(strlen(facts.revision), 3 * 71 + 2);
	assert_status(jtn_tariff_overlay(again, other.overlay, NULL, &third, &laid.err), JTN_E_AMBIGUOUS);
	jtn_tariff_free(again);
	lift(&other);
	lift(&laid);
}
END_TEST

START_TEST(what_is_no_overlay_is_refused)
{
	struct jtn_tariff *tariff = NULL;
	struct laid laid;

	assert_ok(lay(0, EVERY, &laid), laid.err);
	assert_fails(jtn_tariff_overlay(jtn_book_tariff(laid.list, 0), laid.list, NULL, &tariff, &laid.err), JTN_E_ARGUMENT,
	             laid.err, "overlay");
	assert_status(jtn_tariff_overlay(NULL, laid.overlay, NULL, &tariff, &laid.err), JTN_E_ARGUMENT);
	assert_status(jtn_tariff_overlay(laid.tariff, NULL, NULL, &tariff, &laid.err), JTN_E_ARGUMENT);
	assert_status(jtn_tariff_overlay(laid.tariff, laid.overlay, NULL, NULL, &laid.err), JTN_E_ARGUMENT);
	ck_assert_ptr_null(tariff);
	lift(&laid);
}
END_TEST

START_TEST(every_allocation_may_fail_and_nothing_leaks)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	jtn_status status = JTN_E_MEMORY;
	struct jtn_tariff *tariff = NULL;
	struct laid laid;

	assert_ok(lay(0, PROVIDER_MODEL, &laid), laid.err);
	while (status == JTN_E_MEMORY) {
		counter.made = 0;
		counter.fail++;
		status = jtn_tariff_overlay(jtn_book_tariff(laid.list, 0), laid.overlay, &allocator, &tariff, &laid.err);
		if (status == JTN_E_MEMORY) {
			ck_assert_ptr_null(tariff);
			ck_assert_uint_eq(counter.live, 0);
		}
		ck_assert_uint_lt(counter.fail, 1000);
	}
	assert_status(status, JTN_OK);
	ck_assert_uint_gt(counter.fail, 1);
	jtn_tariff_free(tariff);
	ck_assert_uint_eq(counter.live, 0);
	lift(&laid);
}
END_TEST

/* What a meter's own price does not reach is its fallback's, and so is the discount on that. */
START_TEST(a_discount_on_the_fallback_is_on_the_part_that_it_priced)
{
	const struct jtn_count count = {150, JTN_METER_REASONING, 0};
	struct jtn_book *list = tariff_book("\"fallback\": {\"reasoning\": \"output\"}, \"rules\": ["
	                                    "{\"id\": \"out\", \"meters\": [\"output\"], \"price\": 40}, "
	                                    "{\"id\": \"more\", \"meters\": [\"reasoning\"], \"price\": 10, \"when\": "
	                                    "{\"quantity\": \"meter\", \"above\": 100, \"mode\": \"graduated\"}}]");
	struct jtn_book *overlay =
		book_of("{\"jeton_overlay\": 1, \"customer\": \"acme\", \"currency\": \"USD\", \"tariffs\": "
	            "[{\"provider\": null, \"model\": null, \"rules\": [{\"id\": \"half\", \"effect\": "
	            "\"discount\", \"meters\": [\"output\"], \"fraction\": \"0.5\"}]}]}");
	struct jtn_tariff *tariff;
	struct jtn_error err;
	struct jtn_charge charge;

	assert_ok(jtn_tariff_overlay(jtn_book_tariff(list, 0), overlay, NULL, &tariff, &err), err);
	charge = rate_at(tariff, 0, JTN_TIER_STANDARD, &count, 1);
	assert_status(charge.status, JTN_OK);
	assert_money(charge.total, "2500"); /* 50 * 10 and half of 100 * 40 */
	ck_assert_uint_eq(charge.lines, 3);
	jtn_tariff_free(tariff);
	jtn_book_free(overlay);
	jtn_book_free(list);
}
END_TEST

START_TEST(an_entry_may_name_the_model_as_the_list_calls_it_too)
{
	struct jtn_book *list =
		book_of("{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [{\"provider\": \"p\", \"model\": "
	            "\"m\", \"aliases\": [\"m-2026-01-31\"], \"rules\": [{\"id\": \"in\", \"meters\": "
	            "[\"input\"], \"price\": 10}]}, {\"provider\": \"p\", \"model\": \"m-2\", \"rules\": []}]}");
	struct jtn_book *overlay =
		book_of("{\"jeton_overlay\": 1, \"customer\": \"acme\", \"currency\": \"USD\", \"tariffs\": "
	            "[{\"provider\": \"p\", \"model\": \"m-2026-01-31\", " PRICE(4) "}]}");
	struct jtn_tariff *tariff;
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};
	struct jtn_error err;

	for (uint64_t i = 0; i < 2; i++) {
		assert_ok(jtn_tariff_overlay(jtn_book_tariff(list, i), overlay, NULL, &tariff, &err), err);
		assert_status(jtn_tariff_read_facts(tariff, &facts), JTN_OK);
		ck_assert_msg((facts.customer != NULL) == (i == 0), "%s", facts.model);
		jtn_tariff_free(tariff);
	}
	jtn_book_free(overlay);
	jtn_book_free(list);
}
END_TEST

START_TEST(a_field_of_another_effect_is_refused_and_not_passed_over)
{
#define EFFECT(rest)                                                                                            \
	"{\"jeton_overlay\": 1, \"customer\": \"acme\", \"currency\": \"USD\", \"tariffs\": [{\"provider\": null, " \
	"\"model\": null, "                                                                                         \
	"\"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], " rest "}]}]}"
	static const struct {
		const char *text, *field;
	} slips[] = {
		{EFFECT("\"effect\": \"markup\", \"fraction\": \"0.1\", \"price\": 1"), "tariffs[0].rules[0].price"},
		{EFFECT("\"effect\": \"discount\", \"fraction\": \"0.1\", \"per\": 1000000"), "tariffs[0].rules[0].per"},
		{EFFECT("\"price\": 1, \"fraction\": \"0.1\""), "tariffs[0].rules[0].fraction"},
		{EFFECT("\"effect\": \"allowance\", \"quantity\": 1, \"fraction\": 1"), "tariffs[0].rules[0].fraction"},
	};

	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		struct jtn_book *book;
		struct jtn_error err;
		assert_status(try_book(slips[i].text, NULL, &book, &err), JTN_E_CONTRADICTION);
		ck_assert_str_eq(err.field, slips[i].field);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("overlay");
	TCase *tests = tcase_create("overlay");

	tcase_add_test(tests, the_most_specific_entry_applies_alone);
	tcase_add_test(tests, an_entry_for_something_else_does_not_apply);
	tcase_add_test(tests, the_facts_name_customer_and_both_revisions);
	tcase_add_test(tests, the_layer_above_wins_whatever_the_conditions_where_it_matches);
	tcase_add_loop_test(tests, a_markup_or_discount_is_a_line_of_its_own, 0, (int)COUNT(adjustments));
	tcase_add_test(tests, an_adjusted_charge_is_reversed_whole);
	tcase_add_test(tests, a_markup_beyond_what_money_holds_is_an_overflow);
	tcase_add_test(tests, an_allowance_takes_back_the_list_price_of_each_meter);
	tcase_add_test(tests, period_charges_are_added_to_those_of_the_list);
	tcase_add_test(tests, prices_in_another_currency_are_refused);
	tcase_add_test(tests, an_overlay_over_an_overlay_is_refused_where_both_price_and_says_whose_it_is);
	tcase_add_test(tests, what_is_no_overlay_is_refused);
	tcase_add_test(tests, every_allocation_may_fail_and_nothing_leaks);
	tcase_add_test(tests, a_discount_on_the_fallback_is_on_the_part_that_it_priced);
	tcase_add_test(tests, a_field_of_another_effect_is_refused_and_not_passed_over);
	tcase_add_test(tests, an_entry_may_name_the_model_as_the_list_calls_it_too);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
