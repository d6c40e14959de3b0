/* A hash table from (provider, model, region) to a tariff. Tariffs do not change, so an entry stays valid. */
#include "tariffs.h"

#include "digits.h"

#include <stdlib.h>
#include <string.h>

#define TABLE ((size_t)16384) /* look-ups kept; when half are taken the table begins anew */
#define NAMES_BYTES ((size_t)8 * 1024 * 1024)

struct found {
	uint64_t hash; /* 0: free */
	size_t at;     /* of its key, in names */
	size_t length;
	uint32_t tariff;
	struct jtn_error *error; /* instead of a tariff */
};

int32_t
meter_decimals(uint32_t meter)
{
	struct jtn_meter_facts facts;
	return meter && jtn_meter_read_facts(meter, &facts, sizeof(facts)) == JTN_OK ? facts.decimals : 0;
}

static uint64_t
hash_bytes(uint64_t hash, const char *bytes, size_t length)
{
	uint64_t word;
	for (; length >= 8; bytes += 8, length -= 8) {
		memcpy(&word, bytes, 8);
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	for (; length > 0; bytes++, length--)
		hash = (hash ^ (unsigned char)*bytes) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 29;
}

/* Absent is another key than empty. */
static uint64_t
hash_event(const struct jtn_event *event)
{
	const struct jtn_text *parts[] = {&event->provider, &event->model, &event->region};
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < 3; i++) {
		hash = (hash ^ (parts[i]->text ? parts[i]->length + 1 : 0)) * UINT64_C(0x100000001b3);
		hash = hash_bytes(hash, parts[i]->text, parts[i]->text ? parts[i]->length : 0);
	}
	return hash ? hash : 1;
}

static void
add_key(struct text *names, const struct jtn_event *event)
{
	const struct jtn_text *parts[] = {&event->provider, &event->model, &event->region};
	for (size_t i = 0; i < 3; i++) {
		uint64_t length = parts[i]->text ? parts[i]->length + 1 : 0;
		text_add_bytes(names, (const char *)&length, sizeof(length));
		text_add_bytes(names, parts[i]->text, length ? length - 1 : 0);
	}
}

static bool
is_key(const char *key, const struct jtn_event *event)
{
	const struct jtn_text *parts[] = {&event->provider, &event->model, &event->region};
	for (size_t i = 0; i < 3; i++) {
		uint64_t length = parts[i]->text ? parts[i]->length + 1 : 0, stored;
		memcpy(&stored, key, sizeof(stored));
		key += sizeof(stored);
		if (stored != length || (length > 1 && memcmp(key, parts[i]->text, length - 1) != 0))
			return false;
		key += length ? length - 1 : 0;
	}
	return true;
}

static void
forget(struct tariffs *tariffs)
{
	for (size_t i = 0; i < TABLE; i++)
		free(tariffs->table[i].error);
	memset(tariffs->table, 0, TABLE * sizeof(*tariffs->table));
	tariffs->table_count = 0;
	text_clear(&tariffs->names);
}

static struct found *
find_place(struct tariffs *tariffs, const struct jtn_event *event, uint64_t hash)
{
	size_t at = hash & (TABLE - 1);
	if (!tariffs->table) {
		tariffs->table = cli_grow(NULL, TABLE * sizeof(*tariffs->table));
		memset(tariffs->table, 0, TABLE * sizeof(*tariffs->table));
	}
	while (tariffs->table[at].hash &&
	       !(tariffs->table[at].hash == hash && is_key(tariffs->names.bytes + tariffs->table[at].at, event)))
		at = (at + 1) & (TABLE - 1);
	return &tariffs->table[at];
}

static void
keep(struct text *text, char **ret, size_t *retlength)
{
	*retlength = text->length;
	*ret = cli_grow(NULL, text->length + 1);
	memcpy(*ret, text_string(text), text->length + 1);
	text_clear(text);
}

static void
write_words(struct tariff_words *words)
{
	struct text text = {0};
	text_addf(&text, ", \"status\": \"ok\", \"currency\": \"%s\", \"total\": \"", words->facts.currency);
	keep(&text, &words->head, &words->head_length);
	text_add(&text, "\", \"book\": ");
	if (words->facts.revision)
		text_json_string(&text, words->facts.revision);
	else
		text_add(&text, "null");
	keep(&text, &words->tail, &words->tail_length);
	text_free(&text);
}

static jtn_status
add_tariff(struct tariffs *tariffs, const struct jtn_tariff *list, bool overlaid, uint32_t *ret,
           struct jtn_error *reterr)
{
	struct tariff_words words = {.list = list, .facts = {.size = sizeof(words.facts)}};
	if (overlaid) {
		jtn_status status = jtn_tariff_overlay(list, tariffs->overlay, NULL, &words.own, reterr);
		if (status != JTN_OK)
			return status;
	}
	const struct jtn_tariff *used = words.own ? words.own : list;
	jtn_status status = jtn_tariff_read_facts(used, &words.facts);
	if (status != JTN_OK)
		return status;
	if (tariffs->count == tariffs->room) {
		tariffs->room = tariffs->room ? 2 * tariffs->room : 64;
		tariffs->used = cli_grow(tariffs->used, tariffs->room * sizeof(*tariffs->used));
		tariffs->words = cli_grow(tariffs->words, tariffs->room * sizeof(*tariffs->words));
	}
	write_words(&words);
	tariffs->used[tariffs->count] = used;
	tariffs->words[tariffs->count] = words;
	*ret = (uint32_t)tariffs->count++;
	return JTN_OK;
}

jtn_status
tariffs_add(struct tariffs *tariffs, const struct jtn_tariff *tariff, uint32_t *ret, struct jtn_error *reterr)
{
	return add_tariff(tariffs, tariff, false, ret, reterr);
}

/* Two names of one tariff are one tariff. */
jtn_status
tariffs_own(struct tariffs *tariffs, const struct jtn_tariff *list, uint32_t *ret, struct jtn_error *reterr)
{
	for (size_t i = 0; i < tariffs->count; i++)
		if (tariffs->words[i].list == list) {
			*ret = (uint32_t)i;
			return JTN_OK;
		}
	return add_tariff(tariffs, list, tariffs->overlay != NULL, ret, reterr);
}

static jtn_status
look_up(struct tariffs *tariffs, const struct jtn_event *event, uint32_t *ret, struct jtn_error *reterr)
{
	const struct jtn_tariff *list;
	if (!event->model.text) {
		*reterr = (struct jtn_error){.index = -1, .field = "model", .message = "missing; which model was used decides the price"};
		return JTN_E_MISSING_FIELD;
	}
	jtn_status status = jtn_book_lookup(tariffs->book, event->provider.text, event->provider.length, event->model.text,
	                                    event->model.length, event->region.text, event->region.length, &list, reterr);
	return status == JTN_OK ? tariffs_own(tariffs, list, ret, reterr) : status;
}

jtn_status
tariffs_find(struct tariffs *tariffs, const struct jtn_event *event, uint32_t *ret, struct jtn_error *reterr)
{
	uint64_t hash = hash_event(event);
	struct found *found = find_place(tariffs, event, hash);
	if (!found->hash) {
		if (tariffs->table_count >= TABLE / 2 || tariffs->names.length > NAMES_BYTES) {
			forget(tariffs);
			found = find_place(tariffs, event, hash);
		}
		struct jtn_error error = {0};
		jtn_status status = look_up(tariffs, event, &found->tariff, &error);
		*found = (struct found){.hash = hash, .at = tariffs->names.length, .tariff = found->tariff};
		add_key(&tariffs->names, event);
		tariffs->table_count++;
		if (status != JTN_OK) {
			error.status = status;
			found->error = cli_grow(NULL, sizeof(error));
			*found->error = error;
		}
	}
	if (found->error) {
		*reterr = *found->error;
		return reterr->status;
	}
	*ret = found->tariff;
	return JTN_OK;
}

static void
write_rule(struct rule_words *words, const struct jtn_tariff *tariff, uint32_t rule)
{
	struct jtn_rule_facts facts = {.size = sizeof(facts)};
	struct text text = {0};
	text_add(&text, "\", \"rule\": ");
	if (jtn_tariff_read_rule(tariff, rule, &facts) == JTN_OK && facts.id)
		text_json_string(&text, facts.id);
	else
		text_add(&text, "null");
	keep(&text, &words->rule, &words->rule_length);
	text_free(&text);
}

static void
write_price(struct rule_words *words, const struct jtn_line *line, int32_t decimals)
{
	struct text text = {0};
	text_add(&text, "\", \"price\": \"");
	text_money(&text, line->price);
	text_add(&text, "\", \"per\": \"");
	text_count(&text, line->per, decimals);
	text_add(&text, "\", \"amount\": \"");
	free(words->price);
	keep(&text, &words->price, &words->price_length);
	words->amount = line->price;
	words->per = line->per;
	words->decimals = decimals;
	text_free(&text);
}

const struct rule_words *
tariffs_rule(struct tariffs *tariffs, uint32_t tariff, const struct jtn_line *line, int32_t decimals)
{
	struct tariff_words *owner = &tariffs->words[tariff];
	size_t count = owner->facts.rules > 0 ? owner->facts.rules : 1;
	uint32_t rule = line->rule < count ? line->rule : 0;
	if (!owner->rules) {
		owner->rules = cli_grow(NULL, count * sizeof(*owner->rules));
		memset(owner->rules, 0, count * sizeof(*owner->rules));
	}
	struct rule_words *words = &owner->rules[rule];
	if (!words->rule)
		write_rule(words, tariffs->used[tariff], rule);
	if (!words->price || words->amount.lo != line->price.lo || words->amount.hi != line->price.hi ||
	    words->per != line->per || words->decimals != decimals)
		write_price(words, line, decimals);
	return words;
}

static int
compare_names(const struct tariff_words *a, const struct tariff_words *b)
{
	const char *const of_a[] = {a->facts.provider, a->facts.model, a->facts.region};
	const char *const of_b[] = {b->facts.provider, b->facts.model, b->facts.region};
	int way = 0;
	for (size_t i = 0; i < 3 && way == 0; i++)
		way = strcmp(of_a[i] ? of_a[i] : "", of_b[i] ? of_b[i] : "");
	return way;
}

uint32_t *
tariffs_order(const struct tariffs *tariffs)
{
	uint32_t *order = cli_grow(NULL, (tariffs->count + 1) * sizeof(*order));
	for (uint32_t i = 0; i < tariffs->count; i++) {
		uint32_t at = i;
		for (; at > 0 && compare_names(&tariffs->words[i], &tariffs->words[order[at - 1]]) < 0; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	return order;
}

void
tariffs_free(struct tariffs *tariffs)
{
	for (size_t i = 0; i < tariffs->count; i++) {
		struct tariff_words *words = &tariffs->words[i];
		for (size_t rule = 0; words->rules && rule < (words->facts.rules > 0 ? words->facts.rules : 1); rule++) {
			free(words->rules[rule].rule);
			free(words->rules[rule].price);
		}
		free(words->rules);
		free(words->head);
		free(words->tail);
		jtn_tariff_free(words->own);
	}
	if (tariffs->table)
		forget(tariffs);
	free(tariffs->table);
	free(tariffs->used);
	free(tariffs->words);
	text_free(&tariffs->names);
}
