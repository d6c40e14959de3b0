"""What the three families of genai-prices share: the book, and a charge held against theirs."""

import decimal

from library import Refused, decimal_of
from outcome import Differs, Excepted, demand, same
from units import Contradiction, by_unit

FIRST_BOOK = "genai_prices_v2_data_*.json"
UNPRICED = "a missing price is not zero (Meters), and genai-prices took it for zero"
ANCESTOR = "a meter with a price of its own is priced (Meters), and genai-prices wants its coarser ones priced too"
EXCEEDS = "a part that exceeds its whole is refused (Meters)"


def book(context):
    return context.book(FIRST_BOOK)


def priceable(library, tariff, counts, when):
    """The counts that the tariff has a price for, one by one."""
    ret = []
    for count in counts:
        try:
            library.rate(tariff, [count], when)
            ret.append(count)
        except Refused as refused:
            if refused.status != "unpriced_meter":
                raise
    return ret


def rate_against(library, tariff, counts, when, tier, expected, breakdown=()):
    """Rate and compare. Where a count has no price, all others have to come to what is expected."""
    try:
        rated = library.rate(tariff, counts, when, tier)
    except Refused as refused:
        if refused.status != "unpriced_meter":
            raise
        rated = library.rate(tariff, priceable(library, tariff, counts, when), when, tier)
        hold_against(library, rated, expected, breakdown)
        raise Excepted(UNPRICED, refused.field) from None
    hold_against(library, rated, expected, breakdown)


def expect_refusal(rate, error):
    """Rating has to be refused; a part that exceeds its whole as a contradiction and as nothing else."""
    try:
        rated = rate()
    except Contradiction:
        return
    except Refused as refused:
        if "cannot exceed" in error or refused.status == "unsupported":
            raise
        return
    if "Missing ancestor price" in error and all(line.priced_as == line.meter for line in rated.lines):
        raise Excepted(ANCESTOR)
    raise Differs(f"rated at {decimal_of(rated.total)}, and an error was due: {error}")


def hold_against(library, rated, expected, breakdown=()):
    """Total, both directions, and their breakdown against our lines."""
    demand("total", rated.total, expected["total"])
    for direction, number in (("input", 1), ("output", 2)):
        if direction in expected:
            demand(
                direction,
                sum(
                    line.amount for line in rated.lines if line.meter and library.facts[line.meter].direction == number
                ),
                expected[direction],
            )
    if not breakdown:
        return
    theirs = {}
    for line in breakdown:
        quantity, amount = theirs.get(line["unit"], (0, 0))
        theirs[line["unit"]] = quantity + decimal.Decimal(line["quantity"]), amount + decimal.Decimal(line["amount"])
    ours = by_unit(library, rated.lines, theirs)
    for unit, (quantity, amount) in theirs.items():
        mine = ours.get(unit, (0, 0))
        if mine[0] != quantity or not same(mine[1], amount):
            raise Differs(f"{unit}: {mine[0]} for {decimal_of(mine[1])}, expected {quantity} for {amount}")
