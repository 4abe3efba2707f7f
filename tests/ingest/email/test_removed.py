"""Against a real server: mails of somebody erased go, by the whole of their Message-ID, and nobody else's with them."""

import pytest

from cases.profile import Done, Mailbox
from ingest.email.mailbox import connect
from ingest.email.removing import remove
from tests.servers.imap import ImapServer, OtherClient

pytestmark = pytest.mark.servers("dovecot")


def mail(message_id: str) -> bytes:
    return f"From: a@example.org\r\nMessage-ID: {message_id}\r\nSubject: {message_id}\r\n\r\nText\r\n".encode()


@pytest.fixture
def folder(dovecot_imap: ImapServer) -> OtherClient:
    return dovecot_imap.new_folder()


def test_copies_go_and_what_another_client_has_marked_stays(folder: OtherClient) -> None:
    hers, others = mail("<1@example.org>"), mail("<21@example.org>")
    folder.append(hers, others, hers, mail("<3@example.org>"))
    marked = folder.uids()[3]
    folder.set_flags([marked], "\\Deleted")
    session = connect(folder.account, folder.folder)
    assert session.remove(["<1@example.org>", "1@example.org>", "<9@example.org>"]) == 2
    session.close()
    assert folder.raws(folder.folder) == [others, mail("<3@example.org>")]
    assert marked in folder.uids()


def test_in_the_folder_that_is_read_and_in_the_one_that_is_moved_to(folder: OtherClient) -> None:
    done = f"{folder.folder}-done"
    folder.create(done)
    folder.append(mail("<1@example.org>"), mail("<2@example.org>"))
    session = connect(folder.account, folder.folder)
    session.move(folder.uids()[:1], done)
    session.close()
    box = Mailbox(
        name="a", address="a@example.be", display_name="A", folder=folder.folder, done=Done.MOVE, done_folder=done
    )
    found = remove(box, lambda name: connect(folder.account, name), ["<1@example.org>", "<2@example.org>"])
    assert (found.copies, found.why) == (2, "")
    assert folder.uids(folder.folder) == folder.uids(done) == []
