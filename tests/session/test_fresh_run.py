"""Which output names a line of the script, so that its statement runs again when lines have moved."""

from __future__ import annotations

import pytest

from rdit.session.fresh_run import names_of_lines


@pytest.mark.parametrize("path", ["/project/script.py", "/project/a-b.c.py", "/project/.hidden", "<script>"])
@pytest.mark.parametrize(
    ("before", "after", "is_named"),
    [
        ('File "/project/', '", line 3, in f', True),
        ("/project/", ":3: UserWarning", True),
        ("", ":x", False),
        ("", '", line x', False),
        ("", " 3", False),
    ],
)
def test_output_names_a_line_by_the_scripts_name(path: str, before: str, after: str, is_named: bool) -> None:
    name = path.removeprefix("/project/")
    assert (names_of_lines(path).search(f"{name} {before}{name}{after}") is not None) is is_named


@pytest.mark.parametrize(
    ("text", "is_named"), [("INFO script:3 x", True), ("manuscript:3", False), ("script:x", False)]
)
def test_output_names_a_line_by_the_modules_name(text: str, is_named: bool) -> None:
    assert (names_of_lines("/project/script.py").search(text) is not None) is is_named
