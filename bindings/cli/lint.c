/* jeton book lint: what is doubtful in a price book. Doubts are not errors: a price may be odd and right. */
#include "book.h"
#include "output.h"
#include "prices.h"
#include "rule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What no token has cost yet, per million, in currencies of about a dollar. */
#define ABSURD_PER_MTOK 5000
/* How far from its siblings a price or an output-to-input ratio may lie before a slip of 1000 is likelier. */
#define SLIP 500
#define RATIO_SLIP 100
#define SIBLINGS_LEAST 4

struct lint {
	const char *file;
	struct text out;
	bool json;
	size_t findings;
	size_t errors;
};

static void
add_member(struct text *text, const char *key, const char *value)
{
	text_addf(text, "\"%s\": ", key);
	text_json_string(text, value);
}

static void
tell(struct lint *lint, bool error, const char *code, const char *entry, const char *field, const char *message,
     long line)
{
	struct text *out = &lint->out;
	if (lint->json) {
		text_add(out, lint->findings > 0 ? ",\n {" : "{");
		add_member(out, "file", lint->file);
		if (line > 0)
			text_addf(out, ", \"line\": %ld", line);
		add_member((text_add(out, ", "), out), "entry", entry);
		add_member((text_add(out, ", "), out), "field", field);
		add_member((text_add(out, ", "), out), "code", code);
		add_member((text_add(out, ", "), out), "severity", error ? "error" : "doubt");
		add_member((text_add(out, ", "), out), "message", message);
		text_add(out, "}");
	} else {
		const char *const parts[] = {lint->file, entry, field, message};
		for (size_t i = 0; i < 4; i++) {
			if (!parts[i][0])
				continue;
			text_add_clean(out, parts[i]);
			if (i == 0 && line > 0)
				text_addf(out, ":%ld", line);
			text_add(out, i < 3 ? ": " : "");
		}
		text_addf(out, " [%s%s]\n", error ? "error, " : "", code);
	}
	lint->findings++;
	lint->errors += error;
}

/* What the reader left out, repaired, or did not understand. */
static void
tell_notes(struct lint *lint, const struct pricebook *book)
{
	for (uint64_t i = 0; i < book->facts.notes; i++) {
		struct jtn_error note = {0};
		if (jtn_book_read_note(book->book, i, &note) != JTN_OK)
			continue;
		bool noise = note.status == JTN_E_INEXACT;
		bool left_out = note.index >= 0;
		const char *code = noise ? "float_noise" : note.status == JTN_OK ? "note" : jtn_status_name(note.status);
		tell(lint, left_out, code, note.field, "", note.message, note.line);
	}
}

static bool
dollarlike(const char *currency)
{
	return strstr("USD EUR GBP CHF CAD AUD SGD", currency) != NULL;
}

static const char *
rule_name(const struct jtn_rule_facts *rule)
{
	return rule->id ? rule->id : "";
}

static void
check_magnitude(struct lint *lint, const struct prices *prices, const struct jtn_rule_facts *rule)
{
	struct jtn_meter_facts facts = {0};
	uint32_t meter = rule_meter(rule);
	char number[NUMBER_SIZE];
	struct text message = {0};
	if (!meter || jtn_meter_read_facts(meter, &facts, sizeof(facts)) != JTN_OK || !facts.tokens ||
	    !dollarlike(prices->facts.currency) || rule_quoted(rule, meter) <= ABSURD_PER_MTOK)
		return;
	text_addf(&message,
	          "%s %s per million tokens of %s is beyond anything sold; is it a price per 1000, or per million?",
	          number_read(rule_quoted(rule, meter), 4, number), prices->facts.currency, jtn_meter_name(meter));
	tell(lint, false, "magnitude", prices->name, rule_name(rule), text_string(&message), 0);
	text_free(&message);
}

/* Prices that answer the same question at different times. */
static bool
same_question(const struct jtn_rule_facts *a, const struct jtn_rule_facts *b)
{
	return a->effect == b->effect && a->meters[0] == b->meters[0] && a->meters[1] == b->meters[1] &&
	       a->tiers == b->tiers && a->threshold == b->threshold && a->above == b->above && a->windows == 0 &&
	       b->windows == 0;
}

/* Nothing that asks the same begins at the end of this one, though something begins later. */
static void
check_gap(struct lint *lint, const struct prices *prices, const struct jtn_rule_facts *rule)
{
	int64_t next = INT64_MAX;
	struct text message = {0};
	if (rule->effect != JTN_EFFECT_PRICE || rule->until_ns == INT64_MAX)
		return;
	for (uint32_t i = 0; i < prices->facts.rules; i++) {
		const struct jtn_rule_facts *other = &prices->rules[i];
		if (other == rule || !same_question(rule, other))
			continue;
		if (other->from_ns <= rule->until_ns && other->until_ns > rule->until_ns)
			return;
		if (other->from_ns > rule->until_ns && other->from_ns < next)
			next = other->from_ns;
	}
	if (next == INT64_MAX)
		return;
	text_add(&message, "no price between ");
	instant_add(&message, rule->until_ns);
	text_add(&message, " and ");
	instant_add(&message, next);
	tell(lint, false, "validity_gap", prices->name, rule_name(rule), text_string(&message), 0);
	text_free(&message);
}

static bool
at_the_same_time(const struct jtn_rule_facts *a, const struct jtn_rule_facts *b)
{
	return a->from_ns < b->until_ns && b->from_ns < a->until_ns;
}

/* Above a threshold it costs less than below it. */
static void
check_tiers(struct lint *lint, const struct prices *prices, const struct jtn_rule_facts *rule)
{
	const struct jtn_rule_facts *below = NULL;
	uint32_t meter = rule_meter(rule);
	struct text message = {0};
	if (rule->effect != JTN_EFFECT_PRICE || rule->threshold == JTN_THRESHOLD_NONE || rule->windows > 0)
		return;
	for (uint32_t i = 0; i < prices->facts.rules; i++) {
		const struct jtn_rule_facts *other = &prices->rules[i];
		bool lower = other->threshold == JTN_THRESHOLD_NONE ||
		             (other->threshold == rule->threshold && other->above < rule->above);
		if (lower && other->effect == JTN_EFFECT_PRICE && other->windows == 0 && rule_has(other, meter) &&
		    other->tiers == rule->tiers && at_the_same_time(other, rule) &&
		    (!below || (other->threshold != JTN_THRESHOLD_NONE &&
		                (below->threshold == JTN_THRESHOLD_NONE || other->above > below->above))))
			below = other;
	}
	if (!below || !(rule_unit(rule) < rule_unit(below) * (1 - 1e-12)))
		return;
	text_addf(&message, "above %lld it costs less than below: ", (long long)rule->above);
	rule_add_quoted(&message, rule, meter);
	text_add(&message, " after ");
	rule_add_quoted(&message, below, meter);
	tell(lint, false, "tier_falls", prices->name, rule_name(rule), text_string(&message), 0);
	text_free(&message);
}

static void
check_cache(struct lint *lint, const struct prices *prices)
{
	for (uint32_t i = 0; i < 5; i++) {
		const struct jtn_rule_facts *input = prices_plain(prices, JTN_METER_INPUT + i);
		const struct jtn_rule_facts *cached = prices_plain(prices, JTN_METER_CACHE_READ + i);
		struct text message = {0};
		if (!input || !cached || !(rule_unit(cached) > rule_unit(input) * (1 + 1e-12)))
			continue;
		text_addf(&message, "%s costs more than %s: ", jtn_meter_name(JTN_METER_CACHE_READ + i),
		          jtn_meter_name(JTN_METER_INPUT + i));
		rule_add_quoted(&message, cached, JTN_METER_CACHE_READ + i);
		text_add(&message, " against ");
		rule_add_quoted(&message, input, JTN_METER_INPUT + i);
		tell(lint, false, "cache_dearer", prices->name, rule_name(cached), text_string(&message), 0);
		text_free(&message);
	}
}

static int
by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

/* What is compared with its siblings: a meter's price, or the ratio of output to input. */
static double
figure_of(const struct prices *prices, uint32_t meter)
{
	const struct jtn_rule_facts *input = prices_plain(prices, JTN_METER_INPUT);
	const struct jtn_rule_facts *rule = prices_plain(prices, meter ? meter : JTN_METER_OUTPUT);
	if (meter)
		return rule ? rule_quoted(rule, meter) : 0;
	return rule && input && rule_unit(input) > 0 ? rule_unit(rule) / rule_unit(input) : 0;
}

static bool
siblings(const struct prices *a, const struct prices *b)
{
	const char *one = a->facts.provider ? a->facts.provider : "", *other = b->facts.provider ? b->facts.provider : "";
	return strcmp(one, other) == 0 && strcmp(a->facts.currency, b->facts.currency) == 0;
}

/* Beyond magnitude: no measure for others. */
static bool
absurd(const struct prices *prices, uint32_t meter, double value)
{
	return meter && dollarlike(prices->facts.currency) && value > ABSURD_PER_MTOK;
}

/* Against all of [first, end), which are of one provider. */
static void
check_siblings(struct lint *lint, const struct prices *prices, size_t count, uint32_t meter)
{
	double *values = cli_grow(NULL, (count + 1) * sizeof(*values));
	size_t known = 0;
	char number[NUMBER_SIZE], median_number[NUMBER_SIZE];
	for (size_t i = 0; i < count; i++) {
		double value = figure_of(&prices[i], meter);
		if (value > 0 && !absurd(&prices[i], meter, value))
			values[known++] = value;
	}
	qsort(values, known, sizeof(*values), by_value);
	double median = known > 0 ? values[known / 2] : 0, far = meter ? SLIP : RATIO_SLIP;
	free(values);
	if (known < SIBLINGS_LEAST && !(meter == 0 && known > 0))
		return;
	median = known < SIBLINGS_LEAST ? 4 : median; /* output commonly costs some four times input */
	for (size_t i = 0; i < count; i++) {
		double value = figure_of(&prices[i], meter);
		const struct jtn_rule_facts *rule = prices_plain(&prices[i], meter ? meter : JTN_METER_OUTPUT);
		struct text message = {0};
		bool near = value < far * median && value > median / far;
		if (!(value > 0) || near || absurd(&prices[i], meter, value)) /* the last is told already */
			continue;
		if (meter)
			text_addf(&message, "%s %s of %s, where half of this provider's are at most %s: off by 1000?",
			          number_read(value, 4, number), prices[i].facts.currency, jtn_meter_name(meter),
			          number_read(median, 4, median_number));
		else
			text_addf(&message, "output costs %s times what input does; %s is usual: is one of them off by 1000?",
			          number_read(value, 4, number), number_read(median, 3, median_number));
		tell(lint, false, meter ? "off_by_1000" : "output_input_ratio", prices[i].name, rule_name(rule),
		     text_string(&message), 0);
		text_free(&message);
	}
}

static int
by_provider(const void *a, const void *b)
{
	const struct prices *one = a, *other = b;
	int way =
		strcmp(one->facts.provider ? one->facts.provider : "", other->facts.provider ? other->facts.provider : "");
	way = way ? way : strcmp(one->facts.currency, other->facts.currency);
	return way ? way : strcmp(one->name, other->name);
}

static void
lint_prices(struct lint *lint, struct prices *prices, size_t count)
{
	static const uint32_t compared[] = {JTN_METER_INPUT, JTN_METER_OUTPUT, JTN_METER_CACHE_READ, 0};
	for (size_t i = 0; i < count; i++) {
		for (uint32_t rule = 0; rule < prices[i].facts.rules; rule++) {
			if (prices[i].rules[rule].effect == JTN_EFFECT_PRICE)
				check_magnitude(lint, &prices[i], &prices[i].rules[rule]);
			check_gap(lint, &prices[i], &prices[i].rules[rule]);
			check_tiers(lint, &prices[i], &prices[i].rules[rule]);
		}
		check_cache(lint, &prices[i]);
	}
	qsort(prices, count, sizeof(*prices), by_provider);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && siblings(&prices[first], &prices[end]);)
			end++;
		for (size_t i = 0; i < sizeof(compared) / sizeof(*compared); i++)
			check_siblings(lint, prices + first, end - first, compared[i]);
	}
}

/* "provider/model" without what books spell differently: case, ".", "_", "@", and the provider before the model. */
static char *
normal_name(const struct prices *prices)
{
	const char *provider = prices->facts.provider ? prices->facts.provider : "";
	const char *model = prices->facts.model ? prices->facts.model : "";
	size_t length = strlen(provider);
	struct text text = {0};
	if (strncmp(model, provider, length) == 0 && model[length] == '/')
		model += length + 1;
	text_addf(&text, "%s/%s@%s", provider, model, prices->facts.region ? prices->facts.region : "");
	for (char *at = text.bytes; *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : strchr("._: ", *at) ? '-' : *at);
	return text.bytes;
}

struct named {
	char *name;
	const struct prices *prices;
};

static int
by_normal_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static struct named *
name_all(const struct prices *prices, size_t count)
{
	struct named *named = cli_grow(NULL, (count + 1) * sizeof(*named));
	for (size_t i = 0; i < count; i++)
		named[i] = (struct named){normal_name(&prices[i]), &prices[i]};
	qsort(named, count, sizeof(*named), by_normal_name);
	return named;
}

static void
free_names(struct named *named, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(named[i].name);
	free(named);
}

/* Every meter that both price plainly; a name in the same book is told with no file. */
static void
compare(struct lint *lint, const struct prices *ours, const struct prices *theirs, const char *their_file)
{
	if (strcmp(ours->facts.currency, theirs->facts.currency) != 0)
		return;
	for (uint32_t meter = 1; meter <= jtn_meter_count(); meter++) {
		const struct jtn_rule_facts *here = prices_plain(ours, meter), *there = prices_plain(theirs, meter);
		struct text message = {0};
		if (!here || !there || fabs(rule_unit(here) - rule_unit(there)) <= 1e-9 * fabs(rule_unit(here)))
			continue;
		text_addf(&message, "%s is ", jtn_meter_name(meter));
		rule_add_quoted(&message, here, meter);
		text_add(&message, " here and ");
		rule_add_quoted(&message, there, meter);
		if (!their_file)
			text_addf(&message, " as %s", theirs->name);
		else if (strcmp(ours->name, theirs->name) == 0)
			text_addf(&message, " in %s", their_file);
		else
			text_addf(&message, " in %s (there %s)", their_file, theirs->name);
		tell(lint, false, their_file ? "disagrees" : "twins", ours->name, rule_name(here), text_string(&message), 0);
		text_free(&message);
	}
}

/* Names of one book that differ in spelling only: one of the two prices may be the one that nobody kept up. */
static void
lint_twins(struct lint *lint, const struct prices *prices, size_t count)
{
	struct named *named = name_all(prices, count);
	for (size_t i = 1; i < count; i++)
		if (strcmp(named[i - 1].name, named[i].name) == 0)
			compare(lint, named[i - 1].prices, named[i].prices, NULL);
	free_names(named, count);
}

static void
lint_pair(struct lint *lint, const struct prices *ours, size_t our_count, const struct pricebook *other)
{
	size_t count;
	struct prices *theirs = prices_open(other, &count);
	struct named *here = name_all(ours, our_count), *there = name_all(theirs, count);
	for (size_t i = 0, j = 0; i < our_count; i++) {
		while (j < count && strcmp(there[j].name, here[i].name) < 0)
			j++;
		if (j < count && strcmp(there[j].name, here[i].name) == 0)
			compare(lint, here[i].prices, there[j].prices, other->source.given);
	}
	free_names(here, our_count);
	free_names(there, count);
	prices_close(theirs, count);
}

static void
lint_books(struct lint *lint, const struct pricebook *books, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t tariffs;
		struct prices *prices = prices_open(&books[i], &tariffs);
		lint->file = books[i].source.given;
		tell_notes(lint, &books[i]);
		lint_prices(lint, prices, tariffs);
		lint_twins(lint, prices, tariffs);
		if (i == 0 && count > 1)
			lint_pair(lint, prices, tariffs, &books[1]);
		prices_close(prices, tariffs);
	}
}

int
book_lint(const struct options *options)
{
	struct pricebook books[2] = {0};
	struct jtn_book_options how;
	struct problem problem = {0};
	struct lint lint = {.json = options->value[OPT_JSON] != NULL};
	size_t count = options->positional_count - 1;
	int code = CLI_OK;
	if (count != 1 && count != 2)
		return cli_error("book lint: %s; one is wanted, or two to be compared",
		                 count == 0 ? "no book is given" : "more than two books are given");
	jtn_book_options_init(&how);
	how.skip_bad_entries = how.repair_float_noise = 1; /* each is noted, and told here */
	for (size_t i = 0; i < count && code == CLI_OK; i++) {
		code = pricebook_open(options->positional[1 + i], &how, PRICES_ANY, &books[i], &problem);
		if (code != CLI_OK)
			problem_print(&problem, code);
	}
	if (code == CLI_OK) {
		if (lint.json)
			text_add(&lint.out, "[");
		lint_books(&lint, books, count);
		if (lint.json)
			text_add(&lint.out, "]\n");
		code = lint.errors > 0 || (options->value[OPT_STRICT] && lint.findings > 0) ? CLI_ROWS : CLI_OK;
		code = output_all(options->value[OPT_OUTPUT], &lint.out, code);
	}
	pricebook_close(&books[0]);
	pricebook_close(&books[1]);
	text_free(&lint.out);
	return code;
}
