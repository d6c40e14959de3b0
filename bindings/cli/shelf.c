/* Books in the catalogue: a list of them, and one as a table of its tariffs. */
#include "shelf.h"

#include "prices.h"
#include "rule.h"

#include <stdlib.h>
#include <string.h>

static const char *
format_name(int32_t format)
{
	static const char *const names[] = {"", "jeton", "litellm", "genai-prices", "overlay"};
	return format > 0 && format < 5 ? names[format] : "";
}

void
shelf_heads(struct text *text)
{
	text_add(text, "id                        tariffs  format        as of       source\n");
}

static void
add_row(struct text *text, const struct pricebook *book)
{
	char number[24];
	snprintf(number, sizeof(number), "%llu", (unsigned long long)book->facts.tariffs);
	text_column(text, book->source.given, 24);
	text_column(text, number, -9);
	text_add(text, "  ");
	text_column(text, format_name(book->facts.format), 14);
	text_column(text, book->facts.as_of ? book->facts.as_of : "—", 12);
	text_add_clean(text, book->facts.source ? book->facts.source : "—");
	text_end_line(text);
}

static void
add_text(struct text *text, const char *key, const char *value)
{
	text_addf(text, ", \"%s\": ", key);
	if (value)
		text_json_string(text, value);
	else
		text_add(text, "null");
}

static void
add_json_tariffs(struct text *text, const struct prices *prices, size_t count)
{
	text_add(text, ", \"tariffs\": [");
	for (size_t i = 0; i < count; i++) {
		text_add(text, i > 0 ? ",\n  {\"id\": " : "\n  {\"id\": ");
		text_json_string(text, prices[i].name);
		add_text(text, "provider", prices[i].facts.provider);
		add_text(text, "model", prices[i].facts.model);
		add_text(text, "region", prices[i].facts.region);
		add_text(text, "currency", prices[i].facts.currency);
		add_text(text, "source", prices[i].facts.source);
		text_add(text, ", \"rules\": [");
		for (uint32_t rule = 0; rule < prices[i].facts.rules; rule++) {
			text_add(text, rule > 0 ? ", " : "");
			rule_json(text, &prices[i], rule);
		}
		text_add(text, "]}");
	}
	text_add(text, "]");
}

static void
add_json(struct text *text, const struct pricebook *book, const struct prices *prices, size_t count, bool shelf)
{
	text_add(text, "{\"id\": ");
	text_json_string(text, book->source.given);
	if (shelf)
		text_add(text, ", \"catalog\": \"book\"");
	add_text(text, "format", format_name(book->facts.format));
	add_text(text, "revision", book->facts.revision);
	add_text(text, "as_of", book->facts.as_of);
	add_text(text, "source", book->facts.source);
	if (book->facts.customer)
		add_text(text, "customer", book->facts.customer);
	text_addf(text, ", \"tariff_count\": %llu", (unsigned long long)book->facts.tariffs);
	if (prices)
		add_json_tariffs(text, prices, count);
	text_add(text, "}");
}

/* The conditions under which anything of a tariff costs differently, in short. */
static void
add_tiers(struct text *text, const struct prices *prices)
{
	uint32_t tiers = 0;
	size_t before = text->length;
	bool windows = false;
	for (uint32_t i = 0; i < prices->facts.rules; i++) {
		tiers |= prices->rules[i].tiers;
		windows |= prices->rules[i].windows > 0;
	}
	for (uint32_t tier = 0; tier < 32; tier++)
		if (tiers >> tier & 1 && tier != JTN_TIER_STANDARD && jtn_tier_name(tier))
			text_addf(text, "%s%s", text->length > before ? " " : "", jtn_tier_name(tier));
	int64_t told = 0;
	for (;;) { /* thresholds upwards, each once */
		int64_t next = INT64_MAX;
		for (uint32_t i = 0; i < prices->facts.rules; i++)
			if (prices->rules[i].threshold != JTN_THRESHOLD_NONE && prices->rules[i].above > told &&
			    prices->rules[i].above < next)
				next = prices->rules[i].above;
		if (next == INT64_MAX)
			break;
		text_addf(text, "%s>%lld%s", text->length > before ? " " : "",
		          (long long)(next % 1000 == 0 ? next / 1000 : next), next % 1000 == 0 ? "k" : "");
		told = next;
	}
	if (windows)
		text_add(text, text->length > before ? " hours" : "hours");
}

#define COLUMNS 8

static void
add_tariff_row(struct text *cells, const struct prices *prices)
{
	static const uint32_t meters[] = {JTN_METER_INPUT, JTN_METER_CACHE_READ, JTN_METER_OUTPUT};
	text_add_clean(&cells[0], prices->facts.provider ? prices->facts.provider : "—");
	text_add_clean(&cells[1], prices->facts.model ? prices->facts.model : "—");
	if (prices->facts.region) {
		text_add(&cells[1], "@");
		text_add_clean(&cells[1], prices->facts.region);
	}
	for (size_t i = 0; i < 3; i++) {
		const struct jtn_rule_facts *rule = prices_plain(prices, meters[i]);
		if (rule)
			rule_add_quoted(&cells[2 + i], rule, meters[i]);
		else
			text_add(&cells[2 + i], "—");
	}
	text_add(&cells[5], prices->facts.currency);
	add_tiers(&cells[6], prices);
	instant_add(&cells[7], prices->facts.first_ns);
}

static void
add_table(struct text *text, const struct prices *prices, size_t count)
{
	static const char *const heads[COLUMNS] = {"provider", "model", "input", "cache read",
	                                           "output",   "",      "tiers", "valid from"};
	struct text *cells = cli_grow(NULL, (count + 1) * COLUMNS * sizeof(*cells));
	int widths[COLUMNS] = {0};
	memset(cells, 0, (count + 1) * COLUMNS * sizeof(*cells));
	for (size_t i = 0; i < COLUMNS; i++)
		text_add(&cells[i], heads[i]);
	for (size_t i = 0; i < count; i++)
		add_tariff_row(cells + (i + 1) * COLUMNS, &prices[i]);
	for (size_t i = 0; i < (count + 1) * COLUMNS; i++) {
		int width = text_width(text_string(&cells[i]));
		widths[i % COLUMNS] = width > widths[i % COLUMNS] ? width : widths[i % COLUMNS];
	}
	for (size_t i = 0; i < (count + 1) * COLUMNS; i++) {
		size_t column = i % COLUMNS;
		text_column(text, text_string(&cells[i]), column >= 2 && column <= 4 ? -widths[column] : widths[column]);
		text_add(text, column == 4 ? " " : "  ");
		if (column + 1 == COLUMNS)
			text_end_line(text);
		text_free(&cells[i]);
	}
	free(cells);
}

static void
add_page(struct text *text, const struct pricebook *book, const struct prices *prices, size_t count,
         const struct look *look)
{
	text_addf(text, "%s", look->colour ? "\033[1m" : "");
	text_add_clean(text, book->source.given);
	text_addf(text, "%s: %s, %llu tariffs%s", look->colour ? "\033[0m" : "", format_name(book->facts.format),
	          (unsigned long long)book->facts.tariffs, book->facts.as_of ? ", as of " : "");
	text_add_clean(text, book->facts.as_of ? book->facts.as_of : "");
	text_addf(text, "\n%s\n", book->facts.revision ? book->facts.revision : "");
	if (book->facts.source) {
		text_add_clean(text, book->facts.source);
		text_add(text, "\n");
	}
	text_add(text, "\nprices of a million tokens\n");
	add_table(text, prices, count);
	const char *last = NULL;
	for (size_t i = 0; i < count; i++) { /* sources in their order, those of neighbours once */
		const char *source = prices[i].facts.source;
		if (!source || (last && strcmp(source, last) == 0) ||
		    (book->facts.source && strcmp(source, book->facts.source) == 0))
			continue;
		text_add(text, last ? "" : "\nsources\n");
		text_add(text, "  ");
		text_add_clean(text, prices[i].name);
		text_add(text, ": ");
		text_add_clean(text, source);
		text_add(text, "\n");
		last = source;
	}
}

int
shelf_add(struct text *text, const char *given, bool json, bool list, bool shelf, const struct look *look)
{
	struct pricebook book;
	struct problem problem = {0};
	int code = pricebook_open(given, NULL, PRICES_ANY, &book, &problem);
	if (code != CLI_OK) {
		problem_print(&problem, code);
		pricebook_close(&book);
		return code;
	}
	if (list && !json) {
		add_row(text, &book);
	} else if (list) {
		add_json(text, &book, NULL, 0, shelf);
	} else {
		size_t count;
		struct prices *prices = prices_open(&book, &count);
		if (json)
			add_json(text, &book, prices, count, shelf);
		else
			add_page(text, &book, prices, count, look);
		prices_close(prices, count);
	}
	pricebook_close(&book);
	return code;
}
