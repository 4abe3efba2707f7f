"""Which models are kept and which is in use."""

from pathlib import Path

import pytest

from app.shelf import NOTE, SHIPPED, Shelf
from cases.errors import ConfigurationError


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    found = Shelf(tmp_path / "models")
    for version in ("light-a", "light-b"):
        made = found.folder / "new"
        made.mkdir(parents=True)
        (made / "card.json").write_text("{}")
        found.keep(made, version)
    return found


def test_until_one_is_promoted_the_shipped_one_is_in_use(shelf: Shelf) -> None:
    assert (shelf.active, shelf.versions()) == (SHIPPED, ["light-a", "light-b"])


def test_back_is_one_step_each_time_down_to_the_shipped_one(shelf: Shelf) -> None:
    shelf.promote("light-a")
    shelf.promote("light-b")
    assert shelf.active == "light-b"
    assert [shelf.back(), shelf.back()] == ["light-a", SHIPPED]
    with pytest.raises(ConfigurationError, match="none was before"):
        shelf.back()


def test_promoted_twice_is_one_step(shelf: Shelf) -> None:
    for version in ("light-a", "light-b", "light-b"):
        shelf.promote(version)
    assert shelf.back() == "light-a"


def test_a_shadow_stays_beside(shelf: Shelf) -> None:
    shelf.set_shadow("light-a")
    shelf.promote("light-b")
    assert (shelf.active, shelf.shadow) == ("light-b", "light-a")
    shelf.set_shadow("")
    assert shelf.shadow == ""


@pytest.mark.parametrize("version", ["light-c", "..", "", "new"])
def test_what_is_not_kept_is_refused_with_what_is(shelf: Shelf, version: str) -> None:
    with pytest.raises(ConfigurationError, match="light-a, light-b"):
        shelf.promote(version)


@pytest.mark.parametrize("content", ["{", "[]", '{"promoted": 3, "shadow": ""}'])
def test_a_damaged_note_is_named_with_the_mend(shelf: Shelf, content: str) -> None:
    (shelf.folder / NOTE).write_text(content)
    with pytest.raises(ConfigurationError, match="remove it"):
        _ = shelf.active
