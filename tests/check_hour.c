/* Hour: the catalogue's and a scenario's forms, what an hour comes to, and how it says no. */
#include "fixture.h"

#include "profile/hour.h"

static struct jtn_hour
parsed(const char *text)
{
	struct jtn_hour hour;
	struct jtn_error err;

	jtn_hour_init(&hour);
	assert_ok(jtn_hour_parse(text, strlen(text), &hour, &err), err);
	return hour;
}

static struct jtn_hour_price
price_of(const struct jtn_hour *hour)
{
	struct jtn_hour_price price;
	struct jtn_error err;

	assert_ok(jtn_hour_read_price(hour, &price, sizeof(price), &err), err);
	return price;
}

/* Every field told apart from its default. */
static struct jtn_hour
owned(void)
{
	struct jtn_hour hour;

	jtn_hour_init(&hour);
	hour.basis = JTN_HOUR_OWN;
	hour.own_capex = 35000;
	hour.own_years = 5;
	hour.own_residual = 4000;
	hour.own_cost_of_capital = 0.133;
	hour.own_kw = 1.3;
	hour.own_load_factor = 0.8;
	hour.own_pue = 1.25;
	hour.own_electricity_per_kwh = 0.087;
	hour.own_hosting_per_kw_month = 130;
	hour.own_maintenance = 0.05;
	hour.own_staff_per_year = 876;
	hour.own_availability = 0.98;
	return hour;
}

START_TEST(init_writes_the_defaults)
{
	struct jtn_hour hour;

	memset(&hour, 0xff, sizeof(hour));
	jtn_hour_init(&hour);
	ck_assert_uint_eq(hour.size, sizeof(hour));
	ck_assert_int_eq(hour.basis, JTN_HOUR_RENT);
	ck_assert_str_eq(hour.currency, "USD");
	ck_assert_int_eq(hour.reserved, 0);
	ck_assert_double_eq(hour.rent_per_hour, 0);
	ck_assert_double_eq(hour.own_capex, 0);
	ck_assert_double_eq(hour.own_years, 4);
	ck_assert_double_eq(hour.own_load_factor, 1);
	ck_assert_double_eq(hour.own_pue, 1);
	ck_assert_double_eq(hour.own_availability, 1);
	ck_assert_double_eq(hour.own_cost_of_capital, 0);
	jtn_hour_init(NULL);
}
END_TEST

START_TEST(a_rent_is_the_whole_price)
{
	struct jtn_hour hour = parsed("{\"rent\": \"2.5\"}");
	struct jtn_hour_price price = price_of(&hour);

	ck_assert_double_eq(price.total, 2.5);
	ck_assert_double_eq(price.rent, 2.5);
	ck_assert_double_eq(price.capital + price.hosting + price.electricity + price.maintenance + price.staff, 0);
}
END_TEST

START_TEST(a_rent_may_be_a_number_and_in_another_currency)
{
	struct jtn_hour hour = parsed("{\"currency\": \"CNY\", \"rent\": 14}");

	ck_assert_str_eq(hour.currency, "CNY");
	ck_assert_double_eq(hour.rent_per_hour, 14);
	hour = parsed("{\"rent\": 0}");
	ck_assert_double_eq(price_of(&hour).total, 0);
}
END_TEST

START_TEST(a_rent_may_be_named_by_catalogue_id)
{
	struct jtn_hour hour = parsed("{\"rent\": \"aws-p5-on-demand\"}");

	ck_assert_int_eq(hour.basis, JTN_HOUR_RENT);
	ck_assert_double_eq(hour.rent_per_hour, 6.88);
	hour = parsed("{\"currency\": \"USD\", \"rent\": \"own-h100-2026\"}");
	ck_assert_int_eq(hour.basis, JTN_HOUR_OWN);
	ck_assert_double_eq(hour.own_capex, 45000);
}
END_TEST

START_TEST(an_own_hour_is_read_field_by_field)
{
	struct jtn_hour hour = parsed(
		"{\"own\": {\"capex\": \"35000\", \"years\": 5, \"residual\": \"4000\", \"cost_of_capital\": 0.133, \"kw\": "
		"1.3, "
		"\"load_factor\": 0.8, \"pue\": \"1.25\", \"electricity_per_kwh\": \"0.087\", \"hosting_per_kw_month\": 130, "
		"\"maintenance\": 0.05, \"staff_per_year\": \"876\", \"availability\": 0.98}}");
	struct jtn_hour wanted = owned();

	ck_assert_mem_eq(&hour, &wanted, sizeof(hour));
}
END_TEST

START_TEST(an_own_hour_needs_capex_alone)
{
	struct jtn_hour hour = parsed("{\"own\": {\"capex\": 35040}}");

	ck_assert_double_eq(hour.own_years, 4);
	ck_assert_double_eq(hour.own_availability, 1);
	ck_assert_double_eq(price_of(&hour).total, 1);
}
END_TEST

/* The equation as it is printed, with pow(). */
START_TEST(owning_comes_to_capital_recovery_and_running_costs)
{
	struct jtn_hour hour = owned();
	struct jtn_hour_price price = price_of(&hour);
	double growth = pow(1.133, 5);
	double capital = (35000 - 4000 / growth) * 0.133 / (1 - 1 / growth) / 8760;

	assert_close(price.capital, capital / 0.98, 1e-12);
	assert_close(price.hosting, 1.3 * 130 / 730 / 0.98, 1e-12);
	assert_close(price.electricity, 1.3 * 0.8 * 1.25 * 0.087 / 0.98, 1e-12);
	assert_close(price.maintenance, 0.05 * 35000 / 8760 / 0.98, 1e-12);
	assert_close(price.staff, 0.1 / 0.98, 1e-12);
	ck_assert_double_eq(price.rent, 0);
	ck_assert_double_eq(price.total,
	                    price.capital + price.hosting + price.electricity + price.maintenance + price.staff);
}
END_TEST

/* facts.csv sa-h200-tco: 34698 USD, 13.3 %, 4 years come to 11737 USD a year, 1.340 an hour. */
START_TEST(an_h200_by_published_inputs_comes_to_the_published_capital_cost)
{
	struct jtn_hour hour = parsed("{\"own\": {\"capex\": \"34698\", \"years\": 4, \"cost_of_capital\": 0.133}}");

	assert_close(price_of(&hour).capital, 1.340, 5e-4);
	assert_close(price_of(&hour).capital * 8760, 11737, 1e-4);
}
END_TEST

START_TEST(without_cost_of_capital_it_is_the_straight_line_exactly)
{
	struct jtn_hour hour = owned();

	hour.own_cost_of_capital = 0;
	hour.own_availability = 1;
	ck_assert_double_eq(price_of(&hour).capital, (35000.0 - 4000.0) / 5 / 8760);
}
END_TEST

START_TEST(a_tiny_cost_of_capital_tends_to_the_straight_line)
{
	struct jtn_hour hour = owned();
	double straight;
	double rate;

	hour.own_cost_of_capital = 0;
	straight = price_of(&hour).capital;
	for (rate = 1e-6; rate > 1e-300; rate *= 1e-3) {
		hour.own_cost_of_capital = rate;
		assert_close(price_of(&hour).capital, straight, 1e-14 + 10 * rate);
	}
}
END_TEST

START_TEST(what_keeps_its_value_costs_its_interest)
{
	struct jtn_hour hour = owned();

	hour.own_residual = hour.own_capex;
	hour.own_availability = 1;
	assert_close(price_of(&hour).capital, 35000 * 0.133 / 8760, 1e-14);
	hour.own_cost_of_capital = 1e-12;
	assert_close(price_of(&hour).capital, 35000 * 1e-12 / 8760, 1e-14);
}
END_TEST

START_TEST(a_dearer_input_never_makes_a_cheaper_hour)
{
	static const size_t dearer[] = {offsetof(struct jtn_hour, own_capex),
	                                offsetof(struct jtn_hour, own_cost_of_capital),
	                                offsetof(struct jtn_hour, own_kw),
	                                offsetof(struct jtn_hour, own_load_factor),
	                                offsetof(struct jtn_hour, own_pue),
	                                offsetof(struct jtn_hour, own_electricity_per_kwh),
	                                offsetof(struct jtn_hour, own_hosting_per_kw_month),
	                                offsetof(struct jtn_hour, own_maintenance),
	                                offsetof(struct jtn_hour, own_staff_per_year)};
	struct jtn_hour hour = owned();
	double before = price_of(&hour).total;
	double value;

	memcpy(&value, (char *)&hour + dearer[_i], sizeof(value));
	value *= 1.1;
	memcpy((char *)&hour + dearer[_i], &value, sizeof(value));
	ck_assert_double_gt(price_of(&hour).total, before);
}
END_TEST

#define OWN_DOUBLE(name)                       \
	{                                          \
#name, offsetof(struct jtn_hour, name) \
	}
static const struct {
	const char *name;
	size_t offset;
} doubles[] = {
	OWN_DOUBLE(own_capex),
	OWN_DOUBLE(own_years),
	OWN_DOUBLE(own_residual),
	OWN_DOUBLE(own_cost_of_capital),
	OWN_DOUBLE(own_kw),
	OWN_DOUBLE(own_load_factor),
	OWN_DOUBLE(own_pue),
	OWN_DOUBLE(own_electricity_per_kwh),
	OWN_DOUBLE(own_hosting_per_kw_month),
	OWN_DOUBLE(own_maintenance),
	OWN_DOUBLE(own_staff_per_year),
	OWN_DOUBLE(own_availability),
};

START_TEST(nan_infinity_and_negative_numbers_are_refused_by_name)
{
	static const double bad[] = {NAN, INFINITY, -INFINITY, -1, -1e-300, 1e300};
	struct jtn_hour_price price = {.total = 77};
	struct jtn_error err;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		struct jtn_hour hour = owned();

		memcpy((char *)&hour + doubles[_i].offset, &bad[i], sizeof(bad[i]));
		assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE, err, doubles[_i].name);
		assert_status(jtn_hour_read_price(&hour, &price, sizeof(price), NULL), JTN_E_RANGE);
	}
	ck_assert_double_eq(price.total, 77);
}
END_TEST

START_TEST(a_bad_rent_is_refused_by_name)
{
	static const double bad[] = {NAN, INFINITY, -1, 1e300};
	struct jtn_hour_price price;
	struct jtn_error err;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		struct jtn_hour hour;

		jtn_hour_init(&hour);
		hour.rent_per_hour = bad[i];
		assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE, err, "rent_per_hour");
	}
}
END_TEST

START_TEST(zero_is_refused_where_it_makes_no_sense)
{
	static const char *const names[] = {"own_capex", "own_years", "own_load_factor", "own_pue", "own_availability"};
	struct jtn_hour_price price;
	struct jtn_error err;
	size_t i;
	size_t j;

	for (i = 0; i < COUNT(names); i++) {
		for (j = 0; j < COUNT(doubles); j++) {
			struct jtn_hour hour = owned();

			if (strcmp(doubles[j].name, names[i]) != 0)
				continue;
			memset((char *)&hour + doubles[j].offset, 0, sizeof(double));
			assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE, err, names[i]);
		}
	}
}
END_TEST

START_TEST(shares_above_one_are_refused)
{
	struct jtn_hour_price price;
	struct jtn_hour hour = owned();
	struct jtn_error err;

	hour.own_load_factor = 1.01;
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE, err, "own_load_factor");
	hour = owned();
	hour.own_availability = 98;
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE, err, "own_availability");
	hour = owned();
	hour.own_pue = 0.9;
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE, err, "own_pue");
}
END_TEST

START_TEST(an_hour_of_two_bases_is_a_contradiction)
{
	struct jtn_hour_price price;
	struct jtn_hour hour = owned();
	struct jtn_error err;

	hour.rent_per_hour = 2;
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_CONTRADICTION, err, "rent_per_hour");
	hour = owned();
	hour.basis = JTN_HOUR_RENT;
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_CONTRADICTION, err, "own_capex");
	hour = owned();
	hour.own_residual = 40000;
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_CONTRADICTION, err, "own_residual");
}
END_TEST

START_TEST(an_unknown_basis_or_currency_is_refused)
{
	struct jtn_hour_price price;
	struct jtn_hour hour;
	struct jtn_error err;

	jtn_hour_init(&hour);
	hour.basis = 3;
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE, err, "basis");
	jtn_hour_init(&hour);
	hour.currency[3] = 'X';
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE, err, "currency");
	jtn_hour_init(&hour);
	memset(hour.currency, 0, sizeof(hour.currency));
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE, err, "currency");
	jtn_hour_init(&hour);
	hour.reserved = 1;
	assert_fails(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_ABI, err, "reserved");
}
END_TEST

START_TEST(a_price_no_number_holds_is_an_error_not_infinity)
{
	struct jtn_hour_price price;
	struct jtn_hour hour = owned();
	struct jtn_error err;

	hour.own_availability = 1e-310;
	assert_status(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_RANGE);
}
END_TEST

static const struct {
	const char *text;
	jtn_status status;
	const char *field;
	const char *says;
} refused[] = {
	{"{}", JTN_E_MISSING_FIELD, "rent", "own"},
	{"{\"currency\": \"USD\"}", JTN_E_MISSING_FIELD, "rent", "catalogue id"},
	{"{\"rent\": \"2\", \"own\": {\"capex\": 3}}", JTN_E_CONTRADICTION, "own", "one of them"},
	{"{\"rent\": \"-2\"}", JTN_E_RANGE, "rent", ""},
	{"{\"rent\": -2}", JTN_E_RANGE, "rent", ""},
	{"{\"rent\": \"\"}", JTN_E_TYPE, "rent", ""},
	{"{\"rent\": \"2,5\"}", JTN_E_TYPE, "rent", "2.5"},
	{"{\"rent\": true}", JTN_E_TYPE, "rent", ""},
	{"{\"rent\": {\"own\": 1}}", JTN_E_TYPE, "rent", ""},
	{"{\"rent\": \"1e300\"}", JTN_E_RANGE, "rent", ""},
	{"{\"rent\": \"nan\"}", JTN_E_NOT_FOUND, "rent", "no hour"},
	{"{\"rent\": \"aws-p5-on-demnad\"}", JTN_E_NOT_FOUND, "rent", "aws-p5-on-demand"},
	{"{\"rent\": \"aws-p5-on-demand\", \"currency\": \"EUR\"}", JTN_E_CONTRADICTION, "currency", "priced in USD"},
	{"{\"rent\": \"2\", \"currency\": \"usd\"}", JTN_E_RANGE, "currency", "USD"},
	{"{\"rent\": \"2\", \"currency\": \"DOLLAR\"}", JTN_E_RANGE, "currency", "USD"},
	{"{\"rent\": \"2\", \"currency\": \"\"}", JTN_E_RANGE, "currency", "USD"},
	{"{\"rent\": \"2\", \"currency\": 1}", JTN_E_TYPE, "currency", ""},
	{"{\"rent\": \"2\", \"curency\": \"USD\"}", JTN_E_UNKNOWN_FIELD, "curency", "currency"},
	{"{\"rent\": \"2\", \"name\": \"x\"}", JTN_E_UNKNOWN_FIELD, "name", ""},
	{"{\"own\": 3}", JTN_E_TYPE, "own", "capex"},
	{"{\"own\": {}}", JTN_E_MISSING_FIELD, "own.capex", ""},
	{"{\"own\": {\"capex\": \"0\"}}", JTN_E_RANGE, "own.capex", "greater"},
	{"{\"own\": {\"capex\": 3, \"years\": 0}}", JTN_E_RANGE, "own.years", "greater"},
	{"{\"own\": {\"capex\": 3, \"years\": 1000}}", JTN_E_RANGE, "own.years", ""},
	{"{\"own\": {\"capex\": 3, \"pue\": 0.5}}", JTN_E_RANGE, "own.pue", ""},
	{"{\"own\": {\"capex\": 3, \"availability\": 98}}", JTN_E_RANGE, "own.availability", ""},
	{"{\"own\": {\"capex\": 3, \"cost_of_capital\": 13.3}}", JTN_E_RANGE, "own.cost_of_capital", ""},
	{"{\"own\": {\"capex\": 3, \"kw\": \"much\"}}", JTN_E_TYPE, "own.kw", ""},
	{"{\"own\": {\"capex\": 3, \"residual\": 4}}", JTN_E_CONTRADICTION, "own.residual", "at most"},
	{"{\"own\": {\"capex\": 3, \"capax\": 4}}", JTN_E_UNKNOWN_FIELD, "own.capax", "capex"},
	{"[]", JTN_E_TYPE, "", ""},
	{"{\"rent\": \"2\"", JTN_E_SYNTAX, "", ""},
	{"{\"rent\": \"2\"} x", JTN_E_SYNTAX, "", ""},
	{"", JTN_E_SYNTAX, "", ""},
};

START_TEST(each_fault_is_refused_by_field_and_says_what_would_be_right)
{
	const char *text = refused[_i].text;
	struct jtn_hour hour;
	struct jtn_hour before;
	struct jtn_error err;

	memset(&before, 0x5a, sizeof(before));
	before.size = sizeof(before);
	hour = before;
	assert_fails(jtn_hour_parse(text, strlen(text), &hour, &err), refused[_i].status, err, refused[_i].field);
	ck_assert_msg(strstr(err.message, refused[_i].says) != NULL, "\"%s\" does not say \"%s\"", err.message,
	              refused[_i].says);
	ck_assert_mem_eq(&hour, &before, sizeof(hour));
	assert_status(jtn_hour_parse(text, strlen(text), &hour, NULL), refused[_i].status);
}
END_TEST

START_TEST(a_key_that_is_there_twice_is_refused)
{
	const char *text = "{\"rent\": \"2\",\n\"rent\": \"3\"}";
	struct jtn_hour hour;
	struct jtn_error err;

	jtn_hour_init(&hour);
	assert_status(jtn_hour_parse(text, strlen(text), &hour, &err), JTN_E_DUPLICATE_KEY);
	ck_assert_int_eq(err.line, 2);
}
END_TEST

/* clang-format off */
static const char rent_entry[] =
	"{\"id\": \"x\", \"name\": \"X\", \"provider\": \"X\", \"hardware\": \"x1\", \"region\": \"eu\",\n"
	"\"kind\": \"on-demand\",\n"
	"\"typical\": true, \"currency\": \"EUR\", \"rent\": \"2\", \"instance\": {\"price\": \"16\", \"accelerators\": 8},\n"
	"\"range\": [\"1.5\", \"2.5\"], \"date\": \"2026\", \"source\": \"a list\", \"confidence\": \"fair\",\n"
	"\"notes\": \"\"}";
static const char own_entry[] =
	"{\"id\": \"x\", \"name\": \"X\", \"provider\": \"X\", \"hardware\": \"x1\", \"kind\": \"own\",\n"
	"\"own\": {\"capex\": \"30000\", \"kw\": 1}, \"range\": [20000, 40000], \"date\": \"2026-08\",\n"
	"\"sources\": {\"capex\": {\"cite\": \"a list\", \"date\": \"2026\", \"note\": \"8\"}"
	", \"kw\": {\"cite\": \"b\", \"date\": \"2025\"}}}";
/* clang-format on */

START_TEST(a_catalogue_entry_of_ones_own_is_read)
{
	struct jtn_hour hour = parsed(rent_entry);

	ck_assert_str_eq(hour.currency, "EUR");
	ck_assert_double_eq(hour.rent_per_hour, 2);
	hour = parsed(own_entry);
	ck_assert_int_eq(hour.basis, JTN_HOUR_OWN);
	ck_assert_double_eq(hour.own_capex, 30000);
	ck_assert_double_eq(hour.own_kw, 1);
}
END_TEST

static const struct {
	const char *entry;
	const char *from;
	const char *to;
	jtn_status status;
	const char *field;
} bad_entries[] = {
	{rent_entry, "\"name\": \"X\", ", "", JTN_E_MISSING_FIELD, "name"},
	{rent_entry, "\"hardware\": \"x1\", ", "", JTN_E_MISSING_FIELD, "hardware"},
	{rent_entry, "\"id\": \"x\"", "\"id\": \"\"", JTN_E_RANGE, "id"},
	{rent_entry, "\"on-demand\"", "\"lease\"", JTN_E_RANGE, "kind"},
	{rent_entry, "\"on-demand\"", "\"own\"", JTN_E_CONTRADICTION, "kind"},
	{rent_entry, "true", "1", JTN_E_TYPE, "typical"},
	{rent_entry, "\"rent\": \"2\"", "\"rent\": \"aws-p5-on-demand\"", JTN_E_TYPE, "rent"},
	{rent_entry, "\"rent\": \"2\"", "\"rent\": \"2.1\"", JTN_E_CONTRADICTION, "instance.price"},
	{rent_entry, "\"accelerators\": 8", "\"accelerators\": 0", JTN_E_RANGE, "instance.accelerators"},
	{rent_entry, "\"price\": \"16\", ", "", JTN_E_MISSING_FIELD, "instance.price"},
	{rent_entry, "\"price\": \"16\"", "\"prize\": \"16\"", JTN_E_UNKNOWN_FIELD, "instance.prize"},
	{rent_entry, "{\"price\": \"16\", \"accelerators\": 8}", "16", JTN_E_TYPE, "instance"},
	{rent_entry, "\"2.5\"]", "\"1.9\"]", JTN_E_RANGE, "range"},
	{rent_entry, "\"2.5\"]", "\"0.9\"]", JTN_E_RANGE, "range"},
	{rent_entry, "\"date\": \"2026\", ", "", JTN_E_MISSING_FIELD, "date"},
	{rent_entry, "\"2026\"", "\"soon\"", JTN_E_SYNTAX, "date"},
	{rent_entry, "\"source\": \"a list\", ", "", JTN_E_MISSING_FIELD, "source"},
	{rent_entry, "\"confidence\": \"fair\"", "\"confidence\": 0.9", JTN_E_TYPE, "confidence"},
	{rent_entry, "\"notes\"", "\"remarks\"", JTN_E_UNKNOWN_FIELD, "remarks"},
	{own_entry, "\"kind\": \"own\"", "\"kind\": \"tco\"", JTN_E_CONTRADICTION, "kind"},
	{own_entry, "40000", "25000", JTN_E_RANGE, "range"},
	{own_entry, ", \"kw\": {\"cite\": \"b\", \"date\": \"2025\"}", "", JTN_E_MISSING_FIELD, "sources.kw"},
	{own_entry, "\"date\": \"2025\"", "\"date\": 2025", JTN_E_TYPE, "sources.kw.date"},
	{own_entry, "\"range\"", "\"instance\": {\"price\": 1, \"accelerators\": 1}, \"range\"", JTN_E_CONTRADICTION,
     "instance"},
};

START_TEST(each_fault_of_an_entry_is_refused_by_field)
{
	char *text = with(bad_entries[_i].entry, bad_entries[_i].from, bad_entries[_i].to);
	struct jtn_hour hour;
	struct jtn_error err;

	jtn_hour_init(&hour);
	assert_fails(jtn_hour_parse(text, strlen(text), &hour, &err), bad_entries[_i].status, err, bad_entries[_i].field);
	free(text);
}
END_TEST

START_TEST(every_entry_of_the_catalogue_is_read_and_makes_sense)
{
	const char *id = jtn_catalog_id(JTN_CATALOG_HOUR, (size_t)_i);
	struct jtn_hour hour;
	struct jtn_error err;
	double total;

	jtn_hour_init(&hour);
	assert_ok(jtn_hour_find(id, &hour, &err), err);
	ck_assert_str_eq(hour.currency, "USD");
	total = price_of(&hour).total;
	ck_assert_msg(total >= 0.03 && total <= 150, "%s: %g USD an hour", id, total);
}
END_TEST

/* SemiAnalysis puts the total cost of owning an H200 at 1.66 (2025-06) and 1.74 (2025-08) USD an hour. */
START_TEST(an_owned_h200_comes_near_the_published_total)
{
	struct jtn_hour hour;
	struct jtn_error err;

	jtn_hour_init(&hour);
	assert_ok(jtn_hour_find("own-h200-2025", &hour, &err), err);
	assert_close(price_of(&hour).total, 1.7, 0.03);
}
END_TEST

START_TEST(an_unknown_id_names_the_nearest)
{
	struct jtn_hour hour;
	struct jtn_error err;

	jtn_hour_init(&hour);
	assert_fails(jtn_hour_find("aws-p5-on-demnad", &hour, &err), JTN_E_NOT_FOUND, err, "hour");
	ck_assert_ptr_nonnull(strstr(err.message, "aws-p5-on-demand"));
}
END_TEST

START_TEST(null_and_wrong_sizes_are_refused)
{
	struct jtn_hour hour = owned();
	struct jtn_hour_price price;
	struct jtn_error err;
	const char *text = "{\"rent\": 2}";

	assert_fails(jtn_hour_parse(NULL, 0, &hour, &err), JTN_E_ARGUMENT, err, "text");
	assert_fails(jtn_hour_parse(text, strlen(text), NULL, &err), JTN_E_ARGUMENT, err, "ret");
	assert_fails(jtn_hour_find("aws-p5-on-demand", NULL, &err), JTN_E_ARGUMENT, err, "ret");
	assert_status(jtn_hour_find(NULL, &hour, &err), JTN_E_ARGUMENT);
	assert_status(jtn_hour_read_price(NULL, &price, sizeof(price), &err), JTN_E_ARGUMENT);
	assert_status(jtn_hour_read_price(&hour, NULL, sizeof(price), &err), JTN_E_ARGUMENT);
	assert_status(jtn_hour_read_price(&hour, &price, sizeof(price) - 8, &err), JTN_E_ABI);
	hour.size = 0;
	assert_status(jtn_hour_parse(text, strlen(text), &hour, &err), JTN_E_ABI);
	assert_status(jtn_hour_find("aws-p5-on-demand", &hour, &err), JTN_E_ABI);
	assert_status(jtn_hour_read_price(&hour, &price, sizeof(price), &err), JTN_E_ABI);
}
END_TEST

/* As a program built against a later header would pass it. */
START_TEST(a_newer_callers_longer_struct_is_fine_while_its_tail_is_zero)
{
	struct {
		struct jtn_hour hour;
		double later;
	} longer;
	struct {
		struct jtn_hour_price price;
		double later;
	} price = {.later = 7};
	struct jtn_error err;
	const char *text = "{\"rent\": 2}";

	jtn_hour_init(&longer.hour);
	longer.hour.size = sizeof(longer);
	longer.later = 7;
	assert_ok(jtn_hour_parse(text, strlen(text), &longer.hour, &err), err);
	ck_assert_uint_eq(longer.hour.size, sizeof(longer));
	ck_assert_double_eq(longer.later, 0);
	assert_ok(jtn_hour_read_price(&longer.hour, &price.price, sizeof(price), &err), err);
	ck_assert_double_eq(price.later, 0);
	longer.later = 7;
	assert_status(jtn_hour_read_price(&longer.hour, &price.price, sizeof(price), &err), JTN_E_ABI);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("hour");
	TCase *reading = tcase_create("read");
	TCase *pricing = tcase_create("price");

	tcase_add_test(reading, init_writes_the_defaults);
	tcase_add_test(reading, a_rent_is_the_whole_price);
	tcase_add_test(reading, a_rent_may_be_a_number_and_in_another_currency);
	tcase_add_test(reading, a_rent_may_be_named_by_catalogue_id);
	tcase_add_test(reading, an_own_hour_is_read_field_by_field);
	tcase_add_test(reading, an_own_hour_needs_capex_alone);
	tcase_add_loop_test(reading, each_fault_is_refused_by_field_and_says_what_would_be_right, 0, (int)COUNT(refused));
	tcase_add_test(reading, a_key_that_is_there_twice_is_refused);
	tcase_add_test(reading, a_catalogue_entry_of_ones_own_is_read);
	tcase_add_loop_test(reading, each_fault_of_an_entry_is_refused_by_field, 0, (int)COUNT(bad_entries));
	tcase_add_loop_test(reading, every_entry_of_the_catalogue_is_read_and_makes_sense, 0,
	                    (int)jtn_catalog_count(JTN_CATALOG_HOUR));
	tcase_add_test(reading, an_unknown_id_names_the_nearest);
	tcase_add_test(reading, null_and_wrong_sizes_are_refused);
	tcase_add_test(reading, a_newer_callers_longer_struct_is_fine_while_its_tail_is_zero);
	suite_add_tcase(suite, reading);
	tcase_add_test(pricing, owning_comes_to_capital_recovery_and_running_costs);
	tcase_add_test(pricing, an_h200_by_published_inputs_comes_to_the_published_capital_cost);
	tcase_add_test(pricing, without_cost_of_capital_it_is_the_straight_line_exactly);
	tcase_add_test(pricing, a_tiny_cost_of_capital_tends_to_the_straight_line);
	tcase_add_test(pricing, what_keeps_its_value_costs_its_interest);
	tcase_add_loop_test(pricing, a_dearer_input_never_makes_a_cheaper_hour, 0, 9);
	tcase_add_loop_test(pricing, nan_infinity_and_negative_numbers_are_refused_by_name, 0, (int)COUNT(doubles));
	tcase_add_test(pricing, a_bad_rent_is_refused_by_name);
	tcase_add_test(pricing, zero_is_refused_where_it_makes_no_sense);
	tcase_add_test(pricing, shares_above_one_are_refused);
	tcase_add_test(pricing, an_hour_of_two_bases_is_a_contradiction);
	tcase_add_test(pricing, an_unknown_basis_or_currency_is_refused);
	tcase_add_test(pricing, a_price_no_number_holds_is_an_error_not_infinity);
	tcase_add_test(pricing, an_owned_h200_comes_near_the_published_total);
	suite_add_tcase(suite, pricing);
	return run_suite(suite);
}
