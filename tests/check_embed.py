#!/usr/bin/env python3
"""The catalogue's build-time checks: each fault is refused with file, field and what would be right. Prints TAP."""
import copy
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "lib" / "catalog"
EMBED = CATALOG / "embed.py"
GOOD = ("hardware/nvidia-h100-sxm", "hardware/nvidia-b300-sxm", "hour/aws-p5-on-demand", "hour/nebius-h100-on-demand",
        "hour/own-h100-2026")
H100, B300, P5, NEBIUS, OWN = (name + ".json" for name in GOOD)
STACK, MODEL, BOOK = "stack/plain.json", "model/small.json", "book/prices.json"
SOURCE = {"made": {"cite": "made for this test", "date": "2026"}}
STACK_ENTRY = {"id": "plain", "name": "Plain", "sources": SOURCE, "defaults": {},
               "constants": {"memory_efficiency": {"value": 0.8, "unit": "1", "source": "made"},
                             "kernel_us": {"value": 5, "unit": "us", "source": "made"}},
               "families": [{"family": "hopper", "defaults": {"max_num_seqs": 1024}, "constants": {}}],
               "bands": {"tpot": 0.2}, "fit": {"on": "nothing", "rows": 0, "date": "2026"}}
MODEL_ENTRY = {"id": "small", "name": "Small", "config_source": "made", "config": {"model_type": "llama"},
               "sources": SOURCE,
               "stated_parameters": {"value": 1.2, "unit": "10^9", "source": "made"}}


def price(name, meter, amount, **more):
    return {"id": name, "meters": [meter], "price": amount, "per": 1000000, **more}


def tariff(model, *rules, **more):
    return {"provider": "maker", "model": model, "source": "https://example.org/prices, 2026-11", "rules": list(rules),
            **more}


LONG = {"quantity": "all_input", "above": 200000}
BOOK_ENTRY = {"jeton_book": 1, "currency": "USD", "source": "made for this test", "as_of": "2026-11-01", "tariffs": [
    tariff("large", price("in", "input", "2"), price("in-long", "input", "4", when=LONG),
           price("in-batch", "input", "1", tier=["batch"]),
           price("in-batch-long", "input", "2", tier=["batch"], when=LONG),
           price("read", "cache_read", "0.2"), price("out", "output", "10"), {"id": "web", "meters": ["web_search"],
           "price": "0.01"}, aliases=["large-1"], fallback={"reasoning": "output", "cache_write": "input"}),
    tariff("middle", price("in", "input", "1", until="2026-01-01"),
           price("in-now", "input", "0.5", **{"from": "2026-01-01"}),
           price("night", "input", "0.25", window={"utc_offset": "+08:00", "from": "00:30", "until": "08:30"}),
           price("out", "output", "2")),
    tariff("small", price("in", "input", "0.1"), price("out", "output", "0.4")),
    tariff("tiny", price("in", "input", "0.05"), price("out", "output", "0.2"))]}


def rule(at, **more):
    """A change of the first tariff's rule at that place."""
    def change(entry):
        for name, value in more.items():
            if value is DROP:
                del entry["tariffs"][0]["rules"][at][name.rstrip("_")]
            else:
                entry["tariffs"][0]["rules"][at][name.rstrip("_")] = value
    return change


class Skip(Exception):
    """A check that cannot be made here, and why."""


def at(path, value):
    """A change: put value at a path of keys; drop the key where value is DROP."""
    def change(entry):
        place = entry
        for key in path[:-1]:
            place = place[key]
        if value is DROP:
            del place[path[-1]]
        else:
            place[path[-1]] = value
    return change


DROP = object()
# what is said: (file, change, what the message must hold)
REFUSED = {
    "an id that is not the file's name": (H100, at(["id"], "nvidia-h100"),
                                          "id: \"nvidia-h100\" is not the file's name"),
    "an unknown field": (H100, at(["memory_size"], 3), "memory_size: unknown field"),
    "an unknown field of a figure": (H100, at(["tdp", "unti"], "W"), "tdp.unti: unknown field"),
    "an unknown number format": (H100, at(["peak", "fp6"], {"value": 3}), "peak.fp6: unknown field"),
    "a required field left out": (H100, at(["vendor"], DROP), "vendor: missing"),
    "a hardware without its capacity": (H100, at(["memory_capacity"], DROP), "memory_capacity: missing"),
    "a field of the wrong type": (H100, at(["name"], 7), "name: is 7; must be text"),
    "an empty text": (H100, at(["vendor"], ""), "vendor: is"),
    "a year that is none": (H100, at(["year"], 22), "year: is 22"),
    "an unknown status": (H100, at(["status"], "rumoured"), "status: \"rumoured\"; shipping or announced"),
    "a figure that is a bare number": (H100, at(["tdp"], 700), "tdp: is 700; must be an object"),
    "a peak that is a bare number": (H100, at(["peak", "bf16"], 989), "peak.bf16: is not an object"),
    "a figure without a source": (H100, at(["tdp", "source"], DROP), "tdp.source: missing"),
    "a figure with an unknown source": (H100, at(["tdp", "source"], "hearsay"),
                                        "tdp.source: \"hearsay\" is not in sources"),
    "a source without a cite": (H100, at(["sources", "main", "cite"], DROP), "sources.main.cite: missing"),
    "a source without a date": (H100, at(["sources", "main", "date"], DROP), "sources.main.date: missing"),
    "a source that nothing cites": (H100, at(["sources", "other"], SOURCE["made"]),
                                    "sources.other: no figure cites it"),
    "a date with month 13": (H100, at(["sources", "main", "date"], "2026-13"),
                             "sources.main.date: \"2026-13\" is no date"),
    "a date in words": (H100, at(["sources", "main", "date"], "May 2026"), "is no date; YYYY, YYYY-MM"),
    "years that run backward": (H100, at(["sources", "main", "date"], "2026-2024"), "does not run forward"),
    "no sources at all": (H100, at(["sources"], {}), "sources: is empty"),
    "a unit that is wrong for the field": (H100, at(["memory_bandwidth", "unit"], "TB/s"),
                                           "\"TB/s\" is the wrong unit; must be GB/s"),
    "watts where kilowatts belong": (H100, at(["power", "unit"], "W"),
                                     "power.unit: \"W\" is the wrong unit; must be kW"),
    "no unit": (H100, at(["tdp", "unit"], DROP), "tdp.unit: missing; one of W"),
    "a value that is text": (H100, at(["tdp", "value"], "700"), "tdp.value: is not a number"),
    "a bandwidth in the wrong magnitude": (H100, at(["memory_bandwidth", "value"], 3.35),
                                           "3.35 GB/s is implausible; 100 to 3e+07"),
    "a bf16 peak in the wrong magnitude": (H100, at(["peak", "bf16", "value"], 989000),
                                           "peak.bf16.value: 989000 TFLOP/s is implausible"),
    "a TDP in kilowatts": (H100, at(["tdp", "value"], 0.7), "tdp.value: 0.7 W is implausible"),
    "an all-in power in watts": (H100, at(["power", "value"], 1730), "power.value: 1730 kW is implausible"),
    "an all-in power below the TDP": (H100, at(["power", "value"], 0.5),
                                      "power.value: 0.5 kW is less than the TDP; at least 0.7"),
    "a node power below its accelerators' TDP": (H100, at(["node_power", "value"], 1.3),
                                                 "node_power.value: 1.3 kW is less"),
    "a node power without the node's size": (H100, at(["node_accelerators"], DROP),
                                             "node_accelerators: missing beside node_power"),
    "an idle power above the full one": (H100, at(["power_idle"], {"value": 2, "unit": "kW", "source": "main"}),
                                         "power_idle.value: 2 kW"),
    "half an accelerator": (H100, at(["scale_up_domain", "value"], 7.5), "scale_up_domain.value: 7.5 is not whole"),
    "a measured rate above the peak": (H100, at(["measured_16bit", "value"], 1200),
                                       "measured_16bit.value: more than the peak"),
    "a slow low-precision peak without a note": (B300, at(["peak", "int8", "note"], DROP),
                                                 "peak.int8.value: 153.5 is under half"),
    "a value outside its range": (B300, at(["tdp", "range"], [1200, 1400]),
                                  "tdp.range: the value lies outside its range"),
    "a range upside down": (B300, at(["tdp", "range"], [1400, 1000]), "tdp.range: does not run upward"),
    "a range of one number": (B300, at(["tdp", "range"], [1000]), "tdp.range: is [1000]; two numbers"),
    "an hour of hardware that is not there": (P5, at(["hardware"], "nvidia-h101-sxm"),
                                              "hardware: no \"nvidia-h101-sxm\" in the catalogue"),
    "two typical hours of one hardware": (OWN, at(["typical"], True),
                                          "is typical of nvidia-h100-sxm too; at most one"),
    "both rent and own": (P5, at(["own"], {"capex": "30000"}), "rent: and own: both are there; exactly one"),
    "neither rent nor own": (P5, at(["rent"], DROP), "rent: and own: neither is there; exactly one"),
    "a rent that is not the instance's share": (P5, at(["rent"], "6.80"),
                                                "rent: 6.80 is not instance.price / instance.accelerators; 6.88"),
    "a rent of a whole instance": (P5, at(["rent"], "55.04"), "rent: 55.04 USD an hour is implausible"),
    "a rent in words": (P5, at(["rent"], "about 7"), "rent: \"about 7\" is no price"),
    "a rent as a bare number": (P5, at(["rent"], 6.88), "rent: is 6.88; must be text"),
    "an instance of no accelerators": (P5, at(["instance", "accelerators"], 0), "instance.accelerators: is 0"),
    "an unknown kind of hour": (P5, at(["kind"], "lease"), "kind: \"lease\"; one of on-demand"),
    "a currency in small letters": (P5, at(["currency"], "usd"), "currency: \"usd\"; three capital letters"),
    "an hour without a date": (P5, at(["date"], DROP), "date: missing"),
    "an hour with a bad date": (P5, at(["date"], "26"), "date: \"26\" is no date"),
    "a rent without a source": (P5, at(["source"], DROP), "source: missing"),
    "a rent outside its range": (P5, at(["range"], ["7", "8"]), "range: the value lies outside its range"),
    "an own hour called contract": (OWN, at(["kind"], "contract"), "kind: \"contract\" does not go with own"),
    "an own hour without capex": (OWN, at(["own", "capex"], DROP), "own.capex: missing"),
    "an own field without a source": (OWN, at(["sources", "kw"], DROP), "sources.kw: missing; where own.kw comes from"),
    "an own source for no field": (OWN, at(["sources", "rent"], SOURCE["made"]), "sources.rent: own has no such field"),
    "an unknown own field": (OWN, at(["own", "life"], 4), "own.life: unknown field"),
    "own kilowatts in watts": (OWN, at(["own", "kw"], 1275), "own.kw: 1275 is implausible"),
    "a cost of capital in percent": (OWN, at(["own", "cost_of_capital"], 13.3),
                                     "own.cost_of_capital: 13.3 is implausible"),
    "an efficiency above 1": (STACK, at(["constants", "memory_efficiency", "value"], 1.2),
                              "memory_efficiency.value: 1.2 is no efficiency"),
    "a negative overhead": (STACK, at(["constants", "kernel_us", "value"], -1), "kernel_us.value: -1 is negative"),
    "a stack constant in the wrong unit": (STACK, at(["constants", "kernel_us", "unit"], "ms"),
                                           "kernel_us.unit: \"ms\" is the wrong unit; it is us"),
    "a family without constants": (STACK, at(["families", 0, "constants"], DROP), "families[0]: is no family"),
    "a band of nothing": (STACK, at(["bands", "tpot"], 0), "bands.tpot: is 0"),
    "a fit without a date": (STACK, at(["fit", "date"], DROP), "fit.date: null is no date"),
    "a model whose config has no source": (MODEL, at(["config_source"], "memory"),
                                           "config_source: \"memory\" is not in sources"),
    "a model without a model type": (MODEL, at(["config"], {}), "config.model_type: missing"),
    "stated parameters in units": (MODEL, at(["stated_parameters", "unit"], "1"),
                                   "stated_parameters.unit: \"1\" is the wrong unit"),
    "a book of another version": (BOOK, at(["jeton_book"], 2), "jeton_book: is 2; must be 1"),
    "a book without its date": (BOOK, at(["as_of"], DROP), "as_of: missing"),
    "a book with a bad date": (BOOK, at(["as_of"], "yesterday"), "as_of: \"yesterday\" is no date"),
    "a book in small letters' currency": (BOOK, at(["currency"], "usd"), "currency: \"usd\"; three capital letters"),
    "an unknown field of a book": (BOOK, at(["customer"], "me"), "customer: unknown field"),
    "an unknown field of a tariff": (BOOK, at(["tariffs", 0, "modell"], "x"),
                                     "tariffs[0] (maker large).modell: unknown field"),
    "a tariff without a source": (BOOK, at(["tariffs", 1, "source"], DROP), "(maker middle).source: missing; a text"),
    "a tariff whose source is no page": (BOOK, at(["tariffs", 1, "source"], "hearsay"), "source: names no page"),
    "a tariff without rules": (BOOK, at(["tariffs", 0, "rules"], []), "rules: missing or empty"),
    "a tariff that is there twice": (BOOK, at(["tariffs", 1, "model"], "large"),
                                     "\"large\" of that provider and region is tariffs[0] (maker large) already"),
    "an alias that is another's name": (BOOK, at(["tariffs", 1, "aliases"], ["tiny"]), "\"tiny\" of that provider"),
    "a rule that is no object": (BOOK, at(["tariffs", 0, "rules", 0], "in"), "rules[0]: is not an object"),
    "an unknown field of a rule": (BOOK, rule(0, effect="price"), "rules[0] (in).effect: unknown field"),
    "a rule without an id": (BOOK, rule(0, id=DROP), "rules[0].id: missing"),
    "two rules of one id": (BOOK, rule(4, id="in"), "\"in\" is there twice in one tariff"),
    "an unknown meter": (BOOK, rule(4, meters=["cached"]), "meters: \"cached\" is no meter; one of "),
    "a rule of no meter": (BOOK, rule(4, meters=[]), "meters: is []; an array of at least one meter"),
    "a meter twice in one rule": (BOOK, rule(4, meters=["cache_read", "cache_read"]), "the same meter twice"),
    "an unknown tier": (BOOK, rule(2, tier=["batches"]), "tier: \"batches\" is no tier; one of batch, "),
    "a price that is a number": (BOOK, rule(0, price=2), "price: is 2; a decimal in a string"),
    "a price with an exponent": (BOOK, rule(0, price="2e0"), "price: is \"2e0\""),
    "a negative price": (BOOK, rule(0, price="-2"), "price: is \"-2\""),
    "a price for nothing": (BOOK, rule(0, per=0), "per: is 0; a whole number"),
    "an instant in words": (BOOK, rule(0, from_="May"), "from: \"May\" is no instant; RFC 3339"),
    "a day that does not exist": (BOOK, rule(0, until="2026-02-30"), "until: \"2026-02-30\" is no instant"),
    "a rule that ends before it begins": (BOOK, rule(0, from_="2026-02-01", until="2026-01-01T00:00:00Z"),
                                          "until: does not come after from"),
    "a threshold on an unknown quantity": (BOOK, rule(1, when={"quantity": "prompt", "above": 1}),
                                           "when.quantity: is \"prompt\"; meter, all_input or total"),
    "a threshold of nothing": (BOOK, rule(1, when={"quantity": "total"}), "when.above: is null"),
    "an unknown mode": (BOOK, rule(1, when={**LONG, "mode": "steps"}), "when.mode: is \"steps\"; cliff or graduated"),
    "a window without an end": (BOOK, rule(0, window={"from": "08:30"}), "window.until: is null; a time"),
    "an eighth weekday": (BOOK, rule(0, window=[{"from": "00:00", "until": "24:00", "weekdays": [8]}]),
                          "window.weekdays: is [8]"),
    "an offset without a sign": (BOOK, rule(0, window={"from": "00:00", "until": "08:00", "utc_offset": "08:00"}),
                                 "window.utc_offset: is \"08:00\""),
    "a fallback of an unknown meter": (BOOK, at(["tariffs", 0, "fallback", "thoughts"], "output"),
                                       "fallback.thoughts: \"thoughts\" is no meter"),
    "a fallback to what has no price": (BOOK, at(["tariffs", 0, "fallback", "reasoning"], "output_audio"),
                                        "fallback.reasoning: ends at output_audio, which no rule prices"),
    "fallbacks in a circle": (BOOK, at(["tariffs", 0, "fallback"], {"input_audio": "input_image",
                                                                    "input_image": "input_audio"}), "ends at input_"),
    "two rules under the same conditions": (BOOK, rule(1, when=DROP), "prices input under the same conditions as"),
    "a cache read dearer than input": (BOOK, rule(4, price="2.1"), "a cache read is dearer than tariffs[0]"),
    "a cache read in another unit": (BOOK, rule(4, price="0.002"), "a cache read is 1000 times cheaper"),
    "a batch dearer than standard": (BOOK, rule(2, price="2.5"), "batch or flex is dearer than tariffs[0]"),
    "a long batch dearer than standard": (BOOK, rule(3, price="4.5"), "batch or flex is dearer than tariffs[0]"),
    "a longer request that is cheaper": (BOOK, rule(1, price="1.5"), "a longer request is cheaper than tariffs[0]"),
    "an output in another unit": (BOOK, rule(5, price="0.01"), "is 0.005 times tariffs[0]"),
    "a price for a thousand, not a million": (BOOK, rule(0, per=1000), "2000 USD for a million tokens of input"),
    "a model far from its siblings": (BOOK, at(["tariffs", 2, "rules"], [price("in", "input", "700"),
                                                                         price("out", "output", "900")]),
                                      "times the median of the provider's other models"),
}
# texts no dictionary can hold: (file, from, to, what the message must hold)
BROKEN = {
    "a key twice in one object": (H100, '"vendor":', '"name": "x", "vendor":', "name: is there twice in one object"),
    "a key twice in a figure": (H100, '"tdp": {', '"tdp": {"value": 1, ', "value: is there twice in one object"),
    "NaN": (H100, '"value": 3350', '"value": NaN', "NaN is not JSON"),
    "text that is no JSON": (H100, '"vendor":', '"vendor"', "not JSON"),
}


def run(*arguments):
    command = [sys.executable, "-S", str(EMBED), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")


def good_catalogue(folder):
    for name in GOOD:
        write(folder, name + ".json", (CATALOG / (name + ".json")).read_text(encoding="utf-8"))
    write(folder, STACK, STACK_ENTRY)
    write(folder, MODEL, MODEL_ENTRY)
    write(folder, BOOK, BOOK_ENTRY)


def refuses(name, text, wanted):
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        good_catalogue(folder)
        write(folder, name, text)
        code, said = run("--output", folder / "out.c", folder)
        line = next((line for line in said.splitlines() if wanted in line), None)
        if code != 1 or line is None or not line.startswith(str(folder / name) + ": "):
            return "exit %d, said: %s" % (code, said.strip())
        return "wrote a file all the same" if (folder / "out.c").exists() else None


def refuses_change(name, change, wanted):
    with tempfile.TemporaryDirectory() as made:
        good_catalogue(Path(made))
        entry = json.loads((Path(made) / name).read_text(encoding="utf-8"))
    changed = copy.deepcopy(entry)
    change(changed)
    return "the change changes nothing" if changed == entry else refuses(name, changed, wanted)


def refuses_text(name, before, after, wanted):
    text = (CATALOG / name).read_text(encoding="utf-8")
    if before not in text:
        return "%s is not in %s" % (before, name)
    return refuses(name, text.replace(before, after, 1), wanted)


def the_whole_catalogue_is_accepted():
    code, said = run("--check", CATALOG)
    return None if code == 0 and said == "" else "exit %d: %s" % (code, said)


def a_good_catalogue_is_written_in_byte_order_and_names_its_inputs():
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        good_catalogue(folder)
        code, said = run("--output", folder / "out.c", "--depfile", folder / "out.d", folder)
        if code != 0:
            return said
        ids = re.findall(r'^\t\{"([^"]+)", \w+, (\d+)\},$', (folder / "out.c").read_text(encoding="ascii"), re.M)
        if [name for name, _ in ids] != ["nvidia-b300-sxm", "nvidia-h100-sxm", "plain", "small", "aws-p5-on-demand",
                                         "nebius-h100-on-demand", "own-h100-2026", "prices"]:
            return "order: %s" % ids
        made_of = (folder / "out.d").read_text(encoding="utf-8")
        missing = [name for name in (H100, P5, STACK, MODEL, BOOK) if str(folder / name) not in made_of]
        told = not missing and made_of.startswith(str(folder / "out.c") + ":")
        return None if told else "the depfile says: " + made_of


def the_text_embedded_is_the_text_written_without_its_white_space():
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        good_catalogue(folder)
        entry = json.loads((folder / P5).read_text(encoding="utf-8"))
        entry["notes"] = 'a "quoted\\" text,  two spaces, \u6210\u672c'
        write(folder, P5, json.dumps(entry, indent=1, ensure_ascii=False).replace('"55.04"', '55.040'))
        code, said = run(folder / "out.c", folder)
        if code != 0:
            return said
        body = re.search(r"hour_0\[\] = \{\n(.*?)\n\};", (folder / "out.c").read_text(encoding="ascii"), re.S).group(1)
        items = body.replace("\n", "").split(",")[:-1]
        data = bytes(int(item[3:5], 16) if item.startswith("'") else int(item) for item in items)
        wanted = json.dumps(entry, separators=(",", ":"), ensure_ascii=False).replace('"55.04"', "55.040")
        return None if data == wanted.encode() + b"\0" else "embedded %r" % data


def inputs_may_be_named_one_by_one():
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        good_catalogue(folder)
        code, said = run(folder / "out.c", folder / H100, folder / P5)
        return None if code == 0 and (folder / "out.c").exists() else said


def all_faults_are_reported_at_once():
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        good_catalogue(folder)
        for name, key in ((H100, "tdp"), (P5, "source")):
            entry = json.loads((folder / name).read_text(encoding="utf-8"))
            entry[key] = 7
            write(folder, name, entry)
        code, said = run("--check", folder)
        return None if code == 1 and len(said.splitlines()) >= 2 and "tdp" in said and "source" in said else said


def the_same_id_in_two_files_is_refused():
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        good_catalogue(folder)
        other = folder / "other" / H100
        write(folder / "other", H100, (folder / H100).read_text(encoding="utf-8"))
        code, said = run("--check", folder / H100, other)
        return None if code == 1 and "is that of" in said else said


def a_book_is_found_by_its_files_name_and_two_of_one_name_are_refused():
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        good_catalogue(folder)
        write(folder / "other", BOOK, BOOK_ENTRY)
        code, said = run("--check", folder / BOOK, folder / "other" / BOOK)
        return None if code == 1 and 'id: "prices" is that of' in said else said


def an_empty_folder_is_refused():
    with tempfile.TemporaryDirectory() as made:
        code, said = run("--check", made)
        return None if code == 2 and "no entries" in said else said


# The table's columns: the entry's field, and whether that is in peak.
COLUMNS = {"memory_gb": "memory_capacity", "memory_bw_gb_s": "memory_bandwidth", "fp32_tflops": "peak.fp32",
           "tf32_tflops": "peak.tf32", "bf16_tflops": "peak.bf16", "fp8_tflops": "peak.fp8", "int8_tops": "peak.int8",
           "fp4_tflops": "peak.fp4", "scaleup_gb_s_per_dir": "scale_up_bandwidth", "scaleup_domain": "scale_up_domain",
           "scaleout_gbps_per_chip": "scale_out_bandwidth", "tdp_w": "tdp", "sram_mb": "sram",
           "chips_per_node": "node_accelerators", "node_power_kw": "node_power",
           "measured_bf16_tflops": "measured_16bit", "allin_provisioned_kw_per_chip": "power"}


def driver_says(figure, sold):
    """What the driver reports stands in for the round figure on the box where it is near: GB may mean GiB there."""
    if "range" in figure:
        return figure["range"][0] <= sold <= figure["range"][1]
    return figure["source"] == "driver" and figure["unit"] == "GiB" and 0.93 * sold <= figure["value"] <= sold


def differences(row, entry):
    """Where an entry says otherwise than its row of the table, or leaves out what it says."""
    for column, field in COLUMNS.items():
        peak, last = entry.get("peak", {}), field.split(".")[-1]
        figure = peak.get(last, peak.get("fp16") if last == "bf16" else None) if "." in field else entry.get(field)
        on_chip = field == "sram" and entry.get("memory_on_chip")  # that is its capacity, said once
        if field == "memory_capacity" and driver_says(figure, float(row[column])):
            continue
        if row[column] and not on_chip and (figure is None or figure["value"] != float(row[column])):
            yield "%s: %s is %s, the table's %s is %s" % (row["id"], field, figure, column, row[column])
        if not row[column] and figure is not None:
            yield "%s: %s is %s, the table says nothing" % (row["id"], field, figure)
    if not driver_says(entry["memory_capacity"], float(row["memory_gb"])) and \
            entry["memory_capacity"]["unit"] != row["memory_unit"].split()[0]:
        yield "%s: capacity in %s" % (row["id"], entry["memory_capacity"]["unit"])
    for key in ("name", "vendor", "status"):
        if entry[key] != row[key]:
            yield "%s: %s is %s" % (row["id"], key, entry[key])


def each_row_of_the_table_of_accelerators_is_in_the_catalogue_with_its_figures():
    table = Path(os.environ.get("JETON_SHARED", "")) / "facts" / "accelerators.csv"
    if "JETON_SHARED" not in os.environ or not table.exists():
        raise Skip("no facts/accelerators.csv under JETON_SHARED")
    wrong = []
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            path = CATALOG / "hardware" / (row["id"] + ".json")
            if row["id"] == "etched-sohu":  # the table itself says: not for estimates
                wrong += [] if path.exists() else [row["id"] + " is missing"]
            elif path.exists():
                wrong += differences(row, json.loads(path.read_text(encoding="utf-8")))
            else:
                wrong.append(row["id"] + " is missing")
    return "\n".join(wrong) or None


def tests():
    for test in (the_whole_catalogue_is_accepted, a_good_catalogue_is_written_in_byte_order_and_names_its_inputs,
                 the_text_embedded_is_the_text_written_without_its_white_space, inputs_may_be_named_one_by_one,
                 all_faults_are_reported_at_once, the_same_id_in_two_files_is_refused,
                 a_book_is_found_by_its_files_name_and_two_of_one_name_are_refused, an_empty_folder_is_refused,
                 each_row_of_the_table_of_accelerators_is_in_the_catalogue_with_its_figures):
        yield test.__name__, test
    for name, (file, change, wanted) in REFUSED.items():
        yield "refuses " + name, lambda f=file, c=change, w=wanted: refuses_change(f, c, w)
    for name, (file, before, after, wanted) in BROKEN.items():
        yield "refuses " + name, lambda f=file, b=before, a=after, w=wanted: refuses_text(f, b, a, w)


def main():
    todo = list(tests())
    failed = 0
    print("1..%d" % len(todo))
    for number, (name, test) in enumerate(todo, 1):
        try:
            problem = test()
        except Skip as why:
            print("ok %d - %s # SKIP %s" % (number, name, why))
            continue
        failed += problem is not None
        print("%s %d - %s" % ("not ok" if problem else "ok", number, name))
        if problem:
            print("# " + problem.replace("\n", "\n# "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
