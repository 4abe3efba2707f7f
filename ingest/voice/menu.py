"""The menu of a phone line: a pure machine over the profile's graph of nodes.

`step(menu, state, event, facts) -> (state, actions)`. It does no I/O, knows no provider and reads no clock. A graph
that `ingest.voice.lint` accepts never ends a call without a person, a callback, a voicemail, a transfer or last words.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cases import phone
from ingest.voice import choice, nodes, offers
from ingest.voice.event import Action, Event, Facts, HangUp, Listen, Pause, Read, Speak, Started, State
from ingest.voice.move import Move, Scene

LONGEST_PATH = 60

_ENTER: Mapping[type[phone.Node], Callable[[Scene, Any], Move]] = {
    phone.Say: nodes.say,
    phone.Announce: nodes.announce,
    phone.Opening: nodes.opening,
    phone.Goodbye: nodes.goodbye,
    phone.Choose: choice.enter,
    phone.Identify: nodes.identify,
    phone.Stand: nodes.stand,
    phone.Voicemail: nodes.voicemail,
    phone.Transfer: nodes.transfer,
    phone.Queue: offers.queue,
    phone.Callback: offers.callback,
}
_HEAR: Mapping[type[phone.Node], Callable[[Scene, Any, Event], Move]] = {
    phone.Choose: choice.hear,
    phone.Identify: nodes.identified,
    phone.Stand: nodes.stood,
    phone.Voicemail: nodes.recorded,
    phone.Transfer: nodes.transferred,
    phone.Queue: offers.queued,
    phone.Callback: offers.called_back,
}


def begin(menu: phone.Menu, line_language: str) -> State:
    """The state of a call that comes in; `line_language` is '' where the menu asks for it."""
    return State(node=menu.started if line_language else menu.start, lang=line_language)


def step(menu: phone.Menu, state: State, event: Event, facts: Facts) -> tuple[State, tuple[Action, ...]]:
    """What comes of an event: the new state, and what the provider is to do. There is always something to do.

    An event that does not belong to where the call is, is answered with what the call was told there.
    """
    if state.ended:
        return state, (HangUp(),)
    node = menu.nodes[state.node]
    scene = Scene(menu, state, facts)
    move = Move(state, (), state.node) if isinstance(event, Started) else _HEAR[type(node)](scene, node, event)
    actions = move.actions
    while move.next:
        move = _enter(Scene(menu, move.state, facts), move.next)
        actions += move.actions
    return move.state, _interruptible(actions)


def _interruptible(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """What is said just before a question is said as part of it: who knows the menu need not hear it to its end."""
    *before, last = actions
    if not isinstance(last, Listen):
        return actions
    said = tuple(one for one in before if isinstance(one, Speak | Read | Pause))
    return (replace(last, prompts=(*said, *last.prompts)),) if len(said) == len(before) else actions


def _enter(scene: Scene, name: str) -> Move:
    path = (*scene.state.path, name)[-LONGEST_PATH:]
    node = scene.menu.nodes[name]
    return _ENTER[type(node)](replace(scene, state=replace(scene.state, node=name, stage="", tries=0, path=path)), node)


def hung_up(menu: phone.Menu, state: State, *, answered: bool = False) -> State:
    """The state after the caller hung up: who wanted a callback, and whose number we have, has asked for it.

    Who keyed 1 just as somebody picked up has talked (`answered`), and is owed none.
    """
    node = menu.nodes.get(state.node)
    wanted = isinstance(node, phone.Callback) or (isinstance(node, phone.Queue) and state.stage == offers.TO_CALLBACK)
    if wanted and not (answered or state.ended or state.callback):
        return replace(state, callback=state.number, ended=True)
    return replace(state, ended=True)
