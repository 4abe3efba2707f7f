"""`aiguillage probe`: whether a mail and a call walk the whole road, and in how many seconds."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import complain, open_house, open_profile, print_rows, settings
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.probing import Measured
    from app.wiring import House


def probe(
    mail: Annotated[bool, typer.Option("--mail", help="Write to each mailbox.")] = False,
    call: Annotated[bool, typer.Option("--call", help="Call each line.")] = False,
    only: Annotated[str, typer.Option(help="One mailbox or line alone.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Send a marked mail, and call, to the service that runs, and wait for what a citizen would get. With neither
    option, whatever the profile's [probe] allows. Exit code 1, and an alert, where one is late."""
    from app.alert import alert
    from app.probing import IN_TIME

    profile, given = open_profile(), settings()
    found = list(_reached(mail=mail, call=call, only=only))
    if not found:
        raise ConfigurationError([("[probe]", "there is nothing to probe", "give it an address, or a caller")])
    print_rows([_shown(one) for one in found], as_json=as_json, empty="")
    late = [asdict(one) for one in found if one.outcome != IN_TIME]
    if late:
        said = {"service": profile.name, "late": late}
        for fault in alert(profile.probe, said, given.alert_smtp_url, profile.default_language):
            complain(fault)
        raise typer.Exit(1)


def _reached(*, mail: bool, call: bool, only: str) -> "Iterator[Measured]":
    """What was measured, until the database does not answer: then that is what is wrong."""
    from app.probing import NOT_SENT, Measured
    from store.engine import UNAVAILABLE

    try:
        yield from _probed(open_house(), mail=mail, call=call, only=only)
    except UNAVAILABLE as error:
        why = f"the database does not answer ({type(error).__name__})"
        yield Measured("service", "database", NOT_SENT, None, "answered", why)


def _probed(house: "House", *, mail: bool, call: bool, only: str) -> "Iterator[Measured]":
    from app.probing import Probing

    probing, rules = Probing(house), house.profile.probe
    if mail or (rules.address and not call):
        yield from (probing.mail(box) for box in house.profile.mailboxes if only in ("", box.name))
    if call or (rules.caller and not mail):
        yield from (probing.call(line) for line in house.profile.lines if only in ("", line.name))


def _shown(one: "Measured") -> dict[str, Any]:
    return {**asdict(one), "seconds": None if one.seconds is None else round(one.seconds, 1)}
