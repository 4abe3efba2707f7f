"""A page hears of every change, once."""

import asyncio

from desk.live import changes
from store.tx import Store
from tests.ingest.conftest import NOW


def test_each_new_revision_is_told_once() -> None:
    revisions = iter(["a", "a", "b", "b", "b", "c"])

    async def heard() -> list[str]:
        stream = changes(lambda: next(revisions), lambda: False, interval=0)
        return [await anext(stream) for _ in range(3)]

    assert asyncio.run(heard()) == ["a", "b", "c"]


def test_it_ends_with_the_server() -> None:
    async def heard() -> list[str]:
        return [one async for one in changes(lambda: "a", iter([False, False, True]).__next__, interval=0)]

    assert asyncio.run(heard()) == ["a"]


def test_what_another_process_writes_is_heard(store: Store) -> None:
    def revision() -> str:
        with store.reading() as tx:
            return tx.views.revision()

    def write() -> None:
        with store.transaction("test.write") as tx:
            [identity] = tx.cases.reserve(2026, 1)
            tx.cases.add([_case(identity)])

    async def heard() -> list[str]:
        stream = changes(revision, lambda: False, interval=0.01)
        first = await anext(stream)
        await asyncio.to_thread(write)
        return [first, await asyncio.wait_for(anext(stream), 20)]

    first, second = asyncio.run(heard())
    assert first != second


def _case(identity: int) -> dict[str, object]:
    words = ("status", "channel", "source", "subject", "lang", "category", "motif", "tool", "scope", "requester")
    return dict.fromkeys(words, "x") | {
        "id": identity,
        "number": "MPA-26-00001",
        "review": False,
        "tags": {},
        "flags": [],
        "requester_name": "",
        "submitter": "x",
        "opened_at": NOW,
        "touched_at": NOW,
    }
