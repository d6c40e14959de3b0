/* Any bytes as a hardware profile: an error or a handle whose figures are finite. */
#include "finite.h"

#include "jeton/hardware.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct jtn_hardware *hardware = NULL;
	struct jtn_hardware_facts facts;
	struct jtn_error err;

	if (jtn_hardware_parse((const char *)data, size, NULL, &hardware, &err) != JTN_OK) {
		if (hardware != NULL || err.status == JTN_OK || err.message[0] == '\0')
			__builtin_trap();
		return 0;
	}
	if (jtn_hardware_read_facts(hardware, &facts, sizeof(facts)) != JTN_OK || !(facts.memory_bytes > 0))
		__builtin_trap();
	check_finite(&facts.memory_bytes, &facts.power_idle_kw);
	if (jtn_hardware_id(hardware)[0] == '\0' || jtn_hardware_name(hardware) == NULL)
		__builtin_trap();
	jtn_hardware_free(hardware);
	return 0;
}
