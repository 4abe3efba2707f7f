"""What comes in, whatever the channel: one value that matching and policy understand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    FORM = "form"


class MessageKind(StrEnum):
    """What a mail is, as its headers and structure say (RFC 3834, 3464, 2919, 5965)."""

    MESSAGE = "message"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    SPAM_REPORT = "spam_report"


class SenderKind(StrEnum):
    """Who an address belongs to, where the profile knows it."""

    RELAY = "relay"
    FORM = "form"
    STAFF = "staff"
    NO_ACKNOWLEDGEMENT = "no_acknowledgement"


class Dmarc(StrEnum):
    """The DMARC verdict of our own border (RFC 8601, RFC 7489); `NONE` where nobody of ours judged."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox in the sense of RFC 5322 3.4: `name` is the display name, `address` the addr-spec in lower case."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file inside a message. `index` finds it again in the raw message; `size` is in bytes, decoded; `danger` is
    what its bytes warn of (`cases.dangers`), or ''."""

    filename: str
    content_type: str
    size: int
    inline: bool = False
    index: int = 0
    danger: str = ""


@dataclass(frozen=True, slots=True)
class Requester:
    """A person proposed as the one who asks; `confidence` is 0-1, `reason` says where it was read."""

    address: Address
    confidence: float = 1.0
    reason: str = "sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the sender of a form said that it is about: `path` are the ids of theme, reason and sub-reason, and what
    they mean to the service or ''; `lang` is the language in which they read."""

    path: tuple[str, ...]
    lang: str
    motif: str = ""
    tool: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What a bounce says (RFC 3464 2.3). `original_message_id` is that of the mail that came back, or ''."""

    final_recipient: str = ""
    action: str = ""
    status: str = ""
    diagnostic_code: str = ""
    original_message_id: str = ""

    @property
    def failed(self) -> bool:
        """Whether the mail will not arrive: one that is delayed may (RFC 3464 2.3.3). A report without an action is
        one of a failure."""
        return self.action not in ("delayed", "delivered", "relayed", "expanded")


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundEvent:
    """One thing that reached us, normalised.

    `screening` names the rule that decided `kind` (or '' where none fired); `spam` and `spoofed_staff` are verdicts of
    the same screening. `recipients` are all our addresses it was sent or delivered to, plus-addresses kept whole.
    `reply_text` is the new text, without quotes and signature; `text` is everything. `forwarded` is the person found
    inside a forwarded mail. `degraded` says why the message could not be read, or ''. `no_auto_response`: the sender's
    system asks for no automatic answers (X-Auto-Response-Suppress), which whole organisations do on personal mail too.
    `sender_kind` is what the profile knows of the address that sent it, which for a web form is not that of `sender`;
    None where that address is forged.

    A form says more: what its sender chose, `fields` of the profile's own, a phone number, whom they write for
    (`requester`) and whether they want copies. Its `sender` was only typed: it proves nothing (`is_typed`).
    """

    channel: Channel
    source: str
    received_at: datetime
    fingerprint: str
    sender: Address
    kind: MessageKind = MessageKind.MESSAGE
    screening: str = ""
    spam: bool = False
    own: bool = False
    spoofed_staff: bool = False
    no_auto_response: bool = False
    sender_kind: SenderKind | None = None
    relay: str = ""
    dmarc: Dmarc = Dmarc.NONE
    reply_to: Address | None = None
    reverse_path: str = ""
    recipients: tuple[str, ...] = ()
    copied: tuple[Address, ...] = ()
    message_id: str = ""
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    subject: str = ""
    text: str = ""
    reply_text: str = ""
    attachments: tuple[Attachment, ...] = ()
    forwarded: Requester | None = None
    delivery_report: DeliveryReport | None = None
    degraded: str = ""
    defects: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    chosen: Chosen | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    phone: str = ""
    requester: Address | None = None
    wants_copies: bool = False

    @property
    def is_typed(self) -> bool:
        """Whether anybody could have typed the address of the sender: it says nothing of who they are."""
        return self.channel is Channel.FORM


SEEN_ANYWAY = "possible_incident"
"""The reason for a review that every message has which may tell of an incident."""

CHOSEN = "chosen_by_sender"
"""Said among the reasons where the sender of a form chose what it is about; by itself nothing to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What the classifier says of one message. Confidences are calibrated probabilities, 0-1.

    `review` is true where a person should look before the tags are trusted, `reason` says why. `urgency` and `impact`
    are 1 (highest) to 3. `evidence` are words of the message that spoke for the labels, for people to see. `members`
    are the probabilities that each member of the model alone gives the motif, tool and scope that were chosen.
    `cues` are the words that hint at urgency (`lapsing`, `leak`) or impact (`widespread`). `signs` name what it tells
    of, the same in every language, `files` the numbers of files that it names.
    """

    lang: str
    category: str
    motif: str
    tool: str
    scope: str
    urgency: int = 3
    impact: int = 3
    several_requests: bool = False
    confidence: Mapping[str, float] = field(default_factory=dict)
    review: bool = True
    reason: str = ""
    evidence: tuple[str, ...] = ()
    members: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    cues: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    signs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether nothing but a possible incident asks for a person: an incident always does, however sure it is."""
        return not self.review or {SEEN_ANYWAY, CHOSEN}.issuperset(self.reason.split(", "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the classifier is given: the new text of one message and what a person would know beside it."""

    channel: Channel = Channel.EMAIL
    subject: str = ""
    body: str = ""
    quoted: str = ""
    sender: str = ""
    default_lang: str = "fr"
