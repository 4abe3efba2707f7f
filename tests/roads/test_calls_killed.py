"""Killed at every durable boundary of a call, in turn, and started again: no call is lost, nothing is done twice.

One installation lives through all of it. In each life people do what leads to the boundary at which the process dies;
the provider asks again what was not answered, or turns to the fallback, and goes on with the call as it can. What
counts at the end is what the provider knows, against what stands in the database.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app import holidays
from app import profile as profiles
from app.demo.telephone.server import serving
from ingest.voice.reporting import Reporting
from store import tables
from tests.roads.ahead import run_ahead
from tests.roads.boundaries import boundaries
from tests.roads.carrier import Carrier
from tests.roads.house import House
from tests.roads.town import Death, Town
from tests.servers.process import free_port, wait_until
from tests.servers.smtp import SmtpSink

ACCOUNT, TOKEN = "AC" + "d" * 32, "a token of the tests"

OFF_THE_ROAD = (
    "voice.raw.",  # a request cannot be worked for a fault of ours; tests/ingest/voice/test_calls.py makes one
    "recording.forget.",  # a sound is a month old
)
"""How the boundaries begin that no call of a day passes."""

SCENES: dict[str, Callable[[Town], object]] = {
    "voice.start": Town.talks,
    "voice.step": Town.asks_for_callback,
    "voice.answered": Town.talks,
    "voice.ended": Town.talks,
    "voice.recording": Town.leaves_message,
    "voice.leg": Town.talks,
    "voice.leg_ended": Town.talks,
    "voice.reached": Town.asks_for_callback,
    "leg.route": Town.talks,
    "leg.claim": Town.talks,
    "leg.placed": Town.talks,
    "leg.end": Town.hangs_up_while_it_rings,
    "leg.unsure": Town.rings_unbeknown,
    "leg.asked": Town.ends_unheard,
    "recording.claim": Town.leaves_message,
    "recording.keep": Town.leaves_message,
    "recording.forgotten": Town.leaves_message,
    "recording.text": Town.leaves_message,
    "recording.fail": Town.waits_for_the_sound,
    "recording.unowned": Town.speaks_to_the_fallback,
}
"""What people do so that a boundary is passed, by its transaction."""

BOTH = ("voice.start", "voice.step")
"""Where the process is killed twice on each side: it is back for the second request, and it is not."""


def on_the_road() -> list[str]:
    return [place for place in boundaries("ingest/voice") if not place.startswith(OFF_THE_ROAD)]


def deaths() -> Iterator[Death]:
    """Every boundary; half of the times the process is back for the provider's second request.

    One that every answered call passes is followed by one that it does not: so the first one's caller is served.
    """
    common = [death for place in on_the_road() if is_common(place) for death in each_way(place)]
    rare = [death for place in on_the_road() if not is_common(place) for death in each_way(place)]
    for pair in zip_longest(common, rare):
        yield from filter(None, pair)


def is_common(place: str) -> bool:
    name = place.rpartition(".")[0]
    return SCENES[name] is Town.talks or name in BOTH


def each_way(place: str) -> Iterator[Death]:
    number = on_the_road().index(place)
    at_once = (number + number // 2) % 2 == 0
    yield Death(place, at_once)
    if place.rpartition(".")[0] in BOTH:
        yield Death(place, not at_once)


def test_every_boundary_has_its_scene() -> None:
    assert {place.rpartition(".")[0] for place in on_the_road()} == set(SCENES)


@pytest.fixture
def town(tmp_path: Path, smtp_sink: SmtpSink, phone_profile: Path) -> Iterator[Town]:
    house = House(tmp_path, {}, smtp_sink.url, phone_profile)
    clock = tmp_path / "clock"
    house.program = partial(run_ahead, clock)
    with founded(house, clock) as found:
        yield found


@contextmanager
def founded(house: House, clock: Path) -> Iterator[Town]:
    """A town whose calls that service takes."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    carrier = Carrier(f"http://{address}", ACCOUNT, TOKEN)
    with serving(carrier) as api:
        house.environment |= {
            "AIGUILLAGE_HTTP_BIND": address,
            "AIGUILLAGE_PUBLIC_URL": f"http://{address}",
            "AIGUILLAGE_TWILIO_ACCOUNT_SID": ACCOUNT,
            "AIGUILLAGE_TWILIO_AUTH_TOKEN": TOKEN,
            "AIGUILLAGE_TWILIO_API_URL": api,
        }
        yield Town(house, carrier, clock, deque(deaths()), port)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.servers("smtp-sink")
def test_killed_at_every_boundary_no_call_is_lost_and_nothing_done_twice(town: Town, smtp_sink: SmtpSink) -> None:
    die_at_each_boundary(town, smtp_sink)


def die_at_each_boundary(town: Town, smtp_sink: SmtpSink) -> None:
    """Play each death's scene, then all scenes without one; then hold the town's knowledge against the database."""
    kills = len(town.deaths)
    with town.living():
        while town.place:
            die(town)
        for scene in dict.fromkeys(SCENES.values()):
            scene(town)
        wait_until(lambda: settled(town), "everything is settled", 60)
    assert town.kills == kills
    assert_every_call_has_one_case(town)
    assert_who_stayed_was_answered(town)
    assert_recordings_are_here_and_only_here(town)
    assert_no_leg_rang_twice(town)
    assert_promises_are_kept_or_open(town)
    copies = Counter(one.message["Message-ID"] for one in smtp_sink.messages)
    assert max(copies.values(), default=1) <= 2


def die(town: Town) -> None:
    """Play the scene of the boundary at which the process is to die until it does."""
    place, life = town.place, town.kills
    for _ in range(3):
        SCENES[place.rpartition(".")[0]](town)
        if town.kills == life:
            town.until(lambda: False, 3)
        if town.kills != life:
            return
    pytest.fail(f"{place} is not reached: {town.house.log()[-2000:]}")


def settled(town: Town) -> bool:
    """Let time pass; whether nothing goes on any more."""
    town.pass_time(2)
    open_ = [
        select(tables.call.c.id).where(tables.call.c.ended_at.is_(None)),
        select(tables.leg.c.id).where(tables.leg.c.ended_at.is_(None)),
        select(tables.recording.c.id).where(tables.recording.c.state == "pending"),
        select(tables.outbound.c.id).where(tables.outbound.c.state == "pending"),
    ]
    seen = {sid for (sid,) in town.read(select(tables.call.c.call_sid))}
    talked = all(one.ended for one in town.carrier.calls.values())
    return talked and seen >= {one.sid for one in town.callers} and not any(map(town.read, open_))


def assert_every_call_has_one_case(town: Town) -> None:
    rows = town.read(select(tables.call))
    assert Counter(row.call_sid for row in rows) == Counter(one.sid for one in town.callers)
    assert len({row.case_id for row in rows} - {None}) == len(town.callers)
    assert town.read(select(func.count()).select_from(tables.case)) == [(len(town.callers),)]
    profile = profiles.load(profiles.find(town.house.environment["AIGUILLAGE_PROFILE"]))
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    with town.house.store() as store:
        balance = Reporting(store, profile, calendars).balance(*House.ever)
    fates = Counter(row.result for row in rows)
    assert sum((Counter(line) for line in balance.values()), Counter()) == fates
    assert set(fates) >= {"answered", "callback", "voicemail", "missed", "abandoned"}


def assert_who_stayed_was_answered(town: Town) -> None:
    """A process that is back at once is noticed by nobody.

    One that dies twice on the same call, since it finds at its start what it was to die of next, lets the provider's
    second request fail too: its caller speaks to the fallback, as in life.
    """
    fates = dict(town.read(select(tables.call.c.call_sid, tables.call.c.result)))
    stayed = [one.sid for one in town.patient if one.sid not in town.cut_off and town.deaths_seen[one.sid] < 2]
    assert len(stayed) >= 6
    assert Counter(fates[sid] for sid in stayed) == {"answered": len(stayed)}, [
        story(town, sid) for sid in stayed if fates[sid] != "answered"
    ]


def story(town: Town, sid: str) -> list[Any]:
    """What is known of a call, to be read where it ended badly: the service's events and legs, the provider's dates."""
    call = select(tables.call.c.id).where(tables.call.c.call_sid == sid).scalar_subquery()
    ours = [
        *town.read(select(tables.call_event).where(tables.call_event.c.call_sid == sid)),
        *town.read(select(tables.leg).where(tables.leg.c.call_id == call)),
    ]
    return [*ours, vars(town.carrier.calls[sid]), town.deaths_seen[sid]]


def assert_recordings_are_here_and_only_here(town: Town) -> None:
    spoken = [one for one in town.carrier.made.values() if one.wav]
    assert len(spoken) >= 10
    assert [one.sid for one in spoken if not town.is_durable(one)] == []
    assert town.carrier.early == []
    assert [one.sid for one in spoken if one.sid in town.carrier.recordings] == []


def assert_no_leg_rang_twice(town: Town) -> None:
    rung = Counter(one.webhooks.voice for one in town.carrier.calls.values() if one.direction == "outbound-api")
    assert len(rung) >= 15
    assert {address: times for address, times in rung.items() if times > 1} == {}


def assert_promises_are_kept_or_open(town: Town) -> None:
    """One callback for each promise; who was reached was reached once, and is not called any more."""
    rows = {row.number: row for row in town.read(select(tables.callback))}
    assert set(town.promised) <= set(rows)
    assert "reached" in {row.outcome for row in rows.values()}
    for number, row in rows.items():
        talks = [one for one in town.carrier.calls.values() if one.to == number and one.seconds]
        assert len(talks) <= 1
        assert row.open is not bool(row.closed_at)
        assert row.outcome == "reached" or row.open
