"""Renaming, as far as it leaves working code: ty takes any new name, and renames uses of what it cannot reach."""

from __future__ import annotations

import keyword
from pathlib import Path
from typing import Any

from ..servers.connection import INVALID_PARAMS, ResponseError
from ..texts.uris import path_of
from .asking import Asking


async def rename(asking: Asking) -> Any:
    """Answer `textDocument/rename`.

    Raises:
        ResponseError: the new name is none, or what has the old one is not the workspace's to change.
    """
    name = asking.params.get("newName")
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise ResponseError(INVALID_PARAMS, f"{name!r} cannot be a name in Python.")
    place = {key: value for key, value in asking.params.items() if key != "newName"}
    if await asking.ty.request("textDocument/prepareRename", place) is None:
        raise ResponseError(INVALID_PARAMS, "There is no name here that is the workspace's own.")
    edit = await asking.of_ty()
    outside = [path for uri in (edit or {}).get("changes") or {} if not _is_inside(path := path_of(uri), asking.root)]
    if outside:
        raise ResponseError(INVALID_PARAMS, f"It is also named in {outside[0]}, which is outside the workspace.")
    return edit


def _is_inside(path: Path | None, root: Path) -> bool:
    return path is not None and root in path.parents
