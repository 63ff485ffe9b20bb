"""Which files the statements of a script touch, and from which one on all has to run again, on every Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.parts import run_in
from tests.pythons import Python

START = """
import os
from kernel.execution.statements import prepare
from kernel.worker.timeline.file_journal import FileJournal

folder = os.path.realpath(os.getcwd())
own = folder + "/script.py"
journal = FileJournal(lambda: own)
journal.install()
namespace = {"__name__": "__main__", "__file__": own}
code = None

def run(text):
    found = []
    for one in prepare(text, own, None, 0, []).statements:
        code = one.compiled
        journal.begin()
        exec(code, namespace)
        told = journal.end(code)
        found.append(told and (sorted(told.files), told.effects))
    return found

def told(text, files=(), effects=()):
    found = run(text)[-1]
    files, effects = [f"{folder}/{name}" for name in files], [one.replace("./", f"{folder}/") for one in effects]
    expected = (files, effects) if files or effects else None
    assert found == expected, (found, expected)

def put(name, text):
    with open(f"{folder}/{name}", "w") as file:
        file.write(text)

def changed(expected):
    found = journal.first_changed()
    assert found == expected, (found, journal._last)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with data, a module and a script, which is not taken for one of temporary files."""
    (tmp_path / "script.py").write_text("x = 1\n")
    (tmp_path / "data.csv").write_text("a\n1\n")
    (tmp_path / "local.py").write_text("x = 1\n")
    (tmp_path / "out").mkdir()
    return tmp_path


def run(python: Python, code: str, folder: Path) -> None:
    run_in(python.path, START + code, folder)


@pytest.mark.parametrize(
    ("text", "files", "effects"),
    [
        ("x = 1", [], []),
        ("open('data.csv').read()", ["data.csv"], []),
        ("open(b'data.csv').read()", ["data.csv"], []),
        ("import pathlib\npathlib.Path('out', '..', 'data.csv').read_text()", ["data.csv"], []),
        ("import os\nos.chdir('out')\nopen('../data.csv').close()", ["data.csv"], []),
        ("name = 'data.csv'", ["data.csv"], []),
        ("names = ['./data.csv', 'nothing.csv', 'https://example.org/data.csv']", ["data.csv"], []),
        ("def f(): return 'data.csv'", ["data.csv"], []),
        ("f = open('data.csv', 'a')", [], ["wrote ./data.csv"]),
        ("open('new.txt', 'w').close()", [], ["wrote ./new.txt"]),
        ("import os\nos.remove('data.csv')", [], ["removed ./data.csv"]),
        ("import os\nos.rename('data.csv', 'moved.csv')", [], ["removed ./data.csv", "wrote ./moved.csv"]),
        ("import os\nos.makedirs('out', exist_ok=True)", [], []),
        ("import os\nos.makedirs('out/deep', exist_ok=True)", [], ["wrote ./out/deep"]),
        ("import os\nos.truncate('data.csv', 1)", [], ["wrote ./data.csv"]),
        ("import shutil\nshutil.copy('data.csv', 'copy.csv')", ["data.csv"], ["wrote ./copy.csv"]),
        ("import shutil\nif 1: open('out/a', 'w').close(); shutil.rmtree('out')", [], ["removed ./out"]),
        ("import os\nif 1: open('out/a', 'w').close(); os.remove('out/a')", [], []),
        ("import os\nfd = os.open('out', os.O_RDONLY)\nos.mkdir('sub', dir_fd=fd)", [], ["wrote ./out/sub"]),
        ("try:\n    open('no/such.txt', 'w')\nexcept OSError: pass", [], []),
        ("import tempfile\nwith tempfile.TemporaryDirectory(dir='/var/tmp') as t: open(t + '/x', 'w').close()", [], []),
        ("import tempfile\nt = tempfile.mkdtemp(dir='/var/tmp')", [], []),
        ("open('/dev/null', 'w').close(); open('/proc/self/stat').read()", [], []),
        ("import local", ["local.py"], []),
        ("import json, email.message, xml.dom.minidom", [], []),
        ("open(__file__).read()", [], []),
        ("import os\nos.listdir(); list(os.scandir('out'))", [], []),
        ("import os\nos.system('true')", [], ["started true"]),
        ("import subprocess\nsubprocess.run(['true', 'data.csv'])", ["data.csv"], ["started true"]),
        ("import subprocess\nsubprocess.run(['true', 'data.csv'], cwd='.')", ["data.csv"], ["started true"]),
        ("import subprocess\nsubprocess.run('echo one two >out/x', shell=True)", [], ["started echo one two >out/x"]),
        ("import os\npid = os.fork() or os._exit(0)", [], ["started a copy of the script"]),
        ("import platform; platform.processor()", [], []),
        (
            "import socket\ns = socket.socket()\ntry: s.connect(('127.0.0.1', 1))\nexcept OSError: pass",
            [],
            ["connected to 127.0.0.1"],
        ),
        (
            "import socket\ntry: socket.create_connection(('localhost', 1))\nexcept OSError: pass",
            [],
            ["connected to localhost"],
        ),
        ("import sqlite3\nc = sqlite3.connect(':memory:')", [], []),
        ("import sqlite3\nif 1: c = sqlite3.connect('t.db'); c.execute('create table t(x)')", [], ["wrote ./t.db"]),
    ],
)
def test_what_a_statement_has_touched(
    python: Python, folder: Path, text: str, files: list[str], effects: list[str]
) -> None:
    run(python, f"told({text!r}, {files!r}, {effects!r})", folder)


def test_a_changed_file_goes_back_to_the_first_statement_that_touched_it(python: Python, folder: Path) -> None:
    code = """
run("x = 1\\na = open('data.csv').read()\\nb = 2\\nc = open('data.csv').read()\\nimport local\\n")
changed(None)
put("local.py", "x = 22\\n")
changed(4)
put("data.csv", "other")
changed(1)
os.remove("data.csv")
changed(1)
"""
    run(python, code, folder)


def test_what_an_abandoned_run_has_written_is_found_when_the_run_goes_on_before_it(
    python: Python, folder: Path
) -> None:
    code = """
run("open('out/x', 'w').close()\\na = 1\\nopen('out/x', 'a').write('more')\\nos = __import__('os')\\nos.remove('out/x')")
changed(None)
journal.truncate(5)
changed(None)
journal.truncate(4)
changed(0)
journal.truncate(0)
changed(None)
run("a = 1")
assert journal.first_changed() is None and len(journal._entries) == 1
"""
    run(python, code, folder)


def test_files_that_stay_open_are_the_writers_of_later_statements_too(python: Python, folder: Path) -> None:
    code = """
told("log = open('log.txt', 'a')", (), ["wrote ./log.txt"])
told("log.write('x'); n = log.flush()", (), ["wrote ./log.txt"])
told("x = 1")
changed(None)
told("log.close()")
told("import sqlite3; c = sqlite3.connect('t.db')", (), ["wrote ./t.db"])
told("n = c.execute('create table t(x)')", (), ["wrote ./t.db"])
told("n = c.execute('select * from t').fetchall()")
changed(None)
told("c.close()")
put("log.txt", "of another program")
told("x = 1")
changed(0)
"""
    run(python, code, folder)


def test_a_library_writes_to_a_file_that_the_script_has_named(python: Python, folder: Path) -> None:
    """As polars or DuckDB would: no audit event tells of it."""
    code = """
import subprocess
def silently(name, text):
    events = journal._events
    events.is_on = False
    with open(name, "w") as file:
        file.write(text)
    events.is_on = True
namespace["write_parquet"] = namespace["fit"] = silently
put("data.csv", "before")
run("OUT = 'data.csv'\\ndef main():\\n    write_parquet(OUT, 'more')")
told("main()", (), ["wrote ./data.csv"])
changed(None)
run("name = OUT\\nfit(name, 'another program, while this ran')")
changed(0)
"""
    run(python, code, folder)


def test_what_a_child_process_has_written_counts_as_the_statement_s(python: Python, folder: Path) -> None:
    code = """
run("import os, subprocess\\nnames = os.listdir('out')\\na = open('data.csv').read()")
told("subprocess.run('echo more >>data.csv; echo new >out/new.txt', shell=True)", (), ["wrote ./data.csv", "started echo more >>data.csv; echo new >out/new.txt"])
changed(None)
"""
    run(python, code, folder)


def test_a_module_that_could_not_be_imported_is_waited_for(python: Python, folder: Path) -> None:
    code = """
import sys
sys.path.insert(0, folder)
run("1")
run('''try:
    import missing
except ImportError:
    pass''')
run("1")
changed(None)
os.mkdir("missing")
changed(1)
os.rmdir("missing")
changed(None)
put("missing.py", "")
changed(1)
"""
    run(python, code, folder)


@pytest.mark.parametrize(
    ("named", "asks"),
    [
        ("1", "os.path.exists('late.csv')"),
        ("1", "Path('late.csv').is_file()"),
        ("path = Path('late.csv')", "path.exists()"),
        ("def there(name): return os.path.isfile(name)", "there('late.csv')"),
        ("class Cache:\n    def has(self): return Path('late.csv').exists()", "Cache().has()"),
        ("names = ['late.csv']", "[name for name in names if os.path.exists(name)]"),
    ],
)
def test_a_file_that_was_asked_for_and_not_there_is_waited_for(
    python: Python, folder: Path, named: str, asks: str
) -> None:
    code = f"""
run("import os")
run("from pathlib import Path")
run({named!r})
run("print('late.csv')")
told({asks!r}, ["late.csv"])
changed(None)
put("late.csv", "a")
changed(4)
os.remove("late.csv")
changed(None)
"""
    run(python, code, folder)


def test_a_file_that_the_script_itself_makes_after_it_has_asked_for_it_is_as_it_left_it(
    python: Python, folder: Path
) -> None:
    code = """
run("import os")
run("if not os.path.exists('late.csv'): open('late.csv', 'w').close()")
changed(None)
run("size = os.path.getsize('late.csv')")
changed(None)
put("late.csv", "more")
changed(1)
"""
    run(python, code, folder)


def test_what_a_shell_is_told_to_read_counts_as_read(python: Python, folder: Path) -> None:
    code = """
put("names.txt", "a")
run("import os, subprocess")
run("_ = os.system('cat names.txt > out.txt')")
run("_ = subprocess.run('cat names.txt > out.txt', shell=True)")
changed(None)
put("names.txt", "other")
changed(1)
"""
    run(python, code, folder)


def test_a_folder_that_was_listed_has_changed_when_its_names_have(python: Python, folder: Path) -> None:
    code = """
run("import os, glob\\nx = 1\\nnames = glob.glob('out/*.csv')\\ny = 1")
changed(None)
run("open('out/own.csv', 'w').close()\\nimport local")
changed(None)
os.mkdir("out/__pycache__")
changed(None)
put("out/other.csv", "")
changed(2)
os.remove("out/other.csv")
changed(None)
import shutil
shutil.rmtree("out")
changed(2)
"""
    run(python, code, folder)


def test_saving_the_script_changes_nothing_unless_it_reads_itself(python: Python, folder: Path) -> None:
    code = """
run("import linecache, inspect\\nlinecache.checkcache(); linecache.getlines(__file__)\\nname = 'script.py'\\nimport importlib.metadata as m\\nlist(m.distributions())[:0]")
put("script.py", "x = 22")
put("another.txt", "x = 22")
changed(None)
run("open(__file__).read()")
changed(None)
put("script.py", "x = 333")
changed(6)
"""
    run(python, code, folder)


def test_nothing_of_rdit_s_own_work_is_noted(python: Python, folder: Path) -> None:
    code = """
import threading
open("data.csv").read()
os.listdir(".")
told("x = 1")
gate, done = threading.Event(), threading.Event()
def work():
    gate.wait()
    open("out/of_a_thread", "w").close()
    done.set()
thread = threading.Thread(target=work)
thread.start()
gate.set(); done.wait(); thread.join()
told("y = 1", (), ["wrote ./out/of_a_thread"])
"""
    run(python, code, folder)


def test_what_is_no_path_fails_as_it_always_does(python: Python, folder: Path) -> None:
    code = """
class Liar:
    def __fspath__(self): raise RuntimeError("no")
namespace["Liar"] = Liar
for text, kind in [("open('a\\\\0b')", ValueError), ("open(Liar())", RuntimeError), ("open(1.5)", TypeError), ("open(99999)", OSError), ("__import__('os').remove(None)", TypeError), ("__import__('os').remove('x' * 5000)", OSError)]:
    journal.begin()
    try:
        exec(text, namespace)
    except kind:
        pass
    journal.end(None)
changed(None)
"""
    run(python, code, folder)


def test_ten_thousand_unwanted_events_take_no_time(python: Python, folder: Path) -> None:
    code = """
import time
journal.begin()
began = time.process_time()
for _ in range(100_000):
    sys.audit("of.nobody", 1)
print(f"{(time.process_time() - began) * 10:.2f} us")
journal.end(None)
began = time.process_time()
for _ in range(100_000):
    journal.begin(); journal.end(None)
print(f"{(time.process_time() - began) * 10:.2f} us a statement")
"""
    print(run_in(python.path, START + code, folder))
