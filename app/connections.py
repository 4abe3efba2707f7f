"""Mailboxes and submission accounts out of the environment; every fault of all of them is reported at once."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from app.settings import MAILBOX, PREFIX, Settings, host_and_port
from cases.errors import ConfigurationError
from cases.profile import Profile
from ingest.email.credentials import Credentials, read_credentials
from notify.account import account
from notify.smtp import Submission

if TYPE_CHECKING:
    from app.wiring import House
    from ingest.email.lmtp import Listener
    from ingest.email.poll import Poller


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


def open_pollers(house: "House") -> dict[str, "Poller"]:
    """The poller of each mailbox with credentials; connects to nothing yet."""
    from ingest.email.mailbox import connect
    from ingest.email.poll import Limits, Poller

    limits = Limits(disk=house.disk)
    boxes = {name: (house.profile.mailbox(name), found.imap) for name, found in house.credentials.items()}
    return {
        name: Poller(box, partial(connect, account, box.folder), house.store, house.clock, limits)
        for name, (box, account) in boxes.items()
    }


def open_listeners(house: "House") -> dict[str, "Listener"]:
    """What listens where mail may be handed over, by its setting; takes no port yet."""
    from ingest.email.lmtp import Listen, Listener, Protocol

    binds = {Protocol.LMTP: house.settings.lmtp_bind, Protocol.SMTP: house.settings.smtp_bind}
    found = {}
    for protocol, bind in binds.items():
        if bind:
            host, port = host_and_port(bind)
            listen = Listen(host=host, port=port, protocol=protocol, disk=house.disk)
            found[f"{PREFIX}{protocol.name}_BIND"] = Listener(house.profile.mailboxes, house.store, house.clock, listen)
    return found
