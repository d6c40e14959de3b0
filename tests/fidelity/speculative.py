"""speculative_acceptance.csv: mean tokens a step yields, by draft length."""

import csv
import math

import score
from library import Workload, deployment_of

FILE = "speculative_acceptance.csv"


def curves(folder):
    """(name, [(draft tokens, tokens a step), ...]) of every model, file and mode, by draft length."""
    ret = {}
    for record in csv.DictReader(open(folder / FILE, encoding="utf-8")):
        name = "/".join((record["file"].rsplit("/", 1)[-1], record["model"], record["mode"]))
        point = int(record["num_speculative_tokens"]), float(record["acceptance_length"])
        ret.setdefault(name, []).append(point)
    return [(name, sorted(points)) for name, points in ret.items()]


SERVER = ("nvidia-h100-sxm", "llama-3.1-8b")


def step_tokens(library, stack, points, acceptance, decay):
    """
    Mean tokens a verified step yields for each draft length, out of the library: with a fixed number of drafts a step
    takes as long whatever is accepted, so TPOT falls by exactly that factor.
    """
    ret = []
    for drafts, _ in points:
        times = []
        for chance, fall in ((1e-12, 1.0), (acceptance, decay)):
            given = {"speculative_tokens": drafts, "speculative_acceptance": chance, "speculative_decay": fall}
            server = library.server(SERVER[0], stack, SERVER[1], deployment_of(given))
            workload = Workload(input_tokens=100, output_tokens=1e5, concurrency=1)
            estimates, _ = library.estimate(server, (Workload * 1)(workload), 1)
            library.so.jtn_server_free(server)
            times.append(estimates[0].tpot_ms)
        ret.append(times[0] / times[1])
    return ret


def summary(library, stack, folder):
    """Acceptance and decay from each curve's odd draft lengths; errors are those at the even ones, held out."""
    errors = []
    for _, points in curves(folder):
        acceptance, decay = through(library, stack, [point for point in points if point[0] % 2 == 1])
        even = [point for point in points if point[0] % 2 == 0]
        for (_, length), predicted in zip(even, step_tokens(library, stack, even, acceptance, decay)):
            errors.append(math.log(predicted / length))
    return score.summary_of(errors)


def through(library, stack, points):
    """Acceptance is the first point's excess over 1; decay by thirds, to the least mean error of the others."""
    acceptance = min(points[0][1] - 1, 1.0)

    def miss(decay):
        predicted = step_tokens(library, stack, points, acceptance, decay)
        return sum(abs(math.log(tokens / length)) for tokens, (_, length) in zip(predicted, points))

    low, high = 0.5, 1.0
    for _ in range(20):
        one, two = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, two) if miss(one) < miss(two) else (one, high)
    return acceptance, (low + high) / 2
