"""The second door: 250 after the commit, the recipient decides, and nothing of our own fault bounces."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.profile import Mailbox
from ingest.disk import DiskFloor
from ingest.email.lmtp import Listen, Listener, Protocol, find_mailbox
from store.tables import blob, inbound
from store.tx import Kind, Store
from tests.servers.process import free_port

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAIL = b"From: a@example.org\r\nSubject: hello\r\n\r\n.one dot\r\n"
SUPPORT = Mailbox(name="support", address="support@example.org", display_name="Support", aliases=("help@example.org",))
PARKING = Mailbox(name="parking", address="parking@example.org", display_name="Parking")


@pytest.fixture
def listening(store: Store) -> Callable[..., object]:
    @contextmanager
    def listen(**options: object) -> Iterator[smtplib.SMTP]:
        settings = Listen(port=free_port(), **options)  # type: ignore[arg-type]
        listener = Listener([SUPPORT, PARKING], store, lambda: NOW, settings)
        listener.start()
        kind = smtplib.LMTP if settings.protocol is Protocol.LMTP else smtplib.SMTP
        try:
            with kind("127.0.0.1", settings.port, timeout=10) as client:
                yield client
        finally:
            listener.stop()

    return listen


def kept(store: Store) -> list[tuple[str, bytes]]:
    rows = select(inbound.c.source, blob.c.body).join(blob, inbound.c.sha256 == blob.c.sha256).order_by(inbound.c.id)
    with store.reading() as tx:
        return [(source, bytes(body)) for source, body in tx.connection.execute(rows)]


def deliver(client: smtplib.SMTP, *recipients: str, mail: bytes = MAIL) -> list[tuple[int, bytes]]:
    """One transaction; the answers to DATA."""
    client.ehlo_or_helo_if_needed()
    client.mail("citizen@example.com")
    for recipient in recipients:
        assert client.rcpt(recipient)[0] == 250
    answers = [client.data(mail)]
    is_lmtp = isinstance(client, smtplib.LMTP)
    return answers + [client.getreply() for _ in recipients[1:] if is_lmtp]


@pytest.mark.parametrize("protocol", list(Protocol))
def test_it_is_kept_with_its_envelope_on_top(listening, store: Store, protocol: Protocol) -> None:  # type: ignore[no-untyped-def]
    woken: list[Kind] = []
    store.wake = woken.append
    with listening(protocol=protocol) as client:
        answers = deliver(client, "Help@example.org")
    assert [code for code, _ in answers] == [250]
    trace = b"Return-Path: <citizen@example.com>\r\nDelivered-To: Help@example.org\r\n"
    assert kept(store) == [("support", trace + MAIL)]
    assert woken == [Kind.INBOUND]


@pytest.mark.parametrize("protocol", list(Protocol))
def test_two_mailboxes_are_two_deliveries(listening, store: Store, protocol: Protocol) -> None:  # type: ignore[no-untyped-def]
    with listening(protocol=protocol) as client:
        answers = deliver(client, "support+token@example.org", "parking@example.org")
    assert {code for code, _ in answers} == {250}
    assert [source for source, _ in kept(store)] == ["support", "parking"]


def test_an_mta_that_lost_our_answer_doubles_nothing(listening, store: Store) -> None:  # type: ignore[no-untyped-def]
    with listening() as client:
        answers = [deliver(client, "support@example.org") for _ in range(2)]
    assert [code for ((code, _),) in answers] == [250, 250]
    assert len(kept(store)) == 1


def test_an_unknown_recipient_is_refused(listening, store: Store) -> None:  # type: ignore[no-untyped-def]
    with listening() as client:
        client.ehlo_or_helo_if_needed()
        client.mail("citizen@example.com")
        assert client.rcpt("nobody@example.org")[0] == 550


def test_too_large_is_refused_once_for_each_recipient(listening, store: Store) -> None:  # type: ignore[no-untyped-def]
    with listening(size_limit=1000) as client:
        answers = deliver(client, "support@example.org", "parking@example.org", mail=MAIL + b"x" * 2000)
        assert [code for code, _ in answers] == [552, 552]
        assert [code for code, _ in deliver(client, "support@example.org")] == [250], "the session goes on"


def test_under_the_disk_floor_the_mta_keeps_it(listening, store: Store, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with listening(disk=DiskFloor(tmp_path, least_free=1 << 60)) as client:
        ((code, _),) = deliver(client, "support@example.org")
    assert code == 452
    assert kept(store) == []


def test_without_a_database_the_mta_keeps_it(sqlite_store: Store) -> None:
    settings = Listen(port=free_port())
    with sqlite_store.transaction("test") as tx:
        tx.connection.exec_driver_sql("ALTER TABLE inbound RENAME TO elsewhere")
    listener = Listener([SUPPORT], sqlite_store, lambda: NOW, settings)
    listener.start()
    with smtplib.LMTP("127.0.0.1", settings.port, timeout=10) as client:
        ((code, _),) = deliver(client, "support@example.org")
    listener.stop()
    assert code == 451


def test_lines_of_any_length_are_taken(listening, store: Store) -> None:  # type: ignore[no-untyped-def]
    with listening() as client:
        ((code, _),) = deliver(client, "support@example.org", mail=MAIL + b"x" * 100_000 + b"\r\n")
    assert code == 250


@pytest.mark.parametrize(
    ("recipient", "name"),
    [
        ("support@example.org", "support"),
        ("SUPPORT@Example.ORG", "support"),
        ("support+c.17@example.org", "support"),
        ("help+x@example.org", "support"),
        ("support@example.com", None),
        ("@example.org", None),
        ("", None),
    ],
)
def test_the_mailbox_of_a_recipient(recipient: str, name: str | None) -> None:
    found = find_mailbox([SUPPORT, PARKING], recipient)
    assert (found.name if found else None) == name
