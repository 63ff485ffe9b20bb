"""The live objects behind displays: tables and trees that the page queries as it scrolls and opens them.

A display carries a *handle*, which a query names. An object that the script has bound to a name is referenced weakly,
so that `del` frees its memory as in any script; an unbound one is kept alive, together with others up to a limit.
"""

from __future__ import annotations

from _weakref import ref

from .short_repr import safe_text
from .tables.table_base import ViewCache
from .tables.tables import table_of
from .trees import at_path, node, tree_of, whole_text

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .tables.table_base import Table

TABLE_FORMAT = "application/vnd.rdit.table+json"
MAX_HANDLES = 2000
MAX_KEPT = 64
"""Unbound objects that are kept alive."""
MAX_KEPT_BYTES = 256 << 20
MAX_COPIED_CELLS = 100_000
"""A table up to this size is kept as a copy, because it may be a view that keeps a large one in memory."""

_GONE = (
    "This value is no longer in memory: its variable was deleted or bound to something else. Run the statement again."
)


class ObjectGoneError(LookupError):
    """The queried object is no longer in memory; the message is for the user."""


class UnanswerableError(ValueError):
    """A query cannot be answered; the message is for the user and says why."""


class Entry:
    """One displayed object."""

    __slots__ = ("cache", "epoch", "find", "fingerprint", "is_kept", "size")

    def __init__(self, find: Callable[[], Any], fingerprint: str, size: int, *, is_kept: bool) -> None:
        self.find = find
        """Returns the object, or None when it is gone."""
        self.fingerprint = fingerprint
        self.size = size
        self.is_kept = is_kept
        self.cache = ViewCache()
        self.epoch = 0


class LiveObjects:
    """All objects that the page may query, by handle."""

    def __init__(self, namespace: Callable[[], Mapping[str, Any]]) -> None:
        """Start with none; *namespace* returns the script's variables."""
        self._namespace = namespace
        self._entries: dict[str, Entry] = {}
        self._number = 0
        self.prefix = ""
        """What tells handles of this process from those of one that went on from the same snapshot."""
        self.epoch = 0
        """Counts the statements that ran, each of which may have changed objects."""

    def clear(self) -> None:
        """Drop all objects."""
        self._entries.clear()

    # ------------------------------------------------------------------------------------------------- displaying

    def show_table(self, table: Table) -> dict[str, Any]:
        """Return the table display of a value, with its first window."""
        value = table.value
        fingerprint = table.fingerprint()
        window = table.window()
        size = table.size()
        if self._name_of(value) is None:
            rows, columns = table.shape()
            if rows * columns <= MAX_COPIED_CELLS:
                value = table.copy()
        return {
            "handle": self._add("t", value, fingerprint, size),
            "kind": table.kind,
            "fingerprint": fingerprint,
            "window": window,
        }

    def show_tree(self, value: Any) -> dict[str, Any] | None:
        """Return the tree display of a value, with its first branches; None when it has no parts."""
        root = tree_of(value)
        if root is None:
            return None
        return {"handle": self._add("o", value, _tree_fingerprint(root), 0), "root": root}

    def _name_of(self, value: Any) -> str | None:
        return next((name for name, bound in list(self._namespace().items()) if bound is value), None)

    def _add(self, letter: str, value: Any, fingerprint: str, size: int) -> str:
        name = self._name_of(value)
        identity = id(value)
        find: Callable[[], Any]
        if name is None:
            find = lambda: value  # noqa: E731
        else:
            try:
                find = ref(value)
            except TypeError:  # built-in containers have no weak references
                find = lambda: bound if id(bound := self._namespace().get(name)) == identity else None  # noqa: E731
        self._number += 1
        handle = f"{letter}{self.prefix}{self._number}"
        self._entries[handle] = Entry(find, fingerprint, size, is_kept=name is None)
        self._evict(handle)
        return handle

    def _evict(self, newest: str) -> None:
        """Drop the least recently queried objects until those that are kept alive are within the limits."""
        kept = [handle for handle, entry in self._entries.items() if entry.is_kept and handle != newest]
        count = len(kept)
        size = sum(self._entries[handle].size for handle in kept) + self._entries[newest].size
        for handle in kept:
            if count < MAX_KEPT and size <= MAX_KEPT_BYTES:
                break
            size -= self._entries.pop(handle).size
            count -= 1
        while len(self._entries) > MAX_HANDLES:
            del self._entries[next(iter(self._entries))]

    # ---------------------------------------------------------------------------------------------------- answering

    def answer(self, handle: str, request: Mapping[str, Any]) -> Any:
        """Return the answer of the object to *request*, as a JSON value.

        Raises:
            ObjectGoneError: it is no longer in memory.
            UnanswerableError: it cannot answer this.
            KeyboardInterrupt: the answer was interrupted.
        """
        entry = self._entries.pop(handle, None)
        value = None if entry is None else entry.find()
        if entry is None or value is None:
            raise ObjectGoneError(_GONE)
        self._entries[handle] = entry  # the most recently queried
        if entry.epoch != self.epoch:
            entry.epoch = self.epoch
            entry.cache = ViewCache()
        try:
            return self._answer(value, entry, request)
        except (ValueError, LookupError) as error:
            raise UnanswerableError(safe_text(error.args[0] if error.args else error, str)) from error
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a library's panic, or a SystemExit: the worker goes on
            problem = f"The value could not be read: {type(error).__name__}: {safe_text(error, str)}"
            raise UnanswerableError(problem) from error

    def _answer(self, value: Any, entry: Entry, request: Mapping[str, Any]) -> dict[str, Any]:
        kind = request.get("kind")
        if kind in {"tree", "text"}:
            part = at_path(value, [int(position) for position in request.get("path") or []])
            if kind == "text":
                return {"text": whole_text(part)}
            start, count = int(request.get("start") or 0), int(request.get("count") or 50)
            changed = _tree_fingerprint(node(value)) != entry.fingerprint
            return node(part, start, count) | {"changed": changed}
        if kind not in {"window", "summary", "csv"}:
            raise ValueError(f"A value cannot be asked for {kind!r}.")
        table = table_of(value)
        if table is None:
            raise ValueError("This value is no table any more.")
        fingerprint = table.fingerprint()
        if kind == "window":
            numbers = {name: int(request[name]) for name in ("row", "rows", "column", "columns") if name in request}
            answer = table.window(**numbers, view=request.get("view"), cache=entry.cache)
        elif kind == "summary":
            answer = table.summary(int(request["column"]))
        else:
            names = ("separator", "row", "rows", "column", "columns", "header", "index")
            options = {name: request[name] for name in names if request.get(name) is not None}
            part_number = int(request.get("part") or 0)
            answer = table.csv_part(part_number, view=request.get("view"), cache=entry.cache, **options)
        known = request.get("fingerprint") or entry.fingerprint
        return answer | {"fingerprint": fingerprint, "changed": fingerprint != known}


def _tree_fingerprint(root: Mapping[str, Any]) -> str:
    return f"{root['type']}-{root.get('length')}"
