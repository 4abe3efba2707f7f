"""What the texts of mails are filled in with: each variable is made in one way, from the row, the profile, the tokens.

docs/mails.md says what each is, and what the context of each kind of row holds.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from cases.codes import spaced
from cases.knowledge import MOST_ARTICLES
from cases.mails import PRIVATE
from cases.phone import tells_status
from cases.policy import OutboundKind
from cases.profile import Labels, Profile
from cases.tokens import Signer
from notify import local
from notify.headers import clean
from notify.html import MARKS
from notify.kinds import ATTACHED, VARIABLES
from notify.row import OutboundRow

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile("\n{3,}")
_CONFIDENCES = ("motif", "tool", "scope")
_LINKS = ("website", "link", "page", "tracking", "survey", "form")
_PROFILE_TEXTS = ("contact", "incident")
_WRITTEN_BY_US = frozenset(
    {OutboundKind.REPLY, OutboundKind.CLOSING, OutboundKind.N2_MESSAGE, OutboundKind.INCIDENT, OutboundKind.INCIDENT_N2}
)
_HEADLINE = 80


class Values:
    """Makes them in the words of a profile. `public_url` is where our pages are reached, without a slash at its end."""

    def __init__(self, profile: Profile, signer: Signer, public_url: str) -> None:
        self.profile = profile
        self.signer = signer
        self.public_url = public_url
        self._labels: Mapping[str, Mapping[str, Labels]] = {
            "category": {one.id: one.labels for one in profile.categories},
            "motif": {one.id: one.labels for one in profile.motifs},
            "tool": {one.id: one.labels for one in profile.tools},
            "missing": {one.id: one.labels for one in profile.wanted},
            "fields": {one.id: one.labels for one in profile.fields},
            "scope": profile.contacts,
        }

    def of(self, row: OutboundRow) -> dict[str, Any]:
        """Everything that a text of that kind may say, but for what is `ATTACHED`."""
        return {name: made(self, row) for name, made in _BY_KIND[row.kind]}

    def reference(self, row: OutboundRow) -> str:
        """The token by which an answer finds the case; the thread with the second level has one of its own."""
        private = row.kind in PRIVATE
        return self.signer.thread_token(row.case_id) if private else self.signer.case_token(row.case_id)

    def code(self, row: OutboundRow) -> str:
        """The code by which a caller hears where the case stands, '' where no line can tell."""
        return spaced(self.signer.codes.of(row.case_id)) if self.dial(row.lang) else ""

    def dial(self, lang: str) -> str:
        """The number that people call for that: of the line in that language, else of one that asks for it."""
        telling = [line for line in self.profile.lines if tells_status(self.profile.menus[line.menu])]
        return next((line.shown for one in (lang, "") for line in telling if line.language == one), "")

    def label(self, among: str, identity: str, lang: str) -> str:
        """The words for one of these things, '' where the profile does not know it."""
        return self.words(self._labels[among].get(identity, {}), lang)

    def words(self, labels: Labels, lang: str) -> str:
        """The text in that language, else in the default one."""
        return labels.get(lang) or labels.get(self.profile.default_language, "")


def links(kind: str, values: Mapping[str, Any]) -> set[str]:
    """The addresses in a mail that become links: ours, and those in what the profile or one of us wrote."""
    found = {values[name] for name in _LINKS if values.get(name)}
    found |= {article["link"] for article in values.get("articles", ())}
    names = (*_PROFILE_TEXTS, "text") if kind in _WRITTEN_BY_US else _PROFILE_TEXTS
    return found.union(*(_addresses(values[name]) for name in names if name in values))


def _addresses(text: str) -> Iterator[str]:
    return (word.rstrip(MARKS) for word in text.split() if word.startswith(("https://", "http://")))


Maker = Callable[[Values, OutboundRow], Any]


def _line(key: str, longest: int = 200) -> Maker:
    return lambda _, row: clean(row.context.get(key) or "", longest)


def _text(key: str) -> Maker:
    """Lines and paragraphs as they were written, without what is not shown."""

    def made(_: Values, row: OutboundRow) -> str:
        lines = _BREAKS.sub("\n", row.context.get(key) or "").split("\n")
        return _BLANK_LINES.sub("\n\n", "\n".join(clean(line, len(line)) for line in lines)).strip("\n")

    return made


def _headline(_: Values, row: OutboundRow) -> str:
    words = clean((row.context.get("wording") or "").strip().partition("\n")[0])
    return words if len(words) <= _HEADLINE else words[:_HEADLINE].rpartition(" ")[0] + " …"


def _label(among: str) -> Maker:
    return lambda values, row: values.label(among, row.context.get(among) or "", row.lang)


def _moment(key: str) -> Maker:
    def made(values: Values, row: OutboundRow) -> str:
        at = row.context.get(key)
        return local.moment(datetime.fromisoformat(at), row.lang, values.profile.timezone) if at else ""

    return made


def _page(path: str) -> Maker:
    return lambda values, row: f"{values.public_url}{path}{clean(row.context.get('number', ''))}"


def _deadline(_: Values, row: OutboundRow) -> str:
    on = row.context.get("deadline")
    return local.day(date.fromisoformat(on), row.lang) if on else ""


def _missing(values: Values, row: OutboundRow) -> list[str]:
    found = (values.label("missing", one, row.lang) for one in row.context.get("missing") or ())
    return [label for label in found if label]


def _articles(_: Values, row: OutboundRow) -> list[dict[str, str]]:
    found = (row.context.get("articles") or ())[:MOST_ARTICLES]
    return [{"title": clean(one["title"]), "link": clean(one["link"], 500)} for one in found]


def _fields(values: Values, row: OutboundRow) -> list[dict[str, str]]:
    found = (row.context.get("fields") or {}).items()
    return [{"label": values.label("fields", key, row.lang) or key, "value": clean(str(value))} for key, value in found]


def _percentages(_: Values, row: OutboundRow) -> dict[str, int | None]:
    sure = row.context.get("confidence") or {}
    return {label: round(100 * sure[label]) if label in sure else None for label in _CONFIDENCES}


def _language(_: Values, row: OutboundRow) -> str:
    code = row.context.get("lang") or ""
    return local.language(code, row.lang) if code else ""


def _survey(values: Values, row: OutboundRow) -> str:
    token = values.signer.survey_token(row.case_id, row.context.get("closing") or 0)
    return f"{values.public_url}/survey/{token}"


def _incident_page(values: Values, row: OutboundRow) -> str:
    return f"{values.public_url}/desk/incidents/{int(row.context.get('incident') or 0)}"


_MAKERS: Mapping[str, Maker] = {
    "number": _line("number"),
    "category": _label("category"),
    "motif": _label("motif"),
    "tool": _label("tool"),
    "review": lambda _, row: bool(row.context.get("review")),
    "service": lambda values, row: values.words(values.profile.service, row.lang),
    "website": lambda values, _: values.profile.website,
    "reference": Values.reference,
    "expected": _moment("expected_at"),
    "deadline": _deadline,
    "missing": _missing,
    "articles": _articles,
    "incident": _line("incident"),
    "tracking": lambda values, row: f"{values.public_url}/track/{values.signer.tracking_token(row.case_id)}",
    "code": lambda values, row: values.code(row),
    "dial": lambda values, row: values.dial(row.lang),
    "contact": _label("scope"),
    "form": lambda values, _: values.profile.form,
    "confidence": _percentages,
    "flags": lambda _, row: tuple(row.context.get("flags") or ()),
    "sender": _line("sender"),
    "subject": _line("subject"),
    "phone": _line("phone"),
    "link": _page("/desk/cases/"),
    "priority": _line("priority"),
    "queue": _line("queue"),
    "fields": _fields,
    "n2": _line("n2"),
    "ticket": _line("ticket"),
    "rule": _line("rule"),
    "by": _line("by"),
    "wording": _text("wording"),
    "headline": _headline,
    "began": _line("since", 500),
    "affected": _line("affected", 500),
    "tried": _line("tried", 500),
    "masked": lambda _, row: bool(row.context.get("masked")),
    "requester": _line("requester"),
    "language": _language,
    "text": _text("text"),
    "opened": _moment("opened_at"),
    "due": _moment("due"),
    "since": _moment("since"),
    "question": _text("question"),
    "waiting": lambda _, row: bool(row.context.get("waiting")),
    "survey": _survey,
    "reopen_days": lambda values, _: values.profile.matching.reopen_days,
    "closed": _moment("closed_at"),
    "alarm": _line("alarm"),
    "about": _line("clock"),
    "what": _line("what"),
    "count": lambda _, row: int(row.context.get("count") or 0),
    "usual": _line("usual"),
    "cases": lambda _, row: ", ".join(clean(one, 40) for one in row.context.get("cases") or ()),
    "page": _incident_page,
}
_BY_KIND = {kind: [(name, _MAKERS[name]) for name in names - ATTACHED] for kind, names in VARIABLES.items()}
