"""
Real provider responses: read by the library's reader of their format, priced from genai-prices' book.

The data has one row for each API that genai-prices can read a response as, whether or not it is the one that gave it.
"""

import genai
import units
from outcome import Differs, Excepted

FILE = "vectors_genai_dataset.jsonl"
NAME = "genai-prices, real responses"
PASSED_OVER = "a field of the table (Usage fields) is read, and genai-prices' extractor of this provider passes over it"

# What the API is called settles the format; where several providers answer under one name, the provider does.
BY_FLAVOR = {
    "anthropic": "anthropic.messages",
    "responses": "openai.responses",
    "bedrock": "bedrock.converse",
    "converse": "bedrock.converse",
    "embeddings": "openai.embeddings",
}
BY_PROVIDER = {"anthropic": "anthropic.messages", "google": "google.generate", "aws": "bedrock.converse"}
CHAT = {
    "deepseek": "deepseek.chat",
    "mistral": "mistral.chat",
    "groq": "groq.chat",
    "x-ai": "xai.chat",
    "xai": "xai.chat",
    "cohere": "cohere.chat",
}


def format_of(provider, flavor):
    if flavor in BY_FLAVOR:
        return BY_FLAVOR[flavor]
    if flavor == "default" and provider in BY_PROVIDER:
        return BY_PROVIDER[provider]
    return CHAT.get(provider, "openai.chat")


def passed_over(row, context, mine, tariff, when):
    """Cache leaves of ours that genai-prices did not read, if what it did read comes to its figure here too."""
    theirs = units.read(context.library, row["usage"])[0]
    leaves = [leaf for leaf in mine.leaves if leaf.startswith("cache_") and leaf not in theirs.leaves]
    if leaves:
        rated = context.library.rate(tariff, theirs.counts, when, mine.tier)
        genai.hold_against(context.library, rated, row["expected"], row["breakdown"])
    return leaves


def check(row, context):
    library = context.library
    read = library.read(format_of(row["provider"], row["api_flavor"]), row["raw_usage"])
    tariff, when = genai.book(context).lookup(row["provider"], row["model_ref"]), library.time(row["timestamp"])
    context.tally.update(f"unrecognised: {name}" for name in read.unknown)
    try:
        genai.rate_against(library, tariff, read.counts, when, read.tier, row["expected"], row["breakdown"])
    except Differs:
        leaves = passed_over(row, context, read, tariff, when)
        if leaves:
            raise Excepted(PASSED_OVER, ", ".join(leaves)) from None
        raise
