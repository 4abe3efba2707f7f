"""`mailbox check` says what is wrong in words that a person can act on."""

from dataclasses import replace

import pytest

from cases.profile import Done
from ingest.email.check import Finding, check
from ingest.email.mailbox import connect
from tests.ingest.email.connector import Desk, mails, without


def found(desk: Desk) -> list[Finding]:
    return check(desk.mailbox, desk.session, desk.store)


def test_all_is_well(desk: Desk) -> None:
    desk.folder.append(*mails(2))
    findings = found(desk)
    assert all(finding.ok for finding in findings)
    texts = " / ".join(finding.what for finding in findings)
    assert "MOVE: yes" in texts
    assert "IDLE: yes" in texts
    assert "never polled" in texts
    session = desk.session()
    assert session.has_folder(desk.mailbox.done_folder), "the done folder was made"
    session.close()
    desk.poller(done=Done.LEAVE).round()
    desk.folder.append(*mails(1))
    assert any("1 waiting" in finding.what for finding in found(desk))


def test_a_folder_that_is_not_there(desk: Desk) -> None:
    desk.folder = type(desk.folder)(desk.folder.account, "Nowhere")
    (finding,) = found(desk)
    assert not finding.ok
    assert "SELECT Nowhere" in finding.what
    assert "folder" in finding.mend


def test_wrong_credentials(desk: Desk) -> None:
    desk.folder = type(desk.folder)(replace(desk.folder.account, password="wrong"), desk.folder.folder)
    (finding,) = found(desk)
    assert not finding.ok
    assert "login" in finding.what
    assert "wrong" not in finding.what, "the password is not shown"


def test_a_read_only_folder_cannot_be_moved_from(desk: Desk) -> None:
    desk.proxy.faults.rewrite = lambda portion: portion.replace(b"[READ-WRITE]", b"[READ-ONLY]")
    (finding,) = [finding for finding in found(desk) if not finding.ok]
    assert "read-only" in finding.what


@pytest.mark.parametrize("capability", ["MOVE", "UIDPLUS", "IDLE"])
def test_what_the_server_lacks_is_worth_knowing_and_no_fault(desk: Desk, capability: str) -> None:
    desk.proxy.faults.rewrite = without(capability.encode())
    (finding,) = [finding for finding in found(desk) if finding.what.startswith(capability)]
    assert finding.ok
    assert finding.what.endswith("no")
    assert finding.mend


def test_a_server_that_keeps_no_keywords(desk: Desk) -> None:
    desk.mailbox = replace(desk.mailbox, done=Done.KEYWORD)
    session = connect(desk.folder.account, desk.folder.folder)
    kept = session.keeps(desk.mailbox.done_keyword)
    session.close()
    (finding,) = [finding for finding in found(desk) if "keyword" in finding.what]
    assert finding.ok is kept
