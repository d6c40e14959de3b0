/*
 * What one accelerator-hour costs: a rent as it is, or owning by capital recovery and running costs.
 * Equations: docs/cost-model.md, "The hour". Format: docs/formats.md, "Hour".
 */
#include "hour.h"

#include "base/abi.h"
#include "figure.h"
#include "jeton/catalog.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HOURS_PER_YEAR 8760.0
#define MONTHS_PER_YEAR 12.0
#define MOST_MONEY 1e15 /* currency units; beyond it any figure is a slip, in any currency */
#define RENT_TOLERANCE 0.005

/* What may stand in a field. Bounds catch slips, not the unusual; `open`: the low bound itself is refused. */
struct field {
	const char *name; /* own_capex; in text, own.capex */
	size_t offset;
	double low;
	double high;
	bool open;
};

#define FIELD(name, low, high, open)                            \
	{                                                           \
#name, offsetof(struct jtn_hour, name), low, high, open \
	}

static const struct field rent_field = FIELD(rent_per_hour, 0, MOST_MONEY, false);
static const struct field own_fields[] = {
	FIELD(own_capex, 0, MOST_MONEY, true),
	FIELD(own_years, 0, 100, true),
	FIELD(own_residual, 0, MOST_MONEY, false),
	FIELD(own_cost_of_capital, 0, 10, false),
	FIELD(own_kw, 0, 1e4, false),
	FIELD(own_load_factor, 0, 1, true),
	FIELD(own_pue, 1, 10, false),
	FIELD(own_electricity_per_kwh, 0, MOST_MONEY, false),
	FIELD(own_hosting_per_kw_month, 0, MOST_MONEY, false),
	FIELD(own_maintenance, 0, 10, false),
	FIELD(own_staff_per_year, 0, MOST_MONEY, false),
	FIELD(own_availability, 0, 1, true),
};

static const char *
key_of(const struct field *field)
{
	return field->name + strlen("own_");
}

static double *
place_of(struct jtn_hour *hour, const struct field *field)
{
	return (double *)(void *)((char *)hour + field->offset);
}

void
jtn_hour_init(struct jtn_hour *ret)
{
	if (ret == NULL)
		return;
	memset(ret, 0, sizeof(*ret));
	ret->size = sizeof(*ret);
	ret->basis = JTN_HOUR_RENT;
	memcpy(ret->currency, "USD", sizeof(ret->currency));
	ret->own_years = 4;
	ret->own_load_factor = 1;
	ret->own_pue = 1;
	ret->own_availability = 1;
}

/* Checking */

static bool
is_currency(const char *text)
{
	size_t i;

	for (i = 0; i < 3; i++)
		if (text[i] < 'A' || text[i] > 'Z')
			return false;
	return text[3] == '\0';
}

static jtn_status
check_field(const struct jtn_hour *hour, const struct field *field, struct jtn_error *reterr)
{
	double value;

	memcpy(&value, (const char *)hour + field->offset, sizeof(value));
	if (!isfinite(value))
		return jtn__fail(reterr, JTN_E_RANGE, field->name, "%s is not a finite number; it must be from %g to %g",
		                 field->name, field->low, field->high);
	if (value < field->low || value > field->high || (field->open && value == field->low))
		return jtn__fail(reterr, JTN_E_RANGE, field->name, "%s is %g; it must be %s %g and at most %g", field->name,
		                 value, field->open ? "greater than" : "at least", field->low, field->high);
	return JTN_OK;
}

static jtn_status
check_own(const struct jtn_hour *hour, struct jtn_error *reterr)
{
	size_t i;

	if (hour->rent_per_hour != 0)
		return jtn__fail(
			reterr, JTN_E_CONTRADICTION, "rent_per_hour",
			"rent_per_hour is set though the basis is JTN_HOUR_OWN; leave it 0, or set the basis to JTN_HOUR_RENT");
	for (i = 0; i < COUNT(own_fields); i++)
		JTN__TRY(check_field(hour, &own_fields[i], reterr));
	if (hour->own_residual > hour->own_capex)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "own_residual",
		                 "own_residual is %g, more than own_capex, %g; it must be at most that", hour->own_residual,
		                 hour->own_capex);
	return JTN_OK;
}

jtn_status
jtn__hour_check(const struct jtn_hour *hour, struct jtn_error *reterr)
{
	if (!is_currency(hour->currency))
		return jtn__fail(reterr, JTN_E_RANGE, "currency",
		                 "currency is not three capital letters; it must be as in \"USD\"");
	if (hour->reserved != 0)
		return jtn__fail(reterr, JTN_E_ABI, "reserved", "reserved is set; it must be 0");
	if (hour->basis == JTN_HOUR_OWN)
		return check_own(hour, reterr);
	if (hour->basis != JTN_HOUR_RENT && hour->basis != 0)
		return jtn__fail(reterr, JTN_E_RANGE, "basis", "basis is %d; it must be JTN_HOUR_RENT (1) or JTN_HOUR_OWN (2)",
		                 (int64_t)hour->basis);
	if (hour->own_capex != 0)
		return jtn__fail(
			reterr, JTN_E_CONTRADICTION, "own_capex",
			"own_capex is set though the basis is JTN_HOUR_RENT; leave it 0, or set the basis to JTN_HOUR_OWN");
	return check_field(hour, &rent_field, reterr);
}

/* Reading */

static jtn_status
read_field(const struct jtn__value *value, const struct field *field, struct jtn_hour *ret, struct jtn_error *reterr)
{
	double amount;

	JTN__TRY(jtn__json_amount(value, field->low, field->high, &amount, reterr));
	if (field->open && amount == field->low)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "is %g; it must be greater, and at most %g", field->low,
		                      field->high);
	*place_of(ret, field) = amount;
	return JTN_OK;
}

static jtn_status
read_own(const struct jtn__value *own, struct jtn_hour *ret, struct jtn_error *reterr)
{
	const char *keys[COUNT(own_fields)];
	struct jtn__value value;
	size_t i;

	if (!jtn__json_is_object(own))
		return jtn__json_fail(own, reterr, JTN_E_TYPE,
		                      "own must be an object: {\"capex\": \"30000\", \"years\": 4, \"kw\": 1.3, …}");
	for (i = 0; i < COUNT(own_fields); i++)
		keys[i] = key_of(&own_fields[i]);
	JTN__TRY(jtn__json_only(own, keys, COUNT(keys), reterr));
	JTN__TRY(jtn__json_require(own, "capex", &value, reterr));
	for (i = 0; i < COUNT(own_fields); i++)
		if (jtn__json_member(own, keys[i], &value))
			JTN__TRY(read_field(&value, &own_fields[i], ret, reterr));
	if (ret->own_residual > ret->own_capex) {
		jtn__json_member(own, "residual", &value);
		return jtn__json_fail(&value, reterr, JTN_E_CONTRADICTION, "%g is more than capex, %g; it must be at most that",
		                      ret->own_residual, ret->own_capex);
	}
	ret->basis = JTN_HOUR_OWN;
	return JTN_OK;
}

static jtn_status
read_currency(const struct jtn__value *object, struct jtn_hour *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	const char *currency;

	if (!jtn__json_member(object, "currency", &value))
		return JTN_OK;
	JTN__TRY(jtn__json_string(&value, &currency, reterr));
	if (!is_currency(currency))
		return jtn__json_fail(&value, reterr, JTN_E_RANGE, "is not three capital letters; it must be as in \"USD\"");
	memcpy(ret->currency, currency, sizeof(ret->currency));
	return JTN_OK;
}

/* {"rent": "<catalogue id>"}: the entry whole, as long as the currency agrees. */
static jtn_status
read_rent_by_id(const struct jtn__value *object, const struct jtn__value *rent, const char *id, struct jtn_hour *ret,
                struct jtn_error *reterr)
{
	struct jtn_error inner;
	struct jtn__value currency;
	struct jtn_hour found;
	jtn_status status;

	jtn_hour_init(&found);
	status = jtn_hour_find(id, &found, &inner);
	if (status != JTN_OK)
		return jtn__json_fail(rent, reterr, status, "%s", inner.message);
	if (jtn__json_member(object, "currency", &currency) &&
	    memcmp(found.currency, ret->currency, sizeof(found.currency)) != 0)
		return jtn__json_fail(&currency, reterr, JTN_E_CONTRADICTION,
		                      "\"%s\", but %s is priced in %s; leave currency out, or give rent as an amount",
		                      ret->currency, id, found.currency);
	*ret = found;
	return JTN_OK;
}

static jtn_status
read_rent(const struct jtn__value *object, const struct jtn__value *rent, bool entry, struct jtn_hour *ret,
          struct jtn_error *reterr)
{
	const char *text;

	if (!entry && jtn__json_is_string(rent)) {
		JTN__TRY(jtn__json_string(rent, &text, reterr));
		if ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'))
			return read_rent_by_id(object, rent, text, ret, reterr);
	}
	ret->basis = JTN_HOUR_RENT;
	return read_field(rent, &rent_field, ret, reterr);
}

static jtn_status
read_basis(const struct jtn__value *object, bool entry, struct jtn_hour *ret, struct jtn_error *reterr)
{
	struct jtn__value rent;
	struct jtn__value own;
	bool has_rent = jtn__json_member(object, "rent", &rent);
	bool has_own = jtn__json_member(object, "own", &own);

	if (has_rent && has_own)
		return jtn__json_fail(&own, reterr, JTN_E_CONTRADICTION, "rent and own are both there; give one of them");
	if (!has_rent && !has_own)
		return jtn__json_fail(&rent, reterr, JTN_E_MISSING_FIELD,
		                      "neither rent nor own is there; give {\"rent\": \"2.5\"}, {\"rent\": \"<catalogue id>\"} "
		                      "or {\"own\": {…}}");
	if (has_own)
		return read_own(&own, ret, reterr);
	return read_rent(object, &rent, entry, ret, reterr);
}

/* The price as sold must come to the rent. */
static jtn_status
check_instance(const struct jtn__value *entry, const struct jtn_hour *hour, struct jtn_error *reterr)
{
	static const char *const keys[] = {"price", "accelerators"};
	struct jtn__value instance;
	struct jtn__value member;
	int64_t accelerators;
	double price;

	if (!jtn__json_member(entry, "instance", &instance))
		return JTN_OK;
	if (!jtn__json_is_object(&instance))
		return jtn__json_fail(&instance, reterr, JTN_E_TYPE,
		                      "instance must be {\"price\": \"55.04\", \"accelerators\": 8}");
	JTN__TRY(jtn__json_only(&instance, keys, COUNT(keys), reterr));
	JTN__TRY(jtn__json_require(&instance, "accelerators", &member, reterr));
	JTN__TRY(jtn__json_integer(&member, 1, 1000000, &accelerators, reterr));
	JTN__TRY(jtn__json_require(&instance, "price", &member, reterr));
	JTN__TRY(jtn__json_amount(&member, 0, MOST_MONEY, &price, reterr));
	if (hour->basis != JTN_HOUR_RENT)
		return jtn__json_fail(&instance, reterr, JTN_E_CONTRADICTION,
		                      "instance goes with rent, not with own; leave it out");
	price /= (double)accelerators;
	if (fabs(price - hour->rent_per_hour) > RENT_TOLERANCE * hour->rent_per_hour)
		return jtn__json_fail(&member, reterr, JTN_E_CONTRADICTION,
		                      "price / accelerators is %g, rent is %g; they must agree to 0.5 %%", price,
		                      hour->rent_per_hour);
	return JTN_OK;
}

/* A rent has one source, an own entry one for each of its fields. */
static jtn_status
check_provenance(const struct jtn__value *entry, const struct jtn_hour *hour, struct jtn_error *reterr)
{
	struct jtn__value own;
	struct jtn__value sources;
	struct jtn__value field;
	struct jtn__value source;
	const char *text;
	size_t i;

	JTN__TRY(jtn__figure_check_date(entry, reterr));
	if (hour->basis == JTN_HOUR_RENT) {
		JTN__TRY(jtn__figure_read_text(entry, "source", &text, reterr));
		return jtn__figure_check_range(entry, hour->rent_per_hour, reterr);
	}
	JTN__TRY(jtn__json_require(entry, "sources", &sources, reterr));
	JTN__TRY(jtn__figure_check_sources(&sources, true, reterr));
	JTN__TRY(jtn__json_require(entry, "own", &own, reterr));
	for (i = 0; i < jtn__json_count(&own); i++) {
		jtn__json_entry(&own, i, &field);
		JTN__TRY(jtn__json_require(&sources, field.key, &source, reterr));
	}
	return jtn__figure_check_range(entry, hour->own_capex, reterr);
}

/* What a catalogue entry has beside the hour itself. */
static jtn_status
check_entry(const struct jtn__value *entry, const struct jtn_hour *hour, struct jtn_error *reterr)
{
	static const char *const required[] = {"id", "name", "provider", "hardware"};
	static const char *const optional[] = {"region", "source", "confidence", "notes"};
	static const char *const kinds[] = {"on-demand", "spot", "reserved", "contract", "tco", "own"};
	struct jtn__value value;
	const char *text;
	size_t kind;
	size_t i;
	bool typical;

	for (i = 0; i < COUNT(required); i++)
		JTN__TRY(jtn__figure_read_text(entry, required[i], &text, reterr));
	for (i = 0; i < COUNT(optional); i++)
		JTN__TRY(jtn__json_optional_string(entry, optional[i], &text, reterr));
	JTN__TRY(jtn__json_optional_boolean(entry, "typical", &typical, reterr));
	JTN__TRY(jtn__json_require(entry, "kind", &value, reterr));
	JTN__TRY(jtn__json_choice(&value, kinds, COUNT(kinds), &kind, reterr));
	if ((kind == COUNT(kinds) - 1) != (hour->basis == JTN_HOUR_OWN))
		return jtn__json_fail(&value, reterr, JTN_E_CONTRADICTION,
		                      "kind \"%s\" does not go with %s; \"own\" goes with own alone", kinds[kind],
		                      hour->basis == JTN_HOUR_OWN ? "own" : "rent");
	JTN__TRY(check_instance(entry, hour, reterr));
	return check_provenance(entry, hour, reterr);
}

jtn_status
jtn__hour_read(const struct jtn__value *object, struct jtn_hour *ret, struct jtn_error *reterr)
{
	/* The first three make a scenario's form, the rest go with an id. */
	static const char *const keys[] = {"currency", "rent",   "own",     "id",         "name",     "provider",
	                                   "hardware", "region", "kind",    "typical",    "instance", "range",
	                                   "date",     "source", "sources", "confidence", "notes"};
	struct jtn__value id;
	struct jtn_hour hour;
	bool entry = jtn__json_member(object, "id", &id);

	jtn_hour_init(&hour);
	JTN__TRY(jtn__json_only(object, keys, entry ? COUNT(keys) : 3, reterr));
	JTN__TRY(read_currency(object, &hour, reterr));
	JTN__TRY(read_basis(object, entry, &hour, reterr));
	if (entry)
		JTN__TRY(check_entry(object, &hour, reterr));
	*ret = hour;
	return JTN_OK;
}

/* The caller's struct may be shorter or longer than ours; its size stays as it was set. */
static jtn_status
check_size(const struct jtn_hour *ret, struct jtn_error *reterr)
{
	if (ret == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "ret", "is NULL; expected a place for the hour");
	return jtn__check_record(ret->size, sizeof(*ret), "jtn_hour", reterr);
}

static void
give(const struct jtn_hour *hour, struct jtn_hour *ret)
{
	uint32_t size = ret->size;

	memcpy(ret, hour, sizeof(*hour));
	memset((char *)ret + sizeof(*hour), 0, size - sizeof(*hour));
	ret->size = size;
}

jtn_status
jtn_hour_parse(const char *text, size_t length, struct jtn_hour *ret, struct jtn_error *reterr)
{
	struct jtn__json *json;
	struct jtn__value root;
	struct jtn_hour hour;
	jtn_status status;

	JTN__TRY(check_size(ret, reterr));
	if (text == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "text", "is NULL; expected an hour such as {\"rent\": \"2.5\"}");
	JTN__TRY(jtn__json_parse(text, length, NULL, &json, reterr));
	jtn__json_root(json, &root);
	status = jtn__hour_read(&root, &hour, reterr);
	jtn__json_free(json);
	if (status == JTN_OK)
		give(&hour, ret);
	return status;
}

jtn_status
jtn_hour_find(const char *id, struct jtn_hour *ret, struct jtn_error *reterr)
{
	const char *text;
	size_t length;

	JTN__TRY(check_size(ret, reterr));
	JTN__TRY(jtn_catalog_text(JTN_CATALOG_HOUR, id, &text, &length, reterr));
	return jtn_hour_parse(text, length, ret, reterr);
}

/* Pricing */

/*
 * Per year: (capex - residual / (1+r)^n) * r / (1 - (1+r)^-n), written so that nothing cancels for a small r:
 * what is used up, over the years it lasts as an annuity sees them, and interest on what is not.
 */
static double
capital_per_year(const struct jtn_hour *hour)
{
	double rate = hour->own_cost_of_capital;
	double years = rate > 0 ? -expm1(-hour->own_years * log1p(rate)) / rate : hour->own_years;

	return (hour->own_capex - hour->own_residual) / years + hour->own_residual * rate;
}

static void
price_own(const struct jtn_hour *hour, struct jtn_hour_price *ret)
{
	double kw = hour->own_kw;
	double available = hour->own_availability;
	double hours = HOURS_PER_YEAR * available;

	ret->capital = capital_per_year(hour) / hours;
	ret->hosting = kw * hour->own_hosting_per_kw_month * MONTHS_PER_YEAR / hours;
	ret->electricity = kw * hour->own_load_factor * hour->own_pue * hour->own_electricity_per_kwh / available;
	ret->maintenance = hour->own_maintenance * hour->own_capex / hours;
	ret->staff = hour->own_staff_per_year / hours;
	ret->total = ret->capital + ret->hosting + ret->electricity + ret->maintenance + ret->staff;
}

jtn_status
jtn_hour_read_price(const struct jtn_hour *hour, struct jtn_hour_price *ret, size_t ret_size, struct jtn_error *reterr)
{
	struct jtn_hour known;
	struct jtn_hour_price price = {0};

	if (ret == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "ret", "is NULL; expected a place for the price");
	JTN__TRY(jtn__check_record(ret_size, sizeof(price), "jtn_hour_price", reterr));
	JTN__TRY(jtn__read_options(hour, sizeof(known), &known, sizeof(known), "jtn_hour", reterr));
	JTN__TRY(jtn__hour_check(&known, reterr));
	if (known.basis == JTN_HOUR_OWN)
		price_own(&known, &price);
	else
		price.total = price.rent = known.rent_per_hour;
	if (!isfinite(price.total))
		return jtn__fail(reterr, JTN_E_RANGE, "",
		                 "the hour comes to more than a number can hold; give smaller figures");
	memcpy(ret, &price, sizeof(price));
	memset((char *)ret + sizeof(price), 0, ret_size - sizeof(price));
	return JTN_OK;
}

jtn_status
jtn__hour_check_hardware(const struct jtn__value *object, const char *hardware, struct jtn_error *reterr)
{
	struct jtn__value rent, root, named;
	struct jtn__json *json;
	const char *id, *text, *priced = NULL;
	size_t length;

	if (!jtn__json_member(object, "rent", &rent) || !jtn__json_is_string(&rent))
		return JTN_OK;
	JTN__TRY(jtn__json_string(&rent, &id, reterr));
	if (jtn_catalog_text(JTN_CATALOG_HOUR, id, &text, &length, NULL) != JTN_OK)
		return JTN_OK; /* an amount */
	JTN__TRY(jtn__json_parse(text, length, NULL, &json, reterr));
	jtn__json_root(json, &root);
	jtn_status status = JTN_OK;
	if (jtn__json_member(&root, "hardware", &named))
		status = jtn__json_string(&named, &priced, reterr);
	if (status == JTN_OK && priced && strcmp(priced, hardware) != 0)
		status = jtn__json_fail(&rent, reterr, JTN_E_CONTRADICTION,
		                        "%s is a price of %s, not of %s; give an hour of its own, or the rent as an amount", id,
		                        priced, hardware);
	jtn__json_free(json);
	return status;
}
