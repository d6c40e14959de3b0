/* Workload: what is asked, checked before it meets a server. */
#include "workload.h"

#include "base/abi.h"

#include <string.h>

/* Means so small or large that no service has them; between these nothing overflows. */
static const double least_tokens = 1e-3, most_tokens = 1e9;
static const double least_requests = 1e-12, most_requests = 1e12;

/* NaN fails every comparison, hence the shape of this. */
static jtn_status
check_between(double value, double low, double high, const char *field, struct jtn_error *reterr)
{
	if (value >= low && value <= high)
		return JTN_OK;
	return jtn__fail(reterr, JTN_E_RANGE, field, "%g is not a mean from %g to %g", value, low, high);
}

/* 0 is how the record says: not this one. */
static jtn_status
check_given(double value, const char *field, struct jtn_error *reterr)
{
	return value == 0 ? JTN_OK : check_between(value, least_requests, most_requests, field, reterr);
}

jtn_status
jtn__workload_check(const struct jtn_workload *w, struct jtn_error *reterr)
{
	if (w->reserved != 0)
		return jtn__fail(reterr, JTN_E_ABI, "workload.reserved", "must be zero");
	if ((w->flags & ~(uint32_t)JTN_WORKLOAD_OFFLINE) != 0)
		return jtn__fail(reterr, JTN_E_ABI, "workload.flags",
		                 "bits this library does not know; only JTN_WORKLOAD_OFFLINE is");
	JTN__TRY(check_between(w->input_tokens, least_tokens, most_tokens, "workload.input_tokens", reterr));
	JTN__TRY(check_between(w->output_tokens, 1, most_tokens, "workload.output_tokens", reterr));
	JTN__TRY(check_between(w->cached_input_tokens, 0, most_tokens, "workload.cached_input_tokens", reterr));
	JTN__TRY(check_given(w->concurrency, "workload.concurrency", reterr));
	JTN__TRY(check_given(w->request_rate, "workload.request_rate", reterr));
	if (w->cached_input_tokens > w->input_tokens)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "workload.cached_input_tokens",
		                 "%g cached of %g input tokens; input_tokens is the whole prompt, cached tokens included",
		                 w->cached_input_tokens, w->input_tokens);
	int given = (w->concurrency > 0) + (w->request_rate > 0) + ((w->flags & JTN_WORKLOAD_OFFLINE) != 0);
	if (given == 1)
		return JTN_OK;
	return jtn__fail(reterr, given == 0 ? JTN_E_RANGE : JTN_E_CONTRADICTION, "workload.concurrency",
	                 "%s of concurrency, request_rate and offline; give exactly one, above 0",
	                 given == 0 ? "none" : "more than one");
}

jtn_status
jtn__workload_read(const unsigned char *row, size_t size, struct jtn_workload *ret, struct jtn_error *reterr)
{
	memcpy(ret, row, sizeof(*ret));
	for (size_t i = sizeof(*ret); i < size; i++)
		if (row[i] != 0)
			return jtn__fail(reterr, JTN_E_ABI, "workload", "fields beyond what this library knows are not zero");
	return JTN_OK;
}

jtn_status
jtn_workload_check(const struct jtn_workload *workload, size_t size, struct jtn_error *reterr)
{
	if (workload == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "workload", "NULL; give a row");
	JTN__TRY(jtn__check_record(size, sizeof(*workload), "jtn_workload", reterr));
	struct jtn_workload known;
	JTN__TRY(jtn__workload_read((const unsigned char *)workload, size, &known, reterr));
	return jtn__workload_check(&known, reterr);
}
