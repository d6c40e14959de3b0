/*
 * Instants: RFC 3339 text and nanoseconds since 1970, leap seconds not counted. Civil dates by the proleptic Gregorian
 * calendar in eras of 400 years, whose day count is a closed formula (H. Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms", 2013).
 */
#include "jeton/time.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

#define NS_PER_S INT64_C(1000000000)
#define DAY_S 86400
#define YEAR_FIRST 1678 /* int64_t nanoseconds reach from 1677-09-21 to 2262-04-11 */
#define YEAR_LAST 2261

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01. */
static int64_t
days_from_civil(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = floor_div(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void
civil_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	days += 719468;
	int64_t era = floor_div(days, 146097);
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted = (5 * day_of_year + 2) / 153; /* months from March */
	*day = day_of_year - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 3 : shifted - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

struct cursor {
	const char *at, *end;
};

/* Exactly `digits` digits. */
static bool
take_number(struct cursor *cursor, int digits, int64_t *ret)
{
	*ret = 0;
	for (; digits; digits--, cursor->at++) {
		if (cursor->at == cursor->end || *cursor->at < '0' || *cursor->at > '9')
			return false;
		*ret = *ret * 10 + (*cursor->at - '0');
	}
	return true;
}

/* One of two characters. */
static bool
take(struct cursor *cursor, char one, char other)
{
	if (cursor->at == cursor->end || (*cursor->at != one && *cursor->at != other))
		return false;
	cursor->at++;
	return true;
}

/* ".5" and so on: at most nine digits count, further ones must be digits. */
static bool
take_fraction(struct cursor *cursor, int64_t *ret_ns)
{
	int64_t unit = NS_PER_S / 10;
	const char *first = cursor->at;
	for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++, unit /= 10)
		*ret_ns += (*cursor->at - '0') * unit;
	return cursor->at > first;
}

static bool
take_offset(struct cursor *cursor, int64_t *ret_s)
{
	int64_t hours, minutes;
	if (take(cursor, 'Z', 'z'))
		return true;
	bool west = cursor->at < cursor->end && *cursor->at == '-';
	if (!take(cursor, '+', '-') || !take_number(cursor, 2, &hours))
		return false;
	take(cursor, ':', ':');
	if (!take_number(cursor, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_s = (hours * 60 + minutes) * (west ? -60 : 60);
	return true;
}

static bool
is_date(int64_t year, int64_t month, int64_t day)
{
	static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1] + (month == 2 && leap);
}

/* The seconds and nanoseconds of a text; false where it is no instant. */
static bool
read_instant(struct cursor *cursor, int64_t *ret_year, int64_t *ret_s, int64_t *ret_ns)
{
	int64_t month, day, hour = 0, minute = 0, second = 0, offset = 0;
	if (!take_number(cursor, 4, ret_year) || !take(cursor, '-', '-') || !take_number(cursor, 2, &month) ||
	    !take(cursor, '-', '-') || !take_number(cursor, 2, &day) || !is_date(*ret_year, month, day))
		return false;
	if (cursor->at < cursor->end) {
		if (!(take(cursor, 'T', 't') || take(cursor, ' ', ' ')) || !take_number(cursor, 2, &hour) ||
		    !take(cursor, ':', ':') || !take_number(cursor, 2, &minute) || !take(cursor, ':', ':') ||
		    !take_number(cursor, 2, &second) || hour > 23 || minute > 59 || second > 60)
			return false;
		if (take(cursor, '.', '.') && !take_fraction(cursor, ret_ns))
			return false;
		if (!take_offset(cursor, &offset) || cursor->at < cursor->end)
			return false;
	}
	*ret_s = days_from_civil(*ret_year, month, day) * DAY_S + hour * 3600 + minute * 60 + second - offset;
	return true;
}

/* Two digits; *wrong is not 0 where one is none. */
static inline int64_t
two(const char *text, unsigned *wrong)
{
	unsigned tens = (unsigned char)text[0] - '0', ones = (unsigned char)text[1] - '0';
	*wrong |= (tens > 9) | (ones > 9);
	return tens * 10 + ones;
}

/* "2026-01-31T23:59:59Z" and nothing else, as most programs write it; false for read_instant() to see. */
static bool
read_common(const char *text, size_t length, int64_t *ret_year, int64_t *ret_s)
{
	unsigned wrong = 0;
	if (length != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
	    text[19] != 'Z')
		return false;
	int64_t year = two(text, &wrong) * 100 + two(text + 2, &wrong), month = two(text + 5, &wrong),
			day = two(text + 8, &wrong), hour = two(text + 11, &wrong), minute = two(text + 14, &wrong),
			second = two(text + 17, &wrong);
	if (wrong || !is_date(year, month, day) || hour > 23 || minute > 59 || second > 60)
		return false;
	*ret_year = year;
	*ret_s = days_from_civil(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second;
	return true;
}

jtn_status
jtn_time_parse(const char *text, size_t length, int64_t *ret, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE];
	int64_t year = 0, seconds = 0, ns = 0;
	if (!text || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, text ? "ret" : "text", "%s is NULL", text ? "ret" : "text");
	struct cursor cursor = {text, text + length};
	bool right = read_common(text, length, &year, &seconds) || read_instant(&cursor, &year, &seconds, &ns);
	if (right && year >= YEAR_FIRST && year <= YEAR_LAST) {
		*ret = seconds * NS_PER_S + ns;
		return JTN_OK;
	}
	jtn__quote(shown, text, length);
	if (!right)
		return jtn__fail(reterr, JTN_E_SYNTAX, "",
		                 "%s is not an instant; expected RFC 3339 with an offset, such as 2026-01-31T23:59:59Z", shown);
	return jtn__fail(reterr, JTN_E_RANGE, "", "%s is outside the years %d to %d", shown, (int64_t)YEAR_FIRST,
	                 (int64_t)YEAR_LAST);
}

static char *
put(char *at, int64_t value, int digits)
{
	for (int i = digits; i--; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

jtn_status
jtn_time_format(int64_t time_ns, char *buffer, size_t capacity)
{
	char text[JTN_TIME_TEXT_SIZE], *at = text;
	int64_t year, month, day;
	if (!buffer)
		return JTN_E_ARGUMENT;
	int64_t seconds = floor_div(time_ns, NS_PER_S), ns = time_ns % NS_PER_S;
	ns += ns < 0 ? NS_PER_S : 0; /* never seconds * NS_PER_S, which may lie before the first instant */
	int64_t days = floor_div(seconds, DAY_S), left = seconds - days * DAY_S;
	civil_from_days(days, &year, &month, &day);
	at = put(at, year, 4), *at++ = '-';
	at = put(at, month, 2), *at++ = '-';
	at = put(at, day, 2), *at++ = 'T';
	at = put(at, left / 3600, 2), *at++ = ':';
	at = put(at, left / 60 % 60, 2), *at++ = ':';
	at = put(at, left % 60, 2);
	if (ns) {
		*at++ = '.';
		at = put(at, ns, 9);
		while (at[-1] == '0')
			at--;
	}
	*at++ = 'Z';
	size_t used = (size_t)(at - text);
	if (capacity <= used)
		return JTN_E_SPACE;
	memcpy(buffer, text, used);
	buffer[used] = '\0';
	return JTN_OK;
}
