"""What became of a vector, and how amounts are compared."""

import decimal

from library import decimal_of

EXACT, EXCEPTION, INEXPRESSIBLE, NOT_RUN, FAILED = "exact", "exception", "not expressible", "not run", "FAILED"
KINDS = (EXACT, EXCEPTION, INEXPRESSIBLE, NOT_RUN, FAILED)
TOLERANCE = decimal.Decimal("1e-17")


class Differs(Exception):
    """The library's answer is not the vector's."""


class ByRule(Exception):
    """A verdict other than exact or failed: the rule, the same for every row it holds of, and what is the row's own."""

    def __init__(self, rule, detail=""):
        self.rule = rule
        super().__init__(f"{rule}: {detail}" if detail else rule)


class Excepted(ByRule):
    """The vector contradicts a rule of ACCOUNTS.md, which is named."""


class Inexpressible(ByRule):
    """What the vector is about is not in the vector, or not what a rating library does."""


class NotRun(ByRule):
    """The means to check it are not here."""


def same(units, expected):
    """Whether an amount is the expected decimal: exactly, or within 10^-17 where that is finer than 10^-18."""
    expected, got = decimal.Decimal(expected), decimal_of(units)
    return got == expected or (expected.as_tuple().exponent < -18 and abs(got - expected) <= TOLERANCE)


def demand(what, units, expected):
    if not same(units, expected):
        raise Differs(
            f"{what}: {decimal_of(units)}, expected {expected}, off by {decimal_of(units) - decimal.Decimal(expected)}"
        )
