"""Finds people's names by how they are brought up: after a title, an introduction, or under the close of a letter.

Without a model. What nothing brings up is not found; docs/privacy.md says how many those are.
"""

import re
from collections.abc import Iterable, Iterator

MARK = "[name]"

_WORD = r"(?:[dDlLO]['’])?[A-ZÀ-ÖØ-Þ][\w'’]{0,30}(?:-[A-ZÀ-ÖØ-Þa-z][\w'’]{0,30}){0,2}"
_LINK = r"(?:(?:de|du|des|van|von|der|den|het|ten|ter|le|la|el|al|ben|da|di|zu|Le|La|Van|De|Den|Der)[ ])"
_NAME = rf"{_LINK}{{0,2}}{_WORD}(?:[ ]{_LINK}{{0,2}}{_WORD}){{0,3}}"
_FULL = rf"{_WORD}(?:[ ]{_LINK}{{0,2}}{_WORD}){{1,3}}"

_TITLE = (
    r"(?<!\w)(?:M\.|MM\.|Mr\.?|Mme\.?|Mlle\.?|Mmes|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle|[Mm]aître|Dr\.?|[Dd]octeur|Herrn?|Frau"
    r"|[Dd]hr\.?|[Dd]e heer|[Mm]evr\.?|[Mm]evrouw|[Mm]eneer|Mrs\.?|Ms\.?|Miss|[Ff]amille|[Ff]amilie)[ ]"
)
_INTRODUCTION = (
    r"(?<!\w)(?i:je m['’]appelle|mon nom est|je me nomme|soussignée?,?|nommée?|mein name ist|ich hei(?:ß|ss)e"
    r"|im namen von|unterzeichneter?,?|mijn naam is|ik heet|namens|op naam van|ondergetekende,?|my name is"
    r"|on behalf of|i am called"
    r"|mon (?:mari|frère|fils|père|voisin)|ma (?:femme|sœur|fille|mère|voisine)|mein (?:mann|sohn|vater|bruder)"
    r"|meine (?:frau|tochter|mutter|schwester)|mijn (?:man|vrouw|zoon|dochter|vader|moeder|broer|zus)"
    r"|my (?:husband|wife|son|daughter|father|mother|brother|sister))[ ]"
)
_ASSERTION = r"(?<!\w)(?i:je suis|au nom de|ich bin|ik ben|i am|this is|ici|hier ist|hier is|met)[ ]"
_CLOSE = (
    r"(?im:^[ \t]*(?:cordialement|bien cordialement|bien à vous|sincèrement|salutations|meilleures salutations"
    r"|merci(?: d['’]avance)?"
    r"|(?:mit )?freundlichen? gr(?:ü|ue)(?:ß|ss)en?|viele gr(?:ü|ue)(?:ß|ss)e|mfg|beste gr(?:ü|ue)(?:ß|ss)e"
    r"|(?:met )?vriendelijke groet(?:en)?|hoogachtend|groeten|mvg|(?:kind|best|warm)? ?regards|sincerely"
    r"|yours sincerely|thanks|thank you)[ \t]*[,.!]?[ \t]*$)\s{1,20}"
)
_ALONE = rf"{_NAME}(?=[ \t]*(?:\r?\n|$))"

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_TITLE}(?P<name>{_NAME})",
        rf"{_INTRODUCTION}(?:(?:monsieur|madame|herr|frau) )?(?P<name>{_NAME})",
        rf"{_ASSERTION}(?P<name>{_FULL})",
        rf"{_CLOSE}(?P<name>{_ALONE})",
    )
)

_NOBODY = re.compile(
    r"madame|monsieur|mademoiselle|messieurs|mesdames|herr|frau|damen|herren|meneer|mevrouw|sir|directeur|directrice"
    r"|ministre|présidente?|bourgmestre|le|la|les|service|commune|administration|région|wallonie|bruxelles|belgique|belgië"
    r"|belgien|gemeinde|gemeente|verwaltung|stad|dienst|ministerie|ministerium|envoyé|sent|verzonden|gesendet|architecte"
    r"|géomètre|notaire|belge|français|allemand|deutsch|dutch|english|nederlands|notice|bonjour"
)
"""Words that stand where a name could and are none."""


def people(text: str, known: Iterable[str] = ()) -> list[tuple[int, int]]:
    """Where names stand, in order and without overlaps: those that are brought up, and those that are known."""
    found = sorted({*_brought_up(text), *_known(text, known)}, key=lambda one: (one[0], -one[1]))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def nameless(text: str, known: Iterable[str] = ()) -> str:
    """The text with `MARK` in place of them. Twice changes nothing more."""
    pieces, last = [], 0
    for start, end in people(text, known):
        pieces += [text[last:start], MARK]
        last = end
    return "".join((*pieces, text[last:]))


def _brought_up(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("name")
            if not _NOBODY.fullmatch(match["name"].split()[0].lower()):
                yield start, end


def _known(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """A known name wherever it stands, whole or a part of it, written with a capital."""
    parts = {part for name in names for part in (name, *name.split()) if len(part) > 3 and part[0].isupper()}
    if parts:
        ordered = sorted(parts, key=len, reverse=True)
        for match in re.finditer(r"(?<!\w)(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)", text):
            yield match.span()
