from email import message_from_string, policy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.errors import PermanentError
from notify.headers import addr_spec, clean, identifiers, mailbox, message_ids, unstructured

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=300)


def read_back(field: str) -> str:
    """The value as a strict reader decodes it."""
    message = message_from_string(f"{field}\r\n\r\n", policy=policy.default)
    assert len(message.keys()) == 1
    return str(next(iter(message.values())))


@settings(deadline=None)
@given(ANY_TEXT)
@example("Votre demande\r\nBcc: tout.le.monde@example.org")
@example("Votre\u202edemande\u2028\x85\0" + "é" * 300)
def test_clean_text_is_one_visible_line(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode().decode() == cleaned
    assert not any(character in cleaned for character in "\r\n\0\x0b\x85\u2028\u202e\u2066")
    assert len(cleaned) <= 200
    assert clean(cleaned) == cleaned


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_subject_is_read_back_and_begins_no_field(text: str) -> None:
    subject = clean(text)
    field = unstructured("Subject", subject)
    assert field.isascii()
    assert read_back(field) == subject
    assert all(line.startswith((" ", "Subject:")) for line in field.split("\r\n"))


@settings(deadline=None)
@given(ANY_TEXT)
def test_encoded_words_are_short_enough_for_every_reader(text: str) -> None:
    field = unstructured("Subject", "é" + clean(text))
    assert max(map(len, field.split("\r\n"))) <= 76


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_display_name_is_read_back(text: str) -> None:
    name = clean(text, 60)
    message = message_from_string(mailbox("From", name, "a@example.org") + "\r\n\r\n", policy=policy.default)
    (found,) = message["From"].addresses
    assert found.addr_spec == "a@example.org"
    if name.isascii() and "=?" not in name:
        assert found.display_name == name


def test_text_that_looks_encoded_stays_as_it_is() -> None:
    assert read_back(unstructured("Subject", "=?utf-8?q?hello?=")) == "=?utf-8?q?hello?="


def test_a_long_plain_subject_is_folded() -> None:
    field = unstructured("Subject", "word " * 30 + "end")
    assert "\r\n " in field
    assert read_back(field) == "word " * 30 + "end"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("jeanne.dupont@example.org", "jeanne.dupont@example.org"),
        ("o'brien+tag@mail.example.org", "o'brien+tag@mail.example.org"),
        ("root@localhost", "root@localhost"),
        ("info@müller.example", "info@xn--mller-kva.example"),
        ("rené@example.org", "rené@example.org"),
        ("two..dots.@example.org", "two..dots.@example.org"),
    ],
)
def test_usable_addresses(text: str, address: str) -> None:
    assert addr_spec(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@example.org",
        "a@b.fr, evil@x.fr",
        "a@b.fr,evil@x.fr",
        "a@b.fr;evil@x.fr",
        "a@b.fr evil@x.fr",
        "a@evil.fr@b.fr",
        "Name <a@b.fr>",
        "<a@b.fr>",
        "group:a@b.fr;",
        "a@b.fr\r\nBcc: evil@x.fr",
        "a\r\n@b.fr",
        "a\0@b.fr",
        "a\u202e@b.fr",
        "a@b\u2028.fr",
        '"a b"@b.fr',
        "a(comment)@b.fr",
        "a@[127.0.0.1]",
        "a@b..fr",
        "a@.fr",
        "a@" + "b" * 64 + ".fr",
        "a" * 65 + "@b.fr",
        "a@" + "b." * 130 + "fr",
        "a@\ud800.fr",
    ],
)
def test_what_is_not_one_usable_address_is_refused(text: str) -> None:
    with pytest.raises(PermanentError):
        addr_spec(text)


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_an_address_that_passes_is_one_token(local: str, domain: str) -> None:
    try:
        address = addr_spec(f"{local}@{domain}")
    except PermanentError:
        return
    assert address.isprintable()
    assert address.count("@") == 1
    assert not set(address) & set(' ,;<>()[]:\\"')


def test_only_well_formed_identifiers_are_quoted_each_once_the_last_of_many() -> None:
    bad = ["", "a@b", "<a b@c>", "<a@b>\r\nBcc: x@y", "<é@b>", "<" + "a" * 300 + "@b>", "<a@b><c@d>"]
    assert message_ids(["<a@b>", *bad, "<c@d>", "<a@b>"]) == ["<a@b>", "<c@d>"]
    many = [f"<{index}@b>" for index in range(50)]
    assert message_ids(many) == many[-20:]
    assert max(map(len, identifiers("References", message_ids(many)).split("\r\n"))) < 78
