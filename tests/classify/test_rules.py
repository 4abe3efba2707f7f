import pytest

from classify.rules import gate, several
from classify.signals import Named
from classify.text import fold


def test_one_proper_name_is_beyond_doubt() -> None:
    assert gate([Named("gesper", "name", True, 0), Named("gesper", "alias", False, 1)]) == "gesper"


@pytest.mark.parametrize(
    "named",
    [
        [],
        [Named("notice", "name", False, 1)],
        [Named("notice", "name", True, 2)],
        [Named("notice", "name", True, 1), Named("twice", "name", True, 1)],
    ],
    ids=["none", "a common noun", "in the quoted text", "two tools"],
)
def test_less_than_that_is_not(named: list[Named]) -> None:
    assert gate(named) == ""


@pytest.mark.parametrize(
    "text",
    [
        "1) peut-on rouvrir le dossier ; 2) quelle est la taille maximale ?",
        "J'ai deux questions sur la procédure.",
        "Zwei Fragen zu meinem Antrag",
        "Premièrement le logo est faux. Ensuite il faudrait un accès.",
    ],
)
def test_several_requests_are_noticed(text: str) -> None:
    assert several(fold(text))


def test_one_request_is_one() -> None:
    assert not several(fold("Bonjour, comment ajouter un document à ma demande ? Merci"))
