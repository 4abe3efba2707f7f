"""`aiguillage incident`: major incidents, from the proposal to the last word. Pages do the same (`/desk/incidents`)."""

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.acting import Agent, agent_of, desk_of
from app.commands.common import complain, open_house, print_rows
from app.commands.directory import AsJson
from app.commands.incident import by_language
from app.commands.incident import incident as incident
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.wiring import House
    from cases.major import Texts
    from desk.incidents.acts import Incidents

Identity = Annotated[int, typer.Argument(metavar="ID", help="As `aiguillage incident list` has it.")]
Cases = Annotated[list[str] | None, typer.Option("--case", metavar="NUMBER", help="A case; once for each.")]
Banner = Annotated[list[str] | None, typer.Option("--banner", metavar="LANG=TEXT", help="What callers hear.")]
Receipt = Annotated[list[str] | None, typer.Option("--receipt", metavar="LANG=TEXT", help="What receipts say.")]
Message = Annotated[
    list[str] | None, typer.Option("--message", metavar="LANG=TEXT", help="What everybody concerned is written.")
]


@incident.command("list")
def list_incidents(as_json: AsJson = False) -> None:
    """List major incidents, newest first: what is proposed, what runs, what is over."""
    house = open_house()
    zone = ZoneInfo(house.profile.timezone)
    with house.store.reading() as tx:
        rows = [_shown(row, zone, as_json=as_json) for row in tx.incidents.latest()]
    print_rows(rows, as_json=as_json, empty="Nothing is reported more often than usual, and nothing was announced.")


def _shown(row: Any, zone: ZoneInfo, *, as_json: bool) -> dict[str, Any]:
    since = row.since if as_json else row.since.astimezone(zone).replace(tzinfo=None)
    signs = list(row.evidence.get("signs", ()))
    return {
        "id": row.id,
        "state": row.state,
        "tool": row.tool,
        "since": since.isoformat(timespec="minutes"),
        "cases": row.cases,
        "usual": row.evidence.get("usual"),
        "in_common": signs if as_json else ", ".join(signs),
    }


@incident.command("announce")
def announce(
    identity: Annotated[int | None, typer.Argument(metavar="[ID]", help="A proposed one; or name its cases.")] = None,
    cases: Cases = None,
    banner: Banner = None,
    receipt: Receipt = None,
    message: Message = None,
    automatic: Annotated[bool, typer.Option("--automatic", help="Link later cases that are alike by itself.")] = False,
    agent: Agent = "",
) -> None:
    """Tell callers, who writes from now on, everybody whose case is linked, and the second level. A text that is not
    given is ours."""
    house, acts, who = _open(agent)
    if (identity is None) is (not cases):
        raise ConfigurationError([("ID", "is one, or --case", "name a proposed incident, or the cases of a new one")])
    given = _given(house, banner=banner, receipt=receipt, message=message)
    chosen = acts.start(who, cases or ()) if identity is None else identity
    acts.announce(chosen, who, _texts(house, acts, chosen, given), automatic=automatic)
    complain(f"incident {chosen} is announced; `aiguillage incident close {chosen}` ends it")


@incident.command("update")
def update(
    identity: Identity, banner: Banner = None, receipt: Receipt = None, message: Message = None, agent: Agent = ""
) -> None:
    """Tell all of them something new. A text that is not given stays."""
    house, acts, who = _open(agent)
    given = _given(house, banner=banner, receipt=receipt, message=message)
    acts.update(identity, who, _texts(house, acts, identity, given))
    complain(f"everybody concerned by incident {identity} is told")


@incident.command("link")
def link(identity: Identity, cases: Cases = None, agent: Agent = "") -> None:
    """Link these cases, or all that are proposed where none is named."""
    _, acts, who = _open(agent)
    complain(f"{acts.link(identity, who, cases or ())} linked")


@incident.command("unlink")
def unlink(identity: Identity, cases: Cases = None, agent: Agent = "") -> None:
    """Take cases out of an incident; `link` takes that back."""
    _, acts, who = _open(agent)
    for number in cases or ():
        acts.unlink(identity, who, number)
    complain(f"{len(cases or ())} taken out")


@incident.command("close")
def close(identity: Identity, message: Message = None, agent: Agent = "") -> None:
    """It is over: callers hear of it no more, and its cases are closed with a word to each person."""
    from desk.incidents.drafts import closing

    house, acts, who = _open(agent)
    found, _ = acts.read(identity)
    acts.close(identity, who, _merged(closing(found, house.profile), _given(house, message=message)))
    complain(f"incident {identity} is over")


@incident.command("dismiss")
def dismiss(identity: Identity, agent: Agent = "") -> None:
    """Say that a proposed one is none. It is proposed again where twice as many cases have come."""
    _, acts, who = _open(agent)
    acts.dismiss(identity, who)
    complain(f"incident {identity} is dismissed")


def _open(agent: str) -> "tuple[House, Incidents, str]":
    from desk.incidents.acts import Incidents

    house = open_house()
    return house, Incidents(desk_of(house)), agent_of(house, agent)


def _given(house: "House", **options: list[str] | None) -> "Texts":
    """What the options say, by part and language. Raises ConfigurationError, TextsError, before anything is done."""
    from cases.major import Part, require_sayable

    given = {Part(name): by_language(house.profile, texts) for name, texts in options.items() if texts}
    require_sayable(given)
    return given


def _texts(house: "House", acts: "Incidents", identity: int, given: "Texts") -> "Texts":
    """What was said last, or is proposed, with what is given in its place."""
    from desk.incidents.drafts import announcement

    found, _ = acts.read(identity)
    return _merged(announcement(found, house.profile), given)


def _merged(drafted: "Texts", given: "Texts") -> "Texts":
    return {part: {**by_lang, **given.get(part, {})} for part, by_lang in drafted.items()}
