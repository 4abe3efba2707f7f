"""What people do with cases, on both databases: every action is one transaction, or nothing at all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cases import actions
from cases.acting import Acting, Effect, StaleError, timed
from cases.assigning import assign, prioritise, take
from cases.case import EntryKind, Status
from cases.dossier import Dossier
from cases.refusal import RefusedError
from store.engine import open_engine
from store.tx import Kind, Store
from tests.desk.working import Work
from tests.mails import mail
from tests.servers.postgres import Postgres


@pytest.fixture
def work(store: Store) -> Work:
    return Work(store)


@pytest.fixture
def postgres_work(postgres: Postgres) -> Iterator[Work]:
    """On the database where two can write at once."""
    with postgres.database() as url:
        engine = open_engine(url)
        yield Work(Store(engine))
        engine.dispose()


def row(work: Work, number: str) -> Any:
    with work.store.reading() as tx:
        return tx.cases.find_number(number)


@pytest.mark.parametrize("number", ["MPA-26-99999", "9" * 12, "9" * 40, "²", ""])
def test_a_number_that_no_case_has_is_refused(work: Work, number: str) -> None:
    with pytest.raises(RefusedError, match="there is no case"):
        work.desk.read(number)


def test_a_reply_is_on_the_timeline_and_in_the_outbox(work: Work) -> None:
    number = work.opened(mail())
    woken: list[Kind] = []
    work.store.wake = woken.append
    done = work.do(number, actions.reply, "Voyez la page 3.", wait=True)
    case = work.desk.read(number)
    assert (case.status, case.agent, case.version) == (Status.WAITING, "marie", 2)
    assert [line.kind for line in case.timeline[-3:]] == [EntryKind.ANSWERED, EntryKind.WAITING, EntryKind.ASSIGNED]
    reply = next(one for one in work.queued(number) if one.kind == "reply")
    assert (reply.recipient, reply.automatic, reply.state) == ("jeanne@example.org", False, "pending")
    assert (reply.context["text"], reply.context["in_reply_to"]) == ("Voyez la page 3.", "<m1@example.org>")
    with work.store.reading() as tx:
        entries = {one.id: one.kind for one in tx.cases.entries(case.id)}
    assert entries[int(reply.key.rpartition(":")[2])] == EntryKind.ANSWERED
    assert reply.message_id == work.road.signer.message_id(case.id, reply.key, work.profile.mail_domain)
    assert [one.key for one in done.mails] == [reply.key]
    assert set(woken) == {Kind.OUTBOUND, Kind.CASE}


def test_the_clocks_are_those_of_the_whole_timeline(work: Work) -> None:
    number = work.opened(mail())
    work.do(number, actions.reply, "Quel dossier ?", wait=True)
    waiting = row(work, number)
    assert (waiting.response_due_at, waiting.resolution_due_at) == (None, None)
    work.later(days=1)
    work.do(number, actions.resume)
    resumed = row(work, number)
    assert resumed.resolution_due_at is not None
    work.do(number, prioritise, 1, 1)
    urgent = row(work, number)
    assert urgent.resolution_due_at < resumed.resolution_due_at
    again = timed(work.desk.read(number), Effect(), work.desk.calendars, work.now)
    assert again.columns() == {name: getattr(urgent, name) for name in again.columns()}


def test_a_closed_case_has_a_mail_and_no_clock(work: Work) -> None:
    number = work.opened(mail())
    work.do(number, actions.close)
    closed = row(work, number)
    assert (closed.status, closed.closed_at, closed.alarm_at) == ("closed", work.now, None)
    closing = next(one for one in work.queued(number) if one.kind == "closing")
    assert (closing.key, closing.automatic) == (f"closing:{closed.id}:1", True)
    work.do(number, actions.reopen)
    assert row(work, number).closed_at is None
    work.do(number, actions.close)
    assert {one.key for one in work.queued(number)} >= {f"closing:{closed.id}:1", f"closing:{closed.id}:2"}


def test_a_closing_over_the_budget_is_withheld_and_says_so(work: Work) -> None:
    numbers = [work.opened(mail(f"Question {n}\n", message_id=f"<q{n}@example.org>")) for n in range(5)]
    done = work.do(numbers[0], actions.close)
    assert done.withheld == {"requester": "budget_for_this_address"}
    assert work.desk.read(numbers[0]).timeline[-1].data == {"requester": "budget_for_this_address"}
    assert not [one for one in work.queued(numbers[0]) if one.kind == "closing"]


def test_a_reply_to_the_case_goes_on_with_it(work: Work) -> None:
    number = work.opened(mail())
    work.do(number, actions.reply, "Quel dossier ?", wait=True)
    reply = next(one for one in work.queued(number) if one.kind == "reply")
    work.later(minutes=5)
    work.road.take_in(mail("Le dossier 12.\n", message_id="<m2@example.org>", In_Reply_To=reply.message_id))
    case = work.desk.read(number)
    assert (case.status, len(case.messages)) == (Status.OPEN, 2)
    work.later(minutes=1)
    work.do(number, actions.reply, "Merci.")
    newest = [one for one in work.queued(number) if one.kind == "reply"][-1]
    assert newest.context["in_reply_to"] == "<m2@example.org>"
    assert newest.context["references"][-2:] == [reply.message_id, "<m2@example.org>"]


def test_who_saw_another_version_is_told_what_changed(work: Work) -> None:
    number = work.opened(mail())
    seen = work.desk.read(number).version
    work.do(number, take)
    work.do(number, actions.note, "Appelée.", by="paul")
    with pytest.raises(StaleError, match=r"assigned by marie at 10:05 UTC, note by paul at 10:05 UTC"):
        work.desk.act(number, "marie", actions.resume, version=seen)


@pytest.mark.servers("postgres")
def test_a_change_between_reading_and_writing_is_never_overwritten(postgres_work: Work) -> None:
    work = postgres_work
    number = work.opened(mail())

    def slow(case: Dossier, acting: Acting) -> Effect:
        with work.store.transaction("test") as tx:
            tx.cases.stir(case.id, work.now)
        return actions.note(case, acting, "Trop tard.")

    with pytest.raises(StaleError):
        work.desk.act(number, "marie", slow)
    assert EntryKind.NOTE not in [line.kind for line in work.desk.read(number).timeline]


def test_what_many_people_do_at_once_is_all_done(work: Work) -> None:
    number = work.opened(mail())
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda n: work.do(number, actions.note, f"note {n}"), range(24)))
    case = work.desk.read(number)
    assert (case.version, sum(line.kind == EntryKind.NOTE for line in case.timeline)) == (25, 24)


def test_a_refused_action_leaves_nothing_behind(work: Work) -> None:
    number = work.opened(mail())
    before = row(work, number)
    with pytest.raises(RefusedError):
        work.do(number, actions.resume)
    with pytest.raises(RefusedError, match="marie, paul, alice"):
        work.do(number, take, by="nobody")
    with pytest.raises(RefusedError, match="no case MPA-26-99999"):
        work.do("MPA-26-99999", take)
    assert row(work, number) == before


def test_who_is_given_a_case_is_written_to(work: Work) -> None:
    number = work.opened(mail())
    work.do(number, assign, "paul")
    event = next(one for one in work.queued(number) if one.kind == "event")
    assert (event.recipient, event.lang, event.context["what"]) == ("paul@spw.example.be", "fr", "assigned")
