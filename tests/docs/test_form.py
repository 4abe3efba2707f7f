"""docs/form.md against the code: every key with its default, every file that is taken, every fault."""

import json
from dataclasses import MISSING, Field, fields, replace

import pytest

from cases import form_faults
from cases.form import Choice, Privacy, WebForm
from cases.profile import OwnField
from ingest.web.kinds import KINDS
from tests.cases.values import LABELS, PROFILE
from tests.docs.tables import rows, sections

SECTIONS = {"Top level of `form.toml`": WebForm, "[privacy]": Privacy, "[[themes]]": Choice}


def default(field: Field[object]) -> str:
    if field.default_factory is not MISSING:
        return json.dumps(field.default_factory())
    if field.default is MISSING:
        return "required"
    return "see below" if isinstance(field.default, Privacy) else json.dumps(field.default)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_explains_every_key_with_its_default(section: str) -> None:
    documented = {row["key"]: row["default"] for row in sections("form.md", "key")[section.strip("`")]}
    assert documented == {field.name: default(field) for field in fields(SECTIONS[section])}


def test_the_page_lists_the_files_that_are_taken() -> None:
    assert {row["extension"]: row["content type"] for row in rows("form.md", "extension")} == {
        extension: kind.content_type for extension, kind in KINDS.items()
    }


def test_the_page_names_the_faults() -> None:
    """A form in which everything is wrong."""
    deep = Choice(id="c", labels=LABELS, reasons=(Choice(id="d", labels=LABELS),))
    reason = Choice(id="b", labels=LABELS, reasons=(deep,))
    wrong = {"motif": "gone", "tool": "gone", "requires": ("known",), "reasons": (reason,)}
    known = OwnField(id="known", labels=LABELS)
    theme = Choice(id="a", labels={**LABELS, "fr": ""}, **wrong)
    form = WebForm(
        help={}, asks=("gone",), privacy=Privacy(path=("gone",)), themes=(theme, Choice(id="a", labels=LABELS))
    )
    found = {(key, cause) for key, cause, _ in form_faults.faults(replace(PROFILE, web_form=form, fields=(known,)))}
    for row in rows("form.md", "fault | what is wrong"):
        assert any(key == row["fault"] and row["what is wrong"] in cause for key, cause in found), row["fault"]
