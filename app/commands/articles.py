"""`aiguillage articles`: the pages that help, by language; what they say, and who approved them."""

import sys
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.common import complain, open_house, print_rows
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from app.wiring import House
    from cases.receipt import Article
    from desk.sheets.articles import Sheet
    from store.tx import Transaction

articles = typer.Typer(help="Pages that help: imported, approved by language, then proposed.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Identity = Annotated[str, typer.Argument(metavar="ID", help="The article.")]
Lang = Annotated[str, typer.Argument(metavar="LANG", help="The language of its page: fr, de, nl or en.")]
Actor = Annotated[str, typer.Option("--by", help="Who decides it; who is logged in if absent.")]


@articles.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or Excel, as `articles export` writes it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be kept, and keep nothing.")] = False,
    as_json: AsJson = False,
    actor: Actor = "",
) -> None:
    """Keep the articles of a sheet: all of them, or none where a cell is wrong. What is new or changed waits for its
    approval; what is known already is left alone."""
    house = open_house()
    sheet = _read(house, file)
    if sheet.faults:
        rows = [{"row": one.row, "column": one.column, "fault": one.cause, "mend": one.mend} for one in sheet.faults]
        print_rows(rows, as_json=as_json, empty="")
        complain("nothing was kept")
        raise typer.Exit(1)
    with house.store.reading() as tx:
        known = {(row.article, row.lang): row for row in tx.articles.all()}
    new = [row for row in sheet.rows if _differs(row, known.get((row["article"], row["lang"])))]
    if not dry_run:
        house.store.run("articles.write", lambda tx: _write(tx, house, new, actor))
    kept = "not kept (dry run)" if dry_run else "kept, to be approved"
    print_rows(
        [{"article": row["article"], "lang": row["lang"], "state": kept} for row in new],
        as_json=as_json,
        empty="Every article of the file is known already.",
    )


@articles.command("list")
def list_articles(as_json: AsJson = False) -> None:
    """List every article, the profile's too, with how it stands: approved, waiting or expired."""
    house = open_house()
    with house.store.reading() as tx:
        rows = tx.articles.all()
    today = house.clock().astimezone(ZoneInfo(house.profile.timezone)).date()
    own = [_profiles(one, today) for one in house.profile.articles]
    print_rows([*own, *(_shown(row, today) for row in rows)], as_json=as_json, empty="There are no articles.")


@articles.command("approve")
def approve(identity: Identity, lang: Lang, actor: Actor = "") -> None:
    """Let an article be shown in that language, from now on."""
    from store.audit import Noted

    house, by, key = open_house(), actor or getuser(), (identity, lang)

    def approved(tx: "Transaction") -> bool:
        done = tx.articles.approve(key, house.clock(), by)
        if done:
            tx.audit.note(Noted.ARTICLE_APPROVED, house.clock(), by, f"{identity}.{lang}")
        return done

    _say(house.store.run("articles.approve", approved), f"{identity} in {lang}", "may be shown", "is approved already")


@articles.command("withdraw")
def withdraw(identity: Identity, lang: Lang, actor: Actor = "") -> None:
    """Show an article in that language no longer."""
    from store.audit import Noted

    house, by, key = open_house(), actor or getuser(), (identity, lang)

    def withdrawn(tx: "Transaction") -> bool:
        done = tx.articles.withdraw(key)
        if done:
            tx.audit.note(Noted.ARTICLE_WITHDRAWN, house.clock(), by, f"{identity}.{lang}")
        return done

    done = house.store.run("articles.withdraw", withdrawn)
    _say(done, f"{identity} in {lang}", "is shown no longer", "is not approved")


@articles.command("export")
def export() -> None:
    """Write the articles that were imported as CSV to stdout."""
    from desk.sheets.articles import as_csv

    with open_house().store.reading() as tx:
        rows = tx.articles.all()
    sys.stdout.buffer.write(as_csv(rows).encode())


def _read(house: "House", file: Path) -> "Sheet":
    from desk.sheets.articles import COLUMNS, read
    from desk.sheets.read import UnreadableError

    today = house.clock().astimezone(ZoneInfo(house.profile.timezone)).date()
    try:
        return read(file.read_bytes(), house.profile, today)
    except (UnreadableError, OSError) as error:
        mend = f"give a CSV or Excel file with the columns {', '.join(COLUMNS)}"
        raise ConfigurationError([(str(file), f"cannot be read ({error})", mend)]) from error


def _differs(row: "Mapping[str, str]", known: Any) -> bool:
    return known is None or any(getattr(known, name) != value for name, value in row.items())


def _write(tx: "Transaction", house: "House", rows: "Sequence[Mapping[str, str]]", actor: str) -> None:
    from store.audit import Noted

    now, by = house.clock(), actor or getuser()
    tx.articles.write(rows, now, by)
    for row in rows:
        tx.audit.note(Noted.ARTICLES_WRITTEN, now, by, f"{row['article']}.{row['lang']}")


def _profiles(one: "Article", today: "date") -> dict[str, Any]:
    about = {name: " ".join(one.when.get(name, ())) for name in ("category", "motif", "tool")}
    state = _state(one, today)
    return {"article": one.id, "lang": one.lang, "state": state, **about, "title": one.title, "approved_by": "profile"}


def _shown(row: Any, today: "date") -> dict[str, Any]:
    from store.articles import as_article

    about = {name: getattr(row, name) for name in ("category", "motif", "tool")}
    state = _state(as_article(row), today)
    named = {"article": row.article, "lang": row.lang, "state": state, **about, "title": row.title}
    return {**named, "approved_by": row.approved_by or ""}


def _state(one: "Article", today: "date") -> str:
    from cases.knowledge import has_expired

    if has_expired(one, today):
        return f"expired on {one.expires}"
    return "approved" if one.approved else "to be approved"


def _say(done: bool, what: str, now: str, otherwise: str) -> None:
    if not done:
        raise ConfigurationError(
            [(what, f"{otherwise}, or there is no such article", "see `aiguillage articles list`")]
        )
    complain(f"{what} {now}")
