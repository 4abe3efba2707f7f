"""What only a browser can tell of the composer: drafts while one types, who else is there, and that nothing moves away
what somebody writes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from cases import actions
from cases.secondlevel import Role
from desk.access import COOKIES
from desk.service import Service
from store.tables import draft
from store.tx import Store
from tests.desk.accessible import assert_accessible_everywhere
from tests.desk.composer.conftest import PDF
from tests.desk.running import running
from tests.desk.signed import enter
from tests.desk.working import Work
from tests.mails import mail
from tests.servers.process import wait_until

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow]


@pytest.fixture
def case_address(service: Service, number: str) -> Iterator[str]:
    with running(service) as address:
        yield f"{address}/desk/cases/{number}"


@pytest.fixture
def enters(chromium: Any, sqlite_store: Store, case_address: str) -> Iterator[Callable[[str], Any]]:
    """Somebody's own browser, in which they are signed in and have the case open. No script of ours may fail in it."""
    contexts: list[Any] = []
    failed: list[str] = []

    def enter_as(who: str) -> Any:
        context = chromium.new_context(locale="fr-BE", viewport={"width": 1200, "height": 800})
        contexts.append(context)
        secret = enter(sqlite_store, who, Role.AGENT)[COOKIES[1]]
        context.add_cookies([{"name": COOKIES[1], "value": secret, "domain": "127.0.0.1", "path": "/"}])
        page = context.new_page()
        page.on("pageerror", lambda one: failed.append(str(one)))
        page.goto(case_address)
        return page

    yield enter_as
    for context in contexts:
        context.close()
    assert not failed


@pytest.fixture
def marie(enters: Callable[[str], Any]) -> Any:
    return enters("marie")


def text(page: Any) -> Any:
    return page.get_by_label("Texte", exact=True)


def replies(work: Work, number: str) -> list[Any]:
    return [row for row in work.queued(number) if row.kind == "reply"]


def test_what_is_typed_is_kept_and_found_after_a_reload(marie: Any) -> None:
    text(marie).fill("Bonjour, je regarde.")
    marie.get_by_text("Brouillon gardé à").wait_for()
    marie.reload()
    assert text(marie).input_value() == "Bonjour, je regarde."


def drafts(work: Work) -> list[Any]:
    with work.store.reading() as tx:
        return list(tx.connection.execute(select(draft)))


def test_who_leaves_in_the_middle_of_a_word_loses_nothing(marie: Any, case_address: str, work: Work) -> None:
    text(marie).fill("Bonj")
    marie.goto(case_address.rpartition("/")[0])
    wait_until(lambda: drafts(work), "what the page said as it was left has come")
    marie.goto(case_address)
    assert text(marie).input_value() == "Bonj"


def test_the_keyboard_sends_and_leaves_no_draft(marie: Any, work: Work, number: str) -> None:
    text(marie).fill("C'est réparé.")
    text(marie).press("Control+Enter")
    marie.get_by_text("Réponse en route.").wait_for()
    assert len(replies(work, number)) == 1
    assert text(marie).input_value() == ""


def test_what_was_sent_is_taken_back_in_time(marie: Any, work: Work, number: str) -> None:
    text(marie).fill("C'est réparé.")
    text(marie).press("Control+Enter")
    marie.get_by_text("La réponse part dans").wait_for()
    marie.get_by_role("button", name="Annuler l'envoi").click()
    marie.get_by_text("Envoi annulé").wait_for()
    assert not replies(work, number)
    assert text(marie).input_value() == "C'est réparé."


def test_a_new_message_shows_above_what_somebody_writes(marie: Any, work: Work, number: str) -> None:
    text(marie).fill("Je vous écris")
    text(marie).press("End")
    work.opened(mail("Encore ceci.", message_id="<m2@example.org>", References="<m1@example.org>"))
    marie.get_by_text("Encore ceci.", exact=True).wait_for()
    marie.keyboard.type(" ceci.")
    assert text(marie).input_value() == "Je vous écris ceci."


def test_a_note_can_be_written_by_keyboard_alone(marie: Any, work: Work, number: str) -> None:
    marie.get_by_label("Réponse").focus()
    marie.keyboard.press("ArrowRight")
    assert not marie.get_by_role("button", name="Envoyer et clore").is_visible()
    text(marie).focus()
    marie.keyboard.type("Vu avec Paul.")
    marie.keyboard.press("Control+Enter")
    marie.get_by_text("Note enregistrée.").wait_for()
    assert not replies(work, number)


def test_two_people_know_of_each_other(enters: Callable[[str], Any]) -> None:
    nora = enters("nora")
    thomas = enters("thomas")
    thomas.get_by_text("Nora Delvaux lit aussi ce dossier").wait_for()
    text(nora).fill("Bonjour")
    nora.get_by_text("Brouillon gardé à").wait_for()
    for one in (nora, thomas):  # as every fifteen seconds
        with one.expect_response(lambda answer: answer.url.endswith("/looking")):
            one.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    thomas.get_by_text("Nora Delvaux est en train de répondre").wait_for()
    nora.get_by_text("Thomas Gérard lit aussi ce dossier").wait_for()


def test_too_large_a_file_is_said_before_it_is_sent(marie: Any) -> None:
    large = {"name": "gros.pdf", "mimeType": "application/pdf", "buffer": PDF + bytes(10_000_001)}
    marie.get_by_label("Joindre des fichiers").set_input_files(large)
    marie.get_by_text("gros.pdf n'est pas joint").wait_for()
    assert marie.get_by_label("Joindre des fichiers").input_value() == ""


@pytest.mark.timeout(300)
def test_every_state_can_be_used_by_everybody(marie: Any, work: Work, number: str) -> None:
    marie.locator("#step-close summary").click()
    assert_accessible_everywhere(marie)
    marie.get_by_label("Note interne").check()
    assert_accessible_everywhere(marie)
    marie.get_by_label("Réponse", exact=True).check()
    work.do(number, actions.note, "Vu.", by="paul")
    with marie.expect_response(lambda one: one.status == 409):
        text(marie).fill("Bonjour")
        marie.get_by_role("button", name="Envoyer", exact=True).click()
    marie.get_by_text("rien n'est parti").wait_for()
    assert_accessible_everywhere(marie)
