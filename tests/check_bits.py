#!/usr/bin/env python3
"""Charges are the same bits whatever compiler and optimisation: builds the library by gcc and clang at -O0 and -O3 in a
folder of its own, and compares what tests/bits.c makes of some 80,000 rows with each. Takes two minutes; `tests/run --all`
runs it."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent
COMPILERS = ("gcc", "clang")
LEVELS = ("0", "3")


def run(*command, **more):
    """What a command prints, or its complaint."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-800:]}")
    return done.stdout.strip()


def digest(compiler, level, folder):
    environment = {**os.environ, "CC": compiler}
    run("meson", "setup", folder, SOURCE, "--buildtype=plain", f"-Doptimization={level}", "-Dtests=disabled", "-Dcli=disabled", env=environment)
    run("ninja", "-C", folder)
    program = folder / "bits"
    run(compiler, f"-O{level}", "-std=c11", "-I", SOURCE / "include", "-I", SOURCE / "tests", SOURCE / "tests" / "bits.c", "-o", program,
        folder / "lib" / "libjeton.so", f"-Wl,-rpath,{folder / 'lib'}")
    return run(program)


def main():
    found, failed, number = {}, 0, 0
    with tempfile.TemporaryDirectory() as place:
        for compiler in COMPILERS:
            for level in LEVELS:
                number += 1
                name = f"{compiler} -O{level}"
                if not shutil.which(compiler):
                    print(f"ok {number} - {name} # SKIP no {compiler} here")
                    continue
                try:
                    found[name] = digest(compiler, level, pathlib.Path(place) / f"{compiler}-{level}")
                    right = found[name] == next(iter(found.values()))
                    print(f"{'ok' if right else 'not ok'} {number} - {name}: {found[name]}", flush=True)
                except RuntimeError as error:
                    right = False
                    print(f"not ok {number} - {name}\n# " + str(error).replace("\n", "\n# "))
                failed += not right
    print(f"1..{number}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
