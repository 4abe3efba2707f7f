"""The only place that joins concrete parts. Tests call `build` too, with parts of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from app import holidays, hooks
from app import profile as profiles
from app.settings import Settings
from app.shelf import open_classifier, open_shelf
from cases.clock import Calendar
from cases.errors import ConfigurationError
from cases.event import Channel, InboundEvent, Message, Tags
from cases.profile import Profile
from cases.timers import Calendars
from cases.tokens import Signer
from ingest.articles import Articles
from ingest.email.event import normalise, normalise_apart
from ingest.intake import Intake, Normalise
from ingest.web import event as form
from store import failpoint, schema
from store.archive import Archive
from store.engine import open_engine
from store.inbound import Delivery
from store.tx import Kind, Store, Wake

if TYPE_CHECKING:
    from app.jira import Ticketing
    from app.shadow import Shadow
    from app.sweep import Sweep
    from app.telephony import Telephony
    from classify.classifier import Classifier
    from ingest.disk import DiskFloor
    from ingest.email.credentials import Credentials
    from ingest.email.lmtp import Listener
    from ingest.email.poll import Poller
    from ingest.voice.calls import Calls
    from ingest.voice.dialling import Dialling
    from ingest.voice.legs import Legs
    from notify.deliver import Delivery as Outbox
    from notify.smtp import Submission

Clock = Callable[[], datetime]
Handler = Callable[[], int]

PHONE_PROVIDER = "twilio"
"""As calls of the one provider that there is are marked."""


def now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """Everything that runs, joined. Nothing heavy is loaded before it is used.

    `clock` is real time; `office_clock` the time by which lines are open and callbacks due, which a rehearsal may set.
    """

    settings: Settings
    profile: Profile
    store: Store
    signer: Signer
    clock: Clock = now
    office_clock: Clock = now
    _tagging: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @cached_property
    def classifier(self) -> "Classifier":
        """The trained model, loaded once."""
        return open_classifier(self.settings, self.profile)

    @cached_property
    def shadow(self) -> "Shadow":
        """What runs beside the model in use, where one is set."""
        from app.shadow import Shadow

        return Shadow(self.store, self.profile, open_shelf(self.settings), self.clock)

    def load(self) -> None:
        """Load what is heavy now instead of at the first message, and find out whether it can be.

        Raises ConfigurationError where a text cannot be filled in, PermanentError where there is no model.
        """
        self.check()
        self.classifier.classify([Message(body="Bonjour")])

    def check(self) -> None:
        """Find out whether texts and calendars can be used. Raises ConfigurationError."""
        from notify.templates import check

        if faults := check(self.profile):
            raise ConfigurationError(faults)
        for calendar in self.calendars.values():
            calendar.is_open(self.office_clock())  # a year's holidays are read now, not while somebody is on the phone

    @cached_property
    def intake(self) -> Intake:
        """From inbound rows to cases."""
        return Intake(
            store=self.store,
            profile=self.profile,
            signer=self.signer,
            calendars=Calendars(self.profile, self.calendars),
            normalise=self.normalisers,
            classify=self.classify,
            clock=self.clock,
            articles=Articles(self.store, self.profile, self.clock),
        )

    @cached_property
    def normalisers(self) -> Mapping[Channel, Normalise]:
        """One reader for each channel; the core names none of them."""
        return {Channel.EMAIL: self._mail, Channel.FORM: self._form}

    @cached_property
    def handlers(self) -> Mapping[Kind, Handler]:
        """What works one batch of each kind of row; the number that was claimed is returned."""
        ours = {Kind.INBOUND: self.intake.process, Kind.OUTBOUND: self.deliver, Kind.CASE: self.sweep.process}
        return {**ours, **self._telephony.handlers, **self.ticketing.handlers, **hooks.handlers(self)}

    def classify(self, messages: Sequence[Message]) -> Sequence[Tags]:
        """Tag a batch; one after the other, since a form is tagged while somebody waits, and spaCy's vocabulary is not
        made for two threads."""
        with self._tagging:
            return self.classifier.classify(messages)

    def process(self, inbound: Sequence[int]) -> int:
        """Work these inbound rows now, as far as nobody else does."""
        return self.intake.process(inbound)

    def deliver(self) -> int:
        """Send one batch of what is queued."""
        return self._outbox.deliver()

    @cached_property
    def sweep(self) -> "Sweep":
        """What looks after open cases: their clocks, and who is offered them."""
        from app.sweep import Sweep

        return Sweep(self)

    @cached_property
    def calendars(self) -> Mapping[str, Calendar]:
        """The working time of each of the profile's hours, by name."""
        return {name: holidays.calendar(self.profile, name) for name in self.profile.hours}

    @cached_property
    def calls(self) -> "Calls":
        """The calls on the phone lines."""
        from ingest.voice.calls import Calls

        return Calls(
            provider=PHONE_PROVIDER,
            store=self.voice_store,
            profile=self.profile,
            signer=self.signer,
            calendars=self.calendars,
            clock=self.clock,
            office_clock=self.office_clock,
        )

    @cached_property
    def legs(self) -> "Legs":
        """The calls that we place to the team's phones, as the provider asks and tells about them."""
        return self._telephony.legs(self.voice_store)

    @property
    def dialling(self) -> "Dialling":
        """What places these calls. Raises ConfigurationError where no provider's account is set."""
        return self._telephony.dialling

    @cached_property
    def voice_store(self) -> Store:
        """The same rows through connections of their own, which rather fail than let a caller wait."""
        engine = open_engine(self.settings.database_url, hurried=True)
        schema.hold(engine)
        store = Store(engine, self._wake, turns=self.store.turns, hurried=True)
        store.follow = self.store.follow
        return store

    @cached_property
    def pollers(self) -> Mapping[str, "Poller"]:
        """The poller of each mailbox whose credentials the environment has. Raises ConfigurationError."""
        from app.connections import open_pollers

        return open_pollers(self)

    @cached_property
    def listeners(self) -> Mapping[str, "Listener"]:
        """The second door, by the setting that opens it: an MTA delivers to us by LMTP, or by SMTP."""
        from app.connections import open_listeners

        return open_listeners(self)

    @cached_property
    def disk(self) -> "DiskFloor | None":
        """The floor of free disk under which mail stays outside; a database server watches its own."""
        from ingest.disk import DiskFloor

        folder = self.settings.folder
        return DiskFloor(folder, self.settings.disk_floor_mb * 1_000_000) if folder else None

    @cached_property
    def credentials(self) -> Mapping[str, "Credentials"]:
        """What the environment says of each mailbox, by its name in the profile. Raises ConfigurationError."""
        from app.connections import read_mailboxes

        return read_mailboxes(self.settings, self.profile)

    @cached_property
    def senders(self) -> Mapping[str, "Submission"]:
        """The submission account of each mailbox that has one; those without an own one share the installation's."""
        from app.connections import open_senders

        return open_senders(self.settings, self.profile, self.credentials)

    @cached_property
    def _outbox(self) -> "Outbox":
        from notify.compose import Composer
        from notify.deliver import Delivery as Outbox

        composer = Composer(self.profile, self.signer, self.settings.public_url)
        return Outbox(store=self.store, profile=self.profile, composer=composer, senders=self.senders, clock=self.clock)

    @cached_property
    def ticketing(self) -> "Ticketing":
        """The tickets that cases have in Jira."""
        from app.jira import Ticketing

        return Ticketing(self)

    @cached_property
    def _telephony(self) -> "Telephony":
        from app.telephony import Telephony

        return Telephony(self)

    def close(self) -> None:
        """Close the kept connections."""
        for sender in set(self.senders.values()):
            sender.close()
        if "voice_store" in self.__dict__:  # it was used
            self.voice_store.engine.dispose()
        if "ticketing" in self.__dict__:
            self.ticketing.close()
        self.store.engine.dispose()

    def _wake(self, kind: Kind) -> None:
        self.store.wake(kind)  # which may be another by then than it is now

    def _mail(self, delivery: Delivery) -> InboundEvent:
        read = normalise_apart if delivery.suspect else normalise
        return read(delivery.raw, delivery.source, delivery.received_at, self.profile, self.signer)

    def _form(self, delivery: Delivery) -> InboundEvent:
        return form.normalise(delivery, self.profile, self.signer)


def build(
    settings: Settings,
    *,
    wake: Wake | None = None,
    clock: Clock = now,
    office_clock: Clock | None = None,
    amend: Callable[[Profile], Profile] | None = None,
) -> House:
    """The house for these settings. Raises ConfigurationError; touches the database only to check its schema.

    The demonstration may `amend` the profile. The embedded database is made, and brought up to date, on the way; a
    server's wants `aiguillage db upgrade`.
    """
    arm(settings.failpoint)
    profile = profiles.with_form(profiles.load(profiles.find(settings.profile)), settings.public_url)
    profile = amend(profile) if amend else profile
    engine = open_engine(settings.database_url)
    settings.make_folder()
    if settings.folder:
        schema.upgrade(engine)
    schema.require_head(engine)
    schema.hold(engine)
    signer = Signer(settings.secret(), settings.signing_keys)
    store = Store(engine, wake)
    if settings.archive_address:
        store.archive = Archive(open_engine(settings.archive_address))
    if profile.jira.is_on:
        from app.jira import followed

        store.follow = followed(profile, clock)
    return House(settings, profile, store, signer, clock, office_clock or clock)


def arm(specification: str) -> None:
    """Arm the failpoint that the settings name. Raises ConfigurationError."""
    try:
        failpoint.arm(specification)
    except ValueError as error:
        fault = ("AIGUILLAGE_FAILPOINT", f"{specification} is no failpoint", "write it as name or name:2")
        raise ConfigurationError([fault]) from error
