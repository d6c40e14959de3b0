/* Reading entries, and writing them as JSON and as rows of a list. */
#include "entry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

static jtn_status
read_hardware(struct entry *entry, struct jtn_error *reterr)
{
	struct jtn_hardware *hardware;
	jtn_status status = jtn_hardware_parse(entry->source.text, entry->source.length, NULL, &hardware, reterr);
	if (status != JTN_OK)
		return status;
	text_add(&entry->id, jtn_hardware_id(hardware));
	status = jtn_hardware_read_facts(hardware, &entry->hardware, sizeof(entry->hardware));
	jtn_hardware_free(hardware);
	return status;
}

static jtn_status
read_stack(struct entry *entry, struct jtn_error *reterr)
{
	struct jtn_stack *stack;
	jtn_status status = jtn_stack_parse(entry->source.text, entry->source.length, NULL, &stack, reterr);
	if (status != JTN_OK)
		return status;
	text_add(&entry->id, jtn_stack_id(stack));
	jtn_stack_free(stack);
	return JTN_OK;
}

/* A bare config.json has no id of its own; its file's name says more than its model_type. */
static jtn_status
read_model(struct entry *entry, struct jtn_error *reterr)
{
	struct jtn_model *model;
	jtn_status status = jtn_model_parse(entry->source.text, entry->source.length, NULL, &model, reterr);
	if (status != JTN_OK)
		return status;
	if (entry->source.is_file && strcmp(entry->source.given, "-") != 0)
		path_stem(entry->source.given, &entry->id);
	else
		text_add(&entry->id, jtn_model_id(model));
	source_member(&entry->source, "id", &entry->id);
	status = jtn_model_read_facts(model, &entry->model, sizeof(entry->model));
	jtn_model_free(model);
	return status;
}

static jtn_status
read_hour(struct entry *entry, struct jtn_error *reterr)
{
	jtn_hour_init(&entry->hour);
	jtn_status status = jtn_hour_parse(entry->source.text, entry->source.length, &entry->hour, reterr);
	if (status != JTN_OK)
		return status;
	path_stem(entry->source.given, &entry->id);
	source_member(&entry->source, "id", &entry->id);
	return jtn_hour_read_price(&entry->hour, &entry->price, sizeof(entry->price), reterr);
}

int
entry_open(int32_t kind, const char *given, struct entry *ret, struct problem *problem)
{
	struct jtn_error error = {0};
	*ret = (struct entry){0};
	int code = source_open(kind, given, &ret->source, problem);
	if (code != CLI_OK)
		return code;
	jtn_status status = kind == JTN_CATALOG_HARDWARE ? read_hardware(ret, &error)
	                    : kind == JTN_CATALOG_STACK  ? read_stack(ret, &error)
	                    : kind == JTN_CATALOG_MODEL  ? read_model(ret, &error)
	                                                 : read_hour(ret, &error);
	if (status != JTN_OK) {
		error.status = status;
		return source_problem(&ret->source, CLI_USAGE, &error, problem);
	}
	text_add(&ret->name, text_string(&ret->id));
	source_member(&ret->source, "name", &ret->name);
	return CLI_OK;
}

void
entry_close(struct entry *entry)
{
	source_close(&entry->source);
	text_free(&entry->id);
	text_free(&entry->name);
}

static void
add_number(struct text *text, const char *key, double value)
{
	text_addf(text, ", \"%s\": ", key);
	text_json_number(text, value);
}

/* 0 in a facts record is "not published". */
static void
add_known(struct text *text, const char *key, double value)
{
	if (value > 0)
		add_number(text, key, value);
	else
		text_addf(text, ", \"%s\": null", key);
}

static void
add_flag(struct text *text, const char *key, bool set)
{
	text_addf(text, ", \"%s\": %s", key, set ? "true" : "false");
}

static void
add_model(struct text *text, const struct jtn_model_facts *facts)
{
	text_addf(text, ", \"parameters\": %.0f, \"active_parameters\": %.0f", facts->parameters, facts->active_parameters);
	text_addf(text, ", \"kv_bytes_per_token\": %.0f", facts->kv_bytes_per_token);
	text_addf(text, ", \"state_bytes_per_sequence\": %.0f", facts->state_bytes_per_sequence);
	text_addf(text, ", \"layers\": %d, \"hidden_size\": %d", (int)facts->layers, (int)facts->hidden_size);
	text_addf(text, ", \"attention_heads\": %d, \"kv_heads\": %d", (int)facts->attention_heads, (int)facts->kv_heads);
	text_addf(text, ", \"experts\": %d, \"experts_active\": %d", (int)facts->experts, (int)facts->experts_active);
	add_known(text, "context_tokens", facts->context_tokens);
	text_add(text, ", \"precision\": ");
	text_json_string(text, jtn_precision_name(facts->precision) ? jtn_precision_name(facts->precision) : "default");
	add_flag(text, "moe", facts->flags & JTN_MODEL_MOE);
	add_flag(text, "mla", facts->flags & JTN_MODEL_MLA);
	add_flag(text, "sliding_window", facts->flags & JTN_MODEL_SLIDING);
	add_flag(text, "approximate", facts->flags & JTN_MODEL_APPROXIMATE);
}

static void
add_hardware(struct text *text, const struct jtn_hardware_facts *facts)
{
	text_add(text, ", \"facts\": {\"memory_bytes\": ");
	text_json_number(text, facts->memory_bytes);
	add_known(text, "memory_bytes_per_s", facts->memory_bytes_per_s);
	add_known(text, "peak_16bit_flops", facts->peak_16bit_flops);
	add_known(text, "peak_fp8_flops", facts->peak_fp8_flops);
	add_known(text, "peak_int8_flops", facts->peak_int8_flops);
	add_known(text, "peak_fp4_flops", facts->peak_fp4_flops);
	add_known(text, "scale_up_bytes_per_s", facts->scale_up_bytes_per_s);
	add_known(text, "scale_out_bytes_per_s", facts->scale_out_bytes_per_s);
	add_known(text, "power_peak_kw", facts->power_peak_kw);
	add_known(text, "power_idle_kw", facts->power_idle_kw);
	text_addf(text, ", \"scale_up_domain\": %d", (int)facts->scale_up_domain);
	text_addf(text, ", \"accelerators_per_node\": %d", (int)facts->accelerators_per_node);
	add_flag(text, "announced", facts->flags & JTN_HARDWARE_ANNOUNCED);
	add_flag(text, "on_chip_memory", facts->flags & JTN_HARDWARE_ON_CHIP_MEMORY);
	add_flag(text, "power_estimated", facts->flags & JTN_HARDWARE_POWER_ESTIMATED);
	add_flag(text, "link_assumed", facts->flags & JTN_HARDWARE_LINK_ASSUMED);
	add_flag(text, "peak_assumed", facts->flags & JTN_HARDWARE_PEAK_ASSUMED);
	text_add(text, "}");
}

static void
add_price(struct text *text, const struct jtn_hour_price *price)
{
	const struct {
		const char *key;
		double value;
	} parts[] = {{"total", price->total},
	             {"rent", price->rent},
	             {"capital", price->capital},
	             {"hosting", price->hosting},
	             {"electricity", price->electricity},
	             {"maintenance", price->maintenance},
	             {"staff", price->staff}};
	char number[NUMBER_SIZE];
	text_add(text, ", \"per_hour\": {");
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		text_addf(text, "%s\"%s\": \"%s\"", i == 0 ? "" : ", ", parts[i].key, number_plain(parts[i].value, 6, number));
	text_add(text, "}");
}

/* The entry's own members, but its id, which came first, and a model's config, which is long and the publisher's. */
static void
add_members(struct text *text, const struct entry *entry)
{
	yyjson_doc *document = yyjson_read(entry->source.text, entry->source.length, YYJSON_READ_NUMBER_AS_RAW);
	yyjson_val *root = yyjson_doc_get_root(document), *key;
	bool model = entry->source.kind == JTN_CATALOG_MODEL;
	yyjson_obj_iter members = yyjson_obj_iter_with(root);
	bool bare = model && !yyjson_is_obj(yyjson_obj_get(root, "config"));
	while (!bare && (key = yyjson_obj_iter_next(&members))) {
		const char *name = yyjson_get_str(key);
		if (strcmp(name, "id") == 0 || (model && strcmp(name, "config") == 0))
			continue;
		char *value = yyjson_val_write(yyjson_obj_iter_get_val(key), 0, NULL);
		text_add(text, ", ");
		text_json_string(text, name);
		text_addf(text, ": %s", value ? value : "null");
		free(value);
	}
	yyjson_doc_free(document);
}

void
entry_json(struct text *text, const struct entry *entry, bool shelf)
{
	text_add(text, "{\"id\": ");
	text_json_string(text, text_string(&entry->id));
	if (shelf)
		text_addf(text, ", \"catalog\": \"%s\"", kind_name(entry->source.kind));
	if (entry->source.kind == JTN_CATALOG_MODEL)
		add_model(text, &entry->model);
	add_members(text, entry);
	if (entry->source.kind == JTN_CATALOG_HARDWARE)
		add_hardware(text, &entry->hardware);
	if (entry->source.kind == JTN_CATALOG_HOUR)
		add_price(text, &entry->price);
	text_add(text, "}");
}

void
entry_heads(struct text *text, int32_t kind)
{
	static const char *const heads[] = {
		"",
		("id                        memory       reads      16 bit         fp8   all-in  year\n"
	     "                              GB        GB/s     TFLOP/s     TFLOP/s       kW\n"),
		"id            name                    TPOT band   cost band   fitted on\n",
		"id                            parameters    active  layers  KV KiB/token  context  weights\n",
		"id                                  per hour  accelerator             kind        date\n"};
	text_add(text, heads[kind]);
}

static void
add_figure(struct text *text, double value, double unit, int width)
{
	char number[NUMBER_SIZE];
	text_column(text, value > 0 ? number_read(value / unit, 3, number) : "—", -width);
}

static void
hardware_row(struct text *text, const struct jtn_hardware_facts *facts)
{
	add_figure(text, facts->memory_bytes, 1e9, 8);
	add_figure(text, facts->memory_bytes_per_s, 1e9, 12);
	add_figure(text, facts->peak_16bit_flops, 1e12, 12);
	add_figure(text, facts->peak_fp8_flops, 1e12, 12);
	add_figure(text, facts->power_peak_kw, 1, 9);
	text_addf(text, "  %d%s%s", (int)facts->year, facts->flags & JTN_HARDWARE_ANNOUNCED ? " announced" : "",
	          facts->flags & JTN_HARDWARE_ON_CHIP_MEMORY ? " on chip" : "");
}

static void
model_row(struct text *text, const struct jtn_model_facts *facts)
{
	char number[NUMBER_SIZE];
	text_column(text, number_short(facts->parameters, number), -10);
	text_column(text, number_short(facts->active_parameters, number), -10);
	text_addf(text, "%8d", (int)facts->layers);
	add_figure(text, facts->kv_bytes_per_token, 1024, 14);
	text_column(text, facts->context_tokens > 0 ? number_context(facts->context_tokens, number) : "—", -9);
	text_addf(text, "  %s%s%s", jtn_precision_name(facts->precision), facts->flags & JTN_MODEL_MLA ? " MLA" : "",
	          facts->flags & JTN_MODEL_APPROXIMATE ? " ~" : "");
}

static void
stack_row(struct text *text, const struct entry *entry)
{
	yyjson_doc *document = yyjson_read(entry->source.text, entry->source.length, 0);
	yyjson_val *root = yyjson_doc_get_root(document);
	yyjson_val *bands = yyjson_obj_get(root, "bands");
	const char *on = yyjson_get_str(yyjson_obj_get(yyjson_obj_get(root, "fit"), "on"));
	struct text name = {0};
	text_add_clean(&name, text_string(&entry->name));
	text_column(text, text_string(&name), 24);
	text_addf(text, "± %3.0f %%     ", 100 * yyjson_get_num(yyjson_obj_get(bands, "tpot")));
	text_addf(text, "± %3.0f %%     ", 100 * yyjson_get_num(yyjson_obj_get(bands, "cost")));
	text_add_clean(text, on ? on : "");
	text_free(&name);
	yyjson_doc_free(document);
}

static void
hour_row(struct text *text, const struct entry *entry)
{
	static const char *const keys[] = {"hardware", "kind", "date"};
	static const int widths[] = {24, 12, 12};
	yyjson_doc *document = yyjson_read(entry->source.text, entry->source.length, 0);
	yyjson_val *root = yyjson_doc_get_root(document);
	char number[NUMBER_SIZE];
	struct text value = {0};
	text_addf(&value, "%s %s", number_read(entry->price.total, 3, number), entry->hour.currency);
	text_column(text, text_string(&value), -11);
	text_add(text, "  ");
	for (size_t i = 0; i < 3; i++) {
		const char *member = yyjson_get_str(yyjson_obj_get(root, keys[i]));
		text_clear(&value);
		text_add_clean(&value, member ? member : "—");
		text_column(text, text_string(&value), widths[i]);
	}
	if (yyjson_get_bool(yyjson_obj_get(root, "typical")))
		text_add(text, "typical");
	text_free(&value);
	yyjson_doc_free(document);
}

void
entry_row(struct text *text, const struct entry *entry)
{
	static const int widths[] = {0, 24, 14, 30, 33};
	struct text id = {0};
	int32_t kind = entry->source.kind;
	text_add_clean(&id, text_string(&entry->id));
	text_column(text, text_string(&id), widths[kind]);
	if (kind == JTN_CATALOG_HARDWARE)
		hardware_row(text, &entry->hardware);
	else if (kind == JTN_CATALOG_MODEL)
		model_row(text, &entry->model);
	else if (kind == JTN_CATALOG_STACK)
		stack_row(text, entry);
	else
		hour_row(text, entry);
	text_end_line(text);
	text_free(&id);
}
