"""Which case a call is filed in, who is told, and what is on screen."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from types import SimpleNamespace
from typing import Any

import pytest

from cases.case import EntryKind, Status
from cases.profile import Profile
from cases.tokens import Signer
from ingest.voice.event import Keyed
from ingest.voice.pop import screen_pop
from notify.compose import Composer
from store.tables import case as table
from store.tx import Store
from tests.ingest.voice.phone import CALLER, CLOSED, SID, Telephone

SIGNER = Signer(b"a secret of the tests")
OTHER = "+3281001234"


def first_call(telephone: Telephone, caller: str = CALLER) -> Any:
    """The case of a call about NOTICe that was missed an hour ago."""
    telephone.ring(caller, sid="CA0")
    telephone.keys("1 2", "CA0")
    telephone.ended("CA0")
    telephone.later(hours=1)
    return telephone.case("CA0")


def key_number(telephone: Telephone, number: str) -> None:
    """Call and key the number of a case before the tool is chosen."""
    telephone.ring()
    telephone.keys("1 #")
    telephone.does(Keyed(number.removeprefix("MPA-").replace("-", "")))


def proposed(telephone: Telephone) -> list[int]:
    return [row.data["case_id"] for row in telephone.entries() if row.kind == EntryKind.LINK_PROPOSED]


def test_a_second_call_on_the_same_tool_is_proposed_to_the_open_case(telephone: Telephone) -> None:
    case = first_call(telephone)
    telephone.ring()
    telephone.keys("1 2")
    assert telephone.case().id != case.id
    assert (telephone.case().linked_case_id, proposed(telephone)) == (case.id, [case.id])


@pytest.mark.parametrize(("caller", "keys"), [(OTHER, "1 2"), (CALLER, "1 4"), ("anonymous", "1 2")])
def test_another_person_or_tool_is_not(telephone: Telephone, caller: str, keys: str) -> None:
    first_call(telephone)
    telephone.ring(caller)
    telephone.keys(keys)
    assert (telephone.case().linked_case_id, proposed(telephone)) == (None, [])


def test_a_keyed_number_joins_the_case_of_who_has_part_in_it(telephone: Telephone) -> None:
    case = first_call(telephone)
    key_number(telephone, case.number)
    telephone.keys("2")
    telephone.ended()
    assert telephone.case().id == case.id
    said = [row.data["result"] for row in telephone.entries() if row.kind == EntryKind.CALL]
    assert said == ["", "missed", "", "missed"]
    assert telephone.case().touched_at == telephone.now


def test_a_keyed_number_opens_a_closed_case_again(telephone: Telephone) -> None:
    case = first_call(telephone)
    close(telephone, case)
    key_number(telephone, case.number)
    telephone.keys("2")
    assert (telephone.case().id, telephone.case().status) == (case.id, Status.OPEN)


def test_a_keyed_number_of_a_merged_case_joins_the_other(telephone: Telephone) -> None:
    merged = first_call(telephone)
    telephone.ring(OTHER, sid="CA9")
    telephone.keys("1 4", "CA9")
    telephone.ended("CA9")
    into = telephone.case("CA9")
    closed = {"status": Status.CLOSED, "closed_at": telephone.now, "merged_into": into.id}
    with telephone.store.transaction("test.merge") as tx:
        tx.cases.write(merged.id, merged.version, closed, telephone.now)
    key_number(telephone, merged.number)
    telephone.keys("2")
    telephone.ended()
    assert (telephone.case().id, telephone.case().status) == (into.id, into.status)
    assert telephone.case("CA0").status == Status.CLOSED


def test_a_keyed_number_does_not_open_a_case_that_was_closed_long_ago(telephone: Telephone) -> None:
    case = first_call(telephone)
    close(telephone, case)
    telephone.now += timedelta(days=35)
    key_number(telephone, case.number)
    telephone.keys("2")
    assert (telephone.case().linked_case_id, proposed(telephone)) == (case.id, [case.id])


def test_a_keyed_number_of_somebody_else_is_only_proposed(telephone: Telephone) -> None:
    case = first_call(telephone, OTHER)
    key_number(telephone, case.number)
    telephone.keys("2")
    assert telephone.case().id != case.id
    assert (telephone.case().linked_case_id, proposed(telephone)) == (case.id, [case.id])


def test_a_keyed_number_that_no_case_has_is_a_new_case(telephone: Telephone) -> None:
    first_call(telephone, OTHER)
    key_number(telephone, "MPA-26-99999")
    telephone.keys("2")
    assert telephone.case().linked_case_id is None


def close(telephone: Telephone, case: Any) -> None:
    with telephone.store.transaction("test.close") as tx:
        tx.cases.settle(case.id, {case.status}, Status.CLOSED, [], telephone.now)


def test_a_number_that_was_linked_to_a_person_is_that_person(telephone: Telephone) -> None:
    with telephone.store.transaction("test.link") as tx:
        tx.contacts.link(CALLER, "person of several numbers", telephone.now)
        tx.contacts.link(OTHER, "person of several numbers", telephone.now)
    case = first_call(telephone, OTHER)
    telephone.ring()
    telephone.keys("1 2")
    assert telephone.case().linked_case_id == case.id


def test_the_screen_shows_who_calls_and_what_is_open_for_them(telephone: Telephone) -> None:
    case = first_call(telephone)
    with telephone.store.transaction("test.name") as tx:
        tx.connection.execute(table.update().where(table.c.id == case.id).values(requester_name="Jeanne Dupont"))
    telephone.ring()
    telephone.keys("1 3")
    shown = telephone.read(lambda tx: screen_pop(tx, SIGNER, telephone.case()))
    assert (shown.number, shown.name, shown.lang, shown.tool) == (CALLER, "Jeanne Dupont", "fr", "aucun")
    assert shown.candidates == ("twice", "gesper")
    assert [row.number for row in shown.open_cases] == [case.number]


def test_the_screen_for_a_hidden_caller_is_empty(telephone: Telephone) -> None:
    telephone.ring("anonymous")
    telephone.keys("1 3")
    shown = telephone.read(lambda tx: screen_pop(tx, SIGNER, telephone.case()))
    assert (shown.number, shown.name, shown.open_cases) == ("", "", [])


def missed(telephone: Telephone, caller: str = CALLER) -> None:
    telephone.ring(caller)
    telephone.keys("1 2")
    telephone.ended()


def test_the_team_is_told_once_of_a_missed_call(telephone: Telephone) -> None:
    woken: list[str] = []
    telephone.store.wake = woken.append  # type: ignore[assignment]
    missed(telephone)
    [mail] = telephone.outbound()
    assert (mail.kind, mail.recipient, mail.mailbox, mail.case_id) == (
        "notice",
        "equipe@spw.example.be",
        "assistance",
        telephone.case().id,
    )
    assert "outbound" in woken


def test_the_team_s_budget_holds(telephone: Telephone) -> None:
    rules = replace(telephone.profile.automatic_mail, staff_budget=1)
    telephone.profile = replace(telephone.profile, automatic_mail=rules)
    first_call(telephone)
    missed(telephone)
    assert len(telephone.outbound()) == 1


WORDS = {
    "fr": ("Message vocal", "Rappel demandé", "Appel manqué", "masqué"),
    "de": ("Sprachnachricht", "Rückruf erbeten", "Verpasster Anruf", "unterdrückt"),
    "nl": ("Voicemail", "Verzoek om terug te bellen", "Gemiste oproep", "verborgen"),
    "en": ("Voice message", "Callback asked for", "Missed call", "hidden"),
}


@pytest.mark.parametrize("lang", ["fr", "de", "nl", "en"])
def test_the_team_s_mail_says_what_kind_of_call_it_was(sqlite_store: Store, profile: Profile, lang: str) -> None:
    telephone = Telephone(sqlite_store, profile)
    voicemail, callback, missed_call, hidden = WORDS[lang]
    telephone.now = CLOSED
    telephone.ring("anonymous", sid="CA1")
    telephone.keys("1 2 2", "CA1")
    telephone.leaves_message(sid="CA1")
    telephone.ring(sid="CA2")
    telephone.keys("1 2 1 1 1", "CA2")
    telephone.ring(sid="CA3")
    telephone.keys("1 2", "CA3")
    for sid in ("CA1", "CA2", "CA3"):
        telephone.ended(sid)
    mails = [composed(telephone, row, lang) for row in reversed(telephone.outbound())]
    assert [mail["Subject"].split("] ")[1] for mail in mails] == [
        f"{voicemail}: NOTICe" if lang != "fr" else f"{voicemail} : NOTICe",
        f"{callback}: NOTICe" if lang != "fr" else f"{callback} : NOTICe",
        f"{missed_call}: NOTICe" if lang != "fr" else f"{missed_call} : NOTICe",
    ]
    texts = [text(mail) for mail in mails]
    assert hidden in texts[0]
    assert "+32 470 00 12 34" in texts[1]
    assert not any(", \n" in one or "None" in one for one in texts)


def composed(telephone: Telephone, row: Any, lang: str) -> Any:
    composer = Composer(telephone.profile, SIGNER, "http://127.0.0.1:8080")
    return message_from_bytes(
        composer.compose(SimpleNamespace(**row._asdict() | {"lang": lang}), None), policy=policy.default
    )


def text(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def test_the_recording_is_the_case_s(telephone: Telephone) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 2 2")
    telephone.recording()
    [sound] = telephone.read(lambda tx: tx.recordings.of_case(telephone.case().id))
    assert (sound.call_sid, sound.call_id, sound.person_key) == (SID, telephone.call().id, telephone.case().person_key)
