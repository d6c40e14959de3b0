/* Help: what the command is for, and each of its commands. */
#ifndef JETON_CLI_HELP_H
#define JETON_CLI_HELP_H

/* Help on a command, or on all where command is NULL, on standard output. CLI_OK, or CLI_USAGE for an unknown one. */
int
help_print(const char *command);

/* The command nearest to a wrong name, or NULL. */
const char *
help_nearest(const char *name);

#endif
