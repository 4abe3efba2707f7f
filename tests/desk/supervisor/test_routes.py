"""The page of who leads: what nobody has, the team, moving several, and a word among ourselves."""

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.http import application
from cases.profile import Profile
from cases.routing import Routing
from cases.secondlevel import Role
from store.audit import Noted
from store.tx import Store
from tests.desk.conftest import ORIGIN, QuietDemo, serving
from tests.desk.signed import BASE, browsing
from tests.desk.test_routes import counted, said
from tests.desk.working import MARIE, PAUL, staffed
from tests.ingest.conftest import NOW, Road
from tests.mails import mail


@pytest.fixture
def profile() -> Profile:
    return replace(staffed(), routing=Routing(agents=(replace(MARIE, capacity=1, skills=("gesper",)), PAUL)))


@pytest.fixture
def pages(store: Store, profile: Profile, demo: QuietDemo) -> FastAPI:
    return application(serving(store, profile, demo), bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def road(store: Store, profile: Profile) -> Road:
    return Road(store, profile)


def opened(road: Road, count: int = 1) -> list[Any]:
    raws = [
        mail(message_id=f"<{n}@example.org>", sender=f"p{n}@example.org", subject=f"Plan {n}") for n in range(count)
    ]
    return [road.case(row) for row in road.take_in(*raws)]


def lines(road: Road, case: Any) -> list[tuple[str, str]]:
    return [(row.kind, row.text) for row in road.read(lambda tx: tx.cases.entries(case.id))]


def test_what_no_rule_took_is_there_to_be_moved(road: Road, browser: TestClient) -> None:
    one, other = opened(road, 2)
    page = browser.get("/desk/supervisor").text
    assert "Plan 0" in page
    assert f'value="{one.number}:{one.version}"' in page
    ticked = {"do": "assign", "to": "paul", "case": [f"{case.number}:{case.version}" for case in (one, other)]}
    browser.post("/desk/bulk/run", data=ticked, headers=ORIGIN)
    page = browser.get("/desk/supervisor").text
    assert said("supervisor.none") in page
    assert "<dd>2 / 20</dd>" in page
    assert "Plan 1" in browser.get("/desk/supervisor?agent=paul").text


def test_presence_is_noted_and_audited(store: Store, browser: TestClient) -> None:
    assert "0 / 2" in browser.get("/desk/supervisor").text
    sent = {"agent": "marie", "present": "yes"}
    page = browser.post("/desk/supervisor/presence", data=sent, headers=ORIGIN).text
    assert said("supervisor.noted") in page
    assert "1 / 2" in page
    with store.reading() as tx:
        assert tx.presence.present() == {"marie"}
        [line] = tx.audit.page(1)
    assert (line.action, line.actor, line.about) == (Noted.PRESENCE, "thomas", "marie")
    nobody = browser.post("/desk/supervisor/presence", data={"agent": "none"}, headers=ORIGIN)
    assert nobody.status_code == 404


def test_help_is_asked_seen_answered_and_read(road: Road, pages: FastAPI, browser: TestClient) -> None:
    [case] = opened(road)
    with browsing(pages, road.store, "paul", Role.AGENT) as paul:
        sent = {"text": "Quel formulaire ?"}
        paul.post(f"/desk/cases/{case.number}/help", data=sent, headers=ORIGIN)
        assert paul.post(f"/desk/cases/{case.number}/advise", data=sent, headers=ORIGIN).status_code == 403
        page = browser.get("/desk/supervisor").text
        assert f'href="/desk/cases/{case.number}#part-help"' in page
        browser.post(f"/desk/cases/{case.number}/advise", data={"text": "Le formulaire 12."}, headers=ORIGIN)
        assert f"{case.number}#part-help" not in browser.get("/desk/supervisor").text
        page = paul.get(f"/desk/cases/{case.number}").text
        assert "Le formulaire 12." in page
        assert said("help.seen") in page
        assert said("flag.advice") in paul.get("/desk/cases?view=mine").text
        paul.post(f"/desk/cases/{case.number}/advice-read", headers=ORIGIN)
        assert said("help.seen") not in paul.get(f"/desk/cases/{case.number}").text
    told = [("help_asked", "Quel formulaire ?"), ("advised", "Le formulaire 12."), ("advice_read", "")]
    assert [line for line in lines(road, case) if line[0] in ("help_asked", "advised", "advice_read")] == told
    mails = road.read(lambda tx: tx.cases.outbound(case.id))
    assert {one.kind for one in mails} == {"acknowledgement", "notice"}


def test_an_empty_word_is_said_beside_its_field(road: Road, browser: TestClient) -> None:
    [case] = opened(road)
    answer = browser.post(f"/desk/cases/{case.number}/advise", data={"text": " "}, headers=ORIGIN)
    assert answer.status_code == 422
    assert said("refused.no_text") in answer.text


def test_the_requester_sees_nothing_of_it(road: Road, browser: TestClient) -> None:
    [case] = opened(road)
    browser.post(f"/desk/cases/{case.number}/help", data={"text": "Un secret entre nous"}, headers=ORIGIN)
    track = f"/track/{road.signer.tracking_token(case.id)}"
    browser.post(track, data={"address": case.requester}, headers=ORIGIN)
    assert "Un secret" not in browser.get(track).text


def test_an_agent_who_has_all_they_can_is_full(road: Road, browser: TestClient) -> None:
    [case] = opened(road)
    browser.post(f"/desk/cases/{case.number}/assign", data={"agent": "marie"}, headers=ORIGIN)
    page = browser.get("/desk/supervisor?queue=line1").text
    assert said("supervisor.full") in page
    assert "gesper" in page


def test_a_running_incident_is_offered_for_those_that_are_ticked(
    store: Store, road: Road, browser: TestClient, profile: Profile
) -> None:
    opened(road)
    texts = {"banner": dict.fromkeys(profile.languages, "En panne.")}
    row = {"tool": "mon_espace", "state": "running", "evidence": {}, "texts": texts, "history": []}
    with store.transaction("test") as tx:
        identity = tx.incidents.add({**row, **dict.fromkeys(("since", "made_at", "changed_at"), NOW)})
    assert f'<option value="{identity}">{identity} · Mon Espace · En panne.' in browser.get("/desk/supervisor").text


def test_more_cases_take_no_more_statements(road: Road, browser: TestClient) -> None:
    def statements() -> int:
        with counted(road.store) as found:
            assert browser.get("/desk/supervisor").status_code == 200
        return len(found)

    opened(road)
    before = statements()
    raws = [mail(message_id=f"<n{n}@example.org>", sender=f"q{n}@example.org") for n in range(8)]
    road.take_in(*raws)
    assert statements() == before


def test_where_rules_took_all_the_first_queue_with_something_is_shown(road: Road, browser: TestClient) -> None:
    [case] = opened(road)
    assert said("supervisor.unruled") in browser.get("/desk/supervisor").text
    browser.post(f"/desk/cases/{case.number}/queue", data={"queue": "line2"}, headers=ORIGIN)
    page = browser.get("/desk/supervisor").text
    assert re.search(rf'<h2 id="list-title">{said("queue.line2")}</h2>', page)
    assert "Plan 0" in page


@pytest.mark.parametrize("query", ["?queue=none", "?agent=nobody", "?queue=n2"])
def test_what_is_not_there_is_the_supervisor_s(browser: TestClient, query: str) -> None:
    page = browser.get(f"/desk/supervisor{query}").text
    assert re.search(r"<h1>[^<]+</h1>", page)
