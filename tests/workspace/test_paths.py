"""A path from a client is resolved to a descriptor inside the root, or refused with a message."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import asdict

from rdit.errors import Forbidden, InvalidFields, NotFound, NotText, RditError
from rdit.workspace.paths import Place, Workspace, open_file, require_valid_name


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.py").write_text("outside")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "root"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "top.py").write_text("top")
    (folder / "a" / "one.py").write_text("one")
    (folder / "a" / "b" / "two.py").write_text("two")
    return folder


def read(root: Path, path: str) -> str:
    with Workspace(root).place(path) as place, os.fdopen(open_file(place)) as file:
        return file.read()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("top.py", "top"),
        ("a/one.py", "one"),
        ("./a//./one.py", "one"),
        ("a/b/../one.py", "one"),
        ("a/../a/b/two.py", "two"),
    ],
)
def test_a_path_leads_to_its_file(root: Path, path: str, content: str) -> None:
    assert read(root, path) == content


def test_an_absolute_path_inside_the_root_leads_to_its_file(root: Path) -> None:
    assert read(root, f"{root}/a/one.py") == "one"


def test_an_absolute_path_that_reaches_the_root_by_a_symlink_leads_to_its_file(root: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(root)
    assert read(root, f"{tmp_path}/alias/a/one.py") == "one"


def test_the_root_of_the_file_system_can_be_the_workspace(root: Path) -> None:
    assert read(Path("/"), f"{root}/top.py") == "top"
    assert read(Path("/"), f"{root}/top.py".lstrip("/")) == "top"


@pytest.mark.parametrize(
    ("link", "target", "path", "content"),
    [
        ("l.py", "a/one.py", "l.py", "one"),
        ("a/l.py", "../top.py", "a/l.py", "top"),
        ("a/b/l", "../..", "a/b/l/top.py", "top"),
        ("l", "a/b", "l/two.py", "two"),
        ("l", "a/b", "l/../one.py", "one"),  # the parent of the target, as the system sees it
        ("l", ".", "l/top.py", "top"),
        ("l", "{root}/a", "l/one.py", "one"),
        ("l.py", "{root}/a/../top.py", "l.py", "top"),
    ],
)
def test_a_symlink_inside_the_root_is_followed(root: Path, link: str, target: str, path: str, content: str) -> None:
    (root / link).symlink_to(target.format(root=root))
    assert read(root, path) == content


def test_a_place_has_the_path_without_symlinks(root: Path) -> None:
    (root / "l").symlink_to("a/b")
    (root / "l.py").symlink_to("l/two.py")
    (root / "up").symlink_to("a/..")

    def real_path(path: str) -> str:
        with Workspace(root).place(path) as place:
            return place.path

    assert real_path("l.py") == "a/b/two.py"
    assert real_path("l/../one.py") == "a/one.py"
    assert real_path("a/b/..") == "a"
    assert real_path("l/new.py") == "a/b/new.py"
    with pytest.raises(NotText, match="the workspace itself"):
        real_path("up")
    with pytest.raises(NotText, match="the workspace itself"):
        real_path("l/../..")


def test_the_place_of_a_symlink_itself_can_be_asked_for(root: Path) -> None:
    (root / "l.py").symlink_to("a/one.py")
    with Workspace(root).place("l.py", follow_symlinks=False) as place:
        assert place.path == "l.py"


@pytest.mark.parametrize(
    "path", ["../outside/secret.py", "a/../../outside/secret.py", "..", "../root/../outside/secret.py", "/etc/passwd"]
)
def test_a_path_that_leads_outside_is_forbidden(root: Path, outside: Path, path: str) -> None:
    with pytest.raises(Forbidden, match="outside the workspace"):
        read(root, path)


@pytest.mark.parametrize(
    ("link", "target", "path"),
    [
        ("l.py", "../outside/secret.py", "l.py"),
        ("l", "../outside", "l/secret.py"),
        ("l", "{outside}", "l/secret.py"),
        ("l", "/", "l/etc/passwd"),
        ("l.py", "{outside}/secret.py", "l.py"),
        ("l.py", "{outside}/new.py", "l.py"),
        ("a/l", "../../outside", "a/l/secret.py"),
        ("l", "a/../../outside", "l/secret.py"),
        ("l", "{root}/../outside", "l/secret.py"),
        ("l", "{root}-sibling", "l/secret.py"),
    ],
)
def test_a_symlink_that_leads_outside_is_forbidden(
    root: Path, outside: Path, link: str, target: str, path: str
) -> None:
    Path(f"{root}-sibling").symlink_to(outside)
    (root / link).symlink_to(target.format(root=root, outside=outside))
    with pytest.raises(Forbidden, match="outside the workspace"):
        read(root, path)


def test_symlinks_that_lead_in_a_circle_are_not_followed_for_ever(root: Path) -> None:
    (root / "l1").symlink_to("l2")
    (root / "l2").symlink_to("l1")
    (root / "self").symlink_to("self/self")
    for path in ("l1", "l1/x.py", "self", "self/x.py"):
        with pytest.raises(NotFound, match="leads nowhere"):
            read(root, path)


def test_symlinks_are_followed_up_to_a_limit(root: Path) -> None:
    (root / "l0").symlink_to("top.py")
    for number in range(1, 60):
        (root / f"l{number}").symlink_to(f"l{number - 1}")
    assert read(root, "l39") == "top"
    with pytest.raises(NotFound):
        read(root, "l40")


def test_what_is_no_file_is_refused(root: Path) -> None:
    os.mkfifo(root / "fifo")
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(root)  # a socket's path must be short
    try:
        listener.bind("socket")
    finally:
        os.chdir(here)
        listener.close()
    for path in ("fifo", "socket"):
        with pytest.raises(NotText, match="a device, a pipe or a socket"):
            read(root, path)
    with pytest.raises(NotText, match="is a folder"):
        read(root, "a")
    with pytest.raises(NotText, match="ends in a slash"):
        read(root, "top.py/")


def test_a_device_is_refused_before_it_is_opened() -> None:
    with pytest.raises(NotText, match="a device"):
        read(Path("/dev").resolve(), "null")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", InvalidFields),
        ("a\0b", InvalidFields),
        ("\ud800.py", InvalidFields),
        ("a/\udcff.py", InvalidFields),
        ("x" * 256, InvalidFields),
        ("x" * 5000, InvalidFields),
        ("x/" * 2500, InvalidFields),
        ("é" * 200, InvalidFields),
        ("a/" * 2000, NotFound),
        ("missing.py", NotFound),
        ("line\nbreak.py", NotFound),
        ("a/missing/x.py", NotFound),
        ("top.py/x.py", NotFound),
        ("top.py/..", NotFound),
        (".", NotText),
        ("/", Forbidden),
        ("//etc/passwd", Forbidden),
        ("~/x", NotFound),
        ("C:\\x", NotFound),
    ],
)
def test_every_strange_path_gets_an_answer(root: Path, path: str, kind: type[RditError]) -> None:
    with pytest.raises(kind):
        read(root, path)


def test_an_error_shows_a_strange_path_on_one_short_line(root: Path) -> None:
    with pytest.raises(NotFound) as refusal:
        read(root, "a\nb\x1b[31m" + "x" * 240)
    assert "\n" not in str(refusal.value)
    assert "\x1b" not in str(refusal.value)
    assert len(str(refusal.value)) < 400


def test_a_name_with_a_line_break_that_exists_can_be_read_but_none_is_made(root: Path) -> None:
    (root / "line\nbreak.py").write_text("text")
    assert read(root, "line\nbreak.py") == "text"
    with Workspace(root).place("another\nbreak.py") as place, pytest.raises(InvalidFields, match="control characters"):
        require_valid_name(place)


def test_a_folder_that_is_swapped_for_a_symlink_after_the_walk_redirects_nothing(root: Path, outside: Path) -> None:
    (root / "a" / "secret.py").write_text("inside")
    with Workspace(root).place("a/secret.py") as place:
        (root / "a").rename(root / "moved")
        (root / "a").symlink_to(outside)
        assert (root / "a" / "secret.py").read_text() == "outside"  # what opening by name would give
        with os.fdopen(open_file(place)) as file:
            assert file.read() == "inside"


def test_a_file_that_is_swapped_for_a_symlink_after_the_walk_is_not_followed(root: Path, outside: Path) -> None:
    with Workspace(root).place("top.py") as place:
        (root / "top.py").unlink()
        (root / "top.py").symlink_to(outside / "secret.py")
        with pytest.raises(NotText, match="became a symlink"):
            open_file(place)


class SwappedPlace(Place, frozen=True):
    """A file that becomes a symlink out of the workspace in the moment after somebody looked what it is."""

    def stat(self) -> os.stat_result:
        status = os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
        os.unlink(self.name, dir_fd=self.folder)
        os.symlink("../outside/secret.py", self.name, dir_fd=self.folder)
        return status


def test_a_file_that_is_swapped_between_the_look_and_the_opening_is_not_followed(root: Path, outside: Path) -> None:
    with Workspace(root).place("top.py") as place:
        swapped = SwappedPlace(**asdict(place))
        with pytest.raises(OSError, match="symbolic links"):
            open_file(swapped)
    assert (root / "top.py").read_text() == (outside / "secret.py").read_text()


@pytest.fixture
def swapping(root: Path, outside: Path) -> Iterator[None]:
    """Keep replacing the folder `door` by a symlink that leads outside, and back."""
    inside = root / "inside"
    inside.mkdir()
    (inside / "secret.py").write_text("inside")
    (root / "door").symlink_to("inside")
    (root / "way-out").symlink_to(outside)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for target in ("../outside", "inside"):
                (root / "next").symlink_to(target)
                (root / "next").replace(root / "door")

    thread = threading.Thread(target=swap)
    thread.start()
    yield
    stop.set()
    thread.join()


def test_no_read_ever_gets_outside_while_a_symlink_flips(root: Path, swapping: None) -> None:
    seen = set()
    for _ in range(3000):
        with suppress(Forbidden):
            seen.add(read(root, "door/secret.py"))
    assert seen == {"inside"}


def test_a_folder_is_opened_with_its_path_without_symlinks(root: Path, outside: Path) -> None:
    (root / "l").symlink_to("a/b")
    (root / "out").symlink_to(outside)
    workspace = Workspace(root)
    for path, real in [("", ""), (".", ""), ("a", "a"), ("a/", "a"), ("l", "a/b"), ("l/..", "a"), (str(root), "")]:
        with workspace.folder(path) as (descriptor, found):
            assert found == real
            assert os.path.samestat(os.fstat(descriptor), (root / real).stat())
    for path, kind in [("top.py", NotFound), ("none", NotFound), ("out", Forbidden), ("..", Forbidden)]:
        with pytest.raises(kind), workspace.folder(path):
            pass


def test_descriptors_are_closed_whatever_happens(root: Path, outside: Path) -> None:
    (root / "l").symlink_to(outside)
    (root / "loop").symlink_to("loop")
    folder = Path("/dev/fd")
    before = len(list(folder.iterdir()))
    for path in ("top.py", "a/b/two.py", "l/x", "loop", "missing/x", "a/b/../..", "..", "a", "\0"):
        with suppress(RditError):
            read(root, path)
    assert len(list(folder.iterdir())) == before


def test_a_workspace_whose_folder_is_gone_answers(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read(tmp_path / "gone", "x.py")
