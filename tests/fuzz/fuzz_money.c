/*
 * Any bytes as an amount, and two amounts in arithmetic: what is read is written back as the same amount, and no
 * operation loses a unit. Input: the text of an amount; from a newline on, 16 bytes each of two records, 8 of a count.
 */
#include "jeton/money.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
promise(bool kept)
{
	if (!kept)
		abort();
}

static bool
same(struct jtn_money a, struct jtn_money b)
{
	return jtn_money_compare(a, b) == 0;
}

static void
check_text(struct jtn_money amount)
{
	char text[JTN_MONEY_TEXT_SIZE];
	struct jtn_money back;
	size_t length;

	if (jtn_money_format(amount, text, sizeof(text), &length) != JTN_OK)
		return;
	promise(length == strlen(text) && length < JTN_MONEY_TEXT_SIZE);
	promise(jtn_money_parse(text, length, &back, NULL) == JTN_OK && same(amount, back));
}

static void
check_quotients(struct jtn_money amount, int64_t count)
{
	struct jtn_money quotient, rest, sum;

	for (int32_t mode = JTN_ROUND_HALF_EVEN; mode <= JTN_ROUND_CEILING; mode++) {
		if (jtn_money_divide(amount, count, mode, &quotient, &rest, NULL) == JTN_OK) {
			promise(jtn_money_multiply(quotient, count, &sum, NULL) == JTN_OK || mode != JTN_ROUND_DOWN);
			if (mode == JTN_ROUND_DOWN)
				promise(jtn_money_add(sum, rest, &sum, NULL) == JTN_OK && same(sum, amount));
		}
		if (jtn_money_round(amount, (int32_t)((uint64_t)count % 19), mode, &quotient, &rest, NULL) == JTN_OK)
			promise(jtn_money_add(quotient, rest, &sum, NULL) == JTN_OK && same(sum, amount));
	}
}

static void
check_sums(struct jtn_money a, struct jtn_money b)
{
	struct jtn_money sum, other, back;
	jtn_status status = jtn_money_add(a, b, &sum, NULL);

	promise(jtn_money_add(b, a, &other, NULL) == status);
	if (status == JTN_OK) {
		promise(same(sum, other));
		promise(jtn_money_subtract(sum, b, &back, NULL) == JTN_OK && same(back, a));
	}
	promise(jtn_money_compare(a, b) == -jtn_money_compare(b, a));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
	size_t length = newline ? (size_t)(newline - data) : size;
	struct jtn_money amount = {0, 0}, records[2] = {{0, 0}, {0, 0}};
	struct jtn_error error;
	int64_t count = 3;
	jtn_status status = jtn_money_parse(size ? (const char *)data : "", length, &amount, &error);

	promise(status == JTN_OK || (error.status == status && error.message[0] && !error.message[175]));
	if (newline && size - length - 1 >= sizeof(records) + sizeof(count)) {
		memcpy(records, newline + 1, sizeof(records));
		memcpy(&count, newline + 1 + sizeof(records), sizeof(count));
	}
	check_text(amount);
	check_text(records[0]);
	check_quotients(amount, count);
	check_quotients(records[1], count);
	check_sums(amount, records[0]);
	check_sums(records[0], records[1]);
	return 0;
}
