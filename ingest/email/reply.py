"""The new text of a reply: quotes, signatures and disclaimers are folded away, never deleted.

Every line of the text is in `new` or in `quoted`, in its order. Where nothing new would be left, everything is new.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.email.boilerplate import begins_disclaimer, is_banner, is_disclaimer, is_footer
from ingest.email.card import card
from ingest.email.quotes import Kind, introduction, is_marked, is_rule, next_filled

_LOOKED_AT = 400
_SEARCHED_LINES = 10_000
_SIGNATURE_LINES = 30
_CARD_LINES = 8
_CARD_CHARS = 80
_PARAGRAPH_LINES = 40
_LINE_CHARS = 4_000
_BANNER_LINES = 6

_DATED = re.compile(r"[\d@]")
_FIGURE = re.compile(r"\s*>\s*+(?:=\s*+)?\d")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in two: what the sender wrote, and what was folded away (quotes, signature, disclaimer).

    `card` repeats the lines of `quoted` that are a visiting card below a sign-off.
    """

    new: str
    quoted: str
    card: str = ""


def fold(text: str) -> Folded:
    """Fold a text (lines ended by LF). Answers between quoted lines are new text. Linear time, never raises."""
    lines = text.split("\n")
    folded = _quoted(lines)
    _fold_banner(lines, folded)
    _fold_tails(lines, folded)
    cards = _fold_cards(lines, folded)
    new = "\n".join(line for line, away in zip(lines, folded, strict=True) if not away).strip("\n")
    if not new.strip():
        return Folded(text.strip("\n"), "")
    quoted = "\n".join(line for line, away in zip(lines, folded, strict=True) if away).strip("\n")
    return Folded(new, quoted, "\n".join(cards))


def _quoted(lines: Sequence[str]) -> list[bool]:
    """For each line whether it is quoted: marked with `>`, or below the last introduction that no marks follow."""
    quoted = [False] * len(lines)
    introduced = announced = False
    at = 0
    while at < len(lines):
        begin = introduction(lines, at) if at < _SEARCHED_LINES else None
        marked = begin is not None and _is_marked_below(lines, begin.end)
        if begin and (marked or begin.kind is not Kind.WEAK):
            end = begin.end if marked else len(lines)
            quoted[begin.start : end] = [True] * (end - begin.start)
            introduced, at = True, end
            continue
        if not lines[at].strip():
            quoted[at] = at > 0 and quoted[at - 1]
        elif is_marked(lines[at]):
            quoted[at] = introduced or not (announced or _FIGURE.match(lines[at][:_LOOKED_AT]))
        else:
            announced = _announces(lines[at])
        at += 1
    return quoted


def _announces(line: str) -> bool:
    """Whether `it says:` stands above marked lines: a log, not mail. Who quotes mail names its day or its sender."""
    said = line[-_LOOKED_AT:].rstrip()
    return said.endswith(":") and not _DATED.search(said)


def _is_marked_below(lines: Sequence[str], index: int) -> bool:
    below = next_filled(lines, index)
    return below < len(lines) and is_marked(lines[below])


def _fold_banner(lines: Sequence[str], folded: list[bool]) -> None:
    """Fold the warning against strangers that mail systems put on top; it ends a line, at times a wrapped one."""
    first = next_filled(lines, 0)
    for end in range(first + 1, min(first + _BANNER_LINES, len(lines)) + 1):
        if folded[end - 1] or not lines[end - 1].strip():
            return
        if is_banner(" ".join(line[:_LINE_CHARS] for line in lines[first:end])):
            folded[first:end] = [True] * (end - first)
            return


def _fold_tails(lines: Sequence[str], folded: list[bool]) -> None:
    """Fold what follows the sender's words: above the quoted text, and at the end. Answers in between have no tail."""
    stretches = _stretches(folded)
    for begin, end in {*stretches[:1], *stretches[-1:]}:
        tail = _tail(lines, begin, end)
        folded[tail:end] = [True] * (end - tail)


def _fold_cards(lines: Sequence[str], folded: list[bool]) -> list[str]:
    """Fold the cards below sign-offs, above the quoted text and at the end; what follows a card (`PS`) stays."""
    cards: list[str] = []
    stretches = _stretches(folded)
    for begin, end in sorted({*stretches[:1], *stretches[-1:]}):
        start, stop = card(lines, begin, end)
        folded[start:stop] = [True] * (stop - start)
        cards += lines[start:stop]
    return cards


def _stretches(folded: Sequence[bool]) -> list[tuple[int, int]]:
    """The stretches of lines that are not folded, as (begin, end)."""
    stretches, begin = [], 0
    for away, group in groupby(folded):
        end = begin + sum(1 for _ in group)
        if not away:
            stretches.append((begin, end))
        begin = end
    return stretches


def _tail(lines: Sequence[str], begin: int, end: int) -> int:
    """The line from which a stretch is only footers, disclaimers and a signature."""
    tail = end
    for start in _closing(lines, begin, end):
        tail = start
    return _signature(lines, begin, tail)


def _closing(lines: Sequence[str], begin: int, end: int) -> Iterator[int]:
    """The first lines of the footers, rules and disclaimers at the end, the last of them first."""
    while end > begin:
        last = end - 1
        if not lines[last].strip() or is_rule(lines[last]):
            end = last
            continue
        alone = is_footer(lines[last]) or is_disclaimer(lines[last][:_LINE_CHARS])
        start = last if alone else _disclaimer(lines, begin, end)
        if start == end:
            return
        yield start
        end = start


def _disclaimer(lines: Sequence[str], begin: int, end: int) -> int:
    """Where the disclaimer begins that ends here, `end` where there is none: the highest line that begins like one.

    It ends a paragraph, and the paragraph may hold the sender's words above it.
    """
    first = end
    while first > max(begin, end - _PARAGRAPH_LINES) and not _is_divider(lines[first - 1]):
        first -= 1
    starts = [at for at in range(first, end) if begins_disclaimer(lines[at])] or [first]
    return starts[0] if is_disclaimer(" ".join(line[:_LINE_CHARS] for line in lines[starts[0] : end])) else end


def _is_divider(line: str) -> bool:
    return not line.strip() or _delimiter(line) in ("--", "---") or is_rule(line)


def _signature(lines: Sequence[str], begin: int, end: int) -> int:
    """The last delimiter of RFC 3676 section 4.3 (`-- `, at times without its space), not too far above the end.

    Three dashes also divide a text in two: below them only a few short lines are a signature.
    """
    for at in range(end - 1, max(begin, end - _SIGNATURE_LINES) - 1, -1):
        if _delimiter(lines[at]) == "--" or (_delimiter(lines[at]) == "---" and _is_card(lines[at + 1 : end])):
            return at
    return end


def _is_card(lines: Sequence[str]) -> bool:
    """Whether the lines read like a visiting card: few, short, and none asks anything."""
    return len(lines) <= _CARD_LINES and not any(len(line) > _CARD_CHARS or line.endswith("?") for line in lines)


def _delimiter(line: str) -> str:
    return line[:_LOOKED_AT].rstrip("\xa0 ")
