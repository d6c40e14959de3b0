/*
 * The grid. A cell is two lines: what a million tokens cost; then TPOT and what limits it. Colour runs on a
 * logarithmic scale from pale (cheap) to dark (dear), so that it reads without telling hues apart, and brings its own
 * text colour, so that it reads on any terminal. Without colour a glyph shades instead.
 */
#include "grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABEL 12     /* columns of the row labels */
#define NARROWEST 16 /* columns of a cell */
#define WIDEST 22
#define WORDY 21 /* from here on limits are words */

/* Pale green over yellow to dark red in the 6 × 6 × 6 cube; lightness falls from each to the next. */
static const int ramp[] = {194, 193, 222, 216, 209, 203, 167, 160, 124, 88, 52};
#define RAMP (sizeof(ramp) / sizeof(*ramp))
#define RAMP_DARK 7 /* from here on white text is easier to read than black */

struct picture {
	struct text *text;
	const struct subject *subject;
	const struct demand *demand;
	const struct cell *cells;
	const struct look *look;
	double low; /* of the costs, 0 where there are none */
	double high;
	const struct cell *cheapest; /* within what the model was configured for; NULL where nothing is */
	bool answered;               /* some cell is */
	int before;                  /* characters before the point of the longest cost */
	int tpot_width;              /* of the longest TPOT */
	bool beyond;                 /* some cell is longer than the model was configured for */
	int width;                   /* of a cell */
	const char *notes[16];       /* distinct reasons of cells without an answer */
	size_t note_count;
};

const char *
limit_word(int32_t limit, bool brief)
{
	static const char *const words[] = {"",         "bandwidth", "compute",  "network",
	                                    "overhead", "kv_cap",    "max_seqs", "demand"};
	static const char *const marks[] = {"", "bandw", "comp", "net", "ovhd", "kv", "seqs", "demand"};
	if (limit < 1 || limit > JTN_LIMIT_DEMAND)
		return jtn_limit_name(limit) ? jtn_limit_name(limit) : "?";
	return brief ? marks[limit] : words[limit];
}

static size_t
note_of(struct picture *picture, const struct cell *cell)
{
	size_t at = 0;
	while (at < picture->note_count && strcmp(picture->notes[at], cell->why.message) != 0)
		at++;
	if (at == picture->note_count && at < sizeof(picture->notes) / sizeof(*picture->notes))
		picture->notes[picture->note_count++] = cell->why.message;
	return at + 1;
}

static int
whole_digits(double cost)
{
	char number[NUMBER_SIZE];
	return (int)strcspn(number_read(cost, 3, number), ".");
}

static int
tpot_text(const struct jtn_estimate *estimate, char buffer[NUMBER_SIZE + 8])
{
	char number[NUMBER_SIZE];
	if (estimate->flags & JTN_ESTIMATE_NO_DECODE)
		strcpy(buffer, "no TPOT");
	else
		snprintf(buffer, NUMBER_SIZE + 8, "%s ms", number_read(estimate->tpot_ms, 3, number));
	return (int)strlen(buffer);
}

static void
survey(struct picture *picture)
{
	size_t count = picture->demand->loads.count * picture->demand->contexts.count;
	for (size_t i = 0; i < count; i++) {
		const struct cell *cell = &picture->cells[i];
		if (cell->status != JTN_OK)
			continue;
		double cost = cell->cost.per_mtok_total;
		bool beyond = (cell->estimate.flags & JTN_ESTIMATE_BEYOND_CONTEXT) != 0;
		picture->beyond |= beyond;
		bool served = cell->estimate.limited_by != JTN_LIMIT_DEMAND; /* what is asked, rather than the most it can */
		if (!beyond && served && (!picture->cheapest || cost < picture->cheapest->cost.per_mtok_total))
			picture->cheapest = cell;
		picture->low = picture->high == 0 || cost < picture->low ? cost : picture->low;
		picture->high = cost > picture->high ? cost : picture->high;
		picture->before = whole_digits(cost) > picture->before ? whole_digits(cost) : picture->before;
		char tpot[NUMBER_SIZE + 8];
		int width = tpot_text(&cell->estimate, tpot);
		picture->tpot_width = width > picture->tpot_width ? width : picture->tpot_width;
		picture->answered = true;
	}
}

double
shade_position(double cost, double low, double high)
{
	if (!(low > 0) || !(high > low))
		return 0;
	double at = log(cost / low) / log(high / low);
	return at < 0 ? 0 : at > 1 ? 1 : at;
}

static double
position(const struct picture *picture, double cost)
{
	return shade_position(cost, picture->low, picture->high);
}

void
shade_codes(struct text *text, double at)
{
	size_t step = (size_t)(at * (double)RAMP);
	step = step >= RAMP ? RAMP - 1 : step;
	text_addf(text, "\033[48;5;%dm\033[38;5;%dm", ramp[step], step < RAMP_DARK ? 16 : 231);
}

static void
shade_on(const struct picture *picture, double at)
{
	if (picture->look->colour)
		shade_codes(picture->text, at);
}

static void
plain_on(const struct picture *picture, const char *codes)
{
	if (picture->look->colour)
		text_addf(picture->text, "\033[%sm", codes);
}

static const char *
shade_glyph(double at)
{
	static const char *const glyphs[] = {"  ", "░░", "▒▒", "▓▓", "██"};
	size_t step = (size_t)(at * 5);
	return glyphs[step > 4 ? 4 : step];
}

static void
cell_first_line(struct picture *picture, const struct cell *cell)
{
	struct text line = {0};
	const struct look *look = picture->look;
	if (cell->status != JTN_OK) {
		text_addf(&line, " — %s", cell->status == JTN_E_DOES_NOT_FIT ? "no KV room" : "no answer");
		plain_on(picture, "2");
	} else {
		double cost = cell->cost.per_mtok_total, at = position(picture, cost);
		char number[NUMBER_SIZE];
		text_addf(&line, " %s%s", look->colour ? "" : shade_glyph(at), look->colour ? "" : " ");
		text_fill(&line, " ", picture->before - whole_digits(cost)); /* the points lie under each other */
		text_add(&line, number_read(cost, 3, number));
		text_add(&line, cell == picture->cheapest ? " ★" : "");
		text_add(&line, cell->estimate.flags & JTN_ESTIMATE_BEYOND_CONTEXT ? " †" : "");
		shade_on(picture, at);
		plain_on(picture, "1");
	}
	text_column(picture->text, text_string(&line), picture->width);
	plain_on(picture, "0");
	text_free(&line);
}

static void
cell_second_line(struct picture *picture, const struct cell *cell)
{
	struct text line = {0};
	if (cell->status != JTN_OK) {
		text_addf(&line, "   see note %zu", note_of(picture, cell));
		plain_on(picture, "2");
	} else {
		const struct jtn_estimate *estimate = &cell->estimate;
		char tpot[NUMBER_SIZE + 8];
		tpot_text(estimate, tpot);
		text_add(&line, picture->look->colour || picture->width < WORDY ? " " : "    ");
		text_column(&line, tpot, picture->tpot_width);
		text_addf(&line, " %s", limit_word(estimate->limited_by, picture->width < WORDY));
		shade_on(picture, position(picture, cell->cost.per_mtok_total));
	}
	text_column(picture->text, text_string(&line), picture->width);
	plain_on(picture, "0");
	text_free(&line);
}

static void
add_heads(struct picture *picture, size_t from, size_t to)
{
	const struct demand *demand = picture->demand;
	struct text name = {0};
	char number[NUMBER_SIZE];
	text_column(picture->text, "context", LABEL);
	for (size_t i = from; i < to; i++) {
		text_clear(&name);
		text_addf(&name, " %s", number_context(demand->contexts.values[i], number));
		plain_on(picture, "1");
		text_column(picture->text, text_string(&name), picture->width);
		plain_on(picture, "0");
		text_add(picture->text, " ");
	}
	text_end_line(picture->text);
	plain_on(picture, "2");
	text_column(picture->text, "in + out", LABEL);
	for (size_t i = from; i < to; i++) {
		struct jtn_workload workload = demand_workload(demand, demand->contexts.values[i], 1);
		text_clear(&name);
		text_addf(&name, " %.0f + %.0f", workload.input_tokens, workload.output_tokens);
		text_column(picture->text, text_string(&name), picture->width);
		text_add(picture->text, " ");
	}
	plain_on(picture, "0");
	text_end_line(picture->text);
	text_free(&name);
}

static void
add_row(struct picture *picture, size_t row, size_t from, size_t to)
{
	const struct demand *demand = picture->demand;
	const struct cell *cells = picture->cells + row * demand->contexts.count;
	char number[NUMBER_SIZE];
	const char *label = demand->offline                   ? "full"
	                    : demand->loads.values[row] < 1e8 ? number_plain(demand->loads.values[row], 6, number)
	                                                      : number_short(demand->loads.values[row], number);
	plain_on(picture, "1");
	text_column(picture->text, label, 1 - LABEL + 1);
	text_fill(picture->text, " ", 2);
	plain_on(picture, "0");
	for (size_t i = from; i < to; i++) {
		cell_first_line(picture, &cells[i]);
		text_add(picture->text, " ");
	}
	text_end_line(picture->text);
	text_fill(picture->text, " ", LABEL);
	for (size_t i = from; i < to; i++) {
		cell_second_line(picture, &cells[i]);
		text_add(picture->text, " ");
	}
	text_end_line(picture->text);
	text_add(picture->text, picture->look->colour || row + 1 == demand->loads.count ? "" : "\n");
}

/* The columns that fit side by side; wider grids go on below. */
static void
add_panels(struct picture *picture)
{
	const struct demand *demand = picture->demand;
	size_t columns = demand->contexts.count;
	size_t most = (size_t)(picture->look->width - LABEL) / (NARROWEST + 1);
	size_t across = columns < most ? columns : most;
	int width = (picture->look->width - LABEL) / (int)across - 1;
	picture->width = width > WIDEST ? WIDEST : width;
	for (size_t from = 0; from < columns; from += across) {
		size_t to = from + across < columns ? from + across : columns;
		text_add(picture->text, "\n");
		add_heads(picture, from, to);
		text_column(picture->text, demand->offline ? "queue" : demand->open_loop ? "requests/s" : "requests", LABEL);
		text_end_line(picture->text);
		for (size_t row = 0; row < demand->loads.count; row++)
			add_row(picture, row, from, to);
	}
}

static void
add_scale(struct picture *picture)
{
	char number[NUMBER_SIZE];
	if (!(picture->high > picture->low))
		return;
	text_fill(picture->text, " ", LABEL);
	text_addf(picture->text, "cheap %s ", number_read(picture->low, 3, number));
	for (size_t i = 0; i < RAMP; i++) {
		double at = ((double)i + 0.5) / (double)RAMP;
		if (picture->look->colour) {
			shade_on(picture, at);
			text_add(picture->text, "  ");
			plain_on(picture, "0");
		} else if (i % 2 == 0) {
			text_add(picture->text, shade_glyph(at));
		}
	}
	text_addf(picture->text, " %s dear\n", number_read(picture->high, 3, number));
}

static void
add_line(struct picture *picture, const char *mark, struct text *line)
{
	text_column(picture->text, mark, LABEL);
	text_wrap(picture->text, text_string(line), LABEL, picture->look->width);
	text_add(picture->text, "\n");
	text_clear(line);
}

static void
add_cheapest(struct picture *picture)
{
	const struct cell *cell = picture->cheapest;
	const char *currency = picture->subject->rent.hour.currency;
	struct text line = {0};
	char number[NUMBER_SIZE];
	text_addf(&line, "%s %s per million tokens", number_read(cell->cost.per_mtok_total, 3, number), currency);
	if (cell->workload.concurrency > 0)
		text_addf(&line, " at %s requests in the system,", number_plain(cell->workload.concurrency, 6, number));
	else if (cell->workload.request_rate > 0)
		text_addf(&line, " at %s requests/s,", number_plain(cell->workload.request_rate, 6, number));
	else
		text_add(&line, " with a full queue,");
	text_addf(&line,
	          " context %s:", number_context(cell->workload.input_tokens + cell->workload.output_tokens, number));
	text_addf(&line, " input %s,", number_read(cell->cost.per_mtok_input, 3, number));
	if (cell->workload.cached_input_tokens > 0)
		text_addf(&line, " cached input %s,", number_read(cell->cost.per_mtok_cached_input, 3, number));
	text_addf(&line, " output %s;", number_read(cell->cost.per_mtok_output, 3, number));
	text_addf(&line, " the whole bill over output alone %s.",
	          number_read(cell->cost.per_mtok_output_all_in, 3, number));
	text_addf(&line, " %s output tokens/s per accelerator",
	          number_read(cell->estimate.output_tps_per_accelerator, 3, number));
	if (!(cell->estimate.flags & (JTN_ESTIMATE_UNBOUNDED | JTN_ESTIMATE_NO_LATENCY)))
		text_addf(&line, ", TTFT %s ms", number_read(cell->estimate.ttft_ms, 3, number));
	if (cell->estimate.power_kw > 0)
		text_addf(&line, ", %s kW", number_read(cell->estimate.power_kw, 3, number));
	add_line(picture, "★ cheapest", &line);
	text_free(&line);
}

static void
add_beyond(struct picture *picture)
{
	struct text line = {0};
	char number[NUMBER_SIZE];
	if (!picture->beyond)
		return;
	text_addf(&line, "longer than the %s tokens this model was configured for",
	          number_context(picture->subject->model->facts.context_tokens, number));
	add_line(picture, "†", &line);
	text_free(&line);
}

static void
add_limits(struct picture *picture)
{
	static const char *const meanings[] = {"",
	                                       "reading weights and KV cache",
	                                       "arithmetic",
	                                       "links between accelerators",
	                                       "the software's own time",
	                                       "requests wait for KV-cache memory",
	                                       "requests wait for a slot in the batch",
	                                       "more is asked than the maximum"};
	size_t count = picture->demand->loads.count * picture->demand->contexts.count;
	struct text line = {0};
	for (int32_t limit = 1; limit <= JTN_LIMIT_DEMAND; limit++) {
		bool found = false;
		for (size_t i = 0; i < count && !found; i++)
			found = picture->cells[i].status == JTN_OK && picture->cells[i].estimate.limited_by == limit;
		if (found)
			text_addf(&line, "%s%s: %s", line.length > 0 ? "; " : "", limit_word(limit, picture->width < WORDY),
			          meanings[limit]);
	}
	if (line.length > 0)
		add_line(picture, "limits", &line);
	text_free(&line);
}

static void
add_bands(struct picture *picture)
{
	size_t count = picture->demand->loads.count * picture->demand->contexts.count;
	double cost = 0, tpot = 0;
	bool approximate = false;
	struct text line = {0};
	for (size_t i = 0; i < count; i++) {
		const struct cell *cell = &picture->cells[i];
		if (cell->status != JTN_OK)
			continue;
		cost = cell->estimate.error_cost > cost ? cell->estimate.error_cost : cost;
		tpot = cell->estimate.error_tpot > tpot ? cell->estimate.error_tpot : tpot;
		approximate |= (cell->estimate.flags & JTN_ESTIMATE_APPROXIMATE) != 0;
	}
	text_addf(&line, "± %.0f %% on cost, ± %.0f %% on TPOT: 8 times in 10 the truth lies within a factor of %.2f",
	          cost * 100, tpot * 100, 1 + cost);
	if (tpot != cost)
		text_addf(&line, " and of %.2f", 1 + tpot);
	if (approximate)
		text_add(&line, "; wide, as this lies outside what the profile was fitted on");
	add_line(picture, "error", &line);
	text_free(&line);
}

void
grid_draw(struct text *text, const struct subject *subject, const struct demand *demand, const struct cell *cells,
          const struct look *look)
{
	struct picture picture = {.text = text, .subject = subject, .demand = demand, .cells = cells, .look = look};
	struct text line = {0};
	survey(&picture);
	text_addf(text, "\n%s per million tokens, input and output together; TPOT; what limits it\n",
	          subject->rent.hour.currency);
	add_panels(&picture);
	text_add(text, "\n");
	if (picture.answered) {
		add_scale(&picture);
		if (picture.cheapest)
			add_cheapest(&picture);
		add_beyond(&picture);
		add_limits(&picture);
		add_bands(&picture);
	}
	for (size_t i = 0; i < picture.note_count; i++) {
		char mark[32];
		snprintf(mark, sizeof(mark), "note %zu", i + 1);
		text_add_clean(&line, picture.notes[i]);
		add_line(&picture, mark, &line);
	}
	text_free(&line);
}
