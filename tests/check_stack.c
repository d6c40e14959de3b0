/*
 * Stack: what the reader of stack profiles accepts, and how it says no. The names of the constants are taken from the
 * catalogue's generic profile, so that a new constant is tested without a line here.
 */
#include "fixture.h"

#include "base/json.h"
#include "profile/stack.h"

#define FIGURE(value, unit) "{\"value\": " value ", \"unit\": \"" unit "\", \"source\": \"us\"}"

struct constants {
	char name[64][40];
	char unit[64][12];
	size_t count;
};

static void
generic_constants(struct constants *ret)
{
	struct jtn__json *json;
	struct jtn__value root;
	struct jtn__value constants;
	struct jtn__value figure;
	struct jtn__value unit;
	struct jtn_error err;
	const char *text;
	size_t length;

	assert_ok(jtn_catalog_text(JTN_CATALOG_STACK, "generic", &text, &length, &err), err);
	assert_ok(jtn__json_parse(text, length, NULL, &json, &err), err);
	jtn__json_root(json, &root);
	ck_assert(jtn__json_member(&root, "constants", &constants));
	ret->count = jtn__json_count(&constants);
	ck_assert_uint_le(ret->count, 64);
	for (size_t i = 0; i < ret->count; i++) {
		jtn__json_entry(&constants, i, &figure);
		snprintf(ret->name[i], sizeof(ret->name[i]), "%s", figure.key);
		assert_ok(jtn__json_require(&figure, "unit", &unit, &err), err);
		assert_ok(jtn__json_string(&unit, &text, &err), err);
		snprintf(ret->unit[i], sizeof(ret->unit[i]), "%s", text);
	}
	jtn__json_free(json);
}

/* A whole profile on a line of its own per member; constant number `special` has the text `instead`, or is left out. */
static char *
profile(size_t special, const char *instead)
{
	struct constants all;
	char *text = malloc(1 << 14);
	size_t used;
	size_t i;

	ck_assert_ptr_nonnull(text);
	generic_constants(&all);
	used = (size_t)snprintf(
		text, 1 << 14,
		"{\"id\": \"s\", \"name\": \"S\", \"notes\": \"n\",\n"
		"\"sources\": {\"us\": {\"cite\": \"c\", \"date\": \"2026-11\", \"confidence\": \"low\"}},\n"
		"\"defaults\": {\"max_num_seqs\": 256, \"max_batched_tokens\": 8192, \"block_tokens\": 16, "
		"\"memory_utilization\": 0.9, \"chunked_prefill\": true, \"prefix_caching\": false},\n"
		"\"bands\": {\"tpot\": 0.1, \"ttft\": 0.2, \"throughput\": 0.3, \"cost\": 0.4, \"outside\": 2},\n"
		"\"fit\": {\"on\": \"o\", \"rows\": 0, \"date\": \"2026\", \"hardware\": [\"h1\", \"h2\"], "
		"\"models\": [\"m1\"]},\n"
		"\"families\": [{\"family\": \"hopper\", \"defaults\": {\"max_num_seqs\": 1024, \"prefix_caching\": true}, "
		"\"constants\": {\"host_us\": " FIGURE("33", "us") "}}, "
														   "{\"family\": \"cdna3\", \"constants\": {}}],\n"
														   "\"constants\": {\"host_us\": " FIGURE("44", "us"));
	for (i = 0; i < all.count; i++) {
		if (strcmp(all.name[i], "host_us") == 0 || (i == special && instead == NULL))
			continue;
		if (i == special)
			used += (size_t)snprintf(text + used, (1 << 14) - used, ",\n\"%s\": %s", all.name[i], instead);
		else
			used += (size_t)snprintf(text + used, (1 << 14) - used, ",\n\"%s\": " FIGURE("1", "%s"), all.name[i],
			                         all.unit[i]);
	}
	snprintf(text + used, (1 << 14) - used, "}}");
	return text;
}

static jtn_status
parse(const char *text, struct jtn_error *err)
{
	struct jtn_stack *stack = NULL;
	jtn_status status;

	memset(err, 0, sizeof(*err));
	status = jtn_stack_parse(text, strlen(text), NULL, &stack, err);
	ck_assert_msg((status == JTN_OK) == (stack != NULL), "outputs are untouched on failure");
	jtn_stack_free(stack);
	return status;
}

/* The profile with `from` replaced fails so, at that field, with a position. */
static void
assert_refused(const char *from, const char *to, jtn_status status, const char *field)
{
	char *whole = profile(SIZE_MAX, NULL);
	char *text = with(whole, from, to);
	struct jtn_error err;

	assert_fails(parse(text, &err), status, err, field);
	ck_assert_int_gt(err.line, 0);
	ck_assert_int_gt(err.column, 0);
	free(text);
	free(whole);
}

static struct jtn_stack *
parsed(void)
{
	char *text = profile(SIZE_MAX, NULL);
	struct jtn_stack *stack = NULL;
	struct jtn_error err;

	assert_ok(jtn_stack_parse(text, strlen(text), NULL, &stack, &err), err);
	free(text);
	return stack;
}

START_TEST(a_whole_profile_is_read)
{
	struct jtn_stack *stack = parsed();
	const struct jtn__stack_defaults *defaults = &stack->otherwise.defaults;

	ck_assert_str_eq(jtn_stack_id(stack), "s");
	ck_assert_ptr_null(stack->otherwise.family);
	ck_assert_int_eq(defaults->max_num_seqs, 256);
	ck_assert_int_eq(defaults->max_batched_tokens, 8192);
	ck_assert_int_eq(defaults->block_tokens, 16);
	ck_assert_int_eq(defaults->chunked_prefill, JTN_SWITCH_ON);
	ck_assert_int_eq(defaults->prefix_caching, JTN_SWITCH_OFF);
	ck_assert(defaults->memory_utilization == 0.9);
	ck_assert_uint_eq(stack->family_count, 2);
	ck_assert(stack->band_tpot == 0.1 && stack->band_ttft == 0.2 && stack->band_throughput == 0.3);
	ck_assert(stack->band_cost == 0.4 && stack->band_outside == 2);
	jtn_stack_free(stack);
}
END_TEST

START_TEST(every_constant_lands_in_a_place_of_its_own)
{
	struct constants all;
	struct jtn_stack *stack;
	struct jtn_error err;
	char *text;
	const double *values;
	size_t changed = 0;
	size_t i;

	generic_constants(&all);
	ck_assert_uint_eq(all.count * sizeof(double), sizeof(struct jtn__constants));
	if (strcmp(all.name[_i % all.count], "host_us") == 0)
		return;
	text = malloc(100);
	snprintf(text, 100, FIGURE("0.625", "%s"), all.unit[_i % all.count]);
	char *whole = profile((size_t)_i % all.count, text);

	assert_ok(jtn_stack_parse(whole, strlen(whole), NULL, &stack, &err), err);
	values = (const double *)(const void *)&stack->otherwise.constants;
	for (i = 0; i < all.count; i++)
		changed += values[i] == 0.625;
	ck_assert_uint_eq(changed, 1);
	jtn_stack_free(stack);
	free(whole);
	free(text);
}
END_TEST

START_TEST(every_constant_is_required_by_name)
{
	struct constants all;
	struct jtn_error err;
	char *text;
	char field[56];
	size_t i;

	generic_constants(&all);
	for (i = 0; i < all.count; i++) {
		if (strcmp(all.name[i], "host_us") == 0)
			continue;
		text = profile(i, NULL);
		snprintf(field, sizeof(field), "constants.%s", all.name[i]);
		assert_fails(parse(text, &err), JTN_E_MISSING_FIELD, err, field);
		free(text);
	}
}
END_TEST

START_TEST(every_constant_has_one_unit_and_bounds)
{
	struct constants all;
	struct jtn_error err;
	char figure[100];
	char field[56];
	char *text;
	size_t i;
	size_t j;

	generic_constants(&all);
	for (i = 0; i < all.count; i++) {
		static const char *const values[] = {"-1", "-1e-30", "1e13", "1e400", "1e999999999"};

		if (strcmp(all.name[i], "host_us") == 0)
			continue;
		snprintf(field, sizeof(field), "constants.%s.unit", all.name[i]);
		text = profile(i, FIGURE("1", "furlongs"));
		assert_fails(parse(text, &err), JTN_E_RANGE, err, field);
		ck_assert_ptr_nonnull(strstr(err.message, all.unit[i]));
		free(text);
		snprintf(field, sizeof(field), "constants.%s.value", all.name[i]);
		for (j = 0; j < COUNT(values); j++) {
			snprintf(figure, sizeof(figure), "{\"value\": %s, \"unit\": \"%s\", \"source\": \"us\"}", values[j],
			         all.unit[i]);
			text = profile(i, figure);
			ck_assert_int_ne(parse(text, &err), JTN_OK);
			ck_assert_str_eq(err.field, field);
			free(text);
		}
	}
}
END_TEST

START_TEST(an_efficiency_is_above_zero_and_at_most_one)
{
	static const char *const values[] = {"0", "0.0", "-0", "1.0000001", "80"};
	struct constants all;
	struct jtn_error err;
	char figure[100];
	size_t i;
	size_t j;
	size_t found = 0;

	generic_constants(&all);
	for (i = 0; i < all.count; i++) {
		if (strstr(all.name[i], "_efficiency") == NULL)
			continue;
		found++;
		for (j = 0; j < COUNT(values); j++) {
			char *text;

			snprintf(figure, sizeof(figure), "{\"value\": %s, \"unit\": \"1\", \"source\": \"us\"}", values[j]);
			text = profile(i, figure);
			ck_assert_int_eq(parse(text, &err), JTN_E_RANGE);
			free(text);
		}
	}
	ck_assert_uint_ge(found, 9);
}
END_TEST

START_TEST(a_share_is_at_most_one)
{
	static const char *const shares[] = {"prefill_queue", "reserved_output"};
	struct constants all;
	struct jtn_error err;
	char field[56];
	size_t i;
	size_t found = 0;

	generic_constants(&all);
	for (i = 0; i < all.count; i++) {
		char *text;

		if (strcmp(all.name[i], shares[_i]) != 0)
			continue;
		found++;
		ck_assert_str_eq(all.unit[i], "1");
		text = profile(i, FIGURE("0.5", "1"));
		assert_ok(parse(text, &err), err);
		free(text);
		text = profile(i, FIGURE("1.0000001", "1"));
		snprintf(field, sizeof(field), "constants.%s.value", all.name[i]);
		assert_fails(parse(text, &err), JTN_E_RANGE, err, field);
		free(text);
	}
	ck_assert_uint_eq(found, 1);
}
END_TEST

START_TEST(a_family_starts_from_the_top_constants)
{
	struct jtn_stack *stack = parsed();
	const struct jtn__stack_part *part = jtn__stack_part_of(stack, "hopper");

	ck_assert_str_eq(part->family, "hopper");
	ck_assert(part->constants.host_us == 33);
	ck_assert(part->constants.memory_efficiency == 1);
	ck_assert(jtn__stack_part_of(stack, "cdna3")->constants.host_us == 44);
	jtn_stack_free(stack);
}
END_TEST

START_TEST(a_family_that_is_not_listed_gets_what_holds_otherwise)
{
	static const char *const families[] = {"ampere", "", "hoppe", "hopper2", NULL};
	struct jtn_stack *stack = parsed();
	size_t i;

	for (i = 0; i < COUNT(families); i++)
		ck_assert_ptr_eq(jtn__stack_part_of(stack, families[i]), &stack->otherwise);
	ck_assert(stack->otherwise.constants.host_us == 44);
	jtn_stack_free(stack);
}
END_TEST

START_TEST(a_familys_defaults_override_those_that_they_name)
{
	struct jtn_stack *stack = parsed();
	const struct jtn__stack_defaults *hopper = &jtn__stack_part_of(stack, "hopper")->defaults;
	const struct jtn__stack_defaults *cdna3 = &jtn__stack_part_of(stack, "cdna3")->defaults;

	ck_assert_int_eq(hopper->max_num_seqs, 1024);
	ck_assert_int_eq(hopper->prefix_caching, JTN_SWITCH_ON);
	ck_assert_int_eq(hopper->max_batched_tokens, 8192);
	ck_assert_int_eq(hopper->block_tokens, 16);
	ck_assert_int_eq(hopper->chunked_prefill, JTN_SWITCH_ON);
	ck_assert(hopper->memory_utilization == 0.9);
	ck_assert_int_eq(cdna3->max_num_seqs, 256);
	ck_assert_int_eq(cdna3->prefix_caching, JTN_SWITCH_OFF);
	jtn_stack_free(stack);
}
END_TEST

START_TEST(a_profile_knows_the_hardware_and_the_models_it_was_fitted_on)
{
	struct jtn_stack *stack = parsed();

	ck_assert(jtn__stack_is_fitted(stack, "h1", "m1"));
	ck_assert(jtn__stack_is_fitted(stack, "h2", "m1"));
	ck_assert(!jtn__stack_is_fitted(stack, "h3", "m1"));
	ck_assert(!jtn__stack_is_fitted(stack, "h1", "m2"));
	ck_assert(!jtn__stack_is_fitted(stack, "m1", "h1"));
	ck_assert(!jtn__stack_is_fitted(stack, "h1", ""));
	jtn_stack_free(stack);
}
END_TEST

START_TEST(a_profile_that_names_no_hardware_or_no_model_is_fitted_on_none)
{
	static const char *const gone[] = {", \"hardware\": [\"h1\", \"h2\"]", ", \"models\": [\"m1\"]"};
	static const char *const empty[] = {", \"hardware\": []", ", \"models\": []"};
	char *whole = profile(SIZE_MAX, NULL);
	char *text = with(whole, gone[_i / 2], _i % 2 == 0 ? "" : empty[_i / 2]);
	struct jtn_stack *stack = NULL;
	struct jtn_error err;

	assert_ok(jtn_stack_parse(text, strlen(text), NULL, &stack, &err), err);
	ck_assert(!jtn__stack_is_fitted(stack, "h1", "m1"));
	jtn_stack_free(stack);
	free(text);
	free(whole);
}
END_TEST

START_TEST(each_of_the_six_defaults_may_differ_on_a_family)
{
	static const char *const overrides[] = {"\"max_num_seqs\": 3",        "\"max_batched_tokens\": 3",
	                                        "\"block_tokens\": 3",        "\"memory_utilization\": 0.3",
	                                        "\"chunked_prefill\": false", "\"prefix_caching\": true"};
	struct jtn__stack_defaults expected[] = {
		{3, 8192, 16, JTN_SWITCH_ON, JTN_SWITCH_OFF, 0.9},    {256, 3, 16, JTN_SWITCH_ON, JTN_SWITCH_OFF, 0.9},
		{256, 8192, 3, JTN_SWITCH_ON, JTN_SWITCH_OFF, 0.9},   {256, 8192, 16, JTN_SWITCH_ON, JTN_SWITCH_OFF, 0.3},
		{256, 8192, 16, JTN_SWITCH_OFF, JTN_SWITCH_OFF, 0.9}, {256, 8192, 16, JTN_SWITCH_ON, JTN_SWITCH_ON, 0.9},
	};
	char *whole = profile(SIZE_MAX, NULL);
	const struct jtn__stack_defaults *got;
	struct jtn_stack *stack = NULL;
	struct jtn_error err;
	char entry[120];
	char *text;

	snprintf(entry, sizeof(entry), "\"cdna3\", \"defaults\": {%s}", overrides[_i]);
	text = with(whole, "\"cdna3\"", entry);
	assert_ok(jtn_stack_parse(text, strlen(text), NULL, &stack, &err), err);
	got = &jtn__stack_part_of(stack, "cdna3")->defaults;
	ck_assert_int_eq(got->max_num_seqs, expected[_i].max_num_seqs);
	ck_assert_int_eq(got->max_batched_tokens, expected[_i].max_batched_tokens);
	ck_assert_int_eq(got->block_tokens, expected[_i].block_tokens);
	ck_assert_int_eq(got->chunked_prefill, expected[_i].chunked_prefill);
	ck_assert_int_eq(got->prefix_caching, expected[_i].prefix_caching);
	ck_assert(got->memory_utilization == expected[_i].memory_utilization);
	jtn_stack_free(stack);
	free(text);
	free(whole);
}
END_TEST

static const struct {
	const char *from;
	const char *to;
	jtn_status status;
	const char *field;
} slips[] = {
	{"\"name\"", "\"nmae\"", JTN_E_UNKNOWN_FIELD, "nmae"},
	{"\"id\": \"s\",", "", JTN_E_MISSING_FIELD, "id"},
	{"\"id\": \"s\"", "\"id\": null", JTN_E_MISSING_FIELD, "id"},
	{"\"id\": \"s\"", "\"id\": 7", JTN_E_TYPE, "id"},
	{"\"id\": \"s\"", "\"id\": \"\"", JTN_E_RANGE, "id"},
	{"\"id\": \"s\"", "\"id\": \"s\", \"id\": \"s\"", JTN_E_DUPLICATE_KEY, "id"},
	{"\"notes\": \"n\"", "\"notes\": []", JTN_E_TYPE, "notes"},
	{"\"max_num_seqs\": 256, ", "", JTN_E_MISSING_FIELD, "defaults.max_num_seqs"},
	{"\"max_num_seqs\": 256", "\"max_num_seqs\": 0", JTN_E_RANGE, "defaults.max_num_seqs"},
	{"\"max_num_seqs\": 256", "\"max_num_seqs\": 2.5", JTN_E_TYPE, "defaults.max_num_seqs"},
	{"\"max_num_seqs\": 256", "\"max_num_seqs\": 4294967296", JTN_E_RANGE, "defaults.max_num_seqs"},
	{"\"max_num_seqs\": 256", "\"max_num_seqs\": \"256\"", JTN_E_TYPE, "defaults.max_num_seqs"},
	{"\"max_num_seqs\"", "\"max_num_seq\"", JTN_E_UNKNOWN_FIELD, "defaults.max_num_seq"},
	{"\"memory_utilization\": 0.9", "\"memory_utilization\": 0", JTN_E_RANGE, "defaults.memory_utilization"},
	{"\"memory_utilization\": 0.9", "\"memory_utilization\": 90", JTN_E_RANGE, "defaults.memory_utilization"},
	{"\"chunked_prefill\": true", "\"chunked_prefill\": 1", JTN_E_TYPE, "defaults.chunked_prefill"},
	{"\"prefix_caching\": false", "\"prefix_caching\": null", JTN_E_MISSING_FIELD, "defaults.prefix_caching"},
	{"\"tpot\": 0.1", "\"tpot\": 0", JTN_E_RANGE, "bands.tpot"},
	{"\"tpot\": 0.1", "\"tpot\": 101", JTN_E_RANGE, "bands.tpot"},
	{"\"tpot\": 0.1, ", "", JTN_E_MISSING_FIELD, "bands.tpot"},
	{"\"outside\": 2", "\"outside\": -2", JTN_E_RANGE, "bands.outside"},
	{"\"rows\": 0", "\"rows\": -1", JTN_E_RANGE, "fit.rows"},
	{"\"on\": \"o\"", "\"on\": 3", JTN_E_TYPE, "fit.on"},
	{"[\"h1\", \"h2\"]", "\"h1\"", JTN_E_TYPE, "fit.hardware"},
	{"[\"h1\", \"h2\"]", "[\"h1\", 2]", JTN_E_TYPE, "fit.hardware[1]"},
	{"[\"m1\"]", "{\"m1\": true}", JTN_E_TYPE, "fit.models"},
	{"\"models\"", "\"model\"", JTN_E_UNKNOWN_FIELD, "fit.model"},
	{"\"fit\"", "\"fits\"", JTN_E_UNKNOWN_FIELD, "fits"},
	{"\"us\": {\"cite\"", "\"them\": {\"cite\"", JTN_E_RANGE, "constants.memory_efficiency.source"},
	{"\"cite\": \"c\", ", "", JTN_E_MISSING_FIELD, "sources.us.cite"},
	{"\"date\": \"2026-11\", ", "", JTN_E_MISSING_FIELD, "sources.us.date"},
	{"\"confidence\"", "\"trust\"", JTN_E_UNKNOWN_FIELD, "sources.us.trust"},
	{"\"max_num_seqs\": 1024", "\"max_num_seqs\": \"1024\"", JTN_E_TYPE, "families[0].defaults.max_num_seqs"},
	{"\"max_num_seqs\": 1024", "\"max_num_seqs\": 0", JTN_E_RANGE, "families[0].defaults.max_num_seqs"},
	{"\"max_num_seqs\": 1024", "\"max_num_seqs\": {\"value\": 1024}", JTN_E_TYPE, "families[0].defaults.max_num_seqs"},
	{"\"max_num_seqs\": 1024", "\"max_seqs\": 1024", JTN_E_UNKNOWN_FIELD, "families[0].defaults.max_seqs"},
	{"\"max_num_seqs\": 1024", "\"memory_utilization\": 1.5", JTN_E_RANGE, "families[0].defaults.memory_utilization"},
	{"\"prefix_caching\": true", "\"prefix_caching\": \"on\"", JTN_E_TYPE, "families[0].defaults.prefix_caching"},
	{"\"family\": \"cdna3\", ", "\"family\": \"cdna3\", \"defaults\": [], ", JTN_E_TYPE, "families[1].defaults"},
	{"\"family\": \"cdna3\", ", "\"family\": \"cdna3\", \"default\": {}, ", JTN_E_UNKNOWN_FIELD, "families[1].default"},
	{"\"family\": \"cdna3\"", "\"family\": \"hopper\"", JTN_E_DUPLICATE_KEY, "families[1]"},
	{"\"family\": \"cdna3\", ", "", JTN_E_MISSING_FIELD, "families[1].family"},
	{"\"constants\": {}", "\"constants\": []", JTN_E_TYPE, "families[1].constants"},
	{"\"constants\": {}", "\"konstants\": {}", JTN_E_UNKNOWN_FIELD, "families[1].konstants"},
	{"{\"family\": \"cdna3\", \"constants\": {}}", "7", JTN_E_TYPE, "families[1]"},
	{"\"families\": [", "\"families\": {}, \"bands\": [", JTN_E_DUPLICATE_KEY, "bands"},
	{"\"value\": 33", "\"value\": \"33\"", JTN_E_TYPE, "families[0].constants.host_us.value"},
	{"\"value\": 33, ", "", JTN_E_MISSING_FIELD, "families[0].constants.host_us.value"},
	{"\"value\": 33, \"unit\": \"us\"", "\"value\": 33, \"unit\": \"ms\"", JTN_E_RANGE,
     "families[0].constants.host_us.unit"},
	{"\"value\": 33,", "\"value\": 33, \"range\": [34, 32],", JTN_E_RANGE, "families[0].constants.host_us.range"},
	{"\"value\": 33,", "\"value\": 33, \"range\": [34],", JTN_E_TYPE, "families[0].constants.host_us.range"},
	{"\"value\": 33,", "\"value\": 33, \"vlaue\": 33,", JTN_E_UNKNOWN_FIELD, "families[0].constants.host_us.vlaue"},
};

START_TEST(a_slip_is_refused_by_the_field_at_fault)
{
	assert_refused(slips[_i].from, slips[_i].to, slips[_i].status, slips[_i].field);
}
END_TEST

START_TEST(a_misspelt_constant_gets_the_right_name_back)
{
	char *whole = profile(SIZE_MAX, NULL);
	char *text = with(whole, "\"host_us\": " FIGURE("44", "us"), "\"hosts_us\": " FIGURE("44", "us"));
	struct jtn_error err;

	assert_fails(parse(text, &err), JTN_E_UNKNOWN_FIELD, err, "constants.hosts_us");
	ck_assert_ptr_nonnull(strstr(err.message, "host_us"));
	free(text);
	free(whole);
}
END_TEST

START_TEST(dates_are_years_months_days_or_years_to_years)
{
	static const char *const good[] = {"2026", "2026-01", "2026-12-31", "2024-2026"};
	static const char *const bad[] = {"",           "26",        "2026-13", "2026-00", "2026-1",
	                                  "2026-11-32", "2026-2024", "soon",    "2026/11", "2026-11-1x"};
	struct jtn_error err;
	size_t i;

	for (i = 0; i < COUNT(good) + COUNT(bad); i++) {
		char *whole = profile(SIZE_MAX, NULL);
		char date[32];
		char *text;

		snprintf(date, sizeof(date), "\"%s\"", i < COUNT(good) ? good[i] : bad[i - COUNT(good)]);
		text = with(whole, "\"2026-11\"", date);
		if (i < COUNT(good)) {
			assert_ok(parse(text, &err), err);
		} else {
			ck_assert_msg(parse(text, &err) != JTN_OK, "%s is no date", date);
			ck_assert_str_eq(err.field, "sources.us.date");
		}
		free(text);
		free(whole);
	}
}
END_TEST

START_TEST(a_text_cut_short_anywhere_is_refused)
{
	char *text = profile(SIZE_MAX, NULL);
	size_t length = strlen(text);
	struct jtn_stack *stack = NULL;
	struct jtn_error err;
	size_t i;

	for (i = 0; i < length; i++) {
		char *cut = malloc(i + 1); /* of its own size, for a sanitizer to see what is read beyond */

		memcpy(cut, text, i);
		ck_assert_int_ne(jtn_stack_parse(cut, i, NULL, &stack, &err), JTN_OK);
		ck_assert_ptr_null(stack);
		free(cut);
	}
	free(text);
}
END_TEST

START_TEST(too_many_families_are_a_limit)
{
	char *whole = profile(SIZE_MAX, NULL);
	char *many = malloc(64 * 1000);
	size_t used = 0;
	struct jtn_error err;
	char *text;
	int i;

	used += (size_t)sprintf(many, "\"families\": [");
	for (i = 0; i < 1000; i++)
		used += (size_t)sprintf(many + used, "{\"family\": \"f%d\", \"constants\": {}}, ", i);
	text = with(whole, "\"families\": [", many);
	assert_fails(parse(text, &err), JTN_E_LIMIT, err, "families");
	free(text);
	free(many);
	free(whole);
}
END_TEST

START_TEST(every_profile_of_the_catalogue_is_read)
{
	size_t i;

	ck_assert_uint_ge(jtn_catalog_count(JTN_CATALOG_STACK), 2);
	for (i = 0; i < jtn_catalog_count(JTN_CATALOG_STACK); i++) {
		const char *id = jtn_catalog_id(JTN_CATALOG_STACK, i);
		struct jtn_stack *stack = NULL;
		struct jtn_error err;

		assert_ok(jtn_stack_find(id, NULL, &stack, &err), err);
		ck_assert_str_eq(jtn_stack_id(stack), id);
		jtn_stack_free(stack);
	}
}
END_TEST

START_TEST(an_unknown_id_names_the_nearest)
{
	struct jtn_stack *stack = NULL;
	struct jtn_error err;

	assert_status(jtn_stack_find("genric", NULL, &stack, &err), JTN_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(err.message, "generic"));
	ck_assert_ptr_null(stack);
}
END_TEST

START_TEST(null_is_an_argument_error)
{
	struct jtn_stack *stack = NULL;
	struct jtn_error err;

	assert_status(jtn_stack_parse(NULL, 0, NULL, &stack, &err), JTN_E_ARGUMENT);
	assert_status(jtn_stack_parse("{}", 2, NULL, NULL, &err), JTN_E_ARGUMENT);
	assert_status(jtn_stack_find(NULL, NULL, &stack, &err), JTN_E_ARGUMENT);
	assert_status(jtn_stack_find("generic", NULL, NULL, NULL), JTN_E_ARGUMENT);
	ck_assert_int_ne(jtn_stack_parse("{}", 2, NULL, &stack, NULL), JTN_OK);
	ck_assert_int_ne(jtn_stack_parse("", 0, NULL, &stack, NULL), JTN_OK);
	ck_assert_ptr_null(stack);
	jtn_stack_free(NULL);
}
END_TEST

START_TEST(every_allocation_may_fail_and_nothing_leaks)
{
	char *text = profile(SIZE_MAX, NULL);
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_stack *stack = NULL;
	struct jtn_error err;
	jtn_status status = JTN_E_MEMORY;

	while (status == JTN_E_MEMORY) {
		counter.made = 0;
		counter.fail++;
		status = jtn_stack_parse(text, strlen(text), &allocator, &stack, &err);
		if (status == JTN_E_MEMORY) {
			ck_assert_ptr_null(stack);
			ck_assert_uint_eq(counter.live, 0);
		}
		ck_assert_uint_lt(counter.fail, 1000);
	}
	assert_status(status, JTN_OK);
	ck_assert_uint_gt(counter.fail, 1);
	jtn_stack_free(stack);
	ck_assert_uint_eq(counter.live, 0);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("stack");
	TCase *tests = tcase_create("stack");

	tcase_add_test(tests, a_whole_profile_is_read);
	tcase_add_loop_test(tests, every_constant_lands_in_a_place_of_its_own, 0, 32);
	tcase_add_test(tests, every_constant_is_required_by_name);
	tcase_add_test(tests, every_constant_has_one_unit_and_bounds);
	tcase_add_test(tests, an_efficiency_is_above_zero_and_at_most_one);
	tcase_add_loop_test(tests, a_share_is_at_most_one, 0, 2);
	tcase_add_test(tests, a_family_starts_from_the_top_constants);
	tcase_add_test(tests, a_family_that_is_not_listed_gets_what_holds_otherwise);
	tcase_add_test(tests, a_familys_defaults_override_those_that_they_name);
	tcase_add_test(tests, a_profile_knows_the_hardware_and_the_models_it_was_fitted_on);
	tcase_add_loop_test(tests, a_profile_that_names_no_hardware_or_no_model_is_fitted_on_none, 0, 4);
	tcase_add_loop_test(tests, each_of_the_six_defaults_may_differ_on_a_family, 0, 6);
	tcase_add_loop_test(tests, a_slip_is_refused_by_the_field_at_fault, 0, (int)COUNT(slips));
	tcase_add_test(tests, a_misspelt_constant_gets_the_right_name_back);
	tcase_add_test(tests, dates_are_years_months_days_or_years_to_years);
	tcase_add_test(tests, a_text_cut_short_anywhere_is_refused);
	tcase_add_test(tests, too_many_families_are_a_limit);
	tcase_add_test(tests, every_profile_of_the_catalogue_is_read);
	tcase_add_test(tests, an_unknown_id_names_the_nearest);
	tcase_add_test(tests, null_is_an_argument_error);
	tcase_add_test(tests, every_allocation_may_fail_and_nothing_leaks);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
