#!/usr/bin/env python3
"""Who may include whom: base <- profile <- cost, base <- tariff <- account, cost -> tariff in cost/cost.c only, plan
and arrow on top. Public headers include public headers; bindings know nothing else of the library."""
import glob
import os
import re

from common import SOURCE, Tap

MAY = {
    "base": {"base"},
    "profile": {"base", "profile"},
    "cost": {"base", "profile", "cost"},
    "tariff": {"base", "tariff"},
    "account": {"base", "tariff", "account"},
    "plan": {"base", "profile", "cost", "tariff", "account", "plan"},
    "arrow": {"base", "profile", "cost", "tariff", "account", "arrow"},
}
EXTRA = {
    "lib/cost/cost.c": {"tariff"},  # where an estimate becomes a tariff
}
# A scenario has these for parts: an options struct and a record, no function.
PUBLIC_EXTRA = {"profile": {"jeton/server.h", "jeton/workload.h"}}
# What has no side effects: no stdio, no locale, no clock, no environment, no errno.
SYSTEM = {"stddef.h", "stdint.h", "stdbool.h", "stdarg.h", "stdalign.h", "limits.h", "float.h", "string.h", "math.h"}
SYSTEM_EXTRA = {
    "lib/base/arena.c": {"stdlib.h"},  # malloc and free, behind every handle
    "lib/base/json.c": {"yyjson.h"},
    "lib/base/json_check.c": {"yyjson.h"},
    "lib/base/json_node.h": {"yyjson.h"},
    "lib/base/error.c": {"yyjson.h"},  # writes doubles
}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def includes(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return [(kind == "<", name) for kind, name in INCLUDE.findall(file.read())]


def files(*patterns):
    found = []
    for pattern in patterns:
        found += glob.glob(os.path.join(SOURCE, pattern), recursive=True)
    return sorted(os.path.relpath(path, SOURCE) for path in found)


def wing_of(public):
    """The wing that holds the source of a public header's noun, or is that noun."""
    noun = os.path.basename(public)[:-2]
    return {noun} & set(MAY) | {path.split(os.sep)[1] for path in files(f"lib/*/{noun}.c")}


def library_problems(path):
    wing = path.split(os.sep)[1]
    may = MAY.get(wing, set()) | EXTRA.get(path, set())
    problems = [] if wing in MAY else [f"{path}: lib/{wing} is no wing of the house"]
    for system, name in includes(path):
        if system:
            if name not in SYSTEM | SYSTEM_EXTRA.get(path, set()):
                problems.append(f"{path}: <{name}> is not among what the library may use: {', '.join(sorted(SYSTEM))}")
        elif name.startswith("jeton/"):
            if not wing_of(name) & may and name not in PUBLIC_EXTRA.get(wing, set()):
                problems.append(f'{path}: "{name}"; lib/{wing} may include public headers of {", ".join(sorted(may))}')
        elif "/" in name:
            if name.split("/")[0] not in may or not os.path.exists(os.path.join(SOURCE, "lib", name)):
                problems.append(f'{path}: "{name}"; lib/{wing} may include {", ".join(sorted(may))}')
        elif not os.path.exists(os.path.join(SOURCE, os.path.dirname(path), name)):
            problems.append(f'{path}: "{name}" is not in its own folder')
    return problems


def public_problems(path):
    problems = []
    for system, name in includes(path):
        own = os.path.join(SOURCE, "include", name if "/" in name else os.path.join("jeton", name))
        if system and name not in {"stddef.h", "stdint.h"}:
            problems.append(f"{path}: <{name}>; public headers need stddef.h and stdint.h only")
        elif not system and not os.path.exists(own):
            problems.append(f'{path}: "{name}" is no public header')
    return problems


def binding_problems(path):
    problems = []
    for system, name in includes(path):
        private = os.path.exists(os.path.join(SOURCE, "lib", name)) or name.startswith("..")
        own = os.path.exists(os.path.join(SOURCE, os.path.dirname(path), name))
        if private and not own:
            problems.append(f'{path}: "{name}" is private to the library; a binding has the public headers')
    return problems


def forgotten(build_file, paths):
    """Which of these files a meson.build does not name; one that is not built or run would never be missed."""
    with open(os.path.join(SOURCE, build_file), encoding="utf-8") as file:
        words = set(re.findall(r"'([^'\n]+)'", file.read()))
    folder = os.path.dirname(build_file)
    relative = [os.path.relpath(path, folder) for path in paths]
    nouns = {path: re.sub(r"^(check|fuzz)_|\.\w+$", "", os.path.basename(path)) for path in relative}
    return [f"{build_file} lacks {path}" for path in relative if path not in words and nouns[path] not in words]


def main():
    tap = Tap()
    groups = (
        ("the_library_keeps_to_its_wings", files("lib/**/*.c", "lib/**/*.h"), library_problems),
        ("public_headers_include_public_headers_only", files("include/**/*.h"), public_problems),
        ("bindings_use_the_public_headers_only", files("bindings/**/*.c", "bindings/**/*.h"), binding_problems),
    )
    for name, paths, problems_of in groups:
        problems = [problem for path in paths for problem in problems_of(path)]
        tap.check(name, problems if paths else ["no file to look at"])
    umbrella = {name for _, name in includes("include/jeton.h")}
    missing = [path for path in files("include/jeton/*.h") if os.path.relpath(path, "include") not in umbrella]
    tap.check("the_umbrella_header_has_every_noun", [f"include/jeton.h lacks {path}" for path in missing])
    tap.check("every_source_and_test_is_in_a_meson_build",
              forgotten("lib/meson.build", files("lib/**/*.c")) +
              forgotten("bindings/cli/meson.build", files("bindings/cli/*.c")) +
              forgotten("tests/meson.build", files("tests/check_*", "tests/fuzz/fuzz_*.c")))
    tap.done()


if __name__ == "__main__":
    main()
