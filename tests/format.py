#!/usr/bin/env python3
"""usage: format.py CLANG_FORMAT ROOT: says which C files clang-format would lay out otherwise; changes none."""
import os
import subprocess
import sys

formatter, root = sys.argv[1:]
paths = [os.path.join(folder, name) for top in ("include", "lib", "bindings", "tests") for folder, _, names in
         os.walk(os.path.join(root, top)) for name in names if name.endswith((".c", ".h"))]
sys.exit(subprocess.run([formatter, "--dry-run", "--Werror", *sorted(paths)], check=False).returncode)
