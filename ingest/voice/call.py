"""A call as a value, between its row and the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from ingest.voice.codec import decode_state, encode_state
from ingest.voice.event import Action, Event, LeaveQueue, LeftQueue, Result, State, Wait, Waits

NO_TOOL = "aucun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`caller` is E.164 or None. `arrived_at` is the arrival in the queue, `queued_at` the same while the caller waits
    there. `result` is None while the call runs."""

    id: int
    provider: str
    call_sid: str
    line: str
    caller: str | None
    person_key: str | None
    state: State
    step: int
    case_id: int | None
    started_at: datetime
    chosen_at: datetime | None = None
    arrived_at: datetime | None = None
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    ended_at: datetime | None = None
    result: Result | None = None
    left_at_node: str | None = None
    seconds: int | None = None

    @classmethod
    def of(cls, row: Any) -> "Call":
        """The call of a row."""
        own = {one.name: getattr(row, one.name) for one in fields(cls)}
        own |= {"state": decode_state(row.state), "result": Result(row.result) if row.result else None}
        return cls(**own)

    @property
    def tool(self) -> str:
        """The one tool that is left, or `aucun`."""
        tools = self.state.tools
        return tools[0] if self.state.chosen and len(tools) == 1 else NO_TOOL

    def columns(self) -> dict[str, Any]:
        """The columns of its row."""
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        menu = {"state": encode_state(self.state), "lang": self.state.lang, "tools": list(self.state.tools)}
        return own | menu

    def changed(self, before: "Call") -> dict[str, Any]:
        """The columns in which it differs from what it was."""
        old = before.columns()
        return {name: value for name, value in self.columns().items() if value != old[name]}

    def moved(self, event: Event, state: State, actions: Sequence[Action], now: datetime) -> "Call":
        """The call after an event, which the menu has answered with that state and these actions.

        What the queue plays is no step: the provider asks for it at one address as long as the caller waits.
        """
        arrived = self.arrived_at
        if enters := any(isinstance(action, Wait) for action in actions):
            arrived = arrived or now
        leaves = isinstance(event, LeftQueue) or any(isinstance(action, LeaveQueue) for action in actions)
        talked = isinstance(event, LeftQueue) and event.answered
        return replace(
            self,
            state=state,
            step=self.step + (not isinstance(event, Waits)),
            chosen_at=self.chosen_at or (now if state.chosen else None),
            arrived_at=arrived,
            queued_at=arrived if enters else None if leaves else self.queued_at,
            answered_at=self.answered_at or (now if talked else None),
        )
