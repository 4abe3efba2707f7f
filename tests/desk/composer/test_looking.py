"""Who else has a case open, as the page says it."""

from tests.desk.composer.conftest import Sheet
from tests.desk.signed import BASE
from tests.desk.working import Work


def look(sheet: Sheet, **said: str) -> str:
    answer = sheet.browser.post(f"{sheet.address}/looking", data=said, headers={"origin": BASE})
    assert answer.status_code == 200
    return answer.text


def test_one_is_told_who_reads_and_who_writes(sheet: Sheet, paul: Sheet) -> None:
    assert look(sheet) == ""
    assert "lit aussi ce dossier" in look(paul)
    look(paul, writing="1")
    assert "est en train de répondre" in sheet.read()


def test_who_left_is_there_no_longer(sheet: Sheet, paul: Sheet) -> None:
    look(paul)
    look(paul, gone="1")
    assert look(sheet) == ""


def test_who_is_not_heard_of_any_more_is_not_there(sheet: Sheet, paul: Sheet, work: Work) -> None:
    look(paul, writing="1")
    work.later(seconds=46)
    assert look(sheet) == ""
    assert "est en train de répondre" not in sheet.read()
