#!/usr/bin/env python3
"""Every vector of $JETON_RATING (default $JETON_SHARED/rating) through libjeton.so, exactly.

usage: run.py [--data FOLDER] [--library FILE] [--only WORD] [--json FILE] [--verbose]

Exit status 0 when no row failed. A row is exact, an exception (it contradicts a rule of ACCOUNTS.md, which is named),
not expressible (what it is about is not in the row; why), not run (the means are not here), or FAILED. Which of these
is decided by what is in the row, never by its id.
"""

import argparse
import collections
import decimal
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import bugs  # noqa: E402
import charge_models  # noqa: E402
import genai_computed  # noqa: E402
import genai_dataset  # noqa: E402
import genai_own_tests  # noqa: E402
import litellm_computed  # noqa: E402
import litellm_own_tests  # noqa: E402
import outcome  # noqa: E402
from library import Library, find  # noqa: E402

FAMILIES = (genai_dataset, genai_computed, genai_own_tests, litellm_computed, litellm_own_tests, charge_models, bugs)


class Missing(Exception):
    """A file of the data is not there."""


def data_folder():
    """Where the vectors are, or None."""
    named = os.environ.get("JETON_RATING")
    shared = os.environ.get("JETON_SHARED")
    folder = pathlib.Path(named) if named else pathlib.Path(shared) / "rating" if shared else None
    return folder if folder and folder.is_dir() else None


class Context:
    """The library, the data, and books that were parsed already."""

    def __init__(self, library, folder):
        self.library, self.folder = library, folder
        self.books, self.texts, self.tally = {}, {}, collections.Counter()

    def path(self, pattern):
        found = sorted(self.folder.glob(pattern))
        if not found:
            raise Missing(f"no {pattern} in {self.folder}")
        return found[-1]

    def book(self, pattern):
        path = self.path(pattern)
        if path not in self.books:
            self.books[path] = self.library.book(path.read_bytes())
        return self.books[path]

    def json(self, pattern):
        path = self.path(pattern)
        if path not in self.texts:
            self.texts[path] = json.loads(path.read_text("utf-8"), parse_float=decimal.Decimal)
        return self.texts[path]

    def rows(self, file):
        with open(self.folder / file, encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield json.loads(line)


VERDICTS = (
    (outcome.Excepted, outcome.EXCEPTION),
    (outcome.Inexpressible, outcome.INEXPRESSIBLE),
    (outcome.NotRun, outcome.NOT_RUN),
)


def verdict(family, row, context):
    """(kind, why, rule) of one row. Whatever breaks is a failure, and the other rows still run."""
    try:
        family.check(row, context)
        return outcome.EXACT, "", ""
    except outcome.ByRule as error:
        return next(name for kind, name in VERDICTS if isinstance(error, kind)), str(error), error.rule
    except outcome.Differs as error:
        return outcome.FAILED, str(error), ""
    except Exception as error:  # noqa: BLE001
        return outcome.FAILED, f"{type(error).__name__}: {error}", ""


def run_family(family, context):
    """What became of each row: [(id, kind, why, rule)], and what the rows held that nobody recognised."""
    context.tally = collections.Counter()
    results = [(row["id"], *verdict(family, row, context)) for row in context.rows(family.FILE)]
    return results, context.tally


def summary(results):
    kinds = collections.Counter(kind for _, kind, _, _ in results)
    rules = collections.Counter((kind, rule) for _, kind, _, rule in results if rule)
    return kinds, rules


def tell(family, results, tally, verbose):
    kinds, rules = summary(results)
    print(
        f"{family.NAME} ({family.FILE}): {len(results)} rows, "
        + ", ".join(f"{kinds[kind]} {kind}" for kind in outcome.KINDS)
    )
    for (kind, rule), count in sorted(rules.items()):
        print(f"  {kind}, {count}: {rule}")
    for name, kind, why, _ in results:
        if kind == outcome.FAILED or verbose and kind != outcome.EXACT:
            print(f"  {name} {kind}: {why}")
    if verbose and tally:
        print("  seen on the way: " + ", ".join(f"{name} ({count})" for name, count in tally.most_common()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, default=data_folder())
    parser.add_argument("--library", type=pathlib.Path, default=find())
    parser.add_argument("--only", default="", help="families whose file name has this word")
    parser.add_argument("--json", type=pathlib.Path, help="every row's verdict, written here")
    parser.add_argument("--verbose", action="store_true", help="name the exceptions row by row too")
    options = parser.parse_args()
    if not options.data or not options.library:
        sys.exit("run.py: set JETON_RATING to the folder of vectors, and build the library first (JETON_BUILD_ROOT)")
    context, failed, written = Context(Library(options.library), options.data), 0, {}
    for family in FAMILIES:
        if options.only not in family.FILE or not (options.data / family.FILE).exists():
            continue
        results, tally = run_family(family, context)
        tell(family, results, tally, options.verbose)
        failed += sum(kind == outcome.FAILED for _, kind, _, _ in results)
        written[family.FILE] = [
            {"id": name, "kind": kind, "why": why, "rule": rule} for name, kind, why, rule in results
        ]
    if options.json:
        options.json.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
