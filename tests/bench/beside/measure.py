#!/usr/bin/env python3
"""jeton beside its peers: the same rows, prices and machine, repetitions in turn, medians. Called by tests/bench/peers.

First every model of a peer's own price file is priced in every shape of usage by both, and the charges are compared.
Then 64 of the models on which both agree are timed.
"""

import argparse
import collections
import decimal
import importlib.metadata
import pathlib
import platform
import random
import statistics
import subprocess
import time

import estimates
import peers

SHAPES = [  # input, cache_read, cache_write, output
    (1000, 0, 0, 200),
    (150000, 0, 0, 3000),
    (300000, 0, 0, 5000),
    (1000, 7000, 0, 200),
    (2000, 0, 6000, 300),
    (50000, 180000, 20000, 1000),
]
MODELS, ROWS_A_ROUND, LARGEST = 64, 2000, 65536
TOLERANCE = decimal.Decimal("1e-9")
METER_BYTES, RECORD_BYTES = 16, 32 + 32  # a count; a usage and a charge
TABLE_BYTES = 4 * 8 + 2 * 2 + 16 + 1 + 4 + 4  # quantities, two codes; total, currency, status, flags


class Jeton:
    """tests/bench/beside/jeton.c, asked line by line."""

    def __init__(self, build, *arguments):
        program = [build / "tests" / "bench_peers", *arguments]
        self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"bench_peers ended: {words}")
        return answer.split()

    def number(self, *words):
        return float(self.ask(*words)[0])

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        if self.process.wait():
            raise SystemExit("bench_peers failed")


class Pricing:
    """One peer: its book and rows as jeton gets them, and what jeton says they come to."""

    def __init__(self, peer, options):
        self.peer, self.options = peer, options
        self.folder = options.build / "peers"
        self.folder.mkdir(exist_ok=True)
        self.book = self.folder / f"{peer.name}.json"
        peer.write_book(self.book)

    def jeton(self, rows):
        path = self.folder / "rows.tsv"
        path.write_text("".join("\t".join(map(str, (*row[:2], *row[2]))) + "\n" for row in rows))
        return Jeton(self.options.build, "rate", self.book, path, self.folder / "charges.txt")

    def charges(self):
        return (self.folder / "charges.txt").read_text().splitlines()


def amount(text):
    """A charge, or the name of the status in its place."""
    return decimal.Decimal(text) if text[:1].isdigit() or text[:1] == "-" else text


def ask_peer(function, prepare, row):
    """What a peer says a row comes to, or how it refuses."""
    try:
        given = function(prepare(row))
    except Exception as error:  # noqa: BLE001 each refuses in its own ways
        return f"{type(error).__name__}"
    return given if isinstance(given, decimal.Decimal) else decimal.Decimal(repr(float(given)))


def verdict(ours, theirs, why=""):
    """How a pair of charges compares, in words."""
    if isinstance(ours, str):
        return f"jeton refuses: {ours}" + (", and so does the peer" if isinstance(theirs, str) else "")
    if isinstance(theirs, str):
        return f"the peer refuses: {theirs}"
    if ours == theirs:
        return "to the last digit"
    if abs(ours - theirs) <= TOLERANCE * max(abs(ours), abs(theirs)):
        return "within 1e-9"
    return f"{DIFFER}: {why}"


DIFFER = "charges differ"
AGREE = ("to the last digit", "within 1e-9")


def tell_agreement(pricing, rows, pairs):
    """Counts by verdict, each with an example; all that differs goes into a file. The verdicts, row by row."""
    peer = pricing.peer
    verdicts = [verdict(*pair, peer.why(row)) for row, pair in zip(rows, pairs)]
    counted = collections.Counter(verdicts)
    agreeing = sum(counted[word] for word in AGREE)
    both = agreeing + sum(count for word, count in counted.items() if word.startswith(DIFFER))
    print(f"{len(rows)} rows: {agreeing} of the {both} that both price agree within 1e-9")
    for word, count in counted.most_common():
        row, pair = next((row, pair) for row, pair, other in zip(rows, pairs, verdicts) if other == word)
        example = "" if word in AGREE else f"; {row[0]} {row[1]} {row[2]}: {pair[0]}, the peer {pair[1]}"
        print(f"    {count:7}  {word}{example}")
    listed = pricing.folder / f"{peer.name}-differences.txt"
    with listed.open("w") as file:
        for row, pair, word in zip(rows, pairs, verdicts):
            if word not in AGREE:
                print(*row[:2], *row[2], *pair, word, sep="\t", file=file)
    return verdicts


def every_row(peer):
    shapes = [shape for shape in SHAPES if peer.written or not shape[2]]
    return [(provider, model, shape) for provider, model in peer.models() for shape in shapes]


def compare(pricing):
    """Every model in every shape. Of each model that nowhere differs, the shape of most meters in which it agrees."""
    peer, rows = pricing.peer, every_row(pricing.peer)
    with pricing.jeton(rows) as jeton:
        jeton.ask("copy")  # by then the charges are written
        ours = map(amount, pricing.charges())
    function = next(iter(peer.functions.values()))
    pairs = [(mine, ask_peer(function, peer.prepare, row)) for mine, row in zip(ours, rows)]
    verdicts = tell_agreement(pricing, rows, pairs)
    agreed, differing = {}, set()
    for row, word in zip(rows, verdicts):
        if word in AGREE:
            agreed.setdefault(row[:2], []).append(row[2])
        elif word.startswith(DIFFER):
            differing.add(row[:2])
    return {model: max(shapes, key=meters_of) for model, shapes in agreed.items() if model not in differing}


def meters_of(quantities):
    return sum(map(bool, quantities))


def draw_rows(shapes, count):
    """Rows of 64 models: as many meters as a model has, quantities up to 65535."""
    draw = random.Random(1)
    richest = sorted(shapes, key=lambda model: -meters_of(shapes[model]))
    most = [model for model in richest if meters_of(shapes[model]) == meters_of(shapes[richest[0]])]
    chosen = most[:: max(1, len(most) // MODELS)][:MODELS]
    chosen += [model for model in richest if model not in chosen][: MODELS - len(chosen)]
    rows = []
    for _ in range(count):
        model = draw.choice(chosen)
        rows.append((*model, tuple(draw.randrange(1, LARGEST) if part else 0 for part in shapes[model])))
    return rows


def priced(pricing, rows, count):
    """The first of the rows that jeton prices: a price may be missing above a threshold only."""
    with pricing.jeton(rows) as jeton:
        jeton.ask("copy")
        charges = pricing.charges()
    return [row for row, charge in zip(rows, charges) if not isinstance(amount(charge), str)][:count]


def clock(function, prepared):
    """(ns a row, what it gave)."""
    start = time.perf_counter_ns()
    ret = [function(row) for row in prepared]
    return (time.perf_counter_ns() - start) / len(prepared), ret


PATHS = {
    "jeton, one call, tariff in hand": ("call", None),
    "jeton, one call, model by name": ("named", None),
    "jeton, batch": ("batch", lambda meters: RECORD_BYTES + METER_BYTES * meters),
    "jeton, table": ("table", lambda _: TABLE_BYTES),
}


def measure(pricing, rows):
    """Round by round: {path or function: [ns a row]}, the bandwidths of a copy, and the peer's charges."""
    peer, rounds = pricing.peer, pricing.options.rounds
    times, bandwidths, given = collections.defaultdict(list), [], []
    with pricing.jeton(rows) as jeton:
        for number in range(rounds):
            first = number * ROWS_A_ROUND
            prepared = [peer.prepare(row) for row in rows[first : first + ROWS_A_ROUND]]
            if number == 0:
                clock(next(iter(peer.functions.values())), prepared)  # so that it remembers the models
            for name, function in peer.functions.items():
                ns, amounts = clock(function, prepared)
                times[name].append(ns)
                given += amounts if name == next(iter(peer.functions)) else []
            for name, (command, _) in PATHS.items():
                times[name].append(jeton.number(command, first, ROWS_A_ROUND))
            bandwidths.append(jeton.number("copy"))
        ours = list(map(amount, pricing.charges()))
    return times, bandwidths, list(zip(ours, (decimal.Decimal(str(amount)) for amount in given)))


def ratios(slow, fast):
    """The median of the ratios, round by round."""
    return statistics.median(a / b for a, b in zip(slow, fast))


def rate(ns):
    """How many of them a second."""
    return f"{1e9 / ns:,.0f}" if ns < 1e8 else f"{1e9 / ns:.2g}"


def tell_table(functions, paths, times, bandwidths, thing="row"):
    """paths: {name: bytes a row, or None}. Medians, and the median of the ratios to each of the peer's functions."""
    ahead = f"{'':32}{'ns a ' + thing:>14}{thing + 's/s':>14}{'GB/s':>7}{'of a copy':>11}"
    print(ahead, *(f"{'x ' + name:>26}" for name in functions))
    for name in [*functions, *paths]:
        ns = statistics.median(times[name])
        moved = ""
        if paths.get(name):
            share = statistics.median(paths[name] / t / b for t, b in zip(times[name], bandwidths))
            moved = f"{paths[name] / ns:7.2f}{100 * share:9.0f} %"
        line = f"{name:32}{ns:14,.1f}{rate(ns):>14}{moved:18}"
        print(line, *(f"{ratios(times[function], times[name]):26,.0f}" for function in functions if name in paths))
    print()


def run_pricing(peer, options):
    print(f"== {peer.name} {peer.version}")
    pricing = Pricing(peer, options)
    shapes = compare(pricing)
    count = options.rounds * ROWS_A_ROUND
    rows = priced(pricing, draw_rows(shapes, 2 * count), count)
    meters = sum(meters_of(row[2]) for row in rows) / len(rows)
    models = len({row[:2] for row in rows})
    print(f"timed: {len(rows)} rows of {models} models, {meters:.1f} meters a row; batch and table have a million")
    times, bandwidths, pairs = measure(pricing, rows)
    agreeing = sum(verdict(*pair) in AGREE for pair in pairs)
    print(f"of these, {agreeing} of {len(pairs)} charges agree within 1e-9\n")
    paths = {name: bytes_of and bytes_of(meters) for name, (_, bytes_of) in PATHS.items()}
    tell_table(list(peer.functions), paths, times, bandwidths)


def measure_estimates(peer, options, jeton):
    """As measure(), and jeton's TPOT over that of the peer's first function, and the bytes of a point."""
    times, bandwidths, quotients, size = collections.defaultdict(list), [], [], 0
    path = options.build / "peers" / "points.txt"
    for number in range(options.rounds):
        points = estimates.draw_points(number)
        path.write_text("".join(f"{isl} {osl} {batch}\n" for isl, osl, batch in points))
        size = int(jeton.number("points", path))
        given = {}
        for name, function in peer.functions.items():
            ns, given[name] = estimates.clock(function, points)
            times[name].append(ns)
        times["cli_estimate"].append(estimates.clock(peer.estimate, points[:1])[0])
        times["jeton, one call"].append(jeton.number("point"))
        times["jeton, batch"].append(jeton.number("points-batch"))
        bandwidths.append(jeton.number("copy"))
        ours = map(float, jeton.ask("tpot"))
        quotients += [mine / its for mine, its in zip(ours, next(iter(given.values()))) if mine and its]
    return times, bandwidths, quotients, size


def run_estimates(options):
    try:
        peer = estimates.AIConfigurator()
    except Exception as error:  # noqa: BLE001 not installed, or whatever its data lacks
        print(f"{estimates.AIConfigurator.name}: skipped, {type(error).__name__}: {error}")
        return
    version = importlib.metadata.version(peer.name)
    print(f"== {peer.name} {version}, {peer.database}: {estimates.MODEL}, FP8, tensor parallel {estimates.TP}")
    (options.build / "peers").mkdir(exist_ok=True)
    with Jeton(options.build, "estimate") as jeton:
        times, bandwidths, quotients, size = measure_estimates(peer, options, jeton)
    paths = {"jeton, one call": None, "jeton, batch": size}
    tell_table([*peer.functions, "cli_estimate"], paths, times, bandwidths, "point")
    tenths = statistics.quantiles(quotients, n=10)
    print(f"TPOT by jeton over its run_agg: median {tenths[4]:.2f}, four fifths {tenths[0]:.2f} to {tenths[8]:.2f};")
    print(f"{len(quotients)} points, and two models of the same thing, which need not agree")


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    options.add_argument("--build", type=pathlib.Path, required=True)
    options.add_argument("--rounds", type=int, default=9)
    options = options.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}; medians of {options.rounds} rounds in turn\n")
    for peer in peers.installed():
        run_pricing(peer, options)
    run_estimates(options)


if __name__ == "__main__":
    main()
