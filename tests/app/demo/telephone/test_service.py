"""The provider and the service together: whole calls in simulated time, with the work that they cause."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.demo.telephone.call import Call
from app.demo.telephone.provider import Person, Provider
from app.demo.telephone.server import serving
from app.demo.telephone.web import Answer, Request
from app.http import application
from app.settings import Settings
from app.telephony import phone_routes
from app.wiring import House, build
from desk.service import Service
from store.tx import Kind
from tests.app.demo.telephone.conftest import BASE, CALLER, LINE

pytestmark = pytest.mark.slow

GERMAN = "+3287001719"
SEAT, CHIEF = "+3281001801", "+3281001802"
OPEN = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
CLOSED = datetime(2026, 3, 24, 19, 5, tzinfo=UTC)
ACCOUNT, TOKEN = "AC" + "0" * 32, "invented"


@dataclass
class Town:
    """Everybody who takes part."""

    provider: Provider
    house: House

    def pass_time(self, seconds: int) -> None:
        """Let time pass, and the service do each second what is due."""
        for _ in range(seconds):
            for kind in (Kind.LEG, Kind.RECORDING):
                while self.house.handlers[kind]():
                    pass
            self.provider.wait(1)

    def told(self, call: Call) -> Any:
        """The service's row of a call, with its case."""
        with self.house.store.reading() as tx:
            row = tx.calls.find_sid("twilio", call.sid)
            return row, tx.cases.find(row.case_id)


@pytest.fixture
def town(sqlite_url: str) -> Iterator[Town]:
    provider = Provider(BASE, ACCOUNT, TOKEN, start=OPEN)
    with serving(provider) as url:
        settings = Settings(
            database_url=sqlite_url, twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, twilio_api_url=url
        )
        house = build(settings, clock=lambda: provider.timeline.now)
        desk = Service(house.store, house.profile, house.signer)
        pages = application(desk, bind=settings.http_bind, public_url=settings.public_url, phone=phone_routes(house))
        with TestClient(pages, base_url=BASE) as client:
            provider.web.fetch = lambda request: _asked(client, request)
            yield Town(provider, house)
        house.close()
    assert not provider.alerts


def _asked(client: TestClient, request: Request) -> Answer:
    answer = client.request(request.method, request.url, content=request.body, headers=dict(request.headers))
    return Answer(answer.status_code, answer.headers.get("content-type", ""), answer.content)


def waiting(town: Town, caller: str = CALLER) -> Call:
    """Somebody who has chosen NOTICe and waits."""
    call = town.provider.dial(LINE, caller)
    call.press("1")
    call.press("2")
    call.listen()
    return call


def test_a_caller_is_answered_by_the_first_seat(town: Town) -> None:
    town.provider.people[SEAT] = Person(after=6)
    call = waiting(town)
    town.pass_time(15)
    [seat] = [one for one in town.provider.calls.values() if one.to == SEAT]
    assert call.talks_with == seat.sid
    town.pass_time(60)
    seat.hang_up()
    town.pass_time(10)
    row, case = town.told(call)
    assert (row.result, row.answered_by, case.tool) == ("answered", "Opérateur", "notice")
    assert 0 < (row.answered_at - row.arrived_at).total_seconds() < 30


def test_a_seat_that_answers_at_once_finds_the_caller(town: Town) -> None:
    town.provider.people[SEAT] = Person(after=0)
    call = town.provider.dial(LINE, CALLER)
    call.press("1")
    call.press("2")
    town.pass_time(10)
    assert call.talks_with


@pytest.mark.parametrize("habit", ["refuses", "fails"])
def test_the_next_seat_rings_where_the_first_does_not_answer(town: Town, habit: Any) -> None:
    town.provider.people |= {SEAT: Person(habit, after=2), CHIEF: Person(after=3)}
    call = waiting(town)
    town.pass_time(60)
    assert town.provider.calls[call.talks_with].to == CHIEF


def test_two_callers_are_answered_in_the_order_in_which_they_came(town: Town) -> None:
    first, second = waiting(town), waiting(town, "+32470005678")
    town.provider.people[SEAT] = Person(after=5)
    town.pass_time(20)
    assert first.talks_with
    assert "position 1" in second.news() or not second.talks_with
    first.hang_up()
    town.pass_time(60)
    assert second.talks_with


def test_who_hangs_up_while_waiting_is_a_missed_call(town: Town) -> None:
    call = waiting(town)
    town.pass_time(40)
    call.hang_up()
    town.pass_time(30)
    row, case = town.told(call)
    assert (row.result, case.flags) == ("missed", ["missed_call"])
    assert not [one for one in town.provider.calls.values() if not one.ended]


def test_a_callback_is_offered_in_time_and_kept(town: Town) -> None:
    call = waiting(town)
    town.pass_time(60)
    assert "rappelé" in call.news()
    call.press("1")
    call.press("1")
    call.press("1")
    assert "C'est noté" in call.listen()
    town.provider.people |= {SEAT: Person(after=4), CALLER: Person(after=4)}
    town.pass_time(90)
    called_back = [one for one in town.provider.calls.values() if one.to == CALLER]
    assert [one.status for one in called_back] == ["in-progress"]
    called_back[0].hang_up()
    town.pass_time(10)
    with town.house.store.reading() as tx:
        assert not tx.callbacks.of_sid("twilio", call.sid).open


def test_the_charter_is_kept_for_whoever_nobody_answers(town: Town) -> None:
    call = waiting(town)
    town.pass_time(149)
    offers = [one for one in call.heard if "rappelé" in one.text]
    assert offers
    assert (offers[0].at - call.created_at).total_seconds() < 150


def test_a_hidden_caller_keys_a_number(town: Town) -> None:
    town.provider.wait((CLOSED - OPEN).total_seconds())
    call = town.provider.dial(GERMAN, "anonymous")
    call.press("4")
    call.press("1")
    call.press("081001234#")
    assert "0 8 1" in call.listen()
    call.press("1")
    call.stay_silent()
    call.listen()
    assert town.told(call)[0].result == "callback"
    with town.house.store.reading() as tx:
        asked = tx.callbacks.of_sid("twilio", call.sid)
    assert (asked.number, asked.slot, asked.tool) == ("+3281001234", "soon", "aucun")


@pytest.mark.parametrize("end", ["#", "", "hangup"])
def test_a_message_is_kept_here_and_forgotten_there(town: Town, end: str) -> None:
    town.provider.wait((CLOSED - OPEN).total_seconds())
    town.provider.media_delay = 30
    call = town.provider.dial(GERMAN, CALLER)
    call.press("3")
    call.press("2")
    call.leave_message(seconds=7, end=end)
    call.listen()
    town.pass_time(5)
    assert len(town.provider.recordings) == 1
    town.pass_time(120)
    assert not town.provider.recordings
    row, case = town.told(call)
    assert (row.result, case.flags) == ("voicemail", ["voicemail"])
    with town.house.store.reading() as tx:
        [kept] = tx.recordings.of_case(case.id)
        assert (kept.seconds, (tx.recordings.sound(kept.id) or b"")[:4]) == (7, b"RIFF")


@pytest.mark.parametrize("falls_through", [True, False])
def test_an_empty_message_is_no_message(town: Town, falls_through: bool) -> None:
    town.provider.wait((CLOSED - OPEN).total_seconds())
    town.provider.empty_falls_through = falls_through
    call = town.provider.dial(GERMAN, CALLER)
    call.press("3")
    call.press("2")
    call.stay_silent()
    call.listen()
    call.hang_up()
    town.pass_time(5)
    assert town.told(call)[0].result != "voicemail"


def test_a_caller_who_never_says_anything_waits_for_a_person(town: Town) -> None:
    call = town.provider.dial(LINE, CALLER)
    town.pass_time(90)
    assert town.told(call)[0].queued_at
