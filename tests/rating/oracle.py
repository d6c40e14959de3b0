"""Rating by fractions, straight from what ACCOUNTS.md says of rules: the other opinion in the property tests."""

from datetime import datetime, timedelta, timezone
from fractions import Fraction

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
INPUT = ("input", "input_audio", "cache_read", "cache_write_5m")


def nanoseconds(text):
    since = datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH
    return (since.days * 86400 + since.seconds) * 10**9 + since.microseconds * 1000


def in_window(window, time_ns):
    sign = -1 if window["utc_offset"][0] == "-" else 1
    hours, minutes = window["utc_offset"][1:].split(":")
    local = EPOCH + timedelta(seconds=time_ns // 10**9) + sign * timedelta(hours=int(hours), minutes=int(minutes))
    return local.isoweekday() in window["weekdays"] and window["from"] <= local.strftime("%H:%M") < window["until"]


def tokens(counts):
    return {name: count for name, count in counts.items() if name in INPUT or name in ("output", "reasoning")}


def matches(rule, counts, meter, quantity, time_ns, tier):
    if (
        "from" in rule
        and time_ns < nanoseconds(rule["from"])
        or "until" in rule
        and time_ns >= nanoseconds(rule["until"])
    ):
        return False
    if "tier" in rule and tier not in rule["tier"] or "window" in rule and not in_window(rule["window"], time_ns):
        return False
    if "when" not in rule:
        return meter in rule["meters"]
    when = rule["when"]
    seen = {
        "meter": quantity,
        "total": sum(tokens(counts).values()),
        "all_input": sum(count for name, count in counts.items() if name in INPUT),
    }[when["quantity"]]
    reached = seen > when["above"] or seen == when["above"] and when["inclusive"] and when["mode"] == "cliff"
    return meter in rule["meters"] and reached


def specificity(rule):
    return sum(kind in rule for kind in ("tier", "when", "window")), rule.get("when", {}).get("above", -1)


def rule_for(tariff, counts, meter, quantity, time_ns, tier):
    while meter:
        fitting = [rule for rule in tariff["rules"] if matches(rule, counts, meter, quantity, time_ns, tier)]
        if fitting:
            return max(fitting, key=specificity)
        meter = tariff["fallback"].get(meter)
    return None


def rate(tariff, counts, time_ns, tier):
    """(exact value of every line in currency units, or None where some count has no price)."""
    lines, wanted = [], dict(counts)
    if any("requests" in rule["meters"] for rule in tariff["rules"]):
        wanted.setdefault("requests", 1)  # nobody said how many; where it has no price now, nobody asked either
    for meter, quantity in wanted.items():
        while quantity:
            rule = rule_for(tariff, counts, meter, quantity, time_ns, tier)
            if not rule and meter not in counts:
                break
            if not rule:
                return None
            graduated = rule.get("when", {}).get("mode") == "graduated"
            part = quantity - rule["when"]["above"] if graduated else quantity
            lines.append(Fraction(rule["price"]) * part / rule["per"])
            quantity -= part
    return lines


def tier_parts(tiers, quantity):
    """(tier, how much of the quantity lies in it), as far as the quantity reaches."""
    below = Fraction(0)
    for tier in tiers:
        end = quantity if tier["up_to"] is None else min(quantity, Fraction(str(tier["up_to"])))
        if end > below:
            yield tier, end - below
        below = max(below, end)


def usage_charge(entry, quantity, final):
    """What a settle entry of a usage model comes to for a quantity since the period began."""
    model = entry["model"]
    if model == "graduated":
        return sum(
            Fraction(tier["price"]) * part / tier["per"] + Fraction(tier["flat"])
            for tier, part in tier_parts(entry["tiers"], quantity)
        )
    if model == "volume":
        ends = [tier for tier in entry["tiers"] if tier["up_to"] is None or quantity <= Fraction(str(tier["up_to"]))]
        return (Fraction(ends[0]["price"]) * quantity / ends[0]["per"] + Fraction(ends[0]["flat"])) if final else 0
    if model == "package":
        packages = -(-max(Fraction(0), quantity - entry["free"]) // Fraction(str(entry["quantity"])))
        return packages * Fraction(entry["price"])
    if model == "subscription":
        beyond = max(Fraction(0), quantity - entry["allowance"])
        return Fraction(entry["fee"]) + beyond * Fraction(entry["price"]) / entry["per"]
    return max(quantity, Fraction(entry["quantity"])) * Fraction(entry["price"]) / entry["per"]


def settle(entries, prior, now, final, prior_spend):
    """A settling by usage models, then a maximum, then a minimum."""
    usage = [entry for entry in entries if "meters" in entry]
    total = sum(usage_charge(entry, prior + now, final) for entry in usage)
    if prior:
        total -= sum(usage_charge(entry, prior, False) for entry in usage)
    for entry in entries:
        if entry["model"] == "maximum":
            total = min(total, max(Fraction(0), Fraction(entry["amount"]) - prior_spend))
    for entry in entries:
        if entry["model"] == "minimum" and final:
            total = max(total, Fraction(entry["amount"]) - prior_spend)
    return total
