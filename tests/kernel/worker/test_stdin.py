"""`input()`, `getpass()` and all else that reads from stdin."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdit.kernel.execution.tracebacks import ERROR_FORMAT
from rdit.protocol.messages import Answer, InputRequested, InputWithdrawn, Interrupt, Reset, WorkerStarted
from tests.kernel.driving import Kernel, Transcript


async def asked(kernel: Kernel, script: str) -> tuple[Transcript, InputRequested]:
    run = await kernel.request(script, interactive=True)
    return run, await kernel.follow(run, InputRequested)


async def test_input_waits_for_the_answer(every_kernel: Kernel) -> None:
    run, question = await asked(every_kernel, "name = input('name? ')\nprint('hello', name)")
    assert (question.prompt, question.password, question.node_index) == ("name? ", False, 0)
    await every_kernel.send(Answer("Zoë"))
    await every_kernel.follow(run)
    assert run.status == "ok"
    assert run.output == {0: [("stdout", "name? Zoë\n")], 1: [("stdout", "hello Zoë\n")]}


async def test_the_prompt_is_on_its_way_before_the_question(kernel: Kernel) -> None:
    run, _ = await asked(kernel, "print('first')\ninput('> ')")
    assert run.text() == "first\n> "


async def test_getpass_asks_for_a_password_and_never_shows_it(every_kernel: Kernel) -> None:
    run, question = await asked(every_kernel, "import getpass\np = getpass.getpass('Secret: ')\nlen(p)")
    assert (question.prompt, question.password) == ("Secret: ", True)
    await every_kernel.send(Answer("tr0ub4dor"))
    await every_kernel.follow(run)
    assert run.output[1] == [("stderr", "Secret: \n")]
    assert run.text() == "9\n"
    assert "tr0ub4dor" not in str(run.messages)


@pytest.mark.parametrize(
    ("code", "given", "shown"),
    [
        ("sys.stdin.readline()", ["one"], "'one\\n'"),
        ("[line for line in sys.stdin]", ["one", "two", None], "['one\\n', 'two\\n']"),
        ("sys.stdin.read()", ["one", "two", None], "'one\\ntwo\\n'"),
        ("sys.stdin.buffer.readline()", ["é"], "b'\\xc3\\xa9\\n'"),
        ("(input(), input())", ["a", "b"], "('a', 'b')"),
        ("input()", ["x" * 100_000], repr("x" * 100_000)),
    ],
)
async def test_whatever_reads_from_stdin_is_answered(
    code: str, given: list[str | None], shown: str, kernel: Kernel
) -> None:
    run = await kernel.request(f"import sys\nvalue = {code}\nprint(repr(value))", interactive=True)
    for answer in given:
        await kernel.follow(run, InputRequested)
        await kernel.send(Answer(answer))
    await kernel.follow(run)
    assert run.output[2] == [("stdout", shown + "\n")]


async def test_end_of_file_is_an_answer(kernel: Kernel) -> None:
    run, _ = await asked(kernel, "input()")
    await kernel.send(Answer(None))
    await kernel.follow(run)
    assert run.status == "error"
    assert run.errors[0].text.endswith("EOFError: EOF when reading a line\n")


async def test_an_interrupt_ends_the_question(kernel: Kernel) -> None:
    run, _ = await asked(kernel, "input('? ')")
    await kernel.send(Interrupt())
    await kernel.follow(run)
    assert run.status == "interrupted"
    assert run.errors[0].text.count("File") == 1  # the script's line and nothing of ours


async def test_an_answer_that_comes_too_late_answers_no_later_question(kernel: Kernel) -> None:
    run, _ = await asked(kernel, "try:\n    input('first')\nexcept KeyboardInterrupt:\n    x = input('second')\nx")
    await kernel.send(Interrupt(), Answer("for the first"))  # together, or the second question might be asked between
    await kernel.follow(run, InputRequested)
    await kernel.send(Answer("for the second"))
    await kernel.follow(run)
    assert run.output[1] == [("stdout", "'for the second'\n")]


async def test_an_answer_that_nobody_asked_for_is_dropped(kernel: Kernel) -> None:
    await kernel.send(Answer("early"))
    run, _ = await asked(kernel, "x = input()")
    await kernel.send(Answer("right"))
    await kernel.follow(run)
    assert (await kernel.run("x")).text() == "'right'\n"


async def test_without_anybody_to_ask_input_says_why_it_cannot(every_kernel: Kernel) -> None:
    run = await every_kernel.run("input('name? ')")
    assert run.status == "error"
    error, hint = run.errors[0].text.splitlines()[-2:]
    assert error == "EOFError: EOF when reading a line"
    assert hint.startswith("rdit: nobody can be asked")
    assert "live" in hint
    assert run.errors[0].data is not None
    assert run.errors[0].data[ERROR_FORMAT]["notes"] == [hint]
    assert run.errors[0].text.count("File") == 1


async def test_without_anybody_to_ask_stdin_is_empty(every_kernel: Kernel) -> None:
    run = await every_kernel.run(
        "import sys, os\nsys.stdin.read(), sys.stdin.readline(), list(sys.stdin), os.read(0, 9)"
    )
    assert run.text() == "('', '', [], b'')\n"


async def test_input_stays_pythons_own(kernel: Kernel) -> None:
    run = await kernel.run("import sys\ninput, type(sys.stdin), sys.stdin.name, sys.stdin.fileno(), sys.stdin.isatty()")
    assert run.text() == "(<built-in function input>, <class '_io.TextIOWrapper'>, '<stdin>', 0, False)\n"


async def test_a_child_process_finds_an_empty_stdin(kernel: Kernel) -> None:
    run = await kernel.run("import subprocess\nsubprocess.run(['cat']).returncode", interactive=True)
    assert run.text() == "0\n"


@pytest.mark.parametrize(
    ("script", "prompt"),
    [
        ("print('Your ', 'guess', sep='', end='? ')\nx = input()", "Your guess? "),
        ("print('Guess: ', end='')\nx = sys.stdin.readline()", "Guess: "),
        ("y = input('first ')\nx = sys.stdin.readline()", ""),
        ("print('line')\nx = input('two\\nlines? ')", "lines? "),
        ("for letter in 'line\\nGuess: ':\n    print(letter, end='')\nx = input()", "Guess: "),
        ("sys.stdout.buffer.write(bytearray(b'Guess')), print(': ', end='')\nx = input()", "Guess: "),
    ],
)
async def test_the_prompt_is_the_line_that_was_begun(script: str, prompt: str, kernel: Kernel) -> None:
    run = await kernel.request(f"import sys\n{script}", interactive=True)
    question = await kernel.follow(run, InputRequested)
    if question.prompt == "first ":
        await kernel.send(Answer("one"))
        question = await kernel.follow(run, InputRequested)
    assert question.prompt == prompt
    await kernel.send(Answer("two"))
    await kernel.follow(run)


async def test_what_was_written_is_not_held_on_to(kernel: Kernel) -> None:
    run = await kernel.run("import sys\nb = bytearray(b'begun ')\nx = sys.stdout.buffer.write(b)\nb.clear()\nb")
    assert run.text() == "begun bytearray(b'')\n"


PTY = """import io, os, pty, sys
reader, writer = os.pipe()
pid, terminal = pty.fork()
if pid == 0:
    is_terminal = sys.stdin.isatty()
    sys.stdout = io.StringIO()
    line = input('prompt')
    os.write(writer, repr((is_terminal, line, sys.stdout.getvalue())).encode())
    os._exit(0)
x = os.write(terminal, b'quux\\r')
os.waitpid(pid, 0)[1], os.read(reader, 999)"""


async def test_a_child_reads_from_the_terminal_that_it_was_given(every_kernel: Kernel) -> None:
    run = await every_kernel.run(PTY)
    assert run.text() == """(0, b"(True, 'quux', 'prompt')")\n"""


async def test_input_without_a_descriptor_of_stdout_is_asked_for_in_the_page(every_kernel: Kernel) -> None:
    script = "import io, sys\nkept, sys.stdout = sys.stdout, io.StringIO()\nx = input('prompt')\n"
    run, question = await asked(every_kernel, script + "told, sys.stdout = sys.stdout, kept\nx, told.getvalue()")
    assert question.prompt == ""
    await every_kernel.send(Answer("yes"))
    await every_kernel.follow(run)
    assert run.output[4] == [("stdout", "('yes', 'prompt')\n")]


async def test_a_file_that_the_script_puts_in_the_place_of_stdin_is_read(every_kernel: Kernel, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("one\ntwo\n")
    script = "import os, sys\nx = os.dup2(os.open('words', os.O_RDONLY), 0)\ninput(), sys.stdin.read()"
    run = await every_kernel.run(script, interactive=True)
    assert run.text() == "('one', 'two\\n')\n"


# ---------------------------------------------------------------------------------------------------- in threads

THREAD = (
    "import threading\nanswers = []\nthread = threading.Thread(target=lambda: answers.append({}))\nthread.start()\n"
)


async def test_a_thread_asks_while_the_script_waits_for_it(every_kernel: Kernel) -> None:
    run, question = await asked(every_kernel, THREAD.format("input('name? ')") + "thread.join()\nprint(answers)")
    assert (question.prompt, question.node_index) == ("name? ", 3)
    await every_kernel.send(Answer("Zoë"))
    await every_kernel.follow(run)
    assert run.status == "ok"
    assert run.output[3] == [("stdout", "name? Zoë\n")]
    assert run.output[5] == [("stdout", "['Zoë']\n")]


@pytest.mark.parametrize(
    "ask",
    [
        "from concurrent.futures import ThreadPoolExecutor as Pool\nwith Pool() as pool: x = pool.submit(input, '? ').result()",
        "from multiprocessing.pool import ThreadPool\nwith ThreadPool(2) as pool: x = pool.map(input, ['? '])[0]",
        "import asyncio\nx = await asyncio.to_thread(input, '? ')",
        "import asyncio\nx = asyncio.run(asyncio.to_thread(input, '? '))",
        "import asyncio, sys\nx = (await asyncio.to_thread(sys.stdin.readline)).strip()",
        "import asyncio, getpass\nx = await asyncio.to_thread(getpass.getpass, '? ')",
    ],
)
async def test_pools_and_executors_ask(ask: str, kernel: Kernel) -> None:
    run, question = await asked(kernel, f"{ask}\nx")
    assert question.password == ("getpass" in ask)
    await kernel.send(Answer("yes"))
    await kernel.follow(run)
    assert run.output[2] == [("stdout", "'yes'\n")]
    assert not run.errors


async def test_a_thread_asks_when_the_run_is_over(kernel: Kernel) -> None:
    script = THREAD.format("begin.wait() and input('name? ')").replace(
        "answers", "begin = threading.Event()\nanswers", 1
    )
    run = await kernel.request(script, interactive=True)
    await kernel.follow(run)
    other = await kernel.request("begin.set()\nthread.join()\nanswers")
    question = await kernel.follow(other, InputRequested)
    assert (question.run_id, question.prompt) == (run.run_id, "name? ")
    await kernel.send(Answer("late"))
    await kernel.follow(other)
    assert other.output[2] == [("stdout", "['late']\n")]


async def test_threads_ask_one_after_another_each_with_its_prompt(kernel: Kernel) -> None:
    ask = "def ask(name): return name, input(f'{name}? ')\n"
    pool = "from concurrent.futures import ThreadPoolExecutor as Pool\nwith Pool(4) as pool: x = sorted(pool.map(ask, 'abcd'))\nx"
    run = await kernel.request(ask + pool, interactive=True)
    for _ in range(4):
        question = await kernel.follow(run, InputRequested)
        await kernel.send(Answer(question.prompt.upper()))
    await kernel.follow(run)
    assert run.output[3] == [("stdout", "[('a', 'A? '), ('b', 'B? '), ('c', 'C? '), ('d', 'D? ')]\n")]


@pytest.mark.parametrize(
    "ask",
    [
        "thread.join()",
        "from concurrent.futures import ThreadPoolExecutor as Pool\nwith Pool() as pool: pool.submit(input, '? ').result()",
        "import asyncio\nasyncio.run(asyncio.to_thread(input, '? '))",
    ],
)
async def test_an_interrupt_is_the_end_of_the_file_for_a_thread(ask: str, every_kernel: Kernel) -> None:
    before = THREAD.format("input('? ')") if ask == "thread.join()" else ""
    run, _ = await asked(every_kernel, before + ask)
    await every_kernel.send(Interrupt())
    await every_kernel.follow(run)
    assert run.status == "interrupted"
    assert any(isinstance(message, InputWithdrawn) for message in run.messages)


async def test_a_question_that_was_interrupted_is_withdrawn_at_once(kernel: Kernel) -> None:
    run, _ = await asked(kernel, "try: input('? ')\nexcept KeyboardInterrupt: print('on')\nx = input('again? ')")
    await kernel.send(Interrupt())
    await kernel.follow(run, InputWithdrawn)
    assert (await kernel.follow(run, InputRequested)).prompt == "again? "
    await kernel.send(Answer(""))
    await kernel.follow(run)
    assert run.status == "ok"


async def test_an_interrupt_while_input_looks_for_its_terminal_is_not_lost(every_kernel: Kernel) -> None:
    # `input()` flushes stderr right before it calls `fileno()`, whose exceptions it drops.
    script = (
        "import _thread, sys\nclass Stream:\n    flush = _thread.interrupt_main\nsys.stderr = Stream()\ninput('? ')"
    )
    run = await every_kernel.request(script, interactive=True)
    await every_kernel.follow(run)
    assert run.status == "interrupted"
    assert run.errors[0].text.count("File") == 1


async def test_a_reset_does_not_wait_for_a_thread_that_asks(kernel: Kernel) -> None:
    await asked(kernel, THREAD.format("input('? ')"))
    await kernel.send(Reset())
    await kernel.until(WorkerStarted)
    assert (await kernel.run("'thread' in globals()")).text() == "False\n"


async def test_stop_at_the_prompt_of_the_debugger_ends_the_run(every_kernel: Kernel) -> None:
    run, question = await asked(
        every_kernel, "def f():\n    y = 42\n    breakpoint()\n    return y\nf()\nprint('after')"
    )
    assert question.prompt == "(Pdb) "
    await every_kernel.send(Interrupt())
    await every_kernel.follow(run)
    assert run.status == "interrupted"
    assert run.last_index == 1
    assert run.errors[0].text.endswith("KeyboardInterrupt\n")
    again = await every_kernel.run("from bdb import BdbQuit\nraise BdbQuit")
    assert again.errors[0].text.endswith("bdb.BdbQuit\n")
