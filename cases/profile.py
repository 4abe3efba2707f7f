"""The types of a service's profile. They are read from TOML and checked in `app.profile`; nothing here does I/O.

`Labels` are texts by language. Every text that people see exists in all of `Profile.languages`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cases.event import SenderKind
from cases.form import WebForm
from cases.hours import Hours
from cases.phone import Line, Menu, Phone, Prompts, Seat
from cases.prepared import PreparedAnswer
from cases.priority import Priorities
from cases.probe import Probe
from cases.receipt import Article, ReceiptRule, Wanted
from cases.retention import Retention
from cases.routing import Routing
from cases.secondlevel import Escalations, Role, SecondLevel
from cases.targets import TARGETS, Reminders, Target
from cases.ticket import Jira

Labels = Mapping[str, str]
STRICT = {"strict": True, "extra": "forbid"}
"""How `app.profile` checks these types: no coercion, no unknown key."""


class Done(StrEnum):
    """What happens to a mail on the server once we have it."""

    MOVE = "move"
    KEYWORD = "keyword"
    LEAVE = "leave"


class SubAddressing(StrEnum):
    """Whether `local+token@domain` reaches us; `PROBE` finds out and uses the plain address until it knows."""

    YES = "yes"
    NO = "no"
    PROBE = "probe"


class ReversePath(StrEnum):
    """The envelope sender of automatic mail (RFC 3834 3.3): bounces must find their way back."""

    VERP = "verp"
    MAILBOX = "mailbox"
    NULL = "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What a case is filed under; each motif belongs to one."""

    __pydantic_config__ = STRICT
    id: str
    labels: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Motif:
    """One level finer than the category; the mapping is the service's own.

    Where the model does not know the motif yet, `like` names one that it does and that is closest, and `prototypes` are
    sentences as people would write them.
    """

    __pydantic_config__ = STRICT
    id: str
    category: str
    labels: Labels
    like: str = ""
    prototypes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """An application that is supported. `names` are unambiguous; `aliases` are other ways people and speech
    recognisers write it; `never` are phrases that look like it and are not. `prototypes` say what people do with it,
    for as long as the model does not know it."""

    __pydantic_config__ = STRICT
    id: str
    labels: Labels
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    prototypes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One mailbox we read. Its credentials are in the environment under its name.

    `hours` are its working hours by name, '' for every hour of every day. A `retired` one still takes mail: its receipt
    sends people to the form.
    """

    __pydantic_config__ = STRICT
    name: str
    address: str
    display_name: str
    language: str = "fr"
    aliases: tuple[str, ...] = ()
    folder: str = "INBOX"
    done: Done = Done.MOVE
    done_folder: str = "Done"
    done_keyword: str = "Aiguillage"
    poll_seconds: float = 30.0
    idle: bool = True
    team: str = ""
    acknowledge: bool = True
    sub_addressing: SubAddressing = SubAddressing.PROBE
    hours: str = ""
    retired: bool = False
    reverse_path: ReversePath = ReversePath.VERP

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSender:
    """A sender whose role the service knows, by whole address or by `@domain`."""

    __pydantic_config__ = STRICT
    match: str
    kind: SenderKind
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticMail:
    """The bounds on mail that no person wrote.

    `budget` per address and `window_hours`; `staff_budget` for the team's own addresses; `mailbox_per_hour` trips the
    breaker; `stale_hours` is the age beyond which nobody is acknowledged; `only_addressed` withholds where none of our
    addresses is among the recipients (blind copies, RFC 5230 4.5), for sites whose aliases the profile all knows.
    """

    __pydantic_config__ = STRICT
    budget: int = 5
    staff_budget: int = 500
    window_hours: int = 24
    mailbox_per_hour: int = 600
    stale_hours: int = 72
    only_addressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """`reopen_days`: a reply to a case closed since no longer re-opens it; `old_days`: an untouched case is old."""

    __pydantic_config__ = STRICT
    reopen_days: int = 30
    old_days: int = 365


class FieldKind(StrEnum):
    """What may be written in a field of the profile's own."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnField:
    """Something that a service notes on its cases beside what every service does. `options` are those of a choice;
    `pattern` is a regular expression that finds the value in a message, '' where only people fill it in."""

    __pydantic_config__ = STRICT
    id: str
    labels: Labels
    kind: FieldKind = FieldKind.TEXT
    options: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What somebody may do who signs in at their organisation: `groups` maps the name or id of a group there, as the ID
    token has it, to a role here. Nobody gets in without such a group."""

    __pydantic_config__ = STRICT
    groups: Mapping[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A service: its words, its mailboxes, its rules. `texts` maps (kind, language) to a template's source.

    `country` (ISO 3166) is that of a phone number which is written without one. `menus` and `prompts` are read apart
    (`app.menus`), since a menu's nodes are of several types. `contacts` says by scope who can help with what is not
    ours.
    """

    __pydantic_config__ = STRICT
    name: str
    case_prefix: str
    service: Labels
    website: str = ""
    timezone: str = "Europe/Brussels"
    country: str = "BE"
    languages: tuple[str, ...] = ("fr", "de", "nl", "en")
    default_language: str = "fr"
    mail_domain: str
    authserv_ids: tuple[str, ...] = ()
    staff_domains: tuple[str, ...] = ()
    form: str = ""
    categories: tuple[Category, ...]
    motifs: tuple[Motif, ...]
    tools: tuple[Tool, ...]
    scopes: tuple[str, ...] = ("in", "metier", "imio_civadis", "autre_service", "spam")
    mailboxes: tuple[Mailbox, ...]
    senders: tuple[KnownSender, ...] = ()
    automatic_mail: AutomaticMail = AutomaticMail()
    matching: Matching = Matching()
    retention: Retention = Retention()
    priorities: Priorities = Priorities()
    targets: tuple[Target, ...] = TARGETS
    reminders: Reminders = Reminders()
    routing: Routing = Routing()
    second_level: tuple[SecondLevel, ...] = ()
    escalations: Escalations = Escalations()
    jira: Jira = Jira()
    receipts: tuple[ReceiptRule, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    articles: tuple[Article, ...] = ()
    answers: tuple[PreparedAnswer, ...] = ()
    contacts: Mapping[str, Labels] = field(default_factory=dict)
    fields: tuple[OwnField, ...] = ()
    web_form: WebForm = WebForm()
    sign_in: SignIn = SignIn()
    probe: Probe = Probe()
    undo_seconds: int = 10
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hours: Mapping[str, Hours] = field(default_factory=dict)
    phone: Phone = Phone()
    lines: tuple[Line, ...] = ()
    seats: tuple[Seat, ...] = ()
    menus: Mapping[str, Menu] = field(default_factory=dict)
    prompts: Prompts = field(default_factory=dict)

    def mailbox(self, name: str) -> Mailbox:
        """The mailbox of that name. Raises KeyError."""
        return {box.name: box for box in self.mailboxes}[name]

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address that reaches one of our mailboxes: nothing automatic is ever sent to these."""
        return frozenset(address.lower() for box in self.mailboxes for address in box.addresses)

    def hours_of(self, source: str) -> str:
        """The name of the working hours of a mailbox or line, '' for every hour of every day. A case that came by
        neither has those of the first mailbox."""
        named = {line.name: line.hours for line in self.lines} | {box.name: box.hours for box in self.mailboxes}
        return named.get(source, self.mailboxes[0].hours)

    def mailbox_of(self, source: str) -> str:
        """The mailbox in whose name a case of that mailbox or line is written about."""
        return next((line.mailbox for line in self.lines if line.name == source), source)

    def category_of(self, motif: str) -> str:
        return next((entry.category for entry in self.motifs if entry.id == motif), "")

    def sender_kind(self, address: str) -> SenderKind | None:
        """What the profile knows of that address: the whole address wins over its domain."""
        known = {entry.match.lower(): entry.kind for entry in self.senders}
        return known.get(address, known.get("@" + address.rpartition("@")[2]))
