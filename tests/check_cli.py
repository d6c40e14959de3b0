#!/usr/bin/env python3
"""The jeton command as people and scripts meet it: answers, complaints, exit codes, pictures. Prints TAP.

Runs $JETON_BUILD_ROOT/bindings/cli/jeton. Checks on real config.json files read $JETON_SHARED, and are skipped without.
"""
import csv
import fcntl
import json
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMANDS = ("cost", "compare", "estimate", "rate", "margin", "allocate", "book", "catalog")
H100 = ("cost", "--hardware", "nvidia-h100-sxm", "--model", "llama-3.1-70b", "--precision", "fp8", "--tp", "4")
SCENARIO = {
    "id": "a", "hardware": "nvidia-h100-sxm", "stack": "vllm", "model": "llama-3.1-70b",
    "deployment": {"precision": "fp8", "tp": 4}, "hour": {"rent": "2.5"},
    "workload": {"input_tokens": 1000, "output_tokens": 1000, "concurrency": 64},
}
GIB = 1 << 30


class Skip(Exception):
    """A check that cannot be made here, and why."""


def program():
    root = os.environ.get("JETON_BUILD_ROOT")
    found = pathlib.Path(root).resolve() / "bindings/cli/jeton" if root else None
    if not found or not found.exists():
        raise Skip("JETON_BUILD_ROOT names no build with bindings/cli/jeton")
    return str(found)


def shared(path):
    root = os.environ.get("JETON_SHARED")
    found = pathlib.Path(root) / path if root else None
    if not found or not found.exists():
        raise Skip(f"JETON_SHARED has no {path}")
    return found


def environment(**changes):
    clean = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "TERM")}
    return {**clean, **changes}


def run(*arguments, text=None, folder=None, **changes):
    data = text.encode("utf-8") if isinstance(text, str) else text
    done = subprocess.run([program(), *map(str, arguments)], input=data, cwd=folder, capture_output=True, timeout=60,
                          env=environment(**changes), check=False)
    done.stdout, done.stderr = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    return done


def expect(condition, what, done=None):
    if not condition:
        raise AssertionError(what + (f"\nexit {done.returncode}\n{done.stdout[:1500]}\n{done.stderr[:1500]}" if done else ""))


def complains(done, *words):
    expect(done.returncode == 2, "exit 2 was due", done)
    expect(done.stdout == "", "nothing half-done should be on standard output", done)
    lines = done.stderr.splitlines()
    expect(len(lines) == 1 and lines[0].startswith("jeton: "), "one line that begins with jeton: was due", done)
    for word in words:
        expect(word in lines[0], f"{word!r} should be in the message", done)


def answers(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def jsonl(*rows):
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def on_terminal(*arguments, columns=80, **changes):
    """What a terminal of that width is sent."""
    try:
        leader, follower = pty.openpty()
    except OSError as error:
        raise Skip(f"no terminal to be had here: {error}") from error
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with subprocess.Popen([program(), *arguments], stdin=subprocess.DEVNULL, stdout=follower, stderr=follower,
                          env=environment(**{"TERM": "xterm-256color", **changes})) as child:
        os.close(follower)
        sent = b""
        while True:
            try:
                more = os.read(leader, 65536)
            except OSError:
                break
            if not more:
                break
            sent += more
        child.wait(timeout=60)
    os.close(leader)
    return sent.decode("utf-8").replace("\r\n", "\n")


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def version_is_told():
    done = run("--version")
    expect(done.returncode == 0 and re.fullmatch(r"jeton \d+\.\d+\.\d+ \(libjeton \d+\.\d+\.\d+\)\n", done.stdout), "version", done)


def every_command_has_help_both_ways():
    overview = run("help").stdout
    for command in COMMANDS:
        expect(f"  {command} " in overview, f"{command} should be in the overview")
        one, other = run("help", command), run(command, "--help")
        expect(one.returncode == other.returncode == 0 and one.stdout == other.stdout, f"help of {command}", one)
        expect(f"usage: jeton {command}" in one.stdout, f"usage of {command}", one)


def options_of(command):
    return re.findall(r"^  (--[a-z-]+)", run("help", command).stdout, re.M)


def man_page_and_completions_know_every_option():
    manual = (ROOT / "bindings/cli/man/jeton.1").read_text("utf-8").replace("\\-", "-")
    folder = ROOT / "bindings/cli/completions"
    bash, zsh, fish = ((folder / name).read_text("utf-8") for name in ("jeton.bash", "_jeton", "jeton.fish"))
    for command in COMMANDS:
        expect(options_of(command), f"{command} has options")
        for option in options_of(command):
            expect(option in manual, f"{option} is missing in the man page")
            expect(option in bash and option in zsh, f"{option} is missing in a completion")
            expect(f"-l {option[2:]} " in fish, f"{option} is missing in the fish completion")


def a_slip_is_answered_with_the_nearest_name():
    complains(run("csot"), "did you mean cost?")
    complains(run("help", "compar"), "did you mean compare?")
    complains(run("cost", "--hardwear", "x"), "did you mean --hardware?")
    complains(run("cost", "--hardware", "nvidia-h100-smx", "--model", "llama-3.1-8b"), 'did you mean "nvidia-h100-sxm"?')
    complains(run("catalog", "modle"), "did you mean model?")


def wrong_values_say_what_would_be_right():
    for option, value, words in (
        ("--tp", "0", "whole number from 1"), ("--tp", "4x", "whole number"), ("--tp", "99999999999", "whole number"),
        ("--tp", "65537", "from 1 to 65536"), ("--dp", "65537", "from 1 to 65536"), ("--replicas", "16777217", "from 1 to 16777216"),
        ("--max-num-seqs", "16777217", "from 1 to 16777216"), ("--max-batched-tokens", "16777217", "from 1 to 16777216"),
        ("--speculative", "tokens=65,acceptance=0.5", "from 1 to 64"), ("--batch", "1e13", "from 1e-12 to 1e12"), ("--rate", "1e-13", "from 1e-12"),
        ("--rent", "1e400", "from 1e-9 to 1e15"), ("--rent", "1e-400", "from 1e-9 to 1e15"), ("--rent", "1e300", "from 1e-9 to 1e15"),
        ("--batch", "1,,4", "above 0"), ("--batch", "nan", "above 0"), ("--batch", "0x10", "above 0"), ("--batch", "inf", "above 0"),
        ("--context", "1.5", "whole number of tokens"), ("--context", "1", "at least 2 tokens"), ("--context", "9999999999", "10^9"),
        ("--cached", "1.1", "from 0 to 1"), ("--input-share", "0", "above 0"), ("--memory-utilization", "2", "at most 1"),
        ("--chunked-prefill", "yes", "on or off"), ("--precision", "fp7", "bf16"), ("--rent", "-1", "below 0"),
        ("--speculative", "tokens=3", "acceptance=NUMBER is missing"), ("--speculative", "tokens=3,acceptance=2", "at most 1"),
        ("--currency", "usd", "ISO 4217"), ("--tp", "3", "3 does not divide"),
    ):
        arguments = list(H100) if option != "--tp" and option != "--precision" else list(H100[:5])
        extra = ["--rent", "2"] if option == "--currency" else []
        complains(run(*arguments, option, value, *extra), words)
    complains(run("cost", "--hardware", "a", "--hardware", "b"), "given twice")
    complains(run("cost", "--hardware"), "wants a value")
    complains(run("cost", "--hardware", "--json"), "wants a value")
    complains(run("cost", "--json=1"), "takes no value")
    complains(run("cost", "stray"), "stray")


def contradictions_are_refused():
    complains(run(*H100, "--batch", "1", "--rate", "1"), "one of them")
    complains(run(*H100, "--offline", "--rate", "1"), "one of them")
    complains(run(*H100, "--rent", "2", "--own", "own.json"), "one of them")
    complains(run(*H100, "--rent", "aws-p4d-on-demand"), "nvidia-a100", "nvidia-h100-sxm")
    complains(run(*H100, "--currency", "EUR"), "no exchange rate")
    complains(run(*H100, "--kw", "1"), "--measured")
    complains(run(*H100, "--cached", "0.5", "--prefix-caching", "off"), "--cached 0.5", "--prefix-caching off")
    expect(run(*H100, "--cached", "0", "--prefix-caching", "off").returncode == 0, "nothing cached is no contradiction")
    complains(run("cost", "--measured", "tps=1", "--rent", "1", "--tp", "4"), "--tp")
    complains(run("cost", "--measured", "tps=1"), "--rent")


def nvidias_figure_is_reproduced():
    done = run("cost", "--measured", "tps=93.3", "--rent", "1.41", "--kw", "1.73")
    expect(done.returncode == 0 and "4.198 USD per million output tokens" in done.stdout, "4.198", done)
    expect("53.9 K tokens/s/MW" in done.stdout, "53.9 K", done)
    rows = json.loads(run("cost", "--measured", "tps=93.3", "--rent", "1.41", "--kw", "1.73", "--json").stdout)
    expect(len(rows) == 1 and rows[0]["cost"]["per_mtok_output_all_in"] == "4.19793", "JSON of the measured figure")
    expect(abs(rows[0]["output_tps_per_mw"] - 93.3 / 1.73 * 1000) < 1e-6, "tokens/s per MW")
    expect(rows[0]["scenario"]["hour"] == {"currency": "USD", "rent": "1.41"}, "the rent is repeated as it was given")


def measured_input_tokens_share_the_bill():
    rows = json.loads(run("cost", "--measured", "tps=6000,itps=48000", "--rent", "2.65", "--json").stdout)
    cost = rows[0]["cost"]
    expect(abs(float(cost["per_mtok_output_all_in"]) / float(cost["per_mtok_total"]) - 9) < 1e-4, "54000 tokens against 6000")
    expect(rows[0]["power_kw"] is None and cost["per_mwh"] is None, "no power was stated")


def a_measured_price_takes_a_rent_of_the_catalogue():
    done = run("cost", "--measured", "tps=1", "--rent", "aws-g6-on-demand")
    expect(done.returncode == 0 and "aws-g6-on-demand" in done.stdout, "without --hardware", done)
    complains(run("cost", "--measured", "tps=1", "--rent", "aws-g6-on-demand", "--hardware", "nvidia-h100-sxm"), "nvidia-l4", "nvidia-h100-sxm")
    complains(run("cost", "--measured", "tps=1", "--hardware", "nvidia-h100-smx"), 'did you mean "nvidia-h100-sxm"?')
    complains(run("cost", "--measured", "tps=1", "--hardware", "nope"), 'no hardware "nope"')
    complains(run("cost", "--measured", "tps=1", "--rent", "nope"), 'no hour "nope"', ". Rents are numbers")


def what_no_accelerator_does_is_not_priced():
    complains(run("cost", "--measured", "tps=1e308", "--rent", "1"), "tps must be", "1e12")
    complains(run("cost", "--measured", "tps=1,itps=1e-300", "--rent", "1"), "itps must be")
    complains(run("cost", "--measured", "tps=1", "--rent", "1e-300"), "from 1e-9 to 1e15")
    complains(run("cost", "--measured", "tps=1", "--rent", "1", "--kw", "1e-300"), "from 0.0001 to 100000")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "own.json"
        path.write_text('{"capex": "1e-300", "years": 4}', "utf-8")
        done = run("cost", "--measured", "tps=1", "--own", path)
        expect(done.returncode == 2 and len(done.stderr) < 300, "next to nothing", done)


def a_grid_in_a_pipe_has_no_escapes_and_no_loose_ends():
    done = run(*H100, "--rent", "2.50")
    expect(done.returncode == 0, "exit 0", done)
    expect("\x1b" not in done.stdout, "no escape codes in a pipe", done)
    expect(not re.search(r" $", done.stdout, re.M), "no spaces at line ends", done)
    for word in ("Llama 3.1 70B on 4 ×", "vLLM", "fp8", "2.5 USD/h", "64k", "49152 + 16384", "cheapest", "ms", "bandwidth"):
        expect(word in done.stdout, f"{word!r} in the grid", done)
    expect(max(map(len, done.stdout.splitlines())) <= 100, "100 columns", done)


def a_grid_on_a_terminal_is_shaded_and_fits():
    for columns in (80, 100, 140):
        sent = on_terminal(*H100, "--rent", "2.50", columns=columns)
        expect("\x1b[48;5;194m" in sent and "\x1b[48;5;52m" in sent, f"cheap and dear shades: {sent!r}")
        widest = max(map(len, plain(sent).splitlines()))
        expect(widest <= columns, f"{widest} columns on a terminal of {columns}")


def no_color_and_dumb_terminals_get_none():
    expect("\x1b" not in on_terminal(*H100, "--rent", "2", NO_COLOR="1"), "NO_COLOR")
    expect("\x1b" not in on_terminal(*H100, "--rent", "2", TERM="dumb"), "TERM=dumb")
    expect("\x1b" in on_terminal(*H100, "--rent", "2", NO_COLOR=""), "an empty NO_COLOR says nothing")


def a_dated_rent_is_used_and_named():
    done = run(*H100)
    hour = next(row for row in json.loads(run("catalog", "hour", "--json").stdout)
                if row["hardware"] == "nvidia-h100-sxm" and row.get("typical"))
    expect(done.returncode == 0, "exit 0", done)
    for word in (hour["id"], hour["provider"], hour["date"]):
        expect(word in done.stdout, f"{word} should be named", done)
    complains(run("cost", "--hardware", "groq-lpu-v1", "--model", "llama-3.1-8b"), "--rent", "--own", "jeton catalog hour")


def cells_that_cannot_be_served_say_why():
    done = run("cost", "--hardware", "nvidia-h100-sxm", "--model", "llama-3.1-70b", "--precision", "fp8", "--tp", "2", "--context", "1k,900k",
               "--batch", "1,4", "--rent", "2")
    expect(done.returncode == 1, "exit 1: some rows failed", done)
    expect("no KV room" in done.stdout and "note 1" in done.stdout and "KV cache" in done.stdout, "why", done)
    rows = json.loads(run("cost", "--hardware", "nvidia-h100-sxm", "--model", "llama-3.1-70b", "--precision", "fp8", "--tp", "2",
                          "--context", "1k,900k", "--batch", "1,4", "--rent", "2", "--json").stdout)
    expect([row["status"] for row in rows] == ["ok", "error"] * 2, "row by row, column by column")
    expect(rows[1]["error"]["code"] == "does_not_fit", "the code of the formats")


def what_does_not_fit_at_all_says_what_would():
    done = run("cost", "--hardware", "nvidia-h100-sxm", "--model", "llama-3.1-70b", "--tp", "1", "--rent", "2")
    expect(done.returncode == 1 and done.stdout == "" and "would fit" in done.stderr, "it does not fit", done)


def the_fewest_that_fit_are_chosen_and_said():
    done = run("cost", "--hardware", "nvidia-h100-sxm", "--model", "llama-3.1-70b", "--rent", "2")
    expect("4 × " in done.stdout and "fewest accelerators that hold a sequence of 64k" in " ".join(done.stdout.split()), "tp 4", done)


def memory_on_chip_is_fitted_to_the_longest_context():
    arguments = ("cost", "--hardware", "groq-lpu-v1", "--model", "llama-3.1-8b", "--rent", "2", "--batch", "1")
    done = run(*arguments)
    expect(done.returncode == 0 and "fewest accelerators that hold a sequence of 64k" in " ".join(done.stdout.split()), "64k", done)
    short, = json.loads(run(*arguments, "--context", "1k", "--json").stdout)
    long, = json.loads(run(*arguments, "--context", "64k", "--json").stdout)
    few, many = (row["scenario"]["deployment"] for row in (short, long))
    expect(few["tp"] * few["pp"] < many["tp"] * many["pp"], f"more for longer: {few} {many}")


def json_cells_are_what_estimate_answers():
    rows = json.loads(run(*H100, "--json", "--cached", "0.5", "--speculative", "tokens=3,acceptance=0.8,decay=0.9").stdout)
    expect(len(rows) == 20, f"5 batches by 4 contexts, not {len(rows)}")
    again = answers(run("estimate", "-", text=jsonl(*(row["scenario"] for row in rows))))
    for row, other in zip(rows, again):
        del row["scenario"]
        expect(row == other, f"the scenario of a cell gives the cell\n{row}\n{other}")


def open_loop_and_offline_rows_are_asked_as_said():
    rows = json.loads(run(*H100, "--rate", "0.01,1000", "--context", "4k", "--rent", "2", "--json").stdout)
    expect([row["scenario"]["workload"].get("request_rate") for row in rows] == [0.01, 1000], "rates")
    expect(rows[0]["cost"]["idle_share"] > 0 and rows[1]["limited_by"] == "demand", "idle and saturated")
    expect(rows[1]["ttft_ms"] is None and rows[1]["e2e_ms"] is None, "unbounded latencies are null")
    row, = json.loads(run(*H100, "--offline", "--context", "4k", "--rent", "2", "--json").stdout)
    expect(row["scenario"]["workload"]["offline"] is True and row["ttft_ms"] is None, "offline")


def an_owned_hour_is_read_bare_or_whole():
    own = {"capex": "50000", "years": 4, "cost_of_capital": 0.1, "kw": 1.4, "pue": 1.25, "electricity_per_kwh": "0.08"}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "own.json"
        path.write_text(json.dumps(own), "utf-8")
        bare = run(*H100, "--own", path, "--json", "--batch", "1", "--context", "4k")
        path.write_text(json.dumps({"currency": "EUR", "own": own}), "utf-8")
        whole = run(*H100, "--own", path, "--json", "--batch", "1", "--context", "4k")
        path.write_text('{"own":\n {"capex": "1",\n  "capexx": 2}}', "utf-8")
        complains(run(*H100, "--own", path), f"{path}:3: ", "capexx")
        path.write_text('{"rent": "2"}', "utf-8")
        complains(run(*H100, "--own", path), "own")
    one, other = json.loads(bare.stdout)[0]["cost"], json.loads(whole.stdout)[0]["cost"]
    expect((one.pop("currency"), other.pop("currency")) == ("USD", "EUR") and one == other, "the same hour in two currencies", bare)


def compare_puts_the_cheapest_first_and_the_impossible_last():
    arguments = ("compare", "--model", "llama-3.1-70b", "--hardware", "groq-lpu-v1,nvidia-h100-sxm,nvidia-h200-sxm,amd-mi300x")
    done = run(*arguments)
    expect(done.returncode == 1 and "no dated rent for groq-lpu-v1" in " ".join(done.stdout.split()), "one has no rent", done)
    rows = json.loads(run(*arguments, "--json").stdout)
    costs = [float(row["cost"]["per_mtok_total"]) for row in rows[:3]]
    expect(costs == sorted(costs) and rows[3]["status"] == "error", "order")
    expect(rows[3]["scenario"]["hardware"] == "groq-lpu-v1", "the last is the impossible one")
    first = rows[0]["scenario"]["hardware"]
    expect(done.stdout.index(first) < done.stdout.index(rows[2]["scenario"]["hardware"]), "the table has the same order", done)


def compare_takes_a_rent_for_each():
    arguments = ("compare", "--model", "llama-3.1-70b", "--hardware", "nvidia-h100-sxm,nvidia-h200-sxm", "--json")
    rows = json.loads(run(*arguments, "--rent", "1,1000").stdout)
    expect([row["scenario"]["hour"]["rent"] for row in rows] == ["1", "1000"], "rents in their order")
    complains(run(*arguments, "--rent", "1,2,3"), "3 items for 2 accelerators")
    complains(run(*arguments, "--batch", "1,2"), "one --context and one --batch")


def compare_suggests_only_replicas_there_can_be():
    arguments = ("compare", "--model", "llama-3.1-70b", "--hardware", "nvidia-h100-sxm", "--rent", "2", "--rate")
    one, other = (" ".join(run(*arguments, rate).stdout.split()) for rate in ("1000", "1e12"))
    found = re.search(r"; --replicas (\d+) would do", one)
    expect(found, one)
    enough = json.loads(run(*arguments, "1000", "--replicas", found[1], "--json").stdout)
    expect(enough[0]["ttft_ms"] is not None, "and that many do")
    expect("not even --replicas 16777216, the most, would do" in other, other)


def a_bad_line_is_answered_in_its_place_and_the_rest_still_estimated():
    rows = ["{\"id\": 1.50, \"hardware\":", "", "  \t", {**SCENARIO, "id": "ü\"", "hardware": "nope"}, SCENARIO, {**SCENARIO, "id": None, "more": 1},
            {**SCENARIO, "deployment": {"tp": 1}}, "[" * 100000, {**SCENARIO, "model": {"config": "/nowhere.json"}},
            {**SCENARIO, "model": {"config": "/dev/zero"}}, {"id": 12345678901234567890}, {**SCENARIO, "id": 7}]
    done = run("estimate", "-", text=jsonl(*rows))
    expect(done.returncode == 1 and done.stderr == "", "exit 1, and the errors are in the rows", done)
    got = answers(done)
    expect(len(got) == len(rows), f"{len(got)} answers to {len(rows)} lines", done)
    expect([row["status"] for row in got] == ["error"] * 4 + ["ok"] + ["error"] * 6 + ["ok"], "which fail", done)
    expect([row["id"] for row in got] == [None, None, None, "ü\"", "a", None, "a", None, "a", "a", 12345678901234567890, 7], "ids", done)
    for number, row in enumerate(got, 1):
        if row["status"] == "error":
            expect(row["error"]["line"] == number and row["error"]["code"] and row["error"]["message"], f"error {number}: {row}")
    expect(got[3]["error"]["code"] == "not_found" and got[3]["error"]["field"] == "hardware" and got[3]["error"]["column"] > 1, "a position")
    expect(got[6]["error"]["code"] == "does_not_fit" and "would fit" in got[6]["error"]["message"], "what would fit")
    expect("regular file" in got[9]["error"]["message"], "a device is not read")


def the_cost_splits_add_up_to_the_bill():
    row, = answers(run("estimate", "-", text=jsonl({**SCENARIO, "workload": {"input_tokens": 3000, "cached_input_tokens": 1000, "output_tokens": 500, "request_rate": 0.5}})))
    cost = {key: float(value) for key, value in row["cost"].items() if key != "currency"}
    parts = 2000 * cost["per_mtok_input"] + 1000 * cost["per_mtok_cached_input"] + 500 * cost["per_mtok_output"]
    expect(abs(parts / (cost["per_request"] * 1e6) - 1) < 1e-5, f"{parts} against {cost['per_request'] * 1e6}")
    for key, value in row["cost"].items():
        if key not in ("currency", "idle_share"):
            expect(re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", value), f"{key} {value!r}: no exponent, no trailing zeros")


def no_hour_no_cost():
    row, = answers(run("estimate", "-", text=jsonl({key: value for key, value in SCENARIO.items() if key != "hour"})))
    expect(row["status"] == "ok" and "cost" not in row, "no cost without an hour")


def an_entrys_text_is_a_file_of_ones_own():
    with tempfile.TemporaryDirectory() as folder:
        for kind, name in (("hardware", "nvidia-h100-sxm"), ("stack", "vllm"), ("model", "qwen3-8b"), ("hour", "aws-p5-on-demand")):
            path = os.path.join(folder, f"{kind}.json")
            done = run("catalog", kind, name, "--text", "--output", path)
            expect(done.returncode == 0, f"{kind} has a text", done)
            done = run("catalog", kind, path, "--json")
            expect(done.returncode == 0 and json.loads(done.stdout)[0]["id"] == name, f"{kind} is read as it was written", done)
    complains(run("catalog", "--text"), "catalog KIND ID --text")
    complains(run("catalog", "stack", "vllm", "--text", "--json"), "without --json")


def what_is_not_served_is_not_the_cheapest():
    done = run("cost", "--hardware", "nvidia-h100-sxm", "--model", "llama-3.1-8b", "--rent", "2", "--rate", "0.1,1000", "--context", "4k")
    expect("demand" in done.stdout and "at 0.1 requests/s" in done.stdout, "the point that is served is starred", done)


def an_empty_file_has_no_answers_and_a_last_line_needs_no_newline():
    done = run("estimate", "-", text="")
    expect(done.returncode == 0 and done.stdout == "", "nothing asked", done)
    done = run("estimate", "-", text=json.dumps(SCENARIO))
    expect(done.returncode == 0 and len(answers(done)) == 1, "one line without newline", done)
    done = run("estimate", "-", text=json.dumps(SCENARIO) + "\r\n")
    expect(done.returncode == 0 and len(answers(done)) == 1, "a line that ends as on Windows", done)


def a_line_of_a_gibibyte_is_refused_in_little_memory():
    with tempfile.TemporaryFile() as to:
        with subprocess.Popen([program(), "estimate", "-"], stdin=subprocess.PIPE, stdout=to, env=environment()) as child:
            chunk = b"a" * (1 << 20)
            for _ in range(GIB // len(chunk)):
                child.stdin.write(chunk)
            child.stdin.write(b"\n" + jsonl(SCENARIO).encode())
            child.stdin.close()
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        to.seek(0)
        first, second = (json.loads(line) for line in to)
    expect(child.returncode == 1, f"exit {child.returncode}")
    expect(first["error"]["code"] == "limit" and first["error"]["line"] == 1 and first["id"] is None, f"{first}")
    expect(second["status"] == "ok", "the next line is answered")
    expect(used.ru_maxrss * 1024 < GIB * 5 // 8, f"{used.ru_maxrss} KiB for a line of 1 GiB")


def a_line_is_answered_before_the_next_is_there():
    with subprocess.Popen([program(), "estimate", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as child:
        signal.alarm(30)
        for number in range(3):
            child.stdin.write(jsonl({**SCENARIO, "id": number}).encode())
            child.stdin.flush()
            expect(json.loads(child.stdout.readline())["id"] == number, "an answer while the pipe is open")
        child.stdin.close()
        expect(child.wait() == 0, "exit 0")
        signal.alarm(0)


def output_appears_whole_or_not_at_all():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "out.jsonl"
        done = run("estimate", "-", "--output", path, text=jsonl(SCENARIO, "bad"))
        expect(done.returncode == 1 and done.stdout == "" and len(path.read_text("utf-8").splitlines()) == 2, "both rows", done)
        path.chmod(0o640)
        before = path.read_text("utf-8")
        complains(run(*H100, "--tp=4", "--output", path), "twice")
        complains(run("catalog", "model", "nope", "--output", path), "nope")
        expect(path.read_text("utf-8") == before, "a failure changes nothing")
        link = pathlib.Path(folder) / "link"
        link.symlink_to(path)
        expect(run("catalog", "--output", link).returncode == 0, "through a link")
        expect(link.is_symlink() and path.read_text("utf-8") != before and path.stat().st_mode & 0o777 == 0o640, "link and mode stay")
        expect(sorted(os.listdir(folder)) == ["link", "out.jsonl"], f"nothing is left beside it: {os.listdir(folder)}")
        complains(run("catalog", "--output", folder), "directory")
        complains(run("catalog", "--output", pathlib.Path(folder) / "no" / "where"), "cannot write")


def an_interrupted_run_leaves_nothing_behind():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "out.jsonl"
        with subprocess.Popen([program(), "estimate", "-", "--output", path], stdin=subprocess.PIPE, env=environment()) as child:
            child.stdin.write(jsonl(SCENARIO).encode())
            child.stdin.flush()
            for _ in range(200):
                if os.listdir(folder):
                    break
                time.sleep(0.02)
            expect(os.listdir(folder) not in ([], ["out.jsonl"]), "it is written beside")
            child.send_signal(signal.SIGTERM)
            child.wait(timeout=30)
        expect(os.listdir(folder) == [], f"left: {os.listdir(folder)}")


def a_full_disk_is_an_error():
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full here")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program(), "catalog", "model"], stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    expect(done.returncode == 2 and b"cannot write" in done.stderr, f"{done}")


def the_catalogue_lists_every_kind_with_ids():
    for kind in ("hardware", "stack", "model", "hour"):
        rows = json.loads(run("catalog", kind, "--json").stdout)
        ids = [row["id"] for row in rows]
        expect(ids and ids == sorted(ids, key=str.encode), f"{kind} ids in order")
        table = run("catalog", kind).stdout
        expect(all(f"\n{name} " in table for name in ids), f"each {kind} has a line")
        one = json.loads(run("catalog", kind, ids[0], "--json").stdout)
        expect(one == rows[:1], f"an id gives an array of that one")
        shown = run("catalog", kind, ids[0])
        expect(shown.returncode == 0 and ids[0] in shown.stdout, f"{ids[0]} is shown", shown)
    every = json.loads(run("catalog", "--json").stdout)
    expect({row["catalog"] for row in every} - {"book"} == {"hardware", "stack", "model", "hour"}, "all kinds in one array")


def a_hardware_entry_shows_figures_units_sources_and_dates():
    done = run("catalog", "hardware", "nvidia-h100-sxm")
    for pattern in (r"memory_bandwidth +3350 GB/s \[", r"sources", r"\[main\] +20\d\d"):
        expect(re.search(pattern, done.stdout), pattern, done)


def a_kind_that_is_none_is_told_the_kinds():
    complains(run("catalog", "colour"), "hardware, stack, model, hour, book and meters")
    complains(run("catalog", "metres"), "did you mean meters?")
    complains(run("catalog", "nvidia-h100-sxm"), "jeton catalog hardware nvidia-h100-sxm")


def a_model_file_comes_to_its_published_counts():
    configs, facts = shared("configs"), shared("facts/models.csv")
    with open(facts, encoding="utf-8", newline="") as file:
        published = {row["id"]: row for row in csv.DictReader(file)}
    compared = 0
    for path in sorted(configs.glob("*.json")):
        row, = json.loads(run("catalog", "model", path, "--json").stdout)
        expect(row["id"] == path.stem, f"{path.stem} goes by its file's name")
        for key in ("parameters", "active_parameters", "kv_bytes_per_token", "layers"):
            expect(isinstance(row[key], int) and row[key] > 0, f"{path.stem}: {key} is {row[key]!r}")
        fact = published.get(path.stem) or published.get(re.sub(r"-(hf|instruct.*)$", "", path.stem))
        if fact and fact["computed_total_b"]:
            compared += 1
            # The table's own count leaves out the indexer of sparse attention and most of linear attention.
            rough = "DSA" in fact["attention"] or "approx" in fact["computed_vs_stated_pct"]
            for key, column in (("parameters", "computed_total_b"), ("active_parameters", "computed_active_b")):
                want = float(fact[column]) * 1e9
                near = 0.01 * float(fact["computed_total_b"]) * 1e9 if rough else 0.001 * want
                expect(abs(row[key] - want) <= near, f"{path.stem}: {key} {row[key]} against {want:.0f}")
            expect(row["kv_bytes_per_token"] == int(fact["kv_bytes_per_token_16bit_max"]), f"{path.stem}: KV bytes")
            expect(row["layers"] == int(fact["layers"]), f"{path.stem}: layers")
    expect(compared >= 8, f"only {compared} files could be compared")


def a_bad_file_is_named_with_its_line():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "mine.json"
        path.write_text('{\n "id": "x",\n "colour": "red"\n}\n', "utf-8")
        complains(run("catalog", "hardware", path), f"{path}:3: ", "colour")
        path.write_text("not json", "utf-8")
        complains(run("cost", "--hardware", "nvidia-h100-sxm", "--model", path), f"{path}:1: ")
        path.write_bytes(b"\x00" * 100)
        complains(run("catalog", "model", path), f"{path}:1: ")
        complains(run("catalog", "model", folder), "directory")
        complains(run("catalog", "model", pathlib.Path(folder) / "none.json"), "No such file")


def what_is_no_file_does_not_block():
    complains(run("estimate", ""), '""', "standard input")
    complains(run("catalog", "model", ""), 'no model ""')
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "pipe"
        os.mkfifo(path)
        complains(run("catalog", "model", path), "regular file")
        complains(run("cost", "--hardware", "nvidia-h100-sxm", "--model", path), "regular file")
        complains(run(*H100, "--own", path), "regular file")


def what_a_file_holds_does_not_steer_the_terminal():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "mine.json"
        path.write_text('{"a\\u001b[31mb\\u009b1m": 1}', "utf-8")
        done = run("catalog", "hardware", path)
        complains(done)
        expect("\x1b" not in done.stderr and "\x9b" not in done.stderr, f"{done.stderr!r}")


def standard_input_is_a_file_named_minus():
    text = run("catalog", "model", "llama-3.1-8b", "--json").stdout
    expect(json.loads(text)[0]["id"] == "llama-3.1-8b", "a model of the catalogue")
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "intermediate_size": 14336,
              "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
              "max_position_embeddings": 131072, "torch_dtype": "bfloat16", "tie_word_embeddings": False}
    done = run("cost", "--hardware", "nvidia-h100-sxm", "--model", "-", "--rent", "2", "--json", "--batch", "1", "--context", "4k", text=json.dumps(config))
    expect(done.returncode == 0, "a config on standard input", done)
    expect(json.loads(done.stdout)[0]["scenario"]["model"]["hidden_size"] == 4096, "is in the scenario as it is", done)


def checks():
    """Every function below the helpers whose name is a sentence, in the order of the file."""
    helpers = {"program", "shared", "environment", "run", "expect", "complains", "answers", "jsonl", "on_terminal", "plain",
               "options_of", "checks", "main"}
    return [(name, value) for name, value in globals().items()
            if callable(value) and getattr(value, "__module__", "") == __name__ and hasattr(value, "__code__") and name not in helpers]


def main():
    failed = 0
    todo = checks()
    print(f"1..{len(todo)}")
    for number, (name, check) in enumerate(todo, 1):
        try:
            check()
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {why}", flush=True)
        except Exception as why:  # a check that breaks is a check that fails
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            print("".join(f"# {line}\n" for line in f"{type(why).__name__}: {why}".splitlines()), end="", flush=True)
        else:
            print(f"ok {number} - {name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
