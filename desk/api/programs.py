"""What whoever runs the service does with programs: add, rotate, revoke; where they are told of what. Each is a line of
the audit."""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.errors import AiguillageError
from cases.profile import Profile
from cases.secondlevel import Role
from cases.tokens import Signer
from desk.api.entering import new_token, token_row
from desk.timeline import MACHINES
from notify.hooks.events import OVERLAP, EventType
from notify.hooks.signing import OVERLAP as BOTH_SIGN
from notify.hooks.signing import shown
from store.audit import Noted
from store.tx import Transaction

COMMAND = "command"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_SENTENCES: Mapping[str, str] = {
    "name": "a name is 2 to 40 lower-case letters, digits and -; it stands on the timeline",
    "taken": "somebody has this name already: an account, an agent of the profile, or a program",
    "unknown": "there is no such program; `aiguillage program list` has them all",
    "revoked": "this program was revoked; add another",
    "over": "that moment is over",
    "untold": "this program is told of nothing; give it an address first",
}


class ProgramFaultError(AiguillageError):
    """A program cannot be changed so."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(_SENTENCES[fault])


@dataclass(frozen=True, slots=True)
class Programs:
    """Changes programs within one transaction."""

    tx: Transaction
    profile: Profile
    now: datetime

    def find(self, name: str) -> Any:
        """A program that works. Raises ProgramFaultError."""
        row = self.tx.programs.find(name)
        if row is None:
            raise ProgramFaultError("unknown")
        if row.revoked_at is not None:
            raise ProgramFaultError("revoked")
        return row

    def add(self, name: str, role: Role, ends_at: datetime | None) -> str:
        """Add a program; its token, which is kept nowhere. Raises ProgramFaultError."""
        if not _NAME.fullmatch(name):
            raise ProgramFaultError("name")
        agents = {one.id for one in self.profile.routing.agents}
        if name in agents | MACHINES or self.tx.accounts.find(name) or self.tx.programs.find(name):
            raise ProgramFaultError("taken")
        self.tx.programs.add(name, role, self.now)
        self._note(Noted.PROGRAM_ADDED, name, role=role)
        return self._token(name, ends_at)

    def rotate(self, name: str, ends_at: datetime | None, overlap: timedelta) -> str:
        """Make a new token; the others end after the overlap. Raises ProgramFaultError."""
        self.find(name)
        token = self._token(name, ends_at)
        kept = token_row(token, name, self.now, ends_at)["digest"]
        self.tx.programs.end_tokens(name, self.now + overlap, but=kept)
        self._note(Noted.TOKEN_ROTATED, name)
        return token

    def revoke(self, name: str) -> None:
        """Let a program in no more, and tell it nothing more; what it did stays. Raises ProgramFaultError."""
        self.find(name)
        self.tx.programs.end_tokens(name, self.now)
        self.tx.programs.change(name, revoked_at=self.now)
        self._untell(name)
        self._note(Noted.PROGRAM_REVOKED, name)

    def tell(self, name: str, address: str, events: Collection[EventType], signer: Signer) -> str:
        """Tell a program of these events there; the secret that proves it is us. Raises ProgramFaultError."""
        known = self.find(name)
        salt = known.salt or secrets.token_hex(32)
        self.tx.programs.change(name, address=address, events=list(events), salt=salt)
        self.tx.hooks.begin(self.now + OVERLAP)
        self._note(Noted.PROGRAM_TOLD, name, events=", ".join(events))
        return shown(signer.webhook_key(name, salt))

    def new_secret(self, name: str, signer: Signer) -> str:
        """Another secret; for a day the one before it signs as well. Raises ProgramFaultError."""
        known = self.find(name)
        if not known.salt:
            raise ProgramFaultError("untold")
        salt = secrets.token_hex(32)
        until = self.now + BOTH_SIGN
        self.tx.programs.change(name, salt=salt, salt_before=known.salt, salt_before_until=until)
        self._note(Noted.TOKEN_ROTATED, name, what="webhooks")
        return shown(signer.webhook_key(name, salt))

    def untell(self, name: str) -> None:
        """Tell a program nothing more. Raises ProgramFaultError."""
        self.find(name)
        self._untell(name)
        self._note(Noted.PROGRAM_TOLD, name, events="")

    def _untell(self, name: str) -> None:
        self.tx.programs.change(name, address=None, events=None)
        self.tx.hooks.deliveries.drop(name)
        if not self.tx.hooks.told():
            self.tx.hooks.end()

    def _token(self, name: str, ends_at: datetime | None) -> str:
        if ends_at is not None and ends_at <= self.now:
            raise ProgramFaultError("over")
        token = new_token()
        self.tx.programs.add_token(token_row(token, name, self.now, ends_at))
        return token

    def _note(self, noted: Noted, name: str, **data: str) -> None:
        self.tx.audit.note(noted, self.now, COMMAND, name, data)
