/*
 * Slots into disjoint leaves, by subtraction: the same for every provider once it is known what is inside what. A part
 * greater than its whole is a contradiction, never a negative count.
 */
#include "reader.h"

#define TEXT 0 /* of the five modalities */
#define LEAF_STRIDE ((unsigned)(JTN_METER_CACHE_READ - JTN_METER_INPUT))

_Static_assert(LEAF_STRIDE == JTN__MODALITIES && JTN_METER_CACHE_WRITE - JTN_METER_CACHE_READ == JTN__MODALITIES &&
                   JTN_METER_CACHE_WRITE_24H - JTN_METER_CACHE_WRITE == JTN__TTLS * JTN__MODALITIES &&
                   JTN_METER_OUTPUT_VIDEO - JTN_METER_OUTPUT == JTN_MODALITY_VIDEO - JTN_MODALITY_TEXT,
               "modalities and lives follow each other alike in slots and meters");

/* A sum that leaves its range is remembered, and found before anything is made of it. */
static int64_t
add(struct jtn_reader *reader, int64_t a, int64_t b)
{
	int64_t sum;
	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	reader->overflow = true;
	return INT64_MAX;
}

/* Whether any of some slots is not zero; mostly none is, and there is nothing to add up. */
static bool
any_of(const struct jtn_reader *reader, unsigned first, unsigned count)
{
	return reader->stated.some >> first & ((UINT64_C(1) << count) - 1);
}

static int64_t
sum_of(struct jtn_reader *reader, unsigned first, unsigned count)
{
	int64_t sum = 0;
	if (!any_of(reader, first, count))
		return 0;
	while (count--)
		sum = add(reader, sum, reader->stated.value[first++]);
	return sum;
}

/* The first of some slots that is stated and not zero, else the last: one to blame. */
static unsigned
first_of(const struct jtn__stated *stated, unsigned first, unsigned count)
{
	while (--count && stated->value[first] == 0)
		first++;
	return first;
}

static jtn_status
overflowed(const struct jtn_reader *reader, struct jtn_error *reterr)
{
	return jtn__json_refuse(reader->json, reader->usage, reterr, JTN_E_OVERFLOW,
	                        "the counts add up to more than 9223372036854775807");
}

static jtn_status
contradiction(const struct jtn_reader *reader, unsigned slot, int64_t part, unsigned whole_slot, int64_t whole,
              struct jtn_error *reterr)
{
	char message[sizeof(reterr->message)];
	const struct jtn__stated *stated = &reader->stated;
	if (reader->overflow)
		return overflowed(reader, reterr);
	if (jtn__states(stated, whole_slot))
		jtn__format(message, sizeof(message), "%d in %s, of %d in %s: a part is at most the whole", part,
		            jtn__reader_field(stated, slot), whole, jtn__reader_field(stated, whole_slot));
	else
		jtn__format(message, sizeof(message), "%d in %s, of %d in all: a part is at most the whole", part,
		            jtn__reader_field(stated, slot), whole);
	return jtn__json_refuse(reader->json, stated->node[slot], reterr, JTN_E_CONTRADICTION, message);
}

/* What one slot says of another that is not stated. */
static void
infer(struct jtn__stated *stated, unsigned slot, int64_t number, unsigned from)
{
	jtn__state(stated, slot, number, stated->node[from], stated->field[from]);
}

/* Modalities are at most their whole; where only they are stated, they are the whole. */
static jtn_status
check_modalities(struct jtn_reader *reader, unsigned by, unsigned whole, struct jtn_error *reterr)
{
	struct jtn__stated *stated = &reader->stated;
	int64_t sum = sum_of(reader, by, JTN__MODALITIES);
	if (sum <= stated->value[whole])
		return JTN_OK;
	unsigned first = first_of(stated, by, JTN__MODALITIES);
	if (jtn__states(stated, whole))
		return contradiction(reader, first, sum, whole, stated->value[whole], reterr);
	infer(stated, whole, sum, first);
	return JTN_OK;
}

/* Hits and misses of the cache make an input; each follows from the other two. */
static jtn_status
check_misses(struct jtn_reader *reader, struct jtn_error *reterr)
{
	struct jtn__stated *stated = &reader->stated;
	const int64_t *value = stated->value;
	char message[sizeof(reterr->message)];
	if (!jtn__states(stated, JTN__S_MISS))
		return JTN_OK;
	if (!jtn__states(stated, JTN__S_INPUT))
		infer(stated, JTN__S_INPUT, add(reader, value[JTN__S_READ], value[JTN__S_MISS]), JTN__S_MISS);
	if (!jtn__states(stated, JTN__S_READ) && value[JTN__S_MISS] <= value[JTN__S_INPUT])
		infer(stated, JTN__S_READ, value[JTN__S_INPUT] - value[JTN__S_MISS], JTN__S_MISS);
	if (add(reader, value[JTN__S_READ], value[JTN__S_MISS]) == value[JTN__S_INPUT] || reader->overflow)
		return JTN_OK;
	jtn__format(message, sizeof(message), "%d tokens missed the cache and %d hit it, but %s is %d: they must add up",
	            value[JTN__S_MISS], value[JTN__S_READ], jtn__reader_field(stated, JTN__S_INPUT), value[JTN__S_INPUT]);
	return jtn__json_refuse(reader->json, stated->node[JTN__S_MISS], reterr, JTN_E_CONTRADICTION, message);
}

/* Counts that are billed, where others stand in for them; cache writes as a whole and by life. */
static jtn_status
complete(struct jtn_reader *reader, int64_t *retttl, struct jtn_error *reterr)
{
	struct jtn__stated *stated = &reader->stated;
	const int64_t *value = stated->value;
	int64_t ttl = *retttl = sum_of(reader, JTN__S_WRITE_TTL, JTN__TTLS);
	if (!jtn__states(stated, JTN__S_INPUT) && jtn__states(stated, JTN__S_ACTUAL_INPUT))
		infer(stated, JTN__S_INPUT, value[JTN__S_ACTUAL_INPUT], JTN__S_ACTUAL_INPUT);
	if (!jtn__states(stated, JTN__S_OUTPUT) && jtn__states(stated, JTN__S_ACTUAL_OUTPUT))
		infer(stated, JTN__S_OUTPUT, value[JTN__S_ACTUAL_OUTPUT], JTN__S_ACTUAL_OUTPUT);
	if (ttl > value[JTN__S_WRITE]) {
		unsigned first = first_of(stated, JTN__S_WRITE_TTL, JTN__TTLS);
		if (jtn__states(stated, JTN__S_WRITE))
			return contradiction(reader, first, ttl, JTN__S_WRITE, value[JTN__S_WRITE], reterr);
		infer(stated, JTN__S_WRITE, ttl, first);
	}
	return check_misses(reader, reterr);
}

/* The whole prompt, whatever the format counts apart; what that is goes to *retapart. */
static jtn_status
whole_input(struct jtn_reader *reader, int64_t *retinput, int64_t *retapart, struct jtn_error *reterr)
{
	const struct jtn__stated *stated = &reader->stated;
	int64_t input = add(reader, stated->value[JTN__S_INPUT], stated->value[JTN__S_TOOL_INPUT]);
	int64_t cached = add(reader, stated->value[JTN__S_READ], stated->value[JTN__S_WRITE]);
	unsigned traits = reader->about->traits;
	*retapart = 0;
	if (traits & JTN__CACHED_OUTSIDE || (traits & JTN__MAYBE_OUTSIDE && cached > input))
		*retapart = cached;
	else if (cached > input)
		return contradiction(reader, stated->value[JTN__S_READ] ? JTN__S_READ : JTN__S_WRITE, cached, JTN__S_INPUT,
		                     input, reterr);
	*retinput = add(reader, input, *retapart);
	return JTN_OK;
}

/* Prompt tokens by modality, text being what the others leave. */
static jtn_status
by_modality(struct jtn_reader *reader, int64_t input, int64_t by[JTN__MODALITIES], struct jtn_error *reterr)
{
	const struct jtn__stated *stated = &reader->stated;
	int64_t named = 0;
	for (unsigned m = TEXT + 1; m < JTN__MODALITIES; m++) {
		by[m] = 0;
		if (!any_of(reader, JTN__S_INPUT_BY, JTN__S_OUTPUT_BY - JTN__S_INPUT_BY))
			continue;
		by[m] = add(reader, stated->value[JTN__S_INPUT_BY + m], stated->value[JTN__S_TOOL_BY + m]);
		if (!jtn__states(stated, JTN__S_INPUT_BY + m) && stated->value[JTN__S_READ_BY + m] > by[m])
			by[m] = stated->value[JTN__S_READ_BY + m];
		named = add(reader, named, by[m]);
	}
	if (named > input)
		return contradiction(reader, first_of(stated, JTN__S_INPUT_BY + 1, JTN__S_OUTPUT_BY - JTN__S_INPUT_BY - 1),
		                     named, JTN__S_INPUT, input, reterr);
	by[TEXT] = input - named;
	return JTN_OK;
}

/* `quantity` becomes a leaf and leaves what there is: text first, since nobody says otherwise. */
static void
take(struct jtn_reader *reader, int64_t by[JTN__MODALITIES], int64_t quantity, uint32_t meter)
{
	for (unsigned m = TEXT; m < JTN__MODALITIES && quantity; m++) {
		int64_t part = quantity < by[m] ? quantity : by[m];
		jtn__reader_add(reader, meter + m, part);
		by[m] -= part;
		quantity -= part;
	}
}

static jtn_status
split_input(struct jtn_reader *reader, int64_t *retinput, int64_t *retapart, struct jtn_error *reterr)
{
	const struct jtn__stated *stated = &reader->stated;
	int64_t by[JTN__MODALITIES], ttl, rest = 0;
	JTN__TRY(check_modalities(reader, JTN__S_INPUT_BY, JTN__S_INPUT, reterr));
	JTN__TRY(check_modalities(reader, JTN__S_TOOL_BY, JTN__S_TOOL_INPUT, reterr));
	JTN__TRY(check_modalities(reader, JTN__S_READ_BY, JTN__S_READ, reterr));
	JTN__TRY(complete(reader, &ttl, reterr));
	JTN__TRY(whole_input(reader, retinput, retapart, reterr));
	JTN__TRY(by_modality(reader, *retinput, by, reterr));
	if (reader->overflow)
		return overflowed(reader, reterr);
	rest = stated->value[JTN__S_READ];
	for (unsigned m = TEXT; m < JTN__MODALITIES && any_of(reader, JTN__S_READ_BY, JTN__MODALITIES); m++) {
		int64_t read = stated->value[JTN__S_READ_BY + m];
		if (read > by[m])
			return contradiction(reader, JTN__S_READ_BY + m, read, JTN__S_INPUT_BY + m, by[m], reterr);
		jtn__reader_add(reader, JTN_METER_CACHE_READ + m, read);
		by[m] -= read;
		rest -= read;
	}
	take(reader, by, rest, JTN_METER_CACHE_READ);
	take(reader, by, stated->value[JTN__S_WRITE] - ttl, JTN_METER_CACHE_WRITE);
	for (unsigned i = 0; i < JTN__TTLS && ttl; i++)
		take(reader, by, stated->value[JTN__S_WRITE_TTL + i], JTN_METER_CACHE_WRITE_5M + LEAF_STRIDE * i);
	for (unsigned m = TEXT; m < JTN__MODALITIES; m++)
		jtn__reader_add(reader, JTN_METER_INPUT + m, by[m]);
	return JTN_OK;
}

/* Whether the total is this, with or without the cached tokens that the format counts apart. */
static bool
total_is(const struct jtn_reader *reader, int64_t sum, int64_t apart)
{
	int64_t total = reader->stated.value[JTN__S_TOTAL];
	return jtn__states(&reader->stated, JTN__S_TOTAL) && (total == sum || total == sum - apart);
}

static bool
reasons_outside(struct jtn_reader *reader, int64_t input, int64_t apart)
{
	int64_t output = reader->stated.value[JTN__S_OUTPUT], reasoning = reader->stated.value[JTN__S_REASONING];
	int64_t inside = add(reader, input, output);
	if (reader->about->traits & JTN__REASONING_OUTSIDE)
		return !total_is(reader, inside, apart);
	if (reader->about->traits & JTN__MAYBE_OUTSIDE)
		return reasoning > output || total_is(reader, add(reader, inside, reasoning), apart);
	return false;
}

static jtn_status
split_output(struct jtn_reader *reader, int64_t input, int64_t apart, int64_t *retoutput, struct jtn_error *reterr)
{
	const struct jtn__stated *stated = &reader->stated;
	int64_t named, reasoning = stated->value[JTN__S_REASONING];
	JTN__TRY(check_modalities(reader, JTN__S_OUTPUT_BY, JTN__S_OUTPUT, reterr));
	*retoutput = stated->value[JTN__S_OUTPUT];
	if (reasoning && reasons_outside(reader, input, apart))
		*retoutput = add(reader, *retoutput, reasoning);
	named = add(reader, reasoning, stated->value[JTN__S_REJECTED]);
	named = add(reader, named, sum_of(reader, JTN__S_OUTPUT_BY + 1, JTN_MODALITY_VIDEO - JTN_MODALITY_TEXT));
	if (named > *retoutput)
		return contradiction(reader,
		                     reasoning                        ? JTN__S_REASONING
		                     : stated->value[JTN__S_REJECTED] ? JTN__S_REJECTED
		                                                      : first_of(stated, JTN__S_OUTPUT_BY + 1, 3),
		                     named, JTN__S_OUTPUT, *retoutput, reterr);
	if (reader->overflow)
		return overflowed(reader, reterr);
	jtn__reader_add(reader, JTN_METER_OUTPUT, *retoutput - named);
	for (unsigned m = TEXT + 1; m < JTN_MODALITY_VIDEO && any_of(reader, JTN__S_OUTPUT_BY, JTN__MODALITIES); m++)
		jtn__reader_add(reader, JTN_METER_OUTPUT + m, stated->value[JTN__S_OUTPUT_BY + m]);
	jtn__reader_add(reader, JTN_METER_REASONING, reasoning);
	jtn__reader_add(reader, JTN_METER_REJECTED_PREDICTION, stated->value[JTN__S_REJECTED]);
	return JTN_OK;
}

static jtn_status
check_total(struct jtn_reader *reader, int64_t input, int64_t apart, int64_t output, struct jtn_error *reterr)
{
	const struct jtn__stated *stated = &reader->stated;
	unsigned traits = reader->about->traits;
	int64_t sum = add(reader, input, output), total = stated->value[JTN__S_TOTAL];
	char message[sizeof(reterr->message)];
	if (reader->overflow)
		return overflowed(reader, reterr);
	if (!jtn__states(stated, JTN__S_TOTAL) || !(traits & (JTN__TOTAL_ADDS_UP | JTN__TOTAL_AT_LEAST)) ||
	    total_is(reader, sum, apart))
		return JTN_OK;
	if (traits & JTN__TOTAL_AT_LEAST && total > sum) {
		if (stated->value[JTN_METER_INPUT_AUDIO_SECONDS])
			return JTN_OK; /* tokens of audio that is counted in seconds */
		if (reader->unknown == JTN_UNKNOWN_REPORT)
			return jtn__reader_report(reader, jtn__reader_field(stated, JTN__S_TOTAL), reterr);
	}
	jtn__format(message, sizeof(message), "%d, but input comes to %d and output to %d: a total is their sum, %d", total,
	            input, output, sum);
	return jtn__json_refuse(reader->json, stated->node[JTN__S_TOTAL], reterr, JTN_E_CONTRADICTION, message);
}

jtn_status
jtn__reader_split(struct jtn_reader *reader, struct jtn_error *reterr)
{
	int64_t input, apart, output;
	JTN__TRY(split_input(reader, &input, &apart, reterr));
	JTN__TRY(split_output(reader, input, apart, &output, reterr));
	return check_total(reader, input, apart, output, reterr);
}
