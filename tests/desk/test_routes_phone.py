"""How the case of a call reads, in the list and by itself."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from markupsafe import escape

from app import holidays
from app.http import application
from cases.profile import Profile
from desk.service import Service
from desk.words import LANGUAGES, catalogue
from store.tx import Store
from tests.desk.conftest import SIGNER
from tests.desk.signed import BASE, browsing
from tests.ingest.voice.phone import CLOSED, Telephone


@pytest.fixture
def telephone(sqlite_store: Store, profile: Profile) -> Telephone:
    return Telephone(sqlite_store, profile)


@pytest.fixture
def client(sqlite_store: Store, profile: Profile) -> Iterator[TestClient]:
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    service = Service(sqlite_store, profile, SIGNER, calendars=calendars)
    pages = application(service, bind="127.0.0.1:8080", public_url=BASE)
    with browsing(pages, sqlite_store) as one:
        yield one


def said(key: str, lang: str = "fr") -> str:
    """A text as it stands in a page."""
    return str(escape(catalogue(lang)[key]))


def page(client: TestClient, path: str, lang: str = "fr") -> str:
    found = client.get(path, headers={"accept-language": lang})
    assert found.status_code == 200
    return found.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_missed_call_reads_well_in_each_language(telephone: Telephone, client: TestClient, lang: str) -> None:
    telephone.ring()
    telephone.keys("1 2")
    telephone.ended(seconds=45)
    shown = page(client, "/desk/cases", lang)
    assert f"{said('call.title', lang)} – NOTICe" in shown
    assert "+32 470 00 12 34" in shown
    assert said("flag.missed_call", lang) in shown
    assert said("receipt.none", lang) not in shown
    own = page(client, f"/desk/cases/{telephone.case().number}", lang)
    for key in ("entry.call", "call.result.missed", "route.open", "review.phone", "file.line"):
        assert said(key, lang) in own
    assert said("call.seconds", lang).format(n=45) in own


def test_a_hidden_caller_and_an_unknown_tool(telephone: Telephone, client: TestClient) -> None:
    telephone.ring("anonymous")
    telephone.keys("1 0")
    shown = page(client, "/desk/cases")
    assert said("call.hidden") in shown
    assert f"<bdi>{said('call.title')}</bdi>" in shown


def test_who_answered_and_what_else_is_open_for_the_caller(telephone: Telephone, client: TestClient) -> None:
    telephone.ring(sid="CA0")
    telephone.keys("1 2", "CA0")
    telephone.ended("CA0")
    with telephone.store.transaction("test.leg") as tx:
        row = {"key": "call:1:1", "number": "+3281001801", "label": "Guichet", "line": "1718"}
        tx.legs.add_once([row | {"created_at": telephone.now, "due_at": telephone.now}])
    telephone.ring()
    telephone.keys("1 3")
    telephone.answered()
    telephone.ended()
    own = page(client, f"/desk/cases/{telephone.case().number}")
    assert f"{said('call.by')} Guichet" in own
    assert said("panel.others.one").format(n=1) in own
    assert f'href="/desk/cases/{telephone.case("CA0").number}"' in own


def test_a_callback_and_a_message_are_on_the_timeline(telephone: Telephone, client: TestClient) -> None:
    telephone.now = CLOSED
    telephone.ring(sid="CA0")
    telephone.keys("1 2 1 1 1", "CA0")
    telephone.ended("CA0")
    telephone.ring()
    telephone.keys("1 2 2")
    telephone.leaves_message()
    telephone.recording()
    telephone.ended()
    assert said("call.result.callback") in page(client, f"/desk/cases/{telephone.case('CA0').number}")
    assert said("call.result.voicemail") in page(client, f"/desk/cases/{telephone.case().number}")
