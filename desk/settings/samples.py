"""What the mails of a service say, each filled in with an invented case. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cases.case import case_id, case_number
from cases.errors import PermanentError
from cases.profile import Profile
from cases.tokens import Signer
from notify.kinds import needed
from notify.preview import Preview, preview_of

WHO = "jeanne.dupont@example.org"
TEXTS = {
    "fr": "{} affiche une erreur depuis ce matin.",
    "de": "{} zeigt seit heute früh einen Fehler.",
    "nl": "{} toont sinds vanochtend een fout.",
    "en": "{} has shown an error since this morning.",
}
"""What the invented person writes about the service's first tool, or else about the service."""


def kinds(profile: Profile) -> list[str]:
    """The kinds of text that the service needs."""
    return [str(kind) for kind in needed(profile)]


def sample(kind: str, lang: str, profile: Profile, signer: Signer, now: datetime) -> Preview:
    """A mail of that kind in that language. One that cannot be rendered says why, as `aiguillage profile check`."""
    identity = case_id(now.year, 0)
    columns = {
        "kind": kind,
        "case_id": identity,
        "mailbox": profile.mailboxes[0].name,
        "recipient": WHO,
        "lang": lang,
        "automatic": True,
        "context": _context(profile, identity, lang, now),
        "created_at": now,
    }
    try:
        return preview_of(columns, profile, signer, profile.website)
    except PermanentError as error:
        return Preview(WHO, lang, "", str(error), kind)


def _context(profile: Profile, identity: int, lang: str, now: datetime) -> Mapping[str, Any]:
    """Something for every variable that a text may name."""
    motif = next((one for one in profile.motifs if one.id == "incident"), profile.motifs[0])
    about = profile.tools[0].labels if profile.tools else profile.service
    said = TEXTS.get(lang, TEXTS["en"]).format(about[lang])
    before, after = (now - timedelta(hours=4)).isoformat(), (now + timedelta(days=1)).isoformat()
    return {
        "number": case_number(profile.case_prefix, identity),
        "category": motif.category,
        "motif": motif.id,
        "tool": profile.tools[0].id if profile.tools else "",
        "scope": next(iter(profile.contacts), ""),
        "confidence": {"motif": 0.92, "tool": 0.88, "scope": 0.99},
        "subject": said,
        "sender": WHO,
        "requester": WHO,
        "submitter": WHO,
        "text": said,
        "wording": said,
        "question": said,
        "missing": [one.id for one in profile.wanted],
        "phone": profile.lines[0].shown if profile.lines else "",
        "priority": "P2",
        "queue": "line1",
        "n2": profile.second_level[0].label if profile.second_level else "",
        "ticket": "DIG-884",
        "by": "Paul",
        "rule": profile.routing.rules[0].name if profile.routing.rules else "",
        "lang": lang,
        "expected_at": after,
        "due": after,
        "since": before,
        "opened_at": before,
        "closed_at": before,
        "alarm": "warning",
        "clock": "response",
        "what": "wrote",
        "count": 12,
        "usual": "2",
        "cases": [case_number(profile.case_prefix, identity)],
    }
