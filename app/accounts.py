"""Accounts from outside the pages: the demonstration's, and what is said where nobody has one yet."""

import secrets
from typing import TYPE_CHECKING

from cases.errors import ConfigurationError
from cases.secondlevel import Role
from desk.signin.attempts import Attempts
from desk.signin.issuer import Issuer, Registration
from desk.signin.means import Means
from store.audit import Noted

if TYPE_CHECKING:
    from app.wiring import House

DEMO_ACCOUNT = "thomas"
FIRST = "aiguillage user add you@example.org --role administrator"
"""The command that makes the first account."""


def means(house: "House", *, demo: bool = False) -> Means:
    """How people sign in here. The demonstration's own link is drawn anew at each start and kept nowhere."""
    attempts = Attempts(house.settings.redis_url)
    if not demo:
        return Means(attempts=attempts, issuer=_issuer(house))
    _open_demo_account(house)
    return Means(attempts=attempts, demo=secrets.token_urlsafe(9), demo_account=DEMO_ACCOUNT)


def _issuer(house: "House") -> Issuer | None:
    """The organisation's own sign-in, where one is set. Raises ConfigurationError where nobody could get in by it."""
    found = house.settings
    if not found.oidc_issuer:
        return None
    if not house.profile.sign_in.groups:
        mend = "add [sign_in] groups = { GROUP = ROLE } to the profile"
        raise ConfigurationError([("AIGUILLAGE_OIDC_ISSUER", "is set, and no group has a role", mend)])
    return Issuer(
        Registration(
            issuer=found.oidc_issuer,
            client_id=found.oidc_client_id,
            client_secret=found.oidc_client_secret,
            groups_claim=found.oidc_groups_claim,
            public_url=found.public_url,
        )
    )


def greeting(house: "House", found: Means, address: str) -> str:
    """What the terminal says of signing in, '' where there is nothing to say."""
    if found.demo:
        return f"Sign in with  {address}desk/sign-in/demo/{found.demo}"
    with house.store.reading() as tx:
        return f"Nobody has an account yet; make the first:  {FIRST}" if tx.accounts.are_none() else ""


def _open_demo_account(house: "House") -> None:
    known = next((one for one in house.profile.routing.agents if one.id == DEMO_ACCOUNT), None)
    now = house.clock()
    row = {
        "id": DEMO_ACCOUNT,
        "email": (known and known.address) or f"{DEMO_ACCOUNT}@example.org",
        "name": (known and known.name) or DEMO_ACCOUNT.title(),
        "role": Role.SUPERVISOR,
        "created_at": now,
    }
    with house.store.transaction("account.demo") as tx:
        if tx.accounts.find(DEMO_ACCOUNT) is None:
            tx.accounts.add(row)
            tx.audit.note(Noted.ADDED, now, "demo", DEMO_ACCOUNT, {"role": Role.SUPERVISOR})
