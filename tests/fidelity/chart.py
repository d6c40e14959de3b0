"""Predicted against measured, a dot a row, both axes logarithmic: one panel a metric."""

import matplotlib

matplotlib.use("Agg")

from library import Refused  # noqa: E402
from matplotlib import pyplot  # noqa: E402

PANELS = [
    ("time per output token [ms]", "tpot_ms", ("closed_loop", "static_2023")),
    ("time to first token [ms]", "ttft_ms", ("closed_loop", "open_loop_latency")),
    ("output tokens/s", "output_tps", ("closed_loop", "offline", "mlperf_offline")),
    ("USD per million output tokens", "cost", ("open_loop_cost", "open_loop_shapes")),
]


def draw(rows, answers, path):
    figure, axes = pyplot.subplots(2, 2, figsize=(11, 11))
    for axis, (title, metric, names) in zip(axes.flat, PANELS):
        both = []
        for name in names:
            points = [
                (row.measured[metric], row.predict(answer)[metric])
                for row, answer in zip(rows, answers)
                if row.data_set == name and metric in row.measured and not isinstance(answer, Refused)
            ]
            points = [point for point in points if 0 < point[1] < float("inf")]
            if points:
                axis.scatter(*zip(*points), s=9, alpha=0.5, label=f"{name.replace('_', ' ')} ({len(points)})")
                both += [value for point in points for value in point]
        axis.set(xscale="log", yscale="log", title=title, xlabel="measured", ylabel="estimated", aspect="equal")
        if both:
            ends = [min(both) / 1.3, max(both) * 1.3]
            axis.set(xlim=ends, ylim=ends)
            axis.plot(ends, ends, color="black", linewidth=0.8)
            for factor in (1.25, 1 / 1.25):
                axis.plot(ends, [end * factor for end in ends], color="grey", linewidth=0.6, linestyle="--")
        axis.legend(loc="upper left", fontsize=8)
        axis.grid(which="major", linewidth=0.3)
    figure.suptitle("jeton: estimated against measured; dashed: 25 % off")
    figure.tight_layout()
    figure.savefig(path, dpi=120)
