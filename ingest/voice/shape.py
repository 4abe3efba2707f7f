"""What may be wrong with the graph of a menu."""

import re
from collections import deque
from collections.abc import Iterator

from cases.phone import (
    Announce,
    Callback,
    Choose,
    Goodbye,
    Menu,
    Node,
    Opening,
    Option,
    Queue,
    Say,
    Sets,
    Transfer,
    Voicemail,
)
from cases.profile import Profile
from ingest.voice.graph import all_ways, edges, reached, silent_ways

Fault = tuple[str, str, str]

KEYS = ("1", "2", "3", "4")
LEVELS = 2
MOST_WORDS = 40
"""Before the first choice: some 15 seconds of speech."""
LONGEST_MESSAGE = 300
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def faults(name: str, menu: Menu, profile: Profile) -> Iterator[Fault]:
    """The faults of that menu's nodes, and of how they hang together where each of them stands."""
    key = f"menus.{name}"
    missing = list(_missing(key, menu))
    yield from missing
    for node_name, node in menu.nodes.items():
        yield from _node(f"{key}.nodes.{node_name}", node, profile)
    if missing:
        return
    rounds = list(_rounds(key, menu))
    yield from rounds
    yield from _unreached(key, menu)
    yield from _bare_ends(key, menu)
    yield from _levels(key, menu)
    yield from _no_person(key, menu)
    if not rounds:
        yield from _long_starts(key, name, menu, profile)


def asks_language(menu: Menu) -> bool:
    start = menu.nodes.get(menu.start)
    return isinstance(start, Choose) and start.sets is Sets.LANGUAGE


def _missing(key: str, menu: Menu) -> Iterator[Fault]:
    named = [(f"{key}.start", menu.start), (f"{key}.started", menu.started)]
    for name, node in menu.nodes.items():
        named += [(f"{key}.nodes.{name}.{edge.field}", edge.target) for edge in edges(node)]
    for place, target in named:
        if target not in menu.nodes:
            yield place, f"there is no node {target!r}", "add it or correct the name"


def _node(key: str, node: Node, profile: Profile) -> Iterator[Fault]:
    if isinstance(node, Choose):
        yield from _choice(key, node, profile)
    if isinstance(node, Queue) and not 0 < node.patience <= profile.phone.charter:
        yield f"{key}.patience", f"is not within the charter's {profile.phone.charter} seconds", "write less"
    if isinstance(node, Voicemail) and not 0 < node.seconds <= LONGEST_MESSAGE:
        yield f"{key}.seconds", "is no length of a message", f"write 1 to {LONGEST_MESSAGE}"
    if isinstance(node, Transfer) and not _E164.fullmatch(node.number):
        yield f"{key}.number", f"{node.number} is not a phone number", "write it as +3281001234 (E.164)"


def _choice(key: str, node: Choose, profile: Profile) -> Iterator[Fault]:
    keys = tuple(option.key for option in node.options if option.key)
    if not keys or keys != KEYS[: len(keys)]:
        yield (
            f"{key}.options",
            f"the keys are {', '.join(keys) or 'none'}",
            "number them from 1, four at most, in order",
        )
    if not node.person:
        yield f"{key}.person", "0 leads to nobody", "name a node that leads to a person or a callback"
    if node.tries < 1:
        yield f"{key}.tries", "is under one", "write 1 or more"
    for index, option in enumerate(node.options):
        yield from _option(f"{key}.options.{index}", node, option, profile)
    named = [tool for option in node.options for tool in option.tools]
    for twice in sorted({tool for tool in named if named.count(tool) > 1}):
        yield f"{key}.options", f"{twice} stands in two options: its name would not choose", "keep one"


def _option(key: str, node: Choose, option: Option, profile: Profile) -> Iterator[Fault]:
    tools = {tool.id for tool in profile.tools}
    for tool in option.tools:
        if tool not in tools:
            yield f"{key}.tools", f"no tool has the id {tool}", "add it or correct the id"
    if option.tools and node.sets is not Sets.TOOL:
        yield f"{key}.tools", "the choice sets no tool", 'write sets = "tool" in the node, or remove them'
    if node.sets is Sets.LANGUAGE and option.language not in profile.languages:
        yield f"{key}.language", f"{option.language!r} is not among languages", "name one of them"
    for language in option.words:
        if language not in profile.languages:
            yield f"{key}.words.{language}", "is not among languages", "add it there or remove the words"
    if not option.key:
        for language in profile.languages:
            if not option.words.get(language):
                yield f"{key}.words.{language}", "the option has no key and no words", "write how people say it"


def _unreached(key: str, menu: Menu) -> Iterator[Fault]:
    for name in sorted(menu.nodes.keys() - reached(menu, (menu.start, menu.started), all_ways)):
        yield f"{key}.nodes.{name}", "nothing leads to it", "lead to it or remove it"


def _rounds(key: str, menu: Menu) -> Iterator[Fault]:
    """A caller who says nothing must come to an end; with that, no node is passed for ever without listening."""
    for name in sorted(menu.nodes):
        if name in reached(menu, silent_ways(menu.nodes[name]), silent_ways):
            yield f"{key}.nodes.{name}", "a caller who says nothing comes back to it for ever", "lead elsewhere"


def _bare_ends(key: str, menu: Menu) -> Iterator[Fault]:
    """Plain last words are for those who have a callback or left a message; others are sent to somebody."""
    for name in sorted(reached(menu, (menu.start, menu.started), _unserved)):
        node = menu.nodes[name]
        if isinstance(node, Goodbye) and not node.referral:
            cause = "ends calls without a person, a callback, a voicemail or a transfer"
            yield f"{key}.nodes.{name}", cause, "lead to one of these, or write referral = true where it names a way on"


def _unserved(node: Node) -> tuple[str, ...]:
    """The ways out of a node that leave the caller with nothing yet."""
    if isinstance(node, Voicemail):
        return ()
    return (node.voicemail,) if isinstance(node, Callback) else all_ways(node)


def _levels(key: str, menu: Menu) -> Iterator[Fault]:
    """How many choices a caller has passed at least when he comes to one, without that of the language."""
    level = {menu.start: 0, menu.started: 0}
    left = deque(level)
    while left:
        name = left.popleft()
        node = menu.nodes[name]
        passed = level[name] + (isinstance(node, Choose) and node.sets is not Sets.LANGUAGE)
        if passed > LEVELS:
            yield (
                f"{key}.nodes.{name}",
                f"is the choice number {passed} of a call",
                f"at most {LEVELS} after the language",
            )
            return
        for target in all_ways(node):
            if passed < level.get(target, LEVELS + 1):
                level[target] = passed
                left.append(target)


def _no_person(key: str, menu: Menu) -> Iterator[Fault]:
    for name, node in menu.nodes.items():
        if isinstance(node, Choose) and node.person:
            found = reached(menu, (node.person,), all_ways)
            if not any(isinstance(menu.nodes[one], Queue | Callback | Transfer) for one in found):
                yield f"{key}.nodes.{name}.person", "leads to no person", "lead to a queue, a callback or a transfer"


def _long_starts(key: str, name: str, menu: Menu, profile: Profile) -> Iterator[Fault]:
    """What is heard before the first choice is short, on every kind of line."""
    lines = [line for line in profile.lines if line.menu == name]
    for language in sorted({line.language for line in lines}):
        place, begin = ("started", menu.started) if language else ("start", menu.start)
        words = sum(len(text.split()) for text in _until_choice(menu, begin, language, profile))
        if words > MOST_WORDS:
            yield f"{key}.{place}", f"{words} words are heard before the first choice", f"at most {MOST_WORDS}"


def _until_choice(menu: Menu, name: str, language: str, profile: Profile) -> Iterator[str]:
    """What is heard in opening hours where no banner runs."""
    node = menu.nodes[name]
    while isinstance(node, Say | Announce | Opening):
        if isinstance(node, Say):
            yield _text(profile, node.prompt, language)
        node = menu.nodes[node.open if isinstance(node, Opening) else node.next]
    if isinstance(node, Choose):
        languages = [option.language for option in node.options] if node.sets is Sets.LANGUAGE else [language]
        yield from (_text(profile, node.prompt, one) for one in languages)


def _text(profile: Profile, prompt: str, language: str) -> str:
    spoken = profile.prompts.get(prompt, {}).get(language)
    return spoken.text if spoken else ""
