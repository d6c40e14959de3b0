/*
 * Match rules of a genai-prices book: clauses as trees in one array, and the look-ups that they decide.
 */
#include "match.h"

#include "regex.h"

#include <string.h>

#define DEPTH_MOST 8        /* or and and in each other */
#define TEXT_MOST 512       /* a clause's text, and a name that is looked up [bytes] */
#define WORK_MOST 400000000 /* comparisons of characters while names are resolved; under a second */
#define NONE (-1)

struct subject {
	const char *text;
	size_t length;
	uint64_t work;
};

static bool
same(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (jtn__lower(a[i]) != jtn__lower(b[i]))
			return false;
	return true;
}

static bool
contains(const char *text, size_t length, const char *part, size_t part_length)
{
	for (size_t i = 0; i + part_length <= length; i++)
		if (same(text + i, part, part_length))
			return true;
	return false;
}

static bool
holds(const struct jtn__match *match, uint32_t index, struct subject *subject)
{
	const struct jtn__clause *clause = &match->clauses[index];
	size_t length = clause->length;
	bool fits = length <= subject->length;
	subject->work++;
	switch (clause->kind) {
	case JTN__CLAUSE_EQUALS:
		return length == subject->length && same(subject->text, clause->text, length);
	case JTN__CLAUSE_STARTS_WITH:
		return fits && same(subject->text, clause->text, length);
	case JTN__CLAUSE_ENDS_WITH:
		return fits && same(subject->text + subject->length - length, clause->text, length);
	case JTN__CLAUSE_CONTAINS:
		subject->work += length * subject->length;
		return contains(subject->text, subject->length, clause->text, length);
	case JTN__CLAUSE_REGEX:
		subject->work += length * subject->length;
		return jtn__regex_search(clause->code, subject->text, subject->length);
	default:
		break;
	}
	bool any = clause->kind == JTN__CLAUSE_OR;
	for (uint32_t child = index + 1; child < clause->end; child = match->clauses[child].end)
		if (holds(match, child, subject) == any)
			return any;
	return !any;
}

static jtn_status
out_of_memory(struct jtn_error *reterr)
{
	return jtn__fail(reterr, JTN_E_MEMORY, "", "the allocator gave no memory for a book's match rules");
}

static jtn_status
add_clause(struct jtn__match *match, const struct jtn__clause *clause, struct jtn_error *reterr)
{
	if (match->clause_count == match->clause_room) {
		uint32_t room = match->clause_room * 2;
		struct jtn__clause *clauses = jtn__arena_take(match->arena, room, sizeof(*clauses));
		if (!clauses)
			return out_of_memory(reterr);
		memcpy(clauses, match->clauses, match->clause_count * sizeof(*clauses));
		match->clauses = clauses;
		match->clause_room = room;
	}
	match->clauses[match->clause_count++] = *clause;
	return JTN_OK;
}

static jtn_status
read_regex(struct jtn__match *match, const struct jtn__value *value, struct jtn__clause *clause,
           struct jtn_error *reterr)
{
	struct jtn__regex regex;
	if (!jtn__regex_compile(&regex, clause->text))
		return jtn__json_fail(value, reterr, JTN_E_UNSUPPORTED,
		                      "the regex %s, at character %d; supported are literals, escapes, classes, groups, |, "
		                      "repetitions, . ^ $, and ^(?!…) first",
		                      regex.problem, (int64_t)(regex.at - regex.text) + 1);
	uint32_t *code = jtn__arena_take(match->arena, regex.count, sizeof(*code));
	if (!code)
		return out_of_memory(reterr);
	memcpy(code, regex.code, regex.count * sizeof(*code));
	clause->code = code;
	clause->length = regex.count;
	return JTN_OK;
}

static jtn_status
read_text(struct jtn__match *match, const struct jtn__value *value, struct jtn__clause *clause,
          struct jtn_error *reterr)
{
	const char *text;
	JTN__TRY(jtn__json_string(value, &text, reterr));
	size_t length = strlen(text);
	if (length == 0 || length > TEXT_MOST)
		return jtn__json_fail(
			value, reterr, length ? JTN_E_LIMIT : JTN_E_RANGE,
			"a text of %d characters to match; it must have 1 to %d, for an empty one fits every name", (int64_t)length,
			(int64_t)TEXT_MOST);
	clause->text = text;
	clause->length = (uint32_t)length;
	if (clause->kind == JTN__CLAUSE_REGEX)
		return read_regex(match, value, clause, reterr);
	clause->text = jtn__arena_copy(match->arena, text, length);
	return clause->text ? JTN_OK : out_of_memory(reterr);
}

static jtn_status
read_clause(struct jtn__match *match, const struct jtn__value *value, unsigned depth, struct jtn_error *reterr)
{
	static const char *const names[] = {"equals", "starts_with", "ends_with", "contains", "regex", "or", "and"};
	struct jtn__value operand, child;
	if (!jtn__json_is_object(value) || jtn__json_count(value) != 1)
		return jtn__json_fail(value, reterr, JTN_E_TYPE,
		                      "a match rule must be an object of one key, as {\"equals\": \"gpt-4o\"}");
	JTN__TRY(jtn__json_only(value, names, sizeof(names) / sizeof(names[0]), reterr));
	jtn__json_entry(value, 0, &operand);
	struct jtn__clause clause = {.kind = 0};
	while (strcmp(names[clause.kind], operand.key) != 0)
		clause.kind++;
	uint32_t index = match->clause_count;
	if (clause.kind < JTN__CLAUSE_OR) {
		JTN__TRY(read_text(match, &operand, &clause, reterr));
		clause.end = index + 1;
		return add_clause(match, &clause, reterr);
	}
	if (!jtn__json_is_array(&operand) || jtn__json_count(&operand) == 0)
		return jtn__json_fail(&operand, reterr, JTN_E_TYPE, "%s must be an array of match rules, and not empty",
		                      operand.key);
	if (depth >= DEPTH_MOST)
		return jtn__json_fail(&operand, reterr, JTN_E_LIMIT, "match rules more than %d deep in each other",
		                      (int64_t)DEPTH_MOST);
	JTN__TRY(add_clause(match, &clause, reterr));
	for (size_t i = 0; i < jtn__json_count(&operand); i++) {
		jtn__json_element(&operand, i, &child);
		JTN__TRY(read_clause(match, &child, depth + 1, reterr));
	}
	match->clauses[index].end = match->clause_count;
	return JTN_OK;
}

jtn_status
jtn__match_read(struct jtn__match *match, const struct jtn__value *value, uint32_t *ret, struct jtn_error *reterr)
{
	uint32_t before = match->clause_count;
	jtn_status status = read_clause(match, value, 1, reterr);
	if (status == JTN_OK)
		*ret = before;
	else
		match->clause_count = before;
	return status;
}

jtn_status
jtn__match_new(struct jtn__arena *arena, uint32_t providers, uint32_t models, struct jtn__match **ret,
               struct jtn_error *reterr)
{
	struct jtn__match *match = jtn__arena_take(arena, 1, sizeof(*match));
	if (!match)
		return out_of_memory(reterr);
	match->arena = arena;
	match->clause_room = models * 2 + 16;
	match->provider_room = providers;
	match->model_room = models;
	match->providers = jtn__arena_take(arena, providers, sizeof(*match->providers));
	match->models = jtn__arena_take(arena, models, sizeof(*match->models));
	match->clauses = jtn__arena_take(arena, match->clause_room, sizeof(*match->clauses));
	if (!match->clauses || !match->models || !match->providers)
		return out_of_memory(reterr);
	*ret = match;
	return JTN_OK;
}

/* --- look-ups ------------------------------------------------------------------------------------------------------- */

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const struct jtn__match_provider *
find_provider(const struct jtn__match *match, const char *name, size_t length)
{
	struct subject subject = {name, length, 0};
	for (; subject.length && is_white(subject.text[subject.length - 1]); subject.length--)
		;
	for (; subject.length && is_white(*subject.text); subject.length--)
		subject.text++;
	for (uint32_t i = 0; i < match->provider_count; i++) {
		const struct jtn__match_provider *provider = &match->providers[i];
		if (provider->id_length == subject.length && same(provider->id, subject.text, subject.length))
			return provider;
	}
	for (uint32_t i = 0; i < match->provider_count; i++)
		if (match->providers[i].by_name && holds(match, match->providers[i].by_name - 1, &subject))
			return &match->providers[i];
	return NULL;
}

static const struct jtn__match_provider *
find_provider_of(const struct jtn__match *match, struct subject *model)
{
	for (uint32_t i = 0; i < match->provider_count; i++)
		if (match->providers[i].by_model && holds(match, match->providers[i].by_model - 1, model))
			return &match->providers[i];
	return NULL;
}

static int64_t
find_own(const struct jtn__match *match, const struct jtn__match_provider *provider, struct subject *model)
{
	for (uint32_t i = 0; i < provider->count; i++) {
		const struct jtn__match_model *candidate = &match->models[provider->first + i];
		if (holds(match, candidate->clause, model))
			return candidate->tariff;
	}
	return NONE;
}

/* Its own models, then those of the providers it falls back to, whose own fallbacks do not count. */
static int64_t
find_model(const struct jtn__match *match, const struct jtn__match_provider *provider, struct subject *model)
{
	int64_t found = find_own(match, provider, model);
	for (uint32_t i = 0; found == NONE && i < provider->fallback_count; i++)
		for (uint32_t j = 0; j < match->provider_count; j++)
			if (strcmp(match->providers[j].id, provider->fallbacks[i]) == 0) {
				found = find_own(match, &match->providers[j], model);
				break;
			}
	return found;
}

static int64_t
find(const struct jtn__match *match, const char *provider, size_t provider_length, struct subject *model)
{
	static const char router[] = "litellm"; /* writes the provider before the model */
	const struct jtn__match_provider *found = NULL;
	if (model->length > TEXT_MOST || provider_length > TEXT_MOST)
		return NONE;
	bool routed = provider && provider_length == sizeof(router) - 1 && same(provider, router, provider_length);
	const char *slash = routed ? memchr(model->text, '/', model->length) : NULL;
	if (slash && slash > model->text) {
		size_t before = (size_t)(slash - model->text);
		found = find_provider(match, model->text, before);
		if (found) {
			model->text += before + 1;
			model->length -= before + 1;
		}
	}
	if (!found && provider)
		found = find_provider(match, provider, provider_length);
	if (!found && (!provider || routed))
		found = find_provider_of(match, model);
	return found ? find_model(match, found, model) : NONE;
}

int64_t
jtn__match_find(const struct jtn_book *book, const char *provider, size_t provider_length, const char *model,
                size_t model_length)
{
	struct subject subject = {model, model_length, 0};
	return book->match ? find(book->match, provider, provider_length, &subject) : NONE;
}

/* A text within an and may not be enough to fit. */
static jtn_status
name_equals(struct jtn_book *book, const struct jtn__match *match, const struct jtn__match_provider *provider,
            const struct jtn__match_model *model, struct jtn_error *reterr)
{
	for (uint32_t i = model->clause; i < match->clauses[model->clause].end; i++) {
		const struct jtn__clause *clause = &match->clauses[i];
		struct subject subject = {clause->text, clause->length, 0};
		if (clause->kind == JTN__CLAUSE_EQUALS && holds(match, model->clause, &subject))
			JTN__TRY(jtn__book_alias(book, provider->id, clause->text, model->tariff, false, reterr));
	}
	return JTN_OK;
}

/* Who holds a name by order of reading may not be who the rules give it to. */
jtn_status
jtn__match_name(struct jtn_book *book, const struct jtn__match *match, struct jtn_error *reterr)
{
	for (uint32_t i = 0; i < match->provider_count; i++) {
		const struct jtn__match_provider *provider = &match->providers[i];
		for (uint32_t j = 0; j < provider->count; j++)
			JTN__TRY(name_equals(book, match, provider, &match->models[provider->first + j], reterr));
	}
	uint64_t work = 0;
	for (uint32_t i = 0; i < book->name_room; i++) {
		struct jtn__name *name = &book->names[i];
		if (!name->model)
			continue;
		struct subject subject = {name->model, strlen(name->model), 0};
		int64_t tariff = find(match, name->provider, name->provider ? strlen(name->provider) : 0, &subject);
		if (tariff != NONE) {
			name->tariff = (uint32_t)tariff;
			name->ambiguous = 0;
		}
		work += subject.work + match->provider_count;
		if (work > WORK_MOST)
			return jtn__fail(reterr, JTN_E_LIMIT, "models",
			                 "too many names and match rules to be tried on each other; split the book by provider");
	}
	return JTN_OK;
}
