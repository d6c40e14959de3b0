/**
 * @file
 * Book: who sells which model at what price from when until when. Handle, immutable; a newer book is another handle.
 * Three formats are read as they are: jeton's own (docs/formats.md, "Book"), LiteLLM's
 * model_prices_and_context_window.json and genai-prices' v2 data.json.
 */
#ifndef JETON_BOOK_H
#define JETON_BOOK_H

#include "tariff.h"

struct jtn_book;

/** Formats of a book. */
enum jtn_book_format {
	JTN_BOOK_JETON = 1,
	JTN_BOOK_LITELLM = 2,
	JTN_BOOK_GENAI_PRICES = 3,
	JTN_BOOK_OVERLAY = 4 /**< "jeton_overlay": a customer's changes, for jtn_tariff_overlay() */
};

/** Options of jtn_book_parse(). jtn_book_options_init() writes them off. */
struct jtn_book_options {
	uint32_t size;              /**< sizeof(struct jtn_book_options) */
	int32_t skip_bad_entries;   /**< 1: an entry that cannot be read is left out and noted; 0: it fails the book */
	int32_t repair_float_noise; /**< 1: prices of more than 12 significant digits are rounded to 12, and noted */
	int32_t reserved;           /**< zero */
};

/** Options, written by the library: a book as a whole. Text is the book's, NUL-terminated; NULL for none. */
struct jtn_book_facts {
	uint32_t size;        /**< sizeof(struct jtn_book_facts), set by the caller */
	int32_t format;       /**< enum jtn_book_format */
	const char *revision; /**< "sha256:" and 64 digits, of the bytes that were read */
	const char *source;
	const char *as_of;
	const char *customer; /**< of an overlay */
	uint64_t tariffs;
	uint64_t notes; /**< for jtn_book_read_note() */
};

#ifdef __cplusplus
extern "C" {
#endif

/** Write size and defaults. NULL is ignored. Threads: pure. @since 0.1 */
JTN_API void
jtn_book_options_init(struct jtn_book_options *ret);

/**
 * Read a book of any of the formats; which one it is, it says itself.
 *
 * @param text      [length] JSON; borrowed during the call
 * @param length    [bytes]
 * @param options   borrowed; NULL for the defaults
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned; free with jtn_book_free()
 * @param reterr    filled on failure only: line, column, and a field path that names entry and field; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_MEMORY, JTN_E_SYNTAX, JTN_E_LIMIT, JTN_E_UNKNOWN_FIELD,
 *         JTN_E_MISSING_FIELD, JTN_E_DUPLICATE_KEY, JTN_E_TYPE, JTN_E_RANGE, JTN_E_CONTRADICTION, JTN_E_AMBIGUOUS,
 *         JTN_E_INEXACT, JTN_E_OVERFLOW, JTN_E_NOT_FOUND (a meter or tier), JTN_E_UNSUPPORTED
 * Threads: pure. Allocates: one arena, and one while parsing. @since 0.1
 */
JTN_API jtn_status
jtn_book_parse(const char *text, size_t length, const struct jtn_book_options *options,
               const struct jtn_allocator *allocator, struct jtn_book **ret, struct jtn_error *reterr) JTN_CHECK;

/**
 * A book of the catalogue. As jtn_book_parse(), and JTN_E_NOT_FOUND.
 *
 * @param id NUL-terminated catalogue id; borrowed
 * @since 0.1
 */
JTN_API jtn_status
jtn_book_find(const char *id, const struct jtn_allocator *allocator, struct jtn_book **ret, struct jtn_error *reterr)
	JTN_CHECK;

/** Free a book and the tariffs in it; NULL is fine. Threads: exclusive. @since 0.1 */
JTN_API void
jtn_book_free(struct jtn_book *book);

/**
 * A book as a whole.
 *
 * @param book borrowed
 * @param ret  the caller's, with its size set
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_book_read_facts(const struct jtn_book *book, struct jtn_book_facts *ret) JTN_CHECK;

/** Tariff @p index in the order of the file, borrowed from the book; NULL outside 0 to facts.tariffs - 1. @since 0.1 */
JTN_API const struct jtn_tariff *
jtn_book_tariff(const struct jtn_book *book, uint64_t index);

/**
 * What was left out, repaired, or not understood without being wrong, entry by entry.
 *
 * @param book  borrowed
 * @param index 0 to facts.notes - 1
 * @param ret   the caller's: status, position, entry and field, message; index is 0 or more where the entry was left out
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_NOT_FOUND
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_book_read_note(const struct jtn_book *book, uint64_t index, struct jtn_error *ret) JTN_CHECK;

/**
 * The tariff of a model. Models match by exact id or declared alias, and in a genai-prices book by that book's own match
 * rules; never by a guess. A region finds its own tariff, else the one for every region.
 *
 * @param book            borrowed
 * @param provider        [provider_length] characters; NULL: the model must be sold by one provider only
 * @param provider_length [bytes]
 * @param model           [model_length] characters; borrowed
 * @param model_length    [bytes]
 * @param region          [region_length] characters; NULL: any
 * @param region_length   [bytes]
 * @param ret             borrowed from the book
 * @param reterr          filled on failure only, naming provider and model and what is near; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_UNKNOWN_MODEL, JTN_E_AMBIGUOUS
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_book_lookup(const struct jtn_book *book, const char *provider, size_t provider_length, const char *model,
                size_t model_length, const char *region, size_t region_length, const struct jtn_tariff **ret,
                struct jtn_error *reterr) JTN_CHECK;

/**
 * A tariff as one customer sees it: an overlay's rules over the list's. Of the overlay's entries the most specific that
 * fits provider, model (or an alias that the list has for it) and region applies, alone. Where there is none, the result is the list tariff itself, copied.
 *
 * @param tariff    the list's; borrowed for the life of the result
 * @param overlay   a book of format JTN_BOOK_OVERLAY; borrowed for the life of the result
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned; free with jtn_tariff_free()
 * @param reterr    filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY, JTN_E_CURRENCY, JTN_E_AMBIGUOUS, JTN_E_CONTRADICTION, JTN_E_LIMIT
 * Threads: shared-read. Allocates: one arena. @since 0.1
 */
JTN_API jtn_status
jtn_tariff_overlay(const struct jtn_tariff *tariff, const struct jtn_book *overlay,
                   const struct jtn_allocator *allocator, struct jtn_tariff **ret, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
