"""Several cases at once: what will happen is shown, then done case by case, then taken back where nobody changed it."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cases.profile import Profile
from desk.inbox.order import MOST
from store.tx import Store
from tests.desk.conftest import ORIGIN
from tests.desk.signed import browsing
from tests.desk.test_routes import HOSTILE, counted, said
from tests.ingest.conftest import NOW, Road
from tests.mails import mail


@pytest.fixture
def road(sqlite_store: Store, profile: Profile) -> Road:
    return Road(sqlite_store, profile)


@pytest.fixture
def cases(road: Road) -> list[Any]:
    """Three cases of three people."""
    raws = [mail(f"Mot {n}", message_id=f"<m{n}@example.org>", sender=f"p{n}@example.org") for n in range(3)]
    return [road.case(row) for row in road.take_in(*raws)]


def form(cases: list[Any], do: str, **given: str) -> dict[str, Any]:
    return {"do": do, "case": [f"{one.number}:{one.version}" for one in cases], **given}


def preview(browser: TestClient, cases: list[Any], do: str, **given: str) -> str:
    answer = browser.post("/desk/bulk", data=form(cases, do, **given), headers=ORIGIN)
    assert answer.status_code == 200
    return answer.text


def run(browser: TestClient, cases: list[Any], do: str, **given: str) -> Any:
    return browser.post("/desk/bulk/run", data=form(cases, do, **given), headers=ORIGIN)


def undo(browser: TestClient, answer: Any) -> str:
    return browser.post(f"{answer.url}/undo", headers=ORIGIN).text


def now(road: Road, cases: list[Any]) -> list[Any]:
    return [road.read(lambda tx, one=one: tx.cases.find(one.id)) for one in cases]


def queued(road: Road, one: Any, kind: str) -> list[Any]:
    return [row for row in road.read(lambda tx: tx.cases.outbound(one.id)) if row.kind == kind]


def test_a_preview_changes_nothing_and_says_who_is_written_to(
    road: Road, browser: TestClient, cases: list[Any]
) -> None:
    page = preview(browser, cases, "close", text="C'est réparé.")
    assert all(f"p{n}@example.org" in page for n in range(3))
    assert page.count('name="case"') == 3
    assert "C&#39;est réparé." in page
    assert said("bulk.mails_stay") in page
    assert now(road, cases) == cases


def test_closing_in_silence_writes_to_nobody(road: Road, browser: TestClient, cases: list[Any]) -> None:
    page = preview(browser, cases, "close", silent="yes")
    assert "p1@example.org" not in page
    run(browser, cases, "close", silent="yes")
    assert [one.status for one in now(road, cases)] == ["closed"] * 3
    assert not [row for one in cases for row in queued(road, one, "closing")]


def test_closing_with_one_message_and_opening_again(road: Road, browser: TestClient, cases: list[Any]) -> None:
    answer = run(browser, cases, "close", text="C'est réparé.")
    assert "3 dossiers traités" in answer.text
    assert [row.context["text"] for one in cases for row in queued(road, one, "closing")] == ["C'est réparé."] * 3
    assert "3 dossiers repris" in undo(browser, answer)
    assert [one.status for one in now(road, cases)] == ["open"] * 3
    assert len([row for one in cases for row in queued(road, one, "closing")]) == 3


@pytest.mark.parametrize(
    ("do", "given", "after"),
    [
        ("take", {}, {"agent": "thomas", "status": "open"}),
        ("assign", {"to": "nora"}, {"agent": "nora"}),
        ("queue", {"queue": "line3"}, {"queue": "line3", "agent": None}),
        ("tag", {"motif": "incident"}, {"motif": "incident", "category": "incident", "tool": "aucun"}),
        ("tag", {"tool": "notice"}, {"motif": "demande_information", "tool": "notice"}),
    ],
)
def test_what_is_done_is_taken_back(
    road: Road, browser: TestClient, cases: list[Any], do: str, given: dict[str, str], after: dict[str, Any]
) -> None:
    answer = run(browser, cases, do, **given)
    assert all(getattr(one, name) == value for one in now(road, cases) for name, value in after.items())
    assert "3 dossiers repris" in undo(browser, answer)
    for one, was in zip(now(road, cases), cases, strict=True):
        for name in ("agent", "queue", "status", "motif", "tool", "category", "review"):
            assert getattr(one, name) == getattr(was, name), name


@pytest.fixture
def incident(road: Road, cases: list[Any]) -> int:
    """One that runs, of another case than these."""
    row = road.case(road.take_in(mail("Panne", message_id="<i@example.org>", sender="i@example.org"))[0])
    with road.store.transaction("test.incident") as tx:
        said = {part: {"fr": "Mon Espace est en panne."} for part in ("banner", "receipt", "message")}
        noted = {"at": NOW.isoformat(), "by": "thomas", "name": "Thomas", "what": "announced"}
        known = {"tool": "mon_espace", "state": "running", "since": NOW, "evidence": {}, "texts": said, "messages": 1}
        identity = tx.incidents.add(known | {"history": [noted], "made_at": NOW, "changed_at": NOW})
        tied = {"incident_id": identity, "case_id": row.id, "state": "linked", "actor": "thomas", "at": NOW, "told": 1}
        tx.incidents.tie([tied | {"person_key": row.person_key}])
    return identity


def ties(road: Road, incident: int) -> dict[str, str]:
    return {one.number: one.state for one in road.read(lambda tx: tx.incidents.ties(incident))}


def test_cases_are_linked_to_a_running_incident(
    road: Road, browser: TestClient, cases: list[Any], incident: int
) -> None:
    before = ties(road, incident)
    assert "Mon Espace est en panne." in browser.get("/desk/cases").text
    answer = run(browser, cases, "incident", incident=str(incident))
    assert "3 dossiers traités" in answer.text
    assert ties(road, incident) == before | dict.fromkeys((one.number for one in cases), "linked")
    assert f"/desk/incidents/{incident}" in browser.get(f"/desk/cases/{cases[0].number}").text
    assert "3 dossiers repris" in undo(browser, answer)
    assert ties(road, incident) == before | dict.fromkeys((one.number for one in cases), "unlinked")
    lines = [one for one in road.read(lambda tx: tx.cases.entries(cases[0].id)) if one.actor == "thomas"]
    assert [(one.kind, one.data) for one in lines] == [
        ("incident_linked", {"incident": incident}),
        ("incident_unlinked", {"incident": incident}),
    ]


def test_a_link_is_taken_back_though_the_case_was_told_and_what_was_proposed_is_so_again(
    road: Road, browser: TestClient, cases: list[Any], incident: int
) -> None:
    proposed = {"incident_id": incident, "case_id": cases[0].id, "state": "proposed", "actor": "waves", "at": NOW}
    with road.store.transaction("test.tie") as tx:
        tx.incidents.tie([proposed | {"told": 0, "person_key": cases[0].person_key}])
    answer = run(browser, cases[:2], "incident", incident=str(incident))
    with road.store.transaction("test.told") as tx:
        tx.cases.stir(cases[1].id, NOW)
    assert "2 dossiers repris" in undo(browser, answer)
    known = ties(road, incident)
    assert [known[one.number] for one in cases[:2]] == ["proposed", "unlinked"]


def test_a_case_that_has_its_incident_is_left_alone(
    road: Road, browser: TestClient, cases: list[Any], incident: int
) -> None:
    run(browser, cases[:1], "incident", incident=str(incident))
    page = preview(browser, now(road, cases), "incident", incident=str(incident))
    assert page.count('name="case"') == 2
    answer = run(browser, now(road, cases), "incident", incident=str(incident))
    assert "2 dossiers traités" in answer.text
    assert "1 laissé tel quel" in answer.text


def test_what_was_changed_meanwhile_is_left_and_the_others_go_on(
    road: Road, browser: TestClient, cases: list[Any]
) -> None:
    run(browser, cases[:1], "take")
    page = preview(browser, cases, "assign", to="nora")
    assert page.count('name="case"') == 2
    answer = run(browser, cases, "assign", to="nora")
    assert "2 dossiers traités" in answer.text
    assert "1 laissé tel quel" in answer.text
    assert [one.agent for one in now(road, cases)] == ["thomas", "nora", "nora"]
    run(browser, now(road, cases)[1:2], "queue", queue="line2")
    assert "1 dossier repris" in undo(browser, answer)
    assert [one.agent for one in now(road, cases)] == ["thomas", None, None]


def test_it_is_taken_back_once_and_by_who_did_it(
    road: Road, browser: TestClient, cases: list[Any], pages: Any, sqlite_store: Store
) -> None:
    answer = run(browser, cases, "take")
    with browsing(pages, sqlite_store, "nora") as other:
        assert other.get(str(answer.url)).status_code == 404
        assert other.post(f"{answer.url}/undo", headers=ORIGIN).status_code == 404
    undo(browser, answer)
    version = now(road, cases)[0].version
    assert "3 dossiers repris" in undo(browser, answer)
    assert now(road, cases)[0].version == version


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"do": "burn", "case": ["MPA-26-00001:1"]}, "action"),
        ({}, "action"),
        ({"do": "take"}, "none"),
        ({"do": "take", "case": ["x", "MPA:y", ":"]}, "none"),
        ({"do": "take", "case": [f"MPA-26-{n:05}:1" for n in range(MOST + 1)]}, "many"),
        ({"do": "assign", "case": ["MPA-26-00001:1"]}, "to"),
        ({"do": "queue", "case": ["MPA-26-00001:1"]}, "queue"),
        ({"do": "tag", "case": ["MPA-26-00001:1"]}, "tag"),
        ({"do": "incident", "case": ["MPA-26-00001:1"], "incident": "x"}, "incident"),
        ({"do": "incident", "case": ["MPA-26-00001:1"], "incident": "7"}, "incident"),
        ({"do": "incident", "case": ["MPA-26-00001:1"], "incident": "9" * 5000}, "incident"),
    ],
)
def test_what_is_missing_is_said(browser: TestClient, sent: dict[str, Any], wrong: str) -> None:
    answer = browser.post("/desk/bulk", data=sent, headers=ORIGIN)
    assert answer.status_code == 422
    assert said(f"bulk.wrong.{wrong}") in answer.text
    assert browser.post("/desk/bulk/run", data=sent, headers=ORIGIN).url.path == "/desk/cases"


def test_what_cannot_be_done_is_said_of_each_case(browser: TestClient, cases: list[Any]) -> None:
    page = preview(browser, cases, "assign", to="nobody")
    assert 'name="case"' not in page
    assert page.count('class="fault"') == 3
    missing = browser.post("/desk/bulk", data={"do": "take", "case": "MPA-26-99999:1"}, headers=ORIGIN).text
    assert "MPA-26-99999" in missing
    assert 'class="fault"' in missing


def test_nothing_that_anybody_wrote_becomes_markup(road: Road, browser: TestClient) -> None:
    raw = mail("x", subject=f"Objet {HOSTILE}", sender=f'"{HOSTILE[:25]}" <jeanne@example.org>')
    cases = [road.case(row) for row in road.take_in(raw)]
    for page in (preview(browser, cases, "close", text=HOSTILE), run(browser, cases, "close", text=HOSTILE).text):
        assert "<script>alert" not in page
        assert "<img" not in page


def test_a_preview_of_more_cases_takes_no_more_statements(road: Road, browser: TestClient, cases: list[Any]) -> None:
    assert _statements(road, lambda: preview(browser, cases[:1], "close")) == 11
    assert _statements(road, lambda: preview(browser, cases, "close")) == 11


def test_each_case_more_takes_as_many_statements_to_do(road: Road, browser: TestClient, cases: list[Any]) -> None:
    one = _statements(road, lambda: run(browser, cases[:1], "take"))
    two = _statements(road, lambda: run(browser, cases[1:], "take"))
    assert two - one == 12


def _statements(road: Road, work: Callable[[], object]) -> int:
    with counted(road.store) as statements:
        work()
    return len(statements)
