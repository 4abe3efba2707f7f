"""The work on calls, cut off before and after every commit and begun again: nothing is lost, nothing is done twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from cases.profile import Profile
from ingest.voice.provider import Outcome, Sound
from store import tx as transactions
from store.tx import Store
from store.work import State
from tests.ingest.voice.exchange import wave
from tests.ingest.voice.phone import CLOSED, SID, Telephone
from tests.ingest.voice.test_dialling import FIRST, Desk, promise, wait
from tests.ingest.voice.test_recordings import SAID, Office

BOTH = ("before", "after")


class CutOffError(BaseException):
    """The process is gone."""


class Cut:
    """Ends the process at a named place, once."""

    def __init__(self) -> None:
        self.place = ""

    def reach(self, name: str) -> None:
        if name == self.place:
            self.place = ""
            raise CutOffError


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cut]:
    found = Cut()
    monkeypatch.setattr(transactions, "reach", found.reach)
    yield found
    assert found.place == "", f"{found.place} was never reached"


@pytest.fixture
def telephone(sqlite_store: Store, profile: Profile) -> Telephone:
    return Telephone(sqlite_store, profile)


@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize("place", ["recording.claim", "recording.keep", "recording.forgotten", "recording.text"])
def test_a_recording(telephone: Telephone, cut: Cut, place: str, side: str) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 4 2")
    telephone.leaves_message()
    telephone.recording()
    telephone.ended()
    office = Office(telephone)
    office.exchange.sounds[f"RE{SID}"] = Sound(body=wave(12), content_type="audio/x-wav")
    cut.place = f"{place}.{side}"
    with pytest.raises(CutOffError):
        office.work()
    assert office.row().sha256 or not office.exchange.forgotten, "deleted there before it was durable here"
    telephone.later(minutes=11)
    while office.work():
        pass
    row, case = office.row(), telephone.case()
    assert (row.state, row.transcript, case.motif) == (State.DONE, SAID.words, "incident")
    assert telephone.read(lambda tx: tx.recordings.sound(row.id)) == wave(12)
    assert row.deleted_at


@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize("place", ["leg.route", "leg.claim", "leg.placed"])
def test_a_leg_rings_at_most_once(telephone: Telephone, cut: Cut, place: str, side: str) -> None:
    desk = Desk(telephone)
    wait(telephone)
    cut.place = f"{place}.{side}"
    with pytest.raises(CutOffError):
        desk.works()
    for _ in range(3):
        telephone.later(seconds=15)
        desk.works()
    placed = [leg for leg in range(1, 4) if (row := desk.row(leg)) and row.call_sid]
    assert len(desk.rung()) == len(placed) == 1
    ringing = [dial.leg_id for dial in desk.exchange.dialled]
    assert ringing == placed


@pytest.mark.parametrize("side", BOTH)
def test_a_leg_that_is_hung_up(telephone: Telephone, cut: Cut, side: str) -> None:
    desk = Desk(telephone)
    wait(telephone)
    desk.works()
    telephone.ended()
    cut.place = f"leg.end.{side}"
    with pytest.raises(CutOffError):
        desk.works()
    desk.works()
    assert desk.row().outcome == Outcome.CANCELED


@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize("place", ["voice.leg", "voice.reached", "voice.leg_ended"])
def test_what_is_told_of_a_callback_s_leg(telephone: Telephone, cut: Cut, place: str, side: str) -> None:
    """The provider tells again what we did not answer."""
    desk = Desk(telephone)
    promise(telephone)
    desk.works()
    cut.place = f"{place}.{side}"
    with pytest.raises(CutOffError):
        desk.person(Outcome.NO_ANSWER)
    desk.person(Outcome.NO_ANSWER)
    row = telephone.callback()
    assert (row.tries, row.outcome, row.call_at) == (1, Outcome.NO_ANSWER, telephone.now + timedelta(hours=2))
    assert desk.rung() == [FIRST]
    tried = [entry for entry in telephone.entries() if entry.data.get("step") == "tried"]
    assert len(tried) == 1
