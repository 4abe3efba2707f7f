"""Every regular expression of the service: what its modules hold, and what is written where it is used."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.rules.rules import sources

FLAGS = {"re.IGNORECASE", "re.I", "re.VERBOSE", "re.DOTALL", "re.MULTILINE", "re.ASCII"}
USES = ("search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split")


@dataclass(frozen=True, slots=True)
class Expression:
    """One, by its module and name, or by the line where it is written. `anchored`: it is only ever matched at the
    beginning of a text."""

    name: str
    pattern: re.Pattern[Any]
    anchored: bool


def expressions() -> list[Expression]:
    """All of them but those of the demonstration and of migrations, which read nothing of strangers."""
    found: dict[str, Expression] = {}
    for path, tree in sources():
        if not path.startswith(("app/demo/", "store/migrations/")):
            module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
            found |= {one.name: one for one in (*_held(module, tree), *_written(module, tree))}
    return list({(one.pattern, one.anchored): one for one in reversed([*found.values()])}.values())


def _held(module: str, tree: ast.Module) -> Iterator[Expression]:
    if not any("re" in (alias.name for alias in node.names) for node in ast.walk(tree) if isinstance(node, ast.Import)):
        return
    uses = _uses(tree)
    for name, value in vars(importlib.import_module(module)).items():
        for place, pattern in _patterns(value):
            anchored = place == "" and uses.get(name, set()) in ({"match"}, {"fullmatch"}, {"match", "fullmatch"})
            yield Expression(f"{module}.{name}{place}", pattern, anchored)


def _patterns(value: Any, place: str = "") -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield place, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _patterns(one, f"{place}[{key}]")
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            yield from _patterns(one, f"{place}[{index}]")


def _uses(tree: ast.Module) -> Mapping[str, set[str]]:
    """Which methods are called of what name in the module; any other use of the name counts as a search."""
    found: dict[str, set[str]] = {}
    called = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in USES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in USES and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called:
            found.setdefault(node.id, set()).add("search")
    return found


def _written(module: str, tree: ast.Module) -> Iterator[Expression]:
    """`re.search("...", text)`: the first argument where it is a text. What is put together first is not seen here."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        used = ast.unparse(node.func.value) == "re" and node.func.attr in USES and node.args
        if used and isinstance(node.args[0], ast.Constant):
            said = [ast.unparse(one) for one in (*node.args, *(word.value for word in node.keywords))]
            flags = sum((getattr(re, one.partition(".")[2]) for one in said if one in FLAGS), re.RegexFlag(0))
            pattern = re.compile(node.args[0].value, flags)
            yield Expression(f"{module}:{pattern.pattern!r}", pattern, node.func.attr in ("match", "fullmatch"))
