"""The same idempotency key: the same answer, and nothing done twice; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from desk.api.once import Answer, Once
from desk.api.problems import ProblemError
from store.programs import ANSWER_KEPT, UNDER_WAY
from tests.desk.api.conftest import serving
from tests.desk.api.programs import add_program, problem
from tests.desk.working import Work

KEY = {"idempotency-key": "8e03978e-40d5-43e8-bc93-6894a57f9324", "if-match": "*"}


def note(client: TestClient, number: str, text: str = "Vu", **headers: str) -> Any:
    return client.post(f"/cases/{number}/note", json={"text": text}, headers=KEY | headers)


def notes(client: TestClient, number: str) -> list[str]:
    return [one["text"] for one in client.get(f"/cases/{number}").json()["timeline"] if one["kind"] == "note"]


def test_the_same_request_gets_the_same_answer(client: TestClient, number: str) -> None:
    first, again = note(client, number), note(client, number)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert notes(client, number) == ["Vu"]


def test_another_request_under_the_key_is_refused(client: TestClient, number: str) -> None:
    note(client, number)
    assert problem(note(client, number, "Autre")) == (422, "key_reused")
    assert problem(note(client, number, **{"if-match": '"1"'})) == (422, "key_reused")
    assert notes(client, number) == ["Vu"]


def test_what_was_refused_may_be_tried_again(client: TestClient, number: str) -> None:
    path = f"/cases/{number}/resume"
    assert problem(client.post(path, headers=KEY)) == (409, "refused")
    client.post(f"/cases/{number}/wait", headers={"if-match": "*"}, json={})
    assert client.post(path, headers=KEY).status_code == 200


def test_who_asks_twice_at_once_is_told_to_wait(client: TestClient, number: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: note(client, number), range(6)))
    assert {one.status_code for one in answers} <= {200, 409}
    assert 200 in {one.status_code for one in answers}
    assert notes(client, number) == ["Vu"]


def test_a_question_whose_process_died_is_asked_again_after_a_while(
    client: TestClient, work: Work, number: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(Once, "drop", lambda _: None)
    assert problem(client.post(f"/cases/{number}/resume", headers=KEY)) == (409, "refused")
    assert problem(client.post(f"/cases/{number}/resume", headers=KEY)) == (409, "under_way")
    work.road.now += UNDER_WAY
    assert problem(client.post(f"/cases/{number}/resume", headers=KEY)) == (409, "refused")


def test_who_took_too_long_does_nothing_once_another_asks(work: Work, number: str) -> None:
    """A process that slept: what it did falls with its answer, and the other's question stays."""
    service, asked = serving(work), {"program_id": "crm-sync", "key": "k", "fingerprint": "f" * 64}
    add_program(work.store)
    slow = Once(service, "crm-sync", work.now, "k", "f" * 64)
    with work.store.transaction("tests") as tx:
        assert tx.programs.begin({**asked, "begun_at": work.now})
    work.road.now += UNDER_WAY
    with work.store.transaction("tests") as tx:
        assert tx.programs.begin({**asked, "begun_at": work.now})
    before = work.desk.read(number)
    with pytest.raises(ProblemError), work.store.transaction("tests") as tx:
        tx.cases.write(before.id, before.version, {"subject": "Doubled"}, work.now)
        slow.keep(tx, Answer(200, {}, {}))
    slow.drop()
    assert work.desk.read(number) == before
    with work.store.reading() as tx:
        assert tx.programs.asked("crm-sync", "k").begun_at == work.now


def test_another_request_under_a_key_of_the_day_before_is_kept_as_another(client: TestClient, work: Work) -> None:
    def send(text: str) -> str:
        body = {"path": ["mon_espace", "question"], "name": "Jeanne", "email": "jeanne@example.org", "text": text}
        answer = client.post("/cases", json=body, headers={"idempotency-key": "import-0001"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["case"])

    first = send("Comment obtenir une copie de mon permis ?")
    assert send("Comment obtenir une copie de mon permis ?") == first
    work.road.now += ANSWER_KEPT
    assert send("Où envoyer les plans de ma serre ?") != first


def test_an_answer_is_kept_for_a_day(client: TestClient, work: Work, number: str) -> None:
    note(client, number)
    work.road.now += ANSWER_KEPT
    note(client, number)
    assert notes(client, number) == ["Vu", "Vu"]
    with work.store.transaction("tests") as tx:
        assert tx.programs.forget_answers(work.now) == 0
        assert tx.programs.forget_answers(work.now + ANSWER_KEPT) == 1


def test_a_key_is_letters_that_can_be_seen(client: TestClient, number: str) -> None:
    for key in ("", "a b", "x" * 256):
        assert problem(note(client, number, **{"idempotency-key": key})) == (422, "invalid")
