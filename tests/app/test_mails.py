"""`aiguillage mails`: what left is counted by kind, scope and fate."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from app.cli import app
from cases.errors import ConfigurationError
from cases.mails import Mail, row
from cases.policy import OutboundKind
from store.tx import Store
from tests.desk.conftest import SIGNER
from tests.store.test_views import add_case

AT = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


def queue(store: Store, kind: OutboundKind, scope: str, at: datetime = AT) -> None:
    identity = add_case(store, at, scope=scope, status="new")
    mail = Mail(
        kind=kind,
        key=f"{kind}:{identity}",
        case_id=identity,
        mailbox="assistance",
        recipient="jeanne@example.org",
        lang="fr",
    )
    with store.transaction("test.mail") as tx:
        tx.outbound.add_once([row(mail, SIGNER, "example.org", at, None)])


def counted(*arguments: str) -> list[tuple[str, str, str, int]]:
    done = CliRunner().invoke(app, ["mails", *arguments, "--json"])
    assert done.exit_code == 0, done.exception
    return [tuple(json.loads(line).values()) for line in done.stdout.splitlines()]


@pytest.fixture
def filled(sqlite_store: Store, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("AIGUILLAGE_DATABASE_URL", sqlite_url)
    return sqlite_store


def test_redirections_are_counted_by_what_they_were_about(filled: Store) -> None:
    for kind, scope in (("redirect", "metier"), ("redirect", "metier"), ("redirect", "imio_civadis"), ("notice", "in")):
        queue(filled, OutboundKind(kind), scope)
    queue(filled, OutboundKind.REDIRECT, "metier", datetime(2026, 4, 1, 9, 0, tzinfo=UTC))
    assert counted("--month", "2026-03") == [
        ("notice", "in", "pending", 1),
        ("redirect", "imio_civadis", "pending", 1),
        ("redirect", "metier", "pending", 2),
    ]
    assert counted("--day", "2026-04-01") == [("redirect", "metier", "pending", 1)]


def test_the_answers_to_the_closing_question_are_counted(filled: Store) -> None:
    identities = [add_case(filled, status="closed") for _ in range(3)]
    with filled.transaction("test.say") as tx:
        for identity, satisfied in zip(identities, (True, True, False), strict=True):
            said = {"closing": 1, "satisfied": satisfied, "comment": "", "at": AT, "person_key": None}
            tx.satisfactions.say({"case_id": identity, **said})
    assert counted("--day", "2026-03-24") == [
        ("satisfaction", "yes", "answered", 2),
        ("satisfaction", "no", "answered", 1),
    ]


def test_a_day_and_a_month_are_not_both_meant(filled: Store) -> None:
    done = CliRunner().invoke(app, ["mails", "--day", "2026-03-24", "--month", "2026-03"])
    assert isinstance(done.exception, ConfigurationError)


def test_nothing_is_said_to_be_nothing(filled: Store) -> None:
    assert CliRunner().invoke(app, ["mails", "--day", "2026-03-25"]).stdout == "No mail left.\n"
