"""Banners, notices and disclaimers; and what people say in the same words."""

import pytest

from ingest.email.boilerplate import is_banner, is_disclaimer, is_footer

BANNER = "Attention : ce message vient de l'extérieur. N'ouvrez pas les pièces jointes d'un expéditeur inconnu."


def test_a_warning_against_strangers_is_a_banner() -> None:
    assert is_banner(BANNER)


@pytest.mark.parametrize(
    "text",
    [
        "Attention, un expéditeur externe se fait passer pour vous : n'ouvrez pas ses pièces jointes !",
        "J'ai reçu ce message d'un expéditeur externe qui m'inquiète, n'ouvrez pas la pièce jointe.",
        "",
    ],
)
def test_a_warning_of_the_sender_is_none(text: str) -> None:
    assert not is_banner(text)


@pytest.mark.parametrize(
    "text",
    [
        "Gelieve rekening te houden met het milieu alvorens deze e-mail af te drukken.",
        "Please consider the environment: do you really need to print this email?",
        "Datenschutz: https://www.example.de/datenschutz",
        "Disclaimer: https://www.example.be/disclaimer",
    ],
)
def test_short_notices_are_disclaimers(text: str) -> None:
    assert is_disclaimer(text)


@pytest.mark.parametrize(
    "text",
    [
        "Avant d'imprimer les affiches de l'enquête, le format A3 suffit-il ?",
        "Merci de me dire comment imprimer ce formulaire.",
        "Wo finde ich auf https://www.example.de die Angaben zum Datenschutz?",
        "Le destinataire du courrier confidentiel avec les pièces jointes est mon voisin, qui en est l'expéditeur.",
    ],
)
def test_people_speak_of_the_same_things(text: str) -> None:
    assert not is_disclaimer(text)


def test_an_apology_for_mistyping_is_a_footer() -> None:
    assert is_footer("Sent from my phone, please excuse typos")
    assert not is_footer("Envoyé de mon iPhone, le formulaire ne part pas")
