"""What LiteLLM's own tests assert, as floats: usage becomes leaves, the row's price a book of LiteLLM's format."""

import ast
import decimal
import re

from library import Refused, decimal_of
from outcome import Differs, Excepted, Inexpressible
from units import Contradiction, leaves

FILE = "vectors_litellm_own_tests.jsonl"
NAME = "LiteLLM, own tests"
TIME_NS = 1767225600 * 10**9
RELATIVE = decimal.Decimal("1e-12")
BOOK = "litellm_model_prices_v*.json"

NO_COST = "the result is no cost"
NO_USAGE = "the row has no usage"
REPORTED = "a cost that the provider reported is passed on, nothing is rated"
NO_PRICE = "the price is neither in the row nor, under that model's name, in LiteLLM's price file"
CODE_PRICE = "what is billed has its price in LiteLLM's code, not in its price file"
THOUSAND = "units off by 10^3 (Bugs): LiteLLM divides the price of one search by 1000"
REQUESTED = "the served tier decides (Tariffs), and LiteLLM took the requested one"
EXCEEDS = "a part that exceeds its whole is refused (Meters)"
TWICE = "a token is in exactly one leaf (Meters), and LiteLLM bills reasoning on top of the completion that holds it"
TIER = "the tier that was billed is not in the row"
CONFIGURED = "a margin or discount of LiteLLM's own configuration is not in the row"
UNPRICED = "a missing price is not zero (Meters), and LiteLLM took it for zero"


def provider_of(row):
    args, path = row["args"] or {}, re.search(r"/llms/(\w+)/", row["test"])
    return args.get("custom_llm_provider") or (path[1] if path else None)


def outside(provider, usage, completion, reasoning):
    """Whether reasoning is counted beside the completion: by the provider's habit, or where the total shows it."""
    shown = usage.get("total_tokens") == (usage.get("prompt_tokens") or 0) + completion + reasoning
    return provider == "perplexity" or provider == "xai" and shown


def tokens(row, usage, card):
    """LiteLLM's usage object as inclusive counts by unit."""
    inside = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    written = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    completion = usage.get("completion_tokens") or usage.get("output_tokens") or 0
    reasoning = written.get("reasoning_tokens") or usage.get("reasoning_tokens") or 0
    citation = usage.get("citation_tokens") or 0
    beside = outside(provider_of(row), usage, completion, reasoning)
    images = written.get("image_tokens") or 0
    if card.get("output_cost_per_image_token") and not card.get("output_cost_per_token") and not written:
        images = completion  # a model that writes images only, and says no more about them
    return {
        "input_tokens": usage.get("prompt_tokens") or usage.get("input_tokens") or 0,
        "cache_read_tokens": inside.get("cached_tokens") or usage.get("cache_read_input_tokens"),
        "cache_write_tokens": inside.get("cache_creation_tokens") or usage.get("cache_creation_input_tokens"),
        "input_audio_tokens": inside.get("audio_tokens"),
        "input_image_tokens": inside.get("image_tokens"),
        "output_tokens": completion + (reasoning if beside else 0) + citation,
        "output_reasoning_tokens": reasoning,
        "output_citation_tokens": citation,
        "output_audio_tokens": written.get("audio_tokens"),
        "output_image_tokens": images,
        "web_searches": inside.get("web_search_requests"),
    }


def counted(row, card):
    """Disjoint counts of what the row says was used."""
    args = row["args"] or {}
    usage = row["usage"] or args.get("usage_object")
    if usage:
        if isinstance(usage.get("cost"), (dict, float, int)):
            raise Inexpressible(REPORTED)
        return leaves(tokens(row, usage, card))[0]
    if args.get("prompt_characters") is not None and card.get("input_cost_per_character"):
        return {
            "input_characters": args["prompt_characters"],
            "output_characters": args.get("completion_characters") or 0,
        }
    if args.get("call_type") in ("speech", "aspeech") and args.get("prompt") and card.get("input_cost_per_character"):
        return {"input_characters": len("".join(args["prompt"].split()))}  # as LiteLLM counts: no white space
    if args.get("prompt_tokens") is not None:
        return leaves(
            {"input_tokens": int(args["prompt_tokens"]), "output_tokens": int(args.get("completion_tokens") or 0)}
        )[0]
    raise Inexpressible(NO_USAGE)


def card_of(row, context):
    """(name, price entry): the row's own, else the price file's under the names that the row gives the model."""
    args, price = row["args"] or {}, row["price"]
    if args.get("custom_cost_per_token"):
        return "custom", args["custom_cost_per_token"]
    if price and "error" not in price and not args.get("base_model"):
        return price["key"], {key: value for key, value in price.items() if key != "key"}
    entries, model = context.json(BOOK), args.get("base_model") or args.get("model")
    for name in (f"{provider_of(row)}/{model}", model, str(model).split("/", 1)[-1]):
        if name in entries:
            return name, entries[name]
    raise Inexpressible(NO_PRICE if row["usage"] or args.get("usage_object") else NO_USAGE)


def tier_of(row):
    args, usage = row["args"] or {}, row["usage"] or {}
    requested = args.get("service_tier") or (args.get("optional_params") or {}).get("service_tier")
    return usage.get("service_tier") or requested or "standard"


def expected_of(row):
    """Both halves of a result that has two."""
    try:
        value = ast.literal_eval(row["result"])
        return sum(map(decimal.Decimal, map(repr, value if isinstance(value, tuple) else (value,))))
    except (ValueError, SyntaxError, TypeError, decimal.InvalidOperation):
        raise Inexpressible(NO_COST) from None


def close(amount, expected):
    return abs(amount - expected) <= RELATIVE * max(abs(expected), abs(amount))


def book_of(row, name, card):
    entry = {"litellm_provider": provider_of(row) or "p", "mode": "chat", **card}
    return {
        name: {
            key: decimal.Decimal(repr(value)) if isinstance(value, float) else value
            for key, value in entry.items()
            if value is not None
        }
    }


def rate(context, tariff, counts, tier):
    library = context.library
    read = library.read("jeton", {name: int(count) for name, count in counts.items()} or {"input": 0})
    return library.rate(tariff, read.counts, TIME_NS, library.tier(tier))


def refused(status, counts, card):
    """What a refusal of an unpriced count means for the row."""
    if status == "unpriced_meter" and any("search" in name for name in counts):
        raise Inexpressible(CODE_PRICE) from None
    if status == "unpriced_meter":
        raise Excepted(UNPRICED) from None


def check(row, context):
    expected = expected_of(row)
    name, card = card_of(row, context)
    try:
        counts = counted(row, card)
    except Contradiction as contradiction:
        raise Excepted(EXCEEDS, contradiction) from None
    tariff = context.library.book(book_of(row, name, card)).tariff()
    if tariff is None:
        raise Inexpressible(NO_PRICE)
    try:
        rated = rate(context, tariff, counts, tier_of(row))
    except Refused as why:
        refused(why.status, counts, card)
        raise
    if not close(decimal_of(rated.total), expected):
        explain(row, context, tariff, counts, rated, expected)


def explain(row, context, tariff, counts, rated, expected):
    """Why LiteLLM says otherwise, where that is a rule; each is proved by coming to LiteLLM's figure from ours."""
    searches = sum(line.amount for line in rated.lines if line.meter and "search" in line.meter)
    if searches and close(decimal_of(rated.total - searches) + decimal_of(searches) / 1000, expected):
        raise Excepted(THOUSAND)
    for tier in ("standard", "batch", "flex", "priority"):
        if close(decimal_of(rate(context, tariff, counts, tier).total), expected):
            raise Excepted(REQUESTED) if (row["usage"] or {}).get("service_tier") else Inexpressible(TIER)
    if counts.get("reasoning"):
        again = dict(counts, output=counts.get("output", 0) + counts["reasoning"])
        if close(decimal_of(rate(context, tariff, again, tier_of(row)).total), expected):
            raise Excepted(TWICE)
    if re.search("margin|discount", row["test"]):
        raise Inexpressible(CONFIGURED)
    raise Differs(f"total: {decimal_of(rated.total)}, expected {expected}; {rated.lines}")
