"""A closed list of words: what only thanks, and what says more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.thanks import LONGEST, MOST_WORDS, only_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Merci !",
        "Merci beaucoup pour votre aide.",
        "Bonjour,\n\nUn grand merci pour votre réponse rapide.\n\nBonne journée,\nJeanne Exemple",
        "Bonjour, merci à vous et bonne soirée. Jeanne",
        "Parfait, merci.",
        "Je vous remercie.",
        "Vielen Dank für Ihre schnelle Hilfe!",
        "Herzlichen Dank und freundliche Grüße\nJeanne",
        "Super, danke",
        "Dank u wel voor de snelle reactie",
        "Bedankt! Fijne dag nog.",
        "Thank you very much for your help.",
        "Great, thanks again.",
        "👍 Merci 🙏",
    ],
)
def test_what_only_thanks(text: str) -> None:
    assert only_thanks(text, "Jeanne Exemple, Un")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bonjour",
        "Merci, mais cela ne marche toujours pas.",
        "Merci ?",
        "Merci de votre aide.",
        "Merci d'avance.",
        "Merci de me rappeler au 0470 00 12 34",
        "Merci. Dossier 12345",
        "Ça ne fonctionne pas, merci",
        "Danke, das geht nicht.",
        "Danke im Voraus",
        "Bedankt, maar het werkt niet",
        "Alvast bedankt",
        "Thanks, it still does not work",
        "Thanks in advance",
        "No thanks",
        "Bonjour, une réponse rapide, merci.",
        "Hilfe! Danke.",
        "Help! Thanks.",
        "Hulp, bedankt",
        "Спасибо",
        "Merci, Спасибо, не работает",
        "Merci beaucoup. " + "Merci. " * MOST_WORDS,
        "Merci" + " " * LONGEST,
    ],
)
def test_what_says_more(text: str) -> None:
    assert not only_thanks(text, "Jeanne Exemple")


@given(st.text(max_size=80), st.text(max_size=20))
def test_a_question_never_only_thanks(before: str, after: str) -> None:
    assert not only_thanks(f"{before}?{after}")


@given(st.lists(st.sampled_from(["merci", "thanks", "pas", "niet", "nicht", "not", "mais", "rappeler"]), max_size=8))
def test_one_word_that_says_more_is_enough(said: list[str]) -> None:
    if {"pas", "niet", "nicht", "not", "mais", "rappeler"} & set(said):
        assert not only_thanks(" ".join(said))
