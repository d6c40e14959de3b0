"""inferencex_context_sweep.csv: context length by concurrency on one node; medians, and a rate. Not fitted to."""

import csv

from row import Row

FILE = "inferencex_context_sweep.csv"

HARDWARE = {"h200_sxm": "nvidia-h200-sxm", "mi355x": "amd-mi355x"}
MODELS = {
    "MiniMaxAI/MiniMax-M2.5": "minimax-m2.5",
    "Qwen/Qwen3.5-397B-A17B": "qwen3.5-397b-a17b",
    "openai/gpt-oss-120b": "gpt-oss-120b",
    "moonshotai/Kimi-K2.5": "kimi-k2.5",
}
PARALLEL = {"tp8": {"tp": 8}, "tep8": {"tp": 8, "ep": 8}, "dep8": {"tp": 1, "dp": 8, "ep": 8}, "tp8-ep1": {"tp": 8}}
CHECKPOINT = {"gpt-oss-120b", "kimi-k2.5"}  # says its own formats


def read(folder):
    rows, skipped = [], {}
    for number, record in enumerate(csv.DictReader(open(folder / FILE, encoding="utf-8")), 2):
        why = reason_to_skip(record)
        if why:
            skipped[why] = skipped.get(why, 0) + 1
        else:
            rows.append(row_of(record, f"{FILE}:{number}"))
    return rows, skipped


def reason_to_skip(record):
    if record["disagg"] == "True":
        return "disaggregated, the GPU not named"
    if record["spec_decode"] != "none":
        return "speculation, its acceptance not stated"
    if record["hardware"] not in HARDWARE or record["model"] not in MODELS:
        return f"no counterpart: {record['model']} on {record['hardware']}"
    if record["parallel"] not in PARALLEL or not record["framework"].startswith("vllm"):
        return f"no counterpart: {record['parallel']} in {record['framework']}"
    if not (record["median_tpot_ms"] and record["output_tps"]):
        return "a figure is absent"
    return None


def row_of(record, name):
    model = MODELS[record["model"]]
    deployment = dict(PARALLEL[record["parallel"]])
    if model not in CHECKPOINT:
        deployment["precision"] = record["precision"]
    return Row(
        data_set="context_sweep",
        id=name,
        hardware=HARDWARE[record["hardware"]],
        stack="vllm",
        model=model,
        precision=record["precision"],
        deployment=deployment,
        workloads=[
            {
                "input_tokens": float(record["isl"]),
                "output_tokens": float(record["osl"]),
                "concurrency": float(record["concurrency"]),
            }
        ],
        measured={"tpot_ms": float(record["median_tpot_ms"]), "output_tps": float(record["output_tps"])},
        configuration="/".join(record[name] for name in ("hardware", "model", "precision", "parallel", "isl", "osl")),
        load="closed loop, median",
    )
