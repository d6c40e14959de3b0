/* Amounts and counts as decimal text. */
#include "digits.h"

#include <string.h>

#define UNIT UINT64_C(1000000000000000000) /* 10^18 */
#define BILLION UINT32_C(1000000000)

/* The digits of value, `least` of them at least. */
static char *
put_digits(char *to, uint64_t value, int least)
{
	char buffer[20];
	int at = 20;
	for (; value >= 100; value /= 100) { /* two for one division */
		unsigned pair = (unsigned)(value % 100);
		buffer[--at] = (char)('0' + pair % 10);
		buffer[--at] = (char)('0' + pair / 10);
	}
	if (value >= 10)
		buffer[--at] = (char)('0' + value % 10);
	if (value > 0)
		buffer[--at] = (char)('0' + (value >= 10 ? value / 10 : value));
	while (20 - at < least || at == 20)
		buffer[--at] = '0';
	memcpy(to, buffer + at, (size_t)(20 - at));
	return to + (20 - at);
}

/* Nine digits, which 32 bits hold. */
static char *
put_nine(char *to, uint32_t value)
{
	for (int at = 7; at > 0; at -= 2, value /= 100) {
		uint32_t pair = value % 100;
		to[at] = (char)('0' + pair / 10);
		to[at + 1] = (char)('0' + pair % 10);
	}
	to[0] = (char)('0' + value);
	return to + 9;
}

static char *
drop_zeros(char *from, char *to)
{
	while (to > from && to[-1] == '0')
		to--;
	return to > from && to[-1] == '.' ? to - 1 : to;
}

char *
digits_money(char *to, struct jtn_money amount)
{
	if (amount.hi == 0) { /* from nothing to 18 of the currency: nearly every charge */
		to = put_digits(to, amount.lo / UNIT, 1);
		uint64_t fraction = amount.lo % UNIT;
		if (fraction == 0)
			return to;
		*to = '.';
		uint32_t high = (uint32_t)(fraction / BILLION), low = (uint32_t)(fraction % BILLION);
		char *end = put_nine(to + 1, high);
		return drop_zeros(to, low ? put_nine(end, low) : end);
	}
	size_t length = 0;
	char text[JTN_MONEY_TEXT_SIZE];
	if (jtn_money_format(amount, text, sizeof(text), &length) != JTN_OK) {
		*to = '?';
		return to + 1;
	}
	memcpy(to, text, length);
	return to + length;
}

char *
digits_count(char *to, int64_t value, int32_t decimals)
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[48], *end;
	if (value < 0)
		*to++ = '-';
	end = put_digits(digits, rest, decimals + 1 < 20 ? decimals + 1 : 20);
	int count = (int)(end - digits);
	if (decimals + 1 > count) { /* more decimals than digits: zeros before them */
		memmove(digits + (decimals + 1 - count), digits, (size_t)count);
		memset(digits, '0', (size_t)(decimals + 1 - count));
		count = decimals + 1;
	}
	memcpy(to, digits, (size_t)(count - decimals));
	to += count - decimals;
	if (decimals == 0)
		return to;
	*to = '.';
	memcpy(to + 1, digits + count - decimals, (size_t)decimals);
	return drop_zeros(to, to + 1 + decimals);
}

void
text_money(struct text *text, struct jtn_money amount)
{
	text_used(text, digits_money(text_room(text, DIGITS_MOST), amount));
}

void
text_count(struct text *text, int64_t value, int32_t decimals)
{
	text_used(text, digits_count(text_room(text, DIGITS_MOST), value, decimals));
}
