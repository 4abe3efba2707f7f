"""How the parts are joined."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.profile import with_form
from app.settings import Settings
from app.wiring import build
from cases.form import WebForm
from ingest.voice.calls import Ring
from ingest.voice.event import Keyed, Listen
from tests.profiles import shipped

SUNDAY = datetime(2026, 3, 22, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    return Settings(database_url=sqlite_url)


def test_calls_wake_whoever_the_store_wakes_by_then(settings: Settings) -> None:
    house = build(settings, clock=lambda: MONDAY)
    calls, woken = house.calls, []
    house.store.wake = woken.append
    calls.start(Ring(call_sid="CA1", called="+3281001718", caller_raw="+32470001234"), "started")
    for n in (1, 2):
        calls.step("CA1", n, Keyed("2"), {}, f"step:{n}")
    assert woken == ["leg"]
    house.close()


def test_the_office_s_clock_opens_lines_and_the_real_one_tells_when(settings: Settings) -> None:
    house = build(settings, clock=lambda: SUNDAY, office_clock=lambda: MONDAY)
    reply = house.calls.start(Ring(call_sid="CA1", called="+3287001719", caller_raw="anonymous"), "started")
    with house.store.reading() as tx:
        row = tx.calls.find_sid("twilio", "CA1")
    assert row is not None
    assert (row.in_hours, row.started_at) == (True, SUNDAY)
    assert any(isinstance(action, Listen) for action in reply.actions)
    house.close()


def test_a_retired_mailbox_sends_people_to_our_own_form_where_no_other_is_named() -> None:
    profile = shipped()
    assert with_form(profile, "https://help.example.be").form == "https://help.example.be/form"
    elsewhere = replace(profile, form="https://elsewhere.example.be/form")
    assert with_form(elsewhere, "https://help.example.be") is elsewhere
    without = replace(profile, web_form=WebForm())
    assert with_form(without, "https://help.example.be").form == ""
