/* The lines over a grid: what is priced, on what, at which rent, with everything that was chosen here said. */
#include "grid.h"

#include <string.h>

static void
add_model(struct text *text, const struct subject *subject, int width)
{
	const struct jtn_model_facts *facts = &subject->model->facts;
	const struct jtn_server_facts *server = &subject->facts;
	struct text line = {0};
	char number[NUMBER_SIZE];
	if (facts->flags & JTN_MODEL_MOE)
		text_addf(&line, "%s active of ", number_short(facts->active_parameters, number));
	text_addf(&line, "%s parameters, %s weights,", number_short(facts->parameters, number),
	          server->precision ? jtn_precision_name(server->precision) : jtn_precision_name(facts->precision));
	text_addf(&line, " %s KV cache with room for %s tokens", jtn_precision_name(server->kv_precision),
	          number_short(server->kv_capacity_tokens, number));
	text_add(text, "  ");
	text_wrap(text, text_string(&line), 2, width);
	text_add(text, "\n");
	text_free(&line);
}

static void
add_layout(struct text *text, const struct subject *subject, int width)
{
	const struct jtn_server_facts *facts = &subject->facts;
	const struct {
		const char *name;
		int32_t value;
	} ranks[] = {{"pp", facts->pp}, {"ep", facts->ep}, {"dp", facts->dp}, {"replicas", facts->replicas}};
	struct text line = {0};
	char number[NUMBER_SIZE];
	text_add_clean(&line, text_string(&subject->stack_name));
	text_addf(&line, ", tp %d", (int)facts->tp);
	for (size_t i = 0; i < sizeof(ranks) / sizeof(*ranks); i++)
		if (ranks[i].value > 1)
			text_addf(&line, ", %s %d", ranks[i].name, (int)ranks[i].value);
	if (subject->deployment.speculative_tokens > 0)
		text_addf(&line, ", %d draft tokens a step", (int)subject->deployment.speculative_tokens);
	if (subject->fitted && subject->fitted_tokens > 0)
		text_addf(&line, ": the fewest accelerators that hold a sequence of %s",
		          number_context(subject->fitted_tokens, number));
	else if (subject->fitted)
		text_add(&line, ": the fewest accelerators that hold the model");
	text_add(text, "  ");
	text_wrap(text, text_string(&line), 2, width);
	text_add(text, "\n");
	text_free(&line);
}

static void
add_money(struct text *text, const struct subject *subject, int width)
{
	struct text line = {0};
	char number[NUMBER_SIZE];
	double peak = subject->hardware_facts.power_peak_kw;
	text_add(&line, subject->facts.accelerators > 1 ? "each at " : "at ");
	text_add_clean(&line, text_string(&subject->rent.label));
	if (peak > 0)
		text_addf(&line, "; %s kW all-in at full load%s", number_plain(peak * subject->facts.accelerators, 3, number),
		          subject->hardware_facts.flags & JTN_HARDWARE_POWER_ESTIMATED ? " (estimated)" : "");
	else
		text_add(&line, "; power not published");
	text_add(text, "  ");
	text_wrap(text, text_string(&line), 2, width);
	text_add(text, "\n");
	if (subject->hardware_facts.flags & JTN_HARDWARE_ANNOUNCED)
		text_add(text, "  not shipping yet: its figures are the vendor's projections\n");
	text_free(&line);
}

void
headline(struct text *text, const struct subject *subject, const struct look *look)
{
	text_add(text, look->colour ? "\033[1m" : "");
	text_add_clean(text, text_string(&subject->model->name));
	text_addf(text, " on %d × ", (int)subject->facts.accelerators);
	text_add_clean(text, jtn_hardware_name(subject->hardware));
	text_add(text, look->colour ? "\033[0m\n" : "\n");
	add_model(text, subject, look->width);
	add_layout(text, subject, look->width);
	add_money(text, subject, look->width);
}
