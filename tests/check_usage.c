/* Usage: tiers by the names that providers give them, and records whose layout others rely on. */
#include "fixture.h"

#include "jeton/charge.h"

START_TEST(every_tier_is_found_by_its_name)
{
	static const char *const names[] = {"standard", "batch", "flex", "priority", "scale", "provisioned", "fast"};

	for (uint32_t tier = 0; tier < COUNT(names); tier++) {
		uint32_t found = 99;
		struct jtn_error err;

		ck_assert_str_eq(jtn_tier_name(tier), names[tier]);
		assert_ok(jtn_tier_find(names[tier], strlen(names[tier]), &found, &err), err);
		ck_assert_uint_eq(found, tier);
	}
	ck_assert_ptr_null(jtn_tier_name(COUNT(names)));
	ck_assert_ptr_null(jtn_tier_name(256));
	ck_assert_ptr_null(jtn_tier_name(UINT32_MAX));
}
END_TEST

static const struct {
	const char *name;
	uint32_t tier;
} aliases[] = {
	{"default", JTN_TIER_STANDARD},
	{"on_demand", JTN_TIER_STANDARD},
	{"STANDARD", JTN_TIER_STANDARD},
	{"Batch", JTN_TIER_BATCH},
	{"batches", JTN_TIER_BATCH},
	{"ON_DEMAND", JTN_TIER_STANDARD},
	{"FLEX", JTN_TIER_FLEX},
	{"PRIORITY", JTN_TIER_PRIORITY},
	{"on_demand_flex", JTN_TIER_FLEX},
	{"reserved", JTN_TIER_PROVISIONED},
	{"PROVISIONED_THROUGHPUT", JTN_TIER_PROVISIONED},
};

START_TEST(what_providers_call_a_tier_is_understood_in_any_case)
{
	uint32_t tier = 99;
	struct jtn_error err;

	assert_ok(jtn_tier_find(aliases[_i].name, strlen(aliases[_i].name), &tier, &err), err);
	ck_assert_uint_eq(tier, aliases[_i].tier);
}
END_TEST

START_TEST(an_unknown_tier_is_refused_with_the_tiers_there_are)
{
	static const char *const unknown[] = {"", "standar", "standardd", "turbo", "batch ", "b\xc3\xa4tch"};
	uint32_t tier = 99;
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(unknown); i++) {
		assert_status(jtn_tier_find(unknown[i], strlen(unknown[i]), &tier, &err), JTN_E_NOT_FOUND);
		ck_assert_ptr_nonnull(strstr(err.message, "priority"));
		assert_status(jtn_tier_find(unknown[i], strlen(unknown[i]), &tier, NULL), JTN_E_NOT_FOUND);
	}
	assert_status(jtn_tier_find("batch\0", 6, &tier, &err), JTN_E_NOT_FOUND);
	assert_fails(jtn_tier_find(NULL, 5, &tier, &err), JTN_E_ARGUMENT, err, "name");
	assert_fails(jtn_tier_find("batch", 5, NULL, &err), JTN_E_ARGUMENT, err, "ret");
	ck_assert_uint_eq(tier, 99);
}
END_TEST

/* Arrow and numpy see these rows as they are. */
START_TEST(records_have_their_frozen_layout)
{
	ck_assert_uint_eq(sizeof(struct jtn_count), 16);
	ck_assert_uint_eq(offsetof(struct jtn_count, quantity), 0);
	ck_assert_uint_eq(offsetof(struct jtn_count, meter), 8);
	ck_assert_uint_eq(sizeof(struct jtn_usage), 32);
	ck_assert_uint_eq(offsetof(struct jtn_usage, tariff), 8);
	ck_assert_uint_eq(offsetof(struct jtn_usage, tier), 12);
	ck_assert_uint_eq(offsetof(struct jtn_usage, first), 16);
	ck_assert_uint_eq(offsetof(struct jtn_usage, count), 20);
	ck_assert_uint_eq(offsetof(struct jtn_usage, flags), 24);
	ck_assert_uint_eq(sizeof(struct jtn_charge), 32);
	ck_assert_uint_eq(offsetof(struct jtn_charge, status), 16);
	ck_assert_uint_eq(offsetof(struct jtn_charge, flags), 20);
	ck_assert_uint_eq(offsetof(struct jtn_charge, tariff), 24);
	ck_assert_uint_eq(offsetof(struct jtn_charge, lines), 28);
	ck_assert_uint_eq(sizeof(struct jtn_line), 80);
	ck_assert_uint_eq(offsetof(struct jtn_line, quantity), 32);
	ck_assert_uint_eq(offsetof(struct jtn_line, residue), 48);
	ck_assert_uint_eq(offsetof(struct jtn_line, meter), 56);
	ck_assert_uint_eq(offsetof(struct jtn_line, step), 76);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("usage");
	TCase *tests = tcase_create("usage");

	tcase_add_test(tests, every_tier_is_found_by_its_name);
	tcase_add_loop_test(tests, what_providers_call_a_tier_is_understood_in_any_case, 0, (int)COUNT(aliases));
	tcase_add_test(tests, an_unknown_tier_is_refused_with_the_tiers_there_are);
	tcase_add_test(tests, records_have_their_frozen_layout);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
