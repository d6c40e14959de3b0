/*
 * Reads hardware profiles: one accelerator type, its published figures in SI units, and what follows where none was
 * published, flagged. Format: docs/formats.md, "Hardware".
 */
#include "hardware.h"

#include "base/abi.h"
#include "figure.h"
#include "jeton/catalog.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * All-in power as provisioned, where only the node or the chip is published. Of the accelerators that publish both
 * (InferenceX, 2025-10, and the nodes' datasheets), all-in over node power is 1.73 / 1.275 = 1.36 (H100),
 * 2.17 / 1.79 = 1.21 (B200), 2.1 / 1.83 = 1.15 (GB200); over TDP it is 1.75 (GB200) to 2.5 (H100), 1.9 to 2.4 on AMD's.
 */
#define NODE_TO_ALL_IN 1.25
#define TDP_TO_ALL_IN 2.0
/* Idle servers with accelerators in them draw a quarter to a third of their full load. */
#define IDLE_SHARE 0.3
/* About a PCIe 4.0 x16 slot: what joins accelerators that state no link at all. */
#define ASSUMED_LINK 25e9

#define GB 1e9
#define GIB 1073741824.0
#define TERA 1e12
#define GIGABIT (1e9 / 8)

/* Figures as published, before anything is derived from them; 0 where absent. */
struct published {
	double memory_capacity;
	double memory_bandwidth;
	double measured_16bit;
	double scale_up_bandwidth;
	double scale_up_domain;
	double scale_out_bandwidth;
	double node_accelerators;
	double node_power;
	double tdp;
	double power;
	double power_idle;
	double sram;
	double fp32;
	double tf32;
	double bf16;
	double fp16;
	double fp8;
	double fp4;
	double int8;
};

struct field {
	struct jtn__figure rule;
	size_t offset;
};

#define FIELD(name, unit, factor, low, high, whole)                                              \
	{                                                                                            \
		{#name, {{unit, factor}, {NULL, 0}}, low, high, whole}, offsetof(struct published, name) \
	}

static const struct field fields[] = {
	{{"memory_capacity", {{"GB", GB}, {"GiB", GIB}}, 1e7, 1e15, false}, offsetof(struct published, memory_capacity)},
	FIELD(memory_bandwidth, "GB/s", GB, 1e9, 1e18, false),
	FIELD(measured_16bit, "TFLOP/s", TERA, 1e10, 1e18, false),
	FIELD(scale_up_bandwidth, "GB/s", GB, 1e7, 1e15, false),
	FIELD(scale_up_domain, "accelerators", 1, 1, 1e6, true),
	FIELD(scale_out_bandwidth, "Gbit/s", GIGABIT, 1e7, 1e15, false),
	FIELD(node_accelerators, "accelerators", 1, 1, 1e6, true),
	FIELD(node_power, "kW", 1, 1e-3, 1e6, false),
	FIELD(tdp, "W", 1e-3, 1e-3, 1e3, false),
	FIELD(power, "kW", 1, 1e-3, 1e3, false),
	FIELD(power_idle, "kW", 1, 0, 1e3, false),
	FIELD(sram, "MB", 1e6, 1e3, 1e15, false),
};

static const struct field peaks[] = {
	FIELD(fp32, "TFLOP/s", TERA, 1e9, 1e19, false), FIELD(tf32, "TFLOP/s", TERA, 1e9, 1e19, false),
	FIELD(bf16, "TFLOP/s", TERA, 1e9, 1e19, false), FIELD(fp16, "TFLOP/s", TERA, 1e9, 1e19, false),
	FIELD(fp8, "TFLOP/s", TERA, 1e9, 1e19, false),  FIELD(fp4, "TFLOP/s", TERA, 1e9, 1e19, false),
	FIELD(int8, "TOP/s", TERA, 1e9, 1e19, false),
};

static jtn_status
read_fields(const struct jtn__value *object, const struct field *table, size_t count, const struct jtn__value *sources,
            struct published *ret, struct jtn_error *reterr)
{
	size_t i;

	for (i = 0; i < count; i++)
		JTN__TRY(jtn__figure_read(object, &table[i].rule, sources, (double *)(void *)((char *)ret + table[i].offset),
		                          reterr));
	return JTN_OK;
}

static jtn_status
read_peaks(const struct jtn__value *root, const struct jtn__value *sources, struct published *ret,
           struct jtn_error *reterr)
{
	const char *keys[COUNT(peaks)];
	struct jtn__value peak;
	size_t i;

	if (!jtn__json_member(root, "peak", &peak))
		return JTN_OK;
	if (!jtn__json_is_object(&peak))
		return jtn__json_fail(&peak, reterr, JTN_E_TYPE,
		                      "peak must be an object of figures by number format: {\"bf16\": {…}}");
	for (i = 0; i < COUNT(peaks); i++)
		keys[i] = peaks[i].rule.key;
	JTN__TRY(jtn__json_only(&peak, keys, COUNT(keys), reterr));
	return read_fields(&peak, peaks, COUNT(peaks), sources, ret, reterr);
}

/* Figures that are fine alone and impossible together; each is blamed on the one that is likelier wrong. */
/* Against the all-in power as published or derived. */
static jtn_status
check_idle(const struct jtn__value *root, const struct jtn_hardware_facts *facts, struct jtn_error *reterr)
{
	struct jtn__value value;

	if (facts->power_peak_kw <= 0 || facts->power_idle_kw <= facts->power_peak_kw)
		return JTN_OK;
	jtn__json_member(root, "power_idle", &value);
	return jtn__json_fail(&value, reterr, JTN_E_RANGE, "%g kW idle is more than power, %g kW; it must be less",
	                      facts->power_idle_kw, facts->power_peak_kw);
}

static jtn_status
check_together(const struct jtn__value *root, const struct published *figures, struct jtn_error *reterr)
{
	double half = figures->bf16 > 0 ? figures->bf16 : figures->fp16;
	struct jtn__value value;

	if (half > 0 && figures->measured_16bit > half) {
		jtn__json_member(root, "measured_16bit", &value);
		return jtn__json_fail(&value, reterr, JTN_E_RANGE,
		                      "%g TFLOP/s measured is more than the dense peak, %g; it must be less",
		                      figures->measured_16bit / TERA, half / TERA);
	}
	return JTN_OK;
}

static void
derive_peaks(const struct published *figures, struct jtn_hardware *hardware)
{
	double narrow = figures->fp8 > 0 ? figures->fp8 : figures->int8;
	double half = figures->bf16 > 0 ? figures->bf16 : figures->fp16;

	if (!(half > 0) && narrow > 0) {
		half = narrow / 2;
		hardware->facts.flags |= JTN_HARDWARE_PEAK_ASSUMED;
	}
	hardware->peak_flops[JTN__FORMAT_FP4] = figures->fp4;
	hardware->peak_flops[JTN__FORMAT_FP8] = figures->fp8;
	hardware->peak_flops[JTN__FORMAT_INT8] = figures->int8;
	hardware->peak_flops[JTN__FORMAT_16BIT] = half;
	hardware->peak_flops[JTN__FORMAT_FP32] = figures->fp32;
	hardware->facts.peak_16bit_flops = half;
	hardware->facts.peak_fp8_flops = figures->fp8;
	hardware->facts.peak_int8_flops = figures->int8;
	hardware->facts.peak_fp4_flops = figures->fp4;
}

static void
derive_power(const struct published *figures, struct jtn_hardware_facts *facts)
{
	double node = figures->node_accelerators > 0 ? figures->node_accelerators : 1;

	if (figures->power > 0) {
		facts->power_peak_kw = figures->power;
	} else if (figures->node_power > 0) {
		facts->power_peak_kw = NODE_TO_ALL_IN * figures->node_power / node;
		facts->flags |= JTN_HARDWARE_POWER_ESTIMATED;
	} else if (figures->tdp > 0) {
		facts->power_peak_kw = TDP_TO_ALL_IN * figures->tdp;
		facts->flags |= JTN_HARDWARE_POWER_ESTIMATED;
	}
	facts->power_idle_kw = figures->power_idle > 0 ? figures->power_idle : IDLE_SHARE * facts->power_peak_kw;
}

static void
derive_links(const struct published *figures, struct jtn_hardware_facts *facts)
{
	facts->scale_out_bytes_per_s = figures->scale_out_bandwidth;
	facts->scale_up_bytes_per_s = figures->scale_up_bandwidth;
	if (!(facts->scale_up_bytes_per_s > 0))
		facts->scale_up_bytes_per_s = facts->scale_out_bytes_per_s;
	if (!(facts->scale_up_bytes_per_s > 0)) {
		facts->scale_up_bytes_per_s = ASSUMED_LINK;
		facts->flags |= JTN_HARDWARE_LINK_ASSUMED;
	}
	facts->scale_up_domain = figures->scale_up_domain > 0 ? (int32_t)figures->scale_up_domain : 1;
	facts->accelerators_per_node = figures->node_accelerators > 0 ? (int32_t)figures->node_accelerators : 1;
}

static jtn_status
read_figures(const struct jtn__value *root, struct jtn_hardware *hardware, struct jtn_error *reterr)
{
	struct published figures = {0};
	struct jtn__value sources;
	struct jtn__value capacity;

	JTN__TRY(jtn__json_require(root, "sources", &sources, reterr));
	JTN__TRY(jtn__figure_check_sources(&sources, false, reterr));
	JTN__TRY(jtn__json_require(root, "memory_capacity", &capacity, reterr));
	JTN__TRY(read_fields(root, fields, COUNT(fields), &sources, &figures, reterr));
	JTN__TRY(read_peaks(root, &sources, &figures, reterr));
	JTN__TRY(check_together(root, &figures, reterr));
	hardware->facts.memory_bytes = figures.memory_capacity;
	hardware->facts.memory_bytes_per_s = figures.memory_bandwidth;
	derive_peaks(&figures, hardware);
	derive_power(&figures, &hardware->facts);
	derive_links(&figures, &hardware->facts);
	return check_idle(root, &hardware->facts, reterr);
}

static jtn_status
read_text(const struct jtn__value *root, const char *key, struct jtn__arena *arena, const char **ret,
          struct jtn_error *reterr)
{
	const char *text;

	JTN__TRY(jtn__figure_read_text(root, key, &text, reterr));
	*ret = jtn__arena_copy(arena, text, strlen(text));
	if (*ret == NULL)
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a hardware profile");
	return JTN_OK;
}

static jtn_status
read_description(const struct jtn__value *root, struct jtn_hardware *hardware, struct jtn_error *reterr)
{
	static const char *const statuses[] = {"shipping", "announced"};
	struct jtn__value value;
	const char *text;
	int64_t year;
	size_t status;
	bool on_chip = false;

	JTN__TRY(read_text(root, "id", hardware->arena, &hardware->id, reterr));
	JTN__TRY(read_text(root, "name", hardware->arena, &hardware->name, reterr));
	JTN__TRY(read_text(root, "vendor", hardware->arena, &hardware->vendor, reterr));
	JTN__TRY(read_text(root, "family", hardware->arena, &hardware->family, reterr));
	JTN__TRY(jtn__json_require(root, "year", &value, reterr));
	JTN__TRY(jtn__json_integer(&value, 1990, 2100, &year, reterr));
	JTN__TRY(jtn__json_require(root, "status", &value, reterr));
	JTN__TRY(jtn__json_choice(&value, statuses, COUNT(statuses), &status, reterr));
	JTN__TRY(jtn__json_optional_string(root, "memory_type", &text, reterr));
	JTN__TRY(jtn__json_optional_string(root, "notes", &text, reterr));
	JTN__TRY(jtn__json_optional_boolean(root, "memory_on_chip", &on_chip, reterr));
	hardware->facts.year = (int32_t)year;
	if (status == 1)
		hardware->facts.flags |= JTN_HARDWARE_ANNOUNCED;
	if (on_chip)
		hardware->facts.flags |= JTN_HARDWARE_ON_CHIP_MEMORY;
	return JTN_OK;
}

static jtn_status
read_hardware(const struct jtn__value *root, struct jtn_hardware *hardware, struct jtn_error *reterr)
{
	static const char *const texts[] = {"id",          "name",           "vendor", "family",  "year", "status",
	                                    "memory_type", "memory_on_chip", "peak",   "sources", "notes"};
	const char *keys[COUNT(texts) + COUNT(fields)];
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		keys[i] = texts[i];
	for (i = 0; i < COUNT(fields); i++)
		keys[COUNT(texts) + i] = fields[i].rule.key;
	JTN__TRY(jtn__json_only(root, keys, COUNT(keys), reterr));
	JTN__TRY(read_description(root, hardware, reterr));
	return read_figures(root, hardware, reterr);
}

static jtn_status
new_hardware(const struct jtn_allocator *allocator, struct jtn_hardware **ret, struct jtn_error *reterr)
{
	struct jtn__arena *arena;
	struct jtn_hardware *hardware;

	JTN__TRY(jtn__arena_new(allocator, &arena, reterr));
	hardware = jtn__arena_take(arena, 1, sizeof(*hardware));
	if (hardware == NULL) {
		jtn__arena_free(arena);
		return jtn__fail(reterr, JTN_E_MEMORY, "", "out of memory for a hardware profile");
	}
	hardware->arena = arena;
	*ret = hardware;
	return JTN_OK;
}

jtn_status
jtn_hardware_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_hardware **ret,
                   struct jtn_error *reterr)
{
	struct jtn__json *json;
	struct jtn__value root;
	struct jtn_hardware *hardware;
	jtn_status status;

	if (text == NULL || ret == NULL)
		return jtn__fail(reterr, JTN_E_ARGUMENT, text == NULL ? "text" : "ret", "is NULL; expected %s",
		                 text == NULL ? "a hardware profile" : "a place for the handle");
	JTN__TRY(jtn__json_parse(text, length, allocator, &json, reterr));
	status = new_hardware(allocator, &hardware, reterr);
	if (status == JTN_OK) {
		jtn__json_root(json, &root);
		status = read_hardware(&root, hardware, reterr);
		if (status == JTN_OK)
			*ret = hardware;
		else
			jtn_hardware_free(hardware);
	}
	jtn__json_free(json);
	return status;
}

jtn_status
jtn_hardware_find(const char *id, const struct jtn_allocator *allocator, struct jtn_hardware **ret,
                  struct jtn_error *reterr)
{
	const char *text;
	size_t length;

	JTN__TRY(jtn_catalog_text(JTN_CATALOG_HARDWARE, id, &text, &length, reterr));
	return jtn_hardware_parse(text, length, allocator, ret, reterr);
}

void
jtn_hardware_free(struct jtn_hardware *hardware)
{
	if (hardware != NULL)
		jtn__arena_free(hardware->arena);
}

const char *
jtn_hardware_id(const struct jtn_hardware *hardware)
{
	return hardware->id;
}

const char *
jtn_hardware_name(const struct jtn_hardware *hardware)
{
	return hardware->name;
}

jtn_status
jtn_hardware_read_facts(const struct jtn_hardware *hardware, struct jtn_hardware_facts *ret, size_t ret_size)
{
	if (hardware == NULL || ret == NULL)
		return JTN_E_ARGUMENT;
	JTN__TRY(jtn__check_record(ret_size, sizeof(*ret), "jtn_hardware_facts", NULL));
	memcpy(ret, &hardware->facts, sizeof(*ret));
	memset((char *)ret + sizeof(*ret), 0, ret_size - sizeof(*ret));
	return JTN_OK;
}
