#!/usr/bin/env python3
"""Vectors of other people's prices and bugs through the library, family by family; skipped where there is no data."""

import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "rating"), str(HERE / "abi")]
import outcome  # noqa: E402
import run  # noqa: E402
from common import Tap  # noqa: E402
from library import Library, find  # noqa: E402

SHOWN = 30


def families_cover(folder):
    """Files of vectors that no family reads."""
    known = {family.FILE for family in run.FAMILIES}
    return [
        f"{path.name} is read by no family" for path in sorted(folder.glob("vectors_*.jsonl")) if path.name not in known
    ]


def check_family(tap, family, context):
    name = f"every vector of {family.NAME} comes out exactly, or contradicts a rule that is named"
    if not (context.folder / family.FILE).exists():
        tap.skip(name, f"no {family.FILE}")
        return
    try:
        results, _ = run.run_family(family, context)
    except Exception as error:  # noqa: BLE001
        tap.check(name, [f"{type(error).__name__}: {error}"])
        return
    failures = [f"{row} {why}" for row, kind, why, _ in results if kind == outcome.FAILED]
    tap.check(name, failures[:SHOWN] + ([f"and {len(failures) - SHOWN} more"] if len(failures) > SHOWN else []))
    kinds, rules = run.summary(results)
    print(f"# {family.FILE}: {len(results)} rows, " + ", ".join(f"{kinds[kind]} {kind}" for kind in outcome.KINDS))
    for (kind, rule), count in sorted(rules.items()):
        print(f"# {count} {kind}: {rule}")


def main():
    folder, library = run.data_folder(), find()
    if not folder or not library:
        print(
            "1..0 # SKIP "
            + (
                "no build with libjeton.so"
                if folder
                else "no vectors: neither JETON_RATING nor JETON_SHARED/rating is a folder"
            )
        )
        return
    tap, context = Tap(), run.Context(Library(library), folder)
    tap.check("every file of vectors is read by a family", families_cover(folder))
    for family in run.FAMILIES:
        check_family(tap, family, context)
    tap.done()


if __name__ == "__main__":
    os.environ.setdefault("JETON_BUILD_ROOT", str(HERE.parent / "build"))
    main()
