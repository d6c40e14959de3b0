#!/usr/bin/env python3
"""Every public header compiles by itself, as strict C11 and as C++17. CC and CXX name the compilers."""
import glob
import os
import shlex
import shutil
import subprocess

from common import SOURCE, Tap

WARNINGS = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def compile_header(compiler, language, standard, name):
    command = compiler + [f"-std={standard}", f"-x{language}", "-I", os.path.join(SOURCE, "include"), *WARNINGS, "-"]
    twice = f'#include "{name}"\n#include "{name}"\n'
    result = subprocess.run(command, input=twice, capture_output=True, text=True, check=False)
    return result.stderr.splitlines() if result.returncode else []


def main():
    tap = Tap()
    include = os.path.join(SOURCE, "include")
    paths = glob.glob(os.path.join(include, "**", "*.h"), recursive=True)
    headers = sorted(os.path.relpath(path, include) for path in paths)
    for language, standard, variable, default in (("c", "c11", "CC", "cc"), ("c++", "c++17", "CXX", "c++")):
        compiler = shlex.split(os.environ.get(variable) or default)
        for name in headers:
            title = f"{name} alone as {standard}"
            if shutil.which(compiler[0]) is None:
                tap.skip(title, f"no {compiler[0]} here")
            else:
                tap.check(title, compile_header(compiler, language, standard, name))
    tap.done()


if __name__ == "__main__":
    main()
