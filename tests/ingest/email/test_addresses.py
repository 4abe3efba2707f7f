import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.event import Address
from ingest.email.addresses import parse_addresses
from tests.ingest.email.storability import assert_line


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@Example.org", [("", "a@example.org")]),
        ("Jean Dupont <Jean@example.org>", [("Jean Dupont", "jean@example.org")]),
        (
            '"Dupont, Jean" <jean@example.org>, b@example.org',
            [("Dupont, Jean", "jean@example.org"), ("", "b@example.org")],
        ),
        ('"A \\"B\\" C" <a@example.org>', [('A "B" C', "a@example.org")]),
        ("=?utf-8?q?Dupont=2C_Ren=C3=A9?= <r@example.org>", [("Dupont, René", "r@example.org")]),
        ("=?utf-8?q?x=3E=2C_evil=40example.com?= <a@example.org>", [("x>, evil@example.com", "a@example.org")]),
        ("jean@example.org (Jean (le vrai) Dupont)", [("", "jean@example.org")]),
        (
            "groupe: a@example.org, B <b@example.org>;, c@example.org",
            [("", "a@example.org"), ("B", "b@example.org"), ("", "c@example.org")],
        ),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("", []),
        ("MAILER-DAEMON", [("", "mailer-daemon")]),
        ("Mail System <MAILER-DAEMON>", [("Mail System", "mailer-daemon")]),
        ('"jean dupont"@example.org', [("", '"jean dupont"@example.org')]),
        ("<@relay.example.org:a@example.org>", [("", "a@example.org")]),
        ("<a@example.org, evil@example.com>", [("", "a@example.org")]),
        ("A <a@example.org> <evil@example.com>", [("A", "a@example.org")]),
        ("zo\xc3\xab@ex\xc3\xa4mple.org", [("", "zoë@exämple.org")]),
        ("Only A Name", []),
        ("J\xcc\x8c@example.org", [("", "ǰ@example.org")]),
    ],
)
def test_address_lists(value: str, expected: list[tuple[str, str]]) -> None:
    assert parse_addresses(value) == tuple(Address(*pair) for pair in expected)


@given(st.text(st.characters(max_codepoint=0xFF), max_size=200))
def test_any_value_gives_addresses_that_can_be_stored_and_used(value: str) -> None:
    for mailbox in parse_addresses(value):
        assert_line(mailbox.name, 200)
        assert_line(mailbox.address, 320)
        assert not set(mailbox.address) & set(",;<>\r\n") or '"' in mailbox.address
