/**
 * @file
 * Tariff: what each meter costs, as rules with conditions. Handle. It does not matter where it comes from: a book's price
 * list gives one (book.h), and so does an estimate of your own hardware (cost.h). Source: docs/rating.md.
 */
#ifndef JETON_TARIFF_H
#define JETON_TARIFF_H

#include "arena.h"
#include "charge.h"

struct jtn_tariff;

/** The quantity a rule's threshold looks at. */
enum jtn_threshold {
	JTN_THRESHOLD_NONE = 0,
	JTN_THRESHOLD_METER = 1,     /**< the rule's own meter */
	JTN_THRESHOLD_ALL_INPUT = 2, /**< every input token of the request, cached ones included */
	JTN_THRESHOLD_TOTAL = 3      /**< every token of the request */
};

/** What a rule does. */
enum jtn_effect {
	JTN_EFFECT_PRICE = 1,    /**< price / per for each quantum */
	JTN_EFFECT_MARKUP = 2,   /**< adds a fraction of the amount; overlays only */
	JTN_EFFECT_DISCOUNT = 3, /**< takes a fraction of the amount away; overlays only */
	JTN_EFFECT_SETTLE = 4    /**< a period charge, priced by jtn_settle() */
};

/** Options, written by the library: where a tariff comes from. Text is the tariff's, NUL-terminated; NULL for none. */
struct jtn_tariff_facts {
	uint32_t size;        /**< sizeof(struct jtn_tariff_facts), set by the caller */
	uint32_t rules;       /**< for jtn_tariff_read_rule() */
	const char *provider; /**< as the book spells it */
	const char *model;
	const char *region;   /**< NULL: every region */
	const char *customer; /**< of an overlay */
	const char *source;
	const char *revision; /**< "sha256:" and 64 digits: the book's bytes; of an overlay, list book and overlay by "+" */
	char currency[8];     /**< ISO 4217, NUL-terminated */
	int64_t first_ns;     /**< the first instant any price or period charge is valid; INT64_MIN: since ever.
	                           Markups, discounts and allowances, which are of something, do not count */
};

/** Options, written by the library: one rule as it was read. Text is borrowed from the tariff. */
struct jtn_rule_facts {
	uint32_t size;  /**< sizeof(struct jtn_rule_facts), set by the caller */
	int32_t effect; /**< enum jtn_effect */
	const char *id;
	struct jtn_money price; /**< for `per` quanta; the fraction, for a markup or discount */
	int64_t per;            /**< [quanta of its meters] */
	int64_t from_ns;        /**< valid from, inclusive; INT64_MIN: since ever */
	int64_t until_ns;       /**< valid until, exclusive; INT64_MAX: for ever */
	int64_t above;          /**< the threshold [quanta]; 0 where there is none */
	uint64_t meters[2];     /**< bit m: prices meter m */
	uint32_t tiers;         /**< bit t: tier t; 0: any tier */
	int32_t threshold;      /**< enum jtn_threshold */
	uint32_t inclusive;     /**< 1: at the threshold already (>=), 0: above it only (>) */
	uint32_t graduated;     /**< 1: only what lies above the threshold, 0: the whole quantity (cliff) */
	uint32_t windows;       /**< how many weekly intervals limit it; 0: always */
	uint32_t reserved;      /**< zero */
};

/** How a period charge is computed. docs/rating.md, "Period charges". */
enum jtn_settle_model {
	JTN_SETTLE_GRADUATED = 1, /**< each step's price for the part of the quantity in it */
	JTN_SETTLE_VOLUME,        /**< the reached step's price for all of it */
	JTN_SETTLE_PACKAGE,       /**< whole packages of `quantity`, after `free` */
	JTN_SETTLE_MINIMUM,       /**< the period comes to `amount` at least */
	JTN_SETTLE_MAXIMUM,       /**< the period comes to `amount` at most */
	JTN_SETTLE_PERCENTAGE,    /**< `amount` is a fraction of the event charges, given back */
	JTN_SETTLE_COMMITMENT,    /**< what of `amount` was not spent */
	JTN_SETTLE_SUBSCRIPTION,  /**< a fee of `amount` with `quantity` inside; `price` beyond */
	JTN_SETTLE_PROVISIONED,   /**< `price` for each, `quantity` at least */
	JTN_SETTLE_ALLOWANCE      /**< `quantity` of the overlay's customer costs nothing */
};

/** Options, written by the library: how a rule with effect JTN_EFFECT_SETTLE charges. Zero where the model has no such. */
struct jtn_settle_facts {
	uint32_t size;           /**< sizeof(struct jtn_settle_facts), set by the caller */
	int32_t model;           /**< enum jtn_settle_model */
	struct jtn_money amount; /**< money, or a fraction */
	struct jtn_money price;  /**< for `per` quanta */
	int64_t per;             /**< [quanta of its meters] */
	int64_t quantity;        /**< [quanta] */
	int64_t free;            /**< [quanta] */
	uint32_t steps;          /**< for jtn_tariff_read_step() */
	uint32_t reserved;       /**< zero */
};

/** Row: one step of a graduated or volume price. */
struct jtn_step {
	struct jtn_money price; /**< for `per` quanta */
	struct jtn_money flat;  /**< once the step is entered */
	int64_t per;            /**< [quanta] */
	int64_t up_to;          /**< inclusive [quanta]; INT64_MAX: no end */
};

/** Options: what jtn_settle() prices: the quantities of a period so far, and those that come on top. */
struct jtn_period {
	uint32_t size;                 /**< sizeof(struct jtn_period) */
	int32_t final;                 /**< 1: the period's last settling: minimums, fees, volume prices fall due; else 0 */
	int64_t time_ns;               /**< decides which prices are valid [ns] */
	const struct jtn_count *prior; /**< [prior_count] settled before in this period; borrowed; NULL when none */
	const struct jtn_count *now;   /**< [now_count] on top of them; borrowed; NULL when none */
	uint64_t prior_count;
	uint64_t now_count;
	struct jtn_money prior_spend; /**< charged in this period before: events and settled lines */
	struct jtn_money now_spend;   /**< event charges that belong to `now` */
	struct jtn_money
		prior_events; /**< the part of prior_spend that is event charges: what percentages are of, and the most that allowances give back */
};

#ifdef __cplusplus
extern "C" {
#endif

/** Free a tariff that was made for you; NULL is fine. Never one borrowed from a book. Threads: exclusive. @since 0.1 */
JTN_API void
jtn_tariff_free(struct jtn_tariff *tariff);

/**
 * Where a tariff comes from.
 *
 * @param tariff borrowed
 * @param ret    the caller's, with its size set
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_tariff_read_facts(const struct jtn_tariff *tariff, struct jtn_tariff_facts *ret) JTN_CHECK;

/**
 * One of its rules, by the index that lines carry.
 *
 * @param tariff borrowed
 * @param rule   0 to facts.rules - 1
 * @param ret    the caller's, with its size set
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_NOT_FOUND
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_tariff_read_rule(const struct jtn_tariff *tariff, uint32_t rule, struct jtn_rule_facts *ret) JTN_CHECK;

/**
 * One of the weekly intervals that limit a rule, in UTC; they ascend and do not touch.
 *
 * @param tariff     borrowed
 * @param rule       0 to facts.rules - 1
 * @param window     0 to its windows - 1
 * @param retfrom_s  inclusive, seconds since Monday 00:00 [s]
 * @param retuntil_s exclusive, up to 604800 [s]
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_NOT_FOUND
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_tariff_read_window(const struct jtn_tariff *tariff, uint32_t rule, uint32_t window, uint32_t *retfrom_s,
                       uint32_t *retuntil_s) JTN_CHECK;

/**
 * How a period charge is computed.
 *
 * @param tariff borrowed
 * @param rule   of effect JTN_EFFECT_SETTLE
 * @param ret    the caller's, with its size set
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_NOT_FOUND where the rule is no period charge
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_tariff_read_settle(const struct jtn_tariff *tariff, uint32_t rule, struct jtn_settle_facts *ret) JTN_CHECK;

/**
 * One step of a period charge.
 *
 * @param tariff borrowed
 * @param rule   of effect JTN_EFFECT_SETTLE
 * @param step   0 to its steps - 1
 * @param ret    the caller's
 * @param size   sizeof(struct jtn_step) as the caller knows it [bytes]
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_NOT_FOUND
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_tariff_read_step(const struct jtn_tariff *tariff, uint32_t rule, uint32_t step, struct jtn_step *ret, size_t size)
	JTN_CHECK;

/** The meter a meter without a price falls back to; 0 where none is declared. Threads: shared-read. @since 0.1 */
JTN_API uint32_t
jtn_tariff_fallback(const struct jtn_tariff *tariff, uint32_t meter);

/**
 * Settle a period: f(prior + now) - f(prior) for each settle entry, in the order usage models (graduated, volume,
 * package, subscription, provisioned, allowance), percentage, commitment, maximum, minimum.
 *
 * @param tariff    borrowed
 * @param period    borrowed
 * @param ret       [capacity] lines in the caller's memory; may be NULL when capacity is 0
 * @param line_size sizeof(struct jtn_line) as the caller knows it [bytes]
 * @param capacity  lines that fit
 * @param retcount  lines needed; set on JTN_E_SPACE too
 * @param rettotal  the sum of the lines; now_spend is not in it
 * @param reterr    filled on failure only; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI, JTN_E_RANGE, JTN_E_OVERFLOW, JTN_E_SPACE
 * Threads: shared-read. Allocates: nothing. Source: docs/rating.md, "Period charges". @since 0.1
 */
JTN_API jtn_status
jtn_settle(const struct jtn_tariff *tariff, const struct jtn_period *period, struct jtn_line *ret, size_t line_size,
           size_t capacity, size_t *retcount, struct jtn_money *rettotal, struct jtn_error *reterr) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
