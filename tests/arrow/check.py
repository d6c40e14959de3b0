#!/usr/bin/env python3
"""Tables of pyarrow, polars and nanoarrow through jtn_rate_arrow(), against Python's decimal. tests/arrow/setup makes a
Python that has them; another skips."""

import ctypes
import decimal
import os
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE.parent.parent / ".venv-arrow" / "bin" / "python"
try:
    import pyarrow as pa
    import pyarrow.compute  # noqa: F401
except ImportError:
    if VENV.exists() and pathlib.Path(sys.executable) != VENV:
        os.execv(VENV, [str(VENV), *sys.argv])
    print("1..0 # SKIP no pyarrow here; tests/arrow/setup makes a Python that has it")
    sys.exit(0)

BOOK = b"""{"jeton_book": 1, "source": "check", "currency": "USD", "tariffs": [
 {"provider": "p", "model": "small", "fallback": {"cache_read": "input"}, "rules": [
  {"id": "in", "meters": ["input"], "price": "2.5", "per": 1000000},
  {"id": "long", "meters": ["input"], "price": "5", "per": 1000000, "when": {"quantity": "all_input", "above": 1000}},
  {"id": "out", "meters": ["output"], "price": "10", "per": 1000000}]},
 {"provider": "q", "model": "large", "currency": "EUR", "rules": [
  {"id": "in", "meters": ["input", "cache_read"], "price": "7", "per": 1000000},
  {"id": "out", "meters": ["output"], "price": "1", "per": 3},
  {"id": "heard", "meters": ["input_audio_seconds"], "price": "0.006", "per": 60}]}]}"""
MILLION = decimal.Decimal(10) ** 6
decimal.getcontext().prec = 60


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("others", ctypes.c_int32), ("book", ctypes.c_void_p), ("overlay", ctypes.c_void_p),
                ("tariffs", ctypes.c_void_p), ("tariff_count", ctypes.c_uint64), ("columns", ctypes.c_void_p),
                ("column_count", ctypes.c_uint64), ("provider", ctypes.c_char_p), ("region", ctypes.c_char_p),
                ("time_ns", ctypes.c_int64), ("has_time", ctypes.c_int32), ("tier", ctypes.c_int32)]


class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int32), ("line", ctypes.c_int32), ("column", ctypes.c_int32), ("reserved", ctypes.c_int32),
                ("index", ctypes.c_int64), ("field", ctypes.c_char * 56), ("message", ctypes.c_char * 176)]


def load():
    build = os.environ.get("JETON_BUILD_ROOT", "build")
    library = ctypes.CDLL(os.path.join(build, "lib", "libjeton.so.0"))
    book, error = ctypes.c_void_p(), Error()
    if library.jtn_book_parse(BOOK, ctypes.c_size_t(len(BOOK)), None, None, ctypes.byref(book), ctypes.byref(error)):
        raise SystemExit(error.message.decode())
    return library, book


LIBRARY, PRICES = load()


def rate(batch, **options):
    """The result as a pyarrow batch, and the call's status and error."""
    given = Options(size=ctypes.sizeof(Options), book=PRICES.value, **options)
    space = [ctypes.create_string_buffer(128) for _ in range(4)]
    schema, array, ret_schema, ret_array = [ctypes.addressof(room) for room in space]
    batch._export_to_c(array, schema)
    error = Error()
    status = LIBRARY.jtn_rate_arrow(ctypes.byref(given), ctypes.c_void_p(schema), ctypes.c_void_p(array), None,
                                    ctypes.c_void_p(ret_schema), ctypes.c_void_p(ret_array), ctypes.byref(error))
    pa.RecordBatch._import_from_c(array, schema)  # gives the input back
    if status not in (0, 18):
        return None, status, error
    result = pa.RecordBatch._import_from_c(ret_array, ret_schema)
    result.validate(full=True)
    return result, status, error


def expected(row):
    """By decimal, in this book's terms; None where the row fails."""
    model, counts = row.get("model"), {name: row.get(name) or 0 for name in ("input", "cache_read", "output")}
    if model not in ("small", "large") or min(counts.values()) < 0:
        return None
    tokens = counts["input"] + counts["cache_read"]
    if model == "small":
        price = 5 if tokens > 1000 else decimal.Decimal("2.5")
        return (tokens * price + counts["output"] * 10) / MILLION
    third = (decimal.Decimal(counts["output"]) / 3).quantize(decimal.Decimal(1).scaleb(-18), decimal.ROUND_HALF_EVEN)
    return tokens * decimal.Decimal(7) / MILLION + third


def check(batch, **options):
    result, status, error = rate(batch, **options)
    assert result is not None, error.message
    rows, totals, statuses = batch.to_pylist(), result.column("total").to_pylist(), result.column("status").to_pylist()
    currencies = result.column("currency").to_pylist()
    wanted = [expected(row) for row in rows]
    assert totals == wanted, next((row, a, b) for row, a, b in zip(rows, totals, wanted) if a != b)
    assert [status == 0 for status in statuses] == [total is not None for total in wanted]
    assert currencies == [{"small": "USD", "large": "EUR"}.get(row["model"]) if total is not None else None
                          for row, total in zip(rows, wanted)]
    assert (status == 18) == (None in wanted), status
    return result


def some(count, most=2000):
    maker = random.Random(count)
    draw = lambda: None if maker.random() < 0.2 else maker.randrange(most)  # noqa: E731
    return ([draw() for _ in range(count)], [draw() for _ in range(count)], [draw() for _ in range(count)],
            [maker.choice(["small", "large", "small", "none", None]) for _ in range(count)])


def batch_of(count, integer=pa.int64(), text=pa.string(), most=2000):
    columns = some(count, most)
    return pa.record_batch([pa.array(column, integer) for column in columns[:3]] + [pa.array(columns[3], text)],
                           names=["input", "cache_read", "output", "model"])


def every_integer_type_counts():
    for integer in (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64()):
        check(batch_of(3000, integer, most=100))


def every_kind_of_text_names_a_model():
    for text in (pa.string(), pa.large_string(), pa.string_view()):
        check(batch_of(3000, text=text))
    for index in (pa.int8(), pa.uint8(), pa.int16(), pa.int32(), pa.uint64()):
        for value in (pa.string(), pa.large_string()):
            check(batch_of(2500, text=pa.dictionary(index, value)))


def a_dictionary_may_hold_null_and_what_nobody_uses():
    models = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 2, 3], pa.int8()), pa.array(["small", None, "unused", "large"]))
    result, _, _ = rate(pa.record_batch([pa.array([1000] * 5), models], names=["input", "model"]))
    assert [total is not None for total in result.column("total").to_pylist()] == [True, False, False, False, True]


def slices_come_to_what_the_whole_does():
    whole = batch_of(5000)
    totals = check(whole).column("total").to_pylist()
    for start in (1, 7, 8, 9, 1023, 1024, 4999):
        assert check(whole.slice(start, 700)).column("total").to_pylist() == totals[start:start + 700]
    assert rate(whole.slice(0, 0))[0].num_rows == 0


def structs_inside_and_null_rows_of_them():
    plain = batch_of(999)
    usage = pa.StructArray.from_arrays(plain.columns[:3], names=plain.schema.names[:3], mask=pa.array([i % 5 == 0 for i in range(999)]))
    result, _, _ = rate(pa.record_batch([usage, plain.column(3)], names=["usage", "model"]).slice(3))
    rows = plain.to_pylist()
    for i, total in enumerate(result.column("total").to_pylist(), 3):
        row = {**rows[i], **({"input": 0, "cache_read": 0, "output": 0} if i % 5 == 0 else {})}
        assert total == expected(row), (i, row, total)


def times_of_any_unit_and_zone_are_read():
    for unit in ("s", "ms", "us", "ns"):
        for zone in (None, "UTC", "America/New_York"):
            times = pa.array([0, 1700000000, None], pa.int64()).cast(pa.timestamp("s")).cast(pa.timestamp(unit, zone))
            result, status, error = rate(pa.record_batch([pa.array([1] * 3), pa.array(["small"] * 3), times], names=["input", "model", "time"]))
            assert status == 0 and result.column("total").null_count == 0, error.message


def seconds_are_decimals():
    seconds = pa.array([decimal.Decimal("90.5"), decimal.Decimal("0.000001"), None], pa.decimal128(20, 6))
    result, status, _ = rate(pa.record_batch([seconds, pa.array(["large"] * 3)], names=["input_audio_seconds", "model"]))
    assert status == 0 and result.column("total").to_pylist()[:2] == [decimal.Decimal("0.00905"), decimal.Decimal("1e-10")]


def what_is_no_count_is_refused_by_name():
    for column, field in ((pa.array([1.5]), b"input"), (pa.array([[1]]), b"input"), (pa.array(["1"]), b"input")):
        _, status, error = rate(pa.record_batch([column, pa.array(["small"])], names=["input", "model"]))
        assert status == 9 and error.field == field, (status, error.field)
    _, status, error = rate(pa.record_batch([pa.array([1]), pa.array(["small"])], names=["prompt_tokens", "model"]))
    assert status == 6 and error.field == b"prompt_tokens"
    result, status, _ = rate(pa.record_batch([pa.array([2**64 - 1, 5], pa.uint64()), pa.array(["small"] * 2)], names=["input", "model"]))
    assert status == 18 and result.column("status").to_pylist()[0] == 15


def polars_tables_come_to_the_same():
    import polars

    frame = polars.from_arrow(pa.table(batch_of(2000)))
    for table in (frame, frame.with_columns(polars.col("model").cast(polars.Categorical))):
        for batch in table.to_arrow().to_batches():
            check(batch)


def nanoarrow_reads_the_result():
    import nanoarrow

    result, _, _ = rate(batch_of(100))
    assert len(nanoarrow.Array(result.column("status")).to_pylist()) == 100


def main():
    tests = [value for name, value in list(globals().items())
             if callable(value) and getattr(value, "__module__", "") == "__main__" and not isinstance(value, type)
             and name not in ("load", "rate", "expected", "check", "some", "batch_of", "main")]
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {test.__name__}")
        except ImportError as missing:
            print(f"ok {number} - {test.__name__} # SKIP {missing}")
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"not ok {number} - {test.__name__}")
            print("# " + repr(error)[:400].replace("\n", "\n# "))
    print(f"1..{len(tests)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
