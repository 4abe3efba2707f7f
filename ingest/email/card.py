"""Visiting cards below a sign-off without the `-- ` of RFC 3676: function, service, street, numbers, logo, slogan.

The sign-off and the name below it are the sender's words and stay. What follows is a card only where every line reads
like one and something in it is sure: people write questions below their names too.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.email.plain import plain

_SEARCHED_LINES = 40
_CARD_LINES = 24
_LINE_CHARS = 200
_NAME_WORDS = 6
_NAME_LINES = 6
_PIECE_WORDS = 6
_MIN_DIGITS = 9

_SIGN_OFF = re.compile(
    r"(?:"
    r"(?:bien |tres )?(?:a (?:vous|toi)|cordialement)|cdlt|cdt|bav|amicalement|respectueusement|sinceres salutations"
    r"|(?:avec )?(?:(?:mes|nos) )?(?:meilleures |cordiales |sinceres )?salutations(?: distinguees)?"
    r"|(?:veuillez|je vous prie d'|nous vous prions d')[^?:]{0,120}(?:salutations?|sentiments|consideration)[^?:]{0,40}"
    r"|(?:bonne|belle|excellente) (?:journee|soiree|fin de journee|semaine)"
    r"|(?:un grand |mille )?merci(?: (?:d'avance|beaucoup|a vous|bien|pour [^?:]{3,40}))?|d'avance merci"
    r"|(?:mit )?(?:freundliche|beste|herzliche|viele|liebe)[nmr]? gr(?:u|ue)ss(?:en?)?(?: aus \w+)?"
    r"|gr(?:u|ue)sse?|mfg|lg|vg"
    r"|hochachtungsvoll|(?:vielen |besten |herzlichen )?dank(?:e)?(?: (?:im voraus|sehr|schon))?"
    r"|(?:met )?(?:de )?(?:vriendelijke|hartelijke|beleefde|beste|oprechte) groet(?:en)?"
    r"|groet(?:en|jes)?|mvg|hoogachtend"
    r"|(?:alvast |hartelijk )?(?:bedankt|dank (?:u|je))(?: (?:wel|bij voorbaat))?"
    r"|(?:with )?(?:kind(?:est)?|best|warm(?:est)?)? ?regards|best(?: wishes)?|sincerely|cheers"
    r"|yours (?:sincerely|faithfully|truly)|(?:many )?thanks(?: in advance| a lot)?"
    r"|thank you(?: in advance| very much)?"
    r")(?:[ ,.!]*|(?: ?[,/-] ?| )[\w' ./-]{2,40},?)$"
)
_SPEECH = re.compile(
    r"\b(?:je|j'\w+|moi|me|mon|ma|mes|vous|votre|vos|nous|notre|nos|merci|svp|stp|s'il|ne|n'\w+|pas|est|sont|voici|voila"
    r"|\w+ez|aussi|encore|toujours|urgent\w*|dossier\w*|annexe\w*|ci-joint\w*|concerne|parcelle\w*|demande\w*"
    r"|ich|mir|mich|mein\w*|sie|ihr\w*|ihnen|wir|uns\w*|bitte|danke|nicht|kein\w*|noch|ist|sind|hier|dringend|akte\w*"
    r"|anlage\w*|anhang|antrag\w*|aktenzeichen|betrifft"
    r"|ik|mij|mijn|u|uw|wij|ons|onze|graag|gelieve|bedankt|niet|geen|nog|is|zijn|hier|dringend|bijlage\w*|aanvra\w*"
    r"|betreft|i|my|you|your|we|our|please|thanks|not|are|also|still|attach\w*|application|ref\w*|ps|p\.s|nb"
    r"|rappel\w*|appel\w*|joignable|ruf\w*|anruf\w*|erreichbar|bel|bellen|bereikbaar|call|reach|ask|see|send"
    r"|vraag\w*|frag\w*)\b"
)
_HOURS = re.compile(
    r"(?:ouvert|ferme|geopend|open|gesloten|geoffnet|geschlossen|closed|working days|werkdagen|arbeitstage"
    r"|jours de (?:travail|presence)|ik werk(?: niet)? op|je (?:ne )?travaille|ich arbeite|heures d'ouverture"
    r"|openingsuren|offnungszeiten|opening hours|permanence)\b.*"
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|montag|dienstag|mittwoch|donnerstag|freitag|maandag|dinsdag|woensdag"
    r"|donderdag|vrijdag|monday|tuesday|wednesday|thursday|friday|\d ?h|uhr)"
)
_FOLLOW = re.compile(r"(?:suivez|retrouvez|rejoignez|volg|folgen|follow)\b.*(?:facebook|linkedin|instagram|twitter)")
_NUMBER = re.compile(r"(?:\+\d|\b0)[\d ./()-]{7,24}\d")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{4}/\d|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_LABEL = re.compile(
    r"[^:]{0,60}\b(?:t|m|f|e|w|tel|telephone|telefon|telefoon|phone|gsm|mobil\w*|portable|handy|fax|direct|mail|e-?mail"
    r"|courriel|web|site|internet|https?|mailto|cid|sitz|tva|btw|vat|bce|iban)\.? ?:"
)
_PLACE = re.compile(r"(?:^|[,-] )(?:[a-z]{1,2}-)?\d{4,5} [a-z]")
_PAGE = re.compile(r"(?<![<\[])https?://[^\s/>\]]+/[^\s>\]]")
_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.\w")
_SURE = re.compile(
    r"\bwww\.|https?://|^\[[^\]]+\]$"
    r"|\b(?:tva|btw|ust-idnr|vat|bce|kbo|hrb|rpm|rpr)\b|\b(?:sa|srl|sprl|asbl|scrl|bvba|bv|nv|vzw|gmbh|ltd|llp|plc)\b"
)
_FUNCTION = re.compile(
    r"\b(?:architecte?|ingenieur|engineer|geometre|landmeter|urbaniste|avocat\w*|notaire|notaris|juriste?|advocaat"
    r"|direct(?:eur|rice|or)|gerante?|administrat\w+|chef(?:fe)? d\w*|secretaire|attachee?|conseill\w+|gestionnaire"
    r"|assistante?|employee?|echevine?|bourgmestre|comptable|coordinat\w+|charg\w+ d\w*|service|departement|direction"
    r"|geschaftsfuhrer\w*|leiter\w*|sachbearbeiter\w*|fachbereich|abteilung|rechtsanwalt|rechtsanwaltin|sekretariat"
    r"|zaakvoerder|bestuurder|diensthoofd|deskundige|\w*ambtenaar|medewerk\w+|adviseur|dienst|afdeling|schepen"
    r"|manager|officer|consultant|head of|paralegal|solicitor|department)\b"
)


def card(lines: Sequence[str], begin: int, end: int) -> tuple[int, int]:
    """The card in the last lines of a stretch, as (begin, end); empty where there is none. Looks at 40 lines."""
    for at in range(end - 1, max(begin, end - _SEARCHED_LINES) - 1, -1):
        if _is_sign_off(lines[at]):
            start = _below_name(lines, at + 1, end)
            stop = _card_end(lines, start, end)
            if stop > start:
                return (start, stop) if _is_of_one(lines[start:stop]) else (end, end)
    return end, end


def _is_sign_off(line: str) -> bool:
    return 0 < len(line) <= _LINE_CHARS and bool(_SIGN_OFF.match(plain(line)))


def _below_name(lines: Sequence[str], index: int, end: int) -> int:
    """The line below the name that follows a sign-off; the same line where a card follows at once.

    `For the council,` and `The secretary,` stand above the name and stay with it.
    """
    filled = (at for at in range(index, min(index + _NAME_LINES, end)) if lines[at].strip())
    name = next((at for at in filled if not lines[at].rstrip().endswith((",", ":"))), end)
    if name == end or len(lines[name]) > _LINE_CHARS or _is_contact(plain(lines[name])):
        return name
    return name + 1 if len(lines[name].split()) <= _NAME_WORDS else name


def _card_end(lines: Sequence[str], start: int, end: int) -> int:
    """The end of the paragraphs that read like a card, up to the last of them that surely belongs to one."""
    stop = start
    for first, last in _paragraphs(lines, start, min(end, start + _CARD_LINES)):
        if not all(map(_is_card_like, lines[first:last])):
            break
        if any(map(_is_sure, lines[first:last])):
            stop = last
    return stop


def _is_of_one(lines: Sequence[str]) -> bool:
    """Whether a card is of one person: several lines with a post code, an address or `Name, function` are a list."""
    words = [plain(line) for line in lines]
    places, addresses = (sum(bool(one.search(line)) for line in words) for one in (_PLACE, _ADDRESS))
    named = sum("," in line and bool(_FUNCTION.search(line)) for line in words)
    return max(places, addresses, named) <= 1


def _paragraphs(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for at in range(start, end + 1):
        if at == end or not lines[at].strip():
            if at > first:
                yield first, at
            first = at + 1


def _is_card_like(line: str) -> bool:
    """Whether a line may stand on a card: short pieces that say nothing to the reader, and no file or date."""
    words = plain(line[: _LINE_CHARS + 1])
    if len(words) > _LINE_CHARS:
        return False
    if "?" in words or words.endswith(":"):
        return False
    if _HOURS.match(words) or _FOLLOW.match(words):
        return True
    if _PAGE.search(words) or _DATE.search(_PLACE.sub("", words)):
        return False
    if words.startswith(("- ", "* ", "> ")) or (":" in words and not _LABEL.match(words)):
        return False  # a list, and `Architect: somebody`, are told to us
    pieces = re.split(r"[|·•,;/]| - |\t", _NUMBER.sub("", words))
    return not _SPEECH.search(words) and all(len(piece.split()) <= _PIECE_WORDS for piece in pieces)


def _is_sure(line: str) -> bool:
    """Whether a line belongs to a card and to nothing else that stands below a name."""
    words = plain(line[:_LINE_CHARS])
    return bool(_is_contact(words) or _FUNCTION.search(words) or _HOURS.match(words))


def _is_contact(words: str) -> bool:
    number = _NUMBER.search(words)
    if number and sum(map(str.isdigit, number[0])) >= _MIN_DIGITS:
        return True
    return any(sure.search(words) for sure in (_ADDRESS, _PLACE, _SURE))
