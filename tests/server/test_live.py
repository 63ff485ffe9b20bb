"""The live stream, and the events that any number of pages follow."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse

from tests.conftest import Client, MakeClient

from .events import Event, events, frames, said, texts, until

SLEEP = "import time\ntime.sleep(60)"


async def run_live(client: Client, script: str, **fields: Any) -> AsyncIterator[Event]:
    response = await client.post("/api/execute-script", json={"script": script, "live": True, **fields})
    assert response.status == 200, await response.text()
    return events(response)


async def follow(client: Client, **query: Any) -> ClientResponse:
    response = await client.get("/api/events", params={name: str(value) for name, value in query.items()})
    assert response.status == 200, await response.text()
    return response


async def run_detached(client: Client, script: str, **fields: Any) -> str:
    response = await client.post("/api/execute-script", json={"script": script, "detached": True, **fields})
    assert response.status == 202
    run_id: str = (await response.json())["runId"]
    return run_id


async def watch(pid: int) -> asyncio.Event:
    """Return an event that is set when the process is gone."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    descriptor = os.pidfd_open(pid)

    def gone() -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        ended.set()

    loop.add_reader(descriptor, gone)
    return ended


async def session_of(client: Client, **query: Any) -> dict[str, Any]:
    response = await client.get("/api/session", params=query)
    assert response.status == 200
    answer: dict[str, Any] = await response.json()
    return answer


async def test_every_event_of_a_run_comes_in_order(client: Client) -> None:
    seen = [event async for event in await run_live(client, "x = 1\nprint('1\\n', end='')\nx + 1")]
    run_id = seen[0]["runId"]
    assert all(event["runId"] == run_id for event in seen)
    for event in seen:
        event.pop("runId")
        event.pop("durationMs", None)
        event.pop("startedAt", None)
        event.pop("endedAt", None)
    assert seen == [
        {"type": "queued"},
        {
            "type": "plan",
            "whole": True,
            "script": "x = 1\nprint('1\\n', end='')\nx + 1",
            "statements": [
                {"nodeIndex": 0, "lineStart": 1, "lineEnd": 1, "source": "x = 1"},
                {"nodeIndex": 1, "lineStart": 2, "lineEnd": 2, "source": "print('1\\n', end='')"},
                {"nodeIndex": 2, "lineStart": 3, "lineEnd": 3, "source": "x + 1"},
            ],
        },
        {"type": "start", "nodeIndex": 0, "lineStart": 1, "lineEnd": 1},
        {"type": "result", "nodeIndex": 0, "lineStart": 1, "lineEnd": 1, "isInvisible": True},
        {"type": "start", "nodeIndex": 1, "lineStart": 2, "lineEnd": 2},
        {"type": "output", "nodeIndex": 1, "index": 0, "item": {"type": "stdout", "text": "1\n"}},
        {"type": "result", "nodeIndex": 1, "lineStart": 2, "lineEnd": 2, "isInvisible": False},
        {"type": "start", "nodeIndex": 2, "lineStart": 3, "lineEnd": 3},
        {"type": "output", "nodeIndex": 2, "index": 0, "item": {"type": "stdout", "text": "2\n"}},
        {"type": "result", "nodeIndex": 2, "lineStart": 3, "lineEnd": 3, "isInvisible": False},
        {"type": "complete", "status": "ok"},
    ]


async def test_output_comes_before_its_statement_ends(client: Client) -> None:
    stream = await run_live(client, "print('now', end='', flush=True); import time; time.sleep(60)")
    assert "result" not in [event["type"] for event in await until(stream, said("now"))]
    await client.post("/api/interrupt")
    assert (await until(stream, "complete"))[-1]["status"] == "interrupted"


async def test_events_are_numbered_upwards(client: Client) -> None:
    response = await client.post("/api/execute-script", json={"script": "1\n2\n3", "live": True})
    ids = [int(event_id or 0) async for event_id, _ in frames(response)]
    assert ids == sorted(set(ids))
    assert ids[0] > 0


async def test_the_status_tells_how_a_run_ended(client: Client) -> None:
    endings = {
        "1": {"status": "ok"},
        "1 / 0": {"status": "error"},
        "import sys; sys.exit(3)": {"status": "exited", "exitCode": 3},
    }
    for script, ending in endings.items():
        last = [event async for event in await run_live(client, script)][-1]
        assert {name: last[name] for name in last if name not in {"type", "runId"}} == ending


async def test_input_is_asked_for_and_answered_once(client: Client) -> None:
    stream = await run_live(client, "name = input('name? ')\nprint('hello', name)")
    asked = (await until(stream, "input"))[-1]
    assert (asked["prompt"], asked["nodeIndex"], asked["password"]) == ("name? ", 0, False)
    shown = await session_of(client)
    assert shown["input"]["prompt"] == "name? "
    assert shown["kernel"]["state"] == "waiting-for-input"
    assert (await client.post("/api/input", json={"text": "Ada"})).status == 200
    again = await client.post("/api/input", json={"text": "twice"})
    assert again.status == 409
    assert "Nothing waits" in (await again.json())["detail"]
    rest = await until(stream, "complete")
    assert "input-done" in [event["type"] for event in rest]
    assert "hello Ada" in texts(rest)
    assert (await session_of(client))["input"] is None


async def test_an_answer_to_an_earlier_question_is_not_given_to_the_next(client: Client) -> None:
    stream = await run_live(client, "print(input('first '), input('second '))")
    first = (await until(stream, "input"))[-1]["question"]
    assert (await client.post("/api/input", json={"text": "one", "question": first})).status == 200
    second = (await until(stream, "input"))[-1]["question"]
    late = await client.post("/api/input", json={"text": "one more", "question": first})
    assert late.status == 409
    assert "another one" in (await late.json())["detail"]
    assert (await client.post("/api/input", json={"text": "two", "question": second})).status == 200
    assert "one two" in texts(await until(stream, "complete"))


async def test_end_of_file_and_interrupt_answer_an_input_too(client: Client) -> None:
    stream = await run_live(client, "input()")
    await until(stream, "input")
    await client.post("/api/input", json={"text": None})
    rest = await until(stream, "complete")
    assert "EOFError" in texts(rest, "error")
    stream = await run_live(client, "input()")
    await until(stream, "input")
    await client.post("/api/interrupt")
    rest = await until(stream, "complete")
    assert rest[-1]["status"] == "interrupted"
    assert "input-done" in [event["type"] for event in rest]


async def test_input_to_a_session_that_waits_for_none_is_refused(client: Client) -> None:
    assert (await client.post("/api/input", json={"text": "x"})).status == 409


async def test_a_detached_run_reaches_every_subscriber(client: Client) -> None:
    first, second = events(await follow(client)), events(await follow(client))
    run_id = await run_detached(client, "print('to all')")
    for stream in (first, second):
        seen = await until(stream, "complete")
        assert texts(seen) == "to all\n"
        assert {event["runId"] for event in seen if "runId" in event} == {run_id}
        assert [event["kernel"]["state"] for event in seen if event["type"] == "kernel"][-1] == "busy"


async def test_who_re_attaches_sees_everything_once(client: Client, workspace: Path) -> None:
    script = "import os, time\nfor n in range(300):\n    print(n)\n    time.sleep(0.001)"
    response = await follow(client)
    await run_detached(client, script)
    seen: list[Event] = []
    last = ""
    for count in (1, 2, 5, 20, 1000):
        async for event_id, event in frames(response):
            seen.append(event)
            last = event_id or last
            if len(seen) >= count or event["type"] == "complete":
                break
        response.close()
        if seen[-1]["type"] == "complete":
            break
        response = await follow(client, after=last)
    assert texts(seen) == "".join(f"{n}\n" for n in range(300))
    assert [event["type"] for event in seen].count("start") == 2


async def test_last_event_id_means_the_same_as_after(client: Client) -> None:
    before = (await session_of(client))["lastEventId"]
    await until(await run_live(client, "print(1)"), "complete")
    response = await client.get("/api/events", headers={"Last-Event-ID": str(before)})
    assert texts(await until(events(response), "complete")) == "1\n"
    response.close()
    assert (await client.get("/api/events", headers={"Last-Event-ID": "x"})).status == 422


async def test_who_knows_nothing_of_this_server_is_told_to_read_again(client: Client) -> None:
    for unknown in (0, 5, 2**53):
        assert [event async for event in events(await follow(client, after=unknown))] == [{"type": "resync"}]


async def test_a_page_that_reloads_shows_the_same_and_goes_on_without_a_gap(client: Client) -> None:
    stream = await run_live(client, "print('done')\nif True:\n    print('shown')\n    input()\nprint('after')")
    await until(stream, "input")
    shown = await session_of(client)
    assert [(s["state"], [i["text"] for i in s["output"]]) for s in shown["statements"]] == [
        ("done", ["done\n"]),
        ("running", ["shown\n"]),
        ("waiting", []),
    ]
    assert shown["statements"][1]["runningMs"] > 0
    assert shown["runId"] == shown["statements"][0]["runId"]
    assert shown["script"].startswith("print('done')")
    attached = events(await follow(client, after=shown["lastEventId"]))
    await client.post("/api/input", json={"text": ""})
    assert texts(await until(attached, "complete")).strip() == "after"
    await until(stream, "complete")
    shown = await session_of(client)
    assert [s["state"] for s in shown["statements"]] == ["done", "done", "done"]
    assert shown["runId"] is None
    assert shown["kernel"]["state"] == "idle"


async def test_what_waits_is_shown(client: Client) -> None:
    running = await run_live(client, "input()")
    await until(running, "input")
    waiting = await run_detached(client, "print(2)", lineRange={"from": 1, "to": 1})
    assert (await session_of(client))["queued"] == [{"runId": waiting, "lineRange": {"from": 1, "to": 1}}]
    stream = events(await follow(client))
    await client.post("/api/input", json={"text": ""})
    await until(stream, lambda event: event["type"] == "complete" and event["runId"] == waiting)
    assert (await session_of(client))["queued"] == []


async def test_a_detached_run_says_which_event_tells_of_it_first(client: Client) -> None:
    response = await client.get("/api/events")
    answer = await (await client.post("/api/execute-script", json={"script": "1", "detached": True})).json()
    async for event_id, event in frames(response):
        if event.get("runId") == answer["runId"]:
            assert (event["type"], event_id) == ("queued", str(answer["eventId"]))
            break


async def test_an_error_drops_the_rest_of_its_own_run_and_nothing_else(client: Client) -> None:
    stream = events(await follow(client))
    await run_detached(client, "1 / 0\nprint('never')")
    second = await run_detached(client, "print('mine')")
    seen = await until(stream, lambda event: event["type"] == "complete" and event["runId"] == second)
    assert texts(seen) == "mine\n"
    assert [event["status"] for event in seen if event["type"] == "complete"] == ["error", "ok"]


async def test_a_window_limits_what_a_flood_sends(client: Client) -> None:
    stream = await run_live(client, "for n in range(200_000): print(n)", window=10_000)
    text, sent, omitted = "", 0, 0
    async for event in stream:
        if event["type"] != "output":
            continue
        sent += len(event["item"]["text"])
        text = text[: event.get("replaceFrom", len(text))] + event["item"]["text"]
        omitted = event.get("omitted", omitted)
    assert text.startswith("0\n1\n2\n")
    assert text.endswith("199998\n199999\n")
    assert len(text) <= 10_000
    assert len(text) + omitted == sum(len(str(n)) + 1 for n in range(200_000))
    (item,) = (await session_of(client, window=10_000))["statements"][0]["output"]
    assert (len(item["text"]), item["cutAt"], item["text"][-2500:]) == (10_000, 5000, text[-2500:])
    assert item["omitted"] == 1_288_890 - 10_000
    assert sent < 2 * 1_288_890


async def output_of(
    client: Client, shown: dict[str, Any], item: int = 0, statement: int = 0, path: str = "/api/output"
) -> ClientResponse:
    place = shown["statements"][statement]
    query = {"runId": place["runId"], "nodeIndex": str(place["nodeIndex"]), "item": str(item)}
    return await client.get(path, params=query)


async def test_a_session_shows_a_part_of_a_long_output_and_the_rest_can_be_fetched(client: Client) -> None:
    stream = await run_live(client, "print('😀' * 100_000)\nfor n in range(100_000): print(n)")
    await until(stream, "complete")
    shown = await session_of(client)
    for statement, text in enumerate(("😀" * 100_000 + "\n", "".join(f"{n}\n" for n in range(100_000)))):
        (item,) = shown["statements"][statement]["output"]
        assert len(item["text"]) == 65_536
        assert item["omitted"] == len(text) - 65_536
        whole = await output_of(client, shown, statement=statement)
        assert whole.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert await whole.text() == text
    assert (await output_of(client, shown, item=1)).status == 404
    shown["statements"][0]["nodeIndex"] = 7
    refused = await output_of(client, shown)
    assert (refused.status, await refused.json()) == (
        404,
        {"detail": "This output is no longer there: its statement ran again, or was reset."},
    )


PAGES = """
class Page(str):
    __repr__ = lambda self: 'a page'
    def _repr_html_(self):
        return self * 5_000_000
"""


async def test_a_session_has_the_data_of_the_newest_displays_and_the_rest_can_be_fetched(client: Client) -> None:
    stream = await run_live(client, PAGES + "\n".join(f"Page('{letter}')" for letter in "abcde"))
    await until(stream, "complete")
    answer = await client.get("/api/session")
    assert len(await answer.read()) < 16_000_000
    shown = await answer.json()
    items = [statement["output"][0] for statement in shown["statements"][1:]]
    assert ["data" in item for item in items] == [False, False, True, True, True]
    assert [item["text"] for item in items] == ["a page"] * 5
    assert items[0]["dataOmitted"]["text/html"] == 5_000_000
    whole = await (await output_of(client, shown, statement=2, path="/api/output-item")).json()
    assert whole["data"]["text/html"] == "b" * 5_000_000
    assert "dataOmitted" not in whole
    for item, statement in ((1, 2), (0, 0)):
        gone = await output_of(client, shown, item=item, statement=statement, path="/api/output-item")
        assert (gone.status, list(await gone.json())) == (404, ["detail"])


async def test_many_long_outputs_are_shown_with_less_of_each(client: Client) -> None:
    stream = await run_live(client, "\n".join(["print('x' * 60_000)"] * 400))
    await until(stream, "complete")
    shown = await session_of(client)
    lengths = {len(statement["output"][0]["text"]) for statement in shown["statements"]}
    assert lengths == {32_768}
    assert len(shown["statements"]) == 400


async def test_a_subscriber_that_never_reads_blocks_nobody_and_is_told_to_read_again(make_client: MakeClient) -> None:
    client = await make_client(event_budget=2_000_000, output_limit=50_000_000)
    slow = await follow(client)
    for _ in range(6):
        stream = await run_live(client, "print('x' * 5_000_000)", window=1024)
        assert (await until(stream, "complete"))[-1]["status"] == "ok"
    assert [event async for event in events(slow)][-1] == {"type": "resync"}


async def test_two_readers_of_a_flood_get_every_byte(client: Client) -> None:
    attached = events(await follow(client))
    stream = await run_live(client, "for n in range(100_000): print(n)")
    expected = "".join(f"{n}\n" for n in range(100_000))
    one, other = await asyncio.gather(until(stream, "complete"), until(attached, "complete"))
    assert texts(one) == expected
    assert texts(other) == expected


async def test_an_idle_stream_says_that_it_is_alive(make_client: MakeClient) -> None:
    client = await make_client(keep_alive=0.01)
    response = await follow(client)
    while not (line := await response.content.readline()).startswith(b": "):
        assert line  # of an event: the kernel comes up meanwhile
    response.close()


async def test_results_are_cleared_and_the_variables_stay(client: Client) -> None:
    await until(await run_live(client, "x = 1\nx"), "complete")
    stream = events(await follow(client))
    assert (await client.post("/api/clear-results")).status == 200
    await until(stream, "results-cleared")
    assert (await session_of(client))["statements"] == []
    assert (await client.post("/api/restore-results")).status == 200
    await until(stream, "results-restored")
    restored = (await session_of(client))["statements"]
    assert [[item["text"] for item in one["output"]] for one in restored] == [[], ["1\n"]]
    seen = await until(await run_live(client, "x"), "complete")
    assert [event["item"]["text"] for event in seen if event["type"] == "output"] == ["1\n"]


async def test_a_reset_is_told_and_forgets_the_results(client: Client) -> None:
    await until(await run_live(client, "x = 1\nx"), "complete")
    before = (await session_of(client))["kernel"]["generation"]
    stream = events(await follow(client))
    running = await run_live(client, SLEEP)
    await until(running, lambda event: event["type"] == "start" and event["nodeIndex"] == 1)
    waiting = await run_detached(client, "print('never')")
    assert (await client.post("/api/reset")).status == 200
    assert (await until(running, "complete"))[-1]["status"] == "interrupted"
    seen = await until(stream, lambda event: event["type"] == "kernel" and event["kernel"]["generation"] > before)
    completed = {event["runId"]: event["status"] for event in seen if event["type"] == "complete"}
    assert completed[waiting] == "interrupted"
    assert "reset" in [event["type"] for event in seen]
    shown = await session_of(client)
    assert shown["statements"] == []
    assert shown["kernel"]["state"] == "idle"
    assert shown["kernel"]["generation"] == before + 1


async def test_an_interrupt_ends_the_runs_that_wait_as_well(client: Client) -> None:
    stream = events(await follow(client))
    running = await run_live(client, SLEEP)
    await until(running, lambda event: event["type"] == "start" and event["nodeIndex"] == 1)
    waiting = [await run_detached(client, "print('never')") for _ in range(2)]
    assert (await client.post("/api/interrupt")).status == 200
    assert (await until(running, "complete"))[-1]["status"] == "interrupted"
    last = await run_detached(client, "1")
    seen = await until(stream, lambda event: event["type"] == "complete" and event["runId"] == last)
    completed = {event["runId"]: event["status"] for event in seen if event["type"] == "complete"}
    assert [completed[run_id] for run_id in waiting] == ["interrupted", "interrupted"]
    assert "never\n" not in [event["item"]["text"] for event in seen if event["type"] == "output"]


async def test_a_worker_that_dies_is_told_and_the_next_run_has_a_fresh_one(client: Client) -> None:
    seen = await until(
        await run_live(client, "print('last words')\nimport os; os._exit(7)\nprint('never')"), "complete"
    )
    assert seen[-1]["status"] == "died"
    assert texts(seen) == "last words\n"
    assert "7" in texts(seen, "error")
    assert texts(await until(await run_live(client, "print('alive')"), "complete")) == "alive\n"
    kernel = (await session_of(client))["kernel"]
    assert kernel["generation"] == 2
    assert "7" in kernel["reason"]


async def test_a_kernel_killed_from_outside_is_told_and_replaced(client: Client) -> None:
    stream = events(await follow(client))
    running = await run_live(
        client, "import os\nprint(os.getppid(), os.getpid(), flush=True)\nimport time; time.sleep(60)"
    )
    supervisor, worker = map(int, texts(await until(running, said("\n"))).split())
    worker_ended = await watch(worker)
    os.kill(supervisor, signal.SIGKILL)
    seen = await until(running, "complete")
    assert seen[-1]["status"] == "died"
    assert "SIGKILL" in texts(seen, "error")
    dead = (await until(stream, lambda event: event["type"] == "kernel" and event["kernel"]["state"] == "dead"))[-1]
    assert "SIGKILL" in dead["kernel"]["reason"]
    await worker_ended.wait()
    assert texts(await until(await run_live(client, "print('alive')"), "complete")) == "alive\n"
    assert (await session_of(client))["kernel"]["generation"] == 2


async def test_a_dead_kernel_can_be_reset(client: Client) -> None:
    stream = events(await follow(client))
    running = await run_live(client, "import os\nprint(os.getppid(), flush=True)")
    supervisor = int(texts(await until(running, "complete")))
    os.kill(supervisor, signal.SIGKILL)
    await until(stream, lambda event: event["type"] == "kernel" and event["kernel"]["state"] == "dead")
    assert (await client.post("/api/reset")).status == 200
    assert (await session_of(client))["kernel"]["state"] == "idle"


async def test_a_progress_bar_comes_as_it_stands_and_the_default_stream_has_every_byte(client: Client) -> None:
    script = "import sys\nfor n in range(3000): sys.stderr.write(f'\\r{n:5}/3000')"
    every = "".join(f"\r{n:5}/3000" for n in range(3000))
    seen = await until(await run_live(client, script), "complete")
    text = ""
    for event in seen:
        if event["type"] == "output":
            text = text[: event.get("replaceFrom", len(text))] + event["item"]["text"]
    assert text == " 2999/3000"
    assert len(json.dumps(seen)) < len(every)
    shown = await session_of(client)
    assert [item["text"] for item in shown["statements"][1]["output"]] == [text]
    response = await client.post("/api/execute-script", json={"script": script})
    results = [event async for event in events(response)]
    assert [item["text"] for item in results[1]["output"]] == [every]
