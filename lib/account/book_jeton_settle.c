/* Period charges of jeton's own book, model by model. */
#include "book_jeton.h"

#include "base/error.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static jtn_status
read_step(struct jtn_book *book, const struct jtn__value *object, int64_t quanta, struct jtn__step *ret,
          struct jtn_error *reterr)
{
	static const char *const keys[] = {"up_to", "price", "per", "flat"};
	struct jtn__value value;
	if (!jtn__json_is_object(object))
		return jtn__json_fail(object, reterr, JTN_E_TYPE, "expected a tier, {\"up_to\": …, \"price\": …}");
	JTN__TRY(jtn__json_only(object, keys, COUNT(keys), reterr));
	*ret = (struct jtn__step){.up_to = INT64_MAX, .price = jtn__price_of((struct jtn_money){0, 0}, 1)};
	JTN__TRY(jtn__jeton_quantity(book, object, "up_to", false, quanta, &ret->up_to, reterr));
	if (jtn__json_member(object, "price", &value))
		JTN__TRY(jtn__jeton_price(book, object, quanta, &ret->price, reterr));
	return jtn__jeton_money(book, object, "flat", false, &ret->flat, reterr);
}

static jtn_status
read_steps(struct jtn_book *book, const struct jtn__value *object, int64_t quanta, struct jtn__settle *ret,
           struct jtn_error *reterr)
{
	struct jtn__value list, element;
	JTN__TRY(jtn__jeton_list(object, "tiers", true, &list, reterr));
	size_t count = jtn__json_count(&list);
	struct jtn__step *steps = jtn__arena_take(book->scratch, count, sizeof(*steps));
	if (!steps)
		return jtn__jeton_out_of_memory(reterr);
	for (size_t i = 0; i < count; i++) {
		jtn__json_element(&list, i, &element);
		JTN__TRY(read_step(book, &element, quanta, &steps[i], reterr));
		if (i && steps[i].up_to <= steps[i - 1].up_to)
			return jtn__json_fail(&element, reterr, JTN_E_RANGE,
			                      "tiers must ascend, and only the last is without up_to");
	}
	if (!count || steps[count - 1].up_to != INT64_MAX)
		return jtn__json_fail(&list, reterr, JTN_E_RANGE, "the last tier must be without up_to");
	ret->steps = steps;
	ret->step_count = (uint32_t)count;
	return JTN_OK;
}

static const char *const settle_models[] = {"graduated",  "volume",     "package",      "minimum",    "maximum",
                                            "percentage", "commitment", "subscription", "provisioned"};

/* What only some models have, and which: bit i for values[i]. */
static const char *const values[] = {"tiers",  "price",    "per", "quantity", "free",
                                     "amount", "fraction", "fee", "allowance"};
enum { TIERS = 1, PRICE = 2 | 4, QUANTITY = 8, FREE = 16, AMOUNT = 32, FRACTION = 64, FEE = 128, ALLOWANCE = 256 };
static const uint16_t valued[] = {TIERS,    TIERS,  PRICE | QUANTITY | FREE, AMOUNT,          AMOUNT,
                                  FRACTION, AMOUNT, PRICE | FEE | ALLOWANCE, PRICE | QUANTITY};
_Static_assert(COUNT(valued) == COUNT(settle_models), "one for each model");

static jtn_status
read_settle_price(struct jtn_book *book, const struct jtn__value *object, int64_t quanta, struct jtn__settle *ret,
                  struct jtn_error *reterr)
{
	switch (ret->model) {
	case JTN_SETTLE_GRADUATED:
	case JTN_SETTLE_VOLUME:
		return read_steps(book, object, quanta, ret, reterr);
	case JTN_SETTLE_PACKAGE:
		JTN__TRY(jtn__jeton_quantity(book, object, "quantity", true, quanta, &ret->quantity, reterr));
		JTN__TRY(jtn__jeton_quantity(book, object, "free", false, quanta, &ret->free, reterr));
		if (ret->quantity <= 0)
			return jtn__json_fail(object, reterr, JTN_E_RANGE, "a package holds more than nothing");
		return jtn__jeton_price(book, object, 1, &ret->price, reterr);
	case JTN_SETTLE_PERCENTAGE:
		return jtn__jeton_fraction(book, object, 1, &ret->amount, reterr);
	case JTN_SETTLE_SUBSCRIPTION:
		JTN__TRY(jtn__jeton_money(book, object, "fee", true, &ret->amount, reterr));
		JTN__TRY(jtn__jeton_quantity(book, object, "allowance", false, quanta, &ret->quantity, reterr));
		return jtn__jeton_price(book, object, quanta, &ret->price, reterr);
	case JTN_SETTLE_PROVISIONED:
		JTN__TRY(jtn__jeton_quantity(book, object, "quantity", false, quanta, &ret->quantity, reterr));
		return jtn__jeton_price(book, object, quanta, &ret->price, reterr);
	default:
		return jtn__jeton_money(book, object, "amount", true, &ret->amount, reterr);
	}
}

jtn_status
jtn__jeton_settle(struct jtn_book *book, const struct jtn__value *object, struct jtn_error *reterr)
{
	static const char *const keys[] = {"id",     "meters",   "model", "from",     "until",    "source",
	                                   "note",   "tiers",    "price", "per",      "quantity", "free",
	                                   "amount", "fraction", "fee",   "allowance"};
	struct jtn__settle settle = {0};
	struct jtn__value value;
	size_t model;
	int64_t quanta;
	if (!jtn__json_is_object(object))
		return jtn__json_fail(object, reterr, JTN_E_TYPE, "expected a period charge, {\"id\": …, \"model\": …}");
	JTN__TRY(jtn__json_only(object, keys, COUNT(keys), reterr));
	JTN__TRY(jtn__jeton_id(object, &settle.id, reterr));
	JTN__TRY(jtn__json_require(object, "model", &value, reterr));
	JTN__TRY(jtn__json_choice(&value, settle_models, COUNT(settle_models), &model, reterr));
	JTN__TRY(
		jtn__jeton_fields(object, values, COUNT(values), valued[model], "the model", settle_models[model], reterr));
	settle.model = JTN_SETTLE_GRADUATED + (uint32_t)model;
	bool money = settle.model >= JTN_SETTLE_MINIMUM && settle.model <= JTN_SETTLE_COMMITMENT;
	JTN__TRY(jtn__jeton_meters(object, !money, &settle.meters, &quanta, reterr));
	JTN__TRY(jtn__jeton_validity(object, &settle.from_ns, &settle.until_ns, reterr));
	JTN__TRY(read_settle_price(book, object, quanta, &settle, reterr));
	return jtn__draft_settle(&book->draft, &settle, reterr);
}
