/*
 * Books: which format a file is, the tariffs its reader finds, the names they are looked up by, and what was worth
 * noting. One arena holds it all; a look-up is one hash.
 */
#include "book.h"

#include "base/abi.h"
#include "base/error.h"
#include "base/sha256.h"
#include "jeton/catalog.h"

#include <string.h>

#define NOTES_MOST 10000
#define TARIFFS_MOST 1000000
#define REVISION_PREFIX "sha256:"
#define CANDIDATES 64 /* names that a failed look-up compares with */

static jtn_status
out_of_memory(struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a book");
}

static uint64_t
mix(uint64_t hash, const char *text, size_t length)
{
	uint64_t word;
	for (; length >= sizeof(word); text += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	word = length;
	while (length--)
		word = word << 8 | (unsigned char)*text++;
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static uint64_t
hash_name(const char *provider, size_t provider_length, const char *model, size_t model_length)
{
	uint64_t hash = provider ? mix(1, provider, provider_length) : 0;
	return mix(hash, model, model_length);
}

static bool
same_text(const char *text, const char *given, size_t length)
{
	if (!text || !given)
		return !text && !given;
	return strlen(text) == length && memcmp(text, given, length) == 0;
}

static bool
same(const char *a, const char *b)
{
	return same_text(a, b, b ? strlen(b) : 0);
}

/* Where a name stands, or the next place where it does when `at` is one, or a free place. */
static struct jtn__name *
probe(const struct jtn_book *book, uint64_t hash, uint32_t *at, const char *provider, size_t provider_length,
      const char *model, size_t model_length)
{
	for (;; *at = (*at + 1) & (book->name_room - 1)) {
		struct jtn__name *name = &book->names[*at];
		if (!name->model || (name->hash == hash && same_text(name->model, model, model_length) &&
		                     same_text(name->provider, provider, provider_length)))
			return name;
	}
}

static uint32_t
first_place(const struct jtn_book *book, uint64_t hash)
{
	return (uint32_t)hash & (book->name_room - 1);
}

static size_t
length_of(const char *text)
{
	return text ? strlen(text) : 0;
}

static bool
make_name_room(struct jtn_book *book)
{
	if (book->name_count < book->name_room / 2)
		return true;
	struct jtn_book larger = *book;
	larger.name_room = book->name_room ? book->name_room * 2 : 64;
	larger.names = jtn__arena_take(book->arena, larger.name_room, sizeof(*larger.names));
	if (!larger.names)
		return false;
	for (uint32_t i = 0; i < book->name_room; i++) {
		const struct jtn__name *name = &book->names[i];
		if (!name->model)
			continue;
		uint32_t at = first_place(&larger, name->hash);
		while (larger.names[at].model)
			at = (at + 1) & (larger.name_room - 1);
		larger.names[at] = *name;
	}
	book->names = larger.names;
	book->name_room = larger.name_room;
	return true;
}

static jtn_status
already_there(const char *provider, const char *model, const char *region, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE];
	jtn__quote(shown, model, strlen(model));
	return jtn__fail(reterr, JTN_E_CONTRADICTION, "", "%s of %s is in this book already%s%s; each may be there once",
	                 shown, provider ? provider : "every provider", region ? ", in region " : "", region ? region : "");
}

jtn_status
jtn__book_check_name(const struct jtn_book *book, const char *provider, const char *model, const char *region,
                     struct jtn_error *reterr)
{
	size_t provider_length = length_of(provider), model_length = strlen(model);
	uint64_t hash = hash_name(provider, provider_length, model, model_length);
	uint32_t at = first_place(book, hash);
	const struct jtn__name *name;
	while ((name = probe(book, hash, &at, provider, provider_length, model, model_length))->model) {
		if (same(book->tariffs[name->tariff]->region, region))
			return already_there(provider, model, region, reterr);
		at = (at + 1) & (book->name_room - 1);
	}
	return JTN_OK;
}

/* A copy, or the end of a text that is there already. */
static const char *
keep_end(struct jtn_book *book, const char *there, const char *text, size_t length)
{
	size_t whole = length_of(there);
	if (length && whole >= length && memcmp(there + whole - length, text, length) == 0)
		return there + whole - length;
	return jtn__arena_copy(book->arena, text, length);
}

jtn_status
jtn__book_alias(struct jtn_book *book, const char *provider, const char *model, uint32_t tariff, bool declared,
                struct jtn_error *reterr)
{
	const struct jtn_tariff *named = book->tariffs[tariff];
	size_t provider_length = length_of(provider), model_length = strlen(model);
	if (!make_name_room(book))
		return out_of_memory(reterr);
	uint64_t hash = hash_name(provider, provider_length, model, model_length);
	uint32_t at = first_place(book, hash);
	struct jtn__name *name;
	while ((name = probe(book, hash, &at, provider, provider_length, model, model_length))->model) {
		const struct jtn_tariff *other = book->tariffs[name->tariff];
		if (name->tariff == tariff)
			return JTN_OK;
		if (!provider && !same(other->provider, named->provider)) {
			name->ambiguous = 1;
			return JTN_OK;
		}
		if (same(other->region, named->region))
			return declared ? already_there(provider, model, named->region, reterr) : JTN_OK;
		at = (at + 1) & (book->name_room - 1);
	}
	const char *own_provider = provider ? keep_end(book, named->provider, provider, provider_length) : NULL;
	const char *own_model = keep_end(book, named->model, model, model_length);
	if (!own_model || (provider && !own_provider))
		return out_of_memory(reterr);
	*name = (struct jtn__name){own_provider, own_model, hash, tariff, 0};
	book->name_count++;
	return JTN_OK;
}

void
jtn__book_begin(struct jtn_book *book)
{
	jtn__draft_clear(&book->draft);
}

static const char *
keep(struct jtn_book *book, const char *text, bool *failed)
{
	const char *kept = text ? jtn__arena_copy(book->arena, text, strlen(text)) : NULL;
	*failed |= text && !kept;
	return kept;
}

static jtn_status
add_tariff(struct jtn_book *book, const char *provider, const char *model, const char *region, const char *source,
           const char *currency, uint32_t *retindex, struct jtn_error *reterr)
{
	bool failed = false;
	if (book->tariff_count >= TARIFFS_MOST)
		return jtn__fail(reterr, JTN_E_LIMIT, "", "more than %d tariffs in a book", (int64_t)TARIFFS_MOST);
	struct jtn_tariff **larger =
		jtn__arena_more(book->arena, book->tariffs, book->tariff_count, &book->tariff_room, sizeof(*book->tariffs));
	if (!larger)
		return out_of_memory(reterr);
	book->tariffs = larger;
	struct jtn_tariff *tariff = jtn__arena_take(book->arena, 1, sizeof(*tariff));
	if (!tariff)
		return out_of_memory(reterr);
	*tariff = (struct jtn_tariff){.book = book,
	                              .provider = keep(book, provider, &failed),
	                              .model = keep(book, model, &failed),
	                              .region = keep(book, region, &failed),
	                              .source = keep(book, source ? source : book->facts.source, &failed),
	                              .customer = book->facts.customer,
	                              .revision = book->facts.revision};
	memcpy(tariff->currency, currency, strlen(currency) + 1);
	JTN__TRY(failed ? out_of_memory(reterr) : jtn__draft_finish(&book->draft, book->arena, tariff, reterr));
	book->tariffs[book->tariff_count] = tariff;
	JTN__TRY(jtn__book_alias(book, provider, model, book->tariff_count, true, reterr));
	*retindex = book->tariff_count++;
	return JTN_OK;
}

jtn_status
jtn__book_end(struct jtn_book *book, const struct jtn__value *at, const char *provider, const char *model,
              const char *region, const char *source, const char *currency, uint32_t *retindex,
              struct jtn_error *reterr)
{
	struct jtn_error error;
	jtn_status status = add_tariff(book, provider, model, region, source, currency, retindex, &error);
	return status == JTN_OK ? JTN_OK : jtn__json_fail(at, reterr, status, "%s", error.message);
}

static jtn_status
add_note(struct jtn_book *book, const struct jtn_error *note)
{
	if (book->note_count >= NOTES_MOST)
		return JTN_OK;
	struct jtn_error *larger =
		jtn__arena_more(book->arena, book->notes, book->note_count, &book->note_room, sizeof(*book->notes));
	if (!larger) {
		book->note_lost = true;
		return JTN_E_MEMORY;
	}
	book->notes = larger;
	book->notes[book->note_count++] = *note;
	return JTN_OK;
}

jtn_status
jtn__book_entry_failed(struct jtn_book *book, const struct jtn_error *error, struct jtn_error *reterr)
{
	if (book->note_lost)
		return out_of_memory(reterr);
	if (book->options.skip_bad_entries && error->status != JTN_E_MEMORY) {
		struct jtn_error left_out = *error;
		left_out.index = book->tariff_count;
		return add_note(book, &left_out) == JTN_OK ? JTN_OK : out_of_memory(reterr);
	}
	if (reterr)
		*reterr = *error;
	return error->status;
}

jtn_status
jtn__book_note(struct jtn_book *book, const struct jtn__value *at, jtn_status status, const char *format, ...)
{
	struct jtn_error note;
	char message[sizeof(note.message)];
	va_list arguments;
	if (book->note_count >= NOTES_MOST)
		return JTN_OK;
	va_start(arguments, format);
	jtn__format_list(message, sizeof(message), format, arguments);
	va_end(arguments);
	(void)jtn__json_fail(at, &note, status, "%s", message);
	return add_note(book, &note);
}

bool
jtn__book_clock(const char *text, int64_t *ret)
{
	for (int i = 0; i < 5; i++)
		if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
			return false;
	int64_t hours = (text[0] - '0') * 10 + text[1] - '0', minutes = (text[3] - '0') * 10 + text[4] - '0';
	*ret = hours * 60 + minutes;
	return minutes < 60 && *ret <= 24 * 60;
}

jtn_status
jtn__book_price(struct jtn_book *book, const struct jtn__value *value, int64_t per, int64_t least_per,
                struct jtn__price *ret, struct jtn_error *reterr)
{
	struct jtn_error error;
	const char *text = jtn__json_literal(value);
	if (!text)
		return jtn__json_fail(value, reterr, JTN_E_TYPE, "expected a price, a number or a string such as \"2.5\"");
	size_t length = strlen(text);
	bool repair = book->options.repair_float_noise && jtn__price_is_noisy(text, length);
	jtn_status status = repair ? jtn__price_parse_repaired(text, length, per, least_per, ret, &error)
	                           : jtn__price_parse(text, length, per, least_per, ret, &error);
	if (status != JTN_OK)
		return jtn__json_fail(value, reterr, status, "%s", error.message);
	return repair ? jtn__book_note(book, value, JTN_E_INEXACT, "repaired: %s has more digits than anybody writes", text)
	              : JTN_OK;
}

/* A LiteLLM file is an object of entries, and says so in none of them; its entries have litellm_provider. */
static bool
looks_like_litellm(const struct jtn__value *root)
{
	struct jtn__value entry, provider;
	for (size_t i = 0; i < jtn__json_count(root); i++) {
		jtn__json_entry(root, i, &entry);
		if (jtn__json_is_object(&entry) && jtn__json_member(&entry, "litellm_provider", &provider))
			return true;
	}
	return false;
}

static jtn_status
read_book(struct jtn_book *book, const struct jtn__value *root, struct jtn_error *reterr)
{
	struct jtn__value mark;
	if (jtn__json_is_array(root)) {
		book->facts.format = JTN_BOOK_GENAI_PRICES;
		return jtn__book_read_genai(book, root, reterr);
	}
	bool jeton = jtn__json_member(root, "jeton_overlay", &mark) || jtn__json_member(root, "jeton_book", &mark);
	if (!jeton && looks_like_litellm(root)) {
		book->facts.format = JTN_BOOK_LITELLM;
		return jtn__book_read_litellm(book, root, reterr);
	}
	JTN__TRY(jtn__json_once(root->document, reterr));
	if (!jeton)
		return jtn__json_fail(root, reterr, JTN_E_MISSING_FIELD,
		                      "not a price book: expected \"jeton_book\": 1, a genai-prices data.json, or a LiteLLM "
		                      "model_prices_and_context_window.json");
	book->facts.format = strcmp(mark.key, "jeton_overlay") == 0 ? JTN_BOOK_OVERLAY : JTN_BOOK_JETON;
	return jtn__book_read_jeton(book, root, reterr);
}

static jtn_status
fill(struct jtn_book *book, const char *text, size_t length, const struct jtn_allocator *allocator,
     struct jtn_error *reterr)
{
	struct jtn__json *json;
	struct jtn__value root;
	char *revision = jtn__arena_take(book->arena, sizeof(REVISION_PREFIX) - 1 + JTN__SHA256_TEXT, 1);
	if (!revision)
		return out_of_memory(reterr);
	JTN__TRY(jtn__json_parse_any(text, length, allocator, &json, reterr));
	memcpy(revision, REVISION_PREFIX, sizeof(REVISION_PREFIX) - 1);
	jtn__sha256(text, length, revision + sizeof(REVISION_PREFIX) - 1);
	book->facts.revision = revision;
	jtn__json_root(json, &root);
	jtn_status status = make_name_room(book) ? read_book(book, &root, reterr) : out_of_memory(reterr);
	jtn__json_free(json);
	if (book->note_lost)
		return out_of_memory(reterr);
	book->facts.tariffs = book->tariff_count;
	book->facts.notes = book->note_count;
	return status;
}

void
jtn_book_options_init(struct jtn_book_options *ret)
{
	if (ret)
		*ret = (struct jtn_book_options){.size = sizeof(*ret)};
}

jtn_status
jtn_book_parse(const char *text, size_t length, const struct jtn_book_options *options,
               const struct jtn_allocator *allocator, struct jtn_book **ret, struct jtn_error *reterr)
{
	struct jtn_book_options own;
	struct jtn__arena *arena;
	jtn_book_options_init(&own);
	if (!text || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, text ? "ret" : "text", "%s is NULL", text ? "ret" : "text");
	if (options)
		JTN__TRY(jtn__read_options(options, sizeof(own), &own, sizeof(own), "options", reterr));
	if ((own.skip_bad_entries | own.repair_float_noise) & ~1 || own.reserved)
		return jtn__fail(reterr, own.reserved ? JTN_E_ABI : JTN_E_ARGUMENT, "options",
		                 "skip_bad_entries and repair_float_noise are 0 or 1, reserved is zero");
	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	struct jtn_book *book = jtn__arena_take(arena, 1, sizeof(*book));
	jtn_status status = book ? JTN_OK : out_of_memory(reterr);
	if (status == JTN_OK) {
		*book = (struct jtn_book){.arena = arena, .options = own};
		status = jtn__arena_new(allocator, &book->scratch, reterr);
	}
	if (status == JTN_OK) {
		book->draft.arena = book->scratch;
		status = fill(book, text, length, allocator, reterr);
		jtn__arena_free(book->scratch);
		book->scratch = NULL;
	}
	if (status == JTN_OK)
		*ret = book;
	else
		jtn__arena_free(arena);
	return status;
}

jtn_status
jtn_book_find(const char *id, const struct jtn_allocator *allocator, struct jtn_book **ret, struct jtn_error *reterr)
{
	const char *text;
	size_t length;
	JTN__TRY(jtn_catalog_text(JTN_CATALOG_BOOK, id, &text, &length, reterr));
	return jtn_book_parse(text, length, NULL, allocator, ret, reterr);
}

void
jtn_book_free(struct jtn_book *book)
{
	if (book)
		jtn__arena_free(book->arena);
}

jtn_status
jtn_book_read_facts(const struct jtn_book *book, struct jtn_book_facts *ret)
{
	if (!book || !ret)
		return JTN_E_ARGUMENT;
	return jtn__hand_out(&book->facts, sizeof(book->facts), ret, "jtn_book_facts");
}

const struct jtn_tariff *
jtn_book_tariff(const struct jtn_book *book, uint64_t index)
{
	return book && index < book->tariff_count ? book->tariffs[index] : NULL;
}

jtn_status
jtn_book_read_note(const struct jtn_book *book, uint64_t index, struct jtn_error *ret)
{
	if (!book || !ret)
		return JTN_E_ARGUMENT;
	if (index >= book->note_count)
		return JTN_E_NOT_FOUND;
	*ret = book->notes[index];
	return JTN_OK;
}

/* The names that share a provider and a beginning, for a message. */
static const char *
near_name(const struct jtn_book *book, const char *provider, size_t provider_length, const char *model)
{
	const char *candidates[CANDIDATES];
	size_t count = 0;
	for (uint32_t i = 0; i < book->name_room && count < CANDIDATES; i++) {
		const struct jtn__name *name = &book->names[i];
		if (name->model && strncmp(name->model, model, 3) == 0 &&
		    (!provider || same_text(name->provider, provider, provider_length)))
			candidates[count++] = name->model;
	}
	return jtn__nearest(model, candidates, count);
}

static jtn_status
unknown_model(const struct jtn_book *book, const char *provider, size_t provider_length, const char *model,
              size_t model_length, struct jtn_error *reterr)
{
	char whose[JTN__QUOTE_SIZE] = "any provider", which[JTN__QUOTE_SIZE], given[64];
	bool known = !provider;
	if (!reterr)
		return JTN_E_UNKNOWN_MODEL;
	size_t kept = model_length < sizeof(given) ? model_length : sizeof(given) - 1;
	memcpy(given, model, kept);
	given[kept] = '\0';
	if (provider)
		jtn__quote(whose, provider, provider_length);
	jtn__quote(which, model, model_length);
	for (uint32_t i = 0; i < book->tariff_count && !known; i++)
		known = same_text(book->tariffs[i]->provider, provider, provider_length);
	const char *near = near_name(book, provider, provider_length, given);
	if (near && strcmp(near, given) == 0)
		return jtn__fail(reterr, JTN_E_UNKNOWN_MODEL, "region",
		                 "no price for %s of %s in this region, nor one for every region", which, whose);
	if (near)
		return jtn__fail(reterr, JTN_E_UNKNOWN_MODEL, "model", "no price for %s of %s; did you mean \"%s\"?", which,
		                 whose, near);
	return jtn__fail(reterr, JTN_E_UNKNOWN_MODEL, known ? "model" : "provider",
	                 known ? "no price for %s of %s; models match by exact id or declared alias"
	                       : "no price for %s of %s; the book has no such provider",
	                 which, whose);
}

static jtn_status
which_one(const char *model, size_t model_length, bool regions, struct jtn_error *reterr)
{
	char shown[JTN__QUOTE_SIZE];
	jtn__quote(shown, model, model_length);
	return jtn__fail(reterr, JTN_E_AMBIGUOUS, regions ? "region" : "provider",
	                 regions ? "%s has a price per region; name one of the book's regions"
	                         : "%s is sold by several providers; say which provider",
	                 shown);
}

/* Of the tariffs of a name: the region's own, else the one for every region. */
static jtn_status
lookup_name(const struct jtn_book *book, const char *provider, size_t provider_length, const char *model,
            size_t model_length, const char *region, size_t region_length, const struct jtn_tariff **ret,
            struct jtn_error *reterr)
{
	uint64_t hash = hash_name(provider, provider_length, model, model_length);
	uint32_t at = first_place(book, hash);
	const struct jtn_tariff *everywhere = NULL, *somewhere = NULL;
	const struct jtn__name *name;
	while ((name = probe(book, hash, &at, provider, provider_length, model, model_length))->model) {
		const struct jtn_tariff *tariff = book->tariffs[name->tariff];
		if (name->ambiguous)
			return which_one(model, model_length, false, reterr);
		if (tariff->region && region && same_text(tariff->region, region, region_length)) {
			*ret = tariff;
			return JTN_OK;
		}
		if (tariff->region)
			somewhere = tariff;
		else
			everywhere = tariff;
		at = (at + 1) & (book->name_room - 1);
	}
	*ret = everywhere;
	return everywhere             ? JTN_OK
	       : somewhere && !region ? which_one(model, model_length, true, reterr)
	                              : JTN_E_UNKNOWN_MODEL;
}

jtn_status
jtn_book_lookup(const struct jtn_book *book, const char *provider, size_t provider_length, const char *model,
                size_t model_length, const char *region, size_t region_length, const struct jtn_tariff **ret,
                struct jtn_error *reterr)
{
	if (!book || !model || !ret)
		return jtn__fail(reterr, JTN_E_ARGUMENT, "", "book, model or ret is NULL");
	if (memchr(model, '\0', model_length) || (provider && memchr(provider, '\0', provider_length)) ||
	    (region && memchr(region, '\0', region_length)))
		return unknown_model(book, provider, provider_length, model, model_length, reterr);
	const struct jtn_tariff *found;
	jtn_status status =
		lookup_name(book, provider, provider_length, model, model_length, region, region_length, &found, reterr);
	if (status == JTN_E_UNKNOWN_MODEL) {
		int64_t index = jtn__match_find(book, provider, provider_length, model, model_length);
		if (index < 0)
			return unknown_model(book, provider, provider_length, model, model_length, reterr);
		found = book->tariffs[index];
		status = JTN_OK;
	}
	if (status == JTN_OK)
		*ret = found;
	return status;
}
