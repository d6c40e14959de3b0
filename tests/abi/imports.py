#!/usr/bin/env python3
"""What the library asks of the system is a short list, and none of it prints, exits, reads the environment, the clock,
the locale or errno. It keeps no state: no object has a writable section that stays writable after loading."""
import re

from common import SHARED_LIBRARY, STATIC_LIBRARY, Tap, sections, symbols

MEMORY = {"memcpy", "memmove", "memset", "memcmp", "bcmp", "memchr", "strlen", "strcmp", "strncmp", "strchr", "strrchr",
          "strstr", "strspn", "strcspn"}
MATH = {"sqrt", "pow", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "fabs", "floor", "ceil", "round",
        "trunc", "rint", "nearbyint", "fmin", "fmax", "fmod", "cbrt", "ldexp", "frexp", "scalbn", "modf", "copysign",
        "llround", "lround"}
# What compilers and linkers put in by themselves: stack protector, hardened copies, start-up, unwinding, 128-bit division.
TOOLCHAIN = re.compile(r"__stack_chk_fail|__(mem\w+|str\w+)_chk|_ITM_\w+|__cxa_finalize|__gmon_start__"
                       r"|_GLOBAL_OFFSET_TABLE_|__(u?(div|mod|divmod)|ashl|lshr|ashr)ti[34]|__(mul|float|fix)\w*ti\w*|_Unwind_Resume|__tls_get_addr")
ALLOCATION = {"malloc", "free"}
YYJSON_SHARED = {"malloc", "realloc", "free"}  # its default allocator, which nothing here passes
# Its file functions, never linked in.
YYJSON_STATIC = YYJSON_SHARED | {"fopen", "fopen64", "fclose", "fread", "fwrite", "fseek", "ftell"}


def strange(names, allowed):
    allowed = allowed | MEMORY | MATH
    return sorted(name for name in names if name not in allowed and not TOOLCHAIN.fullmatch(name))


def main():
    tap = Tap()
    imports = {name for _, name, _ in symbols(SHARED_LIBRARY, "-D", "--undefined-only")}
    system_yyjson = {name for name in imports if "yyjson" in name}
    tap.check("the_shared_library_imports_nothing_forbidden",
              [f"{name}: not among what the library may use" for name in strange(imports, YYJSON_SHARED | system_yyjson)])

    defined = {name for _, name, kind in symbols(STATIC_LIBRARY, "--defined-only")}
    members = {}
    for member, name, _ in symbols(STATIC_LIBRARY, "--undefined-only"):
        members.setdefault(member, set()).add(name)
    problems = []
    for member, names in sorted(members.items()):
        allowed = defined | system_yyjson
        if "yyjson" in member:
            allowed = allowed | YYJSON_STATIC
        elif "base_arena" in member:
            allowed = allowed | ALLOCATION
        problems += [f"{member}: {name}: not among what the library may use" for name in strange(names, allowed)]
    tap.check("no_object_imports_anything_forbidden", problems if members else ["no object to look at"])

    writable = [f"{member}: {name}, {size} bytes" for member, name, size, flags in sections(STATIC_LIBRARY)
                if "W" in flags and size > 0 and not name.startswith((".data.rel.ro", ".init_array", ".fini_array"))]
    tap.check("no_object_has_writable_data", writable)
    constructors = [f"{member}: {name}" for member, name, size, _ in sections(STATIC_LIBRARY)
                    if size > 0 and name.startswith((".init_array", ".fini_array", ".ctors", ".dtors"))]
    tap.check("nothing_runs_at_load", constructors)
    tap.done()


if __name__ == "__main__":
    main()
