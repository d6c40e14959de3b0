#!/usr/bin/env python3
"""Check the catalogue and write it as C: the tables of lib/base/catalog.h.

    embed.py --output FILE.c [--depfile FILE.d] CATALOG_DIR | ENTRY.json...
    embed.py FILE.c [CATALOG_DIR | ENTRY.json...]
    embed.py --check [CATALOG_DIR | ENTRY.json...]

Without inputs the catalogue is the folder this script lies in. Formats: docs/formats.md. A fault is reported as
FILE: field: what is wrong; what would be right, all of them at once, and nothing is written.
"""
import argparse
import json
import re
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

sys.dont_write_bytecode = True  # the source tree stays as it is
import embed_book  # noqa: E402

KINDS = ("hardware", "stack", "model", "hour", "book")  # in the order of enum jtn_catalog_kind
ID = re.compile(r"[a-z][a-z0-9]*([.-][a-z0-9]+)*")  # a letter first: a scenario's rent tells an id from a number by it
DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?|-(?:19|20)\d\d)?")
CURRENCY = re.compile(r"[A-Z]{3}")
LOW_BITS = ("fp8", "fp4", "int8")

# A figure's units, each with its size in the first one, and the range that is plausible in the first one.
CAPACITY = {"GB": 1, "GiB": 1.073741824}
FIGURES = {
    "memory_capacity": (CAPACITY, 0.05, 10000),
    "memory_bandwidth": ({"GB/s": 1}, 100, 30e6),
    "measured_16bit": ({"TFLOP/s": 1}, 1, 100000),
    "scale_up_bandwidth": ({"GB/s": 1}, 1, 10000),
    "scale_up_domain": ({"accelerators": 1}, 1, 100000),
    "scale_out_bandwidth": ({"Gbit/s": 1}, 1, 10000),
    "node_accelerators": ({"accelerators": 1}, 1, 1024),
    "node_power": ({"kW": 1}, 0.05, 1000),
    "tdp": ({"W": 1}, 20, 30000),
    "power": ({"kW": 1}, 0.02, 40),
    "power_idle": ({"kW": 1}, 0.005, 40),
    "sram": ({"MB": 1}, 1, 100000),
}
PEAKS = {
    "fp32": ({"TFLOP/s": 1}, 1, 20000),
    "tf32": ({"TFLOP/s": 1}, 5, 50000),
    "bf16": ({"TFLOP/s": 1}, 5, 100000),
    "fp16": ({"TFLOP/s": 1}, 5, 100000),
    "fp8": ({"TFLOP/s": 1}, 5, 200000),
    "fp4": ({"TFLOP/s": 1}, 5, 400000),
    "int8": ({"TOP/s": 1}, 5, 200000),
}
WHOLE = ("scale_up_domain", "node_accelerators")
UNITS_BY_END = {"_us": "us", "_ms": "ms", "_steps": "steps", "_bytes": "bytes"}  # of a stack's constants; else "1"
PARAMETERS = ({"10^9": 1}, 0.001, 100000)
# Money and shares of an own hour: the range that is plausible.
OWN = {
    "capex": (100, 10e6), "years": (1, 15), "residual": (0, 10e6), "cost_of_capital": (0, 0.5), "kw": (0.02, 40),
    "load_factor": (0.05, 1), "pue": (1, 3), "electricity_per_kwh": (0, 2), "hosting_per_kw_month": (0, 1000),
    "maintenance": (0, 0.5), "staff_per_year": (0, 100000), "availability": (0.5, 1),
}
TEXT, OBJECT, FLAG, NOTES, ONE = "text", "an object", "true or false", "text or empty", "1"
# kind: (required fields, other fields)
FIELDS = {
    "hardware": ({"id": TEXT, "name": TEXT, "vendor": TEXT, "family": TEXT, "year": "a year", "status": TEXT,
                  "sources": OBJECT, "memory_capacity": OBJECT},
                 {"memory_type": TEXT, "memory_on_chip": FLAG, "peak": OBJECT, "notes": NOTES,
                  **{name: OBJECT for name in FIGURES if name != "memory_capacity"}}),
    "stack": ({"id": TEXT, "name": TEXT, "sources": OBJECT, "defaults": OBJECT, "constants": OBJECT, "bands": OBJECT,
               "fit": OBJECT}, {"families": "an array", "notes": NOTES}),
    "model": ({"id": TEXT, "name": TEXT, "config_source": TEXT, "config": OBJECT, "sources": OBJECT},
              {"licence": TEXT, "stated_parameters": OBJECT, "notes": NOTES}),
    "hour": ({"id": TEXT, "name": TEXT, "provider": TEXT, "hardware": TEXT, "kind": TEXT, "currency": TEXT,
              "date": TEXT},
             {"region": TEXT, "typical": FLAG, "rent": TEXT, "own": OBJECT, "instance": OBJECT, "range": "an array",
              "source": TEXT, "sources": OBJECT, "confidence": TEXT, "notes": NOTES}),
    "book": ({"jeton_book": ONE, "currency": TEXT, "source": TEXT, "as_of": TEXT, "tariffs": "an array"},
             {"note": TEXT}),
}
HOUR_KINDS = ("on-demand", "spot", "reserved", "contract", "tco", "own")


class Fault(Exception):
    """A text that is no JSON object; carries field, what is wrong, what would be right."""


def is_type(value, wanted):
    if wanted == TEXT:
        return isinstance(value, str) and value.strip() != ""
    if wanted == NOTES:
        return isinstance(value, str)
    if wanted == OBJECT:
        return isinstance(value, dict)
    if wanted == FLAG:
        return isinstance(value, bool)
    if wanted == "an array":
        return isinstance(value, list)
    if wanted == ONE:
        return value == 1 and not isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool) and 2000 <= value <= 2040


def number(value):
    """The value of a JSON number, or None."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def amount(value):
    """Money: a JSON number or a decimal in a string; None for anything else."""
    if isinstance(value, str) and not re.fullmatch(r"\d+(\.\d+)?", value):
        return None
    try:
        return Decimal(str(value)) if isinstance(value, str) or number(value) is not None else None
    except InvalidOperation:
        return None


def unique_pairs(pairs):
    seen = {}
    for key, value in pairs:
        if key in seen:
            raise Fault(key, "is there twice in one object", "leave one")
        seen[key] = value
    return seen


def refuse_constant(text):
    raise Fault("", "%s is not JSON" % text, "a finite number")


def read(text):
    try:
        entry = json.loads(text, object_pairs_hook=unique_pairs, parse_constant=refuse_constant)
    except json.JSONDecodeError as error:
        raise Fault("", "line %d: not JSON: %s" % (error.lineno, error.msg), "one JSON object") from error
    if not isinstance(entry, dict):
        raise Fault("", "not a JSON object", "one JSON object")
    return entry


class Checker:
    """Collects the faults of one entry."""

    def __init__(self, path, kind, entry):
        self.path, self.kind, self.entry, self.faults, self.used = path, kind, entry, [], set()

    def fault(self, field, wrong, right):
        self.faults.append("%s: %s: %s; %s" % (self.path, field or "(whole file)", wrong, right))

    def only(self, value, known, field):
        for key in value:
            if key not in known:
                self.fault(field + key, "unknown field", "known are " + ", ".join(sorted(known)))

    def shape(self):
        """Top-level fields: all that are required, no others, each of its type. False where checking on is no use."""
        required, other = FIELDS[self.kind]
        known = {**required, **other}
        self.only(self.entry, known, "")
        for name in required:
            if name not in self.entry:
                self.fault(name, "missing", "give %s" % required[name])
        for name, value in self.entry.items():
            if name in known and not is_type(value, known[name]):
                self.fault(name, "is %s" % json.dumps(value), "must be %s" % known[name])
        return not self.faults

    def name(self):
        if self.entry["id"] != self.path.stem:
            self.fault("id", '"%s" is not the file\'s name' % self.entry["id"], '"%s"' % self.path.stem)
        if not ID.fullmatch(self.entry["id"]):
            self.fault("id", '"%s" is no id' % self.entry["id"], "a small letter, then small letters, digits, - and .")

    def date(self, value, field):
        if not isinstance(value, str) or not DATE.fullmatch(value):
            self.fault(field, "%s is no date" % json.dumps(value), "YYYY, YYYY-MM, YYYY-MM-DD or a range YYYY-YYYY")
        elif len(value) == 9 and value[:4] >= value[5:]:
            self.fault(field, '"%s" does not run forward' % value, "the earlier year first")

    def source(self, value, field, more=()):
        """What stands behind a figure: {"cite", "date", "confidence"}."""
        if not isinstance(value, dict):
            self.fault(field, "is not an object", '{"cite": "...", "date": "...", "confidence": "..."}')
            return
        self.only(value, ("cite", "date", "confidence", *more), field + ".")
        for name in ("cite", "date"):
            if name not in value:
                self.fault("%s.%s" % (field, name), "missing", "a source says what it is and when")
        for name in set(value) - {"date"}:
            if not is_type(value[name], TEXT):
                self.fault("%s.%s" % (field, name), "is %s" % json.dumps(value[name]), "must be text")
        if "date" in value:
            self.date(value["date"], field + ".date")

    def sources(self):
        if not self.entry["sources"]:
            self.fault("sources", "is empty", "give the source of the figures")
        for name, value in self.entry["sources"].items():
            self.source(value, "sources." + name)

    def span(self, value, field, low, high):
        """A "range": [low, high] around a value."""
        ends = [amount(end) for end in value] if isinstance(value, list) else []
        if len(ends) != 2 or None in ends:
            self.fault(field, "is %s" % json.dumps(value), "two numbers [low, high]")
        elif not ends[0] < ends[1]:
            self.fault(field, "does not run upward", "the lower number first")
        elif not ends[0] <= low <= high <= ends[1]:
            self.fault(field, "the value lies outside its range", "a range that holds the value")

    def cited(self, value, field):
        if "source" not in value:
            self.fault(field + ".source", "missing", "a key of sources")
        elif not isinstance(value["source"], str) or value["source"] not in self.entry["sources"]:
            self.fault(field + ".source", "%s is not in sources" % json.dumps(value["source"]),
                       "one of " + ", ".join(sorted(self.entry["sources"])))
        else:
            self.used.add(value["source"])

    def figure(self, value, field, rule=None):
        """{"value", "unit", "source"}; returns the value in the rule's first unit, or None."""
        if not isinstance(value, dict):
            self.fault(field, "is not an object", '{"value": ..., "unit": "...", "source": "..."}')
            return None
        self.only(value, ("value", "unit", "source", "range", "note"), field + ".")
        self.cited(value, field)
        stated = number(value.get("value"))
        if stated is None:
            self.fault(field + ".value", "is not a number" if "value" in value else "missing", "a number")
        if "note" in value and not is_type(value["note"], TEXT):
            self.fault(field + ".note", "is not text", "must be text")
        if "range" in value and stated is not None:
            self.span(value["range"], field + ".range", Decimal(str(stated)), Decimal(str(stated)))
        unit = value.get("unit")
        if not is_type(unit, TEXT):
            self.fault(field + ".unit", "missing", "one of " + ", ".join(rule[0]) if rule else "a unit")
            return None
        if rule is None or stated is None:
            return stated
        return self.within(stated, unit, field, rule)

    def within(self, stated, unit, field, rule):
        units, low, high = rule
        if unit not in units:
            self.fault(field + ".unit", '"%s" is the wrong unit' % unit, "must be " + " or ".join(units))
            return None
        if not low <= stated * units[unit] <= high:
            self.fault(field + ".value", "%g %s is implausible" % (stated, unit),
                       "%g to %g %s is plausible" % (low / units[unit], high / units[unit], unit))
            return None
        return stated * units[unit]


class Hardware(Checker):
    def check(self):
        self.name()
        self.sources()
        found = {name: self.figure(self.entry[name], name, FIGURES[name]) for name in FIGURES if name in self.entry}
        peaks = self.peaks()
        if self.entry["status"] not in ("shipping", "announced"):
            self.fault("status", '"%s"' % self.entry["status"], "shipping or announced")
        for name in WHOLE:
            if found.get(name) and found[name] != int(found[name]):
                self.fault(name + ".value", "%g is not whole" % found[name], "a whole number of accelerators")
        self.power(found)
        half = peaks.get("bf16") or peaks.get("fp16")
        if half and found.get("measured_16bit") and found["measured_16bit"] > half:
            self.fault("measured_16bit.value", "more than the peak of %g" % half, "measured at most the peak")
        for key in sorted(set(self.entry["sources"]) - self.used):
            self.fault("sources." + key, "no figure cites it", "cite it or take it out")

    def peaks(self):
        peak = self.entry.get("peak", {})
        self.only(peak, PEAKS, "peak.")
        found = {name: self.figure(value, "peak." + name, PEAKS[name]) for name, value in peak.items() if name in PEAKS}
        half = found.get("bf16") or found.get("fp16")
        for name in LOW_BITS:
            if half and found.get(name) and found[name] < half / 2 and "note" not in peak[name]:
                self.fault("peak.%s.value" % name, "%g is under half of the 16-bit peak, %g" % (found[name], half),
                           "check it, and say in its note why the chip is slow there")
        return found

    def power(self, found):
        tdp, power, idle = found.get("tdp"), found.get("power"), found.get("power_idle")
        node, chips = found.get("node_power"), found.get("node_accelerators")
        if tdp and power and power * 1000 < tdp:
            self.fault("power.value", "%g kW is less than the TDP" % power, "at least %g kW" % (tdp / 1000))
        if power and idle and idle >= power:
            self.fault("power_idle.value", "%g kW is not less than power" % idle, "less than %g kW" % power)
        if node and not chips:
            self.fault("node_accelerators", "missing beside node_power", "how many accelerators the node has")
        elif node and tdp and node * 1000 / chips < tdp:
            self.fault("node_power.value", "%g kW is less than its accelerators' TDP" % node,
                       "at least %g kW" % (tdp * chips / 1000))


class Stack(Checker):
    def check(self):
        self.name()
        self.sources()
        self.walk(self.entry["constants"], "constants")
        seen = set()
        for index, family in enumerate(self.entry.get("families", [])):
            field = "families[%d]" % index
            if not (isinstance(family, dict) and is_type(family.get("family"), TEXT)
                    and is_type(family.get("constants"), OBJECT)):
                self.fault(field, "is no family", '{"family": "...", "constants": {...}}')
                continue
            if family["family"] in seen:
                self.fault(field + ".family", '"%s" is there twice' % family["family"], "one object for each family")
            seen.add(family["family"])
            self.walk(family["constants"], field + ".constants")
        for name, value in self.entry["bands"].items():
            band = value.get("value") if isinstance(value, dict) else value
            if number(band) is None or not 0 < band <= 20:
                self.fault("bands." + name, "is %s" % json.dumps(value), "a number above 0, at most 20")
        self.date(self.entry["fit"].get("date"), "fit.date")

    def walk(self, constants, field):
        for name, value in constants.items():
            stated = self.figure(value, "%s.%s" % (field, name))
            if stated is None:
                continue
            unit = next((unit for end, unit in UNITS_BY_END.items() if name.endswith(end)), "1")
            if value.get("unit") != unit:
                self.fault("%s.%s.unit" % (field, name), '"%s" is the wrong unit' % value.get("unit"), "it is " + unit)
            if name.endswith("_efficiency") and not 0 < stated <= 1:
                self.fault("%s.%s.value" % (field, name), "%g is no efficiency" % stated, "above 0, at most 1")
            elif stated < 0:
                self.fault("%s.%s.value" % (field, name), "%g is negative" % stated, "0 or more")


class Model(Checker):
    def check(self):
        self.name()
        self.sources()
        if self.entry["config_source"] not in self.entry["sources"]:
            self.fault("config_source", '"%s" is not in sources' % self.entry["config_source"],
                       "one of " + ", ".join(sorted(self.entry["sources"])))
        if not is_type(self.entry["config"].get("model_type"), TEXT):
            self.fault("config.model_type", "missing", "the config.json as published, model_type included")
        if "stated_parameters" in self.entry:
            self.figure(self.entry["stated_parameters"], "stated_parameters", PARAMETERS)


class Hour(Checker):
    def check(self):
        self.name()
        entry = self.entry
        self.date(entry["date"], "date")
        if not CURRENCY.fullmatch(entry["currency"]):
            self.fault("currency", '"%s"' % entry["currency"], "three capital letters, as in USD")
        if entry["kind"] not in HOUR_KINDS:
            self.fault("kind", '"%s"' % entry["kind"], "one of " + ", ".join(HOUR_KINDS))
        if ("rent" in entry) == ("own" in entry):
            self.fault("rent", "and own: %s there" % ("both are" if "rent" in entry else "neither is"), "exactly one")
        elif (entry["kind"] == "own") != ("own" in entry):
            self.fault("kind", '"%s" does not go with %s' % (entry["kind"], "own" if "own" in entry else "rent"),
                       '"own" exactly where own is')
        elif "own" in entry:
            self.own()
        else:
            self.rent()

    def rent(self):
        entry = self.entry
        if "source" not in entry:
            self.fault("source", "missing", "where the rent was published")
        if "sources" in entry:
            self.fault("sources", "does not go with rent", "source, a text")
        rent = amount(entry["rent"])
        if rent is None:
            self.fault("rent", '"%s" is no price' % entry["rent"], 'a decimal such as "2.5"')
            return
        if entry["currency"] == "USD" and not Decimal("0.05") <= rent <= 50:
            self.fault("rent", "%s USD an hour is implausible" % rent, "0.05 to 50 USD for an accelerator is plausible")
        if "range" in entry:
            self.span(entry["range"], "range", rent, rent)
        if "instance" in entry:
            self.instance(rent)

    def instance(self, rent):
        instance = self.entry["instance"]
        self.only(instance, ("price", "accelerators"), "instance.")
        price, chips = amount(instance.get("price")), instance.get("accelerators")
        if price is None or not price > 0:
            self.fault("instance.price", "is %s" % json.dumps(instance.get("price")), 'a decimal such as "55.04"')
        elif not isinstance(chips, int) or isinstance(chips, bool) or not 1 <= chips <= 10000:
            self.fault("instance.accelerators", "is %s" % json.dumps(chips), "a whole number, 1 or more")
        elif abs(price / chips - rent) > rent * Decimal("0.005"):
            self.fault("rent", "%s is not instance.price / instance.accelerators" % rent, "%.6f is" % (price / chips))

    def own(self):
        entry, own = self.entry, self.entry["own"]
        self.only(own, OWN, "own.")
        if "capex" not in own:
            self.fault("own.capex", "missing", "what one accelerator's share of the system costs")
        for name in ("source", "confidence", "instance"):
            if name in entry:
                self.fault(name, "does not go with own", "sources, one for each field of own")
        sources = entry.get("sources", {})
        for name in own:
            if name in OWN and name not in sources:
                self.fault("sources." + name, "missing", "where own.%s comes from" % name)
        for name, value in sources.items():
            if name not in own:
                self.fault("sources." + name, "own has no such field", "one for each field of own")
            self.source(value, "sources." + name, ("note",))
        for name in own:
            if name in OWN:
                self.own_amount(name, amount(own[name]))
        capex = amount(own.get("capex"))
        if "range" in entry and capex is not None:
            self.span(entry["range"], "range", capex, capex)

    def own_amount(self, name, value):
        low, high = OWN[name]
        if value is None:
            self.fault("own." + name, "is %s" % json.dumps(self.entry["own"][name]), "a number, 0 or more")
        elif self.entry["currency"] == "USD" and not Decimal(str(low)) <= value <= Decimal(str(high)):
            self.fault("own." + name, "%s is implausible" % value, "%g to %g is plausible" % (low, high))


class Book(Checker):
    def check(self):
        if not ID.fullmatch(self.path.stem):
            self.fault("", '"%s" is no id' % self.path.stem, "a file named by small letters, digits, - and .")
        self.date(self.entry["as_of"], "as_of")
        if not CURRENCY.fullmatch(self.entry["currency"]):
            self.fault("currency", '"%s"' % self.entry["currency"], "three capital letters, as in USD")
        embed_book.Book(self).check()


CHECKERS = {"hardware": Hardware, "stack": Stack, "model": Model, "hour": Hour, "book": Book}


def id_of(path, entry):
    """A book's own format has no id: its file's name is."""
    return entry.get("id", path.stem)


def check_together(shelves):
    """What no entry shows alone: ids twice, hours of unknown hardware, two typical hours of one hardware."""
    faults, typical = [], {}
    for kind in KINDS:
        seen = {}
        for path, entry, _ in shelves[kind]:
            own = id_of(path, entry)
            if own in seen:
                faults.append('%s: id: "%s" is that of %s too; an id of its own' % (path, own, seen[own]))
            seen.setdefault(own, path)
    known = {entry["id"] for _, entry, _ in shelves["hardware"]}
    for path, entry, _ in shelves["hour"]:
        if entry["hardware"] not in known:
            faults.append('%s: hardware: no "%s" in the catalogue; the id of one there' % (path, entry["hardware"]))
        if entry.get("typical"):
            other = typical.setdefault(entry["hardware"], path)
            if other is not path:
                faults.append("%s: typical: %s is typical of %s too; at most one" % (path, other, entry["hardware"]))
    return faults


def load(paths):
    """Read and check every file. Returns {kind: [(path, entry, text)]} and the faults."""
    shelves, faults = {kind: [] for kind in KINDS}, []
    for path in paths:
        kind = path.parent.name
        if kind not in KINDS:
            faults.append("%s: (whole file): lies in no folder of the catalogue; one of %s" % (path, ", ".join(KINDS)))
            continue
        try:
            text = path.read_text(encoding="utf-8")
            entry = read(text)
        except Fault as fault:
            faults.append("%s: %s: %s; %s" % (path, fault.args[0] or "(whole file)", fault.args[1], fault.args[2]))
            continue
        except UnicodeDecodeError:
            faults.append("%s: (whole file): not UTF-8; text in UTF-8" % path)
            continue
        checker = CHECKERS[kind](path, kind, entry)
        if checker.shape():
            checker.check()
            shelves[kind].append((path, entry, text))
        faults += checker.faults
    for kind in KINDS:
        shelves[kind].sort(key=lambda item: id_of(*item[:2]).encode())
    return shelves, faults + check_together(shelves)


def minify(text):
    """White space outside strings goes; numbers and key order stay as they were written."""
    return re.sub(r'("(?:[^"\\]|\\.)*")|[ \t\r\n]+', lambda match: match.group(1) or "", text)


def array(name, data):
    """Bytes as an array: no string literal of C11 may be as long as an entry."""
    items = [str(byte) if byte < 128 else "'\\x%02x'" % byte for byte in data + b"\0"]
    lines, line = [], ""
    for item in items:
        if len(line) + len(item) > 115:
            lines.append(line)
            line = ""
        line += item + ","
    return "static const char %s[] = {\n%s\n};\n" % (name, "\n".join(lines + [line]))


def generate(shelves):
    out = ["/* Written by lib/catalog/embed.py: edit the JSON beside it. */", '#include "base/catalog.h"', ""]
    for kind in KINDS:
        rows = []
        for index, (path, entry, text) in enumerate(shelves[kind]):
            data = minify(text).encode()
            out.append(array("%s_%d" % (kind, index), data))
            rows.append('\t{"%s", %s_%d, %d},' % (id_of(path, entry), kind, index, len(data)))
        if rows:
            out += ["static const struct jtn__catalog_entry %s[] = {" % kind, *rows, "};", ""]
    out.append("const struct jtn__catalog_shelf jtn__catalog[JTN_CATALOG_BOOK + 1] = {\n\t{0, 0},")
    for kind in KINDS:
        out.append("\t{%s, %d}," % (kind if shelves[kind] else "0", len(shelves[kind])))
    return "\n".join(out + ["};", ""])


def inputs(names):
    paths = []
    for name in names or [Path(__file__).parent]:
        path = Path(name)
        if path.is_dir():
            paths += [file for kind in KINDS for file in sorted((path / kind).glob("*.json"))]
        else:
            paths.append(path)
    return paths


def main():
    parser = argparse.ArgumentParser(description="Check the catalogue and write it as C.")
    parser.add_argument("--check", action="store_true", help="check only, write nothing")
    parser.add_argument("--output", metavar="FILE.c")
    parser.add_argument("--depfile", metavar="FILE.d")
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help="catalogue folder or its files; before them, without --output, FILE.c")
    options = parser.parse_args()
    if not options.check and not options.output:
        if not options.names:
            parser.error("say where to write: embed.py FILE.c, --output FILE.c, or --check")
        options.output = options.names.pop(0)
    paths = inputs(options.names)
    if not paths:
        parser.error("no entries found in %s: give the catalogue folder" % " ".join(options.names))
    try:
        shelves, faults = load(paths)
        for fault in faults:
            print(fault, file=sys.stderr)
        if faults:
            return 1
        if not options.check:
            Path(options.output).write_text(generate(shelves), encoding="ascii")
            if options.depfile:
                escaped = (str(path).replace(" ", "\\ ") for path in [*paths, *embed_book.INPUTS])
                Path(options.depfile).write_text("%s: %s\n" % (options.output, " ".join(escaped)), encoding="utf-8")
    except OSError as error:
        print("%s: %s" % (error.filename, error.strerror), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
