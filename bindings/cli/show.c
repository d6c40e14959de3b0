/* An entry for people: every member by its own name, figures with unit, range and source, the sources at the end. */
#include "entry.h"

#include <string.h>
#include <yyjson.h>

#define LABEL 28

struct page {
	struct text *text;
	const struct look *look;
};

static void
add_label(const struct page *page, const char *key, int indent)
{
	struct text label = {0};
	text_fill(&label, " ", indent);
	text_add_clean(&label, key);
	text_column(page->text, text_string(&label), LABEL);
	if (text_width(text_string(&label)) >= LABEL)
		text_add(page->text, " ");
	text_free(&label);
}

static void
add_heading(const struct page *page, const char *name, int indent)
{
	text_fill(page->text, " ", indent);
	text_add(page->text, page->look->colour ? "\033[1m" : "");
	text_add_clean(page->text, name);
	text_add(page->text, page->look->colour ? "\033[0m\n" : "\n");
}

static void
add_line(const struct page *page, const char *key, const char *value, int indent)
{
	struct text clean = {0};
	text_add_clean(&clean, value);
	add_label(page, key, indent);
	text_wrap(page->text, text_string(&clean), LABEL, page->look->width);
	text_add(page->text, "\n");
	text_free(&clean);
}

/* A scalar as it was written: numbers were kept as text. */
static const char *
scalar(yyjson_val *value)
{
	if (yyjson_is_str(value))
		return yyjson_get_str(value);
	if (yyjson_is_raw(value))
		return yyjson_get_raw(value);
	return yyjson_is_bool(value) ? (yyjson_get_bool(value) ? "yes" : "no") : "—";
}

static void
add_figure(const struct page *page, const char *key, yyjson_val *figure, int indent)
{
	struct text line = {0};
	const char *unit = yyjson_get_str(yyjson_obj_get(figure, "unit"));
	const char *source = yyjson_get_str(yyjson_obj_get(figure, "source"));
	const char *note = yyjson_get_str(yyjson_obj_get(figure, "note"));
	yyjson_val *range = yyjson_obj_get(figure, "range");
	text_addf(&line, "%s %s", scalar(yyjson_obj_get(figure, "value")), unit && strcmp(unit, "1") != 0 ? unit : "");
	if (range)
		text_addf(&line, " (%s to %s)", scalar(yyjson_arr_get(range, 0)), scalar(yyjson_arr_get(range, 1)));
	if (source)
		text_addf(&line, " [%s]", source);
	if (note)
		text_addf(&line, " %s", note);
	add_line(page, key, text_string(&line), indent);
	text_free(&line);
}

static void
add_object(const struct page *page, yyjson_val *object, int indent, const char *const *skipped, size_t skipped_count);

/* An object in an array is called by its first text: "families: hopper". */
static void
add_item(const struct page *page, const char *key, yyjson_val *item, int indent)
{
	struct text heading = {0};
	yyjson_obj_iter members = yyjson_obj_iter_with(item);
	yyjson_val *first = yyjson_obj_iter_next(&members);
	const char *called = yyjson_get_str(yyjson_obj_iter_get_val(first));
	const char *skipped[] = {called ? yyjson_get_str(first) : ""};
	text_addf(&heading, "%s%s%s", key, called ? ": " : "", called ? called : "");
	add_heading(page, text_string(&heading), indent);
	add_object(page, item, indent + 2, skipped, 1);
	text_free(&heading);
}

static void
add_array(const struct page *page, const char *key, yyjson_val *array, int indent)
{
	struct text line = {0};
	yyjson_val *item;
	yyjson_arr_iter items = yyjson_arr_iter_with(array);
	while ((item = yyjson_arr_iter_next(&items))) {
		if (yyjson_is_obj(item)) {
			add_item(page, key, item, indent);
		} else {
			text_addf(&line, "%s%s", line.length > 0 ? ", " : "", scalar(item));
		}
	}
	if (line.length > 0)
		add_line(page, key, text_string(&line), indent);
	text_free(&line);
}

/* Nesting is bounded: the library's reader has refused anything deeper than 64. */
static void
add_object(const struct page *page, yyjson_val *object, int indent, const char *const *skipped, size_t skipped_count)
{
	yyjson_val *key;
	yyjson_obj_iter members = yyjson_obj_iter_with(object);
	while ((key = yyjson_obj_iter_next(&members))) {
		const char *name = yyjson_get_str(key);
		yyjson_val *value = yyjson_obj_iter_get_val(key);
		bool skip = false;
		for (size_t i = 0; i < skipped_count; i++)
			skip |= strcmp(name, skipped[i]) == 0;
		if (skip || (yyjson_is_obj(value) && yyjson_obj_size(value) == 0))
			continue;
		if (yyjson_is_obj(value) && yyjson_obj_get(value, "value")) {
			add_figure(page, name, value, indent);
		} else if (yyjson_is_obj(value)) {
			add_heading(page, name, indent);
			add_object(page, value, indent + 2, NULL, 0);
		} else if (yyjson_is_arr(value)) {
			add_array(page, name, value, indent);
		} else {
			add_line(page, name, scalar(value), indent);
		}
	}
}

static void
add_sources(const struct page *page, yyjson_val *sources)
{
	yyjson_val *key;
	yyjson_obj_iter members = yyjson_obj_iter_with(sources);
	if (yyjson_obj_size(sources) > 0)
		add_heading(page, "sources", 0);
	while ((key = yyjson_obj_iter_next(&members))) {
		yyjson_val *source = yyjson_obj_iter_get_val(key);
		struct text line = {0};
		const char *confidence = yyjson_get_str(yyjson_obj_get(source, "confidence"));
		const char *note = yyjson_get_str(yyjson_obj_get(source, "note"));
		text_addf(&line, "%s; %s", scalar(yyjson_obj_get(source, "date")), scalar(yyjson_obj_get(source, "cite")));
		if (confidence)
			text_addf(&line, "; %s", confidence);
		if (note)
			text_addf(&line, "; %s", note);
		struct text name = {0};
		text_addf(&name, "[%s]", scalar(key));
		add_line(page, text_string(&name), text_string(&line), 2);
		text_free(&name);
		text_free(&line);
	}
}

static void
add_count(const struct page *page, const char *key, double value, const char *unit)
{
	char number[NUMBER_SIZE], brief[NUMBER_SIZE];
	struct text line = {0};
	text_addf(&line, "%s%s", number_read(value, 1, number), unit); /* whole numbers are given in full */
	if (value >= 1e6)
		text_addf(&line, " (%s)", number_short(value, brief));
	add_line(page, key, text_string(&line), 0);
	text_free(&line);
}

static void
add_model_facts(const struct page *page, const struct jtn_model_facts *facts)
{
	struct text line = {0};
	add_count(page, "parameters", facts->parameters, "");
	add_count(page, "active_parameters", facts->active_parameters, "");
	add_count(page, "kv_bytes_per_token", facts->kv_bytes_per_token, " bytes at 16 bits");
	if (facts->state_bytes_per_sequence > 0)
		add_count(page, "state_bytes_per_sequence", facts->state_bytes_per_sequence, " bytes");
	add_count(page, "layers", facts->layers, "");
	add_count(page, "hidden_size", facts->hidden_size, "");
	text_addf(&line, "%d, with %d KV heads%s%s", (int)facts->attention_heads, (int)facts->kv_heads,
	          facts->flags & JTN_MODEL_MLA ? ", multi-head latent attention" : "",
	          facts->flags & JTN_MODEL_SLIDING ? ", some layers see a window only" : "");
	add_line(page, "attention_heads", text_string(&line), 0);
	text_clear(&line);
	if (facts->flags & JTN_MODEL_MOE)
		text_addf(&line, "%d routed, %d active per token", (int)facts->experts, (int)facts->experts_active);
	if (line.length > 0)
		add_line(page, "experts", text_string(&line), 0);
	if (facts->context_tokens > 0)
		add_count(page, "context_tokens", facts->context_tokens, "");
	add_line(page, "precision", jtn_precision_name(facts->precision), 0);
	if (facts->flags & JTN_MODEL_APPROXIMATE)
		add_line(page, "approximate", "some layers are approximated: linear or sparse attention, or state space", 0);
	text_free(&line);
}

static void
add_price(const struct page *page, const struct entry *entry)
{
	const struct jtn_hour_price *price = &entry->price;
	const struct {
		const char *key;
		double value;
	} parts[] = {{"rent", price->rent},
	             {"capital", price->capital},
	             {"hosting", price->hosting},
	             {"electricity", price->electricity},
	             {"maintenance", price->maintenance},
	             {"staff", price->staff}};
	struct text line = {0};
	char number[NUMBER_SIZE];
	text_addf(&line, "%s %s", number_plain(price->total, 4, number), entry->hour.currency);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts) && price->rent <= 0; i++)
		if (parts[i].value > 0)
			text_addf(&line, "%s %s %s", i == 1 ? ":" : ",", parts[i].key, number_plain(parts[i].value, 4, number));
	add_line(page, "per accelerator-hour", text_string(&line), 0);
	text_free(&line);
}

/* What the reader derives is said, because it is nobody's published figure. */
static void
add_hardware_facts(const struct page *page, const struct jtn_hardware_facts *facts)
{
	struct text line = {0};
	char number[NUMBER_SIZE];
	if (facts->power_peak_kw > 0) {
		text_addf(&line, "%s kW at full load", number_plain(facts->power_peak_kw, 3, number));
		text_addf(&line, ", %s kW with nothing to do", number_plain(facts->power_idle_kw, 3, number));
		text_add(&line, facts->flags & JTN_HARDWARE_POWER_ESTIMATED ? " (estimated from node power or TDP)" : "");
		add_line(page, "all-in power used", text_string(&line), 0);
	}
	if (facts->flags & JTN_HARDWARE_LINK_ASSUMED)
		add_line(page, "link", "none published; one is assumed for more than one accelerator", 0);
	if (facts->flags & JTN_HARDWARE_PEAK_ASSUMED)
		add_line(page, "16-bit peak", "none published; half of the 8-bit one is assumed", 0);
	text_free(&line);
}

void
entry_show(struct text *text, const struct entry *entry, const struct look *look)
{
	static const char *const skipped[] = {"id", "name", "sources", "config"};
	struct page page = {text, look};
	struct text heading = {0};
	yyjson_doc *document = yyjson_read(entry->source.text, entry->source.length, YYJSON_READ_NUMBER_AS_RAW);
	yyjson_val *root = yyjson_doc_get_root(document);
	bool model = entry->source.kind == JTN_CATALOG_MODEL;
	text_addf(&heading, "%s", text_string(&entry->name));
	if (strcmp(text_string(&entry->name), text_string(&entry->id)) != 0)
		text_addf(&heading, " (%s)", text_string(&entry->id));
	add_heading(&page, text_string(&heading), 0);
	if (model)
		add_model_facts(&page, &entry->model);
	if (entry->source.kind == JTN_CATALOG_HOUR)
		add_price(&page, entry);
	if (!model || yyjson_is_obj(yyjson_obj_get(root, "config")))
		add_object(&page, root, 0, skipped, sizeof(skipped) / sizeof(*skipped));
	if (entry->source.kind == JTN_CATALOG_HARDWARE)
		add_hardware_facts(&page, &entry->hardware);
	add_sources(&page, yyjson_obj_get(root, "sources"));
	yyjson_doc_free(document);
	text_free(&heading);
}
