"""What gets built installs and works: a source distribution with the page in it, and a wheel that needs no Node."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

import pytest

from tests.running import running_rdit

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.timeout(900)  # building installs the client's packages, from a network that may be slow


def run(*command: str | Path, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; show what it said when that is not 0."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
    return done


def clean_copy(folder: Path) -> Path:
    """Copy what a fresh clone would hold, as it is now, so that the build touches nothing that others use."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder=ROOT).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return folder


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, built from a clean copy; this runs npm."""
    if not shutil.which("npm"):
        pytest.skip("building the page needs Node.js")
    copy = clean_copy(tmp_path_factory.mktemp("checkout"))
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", folder=copy)
    (made,) = (copy / "dist").glob("*.tar.gz")
    return made


@pytest.fixture(scope="session")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution where no npm can be found."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder)
    (unpacked,) = folder.iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", folder=unpacked, PATH=str(folder))
    (made,) = (unpacked / "dist").glob("*.whl")
    return made


def test_a_wheel_serves_the_page_where_there_is_no_node(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "--without-pip", "fresh", folder=tmp_path)
    binaries = tmp_path / "fresh" / "bin"
    python = str(binaries / "python")
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-compile", wheel, folder=tmp_path)
    (tmp_path / "script.py").write_text("x = 1\nx + 1\n")

    environment = {"PATH": str(binaries), "PYTHONPATH": "", "VIRTUAL_ENV": ""}
    with running_rdit("script.py", folder=tmp_path, command=[str(binaries / "rdit")], **environment) as rdit:
        assert rdit.execute("x = 1\nx + 1")[1]["output"] == [{"type": "stdout", "text": "2\n"}]

        with urlopen(f"{rdit.address}/") as answer:
            page = answer.read().decode()
        assets = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert any(asset.endswith(".js") for asset in assets)
        assert any(asset.endswith(".css") for asset in assets)
        for asset in assets:
            url = urljoin(f"{rdit.address}/", asset)
            with urlopen(url) as answer:
                plain = answer.read()
            assert plain
            with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
                packed = answer.headers["Content-Encoding"] == "gzip"
                body = answer.read()
            assert (gzip.decompress(body) if packed else body) == plain
            assert packed or len(plain) < 1024, f"{asset} is sent as it is, {len(plain)} bytes"


def test_a_wheel_holds_what_runs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "rdit").rglob("*.py") if "_static" not in path.parts}
    assert sources <= names
    assert {"rdit/py.typed", "rdit/_static/index.html", "rdit/kernel/__main__.py"} <= names
    assert [name for name in names if not re.match(r"rdit/|rdit-[^/]+\.dist-info/", name)] == []
    assert [name for name in names if "__pycache__" in name or ".stamp" in name] == []
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_a_source_distribution_holds_sources_tests_and_the_built_page(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "rdit/_static/index.html",
        "frontend/src/main.tsx",
        "frontend/package-lock.json",
        "tests/test_packaging.py",
        "examples/tour.py",
        "hatch_build.py",
        "LICENSE",
    } <= names
    assert [name for name in names if "node_modules" in name or name.startswith("frontend/dist")] == []


def test_building_without_npm_says_what_to_install(tmp_path: Path) -> None:
    copy = clean_copy(tmp_path / "checkout")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=copy,
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "there is no `npm` on the PATH. Install Node.js" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_checkout_without_a_built_client_says_how_to_build_it(tmp_path: Path) -> None:
    copy = clean_copy(tmp_path / "checkout")
    (tmp_path / "script.py").write_text("1 + 1\n")
    assert not (copy / "rdit" / "_static").exists()
    command = [sys.executable, "-m", "rdit"]
    with running_rdit("script.py", folder=tmp_path, command=command, PYTHONPATH=str(copy)) as rdit:
        assert "scripts/build" in rdit.printed
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{rdit.address}/")
        assert refused.value.code == 503
        assert "scripts/build" in refused.value.read().decode()
        assert rdit.execute("1 + 1")[0]["output"] == [{"type": "stdout", "text": "2\n"}]
    assert os.access(ROOT / "scripts" / "build", os.X_OK)
