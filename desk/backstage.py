"""What the pages ask of the installation around them: its models, its folder, its servers. `app.backstage` answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from classify.promotion import Verdict
    from ingest.foreseeing import Foreseen
    from notify.preview import Preview

Fault = tuple[str, str, str]
"""Where it is (a key of the profile), what is wrong, and how to mend it; in English, as commands say it."""


class Use(StrEnum):
    """What a model is for."""

    IN_USE = "in_use"
    BEFORE = "before"
    SHADOW = "shadow"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """A model that is kept: its scores by name (0-1) with their 95 % intervals, on so many labelled messages."""

    version: str
    use: Use
    messages: int
    scores: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)


class Models(Protocol):
    """The models of the installation."""

    @property
    def running(self) -> str:
        """The version that tags messages now; another is in use from the next start on where one was chosen since."""

    def cards(self) -> Sequence[ModelCard]:
        """All that are kept, the one in use first."""

    def mistaken_for(self, motif: str) -> str:
        """What a message of that motif really is most often when the model in use is wrong, '' where nothing says."""

    def judge(self, version: str) -> "Verdict":
        """Compare it with the one in use on the golden set; takes seconds. Raises AiguillageError."""

    def promote(self, version: str) -> "Verdict":
        """The same, and put it into use from the next start on unless it is refused."""

    def back(self) -> str:
        """Put the one before into use, from the next start on; its name. Raises AiguillageError."""

    def beside(self, version: str) -> None:
        """Let a version run beside the one in use, '' for none. Raises AiguillageError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileState:
    """The profile as it is on disk now. `version` names its content, `running` that with which the service began;
    `faults` would stop a start, `warnings` do not."""

    name: str
    version: str
    running: str
    faults: Sequence[Fault] = ()
    warnings: Sequence[Fault] = ()

    @property
    def changed(self) -> bool:
        """Whether the folder holds another profile than the one that runs."""
        return self.version != self.running


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a live test looked at, how long it took, and what helps where it is not `ok`."""

    ok: bool
    what: str
    mend: str = ""
    seconds: float | None = None


class Checks(Protocol):
    """What is looked at when somebody asks for it. Nothing that is said holds a secret."""

    def profile(self) -> ProfileState: ...

    def mailbox(self, name: str) -> Sequence[Step]:
        """Log in to a mailbox and to its mail server, as `aiguillage mailbox check` does. Raises AiguillageError."""

    def line(self, name: str) -> Sequence[Step]:
        """Look at a phone line at its provider, and ask our own address as the provider would. Raises
        AiguillageError."""

    def connected(self, name: str) -> bool:
        """Whether the environment has the credentials of a mailbox."""


class Trials(Protocol):
    """What would happen, without anything being kept or sent."""

    def mail(self, raw: bytes, mailbox: str) -> "tuple[Foreseen, Sequence[Preview]]":
        """What would become of a mail, and the mails that would leave. Raises AiguillageError."""


@dataclass(frozen=True, slots=True)
class Backstage:
    """All of it."""

    models: Models
    checks: Checks
    trials: Trials
