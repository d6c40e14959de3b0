/*
 * Regexes as small automata that are run as sets of states, so that no pattern, however hostile, takes longer than its
 * size times the text's.
 */
#include "regex.h"

#include <string.h>

#define DEPTH_MOST 8 /* groups in each other */

static const char refusal[] = "^(?!";

/* A word of code: the operation in the low byte, its operand above. Jumps are relative, so that code can be copied. */
enum operation { MATCHED, CHARACTER, SET, SPLIT, JUMP, START, END, REFUSE };

#define SET_WORDS 5 /* with the four of its ASCII characters; the operand says whether others are in it */
#define WORD(operation, operand) ((uint32_t)(operation) | (uint32_t)(operand) << 8)
#define OPERAND(word) ((int32_t)(word) >> 8)

static bool
problem(struct jtn__regex *regex, const char *what)
{
	if (!regex->problem)
		regex->problem = what;
	return false;
}

static bool
emit(struct jtn__regex *regex, uint32_t word)
{
	if (regex->count >= JTN__REGEX_WORDS)
		return problem(regex, "is too large");
	regex->code[regex->count++] = word;
	return true;
}

static bool
insert(struct jtn__regex *regex, uint32_t at, uint32_t word)
{
	if (!emit(regex, 0))
		return false;
	memmove(&regex->code[at + 1], &regex->code[at], (regex->count - 1 - at) * sizeof(*regex->code));
	regex->code[at] = word;
	return true;
}

struct set {
	uint32_t ascii[4];
	bool others;
};

static void
add_range(struct set *set, unsigned from, unsigned to)
{
	for (; from <= to; from++)
		set->ascii[from / 32] |= UINT32_C(1) << from % 32;
}

/* \d \w \s, or in capitals what they are not. */
static bool
add_kind(struct set *set, char kind)
{
	struct set named = {{0}, false};
	switch (jtn__lower(kind)) {
	case 'w':
		add_range(&named, 'a', 'z');
		add_range(&named, 'A', 'Z');
		add_range(&named, '_', '_');
		add_range(&named, '0', '9');
		break;
	case 'd':
		add_range(&named, '0', '9');
		break;
	case 's':
		add_range(&named, '\t', '\r');
		add_range(&named, ' ', ' ');
		break;
	default:
		return false;
	}
	bool other = kind < 'a';
	for (int i = 0; i < 4; i++)
		set->ascii[i] |= other ? ~named.ascii[i] : named.ascii[i];
	set->others |= other;
	return true;
}

static bool
emit_set(struct jtn__regex *regex, const struct set *set)
{
	bool fine = emit(regex, WORD(SET, set->others));
	for (int i = 0; i < 4; i++)
		fine = fine && emit(regex, set->ascii[i]);
	return fine;
}

/* What a backslash makes of a punctuation mark is that mark; of n, r and t, white space. 0: not known here. */
static char
escaped(char c)
{
	static const char white[] = "n\nr\rt\t";
	for (const char *at = white; *at; at += 2)
		if (*at == c)
			return at[1];
	bool alphanumeric = (jtn__lower(c) >= 'a' && jtn__lower(c) <= 'z') || (c >= '0' && c <= '9');
	return alphanumeric || c < ' ' ? 0 : c;
}

/* One character of a class, or 0 after a kind such as \d was added. */
static bool
read_member(struct jtn__regex *regex, struct set *set, unsigned *ret)
{
	*ret = 0;
	if (*regex->at == '\\' && add_kind(set, regex->at[1])) {
		regex->at += 2;
		return true;
	}
	bool escape = *regex->at == '\\';
	regex->at += escape;
	char c = escape ? escaped(*regex->at) : *regex->at;
	if (c <= 0)
		return problem(regex, "has a class that is not supported or not closed");
	regex->at++;
	*ret = (unsigned)c;
	return true;
}

static bool
read_class(struct jtn__regex *regex)
{
	struct set set = {{0}, false};
	bool negated = *regex->at == '^';
	regex->at += negated;
	const char *first = regex->at;
	while (*regex->at != ']' || regex->at == first) {
		unsigned from, to;
		if (!read_member(regex, &set, &from))
			return false;
		to = from;
		if (from && *regex->at == '-' && regex->at[1] != ']') {
			regex->at++;
			if (!read_member(regex, &set, &to))
				return false;
			if (to < from)
				return problem(regex, "has a range that ends before it begins");
		}
		if (from)
			add_range(&set, from, to);
	}
	regex->at++;
	for (int i = 0; negated && i < 4; i++)
		set.ascii[i] = ~set.ascii[i];
	set.others ^= negated;
	return emit_set(regex, &set);
}

static bool
read_alternatives(struct jtn__regex *regex);

static bool
read_group(struct jtn__regex *regex)
{
	if (*regex->at == '?' && regex->at[1] != ':')
		return problem(regex, "has a group that is not supported; write (…) or (?:…)");
	regex->at += *regex->at == '?' ? 2 : 0;
	if (++regex->depth > DEPTH_MOST)
		return problem(regex, "has groups too deep in each other");
	if (!read_alternatives(regex))
		return false;
	regex->depth--;
	if (*regex->at != ')')
		return problem(regex, "has a group that is not closed");
	regex->at++;
	return true;
}

static bool
read_atom(struct jtn__regex *regex)
{
	struct set set = {{0}, false};
	char c = *regex->at;
	if (c < 0)
		return problem(regex, "has a character that is not ASCII");
	if (strchr("*+?{", c))
		return problem(regex, "repeats what cannot be repeated");
	regex->at++;
	switch (c) {
	case '(':
		return read_group(regex);
	case '[':
		return read_class(regex);
	case '^':
		return emit(regex, WORD(START, 0));
	case '$':
		return emit(regex, WORD(END, 0));
	case '.':
		add_range(&set, 0, 127);
		set.ascii[0] ^= UINT32_C(1) << '\n';
		set.others = true;
		return emit_set(regex, &set);
	case '\\':
		c = *regex->at;
		if (add_kind(&set, c)) {
			regex->at++;
			return emit_set(regex, &set);
		}
		c = escaped(c);
		if (c <= 0)
			return problem(regex, "has an escape that is not supported");
		regex->at++;
		return emit(regex, WORD(CHARACTER, c));
	default:
		return emit(regex, WORD(CHARACTER, c));
	}
}

/* "{3}", "{3,}", "{3,5}", "?", "*", "+"; most is UINT32_MAX for no end. */
static bool
read_times(struct jtn__regex *regex, uint32_t *least, uint32_t *most)
{
	char c = *regex->at++;
	*least = c == '+';
	*most = c == '?' ? 1 : UINT32_MAX;
	if (c != '{')
		return true;
	uint32_t numbers[2] = {0, 0};
	int which = 0, digits[2] = {0, 0};
	for (; *regex->at != '}'; regex->at++) {
		if (*regex->at == ',' && which == 0)
			which = 1;
		else if (*regex->at >= '0' && *regex->at <= '9' && digits[which]++ < 3)
			numbers[which] = numbers[which] * 10 + (uint32_t)(*regex->at - '0');
		else
			return problem(regex, "has a repetition that is not {n}, {n,} or {n,m} of at most 3 digits");
	}
	regex->at++;
	*least = numbers[0];
	*most = !which ? numbers[0] : digits[1] ? numbers[1] : UINT32_MAX;
	if (!digits[0] || *most < *least)
		return problem(regex, "has a repetition whose numbers make no sense");
	return true;
}

/* Code from `start` on becomes that many repetitions of itself. */
static bool
repeat(struct jtn__regex *regex, uint32_t start, uint32_t least, uint32_t most)
{
	uint32_t body[JTN__REGEX_WORDS], length = regex->count - start;
	memcpy(body, &regex->code[start], length * sizeof(*body));
	regex->count = start;
	bool fine = true;
	for (uint32_t i = 0; fine && i < (most == UINT32_MAX ? (least ? least : 1) : most); i++) {
		if (i >= least)
			fine = emit(regex, WORD(SPLIT, length + 1 + (most == UINT32_MAX)));
		for (uint32_t j = 0; fine && j < length; j++)
			fine = emit(regex, body[j]);
	}
	if (fine && most == UINT32_MAX)
		fine = least ? emit(regex, WORD(SPLIT, -(int32_t)length)) : emit(regex, WORD(JUMP, -(int32_t)length - 1));
	return fine;
}

static bool
read_sequence(struct jtn__regex *regex)
{
	while (*regex->at && *regex->at != '|' && *regex->at != ')') {
		uint32_t start = regex->count, least, most;
		bool anchor = *regex->at == '^' || *regex->at == '$';
		if (!read_atom(regex))
			return false;
		if (!*regex->at || !strchr("*+?{", *regex->at))
			continue;
		if (anchor)
			return problem(regex, "repeats what cannot be repeated");
		if (!read_times(regex, &least, &most) || !repeat(regex, start, least, most))
			return false;
		regex->at += *regex->at == '?'; /* lazy or not, it matches the same names */
	}
	return true;
}

static bool
read_alternatives(struct jtn__regex *regex)
{
	uint32_t start = regex->count;
	if (!read_sequence(regex))
		return false;
	if (*regex->at != '|')
		return true;
	regex->at++;
	uint32_t length = regex->count - start;
	if (!insert(regex, start, WORD(SPLIT, length + 2)) || !emit(regex, 0))
		return false;
	uint32_t jump = regex->count - 1;
	if (!read_alternatives(regex))
		return false;
	regex->code[jump] = WORD(JUMP, regex->count - jump);
	return true;
}

/* "^(?!…)…": what must not match at the beginning, and then what must. */
static bool
read_refusal(struct jtn__regex *regex)
{
	regex->at += sizeof(refusal) - 1;
	if (!emit(regex, 0) || !emit(regex, WORD(START, 0)) || !read_alternatives(regex))
		return false;
	if (*regex->at != ')')
		return problem(regex, "has a group that is not closed");
	regex->at++;
	if (!emit(regex, WORD(MATCHED, 0)))
		return false;
	regex->code[0] = WORD(REFUSE, regex->count);
	if (!emit(regex, WORD(START, 0)) || !read_sequence(regex))
		return false;
	return *regex->at != '|' || problem(regex, "has (?!…) beside an alternative, which is not supported");
}

bool
jtn__regex_compile(struct jtn__regex *regex, const char *text)
{
	*regex = (struct jtn__regex){.text = text, .at = text};
	if (!(strncmp(text, refusal, sizeof(refusal) - 1) == 0 ? read_refusal(regex) : read_alternatives(regex)))
		return false;
	if (*regex->at)
		return problem(regex, "has a ) without a (");
	return emit(regex, WORD(MATCHED, 0));
}

/* States, as positions in the code. */
struct states {
	uint64_t bits[JTN__REGEX_WORDS / 64];
};

/* Add a position and all that is reached from it without a character. Returns whether the end of the code is. */
static bool
reach(const uint32_t *code, struct states *states, uint32_t from, bool first, bool last)
{
	uint32_t stack[2 * JTN__REGEX_WORDS + 1], depth = 0; /* two more for each position, and each counts once */
	stack[depth++] = from;
	while (depth) {
		uint32_t at = stack[--depth];
		if (states->bits[at / 64] >> at % 64 & 1)
			continue;
		states->bits[at / 64] |= UINT64_C(1) << at % 64;
		uint32_t operation = code[at] & 255, target = at + (uint32_t)OPERAND(code[at]);
		if (operation == MATCHED)
			return true;
		if (operation == SPLIT || operation == JUMP)
			stack[depth++] = target;
		if (operation == SPLIT || (operation == START && first) || (operation == END && last))
			stack[depth++] = at + 1;
	}
	return false;
}

static bool
accepts(const uint32_t *code, unsigned char c)
{
	if ((*code & 255) == CHARACTER)
		return c == (unsigned char)OPERAND(*code);
	if ((*code & 255) == SET)
		return c < 128 ? code[1 + c / 32] >> c % 32 & 1 : OPERAND(*code) != 0;
	return false;
}

bool
jtn__regex_search(const uint32_t *code, const char *text, size_t length)
{
	struct states now = {{0}}, next;
	if ((*code & 255) == REFUSE) {
		if (jtn__regex_search(code + 1, text, length))
			return false;
		code += OPERAND(*code);
	}
	for (size_t i = 0;; i++) {
		/* $ is true before a line's end that ends the text, too, as genai-prices' engine has it. */
		bool last = i == length || (i + 1 == length && text[i] == '\n');
		if (reach(code, &now, 0, i == 0, last))
			return true;
		if (i == length)
			return false;
		bool then_last = i + 1 == length || (i + 2 == length && text[i + 1] == '\n');
		memset(&next, 0, sizeof(next));
		for (uint32_t word = 0; word < JTN__REGEX_WORDS / 64; word++)
			for (uint64_t bits = now.bits[word]; bits; bits &= bits - 1) {
				uint32_t at = word * 64 + (uint32_t)__builtin_ctzll(bits);
				if (accepts(&code[at], jtn__lower(text[i])) &&
				    reach(code, &next, at + ((code[at] & 255) == SET ? SET_WORDS : 1), false, then_last))
					return true;
			}
		now = next;
	}
}
