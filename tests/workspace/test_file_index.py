"""Files are found by a few letters of their names; ignored files are left out, as by git."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rdit.workspace import file_index
from rdit.workspace.file_index import FileIndex, FileList, best_matches, scan
from rdit.workspace.paths import Workspace


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root.resolve()


def found(root: Path) -> set[str]:
    return set(scan(Workspace(root)).paths)


def test_files_of_all_folders_are_found_but_hidden_and_installed_ones(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "a.py": "",
            "data/b.csv": "",
            "data/deep/er/c.txt": "",
            ".hidden": "",
            ".git/config": "",
            ".github/workflow.yml": "",
            "node_modules/x/index.js": "",
            "pkg/__pycache__/a.pyc": "",
            ".venv/pyvenv.cfg": "",
            "env/pyvenv.cfg": "",
            "env/lib/x.py": "",
        },
    )
    assert found(root) == {"a.py", "data/b.csv", "data/deep/er/c.txt"}


def test_symlinks_are_not_followed(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"a/x.py": ""})
    write(tmp_path / "outside", {"secret.py": ""})
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "a" / "up").symlink_to("..")
    (root / "link.py").symlink_to("a/x.py")
    assert found(root) == {"a/x.py"}


def test_names_that_are_no_text_are_passed_over(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.py": "", "ü.py": ""})
    try:
        (root / os.fsdecode(b"\xff.py")).touch()
    except OSError:
        pytest.skip("this file system takes only names that are text")
    assert found(root) == {"a.py", "ü.py"}


@pytest.mark.parametrize(
    ("rules", "left_out"),
    [
        ({".gitignore": "*.log"}, {"x.log", "a/x.log", "a/keep.log"}),
        ({".gitignore": "*.log\n!keep.log"}, {"x.log", "a/x.log"}),
        ({".gitignore": "*.log", "a/.gitignore": "!x.log"}, {"x.log", "a/keep.log"}),
        ({".gitignore": "/x.log"}, {"x.log"}),
        ({"a/.gitignore": "/x.log"}, {"a/x.log"}),
        ({".gitignore": "a/"}, {"a/x.log", "a/keep.log", "a/b/y.py", "a/b/a"}),
        ({".gitignore": "a/\n!a/x.log"}, {"a/x.log", "a/keep.log", "a/b/y.py", "a/b/a"}),
        ({".gitignore": "a/*\n!a/b"}, {"a/x.log", "a/keep.log"}),
        ({".gitignore": "a/b"}, {"a/b/y.py", "a/b/a"}),
        ({".gitignore": "**/y.py"}, {"a/b/y.py", "y.py"}),
        ({".gitignore": "a/**/y.py"}, {"a/b/y.py"}),
        ({".gitignore": "b"}, {"a/b/y.py", "a/b/a"}),
        ({".gitignore": "# y.py\n\n   \n\\#\n[\n"}, set()),
        ({".gitignore": "y.py   \n"}, {"y.py", "a/b/y.py"}),
        ({".gitignore": "?.py"}, {"y.py", "a/b/y.py"}),
        ({".gitignore": "*\n!*/\n!*.py"}, {"x.log", "a/x.log", "a/keep.log", "a/b/a"}),
        ({".gitignore": "a**/y.py"}, {"a/b/y.py"}),  # what git does, if not what it says
        ({".gitignore": "[x-z].*\n"}, {"x.log", "a/x.log", "y.py", "a/b/y.py"}),
    ],
)
def test_gitignore_is_honoured(tmp_path: Path, rules: dict[str, str], left_out: set[str]) -> None:
    files = {"x.log", "y.py", "a/x.log", "a/keep.log", "a/b/y.py", "a/b/a"}
    root = write(tmp_path, dict.fromkeys(files, "") | rules)
    assert found(root) == files - left_out


def test_rules_above_the_workspace_count_inside_its_repository(tmp_path: Path) -> None:
    repository = write(tmp_path / "repo", {"pkg/sub/a.log": "", "pkg/sub/b.py": "", ".git/HEAD": ""})
    write(repository, {".gitignore": "*.log\n/pkg/sub/b.py\n"})
    write(tmp_path, {".gitignore": "*\n"})  # outside the repository, and so not git's business
    assert found(repository / "pkg" / "sub") == set()
    assert found(repository / "pkg") == set()
    (repository / "pkg" / ".gitignore").write_text("!a.log\n")
    assert found(repository / "pkg" / "sub") == {"a.log"}
    shutil.rmtree(repository / ".git")
    assert found(repository / "pkg" / "sub") == {"a.log", "b.py"}


NAMES = st.sampled_from(["a", "b", "build", "x.py", "y.log", "keep.log", "a b.txt"])
LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "*.log",
                "!keep.log",
                "/a",
                "a/",
                "b/a",
                "**/a",
                "a/**",
                "!a/b",
                "*",
                "!*/",
                "?.py",
                "[ab]",
                "[!a]*",
                "a/**/b",
                "***",
                "a**",
                "**/*.py",
                "[[:alpha:]]",
                "[a-c]/*",
                "\\a",
                "a\\ b.txt",
                "[",
                "[]a]",
                "*/b",
                "x.py  ",
                "/*/",
                "**/",
                "[z-a]",
                "/**",
                "b/**/",
                "[a\\-c]",
                "a?b*",
                "[-a]",
                "*[/]*",
                "a//b",
                "//a",
                "!",
                "/",
                "\\",
                "x.py\r",
                "**x",
                "x**/a",
            ]
        ),
        st.builds(
            lambda mark, name, end: mark + name + end,
            st.sampled_from(["", "!", "/", "!/"]),
            NAMES,
            st.sampled_from(["", "/", "/*", "/**"]),
        ),
    ),
    max_size=5,
)


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git to compare with")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    paths=st.lists(st.lists(NAMES, min_size=1, max_size=4), min_size=1, max_size=12),
    rules=st.dictionaries(st.sampled_from(["", "a", "b", "a/b"]), LINES, max_size=3),
)
def test_what_is_found_is_what_git_lists(
    tmp_path_factory: pytest.TempPathFactory, paths: list[list[str]], rules: dict[str, list[str]]
) -> None:
    root = tmp_path_factory.mktemp("repo").resolve()
    for parts in paths:
        folder = root.joinpath(*parts[:-1])
        if not any(part.is_file() for part in (folder, *folder.parents)) and not (folder / parts[-1]).is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / parts[-1]).touch()
    for path, lines in rules.items():
        if (root / path).is_dir():
            (root / path / ".gitignore").write_text("\n".join(lines))
    clean = {"PATH": os.environ["PATH"], "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q", root], check=True, env=clean)
    command = ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, env=clean).stdout.decode().split("\0")
    shutil.rmtree(root / ".git" / "hooks", ignore_errors=True)
    assert found(root) == {path for path in listed if path and not path.endswith(".gitignore")}


def test_a_large_workspace_is_read_up_to_a_limit_and_says_so(tmp_path: Path) -> None:
    root = write(tmp_path, {f"d{number}/{name}.py": "" for number in range(20) for name in range(10)})
    index = scan(Workspace(root), max_files=50)
    assert index.truncated
    assert len(index.paths) == 50
    index = scan(Workspace(root), max_seconds=-1.0)
    assert index.truncated
    assert not scan(Workspace(root)).truncated


def test_folders_inside_each_other_are_entered_up_to_a_depth(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(80):
        folder = folder / "d"
        folder.mkdir()
        (folder / "x.py").touch()
    index = scan(Workspace(tmp_path.resolve()))
    assert index.truncated
    assert len(index.paths) == 64


def index_of(*paths: str) -> FileList:
    ordered = sorted(paths)
    return FileList(ordered, [path.lower() for path in ordered], truncated=False)


@pytest.mark.parametrize(
    ("query", "first", "rest"),
    [
        ("main", "main.py", ["src/main.py", "src/domain.py"]),
        ("main.py", "main.py", ["src/main.py", "src/domain.py"]),
        ("MAIN", "main.py", ["src/main.py", "src/domain.py"]),
        ("loa", "src/load_data.py", ["src/a/upload.py"]),
        ("data", "src/load_data.py", ["data/raw/x.csv"]),
        ("ldd", "src/load_data.py", []),
        ("src main", "src/main.py", ["src/domain.py"]),
        ("raw/x", "data/raw/x.csv", []),
        ("srcmain", "src/main.py", ["src/domain.py"]),
    ],
)
def test_the_best_fit_comes_first(query: str, first: str, rest: list[str]) -> None:
    index = index_of(
        "main.py", "src/main.py", "src/domain.py", "src/load_data.py", "src/a/upload.py", "data/raw/x.csv", "z.txt"
    )
    assert best_matches(index, query, 10) == [first, *rest]


def test_a_query_that_nothing_fits_finds_nothing_and_an_empty_one_the_first() -> None:
    index = index_of("a.py", "b.py", "c.py")
    assert best_matches(index, "zz", 10) == []
    assert best_matches(index, "(", 10) == []
    assert best_matches(index, "  ", 2) == ["a.py", "b.py"]
    assert len(best_matches(index, "py", 2)) == 2


async def test_what_comes_during_a_scan_is_found_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path, {"a.py": ""})
    index = FileIndex(Workspace(root))
    loop = asyncio.get_running_loop()

    def scan_and_miss(workspace: Workspace) -> FileList:
        missed = scan(workspace)
        (root / "b.py").touch()
        loop.call_soon_threadsafe(index.invalidate)
        return missed

    monkeypatch.setattr(file_index, "scan", scan_and_miss)
    assert (await index.find("py", 5)).paths == ["a.py"]
    monkeypatch.undo()
    assert (await index.find("py", 5)).paths == ["a.py", "b.py"]


async def test_names_are_kept_for_a_while_and_forgotten_on_request(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.py": ""})
    now = 0.0
    index = FileIndex(Workspace(root), clock=lambda: now)
    assert (await index.find("py", 5)).paths == ["a.py"]
    (root / "b.py").touch()
    assert (await index.find("py", 5)).paths == ["a.py"]
    index.invalidate()
    assert (await index.find("py", 5)).paths == ["a.py", "b.py"]
    (root / "c.py").touch()
    now = 11.0
    assert (await index.find("py", 5)).paths == ["a.py", "b.py", "c.py"]
