"""What of a message carries its meaning: the new text, and of a long one the sentences that say what is wanted.

Cutting alone loses what sits at the end of a long mail; the request often does.
"""

import re
from dataclasses import dataclass

from cases.event import Channel, Message
from classify.text import WORD, fold, storable

BODY_LIMIT = 1_300
QUOTED_LIMIT = 600
SUBJECT_LIMIT = 200
RAW_LIMIT = 20_000
FORWARD_WORDS = 25

_QUOTE = re.compile(
    r"""^(?:[ \t]*>
      | [ \t]*-{2,}[ ]*(?:original|message|urspr|oorspr|forward|transf|weiterg|doorgest)
      | [ \t]*_{10,}[ \t]*$
      | (?:de|from|von|van)[ ]?:[ ].{3,120}\n(?:envoy[ée]|sent|gesendet|verzonden|date|datum|[àa]|to|an|aan)[ ]?:
      | (?:le|am|op|on)[ ].{5,120}\b(?:[ée]crit|schrieb|schreef|wrote)\b[^\n]{0,60}:?[ \t]*$
    )""",
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
_FORWARD = re.compile(r"^\s*(?:tr|fw|fwd|wg|doorst|i)\s*:", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+(?=\s|$)|\n+|$|[.!?])")
_DISCLAIMER = re.compile(r"confidenti|vertraulich|vertrouwelijk|disclaimer|virus|imprime|print|destinataire|empfanger")
_CUE = re.compile(
    r"""\b(?:ne|pas|plus|impossible|erreur|bloqu|pourri|pouvez|merci\ de|besoin|voudrai|souhait|comment|demand
      | nicht|kein|fehler|konnen|konnten|bitte|brauch|mochte|niet|geen|fout|kunt|kunnen|gelieve|graag|nodig
      | not|cannot|error|could|please|need|how|urgent|dringend|notice|twice|gesper|declaration|espace)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of a message that are read: at most `SUBJECT_LIMIT`, `BODY_LIMIT` and `QUOTED_LIMIT` characters."""

    channel: Channel
    subject: str
    body: str
    quoted: str = ""

    @property
    def words(self) -> int:
        """How many words the sender wrote."""
        return len(WORD.findall(self.subject)) + len(WORD.findall(self.body))


def select(message: Message) -> Reading:
    """The subject, the new text and a little of what it answers, cut to what carries the meaning."""
    subject = storable(message.subject[:SUBJECT_LIMIT])
    body, quoted = split_quote(storable(message.body[:RAW_LIMIT]), forwarded=bool(_FORWARD.match(subject)))
    return Reading(message.channel, subject, condense(body), (quoted + "\n" + message.quoted)[:QUOTED_LIMIT].strip())


def split_quote(body: str, *, forwarded: bool = False) -> tuple[str, str]:
    """The new text and what it quotes. A text that is all quote, or a short note above a forward, is kept whole."""
    start = _QUOTE.search(body)
    if start is None:
        return body, ""
    new, quoted = body[: start.start()], body[start.start() :]
    words = len(WORD.findall(new))
    if words < 1 or (forwarded and words < FORWARD_WORDS):
        return body, ""
    return new, quoted


def condense(body: str, limit: int = BODY_LIMIT) -> str:
    """`body` where it is short; else its weightiest sentences in their order, `limit` characters at most."""
    body = body.strip()
    if len(body) <= limit:
        return body
    sentences = [match.group() for match in _SENTENCE.finditer(body)]
    kept: set[int] = set()
    room = limit
    for index in sorted(range(len(sentences)), key=lambda i: (-weight(sentences[i], i), i)):
        if len(sentences[index]) <= room:
            kept.add(index)
            room -= len(sentences[index])
    return "".join(sentences[index] for index in sorted(kept)).strip() or body[:limit]


def weight(sentence: str, position: int) -> float:
    """How likely the sentence says what the sender wants: openings, questions, negations, requests, tool names."""
    folded = fold(sentence)
    if _DISCLAIMER.search(folded):
        return -1.0
    opening = 1.5 if position < 4 else 0.0
    return opening + 2.0 * ("?" in sentence) + min(3.0, len(_CUE.findall(folded)))
