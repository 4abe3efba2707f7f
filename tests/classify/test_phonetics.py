import pytest

from classify.phonetics import sound


@pytest.mark.parametrize("heard", ["notisse", "nootiece", "nottis", "nowtis", "notis"])
def test_what_recognisers_write_for_notice_sounds_like_it(heard: str) -> None:
    assert sound(heard) == sound("notice")


@pytest.mark.parametrize("heard", ["jesper", "jespere", "gespeer", "gesperre"])
def test_what_recognisers_write_for_gesper_sounds_like_it(heard: str) -> None:
    assert sound(heard) == sound("gesper")


@pytest.mark.parametrize("heard", ["tweece", "twisse", "touaice"])
def test_what_recognisers_write_for_twice_sounds_like_it(heard: str) -> None:
    assert sound(heard) == sound("twice")


@pytest.mark.parametrize("other", ["dossier", "commune", "permis", "bonjour", "notaire"])
def test_ordinary_words_do_not(other: str) -> None:
    assert sound(other) not in {sound("notice"), sound("twice"), sound("gesper")}
