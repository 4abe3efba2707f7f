"""Two hundred markers are planted in all that comes in and in every setting; nothing that is written holds one."""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import fields
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import select

from app import holidays
from app.http import application
from app.log import configure
from app.settings import MAILBOX_KEYS, Settings, read
from app.watching.figures import Figures
from cases.errors import ConfigurationError
from cases.tokens import Signer
from desk.routes_jira import JiraHook
from desk.service import Service
from desk.signin.issuer import Registration
from ingest.email.credentials import read_credentials
from ingest.voice.twilio.account import Account
from notify.account import account
from notify.jira.client import Access
from store.tables import audit
from store.tx import Store
from tests.app.test_log_markers import MARKERS
from tests.desk.signed import BASE
from tests.desk.working import Work

PEOPLE = [one for n, one in enumerate(MARKERS) if n % 10 < 7]
SECRETS = [f"zq{n:02d}Geheim{n * 7919:06d}" for n in range(200 - len(PEOPLE))]
SECRET_SETTINGS = [
    one.name for one in fields(Settings) if one.name.endswith(("_key", "_key_2", "_token", "_secret", "password"))
]


def test_there_are_two_hundred() -> None:
    assert len({*PEOPLE, *SECRETS}) == 200
    assert len(SECRETS) > 50
    assert len(SECRET_SETTINGS) >= 8


def mails() -> Iterator[bytes]:
    """Mails with five markers each: in every part that people read, and in some that only programs do."""
    for n in range(0, len(PEOPLE), 5):
        body, subject, name, filename, trace = (PEOPLE[(n + step) % len(PEOPLE)] for step in range(5))
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = f'"{name}" <anne{n}@example.org>', "assistance@monpermis.example.be"
        message["Subject"], message["Message-ID"] = f"Question {subject}", f"<{n}@example.org>"
        message["Reply-To"], message["X-Trace"] = f"anne{n}@example.org", trace
        message.set_content(f"Bonjour,\n\n{body}\n")
        message.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename=f"{filename}.pdf")
        yield message.as_bytes()


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    return Work(sqlite_store)


def served(work: Work) -> TestClient:
    """The pages, with Jira's webhook beside them."""
    calendars = {name: holidays.calendar(work.profile, name) for name in work.profile.hours}
    service = Service(work.store, work.profile, work.road.signer, clock=lambda: work.now, calendars=calendars)
    jira = JiraHook(work.store, [b"a secret of the tests"], lambda: work.now).router()
    app = application(service, bind="127.0.0.1:8080", public_url=BASE, jira=jira)
    return TestClient(
        app, base_url=BASE, headers={"origin": BASE}, raise_server_exceptions=False, follow_redirects=False
    )


def asked(client: TestClient) -> Iterator[str]:
    """Whatever strangers, programs and people who mistype send; the answers."""
    for n, (secret, person) in enumerate(zip(SECRETS, PEOPLE, strict=False)):
        bearer = {"authorization": f"Bearer agl_{secret}"}
        body = json.dumps({"subject": person, "text": person, "requester": person})
        cookies = {"cookie": f"session={secret}; track={secret}; known={secret}; form_draft={secret * 3}"}
        requests: Sequence[tuple[str, str, dict[str, Any]]] = (
            ("POST", "/desk/sign-in", {"data": {"email": person, "password": secret}}),
            ("GET", f"/desk/sign-in/link/{secret}", {}),
            ("GET", f"/track/t1.{secret.lower()}", {"headers": cookies}),
            ("POST", "/api/v1/cases", {"headers": bearer, "content": body}),
            ("GET", f"/api/v1/cases?q={person}", {"headers": {**bearer, "idempotency-key": secret}}),
            ("POST", "/jira/webhook", {"headers": {"x-hub-signature": f"sha256={secret}"}, "content": body}),
            ("POST", "/form", {"data": {"text": person, "name": person, "email": person, "draft": secret}}),
            ("GET", f"/desk/cases?q={person}", {"headers": cookies}),
            ("GET", "/desk", {"headers": {"host": f"{secret}.example.org"}}),
        )
        method, path, given = requests[n % len(requests)]
        yield client.request(method, path, **given).text
    yield client.get("/health/ready").text


def test_nothing_that_is_written_holds_one(
    work: Work, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure()
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    for browser in ("httpx", "httpx2", "httpcore", "httpcore2"):  # of the test, which knows what it asks for
        monkeypatch.setattr(logging.getLogger(browser), "level", logging.WARNING)
    work.road.take_in(*mails())
    with served(work) as client:
        answers = list(asked(client))
    registry = CollectorRegistry()
    registry.register(Figures(work.store, work.profile, lambda: work.now))
    with work.store.reading() as tx:
        noted = [str(dict(row._mapping)) for row in tx.connection.execute(select(audit))]
    assert len(answers) > len(SECRETS)
    assert noted
    written = {
        "logs": "".join(capfd.readouterr()),
        "audit": "".join(noted),
        "metrics": generate_latest(registry).decode(),
    }
    assert written["logs"]
    everywhere = {name: [one for one in (*PEOPLE, *SECRETS) if one in text] for name, text in written.items()}
    assert everywhere == {"logs": [], "audit": [], "metrics": []}
    assert [secret for secret in SECRETS if any(secret in answer for answer in answers)] == []


def test_no_value_that_holds_secrets_shows_them() -> None:
    """Where one ends up in a message or in a traceback all the same."""
    given = dict(zip(SECRET_SETTINGS, SECRETS, strict=False))
    settings = Settings(**given, mailboxes={"assistance": dict.fromkeys(MAILBOX_KEYS, SECRETS[20])})  # type: ignore[arg-type]
    mailbox = {"IMAP_URL": "imaps://imap.example.org", "SMTP_URL": f"smtps://anne:{SECRETS[21]}@smtp.example.org"}
    credentials, faults = read_credentials("", {**mailbox, "IMAP_URL": f"imaps://anne:{SECRETS[22]}@imap.example.org"})
    held = (
        settings,
        credentials,
        account(mailbox["SMTP_URL"], "helo.example.org", None),
        Account(sid="AC1", tokens=(SECRETS[23],), shared_keys={"KY1": SECRETS[24]}),
        Access(url="https://jira.example.org", token=SECRETS[25]),
        Registration(issuer="https://id.example.org", client_id="a", client_secret=SECRETS[26], public_url=BASE),
        Signer(SECRETS[27].encode(), [SECRETS[28].encode()]),
    )
    assert credentials is not None
    assert faults == []
    assert [secret for secret in SECRETS if secret in "".join(map(repr, held))] == []


def test_faults_of_settings_show_no_secret() -> None:
    given = {f"AIGUILLAGE_{name.upper()}": SECRETS[n][:9] for n, name in enumerate(SECRET_SETTINGS)}
    with pytest.raises(ConfigurationError) as refused:
        read({**given, "AIGUILLAGE_HTTP_BIND": "nowhere", "AIGUILLAGE_UNKNOWN": SECRETS[20]})
    said = str(refused.value)
    assert "AIGUILLAGE_SIGNING_KEY" in said
    assert [one for one in given.values() if one in said] == []
    assert SECRETS[20] not in said


def test_a_traceback_shows_no_local_variable(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure()
    password = SECRETS[0]
    try:
        raise ValueError("no such thing")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("a library").exception("failed")
    said = capfd.readouterr().err
    assert said.count("no such thing") == 2
    assert password not in said
