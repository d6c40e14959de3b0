#!/usr/bin/env python3
"""What `meson install` lays down is enough: a program builds with pkg-config alone, shared and static, and runs.
MESON, CC and PKG_CONFIG name the tools."""
import glob
import os
import shlex
import tempfile

from common import BUILD, SOURCE, Tap, output

PROGRAM = r"""
#include <jeton.h>
#include <stdio.h>

int
main(void)
{
	struct jtn_hardware *hardware;
	struct jtn_error error;

	if (jtn_hardware_find("nvidia-h100-sxm", NULL, &hardware, &error) != JTN_OK) {
		fprintf(stderr, "%s: %s\n", error.field, error.message);
		return 1;
	}
	printf("%s %s\n", jtn_version(), jtn_hardware_id(hardware));
	jtn_hardware_free(hardware);
	return 0;
}
"""
WANT = "0.1.0 nvidia-h100-sxm\n"


class Install:
    """One staged installation, and a program built against it."""

    def __init__(self, folder):
        self.folder = folder
        self.stage = os.path.join(folder, "stage")
        meson = shlex.split(os.environ.get("MESON") or "meson")
        output(*meson, "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", self.stage)
        self.pc = glob.glob(os.path.join(self.stage, "**", "jeton.pc"), recursive=True)[0]
        self.library = os.path.dirname(os.path.dirname(self.pc))
        with open(self.pc, encoding="utf-8") as file:
            text = file.read()
        prefix = next(line for line in text.splitlines() if line.startswith("prefix="))
        self.prefix = os.path.join(self.stage, prefix[len("prefix="):].lstrip("/"))
        with open(self.pc, "w", encoding="utf-8") as file:  # as if installed there; other packages stay where they are
            file.write(text.replace(prefix, f"prefix={self.prefix}", 1))
        self.source = os.path.join(folder, "program.c")
        with open(self.source, "w", encoding="utf-8") as file:
            file.write(PROGRAM)

    def environment(self):
        path = os.pathsep.join(filter(None, [self.library, os.environ.get("LD_LIBRARY_PATH")]))
        return {**os.environ, "LD_LIBRARY_PATH": path}

    def flags(self, *options):
        path = os.pathsep.join(filter(None, [os.path.dirname(self.pc), os.environ.get("PKG_CONFIG_PATH")]))
        tool = shlex.split(os.environ.get("PKG_CONFIG") or "pkg-config")
        return output(*tool, *options, "jeton", env={**os.environ, "PKG_CONFIG_PATH": path}).split()

    def build_and_run(self, name, *options):
        program = os.path.join(self.folder, name)
        compiler = shlex.split(os.environ.get("CC") or "cc")
        output(*compiler, "-Wall", "-Werror", self.source, "-o", program, *self.flags("--cflags", "--libs", *options))
        return output(program, env=self.environment()), output("readelf", "-dW", program)


def header_problems(install):
    want = {os.path.relpath(path, os.path.join(SOURCE, "include"))
            for path in glob.glob(os.path.join(SOURCE, "include", "**", "*.h"), recursive=True)}
    root = os.path.join(install.prefix, "include")
    got = {os.path.relpath(path, root) for path in glob.glob(os.path.join(root, "**", "*.h"), recursive=True)}
    return [f"{name}: not installed" for name in sorted(want - got)] + [f"{name}: not ours" for name in sorted(got - want)]


def shared_problems(install):
    printed, dynamic = install.build_and_run("shared")
    problems = [] if printed == WANT else [f"printed {printed!r}, want {WANT!r}"]
    return problems + ([] if "[libjeton.so.0]" in dynamic else ["the program does not ask for libjeton.so.0"])


def static_problems(install):
    """With the shared library out of the way, so that nothing but the archive can serve."""
    for path in glob.glob(os.path.join(install.library, "libjeton.so*")):
        os.remove(path)
    printed, dynamic = install.build_and_run("static", "--static")
    problems = [] if printed == WANT else [f"printed {printed!r}, want {WANT!r}"]
    return problems + (["the program asks for libjeton.so"] if "libjeton" in dynamic else [])


def command_problems(install):
    program = os.path.join(install.prefix, "bin", "jeton")
    printed = output(program, "--version", env=install.environment())
    return [] if "0.1.0" in printed else [f"jeton --version printed {printed!r}"]


def attempt(check, install):
    try:
        return check(install)
    except (OSError, RuntimeError) as error:
        return str(error).splitlines()


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        try:
            install = Install(folder)
        except (OSError, RuntimeError, IndexError) as error:
            tap.check("meson_install_works", str(error).splitlines() or ["no jeton.pc"])
            tap.done()
        tap.check("meson_install_works", [])
        tap.check("every_public_header_and_no_other_is_installed", attempt(header_problems, install))
        tap.check("a_program_builds_with_pkg_config_and_runs", attempt(shared_problems, install))
        if os.path.exists(os.path.join(install.prefix, "bin", "jeton")):
            tap.check("the_installed_command_runs", attempt(command_problems, install))
        else:
            tap.skip("the_installed_command_runs", "built without it")
        tap.check("a_program_builds_against_the_static_library_and_runs", attempt(static_problems, install))
    tap.done()


if __name__ == "__main__":
    main()
