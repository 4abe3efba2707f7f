"""The right column of a case: what it shows, and that each form is one action."""

import re
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from desk.words import catalogue
from store.tx import Store
from tests.desk.panel.conftest import Page
from tests.desk.signed import BASE
from tests.desk.test_routes import counted, said
from tests.ingest.conftest import Road
from tests.mails import mail

Opened = Callable[..., Page]
FORMS = (
    ("priority", {"impact": "1", "urgency": "1"}),
    ("take", {}),
    ("assign", {"agent": "nora"}),
    ("queue", {"queue": "line3"}),
    ("requester", {"address": "jan@example.org", "name": "Jan"}),
    ("fields", {"field.dossier": "PE-2026-12"}),
)


@pytest.mark.parametrize(("form", "fields"), FORMS)
def test_each_form_is_one_action_and_says_that_it_is_done(opened: Opened, form: str, fields: dict[str, str]) -> None:
    page = opened()
    before = page.row.version
    answer = page.send(form, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page.address}?done={form}#done")
    assert page.row.version == before + 1
    assert page.entries[-1].actor == "thomas"
    assert said(f"done.{form}") in page.browser.get(answer.headers["location"]).text


def test_one_click_confirms_the_tags(opened: Opened) -> None:
    page = opened()
    assert said("panel.confirm") in page.text
    shown = {"motif": "assistance_fonctionnelle", "tool": "notice", "scope": "in"}
    assert page.send("tags", **shown).status_code == 303
    assert (page.row.review, page.row.motif) == (False, "assistance_fonctionnelle")
    [kept] = page.road.read(lambda tx: tx.corrections.standing())
    assert (kept.cause, kept.changed, kept.actor, kept.model) == ("doubt", False, "thomas", "light-7")
    assert kept.chosen == shown
    assert page.send("tags", **shown).status_code == 422


def test_the_tags_say_why(opened: Opened) -> None:
    text = opened().text
    for words in ("erreur 500", "depuis ce matin", "sûr à 51 %", "40 %", "60 %", "light-7"):
        assert words in text


def test_a_correction_changes_the_category_and_teaches_the_next_model(opened: Opened) -> None:
    page = opened()
    chosen = {"motif": "acces", "tool": "gesper", "scope": "in"}
    assert page.send("tags", why="vu au téléphone", **chosen).status_code == 303
    assert (page.row.category, page.row.motif, page.row.tool, page.row.review) == ("requete", "acces", "gesper", False)
    [kept] = page.road.read(lambda tx: tx.corrections.standing())
    assert (kept.chosen, kept.why, kept.changed) == (chosen, "vu au téléphone", True)
    assert "vu au téléphone" in page.text
    assert said("tags.by").format(who="Thomas Gérard") in page.text
    assert "sûr à" not in page.text


def test_the_priority_stays_as_a_person_corrected_it(opened: Opened) -> None:
    page = opened()
    page.send("priority", impact="1", urgency="1")
    assert (page.row.priority, page.row.assessment["corrected_by"]) == ("P1", "thomas")
    assert "Thomas Gérard" in page.text


def test_what_is_refused_is_said_beside_the_form_with_what_was_typed(opened: Opened) -> None:
    page = opened()
    answer = page.send("requester", address="personne", name="Jan Peeters")
    assert answer.status_code == 422
    assert "personne n’est pas une adresse" in answer.text
    assert 'value="Jan Peeters"' in answer.text
    assert 'aria-describedby="fault-requester"' in answer.text
    assert page.row.requester != "personne"


def test_a_stale_form_is_shown_again_with_what_happened_meanwhile(opened: Opened) -> None:
    page = opened()
    seen = page.row.version
    page.send("priority", impact="1", urgency="2")
    answer = page.stale("fields", seen, **{"field.dossier": "PE-2026-77"})
    assert answer.status_code == 409
    assert 'value="PE-2026-77"' in answer.text
    assert said("refused.stale") in answer.text
    assert re.search(r"Priorité corrigée.{0,5} – Thomas Gérard", answer.text)
    assert not (page.row.fields or {}).get("dossier")
    assert page.stale("fields", page.row.version, **{"field.dossier": "PE-2026-77"}).status_code == 303


def test_copies_are_for_who_wrote_for_somebody(opened: Opened) -> None:
    page = opened()
    assert page.send("copies", on="yes").status_code == 422
    page.send("requester", address="jan@example.org", name="Jan")
    assert page.send("copies", on="yes").status_code == 303
    assert page.row.copied


def test_the_other_cases_of_a_person_are_named(opened: Opened) -> None:
    first, second = opened(), opened(mail("Comment ajouter un plan ?", subject="Un plan"))
    assert first.number != second.number
    assert f'href="{first.address}"' in second.text
    assert re.search(r"1 autre dossier", second.text)


def test_helpful_pages_can_be_put_into_the_answer(opened: Opened) -> None:
    page = opened(mail("Je n'ai pas accès à Mon Espace : qui peut me donner un mandat ?", subject="Mandat"))
    page.send("tags", motif="acces", tool="mon_espace", scope="in")
    assert "https://permis.example.be/aide/mandat" in page.text
    assert 'form="write" name="insert" value="mandat_fr"' in page.text


def test_a_suggestion_says_why(opened: Opened) -> None:
    page = opened(mail("Qui peut me donner un mandat dans Mon Espace ?", subject="Mandat"))
    page.send("tags", motif="acces", tool="mon_espace", scope="in")
    part = page.text.partition('id="part-articles"')[2].partition("</section>")[0]
    assert said("knowledge.topic.motif") in part
    assert "mandat" in part.partition(said("knowledge.words"))[2]


def test_that_no_page_fits_is_counted_by_topic_and_taken_back(opened: Opened, store: Store) -> None:
    page = opened(mail("Qui peut me donner un mandat dans Mon Espace ?", subject="Mandat"))
    page.send("tags", motif="acces", tool="mon_espace", scope="in")

    def agents() -> list[tuple[str, str, int]]:
        with store.reading() as tx:
            gaps = tx.articles.missing(page.row.opened_at, page.row.opened_at + timedelta(days=10_000), UTC)
        return [(gap.tool, gap.motif, gap.said) for gap in gaps if gap.said]

    assert page.send("article", on="yes").status_code == 303
    assert said("knowledge.none_said") in page.text
    assert agents() == [("mon_espace", "acces", 1)]
    assert page.send("article", on="no").status_code == 303
    assert said("knowledge.none_said") not in page.text
    assert agents() == []


def test_an_auditor_sees_what_stands_there_and_no_form(opened: Opened, auditor: TestClient) -> None:
    page = opened()
    text = auditor.get(page.address).text
    panel = text[text.index('id="panel"') :]
    panel = panel[: panel.index("</aside>")]
    assert said("panel.clocks") in panel
    assert "<form" not in panel
    for form, fields in (*FORMS, ("escalate", {"wording": "x"}), ("tags", {})):
        answer = auditor.post(f"{page.address}/{form}", data=fields, headers={"origin": BASE})
        assert answer.status_code == 403


def test_a_form_about_no_case_leads_nowhere(browser: TestClient) -> None:
    answer = browser.post("/desk/cases/MPA-26-99999/take", data={}, headers={"origin": BASE})
    assert answer.status_code == 404


@pytest.mark.parametrize("lang", ["fr", "de", "nl", "en"])
def test_the_panel_speaks_each_language(opened: Opened, lang: str) -> None:
    page = opened()
    text = page.browser.get(f"{page.address}?lang={lang}").text
    assert catalogue(lang)["panel.clocks"] in text


def test_a_page_takes_as_many_statements_whatever_it_shows(opened: Opened, road: Road, store: Store) -> None:
    page = opened()
    with counted(store) as few:
        page.text  # noqa: B018 - the page is read
    road.take_in(*(mail(f"Encore {place}", subject=f"Autre {place}") for place in range(8)))
    for impact in "123":
        page.send("priority", impact=impact, urgency="1")
    page.send("escalate", wording="NOTICe affiche une page blanche depuis lundi.", to="digital")
    with counted(store) as many:
        page.text  # noqa: B018 - the page is read
    assert len(many) == len(few)


def _hostile() -> Any:
    return "<script>alert(1)</script>\"'><img src=x>"


def test_what_is_typed_is_shown_as_text(opened: Opened) -> None:
    page = opened()
    answer = page.send("requester", address=_hostile(), name=_hostile())
    assert answer.status_code == 422
    assert "<script>alert(1)" not in answer.text
    assert "<img src=x>" not in answer.text
