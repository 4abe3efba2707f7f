"""One message on one card: what it says, with the words that counted, and what can be chosen. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cases.profile import Profile
from cases.review import Cause, Field, Labels
from classify.select import condense
from desk.review.session import Item

GIST = 600
"""Characters of a text that are shown at first: what can be read in the seconds that a message may take."""
DOUBT_OF_INCIDENT = "possible_incident"
INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `counted`: it is a word that spoke for the tags."""

    text: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What one screen shows. `second` are the labels that are suggested beside the model's own, None where none are;
    `rest` is the whole text where the gist is not all of it."""

    item: Item
    gist: Sequence[Piece]
    rest: Sequence[Piece]
    second: Labels | None

    @property
    def audited(self) -> bool:
        return self.item.cause is Cause.AUDIT

    @property
    def reasons(self) -> list[str]:
        """Why a person looks, as the model said it."""
        return [one for one in str(self.item.row.tags.get("reason") or "").split(", ") if one]


def card(item: Item, profile: Profile, mistaken_for: str) -> Card:
    """The card of a case. `mistaken_for` is the motif that the model takes for this one most often, '' where nobody
    knows."""
    text, words = item.text, _words(item)
    gist = condense(text, GIST)
    rest = pieces(text, words) if len(gist) < len(text.strip()) else ()
    return Card(item, pieces(gist, words), rest, second(item, profile, mistaken_for))


def second(item: Item, profile: Profile, mistaken_for: str) -> Labels | None:
    """The other reading: an incident where one is feared, else what such a motif really is most often when it is not
    what the model said."""
    feared = DOUBT_OF_INCIDENT in str(item.row.tags.get("reason") or "")
    motif = INCIDENT if feared and item.row.motif != INCIDENT else mistaken_for
    known = {one.id for one in profile.motifs}
    return {**item.labels, Field.MOTIF: motif} if motif in known and motif != item.row.motif else None


def pieces(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The text with the words that counted by themselves."""
    if not words:
        return (Piece(text, counted=False),) if text else ()
    spoken = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    parts = re.split(rf"(?<!\w)((?:{spoken}))(?!\w)", text, flags=re.IGNORECASE)
    return tuple(Piece(part, counted=bool(place % 2)) for place, part in enumerate(parts) if part)


def _words(item: Item) -> list[str]:
    tags = item.row.tags
    said = [*(tags.get("evidence") or ()), *(tags.get("cues") or {}).values()]
    return [word for word in dict.fromkeys(said) if word.strip()]
