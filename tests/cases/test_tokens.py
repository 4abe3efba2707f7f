"""Signed references: what is signed is recognised, and nothing else."""

import string
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cases.tokens import Signer, base36

SIGNER = Signer(b"the key of this installation")
STRANGER = Signer(b"the key of another installation")
IDS = st.integers(0, 99_999_999_999_999)
TOKEN = SIGNER.case_token(202600000412)


@given(IDS)
def test_base36_is_what_int_reads(number: int) -> None:
    assert int(base36(number), 36) == number


@given(IDS)
def test_a_case_token_round_trips_and_is_no_bounce_token(identity: int) -> None:
    token = SIGNER.case_token(identity)
    assert SIGNER.case_of(token) == identity
    assert SIGNER.outbound_of(token) is None


@given(IDS)
def test_a_bounce_token_round_trips_and_is_no_case_token(identity: int) -> None:
    token = SIGNER.bounce_token(identity)
    assert SIGNER.outbound_of(f"bounce+{token}@example.org") == identity
    assert SIGNER.case_of(token) is None


@given(IDS, st.text(max_size=30))
def test_a_message_id_names_its_case(identity: int, key: str) -> None:
    assert SIGNER.case_of(SIGNER.message_id(identity, key, "example.org")) == identity


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_message_id_is_fixed_by_its_key(one: str, other: str) -> None:
    made = [SIGNER.message_id(1, key, "example.org") for key in (one, other, one)]
    assert made[0] == made[2]
    assert (made[0] == made[1]) == (one == other)


@given(IDS)
def test_a_token_is_made_of_letters_that_survive_every_road(identity: int) -> None:
    alphabet = set(string.ascii_lowercase + string.digits + "-.")
    assert set(SIGNER.case_token(identity)) <= alphabet
    assert len(SIGNER.bounce_token(identity)) <= 40, "the local part of an address has 64 octets (RFC 5321 4.5.3.1.1)"


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from(string.ascii_lowercase + string.digits))
def test_a_token_with_one_letter_changed_is_refused(place: int, letter: str) -> None:
    assume(TOKEN[place] != letter)
    assert SIGNER.case_of(TOKEN[:place] + letter + TOKEN[place + 1 :]) is None


@given(st.integers(1, len(TOKEN) - 1))
def test_a_truncated_token_is_refused(length: int) -> None:
    assert SIGNER.case_of(TOKEN[:length]) is None
    assert SIGNER.case_of(TOKEN[length:]) is None


@given(st.integers(1, len(TOKEN) - 1), st.sampled_from(["\n", "\r\n ", " ", "=\n"]))
def test_a_token_broken_over_lines_is_refused(place: int, fold: str) -> None:
    assert SIGNER.case_of(TOKEN[:place] + fold + TOKEN[place:]) is None


@pytest.mark.parametrize("text", [TOKEN.upper(), TOKEN.title(), f"<{TOKEN}@example.org>", f"ref:{TOKEN}, thanks."])
def test_a_token_survives_case_folding_and_its_surroundings(text: str) -> None:
    assert SIGNER.case_of(text) == 202600000412


@pytest.mark.parametrize("text", [f"x{TOKEN}", f"{TOKEN}x", f"{TOKEN}7"])
def test_a_token_inside_a_word_is_refused(text: str) -> None:
    assert SIGNER.case_of(text) is None


@given(IDS)
def test_another_installation_cannot_sign_for_us(identity: int) -> None:
    assert SIGNER.case_of(STRANGER.case_token(identity)) is None


def test_a_forged_token_does_not_hide_a_good_one() -> None:
    assert SIGNER.case_of(f"{STRANGER.case_token(7)} {TOKEN}") == 202600000412


@given(st.text())
def test_no_text_names_a_case_by_chance(text: str) -> None:
    assert SIGNER.case_of(text) is None


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert SIGNER.case_of("x " * 9_000 + TOKEN) == 202600000412
    assert SIGNER.case_of("x " * 10_000 + TOKEN) is None


@given(st.emails())
def test_a_person_key_depends_on_address_and_secret_only(address: str) -> None:
    assert SIGNER.person_key(address) == SIGNER.person_key(address.upper().lower())
    assert SIGNER.person_key(address) != STRANGER.person_key(address)
    assert address not in SIGNER.person_key(address)


def test_a_key_that_was_replaced_verifies_and_signs_nothing() -> None:
    """Three steps, process by process: the new key is believed everywhere, then it signs, then the old one goes."""
    old, new = b"the key until now", b"the key from now on"
    steps = [Signer(old), Signer(old, (old, new)), Signer(old, (new, old)), Signer(old, (new,))]
    for earlier, later in pairwise(steps):
        for signs, reads in ((earlier, later), (later, earlier)):
            assert reads.case_of(signs.case_token(412)) == 412
            assert reads.unseal("known", signs.seal("known", "nora")) == "nora"
    first, last = steps[0], steps[-1]
    assert last.case_of(first.case_token(412)) is None
    assert last.unseal("known", first.seal("known", "nora")) is None


def test_what_rows_are_found_by_stays_with_another_signing_key() -> None:
    before, after = Signer(b"the key of this place"), Signer(b"the key of this place", (b"another signing key",))
    assert before.person_key("anne@example.org") == after.person_key("anne@example.org")
    assert before.tombstone("a" * 64) == after.tombstone("a" * 64)
    assert before.codes.of(202600000412) == after.codes.of(202600000412)
    assert before.webhook_key("tool", "salt") == after.webhook_key("tool", "salt")
