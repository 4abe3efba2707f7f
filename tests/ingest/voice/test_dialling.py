"""Legs: who waits is rung for, once; what a leg becomes; callbacks tried three times."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app import holidays
from cases.case import EntryKind, Status
from cases.errors import PermanentError, TransientError
from cases.event import Channel
from cases.tokens import Signer
from ingest.voice.attempts import Attempts
from ingest.voice.dialling import GRACE, SILENCE, UNSURE, Dialling, Pace
from ingest.voice.event import LeftQueue
from ingest.voice.legs import Asked, Bridge, Heard, Legs, Reach
from ingest.voice.provider import Outcome, Standing, UnsureError
from ingest.voice.ringing import REST, Ringing
from store.work import State
from tests.ingest.voice.exchange import Exchange, seen
from tests.ingest.voice.phone import CALLER, SID, Telephone

FIRST, SECOND = "+3281001801", "+3281001802"
SIGNER = Signer(b"a secret of the tests")


@dataclass
class Desk:
    """The seats of the profile with their phones: `works` looks at what is due, as the worker does."""

    telephone: Telephone
    exchange: Exchange = field(default_factory=Exchange)

    def __post_init__(self) -> None:
        phone, clock = self.telephone, lambda: self.telephone.now
        shared: dict[str, Any] = {"profile": phone.profile, "clock": clock}
        attempts = Attempts(
            signer=SIGNER,
            calendars={name: holidays.calendar(phone.profile, name) for name in phone.profile.hours},
            office_clock=clock,
            **shared,
        )
        self.legs = Legs(provider="test", store=phone.store, attempts=attempts, **shared)
        ringing = Ringing(store=phone.store, attempts=attempts, office_clock=clock, **shared)
        self.dialling = Dialling(
            store=phone.store, provider=self.exchange, ringing=ringing, legs=self.legs, pace=Pace(0.0), **shared
        )

    def works(self) -> None:
        while self.dialling.process():
            pass

    def rung(self) -> list[str]:
        return [dial.number for dial in self.exchange.dialled]

    def row(self, leg_id: int = 1) -> Any:
        return self.telephone.read(lambda tx: tx.legs.find(leg_id))

    def picks_up(self, leg_id: int = 1) -> Bridge | Reach | None:
        return self.legs.leg_for(self.heard(leg_id))

    def ends(self, outcome: Outcome, leg_id: int = 1) -> None:
        self.legs.leg_ended(self.heard(leg_id), outcome)

    def person(self, outcome: Outcome, leg_id: int = 1) -> None:
        """A seat picks up, the person's phone does that, the seat hangs up."""
        self.picks_up(leg_id)
        self.legs.reached(self.heard(leg_id), outcome)
        self.ends(Outcome.COMPLETED, leg_id)

    def heard(self, leg_id: int) -> Heard:
        return Heard(leg_id=leg_id, call_sid=f"LEG{leg_id}", raw={"CallSid": f"LEG{leg_id}"})


@pytest.fixture
def desk(telephone: Telephone) -> Desk:
    return Desk(telephone)


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """A caller waits in the queue."""
    wait(desk.telephone)
    return desk


@pytest.fixture
def promised(desk: Desk) -> Desk:
    """A caller has left the queue for a callback, as soon as possible."""
    promise(desk.telephone)
    return desk


def wait(telephone: Telephone, sid: str = SID, caller: str = CALLER) -> None:
    telephone.ring(caller, sid=sid)
    telephone.keys("1 2", sid)
    assert telephone.call(sid).queued_at


def promise(telephone: Telephone, sid: str = SID, caller: str = CALLER, slot: str = "1") -> None:
    wait(telephone, sid, caller)
    telephone.keys("1", sid)
    telephone.does(LeftQueue(answered=False), sid)
    telephone.keys(f"1 {slot}", sid)
    telephone.ended(sid)


def promise_again(telephone: Telephone) -> None:
    promise(telephone, "CA2")
    assert telephone.callback("CA2") is None


def test_who_waits_is_rung_for_at_the_first_seat_under_the_line_s_number(waiting: Desk) -> None:
    waiting.works()
    [dial] = waiting.exchange.dialled
    assert (dial.number, dial.line_number, dial.leg_id) == (FIRST, "+3281001718", 1)
    assert (waiting.row().state, waiting.row().call_sid) == (State.DONE, "LEG1")


def test_nobody_is_rung_twice_however_often_the_work_is_looked_at(waiting: Desk) -> None:
    for _ in range(3):
        waiting.works()
    assert waiting.rung() == [FIRST]


def test_two_callers_are_rung_for_at_two_seats_and_the_third_waits(waiting: Desk) -> None:
    wait(waiting.telephone, "CA2", "+32470001235")
    wait(waiting.telephone, "CA3", "+32470001236")
    waiting.works()
    assert waiting.rung() == [FIRST, SECOND]


def test_several_processes_at_once_ring_each_seat_for_one_caller(waiting: Desk) -> None:
    wait(waiting.telephone, "CA2", "+32470001235")
    wait(waiting.telephone, "CA3", "+32470001236")
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        Desk(waiting.telephone, waiting.exchange).works()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waiting.rung()) == [FIRST, SECOND]
    assert [waiting.row(leg_id).call_id for leg_id in (1, 2)] == [1, 2]


def test_a_seat_that_picks_up_gets_the_call_and_a_repeat_the_same(waiting: Desk) -> None:
    waiting.works()
    bridge = Bridge(waiting.telephone.call().id, SID)
    assert waiting.picks_up() == bridge
    waiting.telephone.answered(leg_id=1)
    assert waiting.picks_up() == bridge
    assert waiting.telephone.call().answered_by == "Opérateur"


def confirming(telephone: Telephone) -> Desk:
    """The same desk, where seats press 1 to take a call."""
    telephone.profile = replace(telephone.profile, phone=replace(telephone.profile.phone, confirm=True))
    return Desk(telephone)


def test_where_seats_confirm_one_that_has_not_gets_nothing_and_the_next_rings(telephone: Telephone) -> None:
    desk = confirming(telephone)
    wait(telephone)
    desk.works()
    assert desk.picks_up() == desk.picks_up() == Asked("fr")
    desk.ends(Outcome.COMPLETED)
    assert (desk.row().outcome, desk.row().answered_at) == ("no-answer", None)
    desk.works()
    assert desk.rung() == [FIRST, SECOND]
    assert desk.picks_up(2) == Asked("fr")
    assert desk.legs.leg_for(desk.heard(2), confirmed=True) == Bridge(telephone.call().id, SID)
    desk.ends(Outcome.COMPLETED, 2)
    assert desk.row(2).outcome == "completed"


def test_a_machine_at_a_seat_is_no_try_of_a_callback(telephone: Telephone) -> None:
    desk = confirming(telephone)
    promise(telephone)
    desk.works()
    assert isinstance(desk.picks_up(), Asked)
    desk.ends(Outcome.COMPLETED)
    telephone.later(seconds=GRACE.total_seconds() + 1)
    desk.works()
    assert (telephone.callback().tries, telephone.callback().open) == (0, True)
    assert desk.rung() == [FIRST, SECOND]
    assert desk.legs.leg_for(desk.heard(2), confirmed=True) == Reach(number=CALLER, line_number="+3281001718")


def test_a_seat_that_picks_up_too_late_gets_nothing(waiting: Desk) -> None:
    waiting.works()
    waiting.telephone.ended()
    assert waiting.picks_up() is None


def test_a_leg_of_which_we_know_nothing_gets_nothing_and_is_kept(waiting: Desk) -> None:
    assert waiting.legs.leg_for(waiting.heard(99)) is None
    waiting.ends(Outcome.COMPLETED, 99)
    events = waiting.telephone.events("LEG99")
    assert [event.key for event in events] == ["leg:99:picked_up", "leg:99:completed"]


def test_after_no_answer_the_next_seat_rings_and_then_the_first_again(waiting: Desk) -> None:
    for leg_id in (1, 2, 3):
        waiting.works()
        waiting.ends(Outcome.NO_ANSWER, leg_id)
        waiting.telephone.later(seconds=20)
    assert waiting.rung() == [FIRST, SECOND, FIRST]
    assert [waiting.row(leg_id).outcome for leg_id in (1, 2, 3)] == ["no-answer"] * 3


def test_a_seat_rests_after_a_leg(waiting: Desk) -> None:
    waiting.works()
    waiting.ends(Outcome.BUSY)
    waiting.works()
    waiting.ends(Outcome.BUSY, 2)
    waiting.works()
    assert waiting.rung() == [FIRST, SECOND]
    waiting.telephone.later(seconds=REST.total_seconds() + 1)
    waiting.works()
    assert waiting.rung() == [FIRST, SECOND, FIRST]


def test_a_leg_whose_caller_has_gone_is_hung_up_once(waiting: Desk) -> None:
    waiting.works()
    waiting.telephone.ended()
    waiting.works()
    waiting.works()
    assert waiting.exchange.hung_up == ["LEG1"]
    assert waiting.row().outcome == Outcome.CANCELED


def test_a_leg_in_conversation_is_not_hung_up(waiting: Desk) -> None:
    waiting.works()
    waiting.picks_up()
    waiting.telephone.answered(leg_id=1)
    waiting.works()
    assert waiting.exchange.hung_up == []


def test_a_leg_that_cannot_be_hung_up_is_tried_again(waiting: Desk) -> None:
    waiting.works()
    waiting.telephone.ended()
    waiting.exchange.faults["hang_up"] = [TransientError("busy")]
    waiting.works()
    waiting.works()
    assert waiting.exchange.hung_up == ["LEG1"]


def test_a_leg_whose_caller_left_before_it_was_placed_is_not_placed(waiting: Desk) -> None:
    waiting.dialling.ringing.route()
    waiting.telephone.ended()
    waiting.works()
    assert waiting.rung() == []
    assert waiting.row().outcome == Outcome.CANCELED


@pytest.mark.parametrize("fault", [TransientError("429"), PermanentError("400")])
def test_what_the_provider_refuses_has_failed_and_the_next_seat_rings(waiting: Desk, fault: Exception) -> None:
    waiting.exchange.faults["dial"] = [fault]
    waiting.works()
    assert waiting.rung() == [SECOND]
    assert waiting.row(1).outcome == Outcome.FAILED


def test_a_request_without_an_answer_is_found_in_the_provider_s_log_and_not_placed_again(waiting: Desk) -> None:
    waiting.exchange.lost = [UnsureError("timed out")]
    waiting.works()
    assert waiting.row().state == State.PENDING
    waiting.telephone.later(seconds=UNSURE.total_seconds())
    waiting.works()
    assert waiting.rung() == [FIRST]
    assert (waiting.row().state, waiting.row().call_sid) == (State.DONE, "LEG1")


def test_a_request_that_never_came_through_has_failed_and_the_next_seat_rings(waiting: Desk) -> None:
    waiting.exchange.faults["dial"] = [UnsureError("timed out")]
    waiting.works()
    assert waiting.rung() == []
    waiting.telephone.later(seconds=UNSURE.total_seconds())
    waiting.works()
    assert waiting.row(1).outcome == Outcome.FAILED
    assert waiting.rung() == [SECOND]


def test_while_the_log_cannot_be_read_nothing_is_placed(waiting: Desk) -> None:
    waiting.exchange.lost = [UnsureError("timed out")]
    waiting.works()
    waiting.exchange.faults["calls_since"] = [TransientError("busy")]
    for _ in range(2):
        waiting.telephone.later(seconds=UNSURE.total_seconds())
        waiting.works()
    assert waiting.rung() == [FIRST]
    assert waiting.row().call_sid == "LEG1"


def test_a_process_that_died_while_it_placed_a_leg_does_not_place_it_twice(waiting: Desk) -> None:
    waiting.exchange.lost = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        waiting.works()
    waiting.works()
    assert waiting.rung() == [FIRST]
    waiting.telephone.later(seconds=31)
    waiting.works()
    assert waiting.rung() == [FIRST]
    assert waiting.row().call_sid == "LEG1"


def test_a_leg_that_spoke_before_its_request_was_answered_is_known(waiting: Desk) -> None:
    waiting.exchange.lost = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        waiting.works()
    waiting.picks_up()
    waiting.exchange.calls.clear()
    waiting.telephone.later(seconds=31)
    waiting.works()
    assert (waiting.row().state, waiting.row().call_sid, waiting.row().outcome) == (State.DONE, "LEG1", None)


def test_a_leg_that_ended_before_its_request_was_answered_stays_ended(waiting: Desk) -> None:
    place = waiting.exchange.dial

    def ends_at_once(call: Any) -> str:
        waiting.ends(Outcome.BUSY, call.leg_id)
        return place(call)

    waiting.exchange.dial = ends_at_once  # type: ignore[method-assign]
    waiting.dialling.process()
    assert (waiting.row().state, waiting.row().outcome) == (State.DONE, Outcome.BUSY)


def test_a_late_event_moves_nothing_back(waiting: Desk) -> None:
    waiting.works()
    waiting.ends(Outcome.NO_ANSWER)
    ended_at = waiting.row().ended_at
    waiting.telephone.later(seconds=5)
    waiting.ends(Outcome.COMPLETED)
    assert (waiting.row().outcome, waiting.row().ended_at) == (Outcome.NO_ANSWER, ended_at)


def test_what_was_said_of_a_leg_stands_among_the_events_of_the_call(waiting: Desk) -> None:
    waiting.works()
    waiting.picks_up()
    waiting.picks_up()
    [event] = [event for event in waiting.telephone.events() if event.kind == "leg"]
    assert (event.key, event.answer["label"], event.answer["word"]) == ("leg:1:picked_up", "Opérateur", "picked_up")


def test_the_directory_begins_with_the_profile_s_seats_and_then_belongs_to_people(waiting: Desk) -> None:
    waiting.works()
    with waiting.telephone.store.transaction("test") as tx:
        for row in tx.seats.all():
            assert tx.seats.remove(row.number, by(waiting))
    waiting.ends(Outcome.NO_ANSWER)
    waiting.telephone.later(minutes=1)
    waiting.works()
    assert waiting.rung() == [FIRST]


def test_a_seat_at_rest_does_not_ring(waiting: Desk) -> None:
    with waiting.telephone.store.transaction("test") as tx:
        from ingest.voice.directory import begin

        begin(tx, waiting.telephone.profile, waiting.telephone.now)
        tx.seats.change(FIRST, by(waiting), active=False)
    waiting.works()
    assert waiting.rung() == [SECOND]


def by(desk: Desk) -> Any:
    from store.seats import By

    return By("lea", desk.telephone.now)


def test_a_callback_rings_the_seat_first_and_then_the_person(promised: Desk) -> None:
    promised.works()
    assert promised.rung() == [FIRST]
    assert promised.picks_up() == Reach(number=CALLER, line_number="+3281001718")
    promised.legs.reached(promised.heard(1), Outcome.COMPLETED)
    promised.ends(Outcome.COMPLETED)
    row = promised.telephone.callback()
    assert (row.open, row.outcome, row.tries, row.reached_at) == (False, "reached", 1, promised.telephone.now)
    assert steps(promised) == ["asked", "reached"]
    assert promised.telephone.case().status == Status.OPEN
    promised.works()
    assert promised.rung() == [FIRST]


def test_a_case_that_an_agent_closed_meanwhile_stays_closed(promised: Desk) -> None:
    promised.works()
    with promised.telephone.store.transaction("test") as tx:
        case = tx.cases.find(promised.telephone.call().case_id)
        tx.cases.retag(case, {"status": Status.CLOSED, "closed_at": promised.telephone.now}, promised.telephone.now)
    promised.person(Outcome.COMPLETED)
    assert promised.telephone.case().status == Status.CLOSED
    assert promised.telephone.case().closed_at


def test_a_seat_that_does_not_answer_is_no_try(promised: Desk) -> None:
    promised.works()
    promised.ends(Outcome.NO_ANSWER)
    promised.works()
    assert promised.rung() == [FIRST, SECOND]
    assert promised.telephone.callback().tries == 0


def test_a_seat_that_hangs_up_while_the_person_s_phone_rings_is_no_try(promised: Desk) -> None:
    promised.works()
    promised.person(Outcome.CANCELED)
    assert promised.telephone.callback().tries == 0
    promised.telephone.later(seconds=20)
    promised.works()
    assert promised.rung() == [FIRST, SECOND]


def test_three_tries_now_two_hours_later_and_next_morning_then_it_is_closed_with_a_reason(promised: Desk) -> None:
    began = promised.telephone.now
    due = []
    for leg_id in (1, 2, 3):
        promised.works()
        promised.person(Outcome.NO_ANSWER, leg_id)
        row = promised.telephone.callback()
        due.append(row.call_at)
        if row.open:
            promised.works()
            assert len(promised.rung()) == leg_id
            promised.telephone.now = row.call_at
    assert due[:2] == [began + timedelta(hours=2), datetime(2026, 3, 25, 7, 30, tzinfo=UTC)]
    assert (row.open, row.outcome, row.tries, row.reached_at) == (False, "unreached", 3, None)
    assert steps(promised) == ["asked", "tried", "tried", "tried", "given_up"]
    assert unreached(promised) == []


def test_where_an_address_is_known_a_mail_says_that_nobody_was_reached(promised: Desk) -> None:
    write_mail_case(promised.telephone)
    give_up(promised)
    [mail] = unreached(promised)
    assert (mail.recipient, mail.lang, mail.mailbox) == ("jeanne.dupont@example.org", "fr", "assistance")
    assert mail.context["number"] == promised.telephone.case().number
    entry = promised.telephone.entries()[-1]
    assert (entry.kind, entry.data["step"], entry.data["mailed"]) == (EntryKind.CALLBACK, "given_up", True)


def test_the_bound_on_automatic_mail_holds_for_that_mail_too(promised: Desk) -> None:
    write_mail_case(promised.telephone)
    budget = promised.telephone.profile.automatic_mail.budget
    with promised.telephone.store.transaction("test") as tx:
        base = {"kind": "acknowledgement", "case_id": promised.telephone.call().case_id, "mailbox": "assistance"}
        base |= {"recipient": "jeanne.dupont@example.org", "lang": "fr", "message_id": "<m@example.org>"}
        base |= {"automatic": True, "context": {}, "due_at": promised.telephone.now}
        at = promised.telephone.now + timedelta(hours=22)
        tx.outbound.add_once([base | {"key": f"k{n}", "created_at": at} for n in range(budget)])
    give_up(promised)
    assert unreached(promised) == []


def test_a_word_that_comes_twice_counts_once(promised: Desk) -> None:
    promised.works()
    promised.person(Outcome.NO_ANSWER)
    promised.person(Outcome.NO_ANSWER)
    promised.legs.reached(promised.heard(1), Outcome.COMPLETED)
    assert (promised.telephone.callback().tries, promised.telephone.callback().open) == (1, True)


def test_the_end_of_the_leg_may_come_before_the_word_about_the_person(promised: Desk) -> None:
    promised.works()
    promised.picks_up()
    promised.ends(Outcome.COMPLETED)
    promised.works()
    assert len(promised.rung()) == 1
    promised.legs.reached(promised.heard(1), Outcome.COMPLETED)
    assert promised.telephone.callback().outcome == "reached"


def test_where_no_word_about_the_person_ever_comes_the_try_has_failed(promised: Desk) -> None:
    promised.works()
    promised.picks_up()
    promised.ends(Outcome.COMPLETED)
    promised.telephone.later(seconds=GRACE.total_seconds() + 1)
    promised.works()
    row = promised.telephone.callback()
    assert (row.tries, row.outcome, row.open) == (1, "failed", True)


@pytest.mark.parametrize(("outcome", "told"), [(Outcome.COMPLETED, "reached"), (Outcome.BUSY, "busy"), (None, None)])
def test_where_no_word_about_the_person_comes_the_log_of_the_provider_has_it(
    promised: Desk, outcome: Outcome | None, told: str | None
) -> None:
    promised.works()
    promised.picks_up()
    promised.ends(Outcome.COMPLETED)
    rung = {"called": CALLER, "outgoing": True, "started_at": promised.telephone.now}
    promised.exchange.calls["CA9"] = seen("CA9", **rung, standing=Standing(outcome=outcome))
    promised.telephone.later(seconds=GRACE.total_seconds() + 1)
    promised.works()
    row = promised.telephone.callback()
    assert (row.outcome, row.open) == (told, told != "reached")


def test_while_the_log_cannot_be_read_nobody_is_called_again(promised: Desk) -> None:
    promised.works()
    promised.picks_up()
    promised.ends(Outcome.COMPLETED)
    promised.telephone.later(seconds=GRACE.total_seconds() + 1)
    promised.exchange.faults["calls_since"] = [TransientError("busy")]
    promised.works()
    assert (promised.telephone.callback().tries, len(promised.rung())) == (0, 1)
    promised.works()
    assert promised.telephone.callback().outcome == "failed"


def test_no_callback_is_made_while_the_line_is_closed(promised: Desk) -> None:
    promised.telephone.now = datetime(2026, 3, 24, 16, 0, tzinfo=UTC)
    promised.works()
    assert promised.rung() == []
    promised.telephone.now = datetime(2026, 3, 25, 7, 30, tzinfo=UTC)
    promised.works()
    assert promised.rung() == [FIRST]


def test_a_callback_keeps_the_caller_s_place_before_those_who_came_later(desk: Desk) -> None:
    with desk.telephone.store.transaction("test") as tx:
        from ingest.voice.directory import begin

        begin(tx, desk.telephone.profile, desk.telephone.now)
        tx.seats.change(SECOND, by(desk), active=False)
    promise(desk.telephone)
    desk.telephone.later(minutes=1)
    wait(desk.telephone, "CA2", "+32470001235")
    desk.works()
    assert isinstance(desk.picks_up(), Reach)


def test_a_callback_for_later_stands_behind_those_who_waited_before_its_hour_and_before_those_after(desk: Desk) -> None:
    with desk.telephone.store.transaction("test") as tx:
        from ingest.voice.directory import begin

        begin(tx, desk.telephone.profile, desk.telephone.now)
        tx.seats.change(SECOND, by(desk), active=False)
    promise(desk.telephone, slot="3")
    due = desk.telephone.callback().call_at
    assert due > desk.telephone.now
    desk.telephone.now = due - timedelta(minutes=1)
    wait(desk.telephone, "CA2", "+32470001235")
    desk.telephone.now = due + timedelta(minutes=1)
    wait(desk.telephone, "CA3", "+32470001236")
    desk.works()
    assert isinstance(found := desk.picks_up(), Bridge)
    assert found.call_sid == "CA2"
    desk.ends(Outcome.COMPLETED)
    desk.telephone.ended("CA2")
    desk.telephone.later(seconds=REST.total_seconds() + 1)
    desk.works()
    assert isinstance(desk.picks_up(2), Reach)


def test_a_second_try_stands_behind_those_who_waited_before_it(promised: Desk) -> None:
    promised.works()
    promised.person(Outcome.NO_ANSWER)
    again = promised.telephone.callback().call_at
    promised.telephone.now = again - timedelta(minutes=1)
    for sid in ("CA2", "CA3"):
        wait(promised.telephone, sid, f"+3247000123{sid[-1]}")
    promised.telephone.now = again + timedelta(minutes=1)
    promised.works()
    assert [type(promised.picks_up(leg)) for leg in (2, 3)] == [Bridge, Bridge]


def test_a_callback_can_be_dialled_at_once_whatever_the_hour(promised: Desk) -> None:
    promised.telephone.now = datetime(2026, 3, 24, 20, 0, tzinfo=UTC)
    assert promised.dialling.dial_now(SID).tries == 0
    assert promised.rung() == [FIRST]
    promised.person(Outcome.BUSY)
    row = promised.dialling.dial_now(SID)
    assert (row.tries, row.outcome) == (1, "busy")
    assert promised.dialling.dial_now("CA404") is None


def test_where_nobody_is_at_a_desk_no_phone_rings_without_end_for_a_promised_call(promised: Desk) -> None:
    for _ in range(60):
        promised.works()
        for leg_id in range(1, len(promised.rung()) + 1):
            promised.ends(Outcome.NO_ANSWER, leg_id)
        promised.telephone.later(seconds=30)
    assert promised.rung() == [FIRST, SECOND] * 6
    assert promised.telephone.callback().tries == 0


def test_who_dials_at_once_does_not_wait_for_seats_to_rest(promised: Desk) -> None:
    for tries in range(3):
        assert promised.dialling.dial_now(SID).tries == tries
        promised.person(Outcome.BUSY, leg_id=tries + 1)
    assert not promised.telephone.callback().open


def test_who_asked_again_by_another_call_is_dialled_by_that_call_too(promised: Desk) -> None:
    promise_again(promised.telephone)
    first, again = promised.telephone.callback(), promised.dialling.dial_now("CA2")
    assert (again.id, again.tries) == (first.id, 0)
    assert promised.rung() == [FIRST]


def test_a_call_that_joined_the_case_of_a_callback_has_not_asked_for_it(promised: Desk) -> None:
    phone = promised.telephone
    phone.ring(sid="CA2")
    phone.keys(f"1 # {phone.case().number.removeprefix('MPA-').replace('-', '')} 2", sid="CA2")
    phone.ended(sid="CA2")
    assert phone.call("CA2").case_id == phone.call().case_id
    assert promised.dialling.dial_now("CA2") is None
    assert promised.rung() == []


def test_the_pace_is_one_request_a_second() -> None:
    slept: list[float] = []
    pace = Pace(1.0, slept.append)
    for _ in range(3):
        pace.wait()
    assert [round(seconds) for seconds in slept] == [1, 2]


def test_a_leg_of_which_nothing_is_heard_is_asked_for_in_time(waiting: Desk) -> None:
    waiting.works()
    later = waiting.telephone.now + SILENCE
    assert waiting.telephone.read(lambda tx: tx.legs.unheard(later - timedelta(seconds=1))) == []
    assert [row.id for row in waiting.telephone.read(lambda tx: tx.legs.unheard(later))] == [1]


def steps(desk: Desk) -> list[str]:
    return [entry.data["step"] for entry in desk.telephone.entries() if entry.kind == EntryKind.CALLBACK]


def unreached(desk: Desk) -> list[Any]:
    return [mail for mail in desk.telephone.outbound() if mail.kind == "unreached"]


def give_up(desk: Desk) -> None:
    for leg_id in (1, 2, 3):
        desk.works()
        desk.person(Outcome.NO_ANSWER, leg_id)
        desk.telephone.now = desk.telephone.callback().call_at


def write_mail_case(telephone: Telephone) -> None:
    """The caller has written before, and an agent has noted the number as one of theirs."""
    with telephone.store.transaction("test") as tx:
        [identity] = tx.cases.reserve(2026, 1)
        words = ("subject", "category", "motif", "tool", "scope", "submitter", "requester_name")
        row = dict.fromkeys(words, "") | {
            "id": identity,
            "number": f"MPA-26-{identity % 100_000:05d}",
            "status": "open",
            "channel": Channel.EMAIL,
            "source": "assistance",
            "lang": "fr",
            "review": False,
            "tags": {},
            "flags": [],
            "requester": "jeanne.dupont@example.org",
            "opened_at": telephone.now,
            "touched_at": telephone.now,
        }
        tx.cases.add([row])
        tx.cases.add_keys([("participant", SIGNER.person_key(CALLER), identity)])
