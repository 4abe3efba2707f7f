"""Commands for the phone: the menu as a drawing."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.common import open_profile
from cases.errors import ConfigurationError
from cases.phone import Menu
from cases.profile import Profile


def menu(
    name: Annotated[str, typer.Argument(help="The menu's name in voice.toml; needed where there are several.")] = "",
    svg: Annotated[Path | None, typer.Option(help="Write an SVG drawing to this file.")] = None,
) -> None:
    """Draw a phone menu, as text or as SVG. The profile is checked first."""
    from ingest.voice import drawing

    profile = open_profile()
    chosen, graph = _choose(profile, name)
    if svg is None:
        typer.echo(drawing.tree(graph), nl=False)
        return
    svg.write_text(drawing.svg(graph, profile.prompts, profile.default_language, chosen), encoding="utf-8")
    typer.echo(f"Menu {chosen}: {len(graph.nodes)} nodes, drawn in {svg}.")


def _choose(profile: Profile, name: str) -> tuple[str, Menu]:
    found = {key: menu for key, menu in profile.menus.items() if name in {"", key}}
    if len(found) != 1:
        known = ", ".join(sorted(profile.menus)) or "none: the profile has no voice.toml"
        raise ConfigurationError([("NAME", f"does not name one menu; there are {known}", "name one of them")])
    return found.popitem()
