"""Text that grows by appending, in parts, and whose end can be taken off again."""

from __future__ import annotations

from collections.abc import Reversible

from .text_width import code_units

JOIN_EVERY = 512
"""So many small parts are joined to one, so that a million tiny writes are not a million strings."""
SMALL = 4096
"""Characters of a part that is not small any more."""


class Text:
    """Text that grows, in parts; its length in characters and in UTF-16 code units is known."""

    __slots__ = ("_small_parts", "chars", "parts", "units")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.chars = 0
        self.units = 0
        self._small_parts = 0

    def grow(self, text: str) -> None:
        """Append *text*."""
        parts = self.parts
        parts.append(text)
        self.chars += len(text)
        self.units += code_units(text)
        if len(text) < SMALL:
            self._small_parts += 1
            if self._small_parts == JOIN_EVERY:
                parts[-JOIN_EVERY:] = ["".join(parts[-JOIN_EVERY:])]
                self._small_parts = 0
        else:
            self._small_parts = 0

    def cut(self, chars: int) -> str:
        """Take the last *chars* characters off and return them."""
        parts, taken = self.parts, []
        while chars > 0:
            part = parts.pop()
            if len(part) > chars:
                parts.append(part[:-chars])
                part = part[-chars:]
            else:
                self._small_parts = max(self._small_parts - 1, 0)
            taken.append(part)
            chars -= len(part)
        text = "".join(reversed(taken))
        self.chars -= len(text)
        self.units -= code_units(text)
        return text

    def cut_from(self, units: int) -> None:
        """Take off what follows the first *units* UTF-16 code units."""
        surplus = self.units - units
        if self.units != self.chars:
            newest = self.last_chars(surplus).encode("utf-16-le", "surrogatepass")
            surplus = len(newest[-2 * surplus :].decode("utf-16-le", "surrogatepass")) if surplus else 0
        self.cut(surplus)

    def copy(self) -> Text:
        """Return the same text, to grow on its own."""
        text = Text()
        text.parts, text.chars, text.units = self.parts.copy(), self.chars, self.units
        return text

    def first_chars(self, count: int) -> str:
        """Return the first *count* characters."""
        parts = []
        for part in self.parts:
            if count <= 0:
                break
            parts.append(part[:count])
            count -= len(part)
        return "".join(parts)

    def last_chars(self, count: int) -> str:
        """Return the last *count* characters."""
        return last_chars(count, self.parts)


def last_chars(count: int, *texts: Reversible[str]) -> str:
    """Return the last *count* characters of *texts*, the later text first, each as its parts."""
    parts: list[str] = []
    for text in texts:
        for part in reversed(text):
            if count <= 0:
                break
            parts.append(part[-count:])
            count -= len(part)
    return "".join(reversed(parts))
