/* Output: beside the target and renamed, so that a reader never sees half of it and a failure changes nothing. */
#define _XOPEN_SOURCE 700
#define _DARWIN_C_SOURCE
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The name of the file being written beside its target, for the signal handler: one at a time. */
static char beside[PATH_MAX];

static void
remove_beside(int number)
{
	if (beside[0])
		unlink(beside);
	signal(number, SIG_DFL);
	raise(number);
}

/* Where memory runs out the program ends by exit(). */
static void
remove_at_exit(void)
{
	if (beside[0])
		unlink(beside);
}

static bool
is_standard(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

static mode_t
wanted_mode(bool exists, const struct stat *facts)
{
	if (exists)
		return facts->st_mode & 07777;
	mode_t mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static int
open_beside(struct output *output, bool exists, const struct stat *facts)
{
	char resolved[PATH_MAX];
	const char *target = exists ? realpath(output->path, resolved) : output->path; /* a link stays a link */
	if (!target)
		return cli_error("%s: cannot write: %s", output->path, strerror(errno));
	if (snprintf(beside, sizeof(beside), "%s.XXXXXX", target) >= (int)sizeof(beside)) {
		beside[0] = '\0';
		return cli_error("%s: the name is too long", output->path);
	}
	int file = mkstemp(beside);
	if (file < 0) {
		beside[0] = '\0';
		return cli_error("%s: cannot write beside it: %s", output->path, strerror(errno));
	}
	signal(SIGINT, remove_beside);
	signal(SIGTERM, remove_beside);
	signal(SIGHUP, remove_beside);
	atexit(remove_at_exit);
	output->target = cli_grow(NULL, strlen(target) + 1);
	strcpy(output->target, target);
	if (fchmod(file, wanted_mode(exists, facts)) != 0 || !(output->stream = fdopen(file, "w"))) {
		int code = cli_error("%s: cannot write: %s", output->path, strerror(errno));
		close(file);
		output_abandon(output);
		return code;
	}
	return CLI_OK;
}

int
output_open(struct output *output, const char *path)
{
	*output = (struct output){.stream = stdout};
	if (is_standard(path))
		return CLI_OK;
	output->path = path;
	struct stat facts;
	bool exists = stat(path, &facts) == 0;
	if (exists && S_ISDIR(facts.st_mode))
		return cli_error("--output %s: is a directory; a file name is wanted", path);
	if (!exists || S_ISREG(facts.st_mode))
		return open_beside(output, exists, &facts);
	output->stream = fopen(path, "w"); /* a device or a pipe cannot be renamed over */
	return output->stream ? CLI_OK : cli_error("%s: cannot write: %s", path, strerror(errno));
}

void
output_write(struct output *output, const struct text *text)
{
	errno = 0;
	if (text->length > 0 && fwrite(text->bytes, 1, text->length, output->stream) != text->length && !output->error)
		output->error = errno;
}

bool
output_flush(struct output *output)
{
	errno = 0;
	if (fflush(output->stream) != 0 && !output->error)
		output->error = errno;
	return !ferror(output->stream);
}

int
output_finish(struct output *output)
{
	const char *name = output->path ? output->path : "standard output";
	bool failed = !output_flush(output);
	errno = output->error;
	if (output->path) {
		failed |= output->target && fsync(fileno(output->stream)) != 0 && errno != EINVAL;
		failed |= fclose(output->stream) != 0;
		output->stream = NULL;
	}
	if (!failed && output->target)
		failed = rename(beside, output->target) != 0;
	if (failed) {
		int code = cli_error("%s: cannot write: %s", name, errno ? strerror(errno) : "an earlier write failed");
		output_abandon(output);
		return code;
	}
	beside[0] = '\0';
	free(output->target);
	output->target = NULL;
	return CLI_OK;
}

void
output_abandon(struct output *output)
{
	if (output->path && output->stream)
		fclose(output->stream);
	if (beside[0])
		unlink(beside);
	beside[0] = '\0';
	free(output->target);
	*output = (struct output){0};
}

int
output_all(const char *path, const struct text *text, int code)
{
	struct output output;
	int opened = output_open(&output, path);
	if (opened != CLI_OK)
		return opened;
	output_write(&output, text);
	int finished = output_finish(&output);
	return finished != CLI_OK ? finished : code;
}

static int
columns(bool terminal)
{
	const char *stated = getenv("COLUMNS");
	long width = stated ? strtol(stated, NULL, 10) : 0;
	struct winsize size;
	if (width <= 0 && terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width <= 0)
		width = 100;
	return width < 80 ? 80 : width > 200 ? 200 : (int)width;
}

struct look
output_look(const char *path)
{
	bool terminal = is_standard(path) && isatty(STDOUT_FILENO);
	const char *no = getenv("NO_COLOR");
	const char *kind = getenv("TERM");
	bool plain = (no && *no) || !kind || strcmp(kind, "dumb") == 0;
	return (struct look){.colour = terminal && !plain, .width = columns(terminal)};
}
