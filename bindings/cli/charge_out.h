/* Charges as rows: JSON lines, CSV, FOCUS. */
#ifndef JETON_CLI_CHARGE_OUT_H
#define JETON_CLI_CHARGE_OUT_H

#include "rating.h"

/* A priced row, its lines in worker->lines where `lines` is above 0 or the rating wants lines. */
void
charge_json(struct worker *worker, const struct row *row, size_t lines, struct text *text);
void
charge_csv(struct worker *worker, const struct row *row, struct text *text);
/* A line of FOCUS per line of the charge; list amounts are those of the book without the overlay. */
jtn_status
charge_focus(struct worker *worker, const struct row *row, size_t lines, struct text *text, struct jtn_error *reterr);

/* A row that failed, in the format of the rating: FOCUS has no place for it, so it is a complaint. */
void
charge_error(struct worker *worker, const struct row *row, struct piece *piece);

/* Why it failed, for people. */
void
charge_complain(const struct worker *worker, const struct row *row, struct text *complaints);

/* What the whole file comes to as one period of a tariff. */
void
charge_settled(struct worker *worker, uint32_t tariff, const struct jtn_line *lines, size_t count,
               struct jtn_money total, int64_t time_ns, struct text *text);
/* It could not be told. */
void
charge_unsettled(struct worker *worker, uint32_t tariff, const struct jtn_error *error, struct text *text,
                 struct text *complaints);

/* ", \"flags\": […]" of or'ed enum jtn_charge_flag; nothing for none. */
void
charge_flags(struct text *text, uint32_t flags);

#define CHARGE_CSV_HEADER "id,status,currency,total,book,error\n"

#endif
