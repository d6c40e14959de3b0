/* The inside of a hardware profile, for lib/cost. */
#ifndef JTN_PROFILE_HARDWARE_H
#define JTN_PROFILE_HARDWARE_H

#include "base/arena.h"
#include "jeton/hardware.h"
#include "precision.h"

struct jtn_hardware {
	struct jtn__arena *arena;
	const char *id;
	const char *name;
	const char *vendor;
	const char *family;              /* "hopper", "cdna3", "tpu", …: what stack profiles key constants by */
	double peak_flops[JTN__FORMATS]; /* dense, by format; 0 where the unit does not exist [FLOP/s] */
	struct jtn_hardware_facts facts;
};

#endif
