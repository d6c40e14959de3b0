/* Exchange rates. */
#include "fx.h"

#include <string.h>

static bool
is_currency(const char *text)
{
	for (int i = 0; i < 3; i++)
		if (text[i] < 'A' || text[i] > 'Z')
			return false;
	return true;
}

/* A decimal above zero of at most 18 digits. */
static bool
parse_rate(const char *text, size_t length, int64_t *mantissa, int32_t *decimals)
{
	int64_t value = 0;
	int32_t after = -1;
	int digits = 0;
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '.' && after < 0) {
			after = 0;
			continue;
		}
		if (text[i] < '0' || text[i] > '9' || digits == 18)
			return false;
		value = value * 10 + (text[i] - '0');
		digits += value > 0;
		after += after >= 0;
	}
	*mantissa = value;
	*decimals = after < 0 ? 0 : after;
	return value > 0 && *decimals <= 18;
}

static int
parse_one(const char *text, size_t length, struct fx *ret)
{
	size_t at = ret->count;
	if (at == FX_MOST)
		return cli_error("--fx: more than %d rates", FX_MOST);
	if (length < 9 || !is_currency(text) || text[3] != '/' || !is_currency(text + 4) || text[7] != '=' ||
	    !parse_rate(text + 8, length - 8, &ret->rates[at].mantissa, &ret->rates[at].decimals))
		return cli_error(
			"--fx: \"%.*s\" must be A/B=RATE with a decimal of at most 18 digits above 0: with CNY/USD=0.14 "
			"1 CNY is 0.14 USD",
			(int)length, text);
	memcpy(ret->rates[at].from, text, 3);
	memcpy(ret->rates[at].to, text + 4, 3);
	ret->count++;
	if (strcmp(ret->rates[at].from, ret->rates[at].to) == 0)
		return cli_error("--fx: %s is %s; a rate is between two currencies", ret->rates[at].from, ret->rates[at].to);
	return CLI_OK;
}

int
fx_parse(const char *text, struct fx *ret)
{
	*ret = (struct fx){0};
	if (!text)
		return CLI_OK;
	for (;; text++) {
		size_t length = strcspn(text, ",");
		int code = parse_one(text, length, ret);
		if (code != CLI_OK)
			return code;
		text += length;
		if (!*text)
			break;
	}
	for (size_t i = 0; i < ret->count; i++)
		for (size_t j = 0; j < ret->count; j++)
			if (i != j && strcmp(ret->rates[i].from, ret->rates[j].from) == 0)
				return cli_error("--fx: two rates for %s; one is enough", ret->rates[i].from);
			else if (strcmp(ret->rates[i].to, ret->rates[j].from) == 0)
				return cli_error("--fx: %s is converted to %s, and that to %s; give each a rate to the same currency",
				                 ret->rates[i].from, ret->rates[i].to, ret->rates[j].to);
	return CLI_OK;
}

const char *
fx_target(const struct fx *fx, const char *currency)
{
	for (size_t i = 0; fx && i < fx->count; i++)
		if (strcmp(fx->rates[i].from, currency) == 0)
			return fx->rates[i].to;
	return currency;
}

jtn_status
fx_convert(const struct fx *fx, const char *currency, struct jtn_money amount, struct jtn_money *ret)
{
	struct jtn_money product;
	*ret = amount;
	for (size_t i = 0; fx && i < fx->count; i++) {
		if (strcmp(fx->rates[i].from, currency) != 0)
			continue;
		int64_t divisor = 1;
		for (int32_t d = 0; d < fx->rates[i].decimals; d++)
			divisor *= 10;
		jtn_status status = jtn_money_multiply(amount, fx->rates[i].mantissa, &product, NULL);
		if (status != JTN_OK)
			return status;
		return jtn_money_divide(product, divisor, JTN_ROUND_HALF_EVEN, ret, NULL, NULL);
	}
	return JTN_OK;
}
