"""An answer waits some seconds and can be taken back into the composer; then it leaves, or it does not: never both."""

import threading
from datetime import timedelta

import pytest

from cases import actions
from cases.case import Status
from cases.recalling import held_back, recall
from cases.refusal import RefusedError
from desk.actions import Act
from store.tx import Store
from tests.desk.composer.conftest import PDF, Sheet
from tests.desk.test_routes import said
from tests.desk.working import Work
from tests.mails import mail


def replies(work: Work, number: str) -> list[str]:
    return [row.context["text"] for row in work.queued(number) if row.kind == "reply"]


def claimed(work: Work) -> int:
    """How many replies somebody who sends takes now."""
    with work.store.transaction("tests") as tx:
        return sum(row.kind == "reply" for row in tx.outbound.claim("a lease", 100, work.now))


def test_an_answer_waits_and_the_page_offers_to_take_it_back(sheet: Sheet, work: Work) -> None:
    sheet.write("Voici.")
    assert claimed(work) == 0
    assert said("composer.leaves").format(n=10) in sheet.read("?done=sent")
    work.later(seconds=10)
    assert said("composer.recall") not in sheet.read()
    assert claimed(work) == 1


@pytest.mark.parametrize("then", ["send", "wait", "close"])
def test_it_is_in_the_composer_again_with_its_files_and_its_language(sheet: Sheet, work: Work, then: str) -> None:
    before = work.desk.read(sheet.number)
    sheet.write("Hier, bitte.", lang="de", then=then, files=[("un.pdf", PDF)])
    sheet.write("Autre chose.", then="save")
    assert sheet.write(path="/recall").headers["location"].endswith("?done=recalled#composer")
    page = sheet.read("?done=recalled")
    assert "Hier, bitte.\n\nAutre chose.</textarea>" in page
    assert ">un.pdf<" in page
    assert 'value="de" selected' in page
    assert said("entry.recalled") in page
    assert said("composer.recall") not in page
    after = work.desk.read(sheet.number)
    assert (after.status, after.agent, replies(work, sheet.number)) == (before.status, before.agent, [])
    assert {row.kind for row in work.queued(sheet.number)}.isdisjoint({"reply", "closing"})


def test_what_has_left_is_said_beside_the_composer(sheet: Sheet, work: Work) -> None:
    sheet.write("Voici.")
    work.later(seconds=10)
    assert claimed(work) == 1
    answer = sheet.write(path="/recall")
    assert answer.status_code == 422
    assert said("refused.left_already") in answer.text
    assert replies(work, sheet.number) == ["Voici."]
    assert work.desk.read(sheet.number).status is Status.OPEN


def test_nobody_takes_back_what_another_wrote(sheet: Sheet, paul: Sheet, work: Work) -> None:
    sheet.write("Voici.")
    assert said("composer.recall") not in paul.read()
    assert paul.write(path="/recall").status_code == 422
    assert replies(work, sheet.number) == ["Voici."]


def test_two_at_once_send_it_or_take_it_back(store: Store) -> None:
    work = Work(store)
    for turn in range(5):
        number = work.opened(mail(message_id=f"<{turn}@example.org>", subject=f"Question {turn}"))
        held: Act = lambda case, acting: held_back(actions.reply(case, acting, "Voici."), case, timedelta(seconds=10))  # noqa: E731
        work.desk.act(number, "marie", held)
        work.later(seconds=11)
        ends: list[str] = []

        def take_back(number: str = number, ends: list[str] = ends) -> None:
            try:
                work.desk.act(number, "marie", recall)
            except RefusedError:
                return
            ends.append("taken back")

        one = threading.Thread(target=take_back)
        one.start()
        if claimed(work):
            ends.append("sent")
        one.join()
        assert len(ends) == 1
        assert len(replies(work, number)) == (ends == ["sent"])
