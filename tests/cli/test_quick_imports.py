"""What is imported in less time must be the same in the end."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from rdit.quick_imports import without_collector


def outcome(source: str) -> str:
    """Run *source* in a process of its own and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", source], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_server_comes_without_the_client() -> None:
    told = outcome(
        "from rdit.quick_imports import import_late\n"
        "import_late('aiohttp')\n"
        "import sys, rdit.server.serve\n"
        "print('aiohttp.web' in sys.modules, 'aiohttp.client' in sys.modules)"
    )
    assert told == "True False\n"


@pytest.mark.parametrize(
    "source",
    [
        "import aiohttp.web; print(aiohttp.__version__, aiohttp.ClientSession.__module__, aiohttp.web.Response)",
        "from aiohttp import web, ClientSession, hdrs; print(web.__name__, ClientSession.__module__, hdrs.METH_GET)",
        "import aiohttp; print(sorted(name for name in aiohttp.__all__ if not hasattr(aiohttp, name)))",
        "from aiohttp import client; print(client.ClientSession is __import__('aiohttp').ClientSession)",
        "from aiohttp import *; print(ClientSession, sorted(name for name in dir() if name.startswith('Client')))",
    ],
)
def test_all_that_aiohttp_has_is_there_when_it_is_asked_for(source: str) -> None:
    assert outcome(f"from rdit.quick_imports import import_late; import_late('aiohttp')\n{source}") == outcome(source)


def test_what_aiohttp_lacks_is_refused_as_ever() -> None:
    told = outcome(
        "from rdit.quick_imports import import_late; import_late('aiohttp')\n"
        "import aiohttp\n"
        "for name in ('no_such_thing', 'no_such_thing', '__no_such_thing__'):\n"
        "    try: getattr(aiohttp, name)\n"
        "    except AttributeError as error: print(error)"
    )
    assert [line.count("has no attribute") for line in told.splitlines()] == [1, 1, 1]


def test_an_aiohttp_that_is_imported_already_stays_what_it_is() -> None:
    told = outcome(
        "import aiohttp\n"
        "from rdit.quick_imports import import_late; import_late('aiohttp')\n"
        "import sys; print(sys.modules['aiohttp'] is aiohttp, type(aiohttp).__name__)"
    )
    assert told == "True module\n"


def test_the_collector_is_back_after_imports_also_when_they_fail() -> None:
    with pytest.raises(ImportError), without_collector():
        assert not gc.isenabled()
        raise ImportError("no such module")
    assert gc.isenabled()


def test_a_module_runs_when_something_of_it_is_used_and_then_once(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("print('runs'); from threading import Event; word = 'here'\n")
    told = outcome(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from rdit.quick_imports import import_late; import_late('slow')\n"
        "import slow; print('imported'); print(slow.word, slow.word, type(slow).__name__)\n"
        "try: slow.nothing\n"
        "except AttributeError as error: print(error)"
    )
    assert told == "imported\nruns\nhere here module\nmodule 'slow' has no attribute 'nothing'\n"


def test_threads_wait_for_a_module_that_another_one_runs(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import __main__\n__main__.begun.set()\n__main__.go.wait(30)\nword = 'here'\n")
    told = outcome(
        f"import sys, threading; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from rdit.quick_imports import import_late; import_late('slow')\n"
        "import slow\n"
        "begun, go, words = threading.Event(), threading.Event(), []\n"
        "threads = [threading.Thread(target=lambda: words.append(slow.word)) for _ in range(3)]\n"
        "threads[0].start(); begun.wait(30)\n"
        "for thread in threads[1:]: thread.start()\n"
        "go.set()\n"
        "for thread in threads: thread.join(30)\n"
        "print(words)"
    )
    assert told == "['here', 'here', 'here']\n"


def test_nobody_gets_hold_of_half_a_module(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "word = 'first'\nimport __main__\n__main__.begun.set()\n__main__.go.wait(30)\nword = 'last'\n"
    )
    told = outcome(
        f"import sys, threading; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from rdit.quick_imports import import_late; import_late('slow')\n"
        "import slow\n"
        "begun, go, words = threading.Event(), threading.Event(), []\n"
        "threads = [threading.Thread(target=lambda: words.append(slow.word)) for _ in range(2)]\n"
        "threads[0].start(); begun.wait(30); threads[1].start()\n"
        "threads[1].join(0.05); go.set()\n"
        "for thread in threads: thread.join(30)\n"
        "print(words)"
    )
    assert told == "['last', 'last']\n"


def test_two_threads_may_load_modules_that_need_each_other(tmp_path: Path) -> None:
    """One runs `late`, which imports `plain`; the other imports `plain`, which uses `other`, late as well."""
    (tmp_path / "late.py").write_text("import __main__\n__main__.first.set()\n__main__.second.wait(30)\nimport plain\n")
    (tmp_path / "plain.py").write_text(
        "import __main__, other\n__main__.first.wait(30)\n__main__.second.set()\nword = other.word\n"
    )
    (tmp_path / "other.py").write_text("word = 'here'\n")
    told = outcome(
        f"import sys, threading; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from rdit.quick_imports import import_late; import_late('late'); import_late('other')\n"
        "import late\n"
        "first, second, words = threading.Event(), threading.Event(), []\n"
        "threads = [threading.Thread(target=lambda: words.append(late.plain.word), daemon=True),\n"
        "           threading.Thread(target=lambda: words.append(__import__('plain').word), daemon=True)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join(30)\n"
        "print(words)"
    )
    assert told == "['here', 'here']\n"


def test_json_comes_without_schemas() -> None:
    told = outcome(
        "from rdit.quick_imports import import_late; import_late('pydantic_core', '_pydantic_core')\n"
        "import sys; from pydantic_core import from_json, to_json\n"
        "print(to_json(from_json(b'[1]')), 'pydantic_core.core_schema' in sys.modules)\n"
        "import pydantic, pydantic_core\n"
        "print(pydantic_core.to_json is to_json, type(pydantic_core).__name__)\n"
        "print(pydantic.create_model('Model', a=int).model_validate_json('{\"a\": 1}'))"
    )
    assert told == "b'[1]' False\nTrue module\na=1\n"


def test_what_a_package_has_from_its_core_is_the_same_there() -> None:
    told = outcome(
        "import pydantic_core as package\n"
        "from pydantic_core import _pydantic_core as core\n"
        "names = [name for name in dir(core) if not name.startswith('__') and hasattr(package, name)]\n"
        "print('to_json' in names, [name for name in names if getattr(core, name) is not getattr(package, name)])\n"
        "print(package.__all__, package.__version__)"
    )
    assert told.startswith("True []\n")
    late = outcome(
        "from rdit.quick_imports import import_late; import_late('pydantic_core', '_pydantic_core')\n"
        "import pydantic_core as package; package.to_json; print(package.__all__, package.__version__)"
    )
    assert late == told.partition("\n")[2]
