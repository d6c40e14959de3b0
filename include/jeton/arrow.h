/**
 * @file
 * Arrow: rating and estimating over tables in the Arrow C Data Interface
 * (https://arrow.apache.org/docs/format/CDataInterface.html), as pyarrow, polars, DuckDB and others hand them out. Input is
 * borrowed and never released; output is owned by the caller, who calls its release callback. docs/arrow.md.
 */
#ifndef JETON_ARROW_H
#define JETON_ARROW_H

#include "book.h"
#include "hour.h"
#include "rate.h"
#include "server.h"

/* The interface's own guard and layout: whichever header comes first defines them. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
	const char *format;
	const char *name;
	const char *metadata;
	int64_t flags;
	int64_t n_children;
	struct ArrowSchema **children;
	struct ArrowSchema *dictionary;
	void (*release)(struct ArrowSchema *);
	void *private_data;
};

struct ArrowArray {
	int64_t length;
	int64_t null_count;
	int64_t offset;
	int64_t n_buffers;
	int64_t n_children;
	const void **buffers;
	struct ArrowArray **children;
	struct ArrowArray *dictionary;
	void (*release)(struct ArrowArray *);
	void *private_data;
};

#endif

/** Options, an element of an array: what a column of the table is. */
struct jtn_arrow_column {
	const char *name; /**< in the table; NUL-terminated, borrowed */
	const char *as;   /**< a name that jtn_rate_arrow() or jtn_estimate_arrow() knows; "": the column is left out */
};

/** What to do with a column of numbers whose name means nothing. */
enum jtn_arrow_others {
	JTN_ARROW_REFUSE = 0, /**< JTN_E_UNKNOWN_FIELD: what might be a count is not passed over in silence */
	JTN_ARROW_IGNORE = 1  /**< left out, as other columns of unknown name always are */
};

/**
 * Options of jtn_rate_arrow(): where tariffs come from, and what the table does not say. Zero is a default in every field
 * but that one of book and tariffs is wanted.
 */
struct jtn_rate_arrow_options {
	uint32_t size;                           /**< sizeof(struct jtn_rate_arrow_options) */
	int32_t others;                          /**< enum jtn_arrow_others */
	const struct jtn_book *book;             /**< finds tariffs by provider, model and region; borrowed */
	const struct jtn_book *overlay;          /**< over the tariffs it finds; borrowed; NULL for none */
	const struct jtn_tariff *const *tariffs; /**< [tariff_count] in place of a book: column "tariff" indexes them */
	uint64_t tariff_count;                   /**< one tariff needs no column: it is every row's */
	const struct jtn_arrow_column *columns;  /**< [column_count] columns whose names in the table are others */
	uint64_t column_count;
	const char *provider; /**< of rows without one; NULL: the model must be sold by one provider only */
	const char *region;   /**< of rows without one; NULL: none */
	int64_t time_ns;      /**< of rows without one, where has_time is 1 [ns] */
	int32_t has_time;     /**< 0: a row without a time whose tariff changes with time is an error */
	int32_t tier;         /**< enum jtn_tier, of rows without one */
};

/** Options of jtn_estimate_arrow(). */
struct jtn_estimate_arrow_options {
	uint32_t size;                          /**< sizeof(struct jtn_estimate_arrow_options) */
	int32_t others;                         /**< enum jtn_arrow_others */
	const struct jtn_hour *hour;            /**< adds the columns of a cost; borrowed; NULL for none */
	const struct jtn_arrow_column *columns; /**< [column_count] columns whose names in the table are others */
	uint64_t column_count;
};

#ifdef __cplusplus
extern "C" {
#endif

/** Write size and defaults. NULL is ignored. Threads: pure. @since 0.1 */
JTN_API void
jtn_rate_arrow_options_init(struct jtn_rate_arrow_options *ret);
JTN_API void
jtn_estimate_arrow_options_init(struct jtn_estimate_arrow_options *ret);

/**
 * Price a table of usage, a row each: the same charges as jtn_rate_batch(), however the rows are split.
 *
 * The table is a struct array (a record batch), with its offset and nulls. Its columns by name, in any order; those of
 * nested structs count as its own:
 * - a meter ("input", "cache_read", …, jtn_meter_name()): int8 to int64, uint8 to uint64, decimal128 or null, in the
 *   meter's unit; null is none;
 * - "provider", "model", "region": utf8, large_utf8, utf8_view, or a dictionary of these; "tariff", in place of them: an
 *   integer that indexes options->tariffs;
 * - "time": a timestamp of any unit and zone; without a zone it is UTC. "service_tier": text, as jtn_tier_find() reads it.
 *
 * The result is a struct array of as many rows: "total", decimal128(38, 18), null where the row failed; "currency", a
 * dictionary of text, null likewise; "status", int32, jtn_status; "flags", uint32, enum jtn_charge_flag.
 *
 * @param options     borrowed
 * @param schema      borrowed: of a struct
 * @param array       borrowed
 * @param allocator   copied, for the output and for scratch; NULL for malloc and free
 * @param retschema   the caller's memory; owned: call its release
 * @param retarray    likewise, in JTN_E_ROWS too
 * @param reterr      filled on failure only, with the row's index and the column; may be NULL
 * @return JTN_OK; JTN_E_ROWS when rows failed (reterr->index is the first): as jtn_rate_batch() and jtn_book_lookup(),
 *         JTN_E_NOT_FOUND (service_tier), JTN_E_MISSING_FIELD (no model, or no time); else the call's own failure:
 *         JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_MEMORY, JTN_E_TYPE, JTN_E_MISSING_FIELD, JTN_E_UNKNOWN_FIELD,
 *         JTN_E_DUPLICATE_KEY, JTN_E_LIMIT, JTN_E_NOT_FOUND (a mapped column)
 * Threads: shared-read. Allocates: the output, and scratch that does not grow with the rows but for the distinct values
 * of text. Source: docs/arrow.md. @since 0.1
 */
JTN_API jtn_status
jtn_rate_arrow(const struct jtn_rate_arrow_options *options, const struct ArrowSchema *schema,
               const struct ArrowArray *array, const struct jtn_allocator *allocator, struct ArrowSchema *retschema,
               struct ArrowArray *retarray, struct jtn_error *reterr) JTN_CHECK;

/**
 * Estimate a table of workloads on one server, a row each, as jtn_estimate_batch() and jtn_cost_batch().
 *
 * Columns: "input_tokens", "output_tokens", "cached_input_tokens", "concurrency", "request_rate": any integer, float32 or
 * float64; null is 0. "offline": boolean. The result is a struct array: "status", int32; "limited_by", a dictionary of
 * text; "flags", uint32; "accelerators", int32; then in float64 the fields of struct jtn_estimate from ttft_ms to
 * idle_share, and with an hour those of struct jtn_cost from per_hour to per_mwh. What has no value is null: all of a
 * failed row, ttft_ms and e2e_ms offline and above saturation.
 *
 * @param server      borrowed
 * @param options     borrowed; NULL for defaults
 * @param schema      as for jtn_rate_arrow(), and the rest
 * @return JTN_OK; JTN_E_ROWS when rows failed; else the call's own failure: as jtn_rate_arrow() and jtn_cost_batch()
 * Threads: shared-read. Allocates: the output. Source: docs/arrow.md. @since 0.1
 */
JTN_API jtn_status
jtn_estimate_arrow(const struct jtn_server *server, const struct jtn_estimate_arrow_options *options,
                   const struct ArrowSchema *schema, const struct ArrowArray *array,
                   const struct jtn_allocator *allocator, struct ArrowSchema *retschema, struct ArrowArray *retarray,
                   struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
