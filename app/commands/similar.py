"""`aiguillage similar`: cases that may be the same request or the same trouble as another."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import open_house, print_rows
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from classify.concepts import Concepts
    from classify.similar import Seen


def similar(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="A case, such as MPA-26-00412.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on each line.")] = False,
) -> None:
    """Propose duplicates of a case and cases like it. Nothing is changed."""
    from classify.concepts import Concepts
    from classify.similar import SENDER_WITHIN, propose

    house = open_house()
    with house.store.reading() as tx:
        row = tx.cases.find_number(number)
        if row is None:
            raise ConfigurationError([(number, "is no case", "write its number as the receipt does")])
        near = tx.tagged.near(row.opened_at - SENDER_WITHIN, row.opened_at + SENDER_WITHIN)
    by_id = {one.id: one for one in near}
    concepts = Concepts.load()
    seen = [_seen(one, house.profile.case_prefix, concepts) for one in near]
    this = next((one for one in seen if one.identity == row.id), None)
    found = propose(this, seen) if this else []
    rows = [
        {
            "case": by_id[proposal.identity].number,
            "likeness": proposal.likeness,
            "why": proposal.why,
            "opened": by_id[proposal.identity].opened_at.isoformat(timespec="minutes"),
            "subject": by_id[proposal.identity].subject,
        }
        for proposal in found
    ]
    print_rows(rows, as_json=as_json, empty="No case is like it.")


def _seen(row: Any, prefix: str, concepts: "Concepts") -> "Seen":
    from classify.similar import Seen, file_numbers, symptoms

    text = f"{row.subject}\n{row.text or ''}"
    return Seen(
        identity=row.id,
        opened_at=row.opened_at,
        person=row.person_key or "",
        tool=row.tool,
        motif=row.motif,
        files=file_numbers(text, prefix),
        symptoms=symptoms(text, concepts),
    )
