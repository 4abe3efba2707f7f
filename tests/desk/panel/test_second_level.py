"""The second level from the page of a case."""

from collections.abc import Callable

from fastapi import FastAPI

from store.tx import Store
from tests.desk.panel.conftest import FAULT, Page
from tests.desk.signed import browsing
from tests.desk.test_routes import said
from tests.mails import mail

Opened = Callable[..., Page]
WORDING = "NOTICe répond par une erreur 500 à l'ouverture d'un dossier."


def doubted(opened: Opened) -> Page:
    """A case that no rule has escalated."""
    page = opened(mail("Comment ajouter un plan à mon dossier NOTICe ?", subject="Un plan"))
    assert page.row.status == "new"
    return page


def test_what_the_second_level_will_read_is_seen_before_it_leaves(opened: Opened) -> None:
    page = doubted(opened)
    answer = page.send("escalate", to="digital", wording=WORDING, since="lundi", preview="1")
    assert answer.status_code == 200
    assert said("panel.preview") in answer.text
    assert "- Depuis : lundi" in answer.text
    assert answer.text.count("erreur 500") >= 2
    assert (page.row.status, page.row.version) == ("new", 1)


def test_a_wording_is_asked_for_and_what_was_typed_stays(opened: Opened) -> None:
    page = doubted(opened)
    answer = page.send("escalate", to="digital", wording="Panne", tried="un autre navigateur")
    assert answer.status_code == 422
    assert "La reformulation compte 5 caractères" in answer.text
    assert 'value="un autre navigateur"' in answer.text


def test_there_and_back(opened: Opened) -> None:
    page = doubted(opened)
    answer = page.send("escalate", to="digital", wording=WORDING, ticket="DIG-4711")
    assert answer.headers["location"].endswith("?done=escalate")
    [stay] = page.road.read(lambda tx: tx.escalations.of_case(page.row.id))
    assert (page.row.status, stay.n2, stay.ticket, stay.actor) == ("escalated", "digital", "DIG-4711", "thomas")
    assert "DIG-4711" in page.text
    assert page.send("tell", text="Le dossier est PE-2026-12.").status_code == 303
    assert page.send("returned", outcome="solved", text="Corrigé cette nuit.").status_code == 303
    assert page.row.status == "open"
    kinds = [one.kind for one in page.road.read(lambda tx: tx.cases.outbound(page.row.id))]
    assert {"escalation", "escalated", "n2_message"} <= set(kinds)


def test_who_may_not_escalate_sees_no_form(opened: Opened, pages: FastAPI, store: Store) -> None:
    page = doubted(opened)
    assert 'id="form-escalate"' in page.text
    with browsing(pages, store, "nora") as browser:
        assert 'id="form-escalate"' in browser.get(page.address).text


def test_a_case_that_a_rule_escalated_shows_which(opened: Opened) -> None:
    page = opened(mail(FAULT, subject="NOTICe en panne"))
    if page.row.status == "escalated":
        assert 'id="form-tell"' in page.text
