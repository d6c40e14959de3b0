/*
 * Any bytes as a usage row, and as a usage of each format: an error that says something, or counts that are disjoint,
 * positive and of meters there are, with every text inside what it was read from.
 */
#include "jeton/reader.h"

#include <stdbool.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static volatile char sum; /* so that a sanitizer sees each byte read */

static void
check_text(struct jtn_text text)
{
	if ((text.text == NULL && text.length > 0) || text.length > 1 << 26)
		__builtin_trap();
	for (uint64_t i = 0; i < text.length; i++)
		sum = (char)(sum ^ text.text[i]);
}

static void
check_event(const struct jtn_event *event)
{
	bool seen[256] = {false};

	for (uint32_t i = 0; i < event->count; i++) {
		uint32_t meter = event->counts[i].meter;

		if (meter == 0 || meter > jtn_meter_count() || seen[meter] || event->counts[i].quantity <= 0 ||
		    event->counts[i].reserved != 0)
			__builtin_trap();
		seen[meter] = true;
	}
	for (uint32_t i = 0; i < event->unknown_count; i++) {
		check_text(event->unknown[i]);
		if (event->unknown[i].length == 0)
			__builtin_trap();
	}
	check_text(event->id);
	check_text(event->provider);
	check_text(event->model);
	check_text(event->region);
	check_text(event->served_tier);
	if (jtn_tier_name(event->tier) == NULL || jtn_format_name(event->format) == NULL || event->has_time > 1)
		__builtin_trap();
}

static void
check_error(jtn_status status, const struct jtn_error *err, const struct jtn_event *event)
{
	if (err->status != status || err->message[0] == '\0' || event->counts != NULL || event->count != 0)
		__builtin_trap();
	check_text(event->id);
}

static void
read_all(struct jtn_reader *reader, const char *text, size_t size)
{
	for (int32_t format = 0; format <= JTN_FORMAT_OPENAI_EMBEDDINGS; format++) {
		struct jtn_event event = {.size = sizeof(event)};
		struct jtn_text member;
		struct jtn_error err;
		jtn_status status = format ? jtn_reader_usage(reader, format, text, size, &event, &err)
		                           : jtn_reader_row(reader, text, size, &event, &err);

		if (status == JTN_OK)
			check_event(&event);
		else
			check_error(status, &err, &event);
		if (jtn_reader_member(reader, "tenant", &member) != JTN_OK)
			__builtin_trap();
		check_text(member);
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	for (int32_t unknown = JTN_UNKNOWN_REPORT; unknown <= JTN_UNKNOWN_ERROR; unknown++) {
		struct jtn_reader *reader = NULL;

		if (jtn_reader_new(unknown, NULL, &reader, NULL) != JTN_OK)
			return 0;
		read_all(reader, (const char *)data, size);
		jtn_reader_free(reader);
	}
	return 0;
}
