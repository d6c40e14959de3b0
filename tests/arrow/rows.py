"""Many rows through jtn_rate_arrow(), whole and cut in every way, against jtn_rate_batch(), itself cut in every way, and
jtn_charge_lines() row by row: the same totals to the bit, statuses and flags. Rows that fail lie among them."""

import ctypes
import decimal
import random
import struct

import pyarrow as pa
import pyarrow.compute as compute

import library
from library import LIBRARY, ROWS, Error

COUNT = 100_000
MODELS = 8
METERS = ("input", "cache_read", "cache_write", "output")
TIERS = ("standard", "batch", "flex", "priority")
NO_TIER, NO_MODEL, NO_SUCH_MODEL, ARGUMENT = 13, 7, 22, 1
WHEN = 1_767_225_600 * 10**9  # of rows without a time
CHARGE, USAGE, QUANTITY = struct.Struct("<16siIII"), struct.Struct("<qIIIIII"), struct.Struct("<qII")

PLAIN = """{"id": "in", "meters": ["input"], "price": "2.5", "per": 1000000},
 {"id": "read", "meters": ["cache_read"], "price": "0.25", "per": 1000000},
 {"id": "write", "meters": ["cache_write"], "price": "3.125", "per": 1000000},
 {"id": "out", "meters": ["output"], "price": "%d.1", "per": 1000000}"""
LONG = """, {"id": "long", "meters": ["input", "cache_read", "cache_write"], "price": "%d", "per": 1000000,
  "when": {"quantity": "all_input", "above": 200000}}"""
BATCH = """, {"id": "batch", "meters": ["input", "cache_read"], "price": "1.25", "per": 1000000, "tier": ["batch", "flex"]},
 {"id": "batch-long", "meters": ["input", "cache_read"], "price": "2.25", "per": 1000000, "tier": ["batch", "flex"],
  "when": {"quantity": "all_input", "above": 200000}}"""
# A tariff each: what makes a row's price depend on the row.
TESTED = (
    PLAIN % 10 + LONG % 5 + BATCH,
    PLAIN % 11 + """, {"id": "thirds", "meters": ["output"], "price": "1", "per": 3, "when": {"quantity": "total", "above": 300000,
     "inclusive": true}}""",
    PLAIN % 12 + """, {"id": "night", "meters": ["output"], "price": "5", "per": 1000000,
     "window": {"utc_offset": "+08:00", "weekdays": [1, 2, 3, 4, 5], "from": "22:30", "until": "08:30"}}""",
    """{"id": "a", "meters": ["input", "output"], "price": "2", "per": 1000000, "until": "2026-01-02"},
     {"id": "b", "meters": ["input", "output"], "price": "3", "per": 1000000, "from": "2026-01-02", "until": "2026-01-05"}""",
    PLAIN % 13 + """, {"id": "steps", "meters": ["output"], "price": "7", "per": 1000000,
     "when": {"quantity": "meter", "above": 100000, "mode": "graduated"}}""",
    PLAIN % 14 + ', {"id": "ask", "meters": ["requests"], "price": "0.01"}' + BATCH,
    """{"id": "in", "meters": ["input"], "price": "0", "per": 1},
     {"id": "out", "meters": ["output"], "price": "0.017", "per": 60, "tier": ["standard"]}""",
    PLAIN % 15 + """, {"id": "own", "meters": ["input"], "price": "1", "per": 7, "when": {"quantity": "meter", "above": 200000}}""",
)
FALLBACK = '"fallback": {"cache_read": "input", "cache_write": "input"}, '
OVERLAY = b"""{"jeton_overlay": 1, "customer": "acme", "currency": "USD", "tariffs": [
 {"provider": "p", "model": "m0", "rules": [{"id": "less", "effect": "discount", "fraction": "0.07"}]},
 {"provider": "p", "model": "m2", "rules": [{"id": "own", "meters": ["input"], "price": "1.1", "per": 1000000}]},
 {"provider": "p", "model": "m4", "rules": [{"id": "own", "meters": ["output"], "price": "6", "per": 1000000, "tier": ["batch"]},
  {"id": "more", "effect": "markup", "meters": ["input", "cache_read"], "fraction": "0.333"}]}]}"""


def book_of(rules):
    """Eight tariffs, every second in euros."""
    entries = [f'{{"provider": "p", "model": "m{i}", "currency": "{"EUR" if i % 2 else "USD"}", '
               f'{FALLBACK if i % 3 == 0 else ""}"rules": [{rules[i]}]}}' for i in range(MODELS)]
    return library.parse(('{"jeton_book": 1, "tariffs": [' + ",".join(entries) + "]}").encode())


def draw(maker):
    """A row: quantities, instant, tier, model; null where None. The model MODELS is none of the book's."""
    some = maker.random
    edges = (0, -1, 2**63 - 1, 2**62, 2**47, 200_000, 200_001, 100_000, -(2**63))
    quantities = [None if some() < 0.15 else maker.choice(edges) if some() < 0.004 else int(some() * 2 ** (18 * some()))
                  for _ in METERS]
    time = None if some() < 0.05 else WHEN + int(some() * 6 * 86400) * 10**9
    tier = None if some() < 0.3 else "gold" if some() < 0.003 else maker.choice(TIERS)
    model = None if some() < 0.003 else MODELS if some() < 0.005 else int(some() * MODELS)
    return quantities, time, tier, model


class Rows:
    """The same rows as the records of a batch and as columns, and the failures that a batch has no words for."""

    def __init__(self, count):
        maker = random.Random(count)
        drawn = [draw(maker) for _ in range(count)]
        meters = [library.meter(name) for name in METERS]
        usages, counts, self.instead = bytearray(), bytearray(), {}
        for index, (quantities, time, tier, model) in enumerate(drawn):
            there = [(quantity, meter) for quantity, meter in zip(quantities, meters) if quantity is not None]
            if tier == "gold" or model in (None, MODELS):
                self.instead[index] = tier == "gold", model
            usages += USAGE.pack(WHEN if time is None else time, 0xFFFFFFFF if index in self.instead else model,
                                 0 if tier in (None, "gold") else TIERS.index(tier), len(counts) // QUANTITY.size, len(there), 0, 0)
            for quantity, meter in there:
                counts += QUANTITY.pack(quantity, meter, 0)
        self.count, self.usages, self.counts = count, bytes(usages), bytes(counts)
        self.columns = [pa.array([row[0][i] for row in drawn], pa.int64()) for i in range(len(METERS))]
        self.columns.append(pa.array([row[1] for row in drawn], pa.timestamp("ns", "UTC")))
        self.tiers, self.models = [row[2] for row in drawn], [row[3] for row in drawn]

    def by_model(self):
        """With dictionaries."""
        words = pa.array([f"m{i}" for i in range(MODELS)] + ["none"])
        return self.table(pa.array(self.tiers).dictionary_encode(),
                          pa.DictionaryArray.from_arrays(pa.array(self.models, pa.int8()), words), "model")

    def by_text(self):
        """With words, which are hashed."""
        return self.table(pa.array(self.tiers), pa.array([None if model is None else f"m{model}" for model in self.models]), "model")

    def by_index(self):
        return self.table(pa.array(self.tiers).dictionary_encode(), pa.array(self.models, pa.uint16()), "tariff")

    def table(self, tiers, models, name):
        return pa.record_batch([*self.columns, tiers, models], names=[*METERS, "time", "service_tier", name])


def pieces(first, end, most):
    """(from, to) of pieces of `most` rows, or of random length where it is 0."""
    maker = random.Random(end)
    while first < end:
        to = min(end, first + (most or 1 + int(5000 ** maker.random())))
        yield first, to
        first = to


def rate_batch(rows, tariffs, cuts):
    """Charges as bytes, and how many calls said that rows failed."""
    charges, error, failed = ctypes.create_string_buffer(rows.count * CHARGE.size), Error(), 0
    usages, counts = ctypes.create_string_buffer(rows.usages, len(rows.usages)), ctypes.create_string_buffer(rows.counts, len(rows.counts))
    at, to = ctypes.addressof(usages), ctypes.addressof(charges)
    for first, end in cuts:
        status = LIBRARY.jtn_rate_batch(tariffs, MODELS, at + first * USAGE.size, USAGE.size, counts,
                                        len(rows.counts) // QUANTITY.size, QUANTITY.size, to + first * CHARGE.size, CHARGE.size,
                                        end - first, ctypes.byref(error))
        assert status in (0, ROWS), error.message
        failed += status == ROWS
    return charges.raw


def told(result):
    """A table's result as a batch would have it: total bytes, statuses, flags."""
    total = compute.fill_null(result.column("total"), pa.scalar(decimal.Decimal(0), pa.decimal128(38, 18)))
    assert total.offset == 0 and result.column("total").null_count == result.column("currency").null_count
    return total.buffers()[1].to_pybytes()[:16 * len(total)], result.column("status").to_pylist(), result.column("flags").to_pylist()


def check_lines(rows, tariffs, wanted):
    """Every 97th row by itself, with its lines: they sum to its total."""
    lines, needed, charge, error = ctypes.create_string_buffer(80 * 64), ctypes.c_size_t(), ctypes.create_string_buffer(32), Error()
    for index in range(0, rows.count, 97):
        if index in rows.instead:
            continue
        usage = rows.usages[index * USAGE.size:(index + 1) * USAGE.size]
        tariff = USAGE.unpack(usage)[1]
        status = LIBRARY.jtn_charge_lines(tariffs[tariff], usage, USAGE.size, rows.counts, len(rows.counts) // QUANTITY.size,
                                          QUANTITY.size, lines, 80, 64, ctypes.byref(needed), charge, ctypes.byref(error))
        assert status == wanted[index][1], (index, status, wanted[index])
        if status == 0:
            assert charge.raw == CHARGE.pack(*wanted[index]), index
            amounts = [int.from_bytes(lines.raw[80 * i:80 * i + 16], "little", signed=True) for i in range(needed.value)]
            assert sum(amounts) == int.from_bytes(wanted[index][0], "little", signed=True), index


def check_table(table, wanted, **options):
    """Whole, and in pieces: rows by themselves, seven, sixty-four, and any number."""
    for first, end, most in ((0, COUNT, COUNT), (3, 4003, 1), (5, 28005, 7), (0, COUNT, 64), (0, COUNT, 0)):
        totals, statuses, flags = [], [], []
        for start, stop in pieces(first, end, most):
            result, _, error = library.rate(table.slice(start, stop - start), full=most == COUNT, time_ns=WHEN, has_time=1, **options)
            assert result is not None, error.message
            for all_of, part in zip((totals, statuses, flags), told(result)):
                all_of.append(part) if isinstance(part, bytes) else all_of.extend(part)
        assert statuses == [row[1] for row in wanted[first:end]], most
        assert b"".join(totals) == b"".join(row[0] for row in wanted[first:end]), most
        assert flags == [row[2] for row in wanted[first:end]], most


def wanted_of(charges, rows, by_name):
    """A batch's charges as a table tells them: a model or tier that is none has a failure of its own."""
    wanted = list(CHARGE.iter_unpack(charges))
    for index, (gold, model) in rows.instead.items():
        beyond = model == MODELS and not by_name  # an index is looked at before the tier, a name after it
        status = ARGUMENT if beyond else NO_TIER if gold else NO_MODEL if model is None else NO_SUCH_MODEL
        wanted[index] = (bytes(16), status, 0, 0, 0)
    return wanted


def check(rules, overlay=None):
    rows, book = Rows(COUNT), book_of(rules)
    laid = library.parse(overlay) if overlay else None
    tariffs = library.tariffs(book, MODELS, laid)
    charges = rate_batch(rows, tariffs, [(0, COUNT)])
    for most in (1, 7, 64, 0):
        assert rate_batch(rows, tariffs, pieces(0, COUNT, most)) == charges, most
    by_name, by_index = wanted_of(charges, rows, True), wanted_of(charges, rows, False)
    assert 0.01 < sum(row[1] != 0 for row in by_name) / COUNT < 0.5
    check_lines(rows, tariffs, by_name)
    check_table(rows.by_model(), by_name, book=book, overlay=laid)
    check_table(rows.by_text(), by_name, book=book, overlay=laid)
    check_table(rows.by_index(), by_index, tariffs=tariffs)
