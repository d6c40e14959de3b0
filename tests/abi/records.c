/*
 * The layout of every struct that crosses the interface, as released: size, every offset, and no implicit padding.
 * A released line never changes; a struct grows by lines before its LAST.
 */
#include "jeton.h"

#include <stdio.h>

_Static_assert(sizeof(void *) == 8 && sizeof(long) == 8, "these layouts are those of LP64");

#define AFTER(record, field) (offsetof(struct record, field) + sizeof(((struct record *)0)->field))
#define FIRST(record, field) _Static_assert(offsetof(struct record, field) == 0, #record "." #field);
#define NEXT(record, previous, field, offset)                                                    \
	_Static_assert(offsetof(struct record, field) == (offset), #record "." #field " has moved"); \
	_Static_assert(AFTER(record, previous) == (offset), "padding before " #record "." #field);
#define LAST(record, field, size)                                                     \
	_Static_assert(sizeof(struct record) == (size), #record " has changed its size"); \
	_Static_assert(AFTER(record, field) == (size), "padding at the end of " #record);

FIRST(jtn_allocator, size)
NEXT(jtn_allocator, size, reserved, 4)
NEXT(jtn_allocator, reserved, user, 8)
NEXT(jtn_allocator, user, allocate, 16)
NEXT(jtn_allocator, allocate, release, 24)
LAST(jtn_allocator, release, 32)

FIRST(jtn_error, status)
NEXT(jtn_error, status, line, 4)
NEXT(jtn_error, line, column, 8)
NEXT(jtn_error, column, reserved, 12)
NEXT(jtn_error, reserved, index, 16)
NEXT(jtn_error, index, field, 24)
NEXT(jtn_error, field, message, 80)
LAST(jtn_error, message, 256)

FIRST(jtn_hardware_facts, memory_bytes)
NEXT(jtn_hardware_facts, memory_bytes, memory_bytes_per_s, 8)
NEXT(jtn_hardware_facts, memory_bytes_per_s, peak_16bit_flops, 16)
NEXT(jtn_hardware_facts, peak_16bit_flops, peak_fp8_flops, 24)
NEXT(jtn_hardware_facts, peak_fp8_flops, peak_int8_flops, 32)
NEXT(jtn_hardware_facts, peak_int8_flops, peak_fp4_flops, 40)
NEXT(jtn_hardware_facts, peak_fp4_flops, scale_up_bytes_per_s, 48)
NEXT(jtn_hardware_facts, scale_up_bytes_per_s, scale_out_bytes_per_s, 56)
NEXT(jtn_hardware_facts, scale_out_bytes_per_s, power_peak_kw, 64)
NEXT(jtn_hardware_facts, power_peak_kw, power_idle_kw, 72)
NEXT(jtn_hardware_facts, power_idle_kw, scale_up_domain, 80)
NEXT(jtn_hardware_facts, scale_up_domain, accelerators_per_node, 84)
NEXT(jtn_hardware_facts, accelerators_per_node, flags, 88)
NEXT(jtn_hardware_facts, flags, year, 92)
LAST(jtn_hardware_facts, year, 96)

FIRST(jtn_model_facts, parameters)
NEXT(jtn_model_facts, parameters, active_parameters, 8)
NEXT(jtn_model_facts, active_parameters, kv_bytes_per_token, 16)
NEXT(jtn_model_facts, kv_bytes_per_token, state_bytes_per_sequence, 24)
NEXT(jtn_model_facts, state_bytes_per_sequence, layers, 32)
NEXT(jtn_model_facts, layers, hidden_size, 36)
NEXT(jtn_model_facts, hidden_size, attention_heads, 40)
NEXT(jtn_model_facts, attention_heads, kv_heads, 44)
NEXT(jtn_model_facts, kv_heads, experts, 48)
NEXT(jtn_model_facts, experts, experts_active, 52)
NEXT(jtn_model_facts, experts_active, context_tokens, 56)
NEXT(jtn_model_facts, context_tokens, precision, 60)
NEXT(jtn_model_facts, precision, flags, 64)
NEXT(jtn_model_facts, flags, reserved, 68)
LAST(jtn_model_facts, reserved, 72)

FIRST(jtn_pool, tp)
NEXT(jtn_pool, tp, dp, 4)
NEXT(jtn_pool, dp, ep, 8)
NEXT(jtn_pool, ep, workers, 12)
LAST(jtn_pool, workers, 16)

FIRST(jtn_deployment, size)
NEXT(jtn_deployment, size, precision, 4)
NEXT(jtn_deployment, precision, kv_precision, 8)
NEXT(jtn_deployment, kv_precision, tp, 12)
NEXT(jtn_deployment, tp, pp, 16)
NEXT(jtn_deployment, pp, ep, 20)
NEXT(jtn_deployment, ep, dp, 24)
NEXT(jtn_deployment, dp, replicas, 28)
NEXT(jtn_deployment, replicas, max_num_seqs, 32)
NEXT(jtn_deployment, max_num_seqs, max_batched_tokens, 36)
NEXT(jtn_deployment, max_batched_tokens, chunked_prefill, 40)
NEXT(jtn_deployment, chunked_prefill, prefix_caching, 44)
NEXT(jtn_deployment, prefix_caching, memory_utilization, 48)
NEXT(jtn_deployment, memory_utilization, speculative_tokens, 56)
NEXT(jtn_deployment, speculative_tokens, reserved, 60)
NEXT(jtn_deployment, reserved, speculative_acceptance, 64)
NEXT(jtn_deployment, speculative_acceptance, speculative_decay, 72)
NEXT(jtn_deployment, speculative_decay, prefill, 80)
NEXT(jtn_deployment, prefill, decode, 96)
LAST(jtn_deployment, decode, 112)

FIRST(jtn_server_facts, weight_bytes_per_accelerator)
NEXT(jtn_server_facts, weight_bytes_per_accelerator, runtime_bytes_per_accelerator, 8)
NEXT(jtn_server_facts, runtime_bytes_per_accelerator, kv_capacity_tokens, 16)
NEXT(jtn_server_facts, kv_capacity_tokens, kv_bytes_per_token, 24)
NEXT(jtn_server_facts, kv_bytes_per_token, accelerators, 32)
NEXT(jtn_server_facts, accelerators, tp, 36)
NEXT(jtn_server_facts, tp, pp, 40)
NEXT(jtn_server_facts, pp, ep, 44)
NEXT(jtn_server_facts, ep, dp, 48)
NEXT(jtn_server_facts, dp, replicas, 52)
NEXT(jtn_server_facts, replicas, precision, 56)
NEXT(jtn_server_facts, precision, kv_precision, 60)
NEXT(jtn_server_facts, kv_precision, max_num_seqs, 64)
NEXT(jtn_server_facts, max_num_seqs, max_batched_tokens, 68)
LAST(jtn_server_facts, max_batched_tokens, 72)

FIRST(jtn_workload, input_tokens)
NEXT(jtn_workload, input_tokens, output_tokens, 8)
NEXT(jtn_workload, output_tokens, cached_input_tokens, 16)
NEXT(jtn_workload, cached_input_tokens, concurrency, 24)
NEXT(jtn_workload, concurrency, request_rate, 32)
NEXT(jtn_workload, request_rate, flags, 40)
NEXT(jtn_workload, flags, reserved, 44)
LAST(jtn_workload, reserved, 48)

FIRST(jtn_estimate, status)
NEXT(jtn_estimate, status, limited_by, 4)
NEXT(jtn_estimate, limited_by, flags, 8)
NEXT(jtn_estimate, flags, accelerators, 12)
NEXT(jtn_estimate, accelerators, ttft_ms, 16)
NEXT(jtn_estimate, ttft_ms, tpot_ms, 24)
NEXT(jtn_estimate, tpot_ms, e2e_ms, 32)
NEXT(jtn_estimate, e2e_ms, requests_per_s, 40)
NEXT(jtn_estimate, requests_per_s, output_tps, 48)
NEXT(jtn_estimate, output_tps, input_tps, 56)
NEXT(jtn_estimate, input_tps, output_tps_per_accelerator, 64)
NEXT(jtn_estimate, output_tps_per_accelerator, output_tps_per_user, 72)
NEXT(jtn_estimate, output_tps_per_user, concurrency, 80)
NEXT(jtn_estimate, concurrency, batch, 88)
NEXT(jtn_estimate, batch, kv_capacity_tokens, 96)
NEXT(jtn_estimate, kv_capacity_tokens, kv_used_tokens, 104)
NEXT(jtn_estimate, kv_used_tokens, utilization, 112)
NEXT(jtn_estimate, utilization, power_kw, 120)
NEXT(jtn_estimate, power_kw, joules_per_output_token, 128)
NEXT(jtn_estimate, joules_per_output_token, output_tps_per_mw, 136)
NEXT(jtn_estimate, output_tps_per_mw, ideal_tpot_ms, 144)
NEXT(jtn_estimate, ideal_tpot_ms, error_tpot, 152)
NEXT(jtn_estimate, error_tpot, error_ttft, 160)
NEXT(jtn_estimate, error_ttft, error_throughput, 168)
NEXT(jtn_estimate, error_throughput, error_cost, 176)
NEXT(jtn_estimate, error_cost, time_input, 184)
NEXT(jtn_estimate, time_input, time_cached_input, 192)
NEXT(jtn_estimate, time_cached_input, time_output, 200)
NEXT(jtn_estimate, time_output, idle_share, 208)
NEXT(jtn_estimate, idle_share, reserved, 216)
LAST(jtn_estimate, reserved, 248)

FIRST(jtn_hour, size)
NEXT(jtn_hour, size, basis, 4)
NEXT(jtn_hour, basis, currency, 8)
NEXT(jtn_hour, currency, reserved, 12)
NEXT(jtn_hour, reserved, rent_per_hour, 16)
NEXT(jtn_hour, rent_per_hour, own_capex, 24)
NEXT(jtn_hour, own_capex, own_years, 32)
NEXT(jtn_hour, own_years, own_residual, 40)
NEXT(jtn_hour, own_residual, own_cost_of_capital, 48)
NEXT(jtn_hour, own_cost_of_capital, own_kw, 56)
NEXT(jtn_hour, own_kw, own_load_factor, 64)
NEXT(jtn_hour, own_load_factor, own_pue, 72)
NEXT(jtn_hour, own_pue, own_electricity_per_kwh, 80)
NEXT(jtn_hour, own_electricity_per_kwh, own_hosting_per_kw_month, 88)
NEXT(jtn_hour, own_hosting_per_kw_month, own_maintenance, 96)
NEXT(jtn_hour, own_maintenance, own_staff_per_year, 104)
NEXT(jtn_hour, own_staff_per_year, own_availability, 112)
LAST(jtn_hour, own_availability, 120)

FIRST(jtn_hour_price, total)
NEXT(jtn_hour_price, total, rent, 8)
NEXT(jtn_hour_price, rent, capital, 16)
NEXT(jtn_hour_price, capital, hosting, 24)
NEXT(jtn_hour_price, hosting, electricity, 32)
NEXT(jtn_hour_price, electricity, maintenance, 40)
NEXT(jtn_hour_price, maintenance, staff, 48)
NEXT(jtn_hour_price, staff, reserved, 56)
LAST(jtn_hour_price, reserved, 64)

FIRST(jtn_cost, status)
NEXT(jtn_cost, status, reserved, 4)
NEXT(jtn_cost, reserved, per_hour, 8)
NEXT(jtn_cost, per_hour, per_mtok_total, 16)
NEXT(jtn_cost, per_mtok_total, per_mtok_input, 24)
NEXT(jtn_cost, per_mtok_input, per_mtok_cached_input, 32)
NEXT(jtn_cost, per_mtok_cached_input, per_mtok_output, 40)
NEXT(jtn_cost, per_mtok_output, per_mtok_output_all_in, 48)
NEXT(jtn_cost, per_mtok_output_all_in, per_request, 56)
NEXT(jtn_cost, per_request, per_mwh, 64)
NEXT(jtn_cost, per_mwh, idle_share, 72)
LAST(jtn_cost, idle_share, 80)

FIRST(jtn_measured, output_tps)
NEXT(jtn_measured, output_tps, input_tps, 8)
NEXT(jtn_measured, input_tps, kw, 16)
NEXT(jtn_measured, kw, reserved, 24)
LAST(jtn_measured, reserved, 32)

FIRST(jtn_money, lo)
NEXT(jtn_money, lo, hi, 8)
LAST(jtn_money, hi, 16)

FIRST(jtn_scenario_parts, size)
NEXT(jtn_scenario_parts, size, reserved, 4)
NEXT(jtn_scenario_parts, reserved, id, 8)
NEXT(jtn_scenario_parts, id, hardware, 16)
NEXT(jtn_scenario_parts, hardware, stack, 24)
NEXT(jtn_scenario_parts, stack, model, 32)
NEXT(jtn_scenario_parts, model, model_path, 40)
NEXT(jtn_scenario_parts, model_path, deployment, 48)
NEXT(jtn_scenario_parts, deployment, workload, 56)
NEXT(jtn_scenario_parts, workload, hour, 64)
LAST(jtn_scenario_parts, hour, 72)

/* The rest of the contract that a compiler can see: enums only name values, and the ABI type is 32 bits wide. */
_Static_assert(sizeof(jtn_status) == 4, "jtn_status is an int32_t");

static const struct {
	const char *name;
	size_t size;
} layouts[] = {
#define POINT(record)                  \
	{                                  \
#record, sizeof(struct record) \
	}
	POINT(jtn_allocator), POINT(jtn_error),      POINT(jtn_hardware_facts), POINT(jtn_model_facts),
	POINT(jtn_pool),      POINT(jtn_deployment), POINT(jtn_server_facts),   POINT(jtn_workload),
	POINT(jtn_estimate),  POINT(jtn_hour),       POINT(jtn_hour_price),     POINT(jtn_cost),
	POINT(jtn_measured),  POINT(jtn_money),      POINT(jtn_scenario_parts),
};

int
main(void)
{
	const size_t count = sizeof(layouts) / sizeof(layouts[0]);

	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++)
		printf("ok %zu - struct %s is %zu bytes, every offset as released\n", i + 1, layouts[i].name, layouts[i].size);
	return 0;
}
