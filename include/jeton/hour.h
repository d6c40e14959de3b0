/**
 * @file
 * Hour: what one accelerator-hour costs, rented or owned. Options. Money and kW are per accelerator.
 * Format: docs/formats.md, "Hour". The cost wing computes in double; exact money begins where a cost becomes a tariff.
 */
#ifndef JETON_HOUR_H
#define JETON_HOUR_H

#include "error.h"

/** How the accelerator is paid for. */
enum jtn_hour_basis {
	JTN_HOUR_RENT = 1, /**< the default: rent_per_hour is the whole price */
	JTN_HOUR_OWN = 2   /**< capex, power, space and people; the own_ fields */
};

/** Options. jtn_hour_init() writes the defaults named here; zero means zero, and is JTN_E_RANGE where that makes no sense. */
struct jtn_hour {
	uint32_t size;                   /**< sizeof(struct jtn_hour) */
	int32_t basis;                   /**< enum jtn_hour_basis; default JTN_HOUR_RENT */
	char currency[4];                /**< ISO 4217, NUL-terminated; default "USD" */
	int32_t reserved;                /**< zero */
	double rent_per_hour;            /**< >= 0 [currency/h] */
	double own_capex;                /**< > 0, the accelerator's share of system, network and storage [currency] */
	double own_years;                /**< life, > 0; default 4 [years] */
	double own_residual;             /**< what it sells for at the end of life [currency] */
	double own_cost_of_capital;      /**< per year, >= 0 [1/year] */
	double own_kw;                   /**< IT power at full load, node and network share included [kW] */
	double own_load_factor;          /**< mean power over own_kw, (0, 1]; default 1 */
	double own_pue;                  /**< facility power over IT power, >= 1; default 1 */
	double own_electricity_per_kwh;  /**< [currency/kWh] */
	double own_hosting_per_kw_month; /**< colocation per kW of own_kw, 730 h a month [currency/(kW month)] */
	double own_maintenance;          /**< per year, as a share of capex [1/year] */
	double own_staff_per_year;       /**< the accelerator's share [currency/year] */
	double own_availability;         /**< share of hours it can serve, (0, 1]; default 1 */
};

/** Record: what an hour comes to, part by part; the parts add up to total. All [currency/h], over available hours. */
struct jtn_hour_price {
	double total;
	double rent;
	double capital;
	double hosting;
	double electricity;
	double maintenance;
	double staff;
	double reserved; /**< zero */
};

#ifdef __cplusplus
extern "C" {
#endif

/** Write size and defaults. @param ret the caller's; NULL is ignored. Threads: pure. @since 0.1 */
JTN_API void
jtn_hour_init(struct jtn_hour *ret);

/**
 * Read an hour: a catalogue entry, or the "hour" object of a scenario ({"rent": "2.5"}, {"rent": "<catalogue id>"},
 * {"own": {…}}).
 *
 * @param text   [length] one JSON object; borrowed
 * @param length [bytes]
 * @param ret    the caller's; its size must be set (jtn_hour_init)
 * @param reterr filled on failure only: line, column, field, what would be right; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_MEMORY, JTN_E_SYNTAX, JTN_E_LIMIT, JTN_E_UNKNOWN_FIELD,
 *         JTN_E_MISSING_FIELD, JTN_E_DUPLICATE_KEY, JTN_E_TYPE, JTN_E_RANGE, JTN_E_CONTRADICTION, JTN_E_NOT_FOUND
 * Threads: pure. Allocates: while parsing only, with malloc. @since 0.1
 */
JTN_API jtn_status
jtn_hour_parse(const char *text, size_t length, struct jtn_hour *ret, struct jtn_error *reterr) JTN_CHECK;

/**
 * An hour of the catalogue. As jtn_hour_parse(), and JTN_E_NOT_FOUND.
 *
 * @param id NUL-terminated catalogue id, such as "aws-p5-on-demand"; borrowed
 * @since 0.1
 */
JTN_API jtn_status
jtn_hour_find(const char *id, struct jtn_hour *ret, struct jtn_error *reterr) JTN_CHECK;

/**
 * What the hour comes to.
 * capital = (capex - residual / (1+r)^n) * r / (1 - (1+r)^-n) / 8760, the capital recovery of a level annuity.
 *
 * @param hour     borrowed
 * @param ret      the caller's
 * @param ret_size sizeof(struct jtn_hour_price) as the caller knows it [bytes]
 * @param reterr   filled on failure only, with the field; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_RANGE, JTN_E_CONTRADICTION
 * Threads: pure. Allocates: nothing. Source: docs/cost-model.md, "The hour". @since 0.1
 */
JTN_API jtn_status
jtn_hour_read_price(const struct jtn_hour *hour, struct jtn_hour_price *ret, size_t ret_size, struct jtn_error *reterr)
	JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
