"""What is kept of a form, and the event that it becomes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.case import case_id, case_number
from cases.errors import PermanentError
from cases.event import Address, Channel, InboundEvent
from cases.profile import Profile
from cases.tokens import Signer
from ingest.web.event import normalise
from ingest.web.submission import Submission, Upload, read
from store.inbound import Delivery
from tests.profiles import shipped

NOW = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
SIGNER = Signer(b"a secret of the tests")
CASE = case_id(2026, 412)
SAID = Submission(
    lang="de",
    path=("mon_espace", "acces", "mandat"),
    name="Anke Beispiel",
    email="anke@example.org",
    phone="+32470001234",
    text="Ich brauche ein Mandat.",
    fields={"dossier": "PE/26/1"},
    files=(Upload(filename="a.pdf", content_type="application/pdf", size=12, key="0" * 64),),
)


@pytest.fixture(scope="session")
def profile() -> Profile:
    return shipped()


def event(said: Submission, profile: Profile, key: str = "k") -> InboundEvent:
    delivery = Delivery(channel=Channel.FORM, source="form", external_id=key, raw=said.raw, received_at=NOW)
    return normalise(delivery, profile, SIGNER)


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(texts, texts, st.lists(texts, max_size=4), st.dictionaries(texts, texts, max_size=3), st.booleans())
def test_what_is_kept_is_read_again(
    lang: str, text: str, path: list[str], fields: dict[str, str], copies: bool
) -> None:
    said = Submission(lang=lang, text=text, path=tuple(path), fields=fields, copies=copies)
    assert read(said.raw) == said
    assert read(said.raw).raw == said.raw


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_bytes_that_hold_no_form_are_held_aside(raw: bytes) -> None:
    with pytest.raises(PermanentError):
        read(raw)


@pytest.mark.parametrize("raw", [b"[]", b"null", b'{"version":2}', b'{"version":1}', b'{"version":1,"files":[{}]}'])
def test_json_that_holds_none_is_too(raw: bytes) -> None:
    with pytest.raises(PermanentError):
        read(raw)


def test_a_form_becomes_an_event(profile: Profile) -> None:
    found = event(SAID, profile)
    assert (found.channel, found.source, found.sender) == (
        Channel.FORM,
        "beistand",
        Address("Anke Beispiel", "anke@example.org"),
    )
    assert found.subject == "Mon Espace – Anmeldung, Rechte oder Mandat – Ein Mandat erteilen oder erhalten"
    assert found.chosen
    assert (found.chosen.tool, found.chosen.motif, found.chosen.lang) == ("mon_espace", "acces", "de")
    assert (found.phone, found.fields, found.requester) == ("+32470001234", {"dossier": "PE/26/1"}, None)
    assert [(one.filename, one.index) for one in found.attachments] == [("a.pdf", 0)]
    assert found.sender_kind is None
    assert found.is_typed


def test_two_forms_are_two_messages_though_they_say_the_same(profile: Profile) -> None:
    assert event(SAID, profile, "a").fingerprint != event(SAID, profile, "b").fingerprint


def test_a_number_is_quoted_and_only_a_token_refers(profile: Profile) -> None:
    number = case_number(profile.case_prefix, CASE)
    quoted = event(replace(SAID, number=number), profile)
    assert quoted.subject.endswith(f"({number})")
    assert quoted.references == ()
    proved = event(replace(SAID, number=number, token=SIGNER.tracking_token(CASE)), profile)
    assert [SIGNER.case_of(one) for one in proved.references] == [CASE]
    forged = event(replace(SAID, number=number, token=SIGNER.survey_token(CASE, 1)), profile)
    assert forged.references == ()


def test_choices_that_the_profile_has_no_longer_say_nothing(profile: Profile) -> None:
    found = event(replace(SAID, path=("gone", "acces")), profile)
    assert found.chosen
    assert (found.subject, found.chosen.path, found.chosen.tool) == ("", (), "")


def test_whom_it_is_for_is_the_requester(profile: Profile) -> None:
    found = event(replace(SAID, for_name="Paul Exemple", for_email="paul@example.org", copies=True), profile)
    assert (found.requester, found.wants_copies) == (Address("Paul Exemple", "paul@example.org"), True)
