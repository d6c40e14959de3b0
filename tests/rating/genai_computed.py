"""Usages rated by genai-prices' own engine from its own book; some have to be refused."""

import genai
from outcome import Excepted
from units import Contradiction, read

FILE = "vectors_genai_computed.jsonl"
NAME = "genai-prices, computed"


def parts(row, context):
    """What the row is about: the tariff, what was counted, when."""
    library = context.library
    counts = read(library, row["usage"])[0].counts
    return genai.book(context).lookup(row["provider"], row["model_ref"]), counts, library.time(row["timestamp"])


def check(row, context):
    library = context.library
    if row.get("error"):
        return genai.expect_refusal(lambda: library.rate(*parts(row, context)), row["error"])
    try:
        tariff, counts, when = parts(row, context)
    except Contradiction as contradiction:
        raise Excepted(genai.EXCEEDS, contradiction) from None
    genai.rate_against(library, tariff, counts, when, 0, row["expected"], row["breakdown"])
