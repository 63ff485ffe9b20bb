"""SGR: text styles as `ESC [ … m` (ECMA-48 8.3.117) and OSC 8 set them, and the sequences for a change of style.

Supports what the page's `text-style.ts` does, no more and no less: what that ignores is ignored here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

SEQUENCE = re.compile("\x1b\\[([0-9;:]*)m|\x1b\\]8;[^;]*;([^\x07\x1b\x9c]*)(?:\x07|\x1b\\\\|\x9c)")
"""A sequence that sets a style: the groups are its parameters, or the target of a link."""
_WEB = re.compile("(https?|mailto):", re.IGNORECASE)


class Style(NamedTuple):
    """A text style; colours are the parameters that set them, empty for the default."""

    foreground: str = ""
    background: str = ""
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    inverse: bool = False
    link: str = ""


PLAIN = Style()
_FLAGS = (("bold", 1), ("dim", 2), ("italic", 3), ("underline", 4), ("inverse", 7), ("strike", 9))
_ON = {code: name for name, code in _FLAGS} | {21: "underline"}
_OFF = {
    22: ("bold", "dim"),
    23: ("italic",),
    24: ("underline",),
    27: ("inverse",),
    29: ("strike",),
    39: ("foreground",),
    49: ("background",),
}


@lru_cache(1024)
def apply_sgr(style: Style, parameters: str) -> Style:
    """Return *style* after `ESC [ parameters m`."""
    codes = [code.split(":") for code in parameters.split(";")]
    values = style._asdict()
    at = 0
    while at < len(codes):
        parts = codes[at]
        at += 1
        code = int(parts[0] or 0)
        if code == 0:
            values = PLAIN._replace(link=style.link)._asdict()
        elif code in _ON:
            values[_ON[code]] = code != 4 or parts[1:2] != ["0"]
        elif code in _OFF:
            for name in _OFF[code]:
                values[name] = getattr(PLAIN, name)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            values["foreground"] = str(code)
        elif 40 <= code <= 47 or 100 <= code <= 107:
            values["background"] = str(code)
        elif code in (38, 48):
            if len(parts) > 1:
                numbers = [int(part or 0) for part in parts[1:]]
                if numbers[0] == 2 and len(numbers) > 4:  # a colour space stands before the colours
                    del numbers[1]
            else:
                numbers = [int(part[0] or 0) for part in codes[at : at + 4]]
                at += {5: 2, 2: 4}.get(numbers[0] if numbers else 0, 0)
            colour = _extended_colour(numbers)
            if colour:
                values["foreground" if code == 38 else "background"] = f"{code};{colour}"
    return Style(**values)


def _extended_colour(numbers: list[int]) -> str:
    needed = {5: 2, 2: 4}.get(numbers[0] if numbers else 0, 0)
    used = numbers[:needed]
    if not needed or len(used) < needed or any(number > 255 for number in used):
        return ""
    return ";".join(map(str, used))


def apply_link(style: Style, target: str) -> Style:
    """Return *style* after an OSC 8 sequence with *target*."""
    return style._replace(link=target if _WEB.match(target) else "")


def style_after(style: Style, text: str) -> Style:
    """Return *style* after all the sequences in *text*."""
    for match in SEQUENCE.finditer(text):
        parameters, target = match.groups()
        style = apply_link(style, target) if parameters is None else apply_sgr(style, parameters)
    return style


@lru_cache(1024)
def transition(old: Style, new: Style) -> str:
    """Return the sequences that turn *old* into *new*."""
    if old == new:
        return ""
    link = "" if old.link == new.link else f"\x1b]8;;{new.link}\x1b\\"
    if old._replace(link="") == new._replace(link=""):
        return link
    codes = [str(code) for name, code in _FLAGS if getattr(new, name)]
    codes += [colour for colour in (new.foreground, new.background) if colour]
    adds = all(value in (before, True) or not before for before, value in zip(old[:-1], new[:-1], strict=True))
    return f"{link}\x1b[{';'.join(codes if adds and codes else ['0', *codes])}m"
