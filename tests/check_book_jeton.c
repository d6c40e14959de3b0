/*
 * jeton's own book: each field's type, bounds and contradictions, by the path at fault; windows and validities in the
 * offsets that they name.
 */
#include "tariff.h"

/* A whole book with every field in its place; slips replace one thing in it. */
#define WHOLE                                                                                                         \
	"{\"jeton_book\": 1, \"currency\": \"USD\", \"source\": \"s\", \"as_of\": \"2026-11\", \"note\": \"n\", "         \
	"\"tariffs\": [\n"                                                                                                \
	"{\"provider\": \"p\", \"model\": \"m\", \"aliases\": [\"m2\", \"m3\"], \"region\": \"eu\", \"source\": \"u\", "  \
	"\"note\": \"o\", \"currency\": \"EUR\", \"fallback\": {\"reasoning\": \"output\"},\n"                            \
	"\"rules\": [{\"id\": \"in\", \"meters\": [\"input\", \"cache_read\"], \"price\": \"2.5\", \"per\": 1000000, "    \
	"\"source\": \"v\", \"note\": \"w\"},\n"                                                                          \
	"{\"id\": \"long\", \"meters\": [\"input\"], \"price\": 5, \"tier\": [\"batch\"], \"from\": \"2026-01-01\", "     \
	"\"until\": \"2027-01-01\", \"when\": {\"quantity\": \"meter\", \"above\": 10, \"inclusive\": true, "             \
	"\"mode\": \"cliff\"}, \"window\": {\"utc_offset\": \"+01:00\", \"weekdays\": [1, 7], \"from\": \"08:00\", "      \
	"\"until\": \"20:00\"}}],\n"                                                                                      \
	"\"settle\": [{\"id\": \"g\", \"meters\": [\"seconds\"], \"model\": \"graduated\", \"source\": \"x\", \"note\": " \
	"\"y\", "                                                                                                         \
	"\"from\": \"2026-02-01\", \"until\": \"2027-02-01\", \"tiers\": [{\"up_to\": 10.5, \"price\": 1, \"per\": 2, "   \
	"\"flat\": 3}, {\"price\": \"0\"}]},\n"                                                                           \
	"{\"id\": \"k\", \"meters\": [\"requests\"], \"model\": \"package\", \"quantity\": 10, \"free\": 11, \"price\": " \
	"12},\n"                                                                                                          \
	"{\"id\": \"b\", \"meters\": [\"requests\"], \"model\": \"subscription\", \"fee\": 20, \"allowance\": 21, "       \
	"\"price\": 22},\n"                                                                                               \
	"{\"id\": \"c\", \"model\": \"percentage\", \"fraction\": \"0.1\"},\n"                                            \
	"{\"id\": \"d\", \"model\": \"minimum\", \"amount\": 30}]}]}"

#define RULES "tariffs[0].rules"
#define WINDOW RULES "[1].window"
#define WHEN RULES "[1].when"
#define SETTLE "tariffs[0].settle"

static const struct slip {
	const char *from, *to;
	jtn_status status;
	const char *field;
} slips[] = {
	/* the book */
	{"\"jeton_book\": 1", "\"jeton_book\": 2", JTN_E_RANGE, "jeton_book"},
	{"\"jeton_book\": 1", "\"jeton_book\": \"1\"", JTN_E_TYPE, "jeton_book"},
	{"\"jeton_book\": 1", "\"jeton_book\": 1.5", JTN_E_TYPE, "jeton_book"},
	{"\"currency\": \"USD\"", "\"currency\": \"usd\"", JTN_E_RANGE, "currency"},
	{"\"currency\": \"USD\"", "\"currency\": \"USDT\"", JTN_E_RANGE, "currency"},
	{"\"currency\": \"USD\"", "\"currency\": \"US\"", JTN_E_RANGE, "currency"},
	{"\"currency\": \"USD\"", "\"currency\": \"\"", JTN_E_RANGE, "currency"},
	{"\"currency\": \"USD\"", "\"currency\": 5", JTN_E_TYPE, "currency"},
	{"\"source\": \"s\"", "\"source\": 5", JTN_E_TYPE, "source"},
	{"\"as_of\": \"2026-11\"", "\"as_of\": []", JTN_E_TYPE, "as_of"},
	{"\"note\": \"n\"", "\"customer\": \"n\"", JTN_E_UNKNOWN_FIELD, "customer"},
	{"\"note\": \"n\"", "\"tarrifs\": []", JTN_E_UNKNOWN_FIELD, "tarrifs"},
	{"\"tariffs\": [", "\"note2\": [", JTN_E_UNKNOWN_FIELD, "note2"},
	{"\"tariffs\": [\n", "\"tariffs\": [5, ", JTN_E_TYPE, "tariffs[0]"},
	/* a tariff */
	{"\"provider\": \"p\", ", "", JTN_E_MISSING_FIELD, "tariffs[0].provider"},
	{"\"provider\": \"p\"", "\"provider\": \"\"", JTN_E_RANGE, "tariffs[0].provider"},
	{"\"provider\": \"p\"", "\"provider\": null", JTN_E_MISSING_FIELD, "tariffs[0].provider"},
	{"\"provider\": \"p\"", "\"provider\": 1", JTN_E_TYPE, "tariffs[0].provider"},
	{"\"model\": \"m\"", "\"model\": {}", JTN_E_TYPE, "tariffs[0].model"},
	{"\"aliases\": [\"m2\"", "\"aliases\": [2", JTN_E_TYPE, "tariffs[0].aliases[0]"},
	{"[\"m2\", \"m3\"]", "\"m2\"", JTN_E_TYPE, "tariffs[0].aliases"},
	{"\"region\": \"eu\"", "\"region\": 1", JTN_E_TYPE, "tariffs[0].region"},
	{"\"source\": \"u\"", "\"source\": 1", JTN_E_TYPE, "tariffs[0].source"},
	{"\"note\": \"o\"", "\"nota\": \"o\"", JTN_E_UNKNOWN_FIELD, "tariffs[0].nota"},
	{"\"currency\": \"EUR\"", "\"currency\": \"eur\"", JTN_E_RANGE, "tariffs[0].currency"},
	{"{\"reasoning\": \"output\"}", "[]", JTN_E_TYPE, "tariffs[0].fallback"},
	{"{\"reasoning\": \"output\"}", "{\"thinking\": \"output\"}", JTN_E_NOT_FOUND, "tariffs[0].fallback.thinking"},
	{"{\"reasoning\": \"output\"}", "{\"reasoning\": \"out\"}", JTN_E_NOT_FOUND, "tariffs[0].fallback.reasoning"},
	{"{\"reasoning\": \"output\"}", "{\"reasoning\": 1}", JTN_E_TYPE, "tariffs[0].fallback.reasoning"},
	{"{\"reasoning\": \"output\"}", "{\"seconds\": \"output\"}", JTN_E_CONTRADICTION, "tariffs[0].fallback.seconds"},
	{"\"rules\": [", "\"rules\": [5, ", JTN_E_TYPE, RULES "[0]"},
	{"\"rules\": [", "\"settle\": {}, \"x\": [", JTN_E_DUPLICATE_KEY, "tariffs[0].settle"},
	/* a rule */
	{"\"id\": \"in\", ", "", JTN_E_MISSING_FIELD, RULES "[0].id"},
	{"\"id\": \"in\"", "\"id\": \"\"", JTN_E_RANGE, RULES "[0].id"},
	{"\"id\": \"in\"", "\"id\": 1", JTN_E_TYPE, RULES "[0].id"},
	{"[\"input\", \"cache_read\"]", "[]", JTN_E_RANGE, RULES "[0].meters"},
	{"[\"input\", \"cache_read\"]", "\"input\"", JTN_E_TYPE, RULES "[0].meters"},
	{"\"meters\": [\"input\", \"cache_read\"], ", "", JTN_E_MISSING_FIELD, RULES "[0].meters"},
	{"\"cache_read\"]", "\"cache\"]", JTN_E_NOT_FOUND, RULES "[0].meters[1]"},
	{"\"cache_read\"]", "\"seconds\"]", JTN_E_CONTRADICTION, RULES "[0].meters[1]"},
	{"\"price\": \"2.5\", ", "", JTN_E_MISSING_FIELD, RULES "[0].price"},
	{"\"price\": \"2.5\"", "\"price\": null", JTN_E_MISSING_FIELD, RULES "[0].price"},
	{"\"price\": \"2.5\"", "\"price\": true", JTN_E_TYPE, RULES "[0].price"},
	{"\"price\": \"2.5\"", "\"price\": \"free\"", JTN_E_SYNTAX, RULES "[0].price"},
	{"\"price\": \"2.5\"", "\"price\": -0.1", JTN_E_RANGE, RULES "[0].price"},
	{"\"price\": \"2.5\"", "\"price\": 1e20", JTN_E_OVERFLOW, RULES "[0].price"},
	{"\"price\": \"2.5\"", "\"price\": 1e-40", JTN_E_INEXACT, RULES "[0].price"},
	{"\"per\": 1000000", "\"per\": 0", JTN_E_RANGE, RULES "[0].per"},
	{"\"per\": 1000000", "\"per\": -1", JTN_E_RANGE, RULES "[0].per"},
	{"\"per\": 1000000", "\"per\": 1000000000001", JTN_E_RANGE, RULES "[0].per"},
	{"\"per\": 1000000", "\"per\": 0.5", JTN_E_TYPE, RULES "[0].per"},
	{"\"note\": \"w\"", "\"effect\": \"markup\"", JTN_E_UNKNOWN_FIELD, RULES "[0].effect"},
	{"\"note\": \"w\"", "\"fraction\": 1", JTN_E_UNKNOWN_FIELD, RULES "[0].fraction"},
	{"[\"batch\"]", "\"batch\"", JTN_E_TYPE, RULES "[1].tier"},
	{"[\"batch\"]", "[\"cheap\"]", JTN_E_NOT_FOUND, RULES "[1].tier[0]"},
	{"[\"batch\"]", "[1]", JTN_E_TYPE, RULES "[1].tier[0]"},
	{"[\"batch\"]", "[]", JTN_E_RANGE, RULES "[1].tier"},
	{"\"from\": \"2026-01-01\"", "\"from\": \"January\"", JTN_E_SYNTAX, RULES "[1].from"},
	{"\"from\": \"2026-01-01\"", "\"from\": 2026", JTN_E_TYPE, RULES "[1].from"},
	{"\"from\": \"2026-01-01\"", "\"from\": \"1600-01-01\"", JTN_E_RANGE, RULES "[1].from"},
	{"\"until\": \"2027-01-01\"", "\"until\": \"2027-02-30\"", JTN_E_SYNTAX, RULES "[1].until"},
	{"\"until\": \"2027-01-01\"", "\"until\": \"2026-01-01T00:00:00Z\"", JTN_E_RANGE, RULES "[1]"},
	/* a threshold */
	{"\"when\": {", "\"when\": [], \"x\": {", JTN_E_UNKNOWN_FIELD, RULES "[1].x"},
	{"\"quantity\": \"meter\", ", "", JTN_E_MISSING_FIELD, WHEN ".quantity"},
	{"\"quantity\": \"meter\"", "\"quantity\": \"input\"", JTN_E_RANGE, WHEN ".quantity"},
	{"\"quantity\": \"meter\"", "\"quantity\": 1", JTN_E_TYPE, WHEN ".quantity"},
	{"\"above\": 10, ", "", JTN_E_MISSING_FIELD, WHEN ".above"},
	{"\"above\": 10", "\"above\": -1", JTN_E_RANGE, WHEN ".above"},
	{"\"above\": 10", "\"above\": 1000000000001", JTN_E_RANGE, WHEN ".above"},
	{"\"above\": 10", "\"above\": 1.5", JTN_E_TYPE, WHEN ".above"},
	{"\"inclusive\": true", "\"inclusive\": 1", JTN_E_TYPE, WHEN ".inclusive"},
	{"\"mode\": \"cliff\"", "\"mode\": \"step\"", JTN_E_RANGE, WHEN ".mode"},
	{"\"mode\": \"cliff\"", "\"modus\": \"cliff\"", JTN_E_UNKNOWN_FIELD, WHEN ".modus"},
	{"\"meter\", \"above\": 10, \"inclusive\": true, \"mode\": \"cliff\"",
     "\"total\", \"above\": 10, \"mode\": \"graduated\"", JTN_E_CONTRADICTION, WHEN},
	/* a window */
	{"\"+01:00\"", "\"01:00\"", JTN_E_RANGE, WINDOW ".utc_offset"},
	{"\"+01:00\"", "\"+1:00\"", JTN_E_RANGE, WINDOW ".utc_offset"},
	{"\"+01:00\"", "\"+24:00\"", JTN_E_RANGE, WINDOW ".utc_offset"},
	{"\"+01:00\"", "\"+01:60\"", JTN_E_RANGE, WINDOW ".utc_offset"},
	{"\"+01:00\"", "\"Europe/Paris\"", JTN_E_RANGE, WINDOW ".utc_offset"},
	{"\"+01:00\"", "\"\"", JTN_E_RANGE, WINDOW ".utc_offset"},
	{"\"+01:00\"", "1", JTN_E_TYPE, WINDOW ".utc_offset"},
	{"[1, 7]", "[0]", JTN_E_RANGE, WINDOW ".weekdays[0]"},
	{"[1, 7]", "[1, 8]", JTN_E_RANGE, WINDOW ".weekdays[1]"},
	{"[1, 7]", "[\"Monday\"]", JTN_E_TYPE, WINDOW ".weekdays[0]"},
	{"[1, 7]", "[]", JTN_E_RANGE, WINDOW ".weekdays"},
	{"[1, 7]", "1", JTN_E_TYPE, WINDOW ".weekdays"},
	{"\"from\": \"08:00\", ", "", JTN_E_MISSING_FIELD, WINDOW ".from"},
	{"\"08:00\"", "\"8:00\"", JTN_E_RANGE, WINDOW ".from"},
	{"\"08:00\"", "\"08:60\"", JTN_E_RANGE, WINDOW ".from"},
	{"\"08:00\"", "\"24:01\"", JTN_E_RANGE, WINDOW ".from"},
	{"\"08:00\"", "\"08:00:00\"", JTN_E_RANGE, WINDOW ".from"},
	{"\"08:00\"", "800", JTN_E_TYPE, WINDOW ".from"},
	{"\"until\": \"20:00\"", "\"to\": \"20:00\"", JTN_E_UNKNOWN_FIELD, WINDOW ".to"},
	{"\"20:00\"", "\"08:00\"", JTN_E_RANGE, WINDOW},
	{"\"window\": {", "\"window\": [], \"note\": {", JTN_E_LIMIT, WINDOW},
	{"\"window\": {", "\"window\": [7], \"note\": {", JTN_E_TYPE, WINDOW "[0]"},
	{"\"window\": {", "\"window\": 7, \"note\": {", JTN_E_TYPE, WINDOW},
	/* a period charge */
	{"\"id\": \"g\", ", "", JTN_E_MISSING_FIELD, SETTLE "[0].id"},
	{"\"model\": \"graduated\"", "\"model\": \"gradual\"", JTN_E_RANGE, SETTLE "[0].model"},
	{"\"model\": \"graduated\", ", "", JTN_E_MISSING_FIELD, SETTLE "[0].model"},
	{"\"model\": \"graduated\"", "\"model\": \"allowance\"", JTN_E_RANGE, SETTLE "[0].model"},
	{"[\"seconds\"]", "[]", JTN_E_RANGE, SETTLE "[0].meters"},
	{"[\"seconds\"]", "[\"seconds\", \"input\"]", JTN_E_CONTRADICTION, SETTLE "[0].meters[1]"},
	{"\"until\": \"2027-02-01\"", "\"until\": \"2025-02-01\"", JTN_E_RANGE, SETTLE "[0]"},
	{"\"tiers\": [", "\"tiers\": [7, ", JTN_E_TYPE, SETTLE "[0].tiers[0]"},
	{"\"tiers\": [", "\"tiers\": [], \"price\": [", JTN_E_CONTRADICTION, SETTLE "[0].price"},
	{"\"tiers\": [", "\"steps\": [", JTN_E_UNKNOWN_FIELD, SETTLE "[0].steps"},
	{"\"up_to\": 10.5", "\"up_to\": 10.5000001", JTN_E_RANGE, SETTLE "[0].tiers[0].up_to"},
	{"\"up_to\": 10.5", "\"up_to\": -1", JTN_E_RANGE, SETTLE "[0].tiers[0].up_to"},
	{"\"up_to\": 10.5", "\"up_to\": 1e19", JTN_E_RANGE, SETTLE "[0].tiers[0].up_to"},
	{"\"up_to\": 10.5", "\"up_to\": \"x\"", JTN_E_SYNTAX, SETTLE "[0].tiers[0].up_to"},
	{"\"up_to\": 10.5, ", "", JTN_E_RANGE, SETTLE "[0].tiers[1]"},
	{"{\"price\": \"0\"}", "{\"up_to\": 11}", JTN_E_RANGE, SETTLE "[0].tiers"},
	{"{\"price\": \"0\"}", "{\"up_to\": 10.5}", JTN_E_RANGE, SETTLE "[0].tiers[1]"},
	{"{\"price\": \"0\"}", "{\"prize\": \"0\"}", JTN_E_UNKNOWN_FIELD, SETTLE "[0].tiers[1].prize"},
	{"\"flat\": 3", "\"flat\": 1e-19", JTN_E_INEXACT, SETTLE "[0].tiers[0].flat"},
	{"\"flat\": 3", "\"flat\": -3", JTN_E_RANGE, SETTLE "[0].tiers[0].flat"},
	{"\"quantity\": 10, ", "", JTN_E_MISSING_FIELD, SETTLE "[1].quantity"},
	{"\"quantity\": 10", "\"quantity\": 0", JTN_E_RANGE, SETTLE "[1]"},
	{"\"quantity\": 10", "\"quantity\": 0.5", JTN_E_RANGE, SETTLE "[1].quantity"},
	{"\"free\": 11", "\"free\": -11", JTN_E_RANGE, SETTLE "[1].free"},
	{"\"price\": 12", "\"amount\": 12", JTN_E_CONTRADICTION, SETTLE "[1].amount"},
	{"\"fee\": 20", "\"fee\": 20, \"amount\": 1", JTN_E_CONTRADICTION, SETTLE "[2].amount"},
	{"\"fee\": 20, ", "", JTN_E_MISSING_FIELD, SETTLE "[2].fee"},
	{"\"fee\": 20", "\"fee\": []", JTN_E_TYPE, SETTLE "[2].fee"},
	{"\"allowance\": 21", "\"allowance\": 0.1", JTN_E_RANGE, SETTLE "[2].allowance"},
	{", \"fraction\": \"0.1\"", "", JTN_E_MISSING_FIELD, SETTLE "[3].fraction"},
	{"\"fraction\": \"0.1\"", "\"fraction\": \"1.1\"", JTN_E_RANGE, SETTLE "[3].fraction"},
	{"\"fraction\": \"0.1\"", "\"fraction\": \"-0.1\"", JTN_E_RANGE, SETTLE "[3].fraction"},
	{"\"fraction\": \"0.1\"", "\"fraction\": \"0.0000000001\"", JTN_E_INEXACT, SETTLE "[3].fraction"},
	{", \"amount\": 30", "", JTN_E_MISSING_FIELD, SETTLE "[4].amount"},
	{"\"amount\": 30", "\"amount\": 1e20", JTN_E_OVERFLOW, SETTLE "[4].amount"},
};

START_TEST(a_slip_is_refused_by_the_field_at_fault)
{
	char *text = with(WHOLE, slips[_i].from, slips[_i].to);
	struct jtn_book *book;
	struct jtn_error err;
	jtn_status status = try_book(text, NULL, &book, &err);

	ck_assert_msg(status == slips[_i].status && strcmp(err.field, slips[_i].field) == 0,
	              "%s for %s: %s [%s] %s; expected %s [%s]", slips[_i].to, slips[_i].from, jtn_status_name(status),
	              err.field, err.message, jtn_status_name(slips[_i].status), slips[_i].field);
	ck_assert_str_ne(err.message, "");
	ck_assert_int_gt(err.line, 0);
	ck_assert_int_gt(err.column, 0);
	jtn_book_free(book);
	free(text);
}
END_TEST

START_TEST(a_whole_book_is_read)
{
	struct jtn_book *book = book_of(WHOLE);
	struct jtn_tariff_facts facts = {.size = sizeof(facts)};

	assert_status(jtn_tariff_read_facts(jtn_book_tariff(book, 0), &facts), JTN_OK);
	ck_assert_uint_eq(facts.rules, 7);
	ck_assert_str_eq(facts.currency, "EUR");
	jtn_book_free(book);
}
END_TEST

START_TEST(meters_of_different_units_share_no_price)
{
	static const char *const mixed[] = {
		"\"rules\": [{\"id\": \"r\", \"meters\": [\"input\", \"requests\"], \"price\": 1}]",
		"\"rules\": [{\"id\": \"r\", \"meters\": [\"web_search\", \"web_fetch\"], \"price\": 1}]",
		"\"settle\": [{\"id\": \"s\", \"meters\": [\"input\", \"input_images\"], \"model\": \"volume\", \"tiers\": "
		"[{}]}]",
		"\"fallback\": {\"requests\": \"input\"}",
	};
	struct jtn_book *book;
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(mixed); i++)
		ck_assert_msg(try_tariff(mixed[i], &book, &err) == JTN_E_CONTRADICTION, "%s: %s", mixed[i], err.message);
}
END_TEST

START_TEST(what_may_be_left_out_or_null_may)
{
	static const char *const fine[] = {
		"\"region\": null, \"aliases\": null, \"source\": null, \"currency\": null, \"fallback\": null, \"rules\": "
		"null, "
		"\"settle\": null",
		"\"aliases\": [], \"rules\": [], \"settle\": [], \"fallback\": {}",
		"\"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": 0, \"per\": null, \"tier\": null, \"from\": "
		"null, "
		"\"until\": null, \"when\": null, \"window\": null}]",
		"\"settle\": [{\"id\": \"s\", \"meters\": null, \"model\": \"maximum\", \"amount\": 0}]",
		"\"settle\": [{\"id\": \"s\", \"meters\": [\"input\"], \"model\": \"volume\", \"tiers\": [{\"up_to\": null}]}]",
	};
	struct jtn_book *book;
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(fine); i++) {
		assert_ok(try_tariff(fine[i], &book, &err), err);
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(a_currency_is_the_tariffs_else_the_books_else_missing)
{
	struct jtn_book *book;
	struct jtn_error err;

	assert_fails(
		try_book("{\"jeton_book\": 1, \"tariffs\": [{\"provider\": \"p\", \"model\": \"m\"}]}", NULL, &book, &err),
		JTN_E_MISSING_FIELD, err, "tariffs[0]");
	assert_ok(
		try_book("{\"jeton_book\": 1, \"tariffs\": [{\"provider\": \"p\", \"model\": \"m\", \"currency\": \"JPY\"}]}",
	             NULL, &book, &err),
		err);
	jtn_book_free(book);
}
END_TEST

START_TEST(an_overlays_fields_are_its_own)
{
	static const struct {
		const char *text;
		jtn_status status;
		const char *field;
	} cases[] = {
		{"{\"jeton_overlay\": 1, \"currency\": \"USD\", \"tariffs\": []}", JTN_E_MISSING_FIELD, "customer"},
		{"{\"jeton_overlay\": 1, \"customer\": 5, \"tariffs\": []}", JTN_E_TYPE, "customer"},
		{"{\"jeton_overlay\": 2, \"customer\": \"c\", \"tariffs\": []}", JTN_E_RANGE, "jeton_overlay"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\"}", JTN_E_MISSING_FIELD, "tariffs"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": [{\"fallback\": {}}]}",
	     JTN_E_UNKNOWN_FIELD, "tariffs[0].fallback"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": [{\"rules\": [{\"id\": "
	     "\"r\", "
	     "\"effect\": \"rebate\"}]}]}",
	     JTN_E_RANGE, "tariffs[0].rules[0].effect"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": [{\"rules\": [{\"id\": "
	     "\"r\", "
	     "\"effect\": \"markup\"}]}]}",
	     JTN_E_MISSING_FIELD, "tariffs[0].rules[0].fraction"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": [{\"rules\": [{\"id\": "
	     "\"r\", "
	     "\"effect\": \"markup\", \"fraction\": 1001}]}]}",
	     JTN_E_RANGE, "tariffs[0].rules[0].fraction"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": [{\"rules\": [{\"id\": "
	     "\"r\", "
	     "\"effect\": \"discount\", \"fraction\": 1.000000001}]}]}",
	     JTN_E_RANGE, "tariffs[0].rules[0].fraction"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": [{\"rules\": [{\"id\": "
	     "\"r\", "
	     "\"effect\": \"allowance\", \"meters\": [\"input\"]}]}]}",
	     JTN_E_MISSING_FIELD, "tariffs[0].rules[0].quantity"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": [{\"rules\": [{\"id\": "
	     "\"r\", "
	     "\"effect\": \"allowance\", \"meters\": [\"input\"], \"quantity\": 1, \"tier\": [\"batch\"]}]}]}",
	     JTN_E_CONTRADICTION, "tariffs[0].rules[0]"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": [{\"rules\": [{\"id\": "
	     "\"r\", "
	     "\"effect\": \"allowance\", \"quantity\": 1}]}]}",
	     JTN_E_MISSING_FIELD, "tariffs[0].rules[0].meters"},
		{"{\"jeton_overlay\": 1, \"customer\": \"c\", \"currency\": \"USD\", \"tariffs\": [{\"rules\": [{\"id\": "
	     "\"r\", "
	     "\"effect\": \"markup\", \"fraction\": 0.1}, {\"id\": \"s\", \"effect\": \"discount\", \"fraction\": 0.1}]}]}",
	     JTN_E_AMBIGUOUS, "tariffs[0]"},
	};
	struct jtn_book *book;
	struct jtn_error err;

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_fails(try_book(cases[i].text, NULL, &book, &err), cases[i].status, err, cases[i].field);
}
END_TEST

START_TEST(lists_are_limited)
{
	char *text = malloc(1 << 20);
	size_t used = (size_t)sprintf(text, "\"aliases\": [");
	struct jtn_book *book;
	struct jtn_error err;

	for (int i = 0; i < 4097; i++)
		used += (size_t)sprintf(text + used, "%s\"a%d\"", i ? ", " : "", i);
	sprintf(text + used, "]");
	assert_fails(try_tariff(text, &book, &err), JTN_E_LIMIT, err, "tariffs[0].aliases");
	used = (size_t)sprintf(text, "\"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": 1, \"window\": [");
	for (int i = 0; i < 65; i++)
		used += (size_t)sprintf(text + used, "%s{\"from\": \"00:00\", \"until\": \"24:00\"}", i ? ", " : "");
	sprintf(text + used, "]}]");
	assert_fails(try_tariff(text, &book, &err), JTN_E_LIMIT, err, "tariffs[0].rules[0].window");
	free(text);
}
END_TEST

/* A window as intervals of a week: how many are left when joined, and how many of its 168 hours are inside. */
static const struct {
	const char *window;
	uint32_t intervals;
	int hours;
} windows[] = {
	{"{\"from\": \"00:00\", \"until\": \"24:00\"}", 1, 168},
	{"{\"from\": \"24:00\", \"until\": \"00:00\"}", 0, -1},
	{"{\"from\": \"22:00\", \"until\": \"06:00\"}", 8, 56},
	{"{\"from\": \"22:00\", \"until\": \"06:00\", \"utc_offset\": \"-02:00\"}", 7, 56},
	{"{\"from\": \"08:00\", \"until\": \"20:00\", \"weekdays\": [1, 1, 1]}", 1, 12},
	{"{\"from\": \"22:00\", \"until\": \"06:00\", \"weekdays\": [7]}", 2, 8},
	{"{\"from\": \"00:00\", \"until\": \"24:00\", \"weekdays\": [1], \"utc_offset\": \"+14:00\"}", 2, 24},
	{"{\"from\": \"00:00\", \"until\": \"24:00\", \"weekdays\": [7], \"utc_offset\": \"-12:00\"}", 2, 24},
	{"{\"from\": \"00:00\", \"until\": \"24:00\", \"weekdays\": [6, 7], \"utc_offset\": \"Z\"}", 1, 48},
	{"{\"from\": \"12:00\", \"until\": \"11:00\", \"utc_offset\": \"+23:59\"}", 8, 161},
	{"[{\"from\": \"00:00\", \"until\": \"12:00\"}, {\"from\": \"12:00\", \"until\": \"24:00\"}]", 1, 168},
	{"[{\"from\": \"12:00\", \"until\": \"24:00\"}, {\"from\": \"00:00\", \"until\": \"13:00\"}]", 1, 168},
	{"[{\"from\": \"08:00\", \"until\": \"09:00\", \"weekdays\": [5]}, {\"from\": \"01:00\", \"until\": \"02:00\", "
     "\"weekdays\": [2]}]",
     2, 2},
};

START_TEST(a_window_is_so_many_hours_of_a_week)
{
	char members[512];
	struct jtn_book *book;
	struct jtn_rule_facts rule = {.size = sizeof(rule)};
	struct jtn_error err;
	int hours = 0;

	snprintf(members, sizeof(members),
	         "\"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": 1, \"window\": %s}]", windows[_i].window);
	if (windows[_i].hours < 0) {
		assert_fails(try_tariff(members, &book, &err), JTN_E_RANGE, err, "tariffs[0].rules[0].window");
		return;
	}
	book = tariff_book(members);
	assert_status(jtn_tariff_read_rule(jtn_book_tariff(book, 0), 0, &rule), JTN_OK);
	ck_assert_uint_eq(rule.windows, windows[_i].intervals);
	uint32_t seconds = 0, before = 0, from = 0, until = 0;
	for (uint32_t window = 0; window < rule.windows; window++) {
		assert_status(jtn_tariff_read_window(jtn_book_tariff(book, 0), 0, window, &from, &until), JTN_OK);
		ck_assert(window == 0 || from > before);
		ck_assert(until > from && until <= 604800);
		seconds += until - from;
		before = until;
	}
	ck_assert_uint_eq(seconds, 3600 * (uint32_t)windows[_i].hours);
	ck_assert_int_eq(jtn_tariff_read_window(jtn_book_tariff(book, 0), 0, rule.windows, &from, &until), JTN_E_NOT_FOUND);
	ck_assert_int_eq(jtn_tariff_read_window(jtn_book_tariff(book, 0), 1, 0, &from, &until), JTN_E_NOT_FOUND);
	ck_assert_int_eq(jtn_tariff_read_window(NULL, 0, 0, &from, &until), JTN_E_ARGUMENT);
	ck_assert_int_eq(jtn_tariff_read_window(jtn_book_tariff(book, 0), 0, 0, NULL, &until), JTN_E_ARGUMENT);
	for (int hour = 0; hour < 168; hour++) {
		struct jtn_count count = {1, JTN_METER_INPUT, 0};
		int64_t at = instant("2026-11-23T00:30:00Z") + hour * (DAY_NS / 24);

		hours += rate_at(jtn_book_tariff(book, 0), at, 0, &count, 1).status == JTN_OK;
	}
	ck_assert_int_eq(hours, windows[_i].hours);
	jtn_book_free(book);
}
END_TEST

START_TEST(a_validity_is_an_instant_whatever_its_offset)
{
	struct jtn_book *book =
		tariff_book("\"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": 1, "
	                "\"from\": \"2026-01-01T00:00:00+05:30\", \"until\": \"2026-01-01T00:00:00-08:00\"}]");
	struct jtn_count count = {1, JTN_METER_INPUT, 0};
	static const struct {
		const char *at;
		jtn_status status;
	} cases[] = {
		{"2025-12-31T18:29:59.999999999Z", JTN_E_NO_PRICE},
		{"2025-12-31T18:30:00Z", JTN_OK},
		{"2026-01-01T07:59:59.999999999Z", JTN_OK},
		{"2026-01-01T08:00:00Z", JTN_E_NO_PRICE},
		{"2026-01-01T09:59:59+02:00", JTN_OK},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		ck_assert_int_eq(rate_at(jtn_book_tariff(book, 0), instant(cases[i].at), 0, &count, 1).status, cases[i].status);
	jtn_book_free(book);
}
END_TEST

START_TEST(prices_are_numbers_or_strings_and_as_exact_as_written)
{
	static const char *const prices[] = {"2.5", "\"2.5\"", "25e-1", "\"0.25E+1\"", "2.500000000000000000"};

	for (size_t i = 0; i < COUNT(prices); i++) {
		char members[256];
		struct jtn_book *book;
		struct jtn_rule_facts rule = {.size = sizeof(rule)};

		snprintf(members, sizeof(members), "\"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": %s}]",
		         prices[i]);
		book = tariff_book(members);
		assert_status(jtn_tariff_read_rule(jtn_book_tariff(book, 0), 0, &rule), JTN_OK);
		assert_money(rule.price, "2.5");
		ck_assert_int_eq(rule.per, 1);
		jtn_book_free(book);
	}
}
END_TEST

START_TEST(a_period_charge_is_read_out_as_it_was_written)
{
	struct jtn_book *book =
		tariff_book("\"rules\": [{\"id\": \"r\", \"meters\": [\"input\"], \"price\": 1}], \"settle\": ["
	                "{\"id\": \"v\", \"meters\": [\"input\"], \"model\": \"volume\", \"tiers\": ["
	                "{\"up_to\": 100, \"price\": \"2\", \"per\": 10, \"flat\": \"5\"}, {\"price\": \"1\"}]},"
	                "{\"id\": \"p\", \"meters\": [\"output\"], \"model\": \"package\", \"price\": 3,"
	                " \"quantity\": 1000, \"free\": 7}]");
	const struct jtn_tariff *tariff = jtn_book_tariff(book, 0);
	struct jtn_settle_facts facts = {.size = sizeof(facts)};
	struct jtn_step step;

	assert_status(jtn_tariff_read_settle(tariff, 1, &facts), JTN_OK);
	ck_assert_int_eq(facts.model, JTN_SETTLE_VOLUME);
	ck_assert_uint_eq(facts.steps, 2);
	assert_status(jtn_tariff_read_step(tariff, 1, 0, &step, sizeof(step)), JTN_OK);
	assert_money(step.price, "2");
	assert_money(step.flat, "5");
	ck_assert_int_eq(step.per, 10);
	ck_assert_int_eq(step.up_to, 100);
	assert_status(jtn_tariff_read_step(tariff, 1, 1, &step, sizeof(step)), JTN_OK);
	ck_assert_int_eq(step.up_to, INT64_MAX);
	assert_status(jtn_tariff_read_settle(tariff, 2, &facts), JTN_OK);
	ck_assert_int_eq(facts.model, JTN_SETTLE_PACKAGE);
	assert_money(facts.price, "3");
	ck_assert_int_eq(facts.quantity, 1000);
	ck_assert_int_eq(facts.free, 7);
	ck_assert_uint_eq(facts.steps, 0);

	ck_assert_int_eq(jtn_tariff_read_settle(tariff, 0, &facts), JTN_E_NOT_FOUND);
	ck_assert_int_eq(jtn_tariff_read_settle(tariff, 3, &facts), JTN_E_NOT_FOUND);
	ck_assert_int_eq(jtn_tariff_read_settle(NULL, 1, &facts), JTN_E_ARGUMENT);
	ck_assert_int_eq(jtn_tariff_read_step(tariff, 1, 2, &step, sizeof(step)), JTN_E_NOT_FOUND);
	ck_assert_int_eq(jtn_tariff_read_step(tariff, 2, 0, &step, sizeof(step)), JTN_E_NOT_FOUND);
	ck_assert_int_eq(jtn_tariff_read_step(tariff, 1, 0, &step, 1), JTN_E_ABI);
	ck_assert_int_eq(jtn_tariff_read_step(tariff, 1, 0, NULL, sizeof(step)), JTN_E_ARGUMENT);
	jtn_book_free(book);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("book_jeton");
	TCase *tests = tcase_create("book_jeton");

	tcase_add_test(tests, a_whole_book_is_read);
	tcase_add_loop_test(tests, a_slip_is_refused_by_the_field_at_fault, 0, (int)COUNT(slips));
	tcase_add_test(tests, meters_of_different_units_share_no_price);
	tcase_add_test(tests, what_may_be_left_out_or_null_may);
	tcase_add_test(tests, a_currency_is_the_tariffs_else_the_books_else_missing);
	tcase_add_test(tests, an_overlays_fields_are_its_own);
	tcase_add_test(tests, lists_are_limited);
	tcase_add_loop_test(tests, a_window_is_so_many_hours_of_a_week, 0, (int)COUNT(windows));
	tcase_add_test(tests, a_validity_is_an_instant_whatever_its_offset);
	tcase_add_test(tests, a_period_charge_is_read_out_as_it_was_written);
	tcase_add_test(tests, prices_are_numbers_or_strings_and_as_exact_as_written);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
