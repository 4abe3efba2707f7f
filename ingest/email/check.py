"""What `aiguillage mailbox check NAME` finds out about one mailbox: reads, and changes nothing but a missing folder."""

from collections.abc import Callable
from dataclasses import dataclass

from cases.errors import TransientError
from cases.profile import Done, Mailbox
from ingest.email.mailbox import Session
from store.tx import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` says what to do where it is not `ok`, or is worth knowing."""

    ok: bool
    what: str
    mend: str = ""


def check(mailbox: Mailbox, connect: Callable[[], Session], store: Store) -> list[Finding]:
    """Log in, look at the folder, and at what can be done there once a message is ours."""
    try:
        session = connect()
    except TransientError as error:
        mend = "check the address, the credentials and the folder in the settings and the profile"
        return [Finding(False, str(error), mend)]
    try:
        return [
            Finding(True, f"logged in; folder {mailbox.folder} is open, UIDVALIDITY {session.uidvalidity}"),
            *_extensions(session),
            _done(mailbox, session),
            _cursor(mailbox, session, store),
        ]
    finally:
        session.close()


def _extensions(session: Session) -> list[Finding]:
    missing = {
        "MOVE": "messages are moved by COPY and UID EXPUNGE instead",
        "UIDPLUS": "moved messages stay behind, marked as deleted",
        "IDLE": "mail is found at the poll interval, not at once",
    }
    return [
        Finding(
            True,
            f"{name}: {'yes' if name in session.capabilities else 'no'}",
            "" if name in session.capabilities else effect,
        )
        for name, effect in missing.items()
    ]


def _done(mailbox: Mailbox, session: Session) -> Finding:
    if mailbox.done is Done.LEAVE:
        return Finding(True, "messages stay where they are")
    if session.read_only:
        return Finding(False, "the folder is read-only", 'give this account write access, or set done = "leave"')
    if mailbox.done is Done.KEYWORD:
        keeps = session.keeps(mailbox.done_keyword)
        return Finding(
            keeps,
            f"keyword {mailbox.done_keyword}",
            "" if keeps else 'the server keeps no such keyword: set done = "move"',
        )
    return _done_folder(mailbox.done_folder, session)


def _done_folder(folder: str, session: Session) -> Finding:
    try:
        if not session.has_folder(folder):
            session.create_folder(folder)
    except TransientError as error:
        return Finding(
            False, f"done folder {folder}: {error}", "make it on the server, or set done_folder to one that exists"
        )
    return Finding(True, f"done folder {folder} is there")


def _cursor(mailbox: Mailbox, session: Session, store: Store) -> Finding:
    with store.reading() as tx:
        row = tx.mailboxes.find(mailbox.name)
    if row is None or not row.uidvalidity:
        return Finding(
            True,
            "never polled: everything in the folder will be new",
            "run `aiguillage backfill` first if it is history",
        )
    if row.uidvalidity != session.uidvalidity:
        return Finding(True, "UIDVALIDITY changed: the next poll recognises what it has by content")
    waiting = len(session.list_after(row.last_uid))
    return Finding(True, f"read up to UID {row.last_uid}; {waiting} waiting")
