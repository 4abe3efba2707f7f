"""A message as it was read and tagged, and what must be looked up before it is decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cases.answers import own_fields
from cases.deadlines import deadline
from cases.event import InboundEvent, MessageKind, Tags
from cases.folding import folded
from cases.form import heeded
from cases.matching import References, references, spellings
from cases.policy import window
from cases.profile import Profile
from cases.tokens import PROBE, Signer
from ingest.said import numbers
from store.inbound import Claimed
from store.known import Questions


@dataclass(frozen=True, slots=True)
class Arrived:
    """A claimed message, read and tagged: `identity` is its inbound row, `sha256` the hash of its raw bytes.

    `refers_to` is what it refers to, `day` the one on which it came, `deadline` the nearest one that it names; `fields`
    are the profile's own that were found in it, `found_by` its words for the search: who wrote, and what.
    `probe` is the id of the probe whose mail it is, None for everybody else's;
    `numbers` are the phone numbers that it names (E.164).
    """

    identity: int
    event: InboundEvent
    tags: Tags
    refers_to: References
    day: date
    backfill: bool = False
    sha256: str = ""
    deadline: date | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    found_by: tuple[str, str] = ("", "")
    probe: int | None = None
    numbers: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """Its subject, or else the first line of its text: some people write in one alone."""
        return self.event.subject.strip() or self.new_text.strip().partition("\n")[0]

    @property
    def new_text(self) -> str:
        """What its sender wrote anew."""
        return self.event.reply_text or self.event.text


def arrived(claimed: Claimed, event: InboundEvent, tags: Tags, profile: Profile, signer: Signer) -> Arrived:
    """The message with everything that can be found in it alone."""
    day = event.received_at.astimezone(ZoneInfo(profile.timezone)).date()
    said = f"{event.subject}\n{event.reply_text or event.text}"
    return Arrived(
        identity=claimed.row.id,
        event=event,
        tags=heeded(tags, event.chosen, {one.id: one.category for one in profile.motifs}),
        refers_to=references(event, profile, signer),
        day=day,
        backfill=claimed.row.backfill,
        sha256=claimed.row.sha256,
        deadline=deadline(said, day),
        fields={**own_fields(said, profile.fields), **event.fields},
        found_by=_found_by(event),
        probe=_probe(event, profile, signer),
        numbers=numbers(f"{event.subject}\n{event.text}", profile.country),
    )


def _probe(event: InboundEvent, profile: Profile, signer: Signer) -> int | None:
    """The mark counts only from the mailbox that our probes come from, which alone ever saw one."""
    address = profile.probe.address.lower()
    return signer.probe_of(event.message_id) if address and event.sender.address == address else None


def _found_by(event: InboundEvent) -> tuple[str, str]:
    """Who wrote, and what, as it is searched. Before the transaction: folding a long text takes a millisecond."""
    sender = event.sender.name, event.sender.address
    new = event.reply_text if event.references else event.text  # the card below a first message is searched for too
    return folded(*sender), folded(event.subject, *sender, new or event.text)


def questions(batch: Sequence[Arrived], profile: Profile, signer: Signer, now: datetime) -> Questions:
    """Everything that must be looked up to decide the batch."""
    events = [arrived.event for arrived in batch]
    named = [arrived.refers_to for arrived in batch]
    sources = {event.source for event in events}
    bounces = [event for event in events if event.kind is MessageKind.BOUNCE]
    return Questions(
        fingerprints={event.fingerprint for event in events},
        message_ids={mid for one in named for mid in one.message_ids} | {e.message_id for e in events if e.message_id},
        case_ids={identity for one in named for identity in (*one.tokens, *one.threads, *one.numbers)},
        tickets={spelling for one in named for _, key in one.tickets for spelling in spellings(key)},
        outbound_ids={found for event in bounces if (found := returned_by_path(event, signer)) is not None},
        returned_case_ids={found for event in bounces if (found := returned_case(event, signer)) is not None},
        recipients={event.sender.address for event in events} | _staff(sources, profile),
        mailboxes=sources,
        erased={mark for one in batch for mark in tombstones(one, signer)},
        window_start=now - window(profile.automatic_mail),
        hour_start=now - timedelta(hours=1),
    )


def tombstones(arrived: Arrived, signer: Signer) -> tuple[str, ...]:
    """By what it would be known as a message of somebody who was erased since."""
    return tuple(signer.tombstone(one) for one in (arrived.event.fingerprint, arrived.sha256) if one)


def _staff(sources: set[str], profile: Profile) -> set[str]:
    """Whom of our own people these messages may concern."""
    teams = {profile.mailbox(source).team.lower() for source in sources}
    return (teams | {agent.address.lower() for agent in profile.routing.agents}) - {""}


def returned_by_path(event: InboundEvent, signer: Signer) -> int | None:
    """The outgoing mail whose signed return path (VERP) this bounce came to."""
    return next((found for address in event.recipients if (found := signer.outbound_of(address)) is not None), None)


def returned_case(event: InboundEvent, signer: Signer) -> int | None:
    """The case of the outgoing mail that this bounce quotes; only an id that we signed is believed."""
    quoted = event.delivery_report.original_message_id if event.delivery_report else ""
    found = signer.case_of(quoted)
    return signer.thread_of(quoted) if found is None else found


def is_probe(event: InboundEvent, signer: Signer) -> bool:
    """Whether it is our own probe, come to the mailbox by its address with a detail: so such addresses work."""
    return event.own and any(signer.case_of(address) == PROBE for address in event.recipients)
