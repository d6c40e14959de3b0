/* jeton catalog meters: every kind of thing counted, as the formats name it. */
#include "cli.h"
#include "shelf.h"

#include <string.h>

static const char *
cache_name(const struct jtn_meter_facts *facts)
{
	return facts->cache == JTN_CACHE_READ ? "read" : facts->cache == JTN_CACHE_WRITE ? "write" : NULL;
}

static const char *
direction_name(const struct jtn_meter_facts *facts)
{
	return facts->direction == JTN_DIRECTION_INPUT    ? "input"
	       : facts->direction == JTN_DIRECTION_OUTPUT ? "output"
	                                                  : NULL;
}

static const char *
modality_name(const struct jtn_meter_facts *facts)
{
	static const char *const names[] = {NULL, "text", "audio", "image", "video", "document"};
	return facts->modality > 0 && facts->modality < 6 ? names[facts->modality] : NULL;
}

static void
add_text(struct text *text, const char *key, const char *value)
{
	text_addf(text, ", \"%s\": ", key);
	if (value)
		text_json_string(text, value);
	else
		text_add(text, "null");
}

static void
add_json(struct text *text, uint32_t meter, const struct jtn_meter_facts *facts)
{
	text_add(text, text->length == 0 ? "[{\"id\": " : ",\n {\"id\": ");
	text_json_string(text, jtn_meter_name(meter));
	text_addf(text, ", \"number\": %u", (unsigned)meter);
	add_text(text, "unit", jtn_meter_unit(meter));
	add_text(text, "direction", direction_name(facts));
	add_text(text, "modality", modality_name(facts));
	add_text(text, "cache", cache_name(facts));
	if (facts->ttl_minutes > 0)
		text_addf(text, ", \"ttl_minutes\": %d", (int)facts->ttl_minutes);
	text_addf(text, ", \"decimals\": %d, \"tokens\": %s", (int)facts->decimals, facts->tokens ? "true" : "false");
	add_text(text, "description", jtn_meter_describe(meter));
	text_add(text, "}");
}

static void
add_row(struct text *text, uint32_t meter, const struct jtn_meter_facts *facts)
{
	char cache[24] = "—";
	if (cache_name(facts) && facts->ttl_minutes >= 60)
		snprintf(cache, sizeof(cache), "%s %dh", cache_name(facts), (int)facts->ttl_minutes / 60);
	else if (cache_name(facts) && facts->ttl_minutes > 0)
		snprintf(cache, sizeof(cache), "%s %dm", cache_name(facts), (int)facts->ttl_minutes);
	else if (cache_name(facts))
		snprintf(cache, sizeof(cache), "%s", cache_name(facts));
	text_column(text, jtn_meter_name(meter), 28);
	text_column(text, jtn_meter_unit(meter), 16);
	text_column(text, direction_name(facts) ? direction_name(facts) : "—", 8);
	text_column(text, modality_name(facts) ? modality_name(facts) : "—", 10);
	text_column(text, cache, 11);
	text_add(text, jtn_meter_describe(meter));
	text_end_line(text);
}

static int
add_meter(struct text *text, uint32_t meter, bool json)
{
	struct jtn_meter_facts facts;
	if (jtn_meter_read_facts(meter, &facts, sizeof(facts)) != JTN_OK)
		return CLI_OK;
	if (json)
		add_json(text, meter, &facts);
	else
		add_row(text, meter, &facts);
	return CLI_OK;
}

int
meters_show(struct text *text, const char *const *names, size_t count, bool json)
{
	if (!json)
		text_add(text, "id                          unit            way     modality  cache      counts\n");
	for (uint32_t meter = 1; meter <= jtn_meter_count() && count == 0; meter++)
		add_meter(text, meter, json);
	for (size_t i = 0; i < count; i++) {
		struct jtn_error error = {0};
		uint32_t meter;
		if (jtn_meter_find(names[i], strlen(names[i]), &meter, &error) != JTN_OK)
			return cli_error("catalog meters %s: %s", names[i], error.message);
		add_meter(text, meter, json);
	}
	return CLI_OK;
}
