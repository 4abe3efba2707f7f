"""`aiguillage mailbox check` and `aiguillage backfill`: one mailbox, looked at or read from its beginning."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.common import complain, open_house, progress
from app.commands.probing import check_sub_addressing
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.wiring import House
    from cases.profile import Mailbox
    from ingest.email.credentials import ImapAccount

mailbox = typer.Typer(help="The mailboxes.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The mailbox's name in the profile.")]


@mailbox.command("check")
def check(
    name: Name,
    probe: Annotated[
        bool, typer.Option("--probe", help="Also find out by a mail whether name+detail@… arrives.")
    ] = False,
) -> None:
    """Log in to a mailbox and to its mail server. Says what works, and how to mend what does not."""
    from ingest.email.check import check as check_mailbox
    from ingest.email.mailbox import connect

    house = open_house()
    box, account = _account(house, name)
    findings = [
        (one.ok, one.what, one.mend) for one in check_mailbox(box, partial(connect, account, box.folder), house.store)
    ]
    findings.append(_check_submission(house, name))
    if probe:
        findings.append(check_sub_addressing(house, name))
    for ok, what, mend in findings:
        typer.echo(f"{'ok   ' if ok else 'FAULT'}  {what}{f'; {mend}' if mend else ''}")
    house.close()
    raise typer.Exit(0 if all(ok for ok, _, _ in findings) else 1)


def backfill(
    name: Name,
    folders: Annotated[list[str] | None, typer.Argument(metavar="FOLDER", help="The polled one if none.")] = None,
) -> None:
    """Read a mailbox's whole history into cases. Nobody is acknowledged. Begun again, it goes on."""
    from ingest.email.backfill import Backfill
    from ingest.email.mailbox import connect

    house = open_house()
    box, account = _account(house, name)
    reader = Backfill(box, house.store, house.clock, house.disk)
    added = 0
    for one in folders or [box.folder]:
        session = connect(account, one)
        try:
            with progress(f"Reading {one}") as told:
                added += reader.run(session, one, told)
        finally:
            session.close()
    while house.intake.process():
        pass
    complain(f"{added} messages were new")
    house.close()


def _account(house: "House", name: str) -> tuple["Mailbox", "ImapAccount"]:
    """The mailbox and where it is read. Raises ConfigurationError."""
    known = [box.name for box in house.profile.mailboxes]
    if name not in known:
        raise ConfigurationError([(name, "the profile has no such mailbox", f"use one of {', '.join(known)}")])
    if name not in house.credentials:
        key = f"AIGUILLAGE_MAILBOX_{name.upper().replace('-', '_')}_IMAP_URL"
        raise ConfigurationError([(key, "is missing", "write imaps://user@mail.example.org:993")])
    return house.profile.mailbox(name), house.credentials[name].imap


def _check_submission(house: "House", name: str) -> tuple[bool, str, str]:
    from cases.errors import AiguillageError

    sender = house.senders.get(name)
    if sender is None:
        return False, "no mail server to submit to", "set AIGUILLAGE_SMTP_URL"
    try:
        return True, f"mail server: {sender.check()}", ""
    except AiguillageError as error:
        return False, f"mail server: {error}", "check AIGUILLAGE_SMTP_URL and its credentials"
