"""Rules over the text: what a model of eight hundred messages cannot be sure to have seen. They only give hints."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cases.event import Channel
from classify.finding import Finding
from classify.select import Reading
from classify.signals import Named
from classify.text import fold

_RIGHT_LAPSES = re.compile(
    r"""\b(?:delai\ de\ rigueur|forclusion|forclos|minuit|mitternacht|middernacht|midnight|23\s?[h:]\s?59
      | (?:ce\ soir|heute\ abend|vanavond|tonight|this\ evening|end\ of\ (?:the\ )?day)
      | (?:pour|avant|d'ici|echeance|expire|jusqu'a|limite|tombe|cloture)\ (?:est\ )?(?:demain|aujourd'hui)
      | (?:bis|vor|frist|endet|ablauft)\ (?:ist\ )?(?:morgen|heute)\b(?!\s+(?:fruh\s+)?(?:ging|war))
      | (?:tegen|voor|uiterlijk|vervalt)\ (?:morgen|vandaag)
      | (?:by|before|until|due|expires?|closes?|lapses?)\ (?:today|tomorrow)
      | (?:demain|morgen|tomorrow)\ (?:dernier\ delai|au\ plus\ tard|spatestens|at\ the\ latest))""",
    re.VERBOSE,
)
_LEAK = re.compile(
    r"""\b(?:fuite\ de\ donnees|rgpd|dsgvo|gdpr|avg-lek|datalek|datenleck|data\ (?:leak|breach)
      | (?:voi[st]|voyons|vu|visibles?|sehen?|zien|see)\b.{0,60}
        \b(?:dossiers?|donnees|adresses?|akten|daten|gegevens|data)\b.{0,40}
        \b(?:d'une?\ autre|d'autres|anderen?|andere|another|other))""",
    re.VERBOSE,
)
_EVERYBODY = re.compile(
    r"""\b(?:toutes\ les\ (?:communes|directions)|tous\ les\ (?:utilisateurs|agents|bureaux|services)
      | personne\ ne\ (?:peut|sait|arrive)|tout\ le\ (?:service|monde|departement)
      | (?:plusieurs|autres)\ communes
      | alle\ (?:gemeinden|benutzer|kollegen|gemeenten|gebruikers|collega's|diensten)
      | niemand\ (?:kann|kommt|kan|geraakt)
      | (?:die|de|het)\ (?:ganze|hele)\ (?:abteilung|verwaltung|dienst|bestuur)|iedereen
      | (?:all|every)\ (?:users?|municipalit(?:y|ies)|communes?|colleagues|offices?)|nobody\ can|everyone)\b""",
    re.VERBOSE,
)
_NUMBERED = re.compile(r"(?:^|[\s;,.:])(?:1[).°]|a\)|- ).{3,300}?[\s;,.?](?:2[).°]|b\)|- )", re.DOTALL)
_ORDERED = (
    re.compile(
        r"\b(?:premierement|primo|d'abord|premiere chose|erstens|zum einen|eerst en vooral|ten eerste|first(?:ly)?)\b"
    ),
    re.compile(r"\b(?:deuxiemement|secundo|ensuite|deuxieme chose|zweitens|zum anderen|ten tweede|second(?:ly)?)\b"),
)
_COUNTED = re.compile(
    r"\b(?:deux|trois|2|3|plusieurs|quelques|zwei|drei|mehrere|twee|drie|enkele|two|three|several)\s+(?:petites? )?"
    r"(?:questions?|demandes|choses|points|sujets|fragen|anliegen|punkte|vragen|zaken|verzoeken|punten|requests|things|issues)\b"
)
_BESIDES = re.compile(
    r"\b(?:par ailleurs|autre chose|autre question|tant que j'y suis|au passage|en outre|rien a voir|sans lien"
    r"|ausserdem|andere frage|noch etwas|nebenbei|daarnaast|andere vraag|nog iets|trouwens"
    r"|by the way|another question|one more thing|separately|unrelated)\b"
)
_AUTOMATIC = re.compile(
    r"""^(?:automatic\ reply|auto(?:matische)?[\s-]?(?:reply|antwort|antwoord)|reponse\ automatique
      | out\ of\ (?:the\ )?office
      | absence\ du\ bureau|abwesenheitsnotiz|abwesenheit|afwezigheid|undeliver
      | delivery\ (?:status|failure)|mail\ delivery
      | returned\ mail|non\ remis|unzustellbar|onbestelbaar|failure\ notice)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the rules saw. `tool` is the one tool named beyond doubt, or ''; `words` counts what the sender wrote.

    `lapsing`, `leak` and `widespread` are the words that told so, or ''.
    """

    channel: Channel
    words: int
    tool: str = ""
    automatic: bool = False
    lapsing: str = ""
    leak: str = ""
    widespread: str = ""
    several: bool = False


def hints(reading: Reading, finding: Finding) -> Hints:
    """All hints of one message."""
    written = f"{reading.subject}\n{reading.body}"
    text = fold(written)
    return Hints(
        channel=reading.channel,
        words=reading.words,
        tool=gate(finding.named),
        automatic=bool(_AUTOMATIC.match(fold(reading.subject).strip())),
        lapsing=_words(_RIGHT_LAPSES, text, written),
        leak=_words(_LEAK, text, written),
        widespread=_words(_EVERYBODY, text, written),
        several=several(text),
    )


def _words(pattern: re.Pattern[str], text: str, written: str) -> str:
    """What the pattern finds, as it was written where folding kept the letters in their places; else folded."""
    match = pattern.search(text)
    if match is None:
        return ""
    return " ".join((written if len(written) == len(text) else text)[match.start() : match.end()].split())


def gate(named: Iterable[Named]) -> str:
    """The tool that the new text names like a proper name, where it is the only one; else ''."""
    proper = {tool.tool for tool in named if tool.part < 2 and tool.upper and tool.how == "name"}
    return proper.pop() if len(proper) == 1 else ""


def several(text: str) -> bool:
    """Whether requests are numbered, counted, or one more follows."""
    listed = bool(_NUMBERED.search(text)) or all(pattern.search(text) for pattern in _ORDERED)
    return listed or bool(_COUNTED.search(text)) or bool(_BESIDES.search(text) and text.count("?") > 1)
