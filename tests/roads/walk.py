"""A case as it is walked from outside: people write, we act by command, and what arrived is read at the mail server."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

from tests.mails import mail
from tests.roads.house import House, arrive
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.smtp import SmtpSink

AGENT = "nora"
PATIENCE = 40.0
TOKEN = re.compile(r"\b[cbets][a-z0-9]{1,13}(?:-[0-9a-f]{12})?\.[a-z2-7]{16}\b")


@dataclass
class Walk:
    """One installation that is running, its mailbox, and the server that takes its mail."""

    house: House
    folder: OtherClient
    sink: SmtpSink
    _ids: Any = field(default_factory=lambda: count(1))

    def writes(self, sender: str, text: str, *, to: EmailMessage | None = None, **fields: str) -> str:
        """A person's mail, in answer to one of ours where `to` is given; its Message-ID."""
        message_id = f"<w{next(self._ids)}@{sender.rpartition('@')[2]}>"
        if to is not None:
            fields |= {"In-Reply-To": to["Message-ID"], "References": to["Message-ID"]}
            fields.setdefault("subject", f"Re: {to['Subject']}")
        arrive(self.folder, mail(text, sender=sender, message_id=message_id, **fields))
        return message_id

    def mailbox(self, address: str) -> list[EmailMessage]:
        """What arrived for that address, oldest first."""
        return [one.message for one in list(self.sink.messages) if address in one.recipients]

    def receives(self, address: str, what: str, number: int = 1) -> EmailMessage:
        """The n-th mail for that address whose subject or text has those words, once it has arrived."""

        def found() -> list[EmailMessage]:
            return [one for one in self.mailbox(address) if what in f"{one['Subject']}\n{words(one)}"]

        wait_until(lambda: len(found()) >= number, f"{address} receives «{what}»: {self._arrived(address)}", PATIENCE)
        return found()[number - 1]

    def act(self, *arguments: str, typed: str = "", fails: bool = False) -> list[dict[str, Any]]:
        """What `aiguillage case ARGUMENTS --json` prints. Where it is to fail, its complaint as {"error"}."""
        done = self.house.run("case", *arguments, "--json", typed=typed)
        assert (done.returncode != 0) is fails, done.stderr.decode()
        return [{"error": done.stderr.decode()}] if fails else [json.loads(line) for line in done.stdout.splitlines()]

    def case(self, sender: str) -> Any:
        """The newest case that this person wrote for, once it is there."""
        found: list[Any] = []

        def there() -> bool:
            with self.house.store() as store, store.reading() as tx:
                found[:] = [one for one in tx.cases.latest(200) if one.submitter == sender]
            return bool(found)

        wait_until(there, f"a case of {sender}", PATIENCE)
        return found[0]

    def becomes(self, number: str, holds: Callable[[Any], bool], what: str) -> Any:
        """The case once that holds of it."""
        seen: list[Any] = []

        def now() -> bool:
            with self.house.store() as store, store.reading() as tx:
                seen[:] = [tx.cases.find_number(number)]
            return bool(holds(seen[0]))

        wait_until(now, f"{number} {what}", PATIENCE)
        return seen[0]

    def entries(self, number: str) -> list[Any]:
        """The lines of a case's timeline, oldest first."""
        with self.house.store() as store, store.reading() as tx:
            found = tx.cases.find_number(number)
            return list(tx.cases.entries(found.id)) if found else []

    def _arrived(self, address: str) -> str:
        return " | ".join(str(one["Subject"]) for one in self.mailbox(address))


def words(message: EmailMessage) -> str:
    """The plain text of a mail with its lines joined, as a person reads it."""
    body = message.get_body(("plain",))
    return " ".join(body.get_content().split()) if body is not None else ""


def everything(message: EmailMessage) -> str:
    """Every header and every text part, decoded: what a curious receiver could find."""
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *parts])


def copied_whole(shipped: Path, to: Path) -> None:
    """A copy of a profile with everything in it."""
    for path in shipped.rglob("*"):
        target = to / path.relative_to(shipped)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
