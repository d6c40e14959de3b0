"""serving_closed_loop.csv: TTFT and TPOT at a fixed concurrency, aggregated serving."""

import csv

from row import Row

FILE = "serving_closed_loop.csv"

HARDWARE = {
    "h100_sxm": "nvidia-h100-sxm",
    "h200_sxm": "nvidia-h200-sxm",
    "b200_sxm": "nvidia-b200-sxm",
    "gb200": "nvidia-gb200-nvl72",
    "b300_sxm": "nvidia-b300-sxm",
    "gb300": "nvidia-gb300-nvl72",
    "a100_sxm": "nvidia-a100-80-sxm",
    "a100_pcie": "nvidia-a100-80-pcie",
    "l40s": "nvidia-l40s",
    "rtx_pro_6000_server": "nvidia-rtx-pro-6000-bse",
    "mi300x": "amd-mi300x",
    "mi325x": "amd-mi325x",
    "mi355x": "amd-mi355x",
}
STACKS = {"vllm", "trtllm", "sglang"}
MODELS = {
    "meta-llama/Llama-3.1-70B": "llama-3.1-70b",
    "meta-llama/Llama-3.1-8B-Instruct": "llama-3.1-8b",
    "openai/gpt-oss-120b": "gpt-oss-120b",
    "Qwen/Qwen3-32B": "qwen3-32b",
    "MiniMaxAI/MiniMax-M2.5": "minimax-m2.5",
    "moonshotai/Kimi-K2.5": "kimi-k2.5",
    "deepseek-ai/DeepSeek-R1": "deepseek-r1",
    "deepseek-ai/DeepSeek-V3": "deepseek-v3",
    "deepseek-ai/DeepSeek-R1-0528": "deepseek-r1",
    "Qwen/Qwen3-235B-A22B": "qwen3-235b-a22b",
    "Qwen/Qwen3-30B-A3B": "qwen3-30b-a3b",
    "Qwen/Qwen3-8B": "qwen3-8b",
    "Qwen/Qwen3.5-397B-A17B": "qwen3.5-397b-a17b",
    "zai-org/GLM-5-FP8": "glm-5",
    "openai/gpt-oss-20b": "gpt-oss-20b",
    "meta-llama/Llama-3.1-8B": "llama-3.1-8b",
    "meta-llama/Llama-3.1-70B-Instruct": "llama-3.1-70b",
    "meta-llama/Llama-3.3-70B-Instruct": "llama-3.3-70b",
    "meta-llama/Llama-3.1-405B": "llama-3.1-405b",
}
PRECISIONS = {"fp8": "fp8", "fp4": "fp4", "bf16": "bf16", "int4": "w4a16"}
PUBLISHED_QUANTIZED = {"gpt-oss-120b"}  # whose checkpoint says its own precision, whatever the label
UNUSABLE = ("mtp_possible", "exact_duplicate", "tp_gt8", "odd_parallel")


# What InferenceX's launch scripts say (SemiAnalysisAI/InferenceX benchmarks/, 2025-10 to 2026-04) where it is not the
# library's default: KV caches left at 16 bits, a larger share of memory, more tokens in a step.
WIDE_CACHE = {("vllm", "gpt-oss-120b"), ("vllm", "minimax-m2.5")}  # on Hopper
MORE_MEMORY = {"minimax-m2.5", "kimi-k2.5"}  # but on H100
FP8_CACHE = {("vllm", "gpt-oss-120b"), ("trtllm", "gpt-oss-120b")}
STEP_TOKENS = {("trtllm", "gpt-oss-120b"): 20000}


def waits_for_a_batch(record, model):
    """These runs hold new requests back for 20 steps (batch_wait_timeout_iters), which no deployment here says."""
    return (
        (record["origin"], record["framework"], model) == ("inferencex", "trtllm", "llama-3.1-70b")
        and record["isl"] == record["osl"] == "1024"
        and int(float(record["tp"])) < 8
    )


def launched_with(record, model):
    if record["origin"] != "inferencex":
        return {}
    what, hopper = (record["framework"], model), record["hardware"] in ("h100_sxm", "h200_sxm")
    ret = {}
    if what in WIDE_CACHE and hopper:
        ret["kv_precision"] = "bf16"
    elif what in FP8_CACHE:
        ret["kv_precision"] = "fp8"
    if model in MORE_MEMORY and record["hardware"] != "h100_sxm":
        ret["memory_utilization"] = 0.95
    if what in STEP_TOKENS:
        ret["max_batched_tokens"] = STEP_TOKENS[what]
    return ret


def deployment_of(record, model):
    """InferenceX counts attention data parallelism inside tp."""
    tp, dp, ep = int(float(record["tp"])), int(float(record["attn_dp"] or 1)), int(float(record["ep"] or 1))
    if dp > 1 and tp % dp == 0 and int(float(record["n_gpus"] or 0)) == tp:
        tp //= dp
    deployment = {"tp": tp, "dp": dp, "ep": ep, **launched_with(record, model)}
    if int(float(record["pp"] or 1)) > 1:
        deployment["pp"] = int(float(record["pp"]))
    if model not in PUBLISHED_QUANTIZED and not (model == "kimi-k2.5" and record["precision"] == "int4"):
        deployment["precision"] = PRECISIONS[record["precision"]]
    return deployment


def is_saturated(ttft_ms, tpot_ms, output):
    """The data set's own rule for queueing: validation/README.md."""
    return ttft_ms > 0.5 * tpot_ms * output or ttft_ms > 8000


def read(folder):
    """Rows that can be compared, and the reason why the others cannot, counted."""
    rows, skipped = [], {}
    for record in csv.DictReader(open(folder / FILE, encoding="utf-8")):
        why = reason_to_skip(record)
        if why:
            skipped[why] = skipped.get(why, 0) + 1
        else:
            rows.append(row_of(record))
    return rows, skipped


def reason_to_skip(record):
    if record["mode"] != "agg":
        return "disaggregated"
    for flag in UNUSABLE:
        if flag in record["flags"]:
            return flag
    if record["model"] not in MODELS or record["hardware"] not in HARDWARE:
        return f"no counterpart: {record['model']} on {record['hardware']}"
    if record["framework"] not in STACKS or record["precision"] not in PRECISIONS:
        return f"no counterpart: {record['precision']} in {record['framework']}"
    if not all(float(record[name] or 0) > 0 for name in ("isl", "osl", "concurrency", "ttft_ms", "tpot_ms", "tp")):
        return "a figure is absent"
    return None


def row_of(record):
    model = MODELS[record["model"]]
    share = 0.9 if record["origin"] == "inferencex" else 1.0  # lengths are drawn from 0.8 to 1 of the nominal
    concurrency, output = float(record["concurrency"]), float(record["osl"]) * share
    ttft, tpot = float(record["ttft_ms"]), float(record["tpot_ms"])
    deployment = deployment_of(record, model)
    other = {}
    if record["aic_v0_10_tpot_ms"]:
        other = {"aic_tpot_ms": float(record["aic_v0_10_tpot_ms"]), "aic_ttft_ms": float(record["aic_v0_10_ttft_ms"])}
    measured = {
        "ttft_ms": ttft,
        "tpot_ms": tpot,
        "output_tps": concurrency * output / (ttft + tpot * (output - 1)) * 1e3,
    }
    if waits_for_a_batch(record, model):
        del measured["ttft_ms"]
    configuration = ("hardware", "framework", "model", "precision", "tp", "pp", "attn_dp", "ep", "isl", "osl")
    return Row(
        data_set="closed_loop",
        id=record["id"],
        hardware=HARDWARE[record["hardware"]],
        stack=record["framework"],
        model=model,
        precision=record["precision"],
        deployment=deployment,
        workloads=[
            {
                "input_tokens": float(record["isl"]) * share,
                "output_tokens": output,
                "concurrency": concurrency,
            }
        ],
        measured=measured,
        configuration="/".join(record[name] for name in configuration),
        load="saturated" if is_saturated(ttft, tpot, output) else "unsaturated",
        other=other,
    )
