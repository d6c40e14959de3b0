"""AIConfigurator's ways to evaluate one operating point of Llama 3.1 70B in FP8 on four H100 under vLLM.

It remembers what it was asked, so every repetition asks about new points: the same ones that jeton is asked.
"""

import random
import time

POINTS = 100
MODEL, SYSTEM, STACK, TP, CONTEXT_TOKENS = "meta-llama/Meta-Llama-3.1-70B", "h100_sxm", "vllm", 4, 2048


def draw_points(round_number):
    """Prompts of 128 to 16k tokens, answers of 16 to 2k, closed loops of 1 to 256."""
    draw = random.Random(round_number).random
    return [(int(128 * 128 ** draw()), int(16 * 128 ** draw()), int(256 ** draw())) for _ in range(POINTS)]


class AIConfigurator:
    name = "aiconfigurator"

    def __init__(self):
        from aiconfigurator.cli import api
        from aiconfigurator.sdk import common, config, inference_session, perf_database
        from aiconfigurator.sdk.backends import factory
        from aiconfigurator.sdk.models import get_model

        self.config, self.api = config, api
        model_config = config.ModelConfig(
            tp_size=TP,
            gemm_quant_mode=common.GEMMQuantMode.fp8,
            kvcache_quant_mode=common.KVCacheQuantMode.fp8,
            fmha_quant_mode=common.FMHAQuantMode.bfloat16,
        )
        version = perf_database.get_latest_database_version(SYSTEM, STACK)
        self.database = f"{SYSTEM}, {STACK} {version}"
        self.session = inference_session.InferenceSession(
            get_model(MODEL, model_config, STACK),
            perf_database.get_database(SYSTEM, STACK, version),
            factory.get_backend(STACK),
        )
        self.functions = {"run_agg": self.run_agg, "run_static_latency_only": self.run_static}

    def runtime(self, point):
        return self.config.RuntimeConfig(isl=point[0], osl=point[1], batch_size=point[2], beam_width=1)

    def run_agg(self, point):
        """Continuous batching, everything set up before. Its TPOT [ms]."""
        return self.session.run_agg(self.runtime(point), ctx_tokens=CONTEXT_TOKENS).get_result_dict()["tpot"]

    def run_static(self, point):
        """One static batch, its latency and nothing else: the least it can be asked."""
        return self.session.run_static_latency_only(self.runtime(point), "static")

    def estimate(self, point):
        """As its documentation asks for one point: set-up and all. Its TPOT [ms]."""
        isl, osl, batch = point
        return self.api.cli_estimate(
            MODEL, SYSTEM, mode="agg", backend_name=STACK, isl=isl, osl=osl, batch_size=batch, tp_size=TP,
            ctx_tokens=CONTEXT_TOKENS, gemm_quant_mode="fp8", kvcache_quant_mode="fp8",
        ).tpot  # fmt: skip


def clock(function, points):
    """(ns a point, what it gave for each; None where it refused)."""
    ret, start = [], time.perf_counter_ns()
    for point in points:
        try:
            ret.append(function(point))
        except Exception:  # noqa: BLE001 what does not fit is told in as many ways as there are backends
            ret.append(None)
    return (time.perf_counter_ns() - start) / len(points), ret
