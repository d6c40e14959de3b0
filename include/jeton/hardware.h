/**
 * @file
 * Hardware: one accelerator type as bought. Handle. Format: docs/formats.md, "Hardware".
 */
#ifndef JETON_HARDWARE_H
#define JETON_HARDWARE_H

#include "arena.h"
#include "error.h"

struct jtn_hardware;

/** Bits of jtn_hardware_facts.flags. */
enum jtn_hardware_flag {
	JTN_HARDWARE_ANNOUNCED = 1,       /**< not shipping yet: figures are the vendor's projections */
	JTN_HARDWARE_ON_CHIP_MEMORY = 2,  /**< weights live in SRAM: a model spans as many as it needs */
	JTN_HARDWARE_POWER_ESTIMATED = 4, /**< no all-in figure published: derived from node power or TDP */
	JTN_HARDWARE_LINK_ASSUMED = 8,    /**< no link rate published: one is assumed for more than one accelerator */
	JTN_HARDWARE_PEAK_ASSUMED = 16    /**< no 16-bit peak published: half of the 8-bit one is assumed */
};

/** Record: the figures the cost model uses, in SI units. 0 where nothing was published. */
struct jtn_hardware_facts {
	double memory_bytes;          /**< per accelerator [bytes] */
	double memory_bytes_per_s;    /**< peak [bytes/s] */
	double peak_16bit_flops;      /**< dense bf16 (fp16 where there is no bf16) [FLOP/s] */
	double peak_fp8_flops;        /**< dense [FLOP/s] */
	double peak_int8_flops;       /**< dense [op/s] */
	double peak_fp4_flops;        /**< dense [FLOP/s] */
	double scale_up_bytes_per_s;  /**< per direction, NVLink and the like [bytes/s] */
	double scale_out_bytes_per_s; /**< per accelerator, network [bytes/s] */
	double power_peak_kw;         /**< all-in share of node, network and facility as provisioned [kW] */
	double power_idle_kw;         /**< the same with nothing to do [kW] */
	int32_t scale_up_domain;      /**< accelerators one scale-up fabric joins */
	int32_t accelerators_per_node;
	uint32_t flags; /**< enum jtn_hardware_flag */
	int32_t year;   /**< of introduction */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read a hardware profile.
 *
 * @param text      [length] one JSON object; borrowed
 * @param length    [bytes]
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned; free with jtn_hardware_free()
 * @param reterr    filled on failure only: line, column, field, what would be right; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY, JTN_E_SYNTAX, JTN_E_LIMIT, JTN_E_UNKNOWN_FIELD,
 *         JTN_E_MISSING_FIELD, JTN_E_DUPLICATE_KEY, JTN_E_TYPE, JTN_E_RANGE (a wrong unit too)
 * Threads: pure. Allocates: one arena. @since 0.1
 */
JTN_API jtn_status
jtn_hardware_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_hardware **ret,
                   struct jtn_error *reterr) JTN_CHECK;

/**
 * A hardware profile of the catalogue. As jtn_hardware_parse(), and JTN_E_NOT_FOUND.
 *
 * @param id NUL-terminated catalogue id; borrowed
 * @since 0.1
 */
JTN_API jtn_status
jtn_hardware_find(const char *id, const struct jtn_allocator *allocator, struct jtn_hardware **ret,
                  struct jtn_error *reterr) JTN_CHECK;

/** Free a profile; NULL is fine. Threads: exclusive. @since 0.1 */
JTN_API void
jtn_hardware_free(struct jtn_hardware *hardware);

/** Its id. @return borrowed from the handle; never NULL. Threads: shared-read. @since 0.1 */
JTN_API const char *
jtn_hardware_id(const struct jtn_hardware *hardware);

/** Its name as sold. @return borrowed from the handle; never NULL. Threads: shared-read. @since 0.1 */
JTN_API const char *
jtn_hardware_name(const struct jtn_hardware *hardware);

/**
 * Its figures.
 *
 * @param hardware  borrowed
 * @param ret       the caller's
 * @param ret_size  sizeof(struct jtn_hardware_facts) as the caller knows it [bytes]
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_hardware_read_facts(const struct jtn_hardware *hardware, struct jtn_hardware_facts *ret, size_t ret_size) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
