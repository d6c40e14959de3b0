/*
 * Reads LiteLLM's model_prices_and_context_window.json as a book, as it is: one object whose keys are models and whose
 * prices are keys such as "cache_read_input_token_cost_above_200k_tokens_priority". What a key means is taken from that
 * project's own cost calculator, but nothing is free for want of a price: what it bills at nothing stays unpriced here.
 */
#include "book_litellm.h"

#include "base/amount.h"
#include "base/json.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STATED_MOST 128 /* prices of one entry, derived ones among them */
#define RANGES_MOST 32  /* of tiered_pricing */
#define MILLION 1000000
#define EVERY_TIER ((JTN__TIER(FAST) << 1) - 1)

/* Names of provider families as people call them; a prefix where it ends in '-'. */
static const struct family {
	char written[26];
	char called[14];
} families[] = {
	{"vertex_ai-", "vertex_ai"},
	{"bedrock_converse", "bedrock"},
	{"bedrock_mantle", "bedrock"},
	{"azure_text", "azure"},
	{"cohere_chat", "cohere"},
	{"fireworks_ai-", "fireworks_ai"},
	{"text-completion-openai", "openai"},
	{"text-completion-codestral", "codestral"},
	{"text-completion-inception", "inception"},
};

/* An entry being read. */
struct reading {
	struct jtn_book *book;
	const struct jtn__value *entry;
	const char *mode;
	struct jtn__stated *stated; /* [STATED_MOST] */
	uint32_t count;
	uint32_t priority;      /* tiers that "_priority" stands for */
	struct jtn__rule hours; /* its windows are those of off_peak_pricing */
	bool inclusive;
};

static bool
same_price(const struct jtn__price *a, const struct jtn__price *b)
{
	return jtn_money_compare(a->amount, b->amount) == 0 && a->per == b->per;
}

static bool
is_free(const struct jtn__price *price)
{
	return price->amount.lo == 0 && price->amount.hi == 0;
}

static struct jtn__stated *
find(const struct reading *reading, uint32_t meter, uint32_t tiers, int64_t above)
{
	for (uint32_t i = 0; i < reading->count; i++) {
		struct jtn__stated *stated = &reading->stated[i];
		if (stated->meter == meter && stated->tiers == tiers && stated->above == above)
			return stated;
	}
	return NULL;
}

static jtn_status
add(struct reading *reading, const struct jtn__stated *stated, struct jtn_error *reterr)
{
	if (reading->count == STATED_MOST)
		return jtn__json_fail(reading->entry, reterr, JTN_E_LIMIT, "more prices than the %d that are read of one model",
		                      (int64_t)STATED_MOST);
	reading->stated[reading->count++] = *stated;
	return JTN_OK;
}

/*
 * Two keys may price the same meter: seconds heard and spoken in a transcription, a cache hit by either name. A zero
 * gives way, since such entries write it for "not here"; else the upper of the key table is taken, with a note.
 */
static jtn_status
state(struct reading *reading, const struct jtn__stated *stated, struct jtn_error *reterr)
{
	struct jtn__stated *other = find(reading, stated->meter, stated->tiers, stated->above);
	if (!other)
		return add(reading, stated, reterr);
	struct jtn__stated first = *other;
	bool replace = stated->rank < other->rank;
	if (is_free(&first.price) != is_free(&stated->price))
		replace = is_free(&first.price);
	if (replace)
		*other = *stated;
	if (same_price(&first.price, &stated->price) || is_free(&first.price) || is_free(&stated->price))
		return JTN_OK;
	return jtn__book_note(reading->book, reading->entry, JTN_E_CONTRADICTION,
	                      "%s and %s price the same and differ; %s is taken", first.id, stated->id, other->id);
}

static jtn_status
read_price(struct reading *reading, const struct jtn__value *value, struct jtn__stated stated, struct jtn_error *reterr)
{
	uint32_t units = jtn__litellm_key(value->key, reading->mode, reading->priority, &stated);
	struct jtn_meter_facts facts;
	char shown[JTN__QUOTE_SIZE];
	if (jtn__json_is_null(value))
		return JTN_OK;
	if (!units) {
		jtn__quote(shown, value->key, strlen(value->key));
		return jtn__book_note(reading->book, value, JTN_E_UNKNOWN_FIELD,
		                      "%s is not read; what it prices stays unpriced", shown);
	}
	JTN__TRY(jtn_meter_read_facts(stated.meter, &facts, sizeof(facts)));
	int64_t per = (int64_t)units * (facts.decimals ? MILLION : 1);
	bool many =
		facts.tokens || stated.meter == JTN_METER_INPUT_CHARACTERS || stated.meter == JTN_METER_OUTPUT_CHARACTERS;
	JTN__TRY(jtn__book_price(reading->book, value, per, many ? MILLION : per, &stated.price, reterr));
	return state(reading, &stated, reterr);
}

/* Searches by how much context they read; one without a size has a price where all sizes have the same. */
static jtn_status
read_search(struct reading *reading, const struct jtn__value *sizes, struct jtn_error *reterr)
{
	struct jtn__stated stated = {.id = sizes->key, .above = JTN__NO_THRESHOLD};
	struct jtn__value size;
	if (!jtn__json_is_object(sizes))
		return jtn__json_fail(sizes, reterr, JTN_E_TYPE, "must be an object: {\"search_context_size_low\": 0.01, …}");
	for (size_t i = 0; i < jtn__json_count(sizes); i++) {
		jtn__json_entry(sizes, i, &size);
		JTN__TRY(read_price(reading, &size, stated, reterr));
	}
	const struct jtn__stated *low = find(reading, JTN_METER_WEB_SEARCH_LOW, 0, JTN__NO_THRESHOLD);
	const struct jtn__stated *medium = find(reading, JTN_METER_WEB_SEARCH_MEDIUM, 0, JTN__NO_THRESHOLD);
	const struct jtn__stated *high = find(reading, JTN_METER_WEB_SEARCH_HIGH, 0, JTN__NO_THRESHOLD);
	if (!low || !medium || !high || !same_price(&low->price, &medium->price) || !same_price(&low->price, &high->price))
		return JTN_OK;
	stated = *low;
	stated.meter = JTN_METER_WEB_SEARCH;
	return add(reading, &stated, reterr);
}

/* One range of tiered_pricing: all its prices, for requests of more input tokens than where it starts. */
static jtn_status
read_range(struct reading *reading, const struct jtn__value *range, int64_t *until, struct jtn_error *reterr)
{
	struct jtn__stated stated = {.ranged = true};
	struct jtn__value member, bound;
	int64_t bounds[2];
	char id[96];
	JTN__TRY(jtn__json_require(range, "range", &member, reterr));
	if (!jtn__json_is_array(&member) || jtn__json_count(&member) != 2)
		return jtn__json_fail(&member, reterr, JTN_E_TYPE, "must be two numbers of input tokens: [0, 32000]");
	for (size_t i = 0; i < 2; i++) {
		jtn__json_element(&member, i, &bound);
		JTN__TRY(jtn__json_integer(&bound, 0, INT64_MAX, &bounds[i], reterr));
	}
	if (bounds[0] != *until || bounds[1] <= bounds[0])
		return jtn__json_fail(&member, reterr, JTN_E_CONTRADICTION,
		                      "must start at %d, where the one before ends, and rise", *until);
	*until = bounds[1];
	stated.above = bounds[0] ? bounds[0] : JTN__NO_THRESHOLD;
	for (size_t i = 0; i < jtn__json_count(range); i++) {
		jtn__json_entry(range, i, &member);
		if (strcmp(member.key, "range") == 0)
			continue;
		size_t length = jtn__format(id, sizeof(id), "tiered_pricing[%d].%s", (int64_t)range->index, member.key);
		stated.id = jtn__arena_copy(reading->book->scratch, id, length);
		if (!stated.id)
			return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a book");
		JTN__TRY(read_price(reading, &member, stated, reterr));
	}
	return JTN_OK;
}

/*
 * A request is billed as a whole at the range that all its input is in: start < tokens <= end, and beyond the last end
 * at the last range, as LiteLLM's select_tier_for_input() does. What ranges count other than input tokens is left out.
 */
static jtn_status
read_ranges(struct reading *reading, const struct jtn__value *ranges, struct jtn_error *reterr)
{
	struct jtn__value range, other;
	int64_t until = 0;
	size_t count = jtn__json_count(ranges);
	if (!jtn__json_is_array(ranges) || count > RANGES_MOST)
		return jtn__json_fail(ranges, reterr, count > RANGES_MOST ? JTN_E_LIMIT : JTN_E_TYPE,
		                      "must be an array of at most %d ranges", (int64_t)RANGES_MOST);
	for (size_t i = 0; i < count; i++) {
		jtn__json_element(ranges, i, &range);
		if (!jtn__json_is_object(&range))
			return jtn__json_fail(&range, reterr, JTN_E_TYPE, "must be an object: {\"range\": [0, 32000], …}");
		if (jtn__json_member(&range, "max_results_range", &other))
			return jtn__book_note(reading->book, ranges, JTN_E_UNSUPPORTED,
			                      "prices by number of results are not read; what they price stays unpriced");
		JTN__TRY(read_range(reading, &range, &until, reterr));
	}
	return JTN_OK;
}

/* A token price times what provider_specific_entry says of the fast tier; exact. */
static jtn_status
multiply(const struct jtn__value *at, const struct jtn__decimal *factor, struct jtn__price *price,
         struct jtn_error *reterr)
{
	jtn__int128 amount;
	int64_t per = price->per;
	int32_t up = factor->scale > 0 ? factor->scale : 0, down = up - factor->scale;
	if (factor->negative || factor->digits > MILLION || up > 6 || down > 6 ||
	    __builtin_mul_overflow(per, (int64_t)jtn__power_of_ten((unsigned)up), &per) ||
	    __builtin_mul_overflow(jtn__amount(price->amount),
	                           (jtn__int128)(factor->digits * jtn__power_of_ten((unsigned)down)), &amount) ||
	    !jtn__amount_fits(amount))
		return jtn__json_fail(at, reterr, JTN_E_RANGE, "the fast tier's factor must be a plain number such as 2.5");
	*price = jtn__price_of(jtn__money(amount), per);
	return JTN_OK;
}

/* Every token price for any tier, once more for the fast one. */
static jtn_status
add_fast(struct reading *reading, const struct jtn__value *factor, struct jtn_error *reterr)
{
	struct jtn__decimal number;
	struct jtn_error error;
	const char *text = jtn__json_literal(factor);
	if (!text)
		return jtn__json_fail(factor, reterr, JTN_E_TYPE, "must be a number: the fast tier costs so many times more");
	jtn_status status = jtn__decimal_parse(text, strlen(text), &number, &error);
	if (status != JTN_OK)
		return jtn__json_fail(factor, reterr, status, "%s", error.message);
	for (uint32_t i = 0, count = reading->count; i < count; i++) {
		struct jtn__stated fast = reading->stated[i];
		if (fast.tiers != 0 || fast.meter > JTN_METER_REJECTED_PREDICTION)
			continue;
		fast.tiers = JTN__TIER(FAST);
		JTN__TRY(multiply(factor, &number, &fast.price, reterr));
		JTN__TRY(add(reading, &fast, reterr));
	}
	return JTN_OK;
}

/* Factors of regions and speeds: the fast tier's is applied, the others are beyond what a tariff says: noted. */
static jtn_status
read_factors(struct reading *reading, const struct jtn__value *factors, struct jtn__value *retfast,
             struct jtn_error *reterr)
{
	struct jtn__value factor;
	if (jtn__json_is_null(factors))
		return JTN_OK;
	if (!jtn__json_is_object(factors))
		return jtn__json_fail(factors, reterr, JTN_E_TYPE, "must be an object of factors: {\"fast\": 2.5}");
	for (size_t i = 0; i < jtn__json_count(factors); i++) {
		jtn__json_entry(factors, i, &factor);
		if (strcmp(factor.key, "fast") == 0 && !jtn__json_is_null(&factor))
			*retfast = factor;
		else if (jtn__json_is_number(&factor))
			JTN__TRY(jtn__book_note(reading->book, &factor, JTN_E_UNSUPPORTED,
			                        "a factor on all prices that is not applied; an overlay's markup can"));
	}
	return JTN_OK;
}

/* The coarser price of a range, where a meter has one in the range below only. */
static uint32_t
parent_of(uint32_t meter)
{
	if (meter == JTN_METER_REASONING)
		return JTN_METER_OUTPUT;
	return meter > JTN_METER_INPUT && meter < JTN_METER_OUTPUT ? JTN_METER_INPUT : 0;
}

/* The price for these tiers at the highest threshold below `above`. */
static const struct jtn__stated *
below(const struct reading *reading, const struct jtn__stated *like, int64_t above)
{
	const struct jtn__stated *best = like;
	for (uint32_t i = 0; i < reading->count; i++) {
		const struct jtn__stated *stated = &reading->stated[i];
		if (stated->meter == like->meter && stated->tiers == like->tiers && stated->above < above &&
		    stated->above > best->above)
			best = stated;
	}
	return best;
}

/*
 * What is not stated and must be decided, since two rules fit equally well: a tier's price above a threshold that only
 * the price for any tier has. LiteLLM takes that threshold's price (_get_token_base_cost); for batches it never looks at
 * thresholds (batch_cost_calculator), so the batch price stays. A range of tiered_pricing that lacks a price which a
 * range below it has takes the range's input price, for reasoning its output price (tier_rate).
 */
static jtn_status
add_missing(struct reading *reading, struct jtn_error *reterr)
{
	for (uint32_t i = 0; i < reading->count; i++) {
		for (uint32_t j = 0; j < reading->count; j++) {
			struct jtn__stated missing = reading->stated[i];
			const struct jtn__stated *upper = &reading->stated[j];
			bool fits = missing.tiers ? upper->meter == missing.meter
			                          : upper->ranged && missing.ranged && upper->meter == parent_of(missing.meter);
			if (!fits || upper->tiers || upper->above <= missing.above ||
			    find(reading, missing.meter, missing.tiers, upper->above))
				continue;
			const struct jtn__stated *source =
				missing.tiers == JTN__TIER(BATCH) ? below(reading, &reading->stated[i], upper->above) : upper;
			missing.id = source->id;
			missing.price = source->price;
			missing.above = upper->above;
			JTN__TRY(jtn__book_note(reading->book, reading->entry, JTN_E_MISSING_FIELD,
			                        "%s above %d tokens, %s tier: not stated; %s is taken, as LiteLLM does",
			                        jtn_meter_name(missing.meter), missing.above,
			                        missing.tiers ? jtn_tier_name((uint32_t)__builtin_ctz(missing.tiers)) : "any",
			                        source->id));
			JTN__TRY(add(reading, &missing, reterr));
		}
	}
	return JTN_OK;
}

/* Prices of off_peak_pricing, and no others, are what that project's apply_off_peak_pricing() looks at. */
static bool
is_off_peak(const char *key)
{
	static const char *const keys[] = {"input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost",
	                                   "cache_creation_input_token_cost", "output_cost_per_reasoning_token"};
	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* One price at the hours: it takes the place of each that the entry has for the meter, whatever the tier and the input. */
static jtn_status
add_hourly(struct reading *reading, const struct jtn__stated *price, struct jtn_error *reterr)
{
	bool any = false;
	for (uint32_t i = 0, count = reading->count; i < count; i++) {
		struct jtn__stated hourly = reading->stated[i];
		if (hourly.meter != price->meter || hourly.hourly)
			continue;
		hourly.id = price->id;
		hourly.price = price->price;
		hourly.hourly = true;
		any |= hourly.tiers == 0 && hourly.above == JTN__NO_THRESHOLD;
		JTN__TRY(add(reading, &hourly, reterr));
	}
	return any ? JTN_OK : add(reading, price, reterr);
}

/* At certain hours some prices are others. Once all that hold at any hour are known. */
static jtn_status
read_off_peak(struct reading *reading, const struct jtn__value *block, struct jtn_error *reterr)
{
	static const char *const hours[] = {"hours_utc", "windows", "weekday_timezone"};
	struct jtn__stated prices[8];
	struct reading own = *reading;
	struct jtn__value member;
	if (!jtn__json_is_object(block))
		return jtn__json_fail(block, reterr, JTN_E_TYPE, "must be an object: {\"hours_utc\": \"16:30-00:30\", …}");
	JTN__TRY(jtn__litellm_hours(reading->book, block, &reading->hours, reterr));
	own.stated = prices;
	own.count = 0;
	for (size_t i = 0; i < jtn__json_count(block); i++) {
		struct jtn__stated stated = {.above = JTN__NO_THRESHOLD, .hourly = true, .rank = JTN__LITELLM_KEYS};
		jtn__json_entry(block, i, &member);
		if (is_off_peak(member.key)) {
			char id[64];
			size_t length = jtn__format(id, sizeof(id), "off_peak_pricing.%s", member.key);
			stated.id = jtn__arena_copy(reading->book->scratch, id, length);
			if (!stated.id)
				return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a book");
			JTN__TRY(read_price(&own, &member, stated, reterr));
		} else if (strcmp(member.key, hours[0]) != 0 && strcmp(member.key, hours[1]) != 0 &&
		           strcmp(member.key, hours[2]) != 0) {
			JTN__TRY(jtn__book_note(reading->book, &member, JTN_E_UNKNOWN_FIELD,
			                        "is not read; what it prices costs the same at all hours"));
		}
	}
	for (uint32_t i = 0; i < own.count; i++)
		JTN__TRY(add_hourly(reading, &prices[i], reterr));
	return JTN_OK;
}

/*
 * The tiers that reasoning's price for any tier is good for: not those where output has a price of its own and reasoning
 * has none, which would else bill a priority request's reasoning at standard; there it falls back to that output price.
 * (A cached token has no such net to fall into: its price for any tier stays, and a charge says JTN_CHARGE_TIER_FALLBACK.)
 */
static uint32_t
reasoning_tiers(const struct reading *reading)
{
	uint32_t output = 0, reasoning = 0;
	for (uint32_t i = 0; i < reading->count; i++) {
		if (reading->stated[i].meter == JTN_METER_OUTPUT)
			output |= reading->stated[i].tiers;
		if (reading->stated[i].meter == JTN_METER_REASONING)
			reasoning |= reading->stated[i].tiers;
	}
	return output & ~reasoning ? EVERY_TIER & ~(output | reasoning) : 0;
}

/*
 * Fallbacks that the project's own calculator implies, and none beyond: it bills pictures, films and documents without a
 * price of their own as text, but audio at nothing, and cached tokens and hour-long cache writes without a price at
 * nothing too; those stay unpriced. A write of 30 minutes is the base price where that is the shortest life sold.
 */
static void
declare_fallbacks(const struct reading *reading, uint8_t *fallback)
{
	static const uint8_t texts[] = {JTN_METER_INPUT,          JTN_METER_CACHE_READ,      JTN_METER_CACHE_WRITE,
	                                JTN_METER_CACHE_WRITE_5M, JTN_METER_CACHE_WRITE_30M, JTN_METER_CACHE_WRITE_1H};
	for (size_t i = 0; i < COUNT(texts); i++)
		for (int32_t modality = JTN_MODALITY_IMAGE; modality <= JTN_MODALITY_DOCUMENT; modality++)
			fallback[jtn__meter_with(texts[i], modality)] = texts[i];
	fallback[JTN_METER_CACHE_WRITE_5M] = JTN_METER_CACHE_WRITE;
	fallback[JTN_METER_CACHE_WRITE_30M] = JTN_METER_CACHE_WRITE;
	fallback[JTN_METER_REASONING] = JTN_METER_OUTPUT;
	fallback[JTN_METER_REJECTED_PREDICTION] = JTN_METER_OUTPUT;
	/* A model of pictures prices its output once. */
	if (!find(reading, JTN_METER_OUTPUT, 0, JTN__NO_THRESHOLD) &&
	    find(reading, JTN_METER_OUTPUT_IMAGE, 0, JTN__NO_THRESHOLD))
		fallback[JTN_METER_OUTPUT] = JTN_METER_OUTPUT_IMAGE;
}

static jtn_status
add_rules(struct reading *reading, struct jtn_error *reterr)
{
	uint32_t tiers = reasoning_tiers(reading);
	declare_fallbacks(reading, reading->book->draft.fallback);
	for (uint32_t i = 0; i < reading->count; i++) {
		const struct jtn__stated *stated = &reading->stated[i];
		struct jtn__rule rule = jtn__rule_plain(stated->id);
		rule.price = stated->price;
		rule.tiers = stated->meter == JTN_METER_REASONING && !stated->tiers ? tiers : stated->tiers;
		jtn__meters_add(&rule.meters, stated->meter);
		if (stated->also)
			jtn__meters_add(&rule.meters, stated->also);
		if (stated->above != JTN__NO_THRESHOLD) {
			rule.threshold = JTN_THRESHOLD_ALL_INPUT;
			rule.above = stated->above;
			rule.inclusive = reading->inclusive && !stated->ranged;
		}
		if (stated->hourly) {
			rule.windows = reading->hours.windows;
			rule.window_count = reading->hours.window_count;
		}
		JTN__TRY(jtn__draft_add(&reading->book->draft, &rule, reterr));
	}
	return JTN_OK;
}

/* Whether a key is about money. Those with "dbu" say the same once more in another unit; the first test is for speed. */
static bool
is_about_price(const char *key)
{
	if (strncmp(key, "supports_", 9) == 0 || strncmp(key, "max_", 4) == 0)
		return false;
	return (strstr(key, "cost") || strstr(key, "pricing") || strstr(key, "multiplier")) && !strstr(key, "dbu");
}

static jtn_status
read_prices(struct reading *reading, struct jtn_error *reterr)
{
	struct jtn__value member, factors, fast = {.node = NULL}, off_peak = {.node = NULL};
	if (jtn__json_member(reading->entry, "provider_specific_entry", &factors))
		JTN__TRY(read_factors(reading, &factors, &fast, reterr));
	reading->priority = JTN__PRIORITY_TIERS & ~(fast.node ? JTN__TIER(FAST) : 0);
	for (size_t i = 0; i < jtn__json_count(reading->entry); i++) {
		jtn__json_entry(reading->entry, i, &member);
		if (!is_about_price(member.key) || jtn__json_is_null(&member))
			continue;
		if (strcmp(member.key, "tiered_pricing") == 0)
			JTN__TRY(read_ranges(reading, &member, reterr));
		else if (strcmp(member.key, "off_peak_pricing") == 0)
			off_peak = member;
		else if (strcmp(member.key, "search_context_cost_per_query") == 0)
			JTN__TRY(read_search(reading, &member, reterr));
		else
			JTN__TRY(read_price(
				reading, &member,
				(struct jtn__stated){.id = member.key, .above = JTN__NO_THRESHOLD, .rank = JTN__LITELLM_KEYS}, reterr));
	}
	if (fast.node)
		JTN__TRY(add_fast(reading, &fast, reterr));
	JTN__TRY(add_missing(reading, reterr));
	if (off_peak.node)
		JTN__TRY(read_off_peak(reading, &off_peak, reterr));
	return add_rules(reading, reterr);
}

static jtn_status
read_entry(struct jtn_book *book, const struct jtn__value *entry, struct jtn__stated *room, struct jtn_error *reterr)
{
	struct reading reading = {.book = book, .entry = entry, .mode = "", .stated = room};
	const char *provider = NULL, *source = NULL;
	struct jtn__value member;
	uint32_t index;
	if (!jtn__json_is_object(entry))
		return jtn__json_fail(entry, reterr, JTN_E_TYPE, "must be an object of one model's prices");
	JTN__TRY(jtn__json_optional_string(entry, "litellm_provider", &provider, reterr));
	JTN__TRY(jtn__json_optional_string(entry, "mode", &reading.mode, reterr));
	if (jtn__json_member(entry, "source", &member) && jtn__json_is_string(&member))
		source = jtn__json_literal(&member);
	/* Only xAI bills the higher price at the threshold already; so does LiteLLM. */
	reading.inclusive = provider && strcmp(provider, "xai") == 0;
	jtn__book_begin(book);
	JTN__TRY(read_prices(&reading, reterr));
	return jtn__book_end(book, entry, provider && *provider ? provider : NULL, entry->key, NULL, source, "USD", &index,
	                     reterr);
}

/* What people call the provider; itself where it is no family's. */
static const char *
called(const char *provider)
{
	for (size_t i = 0; i < COUNT(families); i++) {
		size_t length = strlen(families[i].written);
		size_t compared = families[i].written[length - 1] == '-' ? length : length + 1;
		if (strncmp(provider, families[i].written, compared) == 0)
			return families[i].called;
	}
	return provider;
}

/* `model` without a leading "provider/"; NULL where it has none. */
static const char *
without(const char *provider, const char *model)
{
	size_t length = strlen(provider);
	bool leads = strncmp(model, provider, length) == 0 && model[length] == '/' && model[length + 1];
	return leads ? model + length + 1 : NULL;
}

/* The other names of a tariff. After all entries, so that none takes the name of an entry's own. */
static jtn_status
add_names(struct jtn_book *book, uint32_t index, struct jtn_error *reterr)
{
	const struct jtn_tariff *tariff = book->tariffs[index];
	if (!tariff->provider)
		return JTN_OK;
	const char *providers[2] = {tariff->provider, called(tariff->provider)};
	const char *models[3] = {tariff->model, NULL, NULL};
	JTN__TRY(jtn__book_alias(book, NULL, tariff->model, index, false, reterr));
	for (size_t i = 0; i < 2; i++)
		models[1 + i] = without(providers[i], tariff->model);
	for (size_t i = 0; i < (providers[0] == providers[1] ? 1 : 2); i++)
		for (size_t j = i == 0; j < 3; j++)
			if (models[j])
				JTN__TRY(jtn__book_alias(book, providers[i], models[j], index, false, reterr));
	return JTN_OK;
}

jtn_status
jtn__book_read_litellm(struct jtn_book *book, const struct jtn__value *root, struct jtn_error *reterr)
{
	struct jtn__stated *room = jtn__arena_take(book->scratch, STATED_MOST, sizeof(*room));
	struct jtn__value entry;
	struct jtn_error error;
	if (!room)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a book");
	for (size_t i = 0; i < jtn__json_count(root); i++) {
		jtn__json_entry(root, i, &entry);
		/* Neither is a model. */
		if (strcmp(entry.key, "sample_spec") == 0 || strcmp(entry.key, "fallback_generalizations") == 0)
			continue;
		enum jtn__repeat repeat = jtn__json_repeat(&entry);
		if (repeat == JTN__REPEAT_SAME) {
			JTN__TRY(jtn__book_note(book, &entry, JTN_E_DUPLICATE_KEY, "is there twice, with the same prices"));
			continue;
		}
		jtn_status status = repeat == JTN__REPEAT_DIFFERS
		                        ? jtn__json_fail(&entry, &error, JTN_E_DUPLICATE_KEY,
		                                         "is there twice, with different prices; neither is taken")
		                        : read_entry(book, &entry, room, &error);
		if (status != JTN_OK)
			JTN__TRY(jtn__book_entry_failed(book, &error, reterr));
	}
	for (uint32_t i = 0; i < book->tariff_count; i++)
		JTN__TRY(add_names(book, i, reterr));
	return JTN_OK;
}
