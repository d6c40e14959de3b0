/*
 * Statements: exact sums by up to four keys. A hash table of groups in an arena; every addition is summed up aside and
 * checked before anything is stored, so that a failure, out of memory included, adds nothing.
 */
#include "statement.h"

#include "base/abi.h"

static jtn_status
no_memory(struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a statement");
}

static jtn_status
missing(struct jtn_error *reterr, const char *what)
{
	return jtn__fail(reterr, JTN_E_ARGUMENT, what, "%s must not be NULL", what);
}

/* FNV-1a over all values. The arena's address makes it hard to choose keys that all meet in one slot. */
jtn_status
jtn__keys_read(const struct jtn_statement *statement, const char *const *values, struct jtn__keys *ret,
               struct jtn_error *reterr)
{
	const uint64_t prime = UINT64_C(0x100000001b3), end = 0x100; /* an end is no byte */
	uint64_t hash = (uintptr_t)statement->arena * UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = 0; i < JTN_STATEMENT_KEYS; i++) {
		const char *value = i < statement->key_count ? values[i] : NULL;
		size_t length = 0;
		for (; value && value[length]; length++)
			hash = (hash ^ (unsigned char)value[length]) * prime;
		if (length > JTN__STATEMENT_KEY_BYTES)
			return jtn__fail(reterr, JTN_E_RANGE, statement->names[i], "a key of %d bytes; at most %d are kept",
			                 (int64_t)length, (int64_t)JTN__STATEMENT_KEY_BYTES);
		hash = (hash ^ (end + !value)) * prime;
		ret->values[i] = value;
		ret->lengths[i] = length;
	}
	ret->hash = hash ^ hash >> 32;
	return JTN_OK;
}

static bool
same_keys(const struct jtn__keys *a, const struct jtn__keys *b)
{
	if (a->hash != b->hash)
		return false;
	for (size_t i = 0; i < JTN_STATEMENT_KEYS; i++) {
		if (!a->values[i] != !b->values[i] || a->lengths[i] != b->lengths[i])
			return false;
		if (a->lengths[i] && memcmp(a->values[i], b->values[i], a->lengths[i]) != 0)
			return false;
	}
	return true;
}

/* Where a group with these keys is, or would go. There is always a free slot. */
static struct jtn__group **
slot_of(struct jtn__group **slots, size_t room, const struct jtn__keys *keys)
{
	size_t at = keys->hash & (2 * room - 1);
	while (slots[at] && !same_keys(&slots[at]->keys, keys))
		at = (at + 1) & (2 * room - 1);
	return &slots[at];
}

struct jtn__group *
jtn__statement_find(const struct jtn_statement *statement, const struct jtn__keys *keys)
{
	return statement->room ? *slot_of(statement->slots, statement->room, keys) : NULL;
}

/* Room for so many groups more, in both arrays and the table. */
static jtn_status
reserve_groups(struct jtn_statement *statement, size_t more, struct jtn_error *reterr)
{
	size_t needed, room = statement->room ? statement->room : 8;
	if (__builtin_add_overflow(statement->count, more, &needed) || needed > SIZE_MAX / 8)
		return no_memory(reterr);
	while (room < needed)
		room *= 2;
	if (room == statement->room)
		return JTN_OK;
	struct jtn__group **block = jtn__arena_take(statement->arena, room, 4 * sizeof(*block));
	if (!block)
		return no_memory(reterr);
	for (size_t i = 0; i < statement->count; i++) {
		block[i] = statement->groups[i];
		*slot_of(block + 2 * room, room, &block[i]->keys) = block[i];
	}
	statement->groups = block;
	statement->spare = block + room;
	statement->slots = block + 2 * room;
	statement->room = room;
	return JTN_OK;
}

static jtn_status
reserve_counts(struct jtn_statement *statement, struct jtn__group *group, uint32_t needed, struct jtn_error *reterr)
{
	uint32_t room = group->room ? group->room : 4;
	while (room < needed)
		room *= 2;
	if (needed == 0 || room == group->room)
		return JTN_OK;
	struct jtn_count *counts = jtn__arena_take(statement->arena, room, sizeof(*counts));
	if (!counts)
		return no_memory(reterr);
	if (group->count)
		memcpy(counts, group->counts, group->count * sizeof(*counts));
	group->counts = counts;
	group->room = room;
	return JTN_OK;
}

/* A group that no table knows yet, with nothing in it. Keys are checked here, once each. */
static jtn_status
make_group(struct jtn_statement *statement, const struct jtn__keys *keys, struct jtn__group **ret,
           struct jtn_error *reterr)
{
	for (size_t i = 0; i < statement->key_count; i++)
		if (!jtn__is_utf8(keys->values[i], keys->lengths[i]))
			return jtn__fail(reterr, JTN_E_RANGE, statement->names[i],
			                 "the key is not UTF-8, and no JSON could hold it");
	struct jtn__group *group = jtn__arena_take(statement->arena, 1, sizeof(*group));
	if (!group)
		return no_memory(reterr);
	group->keys = *keys;
	for (size_t i = 0; i < statement->key_count; i++) {
		if (!keys->values[i])
			continue;
		group->keys.values[i] = jtn__arena_copy(statement->arena, keys->values[i], keys->lengths[i]);
		if (!group->keys.values[i])
			return no_memory(reterr);
	}
	*ret = group;
	return JTN_OK;
}

static void
link_group(struct jtn_statement *statement, struct jtn__group *group)
{
	*slot_of(statement->slots, statement->room, &group->keys) = group;
	statement->groups[statement->count++] = group;
	statement->sorted = statement->count == 1;
}

/* What a group comes to with an addend. */
struct sum {
	jtn__int128 total;
	int64_t rows, failed;
	uint32_t count;
	struct jtn_count counts[JTN__METERS];
};

/* The place of a meter among the counts, made where it is not there yet. */
static struct jtn_count *
place_of(struct sum *sum, uint32_t meter)
{
	uint32_t at = sum->count;
	while (at && sum->counts[at - 1].meter > meter)
		at--;
	if (at && sum->counts[at - 1].meter == meter)
		return &sum->counts[at - 1];
	memmove(sum->counts + at + 1, sum->counts + at, (sum->count - at) * sizeof(*sum->counts));
	sum->counts[at] = (struct jtn_count){0, meter, 0};
	sum->count++;
	return &sum->counts[at];
}

static bool
add_quantity(struct sum *sum, const struct jtn_count *count, bool negative)
{
	struct jtn_count *place = place_of(sum, count->meter);
	bool over = negative ? __builtin_sub_overflow(place->quantity, count->quantity, &place->quantity)
	                     : __builtin_add_overflow(place->quantity, count->quantity, &place->quantity);
	return !over && place->quantity != INT64_MIN; /* so that every sum can be taken back */
}

static jtn_status
sum_up(const struct jtn__group *group, const struct jtn__addend *addend, struct sum *ret, struct jtn_error *reterr)
{
	static const struct jtn__group none;
	if (!group)
		group = &none;
	if (__builtin_add_overflow(group->total, addend->total, &ret->total) || !jtn__amount_fits(ret->total))
		return jtn__fail(reterr, JTN_E_OVERFLOW, "total", "the total is beyond what money can hold, 10^20 either way");
	if (__builtin_add_overflow(group->rows, addend->rows, &ret->rows) ||
	    __builtin_add_overflow(group->failed, addend->failed, &ret->failed))
		return jtn__fail(reterr, JTN_E_OVERFLOW, "rows", "more than 2^63 - 1 rows");
	ret->count = group->count;
	if (group->count)
		memcpy(ret->counts, group->counts, group->count * sizeof(*ret->counts));
	for (size_t i = 0; i < addend->count; i++)
		if (!add_quantity(ret, &addend->counts[i], addend->negative))
			return jtn__fail(reterr, JTN_E_OVERFLOW, jtn_meter_name(addend->counts[i].meter),
			                 "the quantity is beyond 2^63 - 1 either way");
	uint32_t kept = 0;
	for (uint32_t i = 0; i < ret->count; i++)
		if (ret->counts[i].quantity)
			ret->counts[kept++] = ret->counts[i];
	ret->count = kept;
	return JTN_OK;
}

static void
store(struct jtn__group *group, const struct sum *sum)
{
	group->total = sum->total;
	group->rows = sum->rows;
	group->failed = sum->failed;
	group->count = sum->count;
	if (sum->count)
		memcpy(group->counts, sum->counts, sum->count * sizeof(*sum->counts));
}

jtn_status
jtn__statement_add(struct jtn_statement *statement, const struct jtn__keys *keys, const struct jtn__addend *addend,
                   struct jtn_error *reterr)
{
	struct jtn__group *group = jtn__statement_find(statement, keys);
	bool fresh = !group;
	struct sum sum;
	JTN__TRY(sum_up(group, addend, &sum, reterr));
	if (fresh) {
		JTN__TRY(reserve_groups(statement, 1, reterr));
		JTN__TRY(make_group(statement, keys, &group, reterr));
	}
	JTN__TRY(reserve_counts(statement, group, sum.count, reterr));
	store(group, &sum);
	if (fresh)
		link_group(statement, group);
	return JTN_OK;
}

static jtn_status
read_currency(const char *currency, char ret[8], struct jtn_error *reterr)
{
	size_t length = 0;
	while (length < 4 && currency[length] >= 'A' && currency[length] <= 'Z')
		length++;
	if (length != 3 || currency[3])
		return jtn__fail(reterr, JTN_E_ARGUMENT, "currency",
		                 "expected an ISO 4217 code of three capitals, such as USD");
	memcpy(ret, currency, 4);
	return JTN_OK;
}

static jtn_status
read_names(struct jtn_statement *statement, const char *const *names, struct jtn_error *reterr)
{
	for (size_t i = 0; i < statement->key_count; i++) {
		size_t length = names[i] ? strlen(names[i]) : 0;
		if (length == 0 || length > JTN__STATEMENT_KEY_BYTES || !jtn__is_utf8(names[i], length))
			return jtn__fail(reterr, JTN_E_ARGUMENT, "names", "name %d must be 1 to %d bytes of UTF-8", (int64_t)i,
			                 (int64_t)JTN__STATEMENT_KEY_BYTES);
		for (size_t j = 0; j < i; j++)
			if (strcmp(names[i], names[j]) == 0)
				return jtn__fail(reterr, JTN_E_ARGUMENT, "names", "key \"%s\" is named twice", names[i]);
		statement->names[i] = jtn__arena_copy(statement->arena, names[i], length);
		if (!statement->names[i])
			return no_memory(reterr);
	}
	return JTN_OK;
}

jtn_status
jtn_statement_new(const char *currency, const char *const *names, size_t key_count,
                  const struct jtn_allocator *allocator, struct jtn_statement **ret, struct jtn_error *reterr)
{
	struct jtn__arena *arena;
	char code[8] = "";
	if (!currency || !ret || (!names && key_count))
		return missing(reterr, !currency ? "currency" : ret ? "names" : "ret");
	if (key_count > JTN_STATEMENT_KEYS)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "key_count", "expected at most %d keys", (int64_t)JTN_STATEMENT_KEYS);
	JTN__TRY(read_currency(currency, code, reterr));
	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	struct jtn_statement *statement = jtn__arena_take(arena, 1, sizeof(*statement));
	jtn_status status = JTN_E_MEMORY;
	if (statement) {
		*statement = (struct jtn_statement){.arena = arena, .key_count = key_count, .sorted = true};
		memcpy(statement->currency, code, sizeof(code));
		status = read_names(statement, names, reterr);
	} else {
		no_memory(reterr);
	}
	if (status == JTN_OK)
		*ret = statement;
	else
		jtn__arena_free(arena);
	return status;
}

void
jtn_statement_free(struct jtn_statement *statement)
{
	if (statement)
		jtn__arena_free(statement->arena);
}

static jtn_status
check_currency(const struct jtn_statement *statement, const char *currency, struct jtn_error *reterr)
{
	if (strcmp(statement->currency, currency) == 0)
		return JTN_OK;
	return jtn__fail(reterr, JTN_E_CURRENCY, "currency", "%s cannot be added to a statement in %s", currency,
	                 statement->currency);
}

static jtn_status
check_counts(const struct jtn_count *counts, size_t count, struct jtn_error *reterr)
{
	for (size_t i = 0; i < count; i++) {
		if (counts[i].meter == 0 || counts[i].meter >= JTN__METERS)
			return jtn__fail(reterr, JTN_E_RANGE, "counts", "meter %d is none this library knows",
			                 (int64_t)counts[i].meter);
		if (counts[i].quantity < 0)
			return jtn__fail(reterr, JTN_E_RANGE, jtn_meter_name(counts[i].meter),
			                 "the quantity is %d; expected 0 or more", counts[i].quantity);
	}
	return JTN_OK;
}

jtn_status
jtn_statement_add(struct jtn_statement *statement, const char *currency, const char *const *keys,
                  const struct jtn_charge *charge, const struct jtn_count *counts, size_t count,
                  struct jtn_error *reterr)
{
	struct jtn__keys probe;
	if (!statement || !currency || !charge)
		return missing(reterr, !statement ? "statement" : currency ? "charge" : "currency");
	if ((!keys && statement->key_count) || (!counts && count))
		return missing(reterr, !keys && statement->key_count ? "keys" : "counts");
	JTN__TRY(check_currency(statement, currency, reterr));
	JTN__TRY(jtn__keys_read(statement, keys, &probe, reterr));
	struct jtn__addend addend = {.failed = 1};
	if (charge->status == JTN_OK) {
		JTN__TRY(check_counts(counts, count, reterr));
		addend = (struct jtn__addend){.total = jtn__amount(charge->total),
		                              .rows = 1,
		                              .counts = counts,
		                              .count = count,
		                              .negative = charge->flags & JTN_CHARGE_REVERSED};
		if (!jtn__amount_fits(addend.total))
			return jtn__fail(reterr, JTN_E_RANGE, "charge.total", "the total is beyond 10^38 - 1, which no charge is");
	}
	return jtn__statement_add(statement, &probe, &addend, reterr);
}

static struct jtn__addend
all_of(const struct jtn__group *group)
{
	return (struct jtn__addend){.total = group->total,
	                            .rows = group->rows,
	                            .failed = group->failed,
	                            .counts = group->counts,
	                            .count = group->count};
}

enum pass {
	CHECK, /* what both have: sum up, and make place for the sums */
	COPY,  /* what only the other has: into `spare` */
	STORE  /* what both have: all of it went well before, on the same values */
};

static jtn_status
visit(struct jtn_statement *statement, const struct jtn_statement *other, enum pass pass, size_t *retfresh,
      struct jtn_error *reterr)
{
	struct jtn__keys keys;
	struct sum sum;
	*retfresh = 0;
	for (size_t i = 0; i < other->count; i++) {
		struct jtn__addend addend = all_of(other->groups[i]);
		JTN__TRY(jtn__keys_read(statement, other->groups[i]->keys.values, &keys, reterr));
		struct jtn__group *group = jtn__statement_find(statement, &keys);
		bool fresh = !group;
		*retfresh += fresh;
		if (fresh != (pass == COPY))
			continue;
		if (fresh) {
			JTN__TRY(make_group(statement, &keys, &group, reterr));
			statement->spare[*retfresh - 1] = group;
		}
		JTN__TRY(sum_up(group, &addend, &sum, reterr));
		JTN__TRY(reserve_counts(statement, group, sum.count, reterr));
		if (pass != CHECK)
			store(group, &sum);
	}
	return JTN_OK;
}

jtn_status
jtn_statement_merge(struct jtn_statement *statement, const struct jtn_statement *other, struct jtn_error *reterr)
{
	size_t fresh;
	if (!statement || !other)
		return missing(reterr, statement ? "other" : "statement");
	JTN__TRY(check_currency(statement, other->currency, reterr));
	bool same = statement->key_count == other->key_count;
	for (size_t i = 0; same && i < statement->key_count; i++)
		same = strcmp(statement->names[i], other->names[i]) == 0;
	if (!same)
		return jtn__fail(reterr, JTN_E_CONTRADICTION, "keys", "statements by different keys cannot be merged");
	JTN__TRY(visit(statement, other, CHECK, &fresh, reterr));
	JTN__TRY(reserve_groups(statement, fresh, reterr));
	JTN__TRY(visit(statement, other, COPY, &fresh, reterr));
	JTN__TRY(visit(statement, other, STORE, &fresh, reterr));
	for (size_t i = 0; i < fresh; i++)
		link_group(statement, statement->spare[i]);
	return JTN_OK;
}

size_t
jtn_statement_count(const struct jtn_statement *statement)
{
	return statement ? statement->count : 0;
}

/* By the bytes of the keys, those without a key first. */
static int
compare(const struct jtn__group *a, const struct jtn__group *b)
{
	for (size_t i = 0; i < JTN_STATEMENT_KEYS; i++) {
		const char *x = a->keys.values[i], *y = b->keys.values[i];
		int order = x && y ? strcmp(x, y) : !y - !x;
		if (order)
			return order;
	}
	return 0;
}

/* Two sorted runs, [low, middle) and [middle, high), into one. */
static void
merge_runs(struct jtn__group *const *from, struct jtn__group **to, size_t low, size_t middle, size_t high)
{
	size_t a = low, b = middle;
	for (size_t at = low; at < high; at++) {
		bool left = b == high || (a < middle && compare(from[a], from[b]) <= 0);
		to[at] = left ? from[a++] : from[b++];
	}
}

void
jtn__statement_sort(struct jtn_statement *statement)
{
	size_t count = statement->sorted ? 0 : statement->count;
	for (size_t width = 1; width < count; width *= 2) {
		struct jtn__group **from = statement->groups, **to = statement->spare;
		for (size_t low = 0; low < count; low += 2 * width) {
			size_t middle = low + width < count ? low + width : count;
			size_t high = middle + width < count ? middle + width : count;
			merge_runs(from, to, low, middle, high);
		}
		statement->groups = to;
		statement->spare = from;
	}
	statement->sorted = true;
}

jtn_status
jtn_statement_read_group(struct jtn_statement *statement, size_t index, struct jtn_group *ret)
{
	if (!statement || !ret)
		return JTN_E_ARGUMENT;
	uint32_t given = ret->size;
	JTN__TRY(jtn__check_record(given, sizeof(*ret), "group", NULL));
	if (index >= statement->count)
		return JTN_E_NOT_FOUND;
	jtn__statement_sort(statement);
	const struct jtn__group *group = statement->groups[index];
	memset(ret, 0, given);
	*ret = (struct jtn_group){.size = given,
	                          .count = group->count,
	                          .total = jtn__money(group->total),
	                          .counts = group->counts,
	                          .rows = (uint64_t)group->rows,
	                          .failed = (uint64_t)group->failed};
	memcpy(ret->keys, group->keys.values, sizeof(ret->keys));
	return JTN_OK;
}
