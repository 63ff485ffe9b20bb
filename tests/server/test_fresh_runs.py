"""Fresh runs over HTTP, with a real kernel: what is shown is one run of exactly the text that was sent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Client

from .events import Event, events, said, until

STEP = "def step(name):\n    print(name)\n"


async def fresh(client: Client, script: str, **fields: Any) -> list[Event]:
    """Run a script as a fresh run and return the frames of the default stream but for the last."""
    response = await client.post("/api/execute-script", json={"script": script, "fresh": True, **fields})
    assert response.status == 200, await response.text()
    *results, end = [event async for event in events(response)]
    assert end == {"type": "complete"}
    return results


async def live(client: Client, script: str, **fields: Any) -> list[Event]:
    """Run a script and return all its events."""
    body = {"script": script, "fresh": True, "live": True, **fields}
    async with client.post("/api/execute-script", json=body) as response:
        assert response.status == 200, await response.text()
        return [event async for event in events(response)]


async def post(client: Client, path: str, **body: Any) -> dict[str, Any]:
    async with client.post(path, json=body) as response:
        assert response.status in {200, 202}, await response.text()
        answer: dict[str, Any] = await response.json()
        return answer


async def session_of(client: Client) -> dict[str, Any]:
    async with client.get("/api/session") as response:
        answer: dict[str, Any] = await response.json()
        return answer


def texts(results: list[Event]) -> list[str]:
    return ["".join(item["text"] for item in one["output"]) for one in results]


def plan_of(seen: list[Event]) -> Event:
    return next(event for event in seen if event["type"] == "plan")


async def executed(client: Client) -> str:
    """Return what the statements wrote that the newest run has executed."""
    session = await session_of(client)
    newest = session["lastRun"]["runId"]
    return "".join(texts([one for one in session["statements"] if one["runId"] == newest])).replace("\n", "")


async def test_what_is_so_already_is_kept_and_the_default_stream_has_all_of_it(client: Client, workspace: Path) -> None:
    script = f"{STEP}step('a')\nstep('b')\nstep('c')"
    assert texts(await fresh(client, script)) == ["", "a\n", "b\n", "c\n"]
    assert await executed(client) == "abc"
    assert texts(await fresh(client, script)) == ["", "a\n", "b\n", "c\n"]
    assert await executed(client) == ""
    assert texts(await fresh(client, f"{script}\nstep('d')")) == ["", "a\n", "b\n", "c\n", "d\n"]
    assert await executed(client) == "d"


async def test_a_comment_above_moves_results_and_runs_nothing(client: Client) -> None:
    await fresh(client, f"{STEP}step('a')\nstep('b')")
    results = await fresh(client, f"# a comment\n{STEP}step('a')\n\nstep('b')\nstep('c')")
    assert [(one["nodeIndex"], one["lineStart"]) for one in results] == [(0, 2), (1, 4), (2, 6), (3, 7)]
    assert texts(results) == ["", "a\n", "b\n", "c\n"]
    assert await executed(client) == "c"


async def test_an_edit_is_as_if_the_text_had_always_been_so(client: Client) -> None:
    script = "a = [1]\na.append(2)\nprint(a)"
    assert texts(await fresh(client, script))[-1] == "[1, 2]\n"
    assert texts(await fresh(client, script.replace("2", "3")))[-1] == "[1, 3]\n"
    assert texts(await fresh(client, script))[-1] == "[1, 2]\n"


async def test_the_plan_says_what_is_kept_and_the_session_what_has_run(client: Client) -> None:
    first = await live(client, "x = 1\nprint(x)")
    run_id = plan_of(first)["runId"]
    assert plan_of(first)["fresh"] is True
    assert "kept" not in plan_of(first)
    again = plan_of(await live(client, "# c\nx = 1\nprint(x)\nx"))
    assert again["kept"] == [
        {"runId": run_id, "nodeIndex": 0, "lineStart": 2, "lineEnd": 2, "source": "x = 1"},
        {"runId": run_id, "nodeIndex": 1, "lineStart": 3, "lineEnd": 3, "source": "print(x)"},
    ]
    assert [one["nodeIndex"] for one in again["statements"]] == [2]
    session = await session_of(client)
    assert [(one["runId"], one["nodeIndex"]) for one in session["timeline"]] == [
        (run_id, 0),
        (run_id, 1),
        (again["runId"], 2),
    ]
    assert "mixed" not in session
    assert [(one["lineStart"], one["stale"]) for one in session["statements"]] == [(2, False), (3, False), (4, False)]


async def test_a_range_ends_a_fresh_run_and_what_is_behind_stays(client: Client) -> None:
    await fresh(client, "x = 1\nprint(x)\nprint('last')")
    results = await fresh(client, "x = 1\nprint(x + 1)\nprint('last')", lineRange={"from": 2, "to": 2})
    assert texts(results) == ["", "2\n"]
    session = await session_of(client)
    assert [one["output"][0]["text"] for one in session["statements"][1:]] == ["2\n", "last\n"]
    assert len(session["timeline"]) == 2


async def test_a_range_runs_again_although_it_is_valid_when_that_is_asked_for(client: Client, workspace: Path) -> None:
    script = f"{STEP}step('a')\nstep('b')\nstep('c')"
    await fresh(client, script)
    results = await fresh(client, script, lineRange={"from": 4, "to": 4}, again=True)
    assert texts(results) == ["", "a\n", "b\n"]
    assert await executed(client) in {"b", "ab"}  # by whether there was a snapshot before it


async def test_a_console_run_mixes_the_state_and_a_fresh_one_puts_it_right(client: Client) -> None:
    script = "a = [1]\nprint(a)\na.append(2)\nprint(a)"
    await fresh(client, script)
    async with client.post(
        "/api/execute-script", json={"script": script, "lineRange": {"from": 2, "to": 2}}
    ) as response:
        (result, _) = [event async for event in events(response)]
    assert result["output"][0]["text"] == "[1, 2]\n"
    session = await session_of(client)
    assert session["mixed"] is True
    assert session["statements"][1]["output"][0]["text"] == "[1, 2]\n"
    assert texts(await fresh(client, script)) == ["", "[1]\n", "", "[1, 2]\n"]
    session = await session_of(client)
    assert "mixed" not in session
    assert session["statements"][1]["output"][0]["text"] == "[1]\n"


async def test_a_text_that_does_not_compile_shows_why_and_leaves_the_rest(client: Client, workspace: Path) -> None:
    script = f"{STEP}step('a')"
    await fresh(client, script)
    seen = await live(client, f"{script}\nx = (")
    assert plan_of(seen)["broken"] is True
    session = await session_of(client)
    assert len(session["timeline"]) == 2
    assert "mixed" not in session
    assert next(one["output"][0]["text"] for one in session["statements"] if one["output"]) == "a\n"
    assert texts(await fresh(client, f"{script}\nx = (1)")) == ["", "a\n", ""]
    assert await executed(client) == ""


async def test_an_error_is_kept_as_it_stands_until_its_statement_is_another(client: Client, workspace: Path) -> None:
    script = f"{STEP}step('a')\n1 / 0\nstep('b')"
    seen = await live(client, script)
    assert seen[-1]["status"] == "error"
    assert (await executed(client)).startswith("aTraceback")
    again = await live(client, script)
    assert (again[-1]["status"], len(plan_of(again)["kept"])) == ("error", 3)
    assert await executed(client) == ""
    session = await session_of(client)
    assert [one["state"] for one in session["statements"]] == ["done", "done", "failed"]
    assert texts(await fresh(client, script.replace("1 / 0", "1 / 1;")))[-1] == "b\n"


async def test_after_a_reset_and_after_a_death_it_begins_from_the_top(client: Client, workspace: Path) -> None:
    script = f"{STEP}step('a')"
    await fresh(client, script)
    await post(client, "/api/reset")
    assert (await session_of(client)).get("timeline") is None
    assert texts(await fresh(client, script)) == ["", "a\n"]
    assert await executed(client) == "a"
    seen = await live(client, f"{script}\nimport os; os._exit(3)")
    assert seen[-1]["status"] == "died"
    results = await fresh(client, script)
    assert texts(results) == ["", "a\n"]


async def test_what_later_statements_did_to_earlier_outputs_is_undone_with_them(client: Client) -> None:
    script = (
        "from IPython.display import display, update_display\n"
        "class Text:\n    def __init__(self, text): self.text = text\n    def _repr_html_(self): return self.text\n"
        "display(Text('one'), display_id='d');\n"
        "update_display(Text('two'), display_id='d')\n"
    )

    async def shown() -> str:
        html: str = (await session_of(client))["statements"][2]["output"][0]["data"]["text/html"]
        return html

    await fresh(client, script)
    assert await shown() == "two"
    await fresh(client, script.replace("update_display(Text('two'), display_id='d')", "pass"))
    assert await shown() == "one"


async def begin(client: Client, script: str, **fields: Any) -> str:
    return str((await post(client, "/api/execute-script", script=script, fresh=True, detached=True, **fields))["runId"])


def completes(run_id: str) -> Any:
    return lambda event: event["type"] == "complete" and event["runId"] == run_id


async def test_a_newer_run_ends_one_that_it_makes_out_of_date_at_once(client: Client, workspace: Path) -> None:
    script = f"{STEP}step('a')\nimport time\nprint('waiting', flush=True)\ntime.sleep(600)\nstep('b')"
    async with client.get("/api/events") as response:
        stream = events(response)
        old = await begin(client, script)
        await until(stream, lambda event: event["type"] == "start" and event.get("lineStart") == 6)
        new = await begin(client, script.replace("sleep(600)", "sleep(0)"), supersede=True)
        (*_, ended) = await until(stream, completes(old))
        assert (ended["status"], ended["cutOff"]) == ("superseded", True)
        (*_, ended) = await until(stream, completes(new))
        assert ended["status"] == "ok"
    assert [one["output"][0]["text"] for one in (await session_of(client))["statements"] if one["output"]] == [
        "a\n",
        "waiting\n",
        "b\n",
    ]
    assert (await executed(client)).endswith("b")


async def test_a_change_below_what_runs_lets_it_end(client: Client, workspace: Path) -> None:
    go_on = workspace / "go-on"
    script = f"import os, time\n{STEP}step('a')\nwhile not os.path.exists('go-on'): pass\nstep('b')\nstep('c')"
    async with client.get("/api/events") as response:
        stream = events(response)
        old = await begin(client, script)
        await until(stream, lambda event: event["type"] == "start" and event.get("lineStart") == 5)
        new = await begin(client, script.replace("step('c')", "step('d')"), supersede=True)
        await until(stream, lambda event: event["type"] == "queued" and event["runId"] == new)
        # The texts are compared beside, in the server's own loop, and the run is told to end; what the kernel is asked
        # after that, it answers after that.
        await asyncio.gather(*[task for task in asyncio.all_tasks() if task.get_name() == "superseding"])
        await post(client, "/api/check-script", script=script)
        go_on.touch()
        (*_, ended) = await until(stream, completes(old))
        assert ended["status"] == "superseded"
        assert "cutOff" not in ended
        (*_, ended) = await until(stream, completes(new))
        assert ended["status"] == "ok"
    assert (await session_of(client))["statements"][-1]["output"][0]["text"] == "d\n"


async def test_answers_are_given_again_shown_and_forgotten(client: Client) -> None:
    script = "name = input('name? ')\nprint(name)"
    body = {"script": script, "fresh": True, "live": True}
    async with client.post("/api/execute-script", json=body) as response:
        stream = events(response)
        await until(stream, "input")
        await post(client, "/api/input", text="Ann")
        seen = await until(stream, "complete")
    done = next(event for event in seen if event["type"] == "input-done")
    assert done["answer"] == {"prompt": "name? ", "text": "Ann"}
    seen = await live(client, script, again=True)
    assert not any(event["type"] == "input" for event in seen)
    done = next(event for event in seen if event["type"] == "input-done")
    assert done["answer"] == {"prompt": "name? ", "text": "Ann", "given": True}
    assert (await session_of(client))["statements"][0]["answers"] == [done["answer"]]
    assert texts(await fresh(client, f"{script}\n3")) == ["name? Ann\n", "Ann\n", "3\n"]
    await post(client, "/api/forget-answers", source="name = input('name? ')")
    assert "EOFError" in texts(await fresh(client, script))[0]
    async with client.post("/api/execute-script", json=body) as response:
        stream = events(response)
        await until(stream, "input")  # although the statement has run: nobody could be asked then
        await post(client, "/api/input", text="Bob")
        await until(stream, said("Bob"))


async def test_a_password_is_asked_for_each_time(client: Client) -> None:
    script = "from getpass import getpass\nlen(getpass())"
    for _ in range(2):
        body = {"script": script, "fresh": True, "live": True, "again": True}
        async with client.post("/api/execute-script", json=body) as response:
            stream = events(response)
            await until(stream, "input")
            await post(client, "/api/input", text="secret")
            seen = await until(stream, "complete")
        assert "secret" not in str(seen)


async def test_a_text_is_checked_before_it_runs(client: Client, workspace: Path) -> None:
    script = "x = 1\nimport time; time.sleep(0.02)\nopen('written', 'w').write('x');"
    await fresh(client, script)
    same = await post(client, "/api/check-script", script=script)
    assert (same["problem"], same["statements"], same["kept"], same["seconds"]) == (None, 4, 4, 0)
    edited = await post(client, "/api/check-script", script=script.replace("x = 1", "x = 2"))
    assert edited["kept"] == 0
    assert edited["seconds"] >= 0.02
    assert [(one["lineStart"], one["what"].partition(" ")[0]) for one in edited["effects"]] in ([(3, "wrote")], [])
    broken = await post(client, "/api/check-script", script="x = 1\ny = (")
    assert (broken["problemLine"], broken["statements"]) == (2, 0)
    assert broken["problem"]


async def test_results_are_verified_by_a_fresh_process_beside(client: Client, workspace: Path) -> None:
    (workspace / "data").write_text("one")
    script = "object()\nprint(open('data').read())\nimport os\nprint(os.path.exists('data'))"
    async with client.post("/api/verify") as response:
        assert response.status == 409
    await fresh(client, script)
    assert await post(client, "/api/verify") == {"status": "ok", "same": True, "differences": []}
    before = await session_of(client)
    (workspace / "data").write_text("two")
    found = await post(client, "/api/verify")
    assert found["same"] is False
    (difference,) = found["differences"]
    assert (difference["nodeIndex"], difference["lineStart"]) == (1, 2)
    assert [item["text"] for item in (*difference["shown"], *difference["fresh"])] == ["one\n", "two\n"]
    after = await session_of(client)
    assert [one["output"] for one in after["statements"]] == [one["output"] for one in before["statements"]]
    assert after["timeline"] == before["timeline"]


@pytest.mark.parametrize("field", [{"again": True}, {"supersede": True}, {"focusLine": 1}])
async def test_what_concerns_fresh_runs_alone_is_refused_elsewhere(client: Client, field: dict[str, Any]) -> None:
    async with client.post("/api/execute-script", json={"script": "", **field}) as response:
        assert response.status == 422
        assert "fresh" in (await response.json())["detail"]


async def test_sessions_say_whether_the_command_asks_them_to_follow(make_client: Any) -> None:
    assert "follow" not in await session_of(await make_client())
    assert (await session_of(await make_client(follow=True)))["follow"] is True


async def test_a_queued_fresh_run_that_is_out_of_date_never_begins(client: Client, workspace: Path) -> None:
    go_on = workspace / "go-on"
    waits = "import os, time\nwhile not os.path.exists('go-on'): time.sleep(0.001)\n"
    async with client.get("/api/events") as response:
        stream = events(response)
        first = await begin(client, waits)
        await until(stream, "plan")
        second = await begin(client, f"{waits}print('second')")
        third = await begin(client, f"{waits}print('third')", supersede=True)
        (*_, ended) = await until(stream, completes(second))
        assert ended["status"] == "superseded"
        await asyncio.to_thread(go_on.touch)
        seen = await until(stream, completes(third))
        assert any(completes(first)(event) for event in seen)
        assert not any(event["type"] == "plan" and event["runId"] == second for event in seen)


async def test_the_session_says_from_where_on_there_are_no_snapshots(client: Client) -> None:
    begins = "import threading\nevent = threading.Event()\nthread = threading.Thread(target=event.wait)\nthread.start()"
    script = f"{begins}\nx = 1\nprint(x)\nevent.set(); thread.join()"
    seen = await live(client, script, focusLine=6)
    told = [event for event in seen if event["type"] == "declined"]
    assert [event["nodeIndex"] for event in told[:1]] == [5]
    assert "thread" in told[0]["reason"]
    session = await session_of(client)
    if "declined" in session:  # until a snapshot can be made again
        assert session["declined"]["reason"] == told[-1]["reason"]


async def test_an_interrupted_statement_runs_again_and_those_before_it_do_not(client: Client) -> None:
    script = "print('a')\nimport time\nprint('waits', flush=True)\ntime.sleep(wait)"
    body = {"script": f"wait = 600\n{script}", "fresh": True, "live": True}
    async with client.post("/api/execute-script", json=body) as response:
        stream = events(response)
        await until(stream, lambda event: event["type"] == "start" and event["nodeIndex"] == 4)
        await post(client, "/api/interrupt")
        (*_, ended) = await until(stream, "complete")
    assert ended["status"] == "interrupted"
    session = await session_of(client)
    assert [one["nodeIndex"] for one in session["timeline"]] == [0, 1, 2, 3]
    async with client.post("/api/execute-script", json=body) as response:
        stream = events(response)
        seen = await until(stream, lambda event: event["type"] == "start" and event["nodeIndex"] == 4)
        await post(client, "/api/interrupt")
        await until(stream, "complete")
    ran = [event["nodeIndex"] for event in seen if event["type"] == "start"]
    assert ran[-1] == 4
    assert ran == [*range(5)][-len(ran) :]  # from a snapshot, if there was one
