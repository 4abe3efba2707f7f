"""The files of messages: each attached once, within limits, and named where it is left out."""

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from cases import actions
from cases.ticket import Files
from ingest.scanning import Scanned, State, unscanned
from store.wiping import Wiping
from tests.desk.jira.conftest import JIRA, JiraWork
from tests.desk.jira.test_pushing import COMMENTED, WISH
from tests.mails import mail
from tests.servers.jira import Trouble

EVERY = replace(JIRA, files=Files.EVERY, largest_file_mb=1)
PICTURE = b"\x89PNG\r\n"
LETTER: dict[str, bytes] = {"ecran.png": PICTURE, "gros.pdf": b"%PDF-" + b"x" * 1_000_001, "virus.exe": b"MZ"}


def with_files(files: dict[str, bytes], text: str = "La page est blanche.", **fields: str) -> bytes:
    """A mail with these files."""
    message = EmailMessage()
    message["From"], message["To"] = "Jeanne <jeanne@example.org>", "assistance@monpermis.example.be"
    message["Subject"], message["Message-ID"] = "Page blanche", "<f1@example.org>"
    for name, value in fields.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, body in files.items():
        message.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes(policy=SMTP)


@pytest.fixture
def work(jira_work: JiraWork) -> JiraWork:
    jira_work.use(EVERY)
    return jira_work


def attached(work: JiraWork, number: str) -> dict[str, bytes]:
    """The files of its ticket, by their own names."""
    return {name.partition(" ")[2]: body for name, body in work.issue(number).files.items()}


def test_every_file_of_a_message_is_attached_and_what_is_left_out_is_named(work: JiraWork) -> None:
    number = work.opened(with_files(LETTER))
    work.turn()
    assert attached(work, number) == {"ecran.png": PICTURE}
    said = work.issue(number).fields["description"]
    assert "Fichiers joints: ecran.png\n" in said
    assert "Fichiers non joints: gros.pdf (trop grand), virus.exe (type non admis)" in said


def test_a_later_message_s_files_follow_and_the_same_file_is_attached_once(work: JiraWork) -> None:
    number = work.opened(with_files({"ecran.png": PICTURE}))
    work.do(number, actions.reply, "Merci.")
    sent = work.queued(number)[-1]
    later = with_files({"logo.png": PICTURE, "plan.pdf": b"%PDF-"}, "", Message_ID="<f2@example.org>")
    work.road.take_in(later.replace(b"MIME-Version", f"In-Reply-To: {sent.message_id}\r\nMIME-Version".encode(), 1))
    work.desk.escalate(number, "marie", WISH, [1])
    work.turn()
    assert attached(work, number) == {"ecran.png": PICTURE, "plan.pdf": b"%PDF-"}
    assert any("Fichiers joints: logo.png, plan.pdf" in said for said in work.issue(number).words)


def test_a_program_that_is_called_a_picture_and_what_a_scanner_finds_are_held(work: JiraWork) -> None:
    found = Scanned(State.INFECTED, "Eicar-Test-Signature")
    work.office.desk = replace(work.desk, scan=lambda body: found if body == b"%PDF-ill" else unscanned(body))
    number = work.opened(with_files({"ecran.png": b"MZ\x90", "plan.pdf": b"%PDF-ill", "bien.pdf": b"%PDF-1.7"}))
    work.turn()
    assert attached(work, number) == {"bien.pdf": b"%PDF-1.7"}
    said = [(row.state, row.last_error.rpartition(": ")[2]) for row in work.waiting(number)]
    assert said == [("held", "program"), ("held", "infected")]


@pytest.mark.parametrize("kind", ["drop", 500])
def test_a_file_that_may_have_been_attached_is_looked_for_first(work: JiraWork, kind: int | str) -> None:
    number = work.opened(with_files({"ecran é [1].png": PICTURE}))
    work.server.break_next(Trouble(kind, "post", "/attachment", after=True))
    work.turn()
    assert len(work.waiting(number)) == 1
    work.minutes(2)
    work.turn()
    assert (len(work.issue(number).files), work.waiting(number)) == (1, [])


def test_a_file_that_is_too_large_for_jira_is_held_and_keeps_nothing_waiting(work: JiraWork) -> None:
    number = work.opened(with_files({"ecran.png": PICTURE}))
    work.server.break_next(Trouble(413, "post", "/attachTemporaryFile"))
    work.do(number, actions.reply, "Voici.")
    work.turn()
    [row] = work.waiting(number)
    assert (row.kind, row.state, "413" in row.last_error) == ("attach", "held", True)
    assert len(work.issue(number).words) == 1


def test_only_what_a_person_chose_is_attached_where_the_profile_says_so(work: JiraWork) -> None:
    work.use(JIRA)
    number = work.opened(with_files({"ecran.png": PICTURE, "plan.pdf": b"%PDF-"}))
    work.turn()
    assert work.issue(number).files == {}
    assert "ecran.png (à demander à l'assistance), plan.pdf" in work.issue(number).fields["description"]
    work.desk.escalate(number, "marie", WISH, [2])
    work.turn()
    assert attached(work, number) == {"plan.pdf": b"%PDF-"}


def test_a_message_that_was_erased_gives_no_file(work: JiraWork) -> None:
    number = work.opened(with_files({"ecran.png": PICTURE}))
    work.server.break_next(Trouble(503, "post", "/attachTemporaryFile"))
    work.turn()
    case = work.desk.read(number)
    with work.store.transaction("test") as tx:
        Wiping(tx.connection, work.now).cases([case.id])
    work.minutes(2)
    work.turn()
    assert (work.issue(number).files, work.waiting(number)) == ({}, [])


def test_markup_of_who_writes_to_us_mentions_nobody_there(work: JiraWork) -> None:
    number = work.opened(mail("Voyez [~admin] et [ici|http://evil.example.com] {noformat} [1] {a}"))
    work.turn()
    said = work.issue(number).fields["description"]
    assert said.startswith("Voyez \\[~admin] et \\[ici|http://evil.example.com] \\{noformat} [1] {a}")


def test_a_comment_is_found_again_though_the_cloud_escapes_its_brackets(work: JiraWork) -> None:
    number = work.opened(mail())
    work.turn()
    work.do(number, actions.reply, "Voici.")
    work.server.break_next(Trouble("drop", "post", COMMENTED, after=True))
    work.turn()
    [comment] = work.issue(number).comments
    comment["body"] = comment["body"].replace("[", "\\[").replace("]", "\\]")
    work.minutes(2)
    work.turn()
    assert (len(work.issue(number).comments), work.waiting(number)) == (1, [])
