"""Every address of the phone: what is not signed is refused, what is signed is answered well, whatever it says."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from app.demo.telephone import signer
from app.demo.telephone.grammar import WAITING
from app.demo.telephone.twiml import read
from cases.phone import Prompt
from cases.profile import Profile
from store.tx import Store
from tests.ingest.voice.twilio.asking import BEHIND, CALLER, OPEN, PUBLIC, TOKEN, Asking, app, exchange

AT = "/voice/twilio"
SPOKEN = (
    "incoming",
    "step/1",
    "wait/1",
    "queue/1",
    "record/1",
    "transfer/1",
    "answered/1",
    "leg/1",
    "confirmed/1",
    "fallback",
    "thanks",
)
TOLD = ("recording", "status", "reached/1", "leg-status/1")
PROMPTS = "/voice/prompts/{lang}/{recording}"


def routes_of_the_phone(asking: Asking) -> dict[str, set[str]]:
    """Path -> methods, of everything that the whole application answers under /voice."""
    routes = iter_route_contexts(asking.client.app.routes)  # type: ignore[attr-defined]
    return {one.path: one.methods for one in routes if (one.path or "").startswith("/voice")}


def test_every_route_but_the_prompts_refuses_what_is_not_signed(asking: Asking) -> None:
    routes = routes_of_the_phone(asking)
    assert routes.pop(PROMPTS) == {"GET"}
    assert f"{AT}/incoming" in routes
    for path, methods in routes.items():
        for method in methods:
            asked = path.replace("{n}", "1").replace("{leg}", "1")
            assert asking.client.request(method, asked, data=asking.common).status_code == 403, path
    assert asking.call is None


def test_these_are_all_the_addresses(asking: Asking) -> None:
    known = {f"{AT}/{name}".replace("/1", "/{n}") for name in (*SPOKEN, *TOLD)}
    found = {path.replace("{leg}", "{n}") for path in routes_of_the_phone(asking)}
    assert found == known | {PROMPTS}


@pytest.mark.parametrize("name", SPOKEN)
def test_whoever_listens_always_hears_something(asking: Asking, name: str) -> None:
    answer = asking.post(f"{AT}/{name}")  # of a call that nobody has seen
    assert answer.status_code == 200
    read(answer.content, answer.headers["content-type"], WAITING if name.startswith("wait") else frozenset(ALLOWED))


ALLOWED = ("Say", "Play", "Pause", "Gather", "Record", "Redirect", "Hangup", "Enqueue", "Dial")


@pytest.mark.parametrize("name", TOLD)
def test_what_is_told_is_taken_without_a_word(asking: Asking, name: str) -> None:
    said = {"CallStatus": "completed", "RecordingSid": "RE01", "RecordingStatus": "completed", "ParentCallSid": "CA02"}
    answer = asking.post(f"{AT}/{name}", **said, RecordingDuration="3")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_forged_request_leaves_no_row_and_nothing_personal_in_the_log(asking: Asking) -> None:
    with capture_logs() as logs:
        answer = asking.post(f"{AT}/incoming", token="guessed", CallerName="Jeanne Dupont")
    assert answer.status_code == 403
    assert (asking.call, asking.events) == (None, [])
    assert [entry["event"] for entry in logs] == ["voice_request_refused"]
    assert not any(personal in repr(logs) for personal in (CALLER, CALLER[3:], "Jeanne", "Dupont"))


def test_a_tampered_request_is_refused(asking: Asking) -> None:
    headers = dict(signer.headers(TOKEN, f"{PUBLIC}{AT}/incoming", asking.common.items()))
    for changed in ({"From": "+32470009999"}, {"Digits": "1"}):
        answer = asking.client.post(f"{AT}/incoming", data=asking.common | changed, headers=headers)
        assert answer.status_code == 403
    moved = asking.client.post(f"{AT}/step/1", data=asking.common, headers=headers)
    assert moved.status_code == 403


def test_another_account_is_refused(asking: Asking) -> None:
    assert asking.post(f"{AT}/incoming", AccountSid="AC00000000000000000000000000000002").status_code == 403


def test_json_is_refused_without_its_hash_and_read_with_it(asking: Asking) -> None:
    body = json.dumps(asking.common).encode()
    kind = {"content-type": "application/json"}
    bare = asking.client.post(f"{AT}/incoming", content=body, headers=kind | dict(signer.headers(TOKEN, PUBLIC + AT)))
    assert bare.status_code == 403
    path = f"{AT}/incoming?bodySHA256={hashlib.sha256(body).hexdigest()}"
    answer = asking.client.post(path, content=body, headers=kind | dict(signer.headers(TOKEN, PUBLIC + path)))
    assert answer.status_code == 200
    assert asking.call.caller == CALLER


def test_bodies_have_a_limit(asking: Asking) -> None:
    assert asking.post(f"{AT}/incoming", Long="x" * 60_000).status_code == 200
    assert asking.post(f"{AT}/incoming", Long="x" * 65_536).status_code == 403
    assert asking.client.post(f"{AT}/incoming", content=iter([b"x" * 40_000] * 200)).status_code == 403


def test_no_address_is_led_elsewhere(asking: Asking) -> None:
    for path in (f"{AT}/incoming/", f"/{AT}/incoming", f"{AT}/nothing", f"{AT}/step/x", f"{AT}/step/-1"):
        answer = asking.client.post(path, data=asking.common, follow_redirects=False)
        assert answer.status_code in (403, 404), path


def test_other_methods_and_media_are_refused(asking: Asking) -> None:
    signed = dict(signer.headers(TOKEN, f"{PUBLIC}{AT}/incoming"))
    assert asking.client.get(f"{AT}/incoming", headers=signed).status_code == 405
    for content_type in ("multipart/form-data; boundary=x", "text/plain"):
        headers = signed | {"content-type": content_type}
        assert asking.client.post(f"{AT}/incoming", content=b"x", headers=headers).status_code == 403


def test_unknown_fields_and_markup_are_kept_and_do_nothing(asking: Asking) -> None:
    name = '</Say><Dial>+32900000000</Dial><script>alert(1)</script>" --\x00'
    answer = asking.post(f"{AT}/incoming", CallerName=name, SomethingNew="1")
    assert "Dial" not in answer.text
    (event,) = asking.events
    assert (event.raw["CallerName"], event.raw["SomethingNew"]) == (name.replace("\x00", "\ufffd"), "1")


@pytest.mark.parametrize(
    "caller", ["", "anonymous", "Restricted", "unknown", "+266696687", "client:x", "sip:a@b.example"]
)
def test_a_hidden_caller_is_called_nobody(asking: Asking, caller: str) -> None:
    asking.caller = caller
    asking.ring()
    assert (asking.call.caller, asking.call.caller_raw) == (None, caller)


def test_lines_are_told_apart_by_the_number_that_was_called(asking: Asking) -> None:
    asking.called = "+3287001719"
    asking.ring(ForwardedFrom="1718")
    assert (asking.call.line, asking.call.lang) == ("1719", "de")


@pytest.mark.parametrize("call_sid", ["", "CA' OR 1=1", "CA" + "0" * 70])
def test_a_call_without_an_id_hears_the_apology(asking: Asking, call_sid: str) -> None:
    asking.call_sid = call_sid
    assert "Record" in {verb.name for verb in asking.ask(f"{AT}/incoming")}


def test_a_repeat_hears_the_same_and_counts_once(asking: Asking) -> None:
    first = asking.post(f"{AT}/incoming").content
    assert asking.post(f"{AT}/incoming").content == first
    chosen = asking.post(f"{AT}/step/1", Digits="1").content
    assert asking.post(f"{AT}/step/1", Digits="1").content == chosen
    assert [event.key for event in asking.events] == ["start", "step:1"]


def test_ten_at_once_are_one(asking: Asking) -> None:
    def at_once(path: str, **said: str) -> set[bytes]:
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: asking.post(path, **said), range(10)))
        assert {answer.status_code for answer in answers} <= {200, 204}
        return {answer.content for answer in answers}

    assert len(at_once(f"{AT}/incoming")) == 1
    assert len(at_once(f"{AT}/step/1", Digits="1")) == 1
    assert len(at_once(f"{AT}/status", CallStatus="completed", CallDuration="9")) == 1
    assert [event.key for event in asking.events] == ["start", "step:1", "status:completed"]


def test_a_finished_call_takes_no_further_step(asking: Asking) -> None:
    asking.ring()
    asking.post(f"{AT}/status", CallStatus="completed", CallDuration="4")
    assert [verb.name for verb in asking.ask(f"{AT}/step/1", Digits="1")] == ["Hangup"]
    assert asking.call.left_at_node == "language"


def test_the_end_may_be_told_before_the_beginning(asking: Asking) -> None:
    asking.post(f"{AT}/status", CallStatus="completed", CallDuration="0")
    assert [verb.name for verb in asking.ring()] == ["Hangup"]
    assert asking.call.ended_at is not None


def test_words_on_the_way_end_nothing(asking: Asking) -> None:
    asking.ring()
    for status in ("ringing", "in-progress", "nonsense", ""):
        assert asking.post(f"{AT}/status", CallStatus=status).status_code == 204
    assert asking.call.ended_at is None


def test_a_round_that_is_asked_for_twice_is_the_same_and_a_later_one_is_not(asking: Asking) -> None:
    asking.ring()
    asking.key("1")
    asking.key("2")
    path = asking.action("Enqueue", "waitUrl")
    first = asking.post(path, QueueTime="0").content
    assert asking.post(path, QueueTime="0").content == first
    asking.post(path, QueueTime="30")  # the provider began again
    keys = [event.key for event in asking.events if event.key.startswith("wait")]
    assert keys == ["wait:3:0:0", "wait:3:0:30"]


def test_recorded_prompts_are_served_and_nothing_else_of_their_folder(
    hurried: Store, profile: Profile, tmp_path: Path
) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "hello.wav").write_bytes(b"RIFF")
    (tmp_path / "fr" / "secret.toml").write_text("x")
    prompts = {"hello": {"fr": Prompt("Bonjour", "hello.wav"), "de": Prompt("Hallo", "lost.wav")}}
    found = exchange(hurried, replace(profile, prompts=prompts), lambda: OPEN, tmp_path)
    with TestClient(app(found), base_url=BEHIND) as client:
        played = client.get("/voice/prompts/fr/hello.wav")
        assert (played.status_code, played.content) == (200, b"RIFF")
        assert played.headers["content-type"].startswith("audio/")
        for path in (
            "fr/secret.toml",
            "de/lost.wav",
            "fr/..%2Ffr%2Fhello.wav",
            "fr/%2e%2e/fr/hello.wav",
            "nl/hello.wav",
        ):
            assert client.get(f"/voice/prompts/{path}").status_code == 404, path


def test_a_seat_takes_the_call_by_1_and_by_nothing_else(hurried: Store, profile: Profile) -> None:
    confirming = replace(profile, phone=replace(profile.phone, confirm=True))
    with TestClient(app(exchange(hurried, confirming, lambda: OPEN)), base_url=BEHIND) as client:
        caller = Asking(client, hurried)
        caller.ring()
        caller.key("1")
        assert [verb.name for verb in caller.key("2")][-1] == "Enqueue"
        with hurried.transaction("test") as tx:
            [call] = tx.calls.waiting()
            leg = {"key": "call:1:1", "call_id": call.id, "number": "+3281001801", "label": "One", "line": "1718"}
            tx.legs.add_once([leg | {"created_at": OPEN, "due_at": OPEN}])
            [row] = tx.legs.running()
        seat = Asking(client, hurried, call_sid="CA" + "9" * 32)
        seat.here = seat.ask(f"{AT}/leg/{row.id}")
        asked = seat.action("Gather")
        assert [verb.name for verb in seat.ask(asked, Digits="2")] == ["Hangup"]
        assert [verb.name for verb in seat.ask(asked, Digits="1")] == ["Dial", "Hangup"]
