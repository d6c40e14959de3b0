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
    result = subprocess.run(command, input=f'#include "{name}"\n#include "{name}"\n', capture_output=True, text=True, check=False)
    return result.stderr.splitlines() if result.returncode else []


def main():
    tap = Tap()
    include = os.path.join(SOURCE, "include")
    headers = sorted(os.path.relpath(path, include) for path in glob.glob(os.path.join(include, "**", "*.h"), recursive=True))
    for language, standard, compiler in (("c", "c11", os.environ.get("CC") or "cc"), ("c++", "c++17", os.environ.get("CXX") or "c++")):
        compiler = shlex.split(compiler)
        for name in headers:
            title = f"{name} alone as {standard}"
            if shutil.which(compiler[0]) is None:
                tap.skip(title, f"no {compiler[0]} here")
            else:
                tap.check(title, compile_header(compiler, language, standard, name))
    tap.done()


if __name__ == "__main__":
    main()
