"""What the checks of the built library share: TAP, the build's files, and nm's and readelf's answers."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("JETON_SOURCE_ROOT") or os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("JETON_BUILD_ROOT") or os.path.join(SOURCE, "build")
SHARED_LIBRARY = os.path.join(BUILD, "lib", "libjeton.so")
STATIC_LIBRARY = os.path.join(BUILD, "lib", "libjeton.a")


class Tap:
    """Counts points, prints them, and makes the exit status."""

    def __init__(self):
        self.points = 0
        self.failures = 0

    def check(self, name, problems):
        """One point: passes when the list of problems is empty, else prints them."""
        self.points += 1
        self.failures += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.points} - {name}")
        for problem in problems:
            print(f"# {problem}")

    def skip(self, name, reason):
        self.points += 1
        print(f"ok {self.points} - {name} # SKIP {reason}")

    def done(self):
        print(f"1..{self.points}")
        sys.exit(1 if self.failures else 0)


def output(*command, **options):
    """What a command prints; its own complaint when it fails."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **options)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def symbols(path, *options):
    """(member, name, type) of every symbol; member is the object's file name in an archive."""
    found = []
    for line in output("nm", "-A", "-P", *options, path).splitlines():
        where, name, kind = line.split()[:3] if ": " in line else (None, None, None)
        if name:
            member = where.rstrip(":")
            member = member[member.find("[") + 1:].rstrip("]") if "[" in member else os.path.basename(member)
            found.append((member, name.split("@")[0], kind))
    return found


def sections(path):
    """(member, name, size, flags) of every section."""
    found, member = [], os.path.basename(path)
    for line in output("readelf", "-SW", path).splitlines():
        if line.startswith("File: "):
            member = line[line.find("(") + 1:].rstrip(")") if "(" in line else os.path.basename(line[6:])
        elif line.lstrip().startswith("[") and "]" in line and "[Nr]" not in line:
            fields = line[line.index("]") + 1:].split()
            if len(fields) >= 9 and fields[0].startswith("."):
                flags = fields[6] if not fields[6].isdigit() else ""
                found.append((member, fields[0], int(fields[4], 16), flags))
    return found
