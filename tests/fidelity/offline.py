"""offline_throughput.csv: maximum output tokens/s, TensorRT-LLM's performance overviews."""

import csv

from row import Row

FILE = "offline_throughput.csv"

HARDWARE = {
    "H100": "nvidia-h100-sxm",
    "H200": "nvidia-h200-sxm",
    "B200": "nvidia-b200-sxm",
    "RTXPRO6000": "nvidia-rtx-pro-6000-bse",
    "GB200": "nvidia-gb200-nvl72",
}
MODELS = {
    "Llama 3.3 70B": "llama-3.3-70b",
    "Llama 3.1 405B": "llama-3.1-405b",
    "Llama 3.1 8B": "llama-3.1-8b",
    "Llama 4 Scout": "llama-4-scout",
    "Llama 4 Maverick": "llama-4-maverick",
    "Qwen3-30B-A3B": "qwen3-30b-a3b",
    "Qwen3-235B-A22B": "qwen3-235b-a22b",
    "GPT-OSS 20B": "gpt-oss-20b",
    "GPT-OSS 120B": "gpt-oss-120b",
    "Deepseek R1 0528": "deepseek-r1",
}
# NVIDIA/TensorRT-LLM docs/source/performance/perf-overview.md @ 00f37686, docs/source/developer-guide/perf-overview.md
# @ 03e27c7d: all requests of a run are there at once, this many of each shape; mixtures of experts ran with attention
# data parallelism; KV caches took 95 % of what was free, in 8 bits but for GPT-OSS on Hopper.
REQUESTS = {
    (128, 128): 30000,
    (128, 2048): 3000,
    (128, 4096): 1500,
    (500, 2000): 3000,
    (1000, 1000): 3000,
    (1000, 2000): 1500,
    (2048, 128): 3000,
    (2048, 2048): 1500,
    (5000, 500): 1500,
    (20000, 2000): 1000,
    (1024, 1024): 3000,
    (8192, 1024): 1500,
    (1024, 8192): 1500,
    (32768, 1024): 1000,
    (1024, 32768): 1000,
}
EXPERTS = {"llama-4-scout", "llama-4-maverick", "qwen3-30b-a3b", "qwen3-235b-a22b", "deepseek-r1"}
PUBLISHED_QUANTIZED = {"gpt-oss-20b", "gpt-oss-120b"}


def read(folder):
    rows, skipped = [], {}
    for number, record in enumerate(csv.DictReader(open(folder / FILE, encoding="utf-8")), 2):
        known = record["model"] in MODELS and record["gpu"] in HARDWARE and record["framework"] == "trtllm"
        if not known or record["precision"] not in ("fp4", "fp8", "bf16"):
            why = f"no counterpart: {record['model']} on {record['gpu']}"
            skipped[why] = skipped.get(why, 0) + 1
        else:
            rows.append(row_of(record, number))
    return rows, skipped


def load_of(record):
    requests = REQUESTS.get((int(record["isl"]), int(record["osl"])))
    return {"concurrency": requests} if requests else {"flags": 1}


def row_of(record, number):
    model = MODELS[record["model"]]
    deployment = {
        "tp": int(record["tp"]),
        "pp": int(record["pp"]),
        "kv_precision": "bf16" if model in PUBLISHED_QUANTIZED and record["gpu"] in ("H100", "H200") else "fp8",
        "memory_utilization": 0.95,
        "max_num_seqs": 8192,
    }
    if model in EXPERTS and not record["attn_dp"]:
        deployment.update(tp=1, dp=deployment["tp"], ep=deployment["tp"])
    if record["attn_dp"]:
        deployment["dp"] = int(float(record["attn_dp"])) // deployment["tp"]
        deployment["ep"] = int(float(record["ep"]))
    if model not in PUBLISHED_QUANTIZED:
        deployment["precision"] = record["precision"]
    configuration = ("model", "gpu", "precision", "tp", "pp", "ep", "isl", "osl")
    return Row(
        data_set="offline",
        id=f"{FILE}:{number}",
        hardware=HARDWARE[record["gpu"]],
        stack=record["framework"],
        model=model,
        precision=record["precision"],
        deployment=deployment,
        workloads=[{"input_tokens": float(record["isl"]), "output_tokens": float(record["osl"]), **load_of(record)}],
        measured={"output_tps": float(record["output_tps_total"])},
        configuration="/".join(record[name] for name in configuration),
        load="offline",
    )
