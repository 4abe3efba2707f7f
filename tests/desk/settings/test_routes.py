"""Settings and check: what is said, what may be asked, and that trying a mail leaves nothing behind."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.http import application
from cases.event import Tags
from cases.profile import Profile
from cases.secondlevel import Role
from desk.backstage import Backstage
from store.audit import Noted
from store.tables.base import metadata
from store.tx import Store
from tests.desk.backstage import around
from tests.desk.conftest import ORIGIN, QuietDemo, serving
from tests.desk.signed import BASE, browsing
from tests.desk.test_routes import counted, said
from tests.ingest.conftest import NOW, QUESTION, Road
from tests.mails import mail

PAGES = ("", "/hours", "/menu", "/texts", "/try", "/failed", "/audit")


@pytest.fixture
def road(store: Store, profile: Profile) -> Road:
    return Road(store, profile)


@pytest.fixture
def backstage(road: Road) -> Backstage:
    return around(road)


@pytest.fixture
def pages(store: Store, profile: Profile, demo: QuietDemo, backstage: Backstage) -> FastAPI:
    service = replace(serving(store, profile, demo), backstage=backstage)
    return application(service, bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def administrator(pages: FastAPI, store: Store) -> Iterator[TestClient]:
    with browsing(pages, store, "nora", Role.ADMINISTRATOR) as client:
        yield client


def everything(store: Store) -> dict[str, list[Any]]:
    """Every row of every table."""
    with store.reading() as tx:
        return {
            name: sorted(map(repr, tx.connection.execute(select(table))))
            for name, table in metadata.tables.items()
            if name not in ("session", "audit")
        }


def attempt(client: TestClient, **fields: str) -> str:
    return client.post("/desk/settings/try", data=fields, headers=ORIGIN).text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_for_an_administrator(administrator: TestClient, path: str) -> None:
    assert administrator.get(f"/desk/settings{path}").status_code == 200


def test_faults_and_warnings_are_said_with_their_mend(administrator: TestClient) -> None:
    page = administrator.get("/desk/settings").text
    for words in ("routing.rules.1", "never fires", "put it higher", "articles.0", "aaa", "bbb"):
        assert words in page


def test_a_live_test_runs_only_when_it_is_asked_for(administrator: TestClient, backstage: Any, store: Store) -> None:
    administrator.get("/desk/settings")
    assert backstage.checks.asked == []
    page = administrator.post("/desk/settings/mailboxes/assistance", headers=ORIGIN).text
    assert backstage.checks.asked == ["assistance"]
    for words in ("IMAP: logged in", "0.31 s", "SMTP: refused", "check its password"):
        assert words in page
    with store.reading() as tx:
        assert [row.action for row in tx.audit.page(1)] == [Noted.TESTED]
    assert administrator.post("/desk/settings/mailboxes/none", headers=ORIGIN).status_code == 404


def test_a_line_is_tested_when_it_is_asked_for(administrator: TestClient, backstage: Any, store: Store) -> None:
    page = administrator.post("/desk/settings/lines/1718", headers=ORIGIN).text
    assert backstage.checks.asked == ["line 1718"]
    assert "call status changes" in page
    assert "set it to" in page
    with store.reading() as tx:
        [row] = tx.audit.page(1)
    assert (row.action, row.data) == (Noted.LINE_TESTED, {"line": "1718", "ok": False})
    assert administrator.post("/desk/settings/lines/none", headers=ORIGIN).status_code == 404


def test_a_supervisor_looks_and_does_not_test(browser: TestClient) -> None:
    assert "Tester maintenant" not in browser.get("/desk/settings").text
    assert browser.post("/desk/settings/mailboxes/assistance", headers=ORIGIN).status_code == 403
    assert browser.post("/desk/settings/lines/1718", headers=ORIGIN).status_code == 403
    assert browser.get("/desk/settings/audit").status_code == 403


def test_trying_a_mail_says_all_and_leaves_nothing(road: Road, browser: TestClient) -> None:
    road.take_in(mail())
    before = everything(road.store)
    page = attempt(browser, mailbox="assistance", sender="paul@example.org", subject="Plan", text="Comment faire ?")
    for words in (
        said("settings.would_be.opened"),
        "Demande d",
        "MPA-26-00000",
        "paul@example.org",
        said("mail.notice"),
    ):
        assert words in page
    assert everything(road.store) == before


def test_an_answer_would_join_its_case(road: Road, browser: TestClient) -> None:
    road.take_in(mail())
    raw = mail("Encore ceci.", message_id="<m2@example.org>", References="<m1@example.org>")
    page = browser.post("/desk/settings/try", files={"file": ("a.eml", raw)}, headers=ORIGIN).text
    assert said("settings.would_be.joined") in page
    assert 'href="/desk/cases/MPA-26-00001"' in page


def test_a_rule_that_escalates_is_foreseen_with_its_mail(road: Road, browser: TestClient) -> None:
    road.tags = replace(QUESTION, category="incident", motif="incident", tool="notice")
    before = everything(road.store)
    page = attempt(browser, text="NOTICe affiche une erreur 500.")
    assert said("mail.escalation") in page or said("settings.not_escalated") in page
    assert everything(road.store) == before


def test_a_machine_s_mail_opens_nothing(browser: TestClient) -> None:
    raw = mail(subject="Absente", Auto_Submitted="auto-replied")
    page = browser.post("/desk/settings/try", files={"file": ("a.eml", raw)}, headers=ORIGIN).text
    assert said("settings.would_be.none") in page
    assert said("reason.auto_replied") in page


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ({"data": {"text": " ", "subject": "Plan"}}, "empty"),
        ({"files": {"file": ("a.eml", b"x" * 10_000_001)}}, "large"),
    ],
)
def test_what_cannot_be_tried_is_said_beside_its_field(browser: TestClient, sent: Any, key: str) -> None:
    answer = browser.post("/desk/settings/try", headers=ORIGIN, **sent)
    assert answer.status_code == 422
    assert said(f"settings.try_fault.{key}") in answer.text
    assert f'aria-describedby="{key}-fault"' in answer.text


@pytest.mark.parametrize("sender", [",t,,<\"'", 't:>f"";é(>.?é]', "a@b\r\nBcc: x@example.org", "=?x?q?=FF?="])
def test_an_odd_sender_can_be_tried(browser: TestClient, sender: str) -> None:
    fields = {"sender": sender, "text": "Comment faire ?"}
    answer = browser.post("/desk/settings/try", data=fields, headers=ORIGIN)
    assert answer.status_code == 200
    assert said("settings.would") in answer.text


def test_what_is_typed_stays(browser: TestClient) -> None:
    page = browser.post("/desk/settings/try", data={"subject": "Un plan", "text": ""}, headers=ORIGIN).text
    assert 'value="Un plan"' in page


def test_a_hostile_mail_is_no_markup(road: Road, browser: TestClient) -> None:
    road.tags = Tags(**{**_of(QUESTION), "evidence": ("<script>alert(1)</script>",)})
    page = attempt(browser, subject="<script>alert(1)</script>", text="<img src=x onerror=alert(2)>")
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def _of(tags: Tags) -> dict[str, Any]:
    return {name: getattr(tags, name) for name in tags.__slots__}


def test_what_was_given_up_is_tried_again(road: Road, administrator: TestClient) -> None:
    [identity] = road.receive(mail())
    with road.store.transaction("test.hold") as tx:
        tx.inbound.claim("lease", 1, NOW)
        tx.inbound.give_up("lease", identity, "too odd for us")
    page = administrator.get("/desk/settings/failed").text
    assert "too odd for us" in page
    assert f'value="in:{identity}"' in page
    sent = {"row": [f"in:{identity}", "in:x", "drop:1"]}
    page = administrator.post("/desk/settings/failed", data=sent, headers=ORIGIN).text
    assert "1 ligne est réessayée." in page
    assert said("settings.none_failed") in page
    assert [row.state for row in road.rows([identity])] == ["pending"]
    with road.store.reading() as tx:
        assert tx.audit.page(1)[0].data == {"rows": 1}


def test_what_a_program_was_not_told_is_tried_again(store: Store, administrator: TestClient) -> None:
    row = {"program_id": "crm", "type": "case.opened", "body": "{}", "created_at": NOW, "due_at": NOW}
    with store.transaction("test") as tx:
        tx.programs.add("crm", Role.AUDITOR, NOW)
        tx.hooks.deliveries.add([row])
        [claimed] = tx.hooks.deliveries.claim("lease", 1, NOW)
        tx.hooks.deliveries.give_up("lease", claimed.id, "the answer was 503")
    page = administrator.get("/desk/settings/failed").text
    assert "the answer was 503" in page
    administrator.post("/desk/settings/failed", data={"row": f"hook:{claimed.id}"}, headers=ORIGIN)
    with store.reading() as tx:
        assert [one.state for one in tx.hooks.deliveries.newest(1)] == ["pending"]


def test_the_audit_is_filtered_and_paged_by_key(store: Store, administrator: TestClient) -> None:
    with store.transaction("test") as tx:
        for place in range(60):
            tx.audit.note(Noted.SIGNED_IN, NOW, "paul" if place % 2 else "marie", "", {"n": place})
        tx.audit.note(Noted.ROLE, NOW, "marie", "paul", {"role": "expert"})
    page = administrator.get("/desk/settings/audit").text
    assert page.count("<tr>") == 51
    [following] = re.findall(r'href="(/desk/settings/audit\?before=\d+)" rel="next"', page)
    assert "n 0" in administrator.get(following).text
    page = administrator.get("/desk/settings/audit?actor=marie&action=role-changed").text
    assert page.count("<tr>") == 2
    assert "role expert" in page
    assert said("settings.no_audit") in administrator.get("/desk/settings/audit?actor=nobody").text


def test_a_year_shows_what_differs_from_its_week(browser: TestClient, profile: Profile) -> None:
    name = next(iter(profile.hours))
    page = browser.get(f"/desk/settings/hours?name={name}&year=2026").text
    assert '<time datetime="2026-07-21">' in page
    assert said("settings.special.holiday") in page
    assert browser.get("/desk/settings/hours?year=1").status_code == 404


def test_the_menu_is_drawn_and_told(browser: TestClient, profile: Profile) -> None:
    name = next(iter(profile.menus))
    page = browser.get("/desk/settings/menu").text
    assert "start: " in page
    answer = browser.get(f"/desk/settings/menu/drawing?name={name}")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert browser.get("/desk/settings/menu/drawing?name=none").status_code == 404


def test_every_text_is_rendered_in_every_language(browser: TestClient) -> None:
    kinds = re.findall(r'<option value="(\w+)"', browser.get("/desk/settings/texts").text)
    assert len(kinds) > 8
    for kind in kinds:
        page = browser.get(f"/desk/settings/texts?kind={kind}").text
        assert said("settings.unrendered") not in page
        assert page.count('class="letter"') == 4


@pytest.mark.parametrize("path", ["", "/failed", "/audit"])
def test_more_rows_take_no_more_statements(road: Road, administrator: TestClient, path: str) -> None:
    def statements() -> int:
        with counted(road.store) as found:
            assert administrator.get(f"/desk/settings{path}").status_code == 200
        return len(found)

    before = statements()
    identities = road.receive(mail(), mail("Autre", message_id="<m2@example.org>"))
    with road.store.transaction("test.hold") as tx:
        tx.inbound.claim("lease", 2, NOW)
        for identity in identities:
            tx.inbound.give_up("lease", identity, "too odd")
            tx.audit.note(Noted.SIGNED_IN, NOW, "paul", "")
    assert statements() == before


def test_without_an_installation_nothing_breaks(store: Store, profile: Profile, demo: QuietDemo) -> None:
    alone = application(serving(store, profile, demo), bind="127.0.0.1:8080", public_url=BASE)
    with browsing(alone, store, "nora", Role.ADMINISTRATOR) as client:
        assert said("settings.nowhere") in client.get("/desk/settings").text
        assert said("settings.try_fault.nowhere") in attempt(client, text="Bonjour")
        assert said("model.nowhere") in client.get("/desk/model").text
