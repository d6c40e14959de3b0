/* Which tariff a name means in a genai-prices book: clauses, regexes, providers and those they fall back to. */
#include "genai.h"

/* A book of one provider whose one model is matched by this clause; whether it matches. */
static int
fits(const char *clause, const char *name)
{
	char text[2000];
	struct jtn_book *book;
	int found;

	snprintf(text, sizeof(text), "[{\"id\": \"p\", \"models\": [{\"id\": \"the id\", \"match\": %s, \"prices\": {}}]}]",
	         clause);
	book = parse_book(text);
	found = who(book, "p", name)[0] != '\0';
	jtn_book_free(book);
	return found;
}

static int
regex_fits(const char *regex, const char *name)
{
	char clause[600];

	snprintf(clause, sizeof(clause), "{\"regex\": \"%s\"}", regex);
	return fits(clause, name);
}

static void
assert_bad_clause(const char *clause, jtn_status status, const char *message)
{
	char text[2000];
	struct jtn_book *book = NULL;
	struct jtn_error err;

	snprintf(text, sizeof(text), "[{\"id\": \"p\", \"models\": [{\"id\": \"m\", \"match\": %s, \"prices\": {}}]}]",
	         clause);
	assert_status(jtn_book_parse(text, strlen(text), NULL, NULL, &book, &err), status);
	ck_assert_msg(strstr(err.message, message) != NULL, "%s: \"%s\" is not in \"%s\"", clause, message, err.message);
	ck_assert_msg(strstr(err.field, "].match") != NULL, "%s", err.field);
}

START_TEST(every_clause_does_what_its_name_says_whatever_the_case)
{
	ck_assert(fits("{\"equals\": \"Gpt-4\"}", "gPT-4") && !fits("{\"equals\": \"gpt-4\"}", "gpt-4o"));
	ck_assert(fits("{\"starts_with\": \"gpt-\"}", "GPT-4") && !fits("{\"starts_with\": \"gpt-\"}", "xgpt-4"));
	ck_assert(fits("{\"ends_with\": \"-MINI\"}", "o4-mini") && !fits("{\"ends_with\": \"-mini\"}", "mini"));
	ck_assert(fits("{\"contains\": \"aude\"}", "claude") && !fits("{\"contains\": \"claude-\"}", "claude"));
}
END_TEST

START_TEST(or_takes_any_and_takes_all)
{
	const char *either =
		"{\"or\": [{\"equals\": \"a\"}, {\"and\": [{\"starts_with\": \"b\"}, {\"ends_with\": \"c\"}]}]}";

	ck_assert(fits(either, "a") && fits(either, "bxc") && !fits(either, "bx") && !fits(either, "xc"));
	ck_assert(fits("{\"and\": [{\"or\": [{\"equals\": \"b\"}, {\"equals\": \"a\"}]}, {\"contains\": \"a\"}]}", "a"));
	ck_assert(!fits("{\"and\": [{\"or\": [{\"equals\": \"b\"}, {\"equals\": \"a\"}]}, {\"contains\": \"a\"}]}", "b"));
}
END_TEST

START_TEST(a_regex_searches_anywhere_unless_anchored)
{
	ck_assert(regex_fits("(?:mi|code|dev|magi|mini)stral", "codestral-2501") &&
	          !regex_fits("(?:mi|code)stral", "ministral"));
	ck_assert(regex_fits("^o[134]", "o3-mini") && !regex_fits("^o[134]", "o2") && !regex_fits("^o[134]", "gpt-o3"));
	ck_assert(regex_fits("^a$|b", "a") && regex_fits("^a$|b", "xbx") && !regex_fits("^a$|b", "aa"));
	ck_assert(!regex_fits("A", "a") && regex_fits("[A-Z]|x", "X"));
}
END_TEST

START_TEST(a_regex_counts_and_classifies)
{
	ck_assert(regex_fits("^gpt-5\\\\.6-luna-\\\\d{4}-\\\\d{2}-\\\\d{2}$", "gpt-5.6-luna-2026-07-30"));
	ck_assert(!regex_fits("^gpt-5\\\\.6-luna-\\\\d{4}-\\\\d{2}-\\\\d{2}$", "gpt-5x6-luna-2026-07-30"));
	ck_assert(!regex_fits("^\\\\d{8}$", "1234567") && regex_fits("^\\\\d{8}$", "12345678") &&
	          !regex_fits("^\\\\d{8}$", "123456789"));
	ck_assert(regex_fits("^a{2,3}$", "aa") && regex_fits("^a{2,3}$", "aaa") && !regex_fits("^a{2,3}$", "aaaa"));
	ck_assert(!regex_fits("^a{2,}$", "a") && regex_fits("^a{2,}$", "aaaaaa") && regex_fits("^xa{0}y$", "xy"));
	ck_assert(regex_fits("^(ab)*c$", "ababc") && regex_fits("^(ab)*c$", "c") && !regex_fits("^(ab)+c$", "c"));
	ck_assert(regex_fits("^(ab)+?c$", "ababc") && regex_fits("^ab?c$", "ac") && regex_fits("^a.c$", "axc"));
	ck_assert(regex_fits("^[^a-c\\\\d]$", "d") && !regex_fits("^[^a-c\\\\d]$", "b") &&
	          !regex_fits("^[^a-c\\\\d]$", "5"));
	ck_assert(regex_fits("^[]-]$", "-") && regex_fits("^[a\\\\]\\\\\\\\b]+$", "]b\\") &&
	          regex_fits("^\\\\w\\\\s\\\\W\\\\S$", "a -x"));
}
END_TEST

START_TEST(a_regex_may_begin_with_what_it_refuses)
{
	static const char tts[] = "^(?!.*-[tT][tT][sS](?:$|-))";

	ck_assert(regex_fits(tts, "gemini-2.5-flash-lite") && regex_fits(tts, "gemini-ttsx") && regex_fits(tts, "tts"));
	ck_assert(!regex_fits(tts, "gemini-2.5-flash-TTS") && !regex_fits(tts, "gemini-tts-preview"));
	ck_assert(regex_fits("^(?!a|b)c*$", "cc") && !regex_fits("^(?!a|b)c*$", "ac") && !regex_fits("^(?!a|b)c*$", "xc"));
	ck_assert(!regex_fits("^(?!b)(?:a|b)$", "b") && regex_fits("^(?!b)(?:a|b)$", "a"));
	ck_assert(!regex_fits("^(?!)a", "a") && regex_fits("^(?!b)", "ab"));
	assert_bad_clause("{\"regex\": \"^(?!a)b|c\"}", JTN_E_UNSUPPORTED, "beside an alternative");
	assert_bad_clause("{\"regex\": \"^(?!a\"}", JTN_E_UNSUPPORTED, "not closed");
	assert_bad_clause("{\"regex\": \"^(?!a)b)\"}", JTN_E_UNSUPPORTED, "without a (");
	assert_bad_clause("{\"regex\": \"^(?!(a{99}){3})b\"}", JTN_E_UNSUPPORTED, "too large");
	assert_bad_clause("{\"regex\": \"a(?!b)\"}", JTN_E_UNSUPPORTED, "at character 3");
}
END_TEST

START_TEST(a_regex_that_is_not_understood_is_refused_with_its_place)
{
	static const char *const bad[] = {"(?=a)", "(?i)a",   "a**",      "*a",       "^*",    "(a",    "a)",
	                                  "[a",    "[b-a]",   "\\\\1",    "\\\\b",    "a{2",   "a{,2}", "a{3,2}",
	                                  "a{x}",  "a{1000}", "(?P<n>a)", "\xc3\xa9", "[\\\\", "a\\\\"};
	char clause[100];

	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(clause, sizeof(clause), "{\"regex\": \"%s\"}", bad[i]);
		assert_bad_clause(clause, JTN_E_UNSUPPORTED, "at character");
	}
	assert_bad_clause("{\"regex\": \"ab(?=c)\"}", JTN_E_UNSUPPORTED, "at character 4");
	assert_bad_clause("{\"regex\": \"((a{99}){99}){99}\"}", JTN_E_UNSUPPORTED, "too large");
	assert_bad_clause("{\"regex\": \"((((((((((a))))))))))\"}", JTN_E_UNSUPPORTED, "too deep");
}
END_TEST

START_TEST(a_hostile_regex_takes_no_longer_than_others)
{
	char name[401];

	memset(name, 'a', 400);
	name[400] = '\0';
	ck_assert(!regex_fits("^(a*)*b$", name) && !regex_fits("(a|a|aa)+b", name) && !regex_fits("(a?){60}a{60}b", name));
	ck_assert(regex_fits("^(a*)*$", name) && regex_fits("^(|a)+$", name));
}
END_TEST

START_TEST(clauses_that_cannot_be_meant_are_refused)
{
	assert_bad_clause("{}", JTN_E_TYPE, "one key");
	assert_bad_clause("{\"equals\": \"a\", \"contains\": \"b\"}", JTN_E_TYPE, "one key");
	assert_bad_clause("{\"like\": \"a\"}", JTN_E_UNKNOWN_FIELD, "like");
	assert_bad_clause("{\"equals\": 4}", JTN_E_TYPE, "");
	assert_bad_clause("{\"contains\": \"\"}", JTN_E_RANGE, "every name");
	assert_bad_clause("{\"and\": []}", JTN_E_TYPE, "not empty");
	assert_bad_clause("[]", JTN_E_TYPE, "one key");
	assert_bad_clause(
		"{\"or\":[{\"or\":[{\"or\":[{\"or\":[{\"or\":[{\"or\":[{\"or\":[{\"or\":[{\"equals\":\"a\"}]}]}]}]}]}]}]}]}",
		JTN_E_LIMIT, "deep");
}
END_TEST

static const char sellers[] =
	"[{\"id\": \"cloud\", \"provider_match\": {\"contains\": \"cloud\"}, \"fallback_model_providers\": [\"nobody\", "
	"\"maker\"],"
	"  \"models\": [{\"id\": \"own\", \"match\": {\"starts_with\": \"own\"}, \"prices\": {}}]},"
	" {\"id\": \"maker\", \"model_match\": {\"starts_with\": \"great\"}, \"fallback_model_providers\": [\"third\"], "
	"\"models\": ["
	"  {\"id\": \"great-mini\", \"match\": {\"starts_with\": \"great-mini\"}, \"prices\": {}},"
	"  {\"id\": \"great\", \"match\": {\"or\": [{\"equals\": \"great-mini-2\"}, {\"starts_with\": \"great\"}]}, "
	"\"prices\": {}}]},"
	" {\"id\": \"third\", \"models\": [{\"id\": \"third\", \"match\": {\"equals\": \"3\"}, \"prices\": {}}]}]";

START_TEST(the_first_model_in_the_file_that_fits_wins)
{
	struct jtn_book *book = parse_book(sellers);

	ck_assert_str_eq(who(book, "maker", "great-mini"), "maker/great-mini");
	ck_assert_str_eq(who(book, "maker", "great-mini-2"), "maker/great-mini");
	ck_assert_str_eq(who(book, "maker", "GREAT-2"), "maker/great");
	ck_assert_str_eq(who(book, "maker", "small"), "");
	ck_assert_str_eq(who(book, "maker", "gre"), "");
	jtn_book_free(book);
}
END_TEST

START_TEST(providers_are_found_by_id_then_by_rule_and_fall_back_one_step)
{
	struct jtn_book *book = parse_book(sellers);

	ck_assert_str_eq(who(book, " Maker ", "great"), "maker/great");
	ck_assert_str_eq(who(book, "my-Cloud-9", "own-1"), "cloud/own");
	ck_assert_str_eq(who(book, "cloud", "great-mini-x"), "maker/great-mini");
	ck_assert_str_eq(who(book, "maker", "3"), "third/third");
	ck_assert_str_eq(who(book, "cloud", "3"), "");
	ck_assert_str_eq(who(book, "stranger", "great"), "");
	jtn_book_free(book);
}
END_TEST

START_TEST(without_a_provider_the_model_says_who_made_it)
{
	struct jtn_book *book = parse_book(sellers);

	ck_assert_str_eq(who(book, NULL, "great-9"), "maker/great");
	ck_assert_str_eq(who(book, NULL, "own-1"), "");
	ck_assert_str_eq(who(book, "litellm", "cloud/own-7"), "cloud/own");
	ck_assert_str_eq(who(book, "litellm", "great-7"), "maker/great");
	ck_assert_str_eq(who(book, "litellm", "nobody/great-7"), "");
	jtn_book_free(book);
}
END_TEST

START_TEST(names_longer_than_any_model_s_match_nothing)
{
	static char name[100000];
	struct jtn_book *book = parse_book(sellers);

	memset(name, 'g', sizeof(name) - 1);
	memcpy(name, "great", 5);
	ck_assert_str_eq(who(book, "maker", name), "");
	ck_assert_str_eq(who(book, name, "great"), "");
	jtn_book_free(book);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("match");
	TCase *cases = tcase_create("match");

	tcase_add_test(cases, every_clause_does_what_its_name_says_whatever_the_case);
	tcase_add_test(cases, or_takes_any_and_takes_all);
	tcase_add_test(cases, a_regex_searches_anywhere_unless_anchored);
	tcase_add_test(cases, a_regex_counts_and_classifies);
	tcase_add_test(cases, a_regex_may_begin_with_what_it_refuses);
	tcase_add_test(cases, a_regex_that_is_not_understood_is_refused_with_its_place);
	tcase_add_test(cases, a_hostile_regex_takes_no_longer_than_others);
	tcase_add_test(cases, clauses_that_cannot_be_meant_are_refused);
	tcase_add_test(cases, the_first_model_in_the_file_that_fits_wins);
	tcase_add_test(cases, providers_are_found_by_id_then_by_rule_and_fall_back_one_step);
	tcase_add_test(cases, without_a_provider_the_model_says_who_made_it);
	tcase_add_test(cases, names_longer_than_any_model_s_match_nothing);
	suite_add_tcase(suite, cases);
	return run_suite(suite);
}
