"""What a person does with a script, from opening it to finding its results again."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.async_api import expect

from .conftest import OpenJourney, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_script_opens_with_its_text_its_interpreter_and_its_path(open_script: OpenJourney) -> None:
    journey = await open_script("first = 1\nprint(first)\n", name="analysis.py")
    await expect(journey.line(1)).to_have_text("first = 1")
    await expect(journey.kernel).to_have_text("Ready")
    await expect(journey.page.locator(".status-interpreter")).to_have_text(re.compile(r"Python 3\.\d+\.\d+"))
    await expect(journey.page.locator(".status-path")).to_have_text("analysis.py")
    await expect(journey.page).to_have_title("analysis.py – rdit")
    assert "token" not in journey.page.url


async def test_the_statement_at_the_cursor_runs_and_shows_its_value_at_the_end_of_its_line(
    open_script: OpenJourney,
) -> None:
    journey = await open_script("x = 20\n(\n    x\n    + 1\n)\nx + 2\n")
    await journey.press("Control+Enter")
    await journey.finish()
    await journey.go_to(4)
    await journey.press("Control+Enter")
    await journey.finish()
    await expect(journey.values).to_have_text(["21"])
    await expect(journey.line(5)).to_contain_text("21")


async def test_every_statement_that_the_selection_touches_runs_after_what_is_above_it(open_script: OpenJourney) -> None:
    journey = await open_script("1\n2\n3\n4\n")
    await journey.go_to(2)
    await journey.press("Shift+ArrowDown", "Shift+End", "Control+Enter")
    await journey.finish()
    await expect(journey.values).to_have_text(["1", "2", "3"])


async def test_shift_enter_runs_and_moves_on_to_the_next_statement(open_script: OpenJourney) -> None:
    journey = await open_script("1\n\n# a comment\ndef f():\n    return 2\n\nf()\n")
    await journey.press("Shift+Enter", "Shift+Enter", "Shift+Enter")
    await journey.finish()
    await expect(journey.values).to_have_text(["1", "2"])
    await expect(journey.page.locator(".status-cursor")).to_have_text("Ln 8, Col 1")


async def test_running_all_shows_every_output_below_its_own_statement(open_script: OpenJourney) -> None:
    journey = await open_script("print('a\\nb')\nx = 1\nfor n in range(3):\n    print('number', n)\nx\n")
    await journey.run_all()
    await expect(journey.outputs).to_have_text([re.compile(r"a\s*b"), re.compile(r"number 0\s*number 1\s*number 2")])
    await expect(journey.values).to_have_text(["1"])
    await expect(journey.page.locator(".status-run")).to_have_text(re.compile("^4 statements, "))
    # In the document an output follows the last line of its statement.
    below = journey.page.locator(".cm-line:nth-child(5) + .rdit-output, .cm-line + .rdit-output")
    await expect(below).to_have_count(2)


async def test_what_is_printed_is_on_screen_before_its_statement_ends(
    open_script: OpenJourney, workspace: Path
) -> None:
    wait = "import pathlib, time\nprint('before')\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.01)\n"
    journey = await open_script(
        f"if True:\n    {wait.strip().replace(chr(10), chr(10) + '    ')}\n    print('after')\n"
    )
    await journey.press("Control+Shift+Enter")
    await expect(journey.outputs).to_have_text(re.compile("before"))
    await expect(journey.page.locator(".rdit-mark-running.rdit-mark-first")).to_be_visible()
    await expect(journey.kernel).to_have_text("Running")
    (workspace / "go").touch()
    await journey.finish()
    await expect(journey.outputs).to_have_text(re.compile(r"before\s*after"))


async def test_an_error_marks_its_line_and_its_frames_lead_to_theirs(open_script: OpenJourney) -> None:
    journey = await open_script("def divide(a, b):\n    return a / b\n\ndivide(\n    1,\n    0,\n)\nprint('never')\n")
    await journey.run_all()
    await expect(journey.outputs).to_contain_text("ZeroDivisionError")
    await expect(journey.page.locator(".rdit-error-line")).to_have_text("divide(")
    await expect(journey.page.locator(".rdit-mark-failed.rdit-mark-first")).to_have_count(1)
    await expect(journey.page.locator(".status-run")).to_have_text("Error, line 4: ZeroDivisionError division by zero")
    await journey.outputs.get_by_text("line 2").click()
    await expect(journey.page.locator(".status-cursor")).to_have_text(re.compile("^Ln 2, "))


async def test_an_edited_statement_is_stale_and_the_others_move_with_their_lines(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\nx + 1\nx + 2\n")
    await journey.run_all()
    await journey.go_to(1)
    await journey.page.keyboard.type("import os\n\n")
    await expect(journey.line(4)).to_contain_text("2")
    await expect(journey.page.locator(".rdit-mark-stale.rdit-mark-first")).to_have_count(0)
    await journey.go_to(5)
    await journey.press("End")
    await journey.page.keyboard.type("0")
    await expect(journey.page.locator(".rdit-mark-stale.rdit-mark-first")).to_have_count(1)
    await expect(journey.page.locator(".rdit-inline.rdit-stale")).to_have_text(["3"])
    await journey.press("Control+Enter")
    await journey.finish()
    await expect(journey.values).to_have_text(["2", "21"])
    await expect(journey.page.locator(".rdit-mark-stale.rdit-mark-first")).to_have_count(0)


async def test_results_land_where_their_statements_have_moved_while_they_ran(
    open_script: OpenJourney, workspace: Path
) -> None:
    script = "import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.01)\n'=' * 3\n6 * 7\n"
    journey = await open_script(script.replace("'=' * 3", "len('abc')"))
    await journey.press("Control+Shift+Enter")
    await expect(journey.page.locator(".rdit-mark-running.rdit-mark-first")).to_be_visible()
    await journey.page.keyboard.type("# one\n# two\n")
    (workspace / "go").touch()
    await journey.finish()
    await expect(journey.line(6)).to_have_text("len('abc')3")
    await expect(journey.line(7)).to_have_text("6 * 742")


async def test_stop_interrupts_and_keeps_the_variables(open_script: OpenJourney) -> None:
    journey = await open_script("x = 41\nwhile True:\n    pass\nx + 1\n")
    await journey.press("Control+Shift+Enter")
    await expect(journey.kernel).to_have_text("Running")
    await expect(journey.page.locator(".rdit-mark-running.rdit-mark-first")).to_be_visible()
    # A run that waits for this one is marked as such, and is not what comes after Stop.
    await journey.go_to(1)
    await journey.press("Control+Enter")
    waiting = journey.mark(1).and_(journey.page.locator(".rdit-mark-waiting"))
    await expect(waiting).to_have_attribute("title", "Waiting for its turn")
    await journey.button("Stop").click()
    await journey.finish()
    await expect(journey.outputs).to_contain_text("KeyboardInterrupt")
    await expect(journey.page.locator(".pill")).to_have_text("Interrupted, line 2")
    await journey.press("Control+Alt+Enter")  # in the state as it is: a fresh run would not come below the loop
    await journey.go_to(4)
    await journey.press("Control+Enter")
    await journey.finish()
    await expect(journey.values).to_have_text(["42"])


async def test_reset_gives_a_fresh_kernel_and_leaves_the_results_in_grey_until_the_next_run(
    open_script: OpenJourney,
) -> None:
    journey = await open_script("x = 1\nx\nprint('a\\nb')\n")
    await journey.run_all()
    # It is not at hand by accident: nothing of one click wipes anything.
    await expect(journey.button("Reset")).to_have_count(0)
    await journey.button("More ways to run").click()
    await journey.page.get_by_role("menuitem", name="Reset").click()
    await expect(journey.notice("from before")).to_be_visible()
    await expect(journey.page.locator(".rdit-inline.rdit-before-reset")).to_have_text(["1"])
    await expect(journey.outputs).to_have_class(re.compile("rdit-before-reset"))
    await expect(journey.page.locator(".rdit-mark-past.rdit-mark-first")).to_have_count(3)
    assert await findings(journey.page) == []
    await expect(journey.editor).to_be_focused()
    await journey.press("Control+Alt+Enter")  # in the state as it is, which has no variables any more
    await journey.go_to(2)
    await journey.press("Control+Enter")
    await expect(journey.outputs).to_contain_text(["NameError"])
    await expect(journey.outputs).to_have_count(1)
    await journey.notice("from before the reset were removed").get_by_role("button", name="Bring them back").click()
    await expect(journey.outputs).to_have_text([re.compile("NameError"), re.compile(r"a\s*b")])
    await expect(journey.page.locator(".rdit-mark-past.rdit-mark-first")).to_have_count(2)


async def test_the_menu_of_run_is_one_for_the_keyboard(open_script: OpenJourney) -> None:
    journey = await open_script("6 * 7\n")
    await journey.button("More ways to run").focus()
    await journey.press("ArrowDown")
    menu = journey.page.get_by_role("menu")
    await expect(menu.get_by_role("menuitem").first).to_be_focused()
    assert await findings(journey.page) == []
    await journey.press("ArrowUp")
    await expect(menu.get_by_role("menuitem", name="Reset")).to_be_focused()
    await journey.press("Escape")
    await expect(menu).to_have_count(0)
    await expect(journey.button("More ways to run")).to_be_focused()
    await journey.press("Enter", "ArrowDown", "Enter")
    await expect(journey.values).to_have_text(["42"])
    await expect(journey.editor).to_be_focused()
    await journey.press("Control+F9")
    await expect(journey.page.locator(".rdit-inline.rdit-before-reset")).to_have_text(["42"])


async def test_reset_ends_a_script_that_does_not_stop(open_script: OpenJourney) -> None:
    journey = await open_script(
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except KeyboardInterrupt:\n        print('no')\n"
    )
    await journey.press("Control+Enter")
    await expect(journey.page.locator(".rdit-mark-running.rdit-mark-first")).to_be_visible()
    await journey.press("Shift+F9")
    await expect(journey.outputs).to_contain_text("no")
    await journey.notice("has not stopped yet").get_by_role("button", name="Reset").click()
    await expect(journey.page.locator(".rdit-before-reset")).to_have_count(1)
    await expect(journey.kernel).to_have_text("Ready")


async def test_save_writes_the_file(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.page.keyboard.type("# new\n")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("Edited")
    await expect(journey.page).to_have_title("● script.py – rdit")
    await journey.press("Control+s")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text() == "# new\nx = 1\n"


async def test_the_results_are_there_again_after_a_reload(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\nx + 1\nprint('a\\nb')\n1 / 0\n")
    await journey.run_all()
    await journey.go_to(1)
    await journey.page.keyboard.type("# moved\n")
    await journey.go_to(3)
    await journey.press("End")
    await journey.page.keyboard.type("0")
    await journey.press("Control+s")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    await journey.page.reload()
    await expect(journey.line(3)).to_have_text("x + 102")
    await expect(journey.page.locator(".rdit-inline.rdit-stale")).to_have_text(["2"])
    await expect(journey.outputs).to_have_text([re.compile(r"a\s*b"), re.compile("ZeroDivisionError")])
    await expect(journey.page.locator(".rdit-mark-older-failed.rdit-mark-first")).to_have_count(1)


async def test_a_reload_finds_a_run_under_way_and_follows_it(open_script: OpenJourney, workspace: Path) -> None:
    journey = await open_script(
        "import pathlib, time\n"
        "print('one')\n"
        "while not pathlib.Path('go').exists():\n    time.sleep(0.01)\n"
        "print('two\\nlines')\n"
    )
    await journey.press("Control+Shift+Enter")
    await expect(journey.page.locator(".rdit-mark-running.rdit-mark-first")).to_be_visible()
    await journey.page.reload()
    await expect(journey.values).to_have_text(["one"])
    await expect(journey.page.locator(".rdit-mark-running.rdit-mark-first")).to_be_visible()
    await expect(journey.page.locator(".status-run")).to_have_text(re.compile("^statement 3 of 4, "))
    (workspace / "go").touch()
    await journey.finish()
    await expect(journey.outputs).to_have_text([re.compile(r"two\s*lines")])


async def test_input_asks_below_its_statement(open_script: OpenJourney) -> None:
    journey = await open_script("name = input('Who? ')\nf'{name}!'.upper()\n")
    await journey.press("Control+Shift+Enter")
    await expect(journey.kernel).to_have_text("Waiting for input")
    field = journey.page.get_by_role("textbox", name="Who?")
    await expect(field).to_be_focused()
    await journey.page.keyboard.type("Ann")
    await journey.press("Enter")
    await journey.finish()
    await expect(journey.values.last).to_have_text("'ANN!'")


async def test_a_thread_asks_in_the_page(open_script: OpenJourney) -> None:
    script = (
        "import threading\nanswers = []\n"
        "thread = threading.Thread(target=lambda: answers.append(input('in a thread? ')))\n"
        "thread.start()\nthread.join()\nprint(answers)\n"
    )
    journey = await open_script(script)
    await journey.press("Control+Shift+Enter")
    field = journey.page.get_by_role("textbox", name="in a thread?")
    await field.fill("yes")
    await field.press("Enter")
    await journey.finish()
    await expect(journey.outputs.first).to_have_text(re.compile(r"in a thread\?.*yes", re.DOTALL))
    await expect(journey.page.get_by_text("['yes']")).to_be_visible()
    await expect(journey.page.locator(".rdit-input")).to_have_count(0)
    # Stop ends the question, too. In the state as it is all runs again, and no answer is given by itself.
    await journey.press("Control+Alt+Enter", "Control+Shift+Enter")
    await expect(field).to_be_visible()
    await journey.button("Stop").click()
    await journey.finish()
    await expect(journey.page.locator(".rdit-input")).to_have_count(0)


async def test_a_password_is_not_shown(open_script: OpenJourney) -> None:
    journey = await open_script("import getpass\nsecret = getpass.getpass('Key: ')\nlen(secret)\n")
    await journey.press("Control+Shift+Enter")
    field = journey.page.locator(".rdit-input input")
    await expect(field).to_have_attribute("type", "password")
    await field.fill("hidden")
    await journey.press("Enter")
    await journey.finish()
    await expect(journey.values.last).to_have_text("6")
    await expect(journey.page.locator("body")).not_to_contain_text("hidden")


async def test_the_end_of_input_can_be_said(open_script: OpenJourney) -> None:
    journey = await open_script("input()\n")
    await journey.press("Control+Shift+Enter")
    await journey.page.get_by_role("button", name="No more input").click()
    await expect(journey.outputs).to_contain_text("EOFError")


async def test_a_dead_kernel_says_how_it_died(open_script: OpenJourney) -> None:
    journey = await open_script(
        "print('last words\\nof it')\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    await journey.press("Control+Shift+Enter")
    await expect(journey.outputs.first).to_contain_text("last words")
    await expect(journey.outputs.last).to_contain_text("SIGKILL")
    await expect(journey.page.locator(".status-run")).to_have_text("Kernel died, line 3")
    await expect(journey.kernel).to_have_text("Started anew")
    await expect(journey.page.locator(".notice")).to_have_count(0)  # it is told once


async def test_a_kernel_that_dies_while_nothing_runs_is_told_of_once(open_script: OpenJourney) -> None:
    journey = await open_script("import os\nos.getpid()\n")
    await journey.run_all()
    os.kill(int(await journey.values.inner_text()), signal.SIGKILL)
    await expect(journey.notice("SIGKILL")).to_be_visible()
    await journey.notice("SIGKILL").get_by_role("button", name="Dismiss").click()
    await journey.go_to(1)
    await journey.press("Control+Enter")
    await journey.finish()
    await expect(journey.page.locator(".notice")).to_have_count(0)


async def test_undo_brings_a_deleted_statement_back_with_its_result(open_script: OpenJourney) -> None:
    journey = await open_script("1\n2\n3\n")
    await journey.run_all()
    await journey.go_to(2)
    await journey.press("Control+Shift+k")
    await expect(journey.values).to_have_text(["1", "3"])
    await journey.press("Control+z")
    await expect(journey.values).to_have_text(["1", "2", "3"])


async def test_search_opens_when_it_is_asked_for(open_script: OpenJourney) -> None:
    journey = await open_script("alpha = 1\nbeta = alpha\n")
    await journey.press("Control+f")
    await expect(journey.page.get_by_role("textbox", name="Find")).to_be_focused()
    await journey.page.keyboard.type("beta")
    await journey.press("Enter", "Escape")
    await expect(journey.page.locator(".status-cursor")).to_have_text(re.compile("^Ln 2, "))


OLD = ".rdit-mark-older.rdit-mark-first"


async def test_a_mark_is_full_only_for_what_one_run_of_this_text_would_give(open_script: OpenJourney) -> None:
    journey = await open_script("a = 1\nb = a + 1\nb\nprint(b, 'x', sep='\\n')\n")
    await journey.run_all()
    await expect(journey.page.locator(".rdit-mark-done.rdit-mark-first")).to_have_count(4)
    await journey.go_to(1)
    await journey.press("End")
    await journey.page.keyboard.type("00")
    await expect(journey.page.locator(OLD)).to_have_count(3)
    await expect(journey.page.locator(OLD).first).to_have_attribute("title", re.compile("line 1, which was edited"))
    await journey.press("Control+Enter")
    for _ in range(2):
        await expect(journey.page.locator(".rdit-mark-done.rdit-mark-first")).to_have_count(1)
        await expect(journey.page.locator(OLD)).to_have_count(3)
        await expect(journey.page.locator(OLD).first).to_have_attribute(
            "title", re.compile(r"Older than line 1, which ran at .*\d\d")
        )
        await expect(journey.page.locator(".rdit-inline.rdit-older")).to_have_text(["2"])
        await expect(journey.outputs).to_have_attribute(
            "aria-label", re.compile("^Output of line 4, Older than line 1")
        )
        assert await findings(journey.page) == []
        await journey.press("Control+s")
        await expect(journey.page.locator(".title-unsaved")).to_have_text("")
        await journey.page.reload()
    await expect(journey.editor).to_be_focused()
    await journey.go_to(2)
    await journey.press("Shift+Control+End", "Control+Enter")
    await journey.finish()
    await expect(journey.values).to_have_text(["101"])
    await expect(journey.page.locator(OLD)).to_have_count(0)
    # A statement that comes or goes above changes what is below it, too.
    await journey.go_to(2)
    await journey.press("Control+Shift+k")
    await expect(journey.page.locator(OLD)).to_have_count(2)
    await journey.press("Control+z")
    await expect(journey.page.locator(OLD)).to_have_count(0)
    await journey.page.keyboard.type("a += 1\n")
    await expect(journey.page.locator(OLD)).to_have_count(3)


async def test_what_an_interrupted_run_did_not_reach_is_older_than_what_it_did(
    open_script: OpenJourney, workspace: Path
) -> None:
    wait = "while pathlib.Path('go').read_text() != 'on':\n    time.sleep(0.01)\n"
    (workspace / "go").write_text("on")
    journey = await open_script(f"import pathlib, time\nx = 1\n{wait}x + 1\nx + 2\n")
    await journey.run_all()
    (workspace / "go").write_text("off")  # what reads it runs again
    await journey.press("Control+Shift+Enter")
    waiting = journey.page.locator(".rdit-mark-first").nth(2)  # those before it may run again, from the top
    await expect(waiting).to_contain_class("rdit-mark-running")
    await journey.press("Shift+F9")
    await journey.finish()
    await expect(journey.values).to_have_text(["2", "3"])
    await expect(journey.page.locator(OLD)).to_have_count(2)
    await expect(journey.page.locator(OLD).last).to_have_attribute("title", re.compile(r"Older than line \d+"))
