"""Outputs are compared as data: what is another in every process may differ, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from rdit.comparing.outputs import same_outputs
from rdit.protocol.values import OutputItem


def out(text: str, **fields: bool) -> OutputItem:
    return OutputItem("stdout", text, **fields)


def display(text: str = "", **data: object) -> OutputItem:
    """Return a display with *data* by format, `_` for `/`, encoded as the session keeps them."""
    bundle = {name.replace("_", "/", 1): part for name, part in data.items()}
    encoded = {
        mime: part if isinstance(part, str) else msgspec.Raw(msgspec.json.encode(part)) for mime, part in bundle.items()
    }
    return OutputItem("display", text, encoded)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("<A object at 0x7f0a1b2c3d4e>", "<A object at 0x55d0c0ffee00>"),
        ("took 1.23 s", "took 0.9 s"),
        ("1,234.5 ms for all", "17 ms for all"),
        ("in 3 minutes", "in 12 minutes"),
        ("50%|#    | 5/10 [00:01<00:03, 5.2it/s]", "50%|#    | 5/10 [00:12<01:03, 0.4it/s]"),
    ],
)
def test_addresses_and_durations_may_differ(first: str, second: str) -> None:
    assert same_outputs([out(first)], [out(second)])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("0xff", "0xfe"),
        ("5", "6"),
        ("12:30:00", "12:31:00"),
        ("mean 5 min 3", "mean 6 min 3"),
        ("5 statements", "6 statements"),
        ("4 m/s", "5 m/s"),
        ("2026-01-01", "2026-01-02"),
        ("one\n", "one"),
    ],
)
def test_nothing_else_may(first: str, second: str) -> None:
    assert not same_outputs([out(first)], [out(second)])


def test_streams_are_compared_by_what_was_written_in_order() -> None:
    err = OutputItem("stderr", "x")
    assert same_outputs([out("a"), out("b")], [out("ab")])
    assert not same_outputs([out("a"), err], [err, out("a")])
    assert not same_outputs([out("a")], [])
    assert not same_outputs([out("a")], [OutputItem("error", "a")])


def test_late_output_may_come_in_another_order() -> None:
    first = [out("now"), out("1\n", late=True), out("2\n", late=True)]
    assert same_outputs(first, [out("2\n1\n", late=True), out("now")])
    assert not same_outputs(first, [out("now"), out("1\n", late=True)])


def test_displays_are_compared_by_their_data_without_rdits_own_names() -> None:
    table = {"handle": "7-t1", "rows": [["a", 1]]}
    assert same_outputs([display(application_json=table)], [display(application_json={**table, "handle": "8-t5"})])
    assert not same_outputs(
        [display(application_json=table)], [display(application_json={**table, "rows": [["a", 2]]})]
    )
    figures = [OutputItem("display", "", {"image/png": "iVBO"}, {"figure": {"id": name}}) for name in ("7-1", "8-1")]
    assert same_outputs(figures[:1], figures[1:])


def test_random_names_in_pages_may_differ_and_pictures_may_not() -> None:
    ids = "5f2b9c1e-0a1b-4c2d-8e3f-001122334455", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
    pages = [display(text_html=f'<div id="{name}">') for name in ids]
    assert same_outputs(pages[:1], pages[1:])
    pictures = [display(image_png=f"0x{name.replace('-', '')}") for name in ids]
    assert not same_outputs(pictures[:1], pictures[1:])
