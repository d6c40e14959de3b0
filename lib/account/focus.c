/*
 * FOCUS 1.2 rows. Columns, units and what may be null are those of the FinOps Open Cost and Usage Specification, dataset
 * "Cost and Usage"; which column says what is in docs/focus.md. Every number is exact decimal text, never a double.
 */
#include "jeton/focus.h"

#include "base/abi.h"
#include "base/amount.h"
#include "sink.h"
#include "tariff/tariff.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DECIMALS 18
#define SECOND INT64_C(1000000000) /* [ns] */

/* In the order the specification asks for: by the alphabet, its own columns first. */
#define COLUMNS(X)         \
	X(BilledCost)          \
	X(BillingAccountId)    \
	X(BillingAccountName)  \
	X(BillingCurrency)     \
	X(BillingPeriodEnd)    \
	X(BillingPeriodStart)  \
	X(ChargeCategory)      \
	X(ChargeClass)         \
	X(ChargeDescription)   \
	X(ChargeFrequency)     \
	X(ChargePeriodEnd)     \
	X(ChargePeriodStart)   \
	X(ConsumedQuantity)    \
	X(ConsumedUnit)        \
	X(ContractedCost)      \
	X(ContractedUnitPrice) \
	X(EffectiveCost)       \
	X(InvoiceIssuerName)   \
	X(ListCost)            \
	X(ListUnitPrice)       \
	X(PricingCategory)     \
	X(PricingQuantity)     \
	X(PricingUnit)         \
	X(ProviderName)        \
	X(PublisherName)       \
	X(RegionId)            \
	X(RegionName)          \
	X(ResourceId)          \
	X(ResourceType)        \
	X(ServiceCategory)     \
	X(ServiceName)         \
	X(ServiceSubcategory)  \
	X(SkuId)               \
	X(SkuMeter)            \
	X(SkuPriceDetails)     \
	X(SkuPriceId)          \
	X(SubAccountId)        \
	X(SubAccountName)      \
	X(Tags)                \
	X(x_BookRevision)      \
	X(x_CacheState)        \
	X(x_ChargeFlags)       \
	X(x_Meter)             \
	X(x_Model)             \
	X(x_PricedAs)          \
	X(x_RuleId)            \
	X(x_ServiceTier)       \
	X(x_SettleStep)

#define IN_HEADER(name) "," #name
#define IN_ENUM(name) name,

static const char header[] = COLUMNS(IN_HEADER) "\n";
enum column { COLUMNS(IN_ENUM) COLUMN_COUNT };

enum category { USAGE, PURCHASE, ADJUSTMENT, CREDIT };

typedef char number[JTN_MONEY_TEXT_SIZE];

/* A row before it is text: numbers are written here, all else is borrowed. */
struct row {
	const struct jtn_line *line;
	const char *texts[COLUMN_COUNT]; /* NULL and "": without a value, or put together while writing */
	struct jtn_focus focus;
	struct jtn_tariff_facts from;
	struct jtn_rule_facts rule;
	const char *meter, *unit;
	enum category category;
	bool by_quantity; /* usage or purchase: quantity times unit price */
	number amount, consumed, priced, price, list_amount, list_price, per, step; /* "": none */
	char times[4][JTN_TIME_TEXT_SIZE];                                          /* billing period, charge period */
};

const char *
jtn_focus_header(void)
{
	return header + 1;
}

static void
write_amount(struct jtn_money amount, number ret)
{
	struct jtn__sink sink = {ret, 0};
	jtn__put_money(&sink, amount);
	ret[sink.used] = '\0';
}

static void
write_quantity(int64_t quantity, int32_t decimals, number ret)
{
	struct jtn__sink sink = {ret, 0};
	jtn__put_quantity(&sink, quantity, decimals);
	ret[sink.used] = '\0';
}

/* To the second, which is all that the specification's format has. */
static jtn_status
write_time(int64_t time_ns, const char *field, char ret[JTN_TIME_TEXT_SIZE], struct jtn_error *reterr)
{
	int64_t over = (time_ns % SECOND + SECOND) % SECOND;
	if (__builtin_sub_overflow(time_ns, over, &time_ns) || jtn_time_format(time_ns, ret, JTN_TIME_TEXT_SIZE) != JTN_OK)
		return jtn__fail(reterr, JTN_E_ARGUMENT, field, "the instant is out of range; expected the years 1678 to 2261");
	return JTN_OK;
}

static jtn_status
write_times(struct row *row, struct jtn_error *reterr)
{
	const struct jtn_focus *focus = &row->focus;
	int64_t from = focus->period_from_ns, until = focus->period_until_ns;
	if (from >= until)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "focus.period_until_ns",
		                 "the billing period is empty; expected period_from_ns before period_until_ns");
	JTN__TRY(write_time(from, "focus.period_from_ns", row->times[0], reterr));
	JTN__TRY(write_time(until, "focus.period_until_ns", row->times[1], reterr));
	/* An event takes the second it fell into, a period charge its period. */
	if (row->rule.effect != JTN_EFFECT_SETTLE) {
		from = focus->time_ns;
		if (__builtin_add_overflow(from, SECOND, &until))
			until = INT64_MIN; /* refused below */
	}
	JTN__TRY(write_time(from, "focus.time_ns", row->times[2], reterr));
	return write_time(until, "focus.time_ns", row->times[3], reterr);
}

/* What kind of charge a rule's line is: docs/focus.md, "Charge category". */
static enum category
category_of(const struct row *row)
{
	const struct jtn_tariff *tariff = row->focus.tariff;
	if (row->rule.effect == JTN_EFFECT_MARKUP || row->rule.effect == JTN_EFFECT_DISCOUNT)
		return ADJUSTMENT;
	if (row->line->rule < tariff->rule_count)
		return USAGE;
	switch (tariff->settles[row->line->rule - tariff->rule_count].model) {
	case JTN_SETTLE_ALLOWANCE:
		return CREDIT;
	case JTN_SETTLE_MINIMUM:
	case JTN_SETTLE_MAXIMUM:
	case JTN_SETTLE_PERCENTAGE:
		return ADJUSTMENT;
	default:
		return row->meter ? USAGE : PURCHASE;
	}
}

static void
write_list_price(struct row *row)
{
	const struct jtn_line *line = row->line;
	struct jtn_money price;
	if (!row->focus.list) {
		memcpy(row->list_price, row->price, sizeof(row->price));
		return;
	}
	/* What list_amount comes to for one pricing unit; where that has no answer the column stays empty. */
	if (line->quantity == 0 || jtn_money_multiply(row->focus.list_amount, line->per, &price, NULL) != JTN_OK ||
	    jtn_money_divide(price, line->quantity, JTN_ROUND_HALF_EVEN, &price, NULL, NULL) != JTN_OK || price.hi < 0)
		return;
	write_amount(price, row->list_price);
}

static void
write_quantities(struct row *row)
{
	const struct jtn_line *line = row->line;
	struct jtn_meter_facts facts = {.decimals = 0};
	struct jtn_money quantity = jtn__money(line->quantity * (jtn__int128)JTN__MONEY_UNIT);
	if (row->meter && jtn_meter_read_facts(line->meter, &facts, sizeof(facts)) != JTN_OK)
		facts.decimals = 0;
	if (row->category == USAGE)
		write_quantity(line->quantity, facts.decimals, row->consumed);
	if (jtn_money_divide(quantity, line->per, JTN_ROUND_HALF_EVEN, &quantity, NULL, NULL) == JTN_OK)
		write_amount(quantity, row->priced);
	write_quantity(line->per, facts.decimals, row->per);
	write_list_price(row);
}

static jtn_status
read_facts(struct row *row, struct jtn_error *reterr)
{
	const struct jtn_line *line = row->line;
	struct jtn_tariff_facts list = {.size = sizeof(list)};
	row->from.size = sizeof(row->from);
	row->rule.size = sizeof(row->rule);
	if (!row->focus.tariff || jtn_tariff_read_facts(row->focus.tariff, &row->from) != JTN_OK)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "focus.tariff", "must be the tariff that the line was charged by");
	if (row->focus.list &&
	    (jtn_tariff_read_facts(row->focus.list, &list) != JTN_OK || strcmp(list.currency, row->from.currency) != 0))
		return jtn__fail(reterr, JTN_E_ARGUMENT, "focus.list", "the list price is in %s, the price in %s; expected one",
		                 list.currency, row->from.currency);
	if (jtn_tariff_read_rule(row->focus.tariff, line->rule, &row->rule) != JTN_OK)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "line.rule", "the tariff has no rule %d; is the line another's?",
		                 (int64_t)line->rule);
	if (line->meter && !jtn_meter_name(line->meter))
		return jtn__fail(reterr, JTN_E_ARGUMENT, "line.meter", "meter %d is none this library knows",
		                 (int64_t)line->meter);
	if (line->per <= 0 || !jtn__amount_fits(jtn__amount(line->amount)) || !jtn__amount_fits(jtn__amount(line->price)) ||
	    !jtn__amount_fits(jtn__amount(row->focus.list_amount)))
		return jtn__fail(reterr, JTN_E_ARGUMENT, "line", "per must be above 0, and amounts within 10^20 either way");
	return JTN_OK;
}

static jtn_status
prepare(struct row *row, struct jtn_error *reterr)
{
	const struct jtn_line *line = row->line;
	write_amount(line->amount, row->amount);
	write_amount(row->focus.list ? row->focus.list_amount : line->amount, row->list_amount);
	write_amount(line->price, row->price);
	JTN__TRY(read_facts(row, reterr));
	JTN__TRY(write_times(row, reterr));
	row->meter = jtn_meter_name(line->meter);
	row->unit = row->meter ? jtn_meter_unit(line->meter) : "Units";
	row->category = category_of(row);
	row->by_quantity = row->category == USAGE || row->category == PURCHASE;
	if (row->by_quantity)
		write_quantities(row);
	else
		row->price[0] = '\0'; /* no unit price: nothing is multiplied */
	if (line->step)
		write_quantity(line->step, 0, row->step);
	return JTN_OK;
}

/* A part of a field in quotes: quotes inside are doubled. */
static void
put_doubled(struct jtn__sink *sink, const char *text)
{
	for (const char *at = text;; at++) {
		if (*at && *at != '"')
			continue;
		jtn__put(sink, text, (size_t)(at - text));
		if (!*at)
			return;
		jtn__put(sink, "\"\"", 2);
		text = at + 1;
	}
}

/* One field of joined parts, NULL among them skipped, in quotes where RFC 4180 asks for them. */
static void
put_field(struct jtn__sink *sink, const char *const *parts, size_t count)
{
	size_t start = sink->used;
	bool quoted = false;
	for (size_t i = 0; i < count; i++) {
		const char *at = parts[i];
		for (; at && *at; at++)
			quoted |= *at == ',' || *at == '"' || *at == '\r' || *at == '\n';
		if (at)
			jtn__put(sink, parts[i], (size_t)(at - parts[i]));
	}
	if (!quoted)
		return;
	sink->used = start; /* once more, which is seldom */
	jtn__put(sink, "\"", 1);
	for (size_t i = 0; i < count; i++)
		if (parts[i])
			put_doubled(sink, parts[i]);
	jtn__put(sink, "\"", 1);
}

static void
put_flags(struct jtn__sink *sink, uint32_t flags)
{
	static const char names[][14] = {"rounded", "fallback", "tier_fallback", "implied",
	                                 "overlay", "settled",  "reversed"};
	bool first = true;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (!(flags >> i & 1))
			continue;
		if (!first)
			jtn__put(sink, " ", 1);
		jtn__put_text(sink, names[i]);
		first = false;
	}
}

/* "1000000 Tokens", or "Tokens" for one of them. */
static void
put_unit(struct jtn__sink *sink, const struct row *row)
{
	bool one = strcmp(row->per, "1") == 0;
	const char *parts[] = {one ? NULL : row->per, one ? NULL : " ", row->unit};
	if (row->by_quantity)
		put_field(sink, parts, COUNT(parts));
}

static void
put_description(struct jtn__sink *sink, const struct row *row)
{
	bool one = strcmp(row->per, "1") == 0;
	const char *model = row->from.model, *meter = row->meter;
	const char *priced[] = {model,
	                        model ? ": " : NULL,
	                        row->consumed[0] ? row->consumed : row->priced,
	                        " ",
	                        row->unit,
	                        meter ? " of " : NULL,
	                        meter,
	                        " at ",
	                        row->price,
	                        " ",
	                        row->from.currency,
	                        " per ",
	                        row->per,
	                        " ",
	                        row->unit};
	const char *other[] = {model, model ? ": " : NULL, row->rule.id, meter ? " on " : NULL, meter};
	if (one)
		priced[12] = priced[13] = NULL;
	if (row->by_quantity)
		put_field(sink, priced, COUNT(priced));
	else
		put_field(sink, other, COUNT(other));
}

static void
put_sku(struct jtn__sink *sink, const struct row *row, bool price)
{
	const struct jtn_tariff_facts *from = &row->from;
	const char *parts[] = {from->provider,
	                       from->model ? "/" : NULL,
	                       from->model,
	                       from->region ? "/" : NULL,
	                       from->region,
	                       row->meter ? "/" : NULL,
	                       row->meter,
	                       price ? "/" : NULL,
	                       price ? row->rule.id : NULL};
	put_field(sink, parts, COUNT(parts));
}

static const char *
cache_state(uint32_t meter)
{
	struct jtn_meter_facts facts = {.cache = 0};
	if (jtn_meter_read_facts(meter, &facts, sizeof(facts)) != JTN_OK)
		return NULL;
	return facts.cache == JTN_CACHE_READ ? "read" : facts.cache == JTN_CACHE_WRITE ? "write" : NULL;
}

/* What the specification has a value list for. */
static void
fill_kinds(struct row *row, const char **texts)
{
	static const char categories[][11] = {"Usage", "Purchase", "Adjustment", "Credit"};
	const char *resource = row->focus.resource;
	texts[ChargeCategory] = categories[row->category];
	if (row->focus.time_ns < row->focus.period_from_ns)
		texts[ChargeClass] = "Correction";
	texts[ChargeFrequency] = row->category == USAGE ? "Usage-Based" : row->by_quantity ? "Recurring" : "One-Time";
	texts[PricingCategory] = row->by_quantity ? "Standard" : NULL;
	texts[ResourceType] = resource && resource[0] ? "Request" : NULL;
	texts[ServiceCategory] = "AI and Machine Learning";
	texts[ServiceSubcategory] = "Generative AI";
}

/* Columns that are one text. Those of which nothing is known stay empty: names of accounts, details of prices. */
static void
fill_texts(struct row *row)
{
	const char **texts = row->texts;
	const struct jtn_tariff_facts *from = &row->from;
	fill_kinds(row, texts);
	texts[BilledCost] = texts[ContractedCost] = texts[EffectiveCost] = row->amount;
	texts[BillingAccountId] = from->customer ? from->customer : row->focus.account;
	texts[BillingCurrency] = from->currency;
	texts[BillingPeriodStart] = row->times[0];
	texts[BillingPeriodEnd] = row->times[1];
	texts[ChargePeriodStart] = row->times[2];
	texts[ChargePeriodEnd] = row->times[3];
	texts[ConsumedQuantity] = row->consumed;
	texts[ConsumedUnit] = row->category == USAGE ? row->unit : NULL;
	texts[ContractedUnitPrice] = row->price;
	texts[InvoiceIssuerName] = texts[ProviderName] = texts[PublisherName] = from->provider;
	texts[ListCost] = row->list_amount;
	texts[ListUnitPrice] = row->list_price;
	texts[PricingQuantity] = row->priced;
	texts[RegionId] = texts[RegionName] = from->region;
	texts[ResourceId] = row->focus.resource;
	texts[ServiceName] = from->model ? from->model : from->provider;
	texts[SkuMeter] = row->meter ? jtn_meter_describe(row->line->meter) : "period charge";
	texts[SubAccountId] = row->focus.account;
	texts[Tags] = row->focus.tags;
	texts[x_BookRevision] = from->revision;
	texts[x_CacheState] = cache_state(row->line->meter);
	texts[x_Meter] = row->meter;
	texts[x_Model] = from->model;
	texts[x_PricedAs] = jtn_meter_name(row->line->priced_as);
	texts[x_RuleId] = row->rule.id;
	texts[x_ServiceTier] = jtn_tier_name(row->line->tier);
	texts[x_SettleStep] = row->step;
}

static void
put_row(struct jtn__sink *sink, const void *what)
{
	const struct row *row = what;
	for (int column = 0; column < COLUMN_COUNT; column++) {
		if (column)
			jtn__put(sink, ",", 1);
		if (column == ChargeDescription) {
			put_description(sink, row);
		} else if (column == PricingUnit) {
			put_unit(sink, row);
		} else if (column == SkuId || column == SkuPriceId) {
			put_sku(sink, row, column == SkuPriceId);
		} else if (column == x_ChargeFlags) {
			put_flags(sink, row->line->flags);
		} else {
			put_field(sink, &row->texts[column], 1);
		}
	}
	jtn__put(sink, "\n", 1);
}

jtn_status
jtn_focus_write(const struct jtn_line *line, const struct jtn_focus *focus, char *buffer, size_t capacity,
                size_t *retlength, struct jtn_error *reterr)
{
	struct row row;
	if (!line || !retlength || (!buffer && capacity))
		return jtn__fail(reterr, JTN_E_ARGUMENT,
		                 !line       ? "line"
		                 : retlength ? "buffer"
		                             : "retlength",
		                 "must not be NULL");
	memset(&row, 0, sizeof(row));
	row.line = line;
	JTN__TRY(jtn__read_options(focus, sizeof(row.focus), &row.focus, sizeof(row.focus), "focus", reterr));
	if (row.focus.reserved)
		return jtn__fail(reterr, JTN_E_ABI, "focus.reserved", "focus.reserved must be zero");
	JTN__TRY(prepare(&row, reterr));
	fill_texts(&row);
	if (jtn__write_twice(put_row, &row, buffer, capacity, retlength) == JTN_OK)
		return JTN_OK;
	return jtn__fail(reterr, JTN_E_SPACE, "buffer", "the row needs %d bytes and its NUL", (int64_t)*retlength);
}
