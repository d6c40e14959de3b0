/* The built-in catalogue by kind and id: a binary search over tables written at build, and a helpful refusal. */
#include "catalog.h"

#include "error.h"

#include <stdbool.h>
#include <string.h>

static const char *const kind_names[] = {
	[JTN_CATALOG_HARDWARE] = "hardware",
	[JTN_CATALOG_STACK] = "stack",
	[JTN_CATALOG_MODEL] = "model",
	[JTN_CATALOG_HOUR] = "hour",
	[JTN_CATALOG_BOOK] = "book",
};

static const struct jtn__catalog_shelf *
shelf_of(int32_t kind)
{
	return kind >= JTN_CATALOG_HARDWARE && kind <= JTN_CATALOG_BOOK ? &jtn__catalog[kind] : &jtn__catalog[0];
}

size_t
jtn_catalog_count(int32_t kind)
{
	return shelf_of(kind)->count;
}

const char *
jtn_catalog_id(int32_t kind, size_t index)
{
	const struct jtn__catalog_shelf *shelf = shelf_of(kind);
	return index < shelf->count ? shelf->entries[index].id : NULL;
}

static const struct jtn__catalog_entry *
find(const struct jtn__catalog_shelf *shelf, const char *id)
{
	size_t low = 0, high = shelf->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(id, shelf->entries[middle].id);
		if (order == 0)
			return &shelf->entries[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* Whether `part` occurs in `id`, in any case: "H100" is meant to find "nvidia-h100-sxm". */
static bool
contains(const char *id, const char *part)
{
	for (; *id; id++) {
		size_t i = 0;
		while (part[i] && id[i] && (id[i] == part[i] || (part[i] >= 'A' && part[i] <= 'Z' && id[i] == part[i] + 32)))
			i++;
		if (!part[i])
			return true;
	}
	return false;
}

/* What was probably meant: a typo of an id, else the first id that contains the text; or NULL. */
static const char *
suggestion(const struct jtn__catalog_shelf *shelf, const char *id)
{
	const char *nearest = NULL;
	for (size_t i = 0; i < shelf->count; i++) {
		const char *pair[] = {nearest, shelf->entries[i].id};
		const char *nearer = jtn__nearest(id, pair, 2);
		if (nearer)
			nearest = nearer;
	}
	for (size_t i = 0; !nearest && id[0] && id[1] && i < shelf->count; i++)
		if (contains(shelf->entries[i].id, id))
			nearest = shelf->entries[i].id;
	return nearest;
}

static jtn_status
not_found(int32_t kind, const char *id, struct jtn_error *reterr)
{
	const struct jtn__catalog_shelf *shelf = shelf_of(kind);
	const char *meant = suggestion(shelf, id);
	char shown[JTN__QUOTE_SIZE];
	jtn__quote(shown, id, strlen(id));
	if (meant)
		return jtn__fail(reterr, JTN_E_NOT_FOUND, kind_names[kind], "no %s %s in the catalogue; did you mean \"%s\"?",
		                 kind_names[kind], shown, meant);
	return jtn__fail(reterr, JTN_E_NOT_FOUND, kind_names[kind],
	                 "no %s %s in the catalogue, which has %d, such as \"%s\"; give one of these or an object",
	                 kind_names[kind], shown, (int64_t)shelf->count, shelf->count ? shelf->entries[0].id : "");
}

jtn_status
jtn_catalog_text(int32_t kind, const char *id, const char **rettext, size_t *retlength, struct jtn_error *reterr)
{
	if (!id || !rettext)
		return jtn__fail(reterr, JTN_E_ARGUMENT, id ? "rettext" : "id", "%s is NULL; expected %s",
		                 id ? "rettext" : "id", id ? "a place for the text" : "a catalogue id");
	if (shelf_of(kind) == &jtn__catalog[0])
		return jtn__fail(reterr, JTN_E_ARGUMENT, "kind", "kind %d is not one of enum jtn_catalog_kind, %d to %d",
		                 (int64_t)kind, (int64_t)JTN_CATALOG_HARDWARE, (int64_t)JTN_CATALOG_BOOK);
	const struct jtn__catalog_entry *entry = find(shelf_of(kind), id);
	if (!entry)
		return not_found(kind, id, reterr);
	*rettext = entry->text;
	if (retlength)
		*retlength = entry->length;
	return JTN_OK;
}
