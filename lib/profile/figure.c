/*
 * Reads catalogue figures and what stands behind them: unit, source, date, range.
 * Format: docs/formats.md, "A figure".
 */
#include "figure.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

jtn_status
jtn__figure_read_text(const struct jtn__value *object, const char *key, const char **ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	const char *text;

	JTN__TRY(jtn__json_require(object, key, &value, reterr));
	JTN__TRY(jtn__json_string(&value, &text, reterr));
	if (text[0] == '\0')
		return jtn__json_fail(&value, reterr, JTN_E_RANGE, "%s is empty; it must say something", key);
	*ret = text;
	return JTN_OK;
}

/* The two or four digits at `text` as a number, or -1. */
static int
digits(const char *text, size_t count)
{
	int value = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static bool
is_date(const char *text)
{
	size_t length = strlen(text);
	int year = digits(text, 4);
	int month;
	int day;

	if (year < 1900 || year > 2099)
		return false;
	if (length == 4)
		return true;
	if (text[4] != '-')
		return false;
	if (length == 9)
		return digits(text + 5, 4) > year && digits(text + 5, 4) <= 2099;
	month = digits(text + 5, 2);
	if ((length != 7 && length != 10) || month < 1 || month > 12)
		return false;
	if (length == 7)
		return true;
	day = digits(text + 8, 2);
	return text[7] == '-' && day >= 1 && day <= 31;
}

jtn_status
jtn__figure_check_date(const struct jtn__value *object, struct jtn_error *reterr)
{
	struct jtn__value value;
	char shown[JTN__QUOTE_SIZE];
	const char *date;

	JTN__TRY(jtn__json_require(object, "date", &value, reterr));
	JTN__TRY(jtn__json_string(&value, &date, reterr));
	if (is_date(date))
		return JTN_OK;
	jtn__quote(shown, date, strlen(date));
	return jtn__json_fail(&value, reterr, JTN_E_SYNTAX,
	                      "%s is not a date; it must be YYYY, YYYY-MM, YYYY-MM-DD or a range YYYY-YYYY", shown);
}

jtn_status
jtn__figure_check_sources(const struct jtn__value *sources, bool note, struct jtn_error *reterr)
{
	static const char *const keys[] = {"cite", "date", "confidence", "note"};
	struct jtn__value source;
	const char *text;
	size_t i;

	if (!jtn__json_is_object(sources))
		return jtn__json_fail(
			sources, reterr, JTN_E_TYPE,
			"sources must be an object such as {\"datasheet\": {\"cite\": \"…\", \"date\": \"2026-08\"}}");
	for (i = 0; i < jtn__json_count(sources); i++) {
		jtn__json_entry(sources, i, &source);
		if (!jtn__json_is_object(&source))
			return jtn__json_fail(
				&source, reterr, JTN_E_TYPE,
				"a source must be an object: {\"cite\": \"…\", \"date\": \"2026-08\", \"confidence\": \"…\"}");
		JTN__TRY(jtn__json_only(&source, keys, COUNT(keys) - (note ? 0 : 1), reterr));
		JTN__TRY(jtn__figure_read_text(&source, "cite", &text, reterr));
		JTN__TRY(jtn__figure_check_date(&source, reterr));
		JTN__TRY(jtn__json_optional_string(&source, "confidence", &text, reterr));
		JTN__TRY(jtn__json_optional_string(&source, "note", &text, reterr));
	}
	return JTN_OK;
}

jtn_status
jtn__figure_check_range(const struct jtn__value *object, double value, struct jtn_error *reterr)
{
	struct jtn__value range;
	struct jtn__value end;
	double ends[2];
	size_t i;

	if (!jtn__json_member(object, "range", &range))
		return JTN_OK;
	if (!jtn__json_is_array(&range) || jtn__json_count(&range) != 2)
		return jtn__json_fail(&range, reterr, JTN_E_TYPE, "a range must be [low, high], two numbers");
	for (i = 0; i < 2; i++) {
		jtn__json_element(&range, i, &end);
		JTN__TRY(jtn__json_amount(&end, -DBL_MAX, DBL_MAX, &ends[i], reterr));
	}
	if (!(ends[0] <= ends[1]))
		return jtn__json_fail(&range, reterr, JTN_E_RANGE, "[%g, %g] is upside down; the lower end comes first",
		                      ends[0], ends[1]);
	if (value < ends[0] || value > ends[1])
		return jtn__json_fail(&range, reterr, JTN_E_RANGE, "[%g, %g] does not hold the value, %g; it must", ends[0],
		                      ends[1], value);
	return JTN_OK;
}

static jtn_status
check_cited(const struct jtn__value *figure, const struct jtn__value *sources, struct jtn_error *reterr)
{
	struct jtn__value member;
	struct jtn__value cited;
	char shown[JTN__QUOTE_SIZE];
	const char *key;

	JTN__TRY(jtn__json_require(figure, "source", &member, reterr));
	JTN__TRY(jtn__json_string(&member, &key, reterr));
	if (jtn__json_member(sources, key, &cited))
		return JTN_OK;
	jtn__quote(shown, key, strlen(key));
	return jtn__json_fail(&member, reterr, JTN_E_RANGE,
	                      "%s is not among the entry's sources; it must be a key of sources", shown);
}

/* The unit is judged before the number, for a wrong one explains a wrong other. */
static jtn_status
read_unit(const struct jtn__value *figure, const struct jtn__figure *rule, double *retfactor, struct jtn_error *reterr)
{
	struct jtn__value member;
	char shown[JTN__QUOTE_SIZE];
	const char *unit;
	size_t i;

	JTN__TRY(jtn__json_require(figure, "unit", &member, reterr));
	JTN__TRY(jtn__json_string(&member, &unit, reterr));
	for (i = 0; i < COUNT(rule->units) && rule->units[i].name != NULL; i++) {
		if (strcmp(unit, rule->units[i].name) == 0) {
			*retfactor = rule->units[i].factor;
			return JTN_OK;
		}
	}
	jtn__quote(shown, unit, strlen(unit));
	if (i == COUNT(rule->units))
		return jtn__json_fail(&member, reterr, JTN_E_RANGE, "%s is the wrong unit; it must be \"%s\" or \"%s\"", shown,
		                      rule->units[0].name, rule->units[1].name);
	return jtn__json_fail(&member, reterr, JTN_E_RANGE, "%s is the wrong unit; it must be \"%s\"", shown,
	                      rule->units[0].name);
}

jtn_status
jtn__figure_read(const struct jtn__value *object, const struct jtn__figure *rule, const struct jtn__value *sources,
                 double *ret, struct jtn_error *reterr)
{
	static const char *const keys[] = {"value", "unit", "source", "range", "note"};
	struct jtn__value figure;
	struct jtn__value member;
	const char *note;
	double factor;
	double value;

	if (!jtn__json_member(object, rule->key, &figure))
		return JTN_OK;
	if (!jtn__json_is_object(&figure))
		return jtn__json_fail(&figure, reterr, JTN_E_TYPE,
		                      "must be a figure: {\"value\": …, \"unit\": \"%s\", \"source\": \"…\"}",
		                      rule->units[0].name);
	JTN__TRY(jtn__json_only(&figure, keys, COUNT(keys), reterr));
	JTN__TRY(read_unit(&figure, rule, &factor, reterr));
	JTN__TRY(check_cited(&figure, sources, reterr));
	JTN__TRY(jtn__json_optional_string(&figure, "note", &note, reterr));
	JTN__TRY(jtn__json_require(&figure, "value", &member, reterr));
	JTN__TRY(jtn__json_number(&member, rule->low / factor, rule->high / factor, &value, reterr));
	if (rule->whole && floor(value) != value)
		return jtn__json_fail(&member, reterr, JTN_E_RANGE, "%g is not whole; %s counts things", value, rule->key);
	JTN__TRY(jtn__figure_check_range(&figure, value, reterr));
	*ret = value * factor;
	return JTN_OK;
}
