/* Reversals. What a charge comes to is decided in rate.c. */
#include "jeton/charge.h"

#include "base/abi.h"
#include "base/amount.h"
#include "base/error.h"

static jtn_status
reverse(struct jtn_charge *charge)
{
	if (charge->flags & JTN_CHARGE_REVERSED)
		return JTN_E_CONTRADICTION;
	if (charge->status != JTN_OK)
		return charge->status;
	jtn__int128 total = jtn__amount(charge->total);
	if (!jtn__amount_fits(total))
		return JTN_E_OVERFLOW;
	charge->total = jtn__money(-total);
	charge->flags |= JTN_CHARGE_REVERSED;
	return JTN_OK;
}

jtn_status
jtn_charge_reverse(struct jtn_charge *charges, size_t charge_size, size_t count, struct jtn_error *reterr)
{
	jtn_status first = JTN_OK;
	int64_t index = 0;
	if (count && !charges)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "charges", "charges is NULL");
	if (charge_size % 8)
		return jtn__fail(reterr, JTN_E_ABI, "jtn_charge", "size %d of a row; rows are multiples of 8 bytes",
		                 (int64_t)charge_size);
	JTN__TRY(jtn__check_record(charge_size, sizeof(*charges), "jtn_charge", reterr));
	for (size_t i = 0; i < count; i++) {
		struct jtn_charge *charge = (struct jtn_charge *)(void *)((unsigned char *)charges + i * charge_size);
		jtn_status status = reverse(charge);
		charge->status = status;
		if (status != JTN_OK && first == JTN_OK) {
			first = status;
			index = (int64_t)i;
		}
	}
	if (first == JTN_OK)
		return JTN_OK;
	jtn__fail(reterr, JTN_E_ROWS, "", "charge %d cannot be reversed: %s", index,
	          first == JTN_E_CONTRADICTION ? "it is a reversal already" : jtn_status_name(first));
	if (reterr)
		reterr->index = index;
	return JTN_E_ROWS;
}
