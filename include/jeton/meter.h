/**
 * @file
 * Meter: a kind of thing counted. Token meters are the leaves of direction x modality x cache x reasoning, so that every
 * token is in exactly one; the rest are counters. Ids are append-only and never reused. docs/meter.md lists them.
 */
#ifndef JETON_METER_H
#define JETON_METER_H

#include "error.h"

/** The meters. A quantity is a whole number of the meter's quanta: 10^-decimals of its unit (seconds: microseconds). */
enum jtn_meter {
	JTN_METER_INPUT = 1,                     /**< text prompt tokens read anew */
	JTN_METER_INPUT_AUDIO = 2,               /**< audio prompt tokens read anew */
	JTN_METER_INPUT_IMAGE = 3,               /**< image prompt tokens read anew */
	JTN_METER_INPUT_VIDEO = 4,               /**< video prompt tokens read anew */
	JTN_METER_INPUT_DOCUMENT = 5,            /**< document prompt tokens read anew */
	JTN_METER_CACHE_READ = 6,                /**< text prompt tokens read from a cache */
	JTN_METER_CACHE_READ_AUDIO = 7,          /**< audio prompt tokens read from a cache */
	JTN_METER_CACHE_READ_IMAGE = 8,          /**< image prompt tokens read from a cache */
	JTN_METER_CACHE_READ_VIDEO = 9,          /**< video prompt tokens read from a cache */
	JTN_METER_CACHE_READ_DOCUMENT = 10,      /**< document prompt tokens read from a cache */
	JTN_METER_CACHE_WRITE = 11,              /**< text prompt tokens written to a cache whose life is not stated */
	JTN_METER_CACHE_WRITE_AUDIO = 12,        /**< audio prompt tokens written to a cache whose life is not stated */
	JTN_METER_CACHE_WRITE_IMAGE = 13,        /**< image prompt tokens written to a cache whose life is not stated */
	JTN_METER_CACHE_WRITE_VIDEO = 14,        /**< video prompt tokens written to a cache whose life is not stated */
	JTN_METER_CACHE_WRITE_DOCUMENT = 15,     /**< document prompt tokens written to a cache whose life is not stated */
	JTN_METER_CACHE_WRITE_5M = 16,           /**< text prompt tokens written to a cache that lives 5m */
	JTN_METER_CACHE_WRITE_5M_AUDIO = 17,     /**< audio prompt tokens written to a cache that lives 5m */
	JTN_METER_CACHE_WRITE_5M_IMAGE = 18,     /**< image prompt tokens written to a cache that lives 5m */
	JTN_METER_CACHE_WRITE_5M_VIDEO = 19,     /**< video prompt tokens written to a cache that lives 5m */
	JTN_METER_CACHE_WRITE_5M_DOCUMENT = 20,  /**< document prompt tokens written to a cache that lives 5m */
	JTN_METER_CACHE_WRITE_30M = 21,          /**< text prompt tokens written to a cache that lives 30m */
	JTN_METER_CACHE_WRITE_30M_AUDIO = 22,    /**< audio prompt tokens written to a cache that lives 30m */
	JTN_METER_CACHE_WRITE_30M_IMAGE = 23,    /**< image prompt tokens written to a cache that lives 30m */
	JTN_METER_CACHE_WRITE_30M_VIDEO = 24,    /**< video prompt tokens written to a cache that lives 30m */
	JTN_METER_CACHE_WRITE_30M_DOCUMENT = 25, /**< document prompt tokens written to a cache that lives 30m */
	JTN_METER_CACHE_WRITE_1H = 26,           /**< text prompt tokens written to a cache that lives 1h */
	JTN_METER_CACHE_WRITE_1H_AUDIO = 27,     /**< audio prompt tokens written to a cache that lives 1h */
	JTN_METER_CACHE_WRITE_1H_IMAGE = 28,     /**< image prompt tokens written to a cache that lives 1h */
	JTN_METER_CACHE_WRITE_1H_VIDEO = 29,     /**< video prompt tokens written to a cache that lives 1h */
	JTN_METER_CACHE_WRITE_1H_DOCUMENT = 30,  /**< document prompt tokens written to a cache that lives 1h */
	JTN_METER_CACHE_WRITE_12H = 31,          /**< text prompt tokens written to a cache that lives 12h */
	JTN_METER_CACHE_WRITE_12H_AUDIO = 32,    /**< audio prompt tokens written to a cache that lives 12h */
	JTN_METER_CACHE_WRITE_12H_IMAGE = 33,    /**< image prompt tokens written to a cache that lives 12h */
	JTN_METER_CACHE_WRITE_12H_VIDEO = 34,    /**< video prompt tokens written to a cache that lives 12h */
	JTN_METER_CACHE_WRITE_12H_DOCUMENT = 35, /**< document prompt tokens written to a cache that lives 12h */
	JTN_METER_CACHE_WRITE_24H = 36,          /**< text prompt tokens written to a cache that lives 24h */
	JTN_METER_CACHE_WRITE_24H_AUDIO = 37,    /**< audio prompt tokens written to a cache that lives 24h */
	JTN_METER_CACHE_WRITE_24H_IMAGE = 38,    /**< image prompt tokens written to a cache that lives 24h */
	JTN_METER_CACHE_WRITE_24H_VIDEO = 39,    /**< video prompt tokens written to a cache that lives 24h */
	JTN_METER_CACHE_WRITE_24H_DOCUMENT = 40, /**< document prompt tokens written to a cache that lives 24h */
	JTN_METER_OUTPUT = 41,                   /**< text tokens written */
	JTN_METER_OUTPUT_AUDIO = 42,             /**< audio tokens written */
	JTN_METER_OUTPUT_IMAGE = 43,             /**< image tokens written */
	JTN_METER_OUTPUT_VIDEO = 44,             /**< video tokens written */
	JTN_METER_REASONING = 45,                /**< text tokens written as reasoning */
	JTN_METER_REASONING_AUDIO = 46,          /**< audio tokens written as reasoning */
	JTN_METER_REASONING_IMAGE = 47,          /**< image tokens written as reasoning */
	JTN_METER_REASONING_VIDEO = 48,          /**< video tokens written as reasoning */
	JTN_METER_CITATION = 49,                 /**< citation tokens written */
	JTN_METER_REJECTED_PREDICTION = 50,      /**< predicted output that was not used */
	JTN_METER_REQUESTS = 51,                 /**< calls; a tariff that prices them counts 1 where a usage says nothing */
	JTN_METER_WEB_SEARCH = 52,               /**< web searches */
	JTN_METER_WEB_SEARCH_LOW = 53,           /**< web searches with little context */
	JTN_METER_WEB_SEARCH_MEDIUM = 54,        /**< web searches with the usual context */
	JTN_METER_WEB_SEARCH_HIGH = 55,          /**< web searches with much context */
	JTN_METER_WEB_FETCH = 56,                /**< pages fetched by the provider */
	JTN_METER_FILE_SEARCH = 57,              /**< file or vector store searches */
	JTN_METER_STORAGE_SEARCH = 58,           /**< searches of collections stored with the provider */
	JTN_METER_SOCIAL_SEARCH = 59,            /**< searches of a social network */
	JTN_METER_MAP_SEARCH = 60,               /**< requests grounded in maps */
	JTN_METER_CODE_EXECUTION = 61,           /**< code executions */
	JTN_METER_CODE_SESSION = 62,             /**< code interpreter sessions or containers */
	JTN_METER_SEARCH_UNITS = 63,             /**< rerank searches */
	JTN_METER_CLASSIFICATIONS = 64,          /**< inputs classified */
	JTN_METER_INPUT_MESSAGES = 65,           /**< messages read */
	JTN_METER_INPUT_IMAGES = 66,             /**< images read */
	JTN_METER_OUTPUT_IMAGES = 67,            /**< images made */
	JTN_METER_INPUT_PIXELS = 68,             /**< pixels read */
	JTN_METER_OUTPUT_PIXELS = 69,            /**< pixels made */
	JTN_METER_INPUT_CHARACTERS = 70,         /**< characters read */
	JTN_METER_OUTPUT_CHARACTERS = 71,        /**< characters written or spoken */
	JTN_METER_INPUT_PAGES = 72,              /**< document pages read */
	JTN_METER_ANNOTATED_PAGES = 73,          /**< document pages annotated */
	JTN_METER_SECONDS = 74,                  /**< seconds of run time */
	JTN_METER_AUDIO_SECONDS = 75,            /**< seconds of audio, in or out */
	JTN_METER_INPUT_AUDIO_SECONDS = 76,      /**< seconds of audio heard */
	JTN_METER_OUTPUT_AUDIO_SECONDS = 77,     /**< seconds of audio spoken */
	JTN_METER_INPUT_VIDEO_SECONDS = 78,      /**< seconds of video seen */
	JTN_METER_OUTPUT_VIDEO_SECONDS = 79,     /**< seconds of video made */
	JTN_METER_GB_DAYS = 80,                  /**< gigabytes stored for a day */
	JTN_METER_CACHE_TOKEN_HOURS = 81,        /**< cached tokens kept for an hour */
	JTN_METER_PROVISIONED_UNIT_HOURS = 82    /**< provisioned throughput */
};

/** What a token meter counts towards. */
enum jtn_direction { JTN_DIRECTION_NONE = 0, JTN_DIRECTION_INPUT = 1, JTN_DIRECTION_OUTPUT = 2 };
enum jtn_modality {
	JTN_MODALITY_TEXT = 1,
	JTN_MODALITY_AUDIO = 2,
	JTN_MODALITY_IMAGE = 3,
	JTN_MODALITY_VIDEO = 4,
	JTN_MODALITY_DOCUMENT = 5
};
enum jtn_cache { JTN_CACHE_NONE = 0, JTN_CACHE_READ = 1, JTN_CACHE_WRITE = 2 };

/** Record: what a meter is. */
struct jtn_meter_facts {
	uint32_t meter;       /**< enum jtn_meter */
	int32_t decimals;     /**< a quantity counts 10^-decimals of the unit; 0 but for seconds, days and hours */
	int32_t direction;    /**< enum jtn_direction */
	int32_t modality;     /**< enum jtn_modality of token meters, else 0 */
	int32_t cache;        /**< enum jtn_cache */
	int32_t ttl_minutes;  /**< of a cache write; 0 where not stated [minutes] */
	uint32_t tokens;      /**< 1 for token meters */
	uint32_t reserved;    /**< zero */
};

#ifdef __cplusplus
extern "C" {
#endif

/** How many meters there are; their ids are 1 to this. Threads: pure. Allocates: nothing. @since 0.1 */
JTN_API uint32_t
jtn_meter_count(void);

/**
 * The name of a meter in all formats: "cache_read_audio".
 *
 * @param meter enum jtn_meter
 * @return static text, borrowed; NULL for an id this library does not know
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API const char *
jtn_meter_name(uint32_t meter);

/** Its unit as FOCUS spells units: "Tokens", "Seconds". As jtn_meter_name(). @since 0.1 */
JTN_API const char *
jtn_meter_unit(uint32_t meter);

/** What it counts, as a phrase for people. As jtn_meter_name(). @since 0.1 */
JTN_API const char *
jtn_meter_describe(uint32_t meter);

/**
 * A meter by name.
 *
 * @param name   [length] characters; borrowed
 * @param length [bytes]
 * @param ret    enum jtn_meter
 * @param reterr filled on failure only, naming the nearest meter; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_NOT_FOUND
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_meter_find(const char *name, size_t length, uint32_t *ret, struct jtn_error *reterr) JTN_CHECK;

/**
 * What a meter is.
 *
 * @param meter      enum jtn_meter
 * @param ret        the caller's
 * @param facts_size sizeof(struct jtn_meter_facts) as the caller knows it [bytes]
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_NOT_FOUND
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_meter_read_facts(uint32_t meter, struct jtn_meter_facts *ret, size_t facts_size) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
