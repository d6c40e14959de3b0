/*
 * Book: which format a text is, what it is looked up by, what was worth noting, and what a failed entry does. The readers
 * have suites of their own: check_book_jeton.c, check_book_litellm.c, check_book_genai.c.
 */
#include "tariff.h"

#include "base/sha256.h"

#define RULES "\"rules\": [{\"id\": \"in\", \"meters\": [\"input\"], \"price\": \"1\", \"per\": 1000000}]"
#define LITELLM(price) \
	"{\"gpt\": {\"litellm_provider\": \"openai\", \"mode\": \"chat\", \"input_cost_per_token\": " price "}}"
#define GENAI                                                                                                  \
	"[{\"id\": \"openai\", \"name\": \"OpenAI\", \"api_pattern\": \"openai\", \"models\": [{\"id\": \"gpt\", " \
	"\"match\": "                                                                                              \
	"{\"equals\": \"gpt\"}, \"prices\": {\"input_mtok\": 2}}]}]"
#define OVERLAY "{\"jeton_overlay\": 1, \"customer\": \"acme\", \"currency\": \"USD\", \"tariffs\": []}"
#define BOOK "{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": []}"

static struct jtn_book_facts
facts_of_book(const struct jtn_book *book)
{
	struct jtn_book_facts facts = {.size = sizeof(facts)};

	assert_status(jtn_book_read_facts(book, &facts), JTN_OK);
	return facts;
}

static const struct {
	const char *text;
	int32_t format;
	uint64_t tariffs;
} formats[] = {
	{BOOK, JTN_BOOK_JETON, 0},
	{OVERLAY, JTN_BOOK_OVERLAY, 0},
	{GENAI, JTN_BOOK_GENAI_PRICES, 1},
	{LITELLM("2e-6"), JTN_BOOK_LITELLM, 1},
};

START_TEST(a_text_says_itself_which_format_it_is)
{
	struct jtn_book *book = book_of(formats[_i].text);
	struct jtn_book_facts facts = facts_of_book(book);

	ck_assert_int_eq(facts.format, formats[_i].format);
	ck_assert_uint_eq(facts.tariffs, formats[_i].tariffs);
	if (facts.tariffs)
		assert_money(rate_count(jtn_book_tariff(book, 0), JTN_METER_INPUT, 1000000).total, "2");
	jtn_book_free(book);
}
END_TEST

START_TEST(what_is_no_book_is_refused_by_what_it_should_be)
{
	static const struct {
		const char *text;
		jtn_status status;
	} bad[] = {
		{"", JTN_E_SYNTAX},
		{"{", JTN_E_SYNTAX},
		{"7", JTN_E_TYPE},
		{"null", JTN_E_TYPE},
		{"\"book\"", JTN_E_TYPE},
		{"{}", JTN_E_MISSING_FIELD},
		{"{\"tariffs\": []}", JTN_E_MISSING_FIELD},
		{"{\"gpt\": {\"input_cost_per_token\": 1}}", JTN_E_MISSING_FIELD},
		{BOOK BOOK, JTN_E_SYNTAX},
		{"{\"jeton_book\": 1, \"jeton_book\": 1}", JTN_E_DUPLICATE_KEY},
		{"{\"jeton_book\": 1, \"jeton_overlay\": 1}", JTN_E_UNKNOWN_FIELD},
		{"{\"jeton_book\": 1, \"meters\": {}, \"meters\": {}}", JTN_E_DUPLICATE_KEY},
	};
	struct jtn_book *book;
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(bad); i++) {
		jtn_status status = try_book(bad[i].text, NULL, &book, &err);

		ck_assert_msg(status == bad[i].status, "%s: %s, %s", bad[i].text, jtn_status_name(status), err.message);
		ck_assert_str_ne(err.message, "");
		assert_status(jtn_book_parse(bad[i].text, strlen(bad[i].text), NULL, NULL, &book, NULL), bad[i].status);
	}
}
END_TEST

START_TEST(the_revision_is_the_digest_of_the_bytes)
{
	static const char *const texts[] = {BOOK, BOOK "\n", OVERLAY, GENAI, LITELLM("2e-6")};

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct jtn_book *book = book_of(texts[i]);
		struct jtn_tariff_facts tariff = {.size = sizeof(tariff)};
		char digest[JTN__SHA256_TEXT], expected[80];

		jtn__sha256(texts[i], strlen(texts[i]), digest);
		snprintf(expected, sizeof(expected), "sha256:%s", digest);
		ck_assert_str_eq(facts_of_book(book).revision, expected);
		if (jtn_book_tariff(book, 0)) {
			assert_status(jtn_tariff_read_facts(jtn_book_tariff(book, 0), &tariff), JTN_OK);
			ck_assert_str_eq(tariff.revision, expected);
		}
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(facts_are_what_the_book_says_of_itself)
{
	struct jtn_book *book =
		book_of("{\"jeton_book\": 1, \"currency\": \"EUR\", \"source\": \"s\", \"as_of\": \"2026-11\", "
	            "\"note\": \"n\", \"tariffs\": [{\"provider\": \"p\", \"model\": \"m\", " RULES "}]}");
	struct jtn_book_facts facts = facts_of_book(book);

	ck_assert_str_eq(facts.source, "s");
	ck_assert_str_eq(facts.as_of, "2026-11");
	ck_assert_ptr_null(facts.customer);
	ck_assert_uint_eq(facts.tariffs, 1);
	ck_assert_uint_eq(facts.notes, 0);
	ck_assert_ptr_null(jtn_book_tariff(book, 1));
	ck_assert_ptr_null(jtn_book_tariff(book, UINT64_MAX));
	ck_assert_ptr_null(jtn_book_tariff(NULL, 0));
	jtn_book_free(book);
}
END_TEST

/* Two providers, two regions, aliases. */
#define TARIFF(provider, model, rest) "{\"provider\": \"" provider "\", \"model\": \"" model "\", " rest RULES "}"
#define NAMES                                                                                                                                  \
	"{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [" TARIFF(                                                                        \
		"acme", "swift-2",                                                                                                                     \
		"\"aliases\": [\"swift\", "                                                                                                            \
		"\"swift-latest\"], ") ", " TARIFF("acme", "swift-2",                                                                                  \
	                                       "\"region\": \"eu\", ") ", " TARIFF("bolt", "swift-2",                                              \
	                                                                           "") ", " TARIFF("bolt", "regional",                             \
	                                                                                           "\"region\""                                    \
	                                                                                           ": "                                            \
	                                                                                           "\"us\", ") ","                                 \
	                                                                                                       " " TARIFF("acme",                  \
	                                                                                                                  "only-acme",             \
	                                                                                                                  "") ", " TARIFF("bolt",  \
	                                                                                                                                  "swift", \
	                                                                                                                                  "") "]}"

static const struct {
	const char *provider, *model, *region;
	int64_t tariff; /* or -status */
	const char *field, *says;
} lookups[] = {
	{"acme", "swift-2", NULL, 0, NULL, NULL},
	{"acme", "swift-2", "eu", 1, NULL, NULL},
	{"acme", "swift-2", "us", 0, NULL, NULL},
	{"acme", "swift", NULL, 0, NULL, NULL},
	{"acme", "swift-latest", NULL, 0, NULL, NULL},
	{"bolt", "swift-2", "eu", 2, NULL, NULL},
	{"bolt", "swift", NULL, 5, NULL, NULL},
	{"bolt", "regional", "us", 3, NULL, NULL},
	{"bolt", "regional", NULL, -JTN_E_AMBIGUOUS, "region", "region"},
	{"bolt", "regional", "eu", -JTN_E_UNKNOWN_MODEL, "region", "region"},
	{"bolt", "swift-latest", NULL, -JTN_E_UNKNOWN_MODEL, "model", NULL},
	{NULL, "only-acme", NULL, 4, NULL, NULL},
	{NULL, "swift-latest", NULL, 0, NULL, NULL},
	{NULL, "swift-2", NULL, -JTN_E_AMBIGUOUS, "provider", "provider"},
	{NULL, "swift", NULL, -JTN_E_AMBIGUOUS, "provider", "provider"},
	{NULL, "regional", "us", 3, NULL, NULL},
	{"acme", "swift-22", NULL, -JTN_E_UNKNOWN_MODEL, "model", "swift-2"},
	{"acme", "swift-", NULL, -JTN_E_UNKNOWN_MODEL, "model", "swift"},
	{"acme", "Swift-2", NULL, -JTN_E_UNKNOWN_MODEL, "model", NULL},
	{"acme", "swift-2 ", NULL, -JTN_E_UNKNOWN_MODEL, "model", NULL},
	{"acme", "", NULL, -JTN_E_UNKNOWN_MODEL, "model", NULL},
	{"", "swift-2", NULL, -JTN_E_UNKNOWN_MODEL, NULL, NULL},
	{"zeus", "wholly-else", NULL, -JTN_E_UNKNOWN_MODEL, "provider", "zeus"},
	{NULL, "wholly-else", NULL, -JTN_E_UNKNOWN_MODEL, "model", "wholly-else"},
};

/* A text of its own size without a terminator, for a sanitizer to see what is read beyond. */
static char *
bare(const char *text)
{
	char *copy = text ? malloc(strlen(text) + !*text) : NULL;

	return copy ? memcpy(copy, text, strlen(text)) : NULL;
}

START_TEST(a_model_is_found_by_what_it_is_called_and_never_by_a_guess)
{
	struct jtn_book *book = book_of(NAMES);
	const struct jtn_tariff *tariff = NULL;
	struct jtn_error err;
	char *provider = bare(lookups[_i].provider), *model = bare(lookups[_i].model), *region = bare(lookups[_i].region);
	jtn_status status =
		jtn_book_lookup(book, provider, provider ? strlen(lookups[_i].provider) : 0, model, strlen(lookups[_i].model),
	                    region, region ? strlen(lookups[_i].region) : 0, &tariff, &err);

	if (lookups[_i].tariff >= 0) {
		assert_ok(status, err);
		ck_assert_ptr_eq(tariff, jtn_book_tariff(book, (uint64_t)lookups[_i].tariff));
	} else {
		assert_status(status, (jtn_status)-lookups[_i].tariff);
		ck_assert_ptr_null(tariff);
		if (lookups[_i].field)
			ck_assert_str_eq(err.field, lookups[_i].field);
		if (lookups[_i].says)
			ck_assert_msg(strstr(err.message, lookups[_i].says) != NULL, "%s", err.message);
	}
	free(provider);
	free(model);
	free(region);
	jtn_book_free(book);
}
END_TEST

START_TEST(names_with_nuls_or_without_end_are_unknown)
{
	struct jtn_book *book = book_of(NAMES);
	const struct jtn_tariff *tariff = NULL;
	static char huge[1 << 16];
	struct jtn_error err;

	memset(huge, 'x', sizeof(huge));
	assert_status(jtn_book_lookup(book, "acme", 4, "swift-2\0x", 9, NULL, 0, &tariff, &err), JTN_E_UNKNOWN_MODEL);
	assert_status(jtn_book_lookup(book, "acme\0", 5, "swift-2", 7, NULL, 0, &tariff, &err), JTN_E_UNKNOWN_MODEL);
	assert_status(jtn_book_lookup(book, "acme", 4, huge, sizeof(huge), NULL, 0, &tariff, &err), JTN_E_UNKNOWN_MODEL);
	assert_status(jtn_book_lookup(book, huge, sizeof(huge), "swift-2", 7, NULL, 0, &tariff, &err), JTN_E_UNKNOWN_MODEL);
	assert_status(jtn_book_lookup(book, "acme", 4, "swift-2", 7, "eu\0\0\0\0\0\0\0", 9, &tariff, &err),
	              JTN_E_UNKNOWN_MODEL);
	assert_status(jtn_book_lookup(book, "acme", 4, "x", 1, NULL, 0, &tariff, NULL), JTN_E_UNKNOWN_MODEL);
	ck_assert_ptr_null(tariff);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_name_may_be_there_once_per_region)
{
	struct jtn_book *book;
	struct jtn_error err;

	assert_status(try_book("{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [" TARIFF("p", "m", "") ", " TARIFF(
							   "p", "m", "") "]}",
	                       NULL, &book, &err),
	              JTN_E_CONTRADICTION);
	ck_assert_str_eq(err.field, "tariffs[1]");
	assert_fails(try_book("{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [" TARIFF("p", "m", "") ", " TARIFF(
							  "p", "n", "\"aliases\": [\"o\", \"m\"], ") "]}",
	                      NULL, &book, &err),
	             JTN_E_CONTRADICTION, err, "tariffs[1].aliases[1]");
	assert_ok(try_book("{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [" TARIFF(
						   "p", "m", "\"aliases\": [\"m\", \"n\", \"n\"], ") "]}",
	                   NULL, &book, &err),
	          err);
	jtn_book_free(book);
}
END_TEST

START_TEST(thousands_of_names_are_all_found)
{
	size_t count = 20000, room = count * 160;
	char *text = malloc(room);
	size_t used = (size_t)sprintf(text, "{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [");
	struct jtn_book *book;

	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, room - used, "%s{\"provider\": \"p%zu\", \"model\": \"model-%zu\"}",
		                         i ? "," : "", i % 7, i);
	snprintf(text + used, room - used, "]}");
	book = book_of(text);
	for (size_t i = 0; i < count; i++) {
		const struct jtn_tariff *tariff = NULL;
		char provider[8], model[32];
		struct jtn_error err;

		snprintf(provider, sizeof(provider), "p%zu", i % 7);
		snprintf(model, sizeof(model), "model-%zu", i);
		assert_ok(jtn_book_lookup(book, i % 2 ? provider : NULL, strlen(provider), model, strlen(model), NULL, 0,
		                          &tariff, &err),
		          err);
		ck_assert_ptr_eq(tariff, jtn_book_tariff(book, i));
	}
	jtn_book_free(book);
	free(text);
}
END_TEST

/* What an entry may be wrong in; the good one beside it is read. */
static const struct {
	const char *entry;
	jtn_status status;
	const char *field;
} bad_entries[] = {
	{"{\"provider\": \"p\"}", JTN_E_MISSING_FIELD, "tariffs[1].model"},
	{"{\"provider\": \"p\", \"model\": \"m\", \"rules\": [{\"id\": \"r\", \"meters\": [\"inptu\"], \"price\": 1}]}",
     JTN_E_NOT_FOUND, "tariffs[1].rules[0].meters[0]"},
	{"{\"provider\": \"p\", \"model\": \"m\", \"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": -1}]}",
     JTN_E_RANGE, "tariffs[1].rules[0].price"},
	{"{\"provider\": \"p\", \"model\": \"m\", \"fallback\": {\"input\": \"output\", \"output\": \"input\"}}",
     JTN_E_CONTRADICTION, "tariffs[1]"},
	{"{\"provider\": \"p\", \"model\": \"good\"}", JTN_E_CONTRADICTION, "tariffs[1]"},
	{"{\"provider\": \"p\", \"model\": \"m\", \"aliases\": [\"a\", 5]}", JTN_E_TYPE, "tariffs[1].aliases[1]"},
	{"{\"provider\": \"p\", \"model\": \"m\", \"aliases\": [\"a\", \"good\"]}", JTN_E_CONTRADICTION,
     "tariffs[1].aliases[1]"},
};

START_TEST(a_bad_entry_fails_the_book_or_is_left_out_and_noted)
{
	char text[2048];
	struct jtn_book_options options;
	struct jtn_book *book;
	struct jtn_error err, note;
	const struct jtn_tariff *tariff = NULL;

	snprintf(text, sizeof(text), "{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [%s,\n%s,\n%s]}",
	         TARIFF("p", "good", ""), bad_entries[_i].entry, TARIFF("p", "last", ""));
	assert_fails(try_book(text, NULL, &book, &err), bad_entries[_i].status, err, bad_entries[_i].field);
	ck_assert_int_eq(err.line, 2);
	jtn_book_options_init(&options);
	options.skip_bad_entries = 1;
	assert_ok(try_book(text, &options, &book, &err), err);
	ck_assert_uint_eq(facts_of_book(book).tariffs, 2);
	ck_assert_uint_eq(facts_of_book(book).notes, 1);
	assert_status(jtn_book_read_note(book, 0, &note), JTN_OK);
	ck_assert_int_eq(note.status, bad_entries[_i].status);
	ck_assert_str_eq(note.field, bad_entries[_i].field);
	ck_assert_int_eq(note.line, 2);
	ck_assert_str_ne(note.message, "");
	assert_ok(jtn_book_lookup(book, "p", 1, "last", 4, NULL, 0, &tariff, &err), err);
	assert_ok(jtn_book_lookup(book, "p", 1, "good", 4, NULL, 0, &tariff, &err), err);
	ck_assert_ptr_eq(tariff, jtn_book_tariff(book, 0));
	assert_status(jtn_book_lookup(book, "p", 1, "m", 1, NULL, 0, &tariff, NULL), JTN_E_UNKNOWN_MODEL);
	assert_status(jtn_book_lookup(book, NULL, 0, "m", 1, NULL, 0, &tariff, NULL), JTN_E_UNKNOWN_MODEL);
	assert_status(jtn_book_lookup(book, "p", 1, "a", 1, NULL, 0, &tariff, NULL), JTN_E_UNKNOWN_MODEL);
	jtn_book_free(book);
}
END_TEST

START_TEST(notes_end_at_a_limit_and_the_book_is_read_still)
{
	size_t count = 10050, room = count * 64;
	char *text = malloc(room);
	size_t used = (size_t)sprintf(text, "{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [");
	struct jtn_book_options options = {.size = sizeof(options), .skip_bad_entries = 1};
	struct jtn_book *book;
	struct jtn_error err, note;

	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, room - used, "%s{\"provider\": \"p\"}", i ? "," : "");
	snprintf(text + used, room - used, "]}");
	assert_ok(try_book(text, &options, &book, &err), err);
	ck_assert_uint_eq(facts_of_book(book).notes, 10000);
	assert_status(jtn_book_read_note(book, 9999, &note), JTN_OK);
	assert_status(jtn_book_read_note(book, 10000, &note), JTN_E_NOT_FOUND);
	assert_status(jtn_book_read_note(book, UINT64_MAX, &note), JTN_E_NOT_FOUND);
	assert_status(jtn_book_read_note(NULL, 0, &note), JTN_E_ARGUMENT);
	assert_status(jtn_book_read_note(book, 0, NULL), JTN_E_ARGUMENT);
	jtn_book_free(book);
	free(text);
}
END_TEST

START_TEST(float_noise_is_repaired_where_that_was_asked_for)
{
	static const struct {
		const char *text;
		const char *kept, *repaired;
	} cases[] = {
		{LITELLM("7.499999999999999e-08"), "0.07499999999999999", "0.075"},
		{"{\"jeton_book\": 1, \"currency\": \"USD\", \"tariffs\": [{\"provider\": \"p\", \"model\": \"m\", \"rules\": "
	     "[{\"id\": \"r\", \"meters\": [\"input\"], \"price\": 0.07499999999999999, \"per\": 1000000}]}]}",
	     "0.07499999999999999", "0.075"},
	};
	struct jtn_book_options options = {.size = sizeof(options), .repair_float_noise = 1};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jtn_book *book = book_of(cases[i].text);
		uint64_t notes = facts_of_book(book).notes;
		struct jtn_error err, note;

		assert_money(rate_count(jtn_book_tariff(book, 0), JTN_METER_INPUT, 1000000).total, cases[i].kept);
		jtn_book_free(book);
		assert_ok(try_book(cases[i].text, &options, &book, &err), err);
		assert_money(rate_count(jtn_book_tariff(book, 0), JTN_METER_INPUT, 1000000).total, cases[i].repaired);
		ck_assert_uint_eq(facts_of_book(book).notes, notes + 1);
		assert_status(jtn_book_read_note(book, notes, &note), JTN_OK);
		ck_assert_int_eq(note.status, JTN_E_INEXACT);
		ck_assert_ptr_nonnull(strstr(note.message, "499999999999"));
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(options_come_in_the_callers_size)
{
	struct {
		struct jtn_book_options options;
		uint64_t more;
	} larger;
	struct jtn_book_options options;
	struct jtn_book *book;
	struct jtn_error err;

	memset(&larger, 0, sizeof(larger));
	memset(&options, 0x5a, sizeof(options));
	jtn_book_options_init(&options);
	ck_assert_uint_eq(options.size, sizeof(options));
	ck_assert_int_eq(options.skip_bad_entries, 0);
	ck_assert_int_eq(options.repair_float_noise, 0);
	ck_assert_int_eq(options.reserved, 0);
	jtn_book_options_init(NULL);
	larger.options.size = sizeof(larger);
	assert_ok(try_book(BOOK, &larger.options, &book, &err), err);
	jtn_book_free(book);
	larger.more = 1;
	assert_fails(try_book(BOOK, &larger.options, &book, &err), JTN_E_ABI, err, "options");
	options.size = 0;
	assert_fails(try_book(BOOK, &options, &book, &err), JTN_E_ABI, err, "options");
	options.size = sizeof(options) - 1;
	assert_fails(try_book(BOOK, &options, &book, &err), JTN_E_ABI, err, "options");
	options.size = UINT32_MAX;
	assert_fails(try_book(BOOK, &options, &book, &err), JTN_E_ABI, err, "options");
}
END_TEST

START_TEST(options_that_are_neither_on_nor_off_are_refused)
{
	static const struct jtn_book_options odd[] = {
		{sizeof(*odd), 2, 0, 0}, {sizeof(*odd), 0, -1, 0}, {sizeof(*odd), 0, 0, 1}};
	struct jtn_book *book;
	struct jtn_error err;

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_status(try_book("{\"jeton_book\": 1, \"tariffs\": []}", &odd[i], &book, &err),
		              i == 2 ? JTN_E_ABI : JTN_E_ARGUMENT);
}
END_TEST

START_TEST(null_is_an_argument_error)
{
	struct jtn_book *book = book_of(NAMES), *none = NULL;
	struct jtn_book_facts facts = {.size = sizeof(facts) - 1};
	const struct jtn_tariff *tariff = NULL;
	struct jtn_error err;

	assert_fails(jtn_book_parse(NULL, 0, NULL, NULL, &none, &err), JTN_E_ARGUMENT, err, "text");
	assert_fails(jtn_book_parse(BOOK, 5, NULL, NULL, NULL, &err), JTN_E_ARGUMENT, err, "ret");
	assert_status(jtn_book_read_facts(NULL, &facts), JTN_E_ARGUMENT);
	assert_status(jtn_book_read_facts(book, NULL), JTN_E_ARGUMENT);
	assert_status(jtn_book_read_facts(book, &facts), JTN_E_ABI);
	assert_status(jtn_book_lookup(NULL, NULL, 0, "m", 1, NULL, 0, &tariff, &err), JTN_E_ARGUMENT);
	assert_status(jtn_book_lookup(book, NULL, 0, NULL, 1, NULL, 0, &tariff, &err), JTN_E_ARGUMENT);
	assert_status(jtn_book_lookup(book, NULL, 0, "m", 1, NULL, 0, NULL, &err), JTN_E_ARGUMENT);
	assert_status(jtn_book_find(NULL, NULL, &none, &err), JTN_E_ARGUMENT);
	assert_status(jtn_book_find("list", NULL, NULL, &err), JTN_E_ARGUMENT);
	ck_assert_ptr_null(none);
	jtn_book_free(NULL);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_text_cut_short_anywhere_is_refused)
{
	static const char *const texts[] = {NAMES, GENAI, OVERLAY};

	for (size_t t = 0; t < COUNT(texts); t++)
		for (size_t i = 0; i < strlen(texts[t]); i++) {
			char *cut = malloc(i + 1);
			struct jtn_book *book = NULL;
			struct jtn_error err;

			memcpy(cut, texts[t], i);
			ck_assert_int_ne(jtn_book_parse(cut, i, NULL, NULL, &book, &err), JTN_OK);
			ck_assert_ptr_null(book);
			free(cut);
		}
}
END_TEST

static const char *const whole[] = {
	NAMES, GENAI, LITELLM("7.499999999999999e-08"), OVERLAY,
	"{\"jeton_book\": 1, \"currency\": \"USD\", \"source\": \"s\", \"tariffs\": [{\"provider\": \"p\"}, {\"provider\": "
	"\"p\", \"model\": \"m\", \"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": 1, \"window\": "
	"{\"from\": "
	"\"00:00\", \"until\": \"01:00\"}}], \"settle\": [{\"id\": \"s\", \"model\": \"graduated\", \"meters\": "
	"[\"requests\"], "
	"\"tiers\": [{\"price\": 1}]}]}]}"};

START_TEST(every_allocation_may_fail_and_nothing_leaks)
{
	const char *text = whole[_i];
	struct jtn_book_options options = {.size = sizeof(options), .skip_bad_entries = 1, .repair_float_noise = 1};
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn_book *book = NULL;
	struct jtn_error err;
	jtn_status status = JTN_E_MEMORY;

	while (status == JTN_E_MEMORY) {
		counter.made = 0;
		counter.fail++;
		status = jtn_book_parse(text, strlen(text), &options, &allocator, &book, &err);
		if (status == JTN_E_MEMORY) {
			ck_assert_ptr_null(book);
			ck_assert_uint_eq(counter.live, 0);
		}
		ck_assert_uint_lt(counter.fail, 1000);
	}
	assert_status(status, JTN_OK);
	ck_assert_uint_gt(counter.fail, 2);
	jtn_book_free(book);
	ck_assert_uint_eq(counter.live, 0);
}
END_TEST

START_TEST(every_book_of_the_catalogue_is_read_without_notes)
{
	size_t count = jtn_catalog_count(JTN_CATALOG_BOOK);

	ck_assert_uint_ge(count, 1);
	for (size_t i = 0; i < count; i++) {
		struct jtn_book *book = NULL;
		struct jtn_book_facts facts;
		struct jtn_error err;

		assert_ok(jtn_book_find(jtn_catalog_id(JTN_CATALOG_BOOK, i), NULL, &book, &err), err);
		facts = facts_of_book(book);
		ck_assert_uint_gt(facts.tariffs, 0);
		ck_assert_uint_eq(facts.notes, 0);
		ck_assert_ptr_nonnull(facts.source);
		ck_assert_ptr_nonnull(facts.as_of);
		for (uint64_t t = 0; t < facts.tariffs; t++) {
			struct jtn_tariff_facts tariff = {.size = sizeof(tariff)};
			const struct jtn_tariff *found = NULL;

			assert_status(jtn_tariff_read_facts(jtn_book_tariff(book, t), &tariff), JTN_OK);
			assert_ok(jtn_book_lookup(book, tariff.provider, strlen(tariff.provider), tariff.model,
			                          strlen(tariff.model), tariff.region, tariff.region ? strlen(tariff.region) : 0,
			                          &found, &err),
			          err);
			ck_assert_ptr_eq(found, jtn_book_tariff(book, t));
			ck_assert_uint_gt(tariff.rules, 0);
		}
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(an_unknown_book_names_the_nearest)
{
	struct jtn_book *book = NULL;
	struct jtn_error err;

	assert_status(jtn_book_find("lisst", NULL, &book, &err), JTN_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(err.message, "list"));
	ck_assert_ptr_null(book);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("book");
	TCase *tests = tcase_create("book");

	tcase_add_loop_test(tests, a_text_says_itself_which_format_it_is, 0, (int)COUNT(formats));
	tcase_add_test(tests, what_is_no_book_is_refused_by_what_it_should_be);
	tcase_add_test(tests, the_revision_is_the_digest_of_the_bytes);
	tcase_add_test(tests, facts_are_what_the_book_says_of_itself);
	tcase_add_loop_test(tests, a_model_is_found_by_what_it_is_called_and_never_by_a_guess, 0, (int)COUNT(lookups));
	tcase_add_test(tests, names_with_nuls_or_without_end_are_unknown);
	tcase_add_test(tests, a_name_may_be_there_once_per_region);
	tcase_add_test(tests, thousands_of_names_are_all_found);
	tcase_add_loop_test(tests, a_bad_entry_fails_the_book_or_is_left_out_and_noted, 0, (int)COUNT(bad_entries));
	tcase_add_test(tests, notes_end_at_a_limit_and_the_book_is_read_still);
	tcase_add_test(tests, float_noise_is_repaired_where_that_was_asked_for);
	tcase_add_test(tests, options_come_in_the_callers_size);
	tcase_add_test(tests, options_that_are_neither_on_nor_off_are_refused);
	tcase_add_test(tests, null_is_an_argument_error);
	tcase_add_test(tests, a_text_cut_short_anywhere_is_refused);
	tcase_add_loop_test(tests, every_allocation_may_fail_and_nothing_leaks, 0, (int)COUNT(whole));
	tcase_add_test(tests, every_book_of_the_catalogue_is_read_without_notes);
	tcase_add_test(tests, an_unknown_book_names_the_nearest);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
