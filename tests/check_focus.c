/* FOCUS rows: every column named, in order, exact, quoted where CSV asks for it, and empty where there is no value. */
#include "fixture.h"

#include "jeton/focus.h"
#include "jeton/rate.h"

#include "tariff/tariff.h"

#define MOST_COLUMNS 64
#define DAY INT64_C(86400000000000)
#define FROM (INT64_C(20454) * DAY) /* 2026-01-01T00:00:00Z */
#define UNTIL (FROM + 31 * DAY)

static struct jtn_money
money(const char *text)
{
	struct jtn_money amount;
	struct jtn_error err;

	assert_ok(jtn_money_parse(text, strlen(text), &amount, &err), err);
	return amount;
}

enum rule { IN, SECONDS, MARKUP, DISCOUNT, GRADUATED, SUBSCRIPTION, MINIMUM, ALLOWANCE };

static const struct jtn__rule rules[] = {
	[IN] = {.id = "in", .effect = JTN_EFFECT_PRICE, .until_ns = INT64_MAX},
	[SECONDS] = {.id = "audio", .effect = JTN_EFFECT_PRICE, .until_ns = INT64_MAX},
	[MARKUP] = {.id = "margin", .effect = JTN_EFFECT_MARKUP, .until_ns = INT64_MAX},
	[DISCOUNT] = {.id = "friends, and family", .effect = JTN_EFFECT_DISCOUNT, .until_ns = INT64_MAX},
};

static const struct jtn__settle settles[] = {
	{.id = "tiers", .model = JTN_SETTLE_GRADUATED, .until_ns = INT64_MAX},
	{.id = "plan", .model = JTN_SETTLE_SUBSCRIPTION, .until_ns = INT64_MAX},
	{.id = "at least", .model = JTN_SETTLE_MINIMUM, .until_ns = INT64_MAX},
	{.id = "free", .model = JTN_SETTLE_ALLOWANCE, .until_ns = INT64_MAX},
};

static struct jtn_tariff
tariff_of(const char *provider, const char *model)
{
	struct jtn_tariff tariff = {.provider = provider,
	                            .model = model,
	                            .revision = "sha256:00",
	                            .currency = "USD",
	                            .rules = rules,
	                            .settles = settles,
	                            .rule_count = COUNT(rules),
	                            .settle_count = COUNT(settles)};

	return tariff;
}

static struct jtn_focus
focus_of(const struct jtn_tariff *tariff)
{
	struct jtn_focus focus = {.size = sizeof(focus),
	                          .tariff = tariff,
	                          .time_ns = FROM + DAY + INT64_C(1500000000),
	                          .period_from_ns = FROM,
	                          .period_until_ns = UNTIL,
	                          .account = "acme",
	                          .resource = "evt-1"};

	return focus;
}

static struct jtn_line
tokens(int64_t quantity, const char *price, const char *amount)
{
	struct jtn_line line = {.amount = money(amount),
	                        .price = money(price),
	                        .quantity = quantity,
	                        .per = 1000000,
	                        .meter = JTN_METER_INPUT,
	                        .priced_as = JTN_METER_INPUT,
	                        .rule = IN};

	return line;
}

/* A CSV row taken apart again: quotes undone. Returns how many fields. */
static size_t
split(char *text, char *fields[MOST_COLUMNS])
{
	size_t count = 0;

	for (char *at = text;; at++) {
		char *to = at;

		ck_assert_uint_lt(count, MOST_COLUMNS);
		fields[count++] = to;
		if (*at == '"') {
			for (at++; *at != '"' || at[1] == '"'; at++) {
				at += *at == '"';
				ck_assert_msg(*at != '\0', "an open quote");
				*to++ = *at;
			}
			at++;
		} else {
			for (; *at && *at != ',' && *at != '\n'; at++)
				ck_assert_msg(*at != '"' && *at != '\r', "a quote or line end without quotes around");
			to = at;
		}
		if (*at == '\n') {
			*to = '\0';
			ck_assert_int_eq(at[1], '\0');
			return count;
		}
		ck_assert_int_eq(*at, ',');
		*to = '\0';
	}
}

/* A row and its header, taken apart. Text belongs to the fixture until the next row. */
struct row {
	char *names[MOST_COLUMNS], *values[MOST_COLUMNS];
	size_t count;
};

static struct row
row_of(const struct jtn_line *line, const struct jtn_focus *focus)
{
	static char header[2048], text[65536];
	struct row row;
	struct jtn_error err;
	size_t length = 0, needed = 0;

	strcpy(header, jtn_focus_header());
	row.count = split(header, row.names);
	assert_status(jtn_focus_write(line, focus, NULL, 0, &needed, &err), JTN_E_SPACE);
	assert_ok(jtn_focus_write(line, focus, text, sizeof(text), &length, &err), err);
	ck_assert_uint_eq(length, needed);
	ck_assert_uint_eq(strlen(text), length);
	ck_assert_uint_eq(split(text, row.values), row.count);
	return row;
}

static void
assert_column(const struct row *row, const char *name, const char *expected)
{
	for (size_t i = 0; i < row->count; i++)
		if (strcmp(row->names[i], name) == 0) {
			ck_assert_msg(strcmp(row->values[i], expected) == 0, "%s: \"%s\", expected \"%s\"", name, row->values[i],
			              expected);
			return;
		}
	ck_abort_msg("no column %s", name);
}

START_TEST(the_header_has_every_mandatory_column_once_and_in_order)
{
	static const char *const mandatory[] = {
		"BilledCost",         "BillingAccountId", "BillingAccountName", "BillingCurrency",   "BillingPeriodEnd",
		"BillingPeriodStart", "ChargeCategory",   "ChargeClass",        "ChargeDescription", "ChargePeriodEnd",
		"ChargePeriodStart",  "ContractedCost",   "EffectiveCost",      "InvoiceIssuerName", "ListCost",
		"PricingQuantity",    "PricingUnit",      "ProviderName",       "PublisherName",     "ServiceCategory",
		"ServiceName",
	};
	char header[2048], *names[MOST_COLUMNS];
	size_t count, found = 0;

	strcpy(header, jtn_focus_header());
	ck_assert_int_eq(header[strlen(header) - 1], '\n');
	count = split(header, names);
	for (size_t i = 0; i < count; i++) {
		found += found < COUNT(mandatory) && strcmp(names[i], mandatory[found]) == 0;
		ck_assert(i == 0 || strcmp(names[i - 1], names[i]) < 0);
	}
	ck_assert_uint_eq(found, COUNT(mandatory));
}
END_TEST

START_TEST(a_line_of_tokens_fills_every_column_it_has_a_value_for)
{
	static const char expected[] =
		"0.0005,acme,,USD,2026-02-01T00:00:00Z,2026-01-01T00:00:00Z,Usage,,"
		"gpt-4o: 200 Tokens of input at 2.5 USD per 1000000 "
	    "Tokens,Usage-Based,2026-01-02T00:00:02Z,2026-01-02T00:00:01Z,"
		"200,Tokens,0.0005,2.5,0.0005,openai,0.0005,2.5,Standard,0.0002,1000000 Tokens,openai,openai,,,evt-1,Request,"
		"AI and Machine Learning,gpt-4o,Generative AI,openai/gpt-4o/input,%s,,openai/gpt-4o/input/in,acme,,"
		"\"{\"\"team\"\": \"\"a\"\"}\",sha256:00,,,input,gpt-4o,input,in,standard,\n";
	struct jtn_tariff tariff = tariff_of("openai", "gpt-4o");
	struct jtn_focus focus = focus_of(&tariff);
	struct jtn_line line = tokens(200, "2.5", "0.0005");
	struct jtn_error err;
	char text[2048], whole[2048];
	size_t length;

	focus.tags = "{\"team\": \"a\"}";
	snprintf(whole, sizeof(whole), expected, jtn_meter_describe(JTN_METER_INPUT));
	assert_ok(jtn_focus_write(&line, &focus, text, sizeof(text), &length, &err), err);
	ck_assert_str_eq(text, whole);
}
END_TEST

START_TEST(quantities_are_in_the_units_of_the_meter_and_of_the_price)
{
	struct jtn_tariff tariff = tariff_of("p", "m");
	struct jtn_focus focus = focus_of(&tariff);
	struct jtn_line line = {.amount = money("0.017"),
	                        .price = money("0.017"),
	                        .quantity = 60000000,
	                        .per = 60000000,
	                        .meter = JTN_METER_INPUT_AUDIO_SECONDS,
	                        .priced_as = JTN_METER_AUDIO_SECONDS,
	                        .rule = SECONDS};
	struct row row = row_of(&line, &focus);

	assert_column(&row, "ConsumedQuantity", "60");
	assert_column(&row, "ConsumedUnit", "Seconds");
	assert_column(&row, "PricingQuantity", "1");
	assert_column(&row, "PricingUnit", "60 Seconds");
	assert_column(&row, "x_PricedAs", "audio_seconds");
	line.per = 1000000;
	line.quantity = 1234567;
	row = row_of(&line, &focus);
	assert_column(&row, "ConsumedQuantity", "1.234567");
	assert_column(&row, "PricingQuantity", "1.234567");
	assert_column(&row, "PricingUnit", "Seconds");
	line.per = INT64_C(3600000000);
	line.quantity = 1000000;
	row = row_of(&line, &focus);
	assert_column(&row, "PricingQuantity", "0.000277777777777778");
	assert_column(&row, "PricingUnit", "3600 Seconds");
	line = tokens(INT64_MAX, "1", "1");
	line.per = 1;
	row = row_of(&line, &focus);
	assert_column(&row, "PricingQuantity", "9223372036854775807");
	assert_column(&row, "PricingUnit", "Tokens");
	line.per = INT64_MAX;
	line.quantity = INT64_MIN;
	row = row_of(&line, &focus);
	assert_column(&row, "ConsumedQuantity", "-9223372036854775808");
	assert_column(&row, "PricingQuantity", "-1");
}
END_TEST

START_TEST(list_cost_and_list_price_are_those_of_the_list)
{
	struct jtn_tariff tariff = tariff_of("p", "m"), list = tariff_of("p", "m");
	struct jtn_focus focus = focus_of(&tariff);
	struct jtn_line line = tokens(200, "2", "0.0004");
	struct row row;

	focus.list_amount = money("0.0005");
	row = row_of(&line, &focus); /* without a list, the price is the list price */
	assert_column(&row, "ListCost", "0.0004");
	assert_column(&row, "ListUnitPrice", "2");
	focus.list = &list;
	row = row_of(&line, &focus);
	assert_column(&row, "ListCost", "0.0005");
	assert_column(&row, "ListUnitPrice", "2.5");
	assert_column(&row, "ContractedUnitPrice", "2");
	assert_column(&row, "ContractedCost", "0.0004");
	line.quantity = 0;
	row = row_of(&line, &focus);
	assert_column(&row, "ListUnitPrice", "");
	line.quantity = -1;
	row = row_of(&line, &focus);
	assert_column(&row, "ListUnitPrice", "");
	line.quantity = 1;
	focus.list_amount = money("99999999999999999999");
	row = row_of(&line, &focus);
	assert_column(&row, "ListUnitPrice", "");
}
END_TEST

START_TEST(a_charge_from_before_the_billing_period_is_a_correction)
{
	struct jtn_tariff tariff = tariff_of("p", "m");
	struct jtn_focus focus = focus_of(&tariff);
	struct jtn_line line = tokens(-200, "2.5", "-0.0005");
	struct row row;

	line.flags = JTN_CHARGE_REVERSED | JTN_CHARGE_ROUNDED;
	row = row_of(&line, &focus);
	assert_column(&row, "ChargeClass", "");
	assert_column(&row, "x_ChargeFlags", "rounded reversed");
	focus.time_ns = FROM - 1;
	row = row_of(&line, &focus);
	assert_column(&row, "ChargeClass", "Correction");
	assert_column(&row, "ChargeCategory", "Usage");
	assert_column(&row, "BilledCost", "-0.0005");
	assert_column(&row, "ConsumedQuantity", "-200");
	assert_column(&row, "ChargePeriodStart", "2025-12-31T23:59:59Z");
	assert_column(&row, "ChargePeriodEnd", "2026-01-01T00:00:00Z");
	focus.time_ns = -1;
	row = row_of(&line, &focus);
	assert_column(&row, "ChargePeriodStart", "1969-12-31T23:59:59Z");
}
END_TEST

START_TEST(markups_and_discounts_are_adjustments_without_quantity)
{
	struct jtn_tariff tariff = tariff_of("p", "m");
	struct jtn_focus focus = focus_of(&tariff);
	struct jtn_line line = {.amount = money("-0.1"),
	                        .price = money("1"),
	                        .quantity = -10,
	                        .per = 100,
	                        .meter = JTN_METER_OUTPUT,
	                        .priced_as = JTN_METER_OUTPUT,
	                        .rule = DISCOUNT,
	                        .flags = JTN_CHARGE_OVERLAY};
	struct row row;

	tariff.customer = "northwind";
	row = row_of(&line, &focus);
	assert_column(&row, "ChargeCategory", "Adjustment");
	assert_column(&row, "ChargeFrequency", "One-Time");
	assert_column(&row, "BilledCost", "-0.1");
	assert_column(&row, "ContractedUnitPrice", "");
	assert_column(&row, "ListUnitPrice", "");
	assert_column(&row, "PricingQuantity", "");
	assert_column(&row, "PricingUnit", "");
	assert_column(&row, "PricingCategory", "");
	assert_column(&row, "ConsumedQuantity", "");
	assert_column(&row, "ConsumedUnit", "");
	assert_column(&row, "ChargeDescription", "m: friends, and family on output");
	assert_column(&row, "x_RuleId", "friends, and family");
	assert_column(&row, "x_ChargeFlags", "overlay");
	assert_column(&row, "BillingAccountId", "northwind");
	assert_column(&row, "SubAccountId", "acme");
	line.rule = MARKUP;
	line.meter = line.priced_as = 0;
	row = row_of(&line, &focus);
	assert_column(&row, "ChargeCategory", "Adjustment");
	assert_column(&row, "ChargeDescription", "m: margin");
	assert_column(&row, "SkuId", "p/m");
	assert_column(&row, "SkuMeter", "period charge");
	assert_column(&row, "x_Meter", "");
	assert_column(&row, "x_PricedAs", "");
}
END_TEST

START_TEST(period_charges_take_their_billing_period_and_kind)
{
	static const struct {
		enum rule rule;
		uint32_t meter;
		const char *category, *frequency, *quantity;
	} cases[] = {
		{GRADUATED, JTN_METER_INPUT, "Usage", "Usage-Based", "1"}, {GRADUATED, 0, "Purchase", "Recurring", "1"},
		{SUBSCRIPTION, 0, "Purchase", "Recurring", "1"},           {MINIMUM, 0, "Adjustment", "One-Time", ""},
		{ALLOWANCE, JTN_METER_INPUT, "Credit", "One-Time", ""},
	};
	struct jtn_tariff tariff = tariff_of("p", "m");
	struct jtn_focus focus = focus_of(&tariff);

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jtn_line line = {.amount = money("20"),
		                        .price = money("20"),
		                        .quantity = 1,
		                        .per = 1,
		                        .meter = cases[i].meter,
		                        .rule = cases[i].rule,
		                        .flags = JTN_CHARGE_SETTLED,
		                        .step = 2};
		struct row row = row_of(&line, &focus);

		assert_column(&row, "ChargeCategory", cases[i].category);
		assert_column(&row, "ChargeFrequency", cases[i].frequency);
		assert_column(&row, "PricingQuantity", cases[i].quantity);
		assert_column(&row, "ChargePeriodStart", "2026-01-01T00:00:00Z");
		assert_column(&row, "ChargePeriodEnd", "2026-02-01T00:00:00Z");
		assert_column(&row, "x_SettleStep", "2");
		assert_column(&row, "x_ChargeFlags", "settled");
		if (cases[i].rule == SUBSCRIPTION) {
			assert_column(&row, "PricingUnit", "Units");
			assert_column(&row, "ChargeDescription", "m: 1 Units at 20 USD per Units");
			assert_column(&row, "ConsumedQuantity", "");
			assert_column(&row, "SkuPriceId", "p/m/plan");
		}
	}
}
END_TEST

START_TEST(cached_tokens_say_so)
{
	struct jtn_tariff tariff = tariff_of("p", "m");
	struct jtn_focus focus = focus_of(&tariff);
	struct jtn_line line = tokens(1, "1", "0.000001");
	struct row row;

	line.meter = JTN_METER_CACHE_READ_AUDIO;
	line.flags = JTN_CHARGE_FALLBACK;
	line.tier = JTN_TIER_FLEX;
	row = row_of(&line, &focus);
	assert_column(&row, "x_CacheState", "read");
	assert_column(&row, "x_Meter", "cache_read_audio");
	assert_column(&row, "x_PricedAs", "input");
	assert_column(&row, "x_ServiceTier", "flex");
	line.meter = JTN_METER_CACHE_WRITE_1H;
	line.tier = 99;
	row = row_of(&line, &focus);
	assert_column(&row, "x_CacheState", "write");
	assert_column(&row, "x_ServiceTier", "");
}
END_TEST

START_TEST(text_from_outside_is_quoted_as_csv_asks_and_never_changed)
{
	static const char *const texts[] = {"a,b",  "say \"hi\"", "\"",       "two\nlines", "a\r\nb", "=cmd|' /C calc'!A0",
	                                    "+1",   "-1",         "@SUM(A1)", " blank ",    "",       "caf\xc3\xa9",
	                                    "\",\""};

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct jtn_tariff tariff = tariff_of(texts[i], texts[i]);
		struct jtn_focus focus = focus_of(&tariff);
		struct jtn_line line = tokens(1, "1", "0.000001");
		char sku[128];
		struct row row;

		focus.account = focus.resource = focus.tags = tariff.region = tariff.revision = texts[i];
		row = row_of(&line, &focus);
		assert_column(&row, "ProviderName", texts[i]);
		assert_column(&row, "ServiceName", texts[i]);
		assert_column(&row, "SubAccountId", texts[i]);
		assert_column(&row, "ResourceId", texts[i]);
		assert_column(&row, "ResourceType", texts[i][0] ? "Request" : "");
		assert_column(&row, "Tags", texts[i]);
		assert_column(&row, "RegionName", texts[i]);
		snprintf(sku, sizeof(sku), "%s/%s/%s/input/in", texts[i], texts[i], texts[i]);
		assert_column(&row, "SkuPriceId", sku);
	}
}
END_TEST

START_TEST(a_row_without_any_text_is_still_a_row)
{
	struct jtn_tariff tariff = tariff_of(NULL, NULL);
	struct jtn_focus focus = focus_of(&tariff);
	struct jtn_line line = tokens(1, "1", "0.000001");
	struct row row;

	focus.account = focus.resource = NULL;
	tariff.revision = NULL;
	row = row_of(&line, &focus);
	assert_column(&row, "ServiceName", "");
	assert_column(&row, "BillingAccountId", "");
	assert_column(&row, "ResourceType", "");
	assert_column(&row, "SkuId", "/input");
}
END_TEST

START_TEST(a_buffer_too_small_is_left_alone_and_the_size_told)
{
	struct jtn_tariff tariff = tariff_of("p", "m");
	struct jtn_focus focus = focus_of(&tariff);
	struct jtn_line line = tokens(1, "1", "0.000001");
	struct jtn_error err;
	char buffer[2048];
	size_t needed = 0, length = 0;

	memset(buffer, '#', sizeof(buffer));
	assert_fails(jtn_focus_write(&line, &focus, NULL, 0, &needed, &err), JTN_E_SPACE, err, "buffer");
	assert_fails(jtn_focus_write(&line, &focus, buffer, needed, &length, &err), JTN_E_SPACE, err, "buffer");
	ck_assert_uint_eq(length, needed);
	ck_assert_int_eq(buffer[0], '#');
	assert_ok(jtn_focus_write(&line, &focus, buffer, needed + 1, &length, &err), err);
	ck_assert_int_eq(buffer[needed], '\0');
	ck_assert_int_eq(buffer[needed + 1], '#');
}
END_TEST

START_TEST(what_makes_no_row_is_refused)
{
	static const struct jtn_money beyond = {0x098a224000000000, 0x4b3b4ca85a86c47a};
	struct jtn_tariff tariff = tariff_of("p", "m"), euros = tariff_of("p", "m");
	struct jtn_focus focus = focus_of(&tariff), bad;
	struct jtn_line line = tokens(1, "1", "0.000001"), wrong;
	struct jtn_error err;
	char buffer[2048];
	size_t length = 4711;

#define REFUSED(line, focus, status, field) \
	assert_fails(jtn_focus_write(line, focus, buffer, sizeof(buffer), &length, &err), status, err, field)
	REFUSED(NULL, &focus, JTN_E_ARGUMENT, "line");
	REFUSED(&line, NULL, JTN_E_ARGUMENT, "focus");
	assert_fails(jtn_focus_write(&line, &focus, NULL, 1, &length, &err), JTN_E_ARGUMENT, err, "buffer");
	assert_fails(jtn_focus_write(&line, &focus, buffer, 1, NULL, &err), JTN_E_ARGUMENT, err, "retlength");
	bad = focus;
	bad.size = 8;
	REFUSED(&line, &bad, JTN_E_ABI, "focus");
	bad = focus;
	bad.reserved = 1;
	REFUSED(&line, &bad, JTN_E_ABI, "focus.reserved");
	bad = focus;
	bad.tariff = NULL;
	REFUSED(&line, &bad, JTN_E_ARGUMENT, "focus.tariff");
	bad = focus;
	bad.list = &euros;
	memcpy(euros.currency, "EUR", 4);
	REFUSED(&line, &bad, JTN_E_ARGUMENT, "focus.list");
	bad = focus;
	bad.period_until_ns = FROM;
	REFUSED(&line, &bad, JTN_E_ARGUMENT, "focus.period_until_ns");
	bad = focus;
	bad.time_ns = INT64_MIN;
	REFUSED(&line, &bad, JTN_E_ARGUMENT, "focus.time_ns");
	bad = focus;
	bad.time_ns = INT64_MAX;
	REFUSED(&line, &bad, JTN_E_ARGUMENT, "focus.time_ns");
	wrong = line;
	wrong.rule = COUNT(rules) + COUNT(settles);
	REFUSED(&wrong, &focus, JTN_E_ARGUMENT, "line.rule");
	wrong = line;
	wrong.meter = 4711;
	REFUSED(&wrong, &focus, JTN_E_ARGUMENT, "line.meter");
	wrong = line;
	wrong.per = 0;
	REFUSED(&wrong, &focus, JTN_E_ARGUMENT, "line");
	wrong = line;
	wrong.amount = beyond;
	REFUSED(&wrong, &focus, JTN_E_ARGUMENT, "line");
	wrong = line;
	wrong.price = beyond;
	REFUSED(&wrong, &focus, JTN_E_ARGUMENT, "line");
	ck_assert_uint_eq(length, 4711);
#undef REFUSED
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("focus");
	TCase *tcase = tcase_create("focus");

	tcase_add_test(tcase, the_header_has_every_mandatory_column_once_and_in_order);
	tcase_add_test(tcase, a_line_of_tokens_fills_every_column_it_has_a_value_for);
	tcase_add_test(tcase, quantities_are_in_the_units_of_the_meter_and_of_the_price);
	tcase_add_test(tcase, list_cost_and_list_price_are_those_of_the_list);
	tcase_add_test(tcase, a_charge_from_before_the_billing_period_is_a_correction);
	tcase_add_test(tcase, markups_and_discounts_are_adjustments_without_quantity);
	tcase_add_test(tcase, period_charges_take_their_billing_period_and_kind);
	tcase_add_test(tcase, cached_tokens_say_so);
	tcase_add_test(tcase, text_from_outside_is_quoted_as_csv_asks_and_never_changed);
	tcase_add_test(tcase, a_row_without_any_text_is_still_a_row);
	tcase_add_test(tcase, a_buffer_too_small_is_left_alone_and_the_size_told);
	tcase_add_test(tcase, what_makes_no_row_is_refused);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
