"""Whatever fails behind an answer, whoever calls hears something good within two seconds."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from app.demo.telephone.grammar import ALL, WAITING
from app.demo.telephone.twiml import Verb, read
from cases.profile import Profile
from ingest.voice.calls import Calls
from ingest.voice.twilio.addresses import AGAIN
from store.engine import open_engine
from store.tx import Store
from tests.ingest.voice.trouble import gone, locked
from tests.ingest.voice.twilio.asking import BEHIND, CALLER, OPEN, PUBLIC, Asking, app, exchange
from tests.promptly import promptly

AT = "/voice/twilio"
SERVED = {"RecordingDuration": "8", "QueueResult": "bridged", "DialCallStatus": "completed"}


def hears(asking: Asking, name: str, **said: str) -> tuple[Verb, ...]:
    """The verbs that are heard there, in time."""
    with promptly(2):
        answer = asking.post(f"{AT}/{name}", **said)
    assert answer.status_code == 200
    return read(answer.content, answer.headers["content-type"], WAITING if name.startswith("wait") else ALL)


def names(verbs: tuple[Verb, ...]) -> list[str]:
    return [verb.name for verb in verbs]


@pytest.fixture(params=[locked, gone])
def trouble(request: pytest.FixtureRequest, asking: Asking) -> Iterator[Asking]:
    asking.ring()
    with request.param(asking.store):
        yield asking


APOLOGY = ["Say", "Say", "Say", "Say", "Record", "Hangup"]


def all_hear(asking: Asking, *addresses: str, **said: str) -> list[tuple[Verb, ...]]:
    """What is heard at several addresses that are asked at once; each must answer in time all the same."""
    with ThreadPoolExecutor(len(addresses)) as pool:
        return list(pool.map(lambda name: hears(asking, name, **said), addresses))


def test_a_caller_may_leave_a_message(trouble: Asking) -> None:
    for verbs in all_hear(trouble, "incoming", "step/1", "record/1", "queue/1", "transfer/1"):
        assert names(verbs) == APOLOGY
        assert [verb.get("language") for verb in verbs[:4]] == ["fr-BE", "de-DE", "nl-BE", "en-GB"]
        record = verbs[4]
        assert record.get("recordingStatusCallback") == f"{PUBLIC}{AT}/recording{AGAIN}"
        assert record.get("action") == f"{PUBLIC}{AT}/thanks"


def test_who_was_served_already_is_thanked(trouble: Asking) -> None:
    for verbs in all_hear(trouble, "record/1", "queue/1", "transfer/1", **SERVED):
        assert names(verbs) == ["Say", "Say", "Say", "Say", "Hangup"]


def test_who_waits_goes_on_waiting_and_is_let_go_in_the_end(trouble: Asking) -> None:
    pause, following = hears(trouble, "wait/1?round=4", QueueTime="20")
    assert (pause.name, following.text) == ("Pause", f"{PUBLIC}{AT}/wait/1?round=5")
    assert names(hears(trouble, "wait/1?round=9", QueueTime="150")) == ["Leave"]


def test_seats_and_callers_are_not_disturbed(trouble: Asking) -> None:
    assert names(hears(trouble, "answered/1")) == []
    assert names(hears(trouble, "leg/1")) == ["Hangup"]


def test_what_is_not_kept_is_to_be_told_again(trouble: Asking) -> None:
    said = {"RecordingSid": "RE01", "RecordingStatus": "completed", "ParentCallSid": "CA03", "CallStatus": "completed"}
    for name in ("recording", "status", "reached/1", "leg-status/1"):
        with promptly(2):
            answer = trouble.post(f"{AT}/{name}", **said)
        assert (answer.status_code, answer.content) == (503, b"")


def test_once_the_database_is_back_the_call_goes_on_where_it_was(asking: Asking) -> None:
    asking.ring()
    with locked(asking.store):
        assert names(hears(asking, "step/1", Digits="1")) == APOLOGY
    assert names(hears(asking, "step/1", Digits="1")) == ["Gather"]
    assert asking.post(f"{AT}/recording", RecordingSid="RE01", RecordingStatus="completed").status_code == 204


def test_without_any_database_the_fallback_answers(profile: Profile) -> None:
    store = Store(open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", hurried=True))
    with TestClient(app(exchange(store, profile, lambda: OPEN)), base_url=BEHIND) as client:
        asking = Asking(client, store)
        for name in ("incoming", "fallback"):
            assert names(hears(asking, name, ErrorCode="11200", ErrorUrl=f"{PUBLIC}{AT}/incoming")) == APOLOGY
        assert names(hears(asking, "thanks")) == ["Say", "Say", "Say", "Say", "Hangup"]
    store.engine.dispose()


class Broken(Calls):
    """Calls with a fault of ours."""

    def start(self, *_: Any) -> Any:
        raise RuntimeError(CALLER)


class Hanging(Calls):
    """Calls whose database says nothing, not even no."""

    over = threading.Event()

    def start(self, *_: Any) -> Any:
        self.over.wait(30)

    step = start


def asking_of(kind: type[Calls], store: Store, profile: Profile) -> Asking:
    found = exchange(store, profile, lambda: OPEN)
    calls = {name: getattr(found.calls, name) for name in Calls.__dataclass_fields__}
    return Asking(TestClient(app(replace(found, calls=kind(**calls))), base_url=BEHIND), store)


def test_a_fault_of_ours_is_not_read_aloud(sqlite_store: Store, profile: Profile) -> None:
    with capture_logs() as logs:
        assert names(hears(asking_of(Broken, sqlite_store, profile), "incoming")) == APOLOGY
    faults = [(entry["event"], entry["error"]) for entry in logs if entry["log_level"] == "error"]
    assert faults == [("voice_request_failed", "RuntimeError")]
    assert CALLER not in str(logs)


def test_what_hangs_is_not_waited_for_and_holds_up_nobody_else(sqlite_store: Store, profile: Profile) -> None:
    asking = asking_of(Hanging, sqlite_store, profile)
    try:
        with asking.client:
            for name in ("incoming", "step/1"):
                assert names(hears(asking, name)) == APOLOGY
            assert asking.post(f"{AT}/status", CallStatus="completed").status_code == 204
    finally:
        Hanging.over.set()
