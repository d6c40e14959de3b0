/* Values of a column: row by row, and a block at a time, which is a loop over what lies there. */
#include "column.h"

#include <string.h>

#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3") /* so that gcc makes vectors of the loops; clang does anyway */
#endif

#define VIEW_INLINE 12 /* bytes of a view that hold the text itself */

__extension__ typedef __int128 int128;

static bool
bit(const unsigned char *bits, int64_t index)
{
	return bits[index / 8] >> (index % 8) & 1;
}

bool
jtn__column_is_null(const struct jtn__column *column, int64_t row)
{
	if (column->kind == JTN__COLUMN_NONE)
		return true;
	for (uint32_t i = 0; i < column->null_count; i++)
		if (!bit(column->nulls[i].bits, column->nulls[i].first + row))
			return true;
	return false;
}

/* An integer as it lies there; of uint64, what is beyond 2^63 - 1 comes out negative. */
static int64_t
load(const struct jtn__column *column, int64_t row)
{
	const char *at = (const char *)column->values + (column->first + row) * column->width;
	int64_t wide = 0;
	union {
		int8_t i8;
		uint8_t u8;
		int16_t i16;
		uint16_t u16;
		int32_t i32;
		uint32_t u32;
	} narrow;
	switch (column->width) {
	case 1:
		memcpy(&narrow, at, 1);
		return column->is_signed ? narrow.i8 : narrow.u8;
	case 2:
		memcpy(&narrow, at, 2);
		return column->is_signed ? narrow.i16 : narrow.u16;
	case 4:
		memcpy(&narrow, at, 4);
		return column->is_signed ? (int64_t)narrow.i32 : (int64_t)narrow.u32;
	default:
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
}

/* value * 10^places, places of either sign. */
static jtn_status
shift(int128 value, int32_t places, int64_t *ret)
{
	for (; places > 0 && value; places--)
		if (__builtin_mul_overflow(value, 10, &value))
			return JTN_E_OVERFLOW;
	for (; places < 0 && value; places++) {
		if (value % 10)
			return JTN_E_INEXACT;
		value /= 10;
	}
	if (value > INT64_MAX || value < INT64_MIN)
		return JTN_E_OVERFLOW;
	*ret = (int64_t)value;
	return JTN_OK;
}

jtn_status
jtn__column_integer(const struct jtn__column *column, int64_t row, int32_t decimals, int64_t *ret)
{
	int128 value;
	*ret = 0;
	if (jtn__column_is_null(column, row))
		return JTN_OK;
	if (column->kind == JTN__COLUMN_DECIMAL) {
		memcpy(&value, (const char *)column->values + (column->first + row) * 16, sizeof(value));
		return shift(value, decimals - column->scale, ret);
	}
	int64_t number = load(column, row);
	if (number < 0 && !column->is_signed)
		return JTN_E_OVERFLOW;
	return shift(number, decimals, ret);
}

/* Do something with each value of a column of integers: it is `value`, a `large` where it has 64 bits, else a `small`. */
#define EACH_AS(type, wide, action)                                            \
	do {                                                                       \
		const type *from = (const type *)column->values + column->first + row; \
		for (uint32_t i = 0; i < count; i++) {                                 \
			wide value = (wide)from[i];                                        \
			action;                                                            \
		}                                                                      \
	} while (0)
#define EACH(small, large, action)                   \
	switch (column->width * 2 + column->is_signed) { \
	case 2:                                          \
		EACH_AS(uint8_t, small, action);             \
		break;                                       \
	case 3:                                          \
		EACH_AS(int8_t, small, action);              \
		break;                                       \
	case 4:                                          \
		EACH_AS(uint16_t, small, action);            \
		break;                                       \
	case 5:                                          \
		EACH_AS(int16_t, small, action);             \
		break;                                       \
	case 8:                                          \
		EACH_AS(uint32_t, small, action);            \
		break;                                       \
	case 9:                                          \
		EACH_AS(int32_t, small, action);             \
		break;                                       \
	default:                                         \
		EACH_AS(int64_t, large, action);             \
	}

static bool
is_aligned(const struct jtn__column *column)
{
	return (uintptr_t)column->values % column->width == 0;
}

/* Integers to 64 bits, whatever their nulls hide. */
static void
widen(const struct jtn__column *column, int64_t row, uint32_t count, int64_t *restrict buffer)
{
	EACH(int64_t, int64_t, buffer[i] = value)
}

static void
add_places(const struct jtn__column *column, int64_t row, uint32_t count, uint32_t things, uint32_t stride,
           uint32_t *restrict ret)
{
	/* What is negative is as good as too large. */
	EACH(uint32_t, uint64_t, ret[i] += ((value < things ? (uint32_t)value : things) + 1) * stride)
}

void
jtn__column_indices(const struct jtn__column *column, int64_t row, uint32_t count, uint32_t things, uint32_t stride,
                    uint32_t *ret)
{
	if (is_aligned(column) && !column->null_count)
		add_places(column, row, count, things, stride, ret);
	else
		for (uint32_t i = 0; i < count; i++) {
			uint64_t value = (uint64_t)load(column, row + i);
			if (!jtn__column_is_null(column, row + i))
				ret[i] += ((value < things ? (uint32_t)value : things) + 1) * stride;
		}
}

const int64_t *
jtn__column_integers(const struct jtn__column *column, int64_t row, uint32_t count, int32_t decimals, int64_t *buffer)
{
	if (column->kind != JTN__COLUMN_INTEGER || decimals) {
		for (uint32_t i = 0; i < count; i++)
			if (jtn__column_integer(column, row + i, decimals, &buffer[i]) != JTN_OK)
				buffer[i] = -1;
		return buffer;
	}
	if (column->width == 8 && !column->null_count && is_aligned(column))
		return (const int64_t *)column->values + column->first + row;
	if (is_aligned(column))
		widen(column, row, count, buffer);
	else
		for (uint32_t i = 0; i < count; i++)
			buffer[i] = load(column, row + i);
	for (uint32_t n = 0; n < column->null_count; n++)
		for (uint32_t i = 0; i < count; i++)
			buffer[i] &= -(int64_t)bit(column->nulls[n].bits, column->nulls[n].first + row + i);
	return buffer;
}

jtn_status
jtn__column_time(const struct jtn__column *column, int64_t row, int64_t *ret)
{
	int64_t value;
	memcpy(&value, (const char *)column->values + (column->first + row) * 8, sizeof(value));
	return __builtin_mul_overflow(value, column->ns, ret) ? JTN_E_RANGE : JTN_OK;
}

double
jtn__column_number(const struct jtn__column *column, int64_t row)
{
	float single;
	double number;
	if (jtn__column_is_null(column, row))
		return 0;
	const char *at = (const char *)column->values + (column->first + row) * column->width;
	switch (column->kind) {
	case JTN__COLUMN_BOOLEAN:
		return bit(column->values, column->first + row);
	case JTN__COLUMN_FLOAT:
		if (column->width == sizeof(single)) {
			memcpy(&single, at, sizeof(single));
			return (double)single;
		}
		memcpy(&number, at, sizeof(number));
		return number;
	default:
		return column->is_signed ? (double)load(column, row) : (double)(uint64_t)load(column, row);
	}
}

static bool
text_of_view(const struct jtn__column *column, int64_t index, const char **ret, size_t *retlength)
{
	const char *view = (const char *)column->values + index * JTN__TEXT_VIEW;
	int32_t length, buffer, offset;
	int64_t size;
	memcpy(&length, view, 4);
	*ret = view + 4;
	*retlength = (size_t)length;
	if (length <= VIEW_INLINE)
		return length >= 0;
	memcpy(&buffer, view + 8, 4);
	memcpy(&offset, view + 12, 4);
	if (buffer < 0 || offset < 0 || buffer >= column->array->n_buffers - 3)
		return false;
	const char *sizes = column->array->buffers[column->array->n_buffers - 1],
			   *text = column->array->buffers[2 + buffer];
	if (!sizes || !text)
		return false;
	memcpy(&size, sizes + (size_t)buffer * sizeof(size), sizeof(size));
	*ret = text + offset;
	return (int64_t)offset + length <= size;
}

bool
jtn__column_text(const struct jtn__column *column, int64_t row, const char **ret, size_t *retlength)
{
	int64_t index = column->first + row, from, until;
	if (jtn__column_is_null(column, row))
		return false;
	if (column->width == JTN__TEXT_VIEW)
		return text_of_view(column, index, ret, retlength);
	const char *offsets = (const char *)column->values + index * column->width, *text = column->array->buffers[2];
	if (column->width == 4) {
		int32_t ends[2];
		memcpy(ends, offsets, sizeof(ends));
		from = ends[0];
		until = ends[1];
	} else {
		int64_t ends[2];
		memcpy(ends, offsets, sizeof(ends));
		from = ends[0];
		until = ends[1];
	}
	if (from < 0 || until < from || (until > from && !text))
		return false;
	*ret = text ? text + from : "";
	*retlength = (size_t)(until - from);
	return true;
}
