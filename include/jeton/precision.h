/**
 * @file
 * Number formats as deployments name them: one word for weight bits, compute format and KV-cache default.
 * The table is in docs/cost-model.md, "Number formats".
 */
#ifndef JETON_PRECISION_H
#define JETON_PRECISION_H

#include "error.h"

/** Append-only. 0 means: weights as the checkpoint has them (KV: as the weights' precision implies). */
enum jtn_precision {
	JTN_PRECISION_DEFAULT = 0,
	JTN_PRECISION_BF16 = 1,
	JTN_PRECISION_FP16 = 2,
	JTN_PRECISION_FP8 = 3,   /**< 8-bit weights with scales, fp8 compute, fp8 KV */
	JTN_PRECISION_INT8 = 4,  /**< 8-bit weights, int8 compute, 16-bit KV */
	JTN_PRECISION_FP4 = 5,   /**< NVFP4: 4.5 bits with scales; attention and lm_head as the checkpoint; fp8 KV */
	JTN_PRECISION_MXFP4 = 6, /**< 4.25 bits, experts only; the rest as the checkpoint; 16-bit KV */
	JTN_PRECISION_W4A16 = 7  /**< 4-bit weights, 16-bit compute and KV; "int4" is an alias */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A precision's name.
 *
 * @param precision enum jtn_precision
 * @return static text such as "fp8", borrowed; "default" for 0; NULL for an unknown value
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API const char *
jtn_precision_name(int32_t precision);

/**
 * A precision from its name: bf16, fp16, fp8, int8, fp4, mxfp4, w4a16, int4.
 *
 * @param name   NUL-terminated; borrowed
 * @param ret    enum jtn_precision
 * @param reterr filled on failure only, naming the choices; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_RANGE
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_precision_parse(const char *name, int32_t *ret, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
