"""`input()`, `getpass()` and all else that reads from stdin."""

from __future__ import annotations

import pytest

from rdit.kernel.protocol.messages import Answer, InputRequested, Interrupt
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
    assert "EOFError: input() has nobody to ask" in run.errors[0].text
    assert "live" in run.errors[0].text
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
