"""Walks through the menu of the shipped profile: events in, what the caller hears out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from app import profile as profiles
from cases.profile import Profile
from ingest.voice.event import Action, Event, Facts, Listen, Pause, Read, Speak, Started, State
from ingest.voice.menu import begin, step

BRUSSELS = ZoneInfo("Europe/Brussels")
OPEN = Facts(now=datetime(2026, 3, 24, 9, 0, tzinfo=BRUSSELS), caller="+32470001234")
CLOSED = replace(
    OPEN,
    now=datetime(2026, 3, 27, 18, 0, tzinfo=BRUSSELS),
    open=False,
    opens_at=datetime(2026, 3, 30, 8, 30, tzinfo=BRUSSELS),
)
HIDDEN = replace(CLOSED, caller="")


@cache
def profile() -> Profile:
    return profiles.load(profiles.find("mon-permis"))


class Walk:
    """One call; `heard` says in short what the caller was told last."""

    def __init__(self, facts: Facts = OPEN, language: str = "") -> None:
        self.menu = profile().menus["assistance"]
        self.facts = facts
        self.state: State = begin(self.menu, language)
        self.actions: tuple[Action, ...] = ()
        self.tell(Started())

    def tell(self, *events: Event, **facts: Any) -> "Walk":
        self.facts = replace(self.facts, **facts)
        for event in events:
            self.state, self.actions = step(self.menu, self.state, event, self.facts)
        return self

    @property
    def heard(self) -> str:
        return "; ".join(short(action) for action in self.actions)

    @property
    def spoken(self) -> list[Speak]:
        listened = [prompt for action in self.actions if isinstance(action, Listen) for prompt in action.prompts]
        return [action for action in (*self.actions, *listened) if isinstance(action, Speak)]

    def value(self, prompt: str, field: str) -> str:
        return next(said.values[field] for said in self.spoken if said.prompt == prompt)


def short(action: Action) -> str:
    """`listen tool`, `say closed`, `wait`..."""
    if isinstance(action, Speak):
        return f"say {action.prompt}"
    if isinstance(action, Listen):
        return f"listen {' '.join(_names(action.prompts))}"
    return f"read {action.text}" if isinstance(action, Read) else type(action).__name__.lower()


def _names(prompts: Iterable[Speak | Read | Pause]) -> list[str]:
    names = [prompt.prompt for prompt in prompts if isinstance(prompt, Speak)]
    return list(dict.fromkeys(names))
