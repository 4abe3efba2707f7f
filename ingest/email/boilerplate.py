"""What stands below a person's words and is not theirs: footers of phones, legal disclaimers, "do not print".

Functions take one line or one paragraph; what they compare is its `plain` form.
"""

import re

from ingest.email.plain import plain
from ingest.email.words import any_of

_LINE_CHARS = 400
_FOOTER_CHARS = 90
_SHORTEST_BANNER = 60
_SHORTEST_DISCLAIMER = 80
_LONGEST_PRINTING = 300
_PARAGRAPH_CHARS = 4_000

_DEVICE = (
    r"(?:smartphone|telephone|portable|gsm|mobile|tablette|iphone|ipad|android|galaxy|samsung|huawei|handy|tablet|telefon"
    r"|telefoon|gerat|toestel|outlook|windows|mail|app)"
)
_FOOTERS = (
    r"(?:message )?(?:envoye|transmis) (?:de|depuis|a partir de|avec|par|via) (?:mon|ma|mes|un|une|l'|la|le)\b",
    r"(?:message )?envoye (?:de|depuis|avec|par|via) (?:outlook|yahoo|proton|gmail|courrier|iphone|android)\b",
    rf"envoye (?:de|depuis|a partir d[eu']) ?.*{_DEVICE}\b",
    r"(?:telecharger|obtenir|obtenez|installez) outlook pour |provenance ?: courrier |(?:garanti )?sans virus\b.*avast",
    r"von (?:meinem|meiner) .*(?:gesendet|geschickt|verschickt)$|virenfrei\b.*avast",
    rf"(?:gesendet|verschickt) (?:von|mit|aus) .*{_DEVICE}\b",
    rf"diese (?:nachricht|e-?mail) wurde (?:von|mit) .*{_DEVICE}\b",
    r"(?:holen sie sich |beziehen sie |laden sie )?outlook fur ",
    rf"(?:verstuurd|verzonden|gestuurd) (?:vanaf|van|vanuit|met|via|met behulp van) .*{_DEVICE}\b",
    r"(?:download )?outlook voor |virusvrij\b.*avast",
    rf"sent (?:from|via|with|using) .*(?:{_DEVICE}|yahoo|proton|gmail)|get outlook for |virus-?free\b.*avast",
)
_FOOTER = re.compile("|".join(_FOOTERS))
_EXCUSED = re.compile(
    r"(?:message )?(?:envoye|gesendet|verstuurd|verzonden|sent)\b.{0,60}\b(?:typo|brevity|tippfehler|kurze"
    r"|fautes?|coquilles|concision|brievete|spelfout|typefout|tikfout|beknopt)"
)

_LEGAL_START = re.compile(
    any_of(
        (
            (
                "ce message",
                "ce courriel",
                "ce courrier",
                "cet e-mail",
                "cet email",
                "ce mail",
                "le present",
                "le contenu",
            ),
            ("la presente communication", "les informations", "l'information", "toute information", "avertissement"),
            ("avis de confidentialite", "clause", "si vous n'etes pas", "si ce message"),
            ("diese e-mail", "diese mail", "diese nachricht", "dieses dokument", "der inhalt", "die information"),
            ("die in dieser", "haftungs", "vertraulich", "hinweis", "wichtiger hinweis", "falls sie", "sollten sie"),
            ("wenn sie nicht",),
            ("dit bericht", "deze e-mail", "deze mail", "dit e-mail", "de informatie", "de inhoud", "vrijwaring"),
            ("indien u", "als u niet"),
            ("disclaimer", "confidential", "notice", "this e-mail", "this email", "this message", "if you are not"),
            ("this communication", "the information", "the content"),
        )
    )
)
_LEGAL_WORDS = (
    *("confidenti", "destinatair", "piece jointe", "pieces jointes", "expediteur", "divulg", "exclusif"),
    *("exclusivement", "n'engage", "responsab", "interdit"),
    *("vertraulich", "empfanger", "adressat", "anhang", "anlagen", "absender", "unbefugt", "vernicht", "loschen"),
    *("haftung", "verboten"),
    *("vertrouwelijk", "geadresseerde", "bestemd", "bijlage", "afzender", "verwijder", "aansprakelijk", "verboden"),
    *("intended", "recipient", "attachment", "sender", "disclos", "privileged", "liab", "addressee", "prohibited"),
)
_PRINTING = (
    *("avant d'imprimer", "imprimer ce", "imprimer cet", "n'imprimez", "bevor sie diese", "ausdrucken"),
    *("ausdruck dieser", "afdrukt", "afdrukken", "print deze", "printen", "before printing", "before you print"),
)
_NATURE = re.compile(
    r"\b(?:a l'environnement|la planete|nos forets"
    r"|(?:die|der) umwelt|the environment|the planet|trees|bomen|het milieu)\b"
)
_PRINT = re.compile(r"\b(?:n')?imprim|\baus(?:zu)?druck|\baf ?(?:te )?druk|\b(?:uit)?(?:ge)?print")
_PRIVACY = re.compile(
    r"\b(?:rgpd|gdpr|dsgvo|avg|datenschutz\w*|privacy\w*|vie privee|donnees (?:a caractere )?personnel\w*"
    r"|persoonsgegevens|personenbezogene\w*|personal data)\b"
)
_LINK = re.compile(r"https?://|\bwww\.")
_LINKED = re.compile(
    r"(?:e-?mail ?)?(?:disclaimer|clause de non-responsabilite|haftungsausschluss|vrijwaring)\b.{0,40}$"
)
_OUTSIDE = re.compile(r"\b(?:externe?|external|exterieur|outside|ausserhalb|buiten|inconnue?)\b")
_BEWARE = re.compile(
    r"ne cliquez|n'ouvrez|do not (?:click|open)|don't click|(?:klicken|offnen) sie|klik niet|open geen|soyez prudent"
    r"|vorsicht|be careful|wees voorzichtig"
)
_THIS = re.compile(
    r"\b(?:ce|cet|this) (?:message|mail|e-?mail|courriel)\b|\b(?:diese|deze|dit) (?:nachricht|e-?mail|mail|bericht)\b"
    r"|^\W*(?:externe?|external)\W"
)
_SPEAKS = re.compile(r"\b(?:je|j'\w+|mon|ma|mes|m'\w+|ich|mein\w*|mir|mich|ik|mijn|mij|i|my|me)\b")
_PLEASE = ("pensez", "merci", "avant", "afin", "bitte", "denk", "please", "think", "before", "help")


def is_footer(line: str) -> bool:
    """Whether the whole line is what a phone, an app or a scanner adds: `Envoyé de mon iPhone`."""
    footer = plain(line[:_LINE_CHARS].partition("<http")[0].strip(" \t\xa0*_-<>[]."))
    if not 0 < len(footer) <= _FOOTER_CHARS:
        return False
    return bool(_EXCUSED.match(footer)) or ("," not in footer and bool(_FOOTER.match(footer)))


def is_banner(paragraph: str) -> bool:
    """Whether a paragraph is the warning that a mail system puts above a message from outside."""
    if len(paragraph) < _SHORTEST_BANNER or not paragraph.rstrip().endswith((".", "!", "]", "*")):
        return False
    words = plain(paragraph[:_PARAGRAPH_CHARS])
    warns = _THIS.search(words) and _OUTSIDE.search(words) and _BEWARE.search(words)
    return bool(warns) and not _SPEAKS.search(words)


def begins_disclaimer(line: str) -> bool:
    """Whether the line begins as disclaimers do."""
    return bool(_LEGAL_START.match(plain(line[:_LINE_CHARS]).lstrip("*-_ ")))


def is_disclaimer(paragraph: str) -> bool:
    """Whether a paragraph is legal boilerplate, tells of privacy, or asks to think before printing.

    One that begins like a disclaimer needs two more of its words, any other one four, and none says `I` or asks
    anything: people speak of attachments and of confidential files too.
    """
    words = plain(paragraph[:_PARAGRAPH_CHARS]).lstrip("*-_ ")
    if len(words) <= _LONGEST_PRINTING and _is_notice(words):
        return True
    if len(words) < _SHORTEST_DISCLAIMER or "?" in words:
        return False
    needed = 2 if _LEGAL_START.match(words) else 4
    return sum(word in words for word in _LEGAL_WORDS) >= needed and not _SPEAKS.search(words)


def _is_notice(words: str) -> bool:
    """Whether a short paragraph is about printing, or only points to a page on privacy or liability."""
    printing = words.startswith(_PLEASE) and "?" not in words and any(phrase in words for phrase in _PRINTING)
    printing = printing or bool(_PRINT.search(words) and _NATURE.search(words))
    pointing = "?" not in words and _LINK.search(words) and (_PRIVACY.search(words) or _LINKED.match(words))
    return bool(printing or pointing) and not _SPEAKS.search(words)
