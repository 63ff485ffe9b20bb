"""Timeline: what the worker has run as one run of one text, and what snapshots may go on from.

The worker itself judges what of a text it has run; here stands which results those are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .statement import Key, Statement

COST = 1 << 14
"""Characters that a statement of the past counts for besides its output, so that it takes no time to count them."""


class Timeline:
    """The statements that the worker has run since it was fresh, from the script's first one on."""

    def __init__(self, past_limit: int) -> None:
        """Begin with none. Of what is no longer part of it, about *past_limit* characters of output are kept."""
        self.mixed = False
        """Whether something has run that is no part of it."""
        self.script = ""
        """The text that it is a run of; it may differ from the newest one."""
        self._ran: list[Statement] = []
        self._is_cut_off = False
        """Whether the newest of them did not run to its end."""
        self._run_id: str | None = None
        """The fresh run under way, whose statements go on with it."""
        self._before: list[Statement] = []
        """What the worker before this one had run, as long as this one has run nothing: a snapshot may go on there."""
        self._past: dict[Key, Statement] = {}
        """What was part of it, the oldest first: a snapshot may stand there, of the text to which an undo leads."""
        self._past_limit = past_limit

    def statements(self) -> Sequence[Statement]:
        """Return its statements, of which some may no longer be shown, as others ran in their places."""
        return self._ran[:-1] if self._is_cut_off else self._ran

    @property
    def cut_off(self) -> Statement | None:
        """The statement that did not run to its end, after the others."""
        return self._ran[-1] if self._is_cut_off else None

    def names(self) -> list[Key]:
        """Return the names of its statements."""
        return [statement.key for statement in self.statements()]

    def first(self, count: int) -> list[Key]:
        """Return the names of the first *count*; of those of the worker before, where this one has run none."""
        return [statement.key for statement in (self._ran or self._before)[:count]]

    def known(self) -> Mapping[Key, Statement]:
        """Return what is part of it, or was once."""
        return {**self._past, **{one.key: one for one in (*self._before, *self._ran)}}

    def plan(self, run_id: str, script: str, kept: Sequence[Statement], *, runs_more: bool) -> None:
        """Begin a fresh run of *script*, before which there is what is *kept*."""
        self._run_id, self.mixed, self._before = run_id, False, []
        if not runs_more and len(kept) < len(self._ran) and list(kept) == self._ran[: len(kept)]:
            return  # a run that ends above what has run already leaves the worker as it is
        self._put_away(self._ran, kept)
        self._ran, self._is_cut_off, self.script = list(kept), False, script

    def mix(self) -> None:
        """A run begins that is not a fresh one."""
        self._run_id, self.mixed = None, True

    def finish(self, statement: Statement) -> None:
        """A statement has ended."""
        if statement.run_id == self._run_id:
            self._ran.append(statement)

    def complete(self, run_id: str, *, cut_off: bool) -> None:
        """A run is over; its newest statement may have been *cut_off*."""
        if run_id == self._run_id:
            self._run_id = None
            self._is_cut_off = cut_off and bool(self._ran) and self._ran[-1].run_id == run_id

    def begin_anew(self) -> None:
        """Another worker took over, in which nothing has run yet."""
        if self._ran:
            self._put_away(self._ran, ())
            self._before = self._ran
        self._ran, self._is_cut_off, self.mixed = [], False, False

    def forget(self) -> None:
        """The worker and its snapshots are gone."""
        self._ran, self._is_cut_off, self.mixed = [], False, False
        self._before, self._past, self._run_id = [], {}, None

    def _put_away(self, statements: Iterable[Statement], kept: Sequence[Statement]) -> None:
        staying = {one.key for one in kept}
        for statement in statements:
            if statement.key not in staying:
                self._past.pop(statement.key, None)
                self._past[statement.key] = statement
        size = sum([COST + statement.chars() for statement in self._past.values()])
        while size > self._past_limit:
            size -= COST + self._past.pop(next(iter(self._past))).chars()
