"""`aiguillage review`: tags looked at by a person, one screen and a key or two for each message."""

import getpass
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.acting import desk_of
from app.commands.common import complain, open_house, print_json, print_rows
from cases.errors import ConfigurationError
from cases.review import Draft

if TYPE_CHECKING:
    from app.review.keys import Keyboard
    from desk.review.session import Item, Session

ACCEPT = ("\n", "\r", " ")


def review(
    as_json: Annotated[bool, typer.Option("--json", help="List what waits, one JSON line each.")] = False,
    export: Annotated[
        bool, typer.Option("--export", help="The corrections so far, masked, as `aiguillage train` reads them.")
    ] = False,
    who: Annotated[str, typer.Option(help="Whose name stands on the corrections.")] = "",
    lang: Annotated[str, typer.Option(help="The language of the labels; the profile's where left out.")] = "",
) -> None:
    """Look at doubted tags, the least sure first, then at a twentieth of the accepted ones. Resumes at will."""
    from cases.routing import Agent
    from desk.review.session import Session

    house = open_house()
    sitting = Agent(id=who or getpass.getuser(), queues=())  # whoever sits at the terminal, in the profile or not
    session = Session(desk=desk_of(house), agent=sitting)
    if export:
        _export(session)
    elif as_json:
        print_rows(map(_as_json, session.items()), as_json=True, empty="")
    else:
        _sit(session, lang or house.profile.default_language)


def _export(session: "Session") -> None:
    from classify.corrections import labelled

    with session.store.reading() as tx:
        rows = tx.corrections.standing()
    for row in labelled(rows):
        print_json(row)


def _as_json(item: "Item") -> dict[str, Any]:
    row = item.row
    return {
        "case": row.number,
        "cause": item.cause,
        "reason": row.tags.get("reason", ""),
        "channel": row.channel,
        "lang": row.lang,
        **{str(name): label for name, label in item.labels.items()},
        "confidence": row.tags.get("confidence", {}),
        "evidence": row.tags.get("evidence", []),
        "subject": row.subject,
        "text": item.text,
    }


def _sit(session: "Session", lang: str) -> None:
    from app.review.keys import keyboard

    if lang not in session.profile.languages:
        languages = ", ".join(session.profile.languages)
        raise ConfigurationError([("--lang", f"the profile has no {lang}", f"use one of {languages}")])
    with keyboard() as keys:
        sitting = Sitting(session, keys, lang)
        sitting.run()
    complain(f"{len(sitting.done)} looked at, {len(session.waiting())} left")


@dataclass
class Sitting:
    """A person before the screen. `done` are (place in the queue, correction) of this sitting, last at the end."""

    session: "Session"
    keys: "Keyboard"
    lang: str
    done: list[tuple[int, int]] = field(default_factory=list)

    def run(self) -> None:
        """Until nothing waits any more, the person quits, or the keys end."""
        queue = self.session.waiting()
        place = 0
        while place <= len(queue):
            item = self.session.read(*queue[place]) if place < len(queue) else None
            if item:
                place = self._look(item, place, len(queue))
            else:
                place = place + 1 if place < len(queue) else self._end(place)

    def _look(self, item: "Item", place: int, waiting: int) -> int:
        """One message, until it is left; the place in the queue to go on with."""
        draft, why, full = Draft(self.session.options(), item.labels), "", False
        while True:
            self._draw(item, draft, f"{place + 1}/{waiting}", full=full)
            key = self.keys.key()
            if key in ACCEPT:
                return self._settle(item, draft, why, place)
            if key in ("", "q"):
                return waiting + 1
            if key == "s":
                return place + 1
            if key == "u":
                return self._undo(place)
            if key == "w":
                why = self.keys.line("why: ")
            full = full != (key == "f")
            draft = draft.press(key)

    def _settle(self, item: "Item", draft: Draft, why: str, place: int) -> int:
        correction = self.session.settle(item, draft.labels, why)
        if correction is None:
            complain(f"{item.row.number} was changed meanwhile: here it is again")
            return place
        self.done.append((place, correction))
        return place + 1

    def _undo(self, place: int) -> int:
        if not self.done:
            return place
        before, correction = self.done.pop()
        if not self.session.undo(correction):
            complain("that case was changed since: it stays as it is")
            return place
        return before

    def _end(self, place: int) -> int:
        """The last one can be taken back, too."""
        if not self.done:
            return place + 1
        sys.stdout.write("Nothing is left. u takes the last one back, any other key ends.\n")
        sys.stdout.flush()
        return self._undo(place) if self.keys.key() == "u" else place + 1

    def _draw(self, item: "Item", draft: Draft, place: str, *, full: bool) -> None:
        from app.review.screen import draw, window

        sys.stdout.write(draw(item, draft, self.session.profile, window(self.lang, full=full), place))
        sys.stdout.flush()
