/*
 * Catalogue figures: a value says its unit and names its source, and a source says what it is and when.
 * Format: docs/formats.md, "A figure".
 */
#ifndef JTN_PROFILE_FIGURE_H
#define JTN_PROFILE_FIGURE_H

#include "base/json.h"

struct jtn__unit {
	const char *name;
	double factor; /* to the unit it is kept in */
};

/* What may stand under a key; bounds in the unit it is kept in. */
struct jtn__figure {
	const char *key;
	struct jtn__unit units[2]; /* the second may be nameless */
	double low;
	double high;
	bool whole; /* counts of things */
};

/* The optional figure under rule->key of object, times its unit's factor; absent leaves *ret as it is. */
jtn_status
jtn__figure_read(const struct jtn__value *object, const struct jtn__figure *rule, const struct jtn__value *sources,
                 double *ret, struct jtn_error *reterr);

/* An object of sources, each {"cite", "date", "confidence"} and, where `note` is set, perhaps "note". */
jtn_status
jtn__figure_check_sources(const struct jtn__value *sources, bool note, struct jtn_error *reterr);

/* The required member "date": YYYY, YYYY-MM, YYYY-MM-DD or a range of years YYYY-YYYY. */
jtn_status
jtn__figure_check_date(const struct jtn__value *object, struct jtn_error *reterr);

/* A required string that says something. */
jtn_status
jtn__figure_read_text(const struct jtn__value *object, const char *key, const char **ret, struct jtn_error *reterr);

/* The optional "range": [low, high] of `object`, around `value`. Members may be numbers or decimal strings. */
jtn_status
jtn__figure_check_range(const struct jtn__value *object, double value, struct jtn_error *reterr);

#endif
