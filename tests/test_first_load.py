"""A page shows the script soon: what it loads before that stays small, and the rest comes when it is needed."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import rdit

STATIC = Path(rdit.__file__).parent / "_static"
MAX_BYTES = 200_000
"""200 kB of 1,000 bytes each: all JavaScript and CSS of the first load, each file as `gzip -9` makes it."""

LOADED = re.compile(r'(?:src|href)="(?:\./)?(assets/[^"]+\.(?:js|css))"')
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*["']\./([^"']+\.js)["']""")


def loaded_at_once(static: Path) -> set[Path]:
    """Return the scripts and styles that index.html names, and the scripts that those import before they run."""
    left = [static / name for name in LOADED.findall((static / "index.html").read_text())]
    found: set[Path] = set()
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left += [path.parent / name for name in IMPORTED.findall(path.read_text()) if path.suffix == ".js"]
    return found


@pytest.mark.skipif(not (STATIC / "index.html").is_file(), reason="needs the page that scripts/setup builds")
def test_a_page_loads_little_before_it_shows_the_script() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in loaded_at_once(STATIC)}
    assert any(name.startswith("libraries") for name in sizes), sizes
    assert sum(sizes.values()) <= MAX_BYTES, sizes
