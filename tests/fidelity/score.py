"""Errors of estimates against what was measured, and their summaries."""

import math

from library import Refused

WORST = 1.0  # of a row that the library refuses, or where it sees no steady state: wrong altogether


def logs_of(row, answer):
    """ln(predicted / measured) by metric; None where there is no prediction."""
    if isinstance(answer, Refused):
        return dict.fromkeys(row.measured)
    predicted = row.predict(answer)
    return {
        metric: math.log(predicted[metric] / value) if 0 < predicted[metric] < math.inf else None
        for metric, value in row.measured.items()
    }


def error_of(log):
    return WORST if log is None else math.exp(log) - 1


def mean(values):
    return sum(values) / len(values)


def quantile(values, share):
    values = sorted(values)
    at = share * (len(values) - 1)
    low = int(at)
    return values[low] + (at - low) * (values[min(low + 1, len(values) - 1)] - values[low])


def summary_of(logs):
    """Mean and median absolute error, bias and count, in percent, of a list of logs."""
    errors = [error_of(log) for log in logs]  # never empty: figures_of leaves those out
    absolute = [abs(error) for error in errors]
    return {
        "rows": len(errors),
        "mape": round(100 * mean(absolute), 2),
        "median": round(100 * quantile(absolute, 0.5), 2),
        "bias": round(100 * mean(errors), 2),
    }


OPEN = ("open_loop_cost", "open_loop_shapes")
# What is recorded: name, data sets, metric, loads, stacks (None: all). These are the goals of docs/cost-model.md.
FIGURES = [
    ("closed loop TPOT, unsaturated", ("closed_loop",), "tpot_ms", ("unsaturated",), None),
    ("closed loop tokens/s", ("closed_loop",), "output_tps", None, None),
    ("closed loop TTFT, unsaturated", ("closed_loop",), "ttft_ms", ("unsaturated",), None),
    ("closed loop tokens/s, saturated", ("closed_loop",), "output_tps", ("saturated",), None),
    ("open loop cost, vLLM", OPEN, "cost", None, ("vllm",)),
    ("open loop cost, vLLM, as if runs were endless", OPEN, "endless_cost", None, ("vllm",)),
    ("open loop cost, SGLang without CUDA graphs", OPEN, "cost", None, ("sglang-eager",)),
    ("open loop e2e latency", ("open_loop_latency",), "e2e_ms", None, None),
    ("context sweep of a nightly build, TPOT", ("context_sweep",), "tpot_ms", None, None),
    ("offline maximum tokens/s", ("offline",), "output_tps", None, None),
    ("MLPerf v5.1 offline tokens/s", ("mlperf_offline",), "output_tps", None, None),
    ("static batches of 2023, token time", ("static_2023",), "tpot_ms", None, None),
    ("static batches of 2023, prompt time", ("static_2023",), "ttft_ms", None, None),
]


def figures_of(rows, logs):
    """Summaries by the names of FIGURES. logs: those of logs_of, row by row."""
    ret = {}
    for name, sets, metric, loads, stacks in FIGURES:
        mine = [
            log[metric]
            for row, log in zip(rows, logs)
            if row.data_set in sets
            and metric in row.measured
            and (loads is None or row.load in loads)
            and (stacks is None or row.stack in stacks)
        ]
        if mine:
            ret[name] = summary_of(mine)
    return ret
