"""LiteLLM's rates by its own engine, from the price file of the same version, with exact decimals."""

import decimal
import re

from library import Refused, decimal_of, units_of
from outcome import Differs, Excepted, same
from units import read

FILE = "vectors_litellm_computed.jsonl"
NAME = "LiteLLM, computed"
TIME_NS = 1767225600 * 10**9
INCLUSIVE = "a threshold may include its own number (Tariffs), as xAI's does, and LiteLLM takes it as exclusive"
UNPRICED = "a missing price is not zero (Meters), and LiteLLM took it for zero"

# The rate that LiteLLM says it took for a leaf, and the entry of its book without which that rate is a missing price.
RATES = {
    "input": ("input", "input_cost_per_token"),
    "output": ("output", "output_cost_per_token"),
    "cache_read": ("cache_read", "cache_read_input_token_cost"),
    "cache_write": ("cache_write", "cache_creation_input_token_cost"),
    "cache_write_5m": ("cache_write", "cache_creation_input_token_cost"),
    "cache_write_1h": ("cache_write_1h", "cache_creation_input_token_cost_above_1hr"),
    "input_audio": ("input_cost_per_audio_token", "input_cost_per_audio_token"),
    "output_audio": ("output_cost_per_audio_token", "output_cost_per_audio_token"),
    "reasoning": ("output_cost_per_reasoning_token", "output_cost_per_reasoning_token"),
    "output_image": ("output_cost_per_image_token", "output_cost_per_image_token"),
    "input_image": ("input_cost_per_image_token", "input_cost_per_image_token"),
}


def book_name(row):
    """The price file of the engine that made the row."""
    version = re.search(r"litellm (\d[\w.]*)", row["source"])
    return f"litellm_model_prices_v{version[1]}.json" if version else "litellm_model_prices_v*.json"


def taken_for_free(row, entry, counted):
    """Leaves that were counted, billed at zero, and have no price in the book."""
    rates = row["rates_per_token_selected"]
    return [
        name
        for name, count in counted.items()
        if count
        and name in RATES
        and not decimal.Decimal(rates.get(RATES[name][0]) or 0)
        and not any(key.startswith(RATES[name][1]) for key in entry)
    ]


def check(row, context):
    library, name = context.library, book_name(row)
    usage, _ = read(library, row["usage"])
    tariff = context.book(name).lookup(row["provider"], row["model_ref"])
    free = taken_for_free(row, context.json(name).get(row["model_ref"], {}), usage.leaves)
    try:
        rated = library.rate(tariff, usage.counts, TIME_NS, library.tier(row["service_tier"]))
    except Refused as refused:
        if refused.status == "unpriced_meter" and free:
            raise Excepted(UNPRICED) from None
        raise
    total = row["expected"]["total"]
    if same(rated.total, total):
        return hold_directions(library, rated, row["expected"])
    billed = sum(line.amount for line in rated.lines if line.meter in free)
    if billed and same(rated.total - billed, total):
        raise Excepted(UNPRICED + "; the book's fallback prices it here")
    if at_threshold(row, context, tariff, usage.counts):
        raise Excepted(INCLUSIVE)
    raise Differs(
        f"total: {decimal_of(rated.total)}, expected {total}, off by "
        f"{decimal_of(rated.total - units_of(total))}; {rated.lines}"
    )


def at_threshold(row, context, tariff, counts):
    """Whether a prompt that is exactly at the threshold comes to LiteLLM's figure at the price of one token less."""
    library, entry = context.library, context.json(book_name(row)).get(row["model_ref"], {})
    limits = {int(found[1]) * 1000 for found in (re.search(r"_above_(\d+)k_tokens", key) for key in entry) if found}
    if row["provider"] != "xai" or row["usage"].get("input_tokens") not in limits:
        return False
    fewer = [(meter, count - (meter == library.meters["input"])) for meter, count in counts]
    rated = library.rate(tariff, fewer, TIME_NS, library.tier(row["service_tier"]))
    one = next(line for line in rated.lines if line.meter == "input")
    return same(rated.total + one.price // one.per, row["expected"]["total"])


def hold_directions(library, rated, expected):
    for direction, number in (("input", 1), ("output", 2)):
        mine = sum(line.amount for line in rated.lines if line.meter and library.facts[line.meter].direction == number)
        if not same(mine, expected[direction]):
            raise Differs(f"{direction}: {decimal_of(mine)}, expected {expected[direction]}")
