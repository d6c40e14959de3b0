"""What genai-prices' tests assert: prices become a book of its format, on the fly, and usage becomes leaves."""

import decimal

import genai
from library import Refused
from outcome import Differs, Excepted
from units import Contradiction, fractional, leaves, read

FILE = "vectors_genai_own_tests.jsonl"
NAME = "genai-prices, own tests"
TIME_NS = 1767225600 * 10**9


def number(text):
    """A price as JSON has it; what no JSON number can be stays text, for the library to refuse."""
    try:
        value = decimal.Decimal(str(text))
    except decimal.InvalidOperation:
        return text
    return value if value.is_finite() else text


def price(given):
    if not isinstance(given, dict):
        return number(given)
    return {
        "base": number(given["base"]),
        "tiers": [{"start": tier["start"], "price": number(tier["price"])} for tier in given["tiers"]],
    }


def book_of(prices):
    model = {
        "id": "m",
        "match": {"equals": "m"},
        "prices": {key: price(value) for key, value in prices.items() if value is not None},
    }
    return [{"id": "p", "name": "P", "api_pattern": "p", "models": [model]}]


def parts(row, context):
    """What the row is about: the tariff, and what was counted."""
    library = context.library
    tariff = library.book(book_of(row["prices"])).lookup("p", "m")
    usage, unknown = read(library, row["usage"])
    context.tally.update(f"unrecognised: {name}" for name in unknown)
    return tariff, usage.counts, TIME_NS


def check(row, context):
    library, expected = context.library, row["expected"]
    if row["error"] is not None:
        return genai.expect_refusal(lambda: library.rate(*parts(row, context)), row["error"])
    if fractional(row["usage"]):
        refused_as_fraction(row, context)
        raise Excepted("a count that is not an integer is refused (Meters)")
    try:
        tariff, counts, when = parts(row, context)
    except Contradiction as contradiction:
        raise Excepted(genai.EXCEEDS, contradiction) from None
    genai.rate_against(
        library,
        tariff,
        counts,
        when,
        0,
        {"total": expected["total_price"], "input": expected["input_price"], "output": expected["output_price"]},
    )


def refused_as_fraction(row, context):
    """The exception is only one if the library does refuse the count."""
    given = {name: count for name, count in leaves(row["usage"])[0].items()}
    try:
        context.library.read("jeton", given)
    except Refused:
        return
    raise Differs("a count that is not an integer was read")
