"""Receipts that could not be kept are named before the first message comes."""

from dataclasses import replace
from typing import Any

import pytest

from cases.profile import FieldKind, OwnField, Profile
from cases.receipt import Answer, Article, ReceiptRule, Wanted
from cases.receipt_faults import faults
from cases.routing_faults import known_to
from tests.cases.values import LABELS, PROFILE, profile

RULE = ReceiptRule(name="rule", answer=Answer.NOTHING)
WANTED = Wanted(id="number", labels=LABELS, when={"motif": ("acces",)}, pattern=r"\d{4,8}", files=("image/*",))
ARTICLE = Article(id="help", title="Help", link="https://example.org/help", lang="fr", when={"tool": ("notice",)})
FIELD = OwnField(id="file", labels=LABELS, pattern=r"\d{4,8}")
KIND = OwnField(id="kind", labels=LABELS, kind=FieldKind.CHOICE, options=("PE",))
WHOLE: dict[str, Any] = {
    "form": "https://example.org/form",
    "receipts": (replace(RULE, when={"scope": ("metier",), "field.kind": ("PE", "")}, answer=Answer.REDIRECT), RULE),
    "wanted": (WANTED,),
    "articles": (ARTICLE, replace(ARTICLE, id="late", expires="2027-12-31")),
    "contacts": {"metier": LABELS},
    "fields": (FIELD, KIND),
    "mailboxes": (replace(PROFILE.mailboxes[0], retired=True),),
}


def keys(**changes: Any) -> list[str]:
    service: Profile = profile(**WHOLE | changes)
    return [key for key, _, _ in faults(service, known_to(service))]


def test_a_whole_one_has_no_fault() -> None:
    assert keys(receipts=(replace(WHOLE["receipts"][0], name="a"), RULE)) == []


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ((replace(RULE, when={"tol": ("notice",)}),), ["receipts.0.when.tol"]),
        ((replace(RULE, when={"field.kind": ("PU",)}),), ["receipts.0.when.field.kind"]),
        ((RULE, replace(RULE, name="late")), ["receipts.1.when"]),
        ((replace(RULE, answer=Answer.REDIRECT),), ["receipts.0.answer"]),
        ((replace(RULE, answer=Answer.REDIRECT, when={"scope": ("spam", "metier")}),), ["receipts.0.answer"]),
    ],
)
def test_rules_that_cannot_answer_are_named(rules: tuple[ReceiptRule, ...], found: list[str]) -> None:
    assert keys(receipts=rules) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"pattern": "", "files": ()}, ["wanted.0"]),
        ({"pattern": r"\d+"}, ["wanted.0.pattern"]),
        ({"files": ("png",)}, ["wanted.0.files.0"]),
        ({"when": {"motif": ("access",)}}, ["wanted.0.when.motif"]),
        ({"id": "Dossier n°"}, ["wanted.0.id"]),
    ],
)
def test_what_could_never_be_given_is_named(changes: dict[str, Any], found: list[str]) -> None:
    assert keys(receipts=(), wanted=(replace(WANTED, **changes),)) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"when": {"category": ("requete",)}}, ["articles.0.when"]),
        ({"title": " "}, ["articles.0.title"]),
        ({"lang": "it"}, ["articles.0.lang"]),
        ({"link": "http://example.org/help"}, ["articles.0.link"]),
        ({"link": "https://example.org/a page"}, ["articles.0.link"]),
        ({"expires": "31/12/2027"}, ["articles.0.expires"]),
        ({"expires": "2027-02-30"}, ["articles.0.expires"]),
    ],
)
def test_articles_that_could_not_be_proposed_are_named(changes: dict[str, Any], found: list[str]) -> None:
    assert keys(receipts=(), articles=(replace(ARTICLE, **changes),)) == found


def test_two_of_one_id_are_named() -> None:
    assert keys(receipts=(), articles=(ARTICLE, ARTICLE), fields=(FIELD, FIELD)) == ["articles.1.id", "fields.1.id"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"kind": FieldKind.CHOICE}, ["fields.0.options"]),
        ({"options": ("a",)}, ["fields.0.options"]),
        ({"kind": FieldKind.DATE}, ["fields.0.pattern"]),
        ({"pattern": "(a"}, ["fields.0.pattern"]),
    ],
)
def test_fields_that_could_not_be_filled_in_are_named(changes: dict[str, Any], found: list[str]) -> None:
    assert keys(receipts=(), fields=(replace(FIELD, **changes),)) == found


def test_contacts_of_what_is_ours_or_unknown_are_named() -> None:
    contacts = {"in": LABELS, "taxes": LABELS, "metier": LABELS}
    assert keys(receipts=(), contacts=contacts) == ["contacts.in", "contacts.taxes"]


def test_a_retired_mailbox_needs_the_form() -> None:
    rule = replace(RULE, answer=Answer.RETIRED)
    assert keys(form="", receipts=(rule,)) == ["receipts.0.answer", "mailboxes.0.retired"]
    assert keys(form="example.org/form", receipts=()) == ["form"]
