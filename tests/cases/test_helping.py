"""A word among ourselves: what each writes, and who is asked."""

from dataclasses import replace

import pytest

from cases.case import EntryKind, Status
from cases.helping import ADVICE, HELP, advise, ask_for_help, read_advice
from cases.refusal import Refusal, RefusedError
from cases.secondlevel import Role
from tests.cases.dossiers import ALICE, CASE, MARIE, acting, case


def test_help_is_asked_on_the_case_and_nobody_is_written_to() -> None:
    effect = ask_for_help(case(flags=("degraded",)), acting(), " Which form? ")
    assert effect.columns == {"flags": ["degraded", HELP]}
    assert [(line.kind, line.text) for line in effect.lines] == [(EntryKind.HELP_ASKED, "Which form?")]
    assert effect.mails == ()


def test_who_asks_for_help_on_a_case_that_nobody_has_has_it() -> None:
    effect = ask_for_help(case(agent=""), acting(), "Which form?")
    assert effect.columns["agent"] == "marie"


def test_an_answer_ends_the_call_for_help_and_waits_to_be_read() -> None:
    effect = advise(case(flags=(HELP,), agent="paul"), acting(), "Form 12.")
    assert effect.columns == {"flags": [ADVICE]}
    [line] = effect.lines
    assert (line.kind, line.text, line.data) == (EntryKind.ADVISED, "Form 12.", {"to": "paul"})
    assert effect.mails == ()


def test_a_word_that_was_read_waits_no_longer() -> None:
    effect = read_advice(case(flags=(ADVICE, "degraded")), acting())
    assert effect.columns == {"flags": ["degraded"]}
    assert [line.kind for line in effect.lines] == [EntryKind.ADVICE_READ]
    assert read_advice(CASE, acting()).lines == ()


def test_a_word_is_read_by_whom_it_is_for_or_by_who_leads() -> None:
    with pytest.raises(RefusedError) as refused:
        read_advice(case(flags=(ADVICE,), agent="paul"), acting())
    assert refused.value.refusal is Refusal.ADVICE_OF_ANOTHER
    leading = acting(replace(MARIE, role=Role.SUPERVISOR))
    assert read_advice(case(flags=(ADVICE,), agent="paul"), leading).columns == {"flags": []}


@pytest.mark.parametrize("text", ["", " \n", "\x00"])
def test_an_empty_word_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        advise(CASE, acting(), text)
    with pytest.raises(RefusedError):
        ask_for_help(CASE, acting(), text)


def test_an_auditor_asks_for_none_and_a_closed_case_needs_none() -> None:
    with pytest.raises(RefusedError):
        ask_for_help(CASE, acting(ALICE), "Which form?")
    with pytest.raises(RefusedError):
        ask_for_help(case(status=Status.CLOSED), acting(), "Which form?")
