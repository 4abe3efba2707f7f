"""What of a recogniser's text is kept; the real model is asked where the environment names one.

`AIGUILLAGE_TEST_SPEECH_MODEL` is the folder of a CTranslate2 Whisper model, and the extra `speech` must be installed.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.voice.transcribe import Whisper, glossary, repeats, sensible
from tests.ingest.voice.exchange import wave
from tests.profiles import shipped

MODEL = os.environ.get("AIGUILLAGE_TEST_SPEECH_MODEL", "")
PROFILE = shipped()


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, je n'arrive plus à ouvrir NOTICe depuis hier, pouvez-vous me rappeler ? Merci.",
        "Mein Name ist Anna Schmitz, ich rufe wegen der Umwelterklärung an.",
        "Non, non, non, ce n'est pas possible.",
        "Oui.",
    ],
)
def test_what_a_person_says_is_kept(text: str) -> None:
    assert sensible(text)


@pytest.mark.parametrize(
    "text",
    [
        "Puhuhu" * 40,
        "... ... ... ... ... ... ... ... ... ... ... ... ... ... ... ... ... ... ... ...",
        "Merci. Merci. Merci. Merci.",
        "Sous-titrage de la communauté. " * 4,
    ],
)
def test_what_a_ring_back_tone_or_noise_becomes_is_not(text: str) -> None:
    assert not sensible(text)


@given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("xyz"), min_size=1, max_size=6))
def test_any_phrase_that_comes_four_times_in_a_row_is_found(before: list[str], phrase: list[str]) -> None:
    assert repeats(before + phrase * 4)


@given(st.lists(st.integers(), unique=True))
def test_words_that_all_differ_are_no_repeat(words: list[int]) -> None:
    assert not repeats([str(word) for word in words])


def test_the_glossary_names_the_tools() -> None:
    assert {"NOTICe", "TWICE", "GesPer", "Mon Espace"} <= set(glossary(PROFILE).split(", "))


@pytest.mark.torture
@pytest.mark.skipif(not MODEL, reason="AIGUILLAGE_TEST_SPEECH_MODEL names no model")
def test_the_real_model_hears_nothing_in_silence() -> None:
    assert Whisper(Path(MODEL), glossary(PROFILE))(wave(4), "fr") is None


@pytest.mark.torture
@pytest.mark.skipif(not MODEL, reason="AIGUILLAGE_TEST_SPEECH_MODEL names no model")
def test_the_real_model_writes_down_what_is_said() -> None:
    sound = Path(os.environ["AIGUILLAGE_TEST_SPEECH_SOUND"]).read_bytes()
    text = Whisper(Path(MODEL), glossary(PROFILE))(sound, os.environ.get("AIGUILLAGE_TEST_SPEECH_LANGUAGE", "de"))
    assert text is not None
    assert text.logprob <= 0
    assert os.environ["AIGUILLAGE_TEST_SPEECH_WORD"].lower() in text.words.lower()
