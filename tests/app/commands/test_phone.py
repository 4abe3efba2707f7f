"""`aiguillage menu` draws the menu of the profile, in the terminal or into a file."""

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from app.commands.phone import menu
from cases.errors import ConfigurationError


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIGUILLAGE_DATABASE_URL", f"sqlite:///{tmp_path}/aiguillage.db")


def test_the_menu_is_drawn_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    menu("")
    drawn = capsys.readouterr().out
    assert drawn.startswith("start: language (choose)\n")
    assert "line of one language: welcome (say)" in drawn


def test_the_menu_is_drawn_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    menu("assistance", tmp_path / "menu.svg")
    assert Xml.parse(tmp_path / "menu.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert "16 nodes" in capsys.readouterr().out


def test_a_menu_that_is_not_there_is_a_fault_that_names_those_that_are() -> None:
    with pytest.raises(ConfigurationError, match="assistance"):
        menu("other")
