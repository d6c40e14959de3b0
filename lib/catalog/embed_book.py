"""The price books' part of embed.py: what a book of the catalogue must be, and which prices are probably slips.

Names of meters and tiers are read from the public headers, so that a new one is known here at once. Whether two rules
contradict each other, the library says when it reads the book.
"""
import json
import re
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from statistics import median

HEADERS = Path(__file__).resolve().parents[2] / "include" / "jeton"
INPUTS = (Path(__file__).resolve(), HEADERS / "meter.h", HEADERS / "usage.h")
TARIFF = ("provider", "model", "aliases", "region", "currency", "source", "note", "fallback", "rules", "settle")
RULE = ("id", "meters", "price", "per", "tier", "from", "until", "when", "window", "source", "note")
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
OFFSET = re.compile(r"Z|[+-](?:[01]\d|2[0-3]):[0-5]\d")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?")
PRICE = re.compile(r"\d+(?:\.\d+)?")
TOKEN = re.compile(r"(?:input|cache_read|cache_write(?:_\d+[mh])?|output|reasoning)"
                   r"(?:_(?:audio|image|video|document))?")
MILLION = 10**6
LEAST, MOST = Decimal("0.001"), Decimal(1000)  # of a million tokens [USD]
SIBLINGS = 316  # nearer to 10^3 than to 10^2: the median of a provider's other models is not so far away
EVER, NEVER = datetime.max.replace(tzinfo=timezone.utc), datetime.min.replace(tzinfo=timezone.utc)


def names(header, prefix):
    """Lower-case names of an enum's values: {"input", …}."""
    text = (HEADERS / header).read_text(encoding="utf-8")
    return {name.lower() for name in re.findall(r"^\t%s_([A-Z0-9_]+) = \d+" % prefix, text, re.M)}


def instant(text):
    """An instant, or None."""
    if not isinstance(text, str) or not INSTANT.fullmatch(text):
        return None
    try:
        value = datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)


def is_text(value):
    return isinstance(value, str) and value.strip() != ""


def is_list(value):
    return isinstance(value, list) and value != []


class Rule:
    """A rule that can be compared: what it costs, and under which conditions."""

    def __init__(self, field, rule):
        self.field, self.meters = field, rule["meters"]
        self.unit = Decimal(rule["price"]) / rule.get("per", 1)
        self.tier = frozenset(rule.get("tier", ()))
        self.when = json.dumps(rule.get("when"), sort_keys=True)
        self.window = json.dumps(rule.get("window"), sort_keys=True)
        self.start, self.end = instant(rule.get("from")) or NEVER, instant(rule.get("until")) or EVER

    def meets(self, other):
        return self.start < other.end and other.start < self.end

    def beside(self, other, *but):
        """The same conditions, these aside, and valid at one time."""
        return self.meets(other) and all(getattr(self, name) == getattr(other, name)
                                         for name in ("tier", "when", "window") if name not in but)


class Book:
    """Reports by embed.py's checker: fault(field, what is wrong, what would be right), only(object, known, field)."""

    def __init__(self, checker):
        self.faults, self.fault, self.only, self.entry = checker.faults, checker.fault, checker.only, checker.entry
        self.meters, self.tiers = names("meter.h", "JTN_METER"), names("usage.h", "JTN_TIER")
        self.named, self.inputs = {}, {}

    def check(self):
        for index, tariff in enumerate(self.entry["tariffs"]):
            field = "tariffs[%d]" % index
            if not isinstance(tariff, dict):
                self.fault(field, "is not an object", '{"provider": "...", "model": "...", "rules": [...]}')
                continue
            if is_text(tariff.get("provider")) and is_text(tariff.get("model")):
                field += " (%s %s)" % (tariff["provider"], tariff["model"])
            self.tariff(tariff, field)
        self.siblings()

    def tariff(self, tariff, field):
        self.only(tariff, TARIFF, field + ".")
        for name in ("provider", "model", "source"):
            if not is_text(tariff.get(name)):
                self.fault("%s.%s" % (field, name), "missing" if name not in tariff else "is no text", "a text")
        if is_text(tariff.get("source")) and "https://" not in tariff["source"]:
            self.fault(field + ".source", "names no page", "the https:// address where the price was published")
        self.name(tariff, field)
        if not is_list(tariff.get("rules")):
            self.fault(field + ".rules", "missing or empty", "at least one rule")
            return
        faults, ids = len(self.faults), set()
        for index, rule in enumerate(tariff["rules"]):
            at = "%s.rules[%d]" % (field, index)
            if not isinstance(rule, dict):
                self.fault(at, "is not an object", '{"id": "...", "meters": [...], "price": "..."}')
                continue
            if rule.get("id") in ids:
                self.fault(at + ".id", '"%s" is there twice in one tariff' % rule["id"], "an id of its own")
            ids.add(rule.get("id") if is_text(rule.get("id")) else None)
            self.rule(rule, "%s (%s)" % (at, rule["id"]) if is_text(rule.get("id")) else at)
        if len(self.faults) == faults:  # only what is well formed can be compared
            rules = [Rule("%s.rules[%d] (%s)" % (field, index, rule["id"]), rule)
                     for index, rule in enumerate(tariff["rules"])]
            self.fallback(tariff.get("fallback", {}), rules, field)
            self.compare(rules, tariff, field)

    def name(self, tariff, field):
        """Nobody else may have its name or one of its aliases."""
        aliases = tariff.get("aliases", [])
        if not isinstance(aliases, list) or not all(is_text(alias) for alias in aliases):
            self.fault(field + ".aliases", "is %s" % json.dumps(aliases), "an array of texts")
            return
        for name in [tariff.get("model"), *aliases]:
            key = (tariff.get("provider"), name, tariff.get("region"))
            if key in self.named:
                self.fault(field, '"%s" of that provider and region is %s already' % (name, self.named[key]),
                           "one tariff for each provider, model and region")
            self.named.setdefault(key, field)

    def rule(self, rule, field):
        self.only(rule, RULE, field + ".")
        if not is_text(rule.get("id")):
            self.fault(field + ".id", "missing", "a name for the charges it prices")
        self.chosen(rule.get("meters"), self.meters, field + ".meters", "meter")
        if "tier" in rule:
            self.chosen(rule["tier"], self.tiers, field + ".tier", "tier")
        if not isinstance(rule.get("price"), str) or not PRICE.fullmatch(rule["price"]):
            self.fault(field + ".price", "is %s" % json.dumps(rule.get("price")), 'a decimal in a string, as in "2.5"')
        per = rule.get("per", 1)
        if not isinstance(per, int) or isinstance(per, bool) or not 1 <= per <= 10**12:
            self.fault(field + ".per", "is %s" % json.dumps(per), "a whole number, 1 or more")
        ends = []
        for name, default in (("from", NEVER), ("until", EVER)):
            ends.append(instant(rule[name]) if name in rule else default)
            if ends[-1] is None:
                self.fault("%s.%s" % (field, name), "%s is no instant" % json.dumps(rule[name]),
                           "RFC 3339, as in 2026-01-01T00:00:00Z")
        if None not in ends and not ends[0] < ends[1]:
            self.fault(field + ".until", "does not come after from", "an instant after it")
        if "when" in rule:
            self.when(rule["when"], field + ".when")
        windows = rule.get("window", {"from": "00:00", "until": "24:00"})
        for window in windows if is_list(windows) else [windows]:
            self.window(window, field + ".window")

    def chosen(self, value, known, field, what):
        if not is_list(value):
            self.fault(field, "is %s" % json.dumps(value), "an array of at least one %s" % what)
            return
        for name in value:
            if not isinstance(name, str) or name not in known:
                self.fault(field, "%s is no %s" % (json.dumps(name), what), "one of " + ", ".join(sorted(known)))
        if len(set(map(json.dumps, value))) != len(value):
            self.fault(field, "the same %s twice" % what, "each once")

    def when(self, when, field):
        if not isinstance(when, dict):
            self.fault(field, "is not an object", '{"quantity": "all_input", "above": 200000}')
            return
        self.only(when, ("quantity", "above", "inclusive", "mode"), field + ".")
        if when.get("quantity") not in ("meter", "all_input", "total"):
            self.fault(field + ".quantity", "is %s" % json.dumps(when.get("quantity")), "meter, all_input or total")
        if not isinstance(when.get("above"), int) or isinstance(when["above"], bool) or when["above"] < 0:
            self.fault(field + ".above", "is %s" % json.dumps(when.get("above")), "a whole number, 0 or more")
        if not isinstance(when.get("inclusive", False), bool):
            self.fault(field + ".inclusive", "is %s" % json.dumps(when["inclusive"]), "true or false")
        if when.get("mode", "cliff") not in ("cliff", "graduated"):
            self.fault(field + ".mode", "is %s" % json.dumps(when["mode"]), "cliff or graduated")

    def window(self, window, field):
        if not isinstance(window, dict):
            self.fault(field, "is not an object", '{"from": "00:30", "until": "08:30"}')
            return
        self.only(window, ("utc_offset", "weekdays", "from", "until"), field + ".")
        for name in ("from", "until"):
            if not isinstance(window.get(name), str) or not CLOCK.fullmatch(window[name]):
                self.fault("%s.%s" % (field, name), "is %s" % json.dumps(window.get(name)), 'a time, as in "08:30"')
        if not isinstance(window.get("utc_offset", "Z"), str) or not OFFSET.fullmatch(window.get("utc_offset", "Z")):
            self.fault(field + ".utc_offset", "is %s" % json.dumps(window["utc_offset"]), 'an offset, as in "+08:00"')
        days = window.get("weekdays", [1])
        if not is_list(days) or not all(isinstance(day, int) and 1 <= day <= 7 for day in days):
            self.fault(field + ".weekdays", "is %s" % json.dumps(days), "days from 1, Monday, to 7")

    def fallback(self, fallback, rules, field):
        """Each must end, without a circle, at a meter that has a price."""
        if not isinstance(fallback, dict):
            self.fault(field + ".fallback", "is not an object", '{"reasoning": "output"}')
            return
        priced = {meter for rule in rules for meter in rule.meters}
        for name, target in fallback.items():
            unknown = [meter for meter in (name, target) if not isinstance(meter, str) or meter not in self.meters]
            if unknown:
                self.fault("%s.fallback.%s" % (field, name), "%s is no meter" % json.dumps(unknown[0]),
                           "one of " + ", ".join(sorted(self.meters)))
                continue
            path = [name]
            while target not in priced and target in fallback and target not in path:
                path.append(target)
                target = fallback[target]
            if target not in priced:
                self.fault("%s.fallback.%s" % (field, name), "ends at %s, which no rule prices" % target,
                           "a meter with a price")

    def compare(self, rules, tariff, field):
        by_meter = {}
        for rule in rules:
            for meter in rule.meters:
                by_meter.setdefault(meter, []).append(rule)
        for meter, mine in by_meter.items():
            for index, rule in enumerate(mine):
                for other in mine[index + 1:]:
                    if rule.beside(other):
                        self.fault(rule.field, "prices %s under the same conditions as %s" % (meter, other.field),
                                   "one of them")
                self.conditions(rule, mine)
                if TOKEN.fullmatch(meter) and (tariff.get("currency") or self.entry["currency"]) == "USD":
                    self.magnitude(rule, meter)
            if meter.startswith("cache_read"):
                self.against_input(mine, by_meter.get("input" + meter[len("cache_read"):], []))
        self.ratio(by_meter.get("input", []), by_meter.get("output", []))
        plain = [rule.unit for rule in by_meter.get("input", [])
                 if not rule.tier and rule.when == rule.window == "null"]
        if plain and plain[-1]:
            self.inputs.setdefault(tariff["provider"], []).append((field, plain[-1]))

    def conditions(self, rule, others):
        """A discount tier costs no more than no tier, a longer request no less than a short one."""
        for other in others:
            plain = not other.tier or (rule.tier != other.tier and "standard" in other.tier)
            if rule.tier & {"batch", "flex"} and plain and rule.beside(other, "tier") and rule.unit > other.unit:
                self.fault(rule.field + ".price", "batch or flex is dearer than %s" % other.field, "at most that price")
            longer = rule.when != "null" and other.when == "null"
            if longer and rule.beside(other, "when", "tier") and (not other.tier or other.tier == rule.tier) and \
                    (not rule.tier or rule.tier == other.tier or "standard" in rule.tier) and rule.unit < other.unit:
                self.fault(rule.field + ".price", "a longer request is cheaper than %s" % other.field,
                           "at least that price")

    def against_input(self, reads, inputs):
        for rule in reads:
            for other in inputs:
                if not rule.beside(other):
                    continue
                if rule.unit > other.unit:
                    self.fault(rule.field + ".price", "a cache read is dearer than %s" % other.field,
                               "at most that price")
                elif rule.unit and rule.unit * 200 < other.unit:
                    self.fault(rule.field + ".price",
                               "a cache read is %d times cheaper than %s" % (other.unit / rule.unit, other.field),
                               "check the unit; at most 200 times is plausible")

    def ratio(self, inputs, outputs):
        for rule in outputs:
            for other in inputs:
                if rule.beside(other) and other.unit and not Decimal("0.5") <= rule.unit / other.unit <= 20:
                    self.fault(rule.field + ".price", "is %.3g times %s" % (rule.unit / other.unit, other.field),
                               "check the unit; output at 0.5 to 20 times the input is plausible")

    def magnitude(self, rule, meter):
        price = rule.unit * MILLION
        if price and not LEAST <= price <= MOST:
            self.fault(rule.field + ".price", "%.6g USD for a million tokens of %s is implausible" % (price, meter),
                       "0 or %s to %s" % (LEAST, MOST))

    def siblings(self):
        for models in self.inputs.values():
            for index, (field, unit) in enumerate(models):
                others = [other for at, (_, other) in enumerate(models) if at != index]
                if len(others) >= 2 and not 1 / SIBLINGS <= float(unit / median(others)) <= SIBLINGS:
                    self.fault(field, "input is %.3g times the median of the provider's other models"
                               % (unit / median(others)), "check the unit: per million, or per thousand tokens?")
