"""`aiguillage contact`: people who write from several addresses."""

from typing import Annotated

import typer

from app.commands.common import complain, open_house
from cases.errors import ConfigurationError

contact = typer.Typer(help="People with several addresses.", no_args_is_help=True)

Address = Annotated[str, typer.Argument(metavar="ADDRESS")]


@contact.command("link")
def link(known: Address, other: Address) -> None:
    """Say that OTHER belongs to the person behind KNOWN: what comes from it may join that person's cases."""
    house = open_house()
    first, second = _address(known), _address(other)
    with house.store.transaction("contact.link") as tx:
        person = tx.contacts.person_of(first) or house.signer.person_key(first)
        tx.contacts.link(second, person, house.clock())
    complain(f"{second} is the same person as {first}; `aiguillage contact unlink {second}` undoes it")


@contact.command("unlink")
def unlink(address: Address) -> None:
    """Say that ADDRESS is a person of its own again."""
    house = open_house()
    with house.store.transaction("contact.unlink") as tx:
        found = tx.contacts.unlink(_address(address))
    if not found:
        complain(f"{address} was not linked to anybody")
        raise typer.Exit(1)


def _address(text: str) -> str:
    address = text.strip().lower()
    if address.count("@") != 1 or not address.isprintable() or " " in address:
        raise ConfigurationError([(text, "is not an address", "write it as name@example.org")])
    return address
