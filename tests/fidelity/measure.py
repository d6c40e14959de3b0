#!/usr/bin/env python3
"""
Feeds every data set through the library and prints how far its estimates are from what was measured: by data set, GPU,
stack, model, precision and load, with bias and the worst rows. Text on standard output; --json and --chart write files.

With --check it is a test: its points fail where a recorded figure has risen by more than a tenth, where a row that was
measured beats the roofline, or an estimate does; --record writes the figures down.
"""

import argparse
import json
import math
import os
import pathlib
import sys

import profiles as profiles_of
import score
import sets
import speculative
from library import Batch, Library, Refused

SLACK = 1.1  # a recorded figure may rise by this
KEYS = {
    "data set": lambda row: row.data_set,
    "GPU": lambda row: row.hardware,
    "stack": lambda row: row.stack,
    "model": lambda row: row.model,
    "precision": lambda row: row.precision,
    "load": lambda row: row.load,
}
MAIN = {  # the metric that a data set is judged by in the tables
    "closed_loop": "tpot_ms",
    "context_sweep": "tpot_ms",
    "offline": "output_tps",
    "mlperf_offline": "output_tps",
    "open_loop_cost": "cost",
    "open_loop_shapes": "cost",
    "open_loop_latency": "e2e_ms",
    "static_2023": "tpot_ms",
}


def tables_of(rows, logs):
    """Key to value to summary, over the main metric of each data set."""
    tables = {}
    for key, value_of in KEYS.items():
        groups = {}
        for row, log in zip(rows, logs):
            metric = MAIN.get(row.data_set)
            if metric in log:
                groups.setdefault(value_of(row), []).append(log[metric])
        tables[key] = {value: score.summary_of(group) for value, group in sorted(groups.items())}
    return tables


def worst_of(rows, logs, count=10):
    """The rows of each data set that are furthest off, with what was measured and what is estimated."""
    ret = {}
    for name, metric in MAIN.items():
        mine = [
            (9 if log[metric] is None else abs(log[metric]), row, log)
            for row, log in zip(rows, logs)
            if row.data_set == name and metric in log
        ]
        mine.sort(key=lambda item: -item[0])
        ret[name] = [
            {
                "id": row.id,
                "metric": metric,
                "measured": row.measured[metric],
                "error": None if log[metric] is None else round(100 * score.error_of(log[metric]), 1),
            }
            for _, row, log in mine[:count]
        ]
    return ret


def bands_of(rows, answers, logs):
    """The share of rows whose measured value lies inside the estimate's own band."""
    ret = {}
    for metric, field in (("tpot_ms", "error_tpot"), ("ttft_ms", "error_ttft"), ("output_tps", "error_throughput")):
        inside = [
            log[metric] is not None and abs(log[metric]) <= math.log1p(getattr(answer[0], field))
            for row, answer, log in zip(rows, answers, logs)
            if metric in row.measured
            and row.data_set in ("closed_loop", "offline")
            and not isinstance(answer, Refused)
            and not (metric != "output_tps" and row.load == "saturated")
        ]
        if inside:
            ret[metric] = round(100 * sum(inside) / len(inside), 1)
    return ret


def roofline_of(rows, answers):
    """Ids of unsaturated measured rows, and of estimates of any row, that are faster than the ideal machine."""
    measured, estimated = [], []
    for row, answer in zip(rows, answers):
        if isinstance(answer, Refused):
            continue
        for estimate in answer:
            if 0 < estimate.tpot_ms < estimate.ideal_tpot_ms * (1 - 1e-9):
                estimated.append(row.id)
        if row.data_set == "closed_loop" and row.load == "unsaturated":
            if row.measured["tpot_ms"] < answer[0].ideal_tpot_ms:
                measured.append(row.id)
    return measured, estimated


def published_of(rows, answers):
    """Points that operators and vendors published: estimate over published."""
    ret = {}
    for row, answer in zip(rows, answers):
        if row.data_set == "published":
            log = score.logs_of(row, answer)
            ret[row.id] = {
                metric: None if value is None else round(score.error_of(value) + 1, 2) for metric, value in log.items()
            }
    return ret


def aic_of(rows, logs):
    """AIConfigurator's own predictions and ours, on the rows that have both."""
    theirs, ours = [], []
    for row, log in zip(rows, logs):
        if "aic_tpot_ms" in row.other and row.load == "unsaturated":
            theirs.append(abs(row.other["aic_tpot_ms"] / row.measured["tpot_ms"] - 1))
            ours.append(abs(score.error_of(log["tpot_ms"])))
    if not ours:
        return None

    def summary(errors):
        return {"mape": round(100 * score.mean(errors), 1), "median": round(100 * score.quantile(errors, 0.5), 1)}

    return {"rows": len(ours), "aiconfigurator": summary(theirs), "jeton": summary(ours)}


def line_of(name, summary):
    columns = f"{summary['mape']:>7.1f} {summary['median']:>8.1f} {summary['bias']:>+7.1f}"
    return f"{name:<46} {summary['rows']:>5} {columns}"


def report(result):
    for key, table in result["tables"].items():
        print(f"\n{key:<46} {'rows':>5} {'mean %':>7} {'median %':>8} {'bias %':>7}")
        for value, summary in table.items():
            print(line_of(value, summary))
    print("\nworst rows: estimate against measured")
    for name, rows in result["worst"].items():
        for row in rows:
            error = "no steady state" if row["error"] is None else f"{row['error']:+.0f} %"
            print(f"{name:<18} {row['metric']:<11} {row['measured']:>10.4g} {error:>8}  {row['id']}")
    print("\npublished points: estimate over published")
    for name, ratios in result["published"].items():
        print(f"{name:<44} " + ", ".join(f"{metric} {ratio}" for metric, ratio in ratios.items()))
    aic = result["aiconfigurator"]
    if aic:
        print(
            f"\nTPOT on the {aic['rows']} unsaturated rows that AIConfigurator v0.10 predicted, mean/median %: "
            f"AIConfigurator {aic['aiconfigurator']['mape']}/{aic['aiconfigurator']['median']}, "
            f"jeton {aic['jeton']['mape']}/{aic['jeton']['median']}"
        )
    print(
        "share of rows, most of them fitted, inside the estimate's 80 % band: "
        + ", ".join(f"{k} {v} %" for k, v in result["bands"].items())
    )
    print("\nskipped")
    for name, reasons in result["skipped"].items():
        for reason, count in sorted(reasons.items()):
            print(f"{name:<18} {count:>5}  {reason}")
    print(f"\n{'figure':<46} {'rows':>5} {'mean %':>7} {'median %':>8} {'bias %':>7}")
    for name, summary in result["figures"].items():
        print(line_of(name, summary))


def check(result, recorded):
    """TAP: one point a figure, and two of the roofline."""
    points = []
    for name, before in recorded["figures"].items():
        now = result["figures"].get(name, {"mape": math.inf, "rows": 0})
        limit = before["mape"] * SLACK
        points.append((now["mape"] <= limit, f"{name}: {now['mape']} %, recorded and a tenth {limit:.2f} %"))
        points.append((now["rows"] >= before["rows"], f"{name}: {now['rows']} rows, recorded {before['rows']}"))
    new = sorted(set(result["figures"]) - set(recorded["figures"]))
    points.append((not new, f"every figure is recorded, else --record: {new}"))
    measured, estimated = result["beaten"]["measured"], result["beaten"]["estimated"]
    points.append((not measured, f"no unsaturated measured row beats the roofline: {measured}"))
    points.append((not estimated, f"no estimate beats the roofline: {estimated}"))
    for number, (good, text) in enumerate(points, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {text}")
    print(f"1..{len(points)}")
    return all(good for good, _ in points)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    shared = os.environ.get("JETON_SHARED")
    default = os.environ.get("JETON_VALIDATION") or (os.path.join(shared, "validation") if shared else None)
    parser.add_argument("--library", default=root / "build/lib/libjeton.so", help="libjeton.so, as built")
    parser.add_argument("--validation", default=default or root / "../shared/validation", help="the data sets")
    parser.add_argument("--profiles", type=pathlib.Path, default=root / "lib/catalog/stack", help="stack profiles")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write everything as JSON")
    parser.add_argument(
        "--chart", type=pathlib.Path, metavar="FILE", help="draw predicted against measured; needs matplotlib"
    )
    parser.add_argument("--check", action="store_true", help="print TAP, compare with the recorded figures")
    parser.add_argument("--record", action="store_true", help="write the figures down as those to compare with")
    return parser.parse_args()


def main():
    args = parse_arguments()
    folder, record = pathlib.Path(args.validation), pathlib.Path(__file__).with_name("recorded.json")
    rows, skipped = sets.read(folder)
    if not rows:
        print("1..0 # SKIP no measurements: give --validation or JETON_VALIDATION")
        return 0
    library, profiles = Library(args.library), profiles_of.read(args.profiles)
    handles = {name: library.stack(json.dumps(profile)) for name, profile in profiles.items()}
    answers = Batch(library, rows).run(handles)
    logs = [score.logs_of(row, answer) for row, answer in zip(rows, answers)]
    figures = score.figures_of(rows, logs)
    if (folder / speculative.FILE).exists():
        figures["acceptance length of speculative decoding"] = speculative.summary(library, handles["generic"], folder)
    measured, estimated = roofline_of(rows, answers)
    result = {
        "figures": figures,
        "tables": tables_of(rows, logs),
        "worst": worst_of(rows, logs),
        "published": published_of(rows, answers),
        "aiconfigurator": aic_of(rows, logs),
        "bands": bands_of(rows, answers, logs),
        "beaten": {"measured": measured, "estimated": estimated},
        "skipped": skipped,
    }
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if args.chart:
        import chart

        chart.draw(rows, answers, args.chart)
    if args.record:
        record.write_text(json.dumps({"figures": figures}, indent=1) + "\n", encoding="utf-8")
    if args.check:
        return 0 if check(result, json.loads(record.read_text(encoding="utf-8"))) else 1
    report(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
