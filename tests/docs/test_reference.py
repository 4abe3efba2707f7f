"""docs/profile-reference.md is what `make reference` makes of the types."""

from cases.phone import KINDS
from scripts.profile_reference import page
from tests.cases.test_profile import SECTIONS
from tests.docs.tables import DOCS


def test_the_page_is_what_the_types_say() -> None:
    written = (DOCS / "profile-reference.md").read_text(encoding="utf-8")
    assert written == page(), "run `make reference`"


def test_nothing_that_may_be_written_is_missing() -> None:
    made = page()
    assert all(f"### `{heading}`" in made for heading in SECTIONS if heading.startswith("["))
    assert all(f'kind = "{kind}"' in made for kind in KINDS)
