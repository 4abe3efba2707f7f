"""What a phone provider tells us and what we tell it, in words that belong to no provider.

A driver turns its requests into `Event`s and our `Action`s into its own language. `docs/adding-a-channel.md` says how.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Result(StrEnum):
    """What became of a call: the line's balance adds these up."""

    ANSWERED = "answered"
    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    MISSED = "missed"
    ABANDONED = "abandoned"
    TRANSFERRED = "transferred"
    DEFLECTED = "deflected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of the code that a caller keyed: the `status` of its case, '' where there is none, and by when an
    answer is due. `limited`: too many wrong ones were keyed, and none is looked up."""

    status: str = ""
    due_at: datetime | None = None
    limited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true at this moment, as the menu must know it.

    `now` is aware local time of the service; `opens_at` the next opening where closed. `banner` is the running
    incident's text by language, empty where none runs. `caller` is E.164 or '' (hidden). `position` (1 is next) and
    `wait_seconds` are estimates for a waiting caller; `waited_seconds` is what has passed. `own_numbers` are those of
    our lines and seats, E.164, which nobody is called back on. `standing` is there where a code was just keyed.
    """

    now: datetime
    open: bool = True
    opens_at: datetime | None = None
    banner: Mapping[str, str] = field(default_factory=dict)
    caller: str = ""
    position: int = 1
    wait_seconds: int = 0
    waited_seconds: int = 0
    own_numbers: frozenset[str] = frozenset()
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The call has come in."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """Keys were pressed; the key that ends an entry is not among them."""

    digits: str


@dataclass(frozen=True, slots=True)
class Spoke:
    """Something was said. `confidence` is 0-1, or None where the provider gives none."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was keyed or said, or what had to be said has been said."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The caller is in the queue, and the provider asks what to play meanwhile. `seconds`: how long already, as the
    provider counts."""

    seconds: int = 0


@dataclass(frozen=True, slots=True)
class LeftQueue:
    """The caller is out of the queue. `answered`: after a talk; otherwise by own wish, or because the queue failed."""

    answered: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message was recorded; `seconds` 0 is an empty one."""

    seconds: int
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """The other centre has answered and the talk is over, or it has not answered."""

    answered: bool


Event = Started | Keyed | Spoke | Silence | Waits | LeftQueue | Recorded | TransferEnded


@dataclass(frozen=True, slots=True)
class Speak:
    """Say a prompt of the profile in that language, with its fields filled in."""

    prompt: str
    lang: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """Say a text that is not a prompt: a banner."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Say `prompts`, which a key interrupts, and wait for keys or speech; comes back as Keyed, Spoke or Silence.

    `digits`: how many keys at most; `ended_by`: the key that ends an entry, '' where each key counts. `speech`: whether
    speech counts too, in `lang`; `hints` are words to expect. `seconds`: how long silence lasts.
    """

    prompts: tuple["Speak | Read | Pause", ...] = ()
    lang: str
    digits: int = 1
    ended_by: str = ""
    speech: bool = False
    hints: tuple[str, ...] = ()
    seconds: int = 5


@dataclass(frozen=True, slots=True)
class Wait:
    """Put the caller into the queue; comes back as Waits, again and again, and in the end as LeftQueue."""


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Take the caller out of the queue; comes back as LeftQueue(answered=False)."""


@dataclass(frozen=True, slots=True)
class Record:
    """Record a message; comes back as Recorded."""

    seconds: int
    lang: str


@dataclass(frozen=True, slots=True)
class PutThrough:
    """Ring that number and join the two; comes back as TransferEnded."""

    number: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Action = Speak | Read | Pause | Listen | Wait | LeaveQueue | Record | PutThrough | HangUp


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a call stands in its menu; kept on its row as JSON.

    `node` is the node that the next event belongs to, `stage` a place inside it (such as a number's read-back).
    `path` are the nodes that the caller passed. `tools` are the candidates left, `chosen` says that a choice was made.
    `keyed_case` are the digits of a case number as `26-00412`. `number` is the callback's, in E.164, while being taken;
    `callback` is that number once it is agreed, `slot` when to call (`soon`, `morning`, `afternoon`). `told` (where a
    case stands), `banner_heard`, `queued`, `recorded`, `transferred`, `referred` and `ended` are what happened so far.
    """

    node: str = ""
    stage: str = ""
    lang: str = ""
    path: tuple[str, ...] = ()
    tries: int = 0
    tools: tuple[str, ...] = ()
    chosen: bool = False
    keyed_case: str = ""
    number: str = ""
    callback: str = ""
    slot: str = "soon"
    told: bool = False
    banner_heard: bool = False
    closed: bool = False
    queued: bool = False
    recorded: bool = False
    transferred: bool = False
    referred: bool = False
    ended: bool = False
