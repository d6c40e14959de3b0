/**
 * @file
 * Usage: how much of each meter a request took, as disjoint counts, with when and at which service tier. Records.
 */
#ifndef JETON_USAGE_H
#define JETON_USAGE_H

#include "meter.h"
#include "time.h"

/** Service tiers. Append-only. A rule of a tariff may ask for one or several; the *served* tier is what counts. */
enum jtn_tier {
	JTN_TIER_STANDARD = 0, /**< also "default", "on_demand" */
	JTN_TIER_BATCH = 1,
	JTN_TIER_FLEX = 2,
	JTN_TIER_PRIORITY = 3,
	JTN_TIER_SCALE = 4,
	JTN_TIER_PROVISIONED = 5, /**< capacity bought ahead: provisioned throughput, reserved capacity */
	JTN_TIER_FAST = 6         /**< the same model at more speed for more money */
};

/** Record, 16 bytes: so much of one meter. */
struct jtn_count {
	int64_t quantity;  /**< >= 0 [quanta of the meter] */
	uint32_t meter;    /**< enum jtn_meter */
	uint32_t reserved; /**< zero */
};

/** Record, 32 bytes: one request, or a sum of requests of one tariff, tier and instant. */
struct jtn_usage {
	int64_t time_ns;   /**< instant, since 1970-01-01T00:00:00Z, leap seconds not counted [ns] */
	uint32_t tariff;   /**< index into the tariffs of the call */
	uint32_t tier;     /**< enum jtn_tier */
	uint32_t first;    /**< index of its first count in the counts of the call */
	uint32_t count;    /**< how many of them; a meter may be there more than once */
	uint32_t flags;    /**< zero */
	uint32_t reserved; /**< zero */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The name of a tier in all formats: "priority".
 *
 * @return static text, borrowed; NULL for a value this library does not know
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API const char *
jtn_tier_name(uint32_t tier);

/**
 * A tier by name, as the formats or providers spell it: "default", "on_demand" and "STANDARD" are standard, "batches"
 * batch. Case is ignored.
 *
 * @param name   [length] characters; borrowed
 * @param length [bytes]
 * @param ret    enum jtn_tier
 * @param reterr filled on failure only, with the tiers; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_NOT_FOUND
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_tier_find(const char *name, size_t length, uint32_t *ret, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
