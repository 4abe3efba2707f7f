"""Recordings on their way in: nothing is deleted there before it is durable here, and nothing is done twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from cases.errors import PermanentError, TransientError
from cases.event import Message, Tags
from ingest.voice.aftermath import Aftermath
from ingest.voice.provider import Sound
from ingest.voice.recordings import PATIENCE, Recordings
from ingest.voice.transcribe import Text
from store.tables import blob
from store.work import MAX_ATTEMPTS, State
from tests.ingest.voice.exchange import Exchange, wave
from tests.ingest.voice.phone import CLOSED, SID, Telephone
from tests.ingest.voice.test_dialling import Desk

SAID = Text("Bonjour, NOTICe ne s'ouvre plus.", -0.2)


@dataclass
class Office:
    """The work on recordings with a fake recogniser and a fake classifier."""

    telephone: Telephone
    exchange: Exchange = field(default_factory=Exchange)
    heard: Text | Exception | None = SAID
    asked: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    with_model: bool = True

    def work(self) -> int:
        found = Recordings(
            store=self.telephone.store,
            provider=self.exchange,
            clock=lambda: self.telephone.now,
            classify=self._classify,
            transcribe=self._transcribe if self.with_model else None,
        )
        return found.process()

    def row(self):
        return self.telephone.read(lambda tx: tx.recordings.find(1))

    def _classify(self, messages: Sequence[Message]) -> Sequence[Tags]:
        self.messages += messages
        return [
            Tags(lang="fr", category="incident", motif="incident", tool="notice", scope="in", reason="speech")
            for _ in messages
        ]

    def _transcribe(self, sound: bytes, lang: str) -> Text | None:
        self.asked.append(lang)
        if isinstance(self.heard, Exception):
            raise self.heard
        return self.heard


@pytest.fixture
def office(telephone: Telephone) -> Office:
    """Somebody has left a message of 12 seconds after hours, in French, about any tool."""
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 4 2")
    telephone.leaves_message()
    telephone.recording()
    telephone.ended()
    found = Office(telephone)
    found.exchange.sounds[f"RE{SID}"] = Sound(body=wave(12), content_type="audio/x-wav")
    return found


def test_a_sound_is_deleted_once_its_days_are_over_and_its_text_stays(office: Office) -> None:
    office.work()
    telephone = office.telephone
    legs = Desk(telephone).legs
    aftermath = Aftermath(calls=telephone.calls, legs=legs, provider=office.exchange, clock=lambda: telephone.now)
    telephone.later(days=29)
    aftermath.process()
    assert office.row().sha256
    telephone.later(days=2)
    aftermath.process()
    assert (office.row().sha256, office.row().transcript) == (None, SAID.words)
    assert telephone.read(
        lambda tx: tx.connection.execute(select(blob.c.body).where(blob.c.retention == "audio")).scalars().all()
    ) == [b""]


def test_a_message_is_kept_deleted_there_written_down_and_filed(office: Office) -> None:
    assert office.work() == 1
    row, case = office.row(), office.telephone.case()
    assert (row.state, row.transcript, row.transcript_logprob) == (State.DONE, SAID.words, SAID.logprob)
    assert office.telephone.read(lambda tx: tx.recordings.sound(row.id)) == wave(12)
    assert office.exchange.forgotten == [f"RE{SID}"]
    assert (case.motif, case.tool, case.review, case.tags["reason"]) == ("incident", "notice", True, "speech")
    assert office.work() == 0


def test_the_language_is_the_menu_s_and_the_classifier_is_told_that_it_was_spoken(office: Office) -> None:
    office.work()
    assert office.asked == ["fr"]
    [message] = office.messages
    assert (message.channel, message.body, message.default_lang) == ("phone", SAID.words, "fr")


def test_without_a_model_the_sound_is_kept_and_the_case_stays_as_it_was(office: Office) -> None:
    office.with_model = False
    office.work()
    row = office.row()
    assert (row.state, row.transcript, row.transcribed_at) == (State.DONE, None, None)
    assert row.sha256
    assert office.telephone.case().motif == ""


def test_a_sound_in_which_nothing_was_heard_is_kept(office: Office) -> None:
    office.heard = None
    office.work()
    assert (office.row().state, office.row().transcript) == (State.DONE, None)


def test_a_sound_that_is_not_there_yet_is_asked_for_again_after_seconds_then_minutes(office: Office) -> None:
    sound = office.exchange.sounds.pop(f"RE{SID}")
    waits = []
    for _ in range(6):
        office.telephone.now = office.row().due_at
        office.work()
        waits.append((office.row().due_at - office.telephone.now).total_seconds())
    assert waits == [2, 5, 15, 30, 60, 120]
    office.exchange.sounds[f"RE{SID}"] = sound
    office.telephone.now = office.row().due_at
    office.work()
    assert (office.row().state, office.row().transcript) == (State.DONE, SAID.words)


def test_after_days_without_a_sound_a_person_is_told(office: Office) -> None:
    office.exchange.sounds.clear()
    office.telephone.now += PATIENCE + timedelta(minutes=1)
    office.work()
    assert (office.row().state, office.row().last_error) == (State.HELD, "the recording is not there yet")


def test_a_short_sound_is_not_taken_and_nothing_is_deleted(office: Office) -> None:
    office.exchange.sounds[f"RE{SID}"] = Sound(body=wave(4), content_type="audio/x-wav")
    office.work()
    assert (office.row().state, office.row().sha256, office.exchange.forgotten) == (State.PENDING, None, [])


def test_what_is_no_sound_is_held_aside(office: Office) -> None:
    office.exchange.sounds[f"RE{SID}"] = Sound(body=b"<html>", content_type="text/html")
    office.work()
    assert (office.row().state, office.exchange.forgotten) == (State.HELD, [])


def test_what_fails_in_the_middle_goes_on_from_there(office: Office) -> None:
    office.exchange.faults["forget"] = [TransientError("the provider does not answer")]
    office.work()
    assert office.row().sha256
    del office.exchange.sounds[f"RE{SID}"]  # it is not fetched again
    office.telephone.now = office.row().due_at
    office.work()
    assert (office.row().state, office.exchange.forgotten) == (State.DONE, [f"RE{SID}"])


def test_a_sound_that_the_model_cannot_bear_is_left_to_people(office: Office) -> None:
    office.heard = RuntimeError("bad samples")
    for _ in range(MAX_ATTEMPTS + 2):
        office.telephone.now = max(office.row().due_at, office.telephone.now)
        office.work()
    assert (office.row().state, office.row().transcript) == (State.DONE, None)
    assert len(office.exchange.forgotten) == 1


def test_what_a_person_filed_stays(office: Office) -> None:
    with office.telephone.store.transaction("test") as tx:
        case = tx.cases.find(office.telephone.call().case_id)
        tx.cases.retag(case, {"motif": "acces"}, office.telephone.now)
    office.work()
    assert office.telephone.case().motif == "acces"
    assert office.row().transcript == SAID.words


def test_the_tool_that_the_caller_chose_stays(telephone: Telephone) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 2 2")
    telephone.leaves_message()
    telephone.recording()
    telephone.ended()
    office = Office(telephone)
    office.exchange.sounds[f"RE{SID}"] = Sound(body=wave(12), content_type="audio/x-wav")
    chosen = telephone.case().tool
    office.work()
    assert chosen == telephone.case().tool
    assert telephone.case().motif == "incident"


def test_an_empty_recording_is_deleted_there_and_nothing_is_kept(telephone: Telephone) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 4 2")
    telephone.recording(seconds=0)
    office = Office(telephone)
    office.work()
    assert (office.row().state, office.row().sha256) == (State.DONE, None)
    assert office.exchange.forgotten == [f"RE{SID}"]


def test_an_absent_recording_is_no_work(telephone: Telephone) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.recording(status="absent")
    office = Office(telephone)
    assert office.work() == 0
    assert office.row().state == State.DONE


def test_a_recording_of_a_call_that_nobody_saw_waits_for_its_case_with_its_sound_kept(telephone: Telephone) -> None:
    telephone.recording()
    office = Office(telephone)
    office.exchange.sounds[f"RE{SID}"] = Sound(body=wave(12), content_type="audio/x-wav")
    office.work()
    assert (office.row().state, office.row().transcript) == (State.PENDING, None)
    assert office.row().sha256
    telephone.ring()
    telephone.ended()
    telephone.later(minutes=1)
    office.work()
    assert (office.row().state, office.row().transcript) == (State.DONE, SAID.words)
    assert office.row().case_id == telephone.call().case_id


def test_a_refusal_for_good_is_held_aside_and_can_be_replayed(office: Office) -> None:
    office.exchange.faults["recording"] = [PermanentError("the account is closed")]
    office.work()
    assert office.row().state == State.HELD
    with office.telephone.store.transaction("test") as tx:
        tx.recordings.replay([1], office.telephone.now)
    office.work()
    assert office.row().state == State.DONE
