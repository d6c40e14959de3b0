/* Statement: exact sums by keys, merged in any order to the same bytes, and nothing added where something fails. */
#include "fixture.h"

#include "jeton/statement.h"

static const char *const tenant_and_model[] = {"tenant", "model"};

static struct jtn_money
money(const char *text)
{
	struct jtn_money amount;
	struct jtn_error err;

	assert_ok(jtn_money_parse(text, strlen(text), &amount, &err), err);
	return amount;
}

static struct jtn_statement *
new_statement(const struct jtn_allocator *allocator)
{
	struct jtn_statement *statement = NULL;
	struct jtn_error err;

	assert_ok(jtn_statement_new("USD", tenant_and_model, 2, allocator, &statement, &err), err);
	return statement;
}

/* The whole text; free it. */
static char *
written(struct jtn_statement *statement)
{
	size_t length = 0, again = 0;
	char *text;

	assert_status(jtn_statement_write(statement, NULL, 0, &length), JTN_E_SPACE);
	text = malloc(length + 1);
	ck_assert_ptr_nonnull(text);
	assert_status(jtn_statement_write(statement, text, length + 1, &again), JTN_OK);
	ck_assert_uint_eq(length, again);
	ck_assert_uint_eq(strlen(text), length);
	return text;
}

static void
assert_written(struct jtn_statement *statement, const char *expected)
{
	char *text = written(statement);

	ck_assert_str_eq(text, expected);
	free(text);
}

#define HEAD "{\"jeton_statement\":1,\"currency\":\"USD\",\"keys\":[\"tenant\",\"model\"],\"groups\":["

static void
assert_groups(struct jtn_statement *statement, const char *expected)
{
	char *text = written(statement);
	size_t length = strlen(text);

	ck_assert_int_eq(strncmp(text, HEAD, strlen(HEAD)), 0);
	ck_assert_str_eq(text + length - 2, "]}");
	text[length - 2] = '\0';
	ck_assert_str_eq(text + strlen(HEAD), expected);
	free(text);
}

static struct jtn_statement *
parsed(const char *text)
{
	struct jtn_statement *statement = NULL;
	struct jtn_error err;

	assert_ok(jtn_statement_parse(text, strlen(text), NULL, &statement, &err), err);
	return statement;
}

static jtn_status
try_add(struct jtn_statement *statement, const char *tenant, const char *model, const char *total, uint32_t meter,
        int64_t quantity, uint32_t flags, struct jtn_error *err)
{
	const char *keys[] = {tenant, model};
	struct jtn_charge charge = {.total = money(total), .flags = flags};
	struct jtn_count count = {.quantity = quantity, .meter = meter};

	memset(err, 0, sizeof(*err));
	return jtn_statement_add(statement, "USD", keys, &charge, &count, meter != 0, err);
}

static void
add(struct jtn_statement *statement, const char *tenant, const char *model, const char *total, uint32_t meter,
    int64_t quantity)
{
	struct jtn_error err;

	assert_ok(try_add(statement, tenant, model, total, meter, quantity, 0, &err), err);
}

static uint64_t state = 88172645463325252u;

static uint64_t
random_below(uint64_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % limit;
}

START_TEST(an_empty_statement_has_no_groups)
{
	struct jtn_statement *statement = new_statement(NULL);
	struct jtn_group group = {.size = sizeof(group)};

	ck_assert_uint_eq(jtn_statement_count(statement), 0);
	assert_status(jtn_statement_read_group(statement, 0, &group), JTN_E_NOT_FOUND);
	assert_groups(statement, "");
	jtn_statement_free(statement);
	jtn_statement_free(NULL);
	ck_assert_uint_eq(jtn_statement_count(NULL), 0);
}
END_TEST

START_TEST(charges_of_the_same_keys_are_summed)
{
	struct jtn_statement *statement = new_statement(NULL);

	add(statement, "acme", "gpt-4o", "0.0035", JTN_METER_INPUT, 200);
	add(statement, "acme", "gpt-4o", "0.000000000000000001", JTN_METER_OUTPUT, 7);
	add(statement, "acme", "gpt-4o", "1", JTN_METER_INPUT, 800);
	add(statement, "zeta", "gpt-4o", "2", JTN_METER_INPUT, 1);
	ck_assert_uint_eq(jtn_statement_count(statement), 2);
	assert_groups(statement,
	              "{\"keys\":[\"acme\",\"gpt-4o\"],\"total\":\"1.003500000000000001\",\"rows\":3,\"failed\":0,"
	              "\"quantities\":{\"input\":\"1000\",\"output\":\"7\"}},"
	              "{\"keys\":[\"zeta\",\"gpt-4o\"],\"total\":\"2\",\"rows\":1,\"failed\":0,"
	              "\"quantities\":{\"input\":\"1\"}}");
	jtn_statement_free(statement);
}
END_TEST

START_TEST(a_group_is_read_with_its_keys_total_and_quantities)
{
	struct jtn_statement *statement = new_statement(NULL);
	struct jtn_group group = {.size = sizeof(group)};
	struct {
		struct jtn_group group;
		char newer[16];
	} larger;

	add(statement, "acme", NULL, "0.5", JTN_METER_OUTPUT, 5);
	add(statement, "acme", NULL, "0.25", JTN_METER_INPUT, 3);
	assert_status(jtn_statement_read_group(statement, 0, &group), JTN_OK);
	ck_assert_str_eq(group.keys[0], "acme");
	ck_assert(!group.keys[1] && !group.keys[2] && !group.keys[3]);
	ck_assert_int_eq(jtn_money_compare(group.total, money("0.75")), 0);
	ck_assert_uint_eq(group.rows, 2);
	ck_assert_uint_eq(group.failed, 0);
	ck_assert_uint_eq(group.count, 2);
	ck_assert_uint_eq(group.counts[0].meter, JTN_METER_INPUT);
	ck_assert_int_eq(group.counts[0].quantity, 3);
	ck_assert_uint_eq(group.counts[1].meter, JTN_METER_OUTPUT);
	memset(&larger, 0xff, sizeof(larger));
	larger.group.size = sizeof(larger);
	assert_status(jtn_statement_read_group(statement, 0, &larger.group), JTN_OK);
	ck_assert_uint_eq(larger.group.size, sizeof(larger));
	ck_assert_int_eq(larger.newer[0], 0);
	group.size = 8;
	assert_status(jtn_statement_read_group(statement, 0, &group), JTN_E_ABI);
	assert_status(jtn_statement_read_group(statement, 0, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_statement_read_group(NULL, 0, &larger.group), JTN_E_ARGUMENT);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(groups_stand_in_the_byte_order_of_their_keys_those_without_first)
{
	static const char *const ordered[] = {NULL, "", "A", "a", "a ", "aa", "b", "\xc3\xa9"};
	struct jtn_statement *statement = new_statement(NULL);
	struct jtn_group group = {.size = sizeof(group)};
	size_t count = COUNT(ordered);

	for (size_t i = 0; i < count * count; i++) {
		size_t at = (i * 29 + 11) % (count * count);

		add(statement, ordered[at / count], ordered[at % count], "1", 0, 0);
	}
	ck_assert_uint_eq(jtn_statement_count(statement), count * count);
	for (size_t i = 0; i < count * count; i++) {
		const char *first = ordered[i / count], *second = ordered[i % count];

		assert_status(jtn_statement_read_group(statement, i, &group), JTN_OK);
		ck_assert_pstr_eq(group.keys[0], first);
		ck_assert_pstr_eq(group.keys[1], second);
	}
	jtn_statement_free(statement);
}
END_TEST

START_TEST(a_statement_without_keys_has_one_group)
{
	struct jtn_statement *statement = NULL, *again;
	struct jtn_charge charge = {.total = money("1.5")};
	struct jtn_error err;
	char *text;

	assert_ok(jtn_statement_new("EUR", NULL, 0, NULL, &statement, &err), err);
	assert_ok(jtn_statement_add(statement, "EUR", NULL, &charge, NULL, 0, &err), err);
	assert_ok(jtn_statement_add(statement, "EUR", NULL, &charge, NULL, 0, &err), err);
	assert_written(statement, "{\"jeton_statement\":1,\"currency\":\"EUR\",\"keys\":[],\"groups\":["
	                          "{\"keys\":[],\"total\":\"3\",\"rows\":2,\"failed\":0,\"quantities\":{}}]}");
	text = written(statement);
	again = parsed(text);
	assert_written(again, text);
	free(text);
	jtn_statement_free(again);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(ten_thousand_groups_are_found_again)
{
	struct jtn_statement *statement = new_statement(NULL);
	struct jtn_group group = {.size = sizeof(group)};
	char tenant[32];

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 10000; i++) {
			snprintf(tenant, sizeof(tenant), "tenant-%05d", (i * 7919) % 10000);
			add(statement, tenant, i & 1 ? "a" : NULL, "0.1", JTN_METER_INPUT, i);
		}
	ck_assert_uint_eq(jtn_statement_count(statement), 10000);
	for (int i = 0; i < 10000; i++) {
		assert_status(jtn_statement_read_group(statement, (size_t)i, &group), JTN_OK);
		snprintf(tenant, sizeof(tenant), "tenant-%05d", i);
		ck_assert_str_eq(group.keys[0], tenant);
		ck_assert_uint_eq(group.rows, 2);
	}
	jtn_statement_free(statement);
}
END_TEST

START_TEST(a_meter_may_be_counted_more_than_once_in_a_charge)
{
	struct jtn_statement *statement = new_statement(NULL);
	const char *keys[] = {"a", "b"};
	struct jtn_charge charge = {.total = money("1")};
	struct jtn_count counts[] = {
		{5, JTN_METER_OUTPUT, 0}, {1, JTN_METER_INPUT, 0}, {6, JTN_METER_OUTPUT, 0}, {0, JTN_METER_REASONING, 0}};
	struct jtn_error err;

	assert_ok(jtn_statement_add(statement, "USD", keys, &charge, counts, COUNT(counts), &err), err);
	assert_groups(statement, "{\"keys\":[\"a\",\"b\"],\"total\":\"1\",\"rows\":1,\"failed\":0,"
	                         "\"quantities\":{\"input\":\"1\",\"output\":\"11\"}}");
	jtn_statement_free(statement);
}
END_TEST

START_TEST(all_meters_fit_into_one_group)
{
	struct jtn_statement *statement = new_statement(NULL), *again;
	struct jtn_group group = {.size = sizeof(group)};
	char *text;

	for (uint32_t meter = jtn_meter_count(); meter; meter--)
		add(statement, "a", "b", "1", meter, meter);
	assert_status(jtn_statement_read_group(statement, 0, &group), JTN_OK);
	ck_assert_uint_eq(group.count, jtn_meter_count());
	for (uint32_t i = 0; i < group.count; i++) {
		ck_assert_uint_eq(group.counts[i].meter, i + 1);
		ck_assert_int_eq(group.counts[i].quantity, i + 1);
	}
	text = written(statement);
	again = parsed(text);
	assert_written(again, text);
	free(text);
	jtn_statement_free(again);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(seconds_are_written_with_their_decimals)
{
	struct jtn_statement *statement = new_statement(NULL), *again;
	char *text;

	add(statement, "a", "b", "0", JTN_METER_INPUT_AUDIO_SECONDS, 1500000);
	add(statement, "a", "c", "0", JTN_METER_INPUT_AUDIO_SECONDS, 1);
	text = written(statement);
	ck_assert_ptr_nonnull(strstr(text, "{\"input_audio_seconds\":\"1.5\"}"));
	ck_assert_ptr_nonnull(strstr(text, "{\"input_audio_seconds\":\"0.000001\"}"));
	again = parsed(text);
	assert_written(again, text);
	free(text);
	jtn_statement_free(again);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(a_reversal_takes_amount_and_quantities_back_and_is_a_row_of_its_own)
{
	struct jtn_statement *statement = new_statement(NULL);
	struct jtn_error err;

	add(statement, "a", "b", "1.5", JTN_METER_INPUT, 10);
	assert_ok(try_add(statement, "a", "b", "-1.5", JTN_METER_INPUT, 10, JTN_CHARGE_REVERSED, &err), err);
	assert_ok(try_add(statement, "a", "c", "-2", JTN_METER_OUTPUT, 3, JTN_CHARGE_REVERSED, &err), err);
	assert_groups(statement, "{\"keys\":[\"a\",\"b\"],\"total\":\"0\",\"rows\":2,\"failed\":0,\"quantities\":{}},"
	                         "{\"keys\":[\"a\",\"c\"],\"total\":\"-2\",\"rows\":1,\"failed\":0,"
	                         "\"quantities\":{\"output\":\"-3\"}}");
	jtn_statement_free(statement);
}
END_TEST

START_TEST(a_failed_row_is_counted_and_brings_nothing)
{
	struct jtn_statement *statement = new_statement(NULL);
	const char *keys[] = {"a", "b"};
	struct jtn_charge charge = {.total = money("5"), .status = JTN_E_UNPRICED};
	struct jtn_count count = {-1, 4711, 0};
	struct jtn_error err;

	assert_ok(jtn_statement_add(statement, "USD", keys, &charge, &count, 1, &err), err);
	assert_groups(statement, "{\"keys\":[\"a\",\"b\"],\"total\":\"0\",\"rows\":0,\"failed\":1,\"quantities\":{}}");
	jtn_statement_free(statement);
}
END_TEST

START_TEST(currencies_are_never_summed)
{
	struct jtn_statement *statement = new_statement(NULL), *euros = NULL;
	const char *keys[] = {"a", "b"};
	struct jtn_charge charge = {.total = money("5")};
	struct jtn_error err;

	assert_fails(jtn_statement_add(statement, "EUR", keys, &charge, NULL, 0, &err), JTN_E_CURRENCY, err, "currency");
	assert_ok(jtn_statement_new("EUR", tenant_and_model, 2, NULL, &euros, &err), err);
	assert_fails(jtn_statement_merge(statement, euros, &err), JTN_E_CURRENCY, err, "currency");
	assert_groups(statement, "");
	jtn_statement_free(euros);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(what_does_not_fit_is_refused_and_nothing_added)
{
	static const char most[] = "99999999999999999999.999999999999999999";
	struct jtn_statement *statement = new_statement(NULL);
	struct jtn_error err;
	char *before;

	add(statement, "a", "b", most, JTN_METER_INPUT, INT64_MAX);
	add(statement, "a", "c", "-99999999999999999999.999999999999999999", 0, 0);
	assert_ok(try_add(statement, "a", "c", "0", JTN_METER_INPUT, INT64_MAX, JTN_CHARGE_REVERSED, &err), err);
	before = written(statement);
	assert_fails(try_add(statement, "a", "b", "0.000000000000000001", 0, 0, 0, &err), JTN_E_OVERFLOW, err, "total");
	assert_fails(try_add(statement, "a", "b", most, 0, 0, 0, &err), JTN_E_OVERFLOW, err, "total");
	assert_fails(try_add(statement, "a", "c", "-1", 0, 0, 0, &err), JTN_E_OVERFLOW, err, "total");
	assert_fails(try_add(statement, "a", "b", "-1", JTN_METER_INPUT, 1, 0, &err), JTN_E_OVERFLOW, err, "input");
	assert_fails(try_add(statement, "a", "c", "0", JTN_METER_INPUT, 1, JTN_CHARGE_REVERSED, &err), JTN_E_OVERFLOW, err,
	             "input");
	assert_written(statement, before);
	free(before);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused_and_nothing_added)
{
	static const struct jtn_money beyond = {0x098a224000000000, 0x4b3b4ca85a86c47a};
	struct jtn_statement *statement = new_statement(NULL);
	const char *keys[] = {"a", "b"};
	struct jtn_charge charge = {.total = beyond};
	struct jtn_error err;
	char longest[4098];

	memset(longest, 'x', sizeof(longest));
	longest[4097] = '\0';
	assert_fails(try_add(statement, "a", "b", "1", jtn_meter_count() + 1, 1, 0, &err), JTN_E_RANGE, err, "counts");
	assert_fails(try_add(statement, "a", "b", "1", JTN_METER_INPUT, -1, 0, &err), JTN_E_RANGE, err, "input");
	assert_fails(try_add(statement, "a", longest, "1", 0, 0, 0, &err), JTN_E_RANGE, err, "model");
	assert_fails(try_add(statement, "\xff", "b", "1", 0, 0, 0, &err), JTN_E_RANGE, err, "tenant");
	assert_fails(try_add(statement, "\xc3", "b", "1", 0, 0, 0, &err), JTN_E_RANGE, err, "tenant");
	assert_fails(try_add(statement, "\xed\xa0\x80", "b", "1", 0, 0, 0, &err), JTN_E_RANGE, err, "tenant");
	assert_fails(jtn_statement_add(statement, "USD", keys, &charge, NULL, 0, &err), JTN_E_RANGE, err, "charge.total");
	charge.total = money("1");
	assert_fails(jtn_statement_add(NULL, "USD", keys, &charge, NULL, 0, &err), JTN_E_ARGUMENT, err, "statement");
	assert_fails(jtn_statement_add(statement, NULL, keys, &charge, NULL, 0, &err), JTN_E_ARGUMENT, err, "currency");
	assert_fails(jtn_statement_add(statement, "USD", NULL, &charge, NULL, 0, &err), JTN_E_ARGUMENT, err, "keys");
	assert_fails(jtn_statement_add(statement, "USD", keys, NULL, NULL, 0, &err), JTN_E_ARGUMENT, err, "charge");
	assert_fails(jtn_statement_add(statement, "USD", keys, &charge, NULL, 1, &err), JTN_E_ARGUMENT, err, "counts");
	assert_groups(statement, "");
	longest[4096] = '\0';
	add(statement, longest, "b", "1", 0, 0);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(a_statement_needs_a_currency_and_keys_told_apart)
{
	static const char *const twice[] = {"a", "b", "a"}, *const none[] = {"a", NULL}, *const empty[] = {""},
							 *const raw[] = {"\xff"};
	struct jtn_statement *statement = NULL;
	struct jtn_error err;

	assert_fails(jtn_statement_new("usd", NULL, 0, NULL, &statement, &err), JTN_E_ARGUMENT, err, "currency");
	assert_fails(jtn_statement_new("US", NULL, 0, NULL, &statement, &err), JTN_E_ARGUMENT, err, "currency");
	assert_fails(jtn_statement_new("USDX", NULL, 0, NULL, &statement, &err), JTN_E_ARGUMENT, err, "currency");
	assert_fails(jtn_statement_new("", NULL, 0, NULL, &statement, &err), JTN_E_ARGUMENT, err, "currency");
	assert_fails(jtn_statement_new(NULL, NULL, 0, NULL, &statement, &err), JTN_E_ARGUMENT, err, "currency");
	assert_fails(jtn_statement_new("USD", NULL, 1, NULL, &statement, &err), JTN_E_ARGUMENT, err, "names");
	assert_fails(jtn_statement_new("USD", twice, 5, NULL, &statement, &err), JTN_E_ARGUMENT, err, "key_count");
	assert_fails(jtn_statement_new("USD", twice, 3, NULL, &statement, &err), JTN_E_ARGUMENT, err, "names");
	assert_fails(jtn_statement_new("USD", none, 2, NULL, &statement, &err), JTN_E_ARGUMENT, err, "names");
	assert_fails(jtn_statement_new("USD", empty, 1, NULL, &statement, &err), JTN_E_ARGUMENT, err, "names");
	assert_fails(jtn_statement_new("USD", raw, 1, NULL, &statement, &err), JTN_E_ARGUMENT, err, "names");
	assert_fails(jtn_statement_new("USD", NULL, 0, NULL, NULL, &err), JTN_E_ARGUMENT, err, "ret");
	ck_assert_ptr_null(statement);
}
END_TEST

/* One random charge to one of a few groups. */
static void
add_random(struct jtn_statement *const *statements, size_t count, uint64_t seed)
{
	static const char *const tenants[] = {NULL, "", "a", "b", "c"};
	char total[48];
	struct jtn_error err;
	uint64_t kept = state;
	const char *tenant, *model;
	uint32_t meter, flags;
	int64_t quantity;

	state = seed * 2654435761u + 88172645463325252u;
	random_below(2);
	tenant = tenants[random_below(COUNT(tenants))];
	model = tenants[random_below(COUNT(tenants))];
	flags = random_below(5) ? 0 : JTN_CHARGE_REVERSED;
	snprintf(total, sizeof(total), "%s%d.%018d", flags ? "-" : "", (int)random_below(1000),
	         (int)random_below(1000000000));
	meter = 1 + (uint32_t)random_below(5) * 17;
	quantity = (int64_t)random_below(4);
	for (size_t i = 0; i < count; i++)
		assert_ok(try_add(statements[i], tenant, model, total, meter, quantity, flags, &err), err);
	state = kept;
}

START_TEST(any_partition_merged_in_any_order_gives_the_same_bytes)
{
	for (int round = 0; round < 50; round++) {
		struct jtn_statement *whole = new_statement(NULL), *parts[6];
		struct jtn_error err;
		size_t count = 6, rows = random_below(200);
		char *expected;

		for (size_t i = 0; i < count; i++)
			parts[i] = new_statement(NULL);
		for (size_t i = 0; i < rows; i++) {
			struct jtn_statement *both[] = {whole, parts[random_below(count)]};

			add_random(both, 2, (uint64_t)round * 1000 + i);
		}
		expected = written(whole);
		while (count > 1) { /* any two of them into one */
			size_t from = random_below(count), to = (from + 1 + random_below(count - 1)) % count;

			assert_ok(jtn_statement_merge(parts[to], parts[from], &err), err);
			jtn_statement_free(parts[from]);
			parts[from] = parts[--count];
		}
		assert_written(parts[0], expected);
		free(expected);
		jtn_statement_free(parts[0]);
		jtn_statement_free(whole);
	}
}
END_TEST

START_TEST(merging_with_itself_doubles)
{
	struct jtn_statement *statement = new_statement(NULL);
	struct jtn_error err;

	add(statement, "a", NULL, "1.5", JTN_METER_INPUT, 2);
	add(statement, "b", NULL, "3", JTN_METER_INPUT, 1);
	assert_ok(jtn_statement_merge(statement, statement, &err), err);
	assert_groups(statement, "{\"keys\":[\"a\",null],\"total\":\"3\",\"rows\":2,\"failed\":0,"
	                         "\"quantities\":{\"input\":\"4\"}},{\"keys\":[\"b\",null],\"total\":\"6\",\"rows\":2,"
	                         "\"failed\":0,\"quantities\":{\"input\":\"2\"}}");
	jtn_statement_free(statement);
}
END_TEST

START_TEST(a_merge_that_overflows_in_one_group_adds_none)
{
	struct jtn_statement *statement = new_statement(NULL), *other = new_statement(NULL);
	struct jtn_error err;
	char *before;

	add(statement, "a", NULL, "1", JTN_METER_INPUT, 2);
	add(statement, "z", NULL, "1", JTN_METER_INPUT, INT64_MAX);
	add(other, "a", NULL, "1", JTN_METER_INPUT, 2);
	add(other, "n", NULL, "1", JTN_METER_INPUT, 2);
	add(other, "z", NULL, "1", JTN_METER_INPUT, 1);
	before = written(statement);
	assert_fails(jtn_statement_merge(statement, other, &err), JTN_E_OVERFLOW, err, "input");
	assert_written(statement, before);
	free(before);
	jtn_statement_free(other);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(statements_by_other_keys_cannot_be_merged)
{
	static const char *const swapped[] = {"model", "tenant"};
	struct jtn_statement *statement = new_statement(NULL), *other = NULL;
	struct jtn_error err;

	assert_ok(jtn_statement_new("USD", swapped, 2, NULL, &other, &err), err);
	assert_fails(jtn_statement_merge(statement, other, &err), JTN_E_CONTRADICTION, err, "keys");
	jtn_statement_free(other);
	assert_ok(jtn_statement_new("USD", tenant_and_model, 1, NULL, &other, &err), err);
	assert_fails(jtn_statement_merge(statement, other, &err), JTN_E_CONTRADICTION, err, "keys");
	assert_fails(jtn_statement_merge(NULL, other, &err), JTN_E_ARGUMENT, err, "statement");
	assert_fails(jtn_statement_merge(statement, NULL, &err), JTN_E_ARGUMENT, err, "other");
	jtn_statement_free(other);
	jtn_statement_free(statement);
}
END_TEST

/* Groups with long keys and many meters, so that nearly every step takes a block of its own. */
static void
add_large(struct jtn_statement *statement, size_t from, size_t count)
{
	char tenant[3000];

	memset(tenant, 't', sizeof(tenant));
	tenant[sizeof(tenant) - 1] = '\0';
	for (size_t i = from; i < from + count; i++) {
		tenant[0] = (char)('a' + i);
		for (uint32_t meter = 1; meter < 80; meter += 1 + (uint32_t)i % 3)
			add(statement, tenant, NULL, "0.01", meter, 1);
	}
}

START_TEST(out_of_memory_anywhere_in_an_addition_adds_nothing)
{
	char tenant[4000];
	size_t fail;

	memset(tenant, 'x', sizeof(tenant));
	tenant[sizeof(tenant) - 1] = '\0';
	for (fail = 1;; fail++) {
		struct counter counter = {0};
		struct jtn_allocator allocator = counting_allocator(&counter);
		struct jtn_statement *statement = new_statement(&allocator);
		struct jtn_error err;
		jtn_status status = JTN_OK;
		size_t made;

		counter.fail = counter.made + fail;
		made = counter.made;
		for (size_t i = 0; i < 40 && status == JTN_OK; i++) {
			char *before = written(statement);

			tenant[0] = (char)('0' + i);
			status = try_add(statement, tenant, "m", "1", JTN_METER_INPUT, 1, 0, &err);
			if (status != JTN_OK) {
				ck_assert_int_eq(status, JTN_E_MEMORY);
				assert_written(statement, before);
				assert_ok(try_add(statement, tenant, "m", "1", JTN_METER_INPUT, 1, 0, &err), err);
				ck_assert_uint_eq(jtn_statement_count(statement), i + 1);
			}
			free(before);
		}
		jtn_statement_free(statement);
		ck_assert_uint_eq(counter.live, 0);
		if (status == JTN_OK)
			break;
		ck_assert_uint_ge(counter.made, made + fail);
	}
	ck_assert_uint_gt(fail, 3);
}
END_TEST

START_TEST(out_of_memory_anywhere_in_a_merge_adds_nothing)
{
	struct jtn_statement *other = new_statement(NULL);
	size_t fail;

	add_large(other, 5, 20);
	for (fail = 1;; fail++) {
		struct counter counter = {0};
		struct jtn_allocator allocator = counting_allocator(&counter);
		struct jtn_statement *statement = new_statement(&allocator);
		struct jtn_error err;
		jtn_status status;
		char *before;

		for (size_t i = 0; i < 8; i++)
			add(statement, "short", "x", "1", 1 + (uint32_t)i, 1);
		add_large(statement, 5, 1);
		before = written(statement);
		counter.fail = counter.made + fail;
		status = jtn_statement_merge(statement, other, &err);
		if (status != JTN_OK) {
			ck_assert_int_eq(status, JTN_E_MEMORY);
			ck_assert_int_eq(err.status, JTN_E_MEMORY);
			assert_written(statement, before);
			assert_ok(jtn_statement_merge(statement, other, &err), err);
		}
		ck_assert_uint_eq(jtn_statement_count(statement), 21);
		free(before);
		jtn_statement_free(statement);
		ck_assert_uint_eq(counter.live, 0);
		if (status == JTN_OK)
			break;
	}
	ck_assert_uint_gt(fail, 3);
	jtn_statement_free(other);
}
END_TEST

START_TEST(out_of_memory_anywhere_in_making_or_reading_leaves_nothing_behind)
{
	struct jtn_statement *source = new_statement(NULL);
	jtn_status status = JTN_E_MEMORY;
	char *text;

	add_large(source, 0, 12);
	text = written(source);
	for (size_t fail = 1; status != JTN_OK; fail++) {
		struct counter counter = {.fail = fail};
		struct jtn_allocator allocator = counting_allocator(&counter);
		struct jtn_statement *statement = NULL;
		struct jtn_error err;

		status = jtn_statement_parse(text, strlen(text), &allocator, &statement, &err);
		ck_assert(status == JTN_OK ? statement != NULL : status == JTN_E_MEMORY && !statement);
		jtn_statement_free(statement);
		ck_assert_uint_eq(counter.live, 0);
	}
	status = JTN_E_MEMORY;
	for (size_t fail = 1; status != JTN_OK; fail++) {
		static char name[4097];
		const char *const names[] = {name};
		struct counter counter = {.fail = fail};
		struct jtn_allocator allocator = counting_allocator(&counter);
		struct jtn_statement *statement = NULL;
		struct jtn_error err;

		memset(name, 'n', 4096);
		status = jtn_statement_new("USD", names, 1, &allocator, &statement, &err);
		ck_assert(status == JTN_OK ? statement != NULL : status == JTN_E_MEMORY && !statement);
		jtn_statement_free(statement);
		ck_assert_uint_eq(counter.live, 0);
	}
	free(text);
	jtn_statement_free(source);
}
END_TEST

START_TEST(a_buffer_too_small_is_left_alone_and_the_size_told)
{
	struct jtn_statement *statement = new_statement(NULL);
	char buffer[256];
	size_t length = 0, needed = strlen(HEAD "]}");

	memset(buffer, '#', sizeof(buffer));
	assert_status(jtn_statement_write(statement, buffer, needed, &length), JTN_E_SPACE);
	ck_assert_uint_eq(length, needed);
	ck_assert_int_eq(buffer[0], '#');
	assert_status(jtn_statement_write(statement, buffer, needed + 1, &length), JTN_OK);
	ck_assert_str_eq(buffer, HEAD "]}");
	ck_assert_int_eq(buffer[needed + 1], '#');
	assert_status(jtn_statement_write(statement, NULL, 10, &length), JTN_E_ARGUMENT);
	assert_status(jtn_statement_write(statement, buffer, 10, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_statement_write(NULL, buffer, 10, &length), JTN_E_ARGUMENT);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(keys_are_written_as_json_and_read_back)
{
	static const char *const keys[] = {
		"\"quoted\" \\ back", "a\tb\nc\x01\x1f\x7f", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "null", "", "/"};
	struct jtn_statement *statement = new_statement(NULL), *again;
	char *text;

	for (size_t i = 0; i < COUNT(keys); i++)
		add(statement, keys[i], NULL, "1", 0, 0);
	text = written(statement);
	ck_assert_ptr_nonnull(strstr(text, "\"\\\"quoted\\\" \\\\ back\""));
	ck_assert_ptr_nonnull(strstr(text, "\"a\\u0009b\\u000ac\\u0001\\u001f\x7f\""));
	ck_assert_ptr_nonnull(strstr(text, "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""));
	again = parsed(text);
	ck_assert_uint_eq(jtn_statement_count(again), COUNT(keys));
	assert_written(again, text);
	free(text);
	jtn_statement_free(again);
	jtn_statement_free(statement);
}
END_TEST

START_TEST(text_in_any_order_and_spelling_is_read_to_the_same_bytes)
{
	struct jtn_statement *statement = parsed(
		"{ \"groups\": [\n {\"rows\": 2, \"keys\": [\"b\", null], \"total\": 1.50, \"failed\": 0, \"quantities\": "
		"{\"output\": 3, \"input\": \"4.0\", \"reasoning\": \"0\"}},\n {\"keys\": [\"a\", \"\\u0062\"], \"total\": "
		"\"-1e-3\", \"rows\": 1, \"failed\": 7, \"quantities\": {}}],\n"
		"\"keys\": [\"tenant\", \"model\"], \"currency\": \"USD\", \"jeton_statement\": 1}\n");

	assert_groups(statement, "{\"keys\":[\"a\",\"b\"],\"total\":\"-0.001\",\"rows\":1,\"failed\":7,\"quantities\":{}},"
	                         "{\"keys\":[\"b\",null],\"total\":\"1.5\",\"rows\":2,\"failed\":0,"
	                         "\"quantities\":{\"input\":\"4\",\"output\":\"3\"}}");
	jtn_statement_free(statement);
}
END_TEST

START_TEST(text_that_is_no_statement_says_where_and_why)
{
	static const char good[] =
		HEAD "{\"keys\":[\"a\",null],\"total\":\"1\",\"rows\":1,\"failed\":0,\"quantities\":{\"input\":\"5\"}},"
			 "{\"keys\":[\"b\",null],\"total\":\"1\",\"rows\":1,\"failed\":0,\"quantities\":{}}]}";
	static const struct {
		const char *from, *to;
		jtn_status status;
		const char *field;
	} bad[] = {
		{"]}", "", JTN_E_SYNTAX, ""},
		{"\"jeton_statement\":1", "\"jeton_statement\":2", JTN_E_RANGE, "jeton_statement"},
		{"\"jeton_statement\":1,", "", JTN_E_MISSING_FIELD, "jeton_statement"},
		{"\"USD\"", "\"usd\"", JTN_E_RANGE, "currency"},
		{"\"USD\"", "7", JTN_E_TYPE, "currency"},
		{"\"currency\"", "\"curency\"", JTN_E_UNKNOWN_FIELD, "curency"},
		{"[\"tenant\",\"model\"]", "[\"tenant\",\"tenant\"]", JTN_E_RANGE, "keys"},
		{"[\"tenant\",\"model\"]", "[\"tenant\",null]", JTN_E_TYPE, "keys[1]"},
		{"[\"tenant\",\"model\"]", "[\"1\",\"2\",\"3\",\"4\",\"5\"]", JTN_E_LIMIT, "keys"},
		{"[\"tenant\",\"model\"]", "{}", JTN_E_TYPE, "keys"},
		{"[\"tenant\",\"model\"]", "[\"tenant\"]", JTN_E_CONTRADICTION, "groups[0].keys"},
		{"[\"b\",null]", "[\"a\",null]", JTN_E_CONTRADICTION, "groups[1].keys"},
		{"[\"b\",null]", "[\"b\",3]", JTN_E_TYPE, "groups[1].keys[1]"},
		{"[\"b\",null]", "null", JTN_E_MISSING_FIELD, "groups[1].keys"},
		{"[\"b\",null]", "\"b\"", JTN_E_TYPE, "groups[1].keys"},
		{"\"total\":\"1\"", "\"total\":\"x\"", JTN_E_SYNTAX, "groups[0].total"},
		{"\"total\":\"1\"", "\"total\":true", JTN_E_TYPE, "groups[0].total"},
		{"\"total\":\"1\"", "\"total\":\"1e-19\"", JTN_E_RANGE, "groups[0].total"},
		{"\"total\":\"1\"", "\"total\":1e20", JTN_E_OVERFLOW, "groups[0].total"},
		{"\"rows\":1", "\"rows\":-1", JTN_E_RANGE, "groups[0].rows"},
		{"\"rows\":1", "\"rows\":9223372036854775808", JTN_E_RANGE, "groups[0].rows"},
		{"\"rows\":1", "\"rows\":0", JTN_E_CONTRADICTION, "groups[0]"},
		{"\"failed\":0,", "", JTN_E_MISSING_FIELD, "groups[0].failed"},
		{"{\"input\":\"5\"}", "{\"imput\":\"5\"}", JTN_E_NOT_FOUND, "groups[0].quantities.imput"},
		{"{\"input\":\"5\"}", "{\"input\":\"5.5\"}", JTN_E_RANGE, "groups[0].quantities.input"},
		{"{\"input\":\"5\"}", "{\"input\":\"9223372036854775808\"}", JTN_E_OVERFLOW, "groups[0].quantities.input"},
		{"{\"input\":\"5\"}", "{\"seconds\":\"0.0000001\"}", JTN_E_RANGE, "groups[0].quantities.seconds"},
		{"{\"input\":\"5\"}", "{\"input\":\"5\",\"input\":\"6\"}", JTN_E_DUPLICATE_KEY, "groups[0].quantities.input"},
		{"{\"input\":\"5\"}", "{\"input\":[]}", JTN_E_TYPE, "groups[0].quantities.input"},
		{"{\"input\":\"5\"}", "[]", JTN_E_TYPE, "groups[0].quantities"},
		{"{\"keys\":[\"a\"", "7,{\"keys\":[\"a\"", JTN_E_TYPE, "groups[0]"},
	};
	struct jtn_error err;

	jtn_statement_free(parsed(good));
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct jtn_statement *statement = NULL;
		char *text = with(good, bad[i].from, bad[i].to);

		memset(&err, 0, sizeof(err));
		assert_fails(jtn_statement_parse(text, strlen(text), NULL, &statement, &err), bad[i].status, err, bad[i].field);
		ck_assert_int_eq(err.line, 1);
		ck_assert_ptr_null(statement);
		free(text);
	}
	assert_fails(jtn_statement_parse(NULL, 0, NULL, NULL, &err), JTN_E_ARGUMENT, err, "text");
	assert_fails(jtn_statement_parse("{}", 2, NULL, NULL, &err), JTN_E_ARGUMENT, err, "ret");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("statement");
	TCase *tcase = tcase_create("statement");

	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, an_empty_statement_has_no_groups);
	tcase_add_test(tcase, charges_of_the_same_keys_are_summed);
	tcase_add_test(tcase, a_group_is_read_with_its_keys_total_and_quantities);
	tcase_add_test(tcase, groups_stand_in_the_byte_order_of_their_keys_those_without_first);
	tcase_add_test(tcase, a_statement_without_keys_has_one_group);
	tcase_add_test(tcase, ten_thousand_groups_are_found_again);
	tcase_add_test(tcase, a_meter_may_be_counted_more_than_once_in_a_charge);
	tcase_add_test(tcase, all_meters_fit_into_one_group);
	tcase_add_test(tcase, seconds_are_written_with_their_decimals);
	tcase_add_test(tcase, a_reversal_takes_amount_and_quantities_back_and_is_a_row_of_its_own);
	tcase_add_test(tcase, a_failed_row_is_counted_and_brings_nothing);
	tcase_add_test(tcase, currencies_are_never_summed);
	tcase_add_test(tcase, what_does_not_fit_is_refused_and_nothing_added);
	tcase_add_test(tcase, what_makes_no_sense_is_refused_and_nothing_added);
	tcase_add_test(tcase, a_statement_needs_a_currency_and_keys_told_apart);
	tcase_add_test(tcase, any_partition_merged_in_any_order_gives_the_same_bytes);
	tcase_add_test(tcase, merging_with_itself_doubles);
	tcase_add_test(tcase, a_merge_that_overflows_in_one_group_adds_none);
	tcase_add_test(tcase, statements_by_other_keys_cannot_be_merged);
	tcase_add_test(tcase, out_of_memory_anywhere_in_an_addition_adds_nothing);
	tcase_add_test(tcase, out_of_memory_anywhere_in_a_merge_adds_nothing);
	tcase_add_test(tcase, out_of_memory_anywhere_in_making_or_reading_leaves_nothing_behind);
	tcase_add_test(tcase, a_buffer_too_small_is_left_alone_and_the_size_told);
	tcase_add_test(tcase, keys_are_written_as_json_and_read_back);
	tcase_add_test(tcase, text_in_any_order_and_spelling_is_read_to_the_same_bytes);
	tcase_add_test(tcase, text_that_is_no_statement_says_where_and_why);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
