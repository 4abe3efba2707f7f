"""A spoken message on the page of its case: heard, read with care, and never kept by a browser."""

import pytest
from fastapi.testclient import TestClient

from cases.profile import Profile
from ingest.voice.provider import Sound
from ingest.voice.transcribe import Text
from store.tx import Store
from tests.ingest.voice.exchange import wave
from tests.ingest.voice.phone import CLOSED, SID, Telephone
from tests.ingest.voice.test_recordings import Office


@pytest.fixture
def office(sqlite_store: Store, profile: Profile) -> Office:
    """Somebody has left a message after hours."""
    telephone = Telephone(sqlite_store, profile, CLOSED)
    telephone.ring()
    telephone.keys("1 4 2")
    telephone.leaves_message()
    telephone.recording()
    telephone.ended()
    found = Office(telephone, heard=Text("Bonjour, <b>NOTICe</b> ne s'ouvre plus.", -0.2))
    found.exchange.sounds[f"RE{SID}"] = Sound(body=wave(12), content_type="audio/x-wav")
    return found


def page(browser: TestClient, office: Office, lang: str = "fr") -> str:
    return browser.get(f"/desk/cases/{office.telephone.case().number}?lang={lang}").text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", "texte automatique, à vérifier"),
        ("de", "automatischer Text, bitte prüfen"),
        ("nl", "automatische tekst, na te kijken"),
        ("en", "automatic text, to be checked"),
    ],
)
def test_the_text_is_marked_as_automatic_beside_its_sound(
    office: Office, browser: TestClient, lang: str, words: str
) -> None:
    office.work()
    shown = page(browser, office, lang)
    assert words in shown
    assert "&lt;b&gt;NOTICe&lt;/b&gt; ne s&#39;ouvre plus." in shown
    assert 'src="/desk/recordings/1/sound"' in shown


def test_without_a_text_it_is_to_be_listened_to(office: Office, browser: TestClient) -> None:
    office.with_model = False
    office.work()
    shown = page(browser, office)
    assert "à écouter" in shown
    assert "<audio" in shown


def test_before_the_sound_is_here_the_page_says_so(office: Office, browser: TestClient) -> None:
    shown = page(browser, office)
    assert "<audio" not in shown
    assert "Le son arrive" in shown


def test_the_sound_is_given_whole_as_sound_and_kept_by_nobody(office: Office, browser: TestClient) -> None:
    office.work()
    answer = browser.get("/desk/recordings/1/sound")
    assert answer.content == wave(12)
    assert answer.headers["content-type"] == "audio/x-wav"
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_whatever_type_the_provider_named_it_is_given_as_sound(office: Office, browser: TestClient) -> None:
    office.exchange.sounds[f"RE{SID}"] = Sound(body=wave(12), content_type="text/html")
    office.work()
    assert browser.get("/desk/recordings/1/sound").headers["content-type"] == "audio/wav"


@pytest.mark.parametrize("identity", ["1", "2", "0", "x"])
def test_a_sound_that_is_not_there_is_missing(office: Office, browser: TestClient, identity: str) -> None:
    assert browser.get(f"/desk/recordings/{identity}/sound").status_code == 404


def test_the_page_may_play_our_own_sounds_only(office: Office, browser: TestClient) -> None:
    policy = browser.get("/desk/cases").headers["content-security-policy"]
    assert "media-src 'self'" in policy
