"""Copies of mails on their server, removed because somebody asked to be erased: found by Message-ID, wherever we may
have left them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

from cases.errors import TransientError
from cases.profile import Done, Mailbox
from ingest.email.mailbox import Session

log = structlog.get_logger()

Connect = Callable[[str], Session]
"""Opens a session on a folder."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many copies were removed, of how many mails none was left; `why` not all were looked for, or ''."""

    copies: int
    why: str = ""


def remove(box: Mailbox, connect: Connect, message_ids: Collection[str]) -> Removed:
    """Remove every copy of these mails from the folder that is read and the one that we move to."""
    folders = [box.folder, *([box.done_folder] if box.done is Done.MOVE else [])]
    copies = 0
    for folder in folders:
        try:
            session = connect(folder)
        except TransientError as error:
            return Removed(copies, type(error).__name__)
        try:
            copies += session.remove(message_ids)
        except TransientError as error:
            return Removed(copies, type(error).__name__)
        finally:
            session.close()
    log.info("copies_removed", mailbox=box.name, copies=copies)
    return Removed(copies)
