"""Text files are read as Python would read them, and saved whole or not at all."""

from __future__ import annotations

import asyncio
import codecs
import errno
import os
import stat
from pathlib import Path

import pytest

from rdit.errors import DiskFull, FileChanged, Forbidden, InvalidFields, NotFound, NotText, TooLarge
from rdit.workspace import atomic_write
from rdit.workspace.paths import Workspace
from rdit.workspace.text_files import Saved, TextFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder.resolve()


@pytest.fixture
def files(root: Path) -> TextFiles:
    return TextFiles(Workspace(root), size_limit=100_000)


def texts_in(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.mark.parametrize("content", ["x = 1\n", "a\r\nb\r\n", "a\rb", "no final newline", "", "\f\n", "mixed\r\nand\n"])
async def test_text_goes_out_and_comes_back_exactly_as_it_is(files: TextFiles, root: Path, content: str) -> None:
    (root / "a.py").write_bytes(content.encode())
    text = await files.read("a.py")
    assert text.content == content
    await files.write("a.py", content + "#", text.version)
    assert (root / "a.py").read_bytes() == (content + "#").encode()


async def test_a_coding_comment_decides_the_encoding_both_ways(files: TextFiles, root: Path) -> None:
    source = "# -*- coding: latin-1 -*-\nname = 'é'\n"
    (root / "a.py").write_bytes(source.encode("latin-1"))
    text = await files.read("a.py")
    assert text.content == source
    await files.write("a.py", source.replace("é", "ü"), text.version)
    assert (root / "a.py").read_bytes() == source.replace("é", "ü").encode("latin-1")


async def test_a_coding_comment_counts_in_the_second_line_only_below_a_comment(files: TextFiles, root: Path) -> None:
    (root / "a.py").write_bytes(b"#!/usr/bin/env python\n# coding: latin-1\n'\xe9'\n")
    assert "é" in (await files.read("a.py")).content
    (root / "b.py").write_bytes("x = 1\n# coding: latin-1\n'é'\n".encode())
    assert "é" in (await files.read("b.py")).content


async def test_a_byte_order_mark_is_kept_and_not_shown(files: TextFiles, root: Path) -> None:
    (root / "a.py").write_bytes(codecs.BOM_UTF8 + b"x = 1\n")
    text = await files.read("a.py")
    assert text.content == "x = 1\n"
    await files.write("a.py", "x = 2\n", text.version)
    assert (root / "a.py").read_bytes() == codecs.BOM_UTF8 + b"x = 2\n"


async def test_a_file_that_changed_is_not_overwritten(files: TextFiles, root: Path) -> None:
    (root / "a.py").write_text("one")
    text = await files.read("a.py")
    (root / "a.py").write_text("two")
    with pytest.raises(FileChanged, match="changed on disk"):
        await files.write("a.py", "three", text.version)
    assert (root / "a.py").read_text() == "two"


async def test_a_file_that_was_touched_or_changed_back_is_no_conflict(files: TextFiles, root: Path) -> None:
    (root / "a.py").write_text("one")
    text = await files.read("a.py")
    (root / "a.py").write_text("two")
    (root / "a.py").write_text("one")
    await files.write("a.py", "three", text.version)
    assert (root / "a.py").read_text() == "three"


async def test_a_file_that_is_gone_is_a_conflict(files: TextFiles, root: Path) -> None:
    (root / "a.py").write_text("one")
    text = await files.read("a.py")
    (root / "a.py").unlink()
    with pytest.raises(FileChanged, match="deleted or renamed"):
        await files.write("a.py", "two", text.version)


async def test_a_new_file_must_be_new(files: TextFiles, root: Path) -> None:
    saved = await files.write("new.py", "x", None)
    assert (await files.read("new.py")) == ("x", saved.version, "new.py")
    with pytest.raises(FileChanged, match="exists already"):
        await files.write("new.py", "y", None)
    assert texts_in(root) == {"new.py": "x"}


async def test_the_version_that_a_save_gives_is_good_for_the_next(files: TextFiles) -> None:
    saved = await files.write("a.py", "1", None)
    saved = await files.write("a.py", "2", saved.version)
    await files.write("a.py", "3", saved.version)
    assert (await files.read("a.py")).content == "3"


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600])
async def test_a_save_keeps_the_mode(files: TextFiles, root: Path, mode: int) -> None:
    (root / "a.py").write_text("one")
    (root / "a.py").chmod(mode)
    await files.write("a.py", "two", (await files.read("a.py")).version)
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == mode


async def test_a_save_through_a_symlink_writes_what_it_points_to(files: TextFiles, root: Path) -> None:
    (root / "real.py").write_text("one")
    (root / "link.py").symlink_to("real.py")
    await files.write("link.py", "two", (await files.read("link.py")).version)
    assert (root / "link.py").is_symlink()
    assert (root / "real.py").read_text() == "two"


async def test_a_save_that_fails_leaves_the_file_and_nothing_else(
    files: TextFiles, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "a.py").write_text("one")
    version = (await files.read("a.py")).version

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic_write.os, "fsync", full)
    with pytest.raises(DiskFull, match="no room"):
        await files.write("a.py", "two", version)
    assert texts_in(root) == {"a.py": "one"}


@pytest.mark.parametrize("path", ["../outside.py", "/etc/passwd", "folder/../../outside.py", "link/outside.py"])
async def test_nothing_outside_the_workspace_is_served(files: TextFiles, root: Path, path: str) -> None:
    (root.parent / "outside.py").write_text("secret")
    (root / "folder").mkdir()
    (root / "link").symlink_to("..")
    with pytest.raises(Forbidden, match="outside the workspace"):
        await files.read(path)
    with pytest.raises(Forbidden, match="outside the workspace"):
        await files.write(path, "x", None)
    assert (root.parent / "outside.py").read_text() == "secret"


async def test_a_symlink_inside_the_workspace_and_an_absolute_path_in_it_are_served(
    files: TextFiles, root: Path
) -> None:
    (root / "a.py").write_text("x")
    (root / "b.py").symlink_to(root / "a.py")
    assert (await files.read("b.py")).content == "x"
    assert (await files.read(str(root / "a.py"))).content == "x"


@pytest.mark.parametrize("path", ["missing.py", "no/folder.py", "a.py/below"])
async def test_what_is_missing_is_not_found(files: TextFiles, root: Path, path: str) -> None:
    (root / "a.py").write_text("x")
    with pytest.raises(NotFound, match="does not exist"):
        await files.read(path)


async def test_a_new_file_needs_its_folder(files: TextFiles) -> None:
    with pytest.raises(NotFound, match="folder"):
        await files.write("no/folder.py", "x", None)


@pytest.mark.parametrize(
    "data", [b"\0", b"\xff\xfe", b"# coding: no-such\n", b"# coding: rot13\n", b"# coding: hex\nx"]
)
async def test_what_is_not_text_is_refused(files: TextFiles, root: Path, data: bytes) -> None:
    (root / "a.py").write_bytes(data)
    with pytest.raises(NotText):
        await files.read("a.py")


async def test_folders_pipes_and_devices_are_refused_at_once(files: TextFiles, root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "folder").mkdir()
    for path, words in [("pipe", "device"), ("folder", "folder"), (".", "workspace itself")]:
        with pytest.raises(NotText, match=words):
            await files.read(path)
        with pytest.raises(NotText, match=words):
            await files.write(path, "x", None)


async def test_a_file_beyond_the_limit_is_refused(files: TextFiles, root: Path) -> None:
    (root / "a.py").write_bytes(b"#" * 100_001)
    with pytest.raises(TooLarge, match="100,001 bytes"):
        await files.read("a.py")


async def test_text_that_the_encoding_cannot_hold_is_refused_with_its_line(files: TextFiles, root: Path) -> None:
    with pytest.raises(InvalidFields, match=r"Line 2 has '\\xe9', which ascii cannot hold"):
        await files.write("a.py", "# coding: ascii\n'é'\n", None)
    assert texts_in(root) == {}


@pytest.mark.parametrize("path", ["", "a\0b", "x" * 5000, "\ud800", "x" * 300])
async def test_a_path_that_cannot_be_one_gets_an_answer(files: TextFiles, path: str) -> None:
    with pytest.raises((InvalidFields, NotFound)):
        await files.read(path)
    with pytest.raises((InvalidFields, NotFound)):
        await files.write(path, "x", None)


async def test_two_saves_at_once_are_one_save_and_one_conflict(files: TextFiles, root: Path) -> None:
    version = (await files.write("a.py", "start", None)).version
    results = await asyncio.gather(
        *(files.write("a.py", f"writer {number}", version) for number in range(8)), return_exceptions=True
    )
    saved = [number for number, result in enumerate(results) if isinstance(result, Saved)]
    assert len(saved) == 1
    assert (root / "a.py").read_text() == f"writer {saved[0]}"
    assert sum(isinstance(result, FileChanged) for result in results) == 7


async def test_a_save_tells_how_many_other_names_keep_the_text_of_before(files: TextFiles, root: Path) -> None:
    (root / "a.py").write_text("old")
    for name in ("b.py", "c.py"):
        (root / name).hardlink_to(root / "a.py")
    version = (await files.read("a.py")).version
    assert (await files.write("a.py", "old", version)).other_names == 0  # nothing to save: they are still one file
    saved = await files.write("a.py", "new", version)
    assert saved.other_names == 2
    assert texts_in(root) == {"a.py": "new", "b.py": "old", "c.py": "old"}
    assert (await files.write("a.py", "newer", saved.version)).other_names == 0
    assert (await files.write("d.py", "new", None)).other_names == 0
