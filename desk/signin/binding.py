"""Which account somebody is who signed in elsewhere; their role is what their groups say, each time."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from cases.secondlevel import Role
from desk.signin.accounts import AccountFaultError, Accounts, Newcomer
from desk.signin.identity import Identity
from store.audit import Noted

NOWHERE = "unverified.invalid"
"""Where no mail can go (RFC 2606): the domain of who has no address that anybody vouches for."""


class NoEntryError(Exception):
    """Somebody is known and may not in: `why` is a key of the texts `sign_in`."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def account_of(accounts: Accounts, who: Identity, role: Role | None) -> str | NoEntryError:
    """The id of their account, found, bound or made; or why they may not in, with what that changed done."""
    row = accounts.tx.accounts.find_subject(who.issuer, who.subject)
    if role is None:
        if row is not None:
            accounts.sign_out(row)
        return NoEntryError("no_group")
    if row is None:
        row = _bound(accounts, who)
    if row is None:
        return _new(accounts, who, role)
    if isinstance(row, NoEntryError):
        return row
    if row.disabled_at is not None:
        return NoEntryError("disabled")
    accounts.give(row, role, keep_one=False)
    if who.name and who.name != row.name:
        accounts.tx.accounts.change(row.id, name=who.name)
    return str(row.id)


def _bound(accounts: Accounts, who: Identity) -> Any:
    """The account that has their address already, theirs from now on: where the provider vouches for the address, and
    nobody else signs in to it so."""
    row = accounts.tx.accounts.find_email(who.email) if who.email else None
    if row is None:
        return None
    if not who.verified or row.subject is not None:
        return NoEntryError("taken")
    accounts.tx.accounts.change(row.id, issuer=who.issuer, subject=who.subject)
    accounts.tx.audit.note(Noted.BOUND, accounts.now, row.id, row.id, {"issuer": who.issuer})
    return accounts.find(row.id)


def _new(accounts: Accounts, who: Identity, role: Role) -> str | NoEntryError:
    """A new account. Only an address that is vouched for makes somebody an agent of the profile, and only such a one is
    kept: whoever writes another's address into their own profile must not keep that other out."""
    if not who.email:
        return NoEntryError("no_email")
    own = f"u-{sha256(f'{who.issuer} {who.subject}'.encode()).hexdigest()[:12]}"
    bound = {"issuer": who.issuer, "subject": who.subject}
    email = who.email if who.verified else f"{own}@{NOWHERE}"
    new = Newcomer(email=email, name=who.name or who.email, role=role, id=own)
    try:
        return _suggested(accounts, new, bound) if who.verified else accounts.add(new, **bound)
    except AccountFaultError as error:
        return NoEntryError("no_email" if error.fault == "email" else "taken")


def _suggested(accounts: Accounts, new: Newcomer, bound: Mapping[str, str]) -> str:
    """An account under the id that its address suggests; under its own where somebody has that."""
    try:
        return accounts.add(replace(new, id=""), **bound)
    except AccountFaultError:
        return accounts.add(new, **bound)
