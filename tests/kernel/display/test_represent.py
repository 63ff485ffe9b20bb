"""Representations of values, including those whose methods fail."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from rdit.kernel.display.represent import markdown, represent
from rdit.kernel.execution.tracebacks import error_item
from rdit.kernel.objects.live_objects import TABLE_FORMAT, LiveObjects
from rdit.kernel.protocol.output_item import OutputItem


def describe_error(error: BaseException) -> OutputItem:
    return error_item(error, {})


def shown(value: object) -> list[OutputItem]:
    return represent(value, describe_error)


def test_a_plain_value_is_its_repr() -> None:
    assert shown([1, "two"]) == [OutputItem("stdout", "[1, 'two']\n")]


@pytest.mark.parametrize(
    ("value", "mime"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"RIFF1234WEBPVP8 ", "image/webp"),
        (b"RIFF1234WAVEfmt ", "audio/wav"),
        (b"\x1aE\xdf\xa3...", "video/webm"),
        (b"....ftypisom", "video/mp4"),
        (b"1234WAVE", None),
        (b"GIF is a word", None),
    ],
)
def test_bytes_are_shown_as_what_they_begin_like(value: bytes, mime: str | None) -> None:
    (item,) = represent(value, describe_error)
    assert item.type == ("stdout" if mime is None else "display")
    if mime is not None:
        assert item.data == {mime: base64.b64encode(value).decode()}
        assert item.text == repr(value)


def test_bytes_that_are_too_many_for_a_picture_are_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rdit.kernel.display.represent.MAX_CHARS", 40)
    for size, is_picture in ((20, True), (21, False)):
        (item,) = shown(b"\x89PNG\r\n\x1a\n".ljust(size))
        assert (item.type == "display") is is_picture


@pytest.mark.parametrize(
    ("method", "given", "mime", "content"),
    [
        ("_repr_html_", "<b>x</b>", "text/html", "<b>x</b>"),
        ("_repr_markdown_", "**x**", "text/markdown", "**x**"),
        ("_repr_svg_", "<svg/>", "image/svg+xml", "<svg/>"),
        ("_repr_png_", b"\x89PNG", "image/png", base64.b64encode(b"\x89PNG").decode()),
        ("_repr_jpeg_", b"\xff\xd8", "image/jpeg", base64.b64encode(b"\xff\xd8").decode()),
        ("_repr_latex_", "$x$", "text/latex", "$x$"),
        ("_repr_json_", {"a": [1, None]}, "application/json", {"a": [1, None]}),
    ],
)
def test_a_method_gives_its_format(method: str, given: object, mime: str, content: object) -> None:
    kind = type("Rich", (), {method: lambda self: given, "__repr__": lambda self: "Rich()"})
    assert shown(kind()) == [OutputItem("display", "Rich()", {mime: content})]


def test_metadata_comes_with_its_format() -> None:
    kind = type("Rich", (), {"_repr_png_": lambda self: (b"x", {"width": 3})})
    (item,) = shown(kind())
    assert item.metadata == {"image/png": {"width": 3}}


def test_a_bundle_comes_first_and_methods_fill_in() -> None:
    class Rich:
        def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
            return {"text/html": "from the bundle", "image/png": b"png"}, {"image/png": {"height": 1}}

        def _repr_html_(self) -> str:
            return "from the method"

        def _repr_latex_(self) -> str:
            return "$x$"

    (item,) = shown(Rich())
    assert item.data is not None
    assert (item.data["text/html"], item.data["text/latex"]) == ("from the bundle", "$x$")
    assert item.metadata == {"image/png": {"height": 1}}


def test_none_means_that_there_is_no_such_format() -> None:
    kind = type("Plain", (), {"_repr_html_": lambda self: None, "__repr__": lambda self: "Plain()"})
    assert shown(kind()) == [OutputItem("stdout", "Plain()\n")]


def test_classes_are_not_asked_for_what_their_instances_can() -> None:
    class Rich:
        def _repr_html_(self) -> str:
            return "x"

    assert [item.type for item in shown(Rich)] == ["stdout"]


class Hostile:
    """Does to whoever asks what its function does."""

    def __init__(self, act: Any) -> None:
        self.act = act

    def __repr__(self) -> str:
        return self.act()  # type: ignore[no-any-return]


def recurse() -> str:
    return recurse()


def leave() -> str:
    raise SystemExit(3)


def fail() -> str:
    raise ValueError("on purpose")


@pytest.mark.parametrize(
    ("act", "words"),
    [(fail, "ValueError: on purpose"), (leave, "SystemExit: 3"), (recurse, "RecursionError"), (lambda: 3, "TypeError")],
)
def test_a_repr_that_fails_is_an_error_that_says_so(act: Any, words: str) -> None:
    (item,) = shown(Hostile(act))
    assert item.type == "error"
    assert item.text.startswith("The value of this expression could not be shown: repr() failed.\n")
    assert words in item.text


def test_an_interrupt_in_a_repr_is_an_interrupt() -> None:
    def interrupt() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shown(Hostile(interrupt))


def test_an_object_that_has_every_attribute_is_shown_plainly() -> None:
    class Everything:
        def __getattr__(self, name: str) -> Any:
            return lambda *_: f"{name} of everything"

        def __repr__(self) -> str:
            return "Everything()"

    assert shown(Everything()) == [OutputItem("stdout", "Everything()\n")]


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("_repr_html_", 3),
        ("_repr_png_", 3),
        ("_repr_json_", {1, 2}),
        ("_repr_json_", float("nan")),
        ("_repr_mimebundle_", 7),
    ],
)
def test_the_wrong_type_is_an_error_beside_what_can_be_shown(method: str, given: object) -> None:
    kind = type("Wrong", (), {method: lambda self: given, "__repr__": lambda self: "Wrong()"})
    plain, error = shown(kind())
    assert (plain.type, plain.text) == ("stdout", "Wrong()\n")
    assert (error.type, f"{method}() failed" in error.text) == ("error", True)


def test_a_rich_value_whose_repr_fails_is_still_shown() -> None:
    kind = type("Rich", (), {"_repr_html_": lambda self: "<b>", "__repr__": lambda self: fail()})
    (display,) = shown(kind())
    assert display.type == "display"
    assert display.text.startswith("<Rich object at 0x")


def test_a_metaclass_has_a_look_for_its_classes_and_none_for_their_instances() -> None:
    look = {"_repr_html_": lambda cls: f"<b>{cls.__name__}</b>", "__repr__": lambda cls: "a class"}
    kind = type("Meta", (type,), look)("Kind", (), {"__repr__": lambda self: "an instance"})
    (of_class,) = shown(kind)
    assert (of_class.text, of_class.data) == ("a class", {"text/html": "<b>Kind</b>"})
    (of_instance,) = shown(kind())
    assert (of_instance.type, of_instance.text) == ("stdout", "an instance\n")


def test_an_instance_may_have_a_look_of_its_own() -> None:
    value = type("Late", (), {"_repr_html_": lambda self: "<i>of the class</i>"})()
    value._repr_html_ = lambda: "<b>its own</b>"
    (display,) = shown(value)
    assert display.data == {"text/html": "<b>its own</b>"}


def test_half_characters_are_escaped() -> None:
    kind = type("Half", (), {"_repr_html_": lambda self: "<\udc80>", "__repr__": lambda self: "\ud800"})
    (item,) = shown(kind())
    assert (item.text, item.data) == ("\\ud800", {"text/html": "<\\udc80>"})


def test_a_representation_beyond_all_measure_is_refused() -> None:
    kind = type("Huge", (), {"_repr_html_": lambda self: "x" * (65 << 20), "__repr__": lambda self: "Huge()"})
    plain, error = shown(kind())
    assert plain.text == "Huge()\n"
    assert "too large: 65 MiB" in error.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title", "# Title"),
        ("\n    # Title\n\n    - a\n      - b\n    ", "# Title\n\n- a\n  - b"),
        ("Summary\n    indented\n", "Summary\nindented"),
        ("", ""),
    ],
)
def test_markdown_loses_the_margin_that_its_place_gave_it(text: str, expected: str) -> None:
    assert markdown(text) == OutputItem("display", expected, {"text/markdown": expected})


def test_a_table_that_says_how_it_is_shown_is_shown_so() -> None:
    pandas = pytest.importorskip("pandas")

    class Report(pandas.DataFrame):  # type: ignore[misc]
        def _repr_html_(self) -> str:
            return "<h1>Report</h1>"

    class Plain(pandas.DataFrame):  # type: ignore[misc]
        pass

    live = LiveObjects(dict)
    (own,) = represent(Report({"a": [1, 2]}), describe_error, live)
    (plain,) = represent(Plain({"a": [1, 2]}), describe_error, live)
    assert own.data is not None
    assert plain.data is not None
    assert own.data["text/html"] == "<h1>Report</h1>"
    assert TABLE_FORMAT not in own.data
    assert TABLE_FORMAT in plain.data
