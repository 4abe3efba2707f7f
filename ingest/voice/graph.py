"""A menu as a graph: which node leads where, and what a caller who stays silent passes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
    Stand,
    Transfer,
    Voicemail,
)


@dataclass(frozen=True, slots=True)
class Edge:
    """A way out of a node: what takes it (a key, `open`, `otherwise`...), the field that names it, where it leads."""

    label: str
    field: str
    target: str


def _choices(node: Choose) -> Iterator[Edge]:
    for index, option in enumerate(node.options):
        yield Edge(option.key or "speech", f"options.{index}.next", option.next)
    if node.person:
        yield Edge("0", "person", node.person)
    if node.number:
        yield Edge("#", "number", node.number)
    yield Edge("otherwise", "otherwise", node.otherwise)


_EDGES: Mapping[type[Node], Callable[[Any], Iterable[Edge]]] = {
    Say: lambda node: [Edge("then", "next", node.next)],
    Announce: lambda node: [Edge("then", "next", node.next)],
    Opening: lambda node: [Edge("open", "open", node.open), Edge("closed", "closed", node.closed)],
    Choose: _choices,
    Identify: lambda node: [Edge("then", "next", node.next)],
    Stand: lambda node: [Edge("then", "next", node.next)],
    Queue: lambda node: [Edge("1", "callback", node.callback), Edge("2", "voicemail", node.voicemail)],
    Callback: lambda node: [Edge("agreed", "next", node.next), Edge("no number", "voicemail", node.voicemail)],
    Voicemail: lambda node: [Edge("then", "next", node.next)],
    Transfer: lambda node: [Edge("no answer", "otherwise", node.otherwise)],
    Goodbye: lambda node: [],
}


def edges(node: Node) -> tuple[Edge, ...]:
    """Every way out of a node, in the order in which it is written."""
    return tuple(_EDGES[type(node)](node))


def all_ways(node: Node) -> tuple[str, ...]:
    """Where a call may come from that node."""
    return tuple(edge.target for edge in edges(node))


def silent_ways(node: Node) -> tuple[str, ...]:
    """Where a caller comes who says and keys nothing; a queue keeps one until somebody answers or it closes."""
    if isinstance(node, Choose):
        return (node.otherwise,)
    return all_ways(node)


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


def may_come_to(menu: Menu, name: str, kind: type[Node]) -> bool:
    """Whether a call at that node is at such a one, or may be there after a single answer of the caller."""
    begin = (name, *all_ways(menu.nodes[name]))
    return any(isinstance(menu.nodes[one], kind) for one in reached(menu, begin, _unheard))


def _unheard(node: Node) -> tuple[str, ...]:
    """The ways out of a node that passes by itself."""
    return all_ways(node) if isinstance(node, Say | Announce | Opening) else ()
