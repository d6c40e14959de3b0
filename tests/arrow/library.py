"""jeton from Python by ctypes, as far as the tables' tests need it: books, tariffs, tables and batches. Loads pyarrow."""

import ctypes
import os

import pyarrow as pa

ROWS = 18  # JTN_E_ROWS: the call did its work, some rows failed


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("others", ctypes.c_int32), ("book", ctypes.c_void_p), ("overlay", ctypes.c_void_p),
                ("tariffs", ctypes.c_void_p), ("tariff_count", ctypes.c_uint64), ("columns", ctypes.c_void_p),
                ("column_count", ctypes.c_uint64), ("provider", ctypes.c_char_p), ("region", ctypes.c_char_p),
                ("time_ns", ctypes.c_int64), ("has_time", ctypes.c_int32), ("tier", ctypes.c_int32)]


class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int32), ("line", ctypes.c_int32), ("column", ctypes.c_int32), ("reserved", ctypes.c_int32),
                ("index", ctypes.c_int64), ("field", ctypes.c_char * 56), ("message", ctypes.c_char * 176)]


def load():
    library = ctypes.CDLL(os.path.join(os.environ.get("JETON_BUILD_ROOT", "build"), "lib", "libjeton.so.0"))
    pointer, size, word = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32
    library.jtn_book_tariff.restype = pointer
    library.jtn_book_tariff.argtypes = [pointer, ctypes.c_uint64]
    library.jtn_tariff_overlay.argtypes = [pointer] * 5
    library.jtn_rate_arrow.argtypes = [pointer] * 7
    library.jtn_rate_batch.argtypes = [pointer, size, pointer, size, pointer, size, size, pointer, size, size, pointer]
    library.jtn_charge_lines.argtypes = [pointer, pointer, size, pointer, size, size, pointer, size, size, pointer, pointer, pointer]
    library.jtn_meter_find.argtypes = [ctypes.c_char_p, size, ctypes.POINTER(word), pointer]
    return library


LIBRARY = load()


def must(status, error):
    if status:
        raise SystemExit(error.message.decode())


def parse(text):
    book, error = ctypes.c_void_p(), Error()
    must(LIBRARY.jtn_book_parse(text, ctypes.c_size_t(len(text)), None, None, ctypes.byref(book), ctypes.byref(error)), error)
    return book.value


def meter(name):
    found, error = ctypes.c_uint32(), Error()
    must(LIBRARY.jtn_meter_find(name.encode(), len(name), ctypes.byref(found), ctypes.byref(error)), error)
    return found.value


def tariffs(book, count, overlay=None):
    """The book's first tariffs as jtn_rate_batch() takes them, under an overlay."""
    found = [LIBRARY.jtn_book_tariff(book, index) for index in range(count)]
    for index in range(count if overlay else 0):
        laid, error = ctypes.c_void_p(), Error()
        must(LIBRARY.jtn_tariff_overlay(found[index], overlay, None, ctypes.byref(laid), ctypes.byref(error)), error)
        found[index] = laid.value
    return (ctypes.c_void_p * count)(*found)


def rate(batch, full=True, **options):
    """The result as a pyarrow batch, and the call's status and error."""
    if "tariffs" in options:
        options.update(tariff_count=len(options["tariffs"]), tariffs=ctypes.addressof(options["tariffs"]))
    given = Options(size=ctypes.sizeof(Options), **options)
    space = [ctypes.create_string_buffer(128) for _ in range(4)]
    schema, array, ret_schema, ret_array = [ctypes.addressof(room) for room in space]
    batch._export_to_c(array, schema)
    error = Error()
    status = LIBRARY.jtn_rate_arrow(ctypes.byref(given), schema, array, None, ret_schema, ret_array, ctypes.byref(error))
    pa.RecordBatch._import_from_c(array, schema)  # gives the input back
    if status not in (0, ROWS):
        return None, status, error
    result = pa.RecordBatch._import_from_c(ret_array, ret_schema)
    if full:
        result.validate(full=True)
    return result, status, error
