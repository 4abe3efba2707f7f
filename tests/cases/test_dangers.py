"""What the name of a file warns of."""

import pytest

from cases.dangers import Danger, danger


@pytest.mark.parametrize("name", ["jeu.exe", "Facture.PDF.EXE", "facture.exe. ", "page.html", "dessin.svg", "lien.lnk"])
def test_a_program_is_told_by_its_ending(name: str) -> None:
    assert danger(name) is Danger.PROGRAM


@pytest.mark.parametrize("name", ["budget.XLSM", "lettre.docm"])
def test_macros_are_told_by_their_ending(name: str) -> None:
    assert danger(name) is Danger.MACROS


@pytest.mark.parametrize("name", ["budget.xlsx", "exe.pdf", "sans ending", "", ".", "plan.dwg"])
def test_the_rest_is_only_read(name: str) -> None:
    assert danger(name) is None
