/* Weekly windows of jeton's own book: days and times at an offset, as seconds of a week in UTC. */
#include "book_jeton.h"

#include "base/error.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY_MINUTES 1440

/* "08:30" in minutes; "24:00" too. */
static bool
parse_clock(const char *text, int64_t *ret)
{
	return jtn__book_clock(text, ret) && text[5] == '\0';
}

static jtn_status
read_clock(const struct jtn__value *object, const char *key, int64_t *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	const char *text;
	JTN__TRY(jtn__json_require(object, key, &value, reterr));
	JTN__TRY(jtn__json_string(&value, &text, reterr));
	return parse_clock(text, ret) ? JTN_OK
	                              : jtn__json_fail(&value, reterr, JTN_E_RANGE, "expected a time such as \"08:30\"");
}

/* "+08:00", "-03:30", "Z" in minutes. */
static jtn_status
read_offset(const struct jtn__value *object, int64_t *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	const char *text;
	if (!jtn__json_member(object, "utc_offset", &value))
		return JTN_OK;
	JTN__TRY(jtn__json_string(&value, &text, reterr));
	if (strcmp(text, "Z") == 0)
		return JTN_OK;
	if ((*text != '+' && *text != '-') || !parse_clock(text + 1, ret) || *ret >= DAY_MINUTES)
		return jtn__json_fail(&value, reterr, JTN_E_RANGE, "expected an offset such as \"+08:00\", or \"Z\"");
	if (*text == '-')
		*ret = -*ret;
	return JTN_OK;
}

static jtn_status
read_window(const struct jtn__value *value, struct jtn__interval *windows, uint32_t *count, struct jtn_error *reterr)
{
	static const char *const keys[] = {"utc_offset", "weekdays", "from", "until"};
	struct jtn__value days, element;
	int64_t offset = 0, from = 0, until = 0, day;
	uint32_t chosen = 0;
	if (!jtn__json_is_object(value))
		return jtn__json_fail(value, reterr, JTN_E_TYPE, "expected a window, {\"from\": …, \"until\": …}");
	JTN__TRY(jtn__json_only(value, keys, COUNT(keys), reterr));
	JTN__TRY(read_offset(value, &offset, reterr));
	JTN__TRY(read_clock(value, "from", &from, reterr));
	JTN__TRY(read_clock(value, "until", &until, reterr));
	JTN__TRY(jtn__jeton_list(value, "weekdays", false, &days, reterr));
	if (from == until || from == until + DAY_MINUTES)
		return jtn__json_fail(value, reterr, JTN_E_RANGE, "an empty window; a whole day is 00:00 to 24:00");
	if (days.node && jtn__json_count(&days) == 0)
		return jtn__json_fail(&days, reterr, JTN_E_RANGE, "no day; leave the field out for every day");
	for (size_t i = 0; i < jtn__json_count(&days); i++) {
		jtn__json_element(&days, i, &element);
		JTN__TRY(jtn__json_integer(&element, 1, 7, &day, reterr));
		chosen |= UINT32_C(1) << (day - 1);
	}
	for (int64_t i = 0; i < 7; i++)
		if (!days.node || chosen >> i & 1)
			jtn__windows_add(i * DAY_MINUTES + from - offset,
			                 i * DAY_MINUTES + (until > from ? until : until + DAY_MINUTES) - offset, windows, count);
	return JTN_OK;
}

#define WINDOWS_MOST 64

jtn_status
jtn__jeton_windows(struct jtn_book *book, const struct jtn__value *object, struct jtn__rule *ret,
                   struct jtn_error *reterr)
{
	struct jtn__value value, element;
	if (!jtn__json_member(object, "window", &value))
		return JTN_OK;
	size_t count = jtn__json_is_array(&value) ? jtn__json_count(&value) : 1;
	if (count > WINDOWS_MOST || count == 0)
		return jtn__json_fail(&value, reterr, JTN_E_LIMIT, "expected 1 to %d windows", (int64_t)WINDOWS_MOST);
	struct jtn__interval *windows = jtn__arena_take(book->scratch, count * 7 * 2, sizeof(*windows));
	if (!windows)
		return jtn__jeton_out_of_memory(reterr);
	ret->windows = windows;
	for (size_t i = 0; i < count; i++) {
		if (jtn__json_is_array(&value))
			jtn__json_element(&value, i, &element);
		else
			element = value;
		JTN__TRY(read_window(&element, windows, &ret->window_count, reterr));
	}
	ret->window_count = jtn__windows_merge(windows, ret->window_count);
	return JTN_OK;
}
