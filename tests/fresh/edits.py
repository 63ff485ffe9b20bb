"""Random scripts and random edits of them, from a seed: the same seed gives the same sequence."""

from __future__ import annotations

import ast
import random
import re

from .kinds import HEAD, KINDS

NUMBERS = range(1, 6)


class Writer:
    """Writes a script and goes on editing it."""

    def __init__(self, seed: int, kinds: int = 5) -> None:
        self.random = random.Random(seed)
        self.used = 0
        self.statements: list[str] = []
        self.history: list[list[str]] = []
        for _ in range(kinds):
            self.statements += self._some_kind()

    def _some_kind(self) -> list[str]:
        self.used += 1
        number = self.random.choice(NUMBERS)
        kind = self.random.choice(list(KINDS.values()))
        return [_quiet(text.format(v=f"v{self.used}", n=number)) for text in kind]

    @property
    def script(self) -> str:
        return HEAD + "\n".join(self.statements) + "\n"

    def edit(self) -> str:
        """Change the script; return which sort of edit that was."""
        sort = self.random.choice(list(EDITS))
        before = list(self.statements)
        if sort == "undo":
            if self.history:
                self.statements = self.history.pop()
            return sort
        EDITS[sort](self)
        self.history.append(before)
        return sort

    def _place(self) -> int:
        """Return a place, more often near the end, where people edit."""
        size = len(self.statements)
        return size - 1 - min(int(self.random.expovariate(1.5 / max(size, 1))), size - 1) if size else 0

    def insert(self) -> None:
        place = self.random.randint(0, len(self.statements))
        self.statements[place:place] = self._some_kind()

    def append(self) -> None:
        self.statements += self._some_kind()

    def delete(self) -> None:
        if len(self.statements) > 1:
            del self.statements[self._place()]

    def swap(self) -> None:
        if len(self.statements) > 1:
            place = self.random.randrange(len(self.statements) - 1)
            self.statements[place : place + 2] = self.statements[place : place + 2][::-1]

    def change(self) -> None:
        place = self._place()
        digit = self.random.choice(NUMBERS)
        self.statements[place] = re.sub(r"(?<![\w.])[1-5](?![\w.])", str(digit), self.statements[place])

    def comment(self) -> None:
        place = self._place()
        self.statements[place] = self.random.choice(["# remark\n", "\n", "# a\n\n# b\n"]) + self.statements[place]

    def uncomment(self) -> None:
        place = self._place()
        self.statements[place] = self.statements[place].lstrip("# \n") or "pass"

    def indent(self) -> None:
        place = self._place()
        lines = self.statements[place].split("\n")
        if "'''" not in self.statements[place]:
            self.statements[place] = "if True:\n" + "\n".join("    " + line for line in lines)

    def rename(self) -> None:
        number = self.random.randint(1, self.used)
        self.statements = [re.sub(rf"\bv{number}(?=\D|\b)", f"v{number}0", text) for text in self.statements]

    def duplicate(self) -> None:
        place = self._place()
        self.statements.insert(place, self.statements[place])


def _quiet(text: str) -> str:
    """Return a statement with a semicolon where rdit would show its value, which `python script.py` does not."""
    (*_, last) = ast.parse(text).body
    is_print = isinstance(last, ast.Expr) and ast.unparse(last).startswith("print(")
    return text + ";" if isinstance(last, ast.Expr) and not is_print and not text.endswith(";") else text


EDITS = {
    "insert": Writer.insert,
    "append": Writer.append,
    "delete": Writer.delete,
    "swap": Writer.swap,
    "change": Writer.change,
    "change again": Writer.change,
    "comment": Writer.comment,
    "uncomment": Writer.uncomment,
    "indent": Writer.indent,
    "rename": Writer.rename,
    "duplicate": Writer.duplicate,
    "undo": Writer.append,
}
