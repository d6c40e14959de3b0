"""
published_points.csv and facts.csv: what operators and vendors published of their own serving.

Speeds of a single stream, the service day that DeepSeek described, and pools of large expert-parallel deployments,
each pool asked by itself: prefill as requests of one output token, decode with the prompt found in the cache.
The files hold a figure and a citation each; lengths and deployments are here, with where they come from.
"""

import csv

from row import Row

POINTS, FACTS = "published_points.csv", "facts.csv"

# No source states lengths, which matter little to one stream: a short chat.
SINGLE_STREAM = {"input_tokens": 256.0, "output_tokens": 256.0, "concurrency": 1.0}

# Without tp, memory on chip takes as many accelerators as the model needs. "8-bit" and "16-bit" are in the sources
# where they say so (sambanova.ai, 2024-09); Groq's earlier figures are taken as 8-bit too: 576 chips hold no 70B in 16.
# The catalogue's overheads for groq-70b, groq-7b and cb-70b were set by these very rows: no evidence for the model.
STREAMS = {
    "groq-70b": ("groq-lpu-v1", "llama-2-70b", {"precision": "int8"}),
    "groq-mixtral": ("groq-lpu-v1", "mixtral-8x7b", {"precision": "int8"}),
    "groq-7b": ("groq-lpu-v1", "llama-2-7b", {"precision": "int8"}),
    "groq-31-70b": ("groq-lpu-v1", "llama-3.1-70b", {"precision": "int8"}),
    "sn-405b": ("sambanova-sn40l", "llama-3.1-405b", {"precision": "bf16", "tp": 16}),
    "sn-70b": ("sambanova-sn40l", "llama-3.1-70b", {"precision": "bf16", "tp": 16}),
    "cb-70b": ("cerebras-wse3", "llama-3.1-70b", {"precision": "fp16"}),
    "sn-r1": ("sambanova-sn40l", "deepseek-r1", {"tp": 16, "ep": 16}),
    "cb-405b": ("cerebras-wse3", "llama-3.1-405b", {"precision": "fp16"}),
}
CALIBRATED_BY = {"groq-70b", "groq-7b", "cb-70b"}

# DeepSeek, 2025-02-28: 608 G input tokens, 342 G of them cached, and 168 G output tokens in a day on 226.75 nodes;
# prefill units of 4 nodes with EP32, decode units of 18 with EP144, attention data-parallel in both.
# Mean KV length 4989 = input + output / 2 and the ratio of the two make the mean request.
DAY_S = 86400.0
RATIO = 608 / 168
OUTPUT = 4989 / (RATIO + 0.5)
INPUT = OUTPUT * RATIO
CACHED = INPUT * 342 / 608
# Nodes in each pool at the published rates per node: 31.0k/73.7k and 8.58k/14.8k of 226.75, in whole units.
DAY = {"prefill": {"dp": 32, "ep": 32, "workers": 24}, "decode": {"dp": 144, "ep": 144, "workers": 7}}
USER_TPS = 21.0

# 16,384 tokens a device, as the prefill sources say; caches of 16 bits, as DeepSeek and InferSim say.
WIDE = {"kv_precision": "bf16", "max_batched_tokens": 16384, "max_num_seqs": 1024}


def prefill_row(name, hardware, model, gpus, deployment, prompt, tokens_per_gpu, cached=0.0):
    return Row(
        data_set="published",
        id=name,
        hardware=hardware,
        stack="sglang",
        model=model,
        precision=deployment.get("precision", "default"),
        deployment=deployment,
        workloads=[{"input_tokens": prompt, "cached_input_tokens": cached, "output_tokens": 1.0, "flags": 1}],
        measured={"input_tps": tokens_per_gpu * gpus},
        configuration=name,
        load="offline",
    )


def decode_row(name, hardware, model, deployment, context, output, sequences, tpot_ms):
    """`sequences` decode at once, at a mean context of `context`."""
    prompt = context - output / 2
    return Row(
        data_set="published",
        id=name,
        hardware=hardware,
        stack="sglang",
        model=model,
        precision=deployment.get("precision", "default"),
        deployment=deployment,
        workloads=[
            {
                "input_tokens": prompt,
                "cached_input_tokens": prompt - 1,
                "output_tokens": output,
                "concurrency": float(sequences),
            }
        ],
        measured={"tpot_ms": tpot_ms},
        configuration=name,
        load="unsaturated",
    )


def stream_row(name, tokens_per_s):
    hardware, model, deployment = STREAMS[name]
    return Row(
        data_set="published",
        id=name,
        hardware=hardware,
        stack="generic",
        model=model,
        precision=deployment.get("precision", "default"),
        deployment=deployment,
        workloads=[dict(SINGLE_STREAM)],
        measured={"tpot_ms": 1000 / tokens_per_s},
        configuration=name,
        load="calibrated by" if name in CALIBRATED_BY else "unsaturated",
    )


def day_row(user_tps):
    return Row(
        data_set="published",
        id="deepseek-day",
        hardware="nvidia-h800",
        stack="sglang",
        model="deepseek-v3",
        precision="fp8",
        deployment=dict(WIDE, **DAY),
        workloads=[
            {
                "input_tokens": INPUT,
                "cached_input_tokens": CACHED,
                "output_tokens": OUTPUT,
                "request_rate": 168e9 / DAY_S / OUTPUT,
            }
        ],
        measured={"tpot_ms": 1000 / user_tps},
        configuration="deepseek-day",
        load="open loop",
    )


# H20: alibaba/InferSim README (2026-05): attention whole on 4 accelerators, experts in a quarter each; 100 sequences
# each, 4096 in and 2048 out; prompts taken as 4096 too.
H20_30B = dict(WIDE, dp=4, ep=4, precision="bf16")


def day_prefill(value):
    pool = dict(WIDE, dp=32, ep=32)
    return prefill_row("deepseek-day-prefill", "nvidia-h800", "deepseek-v3", 32, pool, INPUT, value / 8, CACHED)


def day_decode(value):
    pool, sequences = dict(WIDE, dp=144, ep=144), value / 8 / USER_TPS * 144
    context, tpot = INPUT + OUTPUT / 2, 1000 / USER_TPS
    return decode_row("deepseek-day-decode", "nvidia-h800", "deepseek-v3", pool, context, OUTPUT, sequences, tpot)


def profile_prefill(value):
    pool = dict(WIDE, dp=32, ep=32)
    return prefill_row("profile-prefill", "nvidia-h800", "deepseek-v3", 32, pool, 4096.0, value)


def profile_decode(value):
    pool, tpot = dict(WIDE, dp=128, ep=128), 128 / value * 1000
    return decode_row("profile-decode", "nvidia-h800", "deepseek-v3", pool, 4096.0, 256.0, 128 * 128, tpot)


def h20_30b_prefill(value):
    return prefill_row("h20-30b-prefill", "nvidia-h20", "qwen3-30b-a3b", 4, H20_30B, 4096.0, value)


def h20_30b_decode(value):
    return decode_row("h20-30b-decode", "nvidia-h20", "qwen3-30b-a3b", H20_30B, 5120.0, 2048.0, 400, 100 / value * 1000)


def h20_8b_prefill(value):
    return prefill_row("h20-8b-prefill", "nvidia-h20", "qwen3-8b", 1, dict(WIDE, precision="fp8"), 4096.0, value)


# What of published_points.csv is used, by the start of its metric or of its name.
POINT_ROWS = {
    "prefill input tok/s per 8-GPU node": day_prefill,
    "decode output tok/s per 8-GPU node": day_decode,
    "user output tok/s": day_row,
    "DeepSeek-V3 profile-data, prefill": profile_prefill,
    "DeepSeek-V3 profile-data, decode": profile_decode,
    "Qwen3-30B-A3B BF16 SGLang, prefill": h20_30b_prefill,
    "Qwen3-30B-A3B BF16 SGLang, decode": h20_30b_decode,
    "Qwen3-8B FP8 SGLang, prefill": h20_8b_prefill,
}


def point_row(record):
    for start, row in POINT_ROWS.items():
        if record["metric"].startswith(start) or record["what"].startswith(start):
            return row(float(record["value"]))
    return None


def reason_point_unused(record):
    if record["what"].startswith(("InferenceX dashboard", "same at")):
        return "interpolated between measurements"
    if record["what"] == "same":
        return "part of the DeepSeek rows"
    return f"batch not stated: {record['what']}"


# SGLang, 2025-05-05: prefill with EP32, decode with EP72, 256 sequences a device at a KV length of 2000.
def fact_row(name, value):
    if name in STREAMS:
        return stream_row(name, value)
    if name.startswith("sgl-prefill-"):
        prompt = 1024.0 * int(name[-2])  # "1k"
        pool = dict(WIDE, dp=32, ep=32)
        return prefill_row(name, "nvidia-h100-sxm", "deepseek-v3", 32, pool, prompt, value / 8)
    if name == "sgl-decode":
        pool, tpot = dict(WIDE, dp=72, ep=72), 256 * 8 / value * 1000
        return decode_row(name, "nvidia-h100-sxm", "deepseek-v3", pool, 2000.0, 100.0, 256 * 72, tpot)
    return None


def read(folder):
    """Rows, and the reason why other points are not used, counted. facts.csv is a book of all kinds: not counted."""
    rows, skipped = [], {}
    facts = folder.parent / "facts"
    for record in csv.DictReader(open(facts / POINTS, encoding="utf-8")):
        row = point_row(record)
        if row:
            rows.append(row)
        else:
            why = reason_point_unused(record)
            skipped[why] = skipped.get(why, 0) + 1
    for record in csv.DictReader(open(facts / FACTS, encoding="utf-8")):
        row = fact_row(record["id"], float(record["value"])) if is_number(record["value"]) else None
        if row:
            rows.append(row)
    return rows, skipped


def is_number(text):
    try:
        return bool(text) and float(text) >= 0
    except ValueError:
        return False
