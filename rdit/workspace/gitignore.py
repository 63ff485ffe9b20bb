"""What `.gitignore` files leave out: nested ones, negations, and those above the workspace in the same repository.

The meaning is that of gitignore(5): the last pattern that matches decides, a file deeper down before one above, and
nothing below an ignored folder can be brought back. Whoever asks walks from the top and never enters an ignored folder,
so a pattern is only ever held against one entry, never against the folders above it; that, and one joined pattern that
rules most names out at once, makes a hundred thousand files a matter of a second, where a library that judges whole
paths takes several. The tests hold it against git itself.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LARGEST_FILE = 1 << 20
"""Bytes of a `.gitignore` that are read."""
NEVER_LISTED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__"})
"""Folders whose files nobody opens by name."""
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One line of a `.gitignore`."""

    regex: str
    """For the whole name, or the whole path."""
    compiled: re.Pattern[str]
    ignores: bool
    """False brings back."""
    folders_only: bool
    tied: bool
    """Whether it looks at the path from its file's folder, rather than at the name alone."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """The patterns of one `.gitignore`, and how a path from the workspace root is written as seen from its folder."""

    cut: int
    """Characters to leave out at the beginning, for a file below the root."""
    before: str
    """What comes before, for a file above the root."""
    patterns: tuple[_Pattern, ...]
    """The last first."""
    any_name: re.Pattern[str]
    """Matches a name when any pattern does; almost no name does, which saves trying them one by one."""
    any_path: re.Pattern[str]
    """The same for tied patterns."""

    def verdict(self, path: str, name: str, *, is_folder: bool) -> bool | None:
        """Return whether the file ignores *path* or brings it back; None when it says nothing."""
        seen = self.before + path[self.cut :]
        if self.any_name.fullmatch(name) or self.any_path.fullmatch(seen):
            for pattern in self.patterns:
                if (is_folder or not pattern.folders_only) and pattern.compiled.fullmatch(
                    seen if pattern.tied else name
                ):
                    return pattern.ignores
        return None


class Ignored:
    """What the `.gitignore` files from the top of the repository down to one folder leave out."""

    def __init__(self, layers: tuple[_Layer, ...] = ()) -> None:
        """Begin with the rules of *layers*, the deepest first; with none, nothing is ignored."""
        self._layers = layers

    def below(self, folder: int, path: str) -> Ignored:
        """Return the rules inside the folder *path* (from the root), which is open as the descriptor *folder*."""
        text = _read(folder)
        if text is None:
            return self
        return Ignored((_layer(text, cut=len(path) + 1 if path else 0, before=""), *self._layers))

    def __call__(self, path: str, *, is_folder: bool) -> bool:
        """Return whether *path*, from the root, is ignored, given that the folders above it are not."""
        if self._layers:
            name = path.rpartition("/")[2]
            for layer in self._layers:
                verdict = layer.verdict(path, name, is_folder=is_folder)
                if verdict is not None:
                    return verdict
        return False


def rules_above(root: Path) -> Ignored:
    """Return the rules of the repository that contains *root*, from the folders above it; none outside a repository."""
    above: list[Path] = []
    for folder in (root, *root.parents):
        if folder != root:
            above.append(folder)
        if (folder / ".git").exists():
            break
    else:
        return Ignored()
    layers: list[_Layer] = []
    for folder in above:
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            continue  # a folder above that may not be read: git could not either
        try:
            text = _read(descriptor)
        finally:
            os.close(descriptor)
        if text is not None:
            layers.append(_layer(text, cut=0, before=f"{root.relative_to(folder).as_posix()}/"))
    return Ignored(tuple(layers))


def _read(folder: int) -> str | None:
    """Return the `.gitignore` of an open folder; None when there is none that can be read."""
    try:
        descriptor = os.open(".gitignore", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None  # none, or one that git does not read either, such as a symlink
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(LARGEST_FILE).decode("utf-8", "replace")


def _layer(text: str, *, cut: int, before: str) -> _Layer:
    patterns = [pattern for line in text.split("\n") if (pattern := _pattern(line)) is not None]
    names = [pattern.regex for pattern in patterns if not pattern.tied]
    paths = [pattern.regex for pattern in patterns if pattern.tied]
    return _Layer(cut, before, tuple(reversed(patterns)), _any(names), _any(paths))


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    """Return one pattern that matches what any of *patterns* matches."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.DOTALL) if patterns else _NOTHING


def _pattern(line: str) -> _Pattern | None:
    """Return what *line* says, after gitignore(5); None for a comment, and for what is no pattern."""
    glob = _TRAILING_SPACE.sub("", line.removesuffix("\r"))
    if glob.startswith("#"):
        return None
    ignores = not glob.startswith("!")
    glob = glob if ignores else glob[1:]
    folders_only = glob.endswith("/")
    glob = glob.removesuffix("/")
    tied = "/" in glob
    glob = glob.removeprefix("/")
    regex = _regex(glob) if glob else None
    if regex is None:
        return None
    try:
        compiled = re.compile(regex, re.DOTALL)
    except re.error:
        return None  # such as a range from z to a, which matches nothing
    return _Pattern(regex, compiled, ignores, folders_only, tied)


def _regex(glob: str) -> str | None:
    """Return the regular expression for *glob*; None when it can match nothing."""
    parts: list[str] = []
    special = _SPECIAL.search(glob)
    at = 0
    while at < len(glob):
        if match := _STARS.match(glob, at):
            stars = match[0]
            # Git cuts off what comes before the first special character, so two stars there begin a pattern, too.
            begins = special is not None and at == special.start()
            begins = begins or at == 0 or glob[at - 1] == "/"
            if begins and stars.startswith("**") and stars.endswith("/"):
                parts.append("(?:.*/)?")  # any number of folders
            elif begins and stars.startswith("**") and match.end() == len(glob):
                parts.append(".*")  # everything inside
            else:
                parts.append("[^/]*/" if stars.endswith("/") else "[^/]*")
            at = match.end()
        elif match := _SET.match(glob, at):
            parts.append(_set(match["not"], match["members"]))
            at = match.end()
        else:
            character = glob[at]
            if character == "[":
                return None  # a set without an end
            if character == "\\":
                at += 1
                if at == len(glob):
                    return None
            parts.append("[^/]" if character == "?" else re.escape(glob[at]))
            at += 1
    return "".join(parts)


def _set(negated: str, members: str) -> str:
    """Return the regular expression for a set of characters, which never has the slash."""
    parts: list[str] = []
    for match in _MEMBER.finditer(members):
        if match["kind"]:
            parts.append(_KINDS.get(match["kind"], ""))
        elif match["dash"]:
            parts.append("-")
        else:
            parts.append(re.escape(match["character"].removeprefix("\\") or "\\"))
    # A dash between two members makes a range; at an end it stands for itself.
    inside = "".join(r"\-" if part == "-" and at in {0, len(parts) - 1} else part for at, part in enumerate(parts))
    return f"(?!/)[{'^' if negated else ''}{inside}]"


_TRAILING_SPACE = re.compile(r"(?<!\\) +$")
_SPECIAL = re.compile(r"[*?\[\\]")
_STARS = re.compile(r"\*+/?")
_SET = re.compile(r"\[(?P<not>[!^]?)(?P<members>\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]", re.DOTALL)
_MEMBER = re.compile(r"\[:(?P<kind>[a-z]+):\]|(?P<dash>-)|(?P<character>\\?.)", re.DOTALL)
_KINDS = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
