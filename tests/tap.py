#!/usr/bin/env python3
"""Adds up TAP points. usage: tap.py LABEL TESTLOG.json … prints one line a label: LABEL PASSED FAILED SKIPPED.

The logs are meson's. A program that crashed, broke its plan or ran out of time counts as one failure more than it told;
a program without TAP counts as one point.
"""
import json
import re
import sys

POINT = re.compile(r"^(ok|not ok)\b(?:\s+\d+)?[^#]*(?:#\s*(\w+))?")
PLAN = re.compile(r"^1\.\.(\d+)\s*(?:#\s*skip)?", re.I)


def points(text):
    """(passed, failed, skipped, what is wrong with the plan or None) of one program's output."""
    passed = failed = skipped = 0
    planned = None
    for line in text.splitlines():
        if line.startswith("Bail out!"):
            return passed, failed, skipped, line
        plan, point = PLAN.match(line), POINT.match(line)
        if plan:
            planned = int(plan.group(1))
        elif point:
            directive = (point.group(2) or "").lower()
            if directive.startswith("skip"):
                skipped += 1
            elif point.group(1) == "ok" or directive == "todo":
                passed += 1
            else:
                failed += 1
    told = passed + failed + skipped
    if planned is None:
        return passed, failed, skipped, f"no plan after {told} points" if told else None
    return passed, failed, skipped, None if planned == told else f"planned {planned} points, told {told}"


def count(test):
    """(passed, failed, skipped) of one entry of meson's log; complaints go to stderr."""
    passed, failed, skipped, broken = points(test.get("stdout") or "")
    result = test["result"]
    if result == "SKIP" and passed + failed + skipped == 0:
        return 0, 0, 1
    if broken is None and passed + failed + skipped == 0:
        broken = None if result == "OK" else result
        passed += result == "OK"
    elif broken is None and result in (("TIMEOUT", "INTERRUPT") if failed else ("TIMEOUT", "INTERRUPT", "FAIL", "ERROR")):
        broken = f"{result}, exit status {test.get('returncode')}"
    if broken:
        print(f"not ok - {test['name']}: {broken}", file=sys.stderr)
        failed += 1
    return passed, failed, skipped


def main():
    label, paths = sys.argv[1], sys.argv[2:]
    total = [0, 0, 0]
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in file:
                total = [a + b for a, b in zip(total, count(json.loads(line)))]
    print(label, *total)


if __name__ == "__main__":
    main()
