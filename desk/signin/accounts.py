"""What may be done with accounts: by an administrator on the page, by whoever runs the service on the command line."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.addresses import address_faults
from cases.errors import AiguillageError
from cases.profile import Profile
from cases.secondlevel import Role
from desk.access import digest
from desk.signin import passwords
from desk.signin.sessions import revoke
from store.audit import Noted
from store.tx import Transaction

LINK_LASTS = timedelta(hours=24)
COMMAND = "command"
"""Who acts in the audit where somebody types on the machine itself."""
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SENTENCES: Mapping[str, str] = {
    "email": "this is not an address; write it as name@example.org",
    "id": "an id is 1 to 64 lower-case letters, digits and - . _, and begins with a letter or digit",
    "taken": "an account has this address or id already; `aiguillage user list` has them all",
    "last": "this is the last administrator; give somebody else the role first",
    "unknown": "there is no such account; `aiguillage user list` has them all",
    "short": f"a password has at least {passwords.SHORTEST} characters",
    "long": f"a password has at most {passwords.LONGEST} characters",
}


class AccountFaultError(AiguillageError):
    """An account cannot be made or changed so: `fault` is a key of the texts `users.fault` or `link`."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(_SENTENCES[fault])


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who is to have an account. No `id` means that of the profile's agent with that address, else one that
    the address suggests."""

    email: str
    name: str = ""
    role: Role = Role.AGENT
    id: str = ""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Changes accounts within one transaction. `by` is the id of whose hand it is."""

    tx: Transaction
    profile: Profile
    by: str
    now: datetime

    def find(self, identity: str) -> Any:
        """The account with that id or address. Raises AccountFaultError."""
        row = self.tx.accounts.find(identity) or self.tx.accounts.find_email(identity)
        if row is None:
            raise AccountFaultError("unknown")
        return row

    def add(self, new: Newcomer, **columns: Any) -> str:
        """Make an account; its id. Raises AccountFaultError."""
        email = new.email.strip().lower()
        if any(address_faults("email", email)):
            raise AccountFaultError("email")
        known = next((one for one in self.profile.routing.agents if one.address.lower() == email), None)
        identity = new.id.strip() or (known.id if known else _suggested(email))
        if not _ID.fullmatch(identity):
            raise AccountFaultError("id")
        known_program = self.tx.programs.find(identity)  # its name stands on timelines
        if known_program or self.tx.accounts.find(identity) or self.tx.accounts.find_email(email):
            raise AccountFaultError("taken")
        name = new.name.strip() or (known.name if known else "")
        row = {"id": identity, "email": email, "name": name, "role": new.role, "created_at": self.now, **columns}
        self.tx.accounts.add(row)
        self._note(Noted.ADDED, identity, role=new.role)
        return identity

    def link(self, row: Any) -> str:
        """Make a one-time link for an account, in place of those that it had; its secret."""
        secret = secrets.token_urlsafe(32)
        link = {"digest": digest(secret), "account_id": row.id, "ends_at": self.now + LINK_LASTS}
        self.tx.accounts.add_link(link)
        self._note(Noted.LINKED, row.id)
        return secret

    def give(self, row: Any, role: Role, *, keep_one: bool = True) -> None:
        """Give an account another role: its sessions end. `keep_one`: somebody must be left who can give roles.
        Raises AccountFaultError."""
        if row.role == role:
            return
        if keep_one:
            self._keep_one(row)
        self.tx.accounts.change(row.id, role=role)
        self._note(Noted.ROLE, row.id, before=row.role, role=role)
        self.sign_out(row)

    def disable(self, row: Any) -> None:
        """Let nobody sign in with that account any more. Raises AccountFaultError."""
        self._keep_one(row)
        self.tx.accounts.change(row.id, disabled_at=self.now)
        self.tx.accounts.drop_links(row.id)
        self._note(Noted.DISABLED, row.id)
        self.sign_out(row)

    def enable(self, row: Any) -> None:
        self.tx.accounts.change(row.id, disabled_at=None)
        self._note(Noted.ENABLED, row.id)

    def sign_out(self, row: Any, *, but: str = "") -> int:
        """End the sessions of an account, all others than one; how many."""
        return revoke(self.tx, row.id, self.by, self.now, but=but)

    def choose(self, row: Any, kept: str) -> None:
        """Keep a new password, as its hash: links and sessions end."""
        self.tx.accounts.change(row.id, password=kept)
        self.tx.accounts.drop_links(row.id)
        self._note(Noted.PASSWORD, row.id)
        self.sign_out(row)

    def _keep_one(self, row: Any) -> None:
        administers = row.role == Role.ADMINISTRATOR and row.disabled_at is None
        if administers and self.tx.accounts.active_with_role(Role.ADMINISTRATOR) == 1:
            raise AccountFaultError("last")

    def _note(self, action: Noted, about: str, **data: str) -> None:
        self.tx.audit.note(action, self.now, self.by, about, data)


def hashed(password: str) -> str:
    """What is kept of a password that was chosen; made outside transactions, it takes a while. Raises
    AccountFaultError."""
    if found := passwords.fault(password):
        raise AccountFaultError(found)
    return passwords.hashed(password)


def _suggested(email: str) -> str:
    """An id such as people would choose: what stands before the @, in the letters of ids."""
    return re.sub(r"[^a-z0-9._-]+", "-", email.partition("@")[0]).strip("-._")[:64] or "person"
