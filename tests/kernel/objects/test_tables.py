"""Tables of the real libraries, compared with the library's own results."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest

from rdit.kernel.objects.tables.table_base import MAX_WINDOW_CELLS, Table, ViewCache
from rdit.kernel.objects.tables.tables import table_of

numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

ROWS: list[dict[str, Any]] = [
    {"name": "Ada", "age": 36, "score": 2.5, "active": True, "joined": "2024-03-01T10:30:00"},
    {"name": "bob", "age": 41, "score": None, "active": False, "joined": "2023-12-31T23:59:59"},
    {"name": None, "age": 29, "score": -1.0, "active": True, "joined": None},
    {"name": "Zoë", "age": 36, "score": float("nan"), "active": True, "joined": "2024-03-15T00:00:00"},
    {"name": "ada lovelace", "age": 7, "score": 1e20, "active": False, "joined": "2025-01-01T00:00:00"},
]


def as_pandas(rows: list[dict[str, Any]]) -> Any:
    frame = pandas.DataFrame(rows)
    frame["joined"] = pandas.to_datetime(frame["joined"])
    return frame


def as_polars(rows: list[dict[str, Any]]) -> Any:
    return polars.DataFrame(rows).with_columns(polars.col("joined").str.to_datetime())


def as_arrow(rows: list[dict[str, Any]]) -> Any:
    table = pyarrow.Table.from_pylist(rows)
    return table.set_column(4, "joined", table["joined"].cast(pyarrow.timestamp("us")))


def as_dicts(rows: list[dict[str, Any]]) -> Any:
    return rows


EVERY_LIBRARY = pytest.mark.parametrize("made", [as_pandas, as_polars, as_arrow, as_dicts])


def table(value: object) -> Table:
    found = table_of(value)
    assert found is not None, value
    return found


def shown(value: object, column: int = 0, **view: Any) -> list[Any]:
    """Return the cells of one column in a view."""
    return table(value).window(column=column, columns=1, view=view)["cells"][0]  # type: ignore[no-any-return]


def rows_of(value: object, **view: Any) -> list[int]:
    """Return the row numbers of the object that a view shows, in its order."""
    found = table(value).positions(view)
    if found is None:
        return list(range(table(value).shape()[0]))
    return [int(row) for row in (found.to_pylist() if hasattr(found, "to_pylist") else found)]


@EVERY_LIBRARY
def test_a_window_describes_its_columns_and_shows_its_cells(made: Any) -> None:
    window = table(made(ROWS)).window()
    assert (window["totalRows"], window["totalColumns"], window["rows"]) == (5, 5, 5)
    assert [column["name"] for column in window["columns"]] == list(ROWS[0])
    assert window["columns"][1]["kind"] == "number"
    assert window["cells"][0][0] == "Ada"
    assert "missing" in window["cells"][0][2]
    assert window["cells"][1] == ["36", "41", "29", "36", "7"]
    assert window["cells"][2][0] == "2.5"
    assert "missing" in window["cells"][2][1]
    assert "missing" in window["cells"][2][3]
    assert window["cells"][2][4] == "1e+20"
    assert window["cells"][3][0] == "True"
    assert window["cells"][4][0].replace("T", " ") == "2024-03-01 10:30:00"
    assert window["index"] == ["0", "1", "2", "3", "4"]
    json.dumps(window, allow_nan=False)


@EVERY_LIBRARY
def test_sorting_keeps_equal_rows_in_order_and_missing_ones_last(made: Any) -> None:
    assert rows_of(made(ROWS), sort=[[1, False]]) == [4, 2, 0, 3, 1]
    assert rows_of(made(ROWS), sort=[[1, True]]) == [1, 0, 3, 2, 4]
    assert rows_of(made(ROWS), sort=[[2, False]])[:3] == [2, 0, 4]
    assert rows_of(made(ROWS), sort=[[2, True]])[:3] == [4, 0, 2]
    assert rows_of(made(ROWS), sort=[[0, True]])[-1] == 2
    assert rows_of(made(ROWS), sort=[[3, True], [1, False]]) == [2, 0, 3, 4, 1]
    assert rows_of(made(ROWS), sort=[[4, False]]) == [1, 0, 3, 4, 2]


@EVERY_LIBRARY
@pytest.mark.parametrize(
    ("column", "operator", "value", "expected"),
    [
        (0, "contains", "ADA", [0, 4]),
        (0, "=", "bob", [1]),
        (0, "≠", "bob", [0, 3, 4]),
        (0, "missing", "", [2]),
        (0, "present", "", [0, 1, 3, 4]),
        (1, "=", "36", [0, 3]),
        (1, "≠", "36", [1, 2, 4]),
        (1, ">", "30.5", [0, 1, 3]),
        (1, "≤", "29", [2, 4]),
        (1, "contains", "6", [0, 3]),
        (2, "≥", "-1", [0, 2, 4]),
        (2, "<", "0", [2]),
        (2, "≠", "2.5", [2, 4]),
        (2, "missing", "", [1, 3]),
        (3, "=", "True", [0, 2, 3]),
        (4, "missing", "", [2]),
    ],
)
def test_filters_find_the_same_rows_in_every_library(
    made: Any, column: int, operator: str, value: str, expected: list[int]
) -> None:
    filters = [{"column": column, "operator": operator, "value": value}]
    assert rows_of(made(ROWS), filters=filters) == expected


@pytest.mark.parametrize("made", [as_pandas, as_polars, as_arrow])
@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("=", "2024", [0, 3]),
        ("=", "2024-03-15", [3]),
        ("≠", "2024-03", [1, 4]),
        ("<", "2024", [1]),
        ("≤", "2024-03-01", [0, 1]),
        (">", "2024-03-01 10:30", [3, 4]),
        ("≥", "2025", [4]),
        ("=", "2023-12-31 23:59:59", [1]),
    ],
)
def test_a_rough_time_means_the_whole_span_it_names(made: Any, operator: str, value: str, expected: list[int]) -> None:
    assert rows_of(made(ROWS), filters=[{"column": 4, "operator": operator, "value": value}]) == expected


@EVERY_LIBRARY
def test_search_covers_every_column_and_combines_with_filters_and_sort(made: Any) -> None:
    assert rows_of(made(ROWS), search="ada") == [0, 4]
    assert rows_of(made(ROWS), search="41") == [1]
    assert rows_of(made(ROWS), search="nothing like it") == []
    filters = [{"column": 1, "operator": ">", "value": "10"}]
    assert rows_of(made(ROWS), search="a", filters=filters, sort=[[1, False]]) == [0, 1]
    assert rows_of(made(ROWS), search="ada", filters=filters) == [0]


@EVERY_LIBRARY
def test_a_filter_that_does_not_fit_its_column_says_so(made: Any) -> None:
    with pytest.raises(ValueError, match="No filter is called 'like'"):
        rows_of(made(ROWS), filters=[{"column": 1, "operator": "like", "value": "x"}])
    if made is not as_dicts:
        with pytest.raises(ValueError, match="'old' is not a number"):
            rows_of(made(ROWS), filters=[{"column": 1, "operator": ">", "value": "old"}])
        with pytest.raises(ValueError, match="no time that can be understood"):
            rows_of(made(ROWS), filters=[{"column": 4, "operator": ">", "value": "soon"}])


@EVERY_LIBRARY
def test_summaries_count_and_distribute(made: Any) -> None:
    ages = table(made(ROWS)).summary(1)
    assert (ages["count"], ages["missing"], ages["distinct"]) == (5, 0, 4)
    assert (ages["minimum"], ages["maximum"]) == (7, 41)
    assert ages["mean"] == pytest.approx(29.8)
    assert sum(ages["histogram"]) == 5
    scores = table(made(ROWS)).summary(2)
    assert (scores["missing"], scores["distinct"], scores["maximum"]) == (2, 3, 1e20)
    names = table(made([*ROWS, ROWS[1]])).summary(0)
    assert (names["missing"], names["distinct"], names["frequent"][0]) == (1, 4, ["bob", 2])
    assert table(made(ROWS)).summary(3)["frequent"][0] == ["True", 3]
    json.dumps([ages, scores, names], allow_nan=False)


@pytest.mark.parametrize("made", [as_pandas, as_polars, as_arrow])
def test_a_summary_of_times_has_a_range(made: Any) -> None:
    times = table(made(ROWS)).summary(4)
    assert (times["count"], times["missing"], times["distinct"]) == (5, 1, 4)
    assert times["minimum"].replace("T", " ").startswith("2023-12-31 23:59:59")
    assert times["maximum"].replace("T", " ").startswith("2025-01-01")
    assert sum(times["histogram"]) == 4


@EVERY_LIBRARY
def test_csv_comes_in_parts_that_make_up_the_whole_view(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rdit.kernel.objects.tables.table_base.CSV_CELLS", 10)
    subject = table(made(ROWS))
    view = {"sort": [[1, False]]}
    texts = []
    for part in range(3):
        answer = subject.csv_part(part, view=view)
        texts.append(answer["text"])
        assert answer["last"] == (part == 2)
    rows = list(csv.reader(io.StringIO("".join(texts))))
    assert rows[0] == ["", "name", "age", "score", "active", "joined"]
    assert [row[0] for row in rows[1:]] == ["4", "2", "0", "3", "1"]
    assert rows[1][3] == "1e+20"
    assert rows[2][1] == ""


def test_a_selection_is_copied_without_headings_and_unrounded() -> None:
    frame = pandas.DataFrame({"a": [0.1 + 0.2, 1.0, 2.0], "b": ["x\ty", "z", None], "c": [1, 2, 3]})
    answer = table(frame).csv_part(separator="\t", row=0, rows=2, column=0, columns=2, header=False, index=False)
    assert answer == {"text": '0.30000000000000004\t"x\ty"\n1.0\tz\n', "last": True}


def test_an_order_of_rows_is_kept_for_the_next_window(monkeypatch: pytest.MonkeyPatch) -> None:
    subject, cache = table(as_pandas(ROWS)), ViewCache()
    first = subject.window(view={"sort": [[1, False]]}, cache=cache)
    monkeypatch.setattr(type(subject), "ordered", None)
    assert subject.window(view={"sort": [[1, False]]}, cache=cache) == first


def test_windows_stay_within_the_table_and_within_reason() -> None:
    subject = table(numpy.zeros((1000, 600)))
    assert subject.window(row=5000)["cells"][0] == []
    large = subject.window(rows=10**9, columns=10**9)
    assert len(large["cells"]) * len(large["cells"][0]) <= MAX_WINDOW_CELLS
    assert table(pandas.DataFrame()).window()["cells"] == []
    assert table(pandas.DataFrame(index=[1, 2])).window()["index"] == ["1", "2"]
    assert table(polars.DataFrame({"a": []})).window(view={"sort": [[0, True]], "search": "x"})["cells"] == [[]]
    assert table(pyarrow.table({"a": pyarrow.array([], "int64")})).window(view={"sort": [[0, True]]})["cells"] == [[]]


# ------------------------------------------------------------------------------------------------- pandas


def test_pandas_indices_name_their_rows() -> None:
    index = pandas.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["letter", None])
    window = table(pandas.DataFrame({"x": [3, 1, 2]}, index=index)).window(view={"sort": [[0, False]]})
    assert window["indexNames"] == ["letter / "]
    assert window["index"] == ["a / 2", "b / 1", "a / 1"]
    dated = pandas.DataFrame({"x": [1, 2]}, index=pandas.date_range("2024-01-01", periods=2))
    assert table(dated).window()["index"][1].startswith("2024-01-02")
    assert rows_of(dated, sort=[[-1, True]]) == [1, 0]


def test_pandas_columns_may_be_called_anything() -> None:
    class Label:
        def __str__(self) -> str:
            raise RuntimeError("no")

        __repr__ = __str__

    frame = pandas.DataFrame([[1, 2, 3, 4, 5]])
    frame.columns = pandas.Index(["same", "same", ("a", "b"), None, Label()], dtype=object, tupleize_cols=False)
    names = [column["name"] for column in table(frame).window()["columns"]]
    assert names == ["same", "same", "a / b", "None", "<Label: RuntimeError in its str()>"]
    assert shown(frame, 1) == ["2"]
    levels = pandas.DataFrame([[1, 2]], columns=pandas.MultiIndex.from_tuples([("top", "x"), ("top", "y")]))
    assert [column["name"] for column in table(levels).window()["columns"]] == ["top / x", "top / y"]


def test_pandas_series_are_tables_of_one_column() -> None:
    assert table(pandas.Series([1, 2])).kind == "Series"
    assert table(pandas.Series([1, 2])).window()["columns"][0]["name"] == "value"
    assert table(pandas.Series([3, 1], name="n")).window(view={"sort": [[0, False]]})["cells"] == [["1", "3"]]


PANDAS_COLUMNS = {
    "category": lambda: pandas.Series(["b", "a", None, "b"], dtype="category"),
    "ordered": lambda: pandas.Series(pandas.Categorical(["low", "high", None, "low"], ["low", "mid", "high"], ordered=True)),
    "nullable": lambda: pandas.Series([3, 1, None, 3], dtype="Int64"),
    "nullable float": lambda: pandas.Series([3.5, 1.5, None, 3.5], dtype="Float64"),
    "nullable bool": lambda: pandas.Series([True, False, None, True], dtype="boolean"),
    "string": lambda: pandas.Series(["b", "a", None, "b"], dtype="string"),
    "zone": lambda: pandas.Series(pandas.to_datetime(["2024-03-02", "2024-03-01", None, "2024-03-02"])).dt.tz_localize("Europe/Berlin"),
    "arrow": lambda: pandas.Series([3, 1, None, 3], dtype="int64[pyarrow]"),
    "arrow time": lambda: pandas.Series(pandas.to_datetime(["2024-03-02", "2024-03-01", None, "2024-03-02"])).astype("timestamp[us][pyarrow]"),
    "decimal": lambda: pandas.Series([Decimal("2.50"), Decimal("1.25"), None, Decimal("2.50")]),
    "duration": lambda: pandas.Series(pandas.to_timedelta([20, 10, None, 20], unit="s")),
    "period": lambda: pandas.Series(pandas.PeriodIndex(["2024-03", "2024-02", None, "2024-03"], freq="M")),
    "sparse": lambda: pandas.Series(pandas.arrays.SparseArray([2.0, 1.0, float("nan"), 2.0])),
    "object": lambda: pandas.Series([2, 1, None, 2], dtype=object),
    "single": lambda: pandas.Series([2.1, 1.1, None, 2.1], dtype="float32"),
    "complex": lambda: pandas.Series([2 + 1j, 1 + 1j, None, 2 + 1j]),
}  # fmt: skip


@pytest.mark.parametrize("name", PANDAS_COLUMNS)
def test_every_type_of_pandas_column_is_shown_sorted_filtered_and_summarised(name: str) -> None:
    series = PANDAS_COLUMNS[name]()
    cells = shown(series)
    assert "missing" in cells[2]
    assert all(isinstance(cells[row], str) for row in (0, 1, 3))
    first, last = (0, 1) if name == "ordered" else (1, 0)
    assert rows_of(series, sort=[[0, False]]) == ([0, 3, 1, 2] if name == "ordered" else [1, 0, 3, 2]), first
    assert rows_of(series, sort=[[0, True]]) == ([1, 0, 3, 2] if name == "ordered" else [0, 3, 1, 2]), last
    assert rows_of(series, filters=[{"column": 0, "operator": "missing"}]) == [2]
    assert rows_of(series, filters=[{"column": 0, "operator": "present"}]) == [0, 1, 3]
    text = {"zone": "2024-03-02", "arrow time": "2024-03-02", "duration": "20", "single": None}.get(name, cells[0])
    if text is not None:
        assert rows_of(series, filters=[{"column": 0, "operator": "=", "value": text}]) == [0, 3]
        assert rows_of(series, filters=[{"column": 0, "operator": "≠", "value": text}]) == [1]
    assert rows_of(series, search=cells[1].removesuffix("+01:00")) == [1]
    summary = table(series).summary(0)
    assert (summary["count"], summary["missing"], summary["distinct"]) == (4, 1, 2)
    json.dumps(summary, allow_nan=False)
    assert len(table(series).csv_part()["text"].splitlines()) == 5


def test_an_ordered_category_compares_by_its_order() -> None:
    series = PANDAS_COLUMNS["ordered"]()
    assert rows_of(series, filters=[{"column": 0, "operator": "<", "value": "mid"}]) == [0, 3]
    assert rows_of(series, filters=[{"column": 0, "operator": "≥", "value": "mid"}]) == [1]


def test_mixed_and_hostile_cells_are_shown_and_sorted() -> None:
    class Hostile:
        def __repr__(self) -> str:
            raise SystemExit(3)

        __str__ = __repr__
        __lt__ = __eq__ = __hash__ = None  # type: ignore[assignment]

    values = [
        Hostile(),
        "text",
        10**5000,
        b"bytes",
        [1, {"a": None}],
        {"k": (1, 2)},
        None,
        1.5,
        numpy.datetime64("NaT"),
    ]
    series = pandas.Series(values, dtype=object)
    cells = shown(series)
    assert cells[0] == "<Hostile: SystemExit in its str()>"
    assert cells[2] == f"<int of {(10**5000).bit_length()} bits>"
    assert cells[3] == "b'bytes'"
    assert cells[4] == {"nested": "[1, {'a': None}]"}
    assert cells[5] == {"nested": "{'k': (1, 2)}"}
    assert cells[6] == {"missing": "None"}
    assert cells[8] == {"missing": "NaT"}
    assert sorted(rows_of(series, sort=[[0, True]])) == list(range(9))
    assert rows_of(series, search="text") == [1]
    assert table(series).summary(0)["missing"] == 2
    assert "<Hostile: SystemExit in its str()>" in table(series).csv_part()["text"]


def test_whole_numbers_are_compared_exactly() -> None:
    large = 2**62 + 1
    series = pandas.Series([large, large - 1])
    assert rows_of(series, filters=[{"column": 0, "operator": "=", "value": str(large)}]) == [0]
    assert shown(series) == [str(large), str(large - 1)]


def test_a_fingerprint_changes_with_the_table() -> None:
    frame = pandas.DataFrame({"a": range(1000), "b": 1.5})
    before = table(frame).fingerprint()
    assert table(frame).fingerprint() == before
    frame.loc[999, "b"] = 2.5
    cell_changed = table(frame).fingerprint()
    frame["c"] = 1
    column_added = table(frame).fingerprint()
    assert len({before, cell_changed, column_added, table(frame[:500]).fingerprint()}) == 4


# ------------------------------------------------------------------------------------------------- polars, Arrow


def test_every_type_of_polars_column_is_shown_sorted_filtered_and_summarised() -> None:
    from datetime import date, datetime, time, timedelta

    columns = {
        "list": [[2, 3], [1], None, [2, 3]],
        "struct": [{"x": 2}, {"x": 1}, None, {"x": 2}],
        "date": [date(2024, 3, 2), date(2024, 3, 1), None, date(2024, 3, 2)],
        "zone": polars.Series(
            [datetime(2024, 3, 2), datetime(2024, 3, 1), None, datetime(2024, 3, 2)]
        ).dt.replace_time_zone("Europe/Berlin"),
        "time": [time(2), time(1), None, time(2)],
        "duration": [timedelta(seconds=20), timedelta(seconds=10), None, timedelta(seconds=20)],
        "decimal": [Decimal("2.50"), Decimal("1.25"), None, Decimal("2.50")],
        "binary": [b"b", b"a", None, b"b"],
        "categorical": polars.Series(["b", "a", None, "b"], dtype=polars.Categorical),
        "float": [2.0, 1.0, float("nan"), 2.0],
        "object": polars.Series([2j, 1j, None, 2j], dtype=polars.Object),
        "int8": polars.Series([2, 1, None, 2], dtype=polars.Int8),
    }
    frame = polars.DataFrame(columns)
    for number, name in enumerate(columns):
        cells = shown(frame, number)
        assert "missing" in cells[2], name
        assert ("nested" in cells[0]) == (name in {"list", "struct"}), name
        assert rows_of(frame, sort=[[number, False]])[-1] == 2, name
        if name != "object":
            assert rows_of(frame, sort=[[number, False]]) == [1, 0, 3, 2], name
            assert rows_of(frame, sort=[[number, True]]) == [0, 3, 1, 2], name
        assert rows_of(frame, filters=[{"column": number, "operator": "missing"}]) == [2], name
        if name not in {"list", "struct"}:
            wanted = "20" if name == "duration" else cells[0][:10] if name == "zone" else cells[0]
            assert rows_of(frame, filters=[{"column": number, "operator": "=", "value": wanted}]) == [0, 3], name
        summary = table(frame).summary(number)
        assert (summary["count"], summary["missing"], summary["distinct"]) == (4, 1, 2), name
        json.dumps(summary, allow_nan=False)


def test_every_type_of_arrow_column_is_shown_sorted_filtered_and_summarised() -> None:
    columns = {
        "list": pyarrow.array([[2, 3], [1], None, [2, 3]]),
        "struct": pyarrow.array([{"x": 2}, {"x": 1}, None, {"x": 2}]),
        "date": pyarrow.array([19784, 19783, None, 19784], pyarrow.date32()),
        "ns": pyarrow.array([1709337600000000001, 1709251200000000001, None, 1709337600000000001], pyarrow.timestamp("ns")),
        "zone": pyarrow.array([1709337600000, 1709251200000, None, 1709337600000], pyarrow.timestamp("ms", "Europe/Berlin")),
        "duration": pyarrow.array([20, 10, None, 20], pyarrow.duration("s")),
        "decimal": pyarrow.array([Decimal("2.50"), Decimal("1.25"), None, Decimal("2.50")]),
        "dictionary": pyarrow.array(["b", "a", None, "b"]).dictionary_encode(),
        "binary": pyarrow.array([b"b", b"a", None, b"b"]),
        "float": pyarrow.array([2.0, 1.0, float("nan"), 2.0]),
        "large": pyarrow.array(["b", "a", None, "b"], pyarrow.large_string()),
        "map": pyarrow.array([[("k", 2)], [("k", 1)], None, [("k", 2)]], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
    }  # fmt: skip
    for value in (pyarrow.table(columns), pyarrow.RecordBatch.from_pydict(columns)):
        for number, name in enumerate(columns):
            cells = shown(value, number)
            assert "missing" in cells[2], name
            assert rows_of(value, sort=[[number, False]]) == [1, 0, 3, 2], name
            assert rows_of(value, sort=[[number, True]]) == [0, 3, 1, 2], name
            assert rows_of(value, filters=[{"column": number, "operator": "missing"}]) == [2], name
            if name not in {"list", "struct", "map"}:
                wanted = "20" if name == "duration" else cells[0][:10] if name in {"zone", "ns"} else cells[0]
                assert rows_of(value, filters=[{"column": number, "operator": "=", "value": wanted}]) == [0, 3], name
            summary = table(value).summary(number)
            assert (summary["count"], summary["missing"], summary["distinct"]) == (4, 1, 2), name
            json.dumps(summary, allow_nan=False)
    assert shown(pyarrow.table(columns), 3)[0] == "2024-03-02 00:00:00.000000001"
    assert shown(pyarrow.table(columns), 5)[0] == "0:00:20"


def test_arrow_tables_of_many_pieces_are_read_across_them() -> None:
    whole = pyarrow.concat_tables([pyarrow.table({"n": [n], "s": [str(n)]}) for n in range(50, 0, -1)])
    window = table(whole).window(row=10, rows=3, view={"sort": [[0, False]], "search": "1"})
    assert window["cells"] == [["19", "21", "31"], ["19", "21", "31"]]
    assert window["rows"] == 14


# ------------------------------------------------------------------------------------------------- numpy, dicts


@pytest.mark.parametrize(
    "array",
    [
        numpy.array([[2, 9], [1, 8], [2, 7]], dtype="uint8"),
        numpy.array([[2.0, 9], [1, 8], [2, 7]], dtype="float16"),
        numpy.array([[2, 9], [1, 8], [2, 7]], dtype="int64").astype(object),
        numpy.array([["2", "9"], ["1", "8"], ["2", "7"]]),
        numpy.array([["2024-01-02", "2024-01-09"], ["2024-01-01", "2024-01-08"], ["2024-01-02", "2024-01-07"]], "M8[ns]"),
        numpy.array([[2, 9], [1, 8], [2, 7]], dtype="m8[s]"),
        numpy.array([[2, 9], [1, 8], [2, 7]], dtype="int32").view(numpy.matrix),
        numpy.ma.masked_greater(numpy.array([[2, 9], [1, 8], [2, 7]]), 8),
        numpy.array([(2, 9), (1, 8), (2, 7)], dtype=[("a", "i4"), ("b", "f8")]),
        numpy.array([[2 + 0j, 9], [1, 8], [2, 7]]),
        numpy.array([[True, False], [False, True], [True, True]]),
    ],
    ids=lambda array: f"{type(array).__name__} {array.dtype.str}",
)  # fmt: skip
def test_every_type_of_array_is_shown_sorted_and_summarised(array: Any) -> None:
    window = table(array).window()
    assert [column["name"] for column in window["columns"]] == (["a", "b"] if array.dtype.names else ["0", "1"])
    assert rows_of(array, sort=[[0, False]]) == [1, 0, 2]
    assert rows_of(array, sort=[[0, True]]) == [0, 2, 1]
    summary = table(array).summary(0)
    assert (summary["count"], summary["missing"], summary["distinct"]) == (3, 0, 2)
    json.dumps([summary, window], allow_nan=False)
    assert sorted(rows_of(array, filters=[{"column": 1, "operator": "present"}])) == (
        [1, 2] if isinstance(array, numpy.ma.MaskedArray) else [0, 1, 2]
    )


def test_missing_numbers_of_an_array_come_last() -> None:
    array = numpy.array([[float("nan")], [1.0], [float("inf")], [-0.0]])
    assert rows_of(array, sort=[[0, False]]) == [3, 1, 2, 0]
    assert rows_of(array, sort=[[0, True]]) == [2, 1, 3, 0]
    assert table(array).summary(0) | {"histogram": None} == {
        "count": 4, "missing": 1, "distinct": 3, "minimum": 0.0, "maximum": 1.0, "mean": 0.5, "histogram": None,
    }  # fmt: skip


def test_records_that_differ_too_much_are_no_table() -> None:
    assert table_of([{"a": 1}]) is None
    assert table_of([{"a": 1}, {"b": 2}, {"c": 3}]) is None
    assert table_of([{1: 1}, {1: 2}]) is None
    assert table_of([{"a": 1}, "x"]) is None
    assert table_of(numpy.zeros(3)) is None
    assert table_of(numpy.zeros((2, 2, 2))) is None
    assert table_of(numpy.zeros((0, 2))) is None
    assert table_of("text") is None
    assert shown([{"a": 1}, {"a": 2, "b": 3}], 1) == [{"missing": "None"}, "3"]


def test_a_copy_shares_no_memory_with_its_table() -> None:
    array = numpy.arange(6).reshape(3, 2)
    copy = table(array[:2]).copy()
    assert not numpy.shares_memory(copy, array)
    frame = pandas.DataFrame({"a": [1, 2, 3]})
    assert not numpy.shares_memory(table(frame.head(2)).copy()["a"].to_numpy(), frame["a"].to_numpy())
    assert table(polars.DataFrame({"a": [1, 2]})).copy().equals(polars.DataFrame({"a": [1, 2]}))
    assert table(polars.Series("a", [1, 2])).copy().to_list() == [1, 2]
    assert table(pyarrow.table({"a": [1, 2]})).copy().equals(pyarrow.table({"a": [1, 2]}))


def test_what_the_script_asked_of_pandas_holds_for_its_tables() -> None:
    frame = pandas.DataFrame({"price": [1234567.891234, float("nan")], "n": [1, 2], "text": ["a" * 20, "b"]})
    with pandas.option_context("display.float_format", "{:,.2f}".format, "display.max_colwidth", 10):
        window = table(frame).window()
    assert window["cells"] == [["1,234,567.89", {"missing": "NaN"}], ["1", "2"], ["aaaaaaa...", "b"]]
    assert [column["isFormatted"] for column in window["columns"]] == [True, False, False]
    with pandas.option_context("display.precision", 1):
        assert table(frame.astype({"price": "float32"})).window()["cells"][0][0] == "1234567.9"
    assert table(frame).window()["cells"][0][0] == "1234567.89"
    assert not any(column["isFormatted"] for column in table(frame).window()["columns"])


def test_a_format_that_fails_is_named_in_the_cell() -> None:
    with pandas.option_context("display.float_format", lambda value: f"{value:d}"):
        assert "ValueError" in table(pandas.DataFrame({"a": [1.5]})).window()["cells"][0][0]
