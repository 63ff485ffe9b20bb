"""FigureDrawer: has copies of the process draw figures, so that no object of the script changes and nothing waits.

What is finished is drawn at once. Of what a following statement may go on with, a copy is kept: it draws when that
takes long, and else as a step, at the lowest priority. Where no copy can be made, the process itself draws, as late as
it can.
"""

from __future__ import annotations

import sys
from _weakref import ref
from os import close
from time import perf_counter

from ..objects.short_repr import safe_text
from ..protocol.output_item import OutputItem
from .animations import player_html
from .charts import ISOLATED
from .copies import Copies, Copy
from .drawing import draw, is_animation

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Protocol

    class Page(Protocol):
        """Where figures are shown."""

        def draw(self, figure_id: str, item: OutputItem) -> None:
            """Show *item* where the figure was announced."""

        def overtake(self, figure_id: str) -> None:
            """Make what was announced a step."""

        def apart(self, act: Callable[[], Copy | None]) -> Copy | None:
            """Call *act* such that no signal for the script comes in between."""

        def failure_item(self, error: BaseException, what: str) -> OutputItem:
            """Return the error item that says *what* failed."""


NOT_DRAWN = "The figure could not be drawn."
MAX_DRAWING = 4
"""Copies that draw finished figures at the same time; what is finished beyond waits its turn."""
MAX_STEPS = 12
"""Copies that draw, or may have to draw, what a later statement has changed."""
STEPS_SECONDS, STEPS_PART = 0.5, 0.2
"""How long a run may spend on copies of unfinished figures: so long, and this part of the time that it has taken."""


class Shown:
    """A figure or an animation where it was announced."""

    __slots__ = ("copy", "figure_id", "is_held", "kept", "source", "statement")

    def __init__(self, figure_id: str, source: Any, statement: int) -> None:
        self.figure_id = figure_id
        self.source = source
        """What is to be drawn; None once a copy has it."""
        self.statement = statement
        """The number of the statement that it stands with."""
        self.copy: Copy | None = None
        self.kept: Any = None
        """A weak reference to what a copy draws."""
        self.is_held = False
        """Whether it belongs to an animation, and is drawn only if that is never played."""

    def give_to(self, copy: Copy) -> None:
        """Let *copy* draw it."""
        self.kept, self.source, self.copy = ref(self.source), None, copy

    def original(self) -> Any:
        """Return what is to be drawn, if it still exists here."""
        return self.source if self.kept is None else self.kept()

    def take_back(self) -> bool:
        """Take from a copy what still exists here, to be drawn as it is now; say whether it does.

        matplotlib does not report everything that a statement may change: of labels of ticks it says nothing.
        """
        source = self.original()
        if source is not None and self.copy is not None:
            self.copy.kill()
            self.copy, self.kept, self.source = None, None, source
        return source is not None


class FigureDrawer:
    """Draws what was announced."""

    def __init__(self, page: Page) -> None:
        self.copies = Copies()
        self.unfinished: list[Shown] = []
        """What may still change, or has yet to be drawn."""
        self._page = page
        self._drawing: list[Copy] = []
        """Copies that draw what is finished."""
        self._steps: list[Copy] = []
        self._began = perf_counter()
        self._spent = 0.0

    def begin_run(self) -> None:
        """The time that copies may take begins anew."""
        self._began = perf_counter()
        self._spent = 0.0
        self._steps = [copy for copy in self._steps if not copy.look()]

    def forget_copies(self, copies: Copies) -> None:
        """In a process that is a copy itself by now: use *copies*; those that another process has made are not its."""
        self.copies = copies
        for descriptor in self.descriptors():
            close(descriptor)
        self._drawing, self._steps = [], []

    def descriptors(self) -> set[int]:
        """Return the descriptors of all copies."""
        copies = [*self._drawing, *self._steps, *[shown.copy for shown in self.unfinished if shown.copy is not None]]
        return {descriptor for copy in copies for descriptor in copy.descriptors()}

    @property
    def is_busy(self) -> bool:
        """Whether pictures have still to come."""
        for copy in self._drawing:
            copy.look()
        return bool(self.unfinished) or any(copy.missing for copy in self._drawing)

    def finish(self, finished: Sequence[Shown], *, now: bool = False) -> None:
        """Draw what is *finished*, at the latest at the end of the run, or *now*."""
        for shown in finished:
            if shown.copy is not None and not shown.take_back():
                self.unfinished.remove(shown)
                shown.copy.tell(is_step=False)
                self._drawing.append(shown.copy)
        left = [shown for shown in finished if shown.copy is None]
        if left and self.copies.are_possible():
            drawing = [copy for copy in self._drawing if not copy.look() and copy.missing]
            if len(drawing) >= MAX_DRAWING:
                if not now:
                    return
                drawing[0].look(waits=True)
            if self._begin(left):
                return
        if now or self.copies.waits:
            self.draw_here(left)

    def _begin(self, left: Sequence[Shown]) -> bool:
        """Let a copy draw what is *left*; say whether there is one."""
        copy = self._copy(left, begins=True)
        if copy is None:
            return False
        for shown in left:
            self.unfinished.remove(shown)
        self._drawing.append(copy)
        if self.copies.waits:
            copy.look(waits=True)
            copy.kill()  # it has nothing left to do
            for figure_id, item in copy.items.items():
                self._page.draw(figure_id, item)
        return True

    def keep(self, new: Sequence[Shown]) -> None:
        """Keep a copy of what a following statement may go on with, as far as that is worth its time."""
        if not new or self.copies.waits or not self.copies.are_possible():
            return
        if self._spent + self.copies.last_cost > STEPS_SECONDS + STEPS_PART * (perf_counter() - self._began):
            return
        self._steps = [copy for copy in self._steps if not copy.look()]
        if len(self._steps) < MAX_STEPS and (copy := self._copy(new, begins=False)) is not None:
            self._spent += self.copies.last_cost
            self._steps.append(copy)

    def again(self, shown: Shown, source: Any) -> None:
        """Draw *shown* anew, once its last picture has come: one follows the other, as in a window."""
        if shown.copy is not None:
            shown.copy.look(waits=True)
            shown.copy = None
        shown.source = source
        if shown not in self.unfinished:
            self.unfinished.append(shown)

    def overtake(self, shown: Shown) -> None:
        """Another display has taken over from *shown*, which remains as a step if it could be drawn."""
        if shown in self.unfinished:
            self.unfinished.remove(shown)
            if shown.copy is not None:
                shown.copy.tell(is_step=True)
        if shown.copy is not None:
            shown.copy.missing.pop(shown.figure_id, None)
        self._page.overtake(shown.figure_id)

    def hold(self, shown: Shown, source: Any) -> None:
        """Do not draw *shown* before it is finished."""
        if shown.copy is not None:
            shown.copy.kill()
        shown.copy, shown.kept, shown.source, shown.is_held = None, None, source, True

    def end_run(self, *, waits: bool) -> None:
        """Draw all that is left and, if it *waits*, return when it is drawn.

        Raises:
            KeyboardInterrupt: the user would not wait: `give_up`.
        """
        self.finish(list(self.unfinished), now=waits)
        if waits:
            for copy in self._drawing:
                copy.look(waits=True)
        for figure_id in self._not_drawn():
            problem = RuntimeError("the process that drew it has ended")
            self._page.draw(figure_id, self._page.failure_item(problem, NOT_DRAWN))

    def give_up(self) -> list[str]:
        """End the copies that draw; return the figures that were not drawn for that."""
        for copy in self._drawing:
            copy.kill()
        return self._not_drawn()

    def _not_drawn(self) -> list[str]:
        """Return the figures that copies which are over have not drawn; await those copies no longer."""
        ended = [copy for copy in self._drawing if copy.look() or not copy.missing]
        self._drawing = [copy for copy in self._drawing if copy not in ended]
        self._steps += ended
        return [figure_id for copy in ended for figure_id in copy.missing]

    def draw_here(self, wanted: Sequence[Shown]) -> None:
        """Draw in this process what no copy could be made of."""
        for shown in wanted:
            if shown.copy is None:
                self.unfinished.remove(shown)
                self._page.draw(shown.figure_id, self._drawn_quietly(shown.source))

    def _drawn_quietly(self, source: Any) -> OutputItem:
        warnings = sys.modules.get("warnings")
        if warnings is None:
            return self._drawn(source)
        with warnings.catch_warnings():  # a window would draw later, and a script that shows none hears nothing
            warnings.simplefilter("ignore")
            return self._drawn(source)

    def _drawn(self, source: Any) -> OutputItem:
        try:
            if is_animation(source):
                return OutputItem("display", safe_text(source), {"text/html": player_html(source)}, ISOLATED)
            return draw(source)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - what drawing raises is shown where the figure would be
            return self._page.failure_item(error, f"{safe_text(source)} could not be drawn.")

    def _copy(self, shown: Sequence[Shown], *, begins: bool) -> Copy | None:
        jobs = [(one.figure_id, lambda source=one.source: self._drawn(source)) for one in shown]
        copy = self._page.apart(lambda: self.copies.make(jobs, begins=begins))
        if copy is not None:
            for one in shown:
                one.give_to(copy)
        return copy
