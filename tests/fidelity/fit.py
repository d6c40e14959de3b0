#!/usr/bin/env python3
"""
Fits the constants of stack profiles to measurements, through the library: no equation is here.

Constants are fitted as logarithms in three steps, each drawn towards the last one: what all rows share; what a hardware
family adds; what a stack adds. So a stack that was measured on few machines borrows from the others. Overheads of the
software are one number a stack; what silicon decides has one a family. Needs numpy and scipy; tests/fidelity/setup
makes a place with both.
"""

import argparse
import concurrent.futures
import copy
import hashlib
import json
import math
import os
import pathlib
import sys
import time

import numpy
import profiles as profiles_of
import score
import sets
from library import Batch, Library
from scipy.optimize import least_squares

# name: (where it is drawn to at first, least, most, of the software). First values are what kernels alone reach.
CONSTANTS = {
    "memory_efficiency": (0.85, 0.02, 1, False),
    "compute_efficiency": (0.75, 0.02, 1, False),
    "narrow_efficiency": (0.8, 0.02, 1, False),
    "widening_flops": (10, 0.1, 100, False),
    "moe_memory_efficiency": (0.85, 0.02, 1, False),
    "moe_compute_efficiency": (0.5, 0.02, 1, False),
    "expert_imbalance": (0.3, 0.01, 3, True),
    "traffic_bytes": (15, 0.1, 200, False),
    "kv_efficiency": (0.75, 0.02, 1, False),
    "narrow_kv_efficiency": (0.8, 0.02, 1, False),
    "attention_efficiency": (0.55, 0.02, 1, False),
    "link_efficiency": (0.5, 0.02, 1, False),
    "collective_us": (6, 0.1, 300, False),
    "kernel_us": (3, 0.05, 500, False),
    "prompt_kernel_us": (4, 0.01, 500, False),
    "moe_layer_us": (10, 0.1, 5000, False),
    "sequence_us": (10, 0.01, 1000, True),
    "host_us": (300, 1, 30000, True),
    "request_ms": (20, 0.1, 500, True),
    "first_token_steps": (2, 0.01, 20, True),
    "prefill_queue": (0.08, 0.001, 0.9, True),
    "reserved_output": (0.8, 0.5, 1, True),
    "runtime_bytes": (3e9, 1e8, 2e10, True),
}
# Admission is a cliff that few rows stand near: its constants stay close to what the engines' schedulers do. vLLM and
# SGLang let requests in that may not fit to their end, TensorRT-LLM only those that will (GUARANTEED_NO_EVICT).
NARROW = {"runtime_bytes": 0.1, "reserved_output": 0.05, "prefill_queue": 0.1}
OWN = {
    ("vllm", "reserved_output"): 0.55,
    ("sglang", "reserved_output"): 0.55,
    ("trtllm", "reserved_output"): 0.9,
    ("sglang", "prefill_queue"): 0.08,
    ("sglang", "runtime_bytes"): 6e9,  # its five rows at the edge of memory; it keeps 1.5 MB a token of a chunk free
}
COMMON, FAMILY, STACK = 0.7, 0.22, 0.17  # how far, in logarithms, each step may stray: one standard deviation
SCALE = 0.08  # residuals beyond this count by their size, not their square
PULL = 1.5  # the weight of straying against one residual of SCALE

# How much a row's metric counts: the rarer the data, the more.
WEIGHTS = {
    ("closed_loop", "unsaturated", "tpot_ms"): 1,
    ("closed_loop", "unsaturated", "ttft_ms"): 0.8,
    ("closed_loop", "saturated", "output_tps"): 1,
    ("offline", "offline", "output_tps"): 2.3,
    ("mlperf_offline", "offline", "output_tps"): 0.7,
    ("open_loop_cost", "open loop", "cost"): 2,
    ("open_loop_cost", "open loop", "e2e_ms"): 0.5,
    ("open_loop_shapes", "open loop", "cost"): 1.2,
    ("open_loop_shapes", "open loop", "e2e_ms"): 0.3,
    ("open_loop_latency", "open loop", "e2e_ms"): 4,
    ("open_loop_latency", "open loop", "ttft_ms"): 0.3,
    ("static_2023", "unsaturated", "tpot_ms"): 1,
    ("static_2023", "unsaturated", "ttft_ms"): 1,
}
MISSED = 0.7  # the residual of a row without a prediction
GROUPS = [("vllm", "trtllm", "sglang"), ("sglang-eager",), ("static-2023",)]  # fitted together


class Families:
    """Hardware families by catalogue id."""

    def __init__(self, root):
        paths = (root / "lib/catalog/hardware").glob("*.json")
        entries = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
        self.of = {entry["id"]: entry["family"] for entry in entries}


class Fit:
    """Profiles that are moved until the library's answers come near to what the rows measured."""

    def __init__(self, library, profiles, rows, families):
        self.library, self.profiles, self.rows = library, copy.deepcopy(profiles), rows
        self.batch = Batch(library, rows)
        self.stacks = sorted({row.stack for row in rows})
        self.families = sorted({families.of[row.hardware] for row in rows})
        self.counted = [
            (at, metric, WEIGHTS[row.data_set, row.load, metric])
            for at, row in enumerate(rows)
            for metric in row.measured
            if (row.data_set, row.load, metric) in WEIGHTS
        ]

    def answers(self):
        handles = {stack: self.library.stack(json.dumps(self.profiles[stack])) for stack in self.stacks}
        try:
            return self.batch.run(handles)
        finally:
            for handle in handles.values():
                self.library.free_stack(handle)

    def residuals(self):
        answers, logs = self.answers(), {}
        ret = numpy.empty(len(self.counted))
        for place, (at, metric, weight) in enumerate(self.counted):
            if at not in logs:
                logs[at] = score.logs_of(self.rows[at], answers[at])
            log = logs[at][metric]
            ret[place] = weight * (MISSED if log is None else log)
        return ret

    def put(self, keys, values):
        """One stage's constants; a family of None is every family of the stage."""
        for (family, name), value in zip(keys, values):
            for stack in self.stacks:
                profiles_of.set_constant(self.profiles[stack], family, name, float(value))
                for each in self.families if family is None else ():
                    profiles_of.set_constant(self.profiles[stack], each, name, float(value))

    def stage(self, by_family, drawn_to, stray):
        """Fit every constant, each family's where it has one; drawn_to(family, name), stray(name) in logarithms."""
        keys = [
            (family, name)
            for name, (_, _, _, software) in CONSTANTS.items()
            for family in (self.families if by_family and not software else [None])
        ]
        low = numpy.log([CONSTANTS[name][1] for _, name in keys])
        high = numpy.log([CONSTANTS[name][2] for _, name in keys])
        start = numpy.clip(numpy.log([drawn_to(*key) for key in keys]), low + 1e-6, high - 1e-6)
        spread = numpy.array([NARROW.get(name, stray) for _, name in keys])

        def cost(x):
            self.put(keys, numpy.exp(x))
            size = numpy.abs(scaled := self.residuals() / SCALE)
            soft = numpy.sign(scaled) * numpy.sqrt(2 * (numpy.sqrt(1 + size * size) - 1))
            return numpy.concatenate([soft, PULL * (x - start) / spread])

        def slopes(x):  # steps that outweigh the tolerance of the library's own solvers
            here = cost(x)
            ret = numpy.empty((len(here), len(x)))
            for at in range(len(x)):
                step = 0.03 if x[at] + 0.03 < high[at] else -0.03
                there = x.copy()
                there[at] += step
                ret[:, at] = (cost(there) - here) / step
            return ret

        found = least_squares(
            cost, start, jac=slopes, bounds=(low, high), x_scale=1.0, max_nfev=12, ftol=1e-4, xtol=1e-4
        )
        self.put(keys, numpy.exp(found.x))
        return dict(zip(keys, numpy.exp(found.x)))


def fit(library, profiles, rows, families, start=None):
    """
    Profiles with fitted constants, and those that all share. start: what the first step is drawn to, by name; without
    it, CONSTANTS.
    """
    shared = Fit(library, profiles, rows, families)
    first = start or {name: figure[0] for name, figure in CONSTANTS.items()}
    common = shared.stage(False, lambda family, name: first[name], COMMON)
    by_family = shared.stage(True, lambda family, name: common[None, name], FAMILY)
    ret = copy.deepcopy(profiles)
    for stack in shared.stacks:
        for name in CONSTANTS:
            profiles_of.set_constant(ret[stack], None, name, common[None, name])
            for family in shared.families:
                inherited = by_family.get((family, name), by_family.get((None, name)))
                profiles_of.set_constant(ret[stack], family, name, inherited)
        own = Fit(library, ret, [row for row in rows if row.stack == stack], families)

        def inherited_by(family, name, stack=stack):
            return OWN.get((stack, name), by_family.get((family, name), common[None, name]))

        own.stage(True, inherited_by, STACK)
        ret[stack] = own.profiles[stack]
    return ret, {name: common[None, name] for name in CONSTANTS}


def tidy(profile, seen):
    """Three digits; a family keeps what differs from the root, and is listed only where it was seen or has defaults."""
    for entry in [profile, *profile["families"]]:
        for figure in entry["constants"].values():
            figure["value"] = float(f"{figure['value']:.3g}")
    for entry in profile["families"]:
        entry["constants"] = {
            name: figure
            for name, figure in entry["constants"].items()
            if figure["value"] != profile["constants"][name]["value"]
        }
    profile["families"] = [entry for entry in profile["families"] if entry["family"] in seen or "defaults" in entry]


def folds_of(rows):
    """
    One of five for each row. The configurations of a data set on one GPU under one stack are dealt out in turn, in an
    order that has no meaning, so that no fold takes all of a small set.
    """
    dealt = {}
    for row in rows:
        dealt.setdefault((row.data_set, row.hardware, row.stack), set()).add(row.configuration)
    fold = {}
    for key, configurations in dealt.items():
        for at, name in enumerate(sorted(configurations, key=lambda text: hashlib.sha256(text.encode()).hexdigest())):
            fold[key, name] = at % 5
    return [fold[(row.data_set, row.hardware, row.stack), row.configuration] for row in rows]


def left_out(kind_of):
    """Every row of one kind at a time, in whatever data set; only kinds that the closed loop has."""

    def parts_of(rows):
        kinds = {kind_of(row) for row in rows if row.data_set == "closed_loop"}
        return [kind_of(row) if kind_of(row) in kinds else None for row in rows]

    return parts_of


SAME_LAYERS = {"llama-3.3-70b": "llama-3.1-70b"}
SPLITS = {  # rows to the part each is in; None is in none
    "5-fold": folds_of,
    "one GPU left out": left_out(lambda row: row.hardware),
    "one model left out": left_out(lambda row: SAME_LAYERS.get(row.model, row.model)),
}


def held_out(job):
    """Logs of the rows on one side of a split, fitted on the other. A process of its own, hence plain arguments."""
    path, root, profiles, rows, by, part, start = job
    library, families = Library(path), Families(root)
    parts = SPLITS[by](rows)
    inside = [row for row, other in zip(rows, parts) if other != part]
    outside = [row for row, other in zip(rows, parts) if other == part]
    fitted, _ = fit(library, profiles, inside, families, start)
    handles = {stack: library.stack(json.dumps(fitted[stack])) for stack in {row.stack for row in rows}}
    answers = Batch(library, outside).run(handles)
    return by, [(row.id, score.logs_of(row, answer)) for row, answer in zip(outside, answers)]


def cross_validate(args, profiles, rows, start):
    """Logs by split and row id."""
    jobs = [
        (args.library, args.root, profiles, rows, by, part, start)
        for by, split in SPLITS.items()
        for part in sorted(set(split(rows)) - {None}, key=str)
    ]
    ret = {by: {} for by in SPLITS}
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        for done, (by, logs) in enumerate(pool.map(held_out, jobs), 1):
            ret[by].update(logs)
            print(f"  {done} of {len(jobs)} parts held out", file=sys.stderr)
    return ret


def band_of(logs, least=0.02):
    """b such that four in five lie within [x / (1 + b), x * (1 + b)]."""
    if not logs:
        return None
    size = score.quantile([MISSED if log is None else abs(log) for log in logs], 0.8)
    return max(math.exp(size) - 1, least)


BANDS = {
    "tpot": (("tpot_ms",), ("unsaturated",)),
    "ttft": (("ttft_ms",), ("unsaturated", "open loop")),
    "throughput": (("output_tps",), None),
    "cost": (("output_tps", "cost"), None),
}


def bands_of(profile, rows, out):
    """The bands of one stack from rows held out; `outside` from those whose GPU or model was."""

    def logs(by, metrics, loads):
        return [
            out[by][row.id][metric]
            for row in rows
            if row.id in out[by] and (loads is None or row.load in loads)
            for metric in metrics
            if metric in row.measured
        ]

    found = {name: band_of(logs("5-fold", metrics, loads)) for name, (metrics, loads) in BANDS.items()}
    widest = max(band for band in found.values() if band)  # for what was not measured
    bands = {name: float(f"{band or widest:.2g}") for name, band in found.items()}
    bands["outside"] = profile["bands"]["outside"]
    wide = [logs(by, ("tpot_ms",), ("unsaturated",)) for by in ("one GPU left out", "one model left out")]
    if any(wide):
        bands["outside"] = float(f"{max(band_of(wide[0] + wide[1]) / bands['tpot'], 1):.2g}")
    return bands


def describe(profile, rows, out, date):
    """Where it was fitted, on how many rows, and what is left; what a new configuration may expect."""
    counts = {}
    for row in rows:
        counts[row.data_set] = counts.get(row.data_set, 0) + 1
    left = []
    for metric in ("tpot_ms", "ttft_ms", "output_tps", "cost", "e2e_ms"):
        logs = [
            out["5-fold"][row.id][metric]
            for row in rows
            if metric in row.measured and row.load != "saturated" and row.id in out["5-fold"]
        ]
        if logs:
            left.append(f"{metric} {score.summary_of(logs)['mape']:.1f} %")
    profile["fit"] = {
        "on": ", ".join(f"{name} ({count})" for name, count in sorted(counts.items()))
        + "; mean absolute error of configurations held out: "
        + ", ".join(left),
        "rows": len(rows),
        "date": date,
        "hardware": sorted({row.hardware for row in rows}),
        "models": sorted({row.model for row in rows}),
    }
    used = {figure["source"] for entry in [profile, *profile["families"]] for figure in entry["constants"].values()}
    profile["sources"] = {
        key: source for key, source in profile["sources"].items() if key in used | {"defaults", "fit"}
    }


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--library", default=root / "build/lib/libjeton.so", help="libjeton.so, as built")
    validation = os.environ.get("JETON_VALIDATION") or root / "../shared/validation"
    parser.add_argument("--validation", type=pathlib.Path, default=validation, help="the data sets")
    parser.add_argument("--root", type=pathlib.Path, default=root, help="the source tree whose profiles are written")
    parser.add_argument("--quick", action="store_true", help="fit, without holding anything out; bands stay")
    parser.add_argument("--only", metavar="STACK", help="only the group of this stack, drawn to the rest as it is")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    return parser.parse_args()


def main():
    args = parse_arguments()
    folder = args.root / "lib/catalog/stack"
    library, families = Library(args.library), Families(args.root)
    profiles, date = profiles_of.read(folder), time.strftime("%Y-%m")
    rows, _ = sets.read(args.validation)
    recorded, everything, start = {by: {} for by in SPLITS}, [], None
    fitted_sets = {data_set for data_set, _, _ in WEIGHTS}
    if args.only:  # what all share is as it was found last
        start = {name: profiles_of.constant(profiles["generic"], None, name) for name in CONSTANTS}
    for group in [group for group in GROUPS if args.only in (None, *group)]:
        mine = [row for row in rows if row.stack in group and row.data_set in fitted_sets]
        print(f"{', '.join(group)}: {len(mine)} rows", file=sys.stderr)
        fitted, common = fit(library, profiles, mine, families, start)
        start = start or common
        out = None if args.quick else cross_validate(args, profiles, mine, None if group == GROUPS[0] else start)
        for stack in group:
            own = [row for row in mine if row.stack == stack]
            if out:
                fitted[stack]["bands"] = bands_of(fitted[stack], own, out)
                describe(fitted[stack], own, out, date)
            tidy(fitted[stack], {families.of[row.hardware] for row in own})
            profiles[stack] = fitted[stack]
            if not args.dry_run:
                profiles_of.write(folder, fitted[stack])
        everything += mine
        for by in SPLITS if out else ():
            recorded[by].update(out[by])
    if not args.only:
        for name in CONSTANTS:
            profiles_of.set_constant(profiles["generic"], None, name, float(f"{start[name]:.3g}"))
    if not args.dry_run:
        profiles_of.write(folder, profiles["generic"])
    if args.quick:
        return
    path = args.root / "tests/fidelity/held_out.json"
    held = json.loads(path.read_text(encoding="utf-8")) if args.only else {by: {} for by in SPLITS}
    for by, logs in recorded.items():
        inside = [row for row in everything if row.id in logs]
        held[by].update(score.figures_of(inside, [logs[row.id] for row in inside]))
    text = json.dumps(held, indent=1)
    print(text)
    if not args.dry_run:
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
