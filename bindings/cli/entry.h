/* One catalogue entry, or a file of the same format, read and ready to be shown. */
#ifndef JETON_CLI_ENTRY_H
#define JETON_CLI_ENTRY_H

#include "output.h"
#include "source.h"

struct entry {
	struct source source;
	struct text id;
	struct text name;
	struct jtn_hardware_facts hardware;
	struct jtn_model_facts model;
	struct jtn_hour hour;
	struct jtn_hour_price price;
};

/* Reads with the library's own reader, so that what is shown is what is computed with. CLI_USAGE with the problem. */
int
entry_open(int32_t kind, const char *given, struct entry *ret, struct problem *problem);
void
entry_close(struct entry *entry);

/* All of it, for people: figures with unit and source, what they come to, the sources with their dates. */
void
entry_show(struct text *text, const struct entry *entry, const struct look *look);

/* All of it as one JSON object that begins with its id; `shelf` names its kind too. */
void
entry_json(struct text *text, const struct entry *entry, bool shelf);

/* The heads of a list's columns, and an entry as one row of it. */
void
entry_heads(struct text *text, int32_t kind);
void
entry_row(struct text *text, const struct entry *entry);

#endif
