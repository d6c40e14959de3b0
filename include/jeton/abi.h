/**
 * @file
 * What every other header needs: visibility, version, and the words the contracts use.
 *
 * Three kinds of struct cross this interface, one rule each:
 *  - handle:  opaque, made once, read-only afterwards; threads share it without locks; `_free` takes NULL.
 *  - options: `uint32_t size` first; `_init` writes size and defaults, and a zero field means its default.
 *             A caller built against an older header passes a shorter struct; an unknown non-zero tail is JTN_E_ABI.
 *  - record:  frozen layout, passed as an array with the record's size given once per call; `reserved` is zero.
 *
 * Ownership words: borrowed (yours, only looked at during the call unless said otherwise), owned (free it),
 * copied. Thread words: pure (no shared state at all), shared-read (any number of threads may use the handle),
 * exclusive (one thread at a time).
 *
 * The library never prints, exits, reads the environment, the clock, the locale or errno, starts threads or
 * keeps global state. Outputs are untouched on failure, unless a function says otherwise.
 */
#ifndef JETON_ABI_H
#define JETON_ABI_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define JTN_API __attribute__((visibility("default")))
#define JTN_CHECK __attribute__((warn_unused_result))
#define JTN_DEPRECATED_SINCE(version) __attribute__((deprecated("since jeton " version)))
#else
#define JTN_API
#define JTN_CHECK
#define JTN_DEPRECATED_SINCE(version)
#endif

/** The version of this header. The library's own is jtn_version(). */
#define JTN_VERSION_MAJOR 0
#define JTN_VERSION_MINOR 1
#define JTN_VERSION_PATCH 0

/** A switch in an options struct: default means what the serving stack's profile says. */
enum jtn_switch { JTN_SWITCH_DEFAULT = 0, JTN_SWITCH_ON = 1, JTN_SWITCH_OFF = 2 };

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The version of the library that is running, "major.minor.patch".
 *
 * @return static text, borrowed
 * Threads: pure. Allocates: nothing. @since 0.1
 */
JTN_API const char *
jtn_version(void);

#ifdef __cplusplus
}
#endif
#endif
