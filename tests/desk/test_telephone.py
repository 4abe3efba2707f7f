"""The demonstration's telephone, as its page is asked for and told."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from markupsafe import escape

from app import holidays
from app.http import application
from cases.profile import Profile
from desk.service import Service
from desk.telephone import Act, Moment, Phrase, Receiver
from desk.words import LANGUAGES, catalogue
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER, QuietDemo
from tests.desk.signed import BASE, browsing

HERE = "/desk/demo/telephone"
MINE = Receiver(
    sid="CA1",
    number="+32470001234",
    called="+3281001718",
    moment=Moment.LISTENING,
    seconds=75,
    phrases=[
        Phrase(text="Faites le <1>.", lang="fr-BE"),
        Phrase(text="1", sign="keys", mine=True),
        Phrase(sign="tone"),
    ],
)
SEAT = Receiver(sid="CA2", number="+3281001801", called="+3281001801", moment=Moment.RINGING, phrases=[])


def test_a_line_is_dialled(browser: TestClient, demo: QuietDemo) -> None:
    form = {"line": "1718", "caller": "0470 00 12 34"}
    answer = browser.post(HERE, data=form, headers=ORIGIN, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/CA1")
    assert demo.telephone.dialled == [("+3281001718", "+32470001234")]


def test_a_hidden_number_is_no_number(browser: TestClient, demo: QuietDemo) -> None:
    browser.post(HERE, data={"line": "1719", "caller": "x", "hidden": "1"}, headers=ORIGIN, follow_redirects=False)
    assert demo.telephone.dialled == [("+3287001719", "anonymous")]


@pytest.mark.parametrize(
    "form", [{"line": "1718", "caller": "112"}, {"line": "1718"}, {"line": "9", "caller": "0470001234"}]
)
def test_what_cannot_be_dialled_is_said(browser: TestClient, demo: QuietDemo, form: dict[str, str]) -> None:
    answer = browser.post(HERE, data=form, headers=ORIGIN)
    assert answer.status_code == 422
    assert not demo.telephone.dialled
    assert form.get("caller", "") in answer.text


def test_what_was_heard_and_done_is_shown_in_its_language(browser: TestClient, demo: QuietDemo) -> None:
    demo.telephone.receivers = [MINE]
    page = browser.get(f"{HERE}/CA1").text
    assert '<li id="heard-1" class="voice" lang="fr-BE">Faites le &lt;1&gt;.</li>' in page
    assert catalogue("fr")["telephone.sign.tone"] in page
    assert catalogue("fr")["telephone.moment.listening"] in page
    assert "1:15" in page
    assert '<fieldset class="keypad" id="keypad" disabled>' not in page


def test_after_the_call_nothing_can_be_done_but_call_again(browser: TestClient, demo: QuietDemo) -> None:
    demo.telephone.receivers = [Receiver(sid="CA1", number="", called="", moment=Moment.OVER, phrases=[])]
    page = browser.get(f"{HERE}/CA1").text
    assert '<fieldset class="keypad" id="keypad" disabled>' in page
    assert catalogue("fr")["telephone.again"] in page


def test_a_call_that_never_was_is_missing(browser: TestClient) -> None:
    assert browser.get(f"{HERE}/CA9").status_code == 404


@pytest.mark.parametrize(
    ("form", "done"),
    [
        ({"act": "keys", "text": "1"}, ("CA1", Act.KEYS, "1")),
        ({"act": "speech", "text": " NOTICe "}, ("CA1", Act.SPEECH, "NOTICe")),
        ({"act": "silence", "text": ""}, ("CA1", Act.SILENCE, "")),
        ({"act": "hang_up"}, ("CA1", Act.HANG_UP, "")),
    ],
)
def test_what_one_does_is_passed_on(
    browser: TestClient, demo: QuietDemo, form: dict[str, str], done: tuple[str, Act, str]
) -> None:
    answer = browser.post(f"{HERE}/CA1", data=form | {"page": "CA1"}, headers=ORIGIN, follow_redirects=False)
    assert answer.headers["location"] == f"{HERE}/CA1"
    assert demo.telephone.done == [done]


@pytest.mark.parametrize(
    "form", [{"act": "keys", "text": "1a"}, {"act": "dance"}, {}, {"act": "speech", "text": "x" * 501}]
)
def test_nothing_else_can_be_done(browser: TestClient, demo: QuietDemo, form: dict[str, str]) -> None:
    browser.post(f"{HERE}/CA1", data=form, headers=ORIGIN, follow_redirects=False)
    assert not demo.telephone.done


def test_only_our_own_pages_may_use_it(browser: TestClient, demo: QuietDemo) -> None:
    form = {"act": "hang_up"}
    assert browser.post(f"{HERE}/CA1", data=form, headers={"origin": "https://example.org"}).status_code == 403
    assert not demo.telephone.done


def test_one_returns_to_no_address_but_ours(browser: TestClient) -> None:
    form = {"act": "hang_up", "page": "//example.org"}
    answer = browser.post(f"{HERE}/CA1", data=form, headers=ORIGIN, follow_redirects=False)
    assert answer.headers["location"] == HERE


def test_a_phone_that_rings_can_be_answered_or_refused(browser: TestClient, demo: QuietDemo) -> None:
    demo.telephone.receivers = [SEAT]
    page = browser.get(HERE).text
    assert 'id="answer-CA2"' in page
    assert 'id="refuse-CA2"' in page
    assert "+32 81 00 18 01" in page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("moment", Moment)
def test_the_page_in_every_language_and_moment(browser: TestClient, demo: QuietDemo, lang: str, moment: Moment) -> None:
    demo.telephone.receivers = [MINE, Receiver(sid="CA2", number="+3281001801", called="", moment=moment, phrases=[])]
    page = browser.get(f"{HERE}/CA1?lang={lang}").text
    assert catalogue(lang)["telephone.title"] in page
    assert escape(catalogue(lang)[f"telephone.moment.{moment}"]) in page


@pytest.fixture
def office(sqlite_store: Store, profile: Profile, demo: QuietDemo) -> Iterator[TestClient]:
    """A page that knows the hours of its lines."""
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    desk = Service(sqlite_store, profile, SIGNER, demo, calendars=calendars)
    with browsing(application(desk, bind="127.0.0.1:8080", public_url=BASE), sqlite_store) as client:
        client.headers["accept-language"] = "fr"
        yield client


@pytest.mark.parametrize(("hours", "word"), [("open", "Bureaux ouverts"), ("closed", "Bureaux fermés")])
def test_the_office_can_be_open_or_closed_at_will(office: TestClient, demo: QuietDemo, hours: str, word: str) -> None:
    page = office.post("/desk/demo/office", data={"hours": hours}, headers=ORIGIN)
    assert word in page.text
    assert demo.office.at
    page = office.post("/desk/demo/office", data={"hours": "real"}, headers=ORIGIN)
    assert demo.office.at is None
    assert "Heure réelle" not in page.text
