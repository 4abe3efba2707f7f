"""What the desk's pages ask of the installation: its models, its profile's folder, its mailboxes, its intake."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from app import profile as profiles
from app.models import Kept
from cases.errors import AiguillageError, ConfigurationError
from cases.event import Channel
from cases.knowledge import has_expired
from cases.profile import Profile
from desk.backstage import Backstage, Fault, ProfileState, Step
from store.inbound import Delivery

if TYPE_CHECKING:
    from app.wiring import House
    from ingest.foreseeing import Foreseen
    from notify.preview import Preview


def backstage(house: "House") -> Backstage:
    """The backstage of a house."""
    return Backstage(Kept(house), Looked(house, _version(profiles.find(house.settings.profile))), Tried(house))


@dataclass
class Looked:
    """`desk.backstage.Checks`: what is looked at when somebody asks. `running` names the profile of the start."""

    house: "House"
    running: str
    _last: tuple[str, tuple[Profile | None, Sequence[Fault]]] = field(default=("", (None, ())), init=False)

    def profile(self) -> ProfileState:
        """The profile as it is on disk, and what the pages run with. It is read anew where a file of it changed: that
        takes a quarter of a second."""
        folder = profiles.find(self.house.settings.profile)
        version = _version(folder)
        if self._last[0] != version:
            self._last = version, _read(folder)
        found, faults = self._last[1]
        warnings = tuple(_warnings(self.house, found)) if found else ()
        name = self.house.profile.name
        return ProfileState(name=name, version=version, running=self.running, faults=faults, warnings=warnings)

    def connected(self, name: str) -> bool:
        """Whether the environment has the credentials of a mailbox."""
        return name in self.house.credentials

    def mailbox(self, name: str) -> Sequence[Step]:
        """IMAP, then SMTP, each with how long it took."""
        return (*self._imap(name), *self._smtp(name))

    def line(self, name: str) -> Sequence[Step]:
        """The provider's account and the number's settings there, then our public address."""
        from app.telephony import open_account
        from desk.guard import is_outside
        from ingest.voice.twilio.addresses import Addresses
        from ingest.voice.twilio.check import check

        house = self.house
        account, public_url = open_account(house.settings), house.settings.public_url
        [number] = [line.number for line in house.profile.lines if line.name == name]
        found = [Step(one.ok, one.what, one.mend) for one in check(number, account, Addresses(public_url))]
        if not (is_outside(public_url) or account.api_url):
            mend = "set AIGUILLAGE_PUBLIC_URL to the https:// address that a proxy serves it under"
            found.append(Step(False, f"only this machine reaches {public_url}", mend))
        return found

    def _imap(self, name: str) -> Iterator[Step]:
        from ingest.email.check import check
        from ingest.email.mailbox import connect

        if not self.connected(name):
            key = f"AIGUILLAGE_MAILBOX_{name.upper().replace('-', '_')}_IMAP_URL"
            yield Step(False, f"IMAP: {key} is missing", "write imaps://user@mail.example.org:993")
            return
        box = self.house.profile.mailbox(name)
        begun = monotonic()
        found = check(box, partial(connect, self.house.credentials[name].imap, box.folder), self.house.store)
        taken = monotonic() - begun
        for place, one in enumerate(found):
            yield Step(one.ok, f"IMAP: {one.what}", one.mend, None if place else taken)

    def _smtp(self, name: str) -> Iterator[Step]:
        """A connection of its own: the one that mails leave by is not disturbed."""
        from app.connections import open_senders

        house = self.house
        sender = open_senders(house.settings, house.profile, house.credentials).get(name)
        if sender is None:
            yield Step(False, "SMTP: no mail server to submit to", "set AIGUILLAGE_SMTP_URL")
            return
        begun = monotonic()
        try:
            yield Step(True, f"SMTP: {sender.check()}", "", monotonic() - begun)
        except AiguillageError as error:
            mend = "check AIGUILLAGE_SMTP_URL and its credentials"
            yield Step(False, f"SMTP: {error}", mend, monotonic() - begun)
        finally:
            sender.close()


@dataclass(frozen=True)
class Tried:
    """`desk.backstage.Trials`: what would happen."""

    house: "House"

    def mail(self, raw: bytes, mailbox: str) -> "tuple[Foreseen, Sequence[Preview]]":
        """What intake would make of a mail, read apart as one that already did harm, and what would be written."""
        from ingest.foreseeing import foresee
        from notify.preview import preview_of

        house = self.house
        delivery = Delivery(
            channel=Channel.EMAIL,
            source=mailbox,
            external_id="",
            raw=raw,
            received_at=house.clock(),
            suspect=True,
        )
        found = foresee(house.intake, delivery)
        shown = [preview_of(one, house.profile, house.signer, house.settings.public_url) for one in found.mails]
        return found, shown


def _read(folder: Path) -> tuple[Profile | None, Sequence[Fault]]:
    from notify.templates import check

    try:
        found = profiles.load(folder)
    except ConfigurationError as error:
        return None, tuple(error.faults)
    return found, tuple(check(found))


def _warnings(house: "House", profile: Profile) -> Iterator[Fault]:
    """What stops no start, and somebody should know."""
    today = house.clock().date()
    for index, article in enumerate(profile.articles):
        if not article.approved:
            yield f"articles.{index}", f"{article.id} is proposed to nobody: it is not approved", "set approved = true"
        elif has_expired(article, today):
            yield f"articles.{index}", f"{article.id} expired on {article.expires}", "look at it, set a later day"
    for index, box in enumerate(profile.mailboxes):
        if box.name not in house.credentials and not box.retired:
            yield f"mailboxes.{index}", f"{box.name} is not read: it has no credentials", "see docs/running.md"
        if not box.team:
            yield f"mailboxes.{index}.team", f"nobody is told of new cases in {box.name}", "name an address"


def _version(folder: Path) -> str:
    """Names what the folder holds: the begin of a hash over its files."""
    found = sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        found.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:12]
