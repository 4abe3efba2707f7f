"""Closing without an answer, waiting, going on, opening again."""

from typing import Any

import pytest

from cases.seconding import Wish
from tests.desk.composer.conftest import Sheet
from tests.desk.working import Work


def closings(work: Work, number: str) -> list[Any]:
    return [row for row in work.queued(number) if row.kind == "closing"]


def test_closing_tells_the_requester(sheet: Sheet, work: Work) -> None:
    assert sheet.step("close", told="mail", text="C'est en ordre.").headers["location"].endswith("?done=closed")
    [row] = closings(work, sheet.number)
    assert (row.recipient, row.context["text"]) == ("jeanne@example.org", "C'est en ordre.")


def test_closing_in_silence_takes_a_reason(sheet: Sheet, work: Work) -> None:
    answer = sheet.step("close", told="silent", text=" ")
    assert answer.status_code == 422
    assert "La raison manque." in answer.text
    assert 'value="silent" checked' in answer.text
    assert sheet.step("close", told="silent", text="Doublon.").status_code == 303
    assert not closings(work, sheet.number)
    assert "Doublon." in sheet.read()


def test_what_is_at_a_second_level_is_taken_back_only_when_asked(sheet: Sheet, work: Work) -> None:
    work.desk.escalate(sheet.number, "marie", Wish(wording="La page reste blanche depuis lundi matin."))
    answer = sheet.step("close", told="mail", text="Résolu autrement.")
    assert answer.status_code == 422
    assert "Résolu autrement.\n" in answer.text or "Résolu autrement.<" in answer.text
    assert sheet.step("close", told="mail", withdraw="1").status_code == 303
    assert work.desk.read(sheet.number).stay is None


def test_waiting_and_going_on(sheet: Sheet, work: Work) -> None:
    assert sheet.step("wait", days="3").headers["location"].endswith("?done=waiting")
    assert work.desk.read(sheet.number).status == "waiting"
    assert sheet.step("resume").headers["location"].endswith("?done=resumed")
    assert work.desk.read(sheet.number).status == "open"


@pytest.mark.parametrize("days", ["0x", "-3", "400", "9" * 30])
def test_nobody_waits_that_long(sheet: Sheet, work: Work, days: str) -> None:
    assert sheet.step("wait", days=days).status_code == 422
    assert work.desk.read(sheet.number).status != "waiting"


def test_a_closed_case_takes_notes_and_can_be_opened_again(sheet: Sheet, work: Work) -> None:
    sheet.step("close", told="mail")
    page = sheet.read()
    assert 'value="reply"' not in page
    assert sheet.write("Rappelé, tout va bien.", kind="note").status_code == 303
    assert sheet.write().status_code == 422
    assert sheet.step("reopen").headers["location"].endswith("?done=reopened")
    assert work.desk.read(sheet.number).status == "open"
