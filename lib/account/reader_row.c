/* One usage row: INTERFACES, "Usage row". Its other members are the caller's data, and never wrong. */
#include "reader.h"

#include "base/json_node.h"

#include <string.h>

enum member { ID, TIME, PROVIDER, MODEL, FORMAT, SERVICE_TIER, REGION, USAGE, MEMBERS };

static const char names[MEMBERS][13] = {"id", "time", "provider", "model", "format", "service_tier", "region", "usage"};

void
jtn__reader_index_row(struct jtn_reader *reader)
{
	reader->first_member = (uint8_t)(reader->name_count + 1);
	for (unsigned i = 0; i < MEMBERS; i++)
		jtn__reader_name(reader, JTN__SCOPE_ROW, names[i], JTN__ANY_FORMAT);
}

/* The members there are, each once: the text has no key twice. */
static void
find_members(struct jtn_reader *reader, const struct jtn__value *row, void *nodes[MEMBERS])
{
	struct jtn__walk walk;
	struct jtn__value value;
	size_t length;
	unsigned last = JTN__NAMES + JTN__SCOPE_ROW;
	memset(nodes, 0, MEMBERS * sizeof(*nodes));
	jtn__node_walk(row, &walk);
	while (jtn__node_next(&walk, &value, &length)) {
		unsigned name = jtn__reader_find(reader, JTN__SCOPE_ROW, value.key, length, &last);
		if (name && !jtn__node_is_null(&value))
			nodes[name - reader->first_member] = value.node;
	}
}

static jtn_status
read_text(const struct jtn__value *value, struct jtn_text *ret, struct jtn_error *reterr)
{
	size_t length = 0;
	const char *text = jtn__node_text(value, YYJSON_TYPE_STR, &length);
	if (value->node && !text)
		return jtn__json_string(value, &text, reterr);
	*ret = (struct jtn_text){text, length};
	return JTN_OK;
}

static jtn_status
read_time(const struct jtn__value *value, struct jtn__said *ret, struct jtn_error *reterr)
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
jtn__reader_row(struct jtn_reader *reader, const struct jtn__value *row, struct jtn_error *reterr)
{
	struct jtn__said *ret = &reader->said;
	struct jtn__value members[MEMBERS];
	void *nodes[MEMBERS];
	int32_t format;
	find_members(reader, row, nodes);
	for (unsigned i = 0; i < MEMBERS; i++)
		members[i] = (struct jtn__value){row->document, row, names[i], 0, nodes[i]};
	if (nodes[ID])
		ret->id = jtn__reader_source(&members[ID]);
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
