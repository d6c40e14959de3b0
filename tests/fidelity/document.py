#!/usr/bin/env python3
"""Writes the tables of docs/cost-model.md that hold figures: constants, bands, accuracy. --check only compares."""

import json
import pathlib
import re
import sys

import profiles as profiles_of

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COLUMNS = [
    ("generic", None),
    ("vllm", "hopper"),
    ("vllm", "blackwell"),
    ("trtllm", "hopper"),
    ("trtllm", "blackwell"),
    ("sglang", "hopper"),
]
BANDS = ("tpot", "ttft", "throughput", "cost", "outside")
GOALS = {
    "closed loop TPOT, unsaturated": ("9", "11.1 (prototype), 14.0 (AIConfigurator on its rows)"),
    "closed loop tokens/s": ("10", "11.5 (prototype)"),
    "closed loop TTFT, unsaturated": ("25", "32 (prototype)"),
    "closed loop tokens/s, saturated": ("15", ""),
    "open loop cost, vLLM": ("8", "9.7 (prototype, in-sample)"),
    "open loop cost, vLLM, as if runs were endless": ("", ""),
    "open loop cost, SGLang without CUDA graphs": ("8", ""),
    "open loop e2e latency": ("8", "8.5 (prototype, in-sample), 9.1 (BLIS), 22 (AIConfigurator), 35, 38"),
    "context sweep of a nightly build, TPOT": ("", ""),
    "offline maximum tokens/s": ("12", "19 (prototype, in-sample)"),
    "MLPerf v5.1 offline tokens/s": ("20, median", ""),
    "static batches of 2023, token time": ("12", "39 (prototype, with the constants of today)"),
    "static batches of 2023, prompt time": ("12", ""),
    "acceptance length of speculative decoding": ("2", "1.1 (prototype, in-sample)"),
}

NOT_FITTED = {
    "context sweep of a nightly build, TPOT": "as the next: nothing was fitted to them",
    "acceptance length of speculative decoding": "as the next: drafts of even length are held out there",
}


def read_json(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def constants_table(text, profiles):
    """The rows of the table, with the values of today behind the first three cells, which are prose."""

    def row(match):
        name = match[1]
        cells = [cell.strip() for cell in match[0].strip().strip("|").split("|")][:3]
        values = (profiles_of.constant(profiles[stack], family, name) for stack, family in COLUMNS)
        return "| " + " | ".join(cells + [f"{value:g}" for value in values]) + " |"

    return re.sub(
        r"^\| `([a-z_]+_(?:efficiency|flops|imbalance|bytes|us|ms|steps|queue|output))` \|.*$", row, text, flags=re.M
    )


def bands_table(profiles):
    lines = ["| stack | TPOT | TTFT | throughput | cost | outside | rows fitted |", "|---|---|---|---|---|---|---|"]
    for name, profile in sorted(profiles.items()):
        cells = [f"{profile['bands'][band]:g}" for band in BANDS] + [str(profile["fit"]["rows"])]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def accuracy_table(held, seen):
    lines = [
        "| data | rows | held out: mean / median % | all rows fitted: mean / median %, bias | goal | others |",
        "|---|---|---|---|---|---|",
    ]
    for name, (goal, others) in GOALS.items():
        out, all_rows = None if name in NOT_FITTED else held["5-fold"][name], seen[name]
        first = f"{out['mape']:.1f} / {out['median']:.1f}" if out else NOT_FITTED[name]
        second = f"{all_rows['mape']:.1f} / {all_rows['median']:.1f}, {all_rows['bias']:+.1f}"
        lines.append(f"| {name} | {all_rows['rows']} | {first} | {second} | {goal} | {others} |")
    for split in ("one GPU left out", "one model left out"):
        out = held[split]["closed loop TPOT, unsaturated"]
        floor = {"one GPU left out": "15.5 (prototype)", "one model left out": "16.4 (prototype)"}[split]
        lines.append(f"| TPOT, {split} | {out['rows']} | {out['mape']:.1f} / {out['median']:.1f} | | 13 | {floor} |")
    return "\n".join(lines)


def between(text, name, table):
    """Replace what stands between the markers of that name."""
    start, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
    before, rest = text.split(start)
    return before + start + table + end + rest.split(end)[1]


def documented(text):
    profiles = profiles_of.read(ROOT / "lib/catalog/stack")
    text = constants_table(text, profiles)
    text = between(text, "bands", bands_table(profiles))
    return between(text, "accuracy", accuracy_table(read_json("held_out.json"), read_json("recorded.json")["figures"]))


def main():
    path = ROOT / "docs/cost-model.md"
    text = path.read_text(encoding="utf-8")
    wanted = documented(text)
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit("usage: document.py [--check]")
    if sys.argv[1:] == ["--check"]:
        word = "ok" if text == wanted else "not ok"
        print(f"{word} 1 - the tables of docs/cost-model.md are those of the profiles\n1..1")
        return 0 if text == wanted else 1
    path.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
