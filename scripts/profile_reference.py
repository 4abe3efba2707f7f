"""Writes docs/profile-reference.md: every key of a profile, with its type and default, as the types themselves say.

python scripts/profile_reference.py [FILE]
"""

import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.menus import KEYS as VOICE
from app.profile import CASES
from cases.form import WebForm
from cases.phone import Menu
from cases.profile import Profile

PAGE = Path(__file__).parent.parent / "docs" / "profile-reference.md"
HEAD = """# Every key of a profile

Made from the types by `make reference`; a test fails while this page is not what they say. What the keys mean to a
service, one by one: [profile.md](profile.md), [menu.md](menu.md) (the phone), [form.md](form.md) (the form),
[clocks.md](clocks.md) (hours). An unknown key is a fault, and so is a value of another type: `aiguillage profile check`
names each.

A *table* is written `{ fr = "…", en = "…" }` or under a heading of its own.
"""
FILES = {"profile.toml": "the service", "cases.toml": "what becomes of a case", "voice.toml": "the phone"}
READ_APART = {Profile: {"texts", "prompts", "web_form"}, Menu: {"tools", "country", "countries"}}
"""What is not written under its name: files of a folder, the form's own file, what the program joins by itself."""
PLAIN = {str: "text", int: "whole number", float: "number", bool: "`true` or `false`"}


@dataclass(frozen=True)
class Part:
    """A dataclass and where it is written: `heading` as in TOML, `path` what its own parts are written under."""

    kind: type
    heading: str
    path: str


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_file(name, what) for name, what in FILES.items()), _form()])


def _file(name: str, what: str) -> str:
    """One file: its own keys, then each part that is written in it."""
    own = [field for field in _fields(Profile) if _home(field.name) == name]
    parts = _parts(Profile, "", [field.name for field in own])
    return f"## {name}: {what}\n\n{_table(Profile, own)}\n" + "".join(map(_section, parts))


def _form() -> str:
    own = Part(WebForm, "form.toml", "")
    parts = _parts(WebForm, "", [field.name for field in fields(WebForm)])
    return f"## form.toml: the form\n\n{_words(own.kind)}\n\n{_table(WebForm, list(fields(WebForm)))}\n" + "".join(
        map(_section, parts)
    )


def _home(name: str) -> str:
    """The file in which that key of a profile is written."""
    return "cases.toml" if name in CASES else "voice.toml" if name in VOICE - {"hours"} else "profile.toml"


def _fields(kind: type) -> list[Field[Any]]:
    return [field for field in fields(kind) if field.name not in READ_APART.get(kind, ())]


def _parts(kind: type, path: str, names: list[str], above: tuple[type, ...] = ()) -> Iterator[Part]:
    """The dataclasses that these fields hold, each followed by those within it; what holds itself is given once."""
    hints = get_type_hints(kind)
    for name in names:
        for found, heading, below in _found(hints[name], f"{path}{name}"):
            if found not in above:
                yield Part(found, heading, below)
                yield from _parts(found, f"{below}.", [one.name for one in _fields(found)], (*above, found))


def _found(hint: Any, path: str) -> Iterator[tuple[type, str, str]]:
    """The dataclasses in a type: with their heading, and what is written under them."""
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint, f"[{path}]", path
    elif origin is tuple:
        yield from ((kind, f"[[{path}]]", path) for kind, _, _ in _found(inner[0], path))
    elif origin is not None and issubclass(_class(origin), Mapping):
        yield from _found(inner[1], f"{path}.NAME")
    elif origin in (Union, UnionType):
        for one in inner:
            yield from _found(one, path)


def _class(origin: Any) -> type:
    return origin if isinstance(origin, type) else object


def _section(part: Part) -> str:
    kind = get_type_hints(part.kind).get("kind")
    named = f' with `kind = "{get_args(kind)[0]}"`' if get_origin(kind) is Literal else ""
    return f"### `{part.heading}`{named}\n\n{_words(part.kind)}\n\n{_table(part.kind, _fields(part.kind))}\n"


def _words(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


def _table(kind: type, shown: list[Field[Any]]) -> str:
    hints = get_type_hints(kind)
    rows = [f"| `{field.name}` | {_type(hints[field.name])} | {_default(field)} |\n" for field in shown]
    return "".join(["| key | type | default |\n", "|---|---|---|\n", *rows])


def _type(hint: Any) -> str:
    """A type in words."""
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return " ".join(f"`{one}`" if one else '`""`' for one in hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return "a part, below"
    if origin is Literal:
        return " ".join(f"`{one}`" for one in inner)
    if origin is tuple:
        return f"list of: {_type(inner[0])}"
    if origin in (Union, UnionType):
        return "one of the parts below"
    if origin is not None and issubclass(_class(origin), Mapping):
        return f"table of: {_type(inner[1])}"
    return PLAIN[hint]


def _default(field: Field[Any]) -> str:
    if field.default_factory is not MISSING:
        return f"`{json.dumps(field.default_factory())}`"
    if field.default is MISSING:
        return "required"
    value = field.default
    return "its own" if is_dataclass(value) or _is_parts(value) else f"`{json.dumps(value, ensure_ascii=False)}`"


def _is_parts(value: Any) -> bool:
    return isinstance(value, tuple) and any(map(is_dataclass, value))


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
