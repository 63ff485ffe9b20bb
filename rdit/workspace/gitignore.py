"""Match paths against `.gitignore` files: nested ones, negations, and those above the workspace in its repository.

The semantics are those of gitignore(5): the last pattern that matches decides, a file deeper down before one above, and
nothing below an ignored folder can be re-included. The caller walks from the top and never enters an ignored folder, so
a pattern is only ever matched against one entry, never against the folders above it; that, and one alternation that
excludes most names at once, makes a hundred thousand files a matter of a second, where a library that matches whole
paths takes several. The tests compare with git itself.

A cloned folder brings its own patterns, so none may take long. What stands between two stars is taken where it comes
first and is never moved (see `_regex`): the time to match grows with the pattern and the name, not with their powers.
A plain regular expression of a glob would go back to every star when it fails.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

MAX_FILE_BYTES = 1 << 17
"""Of a `.gitignore` that are read."""
MAX_PATTERNS = 2000
"""Of one `.gitignore` that are applied, the first ones."""
MAX_PATTERN_CHARS = 1024
"""A longer line is passed over: it hardly is for people to read, and no name is as long."""
ALWAYS_IGNORED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__"})
"""Folders whose files nobody opens by name."""
_NOTHING = re.compile(r"(?!)")


class _Pattern(Struct, frozen=True):
    """One line of a `.gitignore`."""

    regex: str
    """For the whole name, or the whole path."""
    compiled: re.Pattern[str]
    ignores: bool
    """False for a negation, which re-includes."""
    folders_only: bool
    anchored: bool
    """Whether it matches the path from its file's folder, rather than the name alone."""


class _IgnoreFile(Struct, frozen=True):
    """The patterns of one `.gitignore`, and how to make a path from the workspace root relative to its folder."""

    cut: int
    """Leading characters to remove, for a file below the root."""
    prefix: str
    """What to prepend, for a file above the root."""
    patterns: tuple[_Pattern, ...]
    """The last first."""
    any_name: re.Pattern[str]
    """The alternation of the patterns for names; almost no name matches, which saves trying them one by one."""
    any_path: re.Pattern[str]
    """The alternation of the anchored patterns."""

    def verdict(self, path: str, name: str, *, is_folder: bool) -> bool | None:
        """Return whether the file ignores *path* (true) or re-includes it (false); None when no pattern matches."""
        local = self.prefix + path[self.cut :]
        if self.any_name.fullmatch(name) or self.any_path.fullmatch(local):
            for pattern in self.patterns:
                if (is_folder or not pattern.folders_only) and pattern.compiled.fullmatch(
                    local if pattern.anchored else name
                ):
                    return pattern.ignores
        return None


class IgnoreRules:
    """The `.gitignore` files from the top of the repository down to one folder."""

    def __init__(self, files: tuple[_IgnoreFile, ...] = ()) -> None:
        """Apply *files*, the deepest first; with none, nothing is ignored."""
        self._files = files

    def below(self, folder: int, path: str) -> IgnoreRules:
        """Return the rules inside the folder *path* (from the root), which is open as *folder*."""
        text = _read(folder)
        if text is None:
            return self
        return IgnoreRules((_parse(text, cut=len(path) + 1 if path else 0, prefix=""), *self._files))

    def __call__(self, path: str, *, is_folder: bool) -> bool:
        """Whether *path*, from the root, is ignored, given that the folders above it are not."""
        if self._files:
            name = path.rpartition("/")[2]
            for file in self._files:
                verdict = file.verdict(path, name, is_folder=is_folder)
                if verdict is not None:
                    return verdict
        return False


def rules_above(root: Path) -> IgnoreRules:
    """Return the rules from the folders above *root* in its repository; none outside a repository."""
    above: list[Path] = []
    for folder in (root, *root.parents):
        if folder != root:
            above.append(folder)
        if (folder / ".git").exists():
            break
    else:
        return IgnoreRules()
    files: list[_IgnoreFile] = []
    for folder in above:
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            continue  # a folder that may not be read: git could not either
        try:
            text = _read(descriptor)
        finally:
            os.close(descriptor)
        if text is not None:
            files.append(_parse(text, cut=0, prefix=f"{root.relative_to(folder).as_posix()}/"))
    return IgnoreRules(tuple(files))


def _read(folder: int) -> str | None:
    """Return the text of the `.gitignore` in an open folder; None when there is none that can be read."""
    try:
        descriptor = os.open(".gitignore", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None  # none, or one that git does not read either, such as a symlink
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_FILE_BYTES).decode("utf-8", "replace")
    finally:
        os.close(descriptor)


def _parse(text: str, *, cut: int, prefix: str) -> _IgnoreFile:
    patterns: list[_Pattern] = []
    for number, line in enumerate(text.split("\n")):
        pattern = _parse_line(line, number) if len(line) <= MAX_PATTERN_CHARS else None
        if pattern is not None:
            patterns.append(pattern)
        if len(patterns) == MAX_PATTERNS:
            break
    names = [pattern.regex for pattern in patterns if not pattern.anchored]
    paths = [pattern.regex for pattern in patterns if pattern.anchored]
    return _IgnoreFile(cut, prefix, tuple(reversed(patterns)), _alternation(names), _alternation(paths))


def _alternation(patterns: Sequence[str]) -> re.Pattern[str]:
    """Return one regular expression that matches what any of *patterns* does."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.DOTALL) if patterns else _NOTHING


def _parse_line(line: str, number: int) -> _Pattern | None:
    """Return the pattern in *line*, after gitignore(5); None for a comment, and for what is no pattern."""
    line = line.removesuffix("\r")
    glob = line.rstrip(" ")
    if glob.endswith("\\") and glob != line:
        glob += " "  # an escaped one stays
    if glob.startswith("#"):
        return None
    ignores = not glob.startswith("!")
    glob = glob if ignores else glob[1:]
    folders_only = glob.endswith("/")
    glob = glob.removesuffix("/")
    anchored = "/" in glob
    glob = glob.removeprefix("/")
    regex = _regex(glob, f"line{number}") if glob else None
    if regex is None:
        return None
    try:
        compiled = re.compile(regex, re.DOTALL)
    except re.error:
        return None  # such as a range from z to a, which matches nothing
    return _Pattern(regex, compiled, ignores, folders_only, anchored)


_NAME = "[^/]*"
_FOLDERS = "(?:.*/)?"
_REST = ".*"


def _regex(glob: str, name: str) -> str | None:
    """Return the regular expression for *glob*, whose groups begin with *name*; None when it can match nothing.

    Whatever a star or `**/` covers, and what follows it up to the next, is matched at the first place and kept there:
    if there is a match at all, there is one with this. Only what the last of them covers is tried in every length.
    """
    parts = _parts(glob)
    if parts is None:
        return None
    folders = [at for at, part in enumerate(parts) if part == _FOLDERS]
    groups = [parts[start:end] for start, end in pairwise([0, *folders, len(parts)])]
    regex = ""
    for number, group in enumerate(groups):
        # Within a group the stars stay in their folder; from group to group, any number of folders lies between.
        inside = _stars_kept(group, f"{name}_{number}")
        last = number == len(groups) - 1
        regex += inside if last else _kept(inside.replace(_FOLDERS, "(?:.*?/)??", 1), f"{name}_{number}")
    return regex


def _stars_kept(group: Sequence[str], name: str) -> str:
    stars = [at for at, part in enumerate(group) if part == _NAME]
    pieces = ["".join(group[start:end]) for start, end in pairwise([0, *stars, len(group)])]
    kept = [_kept(f"[^/]*?{piece.removeprefix(_NAME)}", f"{name}_{at}") for at, piece in enumerate(pieces[1:-1])]
    return "".join([pieces[0], *kept, *pieces[len(pieces) - 1 :]] if len(pieces) > 1 else pieces)


def _kept(regex: str, name: str) -> str:
    """Return *regex* as an atomic group, which Python has since 3.11 only."""
    return f"(?=(?P<{name}>{regex}))(?P={name})"


def _parts(glob: str) -> list[str] | None:
    """Return the regular expressions for the stars and characters of *glob*; None when it can match nothing."""
    parts: list[str] = []
    special = _SPECIAL.search(glob)
    at = 0
    while at < len(glob):
        if match := _STARS.match(glob, at):
            stars = match[0]
            # Git matches what comes before the first special character apart, so two stars there begin a pattern, too.
            begins = special is not None and at == special.start()
            begins = begins or at == 0 or glob[at - 1] == "/"
            if begins and stars.startswith("**") and stars.endswith("/"):
                parts.append(_FOLDERS)  # any number of folders
            elif begins and stars.startswith("**") and match.end() == len(glob):
                parts.append(_REST)  # everything inside
            else:
                parts += [_NAME, "/"] if stars.endswith("/") else [_NAME]
            at = match.end()
        elif match := _SET.match(glob, at):
            parts.append(_bracket_expression(match["not"], match["members"]))
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
    return parts


def _bracket_expression(negated: str, members: str) -> str:
    """Return the regular expression for a bracket expression, which never matches the slash."""
    parts: list[str] = []
    for match in _MEMBER.finditer(members):
        if match["kind"]:
            parts.append(_POSIX_CLASSES.get(match["kind"], ""))
        elif match["dash"]:
            parts.append("-")
        else:
            parts.append(re.escape(match["character"].removeprefix("\\") or "\\"))
    # A dash between two members makes a range; at an end it stands for itself.
    inside = "".join(r"\-" if part == "-" and at in {0, len(parts) - 1} else part for at, part in enumerate(parts))
    return f"(?!/)[{'^' if negated else ''}{inside}]"


_SPECIAL = re.compile(r"[*?\[\\]")
_STARS = re.compile(r"\*+/?")
_SET = re.compile(r"\[(?P<not>[!^]?)(?P<members>\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]", re.DOTALL)
_MEMBER = re.compile(r"\[:(?P<kind>[a-z]+):\]|(?P<dash>-)|(?P<character>\\?.)", re.DOTALL)
_POSIX_CLASSES = {
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
