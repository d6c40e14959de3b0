/* Any bytes as a statement: an error, or a handle that writes what reads back to the same bytes, and that merges. */
#include "jeton/statement.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static char *
written(struct jtn_statement *statement, size_t *retlength)
{
	char *text;

	if (jtn_statement_write(statement, NULL, 0, retlength) != JTN_E_SPACE)
		__builtin_trap();
	text = malloc(*retlength + 1);
	if (text == NULL || jtn_statement_write(statement, text, *retlength + 1, retlength) != JTN_OK)
		__builtin_trap();
	return text;
}

static void
check_same(struct jtn_statement *statement, const char *text, size_t length)
{
	size_t again_length;
	char *again = written(statement, &again_length);

	if (again_length != length || memcmp(again, text, length) != 0)
		__builtin_trap();
	free(again);
}

/* None twice, in order, no sum of zero among the quantities. */
static void
check_groups(struct jtn_statement *statement)
{
	struct jtn_group group = {.size = sizeof(group)};
	size_t i, k;

	for (i = 0; i < jtn_statement_count(statement); i++) {
		if (jtn_statement_read_group(statement, i, &group) != JTN_OK)
			__builtin_trap();
		for (k = 0; k < group.count; k++)
			if (group.counts[k].quantity == 0 || (k > 0 && group.counts[k].meter <= group.counts[k - 1].meter))
				__builtin_trap();
	}
	if (jtn_statement_read_group(statement, i, &group) != JTN_E_NOT_FOUND)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct jtn_statement *statement = NULL, *again = NULL;
	struct jtn_error err;
	size_t length;
	char *text;

	if (jtn_statement_parse((const char *)data, size, NULL, &statement, &err) != JTN_OK) {
		if (statement != NULL || err.status == JTN_OK || err.message[0] == '\0')
			__builtin_trap();
		return 0;
	}
	check_groups(statement);
	text = written(statement, &length);
	if (jtn_statement_parse(text, length, NULL, &again, &err) != JTN_OK)
		__builtin_trap();
	check_same(again, text, length);
	if (jtn_statement_merge(statement, again, &err) != JTN_OK) {
		if (err.status != JTN_E_OVERFLOW)
			__builtin_trap();
		check_same(statement, text, length);
	} else if (jtn_statement_merge(again, again, &err) != JTN_OK) {
		__builtin_trap();
	} else {
		free(text);
		text = written(again, &length);
		check_same(statement, text, length);
	}
	free(text);
	jtn_statement_free(again);
	jtn_statement_free(statement);
	return 0;
}
