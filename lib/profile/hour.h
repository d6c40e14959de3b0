/* The inside of an hour, for the scenario reader and lib/cost. */
#ifndef JTN_PROFILE_HOUR_H
#define JTN_PROFILE_HOUR_H

#include "base/json.h"
#include "jeton/hour.h"

/*
 * An hour from its object: a catalogue entry (it has an id), or a scenario's form. *ret is written whole, size and all,
 * and only on success. The object must be one.
 */
jtn_status
jtn__hour_read(const struct jtn__value *object, struct jtn_hour *ret, struct jtn_error *reterr);

/* A scenario's {"rent": "<catalogue id>"} must be a price of the catalogue hardware it is asked for. */
jtn_status
jtn__hour_check_hardware(const struct jtn__value *object, const char *hardware, struct jtn_error *reterr);

/* Every field in its range, none that belongs to the other basis. The hour is this library's own size. */
jtn_status
jtn__hour_check(const struct jtn_hour *hour, struct jtn_error *reterr);

#endif
