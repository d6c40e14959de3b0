/* Any bytes as a scenario, and on through server, estimate and cost: errors, or numbers that are finite. */
#include "finite.h"

#include "jeton/cost.h"
#include "jeton/scenario.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void
check_estimate(const struct jtn_estimate *e, const struct jtn_workload *w, const struct jtn_hour *hour)
{
	struct jtn_cost cost;
	struct jtn_error err;

	check_finite(&e->ttft_ms, &e->idle_share);
	if (e->tpot_ms * (1 + 1e-9) < e->ideal_tpot_ms || e->utilization > 1 + 1e-9 ||
	    jtn_limit_name(e->limited_by) == NULL || e->accelerators < 1)
		__builtin_trap();
	if (hour == NULL)
		return;
	if (jtn_cost_batch(w, sizeof(*w), e, sizeof(*e), hour, &cost, sizeof(cost), 1, &err) == JTN_OK)
		check_finite(&cost.per_hour, &cost.idle_share);
}

static void
run(const struct jtn_scenario_parts *parts)
{
	struct jtn_server *server = NULL;
	struct jtn_estimate estimate;
	struct jtn_error err;

	if (jtn_server_new(parts->hardware, parts->stack, parts->model, parts->deployment, NULL, &server, &err) != JTN_OK) {
		if (server != NULL || err.status == JTN_OK || err.message[0] == '\0')
			__builtin_trap();
		return;
	}
	if (jtn_estimate_batch(server, parts->workload, sizeof(*parts->workload), &estimate, sizeof(estimate), 1, &err) ==
	    JTN_OK)
		check_estimate(&estimate, parts->workload, parts->hour);
	else if (err.index != 0 || estimate.status == JTN_OK)
		__builtin_trap();
	jtn_server_free(server);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct jtn_scenario *scenario = NULL;
	struct jtn_scenario_parts parts = {.size = sizeof(parts)};
	struct jtn_error err;

	if (jtn_scenario_parse((const char *)data, size, NULL, &scenario, &err) != JTN_OK) {
		if (scenario != NULL || err.status == JTN_OK || err.message[0] == '\0')
			__builtin_trap();
		return 0;
	}
	if (jtn_scenario_read(scenario, &parts) != JTN_OK || parts.hardware == NULL || parts.stack == NULL ||
	    (parts.model == NULL) == (parts.model_path == NULL))
		__builtin_trap();
	if (parts.model != NULL)
		run(&parts);
	jtn_scenario_free(scenario);
	return 0;
}
