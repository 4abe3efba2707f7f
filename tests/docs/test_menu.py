"""docs/menu.md explains every key of the phone with its default, and every prompt that the machine says."""

import json
from dataclasses import MISSING, Field, fields

import pytest

from cases.phone import KINDS, Line, Option, Phone, Seat
from ingest.voice.texts import OF_KIND
from tests.docs.tables import rows, sections

NAMES = {kind: name for name, kind in KINDS.items()}
SECTIONS = {**KINDS, "options": Option, "[[lines]]": Line, "[phone]": Phone, "[[seats]]": Seat}


def default(field: Field[object]) -> str:
    """A field's default as the page writes it."""
    if field.default_factory is not MISSING:
        return json.dumps(field.default_factory())
    return "required" if field.default is MISSING else json.dumps(field.default)


def test_the_page_has_a_table_for_every_part() -> None:
    assert set(sections("menu.md", "key")) == set(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_explains_every_key_with_its_default(section: str) -> None:
    documented = {row["key"]: row["default"] for row in sections("menu.md", "key")[section]}
    assert documented == {field.name: default(field) for field in fields(SECTIONS[section])}


def test_the_page_lists_every_prompt_of_the_machine() -> None:
    kinds: dict[str, set[str]] = {}
    needs: dict[str, tuple[str, str]] = {}
    for kind, prompts in OF_KIND.items():
        for one in prompts:
            kinds.setdefault(one.prompt, set()).add(NAMES[kind])
            needs[one.prompt] = ", ".join(sorted(one.keys)), ", ".join(sorted(one.fields))
    documented = {row["prompt"]: (row["kinds"], row["keys"], row["fields"]) for row in rows("menu.md", "prompt")}
    assert documented == {name: (", ".join(sorted(kinds[name])), *needs[name]) for name in needs}
