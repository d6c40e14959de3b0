/* Option values: strict numbers, lists and pairs. Nothing is guessed: "4x" is an error and not 4. */
#include "options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool
parse_real(const char *text, size_t length, double *ret)
{
	char buffer[64];
	if (length == 0 || length >= sizeof(buffer) || memchr(text, '\0', length))
		return false;
	memcpy(buffer, text, length);
	buffer[length] = '\0';
	if (strspn(buffer, "+-.0123456789eE") != length) /* strtod also reads hexadecimal, inf and nan */
		return false;
	char *end;
	double value = strtod(buffer, &end);
	size_t leading = strcspn(buffer, "123456789eE");
	bool vanished = value == 0 && buffer[leading] >= '1' && buffer[leading] <= '9'; /* 1e-400 is not 0 */
	if (*end || !isfinite(value) || vanished)
		return false;
	*ret = value;
	return true;
}

int
option_count(const struct options *options, enum option option, int32_t most, int32_t *ret)
{
	const char *text = options->value[option];
	char name[40];
	double value;
	if (!text)
		return CLI_OK;
	if (strspn(text, "0123456789") != strlen(text) || !parse_real(text, strlen(text), &value) || value < 1 ||
	    value > most)
		return cli_error("%s %s: must be a whole number from 1 to %d", option_name(option, name), text, (int)most);
	*ret = (int32_t)value;
	return CLI_OK;
}

int
option_real(const struct options *options, enum option option, double above, double most, double *ret)
{
	const char *text = options->value[option];
	char name[40];
	double value;
	if (!text)
		return CLI_OK;
	if (!parse_real(text, strlen(text), &value) || !(value > above) || value > most) {
		if (most < HUGE_VAL)
			return cli_error("%s %s: must be a number above %g, at most %g", option_name(option, name), text, above,
			                 most);
		return cli_error("%s %s: must be a number above %g", option_name(option, name), text, above);
	}
	*ret = value;
	return CLI_OK;
}

int
option_real_from(const struct options *options, enum option option, double least, double most, double *ret)
{
	const char *text = options->value[option];
	char name[40];
	double value;
	if (!text)
		return CLI_OK;
	if (!parse_real(text, strlen(text), &value) || value < least || value > most)
		return cli_error("%s %s: must be a number from %g to %g", option_name(option, name), text, least, most);
	*ret = value;
	return CLI_OK;
}

int
option_switch(const struct options *options, enum option option, int32_t *ret)
{
	const char *text = options->value[option];
	char name[40];
	if (!text)
		return CLI_OK;
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		return cli_error("%s %s: must be on or off", option_name(option, name), text);
	*ret = strcmp(text, "on") == 0 ? JTN_SWITCH_ON : JTN_SWITCH_OFF;
	return CLI_OK;
}

static bool
parse_item(const char *text, size_t length, bool tokens, double *ret)
{
	double unit = 1;
	if (tokens && length > 0 && strchr("kKmM", text[length - 1])) {
		unit = strchr("kK", text[length - 1]) ? 1024 : 1024 * 1024;
		length--;
	}
	if (!parse_real(text, length, ret) || !(*ret > 0))
		return false;
	*ret *= unit;
	return tokens ? *ret <= 1e9 && floor(*ret) == *ret : *ret >= 1e-12 && *ret <= 1e12;
}

int
option_list(const struct options *options, enum option option, bool tokens, struct list *ret)
{
	const char *text = options->value[option];
	char name[40];
	if (!text)
		return CLI_OK;
	ret->count = 0;
	for (const char *at = text;; at++) {
		size_t length = strcspn(at, ",");
		if (ret->count == LIST_MOST)
			return cli_error("%s: more than %d values; ask in several runs", option_name(option, name), LIST_MOST);
		if (!parse_item(at, length, tokens, &ret->values[ret->count++]))
			return cli_error("%s %s: \"%.*s\" must be %s", option_name(option, name), text, (int)length, at,
			                 tokens ? "a whole number of tokens above 0, at most 10^9, as in 4096 or 4k"
			                        : "a number above 0, from 1e-12 to 1e12; commas separate several, as in 1,4,16");
		at += length;
		if (!*at)
			return CLI_OK;
	}
}

int
option_pairs(const struct options *options, enum option option, const char *const *names, size_t count, size_t required,
             double *ret)
{
	const char *text = options->value[option];
	char name[40];
	for (size_t i = 0; i < count; i++)
		ret[i] = NAN;
	for (const char *at = text;; at++) {
		size_t length = strcspn(at, ","), key = strcspn(at, "=,"), found = 0;
		while (found < count && !(strlen(names[found]) == key && strncmp(names[found], at, key) == 0))
			found++;
		if (found == count || at[key] != '=')
			return cli_error("%s %s: \"%.*s\" must be %s=NUMBER or another of the keys in its help",
			                 option_name(option, name), text, (int)length, at, names[0]);
		if (!isnan(ret[found]))
			return cli_error("%s %s: %s is given twice", option_name(option, name), text, names[found]);
		if (!parse_real(at + key + 1, length - key - 1, &ret[found]))
			return cli_error("%s %s: %s must be a number", option_name(option, name), text, names[found]);
		at += length;
		if (!*at)
			break;
	}
	for (size_t i = 0; i < required; i++)
		if (isnan(ret[i]))
			return cli_error("%s %s: %s=NUMBER is missing", option_name(option, name), text, names[i]);
	return CLI_OK;
}
