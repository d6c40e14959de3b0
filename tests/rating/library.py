"""libjeton's accounts as the rating tests call them: ctypes over the public headers, and not one rule of rating.

Amounts are Python integers of 10^-18 units until decimal_of() shows them. What the library refuses is Refused, with its
status by name. Every rating is checked here against what the headers promise of it, whatever the test is about.
"""

import ctypes
import decimal
import json
import os
import pathlib
from ctypes import byref, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

from records import (
    BookFacts,
    BookOptions,
    Charge,
    Count,
    Error,
    Event,
    Group,
    Line,
    MeterFacts,
    Money,
    Period,
    RuleFacts,
    TariffFacts,
    Usage,
)

UNIT = 10**18
LINES_MOST = 256
decimal.getcontext().prec = 80

FLAGS = ("rounded", "fallback", "tier_fallback", "implied", "overlay", "settled", "reversed")
CHARGE_FLAGS = {name: 1 << bit for bit, name in enumerate(FLAGS)}
ROUNDINGS = {"half_even": 1, "half_up": 2, "down": 3, "up": 4, "floor": 5, "ceiling": 6}


class Refused(Exception):
    """What the library answered in place of a result."""

    def __init__(self, status, error):
        self.status = status
        self.field = error.field.decode(errors="replace") if error else ""
        self.message = error.message.decode(errors="replace") if error else ""
        self.index = error.index if error else -1
        super().__init__(f"{status}: {self.field}{': ' if self.field else ''}{self.message}")


class Broken(Exception):
    """The library did what its headers say it never does."""


def decimal_of(units):
    return decimal.Decimal(units).scaleb(-18)


def units_of(text):
    """An exact decimal as units of 10^-18; ValueError where it is finer."""
    scaled = decimal.Decimal(text).scaleb(18)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{text} is finer than 10^-18")
    return int(scaled)


def json_text(value):
    """JSON with decimals as they are, which json.dumps() has no way to write."""
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {json_text(member)}" for key, member in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(json_text(member) for member in value) + "]"
    return json.dumps(value)


def find():
    """The library to test: JETON_LIBRARY, else the newest build's."""
    named = os.environ.get("JETON_LIBRARY")
    if named:
        return pathlib.Path(named)
    root = pathlib.Path(os.environ.get("JETON_BUILD_ROOT") or pathlib.Path(__file__).resolve().parents[2] / "build")
    found = root / "lib" / "libjeton.so"
    return found if found.exists() else None


class Read:
    """A usage row, read: counts by meter name, and what was not recognised."""

    def __init__(self, library, event):
        self.counts = [(event.counts[i].meter, event.counts[i].quantity) for i in range(event.count)]
        self.unknown = [str(event.unknown[i]) for i in range(event.unknown_count)]
        self.tier = event.tier
        self.served_tier = str(event.served_tier)
        self.model, self.provider = str(event.model), str(event.provider)
        self.time_ns = event.time_ns if event.has_time else None
        self.leaves = {library.meter_name(meter): quantity for meter, quantity in self.counts}


class RatedLine:
    """A line of a charge, with the names in place of the indices."""

    def __init__(self, library, line, rule_id):
        self.meter = library.meter_name(line.meter) if line.meter else None
        self.priced_as = library.meter_name(line.priced_as) if line.priced_as else None
        self.quantity, self.per, self.residue = line.quantity, line.per, line.residue
        self.amount, self.price = line.amount.units, line.price.units
        self.rule, self.flags, self.step = rule_id, line.flags, line.step

    def __repr__(self):
        return (
            f"{self.meter}: {self.quantity} at {decimal_of(self.price)} per {self.per} = {decimal_of(self.amount)}"
            f" ({self.rule})"
        )


class Rated:
    """A charge with its lines."""

    def __init__(self, total, flags, lines):
        self.total, self.flags, self.lines = total, flags, lines


class Tariff:
    """A tariff and what it is borrowed from."""

    def __init__(self, library, handle, keep, owned=False):
        self.library, self.handle, self.keep, self.owned = library, handle, keep, owned
        self.rules = {}

    def __del__(self):
        if self.owned:
            self.library.so.jtn_tariff_free(self.handle)

    def facts(self):
        facts = TariffFacts(size=ctypes.sizeof(TariffFacts))
        self.library.expect(self.library.so.jtn_tariff_read_facts(self.handle, byref(facts)), None)
        facts.owner = self  # its texts live as long as the tariff
        return facts

    def rule_facts(self, index):
        facts = RuleFacts(size=ctypes.sizeof(RuleFacts))
        self.library.expect(self.library.so.jtn_tariff_read_rule(self.handle, c_uint32(index), byref(facts)), None)
        return facts

    def rule_id(self, index):
        if index not in self.rules:
            self.rules[index] = (self.rule_facts(index).id or b"").decode()
        return self.rules[index]


class Book:
    """A book; freed with the last tariff that borrows it."""

    def __init__(self, library, handle):
        self.library, self.handle = library, handle

    def __del__(self):
        self.library.so.jtn_book_free(self.handle)

    def facts(self):
        facts = BookFacts(size=ctypes.sizeof(BookFacts))
        self.library.expect(self.library.so.jtn_book_read_facts(self.handle, byref(facts)), None)
        return facts

    def notes(self):
        for index in range(self.facts().notes):
            error = Error()
            self.library.expect(self.library.so.jtn_book_read_note(self.handle, c_uint64(index), byref(error)), None)
            yield error

    def tariff(self, index=0):
        handle = self.library.so.jtn_book_tariff(self.handle, c_uint64(index))
        return Tariff(self.library, c_void_p(handle), self) if handle else None

    def lookup(self, provider, model, region=None):
        handle, error = c_void_p(), Error()
        texts = [None if text is None else text.encode() for text in (provider, model, region)]
        arguments = [argument for text in texts for argument in (text, c_size_t(len(text or b"")))]
        self.library.expect(
            self.library.so.jtn_book_lookup(self.handle, *arguments, byref(handle), byref(error)), error
        )
        return Tariff(self.library, handle, self)


class Statement:
    """Sums of charges by key."""

    def __init__(self, library, currency, names=(), handle=None):
        self.library, self.names = library, names
        self.handle = handle or c_void_p()
        if handle is None:
            error, texts = Error(), (c_char_p * max(1, len(names)))(*[name.encode() for name in names])
            library.expect(
                library.so.jtn_statement_new(
                    currency.encode(), texts, c_size_t(len(names)), None, byref(self.handle), byref(error)
                ),
                error,
            )

    def __del__(self):
        if self.handle:
            self.library.so.jtn_statement_free(self.handle)

    def add(self, currency, keys, total, counts, status=0):
        error, texts = Error(), (c_char_p * max(1, len(keys)))(*[None if key is None else key.encode() for key in keys])
        charge = Charge(total=Money.of(total), status=status)
        self.library.expect(
            self.library.so.jtn_statement_add(
                self.handle,
                currency.encode(),
                texts,
                byref(charge),
                counts_array(counts),
                c_size_t(len(counts)),
                byref(error),
            ),
            error,
        )

    def merge(self, other):
        error = Error()
        self.library.expect(self.library.so.jtn_statement_merge(self.handle, other.handle, byref(error)), error)

    def write(self):
        length = c_size_t()
        status = self.library.so.jtn_statement_write(self.handle, None, c_size_t(0), byref(length))
        buffer = ctypes.create_string_buffer(length.value + 1)
        if self.library.name(status) != "space":
            self.library.expect(status, None)
        self.library.expect(
            self.library.so.jtn_statement_write(self.handle, buffer, c_size_t(len(buffer)), byref(length)), None
        )
        return buffer.value

    def read(self, text):
        handle, error = c_void_p(), Error()
        self.library.expect(
            self.library.so.jtn_statement_parse(text, c_size_t(len(text)), None, byref(handle), byref(error)), error
        )
        return Statement(self.library, None, self.names, handle)

    def groups(self):
        for index in range(self.library.so.jtn_statement_count(self.handle)):
            group = Group(size=ctypes.sizeof(Group))
            self.library.expect(
                self.library.so.jtn_statement_read_group(self.handle, c_size_t(index), byref(group)), None
            )
            yield (
                tuple(group.keys[i].decode() if group.keys[i] is not None else None for i in range(len(self.names))),
                group.total.units,
                {group.counts[i].meter: group.counts[i].quantity for i in range(group.count)},
                group.rows,
                group.failed,
            )


def counts_array(counts):
    return (Count * max(1, len(counts)))(*[Count(quantity, meter, 0) for meter, quantity in counts])


class Library:
    """One loaded libjeton."""

    def __init__(self, path):
        self.so = ctypes.CDLL(str(path))
        for name in ("status", "meter", "tier", "format"):
            getattr(self.so, f"jtn_{name}_name").restype = c_char_p
        self.so.jtn_meter_unit.restype = c_char_p
        self.so.jtn_meter_count.restype = c_uint32
        self.so.jtn_book_tariff.restype = c_void_p
        self.so.jtn_statement_count.restype = c_size_t
        self.so.jtn_tariff_fallback.restype = c_uint32
        self.meters = {
            self.so.jtn_meter_name(c_uint32(meter)).decode(): meter for meter in range(1, self.so.jtn_meter_count() + 1)
        }
        self.names = {meter: name for name, meter in self.meters.items()}
        self.facts = {name: self.read_facts(meter) for name, meter in self.meters.items()}
        self.made_reader = None

    def __del__(self):
        if getattr(self, "made_reader", None):
            self.so.jtn_reader_free(self.made_reader)

    @property
    def reader(self):
        """One reader for all: what it gives is copied before its next call."""
        if not self.made_reader:
            reader = c_void_p()
            self.expect(self.so.jtn_reader_new(c_int32(0), None, byref(reader), None), None)
            self.made_reader = reader
        return self.made_reader

    def name(self, status):
        return self.so.jtn_status_name(c_int32(status)).decode()

    def expect(self, status, error):
        if status != 0:
            raise Refused(self.name(status), error)

    # meters, tiers, time

    def read_facts(self, meter):
        facts = MeterFacts()
        self.expect(self.so.jtn_meter_read_facts(c_uint32(meter), byref(facts), c_size_t(ctypes.sizeof(facts))), None)
        return facts

    def meter_name(self, meter):
        return self.names[meter]

    def quanta(self, name, quantity):
        """A quantity of a meter's unit as its quanta; ValueError where it is no whole number of them."""
        scaled = decimal.Decimal(str(quantity)).scaleb(self.facts[name].decimals)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{quantity} of {name} is no whole number of quanta")
        return int(scaled)

    def tier(self, name):
        tier, error, text = c_uint32(), Error(), name.encode()
        self.expect(self.so.jtn_tier_find(text, c_size_t(len(text)), byref(tier), byref(error)), error)
        return tier.value

    def time(self, text):
        time, error, text = c_int64(), Error(), text.encode()
        self.expect(self.so.jtn_time_parse(text, c_size_t(len(text)), byref(time), byref(error)), error)
        return time.value

    def time_text(self, time_ns):
        buffer = ctypes.create_string_buffer(40)
        self.expect(self.so.jtn_time_format(c_int64(time_ns), buffer, c_size_t(len(buffer))), None)
        return buffer.value.decode()

    # money

    def money(self, text):
        money, error, text = Money(), Error(), text.encode()
        self.expect(self.so.jtn_money_parse(text, c_size_t(len(text)), byref(money), byref(error)), error)
        return money.units

    def money_text(self, units):
        buffer, length = ctypes.create_string_buffer(48), c_size_t()
        self.expect(self.so.jtn_money_format(Money.of(units), buffer, c_size_t(len(buffer)), byref(length)), None)
        return buffer.value.decode()

    def money_round(self, units, decimals, rounding):
        rounded, residue, error = Money(), Money(), Error()
        self.expect(
            self.so.jtn_money_round(
                Money.of(units),
                c_int32(decimals),
                c_int32(ROUNDINGS[rounding]),
                byref(rounded),
                byref(residue),
                byref(error),
            ),
            error,
        )
        return rounded.units, residue.units

    def money_divide(self, units, count, rounding):
        quotient, rest, error = Money(), Money(), Error()
        self.expect(
            self.so.jtn_money_divide(
                Money.of(units),
                c_int64(count),
                c_int32(ROUNDINGS[rounding]),
                byref(quotient),
                byref(rest),
                byref(error),
            ),
            error,
        )
        return quotient.units, rest.units

    def allocate(self, bill, decimals, weights):
        error, parts = Error(), (Money * max(1, len(weights)))()
        self.expect(
            self.so.jtn_allocate(
                Money.of(bill),
                c_int32(decimals),
                (Money * max(1, len(weights)))(*map(Money.of, weights)),
                parts,
                c_size_t(len(weights)),
                byref(error),
            ),
            error,
        )
        return [part.units for part in parts[: len(weights)]]

    # books and usage

    def book(self, text, skip_bad_entries=False, repair_float_noise=False):
        text = text if isinstance(text, bytes) else text.encode() if isinstance(text, str) else json_text(text).encode()
        handle, error, options = c_void_p(), Error(), BookOptions()
        self.so.jtn_book_options_init(byref(options))
        options.skip_bad_entries, options.repair_float_noise = int(skip_bad_entries), int(repair_float_noise)
        self.expect(
            self.so.jtn_book_parse(text, c_size_t(len(text)), byref(options), None, byref(handle), byref(error)), error
        )
        return Book(self, handle)

    def overlay(self, tariff, book):
        handle, error = c_void_p(), Error()
        self.expect(self.so.jtn_tariff_overlay(tariff.handle, book.handle, None, byref(handle), byref(error)), error)
        return Tariff(self, handle, (tariff, book), owned=True)

    def format(self, name):
        form, error, text = c_int32(), Error(), name.encode()
        self.expect(self.so.jtn_format_find(text, c_size_t(len(text)), byref(form), byref(error)), error)
        return form.value

    def read(self, form, usage):
        """A bare usage object of a format, by the library's reader."""
        event, error, text = Event(size=ctypes.sizeof(Event)), Error(), json_text(usage).encode()
        self.expect(
            self.so.jtn_reader_usage(
                self.reader, c_int32(self.format(form)), text, c_size_t(len(text)), byref(event), byref(error)
            ),
            error,
        )
        return Read(self, event)

    def read_row(self, row):
        event, error, text = Event(size=ctypes.sizeof(Event)), Error(), json_text(row).encode()
        self.expect(self.so.jtn_reader_row(self.reader, text, c_size_t(len(text)), byref(event), byref(error)), error)
        return Read(self, event)

    # rating

    def rate(self, tariff, counts, time_ns, tier=0):
        """A charge with its lines, by both calls, which have to agree; what the header promises of lines holds."""
        array, error, charge, explained = counts_array(counts), Error(), Charge(), Charge()
        usage = Usage(time_ns=time_ns, tier=tier, count=len(counts))
        tariffs, sizes = (c_void_p * 1)(tariff.handle), [
            c_size_t(ctypes.sizeof(kind)) for kind in (Usage, Count, Charge, Line)
        ]
        status = self.so.jtn_rate_batch(
            tariffs,
            c_size_t(1),
            byref(usage),
            sizes[0],
            array,
            c_size_t(len(counts)),
            sizes[1],
            byref(charge),
            sizes[2],
            c_size_t(1),
            byref(error),
        )
        if self.name(status) == "rows":
            status = charge.status
            if charge.total.units or not status:
                raise Broken("a failed row has an amount or no status")
        lines, needed, why = (Line * LINES_MOST)(), c_size_t(), Error()
        told = self.so.jtn_charge_lines(
            tariff.handle,
            byref(usage),
            sizes[0],
            array,
            c_size_t(len(counts)),
            sizes[1],
            lines,
            sizes[3],
            c_size_t(LINES_MOST),
            byref(needed),
            byref(explained),
            byref(why),
        )
        if told != status:
            raise Broken(f"jtn_rate_batch says {self.name(status)}, jtn_charge_lines {self.name(told)}")
        self.expect(status, error)
        rated = Rated(
            charge.total.units,
            charge.flags,
            [RatedLine(self, line, tariff.rule_id(line.rule)) for line in lines[: needed.value]],
        )
        if (explained.total.units, explained.flags, explained.lines) != (
            charge.total.units,
            charge.flags,
            charge.lines,
        ):
            raise Broken("jtn_rate_batch and jtn_charge_lines differ")
        self.check_lines(rated.total, lines[: needed.value], charge.flags)
        return rated

    def check_lines(self, total, lines, flags=None):
        if sum(line.amount.units for line in lines) != total:
            raise Broken(f"lines sum to {sum(line.amount.units for line in lines)}, the total is {total}")
        seen = 0
        for line in lines:
            seen |= line.flags
            if line.amount.units * line.per + line.residue != line.quantity * line.price.units:
                raise Broken(f"amount * per + residue != quantity * price in a line of {line.meter}")
            if 2 * abs(line.residue) > line.per or bool(line.residue) != bool(line.flags & CHARGE_FLAGS["rounded"]):
                raise Broken(
                    f"the residue of a line of {line.meter} is not what half-even rounding leaves, or is not flagged"
                )
        if flags is not None and seen != flags:
            raise Broken(f"the charge has flags {flags}, its lines {seen}")

    def settle(self, tariff, now=(), prior=(), final=True, prior_spend=0, now_spend=0, prior_events=0, time_ns=0):
        """The total and the lines of settling a period."""
        period = Period(
            size=ctypes.sizeof(Period),
            final=int(final),
            time_ns=time_ns,
            prior=counts_array(prior),
            now=counts_array(now),
            prior_count=len(prior),
            now_count=len(now),
            prior_spend=Money.of(prior_spend),
            now_spend=Money.of(now_spend),
            prior_events=Money.of(prior_events),
        )
        lines, needed, total, error = (Line * LINES_MOST)(), c_size_t(), Money(), Error()
        self.expect(
            self.so.jtn_settle(
                tariff.handle,
                byref(period),
                lines,
                c_size_t(ctypes.sizeof(Line)),
                c_size_t(LINES_MOST),
                byref(needed),
                byref(total),
                byref(error),
            ),
            error,
        )
        if sum(line.amount.units for line in lines[: needed.value]) != total.units:
            raise Broken("the lines of a settling do not sum to its total")
        return total.units, [RatedLine(self, line, tariff.rule_id(line.rule)) for line in lines[: needed.value]]
