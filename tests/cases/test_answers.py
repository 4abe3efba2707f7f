"""Which receipt leaves, and what it says."""

from dataclasses import dataclass, field, replace

import pytest

from cases.answers import answer_for, incident_text, missing, own_fields
from cases.profile import FieldKind, OwnField
from cases.receipt import Answer, ReceiptRule, Wanted
from tests.cases.values import LABELS, PROFILE, profile

CASE = {
    "source": "help",
    "lang": "fr",
    "category": "requete",
    "motif": "acces",
    "tool": "notice",
    "scope": "in",
    "review": "no",
}
ELSEWHERE = CASE | {"scope": "metier"}
QUIET = ReceiptRule(name="quiet", when={"tool": ("notice",)}, answer=Answer.NOTHING)
LATE = ReceiptRule(name="late", when={}, answer=Answer.ACKNOWLEDGEMENT)
SERVICE = profile(contacts={"metier": LABELS})
RETIRED = profile(mailboxes=(replace(PROFILE.mailboxes[0], retired=True),))


def test_a_message_is_acknowledged() -> None:
    assert answer_for(CASE, SERVICE) == (Answer.ACKNOWLEDGEMENT, "")


def test_the_first_rule_that_matches_says_how() -> None:
    service = profile(receipts=(QUIET, LATE), contacts={"metier": LABELS})
    assert answer_for(ELSEWHERE, service) == (Answer.NOTHING, "quiet")
    assert answer_for(ELSEWHERE | {"tool": "aucun"}, service) == (Answer.ACKNOWLEDGEMENT, "late")


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        (ELSEWHERE, Answer.REDIRECT),
        (ELSEWHERE | {"review": "yes"}, Answer.ACKNOWLEDGEMENT),
        (ELSEWHERE | {"scope": "spam"}, Answer.ACKNOWLEDGEMENT),
    ],
)
def test_who_surely_means_somebody_else_is_told_whom(case: dict[str, str], answer: Answer) -> None:
    assert answer_for(case, SERVICE) == (answer, "")


def test_a_retired_mailbox_sends_everybody_to_the_form() -> None:
    service = replace(RETIRED, receipts=(QUIET,), contacts={"metier": LABELS})
    assert answer_for(ELSEWHERE, service) == (Answer.RETIRED, "")
    assert answer_for(ELSEWHERE | {"source": "other"}, service) == (Answer.NOTHING, "quiet")


NUMBER = Wanted(id="number", labels=LABELS, when={"motif": ("acces",)}, pattern=r"\bfile (\d{4,8})\b")
PICTURE = Wanted(id="picture", labels=LABELS, files=("image/*", "application/pdf"))
EITHER = Wanted(id="either", labels=LABELS, pattern="number", files=("text/plain",))


@pytest.mark.parametrize(
    ("text", "types", "lacking"),
    [
        ("", [], ("number", "picture", "either")),
        ("my FILE 12345", ["IMAGE/PNG"], ("either",)),
        ("The number is wrong", ["application/pdf"], ("number",)),
        ("", ["text/plain", "image/jpeg"], ("number",)),
        ("x" * 20_000 + "file 12345", ["text/html"], ("number", "picture", "either")),
    ],
)
def test_what_is_neither_written_nor_attached_is_missing(text: str, types: list[str], lacking: tuple[str, ...]) -> None:
    assert missing(CASE, (NUMBER, PICTURE, EITHER), text, types) == lacking


def test_only_what_such_a_case_needs_is_missing() -> None:
    assert missing(CASE | {"motif": "incident"}, (NUMBER,), "", ()) == ()


@dataclass
class Banner:
    line: str = ""
    tools: list[str] | None = None
    texts: dict[str, str] = field(default_factory=lambda: {"fr": "Panne.", "de": "Störung."})
    receipts: dict[str, str] | None = None


@pytest.mark.parametrize(
    ("banner", "told"),
    [
        (Banner(), "Panne."),
        (Banner(line="1718"), ""),
        (Banner(tools=["notice", "twice"]), "Panne."),
        (Banner(line="1718", tools=["notice"]), "Panne."),
        (Banner(tools=["twice"]), ""),
        (Banner(texts={"de": "Störung."}), ""),
        (Banner(receipts={"fr": "Nous y travaillons."}), "Nous y travaillons."),
    ],
)
def test_a_running_incident_is_told_to_whom_it_concerns(banner: Banner, told: str) -> None:
    assert incident_text([banner], "notice", "fr") == told


def test_the_first_incident_that_concerns_a_case_is_told() -> None:
    other = Banner(texts={"fr": "Autre."})
    assert incident_text([Banner(tools=["twice"]), other, Banner()], "notice", "fr") == "Autre."
    assert incident_text([], "notice", "fr") == ""


FILE = OwnField(id="file", labels=LABELS, pattern=r"file (\d{4}[/.]?)")
KIND = OwnField(id="kind", labels=LABELS, kind=FieldKind.CHOICE, options=("PE", "PUrb"), pattern=r"\b(?:pe|purb|pu)\b")
BY_HAND = OwnField(id="hand", labels=LABELS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("File 2026. Purb", {"file": "2026", "kind": "PUrb"}),
        ("my PU", {}),
        ("", {}),
        ("x" * 20_000 + "file 2026", {}),
    ],
)
def test_own_fields_are_read_from_the_text(text: str, found: dict[str, str]) -> None:
    assert own_fields(text, (FILE, KIND, BY_HAND)) == found
