"""Period charges of OpenMeter's and Lago's tests: the price becomes the settle entries of a tariff, settled at once."""

from library import decimal_of, units_of
from outcome import Differs, demand

FILE = "vectors_charge_models.jsonl"
NAME = "charge models"
METER = "provisioned_unit_hours"  # quantities may be fractions, and its quanta are millionths
FINAL = ("SinglePerPeriod", "LastInPeriod")


def tier(up_to, unit, flat):
    return {"up_to": up_to, "price": unit or "0", "per": 1, "flat": flat or "0"}


def usage_price(price):
    """The entry that prices the quantity itself."""
    mode = price["mode"]
    if mode in ("graduated", "volume"):
        tiers = [tier(one["up_to"], one["unit"], one["flat"]) for one in price.get("tiers", ())]
        tiers += [tier(one["to"], one["unit"], one["flat"]) for one in price.get("ranges", ())]
        return {"model": mode, "tiers": tiers}
    if mode == "package":
        size = price.get("quantity_per_package", price.get("package_size"))
        return {"model": "package", "price": price["amount"], "quantity": size, "free": price.get("free_units", 0)}
    if mode in ("unit", "standard", "per_unit"):
        return {"model": "graduated", "tiers": [tier(None, price["amount"], None)]}
    raise KeyError(f"no settle model for {mode}")


def fraction(percent):
    return str(decimal_of(units_of(percent)) / 100)


def settle_entries(row):
    price = row["price"]
    entries = [{"id": "usage", "meters": [METER], **usage_price(price)}]
    if row.get("percentage_discount"):
        entries.append({"id": "discount", "model": "percentage", "fraction": fraction(row["percentage_discount"])})
    for key, model in (
        ("maximum_amount", "maximum"),
        ("minimum_amount", "minimum"),
        ("commitment_amount", "commitment"),
    ):
        if price.get(key):
            entries.append({"id": model, "model": model, "amount": price[key]})
    return entries


def book_of(entries):
    return {
        "jeton_book": 1,
        "currency": "USD",
        "tariffs": [{"provider": "p", "model": "m", "rules": [], "settle": entries}],
    }


def check(row, context):
    library = context.library
    tariff = library.book(book_of(settle_entries(row))).tariff()
    counts = {
        key: [(library.meters[METER], library.quanta(METER, row[field]))] if float(row.get(field) or 0) else []
        for key, field in (("now", "quantity"), ("prior", "pre_line_quantity"))
    }
    total, lines = library.settle(
        tariff,
        now=counts["now"],
        prior=counts["prior"],
        final=row.get("line_mode", FINAL[0]).startswith(FINAL),
        prior_spend=units_of(row.get("previous_billed_amount") or "0"),
    )
    try:
        demand("total", total, row["expected_total"])
    except Differs as differs:
        raise Differs(f"{differs}; {lines}") from None
