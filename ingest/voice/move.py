"""What the nodes of a menu are given, and what they give back."""

from dataclasses import dataclass, replace
from typing import Any

from cases.phone import Menu
from ingest.voice.event import Action, Facts, HangUp, Listen, Pause, Read, Speak, State


@dataclass(frozen=True, slots=True)
class Move:
    """What comes of an event: the call's state, what is done, and the node that follows at once, '' where the call
    waits in this one."""

    state: State
    actions: tuple[Action, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A call at one moment, as its node sees it."""

    menu: Menu
    state: State
    facts: Facts

    def speak(self, prompt: str, **values: str) -> Speak:
        return Speak(prompt, self.state.lang, values)

    def stays(self, *actions: Action, **changes: Any) -> Move:
        """The call waits in this node for what comes of the last action."""
        return Move(replace(self.state, **changes), actions)

    def goes(self, name: str, *actions: Action, **changes: Any) -> Move:
        """The call goes on to that node."""
        return Move(replace(self.state, **changes), actions, name)

    def ends(self, *actions: Action, **changes: Any) -> Move:
        return Move(replace(self.state, ended=True, **changes), (*actions, HangUp()))

    def asks(self, *prompts: Speak | Read | Pause) -> Listen:
        """A question of the menu's own that one key or a word answers."""
        return Listen(prompts=prompts, lang=self.state.lang, speech=True)
