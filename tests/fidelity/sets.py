"""The data sets by name, read from one folder."""

import pathlib

import closed_loop
import context_sweep
import mlperf
import offline
import open_loop
import published
import static_batch

READERS = {
    "closed_loop": closed_loop.read,
    "context_sweep": context_sweep.read,
    "offline": offline.read,
    "mlperf_offline": mlperf.read,
    "open_loop_cost": open_loop.read_cost,
    "open_loop_shapes": open_loop.read_shapes,
    "open_loop_latency": open_loop.read_latency,
    "static_2023": static_batch.read,
    "published": published.read,
}


def read(folder, names=READERS):
    """All rows, and what was skipped: data set to reason to count."""
    rows, skipped = [], {}
    for name in names:
        try:
            found, skipped[name] = READERS[name](folder)
        except FileNotFoundError as absent:
            found, skipped[name] = [], {f"no file: {pathlib.Path(absent.filename).name}": 1}
        rows += found
    return rows, skipped
