"""A header becomes a message of the kernel, or is refused."""

from __future__ import annotations

from typing import get_args

import pytest

from rdit.kernel.protocol.frames import OF_WORKER, BrokenFrame, FrameDecoder, encode, passed_on
from rdit.protocol.messages import Completed, Died, Displayed, Item, Message, Ready, WorkerStarted
from rdit.session.kernel.decoding import Refused, decode


def test_headers_become_messages() -> None:
    assert decode(b'{"type":"worker_started","pid":3}') == WorkerStarted(3)
    assert decode(b'{"type":"completed","run_id":"r","status":"exited","exit_code":3}') == Completed("r", "exited", 3)
    assert decode(b'{"type":"died","run_id":null,"exit_code":1,"signal":null,"reason":"so"}') == Died(
        None, 1, None, "so"
    )
    ready = decode(b'{"type":"ready","version":"3","implementation":"c","executable":"e","prefix":"p","pid":1}')
    assert isinstance(ready, Ready)


@pytest.mark.parametrize(
    "header",
    [
        b'{"type":"worker_started","pid":3}',
        b'{"type":"completed","run_id":"r","status":"died"}',
        b'{"type":"died","run_id":null,"exit_code":1,"signal":null,"reason":"so"}',
        b'{"type":"ready","version":"3","implementation":"c","executable":"e","prefix":"p","pid":1}',
    ],
)
def test_what_only_the_supervisor_may_say_is_refused_of_a_worker(header: bytes) -> None:
    assert not isinstance(decode(header), Refused)
    passed = passed_on(encode(header))
    assert passed is not None
    ((header_of_worker, _),) = FrameDecoder().feed(b"".join(passed))
    assert isinstance(decode(header_of_worker), Refused)


def test_what_is_no_message_is_refused_of_a_worker() -> None:
    refused = decode(OF_WORKER + b'{"type":"unknown"}')
    assert isinstance(refused, Refused)
    assert decode(OF_WORKER + b'{"type":"completed","run_id":"r","status":"ok"}') == Completed("r", "ok")


def test_a_lone_surrogate_in_a_message_is_replaced() -> None:
    header = b'{"type":"displayed","run_id":"r","node_index":0,"item":{"type":"stdout","text":"\\ud800!"}}'
    message = decode(header)
    assert isinstance(message, Displayed)
    assert message.item.text == "\ufffd!"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"{}",
        b'{"type":"unknown"}',
        b'{"type":["ready"]}',
        b'{"type":"worker_started"}',
        b'{"type":"worker_started","pid":"x"}',
        b'{"type":"written","stream":"stdin","run_id":"r","node_index":0}',
        b'{"type":"written","stream":[],"run_id":"r","node_index":0}',
        b'{"type":"completed","run_id":"r","status":"fine"}',
        b'{"type":"displayed","run_id":"r","node_index":0,"item":null}',
        b'{"type":"displayed","run_id":"r","node_index":0,"item":{"type":"picture","text":""}}',
        b'{"type":"displayed","run_id":"r","node_index":0,"item":{"type":"display","text":"","data":[]}}',
        b"[" * 5000,
    ],
)
def test_what_is_no_message_is_a_broken_frame(header: bytes) -> None:
    with pytest.raises(BrokenFrame):
        decode(header)


def test_a_display_keeps_its_data() -> None:
    header = (
        b'{"type":"displayed","run_id":"r","node_index":3,"update":true,"item":{"type":"display","text":"t",'
        b'"data":{"a/b":[1.5,null]},"metadata":{},"display_id":"d"}}'
    )
    item = Item("display", "t", {"a/b": [1.5, None]}, {}, "d")
    assert decode(header) == Displayed("r", 3, item, update=True)


def test_every_message_has_a_name_of_its_own() -> None:
    names = [kind.__struct_config__.tag for kind in get_args(Message)]
    assert len(set(names)) == len(names)
