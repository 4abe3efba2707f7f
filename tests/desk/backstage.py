"""An installation around the pages for tests: what it is asked is answered from values; a mail is really tried."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cases.errors import ConfigurationError
from cases.event import Channel
from classify.promotion import Compared, Verdict
from desk.backstage import Backstage, ModelCard, ProfileState, Step, Use
from ingest.foreseeing import Foreseen, foresee
from notify.preview import Preview, preview_of
from store.inbound import Delivery
from tests.ingest.conftest import Road

BETTER = Verdict({"motif": Compared(0.90, 0.92, -0.01, 0.03)}, ())
WORSE = Verdict({"motif": Compared(0.90, 0.80, -0.15, -0.05)}, ("motif is worse",))


@dataclass
class Shelved:
    """Models that are kept: `light-b` is better than the one in use, any other worse."""

    chosen: list[str] = field(default_factory=lambda: ["shipped"])
    shadow: str = ""
    running: str = "shipped"

    def cards(self) -> Sequence[ModelCard]:
        uses = {self.shadow: Use.SHADOW, self.chosen[-1]: Use.IN_USE}
        uses |= {self.chosen[-2]: Use.BEFORE} if len(self.chosen) > 1 else {}
        return [
            ModelCard(
                version=name,
                use=uses.get(name, Use.KEPT),
                messages=10,
                scores={"motif macro-F1": 0.91},
                intervals={"motif macro-F1": (0.9, 0.92)},
            )
            for name in ("shipped", "light-b", "light-c")
        ]

    def mistaken_for(self, motif: str) -> str:
        return "demande_information" if motif == "acces" else ""

    def judge(self, version: str) -> Verdict:
        if version == "damaged":
            raise ConfigurationError([(version, "is no model that is kept", "use another")])
        return BETTER if version == "light-b" else WORSE

    def promote(self, version: str) -> Verdict:
        verdict = self.judge(version)
        if not verdict.refused:
            self.chosen.append(version)
        return verdict

    def back(self) -> str:
        self.chosen.pop()
        return self.chosen[-1]

    def beside(self, version: str) -> None:
        self.shadow = version


@dataclass
class Checked:
    """A profile with a fault and a warning on disk, and one mailbox that is read."""

    asked: list[str] = field(default_factory=list)

    def profile(self) -> ProfileState:
        return ProfileState(
            name="mon-permis",
            version="bbb",
            running="aaa",
            faults=[("routing.rules.1", "never fires", "put it higher")],
            warnings=[("articles.0", "expired", "set a later day")],
        )

    def connected(self, name: str) -> bool:
        return name == "assistance"

    def mailbox(self, name: str) -> Sequence[Step]:
        self.asked.append(name)
        return [Step(True, "IMAP: logged in", "", 0.31), Step(False, "SMTP: refused", "check its password", 0.02)]

    def line(self, name: str) -> Sequence[Step]:
        self.asked.append(f"line {name}")
        return [Step(True, "the account lets us in"), Step(False, "call status changes", "set it to our address")]


@dataclass
class TriedOnTheRoad:
    """Tries a mail on the intake of the tests."""

    road: Road

    def mail(self, raw: bytes, mailbox: str) -> tuple[Foreseen, Sequence[Preview]]:
        now = self.road.now
        delivery = Delivery(channel=Channel.EMAIL, source=mailbox, external_id="", raw=raw, received_at=now)
        found = foresee(self.road.intake, delivery)
        return found, [preview_of(one, self.road.profile, self.road.signer) for one in found.mails]


def around(road: Road) -> Backstage:
    return Backstage(Shelved(), Checked(), TriedOnTheRoad(road))
