/*
 * Tariff: what a book's rules look like when read back, which rules fit equally well and which do not, and what hostile
 * numbers of rules come to.
 */
#include "tariff.h"

#include "tariff/tariff.h"

#include <time.h>

#define PRICE "\"price\": \"1\", \"per\": 1000000"
#define IN "\"meters\": [\"input\"], " PRICE

static struct jtn_rule_facts
rule_of(const struct jtn_tariff *tariff, uint32_t rule)
{
	struct jtn_rule_facts facts = {.size = sizeof(facts)};

	assert_status(jtn_tariff_read_rule(tariff, rule, &facts), JTN_OK);
	return facts;
}

START_TEST(facts_say_where_a_tariff_comes_from)
{
	struct jtn_book *book =
		book_of("{\"jeton_book\": 1, \"currency\": \"USD\", \"source\": \"list\", \"tariffs\": ["
	            "{\"provider\": \"p\", \"model\": \"m\", \"region\": \"eu\", \"currency\": \"EUR\", "
	            "\"source\": \"own\", \"rules\": [{\"id\": \"r\", " IN ", \"from\": \"2026-01-01\"}], "
	            "\"settle\": [{\"id\": \"s\", \"model\": \"minimum\", \"amount\": 5, \"from\": \"2026-02-01\"}]},"
	            "{\"provider\": \"p\", \"model\": \"n\"}]}");
	struct jtn_book_facts whole = {.size = sizeof(whole)};
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};

	assert_status(jtn_book_read_facts(book, &whole), JTN_OK);
	assert_status(jtn_tariff_read_facts(jtn_book_tariff(book, 0), &facts), JTN_OK);
	ck_assert_uint_eq(facts.size, sizeof(facts));
	ck_assert_uint_eq(facts.rules, 2);
	ck_assert_str_eq(facts.provider, "p");
	ck_assert_str_eq(facts.model, "m");
	ck_assert_str_eq(facts.region, "eu");
	ck_assert_str_eq(facts.source, "own");
	ck_assert_str_eq(facts.revision, whole.revision);
	ck_assert_str_eq(facts.currency, "EUR");
	ck_assert_ptr_null(facts.customer);
	ck_assert_int_eq(facts.first_ns, instant("2026-01-01"));
	assert_status(jtn_tariff_read_facts(jtn_book_tariff(book, 1), &facts), JTN_OK);
	ck_assert_uint_eq(facts.rules, 0);
	ck_assert_ptr_null(facts.region);
	ck_assert_str_eq(facts.source, "list");
	ck_assert_str_eq(facts.currency, "USD");
	jtn_book_free(book);
}
END_TEST

START_TEST(the_first_instant_is_the_earliest_of_any_price)
{
	static const struct {
		const char *members;
		int64_t first;
	} cases[] = {
		{"\"rules\": [{\"id\": \"a\", " IN ", \"from\": \"2026-02-01\"},"
	     "{\"id\": \"b\", \"meters\": [\"output\"], " PRICE ", \"from\": \"1970-01-02\"}]",
	     DAY_NS},
		{"\"rules\": [{\"id\": \"a\", " IN ", \"until\": \"2026-02-01\"}]", INT64_MIN},
		{"\"rules\": []", INT64_MAX},
	};
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jtn_book *book = tariff_book(cases[i].members);

		assert_status(jtn_tariff_read_facts(jtn_book_tariff(book, 0), &facts), JTN_OK);
		ck_assert_int_eq(facts.first_ns, cases[i].first);
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(each_part_of_a_rule_is_read_back)
{
	struct jtn_book *book = tariff_book(
		"\"rules\": [{\"id\": \"long\", \"meters\": [\"input\", \"cache_read_video\"], \"price\": "
		"\"2.50\","
		"\"per\": 1000000, \"tier\": [\"batch\", \"flex\"], \"from\": \"2026-01-01T02:00:00+02:00\","
		"\"until\": \"2026-07-01T00:00:00Z\", \"when\": {\"quantity\": \"all_input\", \"above\": 200000, "
		"\"inclusive\": true}, \"window\": {\"weekdays\": [6, 7], \"from\": \"00:00\", \"until\": \"24:00\"}},"
		"{\"id\": \"time\", \"meters\": [\"seconds\"], \"price\": \"0.006\", \"per\": 60,"
		"\"when\": {\"quantity\": \"meter\", \"above\": 30, \"mode\": \"graduated\"}}],"
		"\"settle\": [{\"id\": \"pack\", \"meters\": [\"requests\"], \"model\": \"package\", \"quantity\": 10, "
		"\"price\": \"3\", \"until\": \"2027-01-01\"}, {\"id\": \"most\", \"model\": \"maximum\", \"amount\": "
		"\"7.5\"}]");
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
	struct jtn_rule_facts rule = rule_of(tariff, 0);

	ck_assert_str_eq(rule.id, "long");
	ck_assert_int_eq(rule.effect, JTN_EFFECT_PRICE);
	assert_money(rule.price, "2.5");
	ck_assert_int_eq(rule.per, 1000000);
	ck_assert_int_eq(rule.from_ns, instant("2026-01-01"));
	ck_assert_int_eq(rule.until_ns, instant("2026-07-01"));
	ck_assert_int_eq(rule.above, 200000);
	ck_assert_uint_eq(rule.meters[0], 1u << JTN_METER_INPUT | 1u << JTN_METER_CACHE_READ_VIDEO);
	ck_assert_uint_eq(rule.meters[1], 0);
	ck_assert_uint_eq(rule.tiers, 1u << JTN_TIER_BATCH | 1u << JTN_TIER_FLEX);
	ck_assert_int_eq(rule.threshold, JTN_THRESHOLD_ALL_INPUT);
	ck_assert_uint_eq(rule.inclusive, 1);
	ck_assert_uint_eq(rule.graduated, 0);
	ck_assert_uint_eq(rule.windows, 1); /* two days that touch */
	ck_assert_uint_eq(rule.reserved, 0);
	rule = rule_of(tariff, 1); /* in quanta: millionths of a second */
	ck_assert_uint_eq(rule.meters[1], 1u << (JTN_METER_SECONDS - 64));
	ck_assert_int_eq(rule.per, 60000000);
	ck_assert_int_eq(rule.above, 30000000);
	ck_assert_int_eq(rule.threshold, JTN_THRESHOLD_METER);
	ck_assert_uint_eq(rule.graduated, 1);
	ck_assert_int_eq(rule.from_ns, INT64_MIN);
	ck_assert_int_eq(rule.until_ns, INT64_MAX);
	ck_assert_uint_eq(rule.tiers, 0);
	ck_assert_uint_eq(rule.windows, 0);
	rule = rule_of(tariff, 2);
	ck_assert_str_eq(rule.id, "pack");
	ck_assert_int_eq(rule.effect, JTN_EFFECT_SETTLE);
	assert_money(rule.price, "3");
	ck_assert_int_eq(rule.until_ns, instant("2027-01-01"));
	rule = rule_of(tariff, 3);
	ck_assert_str_eq(rule.id, "most");
	assert_money(rule.price, "7.5");
	ck_assert_int_eq(rule.per, 1);
	jtn_book_free(book);
}
END_TEST

START_TEST(reading_checks_its_arguments)
{
	struct jtn_book *book =
		tariff_book("\"rules\": [{\"id\": \"r\", " IN "}], \"fallback\": {\"reasoning\": \"output\"}");
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
	struct jtn_tariff_facts facts = {.size = sizeof(facts) - 1};
	struct jtn_rule_facts rule = {.size = sizeof(rule) - 1, .above = 77};

	assert_status(jtn_tariff_read_facts(NULL, &facts), JTN_E_ARGUMENT);
	assert_status(jtn_tariff_read_facts(tariff, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_tariff_read_facts(tariff, &facts), JTN_E_ABI);
	facts.size = 0;
	assert_status(jtn_tariff_read_facts(tariff, &facts), JTN_E_ABI);
	assert_status(jtn_tariff_read_rule(NULL, 0, &rule), JTN_E_ARGUMENT);
	assert_status(jtn_tariff_read_rule(tariff, 0, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_tariff_read_rule(tariff, 0, &rule), JTN_E_ABI);
	rule.size = sizeof(rule);
	assert_status(jtn_tariff_read_rule(tariff, 1, &rule), JTN_E_NOT_FOUND);
	assert_status(jtn_tariff_read_rule(tariff, UINT32_MAX, &rule), JTN_E_NOT_FOUND);
	ck_assert_int_eq(rule.above, 77);
	ck_assert_uint_eq(jtn_tariff_fallback(tariff, JTN_METER_REASONING), JTN_METER_OUTPUT);
	ck_assert_uint_eq(jtn_tariff_fallback(tariff, JTN_METER_OUTPUT), 0);
	ck_assert_uint_eq(jtn_tariff_fallback(tariff, 0), 0);
	ck_assert_uint_eq(jtn_tariff_fallback(tariff, 83), 0);
	ck_assert_uint_eq(jtn_tariff_fallback(tariff, UINT32_MAX), 0);
	ck_assert_uint_eq(jtn_tariff_fallback(NULL, 1), 0);
	jtn_tariff_free(NULL);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_newer_callers_facts_are_filled_with_zeros)
{
	struct {
		struct jtn_rule_facts facts;
		uint64_t more;
	} rule = {.facts.size = sizeof(rule), .more = 5};
	struct jtn_book *book = tariff_book("\"rules\": [{\"id\": \"r\", " IN "}]");

	assert_status(jtn_tariff_read_rule(jtn_book_tariff(book, 0), 0, &rule.facts), JTN_OK);
	ck_assert_uint_eq(rule.facts.size, sizeof(rule));
	ck_assert_str_eq(rule.facts.id, "r");
	ck_assert_uint_eq(rule.more, 0);
	jtn_book_free(book);
}
END_TEST

/* Rules of input at one price each: which sets of them are a book, and which are not. */
#define BATCH "\"tier\": [\"batch\"]"
#define FLEX "\"tier\": [\"flex\"]"
#define BOTH "\"tier\": [\"batch\", \"flex\"]"
#define ABOVE(n) "\"when\": {\"quantity\": \"all_input\", \"above\": " #n "}"
#define AT(n) "\"when\": {\"quantity\": \"all_input\", \"above\": " #n ", \"inclusive\": true}"
#define OWN(n) "\"when\": {\"quantity\": \"meter\", \"above\": " #n "}"
#define TOTAL(n) "\"when\": {\"quantity\": \"total\", \"above\": " #n "}"
#define STEP(n) "\"when\": {\"quantity\": \"meter\", \"above\": " #n ", \"mode\": \"graduated\"}"
#define OWN_AT(n) "\"when\": {\"quantity\": \"meter\", \"above\": " #n ", \"inclusive\": true}"
#define STEP_AT(n) \
	"\"when\": {\"quantity\": \"meter\", \"above\": " #n ", \"mode\": \"graduated\", \"inclusive\": true}"
#define HOURS(from, until) "\"window\": {\"from\": \"" from "\", \"until\": \"" until "\"}"
#define DAYS(days) "\"window\": {\"weekdays\": [" days "], \"from\": \"00:00\", \"until\": \"24:00\"}"
#define FROM(date) "\"from\": \"" date "\""
#define UNTIL(date) "\"until\": \"" date "\""
#define NOTHING "\"note\": \"\""

static const struct {
	const char *about;
	const char *rules[6];
	int conflict; /* 1 + the rule whose partner is in the message, 0 for none */
} sets[] = {
	{"two plain rules", {NOTHING, NOTHING}, 1},
	{"a plain rule and a condition", {NOTHING, BATCH}, 0},
	{"two tiers apart", {BATCH, FLEX}, 0},
	{"tiers that overlap", {BATCH, BOTH}, 1},
	{"tiers that overlap, decided by one that has both conditions", {BATCH, BOTH, BATCH ", " ABOVE(0)}, 1},
	{"the same tier and threshold", {BATCH ", " ABOVE(5), BATCH ", " ABOVE(5)}, 1},
	{"validities that touch", {UNTIL("2026-01-01"), FROM("2026-01-01")}, 0},
	{"the same instant in two offsets", {UNTIL("2026-01-01T00:00:00Z"), FROM("2026-01-01T01:00:00+01:00")}, 0},
	{"validities that overlap by a nanosecond",
     {UNTIL("2026-01-01T00:00:00.000000001Z"), FROM("2026-01-01T00:00:00Z")},
     1},
	{"a tier and a threshold", {BATCH, ABOVE(5)}, 1},
	{"a tier and a threshold with the rule for both", {BATCH, ABOVE(5), BATCH ", " ABOVE(5)}, 0},
	{"a rule for both above a lower threshold", {BATCH, ABOVE(5), BATCH ", " ABOVE(3)}, 0},
	{"a rule for both above a higher threshold", {BATCH, ABOVE(5), BATCH ", " ABOVE(6)}, 1},
	{"a rule for both at the same threshold but its own number", {BATCH, AT(5), BATCH ", " ABOVE(5)}, 1},
	{"a rule for both at the threshold itself", {BATCH, ABOVE(5), BATCH ", " AT(5)}, 0},
	{"a rule for both by another quantity", {BATCH, ABOVE(5), BATCH ", " OWN(5)}, 1},
	{"a rule for both and another tier too", {BATCH, ABOVE(5), BOTH ", " ABOVE(5)}, 0},
	{"a rule for another tier", {BATCH, ABOVE(5), FLEX ", " ABOVE(5)}, 1},
	{"several rules for some of the tiers each", {BOTH, ABOVE(5), BATCH ", " ABOVE(5), FLEX ", " ABOVE(1)}, 0},
	{"several rules that leave a tier over",
     {"\"tier\": [\"batch\", \"flex\", \"priority\"]", ABOVE(5), BATCH ", " ABOVE(5), FLEX ", " ABOVE(1)},
     1},
	{"rules for parts of the time each",
     {BATCH, ABOVE(5), BATCH ", " ABOVE(5) ", " UNTIL("2026-01-01"), BATCH ", " ABOVE(4) ", " FROM("2026-01-01")},
     0},
	{"rules for parts of the time with a gap",
     {BATCH, ABOVE(5), BATCH ", " ABOVE(5) ", " UNTIL("2026-01-01"), BATCH ", " ABOVE(4) ", " FROM("2026-01-02")},
     1},
	{"parts of tiers and time together",
     {BOTH, ABOVE(5), BATCH ", " ABOVE(5), FLEX ", " ABOVE(5) ", " UNTIL("2026-01-01"),
      FLEX ", " ABOVE(5) ", " FROM("2026-01-01")},
     0},
	{"parts of tiers and time, one missing",
     {BOTH, ABOVE(5), BATCH ", " ABOVE(5), FLEX ", " ABOVE(5) ", " UNTIL("2026-01-01"),
      BATCH ", " ABOVE(4) ", " FROM("2026-01-01")},
     1},
	{"a rule for both while both are valid",
     {BATCH ", " UNTIL("2026-06-01"), ABOVE(5) ", " FROM("2026-01-01"),
      BATCH ", " ABOVE(5) ", " FROM("2026-01-01") ", " UNTIL("2026-06-01")},
     0},
	{"a rule for both, too late",
     {BATCH ", " UNTIL("2026-06-01"), ABOVE(5) ", " FROM("2026-01-01"), BATCH ", " ABOVE(5) ", " FROM("2026-01-02")},
     1},
	{"nested thresholds", {ABOVE(5), ABOVE(10), ABOVE(20)}, 0},
	{"above and at the same number", {ABOVE(5), AT(5)}, 0},
	{"thresholds on two quantities", {ABOVE(5), TOTAL(10)}, 1},
	{"thresholds on two quantities of two tiers", {BATCH ", " ABOVE(5), FLEX ", " TOTAL(10)}, 0},
	{"nested thresholds at one tier", {BATCH ", " ABOVE(5), BATCH ", " ABOVE(10)}, 0},
	{"nested thresholds at tiers that overlap", {BATCH ", " ABOVE(5), BOTH ", " ABOVE(10)}, 0},
	{"a tier above a threshold and a window above a higher one",
     {BATCH ", " ABOVE(5), HOURS("08:00", "09:00") ", " ABOVE(10)},
     1},
	{"graduated steps", {NOTHING, STEP(10), STEP(20)}, 0},
	{"two graduated steps at one number", {NOTHING, STEP(10), STEP(10)}, 2},
	{"a graduated and a cliff at one number", {NOTHING, STEP(10), OWN(10)}, 2},
	{"a graduated step and one that says inclusive, which is the same", {NOTHING, STEP(10), STEP_AT(10)}, 2},
	{"a graduated rule for both that leaves the number itself over", {BATCH, OWN_AT(10), BATCH ", " STEP_AT(10)}, 1},
	{"a graduated rule for both above the number", {BATCH, OWN(10), BATCH ", " STEP_AT(10)}, 0},
	{"windows that touch", {HOURS("08:00", "12:00"), HOURS("12:00", "20:00")}, 0},
	{"windows that overlap by a minute", {HOURS("08:00", "12:01"), HOURS("12:00", "20:00")}, 1},
	{"windows that touch over midnight", {HOURS("22:00", "06:00"), HOURS("06:00", "22:00")}, 0},
	{"windows that overlap over midnight", {HOURS("22:00", "06:00"), HOURS("05:00", "07:00")}, 1},
	{"days apart", {DAYS("1, 2, 3, 4, 5"), DAYS("6, 7")}, 0},
	{"a day in both", {DAYS("1, 2, 3, 4, 5"), DAYS("5, 6")}, 1},
	{"a window and a tier", {HOURS("08:00", "12:00"), BATCH}, 1},
	{"a window and a tier with the rule for both",
     {HOURS("08:00", "12:00"), BATCH, BATCH ", " HOURS("08:00", "12:00")},
     0},
	{"a rule for both at wider hours", {HOURS("08:00", "12:00"), BATCH, BATCH ", " HOURS("07:00", "13:00")}, 0},
	{"a rule for both at fewer hours", {HOURS("08:00", "12:00"), BATCH, BATCH ", " HOURS("08:01", "12:00")}, 1},
	{"a rule for both every day of the week, all day long",
     {HOURS("22:00", "06:00"), BATCH, BATCH ", " DAYS("1, 2, 3, 4, 5, 6, 7")},
     0},
	{"three conditions, each two decided",
     {BATCH ", " ABOVE(5), BATCH ", " HOURS("08:00", "09:00"), BATCH ", " ABOVE(5) ", " HOURS("08:00", "09:00")},
     0},
	{"three conditions of one each, pairs only",
     {BATCH, ABOVE(5), HOURS("08:00", "09:00"), BATCH ", " ABOVE(5), BATCH ", " HOURS("08:00", "09:00"),
      ABOVE(5) ", " HOURS("08:00", "09:00")},
     4},
};

/* The rules of a set are called a, b, c … in its order. */
static char *
rules_of(const char *const *rules, size_t count, const char *meters)
{
	char *text = malloc(1 << 13);
	size_t used = (size_t)sprintf(text, "\"rules\": [");

	for (size_t i = 0; i < count; i++)
		used += (size_t)sprintf(text + used, "%s{\"id\": \"%c\", \"meters\": [%s], " PRICE ", %s}", i ? ", " : "",
		                        (char)('a' + i), meters, rules[i]);
	sprintf(text + used, "]");
	return text;
}

static size_t
length_of(const char *const *rules)
{
	size_t count = 0;

	while (count < 6 && rules[count])
		count++;
	return count;
}

START_TEST(rules_that_fit_equally_well_are_refused_and_others_are_not)
{
	char *text = rules_of(sets[_i].rules, length_of(sets[_i].rules), "\"input\"");
	struct jtn_book *book;
	struct jtn_error err;
	jtn_status status = try_tariff(text, &book, &err);

	ck_assert_msg(status == (sets[_i].conflict ? JTN_E_AMBIGUOUS : JTN_OK), "%s: %s, %s", sets[_i].about,
	              jtn_status_name(status), err.message);
	if (status != JTN_OK) {
		char named[8];

		snprintf(named, sizeof(named), "\"%c\"", (char)('a' + sets[_i].conflict - 1));
		ck_assert_msg(strstr(err.message, named) != NULL, "%s: %s", sets[_i].about, err.message);
		ck_assert_ptr_nonnull(strstr(err.message, "input"));
		ck_assert_ptr_nonnull(strstr(err.field, "tariffs[0]"));
		ck_assert_int_gt(err.line, 0);
	}
	jtn_book_free(book);
	free(text);
}
END_TEST

START_TEST(the_order_of_rules_changes_nothing)
{
	size_t count = length_of(sets[_i].rules);
	const char *turned[6];
	struct jtn_book *book;
	struct jtn_error err;

	for (size_t shift = 1; shift < count + 1; shift++) {
		char *text;

		for (size_t i = 0; i < count; i++) /* each beginning, then backwards */
			turned[i] = sets[_i].rules[shift < count ? (i + shift) % count : count - 1 - i];
		text = rules_of(turned, count, "\"input\"");
		assert_status(try_tariff(text, &book, &err), sets[_i].conflict ? JTN_E_AMBIGUOUS : JTN_OK);
		jtn_book_free(book);
		free(text);
	}
}
END_TEST

/* What is accepted has one price at any request: no two best rules match, by trying. */
START_TEST(a_set_that_is_accepted_prices_every_request_or_says_that_it_cannot)
{
	static const int64_t quantities[] = {1, 3, 4, 5, 6, 10, 11, 20, 21};
	char *text = rules_of(sets[_i].rules, length_of(sets[_i].rules), "\"input\"");
	struct jtn_book *book;
	struct jtn_error err;

	if (try_tariff(text, &book, &err) == JTN_OK)
		for (size_t q = 0; q < COUNT(quantities); q++)
			for (uint32_t tier = 0; tier <= JTN_TIER_FAST; tier++)
				for (int64_t hour = 0; hour < 7 * 24; hour++) {
					struct jtn_count count = {.quantity = quantities[q], .meter = JTN_METER_INPUT};
					struct jtn_charge charge = rate_at(jtn_book_tariff(book, 0), hour * (DAY_NS / 24), tier, &count, 1);

					ck_assert(charge.status == JTN_OK || charge.status == JTN_E_UNPRICED ||
					          charge.status == JTN_E_NO_PRICE);
				}
	jtn_book_free(book);
	free(text);
}
END_TEST

START_TEST(rules_conflict_on_a_meter_that_both_price)
{
	struct jtn_book *book;
	struct jtn_error err;

	assert_ok(try_tariff("\"rules\": [{\"id\": \"a\", \"meters\": [\"input\", \"cache_read\"], " PRICE "},"
	                     "{\"id\": \"b\", \"meters\": [\"output\", \"reasoning\"], " PRICE "}]",
	                     &book, &err),
	          err);
	jtn_book_free(book);
	assert_status(try_tariff("\"rules\": [{\"id\": \"a\", \"meters\": [\"input\", \"provisioned_unit_hours\"], " PRICE
	                         ", " BATCH "}]",
	                         &book, &err),
	              JTN_E_CONTRADICTION); /* of different units */
	assert_status(try_tariff("\"rules\": [{\"id\": \"a\", \"meters\": [\"input\", \"output\"], " PRICE "},"
	                         "{\"id\": \"b\", \"meters\": [\"output\", \"reasoning\"], " PRICE "}]",
	                         &book, &err),
	              JTN_E_AMBIGUOUS);
	ck_assert_ptr_nonnull(strstr(err.message, "output"));
}
END_TEST

/* A third rule decides for the meters that it prices, and for no others. */
START_TEST(a_rule_decides_for_its_own_meters_only)
{
	struct jtn_book *book;
	struct jtn_error err;

	assert_status(try_tariff("\"rules\": [{\"id\": \"a\", \"meters\": [\"input\", \"output\"], " PRICE ", " BATCH "},"
	                         "{\"id\": \"b\", \"meters\": [\"input\", \"output\"], " PRICE ", " ABOVE(
								 5) "},"
	                                "{\"id\": \"c\", \"meters\": [\"input\"], " PRICE ", " ABOVE(5) ", " BATCH "}]",
	                         &book, &err),
	              JTN_E_AMBIGUOUS);
	ck_assert_ptr_nonnull(strstr(err.message, "output"));
	assert_ok(try_tariff("\"rules\": [{\"id\": \"a\", \"meters\": [\"input\", \"output\"], " PRICE ", " BATCH "},"
	                     "{\"id\": \"b\", \"meters\": [\"input\", \"output\"], " PRICE
	                     ", " ABOVE(5) "},"
	                                   "{\"id\": \"c\", \"meters\": [\"input\"], " PRICE
	                                   ", " ABOVE(5) ", " BATCH "},"
	                                                 "{\"id\": \"d\", \"meters\": [\"output\"], " PRICE
	                                                 ", " ABOVE(5) ", " BATCH "}]",
	                     &book, &err),
	          err);
	jtn_book_free(book);
}
END_TEST

START_TEST(fallbacks_in_a_circle_are_a_contradiction)
{
	static const char *const circles[] = {
		"\"fallback\": {\"input\": \"output\", \"output\": \"input\"}",
		"\"fallback\": {\"reasoning\": \"output\", \"output\": \"input\", \"input\": \"cache_read\", "
		"\"cache_read\": \"output\"}",
	};
	struct jtn_book *book;
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(circles); i++) {
		assert_status(try_tariff(circles[i], &book, &err), JTN_E_CONTRADICTION);
		ck_assert_ptr_nonnull(strstr(err.message, "circle"));
	}
	assert_fails(try_tariff("\"fallback\": {\"input\": \"input\"}", &book, &err), JTN_E_CONTRADICTION, err,
	             "tariffs[0].fallback.input");
}
END_TEST

START_TEST(a_long_chain_of_fallbacks_is_fine)
{
	char *text = malloc(1 << 13);
	size_t used = (size_t)sprintf(text, "\"rules\": [{\"id\": \"r\", \"meters\": [\"rejected_prediction\"], " PRICE
	                                    "}], \"fallback\": {");
	struct jtn_book *book;

	for (uint32_t meter = 1; meter < JTN_METER_REJECTED_PREDICTION; meter++)
		used += (size_t)sprintf(text + used, "%s\"%s\": \"%s\"", meter > 1 ? ", " : "", jtn_meter_name(meter),
		                        jtn_meter_name(meter + 1));
	sprintf(text + used, "}");
	book = tariff_book(text);
	ck_assert_uint_eq(jtn_tariff_fallback(jtn_book_tariff(book, 0), 1), 2);
	ck_assert_uint_eq(rate_count(jtn_book_tariff(book, 0), JTN_METER_INPUT, 5).flags, JTN_CHARGE_FALLBACK);
	assert_money(rate_count(jtn_book_tariff(book, 0), JTN_METER_INPUT, 5).total, "0.000005");
	jtn_book_free(book);
	free(text);
}
END_TEST

/* A draft's own checks, which every reader relies on. */
START_TEST(a_draft_refuses_a_rule_that_cannot_be)
{
	struct jtn__draft draft = {0};
	struct jtn__rule rule = jtn__rule_plain("r");
	struct jtn_error err;

	assert_ok(jtn__arena_new(NULL, &draft.arena, &err), err);
	rule.price = jtn__price_of(money("1"), 1);
	rule.from_ns = rule.until_ns = 5;
	assert_fails(jtn__draft_add(&draft, &rule, &err), JTN_E_RANGE, err, "until");
	rule.until_ns = 6;
	rule.graduated = 1;
	rule.threshold = JTN_THRESHOLD_TOTAL;
	assert_fails(jtn__draft_add(&draft, &rule, &err), JTN_E_CONTRADICTION, err, "when.mode");
	ck_assert_uint_eq(draft.rule_count, 0);
	rule.graduated = 0;
	rule.tiers = 1;
	assert_ok(jtn__draft_add(&draft, &rule, &err), err);
	ck_assert_uint_eq(draft.rules[0].conditions, 2);
	draft.fallback[1] = 2;
	jtn__draft_clear(&draft);
	ck_assert_uint_eq(draft.rule_count, 0);
	ck_assert_uint_eq(draft.fallback[1], 0);
	jtn__arena_free(draft.arena);
}
END_TEST

START_TEST(a_draft_has_room_for_so_many_rules_and_no_more)
{
	struct jtn__draft draft = {0};
	struct jtn__rule rule = jtn__rule_plain("r");
	struct jtn__settle settle = {.id = "s", .until_ns = 1};
	struct jtn_error err;

	assert_ok(jtn__arena_new(NULL, &draft.arena, &err), err);
	rule.price = jtn__price_of(money("1"), 1);
	for (uint32_t i = 0; i < JTN__RULES_MOST; i++) {
		assert_ok(jtn__draft_add(&draft, &rule, &err), err);
		assert_ok(jtn__draft_settle(&draft, &settle, &err), err);
	}
	assert_fails(jtn__draft_add(&draft, &rule, &err), JTN_E_LIMIT, err, "rules");
	assert_fails(jtn__draft_settle(&draft, &settle, &err), JTN_E_LIMIT, err, "settle");
	ck_assert_uint_eq(draft.rule_count, JTN__RULES_MOST);
	jtn__arena_free(draft.arena);
}
END_TEST

/* Rules by the thousand are a tariff or a limit, and either is known soon. */
static const struct {
	const char *about;
	int count;
	const char *format;         /* of the conditions of rule i: %d is its number, once */
	const char *meters;         /* NULL: all tokens */
	int repeat;                 /* of the windows in one rule, 0: no windows */
	const char *first, *second; /* further rules; NULL: none */
} hostile[] = {
	{"years of daily prices", 2500, "\"from\": \"%s\", \"until\": \"%s\"", "\"input\"", 0, NULL, NULL},
	{"years of daily prices of every meter", 2500, "\"from\": \"%s\", \"until\": \"%s\"", NULL, 0, NULL, NULL},
	{"days that decide between two rules", 2000, "\"from\": \"%s\", \"until\": \"%s\", " BATCH ", " ABOVE(5), NULL, 0,
     BATCH ", " FROM("1970-01-01") ", " UNTIL("1975-06-24"), ABOVE(5)},
	{"days that decide but for the last", 2000, "\"from\": \"%s\", \"until\": \"%s\", " BATCH ", " ABOVE(5), NULL, 0,
     BATCH ", " FROM("1970-01-01") ", " UNTIL("1975-06-25"), ABOVE(5)},
	{"minutes by the week, told many times", 900, NULL, "\"input\"", 64, NULL, NULL},
	{"minutes by the week that decide between two rules", 400, NULL, "\"input\"", 64, BATCH, ABOVE(5)},
};

static char *
hostile_rules(size_t which)
{
	size_t room = (size_t)hostile[which].count * (hostile[which].repeat ? 4000 : 1900) + 4096;
	char *text = malloc(room), meters[1500] = "";
	size_t used = (size_t)sprintf(text, "\"rules\": [");

	for (uint32_t meter = 1; meter <= JTN_METER_REJECTED_PREDICTION; meter++)
		snprintf(meters + strlen(meters), sizeof(meters) - strlen(meters), "%s\"%s\"", meter > 1 ? ", " : "",
		         jtn_meter_name(meter));
	if (hostile[which].meters)
		snprintf(meters, sizeof(meters), "%s", hostile[which].meters);
	for (int i = 0; i < hostile[which].count; i++) {
		char from[JTN_TIME_TEXT_SIZE], until[JTN_TIME_TEXT_SIZE];

		ck_assert_int_eq(jtn_time_format(i * DAY_NS, from, sizeof(from)), JTN_OK);
		ck_assert_int_eq(jtn_time_format((i + 1) * DAY_NS, until, sizeof(until)), JTN_OK);
		used += (size_t)snprintf(text + used, room - used, "%s{\"id\": \"r%d\", \"meters\": [%s], " PRICE ", ",
		                         i ? ", " : "", i, meters);
		if (hostile[which].format)
			used += (size_t)snprintf(text + used, room - used, hostile[which].format, from, until);
		else if (hostile[which].first)
			used += (size_t)snprintf(text + used, room - used, BATCH ", " ABOVE(5) ", ");
		for (int k = 0; k < hostile[which].repeat; k++)
			used +=
				(size_t)snprintf(text + used, room - used, "%s{\"from\": \"%02d:%02d\", \"until\": \"%02d:%02d\"}%s",
			                     k ? ", " : "\"window\": [", i / 60, i % 60, (i + 1) / 60, (i + 1) % 60,
			                     k + 1 < hostile[which].repeat ? "" : "]");
		used += (size_t)snprintf(text + used, room - used, "}");
	}
	if (hostile[which].first)
		used += (size_t)snprintf(text + used, room - used,
		                         ", {\"id\": \"a\", \"meters\": [%s], " PRICE
		                         ", %s}, {\"id\": \"b\", \"meters\": [%s], " PRICE ", %s}",
		                         meters, hostile[which].first, meters, hostile[which].second);
	snprintf(text + used, room - used, "]");
	return text;
}

START_TEST(hostile_numbers_of_rules_are_soon_dealt_with)
{
	char *text = hostile_rules((size_t)_i);
	struct jtn_book *book;
	struct jtn_error err;
	clock_t begin = clock();
	jtn_status status = try_tariff(text, &book, &err);
	double took = (double)(clock() - begin) / CLOCKS_PER_SEC;

	ck_assert_msg(status == JTN_OK || status == JTN_E_LIMIT || status == JTN_E_AMBIGUOUS, "%s: %s", hostile[_i].about,
	              err.message);
	ck_assert_msg(took < 30, "%s took %g s", hostile[_i].about, took); /* tenths, but for sanitizers and valgrind */
	jtn_book_free(book);
	free(text);
}
END_TEST

START_TEST(a_price_for_each_day_of_some_years_is_found)
{
	char *text = hostile_rules(0);
	struct jtn_book *book = tariff_book(text);

	for (int64_t day = 0; day < hostile[0].count; day += 100) {
		struct jtn_count count = {.quantity = 1000000, .meter = JTN_METER_INPUT};
		struct jtn_usage usage = {.time_ns = day * DAY_NS, .count = 1};
		struct jtn_line line;
		struct jtn_error err;
		size_t lines;

		assert_ok(jtn_charge_lines(jtn_book_tariff(book, 0), &usage, sizeof(usage), &count, 1, sizeof(count), &line,
		                           sizeof(line), 1, &lines, NULL, &err),
		          err);
		ck_assert_uint_eq(line.rule, (uint32_t)day);
	}
	jtn_book_free(book);
	free(text);
}
END_TEST

START_TEST(two_of_one_id_are_refused)
{
	struct jtn_book *book;
	struct jtn_error err;

	assert_status(try_tariff("\"rules\": [{\"id\": \"a\", " IN
	                         "}, {\"id\": \"b\", \"meters\": [\"output\"], \"price\": 1}, "
	                         "{\"id\": \"a\", \"meters\": [\"requests\"], \"price\": 1}]",
	                         &book, &err),
	              JTN_E_CONTRADICTION);
	ck_assert_ptr_nonnull(strstr(err.message, "\"a\""));
}
END_TEST

START_TEST(as_many_rules_as_the_limit_says_are_read)
{
	char *text = malloc(1 << 20);
	size_t used = (size_t)sprintf(text, "\"rules\": [");
	struct jtn_book *book;

	for (int i = 0; i < JTN__RULES_MOST; i++)
		used += (size_t)sprintf(
			text + used,
			"%s{\"id\": \"r%d\", \"meters\": [\"%s\"], \"price\": 1, \"from\": \"%d-01-01\", \"until\": \"%d-01-01\"}",
			i ? ", " : "", i, jtn_meter_name((uint32_t)(i % 32) + 1), 2000 + i / 32, 2001 + i / 32);
	sprintf(text + used, "]");
	book = tariff_book(text);
	jtn_book_free(book);
	free(text);
}
END_TEST

/* Each pair shares what other rules, with more conditions, have among them. */
START_TEST(a_cover_may_be_made_of_several_rules)
{
#define AT_NIGHT ", \"window\": {\"from\": \"00:00\", \"until\": \"08:00\"}"
#define AT_DAY ", \"window\": {\"from\": \"08:00\", \"until\": \"24:00\"}"
#define AT_BATCH ", \"tier\": [\"batch\"]"
#define AT_LENGTH ", \"when\": {\"quantity\": \"all_input\", \"above\": 5}"
#define PRICED(id, rest) "{\"id\": \"" id "\", \"meters\": [\"input\"], \"price\": 1" rest "}"
	static const char *const covered[] = {
		"\"rules\": [" PRICED("a", AT_BATCH) ", " PRICED("b", AT_LENGTH) ", " PRICED("c", AT_BATCH AT_LENGTH AT_NIGHT) ", " PRICED(
			"d", AT_BATCH AT_LENGTH AT_DAY) "]",
		"\"rules\": [" PRICED("a", AT_BATCH AT_NIGHT) ", " PRICED("b", AT_LENGTH AT_NIGHT) ", " PRICED("c", AT_BATCH AT_LENGTH AT_NIGHT) "]",
	};
	struct jtn_book *book;
	struct jtn_error err;

	for (size_t i = 0; i < sizeof(covered) / sizeof(covered[0]); i++) {
		assert_ok(try_tariff(covered[i], &book, &err), err);
		jtn_book_free(book);
	}
	assert_status(
		try_tariff("\"rules\": [" PRICED("a", AT_BATCH) ", " PRICED("b", AT_LENGTH) ", " PRICED("c", AT_BATCH AT_LENGTH AT_NIGHT) "]",
	               &book, &err),
		JTN_E_AMBIGUOUS);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tariff");
	TCase *tests = tcase_create("tariff");

	tcase_add_test(tests, facts_say_where_a_tariff_comes_from);
	tcase_add_test(tests, the_first_instant_is_the_earliest_of_any_price);
	tcase_add_test(tests, each_part_of_a_rule_is_read_back);
	tcase_add_test(tests, reading_checks_its_arguments);
	tcase_add_test(tests, a_newer_callers_facts_are_filled_with_zeros);
	tcase_add_loop_test(tests, rules_that_fit_equally_well_are_refused_and_others_are_not, 0, (int)COUNT(sets));
	tcase_add_loop_test(tests, the_order_of_rules_changes_nothing, 0, (int)COUNT(sets));
	tcase_add_loop_test(tests, a_set_that_is_accepted_prices_every_request_or_says_that_it_cannot, 0, (int)COUNT(sets));
	tcase_add_test(tests, rules_conflict_on_a_meter_that_both_price);
	tcase_add_test(tests, a_rule_decides_for_its_own_meters_only);
	tcase_add_test(tests, fallbacks_in_a_circle_are_a_contradiction);
	tcase_add_test(tests, a_long_chain_of_fallbacks_is_fine);
	tcase_add_test(tests, a_draft_refuses_a_rule_that_cannot_be);
	tcase_add_test(tests, a_draft_has_room_for_so_many_rules_and_no_more);
	tcase_add_loop_test(tests, hostile_numbers_of_rules_are_soon_dealt_with, 0, (int)COUNT(hostile));
	tcase_add_test(tests, a_price_for_each_day_of_some_years_is_found);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, two_of_one_id_are_refused);
	tcase_add_test(tests, as_many_rules_as_the_limit_says_are_read);
	tcase_add_test(tests, a_cover_may_be_made_of_several_rules);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
