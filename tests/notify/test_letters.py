"""Every kind of mail in every language, read as its receiver and their machines read it."""

import re
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from cases.mails import PRIVATE
from cases.policy import OutboundKind
from cases.secondlevel import SecondLevel
from notify.compose import Composer
from tests.docs.tables import rows
from tests.notify.letters import ANSWER, BODIES, CONTEXTS, PERSONAL, author, everything, letter
from tests.notify.outbox import CASE, PUBLIC_URL, SIGNER, Row

LANGUAGES = ("fr", "de", "nl", "en")
EVERY = pytest.mark.parametrize("kind", list(OutboundKind))
AUTOMATIC_FOOT = ("automatique", "automatisch", "automatically")


def read(row: Row, composer: Composer | None = None) -> EmailMessage:
    raw = (composer or author()).compose(row, True, BODIES)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert all(not part.defects for part in message.walk())
    return message


def face(message: EmailMessage, subtype: str = "plain") -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def words(row: Row) -> str:
    """The plain text, as if it were on one line."""
    return " ".join(face(read(row)).split())


@EVERY
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_mail_can_be_read_in_every_language(kind: str, lang: str) -> None:
    message = read(letter(kind, lang))
    text, html = face(message), face(message, "html")
    assert "MPA-26-00412" in message["Subject"]
    assert all(len(line) <= 72 for line in text.splitlines() if "://" not in line)
    assert f'<html lang="{lang}"' in html
    assert "{" not in text
    assert "None" not in text
    assert everything().website in html


@EVERY
def test_nothing_is_missed_where_the_context_says_no_more_than_the_number(kind: str) -> None:
    row = replace(letter(kind), context={"number": "MPA-26-00412"})
    message = read(row)
    assert "MPA-26-00412" in message["Subject"]
    assert face(message)


@EVERY
def test_a_mail_says_whether_a_person_wrote_it_as_the_page_says(kind: str) -> None:
    documented = {row["kind"]: row["Auto-Submitted"].replace("`", "") for row in rows("mails.md", "kind")}[kind]
    of_a_person, by_itself = ("no" in documented.split("; ")[0], documented.rpartition(" ")[2])
    assert of_a_person is (OutboundKind(kind) in PERSONAL)
    if of_a_person:
        message = read(letter(kind))
        assert message["Auto-Submitted"] == "no"
        assert "X-Auto-Response-Suppress" not in message
    if by_itself != "no":
        assert read(replace(letter(kind), automatic=True))["Auto-Submitted"] == by_itself


@EVERY
def test_the_page_says_what_each_row_holds(kind: str) -> None:
    common = {"number", "category", "motif", "tool", "review", "in_reply_to", "references"}
    documented = {row["row"]: row["context beyond the common"] for row in rows("mails.md", "row")}[kind]
    unsaid = CONTEXTS[OutboundKind(kind)].keys() - common - set(re.findall(r"\w+", documented))
    shared_by_receipts = {"subject", "sender", "scope", "confidence", "flags"}
    shared = shared_by_receipts if kind in ("acknowledgement", "redirect", "retired", "notice") else {"subject"}
    assert unsaid <= shared


@EVERY
def test_the_thread_with_the_second_level_and_the_citizens_do_not_mix(kind: str) -> None:
    row = letter(kind)
    message = read(row)
    everywhere = "\n".join([*map(str, message.values()), face(message), face(message, "html")])
    private = kind in PRIVATE
    assert (SIGNER.thread_of(everywhere) == CASE) is private
    assert (SIGNER.case_of(everywhere) == CASE) is not private
    assert (SIGNER.thread_of(message["Reply-To"]) == CASE) is private
    assert (SIGNER.thread_of(message["Message-ID"]) == CASE) is private


@pytest.mark.parametrize("kind", sorted(PRIVATE))
def test_the_ticket_of_the_second_level_stays_in_subject_and_header(kind: str) -> None:
    known, unknown = read(letter(kind)), read(letter(kind, ticket=""))
    assert "[MPA-26-00412] [DIG-1234]" in known["Subject"]
    assert known["X-Aiguillage-Ticket"] == "DIG-1234"
    assert "[]" not in unknown["Subject"]
    assert "X-Aiguillage-Ticket" not in unknown


@pytest.mark.parametrize("kind", [OutboundKind.N2_MESSAGE, OutboundKind.N2_REMINDER])
def test_what_follows_an_escalation_refers_to_it(kind: str) -> None:
    assert read(letter(kind))["References"] == read(letter(OutboundKind.ESCALATION))["Message-ID"]
    answered = read(letter(kind, in_reply_to="<theirs@digital.example.be>"))
    assert answered["In-Reply-To"] == "<theirs@digital.example.be>"


@pytest.mark.parametrize(
    ("lang", "said"), [("fr", "retirée"), ("de", "zurückgezogen"), ("nl", "ingetrokken"), ("en", "withdrawn")]
)
def test_a_second_level_is_told_that_it_is_no_longer_asked(lang: str, said: str) -> None:
    message = read(letter(OutboundKind.N2_MESSAGE, lang, what="withdrawn", text=""))
    assert said in message["Subject"]
    assert said in face(message)
    assert "\n\n\n" not in face(message)
    assert said not in face(read(letter(OutboundKind.N2_MESSAGE, lang)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reply_is_a_persons_and_has_no_foot_of_a_machine(lang: str) -> None:
    message = read(letter(OutboundKind.REPLY, lang))
    text = face(message)
    assert message["In-Reply-To"] == "<question@example.org>"
    assert "Anne Lambert" in text
    assert not any(word in text for word in AUTOMATIC_FOOT)
    assert text.startswith(ANSWER[:20])


def test_addresses_that_one_of_us_wrote_become_links_and_those_of_citizens_do_not() -> None:
    assert '<a href="https://permis.example.be/notice">' in face(read(letter(OutboundKind.REPLY)), "html")
    evil = "Voyez https://evil.example/x"
    for kind, changes in ((OutboundKind.ESCALATION, {"text": evil}), (OutboundKind.NOTICE, {"subject": evil})):
        assert 'href="https://evil' not in face(read(letter(kind, **changes)), "html")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_closing_asks_one_question_with_one_link(lang: str) -> None:
    message = read(letter(OutboundKind.CLOSING, lang, closing=3))
    text = face(message)
    links = [word for word in text.split() if "://" in word and word != everything().website]
    assert [link.rpartition("/")[0] for link in links] == [f"{PUBLIC_URL}/survey"]
    assert SIGNER.surveyed(links[0]) == (CASE, 3)
    assert "30" in text
    assert "rétabli" in text


@pytest.mark.parametrize(
    ("lang", "one", "none"),
    [
        ("fr", "dans un délai d'un jour", "une nouvelle demande"),
        ("de", "innerhalb eines Tages", "ein neues Anliegen"),
        ("nl", "binnen één dag", "een nieuwe vraag"),
        ("en", "within one day", "a new request"),
    ],
)
def test_a_closing_says_for_how_long_it_can_be_opened_again(lang: str, one: str, none: str) -> None:
    for days, said in ((1, one), (0, none)):
        rules = replace(everything(), matching=replace(everything().matching, reopen_days=days))
        text = " ".join(face(read(letter(OutboundKind.CLOSING, lang), Composer(rules, SIGNER, PUBLIC_URL))).split())
        assert said in text
        assert not re.search(rf"\b{days} (jours|Tagen|dagen|days)", text)


def test_a_closing_without_a_text_is_signed_by_the_service_alone() -> None:
    text = face(read(letter(OutboundKind.CLOSING, text="")))
    assert "Anne Lambert" not in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize("kind", ["acknowledgement", "redirect", "retired", "reminder"])
def test_a_case_is_followed_on_its_own_page(kind: str) -> None:
    (link,) = [word for word in face(read(letter(kind))).split() if "/track/" in word]
    assert link.startswith(f"{PUBLIC_URL}/track/")
    assert SIGNER.tracked(link) == CASE


def test_links_are_made_for_a_service_that_only_this_machine_reaches() -> None:
    composer = Composer(everything(), SIGNER, "http://127.0.0.1:8080")
    assert "http://127.0.0.1:8080/track/t" in face(read(letter(OutboundKind.ACKNOWLEDGEMENT), composer))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "NOTICe est interrompu"),
        ("fr", "- une copie d'écran"),
        ("de", "- ein Bildschirmfoto"),
        ("fr", "Se connecter à NOTICe : https://permis.example.be/aide/notice"),
        ("fr", "échéance : mardi 1er décembre 2026"),
        ("nl", "dinsdag 24 november 2026 om 16 uur"),
    ],
)
def test_a_receipt_says_what_is_missing_what_helps_and_what_happens(lang: str, said: str) -> None:
    assert said in words(letter(OutboundKind.ACKNOWLEDGEMENT, lang))


def test_a_receipt_says_nothing_that_it_is_not_sure_of() -> None:
    text = words(letter(OutboundKind.ACKNOWLEDGEMENT, review=True, missing=["gone"], articles=[], incident=""))
    for unsure in ("Nature", "Application", "échéance", "il nous manque", "peut déjà vous aider", "À savoir"):
        assert unsure not in text
    assert "au plus tard le mardi 24 novembre 2026 à 16 h" in text


def test_a_receipt_promises_no_hour_where_no_clock_runs() -> None:
    assert "dès que possible" in words(letter(OutboundKind.ACKNOWLEDGEMENT, expected_at=""))


def test_a_redirect_says_who_can_help_and_that_we_may_be_wrong() -> None:
    text = words(letter(OutboundKind.REDIRECT))
    assert "Le fonctionnaire technique de votre province" in text
    assert "Répondez à ce message" in text


def test_an_escalation_is_read_in_ten_seconds() -> None:
    lines = face(read(letter(OutboundKind.ESCALATION))).splitlines()
    listed = [line for line in lines if line.startswith("- ")][:6]
    for line, said in zip(listed, ("P2", "NOTICe", "8 h 30", "12 personnes", "Panne", "cache vidé"), strict=True):
        assert said in line
    assert lines.index(listed[-1]) < 12
    first_quoted = next(index for index, line in enumerate(lines) if line.startswith("> "))
    assert lines.index("Le reste de l'application répond.") < first_quoted


def test_nothing_that_a_citizen_wrote_can_leave_its_quotation() -> None:
    text = "Bonjour\n\n- Priorité : P1\n\n> cité\n\n[réf. c1.aaaaaaaaaaaaaaaa]\r\n\r\nfin\u2028encore"
    quoted = face(read(letter(OutboundKind.ESCALATION, subject="", text=text)))
    for line in ("- Priorité : P1", "> cité", "[réf. c1.aaaaaaaaaaaaaaaa]", "fin", "encore"):
        assert f"\n> {line}" in quoted


def test_what_a_rule_escalates_says_that_nobody_has_read_it() -> None:
    row = replace(letter(OutboundKind.ESCALATION, by="", rule="pannes"), automatic=True)
    message = read(row)
    assert message["Auto-Submitted"] == "auto-generated"
    assert "X-Auto-Response-Suppress" not in message
    assert "règle « pannes »" in words(row)


def test_dates_are_those_of_the_services_own_zone() -> None:
    composer = Composer(replace(everything(), timezone="Asia/Tokyo"), SIGNER, PUBLIC_URL)
    expected = datetime.fromisoformat("2026-11-24T15:00:00+00:00").isoformat()
    text = face(read(letter(OutboundKind.ACKNOWLEDGEMENT, expected_at=expected), composer))
    assert "mercredi 25 novembre 2026 à 0 h" in " ".join(text.split())


def test_a_service_without_a_second_level_needs_no_texts_for_one() -> None:
    from notify.kinds import needed

    alone = replace(everything(), second_level=(), lines=(), contacts={}, mailboxes=everything().mailboxes[1:])
    second_level = {"escalation", "escalated", "n2_message", "n2_reminder"}
    assert second_level.isdisjoint(needed(alone))
    assert {"unreached", "redirect", "retired"}.isdisjoint(needed(alone))
    one = SecondLevel(id="digital", label="Digital", address="support@digital.example.be")
    assert second_level <= set(needed(replace(alone, second_level=(one,))))
    assert set(needed(everything())) == set(OutboundKind)
