"""Whatever a form holds, no route answers that the fault is ours: signed in or not, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.http import application
from cases.profile import Profile
from cases.secondlevel import Role
from desk.rules import RULES
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER, QuietDemo, serving
from tests.desk.signed import BASE, enter
from tests.ingest.conftest import Road
from tests.mails import mail

POSTED = [rule.removeprefix("POST ") for rule in RULES if rule.startswith("POST ")]
WORDS = ("text", "other", "why", "wording", "to", "since", "outcome", "agent", "queue", "address", "name", "subject")
CHOICES = (
    "kind",
    "then",
    "template",
    "motif",
    "tool",
    "category",
    "incident",
    "role",
    "message",
    "file",
    "sent",
    "next",
)
TYPED = ("email", "password", "current", "new", "step", "impact", "urgency", "days", "comment", "website", "lang")
HOSTILE = ("a\0b", "9" * 5000, "9" * 19, "-1", "²", "٣")
PRESSED = ("on", "send", "incident", "assign", "link", "\0")


@pytest.fixture
def pages(store: Store, profile: Profile) -> FastAPI:
    return application(serving(store, profile, QuietDemo()), bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def case(store: Store, profile: Profile) -> Any:
    road = Road(store, profile)
    [row] = road.take_in(mail("Bonjour"))
    return road.case(row)


@pytest.fixture(params=[Role.ADMINISTRATOR, None], ids=["signed-in", "nobody"])
def browser(pages: FastAPI, store: Store, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    cookies = enter(store, role=request.param) if request.param else None
    with TestClient(pages, base_url=BASE, headers=ORIGIN, cookies=cookies, follow_redirects=False) as client:
        yield client


def addressed(path: str, case: Any) -> str:
    survey, tracking = SIGNER.survey_token(case.id, 1), SIGNER.tracking_token(case.id)
    named = {"{number}": case.number, "{token}": survey if "survey" in path else tracking, "{secret}": "guessed"}
    for name, value in {**named, "{sid}": "CA1", "{identity}": "1"}.items():
        path = path.replace(name, value)
    return path


@pytest.mark.parametrize("hostile", HOSTILE, ids=("nul", "digits", "beyond", "minus", "square", "arabic"))
def test_no_value_of_a_field_breaks_anything(browser: TestClient, case: Any, hostile: str) -> None:
    fields = dict.fromkeys((*WORDS, *CHOICES, *TYPED), hostile)
    for path in POSTED:
        if path == "/desk/sign-out":
            continue
        shown = {"case": f"{case.number}{hostile}:1"} if "bulk" in path else {"version": str(case.version)}
        do = PRESSED[len(path) % len(PRESSED)]
        answer = browser.post(addressed(path, case), data={**fields, **shown, "do": do})
        assert answer.status_code < 500, path


def test_a_form_in_another_encoding_is_none_of_ours(browser: TestClient, case: Any) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="address"\r\n\r\n\\ud800\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x; charset=raw_unicode_escape"}
    for path in POSTED:
        assert browser.post(addressed(path, case), content=part, headers=headers).status_code == 403, path
