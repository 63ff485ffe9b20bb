"""Read and save text files of the workspace, with versions against lost updates.

A file's text is read and saved exactly as it is, line endings included. Its encoding is the one that Python would read
it in (`source_text`).
"""

from __future__ import annotations

import asyncio
import codecs
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ..source_text import decode, encode
from .atomic_write import read_bytes, require_version, save, version_of
from .paths import Place, Workspace


class Text(NamedTuple):
    """A text file's content and the version that a save names."""

    content: str
    version: str
    path: str
    """From the workspace root, without symlinks."""


class Saved(NamedTuple):
    """The file that a save wrote."""

    version: str
    path: str
    """From the workspace root, without symlinks."""
    other_names: int = 0
    """How many other names the file had, which keep the text of before."""


class TextFiles:
    """The text files of a workspace."""

    def __init__(self, workspace: Workspace, *, size_limit: int) -> None:
        """Serve *workspace*; *size_limit* is in bytes."""
        self.workspace = workspace
        self._size_limit = size_limit

    def absolute(self, path: str) -> Path:
        """Return the absolute path of *path*, which is from the root."""
        return self.workspace.root / path

    async def read(self, path: str) -> Text:
        """Return the text of a file.

        Raises:
            NotFound: there is no such file.
            NotText: it is a folder, a device or not text.
            TooLarge: it is larger than the limit.
            Forbidden: it is outside the workspace, or its permissions forbid reading.
            InvalidFields: it cannot be a path.
        """
        return await asyncio.to_thread(self._read, path)

    async def write(self, path: str, content: str, version: str | None) -> Saved:
        """Save *content* whole or not at all, if the file still is at *version*.

        With *version* None the file must not exist yet. The file's mode and byte order mark are kept, and a symlink
        stays one; a hard link does not, since the new text is in a file of its own. A save that has begun is finished
        even if the caller is cancelled.

        Raises:
            FileChanged: the file is not at that version.
            NotFound: its folder does not exist.
            NotText: it is a folder or a device.
            TooLarge: what is there is larger than the limit.
            Forbidden: it is outside the workspace, or its permissions forbid writing.
            InvalidFields: the file's encoding cannot hold the text, or it cannot be a path.
            DiskFull: there is no room.
        """
        return await asyncio.shield(asyncio.to_thread(self._write, path, content, version))

    def _read(self, path: str) -> Text:
        with self.workspace.place(path) as place:
            data, _ = read_bytes(place, size_limit=self._size_limit)
            return Text(decode(data, place.label), version_of(data), place.path)

    def _write(self, path: str, content: str, version: str | None) -> Saved:
        with self.workspace.place(path) as place:
            old = self._old(place)
            require_version(place, version, None if old is None else version_of(old))
            data = encode(content, keep_mark=old is not None and old.startswith(codecs.BOM_UTF8))
            if data == old:
                return Saved(version_of(data), place.path)
            written = save(place, data, version, size_limit=self._size_limit)
            return Saved(written.version, place.path, written.other_names)

    def _old(self, place: Place) -> bytes | None:
        with suppress(FileNotFoundError):
            return read_bytes(place, size_limit=self._size_limit)[0]
        return None
