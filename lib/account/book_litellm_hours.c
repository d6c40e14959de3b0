/*
 * LiteLLM's off_peak_pricing: hours of the day in UTC, on all days or some, as seconds of a week. A time is inside when its
 * hour is, and its weekday by weekday_timezone's calendar is one of those named (_is_off_peak() of that project).
 */
#include "book_litellm.h"

#include "base/error.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY INT64_C(1440) /* [min] */
#define HOURS_MOST 64
/* Intervals of one span at most: on 7 days, each in 3 of UTC, two where it runs past midnight, cut at the week's end. */
#define SPAN_PIECES (7 * 3 * 2 * 2)

/* Zones whose offset does not change with the season [min east of UTC]; what others are needs a calendar of their own. */
static const struct {
	char name[16];
	int16_t offset;
} zones[] = {
	{"UTC", 0},          {"Etc/UTC", 0},      {"Asia/Shanghai", 480}, {"Asia/Singapore", 480},
	{"Asia/Tokyo", 540}, {"Asia/Seoul", 540}, {"Asia/Kolkata", 330},
};

struct hours {
	struct jtn__interval *windows;
	uint32_t count, spans;
	int64_t offset;
	uint32_t days; /* bit 0: Monday */
};

static jtn_status
read_zone(const struct jtn__value *block, int64_t *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	const char *name;
	if (!jtn__json_member(block, "weekday_timezone", &value))
		return JTN_OK;
	JTN__TRY(jtn__json_string(&value, &name, reterr));
	for (size_t i = 0; i < COUNT(zones); i++)
		if (strcmp(name, zones[i].name) == 0) {
			*ret = zones[i].offset;
			return JTN_OK;
		}
	return jtn__json_fail(&value, reterr, JTN_E_UNSUPPORTED,
	                      "a zone that is not read; \"UTC\" is, and zones of fixed offset such as \"Asia/Shanghai\"");
}

static bool
take_clock(const char **at, int64_t *ret)
{
	if (!jtn__book_clock(*at, ret) || *ret == DAY)
		return false;
	*at += 5;
	return true;
}

/* What two spans of minutes have in common. */
static void
add_common(struct hours *hours, int64_t from, int64_t until, int64_t other_from, int64_t other_until)
{
	from = from > other_from ? from : other_from;
	until = until < other_until ? until : other_until;
	if (from < until)
		jtn__windows_add(from, until, hours->windows, &hours->count);
}

/* "16:30-00:30" on the days there are: of a named day every minute, so that its own early hours are meant, not the next's. */
static jtn_status
read_span(struct hours *hours, const struct jtn__value *value, struct jtn_error *reterr)
{
	const char *at;
	int64_t from, until;
	JTN__TRY(jtn__json_string(value, &at, reterr));
	bool right = take_clock(&at, &from) && *at++ == '-' && take_clock(&at, &until) && !*at;
	if (!right)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "expected hours such as \"16:30-00:30\"");
	if (hours->spans++ == HOURS_MOST)
		return jtn__json_fail(value, reterr, JTN_E_LIMIT, "more than %d spans of hours", (int64_t)HOURS_MOST);
	for (int64_t day = 0; day < 7; day++) {
		int64_t first = day * DAY - hours->offset; /* that day begins there, in UTC */
		if (!(hours->days >> day & 1))
			continue;
		for (int64_t utc = day - 1; utc <= day + 1; utc++) {
			int64_t midnight = utc * DAY;
			if (from < until) {
				add_common(hours, midnight + from, midnight + until, first, first + DAY);
			} else {
				add_common(hours, midnight, midnight + until, first, first + DAY);
				add_common(hours, midnight + from, midnight + DAY, first, first + DAY);
			}
		}
	}
	return JTN_OK;
}

static jtn_status
read_spans(struct hours *hours, const struct jtn__value *object, struct jtn_error *reterr)
{
	struct jtn__value value, element;
	if (!jtn__json_member(object, "hours_utc", &value))
		return JTN_OK;
	if (!jtn__json_is_array(&value))
		return read_span(hours, &value, reterr);
	for (size_t i = 0; i < jtn__json_count(&value); i++) {
		jtn__json_element(&value, i, &element);
		JTN__TRY(read_span(hours, &element, reterr));
	}
	return JTN_OK;
}

/* 1 to 7, Monday first, or a name of which three letters are enough. */
static jtn_status
read_weekday(const struct jtn__value *value, uint32_t *days, struct jtn_error *reterr)
{
	static const char names[] = "montuewedthufrisatsun";
	int64_t day = 0;
	if (!jtn__json_is_string(value)) {
		JTN__TRY(jtn__json_integer(value, 1, 7, &day, reterr));
	} else {
		const char *text = jtn__json_literal(value);
		for (int64_t i = 0; i < 7 && !day; i++) {
			size_t same = 0;
			while (same < 3 && (text[same] | 0x20) == names[3 * i + (int64_t)same])
				same++;
			day = same == 3 ? i + 1 : 0;
		}
		if (!day)
			return jtn__json_fail(value, reterr, JTN_E_RANGE, "expected 1 to 7, Monday first, or a weekday's name");
	}
	*days |= UINT32_C(1) << (day - 1);
	return JTN_OK;
}

static jtn_status
read_days(const struct jtn__value *rule, uint32_t *ret, struct jtn_error *reterr)
{
	struct jtn__value value, element;
	*ret = 0x7f;
	if (!jtn__json_member(rule, "weekdays", &value))
		return JTN_OK;
	if (!jtn__json_is_array(&value))
		return jtn__json_fail(&value, reterr, JTN_E_TYPE, "expected an array of weekdays: [1, 2, 3, 4, 5]");
	*ret = 0;
	for (size_t i = 0; i < jtn__json_count(&value); i++) {
		jtn__json_element(&value, i, &element);
		JTN__TRY(read_weekday(&element, ret, reterr));
	}
	return JTN_OK;
}

jtn_status
jtn__litellm_hours(struct jtn_book *book, const struct jtn__value *block, struct jtn__rule *ret,
                   struct jtn_error *reterr)
{
	struct hours hours = {.days = 0x7f};
	struct jtn__value rules, rule;
	hours.windows = jtn__arena_room(book->scratch, HOURS_MOST * SPAN_PIECES, sizeof(*hours.windows));
	if (!hours.windows)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a book");
	JTN__TRY(read_spans(&hours, block, reterr)); /* on all days */
	JTN__TRY(read_zone(block, &hours.offset, reterr));
	if (jtn__json_member(block, "windows", &rules)) {
		if (!jtn__json_is_array(&rules))
			return jtn__json_fail(&rules, reterr, JTN_E_TYPE, "expected an array: [{\"hours_utc\": \"16:30-00:30\"}]");
		for (size_t i = 0; i < jtn__json_count(&rules); i++) {
			jtn__json_element(&rules, i, &rule);
			if (!jtn__json_is_object(&rule))
				return jtn__json_fail(&rule, reterr, JTN_E_TYPE,
				                      "expected an object, {\"hours_utc\": \"16:30-00:30\"}");
			JTN__TRY(read_days(&rule, &hours.days, reterr));
			JTN__TRY(read_spans(&hours, &rule, reterr));
		}
	}
	if (!hours.count)
		return jtn__json_fail(block, reterr, JTN_E_MISSING_FIELD,
		                      "no hours; hours_utc or windows says when it is cheaper");
	ret->windows = hours.windows;
	ret->window_count = jtn__windows_merge(hours.windows, hours.count);
	return JTN_OK;
}
