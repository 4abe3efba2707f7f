"""`aiguillage presence`: coming in, going out, and the list of who is there."""

import json
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from app.commands import presence
from app.settings import Settings
from app.wiring import House, build
from cases.errors import ConfigurationError
from store.tx import Kind
from tests.notify.sweeping import SERVICE, new_case


@pytest.fixture
def house(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Anna and Paul's service."""
    built = build(Settings(database_url=sqlite_url))
    found = replace(built, profile=replace(built.profile, routing=SERVICE.routing))
    monkeypatch.setattr(presence, "open_house", lambda: found)
    yield found
    found.store.engine.dispose()


def test_who_comes_in_is_listed_with_what_they_have(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with house.store.transaction("test.open") as tx:
        tx.cases.add([new_case(202600000001, house.clock(), agent="anna")])
    presence.come_in("anna")
    presence.list_agents(as_json=True)
    anna, paul = map(json.loads, capsys.readouterr().out.splitlines())
    assert (anna["agent"], anna["present"], anna["queues"], anna["cases"]) == ("anna", True, "line1, line2", 1)
    assert (paul["present"], paul["since"], paul["cases"], paul["capacity"]) == (False, None, 0, 2)


def test_coming_in_twice_changes_nothing_and_going_out_does(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    for come in (presence.come_in, presence.come_in, presence.go_out):
        come("anna")
    told = capsys.readouterr().err.splitlines()
    assert told == ["aiguillage: anna is in", "aiguillage: anna is already in", "aiguillage: anna is out"]
    presence.list_agents()
    assert " no " in capsys.readouterr().out.splitlines()[1]


def test_since_when_is_read_by_the_clock_on_the_wall(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    presence.come_in("anna")
    came = house.clock().astimezone(ZoneInfo(house.profile.timezone))
    presence.list_agents()
    assert f"{came:%Y-%m-%d %H:}" in capsys.readouterr().out


def test_whoever_works_on_cases_is_woken(house: House) -> None:
    woken: list[Kind] = []
    house.store.wake = woken.append
    presence.come_in("anna")
    assert woken == [Kind.CASE]


def test_somebody_the_profile_does_not_know_is_refused_with_those_it_does(house: House) -> None:
    with pytest.raises(ConfigurationError, match="anna, paul"):
        presence.come_in("nobody")


def test_the_house_offers_what_waits_and_then_rests(house: House) -> None:
    with house.store.transaction("test.open") as tx:
        tx.cases.add([new_case(202600000001, house.clock(), alarm_at=None, resolution_due_at=house.clock())])
    assert house.sweep.process() == 0
    presence.come_in("anna")
    assert [house.sweep.process(), house.sweep.process()] == [1, 0]
    with house.store.reading() as tx:
        assert tx.cases.latest()[0].agent == "anna"
