"""Passwords: Argon2id hashes (RFC 9106), and what a password must be: long, and nothing else (NIST SP 800-63B
5.1.1.2)."""

from functools import cache
from threading import Semaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 200
"""Characters. There are no rules of composition."""

_AT_ONCE = Semaphore(2)
"""A hash takes 64 MB and a core: more at a time would take the machine from everybody else."""


def fault(password: str) -> str:
    """Why this cannot be a password: `short`, `long`, or '' where it can."""
    return "short" if len(password) < SHORTEST else "long" if len(password) > LONGEST else ""


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _AT_ONCE:
        return _argon2().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether that is the password. Takes as long where none is kept: nobody learns which accounts there are."""
    with _AT_ONCE:
        return _argon2().verify(password[:LONGEST], kept or _nobodys()) and kept is not None


@cache
def _argon2() -> "PasswordHash":
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    return _argon2().hash("a password that no account has")
