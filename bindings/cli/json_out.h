/* Answers as JSON: the estimate, the cost and the error row of the published formats. */
#ifndef JETON_CLI_JSON_OUT_H
#define JETON_CLI_JSON_OUT_H

#include "cli.h"

/* One question and its answer. */
struct cell {
	struct jtn_workload workload;
	struct jtn_estimate estimate;
	struct jtn_cost cost;
	bool priced;          /* cost is filled */
	jtn_status status;    /* of the row; the two above are only meaningful when JTN_OK */
	struct jtn_error why; /* filled when status is not */
};

/* Estimate and, with an hour, price one workload. The failure stays in the cell. */
void
cell_answer(struct cell *cell, const struct jtn_server *server, const struct jtn_hour *hour);

/* An answered cell as one object. id is JSON (NULL: null), currency is the hour's, scenario JSON (NULL: left out). */
void
json_cell(struct text *text, const char *id, const struct cell *cell, const char *currency, const char *scenario);

/* An error row; line and column 0, an empty field and a NULL scenario are left out. */
void
json_error(struct text *text, const char *id, jtn_status status, const char *message, const char *field,
           unsigned long line, long column, const char *scenario);

/* A priced measurement: the members of an estimate that a measurement has. */
void
json_measured(struct text *text, const struct jtn_measured *measured, const struct jtn_cost *cost,
              const struct jtn_hour *hour, const char *hour_json);

/* The "workload" of a scenario. */
void
json_workload(struct text *text, const struct jtn_workload *workload);

#endif
