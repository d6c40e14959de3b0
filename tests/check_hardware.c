/* Hardware: what the reader makes of the catalogue, what it derives where nothing was published, and how it says no. */
#include "fixture.h"

#include "profile/hardware.h"

/* clang-format off */
#define SOURCES "\"sources\": {\"sheet\": {\"cite\": \"a data sheet\", \"date\": \"2026-08\"}}"
#define HEAD \
	"{\"id\": \"x1\", \"name\": \"X 1\", \"vendor\": \"X\", \"family\": \"x\", \"year\": 2025, " \
	"\"status\": \"shipping\",\n"
#define FIGURE(key, value, unit) "\"" key "\": {\"value\": " value ", \"unit\": \"" unit "\", \"source\": \"sheet\"}"
#define CAPACITY FIGURE("memory_capacity", "80", "GB") ",\n"
static const char full[] =
	HEAD CAPACITY
	FIGURE("memory_bandwidth", "3350", "GB/s") ",\n"
	"\"memory_type\": \"HBM3\", \"memory_on_chip\": false,\n"
	"\"peak\": {" FIGURE("fp32", "67", "TFLOP/s") ", " FIGURE("tf32", "495", "TFLOP/s") ", "
	FIGURE("bf16", "989", "TFLOP/s") ", " FIGURE("fp16", "990", "TFLOP/s") ", " FIGURE("fp8", "1979", "TFLOP/s") ", "
	FIGURE("fp4", "3958", "TFLOP/s") ", " FIGURE("int8", "1980", "TOP/s") "},\n"
	FIGURE("measured_16bit", "794.5", "TFLOP/s") ",\n"
	FIGURE("scale_up_bandwidth", "450", "GB/s") ", " FIGURE("scale_up_domain", "8", "accelerators") ",\n"
	FIGURE("scale_out_bandwidth", "400", "Gbit/s") ", " FIGURE("node_accelerators", "8", "accelerators") ",\n"
	FIGURE("node_power", "10.2", "kW") ", " FIGURE("tdp", "700", "W") ",\n"
	FIGURE("power", "1.73", "kW") ", " FIGURE("power_idle", "0.4", "kW") ", " FIGURE("sram", "50", "MB") ",\n"
	"\"notes\": \"none\", " SOURCES "}";
/* clang-format on */

static struct jtn_hardware *
parsed(const char *text)
{
	struct jtn_hardware *hardware = NULL;
	struct jtn_error err;

	assert_ok(jtn_hardware_parse(text, strlen(text), NULL, &hardware, &err), err);
	return hardware;
}

static struct jtn_hardware_facts
read_facts(const char *text)
{
	struct jtn_hardware *hardware = parsed(text);
	struct jtn_hardware_facts facts;

	assert_status(jtn_hardware_read_facts(hardware, &facts, sizeof(facts)), JTN_OK);
	jtn_hardware_free(hardware);
	return facts;
}

/* Capacity alone, and these members. */
static struct jtn_hardware_facts
facts_with(const char *members)
{
	char text[2048];

	snprintf(text, sizeof(text), HEAD CAPACITY "%s%s" SOURCES "}", members, members[0] ? ", " : "");
	return read_facts(text);
}

START_TEST(figures_are_read_in_si_units)
{
	struct jtn_hardware_facts facts = read_facts(full);

	ck_assert_double_eq(facts.memory_bytes, 80e9);
	ck_assert_double_eq(facts.memory_bytes_per_s, 3350e9);
	ck_assert_double_eq(facts.peak_16bit_flops, 989e12);
	ck_assert_double_eq(facts.peak_fp8_flops, 1979e12);
	ck_assert_double_eq(facts.peak_int8_flops, 1980e12);
	ck_assert_double_eq(facts.peak_fp4_flops, 3958e12);
	ck_assert_double_eq(facts.scale_up_bytes_per_s, 450e9);
	ck_assert_double_eq(facts.scale_out_bytes_per_s, 50e9);
	ck_assert_double_eq(facts.power_peak_kw, 1.73);
	ck_assert_double_eq(facts.power_idle_kw, 0.4);
	ck_assert_int_eq(facts.scale_up_domain, 8);
	ck_assert_int_eq(facts.accelerators_per_node, 8);
	ck_assert_int_eq(facts.year, 2025);
	ck_assert_uint_eq(facts.flags, 0);
}
END_TEST

START_TEST(peaks_are_kept_by_number_format)
{
	struct jtn_hardware *hardware = parsed(full);

	ck_assert_double_eq(hardware->peak_flops[JTN__FORMAT_FP4], 3958e12);
	ck_assert_double_eq(hardware->peak_flops[JTN__FORMAT_FP8], 1979e12);
	ck_assert_double_eq(hardware->peak_flops[JTN__FORMAT_INT8], 1980e12);
	ck_assert_double_eq(hardware->peak_flops[JTN__FORMAT_16BIT], 989e12);
	ck_assert_double_eq(hardware->peak_flops[JTN__FORMAT_FP32], 67e12);
	ck_assert_str_eq(hardware->family, "x");
	ck_assert_str_eq(hardware->vendor, "X");
	ck_assert_str_eq(jtn_hardware_id(hardware), "x1");
	ck_assert_str_eq(jtn_hardware_name(hardware), "X 1");
	jtn_hardware_free(hardware);
}
END_TEST

START_TEST(a_gibibyte_is_more_than_a_gigabyte)
{
	char *text = with(full, "\"value\": 80, \"unit\": \"GB\"", "\"value\": 80, \"unit\": \"GiB\"");

	ck_assert_double_eq(read_facts(text).memory_bytes, 80 * 1073741824.0);
	free(text);
}
END_TEST

START_TEST(what_nobody_published_is_zero)
{
	struct jtn_hardware_facts facts = facts_with("");

	ck_assert_double_eq(facts.memory_bytes_per_s, 0);
	ck_assert_double_eq(facts.peak_16bit_flops, 0);
	ck_assert_double_eq(facts.peak_fp8_flops, 0);
	ck_assert_double_eq(facts.scale_out_bytes_per_s, 0);
	ck_assert_double_eq(facts.power_peak_kw, 0);
	ck_assert_double_eq(facts.power_idle_kw, 0);
	ck_assert_int_eq(facts.scale_up_domain, 1);
	ck_assert_int_eq(facts.accelerators_per_node, 1);
}
END_TEST

START_TEST(the_16_bit_peak_is_bf16_else_fp16_else_half_of_an_8_bit_one)
{
	struct jtn_hardware_facts facts;

	facts = facts_with("\"peak\": {" FIGURE("fp16", "125", "TFLOP/s") ", " FIGURE("fp8", "900", "TFLOP/s") "}");
	ck_assert_double_eq(facts.peak_16bit_flops, 125e12);
	ck_assert_uint_eq(facts.flags & JTN_HARDWARE_PEAK_ASSUMED, 0);
	facts = facts_with("\"peak\": {" FIGURE("fp8", "664", "TFLOP/s") ", " FIGURE("int8", "100", "TOP/s") "}");
	ck_assert_double_eq(facts.peak_16bit_flops, 332e12);
	ck_assert_uint_ne(facts.flags & JTN_HARDWARE_PEAK_ASSUMED, 0);
	facts = facts_with("\"peak\": {" FIGURE("int8", "100", "TOP/s") "}");
	ck_assert_double_eq(facts.peak_16bit_flops, 50e12);
	ck_assert_uint_ne(facts.flags & JTN_HARDWARE_PEAK_ASSUMED, 0);
}
END_TEST

START_TEST(all_in_power_comes_from_the_node_else_from_the_tdp)
{
	struct jtn_hardware_facts facts;

	facts = facts_with(FIGURE("node_power", "10.2", "kW") ", " FIGURE("node_accelerators", "8",
	                                                                  "accelerators") ", " FIGURE("tdp", "700", "W"));
	assert_close(facts.power_peak_kw, 1.25 * 1.275, 1e-12);
	assert_close(facts.power_idle_kw, 0.3 * 1.25 * 1.275, 1e-12);
	ck_assert_uint_ne(facts.flags & JTN_HARDWARE_POWER_ESTIMATED, 0);
	facts = facts_with(FIGURE("tdp", "700", "W"));
	assert_close(facts.power_peak_kw, 1.4, 1e-12);
	ck_assert_uint_ne(facts.flags & JTN_HARDWARE_POWER_ESTIMATED, 0);
	facts = facts_with(FIGURE("power", "1.73", "kW") ", " FIGURE("tdp", "700", "W"));
	assert_close(facts.power_peak_kw, 1.73, 1e-12);
	ck_assert_uint_eq(facts.flags & JTN_HARDWARE_POWER_ESTIMATED, 0);
}
END_TEST

START_TEST(a_link_comes_from_the_network_else_is_assumed)
{
	struct jtn_hardware_facts facts;

	facts = facts_with(FIGURE("scale_out_bandwidth", "100", "Gbit/s"));
	ck_assert_double_eq(facts.scale_up_bytes_per_s, 12.5e9);
	ck_assert_uint_eq(facts.flags & JTN_HARDWARE_LINK_ASSUMED, 0);
	facts = facts_with("");
	ck_assert_double_eq(facts.scale_up_bytes_per_s, 25e9);
	ck_assert_uint_ne(facts.flags & JTN_HARDWARE_LINK_ASSUMED, 0);
}
END_TEST

START_TEST(announced_and_on_chip_memory_are_flagged)
{
	char *announced = with(full, "\"shipping\"", "\"announced\"");
	char *on_chip = with(announced, "\"memory_on_chip\": false", "\"memory_on_chip\": true");

	ck_assert_uint_eq(read_facts(announced).flags, JTN_HARDWARE_ANNOUNCED);
	ck_assert_uint_eq(read_facts(on_chip).flags, JTN_HARDWARE_ANNOUNCED | JTN_HARDWARE_ON_CHIP_MEMORY);
	free(announced);
	free(on_chip);
}
END_TEST

START_TEST(a_range_a_note_and_a_confidence_are_understood)
{
	char *range = with(full, "\"value\": 700,", "\"range\": [600, 1000], \"note\": \"by source\", \"value\": 700,");
	char *text = with(range, "\"date\": \"2026-08\"", "\"date\": \"2024-2026\", \"confidence\": \"vendor\"");

	ck_assert_double_eq(read_facts(text).memory_bytes, 80e9);
	free(range);
	free(text);
}
END_TEST

static const struct {
	const char *from;
	const char *to;
	jtn_status status;
	const char *field;
	const char *says; /* what would be right, or part of what is wrong */
} refused[] = {
	{"\"vendor\": \"X\",", "", JTN_E_MISSING_FIELD, "vendor", ""},
	{"\"id\": \"x1\"", "\"id\": \"\"", JTN_E_RANGE, "id", "say something"},
	{"\"name\": \"X 1\"", "\"name\": 7", JTN_E_TYPE, "name", ""},
	{"\"vendor\"", "\"vendro\"", JTN_E_UNKNOWN_FIELD, "vendro", "vendor"},
	{"2025", "25", JTN_E_RANGE, "year", "1990"},
	{"2025", "\"2025\"", JTN_E_TYPE, "year", ""},
	{"\"shipping\"", "\"rumoured\"", JTN_E_RANGE, "status", "announced"},
	{CAPACITY, "", JTN_E_MISSING_FIELD, "memory_capacity", ""},
	{"\"value\": 80, \"unit\": \"GB\", \"source\": \"sheet\"", "\"value\": 80, \"unit\": \"TB\", \"source\": \"sheet\"",
     JTN_E_RANGE, "memory_capacity.unit", "must be \"GB\" or \"GiB\""},
	{"\"value\": 3350, \"unit\": \"GB/s\"", "\"value\": 3.35, \"unit\": \"TB/s\"", JTN_E_RANGE, "memory_bandwidth.unit",
     "\"TB/s\" is the wrong unit; it must be \"GB/s\""},
	{"\"value\": 3350,", "\"value\": 0.335,", JTN_E_RANGE, "memory_bandwidth.value", ""},
	{"\"value\": 3350,", "\"value\": -3350,", JTN_E_RANGE, "memory_bandwidth.value", ""},
	{"\"value\": 3350,", "\"value\": 1e400,", JTN_E_RANGE, "memory_bandwidth.value", ""},
	{"\"value\": 3350,", "\"value\": \"3350\",", JTN_E_TYPE, "memory_bandwidth.value", ""},
	{"\"value\": 3350,", "", JTN_E_MISSING_FIELD, "memory_bandwidth.value", ""},
	{"\"value\": 3350,", "\"value\": 3350, \"unti\": 1,", JTN_E_UNKNOWN_FIELD, "memory_bandwidth.unti", "unit"},
	{"\"value\": 3350, \"unit\": \"GB/s\",", "\"value\": 3350,", JTN_E_MISSING_FIELD, "memory_bandwidth.unit", ""},
	{"\"unit\": \"GB/s\", \"source\": \"sheet\"", "\"unit\": \"GB/s\"", JTN_E_MISSING_FIELD, "memory_bandwidth.source",
     ""},
	{"\"unit\": \"GB/s\", \"source\": \"sheet\"", "\"unit\": \"GB/s\", \"source\": \"hearsay\"", JTN_E_RANGE,
     "memory_bandwidth.source", "key of sources"},
	{"\"value\": 700,", "\"value\": 700, \"range\": [800, 900],", JTN_E_RANGE, "tdp.range", "hold the value"},
	{"\"value\": 700,", "\"value\": 700, \"range\": [900, 600],", JTN_E_RANGE, "tdp.range", "lower end"},
	{"\"value\": 700,", "\"value\": 700, \"range\": [600],", JTN_E_TYPE, "tdp.range", "[low, high]"},
	{"\"value\": 700,", "\"value\": 700, \"note\": 3,", JTN_E_TYPE, "tdp.note", ""},
	{"\"scale_up_domain\": {\"value\": 8,", "\"scale_up_domain\": {\"value\": 7.5,", JTN_E_RANGE,
     "scale_up_domain.value", "whole"},
	{"\"value\": 0.4,", "\"value\": 2,", JTN_E_RANGE, "power_idle", "must be less"},
	{"\"value\": 794.5,", "\"value\": 1794.5,", JTN_E_RANGE, "measured_16bit", "dense peak"},
	{"\"fp8\": {", "\"fp6\": {", JTN_E_UNKNOWN_FIELD, "peak.fp6", "fp"},
	{"\"unit\": \"TOP/s\"", "\"unit\": \"TFLOP/s\"", JTN_E_RANGE, "peak.int8.unit", "\"TOP/s\""},
	{"\"memory_on_chip\": false", "\"memory_on_chip\": \"no\"", JTN_E_TYPE, "memory_on_chip", ""},
	{"\"date\": \"2026-08\"", "\"date\": \"2026-13\"", JTN_E_SYNTAX, "sources.sheet.date", "YYYY-MM"},
	{"\"date\": \"2026-08\"", "\"date\": \"2026-2024\"", JTN_E_SYNTAX, "sources.sheet.date", "YYYY-YYYY"},
	{"\"date\": \"2026-08\"", "\"date\": \"2026-08-32\"", JTN_E_SYNTAX, "sources.sheet.date", ""},
	{"\"date\": \"2026-08\"", "\"date\": \"2026-08x01\"", JTN_E_SYNTAX, "sources.sheet.date", ""},
	{"\"date\": \"2026-08\"", "\"date\": \"\"", JTN_E_SYNTAX, "sources.sheet.date", ""},
	{", \"date\": \"2026-08\"", "", JTN_E_MISSING_FIELD, "sources.sheet.date", ""},
	{"\"cite\": \"a data sheet\", ", "", JTN_E_MISSING_FIELD, "sources.sheet.cite", ""},
	{"\"cite\"", "\"cited\"", JTN_E_UNKNOWN_FIELD, "sources.sheet.cited", "cite"},
	{"{\"cite\": \"a data sheet\", \"date\": \"2026-08\"}", "\"a data sheet\"", JTN_E_TYPE, "sources.sheet", "cite"},
	{SOURCES, "\"sources\": 1", JTN_E_TYPE, "sources", ""},
	{"\"none\", " SOURCES, "\"none\"", JTN_E_MISSING_FIELD, "sources", ""},
};

START_TEST(each_fault_is_refused_by_field_and_says_what_would_be_right)
{
	char *text = with(full, refused[_i].from, refused[_i].to);
	struct jtn_hardware *hardware = (struct jtn_hardware *)&refused;
	struct jtn_error err;

	assert_fails(jtn_hardware_parse(text, strlen(text), NULL, &hardware, &err), refused[_i].status, err,
	             refused[_i].field);
	ck_assert_msg(strstr(err.message, refused[_i].says) != NULL, "\"%s\" does not say \"%s\"", err.message,
	              refused[_i].says);
	ck_assert_msg(hardware == (struct jtn_hardware *)&refused, "the output was touched");
	assert_status(jtn_hardware_parse(text, strlen(text), NULL, &hardware, NULL), refused[_i].status);
	free(text);
}
END_TEST

START_TEST(a_key_that_is_there_twice_is_refused)
{
	char *text = with(full, FIGURE("tdp", "700", "W"), FIGURE("tdp", "700", "W") ", " FIGURE("tdp", "800", "W"));
	struct jtn_hardware *hardware;
	struct jtn_error err;

	assert_status(jtn_hardware_parse(text, strlen(text), NULL, &hardware, &err), JTN_E_DUPLICATE_KEY);
	ck_assert_int_eq(err.line, 9);
	ck_assert_ptr_nonnull(strstr(err.message, "tdp"));
	free(text);
}
END_TEST

START_TEST(a_fault_is_found_by_line)
{
	char *text = with(full, "\"value\": 3350,", "\"value\": \"fast\",");
	struct jtn_hardware *hardware;
	struct jtn_error err;

	assert_fails(jtn_hardware_parse(text, strlen(text), NULL, &hardware, &err), JTN_E_TYPE, err,
	             "memory_bandwidth.value");
	ck_assert_int_eq(err.line, 3);
	ck_assert_int_gt(err.column, 0);
	free(text);
}
END_TEST

START_TEST(text_cut_anywhere_is_refused)
{
	struct jtn_hardware *hardware;
	struct jtn_error err;
	size_t length;

	for (length = 0; length < strlen(full); length++) {
		char *cut = malloc(length + 1); /* so that a read past the end is seen by the sanitizers */

		ck_assert_ptr_nonnull(cut);
		memcpy(cut, full, length);
		ck_assert_int_ne(jtn_hardware_parse(cut, length, NULL, &hardware, &err), JTN_OK);
		free(cut);
	}
}
END_TEST

START_TEST(every_entry_of_the_catalogue_is_read_and_makes_sense)
{
	const char *id = jtn_catalog_id(JTN_CATALOG_HARDWARE, (size_t)_i);
	struct jtn_hardware *hardware = NULL;
	struct jtn_hardware_facts facts;
	struct jtn_error err;

	assert_ok(jtn_hardware_find(id, NULL, &hardware, &err), err);
	ck_assert_str_eq(jtn_hardware_id(hardware), id);
	assert_status(jtn_hardware_read_facts(hardware, &facts, sizeof(facts)), JTN_OK);
	ck_assert_msg(facts.memory_bytes > 1e8 && facts.memory_bytes < 1e13, "%s: %g bytes", id, facts.memory_bytes);
	if (strcmp(id, "etched-sohu") != 0) {
		ck_assert_msg(facts.memory_bytes_per_s >= 1e11 && facts.memory_bytes_per_s <= 3e16, "%s: bandwidth", id);
		ck_assert_msg(facts.peak_16bit_flops >= 5e12 && facts.peak_16bit_flops <= 1e17, "%s: 16-bit peak", id);
	}
	ck_assert_msg(facts.power_peak_kw >= 0 && facts.power_peak_kw <= 40, "%s: %g kW", id, facts.power_peak_kw);
	ck_assert_msg(facts.power_idle_kw <= facts.power_peak_kw, "%s: idle power", id);
	ck_assert_msg(facts.scale_up_bytes_per_s > 0 && facts.scale_up_domain >= 1 && facts.accelerators_per_node >= 1,
	              "%s: links", id);
	jtn_hardware_free(hardware);
}
END_TEST

START_TEST(the_catalogue_holds_the_accelerators_people_ask_for)
{
	static const char *const ids[] = {"nvidia-a100-80-sxm", "nvidia-h100-sxm", "nvidia-b200-sxm", "nvidia-gb200-nvl72",
	                                  "amd-mi300x",         "amd-mi355x",      "google-tpu-v6e",  "aws-trainium2",
	                                  "groq-lpu-v1",        "cerebras-wse3"};
	struct jtn_hardware *hardware;
	struct jtn_error err;
	size_t i;

	ck_assert_uint_ge(jtn_catalog_count(JTN_CATALOG_HARDWARE), 66);
	for (i = 0; i < COUNT(ids); i++) {
		assert_ok(jtn_hardware_find(ids[i], NULL, &hardware, &err), err);
		jtn_hardware_free(hardware);
	}
}
END_TEST

START_TEST(an_h100_is_as_published)
{
	struct jtn_hardware *hardware = NULL;
	struct jtn_error err;

	assert_ok(jtn_hardware_find("nvidia-h100-sxm", NULL, &hardware, &err), err);
	ck_assert(fabs(hardware->facts.memory_bytes / (81559.0 * 1024 * 1024) - 1) < 1e-4); /* as the driver says */
	ck_assert_double_eq(hardware->facts.memory_bytes_per_s, 3350e9);
	ck_assert_double_eq(hardware->facts.peak_16bit_flops, 989e12);
	ck_assert_double_eq(hardware->facts.peak_fp8_flops, 1979e12);
	ck_assert_double_eq(hardware->facts.peak_fp4_flops, 0);
	ck_assert_double_eq(hardware->facts.scale_up_bytes_per_s, 450e9);
	ck_assert_double_eq(hardware->facts.power_peak_kw, 1.73);
	ck_assert_str_eq(hardware->family, "hopper");
	ck_assert_uint_eq(hardware->facts.flags, 0);
	jtn_hardware_free(hardware);
}
END_TEST

START_TEST(an_unknown_id_names_the_nearest)
{
	struct jtn_hardware *hardware;
	struct jtn_error err;

	assert_fails(jtn_hardware_find("nvidia-h100-smx", NULL, &hardware, &err), JTN_E_NOT_FOUND, err, "hardware");
	ck_assert_ptr_nonnull(strstr(err.message, "nvidia-h100-sxm"));
}
END_TEST

START_TEST(each_allocation_may_fail_and_nothing_leaks)
{
	struct jtn_hardware *hardware;
	struct jtn_error err;
	size_t fail;

	for (fail = 1;; fail++) {
		struct counter counter = {.fail = fail};
		struct jtn_allocator allocator = counting_allocator(&counter);
		jtn_status status = jtn_hardware_parse(full, strlen(full), &allocator, &hardware, &err);

		if (status == JTN_OK) {
			jtn_hardware_free(hardware);
			ck_assert_uint_eq(counter.live, 0);
			break;
		}
		ck_assert_int_eq(status, JTN_E_MEMORY);
		ck_assert_uint_eq(counter.live, 0);
		ck_assert_uint_lt(fail, 1000);
	}
	ck_assert_uint_gt(fail, 1);
}
END_TEST

START_TEST(null_and_wrong_sizes_are_refused)
{
	struct jtn_hardware *hardware = parsed(full);
	struct jtn_hardware_facts facts;
	struct jtn_error err;
	unsigned char longer[sizeof(facts) + 8];

	assert_fails(jtn_hardware_parse(NULL, 0, NULL, &hardware, &err), JTN_E_ARGUMENT, err, "text");
	assert_fails(jtn_hardware_parse(full, strlen(full), NULL, NULL, &err), JTN_E_ARGUMENT, err, "ret");
	assert_status(jtn_hardware_find(NULL, NULL, &hardware, &err), JTN_E_ARGUMENT);
	assert_status(jtn_hardware_read_facts(NULL, &facts, sizeof(facts)), JTN_E_ARGUMENT);
	assert_status(jtn_hardware_read_facts(hardware, NULL, sizeof(facts)), JTN_E_ARGUMENT);
	assert_status(jtn_hardware_read_facts(hardware, &facts, sizeof(facts) - 1), JTN_E_ABI);
	memset(longer, 0xff, sizeof(longer));
	assert_status(jtn_hardware_read_facts(hardware, (struct jtn_hardware_facts *)(void *)longer, sizeof(longer)),
	              JTN_OK);
	ck_assert_uint_eq(longer[sizeof(longer) - 1], 0);
	jtn_hardware_free(hardware);
	jtn_hardware_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("hardware");
	TCase *tests = tcase_create("read");

	tcase_add_test(tests, figures_are_read_in_si_units);
	tcase_add_test(tests, peaks_are_kept_by_number_format);
	tcase_add_test(tests, a_gibibyte_is_more_than_a_gigabyte);
	tcase_add_test(tests, what_nobody_published_is_zero);
	tcase_add_test(tests, the_16_bit_peak_is_bf16_else_fp16_else_half_of_an_8_bit_one);
	tcase_add_test(tests, all_in_power_comes_from_the_node_else_from_the_tdp);
	tcase_add_test(tests, a_link_comes_from_the_network_else_is_assumed);
	tcase_add_test(tests, announced_and_on_chip_memory_are_flagged);
	tcase_add_test(tests, a_range_a_note_and_a_confidence_are_understood);
	tcase_add_loop_test(tests, each_fault_is_refused_by_field_and_says_what_would_be_right, 0, (int)COUNT(refused));
	tcase_add_test(tests, a_key_that_is_there_twice_is_refused);
	tcase_add_test(tests, a_fault_is_found_by_line);
	tcase_add_test(tests, text_cut_anywhere_is_refused);
	tcase_add_loop_test(tests, every_entry_of_the_catalogue_is_read_and_makes_sense, 0,
	                    (int)jtn_catalog_count(JTN_CATALOG_HARDWARE));
	tcase_add_test(tests, the_catalogue_holds_the_accelerators_people_ask_for);
	tcase_add_test(tests, an_h100_is_as_published);
	tcase_add_test(tests, an_unknown_id_names_the_nearest);
	tcase_add_test(tests, each_allocation_may_fail_and_nothing_leaks);
	tcase_add_test(tests, null_and_wrong_sizes_are_refused);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
