#!/usr/bin/env python3
"""jeton rate, margin, allocate, book and the accounts' half of jeton catalog, as people and scripts meet them. Prints TAP.

Runs $JETON_BUILD_ROOT/bindings/cli/jeton. Checks on published price books read $JETON_SHARED, and are skipped without.
"""
import csv
import hashlib
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
from decimal import Decimal

import check_cli
from check_cli import ROOT, Skip, answers, complains, environment, expect, jsonl, program, run, shared

MILLION = 1000000
RULES = [
    {"id": "in", "meters": ["input"], "price": "2.5", "per": MILLION, "from": "2024-08-06T00:00:00Z"},
    {"id": "cached", "meters": ["cache_read"], "price": "1.25", "per": MILLION},
    {"id": "out", "meters": ["output"], "price": "10", "per": MILLION},
    {"id": "in-batch", "meters": ["input"], "price": "1.25", "per": MILLION, "tier": ["batch"]},
    {"id": "third", "meters": ["web_search"], "price": "1", "per": 3},
    {"id": "spoken", "meters": ["input_audio_seconds"], "price": "0.006", "per": 60},
]
BOOK = {"jeton_book": 1, "currency": "USD", "source": "a price list", "as_of": "2026-11-01", "tariffs": [
    {"provider": "openai", "model": "gpt-4o", "aliases": ["gpt-4o-2024-08-06"], "source": "page 1", "fallback": {"reasoning": "output"}, "rules": RULES},
    {"provider": "other", "model": "small", "rules": [{"id": "in", "meters": ["input"], "price": "0.1", "per": MILLION},
                                                       {"id": "out", "meters": ["output"], "price": "0.4", "per": MILLION}]},
]}
YUAN = {**BOOK, "currency": "CNY"}
OVERLAY = {"jeton_overlay": 1, "customer": "acme", "currency": "USD", "tariffs": [
    {"provider": "openai", "rules": [{"id": "acme-10", "meters": ["input", "cache_read", "output"], "effect": "discount", "fraction": "0.1"}]}]}
USAGE = {"prompt_tokens": 1000, "completion_tokens": 200, "prompt_tokens_details": {"cached_tokens": 800}}
ROW = {"id": "evt-1", "time": "2026-01-01T00:00:00Z", "provider": "openai", "model": "gpt-4o", "format": "openai.chat", "usage": USAGE, "tenant": "acme"}
SCENARIO = {"id": "own", "hardware": "nvidia-h100-sxm", "stack": "vllm", "model": "llama-3.1-70b", "deployment": {"precision": "fp8", "tp": 4},
            "workload": {"input_tokens": 1000, "cached_input_tokens": 500, "output_tokens": 500, "request_rate": 2}, "hour": {"rent": "2.5"}}


class Folder:
    """A folder with files of this content; its paths by name, and gone afterwards."""

    def __init__(self, **files):
        self.files = files

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        for name, content in self.files.items():
            text = content if isinstance(content, str) else jsonl(*content) if isinstance(content, list) else json.dumps(content)
            (self.path / name).write_text(text, "utf-8")
        return self

    def __exit__(self, *why):
        self.folder.cleanup()

    def __getattr__(self, name):
        return self.path / name


def ours(**changes):
    """A usage row in leaves."""
    return {**ROW, "format": "jeton", **changes}


def rate(rows, *arguments, book=BOOK, overlay=None):
    with Folder(book=book, overlay=overlay or {}) as files:
        extra = ("--overlay", files.overlay) if overlay else ()
        return run("rate", "--book", files.book, *extra, *arguments, "-", text=rows if isinstance(rows, (str, bytes)) else jsonl(*rows))


def charges(rows, *arguments, code=0, **more):
    done = rate(rows, *arguments, **more)
    expect(done.returncode == code, f"exit {code} was due", done)
    return answers(done)


def amounts_add_up(row):
    expect(sum(Decimal(line["amount"]) for line in row["lines"]) == Decimal(row["total"]), f"lines add up: {row}")
    for line in row["lines"]:
        left = Decimal(line["amount"]) * Decimal(line["per"]) + Decimal(line.get("residue", "0"))
        expect(left == Decimal(line["quantity"]) * Decimal(line["price"]), f"amount * per + residue == quantity * price: {line}")


def a_row_of_usage_comes_to_its_charge():
    row, = charges([ROW])
    revision = "sha256:" + hashlib.sha256(json.dumps(BOOK).encode()).hexdigest()
    expect(row == {"id": "evt-1", "status": "ok", "currency": "USD", "total": "0.0035", "book": revision}, f"{row}")


def lines_say_meter_quantity_price_rule_and_amount():
    row, = charges([ROW], "--lines")
    expect(row["lines"] == [
        {"meter": "input", "quantity": "200", "price": "2.5", "per": "1000000", "amount": "0.0005", "rule": "in"},
        {"meter": "cache_read", "quantity": "800", "price": "1.25", "per": "1000000", "amount": "0.001", "rule": "cached"},
        {"meter": "output", "quantity": "200", "price": "10", "per": "1000000", "amount": "0.002", "rule": "out"}], f"{row}")
    amounts_add_up(row)


def seconds_are_shown_in_seconds():
    row, = charges([ours(usage={"input_audio_seconds": 0.1})], "--lines")
    line, = row["lines"]
    expect(line["quantity"] == "0.1" and line["per"] == "60" and row["total"] == "0.00001", f"{row}")
    amounts_add_up(row)


def what_was_rounded_says_so_and_by_how_much():
    row, = charges([ours(usage={"web_search": 1})], "--lines")
    expect(row["flags"] == ["rounded"] and row["lines"][0]["flags"] == ["rounded"], f"{row}")
    expect(row["total"] == "0.333333333333333333" and row["lines"][0]["residue"] == "0.000000000000000001", f"{row}")
    amounts_add_up(row)


def a_fallback_and_a_tier_are_told():
    reasoning, batch = charges([ours(usage={"reasoning": 10}), {**ROW, "service_tier": "batch"}], "--lines")
    expect(reasoning["lines"][0]["meter"] == "reasoning" and reasoning["lines"][0]["priced_as"] == "output", f"{reasoning}")
    expect("fallback" in reasoning["flags"], f"{reasoning}")
    expect([line["tier"] for line in batch["lines"]] == ["batch"] * 3 and batch["lines"][0]["rule"] == "in-batch", f"{batch}")
    expect("tier_fallback" in batch["flags"], f"{batch}")


def an_alias_is_the_model_and_its_prefix_is_not():
    alias, prefix = charges([{**ROW, "model": "gpt-4o-2024-08-06"}, {**ROW, "model": "gpt-4"}], code=1)
    expect(alias["total"] == "0.0035" and prefix["error"]["code"] == "unknown_model", f"{alias} {prefix}")


def bad_rows_are_answered_in_their_place_and_the_rest_rated():
    wrong = [
        ("{\"id\": 1.50, \"model\":", None, "syntax"), ("", None, "syntax"), (" \t", None, "syntax"), ("[1]", None, "type"),
        ({**ROW, "id": "ü\"", "format": "openai"}, "ü\"", "not_found"),
        ({key: value for key, value in ROW.items() if key != "format"}, "evt-1", "missing_field"),
        ({**ROW, "model": "nope"}, "evt-1", "unknown_model"), ({**ROW, "provider": "nope"}, "evt-1", "unknown_model"),
        ({**ROW, "time": "2020-01-01"}, "evt-1", "no_price_at_time"), ({**ROW, "time": "soon"}, "evt-1", "syntax"),
        ({key: value for key, value in ROW.items() if key != "time"}, "evt-1", "missing_field"),
        (ours(usage={"output_image": 1}), "evt-1", "unpriced_meter"), (ours(usage={"inputs": 1}), "evt-1", None),
        ({**ROW, "usage": {**USAGE, "prompt_tokens": 1}}, "evt-1", "contradiction"),
        ({**ROW, "usage": {**USAGE, "completion_tokens": -1}}, "evt-1", "range"), ({**ROW, "usage": {**USAGE, "completion_tokens": 1.5}}, "evt-1", None),
        (json.dumps(ROW).replace("200", "9" * 64), "evt-1", None), ("[" * 100000, None, None), ("\x00" * 10, None, "syntax"),
        ('{"id": 1, "id": 2}', None, None), (ours(usage={"output": 2**63 - 1}), "evt-1", None),
    ]
    rows = [item for bad, _, _ in wrong for item in (bad, {**ROW, "id": 7})]
    done = rate(rows)
    expect(done.returncode == 1 and done.stderr == "", "exit 1, and the errors are in the rows", done)
    got = answers(done)
    expect(len(got) == len(rows), f"{len(got)} answers to {len(rows)} rows", done)
    for number, (answer, (bad, name, code)) in enumerate(zip(got[::2], wrong)):
        if answer["status"] == "ok" and code is None:
            continue  # large and right: the amount is exact
        expect(answer["status"] == "error", f"{bad!r} should fail: {answer}")
        error = answer["error"]
        expect(error["line"] == 2 * number + 1 and error["message"], f"{bad!r}: {answer}")
        expect(code in (None, error["code"]), f"{bad!r} is {code}, not {answer}")
        expect(name is None or answer["id"] == name, f"{bad!r}: id {answer['id']!r}")
    expect(all(row["status"] == "ok" and row["total"] == "0.0035" for row in got[1::2]), "the neighbours are as ever")


def a_row_without_time_takes_the_default_one():
    row = {key: value for key, value in ROW.items() if key != "time"}
    failed, = charges([row], code=1)
    expect(failed["error"]["field"] == "time" and "--default-time" in failed["error"]["message"], f"{failed}")
    good, = charges([row], "--default-time", "2026-01-01")
    expect(good["total"] == "0.0035", f"{good}")
    early, = charges([row], "--default-time", "2023-01-01T00:00:00+05:00", code=1)
    expect(early["error"]["code"] == "no_price_at_time", f"{early}")
    complains(rate([ROW], "--default-time", "noon"), "--default-time noon")


def unrecognised_fields_are_listed_or_refused():
    row = {**ROW, "usage": {**USAGE, "new_tokens": 5}}
    good, = charges([row])
    expect(good["unrecognized"] == ["new_tokens"] and good["total"] == "0.0035", f"{good}")
    bad, = charges([row], "--unknown", "error", code=1)
    expect(bad["error"]["code"] == "unknown_field" and "new_tokens" in json.dumps(bad), f"{bad}")
    complains(rate([ROW], "--unknown", "ignore"), "report or error")


def an_overlay_changes_the_price_and_says_so():
    row, = charges([ROW], "--lines", overlay=OVERLAY)
    expect(Decimal(row["total"]) == Decimal("0.00315") and "overlay" in row["flags"], f"{row}")
    expect(re.fullmatch(r"sha256:[0-9a-f]{64}\+sha256:[0-9a-f]{64}", row["book"]), f"{row}")
    amounts_add_up(row)
    complains(rate([ROW], book=OVERLAY), "list book is wanted")
    complains(rate([ROW], overlay=BOOK), "overlay is wanted")
    mixed = {**OVERLAY, "currency": "EUR", "tariffs": [{"provider": "openai", "rules": [{"id": "in", "meters": ["input"], "price": "1", "per": MILLION}]}]}
    bad, = charges([ROW], overlay=mixed, code=1)
    expect(bad["error"]["code"] == "currency", f"{bad}")


def a_bad_entry_refuses_the_book_or_is_left_out():
    book = {**BOOK, "tariffs": BOOK["tariffs"] + [{"provider": "x", "model": "y", "rules": [{"id": "a", "meters": ["inptu"], "price": "1", "per": 1}]}]}
    done = rate([ROW], book=book)
    complains(done, "inptu")
    good, = charges([ROW], "--skip-bad-entries", book=book)
    expect(good["total"] == "0.0035", f"{good}")


def float_noise_is_kept_or_repaired():
    rules = [{"id": "in", "meters": ["input"], "price": "0.18000000000000002", "per": 1}]
    book = {**BOOK, "tariffs": [{"provider": "openai", "model": "gpt-4o", "rules": rules}]}
    row = ours(usage={"input": 1})
    kept, = charges([row], book=book)
    repaired, = charges([row], "--repair-float-noise", book=book)
    expect((kept["total"], repaired["total"]) == ("0.18000000000000002", "0.18"), f"{kept} {repaired}")


def csv_is_quoted_where_it_has_to_be():
    done = rate([{**ROW, "id": 'a,"b'}, {**ROW, "model": "nope, never"}, {**ROW, "id": 17}], "--format", "csv")
    expect(done.returncode == 1, "a row failed", done)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    expect(list(rows[0]) == ["id", "status", "currency", "total", "book", "error"], f"{rows[0]}")
    expect([row["id"] for row in rows] == ['a,"b', "evt-1", "17"] and rows[0]["total"] == "0.0035", f"{rows}")
    expect(rows[1]["status"] == "error" and "nope, never" in rows[1]["error"] and rows[1]["total"] == "", f"{rows[1]}")


def focus_has_a_row_per_line_and_failures_on_standard_error():
    done = rate([{**ROW, "time": "2024-12-31T23:59:59Z"}, {**ROW, "model": "nope"}, ROW], "--format", "focus")
    expect(done.returncode == 1 and done.stderr.startswith("jeton: standard input:2: "), "the failed row is named", done)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    expect(len(rows) == 6, f"{len(rows)} rows", done)
    expect(sum(Decimal(row["BilledCost"]) for row in rows) == Decimal("0.007"), "the costs add up", done)
    first, last = rows[0], rows[-1]
    expect(first["BillingPeriodStart"].startswith("2024-12-01T00:00:00") and first["BillingPeriodEnd"].startswith("2025-01-01T00:00:00"), f"{first}")
    expect(last["BillingPeriodStart"].startswith("2026-01-01") and last["BillingPeriodEnd"].startswith("2026-02-01"), f"{last}")
    expect(first["SubAccountId"] == "acme" and first["ResourceId"] == "evt-1", f"{first}")
    less = list(csv.DictReader(io.StringIO(rate([ROW], "--format", "focus", overlay=OVERLAY).stdout)))
    expect(sum(Decimal(row["BilledCost"]) for row in less) == Decimal("0.00315"), f"{less}")
    expect(sum(Decimal(row["ListCost"]) for row in less) == Decimal("0.0035"), "list cost is without the overlay")


def table(text):
    return [re.split(r"  +", line.strip()) for line in text.splitlines()]


def a_summary_is_a_table_for_people_and_statements_for_machines():
    rows = [ROW, {**ROW, "tenant": "birch"}, ROW, {**ROW, "model": "nope"}, "bad"]
    done = rate(rows, "--summary")
    expect(done.returncode == 1 and "0.0105 USD" in done.stdout, "the sum", done)
    done = rate(rows, "--group-by", "tenant,model")
    expect(["acme", "gpt-4o", "2", "0", "2000", "400", "0.007", "USD"] in [line.split() for line in done.stdout.splitlines()], "by tenant", done)
    expect("birch" in done.stdout and "0.0105 USD" in done.stdout, "and in total", done)
    done = rate(rows, "--group-by", "tenant", "--json")
    statements = json.loads(done.stdout)
    expect(isinstance(statements, list) and len(statements) == 1 and statements[0]["currency"] == "USD", "one of each currency", done)


def a_row_that_fails_is_counted_in_its_group():
    done = rate([ROW, {**ROW, "usage": {"prompt_tokens": -1}}, {**ROW, "model": "nope"}], "--group-by", "tenant,model")
    found = [line.split()[:4] for line in done.stdout.splitlines()[1:]]
    expect(found[:2] == [["acme", "gpt-4o", "1", "1"], ["acme", "nope", "0", "1"]], "failures by tenant", done)


def sums_by_day_month_tier_and_meter_come_from_the_row():
    rows = [{**ROW, "time": "2026-01-31T23:30:00-01:00"}, {**ROW, "time": "2026-02-01T23:59:59.999Z", "service_tier": "batch"}]
    done = rate(rows, "--group-by", "day,tier")
    expect(done.stdout.count("2026-02-01") == 2 and "batch" in done.stdout and "standard" in done.stdout, "one day in UTC, two tiers", done)
    done = rate(rows, "--group-by", "month")
    expect(done.stdout.count("2026-02 ") == 1, "one month", done)
    done = rate([ROW], "--group-by", "meter")
    found = {line.split()[0]: line.split()[-2] for line in done.stdout.splitlines()[1:4]}
    expect(found == {"cache_read": "0.001", "input": "0.0005", "output": "0.002"}, f"{found}", done)


def keys_that_make_no_sense_are_refused():
    for keys, words in (("a,,b", "empty"), ("a,a", "twice"), ("a,b,c,d,e", "more than 4"), ("", "empty value")):
        complains(rate([ROW], f"--group-by={keys}"), words)


def options_without_bearing_are_refused():
    for options, words in ((("--summary", "--lines"), "--lines"), (("--summary", "--format", "csv"), "--format"),
                           (("--lines", "--format", "csv"), "--lines"), (("--format", "xml"), "jsonl, csv or focus"),
                           (("--jobs", "0"), "whole number from 1"), (("--jobs", "257"), "256"), (("--lins",), "did you mean --lines?"),
                           (("--format", "csv", "--rerate", "x"), "--rerate")):
        complains(rate([ROW], *options), words)
    complains(run("rate", "usage.jsonl"), "--book")
    complains(run("rate", "--book", "-", "-"), "twice")
    complains(run("rate", "--book", "nothing-like-it", "-"), "jeton catalog book")
    complains(run("rate", "--book", "/nowhere.json", "-"), "/nowhere.json")
    with Folder(book=BOOK) as files:
        complains(run("rate", "--book", files.book), "no file is given")
        complains(run("rate", "--book", files.book, "a", "b"), "more than one")
        complains(run("rate", "--book", files.book, "/nowhere.jsonl"), "/nowhere.jsonl")
        complains(run("rate", "--book", files.book, files.path), "directory")
        files.book.write_text("{\n \"jeton_book\": 1,\n \"colour\": 2}", "utf-8")
        complains(run("rate", "--book", files.book, "-", text=""), f"{files.book}:3: ")


SETTLED = {**BOOK, "tariffs": [{**BOOK["tariffs"][0], "settle": [{"id": "least", "model": "minimum", "amount": "5"}]}, BOOK["tariffs"][1]]}


def period_charges_come_at_the_end():
    *rows, last = charges([ROW, {**ROW, "provider": "other", "model": "small", "usage": {"prompt_tokens": 10, "completion_tokens": 1}}, ROW], "--settle", book=SETTLED)
    expect([row["status"] for row in rows] == ["ok"] * 3, f"{rows}")
    expect(last["id"] == "settle:openai/gpt-4o" and last["status"] == "settled" and last["total"] == "4.993", f"{last}")
    expect(last["lines"] and last["flags"] == ["settled"], f"{last}")
    expect(sum(Decimal(line["amount"]) for line in last["lines"]) == Decimal("4.993"), f"{last}")
    done = rate([ROW], "--settle", "--summary", book=SETTLED)
    expect("5 USD" in done.stdout, "the minimum is the sum", done)
    done = rate([ROW], "--settle", "--format", "csv", book=SETTLED)
    expect("settle:openai/gpt-4o,settled,USD,4.9965" in done.stdout, "in CSV too", done)


def what_a_run_leaves_out_is_told():
    done = rate([ROW], book=SETTLED)
    expect(done.returncode == 0 and "openai gpt-4o has period charges" in done.stderr and "--settle" in done.stderr, "a note", done)
    done = rate([ROW], "--settle", book=SETTLED)
    expect(done.stderr == "", "nothing is left out", done)
    done = rate([ROW], "--group-by", "tenat,model")
    expect(done.returncode == 0 and 'no row has a "tenat"' in done.stderr, "a key nobody has", done)
    done = rate([ROW, {**ROW, "tenant": None}], "--group-by", "tenant")
    expect(done.stderr == "", "a key that some rows have", done)


def an_id_is_text_or_a_number():
    bad, good = charges([{**ROW, "id": {"a": 1}}, {**ROW, "id": 17}], code=1)
    expect(bad["id"] is None and bad["error"]["code"] == "type" and good["id"] == 17, f"{bad} {good}")


def re_rating_reverses_what_was_charged():
    dearer = json.loads(json.dumps(BOOK).replace('"price": "10"', '"price": "20"'))
    rows = [ROW, {**ROW, "id": "evt-2", "model": "nope"}, {**ROW, "id": 3}]
    old = rate(rows).stdout
    with Folder(old=old, dearer=dearer, rows=rows) as files:
        done = run("rate", "--book", files.dearer, "--rerate", files.old, files.rows)
        got = answers(done)
        expect([(row["id"], row["status"], row.get("total")) for row in got] ==
               [("evt-1", "reversal", "-0.0035"), ("evt-1", "ok", "0.0055"), ("evt-2", "error", None), (3, "reversal", "-0.0035"), (3, "ok", "0.0055")], "reversals", done)
        before = json.loads(old.splitlines()[0])
        expect(got[0]["book"] == before["book"] and got[1]["book"] != before["book"] and got[0]["flags"] == ["reversed"], f"{got}")
        files.old.write_text(done.stdout, "utf-8")
        again = run("rate", "--book", files.dearer, "--rerate", files.old, files.rows)
        expect([row.get("total") for row in answers(again)] == ["-0.0055", "0.0055", None, "-0.0055", "0.0055"], "what was re-rated is re-rated", again)


def ids_that_do_not_line_up_are_errors():
    old = rate([ROW, {**ROW, "id": 2}, {**ROW, "id": 3}]).stdout
    with Folder(old=old, book=BOOK) as files:
        done = run("rate", "--book", files.book, "--rerate", files.old, "-", text=jsonl(ROW, {**ROW, "id": 9}))
        got = answers(done)
        expect([row["status"] for row in got] == ["reversal", "ok", "error", "error"] and done.returncode == 1, "two lines and a leftover", done)
        expect(got[2]["error"]["code"] == "contradiction" and "id 2" in got[2]["error"]["message"] and got[3]["id"] == 3, f"{got}")
        done = run("rate", "--book", files.book, "--rerate", files.old, "-", text=jsonl(*[{**ROW, "id": i} for i in ("evt-1", 2, 3, 4)]))
        expect(answers(done)[-1]["error"]["code"] == "contradiction", "no earlier charge for the fourth", done)
        files.old.write_text(old[:len(old) // 2] + "\n", "utf-8")
        done = run("rate", "--book", files.book, "--rerate", files.old, "-", text=jsonl(ROW, {**ROW, "id": 2}))
        expect([row["status"] for row in answers(done)] == ["reversal", "ok", "error"], "half a file", done)


def many_rows():
    models = [("openai", "gpt-4o"), ("other", "small"), ("openai", "gpt-4o-2024-08-06"), ("openai", "nope")]
    for i in range(20000):
        provider, model = models[i % 4 if i % 97 == 0 else i % 3]
        yield {**ROW, "id": i, "provider": provider, "model": model, "tenant": f"t{i % 50}", "service_tier": "batch" if i % 7 == 0 and model != "small" else "standard",
               "usage": {"prompt_tokens": i, "completion_tokens": i % 1000, "prompt_tokens_details": {"cached_tokens": 0}}}


def threads_give_the_same_bytes():
    text = "".join(json.dumps(row) + "\n" for row in many_rows())
    with Folder(book=SETTLED, rows=text) as files:
        for options in ((), ("--lines",), ("--format", "csv"), ("--format", "focus"), ("--group-by", "tenant,model,tier", "--json"), ("--settle",), ("--group-by", "meter", "--settle")):
            one = run("rate", "--book", files.book, *options, files.rows)
            for jobs in (2, 5):
                many = run("rate", "--book", files.book, *options, "--jobs", jobs, files.rows)
                expect((one.returncode, one.stdout, one.stderr) == (many.returncode, many.stdout, many.stderr), f"{jobs} jobs, {options}")
            expect(one.returncode == 1 and len(one.stdout) > 100, f"{options}", None)


def peak_of(arguments, path):
    with open(path, "rb") as rows, open(os.devnull, "wb") as nowhere:
        with subprocess.Popen([program(), *map(str, arguments), "-"], stdin=rows, stdout=nowhere, env=environment()) as child:
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
    expect(child.returncode == 0, f"exit {child.returncode}")
    return used.ru_maxrss


def memory_does_not_grow_with_the_file():
    line = json.dumps(ROW) + "\n"
    with Folder(book=BOOK, few=line * 5000, many=line * 100000) as files:
        for jobs in (1, 3):
            arguments = ("rate", "--book", files.book, "--lines", "--jobs", jobs)
            few, many = peak_of(arguments, files.few), peak_of(arguments, files.many)
            expect(many < few + 4096 * jobs, f"{few} KiB for 5,000 rows, {many} KiB for 100,000 with {jobs} jobs")


def a_line_of_a_hundred_megabytes_is_refused_and_the_next_rated():
    with Folder(book=BOOK) as files:
        with tempfile.TemporaryFile() as to:
            with subprocess.Popen([program(), "rate", "--book", files.book, "-"], stdin=subprocess.PIPE, stdout=to, env=environment()) as child:
                for _ in range(100):
                    child.stdin.write(b"a" * (1 << 20))
                child.stdin.write(b"\n" + jsonl(ROW).encode())
                child.stdin.close()
                child.wait(timeout=60)
            to.seek(0)
            first, second = (json.loads(line) for line in to)
    expect(first["error"]["code"] == "limit" and first["error"]["line"] == 1 and second["status"] == "ok", f"{first} {second}")


def a_row_is_answered_before_the_next_is_there():
    for jobs in (1, 2):
        with Folder(book=BOOK) as files, subprocess.Popen([program(), "rate", "--book", files.book, "--jobs", str(jobs), "-"], stdin=subprocess.PIPE,
                                                          stdout=subprocess.PIPE, env=environment()) as child:
            signal.alarm(30)
            for number in range(3):
                child.stdin.write(jsonl({**ROW, "id": number}).encode())
                child.stdin.flush()
                expect(json.loads(child.stdout.readline())["id"] == number, "an answer while the pipe is open")
            child.stdin.close()
            expect(child.wait() == 0, "exit 0")
            signal.alarm(0)


def an_empty_file_and_a_last_line_without_newline_are_fine():
    done = rate("")
    expect(done.returncode == 0 and done.stdout == "", "nothing asked", done)
    row, = charges(json.dumps(ROW))
    expect(row["total"] == "0.0035", f"{row}")
    row, = charges(json.dumps(ROW) + "\r\n")
    expect(row["total"] == "0.0035", f"{row}")
    expect(rate("", "--summary").returncode == 0 and json.loads(rate("", "--summary", "--json").stdout) == [], "no sums of nothing")


def output_appears_whole_or_not_at_all():
    with Folder(book=BOOK, rows=[ROW, "bad"]) as files:
        out = files.path / "out.jsonl"
        done = run("rate", "--book", files.book, files.rows, "--output", out)
        expect(done.returncode == 1 and done.stdout == "" and len(out.read_text("utf-8").splitlines()) == 2, "both rows", done)
        before = out.read_text("utf-8")
        complains(run("rate", "--book", "/nowhere", files.rows, "--output", out), "/nowhere")
        complains(run("rate", "--book", files.book, files.path, "--output", out), "directory")
        expect(out.read_text("utf-8") == before, "a failure changes nothing")
        out.unlink()
        with subprocess.Popen([program(), "rate", "--book", files.book, "-", "--output", out], stdin=subprocess.PIPE, env=environment()) as child:
            child.stdin.write(jsonl(ROW).encode())
            child.stdin.flush()
            for _ in range(200):
                if len(os.listdir(files.path)) > 3:
                    break
                time.sleep(0.02)
            child.send_signal(signal.SIGTERM)
            child.wait(timeout=30)
        expect(sorted(os.listdir(files.path)) == ["book", "overlay", "rows"] or sorted(os.listdir(files.path)) == ["book", "rows"],
               f"an interrupted run leaves nothing: {os.listdir(files.path)}")


def a_full_disk_ends_the_run():
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full here")
    with Folder(book=BOOK, rows=[ROW] * 50000) as files, open("/dev/full", "wb") as full:
        for jobs in ("1", "3"):
            done = subprocess.run([program(), "rate", "--book", files.book, "--jobs", jobs, files.rows], stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
            expect(done.returncode == 2 and b"cannot write: No space left on device" in done.stderr, f"{done}")


def margin(rows, *arguments, book=BOOK, scenario=SCENARIO):
    with Folder(book=book, production=scenario) as files:
        return run("margin", "--book", files.book, "--production", files.production, *arguments, "-", text=jsonl(*rows))


def margin_is_revenue_less_cost():
    done = margin([ROW, {**ROW, "id": 2, "usage": {"prompt_tokens": 10, "completion_tokens": 1}}])
    expect(done.returncode == 0, "two rows", done)
    rows = answers(done)
    for row in rows:
        expect(set(row) == {"id", "status", "currency", "revenue", "cost", "margin", "margin_share"}, f"{row}")
        expect(Decimal(row["revenue"]) - Decimal(row["cost"]) == Decimal(row["margin"]), f"{row}")
        expect(row["margin_share"] == float(round(Decimal(row["margin"]) / Decimal(row["revenue"]), 9)), f"{row}")
    expect(rows[0]["revenue"] == "0.0035" and Decimal(rows[0]["cost"]) > 0, f"{rows}")
    expect("2 rows: revenue 0.003535 USD" in done.stderr, "totals on standard error", done)
    total = json.loads(margin([ROW, ROW, "bad"], "--summary", "--json").stdout)
    one, = total["totals"]
    expect(total["rows"] == 2 and total["failed"] == 1 and Decimal(one["margin"]) == 2 * Decimal(rows[0]["margin"]), f"{total}")
    done = margin([ROW], "--summary")
    expect(done.stdout.startswith("1 row: revenue 0.0035 USD"), "text", done)


def margin_converts_as_told_and_never_else():
    done = margin([ROW], book=YUAN)
    expect(done.returncode == 1 and answers(done)[0]["error"]["code"] == "currency" and "--fx CNY/USD" in answers(done)[0]["error"]["message"], "no rate", done)
    row, = answers(margin([ROW], "--fx", "CNY/USD=0.14", book=YUAN))
    expect(row["currency"] == "USD" and row["revenue"] == "0.00049", f"{row}")
    back, = answers(margin([ROW], "--fx", "USD/CNY=7.1", book=YUAN))
    expect(back["currency"] == "CNY" and back["revenue"] == "0.0035", f"{back}")
    dollars, = answers(margin([ROW]))
    expect(Decimal(back["cost"]) == (Decimal(dollars["cost"]) * Decimal("7.1")).quantize(Decimal(1).scaleb(-18)).normalize(), f"{back} {dollars}")
    for rate_, words in (("CNY/USD", "A/B=RATE"), ("cny/usd=1", "A/B=RATE"), ("CNY/USD=0", "above 0"), ("CNY/USD=-1", "above 0"), ("CNY/CNY=2", "two currencies"),
                         ("CNY/USD=1,CNY/EUR=2", "two rates for CNY"), ("CNY/USD=0.14,USD/EUR=0.9", "same currency"), ("CNY/USD=" + "1" * 19, "18 digits")):
        complains(margin([ROW], "--fx", rate_), words)


def a_row_that_fails_on_either_side_says_which():
    done = margin([ours(usage={"web_search": 1}), {**ROW, "model": "nope"}, ROW])
    first, second, third = answers(done)
    expect(done.returncode == 1 and first["error"]["message"].startswith("cost of production: ") and first["error"]["code"] == "unpriced_meter", "production has no searches", done)
    expect(second["error"]["code"] == "unknown_model" and third["status"] == "ok" and "2 rows failed" in done.stderr, "and the rest go on", done)


def margin_wants_a_scenario_with_an_hour():
    complains(margin([ROW], scenario={key: value for key, value in SCENARIO.items() if key != "hour"}), "hour")
    complains(margin([ROW], scenario={**SCENARIO, "hardware": "nope"}), "hardware")
    complains(margin([ROW], scenario={**SCENARIO, "deployment": {"precision": "bf16", "tp": 1}}), "production")
    with Folder(book=BOOK) as files:
        complains(run("margin", "--book", files.book, "-"), "--production")
        complains(run("margin", "--book", files.book, "--production", "/nowhere.json", "-"), "/nowhere.json")


def margin_is_the_same_with_threads():
    text = "".join(json.dumps(row) + "\n" for row in many_rows())
    with Folder(book=BOOK, production=SCENARIO, rows=text) as files:
        one, many = (run("margin", "--book", files.book, "--production", files.production, "--jobs", jobs, files.rows) for jobs in (1, 3))
        expect((one.returncode, one.stdout, one.stderr) == (many.returncode, many.stdout, many.stderr), "bytes", None)


def allocate(bill, rows, *arguments):
    with Folder(weights=rows) as files:
        return run("allocate", "--bill", bill, "--weights", files.weights, *arguments)


def a_bill_is_split_to_the_cent():
    done = allocate("100", [{"id": "a", "weight": 1}, {"id": "b", "weight": "1"}, {"id": 3, "weight": 1.0}, {"id": None, "weight": 0}])
    expect([(row["id"], row["amount"]) for row in answers(done)] == [("a", "33.34"), ("b", "33.33"), (3, "33.33"), (None, "0")], "thirds", done)
    row = answers(allocate("-10.00EUR", [{"id": 1, "weight": 1}, {"id": 2, "weight": 2}]))
    expect([part["amount"] for part in row] in (["-3.33", "-6.67"],) and row[0]["currency"] == "EUR", f"{row}")
    row = answers(allocate("10JPY", [{"id": 1, "weight": 1}, {"id": 2, "weight": 2}]))
    expect([part["amount"] for part in row] == ["3", "7"], f"{row}")
    row = answers(allocate("1", [{"id": i, "weight": "0.000000000000000001"} for i in range(7)], "--decimals", "18"))
    expect(sum(Decimal(part["amount"]) for part in row) == 1 and len({part["amount"] for part in row}) == 2, f"{row}")


def every_split_sums_to_its_bill():
    rows = [{"id": i, "weight": str((i * 7919) % 1000)} for i in range(5000)]
    done = allocate("184031.27USD", rows)
    expect(sum(Decimal(row["amount"]) for row in answers(done)) == Decimal("184031.27"), "exactly", None)
    with Folder(weights=rows) as files:
        piped = run("allocate", "--bill", "184031.27USD", "--weights", "-", text=files.weights.read_text("utf-8"))
    expect(piped.stdout == done.stdout, "a pipe is split the same", None)


def a_weight_that_cannot_be_read_ends_the_run():
    for row, words in (("bad", ":2: "), ({"id": 1}, "weight: is missing"), ({"weight": "x"}, ":2: weight"), ({"weight": -1}, "below 0"), ({"weight": None}, "must be a number"),
                       ('{"weight": 1, "weight": 2}', "twice"), ("", ":2: "), ("[]", "not a JSON object"), ({"weight": "0.0000000000000000001"}, "weight"), ({"weight": 1e40}, "weight")):
        complains(allocate("1", [{"id": 0, "weight": 1}, row]), words)
    complains(allocate("1", [{"id": 0, "weight": 0}]), "zero")
    complains(allocate("1", ""), "no weights")
    for bill, words in (("x", "--bill x"), ("1EURO", "three letters"), ("1.001", "more than 2 decimals"), ("1e30", "--bill")):
        complains(allocate(bill, [{"weight": 1}]), words)
    complains(allocate("1", [{"weight": 1}], "--decimals", "19"), "from 0 to 18")
    complains(run("allocate", "--weights", "x"), "--bill")
    complains(run("allocate", "--bill", "1"), "--weights")
    complains(run("allocate", "--bill", "1", "--weights", "/nowhere"), "/nowhere")


def lint(book, *arguments, other=None):
    with Folder(book=book, other=other or {}) as files:
        return run("book", "lint", files.book, *((files.other,) if other else ()), *arguments)


def plain_book(rules, **more):
    return {**BOOK, "tariffs": [{"provider": "p", "model": "m", "rules": rules, **more}]}


def price(meter, amount, **more):
    return {"id": f"{meter}-{len(more)}", "meters": [meter], "price": amount, "per": MILLION, **more}


def a_sound_book_has_no_findings():
    done = lint(BOOK)
    expect(done.returncode == 0 and done.stdout == "", "nothing doubtful", done)
    expect(lint(BOOK, "--json").stdout == "[]\n", "an empty array")


def what_is_doubtful_is_found_and_named():
    long = {"quantity": "all_input", "above": 200000, "inclusive": False, "mode": "cliff"}
    for code, book in (
        ("float_noise", plain_book([price("input", "0.18000000000000002")])),
        ("validity_gap", plain_book([price("input", "1", until="2025-01-01"), price("input", "1", **{"from": "2025-02-01", "until": "2025-03-01"})])),
        ("tier_falls", plain_book([price("input", "2"), price("input", "1", when=long)])),
        ("cache_dearer", plain_book([price("input", "1"), price("cache_read", "1.5")])),
        ("magnitude", plain_book([{"id": "in", "meters": ["input"], "price": "0.015", "per": 1}])),
        ("output_input_ratio", plain_book([price("input", "0.15"), price("output", "600")])),
        ("off_by_1000", {**BOOK, "tariffs": [{"provider": "p", "model": f"m{i}", "rules": [price("input", "1500" if i == 3 else "1.5")]} for i in range(6)]}),
    ):
        done = lint(book)
        expect(done.returncode == 0 and f"[{code}]" in done.stdout, f"{code} should be found", done)
        expect(done.stdout.count("\n") == 1, f"and nothing else than {code}", done)
        expect(lint(book, "--strict").returncode == 1, f"{code} is a finding")
        found, = json.loads(lint(book, "--json").stdout)
        expect(found["code"] == code and found["severity"] == "doubt" and found["message"] and found["file"], f"{found}")


def a_bad_entry_is_an_error():
    book = {**BOOK, "tariffs": BOOK["tariffs"] + [{"provider": "x", "model": "y", "rules": [price("inptu", "1")]}]}
    done = lint(book)
    expect(done.returncode == 1 and "inptu" in done.stdout and "[error, " in done.stdout, "named", done)
    overlap = plain_book([{**price("input", "1"), "id": "one"}, {**price("input", "2"), "id": "two", "from": "2025-01-01"}])
    done = lint(overlap)
    expect(done.returncode == 1 and "[error, ambiguous]" in done.stdout and "one" in done.stdout and "two" in done.stdout, "overlap", done)
    complains(lint("not json"), ":1: ")
    complains(run("book", "lint"), "no book")
    complains(run("book", "lnit", "x"), "did you mean lint?")
    complains(run("book"), "lint", "diff")


def a_unit_slip_reported_elsewhere_is_found():
    bugs = [json.loads(line) for line in shared("rating/vectors_bugs.jsonl").read_text("utf-8").splitlines()]
    card = next(bug["price_card"] for bug in bugs if bug["id"] == "bug-133")
    done = lint({"some-model": {"litellm_provider": "openai", "mode": "chat", "output_cost_per_token": 6e-07, **{key: float(value) for key, value in card.items()}}})
    expect("[magnitude]" in done.stdout and "15,000" in done.stdout, "beyond magnitude", done)


def two_books_that_disagree_are_told_apart():
    other = json.loads(json.dumps(BOOK).replace('"price": "10"', '"price": "12"').replace('"gpt-4o"', '"GPT-4o"').replace('"source": "page 1", ', ""))
    done = lint(BOOK, other=other)
    expect("[disagrees]" in done.stdout and "output is 10 here and 12 in" in done.stdout and "GPT-4o" in done.stdout, "ten and twelve", done)
    expect(done.stdout.count("\n") == 1, "one", done)


def names_that_differ_in_spelling_only_are_compared():
    gpt, = (tariff for tariff in BOOK["tariffs"] if tariff["model"] == "gpt-4o")
    same = {**gpt, "model": "GPT-4O", "aliases": []}
    twice = {**BOOK, "tariffs": BOOK["tariffs"] + [same]}
    expect(lint(twice).stdout == "", "one price, no doubt")
    other = json.loads(json.dumps(same).replace('"price": "10"', '"price": "12"'))
    done = lint({**BOOK, "tariffs": BOOK["tariffs"] + [other]})
    expect("[twins]" in done.stdout and "output is 12 here and 10 as openai/gpt-4o" in done.stdout, "ten and twelve", done)
    expect(done.stdout.count("\n") == 1, "one", done)


def published_books_can_be_linted():
    one, other = shared("rating/genai_prices_v2_data_47df840.json"), shared("rating/litellm_model_prices_2026-08-01.json")
    for book in (one, other):
        done = run("book", "lint", book, "--json")
        expect(done.returncode in (0, 1) and done.stderr == "", f"{book.name}", done)
        json.loads(done.stdout)
    found = [finding for finding in json.loads(run("book", "lint", one, other, "--json").stdout) if finding["code"] == "disagrees"]
    expect(len(found) > 20, f"{len(found)} disagreements")


def diff(a, b, *arguments):
    with Folder(a=a, b=b) as files:
        return run("book", "diff", files.a, files.b, *arguments)


def a_diff_tells_what_came_went_and_changed():
    newer = json.loads(json.dumps(BOOK).replace('"price": "10"', '"price": "8"'))
    newer["tariffs"][1] = {"provider": "other", "model": "large", "rules": [price("input", "3")]}
    newer["tariffs"][0]["rules"] = [rule for rule in newer["tariffs"][0]["rules"] if rule["id"] != "in-batch"]
    done = diff(BOOK, newer)
    expect(done.returncode == 0 and done.stdout.splitlines()[0] == "~ openai/gpt-4o (USD)", "changed", done)
    for line in ("    ~ out: 10 per million → 8 per million", "    - in-batch: 1.25 per million (batch)", "+ other/large (USD)", "- other/small (USD)"):
        expect(line in done.stdout.splitlines(), f"{line!r} is missing", done)
    rows = json.loads(diff(BOOK, newer, "--json").stdout)
    expect([(row["id"], row["change"]) for row in rows] == [("openai/gpt-4o", "changed"), ("other/large", "added"), ("other/small", "removed")], f"{rows}")
    out = next(rule for rule in rows[0]["rules"] if rule["rule"] == "out")
    expect(out["before"]["price"] == "10" and out["after"]["price"] == "8" and out["change"] == "changed", f"{out}")
    expect(diff(BOOK, BOOK).stdout == "" and diff(BOOK, BOOK, "--json").stdout == "[]\n", "the same book")
    complains(run("book", "diff", "x"), "two books")


def a_diff_sees_hours_period_charges_and_fallbacks():
    def book(until, flat, coarser):
        return {"jeton_book": 1, "currency": "USD", "tariffs": [{"provider": "p", "model": "m", "fallback": {"reasoning": coarser},
            "rules": [price("input", "3"), price("output", "4"), {"id": "night", "meters": ["input"], "price": "1", "per": 1000000, "window": {"from": "22:30", "until": until, "weekdays": [1]}}],
            "settle": [{"id": "steps", "meters": ["input"], "model": "volume", "tiers": [{"up_to": 1000, "price": "1", "per": 1000, "flat": flat}, {"price": "2", "per": 1000}]}]}]}
    one = book("06:00", "5", "output")
    expect(diff(one, one).stdout == "", "the same book")
    done = diff(one, book("06:30", "5", "output"))
    expect(done.stdout == "~ p/m (USD)\n    ~ night: 1 per million (Mon 22:30 to Tue 06:00 UTC) → 1 per million (Mon 22:30 to Tue 06:30 UTC)\n", "hours", done)
    done = diff(one, book("06:00", "6", "output"))
    expect(done.stdout == "~ p/m (USD)\n    ~ steps: volume, 1 per 1000 and 5 up to 1000, 2 per 1000 → volume, 1 per 1000 and 6 up to 1000, 2 per 1000\n", "a step", done)
    done = diff(one, book("06:00", "5", "input"))
    expect(done.stdout == "~ p/m (USD)\n    ~ fallback of reasoning: output → input\n", "a fallback", done)
    row = json.loads(diff(one, book("06:30", "6", "input"), "--json").stdout)[0]
    night, steps = row["rules"]
    expect(night["after"]["windows"] == [{"from_s": 81000, "until_s": 109800}], f"{night}")
    expect(steps["before"]["tiers"][0] == {"price": "1", "per": "1000", "flat": "5", "up_to": "1000"}, f"{steps}")
    expect(row["fallback"] == [{"meter": "reasoning", "before": "output", "after": "input"}], f"{row}")


def a_diff_of_overlays_tells_fractions_as_fractions():
    def overlay(fraction, effect="discount"):
        return {"jeton_overlay": 1, "customer": "c", "currency": "USD",
                "tariffs": [{"provider": "p", "rules": [{"id": "d", "meters": ["input"], "effect": effect, "fraction": fraction}]}]}
    done = diff(overlay("0.1"), overlay("0.25"))
    expect("    ~ d: discount 0.1 → discount 0.25\n" in done.stdout, "fractions", done)
    expect("discount 0.1 → markup 0.1" in diff(overlay("0.1"), overlay("0.1", "markup")).stdout, "another effect")


def the_same_price_said_otherwise_is_no_change():
    thousand = json.loads(json.dumps(BOOK).replace('"price": "10", "per": 1000000', '"price": "0.01", "per": 1000'))
    expect(thousand != BOOK and diff(BOOK, thousand).stdout == "", "10 a million is 0.01 a thousand")


def meters_are_listed_with_unit_direction_modality_and_cache():
    rows = json.loads(run("catalog", "meters", "--json").stdout)
    by_id = {row["id"]: row for row in rows}
    expect(len(rows) >= 82 and len(by_id) == len(rows), f"{len(rows)} meters")
    read = by_id["cache_read_audio"]
    expect((read["unit"], read["direction"], read["modality"], read["cache"]) == ("Tokens", "input", "audio", "read"), f"{read}")
    expect(by_id["cache_write_1h"]["ttl_minutes"] == 60 and by_id["web_search"]["direction"] is None, "a life, a counter")
    text = run("catalog", "meters").stdout
    expect(all(re.search(rf"^{name} ", text, re.M) for name in by_id), "each has a line")
    one, = json.loads(run("catalog", "meters", "output", "--json").stdout)
    expect(one == by_id["output"], f"{one}")
    complains(run("catalog", "meters", "ouput"), "output")


def a_book_is_shown_with_its_tariffs():
    with Folder(book=BOOK) as files:
        done = run("catalog", "book", files.book)
        expect(done.returncode == 0 and re.search(r"openai +gpt-4o +2\.5 +1\.25 +10 USD +batch", done.stdout), "a table", done)
        expect("sha256:" in done.stdout and "page 1" in done.stdout and "a price list" in done.stdout, "revision and sources", done)
        one, = json.loads(run("catalog", "book", files.book, "--json").stdout)
    expect(one["format"] == "jeton" and one["tariff_count"] == 2 and one["tariffs"][0]["id"] == "openai/gpt-4o", f"{one}")
    rule = next(rule for rule in one["tariffs"][0]["rules"] if rule["rule"] == "in")
    expect(rule == {"rule": "in", "meters": ["input"], "price": "2.5", "per": "1000000", "from": "2024-08-06T00:00:00Z"}, f"{rule}")


def the_catalogues_books_are_listed_shown_and_rate():
    rows = json.loads(run("catalog", "book", "--json").stdout)
    if not rows:
        raise Skip("the catalogue has no book")
    ids = [row["id"] for row in rows]
    expect(ids == sorted(ids, key=str.encode) and all(row["tariff_count"] > 0 and row["revision"].startswith("sha256:") for row in rows), f"{ids}")
    table_ = run("catalog", "book").stdout
    expect(all(f"\n{name} " in table_ for name in ids), f"each has a line\n{table_}")
    for name in ids:
        one, = json.loads(run("catalog", "book", name, "--json").stdout)
        tariff = next(tariff for tariff in one["tariffs"] if {"input", "output"} <= {meter for rule in tariff["rules"] for meter in rule["meters"]})
        row = {"id": 1, "time": "2026-11-20", "provider": tariff["provider"], "model": tariff["model"], "region": tariff["region"], "format": "jeton", "usage": {"input": 10, "output": 10}}
        done = run("rate", "--book", name, "-", text=jsonl(row))
        expect(done.returncode == 0, f"{name} rates {tariff['id']}", done)
        expect(run("catalog", "book", name).returncode == 0, f"{name} is shown")
    with Folder(row=[row]) as files:
        complains(run("rate", "--book", ids[0] + "x", files.row), "jeton catalog book")


def what_a_row_holds_does_not_steer_the_terminal():
    done = rate([{**ROW, "model": "a\x1b[31mb\x9b1m"}], "--format", "focus")
    expect(done.returncode == 1 and "\x1b" not in done.stderr and "\x9b" not in done.stderr, f"{done.stderr!r}")
    done = rate([{**ROW, "tenant": "a\x1b[31mb\x9b1m"}], "--group-by", "tenant")
    expect(done.returncode == 0 and "\x1b" not in done.stdout and "\x9b" not in done.stdout, f"{done.stdout!r}")


def the_documents_examples_are_rated():
    folder = ROOT / "docs/examples"
    done = run("rate", "--book", folder / "prices.json", folder / "usage.jsonl")
    expect([row["status"] for row in answers(done)] == ["ok", "ok", "ok", "error"] and done.returncode == 1, "as the tutorial says", done)


def checks():
    helpers = {"ours", "rate", "charges", "amounts_add_up", "table", "many_rows", "peak_of", "margin", "allocate", "lint", "plain_book", "price", "diff",
               "checks", "main"}
    return [(name, value) for name, value in globals().items()
            if callable(value) and getattr(value, "__module__", "") == __name__ and hasattr(value, "__code__") and name not in helpers]


if __name__ == "__main__":
    check_cli.checks = checks
    sys.exit(check_cli.main())
