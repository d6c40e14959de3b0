"""Bugs that others had: each card becomes a book, each usage is read by the reader of its format where it is whole."""

import decimal
import json
import os
import pathlib
import re
import subprocess
import tempfile

from cards import Card, Untranslated, book_of_models
from library import CHARGE_FLAGS, Refused, Statement, decimal_of, units_of
from outcome import Differs, NotRun, demand, same
from units import Contradiction, by_unit, dimensions, leaf_dimensions
from units import read as read_units

FILE = "vectors_bugs.jsonl"
NAME = "bugs of others"
TIME = "2026-01-01T00:00:00Z"

# Inclusive counts under other people's flat names, as the units that units.py knows.
UNITS = {
    "prompt_tokens": "input_tokens",
    "prompt_tokens_normalised_inclusive": "input_tokens",
    "completion_tokens": "output_tokens",
    "cached_tokens": "cache_read_tokens",
    "cached_audio_tokens": "cache_audio_read_tokens",
    "audio_tokens": "input_audio_tokens",
    "reasoning_tokens": "output_reasoning_tokens",
    "cache_creation_tokens": "cache_write_tokens",
    "cache_creation_input_tokens": "cache_write_tokens",
    "cache_read_input_tokens": "cache_read_tokens",
    "ephemeral_5m_input_tokens": "cache_write_5m_tokens",
    "ephemeral_1h_input_tokens": "cache_write_1h_tokens",
    "ephemeral_5m": "cache_write_5m_tokens",
    "ephemeral_1h": "cache_write_1h_tokens",
    "web_search_calls": "web_searches",
    "web_search_requests": "web_searches",
    "units": "requests",
    "cacheReadInputTokens": "cache_read_tokens",
    "cacheWriteInputTokens": "cache_write_tokens",
    "inputTokens": "input_tokens",
    "outputTokens": "output_tokens",
    "cache_read": "cache_read_tokens",
    "cache_creation": "cache_write_tokens",
    "image_tokens": "input_image_tokens",
    "candidatesTokenCount": "output_tokens",
    "promptTokenCount": "input_tokens",
}
# Where OpenAI has what these rows write flat.
NESTED = {
    "cached_tokens": ("prompt_tokens_details", "cached_tokens"),
    "audio_tokens": ("prompt_tokens_details", "audio_tokens"),
    "cache_creation_tokens": ("prompt_tokens_details", "cache_write_tokens"),
    "reasoning_tokens": ("completion_tokens_details", "reasoning_tokens"),
}
# A format is the one whose fields the usage has.
FORMATS = (
    ("otel.genai", r"gen_ai\.usage\..*"),
    ("google.generate", r"\w*TokenCount|\w*TokensDetails"),
    ("bedrock.converse", r"(cacheRead|cacheWrite)?[iI]nputTokens|outputTokens|totalTokens"),
    ("anthropic.messages", r"(cache_creation_|cache_read_)?input_tokens|output_tokens|cache_creation|server_tool_use"),
    ("openai.chat", r"(prompt|completion|total)_tokens(_details)?"),
)


def nested(usage):
    """OpenAI's usage, with the details where OpenAI has them."""
    if "prompt_tokens" not in usage:
        return usage
    ret = {}
    for key, value in usage.items():
        if key in NESTED:
            ret.setdefault(NESTED[key][0], {})[NESTED[key][1]] = value
        else:
            ret[key] = value
    return ret


def format_of(usage):
    return next((form for form, fields in FORMATS if usage and all(re.fullmatch(fields, key) for key in usage)), None)


def stream(usage):
    """The objects of a streamed response, in order; cumulative as these providers send them."""
    for value in usage.values():
        if isinstance(value, list) and value and all(isinstance(event, dict) for event in value):
            return value
    if "message_start" in usage:
        return [value for key, value in usage.items() if key.startswith("message_")]
    return None


def tiers(context):
    """(requested, served) tier of a row; either may be missing."""
    requested = (
        context.get("service_tier_requested")
        or context.get("service_tier")
        or ("batch" if context.get("batch") else None)
    )
    return requested, context.get("service_tier_served")


def read(row, library):
    """The usage of a row as the library's reader gives it."""
    usage = {key: value for key, value in row["usage_as_reported"].items() if key != "model"}
    requested, served = tiers(row["context"])
    if stream(usage):
        events = streamed(stream(usage))
        form = format_of({key: value for event in events for key, value in event.items()})
        return library.read(form or "anthropic.messages", events)
    body = nested(usage)
    form = format_of(body)
    if not form:
        return read_leaves(usage, library)
    given = {"format": form, "usage": {**body, "service_tier": served} if served and requested else body}
    if requested or served:
        given["service_tier"] = requested or served
    try:
        return library.read_row({"time": TIME, "provider": "p", "model": "m", **given})
    except Refused as refused:
        if refused.status == "missing_field":  # the row quotes a part of a response
            return read_leaves(usage, library)
        raise


def streamed(events):
    """Anthropic's own names for the short ones of these rows, OpenAI's details where OpenAI has them."""
    names = {"cache_creation": "cache_creation_input_tokens", "cache_read": "cache_read_input_tokens"}
    return [
        nested({names.get(key, key): value for key, value in event.get("usage", event).items()}) for event in events
    ]


def read_leaves(usage, library):
    """Counts that are no whole response of any format: our leaves, or inclusive counts by unit."""
    if all(key in library.meters for key in usage):
        return library.read("jeton", usage)
    units = {UNITS.get(key, key): value for key, value in usage.items()}
    unknown = [key for key in units if dimensions(key) is None]
    if unknown:
        raise Untranslated(f"a count called {unknown[0]}")
    return read_units(library, units)[0]


def rate(row, context):
    library, requested_served = context.library, tiers(row["context"])
    counted = read(row, library)
    tariff = library.book(book_of(row, context, counted.leaves)).tariff()
    tier = counted.tier or library.tier(requested_served[1] or requested_served[0] or "standard")
    if requested_served[1]:
        tier = library.tier(requested_served[1])
    rated = library.rate(tariff, counted.counts, library.time(row["context"].get("timestamp", TIME)), tier)
    return rated, tariff


def book_of(row, context, used):
    card = row["price_card"]
    if "priced_keys" in card:
        meters = [key for key in card["priced_keys"] if key in context.library.meters]
        card = {"per": 1000000, **{meter: "1" for meter in meters}}
    return Card(card, context.library.meters, used).book()


def expects_refusal(row, context):
    try:
        rated, _ = rate(row, context)
    except (Refused, Contradiction):
        return
    if "flagged" in row["expected"]["error"] and rated.total and rated.flags & CHARGE_FLAGS["fallback"]:
        return
    raise Differs(f"rated at {decimal_of(rated.total)}, and an error was due: {row['expected']['error']}")


def looks_up(row, context):
    """A model that the book does not sell is not found; with a declared alias it is."""
    library, models, model = context.library, row["price_card"]["models_in_book"], row["usage_as_reported"]["model"]
    wanted = row["expected"]["resolve"]
    if wanted in models:
        found = library.book(book_of_models(models)).lookup("p", model).facts().model.decode()
        if found != wanted:
            raise Differs(f"{model} finds {found}, expected {wanted}")
        return
    for provider in ("p", None):
        try:
            found = library.book(book_of_models(models)).lookup(provider, model)
        except Refused as refused:
            if refused.status == "unknown_model":
                continue
            raise
        raise Differs(f"{model} finds {found.facts().model.decode()}, and nothing was due")
    if "alias" in wanted:
        found = library.book(book_of_models(models, aliases=[model])).lookup("p", model).facts().model.decode()
        if found != models[0]:
            raise Differs(f"the declared alias {model} finds {found}")


def rounds(row, context):
    """Minor units by a named mode. The decimal point is moved first, so that amounts finer than 10^-18 stay exact."""
    scale = row["context"]["scale"]
    amount = decimal.Decimal(row["usage_as_reported"]["amount"]).scaleb(scale)
    rounded, residue = context.library.money_round(context.library.money(str(amount)), 0, row["context"]["round"])
    if not same(rounded, row["expected"]["minor_units"]) or rounded + residue != units_of(amount):
        raise Differs(f"{decimal_of(rounded)} minor units, expected {row['expected']['minor_units']}")


def lints(row, _):
    """The jeton command's book lint, on a book with siblings of the usual magnitude."""
    root = pathlib.Path(os.environ.get("JETON_BUILD_ROOT") or "build")
    program = root / "bindings" / "cli" / "jeton"
    if not program.exists():
        raise NotRun("no jeton command in this build")
    helped = subprocess.run([program, "help", "book"], capture_output=True, text=True)
    if helped.returncode or "lint" not in helped.stdout:
        raise NotRun("this jeton command has no book lint yet")
    entry = {key: decimal.Decimal(value) for key, value in row["price_card"].items()}
    usual = {"input_cost_per_token": 1.5e-07, "output_cost_per_token": 6e-07, "litellm_provider": "p", "mode": "chat"}
    book = {f"p/model-{number}": usual for number in range(9)}
    book["p/slipped"] = {**usual, **{key: float(value) for key, value in entry.items()}}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "book.json"
        path.write_text(json.dumps(book), "utf-8")
        done = subprocess.run([program, "book", "lint", path], capture_output=True, text=True)
    if "p/slipped" not in done.stdout + done.stderr:
        raise Differs(f"the price is not reported: exit {done.returncode}, {(done.stdout + done.stderr)[:300]!r}")


def unit_of(name):
    """A line's unit by the name that units.py knows, or a leaf of ours under that name."""
    return next(
        (
            unit
            for unit in (f"{name}_tokens", name, f"{name}es", UNITS.get(name), "requests" if name == "unit" else None)
            if unit and dimensions(unit) is not None
        ),
        None,
    )


def hold_lines(row, rated, library):
    """Each expected line against the sum of ours that it includes."""
    theirs = {unit_of(line["unit"]): line for line in row["expected"].get("lines", ())}
    if None in theirs:
        raise Untranslated(f"a line called {theirs[None]['unit']}")
    wide = {unit for unit in theirs if unit in ("input_tokens", "output_tokens")}
    narrow = [line for line in rated.lines]
    # A write with no stated life that was priced as the five-minute one is that line's.
    for line in narrow:
        line.meter = line.priced_as if line.meter == "cache_write" else line.meter
    ours = by_unit(library, narrow, theirs)
    for unit, line in theirs.items():
        quantity, amount = ours.get(unit, (0, 0))
        if quantity != decimal.Decimal(line["quantity"]) or not same(amount, line["amount"]):
            raise Differs(
                f"{line['unit']}: {quantity} for {decimal_of(amount)}, expected {line['quantity']} for {line['amount']}"
            )
        price = decimal.Decimal(line["unit_price"]) / line["per"]
        wrong = [
            mine
            for mine in narrow
            if dimensions(unit) <= leaf_dimensions(mine.meter)
            and (unit in wide or mine.quantity)
            and decimal_of(mine.price) / mine.per * 10 ** library.facts[mine.meter].decimals != price
            and not any(
                dimensions(other) > dimensions(unit) and dimensions(other) <= leaf_dimensions(mine.meter)
                for other in theirs
            )
        ]
        if wrong:
            raise Differs(f"{line['unit']}: priced {wrong[0]}, expected {line['unit_price']} per {line['per']}")


def carries_currency(row, tariff, context):
    """A charge is in its book's currency, and a statement of another refuses it."""
    currency = row["context"].get("currency")
    if not currency:
        return
    if tariff.facts().currency.decode() != currency:
        raise Differs(f"the tariff is in {tariff.facts().currency.decode()}, expected {currency}")
    try:
        Statement(context.library, "EUR" if currency == "USD" else "USD").add(currency, [], 1, [])
    except Refused as refused:
        if refused.status == "currency":
            return
        raise
    raise Differs(f"{currency} was added to a statement of another currency")


def check(row, context):
    expected, card = row["expected"], row["price_card"]
    if "resolve" in expected:
        return looks_up(row, context)
    if "minor_units" in expected:
        return rounds(row, context)
    if "error" in expected and not row["usage_as_reported"] and card:
        return lints(row, context)
    if "error" in expected:
        return expects_refusal(row, context)
    rated, tariff = rate(row, context)
    demand("total", rated.total, expected["total"])
    hold_lines(row, rated, context.library)
    carries_currency(row, tariff, context)
