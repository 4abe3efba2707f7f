"""Days counted out of mails, calls and actions that really went through the service, on both databases."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from cases.actions import close, reply
from cases.amending import requester
from cases.daily import SETTLES_AFTER, Counts
from cases.joining import merge
from cases.logged import LoggedCall, Outcome, keyed
from desk.dashboard.keeping import ANYWAY, OTHERS, TODAY, Keeping
from desk.dashboard.reckoning import Reckoning, spans
from ingest.logged import Logbook
from store.tables import case, entry, inbound, satisfaction
from store.tx import Store
from store.wiping import Wiping
from tests.desk.test_routes import counted
from tests.desk.working import Work
from tests.ingest.conftest import NOW
from tests.ingest.voice.phone import OPEN, Telephone
from tests.ingest.voice.test_calls import call
from tests.mails import mail

TODAY_IS = NOW.date()


LOGGED = LoggedCall(
    key="",
    at=NOW,
    agent="marie",
    name="",
    number="",
    lang="fr",
    motif="acces",
    tool="notice",
    reason="Ne trouve pas le bouton",
    outcome=Outcome.SOLVED,
    minutes=5,
)
"""A call of that moment, whenever it is logged."""


class Service(Work):
    """A desk whose days are counted."""

    @property
    def reckoning(self) -> Reckoning:
        return Reckoning(self.store, self.profile, self.road.calendars.by_name, lambda: self.now)

    def counts(self, day: date = TODAY_IS, **how: Any) -> Counts:
        return self.reckoning.days(day, day, **how)[day]

    def answered(self, number: str, *, satisfied: bool) -> None:
        identity = self.desk.read(number).id
        row = {"case_id": identity, "closing": 1, "satisfied": satisfied, "comment": "", "at": self.now}
        line = {"kind": "satisfaction", "at": self.now, "actor": "requester", "text": "", "person_key": None}
        with self.store.transaction("test.said") as tx:
            tx.satisfactions.say({**row, "person_key": None})
            tx.cases.add_entries([{**line, "case_id": identity, "data": {"satisfied": satisfied, "closing": 1}}])
        self.later(minutes=1)


@pytest.fixture
def service(store: Store) -> Service:
    return Service(store)


def letter(number: int) -> bytes:
    return mail(message_id=f"<{number}@example.org>", sender=f"p{number}@example.org")


def test_mails_count_as_cases_and_in_the_balance(service: Service) -> None:
    for number in range(3):
        service.opened(letter(number))
    service.road.take_in(mail(message_id="<a@example.org>", Auto_Submitted="auto-replied"))
    found = service.counts()
    assert found["cases"] == found["channel/email"] == found["electronic/open"] == 3
    assert sum(number for name, number in found.items() if name.startswith("in/assistance/")) == 4
    assert found["topic/aucun/demande_information"] == 3


def test_a_case_that_is_answered_and_closed_is_solved_in_time(service: Service) -> None:
    number = service.opened(letter(1))
    service.do(number, reply, "Bonjour, voici la réponse.")
    service.do(number, close)
    service.later(days=3)
    assert service.counts()["electronic/in_time"] == 1
    assert service.counts()["electronic/one_answer"] == 1


def test_a_merged_case_is_no_request_of_its_own(service: Service) -> None:
    one, other = service.opened(letter(1)), service.opened(letter(2))
    service.do(one, requester, "p2@example.org")
    service.desk.join(other, "marie", merge, one)
    service.later(days=3)
    found = service.counts()
    assert (found["cases"], found["electronic"]) == (2, 1)


def test_hidden_cases_count_for_nothing(service: Service) -> None:
    service.opened(letter(1))
    with service.store.transaction("test.hide") as tx:
        tx.connection.execute(update(case).values(hidden=True))
    assert "cases" not in service.counts()
    assert service.counts()["in/assistance/case"] == 1


def test_the_last_answer_about_a_closing_counts_on_the_day_it_was_given(service: Service) -> None:
    number = service.opened(letter(1))
    service.do(number, close)
    service.answered(number, satisfied=False)
    assert service.counts()["unsatisfied"] == 1
    service.later(days=2)
    service.answered(number, satisfied=True)
    changed = service.now.date()
    assert service.counts()["unsatisfied"] == 0
    assert service.counts(changed)["satisfied"] == 1
    service.later(days=30)
    service.answered(number, satisfied=False)
    assert service.counts(changed)["satisfied"] == 1


def test_calls_count_by_line_and_fate(store: Store) -> None:
    service = Service(store)
    telephone = Telephone(store, service.profile)
    call(telephone, "answered")
    service.road.now = OPEN + timedelta(hours=2)
    found = service.counts()
    assert found["line/1718/answered"] == found["phone/received"] == found["phone/answered"] == 1
    assert found["hour/10/calls"] == 1


def test_days_are_kept_as_they_are_counted(service: Service) -> None:
    service.opened(letter(1))
    keeping = Keeping(service.reckoning)
    assert keeping.process()
    assert not keeping.process()
    with service.store.reading() as tx:
        assert tx.days.kept(TODAY_IS, TODAY_IS)[TODAY_IS].counts == service.counts(anew=True)


def test_a_kept_day_is_counted_again_once_something_changed(service: Service) -> None:
    keeping = Keeping(service.reckoning)
    service.opened(letter(1))
    assert keeping.process()
    service.opened(letter(2))
    assert service.counts(recent=True)["cases"] == 1
    assert service.counts()["cases"] == 2
    service.later(seconds=max(TODAY, OTHERS).total_seconds())
    assert keeping.process()
    assert service.counts(recent=True)["cases"] == 2
    service.later(seconds=OTHERS.total_seconds())
    assert not keeping.process()


def test_what_is_noted_of_an_earlier_moment_is_counted_too(service: Service) -> None:
    """An answer about satisfaction, a call that is logged and one that is taken back leave a case as old as it was."""
    keeping, number = Keeping(service.reckoning), service.opened(letter(1))
    service.do(number, close)
    logbook = Logbook(
        store=service.store,
        profile=service.profile,
        signer=service.road.signer,
        calendars=service.road.calendars,
        clock=lambda: service.now,
    )
    [made] = keyed([LOGGED])

    def kept() -> Counts:
        service.later(seconds=TODAY.total_seconds())
        while keeping.process():
            service.later(seconds=TODAY.total_seconds())
        return service.counts(recent=True)

    service.later(hours=2)
    assert kept()["logged/solved"] == 0
    logbook.write([made])
    assert kept()["logged/solved"] == 1
    assert logbook.take_back(made.key)
    found = kept()
    assert (found["logged/solved"], found["cases"]) == (0, 1)
    service.answered(number, satisfied=True)
    assert kept()["satisfied"] == 1


def test_what_was_written_just_after_the_count_began_is_counted_a_minute_later(service: Service) -> None:
    keeping = Keeping(service.reckoning)
    service.opened(letter(2))
    began = service.now
    assert keeping.process()
    service.road.now = began - timedelta(seconds=5)  # as a transaction has it that ended after the days were read
    service.opened(letter(1))
    service.road.now = began + TODAY
    assert keeping.process()
    assert service.counts(recent=True)["cases"] == 2


def test_a_day_is_counted_again_now_and_then_whatever_happened(service: Service) -> None:
    keeping = Keeping(service.reckoning)
    service.opened(letter(1))
    assert keeping.process()
    with service.store.transaction("test.fate") as tx:
        tx.connection.execute(update(inbound).values(disposition="automatic"))
    service.later(seconds=OTHERS.total_seconds())
    assert not keeping.process()
    service.later(seconds=ANYWAY.total_seconds())
    assert keeping.process()
    assert service.counts(recent=True)["in/assistance/automatic"] == 1


def test_days_to_come_count_nothing_and_are_not_asked_for(service: Service) -> None:
    service.opened(letter(1))

    def statements(last: date) -> int:
        with counted(service.store) as found:
            days = service.reckoning.days(TODAY_IS, last, anew=True)
        assert list(days)[-1] == last
        assert sum(days.values(), start=Counter())["cases"] == 1
        return len(found)

    assert statements(TODAY_IS + timedelta(days=20)) == statements(TODAY_IS)


def test_an_answer_about_a_case_that_was_hidden_is_none(service: Service) -> None:
    number = service.opened(letter(1))
    service.do(number, close)
    service.answered(number, satisfied=True)
    assert service.counts()["satisfied"] == 1
    with service.store.transaction("test.hide") as tx:
        tx.connection.execute(update(case).values(hidden=True))
    assert service.counts()["satisfied"] == 0


def test_a_day_of_a_case_that_was_erased_counts_as_before(service: Service) -> None:
    number = service.opened(letter(1))
    service.do(number, reply, "Bonjour, voici la réponse.")
    service.do(number, close)
    service.answered(number, satisfied=True)
    before = service.counts()
    with service.store.transaction("test.erase") as tx:
        Wiping(tx.connection, service.now).cases([service.desk.read(number).id])
    assert service.counts(anew=True) == before


def test_a_settled_day_outlives_its_events(service: Service) -> None:
    number = service.opened(letter(1))
    service.do(number, close)
    service.later(seconds=SETTLES_AFTER.total_seconds() + 2 * 86_400)
    keeping = Keeping(service.reckoning)
    while keeping.process():
        pass
    before = service.counts()
    with service.store.transaction("test.purge") as tx:
        tx.connection.execute(delete(satisfaction))
        tx.connection.execute(delete(entry))
    assert service.counts() == before
    assert service.counts(anew=True) != before


def test_a_day_without_a_row_is_counted_where_it_is_read(service: Service) -> None:
    service.opened(letter(1))
    assert service.counts(recent=True) == service.counts(anew=True) != Counter()


def test_days_are_parted_where_one_is_missing() -> None:
    days = [date(2026, 3, day) for day in (30, 31)] + [date(2026, 4, day) for day in (1, 3)]
    assert spans(days) == [days[:3], days[3:]]
    assert spans([]) == []
