"""What is read and told without pydantic is what pydantic would read and tell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rdit.protocol import models
from rdit.server.quick_requests import quick_execute
from rdit.server.routes.table import HEALTHY

FIELDS = ["script", "sessionId", "live", "stopOnError", "detached", "session_id", "lineRange", "window", "nonsense"]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 2),
    st.floats(),
    st.text(st.characters(exclude_categories=()), max_size=5),
    st.sampled_from(["", "1", "true", "x" * 200, "x" * 201, "\ud800", "\0"]),
    st.lists(st.integers(), max_size=1),
    st.just({"from": 1, "to": 2}),
)


def fields(request: Any) -> dict[str, Any]:
    return {name: getattr(request, name) for name in models.ExecuteRequest.model_fields}


def agree(body: bytes) -> bool:
    """Hold the quick reader to pydantic; return whether it read *body* at all."""
    quick = quick_execute(body)
    if quick is not None:
        assert fields(quick) == fields(models.ExecuteRequest.model_validate_json(body))
    return quick is not None


@pytest.mark.parametrize(
    "body",
    [
        b'{"script":"1 + 1"}',
        b' {"script" : "x = 1\\nx" , "live": true,"stopOnError":false,\n"detached":true, "sessionId":"abc"}\r\n',
        '{"script":"print(\'größer 😀\')"}'.encode(),
        b'{"script":"a","script":"b"}',
        b'{"script":""}',
    ],
)
def test_usual_requests_are_read_without_pydantic_and_mean_the_same(body: bytes) -> None:
    assert agree(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1 + 1",
        b"{}",
        b'{"script":null}',
        b'{"script":"1","live":1}',
        b'{"script":"1","live":"true"}',
        b'{"script":"1","sessionId":""}',
        b'{"script":"1","sessionId":null}',
        b'{"script":"1","nonsense":true}',
        b'{"script":"1","lineRange":{"from":1,"to":1}}',
        b'{"script":"\xff"}',
        b'{"script":"\\ud800"}',
        b'{"script":"1"} {}',
        b'\xef\xbb\xbf{"script":"1"}',
        b'{"script":"a\nb"}',
        '{"script":"1"}'.encode("utf-16"),
        b'{"script":' + b"[" * 100_000,
    ],
)
def test_everything_else_is_left_to_pydantic(body: bytes) -> None:
    assert quick_execute(body) is None


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=5), st.booleans())
def test_whatever_is_read_without_pydantic_means_the_same_with_it(body: dict[str, Any], ascii_only: bool) -> None:
    agree(json.dumps(body, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=20))
def test_bytes_that_pydantic_refuses_are_never_read(data: bytes) -> None:
    body = b'{"script":"' + data + b'"}'
    try:
        models.ExecuteRequest.model_validate_json(body)
    except ValidationError:
        assert quick_execute(body) is None
    else:
        agree(body)


def test_the_answer_of_the_health_endpoint_is_its_model() -> None:
    assert models.HealthAnswer().model_dump_json(by_alias=True).encode() == HEALTHY
