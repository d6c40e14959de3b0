/*
 * Reads genai-prices' v2 data.json: providers and their models, each with its match rules; prices in book_genai_prices.c.
 */
#include "book_genai.h"

#include "match.h"

#include <string.h>

#define PROVIDERS_MOST 4096

struct reader {
	struct jtn_book *book;
	struct jtn__match *match;
	struct jtn__genai_prices *prices;
};

static jtn_status
out_of_memory(struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a book");
}

/* What else an object may hold is no concern of a book; a key that nobody knows yet is noted. */
static jtn_status
note_unknown(struct reader *reader, const struct jtn__value *object, const char *const *keys, size_t count)
{
	for (size_t i = 0; i < jtn__json_count(object); i++) {
		struct jtn__value member;
		size_t known = 0;
		jtn__json_entry(object, i, &member);
		while (known < count && strcmp(keys[known], member.key) != 0)
			known++;
		if (known == count)
			JTN__TRY(jtn__book_note(reader->book, &member, JTN_E_UNKNOWN_FIELD,
			                        "not a field this version of the format is known to have; it is left out"));
	}
	return JTN_OK;
}

static jtn_status
read_id(const struct jtn__value *object, const char **ret, struct jtn_error *reterr)
{
	struct jtn__value id;
	JTN__TRY(jtn__json_require(object, "id", &id, reterr));
	JTN__TRY(jtn__json_string(&id, ret, reterr));
	if (!**ret)
		return jtn__json_fail(&id, reterr, JTN_E_RANGE, "an id must not be empty");
	return JTN_OK;
}

/* An entry's failure, with the entry's name before the message. */
static jtn_status
entry_failed(struct reader *reader, const char *provider, const struct jtn__value *entry, struct jtn_error *error,
             struct jtn_error *reterr)
{
	struct jtn__value id;
	struct jtn_error ignored;
	const char *model = NULL;
	char said[sizeof(error->message)], shown[2][JTN__QUOTE_SIZE];
	if (error->status == JTN_E_MEMORY)
		return jtn__book_entry_failed(reader->book, error, reterr);
	if (jtn__json_is_object(entry) && jtn__json_member(entry, "id", &id) && jtn__json_is_string(&id) &&
	    jtn__json_string(&id, &model, &ignored) != JTN_OK)
		model = NULL;
	memcpy(said, error->message, sizeof(said));
	if (provider)
		jtn__quote(shown[0], provider, strlen(provider));
	if (model)
		jtn__quote(shown[1], model, strlen(model));
	if (model && provider)
		jtn__format(error->message, sizeof(error->message), "%s %s: %s", shown[0], shown[1], said);
	else if (model)
		jtn__format(error->message, sizeof(error->message), "%s: %s", shown[1], said);
	return jtn__book_entry_failed(reader->book, error, reterr);
}

static jtn_status
read_model(struct reader *reader, struct jtn__match_provider *provider, const char *source,
           const struct jtn__value *value, struct jtn_error *reterr)
{
	static const char *const keys[] = {
		"id",         "match",         "prices", "name", "description", "context_window", "price_comments",
		"deprecated", "price_variants"};
	struct jtn__value match, prices, variants;
	struct jtn__match_model model = {0, 0};
	const char *id;
	if (!jtn__json_is_object(value))
		return jtn__json_fail(value, reterr, JTN_E_TYPE, "a model must be an object with id, match and prices");
	JTN__TRY(read_id(value, &id, reterr));
	JTN__TRY(note_unknown(reader, value, keys, sizeof(keys) / sizeof(keys[0])));
	JTN__TRY(jtn__json_require(value, "match", &match, reterr));
	JTN__TRY(jtn__json_require(value, "prices", &prices, reterr));
	jtn__book_begin(reader->book);
	jtn__json_member(value, "price_variants", &variants);
	JTN__TRY(jtn__genai_prices_read(reader->prices, &prices, &variants, reterr));
	uint32_t clauses = reader->match->clause_count;
	JTN__TRY(jtn__match_read(reader->match, &match, &model.clause, reterr));
	jtn_status status =
		jtn__book_end(reader->book, value, provider->id, id, NULL, source, "USD", &model.tariff, reterr);
	if (status != JTN_OK) {
		reader->match->clause_count = clauses;
		return status;
	}
	reader->match->models[reader->match->model_count++] = model;
	provider->count++;
	return JTN_OK;
}

static jtn_status
read_clause(struct reader *reader, const struct jtn__value *object, const char *key, uint32_t *ret,
            struct jtn_error *reterr)
{
	struct jtn__value value;
	uint32_t clause;
	if (!jtn__json_member(object, key, &value))
		return JTN_OK;
	JTN__TRY(jtn__match_read(reader->match, &value, &clause, reterr));
	*ret = clause + 1;
	return JTN_OK;
}

static jtn_status
read_fallbacks(struct reader *reader, const struct jtn__value *object, struct jtn__match_provider *provider,
               struct jtn_error *reterr)
{
	struct jtn__value list, element;
	if (!jtn__json_member(object, "fallback_model_providers", &list))
		return JTN_OK;
	size_t count = jtn__json_count(&list);
	if (!jtn__json_is_array(&list) || count > PROVIDERS_MOST)
		return jtn__json_fail(&list, reterr, JTN_E_TYPE, "fallback_model_providers must be an array of at most %d ids",
		                      (int64_t)PROVIDERS_MOST);
	const char **ids = jtn__arena_take(reader->book->arena, count, sizeof(*ids));
	if (!ids)
		return out_of_memory(reterr);
	for (size_t i = 0; i < count; i++) {
		const char *id;
		jtn__json_element(&list, i, &element);
		JTN__TRY(jtn__json_string(&element, &id, reterr));
		ids[i] = jtn__arena_copy(reader->book->arena, id, strlen(id));
		if (!ids[i])
			return out_of_memory(reterr);
	}
	provider->fallbacks = ids;
	provider->fallback_count = (uint32_t)count;
	return JTN_OK;
}

/* The first page that says these prices. */
static const char *
source_of(const struct jtn__value *provider)
{
	struct jtn__value urls, url;
	struct jtn_error ignored;
	const char *source = NULL;
	if (!jtn__json_member(provider, "pricing_urls", &urls) || !jtn__json_is_array(&urls) || !jtn__json_count(&urls))
		return NULL;
	jtn__json_element(&urls, 0, &url);
	return jtn__json_is_string(&url) && jtn__json_string(&url, &source, &ignored) == JTN_OK ? source : NULL;
}

static jtn_status
read_head(struct reader *reader, const struct jtn__value *value, struct jtn__match_provider *provider,
          struct jtn__value *models, struct jtn_error *reterr)
{
	static const char *const keys[] = {"id",
	                                   "name",
	                                   "pricing_urls",
	                                   "api_pattern",
	                                   "models",
	                                   "description",
	                                   "price_comments",
	                                   "extractors",
	                                   "provider_match",
	                                   "model_match",
	                                   "fallback_model_providers"};
	const struct jtn__match *match = reader->match;
	const char *id;
	if (!jtn__json_is_object(value))
		return jtn__json_fail(value, reterr, JTN_E_TYPE, "a provider must be an object with id and models");
	JTN__TRY(read_id(value, &id, reterr));
	for (uint32_t i = 0; i < match->provider_count; i++)
		if (strcmp(match->providers[i].id, id) == 0)
			return jtn__json_fail(value, reterr, JTN_E_DUPLICATE_KEY,
			                      "this provider is in the book twice; merge the two");
	provider->id_length = strlen(id);
	provider->id = jtn__arena_copy(reader->book->arena, id, provider->id_length);
	if (!provider->id)
		return out_of_memory(reterr);
	JTN__TRY(note_unknown(reader, value, keys, sizeof(keys) / sizeof(keys[0])));
	JTN__TRY(read_clause(reader, value, "provider_match", &provider->by_name, reterr));
	JTN__TRY(read_clause(reader, value, "model_match", &provider->by_model, reterr));
	JTN__TRY(read_fallbacks(reader, value, provider, reterr));
	JTN__TRY(jtn__json_require(value, "models", models, reterr));
	if (!jtn__json_is_array(models))
		return jtn__json_fail(models, reterr, JTN_E_TYPE, "models must be an array");
	return JTN_OK;
}

static jtn_status
read_provider(struct reader *reader, const struct jtn__value *value, struct jtn_error *reterr)
{
	struct jtn__match *match = reader->match;
	struct jtn__match_provider *provider = &match->providers[match->provider_count];
	struct jtn__value models, entry;
	struct jtn_error why;
	memset(provider, 0, sizeof(*provider));
	provider->first = match->model_count;
	if (read_head(reader, value, provider, &models, &why) != JTN_OK)
		return entry_failed(reader, NULL, value, &why, reterr);
	match->provider_count++;
	const char *source = source_of(value);
	for (size_t i = 0; i < jtn__json_count(&models); i++) {
		jtn__json_element(&models, i, &entry);
		if (read_model(reader, provider, source, &entry, &why) != JTN_OK)
			JTN__TRY(entry_failed(reader, provider->id, &entry, &why, reterr));
	}
	return JTN_OK;
}

static jtn_status
count_models(const struct jtn__value *root, uint32_t *ret, struct jtn_error *reterr)
{
	size_t count = 0;
	struct jtn__value provider, models;
	if (!jtn__json_is_array(root) || jtn__json_count(root) > PROVIDERS_MOST)
		return jtn__json_fail(root, reterr, JTN_E_TYPE, "must be an array of at most %d providers",
		                      (int64_t)PROVIDERS_MOST);
	for (size_t i = 0; i < jtn__json_count(root); i++) {
		jtn__json_element(root, i, &provider);
		if (jtn__json_is_object(&provider) && jtn__json_member(&provider, "models", &models) &&
		    jtn__json_is_array(&models))
			count += jtn__json_count(&models);
	}
	*ret = (uint32_t)count; /* a document has fewer bytes than that */
	return JTN_OK;
}

jtn_status
jtn__book_read_genai(struct jtn_book *book, const struct jtn__value *root, struct jtn_error *reterr)
{
	struct reader reader = {.book = book};
	struct jtn__value provider;
	uint32_t models = 0;
	JTN__TRY(count_models(root, &models, reterr));
	size_t providers = jtn__json_count(root);
	JTN__TRY(jtn__match_new(book->arena, (uint32_t)providers, models, &reader.match, reterr));
	JTN__TRY(jtn__genai_prices_new(book, &reader.prices, reterr));
	for (size_t i = 0; i < providers; i++) {
		jtn__json_element(root, i, &provider);
		JTN__TRY(read_provider(&reader, &provider, reterr));
	}
	JTN__TRY(jtn__match_name(book, reader.match, reterr));
	book->match = reader.match;
	return JTN_OK;
}
