"""Join the `__annotate__` functions of statements that are compiled one by one, for Python 3.14 and later.

There a module has one `__annotate__` function for all of its annotations, and the compiler makes one for each code
object. Joined, they return what the function of the whole module would.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    Annotate = Callable[[int], dict[str, Any]]

ARE_LAZY = sys.version_info >= (3, 14)
_VALUE = 1  # annotationlib.Format.VALUE


def annotates(code: CodeType) -> bool:
    """Whether a statement's code sets `__annotate__`."""
    return "__annotate__" in code.co_names


def join_annotations(namespace: dict[str, Any], earlier: Annotate | None) -> None:
    """Replace `__annotate__` in *namespace* by one that also returns the annotations of *earlier*."""
    newer: Annotate | None = namespace.get("__annotate__")
    if newer is not None and earlier is not None and newer is not earlier:
        namespace["__annotate__"] = _joined(earlier, newer)
    namespace.pop("__annotations__", None)  # Python makes it from the function on demand


def _joined(earlier: Annotate, newer: Annotate) -> Annotate:
    def __annotate__(format: int, /) -> dict[str, Any]:  # noqa: A002, N807 - as Python calls them
        if format == _VALUE:
            return {**earlier(format), **newer(format)}
        import annotationlib  # type: ignore[import-not-found]  # exists from 3.14 on, and is the script's own

        call = annotationlib.call_annotate_function
        return {**call(earlier, format), **call(newer, format)}

    return __annotate__
