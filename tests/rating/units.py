"""Units of usage as others name them: what each is, and inclusive counts as the library's disjoint leaves.

A unit is a set of dimensions; one with fewer of them is an ancestor and includes its descendants. The names are those
of genai-prices' unit registry, which the LiteLLM rows use too.
"""

import decimal
import re

from library import Refused
from outcome import Differs

MODALITY = "text|audio|image|video|document"
TOKENS = re.compile(rf"(input|output)(?:_({MODALITY}))?(?:_(tool|reasoning|citation))?_tokens")
CACHE = re.compile(rf"cache(?:_({MODALITY}))?_(read|write)(?:_(\d+[mh]))?_tokens")
LEAF = re.compile(rf"(input|output|cache_read|cache_write(?:_(?:\d+[mh]))?|reasoning|citation)(?:_({MODALITY}))?")
COUNTERS = {
    "input_characters": "input_characters",
    "input_text_messages": "input_messages",
    "audio_seconds": "audio_seconds",
    "input_audio_seconds": "input_audio_seconds",
    "output_audio_seconds": "output_audio_seconds",
    "input_pixels": "input_pixels",
    "input_document_pages": "input_pages",
    "input_annotated_document_pages": "annotated_pages",
    "rerank_searches": "search_units",
    "web_searches": "web_search",
    "social_searches": "social_search",
    "storage_searches": "storage_search",
    "code_executions": "code_execution",
    "requests": "requests",
}


class Contradiction(Exception):
    """A part exceeds its whole."""


def token_dimensions(direction, modality, kind, ttl):
    ret = {("direction", direction)}
    ret |= {("modality", modality)} if modality else set()
    ret |= {("kind", kind)} if kind else set()
    return frozenset(ret | ({("ttl", ttl)} if ttl else set()))


def dimensions(unit):
    """The dimensions of a unit, or None for one that nobody registered."""
    tokens, cache = TOKENS.fullmatch(unit), CACHE.fullmatch(unit)
    if tokens:
        return token_dimensions(tokens[1], tokens[2], tokens[3], None)
    if cache:
        return token_dimensions("input", cache[1], "cache_" + cache[2], cache[3])
    if unit.endswith("audio_seconds") and unit in COUNTERS:
        return frozenset(
            {("seconds", "audio")} | ({("direction", unit.split("_")[0])} if unit != "audio_seconds" else set())
        )
    if unit.endswith("document_pages") and unit in COUNTERS:
        return frozenset({("pages", "document")} | ({("page", "annotated")} if "annotated" in unit else set()))
    return frozenset({("counter", unit)}) if unit in COUNTERS else None


def leaf_dimensions(leaf):
    """The dimensions of one of our leaves: everything it is, so that every unit that includes it is a subset."""
    found = LEAF.fullmatch(leaf)
    if not found:
        unit = next((unit for unit, name in COUNTERS.items() if name == leaf), None)
        return dimensions(unit) if unit else frozenset({("counter", leaf)})
    kind, modality = found[1], found[2] or "text"
    if kind in ("reasoning", "citation"):
        return token_dimensions("output", modality, kind, None)
    if kind.startswith("cache"):
        ttl = kind[len("cache_write_") :] if kind.startswith("cache_write_") else None
        return token_dimensions("input", modality, kind[: len("cache_write")] if ttl else kind, ttl)
    return token_dimensions(kind, modality, None, None)


def leaf(unit):
    """The library's leaf for what is only of this unit and of none below it."""
    if unit in COUNTERS:
        return COUNTERS[unit]
    found = dict(dimensions(unit))
    kind = found.get("kind")
    name = found["direction"] if kind in (None, "tool") else kind
    name += "_" + found["ttl"] if "ttl" in found else ""
    return name + ("_" + found["modality"] if found.get("modality", "text") != "text" else "")


def number(text):
    value = decimal.Decimal(str(text))
    if not value.is_finite():
        raise ValueError(f"{text} is no count")
    return value


def exclusive(usage):
    """Of inclusive counts by unit, what belongs to each unit and to none below it."""
    known = {unit: dimensions(unit) for unit in usage}
    ret = {}
    for unit in sorted(usage, key=lambda unit: -len(known[unit])):
        below = {other: ret[other] for other in ret if known[other] > known[unit]}
        ret[unit] = usage[unit] - sum(below.values())
        if ret[unit] < 0:
            parts = " + ".join(f"{other} {count}" for other, count in below.items() if count)
            raise Contradiction(f"{parts} exceeds {unit} {usage[unit]}")
    return ret


def without_text(usage):
    """Counts without those of text where their whole is there: what is of no other modality is text already."""
    ret = {}
    for unit, count in usage.items():
        found = dimensions(unit)
        whole = [
            other
            for other in usage
            if found - dimensions(other) == {("modality", "text")} and dimensions(other) < found
        ]
        if whole and count > usage[whole[0]]:
            raise Contradiction(f"{unit} {count} exceeds {whole[0]} {usage[whole[0]]}")
        if not whole:
            ret[unit] = count
    return ret


def leaves(usage):
    """(disjoint counts by leaf, units nobody knows) of inclusive usage. Absent: null, or the text None."""
    given = {
        unit: number(count)
        for unit, count in usage.items()
        if count not in (None, "None") and dimensions(unit) is not None
    }
    unknown = [unit for unit in usage if dimensions(unit) is None]
    ret = {}
    for unit, count in exclusive(without_text(given)).items():
        ret[leaf(unit)] = ret.get(leaf(unit), 0) + count
    return {name: count for name, count in ret.items() if count}, unknown


# Where OpenAI's chat usage, inclusive too, has the plain units: the library's own reader takes these apart.
CHAT = {
    "input_tokens": ("prompt_tokens",),
    "output_tokens": ("completion_tokens",),
    "cache_read_tokens": ("prompt_tokens_details", "cached_tokens"),
    "cache_write_tokens": ("prompt_tokens_details", "cache_write_tokens"),
    "input_audio_tokens": ("prompt_tokens_details", "audio_tokens"),
    "output_audio_tokens": ("completion_tokens_details", "audio_tokens"),
    "output_reasoning_tokens": ("completion_tokens_details", "reasoning_tokens"),
}


def as_chat(usage):
    """Plain units as OpenAI's usage object; None where that has no place for them."""
    cached = usage.get("cache_read_tokens") or usage.get("cache_write_tokens")
    needed = {"input_tokens"} | ({"output_tokens"} if any(unit.startswith("output_") for unit in usage) else set())
    if not needed <= set(usage) <= set(CHAT) or cached and usage.get("input_audio_tokens"):
        return None
    ret = {"completion_tokens": 0}
    for unit, count in usage.items():
        *outer, name = CHAT[unit]
        (ret.setdefault(outer[0], {}) if outer else ret)[name] = count
    return ret


def read(library, usage):
    """(usage as the library read it, units nobody knows). Contradiction, whoever finds it."""
    given = {
        unit: count for unit, count in usage.items() if count not in (None, "None") and dimensions(unit) is not None
    }
    chat = as_chat(given)
    if chat:
        try:
            return library.read("openai.chat", chat), [unit for unit in usage if dimensions(unit) is None]
        except Refused as refused:
            if refused.status == "contradiction":
                raise Contradiction(str(refused)) from None
            raise
    counted, unknown = leaves(usage)
    return library.read("jeton", whole(counted) or {"input": 0}), unknown


def whole(counted):
    """Counts as our format has them: whole numbers, fractions only where a meter counts them."""
    return {name: int(count) if count == int(count) else count for name, count in counted.items()}


def fractional(usage):
    """Units whose count is no whole number although it counts whole things."""
    return [
        unit
        for unit, count in usage.items()
        if count not in (None, "None")
        and dimensions(unit) is not None
        and not unit.endswith("seconds")
        and number(count) != int(number(count))
    ]


def by_unit(library, lines, units):
    """Lines of a charge by the most specific of these units that includes their meter: {unit: (quantity, amount)}."""
    ret = {}
    for line in lines:
        mine = leaf_dimensions(line.meter)
        fitting = [unit for unit in units if dimensions(unit) <= mine]
        if not fitting:
            if line.amount:
                raise Differs(f"a line that nobody expected: {line}")
            continue
        unit = max(fitting, key=lambda unit: len(dimensions(unit)))
        quantity, amount = ret.get(unit, (0, 0))
        whole = decimal.Decimal(line.quantity).scaleb(-library.facts[line.meter].decimals)
        ret[unit] = quantity + whole, amount + line.amount
    return ret
