"""Which files of messages are attached to a ticket, and which are only named there. Pure: messages in, pushes out."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from cases.dangers import danger
from cases.dossier import Message
from cases.event import Attachment
from cases.ticket import Files, Jira, Push, PushKind

MEGABYTE = 1_000_000


class LeftOut(StrEnum):
    """Why a file is not attached: nobody chose it, it is too large, or it can do more than be read."""

    KEPT = "kept"
    LARGE = "large"
    DANGEROUS = "dangerous"


def left_out(file: Attachment, jira: Jira) -> LeftOut | None:
    """Why it is, None where it is attached."""
    if danger(file.filename):
        return LeftOut.DANGEROUS
    if file.size > jira.largest_file_mb * MEGABYTE:
        return LeftOut.LARGE
    return LeftOut.KEPT if jira.files is Files.CHOSEN else None


def attached(case_id: int, messages: Iterable[Message], jira: Jira) -> Iterator[Push]:
    """The pushes of their files. Each file has one key, so that it is attached once however often it is asked for; a
    message that goes over to another case takes its files along."""
    for message in messages:
        for file in message.attachments:
            if left_out(file, jira) is None:
                where = {"message": message.id, "index": file.index}
                key = f"{PushKind.ATTACH}:{case_id}:m{message.id}:{file.index}"
                yield Push(kind=PushKind.ATTACH, key=key, case_id=case_id, data=where)
