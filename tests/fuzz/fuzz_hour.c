/* Any bytes as an hour: an error that leaves it untouched, or a price whose parts add up. */
#include "finite.h"

#include "jeton/hour.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct jtn_hour hour;
	struct jtn_hour before;
	struct jtn_hour_price price;
	struct jtn_error err;
	double sum;

	jtn_hour_init(&hour);
	before = hour;
	if (jtn_hour_parse((const char *)data, size, &hour, &err) != JTN_OK) {
		if (memcmp(&before, &hour, sizeof(hour)) != 0 || err.status == JTN_OK || err.message[0] == '\0')
			__builtin_trap();
		return 0;
	}
	if (memchr(hour.currency, '\0', sizeof(hour.currency)) == NULL)
		__builtin_trap();
	if (jtn_hour_read_price(&hour, &price, sizeof(price), &err) != JTN_OK)
		return 0;
	check_finite(&price.total, &price.staff);
	sum = price.rent + price.capital + price.hosting + price.electricity + price.maintenance + price.staff;
	if (fabs(sum - price.total) > 1e-9 * price.total)
		__builtin_trap();
	return 0;
}
