#!/usr/bin/env python3
"""What the library exports is what lib/jeton.map lists is what the headers declare; the map is in byte order."""
import glob
import os
import re

from common import SHARED_LIBRARY, SOURCE, STATIC_LIBRARY, Tap, output, symbols


def declared():
    names = set()
    for path in glob.glob(os.path.join(SOURCE, "include", "**", "*.h"), recursive=True):
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
        names.update(re.findall(r"^JTN_API\s[^;{]*?\b(jtn_\w+)\s*\(", text, re.M))
    return names


def mapped():
    """The nodes of the map, each with its names in the order written."""
    with open(os.path.join(SOURCE, "lib", "jeton.map"), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/|#[^\n]*", "", file.read(), flags=re.S)
    nodes = re.findall(r"(\w[\w.]*)\s*\{(.*?)\}", text, re.S)
    return [(node, re.findall(r"\b(jtn_\w+)\s*;", body)) for node, body in nodes]


def difference(left, left_name, right, right_name):
    return [f"{name}: in {left_name}, not in {right_name}" for name in sorted(left - right)] + \
           [f"{name}: in {right_name}, not in {left_name}" for name in sorted(right - left)]


def main():
    tap = Tap()
    nodes = mapped()
    in_map = {name for _, names in nodes for name in names}
    exported = {name for _, name, kind in symbols(SHARED_LIBRARY, "-D", "--defined-only") if kind != "A"}
    tap.check("the_map_lists_what_the_headers_declare", difference(in_map, "jeton.map", declared(), "the headers"))
    tap.check("the_library_exports_what_the_map_lists", difference(exported, "libjeton.so", in_map, "jeton.map"))
    tap.check("the_map_is_in_byte_order",
              [f"{node}: {b} comes before {a}" for node, names in nodes for a, b in zip(names, names[1:]) if not a < b])
    dynamic = output("readelf", "-dW", SHARED_LIBRARY)
    tap.check("the_soname_is_libjeton_so_0", [] if "[libjeton.so.0]" in dynamic else [dynamic])
    strange = {name for _, name, _ in symbols(STATIC_LIBRARY, "--defined-only", "-g") if not name.startswith("jtn_")}
    tap.check("the_static_library_defines_no_name_but_ours",
              [f"{name}: want jtn_ or jtn__ in front" for name in sorted(strange)])
    tap.done()


if __name__ == "__main__":
    main()
