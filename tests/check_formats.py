#!/usr/bin/env python3
"""The formats and the documents that speak of them, as one TAP suite.

Schemas are sound, the catalogue and the documents' examples follow them, documents' C compiles (and runs where a build
is there), and what they show of the command line is what it prints. `--update` pastes that output anew.

A fenced block in a document says how it is checked:
    ```json KIND    parses, and follows docs/formats/KIND.schema.json        ```json   parses
    ```c complete   compiles as it stands                                    ```console   `$ jeton …` prints this
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
KINDS = ("hardware", "stack", "model", "hour", "scenario", "estimate", "usage", "charge", "statement")
SECTIONS = {"usage": "Usage row and charge row", "charge": "Usage row and charge row"}  # of formats.md, else the kind's name
SHELVES = ("hardware", "stack", "model", "hour")
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)


class Skip(Exception):
    """A check that cannot be made here, and why."""


def built(path):
    root = os.environ.get("JETON_BUILD_ROOT")
    found = pathlib.Path(root).resolve() / path if root else None
    return found if found and found.exists() else None


def jeton():
    program = built("bindings/cli/jeton")
    if not program:
        raise Skip("JETON_BUILD_ROOT names no build with bindings/cli/jeton")
    return str(program)


def run(command, text=None, folder=ROOT):
    return subprocess.run(command, input=text, cwd=folder, capture_output=True, encoding="utf-8", timeout=60)


def documents():
    return [ROOT / "README.md"] + sorted((ROOT / "docs").glob("*.md"))


def blocks(*words):
    """Every fenced block of the documents whose info string begins with these words: (where, rest of info, text)."""
    for path in documents():
        text = path.read_text("utf-8")
        for found in FENCE.finditer(text):
            info = found[1].split()
            if info[: len(words)] == list(words):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{path.relative_to(ROOT)}:{line}", info[len(words) :], found[2]


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("the same key twice in " + ", ".join(sorted(keys)))
    return dict(pairs)


def read_json(text):
    return json.loads(text, object_pairs_hook=unique)


class Schemas:
    """The schemas by kind; references between them are by file name, and nothing is fetched."""

    def __init__(self):
        if jsonschema is None:
            raise Skip("python3-jsonschema is not installed")
        self.validators = {}
        files = {path.as_uri(): read_json(path.read_text("utf-8")) for path in (ROOT / "docs/formats").glob("*.json")}
        for kind in KINDS:
            self.validators[kind] = self.validator(files, (ROOT / f"docs/formats/{kind}.schema.json").as_uri())

    @staticmethod
    def validator(files, uri):
        kind = jsonschema.Draft202012Validator
        kind.check_schema(files[uri])
        try:
            from referencing import Registry, Resource
        except ImportError:  # before jsonschema 4.18
            return kind(files[uri], resolver=jsonschema.RefResolver(uri, files[uri], store=files))
        registry = Registry().with_resources((name, Resource.from_contents(text)) for name, text in files.items())
        return kind({"$ref": uri}, registry=registry)

    def faults(self, kind, value):
        def deepest(error):
            while error.context:
                error = max(error.context, key=lambda inner: (len(inner.absolute_path), -len(inner.context or ())))
            return error

        for error in self.validators[kind].iter_errors(value):
            error = deepest(error)
            yield f"{'.'.join(map(str, error.absolute_path)) or 'root'}: {error.message[:200]}"


def schemas_are_json_schemas():
    Schemas()


def catalogue_follows(kind):
    def check():
        schemas, faults = Schemas(), []
        paths = sorted((ROOT / "lib/catalog" / kind).glob("*.json"))
        for path in paths:
            value = read_json(path.read_text("utf-8"))
            faults += [f"{path.name}: {fault}" for fault in schemas.faults(kind, value)]
            if value.get("id") != path.stem:
                faults.append(f"{path.name}: id is {value.get('id')!r}, and should be the file's name")
            faults += [f"{path.name}: {fault}" for fault in unsourced(value, value.get("sources", {}))]
        return faults if paths else [f"lib/catalog/{kind} has no entry"]

    return check


def unsourced(value, sources):
    """Every figure's source is a key of the entry's sources."""
    if isinstance(value, dict):
        if "value" in value and isinstance(value.get("source"), str) and value["source"] not in sources:
            yield f"source {value['source']!r} is not among sources"
        for inner in value.values():
            yield from unsourced(inner, sources)
    elif isinstance(value, list):
        for inner in value:
            yield from unsourced(inner, sources)


def hours_are_typical_once():
    faults, typical = [], {}
    for path in sorted((ROOT / "lib/catalog/hour").glob("*.json")):
        entry = read_json(path.read_text("utf-8"))
        if entry.get("typical"):
            typical.setdefault(entry.get("hardware"), []).append(path.stem)
    for hardware, ids in typical.items():
        if len(ids) > 1:
            faults.append(f"{hardware}: {', '.join(ids)} are all typical; one may be")
    return faults


REFUSED = {
    "hardware": [
        ("sources", {}, "no source"),
        ("memory_capacity", {"value": 80, "unit": "MB", "source": "s"}, "a wrong unit"),
        ("memory_capacity", {"value": 80, "unit": "GB"}, "a figure without source"),
        ("memory_capacity", {"value": 80, "unit": "GB", "source": "s", "extra": 1}, "an unknown field of a figure"),
        ("peak", {"bf16": {"value": 1, "unit": "TOP/s", "source": "s"}}, "operations for FLOP"),
        ("peak", {"fp9": {"value": 1, "unit": "TFLOP/s", "source": "s"}}, "an unknown format"),
        ("memory_bandwith", {"value": 1, "unit": "GB/s", "source": "s"}, "a misspelt field"),
        ("status", "rumoured", "an unknown status"),
    ],
    "scenario": [
        ("workload", {"input_tokens": 1, "output_tokens": 1}, "no demand"),
        ("workload", {"input_tokens": 1, "output_tokens": 1, "concurrency": 1, "offline": True}, "two demands"),
        ("workload", {"input_tokens": 1, "output_tokens": 1, "offline": False}, "offline that is false"),
        ("workload", {"input_tokens": 0, "output_tokens": 1, "concurrency": 1}, "no input"),
        ("deployment", {"tensor_parallel": 4}, "an unknown field"),
        ("deployment", {"tp": 0}, "no rank"),
        ("deployment", {"precision": "fp5"}, "an unknown precision"),
        ("deployment", {"tp": 2, "disaggregated": {"prefill": {}, "decode": {}}}, "pools and tp"),
        ("hour", {"rent": "1", "own": {"capex": 1}}, "rent and own"),
        ("hour", {"rent": -1}, "negative rent"),
        ("model", {"config": "a.json", "extra": 1}, "a path and more"),
        ("gpu", "nvidia-h100-sxm", "an unknown field"),
    ],
    "estimate": [
        ("status", "fine", "an unknown status"),
        ("limited_by", "luck", "an unknown limit"),
        ("cost", {"currency": "USD", "per_hour": "1.0", "per_mtok_total": "1", "per_mtok_output_all_in": "1", "idle_share": 0},
         "trailing zeros"),
        ("utilisation", 1, "a misspelt field"),
    ],
    "usage": [
        ("format", "openai", "an unknown format"),
        ("time", "yesterday", "no instant"),
        ("model", "", "a model without name"),
        ("usage", 12, "usage that is no object"),
        ("id", {}, "an id that is an object"),
    ],
    "charge": [
        ("status", "fine", "an unknown status"),
        ("total", "1.50", "trailing zeros"),
        ("total", "1e-3", "an exponent"),
        ("total", 1.5, "a float"),
        ("currency", "dollars", "no currency"),
        ("book", "sha256:12", "half a revision"),
        ("flags", ["lucky"], "an unknown flag"),
        ("amount", "1", "an unknown field"),
        ("error", {"code": "x", "message": "y"}, "an error that is fine"),
    ],
}
HARDWARE = {
    "id": "a", "name": "A", "vendor": "V", "family": "f", "year": 2026, "status": "shipping",
    "memory_capacity": {"value": 80, "unit": "GB", "source": "s"}, "sources": {"s": {"cite": "a page", "date": "2026-10"}},
}


def schemas_refuse_what_is_wrong():
    schemas, faults = Schemas(), []
    sound = {"hardware": HARDWARE}
    for kind in ("scenario", "estimate", "usage", "charge"):
        sound[kind] = next((read_json(text) for _, _, text in blocks("json", kind)), None)
    for kind, changes in REFUSED.items():
        faults += [f"a sound {kind} is refused: {fault}" for fault in schemas.faults(kind, sound[kind])]
        for field, value, what in changes:
            if not list(schemas.faults(kind, {**sound[kind], field: value})):
                faults.append(f"{kind}: {what} passes ({field})")
    return faults


def constants():
    """The names in struct jtn__constants, in order."""
    text = (ROOT / "lib/profile/stack.h").read_text("utf-8")
    body = re.search(r"struct jtn__constants \{(.*?)\n\};", text, re.S)[1]
    return re.findall(r"^\s*double (\w+);", body, re.M)


def constants_are_one_list():
    table = [name for name, cells in section("Constants").items() if len(cells) > 6]
    schema = read_json((ROOT / "docs/formats/stack.schema.json").read_text("utf-8"))
    lists = {
        "docs/cost-model.md": table,
        "stack.schema.json, properties": list(schema["$defs"]["constants"]["properties"]),
        "stack.schema.json, required": schema["properties"]["constants"]["required"],
    }
    return [f"{name} differs from lib/profile/stack.h: {set(found) ^ set(constants()) or 'order'}"
            for name, found in lists.items() if found != constants()]


def section(title):
    """Rows of the tables in a section of cost-model.md whose first cell is `code`."""
    text = (ROOT / "docs/cost-model.md").read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in rows}


def figures_are_quoted_rightly():
    """Constants, bands and errors in docs/cost-model.md, by the tool that writes them."""
    done = subprocess.run([sys.executable, ROOT / "tests/fidelity/document.py", "--check"], capture_output=True, text=True)
    return [] if done.returncode == 0 else [f"run tests/fidelity/document.py: {done.stdout}{done.stderr}"]


def fields_are_documented():
    text, faults = (ROOT / "docs/formats.md").read_text("utf-8"), []
    for kind in KINDS:
        section = re.search(rf"^## {SECTIONS.get(kind, kind.capitalize())}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
        if not section:
            faults.append(f"docs/formats.md has no section for {kind}")
            continue
        schema = read_json((ROOT / f"docs/formats/{kind}.schema.json").read_text("utf-8"))
        for holder in (schema, *schema["$defs"].values()):
            fields = holder.get("properties", {}) if holder.get("additionalProperties") is False else {}
            faults += [f"docs/formats.md, {kind}: {field} is not explained" for field in fields
                       if not re.search(rf"\b{field}\b", section[1]) and not (kind == "stack" and field in constants())]
    return faults


def meters_are_listed():
    """The table of docs/meter.md, against what the library says of each meter."""
    done = run([jeton(), "catalog", "meters", "--json"])
    table = re.findall(r"^\| (\d+) \|(.*)\|$", (ROOT / "docs/meter.md").read_text("utf-8"), re.M)
    written = {int(number): tuple(cell.strip() for cell in cells.split("|")) for number, cells in table}
    faults = [] if len(written) == len(table) else ["docs/meter.md: an id is there twice"]
    known = {}
    for meter in read_json(done.stdout):
        cells = (f"`{meter['id']}`", meter["unit"], meter["direction"], meter["modality"], cache_in_words(meter))
        known[meter["number"]] = tuple(cell or "" for cell in cells) + (meter["description"],)
    return faults + [f"docs/meter.md, meter {number}: {written.get(number)}, and should be {known.get(number)}"
                     for number in sorted(written.keys() | known.keys()) if written.get(number) != known.get(number)]


def cache_in_words(meter):
    minutes = meter.get("ttl_minutes")
    life = "" if not minutes else f" {minutes // 60}h" if minutes % 60 == 0 else f" {minutes}m"
    return (meter["cache"] or "") + life


def statuses_are_listed():
    """The table of docs/error.md, against the header."""
    header = (ROOT / "include/jeton/error.h").read_text("utf-8")
    known = re.findall(r"^\t(JTN_OK|JTN_E_\w+) = (\d+)", header, re.M)
    written = re.findall(r"^\| `(JTN_\w+)` (\d+) \|", (ROOT / "docs/error.md").read_text("utf-8"), re.M)
    return [f"docs/error.md differs from jeton/error.h: {set(known) ^ set(written) or 'order'}"] if known != written else []


def functions_have_a_page():
    faults = []
    for name in re.findall(r"^\t(jtn_\w+);", (ROOT / "lib/jeton.map").read_text("utf-8"), re.M):
        header = next((path for path in (ROOT / "include/jeton").glob("*.h")
                       if re.search(rf"^{name}\(", path.read_text("utf-8"), re.M)), None)
        page = ROOT / "docs" / f"{header.stem}.md" if header else None
        if not header:
            faults.append(f"{name} is exported and in no header")
        elif not page.exists() or f"`{name}" not in page.read_text("utf-8"):
            faults.append(f"{name} is not in docs/{header.stem}.md")
    return faults


def json_examples_parse():
    faults = []
    for where, kind, text in blocks("json"):
        try:
            value = read_json(text)
        except ValueError as error:
            faults.append(f"{where}: {error}")
            continue
        if kind and kind[0] not in KINDS:
            faults.append(f"{where}: no schema {kind[0]}; there are {', '.join(KINDS)}")
        elif kind and jsonschema:
            faults += [f"{where}: {fault}" for fault in Schemas().faults(kind[0], value)]
    return faults


def compiler():
    found = os.environ.get("CC", "").split() or [shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")]
    if not found[0]:
        raise Skip("no C compiler")
    return found + ["-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}"]


def library():
    root = os.environ.get("JETON_BUILD_ROOT")
    found = sorted(pathlib.Path(root).glob("**/libjeton.so")) if root else []
    return found[0].resolve() if found else None


def c_examples_compile():
    faults, count = [], 0
    for where, info, text in blocks("c"):
        count += 1
        if info != ["complete"]:
            faults.append(f"{where}: a C block that is not marked complete is not checked")
            continue
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "example.c"
            source.write_text(text, "utf-8")
            done = run(compiler() + ["-fsyntax-only", str(source)])
            if done.returncode:
                faults.append(f"{where}: {done.stderr.strip()[:1500]}")
    return faults if count else ["the documents have no C example"]


def sanitizers():
    """A program that links a sanitized library has to be sanitized too."""
    options = built("meson-info/intro-buildoptions.json")
    found = [option["value"] for option in json.loads(options.read_text("utf-8")) if option["name"] == "b_sanitize"] if options else []
    chosen = ",".join(found[0]) if found and isinstance(found[0], list) else "".join(found)
    return [] if chosen in ("", "none") else ["-fsanitize=" + chosen]


def c_examples_run():
    shared, faults = library(), []
    if not shared:
        raise Skip("JETON_BUILD_ROOT names no build with libjeton.so")
    for where, _, text in blocks("c", "complete"):
        if not re.search(r"^main\(", text, re.M) and "int main(" not in text:
            continue
        with tempfile.TemporaryDirectory() as folder:
            source, program = pathlib.Path(folder) / "example.c", pathlib.Path(folder) / "example"
            source.write_text(text, "utf-8")
            done = run(compiler() + sanitizers() + [str(source), "-o", str(program), str(shared),
                                                    f"-Wl,-rpath,{shared.parent}"])
            done = done if done.returncode else run([str(program)], folder=folder)
            if done.returncode:
                faults.append(f"{where}: exit {done.returncode}: {(done.stderr or done.stdout).strip()[:1500]}")
    return faults


def estimates(lines):
    done = run([jeton(), "estimate", "-"], "".join(json.dumps(line) + "\n" for line in lines))
    return done, [read_json(line) for line in done.stdout.splitlines()]


def estimates_follow_their_schema():
    program, schemas = jeton(), Schemas()
    scenarios = [{**read_json(text), "id": where} for where, _, text in blocks("json", "scenario")]
    done, answers = estimates(scenarios)
    faults = [f"{answer.get('id')}: {fault}" for answer in answers for fault in schemas.faults("estimate", answer)]
    faults += [f"{answer['id']}: {answer['error']}" for answer in answers if answer.get("status") != "ok"]
    if [answer.get("id") for answer in answers] != [scenario["id"] for scenario in scenarios]:
        faults.append("answers are not in the order of the scenarios")
    return faults + ([f"{program}: exit {done.returncode}: {done.stderr[:500]}"] if done.returncode else [])


def failures_follow_the_schema():
    schemas = Schemas()
    sound = next(read_json(text) for _, _, text in blocks("json", "scenario"))
    wrong = [
        {**sound, "id": 1, "hardware": "nvidia-h1000-sxm"},
        {**sound, "id": 2, "deployment": {"precision": "bf16", "tp": 1, "pp": 1}, "model": "llama-3.1-405b"},
        {**sound, "id": 3, "deployment": {"tensor_parallel": 4}},
        {**sound, "id": 4, "workload": {"input_tokens": 1, "output_tokens": 1}},
    ]
    done, answers = estimates(wrong + [{**sound, "id": 5}])
    faults = [f"{answer.get('id')}: {fault}" for answer in answers for fault in schemas.faults("estimate", answer)]
    got = [(answer.get("id"), answer.get("status")) for answer in answers]
    if got != [(1, "error"), (2, "error"), (3, "error"), (4, "error"), (5, "ok")]:
        faults.append(f"four errors and an answer were due, not {got}")
    return faults + ([] if done.returncode == 1 else [f"exit {done.returncode}, and 1 was due: some rows failed"])


BOOK = {
    "jeton_book": 1, "currency": "USD", "source": "a price list", "as_of": "2026-11-01",
    "tariffs": [{"provider": "openai", "model": "gpt-4o", "fallback": {"reasoning": "output"}, "rules": [
        {"id": "in", "meters": ["input"], "price": "2.5", "per": 1000000},
        {"id": "cached", "meters": ["cache_read"], "price": "1.25", "per": 1000000},
        {"id": "out", "meters": ["output"], "price": "10", "per": 3000000, "from": "2024-08-06"}]}],
}


def charges_follow_their_schema():
    program, schemas, faults = jeton(), Schemas(), []
    rows = [{**read_json(text), "id": where} for where, _, text in blocks("json", "usage")]
    sound = rows[0]
    wrong = [{**sound, "id": 1, "model": "gpt-4"}, {**sound, "id": 2, "format": "openai"}, {**sound, "id": 3, "time": "2020-01-01"},
             {**sound, "id": 4, "usage": {"prompt_tokens": 1, "prompt_tokens_details": {"cached_tokens": 2}}}]
    with tempfile.TemporaryDirectory() as folder:
        book = pathlib.Path(folder) / "book.json"
        book.write_text(json.dumps(BOOK), "utf-8")
        done = run([program, "rate", "--book", str(book), "--lines", "-"], "".join(json.dumps(row) + "\n" for row in rows + wrong))
    answers = [read_json(line) for line in done.stdout.splitlines()]
    faults += [f"{row['id']}: {fault}" for row in rows for fault in schemas.faults("usage", row)]
    faults += [f"{answer.get('id')}: {fault}" for answer in answers for fault in schemas.faults("charge", answer)]
    got = [(answer.get("id"), answer.get("status")) for answer in answers]
    if got != [(row["id"], "ok") for row in rows] + [(row["id"], "error") for row in wrong]:
        faults.append(f"{len(rows)} charges and {len(wrong)} errors were due, not {got}")
    return faults + ([] if done.returncode == 1 else [f"exit {done.returncode}, and 1 was due: {done.stderr[:500]}"])


def grids_follow_their_schema():
    schemas = Schemas()
    command = [jeton(), "cost", "--hardware", "nvidia-h100-sxm", "--model", "llama-3.1-8b", "--batch", "1,16", "--context", "1k,4k"]
    done = run(command + ["--json"])
    if done.returncode:
        return [f"exit {done.returncode}: {done.stderr[:500]}"]
    rows = read_json('{"rows": ' + done.stdout + "}")["rows"]
    faults = [f"row {index}: {fault}" for index, row in enumerate(rows) for fault in schemas.faults("estimate", row)]
    faults += [f"row {index} has no scenario" for index, row in enumerate(rows) if "scenario" not in row]
    return faults + ([] if len(rows) == 4 else [f"{len(rows)} rows for 2 batches and 2 contexts"])


def replay(text):
    """A console block as it should read: each `$ jeton …` followed by what it prints, standard error last."""
    parts, folder = [], ROOT
    commands = [line for line in text.splitlines() if line.startswith("$ jeton ")]
    if not commands:
        return text
    for command in commands:
        done = run([jeton()] + shlex.split(command)[2:], folder=folder)
        parts.append(command + "\n" + "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines()) + "\n")
    return "".join(parts)


def consoles_show_what_is_printed():
    jeton()
    faults = []
    for where, _, text in blocks("console"):
        now = replay(text)
        if now != text:
            old, new = text.splitlines(), now.splitlines()
            differs = next((i for i, pair in enumerate(zip(old, new)) if pair[0] != pair[1]), min(len(old), len(new)))
            faults.append(f"{where}: line {differs + 1} of the block differs; tests/check_formats.py --update pastes it anew: "
                          f"{(new + ['(end)'])[differs]!r}")
    return faults


def update():
    """Paste into the documents what the command line prints now."""
    jeton()
    for path in documents():
        text = path.read_text("utf-8")
        new = FENCE.sub(lambda found: f"```{found[1]}\n{replay(found[2])}```" if found[1].split()[:1] == ["console"]
                        else found[0], text)
        if new != text:
            path.write_text(new, "utf-8")
            print(path.relative_to(ROOT))


def links_lead_somewhere():
    faults = []
    for path in documents():
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", FENCE.sub("", path.read_text("utf-8"))):
            if "://" not in target and not (path.parent / target).exists():
                faults.append(f"{path.relative_to(ROOT)}: {target} is not there")
    return faults


CHECKS = [
    ("schemas are JSON Schemas", schemas_are_json_schemas),
    ("schemas refuse what is wrong", schemas_refuse_what_is_wrong),
    *[(f"every catalogue {kind} follows its schema and names its sources", catalogue_follows(kind)) for kind in SHELVES],
    ("a hardware has one typical hour at most", hours_are_typical_once),
    ("the constants are one list in code, schema and cost-model.md", constants_are_one_list),
    ("cost-model.md quotes constants and bands as the catalogue has them", figures_are_quoted_rightly),
    ("every field of a schema is explained in formats.md", fields_are_documented),
    ("every exported function is on the page of its noun", functions_have_a_page),
    ("meter.md lists the meters as the library has them", meters_are_listed),
    ("error.md lists the statuses of the header", statuses_are_listed),
    ("JSON in the documents parses and follows its schema", json_examples_parse),
    ("C in the documents compiles", c_examples_compile),
    ("C in the documents runs", c_examples_run),
    ("links between documents lead somewhere", links_lead_somewhere),
    ("estimates of the documents' scenarios follow the schema", estimates_follow_their_schema),
    ("failed lines follow the schema and the rest go on", failures_follow_the_schema),
    ("charges of the documents' usage rows follow the schema", charges_follow_their_schema),
    ("a cost grid follows the schema, each cell with its scenario", grids_follow_their_schema),
    ("the documents show what the command line prints", consoles_show_what_is_printed),
]


def main():
    if sys.argv[1:] == ["--update"]:
        return update()
    print(f"1..{len(CHECKS)}")
    failed = 0
    for number, (name, check) in enumerate(CHECKS, 1):
        try:
            faults = check() or []
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {why}", flush=True)
            continue
        except Exception as error:  # a check that breaks has failed, and the others still run
            faults = [f"{type(error).__name__}: {error}"]
        failed += bool(faults)
        print(f"{'not ' if faults else ''}ok {number} - {name}", flush=True)
        for fault in faults[:20]:
            print("# " + fault.replace("\n", "\n# "))
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
