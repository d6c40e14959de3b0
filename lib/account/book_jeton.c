/*
 * jeton's own book, and the overlay of the same form: docs/formats.md, "Book"; docs/formats/book.schema.json. Names of
 * fields, and what makes a rule wrong, are decided here, in book_jeton_window.c and in book_jeton_settle.c; whether rules
 * contradict each other in tariff/ambiguity.c.
 */
#include "book_jeton.h"

#include "base/amount.h"
#include "base/error.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LIST_MOST 4096
#define ANY "*" /* how an overlay keeps "every provider" and "every model" */

/* Where a reader stands: what its entries share. */
struct reading {
	struct jtn_book *book;
	const char *currency; /* the book's; NULL: each tariff says its own */
	bool overlay;
};

jtn_status
jtn__jeton_out_of_memory(struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a book");
}

jtn_status
jtn__jeton_list(const struct jtn__value *object, const char *key, bool required, struct jtn__value *ret,
                struct jtn_error *reterr)
{
	if (!jtn__json_member(object, key, ret))
		return required ? jtn__json_require(object, key, ret, reterr) : JTN_OK;
	if (!jtn__json_is_array(ret))
		return jtn__json_fail(ret, reterr, JTN_E_TYPE, "expected an array");
	if (jtn__json_count(ret) > LIST_MOST)
		return jtn__json_fail(ret, reterr, JTN_E_LIMIT, "more than %d entries", (int64_t)LIST_MOST);
	return JTN_OK;
}

/* Three capital letters. */
static jtn_status
read_currency(const struct jtn__value *object, const char **ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	if (!jtn__json_member(object, "currency", &value))
		return JTN_OK;
	JTN__TRY(jtn__json_string(&value, ret, reterr));
	for (size_t i = 0; i < 4; i++)
		if (i < 3 ? (*ret)[i] < 'A' || (*ret)[i] > 'Z' : (*ret)[i] != '\0')
			return jtn__json_fail(&value, reterr, JTN_E_RANGE,
			                      "expected an ISO 4217 currency of three capital letters, such as \"USD\"");
	return JTN_OK;
}

static jtn_status
read_meter(const struct jtn__value *value, uint32_t *ret, struct jtn_error *reterr)
{
	const char *name;
	struct jtn_error error;
	JTN__TRY(jtn__json_string(value, &name, reterr));
	if (jtn_meter_find(name, strlen(name), ret, &error) == JTN_OK)
		return JTN_OK;
	return jtn__json_fail(value, reterr, JTN_E_NOT_FOUND, "%s", error.message);
}

static int32_t
decimals_of(uint32_t meter)
{
	struct jtn_meter_facts facts;
	return jtn_meter_read_facts(meter, &facts, sizeof(facts)) == JTN_OK ? facts.decimals : 0;
}

static bool
same_unit(uint32_t a, uint32_t b)
{
	return strcmp(jtn_meter_unit(a), jtn_meter_unit(b)) == 0;
}

/* A rule's or settle's meters, and how many quanta their unit has: the same for all of them. */
jtn_status
jtn__jeton_meters(const struct jtn__value *object, bool required, struct jtn__meters *ret, int64_t *retquanta,
                  struct jtn_error *reterr)
{
	struct jtn__value list, element;
	struct jtn__walk walk;
	size_t unused;
	uint32_t first = 0, meter;
	JTN__TRY(jtn__jeton_list(object, "meters", required, &list, reterr));
	*retquanta = 1;
	if (required && jtn__json_count(&list) == 0)
		return jtn__json_fail(&list, reterr, JTN_E_RANGE, "no meter; a price is for at least one");
	jtn__json_walk(&list, &walk);
	while (jtn__json_next(&walk, &element, &unused)) {
		JTN__TRY(read_meter(&element, &meter, reterr));
		if (!first)
			*retquanta = (int64_t)jtn__power_of_ten((unsigned)decimals_of(first = meter));
		if (meter != first && !same_unit(first, meter))
			return jtn__json_fail(&element, reterr, JTN_E_CONTRADICTION,
			                      "meters of different units in one rule; give each unit its own rule");
		jtn__meters_add(ret, meter);
	}
	return JTN_OK;
}

static jtn_status
read_tiers(const struct jtn__value *object, uint32_t *ret, struct jtn_error *reterr)
{
	struct jtn__value list, element;
	struct jtn_error error;
	const char *name;
	uint32_t tier;
	JTN__TRY(jtn__jeton_list(object, "tier", false, &list, reterr));
	if (list.node && jtn__json_count(&list) == 0)
		return jtn__json_fail(&list, reterr, JTN_E_RANGE, "no tier; leave the field out for any tier");
	for (size_t i = 0; i < jtn__json_count(&list); i++) {
		jtn__json_element(&list, i, &element);
		JTN__TRY(jtn__json_string(&element, &name, reterr));
		if (jtn_tier_find(name, strlen(name), &tier, &error) != JTN_OK)
			return jtn__json_fail(&element, reterr, JTN_E_NOT_FOUND, "%s", error.message);
		*ret |= UINT32_C(1) << tier;
	}
	return JTN_OK;
}

static jtn_status
read_instant(const struct jtn__value *object, const char *key, int64_t *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	struct jtn_error error;
	const char *text;
	if (!jtn__json_member(object, key, &value))
		return JTN_OK;
	JTN__TRY(jtn__json_string(&value, &text, reterr));
	jtn_status status = jtn_time_parse(text, strlen(text), ret, &error);
	return status == JTN_OK ? status : jtn__json_fail(&value, reterr, status, "%s", error.message);
}

jtn_status
jtn__jeton_validity(const struct jtn__value *object, int64_t *from_ns, int64_t *until_ns, struct jtn_error *reterr)
{
	*from_ns = JTN__ALWAYS_FROM;
	*until_ns = JTN__ALWAYS_UNTIL;
	JTN__TRY(read_instant(object, "from", from_ns, reterr));
	JTN__TRY(read_instant(object, "until", until_ns, reterr));
	if (*from_ns < *until_ns)
		return JTN_OK;
	return jtn__json_fail(object, reterr, JTN_E_RANGE, "ends before it begins; until must be after from");
}

static jtn_status
read_threshold(const struct jtn__value *object, int64_t quanta, struct jtn__rule *ret, struct jtn_error *reterr)
{
	static const char *const keys[] = {"quantity", "above", "inclusive", "mode"};
	static const char *const quantities[] = {"meter", "all_input", "total"}, *const modes[] = {"cliff", "graduated"};
	struct jtn__value when, value;
	size_t quantity, mode = 0;
	bool inclusive = false;
	if (!jtn__json_member(object, "when", &when))
		return JTN_OK;
	if (!jtn__json_is_object(&when))
		return jtn__json_fail(&when, reterr, JTN_E_TYPE, "expected an object, {\"quantity\": …, \"above\": …}");
	JTN__TRY(jtn__json_only(&when, keys, COUNT(keys), reterr));
	JTN__TRY(jtn__json_require(&when, "quantity", &value, reterr));
	JTN__TRY(jtn__json_choice(&value, quantities, COUNT(quantities), &quantity, reterr));
	JTN__TRY(jtn__json_require(&when, "above", &value, reterr));
	JTN__TRY(jtn__json_integer(&value, 0, INT64_C(1000000000000), &ret->above, reterr));
	JTN__TRY(jtn__json_optional_boolean(&when, "inclusive", &inclusive, reterr));
	if (jtn__json_member(&when, "mode", &value))
		JTN__TRY(jtn__json_choice(&value, modes, COUNT(modes), &mode, reterr));
	ret->threshold = (uint8_t)(JTN_THRESHOLD_METER + quantity);
	ret->inclusive = inclusive;
	ret->graduated = mode == 1;
	if (ret->threshold == JTN_THRESHOLD_METER)
		ret->above *= quanta;
	else if (ret->graduated)
		return jtn__json_fail(&when, reterr, JTN_E_CONTRADICTION,
		                      "graduated needs the quantity \"meter\"; a sum says not which token is above");
	return JTN_OK;
}

/* "price" for "per", 1 where absent, of units that have so many quanta. */
jtn_status
jtn__jeton_price(struct jtn_book *book, const struct jtn__value *object, int64_t quanta, struct jtn__price *ret,
                 struct jtn_error *reterr)
{
	struct jtn__value value;
	int64_t per = 1;
	JTN__TRY(jtn__json_optional_integer(object, "per", 1, INT64_C(1000000000000), &per, reterr));
	JTN__TRY(jtn__json_require(object, "price", &value, reterr));
	return jtn__book_price(book, &value, per * quanta, per * quanta, ret, reterr);
}

jtn_status
jtn__jeton_money(struct jtn_book *book, const struct jtn__value *object, const char *key, bool required,
                 struct jtn_money *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	struct jtn__price price;
	if (!required && !jtn__json_member(object, key, &value))
		return JTN_OK;
	JTN__TRY(jtn__json_require(object, key, &value, reterr));
	JTN__TRY(jtn__book_price(book, &value, 1, 1, &price, reterr));
	if (price.per != 1)
		return jtn__json_fail(&value, reterr, JTN_E_INEXACT, "finer than 10^-18, which money cannot hold");
	*ret = price.amount;
	return JTN_OK;
}

/* A fraction with at most nine decimals, in [0, most]. */
jtn_status
jtn__jeton_fraction(struct jtn_book *book, const struct jtn__value *object, int64_t most, struct jtn_money *ret,
                    struct jtn_error *reterr)
{
	struct jtn__value value;
	JTN__TRY(jtn__jeton_money(book, object, "fraction", true, ret, reterr));
	jtn__json_member(object, "fraction", &value);
	if (jtn__amount(*ret) > (jtn__int128)JTN__MONEY_UNIT * most)
		return jtn__json_fail(&value, reterr, JTN_E_RANGE, "expected a fraction from 0 to %d: \"0.1\" is 10 %%", most);
	if (jtn__amount(*ret) % (JTN__MONEY_UNIT / 1000000000))
		return jtn__json_fail(&value, reterr, JTN_E_INEXACT, "more than nine decimals");
	return JTN_OK;
}

/* A quantity in a meter's unit, as quanta: decimals where the meter has them. */
jtn_status
jtn__jeton_quantity(struct jtn_book *book, const struct jtn__value *object, const char *key, bool required,
                    int64_t quanta, int64_t *ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	struct jtn_money money = {0, 0};
	JTN__TRY(jtn__jeton_money(book, object, key, required, &money, reterr));
	jtn__json_member(object, key, &value);
	jtn__int128 amount = jtn__amount(money), unit = JTN__MONEY_UNIT / quanta;
	if (amount % unit || amount / unit > INT64_MAX)
		return jtn__json_fail(&value, reterr, JTN_E_RANGE,
		                      "expected a quantity of at most 2^63 - 1, and of at most %d "
		                      "decimals",
		                      (int64_t)(quanta > 1 ? 6 : 0));
	if (value.node)
		*ret = (int64_t)(amount / unit);
	return JTN_OK;
}

jtn_status
jtn__jeton_fields(const struct jtn__value *object, const char *const *names, size_t count, uint32_t allowed,
                  const char *what, const char *kind, struct jtn_error *reterr)
{
	struct jtn__value value;
	for (size_t i = 0; i < count; i++)
		if (!(allowed >> i & 1) && jtn__json_member(object, names[i], &value))
			return jtn__json_fail(&value, reterr, JTN_E_CONTRADICTION, "%s \"%s\" has no such field; leave it out",
			                      what, kind);
	return JTN_OK;
}

jtn_status
jtn__jeton_id(const struct jtn__value *object, const char **ret, struct jtn_error *reterr)
{
	struct jtn__value value;
	JTN__TRY(jtn__json_require(object, "id", &value, reterr));
	JTN__TRY(jtn__json_string(&value, ret, reterr));
	return **ret ? JTN_OK : jtn__json_fail(&value, reterr, JTN_E_RANGE, "an empty id; a charge names its rule by it");
}

/* An overlay's allowance is a period charge: without a price, the list's is put in where the overlay meets its tariff. */
static jtn_status
add_allowance(struct reading *reading, const struct jtn__value *object, const struct jtn__rule *rule, int64_t quanta,
              struct jtn_error *reterr)
{
	struct jtn__value value;
	struct jtn__settle settle = {.id = rule->id,
	                             .meters = rule->meters,
	                             .from_ns = rule->from_ns,
	                             .until_ns = rule->until_ns,
	                             .model = JTN_SETTLE_ALLOWANCE};
	if (rule->tiers || rule->threshold || rule->window_count)
		return jtn__json_fail(object, reterr, JTN_E_CONTRADICTION,
		                      "an allowance is of a period; it has no tier, when or window");
	JTN__TRY(jtn__jeton_quantity(reading->book, object, "quantity", true, quanta, &settle.quantity, reterr));
	if (jtn__json_member(object, "price", &value))
		JTN__TRY(jtn__jeton_price(reading->book, object, quanta, &settle.price, reterr));
	return jtn__draft_settle(&reading->book->draft, &settle, reterr);
}

static jtn_status
read_rule(struct reading *reading, const struct jtn__value *object, struct jtn_error *reterr)
{
	enum { ID, METERS, PRICE, PER, TIER, FROM, UNTIL, WHEN, WINDOW, SOURCE, NOTE, EFFECT, FRACTION, QUANTITY };
	static const char *const keys[] = {"id",   "meters", "price",  "per",  "tier",   "from",     "until",
	                                   "when", "window", "source", "note", "effect", "fraction", "quantity"};
	static const char *const effects[] = {"price", "markup", "discount", "allowance"};
	static const char *const values[] = {"price", "per", "fraction", "quantity"};
	static const uint8_t valued[] = {1 | 2, 4, 4, 1 | 2 | 8}; /* by effect */
	struct jtn_book *book = reading->book;
	struct jtn__rule rule = jtn__rule_plain(NULL);
	struct jtn__value value;
	size_t effect = 0;
	int64_t quanta;
	uint64_t found; /* most rules have few of them, and looking for the others takes longest */
	JTN__TRY(jtn__json_found(object, keys, COUNT(keys) - (reading->overlay ? 0 : 3), &found, reterr));
	JTN__TRY(jtn__jeton_id(object, &rule.id, reterr));
	if (found >> EFFECT & 1 && jtn__json_member(object, "effect", &value))
		JTN__TRY(jtn__json_choice(&value, effects, COUNT(effects), &effect, reterr));
	if (effect || found >> FRACTION) /* a price has neither */
		JTN__TRY(
			jtn__jeton_fields(object, values, COUNT(values), valued[effect], "the effect", effects[effect], reterr));
	/* A markup or discount on everything names no meter. */
	bool all = effect == 1 || effect == 2;
	JTN__TRY(jtn__jeton_meters(object, !all, &rule.meters, &quanta, reterr));
	if (all && !rule.meters.bits[0] && !rule.meters.bits[1])
		rule.meters = (struct jtn__meters){{UINT64_MAX - 1, (UINT64_C(1) << (JTN__METERS - 64)) - 1}};
	if (found >> TIER & 1)
		JTN__TRY(read_tiers(object, &rule.tiers, reterr));
	if (found >> FROM & 3)
		JTN__TRY(jtn__jeton_validity(object, &rule.from_ns, &rule.until_ns, reterr));
	if (found >> WHEN & 1)
		JTN__TRY(read_threshold(object, quanta, &rule, reterr));
	if (found >> WINDOW & 1)
		JTN__TRY(jtn__jeton_windows(book, object, &rule, reterr));
	rule.layer = reading->overlay;
	if (effect == 3)
		return add_allowance(reading, object, &rule, quanta, reterr);
	rule.effect = (uint8_t)(JTN_EFFECT_PRICE + effect);
	if (effect == 0) {
		JTN__TRY(jtn__jeton_price(book, object, quanta, &rule.price, reterr));
	} else {
		struct jtn_money fraction;
		JTN__TRY(jtn__jeton_fraction(book, object, effect == 1 ? 1000 : 1, &fraction, reterr));
		rule.price = jtn__price_of(fraction, 1);
	}
	return jtn__draft_add(&book->draft, &rule, reterr);
}

static jtn_status
read_settle(struct reading *reading, const struct jtn__value *object, struct jtn_error *reterr)
{
	return jtn__jeton_settle(reading->book, object, reterr);
}

static jtn_status
read_fallback(struct jtn_book *book, const struct jtn__value *object, struct jtn_error *reterr)
{
	struct jtn__value fallback, entry;
	struct jtn_error error;
	uint32_t from, to;
	if (!jtn__json_member(object, "fallback", &fallback))
		return JTN_OK;
	if (!jtn__json_is_object(&fallback))
		return jtn__json_fail(&fallback, reterr, JTN_E_TYPE, "expected an object, {\"reasoning\": \"output\"}");
	for (size_t i = 0; i < jtn__json_count(&fallback); i++) {
		jtn__json_entry(&fallback, i, &entry);
		if (jtn_meter_find(entry.key, strlen(entry.key), &from, &error) != JTN_OK)
			return jtn__json_fail(&entry, reterr, JTN_E_NOT_FOUND, "%s", error.message);
		JTN__TRY(read_meter(&entry, &to, reterr));
		if (from == to || !same_unit(from, to))
			return jtn__json_fail(&entry, reterr, JTN_E_CONTRADICTION,
			                      "a fallback is to another meter of the same unit");
		book->draft.fallback[from] = (uint8_t)to;
	}
	return JTN_OK;
}

/* Each element of an array by `read`. */
static jtn_status
read_each(struct reading *reading, const struct jtn__value *object, const char *key,
          jtn_status (*read)(struct reading *, const struct jtn__value *, struct jtn_error *), struct jtn_error *reterr)
{
	struct jtn__value list, element;
	JTN__TRY(jtn__jeton_list(object, key, false, &list, reterr));
	for (size_t i = 0; i < jtn__json_count(&list); i++) {
		jtn__json_element(&list, i, &element);
		if (!jtn__json_is_object(&element))
			return jtn__json_fail(&element, reterr, JTN_E_TYPE, "expected an object");
		JTN__TRY(read(reading, &element, reterr));
	}
	return JTN_OK;
}

static jtn_status
check_aliases(const struct jtn_book *book, const struct jtn__value *object, const char *provider, const char *region,
              struct jtn_error *reterr)
{
	struct jtn__value list, element;
	struct jtn_error error;
	const char *alias;
	JTN__TRY(jtn__jeton_list(object, "aliases", false, &list, reterr));
	for (size_t i = 0; i < jtn__json_count(&list); i++) {
		jtn__json_element(&list, i, &element);
		JTN__TRY(jtn__json_string(&element, &alias, reterr));
		jtn_status status = jtn__book_check_name(book, provider, alias, region, &error);
		if (status != JTN_OK)
			return jtn__json_fail(&element, reterr, status, "%s", error.message);
	}
	return JTN_OK;
}

/* Names that check_aliases() found free. */
static jtn_status
add_aliases(struct jtn_book *book, const struct jtn__value *object, const char *provider, uint32_t tariff,
            struct jtn_error *reterr)
{
	struct jtn__value list, element;
	const char *alias;
	JTN__TRY(jtn__jeton_list(object, "aliases", false, &list, reterr));
	for (size_t i = 0; i < jtn__json_count(&list); i++) {
		jtn__json_element(&list, i, &element);
		JTN__TRY(jtn__json_string(&element, &alias, reterr));
		JTN__TRY(jtn__book_alias(book, provider, alias, tariff, true, reterr));
		JTN__TRY(jtn__book_alias(book, NULL, alias, tariff, false, reterr));
	}
	return JTN_OK;
}

/* A name of the catalogue's kind; in an overlay null is every one. */
static jtn_status
read_name(const struct reading *reading, const struct jtn__value *object, const char *key, const char **ret,
          struct jtn_error *reterr)
{
	struct jtn__value value;
	*ret = ANY;
	if (reading->overlay && !jtn__json_member(object, key, &value))
		return JTN_OK;
	JTN__TRY(jtn__json_require(object, key, &value, reterr));
	JTN__TRY(jtn__json_string(&value, ret, reterr));
	return **ret ? JTN_OK : jtn__json_fail(&value, reterr, JTN_E_RANGE, "an empty name");
}

static jtn_status
read_tariff(struct reading *reading, const struct jtn__value *object, struct jtn_error *reterr)
{
	static const char *const keys[] = {"provider", "model",    "aliases", "region", "source",
	                                   "note",     "currency", "rules",   "settle", "fallback"};
	struct jtn_book *book = reading->book;
	const char *provider, *model, *region = NULL, *source = NULL, *currency = reading->currency;
	struct jtn_error error;
	uint32_t index;
	jtn__book_begin(book);
	JTN__TRY(jtn__json_only(object, keys, COUNT(keys) - reading->overlay, reterr));
	JTN__TRY(read_name(reading, object, "provider", &provider, reterr));
	JTN__TRY(read_name(reading, object, "model", &model, reterr));
	JTN__TRY(jtn__json_optional_string(object, "region", &region, reterr));
	JTN__TRY(jtn__json_optional_string(object, "source", &source, reterr));
	JTN__TRY(read_currency(object, &currency, reterr));
	if (!currency)
		return jtn__json_fail(object, reterr, JTN_E_MISSING_FIELD,
		                      "no currency, neither here nor of the whole book; expected one such as \"USD\"");
	if (!reading->overlay)
		JTN__TRY(read_fallback(book, object, reterr));
	JTN__TRY(read_each(reading, object, "rules", read_rule, reterr));
	JTN__TRY(read_each(reading, object, "settle", read_settle, reterr));
	JTN__TRY(check_aliases(book, object, provider, region, reterr));
	jtn_status status = jtn__draft_check_ids(&book->draft, &error);
	if (status != JTN_OK)
		return jtn__json_fail(object, reterr, status, "%s", error.message);
	JTN__TRY(jtn__book_end(book, object, provider, model, region, source, currency, &index, reterr));
	JTN__TRY(jtn__book_alias(book, NULL, model, index, false, reterr));
	return add_aliases(book, object, provider, index, reterr);
}

/* As read_tariff(), and an error says whose it is. */
static jtn_status
read_entry(struct reading *reading, const struct jtn__value *object, struct jtn_error *reterr)
{
	struct jtn_error error;
	jtn_status status = read_tariff(reading, object, &error);
	return status == JTN_OK ? status : jtn__book_entry_failed(reading->book, &error, reterr);
}

static jtn_status
read_text(struct jtn_book *book, const struct jtn__value *root, const char *key, const char **ret,
          struct jtn_error *reterr)
{
	JTN__TRY(jtn__json_optional_string(root, key, ret, reterr));
	if (*ret && !(*ret = jtn__arena_copy(book->arena, *ret, strlen(*ret))))
		return jtn__jeton_out_of_memory(reterr);
	return JTN_OK;
}

jtn_status
jtn__book_read_jeton(struct jtn_book *book, const struct jtn__value *root, struct jtn_error *reterr)
{
	static const char *const keys[] = {"currency", "source", "as_of", "note", "tariffs", "jeton_book"};
	static const char *const overlay_keys[] = {"currency", "source",        "as_of",   "note",
	                                           "tariffs",  "jeton_overlay", "customer"};
	struct reading reading = {.book = book, .overlay = book->facts.format == JTN_BOOK_OVERLAY};
	struct jtn__value version, list;
	int64_t number;
	if (reading.overlay)
		JTN__TRY(jtn__json_only(root, overlay_keys, COUNT(overlay_keys), reterr));
	else
		JTN__TRY(jtn__json_only(root, keys, COUNT(keys), reterr));
	JTN__TRY(jtn__json_require(root, reading.overlay ? "jeton_overlay" : "jeton_book", &version, reterr));
	JTN__TRY(jtn__json_integer(&version, 1, 1, &number, reterr));
	JTN__TRY(read_currency(root, &reading.currency, reterr));
	JTN__TRY(read_text(book, root, "source", &book->facts.source, reterr));
	JTN__TRY(read_text(book, root, "as_of", &book->facts.as_of, reterr));
	JTN__TRY(read_text(book, root, "customer", &book->facts.customer, reterr));
	if (reading.overlay && !book->facts.customer)
		return jtn__json_require(root, "customer", &version, reterr);
	JTN__TRY(jtn__json_require(root, "tariffs", &list, reterr));
	if (!jtn__json_is_array(&list))
		return jtn__json_fail(&list, reterr, JTN_E_TYPE, "expected an array of tariffs");
	for (size_t i = 0; i < jtn__json_count(&list); i++) {
		struct jtn__value element;
		jtn__json_element(&list, i, &element);
		if (!jtn__json_is_object(&element))
			return jtn__json_fail(&element, reterr, JTN_E_TYPE, "expected a tariff, an object");
		JTN__TRY(read_entry(&reading, &element, reterr));
	}
	return JTN_OK;
}
