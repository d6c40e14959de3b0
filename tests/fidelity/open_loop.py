"""
open_loop_cost.csv, _shapes.csv, _latency.csv: a request rate in; throughput, latency and cost out.

The first two are runs that begin and end, not steady states. Short ones are followed here request by request, each at
the speed that the library gives to the number present; long ones had at most 1000 requests under way.
"""

import csv
import functools
import math

from row import Row

HARDWARE = {"H100": "nvidia-h100-sxm", "A100_80GB_PCIe": "nvidia-a100-80-pcie", "": "nvidia-h100-sxm"}
MODELS = {
    "meta-llama/Meta-Llama-3.1-8B-Instruct": "llama-3.1-8b",
    "Qwen/Qwen3-30B-A3B-Instruct-2507": "qwen3-30b-a3b",
    "mistralai/Mixtral-8x7B-Instruct-v0.1": "mixtral-8x7b",
    "mistralai/Mixtral-8x7B-v0.1": "mixtral-8x7b",
    "meta-llama/Llama-2-7b-hf": "llama-2-7b",
    "meta-llama/Llama-2-70b-hf": "llama-2-70b",
    "codellama/CodeLlama-34b-Instruct-hf": "codellama-34b",
}
PRECISIONS = {"float16": "fp16", "bfloat16": "bf16", "fp16": "fp16", "fp8": "fp8"}
# SGLang's runs take 20 to 60 us a kernel: launched one by one, without CUDA graphs. A stack of its own.
STACKS = {"vllm": "vllm", "sglang": "sglang-eager"}
SHAPES = {"chat": (512.0, 256.0)}  # the length of "agentic" prompts is not published


def read_cost(folder, file="open_loop_cost.csv"):
    rows, skipped = [], {}
    for number, record in enumerate(csv.DictReader(open(folder / file, encoding="utf-8")), 2):
        shape = record.get("io_shape", "chat")
        known = record["model"] in MODELS and record["engine"] in STACKS and record["precision"] in PRECISIONS
        if shape not in SHAPES or not known or record.get("hardware", "") not in HARDWARE:
            why = f"no counterpart: {shape} on {record['model']}"
            skipped[why] = skipped.get(why, 0) + 1
            continue
        rows.append(
            cost_row(
                record, f"{file}:{number}", "open_loop_cost" if file == "open_loop_cost.csv" else "open_loop_shapes"
            )
        )
    return rows, skipped


def read_shapes(folder):
    return read_cost(folder, "open_loop_shapes.csv")


REQUESTS = 500  # of a short run: at the highest rates, throughput * (last arrival + e2e) comes to that everywhere
PACK = 5  # requests that are followed together where many are under way
LONG_RUN_S, LONG_RUN_PRESENT = 180.0, 1000.0  # of a long one, likewise
LADDER = [2.0**i for i in range(10)] + [LONG_RUN_PRESENT]


def speeds_of(estimates):
    """How long a request takes when n are there, between the rungs of the ladder by powers."""
    known = [estimate.e2e_ms / 1e3 for estimate in estimates]

    def e2e(present):
        at = min(max(int(math.log2(max(present, 1))), 0), len(LADDER) - 2)
        share = math.log(max(present, 1) / LADDER[at]) / math.log(LADDER[at + 1] / LADDER[at])
        return known[at] * (known[at + 1] / known[at]) ** share

    return e2e


def steady(rate, e2e):
    """The number present that is served at `rate` [1/s], at most LONG_RUN_PRESENT."""
    low, high = 0.0, LONG_RUN_PRESENT
    for _ in range(30):
        present = (low + high) / 2
        low, high = (present, high) if present / e2e(present) < rate else (low, present)
    return high


def run(rate, e2e):
    """
    500 requests arrive evenly at `rate` [1/s], each advances at 1/e2e(number present), and leaves with its work done.
    Returns requests completed per second of the whole run, and the mean time they took [s].
    """
    present = steady(rate, e2e)
    if present < 20:  # it begins and ends, but is steady between
        return REQUESTS / (REQUESTS / rate + e2e(present)), e2e(present)
    now, done, latency, arrived, left, starts = 0.0, 0.0, 0.0, 0, 0, []
    speeds = [1 / e2e(PACK * n) for n in range(REQUESTS // PACK + 1)]
    while left < REQUESTS // PACK:
        speed = speeds[arrived - left]
        arrival = arrived * PACK / rate if arrived < REQUESTS // PACK else math.inf
        leaving = now + (starts[left][0] + 1 - done) / speed if arrived > left else math.inf
        then = min(arrival, leaving)
        if arrived > left:
            done += (then - now) * speed
        now = then
        if arrival <= leaving:
            starts.append((done, now))
            arrived += 1
        else:
            latency += now - starts[left][1]
            left += 1
    return REQUESTS / now, latency * PACK / REQUESTS


def long_run(rate, e2e):
    """The same of a run of 180 s, in which clients hold back once 1000 requests are under way."""
    present = steady(rate, e2e)
    if present >= LONG_RUN_PRESENT:
        return present / e2e(present), e2e(present)
    return LONG_RUN_S / (LONG_RUN_S + e2e(present)) * rate, e2e(present)


def predict(runs, rate, output, dollars_per_hour, estimates):
    throughput, latency = runs(rate, speeds_of(estimates[1:]))
    endless = estimates[0]
    return {
        "cost": dollars_per_hour / 3600 / (throughput * output) * 1e6,
        "endless_cost": dollars_per_hour / 3600 / (endless.requests_per_s * output) * 1e6,
        "e2e_ms": latency * 1e3,
    }


def cost_row(record, name, data_set):
    shape = record.get("io_shape", "chat")
    output = float(record["tps_output"]) / float(record["request_throughput"])
    asked = {"input_tokens": SHAPES[shape][0], "output_tokens": output}
    rate, dollars = float(record["rps"]), float(record["gpu_cost_hr"])
    deployment = {
        "tp": int(record["gpus"]),
        "precision": PRECISIONS[record["precision"]],
    }
    return Row(
        data_set=data_set,
        id=name,
        hardware=HARDWARE[record.get("hardware", "")],
        stack=STACKS[record["engine"]],
        model=MODELS[record["model"]],
        precision=record["precision"],
        deployment=deployment,
        workloads=[dict(asked, request_rate=rate)] + [dict(asked, concurrency=present) for present in LADDER],
        measured={
            "cost": float(record["c_eff_per_mtok"]),
            "endless_cost": float(record["c_eff_per_mtok"]),
            "e2e_ms": float(record["e2el_p50_ms"]),
        },
        configuration=record["config"] + shape,
        load="open loop",
        predict=functools.partial(
            predict, long_run if record.get("io_shape") == "chat" else run, rate, output, dollars
        ),
    )


def read_latency(folder):
    rows, skipped = [], {}
    for number, record in enumerate(csv.DictReader(open(folder / "open_loop_latency.csv", encoding="utf-8")), 2):
        why = "overloaded, with failures" if int(record["failures"]) > 0 else None
        if record["model"] not in MODELS or record["hardware"] not in HARDWARE or record["engine"] not in STACKS:
            why = f"no counterpart: {record['model']} on {record['hardware']}"
        if why:
            skipped[why] = skipped.get(why, 0) + 1
            continue
        rows.append(latency_row(record, f"open_loop_latency.csv:{number}"))
    return rows, skipped


def predict_latency(rate, seconds, estimates):
    """Where more is asked than the maximum, a queue grows for as long as the run lasts."""
    endless, full = estimates
    if endless.e2e_ms > 0:
        return {"ttft_ms": endless.ttft_ms, "e2e_ms": endless.e2e_ms}
    queue_ms = seconds * 1e3 / 2 * max(rate / full.requests_per_s - 1, 0)
    return {"ttft_ms": full.ttft_ms + queue_ms, "e2e_ms": full.e2e_ms + queue_ms}


def latency_row(record, name):
    rate, input_tokens = float(record["request_rps"]), float(record["isl_mean"])
    asked = {
        "input_tokens": input_tokens,
        "cached_input_tokens": input_tokens - 16,  # 45 prompts, repeated, with prefix caching: validation/README.md
        "output_tokens": float(record["osl_mean"]),
    }
    return Row(
        data_set="open_loop_latency",
        id=name,
        hardware=HARDWARE[record["hardware"]],
        stack=record["engine"],
        model=MODELS[record["model"]],
        precision=record["precision"],
        deployment={
            "tp": int(record["tp"]),
            "precision": PRECISIONS[record["precision"]],
            "max_num_seqs": int(record["max_num_seqs"]),
            "max_batched_tokens": int(record["max_num_batched_tokens"]),
        },
        workloads=[dict(asked, request_rate=rate), dict(asked, concurrency=float(record["max_num_seqs"]))],
        measured={"ttft_ms": float(record["ttft_mean_ms"]), "e2e_ms": float(record["e2e_mean_ms"])},
        configuration=record["experiment"],
        load="open loop",
        predict=functools.partial(predict_latency, rate, float(record["duration_s"])),
    )
