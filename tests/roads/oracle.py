"""What went in against what came out: a program of its own, which knows nothing of the service but its tables' names.

    python -m tests.roads.oracle --ids FILE --spool FOLDER --database URL [--mailbox URL]... [--calls FILE]

Sources: the addresses of people who wrote one mail each, a line each, or the IMAP folders that hold their mails
(`imap://user:password@host:port/folder`); the ids of calls as the provider has them, a line each. Sinks: what the SMTP
server accepted, a file each with its envelope in `X-Rcpt-Args` as postfix's smtp-sink writes it; the cases and calls as
rows. Says JSON, and ends with 1 where something is lost or double.
"""

import argparse
import imaplib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import create_engine, text

ENVELOPE = "X-Rcpt-Args"


@dataclass(frozen=True)
class Letter:
    """One mail that the SMTP server accepted, as often as it did."""

    message_id: str
    recipient: str


@dataclass(frozen=True)
class Balance:
    """People and calls by their ids: `lost` have no case and `unanswered` no receipt, `second_cases` have two cases,
    `unknown` have one and never came in, `second_receipts` have two receipts of different Message-IDs. `repeats` are
    mails that came again under their Message-ID; `copies` is how often the most frequent came."""

    inputs: int
    calls: int
    cases: int
    lost: list[str]
    second_cases: list[str]
    unknown: list[str]
    unanswered: list[str]
    second_receipts: list[str]
    repeats: int
    copies: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is lost or double. A mail may come twice, never more often."""
        wrong = (self.lost, self.second_cases, self.unknown, self.unanswered, self.second_receipts)
        return not any(wrong) and self.copies <= 2


def balance(
    people: Sequence[str], cases: Counter[str], letters: Sequence[Letter], calls: Sequence[str] = ()
) -> Balance:
    """Compare. `cases` counts them by the address of who asked, or by the id of the call."""
    ids = {*people, *calls}
    copies = Counter(letters)
    receipts = Counter(letter.recipient for letter in copies)
    return Balance(
        inputs=len(people),
        calls=len(calls),
        cases=cases.total(),
        lost=sorted(ids - set(cases)),
        second_cases=sorted(one for one in ids if cases[one] > 1),
        unknown=sorted(set(cases) - ids),
        unanswered=sorted(set(people) - set(receipts)),
        second_receipts=sorted(one for one in people if receipts[one] > 1),
        repeats=sum(copies.values()) - len(copies),
        copies=max(copies.values(), default=0),
    )


def rows(database: str) -> Counter[str]:
    """The cases of a database, counted by who asked, those of a call by the call's id."""
    engine = create_engine(database)
    with engine.connect() as connection:
        called = connection.execute(text("SELECT call_sid, case_id FROM call WHERE case_id IS NOT NULL")).all()
        cases = connection.execute(text('SELECT id, requester FROM "case"')).all()
    engine.dispose()
    by_call = {case_id: sid for sid, case_id in called}
    return Counter(by_call.get(identity, asker) for identity, asker in cases)


def spooled(folder: Path) -> Iterator[Letter]:
    """What the SMTP server accepted, a letter for each recipient."""
    for path in sorted(folder.iterdir()):
        message = message_from_bytes(path.read_bytes())
        for recipient in message.get_all(ENVELOPE, []):
            yield Letter(message["Message-ID"], recipient.strip("<> "))


def senders(mailbox: str) -> Iterator[str]:
    """The address in From of every mail of an IMAP folder."""
    parts = urlsplit(mailbox)
    with imaplib.IMAP4(parts.hostname or "", parts.port or 143) as client:
        client.login(unquote(parts.username or ""), unquote(parts.password or ""))
        client.select(unquote(parts.path[1:]), readonly=True)
        found = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (FROM)])")[1]
    for item in found:
        if isinstance(item, tuple):
            yield parseaddr(message_from_bytes(item[1])["From"])[1]


def main(arguments: Iterable[str]) -> int:
    """Read, compare, say what was found."""
    asked = _asked(arguments)
    people = [*_lines(asked.ids), *(one for mailbox in asked.mailbox for one in senders(mailbox))]
    found = balance(people, rows(asked.database), list(spooled(asked.spool)), _lines(asked.calls))
    print(json.dumps(asdict(found), ensure_ascii=False))
    return 0 if found.is_whole else 1


def _asked(arguments: Iterable[str]) -> argparse.Namespace:
    asking = argparse.ArgumentParser(prog="python -m tests.roads.oracle")
    asking.add_argument("--ids", type=Path, help="addresses of people who wrote one mail each")
    asking.add_argument("--mailbox", action="append", default=[], help="an IMAP folder that holds their mails")
    asking.add_argument("--calls", type=Path, help="ids of calls, as the provider has them")
    asking.add_argument("--spool", type=Path, required=True, help="what the SMTP server accepted, a file each")
    asking.add_argument("--database", required=True, help="where the cases are")
    return asking.parse_args(list(arguments))


def _lines(file: Path | None) -> list[str]:
    return re.findall(r"\S+", file.read_text(encoding="utf-8")) if file else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
