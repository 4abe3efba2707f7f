"""The same person by phone and by mail is proposed as one, with the reason; merged by one click, and taken back."""

from datetime import timedelta

import pytest

from cases.actions import note
from cases.case import Status
from cases.joining import merge, unmerge
from classify.similar import Why
from desk.same_person import same_person
from store.tx import Store
from tests.desk.working import Work
from tests.mails import mail
from tests.store.test_views import add_case

NUMBER = "+32470001234"
CARD = "NOTICe ne va plus.\n\nBien à vous,\nJeanne Dupont\nGSM 0470/00.12.34\n"


@pytest.fixture
def work(store: Store) -> Work:
    return Work(store)


def called(work: Work, number: str = NUMBER, days: float = 0, **columns: object) -> str:
    """The number of a call's case, from that number."""
    at = work.road.now + timedelta(days=days)
    key = work.road.signer.person_key(number)
    said = {"channel": "phone", "phone": number, "person_key": key, "opened_at": at, "touched_at": at}
    identity = add_case(work.road.store, **({"status": Status.OPEN} | said | columns))
    with work.road.store.transaction("test") as tx:
        tx.cases.add_keys([("participant", key, identity)])
        return str(tx.cases.find(identity).number)


def found(work: Work, number: str) -> list[tuple[str, Why]]:
    case = work.desk.read(number)
    with work.road.store.reading() as tx:
        return [(one.row.number, one.why) for one in same_person(tx, work.road.signer, case)]


def test_a_number_in_the_signature_ties_call_and_mail_on_both_pages(work: Work) -> None:
    written, call = work.opened(mail(CARD)), called(work)
    assert found(work, call) == [(written, Why.NUMBER)]
    assert found(work, written) == [(call, Why.NUMBER)]


def test_an_address_that_was_said_ties_them(work: Work) -> None:
    written, call = work.opened(mail(sender="jeanne@example.org")), called(work)
    assert found(work, call) == []
    work.do(call, note, "Son adresse : Jeanne@example.org")
    assert found(work, call) == [(written, Why.ADDRESS)]


@pytest.mark.parametrize("change", [{"number": "+32470009999"}, {"days": 8}, {"hidden": True}])
def test_others_are_not_proposed(work: Work, change: dict[str, object]) -> None:
    written = work.opened(mail(CARD))
    called(work, **change)  # type: ignore[arg-type]
    assert found(work, written) == []


def test_two_mails_of_one_person_are_not_meant(work: Work) -> None:
    first = work.opened(mail(CARD))
    work.opened(mail(CARD.replace("NOTICe", "TWICE"), message_id="<b@example.org>"))
    assert found(work, first) == []


def test_the_merge_is_taken_back_without_a_trace_of_doubt(work: Work) -> None:
    written, call = work.opened(mail(CARD)), called(work)
    work.desk.join(call, "marie", merge, written)
    assert found(work, written) == []
    assert work.desk.read(call).status is Status.CLOSED
    work.desk.join(call, "marie", unmerge)
    assert work.desk.read(call).status is Status.OPEN
    assert found(work, written) == [(call, Why.NUMBER)]
