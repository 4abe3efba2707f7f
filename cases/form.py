"""The types of a service's public form, and what the choices in it say. Read from `form.toml`, checked in
`cases.form_faults`; nothing here does I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cases.event import CHOSEN, Chosen, Tags

_STRICT = {"strict": True, "extra": "forbid"}

DEEPEST = 3
"""Theme, reason, sub-reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A theme, or under it a reason, or under that a sub-reason. `hint` says more in a line.

    `motif`, `tool` and `scope` are what it means to the service, '' where it says nothing of that. `asks` are the ids
    of the profile's own fields that are asked for beside the text, `requires` those of them that must be answered.
    """

    __pydantic_config__ = _STRICT
    id: str
    labels: Mapping[str, str]
    hint: Mapping[str, str] = field(default_factory=dict)
    motif: str = ""
    tool: str = ""
    scope: str = ""
    asks: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    reasons: tuple["Choice", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What people are told of their data, as labels: how long it is kept, their rights, who answers for it.

    `path` are the ids of the choice under which a wish about one's data is filed.
    """

    __pydantic_config__ = _STRICT
    kept: Mapping[str, str] = field(default_factory=dict)
    rights: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebForm:
    """The form. Without `themes` there is none.

    `mailbox` is the one in whose name its cases are answered, `mailboxes` others by language. `phone` is the number to
    call where the form is of no help, `help` says when. `asks` are own fields that every theme asks for. `per_hour` is
    how many may be sent out of one network.
    """

    __pydantic_config__ = _STRICT
    mailbox: str = ""
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    phone: str = ""
    help: Mapping[str, str] = field(default_factory=dict)
    consent: Mapping[str, str] = field(default_factory=dict)
    privacy: Privacy = Privacy()
    asks: tuple[str, ...] = ()
    per_hour: int = 30
    themes: tuple[Choice, ...] = ()

    def mailbox_for(self, lang: str) -> str:
        """The mailbox in whose name somebody who reads that language is answered."""
        return self.mailboxes.get(lang, self.mailbox)

    def walk(self, path: Sequence[str]) -> tuple[Choice, ...]:
        """The choices with these ids, from the theme down, as far as they are there."""
        found: list[Choice] = []
        among = self.themes
        for identity in path:
            chosen = next((one for one in among if one.id == identity), None)
            if chosen is None:
                break
            found.append(chosen)
            among = chosen.reasons
        return tuple(found)

    def asked(self, path: Sequence[str]) -> dict[str, bool]:
        """The ids of the own fields that are asked for under these choices, and whether each must be answered."""
        found = dict.fromkeys(self.asks, False)
        for choice in self.walk(path):
            found |= {name: name in choice.requires or found.get(name, False) for name in choice.asks}
        return found


def chosen(form: WebForm, path: Sequence[str], lang: str) -> Chosen:
    """What these choices say; the finer one wins."""
    walked = form.walk(path)
    meant = {name: _last(getattr(one, name) for one in walked) for name in ("motif", "tool", "scope")}
    return Chosen(path=tuple(one.id for one in walked), lang=lang, **meant)


def _last(words: Iterator[str]) -> str:
    return next((word for word in reversed(list(words)) if word), "")


SAYS_OTHERWISE = "sender_says_otherwise"
"""The reason for a review where the sender chose another motif than the text has."""


def heeded(tags: Tags, said: Chosen | None, categories: Mapping[str, str]) -> Tags:
    """The tags of a message whose sender also chose. `categories` are those of the profile's motifs.

    The tool that they chose is the one. Their motif and scope are hints: they count where the text leaves doubts, and
    a text that says something else for sure is looked at by a person.
    """
    if said is None:
        return tags
    doubtful = not tags.sure
    motif = said.motif if said.motif and doubtful else tags.motif
    differs = bool(said.motif) and motif != said.motif
    reasons = [tags.reason, SAYS_OTHERWISE if differs else "", CHOSEN if said.tool or said.motif else ""]
    return replace(
        tags,
        lang=said.lang,
        category=categories.get(motif, tags.category),
        motif=motif,
        tool=said.tool or tags.tool,
        scope=said.scope if said.scope and doubtful else tags.scope,
        review=tags.review or differs,
        reason=", ".join(filter(None, reasons)),
    )
