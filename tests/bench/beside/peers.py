"""Libraries that price usage, as measure.py calls them: each with its own file of prices, which jeton reads as a book.

A row is (provider, model, quantities) with quantities of input, cache_read, cache_write and output, disjoint. What a
peer's function takes is prepared before the clock runs, to the peer's advantage.
"""

import dataclasses
import datetime
import decimal
import importlib.metadata
import importlib.resources
import json
import logging
import os

MOMENT = datetime.datetime(2026, 10, 1, 12, tzinfo=datetime.timezone.utc)  # as in jeton.c
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # the prices it ships, not the network's
logging.disable(logging.CRITICAL)


def json_text(value):
    """JSON with decimals as they are, which json.dumps() has no way to write."""
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{json_text(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    return json.dumps(value)


class Peer:
    def why(self, row):
        """Why its charge of this row may not be jeton's, where one reason is known."""
        return "why is not known"


class GenaiPrices(Peer):
    name = "genai-prices"
    written = True  # it has a place for cache writes

    def __init__(self):
        import genai_prices
        from genai_prices import data, types

        self.library, self.types, self.data = genai_prices, types, data.providers
        self.functions = {"calc_price": self.calc_price}

    def plain(self, value):
        """Its objects as the data.json that they were made from, without how it reads responses."""
        if isinstance(value, self.types.ModelPrice):
            return {key: self.plain(price) for key, price in vars(value).items() if price is not None and key[0] != "_"}
        if dataclasses.is_dataclass(value):
            members = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return {
                name.rstrip("_"): self.plain(member)
                for name, member in members.items()
                if member is not None and name != "extractors"
            }
        if isinstance(value, list):
            return [self.plain(member) for member in value]
        return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value

    def write_book(self, path):
        path.write_text(json_text(self.plain(self.data)))

    def models(self):
        return [(provider.id, model.id) for provider in self.data for model in provider.models]

    def prepare(self, row):
        provider, model, (fresh, read, written, output) = row
        usage = {"input_tokens": fresh + read + written, "output_tokens": output}
        usage |= {"cache_read_tokens": read} if read else {}
        usage |= {"cache_write_tokens": written} if written else {}
        return self.library.Usage(**usage), model, provider

    def calc_price(self, prepared):
        usage, model, provider = prepared
        return self.library.calc_price(
            usage, model, provider_id=provider, genai_request_timestamp=MOMENT
        ).total_price


class LiteLLM(Peer):
    name = "litellm"
    written = True

    def __init__(self):
        import litellm

        litellm.suppress_debug_info = True
        self.library = litellm
        self.file = importlib.resources.files("litellm") / "model_prices_and_context_window_backup.json"
        self.entries = json.loads(self.file.read_bytes())
        self.functions = {"cost_per_token": self.cost_per_token, "completion_cost": self.completion_cost}

    def write_book(self, path):
        path.write_bytes(self.file.read_bytes())

    def models(self):
        """What is billed by the token in a conversation."""
        return [
            (entry["litellm_provider"], model)
            for model, entry in self.entries.items()
            if entry.get("mode") in ("chat", "completion", "responses") and "input_cost_per_token" in entry
        ]

    def prepare(self, row):
        provider, model, (fresh, read, written, output) = row
        usage = self.library.Usage(
            prompt_tokens=fresh + read + written,
            completion_tokens=output,
            total_tokens=fresh + read + written + output,
            cache_read_input_tokens=read or None,
            cache_creation_input_tokens=written or None,
        )
        named = {"model": model, "custom_llm_provider": provider}
        return {**named, "usage_object": usage}, {
            **named,
            "completion_response": self.library.ModelResponse(model=model, usage=usage),
        }

    def why(self, row):
        entry = self.entries[row[1]]
        if "off_peak_pricing" in entry:
            return "prices by the hour, of which jeton does not read this form, and the peer takes the present hour"
        if "input_cost_per_request" in entry:
            return "a price a request, which the peer leaves out"
        if f"{row[0]}/{row[1]}" in self.entries:
            return "two entries, and the peer takes that of provider/model"
        if row[0] == "perplexity" and any("_above_" in key for key in entry):
            return "prices above a threshold or of cache writes, which the peer leaves out for this provider"
        if row[1].removeprefix(f"{row[0]}/") in self.entries and row[1] != row[1].removeprefix(f"{row[0]}/"):
            return "two entries, and the peer takes that of the name without its provider"
        return super().why(row)

    def cost_per_token(self, prepared):
        return sum(self.library.cost_per_token(**prepared[0]))

    def completion_cost(self, prepared):
        return self.library.completion_cost(**prepared[1])


class Tokencost(Peer):
    name = "tokencost"
    written = False

    def __init__(self):
        from tokencost import costs

        self.function = costs.calculate_cost_by_tokens
        self.file = importlib.resources.files("tokencost") / "model_prices.json"
        self.entries = json.loads(self.file.read_bytes())
        self.functions = {"calculate_cost_by_tokens": self.calculate}

    def write_book(self, path):
        path.write_bytes(self.file.read_bytes())

    models = LiteLLM.models

    def prepare(self, row):
        _, model, (fresh, read, _, output) = row
        parts = [(fresh, model, "input"), (read, model, "cached"), (output, model, "output")]
        return [part for part in parts if part[0]]

    def why(self, row):
        if "input_cost_per_request" in self.entries[row[1]]:
            return "a price a request, which the peer does not know"
        if any("_above_" in key for key in self.entries[row[1]]):
            return "prices above a threshold, which the peer does not know"
        return super().why(row)

    def calculate(self, prepared):
        return sum(self.function(*part) for part in prepared)


def installed():
    """The peers that can be loaded, one line for each that cannot."""
    for kind in (GenaiPrices, LiteLLM, Tokencost):
        try:
            peer = kind()
            peer.version = importlib.metadata.version(peer.name)
            yield peer
        except ImportError as error:
            print(f"{kind.name}: skipped, {error}\n")
