"""Mailboxes and submission accounts out of the environment; every fault of all of them is reported at once."""

from collections.abc import Mapping

from app.settings import MAILBOX, PREFIX, Settings
from cases.errors import ConfigurationError
from cases.profile import Profile
from ingest.email.credentials import Credentials, read_credentials
from notify.account import account
from notify.smtp import Submission


def read_mailboxes(settings: Settings, profile: Profile) -> dict[str, Credentials]:
    """The credentials of each mailbox that the environment names. Raises ConfigurationError with every fault."""
    known = {box.name for box in profile.mailboxes}
    found: dict[str, Credentials] = {}
    faults = []
    for name, values in settings.mailboxes.items():
        prefix = f"{PREFIX}{MAILBOX}{name.upper().replace('-', '_')}_"
        if name not in known:
            faults.append(
                (prefix + "...", f"the profile has no mailbox {name}", f"use one of {', '.join(sorted(known))}")
            )
            continue
        credentials, wrong = read_credentials(prefix, {prefix + key: value for key, value in values.items()})
        faults += wrong
        if credentials:
            found[name] = credentials
    if faults:
        raise ConfigurationError(faults)
    return found


def open_senders(settings: Settings, profile: Profile, credentials: Mapping[str, Credentials]) -> dict[str, Submission]:
    """The submission account of each mailbox; connects to nothing yet. Raises ConfigurationError."""
    hello = profile.mail_domain
    shared = Submission(account(settings.smtp_url, hello)) if settings.smtp_url else None
    senders = {box.name: shared for box in profile.mailboxes if shared}
    for name, found in credentials.items():
        if found.smtp_url:
            senders[name] = Submission(account(found.smtp_url, hello, found.token.get if found.token else None))
    return senders
