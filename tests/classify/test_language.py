import pytest

from classify.language import language

DUTCH = {"fr": 0.1, "de": 0.1, "nl": 0.7, "en": 0.1}


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Ik kan mijn aanvraag niet indienen", "nl"),
        ("ok bedankt", "fr"),
        ("", "fr"),
        ("не могу войти в систему уже неделю", "fr"),
        ("????? !!!!!", "fr"),
    ],
)
def test_too_little_latin_text_is_in_the_language_of_the_mailbox(text: str, lang: str) -> None:
    assert language(DUTCH, text, "fr") == lang


def test_a_sure_score_outweighs_the_mailbox_even_in_two_words() -> None:
    assert language({"fr": 0.02, "nl": 0.98}, "alvast bedankt", "fr") == "nl"
