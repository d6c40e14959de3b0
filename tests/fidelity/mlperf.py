"""
mlperf.csv: MLPerf Inference v5.1, Offline: tokens/s of a data set sent all at once.

Published are neither prompt lengths nor deployments; both are from the submitters' own files, named below.
"""

import csv

from row import Row

FILE = "mlperf.csv"

# accelerator: catalogue id, memory in GB
HARDWARE = {
    "NVIDIA H100-SXM-80GB": ("nvidia-h100-sxm", 80),
    "NVIDIA H200-SXM-141GB": ("nvidia-h200-sxm", 141),
    "NVIDIA B200-SXM-180GB": ("nvidia-b200-sxm", 180),
    "NVIDIA GB200": ("nvidia-gb200-nvl72", 186),
    "NVIDIA GB300": ("nvidia-gb300-nvl72", 288),
    "NVIDIA L40S": ("nvidia-l40s", 48),
    "NVIDIA RTX PRO 6000 Blackwell Server Edition": ("nvidia-rtx-pro-6000-bse", 96),
    "AMD Instinct MI300X 192GB HBM3": ("amd-mi300x", 192),
    "AMD Instinct MI325X 256GB HBM3e": ("amd-mi325x", 256),
}
MODELS = {
    "llama2-70b-99": "llama-2-70b",
    "llama2-70b-99.9": "llama-2-70b",
    "llama3.1-405b": "llama-3.1-405b",
    "llama3.1-8b": "llama-3.1-8b",
    "mixtral-8x7b": "mixtral-8x7b",
    "deepseek-r1": "deepseek-r1",
}
# Mean prompt of each data set [tokens]: samples of the per-request lengths in openshift-psap/performance-dashboard
# mlperf-data/summaries/*.csv and datasets/summaries/deepseek-r1.csv (2025-2026; extracted from MLCommons' data sets).
# Standard errors: 14 of llama-2-70b's 304 (OpenOrca, 209 requests), about 130 of llama-3.1-405b's (1070), 30 of
# llama-3.1-8b's (CNN/DailyMail, 208), 25 of deepseek-r1's (297). Mixtral's is a third each GSM8K with examples (668),
# OpenOrca (456) and MBXP (184), about 20 off.
INPUT_TOKENS = {
    "llama-2-70b": 304.0,
    "llama-3.1-405b": 9324.0,
    "llama-3.1-8b": 911.0,
    "mixtral-8x7b": 436.0,
    "deepseek-r1": 798.0,
}
# Where the results leave it out. 128 is the limit, and the reference's 611 characters a summary say that nearly all
# reach it: mlcommons/inference language/llama3.1-8b/README.md, "gen_len" 8167644 of 13368 (2025-07).
OUTPUT_TOKENS = {"llama-3.1-8b": 128.0}

# NVIDIA's own settings, which its partners run too: closed/NVIDIA/configs/SYSTEM/Offline/MODEL.py of v5.1
# (sheldon-xiong/xxd-mlpinf@a7e9579c, some @0032ba2e and @866bf11d, 2025). The README of llama2-70b there: two
# accelerators of 80 GB in fp8, one of more than 90. An accelerator whose file was not found takes the rule of the next
# smaller one, H100's 405b H200's, and 8b in fp8 that in fp4. deepseek-r1's file is of a round that it does not name.
# (model, precision, memory of at least): deployment
TRTLLM = {
    ("llama-2-70b", "fp8", 80): {"pp": 2, "max_num_seqs": 1024, "max_batched_tokens": 1024},
    ("llama-2-70b", "fp8", 90): {"max_num_seqs": 2048, "max_batched_tokens": 1536},
    ("llama-2-70b", "fp4", 90): {"max_num_seqs": 2048, "max_batched_tokens": 3584},
    ("llama-3.1-405b", "fp8", 80): {"tp": 4, "pp": 2, "max_num_seqs": 512, "max_batched_tokens": 1536},
    ("llama-3.1-405b", "fp4", 180): {"tp": 2, "pp": 2, "max_num_seqs": 2048, "max_batched_tokens": 1536},
    ("llama-3.1-8b", "fp8", 48): {"max_num_seqs": 2048, "max_batched_tokens": 1536},
    ("llama-3.1-8b", "fp4", 48): {"max_num_seqs": 2048, "max_batched_tokens": 1536},
    ("mixtral-8x7b", "fp8", 90): {"max_num_seqs": 3072, "max_batched_tokens": 9216},
    ("deepseek-r1", "fp4", 180): {"dp": 8, "ep": 8, "max_num_seqs": 1536, "max_batched_tokens": 6656},
}
# AMD's: closed/AMD/code/MODEL/harness_llm/models/MODEL/offline_mi325x.yaml of v5.1
# (ntuhpc/inference_results_v5.1@a634ab77, 2025). Red Hat's for llama-3.1-8b are not known: a batch large enough.
VLLM = {
    ("llama-2-70b", "fp8", 180): {"max_num_seqs": 2700, "max_batched_tokens": 65536, "chunked_prefill": False},
    ("mixtral-8x7b", "fp8", 180): {"max_num_seqs": 4736, "max_batched_tokens": 51200, "chunked_prefill": False},
    ("llama-3.1-8b", "fp8", 48): {"max_num_seqs": 1024, "max_batched_tokens": 8192},
}


def stack_of(record):
    software = record["software"]
    return "trtllm" if software.startswith("TensorRT") else "vllm" if software.startswith("vLLM") else None


def deployment_of(record):
    """The rule for the most memory that this accelerator has; None where there is none."""
    model, memory = MODELS[record["model"]], HARDWARE[record["accelerator"]][1]
    trtllm = stack_of(record) == "trtllm"
    rules = TRTLLM if trtllm else VLLM
    fitting = [key for key in rules if key[:2] == (model, record["weight_dtype"]) and key[2] <= memory]
    if not fitting:
        return None
    deployment = {"precision": record["weight_dtype"], "kv_precision": "fp8", "memory_utilization": 0.95}
    if trtllm:
        deployment["chunked_prefill"] = model != "deepseek-r1"
    deployment.update(rules[max(fitting)])
    copies = int(record["n_gpus"]) // (deployment.get("tp", 1) * deployment.get("pp", 1) * deployment.get("dp", 1))
    return dict(deployment, replicas=copies)


def read(folder):
    """Rows that can be compared, and the reason why the others cannot, counted."""
    records = [r for r in csv.DictReader(open(folder / FILE, encoding="utf-8")) if r["scenario"] == "Offline"]
    lenient = {r["id"] for r in records if r["model"] == "llama2-70b-99"}
    rows, skipped = [], {}
    for record in records:
        why = reason_to_skip(record, lenient)
        if why:
            skipped[why] = skipped.get(why, 0) + 1
        else:
            rows.append(row_of(record))
    return rows, skipped


def reason_to_skip(record, lenient):
    if record["units"] != "Tokens/s":
        return "not in tokens/s"
    if record["category"] == "open":
        return "open division"
    if "(x" in record["accelerator"]:
        return "mixed accelerators"
    if record["accelerator"].startswith("Virtualized"):
        return "virtualized"
    if record["accelerator"] not in HARDWARE or record["model"] not in MODELS:
        return f"no counterpart: {record['model']} on {record['accelerator'] or 'a CPU'}"
    if record["weight_dtype"] == "UNSET":
        return "precision not stated"
    if record["model"] == "llama2-70b-99.9" and record["id"] in lenient:
        return "the same system and deployment as llama2-70b-99"
    if not stack_of(record):
        return f"no profile: {record['software'].split(',')[0]}"
    if not deployment_of(record):
        return "deployment unknown"
    return None


def row_of(record):
    model = MODELS[record["model"]]
    return Row(
        data_set="mlperf_offline",
        id=f"{record['round']}-{record['id']}/{record['model']}",
        hardware=HARDWARE[record["accelerator"]][0],
        stack=stack_of(record),
        model=model,
        precision=record["weight_dtype"],
        deployment=deployment_of(record),
        workloads=[
            {
                "input_tokens": INPUT_TOKENS[model],
                "output_tokens": float(record["mean_output_tokens"] or OUTPUT_TOKENS[model]),
                "flags": 1,
            }
        ],
        measured={"output_tps": float(record["result"])},
        configuration=f"{model}/{record['accelerator']}/{record['weight_dtype']}",
        load="offline",
    )
