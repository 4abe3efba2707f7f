"""Cards below a sign-off: what belongs to one, and what people write below their names."""

import pytest

from ingest.email.card import card
from ingest.email.reply import fold


def carded(text: str) -> list[str]:
    lines = text.split("\n")
    begin, end = card(lines, 0, len(lines))
    return lines[begin:end]


def test_the_sign_off_and_the_name_are_no_card() -> None:
    below = ["Architecte", "Atelier Test SRL", "081 00 12 34"]
    assert carded("\n".join(["Voici le plan.", "Bien à vous,", "Anne Leroy", *below])) == below


@pytest.mark.parametrize(
    "line",
    [
        "Rappelez-moi au 081 00 12 34",
        "081 00 12 34, je suis là le matin",
        "Architecte : Mme Noël",
        "- Julie Pirard, service urbanisme",
        "Dossier PU/2026/14, service urbanisme",
        "https://www.example.be/erreur/500",
        "Faut-il une signature du directeur ?",
    ],
)
def test_what_is_told_below_a_name_stays(line: str) -> None:
    assert carded(f"Cela bloque.\nCordialement,\nAnne Leroy\n{line}") == []


def test_a_card_needs_a_sign_off() -> None:
    assert carded("Le nouveau demandeur :\n\nAnne Leroy\nArchitecte\n081 00 12 34") == []


def test_two_post_codes_are_a_list_of_people() -> None:
    assert carded("Voici.\nGroeten\nMia\nKerkstraat 6, 9000 Gent\nKerkstraat 8, 9000 Gent") == []


def test_what_follows_a_card_stays() -> None:
    folded = fold("Jeudi me va.\nBien à vous,\nMarc\nDirecteur\n087 00 12 34\n\nPS : avec mon avocat.")
    assert folded.new.endswith("Marc\n\nPS : avec mon avocat.")
    assert folded.card == folded.quoted == "Directeur\n087 00 12 34"
