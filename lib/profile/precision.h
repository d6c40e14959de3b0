/*
 * The table of number formats: how many bytes each class of weight takes, what it is computed in, how KV is kept.
 * Sources: OCP MX v1.0 (MXFP4: 32 elements share an 8-bit scale: 4.25 bits); NVFP4: 16 elements share an fp8 scale:
 * 4.5 bits; w4a16: groups of 128 with a 16-bit scale and a 4-bit zero: 4.15625 bits.
 */
#ifndef JTN_PROFILE_PRECISION_H
#define JTN_PROFILE_PRECISION_H

#include "jeton/precision.h"

/* What a matrix unit computes in, narrow to wide. A hardware without one falls to the next wider it has. */
enum jtn__format {
	JTN__FORMAT_FP4,
	JTN__FORMAT_FP8,
	JTN__FORMAT_INT8,
	JTN__FORMAT_16BIT,
	JTN__FORMAT_FP32,
	JTN__FORMATS
};

/* Classes of weight that checkpoints quantise apart from each other. */
enum jtn__weight { JTN__WEIGHT_ATTENTION, JTN__WEIGHT_DENSE, JTN__WEIGHT_EXPERT, JTN__WEIGHT_HEAD, JTN__WEIGHTS };

/* One class of weight: bytes per parameter as stored, and the format its GEMM computes in. */
struct jtn__weight_format {
	double bytes;
	int32_t format; /* enum jtn__format */
};

/*
 * What `precision` makes of a class of weight in a checkpoint that has `native` there.
 * JTN_PRECISION_DEFAULT gives the native format; fp4 leaves attention and head, mxfp4 all but experts, as native.
 */
struct jtn__weight_format
jtn__precision_weight(int32_t precision, int32_t weight, int32_t native);

/* Bytes per KV-cache element of a KV precision: bf16, fp16 2; fp8, int8 1. 0 for one KV is never kept in. */
double
jtn__precision_kv_bytes(int32_t kv_precision);

/* The KV precision that a weight precision implies: fp8 for fp8 and fp4, else bf16 (fp16 for fp16). */
int32_t
jtn__precision_kv_default(int32_t precision);

#endif
