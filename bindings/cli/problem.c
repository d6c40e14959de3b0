/* Complaints: what is wrong, where, and what would be right; and memory that is never NULL. */
#include "cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
print(const char *message)
{
	struct text clean = {0};
	text_add_clean(&clean, message); /* what a file holds must not steer the terminal */
	fprintf(stderr, "jeton: %s\n", text_string(&clean));
	text_free(&clean);
}

static void
add_arguments(struct text *text, const char *format, va_list arguments) CLI_PRINTF(2, 0);

static void
add_arguments(struct text *text, const char *format, va_list arguments)
{
	va_list again;
	if (!format) /* never; but gcc wants to see it under the sanitizers */
		return;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	if (length > 0) {
		char *buffer = cli_grow(NULL, (size_t)length + 1);
		vsnprintf(buffer, (size_t)length + 1, format, again);
		text_add_bytes(text, buffer, (size_t)length);
		free(buffer);
	}
	va_end(again);
}

int
cli_error(const char *format, ...)
{
	struct text text = {0};
	va_list arguments;
	va_start(arguments, format);
	add_arguments(&text, format, arguments);
	va_end(arguments);
	print(text_string(&text));
	text_free(&text);
	return CLI_USAGE;
}

int
problem_set(struct problem *problem, int code, jtn_status status, const char *format, ...)
{
	problem->status = status;
	problem->field[0] = '\0';
	text_clear(&problem->text);
	va_list arguments;
	va_start(arguments, format);
	add_arguments(&problem->text, format, arguments);
	va_end(arguments);
	return code;
}

int
problem_take(struct problem *problem, int code, const char *source, bool is_file, const struct jtn_error *error)
{
	problem->status = error->status;
	memcpy(problem->field, error->field, sizeof(problem->field));
	problem->field[sizeof(problem->field) - 1] = '\0';
	text_clear(&problem->text);
	if (source && is_file && error->line > 0)
		text_addf(&problem->text, "%s:%d: ", source, (int)error->line);
	else if (source)
		text_addf(&problem->text, "%s: ", source);
	if (error->field[0])
		text_addf(&problem->text, "%s: ", error->field);
	text_add(&problem->text, error->message[0] ? error->message : jtn_status_name(error->status));
	return code;
}

int
problem_print(struct problem *problem, int code)
{
	print(text_string(&problem->text));
	problem_free(problem);
	return code;
}

void
problem_free(struct problem *problem)
{
	text_free(&problem->text);
}

void *
cli_grow(void *block, size_t bytes)
{
	void *grown = realloc(block, bytes);
	if (!grown) {
		fprintf(stderr, "jeton: out of memory: %zu bytes more were needed\n", bytes);
		exit(CLI_USAGE);
	}
	return grown;
}
