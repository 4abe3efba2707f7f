"""A row of the outbox of every kind, with all that its text can say, for a service that uses everything."""

from dataclasses import replace
from typing import Any

from cases.mails import PRIVATE
from cases.policy import OutboundKind
from cases.profile import Profile
from cases.receipt import Wanted
from cases.secondlevel import SecondLevel
from notify.compose import Composer
from tests.notify.outbox import CASE, CONTEXT, PUBLIC_URL, SIGNER, Row, profile

ESCALATION = 9
DOMAIN = "monpermis.example.be"
PICTURE, LOG = "a" * 64, "b" * 64
BODIES = {PICTURE: b"\x89PNG\r\n\x1a\n" + b"\0" * 100}
"""What is still kept of them."""

COMMON = {
    "number": "MPA-26-00412",
    "subject": "Impossible d'envoyer ma déclaration",
    "category": "incident",
    "motif": "incident",
    "tool": "notice",
    "review": False,
}
THREAD = {"in_reply_to": "<question@example.org>", "references": ["<earlier@example.org>", "<question@example.org>"]}
QUESTION = "Bonjour Madame,\n\nPouvez-vous nous envoyer une copie d'écran de l'erreur ?"
ANSWER = (
    "Bonjour Madame,\n\nVotre accès à NOTICe est rétabli depuis ce matin. Pour vous connecter :\n\n"
    "- ouvrez https://permis.example.be/notice ;\n- choisissez « itsme ».\n\nBien cordialement,"
)
STAY = {"n2": "Digital", "ticket": "DIG-1234", "priority": "P2"}
DETAILS = {
    "since": "ce matin, 8 h 30",
    "affected": "tout le bureau, 12 personnes",
    "tried": "autre navigateur, cache vidé",
    "wording": "Depuis ce matin, l'envoi d'une déclaration dans NOTICe finit par l'erreur 500.\n\n"
    "Le reste de l'application répond.",
}
MANY = {"since": "2026-11-20T09:00:00+00:00", "count": 2, "cases": ["MPA-26-00412", "MPA-26-00415"]}
WORDS = (
    "Bonjour,\n\nDepuis ce matin je n'arrive plus à envoyer ma déclaration : « erreur 500 ».\n"
    "Vous pouvez m'appeler au [phone].\n\n- Jeanne"
)

CONTEXTS: dict[OutboundKind, dict[str, Any]] = {
    OutboundKind.ACKNOWLEDGEMENT: {
        **CONTEXT,
        "expected_at": "2026-11-24T15:00:00+00:00",
        "deadline": "2026-12-01",
        "missing": ["screenshot", "file_number"],
        "articles": [{"title": "Se connecter à NOTICe", "link": "https://permis.example.be/aide/notice"}],
        "incident": "NOTICe est interrompu depuis 8 h 30. Nous y travaillons.",
    },
    OutboundKind.REDIRECT: {**CONTEXT, "scope": "metier"},
    OutboundKind.RETIRED: {**CONTEXT, "expected_at": "2026-11-24T15:30:00+00:00"},
    OutboundKind.NOTICE: {
        **CONTEXT,
        "priority": "P2",
        "queue": "line2",
        "expected_at": "2026-11-24T15:00:00+00:00",
        "fields": {"dossier": "2026/118"},
    },
    OutboundKind.UNREACHED: {**COMMON, "phone": "+32 81 33 50 50"},
    OutboundKind.ESCALATION: {
        **COMMON,
        **STAY,
        **DETAILS,
        "rule": "",
        "by": "Anne Lambert",
        "due": "2026-11-23T09:30:00+00:00",
        "masked": True,
        "requester": "",
        "lang": "fr",
        "text": WORDS,
        "opened_at": "2026-11-22T08:58:00+00:00",
        "files": [
            {"filename": "Capture d'écran é.png", "content_type": "image/png", "sha256": PICTURE},
            {"filename": "journal.txt", "content_type": "text/plain", "sha256": LOG},
        ],
        "original": "",
    },
    OutboundKind.ESCALATED: {
        **COMMON,
        **STAY,
        "rule": "",
        "by": "Anne Lambert",
        "wording": DETAILS["wording"],
        "due": "2026-11-23T09:30:00+00:00",
    },
    OutboundKind.N2_MESSAGE: {
        **COMMON,
        "n2": "Digital",
        "ticket": "DIG-1234",
        "text": "L'erreur est revenue à 10 h 12.",
        "by": "Anne Lambert",
    },
    OutboundKind.N2_REMINDER: {
        **COMMON,
        **STAY,
        "since": "2026-11-20T09:00:00+00:00",
        "due": "2026-11-23T09:30:00+00:00",
    },
    OutboundKind.REPLY: {**COMMON, **THREAD, "text": ANSWER, "by": "Anne Lambert", "waiting": True},
    OutboundKind.REMINDER: {**COMMON, **THREAD, "since": "2026-11-06T09:00:00+00:00", "question": QUESTION},
    OutboundKind.CLOSING: {
        **COMMON,
        **THREAD,
        "text": "Votre accès à NOTICe est rétabli.",
        "by": "Anne Lambert",
        "closing": 1,
    },
    OutboundKind.RELAY_CLOSING: {**COMMON, **THREAD, "closed_at": "2026-11-24T15:00:00+00:00"},
    OutboundKind.ALARM: {
        **COMMON,
        "alarm": "overdue",
        "clock": "response",
        "since": "2026-11-20T09:00:00+00:00",
        "due": "2026-11-24T15:00:00+00:00",
        "queue": "line2",
        "priority": "P2",
    },
    OutboundKind.EVENT: {**COMMON, "what": "n2_wrote"},
    OutboundKind.INCIDENT: {**COMMON, **THREAD, "text": ANSWER, "by": "Anne Lambert"},
    OutboundKind.INCIDENT_N2: {
        **COMMON,
        **MANY,
        "what": "announced",
        "n2": "Digital",
        "by": "Anne Lambert",
        "text": "NOTICe est interrompu depuis 8 h 30. Nous y travaillons.",
    },
    OutboundKind.WAVE: {**COMMON, **MANY, "incident": 3, "usual": "0.4"},
}
PERSONAL = frozenset({OutboundKind.REPLY, OutboundKind.CLOSING, OutboundKind.N2_MESSAGE, OutboundKind.ESCALATION})
PERSONAL |= {OutboundKind.INCIDENT, OutboundKind.INCIDENT_N2}
"""What a person wrote, in these letters."""


def letter(kind: str, lang: str = "fr", **changes: Any) -> Row:
    """A row of that kind, its context changed as asked."""
    found, private = OutboundKind(kind), kind in PRIVATE
    key = f"{kind}:{ESCALATION}" if private else f"{kind}:{CASE}"
    identify = SIGNER.thread_message_id if private else SIGNER.message_id
    return Row(
        kind=kind,
        lang=lang,
        message_id=identify(CASE, key, DOMAIN),
        automatic=found not in PERSONAL,
        context={**CONTEXTS[found], **changes},
        escalation_id=ESCALATION if private else None,
    )


def everything() -> Profile:
    """The shipped profile with a second level, contacts, a form, and things that it asks for."""
    found = profile()
    return replace(
        found,
        form="https://permis.example.be/formulaire",
        second_level=(SecondLevel(id="digital", label="Digital", address="support@digital.example.be"),),
        contacts={
            "metier": {
                "fr": "Le fonctionnaire technique de votre province : https://permis.example.be/contacts",
                "de": "Der technische Beamte Ihrer Provinz: https://permis.example.be/contacts",
                "nl": "De technisch ambtenaar van uw provincie: https://permis.example.be/contacts",
                "en": "The technical officer of your province: https://permis.example.be/contacts",
            }
        },
        wanted=(
            _wanted("screenshot", "une copie d'écran", "ein Bildschirmfoto", "een schermafdruk", "a screenshot"),
            _wanted("file_number", "le numéro de dossier", "das Aktenzeichen", "het dossiernummer", "the file number"),
        ),
        mailboxes=(replace(found.mailboxes[0], retired=True), *found.mailboxes[1:]),
    )


def _wanted(identity: str, fr: str, de: str, nl: str, en: str) -> Wanted:
    return Wanted(id=identity, labels={"fr": fr, "de": de, "nl": nl, "en": en})


def author() -> Composer:
    """A composer for that service."""
    return Composer(everything(), SIGNER, PUBLIC_URL)
