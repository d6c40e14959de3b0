"""Free-form price cards of the bug vectors as books of our own format, by the shape of a card's keys."""

import decimal
import re
import zoneinfo
from datetime import datetime

TIERS = ("standard", "default", "batch", "flex", "priority", "scale", "provisioned", "fast")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Other people's names of our meters. What is not here has to be a meter's own name.
SYNONYMS = {
    "prompt": "input",
    "completion": "output",
    "inputTokens": "input",
    "outputTokens": "output",
    "unit": "requests",
    "cacheReadInputTokens": "cache_read",
    "cacheWriteInputTokens": "cache_write",
    "cached_input": "cache_read",
    "output_reasoning": "reasoning",
    "thoughts": "reasoning",
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_audio_read": "cache_read_audio",
    "cache_image_read": "cache_read_image",
    "cache_video_read": "cache_read_video",
    "request": "requests",
    "web_searches": "web_search",
    "cached": "cache_read",
}
SCALES = {
    "_per_call": 1,
    "_per_request": 1,
    "_per_query": 1,
    "_kcall": 1000,
    "_kcount": 1000,
    "_mtok": 10**6,
    "_per_token": 1,
    "_per_mtok": 10**6,
    "_per_1k": 1000,
}
NOT_PRICES = (
    "per",
    "currency",
    "usage_basis",
    "note",
    "threshold",
    "threshold_exclusive",
    "threshold_inclusive",
    "mode",
    "peak",
    "tier",
    "models_in_book",
    "priced_keys",
    "basis",
)


class Untranslated(Exception):
    """A card that says something nobody here understands."""


class Card:
    """One price card, on the way to rules."""

    def __init__(self, card, meters, used):
        self.card, self.meters, self.used = card, meters, used
        self.per = card.get("per", 1)
        self.rules, self.fallback = [], {}
        self.boundary = next((instant(key) for key in card if instant(key)), None)

    def book(self, model="m", aliases=()):
        self.section(self.card, {"tier": [self.card["tier"]]} if "tier" in self.card else {})
        self.declare_fallbacks()
        for number, rule in enumerate(self.rules):
            rule["id"] = f"r{number}"
        tariff = {"provider": "p", "model": model, "fallback": self.fallback, "rules": self.rules, "settle": []}
        if aliases:
            tariff["aliases"] = list(aliases)
        return {"jeton_book": 1, "currency": self.card.get("currency", "USD"), "tariffs": [tariff]}

    def section(self, prices, conditions):
        for key, value in prices.items():
            if key in NOT_PRICES or value is None:
                continue
            if isinstance(value, dict):
                self.section(value, {**conditions, **self.conditions(key)})
            elif key.endswith("_multiplier"):
                self.multiple(key, value, prices, conditions)
            else:
                self.price(key, value, conditions)

    def conditions(self, key):
        """What the name of a section, or the rest of a price's name, says about when it holds."""
        above = re.fullmatch(r"(at_or_)?above_(\d+)k", key)
        if above:
            inclusive = (
                bool(above[1]) or self.card.get("threshold") == "inclusive" or "threshold_inclusive" in self.card
            )
            limit = self.card.get("threshold_exclusive") or self.card.get("threshold_inclusive") or int(above[2]) * 1000
            graduated = self.card.get("mode") in ("incremental", "graduated", "marginal")
            return {
                "when": {
                    "quantity": "meter" if graduated else "all_input",
                    "above": limit,
                    "inclusive": inclusive,
                    "mode": "graduated" if graduated else "cliff",
                }
            }
        if key in TIERS:
            return {"tier": ["standard" if key == "default" else key]}
        if key == "base":
            return {}
        if key.startswith(("until ", "before ")):
            return {"until": instant(key)}
        if key.startswith("from") and (instant(key) or self.boundary):
            return {"from": instant(key) or self.boundary}
        raise Untranslated(f"a section called {key}")

    def price(self, key, value, conditions):
        """One price under its name: a meter, or a meter with the conditions of the name's head or tail."""
        for found in (
            re.fullmatch(r"(.+?)_((?:at_or_)?above_\d+k)", key),
            re.fullmatch(r"(.+?)_(batch|flex|priority)", key),
        ):
            if found:
                return self.price(found[1], value, {**conditions, **self.conditions(found[2])})
        peak = re.fullmatch(r"(off_peak|peak)_(.+)", key)
        if peak:
            windows_of = [{"window": window} for window in windows(self.card["peak"])] if peak[1] == "peak" else [{}]
            return [self.price(peak[2], value, {**conditions, **window}) for window in windows_of]
        name, per = self.meter(key)
        if name:
            return self.add([name], value, per, conditions)
        # Only a condition: the price of whatever was used, as a card with one price says it.
        return [self.add([used], value, self.per, {**conditions, **self.conditions(key)}) for used in self.used]

    def meter(self, key):
        scale = next((suffix for suffix in SCALES if key.endswith(suffix) and key not in SYNONYMS), None)
        name = key[: -len(scale)] if scale else key
        name = SYNONYMS.get(name, name)
        return (name, SCALES[scale] if scale else self.per) if name in self.meters else (None, None)

    def multiple(self, key, value, prices, conditions):
        """batch_multiplier: this section's prices at a tier; write5m_multiplier: a multiple of its input price."""
        tier = key[: -len("_multiplier")]
        if tier in TIERS:
            for name, price in prices.items():
                meter, per = (
                    self.meter(name) if name not in NOT_PRICES and not isinstance(price, dict) else (None, None)
                )
                if meter and price is not None:
                    self.add([meter], times(price, value), per, {**conditions, "tier": [tier]})
            return
        written = re.fullmatch(r"write(\d+[mh])?_multiplier", key)
        name = (
            "cache_write" + (f"_{written[1]}" if written and written[1] else "")
            if written
            else SYNONYMS.get(key[: -len("_multiplier")], key[: -len("_multiplier")])
        )
        for part, above in [(prices, conditions)] + [
            (section, {**conditions, **self.conditions(title)})
            for title, section in prices.items()
            if isinstance(section, dict)
        ]:
            if "input" in part and name in self.meters:
                self.add([name], times(part["input"], value), self.per, above)

    def add(self, meters, price, per, conditions):
        self.rules.append({"id": "", "meters": meters, "price": str(price), "per": per, **conditions})

    def declare_fallbacks(self):
        """Where the card has no word of its own: reasoning is output, and a write lives five minutes."""
        priced = {meter for rule in self.rules for meter in rule["meters"]}
        if "output" in priced and "reasoning" not in priced:
            self.fallback["reasoning"] = "output"
        if "cache_write_5m" in priced and "cache_write" not in priced:
            self.fallback["cache_write"] = "cache_write_5m"


def times(price, factor):
    return str(decimal.Decimal(str(price)) * decimal.Decimal(str(factor)))


def instant(key):
    """The instant that a section's name ends with, as RFC 3339."""
    found = re.fullmatch(r"(?:until|before|from|since) (\d{4}-\d\d-\d\d)(T[\d:.]+)?(Z|[+-]\d\d:\d\d)?", key)
    if not found:
        return None
    time = found[2] or "T00:00:00"
    return found[1] + (time + ":00" if time.count(":") == 1 else time) + (found[3] or "Z")


def offset_of(zone):
    """Minutes east of UTC. The zones that vendors name here know no summer time."""
    return int(datetime(2026, 1, 1, tzinfo=zoneinfo.ZoneInfo(zone)).utcoffset().total_seconds()) // 60


def clock(minutes):
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def windows(text):
    """Weekly windows from "Mon-Fri (Asia/Shanghai) 01:00-04:00 and 06:00-10:00 UTC": days in the zone, hours in UTC."""
    head = re.match(r"(\w{3})-(\w{3})(?: \(([\w/+-]+)\))?", text)
    if not head:
        raise Untranslated(f"peak hours: {text}")
    first, last = DAYS.index(head[1].lower()), DAYS.index(head[2].lower())
    offset = offset_of(head[3]) if head[3] else 0
    shift = offset if text.rstrip().endswith("UTC") else 0
    sign, size = ("-" if offset < 0 else "+"), abs(offset)
    for found in re.finditer(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text):
        start, end = int(found[1]) * 60 + int(found[2]) + shift, int(found[3]) * 60 + int(found[4]) + shift
        yield {
            "utc_offset": f"{sign}{size // 60:02}:{size % 60:02}",
            "weekdays": list(range(first + 1, last + 2)),
            "from": clock(start),
            "until": clock(end),
        }


def book_of_models(models, aliases=()):
    """A book that sells these models, for look-ups."""
    rule = {"id": "r", "meters": ["input"], "price": "1", "per": 1000000}
    return {
        "jeton_book": 1,
        "currency": "USD",
        "tariffs": [
            {
                "provider": "p",
                "model": model,
                "rules": [rule],
                "settle": [],
                **({"aliases": list(aliases)} if aliases else {}),
            }
            for model in models
        ],
    }
