"""What became of a call. Pure: decided from its menu's state alone, whatever came late or twice."""

from cases.case import Status
from cases.phone import Callback, Choose, Menu, Node, Queue, Transfer, Voicemail
from ingest.voice.event import Result, State

TOLD = frozenset({Result.VOICEMAIL, Result.CALLBACK, Result.MISSED})
"""After these somebody waits for an answer, so the team is told."""


def result(menu: Menu, state: State, *, answered: bool) -> Result:
    """The first of these that is true. Who had come to the team's door and hung up was missed; who hung up on words
    that may have been all they needed was deflected; anybody else left on the way."""
    asked = asked_for_team(menu, state)
    found = {
        Result.ANSWERED: answered,
        Result.VOICEMAIL: state.recorded,
        Result.CALLBACK: bool(state.callback),
        Result.TRANSFERRED: state.transferred,
        Result.DEFLECTED: not asked and (state.referred or ((state.banner_heard or state.told) and not state.chosen)),
        Result.MISSED: asked,
    }
    return next((one for one, is_so in found.items() if is_so), Result.ABANDONED)


def asked_for_team(menu: Menu, state: State) -> bool:
    """Whether the caller came to the queue, or to the offer of a callback or voicemail in its place."""
    return state.queued or any(_is_door(menu, node) for node in _passed(menu, state))


def wants_case(menu: Menu, state: State) -> bool:
    """Whether the caller has said enough for a case that somebody may look at while the call goes on."""
    kinds = (Queue, Callback, Voicemail, Transfer)
    return state.chosen or state.recorded or any(isinstance(node, kinds) for node in _passed(menu, state))


def is_promised(menu: Menu, state: State, *, ended: bool) -> bool:
    """Whether a callback is agreed with everything that belongs to it: the number, and the hour unless they hung up."""
    return bool(state.callback) and (ended or not isinstance(menu.nodes.get(state.node), Callback))


def status_after(found: Result, state: State) -> Status:
    """The state in which a call leaves its own case: closed where nothing was asked of the team."""
    if found is Result.ANSWERED:
        return Status.OPEN
    idle = found in {Result.TRANSFERRED, Result.DEFLECTED} or (found is Result.ABANDONED and not state.chosen)
    return Status.CLOSED if idle else Status.NEW


def _passed(menu: Menu, state: State) -> list[Node]:
    return [menu.nodes[name] for name in (*state.path, state.node) if name in menu.nodes]


def _is_door(menu: Menu, node: Node) -> bool:
    if isinstance(node, Choose):
        offers = (menu.nodes.get(option.next) for option in node.options)
        return any(isinstance(one, Callback | Voicemail) for one in offers)
    return isinstance(node, Queue | Callback | Voicemail)
