"""The length of text in columns of a terminal, by the same rules as the page's `terminal.ts`, and in UTF-16 units."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# East Asian scripts and full width forms, and what Unicode's emoji data call Emoji_Presentation.
_WIDE = """
1100-115f 231a-231b 23e9-23ec 23f0 23f3 25fd-25fe 2614-2615 2648-2653 267f 2693 26a1 26aa-26ab 26bd-26be 26c4-26c5 26ce
26d4 26ea 26f2-26f3 26f5 26fa 26fd 2705 270a-270b 2728 274c 274e 2753-2755 2757 2795-2797 27b0 27bf 2b1b-2b1c 2b50 2b55
2e80-303f 3041-a4cf ac00-d7a3 f900-faff fe30-fe6f ff00-ff60 ffe0-ffe6 1f004 1f0cf 1f18e 1f191-1f19a 1f1e6-1f1ff 1f201
1f21a 1f22f 1f232-1f236 1f238-1f23a 1f250-1f251 1f300-1f320 1f32d-1f335 1f337-1f37c 1f37e-1f393 1f3a0-1f3ca 1f3cf-1f3d3
1f3e0-1f3f0 1f3f4 1f3f8-1f43e 1f440 1f442-1f4fc 1f4ff-1f53d 1f54b-1f54e 1f550-1f567 1f57a 1f595-1f596 1f5a4 1f5fb-1f64f
1f680-1f6c5 1f6cc 1f6d0-1f6d2 1f6d5-1f6d8 1f6dc-1f6df 1f6eb-1f6ec 1f6f4-1f6fc 1f7e0-1f7eb 1f7f0 1f90c-1f93a 1f93c-1f945
1f947-1f9ff 1fa70-1fa7c 1fa80-1fa8a 1fa8e-1fac6 1fac8 1facd-1fadc 1fadf-1faea 1faef-1faf8 20000-3fffd
"""
_SAFE = re.compile("[^\x00-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2319\u2400-\u25fc]")
"""Characters that may not be one column wide; those that bars are drawn with are none of them."""


@cache
def _wide() -> re.Pattern[str]:
    """Return the pattern of wide characters; it takes milliseconds to build, and most servers never need it."""
    ranges = [[chr(int(end, 16)) for end in span.split("-")] for span in _WIDE.split()]
    return re.compile("[" + "".join("-".join(ends) for ends in ranges) + "]")


def code_units(text: str) -> int:
    """Return the length of *text* in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_single_width(text: str) -> bool:
    """Whether each character of *text* is one column wide for certain; *text* has no control characters."""
    return text.isascii() or _SAFE.search(text) is None


def char_width(glyph: str) -> int:
    """Return the width of one character in columns: 0, 1 or 2."""
    if glyph < "\u0300":
        return 1
    if unicodedata.category(glyph) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if _wide().match(glyph) else 1


def text_width(text: str) -> int:
    """Return the width of *text* in columns; it has no control characters but tabs."""
    if "\t" not in text and is_single_width(text):
        return len(text)
    columns = 0
    for glyph in text:
        columns += 8 - columns % 8 if glyph == "\t" else char_width(glyph)
    return columns
