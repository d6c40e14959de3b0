/* Structs that callers size: too small, too old or too new is decided here, and nowhere else. Also the version. */
#include "abi.h"

#include "jeton/abi.h"

#include <string.h>

#define SIZE_MOST 4096 /* a larger size is memory nobody initialised */

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

const char *
jtn_version(void)
{
	return TEXT(JTN_VERSION_MAJOR) "." TEXT(JTN_VERSION_MINOR) "." TEXT(JTN_VERSION_PATCH);
}

jtn_status
jtn__check_record(size_t given, size_t least, const char *name, struct jtn_error *reterr)
{
	if (given >= least && given <= SIZE_MOST)
		return JTN_OK;
	return jtn__fail(reterr, JTN_E_ABI, name,
	                 "size %d of %s is not one this library knows; expected sizeof, at least %d",
	                 given > INT64_MAX ? INT64_MAX : (int64_t)given, name, (int64_t)least);
}

jtn_status
jtn__check_rows(size_t given, size_t least, const char *name, struct jtn_error *reterr)
{
	JTN__TRY(jtn__check_record(given, least, name, reterr));
	return given % 8 ? jtn__fail(reterr, JTN_E_ABI, name, "size %d of a row of %s; rows are multiples of 8 bytes",
	                             (int64_t)given, name)
	                 : JTN_OK;
}

jtn_status
jtn__read_options(const void *options, size_t least, void *ret, size_t known, const char *name,
                  struct jtn_error *reterr)
{
	uint32_t given, size = (uint32_t)known;
	if (!options)
		return jtn__fail(reterr, JTN_E_ARGUMENT, name, "%s is NULL; expected an initialised struct", name);
	memcpy(&given, options, sizeof(given));
	if (given < least || given > SIZE_MOST)
		return jtn__fail(reterr, JTN_E_ABI, name,
		                 "%s.size is %d, expected at least %d: was the struct initialised, with its size set?", name,
		                 (int64_t)given, (int64_t)least);
	const unsigned char *bytes = options;
	for (size_t i = known; i < given; i++)
		if (bytes[i])
			return jtn__fail(reterr, JTN_E_ABI, name,
			                 "%s sets a field this library (%s) does not know; leave it zero or use a newer library",
			                 name, jtn_version());
	memset(ret, 0, known);
	memcpy(ret, options, given < known ? given : known);
	memcpy(ret, &size, sizeof(size));
	return JTN_OK;
}

jtn_status
jtn__hand_out(const void *facts, size_t known, void *ret, const char *name)
{
	uint32_t given;
	memcpy(&given, ret, sizeof(given));
	JTN__TRY(jtn__check_record(given, known, name, NULL));
	memset(ret, 0, given);
	memcpy(ret, facts, known);
	memcpy(ret, &given, sizeof(given));
	return JTN_OK;
}
