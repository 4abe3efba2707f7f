"""The words of machines, as `plain` writes them: in French, German, Dutch and English, language by language."""

import re

SAYS_AUTOMATIC = (
    ("reponse automatique", "reponse automatique d'absence", "reponse d'absence", "message d'absence"),
    ("message automatique d'absence", "avis d'absence", "notification d'absence"),
    ("accuse automatique", "accuse de reception automatique", "confirmation automatique"),
    ("absent du bureau", "absente du bureau", "absence du bureau"),
    ("automatische antwort", "autom. antwort", "automatische ruckmeldung", "automatische abwesenheitsnotiz"),
    ("abwesenheitsnotiz", "abwesenheitsbenachrichtigung", "abwesenheitsnachricht", "abwesenheitsmeldung"),
    ("abwesenheitsassistent", "automatische eingangsbestatigung", "automatische bestatigung"),
    ("automatisch antwoord", "automatische beantwoording", "automatische reactie", "afwezigheidsbericht"),
    ("automatische ontvangstbevestiging", "automatische bevestiging"),
    ("automatisch afwezigheidsbericht", "afwezigheidsmelding", "afwezigheidsassistent"),
    ("automatic reply", "automated reply", "automatic response", "automated response", "auto reply", "auto-reply"),
    ("automatic acknowledgement", "automatic acknowledgment"),
    ("autoreply", "auto response", "auto-response", "autoresponse", "vacation reply", "out of office reply"),
    ("out of office", "out-of-office", "out of the office", "out of office autoreply", "out of office notification"),
)
"""What begins the subject of an automatic reply, and of little else."""

MAY_SAY_AUTOMATIC = (
    ("absent", "absente", "en conge", "en conges", "message automatique", "accuse de reception"),
    (
        "abwesend",
        "abwesenheit",
        "nicht im buro",
        "im urlaub",
        "urlaub",
        "automatische nachricht",
        "eingangsbestatigung",
    ),
    ("afwezig", "afwezigheid", "buiten kantoor", "met verlof", "automatisch bericht", "ontvangstbevestiging"),
    ("away", "ooo", "on vacation", "on leave", "acknowledgement of receipt"),
)
"""What people put in a subject as well: it counts only in a mail that answers another one."""

SAYS_NOT_DELIVERED = (
    ("non remis", "non-remis", "non delivr", "non distribu", "non-distribu", "echec de", "echec d'", "echec lors"),
    ("remise impossible", "remise retardee", "remise differee", "remise du message", "retard de", "message retourne"),
    ("message refuse", "avis de non", "notification d'etat", "rapport de non"),
    ("unzustellbar", "nicht zugestellt", "nicht zustellbar", "zustell", "mailfehler", "mail-fehler", "ubermittlung"),
    ("verzogert",),
    ("onbestelbaar", "niet bezorgd", "niet afgeleverd", "bezorg", "aflever", "verzend", "kan niet worden", "vertraagd"),
    ("undeliver", "returned mail", "returned to sender", "return to sender", "returning message", "failure notice"),
    (
        "delivery status",
        "delivery failure",
        "delivery failed",
        "delivery has failed",
        "delivery delayed",
        "delayed mail",
    ),
    ("delivery report", "delivery notification", "delivery problem", "delivery error", "mail delivery", "mail failure"),
    ("mail system error", "failed mail", "not be delivered", "not delivered", "message delayed", "message status"),
    ("warning: message", "warning: could not send"),
)
"""What the subject of a bounce says somewhere. People say so too: it counts only from a daemon or from nobody."""


def any_of(*languages: tuple[tuple[str, ...], ...]) -> str:
    """A regular expression for any of the phrases, the longest first."""
    phrases = {phrase for language in languages for group in language for phrase in group}
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
