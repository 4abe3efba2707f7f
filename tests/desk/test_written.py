"""Every mail that people cause can be written, and none of those to the requester says what is private."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from cases import actions, amending, assigning, seconding
from cases.seconding import Wish
from cases.secondlevel import Outcome
from notify.compose import Composer
from store.tx import Store
from tests.desk.working import DIGITAL, Work
from tests.mails import mail

PRIVATE = "Seulement entre nos deux services."


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    return Work(sqlite_store)


def everything(work: Work) -> str:
    """A case on which everything is done that makes a mail."""
    number = work.opened(mail())
    work.do(number, amending.requester, "jan@example.org")
    work.do(number, amending.copy, on=True)
    work.do(number, assigning.assign, "paul")
    work.desk.escalate(number, "marie", Wish(wording=f"Page blanche. {PRIVATE}", tried=PRIVATE))
    work.do(number, seconding.tell, PRIVATE)
    work.do(number, seconding.returned, Outcome.SOLVED, PRIVATE)
    work.do(number, actions.reply, "Essayez encore.", wait=True)
    work.do(number, actions.close)
    return number


def letters(work: Work, number: str) -> list[tuple[str, EmailMessage]]:
    composer = Composer(work.profile, work.road.signer, "https://desk.example.org")
    return [
        (row.kind, message_from_bytes(composer.compose(row, probed=True), EmailMessage, policy=policy.default))
        for row in work.queued(number)
    ]


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def test_every_mail_can_be_written(work: Work) -> None:
    written = letters(work, everything(work))
    caused = [(kind, letter["To"]) for kind, letter in written if kind not in ("acknowledgement", "notice")]
    assert sorted(caused) == [
        ("closing", "jan@example.org"),
        ("escalated", "marie@spw.example.be"),
        ("escalation", DIGITAL.address),
        ("event", "paul@spw.example.be"),
        ("n2_message", DIGITAL.address),
        ("reply", "jan@example.org"),
        ("reply", "jeanne@example.org"),
    ]


def test_nothing_private_reaches_who_asked(work: Work) -> None:
    written = letters(work, everything(work))
    public = [letter for _, letter in written if letter["To"] in ("jan@example.org", "jeanne@example.org")]
    private = [letter for kind, letter in written if kind in ("escalation", "n2_message")]
    assert len(public) == 4
    assert not any(PRIVATE in words(letter) or "DIG-" in words(letter) for letter in public)
    assert all(PRIVATE in words(letter) for letter in private)
    ours = {letter["Message-ID"] for letter in private}
    assert not any(known in letter.get("References", "") for letter in public for known in ours)
