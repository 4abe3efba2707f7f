"""The erasure of a person from one house: who is meant, the copies outside of the database, and the certificate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cases.erasing import Person
from cases.errors import ConfigurationError
from cases.secondlevel import Role
from ingest.voice.numbers import e164
from store.erasing import Erasing
from store.tables import case, escalation, ticket
from store.tx import Transaction

if TYPE_CHECKING:
    from app.wiring import House

BY_HAND = {
    "unread": "these messages name the person and were not read yet: see `aiguillage failed`, then erase again",
    "mailbox": "look in the mailbox for mails of this person, and delete them; empty its bin",
    "sent": "look among the sent mails of the mail server, and in the team's mailbox, for what named this person",
    "second_level": "erase these tickets there, or ask the second level to, with the mails of their threads",
    "backups": "delete backups as your periods say; after a restore, `aiguillage privacy reapply` erases again",
    "database": "its write-ahead log and replicas keep old pages until they are recycled; "
    "`aiguillage privacy rewrite` in a quiet hour clears what its files still hold",
    "disk": "copy-on-write file systems and snapshots keep old blocks until they are deleted",
    "exports": "delete what was exported: sheets, reports, training data",
}
"""What is left to be done by hand, and how."""


@dataclass(frozen=True)
class Erasure:
    """What erases people from one house."""

    house: "House"

    def person(self, given: Iterable[str]) -> Person:
        """Whom these addresses and numbers name. Raises ConfigurationError."""
        addresses, phones, faults = set(), set(), []
        for one in given:
            if "@" in one and one.strip().count("@") == 1:
                addresses.add(one.strip().lower())
            elif number := e164(one, self.house.profile.country):
                phones.add(number)
            else:
                faults.append(
                    (one, "is neither an address nor a phone number", "write name@example.org or +32470001234")
                )
        if faults:
            raise ConfigurationError(faults)
        self._require_citizen(addresses)
        keys = frozenset(map(self.house.signer.person_key, addresses | phones))
        return Person(addresses=frozenset(addresses), phones=frozenset(phones), keys=keys)

    def _require_citizen(self, addresses: Iterable[str]) -> None:
        """Our own mailboxes and people are not erased: they are in every case."""
        profile = self.house.profile
        ours = profile.own_addresses | {one.address.lower() for one in profile.routing.agents} - {""}
        if both := ours & set(addresses):
            mend = "accounts of the house's own people are disabled by `aiguillage user disable`"
            raise ConfigurationError([(one, "is an address of this service", mend) for one in sorted(both)])

    def administrator(self, tx: Transaction, identity: str) -> str:
        """The id of who does it. Raises ConfigurationError where they are no administrator."""
        account = tx.accounts.find(identity) or tx.accounts.find_email(identity)
        agent = next((one for one in self.house.profile.routing.agents if one.id == identity), None)
        role = account.role if account else agent.role if agent else None
        if role != Role.ADMINISTRATOR or (account is not None and account.disabled_at):
            mend = "name an administrator by --as; `aiguillage user list` shows who is one"
            raise ConfigurationError([("--as", f"{identity or 'nobody'} is no administrator", mend)])
        return account.id if account else identity

    @property
    def erasing(self) -> Erasing:
        house = self.house
        return Erasing(store=house.store, digest=house.signer.tombstone, clock=house.clock, elsewhere=self._elsewhere)

    def _elsewhere(self, person: Person, copies: list[tuple[str, str]]) -> list[dict[str, Any]]:
        """Remove the copies on mail servers where we can log in, and say what is left to be done by hand."""
        by_mailbox: dict[str, list[str]] = {}
        for mailbox, message_id in copies:
            by_mailbox.setdefault(mailbox, []).append(message_id)
        found = [one for name, ids in sorted(by_mailbox.items()) for one in self._mailbox(name, ids)]
        if tickets := self._tickets(person):
            found.append({"what": "second_level", "tickets": tickets})
        database = "disk" if self.house.settings.folder else "database"
        return [*found, *({"what": what} for what in ("sent", "backups", database, "exports"))]

    def keep_tombstones(self) -> list[str]:
        """Write the tombstones beside the backups that lie on this machine; the folders that are not here, where they
        have to be brought by hand."""
        from app.backup.erased import keep

        with self.house.store.reading() as tx:
            folders = [row.folder for row in tx.backups.all() if row.made_at]
        away = []
        for folder in folders:
            try:
                keep(Path(folder), self.house.store)
            except (OSError, ConfigurationError):
                away.append(folder)
        return away

    def _mailbox(self, name: str, message_ids: list[str]) -> Iterator[dict[str, Any]]:
        """What is left in one mailbox; nothing where every copy could be looked for."""
        from ingest.email.mailbox import connect
        from ingest.email.removing import remove

        left = {"what": "mailbox", "mailbox": name, "mails": len(message_ids)}
        if nameless := message_ids.count(""):
            yield left | {"mails": nameless, "why": "no Message-ID"}
        message_ids = [one for one in message_ids if one]
        account = self.house.credentials.get(name)
        if account is None:
            yield left | {"why": "no credentials"}
            return
        removed = remove(self.house.profile.mailbox(name), partial(connect, account.imap), message_ids)
        if removed.why:
            yield left | {"why": removed.why, "removed": removed.copies}

    def _tickets(self, person: Person) -> list[str]:
        """The second level's own keys for their cases."""
        own = select(case.c.id).where(case.c.person_key.in_(person.keys))
        chosen = select(escalation.c.n2, escalation.c.ticket).where(escalation.c.case_id.in_(own))
        keys = select(ticket.c.key).where(ticket.c.case_id.in_(own), ticket.c.key.is_not(None)).order_by(ticket.c.key)
        with self.house.store.reading() as tx:
            jira = [f"Jira: {key}" for key in tx.connection.execute(keys).scalars()]
            return jira + [
                f"{row.n2}: {row.ticket or 'by mail'}"
                for row in tx.connection.execute(chosen.order_by(escalation.c.id))
            ]


def certificate_text(certificate: dict[str, Any]) -> str:
    """The certificate for people, to be signed and filed."""
    lines = [
        f"Certificate of erasure {certificate['erasure']}",
        "",
        f"Asked for: {certificate['asked_at']}   Done: {certificate['ended_at']}   By: {certificate['by']}",
        f"Reason: {certificate['reason']}",
        "",
        "Erased:",
        *(f"  {count:>6}  {kind.replace('_', ' ')}" for kind, count in sorted(certificate["erased"].items())),
        f"  {certificate['bytes']:>6}  bytes of mails and files",
        "",
        "To be done by hand:",
        *(f"  - {_by_hand(one)}" for one in certificate["remains"]),
    ]
    return "\n".join(lines) + "\n"


def _by_hand(one: dict[str, Any]) -> str:
    details = [f"{name} {value}" for name, value in one.items() if name not in ("what", "tickets")]
    details += one.get("tickets", [])
    named = f" ({', '.join(details)})" if details else ""
    return f"{one['what']}{named}: {BY_HAND[one['what']]}"
