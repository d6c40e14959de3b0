/**
 * @file
 * Reader: a provider's own usage JSON becomes disjoint counts. Handle: one per thread; what it gives is valid until its
 * next call. Which field includes which, format by format: docs/reader.md.
 */
#ifndef JETON_READER_H
#define JETON_READER_H

#include "arena.h"
#include "usage.h"

struct jtn_reader;

/** Formats of usage. Append-only. */
enum jtn_usage_format {
	JTN_FORMAT_JETON = 1, /**< "jeton": our own leaves, disjoint */
	JTN_FORMAT_OPENAI_CHAT = 2,
	JTN_FORMAT_OPENAI_RESPONSES = 3,
	JTN_FORMAT_ANTHROPIC_MESSAGES = 4,
	JTN_FORMAT_GOOGLE_GENERATE = 5,
	JTN_FORMAT_BEDROCK_CONVERSE = 6,
	JTN_FORMAT_DEEPSEEK_CHAT = 7,
	JTN_FORMAT_MISTRAL_CHAT = 8,
	JTN_FORMAT_VLLM_CHAT = 9,
	JTN_FORMAT_GROQ_CHAT = 10,
	JTN_FORMAT_XAI_CHAT = 11,
	JTN_FORMAT_COHERE_CHAT = 12,
	JTN_FORMAT_OTEL_GENAI = 13,
	JTN_FORMAT_OPENAI_EMBEDDINGS = 14
};

/** What to do with a field that no reader of the format knows. */
enum jtn_unknown {
	JTN_UNKNOWN_REPORT = 0, /**< name it in the event, and go on */
	JTN_UNKNOWN_ERROR = 1   /**< JTN_E_UNKNOWN_FIELD */
};

/** Text inside what was read. Not NUL-terminated. */
struct jtn_text {
	const char *text; /**< borrowed from the reader until its next call; NULL when absent or null */
	uint64_t length;  /**< [bytes] */
};

/** Options, written by the library: one usage row, read. All is borrowed from the reader until its next call. */
struct jtn_event {
	uint32_t size;                  /**< sizeof(struct jtn_event), set by the caller */
	int32_t format;                 /**< enum jtn_usage_format */
	struct jtn_text id;             /**< JSON as written: "\"a\"", "17" */
	struct jtn_text provider;       /**< unescaped, as the next three */
	struct jtn_text model;
	struct jtn_text region;
	struct jtn_text served_tier;    /**< as the provider's usage or the row states it */
	const struct jtn_count *counts; /**< [count], each meter once, none zero */
	const struct jtn_text *unknown; /**< [unknown_count] paths of fields nobody reads, such as "details.new_tokens" */
	int64_t time_ns;                /**< instant; see has_time */
	uint32_t count;
	uint32_t unknown_count;
	uint32_t tier;                  /**< enum jtn_tier: the served one where stated, else the requested one */
	uint32_t has_time;              /**< 1 where the row has a time */
};

#ifdef __cplusplus
extern "C" {
#endif

/** The id of a format: "openai.chat". Static text; NULL for a value this library does not know. @since 0.1 */
JTN_API const char *
jtn_format_name(int32_t format);

/**
 * A format by its id.
 *
 * @param name   [length] characters; borrowed
 * @param length [bytes]
 * @param ret    enum jtn_usage_format
 * @param reterr filled on failure only, with the formats; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_NOT_FOUND
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_format_find(const char *name, size_t length, int32_t *ret, struct jtn_error *reterr) JTN_CHECK;

/**
 * Make a reader.
 *
 * @param unknown   enum jtn_unknown
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned; free with jtn_reader_free()
 * @param reterr    filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY
 * Threads: pure. Allocates: its arena; later only when a text is larger than any before. @since 0.1
 */
JTN_API jtn_status
jtn_reader_new(int32_t unknown, const struct jtn_allocator *allocator, struct jtn_reader **ret,
               struct jtn_error *reterr) JTN_CHECK;

/** Free a reader; NULL is fine. Threads: exclusive. @since 0.1 */
JTN_API void
jtn_reader_free(struct jtn_reader *reader);

/**
 * Read a usage row: {"id", "time", "provider", "model", "format", "service_tier", "region", "usage"}, and whatever else
 * it carries, which jtn_reader_member() finds.
 *
 * @param reader exclusive
 * @param text   [length] one JSON object; borrowed until the next call
 * @param length [bytes]
 * @param ret    the caller's, with its size set. On failure only `id` is written, where one could be read
 * @param reterr filled on failure only: column, field, what would be right; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY, JTN_E_SYNTAX, JTN_E_LIMIT, JTN_E_UNKNOWN_FIELD, JTN_E_MISSING_FIELD,
 *         JTN_E_DUPLICATE_KEY, JTN_E_TYPE, JTN_E_RANGE, JTN_E_CONTRADICTION, JTN_E_OVERFLOW, JTN_E_INEXACT,
 *         JTN_E_NOT_FOUND
 * Threads: exclusive. Allocates: see jtn_reader_new(). @since 0.1
 */
JTN_API jtn_status
jtn_reader_row(struct jtn_reader *reader, const char *text, size_t length, struct jtn_event *ret,
               struct jtn_error *reterr) JTN_CHECK;

/**
 * Read a bare usage object of a known format. As jtn_reader_row(); of the event counts, unknown, tier, served_tier and
 * format are set.
 *
 * @param format enum jtn_usage_format
 * @since 0.1
 */
JTN_API jtn_status
jtn_reader_usage(struct jtn_reader *reader, int32_t format, const char *text, size_t length, struct jtn_event *ret,
                 struct jtn_error *reterr) JTN_CHECK;

/**
 * A member of the row read last, as grouping keys need it.
 *
 * @param reader exclusive
 * @param name   NUL-terminated; borrowed
 * @param ret    a string unescaped, a number or boolean as written; absent, null, object or array: NULL text
 * @return JTN_OK, JTN_E_ARGUMENT
 * Threads: exclusive. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_reader_member(struct jtn_reader *reader, const char *name, struct jtn_text *ret) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
