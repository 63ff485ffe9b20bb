"""What the kernel is asked about: names, attributes and constant subscripts in code, nothing else."""

from __future__ import annotations

import pytest

from rdit.language.texts.cursor import completed_at, named_at
from rdit.language.texts.text import Text


def at_end(content: str) -> tuple[Text, dict[str, int]]:
    text = Text(content)
    return text, text.position(len(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("df.", ("df", "attribute", "")),
        ("df.he", ("df", "attribute", "he")),
        ("x = df.a.b.c", ("df.a.b", "attribute", "c")),
        ('df["', ("df", "item", "")),
        ("df[ 'un", ("df", "item", "un")),
        ('df["a b"].', ('df["a b"]', "attribute", "")),
        ("df[0]['", ("df[0]", "item", "")),
        ("größe.x", ("größe", "attribute", "x")),
        ('print(df["', ("df", "item", "")),
        ('f"{df.', ("df", "attribute", "")),
        ("f'''\n{df[\"", ("df", "item", "")),
        ('x = """text"""; df.', ("df", "attribute", "")),
        ('x = "it\'s"; df.', ("df", "attribute", "")),
        ("def f(x):\n    return df.", ("df", "attribute", "")),
        ("[x for x in df.", ("df", "attribute", "")),
        ("for df in frames:\n    df.", ("df", "attribute", "")),
        ("# a comment's quote\ndf.", ("df", "attribute", "")),
        ("def f(df):\n    pass\n\n\ndf.", ("df", "attribute", "")),
    ],
)
def test_what_is_being_typed_is_found(content: str, expected: tuple[str, str, str]) -> None:
    cursor = completed_at(*at_end(content))
    assert cursor is not None
    assert (cursor.expression, cursor.kind, cursor.prefix) == expected


@pytest.mark.parametrize(
    "content",
    [
        "",
        "df",
        "1.",
        "f().x",
        "f()['",
        "[1]['",
        "df[x].",
        "df[f('",
        "# df.",
        "x = 1  # df.",
        "'df.",
        '"""\ndf.',
        "r'\\'df.",
        'f"{{df.',
        'f"{df} df.',
        "def f(df):\n    df.",
        "def f():\n    df = 1\n\n    if x:\n        df.",
        "async def f(*, df=1):\n    df.",
        "def f():\n    for df in x:\n        df.",
        "class A:\n    df: int\n    df.",
        "f = lambda df: df.",
        "[x for df in frames if df.",
        "sum(x for x, df in frames if df.",
    ],
)
def test_what_is_not_the_scripts_own_name_is_not_asked_about(content: str) -> None:
    assert completed_at(*at_end(content)) is None


def test_the_name_under_the_pointer_ends_where_the_pointer_is() -> None:
    text = Text("total = df.groups[0].size + 'df'\n")
    names = [named_at(text, {"line": 0, "character": character}) for character in (0, 8, 11, 21, 29)]
    assert names == ["total", "df", "df.groups", "df.groups[0].size", None]
