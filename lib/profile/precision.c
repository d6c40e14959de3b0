/*
 * Number formats by name, and the table behind them: bytes per weight, compute format, KV bytes.
 * Sources: precision.h; docs/cost-model.md, "Number formats".
 */
#include "precision.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Blocks of 128 x 128 share a 32-bit scale (DeepSeek-V3's fp8; int8 by channel takes less). */
#define BLOCK_SCALE (4.0 / (128 * 128))

static const char *const names[] = {"default", "bf16", "fp16", "fp8", "int8", "fp4", "mxfp4", "w4a16"};

/* A precision as it stores what it quantises, and which classes of weight it leaves as the checkpoint has them. */
static const struct row {
	struct jtn__weight_format stored;
	bool keeps[JTN__WEIGHTS];
	double kv_bytes; /* 0: KV is never kept in it */
	int32_t kv_default;
} table[] = {
	[JTN_PRECISION_DEFAULT] = {{2, JTN__FORMAT_16BIT}, {true, true, true, true}, 0, JTN_PRECISION_BF16},
	[JTN_PRECISION_BF16] = {{2, JTN__FORMAT_16BIT}, {false, false, false, false}, 2, JTN_PRECISION_BF16},
	[JTN_PRECISION_FP16] = {{2, JTN__FORMAT_16BIT}, {false, false, false, false}, 2, JTN_PRECISION_FP16},
	[JTN_PRECISION_FP8] = {{1 + BLOCK_SCALE, JTN__FORMAT_FP8}, {[JTN__WEIGHT_HEAD] = true}, 1, JTN_PRECISION_FP8},
	[JTN_PRECISION_INT8] = {{1 + BLOCK_SCALE, JTN__FORMAT_INT8}, {[JTN__WEIGHT_HEAD] = true}, 1, JTN_PRECISION_BF16},
	[JTN_PRECISION_FP4] = {{4.5 / 8, JTN__FORMAT_FP4},
                           {[JTN__WEIGHT_ATTENTION] = true, [JTN__WEIGHT_HEAD] = true},
                           0,
                           JTN_PRECISION_FP8},
	[JTN_PRECISION_MXFP4] = {{4.25 / 8, JTN__FORMAT_FP4},
                             {[JTN__WEIGHT_ATTENTION] = true, [JTN__WEIGHT_DENSE] = true, [JTN__WEIGHT_HEAD] = true},
                             0,
                             JTN_PRECISION_BF16},
	[JTN_PRECISION_W4A16] = {{4.15625 / 8, JTN__FORMAT_16BIT}, {[JTN__WEIGHT_HEAD] = true}, 0, JTN_PRECISION_BF16},
};

_Static_assert(COUNT(table) == COUNT(names), "a precision has no name or no row");

static bool
is_known(int32_t precision)
{
	return precision >= 0 && (size_t)precision < COUNT(table);
}

const char *
jtn_precision_name(int32_t precision)
{
	return is_known(precision) ? names[precision] : NULL;
}

jtn_status
jtn_precision_parse(const char *name, int32_t *ret, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE];
	int32_t i;

	if (name == NULL || ret == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, name == NULL ? "name" : "ret", "is NULL; expected %s",
		                 name == NULL ? "a precision such as \"fp8\"" : "a place for the precision");
	if (strcmp(name, "int4") == 0) {
		*ret = JTN_PRECISION_W4A16;
		return JTN_OK;
	}
	for (i = JTN_PRECISION_BF16; is_known(i); i++) {
		if (strcmp(name, names[i]) == 0) {
			*ret = i;
			return JTN_OK;
		}
	}
	jtn__quote(shown, name, strlen(name));
	return jtn__fail(reterr, JTN_E_RANGE, "precision",
	                 "%s is no precision; it must be bf16, fp16, fp8, int8, fp4, mxfp4, w4a16 or int4", shown);
}

struct jtn__weight_format
jtn__precision_weight(int32_t precision, int32_t weight, int32_t native)
{
	if (!is_known(native))
		native = JTN_PRECISION_DEFAULT;
	if (!is_known(precision) || table[precision].keeps[weight])
		return table[native].stored;
	return table[precision].stored;
}

double
jtn__precision_kv_bytes(int32_t kv_precision)
{
	return is_known(kv_precision) ? table[kv_precision].kv_bytes : 0;
}

int32_t
jtn__precision_kv_default(int32_t precision)
{
	return is_known(precision) ? table[precision].kv_default : JTN_PRECISION_BF16;
}
