"""The second level from the page of a case."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.http import application
from cases.profile import Profile
from cases.secondlevel import Escalations, Role
from store.tx import Store
from tests.desk.conftest import QuietDemo, serving
from tests.desk.panel.conftest import DOUBTED, FAULT, Page
from tests.desk.signed import BASE, browsing
from tests.desk.test_routes import said
from tests.mails import mail

Opened = Callable[..., Page]
WORDING = "NOTICe répond par une erreur 500 à l'ouverture d'un dossier."


def doubted(opened: Opened) -> Page:
    """A case that no rule has escalated."""
    return opened(mail("Comment ajouter un plan à mon dossier NOTICe ?", subject="Un plan"))


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
    assert answer.headers["location"].endswith("?done=escalate#done")
    [stay] = page.road.read(lambda tx: tx.escalations.of_case(page.row.id))
    assert (page.row.status, stay.n2, stay.ticket, stay.actor) == ("escalated", "digital", "DIG-4711", "thomas")
    assert "DIG-4711" in page.text
    assert page.send("tell", text="Le dossier est PE-2026-12.").status_code == 303
    assert page.send("returned", outcome="solved", text="Corrigé cette nuit.").status_code == 303
    assert page.row.status == "open"
    kinds = [one.kind for one in page.road.read(lambda tx: tx.cases.outbound(page.row.id))]
    assert {"escalation", "escalated", "n2_message"} <= set(kinds)


@pytest.mark.parametrize(("role", "sees"), [(Role.AGENT, False), (Role.EXPERT, True)])
def test_who_may_not_escalate_sees_no_form(
    opened: Opened, store: Store, profile: Profile, demo: QuietDemo, role: Role, sees: bool
) -> None:
    page = doubted(opened)
    experts = replace(profile, escalations=Escalations(roles=(Role.EXPERT,)))
    pages = application(serving(store, experts, demo), bind="127.0.0.1:8080", public_url=BASE)
    with browsing(pages, store, "nora", role) as browser:
        assert ('id="form-escalate"' in browser.get(page.address).text) is sees
        sent = {"wording": WORDING, "to": "digital"}
        answer = browser.post(f"{page.address}/escalate", data=sent, headers={"origin": BASE}, follow_redirects=False)
        assert answer.status_code == (303 if sees else 422)


def test_a_case_that_a_rule_escalated_says_which(opened: Opened) -> None:
    sure = replace(DOUBTED, category="incident", motif="incident", review=False, reason="")
    page = opened(mail(FAULT, subject="NOTICe en panne"), tags=sure)
    assert page.row.status == "escalated"
    assert "panne sûre : second niveau" in page.text
    assert 'id="form-tell"' in page.text
    assert 'id="form-escalate"' not in page.text
