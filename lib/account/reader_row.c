/* One usage row: INTERFACES, "Usage row". Its other members are the caller's data, and never wrong. */
#include "reader.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum member { TIME, PROVIDER, MODEL, FORMAT, SERVICE_TIER, REGION, USAGE, MEMBERS };
#define NAME_SIZE 13

static const struct {
	char name[NAME_SIZE];
	uint8_t length;
} names[MEMBERS] = {
	{"time", 4}, {"provider", 8}, {"model", 5}, {"format", 6}, {"service_tier", 12}, {"region", 6}, {"usage", 5},
};

/* The members there are, each once: the text has no key twice. */
static void
find_members(const struct jtn__value *row, struct jtn__value members[MEMBERS])
{
	struct jtn__walk walk;
	struct jtn__value value;
	size_t length;
	for (unsigned i = 0; i < MEMBERS; i++)
		members[i] = (struct jtn__value){.document = row->document, .parent = row, .key = names[i].name};
	jtn__json_walk(row, &walk);
	while (jtn__json_next(&walk, &value, &length))
		for (unsigned i = 0; i < MEMBERS; i++)
			if (names[i].length == length && memcmp(names[i].name, value.key, length) == 0) {
				if (!jtn__json_is_null(&value))
					members[i] = value;
				break;
			}
}

static jtn_status
read_text(const struct jtn__value *value, struct jtn_text *ret, struct jtn_error *reterr)
{
	size_t length;
	const char *text;
	if (!value->node)
		return JTN_OK;
	JTN__TRY(jtn__json_string(value, &text, reterr));
	ret->text = jtn__json_bytes(value, &length);
	ret->length = length;
	return JTN_OK;
}

static jtn_status
read_time(const struct jtn__value *value, struct jtn_event *ret, struct jtn_error *reterr)
{
	struct jtn_error inner;
	struct jtn_text text = {NULL, 0};
	JTN__TRY(read_text(value, &text, reterr));
	if (!text.text)
		return JTN_OK;
	jtn_status status = jtn_time_parse(text.text, text.length, &ret->time_ns, &inner);
	if (status != JTN_OK)
		return jtn__json_fail(value, reterr, status, "%s", inner.message);
	ret->has_time = 1;
	return JTN_OK;
}

static jtn_status
read_format(const struct jtn__value *value, int32_t *ret, struct jtn_error *reterr)
{
	struct jtn_error inner;
	struct jtn_text text = {NULL, 0};
	JTN__TRY(read_text(value, &text, reterr));
	if (!text.text)
		return jtn__json_fail(value, reterr, JTN_E_MISSING_FIELD, "missing; " JTN__FORMATS);
	jtn_status status = jtn_format_find(text.text, text.length, ret, &inner);
	return status == JTN_OK ? JTN_OK : jtn__json_fail(value, reterr, status, "%s", inner.message);
}

jtn_status
jtn__reader_row(struct jtn_reader *reader, const struct jtn__value *row, struct jtn_event *ret,
                struct jtn_error *reterr)
{
	struct jtn__value members[MEMBERS];
	int32_t format;
	find_members(row, members);
	JTN__TRY(read_text(&members[PROVIDER], &ret->provider, reterr));
	JTN__TRY(read_text(&members[MODEL], &ret->model, reterr));
	JTN__TRY(read_text(&members[REGION], &ret->region, reterr));
	JTN__TRY(read_time(&members[TIME], ret, reterr));
	JTN__TRY(read_format(&members[FORMAT], &format, reterr));
	if (!members[USAGE].node)
		return jtn__json_fail(&members[USAGE], reterr, JTN_E_MISSING_FIELD,
		                      "the usage is missing; give the provider's usage object as it is");
	JTN__TRY(jtn__reader_read(reader, format, &members[USAGE], reterr));
	/* What was served counts, what the row says was asked for stands in for it. */
	if (!reader->tier_text.text && members[SERVICE_TIER].node)
		JTN__TRY(jtn__reader_tier(reader, &members[SERVICE_TIER], reterr));
	return JTN_OK;
}
