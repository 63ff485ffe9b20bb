"""Events reach each subscriber once, in order, at its own pace, within a budget."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rdit.session.event_log import Store, Subscription
from rdit.session.output.output import Item, Output, Rolled


def new_store(budget: int = 1 << 20) -> Store:
    return Store(first_id=100, budget=budget)


def events(data: bytes) -> list[tuple[int | None, dict[str, Any]]]:
    """Parse server-sent bytes into (id, event)."""
    parsed = []
    for frame in data.decode().split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in frame.split("\n"))
        parsed.append((int(fields["id"]) if "id" in fields else None, json.loads(fields["data"])))
    return parsed


def write(store: Store, output: Output, text: str) -> None:
    for change in output.write("stdout", text, False):
        store.append_output(change, "r", 0)


def agrees(text: str, omitted: int, item: Item, window: int) -> None:
    """A reader's text has the head and the newest end, is within its window, and lacks what it says."""
    if item.chars <= window:
        assert (text, omitted) == (item.text(), 0)
        return
    head = item.first_chars(window // 2)
    assert text.startswith(head)
    assert len(text) <= window
    assert len(text) + omitted == item.chars
    assert item.newest_chars(min(window // 4, item.kept_chars - len(head))) == text[len(head) :][-(window // 4) :]


class Reader:
    """Puts an item's text together as a client does."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.texts: dict[int, str] = {}
        self.omitted: dict[int, int] = {}
        self.cuts: dict[int, int] = {}
        self.ids: list[int] = []
        self.types: list[str] = []

    def read(self) -> None:
        while data := self.subscription.read():
            for event_id, event in events(data):
                if event_id is not None:
                    self.ids.append(event_id)
                self.types.append(event["type"])
                if event["type"] == "output":
                    self.take(event)
            if self.subscription.ended:
                return

    def take(self, event: dict[str, Any]) -> None:
        text = self.texts.get(event["index"], "")
        if "replaceFrom" in event:
            units = text.encode("utf-16-le")[: event["replaceFrom"] * 2]
            text = units.decode("utf-16-le")
            if "omitted" in event:
                self.omitted[event["index"]], self.cuts[event["index"]] = event["omitted"], event["replaceFrom"]
            elif event["replaceFrom"] <= self.cuts.get(event["index"], -1):
                del self.omitted[event["index"]], self.cuts[event["index"]]
        self.texts[event["index"]] = text + event["item"]["text"]


async def test_events_are_numbered_and_come_in_order() -> None:
    store = new_store()
    subscription = Subscription(store)
    store.append(b'{"n":1}')
    store.append(b'{"n":2}')
    assert events(subscription.read()) == [(100, {"n": 1}), (101, {"n": 2})]
    assert subscription.read() == b""


async def test_who_comes_back_gets_what_follows_the_event_it_knows() -> None:
    store = new_store()
    for number in range(5):
        store.append(b'{"n":%d}' % number)
    assert [event["n"] for _, event in events(Subscription(store, after=102).read())] == [3, 4]


async def test_who_knows_an_event_of_another_life_is_told_to_read_again() -> None:
    store = new_store()
    store.append(b"{}")
    for unknown in (5, 1000):
        subscription = Subscription(store, after=unknown)
        assert events(subscription.read()) == [(None, {"type": "resync"})]
        assert subscription.ended


async def test_who_falls_off_the_budget_is_told_to_read_again_and_others_go_on() -> None:
    store = new_store(budget=100_000)
    slow, quick = Subscription(store), Subscription(store)
    for _ in range(1000):
        store.append(b'{"x":"%b"}' % (b"x" * 1000))
        assert len(events(quick.read())) == 1
    assert events(slow.read()) == [(None, {"type": "resync"})]


async def test_unread_pieces_of_one_item_are_one_event() -> None:
    store, output = new_store(), Output(10_000)
    subscription = Subscription(store)
    for text in ("a", "b", "c"):
        write(store, output, text)
    assert [event["item"]["text"] for _, event in events(subscription.read())] == ["abc"]
    write(store, output, "d")
    assert [event["item"]["text"] for _, event in events(subscription.read())] == ["d"]


async def test_a_snapshot_ends_merging_so_that_what_follows_it_is_new() -> None:
    store, output = new_store(), Output(10_000)
    write(store, output, "in the snapshot")
    last = store.seal()
    write(store, output, "after")
    assert [event["item"]["text"] for _, event in events(Subscription(store, after=last).read())] == ["after"]


async def test_a_run_s_subscription_has_its_events_alone_and_ends_with_it() -> None:
    store = new_store()
    subscription = Subscription(store, run_id="b")
    store.append(b'{"n":1}', "a")
    store.append(b'{"n":2}', "b")
    store.append(b'{"n":3}', "b", ends_run=True)
    store.append(b'{"n":4}', "b")
    assert [event["n"] for _, event in events(subscription.read())] == [2, 3]
    assert subscription.ended


async def test_waiting_ends_with_an_event_with_the_store_or_with_the_time() -> None:
    store = new_store()
    subscription = Subscription(store)
    assert not await subscription.wait(0.001)
    waiting = asyncio.create_task(subscription.wait(60))
    await asyncio.sleep(0)
    store.append(b"{}")
    assert await waiting
    subscription.read()
    waiting = asyncio.create_task(subscription.wait(60))
    await asyncio.sleep(0)
    store.close()
    assert await waiting
    assert subscription.read() == b""
    assert subscription.ended


async def test_a_window_gets_the_head_once_and_then_the_newest_tail() -> None:
    store, output = new_store(), Output(1 << 20)
    reader = Reader(Subscription(store, window=1024))
    sent = 0
    for number in range(2000):
        write(store, output, f"{number:09}\n")
        if number % 10 == 9:
            data = reader.subscription.read()
            sent += len(data)
            for _, event in events(data):
                reader.take(event)
    item = output.items[0]
    agrees(reader.texts[0], reader.omitted[0], item, 1024)
    assert reader.texts[0].endswith("000001999\n")
    assert sent < 10 * item.chars  # an event of 100 characters is twice as long, and a cut repeats 256 now and then


async def test_a_window_that_comes_late_gets_little_of_a_flood() -> None:
    store, output = new_store(budget=1 << 24), Output(1 << 24)
    subscription = Subscription(store, window=4096)
    for _ in range(100):
        write(store, output, "x" * 50_000)
    data = subscription.read()
    assert len(data) < 3 * 4096
    reader = Reader(subscription)
    for _, event in events(data):
        reader.take(event)
    agrees(reader.texts[0], reader.omitted[0], output.items[0], 4096)


async def test_without_a_window_what_exceeds_the_limit_comes_whole_when_its_statement_ended() -> None:
    store, output = new_store(budget=1 << 24), Output(20_000)
    reader = Reader(Subscription(store))
    for number in range(10_000):
        write(store, output, f"{number:09}\n")
        if number % 100 == 0:
            reader.read()
    item = output.items[0]
    item.growing = False
    item.tail_event = 0
    write(store, output, "end\n")
    reader.read()
    assert reader.texts[0] == item.text()


WRITES = st.lists(
    st.tuples(
        st.text(alphabet="ab😀\n", min_size=1, max_size=200), st.booleans(), st.sampled_from(["stdout", "stderr"])
    ),
    max_size=40,
)


@given(WRITES, st.sampled_from([1024, 1500, 4096, 20_000, None]), st.booleans())
async def test_however_reads_and_writes_mix_a_reader_ends_with_what_the_session_shows(
    writes: list[tuple[str, bool, Any]], window: int | None, reconnect: bool
) -> None:
    store, output = new_store(), Output(6000)
    reader = Reader(Subscription(store, window=window))
    for text, read_now, stream in writes:
        for change in output.write(stream, text * 5, False):
            store.append_output(change, "r", 0)
        if read_now:
            reader.read()
            if reconnect and reader.ids:
                reader.subscription = Subscription(store, after=reader.ids[-1], window=window)
    for item in output.items:
        item.growing = False
        if item.tail is not None:  # as a session does when a statement ends
            item.tail_event = 0
            store.append_output(Rolled(item), "r", 0)
    reader.read()
    assert len(reader.texts) == len(output.items)
    for item in output.items:
        if window is None:
            assert reader.texts[item.index] == item.text()
        else:
            agrees(reader.texts[item.index], reader.omitted.get(item.index, 0), item, window)
    assert reader.ids == sorted(reader.ids)


DRAWN = [
    "bar\r",
    "\r",
    "longer bar ",
    "\n",
    "\x1b[A",
    "\x1b[2A\x1b[2K",
    "\x1b[K",
    "😀",
    "\b",
    "\x1b[2J",
    "plain text\n" * 30,
]


@given(
    st.lists(st.tuples(st.lists(st.sampled_from(DRAWN), min_size=1, max_size=6), st.booleans()), max_size=40),
    st.sampled_from([200, 1024, 4096, None]),
    st.booleans(),
)
async def test_however_text_is_drawn_over_a_reader_ends_with_what_the_session_shows(
    writes: list[tuple[list[str], bool]], window: int | None, reconnect: bool
) -> None:
    store, output = new_store(), Output(200_000)
    reader, late = Reader(Subscription(store, window=window)), Subscription(store, window=window)
    for pieces, read_now in writes:
        write(store, output, "".join(pieces))
        if read_now:
            reader.read()
            if reconnect and reader.ids:
                reader.subscription = Subscription(store, after=reader.ids[-1], window=window)
    newcomer = Reader(late)
    for one in (reader, newcomer):
        one.read()
        for item in output.items:
            text, omitted = one.texts.get(item.index, ""), one.omitted.get(item.index, 0)
            if window is None:
                assert text == item.text()
            else:
                agrees(text, omitted, item, window)


async def test_a_bar_s_history_is_neither_sent_to_one_who_comes_back_nor_kept() -> None:
    store, output = new_store(), Output(1 << 20)
    reader = Reader(Subscription(store))
    write(store, output, "starting\n")
    reader.read()
    raw = 0
    for done in range(20_000):
        update = f"\r{done / 1000:6.2f}%|{'█' * (done // 5000):20}| {done}/100000 [00:01<00:02, 9999.99it/s]"
        raw += len(update)
        write(store, output, update)
        if done % 10 == 9:
            reader.read()
        if done == 50:
            left = reader.ids[-1]
    history = Subscription(store, after=left).read()
    assert len(events(history)) == 1
    assert len(history) < 500
    assert store._size < 200_000
    assert raw > 1_000_000
    assert reader.texts[0] == output.items[0].text() == "starting\n" + update[1:]
