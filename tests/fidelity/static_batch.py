"""
static_batch_2023.csv: static batches of Llama-2-70B in 2023, repeated; one row per configuration, by the median.

A static batch starts together: one prefill of all its prompts, then decode steps of all its sequences. The library
knows continuous batching alone, so a batch is asked of it in two parts. Prompts: requests of one output token, so that
TTFT is the prefill of all that arrived together. Tokens: the prompt found in the cache, so that no step carries any.
"""

import csv
import statistics

from row import Row

FILE = "static_batch_2023.csv"

HARDWARE = {"a100-80gb": "nvidia-a100-80-sxm", "h100-80gb": "nvidia-h100-sxm"}
TIMES = ("prompt_time", "token_time", "e2e_time")
CONFIGURATION = ("hardware", "tensor_parallel", "prompt_size", "batch_size", "token_size")


def read(folder):
    """Two rows per configuration, and the reason why repeats are not used, counted."""
    groups, skipped = {}, {}
    for record in csv.DictReader(open(folder / FILE, encoding="utf-8")):
        groups.setdefault(tuple(record[name] for name in CONFIGURATION), []).append(record)
    rows = []
    for key, records in groups.items():
        group = dict(zip(CONFIGURATION, key))
        times = [statistics.median(float(r[name]) for r in records) for name in TIMES]
        why = reason_to_skip(group, *times)
        if why:
            skipped[why] = skipped.get(why, 0) + len(records)
        else:
            rows += rows_of(group, len(records), *times)
    return rows, skipped


def reason_to_skip(group, prompt_ms, token_ms, e2e_ms):
    if group["hardware"] not in HARDWARE:
        return "power-capped: prompt times scaled by 1.3, the rest copied"
    steps = (e2e_ms - prompt_ms) / token_ms
    if steps > 1.05 * int(group["token_size"]):
        return "more steps than tokens: the batch did not fit"
    if steps < 0.95 * (int(group["token_size"]) - 1):
        return "fewer steps than tokens: the end came early"
    return None


def rows_of(group, repeats, prompt_ms, token_ms, e2e_ms):
    prompt, batch, tokens = (float(group[name]) for name in ("prompt_size", "batch_size", "token_size"))
    common = {
        "hardware": HARDWARE[group["hardware"]],
        "stack": "static-2023",
        "model": "llama-2-70b",
        "precision": "fp16",
        "deployment": {
            "tp": int(group["tensor_parallel"]),
            "precision": "fp16",
            "max_batched_tokens": max(int(prompt), 128),  # prompts follow one another: twice as many would count twice
            "chunked_prefill": False,
            "memory_utilization": 1.0,  # 70 of 80 GB are weights with tp 2, and it ran
        },
        "configuration": "/".join(group[name] for name in CONFIGURATION if name != "batch_size"),
        "load": "unsaturated",
        "other": {"repeats": repeats, "e2e_ms": e2e_ms},
    }
    name = f"{FILE}:" + "/".join(group[name] for name in CONFIGURATION)
    asked = {"input_tokens": prompt, "concurrency": batch}
    step = Row(
        data_set="static_2023",
        id=name + ":token",
        workloads=[dict(asked, output_tokens=tokens, cached_input_tokens=prompt - 1)],
        measured={"tpot_ms": token_ms},
        **common,
    )
    if tokens != 128:  # the same prompts again
        return [step]
    prefill = Row(
        data_set="static_2023",
        id=name + ":prompt",
        workloads=[dict(asked, output_tokens=1.0)],
        measured={"ttft_ms": prompt_ms},
        **common,
    )
    return [prefill, step]
