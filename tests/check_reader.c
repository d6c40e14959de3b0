/*
 * Reader: what each provider's usage comes to in disjoint leaves, what is refused as a contradiction, and that the
 * leaves add up to the provider's own total. Cases cited as "bug-…" are those of vectors_bugs.jsonl, and real responses
 * are read from JETON_RATING or JETON_SHARED/rating, where one of them is set. Rows: check_reader_row.c.
 */
#include "fixture.h"

#include "jeton/reader.h"

#include "base/json.h"

static struct jtn_reader *
new_reader(int32_t unknown)
{
	struct jtn_reader *reader = NULL;
	struct jtn_error err;

	assert_ok(jtn_reader_new(unknown, NULL, &reader, &err), err);
	return reader;
}

static jtn_status
read_usage(struct jtn_reader *reader, int32_t format, const char *usage, struct jtn_event *ret, struct jtn_error *err)
{
	memset(ret, 0, sizeof(*ret));
	memset(err, 0, sizeof(*err));
	ret->size = sizeof(*ret);
	return jtn_reader_usage(reader, format, usage, strlen(usage), ret, err);
}

/* "input 5, cache_read 3" */
static void
show_counts(const struct jtn_event *event, char *text, size_t room)
{
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < event->count; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%s %lld", i ? ", " : "",
		                         jtn_meter_name(event->counts[i].meter), (long long)event->counts[i].quantity);
}

static void
show_unknown(const struct jtn_event *event, char *text, size_t room)
{
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < event->unknown_count; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%.*s", i ? ", " : "", (int)event->unknown[i].length,
		                         event->unknown[i].text);
}

static void
assert_reported(int32_t format, const char *usage, const char *counts, const char *unknown)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_REPORT);
	struct jtn_event event;
	struct jtn_error err;
	jtn_status status = read_usage(reader, format, usage, &event, &err);
	char text[1000];

	ck_assert_msg(status == JTN_OK, "%s: [%s] %s", usage, err.field, err.message);
	ck_assert_int_eq(event.format, format);
	show_counts(&event, text, sizeof(text));
	ck_assert_msg(strcmp(text, counts) == 0, "%s: %s, expected %s", usage, text, counts);
	show_unknown(&event, text, sizeof(text));
	ck_assert_msg(strcmp(text, unknown) == 0, "%s: unknown %s, expected %s", usage, text, unknown);
	jtn_reader_free(reader);
}

/* Read whole, with nothing unknown. */
static void
assert_counts(int32_t format, const char *usage, const char *counts)
{
	assert_reported(format, usage, counts, "");
}

static void
assert_refused(int32_t format, const char *usage, jtn_status status, const char *field, const char *words)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_ERROR);
	struct jtn_event event;
	struct jtn_error err;
	jtn_status actual = read_usage(reader, format, usage, &event, &err);

	ck_assert_msg(actual == status && err.status == status, "%s: %s [%s] %s, expected %s", usage,
	              jtn_status_name(actual), err.field, err.message, jtn_status_name(status));
	ck_assert_msg(strcmp(err.field, field) == 0, "%s: field \"%s\" (%s), expected \"%s\"", usage, err.field,
	              err.message, field);
	ck_assert_msg(strstr(err.message, words) != NULL, "%s: \"%s\" does not say \"%s\"", usage, err.message, words);
	ck_assert_uint_eq(event.count, 0);
	ck_assert_ptr_null(event.counts);
	jtn_reader_free(reader);
}

static void
assert_tier(int32_t format, const char *usage, uint32_t tier, const char *served)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_ERROR);
	struct jtn_event event;
	struct jtn_error err;

	assert_ok(read_usage(reader, format, usage, &event, &err), err);
	ck_assert_msg(event.tier == tier, "%s: tier %u, expected %u", usage, event.tier, tier);
	if (served)
		ck_assert_msg(event.served_tier.text && event.served_tier.length == strlen(served) &&
		                  memcmp(event.served_tier.text, served, strlen(served)) == 0,
		              "%s: not served as %s", usage, served);
	else
		ck_assert_ptr_null(event.served_tier.text);
	jtn_reader_free(reader);
}

/* Names */

START_TEST(every_format_is_found_by_its_name)
{
	int32_t format;
	struct jtn_error err;

	for (int32_t i = 1; i <= JTN_FORMAT_OPENAI_EMBEDDINGS; i++) {
		const char *name = jtn_format_name(i);

		ck_assert_ptr_nonnull(name);
		assert_ok(jtn_format_find(name, strlen(name), &format, &err), err);
		ck_assert_int_eq(format, i);
	}
	ck_assert_str_eq(jtn_format_name(JTN_FORMAT_OTEL_GENAI), "otel.genai");
	ck_assert_str_eq(jtn_format_name(JTN_FORMAT_XAI_CHAT), "xai.chat");
	ck_assert_ptr_null(jtn_format_name(0));
	ck_assert_ptr_null(jtn_format_name(-1));
	ck_assert_ptr_null(jtn_format_name(JTN_FORMAT_OPENAI_EMBEDDINGS + 1));
}
END_TEST

/* Both of its words: the list shortens names that share one. */
static int
names_format(const char *message, const char *name)
{
	const char *dot = strchr(name, '.');
	char word[32] = "";

	memcpy(word, name, dot ? (size_t)(dot - name) : strlen(name));
	return strstr(message, word) && (!dot || strstr(message, dot));
}

START_TEST(an_unknown_format_is_told_the_nearest_or_all)
{
	int32_t format = 77;
	struct jtn_error err;

	assert_status(jtn_format_find("openai.chatt", 12, &format, &err), JTN_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(err.message, "\"openai.chat\""));
	assert_status(jtn_format_find("openai", 6, &format, &err), JTN_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(err.message, "\"openai.chat\""));
	assert_status(jtn_format_find("", 0, &format, &err), JTN_E_NOT_FOUND);
	for (int32_t i = 1; i <= JTN_FORMAT_OPENAI_EMBEDDINGS; i++)
		ck_assert_msg(names_format(err.message, jtn_format_name(i)), "%s lacks %s", err.message, jtn_format_name(i));
	assert_status(jtn_format_find(NULL, 0, &format, &err), JTN_E_ARGUMENT);
	assert_status(jtn_format_find("jeton", 5, NULL, NULL), JTN_E_ARGUMENT);
	ck_assert_int_eq(format, 77);
}
END_TEST

/* OpenAI and those who speak like it */

START_TEST(openai_counts_cached_tokens_inside_the_prompt)
{
	assert_counts(JTN_FORMAT_OPENAI_CHAT,
	              "{\"prompt_tokens\": 2006, \"completion_tokens\": 300, \"total_tokens\": 2306, "
	              "\"prompt_tokens_details\": {\"cached_tokens\": 1920}}",
	              "input 86, cache_read 1920, output 300");
	/* bug-004: as some compatible servers spell it */
	assert_counts(JTN_FORMAT_OPENAI_CHAT,
	              "{\"prompt_tokens\": 2006, \"cached_tokens\": 1920, \"completion_tokens\": 300}",
	              "input 86, cache_read 1920, output 300");
	assert_counts(JTN_FORMAT_OPENAI_CHAT,
	              "{\"prompt_tokens\": 10, \"cached_tokens\": 4, \"prompt_tokens_details\": {\"cached_tokens\": 4}}",
	              "input 6, cache_read 4");
	assert_refused(JTN_FORMAT_OPENAI_CHAT,
	               "{\"prompt_tokens\": 10, \"cached_tokens\": 4, \"prompt_tokens_details\": {\"cached_tokens\": 5}}",
	               JTN_E_CONTRADICTION, "prompt_tokens_details.cached_tokens", "5, but cached_tokens is 4");
}
END_TEST

START_TEST(openai_counts_reasoning_and_rejected_predictions_inside_the_completion)
{
	assert_counts(JTN_FORMAT_OPENAI_CHAT,
	              "{\"prompt_tokens\": 10, \"completion_tokens\": 100, \"completion_tokens_details\": "
	              "{\"reasoning_tokens\": 60, \"accepted_prediction_tokens\": 30, \"rejected_prediction_tokens\": 7}}",
	              "input 10, output 33, reasoning 60, rejected_prediction 7");
	assert_counts(JTN_FORMAT_OPENAI_CHAT, /* bug-015 */
	              "{\"prompt_tokens\": 10, \"completion_tokens\": 160, \"reasoning_tokens\": 159}",
	              "input 10, output 1, reasoning 159");
}
END_TEST

START_TEST(cached_tokens_of_no_stated_modality_are_text_first_then_audio)
{
	assert_counts(JTN_FORMAT_OPENAI_CHAT,
	              "{\"prompt_tokens\": 100, \"prompt_tokens_details\": {\"cached_tokens\": 30, \"audio_tokens\": 60}}",
	              "input 10, input_audio 60, cache_read 30");
	assert_counts(JTN_FORMAT_OPENAI_CHAT,
	              "{\"prompt_tokens\": 100, \"prompt_tokens_details\": {\"cached_tokens\": 70, \"audio_tokens\": 60}}",
	              "input_audio 30, cache_read 40, cache_read_audio 30");
	assert_counts(
		JTN_FORMAT_OPENAI_CHAT,
		"{\"prompt_tokens\": 100, \"prompt_tokens_details\": {\"cached_tokens\": 70, \"cache_write_tokens\": 20, "
		"\"audio_tokens\": 60}}",
		"input_audio 10, cache_read 40, cache_read_audio 30, cache_write_audio 20");
}
END_TEST

START_TEST(cached_tokens_are_of_the_modality_they_are_said_to_be)
{
	/* bug-043, as the realtime interface says it */
	assert_counts(JTN_FORMAT_OPENAI_RESPONSES,
	              "{\"input_tokens\": 2000, \"output_tokens\": 3, \"input_token_details\": {\"text_tokens\": 1000, "
	              "\"audio_tokens\": 1000, \"cached_tokens\": 700, \"cached_tokens_details\": {\"text_tokens\": 100, "
	              "\"audio_tokens\": 600}}, \"output_token_details\": {\"audio_tokens\": 2, \"text_tokens\": 1}}",
	              "input 900, input_audio 400, cache_read 100, cache_read_audio 600, output 1, output_audio 2");
	/* bug-039: nothing but cached audio */
	assert_counts(JTN_FORMAT_OPENAI_CHAT,
	              "{\"prompt_tokens\": 1000000, \"prompt_tokens_details\": {\"audio_tokens\": 1000000, "
	              "\"cached_tokens\": 1000000, \"cached_tokens_details\": {\"audio_tokens\": 1000000}}}",
	              "cache_read_audio 1000000");
	assert_refused(JTN_FORMAT_OPENAI_CHAT,
	               "{\"prompt_tokens\": 100, \"prompt_tokens_details\": {\"audio_tokens\": 5, \"cached_tokens\": 9, "
	               "\"cached_tokens_details\": {\"audio_tokens\": 6}}}",
	               JTN_E_CONTRADICTION, "…pt_tokens_details.cached_tokens_details.audio_tokens", "6 in audio_tokens");
}
END_TEST

START_TEST(responses_split_cache_writes_by_life)
{
	assert_counts(JTN_FORMAT_OPENAI_RESPONSES,
	              "{\"input_tokens\": 1000, \"output_tokens\": 50, \"total_tokens\": 1050, \"input_tokens_details\": "
	              "{\"cached_tokens\": 100, \"cache_write_tokens\": 600, \"cache_write_tokens_details\": "
	              "{\"ttl_30m_tokens\": 200, \"ttl_12h_tokens\": 300}}, \"output_tokens_details\": "
	              "{\"reasoning_tokens\": 40}}",
	              "input 300, cache_read 100, cache_write 100, cache_write_30m 200, cache_write_12h 300, output 10, "
	              "reasoning 40");
}
END_TEST

START_TEST(an_embedding_has_a_prompt_only)
{
	assert_counts(JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 8, \"total_tokens\": 8}", "input 8");
	assert_counts(JTN_FORMAT_OPENAI_EMBEDDINGS, "{\"prompt_tokens\": 8, \"total_tokens\": 8}", "input 8");
	assert_counts(JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 0, \"completion_tokens\": null}", "");
}
END_TEST

START_TEST(nulls_count_as_absent)
{
	assert_counts(
		JTN_FORMAT_VLLM_CHAT,
		"{\"prompt_tokens\": 5, \"total_tokens\": 7, \"completion_tokens\": 2, \"prompt_tokens_details\": null, "
		"\"completion_tokens_details\": {\"reasoning_tokens\": null}}",
		"input 5, output 2");
}
END_TEST

START_TEST(deepseek_hits_and_misses_make_the_prompt)
{
	assert_counts(JTN_FORMAT_DEEPSEEK_CHAT,
	              "{\"prompt_tokens\": 563, \"completion_tokens\": 116, \"total_tokens\": 679, "
	              "\"prompt_cache_hit_tokens\": 512, \"prompt_cache_miss_tokens\": 51, "
	              "\"prompt_tokens_details\": {\"cached_tokens\": 512}, "
	              "\"completion_tokens_details\": {\"reasoning_tokens\": 60}}",
	              "input 51, cache_read 512, output 56, reasoning 60");
	assert_counts(JTN_FORMAT_DEEPSEEK_CHAT, "{\"prompt_cache_hit_tokens\": 5, \"prompt_cache_miss_tokens\": 6}",
	              "input 6, cache_read 5");
	assert_counts(JTN_FORMAT_DEEPSEEK_CHAT, "{\"prompt_tokens\": 10, \"prompt_cache_miss_tokens\": 6}",
	              "input 6, cache_read 4");
	assert_refused(JTN_FORMAT_DEEPSEEK_CHAT,
	               "{\"prompt_tokens\": 12, \"prompt_cache_hit_tokens\": 5, \"prompt_cache_miss_tokens\": 6}",
	               JTN_E_CONTRADICTION, "prompt_cache_miss_tokens", "prompt_tokens is 12");
	assert_reported(JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 12, \"prompt_cache_hit_tokens\": 5}", "input 12",
	                "prompt_cache_hit_tokens");
}
END_TEST

START_TEST(mistral_counts_cached_tokens_in_two_places_and_audio_in_seconds)
{
	assert_counts(JTN_FORMAT_MISTRAL_CHAT,
	              "{\"prompt_tokens\": 70, \"num_cached_tokens\": 69, \"completion_tokens\": 12, \"total_tokens\": 82}",
	              "input 1, cache_read 69, output 12");
	assert_counts(
		JTN_FORMAT_MISTRAL_CHAT,
		"{\"prompt_tokens\": 70, \"num_cached_tokens\": 0, \"prompt_tokens_details\": {\"cached_tokens\": 64}}",
		"input 6, cache_read 64");
	assert_counts(JTN_FORMAT_MISTRAL_CHAT,
	              "{\"prompt_audio_seconds\": 203, \"prompt_tokens\": 4, \"total_tokens\": 3264, "
	              "\"completion_tokens\": 635}",
	              "input 4, output 635, input_audio_seconds 203000000");
	assert_refused(JTN_FORMAT_MISTRAL_CHAT, "{\"prompt_tokens\": 4, \"prompt_audio_seconds\": 0.0000001}",
	               JTN_E_INEXACT, "prompt_audio_seconds", "at most 6 decimals");
}
END_TEST

START_TEST(groq_times_are_no_counts)
{
	assert_counts(JTN_FORMAT_GROQ_CHAT,
	              "{\"queue_time\": 0.1, \"prompt_tokens\": 20, \"prompt_time\": 0.002, \"completion_tokens\": 3, "
	              "\"completion_time\": 0.5, \"total_tokens\": 23, \"total_time\": 0.6}",
	              "input 20, output 3");
}
END_TEST

START_TEST(xai_counts_reasoning_outside_where_the_total_shows_it)
{
#define XAI(cached, reasoning, total)                                            \
	"{\"prompt_tokens\": 10, \"completion_tokens\": 5, \"total_tokens\": " total \
	", \"prompt_tokens_details\": {\"cached_tokens\": " cached                   \
	"}, \"completion_tokens_details\": {\"reasoning_tokens\": " reasoning "}}"
	assert_counts(JTN_FORMAT_XAI_CHAT, XAI("4", "3", "18"), "input 6, cache_read 4, output 5, reasoning 3");
	assert_counts(JTN_FORMAT_XAI_CHAT, XAI("4", "3", "15"), "input 6, cache_read 4, output 2, reasoning 3");
	assert_counts(JTN_FORMAT_XAI_CHAT, XAI("4", "30", "45"), "input 6, cache_read 4, output 5, reasoning 30");
	assert_refused(JTN_FORMAT_XAI_CHAT, XAI("4", "3", "19"), JTN_E_CONTRADICTION, "total_tokens", "19");
}
END_TEST

START_TEST(xai_counts_cached_tokens_outside_where_they_exceed_the_prompt)
{
	assert_counts(JTN_FORMAT_XAI_CHAT, XAI("1000", "3", "18"), "input 10, cache_read 1000, output 5, reasoning 3");
	assert_counts(JTN_FORMAT_XAI_CHAT, XAI("1000", "3", "1018"), "input 10, cache_read 1000, output 5, reasoning 3");
	assert_counts(JTN_FORMAT_XAI_CHAT, XAI("10", "0", "15"), "cache_read 10, output 5");
}
END_TEST

/* Anthropic */

START_TEST(anthropic_counts_cached_tokens_outside_the_input)
{
	assert_counts(JTN_FORMAT_ANTHROPIC_MESSAGES, /* bug-003 */
	              "{\"input_tokens\": 1, \"output_tokens\": 82, \"cache_creation_input_tokens\": 225, "
	              "\"cache_read_input_tokens\": 965602}",
	              "input 1, cache_read 965602, cache_write 225, output 82");
	assert_counts(JTN_FORMAT_ANTHROPIC_MESSAGES, /* bug-016 */
	              "{\"cache_creation_input_tokens\": 585659}", "cache_write 585659");
}
END_TEST

START_TEST(anthropic_cache_writes_are_split_by_life_and_the_rest_has_none)
{
#define WRITES(five, hour)                                                                                    \
	"{\"input_tokens\": 7, \"output_tokens\": 1, \"cache_creation_input_tokens\": 1000, \"cache_creation\": " \
	"{\"ephemeral_5m_input_tokens\": " five ", \"ephemeral_1h_input_tokens\": " hour "}}"
	assert_counts(JTN_FORMAT_ANTHROPIC_MESSAGES, WRITES("400", "600"),
	              "input 7, cache_write_5m 400, cache_write_1h 600, output 1");
	assert_counts(JTN_FORMAT_ANTHROPIC_MESSAGES, WRITES("0", "0"), "input 7, cache_write 1000, output 1"); /* bug-035 */
	assert_counts(JTN_FORMAT_ANTHROPIC_MESSAGES, WRITES("0", "1"),
	              "input 7, cache_write 999, cache_write_1h 1, output 1");
	assert_refused(JTN_FORMAT_ANTHROPIC_MESSAGES, WRITES("400", "601"), JTN_E_CONTRADICTION,
	               "cache_creation.ephemeral_5m_input_tokens", "1001");
	assert_counts(JTN_FORMAT_ANTHROPIC_MESSAGES,
	              "{\"input_tokens\": 7, \"cache_creation\": {\"ephemeral_1h_input_tokens\": 5}}",
	              "input 7, cache_write_1h 5");
}
END_TEST

START_TEST(anthropic_thinking_is_inside_and_server_tools_are_counted)
{
	assert_counts(
		JTN_FORMAT_ANTHROPIC_MESSAGES,
		"{\"input_tokens\": 13, \"output_tokens\": 44, \"output_tokens_details\": {\"thinking_tokens\": 33}, "
		"\"server_tool_use\": {\"web_search_requests\": 2, \"web_fetch_requests\": 1}, "
		"\"inference_geo\": \"global\", \"iterations\": [{\"input_tokens\": 9}], \"service_tier\": \"standard\"}",
		"input 13, output 11, reasoning 33, web_search 2, web_fetch 1");
}
END_TEST

START_TEST(usages_of_one_stream_are_cumulative_and_never_summed)
{
	assert_counts(JTN_FORMAT_ANTHROPIC_MESSAGES, /* bug-060 */
	              "[{\"input_tokens\": 25, \"output_tokens\": 1}, {\"output_tokens\": 15}]", "input 25, output 15");
	assert_counts(
		JTN_FORMAT_ANTHROPIC_MESSAGES, /* bug-062 */
		"[{\"input_tokens\": 14, \"cache_creation_input_tokens\": 8012, \"cache_read_input_tokens\": 120000}, "
		"{\"input_tokens\": 14, \"cache_creation_input_tokens\": 8012, \"cache_read_input_tokens\": 120000}]",
		"input 14, cache_read 120000, cache_write 8012");
	assert_counts(
		JTN_FORMAT_OPENAI_CHAT,
		"[{\"prompt_tokens\": 5, \"completion_tokens\": 1}, {\"prompt_tokens\": 5, \"completion_tokens\": 9}]",
		"input 5, output 9");
	assert_counts(JTN_FORMAT_JETON, "[{\"input\": 5, \"output\": 1}, {\"input\": 5, \"output\": 9}]",
	              "input 5, output 9");
	assert_reported(JTN_FORMAT_ANTHROPIC_MESSAGES, "[{\"input_tokens\": 1}, {\"output_tokens\": 2, \"new\": 3}]",
	                "input 1, output 2", "[1].new");
	assert_refused(JTN_FORMAT_ANTHROPIC_MESSAGES, "[{\"input_tokens\": 1}, 5]", JTN_E_TYPE, "[1]", "an object");
	assert_refused(JTN_FORMAT_ANTHROPIC_MESSAGES, "[]", JTN_E_MISSING_FIELD, "", "input_tokens, output_tokens");
}
END_TEST

/* Google */

START_TEST(gemini_thoughts_are_outside_the_candidates_unless_the_total_shows_them_inside)
{
	assert_counts(JTN_FORMAT_GOOGLE_GENERATE, /* bug-040 */
	              "{\"candidatesTokenCount\": 150, \"thoughtsTokenCount\": 8000}", "output 150, reasoning 8000");
	assert_counts(JTN_FORMAT_GOOGLE_GENERATE, /* bug-041 */
	              "{\"promptTokenCount\": 100, \"candidatesTokenCount\": 120, \"thoughtsTokenCount\": 100, "
	              "\"totalTokenCount\": 220}",
	              "input 100, output 20, reasoning 100");
	assert_counts(JTN_FORMAT_GOOGLE_GENERATE, /* bug-042 */
	              "{\"promptTokenCount\": 10, \"candidatesTokenCount\": 20, \"thoughtsTokenCount\": 100, "
	              "\"totalTokenCount\": 130}",
	              "input 10, output 20, reasoning 100");
	assert_refused(JTN_FORMAT_GOOGLE_GENERATE,
	               "{\"promptTokenCount\": 10, \"candidatesTokenCount\": 20, \"thoughtsTokenCount\": 100, "
	               "\"totalTokenCount\": 129}",
	               JTN_E_CONTRADICTION, "totalTokenCount", "130");
}
END_TEST

START_TEST(gemini_details_say_which_modality)
{
	assert_counts(JTN_FORMAT_GOOGLE_GENERATE,
	              "{\"promptTokenCount\": 3297, \"cachedContentTokenCount\": 2918, \"candidatesTokenCount\": 55, "
	              "\"thoughtsTokenCount\": 95, \"totalTokenCount\": 3447, \"promptTokensDetails\": "
	              "[{\"modality\": \"TEXT\", \"tokenCount\": 83}, {\"modality\": \"VIDEO\", \"tokenCount\": 2893}, "
	              "{\"modality\": \"AUDIO\", \"tokenCount\": 321}], \"cacheTokensDetails\": "
	              "[{\"modality\": \"AUDIO\", \"tokenCount\": 284}, {\"modality\": \"TEXT\", \"tokenCount\": 73}, "
	              "{\"modality\": \"VIDEO\", \"tokenCount\": 2561}]}",
	              "input 10, input_audio 37, input_video 332, cache_read 73, cache_read_audio 284, "
	              "cache_read_video 2561, output 55, reasoning 95");
	assert_counts(JTN_FORMAT_GOOGLE_GENERATE,
	              "{\"promptTokenCount\": 345, \"promptTokensDetails\": [{\"modality\": \"DOCUMENT\", \"tokenCount\": "
	              "258}, {\"modality\": \"TEXT\"}, {\"modality\": \"MODALITY_UNSPECIFIED\", \"tokenCount\": 7}], "
	              "\"candidatesTokenCount\": 1300, \"candidatesTokensDetails\": [{\"modality\": \"IMAGE\", "
	              "\"tokenCount\": 1290}]}",
	              "input 87, input_document 258, output 10, output_image 1290");
	assert_refused(JTN_FORMAT_GOOGLE_GENERATE,
	               "{\"promptTokenCount\": 10, \"promptTokensDetails\": [{\"modality\": \"TEXT\", \"tokenCount\": 5}, "
	               "{\"modality\": \"AUDIO\", \"tokenCount\": 6}]}",
	               JTN_E_CONTRADICTION, "promptTokensDetails", "of 10 in promptTokenCount");
	assert_reported(
		JTN_FORMAT_GOOGLE_GENERATE,
		"{\"promptTokenCount\": 10, \"promptTokensDetails\": [{\"modality\": \"SMELL\", \"tokenCount\": 5}]}",
		"input 10", "promptTokensDetails[0].modality");
}
END_TEST

START_TEST(gemini_tool_prompts_are_input)
{
	assert_counts(
		JTN_FORMAT_GOOGLE_GENERATE,
		"{\"promptTokenCount\": 343, \"promptTokensDetails\": [{\"modality\": \"TEXT\", \"tokenCount\": 277}], "
		"\"toolUsePromptTokenCount\": 877, \"toolUsePromptTokensDetails\": [{\"modality\": \"TEXT\", "
		"\"tokenCount\": 800}, {\"modality\": \"IMAGE\", \"tokenCount\": 77}], \"candidatesTokenCount\": 82, "
		"\"thoughtsTokenCount\": 159, \"totalTokenCount\": 1461}",
		"input 1143, input_image 77, output 82, reasoning 159");
}
END_TEST

/* Others */

START_TEST(bedrock_counts_cached_tokens_outside_whatever_its_total_does)
{
#define BEDROCK(total)                                                                                     \
	"{\"inputTokens\": 10, \"outputTokens\": 5, \"totalTokens\": " total ", \"cacheReadInputTokens\": 7, " \
	"\"cacheWriteInputTokens\": 9, \"cacheDetails\": [{\"ttl\": \"5m\", \"inputTokens\": 3}, "             \
	"{\"ttl\": \"1h\", \"inputTokens\": 5}]}"
	const char *counts = "input 10, cache_read 7, cache_write 1, cache_write_5m 3, cache_write_1h 5, output 5";

	assert_counts(JTN_FORMAT_BEDROCK_CONVERSE, BEDROCK("15"), counts);
	assert_counts(JTN_FORMAT_BEDROCK_CONVERSE, BEDROCK("31"), counts);
	assert_refused(JTN_FORMAT_BEDROCK_CONVERSE, BEDROCK("16"), JTN_E_CONTRADICTION, "totalTokens", "16");
	assert_counts(JTN_FORMAT_BEDROCK_CONVERSE, "{\"cacheReadInputTokens\": 1000000}",
	              "cache_read 1000000"); /* bug-132 */
}
END_TEST

START_TEST(cohere_bills_units_and_not_tokens)
{
	assert_counts(JTN_FORMAT_COHERE_CHAT,
	              "{\"billed_units\": {\"input_tokens\": 10, \"output_tokens\": 3}, "
	              "\"tokens\": {\"input_tokens\": 500, \"output_tokens\": 3}, \"cached_tokens\": 4}",
	              "input 6, cache_read 4, output 3");
	assert_counts(JTN_FORMAT_COHERE_CHAT, "{\"tokens\": {\"input_tokens\": 500, \"output_tokens\": 3}}",
	              "input 500, output 3");
	assert_counts(JTN_FORMAT_COHERE_CHAT, "{\"billed_units\": {\"search_units\": 1, \"classifications\": 2}}",
	              "search_units 1, classifications 2");
}
END_TEST

START_TEST(otel_counts_reads_and_writes_inside_among_attributes_that_are_not_usage)
{
	assert_reported(JTN_FORMAT_OTEL_GENAI, /* bug-130 */
	                "{\"gen_ai.system\": \"anthropic\", \"server.port\": 443, \"gen_ai.usage.input_tokens\": 130213, "
	                "\"gen_ai.usage.cache_read.input_tokens\": 128955, "
	                "\"gen_ai.usage.cache_creation.input_tokens\": 1253, \"gen_ai.usage.output_tokens\": 9, "
	                "\"gen_ai.usage.new_tokens\": 1, \"openai.response.service_tier\": \"flex\"}",
	                "input 5, cache_read 128955, cache_write 1253, output 9", "gen_ai.usage.new_tokens");
	assert_tier(JTN_FORMAT_OTEL_GENAI, "{\"gen_ai.usage.input_tokens\": 1, \"openai.response.service_tier\": \"flex\"}",
	            JTN_TIER_FLEX, "flex");
}
END_TEST

START_TEST(our_own_leaves_are_taken_as_they_are)
{
	assert_counts(JTN_FORMAT_JETON, "{\"cache_write_24h_video\": 3, \"input\": 5, \"requests\": 1, \"output\": 0}",
	              "input 5, cache_write_24h_video 3, requests 1");
	assert_counts(JTN_FORMAT_JETON, "{\"seconds\": 0.1, \"input_audio_seconds\": 1e1, \"output\": 5.0}",
	              "output 5, seconds 100000, input_audio_seconds 10000000");
	assert_refused(JTN_FORMAT_JETON, "{\"seconds\": 0.0000005}", JTN_E_INEXACT, "seconds", "0.0000005");
	assert_refused(JTN_FORMAT_JETON, "{\"input\": 1.5}", JTN_E_TYPE, "input", "whole number");
	assert_refused(JTN_FORMAT_JETON, "{}", JTN_E_MISSING_FIELD, "", "input");
}
END_TEST

START_TEST(quantities_are_read_as_statements_write_them)
{
	assert_counts(JTN_FORMAT_JETON, "{\"input\": \"9223372036854775807\", \"output\": \"0\", \"seconds\": \"1.5\"}",
	              "input 9223372036854775807, seconds 1500000");
	assert_refused(JTN_FORMAT_JETON, "{\"input\": \"1.5\"}", JTN_E_TYPE, "input", "whole number, found the string");
	assert_refused(JTN_FORMAT_JETON, "{\"input\": \"\"}", JTN_E_TYPE, "input", "whole number");
	assert_refused(JTN_FORMAT_JETON, "{\"input\": \"1 \"}", JTN_E_TYPE, "input", "whole number");
	assert_refused(JTN_FORMAT_JETON, "{\"input\": \"-1\"}", JTN_E_RANGE, "input", "0 or more");
	assert_refused(JTN_FORMAT_JETON, "{\"input\": \"9223372036854775808\"}", JTN_E_OVERFLOW, "input", "at most");
	assert_refused(JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": \"1\"}", JTN_E_TYPE, "prompt_tokens", "whole number");
}
END_TEST

START_TEST(a_leaf_of_ours_that_is_none_is_always_refused)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_REPORT);
	struct jtn_event event;
	struct jtn_error err;

	assert_fails(read_usage(reader, JTN_FORMAT_JETON, "{\"input\": 1, \"cashe_read\": 0}", &event, &err),
	             JTN_E_UNKNOWN_FIELD, err, "cashe_read");
	ck_assert_ptr_nonnull(strstr(err.message, "cache_read"));
	jtn_reader_free(reader);
}
END_TEST

/* What is refused */

static const struct {
	int32_t format;
	const char *usage;
	jtn_status status;
	const char *field;
	const char *words;
} refused[] = {
	/* bug-036 */
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 10, \"prompt_tokens_details\": {\"cached_tokens\": 1000}}",
     JTN_E_CONTRADICTION, "prompt_tokens_details.cached_tokens", "1000 in cached_tokens, of 10 in prompt_tokens"},
	{JTN_FORMAT_OPENAI_CHAT,
     "{\"prompt_tokens\": 10, \"prompt_tokens_details\": {\"cached_tokens\": 6, \"cache_write_tokens\": 5}}",
     JTN_E_CONTRADICTION, "prompt_tokens_details.cached_tokens", "11"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 10, \"prompt_tokens_details\": {\"audio_tokens\": 11}}",
     JTN_E_CONTRADICTION, "prompt_tokens_details.audio_tokens", "11 in audio_tokens, of 10"},
	{JTN_FORMAT_OPENAI_CHAT,
     "{\"prompt_tokens\": 10, \"prompt_tokens_details\": {\"audio_tokens\": 6, \"text_tokens\": 5}}",
     JTN_E_CONTRADICTION, "prompt_tokens_details.text_tokens", "11"},
	{JTN_FORMAT_OPENAI_RESPONSES,
     "{\"input_tokens\": 1, \"output_tokens\": 4, \"output_tokens_details\": {\"reasoning_tokens\": 5}}",
     JTN_E_CONTRADICTION, "output_tokens_details.reasoning_tokens", "5 in reasoning_tokens, of 4 in output_tokens"},
	{JTN_FORMAT_OPENAI_CHAT,
     "{\"completion_tokens\": 4, \"completion_tokens_details\": {\"rejected_prediction_tokens\": 5}}",
     JTN_E_CONTRADICTION, "completion_tokens_details.rejected_prediction_tokens", "5"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"completion_tokens\": 4, \"completion_tokens_details\": {\"audio_tokens\": 5}}",
     JTN_E_CONTRADICTION, "completion_tokens_details.audio_tokens", "5"},
	{JTN_FORMAT_OPENAI_RESPONSES, "{\"input_tokens\": 1, \"output_tokens\": 4, \"total_tokens\": 6}",
     JTN_E_CONTRADICTION, "total_tokens", "their sum, 5"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 5, \"completion_tokens\": 4, \"total_tokens\": 8}",
     JTN_E_CONTRADICTION, "total_tokens", "8"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 5, \"completion_tokens\": 4, \"total_tokens\": 10}",
     JTN_E_CONTRADICTION, "total_tokens", "10"},
	{JTN_FORMAT_GROQ_CHAT, "{\"prompt_tokens\": 5, \"completion_tokens\": 4, \"total_tokens\": 10}",
     JTN_E_CONTRADICTION, "total_tokens", "10"},
	{JTN_FORMAT_COHERE_CHAT, "{\"billed_units\": {\"input_tokens\": 3}, \"cached_tokens\": 4}", JTN_E_CONTRADICTION,
     "cached_tokens", "4 in cached_tokens, of 3 in input_tokens"},
	{JTN_FORMAT_OTEL_GENAI, "{\"gen_ai.usage.input_tokens\": 3, \"gen_ai.usage.cache_creation.input_tokens\": 4}",
     JTN_E_CONTRADICTION, "gen_ai.usage.cache_creation.input_tokens", "4"},
	/* Counts */
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": \"10\"}", JTN_E_TYPE, "prompt_tokens", "the string \"10\""},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 10.5}", JTN_E_TYPE, "prompt_tokens", "10.5"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": true}", JTN_E_TYPE, "prompt_tokens", "whole number"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": {}}", JTN_E_TYPE, "prompt_tokens", "whole number"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": -1}", JTN_E_RANGE, "prompt_tokens", "-1"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 9223372036854775808}", JTN_E_OVERFLOW, "prompt_tokens",
     "9223372036854775807"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 1e300}", JTN_E_OVERFLOW, "prompt_tokens", "1e300"},
	/* bug-101, bug-102 */
	{JTN_FORMAT_ANTHROPIC_MESSAGES,
     "{\"input_tokens\": 9999999999999999999999999999999999999999999999999999999999999999}", JTN_E_OVERFLOW,
     "input_tokens", "9223372036854775807"},
	{JTN_FORMAT_JETON, "{\"input\": 18446744073709551615, \"cache_read\": 1}", JTN_E_OVERFLOW, "input",
     "18446744073709551615"},
	/* Sums */
	{JTN_FORMAT_ANTHROPIC_MESSAGES, "{\"input_tokens\": 9223372036854775807, \"cache_read_input_tokens\": 1}",
     JTN_E_OVERFLOW, "", "9223372036854775807"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 9223372036854775807, \"completion_tokens\": 1, \"total_tokens\": 1}",
     JTN_E_OVERFLOW, "", "9223372036854775807"},
	{JTN_FORMAT_GOOGLE_GENERATE,
     "{\"promptTokenCount\": 1, \"promptTokensDetails\": [{\"modality\": \"TEXT\", \"tokenCount\": "
     "9223372036854775807}, {\"modality\": \"TEXT\", \"tokenCount\": 1}]}",
     JTN_E_OVERFLOW, "promptTokensDetails", "9223372036854775807"},
	/* Shapes */
	{JTN_FORMAT_OPENAI_CHAT, "{}", JTN_E_MISSING_FIELD, "", "prompt_tokens, completion_tokens"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"total_tokens\": 5}", JTN_E_MISSING_FIELD, "", "prompt_tokens"},
	{JTN_FORMAT_ANTHROPIC_MESSAGES, "{\"prompt_tokens\": 0}", JTN_E_MISSING_FIELD, "", "input_tokens"},
	{JTN_FORMAT_OTEL_GENAI, "{\"gen_ai.system\": \"x\"}", JTN_E_MISSING_FIELD, "", "input_tokens"},
	{JTN_FORMAT_COHERE_CHAT, "{\"billed_units\": null}", JTN_E_MISSING_FIELD, "", "billed_units"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 1, \"prompt_tokens_details\": 5}", JTN_E_TYPE,
     "prompt_tokens_details", "an object"},
	{JTN_FORMAT_GOOGLE_GENERATE, "{\"promptTokenCount\": 1, \"promptTokensDetails\": {}}", JTN_E_TYPE,
     "promptTokensDetails", "an array"},
	{JTN_FORMAT_GOOGLE_GENERATE, "{\"promptTokenCount\": 1, \"promptTokensDetails\": [1]}", JTN_E_TYPE,
     "promptTokensDetails[0]", "an object"},
	{JTN_FORMAT_GOOGLE_GENERATE, "{\"promptTokenCount\": 1, \"promptTokensDetails\": [{\"modality\": 1}]}", JTN_E_TYPE,
     "promptTokensDetails[0].modality", "a string"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 1, \"prompt_tokens\": 1}", JTN_E_DUPLICATE_KEY, "prompt_tokens",
     "once"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 1, \"service_tier\": 5}", JTN_E_TYPE, "service_tier", "a string"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 1, \"service_tier\": \"gold\"}", JTN_E_NOT_FOUND, "service_tier",
     "priority"},
	{JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 1", JTN_E_SYNTAX, "", "ends too early"},
	{JTN_FORMAT_OPENAI_CHAT, "5", JTN_E_TYPE, "", "a JSON object"},
	/* Unknown fields, which this reader takes for errors */
	{JTN_FORMAT_OPENAI_RESPONSES, "{\"input_tokens\": 1, \"ouput_tokens\": 1}", JTN_E_UNKNOWN_FIELD, "ouput_tokens",
     "\"output_tokens\""},
	{JTN_FORMAT_OPENAI_RESPONSES, "{\"input_tokens\": 1, \"details\": {\"a\": 0, \"new_tokens\": 1}}",
     JTN_E_UNKNOWN_FIELD, "details.new_tokens", "openai.responses"},
};

START_TEST(what_cannot_be_is_refused_by_the_field_at_fault)
{
	assert_refused(refused[_i].format, refused[_i].usage, refused[_i].status, refused[_i].field, refused[_i].words);
}
END_TEST

/* What nobody knows */

START_TEST(unknown_fields_are_reported_by_path_unless_they_say_nothing)
{
	assert_reported(
		JTN_FORMAT_OPENAI_CHAT,
		"{\"prompt_tokens\": 1, \"details\": {\"new_tokens\": 4, \"zero\": 0, \"none\": null, \"no\": false, "
		"\"empty\": {}, \"blank\": \"\", \"float\": 0.0e5}, \"list\": [1], \"word\": \"x\", \"yes\": true}",
		"input 1", "details.new_tokens, list, word, yes");
}
END_TEST

START_TEST(counts_of_another_format_are_reported_where_they_are_not_zero)
{
	assert_reported(JTN_FORMAT_OPENAI_RESPONSES,
	                "{\"input_tokens\": 3, \"output_tokens\": 33, \"cache_read_input_tokens\": 1111, "
	                "\"cache_creation_input_tokens\": 0, \"cache_creation\": {\"ephemeral_5m_input_tokens\": 418}, "
	                "\"server_tool_use\": {\"web_search_requests\": 2}}",
	                "input 3, output 33",
	                "cache_read_input_tokens, cache_creation.ephemeral_5m_input_tokens, "
	                "server_tool_use.web_search_requests");
	assert_reported(JTN_FORMAT_ANTHROPIC_MESSAGES,
	                "{\"input_tokens\": 3, \"input_tokens_details\": {\"cached_tokens\": 2}}", "input 3",
	                "input_tokens_details.cached_tokens");
}
END_TEST

START_TEST(tokens_of_the_total_that_nothing_names_are_reported)
{
	/* As a compatible interface does that leaves thoughts out. */
	assert_reported(JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 35, \"completion_tokens\": 12, \"total_tokens\": 109}",
	                "input 35, output 12", "total_tokens");
}
END_TEST

START_TEST(an_iteration_outside_the_sums_is_reported_and_never_passed_over)
{
#define ITERATIONS(type, counts)                                                                                  \
	"{\"input_tokens\": 9, \"output_tokens\": 2, \"iterations\": [{\"type\": \"message\", \"input_tokens\": 9}, " \
	"{\"type\": \"" type "\", " counts "}]}"
	assert_reported(JTN_FORMAT_ANTHROPIC_MESSAGES, ITERATIONS("compaction", "\"input_tokens\": 180000"),
	                "input 9, output 2", "iterations.compaction");
	assert_reported(JTN_FORMAT_ANTHROPIC_MESSAGES, ITERATIONS("advisor_message", "\"cache_creation\": {\"a\": 1}"),
	                "input 9, output 2", "iterations.advisor_message");
	assert_counts(JTN_FORMAT_ANTHROPIC_MESSAGES, ITERATIONS("message", "\"output_tokens\": 2"), "input 9, output 2");
	assert_counts(JTN_FORMAT_ANTHROPIC_MESSAGES, ITERATIONS("compaction", "\"input_tokens\": 0"), "input 9, output 2");
}
END_TEST

START_TEST(many_unknown_fields_are_all_reported)
{
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_REPORT);
	struct jtn_event event;
	struct jtn_error err;
	char text[20000], name[200];
	size_t used = (size_t)snprintf(text, sizeof(text), "{\"prompt_tokens\": 1");

	for (int i = 0; i < 100; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ", \"new_%d\": 1", i);
	snprintf(text + used, sizeof(text) - used, ", \"%0150d\": 1}", 7);
	assert_ok(read_usage(reader, JTN_FORMAT_OPENAI_CHAT, text, &event, &err), err);
	ck_assert_uint_eq(event.unknown_count, 101);
	for (uint32_t i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "new_%u", i);
		ck_assert_uint_eq(event.unknown[i].length, strlen(name));
		ck_assert_mem_eq(event.unknown[i].text, name, strlen(name));
	}
	ck_assert_uint_lt(event.unknown[100].length, 150); /* cut */
	assert_ok(read_usage(reader, JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 1}", &event, &err), err);
	ck_assert_uint_eq(event.unknown_count, 0);
	jtn_reader_free(reader);
}
END_TEST

/* Tiers */

START_TEST(the_served_tier_is_read_however_it_is_spelt)
{
	assert_tier(JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 1}", JTN_TIER_STANDARD, NULL);
	assert_tier(JTN_FORMAT_OPENAI_CHAT, "{\"prompt_tokens\": 1, \"service_tier\": \"default\"}", JTN_TIER_STANDARD,
	            "default");
	assert_tier(JTN_FORMAT_ANTHROPIC_MESSAGES, "{\"input_tokens\": 1, \"service_tier\": \"batch\"}", JTN_TIER_BATCH,
	            "batch");
	assert_tier(JTN_FORMAT_ANTHROPIC_MESSAGES,
	            "{\"input_tokens\": 1, \"service_tier\": \"standard\", \"speed\": \"fast\"}", JTN_TIER_FAST, "fast");
	assert_tier(JTN_FORMAT_ANTHROPIC_MESSAGES,
	            "{\"input_tokens\": 1, \"service_tier\": \"priority\", \"speed\": \"standard\"}", JTN_TIER_PRIORITY,
	            "priority");
	assert_tier(JTN_FORMAT_GOOGLE_GENERATE, "{\"promptTokenCount\": 1, \"trafficType\": \"ON_DEMAND\"}",
	            JTN_TIER_STANDARD, "ON_DEMAND");
	assert_tier(JTN_FORMAT_GOOGLE_GENERATE, "{\"promptTokenCount\": 1, \"trafficType\": \"ON_DEMAND_PRIORITY\"}",
	            JTN_TIER_PRIORITY, "ON_DEMAND_PRIORITY");
	assert_tier(JTN_FORMAT_GOOGLE_GENERATE, "{\"promptTokenCount\": 1, \"trafficType\": \"ON_DEMAND_FLEX\"}",
	            JTN_TIER_FLEX, "ON_DEMAND_FLEX");
	assert_tier(JTN_FORMAT_GOOGLE_GENERATE, "{\"promptTokenCount\": 1, \"trafficType\": \"PROVISIONED_THROUGHPUT\"}",
	            JTN_TIER_PROVISIONED, "PROVISIONED_THROUGHPUT");
	assert_tier(JTN_FORMAT_GOOGLE_GENERATE, "{\"promptTokenCount\": 1, \"trafficType\": \"TRAFFIC_TYPE_UNSPECIFIED\"}",
	            JTN_TIER_STANDARD, NULL);
	assert_tier(JTN_FORMAT_BEDROCK_CONVERSE, "{\"inputTokens\": 1, \"serviceTier\": {\"type\": \"flex\"}}",
	            JTN_TIER_FLEX, "flex");
}
END_TEST

/* Totals */

static int64_t
tokens_of(const struct jtn_event *event)
{
	struct jtn_meter_facts facts;
	int64_t sum = 0;

	for (uint32_t i = 0; i < event->count; i++) {
		assert_status(jtn_meter_read_facts(event->counts[i].meter, &facts, sizeof(facts)), JTN_OK);
		ck_assert_int_gt(event->counts[i].quantity, 0);
		ck_assert_uint_eq(event->counts[i].reserved, 0);
		for (uint32_t j = 0; j < i; j++)
			ck_assert_uint_ne(event->counts[i].meter, event->counts[j].meter);
		sum += facts.tokens ? event->counts[i].quantity : 0;
	}
	return sum;
}

static uint64_t seed = 1;

static int64_t
up_to(int64_t most)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int64_t)((seed >> 33) % (uint64_t)(most + 1));
}

/* A usage of a format, consistent by construction, and what its tokens come to. */
static int64_t
make_usage(int32_t format, char *text, size_t room)
{
	long long input = up_to(100000), output = up_to(20000), read = up_to(input), write = up_to(input - read);
	long long audio = up_to(input), image = up_to(input - audio), reasoning = up_to(output);
	long long spoken = up_to(output - reasoning), five = up_to(write);

	switch (format) {
	case JTN_FORMAT_OPENAI_RESPONSES:
		snprintf(text, room,
		         "{\"input_tokens\": %lld, \"output_tokens\": %lld, \"total_tokens\": %lld, \"input_tokens_details\": "
		         "{\"cached_tokens\": %lld, \"cache_write_tokens\": %lld, \"cache_write_tokens_details\": "
		         "{\"ttl_30m_tokens\": %lld}, \"audio_tokens\": %lld}, \"output_tokens_details\": "
		         "{\"reasoning_tokens\": %lld}}",
		         input, output, input + output, read, write, five, audio, reasoning);
		return input + output;
	case JTN_FORMAT_ANTHROPIC_MESSAGES:
		snprintf(text, room,
		         "{\"input_tokens\": %lld, \"output_tokens\": %lld, \"cache_read_input_tokens\": %lld, "
		         "\"cache_creation_input_tokens\": %lld, \"cache_creation\": {\"ephemeral_5m_input_tokens\": %lld}, "
		         "\"output_tokens_details\": {\"thinking_tokens\": %lld}}",
		         input, output, read, write, five, reasoning);
		return input + read + write + output;
	case JTN_FORMAT_GOOGLE_GENERATE:
		snprintf(text, room,
		         "{\"promptTokenCount\": %lld, \"candidatesTokenCount\": %lld, \"thoughtsTokenCount\": %lld, "
		         "\"totalTokenCount\": %lld, \"cachedContentTokenCount\": %lld, \"promptTokensDetails\": "
		         "[{\"modality\": \"AUDIO\", \"tokenCount\": %lld}, {\"modality\": \"IMAGE\", \"tokenCount\": %lld}], "
		         "\"toolUsePromptTokenCount\": %lld}",
		         input, output, reasoning, input + output + reasoning + five, read, audio, image, five);
		return input + output + reasoning + five;
	case JTN_FORMAT_BEDROCK_CONVERSE:
		snprintf(
			text, room,
			"{\"inputTokens\": %lld, \"outputTokens\": %lld, \"totalTokens\": %lld, \"cacheReadInputTokens\": %lld, "
			"\"cacheWriteInputTokens\": %lld, \"cacheDetails\": [{\"ttl\": \"5m\", \"inputTokens\": %lld}]}",
			input, output, input + output, read, write, five);
		return input + read + write + output;
	default:
		snprintf(text, room,
		         "{\"prompt_tokens\": %lld, \"completion_tokens\": %lld, \"total_tokens\": %lld, "
		         "\"prompt_tokens_details\": {\"cached_tokens\": %lld, \"cache_write_tokens\": %lld, \"audio_tokens\": "
		         "%lld, \"image_tokens\": %lld}, \"completion_tokens_details\": {\"reasoning_tokens\": %lld, "
		         "\"audio_tokens\": %lld}}",
		         input, output, input + output, read, write, audio, image, reasoning, spoken);
		return input + output;
	}
}

START_TEST(leaves_add_up_to_the_providers_own_total)
{
	static const int32_t formats[] = {JTN_FORMAT_OPENAI_CHAT,        JTN_FORMAT_OPENAI_RESPONSES,
	                                  JTN_FORMAT_ANTHROPIC_MESSAGES, JTN_FORMAT_GOOGLE_GENERATE,
	                                  JTN_FORMAT_BEDROCK_CONVERSE,   JTN_FORMAT_DEEPSEEK_CHAT,
	                                  JTN_FORMAT_VLLM_CHAT,          JTN_FORMAT_XAI_CHAT};
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_ERROR);
	struct jtn_event event;
	struct jtn_error err;
	char text[1000];

	for (int i = 0; i < 4000; i++) {
		int64_t total = make_usage(formats[(size_t)i % COUNT(formats)], text, sizeof(text));
		jtn_status status = read_usage(reader, formats[(size_t)i % COUNT(formats)], text, &event, &err);

		ck_assert_msg(status == JTN_OK, "%s: [%s] %s", text, err.field, err.message);
		ck_assert_msg(tokens_of(&event) == total, "%s: %lld, expected %lld", text, (long long)tokens_of(&event),
		              (long long)total);
	}
	jtn_reader_free(reader);
}
END_TEST

/* Real responses */

static FILE *
open_rating(const char *name)
{
	const char *rating = getenv("JETON_RATING"), *shared = getenv("JETON_SHARED");
	char path[4096];

	if (rating)
		snprintf(path, sizeof(path), "%s/%s", rating, name);
	else
		snprintf(path, sizeof(path), "%s/rating/%s", shared ? shared : ".", name);
	FILE *file = fopen(path, "rb");
	if (!file)
		printf("# neither JETON_RATING nor JETON_SHARED/rating has %s: skipped\n", name);
	return file;
}

static int32_t
format_of(const char *provider, const char *flavour)
{
	if (strcmp(flavour, "anthropic") == 0 || (strcmp(provider, "anthropic") == 0 && strcmp(flavour, "default") == 0))
		return JTN_FORMAT_ANTHROPIC_MESSAGES;
	if (strcmp(flavour, "responses") == 0)
		return JTN_FORMAT_OPENAI_RESPONSES;
	if (strcmp(flavour, "default") == 0)
		return strcmp(provider, "google") == 0 ? JTN_FORMAT_GOOGLE_GENERATE
		       : strcmp(provider, "groq") == 0 ? JTN_FORMAT_GROQ_CHAT
		                                       : JTN_FORMAT_MISTRAL_CHAT;
	return strcmp(provider, "deepseek") == 0 ? JTN_FORMAT_DEEPSEEK_CHAT : JTN_FORMAT_OPENAI_CHAT;
}

static int64_t
sum_of_direction(const struct jtn_event *event, int32_t direction)
{
	struct jtn_meter_facts facts;
	int64_t sum = 0;

	for (uint32_t i = 0; i < event->count; i++) {
		assert_status(jtn_meter_read_facts(event->counts[i].meter, &facts, sizeof(facts)), JTN_OK);
		sum += facts.tokens && facts.direction == direction ? event->counts[i].quantity : 0;
	}
	return sum;
}

static void
assert_real_row(struct jtn_reader *reader, const char *line, struct jtn_error *err)
{
	struct jtn__json *json = NULL;
	struct jtn__value root, raw, usage, value;
	const char *provider, *flavour, *id;
	struct jtn_event event = {.size = sizeof(event)};
	int64_t number;
	size_t length;

	assert_ok(jtn__json_parse(line, strlen(line), NULL, &json, err), *err);
	jtn__json_root(json, &root);
	ck_assert(jtn__json_member(&root, "provider", &value));
	assert_ok(jtn__json_string(&value, &provider, err), *err);
	ck_assert(jtn__json_member(&root, "api_flavor", &value));
	assert_ok(jtn__json_string(&value, &flavour, err), *err);
	ck_assert(jtn__json_member(&root, "id", &value));
	assert_ok(jtn__json_string(&value, &id, err), *err);
	ck_assert(jtn__json_member(&root, "raw_usage", &raw) && jtn__json_member(&root, "usage", &usage));
	const char *text = jtn__json_source(&raw, &length);
	jtn_status status = jtn_reader_usage(reader, format_of(provider, flavour), text, length, &event, err);

	ck_assert_msg(status == JTN_OK, "%s: %s", id, err->message);
	if (jtn__json_member(&usage, "input_tokens", &value)) {
		assert_ok(jtn__json_integer(&value, 0, INT64_MAX, &number, err), *err);
		ck_assert_msg(sum_of_direction(&event, JTN_DIRECTION_INPUT) == number, "%s: input", id);
	}
	if (jtn__json_member(&usage, "output_tokens", &value)) {
		assert_ok(jtn__json_integer(&value, 0, INT64_MAX, &number, err), *err);
		ck_assert_msg(sum_of_direction(&event, JTN_DIRECTION_OUTPUT) == number, "%s: output", id);
	}
	jtn__json_free(json);
}

START_TEST(every_real_response_comes_to_its_input_and_output)
{
	FILE *file = open_rating("vectors_genai_dataset.jsonl");
	struct jtn_reader *reader = new_reader(JTN_UNKNOWN_REPORT);
	struct jtn_error err;
	static char line[1 << 16];

	while (file && fgets(line, sizeof(line), file))
		assert_real_row(reader, line, &err);
	if (file)
		fclose(file);
	jtn_reader_free(reader);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reader");
	TCase *tests = tcase_create("reader");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, every_format_is_found_by_its_name);
	tcase_add_test(tests, an_unknown_format_is_told_the_nearest_or_all);
	tcase_add_test(tests, openai_counts_cached_tokens_inside_the_prompt);
	tcase_add_test(tests, openai_counts_reasoning_and_rejected_predictions_inside_the_completion);
	tcase_add_test(tests, cached_tokens_of_no_stated_modality_are_text_first_then_audio);
	tcase_add_test(tests, cached_tokens_are_of_the_modality_they_are_said_to_be);
	tcase_add_test(tests, responses_split_cache_writes_by_life);
	tcase_add_test(tests, an_embedding_has_a_prompt_only);
	tcase_add_test(tests, nulls_count_as_absent);
	tcase_add_test(tests, deepseek_hits_and_misses_make_the_prompt);
	tcase_add_test(tests, mistral_counts_cached_tokens_in_two_places_and_audio_in_seconds);
	tcase_add_test(tests, groq_times_are_no_counts);
	tcase_add_test(tests, xai_counts_reasoning_outside_where_the_total_shows_it);
	tcase_add_test(tests, xai_counts_cached_tokens_outside_where_they_exceed_the_prompt);
	tcase_add_test(tests, anthropic_counts_cached_tokens_outside_the_input);
	tcase_add_test(tests, anthropic_cache_writes_are_split_by_life_and_the_rest_has_none);
	tcase_add_test(tests, anthropic_thinking_is_inside_and_server_tools_are_counted);
	tcase_add_test(tests, usages_of_one_stream_are_cumulative_and_never_summed);
	tcase_add_test(tests, gemini_thoughts_are_outside_the_candidates_unless_the_total_shows_them_inside);
	tcase_add_test(tests, gemini_details_say_which_modality);
	tcase_add_test(tests, gemini_tool_prompts_are_input);
	tcase_add_test(tests, bedrock_counts_cached_tokens_outside_whatever_its_total_does);
	tcase_add_test(tests, cohere_bills_units_and_not_tokens);
	tcase_add_test(tests, otel_counts_reads_and_writes_inside_among_attributes_that_are_not_usage);
	tcase_add_test(tests, our_own_leaves_are_taken_as_they_are);
	tcase_add_test(tests, quantities_are_read_as_statements_write_them);
	tcase_add_test(tests, a_leaf_of_ours_that_is_none_is_always_refused);
	tcase_add_loop_test(tests, what_cannot_be_is_refused_by_the_field_at_fault, 0, (int)COUNT(refused));
	tcase_add_test(tests, unknown_fields_are_reported_by_path_unless_they_say_nothing);
	tcase_add_test(tests, counts_of_another_format_are_reported_where_they_are_not_zero);
	tcase_add_test(tests, tokens_of_the_total_that_nothing_names_are_reported);
	tcase_add_test(tests, an_iteration_outside_the_sums_is_reported_and_never_passed_over);
	tcase_add_test(tests, many_unknown_fields_are_all_reported);
	tcase_add_test(tests, the_served_tier_is_read_however_it_is_spelt);
	tcase_add_test(tests, leaves_add_up_to_the_providers_own_total);
	tcase_add_test(tests, every_real_response_comes_to_its_input_and_output);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
