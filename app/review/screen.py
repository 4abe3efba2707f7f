"""One message on one screen: what it says, the words that spoke for its tags, and the labels to choose from."""

import re
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cases.profile import Motif, Profile, Tool
from cases.review import KEYS, Draft, Field
from classify.select import condense
from desk.review.session import Item

BOLD, REVERSE, DIM, PLAIN = "\x1b[1m", "\x1b[7m", "\x1b[2m", "\x1b[0m"
CLEAR = "\x1b[H\x1b[2J"
AROUND = 12
"""Lines of a screen that are not the message's text."""
GIST = 500
"""Characters of a text that are shown at first: what can be read in the twelve seconds that a message may take."""
HELP = "Enter accept   1-9 choose   m t o field   Tab next   f full text   w why   s skip   u undo   q quit"


@dataclass(frozen=True, slots=True)
class Window:
    """The terminal: `styled` where it shows bold, `lang` of the labels, `full` where the whole text is asked for."""

    columns: int
    lines: int
    styled: bool
    lang: str
    full: bool = False


def window(lang: str, *, full: bool = False) -> Window:
    """The terminal as it is now; a pipe gets plain text."""
    columns, lines = shutil.get_terminal_size()
    return Window(columns, lines, sys.stdout.isatty(), lang, full)


def draw(item: Item, draft: Draft, profile: Profile, window: Window, place: str) -> str:
    """The whole screen."""
    names = labels_of(profile, window.lang)
    parts = [
        _head(item, place, ZoneInfo(profile.timezone)),
        _marked(printable(item.row.subject or "-"), item, window),
        "",
        _marked(_text(item, window), item, window),
        "",
        *(line for field in Field for line in _choices(field, item, draft, names, window)),
        _styled(HELP, DIM, window),
    ]
    return (CLEAR if window.styled else "") + "\n".join(parts) + "\n"


def labels_of(profile: Profile, lang: str) -> Mapping[str, str]:
    """What people read for each motif and tool."""
    entries: Sequence[Motif | Tool] = (*profile.motifs, *profile.tools)
    return {entry.id: entry.labels.get(lang, entry.id) for entry in entries}


def printable(text: str) -> str:
    """Without what could steer the terminal."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def _head(item: Item, place: str, zone: ZoneInfo) -> str:
    row = item.row
    opened = row.opened_at.astimezone(zone).strftime("%d.%m. %H:%M")
    why = row.tags.get("reason") or "accepted"
    return f"{place}  {row.number}  {row.channel}  {row.lang}  {opened}  {item.cause}: {why}"


def _text(item: Item, window: Window) -> str:
    """What carries the meaning, in as many lines as there is room for."""
    room = max(4, window.lines - AROUND)
    kept = condense(printable(item.text), room * window.columns * 3 // 4 if window.full else GIST)
    lines = [part for line in kept.splitlines() if line.strip() for part in textwrap.wrap(line, window.columns)]
    return "\n".join(lines[:room] or ["(no text)"])


def _marked(text: str, item: Item, window: Window) -> str:
    """The words that spoke for the tags stand out."""
    words: Sequence[str] = [*(item.row.tags.get("evidence") or ()), *(item.row.tags.get("cues") or {}).values()]
    if not words:
        return text
    spoken = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{spoken})(?!\w)", lambda match: _styled(match.group(), BOLD, window, marks="**"), text)


def _choices(field: Field, item: Item, draft: Draft, names: Mapping[str, str], window: Window) -> Sequence[str]:
    """One field: how sure the model was, and every label with its key; the chosen one stands out."""
    sure = (item.row.tags.get("confidence") or {}).get(field)
    head = f"{'>' if draft.at == field else ' '} {field:<6} {f'{sure:4.0%}' if sure is not None else '   -'}  "
    shown = [
        _chosen(f"{key} {names.get(label, label)}", window)
        if label == draft.labels[field]
        else f"{key} {names.get(label, label)}"
        for key, label in zip(KEYS, draft.options[field], strict=False)
    ]
    return [head + "   ".join(shown)]


def _chosen(text: str, window: Window) -> str:
    return _styled(f" {text} ", REVERSE, window, marks="[]") if window.styled else f"[{text}]"


def _styled(text: str, style: str, window: Window, marks: str = "") -> str:
    if window.styled:
        return f"{style}{text}{PLAIN}"
    return f"{marks[:1]}{text}{marks[-1:]}" if marks else text
