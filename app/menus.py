"""Reads `voice.toml` and `prompts/` of a profile folder: the lines, their menus and what is said in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.files import Fault, read_toml, typed
from cases.phone import KINDS, Menu, Naming, Node, Prompt, Prompts
from cases.profile import STRICT, Profile, Tool

KEYS = frozenset({"hours", "phone", "lines", "seats", "menus"})
"""The keys of `voice.toml`."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What a folder says about the phone; `values` are keys of the profile as they stand in the file."""

    values: Mapping[str, Any] = field(default_factory=dict)
    menus: Mapping[str, Menu] = field(default_factory=dict)
    prompts: Prompts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Graph:
    """A menu whose nodes are not typed yet."""

    __pydantic_config__ = STRICT
    start: str
    started: str
    nodes: dict[str, dict[str, Any]]


def read(folder: Path, faults: list[Fault]) -> Voice:
    """The phone of the profile in that folder; nothing where it has no `voice.toml`.

    What is of a wrong type is added to `faults`. Raises ConfigurationError where a file cannot be read.
    """
    path = folder / "voice.toml"
    if not path.is_file():
        return Voice()
    raw = read_toml(path)
    values = {key: raw[key] for key in raw if key != "menus"}
    faults += [(key, "is no key of voice.toml", "correct its spelling") for key in values if key not in KEYS]
    graphs = typed(dict[str, _Graph], raw.get("menus", {}), faults, "menus") or {}
    menus = {name: _menu(f"menus.{name}", graph, faults) for name, graph in graphs.items()}
    return Voice({key: values[key] for key in values if key in KEYS}, menus, _prompts(folder / "prompts", faults))


def fit(profile: Profile, voice: Voice) -> Profile:
    """The profile with its menus, which are told how its tools are named, whose numbers are at home and whose
    may be called back."""
    tools = {tool.id: _naming(tool) for tool in profile.tools}
    home, countries = profile.country, profile.phone.callback_countries
    menus = {name: replace(one, tools=tools, country=home, countries=countries) for name, one in voice.menus.items()}
    return replace(profile, menus=menus, prompts=voice.prompts)


def _menu(key: str, graph: _Graph, faults: list[Fault]) -> Menu:
    nodes = {name: _node(f"{key}.nodes.{name}", values, faults) for name, values in graph.nodes.items()}
    return Menu(graph.start, graph.started, {name: node for name, node in nodes.items() if node})


def _node(key: str, values: Mapping[str, Any], faults: list[Fault]) -> Node | None:
    """Typed by its own kind alone, so that each fault is named where it is."""
    kind = KINDS.get(str(values.get("kind")))
    if kind is None:
        faults.append((f"{key}.kind", "is not a kind of node", f"write one of {', '.join(KINDS)}"))
        return None
    return typed(kind, values, faults, key)


def _prompts(folder: Path, faults: list[Fault]) -> Prompts:
    prompts: dict[str, dict[str, Prompt]] = {}
    for path in sorted(folder.glob("*.toml")):
        language = path.stem
        texts = typed(dict[str, str], read_toml(path), faults, f"prompts.{language}") or {}
        for name, text in texts.items():
            prompts.setdefault(name, {})[language] = Prompt(text, _recording(folder, language, name, text))
    return prompts


def _recording(folder: Path, language: str, name: str, text: str) -> str:
    """The sound file that is played instead; a text with fields is different each time."""
    recording = f"{language}/{name}.wav"
    return recording if "{" not in text and (folder / recording).is_file() else ""


def _naming(tool: Tool) -> Naming:
    phrases = dict.fromkeys((*tool.names, *tool.aliases, *tool.labels.values()))
    return Naming(tuple(phrases), tool.never)
