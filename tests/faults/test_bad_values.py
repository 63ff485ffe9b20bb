"""A value that no JSON can hold, or only JSON that readers refuse, costs its own display and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.faults.test_faults import run, status
from tests.server.events import texts

if TYPE_CHECKING:
    from tests.conftest import Client

BUNDLE = """
import functools, sys
getattr(sys, "set_int_max_str_digits", print)(0)
kept = 6 * 7
def nested(depth):
    return functools.reduce(lambda inner, _: [inner], range(depth), 1)
def objects(depth):
    return functools.reduce(lambda inner, _: {{"a": inner}}, range(depth), 1)
def cycle():
    value = []
    value.append(value)
    return value
class Shown:
    def __repr__(self): return "shown as text"
    def _repr_mimebundle_(self, include, exclude): return {bundle}
Shown()
print("after")
"""
REFUSED = {
    "101 levels": ("nested(101)", "nested deeper than 100 levels"),
    "256 levels": ("nested(256)", "nested deeper than 100 levels"),
    "800 levels": ("nested(800)", "nested deeper than 100 levels"),
    "objects": ("objects(940)", "nested deeper than 100 levels"),
    "too deep for Python": ("nested(100_000)", "RecursionError"),
    "a cycle": ("cycle()", "Circular reference"),
    "5,000 digits": ("10 ** 5000", "an integer in JSON has 5,001 digits"),
    "301 digits": ("[10 ** 300]", "an integer in JSON has 301 digits"),
    "NaN": ("[float('nan')]", "not JSON compliant"),
    "a huge key": ("{'k' * (65 << 20): 1}", "the JSON is too large: 65 MiB of at most 64"),
    "a set": ("{1, 2}", "not JSON serializable"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_value_that_is_no_json_for_all_costs_its_format_and_nothing_else(client: Client, name: str) -> None:
    value, why = REFUSED[name]
    seen = await run(client, BUNDLE.format(bundle=f"{{'text/html': 'kept', 'application/json': {value}}}"))
    assert status(seen) == "ok"
    assert texts(seen).endswith("after\n")
    assert why in texts(seen, "error")
    displays = [event["item"] for event in seen if event["type"] == "output" and event["item"]["type"] == "display"]
    assert [(item["text"], item["data"]) for item in displays] == [("shown as text", {"text/html": "kept"})]
    assert (await client.get("/api/session")).status == 200
    assert texts(await run(client, "print(kept)")) == "42\n"


TAKEN = {
    "100 levels": "nested(99)",
    "a number of 300 digits": "10 ** 299",
    "a lone surrogate": "['\\ud800', {'\\udfff': 1}]",
    "many brackets in strings": "['[' * 1000, ']']",
}


@pytest.mark.parametrize("name", TAKEN)
async def test_what_is_within_the_limits_is_shown(client: Client, name: str) -> None:
    seen = await run(client, BUNDLE.format(bundle=f"{{'application/json': {TAKEN[name]}}}"))
    assert (status(seen), texts(seen, "error")) == ("ok", "")
    (item,) = [event["item"] for event in seen if event["type"] == "output" and event["item"]["type"] == "display"]
    assert list(item["data"]) == ["application/json"]
    assert (await client.get("/api/session")).status == 200


NAMES = {
    "a long name of a format": ("{'x' * 300: 'text', 'text/html': 'kept'}", "has 300 characters, of at most 255"),
    "half a character in the name": ("{'text/\\ud800': 'text', 'text/html': 'kept'}", ""),
    "deep metadata": ("({'text/html': 'kept'}, {'text/html': nested(200)})", "nested deeper than 100 levels"),
}


@pytest.mark.parametrize("name", NAMES)
async def test_odd_names_and_metadata_cost_no_more_than_themselves(client: Client, name: str) -> None:
    bundle, why = NAMES[name]
    seen = await run(client, BUNDLE.format(bundle=bundle))
    assert status(seen) == "ok"
    assert texts(seen).endswith("after\n")
    assert texts(seen, "display") == "shown as text"
    assert why in texts(seen, "error")
    assert (await client.get("/api/session")).status == 200


DISPLAY = """
from IPython.display import display
kept = 6 * 7
deep = [1]
for _ in range(900): deep = [deep]
try:
    display("x", metadata={"deep": deep})
except ValueError as error:
    print(error)
_ = display("y", display_id="\\ud800")
print("after")
"""


async def test_metadata_and_ids_that_are_given_to_display_are_within_the_limits(client: Client) -> None:
    pytest.importorskip("IPython")
    seen = await run(client, DISPLAY)
    assert (status(seen), texts(seen)) == ("ok", "the JSON is nested deeper than 100 levels\nafter\n")
    assert (await client.get("/api/session")).status == 200


ODD = {
    "deep": b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}",
    "deep, with half a character": b'{"a": "\\ud800", "b": ' + b"[" * 900 + b"]" * 900 + b"}",
    "very deep": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "301 digits": b'{"a": ' + b"9" * 301 + b"}",
    "many digits": b'{"a": ' + b"9" * 5000 + b"}",
    "many digits, with half a character": b'{"a": "\\ud800", "b": ' + b"9" * 5000 + b"}",
    "a truncated escape": b'{"a": "\\ud8',
}


@pytest.mark.parametrize("name", ODD)
async def test_a_query_in_odd_json_is_refused(client: Client, name: str) -> None:
    await run(client, "kept = 6 * 7")
    body = b'{"handle": "t1", "request": ' + ODD[name] + b"}"
    answer = await client.post("/api/query", data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400, await answer.text()
    assert texts(await run(client, "print(kept)")) == "42\n"


async def test_a_query_with_odd_values_is_answered(client: Client) -> None:
    """The control: what is within the limits reaches the object, which refuses it in words."""
    await run(client, "[list(range(100))]")
    for odd in (
        {"kind": "tree", "path": [1e308]},
        {"kind": "\ud800"},
        {"kind": "tree", "path": [10**299]},
        {"a": [[[]]]},
    ):
        body = json.dumps({"handle": "o1", "request": odd}).encode()
        answer = await client.post("/api/query", data=body, headers={"Content-Type": "application/json"})
        assert answer.status == 422, await answer.text()
