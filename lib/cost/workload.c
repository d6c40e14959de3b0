/* Workload: what is asked, checked before it meets a server. */
#include "workload.h"

#include "base/abi.h"

#include <string.h>

static const double tokens_limit = 1e9;
static const double requests_limit = 1e12;

/* NaN fails every comparison, hence the shape of these. */
static jtn_status
check_between(double value, double low, double high, const char *field, const char *right, struct jtn_error *reterr)
{
	if (value >= low && value <= high)
		return JTN_OK;
	return jtn__fail(reterr, JTN_E_RANGE, field, "%g is not %s", value, right);
}

jtn_status
jtn__workload_check(const struct jtn_workload *w, struct jtn_error *reterr)
{
	if ((w->flags & ~(uint32_t)JTN_WORKLOAD_OFFLINE) != 0 || w->reserved != 0)
		return jtn__fail(reterr, JTN_E_ABI, "workload.flags", "bits this library does not know; only JTN_WORKLOAD_OFFLINE is");
	if (!(w->input_tokens > 0 && w->input_tokens <= tokens_limit))
		return jtn__fail(reterr, JTN_E_RANGE, "workload.input_tokens", "%g is not a mean above 0 and up to 10^9 tokens", w->input_tokens);
	JTN__TRY(check_between(w->output_tokens, 1, tokens_limit, "workload.output_tokens", "a mean from 1 to 10^9 tokens", reterr));
	JTN__TRY(check_between(w->cached_input_tokens, 0, tokens_limit, "workload.cached_input_tokens", "a mean from 0 to 10^9 tokens", reterr));
	JTN__TRY(check_between(w->concurrency, 0, requests_limit, "workload.concurrency", "a mean above 0 and up to 10^12 requests", reterr));
	JTN__TRY(check_between(w->request_rate, 0, requests_limit, "workload.request_rate", "a rate above 0 and up to 10^12 requests/s", reterr));
	if (w->cached_input_tokens > w->input_tokens)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "workload.cached_input_tokens",
		                 "%g cached of %g input tokens; input_tokens is the whole prompt, cached tokens included", w->cached_input_tokens,
		                 w->input_tokens);
	int given = (w->concurrency > 0) + (w->request_rate > 0) + ((w->flags & JTN_WORKLOAD_OFFLINE) != 0);
	if (given == 1)
		return JTN_OK;
	return jtn__fail(reterr, given == 0 ? JTN_E_RANGE : JTN_E_CONTRADICTION, "workload.concurrency",
	                 "%s of concurrency, request_rate and offline; give exactly one, above 0", given == 0 ? "none" : "more than one");
}

jtn_status
jtn_workload_check(const struct jtn_workload *workload, size_t size, struct jtn_error *reterr)
{
	if (workload == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "workload", "NULL; give a row");
	JTN__TRY(jtn__check_record(size, sizeof(*workload), "jtn_workload", reterr));
	const unsigned char *bytes = (const unsigned char *)workload;
	for (size_t i = sizeof(*workload); i < size; i++)
		if (bytes[i] != 0)
			return jtn__fail(reterr, JTN_E_ABI, "workload", "fields beyond what this library knows are not zero");
	return jtn__workload_check(workload, reterr);
}
