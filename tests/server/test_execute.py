"""Running scripts over HTTP, by the default stream."""

from __future__ import annotations

import asyncio
import json
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Client, MakeClient

from .events import events


async def run(client: Client, script: str, **fields: Any) -> list[dict[str, Any]]:
    """Run a script and return the frames of its default stream."""
    response = await client.post("/api/execute-script", json={"script": script, **fields})
    assert response.status == 200, await response.text()
    return [event async for event in events(response)]


def stdout(results: list[dict[str, Any]]) -> str:
    return "".join(item["text"] for result in results for item in result.get("output", []) if item["type"] == "stdout")


async def test_the_stream_of_two_statements_is_exactly_three_frames(client: Client) -> None:
    response = await client.post("/api/execute-script", data='{"script":"x = 1\\nx + 1"}')
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert await response.read() == (
        b'data: {"nodeIndex":0,"lineStart":1,"lineEnd":1,"output":[],"isInvisible":true}\n\n'
        b'data: {"nodeIndex":1,"lineStart":2,"lineEnd":2,'
        b'"output":[{"type":"stdout","text":"2\\n"}],"isInvisible":false}\n\n'
        b'data: {"type":"complete"}\n\n'
    )


async def test_frames_arrive_one_by_one(client: Client, workspace: Path) -> None:
    go_on = workspace / "go-on"
    script = (
        f"import os, time\nprint('first')\nwhile not os.path.exists({str(go_on)!r}): time.sleep(0.001)\nprint('last')"
    )
    response = await client.post("/api/execute-script", json={"script": script})
    stream = events(response)
    assert (await anext(stream))["lineStart"] == 1
    assert (await anext(stream))["output"] == [{"type": "stdout", "text": "first\n"}]
    await asyncio.to_thread(go_on.touch)
    assert [event["lineStart"] async for event in stream if "lineStart" in event] == [3, 4]


async def test_an_uncaught_exception_ends_the_run_which_still_completes(client: Client) -> None:
    results = await run(client, "1 / 0\nprint('never')")
    assert [result.get("lineStart") for result in results] == [1, None]
    (error,) = results[0]["output"]
    assert error["type"] == "error"
    assert "ZeroDivisionError" in error["text"]
    assert results[-1] == {"type": "complete"}


async def test_a_run_may_go_on_after_an_exception(client: Client) -> None:
    assert stdout(await run(client, "1 / 0\nprint('and yet')", stopOnError=False)) == "and yet\n"


async def test_a_range_of_lines_selects_the_statements_that_it_touches(client: Client) -> None:
    results = await run(client, "a = 1\nif a:\n    print('b')\nprint('c')", lineRange={"from": 3, "to": 3})
    assert [(result["nodeIndex"], result["lineStart"], result["lineEnd"]) for result in results[:-1]] == [(1, 2, 3)]


async def test_a_syntax_error_is_one_result(client: Client) -> None:
    results = await run(client, "x = 1\nx = (")
    assert [result.get("nodeIndex") for result in results] == [0, None]
    assert "SyntaxError" in results[0]["output"][0]["text"]


async def test_an_empty_script_completes(client: Client) -> None:
    assert await run(client, "") == [{"type": "complete"}]


async def test_names_stay_from_one_run_to_the_next(client: Client) -> None:
    await run(client, "kept = 41")
    assert stdout(await run(client, "print(kept + 1)")) == "42\n"


async def test_input_raises_on_a_stream_that_nobody_can_answer(client: Client) -> None:
    results = await run(client, "input('name? ')")
    assert "EOFError" in results[0]["output"][-1]["text"]


async def test_a_script_sees_its_file_its_arguments_and_its_folder(make_client: MakeClient, script: Path) -> None:
    client = await make_client(arguments=("--fast", "data.csv"))
    source = "import os, sys\nprint(__file__, sys.argv, os.getcwd(), __name__)"
    told = stdout(await run(client, source))
    assert told == f"{script} {[script.name, '--fast', 'data.csv']} {script.parent} __main__\n"


async def test_runs_on_one_session_happen_in_order_of_arrival(client: Client) -> None:
    await run(client, "order = []")
    runs = [asyncio.create_task(run(client, f"order.append({number})")) for number in range(10)]
    await asyncio.gather(*runs)
    assert sorted(json.loads(stdout(await run(client, "print(order)")))) == list(range(10))


async def test_sessions_share_nothing(client: Client) -> None:
    await run(client, "shared = 'main'")
    other = await run(client, "print('shared' in globals())", sessionId="other")
    assert stdout(other) == "False\n"
    assert stdout(await run(client, "print(shared)")) == "main\n"


async def test_a_busy_session_does_not_hold_up_another(client: Client) -> None:
    busy = await client.post("/api/execute-script", json={"script": "import time\ntime.sleep(60)"})
    assert stdout(await run(client, "print('free')", sessionId="other")) == "free\n"
    busy.close()


async def test_an_interrupt_keeps_the_variables(client: Client) -> None:
    for forever in ("while True: pass", "import time\ntime.sleep(60)"):
        response = await client.post("/api/execute-script", json={"script": f"kept = 'kept'\nprint('go')\n{forever}"})
        stream = events(response)
        while (await anext(stream)).get("output") != [{"type": "stdout", "text": "go\n"}]:
            pass
        if "import" in forever:
            await anext(stream)
        assert (await client.post("/api/interrupt")).status == 200
        rest = [event async for event in stream]
        assert "KeyboardInterrupt" in rest[0]["output"][-1]["text"]
        assert rest[-1] == {"type": "complete"}
        assert stdout(await run(client, "print(kept)")) == "kept\n"


async def test_the_answer_begins_before_there_is_any_result(client: Client) -> None:
    response = await client.post("/api/execute-script", json={"script": "while True: pass"})
    assert response.status == 200
    assert (await client.post("/api/interrupt")).status == 200
    assert (await response.text()).endswith('data: {"type":"complete"}\n\n')


async def test_an_interrupt_of_nothing_is_fine(client: Client) -> None:
    for body in (None, b"", b"{}", b'{"sessionId":"main"}', b'{"sessionId":null}'):
        response = await client.post("/api/interrupt", data=body)
        assert (response.status, await response.json()) == (200, {"status": "ok"})
    assert stdout(await run(client, "print('fine')")) == "fine\n"


async def test_a_reset_gives_a_fresh_namespace_and_ends_what_runs_and_waits(client: Client) -> None:
    await run(client, "gone = 1")
    endless = await client.post("/api/execute-script", json={"script": "print('go')\nwhile True: pass"})
    stream = events(endless)
    assert (await anext(stream))["output"] == [{"type": "stdout", "text": "go\n"}]
    waiting = asyncio.create_task(run(client, "print('never')"))
    await asyncio.sleep(0)
    response = await client.post("/api/reset")
    assert (response.status, await response.json()) == (200, {"status": "ok"})
    assert [event async for event in stream] == [{"type": "complete"}]
    assert stdout(await waiting) in {"", "never\n"}  # it may have come after the reset
    assert stdout(await run(client, "print('gone' in globals())")) == "False\n"


async def test_closing_the_request_does_not_stop_the_run(client: Client, workspace: Path) -> None:
    script = (
        "import os, time\nprint('go')\n"
        f"while not os.path.exists({str(workspace / 'go-on')!r}): time.sleep(0.001)\n"
        "done = 'done'"
    )
    response = await client.post("/api/execute-script", json={"script": script})
    stream = events(response)
    await anext(stream)
    await anext(stream)
    response.close()
    await asyncio.to_thread((workspace / "go-on").touch)
    assert stdout(await run(client, "print(done)")) == "done\n"


async def test_output_beyond_the_limit_keeps_both_ends_and_says_so(make_client: MakeClient) -> None:
    client = await make_client(output_limit=10_000)
    results = await run(client, "for n in range(100_000): print(n)")
    (item,) = results[0]["output"]
    assert item["text"].startswith("0\n1\n")
    assert item["text"].endswith("99998\n99999\n")
    assert "rdit left out" in item["text"]
    assert len(item["text"]) < 11_000


async def test_a_long_string_comes_whole(client: Client) -> None:
    results = await run(client, "print('é' * 5_000_000)")
    assert stdout(results) == "é" * 5_000_000 + "\n"


async def test_bytes_that_are_no_text_are_shown_as_replacement_characters(client: Client) -> None:
    results = await run(client, "import os, sys\n_ = os.write(1, b'a\\xffb\\n')")
    assert stdout(results) == "a\ufffdb\n"


@pytest.mark.parametrize("source", ["print('\ud800')", "x = '\udfff' * 2000\nlen(x)", "# \ud83d\ud83d"])
async def test_lone_surrogates_in_a_script_break_nothing(client: Client, source: str) -> None:
    body = json.dumps({"script": source})
    assert "\\ud" in body
    response = await client.post("/api/execute-script", data=body)
    assert response.status == 200
    assert b'{"type":"complete"}' in await response.read()
    assert stdout(await run(client, "print('alive')")) == "alive\n"


async def test_lone_surrogates_in_output_break_nothing(client: Client) -> None:
    results = await run(client, "'\\ud800'\nraise ValueError('\\udfff')")
    assert results[-1] == {"type": "complete"}
    assert "ValueError" in results[1]["output"][-1]["text"]


async def test_output_of_a_thread_that_outlives_its_statement_is_not_lost(client: Client) -> None:
    script = (
        "import threading\n"
        "go, done = threading.Event(), threading.Event()\n"
        "def late():\n    go.wait(); print('from the thread'); done.set()\n"
        "threading.Thread(target=late).start()\n"
        "go.set(); _ = done.wait()\n"
        "print('end')"
    )
    assert stdout(await run(client, script)) == "from the thread\nend\n"


async def test_a_script_in_another_environment_has_its_packages(make_client: MakeClient, workspace: Path) -> None:
    environment = workspace / ".venv"
    await asyncio.to_thread(venv.create, environment, symlinks=True)
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "only_there.py").write_text("where = __file__\n")
    client = await make_client(virtual_env=None, trusted=(workspace,))
    script = "import only_there, sys\nprint(only_there.where)\nprint(sys.prefix)"
    assert stdout(await run(client, script)) == f"{site / 'only_there.py'}\n{environment}\n"
    kernel = (await (await client.get("/api/session")).json())["kernel"]
    assert kernel["executable"] == str(environment / "bin" / "python")
    assert kernel["prefix"] == str(environment)
    assert kernel["prefix"] != sys.prefix


FIGURE = (
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nax.set_title('T')\n1 + 1\n"
    "ax.plot([2, 1])\nplt.show()"
)


@pytest.mark.parametrize(("fields", "expected"), [({}, [4, 6]), ({"figureSteps": True}, [3, 4, 6])])
async def test_a_figure_is_in_the_result_of_the_statement_that_finished_it(
    client: Client, fields: dict[str, Any], expected: list[int]
) -> None:
    pytest.importorskip("matplotlib")
    results = (await run(client, FIGURE, **fields))[:-1]
    assert [result["lineStart"] for result in results] == list(range(1, 8))
    shown = [(result["lineStart"], item) for result in results for item in result["output"]]
    pictures = [(line, item) for line, item in shown if item["type"] == "display"]
    assert [line for line, _ in pictures] == expected
    assert {tuple(item["data"]) for _, item in pictures} == {("image/png",)}
    assert {tuple(item["metadata"]) for _, item in pictures} == {("image/png",)}
    assert [result["lineStart"] for result in results if not result["isInvisible"]] == sorted([*expected, 5])
