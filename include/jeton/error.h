/**
 * @file
 * What went wrong, where, and what would be right: a status and a record the caller owns.
 */
#ifndef JETON_ERROR_H
#define JETON_ERROR_H

#include "abi.h"

/** JTN_OK or one of enum jtn_status_value. */
typedef int32_t jtn_status;

/** Values are append-only and never reused. jtn_status_name() gives each its name in the formats. */
enum jtn_status_value {
	JTN_OK = 0,
	JTN_E_ARGUMENT = 1,       /**< a NULL, an enum value or a size no caller should pass */
	JTN_E_ABI = 2,            /**< a struct is too small, or carries fields this library does not know */
	JTN_E_MEMORY = 3,         /**< the allocator gave nothing */
	JTN_E_SYNTAX = 4,         /**< text is not what its format says: JSON, decimal, date */
	JTN_E_LIMIT = 5,          /**< too long, too deep or too many; the message names the limit */
	JTN_E_UNKNOWN_FIELD = 6,  /**< a field no reader of this format knows */
	JTN_E_MISSING_FIELD = 7,  /**< a field the format requires is absent */
	JTN_E_DUPLICATE_KEY = 8,  /**< the same key twice in one object */
	JTN_E_TYPE = 9,           /**< a value of the wrong JSON type */
	JTN_E_RANGE = 10,         /**< a value outside what makes sense; NaN and infinity among them */
	JTN_E_CONTRADICTION = 11, /**< fields that are fine alone and impossible together */
	JTN_E_UNSUPPORTED = 12,   /**< understood, and not something this library can model */
	JTN_E_NOT_FOUND = 13,     /**< no catalogue entry of that id */
	JTN_E_DOES_NOT_FIT = 14,  /**< the model, or one sequence, needs more memory than there is */
	JTN_E_OVERFLOW = 15,      /**< a money or count leaves its range */
	JTN_E_INEXACT = 16,       /**< a decimal finer than 10^-18 where exactness is promised */
	JTN_E_CURRENCY = 17,      /**< two currencies in one sum */
	JTN_E_ROWS = 18,          /**< some rows of a batch failed; each carries its own status */
	JTN_E_SPACE = 19,         /**< the caller's buffer is too small; the needed size is returned */
	JTN_E_UNPRICED = 20,      /**< a count that is not zero, with neither price nor fallback: a missing price is not zero */
	JTN_E_NO_PRICE = 21,      /**< priced, but not at this instant */
	JTN_E_UNKNOWN_MODEL = 22, /**< no tariff of that provider and model */
	JTN_E_AMBIGUOUS = 23      /**< two rules, or two providers, fit equally well */
};

/** Caller-owned, 256 bytes for ever. Text is UTF-8, NUL-terminated, cut at a character where it would not fit. */
struct jtn_error {
	int32_t status;    /**< the status the call returned */
	int32_t line;      /**< 1-based line in the text that was parsed; 0 where there is none */
	int32_t column;    /**< 1-based column in bytes; 0 where there is none */
	int32_t reserved;  /**< zero */
	int64_t index;     /**< first failed row of a batch; -1 where there is none */
	char field[56];    /**< path of the offending field, as in "deployment.tp"; may be empty */
	char message[176]; /**< what is wrong, and what would be right */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The name of a status as the JSON formats spell it: "does_not_fit" for JTN_E_DOES_NOT_FIT.
 *
 * @param status any value
 * @return static text, borrowed; "unknown_status" for a value this library does not know
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API const char *
jtn_status_name(jtn_status status);

#ifdef __cplusplus
}
#endif
#endif
