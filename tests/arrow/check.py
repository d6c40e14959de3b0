#!/usr/bin/env python3
"""Tables of pyarrow, polars, DuckDB and nanoarrow through jtn_rate_arrow(), against Python's decimal; and many rows, cut in
every way, against jtn_rate_batch() to the bit (rows.py). tests/arrow/setup makes a Python that has them; another skips."""

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

import library  # noqa: E402
import rows  # noqa: E402

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
PRICES = library.parse(BOOK)


def rate(batch, **options):
    return library.rate(batch, **{"book": PRICES, **options})


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


def duckdb_tables_come_to_the_same():
    import duckdb

    table = pa.table(batch_of(5000))
    with duckdb.connect() as database:
        database.register("usage", table)
        for query in ("select * from usage", "select input, cache_read, output, model::enum('small', 'large', 'none') as model from usage"):
            batches = database.sql(query).to_arrow_reader(700)
            total = sum(check(pa.record_batch(batch)).num_rows for batch in batches)
            assert total == 5000, total


def rows_may_say_a_tariffs_number():
    given = library.tariffs(PRICES, 2)
    columns = [pa.array([0, 1, None, 2, 1], pa.int32()), pa.array([1000, 1000, 1, 1, 3])]
    result, status, _ = library.rate(pa.record_batch(columns, names=["tariff", "input"]), tariffs=given)
    assert status == library.ROWS and result.column("status").to_pylist() == [0, 0, 7, 1, 0], result.column("status")
    assert result.column("currency").to_pylist() == ["USD", "EUR", None, None, "EUR"]
    assert result.column("total").to_pylist()[0] == decimal.Decimal("0.0025")


def what_no_column_says_holds_for_all_rows():
    book = library.parse(b"""{"jeton_book": 1, "currency": "USD", "tariffs": [
 {"provider": "p", "model": "m", "rules": [{"id": "in", "meters": ["input"], "price": "1"},
  {"id": "batch", "meters": ["input"], "price": "0.5", "tier": ["batch"]}]},
 {"provider": "p", "model": "m", "region": "eu", "rules": [{"id": "in", "meters": ["input"], "price": "2"}]},
 {"provider": "q", "model": "m", "rules": [{"id": "in", "meters": ["input"], "price": "4"}]}]}""")
    batch = pa.record_batch([pa.array(["m", "m"]), pa.array([1, 3])], names=["model", "input"])

    def totals(table, **options):
        result, status, error = library.rate(table, book=book, **options)
        assert status == 0, error.message
        return [int(total * 2) for total in result.column("total").to_pylist()]

    assert totals(batch, provider=b"p") == [2, 6]
    assert totals(batch, provider=b"p", tier=1) == [1, 3]
    assert totals(batch, provider=b"p", region=b"eu") == [4, 12]
    assert totals(batch, provider=b"q") == [8, 24]
    regions = batch.append_column("region", pa.array(["eu", None]))
    assert totals(regions, provider=b"p") == [4, 6] and totals(regions, provider=b"p", region=b"eu") == [4, 12]


def many_plain_rows_are_those_of_a_batch_however_they_are_cut():
    rows.check([rows.PLAIN % (10 + i) for i in range(rows.MODELS)])


def many_tested_rows_are_those_of_a_batch_however_they_are_cut():
    rows.check(rows.TESTED)


def many_rows_of_one_customer_are_those_of_a_batch_however_they_are_cut():
    rows.check(rows.TESTED, rows.OVERLAY)


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
