/* Service tiers by name; the records themselves, whose layout is frozen. */
#include "jeton/usage.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NAME_SIZE 24

_Static_assert(sizeof(struct jtn_count) == 16 && offsetof(struct jtn_count, meter) == 8, "frozen layout");
_Static_assert(sizeof(struct jtn_usage) == 32 && offsetof(struct jtn_usage, tariff) == 8 &&
                   offsetof(struct jtn_usage, first) == 16,
               "frozen layout");

/* The first of each tier is its name; the others are what providers say. */
static const struct {
	char name[NAME_SIZE];
	uint8_t tier;
} names[] = {
	{"standard", JTN_TIER_STANDARD},
	{"default", JTN_TIER_STANDARD},
	{"on_demand", JTN_TIER_STANDARD},
	{"standard_only", JTN_TIER_STANDARD},
	{"auto", JTN_TIER_STANDARD},
	{"batch", JTN_TIER_BATCH},
	{"batches", JTN_TIER_BATCH},
	{"flex", JTN_TIER_FLEX},
	{"on_demand_flex", JTN_TIER_FLEX},
	{"priority", JTN_TIER_PRIORITY},
	{"on_demand_priority", JTN_TIER_PRIORITY},
	{"scale", JTN_TIER_SCALE},
	{"provisioned", JTN_TIER_PROVISIONED},
	{"provisioned_throughput", JTN_TIER_PROVISIONED},
	{"reserved", JTN_TIER_PROVISIONED},
	{"fast", JTN_TIER_FAST},
};

const char *
jtn_tier_name(uint32_t tier)
{
	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].tier == tier)
			return names[i].name;
	return NULL;
}

static bool
same_word(const char *word, const char *text, size_t length)
{
	if (strlen(word) != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
		if (word[i] != c)
			return false;
	}
	return true;
}

jtn_status
jtn_tier_find(const char *name, size_t length, uint32_t *ret, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE];
	if (!name || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, name ? "ret" : "name", "%s is NULL", name ? "ret" : "name");
	for (size_t i = 0; i < COUNT(names); i++) {
		if (same_word(names[i].name, name, length)) {
			*ret = names[i].tier;
			return JTN_OK;
		}
	}
	jtn__quote(shown, name, length);
	return jtn__fail(
		reterr, JTN_E_NOT_FOUND, "",
		"no service tier is called %s; tiers are standard, batch, flex, priority, scale, provisioned, fast", shown);
}
