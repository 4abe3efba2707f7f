"""Files and formatted mail of strangers: taken out whole, never run."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from fastapi.testclient import TestClient

from cases.profile import Profile
from store.tx import Store
from tests.ingest.conftest import Road
from tests.mails import mail

ATTACK = '<p onclick="x()">Bonjour</p><script>alert(1)</script><img src="https://t.example.com/1.gif"><form action="/">'


@pytest.fixture
def road(sqlite_store: Store, profile: Profile) -> Road:
    return Road(sqlite_store, profile)


def with_file(filename: str, content: bytes = b"%PDF-1.4 x") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "jeanne@example.org", "assistance@monpermis.example.be"
    message["Subject"], message["Message-ID"] = "Plan", "<f1@example.org>"
    message.set_content("Voici.")
    message.add_alternative(ATTACK, subtype="html")
    message.add_attachment(content, maintype="text", subtype="html", filename=filename)
    return message.as_bytes()


def attachment(browser: TestClient, road: Road, filename: str) -> tuple[str, int, int]:
    [row] = road.take_in(with_file(filename))
    [listed] = row.content["attachments"]
    return listed["filename"], row.id, listed["index"]


def test_a_file_is_downloaded_whole_and_never_shown(road: Road, browser: TestClient) -> None:
    _, identity, index = attachment(browser, road, "plan d'été.html")
    answer = browser.get(f"/desk/messages/{identity}/files/{index}")
    assert answer.content == b"%PDF-1.4 x"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''plan%20d%27%C3%A9t%C3%A9.html" in answer.headers["content-disposition"]
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "filename", ['a"; filename="b.exe', "../../etc/passwd", "a\r\nSet-Cookie: x=1", "<svg onload=1>"]
)
def test_a_hostile_name_stays_a_name(road: Road, browser: TestClient, filename: str) -> None:
    _, identity, index = attachment(browser, road, filename.replace("\r\n", " "))
    answer = browser.get(f"/desk/messages/{identity}/files/{index}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].count('"') == 2
    assert "/" not in answer.headers["content-disposition"].replace("UTF-8''", "")
    assert "<svg onload" not in browser.get(f"/desk/messages/{identity}").text


def test_a_file_that_the_message_does_not_have_is_missing(road: Road, browser: TestClient) -> None:
    _, identity, index = attachment(browser, road, "plan.pdf")
    assert browser.get(f"/desk/messages/{identity}/files/{index + 40}").status_code == 404


def test_the_original_is_downloaded_byte_for_byte(road: Road, browser: TestClient) -> None:
    raw = mail()
    [row] = road.take_in(raw)
    answer = browser.get(f"/desk/messages/{row.id}/raw")
    assert answer.content == raw
    assert "attachment" in answer.headers["content-disposition"]


def test_formatted_mail_is_cleaned_and_locked_in(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(with_file("plan.pdf"))
    answer = browser.get(f"/desk/messages/{row.id}/html")
    assert "Bonjour" in answer.text
    assert not [word for word in ("<script", "onclick", "<img", "<form", "t.example.com") if word in answer.text]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


def test_a_message_without_formatting_says_so(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail())
    assert "mise en forme" in browser.get(f"/desk/messages/{row.id}/html").text
