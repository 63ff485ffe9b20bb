"""The live objects behind displays: tables and trees that the page reads on as it scrolls and opens them.

A display carries a *handle*, and a query names it. An object that the script has bound to a name is held weakly, so
that `del` frees its memory as in any script; one that nobody else holds is kept, together with others up to a bound.
"""

from __future__ import annotations

from _weakref import ref

from .short_repr import safe_text
from .tables.table_base import ViewMemory
from .tables.tables import table_of
from .trees import at_path, node, tree_of, whole_text

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .tables.table_base import Table

TABLE_FORMAT = "application/vnd.rdit.table+json"
MOST_HANDLES = 2000
MOST_KEPT = 64
"""How many objects are kept that nobody else holds."""
MOST_KEPT_BYTES = 256 << 20
COPIED_CELLS = 100_000
"""A table with at most so many cells is kept as a copy: it may be a view that would keep a large one in memory."""

_GONE = (
    "This value is no longer in memory: its variable was deleted or bound to something else. Run the statement again."
)


class ObjectGoneError(LookupError):
    """The object that a query asks about is no longer in memory; the message says so for a person."""


class UnanswerableError(ValueError):
    """A query cannot be answered; the message says why for a person."""


class Entry:
    """What is remembered of one displayed object."""

    __slots__ = ("epoch", "find", "fingerprint", "is_kept", "memory", "size")

    def __init__(self, find: Callable[[], Any], fingerprint: str, size: int, *, is_kept: bool) -> None:
        self.find = find
        """Returns the object, or None when it is gone."""
        self.fingerprint = fingerprint
        self.size = size
        self.is_kept = is_kept
        self.memory = ViewMemory()
        self.epoch = 0


class LiveObjects:
    """All objects that the page may ask about."""

    def __init__(self, namespace: Callable[[], Mapping[str, Any]]) -> None:
        """Start with none; *namespace* returns the script's variables."""
        self._namespace = namespace
        self._entries: dict[str, Entry] = {}
        self._number = 0
        self.epoch = 0
        """Counts the statements that ran: objects may have changed since they were last read."""

    def forget(self) -> None:
        """Let go of everything."""
        self._entries.clear()

    # ------------------------------------------------------------------------------------------------- displaying

    def show_table(self, table: Table) -> dict[str, Any]:
        """Return the table display of a value, with its first window."""
        value = table.value
        fingerprint = table.fingerprint()
        window = table.window()
        size = table.size()
        if not self._is_bound(value):
            rows, columns = table.shape()
            if rows * columns <= COPIED_CELLS:
                value = table.copied()
        return {
            "handle": self._add("t", value, fingerprint, size),
            "kind": table.kind,
            "fingerprint": fingerprint,
            "window": window,
        }

    def show_tree(self, value: Any) -> dict[str, Any] | None:
        """Return the tree display of a value, with its first branches; None when it is no tree."""
        root = tree_of(value)
        if root is None:
            return None
        return {"handle": self._add("o", value, _tree_fingerprint(root), 0), "root": root}

    def _is_bound(self, value: Any) -> bool:
        return any(bound is value for bound in list(self._namespace().values()))

    def _add(self, letter: str, value: Any, fingerprint: str, size: int) -> str:
        name = next((name for name, bound in list(self._namespace().items()) if bound is value), None)
        is_kept = name is None
        find: Callable[[], Any]
        if name is None:
            find = lambda: value  # noqa: E731
        else:
            try:
                find = ref(value)
            except TypeError:  # built-in containers cannot be held weakly
                find = self._finder_by_name(name, id(value))
        self._number += 1
        handle = f"{letter}{self._number}"
        self._entries[handle] = Entry(find, fingerprint, size, is_kept=is_kept)
        self._make_room(handle)
        return handle

    def _finder_by_name(self, name: str, identity: int) -> Callable[[], Any]:
        def find() -> Any:
            bound = self._namespace().get(name)
            return bound if id(bound) == identity else None

        return find

    def _make_room(self, newest: str) -> None:
        """Forget the objects that were asked for longest ago, until what is kept is within its bounds."""
        kept = [handle for handle, entry in self._entries.items() if entry.is_kept and handle != newest]
        count = len(kept)
        size = sum(self._entries[handle].size for handle in kept) + self._entries[newest].size
        for handle in kept:
            if count < MOST_KEPT and size <= MOST_KEPT_BYTES:
                break
            size -= self._entries.pop(handle).size
            count -= 1
        while len(self._entries) > MOST_HANDLES:
            del self._entries[next(iter(self._entries))]

    # ---------------------------------------------------------------------------------------------------- answering

    def answer(self, handle: str, request: Mapping[str, Any]) -> Any:
        """Return what the object answers to *request*, as a JSON value.

        Raises:
            ObjectGoneError: it is no longer in memory.
            UnanswerableError: it has no answer to this.
            KeyboardInterrupt: nobody wants to wait for it.
        """
        entry = self._entries.pop(handle, None)
        value = None if entry is None else entry.find()
        if entry is None or value is None:
            raise ObjectGoneError(_GONE)
        self._entries[handle] = entry  # asked for most recently
        if entry.epoch != self.epoch:
            entry.epoch = self.epoch
            entry.memory = ViewMemory()
        try:
            return self._answer(value, entry, request)
        except (ValueError, LookupError) as error:
            raise UnanswerableError(safe_text(error.args[0] if error.args else error, str)) from error
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a library's panic, or the SystemExit of a value: the worker goes on
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
            answer = table.window(**numbers, view=request.get("view"), memory=entry.memory)
        elif kind == "summary":
            answer = table.summary(int(request["column"]))
        else:
            names = ("separator", "row", "rows", "column", "columns", "header", "index")
            options = {name: request[name] for name in names if request.get(name) is not None}
            part_number = int(request.get("part") or 0)
            answer = table.csv_part(part_number, view=request.get("view"), memory=entry.memory, **options)
        known = request.get("fingerprint") or entry.fingerprint
        return answer | {"fingerprint": fingerprint, "changed": fingerprint != known}


def _tree_fingerprint(root: Mapping[str, Any]) -> str:
    return f"{root['type']}-{root.get('length')}"
