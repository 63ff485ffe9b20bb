"""Redirect the functions of `IPython.display` to the page; without a running IPython they would only print."""

from __future__ import annotations

from binascii import hexlify
from os import urandom

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def prepare_ipython(module: Any, show_value: Callable[..., None], clear_shown: Callable[..., None]) -> None:
    """Replace the functions of `IPython.core.display_functions`, before others import them from there."""

    def publish_display_data(data: Any, metadata: Any = None, *, transient: Any = None, **kwargs: Any) -> None:
        show_value(
            data,
            metadata=metadata,
            display_id=(transient or {}).get("display_id"),
            is_update=bool(kwargs.get("update")),
            is_raw=True,
        )

    def display(
        *objs: Any,
        include: Any = None,
        exclude: Any = None,
        metadata: Any = None,
        transient: Any = None,
        display_id: Any = None,
        raw: bool = False,
        clear: bool = False,
        **kwargs: Any,
    ) -> Any:
        display_id = display_id or (transient or {}).get("display_id")
        if display_id is True:
            display_id = hexlify(urandom(16)).decode()
        is_update = bool(kwargs.get("update"))
        if is_update and not display_id:
            raise TypeError("display_id required for update_display")
        if not objs and display_id:
            objs, raw = ({},), True  # a placeholder that is updated later
        if clear:
            clear_shown(wait=True)
        for value in objs:
            show_value(
                value,
                include=include,
                exclude=exclude,
                metadata=metadata,
                display_id=None if display_id is None else str(display_id),
                is_update=is_update,
                is_raw=raw,
            )
        return module.DisplayHandle(display_id) if display_id else None

    def update_display(obj: Any, *, display_id: Any, **kwargs: Any) -> None:
        kwargs["update"] = True
        display(obj, display_id=display_id, **kwargs)

    def clear_output(wait: bool = False) -> None:
        clear_shown(wait=wait)

    for function in (publish_display_data, display, update_display, clear_output):
        name = function.__name__
        function.__doc__ = getattr(getattr(module, name), "__doc__", None)
        function.__module__ = module.__name__
        function.__qualname__ = name
        setattr(module, name, function)
