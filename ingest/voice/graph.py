"""A menu as a graph: which node leads where, and what a caller who stays silent passes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cases.phone import (
    Announce,
    Callback,
    Choose,
    Goodbye,
    Identify,
    Menu,
    Node,
    Opening,
    Queue,
    Say,
    Transfer,
    Voicemail,
)

Edge = tuple[str, str]
"""What leads there (a key, `open`, `otherwise`...), and the name of the node."""


def _choices(node: Choose) -> Iterator[Edge]:
    yield from ((option.key or "speech", option.next) for option in node.options)
    yield from ((sign, target) for sign, target in (("0", node.person), ("#", node.number)) if target)
    yield "otherwise", node.otherwise


_EDGES: Mapping[type[Node], Callable[[Any], Iterable[Edge]]] = {
    Say: lambda node: [("next", node.next)],
    Announce: lambda node: [("next", node.next)],
    Opening: lambda node: [("open", node.open), ("closed", node.closed)],
    Choose: _choices,
    Identify: lambda node: [("next", node.next)],
    Queue: lambda node: [("callback", node.callback), ("voicemail", node.voicemail)],
    Callback: lambda node: [("next", node.next), ("no number", node.voicemail)],
    Voicemail: lambda node: [("next", node.next)],
    Transfer: lambda node: [("no answer", node.otherwise)],
    Goodbye: lambda node: [],
}


def edges(node: Node) -> tuple[Edge, ...]:
    """Every way out of a node, in the order in which it is written."""
    return tuple(_EDGES[type(node)](node))


def silent_ways(node: Node) -> tuple[str, ...]:
    """Where a caller comes who says and keys nothing; a queue keeps one until somebody answers or it closes."""
    if isinstance(node, Choose):
        return (node.otherwise,)
    return tuple(target for _, target in edges(node))


def reached(menu: Menu, begin: Iterable[str], ways: Callable[[Node], Iterable[str]]) -> set[str]:
    """The nodes that can be reached, those of `begin` among them."""
    found: set[str] = set()
    left = [name for name in begin if name in menu.nodes]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [target for target in ways(menu.nodes[name]) if target in menu.nodes]
    return found


def all_ways(node: Node) -> tuple[str, ...]:
    return tuple(target for _, target in edges(node))
