"""The profile's types: what they answer, and that docs/profile.md explains every key with its default."""

import json
from dataclasses import MISSING, Field, fields, is_dataclass

import pytest

from cases import profile as types
from cases.event import SenderKind
from cases.priority import Priorities
from cases.probe import Probe
from cases.profile import Mailbox
from cases.receipt import Article, ReceiptRule, Wanted
from cases.retention import Retention
from cases.routing import Agent, Routing, Rule
from cases.secondlevel import Escalations, SecondLevel
from cases.targets import TARGETS, Reminders, Target
from cases.ticket import Jira
from notify.templates import VARIABLES
from tests.cases.values import LABELS, PROFILE, profile
from tests.docs.tables import rows, sections

SECTIONS = {
    "Top level": types.Profile,
    "[[categories]]": types.Category,
    "[[motifs]]": types.Motif,
    "[[tools]]": types.Tool,
    "[[mailboxes]]": types.Mailbox,
    "[[senders]]": types.KnownSender,
    "[automatic_mail]": types.AutomaticMail,
    "[matching]": types.Matching,
    "[retention]": Retention,
    "[priorities]": Priorities,
    "[[targets]]": Target,
    "[reminders]": Reminders,
    "[routing]": Routing,
    "[[routing.rules]]": Rule,
    "[[routing.agents]]": Agent,
    "[[second_level]]": SecondLevel,
    "[escalations]": Escalations,
    "[jira]": Jira,
    "[[receipts]]": ReceiptRule,
    "[[wanted]]": Wanted,
    "[[articles]]": Article,
    "[probe]": Probe,
    "[[answers]]": types.PreparedAnswer,
    "[[fields]]": types.OwnField,
    "[sign_in]": types.SignIn,
}


def default(field: Field[object]) -> str:
    """A field's default as the page writes it."""
    if field.default_factory is not MISSING:
        return json.dumps(field.default_factory())
    if field.default is MISSING:
        return "required"
    if is_dataclass(field.default) or field.default is TARGETS:
        return "see below"
    return json.dumps(field.default)


def test_the_page_has_a_table_for_every_part() -> None:
    assert list(sections("profile.md", "key")) == list(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_explains_every_key_with_its_default(section: str) -> None:
    documented = {row["key"]: row["default"] for row in sections("profile.md", "key")[section]}
    assert documented == {field.name: default(field) for field in fields(SECTIONS[section])}


def test_the_page_lists_what_a_text_may_say() -> None:
    listed = {row["variable"]: row["in"] for row in rows("profile.md", "variable")}
    kinds = {name: list(VARIABLES) if found == "all" else found.split(", ") for name, found in listed.items()}
    documented = {(kind, name) for name, found in kinds.items() for kind in found}
    assert documented == {(kind, name) for kind, names in VARIABLES.items() for name in names}


def test_a_mailbox_is_found_by_its_name() -> None:
    assert PROFILE.mailbox("help").address == "help@example.org"
    with pytest.raises(KeyError):
        PROFILE.mailbox("nobody")


def test_own_addresses_are_all_of_every_mailbox_in_lower_case() -> None:
    other = Mailbox(name="b", address="Beistand@Example.org", display_name="B")
    ours = profile(mailboxes=(*PROFILE.mailboxes, other)).own_addresses
    assert ours == {"help@example.org", "info@example.org", "beistand@example.org"}


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("silent@example.com", SenderKind.NO_ACKNOWLEDGEMENT),
        ("anybody@relay.example.com", SenderKind.RELAY),
        ("anybody@sub.relay.example.com", None),
        ("an.peeters@example.com", None),
        ("", None),
    ],
)
def test_what_is_known_of_a_sender(address: str, kind: SenderKind | None) -> None:
    assert PROFILE.sender_kind(address) is kind


def test_the_whole_address_wins_over_its_domain() -> None:
    boss = types.KnownSender(match="Boss@relay.example.com", kind=SenderKind.STAFF)
    assert profile(senders=(*PROFILE.senders, boss)).sender_kind("boss@relay.example.com") is SenderKind.STAFF


def test_the_category_follows_from_the_motif() -> None:
    motif = types.Motif(id="incident", category="incident", labels=LABELS)
    changed = profile(motifs=(*PROFILE.motifs, motif))
    assert [changed.category_of(name) for name in ("acces", "incident", "unknown")] == ["requete", "incident", ""]
