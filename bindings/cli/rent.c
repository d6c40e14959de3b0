/* Rents: a number, a catalogue entry, a file that says what owning takes, or else the typical rent, always named. */
#include "rent.h"

#include "input.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

/* Least and most per accelerator-hour, but for 0: beyond, it is a slip, and costs would be rows of zeros. */
#define RENT_LEAST 1e-9
#define RENT_MOST 1e15
#define RENT_RANGE "0, or from 1e-9 to 1e15 per accelerator-hour"

static int
take_currency(const char *currency, struct jtn_hour *hour, struct problem *problem)
{
	if (!currency)
		return CLI_OK;
	if (strlen(currency) != 3 || strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		return problem_set(problem, CLI_USAGE, JTN_E_RANGE,
		                   "--currency %s: must be an ISO 4217 code such as USD or EUR", currency);
	memcpy(hour->currency, currency, 4);
	return CLI_OK;
}

static int
check_currency(const char *currency, const struct jtn_hour *hour, const char *what, struct problem *problem)
{
	if (!currency || strcmp(currency, hour->currency) == 0)
		return CLI_OK;
	return problem_set(problem, CLI_USAGE, JTN_E_CURRENCY,
	                   "--currency %s: %s is in %s, and no exchange rate is assumed; give --rent in %s", currency, what,
	                   hour->currency, currency);
}

static int
finish(struct rent *ret, const char *what, struct problem *problem)
{
	struct jtn_hour_price price;
	struct jtn_error error = {0};
	if (jtn_hour_read_price(&ret->hour, &price, sizeof(price), &error) != JTN_OK)
		return problem_take(problem, CLI_USAGE, what, false, &error);
	ret->per_hour = price.total;
	if (price.total != 0 && !(price.total >= RENT_LEAST && price.total <= RENT_MOST))
		return problem_set(problem, CLI_USAGE, JTN_E_RANGE, "%s: comes to %g %s; it must be " RENT_RANGE, what,
		                   price.total, ret->hour.currency);
	return CLI_OK;
}

static int
from_number(double amount, const char *text, const char *currency, struct rent *ret, struct problem *problem)
{
	char buffer[NUMBER_SIZE];
	if (amount < 0)
		return problem_set(problem, CLI_USAGE, JTN_E_RANGE, "--rent %s: must not be below 0", text);
	if (amount != 0 && !(amount >= RENT_LEAST && amount <= RENT_MOST))
		return problem_set(problem, CLI_USAGE, JTN_E_RANGE, "--rent %s: must be " RENT_RANGE, text);
	int code = take_currency(currency, &ret->hour, problem);
	if (code != CLI_OK)
		return code;
	ret->hour.rent_per_hour = amount;
	text_addf(&ret->label, "%s %s/h, as given by --rent", number_plain(amount, 6, buffer), ret->hour.currency);
	text_addf(&ret->json, "{\"currency\": \"%s\", \"rent\": \"%s\"}", ret->hour.currency, number_exact(amount, buffer));
	return finish(ret, "--rent", problem);
}

static const char *
member(yyjson_doc *entry, const char *key)
{
	return yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(entry), key));
}

static void
label_entry(const char *id, yyjson_doc *entry, struct rent *ret)
{
	char buffer[NUMBER_SIZE];
	const char *provider = member(entry, "provider"), *kind = member(entry, "kind"), *date = member(entry, "date");
	text_addf(&ret->label, "%s %s/h", number_plain(ret->per_hour, 4, buffer), ret->hour.currency);
	text_addf(&ret->label, ", %s%s%s", provider ? provider : "unnamed provider", kind ? " " : "", kind ? kind : "");
	text_addf(&ret->label, ", %s (%s)", date ? date : "undated", id);
	text_add(&ret->json, "{\"rent\": ");
	text_json_string(&ret->json, id);
	text_add(&ret->json, "}");
}

static int
unknown_id(const char *id, struct jtn_error *error, struct problem *problem)
{
	if (strchr("+-.0123456789", *id))
		return problem_set(problem, CLI_USAGE, JTN_E_RANGE,
		                   "--rent %s: is not a number that can be a rent; it must be " RENT_RANGE
		                   ", or an id that `jeton catalog hour` lists",
		                   id);
	error->field[0] = '\0';
	problem_take(problem, CLI_USAGE, "--rent", false, error);
	bool question = problem->text.length > 0 && problem->text.bytes[problem->text.length - 1] == '?';
	text_addf(&problem->text, "%s Rents are numbers per accelerator-hour, or ids that `jeton catalog hour` lists",
	          question ? "" : ".");
	return CLI_USAGE;
}

/*
 * A catalogue hour by id; `stated` says that --rent named it, so that it must be this hardware's, where there is one.
 */
static int
from_catalog(const char *hardware_id, const char *id, bool stated, const char *currency, struct rent *ret,
             struct problem *problem)
{
	struct jtn_error error = {0};
	const char *text;
	size_t length;
	if (jtn_hour_find(id, &ret->hour, &error) != JTN_OK ||
	    jtn_catalog_text(JTN_CATALOG_HOUR, id, &text, &length, &error) != JTN_OK)
		return unknown_id(id, &error, problem);
	int code = check_currency(currency, &ret->hour, id, problem);
	yyjson_doc *entry = yyjson_read(text, length, 0);
	const char *of = member(entry, "hardware");
	if (code == CLI_OK && stated && hardware_id && of && strcmp(of, hardware_id) != 0)
		code = problem_set(problem, CLI_USAGE, JTN_E_CONTRADICTION,
		                   "--rent %s: is a price of %s and not of %s; name one of its own, or give a number", id, of,
		                   hardware_id);
	if (code == CLI_OK)
		code = finish(ret, id, problem);
	if (code == CLI_OK)
		label_entry(id, entry, ret);
	yyjson_doc_free(entry);
	return code;
}

/* The catalogue's id of the rent to use where none is given, or NULL. */
static const char *
typical(const char *hardware_id)
{
	for (size_t i = 0; i < jtn_catalog_count(JTN_CATALOG_HOUR); i++) {
		const char *id = jtn_catalog_id(JTN_CATALOG_HOUR, i);
		const char *text;
		size_t length;
		if (jtn_catalog_text(JTN_CATALOG_HOUR, id, &text, &length, NULL) != JTN_OK)
			continue;
		yyjson_doc *entry = yyjson_read(text, length, 0);
		const char *of = member(entry, "hardware");
		bool found = of && strcmp(of, hardware_id) == 0 &&
		             yyjson_get_bool(yyjson_obj_get(yyjson_doc_get_root(entry), "typical"));
		yyjson_doc_free(entry);
		if (found)
			return id;
	}
	return NULL;
}

/* {"own": {…}}, with or without currency; a bare {"capex": …} is taken for the inner object. */
static int
own_text(const char *path, struct text *wrapped, struct text *json, bool *retcurrency, struct problem *problem)
{
	struct text file = {0};
	int code = input_read(path, strcmp(path, "-") != 0, &file, problem);
	if (code != CLI_OK)
		return code;
	yyjson_doc *document = yyjson_read(text_string(&file), file.length, YYJSON_READ_NUMBER_AS_RAW);
	yyjson_val *root = yyjson_doc_get_root(document);
	yyjson_val *own = yyjson_obj_get(root, "own");
	bool bare = !own && yyjson_obj_get(root, "capex");
	if (document && !own && !bare)
		code =
			problem_set(problem, CLI_USAGE, JTN_E_MISSING_FIELD,
		                "%s: own: is missing; an owned accelerator is {\"own\": {\"capex\": …, \"years\": …}}", path);
	*retcurrency = yyjson_obj_get(root, "currency") != NULL;
	text_add(wrapped, bare ? "{\"own\":" : ""); /* lines stay where they were */
	text_add_bytes(wrapped, text_string(&file), file.length);
	text_add(wrapped, bare ? "}" : "");
	char *inner = yyjson_val_write(bare ? root : own, 0, NULL);
	text_add(json, inner ? inner : "null");
	free(inner);
	yyjson_doc_free(document);
	text_free(&file);
	return code;
}

static int
from_file(const char *path, const char *currency, struct rent *ret, struct problem *problem)
{
	struct text wrapped = {0}, own = {0};
	struct jtn_error error = {0};
	bool stated = false;
	int code = own_text(path, &wrapped, &own, &stated, problem);
	if (code == CLI_OK && jtn_hour_parse(text_string(&wrapped), wrapped.length, &ret->hour, &error) != JTN_OK)
		code = problem_take(problem, CLI_USAGE, path, true, &error);
	if (code == CLI_OK)
		code =
			stated ? check_currency(currency, &ret->hour, path, problem) : take_currency(currency, &ret->hour, problem);
	if (code == CLI_OK)
		code = finish(ret, path, problem);
	if (code == CLI_OK) {
		char buffer[NUMBER_SIZE];
		text_addf(&ret->label, "%s %s/h, owned as %s says", number_plain(ret->per_hour, 4, buffer), ret->hour.currency,
		          path);
		text_addf(&ret->json, "{\"currency\": \"%s\", \"own\": %s}", ret->hour.currency, text_string(&own));
	}
	text_free(&wrapped);
	text_free(&own);
	return code;
}

int
rent_choose(const char *hardware_id, const char *stated, const char *own, const char *currency, struct rent *ret,
            struct problem *problem)
{
	double amount;
	*ret = (struct rent){0};
	jtn_hour_init(&ret->hour);
	if (stated && own)
		return problem_set(problem, CLI_USAGE, JTN_E_CONTRADICTION,
		                   "--rent and --own: an accelerator is rented or owned; give one of them");
	if (own)
		return from_file(own, currency, ret, problem);
	if (stated && parse_real(stated, strlen(stated), &amount))
		return from_number(amount, stated, currency, ret, problem);
	if (stated)
		return from_catalog(hardware_id, stated, true, currency, ret, problem);
	const char *id = hardware_id ? typical(hardware_id) : NULL;
	if (id)
		return from_catalog(hardware_id, id, false, currency, ret, problem);
	return problem_set(
		problem, CLI_ROWS, JTN_E_NOT_FOUND,
		"the catalogue has no dated rent for %s; give --rent X per accelerator-hour or --own FILE, or see "
		"`jeton catalog hour`",
		hardware_id);
}

void
rent_free(struct rent *rent)
{
	text_free(&rent->label);
	text_free(&rent->json);
}
