/* Grouping: keys of rows, statements by currency, and how they are shown. */
#include "group.h"

#include "digits.h"
#include "options.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	enum key_source source;
} derived[] = {{"provider", KEY_PROVIDER}, {"model", KEY_MODEL}, {"region", KEY_REGION}, {"tier", KEY_TIER},
               {"day", KEY_DAY},           {"month", KEY_MONTH}, {"meter", KEY_METER}};

int
group_keys_parse(const char *text, struct group_keys *ret)
{
	*ret = (struct group_keys){0};
	if (!text)
		return CLI_OK;
	ret->text = cli_grow(NULL, strlen(text) + 1);
	strcpy(ret->text, text);
	for (char *at = ret->text;;) {
		size_t length = strcspn(at, ",");
		bool last = !at[length];
		at[length] = '\0';
		if (length == 0)
			return cli_error("--group-by %s: a key is empty; members of a row are wanted, as in tenant,model,day",
			                 text);
		if (ret->count == JTN_STATEMENT_KEYS)
			return cli_error("--group-by %s: more than %d keys", text, JTN_STATEMENT_KEYS);
		for (size_t i = 0; i < ret->count; i++)
			if (strcmp(ret->names[i], at) == 0)
				return cli_error("--group-by %s: %s is there twice", text, at);
		ret->names[ret->count] = at;
		for (size_t i = 0; i < sizeof(derived) / sizeof(*derived); i++)
			if (strcmp(derived[i].name, at) == 0)
				ret->sources[ret->count] = derived[i].source;
		ret->by_meter |= ret->sources[ret->count++] == KEY_METER;
		if (last)
			return CLI_OK;
		at += length + 1;
	}
}

void
group_keys_free(struct group_keys *keys)
{
	free(keys->text);
	keys->text = NULL;
}

static jtn_status
statement_of(struct groups *groups, const char *currency, struct jtn_statement **ret, struct jtn_error *reterr)
{
	size_t at = 0;
	while (at < groups->count && strcmp(groups->currencies[at], currency) != 0)
		at++;
	if (at == groups->count) {
		if (at == CURRENCIES_MOST) {
			*reterr = (struct jtn_error){.status = JTN_E_LIMIT, .index = -1, .message = "more than 64 currencies"};
			return JTN_E_LIMIT;
		}
		jtn_status status = jtn_statement_new(currency, groups->keys->names, groups->keys->count, NULL,
		                                      &groups->statements[at], reterr);
		if (status != JTN_OK)
			return status;
		strncpy(groups->currencies[at], currency, sizeof(groups->currencies[at]) - 1);
		groups->count++;
	}
	*ret = groups->statements[at];
	return JTN_OK;
}

jtn_status
groups_add(struct groups *groups, const char *currency, const char *const *keys, const struct jtn_charge *charge,
           const struct jtn_count *counts, size_t count, struct jtn_error *reterr)
{
	struct jtn_statement *statement;
	jtn_status status = statement_of(groups, currency, &statement, reterr);
	return status == JTN_OK ? jtn_statement_add(statement, currency, keys, charge, counts, count, reterr) : status;
}

jtn_status
groups_merge(struct groups *groups, const struct groups *other, struct jtn_error *reterr)
{
	jtn_status status = JTN_OK;
	for (size_t i = 0; i < other->count && status == JTN_OK; i++) {
		struct jtn_statement *statement;
		status = statement_of(groups, other->currencies[i], &statement, reterr);
		if (status == JTN_OK)
			status = jtn_statement_merge(statement, other->statements[i], reterr);
	}
	return status;
}

/* By currency, so that the order of rows, and of threads, does not show. */
static void
sort(struct groups *groups)
{
	for (size_t i = 1; i < groups->count; i++)
		for (size_t j = i; j > 0 && strcmp(groups->currencies[j], groups->currencies[j - 1]) < 0; j--) {
			struct jtn_statement *statement = groups->statements[j];
			char currency[8];
			memcpy(currency, groups->currencies[j], sizeof(currency));
			groups->statements[j] = groups->statements[j - 1];
			memcpy(groups->currencies[j], groups->currencies[j - 1], sizeof(currency));
			groups->statements[j - 1] = statement;
			memcpy(groups->currencies[j - 1], currency, sizeof(currency));
		}
}

void
groups_json(struct groups *groups, struct text *text)
{
	sort(groups);
	text_add(text, "[");
	for (size_t i = 0; i < groups->count; i++) {
		size_t length = 0;
		(void)!jtn_statement_write(groups->statements[i], NULL, 0, &length);
		char *room = text_room(text, length + 8);
		if (i > 0) {
			memcpy(room, ",\n ", 3);
			room += 3;
		}
		if (jtn_statement_write(groups->statements[i], room, length + 1, &length) == JTN_OK)
			text_used(text, room + length);
	}
	text_add(text, "]\n");
}

/* Tokens of a group that went in, or came out. */
static int64_t
tokens(const struct jtn_group *group, int32_t direction)
{
	int64_t sum = 0;
	struct jtn_meter_facts facts;
	for (uint32_t i = 0; i < group->count; i++)
		if (jtn_meter_read_facts(group->counts[i].meter, &facts, sizeof(facts)) == JTN_OK && facts.tokens &&
		    facts.direction == direction)
			sum = group->counts[i].quantity > INT64_MAX - sum ? INT64_MAX : sum + group->counts[i].quantity;
	return sum;
}

#define COLUMNS_MOST (JTN_STATEMENT_KEYS + 6)

struct table {
	struct text *cells; /* row by row */
	size_t columns;
	size_t rows;
};

struct figures {
	uint64_t rows, failed;
	int64_t input, output;
	struct jtn_money total;
	bool beyond; /* a sum left its range */
};

/* The cells of a row more, empty. */
static struct text *
add_row(struct table *table)
{
	size_t at = table->rows++ * table->columns;
	table->cells = cli_grow(table->cells, table->rows * table->columns * sizeof(*table->cells));
	memset(table->cells + at, 0, table->columns * sizeof(*table->cells));
	return table->cells + at;
}

static void
add_figures(struct text *cells, const struct figures *figures, const char *currency)
{
	bool none = strcmp(currency, NO_CURRENCY) == 0;
	text_addf(&cells[0], "%llu", (unsigned long long)figures->rows);
	text_addf(&cells[1], "%llu", (unsigned long long)figures->failed);
	text_addf(&cells[2], "%lld", (long long)figures->input);
	text_addf(&cells[3], "%lld", (long long)figures->output);
	if (none)
		text_add(&cells[4], "—");
	else if (figures->beyond)
		text_add(&cells[4], "beyond 10^20");
	else
		text_money(&cells[4], figures->total);
	text_add(&cells[5], none ? "" : currency);
}

static int64_t
add_capped(int64_t a, int64_t b)
{
	return b > INT64_MAX - a ? INT64_MAX : a + b;
}

static void
add_statement(struct table *table, struct groups *groups, size_t at)
{
	const struct group_keys *keys = groups->keys;
	struct figures all = {0};
	struct jtn_group group = {.size = sizeof(group)};
	size_t count = jtn_statement_count(groups->statements[at]);
	for (size_t i = 0; i < count; i++) {
		if (jtn_statement_read_group(groups->statements[at], i, &group) != JTN_OK)
			continue;
		struct figures one = {
			group.rows,  group.failed, tokens(&group, JTN_DIRECTION_INPUT), tokens(&group, JTN_DIRECTION_OUTPUT),
			group.total, false};
		struct text *cells = add_row(table);
		for (size_t key = 0; key < keys->count; key++)
			text_add_clean(&cells[key], group.keys[key] ? group.keys[key] : "—");
		add_figures(cells + keys->count, &one, groups->currencies[at]);
		all.rows += one.rows;
		all.failed += one.failed;
		all.input = add_capped(all.input, one.input);
		all.output = add_capped(all.output, one.output);
		all.beyond |= jtn_money_add(all.total, one.total, &all.total, NULL) != JTN_OK;
	}
	if (keys->count > 0 && count > 1)
		add_figures(add_row(table) + keys->count, &all, groups->currencies[at]);
}

static void
lay_out(const struct table *table, size_t keys, struct text *text)
{
	int widths[COLUMNS_MOST] = {0};
	for (size_t i = 0; i < table->rows * table->columns; i++) {
		int width = text_width(text_string(&table->cells[i]));
		widths[i % table->columns] = width > widths[i % table->columns] ? width : widths[i % table->columns];
	}
	for (size_t i = 0; i < table->rows * table->columns; i++) {
		size_t column = i % table->columns;
		bool left = column < keys || column + 1 == table->columns;
		text_column(text, text_string(&table->cells[i]), left ? widths[column] : -widths[column]);
		if (column + 1 == table->columns)
			text_end_line(text);
		else
			text_add(text, column + 2 == table->columns ? " " : "  ");
	}
}

void
groups_table(struct groups *groups, struct text *text)
{
	static const char *const heads[] = {"rows", "failed", "input", "output", "total", ""};
	const struct group_keys *keys = groups->keys;
	struct table table = {.columns = keys->count + 6};
	struct text *cells = add_row(&table);
	for (size_t i = 0; i < keys->count; i++)
		text_add_clean(&cells[i], keys->names[i]);
	for (size_t i = 0; i < 6; i++)
		text_add(&cells[keys->count + i], i == 0 && keys->by_meter ? "lines" : heads[i]);
	sort(groups);
	for (size_t i = 0; i < groups->count; i++)
		add_statement(&table, groups, i);
	lay_out(&table, keys->count, text);
	for (size_t i = 0; i < table.rows * table.columns; i++)
		text_free(&table.cells[i]);
	free(table.cells);
}

void
groups_free(struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		jtn_statement_free(groups->statements[i]);
	groups->count = 0;
}
