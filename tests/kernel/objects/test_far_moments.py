"""Times and durations for which Python has no object are shown, sorted, found and summarised like others."""

from __future__ import annotations

from typing import Any

import pytest

from rdit.kernel.objects.tables.pandas_tables import PandasTable
from rdit.kernel.objects.tables.table_base import Table
from rdit.kernel.objects.tables.tables import table_of

numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

MICROSECONDS = [-62135596800000001, 0, 253402300800000000, None]
DAYS = [-1_000_000, 0, 3_000_000, None]
SPANS = [-5, 0, 1 << 62, None]


def in_polars(counts: list[int | None], dtype: Any) -> Any:
    return polars.DataFrame({"t": polars.Series(counts, dtype=polars.Int64).cast(dtype)})


def in_arrow(counts: list[int | None], dtype: Any, first: str = "int64") -> Any:
    return pyarrow.table({"t": pyarrow.array(counts, first).cast(dtype)})


def in_pandas(counts: list[int | None], dtype: Any, first: str = "int64") -> Any:
    array = pyarrow.array(counts, first).cast(dtype)
    return pandas.DataFrame({"t": pandas.Series(pandas.arrays.ArrowExtensionArray(array))})


ARROW: list[tuple[str, list[int | None], str, str]] = [
    ("timestamp[us]", MICROSECONDS, "int64", "-01-01"),
    ("timestamp[us, tz=UTC]", MICROSECONDS, "int64", "-01-01"),
    ("date32[day]", DAYS, "int32", "10183-09-21"),
    ("duration[ms]", SPANS, "int64", "days"),
]
TYPES = {
    "timestamp[us]": pyarrow.timestamp("us"),
    "timestamp[us, tz=UTC]": pyarrow.timestamp("us", "UTC"),
    "date32[day]": pyarrow.date32(),
    "duration[ms]": pyarrow.duration("ms"),
}
COLUMNS: dict[str, tuple[Any, str]] = {
    **{f"arrow {name}": (in_arrow(counts, TYPES[name], first), text) for name, counts, first, text in ARROW},
    **{f"pandas {name}": (in_pandas(counts, TYPES[name], first), text) for name, counts, first, text in ARROW},
    "polars Date": (in_polars(DAYS, polars.Date), "10183-09-21"),
    "polars Datetime": (in_polars(MICROSECONDS, polars.Datetime("us")), "+10000-01-01 00:00:00"),
    "polars Datetime in a zone": (in_polars(MICROSECONDS, polars.Datetime("us", "UTC")), "+10000-01-01"),
    "polars Duration": (in_polars(SPANS, polars.Duration("ms")), "days"),
    "polars Series": (in_polars(DAYS, polars.Date).to_series(0), "10183-09-21"),
    "pandas datetime64": (
        pandas.DataFrame({"t": numpy.array(["-5000-01-01", "1970-01-01", "294000-01-01", "NaT"], "M8[us]")}),
        "294000-01-01 00:00:00",
    ),
}


def made(value: object) -> Table:
    found = table_of(value)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COLUMNS)
def test_far_moments_are_shown_sorted_found_and_summarised(name: str) -> None:
    value, farthest = COLUMNS[name]
    table = made(value)
    cells = table.window()["cells"][0]
    assert all(type(cell) is str for cell in cells[:3]), cells
    assert farthest in cells[2]
    assert set(cells[3]) == {"missing"}
    assert table.window(view={"sort": [[0, True]]})["cells"][0] == [cells[2], cells[1], cells[0], cells[3]]
    assert table.window(view={"sort": [[0, False]]})["cells"][0] == cells
    assert table.window(view={"search": "no such text"})["cells"][0] == []
    assert cells[1] in table.window(view={"search": "0"})["cells"][0]
    assert table.window(view={"filters": [{"column": 0, "operator": "missing"}]})["cells"][0] == [cells[3]]
    early = {"column": 0, "operator": "<", "value": "0" if "uration" in name else "1970"}
    assert table.window(view={"filters": [early]})["index"] == ["0"]
    summary = table.summary(0)
    assert (summary["count"], summary["missing"], summary["distinct"]) == (4, 1, 3)
    assert farthest in summary["maximum"]
    assert sum(summary["histogram"]) == 3
    assert cells[2] in table.csv_part()["text"].replace('"', "")
    assert table.fingerprint() == table.fingerprint()


@pytest.mark.parametrize(
    ("dtype", "values", "first"),
    [
        ("List", [[1, None, 3_000_000], [], None], "['1970-01-02', None, '+10183-09-21']"),
        ("Array", [[1, 3_000_000], None], "['1970-01-02', '+10183-09-21']"),
        ("Struct", [{"a": 3_000_000, "b": [3_000_000]}, None], "{'a': '+10183-09-21', 'b': ['+10183-09-21']}"),
    ],
)
def test_far_moments_in_nested_values_of_polars_are_text(dtype: str, values: list[Any], first: str) -> None:
    day = polars.Date
    inner = {
        "List": polars.List(day),
        "Array": polars.Array(day, 2),
        "Struct": polars.Struct({"a": day, "b": polars.List(day)}),
    }
    number = polars.Int32
    outer = {
        "List": polars.List(number),
        "Array": polars.Array(number, 2),
        "Struct": polars.Struct({"a": number, "b": polars.List(number)}),
    }
    table = made(polars.DataFrame({"t": polars.Series(values, dtype=outer[dtype]).cast(inner[dtype])}))
    cells = table.window()["cells"][0]
    assert cells[0] == {"nested": first}
    assert cells[-1] == {"missing": "null"}
    assert table.summary(0)["count"] == len(values)
    assert len(table.window(view={"search": "10183"})["cells"][0]) == 1


def test_far_moments_in_nested_values_of_arrow_are_text() -> None:
    day = pyarrow.list_(pyarrow.struct([("a", pyarrow.date32())]))
    number = pyarrow.list_(pyarrow.struct([("a", pyarrow.int32())]))
    table = made(pyarrow.table({"t": pyarrow.array([[{"a": 3_000_000}, None], None], number).cast(day)}))
    assert table.window()["cells"][0] == [{"nested": "[{'a': '10183-09-21'}, None]"}, {"missing": "null"}]


@pytest.mark.parametrize("dtype", [pyarrow.date32(), pyarrow.date64()])
def test_dates_of_arrow_in_pandas_are_found_and_filtered(dtype: Any) -> None:
    days = pyarrow.array(["2024-02-29", "2023-01-01", None]).cast(pyarrow.date32()).cast(dtype)
    table = made(pandas.DataFrame({"t": pandas.Series(pandas.arrays.ArrowExtensionArray(days)), "n": [7, 8, 9]}))
    assert table.window(view={"search": "02-29"})["cells"][1] == ["7"]
    assert table.window(view={"search": "9"})["cells"][1] == ["7", "9"]
    month = {"column": 0, "operator": "=", "value": "2024-02"}
    assert table.window(view={"filters": [month]})["cells"][0] == ["2024-02-29"]


def test_durations_are_summarised_as_one_reads_them() -> None:
    frame = pandas.DataFrame({"t": pandas.to_timedelta(["1 days", None, "-3 h"])})
    summary = made(frame).summary(0)
    assert (summary["minimum"], summary["maximum"]) == ("-1 days +21:00:00", "1 days 00:00:00")
    array = numpy.array([[90_000_001], [-3_600_000_000]], "m8[us]")
    summary = made(array).summary(0)
    assert (summary["minimum"], summary["maximum"]) == ("-1:00:00", "0:01:30.000001")


def test_the_size_of_a_wide_frame_is_known_without_asking_each_column(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pandas.DataFrame(numpy.zeros((3, 20_000), dtype="i1"))
    frame["text"] = pandas.Series(["a", "b", "c"], dtype="string")
    asked = []
    monkeypatch.setattr(pandas.DataFrame, "memory_usage", lambda *_, **__: asked.append(1))
    assert 60_000 < PandasTable(frame).size() < 61_000
    assert asked == []
