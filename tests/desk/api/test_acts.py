"""Acting on cases: the same actions and refusals as on the pages, on both databases."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cases.case import Status
from cases.event import Channel
from cases.mails import OutboundKind
from desk.api.acts import OPERATIONS
from desk.api.rules import ACTS
from tests.desk.api.programs import problem, version_of
from tests.desk.working import Work
from tests.mails import mail


def act(client: TestClient, number: str, operation: str, /, **said: Any) -> Any:
    return client.post(f"/cases/{number}/{operation}", json=said, headers=version_of(client, number))


def test_each_rule_has_its_operation() -> None:
    assert tuple(OPERATIONS) == ACTS


def test_a_case_is_worked_to_its_end_under_the_name_of_the_program(client: TestClient, work: Work, number: str) -> None:
    walk: list[tuple[str, Mapping[str, Any], Status]] = [
        ("note", {"text": "Vu"}, Status.NEW),
        ("take", {}, Status.OPEN),
        ("priority", {"impact": 1, "urgency": 2}, Status.OPEN),
        ("tags", {"motif": "acces", "tool": "aucun", "scope": "in"}, Status.OPEN),
        ("wait", {"days": 3}, Status.WAITING),
        ("resume", {}, Status.OPEN),
        ("reply", {"text": "Votre accès est rétabli."}, Status.OPEN),
        ("assign", {"to": "marie"}, Status.OPEN),
        ("queue", {"queue": "line3"}, Status.OPEN),
        ("requester", {"address": "paul@example.org", "name": "Paul"}, Status.OPEN),
        ("escalate", {"wording": "Le serveur des permis refuse chaque connexion depuis ce matin."}, Status.ESCALATED),
        ("tell-n2", {"text": "Toujours pareil."}, Status.ESCALATED),
        ("returned", {"outcome": "solved"}, Status.OPEN),
        ("close", {"text": "Merci de votre patience."}, Status.CLOSED),
        ("reopen", {}, Status.OPEN),
    ]
    for name, said, status in walk:
        answer = act(client, number, name, **said)
        assert (answer.status_code, answer.json()["status"]) == (200, status), (name, answer.json())
    shown = client.get(f"/cases/{number}").json()
    assert {"crm-sync"} == {
        line["actor"] for line in shown["timeline"] if line["kind"] in ("note", "answered", "closed")
    }
    assert shown["requester"] == {"name": "Paul", "address": "paul@example.org"}
    assert OutboundKind.REPLY in {row.kind for row in work.queued(number)}


def test_two_cases_are_joined_and_parted(client: TestClient, work: Work, number: str) -> None:
    other = work.opened(mail(message_id="<m2@example.org>", sender="paul@example.org"))
    for name, body in (
        ("link", {"case": other}),
        ("unlink", {"case": other}),
        ("merge", {"case": other}),
        ("unmerge", {}),
    ):
        assert act(client, number, name, **body).status_code == 200, name
    assert client.get(f"/cases/{number}").json()["merged_into"] is None


def test_a_message_becomes_a_case_of_its_own(client: TestClient, work: Work, number: str) -> None:
    [first] = client.get(f"/cases/{number}").json()["messages"]
    answer = act(client, number, "split", messages=[first["id"]], passage="je ne peux plus entrer")
    [line] = answer.json()["entries"]
    assert client.get(f"/cases/{line['data']['case']}").json()["proposed"] == number


@pytest.mark.parametrize(
    ("name", "said", "status", "refusal"),
    [
        ("resume", {}, 409, "not_waiting"),
        ("reopen", {}, 409, "not_closed"),
        ("assign", {"to": "nobody"}, 422, "no_such_agent"),
        ("assign", {"to": "alice"}, 409, "given_to_auditor"),
        ("reply", {"text": " \n"}, 422, "no_text"),
        ("link", {"case": "MPA-26-99999"}, 422, "no_such_case"),
        ("escalate", {"wording": "aide"}, 422, "wording_short"),
        ("tags", {"motif": "x", "tool": "aucun", "scope": "in"}, 422, "no_such_label"),
        ("fields", {"values": {"none": "1"}}, 422, "no_such_field"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(
    client: TestClient, number: str, name: str, said: dict[str, Any], status: int, refusal: str
) -> None:
    answer = act(client, number, name, **said)
    assert (answer.status_code, answer.json()["refusal"]) == (status, refusal)
    problem(answer)


def test_unknown_fields_are_refused_by_name(client: TestClient, number: str) -> None:
    answer = act(client, number, "note", text="Vu", colour="blue")
    assert problem(answer) == (422, "invalid")
    assert answer.json()["faults"] == [{"where": "body.colour", "cause": "Extra inputs are not permitted"}]


def test_an_act_needs_the_version_that_was_seen(client: TestClient, number: str) -> None:
    path, body = f"/cases/{number}/note", {"text": "Vu"}
    seen = version_of(client, number)
    assert problem(client.post(path, json=body)) == (428, "version_needed")
    assert client.post(path, json=body, headers=seen).status_code == 200
    stale = client.post(path, json=body, headers=seen)
    assert problem(stale) == (412, "stale")
    assert [line["kind"] for line in stale.json()["meanwhile"]] == ["note"]
    for wrong in ("17", 'W/"2"', '"x"', ""):
        assert problem(client.post(path, json=body, headers={"if-match": wrong})) == (412, "stale")
    for right in ("*", '"3"', '"99", "4"'):
        assert client.post(path, json=body, headers={"if-match": right}).status_code == 200


def test_the_tag_of_an_answer_is_good_for_the_next_act(client: TestClient, number: str) -> None:
    tag = act(client, number, "note", text="Vu").json()["etag"]
    assert client.post(f"/cases/{number}/note", json={"text": "Encore"}, headers={"if-match": tag}).status_code == 200


def test_a_new_request_opens_one_case(client: TestClient, work: Work) -> None:
    themes = client.get("/vocabulary").json()["themes"]
    path = []
    while themes:
        path.append(themes[0]["id"])
        themes = themes[0]["reasons"]
    body = {"path": path, "name": "Jeanne", "email": "Jeanne@example.org", "text": "Bonjour, une question."}
    first = client.post("/cases", json=body, headers={"idempotency-key": "k1"})
    assert first.status_code == 201, first.json()
    again = client.post("/cases", json=body, headers={"idempotency-key": "k1"})
    assert (again.status_code, again.json(), again.headers["location"]) == (
        201,
        first.json(),
        first.headers["location"],
    )
    shown = client.get(first.headers["location"].removeprefix("/api/v1")).json()
    assert (shown["channel"], shown["requester"]["address"]) == (Channel.FORM, "jeanne@example.org")
    assert client.get(f"/submissions/{first.json()['key']}").json() == first.json()
    wrong = client.post("/cases", json=body | {"email": "nobody", "path": ["none"]})
    assert problem(wrong) == (422, "invalid")
    assert {fault["where"] for fault in wrong.json()["faults"]} == {"body.path", "body.email"}
