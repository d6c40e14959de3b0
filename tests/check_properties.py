#!/usr/bin/env python3
"""What holds of accounts whatever the numbers: hypothesis makes them, decimal and fractions give the other opinion."""

import decimal
import fractions
import os
import pathlib
import subprocess
import sys
import traceback
from datetime import datetime, timedelta, timezone

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "rating"), str(HERE / "abi")]
import oracle  # noqa: E402
from common import Tap  # noqa: E402
from library import ROUNDINGS, UNIT, Library, Refused, Statement, decimal_of, find, units_of  # noqa: E402

try:
    from hypothesis import HealthCheck, assume, given, settings
    from hypothesis import strategies as some
except ImportError:
    # The distribution's own python may have what this one lacks.
    OTHER = "/usr/bin/python3"
    if (
        os.path.exists(OTHER)
        and subprocess.run([OTHER, "-c", "import hypothesis"], capture_output=True).returncode == 0
    ):
        os.execv(OTHER, [OTHER, *sys.argv])
    print("1..0 # SKIP hypothesis is not installed (Debian: python3-hypothesis)")
    sys.exit(0)

LIBRARY = Library(find()) if find() else None
MOST = 10**38 - 1
METERS = ("input", "input_audio", "cache_read", "cache_write_5m", "output", "reasoning", "web_search", "requests")
TIERS = ("standard", "batch", "priority")
PERS = (10**6, 1, 1000, 3, 7)
FALLBACKS = {"reasoning": "output", "input_audio": "input", "cache_write_5m": "input", "cache_read": "input"}


def bounded(examples):
    """The same examples on every run, and nothing kept between runs."""
    return settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )


def price_of(number):
    """A price and its quantity from one number, quicker than drawing each part: exponents and noise included."""
    number, places = divmod(number, 18)
    digits, per = divmod(number, len(PERS))
    return {"price": str(decimal.Decimal(digits).scaleb(-places)), "per": PERS[per]}


exact_prices = some.builds(
    lambda number: price_of(number * len(PERS) * 18 + number % 13)["price"], some.integers(0, 10**6)
)
prices = some.integers(0, 10**7).map(price_of) | some.integers(10**17, 10**19).map(price_of)
# A quantity is now and then at a threshold.
quantities = some.integers(0, 2 * 10**6) | some.sampled_from((0, 1, 999, 1000, 1001, 128000, 200000, 200001, 10**12))
usages = some.dictionaries(some.sampled_from(METERS), quantities, max_size=5)
instants = some.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda time: time.replace(microsecond=0))
amounts = some.integers(-MOST, MOST) | some.integers(-(10**20), 10**20)


def text_of(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


windows = some.builds(
    lambda hours, sign, days, first, length: {
        "utc_offset": f"{sign}{hours:02}:30",
        "weekdays": sorted(days),
        "from": f"{first:02}:15",
        "until": f"{first + length:02}:45",
    },
    some.integers(0, 12),
    some.sampled_from("+-"),
    some.sets(some.integers(1, 7), min_size=1),
    some.integers(0, 12),
    some.integers(0, 11),
)


@some.composite
def thresholds(draw):
    kind = draw(
        some.sampled_from((("meter", "graduated"), ("meter", "cliff"), ("all_input", "cliff"), ("total", "cliff")))
    )
    steps = draw(some.lists(some.sampled_from((0, 999, 1000, 128000, 200000)), min_size=1, max_size=2, unique=True))
    return [{"quantity": kind[0], "mode": kind[1], "above": step, "inclusive": draw(some.booleans())} for step in steps]


@some.composite
def rules_of_meter(draw, meter):
    """Rules for one meter: with every mixture of the conditions it has, so that no two can fit equally well."""
    kinds = draw(some.integers(0, 7))
    tiers = ((), (["batch"],), (["batch"], ["priority"]))[draw(some.integers(1, 2)) if kinds & 1 else 0]
    steps, window = draw(thresholds()) if kinds & 2 else [], draw(windows) if kinds & 4 else None
    mixtures = [{}]
    for key, values in (("tier", tiers), ("when", steps), ("window", [window] if window else [])):
        mixtures += [{**mixture, key: value} for mixture in mixtures for value in values]
    rules = [{"meters": [meter], **draw(prices), **mixture} for mixture in mixtures]
    shape = draw(some.integers(0, 5))
    if shape == 1:  # the plain price changes at an instant
        change = text_of(draw(instants))
        rules.append({**rules[0], **draw(prices), "from": change})
        rules[0]["until"] = change
    return rules[1:] if shape == 2 else rules


@some.composite
def tariffs(draw):
    meters = draw(some.lists(some.sampled_from(METERS), min_size=1, max_size=4, unique=True))
    rules = [rule for meter in meters for rule in draw(rules_of_meter(meter))]
    declared = draw(some.integers(0, 2 ** len(FALLBACKS) - 1))
    fallback = {meter: coarser for bit, (meter, coarser) in enumerate(FALLBACKS.items()) if declared >> bit & 1}
    return {
        "provider": "p",
        "model": "m",
        "fallback": fallback,
        "settle": [],
        "rules": [{"id": f"r{number}", **rule} for number, rule in enumerate(rules)],
    }


@some.composite
def cases(draw):
    """A tariff and a usage of what it prices, now and then of something else too."""
    tariff = draw(tariffs())
    priced = sorted({meter for rule in tariff["rules"] for meter in rule["meters"]})
    usage = {meter: draw(quantities) for meter in priced}
    if not draw(some.integers(0, 2)):
        usage[draw(some.sampled_from(METERS))] = draw(quantities)
    return tariff, usage


def parsed(tariff):
    return LIBRARY.book({"jeton_book": 1, "currency": "USD", "tariffs": [tariff]}).tariff()


def counts_of(usage):
    return [(LIBRARY.meters[name], count) for name, count in usage.items()]


def rated(tariff, usage, time_ns, tier="standard"):
    return LIBRARY.rate(tariff, counts_of(usage), time_ns, LIBRARY.tier(tier))


@bounded(300)
@given(cases(), instants, some.sampled_from(TIERS))
def a_total_is_the_exact_value_but_for_the_rounding_of_each_line(case, instant, tier):
    tariff, usage = case
    time_ns = oracle.nanoseconds(text_of(instant))
    lines = oracle.rate(tariff, usage, time_ns, tier)
    try:
        got = rated(parsed(tariff), usage, time_ns, tier)
    except Refused as refused:
        # Which of several things that are wrong it names is the library's to choose.
        named = lines is None and refused.status in ("unpriced_meter", "no_price_at_time")
        too_much = refused.status == "overflow" and (lines is None or sum(lines) * UNIT > MOST)
        assert named or too_much, refused
        return
    assert lines is not None, f"{decimal_of(got.total)}, and fractions find no price"
    assert abs(got.total - sum(lines) * UNIT) <= fractions.Fraction(
        len(lines), 2
    ), f"{decimal_of(got.total)}, exactly {float(sum(lines))}; {got.lines}"
    assert len(lines) == len(got.lines), f"{got.lines}, and fractions say {lines}"


@bounded(100)
@given(cases(), instants, some.sampled_from(TIERS))
def line_items_sum_to_the_total_and_none_is_negative(case, instant, tier):
    tariff, usage = case
    try:
        got = rated(parsed(tariff), usage, oracle.nanoseconds(text_of(instant)), tier)
    except Refused as refused:
        assert refused.status in ("unpriced_meter", "no_price_at_time", "overflow")
        return
    assert sum(line.amount for line in got.lines) == got.total >= 0
    assert all(line.amount >= 0 and line.quantity > 0 for line in got.lines)


@bounded(100)
@given(some.dictionaries(some.sampled_from(METERS[:-1]), exact_prices, min_size=1), some.data())
def rating_two_halves_comes_to_the_same_as_rating_the_whole(priced, data):
    tariff = parsed(
        {
            "provider": "p",
            "model": "m",
            "settle": [],
            "rules": [
                {"id": meter, "meters": [meter], "price": price, "per": 10**6} for meter, price in priced.items()
            ],
        }
    )
    usage = {meter: data.draw(quantities) for meter in priced}
    half = {meter: data.draw(some.integers(0, count)) for meter, count in usage.items()}
    rest = {meter: usage[meter] - half[meter] for meter in usage}
    whole = rated(tariff, usage, 0)
    assert not whole.flags & 1
    assert rated(tariff, half, 0).total + rated(tariff, rest, 0).total == whole.total


@bounded(100)
@given(
    some.lists(
        some.tuples(
            some.sampled_from((None, "", "a", "b", 'c"\\')),
            some.sampled_from(("x", "y")),
            some.integers(-(10**25), 10**25),
            usages,
            some.sampled_from((0, 0, 0, 20)),
        ),
        max_size=12,
    ),
    some.randoms(use_true_random=False),
    some.integers(1, 4),
)
def a_statement_is_the_same_bytes_whatever_the_order_and_partition(charges, chance, parts):
    def add(statement, some_charges):
        for tenant, model, total, usage, status in some_charges:
            statement.add("USD", [tenant, model], 0 if status else total, counts_of(usage), status)
        return statement

    def fresh():
        return Statement(LIBRARY, "USD", ("tenant", "model"))

    straight = add(fresh(), charges).write()
    shuffled = list(charges)
    chance.shuffle(shuffled)
    pieces = [add(fresh(), shuffled[part::parts]) for part in range(parts)]
    chance.shuffle(pieces)
    merged = fresh()
    for piece in pieces:
        merged.merge(piece)
    assert merged.write() == straight
    assert merged.read(straight).write() == straight
    assert sum(total for _, total, _, _, _ in merged.groups()) == sum(
        total for _, _, total, _, status in charges if not status
    )


@bounded(300)
@given(
    some.integers(-(10**36), 10**36) | some.integers(-1000, 1000),
    some.sampled_from((0, 2, 6, 18)),
    some.lists(some.integers(0, 10**24) | some.integers(0, 3), min_size=1, max_size=20),
)
def an_allocation_sums_to_the_bill_and_is_within_one_unit(bill, decimals, weights):
    unit = 10 ** (18 - decimals)
    bill -= bill % unit
    assume(any(weights))
    parts = LIBRARY.allocate(bill, decimals, weights)
    assert sum(parts) == bill
    for part, weight in zip(parts, weights):
        assert part % unit == 0 and abs(part - fractions.Fraction(bill) * weight / sum(weights)) < unit
        assert weight or not part
    order = sorted(zip(weights, parts), key=lambda pair: pair[0])
    assert all(abs(a[1]) <= abs(b[1]) for a, b in zip(order, order[1:]) if a[0] < b[0])


@bounded(500)
@given(amounts)
def money_reads_what_it_writes(units):
    text = LIBRARY.money_text(units)
    assert decimal.Decimal(text) == decimal_of(units) and "e" not in text.lower()
    assert "." not in text or text[-1] not in "0."
    assert LIBRARY.money(text) == units


@bounded(500)
@given(some.integers(-(10**40), 10**40), some.integers(-30, 10), some.sampled_from(("{}", "{:f}", "{:e}", "{:E}")))
def money_reads_decimals_exactly_or_not_at_all(number, exponent, form):
    value = decimal.Decimal(number).scaleb(exponent)
    try:
        expected = units_of(value)
        expected = expected if abs(expected) <= MOST else "overflow"
    except ValueError:
        expected = "inexact" if abs(value) < 10**20 else ("inexact", "overflow")
    try:
        got = LIBRARY.money(form.format(value))
    except Refused as refused:
        assert refused.status in expected if isinstance(expected, tuple) else refused.status == expected
        return
    assert got == expected


@bounded(300)
@given(amounts, some.integers(0, 18), some.sampled_from(sorted(ROUNDINGS)))
def money_rounds_as_decimal_does(units, decimals, rounding):
    places = decimal.Decimal(1).scaleb(-decimals)
    expected = units_of(decimal_of(units).quantize(places, getattr(decimal, "ROUND_" + rounding.upper())))
    try:
        rounded, residue = LIBRARY.money_round(units, decimals, rounding)
    except Refused as refused:
        assert refused.status == "overflow" and abs(expected) > MOST
        return
    assert rounded == expected and rounded + residue == units


@bounded(400)
@given(some.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)), some.integers(-23 * 60, 23 * 60))
def time_is_read_as_datetime_reads_it(instant, offset):
    there = instant.replace(tzinfo=timezone(timedelta(minutes=offset)))
    expected = (there - oracle.EPOCH) // timedelta(microseconds=1) * 1000
    got = LIBRARY.time(there.isoformat())
    assert got == expected
    assert LIBRARY.time(LIBRARY.time_text(got)) == got and LIBRARY.time_text(got).endswith("Z")


# Settling: usage in parts of a period, the last one final, comes to the whole period settled at once.
METER = "provisioned_unit_hours"
# Short enough that a hundredth of a millionth of a tenth of one is exact, so that parts have nothing to round.
short_prices = some.integers(0, 10**7).map(lambda number: str(decimal.Decimal(number // 9).scaleb(-(number % 9))))


@some.composite
def steps(draw, most=4):
    ends = sorted(draw(some.sets(some.integers(1, 40), max_size=most - 1)))
    return [
        {"up_to": end, "price": draw(short_prices), "per": draw(some.sampled_from((1, 10))), "flat": draw(short_prices)}
        for end in ends + [None]
    ]


SETTLES = {
    "graduated": steps().map(lambda tiers: {"meters": [METER], "tiers": tiers}),
    "volume": steps().map(lambda tiers: {"meters": [METER], "tiers": tiers}),
    "package": some.builds(
        lambda price, size, free: {"meters": [METER], "price": price, "quantity": size, "free": free},
        short_prices,
        some.integers(1, 9),
        some.integers(0, 9),
    ),
    "subscription": some.builds(
        lambda fee, allowance, price: {"meters": [METER], "fee": fee, "allowance": allowance, "price": price, "per": 1},
        short_prices,
        some.integers(0, 30),
        short_prices,
    ),
    "provisioned": some.builds(
        lambda price, size: {"meters": [METER], "price": price, "per": 1, "quantity": size},
        short_prices,
        some.integers(0, 30),
    ),
    "percentage": some.integers(0, 10**9).map(lambda number: {"fraction": str(decimal.Decimal(number).scaleb(-9))}),
    "commitment": some.integers(0, 10**4).map(lambda amount: {"amount": str(amount)}),
    "maximum": some.integers(0, 10**4).map(lambda amount: {"amount": str(amount)}),
    "minimum": some.integers(0, 10**4).map(lambda amount: {"amount": str(amount)}),
}
USAGE_MODELS = ("graduated", "volume", "package", "subscription", "provisioned")


@some.composite
def settled_tariffs(draw, model):
    usage = model if model in USAGE_MODELS else draw(some.sampled_from(USAGE_MODELS))
    chosen = [usage] + ([model] if model != usage else [])
    return {
        "provider": "p",
        "model": "m",
        "rules": [],
        "settle": [
            {"id": f"{kind}-{number}", "model": kind, **draw(SETTLES[kind])} for number, kind in enumerate(chosen)
        ],
    }


def settles_the_same_in_parts(tariff, parts, spends):
    handle = parsed(tariff)
    used = spent = events = total = 0
    for number, (part, spend) in enumerate(zip(parts, spends)):
        counts = [[(LIBRARY.meters[METER], quantity)] if quantity else [] for quantity in (used, part)]
        settled, _ = LIBRARY.settle(
            handle,
            prior=counts[0],
            now=counts[1],
            final=number == len(parts) - 1,
            prior_spend=spent,
            now_spend=spend,
            prior_events=events,
        )
        used, spent, events, total = used + part, spent + spend + settled, events + spend, total + settled
    once, lines = LIBRARY.settle(
        handle, now=[(LIBRARY.meters[METER], used)] if used else [], final=True, now_spend=sum(spends)
    )
    assert total == once, f"{decimal_of(total)} in parts, {decimal_of(once)} at once: {lines}"


prices = some.builds(lambda price, per: {"price": price, "per": per}, short_prices, some.sampled_from((1, 7, 10**6)))
allowances = some.builds(
    lambda price, quantity: {"effect": "allowance", "meters": ["input"], "quantity": quantity, **price},
    some.just({}) | prices,
    some.integers(0, 300),
)
adjustments = some.builds(
    lambda effect, percent: {"effect": effect, "fraction": str(decimal.Decimal(percent) / 100)},
    some.sampled_from(("markup", "discount")),
    some.integers(0, 100),
)


@bounded(300)
@given(
    prices,
    some.lists(some.sampled_from(TIERS[1:]), unique=True).flatmap(
        lambda tiers: some.tuples(*[some.tuples(some.just(tier), prices) for tier in tiers])
    ),
    some.lists(some.lists(allowances | adjustments | prices, max_size=3), min_size=1, max_size=2),
    some.lists(some.tuples(some.sampled_from(TIERS), some.integers(0, 100)), min_size=1, max_size=4),
    some.integers(0, 4),
)
def an_allowance_never_gives_back_more_than_was_charged(price, tiered, overlays, events, cut):
    rules = [{"id": "r", "meters": ["input"], **price}]
    rules += [{"id": tier, "meters": ["input"], "tier": [tier], **at} for tier, at in tiered]
    tariff = parsed({"provider": "p", "model": "m", "rules": rules})
    try:
        for number, entries in enumerate(overlays):
            named = [{"meters": ["input"], **entry, "id": f"o{number}-{i}"} for i, entry in enumerate(entries)]
            entry = {"provider": None, "model": None, "rules": named}
            book = {"jeton_overlay": 1, "customer": "c", "currency": "USD", "tariffs": [entry]}
            tariff = LIBRARY.overlay(tariff, LIBRARY.book(book))
    except Refused as refused:
        assert refused.status in ("contradiction", "ambiguous"), refused
        return
    meter = LIBRARY.meters["input"]
    spends = [rated(tariff, {"input": quantity}, 0, tier).total if quantity else 0 for tier, quantity in events]
    total = used = spent = before = 0
    for rows in (range(0, min(cut, len(events))), range(min(cut, len(events)), len(events))):
        now, spend = sum(events[i][1] for i in rows), sum(spends[i] for i in rows)
        counts = [[(meter, quantity)] if quantity else [] for quantity in (used, now)]
        settled, lines = LIBRARY.settle(
            tariff, prior=counts[0], now=counts[1], final=bool(used), prior_spend=spent, now_spend=spend, prior_events=before
        )
        used, before, spent, total = used + now, before + spend, spent + spend + settled, total + settled
        assert before + total >= 0, f"{decimal_of(before)} charged, {decimal_of(total)} settled: {lines}"


def settling(model):
    @bounded(60)
    @given(
        settled_tariffs(model),
        some.lists(some.integers(0, 30 * 10**6) | some.sampled_from((0, 10**6, 5 * 10**6)), min_size=1, max_size=4),
        some.lists(some.integers(0, 10**5).map(lambda cents: cents * 10**16), min_size=4, max_size=4),
    )
    def check(tariff, parts, spends):
        settles_the_same_in_parts(tariff, parts, spends[: len(parts)])

    return check


def settling_whole(model):
    @bounded(40)
    @given(settled_tariffs(model), some.integers(0, 60 * 10**6) | some.integers(0, 60).map(lambda hours: hours * 10**6))
    def check(tariff, quantity):
        exact = oracle.settle(tariff["settle"], 0, fractions.Fraction(quantity, 10**6), True, 0)
        counts = [(LIBRARY.meters[METER], quantity)] if quantity else []
        total, lines = LIBRARY.settle(parsed(tariff), now=counts)
        assert abs(total - exact * UNIT) <= fractions.Fraction(
            len(lines), 2
        ), f"{decimal_of(total)}, exactly {float(exact)}: {lines}"

    return check


PROPERTIES = [
    a_total_is_the_exact_value_but_for_the_rounding_of_each_line,
    line_items_sum_to_the_total_and_none_is_negative,
    rating_two_halves_comes_to_the_same_as_rating_the_whole,
    a_statement_is_the_same_bytes_whatever_the_order_and_partition,
    an_allocation_sums_to_the_bill_and_is_within_one_unit,
    money_reads_what_it_writes,
    an_allowance_never_gives_back_more_than_was_charged,
    money_reads_decimals_exactly_or_not_at_all,
    money_rounds_as_decimal_does,
    time_is_read_as_datetime_reads_it,
]


def problems(check):
    """What hypothesis found, shrunk; empty when nothing."""
    try:
        check()
    except Exception as error:  # noqa: BLE001
        notes = getattr(error, "__notes__", [])
        last = traceback.extract_tb(error.__traceback__)[-1]
        return [
            line
            for text in [f"{type(error).__name__} at line {last.lineno}: {error}", *notes]
            for line in text.splitlines()
        ][:40]
    return []


def main():
    if not LIBRARY:
        print("1..0 # SKIP no build with libjeton.so")
        return
    tap = Tap()
    for check in PROPERTIES:
        tap.check(check.__name__, problems(check))
    for model in SETTLES:
        tap.check(f"settling_a_period_in_parts_comes_to_the_same_as_at_once_under_{model}", problems(settling(model)))
    for model in USAGE_MODELS + ("maximum", "minimum"):
        name = f"settling_a_whole_period_comes_to_what_fractions_say_under_{model}"
        tap.check(name, problems(settling_whole(model)))
    tap.done()


if __name__ == "__main__":
    main()
