"""The labelled set of replies: how exactly each half is folded, and that no sender's words are lost."""

import pytest

from bench.replies import Reply, replies, score
from ingest.email.reply import fold

SET = replies()


def total(mails: list[Reply]) -> tuple[float, float, float]:
    """(share exactly right, precision of the words taken for new, recall of the words that are)."""
    scores = [score(mail, lambda text: fold(text).new) for mail in mails]
    right = sum(one.right for one in scores)
    return (
        sum(one.exact for one in scores) / len(scores),
        right / sum(one.taken for one in scores),
        right / sum(one.labelled for one in scores),
    )


@pytest.mark.parametrize("tuned", [True, False], ids=["tuned", "held-out"])
def test_hardly_a_word_of_the_sender_is_folded(tuned: bool) -> None:
    exact, precision, recall = total([mail for mail in SET if mail.is_tuned is tuned])
    assert recall >= 0.995
    assert precision >= 0.88
    assert exact >= 0.88


@pytest.mark.parametrize("lang", ["fr", "de", "nl", "en"])
def test_each_language_is_read(lang: str) -> None:
    exact, _, recall = total([mail for mail in SET if mail.lang == lang])
    assert recall >= 0.99
    assert exact >= 0.85


@pytest.mark.parametrize("mail", SET, ids=lambda mail: f"{mail.lang}-{mail.kind}-{mail.name}")
def test_every_mail_is_labelled_and_keeps_something(mail: Reply) -> None:
    assert mail.new
    assert fold(mail.text).new.strip()
    assert mail.parts <= {"quote", "signature", "disclaimer"}


def test_the_set_is_large_enough_and_names_no_mail_twice() -> None:
    counts = {lang: sum(mail.lang == lang for mail in SET) for lang in ("fr", "de", "nl", "en")}
    assert counts["fr"] >= 60
    assert min(counts["de"], counts["nl"]) >= 35
    assert counts["en"] >= 30
    assert len({(mail.lang, mail.kind, mail.name) for mail in SET}) == len(SET)
