"""Where a case stands, by telephone: what its code tells, and how guessing ends."""

from datetime import timedelta

import pytest

from cases.case import Status
from cases.codes import Codes
from ingest.voice.event import Listen, Speak
from ingest.voice.standing import MOST_BY_CALLER, MOST_IN_CALL
from tests.ingest.voice.phone import OPEN, Telephone
from tests.store.test_views import add_case

CODES = Codes(b"a secret of the tests")


def a_case(telephone: Telephone, **columns: object) -> int:
    return add_case(telephone.store, **({"status": Status.OPEN, "touched_at": OPEN, "opened_at": OPEN} | columns))


def heard(telephone: Telephone, digits: str, sid: str = "CA1") -> list[str]:
    """The prompts after that code."""
    if sid not in telephone.steps:
        telephone.ring(sid=sid)
        telephone.keys("1", sid)
    telephone.keys("#", sid)
    [*_, last] = telephone.keys(digits, sid).actions
    assert isinstance(last, Listen)
    return [one.prompt for one in last.prompts if isinstance(one, Speak)]


def wrong(case: int) -> str:
    """A code of no case, whose check digit is right."""
    return CODES.of(case + 500_000)


@pytest.mark.parametrize("status", list(Status))
def test_a_code_tells_the_status_and_nothing_else(telephone: Telephone, status: Status) -> None:
    case = a_case(telephone, status=status, subject="Mon permis", requester_name="Jeanne Dupont")
    assert heard(telephone, CODES.of(case)) == [f"status_{status}", "tool"]


def test_while_it_is_our_turn_the_caller_hears_by_when(telephone: Telephone) -> None:
    due = a_case(telephone, response_due_at=OPEN + timedelta(hours=2))
    late = a_case(telephone, response_due_at=OPEN - timedelta(hours=2))
    waiting = a_case(telephone, status=Status.WAITING, response_due_at=OPEN + timedelta(hours=2))
    found = [heard(telephone, CODES.of(case), sid) for case, sid in ((due, "CA1"), (late, "CA2"), (waiting, "CA3"))]
    assert found == [["status_open", "status_by", "tool"], ["status_open", "tool"], ["status_waiting", "tool"]]


def test_a_merged_case_tells_of_the_other(telephone: Telephone) -> None:
    into = a_case(telephone, status=Status.ESCALATED)
    case = a_case(telephone, status=Status.CLOSED, merged_into=into)
    assert heard(telephone, CODES.of(case)) == ["status_escalated", "tool"]


@pytest.mark.parametrize(
    "columns",
    [{"hidden": True}, {"status": Status.CLOSED, "closed_at": OPEN - timedelta(days=91)}],
)
def test_a_case_that_is_hidden_or_long_closed_is_not_known(telephone: Telephone, columns: dict[str, object]) -> None:
    case = a_case(telephone, **columns)
    assert heard(telephone, CODES.of(case)) == ["status_unknown", "case_number"]


def test_an_erased_case_is_not_known(telephone: Telephone) -> None:
    assert heard(telephone, wrong(a_case(telephone))) == ["status_unknown", "case_number"]


def test_three_wrong_codes_lead_back_to_the_menu(telephone: Telephone) -> None:
    code = wrong(a_case(telephone))
    heard(telephone, code)
    telephone.keys(code)
    [last] = telephone.keys(code).actions
    assert isinstance(last, Listen)
    assert [one.prompt for one in last.prompts if isinstance(one, Speak)] == ["status_unknown", "tool"]


def test_guessing_ends_within_a_call_and_within_a_day(telephone: Telephone) -> None:
    case = a_case(telephone)
    code = wrong(case)
    for _ in range(MOST_IN_CALL // 3):
        heard(telephone, code)
        telephone.keys(f"{code} {code}")
    assert heard(telephone, CODES.of(case)) == ["status_not_now", "tool"]
    heard(telephone, code, "CA2")
    telephone.keys(f"{code} {code}", "CA2")
    heard(telephone, code, "CA2")
    assert MOST_BY_CALLER == MOST_IN_CALL + 4
    assert heard(telephone, CODES.of(case), "CA3") == ["status_not_now", "tool"]
    telephone.later(days=1, minutes=1)
    assert heard(telephone, CODES.of(case), "CA4") == ["status_open", "tool"]


def test_a_repeated_request_is_one_try(telephone: Telephone) -> None:
    code = wrong(a_case(telephone))
    heard(telephone, code)
    for _ in range(MOST_BY_CALLER):
        telephone.requests[-1]()
    with telephone.store.reading() as tx:
        assert tx.code_tries.wrong_in(telephone.call().id) == 1


def test_who_hears_it_and_hangs_up_was_helped(telephone: Telephone) -> None:
    case = a_case(telephone, status=Status.CLOSED, closed_at=OPEN)
    heard(telephone, CODES.of(case))
    telephone.ended()
    assert telephone.call().result == "deflected"
    with telephone.store.reading() as tx:
        assert tx.cases.find(case).status == Status.CLOSED
