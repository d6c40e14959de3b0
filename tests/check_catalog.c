/* The built-in catalogue: in order, readable, and helpful about an id that is not there. True of whatever it holds. */
#include "fixture.h"

#include "base/json.h"
#include "jeton/book.h"
#include "jeton/catalog.h"

#define FIRST JTN_CATALOG_HARDWARE
#define LAST JTN_CATALOG_BOOK

START_TEST(every_kind_has_entries_in_byte_order)
{
	for (int32_t kind = FIRST; kind <= LAST; kind++) {
		ck_assert_msg(jtn_catalog_count(kind) > 0, "kind %d is empty", (int)kind);
		for (size_t i = 1; i < jtn_catalog_count(kind); i++)
			ck_assert_str_lt(jtn_catalog_id(kind, i - 1), jtn_catalog_id(kind, i));
	}
}
END_TEST

START_TEST(an_entry_is_one_json_object_of_that_id)
{
	for (int32_t kind = FIRST; kind <= LAST; kind++)
		for (size_t i = 0; i < jtn_catalog_count(kind); i++) {
			const char *id = jtn_catalog_id(kind, i), *text = NULL, *own = NULL;
			struct jtn__json *json = NULL;
			struct jtn__value root, value;
			struct jtn_error err;
			size_t length = 0;

			assert_ok(jtn_catalog_text(kind, id, &text, &length, &err), err);
			ck_assert_msg(strlen(text) == length, "%s", id);
			assert_ok(jtn__json_parse(text, length, NULL, &json, &err), err);
			jtn__json_root(json, &root);
			if (kind != JTN_CATALOG_BOOK) { /* a book's format has no id: its file's name is */
				assert_ok(jtn__json_require(&root, "id", &value, &err), err);
				assert_ok(jtn__json_string(&value, &own, &err), err);
				ck_assert_str_eq(own, id);
			}
			jtn__json_free(json);
		}
}
END_TEST

START_TEST(every_book_is_read_without_a_note_and_each_tariff_says_its_source)
{
	for (size_t i = 0; i < jtn_catalog_count(JTN_CATALOG_BOOK); i++) {
		struct jtn_book_facts facts = {.size = sizeof(facts)};
		struct jtn_book *book = NULL;
		struct jtn_error err;

		assert_ok(jtn_book_find(jtn_catalog_id(JTN_CATALOG_BOOK, i), NULL, &book, &err), err);
		ck_assert_int_eq(jtn_book_read_facts(book, &facts), JTN_OK);
		ck_assert_int_eq(facts.format, JTN_BOOK_JETON);
		ck_assert_uint_gt(facts.tariffs, 0);
		ck_assert_uint_eq(facts.notes, 0);
		ck_assert_ptr_nonnull(facts.as_of);
		for (uint64_t at = 0; at < facts.tariffs; at++) {
			struct jtn_tariff_facts tariff = {.size = sizeof(tariff)};
			ck_assert_int_eq(jtn_tariff_read_facts(jtn_book_tariff(book, at), &tariff), JTN_OK);
			ck_assert_ptr_nonnull(tariff.source);
		}
		jtn_book_free(book);
	}
}
END_TEST

/* One letter changed, so that the id is no longer there. */
static bool
misspell(int32_t kind, const char *id, char *ret, size_t capacity)
{
	const char *text;

	snprintf(ret, capacity, "%s", id);
	ret[strlen(id) / 2] = '~';
	return strlen(id) >= 3 && jtn_catalog_text(kind, ret, &text, NULL, NULL) == JTN_E_NOT_FOUND;
}

START_TEST(a_typo_is_answered_with_the_nearest_id)
{
	for (int32_t kind = FIRST; kind <= LAST; kind++)
		for (size_t i = 0; i < jtn_catalog_count(kind); i++) {
			const char *id = jtn_catalog_id(kind, i), *text = NULL;
			char typo[128], meant[160];
			struct jtn_error err;

			if (!misspell(kind, id, typo, sizeof(typo)))
				continue;
			ck_assert_int_eq(jtn_catalog_text(kind, typo, &text, NULL, &err), JTN_E_NOT_FOUND);
			ck_assert_int_eq(err.status, JTN_E_NOT_FOUND);
			ck_assert_ptr_null(text);
			ck_assert_msg(strstr(err.message, "did you mean \""), "%s: %s", typo, err.message);
			snprintf(meant, sizeof(meant), "%s", strstr(err.message, "did you mean \"") + strlen("did you mean \""));
			meant[strcspn(meant, "\"")] = '\0';
			/* another id may be as near: it too is there, and at most one letter longer or shorter */
			assert_ok(jtn_catalog_text(kind, meant, &text, NULL, &err), err);
			ck_assert_msg(strlen(meant) + 1 >= strlen(id) && strlen(meant) <= strlen(id) + 1, "%s: %s", typo, meant);
		}
}
END_TEST

START_TEST(part_of_an_id_is_enough_for_a_suggestion)
{
	const char *id = jtn_catalog_id(JTN_CATALOG_HARDWARE, jtn_catalog_count(JTN_CATALOG_HARDWARE) - 1), *text;
	const char *dash = strchr(id, '-');
	char part[64];
	struct jtn_error err;

	ck_assert_ptr_nonnull(dash);
	snprintf(part, sizeof(part), "%s", dash + 1);
	for (char *letter = part; *letter; letter++)
		*letter = (char)(*letter >= 'a' && *letter <= 'z' ? *letter - 32 : *letter);
	ck_assert_int_eq(jtn_catalog_text(JTN_CATALOG_HARDWARE, part, &text, NULL, &err), JTN_E_NOT_FOUND);
	ck_assert_msg(strstr(err.message, "did you mean"), "%s", err.message);
}
END_TEST

START_TEST(an_id_far_from_all_is_answered_with_an_example)
{
	char long_id[2000];
	const char *text;
	struct jtn_error err;

	memset(long_id, 'z', sizeof(long_id) - 1);
	long_id[sizeof(long_id) - 1] = '\0';
	for (int32_t kind = FIRST; kind <= LAST; kind++) {
		ck_assert_int_eq(jtn_catalog_text(kind, "no such thing at all", &text, NULL, &err), JTN_E_NOT_FOUND);
		ck_assert_ptr_nonnull(strstr(err.message, jtn_catalog_id(kind, 0)));
		ck_assert_int_eq(jtn_catalog_text(kind, long_id, &text, NULL, &err), JTN_E_NOT_FOUND);
		ck_assert_ptr_nonnull(strstr(err.message, jtn_catalog_id(kind, 0)));
		ck_assert_int_eq(jtn_catalog_text(kind, "", &text, NULL, &err), JTN_E_NOT_FOUND);
		ck_assert_int_eq(jtn_catalog_text(kind, "\xff\n", &text, NULL, &err), JTN_E_NOT_FOUND);
	}
}
END_TEST

START_TEST(what_no_caller_should_pass_is_refused)
{
	static const int32_t unknown[] = {0, -1, LAST + 1, INT32_MAX, INT32_MIN};
	const char *id = jtn_catalog_id(FIRST, 0), *text = NULL;
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(unknown); i++) {
		ck_assert_uint_eq(jtn_catalog_count(unknown[i]), 0);
		ck_assert_ptr_null(jtn_catalog_id(unknown[i], 0));
		assert_fails(jtn_catalog_text(unknown[i], id, &text, NULL, &err), JTN_E_ARGUMENT, err, "kind");
	}
	ck_assert_ptr_null(jtn_catalog_id(FIRST, jtn_catalog_count(FIRST)));
	ck_assert_ptr_null(jtn_catalog_id(FIRST, SIZE_MAX));
	assert_fails(jtn_catalog_text(FIRST, NULL, &text, NULL, &err), JTN_E_ARGUMENT, err, "id");
	assert_fails(jtn_catalog_text(FIRST, id, NULL, NULL, &err), JTN_E_ARGUMENT, err, "rettext");
	ck_assert_ptr_null(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("catalog");
	TCase *tests = tcase_create("catalog");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, every_kind_has_entries_in_byte_order);
	tcase_add_test(tests, an_entry_is_one_json_object_of_that_id);
	tcase_add_test(tests, every_book_is_read_without_a_note_and_each_tariff_says_its_source);
	tcase_add_test(tests, a_typo_is_answered_with_the_nearest_id);
	tcase_add_test(tests, part_of_an_id_is_enough_for_a_suggestion);
	tcase_add_test(tests, an_id_far_from_all_is_answered_with_an_example);
	tcase_add_test(tests, what_no_caller_should_pass_is_refused);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
